/* SPDX-License-Identifier: MIT
 * Importing a file of loans beside a hand-written loop on the same SQLite:
 * per line, in one durable transaction, it inserts a person, a loan with its
 * number in a unique index, a transaction and two entries, and it takes the
 * file's SHA-256; it checks nothing and computes nothing.  LINES (200000)
 * loans; NIK=1 gives every borrower a number of her own. */
#include "engine/base/hash.h"
#include "tests/bench/bench_book.h"

#include <sys/resource.h>

/* Weekly, monthly and seasonal loans of three products, amounts and days as
 * they come; a branch's loans stand together. */
static void write_loans(long n, bool nik)
{
    static const char *const shapes[] = {
        "25,year,flat,50,1,week", "25,year,flat,25,1,week",
        "2,month,flat,12,1,month", "6,year,annuity,24,1,month",
        "6,year,bullet,1,6,month"};
    static const char *const products[] = {"MEKAAR", "MEKAAR", "UMI",
                                           "KUR_SUPER_MIKRO", "UMI"};
    FILE *f = fopen(path("loans.csv"), "w");
    need(f != NULL, "loans.csv");
    (void)fputs("loan,product,borrower,nik,principal,rate,rate_per,method,"
                "periods,every,unit,disbursed,branch\n",
                f);
    for (long i = 0; i < n; i++) {
        size_t k = next() % 10 < 7 ? next() % 2 : 2 + next() % 3;
        char text[24] = "";
        if (nik)
            (void)snprintf(text, sizeof text, "32%08d%06ld",
                           (int)(next() % 100000000), i % 1000000);
        (void)fprintf(f, "%ld,%s,Ibu %ld,%s,%d0000,%s,2026-%02d-%02d,B%03d\n",
                      3300000000 + i, products[k], i, text,
                      (int)(200 + next() % 800), shapes[k],
                      (int)(1 + next() % 6), (int)(1 + next() % 28),
                      (int)(i * 300 / n));
    }
    need(fclose(f) == 0, "loans.csv");
}

/* --- the book ------------------------------------------------------------- */

static double import_with_umi(void)
{
    make_book("book.db");
    return enter(umi_loan_import_file, "book.db", "loans.csv");
}

/* --- the loop ------------------------------------------------------------- */

static int64_t insert(sqlite3 *db, sqlite3_stmt *st)
{
    need(sqlite3_step(st) == SQLITE_DONE, "a statement of the loop");
    sqlite3_reset(st);
    return sqlite3_last_insert_rowid(db);
}

static sqlite3 *make_floor(void)
{
    sqlite3 *db = open_floor("floor.db");
    run_sql(db, "CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT "
                "NULL, nik TEXT) STRICT;"
                "CREATE TABLE loan(id INTEGER PRIMARY KEY, number TEXT NOT "
                "NULL UNIQUE, person INTEGER NOT NULL, product TEXT NOT NULL, "
                "principal INTEGER NOT NULL, rate TEXT NOT NULL, method TEXT "
                "NOT NULL, periods INTEGER NOT NULL, disbursed TEXT NOT NULL, "
                "balance INTEGER NOT NULL) STRICT;"
                "CREATE TABLE txn(id INTEGER PRIMARY KEY, loan INTEGER NOT "
                "NULL, day TEXT NOT NULL, amount INTEGER NOT NULL) STRICT;"
                "CREATE TABLE entry(id INTEGER PRIMARY KEY, txn INTEGER NOT "
                "NULL, account TEXT NOT NULL, amount INTEGER NOT NULL) STRICT");
    return db;
}

typedef struct loop {
    sqlite3 *db;
    sqlite3_stmt *person, *loan, *txn, *entry;
} loop;

enum {
    NUMBER,
    PRODUCT,
    NAME,
    NIK,
    PRINCIPAL,
    RATE,
    METHOD = 7,
    PERIODS,
    DISBURSED = 11,
    FIELDS = 13
};

static void bind_text(sqlite3_stmt *st, int i, const char *text)
{
    sqlite3_bind_text(st, i, text, -1, SQLITE_STATIC);
}

static void one_line(loop *l, char *line)
{
    char *field[FIELDS];
    split(field, FIELDS, line);
    int64_t amount = strtoll(field[PRINCIPAL], NULL, 10) * 100;
    bind_text(l->person, 1, field[NAME]);
    bind_text(l->person, 2, *field[NIK] ? field[NIK] : NULL);
    bind_text(l->loan, 1, field[NUMBER]);
    sqlite3_bind_int64(l->loan, 2, insert(l->db, l->person));
    bind_text(l->loan, 3, field[PRODUCT]);
    sqlite3_bind_int64(l->loan, 4, amount);
    bind_text(l->loan, 5, field[RATE]);
    bind_text(l->loan, 6, field[METHOD]);
    sqlite3_bind_int64(l->loan, 7, strtoll(field[PERIODS], NULL, 10));
    bind_text(l->loan, 8, field[DISBURSED]);
    sqlite3_bind_int64(l->txn, 1, insert(l->db, l->loan));
    bind_text(l->txn, 2, field[DISBURSED]);
    sqlite3_bind_int64(l->txn, 3, amount);
    int64_t txn = insert(l->db, l->txn);
    for (int i = 0; i < 2; i++) {
        sqlite3_bind_int64(l->entry, 1, txn);
        bind_text(l->entry, 2, i ? "3999" : "1301");
        sqlite3_bind_int64(l->entry, 3, i ? -amount : amount);
        (void)insert(l->db, l->entry);
    }
}

static void hash_file(void)
{
    static char room[1 << 16];
    umi_sha256 sha;
    size_t n;
    FILE *f = fopen(path("loans.csv"), "r");
    need(f != NULL, "loans.csv");
    umi_sha256_init(&sha);
    while ((n = fread(room, 1, sizeof room, f)) > 0)
        umi_sha256_update(&sha, room, n);
    (void)umi_sha256_final(&sha);
    (void)fclose(f);
}

static double import_with_loop(void)
{
    char line[512];
    loop l = {.db = make_floor()};
    double start = wall();
    hash_file();
    FILE *f = fopen(path("loans.csv"), "r");
    need(f != NULL && fgets(line, sizeof line, f) != NULL, "loans.csv");
    l.person = prepare(l.db, "INSERT INTO person(name, nik) VALUES (?1, ?2)");
    l.loan = prepare(l.db, "INSERT INTO loan(number, person, product, "
                           "principal, rate, method, periods, disbursed, "
                           "balance) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "
                           "?4)");
    l.txn =
        prepare(l.db, "INSERT INTO txn(loan, day, amount) VALUES (?1, ?2, ?3)");
    l.entry = prepare(l.db, "INSERT INTO entry(txn, account, amount) "
                            "VALUES (?1, ?2, ?3)");
    run_sql(l.db, "BEGIN IMMEDIATE");
    while (fgets(line, sizeof line, f) != NULL)
        one_line(&l, line);
    run_sql(l.db, "COMMIT");
    (void)fclose(f);
    sqlite3_finalize(l.person);
    sqlite3_finalize(l.loan);
    sqlite3_finalize(l.txn);
    sqlite3_finalize(l.entry);
    sqlite3_close(l.db);
    return wall() - start;
}

int main(void)
{
    static const char *const names[] = {"loans.csv", "book.db", "floor.db",
                                        NULL};
    const long n = begin(200000);
    struct rusage use;
    write_loans(n, getenv("NIK") != NULL);
    double ours = import_with_umi();
    (void)getrusage(RUSAGE_SELF, &use);
    double floor = import_with_loop();
    tell("loan_import", (double)n / ours, "loans/s", (double)n / floor);
    tell("loan_import_memory", (double)use.ru_maxrss, "KiB", 0);
    sweep(names);
    return 0;
}
