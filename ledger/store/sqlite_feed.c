/* SPDX-License-Identifier: MIT */
#include "ledger/store/sqlite_int.h"

/* `feed` is an eponymous table without memory of its own: it shows the array
 * that the store holds up at the moment, one struct a row.  An INSERT ...
 * SELECT from it costs one statement a table instead of one a row. */

typedef struct feed_table {
    sqlite3_vtab base;
    const umi__feed *feed;
} feed_table;

/* What of it is asked at every cell stands in the cursor itself. */
typedef struct feed_cursor {
    sqlite3_vtab_cursor base;
    const umi__feed *feed;
    const umi_store_column *columns;
    size_t count;
    const char *row, *end;
    size_t size;
} feed_cursor;

static int feed_connect(sqlite3 *db,
                        void *aux,
                        int argc,
                        const char *const *argv,
                        sqlite3_vtab **out,
                        char **message)
{
    (void)argc, (void)argv, (void)message;
    int rc = sqlite3_declare_vtab(db, umi__sql(UMI_SQL_FEED_DECLARE));
    if (rc != SQLITE_OK)
        return rc;
    feed_table *t = sqlite3_malloc(sizeof *t);
    if (t == NULL)
        return SQLITE_NOMEM;
    *t = (feed_table){.feed = aux};
    *out = &t->base;
    return SQLITE_OK;
}

static int feed_disconnect(sqlite3_vtab *t)
{
    sqlite3_free(t);
    return SQLITE_OK;
}

static int feed_best(sqlite3_vtab *t, sqlite3_index_info *info)
{
    (void)t;
    info->estimatedCost = 1;
    info->estimatedRows = 1000000;
    return SQLITE_OK;
}

static int feed_open(sqlite3_vtab *t, sqlite3_vtab_cursor **out)
{
    feed_cursor *c = sqlite3_malloc(sizeof *c);
    if (c == NULL)
        return SQLITE_NOMEM;
    *c = (feed_cursor){.feed = ((feed_table *)t)->feed};
    *out = &c->base;
    return SQLITE_OK;
}

static int feed_close(sqlite3_vtab_cursor *c)
{
    sqlite3_free(c);
    return SQLITE_OK;
}

static int feed_filter(sqlite3_vtab_cursor *base,
                       int number,
                       const char *name,
                       int argc,
                       sqlite3_value **argv)
{
    (void)number, (void)name, (void)argc, (void)argv;
    feed_cursor *c = (feed_cursor *)base;
    c->columns = c->feed->table->columns;
    c->count = c->feed->table->count;
    c->size = c->feed->table->size;
    c->row = c->feed->rows;
    c->end = c->row + c->feed->count * c->size;
    return SQLITE_OK;
}

static int feed_next(sqlite3_vtab_cursor *base)
{
    feed_cursor *c = (feed_cursor *)base;
    c->row += c->size;
    return SQLITE_OK;
}

static int feed_eof(sqlite3_vtab_cursor *base)
{
    const feed_cursor *c = (const feed_cursor *)base;
    return c->row >= c->end;
}

static void give_text(sqlite3_context *ctx, const char *text, size_t n)
{
    sqlite3_result_text(ctx, text, (int)n, SQLITE_STATIC);
}

static int feed_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i)
{
    const feed_cursor *c = (const feed_cursor *)base;
    if ((unsigned)i >= c->count)
        return SQLITE_OK; /* NULL: the statement asks for too many */
    const umi_store_column *col = &c->columns[i];
    const char *at = c->row + col->offset;
    int64_t number;
    umi_text text;
    switch (col->type) {
    case UMI_COL_INT:
    case UMI_COL_MONEY:
        memcpy(&number, at, sizeof number);
        if (!(col->optional && number == UMI_NONE))
            sqlite3_result_int64(ctx, number);
        break;
    case UMI_COL_DAY:
        number = umi__small(at);
        if (!(col->optional && number == UMI_NONE32))
            sqlite3_result_int64(ctx, number);
        break;
    case UMI_COL_BOOL:
        sqlite3_result_int64(ctx, *(const bool *)at);
        break;
    case UMI_COL_NAME:
        number = umi__small(at);
        if (!(col->optional && number == UMI_NONE32)) {
            const char *name = col->names[number];
            give_text(ctx, name, strlen(name));
        }
        break;
    case UMI_COL_TEXT:
    case UMI_COL_BLOB:
        memcpy(&text, at, sizeof text);
        if (col->optional && text.ptr == NULL)
            break;
        if (text.ptr == NULL)
            text = UMI_TEXT("");
        if (col->type == UMI_COL_TEXT)
            sqlite3_result_text64(ctx, text.ptr, text.len, SQLITE_STATIC,
                                  SQLITE_UTF8);
        else
            sqlite3_result_blob64(ctx, text.ptr, text.len, SQLITE_STATIC);
        break;
    case UMI_COL_HASH:
        sqlite3_result_blob64(ctx, at, UMI_HASH_SIZE, SQLITE_STATIC);
        break;
    }
    return SQLITE_OK;
}

static int feed_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *id)
{
    const feed_cursor *c = (const feed_cursor *)base;
    *id = (c->row - c->feed->rows) / (ptrdiff_t)c->size;
    return SQLITE_OK;
}

static const sqlite3_module feed_module = {
    .xConnect = feed_connect,
    .xBestIndex = feed_best,
    .xDisconnect = feed_disconnect,
    .xOpen = feed_open,
    .xClose = feed_close,
    .xFilter = feed_filter,
    .xNext = feed_next,
    .xEof = feed_eof,
    .xColumn = feed_column,
    .xRowid = feed_rowid,
};

umi_status umi__sqlite_feed(umi__sqlite *s, umi_error *err)
{
    int rc = sqlite3_create_module(s->db, "feed", &feed_module, &s->feed);
    return rc == SQLITE_OK ? UMI_OK : umi__sqlite_fail(s->db, rc, err);
}
