/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_STORE_STORE_H
#define UMI_LEDGER_STORE_STORE_H

/**
 * @file
 * The store port: where the book's rows live.  A handful of calls, each over
 * a set of rows, so that SQLite, the memory model of the tests, and one day a
 * server can stand behind it.  A use case reads what it needs, computes
 * without the store, and applies one change set in one transaction.
 *
 * How a room adds a table:
 *  1. write the row as a C struct and describe it (umi_table) in a .c file of
 *     the room: column 0 is the key, an int64; the order of the columns is
 *     the order in every statement;
 *  2. add ledger/store/sql/ROOM.sql with four statements NAME_create,
 *     NAME_put, NAME_from, NAME_last (ledger/store/sql/book.sql shows the
 *     forms: `put` takes its rows from the table `feed`, columns c0, c1, ...;
 *     `from` hands all columns to the function `sink`, from key ?1 on, in
 *     order of the key; `last` yields the largest key), and NAME_remove for a
 *     state table that needs it;
 *  3. add one line X(name) to ledger/store/tables.def, after the tables that
 *     it refers to; the descriptor is then `const umi_table umi_name_table`;
 *  4. further named statements are umi_query values: SELECT of all columns
 *     in their order (or groups and sums, then with a result table), filtered
 *     by `where`, ordered by the key (or the groups);
 *  5. write with umi_book_apply() (ledger/book/book.h), which chains journal
 *     rows into the block hashes; never with umi_store_apply() itself.
 * tests/ledger/test_store_file.c checks every registered table and query on its
 * own: columns, types, NULLs, triggers, no table scans.
 */
#include "engine/base/alloc.h"
#include "engine/base/date.h"
#include "engine/base/hash.h"
#include "engine/base/money.h"
#include "gen/sql.h"

#define UMI_COLUMNS_MAX 40 /**< most columns of a table */
#define UMI_WHERE_MAX   4  /**< most conditions of a query */
#define UMI_PARTS_MAX   32 /**< most tables in one change set */

/** Bytes of a page of a new book, and pages of its log before it is folded
 * in, as in ledger/store/sql/store.sql: for those who reckon its size. */
#define UMI_STORE_PAGE 4096
#define UMI_STORE_LOG  65536

/** The value of an optional UMI_COL_INT or UMI_COL_MONEY that is absent. */
#define UMI_NONE INT64_MIN
/** The same for UMI_COL_DAY and UMI_COL_NAME; an absent text has ptr NULL. */
#define UMI_NONE32 INT32_MIN

/** What a column holds, and the C type of its member. */
typedef enum umi_store_type {
    UMI_COL_INT,   /**< int64_t */
    UMI_COL_MONEY, /**< umi_money, stored in sen */
    UMI_COL_DAY,   /**< umi_day, stored as its number */
    UMI_COL_BOOL,  /**< bool, stored as 0 or 1; never absent */
    UMI_COL_NAME,  /**< an enum (int32_t size), stored by its name */
    UMI_COL_TEXT,  /**< umi_text of UTF-8 */
    UMI_COL_BLOB,  /**< umi_text of any bytes */
    UMI_COL_HASH   /**< umi_hash, 32 bytes; never absent */
} umi_store_type;

/** How a column of a query's result table is made. */
typedef enum umi_store_fold {
    UMI_FOLD_KEY,  /**< rows are grouped by it */
    UMI_FOLD_SUM,  /**< summed over the group; overflow is an error */
    UMI_FOLD_COUNT /**< rows in the group; the name matches no column */
} umi_store_fold;

typedef struct umi_store_column {
    const char *name;
    umi_store_type type;
    bool optional; /**< may be NULL */
    uint32_t offset;
    const char *const *names; /**< of UMI_COL_NAME, ended by NULL */
    umi_store_fold fold;      /**< in result tables only */
} umi_store_column;

/** {"day", ...} of member `day` of struct @p row. */
#define UMI_COL(row, member, kind)                                             \
    {                                                                          \
        .name = #member, .type = UMI_COL_##kind,                               \
        .offset = offsetof(row, member)                                        \
    }
/** The same for a column that may be NULL. */
#define UMI_COL_OPT(row, member, kind)                                         \
    {                                                                          \
        .name = #member, .type = UMI_COL_##kind, .optional = true,             \
        .offset = offsetof(row, member)                                        \
    }
/** An enum with its list of names (ended by NULL). */
#define UMI_COL_ENUM(row, member, list)                                        \
    {                                                                          \
        .name = #member, .type = UMI_COL_NAME,                                 \
        .offset = offsetof(row, member), .names = list                         \
    }

typedef enum umi_table_kind {
    UMI_TABLE_JOURNAL, /**< rows are only added, under ascending keys */
    UMI_TABLE_STATE,   /**< column 1 is `seq`, 1 when new, +1 per change */
    UMI_TABLE_KEY,     /**< rows are only added, under any new keys */
    UMI_TABLE_CHAIN,   /**< of the block hashes themselves; not for others */
    UMI_TABLE_RESULT   /**< of a query; not stored */
} umi_table_kind;

typedef struct umi_table {
    const char *name;
    umi_table_kind kind;
    size_t size; /**< of the row struct */
    const umi_store_column *columns;
    size_t count;
    int create, put, from, last; /**< UMI_SQL_... */
    int remove;                  /**< of state rows; UMI_SQL_NONE: never */
    bool packed;                 /**< see UMI_TABLE_PACKED */
    bool witnessed; /**< digests of its state rows stand in the chain */
} umi_table;

/** Body of a descriptor: UMI_TABLE_OF(JOURNAL, umi_txn, TXN, "txn", list). */
#define UMI_TABLE_OF(which, row, NAME, text, list)                             \
    {                                                                          \
        .name = text, .kind = UMI_TABLE_##which, .size = sizeof(row),          \
        .columns = list, .count = sizeof list / sizeof *list,                  \
        .create = UMI_SQL_##NAME##_CREATE, .put = UMI_SQL_##NAME##_PUT,        \
        .from = UMI_SQL_##NAME##_FROM, .last = UMI_SQL_##NAME##_LAST           \
    }

/** A state table whose rows may be removed (and then come back as new). */
#define UMI_TABLE_REMOVABLE(row, NAME, text, list, sql)                        \
    {                                                                          \
        .name = text, .kind = UMI_TABLE_STATE, .size = sizeof(row),            \
        .columns = list, .count = sizeof list / sizeof *list,                  \
        .create = UMI_SQL_##NAME##_CREATE, .put = UMI_SQL_##NAME##_PUT,        \
        .from = UMI_SQL_##NAME##_FROM, .last = UMI_SQL_##NAME##_LAST,          \
        .remove = sql                                                          \
    }

/** The same (sql 0: nothing is ever removed), and every change leaves a
 * digest of the row in the chain, so that `verify` notices others. */
#define UMI_TABLE_WITNESSED(row, NAME, text, list, sql)                        \
    {                                                                          \
        .name = text, .kind = UMI_TABLE_STATE, .size = sizeof(row),            \
        .columns = list, .count = sizeof list / sizeof *list,                  \
        .create = UMI_SQL_##NAME##_CREATE, .put = UMI_SQL_##NAME##_PUT,        \
        .from = UMI_SQL_##NAME##_FROM, .last = UMI_SQL_##NAME##_LAST,          \
        .remove = sql, .witnessed = true                                       \
    }

/** Very many narrow rows, state or key, of which very many are written or
 * sought at once, and which nobody asks by SQL: it has no statements, no
 * queries and no removals, and where rows are kept is the store's own affair
 * (docs/adr/0052).  Of columns it may have numbers, and one text. */
#define UMI_TABLE_PACKED(which, row, text, list)                               \
    {                                                                          \
        .name = text, .kind = UMI_TABLE_##which, .size = sizeof(row),          \
        .columns = list, .count = sizeof list / sizeof *list, .packed = true   \
    }

/** Body of the descriptor of a query's own rows. */
#define UMI_RESULT_OF(row, list)                                               \
    {                                                                          \
        .name = "result", .kind = UMI_TABLE_RESULT, .size = sizeof(row),       \
        .columns = list, .count = sizeof list / sizeof *list                   \
    }

/** All tables in the order of ledger/store/tables.def; @p n is set. */
const umi_table *const *umi_tables(size_t *n);
/** Place of @p t in that order; it must be registered. */
size_t umi_table_index(const umi_table *t);

typedef enum umi_where_op {
    UMI_WHERE_EQ,
    UMI_WHERE_LE,
    UMI_WHERE_GE
} umi_where_op;

typedef struct umi_where {
    const char *column; /**< NULL ends the list */
    umi_where_op op;
} umi_where;

/** A named SELECT; argument ?k belongs to where[k - 1]. */
typedef struct umi_query {
    int sql; /**< UMI_SQL_... */
    const umi_table *table;
    const umi_table *result; /**< NULL: whole rows of `table` */
    umi_where where[UMI_WHERE_MAX + 1];
} umi_query;

typedef struct umi_query_arg {
    bool is_text;
    int64_t number; /**< an int, money in sen, or a day number */
    umi_text text;
} umi_query_arg;
#define UMI_ARG_INT(v)                                                         \
    (umi_query_arg)                                                            \
    {                                                                          \
        .number = (v)                                                          \
    }
#define UMI_ARG_TEXT(t)                                                        \
    (umi_query_arg)                                                            \
    {                                                                          \
        .is_text = true, .text = (t)                                           \
    }

/** Rows for one table, in ascending order of their keys. */
typedef struct umi_change_part {
    const umi_table *table;
    const void *rows;    /**< structs; NULL in a removal */
    const int64_t *keys; /**< of state rows to remove; else NULL */
    size_t count;
} umi_change_part;

/** What one transaction writes, at most one part a table.  Rows are borrowed
 * until it is applied. */
typedef struct umi_change {
    umi_change_part part[UMI_PARTS_MAX];
    size_t count;
} umi_change;

/** Add @p n rows; nothing when @p n is 0. */
void umi_change_put(umi_change *c,
                    const umi_table *t,
                    const void *rows,
                    size_t n);
/** Add the removal of @p n state rows by key. */
void umi_change_remove(umi_change *c,
                       const umi_table *t,
                       const int64_t *keys,
                       size_t n);

typedef struct umi_store umi_store;

/** Called for each row; texts live only during the call.  A status other
 * than UMI_OK ends the scan and is passed on. */
typedef umi_status (*umi_row_fn)(void *self, const void *row, umi_error *err);

/* --- life ---------------------------------------------------------------- */

typedef enum umi_access {
    UMI_READ, /**< other readers may work beside it */
    UMI_WRITE /**< alone; waits for others at most 30 s */
} umi_access;

/**
 * Make a store of all registered tables in a new file, with the rows of
 * @p first in it, for its owner alone.  It appears at @p path whole or not at
 * all.
 * @retval UMI_EEXIST something is at @p path
 * @retval UMI_EIO    it cannot be written
 */
UMI_MUST_CHECK umi_status umi_sqlite_create(const char *path,
                                            const umi_change *first,
                                            umi_error *err);

/**
 * Open the book file at @p path.
 * @retval UMI_EBUSY    another process holds it for more than 30 s
 * @retval UMI_EIO      it is missing or cannot be read (or written)
 * @retval UMI_EDAMAGED it is no book, or of an unknown version; untouched
 * @retval UMI_ENOMEM   memory exhausted
 */
UMI_MUST_CHECK umi_status umi_sqlite_open(umi_store **out,
                                          const char *path,
                                          umi_access access,
                                          umi_error *err);

/**
 * The same rows again, for another thread to read.
 * @param[out] out NULL when that cannot be: a store in memory, or one that
 *                 writes and is alone with its file; statuses as
 *                 umi_sqlite_open()
 */
UMI_MUST_CHECK umi_status umi_store_beside(umi_store **out,
                                           const umi_store *s,
                                           umi_error *err);

/** An empty store in memory: the model that the tests compare with. */
UMI_MUST_CHECK umi_status umi_memory_open(umi_store **out, umi_error *err);

/** Write back, release, free; NULL is allowed. */
void umi_store_close(umi_store *s);

/* --- the calls ------------------------------------------------------------
 * All may fail with UMI_EBUSY, UMI_EIO, UMI_EDAMAGED (a stored value is not
 * what its column may hold) or UMI_ENOMEM.  After UMI_EIO, UMI_EDAMAGED or
 * UMI_ENOMEM of an apply the store refuses every further call: close it. */

/**
 * Read rows by ascending, distinct @p keys: rows[i] is filled and found[i]
 * set when keys[i] exists.  Texts are copied into @p arena (may be NULL for
 * tables without texts).
 */
UMI_MUST_CHECK umi_status umi_store_read(umi_store *s,
                                         const umi_table *t,
                                         const int64_t *keys,
                                         size_t n,
                                         void *rows,
                                         bool *found,
                                         umi_arena *arena,
                                         umi_error *err);

/**
 * Keys by unique texts: ids[i] is the key of the row that the query (one
 * where, UMI_WHERE_EQ on a text) finds for texts[i], or UMI_NONE.
 */
UMI_MUST_CHECK umi_status umi_store_lookup(umi_store *s,
                                           const umi_query *q,
                                           const umi_text *texts,
                                           size_t n,
                                           int64_t *ids,
                                           umi_error *err);

/** Stream the rows of @p t with keys in from..to, in order. */
UMI_MUST_CHECK umi_status umi_store_scan(umi_store *s,
                                         const umi_table *t,
                                         int64_t from,
                                         int64_t to,
                                         umi_row_fn fn,
                                         void *self,
                                         umi_error *err);

/** Stream the rows of a named query; one argument per where. */
UMI_MUST_CHECK umi_status umi_store_query(umi_store *s,
                                          const umi_query *q,
                                          const umi_query_arg *args,
                                          umi_row_fn fn,
                                          void *self,
                                          umi_error *err);

/** The rows of a query as an array in @p arena, for small results. */
UMI_MUST_CHECK umi_status umi_store_find(umi_store *s,
                                         const umi_query *q,
                                         const umi_query_arg *args,
                                         void **rows,
                                         size_t *n,
                                         umi_arena *arena,
                                         umi_error *err);

/** The largest key of @p t, 0 when it is empty. */
UMI_MUST_CHECK umi_status umi_store_last(umi_store *s,
                                         const umi_table *t,
                                         int64_t *key,
                                         umi_error *err);

/**
 * Write all parts, or none, in one durable transaction (or in that of
 * umi_store_begin()).  A new row whose key
 * exists, or a state row whose stored seq is not one less than the new one
 * (of a UMI_TABLE_PACKED also one that is not stored and not new), fails the
 * whole change with UMI_EINTERNAL.
 */
UMI_MUST_CHECK umi_status umi_store_apply(umi_store *s,
                                          const umi_change *c,
                                          umi_error *err);

/**
 * Let the changes that follow be one transaction, up to umi_store_commit();
 * reads see them before.  A store that is closed in between keeps none.
 */
UMI_MUST_CHECK umi_status umi_store_begin(umi_store *s, umi_error *err);
UMI_MUST_CHECK umi_status umi_store_commit(umi_store *s, umi_error *err);

/**
 * A copy of the committed rows in a new file that opens as a book by itself.
 * @retval UMI_EEXIST something is at @p path
 */
UMI_MUST_CHECK umi_status umi_store_snapshot(umi_store *s,
                                             const char *path,
                                             umi_error *err);

/**
 * The engine's own checks of its file and its schema.
 * @retval UMI_EDAMAGED one failed; the message is its first finding
 */
UMI_MUST_CHECK umi_status umi_store_check(umi_store *s, umi_error *err);

/**
 * Whether every row that a row names is there.
 * @retval UMI_EDAMAGED one is not
 */
UMI_MUST_CHECK umi_status umi_store_check_references(umi_store *s,
                                                     umi_error *err);

/** One setting of an open store, as its engine tells it. */
typedef umi_status (*umi_setting_fn)(void *self,
                                     const char *name,
                                     umi_text value,
                                     umi_error *err);

/** Tell the settings that durability rests on, read back from the engine; a
 * store without any tells none. */
UMI_MUST_CHECK umi_status umi_store_settings(umi_store *s,
                                             umi_setting_fn fn,
                                             void *self,
                                             umi_error *err);

/** What a table takes on the disk. */
typedef struct umi_table_size {
    int64_t bytes;  /**< UMI_NONE: the engine cannot tell */
    int64_t rows;   /**< in those bytes */
    int64_t newest; /**< bytes of the pages with the largest keys */
    int64_t newest_rows;
} umi_table_size;

/** Measure @p t by looking at every page of it. */
UMI_MUST_CHECK umi_status umi_store_measure(umi_store *s,
                                            const umi_table *t,
                                            umi_table_size *out,
                                            umi_error *err);

/** Pages of its file; 0 in memory. */
UMI_MUST_CHECK umi_status umi_store_pages(umi_store *s,
                                          int64_t *pages,
                                          umi_error *err);

/** @p n bytes from the operating system, for keys and salts. */
void umi_store_random(void *out, size_t n);

#endif
