/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_JOURNAL_EXPORT_H
#define UMI_LEDGER_IO_JOURNAL_EXPORT_H

/**
 * @file
 * The book for other programs: the general ledger as a journal of hledger,
 * ledger or beancount, or as CSV; the postings of loans as CSV.  Rows stream
 * through in constant memory.
 */
#include "ledger/book/book.h"

typedef enum umi_journal_format {
    UMI_JOURNAL_HLEDGER,
    UMI_JOURNAL_LEDGER,
    UMI_JOURNAL_BEANCOUNT,
    UMI_JOURNAL_CSV
} umi_journal_format;

/** "hledger", "ledger", "beancount", "csv". */
UMI_MUST_CHECK bool umi_journal_format_parse(umi_journal_format *out,
                                             umi_text t);

typedef struct umi_journal_ask {
    umi_journal_format format;
    bool loans; /**< the postings of loans; outside CSV also what stands in the
                 * general ledger alone, so that balances agree */
    umi_day from, to; /**< days of the ledger, or value dates of postings */
} umi_journal_ask;

/** Takes what was written so far; a status other than UMI_OK ends all. */
typedef umi_status (*umi_journal_sink)(void *self,
                                       umi_text text,
                                       umi_error *err);

/**
 * Write the journal of @p b into @p sink.  Each account of the trial balance
 * is one account whose name begins, behind its root, with its code; debits
 * are positive.  A journal of loans holds no key that depends on how often a
 * run was interrupted.
 *
 * @retval UMI_EDAMAGED the book's rows contradict each other
 */
UMI_MUST_CHECK umi_status umi_journal_export(umi_book *b,
                                             const umi_journal_ask *ask,
                                             umi_journal_sink sink,
                                             void *self,
                                             umi_error *err);

#endif
