/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_DEAL_H
#define UMI_LEDGER_BOOK_DEAL_H

/**
 * @file
 * What loans agree on.  A frame is terms and policy without amount and dates,
 * stored once for all loans that share it; with a principal and a date it
 * becomes a deal, whose schedule is computed and never stored.  Frames and
 * the amounts of undated schedules are kept at hand.
 */
#include "engine/loan/schedule_hash.h"
#include "ledger/book/book.h"

/** Terms and policy of a row of table `terms`. */
typedef struct umi_frame {
    int64_t id;
    umi_text body;   /**< as stored */
    umi_terms terms; /**< principal, disbursed, first_due stand for others,
                      * unless there are tranches */
    umi_policy policy;
    bool undated; /**< neither amounts nor the division of payments depend
                   * on the dates of rows */
} umi_frame;

typedef struct umi_deals umi_deals;

/** @p b outlives it.  Caller frees. */
UMI_MUST_CHECK umi_status umi_deals_new(umi_deals **out,
                                        umi_book *b,
                                        umi_error *err);
void umi_deals_free(umi_deals *d); /**< NULL is allowed */

/** The canonical text under which a frame is stored. */
void umi_frame_write(umi_buf *b, const umi_terms *t, const umi_policy *p);

/**
 * The frame of these terms: its key is looked up, or taken for a new row that
 * the caller must write (then *added is set to it, else to NULL).  Borrowed.
 * @retval UMI_EINVAL the terms follow a calendar, whose holidays may change
 */
UMI_MUST_CHECK umi_status umi_deals_intern(umi_deals *d,
                                           const umi_terms *t,
                                           const umi_policy *p,
                                           const umi_frame **out,
                                           const umi_terms_row **added,
                                           umi_error *err);

/**
 * The frame with this key.  Borrowed until umi_deals_free().
 * @retval UMI_EDAMAGED there is none, or its text cannot be read
 */
UMI_MUST_CHECK umi_status umi_deals_frame(umi_deals *d,
                                          int64_t id,
                                          const umi_frame **out,
                                          umi_error *err);

/** Whether umi_deals_frame() would not have to ask the store. */
bool umi__deals_have(const umi_deals *d, int64_t id);

/** The frame's terms with the amount and dates of one loan. */
umi_terms umi_frame_terms(const umi_frame *f,
                          umi_money principal,
                          umi_day disbursed,
                          umi_day first_due);

/**
 * The schedule of the loan with this state, for dividing payments; due dates
 * of an undated frame mean nothing in it.  Borrowed until the next call.
 */
UMI_MUST_CHECK umi_status umi_deals_rows(umi_deals *d,
                                         const umi_frame *f,
                                         const umi_loan_state *state,
                                         const umi_schedule **out,
                                         umi_error *err);

/** The schedule of @p t in @p arena. */
UMI_MUST_CHECK umi_status umi_deal_schedule(umi_schedule *out,
                                            const umi_terms *t,
                                            umi_arena *arena,
                                            umi_error *err);

#endif
