/* SPDX-License-Identifier: MIT
 * umi rules check. */
#include "cli/rules.h"

#include "rules/decide/box.h"
#include "rules/decide/rule_test.h"
#include "rules/set/set.h"

const cli_option cli_rules_check_options[] = {
    {"json", NULL, "problems as one JSON array on standard output"},
    {"strict", NULL, "a warning is a problem too"},
    {"sweep", NULL, "cross every date with the applicants of the tests"},
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

/* What one run over several files gathers. */
typedef struct checked {
    umi_buf swept;
    umi_json_out json; /* writes to swept; without --json it has no buf */
    bool wrong;        /* a sweep found something */
} checked;

static umi_status check_one(
    cli *c, umi_text text, const umi_set *set, umi_problems *p, checked *all)
{
    size_t before = p->errors; /* of other files */
    umi_ruleset *rs = NULL;
    umi_rule_files beside = umi_rule_files_beside(p->file);
    umi_status rc = umi_ruleset_load_with(&rs, p->file, text, &beside, p);
    if (rc == UMI_OK)
        umi_ruleset_check_products(rs, &set->products, p);
    if (rc == UMI_OK)
        rc = umi_ruleset_run_tests(rs, p, &c->err);
    umi_box_report report = {0};
    if (rc == UMI_OK && p->errors == before)
        rc = umi_ruleset_analyse(&report, rs, p, &c->err);
    if (rc == UMI_OK && p->errors == before && !cli_flag(c, "json")) {
        (void)fprintf(c->out,
                      umi_tr(c->lang, "%s: in order: %zu products, %zu rules, "
                                      "%zu tests\n"),
                      p->file, rs->product_count, rs->rule_count,
                      rs->test_count);
        print_opaque(c, rs, &report);
    }
    if (rc == UMI_OK && p->errors == before && cli_flag(c, "sweep"))
        rc = cli_rules_sweep(c, rs, &all->json, &all->wrong);
    umi_ruleset_free(rs);
    return rc == UMI_ESYNTAX ? UMI_OK : rc; /* told in the list */
}

static int check_file(
    cli *c, const umi_set *set, umi_problems *p, const char *path, checked *all)
{
    umi_text text;
    if (cli_read_file(c, path, CLI_RULES_FILE_MAX, &text) != UMI_OK)
        return cli_failed(c);
    p->file = path;
    if (check_one(c, text, set, p, all) != UMI_OK) {
        umi_fail_memory(&c->err);
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

/* The problems alone; with --sweep an object that holds them and the dates. */
static int emit_json(cli *c, const umi_problems *p, const checked *all)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    bool sweep = cli_flag(c, "sweep");
    if (sweep) {
        umi_json_open(&w, '{');
        umi_json_key(&w, "problems");
    }
    umi_problems_json(&w, p);
    if (sweep) {
        umi_json_key(&w, "sweep");
        umi_buf_putc(&b, '[');
        umi_buf_bytes(&b, all->swept.ptr, all->swept.len);
        umi_buf_puts(&b, "]}");
    }
    umi_buf_putc(&b, '\n');
    return cli_emit(c, &b);
}

static int check_files(cli *c, const umi_set *set, checked *all)
{
    bool json = cli_flag(c, "json"), wrong = false;
    umi_problems p = umi_problems_new(c->arena, c->lang, "");
    all->json.buf = json ? &all->swept : NULL;
    for (int i = 0; i < c->arg_count; i++) {
        if (!json)
            p = umi_problems_new(c->arena, c->lang, "");
        int code = check_file(c, set, &p, c->args[i], all);
        if (code != 0)
            return code;
        wrong |= bad(c, &p);
    }
    int code = json ? emit_json(c, &p, all) : 0;
    return code != 0 ? code : wrong || all->wrong ? 2 : 0;
}

int cli_rules_check(cli *c)
{
    umi_set *set = NULL;
    if (umi_set_load(&set, umi_data_all(), &c->err) != UMI_OK)
        return cli_failed(c);
    checked all = {0};
    int code = check_files(c, set, &all);
    umi_buf_free(&all.swept);
    umi_set_free(set);
    return code;
}
