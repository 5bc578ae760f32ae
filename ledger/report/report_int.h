/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_REPORT_REPORT_INT_H
#define UMI_LEDGER_REPORT_REPORT_INT_H

/** @file The builders of the reports, one model a file. */
#include "ledger/report/report.h"

#define X(name)                                                                \
    umi_status umi__report_##name(umi_report *out, umi_book *b,                \
                                  const umi_report_ask *ask, umi_error *err);
X(trial_balance)
X(portfolio)
X(arrears)
X(day_close)
X(bank_reconciliation)
X(bank_exceptions)
#undef X

#endif
