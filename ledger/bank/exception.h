/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_EXCEPTION_H
#define UMI_LEDGER_BANK_EXCEPTION_H

/**
 * @file
 * What does not fit between bank and book, each thing with its kind, its age
 * and what the other side says.  Nothing is stored: the list is what follows
 * from the book as it is.
 */
#include "ledger/bank/account.h"

typedef struct umi_bank_exception {
    const char *code; /**< BANK_ONLY, AMOUNT_DIFF, AMBIGUOUS, DUP_BANK,
                       * RETURNED, LEDGER_ONLY, GAP, QUARANTINED */
    umi_text account; /**< number of the bank account; absent: none */
    int64_t line;     /**< movement; 0: none */
    int64_t stmt;     /**< statement; 0: none */
    umi_day day;
    int64_t age;        /**< days since */
    umi_money amount;   /**< as the bank books it: money in is positive */
    umi_money expected; /**< what the book says; UMI_NONE: nothing */
    umi_text reference; /**< of the transfer or repayment; absent: none */
    umi_text text;      /**< of the bank */
    bool proposed;      /**< waits for a second person */
} umi_bank_exception;

typedef struct umi_bank_exceptions {
    umi_day as_of;
    const umi_bank_exception *list; /**< by account, day and amount */
    size_t count;
} umi_bank_exceptions;

/**
 * List them in @p arena.
 * @param account code or number; {NULL,0}: all accounts
 * @param as_of   from which ages count; things of later days are left out
 * @retval UMI_ENOENT there is no such account; code BANK-ACCOUNT
 */
UMI_MUST_CHECK umi_status umi_bank_exceptions_of(umi_bank_exceptions *out,
                                                 umi_book *b,
                                                 umi_text account,
                                                 umi_day as_of,
                                                 umi_arena *arena,
                                                 umi_error *err);

#endif
