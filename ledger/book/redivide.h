/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_REDIVIDE_H
#define UMI_LEDGER_BOOK_REDIVIDE_H

/**
 * @file
 * The postings of a loan entered once more, in the order in which they came
 * and by what was agreed: what the book wrote beside and behind each of them,
 * and how it divided it, must be what is stored.  Sums do not tell whether
 * two payments changed their parts; this does.
 */
#include "ledger/book/fold.h"

/** An agreement of a loan and the schedule that it comes to. */
typedef struct umi_agreed {
    const umi_agreement *row;
    const umi_schedule *schedule;
} umi_agreed;

/** A loan as it is stored. */
typedef struct umi_redivide_ask {
    umi_deals *deals;
    const umi_loan *loan;
    const umi_agreed *agreed; /**< one for each time that its money went out,
                               * in this order */
    size_t agreed_count;
    const umi_txn *txns; /**< all of them, oldest first; parts sum to amounts */
    size_t n;
} umi_redivide_ask;

/** What postings come to, or the first that cannot be. */
typedef struct umi_redivided {
    umi_loan_state
        state;     /**< when none is odd; seq, product and branch are 0 */
    bool replayed; /**< `state` is that of a replay of them all */
    bool odd;
    size_t at; /**< place of the odd one; `n`: it is missing */
    bool has_want;
    umi_txn want; /**< what belongs there */
} umi_redivided;

/** What an import or a disbursement of @p loan moves; its kind is set. */
umi_parts umi_redivide_out(const umi_loan *loan,
                           const umi_agreed *agreed,
                           umi_txn_kind kind);

/**
 * @retval UMI_ENOMEM memory exhausted
 * @retval UMI_EIO    terms cannot be read
 */
UMI_MUST_CHECK umi_status umi_redivide(umi_redivided *out,
                                       const umi_redivide_ask *ask,
                                       umi_error *err);

#endif
