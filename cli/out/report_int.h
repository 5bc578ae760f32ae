/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_REPORT_INT_H
#define UMI_CLI_OUT_REPORT_INT_H

/** @file What the writers of reports share. */
#include "ledger/report/report.h"

/** The columns that people see, and their headings. */
typedef struct cli_report_shown {
    const char **heads; /**< ended by NULL */
    char *align;        /**< 'l' or 'r' each */
    size_t *which, n;
} cli_report_shown;

/** False when memory is exhausted. */
bool cli__report_shown(cli_report_shown *s,
                       const umi_report_table *t,
                       umi_lang lang,
                       umi_arena *arena);

/** A cell as people read it. */
void cli__report_cell(umi_buf *b, const umi_cell *c, umi_lang lang);

/** The day of a report, from which its files have their time. */
umi_day cli__report_day(const umi_report *r);

/** A workbook, a sheet for each table.
 * @retval UMI_ERANGE a table or a text is larger than a sheet takes
 * @retval UMI_ENOMEM memory exhausted */
UMI_MUST_CHECK umi_status cli__report_xlsx(umi_buf *b,
                                           const umi_report *r,
                                           umi_lang lang,
                                           umi_error *err);

/** Pages of A4.
 * @retval UMI_ERANGE a table is wider than a page, or there are too many pages
 * @retval UMI_ENOMEM memory exhausted */
UMI_MUST_CHECK umi_status cli__report_pdf(umi_buf *b,
                                          const umi_report *r,
                                          umi_lang lang,
                                          umi_error *err);

#endif
