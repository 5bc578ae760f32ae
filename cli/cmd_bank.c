/* SPDX-License-Identifier: MIT */
#include "cli/bank_print.h"
#include "cli/desk.h"
#include "cli/out/report.h"
#include "cli/spool.h"
#include "ledger/bank/account.h"
#include "ledger/bank/settle.h"
#include "ledger/bank/sign.h"
#include "ledger/report/bank_exceptions.h"

enum {
    FILE_MAX = 1 << 30 /* bytes: some eight million movements */
};

/* --- parse --------------------------------------------------------------- */

static int run_parse(cli *c)
{
    umi_bank_options options = {.account = cli_text(c, "account"),
                                .lang = c->lang};
    const char *format = cli_value(c, "format");
    umi_bank_file *file;
    umi_text bytes;
    if (format != NULL &&
        !umi_bank_format_parse(&options.format, umi_text_of(format)))
        return cli_usage(c, "--format", "'%s' is no bank format", format);
    if (cli_read_input(c, c->args[0], FILE_MAX, &bytes) != UMI_OK)
        return cli_failed(c);
    umi_status rc = umi_bank_parse(&file, bytes, &options, &c->err);
    if (rc != UMI_OK) {
        umi_error_at(&c->err, c->args[0], c->err.line, c->err.column);
        return cli_failed(c);
    }
    int code = cli_flag(c, "json") ? cli_bank_json(c, file)
                                   : cli_bank_table(c, file, c->args[0]);
    if (code == 0 && !umi_bank_sound(file))
        code = 1;
    umi_bank_file_free(file);
    return code;
}

static const cli_option parse_options[] = {
    {"format", "NAME",
     "auto, mt940, mt942, camt053, camt054, bca, bca-personal, mandiri, bni, "
     "bri, ocbc or va"},
    {"account", "NUMBER", "the account, for files that name none"},
    {"json", NULL, "one JSON document"},
    {0},
};

/* --- account ------------------------------------------------------------- */

static void put_text(umi_json_out *w, const char *key, umi_text t)
{
    umi_json_key(w, key);
    if (t.ptr == NULL)
        umi_json_null(w);
    else
        umi_json_text(w, t);
}

/* Whether a channel settles to the account, but for its own. */
static bool channel_of(umi_book *book,
                       const umi_bank_account_row *a,
                       const umi_bank_channel_row *row)
{
    return row->account == a->id &&
           !umi_bank_own_channel(umi_book_word(book, row->id));
}

static void
json_accounts(umi_buf *b, umi_book *book, const umi_bank_accounts *all)
{
    umi_json_out w = {.buf = b};
    umi_json_open(&w, '[');
    for (size_t i = 0; i < all->count; i++) {
        const umi_bank_account_row *a = &all->accounts[i];
        umi_json_open(&w, '{');
        put_text(&w, "number", a->number);
        put_text(&w, "code", a->code);
        put_text(&w, "bank", a->bank);
        put_text(&w, "cash", a->cash);
        put_text(&w, "format", a->format);
        umi_json_key(&w, "channels");
        umi_json_open(&w, '[');
        for (size_t k = 0; k < all->channel_count; k++)
            if (channel_of(book, a, &all->channels[k]))
                umi_json_text(&w, umi_book_word(book, all->channels[k].id));
        umi_json_close(&w, ']');
        umi_json_close(&w, '}');
    }
    umi_json_close(&w, ']');
    umi_buf_putc(b, '\n');
}

static void
show_accounts(umi_buf *b, cli *c, umi_book *book, const umi_bank_accounts *all)
{
    for (size_t i = 0; i < all->count; i++) {
        const umi_bank_account_row *a = &all->accounts[i];
        cli_line(b, c, "bank account", a->number);
        cli_line(b, c, "name", a->code);
        cli_line(b, c, "bank", a->bank);
        cli_line(b, c, "cash account", a->cash);
        cli_line(b, c, "format", a->format);
        for (size_t k = 0; k < all->channel_count; k++)
            if (channel_of(book, a, &all->channels[k]))
                cli_line(b, c, "channel",
                         umi_book_word(book, all->channels[k].id));
        umi_buf_putc(b, '\n');
    }
}

static int list_accounts(cli *c)
{
    umi_book *book;
    umi_bank_accounts all;
    umi_buf b = {0};
    int code = cli_book_open(c, UMI_READ, &book);
    if (code >= 0)
        return code;
    umi_status rc =
        umi_bank_accounts_load(&all, umi_book_store(book), c->arena, &c->err);
    if (rc == UMI_OK && cli_flag(c, "json"))
        json_accounts(&b, book, &all);
    else if (rc == UMI_OK)
        show_accounts(&b, c, book, &all);
    umi_book_close(book);
    return rc == UMI_OK ? cli_emit(c, &b) : cli_failed(c);
}

static int change_account(cli *c, bool channel)
{
    umi_book *book;
    umi_bank_account_ask ask = {
        .number = umi_text_of(c->args[1]),
        .code = cli_text(c, "code"),
        .bank = cli_text(c, "bank"),
        .cash = cli_text(c, "cash"),
        .format = cli_text(c, "format"),
    };
    int code = cli_book_open(c, UMI_WRITE, &book);
    if (code >= 0)
        return code;
    umi_status rc = channel
                        ? umi_bank_channel_set(book, umi_text_of(c->args[1]),
                                               umi_text_of(c->args[2]), &c->err)
                        : umi_bank_account_add(book, &ask, NULL, &c->err);
    umi_book_close(book);
    return rc == UMI_OK ? 0 : cli_failed(c);
}

static int run_account(cli *c)
{
    const char *what = c->arg_count > 0 ? c->args[0] : "list";
    bool list = strcmp(what, "list") == 0;
    bool channel = strcmp(what, "channel") == 0;
    if (!list && !channel && strcmp(what, "add") != 0)
        return cli_usage(c, what, "'%s' is none of add, channel, list", what);
    int words = list ? 1 : channel ? 3 : 2;
    if (c->arg_count > words || (!list && c->arg_count < words))
        return cli_usage(c, what,
                         "%s: add NUMBER, channel CHANNEL ACCOUNT, or list",
                         "bank account");
    return list ? list_accounts(c) : change_account(c, channel);
}

static const cli_option account_options[] = {
    {"code", "NAME", "our name of the account"},
    {"bank", "CODE", "the bank, such as BRI"},
    {"cash", "ACCOUNT", "its cash account in the general ledger"},
    {"format", "NAME", "of its statements"},
    {"json", NULL, "print the list as JSON"},
    {0},
};

/* --- import -------------------------------------------------------------- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int run_import(cli *c)
{
    umi_book *book;
    umi_bank_import_result r;
    umi_bank_import_ask ask = {.account = cli_text(c, "account"),
                               .lang = c->lang};
    const char *format = cli_value(c, "format");
    if (ask.account.len == 0)
        return cli_usage(c, "--account", "%s is needed", "--account");
    if (format != NULL &&
        !umi_bank_format_parse(&ask.format, umi_text_of(format)))
        return cli_usage(c, "--format", "'%s' is no bank format", format);
    ask.name = umi_text_of(base_name(c->args[0]));
    if (cli_read_input(c, c->args[0], FILE_MAX, &ask.bytes) != UMI_OK)
        return cli_failed(c);
    int code = cli_book_open(c, UMI_WRITE, &book);
    if (code >= 0)
        return code;
    umi_status rc = umi_bank_import(&r, book, &ask, c->arena, &c->err);
    umi_book_close(book);
    if (rc != UMI_OK) {
        if (c->err.file[0] == '\0' && rc == UMI_ESYNTAX)
            umi_error_at(&c->err, c->args[0], c->err.line, c->err.column);
        return cli_failed(c);
    }
    code = cli_bank_imported(c, &r);
    if (code == 0 && !r.repeated && umi_bank_import_quarantined(&r))
        code = 1;
    umi_bank_file_free(r.parsed);
    return code;
}

static const cli_option import_options[] = {
    {"account", "NUMBER", "the bank account, by number or name"},
    {"format", "NAME", "of the file; else that of the account"},
    {"json", NULL, "print the result as JSON"},
    {0},
};

/* --- match ---------------------------------------------------------------- */

static int run_match(cli *c)
{
    umi_book *book;
    umi_bank_match_result r;
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    int code = cli_book_open(c, UMI_WRITE, &book);
    if (code >= 0)
        return code;
    umi_status rc = umi_bank_match(&r, book, cli_text(c, "account"), &c->err);
    umi_book_close(book);
    if (rc != UMI_OK)
        return cli_failed(c);
    if (cli_flag(c, "json")) {
        umi_json_open(&w, '{');
        cli_json_tally(&w, "transfers", &r.transfers);
        cli_json_tally(&w, "returns", &r.returns);
        cli_json_tally(&w, "repayments", &r.repayments);
        umi_json_put_int(&w, "open", r.open);
        umi_json_close(&w, '}');
        umi_buf_putc(&b, '\n');
    } else {
        cli_line_int(&b, c, "transfers matched", r.transfers.n);
        cli_line_int(&b, c, "transfers returned", r.returns.n);
        cli_line_int(&b, c, "repayments matched", r.repayments.n);
        cli_line_int(&b, c, "movements left open", r.open);
    }
    return cli_emit(c, &b);
}

static const cli_option match_options[] = {
    {"account", "NUMBER", "only this bank account"},
    {"json", NULL, "print the result as JSON"},
    {0},
};

/* --- exceptions ----------------------------------------------------------- */

static int run_exceptions(cli *c)
{
    umi_book *book;
    umi_day as_of;
    umi_buf b = {0};
    const cli_report_format *f;
    umi_text format = cli_text(c, "format");
    umi_report r = {.name = "bank-exceptions",
                    .title = "what does not fit between bank and book",
                    .arena = c->arena};
    umi_report_ask ask = {.lang = c->lang};
    if (format.ptr == NULL)
        format = cli_flag(c, "json") ? UMI_TEXT("json") : UMI_TEXT("text");
    int code = cli_report_choose(c, format, &f);
    if (code < 0)
        code = cli_date(c, "as-of", &as_of);
    if (code < 0)
        code = cli_book_open(c, UMI_READ, &book);
    if (code >= 0)
        return code;
    if (!f->people)
        ask.lang = UMI_LANG_EN; /* states are codes there */
    ask.as_of = cli_value(c, "as-of") ? &as_of : NULL;
    r.institution = umi_book_institution(book);
    umi_status rc = umi_bank_exceptions_report(&r, book, cli_text(c, "account"),
                                               &ask, &c->err);
    bool any = rc == UMI_OK && r.items[1].value.number > 0;
    if (rc == UMI_OK)
        rc = f->write(&b, &r, c->lang, &c->err);
    umi_book_close(book);
    code = rc == UMI_OK ? cli_emit(c, &b) : cli_failed(c);
    return code == 0 && any ? 1 : code;
}

static const cli_option exception_options[] = {
    {"account", "NUMBER", "only this bank account"},
    {"as-of", "DATE", "from which ages count"},
    {"format", CLI_REPORT_FORMATS, "how it is printed (else text)"},
    {"json", NULL, "the same as --format json"},
    {0},
};

/* --- resolve -------------------------------------------------------------- */

static umi_status propose(cli *c, umi_book *book, int64_t line)
{
    umi_bank_resolve_ask ask = {.line = line,
                                .reference = cli_text(c, "reference"),
                                .channel = cli_text(c, "channel"),
                                .reason = cli_text(c, "reason")};
    umi_text as = cli_text(c, "as");
    if (!umi_bank_target_parse(&ask.kind, as))
        return umi_fail(&c->err, UMI_EINVAL, "--as",
                        "must be transfer, return, repayment, fee, interest "
                        "or unidentified, got '%.*s'",
                        UMI_SHOW(as));
    return umi_bank_propose(book, &ask, &c->err);
}

static int run_resolve(cli *c)
{
    umi_book *book;
    int64_t id;
    bool release = cli_flag(c, "release"), approve = cli_flag(c, "approve");
    if (!umi_text_int(umi_text_of(c->args[0]), 1, INT64_MAX, &id))
        return cli_usage(c, "NUMBER", "'%s' is no number", c->args[0]);
    int code = cli_book_open(c, UMI_WRITE, &book);
    if (code >= 0)
        return code;
    umi_status rc = release ? umi_bank_release(book, id, cli_text(c, "reason"),
                                               NULL, &c->err)
                    : approve ? umi_bank_approve(book, id, &c->err)
                              : propose(c, book, id);
    umi_book_close(book);
    return rc == UMI_OK ? 0 : cli_failed(c);
}

static const cli_option resolve_options[] = {
    {"as", "KIND",
     "transfer, return, repayment, fee, interest or unidentified"},
    {"reference", "REF", "of the transfer or the repayment"},
    {"channel", "CODE", "of the repayment"},
    {"reason", "TEXT", "why"},
    {"approve", NULL, "enter what another person proposed"},
    {"release", NULL, "NUMBER is a statement: let it in"},
    {0},
};

/* --- sign ----------------------------------------------------------------- */

static void json_signed(umi_buf *b, const umi_bank_signed *r)
{
    umi_json_out w = {.buf = b};
    char hex[UMI_HASH_HEX];
    umi_json_open(&w, '{');
    put_text(&w, "account", r->recon.account.number);
    umi_json_put_day(&w, "as_of", r->signature.as_of);
    umi_json_put_str(&w, "state", umi_bank_step_name(r->signature.step));
    put_text(&w, "by", r->signature.actor);
    umi_json_put_money(&w, "statement", r->recon.statement);
    umi_json_put_money(&w, "ledger", r->recon.ledger);
    umi_hash_hex(hex, &r->signature.content);
    put_text(&w, "content", umi_text_of(hex));
    umi_hash_hex(hex, &r->signature.hash);
    put_text(&w, "hash", umi_text_of(hex));
    umi_json_close(&w, '}');
    umi_buf_putc(b, '\n');
}

static int run_sign(cli *c)
{
    umi_book *book;
    umi_bank_signed r;
    umi_day as_of;
    umi_buf b = {0};
    char hex[UMI_HASH_HEX];
    umi_text account = cli_text(c, "account");
    if (account.len == 0)
        return cli_usage(c, "--account", "%s is needed", "--account");
    int code = cli_date(c, "as-of", &as_of);
    if (code < 0)
        code = cli_book_open(c, UMI_WRITE, &book);
    if (code >= 0)
        return code;
    umi_status rc =
        umi_bank_sign(&r, book, account, cli_value(c, "as-of") ? &as_of : NULL,
                      c->arena, &c->err);
    if (rc == UMI_OK && cli_flag(c, "json")) {
        json_signed(&b, &r);
    } else if (rc == UMI_OK) {
        umi_hash_hex(hex, &r.signature.hash);
        cli_line(&b, c, "bank account", r.recon.account.number);
        cli_line_day(&b, c, "as of", r.signature.as_of);
        cli_line(
            &b, c, "state",
            umi_text_of(umi_tr(c->lang, umi_bank_step_name(r.signature.step))));
        cli_line_money(&b, c, "balance by the statement", r.recon.statement);
        cli_line(&b, c, "hash", umi_text_of(hex));
    }
    umi_book_close(book);
    return rc == UMI_OK ? cli_emit(c, &b) : cli_failed(c);
}

static const cli_option sign_options[] = {
    {"account", "NUMBER", "the bank account, by number or name"},
    {"as-of", "DATE", "the day (else that of the last statement)"},
    {"json", NULL, "print the result as JSON"},
    {0},
};

static const cli_command bank_commands[] = {
    {"parse", "FILE", 1, 1, "show a bank statement and check its figures",
     parse_options, run_parse},
    {"import", "FILE", 1, 1, "take a bank statement into the book",
     import_options, run_import},
    {"match", "", 0, 0, "match movements with transfers and repayments",
     match_options, run_match},
    {"exceptions", "", 0, 0, "what does not fit between bank and book",
     exception_options, run_exceptions},
    {"resolve", "NUMBER", 1, 1,
     "say what a movement is, or approve it; let a statement in",
     resolve_options, run_resolve},
    {"sign", "", 0, 0,
     "sign a reconciliation: prepare it, and review it as another",
     sign_options, run_sign},
    {"account", "[add NUMBER | channel CHANNEL ACCOUNT | list]", 0, 3,
     "own bank accounts, their cash accounts and channels", account_options,
     run_account},
    {0},
};
const cli_group cli_group_bank = {"bank", "bank statements", bank_commands};
