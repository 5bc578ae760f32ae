/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

static umi_status add(umi_money *sum, umi_money fee, umi_error *err)
{
    return umi_money_add(sum, *sum, fee) ? UMI_OK : umi__too_large(err);
}

/* A percentage is of all that is disbursed; a given amount stays as it is. */
static umi_status amount_of(const umi__plan *p,
                            const umi_fee *fee,
                            umi_money *out,
                            umi_error *err)
{
    *out = fee->amount;
    if (!fee->percent)
        return UMI_OK;
    return umi__round(out, (umi_i128)p->t->principal.sen * fee->rate.num,
                      fee->rate.den, p->round, err);
}

umi_status
umi__fees_add(const umi__plan *p, umi_money *withheld, umi_error *err)
{
    *withheld = (umi_money){0};
    for (int32_t k = 0; k < p->n; k++)
        p->rows[k].fee.sen = 0;
    for (size_t i = 0; i < p->t->fee_count; i++) {
        const umi_fee *fee = &p->t->fees[i];
        umi_money amount;
        umi_status rc = amount_of(p, fee, &amount, err);
        if (rc == UMI_OK && fee->due == UMI_DUE_DISBURSEMENT)
            rc = add(withheld, amount, err);
        for (int32_t k = 1; k <= p->n && rc == UMI_OK; k++)
            if (fee->due == UMI_DUE_EACH || fee->due == k)
                rc = add(&p->rows[k - 1].fee, amount, err);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}
