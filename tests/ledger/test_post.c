/* SPDX-License-Identifier: MIT
 * Files of loans and of repayments: however they are cut, killed, repeated,
 * mixed with others or kept, the book holds the same. */
#include "engine/base/task.h"
#include "ledger/book/enter.h"
#include "ledger/book/keys.h"
#include "tests/support/cut_short.h"
#include "tests/support/memory.h"

/* --- one file, many ways -------------------------------------------------- */

static void prepare(chance *c, int loans, int lines)
{
    write_loans("loans.csv", c, loans);
    write_payments("pay.csv", c, lines, loans, 0);
}

static umi_book *posted(umi_book *b, size_t chunk, bool whole)
{
    umi_file_ask loans = an_ask("loans.csv"), pay = an_ask("pay.csv");
    loans.chunk = pay.chunk = chunk;
    loans.whole = pay.whole = whole;
    (void)import_file(b, loans);
    (void)post_file(b, pay);
    return b;
}

static void chunks_and_backends_make_no_difference(void **state)
{
    (void)state;
    chance c = chance_begin("chunks_and_backends_make_no_difference", 1);
    for (int round = 0; round < chance_rounds(2); round++) {
        prepare(&c, 40, 300);
        umi_book *whole = posted(memory_book(), 0, false);
        sound_book(whole);
        const struct {
            size_t chunk;
            bool whole, disk;
        } ways[] = {{1, false, false},
                    {7, false, true},
                    {64, true, false},
                    {50, true, true}};
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
            if (ways[i].disk)
                create_book("other.db");
            umi_book *other =
                posted(ways[i].disk ? open_book("other.db") : memory_book(),
                       ways[i].chunk, ways[i].whole);
            same_books(whole, other);
            sound_book(other);
            umi_book_close(other);
        }
        umi_book_close(whole);
    }
    temp_remove("other.db");
}

static void a_dry_run_says_what_posting_does(void **state)
{
    (void)state;
    chance c = chance_begin("a_dry_run_says_what_posting_does", 2);
    for (int round = 0; round < chance_rounds(3); round++) {
        umi_book *b = memory_book();
        umi_file_ask ask = an_ask("loans.csv");
        prepare(&c, 30, 200);
        for (int i = 0; i < 2; i++) {
            ask.chunk = (size_t)chance_in(&c, 1, 50);
            umi_hash head = umi_book_head(b);
            ask.dry_run = true;
            umi_file_result dry = i ? post_file(b, ask) : import_file(b, ask);
            umi_hash after = umi_book_head(b);
            assert_true(umi_hash_eq(&head, &after));
            assert_int_equal(dry.state, UMI_FILE_DRY_RUN);
            ask.dry_run = false;
            umi_book_close(b); /* a look is a session of its own */
            b = memory_book();
            if (i)
                (void)import_file(b, an_ask("loans.csv"));
            umi_file_result real = i ? post_file(b, ask) : import_file(b, ask);
            same_result(&dry, &real);
            ask = an_ask("pay.csv");
        }
        umi_book_close(b);
    }
}

static void a_file_is_posted_once(void **state)
{
    (void)state;
    chance c = chance_begin("a_file_is_posted_once", 3);
    prepare(&c, 20, 100);
    umi_book *b = posted(memory_book(), 0, false);
    umi_hash head = umi_book_head(b);
    umi_file_result again = post_file(b, an_ask("pay.csv"));
    umi_hash after = umi_book_head(b);
    assert_int_equal(again.state, UMI_FILE_REPEATED);
    assert_true(umi_hash_eq(&head, &after));
    /* the same lines in another file: what was posted is a duplicate now */
    umi_buf text = {0};
    umi_buf_puts(&text, "amount,channel,date,loan,reference\n");
    umi_buf_puts(&text, "5000,VA,2026-07-01,L1,N1\n5000,VA,2026-07-02,L1,N1\n"
                        "5000,VA,2026-07-01,L2,N1\n");
    temp_write("one.csv", &text);
    umi_buf_puts(&text, "5000,XX,2026-07-01,L1,N1\n");
    temp_write("two.csv", &text);
    umi_buf_free(&text);
    umi_file_result one = post_file(b, an_ask("one.csv"));
    assert_int_equal(one.posted.n, 1);
    assert_int_equal(one.duplicate.n, 1);
    assert_int_equal(one.rejected.n, 1);
    umi_file_result two = post_file(b, an_ask("two.csv"));
    assert_int_equal(two.posted.n, 1);
    assert_int_equal(two.duplicate.n, 2);
    assert_int_equal(two.rejected.n, 1);
    sound_book(b);
    umi_book_close(b);
}

/* --- kills ---------------------------------------------------------------- */

static umi_file_ask in_chunks(const char *name, size_t chunk)
{
    umi_file_ask ask = an_ask(name);
    ask.chunk = chunk;
    return ask;
}

static void a_killed_run_is_finished_as_if_never_killed(void **state)
{
    (void)state;
    chance c = chance_begin("a_killed_run_is_finished", 4);
    prepare(&c, 30, 120);
    umi_book *whole = posted(memory_book(), 0, false);
    umi_file_ask pay = an_ask("pay.csv");
    umi_file_result want = post_file(whole, pay); /* repeated: the figures */
    for (int k = 1; k <= 6; k++) {
        create_book("killed.db");
        int kills = 0;
        while (killed(import_file, "killed.db", in_chunks("loans.csv", 6), k))
            kills++;
        while (killed(post_file, "killed.db", in_chunks("pay.csv", 20), k)) {
            umi_book *b = open_book("killed.db");
            sound_book(b);
            umi_book_close(b);
            kills++;
        }
        assert_true(kills > 0);
        umi_book *b = open_book("killed.db");
        umi_file_result got = post_file(b, an_ask("pay.csv"));
        same_result(&want, &got);
        same_books(whole, b);
        sound_book(b);
        umi_book_close(b);
    }
    umi_book_close(whole);
    temp_remove("killed.db");
}

/* The same bytes by another profile may be other payments. */
static void a_file_is_finished_by_the_profile_that_began_it(void **state)
{
    (void)state;
    static const umi_profile same = {
        .name = {"same", 4},
        .delimiter = ',',
        .decimal = '.',
        .date = UMI_DATE_ISO,
        .source = {[UMI_FIELD_REFERENCE] = {.column = {"reference", 9}},
                   [UMI_FIELD_LOAN] = {.column = {"loan", 4}},
                   [UMI_FIELD_DATE] = {.column = {"date", 4}},
                   [UMI_FIELD_AMOUNT] = {.column = {"amount", 6}},
                   [UMI_FIELD_CHANNEL] = {.column = {"channel", 7}}}};
    const umi_profile *by[] = {NULL, &same};
    chance c = chance_begin("a_file_is_finished_by_the_profile", 12);
    prepare(&c, 30, 120);
    for (int began = 0; began < 2; began++) {
        create_book("killed.db");
        umi_book_close(with_loans(open_book("killed.db")));
        umi_file_ask ask = in_chunks("pay.csv", 20);
        ask.profile = by[began];
        assert_true(killed(post_file, "killed.db", ask, 2));
        umi_book *b = open_book("killed.db");
        umi_error err = {0};
        umi_file_result r;
        umi_arena *arena = umi_arena_new();
        ask = an_ask("pay.csv");
        umi_hash before = umi_book_head(b);
        ask.profile = by[!began];
        assert_int_equal(umi_post_file(&r, b, &ask, arena, &err), UMI_EINVAL);
        assert_string_equal(err.code, "UNFINISHED");
        umi_hash after = umi_book_head(b);
        assert_true(umi_hash_eq(&before, &after));
        umi_arena_free(arena);
        ask.profile = by[began];
        r = post_file(b, ask);
        assert_int_equal(r.state, UMI_FILE_DONE);
        sound_book(b);
        umi_book_close(b);
        temp_remove("killed.db");
    }
}

/* All or nothing: a kill anywhere leaves nothing. */
static void a_whole_file_is_not_left_in_part(void **state)
{
    (void)state;
    chance c = chance_begin("a_whole_file_is_not_left_in_part", 5);
    prepare(&c, 20, 80);
    create_book("killed.db");
    umi_book *b = with_loans(open_book("killed.db"));
    umi_hash head = umi_book_head(b);
    umi_book_close(b);
    for (int k = 1; k <= 3; k++) {
        umi_file_ask ask = in_chunks("pay.csv", 10);
        ask.whole = true;
        assert_true(killed(post_file, "killed.db", ask, k));
        b = open_book("killed.db");
        umi_hash after = umi_book_head(b);
        assert_true(umi_hash_eq(&head, &after));
        sound_book(b);
        umi_book_close(b);
    }
    temp_remove("killed.db");
}

/* --- keys that collide ---------------------------------------------------- */

static void colliding_hashes_are_told_apart(void **state)
{
    (void)state;
    chance c = chance_begin("colliding_hashes_are_told_apart", 6);
    prepare(&c, 60, 400);
    umi_book *free_keys = posted(memory_book(), 0, false);
    for (int bits = 3; bits <= 7; bits += 2) {
        umi__keys_narrow(bits);
        for (size_t chunk = 0; chunk <= 60; chunk += 30) {
            umi_book *b = posted(memory_book(), chunk, false);
            umi_file_result again = post_file(b, an_ask("pay.csv"));
            assert_int_equal(again.state, UMI_FILE_REPEATED);
            same_books(free_keys, b);
            sound_book(b);
            write_payments("more.csv", &c, 50, 60, 100);
            (void)post_file(b, an_ask("more.csv"));
            sound_book(b);
            umi_book_close(b);
        }
        umi__keys_narrow(0);
    }
    umi_book_close(free_keys);
}

/* --- properties of batches ------------------------------------------------ */

/* Two files after each other are one file, where no line of the second
 * depends on the first by reference. */
static void a_split_file_leaves_the_same_balances(void **state)
{
    (void)state;
    chance c = chance_begin("a_split_file_leaves_the_same_balances", 7);
    umi_buf head = {0}, first = {0}, second = {0}, all = {0};
    write_loans("loans.csv", &c, 25);
    umi_buf_puts(&head, "reference,loan,date,amount,channel\n");
    umi_buf_text(&first, umi_buf_as_text(&head));
    umi_buf_text(&second, umi_buf_as_text(&head));
    umi_buf_text(&all, umi_buf_as_text(&head));
    for (int i = 0; i < 160; i++) {
        char line[80];
        (void)snprintf(line, sizeof line, "R%d,L%d,2026-%02d-%02d,%d,VA\n", i,
                       (int)chance_in(&c, 1, 25), (int)chance_in(&c, 7, 11),
                       (int)chance_in(&c, 1, 20),
                       (int)chance_in(&c, 1, 60) * 10000);
        umi_buf_puts(i < 80 ? &first : &second, line);
        umi_buf_puts(&all, line);
    }
    temp_write("first.csv", &first);
    temp_write("second.csv", &second);
    temp_write("all.csv", &all);
    umi_book *a = memory_book(), *b = memory_book();
    (void)import_file(a, an_ask("loans.csv"));
    (void)import_file(b, an_ask("loans.csv"));
    (void)post_file(a, an_ask("all.csv"));
    (void)post_file(b, an_ask("first.csv"));
    (void)post_file(b, an_ask("second.csv"));
    for (int64_t loan = 1; loan <= 25; loan++) {
        umi_loan_state x, y;
        bool found;
        umi_error err = {0};
        assert_int_equal(umi_store_read(umi_book_store(a),
                                        &umi_loan_state_table, &loan, 1, &x,
                                        &found, NULL, &err),
                         UMI_OK);
        assert_int_equal(umi_store_read(umi_book_store(b),
                                        &umi_loan_state_table, &loan, 1, &y,
                                        &found, NULL, &err),
                         UMI_OK);
        assert_int_equal(x.owed.principal.sen, y.owed.principal.sen);
        assert_int_equal(x.owed.interest.sen, y.owed.interest.sen);
        assert_int_equal(x.overpaid.sen, y.overpaid.sen);
    }
    sound_book(a);
    sound_book(b);
    umi_book_close(a);
    umi_book_close(b);
    umi_buf_free(&head);
    umi_buf_free(&first);
    umi_buf_free(&second);
    umi_buf_free(&all);
}

/* --- refusals and memory -------------------------------------------------- */

static void a_closed_booking_date_is_refused(void **state)
{
    (void)state;
    chance c = chance_begin("a_closed_booking_date_is_refused", 8);
    prepare(&c, 5, 10);
    umi_book *b = memory_book();
    umi_error err = {0};
    umi_file_result r;
    umi_arena *arena = umi_arena_new();
    (void)import_file(b, an_ask("loans.csv"));
    umi_change change = {0};
    const umi_closed_day day = {a_day("2026-08-01").n, 1, {{0}}};
    umi_change_put(&change, &umi_closed_day_table, &day, 1);
    assert_int_equal(umi_book_apply(b, &change, &err), UMI_OK);
    assert_int_equal(umi_book_business_date(b).n, a_day("2026-08-02").n);
    umi_file_ask ask = an_ask("pay.csv");
    ask.booked = a_day("2026-08-01");
    assert_int_equal(umi_post_file(&r, b, &ask, arena, &err), UMI_EDENIED);
    assert_string_equal(err.code, "CLOSED-DAY");
    ask.booked = a_day("2026-08-02");
    assert_int_equal(umi_post_file(&r, b, &ask, arena, &err), UMI_OK);
    umi_arena_free(arena);
    umi_book_close(b);
}

/* Figures that the sender gave beside the file. */
static void other_totals_are_refused_before_anything(void **state)
{
    (void)state;
    static const char head[] = "reference,loan,date,amount,channel\n";
    static const char body[] = "N1,L1,2026-07-01,5000,VA\n"
                               "N2,L1,2026-07-01,0.5,VA\n"
                               "N3,L1,2026-07-01,zero,VA\n"
                               "N4,L1\n";
    static const struct {
        int64_t lines, sen;  /* -1: not said */
        const char *message; /* NULL: taken */
    } cases[] = {
        {-1, -1, NULL},
        {4, -1, NULL},
        {-1, 500050, NULL},
        {4, 500050, NULL},
        {3, -1, "3 lines expected, the file has 4 (amount 5000.5)"},
        {0, 500050, "0 lines expected, the file has 4 (amount 5000.5)"},
        {5, 500050, "5 lines expected, the file has 4 (amount 5000.5)"},
        {4, 500049, "amount 5000.49 expected, the file has 5000.5 (4 lines)"},
        {-1, 0, "amount 0 expected, the file has 5000.5 (4 lines)"},
    };
    chance c = chance_begin("other_totals_are_refused", 11);
    prepare(&c, 5, 10);
    umi_buf text = {0};
    umi_buf_puts(&text, head);
    umi_buf_puts(&text, body);
    temp_write("told.csv", &text);
    umi_buf_free(&text);
    umi_book *b = posted(memory_book(), 0, false);
    for (int pass = 0; pass < 6; pass++) /* chunk, file, dry; then repeated */
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            umi_error err = {0};
            umi_file_result r;
            umi_file_ask ask = an_ask("told.csv");
            umi_money amount = {cases[i].sen};
            ask.expect_lines = cases[i].lines < 0 ? NULL : &cases[i].lines;
            ask.expect_amount = cases[i].sen < 0 ? NULL : &amount;
            ask.whole = pass % 3 == 1;
            ask.dry_run = pass % 3 == 2 || (pass < 3 && !cases[i].message);
            umi_hash before = umi_book_head(b);
            umi_arena *arena = umi_arena_new();
            umi_status rc = umi_post_file(&r, b, &ask, arena, &err);
            umi_arena_free(arena);
            umi_hash after = umi_book_head(b);
            assert_true(umi_hash_eq(&before, &after) || (pass == 3 && i == 0));
            if (cases[i].message == NULL) {
                assert_int_equal(rc, UMI_OK);
                assert_int_equal(r.lines.n, 4);
                assert_int_equal(r.lines.amount.sen, 500050);
                continue;
            }
            assert_int_equal(rc, UMI_EDENIED);
            assert_string_equal(err.code, "EXPECTED");
            assert_string_equal(err.message, cases[i].message);
        }
    umi_book_close(b);
}

/* --- files and acts ------------------------------------------------------- */

/* Loans of 1,000,000 over 10 weeks, 10,000 of interest a row, from
 * 2026-01-05 on. */
static umi_book *two_loans(void)
{
    umi_buf b = {0};
    umi_buf_puts(&b, "loan,product,borrower,principal,rate,rate_per,method,"
                     "periods,every,unit,disbursed\n");
    for (int i = 1; i <= 2; i++)
        umi_buf_printf(&b,
                       "L%d,UMI,Ibu,1000000,1,week,flat,10,1,week,"
                       "2026-01-05\n",
                       i);
    temp_write("loans.csv", &b);
    umi_buf_free(&b);
    umi_book *book = memory_book();
    (void)import_file(book, an_ask("loans.csv"));
    return book;
}

static void
enter(umi_book *b, umi_txn_kind kind, const char *day, int64_t rupiah)
{
    static const umi_component interest = UMI_INTEREST;
    umi_error err = {0};
    umi_booked out;
    const umi_booking k = {.kind = kind,
                           .loan = 1,
                           .day = a_day(day),
                           .due = {UMI_NONE32},
                           .amount = {rupiah * 100},
                           .component =
                               kind == UMI_TXN_WAIVE ? &interest : NULL};
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("test"),
                               .booked = a_day("2026-11-21"),
                               .bookings = &k,
                               .count = 1};
    if (umi_book_enter(b, &act, &out, NULL, &err) != UMI_OK)
        fail_msg("%s", err.message);
}

static umi_file_result post_text(umi_book *b, const char *lines)
{
    umi_buf text = {0};
    umi_buf_puts(&text, "reference,loan,date,amount,channel\n");
    umi_buf_puts(&text, lines);
    temp_write("pay.csv", &text);
    umi_buf_free(&text);
    return post_file(b, an_ask("pay.csv"));
}

/* A payment dated before a waiver leaves it less to waive: it is reversed and
 * entered anew, and no cash moves for that. */
static void relief_is_renewed_by_its_own_rules(void **state)
{
    (void)state;
    umi_book *b = two_loans();
    enter(b, UMI_TXN_WAIVE, "2026-02-01", 0);
    umi_file_result r = post_text(b, "R1,L1,2026-01-12,110000,VA\n");
    assert_int_equal(r.posted.n, 1);
    sound_book(b);
    umi_book_close(b);
}

/* A payment dated before a write-off leaves less of it than was recovered
 * since: the line is refused, and the file goes on. */
static void money_before_a_recovery_is_refused(void **state)
{
    (void)state;
    umi_book *b = two_loans();
    enter(b, UMI_TXN_WRITE_OFF, "2026-03-01", 0);
    enter(b, UMI_TXN_RECOVER, "2026-04-01", 1000000);
    umi_file_result r = post_text(b, "R1,L1,2026-01-12,900000,VA\n"
                                     "R1,L1,2026-05-12,900000,VA\n"
                                     "R2,L2,2026-01-12,110000,VA\n");
    assert_int_equal(r.posted.n, 2);
    assert_int_equal(r.rejected.n, 1);
    sound_book(b);
    umi_book_close(b);
}

static void note_held(void *self, umi_phase phase, int64_t done, int64_t all)
{
    size_t *held = self;
    (void)done, (void)all;
    if (phase == UMI_PHASE_WRITE)
        *held = memory_held();
}

/* A loan with a fee is gone through anew for each of its payments: 500 times,
 * over up to 500 rows of 200 bytes.  Room is needed for one of these. */
static void what_a_replay_needs_is_given_back(void **state)
{
    (void)state;
    umi_book *b = two_loans();
    enter(b, UMI_TXN_FEE, "2026-01-06", 1000);
    umi_buf text = {0};
    umi_buf_puts(&text, "reference,loan,date,amount,channel\n");
    for (int i = 0; i < 500; i++)
        umi_buf_printf(&text, "R%d,L1,2026-02-01,1000,VA\n", i);
    temp_write("pay.csv", &text);
    umi_buf_free(&text);
    size_t before = memory_held(), held = 0;
    umi_file_ask ask = an_ask("pay.csv");
    ask.progress = note_held;
    ask.self = &held;
    umi_task_alone(true);
    umi_file_result r = post_file(b, ask);
    umi_task_alone(false);
    assert_int_equal(r.posted.n, 500);
    if (held > before + (8 << 20))
        fail_msg("%zu bytes are held", held - before);
    sound_book(b);
    umi_book_close(b);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    chance c = chance_begin("every_allocation_may_fail", 9);
    prepare(&c, 6, 20);
    umi_file_ask ask = {.chunk = 8, .booked = {UMI_NONE32}};
    int64_t nth = post_without_memory(ask, getenv("TORTURE") ? 1 : 5);
    assert_true(nth > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chunks_and_backends_make_no_difference),
        cmocka_unit_test(a_dry_run_says_what_posting_does),
        cmocka_unit_test(a_file_is_posted_once),
        cmocka_unit_test(a_killed_run_is_finished_as_if_never_killed),
        cmocka_unit_test(a_whole_file_is_not_left_in_part),
        cmocka_unit_test(colliding_hashes_are_told_apart),
        cmocka_unit_test(a_split_file_leaves_the_same_balances),
        cmocka_unit_test(a_closed_booking_date_is_refused),
        cmocka_unit_test(a_file_is_finished_by_the_profile_that_began_it),
        cmocka_unit_test(other_totals_are_refused_before_anything),
        cmocka_unit_test(relief_is_renewed_by_its_own_rules),
        cmocka_unit_test(money_before_a_recovery_is_refused),
        cmocka_unit_test(what_a_replay_needs_is_given_back),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("ledger/post", tests, NULL, NULL);
}
