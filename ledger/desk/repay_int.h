/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_REPAY_INT_H
#define UMI_LEDGER_DESK_REPAY_INT_H

/** @file How a pawn loan is closed: for redemption and for a new term. */
#include "ledger/book/loan.h"
#include "ledger/desk/repay.h"

/** umi_redeem_price() that also gives the loan; it lives in @p arena. */
UMI_MUST_CHECK umi_status umi__redeem_find(umi_redemption *out,
                                           umi_loan_view *v,
                                           umi_desk *desk,
                                           umi_text number,
                                           umi_day day,
                                           umi_arena *arena,
                                           umi_error *err);

/**
 * The postings that close a pawn loan, at most two: rent that does not fall
 * due is waived, or rent behind the term charged; then the rest is paid.
 */
size_t umi__redeem_bookings(umi_booking *out,
                            const umi_redemption *r,
                            const umi_repay_ask *ask);

#endif
