/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_REVERSE_H
#define UMI_LEDGER_DESK_REVERSE_H

/**
 * @file
 * Reversing a posting: the loan is left as if it had never been entered.
 */
#include "ledger/book/enter.h"

typedef struct umi_reverse_ask {
    int64_t txn;
    umi_day day; /**< booking and value date; UMI_NONE32: the business date, or
                  * that of the posting when it is later */
} umi_reverse_ask;

typedef struct umi_reversed {
    int64_t txn; /**< the row of kind reversal */
    int64_t loan;
    umi_money amount; /**< turned */
    umi_parts parts;  /**< turned */
    int64_t more;     /**< further rows: what later payments divide anew */
} umi_reversed;

/**
 * Reverse a posting.
 * @retval UMI_ENOENT  there is no such posting
 * @retval UMI_ESTATE  it is reversed already, or of a kind that cannot be
 * @retval UMI_EDENIED code CLOSED-DAY
 * @retval UMI_EINVAL  the day is before the posting's
 */
UMI_MUST_CHECK umi_status umi_reverse(umi_reversed *out,
                                      umi_book *b,
                                      const umi_reverse_ask *ask,
                                      umi_error *err);

#endif
