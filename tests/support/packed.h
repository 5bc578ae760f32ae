/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_PACKED_H
#define UMI_TESTS_SUPPORT_PACKED_H

/** @file Packed tables as plain ones, for tests that change a book behind its
 * back by SQL: packed_out() makes temporary tables of their names and
 * columns, packed_in() puts what these hold then in place of the packs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ledger/store/pack_int.h"

static inline void packed_run(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

static inline sqlite3_stmt *packed_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    return st;
}

typedef struct packed_rows {
    const umi_table *table;
    sqlite3_stmt *put;
} packed_rows;

static inline umi_status
packed_take(void *self, const void *row, umi_error *err)
{
    packed_rows *r = self;
    (void)err;
    for (size_t i = 0; i < r->table->count; i++) {
        const umi_store_column *c = &r->table->columns[i];
        umi__cell v = umi__cell_get(c, row);
        int at = (int)i + 1;
        if (v.absent)
            (void)sqlite3_bind_null(r->put, at);
        else if (umi__column_texty(c->type))
            (void)sqlite3_bind_text64(r->put, at, v.text.ptr ? v.text.ptr : "",
                                      v.text.len, SQLITE_TRANSIENT,
                                      SQLITE_UTF8);
        else
            (void)sqlite3_bind_int64(r->put, at, v.number);
    }
    assert_int_equal(sqlite3_step(r->put), SQLITE_DONE);
    (void)sqlite3_reset(r->put);
    return UMI_OK;
}

static inline void packed_out(sqlite3 *db, const char *path, const umi_table *t)
{
    char make[600], put[200];
    int at = snprintf(make, sizeof make, "CREATE TEMP TABLE %s(", t->name);
    int in = snprintf(put, sizeof put, "INSERT INTO %s VALUES (", t->name);
    for (size_t i = 0; i < t->count; i++) {
        at += snprintf(make + at, sizeof make - (size_t)at, "%s%s",
                       i ? ", " : "", t->columns[i].name);
        in += snprintf(put + in, sizeof put - (size_t)in, i ? ",?" : "?");
    }
    (void)snprintf(make + at, sizeof make - (size_t)at, ")");
    (void)snprintf(put + in, sizeof put - (size_t)in, ")");
    packed_run(db, make);
    packed_rows r = {t, packed_prepare(db, put)};
    umi_store *s = NULL;
    umi_error err = {0};
    if (umi_sqlite_open(&s, path, UMI_READ, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_int_equal(
        umi_store_scan(s, t, INT64_MIN, INT64_MAX, packed_take, &r, &err),
        UMI_OK);
    umi_store_close(s);
    (void)sqlite3_finalize(r.put);
}

static inline void
packed_block(sqlite3 *db, const umi_table *t, const char *rows, size_t n)
{
    umi_buf body = {0};
    umi__block_write(&body, t, rows, n);
    sqlite3_stmt *st = packed_prepare(
        db, "INSERT INTO pack_block(pack, first, last, n, body) VALUES "
            "((SELECT max(id) FROM pack), ?1, ?2, ?3, ?4)");
    (void)sqlite3_bind_int64(st, 1, umi__row_key(rows));
    (void)sqlite3_bind_int64(st, 2, umi__row_key(rows + (n - 1) * t->size));
    (void)sqlite3_bind_int64(st, 3, (int64_t)n);
    (void)sqlite3_bind_blob64(st, 4, body.ptr, body.len, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    (void)sqlite3_finalize(st);
    umi_buf_free(&body);
}

static inline void packed_in(sqlite3 *db, const umi_table *t)
{
    char sql[300];
    umi_arena *arena = umi_arena_new();
    char *rows = calloc(UMI__BLOCK_ROWS, t->size);
    size_t n = 0;
    (void)snprintf(sql, sizeof sql,
                   "DELETE FROM pack_block WHERE pack IN (SELECT id FROM pack "
                   "WHERE tab = '%s'); DELETE FROM pack WHERE tab = '%s';"
                   "INSERT INTO pack(tab, n) SELECT '%s', count(*) FROM %s",
                   t->name, t->name, t->name, t->name);
    packed_run(db, sql);
    (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1", t->name);
    sqlite3_stmt *st = packed_prepare(db, sql);
    while (sqlite3_step(st) == SQLITE_ROW) {
        sqlite3_value *values[UMI_COLUMNS_MAX];
        umi_error err = {0};
        char *row = rows + n * t->size;
        for (size_t i = 0; i < t->count; i++)
            values[i] = sqlite3_column_value(st, (int)i);
        if (umi__row_load(t, values, row, &err) != UMI_OK)
            fail_msg("%s", err.message);
        assert_true(umi__row_keep(t, row, arena));
        if (++n == UMI__BLOCK_ROWS) {
            packed_block(db, t, rows, n);
            n = 0;
        }
    }
    if (n > 0)
        packed_block(db, t, rows, n);
    (void)sqlite3_finalize(st);
    free(rows);
    umi_arena_free(arena);
}

#endif
