/* SPDX-License-Identifier: MIT */
#include "ledger/book/chain.h"
#include "ledger/book/verify_int.h"

#include "ledger/store/store_int.h"

#include <stdlib.h>

enum {
    TABLES_MAX = 64,
    SLICE = 1000000 /* witnessed rows compared at a time */
};

umi_status umi__verify_file(umi_book *b, int64_t *n, umi_error *err)
{
    *n = 1;
    return umi_store_check(umi_book_store(b), err);
}

/* --- blocks --------------------------------------------------------------- */

typedef struct covering {
    umi_book *b;
    int64_t blocks;           /* the newest seen */
    int64_t last[TABLES_MAX]; /* newest key covered, by table */
    umi_hash head;
    int64_t rows;
    bool hash; /* recompute, not only count */
    umi_chain chain;
    const umi_table *table; /* of the block at hand */
    int64_t in_block, first, newest;
} covering;

static const umi_table *table_named(umi_text name, size_t *index)
{
    size_t n;
    const umi_table *const *all = umi_tables(&n);
    for (size_t i = 0; i < n; i++)
        if (umi_text_is(name, all[i]->name)) {
            *index = i;
            return all[i];
        }
    return NULL;
}

static umi_status hash_row(void *self, const void *row, umi_error *err)
{
    covering *c = self;
    (void)err;
    if (c->in_block++ == 0)
        c->first = umi__row_key(row);
    c->newest = umi__row_key(row);
    umi_chain_row(&c->chain, c->table, row);
    return UMI_OK;
}

static umi_status rehash(covering *c, const umi_block *k, umi_error *err)
{
    c->in_block = 0;
    umi_chain_begin(&c->chain, &c->head, k->rel);
    umi_status rc = umi_store_scan(umi_book_store(c->b), c->table, k->first,
                                   k->last, hash_row, c, err);
    if (rc != UMI_OK)
        return rc;
    c->head = umi_chain_end(&c->chain);
    if (c->in_block != k->n || c->first != k->first || c->newest != k->last)
        return umi__finding(err, "block", k->id,
                            "rows that it covers are missing or new");
    if (!umi_hash_eq(&c->head, &k->hash))
        return umi__finding(err, "block", k->id,
                            "rows that it covers were changed");
    return UMI_OK;
}

/* A file that was cut short is finished under the number it took when it
 * began, after batches with higher numbers. */
static bool ascends(const covering *c, const umi_block *k, size_t at)
{
    return k->first > c->last[at] ||
           (c->table == &umi_batch_table && k->n == 1);
}

static umi_status cover(void *self, const void *row, umi_error *err)
{
    covering *c = self;
    const umi_block *k = row;
    size_t at = 0;
    c->table = table_named(k->rel, &at);
    if (k->id != c->blocks + 1)
        return umi__finding(err, "block", k->id, "it is out of order");
    if (c->table == NULL || c->table->kind != UMI_TABLE_JOURNAL || k->n < 1 ||
        k->n > UMI_BLOCK_ROWS || k->first > k->last || !ascends(c, k, at))
        return umi__finding(err, "block", k->id, "it covers what it cannot");
    c->blocks = k->id;
    if (k->last > c->last[at])
        c->last[at] = k->last;
    c->rows += k->n;
    return c->hash ? rehash(c, k, err) : UMI_OK;
}

/* Nothing may stand behind the last row that is covered. */
static umi_status check_ends(const covering *c, umi_error *err)
{
    size_t n;
    const umi_table *const *all = umi_tables(&n);
    for (size_t i = 0; i < n; i++) {
        int64_t last;
        if (all[i]->kind != UMI_TABLE_JOURNAL)
            continue;
        umi_status rc =
            umi_store_last(umi_book_store(c->b), all[i], &last, err);
        if (rc != UMI_OK)
            return rc;
        if (last != c->last[i])
            return umi__finding(err, all[i]->name, last,
                                "its newest row is not the one in the chain");
    }
    return UMI_OK;
}

static umi_status
check_blocks(umi_book *b, bool hash, int64_t *n, umi_error *err)
{
    covering c = {.b = b, .hash = hash};
    umi_status rc = umi_store_scan(umi_book_store(b), &umi_block_table,
                                   INT64_MIN, INT64_MAX, cover, &c, err);
    if (rc == UMI_OK)
        rc = check_ends(&c, err);
    *n = hash ? c.rows : c.blocks;
    return rc;
}

umi_status umi__verify_blocks(umi_book *b, int64_t *n, umi_error *err)
{
    return check_blocks(b, false, n, err);
}

/* Rows outside every block are found by counting: a row between two blocks
 * has a key that none of them has. */
typedef struct counting {
    int64_t rows;
} counting;

static umi_status count_row(void *self, const void *row, umi_error *err)
{
    (void)row, (void)err;
    ((counting *)self)->rows++;
    return UMI_OK;
}

umi_status umi__verify_chain(umi_book *b, int64_t *n, umi_error *err)
{
    size_t tables;
    counting c = {0};
    const umi_table *const *all = umi_tables(&tables);
    umi_status rc = check_blocks(b, true, n, err);
    for (size_t i = 0; i < tables && rc == UMI_OK; i++)
        if (all[i]->kind == UMI_TABLE_JOURNAL)
            rc = umi_store_scan(umi_book_store(b), all[i], INT64_MIN, INT64_MAX,
                                count_row, &c, err);
    if (rc == UMI_OK && c.rows != *n)
        rc =
            umi_fail(err, UMI_EDAMAGED, "", "%lld rows stand outside the chain",
                     (long long)(c.rows - *n));
    return rc;
}

/* --- witnesses ------------------------------------------------------------ */

typedef struct note {
    int64_t key, seq;
    umi_hash digest;
} note;

typedef struct witnessing {
    const umi_table *table;
    int64_t from, to; /* keys of the slice */
    note *notes;      /* newest last, then sorted and made single */
    size_t n, cap, at;
    int64_t rows;
} witnessing;

static umi_status take_note(void *self, const void *row, umi_error *err)
{
    witnessing *w = self;
    const umi_witness *k = row;
    if (k->key < w->from || k->key > w->to ||
        !umi_text_is(k->rel, w->table->name))
        return UMI_OK;
    if (w->n == w->cap) {
        size_t cap = w->cap ? w->cap * 2 : 1024;
        note *grown = umi_realloc(w->notes, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
        w->notes = grown;
        w->cap = cap;
    }
    w->notes[w->n++] = (note){k->key, k->seq, k->digest};
    return UMI_OK;
}

/* Witnesses come in the order in which they were written; seq ascends but
 * for a row that was removed (0) and came back. */
static int by_key(const void *a, const void *b)
{
    const note *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static void merge_sort(note *a, note *room, size_t n)
{
    if (n < 2)
        return;
    size_t half = n / 2, i = 0, k = half, at = 0;
    merge_sort(a, room, half);
    merge_sort(a + half, room, n - half);
    while (i < half || k < n)
        room[at++] =
            k == n || (i < half && by_key(&a[i], &a[k]) <= 0) ? a[i++] : a[k++];
    memcpy(a, room, n * sizeof *a);
}

static umi_status newest_notes(witnessing *w, umi_error *err)
{
    size_t kept = 0;
    note *room = umi_alloc_array(w->n, sizeof *room);
    if (room == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    merge_sort(w->notes, room, w->n);
    umi_free(room);
    for (size_t i = 0; i < w->n; i++) {
        if (kept > 0 && w->notes[kept - 1].key == w->notes[i].key)
            kept--;
        w->notes[kept++] = w->notes[i];
    }
    w->n = kept;
    return UMI_OK;
}

static umi_status compare_row(void *self, const void *row, umi_error *err)
{
    witnessing *w = self;
    int64_t key = umi__row_key(row);
    while (w->at < w->n && w->notes[w->at].seq == 0) /* removed */
        w->at++;
    if (w->at == w->n || w->notes[w->at].key != key)
        return umi__finding(err, w->table->name, key,
                            "a row is new or missing");
    umi_hash digest = umi_chain_digest(w->table, row);
    if (!umi_hash_eq(&digest, &w->notes[w->at].digest))
        return umi__finding(err, w->table->name, key, "the row was changed");
    w->at++;
    w->rows++;
    return UMI_OK;
}

static umi_status compare_slice(umi_book *b, witnessing *w, umi_error *err)
{
    umi_store *s = umi_book_store(b);
    w->n = w->at = 0;
    umi_status rc =
        umi_store_scan(s, &umi_witness_table, 1, INT64_MAX, take_note, w, err);
    if (rc == UMI_OK)
        rc = newest_notes(w, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(s, w->table, w->from, w->to, compare_row, w, err);
    for (; rc == UMI_OK && w->at < w->n; w->at++)
        if (w->notes[w->at].seq != 0)
            rc = umi__finding(err, w->table->name, w->notes[w->at].key,
                              "a row is new or missing");
    return rc;
}

umi_status umi__verify_witness(umi_book *b, int64_t *n, umi_error *err)
{
    size_t tables;
    const umi_table *const *all = umi_tables(&tables);
    witnessing w = {0};
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < tables && rc == UMI_OK; i++) {
        int64_t last = 0;
        if (!all[i]->witnessed)
            continue;
        w.table = all[i];
        rc = umi_store_last(umi_book_store(b), all[i], &last, err);
        w.from = INT64_MIN;
        do {
            w.to = w.from == INT64_MIN ? SLICE : w.from + SLICE - 1;
            if (w.to >= last)
                w.to = INT64_MAX;
            if (rc == UMI_OK)
                rc = compare_slice(b, &w, err);
            w.from = w.to + (w.to < INT64_MAX);
        } while (rc == UMI_OK && w.to < INT64_MAX);
    }
    *n = w.rows;
    umi_free(w.notes);
    return rc;
}
