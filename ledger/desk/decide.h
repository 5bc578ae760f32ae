/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_DECIDE_H
#define UMI_LEDGER_DESK_DECIDE_H

/**
 * @file
 * Use case: decide applications by the eligibility rules on the desk's day,
 * and keep each decision whole, with the hash of the rules.  Deciding again
 * voids an approval.
 */
#include "ledger/desk/judge.h"

/** What became of one application. */
typedef struct umi_decided {
    umi_text code;
    const umi_error *failed; /**< NULL, or why it could not be decided */
    umi_application application;
    umi_decision_row row;
    umi_judgement judgement;
} umi_decided;

/** Called in order of entry, once the decisions are written. */
typedef umi_status (*umi_decided_fn)(void *self,
                                     const umi_decided *d,
                                     umi_error *err);

/**
 * Decide the application @p code, or with {NULL, 0} all that wait (state
 * applied).  Of all, one that cannot be decided is told and the rest goes on.
 *
 * @retval UMI_ENOENT  there is no such application, or the rules do not
 *                     decide on its product
 * @retval UMI_ESTATE  it is past deciding
 * @retval UMI_EINVAL  a fact is no value of its type
 */
UMI_MUST_CHECK umi_status umi_decide_applications(umi_desk *desk,
                                                  umi_text code,
                                                  umi_judge_view view,
                                                  umi_decided_fn fn,
                                                  void *self,
                                                  umi_error *err);

#endif
