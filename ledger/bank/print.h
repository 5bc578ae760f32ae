/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_PRINT_H
#define UMI_LEDGER_BANK_PRINT_H

/**
 * @file
 * The fingerprint of a movement, by which it is known again in another file,
 * and a count of fingerprints.
 */
#include "engine/base/hash.h"
#include "ledger/bank/statement.h"

/**
 * Over account, booking date, signed amount and the bank's references; over
 * the text only when there are none, and of it only what a bank does not
 * change from one day to the next.
 */
int64_t umi_bank_print(const umi_sip_key *key,
                       int64_t account,
                       umi_day booked,
                       const umi_bank_line *l);

/** "NONREF", "NOTPROVIDED" and nothing are no reference. */
bool umi_bank_is_reference(umi_text t);

/** How often a fingerprint is stored, and was seen in the file so far. */
typedef struct umi_bank_tally {
    int64_t print;
    int64_t stored, seen;
    bool used;
} umi_bank_tally;

/** An open-addressing table of them. */
typedef struct umi_bank_tallies {
    umi_bank_tally *cells;
    size_t room, used;
} umi_bank_tallies;

/** The tally of @p print, made when it is not there; NULL: no memory. */
umi_bank_tally *umi_bank_tally_of(umi_bank_tallies *t, int64_t print);
void umi_bank_tallies_free(umi_bank_tallies *t);

#endif
