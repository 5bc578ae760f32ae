/* SPDX-License-Identifier: MIT
 * The file of a book: its tables and statements are those of their
 * descriptors, and what is no book of this version is left alone.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/stores.h"

/* --- descriptors ----------------------------------------------------------*/

/* SELECT 1 FROM table WHERE key >= ?1 AND sink(columns) ORDER BY key; */
static void expect_sink(const umi_table *t, const char *sql)
{
    char have[2048], want[2048];
    size_t n = 0, at;
    for (size_t i = 0; sql[i] != '\0'; i++)
        if (sql[i] != ' ' && sql[i] != '\n')
            have[n++] = sql[i];
    have[n] = '\0';
    const char *key = t->columns[0].name;
    at = (size_t)snprintf(want, sizeof want, "SELECT1FROM%sWHERE%s>=?1ANDsink(",
                          t->name, key);
    for (size_t i = 0; i < t->count; i++)
        at += (size_t)snprintf(want + at, sizeof want - at, "%s%s",
                               i ? "," : "", t->columns[i].name);
    (void)snprintf(want + at, sizeof want - at, ")ORDERBY%s;", key);
    assert_string_equal(have, want);
}

static void statements_yield_the_columns_of_their_descriptor(void **state)
{
    (void)state;
    umi_store *s = make_sqlite();
    umi__sqlite *q = (umi__sqlite *)s;
    size_t n;
    const umi_table *const *t = umi_tables(&n);
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *st;
        umi_error err = {0};
        assert_int_equal(t[i]->columns[0].offset, 0);
        assert_int_equal(t[i]->columns[0].type, UMI_COL_INT);
        assert_true(t[i]->count <= UMI_COLUMNS_MAX && t[i]->size <= 1024);
        if (t[i]->kind == UMI_TABLE_STATE)
            assert_string_equal(t[i]->columns[1].name, "seq");
        if (t[i]->packed) {
            assert_true(umi__block_holds(t[i]));
            assert_int_equal(t[i]->create + t[i]->put + t[i]->from +
                                 t[i]->last + t[i]->remove,
                             UMI_SQL_NONE);
            continue;
        }
        if ((t[i]->remove != UMI_SQL_NONE &&
             umi__sqlite_prepare(q, t[i]->remove, &st, &err) != UMI_OK) ||
            umi__sqlite_prepare(q, t[i]->last, &st, &err) != UMI_OK ||
            umi__sqlite_prepare(q, t[i]->put, &st, &err) != UMI_OK ||
            umi__sqlite_prepare(q, t[i]->from, &st, &err) != UMI_OK)
            fail_msg("%s: %s", t[i]->name, err.message);
        expect_sink(t[i], umi__sql(t[i]->from));
    }
    umi_store_close(s);
    clear_path();
}

static int64_t setting(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(st, 0);
    (void)sqlite3_finalize(st);
    return value;
}

static void a_new_book_has_the_pages_that_are_reckoned_with(void **state)
{
    (void)state;
    umi_store *s = make_sqlite();
    sqlite3 *db = ((umi__sqlite *)s)->db;
    assert_int_equal(setting(db, "PRAGMA page_size"), UMI_STORE_PAGE);
    assert_int_equal(setting(db, "PRAGMA wal_autocheckpoint"), UMI_STORE_LOG);
    umi_store_close(s);
    clear_path();
}

/* Every table is STRICT; one that only grows refuses UPDATE and DELETE. */
static void tables_are_strict_and_journals_only_grow(void **state)
{
    (void)state;
    umi_store *s = make_sqlite();
    sqlite3 *db = ((umi__sqlite *)s)->db;
    size_t n;
    const umi_table *const *t = umi_tables(&n);
    for (size_t i = 0; i < n; i++) {
        sqlite3_stmt *st = NULL;
        char sql[300];
        if (t[i]->packed)
            continue;
        (void)snprintf(sql, sizeof sql,
                       "SELECT strict, (SELECT count(*) FROM sqlite_schema "
                       "WHERE type = 'trigger' AND tbl_name = '%s' AND sql "
                       "LIKE '%%RAISE(ABORT%%') FROM pragma_table_list('%s')",
                       t[i]->name, t[i]->name);
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(st), SQLITE_ROW);
        assert_int_equal(sqlite3_column_int(st, 0), 1);
        int triggers = sqlite3_column_int(st, 1);
        (void)sqlite3_finalize(st);
        bool grows = t[i]->kind == UMI_TABLE_JOURNAL ||
                     t[i]->kind == UMI_TABLE_CHAIN ||
                     t[i]->kind == UMI_TABLE_KEY;
        if (grows && triggers < 2)
            fail_msg("%s has %d triggers", t[i]->name, triggers);
    }
    umi_store_close(s);
    clear_path();
}

/* A digest or a fold must tell when a state row of the book or the desk was
 * changed; what the bank has proposed or indexed is made anew. */
static void every_state_table_can_be_verified(void **state)
{
    (void)state;
    size_t n;
    const umi_table *const *t = umi_tables(&n);
    for (size_t i = 0; i < n; i++) {
        bool fine = t[i]->kind != UMI_TABLE_STATE || t[i]->witnessed ||
                    strcmp(t[i]->name, "loan_state") == 0 ||
                    strncmp(t[i]->name, "bank_", 5) == 0 ||
                    strncmp(t[i]->name, "stmt_", 5) == 0;
        if (!fine)
            fail_msg("%s", t[i]->name);
    }
}

/* Only statements over a whole table by its key may scan one; packs are few. */
static void no_statement_scans_a_table(void **state)
{
    (void)state;
    umi_store *s = make_sqlite();
    sqlite3 *db = ((umi__sqlite *)s)->db;
    for (int id = 1; id < UMI_SQL_COUNT; id++) {
        char sql[8192];
        sqlite3_stmt *st = NULL;
        const char *text = umi__sql(id);
        if (strncmp(text, "SELECT", 6) != 0 || strstr(text, "sqlite_schema"))
            continue;
        (void)snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", text);
        if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
            fail_msg("%s: %s", text, sqlite3_errmsg(db));
        while (sqlite3_step(st) == SQLITE_ROW) {
            const char *plan = (const char *)sqlite3_column_text(st, 3);
            bool sums = strstr(text, "GROUP BY") != NULL;
            bool small = strncmp(plan, "SCAN feed", 9) == 0 ||
                         strcmp(plan, "SCAN pack") == 0;
            if (strncmp(plan, "SCAN", 4) == 0 && !sums && !small)
                fail_msg("%s: %s", text, plan);
        }
        (void)sqlite3_finalize(st);
    }
    umi_store_close(s);
    clear_path();
}

/* --- files ---------------------------------------------------------------- */

static void write_file(const char *text, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static void expect_file(const char *text, size_t n)
{
    char room[4096];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    assert_int_equal(fread(room, 1, sizeof room, f), n);
    assert_memory_equal(room, text, n);
    (void)fclose(f);
}

static void files_that_are_no_books_are_left_alone(void **state)
{
    (void)state;
    static const char text[] = "this is a letter and no book at all, at least "
                               "a hundred bytes of it so that the header is "
                               "there to be looked at, and some more";
    static const char *const names[] = {"text", "empty", "short"};
    const size_t sizes[] = {sizeof text, 0, 10};
    for (size_t i = 0; i < 3; i++) {
        umi_store *s = NULL;
        umi_error err = {0};
        clear_path();
        write_file(text, sizes[i]);
        for (int access = UMI_READ; access <= UMI_WRITE; access++)
            if (umi_sqlite_open(&s, path, (umi_access)access, &err) !=
                UMI_EDAMAGED)
                fail_msg("%s", names[i]);
        assert_string_equal(err.code, "NOT-A-BOOK");
        assert_null(s);
        expect_file(text, sizes[i]);
    }
    clear_path();
}

static void other_programs_databases_are_left_alone(void **state)
{
    (void)state;
    sqlite3 *db = NULL;
    umi_store *s = NULL;
    umi_error err = {0};
    clear_path();
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a)", NULL, NULL, NULL),
                     SQLITE_OK);
    (void)sqlite3_close(db);
    assert_int_equal(umi_sqlite_open(&s, path, UMI_WRITE, &err), UMI_EDAMAGED);
    assert_int_equal(umi_sqlite_create(path, &(umi_change){0}, &err),
                     UMI_EEXIST);
    clear_path();
}

static void a_missing_book_is_not_made(void **state)
{
    (void)state;
    umi_store *s = NULL;
    umi_error err = {0};
    clear_path();
    assert_int_equal(umi_sqlite_open(&s, path, UMI_WRITE, &err), UMI_EIO);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(
        umi_sqlite_create("/no/such/folder/x.db", &(umi_change){0}, &err),
        UMI_EIO);
}

static void a_book_of_another_version_is_refused(void **state)
{
    (void)state;
    static const int versions[] = {0, 1, 2, 4, 99, -1};
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        char sql[64];
        umi_store *s = make_sqlite();
        umi_error err = {0};
        (void)snprintf(sql, sizeof sql, "PRAGMA user_version = %d",
                       versions[i]);
        assert_int_equal(
            sqlite3_exec(((umi__sqlite *)s)->db, sql, NULL, NULL, NULL),
            SQLITE_OK);
        umi_store_close(s);
        s = NULL;
        assert_int_equal(umi_sqlite_open(&s, path, UMI_READ, &err),
                         UMI_EDAMAGED);
        assert_string_equal(err.code, "BOOK-VERSION");
    }
    clear_path();
}

static void a_snapshot_is_a_book_by_itself(void **state)
{
    (void)state;
    umi_store *s = make_sqlite();
    umi_error err = {0};
    char copy[300];
    const umi_code_row row = {1, UMI_CODE_BRANCH, UMI_TEXT("A"), {0}};
    (void)snprintf(copy, sizeof copy, "%s.copy", path);
    assert_int_equal(put(s, &umi_code_table, &row, 1, &err), UMI_OK);
    assert_int_equal(umi_store_snapshot(s, copy, &err), UMI_OK);
    assert_int_equal(umi_store_snapshot(s, copy, &err), UMI_EEXIST);
    assert_int_equal(umi_store_check(s, &err), UMI_OK);
    umi_store_close(s);
    assert_int_equal(umi_sqlite_open(&s, copy, UMI_WRITE, &err), UMI_OK);
    expect_rows(s, &umi_code_table, note_code, 0, 9, "1:1:A:- ");
    assert_int_equal(umi_store_check(s, &err), UMI_OK);
    umi_store_close(s);
    clear_path();
}

/* A writer works alone; another process is told so after a while. */
static void a_second_writer_is_told_that_the_book_is_busy(void **state)
{
    (void)state;
    umi_store *s = make_sqlite();
    pid_t child = fork();
    if (child == 0) {
        umi_store *t = NULL;
        umi_error err = {0};
        sqlite3_config(SQLITE_CONFIG_LOG, NULL, NULL);
        _exit(umi__sqlite_open_waiting(&t, path, UMI_WRITE, 50, &err) ==
                      UMI_EBUSY
                  ? 0
                  : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    umi_store_close(s);
    clear_path();
}

/* Where there is no room for the index of the log one reads alone, and nobody
 * waits for a second connection that cannot be. */
static void who_reads_alone_has_nobody_beside_him(void **state)
{
    struct rlimit was, low;
    umi_store *s = make_sqlite(), *t = NULL;
    umi_error err = {0};
    (void)state;
    umi_store_close(s);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    low = (struct rlimit){8192, was.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    s = open_sqlite(UMI_READ);
    (void)alarm(10);
    assert_int_equal(umi_store_beside(&t, s, &err), UMI_OK);
    (void)alarm(0);
    assert_null(t);
    umi_store_close(s);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    s = open_sqlite(UMI_READ);
    assert_int_equal(umi_store_beside(&t, s, &err), UMI_OK);
    assert_non_null(t);
    umi_store_close(t);
    umi_store_close(s);
    clear_path();
}

static void an_unchecked_schema_is_noticed(void **state)
{
    (void)state;
    static const char *const changes[] = {
        "DROP TRIGGER txn_no_update",
        "CREATE TABLE extra(a)",
        "DROP INDEX txn_reverses",
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        umi_store *s = make_sqlite();
        umi_error err = {0};
        assert_int_equal(umi_store_check(s, &err), UMI_OK);
        assert_int_equal(
            sqlite3_exec(((umi__sqlite *)s)->db, changes[i], NULL, NULL, NULL),
            SQLITE_OK);
        assert_int_equal(umi_store_check(s, &err), UMI_EDAMAGED);
        umi_store_close(s);
    }
    clear_path();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_yield_the_columns_of_their_descriptor),
        cmocka_unit_test(a_new_book_has_the_pages_that_are_reckoned_with),
        cmocka_unit_test(tables_are_strict_and_journals_only_grow),
        cmocka_unit_test(every_state_table_can_be_verified),
        cmocka_unit_test(no_statement_scans_a_table),
        cmocka_unit_test(files_that_are_no_books_are_left_alone),
        cmocka_unit_test(other_programs_databases_are_left_alone),
        cmocka_unit_test(a_missing_book_is_not_made),
        cmocka_unit_test(a_book_of_another_version_is_refused),
        cmocka_unit_test(a_snapshot_is_a_book_by_itself),
        cmocka_unit_test(a_second_writer_is_told_that_the_book_is_busy),
        cmocka_unit_test(who_reads_alone_has_nobody_beside_him),
        cmocka_unit_test(an_unchecked_schema_is_noticed),
    };
    return cmocka_run_group_tests_name("ledger/store_file", tests, NULL, NULL);
}
