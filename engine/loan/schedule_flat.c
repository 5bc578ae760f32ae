/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

#include <assert.h>

/* Flat loans: interest on the whole principal in every row.  It is rounded
 * once as a total; the rows share that total out. */
typedef struct flat {
    const umi__plan *p;
    umi_error *err;
    umi_i128 num, den; /* of flat_equivalent; else the plan's */
    bool fixed;
    int32_t bearer; /* first row that shows interest */
    bool known;     /* last is the interest of last_factors */
    umi_i128 last_factors;
    umi_money last;
} flat;

static umi_i128 factor(const flat *f, int32_t k)
{
    return f->fixed ? f->num : umi__factor(f->p, k);
}

/* Factors that row @p k shows: none in grace, and what was deferred. */
static umi_i128 shown_factor(const flat *f, int32_t k)
{
    if (k < f->bearer)
        return 0;
    umi_i128 sum = factor(f, k);
    if (k == f->bearer && f->p->t->grace_mode == UMI_GRACE_DEFER)
        for (int32_t j = 1; j < k; j++)
            sum += factor(f, j);
    return sum;
}

/* What leaves 128 bits does not fit either: the denominator, at most 10^14
 * times 365 * 366 (umi_terms_check()), is less than 2^64. */
static umi_status
round_interest(const flat *f, umi_i128 factors, umi_money *out)
{
    umi_i128 num;
    if (__builtin_mul_overflow(factors, (umi_i128)f->p->t->principal.sen, &num))
        return umi__too_large(f->err);
    return umi__round(out, num, f->den, f->p->round, f->err);
}

/* Most rows have the factor of the row before. */
static umi_status interest_on(flat *f, umi_i128 factors, umi_money *out)
{
    umi_status rc = UMI_OK;
    if (!f->known || f->last_factors != factors)
        rc = round_interest(f, factors, &f->last);
    f->known = rc == UMI_OK;
    f->last_factors = factors;
    if (rc == UMI_OK)
        *out = f->last;
    return rc;
}

/* --- interest ----------------------------------------------------------------- */

/* Each row rounded; the residue row takes the difference to the total, and
 * with residue last no row takes more than what is left of it. */
static umi_status interest_rows(flat *f, bool first)
{
    const umi__plan *p = f->p;
    umi_i128 all = 0;
    umi_money total;
    for (int32_t k = f->bearer; k <= p->n; k++)
        all += shown_factor(f, k);
    umi_status rc = interest_on(f, all, &total);
    int64_t left = total.sen;
    int32_t residue = first ? f->bearer : p->n;
    for (int32_t k = 1; k <= p->n && rc == UMI_OK; k++) {
        umi_money *interest = &p->rows[k - 1].interest;
        interest->sen = 0;
        if (k == residue || k < f->bearer)
            continue;
        rc = interest_on(f, shown_factor(f, k), interest);
        if (!first && interest->sen > left)
            interest->sen = left;
        if (rc == UMI_OK && __builtin_sub_overflow(left, interest->sen, &left))
            rc = umi__too_large(f->err);
    }
    if (rc == UMI_OK && left < 0)
        return umi_fail(f->err, UMI_EINVAL, "residue",
                        "an interest would be negative");
    if (rc == UMI_OK)
        p->rows[residue - 1].interest.sen = left;
    return rc;
}

/* residue spread: differences of the rounded running totals. */
static umi_status interest_spread(flat *f)
{
    const umi__plan *p = f->p;
    umi_i128 sum = 0;
    umi_money before = {0}, now;
    umi_status rc = UMI_OK;
    for (int32_t k = 1; k <= p->n && rc == UMI_OK; k++) {
        sum += shown_factor(f, k);
        rc = interest_on(f, sum, &now);
        if (rc == UMI_OK)
            p->rows[k - 1].interest.sen = now.sen - before.sen;
        before = now;
    }
    return rc;
}

/* --- principal ----------------------------------------------------------------- */

/* payment_round makes the row's total round, at the cost of principal; the
 * sum of two rounded figures is round already. */
static umi_status principal_beside(const flat *f, umi_money share, umi_row *row)
{
    umi_money total;
    umi_status rc = umi__round(&total, (umi_i128)share.sen + row->interest.sen,
                               1, f->p->level_round, f->err);
    if (rc == UMI_OK)
        row->principal.sen = total.sen - row->interest.sen;
    return rc;
}

static umi_status principal_rows(const flat *f, bool first)
{
    const umi__plan *p = f->p;
    umi_money share;
    int64_t left = p->t->principal.sen;
    int32_t residue = first ? p->first : p->n;
    umi_status rc =
        umi__round(&share, left, p->n - p->first + 1, p->round, f->err);
    for (int32_t k = 1; k <= p->n && rc == UMI_OK; k++) {
        umi_row *row = &p->rows[k - 1];
        row->principal.sen = 0;
        if (k < p->first || k == residue)
            continue;
        rc = principal_beside(f, share, row);
        int64_t *v = &row->principal.sen;
        *v = *v < 0 ? 0 : !first && *v > left ? left : *v;
        if (rc == UMI_OK && __builtin_sub_overflow(left, *v, &left))
            rc = umi__too_large(f->err);
    }
    if (rc == UMI_OK && left < 0)
        return umi_fail(f->err, UMI_EINVAL, "residue",
                        "a principal would be negative");
    if (rc == UMI_OK)
        p->rows[residue - 1].principal.sen = left;
    return rc;
}

static umi_status principal_spread(const flat *f)
{
    const umi__plan *p = f->p;
    umi_i128 all = p->t->principal.sen;
    int32_t m = p->n - p->first + 1;
    umi_money before = {0}, now = {0};
    umi_status rc = UMI_OK;
    for (int32_t k = 1; k <= p->n && rc == UMI_OK; k++) {
        if (k == p->n)
            now = p->t->principal;
        else if (k >= p->first)
            rc =
                umi__round(&now, all * (k - p->first + 1), m, p->round, f->err);
        p->rows[k - 1].principal.sen = now.sen - before.sen;
        before = now;
    }
    if (rc == UMI_OK && p->rows[p->n - 1].principal.sen < 0)
        return umi_fail(f->err, UMI_EINVAL, "residue",
                        "a principal would be negative");
    return rc;
}

/* --- the effective rate turned into a flat one ---------------------------------- */

/* Percent per period, 100 (n f v / (v - 1) - 1) / n with v = (1 + f)^n, half
 * up to so many digits; over f = num/den, a = num + den, it is
 * 100 (n num a^n - den (a^n - den^n)) / (n den (a^n - den^n)). */
static umi_status flat_equivalent(flat *f)
{
    const umi__plan *p = f->p;
    f->fixed = true;
    f->num = 0;
    f->den = 1;
    if (p->num == 0)
        return UMI_OK;
    unsigned long n = (unsigned long)p->n;
    mpz_t a, b, den, top;
    mpz_inits(a, b, den, top, NULL);
    umi__mpz_set(b, p->den);
    umi__mpz_set(a, p->den + p->num);
    mpz_set(den, b);
    mpz_pow_ui(a, a, n);
    mpz_pow_ui(b, b, n);
    mpz_sub(b, a, b);
    mpz_mul(den, den, b);
    umi__mpz_mul(a, p->num);
    mpz_mul_ui(top, a, n);
    mpz_sub(top, top, den);
    mpz_mul_ui(den, den, n);

    f->den = 100; /* of a percent with so many digits */
    for (int i = 0; i < p->t->flat_equivalent_digits; i++)
        f->den *= 10;
    umi__mpz_mul(top, f->den);
    umi__mpz_divide(a, top, den, UMI_ROUND_HALF_UP);
    return umi__mpz_get(&f->num, a) ? UMI_OK : umi__too_large(f->err);
}

/* round(P/m) + round(P f of period 1), however the rows came out. */
static umi_status flat_payment(flat *f, umi__level_payment *payment)
{
    const umi__plan *p = f->p;
    umi_money share, interest;
    payment->has = p->t->day_count == UMI_COUNT_PERIOD && p->t->step_count == 0;
    if (!payment->has)
        return UMI_OK;
    umi_status rc = umi__round(&share, p->t->principal.sen, p->n - p->first + 1,
                               p->round, f->err);
    if (rc == UMI_OK)
        rc = interest_on(f, factor(f, 1), &interest);
    if (rc == UMI_OK)
        rc = umi__round(&payment->amount, (umi_i128)share.sen + interest.sen, 1,
                        p->level_round, f->err);
    return rc;
}

umi_status
umi__rows_flat(const umi__plan *p, umi__level_payment *payment, umi_error *err)
{
    const umi_terms *t = p->t;
    flat f = {
        .p = p, .err = err, .den = p->den, .bearer = t->grace_interest + 1};
    bool first = t->residue == UMI_RESIDUE_FIRST;
    bool spread = t->residue == UMI_RESIDUE_SPREAD;
    umi_status rc = UMI_OK;
    if (t->method == UMI_FLAT_EQUIVALENT)
        rc = flat_equivalent(&f);
    if (rc == UMI_OK)
        rc = spread ? interest_spread(&f) : interest_rows(&f, first);
    if (rc == UMI_OK)
        rc = spread ? principal_spread(&f) : principal_rows(&f, first);
    int64_t left = t->principal.sen;
    for (int32_t k = 1; k <= p->n && rc == UMI_OK; k++) {
        left -= p->rows[k - 1].principal.sen;
        p->rows[k - 1].balance.sen = left;
    }
    return rc == UMI_OK ? flat_payment(&f, payment) : rc;
}
