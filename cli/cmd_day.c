/* SPDX-License-Identifier: MIT */
#include "cli/book.h"
#include "cli/out/report.h"

#include "ledger/desk/day_close.h"

static int print(cli *c, umi_book *book, umi_day day)
{
    bool json = cli_flag(c, "json");
    umi_report r;
    umi_buf b = {0};
    const cli_report_format *f;
    umi_report_ask ask = {.as_of = &day, .lang = c->lang};
    umi_status rc = umi_report_build(&r, UMI_TEXT("day-close"), book, &ask,
                                     c->arena, &c->err);
    if (rc != UMI_OK)
        return cli_failed(c);
    int code =
        cli_report_choose(c, json ? UMI_TEXT("json") : UMI_TEXT("text"), &f);
    if (code >= 0)
        return code;
    rc = f->write(&b, &r, c->lang, &c->err);
    return rc == UMI_OK ? cli_emit(c, &b) : cli_failed(c);
}

static int run_close(cli *c)
{
    umi_book *book = NULL;
    umi_day date = {UMI_NONE32}, through;
    if (!cli_flag(c, "date") && !cli_flag(c, "through"))
        return cli_usage(c, "--date", "option %s is missing", "--date");
    int code = cli_date(c, "date", &date);
    through = date;
    if (code < 0)
        code = cli_date(c, "through", &through);
    if (code < 0)
        code = cli_book_open(c, UMI_WRITE, &book);
    if (code >= 0)
        return code;
    if (!cli_flag(c, "date")) { /* from the business date on */
        umi_day next = umi_book_business_date(book);
        date = next.n < through.n ? next : through;
    }
    umi_status rc = umi_day_close(book, date, through, &c->err);
    code = rc == UMI_OK ? print(c, book, through) : cli_failed(c);
    umi_book_close(book);
    return code;
}

static const cli_option close_options[] = {
    {"date", "DATE", "the day to close: the business date"},
    {"through", "DATE", "close every day up to this one, too"},
    {"json", NULL, "print the result as JSON"},
    {0},
};
static const cli_command day_commands[] = {
    {"close", "", 0, 0, "close a day: accrue, compare, seal", close_options,
     run_close},
    {0},
};
const cli_group cli_group_day = {"day", "the days of the book", day_commands};
