/* SPDX-License-Identifier: MIT
 * Posting a file of repayments beside a hand-written loop on the same SQLite:
 * per line, in file order and in one durable transaction, it finds the loan
 * by its number in a unique index, lowers a balance, and inserts a
 * transaction with a unique reference and two entries.  LINES (200000) lines
 * over as many loans, in random order. */
#include "ledger/book/book.h"
#include "ledger/desk/loan_import.h"
#include "ledger/desk/post.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static char folder[256];

static char *path(const char *name)
{
    static char room[4][300];
    static int at;
    char *p = room[at++ & 3];
    (void)snprintf(p, 300, "%s/%s", folder, name);
    return p;
}

static void need(bool ok, const char *what)
{
    if (!ok) {
        (void)fprintf(stderr, "bench_post: %s\n", what);
        exit(1);
    }
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t seed = 20260101;

static uint64_t next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* --- the files ------------------------------------------------------------ */

static void write_loans(long n)
{
    FILE *f = fopen(path("loans.csv"), "w");
    need(f != NULL, "loans.csv");
    (void)fputs("loan,product,borrower,principal,rate,rate_per,method,periods,"
                "every,unit,disbursed,branch\n",
                f);
    for (long i = 0; i < n; i++)
        (void)fprintf(f,
                      "%ld,MEKAAR,Ibu %ld,%d00000,25,year,flat,50,1,week,"
                      "2026-01-%02ld,B%03ld\n",
                      3300000000 + i, i, (int)(20 + next() % 81), 1 + i % 28,
                      i % 300);
    need(fclose(f) == 0, "loans.csv");
}

static void write_payments(long n)
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    FILE *f = fopen(path("pay.csv"), "w");
    long *order = calloc((size_t)n, sizeof *order);
    need(f != NULL && order != NULL, "pay.csv");
    for (long i = 0; i < n; i++)
        order[i] = i;
    for (long i = n - 1; i > 0; i--) {
        long k = (long)(next() % (uint64_t)(i + 1)), swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
    (void)fputs("reference,loan,date,amount,channel\n", f);
    for (long i = 0; i < n; i++) {
        char ref[19] = "";
        for (int k = 0; k < 18; k++)
            ref[k] = letters[next() & 31];
        (void)fprintf(f, "%s,%ld,2026-06-%02ld,%d000,VA\n", ref,
                      3300000000 + order[i], 1 + i % 28,
                      (int)(5 + next() % 296));
    }
    free(order);
    need(fclose(f) == 0, "pay.csv");
}

/* --- the book ------------------------------------------------------------- */

static double post_with_umi(void)
{
    umi_error err = {0};
    umi_book *b = NULL;
    umi_file_result r;
    umi_arena *arena = umi_arena_new();
    umi_book_session session = {UMI_TEXT("bench"), {20780}};
    umi_book_owner owner = {.institution = UMI_TEXT("Bench")};
    umi_file_ask ask = {.path = path("loans.csv"), .booked = {UMI_NONE32}};
    need(umi_book_create(path("book.db"), &owner, &err) == UMI_OK, "create");
    need(umi_book_open(&b, path("book.db"), UMI_WRITE, &session, &err) ==
             UMI_OK,
         "open");
    need(umi_loan_import_file(&r, b, &ask, arena, &err) == UMI_OK, err.message);
    umi_book_close(b);
    double start = now();
    need(umi_book_open(&b, path("book.db"), UMI_WRITE, &session, &err) ==
             UMI_OK,
         "open");
    ask.path = path("pay.csv");
    need(umi_post_file(&r, b, &ask, arena, &err) == UMI_OK, err.message);
    umi_book_close(b);
    double seconds = now() - start;
    need(r.posted.n == r.lines.n, "some lines were refused");
    umi_arena_free(arena);
    return seconds;
}

/* --- the loop ------------------------------------------------------------- */

static void run_sql(sqlite3 *db, const char *sql)
{
    need(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
         sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    need(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK,
         sqlite3_errmsg(db));
    return st;
}

static void step(sqlite3_stmt *st, int want)
{
    need(sqlite3_step(st) == want, "a statement of the loop");
}

static sqlite3 *open_floor(void)
{
    sqlite3 *db = NULL;
    need(sqlite3_open(path("floor.db"), &db) == SQLITE_OK, "floor.db");
    run_sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -262144");
    return db;
}

static void fill_floor(long n)
{
    sqlite3 *db = open_floor();
    run_sql(db, "CREATE TABLE loan(id INTEGER PRIMARY KEY, number TEXT NOT "
                "NULL UNIQUE, balance INTEGER NOT NULL) STRICT;"
                "CREATE TABLE txn(id INTEGER PRIMARY KEY, loan INTEGER NOT "
                "NULL, day TEXT NOT NULL, amount INTEGER NOT NULL, ref TEXT "
                "NOT NULL UNIQUE) STRICT;"
                "CREATE TABLE entry(id INTEGER PRIMARY KEY, txn INTEGER NOT "
                "NULL, account TEXT NOT NULL, amount INTEGER NOT NULL) STRICT;"
                "BEGIN");
    sqlite3_stmt *st =
        prepare(db, "INSERT INTO loan(number, balance) VALUES (?1, ?2)");
    for (long i = 0; i < n; i++) {
        char number[24];
        (void)snprintf(number, sizeof number, "%ld", 3300000000 + i);
        sqlite3_bind_text(st, 1, number, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(st, 2, 1000000000);
        step(st, SQLITE_DONE);
        sqlite3_reset(st);
    }
    sqlite3_finalize(st);
    run_sql(db, "COMMIT");
    sqlite3_close(db);
}

typedef struct loop {
    sqlite3 *db;
    sqlite3_stmt *find, *lower, *txn, *entry;
} loop;

static void one_line(loop *l, char *line)
{
    char *field[5] = {line};
    for (int i = 1; i < 5; i++) {
        field[i] = strchr(field[i - 1], ',');
        need(field[i] != NULL, "a line of the file");
        *field[i]++ = '\0';
    }
    int64_t amount = strtoll(field[3], NULL, 10) * 100;
    sqlite3_bind_text(l->find, 1, field[1], -1, SQLITE_STATIC);
    step(l->find, SQLITE_ROW);
    int64_t loan = sqlite3_column_int64(l->find, 0);
    sqlite3_reset(l->find);
    sqlite3_bind_int64(l->lower, 1, amount);
    sqlite3_bind_int64(l->lower, 2, loan);
    step(l->lower, SQLITE_DONE);
    sqlite3_reset(l->lower);
    sqlite3_bind_int64(l->txn, 1, loan);
    sqlite3_bind_text(l->txn, 2, field[2], -1, SQLITE_STATIC);
    sqlite3_bind_int64(l->txn, 3, amount);
    sqlite3_bind_text(l->txn, 4, field[0], -1, SQLITE_STATIC);
    step(l->txn, SQLITE_DONE);
    sqlite3_reset(l->txn);
    int64_t txn = sqlite3_last_insert_rowid(l->db);
    for (int i = 0; i < 2; i++) {
        sqlite3_bind_int64(l->entry, 1, txn);
        sqlite3_bind_text(l->entry, 2, i ? "1201" : "1101", -1, SQLITE_STATIC);
        sqlite3_bind_int64(l->entry, 3, i ? -amount : amount);
        step(l->entry, SQLITE_DONE);
        sqlite3_reset(l->entry);
    }
}

static double post_with_loop(void)
{
    char line[512];
    double start = now();
    loop l = {.db = open_floor()};
    FILE *f = fopen(path("pay.csv"), "r");
    need(f != NULL && fgets(line, sizeof line, f) != NULL, "pay.csv");
    l.find = prepare(l.db, "SELECT id, balance FROM loan WHERE number = ?1");
    l.lower =
        prepare(l.db, "UPDATE loan SET balance = balance - ?1 WHERE id = ?2");
    l.txn = prepare(l.db, "INSERT INTO txn(loan, day, amount, ref) "
                          "VALUES (?1, ?2, ?3, ?4)");
    l.entry = prepare(l.db, "INSERT INTO entry(txn, account, amount) "
                            "VALUES (?1, ?2, ?3)");
    run_sql(l.db, "BEGIN IMMEDIATE");
    while (fgets(line, sizeof line, f) != NULL)
        one_line(&l, line);
    run_sql(l.db, "COMMIT");
    (void)fclose(f);
    sqlite3_finalize(l.find);
    sqlite3_finalize(l.lower);
    sqlite3_finalize(l.txn);
    sqlite3_finalize(l.entry);
    sqlite3_close(l.db);
    return now() - start;
}

static void sweep(void)
{
    static const char *const names[] = {
        "loans.csv", "pay.csv",      "book.db",      "book.db-wal",
        "floor.db",  "floor.db-wal", "floor.db-shm", "book.db-shm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(path(names[i]));
    (void)rmdir(folder);
}

int main(void)
{
    const char *lines = getenv("LINES"), *tmp = getenv("TMPDIR");
    long n = lines ? strtol(lines, NULL, 10) : 200000;
    struct rusage use;
    (void)snprintf(folder, sizeof folder, "%s/umi-bench-XXXXXX",
                   tmp ? tmp : "/tmp");
    need(n > 0 && n < 100000000 && mkdtemp(folder) != NULL, "LINES");
    write_loans(n);
    write_payments(n);
    double ours = post_with_umi();
    (void)getrusage(RUSAGE_SELF, &use);
    fill_floor(n);
    double floor = post_with_loop();
    (void)printf("{\"name\":\"post\",\"value\":%.0f,\"unit\":\"lines/s\","
                 "\"floor\":%.0f,\"ratio\":%.2f}\n",
                 (double)n / ours, (double)n / floor, floor / ours);
    (void)printf("{\"name\":\"post_memory\",\"value\":%ld,\"unit\":\"KiB\","
                 "\"floor\":null,\"ratio\":null}\n",
                 use.ru_maxrss);
    sweep();
    return 0;
}
