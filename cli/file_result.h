/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_FILE_RESULT_H
#define UMI_CLI_FILE_RESULT_H

/** @file Commands that take a file into the book: their options and answer. */
#include "cli/book.h"
#include "cli/progress.h"

#include "engine/base/json.h"
#include "ledger/book/file_run.h"

/** The options that all of them have. */
#define CLI_FILE_OPTIONS                                                       \
    {"atomic", "file|chunk", "write the whole file at once, or in chunks"},    \
        {"dry-run", NULL, "judge every line and write nothing"},               \
        {"rejects", "PATH", "where refused lines go (else FILE.rejects.csv)"}, \
        CLI_PROGRESS_OPTIONS,                                                  \
    {                                                                          \
        "json", NULL, "answer as JSON"                                         \
    }

/** What the sender says of the file: cli_expected(). */
#define CLI_EXPECT_LINES                                                       \
    {                                                                          \
        "expect-lines", "N", "refuse the file when it has other than N lines"  \
    }
#define CLI_EXPECT_AMOUNT                                                      \
    {                                                                          \
        "expect-amount", "AMOUNT",                                             \
            "refuse the file when its lines sum to other"                      \
    }

typedef struct cli_expect {
    const int64_t *lines;    /**< NULL: any */
    const umi_money *amount; /**< NULL: any */
    int64_t n;
    umi_money sum;
} cli_expect;

/** -1, or the exit code of a usage error; *e must stay where it is. */
int cli_expected(cli *c, cli_expect *e);
/** Options of files where there is none: -1, or the exit code. */
int cli_no_file(cli *c);
/** --atomic: whether the file is taken whole; -1, or the exit code. */
int cli_atomic(cli *c, bool *whole);

/** {"n","amount"} */
void cli_json_tally(umi_json_out *w, const char *key, const umi_tally *t);

/**
 * Two files cannot stand in one place: whether @p to (NULL: nothing) is apart
 * from the rejects of the file @p name; -1, or the exit code.
 */
int cli_not_rejects(cli *c, const char *name, const char *to);

/** A use case that takes a file. */
typedef umi_status (*cli_file_fn)(umi_file_result *out,
                                  umi_book *b,
                                  const umi_file_ask *ask,
                                  umi_arena *arena,
                                  umi_error *err);

/**
 * Run @p fn on the first argument as the options say; the exit code.  What
 * only one of the commands may ask stands in @p wish.
 */
int cli_file_command(cli *c, const umi_file_ask *wish, cli_file_fn fn);

#endif
