/* SPDX-License-Identifier: MIT
 * The level payment between two ends: the exact fraction lies between them
 * and they lie close, whatever the factors and however many the rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/loan/schedule_span_int.h"
#include "tests/support/random.h"

enum {
    ROWS = 400
};

static umi_terms some_terms(chance *c, umi_step *step)
{
    static const int64_t dens[] = {1, 4, 100, 100000000, 100000000000000};
    static const umi_method methods[] = {UMI_ANNUITY, UMI_ANNUITY, UMI_ANNUITY,
                                         UMI_EQUAL_PRINCIPAL};
    umi_terms t = umi_terms_default();
    int64_t den = dens[chance_in(c, 0, 4)];
    t.method = methods[chance_in(c, 0, 3)];
    t.principal.sen = 100;
    t.disbursed.n = (int32_t)chance_in(c, 0, 10000);
    t.periods = (int32_t)chance_in(c, 1, chance_one_in(c, 8) ? ROWS : 40);
    t.unit = (umi_unit)chance_in(c, UMI_UNIT_WEEK, UMI_UNIT_MONTH);
    t.rate =
        umi_rate_of(chance_in(c, 0, chance_one_in(c, 4) ? den : den / 5), den);
    t.rate_per = (umi_rate_per)chance_in(c, UMI_PER_YEAR, UMI_PER_WEEK);
    t.day_count = (umi_day_count)chance_in(c, 0, UMI_COUNT_ACT_ACT);
    t.level_from = (umi_level_from)chance_in(c, 0, UMI_LEVEL_NOMINAL);
    t.steps = step;
    t.step_count = (size_t)chance_in(c, 0, 1);
    step->from.n = t.disbursed.n + (int32_t)chance_in(c, -50, 500);
    step->rate = umi_rate_of(chance_in(c, 0, 30), 100);
    return t;
}

/* low <= 2^bits num/den <= high, and a few units apart. */
static void check_ends(umi__span s, const mpz_t num, const mpz_t den)
{
    mpz_t low, high, wide;
    mpz_inits(low, high, wide, NULL);
    mpz_mul(low, s[UMI__LOW], den);
    mpz_mul(high, s[UMI__HIGH], den);
    assert_true(mpz_cmp(low, num) <= 0 && mpz_cmp(num, high) <= 0);
    mpz_sub(wide, s[UMI__HIGH], s[UMI__LOW]);
    assert_true(mpz_cmp_ui(wide, 2) <= 0);
    mpz_clears(low, high, wide, NULL);
}

/* A hundred, for the numbers of a scope live to its end. */
static umi_status levels_lie_between(void *self, umi_error *err)
{
    static umi_row rows[ROWS];
    (void)err;
    for (int i = 0; i < 100; i++) {
        umi_step step;
        umi_terms t = some_terms(self, &step);
        umi__plan p;
        umi__span s;
        mpz_t num, den;
        mp_bitcnt_t bits = 64 * (mp_bitcnt_t)chance_in(self, 1, 8);
        assert_int_equal(umi_terms_check(&t, NULL), UMI_OK);
        umi__plan_make(&p, &t, rows);
        int32_t k = (int32_t)chance_in(self, 1, t.periods);
        umi__span_init(s);
        mpz_inits(num, den, NULL);
        umi__level(num, den, &p, k);
        mpz_mul_2exp(num, num, bits);
        umi__span_level(s, &p, k, bits);
        check_ends(s, num, den);
        mpz_clears(num, den, NULL);
        umi__span_clear(s);
    }
    return UMI_OK;
}

static void the_level_lies_between_its_ends(void **state)
{
    (void)state;
    chance c = chance_begin("the_level_lies_between_its_ends", 11);
    for (int i = chance_rounds(200); i > 0; i--)
        assert_int_equal(umi_exact_run(levels_lie_between, &c, NULL), UMI_OK);
}

/* --- rounding -------------------------------------------------------------------- */

/* Ends in hundredths, for they are then over a scale of 2^bits hundreds. */
static const struct ends {
    const char *low, *high;
    umi_status rc;
    int64_t sen; /* half up */
} ends[] = {
    {"700", "700", UMI_OK, 7},
    {"650", "749", UMI_OK, 7},
    {"649", "650", UMI__UNSURE, 0},
    {"20", "90", UMI__UNSURE, 0},
    {"0", "49", UMI_OK, 0},
    {"-10", "40", UMI_OK, 0},
    {"-60", "40", UMI__UNSURE, 0},
    {"922337203685477580700", "922337203685477580749", UMI_OK, INT64_MAX},
    {"922337203685477580700", "922337203685477580750", UMI__UNSURE, 0},
    {"922337203685477580800", "922337203685477580900", UMI_ERANGE, 0},
    {"922337203685477580800", "922337203685477580800", UMI_ERANGE, 0},
};

static void check_rounding(const struct ends *c,
                           mp_bitcnt_t bits,
                           int low_off,
                           int high_off)
{
    umi__span s;
    mpz_t scale;
    umi_money out = {-1};
    mpz_init_set_ui(scale, 100);
    mpz_mul_2exp(scale, scale, bits);
    mpz_init_set_str(s[UMI__LOW], c->low, 10);
    mpz_init_set_str(s[UMI__HIGH], c->high, 10);
    mpz_mul_2exp(s[UMI__LOW], s[UMI__LOW], bits);
    mpz_mul_2exp(s[UMI__HIGH], s[UMI__HIGH], bits);
    mpz_add_ui(s[UMI__LOW], s[UMI__LOW], (unsigned long)low_off);
    mpz_sub_ui(s[UMI__HIGH], s[UMI__HIGH], (unsigned long)high_off);
    umi_rounding r = {.unit = {1}, .mode = UMI_ROUND_HALF_UP};
    assert_int_equal(umi__span_round(&out, s, scale, bits, r), c->rc);
    if (c->rc == UMI_OK)
        assert_int_equal(out.sen, c->sen);
    umi__span_clear(s);
    mpz_clear(scale);
}

static umi_status ends_are_rounded_apart(void *self, umi_error *err)
{
    static const mp_bitcnt_t bits[] = {64, 511, 512, 513, 4096};
    static const struct ends near = {"650", "750", UMI_OK, 7};
    (void)self;
    (void)err;
    for (size_t b = 0; b < sizeof bits / sizeof *bits; b++) {
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            check_rounding(&ends[i], bits[b], 0, 0);
        check_rounding(&near, bits[b], 1, 1); /* seen in the last bit only */
    }
    return UMI_OK;
}

static void what_ends_round_to(void **state)
{
    (void)state;
    assert_int_equal(umi_exact_run(ends_are_rounded_apart, NULL, NULL), UMI_OK);
}

/* --- the level, rounded ------------------------------------------------------------ */

static umi_terms every_period(umi_method method, int32_t rows, umi_rate rate)
{
    umi_terms t = umi_terms_default();
    t.method = method;
    t.principal.sen = 100;
    t.disbursed = umi_day_of((umi_civil){2025, 1, 1});
    t.periods = rows;
    t.rate = rate;
    t.rate_per = UMI_PER_PERIOD;
    return t;
}

/* Ties of a rate of 0 are decided by no enclosure. */
static umi_status ties_and_giants(void *self, umi_error *err)
{
    static umi_row rows[ROWS];
    static const struct {
        umi_method method;
        int32_t rows;
        int64_t num, den, debt;
        umi_round_mode mode;
        bool fits;
        int64_t sen;
    } cases[] = {
        {UMI_ANNUITY, 100, 0, 1, 50, UMI_ROUND_HALF_UP, true, 1},
        {UMI_ANNUITY, 100, 0, 1, 50, UMI_ROUND_HALF_DOWN, true, 0},
        {UMI_ANNUITY, 100, 0, 1, 150, UMI_ROUND_HALF_EVEN, true, 2},
        {UMI_ANNUITY, 300, 0, 1, 900, UMI_ROUND_UP, true, 3},
        {UMI_ANNUITY, 300, 0, 1, 901, UMI_ROUND_UP, true, 4},
        {UMI_EQUAL_PRINCIPAL, 100, 1, 10, 450, UMI_ROUND_HALF_UP, true, 5},
        {UMI_ANNUITY, 65, 2, 1, 1000, UMI_ROUND_HALF_UP, true, 2000},
        {UMI_ANNUITY, 65, 2, 1, 1000, UMI_ROUND_UP, true, 2001},
        {UMI_ANNUITY, 64, 2, 1, 1000, UMI_ROUND_CEIL, true, 2001},
        {UMI_ANNUITY, 65, 2, 1, INT64_MAX, UMI_ROUND_HALF_UP, false, 0},
        {UMI_ANNUITY, 64, 2, 1, INT64_MAX, UMI_ROUND_HALF_UP, false, 0},
    };
    (void)self;
    (void)err;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_rate rate = umi_rate_of(cases[i].num, cases[i].den);
        umi_terms t = every_period(cases[i].method, cases[i].rows, rate);
        umi_rounding r = {.unit = {1}, .mode = cases[i].mode};
        umi__plan p;
        umi_money out = {-1};
        umi__plan_make(&p, &t, rows);
        bool fits =
            umi__level_round(&out, &p, 1, (umi_money){cases[i].debt}, r);
        assert_int_equal(fits, cases[i].fits);
        if (fits)
            assert_int_equal(out.sen, cases[i].sen);
    }
    return UMI_OK;
}

static void levels_that_no_enclosure_decides(void **state)
{
    (void)state;
    assert_int_equal(umi_exact_run(ties_and_giants, NULL, NULL), UMI_OK);
}

/* --- how errors grow ---------------------------------------------------------------- */

/* Bits of rows k .. last: each row gives the length of 1 + f rounded down, or,
 * where f is below 1, 1500 f + 1 thousandths; and 1 for all together. */
static void bits_that_an_error_gains(void **state)
{
    (void)state;
    static umi_row rows[ROWS];
    static const struct {
        int64_t num, den;
        int32_t k, last;
        unsigned bits;
    } cases[] = {
        {0, 1, 1, 10, 1},      {0, 1, 1, 1, 1},      {1, 10, 1, 10, 2},
        {1, 2, 1, 1, 1},       {1, 2, 3, 6, 4},      {333, 500, 1, 1, 2},
        {1331, 2000, 1, 1, 1}, {999, 1000, 1, 2, 3}, {999, 1000, 1, 1, 2},
        {1, 1, 1, 1, 3},       {1, 1, 1, 3, 7},      {2, 1, 1, 1, 3},
        {3, 1, 1, 1, 4},       {7, 1, 2, 3, 9},      {3, 2, 1, 1, 3},
        {1, 1, 4, 3, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_rate rate = umi_rate_of(cases[i].num, cases[i].den);
        umi_terms t = every_period(UMI_ANNUITY, 12, rate);
        umi__plan p;
        umi__plan_make(&p, &t, rows);
        assert_int_equal(umi__span_growth(&p, cases[i].k, cases[i].last),
                         cases[i].bits);
    }
}

/* The product of 1 + f over the rows is at most 2^growth. */
static umi_status growth_is_enough(void *self, umi_error *err)
{
    static umi_row rows[ROWS];
    (void)err;
    for (int i = 0; i < 100; i++) {
        umi_step step;
        umi_terms t = some_terms(self, &step);
        umi__plan p;
        umi__plan_make(&p, &t, rows);
        int32_t k = (int32_t)chance_in(self, 1, t.periods);
        int32_t last = (int32_t)chance_in(self, k, t.periods);
        mpz_t grown, whole;
        mpz_init_set_ui(grown, 1);
        mpz_init_set_ui(whole, 1);
        mpz_mul_2exp(whole, whole, umi__span_growth(&p, k, last));
        for (int32_t j = k; j <= last; j++) {
            umi__mpz_mul(grown, p.den + umi__factor(&p, j));
            umi__mpz_mul(whole, p.den);
        }
        assert_true(mpz_cmp(grown, whole) <= 0);
        mpz_clears(grown, whole, NULL);
    }
    return UMI_OK;
}

static void no_error_gains_more(void **state)
{
    (void)state;
    chance c = chance_begin("no_error_gains_more", 12);
    for (int i = chance_rounds(100); i > 0; i--)
        assert_int_equal(umi_exact_run(growth_is_enough, &c, NULL), UMI_OK);
}

/* The longest run of rows of one factor, times the bits of a row of it. */
static void how_steep_a_level_is(void **state)
{
    (void)state;
    static umi_row rows[ROWS];
    static const struct {
        umi_day_count count;
        umi_unit unit;
        umi_level_from from;
        int64_t num, den;
        int32_t rows, grace;
        unsigned bits;
    } cases[] = {
        {UMI_COUNT_PERIOD, UMI_UNIT_MONTH, UMI_LEVEL_ACCRUAL, 1, 10, 5, 0, 5},
        {UMI_COUNT_PERIOD, UMI_UNIT_MONTH, UMI_LEVEL_ACCRUAL, 1, 1, 5, 0, 15},
        {UMI_COUNT_PERIOD, UMI_UNIT_MONTH, UMI_LEVEL_ACCRUAL, 1, 1, 5, 2, 9},
        {UMI_COUNT_PERIOD, UMI_UNIT_MONTH, UMI_LEVEL_ACCRUAL, 1, 1, 1, 0, 3},
        {UMI_COUNT_ACT_365, UMI_UNIT_WEEK, UMI_LEVEL_ACCRUAL, 1, 10, 9, 0, 9},
        /* July and August; then September alone is not before them */
        {UMI_COUNT_ACT_365, UMI_UNIT_MONTH, UMI_LEVEL_ACCRUAL, 1, 10, 11, 0, 2},
        {UMI_COUNT_ACT_365, UMI_UNIT_MONTH, UMI_LEVEL_ACCRUAL, 1, 10, 11, 7, 1},
        {UMI_COUNT_ACT_365, UMI_UNIT_MONTH, UMI_LEVEL_NOMINAL, 1, 10, 11, 0,
         11},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_rate rate = umi_rate_of(cases[i].num, cases[i].den);
        umi_terms t = every_period(UMI_ANNUITY, cases[i].rows, rate);
        t.day_count = cases[i].count;
        t.unit = cases[i].unit;
        t.level_from = cases[i].from;
        t.grace_principal = cases[i].grace;
        if (t.day_count != UMI_COUNT_PERIOD)
            t.rate_per = UMI_PER_YEAR;
        umi__plan p;
        umi__plan_make(&p, &t, rows);
        assert_int_equal(umi__span_steep(&p), cases[i].bits);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_level_lies_between_its_ends),
        cmocka_unit_test(what_ends_round_to),
        cmocka_unit_test(levels_that_no_enclosure_decides),
        cmocka_unit_test(bits_that_an_error_gains),
        cmocka_unit_test(no_error_gains_more),
        cmocka_unit_test(how_steep_a_level_is),
    };
    return cmocka_run_group_tests_name("schedule span", tests, NULL, NULL);
}
