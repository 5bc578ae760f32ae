/* SPDX-License-Identifier: MIT */
#include "cli/file_result.h"

#include "ledger/desk/post.h"

static int run_post(cli *c)
{
    return cli_file_command(c, umi_post_file);
}

static const cli_option post_options[] = {
    {"date", "DATE", "booking date (else the business date)"},
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
