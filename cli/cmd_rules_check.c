/* SPDX-License-Identifier: MIT
 * umi rules check, test. */
#include "cli/rules.h"

#include "rules/decide/box.h"
#include "rules/decide/rule_test.h"
#include "rules/set/set.h"

#include <inttypes.h>

const cli_option cli_rules_check_options[] = {
    {"json", NULL, "problems as one JSON array on standard output"},
    {"strict", NULL, "a warning is a problem too"},
    {0},
};

/* --- check --------------------------------------------------------------- */

/* What could not be said is said as well: no silence that looks like "fine".
 */
static void
print_opaque(cli *c, const umi_ruleset *rs, const umi_box_report *report)
{
    if (report->opaque_count == 0)
        return;
    (void)fprintf(c->out,
                  umi_tr(c->lang, "%zu of %zu rules are not wholly analysed:"),
                  report->opaque_count, report->rules);
    for (size_t i = 0; i < report->opaque_count; i++)
        (void)fprintf(c->out, " %.*s",
                      UMI_SHOW(rs->rules[report->opaque[i]].id));
    (void)fputc('\n', c->out);
}

static umi_status
check_one(cli *c, umi_text text, const umi_set *set, umi_problems *p)
{
    umi_ruleset *rs = NULL;
    umi_rule_files beside = umi_rule_files_beside(p->file);
    umi_status rc = umi_ruleset_load_with(&rs, p->file, text, &beside, p);
    if (rc == UMI_OK)
        umi_ruleset_check_products(rs, &set->products, p);
    if (rc == UMI_OK)
        rc = umi_ruleset_run_tests(rs, p, &c->err);
    umi_box_report report = {0};
    if (rc == UMI_OK && p->errors == 0)
        rc = umi_ruleset_analyse(&report, rs, p, &c->err);
    if (rc == UMI_OK && p->errors == 0 && !cli_flag(c, "json")) {
        (void)fprintf(c->out,
                      umi_tr(c->lang, "%s: in order: %zu products, %zu rules, "
                                      "%zu tests\n"),
                      p->file, rs->product_count, rs->rule_count,
                      rs->test_count);
        print_opaque(c, rs, &report);
    }
    umi_ruleset_free(rs);
    return rc == UMI_ESYNTAX ? UMI_OK : rc; /* told in the list */
}

static int
check_file(cli *c, const umi_set *set, umi_problems *p, const char *path)
{
    umi_text text;
    if (cli_read_file(c, path, CLI_RULES_FILE_MAX, &text) != UMI_OK)
        return cli_failed(c);
    p->file = path;
    if (check_one(c, text, set, p) != UMI_OK) {
        umi_fail(&c->err, UMI_ENOMEM, "", "memory exhausted");
        return cli_failed(c);
    }
    if (cli_flag(c, "json"))
        return 0;
    umi_buf b = {0};
    umi_problems_print(&b, p, text);
    if (b.len > 0)
        (void)fwrite(b.ptr, 1, b.len, c->talk);
    umi_buf_free(&b);
    return 0;
}

static bool bad(const cli *c, const umi_problems *p)
{
    return p->errors > 0 || (cli_flag(c, "strict") && p->warnings > 0);
}

static int check_files(cli *c, const umi_set *set)
{
    bool json = cli_flag(c, "json"), wrong = false;
    umi_problems p = umi_problems_new(c->arena, c->lang, "");
    for (int i = 0; i < c->arg_count; i++) {
        if (!json)
            p = umi_problems_new(c->arena, c->lang, "");
        int code = check_file(c, set, &p, c->args[i]);
        if (code != 0)
            return code;
        wrong |= bad(c, &p);
    }
    if (json) {
        umi_buf b = {0};
        umi_json_out w = {.buf = &b};
        umi_problems_json(&w, &p);
        umi_buf_putc(&b, '\n');
        int code = cli_emit(c, &b);
        if (code != 0)
            return code;
    }
    return wrong ? 2 : 0;
}

int cli_rules_check(cli *c)
{
    umi_set *set = NULL;
    if (umi_set_load(&set, umi_data_all(), &c->err) != UMI_OK)
        return cli_failed(c);
    int code = check_files(c, set);
    umi_set_free(set);
    return code;
}

/* --- test ---------------------------------------------------------------- */

const cli_option cli_rules_test_options[] = {
    {"coverage", NULL, "how often each rule passed, failed, was unknown"},
    {0},
};

static void print_coverage(umi_buf *b,
                           const cli *c,
                           const umi_ruleset *rs,
                           const umi_rule_coverage *seen)
{
    umi_buf_printf(b, "%-28s %9s %9s %9s %9s\n", umi_tr(c->lang, "rule"),
                   umi_tr(c->lang, "pass"), umi_tr(c->lang, "fail"),
                   umi_tr(c->lang, "unknown"), umi_tr(c->lang, "error"));
    for (size_t i = 0; i < rs->rule_count; i++) {
        const uint32_t *n = seen[i].seen;
        umi_buf_printf(
            b,
            "%-28.*s %9" PRIu32 " %9" PRIu32 " %9" PRIu32 " %9" PRIu32 "%s\n",
            UMI_SHOW(rs->rules[i].id), n[UMI_RULE_PASS], n[UMI_RULE_FAIL],
            n[UMI_RULE_UNKNOWN], n[UMI_RULE_ERROR],
            n[UMI_RULE_PASS] == 0 || n[UMI_RULE_FAIL] == 0 ? "  !" : "");
    }
}

static umi_status run_tests(cli *c,
                            const umi_ruleset *rs,
                            umi_buf *b,
                            umi_rule_coverage *seen,
                            size_t *failed)
{
    umi_decider *d = NULL;
    umi_status rc = umi_decider_new(&d, rs, rs->complete_from, &c->err);
    for (size_t i = 0; i < rs->test_count && rc == UMI_OK; i++) {
        const umi_rule_test *t = &rs->tests[i];
        umi_buf why = {0};
        bool ok = false;
        rc = umi_rule_test_run(&ok, &why, d, t, seen, &c->err);
        umi_buf_printf(b, "%-4s %.*s", umi_tr(c->lang, ok ? "ok" : "FAIL"),
                       (int)t->name.len, t->name.ptr);
        if (!ok)
            umi_buf_printf(b, " (%s:%" PRIu32 "): %.*s", rs->file, t->at.line,
                           (int)why.len, why.ptr != NULL ? why.ptr : "");
        umi_buf_putc(b, '\n');
        *failed += !ok;
        umi_buf_free(&why);
    }
    umi_decider_free(d);
    return rc;
}

static int test_ruleset(cli *c, const umi_ruleset *rs)
{
    umi_buf b = {0};
    size_t failed = 0;
    umi_rule_coverage *seen =
        umi_arena_array(c->arena, rs->rule_count + 1, sizeof *seen);
    umi_status rc = UMI_ENOMEM;
    if (seen != NULL)
        rc = run_tests(c, rs, &b, seen, &failed);
    else
        umi_fail(&c->err, UMI_ENOMEM, "", "memory exhausted");
    if (rc != UMI_OK) {
        umi_buf_free(&b);
        return cli_failed(c);
    }
    if (cli_flag(c, "coverage"))
        print_coverage(&b, c, rs, seen);
    umi_buf_printf(&b, umi_tr(c->lang, "%zu passed, %zu failed\n"),
                   rs->test_count - failed, failed);
    int code = cli_emit(c, &b);
    return code != 0 ? code : failed > 0;
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
