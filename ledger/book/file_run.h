/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_FILE_RUN_H
#define UMI_LEDGER_BOOK_FILE_RUN_H

/**
 * @file
 * A file on its way into the book: known by its SHA-256, written in chunks or
 * whole, finished after a kill by the same call, and never done twice.
 */
#include "ledger/book/book.h"
#include "rules/set/profile.h"

/** What a file goes through, and what is counted meanwhile. */
typedef enum umi_phase {
    UMI_PHASE_UNPACK,   /**< bytes of the packed file */
    UMI_PHASE_READ,     /**< bytes */
    UMI_PHASE_SORT,     /**< lines */
    UMI_PHASE_WRITE,    /**< lines; of chunks: in the book for good */
    UMI_PHASE_RECEIPTS, /**< lines */
    UMI_PHASE_VERIFY    /**< rows of the book */
} umi_phase;

/** Told now and then how much of how much (0: not known) is done; never from
 * two threads at once. */
typedef void (*umi_progress_fn)(void *self,
                                umi_phase phase,
                                int64_t done,
                                int64_t all);

/** What is asked of a file. */
typedef struct umi_file_ask {
    const char *path;
    const char *name;     /**< of it in messages and in the book; NULL: path */
    const char *rejects;  /**< NULL: the path with ".rejects.csv" behind it */
    const char *receipts; /**< NULL: none; see umi_post_receipts() */
    umi_day booked;       /**< UMI_NONE32: the business date */
    const int64_t *expect_lines;    /**< as the sender counts; NULL: any */
    const umi_money *expect_amount; /**< of all lines; NULL: any */
    const umi_profile *profile;     /**< of a file of repayments; NULL: none */
    bool whole;     /**< all lines in one transaction, or none */
    bool dry_run;   /**< judge every line, write nothing */
    bool rehearsal; /**< it will not be committed: no rejects file */
    size_t chunk;   /**< lines of a chunk, about; 0: a good number */
    size_t segment; /**< of repayments: most lines held; 0: a good number */
    umi_progress_fn progress; /**< may be NULL */
    void *self;               /**< for progress */
} umi_file_ask;

typedef enum umi_file_state {
    UMI_FILE_DONE,
    UMI_FILE_REPEATED, /**< it was done before; no line was looked at */
    UMI_FILE_DRY_RUN
} umi_file_state;

/** What became of it; lines = posted + duplicate + rejected. */
typedef struct umi_file_result {
    int64_t batch;
    umi_hash sha256;
    umi_tally lines, posted, duplicate, rejected;
    const char *rejects_file; /**< NULL when there are none; in the arena */
    umi_file_state state;
} umi_file_result;

const char *umi_file_ask_name(const umi_file_ask *ask);

/** "done", "repeated", "dry_run". */
const char *umi_file_state_name(umi_file_state s);

struct umi__refused;

/** A file under way. */
typedef struct umi_file_run {
    umi_book *book;
    const umi_file_ask *ask;
    umi_arena *arena; /**< as long as the run */
    bool repeated;    /**< then `result` is all there is */
    bool stored;      /**< a part of it is in the book already */
    umi_text name;    /**< PROFILE/FILE, or FILE: of the batch */
    umi_run row;      /**< figures so far, and the last line decided */
    struct umi__refused *refused; /**< lines; none are kept in a dry run */
    umi_tally lines;              /**< of the whole file, set by the caller */
    int64_t about; /**< so many lines, for progress; 0: not known */
    umi_file_result result;
} umi_file_run;

/**
 * Whether the file is what its sender says that it is.
 * @retval UMI_EDENIED code EXPECTED: it has other lines or another amount
 */
UMI_MUST_CHECK umi_status umi_file_expected(const umi_file_ask *ask,
                                            const umi_tally *lines,
                                            umi_error *err);

/**
 * Begin, or find out that it is done, or where it was left.
 * @retval UMI_EDENIED code CLOSED-DAY: the booking date is closed
 * @retval UMI_EINVAL  code UNFINISHED: it is half entered under another profile
 */
UMI_MUST_CHECK umi_status umi_file_begin(umi_file_run *run,
                                         umi_book *b,
                                         umi_batch_kind kind,
                                         const umi_hash *sha256,
                                         const umi_file_ask *ask,
                                         umi_arena *arena,
                                         umi_error *err);

/** Count a line by what became of it. */
UMI_MUST_CHECK umi_status umi_file_count(umi_tally *t,
                                         umi_money amount,
                                         umi_error *err);
UMI_MUST_CHECK umi_status umi_file_refuse(umi_file_run *run,
                                          int64_t line,
                                          const char *code,
                                          umi_money amount,
                                          umi_error *err);

/**
 * Write a chunk: @p c, new refusals, and how far the file is; with @p last
 * the finished batch instead.  Nothing is written in a dry run.
 */
UMI_MUST_CHECK umi_status umi_file_write(umi_file_run *run,
                                         umi_change *c,
                                         bool last,
                                         umi_error *err);

/** Put the reason of a refusal into @p why; @p english is its sentence. */
void umi_file_reason(umi_error *why, const char *code, const char *english);

void umi_file_end(umi_file_run *run); /**< frees what it holds */

#endif
