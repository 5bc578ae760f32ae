/* SPDX-License-Identifier: MIT
 * A page of a table that tells a wrong way: rows come in another order than
 * that of their keys.  Reading says so; it neither goes round for ever nor
 * takes one row for another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/book/journal.h"
#include "ledger/store/sqlite_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    ROWS = 2000,
    FURTHER = 16 /* keys that the first leaf is said to have besides its own */
};

static char path[256];

static void clear_path(void)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    (void)snprintf(path, sizeof path, "%s/umi-order-%ld.db",
                   getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
                   (long)getpid());
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char name[300];
        (void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}

static void make_rows(void)
{
    static umi_reject rows[ROWS];
    umi_store *s = NULL;
    umi_change c = {0};
    for (int64_t i = 0; i < ROWS; i++)
        rows[i] = (umi_reject){.id = i + 1,
                               .batch = 1,
                               .line = i + 2,
                               .code = UMI_TEXT("A-CODE-OF-SUCH-A-LENGTH-THAT-"
                                                "A-PAGE-HAS-ROOM-FOR-FEW")};
    umi_change_put(&c, &umi_reject_table, rows, ROWS);
    clear_path();
    assert_int_equal(umi_sqlite_create(path, &(umi_change){0}, NULL), UMI_OK);
    assert_int_equal(umi_sqlite_open(&s, path, UMI_WRITE, NULL), UMI_OK);
    assert_int_equal(umi_store_apply(s, &c, NULL), UMI_OK);
    umi_store_close(s);
}

static long root_of(const char *table, long *page)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT rootpage, page_size FROM "
                                        "sqlite_master, pragma_page_size "
                                        "WHERE name = ?1",
                                        -1, &st, NULL),
                     SQLITE_OK);
    (void)sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    long root = sqlite3_column_int(st, 0);
    *page = sqlite3_column_int(st, 1);
    (void)sqlite3_finalize(st);
    (void)sqlite3_close(db);
    return root;
}

/* The root of a table of two levels: cells of a page and the greatest key on
 * it; keys below 128 take one byte.  @return what the first cell had */
static int64_t lie(void)
{
    long page;
    long at = (root_of("reject", &page) - 1) * page;
    unsigned char head[14], key;
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_equal(fread(head, 1, sizeof head, f), sizeof head);
    assert_int_equal(head[0], 5); /* not a leaf */
    at += head[12] << 8 | head[13];
    assert_int_equal(fseek(f, at + 4, SEEK_SET), 0);
    assert_int_equal(fread(&key, 1, 1, f), 1);
    assert_in_range(key, 1, 127 - FURTHER);
    unsigned char other = (unsigned char)(key + FURTHER);
    assert_int_equal(fseek(f, at + 4, SEEK_SET), 0);
    assert_int_equal(fwrite(&other, 1, 1, f), 1);
    assert_int_equal(fclose(f), 0);
    return key;
}

static umi_status count(void *self, const void *row, umi_error *err)
{
    (void)row, (void)err;
    ++*(int *)self;
    return UMI_OK;
}

static void rows_out_of_order_are_damage(void **state)
{
    (void)state;
    umi_store *s = NULL;
    umi_reject rows[2];
    bool found[2];
    umi_arena *arena = umi_arena_new();
    int n = 0;
    umi_error err = {0};
    make_rows();
    const int64_t end = lie();
    const int64_t right[] = {end, end + FURTHER + 1};
    const int64_t lost[] = {end + FURTHER - 1, end + FURTHER};
    assert_int_equal(umi_sqlite_open(&s, path, UMI_READ, &err), UMI_OK);
    assert_int_equal(umi_store_read(s, &umi_reject_table, right, 2, rows, found,
                                    arena, &err),
                     UMI_OK);
    assert_true(found[0] && found[1]);
    (void)alarm(20);
    assert_int_equal(
        umi_store_read(s, &umi_reject_table, lost, 2, rows, found, arena, &err),
        UMI_EDAMAGED);
    assert_string_equal(err.message, "table reject is out of order");
    umi_error_clear(&err);
    assert_int_equal(
        umi_store_scan(s, &umi_reject_table, lost[0], ROWS, count, &n, &err),
        UMI_EDAMAGED);
    assert_int_equal(n, 0);
    (void)alarm(0);
    umi_store_close(s);
    umi_arena_free(arena);
    clear_path();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_out_of_order_are_damage),
    };
    return cmocka_run_group_tests_name("ledger/store/order", tests, NULL, NULL);
}
