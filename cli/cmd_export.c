/* SPDX-License-Identifier: MIT */
#include "cli/book.h"

#include "ledger/io/journal_export.h"

#include <errno.h>
#include <string.h>

static umi_status to_stdout(void *self, umi_text text, umi_error *err)
{
    const cli *c = self;
    if (fwrite(text.ptr, 1, text.len, c->out) == text.len)
        return UMI_OK;
    return umi_fail(err, UMI_EIO, "", "the output cannot be written: %s",
                    umi_error_tr(err, strerror(errno)));
}

/* What is asked for; -1, or the exit code of a usage error. */
static int ask_of(cli *c, umi_journal_ask *ask)
{
    umi_text level = cli_text(c, "level");
    *ask = (umi_journal_ask){.from = {UMI_DAY_MIN}, .to = {UMI_DAY_MAX}};
    if (!umi_journal_format_parse(&ask->format, cli_text(c, "format")))
        return cli_usage(
            c, "--format",
            "--format must be hledger, ledger, beancount or csv, got '%s'",
            cli_value(c, "format") ? cli_value(c, "format") : "");
    ask->loans = umi_text_is(level, "loan");
    if (level.ptr != NULL && !ask->loans && !umi_text_is(level, "gl"))
        return cli_usage(c, "--level", "--level must be gl or loan, got '%s'",
                         cli_value(c, "level"));
    int code = cli_date(c, "from", &ask->from);
    return code >= 0 ? code : cli_date(c, "to", &ask->to);
}

static int run_journal(cli *c)
{
    umi_book *book = NULL;
    umi_journal_ask ask;
    int code = ask_of(c, &ask);
    if (code < 0)
        code = cli_book_open(c, UMI_READ, &book);
    if (code >= 0)
        return code;
    umi_status rc = umi_journal_export(book, &ask, to_stdout, c, &c->err);
    umi_book_close(book);
    if (rc == UMI_OK && fflush(c->out) != 0)
        rc = umi_fail(&c->err, UMI_EIO, "", "the output cannot be written: %s",
                      umi_error_tr(&c->err, strerror(errno)));
    return rc == UMI_OK ? 0 : cli_failed(c);
}

static const cli_option journal_options[] = {
    {"format", "hledger|ledger|beancount|csv", "the program that reads it"},
    {"from", "DATE", "first day of the journal (else all)"},
    {"to", "DATE", "last day of the journal (else all)"},
    {"level", "gl|loan", "general ledger, or postings of loans (else gl)"},
    {0},
};
static const cli_command export_commands[] = {
    {"journal", "", 0, 0, "the book for other programs", journal_options,
     run_journal},
    {0},
};
const cli_group cli_group_export = {"export", "data for other programs",
                                    export_commands};
