/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_RATE_H
#define UMI_ENGINE_BASE_RATE_H

/**
 * @file
 * Exact rates, num/den in lowest terms, den > 0; stored and compared as they
 * are.  A percent text "6" is the rate 3/50.
 */
#include "engine/base/text.h"

typedef struct umi_rate {
    int64_t num, den;
} umi_rate;

int64_t umi_gcd(int64_t a, int64_t b); /**< of magnitudes; gcd(0, 0) = 0 */

/** num/den in lowest terms; den != 0, neither INT64_MIN. */
umi_rate umi_rate_of(int64_t num, int64_t den);

/**
 * Read a decimal that is not negative, at most @p whole digits before and
 * @p places after the point (whole + places <= 18), and divide it by
 * @p divisor (100 for a percent, 1 for a fraction; 1 .. 10000).
 */
UMI_MUST_CHECK bool
umi_rate_parse(umi_rate *out, umi_text t, int whole, int places, int divisor);

/** "n/d", or a decimal when it has a finite one of at most 18 places. */
void umi_buf_rate(umi_buf *b, umi_rate r);

#endif
