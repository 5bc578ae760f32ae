/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_LOAN_H
#define UMI_CLI_LOAN_H

/** @file Papers of one loan, for the table in cmd_loan.c. */
#include "cli/cli.h"

int cli_loan_schedule(cli *c);  /**< LOAN: its repayment schedule */
int cli_loan_statement(cli *c); /**< LOAN: the card of its instalments */
extern const cli_option cli_loan_schedule_options[],
    cli_loan_statement_options[];

#endif
