/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_BANK_PRINT_H
#define UMI_CLI_BANK_PRINT_H

/** @file A parsed bank file as JSON or as tables, streamed to stdout. */
#include "cli/cli.h"
#include "ledger/bank/statement.h"

/** Both: 0 when written, else the exit code of the failed write. */
int cli_bank_json(cli *c, const umi_bank_file *f);
/** Warnings go to stderr, as lines that name @p path. */
int cli_bank_table(cli *c, const umi_bank_file *f, const char *path);

#endif
