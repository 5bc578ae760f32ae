/* SPDX-License-Identifier: MIT
 * Schedules of amounts that almost fit and no longer fit: the exact figures or
 * a refusal that names the key, never anything between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/loan/schedule_int.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MAX          INT64_MAX

enum {
    ROWS = 12
};

/* Rows fall due each 30 days from the day 0; rates are per period. */
static umi_terms terms(umi_method method, int64_t principal, int32_t periods)
{
    umi_terms t = umi_terms_default();
    t.method = method;
    t.principal.sen = principal;
    t.disbursed = (umi_day){0};
    t.periods = periods;
    t.unit = UMI_UNIT_DAY;
    t.every = 30;
    t.rate_per = UMI_PER_PERIOD;
    t.rate = (umi_rate){0, 1};
    t.round.unit.sen = 1;
    return t;
}

/* In a buffer that holds anything, between two rows that nobody touches. */
static umi_status build(umi_schedule *s, const umi_terms *t, umi_error *err)
{
    static umi_row buffer[ROWS + 2], untouched;
    umi_row *first = buffer + 1, *behind = first + umi_schedule_rows(t);
    umi_schedule general = {0};
    memset(&untouched, 0x9A, sizeof untouched);
    for (size_t i = 0; i < COUNT(buffer); i++)
        buffer[i] = untouched;
    umi_status rc = umi__schedule_general(&general, first, t, NULL);
    assert_memory_equal(buffer, &untouched, sizeof untouched);
    assert_memory_equal(behind, &untouched, sizeof untouched);
    while (behind-- > first)
        *behind = untouched;
    assert_int_equal(umi_schedule_build(s, first, ROWS, t, err), rc);
    return rc;
}

static void fits(const umi_terms *t, int64_t total)
{
    umi_schedule s;
    umi_error err = {0};
    if (build(&s, t, &err) != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    assert_int_equal(s.total.sen, total);
}

static void refused(const umi_terms *t, umi_status why, const char *field)
{
    umi_schedule s;
    umi_error err = {0};
    assert_int_equal(build(&s, t, &err), why);
    assert_string_equal(err.field, field);
    assert_int_equal(build(&s, t, NULL), why);
}

static void too_large(const umi_terms *t)
{
    refused(t, UMI_ERANGE, "principal");
}

/* Totals of principal, interest and both, each up to the last sen. */
static void totals_up_to_the_last_sen(void **state)
{
    (void)state;
    static const umi_method methods[] = {UMI_ANNUITY, UMI_EQUAL_PRINCIPAL,
                                         UMI_FLAT, UMI_BULLET};
    for (size_t i = 0; i < COUNT(methods); i++)
        for (int carry = 0; carry < 2; carry++) {
            umi_terms t = terms(methods[i], MAX, 3);
            t.carry = (umi_carry)carry;
            fits(&t, MAX);
            t.rate = (umi_rate){1, 100};
            too_large(&t);
            t.principal.sen = MAX / 2;
            t.periods = 1;
            t.rate = (umi_rate){1, 1};
            fits(&t, MAX - 1);
            t.principal.sen++;
            too_large(&t);
            t.rate = (umi_rate){9999, 1};
            too_large(&t);
        }
}

/* The highest rate of all, for ten years and in the smallest parts. */
static void products_beyond_128_bits(void **state)
{
    (void)state;
    static const umi_method methods[] = {UMI_ANNUITY, UMI_EQUAL_PRINCIPAL,
                                         UMI_FLAT, UMI_BULLET};
    for (size_t i = 0; i < COUNT(methods); i++)
        for (int carry = 0; carry < 2; carry++) {
            umi_terms t = terms(methods[i], MAX, 1);
            t.carry = (umi_carry)carry;
            t.unit = UMI_UNIT_YEAR;
            t.every = 10;
            t.rate_per = UMI_PER_DAY;
            t.rate = (umi_rate){999999999999999999, 100000000000000};
            t.day_count = UMI_COUNT_ACT_ACT;
            too_large(&t);
        }
}

/* Rows of 29 and 31 January, both holidays: the first goes to the 30th, the
 * other back to it, for it must not leave its month. */
static void a_row_back_does_not_meet_a_row_forward(void **state)
{
    (void)state;
    const umi_day holidays[] = {{28}, {30}};
    umi_calendar calendar = {UMI_TEXT("two"), 0, holidays, 2};
    umi_terms t = terms(UMI_FLAT, 100, 3);
    t.every = 2;
    t.disbursed.n = 24; /* 25 January 1970 */
    t.calendar = &calendar;
    t.shift = UMI_SHIFT_FOLLOWING;
    fits(&t, 100);
    t.shift = UMI_SHIFT_MODIFIED_FOLLOWING;
    refused(&t, UMI_EINVAL, "shift");
    calendar.holiday_count = 1;
    fits(&t, 100);
}

static void fees_up_to_the_last_sen(void **state)
{
    (void)state;
    umi_terms t = terms(UMI_FLAT, 100, 2);
    umi_fee fees[] = {
        {UMI_TEXT("a"), false, {MAX - 101}, {0, 1}, 2},
        {UMI_TEXT("b"), false, {1}, {0, 1}, 1},
        {UMI_TEXT("c"), false, {1}, {0, 1}, 2},
        {UMI_TEXT("d"), false, {MAX}, {0, 1}, UMI_DUE_DISBURSEMENT},
        {UMI_TEXT("e"), true, {0}, {1, 100}, UMI_DUE_DISBURSEMENT},
    };
    t.fees = fees;
    t.fee_count = 2;
    fits(&t, MAX);
    t.fee_count = 3;
    too_large(&t); /* the total */
    fees[2].amount.sen = MAX;
    too_large(&t); /* the row */
    fees[2].due = UMI_DUE_DISBURSEMENT;
    fits(&t, MAX); /* withheld: in no total */
    t.fee_count = 4;
    too_large(&t); /* what is withheld */
    fees[2].amount.sen = 0;
    fits(&t, MAX);
    t.fee_count = 5;
    too_large(&t);
    fees[3].amount.sen--;
    fits(&t, MAX);
    fees[4].rate = (umi_rate){9999, 1};
    fees[3].amount.sen = 0;
    t.principal.sen = MAX / 2;
    t.fees = &fees[4];
    t.fee_count = 1;
    too_large(&t); /* the percentage itself */
}

static void fees_stand_in_their_rows(void **state)
{
    (void)state;
    umi_terms t = terms(UMI_FLAT, 30000, 3);
    const umi_fee fees[] = {
        {UMI_TEXT("a"), false, {5}, {0, 1}, UMI_DUE_EACH},
        {UMI_TEXT("b"), true, {0}, {1, 1000}, 1},
        {UMI_TEXT("c"), false, {7}, {0, 1}, 3},
        {UMI_TEXT("d"), false, {11}, {0, 1}, UMI_DUE_DISBURSEMENT},
        {UMI_TEXT("e"), true, {0}, {1, 100000}, UMI_DUE_DISBURSEMENT},
        {UMI_TEXT("f"), true, {99}, {1, 50000}, UMI_DUE_EACH}, /* 0.6 sen */
    };
    t.fees = fees;
    t.fee_count = COUNT(fees);
    t.round = (umi_rounding){{2}, UMI_ROUND_UP};
    umi_schedule s;
    assert_int_equal(build(&s, &t, NULL), UMI_OK);
    assert_int_equal(s.rows[0].fee.sen, 5 + 30 + 2);
    assert_int_equal(s.rows[1].fee.sen, 5 + 2);
    assert_int_equal(s.rows[2].fee.sen, 5 + 7 + 2);
    assert_int_equal(s.fee.sen, 58);
    assert_int_equal(s.withheld.sen, 11 + 2);
}

/* What is capitalised is debt: principal, capital and interest together. */
static void capital_up_to_the_last_sen(void **state)
{
    (void)state;
    static const umi_method methods[] = {UMI_ANNUITY, UMI_EQUAL_PRINCIPAL,
                                         UMI_BULLET};
    for (size_t i = 0; i < COUNT(methods); i++)
        for (int carry = 0; carry < 2; carry++) {
            umi_terms t = terms(methods[i], MAX / 4, 2);
            t.carry = (umi_carry)carry;
            t.rate = (umi_rate){1, 1};
            t.grace_principal = t.grace_interest = 1;
            t.grace_mode = UMI_GRACE_CAPITALISE;
            fits(&t, MAX / 4 * 4); /* 1, capitalised 1, interest on both */
            t.principal.sen = MAX / 5 * 2; /* interest and capital: 6/5 */
            too_large(&t);
            t.principal.sen = MAX; /* principal and capital */
            too_large(&t);
            t.rate = (umi_rate){9999, 1}; /* capital alone */
            too_large(&t);
            umi_tranche drawn[] = {{{0}, {MAX / 2}}, {{30}, {MAX / 2}}};
            t.rate = (umi_rate){1, 1};
            t.principal.sen = MAX - 1; /* what is drawn on capital */
            t.tranches = drawn;
            t.tranche_count = 2;
            too_large(&t);
            drawn[0].amount.sen = drawn[1].amount.sen = 1000000000000000000;
            t.principal.sen = 2000000000000000000;
            t.rate = (umi_rate){1, 100};
            fits(&t, 2030100000000000000); /* 1 and 2.01 percent */
        }
}

static void deferred_up_to_the_last_sen(void **state)
{
    (void)state;
    static const umi_method methods[] = {UMI_ANNUITY, UMI_EQUAL_PRINCIPAL,
                                         UMI_FLAT, UMI_BULLET};
    for (size_t i = 0; i < COUNT(methods); i++)
        for (int carry = 0; carry < 2; carry++) {
            umi_terms t = terms(methods[i], MAX / 5, 4);
            t.carry = (umi_carry)carry;
            t.rate = (umi_rate){1, 1};
            t.grace_principal = t.grace_interest = 3;
            fits(&t, MAX / 5 * 5);
            t.rate = (umi_rate){2, 1};
            too_large(&t); /* three rows of it */
            t.rate = (umi_rate){4, 1};
            too_large(&t); /* two rows of it */
            t.grace_mode = UMI_GRACE_WAIVE;
            t.rate = (umi_rate){3, 1};
            fits(&t, MAX / 5 * 4);
        }
}

/* A unit above the amounts: rows are nothing or far too much. */
static void units_above_the_amounts(void **state)
{
    (void)state;
    static const umi_method methods[] = {UMI_ANNUITY, UMI_EQUAL_PRINCIPAL,
                                         UMI_FLAT};
    for (size_t i = 0; i < COUNT(methods); i++)
        for (int residue = 0; residue <= UMI_RESIDUE_SPREAD; residue++)
            for (int carry = 0; carry < 2; carry++) {
                umi_terms t = terms(methods[i], 100, 5);
                t.carry = (umi_carry)carry;
                t.residue = (umi_residue)residue;
                t.round = (umi_rounding){{MAX / 2}, UMI_ROUND_DOWN};
                fits(&t, 100); /* nothing, and all at once */
                t.round = (umi_rounding){{MAX / 2}, UMI_ROUND_UP};
                bool last = residue == UMI_RESIDUE_LAST;
                bool carried =
                    carry == UMI_CARRY_UNROUNDED && methods[i] != UMI_FLAT;
                umi_schedule s;
                umi_error err = {0};
                umi_status rc = build(&s, &t, &err);
                if (last)
                    assert_int_equal(rc, UMI_OK);
                else if (rc == UMI_ERANGE)
                    assert_string_equal(err.field, "principal");
                else if (methods[i] != UMI_ANNUITY || carried ||
                         residue == UMI_RESIDUE_SPREAD)
                    assert_string_equal(err.field, "residue");
            }
}

static void what_residues_cannot_take(void **state)
{
    (void)state;
    umi_terms t = terms(UMI_FLAT, 100, 5);
    t.residue = UMI_RESIDUE_FIRST;
    t.round = (umi_rounding){{30}, UMI_ROUND_UP};
    refused(&t, UMI_EINVAL, "residue"); /* four principals of 30 */
    t.round.unit.sen = 25;
    fits(&t, 100); /* nothing is left for the first */
    t.method = UMI_EQUAL_PRINCIPAL;
    fits(&t, 100);
    t.method = UMI_FLAT;
    t.round.unit.sen = MAX / 2;
    too_large(&t); /* four of them are no number any more */
    t.round.unit.sen = 20;
    t.rate = (umi_rate){1, 100};
    refused(&t, UMI_EINVAL, "residue"); /* four interests of 20, all is 20 */
    t.round.unit.sen = MAX / 2;
    too_large(&t);
    t.periods = 7; /* wrapped around they would be negative again */
    too_large(&t);
    t = terms(UMI_EQUAL_PRINCIPAL, 100, 5);
    t.residue = UMI_RESIDUE_FIRST;
    t.carry = UMI_CARRY_UNROUNDED;
    t.round = (umi_rounding){{25}, UMI_ROUND_UP};
    fits(&t, 100); /* 0, 25, 25, 25, 25 */
    t.round.unit.sen = 30;
    refused(&t, UMI_EINVAL, "residue");
    t = terms(UMI_ANNUITY, 100, 3);
    t.residue = UMI_RESIDUE_FIRST;
    t.round = (umi_rounding){{50}, UMI_ROUND_UP};
    fits(&t, 100); /* 0, 50, 50 */
    t.principal.sen = 50;
    t.periods = 2;
    t.round.unit.sen = 90;
    refused(&t, UMI_EINVAL, "residue"); /* -40, 90 */
    t = terms(UMI_FLAT, 100, 3);
    t.residue = UMI_RESIDUE_SPREAD;
    t.round = (umi_rounding){{50}, UMI_ROUND_UP};
    fits(&t, 100); /* 50, 50, 0 */
    t.round.unit.sen = 60;
    refused(&t, UMI_EINVAL, "residue"); /* 60, 60, -20 */
}

/* Payments rounded to a unit of which there cannot be two. */
static void rounded_payments_that_do_not_fit(void **state)
{
    (void)state;
    const umi_rounding up = {{4620000000000000000}, UMI_ROUND_UP};
    umi_terms t = terms(UMI_ANNUITY, 5000000000000000000, 1);
    fits(&t, 5000000000000000000);
    t.has_payment_round = true;
    t.payment_round = up;
    too_large(&t);
    t = terms(UMI_EQUAL_PRINCIPAL, 4000000000000000000, 2);
    t.rate = (umi_rate){27, 40};
    fits(&t, 8050000000000000000); /* 2 + 2.7, 2 + 1.35 */
    t.has_payment_round = true;
    t.payment_round = up;
    too_large(&t);
    t = terms(UMI_FLAT, 1000000000000000000, 3);
    t.rate = (umi_rate){43, 20};
    t.grace_interest = 1;
    fits(&t, 7450000000000000000);
    t.has_payment_round = true;
    t.payment_round = up;
    too_large(&t); /* row 2: a third and twice 2.15 */
    t = terms(UMI_FLAT, 4000000000000000000, 1);
    t.rate = (umi_rate){27, 40};
    fits(&t, 6700000000000000000);
    t.has_payment_round = true;
    t.payment_round = up;
    too_large(&t); /* the payment that is told */
    t = terms(UMI_EQUAL_PRINCIPAL, 5000000000000000000, 1);
    t.carry = UMI_CARRY_UNROUNDED;
    t.residue = UMI_RESIDUE_FIRST;
    fits(&t, 5000000000000000000);
    t.round = up;
    too_large(&t);
    t = terms(UMI_FLAT, 3000000000000000000, 4);
    t.residue = UMI_RESIDUE_SPREAD;
    t.rate = (umi_rate){1, 1};
    too_large(&t); /* four interests, of which each fits */
    t = terms(UMI_FLAT, 9000000000000000000, 3);
    t.residue = UMI_RESIDUE_SPREAD;
    t.round = up;
    too_large(&t); /* two thirds */
    t.round = (umi_rounding){{1}, UMI_ROUND_UP};
    fits(&t, 9000000000000000000);
    t.rate = (umi_rate){1, 1};
    too_large(&t);
}

static int64_t payment_of(const umi_terms *t)
{
    umi_schedule s;
    assert_int_equal(build(&s, t, NULL), UMI_OK);
    return s.has_payment ? s.payment.sen : -1;
}

/* Rule 10: one attempt, when the last row is off by more than half a unit a
 * row, kept when it is closer. */
static void adjusted_once_and_when_closer(void **state)
{
    (void)state;
    static const struct {
        int64_t principal;
        int32_t periods;
        umi_rounding round, payment_round;
        int64_t plain, adjusted;
    } cases[] = {
        /* 0 0 0 0 0 5 becomes 1 1 1 1 1 0 */
        {5, 6, {{1}, UMI_ROUND_UP}, {{1}, UMI_ROUND_DOWN}, 0, 1},
        /* 0 0 0 0 0 5: a sixth, cut, is nothing */
        {5, 6, {{1}, UMI_ROUND_DOWN}, {{1}, UMI_ROUND_DOWN}, 0, 0},
        /* 0 0 0 3: more than 2; a quarter, up, is 1: 1 1 1 0 */
        {3, 4, {{1}, UMI_ROUND_UP}, {{1}, UMI_ROUND_DOWN}, 0, 1},
        /* 0 0 0 2: not more than 2, though 1 1 0 0 were closer */
        {2, 4, {{1}, UMI_ROUND_UP}, {{1}, UMI_ROUND_DOWN}, 0, 0},
        /* 1 1: off by 0 */
        {2, 2, {{1}, UMI_ROUND_UP}, {{1}, UMI_ROUND_UP}, 1, 1},
        /* 10 20; 20 10 is off by as much: not closer */
        {30, 2, {{6}, UMI_ROUND_UP}, {{10}, UMI_ROUND_HALF_DOWN}, 10, 10},
        /* one row has nothing to give */
        {105, 1, {{1}, UMI_ROUND_UP}, {{10}, UMI_ROUND_UP}, 110, 110},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_terms t = terms(UMI_ANNUITY, cases[i].principal, cases[i].periods);
        t.round = cases[i].round;
        t.has_payment_round = true;
        t.payment_round = cases[i].payment_round;
        assert_int_equal(payment_of(&t), cases[i].plain);
        t.adjust = UMI_ADJUST_CLOSEST;
        assert_int_equal(payment_of(&t), cases[i].adjusted);
    }
}

static bool by_the_short_way(const umi_terms *t)
{
    static umi_row rows[ROWS];
    umi_schedule s;
    assert_int_equal(umi_terms_check(t, NULL), UMI_OK);
    return umi__schedule_plain(&s, rows, t);
}

/* Ordinary loans do not wait for big numbers, also where rows just fit. */
static void ordinary_terms_take_the_short_way(void **state)
{
    (void)state;
    static const umi_method methods[] = {UMI_ANNUITY, UMI_EQUAL_PRINCIPAL,
                                         UMI_FLAT, UMI_BULLET};
    const umi_tranche drawn[] = {{{0}, {200}}, {{5}, {100}}};
    for (size_t i = 0; i < COUNT(methods); i++) {
        umi_terms t = terms(methods[i], 200, 3);
        t.rate = (umi_rate){1, 100};
        assert_true(by_the_short_way(&t));
        t.tranches = drawn;
        t.tranche_count = 1;
        assert_true(by_the_short_way(&t));
        t.tranche_count = 2;
        t.principal.sen = 300;
        if (methods[i] != UMI_FLAT)
            assert_false(by_the_short_way(&t));
    }
    umi_terms t = terms(UMI_FLAT, 100, 2);
    t.round = (umi_rounding){{100}, UMI_ROUND_UP};
    assert_true(by_the_short_way(&t)); /* 100, 0: a share is all */
    t = terms(UMI_FLAT, 200, 3);
    t.round = (umi_rounding){{100}, UMI_ROUND_UP};
    assert_true(by_the_short_way(&t)); /* 100, 100, 0 */
    t = terms(UMI_FLAT, 300, 3);
    t.round = (umi_rounding){{100}, UMI_ROUND_UP};
    t.rate = (umi_rate){3, 20}; /* 1, 1, 0 of interest */
    assert_true(by_the_short_way(&t));
    t = terms(UMI_EQUAL_PRINCIPAL, 80000, 3);
    t.rate = (umi_rate){1000000000001, 100000000000000};
    assert_true(by_the_short_way(&t)); /* half of 2^64 and no more */
    t.principal.sen = 100000;
    assert_false(by_the_short_way(&t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_up_to_the_last_sen),
        cmocka_unit_test(products_beyond_128_bits),
        cmocka_unit_test(a_row_back_does_not_meet_a_row_forward),
        cmocka_unit_test(fees_up_to_the_last_sen),
        cmocka_unit_test(fees_stand_in_their_rows),
        cmocka_unit_test(capital_up_to_the_last_sen),
        cmocka_unit_test(deferred_up_to_the_last_sen),
        cmocka_unit_test(units_above_the_amounts),
        cmocka_unit_test(what_residues_cannot_take),
        cmocka_unit_test(rounded_payments_that_do_not_fit),
        cmocka_unit_test(ordinary_terms_take_the_short_way),
        cmocka_unit_test(adjusted_once_and_when_closer),
    };
    return cmocka_run_group_tests_name("schedule limits", tests, NULL, NULL);
}
