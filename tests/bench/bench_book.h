/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_BENCH_BENCH_BOOK_H
#define UMI_TESTS_BENCH_BENCH_BOOK_H

/**
 * @file
 * A book in a folder of its own, files of loans for it, and the hand-written
 * loop on the same SQLite that it is compared with.
 */
#include "ledger/book/book.h"
#include "ledger/desk/loan_import.h"
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

/* --- the folder ----------------------------------------------------------- */

static char folder[256];

/** Begin the folder; how many lines are asked for (LINES, else @p usual). */
static inline long begin(long usual)
{
    const char *lines = getenv("LINES"), *tmp = getenv("TMPDIR");
    long n = lines ? strtol(lines, NULL, 10) : usual;
    need(n > 0 && n < 100000000, "LINES");
    (void)snprintf(folder, sizeof folder, "%s/umi-bench-XXXXXX",
                   tmp ? tmp : "/tmp");
    need(mkdtemp(folder) != NULL, folder);
    return n;
}

/** The path of @p name in the folder; the last four stay good. */
static inline char *path(const char *name)
{
    static char room[4][400];
    static int at;
    char *p = room[at++ & 3];
    (void)snprintf(p, 400, "%s/%s", folder, name);
    return p;
}

static inline void copy(const char *from, const char *to)
{
    char room[1 << 16];
    int in = open(path(from), O_RDONLY);
    int out = open(path(to), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t n;
    need(in >= 0 && out >= 0, to);
    while ((n = read(in, room, sizeof room)) > 0)
        need(write(out, room, (size_t)n) == n, to);
    need(n == 0 && fsync(out) == 0 && close(out) == 0, to);
    (void)close(in);
}

/** Remove a file, and what a database has beside it. */
static inline void drop(const char *name)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char room[64];
        (void)snprintf(room, sizeof room, "%s%s", name, ends[i]);
        (void)unlink(path(room));
    }
}

/** Drop @p names, NULL at their end, and the folder. */
static inline void sweep(const char *const *names)
{
    for (; *names != NULL; names++)
        drop(*names);
    (void)rmdir(folder);
}

/* --- the book ------------------------------------------------------------- */

static inline umi_book *open_book(const char *name, umi_access access)
{
    umi_error err = {0};
    umi_book *b = NULL;
    static const umi_book_session session = {{"bench", 5}, {20780}};
    need(umi_book_open(&b, path(name), access, &session, &err) == UMI_OK,
         err.message);
    return b;
}

static inline void make_book(const char *name)
{
    umi_error err = {0};
    const umi_book_owner owner = {.institution = UMI_TEXT("Bench")};
    need(umi_book_create(path(name), &owner, &err) == UMI_OK, err.message);
}

/** Run a use case on @p file; how long that took from the opening on. */
static inline double enter(umi_status (*use)(umi_file_result *,
                                             umi_book *,
                                             const umi_file_ask *,
                                             umi_arena *,
                                             umi_error *),
                           const char *name,
                           const char *file)
{
    umi_error err = {0};
    umi_file_result r;
    umi_arena *arena = umi_arena_new();
    const umi_file_ask ask = {.path = path(file), .booked = {UMI_NONE32}};
    double start = wall();
    umi_book *b = open_book(name, UMI_WRITE);
    need(use(&r, b, &ask, arena, &err) == UMI_OK, err.message);
    umi_book_close(b);
    double took = wall() - start;
    need(r.posted.n == r.lines.n, "some lines were refused");
    umi_arena_free(arena);
    return took;
}

/* --- the loop ------------------------------------------------------------- */

static inline void run_sql(sqlite3 *db, const char *sql)
{
    need(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
         sqlite3_errmsg(db));
}

static inline sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    need(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK,
         sqlite3_errmsg(db));
    return st;
}

/** Durable and alone, as a book is. */
static inline sqlite3 *open_floor(const char *name)
{
    sqlite3 *db = NULL;
    need(sqlite3_open(path(name), &db) == SQLITE_OK, name);
    run_sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -262144");
    return db;
}

/** Cut @p line at its commas into @p n fields. */
static inline void split(char **field, int n, char *line)
{
    field[0] = line;
    for (int i = 1; i < n; i++) {
        field[i] = strchr(field[i - 1], ',');
        need(field[i] != NULL, "a line of the file");
        *field[i]++ = '\0';
    }
}

#endif
