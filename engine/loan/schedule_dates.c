/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

#include <assert.h>

int32_t umi__row_count(const umi_terms *t)
{
    return t->method == UMI_PAWN ? 1 : t->periods;
}

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

static series series_of(const umi_terms *t)
{
    static const int32_t step[] = {
        [UMI_UNIT_DAY] = 1,
        [UMI_UNIT_WEEK] = 7,
        [UMI_UNIT_MONTH] = 1,
        [UMI_UNIT_YEAR] = 12,
    };
    series s = {.anchor = t->has_first_due ? t->first_due : t->disbursed,
                .step = step[t->unit] * t->every,
                .ahead = t->has_first_due ? -1 : 0,
                .monthly =
                    t->unit == UMI_UNIT_MONTH || t->unit == UMI_UNIT_YEAR};
    if (t->method == UMI_PAWN) {
        s.monthly = false;
        s.step = t->term_days;
    }
    if (s.monthly) {
        umi_civil c = umi_civil_of(s.anchor);
        s.month = c.year * 12 + c.month - 1;
        s.dom = c.day;
    }
    return s;
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
    series s = series_of(t);
    return due(&s, k);
}

/* The usual series goes from month to month: its months are added up. */
static void fill_monthly(const series *s, umi_row *rows, int32_t n)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30,
                                  31, 31, 30, 31, 30, 31};
    int32_t at = s->month + (1 + s->ahead);
    int32_t year = at / 12, month = at % 12;
    umi_day first = umi_day_of((umi_civil){year, month + 1, 1});
    for (int32_t k = 0; k < n; k++) {
        int32_t length = days[month] + (month == 1 && umi_leap_year(year));
        int32_t dom = s->dom < length ? s->dom : length;
        rows[k].due.n = first.n + dom - 1;
        first.n += length;
        if (++month == 12) {
            month = 0;
            year++;
        }
    }
}

void umi__dates_fill(const umi_terms *t, umi_row *rows)
{
    series s = series_of(t);
    int32_t n = umi__row_count(t);
    umi_day before = t->disbursed;
    bool months = s.monthly && s.step == 1;
    if (months)
        fill_monthly(&s, rows, n);
    for (int32_t k = 1; k <= n; k++) {
        umi_row *row = &rows[k - 1];
        row->n = k;
        if (!months)
            row->due = due(&s, k);
        row->days = row->due.n - before.n;
        assert(row->days > 0);
        before = row->due;
    }
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
