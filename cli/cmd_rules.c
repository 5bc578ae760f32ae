/* SPDX-License-Identifier: MIT */
#include "cli/rules.h"

#include "rules/expr/eval_json.h"

static umi_status eval_line(
    void *self, umi_text line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    (void)self;
    return umi_expr_eval_json(line, arena, out, err);
}

static int run_eval(cli *c)
{
    if (!cli_flag(c, "jsonl"))
        return cli_usage(c, "", "%s is needed", "--jsonl");
    const char *path = c->arg_count > 0 ? c->args[0] : NULL;
    return cli_json_lines(c, path, eval_line, NULL);
}

static const cli_option eval_options[] = {
    {"jsonl", NULL, "read and write JSON Lines"},
    {0},
};

static const cli_command rules_commands[] = {
    {"check", "FILE...", 1, -1, "find every problem of rule files",
     cli_rules_check_options, cli_rules_check},
    {"test", "FILE", 1, 1, "run the tests that a rule file carries",
     cli_rules_test_options, cli_rules_test},
    {"eval", "[FILE]", 0, 1, "evaluate expressions with the facts given",
     eval_options, run_eval},
    {0},
};
const cli_group cli_group_rules = {"rules", "eligibility rule sets",
                                   rules_commands};
