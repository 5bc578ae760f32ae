/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_REPORT_H
#define UMI_CLI_OUT_REPORT_H

/** @file One report model in every output format. */
#include "cli/cli.h"
#include "ledger/report/report.h"

#define CLI_REPORT_FORMATS "text|json|csv|html|xlsx|pdf" /**< for help */

typedef struct cli_report_format {
    const char *name;
    /** Write to the empty @p b, which is empty again on failure. */
    umi_status (*write)(umi_buf *b,
                        const umi_report *r,
                        umi_lang lang,
                        umi_error *err);
    bool people; /**< its words are those of the reader's language */
    bool binary; /**< nothing that a terminal can show */
} cli_report_format;

/** The format called @p name.
 * @return -1; or the exit code, when there is none or it would garble the
 *         terminal, which is told */
int cli_report_choose(cli *c, umi_text name, const cli_report_format **out);

#endif
