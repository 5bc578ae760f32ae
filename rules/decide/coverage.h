/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_COVERAGE_H
#define UMI_RULES_DECIDE_COVERAGE_H

/**
 * @file
 * What a number of decisions, such as those of the tests of a rule set, has
 * seen of it: what was never seen may be wrong without anybody noticing.
 */
#include "rules/decide/decision.h"

/** How often a rule was seen in each state, by umi_rule_state. */
typedef struct umi_rule_coverage {
    uint32_t seen[UMI_RULE_OFF + 1];
} umi_rule_coverage;

/** How often a product was seen with each status, by umi_verdict. */
typedef struct umi_product_coverage {
    uint32_t seen[UMI_VERDICT_BLOCKED + 1];
} umi_product_coverage;

/** Counts of decisions. */
typedef struct umi_coverage {
    const umi_ruleset *ruleset;
    umi_rule_coverage *rules;       /**< by rule */
    umi_product_coverage *products; /**< by product */
    uint32_t **values; /**< by parameter, then by value: in force on the day */
    uint32_t *rows;    /**< by row: it chose the order */
    uint32_t *hits;    /**< by let: the row of a table, or the attribute of a
                          scorecard, whose condition it is, answered */
    uint32_t *docs;    /**< by document: asked for by the decision */
} umi_coverage;

/** Nothing seen yet of @p rs (borrowed); NULL when memory is exhausted. */
umi_coverage *umi_coverage_new(umi_arena *arena, const umi_ruleset *rs);

/** Count @p decision, which is of the rule set of @p c. */
void umi_coverage_add(umi_coverage *c, const umi_decision *decision);

/** As one JSON object: rules, products, params, routing, tables and
 * scorecard where there are any, documents. */
void umi_coverage_write_json(umi_json_out *w, const umi_coverage *c);

#endif
