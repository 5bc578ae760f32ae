/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_DISBURSE_INT_H
#define UMI_LEDGER_DESK_DISBURSE_INT_H

/** @file A disbursement in its steps, for one and for many. */
#include "ledger/book/enter.h"
#include "ledger/desk/disburse.h"

/** One payment to be made, with the rows that go with it. */
typedef struct umi__payout {
    umi_application application;
    umi_loan loan;
    umi_disbursed done;
    umi_transfer returned[1]; /* the one that came back */
    size_t returned_count;
    umi_act acts[2]; /* perhaps the return, then the disbursement */
    size_t act_count;
} umi__payout;

/**
 * Judge what is asked and make the rows; nothing is written.
 * @param[out] before the standing transfer when it is paid out already (then
 *             UMI_ESTATE); may be NULL
 */
UMI_MUST_CHECK umi_status umi__payout_prepare(umi__payout *p,
                                              umi_desk *desk,
                                              const umi_disburse_ask *ask,
                                              umi_text source,
                                              umi_transfer *before,
                                              umi_arena *arena,
                                              umi_error *err);

/** Post and write @p n payouts of different loans in one transaction. */
UMI_MUST_CHECK umi_status umi__payout_enter(
    umi__payout *p, size_t n, umi_desk *desk, umi_arena *arena, umi_error *err);

#endif
