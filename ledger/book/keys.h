/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_KEYS_H
#define UMI_LEDGER_BOOK_KEYS_H

/**
 * @file
 * Finding loans by number and payments by reference: a keyed hash of the text
 * is the key of a narrow table.  The hash is never trusted alone: a hit is
 * compared with the full text, and what collides stands at the next free key.
 */
#include "ledger/book/book.h"

/** A loan number to be found. */
typedef struct umi_number_ask {
    int64_t key;     /**< in: umi_key_number(); out: where it is or would be */
    umi_text number; /**< in */
    int64_t loan;    /**< out: 0 when there is none */
} umi_number_ask;

/** The reference of a payment to be found. */
typedef struct umi_reference_ask {
    int64_t key;               /**< in: umi_key_reference(); out: as above */
    umi_text channel, ref;     /**< in */
    int64_t txn;               /**< out: 0 when it is not used */
    int64_t loan, batch, line; /**< out: of that posting */
    umi_money amount;          /**< out: of that posting */
} umi_reference_ask;

int64_t umi_key_number(const umi_sip_key *k, umi_text number);
int64_t umi_key_reference(const umi_sip_key *k, umi_text channel, umi_text ref);

/** Look up @p n numbers, in ascending order of key (equal ones allowed). */
UMI_MUST_CHECK umi_status umi_keys_numbers(umi_book *b,
                                           umi_number_ask *asks,
                                           size_t n,
                                           umi_error *err);

/** Look up @p n references, in ascending order of key. */
UMI_MUST_CHECK umi_status umi_keys_references(umi_book *b,
                                              umi_reference_ask *asks,
                                              size_t n,
                                              umi_error *err);

/**
 * Make the keys of new rows of @p t distinct: @p keys ascend, none of them is
 * stored, equal ones belong to different texts.
 */
UMI_MUST_CHECK umi_status umi_keys_spread(
    umi_book *b, const umi_table *t, int64_t *keys, size_t n, umi_error *err);

/** For tests: keep so few bits of every hash that texts collide; 0: all. */
void umi__keys_narrow(int bits);

#endif
