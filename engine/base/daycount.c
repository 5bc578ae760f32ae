/* SPDX-License-Identifier: MIT */
#include "engine/base/daycount.h"

#include <assert.h>

static const struct {
    const char *name;
    int32_t basis;
} counts[] = {
    [UMI_COUNT_PERIOD] = {"period", 0},
    [UMI_COUNT_30_360] = {"30/360", 360},
    [UMI_COUNT_30E_360] = {"30E/360", 360},
    [UMI_COUNT_ACT_360] = {"act/360", 360},
    [UMI_COUNT_ACT_364] = {"act/364", 364},
    [UMI_COUNT_ACT_365] = {"act/365", 365},
    [UMI_COUNT_ACT_ACT] = {"act/act", 365 * 366},
};

const char *umi_day_count_name(umi_day_count c)
{
    assert((size_t)c < sizeof counts / sizeof *counts);
    return counts[c].name;
}

bool umi_day_count_parse(umi_day_count *out, umi_text t)
{
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (umi_text_is(t, counts[i].name)) {
            *out = (umi_day_count)i;
            return true;
        }
    return false;
}

int32_t umi_day_count_basis(umi_day_count c)
{
    assert(c != UMI_COUNT_PERIOD);
    return counts[c].basis;
}

static int64_t thirty(umi_day a, umi_day b, bool european)
{
    umi_civil x = umi_civil_of(a), y = umi_civil_of(b);
    if (x.day == 31)
        x.day = 30;
    if (y.day == 31 && (european || x.day == 30))
        y.day = 30;
    return (y.year - x.year) * 360 + (y.month - x.month) * 30 + (y.day - x.day);
}

/* Days before @p d, since the year 1, that lie in leap years. */
static int64_t leap_days(umi_day d)
{
    int32_t year = umi_civil_of(d).year, past = year - 1;
    int64_t years = past / 4 - past / 100 + past / 400;
    int64_t inside = d.n - umi_day_of((umi_civil){year, 1, 1}).n;
    return years * 366 + (umi_leap_year(year) ? inside : 0);
}

int64_t umi_day_count_parts(umi_day_count c, umi_day a, umi_day b)
{
    assert(c != UMI_COUNT_PERIOD && a.n <= b.n);
    if (c == UMI_COUNT_30_360 || c == UMI_COUNT_30E_360)
        return thirty(a, b, c == UMI_COUNT_30E_360);
    int64_t days = b.n - a.n;
    if (c != UMI_COUNT_ACT_ACT)
        return days;
    int64_t leap = leap_days(b) - leap_days(a);
    return leap * 365 + (days - leap) * 366;
}
