/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_JOURNAL_INT_H
#define UMI_LEDGER_IO_JOURNAL_INT_H

/** @file What the writers of journals share. */
#include "ledger/io/journal_export.h"

/** Where an export stands. */
typedef struct umi_journal {
    umi_book *book;
    const umi_journal_ask *ask;
    umi_journal_sink sink;
    void *self;
    umi_buf buf;
} umi_journal;

/** Hand the buffer over once it is large, or when @p all. */
UMI_MUST_CHECK umi_status umi__journal_pass(umi_journal *j,
                                            bool all,
                                            umi_error *err);

/** A journal of plain-text accounting. */
typedef struct umi_plain {
    umi_journal *j;
    const umi_chart *chart;
    umi_text *names; /**< of accounts, by index in the chart */
    umi_text what;   /**< of the next transaction; empty: its batch */
    int64_t batch, branch;
    umi_day day; /**< of the transaction that is open */
    bool open;
} umi_plain;

/** Write a line of the general ledger; self is a umi_plain. */
UMI_MUST_CHECK umi_status umi__plain_line(void *self,
                                          const void *line,
                                          umi_error *err);
/** Write every posting, and then what stands in the ledger alone. */
UMI_MUST_CHECK umi_status umi__plain_loans(umi_plain *p, umi_error *err);

UMI_MUST_CHECK umi_status umi__journal_plain(umi_journal *j, umi_error *err);
UMI_MUST_CHECK umi_status umi__journal_csv(umi_journal *j, umi_error *err);
UMI_MUST_CHECK umi_status umi__journal_loans(umi_journal *j, umi_error *err);

#endif
