/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OPT_H
#define UMI_CLI_OPT_H

/**
 * @file
 * From argv to a filled struct cli: global options, group, command, options,
 * arguments.  Abbreviated options are refused.  Help is answered here.
 */
#include "cli/cli.h"

/** -1: run c->command; else the exit code (help, version, usage error). */
int cli_parse(cli *c, int argc, char **argv);

extern const cli_option cli_globals[]; /**< --book, --lang, --user, ... */

#endif
