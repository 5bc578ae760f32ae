/* SPDX-License-Identifier: MIT */
#include "engine/loan/accrual.h"

#include <assert.h>

/* The share of a running row after @p gone of its @p days. */
static int64_t share(umi_money interest, int32_t gone, int32_t days)
{
    static const umi_rounding to_the_sen = {{1}, UMI_ROUND_HALF_UP};
    umi_money m;
    bool fits = umi_round(&m, (umi_i128)interest.sen * gone, days, to_the_sen);
    assert(fits && m.sen <= interest.sen); /* gone < days */
    return m.sen;
}

umi_money
umi_accrued(const umi_schedule *s, umi_day disbursed, umi_day on, bool closed)
{
    if (closed)
        return s->interest;
    umi_money sum = {0};
    umi_day start = disbursed;
    size_t i = 0;
    for (; i < s->count && s->rows[i].due.n <= on.n; i++) {
        sum.sen += s->rows[i].interest.sen;
        start = s->rows[i].due;
    }
    assert(sum.sen <= s->interest.sen);
    if (i < s->count && on.n > start.n)
        sum.sen += share(s->rows[i].interest, on.n - start.n,
                         s->rows[i].due.n - start.n);
    return sum;
}
