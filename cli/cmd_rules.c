/* SPDX-License-Identifier: MIT */
#include "cli/rules.h"

#include "rules/expr/eval_json.h"
#include "rules/set/ruleset_schema.h"

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

static const cli_option schema_options[] = {
    {"part", NULL, "of the files that a rule file includes"},
    {0},
};

static int run_schema(cli *c)
{
    umi_buf b = {0};
    umi_ruleset_schema(&b, cli_flag(c, "part"));
    return cli_emit(c, &b);
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
    {"doc", "FILE", 1, 1, "rules, figures and their legal bases as Markdown",
     NULL, cli_rules_doc},
    {"fmt", "FILE", 1, 1, "print a rule file in the layout of the house",
     cli_rules_fmt_options, cli_rules_fmt},
    {"diff", "OLD NEW", 2, 2, "what a new rule file changes, and for whom",
     cli_rules_diff_options, cli_rules_diff},
    {"explain", "[FILE]", 0, 1, "which rules, figures and laws decide, and how",
     cli_rules_explain_options, cli_rules_explain},
    {"facts", "FILE", 1, 1, "what must be asked, what proves it, who needs it",
     cli_rules_facts_options, cli_rules_facts},
    {"replay", "[FILE]", 0, 1, "prove that stored decisions come out again",
     cli_rules_replay_options, cli_rules_replay},
    {"key", "FILE", 1, 1, "make a key that signs: FILE, and FILE.pub", NULL,
     cli_rules_key},
    {"sign", "FILE", 1, 1, "sign a rule file, in FILE.sig",
     cli_rules_sign_options, cli_rules_sign},
    {"verify", "FILE", 1, 1, "whether FILE.sig signs the rule file",
     cli_rules_verify_options, cli_rules_verify},
    {"schema", "", 0, 0, "a JSON Schema of rule files, for editors",
     schema_options, run_schema},
    {"data", "[FOLDER]", 0, 1, "check products, chart, calendars, as a whole",
     cli_rules_data_options, cli_rules_data},
    {"eval", "[FILE]", 0, 1, "evaluate expressions with the facts given",
     eval_options, run_eval},
    {0},
};
const cli_group cli_group_rules = {"rules", "eligibility rule sets",
                                   rules_commands};
