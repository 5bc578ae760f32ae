/* SPDX-License-Identifier: MIT */
#include "ledger/store/pack_int.h"

#include <assert.h>

/* `sink` is to reading what `feed` is to writing: a function in the WHERE of
 * a statement, which gets all values of a row at once inside SQLite's own
 * loop.  While it answers NULL the loop goes on; 1 lets the statement stand
 * still.  That costs one call a row where stepping costs one a value. */

/* --- values into a struct ------------------------------------------------- */

static umi_status
damaged(const umi_table *t, const umi_store_column *col, umi_error *err)
{
    return umi_fail(err, UMI_EDAMAGED, "",
                    "table %s holds a value that "
                    "column %s cannot have",
                    t->name, col->name);
}

/* False when the value is of a type that the column does not hold. */
static bool cell_of(umi__cell *c, sqlite3_value *v, umi_store_type type)
{
    bool texty = umi__column_texty(type);
    bool blob = type == UMI_COL_BLOB || type == UMI_COL_HASH;
    *c = (umi__cell){0};
    switch (sqlite3_value_type(v)) {
    case SQLITE_NULL:
        c->absent = true;
        return true;
    case SQLITE_INTEGER:
        c->number = sqlite3_value_int64(v);
        return !texty;
    case SQLITE_TEXT:
        c->text.ptr = (const char *)sqlite3_value_text(v);
        c->text.len = (size_t)sqlite3_value_bytes(v);
        return texty && !blob;
    case SQLITE_BLOB:
        c->text.ptr = sqlite3_value_blob(v);
        c->text.len = (size_t)sqlite3_value_bytes(v);
        if (c->text.len == 0)
            c->text = UMI_TEXT(""); /* a present, empty value */
        return blob;
    default:
        return false;
    }
}

umi_status umi__row_load(const umi_table *t,
                         sqlite3_value **values,
                         void *row,
                         umi_error *err)
{
    for (size_t i = 0; i < t->count; i++) {
        const umi_store_column *col = &t->columns[i];
        umi__cell c;
        if (col->type <= UMI_COL_MONEY &&
            sqlite3_value_type(values[i]) == SQLITE_INTEGER) { /* most are */
            c.number = sqlite3_value_int64(values[i]);
            memcpy((char *)row + col->offset, &c.number, sizeof c.number);
            continue;
        }
        if (!cell_of(&c, values[i], col->type))
            return damaged(t, col, err);
        if (!c.absent && umi__column_texty(col->type) && c.text.ptr == NULL)
            return umi_fail_memory(err);
        if (!umi__cell_set(col, row, &c))
            return damaged(t, col, err);
    }
    return UMI_OK;
}

/* --- the function --------------------------------------------------------- */

/* A damaged page may lead to rows that stand before those that are sought: a
 * new search would lead there again. */
static bool in_order(umi__sink *k, int64_t key)
{
    if (key < k->least) {
        k->rc = umi_fail(k->err, UMI_EDAMAGED, "", "table %s is out of order",
                         k->table->name);
        return false;
    }
    k->least = key < INT64_MAX ? key + 1 : key;
    return true;
}

static void sink(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
    const umi__sqlite *s = sqlite3_user_data(ctx);
    umi__sink *k = s->sink;
    if (k == NULL) {
        sqlite3_result_error_code(ctx, SQLITE_MISUSE);
        return;
    }
    assert((size_t)argc == k->table->count);
    if (!in_order(k, sqlite3_value_int64(argv[0])) || k->row(k, argv))
        sqlite3_result_int(ctx, 1);
}

umi_status umi__sqlite_sink(umi__sqlite *s, umi_error *err)
{
    int rc = sqlite3_create_function(s->db, "sink", -1,
                                     SQLITE_UTF8 | SQLITE_DIRECTONLY, s, sink,
                                     NULL, NULL);
    return rc == SQLITE_OK ? UMI_OK : umi__sqlite_fail(s->db, rc, err);
}

/* A row may ask for other rows: the sink of the moment is put back then. */
static umi_status pour(umi__sqlite *s,
                       sqlite3_stmt *st,
                       int64_t from,
                       umi__sink *k,
                       bool *more,
                       umi_error *err)
{
    umi__sink *before = s->sink;
    (void)sqlite3_reset(st);
    int rc = sqlite3_bind_int64(st, 1, from);
    s->sink = k;
    k->rc = UMI_OK;
    k->err = err;
    k->least = from;
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    s->sink = before;
    *more = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        return k->rc;
    return umi__sqlite_fail(s->db, rc, err);
}

/* --- read ----------------------------------------------------------------- */

/* Rows passed over in the hope of the next key before a new search. */
enum {
    PATIENCE = 6
};

typedef struct reading {
    umi__sink sink;
    const int64_t *keys;
    size_t n, at;
    char *rows;
    bool *found;
    umi_arena *arena;
    int passed;
} reading;

static void pass_keys(reading *r, int64_t below)
{
    for (; r->at < r->n && r->keys[r->at] < below; r->at++) {
        r->found[r->at] = false;
        r->passed = 0;
    }
}

static bool read_row(umi__sink *sink, sqlite3_value **values)
{
    reading *r = (reading *)sink;
    const umi_table *t = sink->table;
    int64_t key = sqlite3_value_int64(values[0]);
    pass_keys(r, key);
    if (r->at == r->n)
        return true;
    if (r->keys[r->at] != key)
        return ++r->passed > PATIENCE;
    char *row = r->rows + r->at * t->size;
    sink->rc = umi__row_load(t, values, row, sink->err);
    if (sink->rc == UMI_OK && r->arena != NULL &&
        !umi__row_keep(t, row, r->arena))
        sink->rc = umi_fail_memory(sink->err);
    r->found[r->at++] = sink->rc == UMI_OK;
    r->passed = 0;
    return sink->rc != UMI_OK || r->at == r->n;
}

/* By steps while rows are dense, by a search when they are not. */
static umi_status
read_on(reading *r, umi__sqlite *s, sqlite3_stmt *st, umi_error *err)
{
    bool more = true;
    umi_status rc = UMI_OK;
    while (rc == UMI_OK && r->at < r->n) {
        r->passed = 0;
        rc = pour(s, st, r->keys[r->at], &r->sink, &more, err);
        if (rc == UMI_OK && !more)
            for (; r->at < r->n; r->at++)
                r->found[r->at] = false;
    }
    return rc;
}

umi_status umi__sqlite_read(umi_store *base,
                            const umi_table *t,
                            const int64_t *keys,
                            size_t n,
                            void *rows,
                            bool *found,
                            umi_arena *arena,
                            umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    reading r = {.sink = {.table = t, .row = read_row},
                 .keys = keys,
                 .n = n,
                 .rows = rows,
                 .found = found,
                 .arena = arena};
    sqlite3_stmt *st;
    bool own;
    if (t->packed)
        return umi__pack_read(s, t, keys, n, rows, found, arena, err);
    umi_status rc = umi__sqlite_fresh(s, t->from, &st, &own, err);
    if (rc != UMI_OK)
        return rc;
    rc = read_on(&r, s, st, err);
    umi__sqlite_done(st, own);
    return rc;
}

/* --- scan ----------------------------------------------------------------- */

typedef struct scanning {
    umi__sink sink;
    int64_t to;
    umi_row_fn fn;
    void *self;
    umi__row_room room;
} scanning;

static bool scan_row(umi__sink *sink, sqlite3_value **values)
{
    scanning *c = (scanning *)sink;
    if (sqlite3_value_int64(values[0]) > c->to)
        return true;
    sink->rc = umi__row_load(sink->table, values, c->room.bytes, sink->err);
    if (sink->rc == UMI_OK)
        sink->rc = c->fn(c->self, c->room.bytes, sink->err);
    return sink->rc != UMI_OK;
}

umi_status umi__sqlite_scan(umi_store *base,
                            const umi_table *t,
                            int64_t from,
                            int64_t to,
                            umi_row_fn fn,
                            void *self,
                            umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    scanning c = {.sink = {.table = t, .row = scan_row}, .to = to};
    sqlite3_stmt *st;
    bool own, more;
    assert(t->size <= sizeof c.room);
    if (t->packed)
        return umi__pack_scan(s, t, from, to, fn, self, err);
    c.fn = fn;
    c.self = self;
    umi_status rc = umi__sqlite_fresh(s, t->from, &st, &own, err);
    if (rc != UMI_OK)
        return rc;
    rc = pour(s, st, from, &c.sink, &more, err);
    umi__sqlite_done(st, own);
    return rc;
}
