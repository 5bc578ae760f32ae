/* SPDX-License-Identifier: MIT */
#include "rules/decide/facts_hash_int.h"

#include "engine/base/digits.h"

enum {
    PIECE = 32, /* texts kept here have as many bytes behind their beginning */
    VALUE_ROOM = 2 * UMI_DIGITS_ROOM + PIECE
};

/* --- any line ------------------------------------------------------------ */

static void put_line(umi_buf *b, umi_text begin, const umi_value *v)
{
    umi_buf_text(b, begin);
    size_t value = b->len;
    umi_buf_value(b, v);
    size_t len = b->len - value;
    umi_buf_putc(b, ' ');
    umi_buf_int(b, (int64_t)len);
    umi_buf_putc(b, '\n');
}

/* --- making -------------------------------------------------------------- */

static bool keep(umi_text *out, umi_buf *b, umi_arena *arena)
{
    char *p = b->failed ? NULL : umi_arena_alloc(arena, b->len + PIECE);
    if (p == NULL)
        return false;
    memcpy(p, b->ptr, b->len);
    *out = (umi_text){p, b->len};
    b->len = 0;
    return true;
}

/* Every line that a bool or an enum can have. */
static bool make_wholes(umi__fact_line *line,
                        const umi_fact *f,
                        umi_buf *b,
                        umi_arena *arena)
{
    bool word = f->type.kind == UMI_KIND_BOOL;
    if (!word && f->type.kind != UMI_KIND_ENUM)
        return true;
    uint32_t n = word ? 2 : f->type.of->count;
    umi_text *wholes = umi_arena_array(arena, n + 1, sizeof *wholes);
    line->wholes = wholes;
    for (uint32_t i = 0; i < n && wholes != NULL; i++) {
        umi_value v =
            word ? umi_value_bool(i != 0) : umi_value_enum(f->type.of, i);
        put_line(b, line->begin, &v);
        if (!keep(&wholes[i], b, arena))
            return false;
        if (wholes[i].len + PIECE > line->room)
            line->room = wholes[i].len + PIECE;
    }
    return wholes != NULL;
}

static bool
make_line(umi__fact_line *line, const umi_fact *f, umi_buf *b, umi_arena *arena)
{
    umi_buf_text(b, f->name);
    umi_buf_putc(b, '=');
    if (!keep(&line->begin, b, arena))
        return false;
    line->room = line->begin.len + VALUE_ROOM;
    return make_wholes(line, f, b, arena);
}

const umi__fact_line *umi__fact_lines(const umi_decider *d, umi_arena *arena)
{
    size_t n = d->rs->fact_count;
    umi__fact_line *lines = umi_arena_array(arena, n + 1, sizeof *lines);
    umi_buf b = {0};
    bool ok = lines != NULL;
    for (size_t i = 0; i < n && ok; i++) {
        lines[i].slot = d->by_name[i];
        ok = make_line(&lines[i], &d->rs->facts[lines[i].slot], &b, arena);
    }
    umi_buf_free(&b);
    return ok ? lines : NULL;
}

/* --- a decision ---------------------------------------------------------- */

/* Most are short: copied as one piece of a size that the compiler knows. */
static inline char *put_kept(char *p, umi_text t)
{
    if (t.len <= PIECE)
        memcpy(p, t.ptr, PIECE);
    else
        memcpy(p, t.ptr, t.len);
    return p + t.len;
}

/* The texts that umi_buf_value() gives whole numbers and dates, into room
 * that is there; NULL for the rest. */
static char *put_value(char *p, const umi_value *v)
{
    bool whole = v->q.den == 1 && v->q.num == (int64_t)v->q.num;
    int64_t i = v->i;
    switch ((umi_kind)v->kind) {
    case UMI_KIND_DATE:
        return p + umi_day_write(p, (umi_day){(int32_t)i});
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_MONEY:
        if (!whole)
            return NULL;
        i = (int64_t)v->q.num;
        break;
    case UMI_KIND_INT:
        break;
    case UMI_KIND_ANY:
    case UMI_KIND_BOOL:
    case UMI_KIND_STRING:
    case UMI_KIND_ENUM:
    case UMI_KIND_LIST:
        return NULL;
    }
    *p = '-';
    return umi_put_uint(p + (i < 0), i < 0 ? 0 - (uint64_t)i : (uint64_t)i);
}

static void put_fact(umi_buf *b, const umi__fact_line *line, const umi_value *v)
{
    char *p = umi_buf_reserve(b, line->room);
    if (p == NULL)
        return;
    if (line->wholes != NULL) {
        p = put_kept(p, line->wholes[v->i]);
    } else {
        char *value = put_kept(p, line->begin);
        p = put_value(value, v);
        if (p == NULL) {
            put_line(b, line->begin, v);
            return;
        }
        size_t len = (size_t)(p - value);
        *p++ = ' ';
        p = umi_put_uint(p, len);
        *p++ = '\n';
    }
    b->len = (size_t)(p - b->ptr);
}

umi_hash umi__facts_hash(umi_buf *b,
                         const umi__fact_line *lines,
                         size_t count,
                         const umi_value *facts)
{
    size_t start = b->len;
    umi_hash h = {{0}};
    for (size_t i = 0; i < count; i++) {
        const umi_value *v = &facts[lines[i].slot];
        if (v->state == UMI_KNOWN)
            put_fact(b, &lines[i], v);
    }
    if (b->failed)
        return h;
    h = umi_blake2b_of(b->ptr + start, b->len - start);
    b->len = start;
    return h;
}
