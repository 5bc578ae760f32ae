/* SPDX-License-Identifier: MIT */
#include "cli/rules.h"

#include "rules/decide/rule_test.h"
#include "rules/set/data.h"

#include <time.h>

int cli_rules_problems(cli *c,
                       umi_status rc,
                       const umi_problems *p,
                       umi_text source)
{
    umi_buf b = {0};
    if (rc == UMI_ENOMEM) {
        umi_fail_memory(&c->err);
        return cli_failed(c);
    }
    umi_problems_print(&b, p, source);
    if (b.len > 0)
        (void)fwrite(b.ptr, 1, b.len, c->talk);
    umi_buf_free(&b);
    return 2;
}

static int load(cli *c,
                const char *file,
                umi_text text,
                const umi_rule_files *files,
                umi_ruleset **out)
{
    umi_problems p = umi_problems_new(c->arena, c->lang, file);
    umi_ruleset *rs = NULL;
    umi_status rc = umi_ruleset_load_with(&rs, file, text, files, &p);
    if (rc == UMI_OK)
        rc = umi_ruleset_run_tests(rs, &p, &c->err);
    if (rc == UMI_OK && p.errors == 0) {
        *out = rs;
        return 0;
    }
    umi_ruleset_free(rs);
    return cli_rules_problems(c, rc, &p, text);
}

int cli_load_ruleset(cli *c, const char *path, umi_ruleset **out)
{
    umi_text text;
    if (path == NULL) {
        const umi_data_file *f = umi_data_find("eligibility.yaml");
        if (f == NULL)
            return cli_usage(c, "rules", "%s is needed", "--rules");
        umi_rule_files shipped = umi_rule_files_shipped();
        return load(c, f->name, (umi_text){f->text, f->size}, &shipped, out);
    }
    if (cli_read_file(c, path, CLI_RULES_FILE_MAX, &text) != UMI_OK)
        return cli_failed(c);
    umi_rule_files beside = umi_rule_files_beside(path);
    return load(c, path, text, &beside, out);
}

int cli_read_ruleset(cli *c, const char *path, umi_ruleset **out)
{
    umi_text text;
    if (cli_read_file(c, path, CLI_RULES_FILE_MAX, &text) != UMI_OK)
        return cli_failed(c);
    umi_problems p = umi_problems_new(c->arena, c->lang, path);
    umi_rule_files beside = umi_rule_files_beside(path);
    umi_status rc = umi_ruleset_load_with(out, path, text, &beside, &p);
    return rc == UMI_OK ? 0 : cli_rules_problems(c, rc, &p, text);
}

bool cli_decision_day(cli *c, const umi_ruleset *rs, umi_day *out)
{
    const char *on = cli_value(c, "on");
    if (on == NULL) {
        int64_t seconds = (int64_t)time(NULL) + (int64_t)rs->utc_offset * 60;
        *out = (umi_day){(int32_t)(seconds / 86400)};
        return true;
    }
    if (umi_day_parse(out, umi_text_of(on)))
        return true;
    (void)cli_usage(c, "on", "--on must be a date YYYY-MM-DD, got '%s'", on);
    return false;
}
