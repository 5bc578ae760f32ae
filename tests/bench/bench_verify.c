/* SPDX-License-Identifier: MIT
 * Verifying a book, quickly and in full.  A posting is a row of table txn: a
 * disbursement or import, a repayment, a reversal.  The floor of `verify
 * --full` is a hand-written loop on the same SQLite, one thread, which reads
 * each row of txn and each block of loan states once, hashes all of it, and adds
 * every posting to the balance of its loan: no more than must be read to say
 * anything.  That of the quick form reads the blocks of states.
 * LINES (200000) loans with one repayment each.  Best of three, in turn; of
 * the processor time there is what both threads took. */
#include "engine/base/hash.h"
#include "ledger/book/verify.h"
#include "ledger/desk/post.h"
#include "tests/bench/bench_book.h"

#include <sys/resource.h>

/* --- clocks --------------------------------------------------------------- */

typedef struct span {
    double wall, cpu; /* seconds */
} span;

static span now(void)
{
    return (span){wall(), cpu()};
}

static void keep_best(span *best, span start)
{
    best->wall = least(best->wall, wall() - start.wall);
    best->cpu = least(best->cpu, cpu() - start.cpu);
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

static void fill(long n)
{
    write_loans(n);
    write_payments(n);
    make_book("book.db");
    (void)enter(umi_loan_import_file, "book.db", "loans.csv");
    (void)enter(umi_post_file, "book.db", "pay.csv");
}

/* Opening is part of it. */
static int64_t verify(span *best, bool full)
{
    umi_error err = {0};
    umi_verification v;
    const umi_verify_ask ask = {.full = full};
    int64_t postings = 0;
    span start = now();
    umi_book *b = open_book("book.db", UMI_READ);
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
read_table(sqlite3 *db, scan *s, const char *sql, int loan, int value)
{
    sqlite3_stmt *st = prepare(db, sql);
    int n = sqlite3_column_count(st);
    while (sqlite3_step(st) == SQLITE_ROW) {
        for (int i = 0; i < n; i++)
            hash_column(&s->hash, st, i);
        int64_t key = sqlite3_column_int64(st, loan);
        need(key >= 1 && key <= s->loans, "a loan of the loop");
        s->balance[key - 1] += sqlite3_column_int64(st, value);
        s->rows++;
    }
    (void)sqlite3_finalize(st);
}

/* Blocks of states; NULL: their bytes are only counted. */
static int64_t read_blocks(sqlite3 *db, umi_blake2b *h)
{
    sqlite3_stmt *st = NULL;
    int64_t bytes = 0;
    need(sqlite3_prepare_v2(db,
                            "SELECT body FROM pack JOIN pack_block ON pack = "
                            "pack.id WHERE tab = 'loan_state'",
                            -1, &st, NULL) == SQLITE_OK,
         sqlite3_errmsg(db));
    while (sqlite3_step(st) == SQLITE_ROW) {
        if (h != NULL)
            hash_column(h, st, 0);
        bytes += sqlite3_column_blob(st, 0) != NULL
                     ? sqlite3_column_bytes(st, 0)
                     : 0;
    }
    (void)sqlite3_finalize(st);
    return bytes;
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
    read_table(db, &s, "SELECT * FROM txn ORDER BY id", 1, 5);
    read_blocks(db, &s.hash);
    umi_hash hash = umi_blake2b_final(&s.hash);
    need(s.rows > 0 && hash.byte[0] + s.balance[0] != -1, "the loop");
    free(s.balance);
    (void)sqlite3_close(db);
    keep_best(best, start);
}

static void read_once(span *best)
{
    sqlite3 *db = NULL;
    span start = now();
    need(sqlite3_open(path("book.db"), &db) == SQLITE_OK &&
             read_blocks(db, NULL) > 0,
         "the blocks");
    (void)sqlite3_close(db);
    keep_best(best, start);
}

/* --- all ------------------------------------------------------------------ */

int main(void)
{
    static const char *const names[] = {"loans.csv", "pay.csv", "book.db",
                                        NULL};
    const long n = begin(200000);
    span full = {0}, quick = {0}, floor = {0}, sum = {0};
    struct rusage use;
    int64_t postings = 0;
    fill(n);
    for (int i = 0; i < 3; i++) {
        loop(&floor, n);
        postings = verify(&full, true);
        read_once(&sum);
        (void)verify(&quick, false);
    }
    (void)getrusage(RUSAGE_SELF, &use);
    const double rows = (double)postings;
    tell("verify_full", rows / full.wall, "postings/s", rows / floor.wall);
    tell("verify_full_cpu", rows / full.cpu, "postings/s", rows / floor.cpu);
    tell("verify_quick", quick.wall, "s", sum.wall);
    tell("verify_memory", (double)use.ru_maxrss, "KiB", 0);
    sweep(names);
    return 0;
}
