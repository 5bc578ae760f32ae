/* SPDX-License-Identifier: MIT
 * Second locks, which nothing else would miss: a row that changed since it
 * was read is not overwritten, whatever its table; and a block hash stands on
 * the one before it, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/book/chain.h"
#include "ledger/store/sqlite_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ROW_MAX = 1024
};

/* Some row of @p t with key 1. */
static const void *a_row(const umi_table *t, int64_t seq)
{
    static union {
        int64_t align;
        char bytes[ROW_MAX];
    } row;
    memset(&row, 0, sizeof row);
    for (size_t i = 0; i < t->count; i++) {
        const umi_store_column *col = &t->columns[i];
        const umi_text text = UMI_TEXT("a");
        const int64_t number = i == 1 ? seq : 1;
        if (col->type == UMI_COL_TEXT || col->type == UMI_COL_BLOB)
            memcpy(row.bytes + col->offset, &text, sizeof text);
        else if (col->type == UMI_COL_INT || col->type == UMI_COL_MONEY)
            memcpy(row.bytes + col->offset, &number, sizeof number);
    }
    return &row;
}

static void must_write(umi_store *s, const umi_table *t, int64_t seq, bool ok)
{
    umi_change c = {0};
    umi_error err = {0};
    umi_change_put(&c, t, a_row(t, seq), 1);
    umi_status rc = umi_store_apply(s, &c, &err);
    if (rc != (ok ? UMI_OK : UMI_EINTERNAL))
        fail_msg("%s: seq %lld: %d %s", t->name, (long long)seq, rc,
                 err.message);
    s->dead = false; /* the next try is another day */
}

static void try_state_tables(umi_store *s)
{
    static const struct {
        int64_t seq;
        bool ok;
    } tries[] = {{1, true},  {1, false}, {3, false}, {2, true},
                 {2, false}, {1, false}, {3, true}};
    size_t n, tables = 0;
    const umi_table *const *t = umi_tables(&n);
    for (size_t i = 0; i < n; i++) {
        if (t[i]->kind != UMI_TABLE_STATE)
            continue;
        for (size_t k = 0; k < sizeof tries / sizeof *tries; k++)
            must_write(s, t[i], tries[k].seq, tries[k].ok);
        tables++;
    }
    assert_true(tables > 5);
}

static char folder[64], name[80];

static umi_store *reopened(void)
{
    umi_store *s = NULL;
    assert_int_equal(umi_sqlite_open(&s, name, UMI_WRITE, NULL), UMI_OK);
    return s;
}

static umi_store *made(void)
{
    (void)snprintf(folder, sizeof folder, "/tmp/umi-fault-store-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(name, sizeof name, "%s/book", folder);
    assert_int_equal(umi_sqlite_create(name, &(umi_change){0}, NULL), UMI_OK);
    return reopened();
}

static void removed(umi_store *s)
{
    umi_store_close(s);
    (void)unlink(name);
    assert_int_equal(rmdir(folder), 0);
}

static void a_row_that_changed_is_not_overwritten(void **state)
{
    (void)state;
    umi_store *s = made();
    assert_int_equal(sqlite3_exec(((umi__sqlite *)s)->db,
                                  "PRAGMA ignore_check_constraints = ON; "
                                  "PRAGMA foreign_keys = OFF",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    try_state_tables(s);
    removed(s);
    assert_int_equal(umi_memory_open(&s, NULL), UMI_OK);
    try_state_tables(s);
    umi_store_close(s);
}

/* SQLite may roll back by itself, after a failed SELECT too. */
static void nothing_is_written_behind_a_lost_transaction(void **state)
{
    (void)state;
    umi_store *s = made();
    const umi_code_row rows[] = {
        {1, UMI_CODE_BRANCH, UMI_TEXT("A"), {0}},
        {2, UMI_CODE_BRANCH, UMI_TEXT("B"), {0}},
    };
    for (int then = 0; then < 2; then++) {
        umi_change c[2] = {0};
        umi_error err = {0};
        int64_t last = -1;
        umi_change_put(&c[0], &umi_code_table, &rows[0], 1);
        umi_change_put(&c[1], &umi_code_table, &rows[1], 1);
        assert_int_equal(umi_store_begin(s, &err), UMI_OK);
        assert_int_equal(umi_store_apply(s, &c[0], &err), UMI_OK);
        assert_int_equal(
            sqlite3_exec(((umi__sqlite *)s)->db, "ROLLBACK", NULL, NULL, NULL),
            SQLITE_OK);
        assert_int_equal(then ? umi_store_commit(s, &err)
                              : umi_store_apply(s, &c[1], &err),
                         UMI_EIO);
        umi_store_close(s);
        s = reopened();
        assert_int_equal(umi_store_last(s, &umi_code_table, &last, &err),
                         UMI_OK);
        assert_int_equal(last, 0);
    }
    removed(s);
}

/* --- the chain ------------------------------------------------------------ */

/* BLAKE2b-256 of what is written out here. */
static umi_hash hash_of(const umi_hash *head, const char *bytes, size_t n)
{
    umi_blake2b h;
    umi_blake2b_init(&h);
    umi_blake2b_update(&h, "\x20", 1);
    umi_blake2b_update(&h, head->byte, UMI_HASH_SIZE);
    umi_blake2b_update(&h, bytes, n);
    return umi_blake2b_final(&h);
}

static void a_block_stands_on_the_one_before_it(void **state)
{
    (void)state;
    static const char first[] = "\x04"
                                "code"
                                "\x02\x06"
                                "branch"
                                "\x05"
                                "PUSAT"
                                "\x00";
    static const char second[] = "\x04"
                                 "code"
                                 "\x90\x03\x07"
                                 "product"
                                 "\x03"
                                 "UMI"
                                 "\x01\x02"
                                 "EM";
    const umi_code_row rows[] = {
        {1, UMI_CODE_BRANCH, UMI_TEXT("PUSAT"), {0}},
        {200, UMI_CODE_PRODUCT, UMI_TEXT("UMI"), UMI_TEXT("EM")}};
    umi_hash head = {{0}}, want = {{0}};
    umi_block blocks[2];
    umi_chain_rows(&blocks[0], 1, &head, &umi_code_table, &rows[0], 1);
    want = hash_of(&want, first, sizeof first - 1);
    assert_memory_equal(blocks[0].hash.byte, want.byte, UMI_HASH_SIZE);
    assert_memory_equal(head.byte, want.byte, UMI_HASH_SIZE);
    umi_chain_rows(&blocks[1], 2, &head, &umi_code_table, &rows[1], 1);
    want = hash_of(&want, second, sizeof second - 1);
    assert_memory_equal(blocks[1].hash.byte, want.byte, UMI_HASH_SIZE);
    assert_memory_equal(head.byte, want.byte, UMI_HASH_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_changed_is_not_overwritten),
        cmocka_unit_test(nothing_is_written_behind_a_lost_transaction),
        cmocka_unit_test(a_block_stands_on_the_one_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
