/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_ACCOUNT_H
#define UMI_LEDGER_BANK_ACCOUNT_H

/**
 * @file
 * The institution's own bank accounts and what they stand for in the general
 * ledger: a bank account names its cash account in the chart, a channel names
 * the bank account that it settles to (book-spec rule 50).
 */
#include "ledger/book/book.h"

typedef struct umi_bank_account_row {
    int64_t id, seq;
    umi_text code;   /**< our name of it, unique */
    umi_text bank;   /**< "BRI"; optional */
    umi_text number; /**< as statements print it, unique */
    umi_text cash;   /**< code of its account in the chart */
    umi_text format; /**< of its statements, "auto" */
} umi_bank_account_row;

/** A channel's bank account; the key is the channel's code. */
typedef struct umi_bank_channel_row {
    int64_t id, seq;
    int64_t account;
} umi_bank_channel_row;

extern const umi_table umi_bank_account_table, umi_bank_channel_table;

/** All of them, read once; few. */
typedef struct umi_bank_accounts {
    const umi_bank_account_row *accounts;
    size_t count;
    const umi_bank_channel_row *channels;
    size_t channel_count;
} umi_bank_accounts;

/** Read them into @p arena; failures are those of the store. */
UMI_MUST_CHECK umi_status umi_bank_accounts_load(umi_bank_accounts *out,
                                                 umi_store *s,
                                                 umi_arena *arena,
                                                 umi_error *err);

/** The account with this code or number, or NULL. */
const umi_bank_account_row *umi_bank_accounts_find(const umi_bank_accounts *a,
                                                   umi_text name);
/**
 * The same, to be there.
 * @retval UMI_ENOENT code BANK-ACCOUNT: there is none
 */
UMI_MUST_CHECK umi_status
umi_bank_accounts_need(const umi_bank_account_row **out,
                       const umi_bank_accounts *a,
                       umi_text name,
                       umi_error *err);
/** Whether @p channel is the one that every bank account has for itself, by
 * which the ledger finds its cash account; no payments come through it. */
bool umi_bank_own_channel(umi_text channel);
/** The account that @p channel (a code of the book) settles to, or NULL. */
const umi_bank_account_row *
umi_bank_accounts_settling(const umi_bank_accounts *a, int64_t channel);

/**
 * Index in @p chart of the cash account that money of @p channel reaches;
 * the standard one when the channel is UMI_NONE or settles nowhere.
 */
int32_t umi_bank_accounts_cash(const umi_bank_accounts *a,
                               const umi_chart *chart,
                               int64_t channel);

/** A bank account to be added or changed; absent texts stay as they are. */
typedef struct umi_bank_account_ask {
    umi_text number;
    umi_text code;   /**< default: the number */
    umi_text bank;   /**< default: absent */
    umi_text cash;   /**< default: the standard cash account */
    umi_text format; /**< default: "auto" */
} umi_bank_account_ask;

/**
 * Add a bank account, or change the one with this number.
 * @param[out] added false when it was there; may be NULL
 * @retval UMI_EINVAL a text is empty, above 58 bytes, or no UTF-8; the cash
 *                    account is not in the chart or no cash account; the
 *                    format is none
 * @retval UMI_EEXIST another account has this code
 */
UMI_MUST_CHECK umi_status umi_bank_account_add(umi_book *b,
                                               const umi_bank_account_ask *ask,
                                               bool *added,
                                               umi_error *err);

/**
 * Let @p channel settle to the bank account with this code or number.
 * @retval UMI_ENOENT there is no such bank account
 */
UMI_MUST_CHECK umi_status umi_bank_channel_set(umi_book *b,
                                               umi_text channel,
                                               umi_text account,
                                               umi_error *err);

#endif
