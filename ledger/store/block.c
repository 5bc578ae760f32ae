/* SPDX-License-Identifier: MIT */
#include "ledger/store/block_int.h"

#include <assert.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "blocks are read as they stand"
#endif

enum {
    HEAD = 4,        /* bytes: number of rows */
    COLUMN_HEAD = 9, /* width and base */
    WIDEST = 8
};

static bool is_text(const umi_store_column *c)
{
    return c->type == UMI_COL_TEXT;
}

bool umi__block_holds(const umi_table *t)
{
    size_t texts = 0;
    for (size_t i = 0; i < t->count; i++) {
        const umi_store_column *c = &t->columns[i];
        if (c->type > UMI_COL_TEXT || (is_text(c) && c->optional))
            return false;
        texts += is_text(c);
    }
    return texts <= 1;
}

/* --- writing -------------------------------------------------------------- */

/* Absent values of small types are as far out as those of large ones. */
static int64_t number_of(const umi_store_column *c, const char *row)
{
    const char *at = row + c->offset;
    int64_t v;
    if (c->type <= UMI_COL_MONEY) {
        memcpy(&v, at, sizeof v);
        return v;
    }
    if (c->type == UMI_COL_BOOL)
        return *(const bool *)at;
    v = umi__small(at);
    return v == UMI_NONE32 ? UMI_NONE : v;
}

/* What the figures of a column have in common. */
typedef struct shape {
    uint64_t base;
    uint8_t width;
    bool absent;
} shape;

static uint8_t width_of(uint64_t most)
{
    uint8_t w = 0;
    for (; most > 0; most >>= 8)
        w++;
    return w;
}

static shape
shape_of(const umi_store_column *c, const char *rows, size_t size, size_t n)
{
    int64_t low = INT64_MAX, high = INT64_MIN;
    bool none = false;
    for (size_t i = 0; i < n; i++, rows += size) {
        int64_t v = number_of(c, rows);
        if (c->optional && v == UMI_NONE) {
            none = true;
            continue;
        }
        low = v < low ? v : low;
        high = v > high ? v : high;
    }
    if (low > high) /* all are absent */
        return (shape){.absent = true};
    uint64_t most = (uint64_t)high - (uint64_t)low;
    assert(!none || most < UINT64_MAX); /* none of them is UMI_NONE */
    return (shape){
        .base = (uint64_t)low, .width = width_of(most + none), .absent = none};
}

static shape
text_shape(const umi_store_column *c, const char *rows, size_t size, size_t n)
{
    uint64_t end = 0;
    for (size_t i = 0; i < n; i++, rows += size)
        end += umi__cell_get(c, rows).text.len;
    return (shape){.width = width_of(end)};
}

static void write_head(umi_buf *out, const shape *s)
{
    umi_buf_putc(out, (char)(s->width | (s->absent ? UMI__ABSENT : 0)));
    umi_buf_bytes(out, (const char *)&s->base, sizeof s->base);
}

static void write_figures(umi_buf *out,
                          const umi_store_column *c,
                          const shape *s,
                          const char *rows,
                          size_t size,
                          size_t n)
{
    char *p = umi_buf_reserve(out, n * s->width + WIDEST);
    uint64_t end = 0;
    if (p == NULL)
        return;
    for (size_t i = 0; i < n; i++, rows += size, p += s->width) {
        uint64_t v;
        if (is_text(c)) {
            v = end += umi__cell_get(c, rows).text.len;
        } else {
            v = (uint64_t)number_of(c, rows) - s->base + s->absent;
            if (s->absent && number_of(c, rows) == UMI_NONE)
                v = 0;
        }
        memcpy(p, &v, sizeof v); /* the next one covers what is too much */
    }
    out->len += n * s->width;
}

void umi__block_write(umi_buf *out,
                      const umi_table *t,
                      const void *rows,
                      size_t n)
{
    shape s[UMI_COLUMNS_MAX];
    const uint32_t count = (uint32_t)n;
    assert(n > 0 && n <= UMI__BLOCK_ROWS);
    umi_buf_bytes(out, (const char *)&count, sizeof count);
    for (size_t i = 0; i < t->count; i++) {
        const umi_store_column *c = &t->columns[i];
        s[i] = is_text(c) ? text_shape(c, rows, t->size, n)
                          : shape_of(c, rows, t->size, n);
        write_head(out, &s[i]);
    }
    for (size_t i = 0; i < t->count; i++)
        write_figures(out, &t->columns[i], &s[i], rows, t->size, n);
    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; is_text(&t->columns[i]) && k < n; k++)
            umi_buf_text(out, umi__cell_get(&t->columns[i],
                                            (const char *)rows + k * t->size)
                                  .text);
}

/* --- reading -------------------------------------------------------------- */

static int32_t names_of(const umi_store_column *c)
{
    int32_t n = 0;
    if (c->type == UMI_COL_NAME)
        while (c->names[n] != NULL)
            n++;
    return n;
}

static bool
open_column(umi__block_column *out, const umi_store_column *c, const char *head)
{
    uint8_t width = (uint8_t)*head;
    *out = (umi__block_column){.width = width & (UMI__ABSENT - 1),
                               .absent = (width & UMI__ABSENT) != 0,
                               .names = names_of(c)};
    memcpy(&out->base, head + 1, sizeof out->base);
    if (out->width > WIDEST || (out->absent && !c->optional) ||
        (is_text(c) && out->base != 0))
        return false;
    out->mask =
        out->width == WIDEST ? UINT64_MAX : (UINT64_C(1) << out->width * 8) - 1;
    return true;
}

/* Columns lie one behind the other; returns where the last one ends. */
static size_t lay_out(umi__block *b, const char *ptr, size_t at)
{
    for (size_t i = 0; i < b->table->count; i++) {
        b->column[i].at = ptr + at;
        at += b->n * b->column[i].width;
    }
    return at;
}

/* Texts fill the rest. */
static bool texts_fit(const umi__block *b)
{
    for (size_t i = 0; i < b->table->count; i++)
        if (is_text(&b->table->columns[i]))
            return umi__block_figure(&b->column[i], b->n - 1) == b->texts.len;
    return b->texts.len == 0;
}

bool umi__block_open(umi__block *b, const umi_table *t, umi_text bytes)
{
    uint32_t n;
    size_t heads = HEAD + COLUMN_HEAD * t->count;
    if (bytes.len < heads)
        return false;
    memcpy(&n, bytes.ptr, sizeof n);
    if (n == 0 || n > UMI__BLOCK_ROWS)
        return false;
    b->table = t;
    b->n = n;
    for (size_t i = 0; i < t->count; i++)
        if (!open_column(&b->column[i], &t->columns[i],
                         bytes.ptr + HEAD + COLUMN_HEAD * i))
            return false;
    size_t end = lay_out(b, bytes.ptr, heads);
    if (end > bytes.len)
        return false;
    b->texts = (umi_text){bytes.ptr + end, bytes.len - end};
    return texts_fit(b);
}

/* Steps double, then halve. */
size_t umi__block_far(const umi__block *b, size_t from, int64_t key)
{
    size_t low = from, step = 1;
    while (low + step <= b->n && umi__block_key(b, low + step - 1) < key) {
        low += step;
        step *= 2;
    }
    size_t high = low + step - 1 < b->n ? low + step - 1 : b->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (umi__block_key(b, mid) < key)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static bool
load_small(const umi__block_column *c, umi_store_type type, char *at, int64_t v)
{
    const int32_t small = (int32_t)v;
    if (type == UMI_COL_BOOL) {
        *(bool *)at = v == 1;
        return v == 0 || v == 1;
    }
    memcpy(at, &small, sizeof small);
    return type == UMI_COL_NAME ? v >= 0 && v < c->names
                                : v >= UMI_DAY_MIN && v <= UMI_DAY_MAX;
}

static bool
load_text(const umi__block *b, const umi__block_column *c, size_t i, char *at)
{
    uint64_t from = i > 0 ? umi__block_figure(c, i - 1) : 0;
    uint64_t end = umi__block_figure(c, i);
    if (from > end || end > b->texts.len)
        return false;
    const umi_text text = {b->texts.ptr + from, end - from};
    memcpy(at, &text, sizeof text);
    return true;
}

static void load_absent(umi_store_type type, char *at)
{
    const int64_t none = UMI_NONE;
    const int32_t none32 = UMI_NONE32;
    if (type <= UMI_COL_MONEY)
        memcpy(at, &none, sizeof none);
    else
        memcpy(at, &none32, sizeof none32);
}

bool umi__block_load(const umi__block *b, size_t i, void *row)
{
    for (size_t k = 0; k < b->table->count; k++) {
        const umi_store_column *col = &b->table->columns[k];
        const umi__block_column *c = &b->column[k];
        const uint64_t figure = umi__block_figure(c, i);
        char *at = (char *)row + col->offset;
        if (c->absent && figure == 0) {
            load_absent(col->type, at);
            continue;
        }
        const uint64_t v = c->base + figure - c->absent;
        if (col->type <= UMI_COL_MONEY)
            memcpy(at, &v, sizeof v);
        else if (is_text(col) ? !load_text(b, c, i, at)
                              : !load_small(c, col->type, at, (int64_t)v))
            return false;
    }
    return true;
}
