/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_REPORT_LOAN_SHOW_H
#define UMI_LEDGER_REPORT_LOAN_SHOW_H

/** @file One loan as it is shown: the JSON of the contract, and text. */
#include "engine/base/json.h"
#include "ledger/book/loan.h"

/** The object of `umi loan show --json`. */
void umi_loan_show_json(umi_json_out *w, const umi_loan_view *v);
/** The same for people. */
void umi_loan_show_text(umi_buf *out, const umi_loan_view *v, umi_lang lang);

#endif
