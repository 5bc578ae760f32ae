/* SPDX-License-Identifier: MIT
 * umi rules diff: what a new rule file changes, in figures, in rules, and for
 * whom. */
#include "cli/rules.h"

#include "ledger/io/facts_line.h"

#include <string.h>

const cli_option cli_rules_diff_options[] = {
    {"over", "FILE", "applications (JSON Lines) to decide under both"},
    {"on", "DATE", "the decision date; today when not given"},
    {0},
};

typedef struct differ {
    cli *c;
    const umi_ruleset *old, *new;
    umi_buf b;
} differ;

static void line(differ *d, char sign, const char *what, umi_text name)
{
    umi_buf_printf(&d->b, "%c %s %.*s", sign, umi_tr(d->c->lang, what),
                   (int)name.len, name.ptr);
}

static void end(differ *d)
{
    umi_buf_putc(&d->b, '\n');
}

/* --- figures ------------------------------------------------------------- */

static const umi_param *param_of(const umi_ruleset *rs, umi_text name)
{
    const umi_name *n = umi_env_find(rs->names, name);
    return n != NULL && n->kind == UMI_NAME_PARAM ? &rs->params[n->slot] : NULL;
}

static const umi_param_value *value_from(const umi_param *p, umi_day from)
{
    for (size_t i = 0; p != NULL && i < p->count; i++)
        if (p->values[i].from.n == from.n)
            return &p->values[i];
    return NULL;
}

static void put_dated(differ *d,
                      char sign,
                      const umi_param *p,
                      const umi_param_value *before,
                      const umi_param_value *after)
{
    line(d, sign, "figure", p->name);
    umi_buf_puts(&d->b, umi_tr(d->c->lang, " from "));
    umi_buf_day(&d->b, before != NULL ? before->from : after->from);
    umi_buf_puts(&d->b, ": ");
    if (before != NULL)
        umi_buf_value(&d->b, &before->value);
    if (before != NULL && after != NULL)
        umi_buf_puts(&d->b, " -> ");
    if (after != NULL)
        umi_buf_value(&d->b, &after->value);
    end(d);
}

static void diff_params(differ *d)
{
    for (size_t i = 0; i < d->old->param_count; i++) {
        const umi_param *p = &d->old->params[i];
        const umi_param *q = param_of(d->new, p->name);
        for (size_t k = 0; k < p->count; k++) {
            const umi_param_value *v = &p->values[k];
            const umi_param_value *w = value_from(q, v->from);
            if (w == NULL)
                put_dated(d, '-', p, v, NULL);
            else if (!umi_value_equal(&v->value, &w->value))
                put_dated(d, '~', p, v, w);
        }
    }
    for (size_t i = 0; i < d->new->param_count; i++) {
        const umi_param *q = &d->new->params[i];
        const umi_param *p = param_of(d->old, q->name);
        for (size_t k = 0; k < q->count; k++)
            if (value_from(p, q->values[k].from) == NULL)
                put_dated(d, '+', q, NULL, &q->values[k]);
    }
}

/* --- maps and rules ------------------------------------------------------ */

/* Whether two trees say the same, whatever their layout. */
static bool same(const umi_yaml *a, const umi_yaml *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == UMI_YAML_SCALAR)
        return umi_text_eq(a->text, b->text);
    const umi_yaml *y = b->first;
    for (const umi_yaml *x = a->first; x != NULL; x = x->next) {
        if (a->kind == UMI_YAML_MAP) {
            for (y = b->first; y != NULL && !umi_text_eq(x->key, y->key);)
                y = y->next;
            if (y == NULL)
                return false;
        }
        if (!same(x, y))
            return false;
        y = y->next;
    }
    return true;
}

/* The child of a section that is called like @p n. */
static const umi_yaml *twin(const umi_yaml *section, const umi_yaml *n)
{
    const umi_yaml *id = n->key.ptr == NULL ? umi_yaml_get(n, "id") : NULL;
    if (section == NULL)
        return NULL;
    for (const umi_yaml *c = section->first; c != NULL; c = c->next) {
        const umi_yaml *other = id != NULL ? umi_yaml_get(c, "id") : NULL;
        if (id != NULL ? umi_text_eq(other->text, id->text)
                       : umi_text_eq(c->key, n->key))
            return c;
    }
    return NULL;
}

static umi_text name_of(const umi_yaml *n)
{
    return n->key.ptr != NULL ? n->key : umi_yaml_get(n, "id")->text;
}

static void put_text(umi_buf *b, const umi_yaml *n)
{
    if (n->kind == UMI_YAML_SCALAR)
        umi_buf_text(b, n->text);
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        umi_buf_puts(b, c == n->first ? "" : ", ");
        put_text(b, c);
    }
}

static void put_side(differ *d, const char *sign, const umi_yaml *n)
{
    if (n == NULL)
        return;
    umi_buf_printf(&d->b, "    %s ", sign);
    put_text(&d->b, n);
    umi_buf_putc(&d->b, '\n');
}

static void put_key(differ *d, const char *under, umi_text key)
{
    umi_buf_printf(&d->b, "  %s%s%.*s\n", under, *under != '\0' ? "." : "",
                   (int)key.len, key.ptr);
}

/* Which keys of an entry changed, and from what to what. */
static void
put_changes(differ *d, const umi_yaml *a, const umi_yaml *b, const char *under)
{
    if (a->kind != UMI_YAML_MAP || b->kind != UMI_YAML_MAP) {
        put_side(d, "-", a);
        put_side(d, "+", b);
        return;
    }
    for (const umi_yaml *x = a->first; x != NULL; x = x->next) {
        const umi_yaml *y = twin(b, x);
        if (same(x, y))
            continue;
        if (y != NULL && x->kind == UMI_YAML_MAP && *under == '\0') {
            char name[32];
            (void)snprintf(name, sizeof name, "%.*s", UMI_SHOW(x->key));
            put_changes(d, x, y, name);
            continue;
        }
        put_key(d, under, x->key);
        put_side(d, "-", x);
        put_side(d, "+", y);
    }
    for (const umi_yaml *y = b->first; y != NULL; y = y->next)
        if (twin(a, y) == NULL) {
            put_key(d, under, y->key);
            put_side(d, "+", y);
        }
}

static void diff_section(differ *d, const char *section, const char *what)
{
    const umi_yaml *a = umi_yaml_get(d->old->root, section);
    const umi_yaml *b = umi_yaml_get(d->new->root, section);
    for (const umi_yaml *n = a != NULL ? a->first : NULL; n != NULL;
         n = n->next) {
        const umi_yaml *m = twin(b, n);
        if (m != NULL && same(n, m))
            continue;
        line(d, m == NULL ? '-' : '~', what, name_of(n));
        end(d);
        if (m != NULL)
            put_changes(d, n, m, "");
    }
    for (const umi_yaml *m = b != NULL ? b->first : NULL; m != NULL;
         m = m->next)
        if (twin(a, m) == NULL) {
            line(d, '+', what, name_of(m));
            end(d);
        }
}

/* --- for whom ------------------------------------------------------------ */

typedef struct tally {
    differ *d;
    umi_decider *before, *after;
    umi_facts_line *reader_before, *reader_after;
    umi_value *facts_before, *facts_after;
    int *twins; /* by product of the old file: where it is in the new, or -1 */
    size_t changed;
} tally;

static void put_answer(umi_buf *b, const umi_decision *d)
{
    umi_buf_puts(b, umi_decision_name(d->outcome));
    if (d->route >= 0)
        umi_buf_printf(b, " %.*s", (int)d->ruleset->products[d->route].code.len,
                       d->ruleset->products[d->route].code.ptr);
}

static bool
has_reason(const umi_product_decision *p, const umi_ruleset *rs, umi_text code)
{
    for (size_t i = 0; i < p->reason_count; i++)
        if (umi_text_eq(rs->rules[p->reasons[i]].reason_code, code))
            return true;
    return false;
}

/* Reasons of @p p that @p q does not have. */
static void put_reasons(umi_buf *b,
                        char sign,
                        const umi_decision *x,
                        const umi_product_decision *p,
                        const umi_decision *y,
                        const umi_product_decision *q)
{
    for (size_t i = 0; i < p->reason_count; i++) {
        umi_text code = x->ruleset->rules[p->reasons[i]].reason_code;
        if (!has_reason(q, y->ruleset, code))
            umi_buf_printf(b, " %c%.*s", sign, (int)code.len, code.ptr);
    }
}

/* Documents that @p q asks for and @p p does not, whatever their order. */
static void put_asked(umi_buf *b,
                      const umi_decision *x,
                      const umi_product_decision *p,
                      const umi_decision *y,
                      const umi_product_decision *q)
{
    for (size_t i = 0; i < y->ruleset->doc_count; i++) {
        umi_text doc = y->ruleset->docs[i];
        bool had = false;
        for (size_t k = 0; k < x->ruleset->doc_count && !had; k++)
            had = umi_doc_in(&p->documents, k) &&
                  umi_text_eq(x->ruleset->docs[k], doc);
        if (umi_doc_in(&q->documents, i) && !had)
            umi_buf_printf(b, " ?%.*s", (int)doc.len, doc.ptr);
    }
}

static void put_product(
    umi_buf *b, const umi_decision *x, const umi_decision *y, size_t i, int k)
{
    umi_text code = x->ruleset->products[i].code;
    umi_buf_printf(b, "    %.*s %s -> %s", (int)code.len, code.ptr,
                   umi_verdict_name(x->products[i].status),
                   umi_verdict_name(y->products[k].status));
    put_reasons(b, '-', x, &x->products[i], y, &y->products[k]);
    put_reasons(b, '+', y, &y->products[k], x, &x->products[i]);
    put_asked(b, x, &x->products[i], y, &y->products[k]);
    umi_buf_putc(b, '\n');
}

/* Whether product @p i, which both have, has another status. */
static bool product_changed(const tally *t,
                            const umi_decision *x,
                            const umi_decision *y,
                            size_t i)
{
    int k = t->twins[i];
    return k >= 0 && x->products[i].status != y->products[k].status;
}

static bool
anything_changed(const tally *t, const umi_decision *x, const umi_decision *y)
{
    int kx = x->route, ky = y->route;
    bool changed = x->outcome != y->outcome || (kx < 0) != (ky < 0) ||
                   (kx >= 0 && t->twins[kx] != ky);
    for (size_t i = 0; i < x->ruleset->product_count && !changed; i++)
        changed = product_changed(t, x, y, i);
    return changed;
}

static void compare(tally *t,
                    umi_text id,
                    const umi_decision *x,
                    const umi_decision *y,
                    umi_buf *out)
{
    if (!anything_changed(t, x, y))
        return;
    t->changed++;
    umi_buf_printf(out, "* %.*s: ", id.ptr != NULL ? (int)id.len : 4,
                   id.ptr != NULL ? id.ptr : "null");
    put_answer(out, x);
    umi_buf_puts(out, " -> ");
    put_answer(out, y);
    umi_buf_putc(out, '\n');
    for (size_t i = 0; i < x->ruleset->product_count; i++)
        if (product_changed(t, x, y, i))
            put_product(out, x, y, i, t->twins[i]);
}

static umi_status read_both(
    tally *t, umi_text *id, umi_text text, umi_arena *arena, umi_error *err)
{
    const umi_ruleset *old = t->d->old, *new = t->d->new;
    umi_json *root;
    if (umi_facts_line_take(t->reader_before, t->facts_before, id, text) &&
        umi_facts_line_take(t->reader_after, t->facts_after, id, text))
        return UMI_OK;
    umi_status rc = umi_json_parse(&root, text, arena, err);
    if (rc == UMI_OK)
        rc = umi_facts_from_tree(t->facts_before, id, old, new, root, err);
    if (rc == UMI_OK)
        rc = umi_facts_from_tree(t->facts_after, id, new, old, root, err);
    return rc;
}

static umi_status decide_both(
    void *self, umi_text text, umi_arena *arena, umi_buf *out, umi_error *err)
{
    tally *t = self;
    const umi_decision *x, *y;
    umi_text id;
    umi_status rc = read_both(t, &id, text, arena, err);
    if (rc == UMI_OK)
        rc = umi_decide(&x, t->before, t->facts_before, err);
    if (rc == UMI_OK)
        rc = umi_decide(&y, t->after, t->facts_after, err);
    if (rc == UMI_OK)
        compare(t, id, x, y, out);
    return rc;
}

static umi_status make_ready(tally *t, umi_day on)
{
    cli *c = t->d->c;
    t->facts_before = umi_arena_array(c->arena, t->d->old->fact_count + 1,
                                      sizeof *t->facts_before);
    t->facts_after = umi_arena_array(c->arena, t->d->new->fact_count + 1,
                                     sizeof *t->facts_after);
    t->twins = umi_arena_array(c->arena, t->d->old->product_count + 1,
                               sizeof *t->twins);
    if (t->facts_before == NULL || t->facts_after == NULL || t->twins == NULL)
        return umi_fail_memory(&c->err);
    for (size_t i = 0; i < t->d->old->product_count; i++)
        t->twins[i] =
            umi_ruleset_product(t->d->new, t->d->old->products[i].code);
    umi_status rc = umi_facts_line_new(&t->reader_before, t->d->old, NULL,
                                       c->arena, &c->err);
    if (rc == UMI_OK)
        rc = umi_facts_line_new(&t->reader_after, t->d->new, NULL, c->arena,
                                &c->err);
    if (rc == UMI_OK)
        rc = umi_decider_new(&t->before, t->d->old, on, &c->err);
    if (rc == UMI_OK)
        rc = umi_decider_new(&t->after, t->d->new, on, &c->err);
    return rc;
}

/* Behind what differs in the files, and the sum behind all. */
static int diff_over(differ *d, const char *path)
{
    cli *c = d->c;
    tally t = {.d = d};
    cli_line_count count = {0};
    umi_day on;
    if (!cli_decision_day(c, d->new, &on))
        return 2;
    int code = make_ready(&t, on) == UMI_OK
                   ? cli_text_lines(c, path, decide_both, &t, &d->b, &count)
                   : cli_failed(c);
    umi_decider_free(t.before);
    umi_decider_free(t.after);
    if (code <= 1)
        umi_buf_printf(&d->b,
                       umi_tr(c->lang, "%zu applications, %zu change, %zu "
                                       "cannot be read\n"),
                       count.all, t.changed, count.failed);
    return code;
}

/* --- the command --------------------------------------------------------- */

static int diff(cli *c, const umi_ruleset *old, const umi_ruleset *new)
{
    differ d = {.c = c, .old = old, .new = new};
    const char *over = cli_value(c, "over");
    diff_params(&d);
    diff_section(&d, "facts", "fact");
    diff_section(&d, "let", "let");
    diff_section(&d, "tables", "table");
    diff_section(&d, "scorecard", "scorecard");
    diff_section(&d, "products", "product");
    diff_section(&d, "rules", "rule");
    if (!same(umi_yaml_get(old->root, "routing"),
              umi_yaml_get(new->root, "routing")))
        umi_buf_puts(&d.b, umi_tr(c->lang, "~ routing\n"));
    bool changed = d.b.len > 0;
    int code = over != NULL ? diff_over(&d, over) : 0;
    if (code > 1) {
        umi_buf_free(&d.b);
        return code;
    }
    int written = cli_emit(c, &d.b);
    return written != 0 ? written : code != 0 || changed;
}

int cli_rules_diff(cli *c)
{
    umi_ruleset *old = NULL, *new = NULL;
    int code = cli_read_ruleset(c, c->args[0], &old);
    if (code == 0)
        code = cli_read_ruleset(c, c->args[1], &new);
    if (code == 0)
        code = diff(c, old, new);
    umi_ruleset_free(old);
    umi_ruleset_free(new);
    return code;
}
