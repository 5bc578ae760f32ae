/* SPDX-License-Identifier: MIT
 * Arrears and accrual: what is late, and what is earned, on a day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/loans.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void collectability_follows_the_days(void **state)
{
    (void)state;
    static const struct {
        int32_t days, plain;
    } cases[] = {{0, 1},   {1, 2},   {90, 2},  {91, 3},       {120, 3},
                 {121, 4}, {180, 4}, {181, 5}, {INT32_MAX, 5}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(umi_collectability(cases[i].days, false),
                         cases[i].plain);
        assert_int_equal(umi_collectability(cases[i].days, true), 5);
    }
}

/* Three rows of 100 + 10 + 1 due on days 30, 60, 90. */
static void arrears_count_from_the_oldest_unpaid_row(void **state)
{
    (void)state;
    static const struct {
        int64_t principal, interest, fee; /* paid */
        int32_t as_of, days;
        int64_t due[3], left[3];
    } cases[] = {
        {0, 0, 0, 29, 0, {0, 0, 0}, {300, 30, 3}},
        {0, 0, 0, 30, 0, {100, 10, 1}, {300, 30, 3}}, /* the due day is 0 */
        {0, 0, 0, 31, 1, {100, 10, 1}, {300, 30, 3}},
        {0, 0, 0, 95, 65, {300, 30, 3}, {300, 30, 3}},
        {100, 10, 0, 95, 65, {200, 20, 3}, {200, 20, 3}}, /* one fee is late */
        {100, 10, 1, 95, 35, {200, 20, 2}, {200, 20, 2}},
        {150, 30, 3, 61, 1, {50, 0, 0}, {150, 0, 0}},
        {200, 30, 3, 61, 0, {0, 0, 0}, {100, 0, 0}}, /* paid ahead */
        {300, 30, 3, 999, 0, {0, 0, 0}, {0, 0, 0}},
    };
    loan l;
    loan_equal(&l, 3, 100, 10, 1);
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_paid fresh = {
            .of = {{cases[i].principal}, {cases[i].interest}, {cases[i].fee}}};
        umi_paid paid;
        assert_true(umi_paid_of(&paid, l.rows, 3, fresh.principal,
                                fresh.interest, fresh.fee));
        umi_day as_of = {cases[i].as_of};
        const umi_arrears both[] = {umi_arrears_of(&l.schedule, &paid, as_of),
                                    umi_arrears_of(&l.schedule, &fresh, as_of)};
        for (size_t k = 0; k < 2; k++) {
            print_message("case %zu, cursor %s\n", i, k ? "at zero" : "set");
            assert_int_equal(both[k].days_past_due, cases[i].days);
            for (umi_component c = 0; c < 3; c++) {
                assert_int_equal(both[k].due.of[c].sen, cases[i].due[c]);
                assert_int_equal(both[k].outstanding.of[c].sen,
                                 cases[i].left[c]);
            }
            assert_int_equal(both[k].due.penalty.sen, 0);
            assert_int_equal(both[k].has_oldest, cases[i].left[0] > 0);
        }
    }
}

/* Disbursed on day 0; interest 10 due on day 30, 0 on day 60, 5 on day 90. */
static void interest_accrues_by_the_day(void **state)
{
    (void)state;
    static const struct {
        int32_t on;
        int64_t sen;
    } cases[] = {
        {-5, 0},  {0, 0},   {1, 0},   /* 0.33 */
        {2, 1},                       /* 0.67 */
        {3, 1},   {4, 1},   {5, 2},   /* 1.67 */
        {15, 5},  {29, 10}, {30, 10}, /* 9.67 */
        {45, 10}, {60, 10}, {62, 10}, /* 0.33 */
        {75, 13},                     /* 2.5 goes up */
        {89, 15}, {90, 15}, {500, 15},
    };
    loan l;
    loan_equal(&l, 3, 100, 10, 1);
    l.rows[1].interest.sen = 0;
    l.rows[2].interest.sen = 5;
    loan_sum(&l, 3);
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_day on = {cases[i].on};
        print_message("day %d\n", on.n);
        assert_int_equal(umi_accrued(&l.schedule, (umi_day){0}, on, false).sen,
                         cases[i].sen);
        assert_int_equal(umi_accrued(&l.schedule, (umi_day){0}, on, true).sen,
                         15);
    }
}

/* On every due date the accrual is what was scheduled so far, it never falls,
 * and no day earns more than its share and one sen. */
static void accrual_meets_the_schedule_at_due_dates(void **state)
{
    (void)state;
    chance c = chance_begin("accrual_meets_the_schedule_at_due_dates", 21);
    for (int round = chance_rounds(500); round > 0; round--) {
        loan l;
        loan_random(&l, &c);
        int64_t scheduled = 0, before = 0;
        int32_t start = 0;
        for (size_t i = 0; i < l.schedule.count; i++) {
            const umi_row *r = &l.rows[i];
            int64_t most = r->interest.sen / (r->due.n - start) + 2;
            for (int32_t d = start + 1; d <= r->due.n; d++) {
                int64_t now =
                    umi_accrued(&l.schedule, (umi_day){0}, (umi_day){d}, false)
                        .sen;
                assert_in_range(now - before, 0, (uintmax_t)most);
                before = now;
            }
            scheduled += r->interest.sen;
            assert_int_equal(before, scheduled);
            start = r->due.n;
        }
        assert_int_equal(before, l.schedule.interest.sen);
    }
}

static void accrual_of_great_amounts_is_exact(void **state)
{
    (void)state;
    loan l;
    loan_equal(&l, 1, 1, INT64_MAX - 7, 0);
    assert_int_equal(
        umi_accrued(&l.schedule, (umi_day){0}, (umi_day){15}, false).sen,
        (INT64_MAX - 7) / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collectability_follows_the_days),
        cmocka_unit_test(arrears_count_from_the_oldest_unpaid_row),
        cmocka_unit_test(interest_accrues_by_the_day),
        cmocka_unit_test(accrual_meets_the_schedule_at_due_dates),
        cmocka_unit_test(accrual_of_great_amounts_is_exact),
    };
    return cmocka_run_group_tests_name("engine/arrears", tests, NULL, NULL);
}
