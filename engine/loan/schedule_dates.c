/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

#include <assert.h>

size_t umi_schedule_rows(const umi_terms *t)
{
    return (size_t)umi__row_count(t);
}

/* Due dates are counted from one anchor, so that a series that was clipped
 * to a short month goes back to its own day of month. */
typedef struct series {
    umi_day anchor;
    int32_t step;  /* days or months between rows */
    int32_t ahead; /* rows that the anchor lies before row 0: 0 or -1 */
    bool monthly;
    int32_t month, dom; /* of the anchor; months since the year 0 */
} series;

/* Into *s field by field: a copy of a struct just written waits for it. */
static void series_set(series *s, const umi_terms *t)
{
    static const int32_t step[] = {
        [UMI_UNIT_DAY] = 1,
        [UMI_UNIT_WEEK] = 7,
        [UMI_UNIT_MONTH] = 1,
        [UMI_UNIT_YEAR] = 12,
    };
    s->anchor = t->has_first_due ? t->first_due : t->disbursed;
    s->step = step[t->unit] * t->every;
    s->ahead = t->has_first_due ? -1 : 0;
    s->monthly = t->unit == UMI_UNIT_MONTH || t->unit == UMI_UNIT_YEAR;
    if (t->method == UMI_PAWN) {
        s->monthly = false;
        s->step = t->term_days;
    }
    if (s->monthly) {
        umi_civil c = umi_civil_of(s->anchor);
        s->month = c.year * 12 + c.month - 1;
        s->dom = c.day;
    }
}

static umi_day due(const series *s, int32_t k)
{
    int32_t steps = (k + s->ahead) * s->step;
    if (!s->monthly)
        return (umi_day){s->anchor.n + steps};
    int32_t m = s->month + steps;
    umi_civil c = {m / 12, m % 12 + 1, s->dom};
    if (c.day > 28) {
        int32_t last = umi_month_days(c.year, c.month);
        c.day = c.day < last ? c.day : last;
    }
    return umi_day_of(c);
}

umi_day umi__due(const umi_terms *t, int32_t k)
{
    series s;
    series_set(&s, t);
    return due(&s, k);
}

/* Fill n rows; negative when one of them has no day. */
typedef int32_t
fill_fn(const series *s, umi_row *rows, int32_t n, umi_day before);

/* The usual series goes from month to month: lengths of months are added up,
 * from January of a leap year on. */
static int32_t
fill_months(const series *s, umi_row *rows, int32_t n, umi_day before)
{
    static const int8_t length[48] = {
        31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, /* leap */
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, /* */
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, /* */
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
    };
    const int8_t *end = length + 48, *at = length + s->month % 48;
    int32_t dom = s->dom, last = s->anchor.n - dom, signs = 0;
    if (s->ahead == 0) {
        last += *at++;
        at = at == end ? length : at;
    }
    for (int32_t k = 1; k <= n; k++, rows++) {
        int32_t days = *at++;
        umi_day due = {last + (dom < days ? dom : days)};
        rows->n = k;
        rows->days = due.n - before.n;
        rows->due = due;
        signs |= due.n - before.n - 1;
        before = due;
        last += days;
        at = at == end ? length : at;
    }
    return signs;
}

static int32_t
fill_days(const series *s, umi_row *rows, int32_t n, umi_day before)
{
    int32_t step = s->step, at = s->anchor.n + s->ahead * step;
    int32_t first = at + step - before.n;
    for (int32_t k = 0; k < n; k++) {
        at += step;
        rows[k].n = k + 1;
        rows[k].days = step;
        rows[k].due.n = at;
    }
    rows[0].days = first;
    return (first - 1) | (step - 1);
}

static int32_t
fill_any(const series *s, umi_row *rows, int32_t n, umi_day before)
{
    int32_t signs = 0;
    for (int32_t k = 1; k <= n; k++) {
        umi_row *row = &rows[k - 1];
        row->n = k;
        row->due = due(s, k);
        row->days = row->due.n - before.n;
        signs |= row->days - 1;
        before = row->due;
    }
    return signs;
}

/* From 1901 to 2099 every fourth year is a leap year. */
static fill_fn *fill_of(const series *s, int32_t n)
{
    if (!s->monthly)
        return fill_days;
    bool usual =
        s->step == 1 && s->month >= 1901 * 12 && s->month + n < 2100 * 12;
    return usual ? fill_months : fill_any;
}

void umi__dates_fill(const umi_terms *t, umi_row *rows)
{
    series s;
    series_set(&s, t);
    int32_t n = umi__row_count(t);
    assert(fill_of(&s, n)(&s, rows, n, t->disbursed) >= 0);
}

/* A moved date stays before the next due date and behind the one before it,
 * moved or not: so due dates keep their order and no two meet. */
umi_status umi__dates_shift(const umi_terms *t, umi_row *rows, umi_error *err)
{
    if (t->calendar == NULL || t->shift == UMI_SHIFT_NONE)
        return UMI_OK;
    int32_t n = umi__row_count(t);
    umi_day before = t->disbursed;
    for (int32_t k = 1; k <= n; k++) {
        umi_day was = rows[k - 1].due;
        umi_day is = umi_calendar_shift(t->calendar, was, t->shift);
        if (is.n <= before.n || (k < n && is.n >= rows[k].due.n) ||
            !umi_day_ok(is))
            return umi_fail(err, UMI_EINVAL, "shift",
                            "row %d cannot move as far as another due date", k);
        rows[k - 1].due = is;
        before = was.n > is.n ? was : is;
    }
    return UMI_OK;
}
