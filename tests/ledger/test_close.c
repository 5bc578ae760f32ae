/* SPDX-License-Identifier: MIT
 * Closing days: what is earned to the sen, when it stops, what is compared,
 * what is refused, and that nothing but the close moves the sums. */
#include "tests/support/small_book.h"

#include "engine/loan/accrual.h"
#include "ledger/book/loan.h"
#include "ledger/book/period.h"
#include "ledger/desk/day_close.h"
#include "ledger/desk/day_verify.h"
#include "ledger/report/trial_balance.h"

static void close_through(umi_book *b, const char *from, const char *through)
{
    umi_error err = {0};
    if (umi_day_close(b, day(from), day(through), &err) != UMI_OK)
        fail_msg("%s: %s: %s", from, err.code, err.message);
}

static void close_one(umi_book *b, const char *on)
{
    close_through(b, on, on);
}

static int64_t balance(umi_book *b, const char *account)
{
    umi_error err = {0};
    umi_trial_balance t;
    umi_arena *arena = umi_arena_new();
    int64_t sen = 0;
    if (umi_trial_balance_of(&t, b, NULL, arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < t.count; i++)
        if (umi_text_is(t.accounts[i].code, account))
            sen = t.accounts[i].balance.sen;
    umi_arena_free(arena);
    return sen;
}

static void a_day_earns_its_part_of_the_week(void **state)
{
    (void)state;
    static const struct {
        const char *on;
        int64_t earned; /* so far, of 10,000 a week */
    } days[] = {{"2026-01-05", 0},       {"2026-01-06", 142857},
                {"2026-01-07", 285714},  {"2026-01-08", 428571},
                {"2026-01-09", 571429},  {"2026-01-10", 714286},
                {"2026-01-11", 857143},  {"2026-01-12", 1000000},
                {"2026-01-13", 1142857}, {"2026-01-14", 1285714}};
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    small_loan(b, "A", "MEKAAR", "PUSAT");
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        close_one(b, days[i].on);
        assert_int_equal(balance(b, "1301"), days[i].earned);
        assert_int_equal(balance(b, "4102"), -days[i].earned);
    }
    umi_book_close(b);
}

static void a_range_earns_what_its_days_earn(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_error err = {0};
    small_loan(b, "A", "MEKAAR", "PUSAT");
    close_through(b, "2026-01-06", "2026-01-09");
    assert_int_equal(balance(b, "1301"), 571429);
    /* the same command finishes a range that was cut short */
    close_through(b, "2026-01-06", "2026-01-14");
    assert_int_equal(balance(b, "1301"), 1285714);
    assert_int_equal(umi_book_business_date(b).n, day("2026-01-15").n);
    assert_int_equal(
        umi_day_close(b, day("2026-01-06"), day("2026-01-14"), &err),
        UMI_EDENIED);
    umi_book_close(b);
}

static void a_loan_paid_off_has_earned_all(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t loan = small_loan(b, "A", "MEKAAR", "PUSAT");
    int64_t txn = small_pay(b, loan, "2026-01-08", 1150000);
    close_one(b, "2026-01-07"); /* the payment is still to come */
    assert_int_equal(balance(b, "4102"), -285714);
    close_one(b, "2026-01-08");
    assert_int_equal(balance(b, "4102"), -10000000);
    assert_int_equal(balance(b, "1301"), 0);
    assert_int_equal(balance(b, "2101"), -5000000);
    small_reverse(b, txn, "2026-01-09"); /* and it was not paid after all */
    close_one(b, "2026-01-09");
    assert_int_equal(balance(b, "4102"), -571429);
    assert_int_equal(balance(b, "1301"), 571429);
    umi_book_close(b);
}

/* Ninety days past due are still good; at 91 what is unpaid leaves income. */
static void interest_stops_at_collectability_three(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t loan = small_loan(b, "A", "MEKAAR", "PUSAT");
    close_one(b, "2026-04-12");
    assert_int_equal(balance(b, "4102"), -10000000);
    assert_int_equal(balance(b, "9101"), 0);
    close_one(b, "2026-04-13");
    assert_int_equal(balance(b, "4102"), 0);
    assert_int_equal(balance(b, "1301"), 0);
    assert_int_equal(balance(b, "9101"), 10000000);
    assert_int_equal(balance(b, "9201"), -10000000);
    small_pay(b, loan, "2026-04-21", 55000); /* row 1 lacks 55,000 still */
    close_through(b, "2026-04-14", "2026-04-21");
    assert_int_equal(balance(b, "4102"), -1000000); /* what was paid */
    assert_int_equal(balance(b, "1301"), 0);
    assert_int_equal(balance(b, "9101"), 9000000);
    small_pay(b, loan, "2026-04-22", 165000); /* two rows: 86 days left */
    close_one(b, "2026-04-22");
    assert_int_equal(balance(b, "4102"), -10000000);
    assert_int_equal(balance(b, "1301"), 8000000);
    assert_int_equal(balance(b, "9101"), 0);
    umi_book_close(b);
}

static void fees_arise_when_they_fall_due(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t loan = small_booked(b, "A", "MEKAAR", "PUSAT", true);
    small_must(b, (umi_booking){.kind = UMI_TXN_DISBURSEMENT,
                                .loan = loan,
                                .day = day("2026-01-05")});
    close_through(b, "2026-01-05", "2026-01-11");
    assert_int_equal(balance(b, "4201"), 0);
    close_one(b, "2026-01-12");
    assert_int_equal(balance(b, "4201"), -100000);
    assert_int_equal(balance(b, "1311"), 100000);
    small_pay(b, loan, "2026-01-13", 111000);
    close_one(b, "2026-01-13");
    assert_int_equal(balance(b, "1311"), 0);
    umi_book_close(b);
}

static void a_cash_book_earns_when_it_is_paid(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_CASH);
    int64_t loan = small_loan(b, "A", "MEKAAR", "PUSAT");
    small_pay(b, loan, "2026-01-06", 10000);
    close_one(b, "2026-01-10");
    assert_int_equal(balance(b, "1301"), 0);
    assert_int_equal(balance(b, "4102"), -1000000);
    umi_book_close(b);
}

static void holds(umi_book *b, int64_t days)
{
    umi_error err = {0};
    int64_t n = 0;
    if (umi_day_verify(b, &n, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_int_equal(n, days);
}

/* --- refusals ------------------------------------------------------------- */

static void what_is_closed_stays_closed(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_error err = {0};
    umi_booked out;
    int64_t loan = small_loan(b, "A", "MEKAAR", "PUSAT");
    close_one(b, "2026-11-21");
    const umi_booking k = {.kind = UMI_TXN_REPAYMENT,
                           .loan = loan,
                           .day = day("2026-11-20"),
                           .amount = {100}};
    assert_int_equal(small_enter(b, &k, &out, &err), UMI_EDENIED);
    assert_string_equal(err.code, "CLOSED-DAY");
    static const char *const wrong[][2] = {{"2026-11-21", "2026-11-21"},
                                           {"2026-11-20", "2026-11-20"},
                                           {"2026-11-20", "2026-11-25"},
                                           {"2026-11-23", "2026-11-23"}};
    for (size_t i = 0; i < 4; i++) {
        umi_error_clear(&err);
        assert_int_equal(
            umi_day_close(b, day(wrong[i][0]), day(wrong[i][1]), &err),
            UMI_EDENIED);
        assert_string_equal(err.code, "NOT-BUSINESS");
    }
    assert_int_equal(
        umi_day_close(b, day("2026-11-23"), day("2026-11-22"), &err),
        UMI_EINVAL);
    assert_int_equal(umi_book_business_date(b).n, day("2026-11-22").n);
    umi_book_close(b);
}

static void a_file_that_is_half_entered_keeps_the_day_open(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_error err = {0};
    umi_change c = {0};
    umi_run run = {.seq = 1,
                   .kind = UMI_BATCH_POST,
                   .name = UMI_TEXT("bayar.csv"),
                   .booked = day("2026-01-07"),
                   .actor = UMI_TEXT("teller"),
                   .rules = 1};
    assert_int_equal(umi_book_take_batch(b, &run.id, &err), UMI_OK);
    umi_change_put(&c, &umi_run_table, &run, 1);
    assert_int_equal(umi_book_apply(b, &c, &err), UMI_OK);
    assert_int_equal(
        umi_day_close(b, day("2026-01-06"), day("2026-01-06"), &err),
        UMI_EDENIED);
    assert_string_equal(err.code, "UNFINISHED");
    umi_book_close(b);
}

/* One sen more in the state of a loan than in the general ledger. */
static void a_sen_of_difference_keeps_the_day_open(void **state)
{
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        umi_error err = {0};
        umi_change c = {0};
        umi_loan_state s;
        bool found;
        int64_t loan = small_loan(b, "A", "MEKAAR", "PUSAT");
        assert_int_equal(umi_store_read(umi_book_store(b),
                                        &umi_loan_state_table, &loan, 1, &s,
                                        &found, NULL, &err),
                         UMI_OK);
        s.seq++;
        umi_money *figures[] = {&s.owed.principal, &s.owed.interest,
                                &s.owed.fee, &s.owed.penalty, &s.overpaid};
        static const char *const names[] = {"principal", "interest", "fee",
                                            "penalty", "overpaid"};
        figures[i]->sen++;
        umi_change_put(&c, &umi_loan_state_table, &s, 1);
        assert_int_equal(umi_book_apply(b, &c, &err), UMI_OK);
        assert_int_equal(
            umi_day_close(b, day("2026-01-06"), day("2026-01-06"), &err),
            UMI_EDAMAGED);
        assert_string_equal(err.code, "CONTROL");
        assert_string_equal(err.field, names[i]);
        assert_true(umi_book_day_open(b, day("2026-01-06")));
        umi_book_close(b);
    }
}

/* --- the period ----------------------------------------------------------- */

static void a_close_says_what_it_found(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    umi_error err = {0};
    umi_period p;
    umi_hash head;
    small_loan(b, "A", "MEKAAR", "PUSAT");
    small_loan(b, "B", "MEKAAR", "DEPOK");
    close_one(b, "2026-02-12");
    head = umi_book_head(b);
    assert_int_equal(umi_period_of(&p, b, day("2026-02-12"), arena, &err),
                     UMI_OK);
    assert_int_equal(p.accrual_count, 2);
    assert_int_equal(p.figure_count, 5 + 7 + 1);
    assert_int_equal(p.figures[0].loans.sen, 200000000);
    assert_int_equal(p.figures[0].ledger.sen, 200000000);
    assert_true(umi_text_is(p.figures[7].name, "31-60"));
    assert_int_equal(p.figures[7].n, 2);
    umi_hash stored;
    assert_int_equal(umi_period_head(&stored, b, &p, &err), UMI_OK);
    assert_memory_equal(&stored, &head, sizeof head);
    assert_int_equal(umi_period_of(&p, b, day("2026-02-11"), arena, &err),
                     UMI_ENOENT);
    umi_arena_free(arena);
    umi_book_close(b);
}

/* --- what must hold whatever happened ------------------------------------- */

/* Earned, not suspended and not settled, of one loan: read whole, replayed,
 * and computed in another way than the close does. */
static int64_t
receivable(umi_book *b, int64_t loan, umi_day d, umi_arena *arena)
{
    umi_error err = {0};
    umi_loan_view v;
    if (umi_loan_view_of(&v, b, loan, d, arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    if (v.state.status == UMI_LOAN_BOOKED)
        return 0;
    int64_t earned = umi_accrued(&v.schedule, v.state.disbursed, d,
                                 v.life.status != UMI_LIFE_ACTIVE)
                         .sen;
    int64_t open =
        earned - (v.schedule.interest.sen - v.life.outstanding.interest.sen);
    return v.life.collectability >= 3 && open > 0 ? 0 : open;
}

static void closes_agree_with_the_loans_after_anything(void **state)
{
    (void)state;
    chance c = chance_begin("closes agree", 5);
    for (int run = 0; run < chance_rounds(12); run++) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        umi_arena *arena = umi_arena_new();
        umi_error err = {0};
        umi_day on = day("2026-07-27"); /* no act is later */
        int64_t loans[4], sum = 0;
        for (size_t i = 0; i < 4; i++) {
            char number[] = {'L', (char)('0' + i), '\0'};
            loans[i] = small_loan(b, number, i % 2 ? "MEKAAR" : "LAIN",
                                  i < 2 ? "PUSAT" : "DEPOK");
        }
        int acts = (int)chance_in(&c, 0, 30);
        for (int k = 0; k < acts; k++)
            small_random(b, &c, loans, 4);
        int days = (int)chance_in(&c, 1, 4);
        for (int k = 0; k < days; k++, on.n++) {
            if (umi_day_close(b, on, on, &err) != UMI_OK)
                fail_msg("%s: %s: %s", err.code, err.field, err.message);
            small_random(b, &c, loans, 4);
        }
        if (umi_day_close(b, on, on, &err) != UMI_OK)
            fail_msg("%s: %s: %s", err.code, err.field, err.message);
        for (size_t i = 0; i < 4; i++)
            sum += receivable(b, loans[i], on, arena);
        assert_int_equal(balance(b, "1301"), sum);
        assert_int_equal(balance(b, "9101"), -balance(b, "9201"));
        holds(b, days + 1);
        for (int k = 0; k < 6; k++) /* what comes later changes nothing */
            small_random(b, &c, loans, 4);
        holds(b, days + 1);
        umi_arena_free(arena);
        umi_book_close(b);
    }
}

/* A close over many days in one or day by day, whatever else is entered
 * before, ends at the same sums. */
static void the_way_to_a_day_does_not_matter(void **state)
{
    (void)state;
    chance c = chance_begin("way to a day", 3);
    for (int run = 0; run < chance_rounds(4); run++) {
        static const char *const accounts[] = {"1301", "4102", "9101", "1101"};
        umi_book *b[2];
        chance acts = {chance_next(&c)};
        for (size_t i = 0; i < 2; i++) {
            int64_t loan;
            chance again = acts;
            b[i] = small_book(UMI_BASIS_ACCRUAL);
            loan = small_loan(b[i], "A", "MEKAAR", "PUSAT");
            for (int k = 0; k < 12; k++)
                small_random(b[i], &again, &loan, 1);
            close_through(b[i], i ? "2026-05-20" : "2026-03-20", "2026-05-20");
        }
        for (size_t k = 0; k < 4; k++)
            assert_int_equal(balance(b[0], accounts[k]),
                             balance(b[1], accounts[k]));
        umi_book_close(b[0]);
        umi_book_close(b[1]);
    }
}

/* A row too much in the ledger, or in the sums, behind the back of a close. */
static void a_close_that_was_tampered_with_is_found(void **state)
{
    (void)state;
    for (int sums = 0; sums < 2; sums++) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        umi_arena *arena = umi_arena_new();
        umi_error err = {0};
        umi_change c = {0};
        umi_period p;
        int64_t n = 0;
        small_loan(b, "A", "MEKAAR", "PUSAT");
        close_through(b, "2026-01-06", "2026-01-08");
        holds(b, 3);
        assert_int_equal(umi_period_of(&p, b, day("2026-01-08"), arena, &err),
                         UMI_OK);
        umi_accrual more = p.accruals[0];
        umi_gl_line line = {.batch = p.day.batch,
                            .day = day("2026-01-08"),
                            .branch = 1,
                            .account = UMI_TEXT("1301"),
                            .debit = {1}};
        const umi_table *t = sums ? &umi_accrual_table : &umi_gl_line_table;
        assert_int_equal(
            umi_book_take(b, t, 1, sums ? &more.id : &line.id, &err), UMI_OK);
        more.product++;
        more.earned.sen = 1;
        if (sums)
            umi_change_put(&c, t, &more, 1);
        else
            umi_change_put(&c, t, &line, 1);
        assert_int_equal(umi_book_apply(b, &c, &err), UMI_OK);
        assert_int_equal(umi_day_verify(b, &n, &err), UMI_EDAMAGED);
        umi_arena_free(arena);
        umi_book_close(b);
    }
}

static void a_loan_disbursed_anew_is_no_finding(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t loan = small_booked(b, "A", "MEKAAR", "PUSAT", false);
    int64_t out = small_must(b, (umi_booking){.kind = UMI_TXN_DISBURSEMENT,
                                              .loan = loan,
                                              .day = day("2026-01-05")});
    small_loan(b, "B", "MEKAAR", "PUSAT");
    close_one(b, "2026-01-08");
    assert_int_equal(balance(b, "4102"), -2 * 428571);
    small_reverse(b, out, "2026-01-09"); /* the transfer came back */
    holds(b, 1);
    small_must(b, (umi_booking){.kind = UMI_TXN_DISBURSEMENT,
                                .loan = loan,
                                .day = day("2026-01-10")});
    holds(b, 1);
    close_through(b, "2026-01-09", "2026-01-11"); /* a day of the new one */
    assert_int_equal(balance(b, "4102"), -857143 - 142857);
    holds(b, 4);
    umi_book_close(b);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    for (int64_t nth = 1;; nth++) {
        umi_error err = {0};
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        int64_t loan = small_loan(b, "A", "MEKAAR", "PUSAT");
        small_must(b, (umi_booking){.kind = UMI_TXN_PENALTY,
                                    .loan = loan,
                                    .day = day("2026-01-13"),
                                    .amount = {100000},
                                    .due = {UMI_NONE32}});
        umi_alloc_fail_at(nth, 0);
        umi_status rc =
            umi_day_close(b, day("2026-02-01"), day("2026-02-02"), &err);
        int64_t used = umi_alloc_count();
        umi_alloc_fail_at(0, 0);
        umi_book_close(b);
        if (rc == UMI_OK && used < nth)
            break;
        assert_int_equal(rc, UMI_ENOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_earns_its_part_of_the_week),
        cmocka_unit_test(a_range_earns_what_its_days_earn),
        cmocka_unit_test(a_loan_paid_off_has_earned_all),
        cmocka_unit_test(interest_stops_at_collectability_three),
        cmocka_unit_test(fees_arise_when_they_fall_due),
        cmocka_unit_test(a_cash_book_earns_when_it_is_paid),
        cmocka_unit_test(what_is_closed_stays_closed),
        cmocka_unit_test(a_file_that_is_half_entered_keeps_the_day_open),
        cmocka_unit_test(a_sen_of_difference_keeps_the_day_open),
        cmocka_unit_test(a_close_says_what_it_found),
        cmocka_unit_test(closes_agree_with_the_loans_after_anything),
        cmocka_unit_test(the_way_to_a_day_does_not_matter),
        cmocka_unit_test(a_close_that_was_tampered_with_is_found),
        cmocka_unit_test(a_loan_disbursed_anew_is_no_finding),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests_name("ledger/close", tests, NULL, NULL);
}
