/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_SETTLE_H
#define UMI_LEDGER_BANK_SETTLE_H

/**
 * @file
 * Entering what was matched.  A matched debit moves the transfer out of the
 * clearing account into cash; a transfer that came back is reversed, so that
 * the loan may be disbursed again; a matched repayment is in the ledger
 * already and is only noted.
 */
#include "ledger/bank/work.h"

typedef struct umi_bank_match_result {
    umi_tally transfers, returns, repayments; /**< matched now */
    int64_t open; /**< movements that stay unexplained */
} umi_bank_match_result;

/**
 * Match the open movements of the account with this code or number; {NULL,0}
 * is all accounts.  Again changes nothing.
 * @retval UMI_ENOENT there is no such account; code BANK-ACCOUNT
 */
UMI_MUST_CHECK umi_status umi_bank_match(umi_bank_match_result *out,
                                         umi_book *b,
                                         umi_text account,
                                         umi_error *err);

/** What is proposed for an open movement. */
typedef struct umi_bank_resolve_ask {
    int64_t line;
    umi_bank_target kind; /**< any */
    umi_text reference;   /**< of the transfer or repayment */
    umi_text channel;     /**< of the repayment */
    umi_text reason;      /**< 1 .. 200 bytes */
} umi_bank_resolve_ask;

/**
 * Propose what a movement is.  Amounts must be equal to the sen; a fee must
 * be money out, interest and unidentified money must come in.
 * @retval UMI_ENOENT there is no such open movement, transfer or repayment
 * @retval UMI_EINVAL the amounts differ, or the reason is empty
 * @retval UMI_ESTATE what is named is explained already
 */
UMI_MUST_CHECK umi_status umi_bank_propose(umi_book *b,
                                           const umi_bank_resolve_ask *ask,
                                           umi_error *err);

/**
 * Approve a proposal: it is entered.
 * @retval UMI_ENOENT  nothing is proposed for this movement
 * @retval UMI_EDENIED code SECOND: who proposed must not approve
 */
UMI_MUST_CHECK umi_status umi_bank_approve(umi_book *b,
                                           int64_t line,
                                           umi_error *err);

#endif
