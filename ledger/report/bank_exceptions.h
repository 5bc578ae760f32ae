/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_REPORT_BANK_EXCEPTIONS_H
#define UMI_LEDGER_REPORT_BANK_EXCEPTIONS_H

/** @file The list of exceptions as a report, of one account or of all. */
#include "ledger/report/report.h"

/**
 * @param out     begun: name, title, institution and arena are set
 * @param account code or number; {NULL,0}: all accounts
 * @retval UMI_ENOENT there is no such account
 */
UMI_MUST_CHECK umi_status umi_bank_exceptions_report(umi_report *out,
                                                     umi_book *b,
                                                     umi_text account,
                                                     const umi_report_ask *ask,
                                                     umi_error *err);

#endif
