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
#include "rules/decide/reach_int.h"

#define UMI__BREAKPOINTS_MAX 128

typedef struct umi__breakpoints {
    umi_decimal at[UMI__BREAKPOINTS_MAX];
    size_t count;
    bool hard; /**< a comparison of the number could not be solved */
} umi__breakpoints;

/* A run of the program that is done: what it was given, what it made. */
typedef struct umi__run {
    const umi_value *slots, *scratch;
} umi__run;

/* Room to search in, in d->texts; d->reach must be there. */
typedef struct umi__finder umi__finder;
umi__finder *umi__finder_new(umi_decider *d); /* NULL: no memory */

/* Collect the breakpoints of fact @p slot for product @p product, and for
 * those that are eligible today, when all other facts are as in @p run. */
void umi__find_breakpoints(umi__breakpoints *out,
                           umi__finder *s,
                           umi__run run,
                           size_t product,
                           uint32_t slot);

#endif
