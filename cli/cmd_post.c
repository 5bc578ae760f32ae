/* SPDX-License-Identifier: MIT */
#include "cli/file_result.h"

#include "ledger/desk/post.h"

static int run_post(cli *c)
{
    umi_file_ask wish = {0};
    umi_money amount;
    int64_t lines;
    if (cli_flag(c, "expect-lines")) {
        if (!umi_text_int(cli_text(c, "expect-lines"), 0, INT64_MAX, &lines))
            return cli_usage(c, "--expect-lines", "'%s' is no number of lines",
                             cli_value(c, "expect-lines"));
        wish.expect_lines = &lines;
    }
    if (cli_flag(c, "expect-amount")) {
        if (!umi_money_parse(&amount, cli_text(c, "expect-amount")) ||
            amount.sen < 0)
            return cli_usage(c, "--expect-amount", "'%s' is no amount",
                             cli_value(c, "expect-amount"));
        wish.expect_amount = &amount;
    }
    return cli_file_command(c, &wish, umi_post_file);
}

static const cli_option post_options[] = {
    {"date", "DATE", "booking date (else the business date)"},
    {"expect-lines", "N", "refuse the file when it has other than N lines"},
    {"expect-amount", "AMOUNT", "refuse the file when its lines sum to other"},
    CLI_FILE_OPTIONS,
    {0},
};
static const cli_command post_commands[] = {
    {"", "FILE", 1, 1,
     "post a file of repayments: reference,loan,date,amount,channel",
     post_options, run_post},
    {0},
};
const cli_group cli_group_post = {"post", "post a file of repayments",
                                  post_commands};
