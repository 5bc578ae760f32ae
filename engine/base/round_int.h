/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_ROUND_INT_H
#define UMI_ENGINE_BASE_ROUND_INT_H

/** @file What a mode does with a remainder, for whoever divides. */
#include "engine/base/round.h"

/** The order of rest / whole and 1/2; twice the rest may not fit. */
static inline int umi__against_half(umi_u128 rest, umi_u128 whole)
{
    umi_u128 other = whole - rest;
    return (rest > other) - (rest < other);
}

/**
 * Whether a magnitude q + r, 0 < r < 1, goes up to q + 1; @p odd is q, and
 * @p half the order of r and 1/2.
 */
bool umi__goes_up(umi_round_mode mode, bool negative, bool odd, int half);

#endif
