/* SPDX-License-Identifier: MIT */
#include "cli/out/quote_html.h"

#include "cli/out/html.h"
#include "cli/out/terms_text.h"
#include "engine/base/money_words.h"
#include "ledger/book/deal.h"

#include <assert.h>

/* The page in the making. */
typedef struct page {
    umi_buf *b;
    const cli_quote_page *is;
    const umi_terms *t;
    const umi_schedule *s;
    umi_lang lang;
    char hash[UMI_HASH_HEX]; /* of the rows, as a book keeps it */
} page;

/* --- small parts ---------------------------------------------------------- */

static void put(const page *w, const char *html)
{
    umi_buf_puts(w->b, html);
}

static void say(const page *w, const char *english)
{
    cli_html_say(w->b, w->lang, english);
}

/* The sign and its figures stay on one line: the blank between does not
 * break. */
static void put_money(const page *w, umi_money m)
{
    char text[UMI_MONEY_TEXT];
    put(w, "Rp\xC2\xA0");
    umi_buf_bytes(w->b, text, umi_money_show(text, m, w->lang));
}

static void put_words(const page *w, umi_money m)
{
    put(w, "<i>");
    umi_buf_money_words(w->b, m, w->lang);
    put(w, "</i>");
}

/* Figures, and the same in words. */
static void put_both(const page *w, const char *id, umi_money m)
{
    umi_buf_printf(w->b, "<b id=\"%s\">", id);
    put_money(w, m);
    put(w, "</b> (");
    put_words(w, m);
    put(w, ")");
}

/* "3 September 2026"; in a table "3 Sep 2026". */
static void put_day(const page *w, umi_day d, bool table)
{
    static const char *const months[] = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    static const char *const briefly[] = {"Jan", "Feb", "Mar", "Apr",
                                          "May", "Jun", "Jul", "Aug",
                                          "Sep", "Oct", "Nov", "Dec"};
    umi_civil c = umi_civil_of(d);
    put(w, "<time datetime=\"");
    umi_buf_day(w->b, d);
    umi_buf_printf(w->b, "\">%d\xC2\xA0", c.day);
    say(w, table ? briefly[c.month - 1] : months[c.month - 1]);
    umi_buf_printf(w->b, "\xC2\xA0%d</time>", c.year);
}

/* Figures that need smaller type to stand beside each other. */
static const char *wide(const page *w)
{
    char text[UMI_MONEY_TEXT];
    return umi_money_show(text, w->s->total, w->lang) > 17 ? " wide" : "";
}

/* A name, or a line to write it on. */
static void put_name(const page *w, umi_text name)
{
    if (name.ptr != NULL)
        cli_html_typed(w->b, name);
    else
        put(w, "<span class=\"fill\"></span>");
}

static void put_percent(const page *w, umi_rate r)
{
    cli_put_percent(w->b, r, w->lang);
    put(w, "\xC2\xA0%");
}

/* "every month", "every 2 weeks" */
static void put_every(const page *w)
{
    static const char *const one[] = {
        [UMI_UNIT_DAY] = "every day",
        [UMI_UNIT_WEEK] = "every week",
        [UMI_UNIT_MONTH] = "every month",
        [UMI_UNIT_YEAR] = "every year",
    };
    static const char *const many[] = {
        [UMI_UNIT_DAY] = "every %d days",
        [UMI_UNIT_WEEK] = "every %d weeks",
        [UMI_UNIT_MONTH] = "every %d months",
        [UMI_UNIT_YEAR] = "every %d years",
    };
    if (w->t->every == 1)
        say(w, one[w->t->unit]);
    else
        umi_buf_printf(w->b, umi_tr(w->lang, many[w->t->unit]), w->t->every);
}

/* A line "label: value" of a list; the value follows, then end_line(). */
static void begin_line(const page *w, const char *label)
{
    put(w, "<tr><th>");
    say(w, label);
    put(w, "</th><td>");
}

static void end_line(const page *w)
{
    put(w, "</td></tr>\n");
}

static void text_line(const page *w, const char *label, umi_text value)
{
    if (value.ptr == NULL)
        return;
    begin_line(w, label);
    cli_html_typed(w->b, value);
    end_line(w);
}

/* --- the head ------------------------------------------------------------- */

/* One citation a line, each of them once. */
static void legal_line(const page *w, const umi_when *const *rows, size_t n)
{
    umi_buf text = {0};
    begin_line(w, "Legal basis");
    for (size_t i = 0; i < n; i++) {
        size_t before = 0;
        while (before < i && !umi_text_eq(rows[before]->legal, rows[i]->legal))
            before++;
        if (before < i)
            continue;
        text.len = 0;
        cli_put_legal(&text, w->is->product, rows[i], w->lang);
        put(w, i > 0 ? "<br/>" : "");
        cli_html_text(w->b, umi_buf_as_text(&text));
    }
    w->b->failed |= text.failed;
    umi_buf_free(&text);
    end_line(w);
}

/* It is no part of the terms: when it is kept is for the lender to say. */
static void security_line(const page *w, const umi_percent_row *security)
{
    begin_line(w, "Security");
    put_percent(w, security->percent);
    put(w, " ");
    say(w, "of the loan is kept and given back; no figure on this page has it");
    end_line(w);
}

static void product(const page *w)
{
    const umi_product *p = w->is->product;
    const umi_when *rows[4];
    size_t n = 0;
    if (p == NULL)
        return;
    text_line(w, "Product", w->lang == UMI_LANG_ID ? p->name_id : p->name_en);
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

static void head(const page *w)
{
    const umi_text loan = w->is->loan, id = w->is->quote->id;
    put(w, "<header>\n<p class=\"from\">");
    if (w->is->institution.ptr == NULL) {
        say(w, "Institution");
        put(w, " ");
    }
    put_name(w, w->is->institution);
    put(w, "</p>\n<h1>");
    say(w, "Repayment schedule");
    put(w, "</h1>\n</header>\n<table class=\"list\">\n");
    begin_line(w, "Borrower");
    put_name(w, w->is->borrower);
    end_line(w);
    text_line(w, "Loan number", loan);
    if (loan.ptr == NULL)
        text_line(w, "Reference", id);
    text_line(w, "Product", w->is->product_code);
    product(w);
    put(w, "</table>\n");
}

/* --- three figures that everybody asks for -------------------------------- */

static void begin_figure(const page *w, const char *label)
{
    put(w, "<div><h3>");
    say(w, label);
}

static void figure(const page *w, const char *id, umi_money m)
{
    umi_buf_printf(w->b, "</h3><p class=\"big\" id=\"%s\">", id);
    put_money(w, m);
    put(w, "</p><p>");
    put_words(w, m);
    put(w, "</p>");
}

static void part(const page *w, const char *label, umi_money m)
{
    put(w, "<p>");
    say(w, label);
    put(w, " ");
    put_money(w, m);
    put(w, "</p>");
}

/* How many rows ask the same, when more than half of them do, else 0. */
static size_t usual_rows(const umi_schedule *s, umi_money *usual)
{
    size_t votes = 0, times = 0;
    for (size_t i = 0; i < s->count; i++) { /* a majority outvotes the rest */
        if (votes == 0)
            *usual = s->rows[i].total;
        votes += s->rows[i].total.sen == usual->sen ? 1 : (size_t)-1;
    }
    for (size_t i = 0; i < s->count; i++)
        times += s->rows[i].total.sen == usual->sen;
    return 2 * times > s->count ? times : 0;
}

/* Whether the level payment is what stands in the box. */
static bool level_is_usual(const umi_schedule *s)
{
    umi_money usual;
    return s->has_payment && s->count > 1 && usual_rows(s, &usual) > 0 &&
           usual.sen == s->payment.sen;
}

static void figure_of_rows(const page *w)
{
    const umi_schedule *s = w->s;
    umi_money usual, first = s->rows[0].total,
                     last = s->rows[s->count - 1].total;
    size_t times = usual_rows(s, &usual), others = s->count - times;
    begin_figure(w, "Instalment");
    put(w, " ");
    put_every(w);
    if (times > 0) {
        figure(w, level_is_usual(s) ? "payment" : "usual", usual);
    } else {
        put(w, "</h3><p class=\"big\">");
        say(w, "varies");
        put(w, "</p>");
    }
    put(w, "<p id=\"times\">");
    umi_buf_printf(w->b, umi_tr(w->lang, "%d times"),
                   (int)(times > 0 ? times : s->count));
    put(w, "</p>");
    if (times == 0 || first.sen != usual.sen) {
        part(w, "the first", first);
        others--;
    }
    if (times == 0 || last.sen != usual.sen) {
        part(w, "the last", last);
        others--;
    }
    if (others > 0) {
        put(w, "<p>");
        say(w, "the others are in the table");
        put(w, "</p>");
    }
    put(w, "</div>\n");
}

static void figures(const page *w)
{
    const umi_schedule *s = w->s;
    umi_buf_printf(w->b, "<section class=\"figures%s\">\n", wide(w));
    begin_figure(w, "Loan");
    figure(w, "principal", s->principal);
    put(w, "</div>\n");
    if (s->count > 1)
        figure_of_rows(w);
    begin_figure(w, "To pay back in all");
    figure(w, "total", s->total);
    part(w, "of which interest", s->interest);
    if (s->fee.sen != 0)
        part(w, "of which fees", s->fee);
    put(w, "</div>\n</section>\n");
}

/* --- what is agreed ------------------------------------------------------- */

static void disbursement(const page *w)
{
    const umi_terms *t = w->t;
    begin_line(w, "Disbursed on");
    if (t->tranche_count < 2)
        put_day(w, t->disbursed, false);
    for (size_t i = 0; t->tranche_count > 1 && i < t->tranche_count; i++) {
        put(w, i > 0 ? "<br/>" : "");
        put_day(w, t->tranches[i].date, false);
        put(w, ": ");
        put_money(w, t->tranches[i].amount);
    }
    end_line(w);
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
    put(w, " (");
    say(w, names[day - 1]);
    put(w, ")");
}

static void instalments(const page *w)
{
    const umi_terms *t = w->t;
    const umi_row *rows = w->s->rows;
    begin_line(w, t->method == UMI_PAWN ? "Term" : "Instalments");
    if (t->method == UMI_PAWN) {
        umi_buf_printf(w->b, umi_tr(w->lang, "%d days in blocks of %d"),
                       t->term_days, t->block_days);
    } else {
        umi_buf_printf(w->b, "%d, ", t->periods);
        put_every(w);
        if (t->unit == UMI_UNIT_WEEK)
            put_weekday(w);
    }
    put(w, ", ");
    if (w->s->count > 1) {
        say(w, "from");
        put(w, " ");
        put_day(w, rows[0].due, false);
        put(w, " ");
    }
    say(w, w->s->count > 1 ? "to" : "due on");
    put(w, " ");
    put_day(w, rows[w->s->count - 1].due, false);
    end_line(w);
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
    begin_line(w, "Method");
    put(w, "<b>");
    cli_html_text(w->b, umi_text_of(cli_method_text(w->t->method, w->lang)));
    put(w, "</b>: ");
    say(w, meaning[w->t->method]);
    end_line(w);
}

static void rate(const page *w)
{
    const umi_terms *t = w->t;
    begin_line(w, "Rate");
    put_percent(w, t->rate);
    put(w, " ");
    say(w, "per");
    put(w, " ");
    cli_html_text(w->b, umi_text_of(cli_rate_per_text(t, w->lang)));
    for (size_t i = 0; i < t->step_count; i++) {
        put(w, "<br/>");
        put_percent(w, t->steps[i].rate);
        put(w, " ");
        say(w, "from");
        put(w, " ");
        put_day(w, t->steps[i].from, false);
    }
    end_line(w);
    if (t->day_count != UMI_COUNT_PERIOD)
        text_line(w, "Day count",
                  umi_text_of(umi_day_count_name(t->day_count)));
}

static void
equal_rate(const page *w, const char *id, umi_i128 micro, const char *per)
{
    umi_buf_printf(w->b, "<span id=\"%s\">", id);
    cli_put_micro(w->b, micro, w->lang);
    put(w, "\xC2\xA0%</span> ");
    say(w, per);
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
    begin_line(w, "Equal to");
    if (q->has_effective)
        equal_rate(w, "effective", q->effective_rate, "effective a year");
    else if (q->effective)
        say(w, "no effective rate");
    put(w, q->effective ? " \xC2\xB7 " : "");
    equal_rate(w, "flat", q->flat_rate, "flat a year");
    put(w, " \xC2\xB7 ");
    equal_rate(w, "flat-month", flat_month(w), "flat a month");
    end_line(w);
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
    begin_line(w, "Grace");
    if (t->grace_principal > 0)
        umi_buf_printf(w->b, umi_tr(w->lang, "the first %d without principal"),
                       t->grace_principal);
    if (t->grace_principal > 0 && t->grace_interest > 0)
        put(w, "<br/>");
    if (t->grace_interest > 0)
        umi_buf_printf(w->b, umi_tr(w->lang, modes[t->grace_mode]),
                       t->grace_interest);
    end_line(w);
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
    begin_line(w, "On a holiday");
    say(w, moves[w->t->shift]);
    put(w, " (");
    cli_html_typed(w->b, w->t->calendar->name);
    put(w, ")");
    end_line(w);
}

static void payout(const page *w)
{
    const umi_schedule *s = w->s;
    if (s->withheld.sen != 0) {
        begin_line(w, "Withheld");
        put_both(w, "withheld", s->withheld);
        end_line(w);
    }
    begin_line(w, "Paid out");
    put_both(w, "payout", (umi_money){s->principal.sen - s->withheld.sen});
    if (w->t->fee_count == 0) {
        put(w, "; ");
        say(w, "there are no fees");
    }
    end_line(w);
}

static void terms(const page *w)
{
    const umi_schedule *s = w->s;
    put(w, "<h2>");
    say(w, "What is agreed");
    put(w, "</h2>\n<table class=\"list\">\n");
    disbursement(w);
    payout(w);
    instalments(w);
    if (s->has_payment && !level_is_usual(s)) {
        begin_line(w, "Level payment");
        put_both(w, "payment", s->payment);
        end_line(w);
    }
    method(w);
    rate(w);
    equal_rates(w);
    grace(w);
    holidays(w);
    put(w, "</table>\n");
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
    put(w, "<tr><td>");
    cli_html_typed(w->b, fee->code);
    if (fee->percent) {
        put(w, " (");
        put_percent(w, fee->rate);
        put(w, ")");
    }
    put(w, "</td><td>");
    if (fee->due == UMI_DUE_DISBURSEMENT)
        say(w, "withheld when the loan is paid out");
    else if (fee->due == UMI_DUE_EACH)
        say(w, "with every instalment");
    else
        umi_buf_printf(w->b, umi_tr(w->lang, "with instalment %d"), fee->due);
    put(w, "</td><td class=\"r\">");
    put_money(w, amount);
    put(w, "</td></tr>\n");
}

static void fees(const page *w)
{
    const umi_terms *t = w->t;
    int64_t withheld = 0;
    if (t->fee_count == 0)
        return;
    put(w, "<h2>");
    say(w, "Fees");
    put(w, "</h2>\n<table class=\"fees\">\n");
    for (size_t i = 0; i < t->fee_count; i++) {
        umi_money m = fee_amount(t, &t->fees[i]);
        fee_line(w, &t->fees[i], m);
        if (t->fees[i].due == UMI_DUE_DISBURSEMENT)
            withheld += m.sen;
    }
    assert(withheld == w->s->withheld.sen);
    put(w, "</table>\n");
}

/* --- the rows ------------------------------------------------------------- */

static void cell(const page *w, umi_money m)
{
    char text[UMI_MONEY_TEXT];
    put(w, "<td class=\"r\">");
    umi_buf_bytes(w->b, text, umi_money_show(text, m, w->lang));
    put(w, "</td>");
}

static void heading(const page *w, const char *label)
{
    put(w, "<th class=\"r\">");
    say(w, label);
    put(w, "</th>");
}

/* Days are told where they decide about interest, fees where there are any. */
static void rows(const page *w, bool days, bool fee)
{
    const umi_schedule *s = w->s;
    for (size_t i = 0; i < s->count; i++) {
        const umi_row *r = &s->rows[i];
        umi_buf_printf(w->b, "<tr><td class=\"r\">%d</td><td class=\"r\">",
                       r->n);
        put_day(w, r->due, true);
        put(w, "</td>");
        if (days)
            umi_buf_printf(w->b, "<td class=\"r\">%d</td>", r->days);
        cell(w, r->principal);
        cell(w, r->interest);
        if (fee)
            cell(w, r->fee);
        cell(w, r->total);
        cell(w, r->balance);
        put(w, "</tr>\n");
    }
}

static void schedule(const page *w)
{
    const umi_schedule *s = w->s;
    bool days = w->t->day_count != UMI_COUNT_PERIOD, fee = s->fee.sen != 0;
    put(w, "<h2>");
    say(w, "What to pay, and when");
    umi_buf_printf(w->b,
                   "</h2>\n<table class=\"rows%s\" id=\"rows\">\n<thead><tr>",
                   wide(w));
    heading(w, "no.");
    heading(w, "due");
    if (days)
        heading(w, "days");
    heading(w, "principal");
    heading(w, "interest");
    if (fee)
        heading(w, "fees");
    heading(w, "to pay");
    heading(w, "balance");
    put(w, "</tr></thead>\n<tbody>\n");
    rows(w, days, fee);
    umi_buf_printf(w->b, "</tbody>\n<tfoot><tr><td colspan=\"%d\">",
                   days ? 3 : 2);
    say(w, "total");
    put(w, "</td>");
    cell(w, s->principal);
    cell(w, s->interest);
    if (fee)
        cell(w, s->fee);
    cell(w, s->total);
    put(w, "<td></td></tr></tfoot>\n</table>\n");
}

/* --- how it is computed, and who signs ------------------------------------ */

static void put_rounding(const page *w, const char *what, umi_rounding r)
{
    static const char *const modes[] = {
        [UMI_ROUND_HALF_EVEN] = "to the nearest %s, halves to the even one",
        [UMI_ROUND_HALF_UP] = "to the nearest %s, halves up",
        [UMI_ROUND_HALF_DOWN] = "to the nearest %s, halves down",
        [UMI_ROUND_UP] = "up to a multiple of %s",
        [UMI_ROUND_DOWN] = "down to a multiple of %s",
        [UMI_ROUND_CEIL] = "up to a multiple of %s",
        [UMI_ROUND_FLOOR] = "down to a multiple of %s",
    };
    char unit[UMI_MONEY_TEXT + 8] = "Rp\xC2\xA0";
    (void)umi_money_show(unit + strlen(unit), r.unit, w->lang);
    say(w, what);
    put(w, " ");
    umi_buf_printf(w->b, umi_tr(w->lang, modes[r.mode]), unit);
    put(w, ". ");
}

static void statement(const page *w)
{
    static const char *const residues[] = {
        [UMI_RESIDUE_LAST] =
            "What rounding leaves over is in the last instalment.",
        [UMI_RESIDUE_FIRST] =
            "What rounding leaves over is in the first instalment.",
        [UMI_RESIDUE_SPREAD] =
            "What rounding leaves over is spread over the instalments.",
    };
    const umi_terms *t = w->t;
    put(w, "<div class=\"note\">\n<p>");
    put_rounding(
        w, "Every figure is computed exactly, then rounded once:", t->round);
    if (t->has_payment_round)
        put_rounding(w, "The payment:", t->payment_round);
    if (w->s->count > 1)
        say(w, residues[t->residue]);
    put(w, "</p>\n<p>");
    say(w, "Fingerprint of this schedule (BLAKE2b-256):");
    put(w, " ");
    umi_buf_printf(w->b,
                   "<span class=\"hash\" id=\"hash\">%s</span></p>\n</div>\n",
                   w->hash);
}

static void
signature(const page *w, const char *who, const char *how, umi_text name)
{
    put(w, "<div><p>");
    say(w, who);
    put(w, "</p><p class=\"sign\">");
    say(w, how);
    put(w, "</p><p>");
    put(w, "<span>");
    say(w, "Name");
    put(w, "</span>");
    put_name(w, name);
    put(w, "</p><p>");
    put(w, "<span>");
    say(w, "Date");
    put(w, "</span><span class=\"fill\"></span></p></div>\n");
}

static void agreement(const page *w)
{
    put(w, "<section class=\"end\">\n");
    statement(w);
    put(w, "<p>");
    say(w, "To pay back in all");
    put(w, ": ");
    put_both(w, "total-again", w->s->total);
    put(w, "</p>\n<div class=\"signatures\">\n");
    signature(w, "Borrower", "signature or thumbprint", w->is->borrower);
    signature(w, "Officer", "signature", w->is->officer);
    put(w, "</div>\n</section>\n");
}

/* --- the page ------------------------------------------------------------- */

static const char style[] =
    "p{margin:0}\n"
    "header{border-bottom:.6mm solid #111;padding-bottom:2mm;"
    "margin-bottom:2mm}\n"
    ".from{font-size:11pt;min-height:6mm}\n"
    ".fill{display:inline-block;min-width:62mm;height:1em;"
    "border-bottom:.2mm solid #111}\n"
    ".list th{width:31mm;border:0;font-weight:normal;color:#444}\n"
    ".list td{border:0;padding-right:0}\n"
    ".figures{display:flex;margin:3mm 0;border:.3mm solid #111;"
    "border-radius:1.5mm;break-inside:avoid}\n"
    ".figures div{flex:1 1 0;padding:2mm 4mm 2.5mm}\n"
    ".figures div+div{border-left:.2mm solid #999}\n"
    ".figures h3{margin:0;font-size:9.5pt;font-weight:normal;color:#444}\n"
    ".figures p{font-size:9pt;line-height:1.3}\n"
    ".figures .big{font-size:16pt;font-weight:bold;line-height:1.4;"
    "font-variant-numeric:tabular-nums lining-nums}\n"
    ".fees,.rows{width:100%}\n"
    ".fees td:last-child{padding-right:0}\n"
    ".rows{font-size:9.5pt;line-height:1.25}\n"
    ".rows th,.rows td{padding:.45mm 0 .45mm 3mm}\n"
    ".rows tbody tr:nth-child(5n) td{border-bottom-color:#666}\n"
    ".rows th:first-child,.rows td:first-child{padding-left:0;width:8mm}\n"
    ".rows tfoot td{padding-top:1mm}\n"
    ".rows tfoot tr,.rows tbody tr:nth-last-child(-n+3){break-before:avoid}\n"
    ".end{margin-top:3mm;break-inside:avoid}\n"
    ".note{margin-bottom:2mm;font-size:7.5pt;color:#444}\n"
    ".hash{font-family:\"DejaVu Sans Mono\",monospace;font-size:7pt;"
    "overflow-wrap:anywhere}\n"
    ".signatures{display:flex;gap:12mm;margin-top:3mm}\n"
    ".signatures div{flex:1 1 0}\n"
    ".signatures p{margin-bottom:1mm}\n"
    ".signatures span{margin-right:2mm}\n"
    ".signatures bdi{font-weight:bold}\n"
    ".signatures .sign{height:19mm;border:.2mm solid #999;"
    "border-radius:1.5mm;color:#777;font-size:7.5pt;padding:1mm 2mm}\n"
    ".wide.rows{font-size:6.5pt}\n"
    ".wide.rows th,.wide.rows td{padding-left:1mm}\n"
    ".wide.figures{display:block}\n"
    ".wide div+div{border-left:0;border-top:.2mm solid #999}\n";

void cli_quote_html(umi_buf *b, const cli_quote_page *is, umi_lang lang)
{
    page w = {.b = b,
              .is = is,
              .t = &is->quote->terms,
              .s = &is->quote->schedule,
              .lang = lang};
    umi_text title = umi_text_of(umi_tr(lang, "Repayment schedule"));
    umi_hash hash = umi_schedule_hash(w.s);
    umi_hash_hex(w.hash, &hash);
    char foot[17] = "";
    memcpy(foot, w.hash, 16);
    cli_html_begin(b, title, style, foot, lang);
    head(&w);
    figures(&w);
    terms(&w);
    fees(&w);
    schedule(&w);
    agreement(&w);
    cli_html_end(b);
}
