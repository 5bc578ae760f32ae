/* SPDX-License-Identifier: MIT
 * Refused lines: they are found again wherever they stand, in the book or on
 * their way into it, and however many there are, memory does not grow. */
#include "tests/support/files_of_loans.h"

#include "engine/base/task.h"
#include "ledger/book/refused_int.h"
#include "tests/support/memory.h"

#include <sqlite3.h>
#include <stdio.h>

/* --- found again ---------------------------------------------------------- */

enum {
    WINDOW = 1 << 20, /* of lines that are read at a time */
    LINES = 4000
};

static const char *const codes[] = {"LOAN", "DATE", "CONFLICT", "CSV"};

typedef struct told {
    int64_t line;
    const char *code; /* NULL: it was not refused */
} told;

/* Lines as far apart as windows, some of them at their edges. */
static void scatter(told *to, chance *c)
{
    int64_t line = 0;
    for (int i = 0; i < LINES; i++) {
        line += chance_one_in(c, 400) ? chance_in(c, WINDOW - 2, 2 * WINDOW)
                                      : chance_in(c, 1, 3);
        to[i] = (told){line,
                       chance_one_in(c, 3) ? NULL : codes[chance_in(c, 0, 3)]};
    }
}

static void apply(umi_book *b, umi_change *c)
{
    umi_error err = {0};
    if (umi_book_apply(b, c, &err) != UMI_OK)
        fail_msg("%s", err.message);
}

static void put(umi__refused *r, umi_book *b)
{
    umi_error err = {0};
    umi_change c = {0};
    assert_int_equal(umi__refused_put(r, &c, &err), UMI_OK);
    apply(b, &c);
}

static void must_find(umi__refused *r, const told *all, int64_t refused)
{
    umi_error err = {0};
    const char *code;
    assert_int_equal(umi__refused_count(r), refused);
    for (int i = 0; i < LINES; i++) {
        assert_int_equal(umi__refused_code(r, all[i].line, &code, &err),
                         UMI_OK);
        if (all[i].code == NULL)
            assert_null(code);
        else
            assert_string_equal(code, all[i].code);
    }
}

typedef struct listing {
    const told *all;
    int at;
    int64_t count;
} listing;

static umi_status next_refused(void *self, const void *row, umi_error *err)
{
    listing *l = self;
    const umi_reject *r = row;
    (void)err;
    while (l->at < LINES && l->all[l->at].code == NULL)
        l->at++;
    assert_true(l->at < LINES);
    assert_int_equal(r->batch, 7);
    assert_int_equal(r->line, l->all[l->at].line);
    assert_true(umi_text_is(r->code, l->all[l->at].code));
    assert_int_equal(r->amount.sen, 100);
    l->at++;
    l->count++;
    return UMI_OK;
}

static void must_list(umi_book *b, const told *all, int64_t refused)
{
    umi_error err = {0};
    listing l = {.all = all};
    assert_int_equal(umi_refused_lines(b, 7, next_refused, &l, &err), UMI_OK);
    assert_int_equal(l.count, refused);
    assert_int_equal(umi_refused_lines(b, 99, next_refused, &l, &err), UMI_OK);
    assert_int_equal(l.count, refused);
}

/* In another order than they stand, written now and then, while another file
 * refuses lines, too. */
static void lines_are_found_wherever_they_are(void **state)
{
    (void)state;
    chance c = chance_begin("lines_are_found_wherever_they_are", 31);
    static told all[LINES];
    umi_error err = {0};
    for (int round = 0; round < chance_rounds(3); round++) {
        umi_book *b = memory_book();
        umi__refused *r, *other, *again;
        int64_t refused = 0;
        scatter(all, &c);
        assert_int_equal(umi__refused_new(&r, b, 7, &err), UMI_OK);
        assert_int_equal(umi__refused_new(&other, b, 8, &err), UMI_OK);
        assert_int_equal(umi__refused_new(&again, b, 7, &err), UMI_OK);
        for (int i = 0; i < LINES; i++) {
            const told *t = &all[(i * 1201 + 17) % LINES];
            if (t->code == NULL)
                continue;
            refused++;
            assert_int_equal(
                umi__refused_add(r, t->line, t->code, (umi_money){100}, &err),
                UMI_OK);
            assert_int_equal(umi__refused_add(other, t->line + 1, "PAID",
                                              (umi_money){1}, &err),
                             UMI_OK);
            if (chance_one_in(&c, 300))
                put(r, b);
            if (chance_one_in(&c, 300))
                put(other, b);
        }
        must_find(r, all, refused); /* the last ones are not written */
        must_find(r, all, refused); /* and from the beginning again */
        put(r, b);
        must_find(r, all, refused);
        assert_int_equal(umi__refused_load(again, &err), UMI_OK);
        must_find(again, all, refused);
        must_list(b, all, refused);
        umi__refused_free(r);
        umi__refused_free(other);
        umi__refused_free(again);
        umi_book_close(b);
    }
}

static void a_line_refused_since_is_found(void **state)
{
    (void)state;
    umi_error err = {0};
    const char *code;
    umi_book *b = memory_book();
    umi__refused *r;
    assert_int_equal(umi__refused_new(&r, b, 1, &err), UMI_OK);
    assert_int_equal(umi__refused_code(r, 5, &code, &err), UMI_OK);
    assert_null(code);
    assert_int_equal(umi__refused_add(r, 6, "LOAN", (umi_money){0}, &err),
                     UMI_OK);
    assert_int_equal(umi__refused_code(r, 6, &code, &err), UMI_OK);
    assert_string_equal(code, "LOAN");
    umi__refused_free(r);
    umi_book_close(b);
}

/* No book of ours says so: it was not we who wrote it. */
static umi_status stop(void *self, const void *row, umi_error *err)
{
    const umi_reject *r = row;
    ++*(int *)self;
    return r->line < 3 ? UMI_OK : umi_fail(err, UMI_EIO, "", "enough");
}

static void a_list_ends_where_it_is_told_to(void **state)
{
    (void)state;
    umi_error err = {0};
    int seen = 0;
    umi_book *b = memory_book();
    umi__refused *r;
    assert_int_equal(umi__refused_new(&r, b, 1, &err), UMI_OK);
    for (int line = 5; line > 0; line--)
        assert_int_equal(
            umi__refused_add(r, line, "LOAN", (umi_money){0}, &err), UMI_OK);
    put(r, b);
    assert_int_equal(umi_refused_lines(b, 1, stop, &seen, &err), UMI_EIO);
    assert_string_equal(err.message, "enough");
    assert_int_equal(seen, 3);
    umi__refused_free(r);
    umi_book_close(b);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    umi_error err = {0};
    umi_book *b = memory_book();
    umi__refused *r;
    assert_int_equal(umi__refused_new(&r, b, 1, &err), UMI_OK);
    for (int line = 200; line > 0; line--)
        assert_int_equal(
            umi__refused_add(r, line, codes[line % 4], (umi_money){0}, &err),
            UMI_OK);
    put(r, b);
    umi__refused_free(r);
    bool reached = true;
    for (int64_t nth = 1; reached; nth++) {
        int seen = 0;
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_refused_lines(b, 1, stop, &seen, &err);
        reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_EIO);
        assert_int_equal(seen, reached ? 0 : 3);
    }
    umi_book_close(b);
}

static void too_many_reasons_are_damage(void **state)
{
    (void)state;
    enum {
        REASONS = UINT8_MAX + 1
    };
    umi_error err = {0};
    const char *code;
    umi_book *b = memory_book();
    umi__refused *r;
    static char names[REASONS][16];
    assert_int_equal(umi__refused_new(&r, b, 3, &err), UMI_OK);
    for (int i = 0; i < REASONS; i++) {
        (void)snprintf(names[i], sizeof names[i], "%d", i);
        assert_int_equal(
            umi__refused_add(r, i + 1, names[i], (umi_money){0}, &err), UMI_OK);
    }
    assert_int_equal(umi__refused_code(r, 1, &code, &err), UMI_EDAMAGED);
    assert_string_equal(err.message,
                        "batch 3 refuses lines for too many reasons");
    umi__refused_free(r);
    umi_book_close(b);
}

/* --- memory --------------------------------------------------------------- */

enum {
    CHUNK = 200, /* a larger file would be hashed on the other core */
    CHUNKS = 60
};

/* What is held whenever a chunk is written, but for the pages of the book. */
typedef struct holding {
    int64_t at[CHUNKS + 1];
    int count;
} holding;

static void look(void *self, umi_phase phase, int64_t done, int64_t all)
{
    holding *h = self;
    (void)done, (void)all;
    if (phase == UMI_PHASE_WRITE && h->count < CHUNKS)
        h->at[h->count++] =
            (int64_t)memory_held() - (int64_t)sqlite3_memory_used();
}

/* Of a chunk it is kept where its rows are, and SQLite has its own account of
 * every page: far less than two bytes for each of these lines, and a list of
 * them would take forty.  With the last chunk they are read back. */
static void must_not_grow(const holding *h)
{
    int64_t grown = h->at[CHUNKS - 2] - h->at[CHUNKS / 6];
    assert_int_equal(h->count, CHUNKS);
    if (grown > CHUNK * CHUNKS * 2)
        fail_msg("%lld bytes more for %d refused lines", (long long)grown,
                 CHUNK * CHUNKS * 5 / 6);
}

static void write_refused(const char *name, const char *head, const char *line)
{
    umi_buf b = {0};
    umi_buf_puts(&b, head);
    for (int i = 0; i < CHUNK * CHUNKS; i++)
        umi_buf_printf(&b, line, i, i);
    temp_write(name, &b);
    umi_buf_free(&b);
}

static void memory_does_not_grow_with_refused_payments(void **state)
{
    (void)state;
    write_refused("pay.csv", "reference,loan,date,amount,channel\n",
                  "R%d,X%d,2026-03-01,1000,VA\n");
    for (int trial = 0; trial < 2; trial++) {
        holding h = {0};
        create_book("refused.db");
        umi_book *b = open_book("refused.db");
        umi_file_ask ask = an_ask("pay.csv");
        ask.segment = CHUNK;
        ask.dry_run = trial;
        ask.progress = look;
        ask.self = &h;
        umi_task_alone(true);
        umi_file_result r = post_file(b, ask);
        umi_task_alone(false);
        assert_int_equal(r.rejected.n, CHUNK * CHUNKS);
        must_not_grow(&h);
        umi_book_close(b);
    }
    temp_remove("refused.db");
    temp_remove("pay.csv");
}

static void memory_does_not_grow_with_refused_loans(void **state)
{
    (void)state;
    write_refused(
        "loans.csv",
        "loan,product,borrower,principal,rate,rate_per,method,"
        "periods,every,unit,disbursed\n",
        "L%d,UMI,Ibu %d,1000000,1,month,flat,10,1,month,31-12-2026\n");
    for (int trial = 0; trial < 2; trial++) {
        holding h = {0};
        create_book("refused.db");
        umi_book *b = open_book("refused.db");
        umi_file_ask ask = an_ask("loans.csv");
        ask.chunk = CHUNK;
        ask.dry_run = trial;
        ask.progress = look;
        ask.self = &h;
        umi_task_alone(true);
        umi_file_result r = import_file(b, ask);
        umi_task_alone(false);
        assert_int_equal(r.rejected.n, CHUNK * CHUNKS);
        must_not_grow(&h);
        umi_book_close(b);
    }
    temp_remove("refused.db");
    temp_remove("loans.csv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_found_wherever_they_are),
        cmocka_unit_test(a_line_refused_since_is_found),
        cmocka_unit_test(a_list_ends_where_it_is_told_to),
        cmocka_unit_test(no_memory_is_told),
        cmocka_unit_test(too_many_reasons_are_damage),
        cmocka_unit_test(memory_does_not_grow_with_refused_payments),
        cmocka_unit_test(memory_does_not_grow_with_refused_loans),
    };
    return cmocka_run_group_tests_name("ledger/refused", tests, NULL, NULL);
}
