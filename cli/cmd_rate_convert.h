/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_CMD_RATE_CONVERT_H
#define UMI_CLI_CMD_RATE_CONVERT_H

/** @file `umi rate convert`: one price as flat, nominal and effective rate. */
#include "cli/cli.h"

extern const cli_option cli_rate_convert_options[];
int cli_rate_convert(cli *c);

#endif
