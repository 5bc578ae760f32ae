/* SPDX-License-Identifier: MIT
 * One decision: run the program, read the states of the rules, add them up
 * per product, choose the route. */
#include "rules/decide/decision_int.h"

#include <assert.h>

/* --- rules --------------------------------------------------------------- */

static const umi_value *result(const umi_decider *d,
                               uint32_t root,
                               const umi_value *slots,
                               const umi_value *scratch)
{
    if (root == UINT32_MAX)
        return NULL;
    return slots == d->slots && scratch == d->scratch
               ? umi__root(d, root)
               : umi_program_result(d->program, slots, scratch, root);
}

static umi_rule_state state_of(const umi_value *v)
{
    if (v->state == UMI_KNOWN)
        return v->i != 0 ? UMI_RULE_PASS : UMI_RULE_FAIL;
    return v->state == UMI_UNKNOWN ? UMI_RULE_UNKNOWN : UMI_RULE_ERROR;
}

/* unless || require, in the logic of the language: true absorbs all, and an
 * unknown wins over an error. */
umi_rule_state umi__rule_state(const umi_decider *d,
                               uint32_t rule,
                               const umi_value *slots,
                               const umi_value *scratch)
{
    static const int rank[] = {[UMI_RULE_FAIL] = 0,
                               [UMI_RULE_ERROR] = 1,
                               [UMI_RULE_UNKNOWN] = 2,
                               [UMI_RULE_PASS] = 3};
    if (!d->holds[rule])
        return UMI_RULE_OFF;
    const umi_value *require =
        result(d, d->roots.require[rule], slots, scratch);
    const umi_value *unless = result(d, d->roots.unless[rule], slots, scratch);
    umi_rule_state a = state_of(require);
    if (unless == NULL)
        return a;
    umi_rule_state b = state_of(unless);
    return rank[a] >= rank[b] ? a : b;
}

void umi__rule_states(const umi_decider *d,
                      umi_rule_state *states,
                      const umi_value *slots,
                      const umi_value *scratch)
{
    for (uint32_t i = 0; i < d->rs->rule_count; i++)
        states[i] = umi__rule_state(d, i, slots, scratch);
}

static void add_unknowns(const umi_value *v, uint64_t *set)
{
    if (v == NULL || v->state != UMI_UNKNOWN)
        return;
    for (size_t i = 0; i < UMI_FACTS_MAX / 64; i++)
        set[i] |= v->unknown[i];
}

void umi__rule_unknowns(const umi_decider *d,
                        uint32_t rule,
                        uint64_t set[UMI_FACTS_MAX / 64])
{
    if (d->states[rule] != UMI_RULE_UNKNOWN)
        return;
    add_unknowns(result(d, d->roots.require[rule], d->slots, d->scratch), set);
    add_unknowns(result(d, d->roots.unless[rule], d->slots, d->scratch), set);
}

umi_status umi__try(umi_decider *d)
{
    umi_arena_reset(d->trial_texts);
    return umi_program_run(d->program, d->trial, d->trial_scratch,
                           d->trial_texts);
}

/* --- products ------------------------------------------------------------ */

/* What a rule does to its products: bits, the strongest one first. */
enum {
    CLOSES = 8,
    ERRS = 4,
    OPENS = 2, /* hangs on what nobody has shown */
    REFERS = 1
};

/* A warning stops nobody. */
static const uint8_t effects[UMI_SEVERITY_WARN + 1][UMI_RULE_OFF + 1] = {
    [UMI_SEVERITY_BLOCK] = {[UMI_RULE_FAIL] = CLOSES,
                            [UMI_RULE_UNKNOWN] = OPENS,
                            [UMI_RULE_ERROR] = ERRS},
    [UMI_SEVERITY_REFER] = {[UMI_RULE_FAIL] = REFERS,
                            [UMI_RULE_UNKNOWN] = OPENS,
                            [UMI_RULE_ERROR] = ERRS},
};

/* A block that fails closes the product whatever else is unknown: nobody is
 * sent for papers who cannot qualify. */
static umi_verdict verdict(unsigned all)
{
    return all & CLOSES   ? UMI_VERDICT_BLOCKED
           : all & ERRS   ? UMI_VERDICT_ERROR
           : all & OPENS  ? UMI_VERDICT_NEED_DOCUMENTS
           : all & REFERS ? UMI_VERDICT_REFER
                          : UMI_VERDICT_ELIGIBLE;
}

umi_verdict umi__product_status(const umi_decider *d,
                                size_t product,
                                const umi_rule_state *states)
{
    const umi_rule_product *p = &d->rs->products[product];
    unsigned all = 0;
    for (size_t i = 0; i < p->rule_count; i++) {
        uint32_t r = p->rules[i];
        all |= effects[d->severities[r]][states[r]];
    }
    return verdict(all);
}

static void choose_told(const umi_decider *d, umi_product_decision *out)
{
    out->told_count = 0;
    for (size_t i = 0; i < out->reason_count; i++) {
        uint32_t r = out->reasons[i];
        size_t at = out->told_count;
        while (at > 0 && d->tellings[r] < d->tellings[out->told[at - 1]])
            at--;
        if (at == UMI_TOLD_MAX)
            continue;
        if (out->told_count < UMI_TOLD_MAX)
            out->told_count++;
        for (size_t k = out->told_count - 1; k > at; k--)
            out->told[k] = out->told[k - 1];
        out->told[at] = r;
    }
}

/* Status and reasons in one pass.  Every rule is put down as a reason, and
 * the next one over it unless it fails: nothing to guess for the processor. */
static void take_states(const umi_decider *d,
                        const umi_rule_product *p,
                        umi_product_decision *out)
{
    uint32_t *reasons = (uint32_t *)out->reasons;
    size_t count = 0;
    unsigned all = 0;
    for (size_t i = 0; i < p->rule_count; i++) {
        uint32_t r = p->rules[i];
        umi_rule_state state = d->states[r];
        all |= effects[d->severities[r]][state];
        reasons[count] = r;
        count += state == UMI_RULE_FAIL;
    }
    out->status = verdict(all);
    out->reason_count = count;
}

static umi_status decide_product(umi_decider *d, size_t product)
{
    const umi_rule_product *p = &d->rs->products[product];
    umi_product_decision *out = &d->products[product];
    take_states(d, p, out);
    out->max = umi__root(d, d->roots.max[product]);
    out->rate = d->roots.rate[product] == UINT32_MAX
                    ? NULL
                    : umi__root(d, d->roots.rate[product]);
    out->what_ifs = NULL;
    out->what_if_count = 0;
    out->documents = (umi_doc_set){0};
    choose_told(d, out);
    if (out->status != UMI_VERDICT_NEED_DOCUMENTS)
        return UMI_OK;
    for (size_t i = 0; i < p->rule_count; i++) {
        uint32_t r = p->rules[i];
        if (d->states[r] != UMI_RULE_UNKNOWN ||
            d->severities[r] == UMI_SEVERITY_WARN)
            continue;
        umi_status rc = umi__rule_documents(d, r, &out->documents);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

/* --- the whole ----------------------------------------------------------- */

umi_status umi_decide(const umi_decision **out,
                      umi_decider *d,
                      const umi_value *facts,
                      umi_error *err)
{
    const umi_ruleset *rs = d->rs;
    memcpy(d->slots, facts, rs->fact_count * sizeof *facts);
    d->slots[rs->today] = umi_value_day(d->on);
    memset(d->docs_known, 0, rs->rule_count * sizeof *d->docs_known);
    umi_arena_reset(d->texts);
    umi_status rc = umi_program_run(d->program, d->slots, d->scratch, d->texts);
    if (rc == UMI_OK)
        umi__rule_states(d, d->states, d->slots, d->scratch);
    for (size_t i = 0; i < rs->product_count && rc == UMI_OK; i++)
        rc = decide_product(d, i);
    d->decision = (umi_decision){.ruleset = rs,
                                 .decider = d,
                                 .on = d->on,
                                 .products = d->products,
                                 .rules = d->states,
                                 .facts = d->slots};
    if (rc == UMI_OK)
        rc = umi__route(d);
    if (rc != UMI_OK)
        return umi_fail(err, rc, "", "no memory for a decision");
    *out = &d->decision;
    return UMI_OK;
}

const umi_value *umi__name_value(const umi_decider *d, const umi_name *name)
{
    switch (name->kind) {
    case UMI_NAME_FACT:
    case UMI_NAME_INPUT:
        return &d->slots[name->slot];
    case UMI_NAME_PARAM:
        return &d->params[name->slot];
    case UMI_NAME_LET:
        break;
    }
    return umi_program_let(d->program, d->slots, d->scratch, name->slot);
}
