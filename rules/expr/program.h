/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_EXPR_PROGRAM_H
#define UMI_RULES_EXPR_PROGRAM_H

/**
 * @file
 * Programs: checked expressions compiled together, so that what several of
 * them share is computed once.  A program is immutable; any number of threads
 * may run it, each with its own slots and scratch.
 */
#include "rules/expr/expr.h"

/** A let: the value of every name of kind UMI_NAME_LET with this slot. */
typedef struct umi_let {
    const umi_expr *expr;
    uint32_t slot;
} umi_let;

typedef struct umi_program_source {
    const umi_let *lets; /**< each uses only those before it */
    size_t let_count;
    const umi_node *const *roots; /**< what is wanted (often expr->root) */
    size_t root_count;
    const umi_value *params; /**< by slot: the value in force, or
                                umi_value_fault(UMI_FAULT_PARAM) */
} umi_program_source;

typedef struct umi_program umi_program;

/**
 * Compile @p source, whose trees were checked (or bound) without an error.
 * @param[out] out in @p arena; the trees, enums and texts must outlive it
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_program_build(umi_program **out,
                                            umi_arena *arena,
                                            const umi_program_source *source,
                                            umi_error *err);

/** Values of scratch that a run needs. */
size_t umi_program_scratch(const umi_program *p);
/** Instructions: the most work that one run can be. */
size_t umi_program_size(const umi_program *p);

/**
 * Run.  @p slots holds facts and inputs by slot, each of the type that its
 * name has, or unknown (umi_value_unknown() of its slot).  Nothing is allocated but
 * texts and lists that the run makes (string(), +), in @p texts; results
 * borrow from all three.
 * @retval UMI_ENOMEM @p texts is exhausted
 */
UMI_MUST_CHECK umi_status umi_program_run(const umi_program *p,
                                          const umi_value *slots,
                                          umi_value *scratch,
                                          umi_arena *texts);

/** After a run: the value of roots[k]. */
const umi_value *umi_program_result(const umi_program *p,
                                    const umi_value *slots,
                                    const umi_value *scratch,
                                    size_t k);
/** After a run: the value of lets[k]. */
const umi_value *umi_program_let(const umi_program *p,
                                 const umi_value *slots,
                                 const umi_value *scratch,
                                 size_t k);

/** Where an error value arose (of equal sub-expressions the first), or NULL.
 * Of UMI_FAULT_PARAM the node of the parameter's name. */
const umi_node *umi_program_origin(const umi_program *p, const umi_value *v);

#endif
