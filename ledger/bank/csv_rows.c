/* SPDX-License-Identifier: MIT */
#include "ledger/bank/csv_rows_int.h"

enum {
    QUOTED_MAX = 4096 /* a quote open for longer was never meant to open */
};

static void skip(umi__rows *r, size_t n)
{
    r->rest.ptr += n;
    r->rest.len -= n;
}

/* Where the quoted cell that begins behind the quote at rest.ptr[0] ends, or
 * 0 when it does not within reason. */
static size_t closing_quote(const umi__rows *r, bool *doubled)
{
    umi_text t = r->rest;
    size_t max = t.len < QUOTED_MAX ? t.len : QUOTED_MAX;
    *doubled = false;
    for (size_t i = 1; i < max; i++) {
        if (t.ptr[i] != '"')
            continue;
        if (i + 1 < t.len && t.ptr[i + 1] == '"') {
            *doubled = true;
            i++;
            continue;
        }
        return i;
    }
    return 0;
}

static umi_text without_doubles(umi__rows *r, umi_text t)
{
    char *copy = umi_arena_alloc(r->b->file->arena, t.len + 1), *w = copy;
    if (copy == NULL) {
        r->b->failed = true;
        return t;
    }
    for (size_t i = 0; i < t.len; i++) {
        *w++ = t.ptr[i];
        i += t.ptr[i] == '"';
    }
    return (umi_text){copy, (size_t)(w - copy)};
}

static bool ends_cell(const umi__rows *r, size_t i)
{
    char c = r->rest.ptr[i];
    return c == r->delimiter || c == '\n';
}

/* The cell at rest, which then stands at its end. */
static umi_text cell(umi__rows *r)
{
    size_t i = 0;
    umi_text t = {0};
    bool doubled;
    while (i < r->rest.len && (r->rest.ptr[i] == ' '))
        i++;
    if (i < r->rest.len && r->rest.ptr[i] == '"') {
        skip(r, i);
        size_t end = closing_quote(r, &doubled);
        if (end > 0) {
            t = (umi_text){r->rest.ptr + 1, end - 1};
            for (size_t k = 0; k < t.len; k++)
                r->line += t.ptr[k] == '\n';
            t = doubled ? without_doubles(r, t) : t;
            skip(r, end + 1);
        }
        i = 0;
    }
    const char *from = r->rest.ptr;
    while (i < r->rest.len && !ends_cell(r, i))
        i++;
    if (t.ptr == NULL)
        t = (umi_text){from, i};
    skip(r, i);
    t = umi_text_trim(t);
    if (t.len > 0 && t.ptr[0] == '\'')
        t = umi_text_trim((umi_text){t.ptr + 1, t.len - 1});
    return t;
}

bool umi__rows_next(umi__rows *r, umi__row *out)
{
    if (r->rest.len == 0)
        return false;
    out->count = 0;
    out->line = r->line;
    for (;;) {
        umi_text t = cell(r);
        if (out->count < UMI__ROW_CELLS)
            out->cell[out->count] = t;
        out->count++;
        bool more = r->rest.len > 0 && r->rest.ptr[0] == r->delimiter;
        skip(r, r->rest.len > 0);
        if (!more)
            break;
    }
    r->line++;
    return true;
}
