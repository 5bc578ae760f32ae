/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"

#include "ledger/desk/household_import.h"

static int run_import(cli *c)
{
    return cli_import(c, umi_household_import);
}

static const cli_command household_commands[] = {
    {"import", "FILE", 1, 1, "take a register of households into the book",
     cli_import_options, run_import},
    {0},
};
const cli_group cli_group_household = {
    "household", "families and the persons in them", household_commands};
