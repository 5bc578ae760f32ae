/* SPDX-License-Identifier: MIT */
#include "cli/out/report.h"

#include "cli/out/html.h"
#include "cli/out/report_int.h"
#include "cli/out/table.h"
#include "ledger/io/csv.h"

#include "engine/base/json.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

void cli__report_cell(umi_buf *b, const umi_cell *c, umi_lang lang)
{
    char text[UMI_MONEY_TEXT];
    switch (c->type) {
    case UMI_CELL_NONE:
        break;
    case UMI_CELL_TEXT:
        umi_buf_text(b, c->text);
        break;
    case UMI_CELL_WORD:
        umi_buf_puts(b, umi_tr(lang, c->text.ptr));
        break;
    case UMI_CELL_MONEY:
        umi_buf_bytes(b, text, umi_money_show(text, c->money, lang));
        break;
    case UMI_CELL_INT:
        umi_buf_int(b, c->number);
        break;
    case UMI_CELL_DAY:
        umi_buf_day(b, (umi_day){(int32_t)c->number});
        break;
    }
}

bool cli__report_shown(cli_report_shown *s,
                       const umi_report_table *t,
                       umi_lang lang,
                       umi_arena *arena)
{
    s->heads = umi_arena_array(arena, t->column_count + 1, sizeof *s->heads);
    s->align = umi_arena_alloc(arena, t->column_count + 1);
    s->which = umi_arena_array(arena, t->column_count, sizeof *s->which);
    s->n = 0;
    if (s->heads == NULL || s->align == NULL || s->which == NULL)
        return false;
    for (size_t i = 0; i < t->column_count; i++) {
        const umi_report_column *c = &t->columns[i];
        if (c->label == NULL)
            continue;
        s->heads[s->n] = umi_tr(lang, c->label);
        s->align[s->n] = c->right ? 'r' : 'l';
        s->which[s->n++] = i;
    }
    return true;
}

umi_day cli__report_day(const umi_report *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->items[i].value.type == UMI_CELL_DAY)
            return (umi_day){(int32_t)r->items[i].value.number};
    return (umi_day){0};
}

/* --- text ----------------------------------------------------------------- */

static void text_row(cli_table *out,
                     const cli_report_shown *s,
                     const umi_cell *cells,
                     umi_lang lang)
{
    umi_buf b = {0};
    for (size_t i = 0; i < s->n; i++) {
        b.len = 0;
        cli__report_cell(&b, &cells[s->which[i]], lang);
        cli_table_text(out, b.len ? umi_buf_as_text(&b) : UMI_TEXT(""));
    }
    umi_buf_free(&b);
}

static void text_table(umi_buf *b,
                       const umi_report *r,
                       const umi_report_table *t,
                       umi_lang lang)
{
    cli_report_shown s;
    cli_table *out = NULL;
    if (cli__report_shown(&s, t, lang, r->arena))
        out = cli_table_new(r->arena, s.heads, s.align, lang);
    if (out == NULL) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < t->rows; i++)
        text_row(out, &s, t->cells + i * t->column_count, lang);
    if (t->total != NULL) {
        cli_table_rule(out);
        text_row(out, &s, t->total, lang);
    }
    cli_table_print(b, out);
}

static umi_status
print_text(umi_buf *b, const umi_report *r, umi_lang lang, umi_error *err)
{
    (void)err;
    umi_buf_text(b, r->institution);
    umi_buf_putc(b, '\n');
    umi_buf_puts(b, umi_tr(lang, r->title));
    umi_buf_putc(b, '\n');
    for (size_t i = 0; i < r->count; i++) {
        const umi_report_item *item = &r->items[i];
        if (item->label == NULL)
            continue;
        if (item->table != NULL) {
            umi_buf_putc(b, '\n');
            if (*item->label != '\0')
                umi_buf_printf(b, "%s\n", umi_tr(lang, item->label));
            text_table(b, r, item->table, lang);
            continue;
        }
        umi_buf_printf(b, "%s: ", umi_tr(lang, item->label));
        cli__report_cell(b, &item->value, lang);
        umi_buf_putc(b, '\n');
    }
    return UMI_OK;
}

/* --- JSON ----------------------------------------------------------------- */

static void json_cell(umi_json_out *w, const umi_cell *c)
{
    switch (c->type) {
    case UMI_CELL_NONE:
        umi_json_null(w);
        return;
    case UMI_CELL_TEXT:
    case UMI_CELL_WORD:
        umi_json_text(w, c->text);
        return;
    case UMI_CELL_MONEY:
        umi_json_money(w, c->money);
        return;
    case UMI_CELL_INT:
        umi_json_int(w, c->number);
        return;
    case UMI_CELL_DAY:
        umi_json_day(w, (umi_day){(int32_t)c->number});
        return;
    }
}

enum {
    DEPTH = 4 /* parts of a key */
};

typedef struct path {
    umi_text part[DEPTH];
    size_t n;
} path;

static path split(const char *key)
{
    path p = {.n = 0};
    for (const char *at = key; p.n < DEPTH; at++) {
        size_t len = strcspn(at, ".");
        p.part[p.n++] = (umi_text){at, len};
        at += len;
        if (*at == '\0')
            break;
    }
    return p;
}

static bool is_index(umi_text t)
{
    return isdigit((unsigned char)t.ptr[0]);
}

/* A member's name; an element of a list has none. */
static void json_name(umi_json_out *w, umi_text t)
{
    char name[64];
    size_t n = t.len < sizeof name - 1 ? t.len : sizeof name - 1;
    if (is_index(t))
        return;
    memcpy(name, t.ptr, n);
    name[n] = '\0';
    umi_json_key(w, name);
}

/* Leave what is open and not on the way to @p to, then enter the rest. */
static void json_move(umi_json_out *w, const path *from, const path *to)
{
    size_t same = 0;
    while (same + 1 < from->n && same + 1 < to->n &&
           umi_text_eq(from->part[same], to->part[same]))
        same++;
    for (size_t i = from->n; i > same + 1; i--)
        umi_json_close(w, is_index(from->part[i - 1]) ? ']' : '}');
    for (size_t i = same; i + 1 < to->n; i++) {
        json_name(w, to->part[i]);
        umi_json_open(w, is_index(to->part[i + 1]) ? '[' : '{');
    }
}

static void
json_row(umi_json_out *w, const umi_report_table *t, const umi_cell *cells)
{
    path at = {.n = 0}, to;
    umi_json_open(w, '{');
    for (size_t i = 0; i < t->column_count; i++, at = to) {
        to = split(t->columns[i].key);
        json_move(w, &at, &to);
        json_name(w, to.part[to.n - 1]);
        json_cell(w, &cells[i]);
    }
    json_move(w, &at, &(path){.n = 1});
    umi_json_close(w, '}');
}

static umi_status
print_json(umi_buf *b, const umi_report *r, umi_lang lang, umi_error *err)
{
    (void)err;
    umi_json_out w = {.buf = b};
    (void)lang;
    umi_json_open(&w, '{');
    for (size_t i = 0; i < r->count; i++) {
        const umi_report_item *item = &r->items[i];
        const umi_report_table *t = item->table;
        umi_json_key(&w, item->key);
        if (t == NULL) {
            json_cell(&w, &item->value);
            continue;
        }
        umi_json_open(&w, '[');
        for (size_t k = 0; k < t->rows; k++)
            json_row(&w, t, t->cells + k * t->column_count);
        umi_json_close(&w, ']');
    }
    umi_json_close(&w, '}');
    umi_buf_putc(b, '\n');
    return UMI_OK;
}

/* --- CSV ------------------------------------------------------------------ */

static void csv_cell(umi_csv_out *w, const umi_cell *c)
{
    switch (c->type) {
    case UMI_CELL_NONE:
        umi_csv_put(w, UMI_TEXT(""));
        return;
    case UMI_CELL_TEXT:
    case UMI_CELL_WORD:
        umi_csv_put(w, c->text);
        return;
    case UMI_CELL_MONEY:
        umi_csv_put_money(w, c->money);
        return;
    case UMI_CELL_INT:
        umi_csv_put_int(w, c->number);
        return;
    case UMI_CELL_DAY:
        umi_csv_put_day(w, (umi_day){(int32_t)c->number});
        return;
    }
}

/* The first table; its sums can be had by summing. */
static umi_status
print_csv(umi_buf *b, const umi_report *r, umi_lang lang, umi_error *err)
{
    (void)err;
    umi_csv_out w = {.buf = b};
    const umi_report_table *t = NULL;
    (void)lang;
    for (size_t i = 0; i < r->count && t == NULL; i++)
        t = r->items[i].table;
    for (size_t i = 0; t != NULL && i < t->column_count; i++)
        umi_csv_put_str(&w, t->columns[i].key);
    if (t != NULL)
        umi_csv_end(&w);
    for (size_t k = 0; t != NULL && k < t->rows; k++) {
        for (size_t i = 0; i < t->column_count; i++)
            csv_cell(&w, &t->cells[k * t->column_count + i]);
        umi_csv_end(&w);
    }
    return UMI_OK;
}

/* --- HTML ----------------------------------------------------------------- */

static void html_row(umi_buf *b,
                     const cli_report_shown *s,
                     const umi_cell *cells,
                     umi_lang lang)
{
    umi_buf text = {0};
    umi_buf_puts(b, "<tr>");
    for (size_t i = 0; i < s->n; i++) {
        text.len = 0;
        cli__report_cell(&text, &cells[s->which[i]], lang);
        cli_html_element(b, s->align[i] == 'r' ? "td class=\"r\"" : "td",
                         umi_buf_as_text(&text));
    }
    umi_buf_puts(b, "</tr>\n");
    b->failed |= text.failed;
    umi_buf_free(&text);
}

static void html_table(umi_buf *b,
                       const umi_report *r,
                       const umi_report_table *t,
                       umi_lang lang)
{
    cli_report_shown s;
    if (!cli__report_shown(&s, t, lang, r->arena)) {
        b->failed = true;
        return;
    }
    umi_buf_puts(b, "<table>\n<thead><tr>");
    for (size_t i = 0; i < s.n; i++)
        cli_html_element(b, s.align[i] == 'r' ? "th class=\"r\"" : "th",
                         umi_text_of(s.heads[i]));
    umi_buf_puts(b, "</tr></thead>\n<tbody>\n");
    for (size_t k = 0; k < t->rows; k++)
        html_row(b, &s, t->cells + k * t->column_count, lang);
    umi_buf_puts(b, "</tbody>\n");
    if (t->total != NULL) {
        umi_buf_puts(b, "<tfoot>");
        html_row(b, &s, t->total, lang);
        umi_buf_puts(b, "</tfoot>\n");
    }
    umi_buf_puts(b, "</table>\n");
}

static void html_value(umi_buf *b, const umi_report_item *item, umi_lang lang)
{
    umi_buf text = {0};
    cli__report_cell(&text, &item->value, lang);
    umi_buf_puts(b, "<p>");
    cli_html_say(b, lang, item->label);
    umi_buf_puts(b, ": ");
    cli_html_text(b, umi_buf_as_text(&text));
    umi_buf_puts(b, "</p>\n");
    b->failed |= text.failed;
    umi_buf_free(&text);
}

static umi_status
print_html(umi_buf *b, const umi_report *r, umi_lang lang, umi_error *err)
{
    (void)err;
    umi_text title = umi_text_of(umi_tr(lang, r->title));
    cli_html_begin(
        b, title,
        "@page{size:A4 landscape}\np{margin:.5mm 0}\ntable{margin-top:3mm}\n",
        "", lang);
    cli_html_element(b, "p", r->institution);
    cli_html_element(b, "h1", title);
    umi_buf_putc(b, '\n');
    for (size_t i = 0; i < r->count; i++) {
        const umi_report_item *item = &r->items[i];
        if (item->label == NULL)
            continue;
        if (item->table == NULL) {
            html_value(b, item, lang);
            continue;
        }
        if (*item->label != '\0')
            cli_html_element(b, "h2", umi_text_of(umi_tr(lang, item->label)));
        html_table(b, r, item->table, lang);
    }
    cli_html_end(b);
    return UMI_OK;
}

/* --- the choice ----------------------------------------------------------- */

static const cli_report_format formats[] = {
    {"text", print_text, true, false},
    {"json", print_json, false, false},
    {"csv", print_csv, false, false},
    {"html", print_html, true, false},
    {"xlsx", cli__report_xlsx, true, true},
    {"pdf", cli__report_pdf, true, true},
};

static const cli_report_format *find(umi_text name)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (umi_text_is(name, formats[i].name))
            return &formats[i];
    return NULL;
}

int cli_report_choose(cli *c, umi_text name, const cli_report_format **out)
{
    const cli_report_format *f = find(name);
    if (f == NULL)
        return cli_usage(
            c, "--format",
            "--format must be text, json, csv, html, xlsx or pdf, got '%s'",
            cli_value(c, "format"));
    if (f->binary && isatty(fileno(c->out)) == 1)
        return cli_usage(c, "--format",
                         "%s is not for a terminal: send it to a file ('>')",
                         f->name);
    *out = f;
    return -1;
}
