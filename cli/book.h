/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_BOOK_H
#define UMI_CLI_BOOK_H

/** @file The book that a command works on, and the dates it is asked for. */
#include "cli/cli.h"

#include "ledger/book/book.h"

umi_day cli_today(void); /**< now, in Asia/Jakarta */

/** Whether two paths name one place, whether anything is there or not. */
bool cli_same_place(const char *a, const char *b);

/**
 * A new book or copy must not stand where another has its log: it would be
 * gone when that one is closed.  -1, or the exit code of a usage error.
 */
int cli_not_log(cli *c, const char *path);

/**
 * Open the book of --book or UMI_BOOK.  Refused when --rejects, --transfers or
 * --receipts would take the place of the book or its log, of the input, or of
 * a device, and when what is written beside the input would be the book.
 * @return -1 and *out (close it), else the exit code; the error is printed
 */
int cli_book_open(cli *c, umi_access access, umi_book **out);

/** The date of option @p name; -1, or the exit code of a usage error.  *out
 * is untouched when the option is absent. */
int cli_date(cli *c, const char *name, umi_day *out);

#endif
