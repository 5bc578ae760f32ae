/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_EXPR_DECIMAL_H
#define UMI_RULES_EXPR_DECIMAL_H

/**
 * @file
 * Exact decimals: a quotient of two whole numbers, neither of which exceeds
 * 10^38 in lowest terms.  An operation gives the exact result or says that it
 * does not fit; nothing is ever rounded but by umi_decimal_round().
 */
#include "engine/base/round.h"

/** num/den, den > 0; need not be in lowest terms.  {0, 1} is zero. */
typedef struct umi_decimal {
    umi_i128 num, den;
} umi_decimal;

#define UMI_DECIMAL_PLACES 38 /**< most digits a scale may ask for */

static inline umi_decimal umi_decimal_int(int64_t i)
{
    return (umi_decimal){i, 1};
}

/** In lowest terms. */
umi_decimal umi_decimal_reduce(umi_decimal a);

/*
 * *out = a op b.  False, and *out untouched, when the result in lowest terms
 * exceeds 10^38 above or below the line, or (div) when b is zero: ask
 * umi_decimal_zero() first.
 */
UMI_MUST_CHECK bool
umi_decimal_add(umi_decimal *out, umi_decimal a, umi_decimal b);
UMI_MUST_CHECK bool
umi_decimal_sub(umi_decimal *out, umi_decimal a, umi_decimal b);
UMI_MUST_CHECK bool
umi_decimal_mul(umi_decimal *out, umi_decimal a, umi_decimal b);
UMI_MUST_CHECK bool
umi_decimal_div(umi_decimal *out, umi_decimal a, umi_decimal b);

/** Negative, 0, positive: the order of the numbers; always exact. */
int umi_decimal_cmp(umi_decimal a, umi_decimal b);

static inline bool umi_decimal_zero(umi_decimal a)
{
    return a.num == 0;
}

/**
 * @p a as a multiple of 10^-scale under @p mode; scale -38 .. 38, negative
 * ones round to tens, hundreds, ...
 * @retval false  the result exceeds 10^38 above or below the line
 */
UMI_MUST_CHECK bool umi_decimal_round(umi_decimal *out,
                                      umi_decimal a,
                                      int scale,
                                      umi_round_mode mode);

/** The whole part (towards zero), when it fits. */
UMI_MUST_CHECK bool umi_decimal_whole(int64_t *out, umi_decimal a);

/**
 * Read optional '-', digits with at most one point among them, and optionally
 * an exponent ("1.5", ".5", "23e-1"); or "n/d" in whole numbers, d > 0.
 * @retval false  not of that form, or beyond 10^38; *out untouched
 */
UMI_MUST_CHECK bool umi_decimal_parse(umi_decimal *out, umi_text t);

/** Canonical: no exponent, no trailing zeros; "n/d" without a finite form. */
void umi_buf_decimal(umi_buf *b, umi_decimal a);

#endif
