/* SPDX-License-Identifier: MIT
 * umi rules doc, facts, fmt: a rule file for people. */
#include "cli/rules.h"

#include "rules/set/ruleset_format.h"

#include <string.h>

/* --- doc ----------------------------------------------------------------- */

static const char *mark(const cli *c, bool verify)
{
    return verify ? umi_tr(c->lang, " (to be verified)") : "";
}

static void put_legal(umi_buf *b, const cli *c, const umi_legal *g)
{
    umi_buf_printf(b, "%.*s", (int)g->key.len, g->key.ptr);
    if (g->pin.len > 0)
        umi_buf_printf(b, ", %.*s", (int)g->pin.len, g->pin.ptr);
    umi_buf_puts(b, mark(c, g->verify));
}

/* A message as it is written, with its placeholders. */
static void put_message(umi_buf *b, const umi_message *m)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->parts[i].name == NULL) {
            umi_buf_text(b, m->parts[i].text);
            continue;
        }
        umi_buf_putc(b, '{');
        umi_buf_text(b, m->parts[i].name->name);
        umi_buf_putc(b, '}');
    }
}

/* An expression in a cell: a bar would end it. */
static void put_cell(umi_buf *b, umi_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        if (t.ptr[i] == '|')
            umi_buf_putc(b, '\\');
        umi_buf_putc(b, t.ptr[i] == '\n' ? ' ' : t.ptr[i]);
    }
}

static void put_rule(umi_buf *b, const cli *c, const umi_ruleset *rs, size_t k)
{
    const umi_rule *r = &rs->rules[k];
    umi_buf_printf(b, "| %.*s | %.*s | %s | ", (int)r->id.len, r->id.ptr,
                   (int)r->reason_code.len, r->reason_code.ptr,
                   umi_severity_name(r->severity));
    for (size_t i = 0, n = 0; i < rs->product_count; i++)
        if (r->products >> i & 1)
            umi_buf_printf(b, n++ == 0 ? "%.*s" : ", %.*s",
                           (int)rs->products[i].code.len,
                           rs->products[i].code.ptr);
    umi_buf_puts(b, " | ");
    if (r->has_from) {
        umi_buf_day(b, r->from);
        umi_buf_puts(b, " –");
    }
    if (r->has_until) {
        umi_buf_puts(b, r->has_from ? " " : "– ");
        umi_buf_day(b, r->until);
    }
    umi_buf_puts(b, " | `");
    put_cell(b, r->require.expr->text);
    if (r->unless.expr != NULL) {
        umi_buf_puts(b, "` unless `");
        put_cell(b, r->unless.expr->text);
    }
    umi_buf_puts(b, "` | ");
    put_legal(b, c, &rs->legal[r->legal]);
    umi_buf_puts(b, " | ");
    put_message(b, &r->text[UMI_LANG_ID]);
    umi_buf_puts(b, " | ");
    put_message(b, &r->text[UMI_LANG_EN]);
    umi_buf_puts(b, " |\n");
}

static void put_rules(umi_buf *b, const cli *c, const umi_ruleset *rs)
{
    umi_buf_printf(b, "\n## %s\n\n", umi_tr(c->lang, "Rules"));
    umi_buf_puts(b, umi_tr(c->lang, "| rule | code | severity | products | in "
                                    "force | requires | legal basis | id | en "
                                    "|\n"));
    umi_buf_puts(b, "|---|---|---|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < rs->rule_count; i++)
        put_rule(b, c, rs, i);
}

static void put_params(umi_buf *b, const cli *c, const umi_ruleset *rs)
{
    umi_buf_printf(b, "\n## %s\n\n", umi_tr(c->lang, "Figures"));
    umi_buf_puts(b, umi_tr(c->lang, "| figure | from | value | shown | legal "
                                    "basis |\n"));
    umi_buf_puts(b, "|---|---|---|---|---|\n");
    for (size_t i = 0; i < rs->param_count; i++)
        for (size_t k = 0; k < rs->params[i].count; k++) {
            const umi_param *p = &rs->params[i];
            const umi_param_value *v = &p->values[k];
            umi_buf_printf(b, "| %.*s | ", (int)p->name.len, p->name.ptr);
            umi_buf_day(b, v->from);
            umi_buf_puts(b, " | ");
            umi_buf_value(b, &v->value);
            umi_buf_puts(b, " | ");
            umi_buf_value_show(b, &v->value, c->lang);
            umi_buf_printf(b, " | %.*s%s |\n", (int)rs->legal[v->legal].key.len,
                           rs->legal[v->legal].key.ptr, mark(c, v->verify));
        }
}

/* A table as it is written, cell by cell. */
static void put_table(umi_buf *b, const cli *c, const umi_rule_table *t)
{
    const umi_yaml *inputs = umi_yaml_get(t->source, "inputs");
    const umi_yaml *how = umi_yaml_get(t->source, "collect");
    const umi_yaml *otherwise = umi_yaml_get(t->source, "default");
    umi_text hit = umi_yaml_get(t->source, "hit")->text;
    umi_buf_printf(b, "\n### %.*s (%.*s%s%.*s)\n\n|", (int)t->name.len,
                   t->name.ptr, (int)hit.len, hit.ptr, how != NULL ? " " : "",
                   how != NULL ? (int)how->text.len : 0,
                   how != NULL ? how->text.ptr : "");
    for (const umi_yaml *n = inputs->first; n != NULL; n = n->next) {
        umi_buf_printf(b, " %.*s: `", (int)n->key.len, n->key.ptr);
        put_cell(b, n->text);
        umi_buf_puts(b, "` |");
    }
    umi_buf_printf(b, " %s |\n|", umi_tr(c->lang, "answer"));
    for (uint32_t i = 0; i <= inputs->count; i++)
        umi_buf_puts(b, "---|");
    for (size_t i = 0; i < t->count; i++) {
        const umi_yaml *then = umi_yaml_get(t->rows[i].source, "then");
        umi_buf_puts(b, "\n|");
        for (const umi_yaml *n = inputs->first; n != NULL; n = n->next) {
            const umi_yaml *cell = t->rows[i].source->first;
            while (!umi_text_eq(cell->key, n->key))
                cell = cell->next;
            umi_buf_puts(b, " `");
            put_cell(b, cell->text);
            umi_buf_puts(b, "` |");
        }
        umi_buf_puts(b, " `");
        put_cell(b, then != NULL ? then->text : UMI_TEXT("1"));
        umi_buf_puts(b, "` |");
    }
    umi_buf_putc(b, '\n');
    if (otherwise == NULL)
        return;
    umi_buf_printf(b, "\n%s `", umi_tr(c->lang, "Without a row:"));
    put_cell(b, otherwise->text);
    umi_buf_puts(b, "`\n");
}

static void put_tables(umi_buf *b, const cli *c, const umi_ruleset *rs)
{
    if (rs->table_count > 0)
        umi_buf_printf(b, "\n## %s\n", umi_tr(c->lang, "Tables"));
    for (size_t i = 0; i < rs->table_count; i++)
        put_table(b, c, &rs->tables[i]);
}

static void put_characteristic(umi_buf *b, const umi_characteristic *h)
{
    for (size_t i = 0; i < h->count; i++) {
        const umi_score_attribute *a = &h->attributes[i];
        umi_buf_printf(b, "| %.*s: `", (int)h->id.len, h->id.ptr);
        put_cell(b, umi_yaml_get(h->source, "input")->text);
        umi_buf_puts(b, "` | `");
        put_cell(b, umi_yaml_get(a->source, "when")->text);
        umi_buf_printf(b, "` | %d | %.*s |\n", a->points,
                       (int)a->reason_code.len,
                       a->reason_code.len > 0 ? a->reason_code.ptr : "");
    }
}

static void put_scorecards(umi_buf *b, const cli *c, const umi_ruleset *rs)
{
    if (rs->scorecard_count > 0)
        umi_buf_printf(b, "\n## %s\n", umi_tr(c->lang, "Scorecards"));
    for (size_t i = 0; i < rs->scorecard_count; i++) {
        const umi_scorecard *k = &rs->scorecards[i];
        umi_buf_printf(b, "\n### %.*s\n\n", (int)k->name.len, k->name.ptr);
        umi_buf_printf(b, umi_tr(c->lang, "Everybody has %d points.\n\n"),
                       k->base);
        umi_buf_puts(b, umi_tr(c->lang, "| characteristic | attribute | "
                                        "points | code |\n"));
        umi_buf_puts(b, "|---|---|---|---|\n");
        for (size_t n = 0; n < k->count; n++)
            put_characteristic(b, &k->characteristics[n]);
    }
}

static void put_citations(umi_buf *b, const cli *c, const umi_ruleset *rs)
{
    umi_buf_printf(b, "\n## %s\n\n", umi_tr(c->lang, "Legal bases"));
    for (size_t i = 0; i < rs->legal_count; i++) {
        const umi_legal *g = &rs->legal[i];
        umi_buf_puts(b, "- **");
        put_legal(b, c, g);
        umi_buf_printf(b, "**: %.*s", (int)g->title.len, g->title.ptr);
        if (g->url.len > 0)
            umi_buf_printf(b, " <%.*s>", (int)g->url.len, g->url.ptr);
        umi_buf_putc(b, '\n');
    }
}

int cli_rules_doc(cli *c)
{
    umi_ruleset *rs = NULL;
    char hex[UMI_HASH_HEX];
    umi_buf b = {0};
    int code = cli_read_ruleset(c, c->args[0], &rs);
    if (code != 0)
        return code;
    umi_hash_hex(hex, &rs->sha256);
    umi_buf_printf(&b, "# %.*s %.*s\n\nsha256 %s\n", (int)rs->id.len,
                   rs->id.ptr, (int)rs->version.len, rs->version.ptr, hex);
    put_rules(&b, c, rs);
    put_tables(&b, c, rs);
    put_scorecards(&b, c, rs);
    put_params(&b, c, rs);
    put_citations(&b, c, rs);
    umi_ruleset_free(rs);
    return cli_emit(c, &b);
}

/* --- facts --------------------------------------------------------------- */

const cli_option cli_rules_facts_options[] = {
    {"product", "CODE", "only what this product asks for"},
    {0},
};

/* Which facts an expression needs, through its lets. */
typedef struct needs {
    const umi_ruleset *rs;
    bool facts[UMI_FACTS_MAX];
    bool lets[UMI_LETS_MAX];
} needs;

static void need(void *self, const umi_node *node)
{
    needs *n = self;
    if (node->name->kind == UMI_NAME_FACT)
        n->facts[node->name->slot] = true;
    else if (node->name->kind == UMI_NAME_LET)
        n->lets[node->name->slot] = true;
}

static void need_expr(needs *n, const umi_rule_expr *e)
{
    if (e->expr != NULL)
        umi_expr_names(e->expr->root, need, n);
}

/* Lets are sorted: each is marked before what it needs. */
static void need_lets(needs *n)
{
    for (size_t i = n->rs->let_count; i-- > 0;)
        if (n->lets[i])
            need_expr(n, &n->rs->lets[i].value);
}

/* The rules that hang on fact @p slot, of @p product or of all (-1). */
static size_t
put_users(umi_buf *b, const umi_ruleset *rs, uint32_t slot, int product)
{
    size_t users = 0;
    for (size_t i = 0; i < rs->rule_count; i++) {
        const umi_rule *r = &rs->rules[i];
        needs n = {.rs = rs};
        if (product >= 0 && !(r->products >> product & 1))
            continue;
        need_expr(&n, &r->require);
        need_expr(&n, &r->unless);
        need_lets(&n);
        if (n.facts[slot])
            umi_buf_printf(b, users++ == 0 ? "%.*s" : ", %.*s", (int)r->id.len,
                           r->id.ptr);
    }
    return users;
}

static bool routing_needs(const umi_ruleset *rs, uint32_t slot)
{
    needs n = {.rs = rs};
    for (size_t i = 0; i < rs->row_count; i++)
        need_expr(&n, &rs->rows[i].when);
    need_lets(&n);
    return n.facts[slot];
}

static void put_fact(
    umi_buf *b, const cli *c, const umi_ruleset *rs, uint32_t i, int product)
{
    const umi_fact *f = &rs->facts[i];
    size_t start = b->len;
    umi_buf_printf(b, "| %.*s | ", (int)f->name.len, f->name.ptr);
    umi_buf_type(b, f->type);
    umi_buf_printf(b, " | %.*s | %s | ", (int)rs->docs[f->doc].len,
                   rs->docs[f->doc].ptr, umi_move_name(f->change));
    size_t users = put_users(b, rs, i, product);
    if (product < 0 && routing_needs(rs, i)) {
        umi_buf_puts(b, users++ > 0 ? ", " : "");
        umi_buf_puts(b, umi_tr(c->lang, "routing"));
    }
    umi_buf_puts(b, " |\n");
    if (product >= 0 && users == 0)
        b->len = start;
}

int cli_rules_facts(cli *c)
{
    umi_ruleset *rs = NULL;
    umi_buf b = {0};
    int product = -1, code = cli_read_ruleset(c, c->args[0], &rs);
    if (code != 0)
        return code;
    const char *want = cli_value(c, "product");
    if (want != NULL)
        product = umi_ruleset_product(rs, umi_text_of(want));
    if (want != NULL && product < 0) {
        umi_ruleset_free(rs);
        return cli_usage(c, "product", "there is no product '%s'", want);
    }
    umi_buf_puts(&b, umi_tr(c->lang, "| fact | type | document | change | "
                                     "needed by |\n"));
    umi_buf_puts(&b, "|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < rs->fact_count; i++)
        put_fact(&b, c, rs, i, product);
    umi_ruleset_free(rs);
    return cli_emit(c, &b);
}

/* --- fmt ----------------------------------------------------------------- */

const cli_option cli_rules_fmt_options[] = {
    {"check", NULL, "say whether the file has the layout; print nothing"},
    {0},
};

int cli_rules_fmt(cli *c)
{
    umi_text text;
    umi_yaml *root = NULL;
    umi_buf b = {0};
    const char *path = c->args[0];
    if (cli_read_file(c, path, CLI_RULES_FILE_MAX, &text) != UMI_OK)
        return cli_failed(c);
    umi_problems p = umi_problems_new(c->arena, c->lang, path);
    umi_status rc = umi_yaml_parse(&root, text, c->arena, &p);
    if (rc != UMI_OK)
        return cli_rules_problems(c, rc, &p, text);
    rc = umi_ruleset_format(&b, text, root, c->arena);
    if (rc != UMI_OK) {
        umi_buf_free(&b);
        umi_fail(&c->err, rc, "",
                 rc == UMI_ERANGE ? "a key is longer than 256 bytes"
                                  : "memory exhausted");
        umi_error_at(&c->err, path, 0, 0);
        return cli_failed(c);
    }
    if (!cli_flag(c, "check"))
        return cli_emit(c, &b);
    bool same = umi_text_eq(text, umi_buf_as_text(&b));
    umi_buf_free(&b);
    return same ? 0 : 1;
}
