/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_POSTING_BATCH_H
#define UMI_LEDGER_BOOK_POSTING_BATCH_H

/**
 * @file
 * A file of repayments, posted.  It is worked through in segments, as they
 * stand in the file; the lines of one are brought into the order of the loans
 * and then into the book chunk by chunk: states are read in one sweep,
 * payments divided in memory, and everything written in one transaction.
 * The other core divides while this one reads and writes.
 */
#include "ledger/book/file_run.h"
#include "ledger/book/pay_file.h"

/** Lines between two commits, at most: a segment. */
enum {
    UMI_PAY_CHUNK = 1 << 20
};

/**
 * Called when all lines are judged and before the last chunk is written, so
 * that a file of rejects is there whenever the book says that it is.
 */
typedef umi_status (*umi_judged_fn)(void *self,
                                    umi_file_run *run,
                                    umi_error *err);

/** Fill @p f, which is empty, with the next segment; from another thread. */
typedef umi_status (*umi_segment_fn)(void *self,
                                     umi_pay_file *f,
                                     umi_error *err);

/** How a file is posted whose lines stand in segments. */
typedef struct umi_pay_plan {
    size_t following;    /**< segments behind the first */
    umi_segment_fn next; /**< brings them */
    umi_judged_fn judged;
    void *self;          /**< for both */
    int64_t done_before; /**< lines of segments that are decided already */
} umi_pay_plan;

/**
 * Find the loans of the lines of @p f.  umi_pay_post() does it, unless it is
 * done; before it is known what becomes of the file there is time for it.
 */
UMI_MUST_CHECK umi_status umi_pay_find(umi_pay_file *f,
                                       umi_book *b,
                                       umi_error *err);

/**
 * Post a file under @p run, which umi_file_begin() has begun and did not find
 * repeated, from the segment @p f on: the one in which an earlier part of the
 * run left off, if there was one.  The result stands in run->result; so that
 * run->lines are those of the whole file.  After a failure close the book.
 */
UMI_MUST_CHECK umi_status umi_pay_post(umi_pay_file *f,
                                       umi_file_run *run,
                                       const umi_pay_plan *plan,
                                       umi_error *err);

#endif
