/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_DECISION_H
#define UMI_RULES_DECIDE_DECISION_H

/**
 * @file
 * Deciding: facts of an applicant and a date in, for every product a status
 * with reasons out, and the product that the routing prefers.  A fact that
 * nobody has shown is unknown, and then the answer is a document to bring.
 *
 *     umi_decider_new(&d, ruleset, day, &err);
 *     umi_facts_clear(facts, ruleset);
 *     umi_fact_set(facts, ruleset, name, text, &err);      ... for each
 *     umi_decide(&decision, d, facts, &err);
 *     umi_decision_write_json(&buf, decision, id, UMI_SHOW_RULES);
 *     umi_decider_free(d);
 *
 * There is no clock and no other input: the same facts on the same date under
 * the same rule set give the same decision, byte for byte.
 */
#include "rules/set/ruleset.h"

/** What becomes of a product, and of the whole; the better one first. */
typedef enum umi_verdict {
    UMI_VERDICT_ELIGIBLE,
    UMI_VERDICT_REFER,
    UMI_VERDICT_NEED_DOCUMENTS,
    UMI_VERDICT_ERROR,
    UMI_VERDICT_BLOCKED /**< of the whole: no product is open */
} umi_verdict;

typedef enum umi_rule_state {
    UMI_RULE_PASS,
    UMI_RULE_FAIL,
    UMI_RULE_UNKNOWN,
    UMI_RULE_ERROR,
    UMI_RULE_OFF /**< does not hold on the decision date */
} umi_rule_state;

/** A set of documents: bit i is docs[i] of the rule set. */
typedef struct umi_doc_set {
    uint64_t bits[UMI_FACTS_MAX / 64];
} umi_doc_set;

#define UMI_TOLD_MAX 4 /**< reasons on a letter to the applicant */

/** One fact that, altered alone, would make a product eligible; or, where
 * none does, the first of two that would do it together. */
typedef struct umi_what_if {
    uint32_t fact;                  /**< slot */
    umi_value needed;               /**< proved by a full decision */
    umi_move moved;                 /**< UMI_MOVE_INCREASE, _DECREASE or _SET */
    const struct umi_what_if *with; /**< the second of two; NULL: alone */
} umi_what_if;

typedef struct umi_product_decision {
    umi_verdict status;
    const umi_value *max;    /**< may be unknown or an error */
    const umi_value *rate;   /**< NULL: the product names none */
    const uint32_t *reasons; /**< rules that fail, in file order */
    size_t reason_count;
    uint32_t told[UMI_TOLD_MAX]; /**< of the reasons, those for a letter */
    size_t told_count;
    umi_doc_set documents;
    const umi_what_if *what_ifs; /**< filled by umi_decision_what_if() */
    size_t what_if_count;
} umi_product_decision;

typedef struct umi_decider umi_decider;

typedef struct umi_decision {
    const umi_ruleset *ruleset;
    umi_decider *decider;
    umi_day on;
    umi_verdict outcome;
    int route;             /**< index of a product, or -1 */
    umi_doc_set documents; /**< that settle the decision as a whole */
    const umi_product_decision *products; /**< by index */
    const umi_rule_state *rules;          /**< by index */
    const umi_value *facts;               /**< by slot */
} umi_decision;

/**
 * Make ready to decide under @p rs (borrowed) on day @p on: the figures in
 * force become constants of a program.  One decider serves one thread.
 *
 * @param[out] out the caller frees; untouched on failure
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_decider_new(umi_decider **out,
                                          const umi_ruleset *rs,
                                          umi_day on,
                                          umi_error *err);
/**
 * Decide on another day from now on; cheap when the same figures hold.
 * @retval UMI_ENOMEM memory exhausted; the decider is as before
 */
UMI_MUST_CHECK umi_status umi_decider_on(umi_decider *d,
                                         umi_day on,
                                         umi_error *err);
void umi_decider_free(umi_decider *d); /**< NULL is allowed */

/** All facts of @p rs unknown; @p facts has room for rs->fact_count. */
void umi_facts_clear(umi_value *facts, const umi_ruleset *rs);

/**
 * Set fact @p name from its canonical text: "true", "3", "2500000", "0.06",
 * "1990-05-01", a member, or any string (borrowed).
 * @retval UMI_ENOENT there is no such fact; err->field names it
 * @retval UMI_EINVAL not a value of its type, or out of range
 */
UMI_MUST_CHECK umi_status umi_fact_set(umi_value *facts,
                                       const umi_ruleset *rs,
                                       umi_text name,
                                       umi_text text,
                                       umi_error *err);

/** The same by slot. */
UMI_MUST_CHECK umi_status umi_fact_put(umi_value *facts,
                                       const umi_ruleset *rs,
                                       uint32_t slot,
                                       umi_text text,
                                       umi_error *err);

/**
 * Decide on @p facts (by slot, copied).
 *
 * @param[out] out borrowed from @p d until its next decision
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_decide(const umi_decision **out,
                                     umi_decider *d,
                                     const umi_value *facts,
                                     umi_error *err);

/**
 * For each product of @p decision that is blocked or referred, find the
 * facts that would open it if one of them were altered as it may be; where
 * there is none, pairs of facts.  The decision then shows them.
 * @source docs/eligibility.md, "What would help"
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_decision_what_if(const umi_decision *decision,
                                               umi_error *err);

/** "eligible" "refer" "need_documents" "error" "blocked"; of the whole
 * decision "not_eligible" stands for the last. */
const char *umi_verdict_name(umi_verdict o);
const char *umi_decision_name(umi_verdict o);
const char *umi_rule_state_name(umi_rule_state s); /**< "pass", ... */

static inline bool umi_doc_in(const umi_doc_set *s, size_t doc)
{
    return s->bits[doc / 64] >> doc % 64 & 1;
}

/** The message of @p rule for people, with the values of this decision. */
void umi_decision_reason(umi_buf *b,
                         const umi_decision *decision,
                         uint32_t rule,
                         umi_lang lang);

/** What umi_decision_write_json() adds; may be or-ed. */
#define UMI_SHOW_RULES    1U /**< every rule with its values; facts_used */
#define UMI_SHOW_WHAT_IFS 2U

/**
 * Write the decision as one JSON object without a line end, `id` first.
 * @p id {NULL, 0} writes null.  Stable order, canonical numbers as text.
 * @source docs/eligibility.md, "A decision"
 */
void umi_decision_write_json(umi_buf *b,
                             const umi_decision *decision,
                             umi_text id,
                             unsigned show);

#endif
