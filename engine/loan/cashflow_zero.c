/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <stdlib.h>

/* Enclosures cannot prove that a sum is exactly 0, and a rate may lie exactly
 * between two decimals.  Let 1 + i = c^m with c no perfect power.  Then the
 * powers of c by exponents that differ by whole numbers are rational
 * multiples of each other, and those that do not are linearly independent
 * over the rationals (x^n - c is irreducible: Capelli).  So the sum is 0 only
 * when each class of exponents sums to 0.
 *
 * A class is a loan in periods in which money grows by c = a / b.  If it ends
 * at 0, what is owed after each of its flows is a whole number of sen, for it
 * is a fraction over powers of b looking back and over powers of a looking
 * ahead; and it is at most the sum of all magnitudes.  So the balance is
 * carried in whole numbers, and a remainder or one that is too large proves
 * that the sum is not 0: after 76 periods at the latest, unless it is. */

typedef struct member {
    int64_t whole, rest, den; /* m t = whole + rest / den, lowest terms */
    umi_i128 amount;
} member;

typedef struct base {
    umi_i128 a, b, most; /* c = a/b; the largest balance before growth */
    unsigned long m;     /* 0 when 1 + i is 1 */
} base;

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

static int by_class(const void *x, const void *y)
{
    const member *p = x, *q = y;
    if (p->den != q->den)
        return p->den < q->den ? -1 : 1;
    if (p->rest != q->rest)
        return p->rest < q->rest ? -1 : 1;
    return (p->whole > q->whole) - (p->whole < q->whole);
}

static bool same_class(const member *p, const member *q)
{
    return p->den == q->den && p->rest == q->rest;
}

/* 1 + i = 1 is every power of 1: all terms are in one class. */
static void set_members(member *members, const umi__series *s, unsigned long m)
{
    for (size_t j = 0; j < s->count; j++) {
        int64_t den = s->dens[s->terms[j].group];
        int64_t num = s->terms[j].num * (int64_t)m;
        umi_rate rest = umi_rate_of(num % den, den);
        members[j] =
            (member){num / den, rest.num, rest.den, s->terms[j].amount};
    }
    qsort(members, s->count, sizeof *members, by_class);
}

/* When a or b is larger than what can be owed, no balance but 0 is whole. */
static base base_of(const umi__series *s, const mpz_t num, const mpz_t den)
{
    base c = {.a = 2, .b = 2};
    mpz_t a, b, g;
    mpz_inits(a, b, g, NULL);
    mpz_add(a, num, den);
    mpz_gcd(g, a, den);
    mpz_divexact(a, a, g);
    mpz_divexact(b, den, g);
    if (mpz_cmp(a, b) != 0)
        c.m = take_powers(a, b);
    if (umi__mpz_get(&c.a, a) && umi__mpz_get(&c.b, b))
        c.most = (umi_i128)s->total / (c.a > c.b ? c.a : c.b);
    mpz_clears(g, b, a, NULL);
    return c;
}

/* A period's growth; false when what is owed is not whole or too much. */
static bool grow(const base *c, umi_i128 *owed)
{
    if (*owed % c->b != 0)
        return false;
    *owed /= c->b;
    if (*owed > c->most || *owed < -c->most)
        return false;
    *owed *= c->a;
    return true;
}

static bool all_zero(const base *c, const member *members, size_t count)
{
    umi_i128 owed = 0;
    for (size_t j = 0; j < count; j++) {
        const member *p = &members[j];
        bool last = j + 1 == count || !same_class(p, p + 1);
        owed += p->amount;
        if (last && owed != 0)
            return false;
        for (int64_t k = last ? 0 : p[1].whole - p->whole; k > 0 && owed; k--)
            if (!grow(c, &owed))
                return false;
    }
    return true;
}

/* --- simple parts ----------------------------------------------------------------
 * Exponents are whole, and i >= 0, but amounts are over den odd_den + num odd:
 * all are taken times the least common multiple of these. */

static void
simple_part(mpz_t out, const umi__term *t, const mpz_t num, const mpz_t den)
{
    mpz_mul_ui(out, den, (unsigned long)t->odd_den);
    mpz_addmul_ui(out, num, (unsigned long)t->odd);
}

static bool odd_zero(const umi__series *s, const mpz_t num, const mpz_t den)
{
    mpz_t a, all, part, owed, most;
    mpz_inits(a, part, owed, most, NULL);
    mpz_init_set_ui(all, 1);
    mpz_add(a, num, den);
    for (size_t j = 0; j < s->count; j++) {
        simple_part(part, &s->terms[j], num, den);
        mpz_lcm(all, all, part);
    }
    umi__mpz_set(most, (umi_i128)s->total);
    mpz_mul(most, most, all);
    bool whole = true;
    for (size_t j = 0; j < s->count && whole; j++) {
        const umi__term *t = &s->terms[j];
        int64_t gap = j == 0 ? 0 : t->num - t[-1].num;
        for (; gap > 0 && whole && mpz_sgn(owed) != 0; gap--) {
            whole = mpz_divisible_p(owed, den) && mpz_cmpabs(owed, most) <= 0;
            if (whole) {
                mpz_divexact(owed, owed, den);
                mpz_mul(owed, owed, a);
            }
        }
        simple_part(part, t, num, den);
        mpz_divexact(part, all, part);
        mpz_mul(part, part, den);
        mpz_mul_ui(part, part, (unsigned long)t->odd_den);
        umi__mpz_mul(part, t->amount);
        mpz_add(owed, owed, part);
    }
    bool zero = whole && mpz_sgn(owed) == 0;
    mpz_clears(most, owed, part, all, a, NULL);
    return zero;
}

umi_status umi__series_zero(bool *zero,
                            const umi__series *s,
                            const mpz_t num,
                            const mpz_t den,
                            umi_arena *arena,
                            umi_error *err)
{
    if (s->odd) {
        mpz_t n, d, g;
        mpz_inits(n, d, g, NULL);
        mpz_gcd(g, num, den);
        mpz_divexact(n, num, g);
        mpz_divexact(d, den, g);
        *zero = odd_zero(s, n, d);
        mpz_clears(g, d, n, NULL);
        return UMI_OK;
    }
    base c = base_of(s, num, den);
    member *members = umi_arena_array(arena, s->count, sizeof *members);
    if (members == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
    set_members(members, s, c.m);
    *zero = all_zero(&c, members, s->count);
    return UMI_OK;
}
