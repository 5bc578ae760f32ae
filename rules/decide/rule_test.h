/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_RULE_TEST_H
#define UMI_RULES_DECIDE_RULE_TEST_H

/**
 * @file
 * The tests that a rule set carries with it: facts of an applicant and what
 * must come out.  They are run whenever the set is checked, so that a figure
 * cannot change unseen.
 */
#include "rules/decide/coverage.h"

/**
 * Run test @p t of the rule set of @p d.
 *
 * @param[out] ok  whether all that it expects came out
 * @param why      gets one line about what did not; untouched when @p ok
 * @param seen     the decision is counted there; or NULL
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_rule_test_run(bool *ok,
                                            umi_buf *why,
                                            umi_decider *d,
                                            const umi_rule_test *t,
                                            umi_coverage *seen,
                                            umi_error *err);

/**
 * Run all tests of @p rs; each that fails becomes a problem (code E401) at
 * the line of its name.
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_ruleset_run_tests(const umi_ruleset *rs,
                                                umi_problems *problems,
                                                umi_error *err);

#endif
