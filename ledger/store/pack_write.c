/* SPDX-License-Identifier: MIT */
#include "ledger/store/pack_int.h"

#include <assert.h>

/* With these a row is written about once more each time that there are eight
 * times as many. */
static size_t block_rows = UMI__BLOCK_ROWS;
static size_t fan = 8; /* packs of a size before they are merged */

void umi__packs_tune(size_t rows, size_t packs)
{
    assert(rows <= UMI__BLOCK_ROWS && packs != 1);
    block_rows = rows > 0 ? rows : UMI__BLOCK_ROWS;
    fan = packs > 0 ? packs : 8;
}

/* --- statements ----------------------------------------------------------- */

static umi_status finish(umi__sqlite *s, sqlite3_stmt *st, umi_error *err)
{
    int code = sqlite3_step(st);
    umi_status rc =
        code == SQLITE_DONE ? UMI_OK : umi__sqlite_fail(s->db, code, err);
    (void)sqlite3_reset(st);
    return rc;
}

static umi_status
act(umi__sqlite *s, int sql, int64_t id, int64_t n, umi_error *err)
{
    sqlite3_stmt *st;
    umi_status rc = umi__sqlite_prepare(s, sql, &st, err);
    if (rc != UMI_OK)
        return rc;
    (void)sqlite3_bind_int64(st, 1, id);
    if (sqlite3_bind_parameter_count(st) > 1)
        (void)sqlite3_bind_int64(st, 2, n);
    return finish(s, st, err);
}

static umi_status put_pack(umi__sqlite *s, const umi__pack *p, umi_error *err)
{
    sqlite3_stmt *st;
    umi_status rc = umi__sqlite_prepare(s, UMI_SQL_PACK_PUT, &st, err);
    if (rc != UMI_OK)
        return rc;
    (void)sqlite3_bind_int64(st, 1, p->id);
    (void)sqlite3_bind_text(st, 2, p->table->name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(st, 3, p->n);
    return finish(s, st, err);
}

/* --- blocks --------------------------------------------------------------- */

static umi_status put_block(umi__sqlite *s,
                            const umi__pack *p,
                            const char *rows,
                            size_t n,
                            umi_error *err)
{
    const umi_table *t = p->table;
    sqlite3_stmt *st;
    umi_status rc = umi__sqlite_prepare(s, UMI_SQL_PACK_BLOCK_PUT, &st, err);
    if (rc != UMI_OK)
        return rc;
    s->body.len = 0;
    umi__block_write(&s->body, t, rows, n);
    if (s->body.failed)
        return umi_fail_memory(err);
    (void)sqlite3_bind_int64(st, 1, p->id);
    (void)sqlite3_bind_int64(st, 2, umi__row_key(rows));
    (void)sqlite3_bind_int64(st, 3, umi__row_key(rows + (n - 1) * t->size));
    (void)sqlite3_bind_int64(st, 4, (int64_t)n);
    (void)sqlite3_bind_blob64(st, 5, s->body.ptr, s->body.len, SQLITE_STATIC);
    return finish(s, st, err);
}

static umi_status put_rows(umi__sqlite *s,
                           const umi__pack *p,
                           const char *rows,
                           size_t n,
                           umi_error *err)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < n && rc == UMI_OK; i += block_rows)
        rc = put_block(s, p, rows + i * p->table->size,
                       n - i < block_rows ? n - i : block_rows, err);
    return rc;
}

/* The number of a pack is above that of every one before, so that the order
 * of numbers is that of ages. */
static int64_t next_id(const umi__sqlite *s)
{
    int64_t id = 0;
    for (size_t i = 0; i < s->pack_count; i++)
        id = s->packs[i].id > id ? s->packs[i].id : id;
    return id + 1;
}

/* --- merging -------------------------------------------------------------- */

static int rank_of(int64_t n)
{
    int rank = 0;
    for (n /= (int64_t)block_rows; n > 0; n /= (int64_t)fan)
        rank++;
    return rank;
}

/* How many of the youngest packs are to become one before one of @p n rows
 * comes: behind the oldest of them, as many of its size as it takes, and
 * smaller ones; also all that are smaller than what comes, since they would
 * stay between packs of its size. */
static size_t ripe(const umi__sqlite *s, const umi_table *t, size_t n)
{
    const int coming = rank_of((int64_t)n);
    size_t found = 0;
    for (int rank = 0; rank < 64; rank++) {
        size_t same = 0, all = 0, larger = 0;
        for (size_t p = s->pack_count; p-- > 0 && larger == 0;) {
            if (s->packs[p].table != t)
                continue;
            int own = rank_of(s->packs[p].n);
            larger += own > rank;
            all += own <= rank;
            same += own == rank;
        }
        if (same >= fan || (rank < coming && all > 1))
            found = all;
    }
    return found;
}

static size_t count_of(const umi__sqlite *s, const umi_table *t)
{
    size_t n = 0;
    for (size_t p = 0; p < s->pack_count; p++)
        n += s->packs[p].table == t;
    return n;
}

/* Rows of a walk until there is a block of them. */
typedef struct filling {
    umi__pack_walk walk;
    umi__pack pack;
    umi_arena *arena; /* of their texts */
    char *rows;
    size_t n;
} filling;

static umi_status flush(filling *f, umi_error *err)
{
    umi_status rc =
        f->n > 0 ? put_block(f->walk.s, &f->pack, f->rows, f->n, err) : UMI_OK;
    f->pack.n += (int64_t)f->n;
    f->n = 0;
    umi_arena_reset(f->arena);
    return rc;
}

static umi_status fill(filling *f, umi_error *err)
{
    const umi_table *t = f->walk.table;
    bool more = true;
    umi_status rc = UMI_OK;
    while (rc == UMI_OK && more) {
        char *row = f->rows + f->n * t->size;
        rc = umi__pack_walk_next(&f->walk, INT64_MAX, row, &more, err);
        if (rc != UMI_OK || !more)
            break;
        if (!umi__row_keep(t, row, f->arena))
            return umi_fail_memory(err);
        if (++f->n == block_rows)
            rc = flush(f, err);
    }
    return rc == UMI_OK ? flush(f, err) : rc;
}

static umi_status
drop(umi__sqlite *s, const umi_table *t, size_t skip, umi_error *err)
{
    umi_status rc = UMI_OK;
    size_t kept = 0;
    for (size_t p = 0; p < s->pack_count; p++) {
        const bool go = s->packs[p].table == t && skip == 0;
        skip -= s->packs[p].table == t && skip > 0;
        if (!go) {
            s->packs[kept++] = s->packs[p];
            continue;
        }
        if (rc == UMI_OK)
            rc = act(s, UMI_SQL_PACK_BLOCK_REMOVE, s->packs[p].id, 0, err);
        if (rc == UMI_OK)
            rc = act(s, UMI_SQL_PACK_REMOVE, s->packs[p].id, 0, err);
        umi_free(s->packs[p].cur.bytes);
    }
    s->pack_count = kept;
    return rc;
}

/* One pack in place of all but the @p skip oldest of the table. */
static umi_status
merge(umi__sqlite *s, const umi_table *t, size_t skip, umi_error *err)
{
    filling f = {.pack = {.id = next_id(s), .n = 1, .table = t}};
    umi_status rc = umi__pack_walk_begin(&f.walk, s, t, skip, INT64_MIN, err);
    f.rows = umi_alloc_array(block_rows, t->size);
    f.arena = umi_arena_new();
    if (rc == UMI_OK && (f.rows == NULL || f.arena == NULL))
        rc = umi_fail_memory(err);
    if (rc == UMI_OK) /* its number follows */
        rc = put_pack(s, &f.pack, err);
    f.pack.n = 0;
    if (rc == UMI_OK)
        rc = fill(&f, err);
    if (rc == UMI_OK)
        rc = act(s, UMI_SQL_PACK_GROW, f.pack.id, f.pack.n, err);
    umi__pack_walk_end(&f.walk);
    umi_free(f.rows);
    umi_arena_free(f.arena);
    if (rc == UMI_OK)
        rc = drop(s, t, skip, err);
    return rc != UMI_OK ? rc : umi__packs_add(s, t, f.pack.id, f.pack.n, err);
}

/* Nobody's cursor may lose its pack. */
static umi_status tidy(umi__sqlite *s, const umi_change_part *p, umi_error *err)
{
    const umi_table *t = p->table;
    size_t n = s->walks == 0 ? ripe(s, t, p->count) : 0;
    return n > 0 ? merge(s, t, count_of(s, t) - n, err) : UMI_OK;
}

/* --- a part of a change --------------------------------------------------- */

typedef struct checking {
    const umi_table *table;
    const char *rows;
    int64_t old; /* rows that are there, and are one change behind */
} checking;

static umi_status changed(const umi_table *t, umi_error *err)
{
    return umi_fail(err, UMI_EINTERNAL, "",
                    "table %s: a row changed between "
                    "reading and writing it",
                    t->name);
}

static int64_t seq_of(const umi_table *t, const char *row)
{
    return umi__cell_get(&t->columns[1], row).number;
}

static umi_status
check_hit(void *self, size_t i, const umi__block *b, size_t at, umi_error *err)
{
    checking *k = self;
    if (k->table->kind != UMI_TABLE_STATE)
        return changed(k->table, err);
    k->old++;
    return seq_of(k->table, k->rows + i * k->table->size) - 1 ==
                   umi__block_number(b, 1, at)
               ? UMI_OK
               : changed(k->table, err);
}

static umi_status
check_rows(umi__sqlite *s, const umi_change_part *p, umi_error *err)
{
    const umi_table *t = p->table;
    checking k = {.table = t, .rows = p->rows};
    bool *found = umi_alloc_array(p->count, sizeof *found);
    if (found == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi__pack_find(s, t, p->rows, t->size, p->count, found,
                                   check_hit, &k, err);
    umi_free(found);
    int64_t fresh = 0;
    for (size_t i = 0; t->kind == UMI_TABLE_STATE && i < p->count; i++)
        fresh += seq_of(t, k.rows + i * t->size) == 1;
    if (rc == UMI_OK && t->kind == UMI_TABLE_STATE &&
        fresh + k.old != (int64_t)p->count)
        rc = changed(t, err);
    return rc;
}

/* The youngest pack of the table, when this transaction made it and all its
 * keys come before @p key. */
static umi_status open_pack(umi__sqlite *s,
                            const umi_table *t,
                            int64_t key,
                            umi__pack **out,
                            umi_error *err)
{
    umi__pack *p = NULL;
    *out = NULL;
    for (size_t i = 0; i < s->pack_count; i++)
        if (s->packs[i].table == t)
            p = &s->packs[i];
    if (p == NULL || p->stamp != s->stamp)
        return UMI_OK;
    int64_t last;
    umi_status rc = umi__pack_end(s, p->id, &last, err);
    if (rc == UMI_OK && last < key)
        *out = p;
    return rc;
}

static umi_status
new_pack(umi__sqlite *s, const umi_change_part *p, umi_error *err)
{
    const umi__pack pack = {
        .id = next_id(s), .n = (int64_t)p->count, .table = p->table};
    umi_status rc = put_pack(s, &pack, err);
    if (rc == UMI_OK)
        rc = put_rows(s, &pack, p->rows, p->count, err);
    if (rc == UMI_OK)
        rc = umi__packs_add(s, p->table, pack.id, pack.n, err);
    if (rc == UMI_OK)
        s->packs[s->pack_count - 1].stamp = s->stamp;
    return rc;
}

umi_status
umi__pack_put(umi__sqlite *s, const umi_change_part *p, umi_error *err)
{
    umi__pack *open;
    assert(p->rows != NULL); /* nothing is ever removed */
    umi_status rc = check_rows(s, p, err);
    if (rc == UMI_OK)
        rc = open_pack(s, p->table, umi__row_key(p->rows), &open, err);
    if (rc != UMI_OK)
        return rc;
    if (open == NULL) {
        rc = tidy(s, p, err);
        return rc != UMI_OK ? rc : new_pack(s, p, err);
    }
    open->n += (int64_t)p->count;
    rc = put_rows(s, open, p->rows, p->count, err);
    return rc != UMI_OK ? rc
                        : act(s, UMI_SQL_PACK_GROW, open->id, open->n, err);
}
