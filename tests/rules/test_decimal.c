/* SPDX-License-Identifier: MIT
 * Exact decimals beside GMP's rationals: the same numbers, and a refusal just
 * where the result in lowest terms exceeds 10^38. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <gmp.h>

#include "rules/expr/decimal.h"
#include "tests/support/random.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static umi_u128 limit(void)
{
    umi_u128 p = 1;
    for (int i = 0; i < 38; i++)
        p *= 10;
    return p;
}

static void set_whole(mpz_t z, umi_i128 v)
{
    umi_u128 m = v < 0 ? -(umi_u128)v : (umi_u128)v;
    mpz_set_ui(z, (unsigned long)(m >> 64));
    mpz_mul_2exp(z, z, 64);
    mpz_add_ui(z, z, (unsigned long)m);
    if (v < 0)
        mpz_neg(z, z);
}

static void set(mpq_t q, umi_decimal d)
{
    set_whole(mpq_numref(q), d.num);
    set_whole(mpq_denref(q), d.den);
    mpq_canonicalize(q);
}

static bool fits(const mpq_t q)
{
    mpz_t top;
    mpz_init(top);
    mpz_ui_pow_ui(top, 10, 38);
    bool ok = mpz_cmpabs(mpq_numref(q), top) <= 0 &&
              mpz_cmpabs(mpq_denref(q), top) <= 0;
    mpz_clear(top);
    return ok;
}

/* Sizes from one digit to 38, often a power of ten or just below. */
static umi_i128 magnitude(chance *c)
{
    umi_u128 p = 1, v;
    for (int64_t n = chance_in(c, 0, 38); n > 0; n--)
        p *= 10;
    if (chance_one_in(c, 4))
        return (umi_i128)p - chance_in(c, 0, 1);
    v = (umi_u128)chance_next(c) << 64 | chance_next(c);
    return (umi_i128)(v % (p + 1));
}

static umi_decimal any(chance *c)
{
    umi_decimal d = {magnitude(c), magnitude(c)};
    if (chance_one_in(c, 2))
        d.num = -d.num;
    if (chance_one_in(c, 3))
        d.den = chance_in(c, 1, 1000);
    if (d.den == 0)
        d.den = 1;
    return chance_one_in(c, 2) ? umi_decimal_reduce(d) : d;
}

static void same_as(mpq_t want, bool ok, umi_decimal got)
{
    mpq_t q;
    mpq_init(q);
    assert_int_equal(ok, fits(want));
    if (ok) {
        assert_true(got.den > 0);
        assert_true((umi_u128)got.den <= limit());
        set(q, got);
        assert_true(mpq_equal(q, want));
    }
    mpq_clear(q);
}

static void arithmetic_is_that_of_gmp(void **state)
{
    (void)state;
    chance c = chance_begin("decimal arithmetic", 5);
    mpq_t x, y, z;
    mpq_inits(x, y, z, NULL);
    int done = 0, refused = 0;
    for (int i = chance_rounds(200000); i > 0; i--) {
        umi_decimal a = any(&c), b = any(&c), r = {42, 43};
        int op = (int)chance_in(&c, 0, 3);
        set(x, a);
        set(y, b);
        bool ok;
        if (op == 0)
            mpq_add(z, x, y), ok = umi_decimal_add(&r, a, b);
        else if (op == 1)
            mpq_sub(z, x, y), ok = umi_decimal_sub(&r, a, b);
        else if (op == 2)
            mpq_mul(z, x, y), ok = umi_decimal_mul(&r, a, b);
        else if (b.num == 0)
            continue;
        else
            mpq_div(z, x, y), ok = umi_decimal_div(&r, a, b);
        same_as(z, ok, r);
        assert_true(ok || (r.num == 42 && r.den == 43));
        int cmp = mpq_cmp(x, y);
        assert_int_equal(umi_decimal_cmp(a, b), (cmp > 0) - (cmp < 0));
        assert_int_equal(umi_decimal_cmp(a, a), 0);
        *(ok ? &done : &refused) += 1;
    }
    mpq_clears(x, y, z, NULL);
    assert_true(done > 10000 && refused > 10000);
}

/* The nearest multiples below and above, and which of them a mode takes. */
static void
expect_rounded(mpq_t out, const mpq_t x, int scale, umi_round_mode m)
{
    mpq_t unit;
    mpz_t q, r;
    mpq_init(unit);
    mpz_inits(q, r, NULL);
    mpz_ui_pow_ui(mpq_numref(unit), 10, (unsigned long)abs(scale));
    if (scale > 0)
        mpq_inv(unit, unit);
    mpq_div(out, x, unit);
    mpz_fdiv_qr(q, r, mpq_numref(out), mpq_denref(out));
    mpz_mul_2exp(r, r, 1);
    int half = mpz_sgn(r) ? mpz_cmp(r, mpq_denref(out)) : -2;
    bool minus = mpq_sgn(x) < 0, up = false;
    if (m == UMI_ROUND_CEIL)
        up = half > -2;
    else if (m == UMI_ROUND_UP)
        up = half > -2 && !minus;
    else if (m == UMI_ROUND_DOWN)
        up = half > -2 && minus;
    else if (m != UMI_ROUND_FLOOR)
        up = half > 0 ||
             (half == 0 && (m == UMI_ROUND_HALF_UP     ? !minus
                            : m == UMI_ROUND_HALF_DOWN ? minus
                                                       : mpz_odd_p(q)));
    if (up)
        mpz_add_ui(q, q, 1);
    mpq_set_z(out, q);
    mpq_mul(out, out, unit);
    mpz_clears(q, r, NULL);
    mpq_clear(unit);
}

static void rounding_is_that_of_gmp(void **state)
{
    (void)state;
    chance c = chance_begin("decimal rounding", 6);
    mpq_t x, z;
    mpq_inits(x, z, NULL);
    int done = 0, refused = 0;
    for (int i = chance_rounds(100000); i > 0; i--) {
        umi_decimal a = any(&c), r = {42, 43};
        int scale = (int)chance_in(&c, -38, 38);
        umi_round_mode m = (umi_round_mode)chance_in(&c, 0, 6);
        if (chance_one_in(&c, 3)) { /* a tie, or next to one */
            a = (umi_decimal){chance_in(&c, -99999, 99999), 20};
            scale = (int)chance_in(&c, -4, 2);
        }
        set(x, a);
        expect_rounded(z, x, scale, m);
        bool ok = umi_decimal_round(&r, a, scale, m);
        same_as(z, ok, r);
        *(ok ? &done : &refused) += 1;
    }
    mpq_clears(x, z, NULL);
    assert_true(done > 10000 && refused > 1000);
}

static void text_round_trips(void **state)
{
    (void)state;
    chance c = chance_begin("decimal text", 7);
    for (int i = chance_rounds(50000); i > 0; i--) {
        umi_decimal a = any(&c), b = {42, 43};
        umi_buf t = {0};
        umi_buf_decimal(&t, a);
        /* 2^-40 has 40 places: written, but more digits than are read */
        bool quotient = memchr(t.ptr, '/', t.len) != NULL;
        bool ok = umi_decimal_parse(&b, umi_buf_as_text(&t));
        if (quotient || t.len <= UMI_DECIMAL_PLACES) {
            assert_true(ok);
            assert_int_equal(umi_decimal_cmp(a, b), 0);
        }
        umi_buf_free(&t);
    }
}

static const struct {
    const char *text, *canonical; /* NULL: refused */
} texts[] = {
    {"0", "0"},
    {"-0", "0"},
    {"0e+0", "0"},
    {"0e99999999999", "0"},
    {"1.50", "1.5"},
    {".5", "0.5"},
    {"00012.500", "12.5"},
    {"-2.3e+1", "-23"},
    {"1E3", "1000"},
    {"-4.5e-3", "-0.0045"},
    {"1e38", "100000000000000000000000000000000000000"},
    {"1000e35", "100000000000000000000000000000000000000"},
    {"0.00001e43", "100000000000000000000000000000000000000"},
    {"1e-38", "0.00000000000000000000000000000000000001"},
    {"1e39", NULL},
    {"1e-39", NULL},
    {"100000000000000000000000000000000000001", NULL},
    {"99999999999999999999999999999999999999",
     "99999999999999999999999999999999999999"},
    {"1e999999999999999999999", NULL},
    {"1/3", "1/3"},
    {"-10/4", "-2.5"},
    {"100/1000", "0.1"},
    {"1/0", NULL},
    {"1/-3", NULL},
    {"/3", NULL},
    {"1/", NULL},
    {"1.5/3", NULL},
    {"", NULL},
    {"-", NULL},
    {".", NULL},
    {"1.", NULL},
    {"1e", NULL},
    {"1e+", NULL},
    {"+1", NULL},
    {"1,5", NULL},
    {" 1", NULL},
    {"1 ", NULL},
    {"--1", NULL},
    {"0x10", NULL},
    {"NaN", NULL},
    {"1.2.3", NULL},
};

static void texts_are_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(texts); i++) {
        umi_decimal d = {42, 43};
        umi_buf b = {0};
        bool ok = umi_decimal_parse(&d, umi_text_of(texts[i].text));
        if (ok != (texts[i].canonical != NULL))
            fail_msg("'%s'", texts[i].text);
        if (ok) {
            umi_buf_decimal(&b, d);
            umi_buf_putc(&b, '\0');
            assert_string_equal(b.ptr, texts[i].canonical);
        } else {
            assert_true(d.num == 42 && d.den == 43);
        }
        umi_buf_free(&b);
    }
}

static void whole_parts_are_cut_towards_zero(void **state)
{
    (void)state;
    int64_t i = 7;
    assert_true(umi_decimal_whole(&i, (umi_decimal){-79, 10}));
    assert_int_equal(i, -7);
    assert_true(
        umi_decimal_whole(&i, (umi_decimal){(umi_i128)INT64_MIN * 10 - 9, 10}));
    assert_true(i == INT64_MIN);
    i = 7;
    assert_false(umi_decimal_whole(&i, (umi_decimal){(umi_i128)1 << 63, 1}));
    assert_int_equal(i, 7);
}

static void nothing_divides_by_zero(void **state)
{
    (void)state;
    umi_decimal r = {42, 43};
    assert_false(umi_decimal_div(&r, umi_decimal_int(1), umi_decimal_int(0)));
    assert_true(r.num == 42 && r.den == 43);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic_is_that_of_gmp),
        cmocka_unit_test(rounding_is_that_of_gmp),
        cmocka_unit_test(text_round_trips),
        cmocka_unit_test(texts_are_read_strictly),
        cmocka_unit_test(whole_parts_are_cut_towards_zero),
        cmocka_unit_test(nothing_divides_by_zero),
    };
    return cmocka_run_group_tests_name("rules/expr decimal", tests, NULL, NULL);
}
