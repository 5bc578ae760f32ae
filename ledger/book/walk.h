/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_WALK_H
#define UMI_LEDGER_BOOK_WALK_H

/**
 * @file
 * What money alone makes of a loan, told from the running sums of its
 * schedule: where payments walk from instalment to instalment, all that was
 * ever paid says how far they came, whatever order they came in.  A second way
 * to the figures of umi_fold_replay(), which shares nothing with it nor with
 * umi_fold_pay(): verifying takes it for the loans that never saw anything but
 * payments, and replays all others.
 */
#include "ledger/book/journal.h"

#include "engine/loan/schedule.h"
#include "engine/loan/waterfall.h"

/** What some first rows of a schedule ask for in all. */
typedef struct umi_walk_sums {
    int64_t all;                    /**< sen */
    int64_t of[UMI_ROW_COMPONENTS]; /**< sen, by umi_component */
} umi_walk_sums;

/**
 * The sums of the first 0, 1, .. rows.
 * @param[out] sums room for one more than @p s has rows
 * @retval false a row asks for less than nothing, or a sum does not fit
 */
UMI_MUST_CHECK bool umi_walk_begin(umi_walk_sums *sums, const umi_schedule *s);

/**
 * Whether @p state and the parts of every posting are what the payments make
 * of the schedule with these sums.  False says nothing: then the loan must be
 * replayed, as it must when anything but payments stands on it.
 * @param txns all postings of the loan, oldest first
 */
UMI_MUST_CHECK bool umi_walk_proves(const umi_walk_sums *sums,
                                    size_t rows,
                                    const umi_policy *policy,
                                    const umi_loan *loan,
                                    const umi_loan_state *state,
                                    const umi_txn *txns,
                                    size_t n);

#endif
