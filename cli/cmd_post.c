/* SPDX-License-Identifier: MIT */
#include "cli/file_result.h"
#include "cli/set.h"

#include "ledger/desk/receipts.h"

/* The profile lives as long as the rules that it stands in. */
static int post_by_profile(cli *c, umi_file_ask *wish)
{
    umi_set *set = NULL;
    const char *name = cli_value(c, "profile");
    if (name == NULL)
        return cli_file_command(c, wish, umi_post_receipts);
    if (cli_set(c, &set) != UMI_OK)
        return cli_failed(c);
    wish->profile = umi_profile_find(&set->profiles, umi_text_of(name));
    int code = wish->profile ? cli_file_command(c, wish, umi_post_receipts)
                             : cli_usage(c, "--profile",
                                         "there is no profile '%s'", name);
    umi_set_free(set);
    return code;
}

static int run_post(cli *c)
{
    umi_file_ask wish = {.receipts = cli_value(c, "receipts")};
    return post_by_profile(c, &wish);
}

static const cli_option post_options[] = {
    {"date", "DATE", "booking date (else the business date)"},
    {"receipts", "PATH", "write what became of every line"},
    {"profile", "NAME", "shape of the file: agen, va or another of the rules"},
    CLI_EXPECT_LINES,
    CLI_EXPECT_AMOUNT,
    CLI_FILE_OPTIONS,
    {0},
};
static const cli_command post_commands[] = {
    {"", "FILE", 1, 1,
     "post a file of repayments: reference,loan,date,amount,channel; - is "
     "standard input",
     post_options, run_post},
    {0},
};
const cli_group cli_group_post = {"post", "post a file of repayments",
                                  post_commands};
