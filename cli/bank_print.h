/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_BANK_PRINT_H
#define UMI_CLI_BANK_PRINT_H

/** @file Bank files and what became of them, for stdout. */
#include "cli/cli.h"
#include "ledger/bank/import.h"

/** Both: 0 when written, else the exit code of the failed write. */
int cli_bank_json(cli *c, const umi_bank_file *f);
/** Warnings go to stderr, as lines that name @p path. */
int cli_bank_table(cli *c, const umi_bank_file *f, const char *path);
/** What became of an imported file, as the options ask. */
int cli_bank_imported(cli *c, const umi_bank_import_result *r);

#endif
