/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_DAY_VERIFY_H
#define UMI_LEDGER_DESK_DAY_VERIFY_H

/**
 * @file
 * Whether what the closes of days wrote is what they must have written.
 */
#include "ledger/book/book.h"

/**
 * Compare the lines that every close made in the general ledger with its
 * sums, and the sums of the last close with those of the loans as they were
 * then, computed anew.
 * @param[out] n closed days
 * @retval UMI_EDAMAGED the first finding
 */
UMI_MUST_CHECK umi_status umi_day_verify(umi_book *b,
                                         int64_t *n,
                                         umi_error *err);

#endif
