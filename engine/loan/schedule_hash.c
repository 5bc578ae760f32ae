/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_hash.h"

#include "engine/base/varint.h"

enum {
    ROOM = 4096,
    RUN_MAX = 5 * UMI_VARINT_MAX
};

typedef struct writer {
    umi_blake2b hash;
    size_t used;
    unsigned char room[ROOM];
} writer;

static void put(writer *w, uint64_t v)
{
    w->used += umi_varint_put(w->room + w->used, v);
}

static void flush(writer *w)
{
    umi_blake2b_update(&w->hash, w->room, w->used);
    w->used = 0;
}

/* How many rows from @p r on fall due @p step days after the one before and
 * say the same. */
static size_t run_of(const umi_row *r, size_t rows, int32_t step)
{
    size_t n = 1;
    while (n < rows && r[n].due.n - r[n - 1].due.n == step &&
           r[n].principal.sen == r->principal.sen &&
           r[n].interest.sen == r->interest.sen && r[n].fee.sen == r->fee.sen)
        n++;
    return n;
}

/* Rows that differ in nothing but their place are said once, with their
 * number: hashing is by the byte, and most schedules have few figures. */
umi_hash umi_schedule_hash(const umi_schedule *s)
{
    writer w;
    int32_t before = 0;
    w.used = 0;
    umi_blake2b_init(&w.hash);
    put(&w, s->count);
    for (size_t i = 0; i < s->count;) {
        const umi_row *r = &s->rows[i];
        const int32_t step = r->due.n - before;
        const size_t n = run_of(r, s->count - i, step);
        i += n;
        before = s->rows[i - 1].due.n;
        if (w.used + RUN_MAX > ROOM)
            flush(&w);
        put(&w, n);
        put(&w, umi_zigzag(step));
        put(&w, umi_zigzag(r->principal.sen));
        put(&w, umi_zigzag(r->interest.sen));
        put(&w, umi_zigzag(r->fee.sen));
    }
    flush(&w);
    return umi_blake2b_final(&w.hash);
}
