/* SPDX-License-Identifier: MIT
 * The store port: both backends do the same under one table of operations,
 * and every registered table's statements say what its descriptor says. */
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

static char path[256];

static void fresh_path(void)
{
    (void)snprintf(path, sizeof path, "%s/store-%ld.db",
                   getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
                   (long)getpid());
    (void)unlink(path);
}

static umi_store *open_sqlite(umi_access access)
{
    umi_error err = {0};
    umi_store *s = NULL;
    umi_status rc = umi_sqlite_open(&s, path, access, &err);
    if (rc != UMI_OK)
        fail_msg("%s: %s", path, err.message);
    return s;
}

static umi_store *make_sqlite(void)
{
    umi_error err = {0};
    fresh_path();
    if (umi_sqlite_create(path, &(umi_change){0}, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return open_sqlite(UMI_WRITE);
}

static umi_store *make_memory(void)
{
    umi_store *s = NULL;
    assert_int_equal(umi_memory_open(&s, NULL), UMI_OK);
    return s;
}

/* --- descriptors ----------------------------------------------------------*/

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
        if (umi__sqlite_prepare(q, t[i]->from, &st, &err) != UMI_OK ||
            umi__sqlite_prepare(q, t[i]->last, &st, &err) != UMI_OK ||
            umi__sqlite_prepare(q, t[i]->put, &st, &err) != UMI_OK ||
            umi__sqlite_prepare(q, t[i]->from, &st, &err) != UMI_OK)
            fail_msg("%s: %s", t[i]->name, err.message);
        assert_int_equal(sqlite3_column_count(st), t[i]->count);
        for (size_t k = 0; k < t[i]->count; k++) {
            assert_string_equal(sqlite3_column_name(st, (int)k),
                                t[i]->columns[k].name);
            assert_string_equal(sqlite3_column_table_name(st, (int)k),
                                t[i]->name);
        }
    }
    umi_store_close(s);
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_yield_the_columns_of_their_descriptor),
    };
    (void)make_memory;
    return cmocka_run_group_tests_name("ledger/store", tests, NULL, NULL);
}
