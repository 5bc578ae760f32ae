/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"

#include "ledger/desk/repay.h"

static void write_parts(umi_json_out *w, const umi_parts *p)
{
    umi_json_put_money(w, "principal", p->principal);
    umi_json_put_money(w, "interest", p->interest);
    umi_json_put_money(w, "fee", p->fee);
    umi_json_put_money(w, "penalty", p->penalty);
    umi_json_put_money(w, "overpaid", p->overpaid);
}

static void print_parts(umi_buf *b, const cli *c, const umi_parts *p)
{
    cli_line_money(b, c, "principal", p->principal);
    cli_line_money(b, c, "interest", p->interest);
    if (p->fee.sen != 0)
        cli_line_money(b, c, "fee", p->fee);
    if (p->penalty.sen != 0)
        cli_line_money(b, c, "penalty", p->penalty);
    if (p->overpaid.sen != 0)
        cli_line_money(b, c, "overpaid", p->overpaid);
}

static int print_booked(cli *c, const umi_booked *k)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    if (cli_flag(c, "json")) {
        umi_json_open(&w, '{');
        umi_json_put_str(&w, "loan", c->args[0]);
        umi_json_put_int(&w, "txn", k->txn);
        umi_json_put_str(&w, "state", k->duplicate ? "duplicate" : "posted");
        umi_json_put_money(&w, "amount", k->amount);
        write_parts(&w, &k->parts);
        umi_json_close(&w, '}');
        return cli_emit_json(c, &b);
    }
    cli_line(&b, c, "loan", umi_text_of(c->args[0]));
    cli_line_int(&b, c, "posting", k->txn);
    if (k->duplicate)
        cli_line(&b, c, "state", umi_text_of(umi_tr(c->lang, "posted before")));
    cli_line_money(&b, c, "amount", k->amount);
    print_parts(&b, c, &k->parts);
    return cli_emit(c, &b);
}

static int parse_amount(cli *c, umi_money *out)
{
    const char *text = cli_value(c, "amount");
    if (text == NULL)
        return cli_usage(c, "--amount", "option %s is missing", "--amount");
    if (!umi_money_parse(out, umi_text_of(text)) || out->sen <= 0)
        umi_fail_code(&c->err, UMI_EUSAGE, "AMOUNT", "",
                      "--amount must be a positive amount, got '%.60s'", text);
    else if (out->sen > UMI_MONEY_ONCE_MAX)
        umi_fail_code(&c->err, UMI_EUSAGE, "AMOUNT", "",
                      "must be at most ten trillion rupiah, got '%.*s'",
                      UMI_SHOW(umi_text_of(text)));
    else
        return -1;
    return cli_failed(c);
}

static int run_repay(cli *c)
{
    umi_desk desk;
    umi_booked booked;
    umi_repay_ask ask = {.loan = umi_text_of(c->args[0]),
                         .channel = cli_text(c, "channel"),
                         .reference = cli_text(c, "reference")};
    int code = parse_amount(c, &ask.amount);
    if (code >= 0)
        return code;
    if (ask.channel.len == 0 || ask.reference.len == 0)
        return cli_usage(c, "--reference", "option %s is missing",
                         ask.channel.len ? "--reference" : "--channel");
    code = cli_desk_open(c, UMI_WRITE, &desk);
    if (code >= 0)
        return code;
    ask.day = desk.today;
    umi_status rc = umi_repay(&booked, &desk, &ask, &c->err);
    umi_book_close(desk.book);
    return rc == UMI_OK ? print_booked(c, &booked) : cli_failed(c);
}

static const cli_option repay_options[] = {
    {"amount", "RUPIAH", "how much was paid"},
    {"channel", "NAME", "where it was paid"},
    {"reference", "TEXT", "the channel's reference of the payment"},
    {"date", "DATE", "value date (else the business date)"},
    {"json", NULL, "print the result as JSON"},
    {0},
};
static const cli_command repay_commands[] = {
    {"", "LOAN", 1, 1, "take one payment on a loan", repay_options, run_repay},
    {0},
};
const cli_group cli_group_repay = {"repay", "take one payment on a loan",
                                   repay_commands};

/* --- pawn -------------------------------------------------------------------- */

static void write_price(umi_json_out *w, const umi_redemption *r)
{
    umi_json_put_int(w, "days", r->days);
    umi_json_put_int(w, "blocks", r->blocks);
    umi_json_put_money(w, "rent", r->rent);
    umi_json_put_money(w, "forgiven", r->forgiven);
    umi_json_put_money(w, "amount", r->total);
    write_parts(w, &r->pays);
}

static int print_price(cli *c, const umi_redemption *r, int64_t txn)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    if (cli_flag(c, "json")) {
        umi_json_open(&w, '{');
        umi_json_put_str(&w, "loan", c->args[0]);
        if (txn != 0)
            umi_json_put_int(&w, "txn", txn);
        write_price(&w, r);
        umi_json_close(&w, '}');
        return cli_emit_json(c, &b);
    }
    cli_line(&b, c, "loan", umi_text_of(c->args[0]));
    cli_line_int(&b, c, "days", r->days);
    cli_line_int(&b, c, "started blocks", r->blocks);
    cli_line_money(&b, c, "rent", r->rent);
    cli_line_money(&b, c, "to pay", r->total);
    print_parts(&b, c, &r->pays);
    return cli_emit(c, &b);
}

static int run_price(cli *c)
{
    umi_desk desk;
    umi_redemption r;
    int code = cli_desk_open(c, UMI_READ, &desk);
    if (code >= 0)
        return code;
    umi_status rc = umi_redeem_price(&r, &desk, umi_text_of(c->args[0]),
                                     desk.today, &c->err);
    umi_book_close(desk.book);
    return rc == UMI_OK ? print_price(c, &r, 0) : cli_failed(c);
}

/* What the flags of redeem and extend ask for, with the desk open; -1, or the
 * exit code. */
static int pledge_asked(cli *c, umi_desk *desk, umi_repay_ask *ask)
{
    *ask = (umi_repay_ask){.loan = umi_text_of(c->args[0]),
                           .channel = cli_text(c, "channel"),
                           .reference = cli_text(c, "reference")};
    if ((ask->channel.len == 0) != (ask->reference.len == 0))
        return cli_usage(c, "--channel", "%s stand together or not at all",
                         "--channel, --reference");
    int code = cli_desk_open(c, UMI_WRITE, desk);
    if (code < 0)
        ask->day = desk->today;
    return code;
}

static int run_redeem(cli *c)
{
    umi_desk desk;
    umi_redemption r;
    umi_booked booked;
    umi_repay_ask ask;
    int code = pledge_asked(c, &desk, &ask);
    if (code >= 0)
        return code;
    umi_status rc = umi_redeem(&r, &booked, &desk, &ask, &c->err);
    umi_book_close(desk.book);
    return rc == UMI_OK ? print_price(c, &r, booked.txn) : cli_failed(c);
}

static void write_extension(umi_json_out *w, const umi_extension *x)
{
    umi_json_put_text(w, "next", x->number);
    umi_json_put_int(w, "days", x->old.days);
    umi_json_put_int(w, "blocks", x->old.blocks);
    umi_json_put_money(w, "rent", x->old.rent);
    umi_json_put_money(w, "fees", x->withheld);
    umi_json_put_money(w, "amount", x->pays);
    umi_json_put_money(w, "principal", x->principal);
}

static int print_extension(cli *c, const umi_extension *x)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    if (cli_flag(c, "json")) {
        umi_json_open(&w, '{');
        umi_json_put_str(&w, "loan", c->args[0]);
        write_extension(&w, x);
        umi_json_close(&w, '}');
        return cli_emit_json(c, &b);
    }
    cli_line(&b, c, "loan", umi_text_of(c->args[0]));
    cli_line_int(&b, c, "started blocks", x->old.blocks);
    cli_line_money(&b, c, "rent", x->old.rent);
    if (x->withheld.sen != 0)
        cli_line_money(&b, c, "fees", x->withheld);
    cli_line_money(&b, c, "to pay", x->pays);
    cli_line(&b, c, "goes on as", x->number);
    cli_line_money(&b, c, "principal", x->principal);
    return cli_emit(c, &b);
}

static int run_extend(cli *c)
{
    umi_desk desk;
    umi_extension x;
    umi_repay_ask ask;
    int code = pledge_asked(c, &desk, &ask);
    if (code >= 0)
        return code;
    umi_status rc = umi_extend(&x, &desk, &ask, c->arena, &c->err);
    umi_book_close(desk.book);
    return rc == UMI_OK ? print_extension(c, &x) : cli_failed(c);
}

static const cli_option price_options[] = {
    {"date", "DATE", "the day of redemption (else the business date)"},
    {"json", NULL, "print as JSON"},
    {0},
};
static const cli_option redeem_options[] = {
    {"channel", "NAME", "where it was paid"},
    {"reference", "TEXT", "the channel's reference of the payment"},
    {"date", "DATE", "value date (else the business date)"},
    {"json", NULL, "print as JSON"},
    {0},
};
static const cli_command pawn_commands[] = {
    {"price", "LOAN", 1, 1, "what redeeming the pledge costs", price_options,
     run_price},
    {"redeem", "LOAN", 1, 1, "pay a pawn loan off and give the pledge back",
     redeem_options, run_redeem},
    {"extend", "LOAN", 1, 1, "pay the rent and begin a new term",
     redeem_options, run_extend},
    {0},
};
const cli_group cli_group_pawn = {"pawn", "loans on a pledge", pawn_commands};
