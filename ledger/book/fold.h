/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_FOLD_H
#define UMI_LEDGER_BOOK_FOLD_H

/**
 * @file
 * A loan is a fold over its postings.  Here one more is folded in: a payment
 * whose place in time cannot matter is divided at once; everything else
 * replays the loan and posts, beside the new row, what the replay divides
 * differently.
 */
#include "ledger/book/deal.h"

/**
 * What verifying knows when it enters the postings of a loan once more: then
 * nothing is read, and keys are those of the rows behind `stored`.
 */
typedef struct umi_again {
    const umi_loan *loan;
    const umi_schedule *schedule; /**< of the agreement that stands */
    size_t count;                 /**< of all rows at umi_hand.stored */
} umi_again;

/** A loan in hand, with what is posted to it and not written yet. */
typedef struct umi_hand {
    umi_loan_state state;
    bool fresh;            /**< the state row is new */
    const umi_txn *stored; /**< its postings, oldest first, once read */
    size_t stored_count;
    bool has_stored;
    umi_txn *added; /**< new postings, oldest first, not written yet */
    size_t added_count, added_cap;
    const umi_again *again; /**< NULL: postings are new */
} umi_hand;

/** The posting with this key, of those that were read or added; or NULL. */
const umi_txn *umi_hand_find(const umi_hand *hand, int64_t txn);

typedef struct umi_fold {
    umi_book *book;
    umi_deals *deals;
    umi_arena *arena;   /**< as long as the hands */
    umi_arena *scratch; /**< as long as an entry; may be the same */
} umi_fold;

/**
 * Divide a payment by the state alone.
 * @param[out] done false: the loan must be replayed; nothing changed
 * @retval UMI_ERANGE a sum does not fit
 */
UMI_MUST_CHECK umi_status umi_fold_pay(umi_deals *deals,
                                       umi_loan_state *state,
                                       umi_day day,
                                       umi_money amount,
                                       umi_parts *parts,
                                       bool *done,
                                       umi_error *err);

/**
 * Enter @p draft into @p hand: kind, day, amount, batch, line and whatever
 * the kind takes are set; key, prev and parts are not.  New rows are appended
 * to hand->added, the draft's own first; the state follows.
 *
 * @retval UMI_ESTATE not possible in the loan's state
 * @retval UMI_ERANGE a sum does not fit
 * @retval UMI_EINVAL the loan has too many postings
 */
UMI_MUST_CHECK umi_status umi_fold_enter(umi_fold *f,
                                         umi_hand *hand,
                                         const umi_txn *draft,
                                         umi_error *err);

/** A row of @p kind with nothing but its act and day set, none of the rest. */
umi_txn
umi_fold_draft(umi_txn_kind kind, int64_t batch, int64_t line, umi_day day);

/** Append a row whose parts are known (a disbursement, an import): it gets
 * its key and its place behind the loan's newest. */
UMI_MUST_CHECK umi_status umi_fold_append(umi_fold *f,
                                          umi_hand *hand,
                                          const umi_txn *row,
                                          umi_error *err);

/**
 * All postings of a loan from its newest, oldest first, in @p arena.
 * @retval UMI_EDAMAGED the chain of rows is broken
 */
UMI_MUST_CHECK umi_status umi_fold_history(umi_book *b,
                                           int64_t loan,
                                           int64_t last_txn,
                                           const umi_txn **out,
                                           size_t *n,
                                           umi_arena *arena,
                                           umi_error *err);

/** What postings make of a loan. */
typedef struct umi_refold {
    umi_life life;
    const umi_entry **entries; /**< by posting; NULL: no event stands */
    bool charged;
} umi_refold;

/**
 * Replay @p txns (of one loan, oldest first) over @p schedule.
 * @param loan for what was paid before its import
 */
UMI_MUST_CHECK umi_status umi_fold_replay(umi_refold *out,
                                          const umi_loan *loan,
                                          const umi_policy *policy,
                                          const umi_schedule *schedule,
                                          const umi_txn *txns,
                                          size_t n,
                                          umi_day as_of,
                                          umi_arena *arena,
                                          umi_error *err);

/** The status in the book of a loan whose life stands at @p s. */
umi_loan_status umi_fold_status(umi_life_status s);

/** Move the figures of @p state to what @p r says. */
void umi_fold_settle(umi_loan_state *state, const umi_refold *r);

#endif
