/* SPDX-License-Identifier: MIT */
#include "ledger/store/pack_int.h"

#include <assert.h>

/* --- out of a statement --------------------------------------------------- */

static umi_status
load(sqlite3_stmt *st, const umi_table *t, void *row, umi_error *err)
{
    sqlite3_value *values[UMI_COLUMNS_MAX];
    for (size_t i = 0; i < t->count; i++)
        values[i] = sqlite3_column_value(st, (int)i);
    return umi__row_load(t, values, row, err);
}

static umi_status
step(umi__sqlite *s, sqlite3_stmt *st, bool *more, umi_error *err)
{
    int rc = sqlite3_step(st);
    *more = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        return UMI_OK;
    return umi__sqlite_fail(s->db, rc, err);
}

static umi_status bind(umi__sqlite *s,
                       sqlite3_stmt *st,
                       int i,
                       const umi_query_arg *a,
                       umi_error *err)
{
    int rc = a->is_text
                 ? sqlite3_bind_text64(st, i, a->text.ptr ? a->text.ptr : "",
                                       a->text.len, SQLITE_STATIC, SQLITE_UTF8)
                 : sqlite3_bind_int64(st, i, a->number);
    return rc == SQLITE_OK ? UMI_OK : umi__sqlite_fail(s->db, rc, err);
}

umi_status umi__sqlite_fresh(
    umi__sqlite *s, int sql, sqlite3_stmt **st, bool *own, umi_error *err)
{
    umi_status rc = umi__sqlite_prepare(s, sql, st, err);
    *own = rc == UMI_OK && sqlite3_stmt_busy(*st);
    if (!*own)
        return rc;
    int code = sqlite3_prepare_v2(s->db, umi__sql(sql), -1, st, NULL);
    return code == SQLITE_OK ? UMI_OK : umi__sqlite_fail(s->db, code, err);
}

void umi__sqlite_done(sqlite3_stmt *st, bool own)
{
    (void)sqlite3_reset(st);
    if (own)
        (void)sqlite3_finalize(st);
}

umi_status umi__sqlite_lookup(umi_store *base,
                              const umi_query *q,
                              const umi_text *texts,
                              size_t n,
                              int64_t *ids,
                              umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    sqlite3_stmt *st;
    umi_status rc = umi__sqlite_prepare(s, q->sql, &st, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        bool more = false;
        (void)sqlite3_reset(st);
        rc = bind(s, st, 1, &UMI_ARG_TEXT(texts[i]), err);
        if (rc == UMI_OK)
            rc = step(s, st, &more, err);
        if (rc == UMI_OK)
            ids[i] = more ? sqlite3_column_int64(st, 0) : UMI_NONE;
    }
    if (n > 0 && rc == UMI_OK)
        (void)sqlite3_reset(st);
    return rc;
}

/* --- queries -------------------------------------------------------------- */

static umi_status stream(umi__sqlite *s,
                         sqlite3_stmt *st,
                         const umi_table *t,
                         umi_row_fn fn,
                         void *self,
                         umi_error *err)
{
    umi__row_room room;
    bool more = true;
    umi_status rc = UMI_OK;
    assert(t->size <= sizeof room);
    while (rc == UMI_OK && more) {
        rc = step(s, st, &more, err);
        if (rc != UMI_OK || !more)
            break;
        rc = load(st, t, room.bytes, err);
        if (rc == UMI_OK)
            rc = fn(self, room.bytes, err);
    }
    return rc;
}

umi_status umi__sqlite_query(umi_store *base,
                             const umi_query *q,
                             const umi_query_arg *args,
                             umi_row_fn fn,
                             void *self,
                             umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    const umi_table *t = q->result ? q->result : q->table;
    sqlite3_stmt *st = NULL;
    bool own;
    umi_status rc = umi__sqlite_fresh(s, q->sql, &st, &own, err);
    if (rc != UMI_OK)
        return rc;
    for (int i = 0; rc == UMI_OK && q->where[i].column != NULL; i++)
        rc = bind(s, st, i + 1, &args[i], err);
    if (rc == UMI_OK)
        rc = stream(s, st, t, fn, self, err);
    umi__sqlite_done(st, own);
    return rc;
}

umi_status umi__sqlite_last(umi_store *base,
                            const umi_table *t,
                            int64_t *key,
                            umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    sqlite3_stmt *st;
    bool more = false;
    if (t->packed)
        return umi__pack_last(s, t, key, err);
    umi_status rc = umi__sqlite_prepare(s, t->last, &st, err);
    if (rc == UMI_OK)
        rc = step(s, st, &more, err);
    if (rc != UMI_OK)
        return rc;
    *key = more ? sqlite3_column_int64(st, 0) : 0;
    (void)sqlite3_reset(st);
    return UMI_OK;
}

/* --- apply ---------------------------------------------------------------- */

/* Run a statement over the feed; *n is what it counted or changed. */
static umi_status over_feed(umi__sqlite *s, int sql, int64_t *n, umi_error *err)
{
    sqlite3_stmt *st;
    bool more = false;
    umi_status rc = umi__sqlite_prepare(s, sql, &st, err);
    if (rc != UMI_OK)
        return rc;
    rc = step(s, st, &more, err);
    if (rc == UMI_OK)
        *n = more ? sqlite3_column_int64(st, 0) : sqlite3_changes64(s->db);
    (void)sqlite3_reset(st);
    return rc;
}

static umi_status put(umi__sqlite *s, const umi_change_part *p, umi_error *err)
{
    const umi_table *t = p->table;
    int64_t n = 0;
    if (t->packed)
        return umi__pack_put(s, p, err);
    s->feed = (umi__feed){.table = t, .rows = p->rows, .count = p->count};
    umi_status rc = over_feed(s, t->put, &n, err);
    if (rc == UMI_OK && n != (int64_t)p->count)
        rc = umi_fail(err, UMI_EINTERNAL, "",
                      "table %s: a row changed between "
                      "reading and writing it",
                      t->name);
    return rc;
}

static const umi_store_column key_column[] = {
    {.name = "key", .type = UMI_COL_INT}};
static const umi_table key_table = {
    .name = "key", .size = sizeof(int64_t), .columns = key_column, .count = 1};

umi__feed umi__feed_keys(const int64_t *keys, size_t n)
{
    return (umi__feed){
        .table = &key_table, .rows = (const char *)keys, .count = n};
}

static umi_status
take_away(umi__sqlite *s, const umi_change_part *p, umi_error *err)
{
    int64_t n = 0;
    s->feed = umi__feed_keys(p->keys, p->count);
    umi_status rc = over_feed(s, p->table->remove, &n, err);
    if (rc == UMI_OK && n != (int64_t)p->count)
        rc = umi_fail(err, UMI_EINTERNAL, "",
                      "table %s: a row to be removed "
                      "is not there",
                      p->table->name);
    return rc;
}

umi_status umi__sqlite_begin(umi_store *base, umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    s->stamp++;
    return umi__sqlite_run(s->db, UMI_SQL_TXN_BEGIN, err);
}

/* After some failures, of a mere SELECT too, SQLite rolls back by itself; what
 * would be written now would be written for good, each statement for itself. */
umi_status umi__sqlite_still_open(const umi__sqlite *s, umi_error *err)
{
    if (s->base.open && sqlite3_get_autocommit(s->db))
        return umi_fail(err, UMI_EIO, "",
                        "the book was given up after an "
                        "error; open it again");
    return UMI_OK;
}

/* The file is as it was before, packs and all. */
static void give_up(umi__sqlite *s)
{
    if (!sqlite3_get_autocommit(s->db))
        (void)sqlite3_exec(s->db, umi__sql(UMI_SQL_TXN_ROLLBACK), NULL, NULL,
                           NULL);
    umi__packs_forget(s);
}

/* A failed COMMIT is not tried again: what was not synced may be lost
 * although a second sync would report success. */
umi_status umi__sqlite_commit(umi_store *base, umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    umi_status rc = umi__sqlite_still_open(s, err);
    if (rc == UMI_OK)
        rc = umi__sqlite_run(s->db, UMI_SQL_TXN_COMMIT, err);
    if (rc != UMI_OK)
        give_up(s);
    return rc;
}

umi_status
umi__sqlite_apply(umi_store *base, const umi_change *c, umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    umi_status rc = base->open ? umi__sqlite_still_open(s, err)
                               : umi__sqlite_begin(base, err);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < c->count && rc == UMI_OK; i++)
        rc = c->part[i].rows ? put(s, &c->part[i], err)
                             : take_away(s, &c->part[i], err);
    if (rc == UMI_OK)
        return base->open ? UMI_OK : umi__sqlite_commit(base, err);
    give_up(s);
    return rc;
}
