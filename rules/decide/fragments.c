/* SPDX-License-Identifier: MIT */
#include "rules/decide/fragments_int.h"

#include "engine/base/version.h"

#include <assert.h>
#include <inttypes.h>

static const umi_lang langs[UMI_LANGS] = {UMI_LANG_ID, UMI_LANG_EN};

/* --- JSON ---------------------------------------------------------------- */

void umi__json_escape(umi_buf *b, umi_text t)
{
    umi_json_out w = {.buf = b};
    size_t plain = 0;
    while (plain < t.len && (unsigned char)t.ptr[plain] >= 0x20 &&
           t.ptr[plain] != '"' && t.ptr[plain] != '\\')
        plain++;
    if (plain == t.len) {
        umi_buf_text(b, t);
        return;
    }
    size_t start = b->len;
    umi_json_text(&w, t);
    if (b->failed)
        return;
    memmove(b->ptr + start, b->ptr + start + 1, b->len - start - 2);
    b->len -= 2;
}

static void quoted(umi_buf *b, umi_text t)
{
    umi_buf_putc(b, '"');
    umi__json_escape(b, t);
    umi_buf_putc(b, '"');
}

static void json_known(umi_buf *b, const umi_value *v)
{
    switch ((umi_kind)v->kind) {
    case UMI_KIND_BOOL:
        if (v->i != 0)
            umi_buf_bytes(b, "true", 4);
        else
            umi_buf_bytes(b, "false", 5);
        return;
    case UMI_KIND_INT:
        umi_buf_int(b, v->i);
        return;
    case UMI_KIND_STRING:
        quoted(b, v->text);
        return;
    case UMI_KIND_ENUM:
        quoted(b, v->of->members[v->i]);
        return;
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_MONEY:
    case UMI_KIND_DATE:
        umi_buf_putc(b, '"');
        umi_buf_value(b, v);
        umi_buf_putc(b, '"');
        return;
    case UMI_KIND_LIST:
        umi_buf_putc(b, '[');
        for (size_t i = 0; i < v->list.count; i++) {
            if (i > 0)
                umi_buf_putc(b, ',');
            umi__json_value(b, &v->list.items[i]);
        }
        umi_buf_putc(b, ']');
        return;
    case UMI_KIND_ANY:
        break;
    }
    umi_buf_puts(b, "null");
}

void umi__json_value(umi_buf *b, const umi_value *v)
{
    switch ((umi_state)v->state) {
    case UMI_KNOWN:
        json_known(b, v);
        break;
    case UMI_UNKNOWN:
        umi_buf_puts(b, "null");
        break;
    case UMI_ERROR:
        umi_buf_puts(b, "{\"error\":\"");
        umi_buf_puts(b, umi_fault_code((umi_fault)v->fault));
        umi_buf_puts(b, "\"}");
        break;
    }
}

void umi__json_fact(umi_buf *b, const umi_fact *f, const umi_value *v)
{
    if (f->confidential && v->state == UMI_KNOWN)
        umi_buf_puts(b, "\"***\"");
    else
        umi__json_value(b, v);
}

/* --- making -------------------------------------------------------------- */

enum {
    NAMES_MAX = 2 * UMI_EXPR_NODES, /* of require and unless */
    PIECES_MAX = 2 * NAMES_MAX + 8
};

/* A fragment under construction: b is what stands behind the last piece. */
typedef struct builder {
    umi_decider *d;
    const umi_ruleset *rs;
    umi_buf b;
    umi__piece pieces[PIECES_MAX];
    size_t count;
    const umi_name *names[NAMES_MAX];
    size_t name_count;
    bool open;       /* a fact was met */
    bool *open_lets; /* by let */
    bool failed;
} builder;

static umi_text keep(builder *s)
{
    umi_text t = {umi_arena_copy(s->d->own, s->b.ptr, s->b.len), s->b.len};
    s->failed |= t.ptr == NULL || s->b.failed;
    s->b.len = 0;
    return t;
}

static void *list(builder *s, size_t count, size_t size)
{
    void *a = umi_arena_array(s->d->own, count + 1, size);
    s->failed |= a == NULL;
    return a;
}

static void add(builder *s, umi__piece p)
{
    assert(s->count < PIECES_MAX);
    s->pieces[s->count++] = p;
}

static void cut(builder *s)
{
    if (s->b.len > 0)
        add(s, (umi__piece){.kind = UMI__PIECE_TEXT, .text = keep(s)});
}

static umi__fragment finish(builder *s)
{
    cut(s);
    size_t n = s->count;
    umi__piece *all = umi_arena_array(s->d->own, n + 1, sizeof *all);
    s->count = 0;
    if (all == NULL) {
        s->failed = true;
        return (umi__fragment){0};
    }
    memcpy(all, s->pieces, n * sizeof *all);
    return (umi__fragment){all, n};
}

static void member(builder *s, const char *key, umi_text value)
{
    umi_buf_printf(&s->b, "\"%s\":", key);
    quoted(&s->b, value);
    umi_buf_putc(&s->b, ',');
}

/* --- reasons ------------------------------------------------------------- */

/* Figures are the same for everyone: only facts and lets stay open. */
static void message(builder *s, const umi_message *m, umi_lang lang)
{
    for (size_t i = 0; i < m->count; i++) {
        const umi_name *name = m->parts[i].name;
        if (name == NULL) {
            umi__json_escape(&s->b, m->parts[i].text);
        } else if (name->kind == UMI_NAME_PARAM) {
            umi_buf shown = {0};
            umi_buf_value_show(&shown, &s->d->params[name->slot], lang);
            umi__json_escape(&s->b, shown.len > 0 ? umi_buf_as_text(&shown)
                                                  : UMI_TEXT("?"));
            s->failed |= shown.failed;
            umi_buf_free(&shown);
        } else {
            cut(s);
            add(s, (umi__piece){
                       .kind = UMI__PIECE_SHOWN, .name = name, .lang = lang});
        }
    }
}

static umi__fragment reason(builder *s, const umi_rule *r)
{
    umi_buf_putc(&s->b, '{');
    member(s, "code", r->reason_code);
    member(s, "rule", r->id);
    member(s, "severity", umi_text_of(umi_severity_name(r->severity)));
    member(s, "legal_basis", s->rs->legal[r->legal].key);
    umi_buf_puts(&s->b, "\"text\":{");
    for (int i = 0; i < UMI_LANGS; i++) {
        umi_buf_puts(&s->b,
                     langs[i] == UMI_LANG_ID ? "\"id\":\"" : ",\"en\":\"");
        message(s, &r->text[langs[i]], langs[i]);
        umi_buf_putc(&s->b, '"');
    }
    umi_buf_puts(&s->b, "}},");
    return finish(s);
}

/* --- rules --------------------------------------------------------------- */

static void collect(void *self, const umi_node *node)
{
    builder *s = self;
    for (size_t i = 0; i < s->name_count; i++)
        if (umi_text_eq(s->names[i]->name, node->name->name))
            return;
    assert(s->name_count < NAMES_MAX);
    s->names[s->name_count++] = node->name;
}

static void param(builder *s, uint32_t slot)
{
    const umi_param_value *v = s->d->in_force[slot];
    if (v == NULL) {
        umi__json_value(&s->b, &s->d->params[slot]);
        return;
    }
    umi_buf_puts(&s->b, "{\"value\":");
    umi__json_value(&s->b, &v->value);
    umi_buf_puts(&s->b, ",\"from\":\"");
    umi_buf_day(&s->b, v->from);
    umi_buf_puts(&s->b, "\",\"legal\":");
    quoted(&s->b, s->rs->legal[v->legal].key);
    umi_buf_putc(&s->b, '}');
}

/* Names of one rule, each once, in the order in which they are read. */
static void values(builder *s, const umi_rule *r)
{
    s->name_count = 0;
    umi_expr_names(r->require.expr->root, collect, s);
    if (r->unless.expr != NULL)
        umi_expr_names(r->unless.expr->root, collect, s);
    umi_buf_puts(&s->b, "\"values\":{");
    for (size_t i = 0; i < s->name_count; i++) {
        const umi_name *name = s->names[i];
        if (i > 0)
            umi_buf_putc(&s->b, ',');
        quoted(&s->b, name->name);
        umi_buf_putc(&s->b, ':');
        if (name->kind == UMI_NAME_PARAM) {
            param(s, name->slot);
        } else {
            cut(s);
            add(s, (umi__piece){.kind = UMI__PIECE_VALUE, .name = name});
        }
    }
    umi_buf_putc(&s->b, '}');
}

static umi__fragment rule(builder *s, const umi_rule *r)
{
    umi_buf_putc(&s->b, '{');
    member(s, "rule", r->id);
    umi_buf_puts(&s->b, "\"state\":\"");
    cut(s);
    add(s, (umi__piece){.kind = UMI__PIECE_STATE});
    umi_buf_puts(&s->b, "\",\"at\":\"");
    umi__json_escape(
        &s->b, umi_text_of(s->rs->files[r->require.source->at.file].name));
    umi_buf_printf(&s->b, ":%" PRIu32 "\",", r->require.source->at.line);
    member(s, "expr", r->require.expr->text);
    if (r->unless.expr != NULL)
        member(s, "unless", r->unless.expr->text);
    values(s, r);
    return finish(s);
}

/* --- the lists ----------------------------------------------------------- */

static umi_text quoted_text(builder *s, umi_text t, const char *behind)
{
    quoted(&s->b, t);
    umi_buf_puts(&s->b, behind);
    return keep(s);
}

static void make_names(builder *s, struct umi__fragments *f)
{
    const umi_ruleset *rs = s->rs;
    umi_text *docs = list(s, rs->doc_count, sizeof *docs);
    umi_text *facts = list(s, rs->fact_count, sizeof *facts);
    umi_text *codes = list(s, rs->rule_count, sizeof *codes);
    if (s->failed)
        return;
    for (size_t i = 0; i < rs->doc_count; i++)
        docs[i] = quoted_text(s, rs->docs[i], ",");
    for (size_t i = 0; i < rs->fact_count; i++)
        facts[i] = quoted_text(s, rs->facts[i].name, ":");
    for (size_t i = 0; i < rs->rule_count; i++)
        codes[i] = quoted_text(s, rs->rules[i].reason_code, ",");
    f->docs = docs;
    f->facts = facts;
    f->codes = codes;
}

/* Whether an expression hangs on a fact or on the date; lets come in order,
 * so those that it uses have been judged. */
static void find_open(void *self, const umi_node *node)
{
    builder *s = self;
    const umi_name *name = node->name;
    s->open |= name->kind == UMI_NAME_FACT || name->kind == UMI_NAME_INPUT ||
               (name->kind == UMI_NAME_LET && s->open_lets[name->slot]);
}

static bool is_open(builder *s, const umi_rule_expr *e)
{
    s->open = false;
    if (e->expr != NULL)
        umi_expr_names(e->expr->root, find_open, s);
    return s->open;
}

/* What no fact moves is the same in every decision: written once, from the
 * one at hand. */
static void term(builder *s, const umi_rule_expr *e, uint32_t root)
{
    if (is_open(s, e)) {
        cut(s);
        add(s, (umi__piece){.kind = UMI__PIECE_ROOT, .root = root});
        return;
    }
    const umi_value *v = e->expr != NULL ? umi__root(s->d, root) : NULL;
    if (v != NULL && v->state == UMI_KNOWN)
        umi__json_value(&s->b, v);
    else
        umi_buf_puts(&s->b, "null");
}

static umi__fragment product(builder *s, size_t i, umi_verdict status)
{
    const umi_rule_product *p = &s->rs->products[i];
    umi_buf_putc(&s->b, '{');
    member(s, "product", p->code);
    member(s, "status", umi_text_of(umi_verdict_name(status)));
    member(s, "channel", p->channel);
    umi_buf_puts(&s->b, "\"max\":");
    term(s, &p->max, s->d->roots.max[i]);
    umi_buf_puts(&s->b, ",\"rate\":");
    term(s, &p->rate, s->d->roots.rate[i]);
    umi_buf_puts(&s->b, ",\"reasons\":[");
    return finish(s);
}

static void make_products(builder *s, struct umi__fragments *f)
{
    const umi_ruleset *rs = s->rs;
    umi__fragment *products =
        list(s, rs->product_count * UMI_VERDICTS, sizeof *products);
    s->open_lets = list(s, rs->let_count, sizeof *s->open_lets);
    for (size_t i = 0; i < rs->let_count && !s->failed; i++)
        s->open_lets[i] = is_open(s, &rs->lets[i].value);
    for (size_t i = 0; i < rs->product_count * UMI_VERDICTS && !s->failed; i++)
        products[i] = product(s, i / UMI_VERDICTS, i % UMI_VERDICTS);
    f->products = products;
}

static void make_rules(builder *s, struct umi__fragments *f)
{
    const umi_ruleset *rs = s->rs;
    umi__fragment *reasons = list(s, rs->rule_count, sizeof *reasons);
    umi__fragment *rules = list(s, rs->rule_count, sizeof *rules);
    for (size_t i = 0; i < rs->rule_count && !s->failed; i++) {
        reasons[i] = reason(s, &rs->rules[i]);
        rules[i] = rule(s, &rs->rules[i]);
    }
    f->reasons = reasons;
    f->rules = rules;
}

static void make_frame(builder *s, struct umi__fragments *f)
{
    char hex[UMI_HASH_HEX];
    umi_hash_hex(hex, &s->rs->sha256);
    umi_buf_puts(&s->b, ",\"ruleset\":{");
    member(s, "id", s->rs->id);
    member(s, "version", s->rs->version);
    umi_buf_printf(&s->b, "\"sha256\":\"%s\"},\"products\":[", hex);
    f->head = keep(s);
    umi_buf_printf(&s->b, "\",\"engine\":\"umi %s\",\"shadow\":null}",
                   umi_version());
    f->tail = keep(s);
}

bool umi__fragments_ready(umi_decider *d)
{
    if (d->fragments != NULL)
        return true;
    struct umi__fragments *f = umi_arena_alloc(d->own, sizeof *f);
    builder *s = umi_arena_alloc(d->own, sizeof *s);
    if (f == NULL || s == NULL)
        return false;
    s->d = d;
    s->rs = d->rs;
    make_names(s, f);
    f->lines = umi__fact_lines(d, d->own);
    s->failed |= f->lines == NULL;
    make_products(s, f);
    make_rules(s, f);
    make_frame(s, f);
    bool ok = !s->failed;
    umi_buf_free(&s->b);
    if (ok)
        d->fragments = f;
    return ok;
}
