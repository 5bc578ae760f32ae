/* SPDX-License-Identifier: MIT */
#include "cli/cmd_rate_convert.h"
#include "ledger/io/rate_json.h"

static umi_status answer(
    void *self, umi_text line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    (void)self;
    return umi_rate_answer(out, line, arena, err);
}

static int run_rate(cli *c)
{
    if (!cli_flag(c, "jsonl"))
        return cli_usage(c, "--jsonl", "%s must be given", "--jsonl");
    return cli_json_lines(c, c->arg_count > 0 ? c->args[0] : NULL, answer,
                          NULL);
}

static const cli_option rate_options[] = {
    {"jsonl", NULL, "read and write JSON Lines"},
    {0},
};
static const cli_command rate_commands[] = {
    {"", "--jsonl [FILE]", 0, 1,
     "the rate of cash flows, proved in every digit", rate_options, run_rate},
    {"convert", "", 0, 0, "a rate as flat, nominal and effective",
     cli_rate_convert_options, cli_rate_convert},
    {0},
};
const cli_group cli_group_rate = {"rate", "compute the rate of cash flows",
                                  rate_commands};
