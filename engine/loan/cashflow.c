/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum {
    FIRST_BITS = 128,
    LEVELS = 12,         /* 128 bits doubled so often */
    BITS_MOST = 1 << 27, /* of all terms together */
};

/* ln(1 + i) of what is looked at: of -100 % with 14 places, of 10^9 %. */
#define LOWEST  (-36.0)
#define HIGHEST 17.0

typedef struct solver {
    const umi_rate_query *q;
    umi_arena *arena;
    umi_error *err;
    umi__series s;
    umi__sum *sums[LEVELS];
    int left, right;  /* sign of f below and above the rate */
    double low, high; /* ln(1 + i) of the rate is between */
    umi_i128 unit;    /* 10^digits */
    umi_i128 rate;
    bool exact;     /* within umi_exact_run() */
    bool undecided; /* exact arithmetic is needed: all again, within */
    bool failed;    /* memory */
    bool hopeless;  /* no bits were enough */
} solver;

static umi_status no_rate(umi_error *err, const char *english)
{
    return umi_fail(err, UMI_EINVAL, "flows", "%s",
                    umi_tr(err ? err->lang : UMI_LANG_EN, english));
}

static const char none[] = "there is no rate";
static const char several[] = "there is more than one rate";
static const char too_close[] = "the rates are too close to be told apart";
static const char too_high[] = "the rate is above 1,000,000,000 %";

/* --- exact signs ------------------------------------------------------------------- */

static int sign_of(umi_i128 v)
{
    return (v > 0) - (v < 0);
}

/* As sign_at() when 127 bits have not been enough. */
static int exact_sign(solver *v, umi_i128 num, umi_i128 den)
{
    mpz_t n, d;
    int sign = 0;
    mpz_inits(n, d, NULL);
    umi__mpz_set(n, num);
    umi__mpz_set(d, den);
    bool zero = false;
    v->failed =
        umi__series_zero(&zero, &v->s, n, d, v->arena, v->err) != UMI_OK;
    for (int level = 0; !zero && !v->failed && sign == 0; level++) {
        v->hopeless =
            level == LEVELS || (v->s.count << level) * FIRST_BITS > BITS_MOST;
        if (v->hopeless)
            break;
        if (v->sums[level] == NULL)
            v->sums[level] = umi__sum_new(&v->s, FIRST_BITS << level, v->arena);
        v->failed = v->sums[level] == NULL;
        if (v->failed)
            break;
        umi__sum_at(v->sums[level], n, d);
        sign = umi__sum_sign(v->sums[level]);
    }
    mpz_clears(d, n, NULL);
    return sign;
}

static bool stopped(const solver *v)
{
    return v->undecided || v->failed || v->hopeless;
}

/* The sign of f at num / den percent a year. */
static int sign_at(solver *v, umi_i128 num, umi_i128 den)
{
    num *= v->q->per_den;
    den *= 100 * v->q->per;
    int sign = umi__fixed_sign(&v->s, num, den);
    if (sign != 0)
        return sign;
    v->undecided = !v->exact;
    return v->exact ? exact_sign(v, num, den) : 0;
}

/* Whether the rounded rate is above @p k units: so when it lies above the
 * middle between k and k + 1, or on a middle that rounds away from zero. */
static bool above(solver *v, umi_i128 k)
{
    umi_i128 middle = 2 * k + 1;
    if (stopped(v))
        return false;
    if (v->q->advances_first ? middle < 0 : middle <= -200 * v->unit)
        return true;
    int sign = sign_at(v, middle, 2 * v->unit);
    return sign == v->left || (sign == 0 && middle > 0);
}

/* --- the rate ----------------------------------------------------------------------- */

static umi_i128 highest(const solver *v)
{
    return UMI_RATE_PERCENT_MAX * v->unit;
}

static umi_i128 first_try(const solver *v)
{
    double scale =
        100 * (double)v->unit * (double)v->q->per / (double)v->q->per_den;
    double units = scale * expm1(umi__series_guess(&v->s, v->left, v->low,
                                                   v->high, 0.02 / scale));
    double high = (double)highest(v), low = -100 * (double)v->unit;
    units = units > low ? units : low;
    return (umi_i128)(units < high ? floor(units + 0.5) : high);
}

/* The least k that the rate is not above; steps grow from the guess, then
 * halve.  When the guess is right two signs are enough. */
static umi_i128 round_rate(solver *v)
{
    umi_i128 k = first_try(v), low, high, step = 1;
    if (above(v, k)) {
        for (low = k; above(v, low + step) && low <= highest(v); step *= 2)
            low += step;
        high = low + step;
    } else {
        for (high = k; !above(v, high - step) && !stopped(v); step *= 2)
            high -= step;
        low = high - step;
    }
    while (high - low > 1) {
        umi_i128 middle = low + (high - low) / 2;
        if (above(v, middle))
            low = middle;
        else
            high = middle;
    }
    return high;
}

static umi_status crossing(solver *v)
{
    v->rate = round_rate(v);
    umi_i128 over = highest(v);
    bool high = v->rate > over;
    if (v->rate == over && !stopped(v))
        high = sign_at(v, UMI_RATE_PERCENT_MAX, 1) == v->left;
    if (v->undecided)
        return UMI_OK;
    if (v->failed)
        return umi_fail(v->err, UMI_ENOMEM, "", "no memory for cash flows");
    if (v->hopeless)
        return no_rate(v->err, too_close);
    return high ? no_rate(v->err, too_high) : UMI_OK;
}

static umi_status only_payments_later(solver *v)
{
    umi_i128 sum = 0;
    if (v->s.changes != 1)
        return no_rate(v->err, v->s.changes == 0
                                   ? none
                                   : "all advances must come before all "
                                     "payments");
    for (size_t j = 0; j < v->s.count; j++)
        sum += v->s.terms[j].amount;
    v->rate = 0;
    if (sum == 0)
        return UMI_OK;
    return sign_of(sum) == v->left ? crossing(v) : no_rate(v->err, none);
}

/* (1 + i)^(num/den) = p/q: the rate of q that grows to p in that time. */
static umi_status just(solver *v, const umi__count *c)
{
    umi_status rc =
        umi__series_begin(&v->s, 2, (int32_t)c->den, v->arena, v->err);
    if (rc != UMI_OK)
        return rc;
    umi__series_add(&v->s, 0, -(umi_i128)c->q);
    umi__series_add(&v->s, c->num, c->p);
    memset(v->sums, 0, sizeof v->sums);
    v->left = 1;
    v->right = -1;
    return crossing(v);
}

/* The sign of f changes more than once from term to term. */
static umi_status isolate(solver *v)
{
    umi__count c;
    v->undecided = !v->exact;
    if (v->undecided)
        return UMI_OK;
    umi_status rc = umi__series_count(&c, &v->s, v->arena, v->err);
    if (rc != UMI_OK)
        return rc;
    if (c.rates < 0)
        return no_rate(v->err, too_close);
    if (c.rates != 1)
        return no_rate(v->err, c.rates == 0 ? none : several);
    if (c.q > 0)
        return just(v, &c);
    v->low = fmax(c.low, LOWEST);
    v->high = fmin(c.high, HIGHEST);
    return crossing(v);
}

static umi_status solve(solver *v)
{
    if (v->s.changes == 0)
        return no_rate(v->err, none);
    v->right = sign_of(v->s.terms[0].amount);
    v->left = sign_of(v->s.terms[v->s.count - 1].amount);
    v->low = LOWEST;
    v->high = HIGHEST;
    if (v->q->advances_first)
        return only_payments_later(v);
    return v->s.changes == 1 ? crossing(v) : isolate(v);
}

static umi_status solve_exactly(void *self, umi_error *err)
{
    solver *v = self;
    v->err = err;
    v->exact = true;
    v->undecided = false;
    return solve(v);
}

/* All is tried without big numbers first, and again with them when some sign
 * asks for it. */
umi_status umi_cashflow_rate(umi_i128 *rate,
                             const umi_rate_query *query,
                             umi_arena *arena,
                             umi_error *err)
{
    assert(query->count <= UMI_FLOWS_MAX + 200 && query->digits >= 0 &&
           query->digits <= 12 && query->per > 0 && query->per_den > 0);
    solver v;
    v.q = query;
    v.arena = arena;
    v.err = err;
    v.unit = 1;
    v.exact = v.undecided = v.failed = v.hopeless = false;
    for (int i = 0; i < LEVELS; i++)
        v.sums[i] = NULL;
    for (int i = 0; i < query->digits; i++)
        v.unit *= 10;
    umi_status rc = umi__series_of(&v.s, query, arena, err);
    if (rc == UMI_OK)
        rc = solve(&v);
    if (v.undecided)
        rc = umi_exact_run(solve_exactly, &v, err);
    if (rc == UMI_OK)
        *rate = v.rate;
    return rc;
}
