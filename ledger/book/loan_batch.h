/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_LOAN_BATCH_H
#define UMI_LEDGER_BOOK_LOAN_BATCH_H

/**
 * @file
 * Loans that already exist elsewhere, taken into the book: booked and
 * disbursed with their own terms, with what they have paid so far.  Lines
 * come in file order and are written chunk by chunk; while one chunk is
 * written the next is read, and computed as far as it can be without the
 * book, on another core.
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
    umi_text borrower;     /**< a name, at most 200 bytes */
    umi_text nik;          /**< {NULL, 0} or empty: not known */
    umi_terms terms;       /**< checked; without fees, steps, tranches */
    int64_t alike; /**< lines with the same number, above 0, have terms that
                    * differ in amount and dates only; 0: not known */
    umi_money paid_principal, paid_interest;
} umi_import_line;

/** Where the lines come from. */
typedef struct umi_loan_feed {
    /** The next line; its texts live until the next call.  Called from one
     * thread at a time, not always the same.  At the end *more is false, and
     * a failure there keeps the last chunk from being written. */
    umi_status (*next)(void *self,
                       umi_import_line *line,
                       bool *more,
                       umi_error *err);
    /** Told before the last chunk is written, when all lines are judged. */
    umi_status (*judged)(void *self, umi_file_run *run, umi_error *err);
    void *self;
} umi_loan_feed;

/**
 * Take all lines of @p feed; the result stands in run->result.
 * @param run was begun and not found repeated
 */
UMI_MUST_CHECK umi_status umi_loans_take(umi_file_run *run,
                                         const umi_loan_feed *feed,
                                         umi_error *err);

#endif
