/* SPDX-License-Identifier: MIT */
#include "cli/set.h"
#include "ledger/io/quote_json.h"

static umi_status answer(
    void *self, umi_text line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    return umi_quote_answer(out, line, self, arena, err);
}

static int run_quote(cli *c)
{
    umi_set *set;
    if (cli_set(c, &set) != UMI_OK)
        return cli_failed(c);
    umi_terms_bind_opts opts = {
        .extra = umi_quote_extra, .calendar = umi_set_calendar, .self = set};
    int rc = cli_json_lines(c, NULL, answer, &opts);
    umi_set_free(set);
    return rc;
}

static const cli_option quote_options[] = {
    {"jsonl", NULL, "read and write JSON Lines"},
    {0},
};
static const cli_command quote_commands[] = {
    {"", "", 0, 0, "a repayment schedule, no book needed", quote_options,
     run_quote},
    {0},
};
const cli_group cli_group_quote = {"quote", "compute a repayment schedule",
                                   quote_commands};
