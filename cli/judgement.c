/* SPDX-License-Identifier: MIT */
#include "cli/judgement.h"

#include "cli/desk_words.h"

void cli_write_judgement(umi_json_out *w, const umi_judgement *j)
{
    cli_json_text(w, "product", j->product);
    umi_json_put_str(w, "status", umi_verdict_name(j->verdict));
    umi_json_key(w, "max");
    if (j->has_max)
        umi_json_money(w, j->max);
    else
        umi_json_null(w);
    cli_json_text(w, "rate", j->has_rate ? j->rate_text : (umi_text){0});
    umi_json_key(w, "disagreements");
    umi_json_open(w, '[');
    for (size_t i = 0; i < j->disagreement_count; i++) {
        umi_json_open(w, '{');
        cli_json_text(w, "fact", j->disagreements[i].fact);
        cli_json_text(w, "stated", j->disagreements[i].stated);
        cli_json_text(w, "book", j->disagreements[i].known);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
    umi_json_key(w, "decision");
    umi_buf_text(w->buf, j->explained.ptr ? j->explained : j->body);
    w->comma = true;
}

/* tr:print_list:2 */
static void print_list(umi_buf *b,
                       const cli *c,
                       const char *label,
                       const umi_text *lines,
                       size_t n)
{
    for (size_t i = 0; i < n; i++)
        cli_line(b, c, label, lines[i]);
}

static void print_rate(umi_buf *b, const cli *c, umi_rate rate)
{
    umi_buf text = {0};
    umi_rate percent = umi_rate_of(rate.num, rate.den);
    if (rate.num <= INT64_MAX / 100)
        percent = umi_rate_of(rate.num * 100, rate.den);
    umi_buf_rate(&text, percent);
    umi_buf_puts(&text, umi_tr(c->lang, " % a year"));
    cli_line(b, c, "rate", umi_buf_as_text(&text));
    umi_buf_free(&text);
}

void cli_print_judgement(umi_buf *b, const cli *c, const umi_judgement *j)
{
    cli_line(b, c, "product", j->product);
    cli_line(b, c, "decision",
             umi_text_of(cli_word_verdict(c->lang, j->verdict)));
    if (j->has_max)
        cli_line_money(b, c, "at most", j->max);
    if (j->has_rate)
        print_rate(b, c, j->rate);
    print_list(b, c, "reason", j->reasons, j->reason_count);
    print_list(b, c, "document to bring", j->documents, j->document_count);
    print_list(b, c, "would be open with", j->what_ifs, j->what_if_count);
    for (size_t i = 0; i < j->disagreement_count; i++) {
        const umi_disagreement *d = &j->disagreements[i];
        umi_buf text = {0};
        umi_buf_printf(&text, umi_tr(c->lang, "%.*s: stated %.*s, known %.*s"),
                       UMI_SHOW(d->fact), UMI_SHOW(d->stated),
                       UMI_SHOW(d->known));
        cli_line(b, c, "disagreement", umi_buf_as_text(&text));
        umi_buf_free(&text);
    }
}
