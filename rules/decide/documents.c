/* SPDX-License-Identifier: MIT
 * Which documents to ask for.  All that an unknown answer hangs on is more
 * than need be brought: a document is dropped when the others, whatever they
 * show, settle the answer without it. */
#include "rules/decide/decision_int.h"

enum {
    MEMBERS_MAX = 16, /* of a fact whose values are tried out */
    TRIALS_MAX = 256  /* for one document */
};

typedef struct question {
    umi_decider *d;
    uint32_t index; /* of a rule, or of a row */
    bool row;
    uint64_t unknown[UMI_FACTS_MAX / 64];
} question;

static bool has(const uint64_t *set, size_t i)
{
    return set[i / 64] >> i % 64 & 1;
}

/* --- trying out ---------------------------------------------------------- */

static uint32_t members(const umi_fact *f)
{
    return f->type.kind == UMI_KIND_BOOL   ? 2
           : f->type.kind == UMI_KIND_ENUM ? f->type.of->count
                                           : UINT32_MAX;
}

static umi_value member(const umi_fact *f, uint32_t i)
{
    return f->type.kind == UMI_KIND_BOOL ? umi_value_bool(i != 0)
                                         : umi_value_enum(f->type.of, i);
}

static umi_status definite(const question *q, bool *out)
{
    umi_decider *d = q->d;
    umi_status rc = umi__try(d);
    if (rc != UMI_OK)
        return rc;
    if (q->row) {
        const umi_value *v = umi_program_result(
            d->program, d->trial, d->trial_scratch, d->roots.when[q->index]);
        *out = v->state == UMI_KNOWN;
    } else {
        umi_rule_state s =
            umi__rule_state(d, q->index, d->trial, d->trial_scratch);
        *out = s == UMI_RULE_PASS || s == UMI_RULE_FAIL;
    }
    return UMI_OK;
}

/* Facts of the question that @p docs shows; -1: too many values to try. */
static int rest_of(const question *q, const umi_doc_set *docs, uint32_t *rest)
{
    const umi_ruleset *rs = q->d->rs;
    size_t trials = 1;
    int n = 0;
    for (uint32_t i = 0; i < rs->fact_count; i++) {
        if (!has(q->unknown, i) || !umi_doc_in(docs, rs->facts[i].doc))
            continue;
        uint32_t values = members(&rs->facts[i]);
        if (values > MEMBERS_MAX || (trials *= values) > TRIALS_MAX)
            return -1;
        rest[n++] = i;
    }
    return n;
}

/* Whether the answer is definite for every value that @p docs may show. */
static umi_status settles(const question *q, const umi_doc_set *docs, bool *out)
{
    umi_decider *d = q->d;
    uint32_t rest[UMI_FACTS_MAX], at[UMI_FACTS_MAX] = {0};
    int n = rest_of(q, docs, rest);
    *out = false;
    if (n < 0)
        return UMI_OK;
    memcpy(d->trial, d->slots, (d->rs->fact_count + 1) * sizeof *d->trial);
    for (int turn = 0; turn < n;) {
        for (int k = 0; k < n; k++)
            d->trial[rest[k]] = member(&d->rs->facts[rest[k]], at[k]);
        umi_status rc = definite(q, out);
        if (rc != UMI_OK || !*out)
            return rc;
        for (turn = 0; turn < n; turn++) { /* the next combination */
            if (++at[turn] < members(&d->rs->facts[rest[turn]]))
                break;
            at[turn] = 0;
        }
    }
    return UMI_OK;
}

/* --- dropping ------------------------------------------------------------ */

static size_t count_of(const umi_doc_set *s)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof s->bits / sizeof *s->bits; i++)
        n += (size_t)__builtin_popcountll(s->bits[i]);
    return n;
}

static umi_status fewest(const question *q, umi_doc_set *out)
{
    const umi_ruleset *rs = q->d->rs;
    umi_doc_set docs = {0};
    for (size_t i = 0; i < rs->fact_count; i++)
        if (has(q->unknown, i))
            docs.bits[rs->facts[i].doc / 64] |= UINT64_C(1)
                                                << rs->facts[i].doc % 64;
    for (size_t i = 0; i < rs->doc_count && count_of(&docs) > 1; i++) {
        umi_doc_set without = docs;
        bool enough;
        if (!umi_doc_in(&docs, i))
            continue;
        without.bits[i / 64] &= ~(UINT64_C(1) << i % 64);
        umi_status rc = settles(q, &without, &enough);
        if (rc != UMI_OK)
            return rc;
        if (enough)
            docs = without;
    }
    for (size_t i = 0; i < sizeof docs.bits / sizeof *docs.bits; i++)
        out->bits[i] |= docs.bits[i];
    return UMI_OK;
}

umi_status umi__rule_documents(umi_decider *d, uint32_t rule, umi_doc_set *out)
{
    if (!d->docs_known[rule]) {
        question q = {.d = d, .index = rule};
        umi__rule_unknowns(d, rule, q.unknown);
        d->rule_docs[rule] = (umi_doc_set){0};
        umi_status rc = fewest(&q, &d->rule_docs[rule]);
        if (rc != UMI_OK)
            return rc;
        d->docs_known[rule] = true;
    }
    for (size_t i = 0; i < sizeof out->bits / sizeof *out->bits; i++)
        out->bits[i] |= d->rule_docs[rule].bits[i];
    return UMI_OK;
}

umi_status umi__row_documents(umi_decider *d, uint32_t row, umi_doc_set *out)
{
    question q = {.d = d, .index = row, .row = true};
    const umi_value *v = umi__root(d, d->roots.when[row]);
    memcpy(q.unknown, v->unknown, sizeof q.unknown);
    return fewest(&q, out);
}
