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
#include "tests/support/memory.h"
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
    } cases[] = {{0, 0, "0"},
                 {0, 6, "0.000000"},
                 {-1, 6, "-0.000001"},
                 {1234567, 6, "1.234567"},
                 {-50, 1, "-5.0"},
                 {7, 0, "7"},
                 {9, 1, "0.9"},
                 {10, 1, "1.0"},
                 {-100, 2, "-1.00"},
                 {INT64_MIN, 18, "-9.223372036854775808"},
                 {1, 19, "0.0000000000000000001"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_buf b = {0};
        umi_buf_fixed(&b, cases[i].value, cases[i].places);
        assert_true(umi_text_is(umi_buf_as_text(&b), cases[i].text));
        umi_buf_free(&b);
    }
    (void)state;
}

/* --- conversions at their limits ------------------------------------------------ */

#define E(n) ((umi_i128)1 << (n))

static const struct {
    umi_i128 v;
    const char *text;
} whole[] = {
    {0, "0"},
    {1, "1"},
    {-1, "-1"},
    {E(64) - 1, "18446744073709551615"},
    {E(64), "18446744073709551616"},
    {E(64) + 1, "18446744073709551617"},
    {E(65), "36893488147419103232"},
    {1 - E(64), "-18446744073709551615"},
    {-E(64), "-18446744073709551616"},
    {-E(100) - 7, "-1267650600228229401496703205383"},
    {E(125), "42535295865117307932921825928971026432"},
    {E(126) - 1, "85070591730234615865843651857942052863"},
    {1 - E(126), "-85070591730234615865843651857942052863"},
};

static void numbers_go_in_and_out(void **state)
{
    mpz_t z, want;
    mpz_inits(z, want, NULL);
    for (size_t i = 0; i < COUNT(whole); i++) {
        umi_i128 back = 42;
        mpz_set_str(want, whole[i].text, 10);
        umi__mpz_set(z, whole[i].v);
        assert_int_equal(mpz_cmp(z, want), 0);
        assert_true(umi__mpz_get(&back, z) && back == whole[i].v);
    }
    umi_i128 kept = 42;
    mpz_ui_pow_ui(z, 2, 126); /* a bit is left for sums */
    assert_false(umi__mpz_get(&kept, z));
    mpz_neg(z, z);
    assert_false(umi__mpz_get(&kept, z));
    assert_true(kept == 42);
    mpz_clears(z, want, NULL);
    (void)state;
}

static void products_of_either_size(void **state)
{
    mpz_t z, want, f;
    mpz_inits(z, want, f, NULL);
    for (size_t i = 0; i < COUNT(whole); i++)
        for (size_t k = 0; k < COUNT(whole); k++) {
            mpz_set_str(z, whole[i].text, 10);
            mpz_set_str(f, whole[k].text, 10);
            mpz_mul(want, z, f);
            umi__mpz_mul(z, whole[k].v);
            assert_int_equal(mpz_cmp(z, want), 0);
        }
    mpz_clears(z, want, f, NULL);
    (void)state;
}

/* Quarters of either sign under each mode. */
static void quotients_follow_their_mode(void **state)
{
    static const struct {
        umi_round_mode mode;
        int want[13]; /* of -6/4, -5/4 ... 6/4 */
    } cases[] = {
        {UMI_ROUND_HALF_EVEN, {-2, -1, -1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 2}},
        {UMI_ROUND_HALF_UP, {-2, -1, -1, -1, -1, 0, 0, 0, 1, 1, 1, 1, 2}},
        {UMI_ROUND_HALF_DOWN, {-1, -1, -1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 1}},
        {UMI_ROUND_UP, {-2, -2, -1, -1, -1, -1, 0, 1, 1, 1, 1, 2, 2}},
        {UMI_ROUND_DOWN, {-1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1}},
        {UMI_ROUND_CEIL, {-1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2}},
        {UMI_ROUND_FLOOR, {-2, -2, -1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1}},
    };
    mpz_t q, num, den;
    mpz_inits(q, num, den, NULL);
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int n = -6; n <= 6; n++) {
            int64_t want = cases[i].want[n + 6];
            umi_money m = {42};
            mpz_set_si(num, n);
            mpz_set_ui(den, 4);
            umi__mpz_divide(q, num, den, cases[i].mode);
            assert_int_equal(mpz_get_si(q), want);
            for (int64_t unit = 1; unit <= 100; unit += 99) {
                umi_rounding r = {{unit}, cases[i].mode};
                mpz_set_si(num, n * unit);
                assert_true(umi__mpz_round(&m, num, den, r));
                assert_int_equal(m.sen, want * unit);
            }
        }
    umi_money m = {42};
    mpz_ui_pow_ui(num, 2, 63);
    mpz_set_ui(den, 1);
    umi_rounding sen = {{1}, UMI_ROUND_DOWN};
    assert_false(umi__mpz_round(&m, num, den, sen));
    assert_int_equal(m.sen, 42);
    mpz_sub_ui(num, num, 1);
    assert_true(umi__mpz_round(&m, num, den, sen));
    assert_int_equal(m.sen, INT64_MAX);
    mpz_clears(q, num, den, NULL);
    (void)state;
}

/* --- the memory of a scope -------------------------------------------------------- */

/* Small numbers lie in the scope itself: 256 of two limbs, and no more. */
static umi_status small_numbers(void *self, umi_error *err)
{
    mpz_t z[257];
    const int64_t *bits = self;
    (void)err;
    for (int i = 0; i < 257; i++) {
        assert_int_equal(umi_alloc_count(), 0);
        mpz_init2(z[i], (unsigned long)*bits);
        mpz_set_si(z[i], i);
    }
    assert_int_equal(umi_alloc_count(), 1);
    for (int i = 0; i < 257; i++)
        assert_int_equal(mpz_get_si(z[i]), i);
    return UMI_OK;
}

/* What is given back at once, or grows at the end, costs nothing. */
static umi_status numbers_come_and_go(void *self, umi_error *err)
{
    (void)self;
    (void)err;
    for (int i = 0; i < 1000; i++) {
        mpz_t z;
        mpz_init2(z, 512);
        mpz_clear(z);
    }
    assert_int_equal(umi_alloc_count(), 0);
    return UMI_OK;
}

/* A large number has a quarter of its size to grow in, moves when that is
 * used up, and leaves nothing behind. */
static umi_status a_number_grows(void *self, umi_error *err)
{
    enum {
        LIMBS = 1 << 16
    };
    size_t before = memory_held();
    int64_t moves = 0;
    mpz_t z, other[3];
    (void)self;
    (void)err;
    for (int i = 0; i < 3; i++)
        mpz_init2(other[i], 64 * 200);
    mpz_init2(z, 64);
    mpz_set_ui(z, 5);
    for (unsigned long limbs = 2; limbs <= LIMBS; limbs++) {
        int64_t asked = umi_alloc_count();
        mpz_realloc2(z, 64 * limbs);
        moves += umi_alloc_count() - asked;
    }
    assert_int_equal(mpz_get_ui(z), 5);
    assert_in_range(moves, 10, 40);
    assert_true(memory_held() - before < 2 * 8 * LIMBS || memory_held() == 0);
    mpz_realloc2(z, 64 * 300); /* stays where it is */
    assert_int_equal(mpz_get_ui(z), 5);
    mpz_clear(other[1]); /* from the middle, and from both ends */
    mpz_clear(z);
    mpz_clear(other[0]);
    mpz_clear(other[2]);
    assert_true(memory_held() - before < 100000);
    return UMI_OK;
}

static void scopes_hold_little_and_give_it_back(void **state)
{
    static const int64_t bits[] = {64, 128};
    static const umi_exact_fn bodies[] = {small_numbers, small_numbers,
                                          numbers_come_and_go, a_number_grows};
    int64_t unused = 0;
    for (size_t round = 0; round < 3; round++) {
        size_t before = memory_held();
        for (size_t i = 0; i < COUNT(bodies); i++) {
            umi_alloc_fail_at(INT64_MAX, 0); /* only to count */
            int64_t b = i < 2 ? bits[i] : unused;
            assert_int_equal(umi_exact_run(bodies[i], &b, NULL), UMI_OK);
            umi_alloc_fail_at(0, 0);
        }
        assert_true(round == 0 || memory_held() == before);
    }
    (void)state;
}

static umi_status fails(void *self, umi_error *err)
{
    mpz_t z;
    mpz_init2(z, 64UL * 1024 * 1024);
    (void)self;
    (void)err;
    return UMI_OK;
}

static void failures_of_a_scope_are_told(void **state)
{
    umi_error err = {0};
    umi_alloc_fail_at(1, 0);
    assert_int_equal(umi_exact_run(fails, NULL, &err), UMI_ENOMEM);
    umi_alloc_fail_at(0, 0);
    assert_string_equal(err.code, "MEMORY");
    (void)state;
}

/* Outside of any scope numbers go back to where they came from. */
static void numbers_outside_are_given_back(void **state)
{
    mpz_t z;
    size_t before = 0;
    for (int i = 0; i < 3; i++) {
        mpz_init2(z, 1UL << 20);
        mpz_clear(z);
        assert_true(i == 0 || memory_held() == before);
        before = memory_held();
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
        cmocka_unit_test(numbers_go_in_and_out),
        cmocka_unit_test(products_of_either_size),
        cmocka_unit_test(quotients_follow_their_mode),
        cmocka_unit_test(scopes_hold_little_and_give_it_back),
        cmocka_unit_test(failures_of_a_scope_are_told),
        cmocka_unit_test(numbers_outside_are_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
