/* SPDX-License-Identifier: MIT
 * Packed tables are what plain ones would be, however small blocks and packs
 * are: rows are found in any pack, the youngest holds, keys are refused
 * wherever they stand, what is given up is gone, and packs stay few. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/random.h"
#include "tests/support/stores.h"

static const struct tuning {
    size_t rows, fan;
} tunings[] = {{1, 2}, {2, 2}, {3, 2}, {4, 3}, {5, 8}, {1024, 2}, {1024, 8}};

enum {
    TUNINGS = sizeof tunings / sizeof *tunings
};

static void tune(size_t i)
{
    umi__packs_tune(tunings[i].rows, tunings[i].fan);
}

static int as_ever(void **state)
{
    (void)state;
    umi__packs_tune(0, 0);
    clear_path();
    return 0;
}

/* --- rows ----------------------------------------------------------------- */

static umi_loan_state standing(int64_t id, int64_t seq)
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

static umi_status note_state(void *self, const void *row, umi_error *err)
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

static umi_status note_idem(void *self, const void *row, umi_error *err)
{
    const umi_idem *r = row;
    (void)err;
    umi_buf_printf(self, "%lld=%lld ", (long long)r->key, (long long)r->txn);
    return UMI_OK;
}

static umi_status note_key(void *self, const void *row, umi_error *err)
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
    TABLES = sizeof packed / sizeof *packed,
    KEYS = 160, /* of which rows have some */
    MOST = 12   /* rows written at once */
};

/* --- looking at packs ----------------------------------------------------- */

static sqlite3 *db_of(umi_store *s)
{
    return ((umi__sqlite *)s)->db;
}

static void run(umi_store *s, const char *sql)
{
    char *why = NULL;
    if (sqlite3_exec(db_of(s), sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s: %s", sql, why);
}

static int64_t number(umi_store *s, const char *sql)
{
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(db_of(s), sql, -1, &st, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(st, 0);
    (void)sqlite3_finalize(st);
    return v;
}

static int64_t packs(umi_store *s)
{
    return number(s, "SELECT count(*) FROM pack");
}

static void
must_put(umi_store *s, const umi_table *t, const void *rows, size_t n)
{
    umi_error err = {0};
    if (put(s, t, rows, n, &err) != UMI_OK)
        fail_msg("%s: %s", t->name, err.message);
}

static void must_check(umi_store *s)
{
    umi_error err = {0};
    if (umi_store_check(s, &err) != UMI_OK ||
        umi_store_check_references(s, &err) != UMI_OK)
        fail_msg("%s", err.message);
}

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

static void put_refs(umi_store *s, int64_t first, size_t n)
{
    umi_idem r[64];
    for (size_t i = 0; i < n; i++)
        r[i] = (umi_idem){first + (int64_t)i, first};
    must_put(s, &umi_idem_table, r, n);
}

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

static int64_t ranks_of(int64_t n, const struct tuning *t)
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
    static const struct tuning some[] = {{1, 2},  {2, 2},  {4, 3},
                                         {16, 4}, {64, 8}, {1024, 8}};
    enum {
        ROWS = 3000
    };
    chance r = chance_begin("packs_stay_few_and_cheap", 3);
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        const struct tuning *t = &some[i];
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
    const struct tuning t = {FEW_ROWS, FAN};
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

static void harm_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof harms / sizeof *harms; i++) {
        umi_store *s = three_packs();
        umi_error err = {0};
        umi_buf b = {0};
        must_check(s);
        run(s, harms[i].sql);
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
        cmocka_unit_test_teardown(packs_stay_while_somebody_walks, as_ever),
        cmocka_unit_test_teardown(a_walk_broken_off_keeps_nothing, as_ever),
        cmocka_unit_test_teardown(packs_stay_few_and_cheap, as_ever),
        cmocka_unit_test_teardown(packs_of_all_sizes_stay_few, as_ever),
        cmocka_unit_test_teardown(a_pack_that_is_committed_never_changes,
                                  as_ever),
        cmocka_unit_test_teardown(harm_is_told, as_ever),
        cmocka_unit_test_teardown(memory_may_run_out_while_packs_are_merged,
                                  as_ever),
    };
    if (access("/dev/shm", W_OK) == 0) /* nothing here is about disks */
        (void)setenv("TMPDIR", "/dev/shm", 1);
    return cmocka_run_group_tests_name("ledger/pack", tests, NULL, NULL);
}
