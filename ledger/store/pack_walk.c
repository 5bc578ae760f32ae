/* SPDX-License-Identifier: MIT */
#include "ledger/store/pack_int.h"

#include <assert.h>

/* To the row with the next key from @p key on; the cursor is not placed any
 * more when there is none. */
static umi_status
go_on(umi__pack_walk *w, umi__cursor *c, int64_t key, umi_error *err)
{
    bool there;
    const bool first = !c->placed;
    const int64_t last = c->last;
    umi_status rc = umi__cursor_place(c, w->s, key, &there, err);
    if (rc == UMI_OK && there)
        rc = umi__cursor_load(c, w->s, err);
    if (rc != UMI_OK)
        return rc;
    c->placed = there;
    if (!there)
        return UMI_OK;
    if (!first && c->first <= last)
        return umi__pack_damaged(w->table, err);
    c->at = umi__block_seek(&c->block, 0, key);
    c->key = umi__block_key(&c->block, c->at);
    return UMI_OK;
}

static umi_status step(umi__pack_walk *w, umi__cursor *c, umi_error *err)
{
    const int64_t key = c->key;
    if (++c->at < c->n) {
        c->key = umi__block_key(&c->block, c->at);
        return c->key > key ? UMI_OK : umi__pack_damaged(w->table, err);
    }
    if (key < INT64_MAX)
        return go_on(w, c, key + 1, err);
    c->placed = false;
    return UMI_OK;
}

umi_status umi__pack_walk_begin(umi__pack_walk *w,
                                umi__sqlite *s,
                                const umi_table *t,
                                size_t skip,
                                int64_t from,
                                umi_error *err)
{
    *w = (umi__pack_walk){.table = t};
    umi_status rc = umi__packs_know(s, err);
    if (rc != UMI_OK)
        return rc;
    w->s = s;
    s->walks++;
    w->cursors = umi_alloc_array(s->pack_count + 1, sizeof *w->cursors);
    if (w->cursors == NULL)
        return umi_fail_memory(err);
    for (size_t p = umi__packs_of(s, t, 0); p < s->pack_count && rc == UMI_OK;
         p = umi__packs_of(s, t, p + 1)) {
        if (skip > 0) {
            skip--;
            continue;
        }
        umi__cursor *c = &w->cursors[w->count++];
        *c = (umi__cursor){.table = t, .pack = s->packs[p].id};
        rc = go_on(w, c, from, err);
    }
    return rc;
}

/* The cursor of the smallest key; of equal ones that of the youngest row. */
static umi__cursor *least(const umi__pack_walk *w)
{
    umi__cursor *found = NULL;
    for (size_t i = 0; i < w->count; i++) {
        umi__cursor *c = &w->cursors[i];
        if (c->placed && (found == NULL || c->key <= found->key))
            found = c;
    }
    return found;
}

/* What is taken last is passed when the next is asked for: its texts stand
 * until then. */
static umi_status pass(umi__pack_walk *w, umi_error *err)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; w->taken && i < w->count && rc == UMI_OK; i++)
        if (w->cursors[i].placed && w->cursors[i].key == w->key)
            rc = step(w, &w->cursors[i], err);
    w->taken = false;
    return rc;
}

umi_status umi__pack_walk_next(
    umi__pack_walk *w, int64_t to, void *row, bool *more, umi_error *err)
{
    umi_status rc = pass(w, err);
    if (rc != UMI_OK)
        return rc;
    const umi__cursor *c = least(w);
    *more = c != NULL && c->key <= to;
    if (!*more)
        return UMI_OK;
    w->key = c->key;
    w->taken = true;
    return umi__block_load(&c->block, c->at, row)
               ? UMI_OK
               : umi__pack_damaged(w->table, err);
}

void umi__pack_walk_end(umi__pack_walk *w)
{
    if (w->s != NULL)
        w->s->walks--;
    for (size_t i = 0; i < w->count; i++)
        umi_free(w->cursors[i].bytes);
    umi_free(w->cursors);
}

umi_status umi__pack_scan(umi__sqlite *s,
                          const umi_table *t,
                          int64_t from,
                          int64_t to,
                          umi_row_fn fn,
                          void *self,
                          umi_error *err)
{
    umi__pack_walk w;
    umi__row_room room;
    bool more = true;
    assert(t->size <= sizeof room);
    umi_status rc = umi__pack_walk_begin(&w, s, t, 0, from, err);
    while (rc == UMI_OK && more) {
        rc = umi__pack_walk_next(&w, to, room.bytes, &more, err);
        if (rc == UMI_OK && more)
            rc = fn(self, room.bytes, err);
    }
    umi__pack_walk_end(&w);
    return rc;
}
