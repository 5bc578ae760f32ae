/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_DAY_CLOSE_H
#define UMI_LEDGER_DESK_DAY_CLOSE_H

/**
 * @file
 * Closing a day: interest earned by it goes into the general ledger, loans
 * and ledger are compared to the sen, and nothing can be entered on it
 * afterwards.  A close is one transaction; docs/adr/0020-day-close.md says
 * why it writes no row per loan.
 */
#include "ledger/book/book.h"

/**
 * Close @p from and every day after it up to @p through.  Days of the range
 * that are closed already are passed over, so that the same call finishes
 * what was interrupted.
 *
 * @retval UMI_EINVAL  @p through is before @p from
 * @retval UMI_EDENIED code NOT-BUSINESS: @p from is neither the business date
 *                     nor a closed day of an unfinished range; code
 *                     UNFINISHED: a file is half entered
 * @retval UMI_EDAMAGED code CONTROL: loans and general ledger differ; the day
 *                     stays open
 */
UMI_MUST_CHECK umi_status umi_day_close(umi_book *b,
                                        umi_day from,
                                        umi_day through,
                                        umi_error *err);

#endif
