/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_DECISION_INT_H
#define UMI_RULES_DECIDE_DECISION_INT_H

/**
 * @file
 * For the files of rules/decide/ only: what a decider holds, and the steps
 * of a decision.  Everything is allocated once; deciding only fills it.
 */
#include "rules/decide/decision.h"
#include "rules/expr/program.h"

/* Where the roots of the program are; UINT32_MAX: there is none. */
typedef struct umi__roots {
    uint32_t *require, *unless; /* by rule */
    uint32_t *max, *rate;       /* by product */
    uint32_t *when;             /* by row */
} umi__roots;

struct umi_decider {
    const umi_ruleset *rs;
    umi_arena *arena; /* lives as long as the decider */
    umi_arena *own;   /* the program and the figures of its epoch */
    umi_arena *texts; /* what one decision makes */
    umi_arena *trial_texts;
    umi_day on, first, behind; /* first <= on < behind have the same figures */
    char on_text[UMI_DAY_TEXT];
    const umi_program *program;
    const umi_value *params;          /* by parameter */
    const umi_param_value **in_force; /* by parameter; NULL: none yet */
    umi__roots roots;
    const umi_node **root_nodes;
    size_t root_count;
    umi_value *slots, *scratch; /* of the decision */
    const umi_value **root_at;  /* by root: where they hold its value */
    const uint64_t *tellings;   /* by rule: the least is told first */
    const uint8_t *severities;  /* by rule: umi_severity, close together */
    bool *holds;                /* by rule: umi_rule_on() of `on` */
    umi_value *trial, *trial_scratch;      /* of what is tried out */
    umi_rule_state *states, *trial_states; /* by rule */
    umi_product_decision *products;
    umi_doc_set *rule_docs;  /* by rule; of unknown ones */
    bool *docs_known;        /* whether rule_docs is filled */
    const uint32_t *by_name; /* slots of facts in order of name */
    const struct umi__fragments *fragments; /* in own; NULL: not made yet */
    const struct umi__reach *reach;         /* in arena; NULL: not made yet */
    umi_decision decision;
};

/* A run on d->trial, whose values the caller has set. */
UMI_MUST_CHECK umi_status umi__try(umi_decider *d);
/* The state of @p rule after the run that filled @p slots and @p scratch. */
umi_rule_state umi__rule_state(const umi_decider *d,
                               uint32_t rule,
                               const umi_value *slots,
                               const umi_value *scratch);
/* The status of @p product from the states of its rules. */
umi_verdict umi__product_status(const umi_decider *d,
                                size_t product,
                                const umi_rule_state *states);
/* All states after a run. */
void umi__rule_states(const umi_decider *d,
                      umi_rule_state *states,
                      const umi_value *slots,
                      const umi_value *scratch);

/* The facts that rule @p rule hangs on; nothing when it is not unknown. */
void umi__rule_unknowns(const umi_decider *d,
                        uint32_t rule,
                        uint64_t set[UMI_FACTS_MAX / 64]);

/* The documents that settle unknown rule or row, as few as can be shown to
 * do.  They are added to @p out. */
UMI_MUST_CHECK umi_status umi__rule_documents(umi_decider *d,
                                              uint32_t rule,
                                              umi_doc_set *out);
UMI_MUST_CHECK umi_status umi__row_documents(umi_decider *d,
                                             uint32_t row,
                                             umi_doc_set *out);

/* Choose the route; fills outcome, route and documents of d->decision. */
UMI_MUST_CHECK umi_status umi__route(umi_decider *d);

static inline const umi_value *umi__root(const umi_decider *d, uint32_t root)
{
    return d->root_at[root];
}

/* The value of a name in the decision at hand. */
const umi_value *umi__name_value(const umi_decider *d, const umi_name *name);

#endif
