/* SPDX-License-Identifier: MIT
 * The fast face of the waterfall: how one payment is divided. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/loans.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define P            UMI_PRINCIPAL
#define I            UMI_INTEREST
#define F            UMI_FEE
#define Q            UMI_PENALTY

static void assert_same_paid(const umi_paid *a, const umi_paid *b)
{
    assert_memory_equal(a->of, b->of, sizeof a->of);
    assert_int_equal(a->row, b->row);
    assert_memory_equal(a->before, b->before, sizeof a->before);
}

/* Three rows of principal 100, interest 10, fee 1, due on days 30, 60, 90. */
static void divides_as_the_policy_says(void **state)
{
    (void)state;
    static const struct {
        const char *claim;
        umi_policy policy;
        struct {
            int32_t on;
            int64_t amount, principal, interest, fee, overpaid;
        } pay[4];
    } cases[] = {
        {"fee, interest, principal in one row",
         {{Q, F, I, P}, UMI_WALK_INSTALMENT, UMI_AHEAD_NEXT},
         {{30, 1, 0, 0, 1, 0}, {30, 12, 2, 10, 0, 0}, {31, 98, 98, 0, 0, 0}}},
        {"the next row only when this one is paid",
         {{Q, F, I, P}, UMI_WALK_INSTALMENT, UMI_AHEAD_NEXT},
         {{95, 122, 100, 20, 2, 0}}},
        {"principal first",
         {{P, I, F, Q}, UMI_WALK_INSTALMENT, UMI_AHEAD_NEXT},
         {{30, 105, 100, 5, 0, 0}, {30, 106, 100, 5, 1, 0}}},
        {"early money goes the same way, at no discount",
         {{Q, F, I, P}, UMI_WALK_INSTALMENT, UMI_AHEAD_NEXT},
         {{1, 222, 200, 20, 2, 0}}},
        {"what exceeds the debt is overpaid",
         {{Q, F, I, P}, UMI_WALK_INSTALMENT, UMI_AHEAD_NEXT},
         {{1, 334, 300, 30, 3, 1}, {2, 5, 0, 0, 0, 5}}},
        {"a component over all that is due before the next",
         {{Q, F, I, P}, UMI_WALK_COMPONENT, UMI_AHEAD_NEXT},
         {{60, 22, 0, 20, 2, 0}, {60, 150, 150, 0, 0, 0}}},
        {"beyond what is due row by row",
         {{Q, F, I, P}, UMI_WALK_COMPONENT, UMI_AHEAD_NEXT},
         {{59, 121, 100, 19, 2, 0}, {95, 102, 90, 11, 1, 0}}},
        {"due on the day itself is due",
         {{I, P, F, Q}, UMI_WALK_COMPONENT, UMI_AHEAD_NEXT},
         {{90, 31, 1, 30, 0, 0}}},
    };
    loan l;
    loan_equal(&l, 3, 100, 10, 1);
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_paid paid = {.row = 0};
        for (size_t k = 0; k < 4 && cases[i].pay[k].amount != 0; k++) {
            umi_parts got;
            umi_money amount = {cases[i].pay[k].amount};
            assert_true(umi_waterfall_pay(l.rows, 3, &cases[i].policy, &paid,
                                          amount, (umi_day){cases[i].pay[k].on},
                                          &got));
            print_message("%s: payment %zu\n", cases[i].claim, k + 1);
            assert_int_equal(got.principal.sen, cases[i].pay[k].principal);
            assert_int_equal(got.interest.sen, cases[i].pay[k].interest);
            assert_int_equal(got.fee.sen, cases[i].pay[k].fee);
            assert_int_equal(got.penalty.sen, 0);
            assert_int_equal(got.overpaid.sen, cases[i].pay[k].overpaid);
        }
    }
}

/* A migrated loan whose principal was paid further than its interest. */
static void imported_sums_need_not_match_instalments(void **state)
{
    (void)state;
    loan l;
    umi_paid paid;
    umi_parts got;
    umi_policy p = umi_policy_default();
    loan_equal(&l, 3, 100, 10, 1);
    assert_true(umi_paid_of(&paid, l.rows, 3, (umi_money){250}, (umi_money){12},
                            (umi_money){0}));
    assert_int_equal(paid.row, 0); /* its fee is unpaid */
    assert_true(umi_waterfall_pay(l.rows, 3, &p, &paid, (umi_money){10},
                                  (umi_day){0}, &got));
    assert_int_equal(got.fee.sen, 2); /* row 1, row 2 */
    assert_int_equal(got.interest.sen, 8);
    assert_int_equal(got.principal.sen, 0);
    assert_int_equal(paid.row, 2);
    assert_true(umi_waterfall_pay(l.rows, 3, &p, &paid, (umi_money){100},
                                  (umi_day){0}, &got));
    assert_int_equal(got.fee.sen, 1);
    assert_int_equal(got.interest.sen, 10);
    assert_int_equal(got.principal.sen, 50);
    assert_int_equal(got.overpaid.sen, 39);
    assert_int_equal(paid.row, 3);
}

static void sums_outside_the_schedule_are_refused(void **state)
{
    (void)state;
    static const int64_t bad[][3] = {{301, 0, 0}, {0, 31, 0}, {0, 0, 4},
                                     {-1, 0, 0},  {0, -1, 0}, {0, 0, -1}};
    loan l;
    loan_equal(&l, 3, 100, 10, 1);
    for (size_t i = 0; i < COUNT(bad); i++) {
        umi_paid paid = {.row = 77};
        assert_false(umi_paid_of(&paid, l.rows, 3, (umi_money){bad[i][0]},
                                 (umi_money){bad[i][1]},
                                 (umi_money){bad[i][2]}));
        assert_int_equal(paid.row, 77);
    }
    umi_paid paid;
    assert_true(umi_paid_of(&paid, l.rows, 3, (umi_money){300}, (umi_money){30},
                            (umi_money){3}));
    assert_int_equal(paid.row, 3);
}

static void sums_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    loan l;
    loan_equal(&l, 3, 0, 0, 0);
    for (size_t i = 0; i < 3; i++) /* no schedule is like that */
        l.rows[i].principal.sen = INT64_MAX / 2;
    for (umi_walk walk = 0; walk <= UMI_WALK_COMPONENT; walk++) {
        umi_paid paid = {.row = 0};
        umi_parts got = {.overpaid = {5}};
        umi_policy p = umi_policy_default();
        p.walk = walk;
        assert_false(umi_waterfall_pay(
            l.rows, 3, &p, &paid, (umi_money){INT64_MAX}, (umi_day){99}, &got));
        assert_int_equal(paid.principal.sen, 0);
        assert_int_equal(got.overpaid.sen, 5);
        assert_false(umi_paid_of(&paid, l.rows, 3, (umi_money){1},
                                 (umi_money){0}, (umi_money){0}));
    }
}

/* Whatever is paid: the parts are the amount, no component is paid beyond the
 * schedule, the cursor stands where a fresh look would put it, and a payment
 * from a cursor at zero gives the same. */
static void conserves_every_sen(void **state)
{
    (void)state;
    chance c = chance_begin("conserves_every_sen", 11);
    for (int round = chance_rounds(3000); round > 0; round--) {
        loan l;
        loan_random(&l, &c);
        umi_policy p = policy_random(&c);
        p.ahead = UMI_AHEAD_NEXT;
        umi_paid paid = {.row = 0};
        int64_t sum = 0, over = 0;
        for (int k = 0; k < 8; k++) {
            umi_paid fresh = {.of = {paid.principal, paid.interest, paid.fee}};
            umi_money amount = {chance_in(&c, 1, 200)};
            umi_day on = {(int32_t)chance_in(&c, 0, 300)};
            umi_parts got, again;
            assert_true(umi_waterfall_pay(l.rows, l.schedule.count, &p, &paid,
                                          amount, on, &got));
            assert_true(umi_waterfall_pay(l.rows, l.schedule.count, &p, &fresh,
                                          amount, on, &again));
            assert_memory_equal(&got, &again, sizeof got);
            assert_same_paid(&paid, &fresh);
            assert_true(umi_paid_of(&fresh, l.rows, l.schedule.count,
                                    paid.principal, paid.interest, paid.fee));
            assert_int_equal(fresh.row, paid.row);
            assert_memory_equal(fresh.before, paid.before, sizeof paid.before);
            assert_int_equal(got.principal.sen + got.interest.sen +
                                 got.fee.sen + got.overpaid.sen,
                             amount.sen);
            sum += amount.sen;
            over += got.overpaid.sen;
        }
        int64_t all = l.schedule.total.sen;
        assert_int_equal(paid.principal.sen + paid.interest.sen + paid.fee.sen,
                         sum < all ? sum : all);
        assert_int_equal(over, sum > all ? sum - all : 0);
    }
}

/* What umi_waterfall_order_free() promises to the poster: payments in any
 * order leave the loan as one payment of their sum. */
static void order_free_payments_equal_their_sum(void **state)
{
    (void)state;
    chance c = chance_begin("order_free_payments_equal_their_sum", 12);
    for (int round = chance_rounds(3000); round > 0; round--) {
        loan l;
        loan_random(&l, &c);
        umi_policy p = policy_random(&c);
        p.walk = UMI_WALK_INSTALMENT;
        p.ahead = UMI_AHEAD_NEXT;
        assert_true(umi_waterfall_order_free(&p));
        umi_paid start, one, many;
        assert_true(
            umi_paid_of(&start, l.rows, l.schedule.count,
                        (umi_money){chance_in(&c, 0, l.schedule.principal.sen)},
                        (umi_money){chance_in(&c, 0, l.schedule.interest.sen)},
                        (umi_money){0}));
        many = one = start;
        umi_parts parts;
        int64_t sum = 0, over = 0;
        for (int k = 0; k < 6; k++) {
            umi_money amount = {chance_in(&c, 1, 150)};
            sum += amount.sen;
            assert_true(umi_waterfall_pay(l.rows, l.schedule.count, &p, &many,
                                          amount, (umi_day){k}, &parts));
            over += parts.overpaid.sen;
        }
        assert_true(umi_waterfall_pay(l.rows, l.schedule.count, &p, &one,
                                      (umi_money){sum}, (umi_day){0}, &parts));
        assert_same_paid(&one, &many);
        assert_int_equal(parts.overpaid.sen, over);
    }
}

static void policies_are_checked(void **state)
{
    (void)state;
    umi_policy p = umi_policy_default();
    assert_true(umi_policy_ok(&p));
    p.allocation[0] = UMI_FEE; /* twice */
    assert_false(umi_policy_ok(&p));
    p.allocation[0] = (umi_component)4;
    assert_false(umi_policy_ok(&p));
    p = umi_policy_default();
    p.walk = (umi_walk)2;
    assert_false(umi_policy_ok(&p));
    p = umi_policy_default();
    p.ahead = (umi_ahead)2;
    assert_false(umi_policy_ok(&p));
    p.ahead = UMI_AHEAD_LAST;
    assert_false(umi_waterfall_fits(&p));
    assert_false(umi_waterfall_order_free(&p));
    p = umi_policy_default();
    p.walk = UMI_WALK_COMPONENT;
    assert_true(umi_waterfall_fits(&p));
    assert_false(umi_waterfall_order_free(&p));
}

static void names_go_both_ways(void **state)
{
    (void)state;
    for (umi_component c = 0; c < UMI_COMPONENTS; c++) {
        umi_component back;
        assert_true(
            umi_component_parse(&back, umi_text_of(umi_component_name(c))));
        assert_int_equal(back, c);
    }
    for (umi_walk w = 0; w <= UMI_WALK_COMPONENT; w++) {
        umi_walk back;
        assert_true(umi_walk_parse(&back, umi_text_of(umi_walk_name(w))));
        assert_int_equal(back, w);
    }
    for (umi_ahead a = 0; a <= UMI_AHEAD_LAST; a++) {
        umi_ahead back;
        assert_true(umi_ahead_parse(&back, umi_text_of(umi_ahead_name(a))));
        assert_int_equal(back, a);
    }
    umi_component c = UMI_FEE;
    umi_walk w = UMI_WALK_COMPONENT;
    umi_ahead a = UMI_AHEAD_LAST;
    assert_false(umi_component_parse(&c, UMI_TEXT("Fee")));
    assert_false(umi_walk_parse(&w, UMI_TEXT("")));
    assert_false(umi_ahead_parse(&a, UMI_TEXT("nextt")));
    assert_int_equal(c, UMI_FEE);
    assert_int_equal(w, UMI_WALK_COMPONENT);
    assert_int_equal(a, UMI_AHEAD_LAST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divides_as_the_policy_says),
        cmocka_unit_test(imported_sums_need_not_match_instalments),
        cmocka_unit_test(sums_outside_the_schedule_are_refused),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(conserves_every_sen),
        cmocka_unit_test(order_free_payments_equal_their_sum),
        cmocka_unit_test(policies_are_checked),
        cmocka_unit_test(names_go_both_ways),
    };
    return cmocka_run_group_tests_name("engine/waterfall", tests, NULL, NULL);
}
