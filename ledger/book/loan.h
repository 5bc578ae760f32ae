/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_LOAN_H
#define UMI_LEDGER_BOOK_LOAN_H

/**
 * @file
 * One loan, read whole: who, what was agreed, what was posted, and the life
 * that follows.  For showing, statements and checks, not for hot paths.
 */
#include "ledger/book/book.h"

typedef struct umi_loan_view {
    umi_loan loan;
    umi_loan_state state;
    umi_text product, branch, borrower;
    umi_policy policy;
    umi_terms terms;       /**< as agreed; before disbursement: as booked */
    umi_schedule schedule; /**< of these terms */
    const umi_txn *txns;   /**< all postings, oldest first */
    size_t txn_count;
    umi_life life; /**< at the day asked for; empty while it is booked */
    umi_day as_of;
} umi_loan_view;

/**
 * The key of the loan with this number.
 * @retval UMI_ENOENT there is none
 */
UMI_MUST_CHECK umi_status umi_loan_find(umi_book *b,
                                        umi_text number,
                                        int64_t *loan,
                                        umi_error *err);

/**
 * Read a loan by its key.  Everything lives in @p arena.
 * @param as_of decides what is due; every posting counts (life-spec rule 4)
 * @retval UMI_ENOENT   there is none
 * @retval UMI_EDAMAGED its rows contradict each other
 */
UMI_MUST_CHECK umi_status umi_loan_view_of(umi_loan_view *out,
                                           umi_book *b,
                                           int64_t loan,
                                           umi_day as_of,
                                           umi_arena *arena,
                                           umi_error *err);

#endif
