/* SPDX-License-Identifier: MIT
 * Packs are merged when nobody reads them, whole or not at all; they stay few
 * and their rows are not written often; and what somebody changed in them is
 * told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/packed.h"
#include "tests/support/packs.h"

/* --- a row that asks and writes ------------------------------------------- */

typedef struct walking {
    umi_store *s;
    int64_t next, rows, packs; /* expected key; seen; when it began */
} walking;

static umi_status walk_and_write(void *self, const void *row, umi_error *err)
{
    walking *w = self;
    const umi_idem *r = row;
    umi_idem back;
    bool found = false;
    if (r->key >= 1000) /* what was written meanwhile may be seen or not */
        return UMI_OK;
    assert_int_equal(r->key, w->next);
    assert_int_equal(r->txn, w->next / 3 * 3);
    w->next++;
    w->rows++;
    put_refs(w->s, 2000 - 2 * r->key, 1);
    assert_true(packs(w->s) > w->packs); /* none was merged */
    w->packs = packs(w->s);
    umi_status rc = umi_store_read(w->s, &umi_idem_table, &r->key, 1, &back,
                                   &found, NULL, err);
    assert_true(found && back.txn == r->txn);
    return rc;
}

static void packs_stay_while_somebody_walks(void **state)
{
    (void)state;
    for (int together = 0; together < 2; together++) {
        umi__packs_tune(2, 3);
        umi_store *s = make_sqlite();
        umi_error err = {0};
        for (int64_t i = 0; i < 60; i += 3)
            put_refs(s, i, 3);
        if (together)
            assert_int_equal(umi_store_begin(s, &err), UMI_OK);
        walking w = {s, 0, 0, packs(s)};
        assert_int_equal(
            umi_store_scan(s, &umi_idem_table, 0, 59, walk_and_write, &w, &err),
            UMI_OK);
        assert_int_equal(w.rows, 60);
        if (together)
            assert_int_equal(umi_store_commit(s, &err), UMI_OK);
        put_refs(s, 3000, 1); /* now they are */
        assert_true(packs(s) < 20);
        must_check(s);
        umi_store_close(s);
    }
}

/* A walk that is broken off is over. */
static umi_status break_off(void *self, const void *row, umi_error *err)
{
    (void)self, (void)row;
    return umi_fail(err, UMI_EINVAL, "", "that will do");
}

static void a_walk_broken_off_keeps_nothing(void **state)
{
    (void)state;
    umi__packs_tune(2, 2);
    umi_store *s = make_sqlite();
    umi_error err = {0};
    for (int64_t i = 0; i < 40; i++) {
        put_refs(s, i, 1);
        assert_int_equal(
            umi_store_scan(s, &umi_idem_table, 0, 99, break_off, NULL, &err),
            UMI_EINVAL);
        umi_error_clear(&err);
    }
    assert_int_equal(((umi__sqlite *)s)->walks, 0);
    assert_true(packs(s) < 10);
    umi_store_close(s);
}

/* --- how many, and at what cost ------------------------------------------- */

/* Rows of blocks, each time that they are written. */
static void count_writes(umi_store *s)
{
    run(s, "CREATE TEMP TABLE written(n);"
           "CREATE TEMP TRIGGER counts AFTER INSERT ON main.pack_block "
           "BEGIN INSERT INTO written VALUES (NEW.n); END");
}

static int64_t ranks_of(int64_t n, const tuning *t)
{
    int64_t ranks = 1;
    for (n /= (int64_t)t->rows; n > 0; n /= (int64_t)t->fan)
        ranks++;
    return ranks;
}

/* Of each size there are fewer packs than are merged, and one on the way; a
 * row is written once, once a size, and as often as a block fills up. */
static void packs_stay_few_and_cheap(void **state)
{
    (void)state;
    static const tuning some[] = {{1, 2},  {2, 2},  {4, 3},
                                  {16, 4}, {64, 8}, {1024, 8}};
    enum {
        ROWS = 3000
    };
    chance r = chance_begin("packs_stay_few_and_cheap", 3);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        const tuning *t = &some[i];
        const int64_t step = chance_in(&r, 1, ROWS - 1) * 2 + 1;
        umi__packs_tune(t->rows, t->fan);
        umi_store *s = make_sqlite();
        count_writes(s);
        assert_int_equal(umi_store_begin(s, NULL), UMI_OK);
        for (int64_t k = 0; k < ROWS; k++) {
            put_refs(s, k * step % 4096, 1);
            /* each of them a transaction, were it not so slow */
            ((umi__sqlite *)s)->stamp++;
            const int64_t most = ranks_of(k + 1, t) * (int64_t)t->fan;
            if (packs(s) > most)
                fail_msg("%zu, %zu: %lld packs of %lld rows", t->rows, t->fan,
                         (long long)packs(s), (long long)k + 1);
        }
        assert_int_equal(umi_store_commit(s, NULL), UMI_OK);
        const int64_t per_row = number(s, "SELECT sum(n) FROM written") / ROWS;
        if (per_row > 1 + ranks_of(ROWS, t) + (int64_t)(t->rows / (t->fan - 1)))
            fail_msg("%zu, %zu: each row written %lld times", t->rows, t->fan,
                     (long long)per_row);
        assert_int_equal(number(s, "SELECT sum(n) FROM pack"), ROWS);
        must_check(s);
        umi_store_close(s);
    }
}

/* Small packs between large ones are the worst that may come. */
static void packs_of_all_sizes_stay_few(void **state)
{
    (void)state;
    enum {
        FEW_ROWS = 2,
        FAN = 4,
        CHANGES = 1200
    };
    chance r = chance_begin("packs_of_all_sizes_stay_few", 12);
    const tuning t = {FEW_ROWS, FAN};
    umi__packs_tune(t.rows, t.fan);
    for (int way = 0; way < 2; way++) {
        umi_store *s = make_sqlite();
        int64_t all = 0;
        count_writes(s);
        assert_int_equal(umi_store_begin(s, NULL), UMI_OK);
        for (int64_t i = 1; i <= CHANGES; i++) {
            static const size_t sizes[] = {1, 1, 1, 2, 1, 1, 1, 8, 32};
            const size_t n = way ? (size_t)1 << chance_in(&r, 0, 6)
                                 : sizes[i % 108 == 0  ? 8
                                         : i % 27 == 0 ? 7
                                                       : i % 7];
            put_refs(s, -100 * i, n);
            all += (int64_t)n;
            ((umi__sqlite *)s)->stamp++;
            const int64_t most = 2 * FAN * ranks_of(all, &t);
            if (packs(s) > most)
                fail_msg("%lld packs after %lld changes", (long long)packs(s),
                         (long long)i);
        }
        assert_int_equal(umi_store_commit(s, NULL), UMI_OK);
        assert_true(number(s, "SELECT sum(n) FROM written") <
                    all * (2 + ranks_of(all, &t)));
        must_check(s);
        umi_store_close(s);
    }
}

/* Nothing is changed in place: what was committed stays or is merged away. */
static void a_pack_that_is_committed_never_changes(void **state)
{
    (void)state;
    umi__packs_tune(2, 5);
    umi_store *s = make_sqlite();
    run(s, "CREATE TEMP TABLE was(id, n, blocks)");
    for (int64_t i = 0; i < 60; i++) {
        if (i % 7 == 6) {
            umi_store_close(s);
            s = open_sqlite(UMI_WRITE);
            run(s, "CREATE TEMP TABLE was(id, n, blocks)");
        }
        run(s, "DELETE FROM was; INSERT INTO was SELECT pack.id, pack.n, "
               "max(pack_block.rowid) FROM pack JOIN pack_block ON pack_block"
               ".pack = pack.id GROUP BY pack.id");
        assert_int_equal(umi_store_begin(s, NULL), UMI_OK);
        put_refs(s, i * 10, 1);
        put_refs(s, i * 10 + 3, 2); /* into the same pack */
        assert_int_equal(umi_store_commit(s, NULL), UMI_OK);
        assert_int_equal(
            number(s, "SELECT count(*) FROM was JOIN pack USING (id) "
                      "WHERE pack.n <> was.n OR was.blocks < (SELECT max("
                      "rowid) FROM pack_block WHERE pack = pack.id)"),
            0);
        assert_int_equal(number(s, "SELECT n FROM pack ORDER BY id DESC"), 3);
        must_check(s);
    }
    umi_store_close(s);
}

/* --- packs that somebody changed ------------------------------------------ */

static const struct harm {
    const char *sql;
    bool checked; /* the checks of the store tell it */
    bool read;    /* scanning does */
} harms[] = {
    {"UPDATE pack SET n = n + 1 WHERE id = 2", true, false},
    {"UPDATE pack SET n = 9000000000000000000", true, false},
    {"UPDATE pack SET tab = 'nobody' WHERE id = 2", false, true},
    {"UPDATE pack SET tab = 'txn' WHERE id = 2", false, true},
    {"UPDATE pack SET tab = 'loan_state' WHERE id = 2", false, true},
    {"UPDATE pack SET id = 99 WHERE id = 2", true, false},
    {"DELETE FROM pack WHERE id = 2", true, false},
    {"DELETE FROM pack_block WHERE first = 10", true, false},
    {"UPDATE pack_block SET pack = 1 WHERE first = 20", true, false},
    {"UPDATE pack_block SET first = first - 1 WHERE first = 20", false, true},
    {"UPDATE pack_block SET first = 21 WHERE first = 20", false, true},
    {"UPDATE pack_block SET last = last + 1 WHERE first = 20", false, true},
    {"UPDATE pack_block SET last = first - 9 WHERE first = 20", true, true},
    {"UPDATE pack_block SET n = n - 1 WHERE first = 20;"
     "UPDATE pack SET n = n - 1 WHERE id = 2",
     false, true},
    {"UPDATE pack_block SET n = n + 1 WHERE first = 20", true, true},
    {"UPDATE pack_block SET body = x'' WHERE first = 20", false, true},
    {"UPDATE pack_block SET body = substr(body, 1, length(body) - 1)", false,
     true},
    {"UPDATE pack_block SET body = CAST(body || x'00' AS BLOB)", false, true},
    {"UPDATE pack_block SET body = zeroblob(length(body))", false, true},
    {"UPDATE pack_block SET body = (SELECT body FROM pack_block "
     "WHERE first = 10) WHERE first = 20",
     false, true},
    /* the same block again in the same pack */
    {"INSERT INTO pack_block SELECT pack, first - 1, last, n, body "
     "FROM pack_block WHERE first = 20; UPDATE pack SET n = n + 4 WHERE id = 2",
     true, true},
    /* a block within another */
    {"INSERT INTO pack_block SELECT 2, first, last, n, body FROM pack_block "
     "WHERE first = 30; DELETE FROM pack_block WHERE pack = 3;"
     "DELETE FROM pack WHERE id = 3; UPDATE pack SET n = n + 1 WHERE id = 2",
     true, true},
};

/* Of references 10 .. 13 and 20 .. 23 in two blocks of the second pack, and
 * others before and after. */
static umi_store *three_packs(void)
{
    umi__packs_tune(4, 8);
    umi_store *s = make_sqlite();
    const umi_idem two[] = {{10, 1}, {11, 1}, {12, 1}, {16, 1},
                            {20, 1}, {22, 2}, {24, 3}, {40, 4}};
    put_refs(s, 1, 1);
    must_put(s, &umi_idem_table, two, 8);
    put_refs(s, 30, 1);
    assert_int_equal(packs(s), 3);
    umi_store_close(s);
    s = open_sqlite(UMI_WRITE);
    run(s, "PRAGMA foreign_keys = OFF");
    return s;
}

/* The trigger that is in the way comes back as it was. */
static void by_force(umi_store *s, const char *sql)
{
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(db_of(s),
                                        "SELECT sql FROM sqlite_schema WHERE "
                                        "name = 'pack_block_no_update'",
                                        -1, &st, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    char *trigger = strdup((const char *)sqlite3_column_text(st, 0));
    (void)sqlite3_finalize(st);
    run(s, "DROP TRIGGER pack_block_no_update");
    run(s, sql);
    run(s, trigger);
    free(trigger);
}

static void a_block_is_never_changed_in_place(void **state)
{
    (void)state;
    umi_store *s = three_packs();
    assert_int_equal(
        sqlite3_exec(db_of(s), "UPDATE pack_block SET n = n", NULL, NULL, NULL),
        SQLITE_CONSTRAINT_TRIGGER);
    umi_store_close(s);
    clear_path();
}

static void harm_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof harms / sizeof *harms; i++) {
        umi_store *s = three_packs();
        umi_error err = {0};
        umi_buf b = {0};
        must_check(s);
        by_force(s, harms[i].sql);
        umi_status check = umi_store_check(s, &err);
        if (check == UMI_OK)
            check = umi_store_check_references(s, &err);
        umi_status scan = UMI_OK;
        for (size_t t = 0; t < TABLES && scan == UMI_OK; t++)
            scan = umi_store_scan(s, packed[t].table, INT64_MIN, INT64_MAX,
                                  packed[t].note, &b, &err);
        if (check != (harms[i].checked ? UMI_EDAMAGED : UMI_OK) ||
            scan != (harms[i].read ? UMI_EDAMAGED : UMI_OK))
            fail_msg("%s: check %d, scan %d", harms[i].sql, check, scan);
        for (int64_t key = 0; key < 45; key++) {
            umi_idem row;
            bool found;
            umi_status rc = umi_store_read(s, &umi_idem_table, &key, 1, &row,
                                           &found, NULL, &err);
            assert_true(rc == UMI_OK || rc == UMI_EDAMAGED);
            if (rc == UMI_OK && found)
                assert_int_equal(row.key, key);
        }
        umi_store_close(s);
        umi_buf_free(&b);
    }
}

/* Inside a block nothing says that keys ascend: searches end all the same, and
 * a walk tells of it. */
static void keys_out_of_order_do_no_harm(void **state)
{
    (void)state;
    chance r = chance_begin("keys_out_of_order_do_no_harm", 21);
    static umi_idem rows[400], back[1000];
    static int64_t keys[1000];
    static bool found[1000];
    for (int round = 0; round < 40; round++) {
        umi_store *s = make_sqlite();
        umi_error err = {0};
        const size_t n = (size_t)chance_in(&r, 4, 400);
        for (size_t i = 0; i < n; i++)
            rows[i] = (umi_idem){chance_in(&r, -50, 950), (int64_t)i};
        rows[0].key = 1;
        rows[1].key = 700;
        rows[2].key = 2;
        rows[n - 1].key = 900;
        run(s, "INSERT INTO pack(tab, n) VALUES ('idem', 1)");
        packed_block(db_of(s), &umi_idem_table, (const char *)rows, n);
        for (int64_t wide = 1; wide < 300; wide = wide * 3 + 1) {
            size_t sought = 0;
            for (int64_t k = -20; k < 980; k += wide)
                keys[sought++] = k;
            assert_int_equal(umi_store_read(s, &umi_idem_table, keys, sought,
                                            back, found, NULL, &err),
                             UMI_OK);
            for (size_t i = 0; i < sought; i++)
                if (found[i])
                    assert_int_equal(back[i].key, keys[i]);
        }
        umi_buf b = {0};
        assert_int_equal(umi_store_scan(s, &umi_idem_table, INT64_MIN,
                                        INT64_MAX, note_idem, &b, &err),
                         UMI_EDAMAGED);
        umi_buf_free(&b);
        umi_store_close(s);
    }
}

/* --- no memory ------------------------------------------------------------ */

/* Every request in turn fails while packs are merged: all or nothing. */
static void memory_may_run_out_while_packs_are_merged(void **state)
{
    (void)state;
    umi__packs_tune(2, 2);
    bool reached = true;
    int64_t refused = 0;
    for (int64_t nth = 1; reached; nth++) {
        umi_store *s = make_sqlite();
        umi_error err = {0};
        const umi_loan_key more[] = {{4, 4, UMI_TEXT("four")},
                                     {9, 9, UMI_TEXT("nine")}};
        for (int64_t i = 0; i < 4; i++) {
            const umi_loan_key one = {10 * i, i, UMI_TEXT("a number")};
            must_put(s, &umi_loan_key_table, &one, 1);
        }
        umi_alloc_fail_at(nth, 0);
        umi_status rc = put(s, &umi_loan_key_table, more, 2, &err);
        reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        refused += rc != UMI_OK;
        umi_store_close(s);
        s = open_sqlite(UMI_READ);
        expect_rows(s, &umi_loan_key_table, note_key, 0, 99,
                    rc == UMI_OK ? "0>0:a number 4>4:four 9>9:nine "
                                   "10>1:a number 20>2:a number 30>3:a number "
                                 : "0>0:a number 10>1:a number 20>2:a number "
                                   "30>3:a number ");
        must_check(s);
        umi_store_close(s);
    }
    assert_true(refused >= 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(packs_stay_while_somebody_walks, as_ever),
        cmocka_unit_test_teardown(a_walk_broken_off_keeps_nothing, as_ever),
        cmocka_unit_test_teardown(packs_stay_few_and_cheap, as_ever),
        cmocka_unit_test_teardown(packs_of_all_sizes_stay_few, as_ever),
        cmocka_unit_test_teardown(a_pack_that_is_committed_never_changes,
                                  as_ever),
        cmocka_unit_test_teardown(a_block_is_never_changed_in_place, as_ever),
        cmocka_unit_test_teardown(harm_is_told, as_ever),
        cmocka_unit_test_teardown(keys_out_of_order_do_no_harm, as_ever),
        cmocka_unit_test_teardown(memory_may_run_out_while_packs_are_merged,
                                  as_ever),
    };
    if (access("/dev/shm", W_OK) == 0) /* nothing here is about disks */
        (void)setenv("TMPDIR", "/dev/shm", 1);
    return cmocka_run_group_tests_name("ledger/pack_merge", tests, NULL, NULL);
}
