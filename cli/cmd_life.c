/* SPDX-License-Identifier: MIT */
#include "cli/set.h"
#include "ledger/io/life_json.h"

static umi_status answer(
    void *self, umi_text line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    return umi_life_answer(out, line, self, arena, err);
}

static int run_life(cli *c)
{
    if (!cli_flag(c, "jsonl"))
        return cli_usage(c, "jsonl", "the option --%s is needed", "jsonl");
    umi_set *set;
    if (cli_set(c, &set) != UMI_OK)
        return cli_failed(c);
    umi_terms_bind_opts opts = {.calendar = umi_set_calendar, .self = set};
    int rc = cli_json_lines(c, c->arg_count ? c->args[0] : NULL, answer, &opts);
    umi_set_free(set);
    return rc;
}

static const cli_option life_options[] = {
    {"jsonl", NULL, "read and write JSON Lines, one loan a line"},
    {0},
};
static const cli_command life_commands[] = {
    {"", "[FILE]", 0, 1, "what its events make of a loan; no book is needed",
     life_options, run_life},
    {0},
};
const cli_group cli_group_life = {
    "life", "compute a loan's life from its events", life_commands};
