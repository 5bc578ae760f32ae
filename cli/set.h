/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_SET_H
#define UMI_CLI_SET_H

/**
 * @file
 * The rules that a command works by: what is shipped, or the folder that the
 * environment variable UMI_RULES names.
 */
#include "cli/cli.h"
#include "rules/set/set.h"

/**
 * Load the rules into @p out, which the caller frees.  On failure c->err says
 * which file and line is wrong.
 */
UMI_MUST_CHECK umi_status cli_set(cli *c, umi_set **out);

#endif
