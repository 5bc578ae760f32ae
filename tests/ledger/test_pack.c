/* SPDX-License-Identifier: MIT
 * Packed tables are what plain ones would be, however small blocks and packs
 * are: rows are found in any pack, the youngest holds, keys are refused
 * wherever they stand, and what is given up is gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/packs.h"

static const tuning tunings[] = {{1, 2}, {2, 2},    {3, 2},   {4, 3},
                                 {5, 8}, {1024, 2}, {1024, 8}};

enum {
    TUNINGS = sizeof tunings / sizeof *tunings
};

static void tune(size_t i)
{
    umi__packs_tune(tunings[i].rows, tunings[i].fan);
}
enum {
    KEYS = 160, /* of which rows have some */
    MOST = 12   /* rows written at once */
};

/* --- SQLite against the model --------------------------------------------- */

typedef struct pair {
    umi_store *s[2]; /* in a file; the model */
    int64_t seq[KEYS], next_txn;
    bool idem[KEYS], number[KEYS];
    char text[KEYS][56];
} pair;

/* Rows of one change; all keys are KEYS around 0. */
typedef struct rows {
    umi_loan_state states[MOST];
    umi_idem refs[MOST];
    umi_loan_key numbers[MOST];
    size_t n[TABLES];
} rows;

static bool chosen(chance *r, int64_t k, int64_t from, int64_t dense, size_t n)
{
    return n < MOST && k >= from && chance_one_in(r, dense);
}

static void some_rows(rows *w, pair *p, chance *r)
{
    const int64_t from = chance_in(r, 0, KEYS), dense = chance_in(r, 1, 12);
    *w = (rows){0};
    for (int64_t k = 0; k < KEYS; k++) {
        if (chosen(r, k, from, dense, w->n[0]))
            w->states[w->n[0]++] = standing(k - 9, p->seq[k] + 1);
        if (!p->idem[k] && chosen(r, k, from, dense, w->n[1]))
            w->refs[w->n[1]++] = (umi_idem){(k - KEYS / 2) * 7, p->next_txn++};
        if (p->number[k] || !chosen(r, k, from, dense, w->n[2]))
            continue;
        (void)snprintf(p->text[k], sizeof p->text[k], "%.*s%lld",
                       (int)chance_in(r, 0, 30),
                       "a number that may be very long", (long long)k);
        w->numbers[w->n[2]++] = (umi_loan_key){
            k * k - KEYS, k, k % 5 ? umi_text_of(p->text[k]) : UMI_TEXT("")};
    }
}

static umi_status write_rows(umi_store *s, const rows *w, umi_error *err)
{
    umi_change c = {0};
    umi_change_put(&c, &umi_loan_state_table, w->states, w->n[0]);
    umi_change_put(&c, &umi_idem_table, w->refs, w->n[1]);
    umi_change_put(&c, &umi_loan_key_table, w->numbers, w->n[2]);
    return umi_store_apply(s, &c, err);
}

static void remember(pair *p, const rows *w)
{
    for (size_t i = 0; i < w->n[0]; i++)
        p->seq[w->states[i].id + 9]++;
    for (size_t i = 0; i < w->n[1]; i++)
        p->idem[w->refs[i].key / 7 + KEYS / 2] = true;
    for (size_t i = 0; i < w->n[2]; i++)
        p->number[w->numbers[i].loan] = true;
}

static void both_write(pair *p, chance *r)
{
    rows w;
    umi_error err = {0};
    some_rows(&w, p, r);
    for (size_t i = 0; i < 2; i++)
        if (write_rows(p->s[i], &w, &err) != UMI_OK)
            fail_msg("%zu: %s", i, err.message);
    remember(p, &w);
}

static void read_some(const pair *p, size_t i, chance r, umi_buf *b)
{
    union {
        umi_loan_state state;
        umi_idem ref;
        umi_loan_key number;
    } row[KEYS];
    bool found[KEYS];
    int64_t keys[KEYS];
    umi_error err = {0};
    for (size_t t = 0; t < TABLES; t++) {
        umi_arena *arena = umi_arena_new();
        const umi_table *table = packed[t].table;
        const int64_t wide = chance_one_in(&r, 2) ? 9 : 200;
        size_t n = 0;
        for (int64_t k = chance_in(&r, -700, 200); n < 60 && k < 26000;
             k += chance_in(&r, 1, wide))
            keys[n++] = k;
        memset(found, 0x55, sizeof found);
        assert_int_equal(
            umi_store_read(p->s[i], table, keys, n, row, found, arena, &err),
            UMI_OK);
        for (size_t k = 0; k < n; k++)
            if (found[k])
                (void)packed[t].note(b, (char *)row + k * table->size, &err);
            else
                umi_buf_puts(b, "- ");
        umi_arena_free(arena);
    }
}

static void scan_some(const pair *p, size_t i, chance r, umi_buf *b)
{
    umi_error err = {0};
    for (size_t t = 0; t < TABLES; t++) {
        const bool all = chance_one_in(&r, 4);
        const int64_t from = all ? INT64_MIN : chance_in(&r, -900, 900);
        const int64_t to = all ? INT64_MAX : from + chance_in(&r, -1, 900);
        int64_t last = 77;
        umi_buf_puts(b, packed[t].table->name);
        assert_int_equal(umi_store_scan(p->s[i], packed[t].table, from, to,
                                        packed[t].note, b, &err),
                         UMI_OK);
        assert_int_equal(umi_store_last(p->s[i], packed[t].table, &last, &err),
                         UMI_OK);
        umi_buf_printf(b, "last %lld ", (long long)last);
    }
}

static void must_agree(const pair *p, chance *r)
{
    umi_buf b[2] = {{0}, {0}};
    (void)chance_next(r);
    for (size_t i = 0; i < 2; i++) {
        read_some(p, i, *r, &b[i]);
        scan_some(p, i, *r, &b[i]);
        umi_buf_putc(&b[i], '\0');
    }
    assert_string_equal(b[0].ptr, b[1].ptr);
    umi_buf_free(&b[0]);
    umi_buf_free(&b[1]);
}

static void again(pair *p, umi_access access)
{
    umi_store_close(p->s[0]);
    p->s[0] = open_sqlite(access);
}

static void write_together(pair *p, chance *r)
{
    assert_int_equal(umi_store_begin(p->s[0], NULL), UMI_OK);
    for (int64_t n = chance_in(r, 0, 9); n > 0; n--) {
        both_write(p, r);
        if (chance_one_in(r, 3))
            must_agree(p, r);
    }
    assert_int_equal(umi_store_commit(p->s[0], NULL), UMI_OK);
}

/* What is not committed was never there. */
static void write_and_give_up(pair *p, chance *r)
{
    static pair other;
    rows w;
    umi_error err = {0};
    other = *p;
    assert_int_equal(umi_store_begin(p->s[0], NULL), UMI_OK);
    for (int64_t n = chance_in(r, 1, 5); n > 0; n--) {
        some_rows(&w, &other, r);
        assert_int_equal(write_rows(p->s[0], &w, &err), UMI_OK);
        remember(&other, &w);
    }
    again(p, UMI_WRITE);
}

static void look_as_reader(pair *p, chance *r)
{
    again(p, UMI_READ);
    must_agree(p, r);
    must_check(p->s[0]);
    again(p, UMI_WRITE);
}

static void do_something(pair *p, chance *r)
{
    switch (chance_in(r, 0, 19)) {
    case 0:
        again(p, UMI_WRITE);
        break;
    case 1:
        look_as_reader(p, r);
        break;
    case 2:
    case 3:
        write_together(p, r);
        break;
    case 4:
        write_and_give_up(p, r);
        break;
    default:
        both_write(p, r);
    }
}

static void packs_equal_the_model(void **state)
{
    (void)state;
    chance r = chance_begin("packs_equal_the_model", 20261122);
    for (size_t t = 0; t < TUNINGS; t++)
        for (int round = 0; round < chance_rounds(2); round++) {
            static pair p;
            p = (pair){.s = {make_sqlite(), make_memory()}};
            tune(t);
            for (int i = 0; i < 60; i++) {
                do_something(&p, &r);
                must_agree(&p, &r);
            }
            must_check(p.s[0]);
            umi_store_close(p.s[0]);
            umi_store_close(p.s[1]);
        }
}

/* A book written with packs of one size is read with those of another. */
static void packs_of_any_size_are_read(void **state)
{
    (void)state;
    static pair p;
    chance r = chance_begin("packs_of_any_size_are_read", 5);
    p = (pair){.s = {make_sqlite(), make_memory()}};
    for (int i = 0; i < chance_rounds(80); i++) {
        tune((size_t)chance_in(&r, 0, TUNINGS - 1));
        both_write(&p, &r);
        if (chance_one_in(&r, 3))
            again(&p, UMI_WRITE);
        must_agree(&p, &r);
    }
    must_check(p.s[0]);
    umi_store_close(p.s[0]);
    umi_store_close(p.s[1]);
}

/* --- what is refused ------------------------------------------------------ */

/* Whatever pack it stands in, and in the transaction at hand. */
static void a_key_is_never_taken_twice(void **state)
{
    (void)state;
    umi__packs_tune(3, 3);
    for (int64_t key = 0; key < 40; key++)
        for (int open = 0; open < 2; open++) {
            umi_store *s = make_sqlite();
            umi_error err = {0};
            const umi_idem twice[] = {{key, -1}, {99, -1}};
            for (int64_t i = 0; i < 30; i += 3)
                put_refs(s, i, 3);
            if (open)
                assert_int_equal(umi_store_begin(s, &err), UMI_OK);
            for (int64_t i = 30; i < 40; i += 2)
                put_refs(s, i, 2);
            assert_int_equal(put(s, &umi_idem_table, twice, 2, &err),
                             UMI_EINTERNAL);
            umi_store_close(s);
            s = open_sqlite(UMI_READ);
            umi_buf b = {0};
            assert_int_equal(umi_store_scan(s, &umi_idem_table, INT64_MIN,
                                            INT64_MAX, note_idem, &b, &err),
                             UMI_OK);
            assert_null(strstr(b.ptr, "=-1"));
            umi_buf_putc(&b, '\0');
            assert_int_equal(strstr(b.ptr, "38=") != NULL, !open);
            umi_buf_free(&b);
            umi_store_close(s);
        }
}

static void a_state_follows_the_youngest(void **state)
{
    (void)state;
    umi__packs_tune(2, 3);
    for (int64_t seq = 0; seq < 12; seq++) {
        umi_store *s = make_sqlite();
        umi_error err = {0};
        for (int64_t i = 1; i < 8; i++) {
            const umi_loan_state one = standing(5, i);
            const umi_loan_state beside = standing(i + 5, 1);
            must_put(s, &umi_loan_state_table, &one, 1);
            must_put(s, &umi_loan_state_table, &beside, 1);
        }
        const umi_loan_state next[] = {standing(5, seq), standing(99, 1)};
        assert_int_equal(put(s, &umi_loan_state_table, next, 2, &err),
                         seq == 8 ? UMI_OK : UMI_EINTERNAL);
        umi_store_close(s);
        s = open_sqlite(UMI_READ);
        expect_rows(s, &umi_loan_state_table, note_state, 0, 99,
                    seq == 8 ? "5.8 6.1 7.1 8.1 9.1 10.1 11.1 12.1 99.1 "
                             : "5.7 6.1 7.1 8.1 9.1 10.1 11.1 12.1 ");
        umi_store_close(s);
    }
}

/* --- what was given up ---------------------------------------------------- */

/* A change fails after its packs were merged in it; were the store asked
 * again it would have to know them as they are in the file. */
static void a_failed_change_leaves_packs_as_they_were(void **state)
{
    (void)state;
    umi__packs_tune(2, 2);
    umi_store *s = make_sqlite();
    umi_error err = {0};
    const umi_code_row code = {1, UMI_CODE_BRANCH, UMI_TEXT("A"), {0}};
    must_put(s, &umi_code_table, &code, 1);
    for (int64_t i = 1; i < 20; i++) {
        const umi_idem ref = {i, i};
        umi_buf want = {0};
        umi_change c = {0};
        umi_change_put(&c, &umi_idem_table, &ref, 1);
        umi_change_put(&c, &umi_code_table, &code, 1); /* there already */
        assert_int_equal(umi_store_apply(s, &c, &err), UMI_EINTERNAL);
        s->dead = false;
        for (int64_t k = 1; k < i; k++)
            umi_buf_printf(&want, "%lld=%lld ", (long long)k, (long long)k);
        umi_buf_putc(&want, '\0');
        expect_rows(s, &umi_idem_table, note_idem, 0, 99, want.ptr);
        must_put(s, &umi_idem_table, &ref, 1);
        umi_buf_free(&want);
    }
    must_check(s);
    umi_store_close(s);
}

/* SQLite may roll back by itself; rows whose packs were merged since must not
 * seem to be missing then. */
static void a_lost_transaction_does_not_hide_rows(void **state)
{
    (void)state;
    umi__packs_tune(2, 2);
    for (int64_t n = 1; n < 12; n++) {
        umi_store *s = make_sqlite();
        umi_error err = {0};
        for (int64_t i = 1; i <= n; i++)
            put_refs(s, i, 1);
        assert_int_equal(umi_store_begin(s, &err), UMI_OK);
        put_refs(s, 50, 1);
        put_refs(s, 40, 1);
        run(s, "ROLLBACK");
        for (int64_t key = 1; key <= n; key++) {
            umi_idem row;
            bool found = false;
            umi_status rc = umi_store_read(s, &umi_idem_table, &key, 1, &row,
                                           &found, NULL, &err);
            if (rc == UMI_OK)
                assert_true(found);
            else
                assert_int_equal(rc, UMI_EIO);
        }
        umi_store_close(s);
    }
}

/* A copy of a book has no log, which is what makes SQLite keep writers out
 * while one reads: else packs would change under the reader. */
static void a_reader_of_a_copy_keeps_writers_out(void **state)
{
    (void)state;
    char copy[300];
    umi__packs_tune(2, 2);
    umi_store *s = make_sqlite(), *r[2], *w = NULL;
    umi_error err = {0};
    for (int64_t i = 1; i < 6; i++)
        put_refs(s, i * 10, 1);
    (void)snprintf(copy, sizeof copy, "%s.copy", path);
    assert_int_equal(umi_store_snapshot(s, copy, &err), UMI_OK);
    umi_store_close(s);
    for (size_t i = 0; i < 2; i++) /* but not other readers */
        assert_int_equal(umi_sqlite_open(&r[i], copy, UMI_READ, &err), UMI_OK);
    for (size_t i = 0; i < 2; i++) {
        expect_rows(r[i], &umi_idem_table, note_idem, 0, 99,
                    "10=10 20=20 30=30 40=40 50=50 ");
        assert_int_equal(
            umi__sqlite_open_waiting(&w, copy, UMI_WRITE, 10, &err), UMI_EBUSY);
        expect_rows(r[i], &umi_idem_table, note_idem, 0, 99,
                    "10=10 20=20 30=30 40=40 50=50 ");
        umi_store_close(r[i]);
    }
    assert_int_equal(umi__sqlite_open_waiting(&w, copy, UMI_WRITE, 10, &err),
                     UMI_OK);
    put_refs(w, 1, 1);
    umi_store_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(packs_equal_the_model, as_ever),
        cmocka_unit_test_teardown(packs_of_any_size_are_read, as_ever),
        cmocka_unit_test_teardown(a_key_is_never_taken_twice, as_ever),
        cmocka_unit_test_teardown(a_state_follows_the_youngest, as_ever),
        cmocka_unit_test_teardown(a_failed_change_leaves_packs_as_they_were,
                                  as_ever),
        cmocka_unit_test_teardown(a_lost_transaction_does_not_hide_rows,
                                  as_ever),
        cmocka_unit_test_teardown(a_reader_of_a_copy_keeps_writers_out,
                                  as_ever),
    };
    if (access("/dev/shm", W_OK) == 0) /* nothing here is about disks */
        (void)setenv("TMPDIR", "/dev/shm", 1);
    return cmocka_run_group_tests_name("ledger/pack", tests, NULL, NULL);
}
