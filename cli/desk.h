/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_DESK_H
#define UMI_CLI_DESK_H

/** @file What the commands of the desk share: opening it, imports, printing. */
#include "cli/book.h"

#include "engine/base/json.h"
#include "ledger/desk/desk.h"
#include "ledger/desk/import.h"

/**
 * Open the book and stand at its desk (close desk->book).  The option --date,
 * where a command has it, sets the desk's day.
 * @return -1, else the exit code; the error is printed
 */
int cli_desk_open(cli *c, umi_access access, umi_desk *desk);

typedef umi_status (*cli_import_fn)(umi_import_result *out,
                                    umi_desk *desk,
                                    const umi_import_ask *ask,
                                    umi_arena *arena,
                                    umi_error *err);

/** Import the file named by the first argument and print the counts. */
int cli_import(cli *c, cli_import_fn import);
extern const cli_option cli_import_options[]; /**< --rejects, --json */

/** Print an object as one line of JSON; takes the buffer over. */
int cli_emit_json(cli *c, umi_buf *b);

/** A line "label: value" of a sheet for people. */
void cli_line(umi_buf *b, const cli *c, const char *label, umi_text value);
void cli_line_money(umi_buf *b, const cli *c, const char *label, umi_money m);
void cli_line_int(umi_buf *b, const cli *c, const char *label, int64_t v);
void cli_line_day(umi_buf *b, const cli *c, const char *label, umi_day d);

#endif
