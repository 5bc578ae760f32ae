/* SPDX-License-Identifier: MIT */
#include "cli/out/quote_table.h"

#include "cli/out/table.h"
#include "cli/out/terms_text.h"
#include "engine/loan/convert.h"

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

static void rate_line(umi_buf *b,
                      const char *label,
                      umi_i128 micro,
                      const char *per,
                      umi_lang lang)
{
    line(b, label, lang);
    cli_put_micro(b, micro, lang);
    umi_buf_puts(b, umi_tr(lang, per));
    umi_buf_putc(b, '\n');
}

/* Flows have no rate, or several. */
static void no_rate_line(umi_buf *b, const char *label, umi_lang lang)
{
    line(b, label, lang);
    umi_buf_puts(b, umi_tr(lang, "none"));
    umi_buf_putc(b, '\n');
}

/* "7 % per year", as the terms name the period. */
static void put_rate(umi_buf *b, umi_rate r, const umi_terms *t, umi_lang lang)
{
    cli_put_percent(b, r, lang);
    umi_buf_printf(b, " %% %s %s", umi_tr(lang, "per"),
                   cli_rate_per_text(t, lang));
}

static void disbursed_lines(umi_buf *b, const umi_terms *t, umi_lang lang)
{
    line(b, "disbursed", lang);
    if (t->tranche_count < 2)
        umi_buf_day(b, t->disbursed);
    for (size_t i = 0; t->tranche_count > 1 && i < t->tranche_count; i++) {
        if (i > 0) {
            umi_buf_putc(b, '\n');
            line(b, "", lang);
        }
        umi_buf_day(b, t->tranches[i].date);
        umi_buf_puts(b, ": ");
        put_money(b, t->tranches[i].amount, lang);
    }
    umi_buf_putc(b, '\n');
}

static void terms_lines(umi_buf *b, const umi_terms *t, umi_lang lang)
{
    bool pawn = t->method == UMI_PAWN;
    money_line(b, "principal", t->principal, lang);
    disbursed_lines(b, t, lang);
    line(b, "method", lang);
    umi_buf_printf(b, "%s, ", cli_method_text(t->method, lang));
    put_rate(b, t->rate, t, lang);
    umi_buf_putc(b, '\n');
    for (size_t i = 0; i < t->step_count; i++) {
        line(b, i == 0 ? "change of rate" : "", lang);
        put_rate(b, t->steps[i].rate, t, lang);
        umi_buf_puts(b, umi_tr(lang, " from "));
        umi_buf_day(b, t->steps[i].from);
        umi_buf_putc(b, '\n');
    }
    line(b, pawn ? "term" : "instalments", lang);
    if (pawn)
        umi_buf_printf(b, umi_tr(lang, "%d days in blocks of %d"), t->term_days,
                       t->block_days);
    else
        umi_buf_printf(b, "%d x %d %s", t->periods, t->every,
                       umi_tr(lang, umi_unit_name(t->unit)));
    umi_buf_putc(b, '\n');
}

/* --- what a product rests on ------------------------------------------------ */

static void
put_legal(umi_buf *b, const umi_product *p, const umi_when *row, umi_lang lang)
{
    umi_buf_puts(b, ": ");
    cli_put_legal(b, p, row, lang);
    umi_buf_putc(b, '\n');
}

static void percent_line(umi_buf *b,
                         const char *label,
                         const umi_product *p,
                         const umi_percent_row *row,
                         umi_lang lang)
{
    if (row == NULL)
        return;
    line(b, label, lang);
    cli_put_percent(b, row->percent, lang);
    umi_buf_puts(b, " %");
    put_legal(b, p, &row->when, lang);
}

static void limit_line(umi_buf *b,
                       const umi_product *p,
                       const umi_limit_row *row,
                       umi_lang lang)
{
    line(b, "amounts", lang);
    if (row->min.sen > 0 || row->above.sen > 0) {
        umi_buf_puts(b, umi_tr(lang, row->min.sen > 0 ? "from " : "above "));
        put_money(b, row->min.sen > 0 ? row->min : row->above, lang);
        umi_buf_putc(b, ' ');
    }
    umi_buf_puts(b, umi_tr(lang, "up to "));
    put_money(b, row->max, lang);
    put_legal(b, p, &row->when, lang);
}

static bool by_access(const umi_product *p)
{
    for (size_t i = 0; i < p->rates.count; i++)
        if (p->rates.rows[i].when.access > 1)
            return true;
    return false;
}

void cli_quote_print_product(umi_buf *b,
                             const umi_product *p,
                             const umi_product_ask *ask,
                             umi_lang lang)
{
    const umi_percent_row *rate = umi_product_rate(p, ask);
    const umi_terms words = {.method = p->methods[0], .rate_per = p->rate_per};
    const umi_fee_row *fees = umi_product_fees(p, ask);
    const umi_relief *relief = umi_product_relief(p, ask->relief);
    line(b, "product", lang);
    umi_buf_text(b, lang == UMI_LANG_ID ? p->name_id : p->name_en);
    umi_buf_printf(b, " (%.*s)\n", UMI_SHOW(p->code));
    line(b, "rules of", lang);
    umi_buf_day(b, ask->on);
    if (by_access(p))
        umi_buf_printf(b, umi_tr(lang, ", access %d"), ask->access);
    umi_buf_putc(b, '\n');
    if (rate != NULL) {
        line(b, p->on_appraisal ? "rate on the appraisal" : "rate", lang);
        put_rate(b, rate->percent, &words, lang);
        put_legal(b, p, &rate->when, lang);
    }
    limit_line(b, p, umi_product_limit(p, ask->on), lang);
    percent_line(
        b, "loan to value", p,
        umi_percent_find(p->loan_to_value.rows, p->loan_to_value.count, ask),
        lang);
    percent_line(b, "security kept", p,
                 umi_percent_find(p->security.rows, p->security.count, ask),
                 lang);
    if (fees != NULL && fees->count > 0) {
        line(b, "fees", lang);
        for (size_t i = 0; i < fees->count; i++) {
            umi_buf_puts(b, i > 0 ? ", " : "");
            umi_buf_text(b, fees->charges[i].code);
        }
        put_legal(b, p, &fees->when, lang);
    }
    if (relief != NULL) {
        line(b, "relief", lang);
        umi_buf_text(b, ask->relief);
        put_legal(b, p, &relief->rates.rows[0].when, lang);
    }
    umi_buf_putc(b, '\n');
}

/* --- rows ------------------------------------------------------------------- */

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

/* The price in every way that a lender may say it. */
static void
rates_lines(umi_buf *b, const umi_quote *q, umi_arena *arena, umi_lang lang)
{
    static const char a_year[] = " % a year", a_month[] = " % a month";
    umi_i128 nominal;
    if (q->effective && q->has_effective)
        rate_line(b, "effective rate", q->effective_rate, a_year, lang);
    else if (q->effective)
        no_rate_line(b, "effective rate", lang);
    umi_status rc = !q->effective
                        ? UMI_EINVAL
                        : umi_schedule_nominal_rate(&nominal, &q->schedule,
                                                    &q->terms, arena, NULL);
    if (rc == UMI_OK)
        rate_line(b, "annuity rate", nominal, a_year, lang);
    else if (q->effective)
        no_rate_line(b, "annuity rate", lang);
    b->failed |= rc == UMI_ENOMEM;
    rate_line(b, "flat rate", q->flat_rate, a_year, lang);
    rate_line(b, "", umi_schedule_flat_month(&q->schedule, &q->terms), a_month,
              lang);
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
    rates_lines(b, q, arena, lang);
}
