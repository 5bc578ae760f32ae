/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_BOOK_LOAN_H
#define UMI_LEDGER_DESK_BOOK_LOAN_H

/**
 * @file
 * Use case: make the loan of an approved application.  The rules are asked
 * once more with what the book knows today; the product and the decision make
 * the terms.  No money moves: the schedule shown is that of the expected day,
 * and becomes final when the loan is disbursed.
 */
#include "ledger/desk/judge.h"

typedef struct umi_book_loan_ask {
    umi_text application; /**< its id */
    umi_text number;      /**< of the loan; {NULL, 0}: the application's id */
    umi_text officer;     /**< {NULL, 0}: the officer of the group */
    umi_day expected;     /**< of the disbursement */
    umi_lang lang;        /**< of reasons in the judgement */
} umi_book_loan_ask;

typedef struct umi_book_loan_done {
    int64_t loan;
    umi_text number;
    umi_judgement judgement;
    umi_terms terms;
    umi_schedule schedule; /**< for the expected day */
} umi_book_loan_done;

/**
 * @param[out] out everything lives in @p arena or in the products
 * @retval UMI_ENOENT  there is no such application or product
 * @retval UMI_ESTATE  it is not approved
 * @retval UMI_EDENIED code NOT-ELIGIBLE: the rules do not allow it now (a
 *                     second live loan, a changed fact); code LIMIT: the
 *                     amount is above what they allow
 * @retval UMI_EINVAL  the product does not allow amount, term or day
 * @retval UMI_EEXIST  a loan of that number exists
 */
UMI_MUST_CHECK umi_status umi_book_loan(umi_book_loan_done *out,
                                        umi_desk *desk,
                                        const umi_book_loan_ask *ask,
                                        umi_arena *arena,
                                        umi_error *err);

#endif
