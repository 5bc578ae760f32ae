/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_EXPR_MODEL_H
#define UMI_TESTS_SUPPORT_EXPR_MODEL_H

/**
 * @file
 * A second evaluator of checked expressions, written from the rules alone: it
 * walks the tree, knows no program, and reckons with GMP's rationals.  Slow
 * and plain, so that the compiled one can be compared with it.
 */
#include "rules/expr/expr.h"

/** The value of @p n over @p slots and @p params, in @p arena. */
umi_value model_eval(const umi_node *n,
                     const umi_value *slots,
                     const umi_value *params,
                     umi_arena *arena);

#endif
