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

/** Folder of UMI_RULES, or NULL for what is shipped. */
const char *cli_set_folder(void);

/**
 * The files of @p folder, or the shipped ones when it is NULL.
 * @retval UMI_EIO c->err says what cannot be read
 */
UMI_MUST_CHECK umi_status cli_set_files(cli *c,
                                        const char *folder,
                                        const umi_data_file **out);

/**
 * Load the rules into @p out, which the caller frees.  On failure c->err says
 * which file and line is wrong.
 */
UMI_MUST_CHECK umi_status cli_set(cli *c, umi_set **out);

#endif
