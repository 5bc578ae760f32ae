/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_QUOTE_FLAGS_H
#define UMI_CLI_QUOTE_FLAGS_H

/**
 * @file
 * Terms as flags of a command line: each key of `umi quote` is a flag of the
 * same name, and all of them become the JSON object that the batch reads, so
 * that there is one set of refusals.
 */
#include "cli/cli.h"
#include "engine/base/json.h"

/** The flags of `umi quote`, ended by {0}. */
extern const cli_option cli_quote_options[];

/**
 * The object that the flags of @p c stand for, in c->arena.  A flag for a list
 * or an object also takes its JSON text.
 * @retval UMI_EINVAL a flag is not of its form; err->field is the key
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status cli_quote_flags(umi_json **out,
                                          cli *c,
                                          umi_day today);

/** Add what the one flag @p name stands for to @p o, if it is given; fails as
 * cli_quote_flags(). */
UMI_MUST_CHECK umi_status cli_quote_flag(umi_json *o, cli *c, const char *name);

#endif
