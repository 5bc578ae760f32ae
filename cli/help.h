/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_HELP_H
#define UMI_CLI_HELP_H

/**
 * @file
 * Texts made from the command tables: help at every level, the man page,
 * versions.
 */
#include "cli/cli.h"

/** Help for what c->group and c->command name; to stdout when @p code 0. */
int cli_print_help(cli *c, int code);
int cli_print_version(cli *c);
/** umi(1) in man format, from the tables. */
void cli_man(umi_buf *b);

#endif
