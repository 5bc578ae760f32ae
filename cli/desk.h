/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_DESK_H
#define UMI_CLI_DESK_H

/** @file What the commands of the desk share: opening it, imports, printing. */
#include "cli/file_result.h"
#include "cli/spool.h"

#include "engine/base/json.h"
#include "ledger/desk/desk.h"
#include "ledger/desk/import.h"
#include "rules/set/set.h"

/**
 * Open the book and stand at its desk (close desk->book).  The option --date,
 * where a command has it, sets the desk's day.
 * @return -1, else the exit code; the error is printed
 */
int cli_desk_open(cli *c, umi_access access, umi_desk *desk);

/** The rules that a desk works by; free them after the book is closed. */
typedef struct cli_desk_rules {
    umi_ruleset *eligibility;
    umi_set *set;
} cli_desk_rules;

/**
 * cli_desk_open() with the rules of --rules (else the shipped ones) and the
 * products.  cli_desk_close() in any case.
 */
int cli_desk_open_rules(cli *c,
                        umi_access access,
                        umi_desk *desk,
                        cli_desk_rules *rules);
void cli_desk_close(umi_desk *desk, cli_desk_rules *rules);

typedef umi_status (*cli_import_fn)(umi_import_result *out,
                                    umi_desk *desk,
                                    const umi_import_ask *ask,
                                    umi_arena *arena,
                                    umi_error *err);

/** Import the file named by the first argument and print the counts. */
int cli_import(cli *c, cli_import_fn import);
/** The same at a desk that is open; the caller closes it. */
int cli_import_at(cli *c, umi_desk *desk, cli_import_fn import);
extern const cli_option cli_import_options[]; /**< those of files */

/** A file on its way through the desk. */
typedef struct cli_import_run {
    cli *c;
    umi_import_ask ask; /**< as the options say */
    cli_expect expect;
    cli_input in;
    cli_progress progress;
} cli_import_run;

/** Fill run->ask; -1 (then end it), else the exit code.  *run stays there. */
int cli_import_begin(cli_import_run *run, cli *c, const char *path);
void cli_import_end(cli_import_run *run);

/** A line that says so, when nothing was written. */
void cli_trial(umi_buf *b, const cli *c, umi_file_state state);

/** Print an object as one line of JSON; takes the buffer over. */
int cli_emit_json(cli *c, umi_buf *b);

/** A line "label: value" of a sheet for people. */
void cli_line(umi_buf *b, const cli *c, const char *label, umi_text value);
void cli_line_money(umi_buf *b, const cli *c, const char *label, umi_money m);
void cli_line_int(umi_buf *b, const cli *c, const char *label, int64_t v);
void cli_line_day(umi_buf *b, const cli *c, const char *label, umi_day d);

/** Members of a JSON object. */
void cli_json_text(umi_json_out *w,
                   const char *key,
                   umi_text t); /**< or null */

#endif
