/* SPDX-License-Identifier: MIT
 * Stores do what the model in memory does: changes are whole or nothing, rows
 * are found wherever they are, and a store that failed is given up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/random.h"
#include "tests/support/stores.h"

/* --- one table of operations ---------------------------------------------- */

typedef struct seen {
    umi_buf text;
} seen;

static umi_status note_key(void *self, const void *row, umi_error *err)
{
    const umi_loan_key *r = row;
    (void)err;
    umi_buf_printf(self, "%lld>%lld:%.*s ", (long long)r->key,
                   (long long)r->loan, (int)r->number.len, r->number.ptr);
    return UMI_OK;
}

static umi_status note_person(void *self, const void *row, umi_error *err)
{
    const umi_person *p = row;
    (void)err;
    umi_buf_printf(self, "%lld.%lld:%.*s:%d ", (long long)p->id,
                   (long long)p->seq, (int)p->name.len, p->name.ptr,
                   p->birth.n);
    return UMI_OK;
}

static char salt[16];

static umi_person person(int64_t id, int64_t seq, const char *name)
{
    return (umi_person){.id = id,
                        .seq = seq,
                        .salt = {salt, sizeof salt},
                        .name = umi_text_of(name),
                        .household = UMI_NONE,
                        .birth = {UMI_NONE32}};
}

static void run_operations(umi_store *(*make)(void))
{
    umi_store *s = make();
    umi_error err = {0};
    int64_t last = -1;
    const umi_code_row codes[] = {
        {1, UMI_CODE_BRANCH, UMI_TEXT("A"), {0}},
        {2, UMI_CODE_PRODUCT, UMI_TEXT("UMI"), UMI_TEXT("UMI")},
        {5, UMI_CODE_BRANCH, UMI_TEXT(""), UMI_TEXT("")},
    };
    assert_int_equal(umi_store_last(s, &umi_code_table, &last, &err), UMI_OK);
    assert_int_equal(last, 0);
    assert_int_equal(put(s, &umi_code_table, codes, 3, &err), UMI_OK);
    expect_rows(s, &umi_code_table, note_code, INT64_MIN, INT64_MAX,
                "1:1:A:- 2:0:UMI:UMI 5:1:: ");
    expect_rows(s, &umi_code_table, note_code, 2, 4, "2:0:UMI:UMI ");
    assert_int_equal(umi_store_last(s, &umi_code_table, &last, &err), UMI_OK);
    assert_int_equal(last, 5);

    const umi_loan_key keys[] = {{7, 70, UMI_TEXT("x")},
                                 {9, 90, UMI_TEXT("y")},
                                 {INT64_MAX - 1, 1, UMI_TEXT("z")}};
    assert_int_equal(put(s, &umi_loan_key_table, keys, 3, &err), UMI_OK);
    expect_rows(s, &umi_loan_key_table, note_key, INT64_MIN, INT64_MAX - 2,
                "7>70:x 9>90:y ");

    umi_person p = person(3, 1, "Ani");
    assert_int_equal(put(s, &umi_person_table, &p, 1, &err), UMI_OK);
    p = person(3, 2, "Ani Wati");
    p.birth.n = 7305;
    assert_int_equal(put(s, &umi_person_table, &p, 1, &err), UMI_OK);
    expect_rows(s, &umi_person_table, note_person, 0, 9, "3.2:Ani Wati:7305 ");
    umi_change c = {0};
    const int64_t gone = 3;
    umi_change_remove(&c, &umi_person_table, &gone, 1);
    assert_int_equal(umi_store_apply(s, &c, &err), UMI_OK);
    expect_rows(s, &umi_person_table, note_person, 0, 9, "");
    p = person(3, 1, "lagi");
    assert_int_equal(put(s, &umi_person_table, &p, 1, &err), UMI_OK);
    umi_store_close(s);
}

static void both_backends_do_the_same(void **state)
{
    (void)state;
    run_operations(make_memory);
    run_operations(make_sqlite);
    clear_path();
}

/* What a change must not do, with what makes it so; then it is all undone. */
static void refuse_changes(umi_store *(*make)(void))
{
    const umi_code_row fresh = {2, UMI_CODE_BRANCH, UMI_TEXT("B"), {0}};
    const umi_code_row again = {1, UMI_CODE_BRANCH, UMI_TEXT("C"), {0}};
    const umi_person one = person(1, 1, "Ani"), stale = person(1, 1, "Budi"),
                     ahead = person(1, 3, "Budi");
    const int64_t missing = 9;
    for (int i = 0; i < 4; i++) {
        umi_store *s = make();
        umi_error err = {0};
        umi_change c = {0};
        const umi_code_row first = {1, UMI_CODE_BRANCH, UMI_TEXT("A"), {0}};
        assert_int_equal(put(s, &umi_code_table, &first, 1, &err), UMI_OK);
        assert_int_equal(put(s, &umi_person_table, &one, 1, &err), UMI_OK);
        umi_change_put(&c, &umi_code_table, i == 0 ? &again : &fresh, 1);
        if (i == 1)
            umi_change_put(&c, &umi_person_table, &stale, 1);
        if (i == 2)
            umi_change_put(&c, &umi_person_table, &ahead, 1);
        if (i == 3)
            umi_change_remove(&c, &umi_person_table, &missing, 1);
        assert_int_equal(umi_store_apply(s, &c, &err), UMI_EINTERNAL);
        umi_store_close(s);
        if (make == make_sqlite) {
            s = open_sqlite(UMI_READ);
            expect_rows(s, &umi_code_table, note_code, 0, 9, "1:1:A:- ");
            expect_rows(s, &umi_person_table, note_person, 0, 9,
                        "1.1:Ani:-2147483648 ");
            umi_store_close(s);
        }
    }
}

/* --- a table of which very many rows change ------------------------------- */

static umi_loan_state standing(int64_t id, int64_t seq)
{
    return (umi_loan_state){.id = id,
                            .seq = seq,
                            .status = UMI_LOAN_ACTIVE,
                            .agreement = UMI_NONE,
                            .terms = 1,
                            .product = 2,
                            .branch = 3,
                            .principal = {id * 1000},
                            .disbursed = {UMI_NONE32},
                            .first_due = {20000},
                            .last_txn = seq == 1 ? UMI_NONE : seq,
                            .last_day = {UMI_NONE32},
                            .charged = seq > 1,
                            .overpaid = {seq}};
}

static umi_status note_state(void *self, const void *row, umi_error *err)
{
    const umi_loan_state *s = row;
    (void)err;
    umi_buf_printf(self, "%lld.%lld ", (long long)s->id, (long long)s->seq);
    umi_loan_state want = standing(s->id, s->seq);
    assert_int_equal(s->status, want.status);
    assert_int_equal(s->agreement, want.agreement);
    assert_int_equal(s->principal.sen, want.principal.sen);
    assert_int_equal(s->disbursed.n, want.disbursed.n);
    assert_int_equal(s->first_due.n, want.first_due.n);
    assert_int_equal(s->last_txn, want.last_txn);
    assert_int_equal(s->charged, want.charged);
    assert_int_equal(s->overpaid.sen, want.overpaid.sen);
    return UMI_OK;
}

/* Rows 2 (seq 2), 4 and 6 (seq 1) stand already. */
static const struct hot_case {
    int64_t id[3], seq[3];
    const char *want; /* NULL: refused, and all is as it was */
} hot_cases[] = {
    {{2, 4, 6}, {3, 2, 2}, "2.3 4.2 6.2 "},
    {{1, 3, 7}, {1, 1, 1}, "1.1 2.2 3.1 4.1 6.1 7.1 "},
    {{1, 2, 9}, {1, 3, 1}, "1.1 2.3 4.1 6.1 9.1 "},
    {{2, 4, 6}, {3, 2, 3}, NULL}, /* ahead */
    {{2, 4, 6}, {2, 2, 2}, NULL}, /* stale */
    {{2, 4, 6}, {3, 1, 2}, NULL}, /* new, and there already */
    {{2, 4, 7}, {3, 2, 2}, NULL}, /* changed, and not there */
    {{1, 3, 7}, {1, 2, 1}, NULL},
};

static void change_states(umi_store *(*make)(void))
{
    for (size_t i = 0; i < sizeof hot_cases / sizeof *hot_cases; i++) {
        const struct hot_case *c = &hot_cases[i];
        const umi_loan_state old[] = {standing(2, 1), standing(4, 1),
                                      standing(6, 1)};
        const umi_loan_state two = standing(2, 2);
        umi_loan_state rows[3];
        umi_store *s = make();
        umi_error err = {0};
        assert_int_equal(put(s, &umi_loan_state_table, old, 3, &err), UMI_OK);
        assert_int_equal(put(s, &umi_loan_state_table, &two, 1, &err), UMI_OK);
        for (size_t k = 0; k < 3; k++)
            rows[k] = standing(c->id[k], c->seq[k]);
        assert_int_equal(put(s, &umi_loan_state_table, rows, 3, &err),
                         c->want ? UMI_OK : UMI_EINTERNAL);
        if (make == make_sqlite) { /* one that refused answers no more */
            umi_store_close(s);
            s = open_sqlite(UMI_READ);
        }
        if (make == make_sqlite || c->want != NULL)
            expect_rows(s, &umi_loan_state_table, note_state, 0, 99,
                        c->want ? c->want : "2.2 4.1 6.1 ");
        umi_store_close(s);
    }
}

static void changed_states_follow_those_that_are_stored(void **state)
{
    (void)state;
    change_states(make_memory);
    change_states(make_sqlite);
    clear_path();
}

static void a_change_is_whole_or_nothing(void **state)
{
    (void)state;
    refuse_changes(make_memory);
    refuse_changes(make_sqlite);
    clear_path();
}

static void a_store_that_failed_is_given_up(void **state)
{
    (void)state;
    umi_store *s = make_sqlite();
    umi_error err = {0};
    const umi_person stale = person(1, 2, "Budi"), one = person(1, 1, "Ani");
    int64_t last;
    assert_int_equal(put(s, &umi_person_table, &one, 1, &err), UMI_OK);
    assert_int_equal(put(s, &umi_person_table, &stale, 1, &err), UMI_OK);
    assert_int_equal(put(s, &umi_person_table, &stale, 1, &err), UMI_EINTERNAL);
    assert_int_equal(umi_store_last(s, &umi_person_table, &last, &err),
                     UMI_EIO);
    assert_int_equal(put(s, &umi_person_table, &one, 1, &err), UMI_EIO);
    umi_store_close(s);
    clear_path();
}

/* --- reading -------------------------------------------------------------- */

enum {
    MANY = 600
};

static void fill(umi_store *s, chance r)
{
    umi_idem rows[MANY];
    umi_error err = {0};
    int64_t key = 0;
    for (int64_t i = 0; i < MANY; i++) {
        key += chance_one_in(&r, 4) ? chance_in(&r, 2, 20) : 1;
        rows[i] = (umi_idem){key, i};
    }
    assert_int_equal(put(s, &umi_idem_table, rows, MANY, &err), UMI_OK);
}

static void read_some(umi_store *s, chance r, umi_buf *b)
{
    int64_t keys[MANY * 8];
    umi_idem rows[MANY * 8];
    bool found[MANY * 8];
    umi_error err = {0};
    size_t n = 0;
    int64_t wide = chance_one_in(&r, 2) ? 2 : 60;
    for (int64_t key = chance_in(&r, -9, 900); n < MANY && key < MANY * 8;
         key += chance_in(&r, 1, wide))
        keys[n++] = key;
    memset(found, 0x55, sizeof found);
    assert_int_equal(
        umi_store_read(s, &umi_idem_table, keys, n, rows, found, NULL, &err),
        UMI_OK);
    for (size_t i = 0; i < n; i++)
        if (found[i])
            umi_buf_printf(b, "%lld=%lld=%lld ", (long long)keys[i],
                           (long long)rows[i].key, (long long)rows[i].txn);
        else
            umi_buf_puts(b, "- ");
}

/* Keys that are dense, sparse, missing, before the first and after the last. */
static void rows_are_found_wherever_they_are(void **state)
{
    (void)state;
    chance r = chance_begin("rows_are_found_wherever_they_are", 20261122);
    umi_store *a = make_sqlite(), *m = make_memory();
    fill(a, r);
    fill(m, r);
    for (int i = 0; i < chance_rounds(200); i++) {
        umi_buf x = {0}, y = {0};
        (void)chance_next(&r);
        read_some(a, r, &x);
        read_some(m, r, &y);
        assert_true(umi_text_eq(umi_buf_as_text(&x), umi_buf_as_text(&y)));
        umi_buf_free(&x);
        umi_buf_free(&y);
    }
    umi_store_close(a);
    umi_store_close(m);
    clear_path();
}

/* Every row asks for the rows before it, and for one of another table. */
typedef struct asking {
    umi_store *s;
    int depth;
    int64_t rows, stop;
} asking;

static umi_status ask_again(void *self, const void *row, umi_error *err)
{
    asking *a = self;
    const umi_idem *r = row;
    umi_code_row code;
    bool found = true;
    const int64_t one = 1;
    a->rows++;
    if (r->txn == a->stop)
        return umi_fail(err, UMI_EINVAL, "", "that will do");
    umi_arena *arena = umi_arena_new();
    umi_status rc = umi_store_read(a->s, &umi_code_table, &one, 1, &code,
                                   &found, arena, err);
    umi_arena_free(arena);
    assert_false(found);
    asking inner = {a->s, a->depth + 1, 0, a->stop};
    if (rc == UMI_OK && a->depth < 3)
        rc = umi_store_scan(a->s, &umi_idem_table, INT64_MIN, r->key - 1,
                            ask_again, &inner, err);
    a->rows += inner.rows;
    return rc;
}

static void a_row_may_ask_for_rows(void **state)
{
    (void)state;
    int64_t rows[2][2];
    for (int i = 0; i < 2; i++) {
        umi_store *s = i ? make_memory() : make_sqlite();
        umi_idem keys[9];
        umi_error err = {0};
        for (int64_t k = 0; k < 9; k++)
            keys[k] = (umi_idem){k + 1, k};
        assert_int_equal(put(s, &umi_idem_table, keys, 9, &err), UMI_OK);
        asking all = {s, 0, 0, -1}, some = {s, 0, 0, 6};
        assert_int_equal(
            umi_store_scan(s, &umi_idem_table, 1, 8, ask_again, &all, &err),
            UMI_OK);
        assert_int_equal(
            umi_store_scan(s, &umi_idem_table, 1, 8, ask_again, &some, &err),
            UMI_EINVAL);
        assert_string_equal(err.message, "that will do");
        rows[i][0] = all.rows;
        rows[i][1] = some.rows;
        umi_store_close(s);
    }
    assert_int_equal(rows[0][0], 8 + 28 + 56 + 70); /* pairs, triples, fours */
    assert_int_equal(rows[0][0], rows[1][0]);
    assert_int_equal(rows[0][1], rows[1][1]);
    clear_path();
}

/* The function answers only to the store's own statements. */
static void nobody_else_pours(void **state)
{
    (void)state;
    umi_store *s = make_sqlite();
    sqlite3 *db = ((umi__sqlite *)s)->db;
    assert_int_not_equal(sqlite3_exec(db, "SELECT sink(1)", NULL, NULL, NULL),
                         SQLITE_OK);
    assert_int_equal(sqlite3_exec(db,
                                  "CREATE VIEW v AS SELECT sink(id) FROM code",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(db, "SELECT * FROM v", NULL, NULL, NULL),
                         SQLITE_OK);
    umi_store_close(s);
    clear_path();
}

static void a_transaction_that_is_not_committed_leaves_nothing(void **state)
{
    (void)state;
    umi_store *s = make_sqlite();
    umi_error err = {0};
    const umi_code_row row = {1, UMI_CODE_BRANCH, UMI_TEXT("A"), {0}};
    assert_int_equal(umi_store_begin(s, &err), UMI_OK);
    assert_int_equal(put(s, &umi_code_table, &row, 1, &err), UMI_OK);
    expect_rows(s, &umi_code_table, note_code, 0, 9, "1:1:A:- ");
    umi_store_close(s);
    s = open_sqlite(UMI_WRITE);
    expect_rows(s, &umi_code_table, note_code, 0, 9, "");
    assert_int_equal(umi_store_begin(s, &err), UMI_OK);
    assert_int_equal(put(s, &umi_code_table, &row, 1, &err), UMI_OK);
    assert_int_equal(umi_store_commit(s, &err), UMI_OK);
    umi_store_close(s);
    s = open_sqlite(UMI_READ);
    expect_rows(s, &umi_code_table, note_code, 0, 9, "1:1:A:- ");
    umi_store_close(s);
    clear_path();
}

/* --- SQLite against the model --------------------------------------------- */

typedef struct pair {
    umi_store *s[2];
    int64_t next_code, next_line;
    int64_t seq[20]; /* of persons; 0: not there */
} pair;

static void same_status(pair *p, const umi_change *c)
{
    umi_error e[2] = {{0}, {0}};
    umi_status a = umi_store_apply(p->s[0], c, &e[0]);
    umi_status b = umi_store_apply(p->s[1], c, &e[1]);
    if (a != UMI_OK || b != UMI_OK)
        fail_msg("%s / %s", e[0].message, e[1].message);
}

static void random_change(pair *p, chance *r)
{
    static const char *const words[] = {"a", "", "b c", "\xc3\xa9", "a'b"};
    umi_code_row codes[8];
    umi_gl_line lines[8];
    umi_person persons[20];
    int64_t gone[20];
    umi_change c = {0};
    char word[8][24];
    size_t n = (size_t)chance_in(r, 0, 4), m = (size_t)chance_in(r, 0, 6);
    size_t written = 0, removed = 0;
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(word[i], sizeof word[i], "w%lld",
                       (long long)p->next_code);
        codes[i] =
            (umi_code_row){p->next_code, UMI_CODE_CHANNEL, umi_text_of(word[i]),
                           umi_text_of(words[chance_in(r, 0, 4)])};
        if (chance_one_in(r, 3))
            codes[i].detail = (umi_text){0};
        p->next_code += chance_in(r, 1, 3);
    }
    for (size_t i = 0; i < m; i++)
        lines[i] =
            (umi_gl_line){.id = p->next_line++,
                          .batch = chance_in(r, 1, 3),
                          .day = {(int)chance_in(r, 20000, 20003)},
                          .branch = 1,
                          .account = umi_text_of(words[chance_in(r, 0, 4)]),
                          .debit = {chance_in(r, 0, 1000000)},
                          .credit = {chance_in(r, 0, 1000000)}};
    for (int64_t id = 1; id < 20; id++) {
        if (chance_one_in(r, 6)) {
            persons[written] =
                person(id, ++p->seq[id], words[chance_in(r, 0, 4)]);
            persons[written++].birth.n = (int)chance_in(r, -100, 100);
        } else if (p->seq[id] > 0 && written == 0 && chance_one_in(r, 9)) {
            p->seq[id] = 0;
            gone[removed++] = id;
        }
    }
    if (removed > 0) { /* one part a table: removals go alone */
        for (size_t i = 0; i < written; i++)
            p->seq[persons[i].id]--;
        written = 0;
    }
    umi_change_put(&c, &umi_code_table, codes, n);
    umi_change_put(&c, &umi_gl_line_table, lines, m);
    umi_change_put(&c, &umi_person_table, persons, written);
    umi_change_remove(&c, &umi_person_table, gone, removed);
    same_status(p, &c);
}

static umi_status note_balance(void *self, const void *row, umi_error *err)
{
    const umi_gl_balance *g = row;
    (void)err;
    umi_buf_printf(self, "%.*s=%lld/%lld*%lld ", (int)g->account.len,
                   g->account.ptr, (long long)g->debit.sen,
                   (long long)g->credit.sen, (long long)g->lines);
    return UMI_OK;
}

static void read_all(umi_store *s, chance r, umi_buf *b)
{
    umi_error err = {0};
    umi_person rows[10];
    bool found[10];
    int64_t keys[10], last, ids[3];
    size_t n = 0;
    umi_arena *arena = umi_arena_new();
    for (int64_t id = 0; id < 22 && n < 10; id++)
        if (chance_one_in(&r, 2))
            keys[n++] = id;
    assert_int_equal(
        umi_store_read(s, &umi_person_table, keys, n, rows, found, arena, &err),
        UMI_OK);
    for (size_t i = 0; i < n; i++)
        if (found[i])
            (void)note_person(b, &rows[i], NULL);
    int64_t from = chance_in(&r, 0, 20), to = from + chance_in(&r, 0, 20);
    assert_int_equal(
        umi_store_scan(s, &umi_code_table, from, to, note_code, b, &err),
        UMI_OK);
    assert_int_equal(umi_store_query(s, &umi_gl_balance_query,
                                     &UMI_ARG_INT(chance_in(&r, 19999, 20004)),
                                     note_balance, b, &err),
                     UMI_OK);
    assert_int_equal(umi_store_last(s, &umi_gl_line_table, &last, &err),
                     UMI_OK);
    const umi_text niks[] = {UMI_TEXT("1"), UMI_TEXT(""), UMI_TEXT("x")};
    assert_int_equal(
        umi_store_lookup(s, &umi_person_by_nik, niks, 3, ids, &err), UMI_OK);
    umi_buf_printf(b, "%lld %lld", (long long)last, (long long)ids[0]);
    umi_arena_free(arena);
}

static void sqlite_equals_the_model(void **state)
{
    (void)state;
    chance r = chance_begin("sqlite_equals_the_model", 20261121);
    for (int round = 0; round < chance_rounds(3); round++) {
        pair p = {{make_sqlite(), make_memory()}, 2, 1, {0}};
        const umi_code_row first = {1, UMI_CODE_BRANCH, UMI_TEXT("A"), {0}};
        umi_change c = {0};
        umi_change_put(&c, &umi_code_table, &first, 1);
        same_status(&p, &c);
        for (int i = 0; i < 60; i++) {
            umi_buf a = {0}, b = {0};
            random_change(&p, &r);
            (void)chance_next(&r);
            read_all(p.s[0], r, &a);
            read_all(p.s[1], r, &b);
            assert_true(umi_text_eq(umi_buf_as_text(&a), umi_buf_as_text(&b)));
            umi_buf_free(&a);
            umi_buf_free(&b);
        }
        umi_store_close(p.s[0]);
        umi_store_close(p.s[1]);
    }
    clear_path();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_backends_do_the_same),
        cmocka_unit_test(a_change_is_whole_or_nothing),
        cmocka_unit_test(changed_states_follow_those_that_are_stored),
        cmocka_unit_test(a_store_that_failed_is_given_up),
        cmocka_unit_test(a_transaction_that_is_not_committed_leaves_nothing),
        cmocka_unit_test(rows_are_found_wherever_they_are),
        cmocka_unit_test(a_row_may_ask_for_rows),
        cmocka_unit_test(nobody_else_pours),
        cmocka_unit_test(sqlite_equals_the_model),
    };
    return cmocka_run_group_tests_name("ledger/store", tests, NULL, NULL);
}
