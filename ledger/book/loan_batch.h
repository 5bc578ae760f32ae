/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_LOAN_BATCH_H
#define UMI_LEDGER_BOOK_LOAN_BATCH_H

/**
 * @file
 * Loans that already exist elsewhere, taken into the book: booked and
 * disbursed with their own terms, with what they have paid so far.  Lines
 * come in file order and are written chunk by chunk.
 */
#include "ledger/book/file_run.h"

/** One loan, as its line says. */
typedef struct umi_import_line {
    int64_t line;
    const char *fault;     /**< code of what is wrong, or NULL; then only the
                          * amount counts */
    umi_money amount;      /**< the principal; 0 when it is not valid */
    umi_text number;       /**< of the institution: 1 .. 64 bytes */
    umi_text product;      /**< code */
    umi_text branch;       /**< code; {NULL, 0} or empty: the default one */
    umi_text grp, officer; /**< codes; {NULL, 0} or empty: none */
    umi_text borrower;     /**< a name */
    umi_text nik;          /**< {NULL, 0} or empty: not known */
    umi_terms terms;       /**< checked; without fees, steps, tranches */
    umi_money paid_principal, paid_interest;
} umi_import_line;

/** Told before the last chunk is written, when all lines are judged. */
typedef umi_status (*umi_loans_judged_fn)(void *self,
                                          umi_file_run *run,
                                          umi_error *err);

typedef struct umi_loan_batch umi_loan_batch;

/** @p run was begun and not found repeated; it outlives the batch. */
UMI_MUST_CHECK umi_status umi_loan_batch_new(umi_loan_batch **out,
                                             umi_file_run *run,
                                             umi_loans_judged_fn judged,
                                             void *self,
                                             umi_error *err);

/** The next line; texts are copied.  Full chunks are written. */
UMI_MUST_CHECK umi_status umi_loan_batch_add(umi_loan_batch *lb,
                                             const umi_import_line *line,
                                             umi_error *err);

/** Write what is left; the result stands in run->result. */
UMI_MUST_CHECK umi_status umi_loan_batch_finish(umi_loan_batch *lb,
                                                umi_error *err);
void umi_loan_batch_free(umi_loan_batch *lb); /**< NULL is allowed */

#endif
