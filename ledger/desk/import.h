/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_IMPORT_H
#define UMI_LEDGER_DESK_IMPORT_H

/**
 * @file
 * Files of the desk: households, groups, applications.  A bad line becomes a
 * reject and the rest goes on; a line that says what the book knows already
 * changes nothing, so that the same file may be imported again.
 */
#include "engine/base/alloc.h"
#include "engine/base/hash.h"
#include "engine/base/json.h"
#include "ledger/book/file_run.h"

typedef void (*umi_warn_fn)(void *self, int64_t line, const umi_error *warning);

typedef struct umi_import_ask {
    const char *path;    /**< the file, CSV */
    const char *name;    /**< of it in messages; NULL: path */
    umi_text text;       /**< its text instead, when the pointer is set */
    const char *rejects; /**< NULL: the path with ".rejects.csv" behind it */
    umi_lang lang;       /**< of reasons in the rejects file */
    umi_error *refused;  /**< one line only: why it was a reject, and no
                          * rejects file is written; NULL: a file */
    umi_warn_fn warn;    /**< told of odd lines that are taken; may be NULL */
    void *self;          /**< for warn */
    bool whole;          /**< all lines in one transaction, or none */
    bool dry_run;        /**< judge every line as if the others were written,
                          * and write nothing, not even a file: the book is
                          * open for writing and can only be closed after */
    const int64_t *expect_lines;    /**< as the sender counts; NULL: any */
    const umi_money *expect_amount; /**< of the transfers; NULL: any; the file
                                     * is then taken whole */
    umi_progress_fn progress;       /**< told of bytes read; may be NULL */
    void *watcher;                  /**< for progress */
} umi_import_ask;

typedef struct umi_import_result {
    umi_hash sha256; /**< of the file */
    int64_t lines;   /**< = added + changed + same + rejected */
    int64_t added, changed, same, rejected, warnings;
    const char *rejects_file; /**< NULL when there are no rejects */
    umi_file_state state;     /**< done or a trial */
} umi_import_result;

const char *umi_import_ask_name(const umi_import_ask *ask);

/** The result as JSON: {"file_sha256","lines","added",…,"state"}. */
void umi_import_json(umi_json_out *w, const umi_import_result *r);

#endif
