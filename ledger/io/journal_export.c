/* SPDX-License-Identifier: MIT */
#include "ledger/io/journal_export.h"

#include "ledger/io/journal_int.h"

bool umi_journal_format_parse(umi_journal_format *out, umi_text t)
{
    static const char *const names[] = {"hledger", "ledger", "beancount",
                                        "csv"};
    size_t n = sizeof names / sizeof *names, i = umi_text_index(t, names, n);
    if (i < n)
        *out = (umi_journal_format)i;
    return i < n;
}

umi_status umi__journal_pass(umi_journal *j, bool all, umi_error *err)
{
    if (j->buf.failed)
        return umi_fail_memory(err);
    if (j->buf.len == 0 || (!all && j->buf.len < 60000))
        return UMI_OK;
    umi_status rc = j->sink(j->self, umi_buf_as_text(&j->buf), err);
    j->buf.len = 0;
    return rc;
}

umi_status umi_journal_export(umi_book *b,
                              const umi_journal_ask *ask,
                              umi_journal_sink sink,
                              void *self,
                              umi_error *err)
{
    umi_journal j = {.book = b, .ask = ask, .sink = sink, .self = self};
    umi_status rc;
    if (ask->format != UMI_JOURNAL_CSV)
        rc = umi__journal_plain(&j, err);
    else if (ask->loans)
        rc = umi__journal_loans(&j, err);
    else
        rc = umi__journal_csv(&j, err);
    if (rc == UMI_OK)
        rc = umi__journal_pass(&j, true, err);
    umi_buf_free(&j.buf);
    return rc;
}
