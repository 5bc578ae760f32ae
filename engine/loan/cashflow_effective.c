/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow.h"

static size_t pay_out(umi_flow *f, const umi_schedule *s, const umi_terms *t)
{
    size_t n = 0;
    f[n].amount = s->withheld;
    umi_flow_by_days(&f[n++], t->disbursed, t->disbursed);
    if (t->tranche_count == 0) {
        f[n].amount.sen = -t->principal.sen;
        umi_flow_by_days(&f[n++], t->disbursed, t->disbursed);
    }
    for (size_t i = 0; i < t->tranche_count; i++) {
        f[n].amount.sen = -t->tranches[i].amount.sen;
        umi_flow_by_days(&f[n++], t->disbursed, t->tranches[i].date);
    }
    return n;
}

umi_status umi_schedule_effective_rate(umi_i128 *rate,
                                       const umi_schedule *s,
                                       const umi_terms *t,
                                       umi_arena *arena,
                                       umi_error *err)
{
    size_t room = s->count + t->tranche_count + 2;
    umi_flow *flows = umi_arena_array(arena, room, sizeof *flows);
    if (flows == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
    size_t n = pay_out(flows, s, t);
    for (size_t i = 0; i < s->count; i++) {
        flows[n].amount = s->rows[i].total;
        umi_flow_by_days(&flows[n++], t->disbursed, s->rows[i].due);
    }
    umi_rate_query q = {
        .flows = flows, .count = n, .digits = 6, .per = 1, .per_den = 1};
    return umi_cashflow_rate(rate, &q, arena, err);
}
