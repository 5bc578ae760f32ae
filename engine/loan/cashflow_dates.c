/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow.h"

#include <assert.h>

static const char *const unit_words[] = {
    [UMI_UNIT_PERIOD_DAY] = "day",
    [UMI_UNIT_PERIOD_WEEK] = "week",
    [UMI_UNIT_PERIOD_SEMIMONTH] = "semimonth",
    [UMI_UNIT_PERIOD_MONTH] = "month",
    [UMI_UNIT_PERIOD_YEAR] = "year",
    [UMI_UNIT_PERIOD_TERM] = "term",
};

const char *umi_unit_period_name(umi_unit_period u)
{
    assert((size_t)u < sizeof unit_words / sizeof *unit_words);
    return unit_words[u];
}

bool umi_unit_period_parse(umi_unit_period *out, umi_text t)
{
    size_t n = sizeof unit_words / sizeof *unit_words,
           i = umi_text_index(t, unit_words, n);
    if (i < n)
        *out = (umi_unit_period)i;
    return i < n;
}

static void set_time(umi_flow *f, int64_t num, int32_t den)
{
    umi_rate t = umi_rate_of(num, den);
    f->num = t.num;
    f->den = (int32_t)t.den;
    f->odd = 0;
    f->odd_den = 1;
}

void umi_flow_by_days(umi_flow *f, umi_day first, umi_day date)
{
    set_time(f, date.n - first.n, 365);
}

/* Whole months from @p first to @p date, counted back from @p date on its
 * own day of month; *back is where the count ends. */
static int32_t months_back(umi_day first, umi_day date, umi_day *back)
{
    umi_civil a = umi_civil_of(first), b = umi_civil_of(date);
    int32_t months = (b.year - a.year) * 12 + b.month - a.month;
    *back = umi_day_add_months(date, -months, b.day);
    if (back->n < first.n)
        *back = umi_day_add_months(date, -(--months), b.day);
    return months;
}

static bool has_leap_day(umi_day from, umi_day to)
{
    umi_civil c = umi_civil_of(from);
    for (int32_t year = c.year; year <= c.year + 1; year++) {
        if (!umi_leap_year(year))
            continue;
        umi_day leap = umi_day_of((umi_civil){year, 2, 29});
        if (leap.n >= from.n && leap.n < to.n)
            return true;
    }
    return false;
}

void umi_flow_by_months(umi_flow *f, umi_day first, umi_day date)
{
    umi_day back;
    int32_t months = months_back(first, date, &back);
    int32_t year = has_leap_day(first, back) ? 366 : 365;
    set_time(f, (int64_t)months * year + (back.n - first.n) * 12, 12 * year);
}

static void split(umi_flow *f, int32_t days, int32_t period)
{
    set_time(f, days / period, 1);
    f->odd = days % period;
    f->odd_den = period;
}

void umi_flow_by_unit_periods(umi_flow *f,
                              umi_day first,
                              umi_day date,
                              umi_unit_period unit,
                              int32_t every)
{
    umi_day back;
    int32_t days = date.n - first.n;
    int32_t months = months_back(first, date, &back);
    int32_t odd = back.n - first.n;
    switch (unit) {
    case UMI_UNIT_PERIOD_DAY:
        split(f, days, every);
        return;
    case UMI_UNIT_PERIOD_WEEK:
        split(f, days, 7 * every);
        return;
    case UMI_UNIT_PERIOD_SEMIMONTH:
        split(f, months * 30 + odd, 15);
        return;
    case UMI_UNIT_PERIOD_MONTH:
        set_time(f, months / every, 1);
        f->odd = months % every * 30 + odd;
        f->odd_den = 30 * every;
        return;
    case UMI_UNIT_PERIOD_YEAR:
        set_time(f, months / 12, 1);
        back = umi_day_add_months(date, -(months / 12 * 12),
                                  umi_civil_of(date).day);
        f->odd = back.n - first.n;
        f->odd_den = 365;
        return;
    case UMI_UNIT_PERIOD_TERM:
        set_time(f, days > 0, 1);
        return;
    }
}

bool umi_unit_periods_of_year(int32_t *per,
                              int32_t *per_den,
                              umi_unit_period unit,
                              int32_t every,
                              umi_day first,
                              umi_day last)
{
    static const int32_t year[] = {
        [UMI_UNIT_PERIOD_DAY] = 365,      [UMI_UNIT_PERIOD_WEEK] = 52,
        [UMI_UNIT_PERIOD_SEMIMONTH] = 24, [UMI_UNIT_PERIOD_MONTH] = 12,
        [UMI_UNIT_PERIOD_YEAR] = 1,       [UMI_UNIT_PERIOD_TERM] = 0,
    };
    if (unit != UMI_UNIT_PERIOD_TERM) {
        *per = year[unit];
        *per_den = every;
        return true;
    }
    umi_day back;
    int32_t months = months_back(first, last, &back);
    bool whole = back.n == first.n && months > 0;
    *per = whole ? 12 : 365;
    *per_den = whole ? months : last.n - first.n;
    return months < 12 || (months == 12 && whole);
}
