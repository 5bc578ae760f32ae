/* SPDX-License-Identifier: MIT
 * Files of loans: how they are cut into chunks and on how many cores they are
 * read makes no difference to the book. */
#include "tests/support/files_of_loans.h"

#include "engine/base/task.h"
#include "ledger/book/keys.h"
#include "ledger/book/loan_batch.h"

#define HEAD                                                                   \
    "loan,product,borrower,principal,rate,rate_per,method,periods,every,"      \
    "unit,disbursed,branch,group,nik,paid_principal,paid_interest\n"

/* Few numbers, so that lines meet again: as they were, or as others. */
static void random_line(umi_buf *b, chance *c, int numbers)
{
    static const char *const shapes[] = {
        "25,year,flat,25,1,week",
        "2,month,annuity,12,1,month",
        "18,year,equal_principal,6,2,month",
        "1,month,flat,10,,month",
        "1,day,pawn,3,1,month",     /* refused: INVALID */
        "1,month,flat,none,1,week", /* and this */
        "99,day,flat,3000,1,day"    /* TERMS, for a large amount */
    };
    static const char *const days[] = {"2026-01-05", "2026-02-28",
                                       "2026-02-30" /* refused: DATE */};
    const int who = (int)chance_in(c, 1, numbers);
    const bool odd = chance_one_in(c, 9);
    const int shape = odd ? (int)chance_in(c, 0, 6) : who % 4;
    const int day = odd ? (int)chance_in(c, 0, 2) : who % 2;
    if (chance_one_in(c, 60)) {
        umi_buf_puts(b, "torn,line\n");
        return;
    }
    umi_buf_printf(b, "L%d,%s,Ibu %d,%d00000%s,%s,%s,%s,%s,", who,
                   who % 3 ? "MEKAAR" : "UMI", chance_one_in(c, 12) ? 0 : who,
                   10 + who % 50, shape < 6 ? "" : "00000", shapes[shape],
                   days[day], who % 5 ? "GRT" : "", who % 7 ? "" : "G1");
    if (who % 4 == 0) /* some persons have two loans */
        umi_buf_printf(b, "%016d", 3205000 + who / 8);
    if (odd && chance_one_in(c, 3))
        umi_buf_puts(b, ",99000000,0\n"); /* refused: PAID */
    else if (who % 6 == 0)
        umi_buf_puts(b, ",200000,10000\n");
    else
        umi_buf_puts(b, ",,\n");
}

static void write_random(const char *name, uint64_t seed, int lines)
{
    chance c = {seed};
    umi_buf b = {0};
    umi_buf_puts(&b, HEAD);
    const int numbers = (int)chance_in(&c, lines / 2 + 1, lines * 2);
    for (int i = 0; i < lines; i++)
        random_line(&b, &c, numbers);
    temp_write(name, &b);
    umi_buf_free(&b);
}

static umi_file_ask ask_of(const char *name, size_t chunk)
{
    umi_file_ask ask = an_ask(name);
    ask.chunk = chunk;
    return ask;
}

/* The file in one piece on one core: what all others must come to. */
typedef struct model {
    umi_book *book;
    umi_file_result result;
    umi_buf rejects;
} model;

static model model_of(const char *name)
{
    model m = {.book = memory_book()};
    umi_task_alone(true);
    m.result = import_file(m.book, ask_of(name, 0));
    umi_task_alone(false);
    m.rejects = file_text("loans.csv.rejects.csv");
    sound_book(m.book);
    return m;
}

static void model_free(model *m)
{
    umi_book_close(m->book);
    umi_buf_free(&m->rejects);
}

static void like_model(const model *m, umi_book *b, const umi_file_result *r)
{
    umi_buf rejects = file_text("loans.csv.rejects.csv");
    same_result(r, &m->result);
    same_books(b, m->book);
    same_text(&rejects, &m->rejects);
    umi_buf_free(&rejects);
    sound_book(b);
}

static int64_t loans_of(umi_book *b)
{
    umi_error err = {0};
    int64_t n = 0;
    assert_int_equal(
        umi_store_last(umi_book_store(b), &umi_loan_table, &n, &err), UMI_OK);
    return n;
}

/* A dry run has no book to find the numbers of earlier chunks in. */
static void tells_beforehand(const model *m, size_t chunk)
{
    umi_book *b = memory_book();
    umi_file_ask ask = ask_of("loans.csv", chunk);
    ask.dry_run = true;
    umi_file_result r = import_file(b, ask);
    same_result(&r, &m->result);
    assert_int_equal(r.state, UMI_FILE_DRY_RUN);
    assert_int_equal(loans_of(b), 0);
    umi_book_close(b);
}

static void chunks_and_cores_make_no_difference(void **state)
{
    (void)state;
    static const size_t chunks[] = {1, 2, 7, 64, 1000};
    chance c = chance_begin("chunks_and_cores_make_no_difference", 20261122);
    for (int round = 0; round < chance_rounds(20) / 2; round++) {
        write_random("loans.csv", chance_next(&c), (int)chance_in(&c, 1, 300));
        umi__keys_narrow(chance_one_in(&c, 4) ? 5 : 0); /* keys collide */
        model m = model_of("loans.csv");
        for (size_t i = 0; i < 2 * (sizeof chunks / sizeof *chunks); i++) {
            umi_book *b = memory_book();
            umi_file_ask ask = ask_of("loans.csv", chunks[i / 2]);
            ask.whole = chance_one_in(&c, 4);
            umi_task_alone(i % 2);
            (void)unlink(temp_path("loans.csv.rejects.csv"));
            umi_file_result r = import_file(b, ask);
            like_model(&m, b, &r);
            umi_task_alone(false);
            umi_book_close(b);
        }
        tells_beforehand(&m, chunks[round % 5]);
        model_free(&m);
    }
    umi__keys_narrow(0);
    temp_remove("loans.csv");
}

/* The store is SQLite, the file is long enough for both cores to be busy. */
static void a_long_file_in_a_real_book(void **state)
{
    (void)state;
    static const char *const codes[] = {"CONFLICT", "CSV",  "DATE",
                                        "INVALID",  "PAID", "TERMS"};
    write_random("loans.csv", 5, 3000);
    model m = model_of("loans.csv");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_non_null(strstr(m.rejects.ptr, codes[i]));
    assert_true(m.result.posted.n > 1000 && m.result.duplicate.n > 500);
    create_book("book.db");
    umi_book *b = open_book("book.db");
    umi_file_result r = import_file(b, ask_of("loans.csv", 500));
    like_model(&m, b, &r);
    /* the same lines in another file: what stands, stands */
    umi_buf text = file_text("loans.csv");
    text.len--;
    umi_buf_puts(&text, "\n");
    temp_write("again.csv", &text);
    umi_buf_free(&text);
    umi_file_result again = import_file(b, ask_of("again.csv", 300));
    assert_int_equal(again.posted.n, 0);
    assert_true(again.duplicate.n >= r.posted.n);
    assert_int_equal(again.lines.n, again.duplicate.n + again.rejected.n);
    sound_book(b);
    umi_book_close(b);
    model_free(&m);
    temp_remove("book.db");
    temp_remove("loans.csv");
    temp_remove("again.csv");
}

/* --- cut short ------------------------------------------------------------ */

static bool half_done(umi_book *b)
{
    umi_error err = {0};
    int64_t run = 0;
    return umi_store_last(umi_book_store(b), &umi_run_table, &run, &err) ==
               UMI_OK &&
           run > 0;
}

static void a_cut_file_is_finished_by_the_same_call(void **state)
{
    (void)state;
    write_random("loans.csv", 11, 12);
    model m = model_of("loans.csv");
    int cuts = 0;
    bool whole = false;
    for (int64_t nth = 1; !whole; nth++) {
        umi_error err = {0};
        umi_file_result r;
        umi_book *b = memory_book();
        umi_arena *arena = umi_arena_new();
        umi_file_ask ask = ask_of("loans.csv", 3);
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_loan_import_file(&r, b, &ask, arena, &err);
        whole = rc == UMI_OK && umi_alloc_count() < nth;
        umi_alloc_fail_at(0, 0);
        assert_true(rc == UMI_OK || rc == UMI_ENOMEM);
        if (rc != UMI_OK && half_done(b)) {
            cuts++;
            sound_book(b);
            r = import_file(b, ask); /* keys of terms may have a gap now */
            umi_buf rejects = file_text("loans.csv.rejects.csv");
            same_result(&r, &m.result);
            same_text(&rejects, &m.rejects);
            umi_buf_free(&rejects);
            sound_book(b);
        }
        umi_arena_free(arena);
        umi_book_close(b);
    }
    assert_true(cuts > 10);
    model_free(&m);
    temp_remove("loans.csv");
}

/* Loans F1 .. Flines, of which reading fails behind `good`. */
typedef struct feeding {
    int64_t at, good, lines;
    char number[24];
} feeding;

static umi_status
feed_line(void *self, umi_import_line *l, bool *more, umi_error *err)
{
    feeding *f = self;
    if (f->at == f->good)
        return umi_fail(err, UMI_EIO, "", "the line cannot be had");
    *more = f->at < f->lines;
    if (!*more)
        return UMI_OK;
    f->at++;
    (void)snprintf(f->number, sizeof f->number, "F%lld", (long long)f->at);
    *l = (umi_import_line){.line = f->at + 1,
                           .amount = {100000000},
                           .number = umi_text_of(f->number),
                           .product = UMI_TEXT("UMI"),
                           .borrower = UMI_TEXT("Ibu"),
                           .terms = umi_terms_default()};
    l->terms.principal = l->amount;
    l->terms.periods = 10;
    l->terms.unit = UMI_UNIT_WEEK;
    l->terms.rate = umi_rate_of(1, 100);
    l->terms.rate_per = UMI_PER_WEEK;
    l->terms.method = UMI_FLAT;
    l->terms.disbursed = a_day("2026-01-05");
    return UMI_OK;
}

static umi_status
feed(umi_book *b, int64_t good, umi_file_result *out, umi_error *err)
{
    const umi_hash sha = umi_sha256_of("F", 1);
    umi_file_ask ask = ask_of("none.csv", 4);
    umi_arena *arena = umi_arena_new();
    umi_file_run run;
    feeding f = {.good = good, .lines = 21};
    umi_status rc =
        umi_file_begin(&run, b, UMI_BATCH_IMPORT, &sha, &ask, arena, err);
    if (rc == UMI_OK)
        rc = umi_loans_take(&run, &(umi_loan_feed){feed_line, NULL, &f}, err);
    *out = run.result;
    umi_file_end(&run);
    umi_arena_free(arena);
    return rc;
}

/* What was read before is written by then, on one core or two. */
static void a_file_that_cannot_be_read_to_its_end(void **state)
{
    (void)state;
    for (int64_t good = 0; good <= 21; good++) {
        for (int alone = 0; alone < 2; alone++) {
            umi_error err = {0};
            umi_file_result r;
            umi_book *b = memory_book();
            umi_task_alone(alone);
            assert_int_equal(feed(b, good, &r, &err), UMI_EIO);
            assert_string_equal(err.message, "the line cannot be had");
            /* a full chunk waits for the line behind it */
            assert_int_equal(loans_of(b), good > 0 ? (good - 1) / 4 * 4 : 0);
            sound_book(b);
            assert_int_equal(feed(b, INT64_MAX, &r, &err), UMI_OK);
            assert_int_equal(r.posted.n, 21);
            assert_int_equal(loans_of(b), 21);
            sound_book(b);
            umi_task_alone(false);
            umi_book_close(b);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_and_cores_make_no_difference),
        cmocka_unit_test(a_long_file_in_a_real_book),
        cmocka_unit_test(a_cut_file_is_finished_by_the_same_call),
        cmocka_unit_test(a_file_that_cannot_be_read_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
