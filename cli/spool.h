/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_SPOOL_H
#define UMI_CLI_SPOOL_H

/**
 * @file
 * A file of the command line that can be read more than once: standard input
 * is kept in a file without a name, and what is packed is unpacked.
 */
#include "cli/cli.h"
#include "ledger/io/unpack.h"

typedef struct cli_input {
    int fd;           /**< keeps what has no name; -1: nothing */
    const char *path; /**< to open it by, as long as it is open here */
    const char *name; /**< for people; of standard input: "stdin-" and how the
                       * SHA-256 of its (unpacked) bytes begins */
    char room[2][32];
} cli_input;

/**
 * @param path as given, "-" is standard input; borrowed
 * @param watch of unpacking; may be NULL
 * @retval UMI_EINVAL it cannot be read, or what is packed cannot be unpacked
 *                    (a file that is not there is found by who opens it)
 * @retval UMI_EIO    it cannot be kept
 */
UMI_MUST_CHECK umi_status cli_input_open(cli_input *in,
                                         const char *path,
                                         const umi_unpack_watch *watch,
                                         umi_error *err);
void cli_input_close(cli_input *in);

/** As cli_read_file(), also of what is packed. */
UMI_MUST_CHECK umi_status cli_read_input(cli *c,
                                         const char *path,
                                         size_t max,
                                         umi_text *out);

#endif
