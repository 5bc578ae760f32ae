/* SPDX-License-Identifier: MIT */
#include "ledger/store/sqlite_int.h"

/* --- settings ------------------------------------------------------------- */

static umi_status tell(umi__sqlite *s,
                       const char *name,
                       int sql,
                       umi_setting_fn fn,
                       void *self,
                       umi_error *err)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(s->db, umi__sql(sql), -1, &st, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(st);
    umi_status rc;
    if (code == SQLITE_ROW || code == SQLITE_DONE) {
        const unsigned char *v =
            code == SQLITE_ROW ? sqlite3_column_text(st, 0) : NULL;
        rc = fn(self, name, umi_text_of(v ? (const char *)v : ""), err);
    } else {
        rc = umi__sqlite_fail(s->db, code, err);
    }
    (void)sqlite3_finalize(st);
    return rc;
}

umi_status umi__sqlite_settings(umi_store *base,
                                umi_setting_fn fn,
                                void *self,
                                umi_error *err)
{
    static const struct {
        const char *name;
        int sql;
    } list[] = {
        {"journal_mode", UMI_SQL_TELL_JOURNAL_MODE},
        {"locking_mode", UMI_SQL_TELL_LOCKING_MODE},
        {"synchronous", UMI_SQL_TELL_SYNCHRONOUS},
        {"foreign_keys", UMI_SQL_TELL_FOREIGN_KEYS},
        {"cell_size_check", UMI_SQL_TELL_CELL_SIZE_CHECK},
        {"trusted_schema", UMI_SQL_TELL_TRUSTED_SCHEMA},
        {"mmap_size", UMI_SQL_TELL_MMAP_SIZE},
        {"page_size", UMI_SQL_TELL_PAGE_SIZE},
        {"cache_size", UMI_SQL_TELL_CACHE_SIZE},
        {"wal_autocheckpoint", UMI_SQL_TELL_WAL_AUTOCHECKPOINT},
    };
    umi__sqlite *s = (umi__sqlite *)base;
    int on = 0;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < sizeof list / sizeof *list && rc == UMI_OK; i++)
        rc = tell(s, list[i].name, list[i].sql, fn, self, err);
    if (rc != UMI_OK)
        return rc;
    (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &on);
    return fn(self, "defensive", umi_text_of(on ? "1" : "0"), err);
}

/* --- sizes ---------------------------------------------------------------- */

/* Two figures of @p t; both stay as they are when it has no row. */
static int
two(umi__sqlite *s, int sql, const umi_table *t, int64_t *a, int64_t *b)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(s->db, umi__sql(sql), -1, &st, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_bind_text(st, 1, t->name, -1, SQLITE_STATIC);
    if (code == SQLITE_OK)
        code = sqlite3_step(st);
    if (code == SQLITE_ROW) {
        *a = sqlite3_column_int64(st, 0);
        *b = sqlite3_column_int64(st, 1);
    }
    (void)sqlite3_finalize(st);
    return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Every row of it is as large as the newest. */
static umi_status measure_packed(umi__sqlite *s,
                                 const umi_table *t,
                                 umi_table_size *out,
                                 umi_error *err)
{
    umi_table_size size = {0};
    int code = two(s, UMI_SQL_PACK_MEASURE, t, &size.bytes, &size.rows);
    if (code != SQLITE_OK)
        return umi__sqlite_fail(s->db, code, err);
    size.newest = size.bytes;
    size.newest_rows = size.rows;
    *out = size;
    return UMI_OK;
}

umi_status umi__sqlite_measure(umi_store *base,
                               const umi_table *t,
                               umi_table_size *out,
                               umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    umi_table_size size = {0};
    if (t->packed)
        return measure_packed(s, t, out, err);
    int code = two(s, UMI_SQL_TABLE_SIZE, t, &size.bytes, &size.rows);
    if (code == SQLITE_OK)
        code = two(s, UMI_SQL_NEWEST_SIZE, t, &size.newest, &size.newest_rows);
    if (code == SQLITE_ERROR) /* it has no such table */
        size = (umi_table_size){.bytes = UMI_NONE};
    else if (code != SQLITE_OK)
        return umi__sqlite_fail(s->db, code, err);
    *out = size;
    return UMI_OK;
}
