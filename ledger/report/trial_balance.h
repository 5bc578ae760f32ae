/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_REPORT_TRIAL_BALANCE_H
#define UMI_LEDGER_REPORT_TRIAL_BALANCE_H

/**
 * @file
 * The accounts of the general ledger that ever moved, with their sums.
 */
#include "ledger/book/book.h"

/** One account. */
typedef struct umi_balance {
    umi_text code, name_id, name_en;
    umi_account_type type;
    umi_role role;
    umi_money debit, credit; /**< sums of its lines */
    umi_money balance;       /**< debit - credit */
} umi_balance;

typedef struct umi_trial_balance {
    umi_day as_of;
    const umi_balance *accounts; /**< in the order of their codes */
    size_t count;
    umi_money debit, credit; /**< over all accounts; equal */
} umi_trial_balance;

/**
 * Sum the general ledger in @p arena.
 * @param as_of lines of days up to it count; NULL: all, and the report's date
 *              is the latest of the business date and the lines' days
 * @retval UMI_EDAMAGED debits and credits differ
 * @retval UMI_ERANGE   a sum does not fit
 */
UMI_MUST_CHECK umi_status umi_trial_balance_of(umi_trial_balance *out,
                                               umi_book *b,
                                               const umi_day *as_of,
                                               umi_arena *arena,
                                               umi_error *err);

/** The sum of the balances of accounts with @p role. */
UMI_MUST_CHECK bool umi_trial_balance_role(umi_money *out,
                                           const umi_trial_balance *t,
                                           umi_role role);

#endif
