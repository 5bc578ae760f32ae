/* SPDX-License-Identifier: MIT */
#include "cli/out/page.h"

#include "cli/out/html.h"
#include "cli/out/terms_text.h"
#include "engine/base/money_words.h"

void page_put(const page *w, const char *html)
{
    umi_buf_puts(w->b, html);
}

void page_say(const page *w, const char *english)
{
    cli_html_say(w->b, w->lang, english);
}

void page_money(const page *w, umi_money m)
{
    char text[UMI_MONEY_TEXT];
    page_put(w, "Rp\xC2\xA0");
    umi_buf_bytes(w->b, text, umi_money_show(text, m, w->lang));
}

void page_words(const page *w, umi_money m)
{
    page_put(w, "<i>");
    umi_buf_money_words(w->b, m, w->lang);
    page_put(w, "</i>");
}

void page_both(const page *w, const char *id, umi_money m)
{
    umi_buf_printf(w->b, "<b id=\"%s\">", id);
    page_money(w, m);
    page_put(w, "</b> (");
    page_words(w, m);
    page_put(w, ")");
}

void page_day(const page *w, umi_day d, bool table)
{
    static const char *const months[] = {
        "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December"};
    static const char *const briefly[] = {"Jan", "Feb", "Mar", "Apr",
                                          "May", "Jun", "Jul", "Aug",
                                          "Sep", "Oct", "Nov", "Dec"};
    umi_civil c = umi_civil_of(d);
    page_put(w, "<time datetime=\"");
    umi_buf_day(w->b, d);
    umi_buf_printf(w->b, "\">%d\xC2\xA0", c.day);
    page_say(w, table ? briefly[c.month - 1] : months[c.month - 1]);
    umi_buf_printf(w->b, "\xC2\xA0%d</time>", c.year);
}

void page_name(const page *w, umi_text name)
{
    if (name.ptr != NULL)
        cli_html_typed(w->b, name);
    else
        page_put(w, "<span class=\"fill\"></span>");
}

void page_percent(const page *w, umi_rate r)
{
    cli_put_percent(w->b, r, w->lang);
    page_put(w, "\xC2\xA0%");
}

void page_every(const page *w)
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
        page_say(w, one[w->t->unit]);
    else
        umi_buf_printf(w->b, umi_tr(w->lang, many[w->t->unit]), w->t->every);
}

void page_line(const page *w, const char *label)
{
    page_put(w, "<tr><th>");
    page_say(w, label);
    page_put(w, "</th><td>");
}

void page_line_end(const page *w)
{
    page_put(w, "</td></tr>\n");
}

void page_text_line(const page *w, const char *label, umi_text value)
{
    if (value.ptr == NULL)
        return;
    page_line(w, label);
    cli_html_typed(w->b, value);
    page_line_end(w);
}

size_t page_usual_rows(const umi_schedule *s, umi_money *usual)
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

bool page_level_is_usual(const umi_schedule *s)
{
    umi_money usual;
    return s->has_payment && s->count > 1 && page_usual_rows(s, &usual) > 0 &&
           usual.sen == s->payment.sen;
}
