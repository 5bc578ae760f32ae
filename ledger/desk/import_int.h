/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_IMPORT_INT_H
#define UMI_LEDGER_DESK_IMPORT_INT_H

/**
 * @file
 * The three beats of an import, shared by its kinds: read a chunk of lines
 * and judge each by itself, look up what the book knows of them and judge
 * again, write what changed in one transaction.
 */
#include "ledger/desk/desk.h"
#include "ledger/desk/import.h"
#include "ledger/desk/rows.h"
#include "ledger/desk/words.h"
#include "ledger/io/csv.h"

typedef enum umi__outcome {
    UMI__REJECTED,
    UMI__SAME,
    UMI__CHANGED,
    UMI__ADDED
} umi__outcome;

typedef struct umi__import umi__import;

/** One line of the chunk. */
typedef struct umi__line {
    const umi_record *record;
    void *data; /**< what `parse` made of it; NULL when it was rejected */
    umi__outcome outcome;
    const umi_error *why;
} umi__line;

typedef struct umi__import_kind {
    umi_csv_spec spec;
    umi_subject subject; /**< of the note in the book */
    bool unnoted;        /**< none: what was entered tells who did */
    size_t size;         /**< of the parsed line */
    /** Judge a line by itself; texts of the record live with the chunk. */
    umi_status (*parse)(umi__import *im,
                        const umi_record *r,
                        void *data,
                        umi_error *err);
    /** Judge the chunk against the book and write it. */
    umi_status (*settle)(umi__import *im, umi_error *err);
    /** Behind the last chunk, before a whole file stands; may be NULL. */
    umi_status (*finish)(umi__import *im, umi_error *err);
} umi__import_kind;

struct umi__import {
    const umi__import_kind *kind;
    const umi_import_ask *ask;
    umi_desk *desk;
    void *self;
    umi_arena *arena; /**< of the chunk */
    umi__line *lines; /**< of the chunk */
    size_t count;
    umi_import_result *result;
};

/** Run an import of @p kind; @p run holds the result's texts. */
UMI_MUST_CHECK umi_status umi__import_run(umi_import_result *out,
                                          const umi__import_kind *kind,
                                          const umi_import_ask *ask,
                                          umi_desk *desk,
                                          void *self,
                                          umi_arena *run,
                                          umi_error *err);

/** Read the file once before: its SHA-256 and its lines. */
UMI_MUST_CHECK umi_status umi__import_measure(umi_hash *sha,
                                              int64_t *lines,
                                              const umi__import_kind *kind,
                                              const umi_import_ask *ask,
                                              umi_error *err);

/** Make a line of the chunk a reject for the reason in @p why. */
UMI_MUST_CHECK umi_status umi__import_reject(umi__import *im,
                                             umi__line *line,
                                             const umi_error *why,
                                             umi_error *err);

/** Tell of a line that is taken although it is odd. */
void umi__import_warn(umi__import *im, int64_t line, const umi_error *warning);

#endif
