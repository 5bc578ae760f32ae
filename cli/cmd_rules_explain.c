/* SPDX-License-Identifier: MIT
 * umi rules explain: a decision to be read, with the rules, figures and legal
 * bases that decide it.  What is printed is what `umi screen --explain` says
 * as JSON, so the two cannot differ. */
#include "cli/rules.h"

#include "engine/base/json.h"
#include "ledger/io/facts.h"

/* Of "%.*s": a rule is read to its end, however long. */
#define WHOLE(text) (int)(text).len, (text).ptr

const cli_option cli_rules_explain_options[] = {
    {"rules", "FILE", "the rule file; the shipped one when not given"},
    {"on", "DATE", "the decision date; today when not given"},
    {"product", "CODE", "only what is said of this product"},
    {"all", NULL, "the rules that pass, too"},
    {0},
};

typedef struct telling {
    cli *c;
    const umi_ruleset *rs;
    umi_decider *decider;
    umi_value *facts;
    const char *product; /* NULL: all */
    bool passes;         /* are told */
    umi_buf json;        /* of one decision */
} telling;

static umi_text text_of(const umi_json *o, const char *key)
{
    const umi_json *v = umi_json_get(o, key);
    return v != NULL && v->type != UMI_JSON_NULL ? v->text : umi_text_of("-");
}

/* A bool, an int, a text or nothing that is known. */
static void put_value(umi_buf *b, const umi_json *v)
{
    umi_json_out w = {.buf = b};
    if (v->type == UMI_JSON_STRING)
        umi_buf_text(b, v->text);
    else if (v->type == UMI_JSON_NULL)
        umi_buf_putc(b, '?');
    else
        umi_json_value(&w, v);
}

static void put_name(umi_buf *b, const umi_json *v)
{
    const umi_json *figure =
        v->type == UMI_JSON_OBJECT ? umi_json_get(v, "value") : NULL;
    umi_buf_printf(b, "        %.*s = ", WHOLE(v->key));
    put_value(b, figure != NULL ? figure : v);
    if (figure != NULL)
        umi_buf_printf(b, " (%.*s, %.*s)", WHOLE(text_of(v, "from")),
                       WHOLE(text_of(v, "legal")));
    umi_buf_putc(b, '\n');
}

static const umi_json *reason_of(const umi_json *product, umi_text rule)
{
    const umi_json *r = umi_json_get(product, "reasons");
    for (r = r->first; r != NULL; r = r->next)
        if (umi_text_eq(text_of(r, "rule"), rule))
            return r;
    return NULL;
}

static void put_rule(telling *t, umi_buf *b, const umi_json *p, umi_json *rule)
{
    const umi_json *reason = reason_of(p, text_of(rule, "rule"));
    const umi_json *values = umi_json_get(rule, "values");
    const umi_json *error = umi_json_get(rule, "error");
    const char *lang = t->c->lang == UMI_LANG_ID ? "id" : "en";
    if (!t->passes && umi_text_is(text_of(rule, "state"), "pass"))
        return;
    umi_buf_printf(b, "    %.*s %.*s (%.*s)", WHOLE(text_of(rule, "rule")),
                   WHOLE(text_of(rule, "state")), WHOLE(text_of(rule, "at")));
    if (reason != NULL)
        umi_buf_printf(b, " %.*s, %.*s, %.*s:\n        %.*s",
                       WHOLE(text_of(reason, "severity")),
                       WHOLE(text_of(reason, "code")),
                       WHOLE(text_of(reason, "legal_basis")),
                       WHOLE(text_of(umi_json_get(reason, "text"), lang)));
    if (error != NULL)
        umi_buf_printf(b, " %.*s: %.*s: %.*s", WHOLE(text_of(error, "code")),
                       WHOLE(text_of(error, "name")),
                       WHOLE(text_of(umi_json_get(error, "text"), lang)));
    umi_buf_printf(b, "\n        %.*s\n", WHOLE(text_of(rule, "expr")));
    if (umi_json_get(rule, "unless") != NULL)
        umi_buf_printf(b, "        unless: %.*s\n",
                       WHOLE(text_of(rule, "unless")));
    for (const umi_json *v = values->first; v != NULL; v = v->next)
        put_name(b, v);
}

static void put_documents(telling *t, umi_buf *b, int indent, const umi_json *o)
{
    const umi_json *d = umi_json_get(o, "documents");
    for (d = d->first; d != NULL; d = d->next)
        umi_buf_printf(b, "%*s%s: %.*s\n", indent, "",
                       umi_tr(t->c->lang, "document to bring"), WHOLE(d->text));
}

static void put_move(umi_buf *b, const umi_json *m)
{
    umi_buf_printf(b, "%.*s -> ", WHOLE(text_of(m, "fact")));
    put_value(b, umi_json_get(m, "needed"));
}

static void put_what_ifs(telling *t, umi_buf *b, const umi_json *p)
{
    const umi_json *w = umi_json_get(p, "what_if");
    for (w = w->first; w != NULL; w = w->next) {
        const umi_json *pair = umi_json_get(w, "facts");
        umi_buf_printf(b, "    %s: ", umi_tr(t->c->lang, "would be open with"));
        put_move(b, pair != NULL ? pair->first : w);
        if (pair != NULL) {
            umi_buf_puts(b, umi_tr(t->c->lang, " and "));
            put_move(b, pair->first->next);
        }
        umi_buf_putc(b, '\n');
    }
}

static void put_product(telling *t, umi_buf *b, const umi_json *p)
{
    const umi_json *rules = umi_json_get(p, "rules");
    umi_text code = text_of(p, "product");
    if (t->product != NULL && !umi_text_is(code, t->product))
        return;
    umi_buf_printf(b, "  %.*s: %.*s (%s %.*s, %s %.*s)\n", WHOLE(code),
                   WHOLE(text_of(p, "status")), umi_tr(t->c->lang, "at most"),
                   WHOLE(text_of(p, "max")), umi_tr(t->c->lang, "rate"),
                   WHOLE(text_of(p, "rate")));
    for (umi_json *r = rules->first; r != NULL; r = r->next)
        put_rule(t, b, p, r);
    put_documents(t, b, 4, p);
    put_what_ifs(t, b, p);
}

static void put_decision(telling *t, umi_buf *b, const umi_json *d)
{
    const umi_json *set = umi_json_get(d, "ruleset");
    const umi_json *row = umi_json_get(d, "row");
    const umi_json *products = umi_json_get(d, "products");
    umi_buf_printf(b, "%.*s: %.*s -> %.*s\n", WHOLE(text_of(d, "id")),
                   WHOLE(text_of(d, "decision")), WHOLE(text_of(d, "route")));
    umi_buf_printf(b, "  %.*s, %.*s %.*s, %.*s\n",
                   WHOLE(text_of(d, "decision_date")),
                   WHOLE(text_of(set, "id")), WHOLE(text_of(set, "version")),
                   WHOLE(text_of(set, "sha256")));
    if (row != NULL && row->type == UMI_JSON_OBJECT)
        umi_buf_printf(b, "  %s: %.*s (%.*s)\n", umi_tr(t->c->lang, "routing"),
                       WHOLE(text_of(row, "when")), WHOLE(text_of(row, "at")));
    put_documents(t, b, 2, d);
    for (const umi_json *p = products->first; p != NULL; p = p->next)
        put_product(t, b, p);
}

static umi_status explain_line(
    void *self, umi_text line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    telling *t = self;
    umi_text id = {0};
    const umi_decision *d;
    umi_json *root = NULL;
    umi_status rc =
        umi_facts_from_json(t->facts, &id, t->rs, NULL, line, arena, err);
    if (rc == UMI_OK)
        rc = umi_decide(&d, t->decider, t->facts, err);
    if (rc == UMI_OK)
        rc = umi_decision_what_if(d, err);
    if (rc != UMI_OK)
        return rc;
    t->json.len = 0;
    umi_decision_write_json(&t->json, d, id,
                            UMI_SHOW_RULES | UMI_SHOW_WHAT_IFS);
    if (t->json.failed)
        return umi_fail_memory(err);
    rc = umi_json_parse(&root, umi_buf_as_text(&t->json), arena, err);
    if (rc == UMI_OK)
        put_decision(t, out, root);
    return rc;
}

static int explain(telling *t)
{
    cli *c = t->c;
    umi_buf out = {0};
    cli_line_count count = {0};
    umi_day on;
    if (t->product != NULL &&
        umi_ruleset_product(t->rs, umi_text_of(t->product)) < 0)
        return cli_usage(c, "product", "there is no product '%s'", t->product);
    if (!cli_decision_day(c, t->rs, &on))
        return 2;
    t->facts =
        umi_arena_array(c->arena, t->rs->fact_count + 1, sizeof *t->facts);
    if (t->facts == NULL)
        umi_fail_memory(&c->err);
    if (t->facts == NULL ||
        umi_decider_new(&t->decider, t->rs, on, &c->err) != UMI_OK)
        return cli_failed(c);
    int code = cli_text_lines(c, c->arg_count > 0 ? c->args[0] : NULL,
                              explain_line, t, &out, &count);
    umi_decider_free(t->decider);
    if (code > 1) {
        umi_buf_free(&out);
        return code;
    }
    int written = cli_emit(c, &out);
    return written != 0 ? written : code;
}

int cli_rules_explain(cli *c)
{
    umi_ruleset *rs = NULL;
    int code = cli_load_ruleset(c, cli_value(c, "rules"), &rs);
    if (code != 0)
        return code;
    telling t = {.c = c,
                 .rs = rs,
                 .product = cli_value(c, "product"),
                 .passes = cli_flag(c, "all")};
    code = explain(&t);
    umi_buf_free(&t.json);
    umi_ruleset_free(rs);
    return code;
}
