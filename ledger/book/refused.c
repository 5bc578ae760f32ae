/* SPDX-License-Identifier: MIT */
#include "ledger/book/refused_int.h"

#include <assert.h>
#include <stdlib.h>

enum {
    WINDOW = 1 << 20, /* lines whose refusals are at hand */
    RANGE = 1 << 16,  /* rows of an earlier part, read or left out together */
    CODES = UINT8_MAX
};

/* Rows of the book with keys first..last, and the lines that they are of. */
typedef struct range {
    int64_t first, last, low, high;
} range;

struct umi__refused {
    umi_book *b;
    int64_t batch;
    umi_reject *rows; /* not written yet */
    size_t count, cap;
    umi_reject *leaving; /* of the change that is written */
    size_t leaving_cap;
    int64_t stored;
    range *ranges; /* of the stored ones */
    size_t range_count, range_cap;
    size_t in_range;    /* rows in the last one, while they are loaded */
    uint8_t *window;    /* code of each line from `base` on; 0: none */
    int64_t base;       /* 0: nothing is there */
    const char **codes; /* code k at k - 1 */
    size_t code_count, code_cap;
    umi_arena *arena; /* of codes */
};

umi_status
umi__refused_new(umi__refused **out, umi_book *b, int64_t batch, umi_error *err)
{
    umi__refused *r = umi_alloc_array(1, sizeof *r);
    if (r == NULL)
        return umi_fail_memory(err);
    *r = (umi__refused){.b = b, .batch = batch, .arena = umi_arena_new()};
    if (r->arena == NULL) {
        umi_free(r);
        return umi_fail_memory(err);
    }
    *out = r;
    return UMI_OK;
}

void umi__refused_free(umi__refused *r)
{
    if (r == NULL)
        return;
    umi_free(r->rows);
    umi_free(r->leaving);
    umi_free(r->ranges);
    umi_free(r->window);
    umi_free((void *)r->codes);
    umi_arena_free(r->arena);
    umi_free(r);
}

int64_t umi__refused_count(const umi__refused *r)
{
    return r->stored + (int64_t)r->count;
}

/* --- where the book has them ---------------------------------------------- */

static range *new_range(umi__refused *r)
{
    if (r->range_count == r->range_cap) {
        size_t cap = r->range_cap ? r->range_cap * 2 : 16;
        range *grown = umi_realloc(r->ranges, cap * sizeof *grown);
        if (grown == NULL)
            return NULL;
        r->ranges = grown;
        r->range_cap = cap;
    }
    range *to = &r->ranges[r->range_count++];
    *to = (range){.low = INT64_MAX};
    return to;
}

static void widen(range *to, const umi_reject *row)
{
    to->first = to->first == 0 ? row->id : to->first;
    to->last = row->id;
    to->low = row->line < to->low ? row->line : to->low;
    to->high = row->line > to->high ? row->line : to->high;
}

static umi_status load_row(void *self, const void *row, umi_error *err)
{
    umi__refused *r = self;
    if (r->in_range == 0 && new_range(r) == NULL)
        return umi_fail_memory(err);
    widen(&r->ranges[r->range_count - 1], row);
    r->in_range = (r->in_range + 1) % RANGE;
    r->stored++;
    return UMI_OK;
}

umi_status umi__refused_load(umi__refused *r, umi_error *err)
{
    assert(r->range_count == 0);
    return umi_store_query(umi_book_store(r->b), &umi_reject_by_batch,
                           &UMI_ARG_INT(r->batch), load_row, r, err);
}

/* --- new ones ------------------------------------------------------------- */

static umi_status
add_row(umi__refused *r, const umi_reject *row, umi_error *err)
{
    if (r->count == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 64;
        umi_reject *grown = umi_realloc(r->rows, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        r->rows = grown;
        r->cap = cap;
    }
    r->rows[r->count++] = *row;
    return UMI_OK;
}

umi_status umi__refused_add(umi__refused *r,
                            int64_t line,
                            const char *code,
                            umi_money amount,
                            umi_error *err)
{
    const umi_reject row = {.batch = r->batch,
                            .line = line,
                            .code = umi_text_of(code),
                            .amount = amount};
    r->base = 0; /* the window does not know it */
    return add_row(r, &row, err);
}

/* More may be added while these are written. */
static void change_rooms(umi__refused *r)
{
    umi_reject *rows = r->leaving;
    size_t cap = r->leaving_cap;
    r->leaving = r->rows;
    r->leaving_cap = r->cap;
    r->rows = rows;
    r->cap = cap;
}

umi_status umi__refused_put(umi__refused *r, umi_change *c, umi_error *err)
{
    int64_t id;
    if (r->count == 0)
        return UMI_OK;
    umi_status rc = umi_book_take(r->b, &umi_reject_table, r->count, &id, err);
    if (rc != UMI_OK)
        return rc;
    range *to = new_range(r);
    if (to == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < r->count; i++) {
        r->rows[i].id = id++;
        widen(to, &r->rows[i]);
    }
    umi_change_put(c, &umi_reject_table, r->rows, r->count);
    r->stored += (int64_t)r->count;
    r->count = 0;
    change_rooms(r);
    return UMI_OK;
}

/* --- reading -------------------------------------------------------------- */

static umi_status new_code(umi__refused *r, umi_text code, umi_error *err)
{
    if (r->code_count == CODES)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "batch %lld refuses lines for too many reasons",
                        (long long)r->batch);
    if (r->code_count == r->code_cap) {
        size_t cap = r->code_cap ? r->code_cap * 2 : 16;
        const char **grown = umi_realloc((void *)r->codes, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        r->codes = grown;
        r->code_cap = cap;
    }
    const char *copy = umi_arena_copy(r->arena, code.ptr, code.len);
    if (copy == NULL)
        return umi_fail_memory(err);
    r->codes[r->code_count++] = copy;
    return UMI_OK;
}

/* Few codes, mostly the one of the row before: its place, from 1. */
static umi_status
code_of(umi__refused *r, umi_text code, size_t *out, umi_error *err)
{
    size_t k = 0;
    while (k < r->code_count && !umi_text_is(code, r->codes[k]))
        k++;
    *out = k + 1;
    return k < r->code_count ? UMI_OK : new_code(r, code, err);
}

static umi_status show(umi__refused *r, const umi_reject *row, umi_error *err)
{
    size_t k;
    if (row->line < r->base || row->line - r->base >= WINDOW)
        return UMI_OK;
    umi_status rc = code_of(r, row->code, &k, err);
    if (rc == UMI_OK)
        r->window[row->line - r->base] = (uint8_t)k;
    return rc;
}

static umi_status show_stored(void *self, const void *row, umi_error *err)
{
    umi__refused *r = self;
    const umi_reject *reject = row;
    return reject->batch == r->batch ? show(r, reject, err) : UMI_OK;
}

static umi_status move_window(umi__refused *r, int64_t base, umi_error *err)
{
    umi_status rc = UMI_OK;
    if (r->window == NULL)
        r->window = umi_alloc_array(WINDOW, sizeof *r->window);
    if (r->window == NULL)
        return umi_fail_memory(err);
    memset(r->window, 0, WINDOW * sizeof *r->window);
    r->base = base;
    for (size_t i = 0; i < r->range_count && rc == UMI_OK; i++) {
        const range *in = &r->ranges[i];
        if (in->high >= base && in->low < base + WINDOW)
            rc = umi_store_scan(umi_book_store(r->b), &umi_reject_table,
                                in->first, in->last, show_stored, r, err);
    }
    for (size_t i = 0; i < r->count && rc == UMI_OK; i++)
        rc = show(r, &r->rows[i], err);
    if (rc != UMI_OK)
        r->base = 0;
    return rc;
}

umi_status umi__refused_code(umi__refused *r,
                             int64_t line,
                             const char **code,
                             umi_error *err)
{
    umi_status rc = UMI_OK;
    assert(line > 0);
    if (r->base == 0 || line < r->base || line - r->base >= WINDOW)
        rc = move_window(r, line, err);
    if (rc != UMI_OK)
        return rc;
    size_t k = r->window[line - r->base];
    *code = k > 0 ? r->codes[k - 1] : NULL;
    return UMI_OK;
}

/* --- all, in order -------------------------------------------------------- */

/* Rows of the lines base..last, and the line after them that comes next. */
typedef struct sweep {
    umi__refused *r;
    int64_t base, last, next; /* next: INT64_MAX when there is none */
} sweep;

static umi_status collect(void *self, const void *row, umi_error *err)
{
    sweep *s = self;
    umi_reject mine = *(const umi_reject *)row;
    size_t k;
    if (mine.batch != s->r->batch || mine.line < s->base)
        return UMI_OK;
    if (mine.line > s->last) {
        s->next = mine.line < s->next ? mine.line : s->next;
        return UMI_OK;
    }
    umi_status rc = code_of(s->r, mine.code, &k, err);
    if (rc != UMI_OK)
        return rc;
    mine.code = umi_text_of(s->r->codes[k - 1]);
    return add_row(s->r, &mine, err);
}

static umi_status collect_all(sweep *s, umi_error *err)
{
    const umi__refused *r = s->r;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < r->range_count && rc == UMI_OK; i++) {
        const range *in = &r->ranges[i];
        if (in->low > s->last)
            s->next = in->low < s->next ? in->low : s->next;
        else if (in->high >= s->base)
            rc = umi_store_scan(umi_book_store(r->b), &umi_reject_table,
                                in->first, in->last, collect, s, err);
    }
    return rc;
}

static int by_line(const void *a, const void *b)
{
    const umi_reject *x = a, *y = b;
    return x->line < y->line ? -1 : x->line > y->line;
}

static umi_status
hand_out(umi__refused *r, umi_row_fn fn, void *self, umi_error *err)
{
    umi_status rc = UMI_OK;
    if (r->count > 0)
        qsort(r->rows, r->count, sizeof *r->rows, by_line);
    for (size_t i = 0; i < r->count && rc == UMI_OK; i++)
        rc = fn(self, &r->rows[i], err);
    r->count = 0;
    return rc;
}

static umi_status
each(umi__refused *r, umi_row_fn fn, void *self, umi_error *err)
{
    sweep s = {.r = r, .last = INT64_MIN, .next = INT64_MAX};
    umi_status rc = collect_all(&s, err); /* only to know where it begins */
    while (rc == UMI_OK && s.next < INT64_MAX) {
        s.base = s.next;
        s.last = s.base < INT64_MAX - WINDOW ? s.base + WINDOW - 1 : INT64_MAX;
        s.next = INT64_MAX;
        rc = collect_all(&s, err);
        if (rc == UMI_OK)
            rc = hand_out(r, fn, self, err);
    }
    return rc;
}

umi_status umi_refused_lines(
    umi_book *b, int64_t batch, umi_row_fn fn, void *self, umi_error *err)
{
    umi__refused *r = NULL;
    umi_status rc = umi__refused_new(&r, b, batch, err);
    if (rc == UMI_OK)
        rc = umi__refused_load(r, err);
    if (rc == UMI_OK)
        rc = each(r, fn, self, err);
    umi__refused_free(r);
    return rc;
}
