/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_STORE_SQLITE_INT_H
#define UMI_LEDGER_STORE_SQLITE_INT_H

/**
 * @file
 * The parts of the SQLite backend: sqlite.c opens files and owns the handle,
 * sqlite_rows.c writes and queries rows, sqlite_feed.c is the virtual table by
 * which a whole array of structs enters one statement, sqlite_sink.c the
 * function by which the rows of a table leave one.  Rows of packed tables take
 * none of these ways, but that of pack.c.
 */
#include "ledger/store/store_int.h"

#include <sqlite3.h>

/** What the table `feed` yields at present: structs, or bare keys. */
typedef struct umi__feed {
    const umi_table *table;
    const char *rows;
    size_t count;
} umi__feed;

/** Where the rows of a NAME_from statement go at present; first member of
 * what reads them. */
typedef struct umi__sink {
    const umi_table *table;
    /** Take a row; true lets the statement stand still.  A failure is left in
     * `rc` and `err`. */
    bool (*row)(struct umi__sink *self, sqlite3_value **values);
    int64_t least; /**< key that the next row may have */
    umi_status rc;
    umi_error *err;
} umi__sink;

typedef union umi__row_room {
    int64_t align;
    char bytes[1024];
} umi__row_room;

typedef struct umi__sqlite {
    umi_store base;
    sqlite3 *db;
    bool writes;
    bool alone; /* no other connection can read meanwhile */
    umi__feed feed;
    umi__sink *sink;         /**< NULL while nothing is read */
    struct umi__pack *packs; /**< of packed tables, see pack_int.h */
    size_t pack_count, pack_cap;
    bool packs_known;
    int64_t stamp; /**< of the transaction at hand */
    size_t walks;  /**< that are under way */
    umi_buf body;  /**< of the block that is written */
    sqlite3_stmt *prepared[UMI_SQL_COUNT];
} umi__sqlite;

/** Bare keys, for `feed`. */
umi__feed umi__feed_keys(const int64_t *keys, size_t n);

/** The text of a named statement; lives for ever. */
const char *umi__sql(int sql);

/** The failure of @p db after result code @p code, as a status. */
umi_status umi__sqlite_fail(sqlite3 *db, int code, umi_error *err);

/** A named statement, prepared once and reset; borrowed. */
UMI_MUST_CHECK umi_status umi__sqlite_prepare(umi__sqlite *s,
                                              int sql,
                                              sqlite3_stmt **out,
                                              umi_error *err);
/** Run all statements of a named text that needs no arguments. */
UMI_MUST_CHECK umi_status umi__sqlite_run(sqlite3 *db, int sql, umi_error *err);

/** umi_sqlite_open() that waits for other processes so long. */
UMI_MUST_CHECK umi_status umi__sqlite_open_waiting(umi_store **out,
                                                   const char *path,
                                                   umi_access access,
                                                   int wait_ms,
                                                   umi_error *err);

/** Make the virtual table `feed` known on the connection. */
UMI_MUST_CHECK umi_status umi__sqlite_feed(umi__sqlite *s, umi_error *err);
/** Likewise the function `sink`. */
UMI_MUST_CHECK umi_status umi__sqlite_sink(umi__sqlite *s, umi_error *err);

/** The values of a row, one for each column of @p t, into a struct; texts are
 * borrowed from the values. */
UMI_MUST_CHECK umi_status umi__row_load(const umi_table *t,
                                        sqlite3_value **values,
                                        void *row,
                                        umi_error *err);

/** A named statement that is not in use: the prepared one, or one of the
 * caller's own when a row of it asks for rows.  Either way umi__sqlite_done()
 * gives it back. */
UMI_MUST_CHECK umi_status umi__sqlite_fresh(
    umi__sqlite *s, int sql, sqlite3_stmt **st, bool *own, umi_error *err);
void umi__sqlite_done(sqlite3_stmt *st, bool own);

umi_status umi__sqlite_read(umi_store *base,
                            const umi_table *t,
                            const int64_t *keys,
                            size_t n,
                            void *rows,
                            bool *found,
                            umi_arena *arena,
                            umi_error *err);
umi_status umi__sqlite_lookup(umi_store *base,
                              const umi_query *q,
                              const umi_text *texts,
                              size_t n,
                              int64_t *ids,
                              umi_error *err);
umi_status umi__sqlite_scan(umi_store *base,
                            const umi_table *t,
                            int64_t from,
                            int64_t to,
                            umi_row_fn fn,
                            void *self,
                            umi_error *err);
umi_status umi__sqlite_query(umi_store *base,
                             const umi_query *q,
                             const umi_query_arg *args,
                             umi_row_fn fn,
                             void *self,
                             umi_error *err);
umi_status umi__sqlite_last(umi_store *base,
                            const umi_table *t,
                            int64_t *key,
                            umi_error *err);
umi_status umi__sqlite_settings(umi_store *base,
                                umi_setting_fn fn,
                                void *self,
                                umi_error *err);
umi_status umi__sqlite_measure(umi_store *base,
                               const umi_table *t,
                               umi_table_size *out,
                               umi_error *err);
/** UMI_EIO when SQLite gave up the transaction of umi_store_begin(). */
UMI_MUST_CHECK umi_status umi__sqlite_still_open(const umi__sqlite *s,
                                                 umi_error *err);
umi_status umi__sqlite_begin(umi_store *base, umi_error *err);
umi_status umi__sqlite_commit(umi_store *base, umi_error *err);
umi_status
umi__sqlite_apply(umi_store *base, const umi_change *c, umi_error *err);

#endif
