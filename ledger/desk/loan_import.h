/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_LOAN_IMPORT_H
#define UMI_LEDGER_DESK_LOAN_IMPORT_H

/**
 * @file
 * Importing a portfolio: loans that already exist elsewhere, a line a loan,
 * booked and disbursed with their own terms (book-spec rules 7 to 12).
 */
#include "ledger/book/file_run.h"

/** As umi_post_file(), for a file of loans; amounts are principals. */
UMI_MUST_CHECK umi_status umi_loan_import_file(umi_file_result *out,
                                               umi_book *b,
                                               const umi_file_ask *ask,
                                               umi_arena *arena,
                                               umi_error *err);

#endif
