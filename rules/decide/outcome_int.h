/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_OUTCOME_INT_H
#define UMI_RULES_DECIDE_OUTCOME_INT_H

/**
 * @file
 * For the files of rules/decide/ only: what an applicant gets to know of a
 * decision, kept beyond the next one so that two can be compared.
 */
#include "rules/decide/decision_int.h"

typedef struct umi__outcome {
    umi_verdict outcome;
    int route;
    struct {
        umi_verdict status;
        umi_value max, rate; /* unknown unless known */
    } products[UMI_PRODUCTS_MAX];
    bool fails[UMI_RULES_MAX];
} umi__outcome;

void umi__outcome_take(umi__outcome *out, const umi_decision *d);
/* Whether the applicant gets to know the same. */
bool umi__outcome_same(const umi_ruleset *rs,
                       const umi__outcome *a,
                       const umi__outcome *b);
/* Whether a product is in error. */
bool umi__outcome_error(const umi_ruleset *rs, const umi__outcome *a);
/* The first difference, in the words of the decision: "UMI: blocked, then
 * eligible"; nothing when there is none. */
void umi__outcome_tell(umi_buf *b,
                       umi_lang lang,
                       const umi_ruleset *rs,
                       const umi__outcome *x,
                       const umi__outcome *y);

#endif
