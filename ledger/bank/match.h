/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_MATCH_H
#define UMI_LEDGER_BANK_MATCH_H

/**
 * @file
 * Which movement explains what: the pure part of matching.  A movement is
 * matched only when its texts name exactly one thing and the amounts are
 * equal to the sen; the result does not depend on the order of the input.
 */
#include "ledger/bank/rows.h"
#include "ledger/bank/statement.h"

/** What is to be explained: a movement, or a transaction of a bulk one.  The
 * units of one movement stand together. */
typedef struct umi_bank_unit {
    int64_t line; /**< the movement */
    int64_t part; /**< 0: the whole; else the n-th detail */
    umi_day booked;
    int64_t print, occurrence; /**< with `booked` they order movements */
    umi_money amount;
} umi_bank_unit;

/** A thing that the texts of a unit name. */
typedef struct umi_bank_hint {
    size_t unit;
    umi_bank_target kind;
    int64_t target;
    umi_money amount; /**< as the bank books it: money in is positive */
    bool taken;       /**< an earlier movement explains it */
    bool ready;       /**< of a return: the debit was matched before */
} umi_bank_hint;

typedef enum umi_bank_finding {
    UMI_BANK_MATCHED,
    UMI_BANK_ONLY,        /**< nothing in the book is named */
    UMI_BANK_AMOUNT_DIFF, /**< something is named, with another amount */
    UMI_BANK_AMBIGUOUS,   /**< several things are named, with this amount */
    UMI_BANK_DUPLICATE,   /**< what is named is explained already */
    UMI_BANK_RETURNED     /**< a transfer came back whose debit was not seen, or
                       * that cannot be reversed */
} umi_bank_finding;

typedef struct umi_bank_answer {
    umi_bank_finding finding;
    size_t hint; /**< what it is about; SIZE_MAX: nothing */
} umi_bank_answer;

const char *umi_bank_finding_code(umi_bank_finding f); /**< "BANK_ONLY", ... */

/**
 * Decide @p n units by @p m hints (in any order).  A bulk movement is matched
 * whole or not at all.  Of several movements that want the same thing the
 * first by (booked, print, occurrence) gets it.
 *
 * @param[out] out one per unit
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_bank_decide(umi_bank_answer *out,
                                          const umi_bank_unit *units,
                                          size_t n,
                                          const umi_bank_hint *hints,
                                          size_t m,
                                          umi_error *err);

/** Called for each text found; false stops with UMI_ENOMEM. */
typedef bool (*umi_bank_found_fn)(void *self, umi_text found);

/**
 * References of transfers in @p t: wherever 16 characters are one, also when
 * a line break has put a blank inside.
 */
bool umi_bank_find_transfers(umi_text t, umi_bank_found_fn fn, void *self);
/** Words of @p t that may be a payment's reference: 6 .. 64 bytes, with a
 * digit among them. */
bool umi_bank_find_words(umi_text t, umi_bank_found_fn fn, void *self);

#endif
