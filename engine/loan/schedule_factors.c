/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

#include <assert.h>

/* At most 10^14, for every rate is a decimal (umi_terms_check()). */
static int64_t common_denominator(const umi_terms *t)
{
    int64_t den = t->rate.den;
    for (size_t i = 0; i < t->step_count; i++)
        den *= t->steps[i].rate.den / umi_gcd(t->steps[i].rate.den, den);
    return den;
}

/* By periods: factor = rate * mul / div, however long the period is. */
static void set_multiplier(umi__plan *p, const umi_terms *t)
{
    p->mul = p->div = 1;
    if (t->rate_per == UMI_PER_TERM) {
        p->div = t->periods;
    } else if (t->rate_per != UMI_PER_PERIOD) {
        p->mul = umi__rates_a_year(t->rate_per) * t->every;
        p->div = umi__units_a_year(t->unit);
    }
    int64_t g = umi_gcd(p->mul, p->div);
    p->mul /= g;
    p->div /= g;
}

static void set_small(umi__plan *p)
{
    umi_u128 den;
    if (__builtin_mul_overflow((umi_u128)p->den, (umi_u128)p->round.unit.sen,
                               &den) ||
        den > UINT64_MAX)
        return;
    p->unit_den = (uint64_t)den;
    p->unit_inverse = UINT64_MAX / p->unit_den;
}

void umi__plan_make(umi__plan *p, const umi_terms *t, umi_row *rows)
{
    *p = (umi__plan){.t = t,
                     .rows = rows,
                     .n = umi__row_count(t),
                     .first = t->grace_principal + 1,
                     .round = t->round,
                     .level_round =
                         t->has_payment_round ? t->payment_round : t->round};
    if (t->method == UMI_BULLET || t->method == UMI_PAWN)
        p->first = p->n;
    p->rate_den = common_denominator(t);
    set_multiplier(p, t);
    umi__dates_fill(t, rows);
    p->even = t->day_count == UMI_COUNT_PERIOD && t->step_count == 0;
    if (p->even) {
        int64_t up = umi_gcd(t->rate.num, p->div);
        int64_t down = umi_gcd(t->rate.den, p->mul);
        p->num = (umi_i128)(t->rate.num / up) * (p->mul / down);
        p->den = (umi_i128)(t->rate.den / down) * (p->div / up);
    } else if (t->day_count == UMI_COUNT_PERIOD) {
        p->den = (umi_i128)p->rate_den * p->div;
    } else {
        p->per = umi__rates_a_year(t->rate_per);
        p->den = (umi_i128)p->rate_den * umi_day_count_basis(t->day_count);
    }
    set_small(p);
}

static int64_t numerator(const umi__plan *p, umi_rate r)
{
    return r.num * (p->rate_den / r.den); /* < 10^4 * 10^14 */
}

int64_t umi__rate_on(const umi__plan *p, umi_day day)
{
    umi_rate r = p->t->rate;
    for (size_t i = 0; i < p->t->step_count; i++) {
        if (p->t->steps[i].from.n > day.n)
            break;
        r = p->t->steps[i].rate;
    }
    return numerator(p, r);
}

static umi_i128
by_days(const umi__plan *p, int64_t rate, umi_day from, umi_day to)
{
    return (umi_i128)rate * p->per *
           umi_day_count_parts(p->t->day_count, from, to);
}

/* Interest from @p from to the end of row @p k, split where steps fall. */
static umi_i128 factor_from(const umi__plan *p, int32_t k, umi_day from)
{
    umi_day end = p->rows[k - 1].due;
    umi_i128 sum = 0;
    for (size_t i = 0; i < p->t->step_count; i++) {
        umi_day cut = p->t->steps[i].from;
        if (cut.n >= end.n)
            break;
        if (cut.n <= from.n)
            continue;
        sum += by_days(p, umi__rate_on(p, from), from, cut);
        from = cut;
    }
    return sum + by_days(p, umi__rate_on(p, from), from, end);
}

umi_i128 umi__factor(const umi__plan *p, int32_t k)
{
    if (p->even)
        return p->num;
    if (p->t->day_count == UMI_COUNT_PERIOD)
        return umi__factor_at(p, k, umi__rate_on(p, umi__start(p, k)));
    return factor_from(p, k, umi__start(p, k));
}

umi_i128 umi__factor_at(const umi__plan *p, int32_t k, int64_t rate)
{
    assert(!p->even);
    if (p->t->day_count == UMI_COUNT_PERIOD)
        return (umi_i128)rate * p->mul;
    return by_days(p, rate, umi__start(p, k), p->rows[k - 1].due);
}

/* A tranche paid out within a period bears interest from its date: of the
 * period's factor the share of days left, or the day count's own factor. */
static void add_tranche(mpz_t num,
                        const umi__plan *p,
                        int32_t k,
                        const umi_tranche *a,
                        const mpz_t scale)
{
    mpz_t part;
    mpz_init_set(part, scale);
    umi__mpz_mul(part, a->amount.sen);
    if (p->t->day_count == UMI_COUNT_PERIOD) {
        umi__mpz_mul(part, umi__factor(p, k));
        umi__mpz_mul(part, p->rows[k - 1].due.n - a->date.n);
    } else {
        umi__mpz_mul(part, factor_from(p, k, a->date));
    }
    mpz_add(num, num, part);
    mpz_clear(part);
}

void umi__accrue(mpz_t num,
                 mpz_t den,
                 const umi__plan *p,
                 int32_t k,
                 const mpz_t base,
                 const mpz_t scale)
{
    const umi_terms *t = p->t;
    umi_day start = umi__start(p, k), end = p->rows[k - 1].due;
    bool scaled = false;
    mpz_set(num, base);
    umi__mpz_mul(num, umi__factor(p, k));
    umi__mpz_set(den, p->den);
    for (size_t i = 0; i < t->tranche_count; i++) {
        if (t->tranches[i].date.n <= start.n || t->tranches[i].date.n >= end.n)
            continue;
        if (!scaled && t->day_count == UMI_COUNT_PERIOD) {
            umi__mpz_mul(num, p->rows[k - 1].days);
            umi__mpz_mul(den, p->rows[k - 1].days);
            scaled = true;
        }
        add_tranche(num, p, k, &t->tranches[i], scale);
    }
}
