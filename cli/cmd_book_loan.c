/* SPDX-License-Identifier: MIT */
#include "cli/judgement.h"
#include "cli/out/quote_table.h"

#include "ledger/desk/book_loan.h"

static void write_booked(umi_json_out *w,
                         const umi_book_loan_done *d,
                         umi_text application,
                         umi_day expected)
{
    umi_json_open(w, '{');
    cli_json_text(w, "id", application);
    umi_json_put_str(w, "state", "booked");
    cli_json_text(w, "loan", d->number);
    umi_json_put_day(w, "expected", expected);
    umi_json_key(w, "rows");
    umi_schedule_write(w->buf, &d->schedule);
    w->comma = true;
    umi_json_put_money(w, "principal", d->schedule.principal);
    umi_json_put_money(w, "total", d->schedule.total);
    umi_json_put_money(w, "withheld", d->schedule.withheld);
    cli_write_judgement(w, &d->judgement);
    umi_json_close(w, '}');
}

static int
print_booked(cli *c, const umi_book_loan_done *d, const umi_book_loan_ask *ask)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    if (cli_flag(c, "json")) {
        write_booked(&w, d, ask->application, ask->expected);
        return cli_emit_json(c, &b);
    }
    cli_line(&b, c, "loan", d->number);
    cli_print_judgement(&b, c, &d->judgement);
    cli_line_day(&b, c, "expected on", ask->expected);
    if (d->schedule.withheld.sen != 0)
        cli_line_money(&b, c, "withheld fees", d->schedule.withheld);
    cli_schedule_print(&b, &d->schedule, c->arena, c->lang);
    return cli_emit(c, &b);
}

static int run_book(cli *c)
{
    umi_desk desk;
    cli_desk_rules rules;
    umi_book_loan_done done;
    umi_book_loan_ask ask = {.application = umi_text_of(c->args[0]),
                             .number = cli_text(c, "loan"),
                             .officer = cli_text(c, "officer"),
                             .lang = c->lang};
    int code = cli_desk_open_rules(c, UMI_WRITE, &desk, &rules);
    if (code < 0) {
        ask.expected = desk.today;
        code = cli_date(c, "expected", &ask.expected);
    }
    if (code < 0)
        code = umi_book_loan(&done, &desk, &ask, c->arena, &c->err) == UMI_OK
                   ? print_booked(c, &done, &ask)
                   : cli_failed(c);
    cli_desk_close(&desk, &rules);
    return code;
}

static const cli_option book_options[] = {
    {"loan", "NUMBER", "number of the loan (else the application's id)"},
    {"officer", "NAME", "who looks after it (else the group's officer)"},
    {"expected", "DATE", "day of the disbursement that is expected"},
    {"rules", "FILE", "the rule file (else the shipped one)"},
    {"require-signature", "FILE", "a public key: only rules that it signed"},
    {"date", "DATE", "the day of booking (else the business date)"},
    {"json", NULL, "print the result as JSON"},
    {0},
};
static const cli_command book_commands[] = {
    {"", "ID", 1, 1, "make the loan of an approved application", book_options,
     run_book},
    {0},
};
const cli_group cli_group_book = {
    "book", "make the loan of an approved application", book_commands};
