/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_CASH_H
#define UMI_LEDGER_BANK_CASH_H

/**
 * @file
 * What the ledger says of a bank account: its statements in their order, and
 * the payments that its channels brought.
 */
#include "ledger/bank/account.h"
#include "ledger/bank/rows.h"

/** A statement that counts, or one that is kept apart. */
typedef struct umi_bank_paper {
    umi_stmt stmt;
    bool counts; /**< not quarantined, or let in; and it has both balances */
    bool apart;  /**< quarantined and not let in */
} umi_bank_paper;

/** The statements of an account by day and place, in @p arena. */
UMI_MUST_CHECK umi_status umi_bank_papers(umi_bank_paper **out,
                                          size_t *n,
                                          umi_store *s,
                                          int64_t account,
                                          umi_arena *arena,
                                          umi_error *err);

/** A posting that moves the cash of a channel. */
typedef struct umi_bank_payment {
    int64_t txn;
    int64_t channel, batch;
    umi_day day;      /**< value date */
    umi_day posted;   /**< day of the ledger: a closed day takes no more */
    umi_money amount; /**< money in is positive */
    umi_text ref;     /**< optional */
    bool matched;     /**< a movement explains it */
    umi_day arrived;  /**< booking day of that movement */
    bool reversed;
} umi_bank_payment;

/**
 * All repayments that came through channels of bank accounts, reversed ones
 * marked; in order of their keys.
 */
UMI_MUST_CHECK umi_status umi_bank_payments(umi_bank_payment **out,
                                            size_t *n,
                                            umi_book *b,
                                            const umi_bank_accounts *all,
                                            umi_arena *arena,
                                            umi_error *err);

#endif
