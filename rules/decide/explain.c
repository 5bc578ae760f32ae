/* SPDX-License-Identifier: MIT
 * A decision as JSON: what was decided, and on request every rule with the
 * values that it saw. */
#include "engine/base/version.h"
#include "rules/decide/decision_int.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

typedef struct writer {
    umi_json_out w;
    const umi_decision *decision;
    const umi_decider *d;
    const umi_ruleset *rs;
    unsigned show;
} writer;

static const umi_lang langs[UMI_LANGS] = {UMI_LANG_ID, UMI_LANG_EN};
static const char *const lang_keys[UMI_LANGS] = {"id", "en"};

/* --- values -------------------------------------------------------------- */

static void key_text(umi_json_out *w, umi_text key)
{
    umi_json_text(w, key);
    umi_buf_putc(w->buf, ':');
    w->comma = false;
}

static void write_number(umi_json_out *w, const umi_value *v)
{
    if (w->comma)
        umi_buf_putc(w->buf, ',');
    umi_buf_putc(w->buf, '"');
    umi_buf_value(w->buf, v);
    umi_buf_putc(w->buf, '"');
    w->comma = true;
}

static void write_value(umi_json_out *w, const umi_value *v);

static void write_known(umi_json_out *w, const umi_value *v)
{
    switch ((umi_kind)v->kind) {
    case UMI_KIND_BOOL:
        umi_json_bool(w, v->i != 0);
        return;
    case UMI_KIND_INT:
        umi_json_int(w, v->i);
        return;
    case UMI_KIND_STRING:
        umi_json_text(w, v->text);
        return;
    case UMI_KIND_ENUM:
        umi_json_text(w, v->of->members[v->i]);
        return;
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_MONEY:
    case UMI_KIND_DATE:
        write_number(w, v);
        return;
    case UMI_KIND_LIST:
        umi_json_open(w, '[');
        for (size_t i = 0; i < v->list.count; i++)
            write_value(w, &v->list.items[i]);
        umi_json_close(w, ']');
        return;
    case UMI_KIND_ANY:
        break;
    }
    umi_json_null(w);
}

/* Bools and whole numbers are JSON's own; everything else is text. */
static void write_value(umi_json_out *w, const umi_value *v)
{
    if (v->state == UMI_UNKNOWN) {
        umi_json_null(w);
    } else if (v->state == UMI_ERROR) {
        umi_json_open(w, '{');
        umi_json_key(w, "error");
        umi_json_str(w, umi_fault_code((umi_fault)v->fault));
        umi_json_close(w, '}');
    } else {
        write_known(w, v);
    }
}

static void write_fact(umi_json_out *w, const umi_fact *f, const umi_value *v)
{
    if (f->confidential && v->state == UMI_KNOWN)
        umi_json_str(w, "***");
    else
        write_value(w, v);
}

static void write_documents(writer *s, const umi_doc_set *docs)
{
    umi_json_key(&s->w, "documents");
    umi_json_open(&s->w, '[');
    for (size_t i = 0; i < s->rs->doc_count; i++)
        if (umi_doc_in(docs, i))
            umi_json_text(&s->w, s->rs->docs[i]);
    umi_json_close(&s->w, ']');
}

/* --- reasons ------------------------------------------------------------- */

void umi_decision_reason(umi_buf *b,
                         const umi_decision *decision,
                         uint32_t rule,
                         umi_lang lang)
{
    const umi_message *m = &decision->ruleset->rules[rule].text[lang];
    for (size_t i = 0; i < m->count; i++) {
        const umi_message_part *p = &m->parts[i];
        if (p->name == NULL) {
            umi_buf_text(b, p->text);
            continue;
        }
        const umi_value *v = umi__name_value(decision->decider, p->name);
        if (v->state == UMI_KNOWN)
            umi_buf_value_show(b, v, lang);
        else
            umi_buf_putc(b, '?');
    }
}

static void write_reason_text(writer *s, uint32_t rule)
{
    umi_buf b = {0};
    umi_json_key(&s->w, "text");
    umi_json_open(&s->w, '{');
    for (int i = 0; i < UMI_LANGS; i++) {
        b.len = 0;
        umi_decision_reason(&b, s->decision, rule, langs[i]);
        umi_json_key(&s->w, lang_keys[i]);
        umi_json_text(&s->w, umi_buf_as_text(&b));
    }
    umi_json_close(&s->w, '}');
    s->w.buf->failed |= b.failed;
    umi_buf_free(&b);
}

static void write_reason(writer *s, uint32_t rule)
{
    const umi_rule *r = &s->rs->rules[rule];
    umi_json_open(&s->w, '{');
    umi_json_key(&s->w, "code");
    umi_json_text(&s->w, r->reason_code);
    umi_json_key(&s->w, "rule");
    umi_json_text(&s->w, r->id);
    umi_json_key(&s->w, "severity");
    umi_json_str(&s->w, umi_severity_name(r->severity));
    umi_json_key(&s->w, "legal_basis");
    umi_json_text(&s->w, s->rs->legal[r->legal].key);
    write_reason_text(s, rule);
    umi_json_close(&s->w, '}');
}

static void write_reasons(writer *s, const umi_product_decision *p)
{
    umi_json_key(&s->w, "reasons");
    umi_json_open(&s->w, '[');
    for (size_t i = 0; i < p->reason_count; i++)
        write_reason(s, p->reasons[i]);
    umi_json_close(&s->w, ']');
    umi_json_key(&s->w, "told");
    umi_json_open(&s->w, '[');
    for (size_t i = 0; i < p->told_count; i++)
        umi_json_text(&s->w, s->rs->rules[p->told[i]].reason_code);
    umi_json_close(&s->w, ']');
}

/* --- errors -------------------------------------------------------------- */

/* The value that made rule @p rule an error. */
static const umi_value *error_of(const writer *s, uint32_t rule)
{
    const umi__roots *roots = &s->d->roots;
    const umi_value *v = umi__root(s->d, roots->require[rule]);
    if (v->state == UMI_ERROR || roots->unless[rule] == UINT32_MAX)
        return v;
    return umi__root(s->d, roots->unless[rule]);
}

static void write_error(writer *s, uint32_t rule)
{
    const umi_value *v = error_of(s, rule);
    const umi_node *origin = umi_program_origin(s->d->program, v);
    umi_json_key(&s->w, "error");
    umi_json_open(&s->w, '{');
    umi_json_key(&s->w, "code");
    umi_json_str(&s->w, umi_fault_code((umi_fault)v->fault));
    umi_json_key(&s->w, "rule");
    umi_json_text(&s->w, s->rs->rules[rule].id);
    umi_json_key(&s->w, "name");
    if (origin != NULL && origin->op == UMI_OP_NAME)
        umi_json_text(&s->w, origin->text);
    else
        umi_json_null(&s->w);
    umi_json_key(&s->w, "text");
    umi_json_open(&s->w, '{');
    for (int i = 0; i < UMI_LANGS; i++) {
        umi_json_key(&s->w, lang_keys[i]);
        umi_json_str(&s->w,
                     umi_tr(langs[i], umi_fault_text((umi_fault)v->fault)));
    }
    umi_json_close(&s->w, '}');
    umi_json_close(&s->w, '}');
}

static void write_first_error(writer *s, size_t product)
{
    const umi_rule_product *p = &s->rs->products[product];
    for (size_t i = 0; i < p->rule_count; i++)
        if (s->decision->rules[p->rules[i]] == UMI_RULE_ERROR &&
            s->rs->rules[p->rules[i]].severity != UMI_SEVERITY_WARN) {
            write_error(s, p->rules[i]);
            return;
        }
}

/* --- rules with their values --------------------------------------------- */

static void write_param(writer *s, uint32_t slot)
{
    const umi_param_value *v = s->d->in_force[slot];
    if (v == NULL) {
        write_value(&s->w, &s->d->params[slot]);
        return;
    }
    char day[UMI_DAY_TEXT];
    umi_day_write(day, v->from);
    umi_json_open(&s->w, '{');
    umi_json_key(&s->w, "value");
    write_value(&s->w, &v->value);
    umi_json_key(&s->w, "from");
    umi_json_str(&s->w, day);
    umi_json_key(&s->w, "legal");
    umi_json_text(&s->w, s->rs->legal[v->legal].key);
    umi_json_close(&s->w, '}');
}

/* Names of one rule, each once, in the order in which they are read. */
typedef struct names {
    const umi_name *seen[UMI_EXPR_NODES * 2];
    size_t count;
} names;

static void collect(void *self, const umi_node *node)
{
    names *n = self;
    for (size_t i = 0; i < n->count; i++)
        if (umi_text_eq(n->seen[i]->name, node->name->name))
            return;
    assert(n->count < sizeof n->seen / sizeof *n->seen);
    n->seen[n->count++] = node->name;
}

static void write_name(writer *s, const umi_name *name)
{
    key_text(&s->w, name->name);
    if (name->kind == UMI_NAME_PARAM)
        write_param(s, name->slot);
    else if (name->kind == UMI_NAME_FACT)
        write_fact(&s->w, &s->rs->facts[name->slot], &s->d->slots[name->slot]);
    else
        write_value(&s->w, umi__name_value(s->d, name));
}

static void write_values(writer *s, const umi_rule *r)
{
    names n = {.count = 0};
    umi_expr_names(r->require.expr->root, collect, &n);
    if (r->unless.expr != NULL)
        umi_expr_names(r->unless.expr->root, collect, &n);
    umi_json_key(&s->w, "values");
    umi_json_open(&s->w, '{');
    for (size_t i = 0; i < n.count; i++)
        write_name(s, n.seen[i]);
    umi_json_close(&s->w, '}');
}

static void write_place(writer *s, const umi_rule *r)
{
    char line[16];
    umi_buf b = {0};
    umi_buf_puts(&b, s->rs->file);
    (void)snprintf(line, sizeof line, ":%" PRIu32, r->require.source->at.line);
    umi_buf_puts(&b, line);
    umi_json_key(&s->w, "at");
    umi_json_text(&s->w, umi_buf_as_text(&b));
    s->w.buf->failed |= b.failed;
    umi_buf_free(&b);
}

static void write_rule(writer *s, uint32_t rule)
{
    const umi_rule *r = &s->rs->rules[rule];
    umi_rule_state state = s->decision->rules[rule];
    umi_json_open(&s->w, '{');
    umi_json_key(&s->w, "rule");
    umi_json_text(&s->w, r->id);
    umi_json_key(&s->w, "state");
    umi_json_str(&s->w, umi_rule_state_name(state));
    write_place(s, r);
    umi_json_key(&s->w, "expr");
    umi_json_text(&s->w, r->require.expr->text);
    if (r->unless.expr != NULL) {
        umi_json_key(&s->w, "unless");
        umi_json_text(&s->w, r->unless.expr->text);
    }
    write_values(s, r);
    if (state == UMI_RULE_ERROR)
        write_error(s, rule);
    umi_json_close(&s->w, '}');
}

/* A rule that does not hold on the day is not part of the decision. */
static void write_rules(writer *s, size_t product)
{
    const umi_rule_product *p = &s->rs->products[product];
    umi_json_key(&s->w, "rules");
    umi_json_open(&s->w, '[');
    for (size_t i = 0; i < p->rule_count; i++)
        if (s->decision->rules[p->rules[i]] != UMI_RULE_OFF)
            write_rule(s, p->rules[i]);
    umi_json_close(&s->w, ']');
}

/* --- products ------------------------------------------------------------ */

static void write_what_ifs(writer *s, const umi_product_decision *p)
{
    umi_json_key(&s->w, "what_if");
    umi_json_open(&s->w, '[');
    for (size_t i = 0; i < p->what_if_count; i++) {
        const umi_what_if *q = &p->what_ifs[i];
        const umi_fact *f = &s->rs->facts[q->fact];
        umi_json_open(&s->w, '{');
        umi_json_key(&s->w, "fact");
        umi_json_text(&s->w, f->name);
        umi_json_key(&s->w, "now");
        write_fact(&s->w, f, &s->d->slots[q->fact]);
        umi_json_key(&s->w, "needed");
        write_fact(&s->w, f, &q->needed);
        umi_json_key(&s->w, "direction");
        umi_json_str(&s->w, umi_move_name(q->moved));
        umi_json_key(&s->w, "checked");
        umi_json_bool(&s->w, true);
        umi_json_close(&s->w, '}');
    }
    umi_json_close(&s->w, ']');
}

static void write_or_null(umi_json_out *w, const char *key, const umi_value *v)
{
    umi_json_key(w, key);
    if (v == NULL || v->state != UMI_KNOWN)
        umi_json_null(w);
    else
        write_value(w, v);
}

static void write_product(writer *s, size_t i)
{
    const umi_product_decision *p = &s->decision->products[i];
    umi_json_open(&s->w, '{');
    umi_json_key(&s->w, "product");
    umi_json_text(&s->w, s->rs->products[i].code);
    umi_json_key(&s->w, "status");
    umi_json_str(&s->w, umi_verdict_name(p->status));
    umi_json_key(&s->w, "channel");
    umi_json_text(&s->w, s->rs->products[i].channel);
    write_or_null(&s->w, "max", p->max);
    write_or_null(&s->w, "rate", p->rate);
    write_reasons(s, p);
    write_documents(s, &p->documents);
    if (p->status == UMI_VERDICT_ERROR)
        write_first_error(s, i);
    if (s->show & UMI_SHOW_RULES)
        write_rules(s, i);
    if (s->show & UMI_SHOW_WHAT_IFS)
        write_what_ifs(s, p);
    umi_json_close(&s->w, '}');
}

/* --- facts --------------------------------------------------------------- */

static void write_facts_used(writer *s)
{
    umi_json_key(&s->w, "facts_used");
    umi_json_open(&s->w, '{');
    for (uint32_t i = 0; i < s->rs->fact_count; i++) {
        const umi_fact *f = &s->rs->facts[i];
        if (!f->used || s->d->slots[i].state != UMI_KNOWN)
            continue;
        key_text(&s->w, f->name);
        write_fact(&s->w, f, &s->d->slots[i]);
    }
    umi_json_close(&s->w, '}');
}

/* All known facts in order of name, confidential ones too: two decisions
 * with the same hash saw the same applicant. */
static void write_facts_hash(writer *s)
{
    char hex[UMI_HASH_HEX];
    umi_buf b = {0};
    umi_blake2b h;
    umi_blake2b_init(&h);
    for (size_t i = 0; i < s->rs->fact_count; i++) {
        uint32_t slot = s->d->by_name[i];
        if (s->d->slots[slot].state != UMI_KNOWN)
            continue;
        b.len = 0;
        umi_buf_value(&b, &s->d->slots[slot]);
        umi_blake2b_text(&h, s->rs->facts[slot].name);
        umi_blake2b_text(&h, umi_buf_as_text(&b));
    }
    umi_hash hash = umi_blake2b_final(&h);
    umi_hash_hex(hex, &hash);
    umi_json_key(&s->w, "facts_hash");
    umi_json_str(&s->w, hex);
    s->w.buf->failed |= b.failed;
    umi_buf_free(&b);
}

/* --- the whole ----------------------------------------------------------- */

static void write_ruleset(writer *s)
{
    char hex[UMI_HASH_HEX];
    umi_hash_hex(hex, &s->rs->sha256);
    umi_json_key(&s->w, "ruleset");
    umi_json_open(&s->w, '{');
    umi_json_key(&s->w, "id");
    umi_json_text(&s->w, s->rs->id);
    umi_json_key(&s->w, "version");
    umi_json_text(&s->w, s->rs->version);
    umi_json_key(&s->w, "sha256");
    umi_json_str(&s->w, hex);
    umi_json_close(&s->w, '}');
}

static void write_engine(umi_json_out *w)
{
    char name[32];
    (void)snprintf(name, sizeof name, "umi %s", umi_version());
    umi_json_str(w, name);
}

static void write_head(writer *s, umi_text id)
{
    const umi_decision *d = s->decision;
    umi_json_key(&s->w, "id");
    if (id.ptr != NULL)
        umi_json_text(&s->w, id);
    else
        umi_json_null(&s->w);
    umi_json_key(&s->w, "decision");
    umi_json_str(&s->w, umi_decision_name(d->outcome));
    umi_json_key(&s->w, "decision_date");
    umi_json_day(&s->w, d->on);
    umi_json_key(&s->w, "route");
    if (d->route >= 0)
        umi_json_text(&s->w, s->rs->products[d->route].code);
    else
        umi_json_null(&s->w);
    write_documents(s, &d->documents);
}

void umi_decision_write_json(umi_buf *b,
                             const umi_decision *decision,
                             umi_text id,
                             unsigned show)
{
    writer s = {.w = {.buf = b},
                .decision = decision,
                .d = decision->decider,
                .rs = decision->ruleset,
                .show = show};
    umi_json_open(&s.w, '{');
    write_head(&s, id);
    write_ruleset(&s);
    umi_json_key(&s.w, "products");
    umi_json_open(&s.w, '[');
    for (size_t i = 0; i < s.rs->product_count; i++)
        write_product(&s, i);
    umi_json_close(&s.w, ']');
    if (show & UMI_SHOW_RULES)
        write_facts_used(&s);
    write_facts_hash(&s);
    umi_json_key(&s.w, "engine");
    write_engine(&s.w);
    umi_json_key(&s.w, "shadow");
    umi_json_null(&s.w);
    umi_json_close(&s.w, '}');
}
