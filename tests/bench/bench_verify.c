/* SPDX-License-Identifier: MIT
 * Verifying a book, quickly and in full.  A posting is a row of table txn: a
 * disbursement or import, a repayment, a reversal.  The floor of `verify
 * --full` is a hand-written loop on the same SQLite, one thread, which reads
 * each row of txn and loan_state once, hashes all their values, and adds every
 * posting to the balance of its loan: no more than must be read to say
 * anything.  That of the quick form is the sum of one column of loan_state.
 * LINES (200000) loans with one repayment each.  Best of three, in turn; of
 * the processor time there is what both threads took. */
#include "engine/base/hash.h"
#include "ledger/book/verify.h"
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
        (void)fprintf(stderr, "bench_verify: %s\n", what);
        exit(1);
    }
}

/* --- clocks --------------------------------------------------------------- */

typedef struct span {
    double wall, cpu; /* seconds */
} span;

static double clock_of(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static span now(void)
{
    return (span){clock_of(CLOCK_MONOTONIC),
                  clock_of(CLOCK_PROCESS_CPUTIME_ID)};
}

static void keep_best(span *best, span start)
{
    span end = now();
    double wall = end.wall - start.wall, cpu = end.cpu - start.cpu;
    if (best->wall == 0 || wall < best->wall)
        best->wall = wall;
    if (best->cpu == 0 || cpu < best->cpu)
        best->cpu = cpu;
}

/* --- the book ------------------------------------------------------------- */

static void write_loans(long n)
{
    FILE *f = fopen(path("loans.csv"), "w");
    need(f != NULL, "loans.csv");
    (void)fputs("loan,product,borrower,principal,rate,rate_per,method,periods,"
                "every,unit,disbursed,branch\n",
                f);
    for (long i = 0; i < n; i++)
        (void)fprintf(f,
                      "%ld,MEKAAR,Ibu %ld,%ld00000,25,year,flat,50,1,week,"
                      "2026-01-%02ld,B%03ld\n",
                      3300000000 + i, i, 20 + i * 37 % 81, 1 + i % 28, i % 300);
    need(fclose(f) == 0, "loans.csv");
}

static void write_payments(long n)
{
    FILE *f = fopen(path("pay.csv"), "w");
    need(f != NULL, "pay.csv");
    (void)fputs("reference,loan,date,amount,channel\n", f);
    for (long i = 0; i < n; i++)
        (void)fprintf(f, "R%09ld%08lX,%ld,2026-06-%02ld,%ld000,VA\n", i,
                      (unsigned long)(i * 2654435761u & 0xffffffff),
                      3300000000 + i * 7919 % n, 1 + i % 28, 5 + i * 13 % 296);
    need(fclose(f) == 0, "pay.csv");
}

static umi_book *open_book(umi_access access)
{
    umi_error err = {0};
    umi_book *b = NULL;
    const umi_book_session session = {UMI_TEXT("bench"), {20780}};
    need(umi_book_open(&b, path("book.db"), access, &session, &err) == UMI_OK,
         "open");
    return b;
}

static void fill(long n)
{
    umi_error err = {0};
    umi_file_result r;
    umi_arena *arena = umi_arena_new();
    const umi_book_owner owner = {.institution = UMI_TEXT("Bench")};
    umi_file_ask ask = {.booked = {UMI_NONE32}};
    write_loans(n);
    write_payments(n);
    need(umi_book_create(path("book.db"), &owner, &err) == UMI_OK, "create");
    umi_book *b = open_book(UMI_WRITE);
    ask.path = path("loans.csv");
    need(umi_loan_import_file(&r, b, &ask, arena, &err) == UMI_OK, err.message);
    ask.path = path("pay.csv");
    need(umi_post_file(&r, b, &ask, arena, &err) == UMI_OK, err.message);
    need(r.rejected.n == 0, "lines were refused");
    umi_book_close(b);
    umi_arena_free(arena);
}

/* Opening is part of it. */
static int64_t verify(span *best, bool full)
{
    umi_error err = {0};
    umi_verification v;
    const umi_verify_ask ask = {.full = full};
    int64_t postings = 0;
    span start = now();
    umi_book *b = open_book(UMI_READ);
    need(umi_book_verify_as(&v, b, &ask, &err) == UMI_OK && v.ok, "verify");
    umi_book_close(b);
    keep_best(best, start);
    for (size_t i = 0; i < v.count; i++)
        if (full && strcmp(v.checks[i].name, "loans") == 0)
            postings = v.checks[i].counted[1].n;
    return postings;
}

/* --- the loop ------------------------------------------------------------- */

typedef struct scan {
    umi_blake2b hash;
    int64_t *balance; /* by loan */
    int64_t loans, rows;
} scan;

static void hash_column(umi_blake2b *h, sqlite3_stmt *st, int i)
{
    if (sqlite3_column_type(st, i) == SQLITE_INTEGER)
        umi_blake2b_int(h, sqlite3_column_int64(st, i));
    else
        umi_blake2b_update(h, sqlite3_column_blob(st, i),
                           (size_t)sqlite3_column_bytes(st, i));
}

/* @p loan, @p value: the columns that are folded. */
static void
read_table(sqlite3 *db, scan *s, const char *sql, int loan, int value, int sign)
{
    sqlite3_stmt *st = NULL;
    need(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK,
         sqlite3_errmsg(db));
    int n = sqlite3_column_count(st);
    while (sqlite3_step(st) == SQLITE_ROW) {
        for (int i = 0; i < n; i++)
            hash_column(&s->hash, st, i);
        int64_t key = sqlite3_column_int64(st, loan);
        need(key >= 1 && key <= s->loans, "a loan of the loop");
        s->balance[key - 1] += sign * sqlite3_column_int64(st, value);
        s->rows++;
    }
    (void)sqlite3_finalize(st);
}

static void loop(span *best, int64_t loans)
{
    sqlite3 *db = NULL;
    span start = now();
    scan s = {.loans = loans};
    s.balance = calloc((size_t)loans, sizeof *s.balance);
    need(s.balance != NULL && sqlite3_open(path("book.db"), &db) == SQLITE_OK,
         "the loop");
    umi_blake2b_init(&s.hash);
    read_table(db, &s, "SELECT * FROM txn ORDER BY id", 1, 5, 1);
    read_table(db, &s, "SELECT * FROM loan_state ORDER BY id", 0, 17, -1);
    umi_hash hash = umi_blake2b_final(&s.hash);
    need(s.rows > 0 && hash.byte[0] + s.balance[0] != -1, "the loop");
    free(s.balance);
    (void)sqlite3_close(db);
    keep_best(best, start);
}

static void sum_once(span *best)
{
    sqlite3 *db = NULL;
    span start = now();
    need(sqlite3_open(path("book.db"), &db) == SQLITE_OK &&
             sqlite3_exec(db, "SELECT sum(owed_principal) FROM loan_state",
                          NULL, NULL, NULL) == SQLITE_OK,
         "the sum");
    (void)sqlite3_close(db);
    keep_best(best, start);
}

/* --- all ------------------------------------------------------------------ */

static void sweep(void)
{
    static const char *const names[] = {"loans.csv", "pay.csv", "book.db",
                                        "book.db-wal", "book.db-shm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)unlink(path(names[i]));
    (void)rmdir(folder);
}

static void print_rate(const char *name, double rows, double ours, double floor)
{
    (void)printf("{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"postings/s\","
                 "\"floor\":%.0f,\"ratio\":%.2f}\n",
                 name, rows / ours, rows / floor, floor / ours);
}

int main(void)
{
    const char *lines = getenv("LINES"), *tmp = getenv("TMPDIR");
    long n = lines ? strtol(lines, NULL, 10) : 200000;
    span full = {0}, quick = {0}, floor = {0}, sum = {0};
    struct rusage use;
    int64_t postings = 0;
    (void)snprintf(folder, sizeof folder, "%s/umi-bench-XXXXXX",
                   tmp ? tmp : "/tmp");
    need(n > 0 && n < 100000000 && mkdtemp(folder) != NULL, "LINES");
    fill(n);
    for (int i = 0; i < 3; i++) {
        loop(&floor, n);
        postings = verify(&full, true);
        sum_once(&sum);
        (void)verify(&quick, false);
    }
    (void)getrusage(RUSAGE_SELF, &use);
    print_rate("verify_full", (double)postings, full.wall, floor.wall);
    print_rate("verify_full_cpu", (double)postings, full.cpu, floor.cpu);
    (void)printf("{\"name\":\"verify_quick\",\"value\":%.3f,\"unit\":\"s\","
                 "\"floor\":%.3f,\"ratio\":%.2f}\n",
                 quick.wall, sum.wall, quick.wall / sum.wall);
    (void)printf("{\"name\":\"verify_memory\",\"value\":%ld,\"unit\":\"KiB\","
                 "\"floor\":null,\"ratio\":null}\n",
                 use.ru_maxrss);
    sweep();
    return 0;
}
