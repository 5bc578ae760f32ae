/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_RECEIPTS_H
#define UMI_LEDGER_DESK_RECEIPTS_H

/**
 * @file
 * Receipts: what became of every line of a file of repayments, line for line
 * and in the order of the file.  They are made from the book and the file
 * when the file is posted, whenever that was, and are the same every time.
 *
 * Columns: line,reference,loan,date,amount,channel,result,code,txn,principal,
 * interest,fee,penalty,overpaid.  result is posted, duplicate or rejected;
 * code says why a line was rejected; txn is the posting, of a duplicate the
 * one that has its reference already.  What was divided stands with posted
 * lines only, so that a column sums up to what the file has paid.
 */
#include "ledger/book/file_run.h"

typedef struct umi_receipts_ask {
    const char *path;           /**< the file of repayments */
    const char *name;           /**< of it in messages; NULL: path */
    const umi_profile *profile; /**< by which it was posted; NULL: none */
    const char *out;            /**< where the receipts go, whole or not */
    int64_t batch;              /**< under which it was posted */
    umi_progress_fn progress;   /**< may be NULL */
    void *self;                 /**< for progress */
} umi_receipts_ask;

/**
 * Write the receipts of a batch.  Some 130 MB of memory at any size.
 * @retval UMI_ENOENT   there is no finished batch of this number
 * @retval UMI_EINVAL   the batch is not of repayments, the file is not that
 *                      of the batch, or not read by the profile by which it
 *                      was posted; or as umi_post_file()
 * @retval UMI_EIO      the receipts cannot be written
 * @retval UMI_EDAMAGED the book does not account for a line
 */
UMI_MUST_CHECK umi_status umi_receipts_write(umi_book *b,
                                             const umi_receipts_ask *ask,
                                             umi_error *err);

/**
 * umi_post_file(), and the receipts of the file to ask->receipts, if any.  In a dry run
 * they say what would happen: the file is posted in a transaction that is not
 * committed, so @p b must be open for writing and can only be closed after.
 * The numbers of postings that do not stand are left out then.
 */
UMI_MUST_CHECK umi_status umi_post_receipts(umi_file_result *out,
                                            umi_book *b,
                                            const umi_file_ask *ask,
                                            umi_arena *arena,
                                            umi_error *err);

#endif
