/* SPDX-License-Identifier: MIT */
#include "ledger/desk/judge.h"

#include "engine/base/json.h"
#include "ledger/desk/known.h"

typedef struct judging {
    umi_judgement *out;
    umi_desk *desk;
    const umi_application *a;
    umi_value *facts; /* by slot */
    umi_disagreement *disagreements;
    umi_judge_view view;
    umi_arena *arena;
} judging;

/* The buffer's text in the arena; frees the buffer. */
static umi_status keep(judging *j, umi_buf *b, umi_text *out, umi_error *err)
{
    const char *copy =
        b->failed ? NULL
                  : umi_arena_copy(j->arena, b->ptr ? b->ptr : "", b->len);
    *out = (umi_text){copy, b->len};
    umi_buf_free(b);
    return copy ? UMI_OK : umi_fail_memory(err);
}

static umi_status
value_text(judging *j, const umi_value *v, umi_text *out, umi_error *err)
{
    umi_buf b = {0};
    umi_buf_value(&b, v);
    return keep(j, &b, out, err);
}

/* --- facts ------------------------------------------------------------------ */

/* The slot of a fact, or NULL when these rules do not ask for it. */
static const umi_name *slot_of(const judging *j, umi_text fact)
{
    const umi_name *n = umi_env_find(j->desk->rules->names, fact);
    return n != NULL && n->kind == UMI_NAME_FACT ? n : NULL;
}

static umi_status take_stated(judging *j, umi_error *err)
{
    umi_json *root = NULL;
    umi_status rc = umi_json_parse(&root, j->a->facts, j->arena, err);
    if (rc != UMI_OK || root->type != UMI_JSON_OBJECT)
        return rc == UMI_ENOMEM ? rc
                                : umi_fail(err, UMI_EDAMAGED, "",
                                           "stated facts cannot be read");
    for (const umi_json *v = root->first; v != NULL && rc == UMI_OK;
         v = v->next) {
        const umi_name *n = slot_of(j, v->key);
        if (n != NULL)
            rc = umi_fact_put(j->facts, j->desk->rules, n->slot, v->text, err);
    }
    return rc;
}

static umi_status note_disagreement(judging *j,
                                    umi_text fact,
                                    const umi_value *stated,
                                    const umi_value *known,
                                    umi_error *err)
{
    umi_disagreement *d = &j->disagreements[j->out->disagreement_count++];
    d->fact = fact;
    umi_status rc = value_text(j, stated, &d->stated, err);
    return rc == UMI_OK ? value_text(j, known, &d->known, err) : rc;
}

static umi_status take_known(judging *j, const umi_known *k, umi_error *err)
{
    const umi_name *n = slot_of(j, umi_text_of(k->fact));
    if (n == NULL)
        return UMI_OK;
    umi_value stated = j->facts[n->slot];
    umi_status rc =
        umi_fact_put(j->facts, j->desk->rules, n->slot, k->text, err);
    if (rc != UMI_OK || stated.state != UMI_KNOWN)
        return rc;
    const umi_value *known = &j->facts[n->slot];
    if (k->at_least && stated.i >= known->i) {
        j->facts[n->slot] = stated;
        return UMI_OK;
    }
    if (umi_value_equal(&stated, known))
        return UMI_OK;
    return note_disagreement(j, n->name, &stated, known, err);
}

static umi_status gather(judging *j, umi_error *err)
{
    umi_knowns known = {0};
    j->facts = umi_arena_array(j->arena, j->desk->rules->fact_count + 1,
                               sizeof *j->facts);
    j->disagreements =
        umi_arena_array(j->arena, UMI_KNOWN_MAX, sizeof *j->disagreements);
    if (j->facts == NULL || j->disagreements == NULL)
        return umi_fail_memory(err);
    j->out->disagreements = j->disagreements;
    umi_facts_clear(j->facts, j->desk->rules);
    umi_status rc = take_stated(j, err);
    if (rc == UMI_OK)
        rc = umi_known_of(&known, j->desk, j->a, j->arena, err);
    for (size_t i = 0; rc == UMI_OK && i < known.count; i++)
        rc = take_known(j, &known.items[i], err);
    return rc;
}

/* --- what the rules said ---------------------------------------------------- */

static const umi_value *fact(const judging *j, umi_text name)
{
    const umi_name *n = slot_of(j, name);
    return n != NULL && j->facts[n->slot].state == UMI_KNOWN
               ? &j->facts[n->slot]
               : NULL;
}

static umi_status
read_terms(judging *j, const umi_product_decision *p, umi_error *err)
{
    umi_judgement *out = j->out;
    if (p->max != NULL && p->max->state == UMI_KNOWN)
        out->has_max = umi_value_as_money(&out->max, p->max);
    const umi_value *count = fact(j, UMI_TEXT("kur_count"));
    const umi_product *product =
        umi_product_find(j->desk->products, out->product);
    const umi_value *pledge =
        product != NULL ? fact(j, product->appraised_by) : NULL;
    if (count != NULL && count->i >= 0 && count->i < 1000)
        out->access = (int32_t)count->i + 1;
    if (pledge != NULL && !umi_value_as_money(&out->appraisal, pledge))
        out->appraisal = (umi_money){0};
    if (p->rate == NULL || p->rate->state != UMI_KNOWN)
        return UMI_OK;
    umi_decimal q = umi_decimal_reduce(p->rate->q);
    if (q.num < 0 || q.num > INT64_MAX || q.den > INT64_MAX)
        return umi_fail(err, UMI_ERANGE, "rate", "the rate does not fit");
    out->has_rate = true;
    out->rate = umi_rate_of((int64_t)q.num, (int64_t)q.den);
    return value_text(j, p->rate, &out->rate_text, err);
}

static umi_status write_reasons(judging *j,
                                const umi_decision *d,
                                const umi_product_decision *p,
                                umi_error *err)
{
    umi_text *lines =
        umi_arena_array(j->arena, p->reason_count + 1, sizeof *lines);
    umi_status rc = lines ? UMI_OK : umi_fail_memory(err);
    for (size_t i = 0; rc == UMI_OK && i < p->reason_count; i++) {
        umi_buf b = {0};
        umi_decision_reason(&b, d, p->reasons[i], j->view.lang);
        rc = keep(j, &b, &lines[i], err);
    }
    j->out->reasons = lines;
    j->out->reason_count = p->reason_count;
    return rc;
}

static umi_status
write_documents(judging *j, const umi_doc_set *set, umi_error *err)
{
    const umi_ruleset *rs = j->desk->rules;
    umi_text *lines =
        umi_arena_array(j->arena, rs->doc_count + 1, sizeof *lines);
    size_t n = 0;
    if (lines == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < rs->doc_count; i++)
        if (umi_doc_in(set, i))
            lines[n++] = rs->docs[i];
    j->out->documents = lines;
    j->out->document_count = n;
    return UMI_OK;
}

static void put_what_if(const judging *j, umi_buf *b, const umi_what_if *w)
{
    umi_buf_text(b, j->desk->rules->facts[w->fact].name);
    umi_buf_puts(b, " -> ");
    umi_buf_value_show(b, &w->needed, j->view.lang);
    if (w->with == NULL)
        return;
    umi_buf_puts(b, umi_tr(j->view.lang, " and "));
    put_what_if(j, b, w->with);
}

static umi_status
write_what_ifs(judging *j, const umi_product_decision *p, umi_error *err)
{
    umi_text *lines =
        umi_arena_array(j->arena, p->what_if_count + 1, sizeof *lines);
    umi_status rc = lines ? UMI_OK : umi_fail_memory(err);
    for (size_t i = 0; rc == UMI_OK && i < p->what_if_count; i++) {
        umi_buf b = {0};
        put_what_if(j, &b, &p->what_ifs[i]);
        rc = keep(j, &b, &lines[i], err);
    }
    j->out->what_ifs = lines;
    j->out->what_if_count = p->what_if_count;
    return rc;
}

/* With these and the rules of that hash the decision can be made again. */
static umi_status write_facts(judging *j, umi_error *err)
{
    const umi_ruleset *rs = j->desk->rules;
    umi_buf b = {0}, v = {0};
    umi_json_out w = {.buf = &b};
    umi_json_open(&w, '{');
    for (size_t i = 0; i < rs->fact_count; i++) {
        if (j->facts[i].state != UMI_KNOWN)
            continue;
        char name[96];
        size_t n = rs->facts[i].name.len < 95 ? rs->facts[i].name.len : 95;
        memcpy(name, rs->facts[i].name.ptr, n);
        name[n] = '\0';
        v.len = 0;
        umi_buf_value(&v, &j->facts[i]);
        umi_json_put_text(&w, name, umi_buf_as_text(&v));
    }
    umi_json_close(&w, '}');
    b.failed |= v.failed;
    umi_buf_free(&v);
    return keep(j, &b, &j->out->facts, err);
}

/* The product in question: asked for, else offered by the routing. */
static umi_status
choose(judging *j, const umi_decision *d, int *product, umi_error *err)
{
    const umi_ruleset *rs = j->desk->rules;
    *product = d->route;
    if (j->a->product.ptr != NULL) {
        *product = umi_ruleset_product(rs, j->a->product);
        if (*product < 0)
            return umi_fail_code(err, UMI_ENOENT, "UNKNOWN", "product",
                                 "the rules do not decide on product '%.*s'",
                                 UMI_SHOW(j->a->product));
    }
    if (*product >= 0)
        j->out->product = rs->products[*product].code;
    return UMI_OK;
}

static umi_status
read_decision(judging *j, const umi_decision *d, umi_error *err)
{
    int product = -1;
    umi_buf b = {0};
    unsigned show = 0;
    umi_status rc = choose(j, d, &product, err);
    /* what would open it is asked, and shown, only where it is not open */
    if (rc == UMI_OK &&
        (product < 0 || d->products[product].status != UMI_VERDICT_ELIGIBLE)) {
        rc = umi_decision_what_if(d, err);
        show = UMI_SHOW_WHAT_IFS;
    }
    if (rc != UMI_OK)
        return rc;
    const umi_product_decision *p = product < 0 ? NULL : &d->products[product];
    j->out->verdict = p ? p->status : d->outcome;
    umi_decision_write_json(&b, d, j->a->code, show);
    rc = keep(j, &b, &j->out->body, err);
    if (rc == UMI_OK && j->view.explain) {
        umi_decision_write_json(&b, d, j->a->code, UMI_SHOW_RULES | show);
        rc = keep(j, &b, &j->out->explained, err);
    }
    if (rc == UMI_OK)
        rc = write_facts(j, err);
    if (rc == UMI_OK)
        rc = write_documents(j, p ? &p->documents : &d->documents, err);
    if (rc != UMI_OK || p == NULL)
        return rc;
    rc = read_terms(j, p, err);
    if (rc == UMI_OK)
        rc = write_reasons(j, d, p, err);
    return rc == UMI_OK ? write_what_ifs(j, p, err) : rc;
}

umi_status umi_judge(umi_judgement *out,
                     umi_desk *desk,
                     umi_decider *decider,
                     const umi_application *a,
                     umi_judge_view view,
                     umi_arena *arena,
                     umi_error *err)
{
    umi_judgement result = {0};
    judging j = {
        .out = &result, .desk = desk, .a = a, .view = view, .arena = arena};
    const umi_decision *d = NULL;
    umi_status rc = gather(&j, err);
    if (rc == UMI_OK)
        rc = umi_decide(&d, decider, j.facts, err);
    if (rc == UMI_OK)
        rc = read_decision(&j, d, err);
    if (rc == UMI_OK)
        *out = result;
    return rc;
}
