/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

static umi_status add(umi_money *sum, umi_money fee, umi_error *err)
{
    return umi_money_add(sum, *sum, fee) ? UMI_OK : umi__too_large(err);
}

/* A percentage is of all that is disbursed; a given amount stays as it is. */
static umi_status amount_of(const umi_terms *t,
                            const umi_fee *fee,
                            umi_money *out,
                            umi_error *err)
{
    *out = fee->amount;
    if (!fee->percent)
        return UMI_OK;
    umi_i128 num = (umi_i128)t->principal.sen * fee->rate.num;
    return umi_round(out, num, fee->rate.den, t->round) ? UMI_OK
                                                        : umi__too_large(err);
}

umi_status umi__fees_add(umi_row *rows,
                         const umi_terms *t,
                         umi_money *withheld,
                         umi_error *err)
{
    int32_t n = umi__row_count(t);
    *withheld = (umi_money){0};
    for (int32_t k = 0; k < n; k++)
        rows[k].fee.sen = 0;
    for (size_t i = 0; i < t->fee_count; i++) {
        const umi_fee *fee = &t->fees[i];
        umi_money amount;
        umi_status rc = amount_of(t, fee, &amount, err);
        if (rc == UMI_OK && fee->due == UMI_DUE_DISBURSEMENT)
            rc = add(withheld, amount, err);
        for (int32_t k = 1; k <= n && rc == UMI_OK; k++)
            if (fee->due == UMI_DUE_EACH || fee->due == k)
                rc = add(&rows[k - 1].fee, amount, err);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}
