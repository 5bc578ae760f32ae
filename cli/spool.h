/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_SPOOL_H
#define UMI_CLI_SPOOL_H

/** @file Standard input as a file that can be read twice. */
#include "cli/cli.h"

/** The file has no name of its own and is gone when it is closed. */
typedef struct cli_spool {
    int fd;
    char path[32]; /**< to open it by, while fd is open */
    char name[32]; /**< for people: "stdin-" and how its SHA-256 begins */
} cli_spool;

/**
 * Read standard input to its end into a file in TMPDIR, else /var/tmp.
 * Close s->fd after use.
 * Nothing is left behind on failure.
 * @retval UMI_EINVAL it cannot be read
 * @retval UMI_EIO    it cannot be kept
 */
UMI_MUST_CHECK umi_status cli_spool_input(cli_spool *s, umi_error *err);

#endif
