/* SPDX-License-Identifier: MIT */
#include "engine/loan/arrears.h"

#include <assert.h>

int32_t umi_collectability(int32_t days_past_due, bool written_off)
{
    static const int32_t last_day[] = {0, 90, 120, 180};
    assert(days_past_due >= 0);
    int32_t c = 1;
    while (c < UMI_COLLECTABILITY_MAX && days_past_due > last_day[c - 1])
        c++;
    return written_off ? UMI_COLLECTABILITY_MAX : c;
}

/* What of @p owed is not paid; a component may be paid further ahead. */
static umi_money unpaid(umi_money owed, umi_money paid)
{
    return (umi_money){owed.sen > paid.sen ? owed.sen - paid.sen : 0};
}

umi_arrears
umi_arrears_of(const umi_schedule *s, const umi_paid *paid, umi_day as_of)
{
    umi_arrears a = {.outstanding = {{s->principal, s->interest, s->fee, {0}}}};
    umi_money owed[UMI_ROW_COMPONENTS];
    memcpy(owed, paid->before, sizeof owed);
    assert(paid->row <= s->count);
    for (size_t i = paid->row; i < s->count; i++) {
        const umi_row *r = &s->rows[i];
        if (a.has_oldest && r->due.n > as_of.n)
            break;
        for (umi_component c = 0; c < UMI_ROW_COMPONENTS; c++) {
            owed[c].sen += umi_row_part(r, c).sen;
            umi_money u = unpaid(owed[c], paid->of[c]);
            if (r->due.n <= as_of.n)
                a.due.of[c] = u;
            if (u.sen > 0 && !a.has_oldest) {
                a.has_oldest = true;
                a.oldest = r->due;
            }
        }
    }
    for (umi_component c = 0; c < UMI_ROW_COMPONENTS; c++) {
        assert(paid->of[c].sen <= a.outstanding.of[c].sen);
        a.outstanding.of[c].sen -= paid->of[c].sen;
    }
    a.days_past_due = a.has_oldest ? umi_days_past_due(a.oldest, as_of) : 0;
    return a;
}
