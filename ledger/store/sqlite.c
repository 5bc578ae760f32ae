/* SPDX-License-Identifier: MIT */
#define UMI_SQL_TEXT
#include "ledger/store/draft_int.h"
#include "ledger/store/pack_int.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    APPLICATION = 0x554d4941, /* "UMIA", as in mark_application */
    VERSION = 3,              /* of the schema, as in mark_version */
    WAIT_MS = 30000,
    TURN_MS = 5,   /* that one attempt to open waits */
    PAUSE_MS = 256 /* between two of them, at most */
};

const char *umi__sql(int sql)
{
    assert(sql > UMI_SQL_NONE && sql < UMI_SQL_COUNT);
    return umi_sql_text[sql];
}

/* What SQLite says may quote bytes of a damaged file. */
static const char *plain(char out[160], const char *message)
{
    size_t i = 0;
    for (; message[i] != '\0' && i < 159; i++)
        out[i] = message[i] < ' ' || message[i] > '~' ? '?' : message[i];
    out[i] = '\0';
    return out;
}

umi_status umi__sqlite_fail(sqlite3 *db, int code, umi_error *err)
{
    char room[160];
    const char *why = plain(room, umi_error_tr(err, db ? sqlite3_errmsg(db)
                                                       : sqlite3_errstr(code)));
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return umi_fail(err, UMI_EBUSY, "", "another process holds the book");
    case SQLITE_NOMEM:
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
        return umi_fail(err, UMI_EIO, "", "the book cannot be used: %s", why);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
    case SQLITE_SCHEMA:
    case SQLITE_ERROR: /* a table or column is not there */
        return umi_fail(err, UMI_EDAMAGED, "", "the book is damaged: %s", why);
    default:
        return umi_fail(err, UMI_EINTERNAL, "", "the store refused: %s", why);
    }
}

umi_status
umi__sqlite_prepare(umi__sqlite *s, int sql, sqlite3_stmt **out, umi_error *err)
{
    if (s->prepared[sql] == NULL) {
        int rc = sqlite3_prepare_v3(s->db, umi__sql(sql), -1,
                                    SQLITE_PREPARE_PERSISTENT,
                                    &s->prepared[sql], NULL);
        if (rc != SQLITE_OK)
            return umi__sqlite_fail(s->db, rc, err);
    }
    *out = s->prepared[sql];
    return UMI_OK;
}

umi_status umi__sqlite_run(sqlite3 *db, int sql, umi_error *err)
{
    int rc = sqlite3_exec(db, umi__sql(sql), NULL, NULL, NULL);
    return rc == SQLITE_OK ? UMI_OK : umi__sqlite_fail(db, rc, err);
}

/* --- close ---------------------------------------------------------------- */

static void finalize_all(umi__sqlite *s)
{
    for (size_t i = 0; i < UMI_SQL_COUNT; i++) {
        (void)sqlite3_finalize(s->prepared[i]);
        s->prepared[i] = NULL;
    }
}

static void sqlite_close(umi_store *base)
{
    umi__sqlite *s = (umi__sqlite *)base;
    finalize_all(s);
    /* What is committed is safe in the log whether or not this succeeds. */
    if (s->db != NULL && s->writes && !base->dead)
        (void)sqlite3_exec(s->db, umi__sql(UMI_SQL_CHECKPOINT), NULL, NULL,
                           NULL);
    (void)sqlite3_close(s->db);
    umi__packs_forget(s);
    umi_buf_free(&s->body);
    umi_free(s);
}

/* --- copy and check ----------------------------------------------------*/

/* A name like "file:..." would be read as a URI. */
static bool plain_path(char out[4096], const char *path)
{
    int n = snprintf(out, 4096, "%s%s",
                     strncmp(path, "file:", 5) == 0 ? "./" : "", path);
    return n > 0 && n < 4096;
}

static umi_status copy_into(umi__sqlite *s, const char *path, umi_error *err)
{
    sqlite3_stmt *st = NULL;
    char name[4096];
    int rc = plain_path(name, path) ? SQLITE_OK : SQLITE_CANTOPEN;
    if (rc == SQLITE_OK)
        rc = sqlite3_prepare_v2(s->db, umi__sql(UMI_SQL_COPY_INTO), -1, &st,
                                NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(st, 1, name, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(st);
    umi_status status =
        rc == SQLITE_DONE ? UMI_OK : umi__sqlite_fail(s->db, rc, err);
    (void)sqlite3_finalize(st);
    return status;
}

static umi_status sqlite_copy(umi_store *base, const char *path, umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    umi_status rc = umi__sqlite_run(s->db, UMI_SQL_SETTINGS_COPY, err);
    return rc != UMI_OK ? rc : copy_into(s, path, err);
}

static umi_status make_tables(sqlite3 *db, umi_error *err)
{
    size_t n;
    const umi_table *const *t = umi_tables(&n);
    umi_status rc = umi__sqlite_run(db, UMI_SQL_PACK_CREATE, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        if (!t[i]->packed)
            rc = umi__sqlite_run(db, t[i]->create, err);
    return rc;
}

/* One line per object of the schema, in a fixed order. */
static umi_status schema_text(sqlite3 *db, umi_buf *b, umi_error *err)
{
    sqlite3_stmt *st = NULL;
    int rc =
        sqlite3_prepare_v2(db, umi__sql(UMI_SQL_SCHEMA_LIST), -1, &st, NULL);
    while (rc == SQLITE_OK || rc == SQLITE_ROW) {
        rc = sqlite3_step(st);
        for (int i = 0; rc == SQLITE_ROW && i < 4; i++) {
            umi_buf_bytes(b, (const char *)sqlite3_column_text(st, i),
                          (size_t)sqlite3_column_bytes(st, i));
            umi_buf_putc(b, '\n');
        }
    }
    umi_status status =
        rc == SQLITE_DONE ? UMI_OK : umi__sqlite_fail(db, rc, err);
    (void)sqlite3_finalize(st);
    if (status == UMI_OK && b->failed)
        status = umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    return status;
}

/* Whether tables, triggers and indexes are those that this version makes. */
static umi_status check_schema(umi__sqlite *s, umi_error *err)
{
    sqlite3 *model = NULL;
    umi_buf have = {0}, want = {0};
    int code = sqlite3_open_v2(
        ":memory:", &model,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY, NULL);
    umi_status rc =
        code == SQLITE_OK ? UMI_OK : umi__sqlite_fail(model, code, err);
    if (rc == UMI_OK)
        rc = make_tables(model, err);
    if (rc == UMI_OK)
        rc = schema_text(model, &want, err);
    if (rc == UMI_OK)
        rc = schema_text(s->db, &have, err);
    if (rc == UMI_OK &&
        !umi_text_eq(umi_buf_as_text(&have), umi_buf_as_text(&want)))
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "tables or triggers of the book were changed");
    umi_buf_free(&have);
    umi_buf_free(&want);
    (void)sqlite3_close(model);
    return rc;
}

/* A page that could not be read is no finding: for want of memory a book must
 * not be called damaged. */
static umi_status unread(const char *found, umi_error *err)
{
    const char *said = strstr(found, "error code=");
    int code = strstr(found, "failed to get page") ? SQLITE_IOERR : SQLITE_OK;
    if (said != NULL)
        code = (int)strtol(said + strlen("error code="), NULL, 10);
    return (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_NOMEM
               ? umi__sqlite_fail(NULL, code, err)
               : UMI_OK;
}

/* Run a checking pragma; its first row must be @p good, or there is none. */
static umi_status
check_rows(umi__sqlite *s, int sql, const char *good, umi_error *err)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(s->db, umi__sql(sql), -1, &st, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(st);
    umi_status rc = UMI_OK;
    if (code == SQLITE_ROW) {
        const char *found = (const char *)sqlite3_column_text(st, 0);
        char room[160];
        if (found != NULL)
            rc = unread(found, err);
        if (rc == UMI_OK &&
            (good == NULL || found == NULL || strcmp(found, good) != 0))
            rc = umi_fail(err, UMI_EDAMAGED, "", "the file is damaged: %s",
                          plain(room, found ? found : ""));
    } else if (code != SQLITE_DONE) {
        rc = umi__sqlite_fail(s->db, code, err);
    }
    (void)sqlite3_finalize(st);
    return rc;
}

static umi_status sqlite_check(umi_store *base, umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    umi_status rc = check_schema(s, err);
    if (rc == UMI_OK)
        rc = check_rows(s, UMI_SQL_CHECK_INTEGRITY, "ok", err);
    if (rc == UMI_OK)
        rc = check_rows(s, UMI_SQL_PACK_CHECK, NULL, err);
    return rc;
}

static umi_status sqlite_check_references(umi_store *base, umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    return check_rows(s, UMI_SQL_CHECK_REFERENCES, NULL, err);
}

/* --- open and create ------------------------------------------------------ */

static umi_status sqlite_pages(umi_store *base, int64_t *pages, umi_error *err)
{
    umi__sqlite *s = (umi__sqlite *)base;
    sqlite3_stmt *st;
    umi_status rc = umi__sqlite_prepare(s, UMI_SQL_COUNT_PAGES, &st, err);
    if (rc != UMI_OK)
        return rc;
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW)
        *pages = sqlite3_column_int64(st, 0);
    else
        rc = umi__sqlite_fail(s->db, code, err);
    (void)sqlite3_reset(st);
    return rc;
}

/* A reader keeps writers out as long as it is open, so both see the same. */
static umi_status
sqlite_beside(umi_store **out, const umi_store *base, umi_error *err)
{
    const umi__sqlite *s = (const umi__sqlite *)base;
    const char *path = sqlite3_db_filename(s->db, "main");
    if (s->writes || s->alone || path == NULL || *path == '\0')
        return UMI_OK;
    return umi_sqlite_open(out, path, UMI_READ, err);
}

static const umi__store_ops ops = {
    .read = umi__sqlite_read,
    .lookup = umi__sqlite_lookup,
    .scan = umi__sqlite_scan,
    .query = umi__sqlite_query,
    .last = umi__sqlite_last,
    .apply = umi__sqlite_apply,
    .begin = umi__sqlite_begin,
    .commit = umi__sqlite_commit,
    .copy = sqlite_copy,
    .check = sqlite_check,
    .check_references = sqlite_check_references,
    .settings = umi__sqlite_settings,
    .measure = umi__sqlite_measure,
    .pages = sqlite_pages,
    .beside = sqlite_beside,
    .close = sqlite_close,
};

enum {
    HEAD = 100, /* bytes before the first page's cells */
    LOG_HEAD = 32,
    FRAME_HEAD = 24
};

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
           p[3];
}

static bool is_book(const unsigned char head[HEAD])
{
    static const char magic[16] = "SQLite format 3";
    return memcmp(head, magic, sizeof magic) == 0 &&
           big_endian(head + 68) == APPLICATION;
}

/* The power may go while the log is folded in and leave the first page in
 * shreds; it stands whole in the log then, and SQLite takes it from there. */
static bool log_is_of_book(const char *path)
{
    char name[4096 + 16];
    unsigned char head[HEAD] = {0};
    (void)snprintf(name, sizeof name, "%s-wal", path);
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    ssize_t n = pread(fd, head, LOG_HEAD, 0);
    off_t page = (off_t)big_endian(head + 8), at = LOG_HEAD;
    bool log = n == LOG_HEAD && page > 0 &&
               (big_endian(head) & ~1U) == 0x377f0682,
         found = false;
    while (log && !found && pread(fd, head, FRAME_HEAD, at) == FRAME_HEAD) {
        found = big_endian(head) == 1 &&
                pread(fd, head, HEAD, at + FRAME_HEAD) == HEAD && is_book(head);
        at += FRAME_HEAD + page;
    }
    (void)close(fd);
    return found;
}

/* Whether the file is a book is told from its first bytes, before anything
 * that could write to it is opened.  Nobody waits for a pipe. */
static umi_status examine(const char *path, umi_error *err)
{
    unsigned char head[HEAD];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof head);
    int code = errno;
    if (fd >= 0)
        (void)close(fd);
    umi_status rc = UMI_OK;
    if (n < 0)
        rc = umi_fail(err, UMI_EIO, "", "the book cannot be used: %s",
                      umi_error_tr(err, strerror(code)));
    else if ((n < HEAD || !is_book(head)) && !log_is_of_book(path))
        rc = umi_fail_code(err, UMI_EDAMAGED, "NOT-A-BOOK", "",
                           "this file is not a book of umi");
    if (rc != UMI_OK)
        umi_error_at(err, path, 0, 0);
    return rc;
}

static int open_plain(const char *path, int flags, sqlite3 **db)
{
    char name[4096];
    if (!plain_path(name, path))
        return SQLITE_CANTOPEN;
    return sqlite3_open_v2(name, db, flags | SQLITE_OPEN_NOMUTEX, NULL);
}

static umi_status connect(
    umi__sqlite *s, const char *path, int flags, int wait_ms, umi_error *err)
{
    int code = open_plain(path, flags, &s->db);
    if (code != SQLITE_OK)
        return umi__sqlite_fail(s->db, code, err);
    (void)sqlite3_extended_result_codes(s->db, 1);
    (void)sqlite3_busy_timeout(s->db, wait_ms);
    (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    umi_status rc = umi__sqlite_run(s->db, UMI_SQL_SETTINGS, err);
    if (rc == UMI_OK)
        rc = umi__sqlite_feed(s, err);
    return rc != UMI_OK ? rc : umi__sqlite_sink(s, err);
}

static umi_status check_version(umi__sqlite *s, umi_error *err)
{
    sqlite3_stmt *st = NULL;
    int code =
        sqlite3_prepare_v2(s->db, umi__sql(UMI_SQL_GET_VERSION), -1, &st, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(st);
    int version = code == SQLITE_ROW ? sqlite3_column_int(st, 0) : -1;
    umi_status rc = UMI_OK;
    if (code != SQLITE_ROW)
        rc = umi__sqlite_fail(s->db, code, err);
    else if (version != VERSION)
        rc = umi_fail_code(err, UMI_EDAMAGED, "BOOK-VERSION", "",
                           "the book has version %d, this program reads %d",
                           version, VERSION);
    (void)sqlite3_finalize(st);
    return rc;
}

/* A reader keeps writers out as long as it is open.  Of a file with a log that
 * is so by itself; a copy that nobody wrote to has none. */
static umi_status keep_out(umi__sqlite *s, umi_error *err)
{
    sqlite3_stmt *st = NULL;
    int code = sqlite3_prepare_v2(s->db, umi__sql(UMI_SQL_TELL_JOURNAL_MODE),
                                  -1, &st, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(st);
    const char *mode =
        code == SQLITE_ROW ? (const char *)sqlite3_column_text(st, 0) : NULL;
    const bool log = mode != NULL && strcmp(mode, "wal") == 0;
    umi_status rc = UMI_OK;
    if (code != SQLITE_ROW)
        rc = umi__sqlite_fail(s->db, code, err);
    (void)sqlite3_finalize(st);
    return rc != UMI_OK || log
               ? rc
               : umi__sqlite_run(s->db, UMI_SQL_SETTINGS_ALONE, err);
}

static umi_status prepare_access(umi__sqlite *s, umi_error *err)
{
    umi_status rc;
    if (s->writes && sqlite3_db_readonly(s->db, "main") == 1)
        return umi_fail(err, UMI_EIO, "", "the book is read-only");
    rc = umi__sqlite_run(
        s->db, s->writes ? UMI_SQL_SETTINGS_WRITE : UMI_SQL_SETTINGS_READ, err);
    if (rc == UMI_OK)
        rc = s->writes ? umi__sqlite_run(s->db, UMI_SQL_LOCK, err)
                       : keep_out(s, err);
    return rc != UMI_OK ? rc : check_version(s, err);
}

static umi__sqlite *handle(bool writes)
{
    umi__sqlite *s = umi_alloc(sizeof *s);
    if (s != NULL)
        *s = (umi__sqlite){.base.ops = &ops, .writes = writes};
    return s;
}

/* Readers share an index of the log in a file beside it.  Where that finds no
 * room one may read alone, with the index in memory. */
static bool has_no_index(umi__sqlite *s)
{
    int code = s->db ? sqlite3_extended_errcode(s->db) : SQLITE_OK;
    return code == SQLITE_IOERR_SHMSIZE || code == SQLITE_IOERR_SHMOPEN ||
           code == SQLITE_IOERR_SHMMAP || code == SQLITE_FULL;
}

static umi_status open_once(
    umi__sqlite *s, const char *path, int wait_ms, bool alone, umi_error *err)
{
    umi_status rc = connect(s, path, SQLITE_OPEN_READWRITE, wait_ms, err);
    s->alone = alone;
    if (rc == UMI_OK && alone)
        rc = umi__sqlite_run(s->db, UMI_SQL_SETTINGS_ALONE, err);
    return rc != UMI_OK ? rc : prepare_access(s, err);
}

static umi_status open_as(umi_store **out,
                          const char *path,
                          umi_access access,
                          int wait_ms,
                          bool alone,
                          umi_error *err)
{
    umi__sqlite *s = handle(access == UMI_WRITE);
    if (s == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    umi_status rc = open_once(s, path, wait_ms, alone, err);
    if (rc == UMI_OK) {
        (void)sqlite3_busy_timeout(s->db, WAIT_MS);
        *out = &s->base;
        return UMI_OK;
    }
    bool again = rc == UMI_EIO && !s->writes && !alone && has_no_index(s);
    s->base.dead = true;
    sqlite_close(&s->base);
    return again ? open_as(out, path, access, wait_ms, true, err) : rc;
}

static int64_t now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Of those who open the file at once each may hold what the others wait for,
 * and would do so to the end: so each tries for a moment, lets go, and pauses
 * for a time of its own. */
static umi_status open_in_turns(umi_store **out,
                                const char *path,
                                umi_access access,
                                int wait_ms,
                                umi_error *err)
{
    const int64_t end = now_ms() + wait_ms;
    for (int pause = 1;; pause = pause < PAUSE_MS ? pause * 2 : PAUSE_MS) {
        umi_error why = {.lang = err ? err->lang : UMI_LANG_EN};
        umi_status rc = open_as(out, path, access, TURN_MS, false, &why);
        if (rc != UMI_EBUSY || now_ms() >= end) {
            if (rc != UMI_OK && err != NULL)
                *err = why;
            return rc;
        }
        uint32_t own;
        sqlite3_randomness(sizeof own, &own);
        (void)sqlite3_sleep(1 + (int)(own % (uint32_t)pause));
    }
}

umi_status umi__sqlite_open_waiting(umi_store **out,
                                    const char *path,
                                    umi_access access,
                                    int wait_ms,
                                    umi_error *err)
{
    umi_status rc = examine(path, err);
    if (rc == UMI_OK)
        rc = open_in_turns(out, path, access, wait_ms, err);
    if (rc != UMI_OK)
        umi_error_at(err, path, 0, 0);
    return rc;
}

umi_status umi_sqlite_open(umi_store **out,
                           const char *path,
                           umi_access access,
                           umi_error *err)
{
    return umi__sqlite_open_waiting(out, path, access, WAIT_MS, err);
}

static umi_status build(umi__sqlite *s, const umi_change *first, umi_error *err)
{
    static const int before[] = {UMI_SQL_SETTINGS_NEW, UMI_SQL_SETTINGS_WAL,
                                 UMI_SQL_MARK_APPLICATION,
                                 UMI_SQL_MARK_VERSION};
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < sizeof before / sizeof *before && rc == UMI_OK; i++)
        rc = umi__sqlite_run(s->db, before[i], err);
    if (rc == UMI_OK)
        rc = make_tables(s->db, err);
    return rc != UMI_OK ? rc : umi_store_apply(&s->base, first, err);
}

static umi_status create(umi__draft *d, const umi_change *first, umi_error *err)
{
    umi__sqlite *s = handle(true);
    if (s == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    umi_status rc = connect(s, d->path, SQLITE_OPEN_READWRITE, WAIT_MS, err);
    if (rc == UMI_OK)
        rc = build(s, first, err);
    s->base.dead = rc != UMI_OK;
    sqlite_close(&s->base);
    return rc;
}

umi_status
umi_sqlite_create(const char *path, const umi_change *first, umi_error *err)
{
    umi__draft d;
    umi_status rc = umi__draft_begin(&d, path, 0600, err);
    if (rc != UMI_OK)
        return rc;
    rc = create(&d, first, err);
    if (rc == UMI_OK)
        rc = umi__draft_publish(&d, path, err);
    else
        umi_error_at(err, path, 0, 0);
    umi__draft_end(&d);
    return rc;
}

void umi_store_random(void *out, size_t n)
{
    sqlite3_randomness((int)n, out);
}
