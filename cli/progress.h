/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_PROGRESS_H
#define UMI_CLI_PROGRESS_H

/**
 * @file
 * How far a file is, on stderr: a bar that is drawn over and wiped off again
 * where there is a terminal, a line a second where there is none and it is
 * asked for.
 */
#include "cli/cli.h"

#include "ledger/book/file_run.h"

/** The options of commands that show it. */
#define CLI_PROGRESS_OPTIONS                                                   \
    {"progress", NULL, "show how far it is, also without a terminal"},         \
    {                                                                          \
        "no-progress", NULL, "do not show how far it is"                       \
    }

/** What is to be told. */
typedef struct cli_progress_view {
    umi_phase phase;
    int64_t done, all; /**< as umi_progress_fn has them */
    int64_t from, ms;  /**< what was done, and how long ago, when the clock of
                        * the phase began */
    int width;         /**< columns, at least 20 */
    umi_lang lang;
} cli_progress_view;

/** Milliseconds that are left at the pace so far; -1: nobody can say yet. */
int64_t cli_progress_left(const cli_progress_view *v);
/** One line of at most `width` columns, without a line end. */
void cli_progress_write(umi_buf *b, const cli_progress_view *v);

typedef struct cli_progress {
    cli *c;
    bool on, terminal;
    bool begun;
    umi_phase phase;
    int64_t from, done;  /* when the phase was first told of, and now */
    int64_t start, last; /* ms: when that was; of the last drawing */
    size_t drawn;        /* columns that stand there */
} cli_progress;

/** As --progress and --no-progress say, else when stderr is a terminal. */
void cli_progress_begin(cli_progress *p, cli *c);
/** An umi_progress_fn; @p self is a cli_progress. */
void cli_progress_tell(void *self, umi_phase phase, int64_t done, int64_t all);
/** The same for umi_unpack(). */
void cli_progress_unpacking(void *self, int64_t done, int64_t all);
/** Wipe it off, so that something else can be written; it comes back. */
void cli_progress_wipe(cli_progress *p);

#endif
