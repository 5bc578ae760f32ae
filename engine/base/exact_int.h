/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_EXACT_INT_H
#define UMI_ENGINE_BASE_EXACT_INT_H

/**
 * @file
 * GMP integers and the engine's own, for the rooms that compute with both
 * inside umi_exact_run().
 */
#include "engine/base/exact.h"

#include <gmp.h>

void umi__mpz_set(mpz_t z, umi_i128 v);
/** False when @p z does not fit; *out untouched. */
UMI_MUST_CHECK bool umi__mpz_get(umi_i128 *out, const mpz_t z);
/** z *= v. */
void umi__mpz_mul(mpz_t z, umi_i128 v);

/** q = num / den (den > 0) rounded to a whole number under @p mode. */
void umi__mpz_divide(mpz_t q,
                     const mpz_t num,
                     const mpz_t den,
                     umi_round_mode mode);

/** umi_round() for big numbers: num / den sen to a multiple of r.unit. */
UMI_MUST_CHECK bool umi__mpz_round(umi_money *out,
                                   const mpz_t num,
                                   const mpz_t den,
                                   umi_rounding r);

#endif
