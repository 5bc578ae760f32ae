/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_SHADOW_H
#define UMI_RULES_DECIDE_SHADOW_H

/**
 * @file
 * A second rule set beside the one that decides: what it would have said of
 * the same applicant on the same day is written into the decision, counted,
 * and never acted on.
 * @source docs/eligibility.md, "A shadow"
 */
#include "rules/decide/decision.h"

/** How often the two differed, and by which reasons. */
typedef struct umi_shadow_tally {
    int64_t all, differ, failed; /**< applications */
    int64_t *dropped; /**< by rule of the set that decides: the reason stands
                         for a product, and the shadow does not have it */
    int64_t *added;   /**< by rule of the shadow: the other way round */
} umi_shadow_tally;

/**
 * Make room in @p arena to count.
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_shadow_tally_new(umi_shadow_tally *out,
                                               const umi_ruleset *rs,
                                               const umi_ruleset *shadow,
                                               umi_arena *arena,
                                               umi_error *err);

/**
 * Put what @p shadow says in the place of the null at the end of @p b, where
 * umi_decision_write_json() has just written @p decision; and count it.
 */
void umi_shadow_write_json(umi_buf *b,
                           const umi_decision *decision,
                           const umi_decision *shadow,
                           umi_shadow_tally *tally);

/** The same for an application whose facts the shadow cannot take. */
void umi_shadow_write_failure(umi_buf *b,
                              const umi_ruleset *shadow,
                              const umi_error *why,
                              umi_shadow_tally *tally);

#endif
