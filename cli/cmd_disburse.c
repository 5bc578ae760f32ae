/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"

#include "ledger/desk/disburse.h"
#include "ledger/io/outfile.h"

static void write_disbursed(umi_json_out *w, const umi_disbursed *d)
{
    const umi_transfer *t = &d->transfer;
    umi_json_open(w, '{');
    cli_json_text(w, "id", d->code);
    umi_json_put_str(w, "state", "disbursed");
    cli_json_text(w, "loan", d->number);
    cli_json_text(w, "reference", t->reference);
    cli_json_text(w, "bank", t->bank);
    cli_json_text(w, "account", t->account);
    cli_json_text(w, "name", d->name);
    umi_json_put_money(w, "principal", d->principal);
    umi_json_put_money(w, "withheld", d->withheld);
    umi_json_put_money(w, "amount", t->amount);
    umi_json_put_day(w, "date", t->day);
    umi_json_put_int(w, "txn", d->txn);
    umi_json_close(w, '}');
}

static int print_disbursed(cli *c, const umi_disbursed *d)
{
    const umi_transfer *t = &d->transfer;
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    if (cli_flag(c, "json")) {
        write_disbursed(&w, d);
        return cli_emit_json(c, &b);
    }
    cli_line(&b, c, "loan", d->number);
    cli_line(&b, c, "reference", t->reference);
    cli_line(&b, c, "payee", d->name);
    if (t->bank.ptr != NULL) {
        cli_line(&b, c, "bank", t->bank);
        cli_line(&b, c, "bank account", t->account);
    }
    if (d->withheld.sen != 0)
        cli_line_money(&b, c, "withheld fees", d->withheld);
    cli_line_money(&b, c, "paid out", t->amount);
    cli_line_day(&b, c, "value date", t->day);
    return cli_emit(c, &b);
}

static int disburse_one(cli *c, umi_desk *desk)
{
    umi_disbursed d;
    umi_disburse_ask ask = {.code = umi_text_of(c->args[0]),
                            .bank = cli_text(c, "bank"),
                            .account = cli_text(c, "account"),
                            .day = desk->today};
    if (umi_disburse(&d, desk, &ask, c->arena, &c->err) != UMI_OK)
        return cli_failed(c);
    return print_disbursed(c, &d);
}

/* --- a file ------------------------------------------------------------------ */

static int print_file(cli *c, const umi_disburse_file *f)
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
        umi_json_put_int(&w, "disbursed", n->added);
        umi_json_put_int(&w, "duplicate", n->same);
        umi_json_put_int(&w, "rejected", n->rejected);
        umi_json_put_money(&w, "amount", f->sum);
        umi_json_put_str(&w, "transfers_file", f->transfers_file);
        umi_json_put_str(&w, "rejects_file", n->rejects_file);
        umi_json_put_str(&w, "state", umi_file_state_name(n->state));
        umi_json_close(&w, '}');
        return cli_emit_json(c, &b);
    }
    cli_trial(&b, c, n->state);
    cli_line_int(&b, c, "lines", n->lines);
    cli_line_int(&b, c, "paid out", n->added);
    cli_line_int(&b, c, "paid out before", n->same);
    cli_line_int(&b, c, "rejected", n->rejected);
    cli_line_money(&b, c, "sum of transfers", f->sum);
    if (f->transfers_file != NULL)
        cli_line(&b, c, "transfers", umi_text_of(f->transfers_file));
    if (n->rejects_file != NULL)
        cli_line(&b, c, "rejects", umi_text_of(n->rejects_file));
    return cli_emit(c, &b);
}

static int check_transfers(cli *c, const char *name)
{
    char room[4096];
    const char *to = cli_value(c, "transfers");
    (void)snprintf(room, sizeof room, "%s.transfers.csv", name);
    return cli_not_rejects(c, name, to ? to : room);
}

static int disburse_file(cli *c, umi_desk *desk)
{
    umi_disburse_file f = {0};
    cli_import_run run;
    int code = cli_import_begin(&run, c, cli_value(c, "file"));
    if (code >= 0)
        return code;
    code = check_transfers(c, run.in.name);
    umi_status rc = UMI_OK;
    if (code < 0)
        rc = umi_disburse_from(&f, desk, &run.ask, cli_value(c, "transfers"),
                               c->arena, &c->err);
    cli_import_end(&run);
    if (code >= 0)
        return code;
    if (rc != UMI_OK)
        return cli_failed(c);
    code = print_file(c, &f);
    return code == 0 && f.counts.rejected > 0 ? 1 : code;
}

static int run_disburse(cli *c)
{
    umi_desk desk;
    bool many = cli_value(c, "file") != NULL;
    if (many == (c->arg_count > 0))
        return cli_usage(c, "", "give an ID or %s", "--file");
    if ((cli_value(c, "bank") == NULL) != (cli_value(c, "account") == NULL))
        return cli_usage(c, "--bank", "%s stand together or not at all",
                         "--bank, --account");
    int code = many ? -1 : cli_no_file(c);
    if (code < 0)
        code = cli_desk_open(c, UMI_WRITE, &desk);
    if (code >= 0)
        return code;
    code = many ? disburse_file(c, &desk) : disburse_one(c, &desk);
    umi_book_close(desk.book);
    return code;
}

static const cli_option disburse_options[] = {
    {"file", "FILE", "many: CSV with id and perhaps bank, account, date"},
    {"bank", "CODE", "bank of the payee"},
    {"account", "NUMBER", "account of the payee"},
    {"date", "DATE", "value date (else the business date)"},
    {"transfers", "PATH", "with --file: bulk transfer file to write"},
    CLI_EXPECT_LINES,
    CLI_EXPECT_AMOUNT,
    CLI_FILE_OPTIONS,
    {0},
};
static const cli_command disburse_commands[] = {
    {"", "[ID]", 0, 1, "pay booked loans out", disburse_options, run_disburse},
    {0},
};
const cli_group cli_group_disburse = {"disburse", "pay booked loans out",
                                      disburse_commands};
