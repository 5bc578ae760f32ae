/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

/* Enclosures cannot prove that a sum is exactly 0, and a rate may lie exactly
 * between two decimals.  Let 1 + i = c^m with c no perfect power.  Then the
 * powers of c by exponents that differ by whole numbers are rational
 * multiples of each other, and those that do not are linearly independent
 * over the rationals (x^n - c is irreducible: Capelli).  So the sum is 0 only
 * when each class of exponents sums to 0, which is arithmetic with whole
 * numbers. */

/* a/b = c^m: a and b become those of c. */
static unsigned long take_powers(mpz_t a, mpz_t b)
{
    unsigned long m = 1;
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    size_t bits = mpz_sizeinbase(a, 2) > mpz_sizeinbase(b, 2)
                      ? mpz_sizeinbase(a, 2)
                      : mpz_sizeinbase(b, 2);
    for (unsigned long k = 2; k <= bits;) {
        if (mpz_root(x, a, k) != 0 && mpz_root(y, b, k) != 0) {
            mpz_set(a, x);
            mpz_set(b, y);
            m *= k;
        } else {
            k++;
        }
    }
    mpz_clears(y, x, NULL);
    return m;
}

typedef struct exponent {
    int64_t whole, rest, den; /* m t = whole + rest / den, lowest terms */
} exponent;

static exponent exponent_of(const umi__series *s, size_t j, unsigned long m)
{
    int64_t den = s->dens[s->terms[j].group];
    int64_t num = s->terms[j].num * (int64_t)m;
    umi_rate rest = umi_rate_of(num % den, den);
    return (exponent){num / den, rest.num, rest.den};
}

static bool same_class(exponent a, exponent b)
{
    return a.rest == b.rest && a.den == b.den;
}

/* sum += amount a^(high - e) b^(e - low) */
static void add_power(mpz_t sum,
                      umi_i128 amount,
                      const mpz_t a,
                      const mpz_t b,
                      int64_t up,
                      int64_t down)
{
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    mpz_pow_ui(x, a, (unsigned long)up);
    mpz_pow_ui(y, b, (unsigned long)down);
    mpz_mul(x, x, y);
    umi__mpz_mul(x, amount);
    mpz_add(sum, sum, x);
    mpz_clears(y, x, NULL);
}

/* Terms ascend, so term @p first has the lowest exponent of its class. */
static bool class_zero(const umi__series *s,
                       size_t first,
                       unsigned long m,
                       const mpz_t a,
                       const mpz_t b)
{
    exponent low = exponent_of(s, first, m), high = low, e;
    mpz_t sum;
    for (size_t j = first + 1; j < s->count; j++) {
        e = exponent_of(s, j, m);
        if (same_class(e, low))
            high = e;
    }
    mpz_init(sum);
    for (size_t j = first; j < s->count; j++) {
        e = exponent_of(s, j, m);
        if (same_class(e, low))
            add_power(sum, s->terms[j].amount, a, b, high.whole - e.whole,
                      e.whole - low.whole);
    }
    bool zero = mpz_sgn(sum) == 0;
    mpz_clear(sum);
    return zero;
}

static bool class_seen(const umi__series *s, size_t j, unsigned long m)
{
    exponent e = exponent_of(s, j, m);
    for (size_t k = 0; k < j; k++)
        if (same_class(exponent_of(s, k, m), e))
            return true;
    return false;
}

/* With simple parts every exponent is whole and everything is rational. */
static bool odd_zero(const umi__series *s, const mpz_t num, const mpz_t den)
{
    mpq_t sum, part, power, grown;
    mpq_inits(sum, part, power, grown, NULL);
    mpz_set(mpq_numref(grown), den); /* v */
    mpz_add(mpq_denref(grown), den, num);
    mpq_canonicalize(grown);
    for (size_t j = 0; j < s->count; j++) {
        const umi__term *t = &s->terms[j];
        unsigned long e = (unsigned long)t->num;
        mpz_pow_ui(mpq_numref(power), mpq_numref(grown), e);
        mpz_pow_ui(mpq_denref(power), mpq_denref(grown), e);
        umi__mpz_set(mpq_numref(part), t->amount);
        umi__mpz_mul(mpq_numref(part), t->odd_den);
        mpz_mul(mpq_numref(part), mpq_numref(part), den);
        mpz_mul_ui(mpq_denref(part), den, (unsigned long)t->odd_den);
        mpz_addmul_ui(mpq_denref(part), num, (unsigned long)t->odd);
        mpq_canonicalize(part);
        mpq_mul(part, part, power);
        mpq_add(sum, sum, part);
    }
    bool zero = mpq_sgn(sum) == 0;
    mpq_clears(grown, power, part, sum, NULL);
    return zero;
}

bool umi__series_zero(const umi__series *s, const mpz_t num, const mpz_t den)
{
    for (size_t j = 0; j < s->count; j++)
        if (s->terms[j].odd != 0)
            return odd_zero(s, num, den);
    mpz_t a, b, g;
    mpz_inits(a, b, g, NULL);
    mpz_add(a, num, den);
    mpz_set(b, den);
    mpz_gcd(g, a, b);
    mpz_divexact(a, a, g);
    mpz_divexact(b, b, g);
    bool one = mpz_cmp(a, b) == 0, zero = true;
    unsigned long m = one ? 0 : take_powers(a, b); /* 1 is every power of 1 */
    for (size_t j = 0; j < s->count && zero; j++)
        if (!class_seen(s, j, m))
            zero = class_zero(s, j, m, a, b);
    mpz_clears(g, b, a, NULL);
    return zero;
}
