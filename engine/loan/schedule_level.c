/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

/* One factor i = num/den in lowest terms for all m rows.  With 1 + i = a/b
 * the payment is i a^m / (a^m - b^m). */
static void
annuity_even(mpz_t num, mpz_t den, umi_i128 i_num, umi_i128 i_den, int32_t m)
{
    if (i_num == 0) {
        mpz_set_ui(num, 1);
        mpz_set_ui(den, (unsigned long)m);
        return;
    }
    mpz_t a, b;
    mpz_init(a);
    mpz_init(b);
    umi__mpz_set(a, i_num + i_den);
    umi__mpz_set(b, i_den);
    mpz_pow_ui(a, a, (unsigned long)m);
    mpz_pow_ui(b, b, (unsigned long)m);
    mpz_sub(den, a, b);
    umi__mpz_mul(den, i_den);
    umi__mpz_mul(a, i_num);
    mpz_swap(num, a);
    mpz_clear(b);
    mpz_clear(a);
}

/* The rate by periods in lowest terms; num < 10^18 * 366 * 365. */
static void
annuity_at(mpz_t num, mpz_t den, const umi__plan *p, int64_t rate, int32_t m)
{
    int64_t up = umi_gcd(rate, p->div), down = umi_gcd(p->rate_den, p->mul);
    int64_t r = rate / up, d = p->rate_den / down, g = umi_gcd(r, d);
    annuity_even(num, den, (umi_i128)(r / g) * (p->mul / down),
                 (umi_i128)(d / g) * (p->div / up), m);
}

/* A factor for each row: payment = product of (1 + f) over
 * s(m), s(1) = 1, s(j) = 1 + s(j - 1) (1 + f(j)). */
static void annuity_uneven(
    mpz_t num, mpz_t den, const umi__plan *p, int32_t k, int64_t rate)
{
    mpz_t power; /* s is held times this power of the denominator */
    mpz_init_set_ui(power, 1);
    mpz_set_ui(den, 1);
    umi__mpz_set(num, p->den + umi__factor_at(p, k, rate));
    for (int32_t j = k + 1; j <= p->n; j++) {
        umi_i128 growth = p->den + umi__factor_at(p, j, rate);
        umi__mpz_mul(num, growth);
        umi__mpz_mul(den, growth);
        umi__mpz_mul(power, p->den);
        mpz_add(den, den, power);
    }
    umi__mpz_mul(den, p->den);
    mpz_clear(power);
}

void umi__level(mpz_t num, mpz_t den, const umi__plan *p, int32_t k)
{
    int32_t m = p->n - k + 1;
    if (p->t->method != UMI_ANNUITY) {
        annuity_even(num, den, 0, 1, m);
        return;
    }
    if (p->even) {
        annuity_even(num, den, p->num, p->den, m);
        return;
    }
    int64_t rate = umi__rate_on(p, umi__start(p, k));
    bool nominal = p->t->level_from == UMI_LEVEL_NOMINAL ||
                   p->t->day_count == UMI_COUNT_PERIOD;
    if (nominal)
        annuity_at(num, den, p, rate, m);
    else
        annuity_uneven(num, den, p, k, rate);
}
