/* SPDX-License-Identifier: MIT
 * Digits eight at a time against the C library and the plain writers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/digits.h"
#include "engine/base/rate.h"
#include "tests/support/random.h"

enum {
    DRAWS = 200000
};

static void check_uint(uint64_t v)
{
    char want[32], got[UMI_DIGITS_ROOM];
    (void)snprintf(want, sizeof want, "%" PRIu64, v);
    *umi_put_uint(got, v) = '\0';
    assert_string_equal(got, want);
}

static void check_money(int64_t sen)
{
    char want[UMI_MONEY_TEXT], got[UMI_DIGITS_ROOM];
    (void)umi_money_write(want, (umi_money){sen});
    *umi_put_money(got, (umi_money){sen}) = '\0';
    assert_string_equal(got, want);
}

/* A number of any length: all bits are drawn, then some are dropped. */
static uint64_t draw(chance *c)
{
    uint64_t v = chance_next(c);
    return v >> chance_next(c) % 64;
}

static void numbers_are_those_of_printf(void **state)
{
    (void)state;
    for (uint64_t v = 0; v < 20000; v++)
        check_uint(v);
    for (uint64_t ten = 1, k = 0; k < 20; k++, ten *= 10) {
        check_uint(ten - 1);
        check_uint(ten);
        check_uint(ten + 1);
    }
    check_uint(UINT64_MAX);
    chance c = chance_begin("numbers_are_those_of_printf", 1);
    for (int i = 0; i < DRAWS; i++)
        check_uint(draw(&c));
}

static void amounts_are_canonical(void **state)
{
    (void)state;
    for (int64_t sen = -20000; sen < 20000; sen++)
        check_money(sen);
    check_money(INT64_MAX);
    check_money(INT64_MIN);
    check_money(INT64_MIN + 1);
    chance c = chance_begin("amounts_are_canonical", 2);
    for (int i = 0; i < DRAWS; i++) {
        check_money((int64_t)draw(&c));
        check_money((int64_t)(draw(&c) / 100 * 100));
    }
}

static void zeros_stand_in_front(void **state)
{
    (void)state;
    chance c = chance_begin("zeros_stand_in_front", 3);
    uint64_t ten = 1;
    for (int n = 1; n <= 8; n++) {
        ten *= 10;
        for (int i = 0; i < 2000; i++) {
            char want[32], got[UMI_DIGITS_ROOM];
            uint64_t v = chance_next(&c) % ten;
            (void)snprintf(want, sizeof want, "%0*" PRIu64, n, v);
            *umi_put_digits(got, v, n) = '\0';
            assert_string_equal(got, want);
        }
    }
}

static void buffers_take_what_is_left_of_them(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_buf_int(&b, INT64_MIN);
    umi_buf_int(&b, 0);
    umi_buf_money(&b, (umi_money){-150});
    umi_buf_putc(&b, '\0');
    assert_string_equal(b.ptr, "-92233720368547758080-1.5");
    umi_buf_free(&b);
}

static int64_t euclid(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t r = a % b;
        a = b;
        b = r;
    }
    return a < 0 ? -a : a;
}

static void divisors_are_those_of_euclid(void **state)
{
    (void)state;
    for (int64_t a = -60; a <= 60; a++)
        for (int64_t b = -60; b <= 60; b++)
            assert_int_equal(umi_gcd(a, b), euclid(a, b));
    chance c = chance_begin("divisors_are_those_of_euclid", 5);
    for (int i = 0; i < DRAWS; i++) {
        int64_t a = (int64_t)(draw(&c) >> 1), b = (int64_t)(draw(&c) >> 1);
        assert_int_equal(umi_gcd(a, b), euclid(a, b));
        assert_int_equal(umi_gcd(-a, b), euclid(a, b));
    }
    assert_int_equal(umi_gcd(INT64_MAX, INT64_MAX), INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_printf),
        cmocka_unit_test(amounts_are_canonical),
        cmocka_unit_test(zeros_stand_in_front),
        cmocka_unit_test(buffers_take_what_is_left_of_them),
        cmocka_unit_test(divisors_are_those_of_euclid),
    };
    return cmocka_run_group_tests_name("engine/digits", tests, NULL, NULL);
}
