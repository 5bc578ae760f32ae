/* SPDX-License-Identifier: MIT
 * Numbers of the ground at their limits: amounts, rates, and quotients under
 * each mode, small, large and too large. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/money.h"
#include "engine/base/rate.h"
#include "engine/base/round.h"

static void amounts_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "9223372036854775807",
        "922337203685477580",
        "-922337203685477580",
        "99999999999999999999",
        "92233720368547758.080",
        "92233720368547758.08",
        "-92233720368547758.09",
        "1:",
        "1/",
        "1.:",
        "1..2",
        "1.2.3",
        "-.5",
        ".",
        "--1",
        "999999999999999999999999999999",
    };
    umi_money m = {42};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(umi_money_parse(&m, umi_text_of(bad[i])));
    assert_false(umi_money_parse(&m, (umi_text){"-5", 0}));
    assert_false(umi_money_parse(&m, (umi_text){"-5", 1}));
    assert_false(umi_money_parse(&m, (umi_text){"5.5", 2}));
    assert_int_equal(m.sen, 42);
    assert_true(umi_money_parse(&m, (umi_text){"-567", 2}));
    assert_int_equal(m.sen, -500);
}

static void amounts_are_shown_in_either_language(void **state)
{
    (void)state;
    static const struct {
        int64_t sen;
        const char *plain, *id, *en;
    } cases[] = {
        {0, "0", "0", "0"},
        {5, "0.05", "0,05", "0.05"},
        {-5, "-0.05", "-0,05", "-0.05"},
        {50, "0.5", "0,50", "0.50"},
        {99900, "999", "999", "999"},
        {100000, "1000", "1.000", "1,000"},
        {-99999999, "-999999.99", "-999.999,99", "-999,999.99"},
        {100000010, "1000000.1", "1.000.000,10", "1,000,000.10"},
        {INT64_MAX, "92233720368547758.07", "92.233.720.368.547.758,07",
         "92,233,720,368,547,758.07"},
        {INT64_MIN, "-92233720368547758.08", "-92.233.720.368.547.758,08",
         "-92,233,720,368,547,758.08"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_money m = {cases[i].sen};
        char text[UMI_MONEY_TEXT];
        assert_int_equal(umi_money_write(text, m), strlen(cases[i].plain));
        assert_string_equal(text, cases[i].plain);
        assert_int_equal(umi_money_show(text, m, UMI_LANG_ID),
                         strlen(cases[i].id));
        assert_string_equal(text, cases[i].id);
        assert_int_equal(umi_money_show(text, m, UMI_LANG_EN),
                         strlen(cases[i].en));
        assert_string_equal(text, cases[i].en);
        umi_buf b = {0};
        umi_buf_money(&b, m);
        assert_true(umi_text_is(umi_buf_as_text(&b), cases[i].plain));
        umi_buf_free(&b);
    }
}

static void sums_that_do_not_fit_leave_the_amount(void **state)
{
    (void)state;
    umi_money m = {42}, most = {INT64_MAX}, least = {INT64_MIN}, one = {1};
    assert_false(umi_money_add(&m, most, one));
    assert_false(umi_money_sub(&m, least, one));
    assert_int_equal(m.sen, 42);
    assert_true(umi_money_add(&m, least, most));
    assert_int_equal(m.sen, -1);
    assert_true(umi_money_sub(&m, one, most));
    assert_int_equal(m.sen, 1 - INT64_MAX);
    assert_int_equal(umi_money_min(one, most).sen, 1);
    assert_int_equal(umi_money_min(one, least).sen, INT64_MIN);
}

/* --- rates ------------------------------------------------------------------- */

static void divisors_are_of_magnitudes(void **state)
{
    (void)state;
    static const int64_t cases[][3] = {
        {12, 18, 6}, {-12, 18, 6}, {12, -18, 6}, {-12, -18, 6}, {0, 4, 4},
        {0, -4, 4},  {4, 0, 4},    {-4, 0, 4},   {0, 0, 0},     {7, 9, 1},
        {-1, 1, 1},  {-6, 4, 2},   {-9, 3, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(umi_gcd(cases[i][0], cases[i][1]), cases[i][2]);
}

static void rates_are_read_to_their_last_digit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int whole, places, divisor;
        int64_t num, den; /* den 0: refused */
    } cases[] = {
        {"12", 2, 0, 1, 12, 1},
        {"123", 2, 0, 1, 0, 0},
        {"1.5", 1, 0, 1, 0, 0},
        {"1.23", 1, 2, 1, 123, 100},
        {"1.234", 1, 2, 1, 0, 0},
        {"0.06", 1, 2, 1, 3, 50},
        {"0", 1, 0, 7, 0, 1},
        {"10", 2, 0, 4, 5, 2},
        {"999999999999999999", 18, 0, 1, 999999999999999999, 1},
        {"9.99999999999999999", 1, 17, 1, 999999999999999999,
         100000000000000000},
        {"0.00000000000000001", 1, 17, 10, 1, 1000000000000000000},
        {"0.00000000000000001", 1, 17, 100, 0, 0},   /* does not fit */
        {"0.50000000000000000", 1, 17, 100, 1, 200}, /* reduced before */
        {"8.00000000000000000", 1, 17, 100, 2, 25},
        {"0.00000000000000000", 1, 17, 100, 0, 1},
        {"9999999999999999999", 18, 0, 1, 0, 0},
        {"1:", 6, 6, 1, 0, 0},
        {"1/", 6, 6, 1, 0, 0},
        {".5", 6, 6, 1, 0, 0},
        {"5.", 6, 6, 1, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_rate r = {7, 3};
        bool ok = umi_rate_parse(&r, umi_text_of(cases[i].text), cases[i].whole,
                                 cases[i].places, cases[i].divisor);
        assert_int_equal(ok, cases[i].den != 0);
        assert_int_equal(r.num, ok ? cases[i].num : 7);
        assert_int_equal(r.den, ok ? cases[i].den : 3);
    }
    umi_rate r;
    assert_true(umi_rate_parse(&r, (umi_text){"1.5", 1}, 6, 6, 1));
    assert_int_equal(r.den, 1);
    assert_false(umi_rate_parse(&r, (umi_text){"1.5", 2}, 6, 6, 1));
}

static void rates_are_kept_in_lowest_terms(void **state)
{
    (void)state;
    static const int64_t cases[][4] = {
        {6, 4, 3, 2}, {-6, 4, -3, 2}, {6, -4, -3, 2}, {-6, -4, 3, 2},
        {0, 5, 0, 1}, {0, -5, 0, 1},  {7, 7, 1, 1},   {5, 1, 5, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_rate r = umi_rate_of(cases[i][0], cases[i][1]);
        assert_int_equal(r.num, cases[i][2]);
        assert_int_equal(r.den, cases[i][3]);
    }
}

static void rates_are_decimals_where_they_can(void **state)
{
    (void)state;
    static const struct {
        int64_t num, den;
        const char *text;
    } cases[] = {
        {0, 1, "0"},
        {1, 2, "0.5"},
        {-3, 2, "-1.5"},
        {-3, 1, "-3"},
        {1, 40, "0.025"},
        {101, 100, "1.01"},
        {1, 7, "1/7"},
        {-1, 7, "-1/7"},
        {1, INT64_C(1) << 18, "0.000003814697265625"},
        {1, INT64_C(1) << 19, "1/524288"}, /* nineteen places */
        {1, 1000000000000000000, "0.000000000000000001"},
        {INT64_MAX, 10, "922337203685477580.7"},
        {INT64_MAX / 2, 4, "4611686018427387903/4"},
        {-INT64_MAX, 1, "-9223372036854775807"},
        {INT64_MAX / 10, 10, "92233720368547758.0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_buf b = {0};
        umi_buf_rate(&b, (umi_rate){cases[i].num, cases[i].den});
        umi_buf_putc(&b, '\0');
        assert_string_equal(b.ptr, cases[i].text);
        umi_buf_free(&b);
    }
}

/* --- rounding ------------------------------------------------------------------ */

#define E(n) ((umi_i128)1 << (n))

static void quotients_at_the_limits(void **state)
{
    (void)state;
    static const struct {
        umi_i128 num, den;
        int64_t unit;
        umi_round_mode mode;
        bool fits;
        int64_t want;
    } cases[] = {
        {INT64_MAX, 1, 1, UMI_ROUND_DOWN, true, INT64_MAX},
        {-(umi_i128)INT64_MAX, 1, 1, UMI_ROUND_DOWN, true, -INT64_MAX},
        {(umi_i128)INT64_MAX + 1, 1, 1, UMI_ROUND_DOWN, false, 0},
        {(umi_i128)INT64_MAX * 2 + 1, 2, 1, UMI_ROUND_DOWN, true, INT64_MAX},
        {(umi_i128)INT64_MAX * 2 + 1, 2, 1, UMI_ROUND_UP, false, 0},
        {INT64_MAX, 1, INT64_MAX, UMI_ROUND_DOWN, true, INT64_MAX},
        {INT64_MAX - 1, 1, INT64_MAX, UMI_ROUND_DOWN, true, 0},
        {INT64_MAX - 1, 1, INT64_MAX, UMI_ROUND_UP, true, INT64_MAX},
        {-1, 1, INT64_MAX, UMI_ROUND_FLOOR, true, -INT64_MAX},
        {E(64), E(64), 1, UMI_ROUND_DOWN, true, 1},
        {E(64), 1, 1, UMI_ROUND_DOWN, false, 0},
        {1, E(64), 1, UMI_ROUND_UP, true, 1},
        {1, E(64), 1, UMI_ROUND_HALF_UP, true, 0},
        {E(63), E(64), 1, UMI_ROUND_HALF_UP, true, 1},
        {E(63), E(64), 1, UMI_ROUND_HALF_EVEN, true, 0},
        {3 * E(63), E(64), 1, UMI_ROUND_HALF_EVEN, true, 2},
        {1, E(100), E(40), UMI_ROUND_UP, false, 0}, /* over the unit */
        {1, E(64), E(62), UMI_ROUND_UP, true, E(62)},
        {0, 7, 100, UMI_ROUND_UP, true, 0},
        {0, 7, 100, UMI_ROUND_FLOOR, true, 0},
        {E(120), E(60), 1, UMI_ROUND_DOWN, true, E(60)},
        {-E(120), E(60), 1, UMI_ROUND_DOWN, true, -E(60)},
        {E(126), 1, 1, UMI_ROUND_DOWN, false, 0},
        {E(120), 1, E(60), UMI_ROUND_DOWN, false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_money m = {42};
        umi_rounding r = {{cases[i].unit}, cases[i].mode};
        bool fits = umi_round(&m, cases[i].num, cases[i].den, r);
        assert_int_equal(fits, cases[i].fits);
        assert_int_equal(m.sen, fits ? cases[i].want : 42);
    }
}

static void names_of_modes_are_the_contract(void **state)
{
    (void)state;
    static const char *const names[] = {
        "half_even", "half_up", "half_down", "up", "down", "ceil", "floor"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        umi_round_mode m;
        assert_string_equal(umi_round_mode_name((umi_round_mode)i), names[i]);
        assert_true(umi_round_mode_parse(&m, umi_text_of(names[i])));
        assert_int_equal(m, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_that_do_not_fit_are_refused),
        cmocka_unit_test(amounts_are_shown_in_either_language),
        cmocka_unit_test(sums_that_do_not_fit_leave_the_amount),
        cmocka_unit_test(divisors_are_of_magnitudes),
        cmocka_unit_test(rates_are_read_to_their_last_digit),
        cmocka_unit_test(rates_are_kept_in_lowest_terms),
        cmocka_unit_test(rates_are_decimals_where_they_can),
        cmocka_unit_test(quotients_at_the_limits),
        cmocka_unit_test(names_of_modes_are_the_contract),
    };
    return cmocka_run_group_tests_name("engine/numbers", tests, NULL, NULL);
}
