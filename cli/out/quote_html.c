/* SPDX-License-Identifier: MIT */
#include "cli/out/quote_html.h"

#include "cli/out/html.h"
#include "cli/out/page.h"
#include "engine/loan/schedule_hash.h"

/* Figures that need smaller type to stand beside each other. */
static const char *wide(const page *w)
{
    char text[UMI_MONEY_TEXT];
    return umi_money_show(text, w->s->total, w->lang) > 17 ? " wide" : "";
}

/* --- the head ------------------------------------------------------------- */

static void head(const page *w)
{
    const umi_text loan = w->is->loan, id = w->is->quote->id;
    page_put(w, "<header>\n<p class=\"from\">");
    if (w->is->institution.ptr == NULL) {
        page_say(w, "Institution");
        page_put(w, " ");
    }
    page_name(w, w->is->institution);
    page_put(w, "</p>\n<h1>");
    page_say(w, "Repayment schedule");
    page_put(w, "</h1>\n</header>\n<table class=\"list\">\n");
    page_line(w, "Borrower");
    page_name(w, w->is->borrower);
    page_line_end(w);
    page_text_line(w, "Loan number", loan);
    if (loan.ptr == NULL)
        page_text_line(w, "Reference", id);
    page_text_line(w, "Product", w->is->product_code);
    page_product(w);
    page_put(w, "</table>\n");
}

/* --- three figures that everybody asks for -------------------------------- */

static void begin_figure(const page *w, const char *label)
{
    page_put(w, "<div><h3>");
    page_say(w, label);
}

static void figure(const page *w, const char *id, umi_money m)
{
    umi_buf_printf(w->b, "</h3><p class=\"big\" id=\"%s\">", id);
    page_money(w, m);
    page_put(w, "</p><p>");
    page_words(w, m);
    page_put(w, "</p>");
}

static void part(const page *w, const char *label, umi_money m)
{
    page_put(w, "<p>");
    page_say(w, label);
    page_put(w, " ");
    page_money(w, m);
    page_put(w, "</p>");
}

static void figure_of_rows(const page *w)
{
    const umi_schedule *s = w->s;
    umi_money first = s->rows[0].total, last = s->rows[s->count - 1].total;
    umi_money usual;
    size_t times = page_usual_rows(s, &usual), others = s->count - times;
    begin_figure(w, "Instalment");
    page_put(w, " ");
    page_every(w);
    if (times > 0) {
        figure(w, page_level_is_usual(s) ? "payment" : "usual", usual);
    } else {
        page_put(w, "</h3><p class=\"big\">");
        page_say(w, "varies");
        page_put(w, "</p>");
    }
    page_put(w, "<p id=\"times\">");
    umi_buf_printf(w->b, umi_tr(w->lang, "%d times"),
                   (int)(times > 0 ? times : s->count));
    page_put(w, "</p>");
    if (times == 0 || first.sen != usual.sen) {
        part(w, "the first", first);
        others--;
    }
    if (times == 0 || last.sen != usual.sen) {
        part(w, "the last", last);
        others--;
    }
    if (others > 0) {
        page_put(w, "<p>");
        page_say(w, "the others are in the table");
        page_put(w, "</p>");
    }
    page_put(w, "</div>\n");
}

static void figures(const page *w)
{
    const umi_schedule *s = w->s;
    umi_buf_printf(w->b, "<section class=\"figures%s\">\n", wide(w));
    begin_figure(w, "Loan");
    figure(w, "principal", s->principal);
    page_put(w, "</div>\n");
    if (s->count > 1)
        figure_of_rows(w);
    begin_figure(w, "To pay back in all");
    figure(w, "total", s->total);
    part(w, "of which interest", s->interest);
    if (s->fee.sen != 0)
        part(w, "of which fees", s->fee);
    page_put(w, "</div>\n</section>\n");
}

/* --- the rows ------------------------------------------------------------- */

static void cell(const page *w, umi_money m)
{
    char text[UMI_MONEY_TEXT];
    page_put(w, "<td class=\"r\">");
    umi_buf_bytes(w->b, text, umi_money_show(text, m, w->lang));
    page_put(w, "</td>");
}

static void heading(const page *w, const char *label)
{
    page_put(w, "<th class=\"r\">");
    page_say(w, label);
    page_put(w, "</th>");
}

/* Days are told where they decide about interest, fees where there are any. */
static void rows(const page *w, bool days, bool fee)
{
    const umi_schedule *s = w->s;
    for (size_t i = 0; i < s->count; i++) {
        const umi_row *r = &s->rows[i];
        umi_buf_printf(w->b, "<tr><td class=\"r\">%d</td><td class=\"r\">",
                       r->n);
        page_day(w, r->due, true);
        page_put(w, "</td>");
        if (days)
            umi_buf_printf(w->b, "<td class=\"r\">%d</td>", r->days);
        cell(w, r->principal);
        cell(w, r->interest);
        if (fee)
            cell(w, r->fee);
        cell(w, r->total);
        cell(w, r->balance);
        page_put(w, "</tr>\n");
    }
}

static void schedule(const page *w)
{
    const umi_schedule *s = w->s;
    bool days = w->t->day_count != UMI_COUNT_PERIOD, fee = s->fee.sen != 0;
    page_put(w, "<h2>");
    page_say(w, "What to pay, and when");
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
    page_put(w, "</tr></thead>\n<tbody>\n");
    rows(w, days, fee);
    umi_buf_printf(w->b, "</tbody>\n<tfoot><tr><td colspan=\"%d\">",
                   days ? 3 : 2);
    page_say(w, "total");
    page_put(w, "</td>");
    cell(w, s->principal);
    cell(w, s->interest);
    if (fee)
        cell(w, s->fee);
    cell(w, s->total);
    page_put(w, "<td></td></tr></tfoot>\n</table>\n");
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
    page_say(w, what);
    page_put(w, " ");
    umi_buf_printf(w->b, umi_tr(w->lang, modes[r.mode]), unit);
    page_put(w, ". ");
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
    page_put(w, "<div class=\"note\">\n<p>");
    put_rounding(
        w, "Every figure is computed exactly, then rounded once:", t->round);
    if (t->has_payment_round)
        put_rounding(w, "The payment:", t->payment_round);
    if (w->s->count > 1)
        page_say(w, residues[t->residue]);
    page_put(w, "</p>\n<p>");
    page_say(w, "Fingerprint of this schedule (BLAKE2b-256):");
    page_put(w, " ");
    umi_buf_printf(w->b,
                   "<span class=\"hash\" id=\"hash\">%s</span></p>\n</div>\n",
                   w->hash);
}

static void
signature(const page *w, const char *who, const char *how, umi_text name)
{
    page_put(w, "<div><p>");
    page_say(w, who);
    page_put(w, "</p><p class=\"sign\">");
    page_say(w, how);
    page_put(w, "</p><p>");
    page_put(w, "<span>");
    page_say(w, "Name");
    page_put(w, "</span>");
    page_name(w, name);
    page_put(w, "</p><p>");
    page_put(w, "<span>");
    page_say(w, "Date");
    page_put(w, "</span><span class=\"fill\"></span></p></div>\n");
}

static void agreement(const page *w)
{
    page_put(w, "<section class=\"end\">\n");
    statement(w);
    page_put(w, "<p>");
    page_say(w, "To pay back in all");
    page_put(w, ": ");
    page_both(w, "total-again", w->s->total);
    page_put(w, "</p>\n<div class=\"signatures\">\n");
    signature(w, "Borrower", "signature or thumbprint", w->is->borrower);
    signature(w, "Officer", "signature", w->is->officer);
    page_put(w, "</div>\n</section>\n");
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
    page_terms(&w);
    page_fees(&w);
    schedule(&w);
    agreement(&w);
    cli_html_end(b);
}
