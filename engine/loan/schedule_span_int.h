/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_SCHEDULE_SPAN_INT_H
#define UMI_ENGINE_LOAN_SCHEDULE_SPAN_INT_H

/**
 * @file
 * A number that is known to lie between two others.  Both ends are whole
 * numbers over a scale that the user keeps; where they are equal the number
 * is exact.  Inside umi_exact_run().
 */
#include "engine/loan/schedule_int.h"

enum {
    UMI__LOW,
    UMI__HIGH,
    UMI__ENDS
};
typedef mpz_t umi__span[UMI__ENDS];

void umi__span_init(umi__span s);
void umi__span_clear(umi__span s);

/**
 * What rounding makes of every number in @p s over @p scale, which 2^@p bits
 * divides.
 * @retval UMI_ERANGE none of them fits
 * @retval UMI__UNSURE they do not all round to the same; never told to people
 */
#define UMI__UNSURE UMI_EBUSY
UMI_MUST_CHECK umi_status umi__span_round(umi_money *out,
                                          umi__span s,
                                          const mpz_t scale,
                                          mp_bitcnt_t bits,
                                          umi_rounding r);

/**
 * The level payment of umi__level() between two numbers over 2^@p bits, as
 * close as a few bits; its cost grows with @p bits, and only slowly with the
 * rows.
 */
void umi__span_level(umi__span out,
                     const umi__plan *p,
                     int32_t k,
                     mp_bitcnt_t bits);

/** Bits that an error gains, at most and about, in rows @p k to @p last of
 * an annuity. */
mp_bitcnt_t umi__span_growth(const umi__plan *p, int32_t k, int32_t last);
/** Bits, about, that may be needed to tell a level from the interest of a row
 * of its own: at high interest they differ by (1 + f)^-rows, as long as f is
 * the same. */
mp_bitcnt_t umi__span_steep(const umi__plan *p);

#endif
