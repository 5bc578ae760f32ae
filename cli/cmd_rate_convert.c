/* SPDX-License-Identifier: MIT */
#include "cli/cmd_rate_convert.h"

#include "cli/out/table.h"
#include "cli/out/terms_text.h"
#include "engine/base/exact.h"
#include "engine/base/json.h"
#include "engine/loan/convert.h"

static const char *const kinds[] = {[UMI_RATE_FLAT] = "flat",
                                    [UMI_RATE_NOMINAL] = "nominal",
                                    [UMI_RATE_EFFECTIVE] = "effective"};

/* --- asking ------------------------------------------------------------------ */

static umi_status
refuse(cli *c, const char *field, const char *must, umi_text t)
{
    return umi_fail(&c->err, UMI_EINVAL, field, "%s, got '%.*s'",
                    umi_tr(c->lang, must), UMI_SHOW(t));
}

static umi_status
refuse_word(cli *c, const char *field, const char *words, umi_text t)
{
    return umi_fail(&c->err, UMI_EINVAL, field, "must be one of %s, got '%.*s'",
                    words, UMI_SHOW(t));
}

/* Exactly one of --flat, --nominal and --effective. */
static umi_status read_rate(umi_rate_ask *ask, cli *c)
{
    umi_text t = {0};
    for (int k = 0; k <= UMI_RATE_EFFECTIVE; k++) {
        umi_text given = cli_text(c, kinds[k]);
        if (given.ptr != NULL && t.ptr != NULL)
            return umi_fail(&c->err, UMI_EUSAGE, kinds[k],
                            "one rate can be converted at a time");
        if (given.ptr == NULL)
            continue;
        t = given;
        ask->kind = (umi_rate_kind)k;
    }
    if (t.ptr == NULL)
        return umi_fail(&c->err, UMI_EUSAGE, "",
                        "one of --flat, --nominal, --effective must be given");
    return umi_rate_parse(&ask->rate, t, 6, 12, 100)
               ? UMI_OK
               : refuse(c, kinds[ask->kind],
                        "must be a percent like 6 or 6.25, at most 6 digits "
                        "before and 12 after the point",
                        t);
}

static umi_status read_numbers(umi_rate_ask *ask, cli *c)
{
    const struct {
        const char *name;
        int32_t min, max, *out;
    } numbers[] = {{"periods", 1, UMI_PERIODS_MAX, &ask->periods},
                   {"every", 1, 366, &ask->every},
                   {"digits", 0, 12, &ask->digits}};
    if (!cli_flag(c, "periods"))
        return umi_fail(&c->err, UMI_EINVAL, "periods", "must be given");
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        umi_text t = cli_text(c, numbers[i].name);
        int64_t n;
        if (t.ptr == NULL)
            continue;
        if (!umi_text_int(t, numbers[i].min, numbers[i].max, &n))
            return umi_fail(&c->err, UMI_EINVAL, numbers[i].name,
                            "must be a whole number from %d to %d, got '%.*s'",
                            numbers[i].min, numbers[i].max, UMI_SHOW(t));
        *numbers[i].out = (int32_t)n;
    }
    return UMI_OK;
}

static umi_status read_ask(umi_rate_ask *ask, cli *c)
{
    *ask = (umi_rate_ask){.every = 1, .unit = UMI_UNIT_MONTH, .digits = 6};
    umi_text per = cli_text(c, "per"), unit = cli_text(c, "unit");
    umi_status rc = read_rate(ask, c);
    if (rc == UMI_OK)
        rc = read_numbers(ask, c);
    if (rc == UMI_OK && per.ptr != NULL && !umi_rate_per_parse(&ask->per, per))
        rc = refuse_word(c, "per", "year, month, week, day, period, term", per);
    if (rc == UMI_OK && unit.ptr != NULL && !umi_unit_parse(&ask->unit, unit))
        rc = refuse_word(c, "unit", "day, week, month, year", unit);
    return rc;
}

/* --- answering --------------------------------------------------------------- */

static void
write_figure(umi_json_out *w, const char *key, umi_i128 v, int32_t digits)
{
    umi_json_key(w, key);
    umi_buf_putc(w->buf, '"');
    umi_buf_fixed(w->buf, v, digits);
    umi_buf_putc(w->buf, '"');
    w->comma = true;
}

static void write_kind(umi_json_out *w,
                       umi_rate_kind kind,
                       const umi_i128 *figures,
                       int32_t digits)
{
    umi_json_key(w, kinds[kind]);
    umi_json_open(w, '{');
    for (int per = 0; per < UMI_RATE_PERS; per++)
        write_figure(w, umi_rate_per_name((umi_rate_per)per), figures[per],
                     digits);
    umi_json_close(w, '}');
}

static void
write_json(umi_buf *b, const umi_rate_ask *ask, const umi_rate_words *r)
{
    umi_json_out w = {.buf = b};
    umi_json_open(&w, '{');
    umi_json_put_int(&w, "periods", ask->periods);
    umi_json_put_int(&w, "every", ask->every);
    umi_json_put_text(&w, "unit", umi_text_of(umi_unit_name(ask->unit)));
    write_kind(&w, UMI_RATE_FLAT, r->flat, ask->digits);
    write_kind(&w, UMI_RATE_NOMINAL, r->nominal, ask->digits);
    write_figure(&w, "effective", r->effective, ask->digits);
    write_figure(&w, "payment", r->payment, ask->digits);
    umi_json_close(&w, '}');
    umi_buf_putc(b, '\n');
}

/* As an amount of money, but with so many decimals. */
static void put_grouped(umi_buf *b, umi_i128 v, int32_t digits, umi_lang lang)
{
    char text[UMI_MONEY_TEXT];
    umi_i128 unit = 1;
    for (int32_t i = 0; i < digits; i++)
        unit *= 10;
    umi_money whole = {(int64_t)(v / unit) * 100}; /* below 10^14 rupiah */
    umi_buf_bytes(b, text, umi_money_show(text, whole, lang));
    size_t at = b->len;
    cli_put_fixed(b, v % unit, digits, lang); /* "0.25": the whole part goes */
    if (b->failed)
        return;
    memmove(b->ptr + at, b->ptr + at + 1, b->len - at - 1);
    b->len--;
}

static void cell(cli_table *t, umi_i128 v, int32_t digits, umi_lang lang)
{
    umi_buf b = {0};
    cli_put_fixed(&b, v, digits, lang);
    cli_table_text(t, umi_buf_as_text(&b));
    umi_buf_free(&b);
}

static void print_table(umi_buf *b,
                        const umi_rate_ask *ask,
                        const umi_rate_words *r,
                        umi_arena *arena,
                        umi_lang lang)
{
    const char *heads[] = {
        umi_tr(lang, "percent"),    umi_tr(lang, "per year"),
        umi_tr(lang, "per month"),  umi_tr(lang, "per week"),
        umi_tr(lang, "per day"),    umi_tr(lang, "per period"),
        umi_tr(lang, "whole term"), NULL};
    umi_buf_printf(b, "%s %d x %d %s\n", umi_tr(lang, "instalments"),
                   ask->periods, ask->every,
                   umi_tr(lang, umi_unit_name(ask->unit)));
    umi_buf_puts(b, umi_tr(lang, "payment for Rp 1,000,000: Rp "));
    put_grouped(b, r->payment, ask->digits, lang);
    umi_buf_puts(b, "\n\n");
    cli_table *t = cli_table_new(arena, heads, "lrrrrrr", lang);
    if (t == NULL) {
        b->failed = true;
        return;
    }
    cli_table_text(t, umi_text_of(umi_tr(lang, "flat")));
    for (int per = 0; per < UMI_RATE_PERS; per++)
        cell(t, r->flat[per], ask->digits, lang);
    cli_table_text(t, umi_text_of(umi_tr(lang, "annuity, nominal")));
    for (int per = 0; per < UMI_RATE_PERS; per++)
        cell(t, r->nominal[per], ask->digits, lang);
    cli_table_text(t, umi_text_of(umi_tr(lang, "effective")));
    cell(t, r->effective, ask->digits, lang);
    for (int per = 1; per < UMI_RATE_PERS; per++)
        cli_table_text(t, UMI_TEXT(""));
    cli_table_print(b, t);
}

int cli_rate_convert(cli *c)
{
    umi_rate_ask ask;
    umi_rate_words words;
    umi_buf b = {0};
    umi_status rc = read_ask(&ask, c);
    if (rc == UMI_OK)
        rc = umi_rate_convert(&words, &ask, c->arena, &c->err);
    if (rc != UMI_OK)
        return cli_failed(c);
    if (cli_flag(c, "json"))
        write_json(&b, &ask, &words);
    else
        print_table(&b, &ask, &words, c->arena, c->lang);
    return cli_emit(c, &b);
}

const cli_option cli_rate_convert_options[] = {
    {"flat", "PERCENT", "of the original principal"},
    {"nominal", "PERCENT",
     "of the balance, as an annuity and KUR's \"effective\" have it"},
    {"effective", "PERCENT", "of the balance, compounded over a year"},
    {"per", "PER", "year (default), month, week, day, period or term"},
    {"periods", "N", "number of instalments"},
    {"every", "N", "units between instalments (default: 1)"},
    {"unit", "UNIT", "day, week, month (default) or year"},
    {"digits", "N", "decimals of each figure (default: 6)"},
    {"json", NULL, "print one JSON object"},
    {0},
};
