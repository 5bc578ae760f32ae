/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_REPORT_H
#define UMI_CLI_OUT_REPORT_H

/** @file One report model in every output format. */
#include "ledger/report/report.h"

typedef void (*cli_report_fn)(umi_buf *b, const umi_report *r, umi_lang lang);

/** The writer of a format ("text", "json", "csv", "html"), or NULL. */
cli_report_fn cli_report_format(umi_text name);

#endif
