/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_REVERSE_H
#define UMI_LEDGER_DESK_REVERSE_H

/**
 * @file
 * Reversing a posting, or all payments of a file: a loan is left as if they
 * had never been entered.
 */
#include "ledger/book/enter.h"
#include "ledger/desk/desk.h"
#include "ledger/desk/import.h"

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

/** What a file of reversals came to. */
typedef struct umi_reverse_file {
    umi_import_result counts; /**< added: reversed now; same: before */
    umi_money sum; /**< of their payments, line by line, also of the same */
} umi_reverse_file;

/**
 * Reverse the payments that a CSV file lists: columns reference and channel,
 * and as a proof perhaps loan, date (value date) and amount of the payment;
 * so the file in which they came, or a part of it, undoes them.  The desk's
 * day is booking and value date.  A payment that is reversed already is the
 * same, so that a killed run is finished by the same file.
 *
 * Lines are refused with UNKNOWN (no payment has this reference), CONFLICT
 * (it is another payment), STATE (it cannot be reversed) or DATE (the desk's
 * day is before the payment's).
 *
 * @retval UMI_EDENIED code EXPECTED: the file has other lines, or its payments
 *                     sum up to something else; code CLOSED-DAY.  Nothing is
 *                     written
 */
UMI_MUST_CHECK umi_status umi_reverse_from(umi_reverse_file *out,
                                           umi_desk *desk,
                                           const umi_import_ask *ask,
                                           umi_arena *arena,
                                           umi_error *err);

#endif
