/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_DAY_CLOSE_INT_H
#define UMI_LEDGER_DESK_DAY_CLOSE_INT_H

/** @file The sums of a close, for making one and for verifying it. */
#include "ledger/book/period.h"

typedef struct umi_day_sums {
    const umi_accrual *rows; /**< without key and batch, in order */
    size_t count;
    bool unsure; /**< a loan was disbursed anew since: they cannot be had */
} umi_day_sums;

/** What the loans had earned by @p d, from postings up to key @p newest. */
UMI_MUST_CHECK umi_status umi__day_sums(umi_day_sums *out,
                                        umi_book *b,
                                        umi_day d,
                                        int64_t newest,
                                        umi_arena *arena,
                                        umi_error *err);

#endif
