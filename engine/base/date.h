/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_DATE_H
#define UMI_ENGINE_BASE_DATE_H

/**
 * @file
 * Civil days of the proleptic Gregorian calendar, counted from 1970-01-01, in
 * a struct so that no amount can be added to one.  There is no clock here:
 * today is always a parameter.
 */
#include "engine/base/text.h"

#define UMI_DAY_MIN  (-25567) /**< 1900-01-01 */
#define UMI_DAY_MAX  376199   /**< 2999-12-31 */
#define UMI_DAY_TEXT 11       /**< "YYYY-MM-DD" and its NUL */

typedef struct umi_day {
    int32_t n; /**< days since 1970-01-01 */
} umi_day;

typedef struct umi_civil {
    int32_t year, month, day; /**< month 1..12, day 1..31 */
} umi_civil;

static inline bool umi_day_ok(umi_day d)
{
    return d.n >= UMI_DAY_MIN && d.n <= UMI_DAY_MAX;
}

bool umi_leap_year(int32_t year);
int32_t umi_month_days(int32_t year, int32_t month); /**< 28..31 */
/** The day of an existing civil date; not checked (see umi_civil_ok()). */
umi_day umi_day_of(umi_civil c);
umi_civil umi_civil_of(umi_day d);
/** Whether @p c exists and lies in 1900..2999. */
bool umi_civil_ok(umi_civil c);

/** Read "YYYY-MM-DD" that exists and lies in 1900..2999. */
UMI_MUST_CHECK bool umi_day_parse(umi_day *out, umi_text t);
size_t umi_day_write(char out[UMI_DAY_TEXT], umi_day d);
void umi_buf_day(umi_buf *b, umi_day d);

/**
 * The date @p months after the month of @p from, on day of month @p dom or
 * the month's last day when it is shorter (so a series never drifts).  The
 * result may lie outside 1900..2999: check with umi_day_ok().
 */
umi_day umi_day_add_months(umi_day from, int32_t months, int32_t dom);

/** 1 = Monday .. 7 = Sunday (ISO 8601). */
int32_t umi_day_weekday(umi_day d);

/** Complete years from @p a to @p b (negative when b is before a). */
int32_t umi_years_between(umi_day a, umi_day b);
/** Complete months: the day of month must be reached. */
int32_t umi_months_between(umi_day a, umi_day b);

#endif
