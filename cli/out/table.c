/* SPDX-License-Identifier: MIT */
#include "cli/out/table.h"

#include <stdio.h>

enum {
    GAP = 2, /* blanks between columns */
    SEN = 3  /* ",50" */
};

typedef struct cell {
    umi_text text;
    bool whole; /* an amount without sen: its last digit is that of a rupiah */
} cell;

typedef struct row {
    struct row *next;
    bool rule; /* a line, no cells */
    cell cells[];
} row;

struct cli_table {
    umi_arena *arena;
    const char *align;
    umi_lang lang;
    size_t columns;
    size_t *width, *whole; /* widest cell, of those that are `whole` apart */
    bool *sen;             /* the column has amounts with sen */
    row *first, *last;
    size_t at; /* next cell of the last row */
    bool failed;
};

static row *new_row(cli_table *t)
{
    row *r =
        umi_arena_alloc(t->arena, sizeof *r + t->columns * sizeof *r->cells);
    t->at = 0;
    if (r == NULL) {
        t->failed = true;
        return NULL;
    }
    if (t->last != NULL)
        t->last->next = r;
    else
        t->first = r;
    t->last = r;
    return r;
}

cli_table *cli_table_new(umi_arena *arena,
                         const char *const *heads,
                         const char *align,
                         umi_lang lang)
{
    cli_table *t = umi_arena_alloc(arena, sizeof *t);
    if (t == NULL)
        return NULL;
    *t = (cli_table){.arena = arena, .align = align, .lang = lang};
    while (heads[t->columns] != NULL)
        t->columns++;
    t->width = umi_arena_array(arena, t->columns, sizeof *t->width);
    t->whole = umi_arena_array(arena, t->columns, sizeof *t->whole);
    t->sen = umi_arena_array(arena, t->columns, sizeof *t->sen);
    if (t->width == NULL || t->whole == NULL || t->sen == NULL)
        return NULL;
    for (size_t i = 0; i < t->columns; i++)
        cli_table_text(t, umi_text_of(heads[i]));
    cli_table_rule(t);
    return t;
}

static void add(cli_table *t, umi_text text, bool whole)
{
    if (t->last == NULL || t->last->rule || t->at == t->columns)
        new_row(t);
    char *copy =
        t->failed ? NULL : umi_arena_copy(t->arena, text.ptr, text.len);
    if (copy == NULL) {
        t->failed = true;
        return;
    }
    size_t width = umi_text_points(text);
    size_t *widest = whole ? &t->whole[t->at] : &t->width[t->at];
    if (width > *widest)
        *widest = width;
    t->last->cells[t->at++] = (cell){{copy, text.len}, whole};
}

void cli_table_text(cli_table *t, umi_text text)
{
    add(t, text, false);
}

void cli_table_int(cli_table *t, int64_t v)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)v);
    cli_table_text(t, (umi_text){text, (size_t)n});
}

void cli_table_day(cli_table *t, umi_day d)
{
    char text[UMI_DAY_TEXT];
    cli_table_text(t, (umi_text){text, umi_day_write(text, d)});
}

void cli_table_money(cli_table *t, umi_money m)
{
    char text[UMI_MONEY_TEXT];
    bool whole = m.sen % 100 == 0;
    add(t, (umi_text){text, umi_money_show(text, m, t->lang)}, whole);
    if (!t->failed && !whole)
        t->sen[t->at - 1] = true;
}

void cli_table_rule(cli_table *t)
{
    row *r = new_row(t);
    if (r != NULL)
        r->rule = true;
}

static void fill(umi_buf *b, char c, size_t n)
{
    while (n-- > 0)
        umi_buf_putc(b, c);
}

/* Room that the sen of other amounts take behind a whole one. */
static size_t tail(const cli_table *t, const cell *c, size_t i)
{
    return c->whole && t->sen[i] && t->align[i] == 'r' ? SEN : 0;
}

static size_t column_width(const cli_table *t, size_t i)
{
    const cell widest = {.whole = true};
    size_t whole = t->whole[i] + (t->whole[i] > 0 ? tail(t, &widest, i) : 0);
    return whole > t->width[i] ? whole : t->width[i];
}

static void print_cell(umi_buf *b, const cli_table *t, const row *r, size_t i)
{
    const cell *c = &r->cells[i];
    size_t after = tail(t, c, i);
    size_t pad = column_width(t, i) - umi_text_points(c->text) - after;
    bool right = t->align[i] == 'r', last = i + 1 == t->columns;
    if (i > 0)
        fill(b, ' ', GAP);
    if (right)
        fill(b, ' ', pad);
    umi_buf_text(b, c->text);
    fill(b, ' ', after);
    if (!right && !last)
        fill(b, ' ', pad);
}

void cli_table_print(umi_buf *b, const cli_table *t)
{
    size_t width = t->columns > 0 ? GAP * (t->columns - 1) : 0;
    for (size_t i = 0; i < t->columns; i++)
        width += column_width(t, i);
    for (const row *r = t->first; r != NULL; r = r->next) {
        for (size_t i = 0; !r->rule && i < t->columns; i++)
            print_cell(b, t, r, i);
        if (r->rule)
            fill(b, '-', width);
        while (b->len > 0 && b->ptr[b->len - 1] == ' ')
            b->len--;
        umi_buf_putc(b, '\n');
    }
    b->failed |= t->failed;
}
