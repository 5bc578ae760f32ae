/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_SETTLE_VERIFY_H
#define UMI_LEDGER_BANK_SETTLE_VERIFY_H

/**
 * @file
 * Whether what the bank keeps at hand follows from what it wrote down: which
 * movements are open, and which targets have their movement.
 */
#include "ledger/book/book.h"

/**
 * Find the open movements and the settled targets again from the movements
 * and the matches, and compare.
 * @param[out] n movements and matches
 * @retval UMI_EDAMAGED the first finding
 */
UMI_MUST_CHECK umi_status umi_bank_settle_verify(umi_book *b,
                                                 int64_t *n,
                                                 umi_error *err);

#endif
