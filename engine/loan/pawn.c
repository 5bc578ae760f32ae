/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

/* A pawn has one row: principal and rent for every started block. */
umi_status
umi__rows_pawn(const umi__plan *p, umi__level_payment *payment, umi_error *err)
{
    const umi_terms *t = p->t;
    int32_t blocks = (t->term_days + t->block_days - 1) / t->block_days;
    umi_row *row = &p->rows[0];
    umi_i128 rent;
    payment->has = false;
    row->principal = t->principal;
    row->balance.sen = 0;
    /* num < 10^4 den <= 10^18, so only the principal can be too much */
    if (__builtin_mul_overflow((umi_i128)t->principal.sen * t->rate.num,
                               (umi_i128)blocks, &rent))
        return umi__too_large(err);
    return umi__round(&row->interest, rent, t->rate.den, p->round, err);
}
