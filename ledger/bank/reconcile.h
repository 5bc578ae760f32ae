/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_RECONCILE_H
#define UMI_LEDGER_BANK_RECONCILE_H

/**
 * @file
 * Bank reconciliation: what stands between the cash account of the ledger and
 * the closing balance of the statement, each term a list of items:
 *
 *   ledger + bank only + opening - in transit - other = statement
 *
 * The equation holds by construction as long as the stored movements lead
 * from the first opening to the last closing; a difference means that a
 * statement is missing or contradicts another.
 */
#include "ledger/bank/cash.h"

/** One item of a term. */
typedef struct umi_bank_item {
    umi_day day;
    umi_money amount; /**< as the bank books it: money in is positive */
    int64_t line;     /**< movement; 0: it stands in the ledger alone */
    int64_t txn;      /**< repayment; 0: none */
    umi_text reference;
} umi_bank_item;

typedef struct umi_bank_items {
    const umi_bank_item *list;
    size_t count;
    umi_money sum;
} umi_bank_items;

/** A match, for evidence. */
typedef struct umi_bank_evidence {
    umi_bank_match_row match;
    umi_day booked;
} umi_bank_evidence;

typedef struct umi_bank_recon {
    umi_bank_account_row account;
    umi_day as_of;
    bool shared;       /**< another bank account stands in the same cash
                       * account: the two cannot be told apart */
    bool known;        /**< there is a statement up to `as_of` */
    umi_day on;        /**< its last day */
    umi_text number;   /**< its number, optional */
    umi_money ledger;  /**< balance of the cash account */
    umi_money opening; /**< of the first statement, over what the ledger held
                        * before it */
    umi_bank_items bank_only;  /**< movements that the ledger lacks */
    umi_bank_items in_transit; /**< in the ledger, not on the statement */
    umi_money other;      /**< what else moved the cash account since then */
    umi_money statement;  /**< closing balance */
    umi_money difference; /**< 0 when everything is explained */
    const umi_bank_evidence *matches; /**< of the month of `on` */
    size_t match_count;
} umi_bank_recon;

/**
 * Reconcile one account in @p arena.
 * @param as_of NULL: the last day of its last statement, else the business
 *              date
 * @retval UMI_ERANGE a sum does not fit
 */
UMI_MUST_CHECK umi_status
umi_bank_reconcile(umi_bank_recon *out,
                   umi_book *b,
                   const umi_bank_accounts *all,
                   const umi_bank_account_row *account,
                   const umi_day *as_of,
                   umi_arena *arena,
                   umi_error *err);

#endif
