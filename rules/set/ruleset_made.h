/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_RULESET_MADE_H
#define UMI_RULES_SET_RULESET_MADE_H

/**
 * @file
 * For tables and scorecards: expressions that no text says.  Nodes are typed
 * and bound when they are made; where one cannot be (memory, too many lets),
 * NULL is given, and what is made of NULL is NULL.
 */
#include "rules/set/ruleset_int.h"

typedef struct umi__maker {
    umi__loader *l;
    const umi_yaml *source; /* a scalar, where the made expressions stand */
    umi_at at;
    bool full; /* something could not be made */
} umi__maker;

/* An operation on up to three operands; those that are NULL at the end are
 * not there. */
umi_node *umi__make(umi__maker *m,
                    umi_op op,
                    umi_type type,
                    umi_node *a,
                    umi_node *b,
                    umi_node *c);
umi_node *umi__make_const(umi__maker *m, umi_value v);
umi_node *umi__make_name(umi__maker *m, const umi_name *name);
/* An error, which names @p who. */
umi_node *
umi__make_fault(umi__maker *m, umi_type type, umi_text who, umi_fault fault);
/* The expression of @p root, or NULL. */
const umi_expr *umi__make_expr(umi__maker *m, umi_node *root);
/* A let of its own, for what is used more than once. */
umi_name *umi__make_let(umi__maker *m, umi_node *root);
/* A let of an expression that is written, at @p source. */
umi_name *umi__make_part(umi__maker *m,
                         const umi_expr *e,
                         const umi_yaml *source,
                         umi_type type);

#endif
