/* SPDX-License-Identifier: MIT
 * Posting files of repayments, in one run and by turns with two floors on the
 * same SQLite and the same file, all durable:
 *
 * floor b: a hand-written loop that for each line, in file order and one
 * transaction, finds the loan by its text number in a unique index, lowers a
 * balance, and inserts a transaction with a unique text reference and two
 * entries; floor n: nothing but INSERT of six narrow columns.
 *
 * post         a million lines over a million loans, against floor b
 * post_bare    the same, against floor n
 * post_fourth  the fourth million on the same book, against the first
 * post_memory  most memory of a posting process
 * BENCH=long, which takes minutes and gigabytes:
 * post_5m      a million lines over five million loans, against a million
 * post_long    a file of LONG (10,000,000) lines, against a million
 * post_long_memory
 *
 * LINES (1,000,000) is what is called a million here. */
#include "ledger/desk/post.h"
#include "tests/bench/bench_book.h"

#include <sys/resource.h>
#include <sys/wait.h>

/* --- the files ------------------------------------------------------------ */

static void write_loans(const char *name, long n)
{
    FILE *f = fopen(path(name), "w");
    need(f != NULL, name);
    (void)fputs("loan,product,borrower,principal,rate,rate_per,method,periods,"
                "every,unit,disbursed,branch\n",
                f);
    for (long i = 0; i < n; i++)
        (void)fprintf(f,
                      "%ld,MEKAAR,Ibu %ld,%d00000,25,year,flat,50,1,week,"
                      "2026-01-%02ld,B%03ld\n",
                      3300000000 + i, i, (int)(20 + next() % 81), 1 + i % 28,
                      i % 300);
    need(fclose(f) == 0, name);
}

/* Each loan about as often as each other, in no order. */
static void write_payments(const char *name, long n, long loans)
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    FILE *f = fopen(path(name), "w");
    uint32_t *order = calloc((size_t)n, sizeof *order);
    need(f != NULL && order != NULL, name);
    for (long i = 0; i < n; i++)
        order[i] = (uint32_t)(n < loans ? i * (loans / n) : i % loans);
    for (long i = n - 1; i > 0; i--) {
        long k = (long)(next() % (uint64_t)(i + 1));
        uint32_t swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
    (void)fputs("reference,loan,date,amount,channel\n", f);
    for (long i = 0; i < n; i++) {
        char ref[19] = "";
        for (int k = 0; k < 18; k++)
            ref[k] = letters[next() & 31];
        (void)fprintf(f, "%s,%ld,2026-06-%02ld,%d000,VA\n", ref,
                      3300000000 + (long)order[i], 1 + i % 28,
                      (int)(5 + next() % 296));
    }
    free(order);
    need(fclose(f) == 0, name);
}

/* --- the book ------------------------------------------------------------- */

/* What a process of its own took. */
typedef struct taken {
    double seconds;
    long memory; /* KiB */
} taken;

/* In a process of its own, whose memory is not that of a posting one. */
static void make_book_of(const char *name, const char *loans)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        make_book(name);
        (void)enter(umi_loan_import_file, name, loans);
        _exit(0);
    }
    need(waitpid(child, &status, 0) == child && status == 0, name);
}

static taken post(const char *name, const char *file)
{
    int ends[2];
    taken t = {0};
    struct rusage use;
    need(pipe(ends) == 0, "pipe");
    pid_t child = fork();
    if (child == 0) {
        t.seconds = enter(umi_post_file, name, file);
        (void)getrusage(RUSAGE_SELF, &use);
        t.memory = use.ru_maxrss;
        need(write(ends[1], &t, sizeof t) == sizeof t, "pipe");
        _exit(0);
    }
    int status = -1;
    need(waitpid(child, &status, 0) == child && status == 0, "posting");
    need(read(ends[0], &t, sizeof t) == sizeof t, "pipe");
    (void)close(ends[0]);
    (void)close(ends[1]);
    return t;
}

/* --- the loop ------------------------------------------------------------- */

static void step(sqlite3_stmt *st, int want)
{
    need(sqlite3_step(st) == want, "a statement of the loop");
}

static void fill_floor(long n)
{
    sqlite3 *db = open_floor("floor0.db");
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
    char *field[5];
    split(field, 5, line);
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

static double post_with_loop(const char *name, const char *file)
{
    char line[512];
    double start = wall();
    loop l = {.db = open_floor(name)};
    FILE *f = fopen(path(file), "r");
    need(f != NULL && fgets(line, sizeof line, f) != NULL, file);
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
    return wall() - start;
}

/* Six narrow columns, in order of the key. */
static double insert_bare(const char *name, long n)
{
    sqlite3 *db = open_floor(name);
    run_sql(db, "CREATE TABLE bare(id INTEGER PRIMARY KEY, a INTEGER, b "
                "INTEGER, c INTEGER, d INTEGER, e INTEGER) STRICT");
    double start = wall();
    sqlite3_stmt *st =
        prepare(db, "INSERT INTO bare VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    run_sql(db, "BEGIN IMMEDIATE");
    for (long i = 0; i < n; i++) {
        const int64_t values[] = {
            i + 1,          3300000000 + i,
            20600 + i % 28, (int64_t)(5 + i % 296) * 100000,
            i & 3,          7};
        for (int k = 0; k < 6; k++)
            sqlite3_bind_int64(st, k + 1, values[k]);
        step(st, SQLITE_DONE);
        sqlite3_reset(st);
    }
    run_sql(db, "COMMIT");
    sqlite3_finalize(st);
    sqlite3_close(db);
    return wall() - start;
}

/* --- the figures ---------------------------------------------------------- */

/* What has been said of a million, for what is compared with it. */
static double rate_of_first;

static void by_turns(long n)
{
    static const char *const pay[] = {"pay1.csv", "pay2.csv", "pay3.csv",
                                      "pay4.csv"};
    double first = 0, fourth = 0, b = 0, bare = 0;
    long memory = 0;
    write_loans("loans.csv", n);
    for (int i = 0; i < 4; i++)
        write_payments(pay[i], n, n);
    make_book_of("book0.db", "loans.csv");
    fill_floor(n);
    for (int turn = 0; turn < 2; turn++) {
        copy("book0.db", "book.db");
        for (int i = 0; i < 4; i++) {
            taken t = post("book.db", pay[i]);
            first = i == 0 ? least(first, t.seconds) : first;
            fourth = i == 3 ? least(fourth, t.seconds) : fourth;
            memory = t.memory > memory ? t.memory : memory;
        }
        drop("book.db");
        copy("floor0.db", "floor.db");
        b = least(b, post_with_loop("floor.db", pay[0]));
        drop("floor.db");
        bare = least(bare, insert_bare("bare.db", n));
        drop("bare.db");
    }
    rate_of_first = (double)n / first;
    tell("post", rate_of_first, "lines/s", (double)n / b);
    tell("post_bare", rate_of_first, "lines/s", (double)n / bare);
    tell("post_fourth", (double)n / fourth, "lines/s", rate_of_first);
    tell("post_memory", (double)memory, "KiB", 0);
}

static void at_length(long n, long lines)
{
    taken t;
    copy("book0.db", "book.db");
    write_payments("long.csv", lines, n);
    t = post("book.db", "long.csv");
    tell("post_long", (double)lines / t.seconds, "lines/s", rate_of_first);
    tell("post_long_memory", (double)t.memory, "KiB", 0);
    drop("book.db");
    (void)unlink(path("long.csv"));
    write_loans("loans.csv", 5 * n);
    write_payments("wide.csv", n, 5 * n);
    make_book_of("wide.db", "loans.csv");
    t = post("wide.db", "wide.csv");
    tell("post_5m", (double)n / t.seconds, "lines/s", rate_of_first);
}

int main(void)
{
    static const char *const names[] = {
        "loans.csv", "pay1.csv", "pay2.csv",  "pay3.csv", "pay4.csv",
        "wide.csv",  "book0.db", "floor0.db", "wide.db",  NULL};
    const char *bench = getenv("BENCH"), *length = getenv("LONG");
    const long n = begin(1000000);
    const long most = length ? strtol(length, NULL, 10) : 10000000;
    need(most > 0, "LONG");
    by_turns(n);
    if (bench != NULL && strcmp(bench, "long") == 0)
        at_length(n, most);
    sweep(names);
    return 0;
}
