/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_BOX_H
#define UMI_RULES_DECIDE_BOX_H

/**
 * @file
 * What a rule set says about everybody at once: a rule that nobody passes or
 * nobody fails, one that another makes superfluous, a product that nobody can
 * have, bands that leave a gap or overlap, a routing row that is never used.
 * Each finding comes with an applicant who shows it, and whom a full decision
 * has confirmed.  Conditions that compare one fact with constants are
 * reckoned with exactly; what is beyond them is said not to be analysed.
 * @source docs/eligibility.md, "What the analysis finds"
 */
#include "rules/decide/decision.h"

/** What was analysed. */
typedef struct umi_box_report {
    size_t rules;           /**< in force on some day from complete_from on */
    const uint32_t *opaque; /**< those of them that are not wholly analysed */
    size_t opaque_count;
    size_t epochs;    /**< stretches of days with the same figures and rules */
    size_t unproved;  /**< findings that no decision confirmed: not told */
    int64_t steps;    /**< of work that it took; does not hang on the machine */
    bool interrupted; /**< the file asks for more steps than are allowed */
} umi_box_report;

/**
 * Analyse @p rs on every day from its complete_from on.  Findings are added
 * to @p problems as warnings: W-RULE-ALWAYS, W-RULE-NEVER, W-RULE-IMPLIED,
 * W-PRODUCT-SHUT, W-BAND-GAP, W-BAND-OVERLAP, W-ROW-NEVER, W-TAUTOLOGY.
 *
 * @param[out] out lists live in problems->arena; untouched on failure
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_ruleset_analyse(umi_box_report *out,
                                              const umi_ruleset *rs,
                                              umi_problems *problems,
                                              umi_error *err);

#endif
