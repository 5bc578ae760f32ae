/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_STORE_PACK_INT_H
#define UMI_LEDGER_STORE_PACK_INT_H

/**
 * @file
 * Packed tables in SQLite (docs/adr/0052): rows stand in blocks, blocks in
 * packs.  What is written together becomes a pack of its own, at its end the
 * file, so a change costs what it writes and not what there is.  Rows are
 * found by asking the packs, youngest first; packs of a size are merged when
 * there are many.  pack.c knows the packs and finds rows, pack_walk.c goes
 * through them in order, pack_write.c adds and merges them.
 */
#include "ledger/store/block_int.h"
#include "ledger/store/sqlite_int.h"

/** A place in a pack: a block, read when it is needed, and a row of it. */
typedef struct umi__cursor {
    const umi_table *table;
    int64_t pack;
    bool placed, loaded;
    int64_t id, first, last; /* of the block */
    int64_t from;            /* keys from here to `last` are there, if at all */
    size_t n;
    char *bytes;
    size_t cap;
    umi__block block;
    size_t at;
    int64_t key; /* of the row; for those who walk */
} umi__cursor;

typedef struct umi__pack {
    int64_t id, n;
    const umi_table *table;
    int64_t stamp;   /* of the transaction that made it; 0: an earlier one */
    umi__cursor cur; /* where it was read last */
} umi__pack;

/** Packs as they are in the file, oldest first. */
UMI_MUST_CHECK umi_status umi__packs_know(umi__sqlite *s, umi_error *err);
void umi__packs_forget(umi__sqlite *s);
UMI_MUST_CHECK umi_status umi__packs_add(
    umi__sqlite *s, const umi_table *t, int64_t id, int64_t n, umi_error *err);
/** The next pack of @p t from place @p at on; its place, or pack_count. */
size_t umi__packs_of(const umi__sqlite *s, const umi_table *t, size_t at);
umi_status umi__pack_damaged(const umi_table *t, umi_error *err);

/**
 * Go to the first block from @p key on; *there is false when the pack ends
 * before.  The block stands where it is when @p key is in it.
 */
UMI_MUST_CHECK umi_status umi__cursor_place(
    umi__cursor *c, umi__sqlite *s, int64_t key, bool *there, umi_error *err);
UMI_MUST_CHECK umi_status umi__cursor_load(umi__cursor *c,
                                           umi__sqlite *s,
                                           umi_error *err);

/** Called with row @p at of @p b, which has keys[i]. */
typedef umi_status (*umi__hit_fn)(
    void *self, size_t i, const umi__block *b, size_t at, umi_error *err);

/** Find the youngest rows of ascending keys, which stand every @p stride
 * bytes; found[i] is set. */
UMI_MUST_CHECK umi_status umi__pack_find(umi__sqlite *s,
                                         const umi_table *t,
                                         const void *keys,
                                         size_t stride,
                                         size_t n,
                                         bool *found,
                                         umi__hit_fn hit,
                                         void *self,
                                         umi_error *err);

/** Rows of several packs of a table in order of their keys. */
typedef struct umi__pack_walk {
    umi__sqlite *s;
    const umi_table *table;
    umi__cursor *cursors; /* oldest first */
    size_t count;
    int64_t key; /* of the row that was taken */
    bool taken;
} umi__pack_walk;

/** Begin at key @p from, with the packs from the @p skip th of the table on;
 * umi__pack_walk_end() whatever happens. */
UMI_MUST_CHECK umi_status umi__pack_walk_begin(umi__pack_walk *w,
                                               umi__sqlite *s,
                                               const umi_table *t,
                                               size_t skip,
                                               int64_t from,
                                               umi_error *err);
/** The next row; texts live until the next call. */
UMI_MUST_CHECK umi_status umi__pack_walk_next(
    umi__pack_walk *w, int64_t to, void *row, bool *more, umi_error *err);
void umi__pack_walk_end(umi__pack_walk *w);

/* --- the calls of the port ------------------------------------------------ */

UMI_MUST_CHECK umi_status umi__pack_read(umi__sqlite *s,
                                         const umi_table *t,
                                         const int64_t *keys,
                                         size_t n,
                                         void *rows,
                                         bool *found,
                                         umi_arena *arena,
                                         umi_error *err);
UMI_MUST_CHECK umi_status umi__pack_scan(umi__sqlite *s,
                                         const umi_table *t,
                                         int64_t from,
                                         int64_t to,
                                         umi_row_fn fn,
                                         void *self,
                                         umi_error *err);
/** The largest key of pack @p id. */
UMI_MUST_CHECK umi_status umi__pack_end(umi__sqlite *s,
                                        int64_t id,
                                        int64_t *last,
                                        umi_error *err);
UMI_MUST_CHECK umi_status umi__pack_last(umi__sqlite *s,
                                         const umi_table *t,
                                         int64_t *key,
                                         umi_error *err);
/** Write a part of a change, inside a transaction. */
UMI_MUST_CHECK umi_status umi__pack_put(umi__sqlite *s,
                                        const umi_change_part *p,
                                        umi_error *err);

/** For tests: so many rows a block and packs of a size; 0: as ever. */
void umi__packs_tune(size_t rows, size_t fan);

#endif
