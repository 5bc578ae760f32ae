/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_EXACT_H
#define UMI_ENGINE_BASE_EXACT_H

/**
 * @file
 * A place for exact arithmetic.  GMP ends the process when memory is
 * exhausted; inside umi_exact_run() its memory comes from a scope of ours, so
 * that exhaustion is UMI_ENOMEM and nothing has to be freed number by number.
 */
#include "engine/base/round.h"

/** The work to do inside; @p self is its own. */
typedef umi_status (*umi_exact_fn)(void *self, umi_error *err);

/**
 * Run @p body with the memory of big numbers taken from a scope that ends
 * with it: every number made inside dies here.  When memory is exhausted
 * @p body is left at that point, so it must hold nothing else that needs to
 * be given back.  Scopes nest; each thread has its own.
 *
 * @retval UMI_ENOMEM memory exhausted; else what @p body returned
 */
UMI_MUST_CHECK umi_status umi_exact_run(umi_exact_fn body,
                                        void *self,
                                        umi_error *err);

/** @p value / 10^places as a decimal with exactly so many places. */
void umi_buf_fixed(umi_buf *b, umi_i128 value, int places);

#endif
