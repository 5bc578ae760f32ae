/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_DECIDE_INT_H
#define UMI_LEDGER_DESK_DECIDE_INT_H

/** @file A judgement as the row that keeps it. */
#include "ledger/desk/judge.h"

/** Under a new key; texts are borrowed from the judgement and the rules. */
UMI_MUST_CHECK umi_status umi__decision_row(umi_decision_row *out,
                                            umi_desk *desk,
                                            const umi_application *a,
                                            const umi_judgement *j,
                                            umi_error *err);

#endif
