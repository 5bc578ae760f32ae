/* SPDX-License-Identifier: MIT */
#include "cli/book.h"
#include "cli/out/report.h"

static int run_list(cli *c)
{
    size_t n;
    umi_buf b = {0};
    const umi_report_kind *kinds = umi_report_kinds(&n);
    for (size_t i = 0; i < n; i++)
        umi_buf_printf(&b, "%-20s %s\n", kinds[i].name,
                       umi_tr(c->lang, kinds[i].summary));
    return cli_emit(c, &b);
}

static bool known(umi_text name)
{
    size_t n;
    const umi_report_kind *kinds = umi_report_kinds(&n);
    for (size_t i = 0; i < n; i++)
        if (umi_text_is(name, kinds[i].name))
            return true;
    return false;
}

static int print(cli *c, const cli_report_format *f, umi_report_ask *ask)
{
    umi_book *book = NULL;
    umi_report r;
    umi_buf b = {0};
    int code = cli_book_open(c, UMI_READ, &book);
    if (code >= 0)
        return code;
    umi_status rc = umi_report_build(&r, umi_text_of(c->args[0]), book, ask,
                                     c->arena, &c->err);
    if (rc == UMI_OK)
        rc = f->write(&b, &r, c->lang, &c->err);
    umi_book_close(book);
    return rc == UMI_OK ? cli_emit(c, &b) : cli_failed(c);
}

static int run_report(cli *c)
{
    umi_text format = cli_text(c, "format");
    umi_day as_of;
    umi_report_ask ask = {0};
    const cli_report_format *f;
    if (cli_flag(c, "list"))
        return run_list(c);
    if (c->arg_count == 0)
        return cli_usage(c, "NAME", "%s is missing", "NAME");
    if (!known(umi_text_of(c->args[0])))
        return cli_usage(c, "NAME", "there is no report '%s'; see --list",
                         c->args[0]);
    if (format.ptr == NULL)
        format = UMI_TEXT("text");
    int code = cli_report_choose(c, format, &f);
    if (code < 0)
        code = cli_date(c, "as-of", &as_of);
    if (code >= 0)
        return code;
    /* names in files that programs read do not follow the reader's language */
    ask.lang = f->people ? c->lang : UMI_LANG_ID;
    ask.as_of = cli_value(c, "as-of") ? &as_of : NULL;
    return print(c, f, &ask);
}

static const cli_option report_options[] = {
    {"as-of", "DATE", "the day as of which it is made"},
    {"format", CLI_REPORT_FORMATS, "how it is printed (else text)"},
    {"list", NULL, "print the names of all reports"},
    {0},
};
static const cli_command report_commands[] = {
    {"", "NAME", 0, 1, "print a report", report_options, run_report},
    {0},
};
const cli_group cli_group_report = {"report", "reports of the book",
                                    report_commands};
