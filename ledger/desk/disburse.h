/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_DISBURSE_H
#define UMI_LEDGER_DESK_DISBURSE_H

/**
 * @file
 * Use case: pay a booked loan out.  Its schedule is fixed on the value date;
 * principal is debited and the clearing account credited until the bank's
 * debit is matched.  Each transfer has its own reference, which bank and
 * statement carry.  When a transfer came back (its disbursement is reversed),
 * the loan may be paid out again under a new reference.
 */
#include "ledger/desk/desk.h"
#include "ledger/desk/import.h"
#include "ledger/desk/rows.h"

/** Channel under which the references of transfers stand in the journal. */
#define UMI_TRANSFER_CHANNEL "TRANSFER"

typedef struct umi_disburse_ask {
    umi_text code;          /**< id of the application, or the loan's number */
    umi_text bank, account; /**< optional: paid out at the counter */
    umi_day day;            /**< value date, not after the booking date */
} umi_disburse_ask;

typedef struct umi_disbursed {
    umi_text code, number, name; /**< application, loan, payee */
    umi_transfer transfer;       /**< its amount is what is paid out */
    umi_money principal, withheld;
    int64_t txn; /**< 0 when the transfer stood there already */
} umi_disbursed;

/**
 * Pay one loan out.
 *
 * @param[out] out texts live in @p arena
 * @retval UMI_ENOENT  there is no such application or loan
 * @retval UMI_ESTATE  it is not booked, or paid out already
 * @retval UMI_EINVAL  the value date is not possible
 * @retval UMI_EDENIED the day is closed
 */
UMI_MUST_CHECK umi_status umi_disburse(umi_disbursed *out,
                                       umi_desk *desk,
                                       const umi_disburse_ask *ask,
                                       umi_arena *arena,
                                       umi_error *err);

/** What a file of disbursements came to. */
typedef struct umi_disburse_file {
    umi_import_result counts;   /**< added: paid out now; same: by this very
                                 * file before */
    umi_money sum;              /**< of all transfers in the file below */
    const char *transfers_file; /**< bulk transfer file; NULL in a trial */
} umi_disburse_file;

/**
 * Pay out what a CSV file lists: column id (application or loan), and where
 * known bank, account and date (else the desk's day).  Writes the transfers
 * of its lines to @p transfers (NULL: the path with ".transfers.csv" behind
 * it): reference,bank,account,name,amount,date with a last line of count and
 * sum.  The same file again pays nothing twice and writes the same transfers.
 *
 * @param ask its name (else its path) names the files beside it; in a trial
 *            none is written
 * @retval UMI_EDENIED code EXPECTED: the file has other lines, or its
 *                     transfers sum up to something else; nothing is written
 */
UMI_MUST_CHECK umi_status umi_disburse_from(umi_disburse_file *out,
                                            umi_desk *desk,
                                            const umi_import_ask *ask,
                                            const char *transfers,
                                            umi_arena *arena,
                                            umi_error *err);

#endif
