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

static int reverse_one(cli *c)
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

/* --- a file ------------------------------------------------------------------ */

static int print_file(cli *c, const umi_reverse_file *f)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    char hex[UMI_HASH_HEX];
    const umi_import_result *n = &f->counts;
    if (cli_flag(c, "json")) {
        umi_hash_hex(hex, &n->sha256);
        umi_json_open(&w, '{');
        umi_json_put_str(&w, "file_sha256", hex);
        umi_json_put_int(&w, "lines", n->lines);
        umi_json_put_int(&w, "reversed", n->added);
        umi_json_put_int(&w, "duplicate", n->same);
        umi_json_put_int(&w, "rejected", n->rejected);
        umi_json_put_money(&w, "amount", f->sum);
        umi_json_put_str(&w, "rejects_file", n->rejects_file);
        umi_json_put_str(&w, "state", umi_file_state_name(n->state));
        umi_json_close(&w, '}');
        return cli_emit_json(c, &b);
    }
    cli_trial(&b, c, n->state);
    cli_line_int(&b, c, "lines", n->lines);
    cli_line_int(&b, c, "reversed", n->added);
    cli_line_int(&b, c, "reversed before", n->same);
    cli_line_int(&b, c, "rejected", n->rejected);
    cli_line_money(&b, c, "sum of payments", f->sum);
    if (n->rejects_file != NULL)
        cli_line(&b, c, "rejects", umi_text_of(n->rejects_file));
    return cli_emit(c, &b);
}

static int reverse_file(cli *c)
{
    umi_desk desk;
    umi_reverse_file f = {0};
    cli_import_run run;
    int code = cli_desk_open(c, UMI_WRITE, &desk);
    if (code >= 0)
        return code;
    code = cli_import_begin(&run, c, cli_value(c, "file"));
    if (code < 0) {
        umi_status rc =
            umi_reverse_from(&f, &desk, &run.ask, c->arena, &c->err);
        cli_import_end(&run);
        code = rc == UMI_OK ? print_file(c, &f) : cli_failed(c);
    }
    umi_book_close(desk.book);
    return code == 0 && f.counts.rejected > 0 ? 1 : code;
}

static int run_reverse(cli *c)
{
    bool many = cli_value(c, "file") != NULL;
    if (many == (c->arg_count > 0))
        return cli_usage(c, "", "give a TXN or %s", "--file");
    int code = many ? -1 : cli_no_file(c);
    if (code >= 0)
        return code;
    return many ? reverse_file(c) : reverse_one(c);
}

static const cli_option reverse_options[] = {
    {"file", "FILE", "many: payments as a file of repayments names them"},
    {"date", "DATE", "booking date (else the business date)"},
    CLI_EXPECT_LINES,
    CLI_EXPECT_AMOUNT,
    CLI_FILE_OPTIONS,
    {0},
};
static const cli_command reverse_commands[] = {
    {"", "[TXN]", 0, 1, "undo a posting as if it had never been entered",
     reverse_options, run_reverse},
    {0},
};
const cli_group cli_group_reverse = {"reverse", "undo a posting",
                                     reverse_commands};
