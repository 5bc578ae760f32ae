/* SPDX-License-Identifier: MIT
 * Verifying: one worker and two tell the same, each check finds what is its
 * own to find although the chain was made to fit, and progress is told. */
#include "tests/support/files_of_loans.h"
#include "tests/support/packed.h"

#include "ledger/bank/rows.h"
#include "ledger/book/chain.h"
#include "ledger/book/keys.h"

#include <sqlite3.h>
#include <stdio.h>

enum {
    LOANS = 1600, /* enough for two workers */
    FEW = 60
};

/* --- books ---------------------------------------------------------------- */

static void fill(const char *name, int loans)
{
    chance c = chance_begin("verify", 3);
    create_book(name);
    write_loans("loans.csv", &c, loans);
    write_payments("pay.csv", &c, loans * 2, loans, 1);
    umi_book *b = open_book(name);
    (void)import_file(b, an_ask("loans.csv"));
    (void)post_file(b, an_ask("pay.csv"));
    umi_book_close(b);
}

static umi_book *open_to_read(const char *name)
{
    umi_error err = {0};
    umi_book *b = NULL;
    const umi_book_session session = a_session();
    if (umi_book_open(&b, temp_path(name), UMI_READ, &session, &err) != UMI_OK)
        fail_msg("%s: %s", name, err.message);
    return b;
}

static umi_verification verify(const char *name, bool alone)
{
    umi_error err = {0};
    umi_verification v;
    const umi_verify_ask ask = {.full = true, .alone = alone};
    umi_book *b = open_to_read(name);
    if (umi_book_verify_as(&v, b, &ask, &err) != UMI_OK)
        fail_msg("%s: %s", name, err.message);
    umi_book_close(b);
    return v;
}

static void same_told(const umi_verification *a, const umi_verification *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->ok, b->ok);
    for (size_t i = 0; i < a->count; i++) {
        const umi_check *x = &a->checks[i], *y = &b->checks[i];
        assert_string_equal(x->name, y->name);
        assert_string_equal(x->message, y->message);
        assert_int_equal(x->done, y->done);
        assert_int_equal(x->ok, y->ok);
        if (x->count != y->count)
            fail_msg("%s: %lld and %lld", x->name, (long long)x->count,
                     (long long)y->count);
        for (size_t k = 0; k < UMI_COUNTED_MAX; k++)
            assert_int_equal(x->counted[k].n, y->counted[k].n);
    }
}

/* --- changes behind the book's back --------------------------------------- */

static sqlite3 *raw(const char *name)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(temp_path(name), &db), SQLITE_OK);
    return db;
}

static void run(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

/* The packed tables that a statement names, as plain ones and back again. */
static void packed(sqlite3 *db, const char *name, const char *sql, bool out)
{
    static const umi_table *const list[] = {
        &umi_loan_state_table, &umi_loan_key_table, &umi_idem_table};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (strstr(sql, list[i]->name) == NULL)
            continue;
        if (out)
            packed_out(db, temp_path(name), list[i]);
        else
            packed_in(db, list[i]);
    }
}

/* Triggers stand aside, and are there again afterwards. */
static void tamper(const char *name, const char *sql)
{
    sqlite3 *db = raw(name);
    sqlite3_stmt *st;
    umi_buf drop = {0}, make = {0};
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT name, sql FROM sqlite_schema "
                                        "WHERE type = 'trigger' ORDER BY rowid",
                                        -1, &st, NULL),
                     SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        umi_buf_printf(&drop, "DROP TRIGGER %s;",
                       (const char *)sqlite3_column_text(st, 0));
        umi_buf_puts(&make, (const char *)sqlite3_column_text(st, 1));
        umi_buf_puts(&make, ";");
    }
    (void)sqlite3_finalize(st);
    umi_buf_putc(&drop, (char)0);
    umi_buf_putc(&make, (char)0);
    run(db, "PRAGMA ignore_check_constraints = ON");
    run(db, drop.ptr);
    packed(db, name, sql, true);
    run(db, sql);
    if (sqlite3_changes(db) == 0)
        fail_msg("%s: nothing changed", sql);
    packed(db, name, sql, false);
    run(db, make.ptr);
    (void)sqlite3_close(db);
    umi_buf_free(&drop);
    umi_buf_free(&make);
}

static void copy(const char *from, const char *to)
{
    char buf[65536];
    temp_remove(to);
    FILE *in = fopen(temp_path(from), "rb"), *out = fopen(temp_path(to), "wb");
    assert_true(in != NULL && out != NULL);
    for (size_t n; (n = fread(buf, 1, sizeof buf, in)) > 0;)
        assert_int_equal(fwrite(buf, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
    (void)fclose(in);
}

/* --- a chain that fits ---------------------------------------------------- */

typedef struct rehashing {
    umi_store *s;
    sqlite3_stmt *put;
    umi_hash head;
    umi_chain chain;
    const umi_table *table;
    umi_block block;
} rehashing;

static umi_status add_row(void *self, const void *row, umi_error *err)
{
    rehashing *r = self;
    (void)err;
    umi_chain_row(&r->chain, r->table, row);
    r->block.n++;
    return UMI_OK;
}

static umi_status rehash(void *self, const void *row, umi_error *err)
{
    rehashing *r = self;
    size_t n;
    const umi_table *const *all = umi_tables(&n);
    r->block = *(const umi_block *)row;
    for (size_t i = 0; i < n; i++)
        if (umi_text_is(r->block.rel, all[i]->name))
            r->table = all[i];
    umi_chain_begin(&r->chain, &r->head, r->block.rel);
    r->block.n = 0;
    assert_int_equal(umi_store_scan(r->s, r->table, r->block.first,
                                    r->block.last, add_row, r, err),
                     UMI_OK);
    r->head = umi_chain_end(&r->chain);
    sqlite3_bind_blob(r->put, 1, r->head.byte, UMI_HASH_SIZE, SQLITE_TRANSIENT);
    sqlite3_bind_int64(r->put, 2, r->block.n);
    sqlite3_bind_int64(r->put, 3, r->block.id);
    assert_int_equal(sqlite3_step(r->put), SQLITE_DONE);
    return sqlite3_reset(r->put) == SQLITE_OK ? UMI_OK : UMI_EIO;
}

/* What somebody would do who knows how the chain is made. */
static void chain_anew(const char *name)
{
    umi_error err = {0};
    copy(name, "old.umi");
    sqlite3 *db = raw(name);
    umi_book *b = open_to_read("old.umi");
    rehashing r = {.s = umi_book_store(b)};
    run(db, "DROP TRIGGER block_no_update; BEGIN");
    assert_int_equal(sqlite3_prepare_v2(
                         db, "UPDATE block SET hash = ?1, n = ?2 WHERE id = ?3",
                         -1, &r.put, NULL),
                     SQLITE_OK);
    assert_int_equal(
        umi_store_scan(r.s, &umi_block_table, 1, INT64_MAX, rehash, &r, &err),
        UMI_OK);
    (void)sqlite3_finalize(r.put);
    run(db, "COMMIT; CREATE TRIGGER block_no_update BEFORE UPDATE ON block\n"
            "BEGIN SELECT raise(ABORT, 'block is append-only'); END");
    (void)sqlite3_close(db);
    umi_book_close(b);
    temp_remove("old.umi");
}

/* --- tests ---------------------------------------------------------------- */

static void one_and_two_workers_count_the_same(void **state)
{
    (void)state;
    umi_verification a = verify("many.umi", true),
                     b = verify("many.umi", false);
    assert_true(a.ok);
    same_told(&a, &b);
    for (size_t i = 0; i < a.count; i++)
        assert_non_null(a.checks[i].counted[0].what);
    assert_int_equal(a.checks[6].count, LOANS);
    assert_string_equal(a.checks[6].counted[1].what, "postings");
    assert_true(a.checks[6].counted[1].n > LOANS);
    assert_int_equal(a.checks[6].counted[2].n, LOANS);
    assert_string_equal(a.checks[7].name, "division");
    assert_string_equal(a.checks[7].counted[0].what, "payments");
    assert_int_equal(a.checks[7].count, a.checks[6].counted[1].n - LOANS);
}

typedef struct change {
    const char *sql;
    const char *check; /* that must have the first finding */
    const char *says;  /* in its message */
    bool chained;      /* the chain is made to fit */
} change;

static const change changes[] = {
    /* the first of two, wherever they are */
    {"UPDATE loan_state SET owed_principal = owed_principal + 1 "
     "WHERE id IN (700, 1500)",
     "loans", "loan 700:", false},
    {"UPDATE loan_state SET seq = seq + 1 WHERE id = 1599", "loans", "1599",
     false},
    {"UPDATE loan_state SET last_txn = last_txn + 1 WHERE id = 1000", "loans",
     "loan 1000 ", false},
    {"UPDATE loan_state SET last_txn = -7 WHERE id = 1001", "loans", "1001",
     false},
    {"UPDATE loan_state SET agreement = -7 WHERE id = 1002", "loans", "1002",
     false},
    {"UPDATE loan_state SET agreement = agreement + 1 WHERE id = 1003", "loans",
     "1003", false},
    {"DELETE FROM loan_state WHERE id = 1250", "loans", "loan 1250:", false},
    {"UPDATE loan_state SET id = 900719925474 WHERE id = 1300", "loans",
     "loan 1300:", false},
    {"UPDATE loan_state SET id = -3 WHERE id = 1300", "loans",
     "loan 1300:", false},
    {"INSERT INTO loan_state SELECT id + 9000, seq, status, agreement, terms, "
     "product, branch, principal, disbursed, first_due, last_txn, last_day, "
     "charged, paid_principal, paid_interest, paid_fee, paid_penalty, "
     "owed_principal, owed_interest, owed_fee, owed_penalty, overpaid "
     "FROM loan_state WHERE id = 5",
     "loans", "1601", false},
    {"UPDATE agreement SET schedule = zeroblob(32) WHERE id = 77", "loans",
     "loan 77:", true},
    {"UPDATE agreement SET schedule = zeroblob(32) WHERE id = 77", "chain",
     "block", false},
    {"UPDATE txn SET day = day + 1 WHERE id = 3300", "chain", "block", false},
    {"UPDATE txn SET prev = NULL WHERE id = 3300", "loans", "", true},
    {"UPDATE txn SET loan = 1 WHERE id = 3300", "loans", "", true},
    {"UPDATE txn SET reverses = 5 WHERE id = 3300", "chain", "", false},
    /* two payments of one loan change some of their parts: all sums stand */
    {"WITH two AS (SELECT min(id) AS a, max(id) AS b FROM txn "
     "WHERE kind = 'repayment' AND principal > 100 AND interest > 100 "
     "GROUP BY loan HAVING count(*) > 1 ORDER BY loan LIMIT 1) "
     "UPDATE txn SET principal = principal + "
     "CASE WHEN id IN (SELECT a FROM two) THEN 100 ELSE -100 END, "
     "interest = interest - "
     "CASE WHEN id IN (SELECT a FROM two) THEN 100 ELSE -100 END "
     "WHERE id IN (SELECT a FROM two UNION SELECT b FROM two)",
     "division", " is stored, the terms give principal ", true},
    {"UPDATE txn SET principal = principal - 1, fee = 1 WHERE id = 1500",
     "division", "loan 1500, posting 1500: principal ", true},
    {"UPDATE txn SET ref = 'other' WHERE id = 3300", "references",
     "txn 3300:", true},
    {"UPDATE txn SET batch = 1 WHERE id = 3300", "batches", "", true},
    {"UPDATE txn SET batch = 99 WHERE id = 3300", "batches", "txn 3300:", true},
    {"UPDATE reject SET batch = 99 WHERE id = 2", "batches", "reject 2:", true},
    {"UPDATE loan SET number = 'other' WHERE id = 123", "numbers",
     "loan 123:", true},
    {"UPDATE loan_key SET loan = 5 WHERE loan = 6", "numbers", "", false},
    {"UPDATE loan_key SET number = 'x' WHERE loan = 6", "numbers",
     "loan 6:", false},
    {"UPDATE loan_key SET key = key + 1 WHERE loan = 6", "numbers",
     "loan 6:", false},
    {"DELETE FROM loan_key WHERE loan = 6", "numbers", "loan 6:", false},
    {"INSERT INTO loan_key VALUES (5, 6, 'L6')", "numbers", "1601", false},
    {"UPDATE idem SET txn = txn + 1 WHERE txn = 3300", "references", "3300",
     false},
    {"UPDATE idem SET key = key + 1 WHERE txn = 3300", "references",
     "txn 3300:", false},
    {"INSERT INTO idem VALUES (5, 3300)", "references", "", false},
    {"UPDATE gl_line SET debit = debit + 1 WHERE debit > 0 AND id = "
     "(SELECT max(id) FROM gl_line WHERE debit > 0)",
     "ledger", "batch 2:", true},
    {"UPDATE gl_line SET day = day + 1 WHERE id IN (1, 2)", "ledger",
     "batch 1:", true},
    {"UPDATE gl_line SET batch = 98 WHERE id = 4", "ledger",
     "gl_line 4:", true},
    {"UPDATE gl_line SET account = 'x' WHERE id = 4", "ledger",
     "gl_line 4:", true},
    {"UPDATE loan SET terms = 9999 WHERE id = 123", "file", "loan", true},
    {"UPDATE agreement SET loan = 9999 WHERE id = 123", "file", "agreement",
     true},
    {"UPDATE person SET name = 'X' WHERE id IN (20, 1300)", "witness",
     "person 20:", false},
    {"DELETE FROM person WHERE id > 1598", "witness", "person 1599:", false},
    {"DELETE FROM person", "witness", "person 1:", false},
    {"UPDATE person SET id = 1152921504606846976 WHERE id = 77", "witness",
     "person 77:", false},
    {"UPDATE person SET id = -77 WHERE id = 78", "witness", "person ", false},
    {"UPDATE person SET seq = 2 WHERE id = 79", "witness", "person 79:", false},
    {"UPDATE block SET hash = zeroblob(32) WHERE id = 20", "chain",
     "block 20:", false},
    {"UPDATE block SET n = n - 1 WHERE id IN (20, 40)", "chain",
     "block 20:", false},
    {"UPDATE block SET rel = 'loan' WHERE id = 40", "blocks", "", false},
    {"DELETE FROM txn WHERE id = 2500", "chain", "block", false},
    {"DELETE FROM block WHERE id = (SELECT max(id) FROM block)", "blocks", "",
     false},
};

static const umi_check *first_finding(const umi_verification *v)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->checks[i].done && !v->checks[i].ok)
            return &v->checks[i];
    return NULL;
}

/* Which check has a finding, when another may have one before it. */
static const umi_check *finding_of(const umi_verification *v, const char *name)
{
    for (size_t i = 0; i < v->count; i++)
        if (strcmp(v->checks[i].name, name) == 0 && v->checks[i].done &&
            !v->checks[i].ok)
            return &v->checks[i];
    return NULL;
}

static void every_change_is_found_by_one_and_by_two(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const change *c = &changes[i];
        copy("many.umi", "work.umi");
        tamper("work.umi", c->sql);
        if (c->chained)
            chain_anew("work.umi");
        umi_verification a = verify("work.umi", true);
        umi_verification b = verify("work.umi", false);
        const umi_check *k = finding_of(&a, c->check);
        if (k == NULL || strstr(k->message, c->says) == NULL)
            fail_msg("%s: %s wanted, %s says %s", c->sql, c->check,
                     k                   ? k->name
                     : first_finding(&a) ? first_finding(&a)->name
                                         : "nobody",
                     k                   ? k->message
                     : first_finding(&a) ? first_finding(&a)->message
                                         : "");
        same_told(&a, &b);
    }
    temp_remove("work.umi");
}

/* Rows are hashed in blocks, or their digests are, or they are made anew and
 * compared: nothing that is stored is merely believed. */
static void no_table_is_believed(void **state)
{
    (void)state;
    static const umi_table *const anew[] = {
        &umi_loan_state_table, &umi_idem_table, &umi_loan_key_table,
        &umi_stmt_open_table, &umi_bank_settled_table};
    size_t n;
    const umi_table *const *t = umi_tables(&n);
    for (size_t i = 0; i < n; i++) {
        bool told = t[i]->witnessed || t[i]->kind == UMI_TABLE_JOURNAL ||
                    t[i]->kind == UMI_TABLE_CHAIN;
        for (size_t k = 0; k < sizeof anew / sizeof *anew; k++)
            told = told || t[i] == anew[k];
        if (!told)
            fail_msg("%s", t[i]->name);
    }
}

/* Texts whose hashes collide stand at other keys than their own. */
static void keys_that_gave_way_are_looked_up(void **state)
{
    (void)state;
    umi__keys_narrow(5);
    fill("narrow.umi", FEW);
    umi_verification v = verify("narrow.umi", true);
    assert_null(first_finding(&v));
    tamper("narrow.umi", "UPDATE loan_key SET number = 'x' WHERE loan = 6");
    tamper("narrow.umi", "UPDATE idem SET txn = txn + 1 WHERE key = "
                         "(SELECT max(key) FROM idem)");
    v = verify("narrow.umi", true);
    assert_non_null(finding_of(&v, "numbers"));
    assert_non_null(finding_of(&v, "references"));
    umi__keys_narrow(0);
    temp_remove("narrow.umi");
}

typedef struct telling {
    int64_t done, all, times;
} telling;

static void told(void *self, umi_phase phase, int64_t done, int64_t all)
{
    telling *t = self;
    assert_int_equal(phase, UMI_PHASE_VERIFY);
    assert_true(done >= t->done && done <= all);
    assert_true(t->times == 0 || all == t->all);
    *t = (telling){done, all, t->times + 1};
}

static void progress_ends_where_it_said(void **state)
{
    (void)state;
    for (int alone = 0; alone < 2; alone++) {
        umi_error err = {0};
        umi_verification v;
        telling t = {0};
        const umi_verify_ask ask = {true, alone, told, &t};
        umi_book *b = open_to_read("many.umi");
        assert_int_equal(umi_book_verify_as(&v, b, &ask, &err), UMI_OK);
        umi_book_close(b);
        assert_true(t.times > 10);
        assert_int_equal(t.done, t.all);
    }
}

static int make_many(void **state)
{
    (void)state;
    fill("many.umi", LOANS);
    return 0;
}

static int drop_many(void **state)
{
    (void)state;
    temp_remove("many.umi");
    temp_remove("loans.csv");
    temp_remove("pay.csv");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_and_two_workers_count_the_same),
        cmocka_unit_test(every_change_is_found_by_one_and_by_two),
        cmocka_unit_test(no_table_is_believed),
        cmocka_unit_test(keys_that_gave_way_are_looked_up),
        cmocka_unit_test(progress_ends_where_it_said),
    };
    return cmocka_run_group_tests(tests, make_many, drop_many);
}
