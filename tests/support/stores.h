/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_STORES_H
#define UMI_TESTS_SUPPORT_STORES_H

/** @file A store in memory and one in a file of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/book/journal.h"
#include "ledger/store/pack_int.h"

static char path[256];

static inline void clear_path(void)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".copy"};
    (void)snprintf(path, sizeof path, "%s/umi-store-%ld.db",
                   getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
                   (long)getpid());
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char name[300];
        (void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}

static inline umi_store *open_sqlite(umi_access access)
{
    umi_error err = {0};
    umi_store *s = NULL;
    if (umi_sqlite_open(&s, path, access, &err) != UMI_OK)
        fail_msg("%s: %s", path, err.message);
    return s;
}

static inline umi_store *make_sqlite(void)
{
    umi_error err = {0};
    clear_path();
    if (umi_sqlite_create(path, &(umi_change){0}, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return open_sqlite(UMI_WRITE);
}

static inline umi_store *make_memory(void)
{
    umi_store *s = NULL;
    assert_int_equal(umi_memory_open(&s, NULL), UMI_OK);
    return s;
}

static inline umi_status note_code(void *self, const void *row, umi_error *err)
{
    const umi_code_row *r = row;
    (void)err;
    umi_text detail = r->detail.ptr ? r->detail : UMI_TEXT("-");
    umi_buf_printf(self, "%lld:%d:%.*s:%.*s ", (long long)r->id, r->kind,
                   (int)r->word.len, r->word.ptr, (int)detail.len, detail.ptr);
    return UMI_OK;
}

static inline void expect_rows(umi_store *s,
                               const umi_table *t,
                               umi_row_fn fn,
                               int64_t from,
                               int64_t to,
                               const char *want)
{
    umi_buf b = {0};
    umi_error err = {0};
    assert_int_equal(umi_store_scan(s, t, from, to, fn, &b, &err), UMI_OK);
    umi_buf_putc(&b, '\0');
    assert_string_equal(b.ptr, want);
    umi_buf_free(&b);
}

static inline umi_status put(umi_store *s,
                             const umi_table *t,
                             const void *rows,
                             size_t n,
                             umi_error *err)
{
    umi_change c = {0};
    umi_change_put(&c, t, rows, n);
    return umi_store_apply(s, &c, err);
}

#endif
