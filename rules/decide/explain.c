/* SPDX-License-Identifier: MIT
 * A decision as JSON: what was decided, and on request every rule with the
 * values that it saw. */
#include "rules/decide/fragments_int.h"

#include <inttypes.h>

/* A literal: its length is known when compiled. */
#define PUT(b, s) umi_buf_bytes((b), (s), sizeof(s) - 1)

typedef struct writer {
    umi_buf *b;
    const umi_decision *decision;
    const umi_decider *d;
    const umi_ruleset *rs;
    const struct umi__fragments *f;
    unsigned show;
} writer;

/* --- pieces -------------------------------------------------------------- */

static void show(umi_buf *b, const umi_value *v, umi_lang lang)
{
    if (v->state == UMI_KNOWN)
        umi_buf_value_show(b, v, lang);
    else
        umi_buf_putc(b, '?');
}

void umi_decision_reason(umi_buf *b,
                         const umi_decision *decision,
                         uint32_t rule,
                         umi_lang lang)
{
    const umi_message *m = &decision->ruleset->rules[rule].text[lang];
    for (size_t i = 0; i < m->count; i++)
        if (m->parts[i].name == NULL)
            umi_buf_text(b, m->parts[i].text);
        else
            show(b, umi__name_value(decision->decider, m->parts[i].name), lang);
}

/* Texts of facts may hold what JSON escapes; other values never do. */
static void put_shown(writer *s, const umi__piece *p)
{
    const umi_value *v = umi__name_value(s->d, p->name);
    if (v->state != UMI_KNOWN ||
        (v->kind != UMI_KIND_STRING && v->kind != UMI_KIND_ENUM &&
         v->kind != UMI_KIND_LIST)) {
        show(s->b, v, p->lang);
        return;
    }
    umi_buf shown = {0};
    umi_buf_value_show(&shown, v, p->lang);
    umi__json_escape(s->b, umi_buf_as_text(&shown));
    s->b->failed |= shown.failed;
    umi_buf_free(&shown);
}

static void put_value(writer *s, const umi_name *name)
{
    const umi_value *v = umi__name_value(s->d, name);
    if (name->kind == UMI_NAME_FACT)
        umi__json_fact(s->b, &s->rs->facts[name->slot], v);
    else
        umi__json_value(s->b, v);
}

static void put_or_null(umi_buf *b, const umi_value *v)
{
    if (v->state == UMI_KNOWN)
        umi__json_value(b, v);
    else
        PUT(b, "null");
}

static void put_fragment(writer *s, const umi__fragment *f, uint32_t rule)
{
    for (size_t i = 0; i < f->count; i++) {
        const umi__piece *p = &f->pieces[i];
        switch (p->kind) {
        case UMI__PIECE_TEXT:
            umi_buf_text(s->b, p->text);
            break;
        case UMI__PIECE_SHOWN:
            put_shown(s, p);
            break;
        case UMI__PIECE_VALUE:
            put_value(s, p->name);
            break;
        case UMI__PIECE_ROOT:
            put_or_null(s->b, umi__root(s->d, p->root));
            break;
        case UMI__PIECE_STATE:
            umi_buf_puts(s->b, umi_rule_state_name(s->decision->rules[rule]));
            break;
        }
    }
}

static void comma(umi_buf *b, bool due)
{
    if (due)
        umi_buf_putc(b, ',');
}

/* Behind @p items that end with a comma each: the last one needs none.  The
 * byte is not read again, for the copy that wrote it may still be under way. */
static void take_comma(umi_buf *b, size_t items)
{
    if (items > 0 && !b->failed)
        b->len--;
}

static void put_documents(writer *s, const umi_doc_set *docs)
{
    size_t items = 0;
    PUT(s->b, ",\"documents\":[");
    for (size_t w = 0; w < sizeof docs->bits / sizeof *docs->bits; w++)
        for (uint64_t left = docs->bits[w]; left != 0; left &= left - 1) {
            umi_buf_text(s->b,
                         s->f->docs[w * 64 + (size_t)__builtin_ctzll(left)]);
            items++;
        }
    take_comma(s->b, items);
    umi_buf_putc(s->b, ']');
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

static void put_error(writer *s, uint32_t rule)
{
    const umi_value *v = error_of(s, rule);
    const umi_node *origin = umi_program_origin(s->d->program, v);
    const char *text = umi_fault_text((umi_fault)v->fault);
    umi_json_out w = {.buf = s->b};
    PUT(s->b, ",\"error\":");
    umi_json_open(&w, '{');
    umi_json_put_str(&w, "code", umi_fault_code((umi_fault)v->fault));
    umi_json_put_text(&w, "rule", s->rs->rules[rule].id);
    umi_json_key(&w, "name");
    if (origin != NULL && origin->text.len > 0 &&
        (origin->op == UMI_OP_NAME || origin->fn == UMI_FN_NONE))
        umi_json_text(&w, origin->text);
    else
        umi_json_null(&w);
    umi_json_key(&w, "text");
    umi_json_open(&w, '{');
    umi_json_put_str(&w, "id", umi_tr(UMI_LANG_ID, text));
    umi_json_put_str(&w, "en", umi_tr(UMI_LANG_EN, text));
    umi_json_close(&w, '}');
    umi_json_close(&w, '}');
}

static void put_first_error(writer *s, size_t product)
{
    const umi_rule_product *p = &s->rs->products[product];
    for (size_t i = 0; i < p->rule_count; i++)
        if (s->decision->rules[p->rules[i]] == UMI_RULE_ERROR &&
            s->rs->rules[p->rules[i]].severity != UMI_SEVERITY_WARN) {
            put_error(s, p->rules[i]);
            return;
        }
}

/* --- products ------------------------------------------------------------ */

static void put_reasons(writer *s, const umi_product_decision *p)
{
    for (size_t i = 0; i < p->reason_count; i++)
        put_fragment(s, &s->f->reasons[p->reasons[i]], p->reasons[i]);
    take_comma(s->b, p->reason_count);
    PUT(s->b, "],\"told\":[");
    for (size_t i = 0; i < p->told_count; i++)
        umi_buf_text(s->b, s->f->codes[p->told[i]]);
    take_comma(s->b, p->told_count);
    umi_buf_putc(s->b, ']');
}

/* A rule that does not hold on the day is no part of the decision. */
static void put_rules(writer *s, size_t product)
{
    const umi_rule_product *p = &s->rs->products[product];
    bool due = false;
    PUT(s->b, ",\"rules\":[");
    for (size_t i = 0; i < p->rule_count; i++) {
        uint32_t r = p->rules[i];
        if (s->decision->rules[r] == UMI_RULE_OFF)
            continue;
        comma(s->b, due);
        due = true;
        put_fragment(s, &s->f->rules[r], r);
        if (s->decision->rules[r] == UMI_RULE_ERROR)
            put_error(s, r);
        umi_buf_putc(s->b, '}');
    }
    umi_buf_putc(s->b, ']');
}

static void put_move(writer *s, const umi_what_if *q)
{
    const umi_fact *f = &s->rs->facts[q->fact];
    PUT(s->b, "\"fact\":\"");
    umi_buf_text(s->b, f->name);
    PUT(s->b, "\",\"now\":");
    umi__json_fact(s->b, f, &s->d->slots[q->fact]);
    PUT(s->b, ",\"needed\":");
    umi__json_fact(s->b, f, &q->needed);
    PUT(s->b, ",\"direction\":\"");
    umi_buf_puts(s->b, umi_move_name(q->moved));
    umi_buf_putc(s->b, '"');
}

static void put_what_if(writer *s, const umi_what_if *q)
{
    umi_buf_putc(s->b, '{');
    if (q->with == NULL) {
        put_move(s, q);
    } else {
        PUT(s->b, "\"facts\":[{");
        put_move(s, q);
        PUT(s->b, "},{");
        put_move(s, q->with);
        PUT(s->b, "}]");
    }
    PUT(s->b, ",\"checked\":true}");
}

static void put_what_ifs(writer *s, const umi_product_decision *p)
{
    PUT(s->b, ",\"what_if\":[");
    for (size_t i = 0; i < p->what_if_count; i++) {
        comma(s->b, i > 0);
        put_what_if(s, &p->what_ifs[i]);
    }
    umi_buf_putc(s->b, ']');
}

static void put_product(writer *s, size_t i)
{
    const umi_product_decision *p = &s->decision->products[i];
    put_fragment(s, &s->f->products[i * UMI_VERDICTS + p->status], 0);
    put_reasons(s, p);
    put_documents(s, &p->documents);
    if (p->status == UMI_VERDICT_ERROR)
        put_first_error(s, i);
    if (s->show & UMI_SHOW_RULES)
        put_rules(s, i);
    if (s->show & UMI_SHOW_WHAT_IFS)
        put_what_ifs(s, p);
    PUT(s->b, "},");
}

/* --- facts --------------------------------------------------------------- */

static void put_facts_used(writer *s)
{
    bool due = false;
    PUT(s->b, ",\"facts_used\":{");
    for (uint32_t i = 0; i < s->rs->fact_count; i++) {
        const umi_fact *f = &s->rs->facts[i];
        if (!f->used || s->d->slots[i].state != UMI_KNOWN)
            continue;
        comma(s->b, due);
        due = true;
        umi_buf_text(s->b, s->f->facts[i]);
        umi__json_fact(s->b, f, &s->d->slots[i]);
    }
    umi_buf_putc(s->b, '}');
}

/* The first row that holds, or may hold: why this product and no other. */
static void put_row(writer *s)
{
    size_t i = 0;
    while (umi_value_false(umi__root(s->d, s->d->roots.when[i])))
        i++; /* the last row always holds */
    const umi_rule_expr *when = &s->rs->rows[i].when;
    PUT(s->b, ",\"row\":{\"at\":\"");
    umi__json_escape(s->b,
                     umi_text_of(s->rs->files[when->source->at.file].name));
    umi_buf_printf(s->b, ":%" PRIu32 "\",\"when\":\"", when->source->at.line);
    umi__json_escape(s->b, when->expr->text);
    PUT(s->b, "\"}");
}

static void put_facts_hash(writer *s)
{
    char hex[UMI_HASH_HEX];
    umi_hash h =
        umi__facts_hash(s->b, s->f->lines, s->rs->fact_count, s->d->slots);
    umi_hash_hex(hex, &h);
    PUT(s->b, ",\"facts_hash\":\"");
    umi_buf_bytes(s->b, hex, UMI_HASH_HEX - 1);
}

/* --- the whole ----------------------------------------------------------- */

static void put_head(writer *s, umi_text id)
{
    const umi_decision *d = s->decision;
    PUT(s->b, "{\"id\":");
    if (id.ptr == NULL) {
        PUT(s->b, "null");
    } else {
        umi_buf_putc(s->b, '"');
        umi__json_escape(s->b, id);
        umi_buf_putc(s->b, '"');
    }
    PUT(s->b, ",\"decision\":\"");
    umi_buf_puts(s->b, umi_decision_name(d->outcome));
    PUT(s->b, "\",\"decision_date\":\"");
    umi_buf_bytes(s->b, s->d->on_text, UMI_DAY_TEXT - 1);
    PUT(s->b, "\",\"route\":");
    if (d->route >= 0) {
        umi_buf_putc(s->b, '"');
        umi_buf_text(s->b, s->rs->products[d->route].code);
        umi_buf_putc(s->b, '"');
    } else {
        PUT(s->b, "null");
    }
    put_documents(s, &d->documents);
    umi_buf_text(s->b, s->f->head);
}

void umi_decision_write_json(umi_buf *b,
                             const umi_decision *decision,
                             umi_text id,
                             unsigned show_what)
{
    umi_decider *d = decision->decider;
    if (!umi__fragments_ready(d)) {
        b->failed = true;
        return;
    }
    writer s = {.b = b,
                .decision = decision,
                .d = d,
                .rs = decision->ruleset,
                .f = d->fragments,
                .show = show_what};
    put_head(&s, id);
    for (size_t i = 0; i < s.rs->product_count; i++)
        put_product(&s, i);
    take_comma(b, s.rs->product_count);
    umi_buf_putc(b, ']');
    if (show_what & UMI_SHOW_RULES) {
        put_row(&s);
        put_facts_used(&s);
        umi__put_tables(b, d);
        umi__put_scorecards(b, d);
    }
    put_facts_hash(&s);
    umi_buf_text(b, s.f->tail);
}
