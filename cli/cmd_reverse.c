/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"

#include "ledger/desk/reverse.h"

static int print(cli *c, const umi_reverse_ask *ask, const umi_reversed *r)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    if (cli_flag(c, "json")) {
        umi_json_open(&w, '{');
        umi_json_put_int(&w, "txn", r->txn);
        umi_json_put_int(&w, "reverses", ask->txn);
        umi_json_put_money(&w, "amount", r->amount);
        for (size_t i = 0; i < UMI_COMPONENTS; i++)
            umi_json_put_money(&w, umi_component_name((umi_component)i),
                               r->parts.of[i]);
        umi_json_put_money(&w, "overpaid", r->parts.overpaid);
        umi_json_put_int(&w, "reallocations", r->more);
        umi_json_close(&w, '}');
        return cli_emit_json(c, &b);
    }
    cli_line_int(&b, c, "posting", r->txn);
    cli_line_int(&b, c, "reverses", ask->txn);
    cli_line_money(&b, c, "amount", r->amount);
    if (r->more > 0)
        cli_line_int(&b, c, "divided anew", r->more);
    return cli_emit(c, &b);
}

static int run_reverse(cli *c)
{
    umi_reverse_ask ask = {.day = {UMI_NONE32}};
    umi_reversed r;
    umi_book *b = NULL;
    if (!umi_text_int(umi_text_of(c->args[0]), 1, INT64_MAX, &ask.txn))
        return cli_usage(c, "TXN", "'%s' is no number of a posting",
                         c->args[0]);
    int code = cli_date(c, "date", &ask.day);
    if (code < 0)
        code = cli_book_open(c, UMI_WRITE, &b);
    if (code >= 0)
        return code;
    umi_status rc = umi_reverse(&r, b, &ask, &c->err);
    umi_book_close(b);
    return rc == UMI_OK ? print(c, &ask, &r) : cli_failed(c);
}

static const cli_option reverse_options[] = {
    {"date", "DATE", "booking date (else the business date)"},
    {"json", NULL, "answer as JSON"},
    {0},
};
static const cli_command reverse_commands[] = {
    {"", "TXN", 1, 1, "undo a posting as if it had never been entered",
     reverse_options, run_reverse},
    {0},
};
const cli_group cli_group_reverse = {"reverse", "undo a posting",
                                     reverse_commands};
