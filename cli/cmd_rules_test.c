/* SPDX-License-Identifier: MIT
 * umi rules test: the tests of a rule file, what they have seen, and what
 * they would not notice. */
#include "cli/rules.h"

#include "rules/decide/mutate.h"
#include "rules/decide/rule_test.h"

#include <inttypes.h>
#include <stdio.h>

const cli_option cli_rules_test_options[] = {
    {"coverage", NULL, "what the tests have seen of rules, figures, products"},
    {"mutate", NULL, "change each comparison, value and date; who notices?"},
    {"json", NULL, "as one JSON object"},
    {0},
};

/* --- coverage ------------------------------------------------------------ */

typedef struct printer {
    umi_buf *b;
    umi_lang lang;
    const umi_coverage *seen;
} printer;

static void print_heads(printer *p, const char *first, const char *const *rest)
{
    umi_buf_printf(p->b, "%-28s", umi_tr(p->lang, first));
    for (; *rest != NULL; rest++)
        umi_buf_printf(p->b, " %14s", umi_tr(p->lang, *rest));
    umi_buf_putc(p->b, '\n');
}

static void print_counts(
    printer *p, umi_text name, const uint32_t *n, size_t count, bool ok)
{
    umi_buf_printf(p->b, "%-28.*s", UMI_SHOW(name));
    for (size_t i = 0; i < count; i++)
        umi_buf_printf(p->b, " %14" PRIu32, n[i]);
    umi_buf_puts(p->b, ok ? "\n" : "  !\n");
}

static void print_rules(printer *p)
{
    static const char *const heads[] = {"pass", "fail", "unknown", "error",
                                        NULL};
    const umi_ruleset *rs = p->seen->ruleset;
    print_heads(p, "rule", heads);
    for (size_t i = 0; i < rs->rule_count; i++) {
        const uint32_t *n = p->seen->rules[i].seen;
        print_counts(p, rs->rules[i].id, n, UMI_RULE_OFF,
                     n[UMI_RULE_PASS] > 0 && n[UMI_RULE_FAIL] > 0);
    }
}

static void print_products(printer *p)
{
    static const char *const heads[] = {"eligible", "refer",   "need_documents",
                                        "error",    "blocked", NULL};
    const umi_ruleset *rs = p->seen->ruleset;
    print_heads(p, "product", heads);
    for (size_t i = 0; i < rs->product_count; i++) {
        const uint32_t *n = p->seen->products[i].seen;
        print_counts(p, rs->products[i].code, n, UMI_VERDICT_BLOCKED + 1,
                     n[UMI_VERDICT_ELIGIBLE] > 0 && n[UMI_VERDICT_BLOCKED] > 0);
    }
}

static void print_count(printer *p, umi_text name, const char *of, uint32_t n)
{
    umi_buf_printf(p->b, "%-28.*s %14s %14" PRIu32 "%s\n", UMI_SHOW(name), of,
                   n, n == 0 ? "  !" : "");
}

static void print_table_rows(printer *p, const char *const *heads)
{
    const umi_ruleset *rs = p->seen->ruleset;
    char name[120];
    if (rs->table_count > 0)
        print_heads(p, "table row", heads);
    for (size_t i = 0; i < rs->table_count; i++)
        for (size_t k = 0; k < rs->tables[i].count; k++) {
            (void)snprintf(name, sizeof name, "%.*s %zu",
                           UMI_SHOW(rs->tables[i].name), k + 1);
            print_count(p, umi_text_of(name), "",
                        p->seen->hits[rs->tables[i].rows[k].when]);
        }
}

static void print_attributes(printer *p, const char *const *heads)
{
    const umi_ruleset *rs = p->seen->ruleset;
    char name[120];
    if (rs->scorecard_count > 0)
        print_heads(p, "attribute", heads);
    for (size_t i = 0; i < rs->scorecard_count; i++)
        for (size_t k = 0; k < rs->scorecards[i].count; k++) {
            const umi_characteristic *h = &rs->scorecards[i].characteristics[k];
            for (size_t a = 0; a < h->count; a++) {
                (void)snprintf(name, sizeof name, "%.*s %zu", UMI_SHOW(h->id),
                               a + 1);
                print_count(p, umi_text_of(name), "",
                            p->seen->hits[h->attributes[a].when]);
            }
        }
}

static void print_rest(printer *p)
{
    static const char *const heads[] = {"from", "tests", NULL};
    const umi_ruleset *rs = p->seen->ruleset;
    char text[UMI_DAY_TEXT];
    print_heads(p, "parameter", heads);
    for (size_t i = 0; i < rs->param_count; i++)
        for (size_t k = 0; k < rs->params[i].count; k++) {
            umi_day_write(text, rs->params[i].values[k].from);
            print_count(p, rs->params[i].name, text, p->seen->values[i][k]);
        }
    print_heads(p, "routing row", heads + 1);
    for (size_t i = 0; i < rs->row_count; i++)
        print_count(p, rs->rows[i].when.source->text, "", p->seen->rows[i]);
    print_table_rows(p, heads + 1);
    print_attributes(p, heads + 1);
    print_heads(p, "document", heads + 1);
    for (size_t i = 0; i < rs->doc_count; i++)
        print_count(p, rs->docs[i], "", p->seen->docs[i]);
}

/* --- mutants ------------------------------------------------------------- */

static void print_mutant(umi_buf *b,
                         umi_lang lang,
                         const umi_ruleset *rs,
                         const umi_mutant *m)
{
    umi_buf_printf(
        b, "%s:%" PRIu32 ":%" PRIu32 ": %.*s: ", rs->files[m->at.file].name,
        m->at.line, m->at.column, UMI_SHOW(m->name));
    umi_buf_printf(b, umi_tr(lang, "'%s' for '%s' is not noticed\n"), m->is,
                   m->was);
    if (m->witness < 0) {
        umi_buf_printf(b, "    %s\n", umi_tr(lang, "no applicant was found"));
        return;
    }
    umi_buf_printf(b, umi_tr(lang, "    test %zu could"),
                   (size_t)m->witness + 1);
    umi_buf_printf(b, " (%.*s", UMI_SHOW(rs->tests[m->witness].name));
    umi_buf_printf(b, "%s%s): %s\n", m->altered[0] != '\0' ? "; " : "",
                   m->altered, m->what);
}

static void print_mutants(umi_buf *b,
                          umi_lang lang,
                          const umi_ruleset *rs,
                          const umi_mutants *m)
{
    for (size_t i = 0; i < m->survivor_count; i++)
        if (!m->survivors[i].marked)
            print_mutant(b, lang, rs, &m->survivors[i]);
    umi_buf_printf(b,
                   umi_tr(lang, "%zu mutants: %zu noticed, %zu marked, %zu "
                                "not noticed\n"),
                   m->count, m->killed, m->marked,
                   m->survivor_count - m->marked);
}

/* --- the tests ----------------------------------------------------------- */

typedef struct tester {
    cli *c;
    umi_ruleset *rs;
    umi_coverage *seen;
    umi_buf out;
    umi_json_out json; /* writes to out */
    size_t failed, unnoticed;
} tester;

static bool as_json(const tester *t)
{
    return cli_flag(t->c, "json");
}

static void
tell(tester *t, const umi_rule_test *test, bool ok, const umi_buf *why)
{
    umi_text text = umi_buf_as_text(why);
    umi_lang lang = t->c->lang;
    if (as_json(t)) {
        umi_json_open(&t->json, '{');
        umi_json_put_text(&t->json, "name", test->name);
        umi_json_put_int(&t->json, "line", test->at.line);
        umi_json_put_bool(&t->json, "ok", ok);
        umi_json_key(&t->json, "why");
        if (ok)
            umi_json_null(&t->json);
        else
            umi_json_text(&t->json, text);
        umi_json_close(&t->json, '}');
        return;
    }
    umi_buf_printf(&t->out, "%-4s %.*s", umi_tr(lang, ok ? "ok" : "FAIL"),
                   (int)test->name.len, test->name.ptr);
    if (!ok)
        umi_buf_printf(&t->out, " (%s:%" PRIu32 "): %.*s",
                       t->rs->files[test->at.file].name, test->at.line,
                       (int)text.len, text.ptr != NULL ? text.ptr : "");
    umi_buf_putc(&t->out, '\n');
}

static umi_status run_tests(tester *t)
{
    umi_decider *d = NULL;
    umi_status rc =
        umi_decider_new(&d, t->rs, t->rs->complete_from, &t->c->err);
    for (size_t i = 0; i < t->rs->test_count && rc == UMI_OK; i++) {
        umi_buf why = {0};
        bool ok = false;
        rc = umi_rule_test_run(&ok, &why, d, &t->rs->tests[i], t->seen,
                               &t->c->err);
        if (rc == UMI_OK)
            tell(t, &t->rs->tests[i], ok, &why);
        t->failed += !ok;
        umi_buf_free(&why);
    }
    umi_decider_free(d);
    return rc;
}

static void print_coverage(tester *t)
{
    printer p = {&t->out, t->c->lang, t->seen};
    if (as_json(t)) {
        umi_json_key(&t->json, "coverage");
        umi_coverage_write_json(&t->json, t->seen);
        return;
    }
    print_rules(&p);
    print_products(&p);
    print_rest(&p);
}

static umi_status mutate(tester *t)
{
    umi_mutants m;
    umi_status rc =
        umi_ruleset_mutate(&m, t->rs, t->c->arena, t->c->lang, &t->c->err);
    if (rc != UMI_OK)
        return rc;
    t->unnoticed = m.survivor_count - m.marked;
    if (as_json(t)) {
        umi_json_key(&t->json, "mutation");
        umi_mutants_write_json(&t->json, t->rs, &m);
    } else {
        print_mutants(&t->out, t->c->lang, t->rs, &m);
    }
    return UMI_OK;
}

static umi_status run(tester *t)
{
    umi_json_out *w = &t->json;
    if (as_json(t)) {
        umi_json_open(w, '{');
        umi_json_key(w, "tests");
        umi_json_open(w, '[');
    }
    umi_status rc = run_tests(t);
    if (rc != UMI_OK)
        return rc;
    if (as_json(t)) {
        umi_json_close(w, ']');
        umi_json_put_int(w, "passed", (int64_t)(t->rs->test_count - t->failed));
        umi_json_put_int(w, "failed", (int64_t)t->failed);
    }
    if (cli_flag(t->c, "coverage"))
        print_coverage(t);
    if (cli_flag(t->c, "mutate") && t->failed == 0)
        rc = mutate(t);
    if (rc != UMI_OK)
        return rc;
    if (as_json(t)) {
        umi_json_close(w, '}');
        umi_buf_putc(&t->out, '\n');
        return UMI_OK;
    }
    umi_buf_printf(&t->out, umi_tr(t->c->lang, "%zu passed, %zu failed\n"),
                   t->rs->test_count - t->failed, t->failed);
    return UMI_OK;
}

static int test_ruleset(cli *c, umi_ruleset *rs)
{
    tester t = {.c = c, .rs = rs, .seen = umi_coverage_new(c->arena, rs)};
    t.json.buf = &t.out;
    umi_status rc = t.seen != NULL ? run(&t) : umi_fail_memory(&c->err);
    if (rc != UMI_OK) {
        umi_buf_free(&t.out);
        return cli_failed(c);
    }
    int code = cli_emit(c, &t.out);
    return code != 0 ? code : t.failed + t.unnoticed > 0;
}

int cli_rules_test(cli *c)
{
    umi_ruleset *rs = NULL;
    int code = cli_read_ruleset(c, c->args[0], &rs);
    if (code == 0)
        code = test_ruleset(c, rs);
    umi_ruleset_free(rs);
    return code;
}
