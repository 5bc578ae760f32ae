/* SPDX-License-Identifier: MIT */
#include "cli/out/quote_table.h"

#include "cli/out/table.h"
#include "cli/out/terms_text.h"

static void line(umi_buf *b, const char *label, umi_lang lang)
{
    umi_text t = umi_text_of(umi_tr(lang, label));
    umi_buf_text(b, t);
    for (size_t n = umi_text_points(t); n < 22; n++)
        umi_buf_putc(b, ' ');
    umi_buf_putc(b, ' ');
}

static void put_money(umi_buf *b, umi_money m, umi_lang lang)
{
    char text[UMI_MONEY_TEXT];
    umi_buf_puts(b, "Rp ");
    umi_buf_bytes(b, text, umi_money_show(text, m, lang));
}

static void
money_line(umi_buf *b, const char *label, umi_money m, umi_lang lang)
{
    line(b, label, lang);
    put_money(b, m, lang);
    umi_buf_putc(b, '\n');
}

static void rate_line(
    umi_buf *b, const char *label, bool known, umi_i128 micro, umi_lang lang)
{
    line(b, label, lang);
    if (known) {
        cli_put_micro(b, micro, lang);
        umi_buf_puts(b, umi_tr(lang, " % a year"));
    } else {
        umi_buf_puts(b, umi_tr(lang, "none"));
    }
    umi_buf_putc(b, '\n');
}

static void terms_lines(umi_buf *b, const umi_terms *t, umi_lang lang)
{
    bool pawn = t->method == UMI_PAWN;
    money_line(b, "principal", t->principal, lang);
    line(b, "disbursed", lang);
    umi_buf_day(b, t->disbursed);
    umi_buf_putc(b, '\n');
    line(b, "method", lang);
    umi_buf_printf(b, "%s, ", cli_method_text(t->method, lang));
    cli_put_percent(b, t->rate, lang);
    umi_buf_printf(b, " %% %s %s\n", umi_tr(lang, "per"),
                   cli_rate_per_text(t, lang));
    line(b, pawn ? "term" : "instalments", lang);
    if (pawn)
        umi_buf_printf(b, umi_tr(lang, "%d days in blocks of %d"), t->term_days,
                       t->block_days);
    else
        umi_buf_printf(b, "%d x %d %s", t->periods, t->every,
                       umi_tr(lang, umi_unit_name(t->unit)));
    umi_buf_putc(b, '\n');
}

static void sums(cli_table *table, const umi_schedule *s, umi_lang lang)
{
    cli_table_rule(table);
    cli_table_text(table, UMI_TEXT(""));
    cli_table_text(table, umi_text_of(umi_tr(lang, "total")));
    cli_table_text(table, UMI_TEXT(""));
    cli_table_money(table, s->principal);
    cli_table_money(table, s->interest);
    if (s->fee.sen != 0)
        cli_table_money(table, s->fee);
    cli_table_money(table, s->total);
    cli_table_text(table, UMI_TEXT(""));
}

void cli_schedule_print(umi_buf *b,
                        const umi_schedule *s,
                        umi_arena *arena,
                        umi_lang lang)
{
    const char *heads[9];
    size_t n = 0;
    bool fees = s->fee.sen != 0;
    heads[n++] = umi_tr(lang, "no.");
    heads[n++] = umi_tr(lang, "due");
    heads[n++] = umi_tr(lang, "days");
    heads[n++] = umi_tr(lang, "principal");
    heads[n++] = umi_tr(lang, "interest");
    if (fees)
        heads[n++] = umi_tr(lang, "fees");
    heads[n++] = umi_tr(lang, "to pay");
    heads[n++] = umi_tr(lang, "balance");
    heads[n] = NULL;
    cli_table *table = cli_table_new(arena, heads, "rlrrrrrr", lang);
    if (table == NULL) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        const umi_row *r = &s->rows[i];
        cli_table_int(table, r->n);
        cli_table_day(table, r->due);
        cli_table_int(table, r->days);
        cli_table_money(table, r->principal);
        cli_table_money(table, r->interest);
        if (fees)
            cli_table_money(table, r->fee);
        cli_table_money(table, r->total);
        cli_table_money(table, r->balance);
    }
    sums(table, s, lang);
    cli_table_print(b, table);
}

void cli_quote_print(umi_buf *b,
                     const umi_quote *q,
                     umi_arena *arena,
                     umi_lang lang)
{
    const umi_schedule *s = &q->schedule;
    terms_lines(b, &q->terms, lang);
    if (s->withheld.sen != 0)
        money_line(b, "withheld", s->withheld, lang);
    if (s->has_payment)
        money_line(b, "payment", s->payment, lang);
    umi_buf_putc(b, '\n');
    cli_schedule_print(b, s, arena, lang);
    umi_buf_putc(b, '\n');
    if (q->effective)
        rate_line(b, "effective rate", q->has_effective, q->effective_rate,
                  lang);
    rate_line(b, "flat rate", true, q->flat_rate, lang);
}
