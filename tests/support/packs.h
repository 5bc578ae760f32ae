/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_PACKS_H
#define UMI_TESTS_SUPPORT_PACKS_H

/** @file Rows of packed tables, and packs looked at by SQL. */
#include "tests/support/random.h"
#include "tests/support/stores.h"

#include <string.h>

/** Rows a block, and packs of a size that are merged. */
typedef struct tuning {
    size_t rows, fan;
} tuning;

static inline int as_ever(void **state)
{
    (void)state;
    umi__packs_tune(0, 0);
    clear_path();
    return 0;
}

/* --- rows ----------------------------------------------------------------- */

static inline umi_loan_state standing(int64_t id, int64_t seq)
{
    return (umi_loan_state){.id = id,
                            .seq = seq,
                            .status = UMI_LOAN_ACTIVE,
                            .agreement = UMI_NONE,
                            .terms = 1,
                            .product = 2,
                            .branch = id % 3 + 1,
                            .principal = {id * 100000},
                            .disbursed = {UMI_NONE32},
                            .first_due = {20000 + (int)seq},
                            .last_txn = seq == 1 ? UMI_NONE : id * 1000 + seq,
                            .last_day = {seq == 1 ? UMI_NONE32 : 20000},
                            .charged = seq > 1,
                            .owed = {.principal = {-seq}},
                            .overpaid = {seq}};
}

static inline umi_status note_state(void *self, const void *row, umi_error *err)
{
    const umi_loan_state *s = row;
    const umi_loan_state want = standing(s->id, s->seq);
    (void)err;
    umi_buf_printf(self, "%lld.%lld ", (long long)s->id, (long long)s->seq);
    for (size_t i = 0; i < umi_loan_state_table.count; i++) {
        const umi_store_column *c = &umi_loan_state_table.columns[i];
        umi__cell a = umi__cell_get(c, s), b = umi__cell_get(c, &want);
        assert_int_equal(a.absent, b.absent);
        assert_true(a.absent || a.number == b.number);
        assert_true(umi_text_eq(a.text, b.text));
    }
    return UMI_OK;
}

static inline umi_status note_idem(void *self, const void *row, umi_error *err)
{
    const umi_idem *r = row;
    (void)err;
    umi_buf_printf(self, "%lld=%lld ", (long long)r->key, (long long)r->txn);
    return UMI_OK;
}

static inline umi_status note_key(void *self, const void *row, umi_error *err)
{
    const umi_loan_key *r = row;
    (void)err;
    umi_buf_printf(self, "%lld>%lld:%.*s ", (long long)r->key,
                   (long long)r->loan, (int)r->number.len, r->number.ptr);
    return UMI_OK;
}

static const struct packed {
    const umi_table *table;
    umi_row_fn note;
} packed[] = {{&umi_loan_state_table, note_state},
              {&umi_idem_table, note_idem},
              {&umi_loan_key_table, note_key}};

enum {
    TABLES = sizeof packed / sizeof *packed
};

/* --- looking at packs ----------------------------------------------------- */

static inline sqlite3 *db_of(umi_store *s)
{
    return ((umi__sqlite *)s)->db;
}

static inline void run(umi_store *s, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db_of(s), sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

static inline int64_t number(umi_store *s, const char *sql)
{
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(db_of(s), sql, -1, &st, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(st, 0);
    (void)sqlite3_finalize(st);
    return v;
}

static inline int64_t packs(umi_store *s)
{
    return number(s, "SELECT count(*) FROM pack");
}

static inline void
must_put(umi_store *s, const umi_table *t, const void *rows, size_t n)
{
    umi_error err = {0};
    if (put(s, t, rows, n, &err) != UMI_OK)
        fail_msg("%s: %s", t->name, err.message);
}

static inline void must_check(umi_store *s)
{
    umi_error err = {0};
    if (umi_store_check(s, &err) != UMI_OK ||
        umi_store_check_references(s, &err) != UMI_OK)
        fail_msg("%s", err.message);
}

/** References first, first + 1, ... of the posting `first`. */
static inline void put_refs(umi_store *s, int64_t first, size_t n)
{
    umi_idem r[64];
    for (size_t i = 0; i < n; i++)
        r[i] = (umi_idem){first + (int64_t)i, first};
    must_put(s, &umi_idem_table, r, n);
}

#endif
