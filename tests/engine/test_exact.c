/* SPDX-License-Identifier: MIT
 * Day counts by hand, exact quotients in big and small numbers, and the scope
 * that gives big numbers their memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/alloc.h"
#include "engine/base/daycount.h"
#include "engine/base/exact_int.h"
#include "engine/loan/cashflow.h"
#include "tests/support/random.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static void day_counts(void **state)
{
    static const struct {
        const char *count, *from, *to;
        int64_t parts;
    } cases[] = {
        {"30/360", "2025-01-15", "2025-02-15", 30},
        {"30/360", "2025-01-31", "2025-02-28", 28},
        {"30/360", "2025-02-28", "2025-03-31", 33}, /* start not 30: 31 stays */
        {"30/360", "2025-01-30", "2025-03-31", 60},
        {"30/360", "2025-01-31", "2025-03-31", 60},
        {"30/360", "2024-02-29", "2024-03-01", 2},
        {"30E/360", "2025-02-28", "2025-03-31", 32},
        {"30E/360", "2025-01-31", "2025-03-31", 60},
        {"30E/360", "2025-01-31", "2025-02-28", 28},
        {"act/360", "2024-01-01", "2025-01-01", 366},
        {"act/364", "2025-01-01", "2025-01-02", 1},
        {"act/365", "2025-01-01", "2026-01-01", 365},
        {"act/act", "2025-01-01", "2026-01-01", 365 * 366},
        {"act/act", "2024-01-01", "2025-01-01", 366 * 365},
        {"act/act", "2024-12-31", "2025-01-01", 365}, /* a day of 2024 */
        {"act/act", "2023-12-31", "2024-01-01", 366}, /* a day of 2023 */
        {"act/act", "2023-12-30", "2024-01-03", 2 * 366 + 2 * 365},
        {"act/act", "1900-01-01", "1901-01-01", 365 * 366}, /* no leap year */
        {"act/act", "2023-07-01", "2026-07-01", 3 * 365 * 366},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_day_count c;
        assert_true(umi_day_count_parse(&c, umi_text_of(cases[i].count)));
        assert_string_equal(umi_day_count_name(c), cases[i].count);
        assert_int_equal(
            umi_day_count_parts(c, day(cases[i].from), day(cases[i].to)),
            cases[i].parts);
    }
    (void)state;
}

static void parts_of_actual_counts_add_up(void **state)
{
    chance c = chance_begin("parts_of_actual_counts_add_up", 3);
    for (int i = 0; i < 2000; i++) {
        umi_day a = {(int32_t)chance_in(&c, UMI_DAY_MIN, 300000)};
        umi_day b = {a.n + (int32_t)chance_in(&c, 0, 30000)};
        umi_day m = {(int32_t)chance_in(&c, a.n, b.n)};
        for (int k = UMI_COUNT_ACT_360; k <= UMI_COUNT_ACT_ACT; k++) {
            umi_day_count count = (umi_day_count)k;
            assert_int_equal(umi_day_count_parts(count, a, b),
                             umi_day_count_parts(count, a, m) +
                                 umi_day_count_parts(count, m, b));
        }
    }
    (void)state;
}

/* --- big numbers ---------------------------------------------------------------- */

static umi_status same_quotients(void *self, umi_error *err)
{
    chance *c = self;
    mpz_t num, den;
    mpz_inits(num, den, NULL);
    for (int i = 0; i < 20000; i++) {
        umi_rounding r = {{chance_in(c, 1, 300)},
                          (umi_round_mode)chance_in(c, 0, UMI_ROUND_FLOOR)};
        umi_i128 n = chance_in(c, -1000000, 1000000), d = chance_in(c, 1, 50);
        if (chance_one_in(c, 2)) {
            n *= chance_in(c, 1, INT64_MAX / 1000000);
            d *= chance_in(c, 1, 1000000000);
        }
        umi_money small = {0}, big = {0};
        umi__mpz_set(num, n);
        umi__mpz_set(den, d);
        bool fits = umi_round(&small, n, d, r);
        assert_int_equal(umi__mpz_round(&big, num, den, r), fits);
        assert_int_equal(small.sen, big.sen);
        umi_i128 back;
        assert_true(umi__mpz_get(&back, num) && back == n);
    }
    (void)err;
    return UMI_OK;
}

static void big_and_small_quotients_agree(void **state)
{
    chance c = chance_begin("big_and_small_quotients_agree", 7);
    assert_int_equal(umi_exact_run(same_quotients, &c, NULL), UMI_OK);
    (void)state;
}

/* Numbers that grow and shrink, in a scope within a scope. */
static umi_status grow(void *self, umi_error *err)
{
    const int *depth = self;
    mpz_t a, b;
    mpz_inits(a, b, NULL);
    mpz_set_ui(a, 3);
    for (int i = 0; i < 14; i++) {
        mpz_mul(a, a, a);
        mpz_set(b, a);
        if (i % 5 == 4) {
            mpz_clear(b);
            mpz_init(b);
        }
    }
    int inner = *depth - 1;
    if (inner > 0 && umi_exact_run(grow, &inner, err) != UMI_OK)
        return UMI_ENOMEM;
    mpz_ui_pow_ui(b, 3, 1UL << 14);
    return mpz_cmp(a, b) == 0 ? UMI_OK : UMI_EINTERNAL;
}

static void exhausted_memory_is_told(void **state)
{
    int depth = 2;
    umi_status rc = UMI_ENOMEM;
    int64_t n = 0;
    while (rc == UMI_ENOMEM) {
        umi_alloc_fail_at(++n, 0);
        rc = umi_exact_run(grow, &depth, NULL);
        umi_alloc_fail_at(0, 0);
    }
    assert_int_equal(rc, UMI_OK);
    assert_true(n > 4); /* both scopes met a failure */
    (void)state;
}

/* GMP outside of a scope goes on with the memory it had before. */
static void numbers_outside_live_on(void **state)
{
    mpz_t before;
    int depth = 1;
    mpz_init_set_str(before, "123456789012345678901234567890", 10);
    assert_int_equal(umi_exact_run(grow, &depth, NULL), UMI_OK);
    mpz_mul(before, before, before);
    mpz_pow_ui(before, before, 50);
    assert_true(mpz_sizeinbase(before, 10) > 2900);
    mpz_clear(before);
    (void)state;
}

static void fixed_decimals(void **state)
{
    static const struct {
        int64_t value;
        int places;
        const char *text;
    } cases[] = {{0, 0, "0"},          {0, 6, "0.000000"},
                 {-1, 6, "-0.000001"}, {1234567, 6, "1.234567"},
                 {-50, 1, "-5.0"},     {7, 0, "7"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_buf b = {0};
        umi_buf_fixed(&b, cases[i].value, cases[i].places);
        assert_true(umi_text_is(umi_buf_as_text(&b), cases[i].text));
        umi_buf_free(&b);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day_counts),
        cmocka_unit_test(parts_of_actual_counts_add_up),
        cmocka_unit_test(big_and_small_quotients_agree),
        cmocka_unit_test(exhausted_memory_is_told),
        cmocka_unit_test(numbers_outside_live_on),
        cmocka_unit_test(fixed_decimals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
