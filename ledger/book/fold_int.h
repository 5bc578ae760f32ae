/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_FOLD_INT_H
#define UMI_LEDGER_BOOK_FOLD_INT_H

/** @file What entering a posting and entering it once more share. */
#include "ledger/book/fold.h"

/** Whether postings of kind @p k are events of a loan's life; *out is set. */
bool umi__fold_is_event(umi_txn_kind k, umi_event_kind *out);

/** The place of an event in the replay (umi_event_place()); others: 0. */
uint64_t umi__fold_place(const umi_txn *t);

/** Whether what stands on a loan in state @p s cannot matter to a payment of
 * this day: umi_fold_pay() divides it. */
bool umi__fold_at_once(const umi_loan_state *s,
                       const umi_policy *p,
                       umi_day day);

bool umi__parts_differ(const umi_parts *a, const umi_parts *b);

/** Whether nothing would be posted beside @p txns for what @p result divides
 * otherwise than they say. */
bool umi__fold_stands(const umi_refold *result, const umi_txn *txns, size_t n);

#endif
