/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_BREAKPOINTS_INT_H
#define UMI_RULES_DECIDE_BREAKPOINTS_INT_H

/**
 * @file
 * Where an answer can turn when one number alone moves: every comparison that
 * the rules of a product reach is solved for that number, all others fixed.
 * Both sides are written as (a x + b) / (c x + d), which covers sums, factors
 * and one division by x ("amount / tenor_months"), so that the solutions are
 * exact.
 */
#include "rules/decide/decision_int.h"

#define UMI__BREAKPOINTS_MAX 128

typedef struct umi__breakpoints {
    umi_decimal at[UMI__BREAKPOINTS_MAX];
    size_t count;
    bool hard; /**< a comparison of the number could not be solved */
} umi__breakpoints;

/**
 * Collect the breakpoints of fact @p slot for product @p product.  Memory
 * comes from d->texts.
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi__find_breakpoints(umi__breakpoints *out,
                                                umi_decider *d,
                                                size_t product,
                                                uint32_t slot);

#endif
