/* SPDX-License-Identifier: MIT */
#include "cli/out/page.h"

#include "cli/out/html.h"
#include "cli/out/terms_text.h"

#include <assert.h>

/* --- the product ----------------------------------------------------------- */

/* One citation a line, each of them once. */
static void legal_line(const page *w, const umi_when *const *rows, size_t n)
{
    umi_buf text = {0};
    page_line(w, "Legal basis");
    for (size_t i = 0; i < n; i++) {
        size_t before = 0;
        while (before < i && !umi_text_eq(rows[before]->legal, rows[i]->legal))
            before++;
        if (before < i)
            continue;
        text.len = 0;
        cli_put_legal(&text, w->is->product, rows[i], w->lang);
        page_put(w, i > 0 ? "<br/>" : "");
        cli_html_text(w->b, umi_buf_as_text(&text));
    }
    w->b->failed |= text.failed;
    umi_buf_free(&text);
    page_line_end(w);
}

/* It is no part of the terms: when it is kept is for the lender to say. */
static void security_line(const page *w, const umi_percent_row *security)
{
    page_line(w, "Security");
    page_percent(w, security->percent);
    page_put(w, " ");
    page_say(
        w, "of the loan is kept and given back; no figure on this page has it");
    page_line_end(w);
}

void page_product(const page *w)
{
    const umi_product *p = w->is->product;
    const umi_when *rows[4];
    size_t n = 0;
    if (p == NULL)
        return;
    page_text_line(w, "Product",
                   w->lang == UMI_LANG_ID ? p->name_id : p->name_en);
    const umi_percent_row *rate = umi_product_rate(p, w->is->ask);
    const umi_fee_row *fee = umi_product_fees(p, w->is->ask);
    const umi_relief *relief = umi_product_relief(p, w->is->ask->relief);
    const umi_percent_row *security =
        umi_percent_find(p->security.rows, p->security.count, w->is->ask);
    if (rate != NULL)
        rows[n++] = &rate->when;
    if (fee != NULL && fee->count > 0)
        rows[n++] = &fee->when;
    if (relief != NULL)
        rows[n++] = &relief->rates.rows[0].when;
    if (security != NULL)
        rows[n++] = &security->when;
    if (n > 0)
        legal_line(w, rows, n);
    if (security != NULL)
        security_line(w, security);
}

/* --- what is agreed ------------------------------------------------------- */

static void disbursement(const page *w)
{
    const umi_terms *t = w->t;
    page_line(w, "Disbursed on");
    if (t->tranche_count < 2)
        page_day(w, t->disbursed, false);
    for (size_t i = 0; t->tranche_count > 1 && i < t->tranche_count; i++) {
        page_put(w, i > 0 ? "<br/>" : "");
        page_day(w, t->tranches[i].date, false);
        page_put(w, ": ");
        page_money(w, t->tranches[i].amount);
    }
    page_line_end(w);
}

/* The day on which a group meets, when all instalments fall on one. */
static void put_weekday(const page *w)
{
    static const char *const names[] = {"Monday",   "Tuesday", "Wednesday",
                                        "Thursday", "Friday",  "Saturday",
                                        "Sunday"};
    int32_t day = umi_day_weekday(w->s->rows[0].due);
    for (size_t i = 1; i < w->s->count; i++)
        if (umi_day_weekday(w->s->rows[i].due) != day)
            return;
    page_put(w, " (");
    page_say(w, names[day - 1]);
    page_put(w, ")");
}

static void instalments(const page *w)
{
    const umi_terms *t = w->t;
    const umi_row *rows = w->s->rows;
    page_line(w, t->method == UMI_PAWN ? "Term" : "Instalments");
    if (t->method == UMI_PAWN) {
        umi_buf_printf(w->b, umi_tr(w->lang, "%d days in blocks of %d"),
                       t->term_days, t->block_days);
    } else {
        umi_buf_printf(w->b, "%d, ", t->periods);
        page_every(w);
        if (t->unit == UMI_UNIT_WEEK)
            put_weekday(w);
    }
    page_put(w, ", ");
    if (w->s->count > 1) {
        page_say(w, "from");
        page_put(w, " ");
        page_day(w, rows[0].due, false);
        page_put(w, " ");
    }
    page_say(w, w->s->count > 1 ? "to" : "due on");
    page_put(w, " ");
    page_day(w, rows[w->s->count - 1].due, false);
    page_line_end(w);
}

static void method(const page *w)
{
    static const char *const meaning[] = {
        [UMI_ANNUITY] = "the same payment every time; interest is on what is "
                        "still owed",
        [UMI_EQUAL_PRINCIPAL] = "the same part of the principal every time; "
                                "interest is on what is still owed",
        [UMI_FLAT] = "the same part of the principal every time; interest is "
                     "on the original principal",
        [UMI_FLAT_EQUIVALENT] = "interest is on the original principal, at a "
                                "flat rate that costs the same",
        [UMI_BULLET] = "interest every time, all principal with the last "
                       "instalment",
        [UMI_PAWN] = "rent for every block of days that has begun; all is "
                     "paid on the last day",
    };
    page_line(w, "Method");
    page_put(w, "<b>");
    cli_html_text(w->b, umi_text_of(cli_method_text(w->t->method, w->lang)));
    page_put(w, "</b>: ");
    page_say(w, meaning[w->t->method]);
    page_line_end(w);
}

static void rate(const page *w)
{
    const umi_terms *t = w->t;
    page_line(w, "Rate");
    page_percent(w, t->rate);
    page_put(w, " ");
    page_say(w, "per");
    page_put(w, " ");
    cli_html_text(w->b, umi_text_of(cli_rate_per_text(t, w->lang)));
    for (size_t i = 0; i < t->step_count; i++) {
        page_put(w, "<br/>");
        page_percent(w, t->steps[i].rate);
        page_put(w, " ");
        page_say(w, "from");
        page_put(w, " ");
        page_day(w, t->steps[i].from, false);
    }
    page_line_end(w);
    if (t->day_count != UMI_COUNT_PERIOD)
        page_text_line(w, "Day count",
                       umi_text_of(umi_day_count_name(t->day_count)));
}

static void
equal_rate(const page *w, const char *id, umi_i128 micro, const char *per)
{
    umi_buf_printf(w->b, "<span id=\"%s\">", id);
    cli_put_micro(w->b, micro, w->lang);
    page_put(w, "\xC2\xA0%</span> ");
    page_say(w, per);
}

/* A twelfth of the yearly rate before it is rounded: the rate of the same
 * interest over twelve times as long. */
static umi_i128 flat_month(const page *w)
{
    umi_terms t = *w->t;
    t.every *= 12;
    t.term_days *= 12;
    return umi_schedule_flat_rate(w->s, &t);
}

static void equal_rates(const page *w)
{
    const umi_quote *q = w->is->quote;
    page_line(w, "Equal to");
    if (q->has_effective)
        equal_rate(w, "effective", q->effective_rate, "effective a year");
    else if (q->effective)
        page_say(w, "no effective rate");
    page_put(w, q->effective ? " \xC2\xB7 " : "");
    equal_rate(w, "flat", q->flat_rate, "flat a year");
    page_put(w, " \xC2\xB7 ");
    equal_rate(w, "flat-month", flat_month(w), "flat a month");
    page_line_end(w);
}

static void grace(const page *w)
{
    static const char *const modes[] = {
        [UMI_GRACE_DEFER] =
            "the first %d without interest, which is paid with the next",
        [UMI_GRACE_CAPITALISE] =
            "the first %d without interest, which is added to what "
            "is owed",
        [UMI_GRACE_WAIVE] =
            "the first %d without interest, which is not charged",
    };
    const umi_terms *t = w->t;
    if (t->grace_principal == 0 && t->grace_interest == 0)
        return;
    page_line(w, "Grace");
    if (t->grace_principal > 0)
        umi_buf_printf(w->b, umi_tr(w->lang, "the first %d without principal"),
                       t->grace_principal);
    if (t->grace_principal > 0 && t->grace_interest > 0)
        page_put(w, "<br/>");
    if (t->grace_interest > 0)
        umi_buf_printf(w->b, umi_tr(w->lang, modes[t->grace_mode]),
                       t->grace_interest);
    page_line_end(w);
}

static void holidays(const page *w)
{
    static const char *const moves[] = {
        [UMI_SHIFT_NONE] = "",
        [UMI_SHIFT_FOLLOWING] = "to the next working day",
        [UMI_SHIFT_MODIFIED_FOLLOWING] = "to the next working day of the same "
                                         "month, else to the one before",
        [UMI_SHIFT_PRECEDING] = "to the working day before",
    };
    if (w->t->calendar == NULL || w->t->shift == UMI_SHIFT_NONE)
        return;
    page_line(w, "On a holiday");
    page_say(w, moves[w->t->shift]);
    page_put(w, " (");
    cli_html_typed(w->b, w->t->calendar->name);
    page_put(w, ")");
    page_line_end(w);
}

static void payout(const page *w)
{
    const umi_schedule *s = w->s;
    if (s->withheld.sen != 0) {
        page_line(w, "Withheld");
        page_both(w, "withheld", s->withheld);
        page_line_end(w);
    }
    page_line(w, "Paid out");
    page_both(w, "payout", (umi_money){s->principal.sen - s->withheld.sen});
    if (w->t->fee_count == 0) {
        page_put(w, "; ");
        page_say(w, "there are no fees");
    }
    page_line_end(w);
}

void page_terms(const page *w)
{
    const umi_schedule *s = w->s;
    page_put(w, "<h2>");
    page_say(w, "What is agreed");
    page_put(w, "</h2>\n<table class=\"list\">\n");
    disbursement(w);
    payout(w);
    instalments(w);
    if (s->has_payment && !page_level_is_usual(s)) {
        page_line(w, "Level payment");
        page_both(w, "payment", s->payment);
        page_line_end(w);
    }
    method(w);
    rate(w);
    equal_rates(w);
    grace(w);
    holidays(w);
    page_put(w, "</table>\n");
}

/* --- fees ----------------------------------------------------------------- */

/* Of a schedule that was built: it has rounded the same before. */
static umi_money fee_amount(const umi_terms *t, const umi_fee *fee)
{
    umi_money m = fee->amount;
    bool fits = !fee->percent ||
                umi_round(&m, (umi_i128)t->principal.sen * fee->rate.num,
                          fee->rate.den, t->round);
    assert(fits);
    return m;
}

static void fee_line(const page *w, const umi_fee *fee, umi_money amount)
{
    page_put(w, "<tr><td>");
    cli_html_typed(w->b, fee->code);
    if (fee->percent) {
        page_put(w, " (");
        page_percent(w, fee->rate);
        page_put(w, ")");
    }
    page_put(w, "</td><td>");
    if (fee->due == UMI_DUE_DISBURSEMENT)
        page_say(w, "withheld when the loan is paid out");
    else if (fee->due == UMI_DUE_EACH)
        page_say(w, "with every instalment");
    else
        umi_buf_printf(w->b, umi_tr(w->lang, "with instalment %d"), fee->due);
    page_put(w, "</td><td class=\"r\">");
    page_money(w, amount);
    page_put(w, "</td></tr>\n");
}

void page_fees(const page *w)
{
    const umi_terms *t = w->t;
    int64_t withheld = 0;
    if (t->fee_count == 0)
        return;
    page_put(w, "<h2>");
    page_say(w, "Fees");
    page_put(w, "</h2>\n<table class=\"fees\">\n");
    for (size_t i = 0; i < t->fee_count; i++) {
        umi_money m = fee_amount(t, &t->fees[i]);
        fee_line(w, &t->fees[i], m);
        if (t->fees[i].due == UMI_DUE_DISBURSEMENT)
            withheld += m.sen;
    }
    assert(withheld == w->s->withheld.sen);
    page_put(w, "</table>\n");
}
