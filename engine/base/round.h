/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_ROUND_H
#define UMI_ENGINE_BASE_ROUND_H

/**
 * @file
 * Rounding, once and by name: an exact quotient becomes a multiple of a unit
 * of money under a named mode.
 */
#include "engine/base/money.h"

/** Where a value between two multiples of the unit goes. */
typedef enum umi_round_mode {
    UMI_ROUND_HALF_EVEN, /**< nearest; a tie to the even multiple */
    UMI_ROUND_HALF_UP,   /**< nearest; a tie away from zero */
    UMI_ROUND_HALF_DOWN, /**< nearest; a tie towards zero */
    UMI_ROUND_UP,        /**< away from zero */
    UMI_ROUND_DOWN,      /**< towards zero */
    UMI_ROUND_CEIL,      /**< towards plus infinity */
    UMI_ROUND_FLOOR      /**< towards minus infinity */
} umi_round_mode;

/** A unit (sen, > 0) and a mode; belongs to the product. */
typedef struct umi_rounding {
    umi_money unit;
    umi_round_mode mode;
} umi_rounding;

__extension__ typedef __int128 umi_i128;
__extension__ typedef unsigned __int128 umi_u128;

/** "half_even" ... "floor", and back. */
const char *umi_round_mode_name(umi_round_mode mode);
UMI_MUST_CHECK bool umi_round_mode_parse(umi_round_mode *out, umi_text t);

/**
 * The quotient num/den (den > 0), an exact amount in sen, rounded to a
 * multiple of r.unit.
 * @retval false  the result, or num/den over the unit, does not fit
 */
UMI_MUST_CHECK bool
umi_round(umi_money *out, umi_i128 num, umi_i128 den, umi_rounding r);

#endif
