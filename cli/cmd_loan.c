/* SPDX-License-Identifier: MIT */
#include "cli/loan.h"

static const cli_command loan_commands[] = {
    {"schedule", "LOAN", 1, 1, "what falls due, and when",
     cli_loan_schedule_options, cli_loan_schedule},
    {"statement", "LOAN", 1, 1, "the card of instalments and payments",
     cli_loan_statement_options, cli_loan_statement},
    {0},
};
const cli_group cli_group_loan = {"loan", "look at loans", loan_commands};
