/* SPDX-License-Identifier: MIT */
#include "engine/loan/convert.h"

#include "engine/loan/cashflow.h"
#include "engine/loan/schedule_int.h"

#include <assert.h>

typedef struct job {
    const umi_rate_ask *ask;
    umi_arena *arena;
    umi_rate_words out;
    mpz_t unit; /* a figure of 100 percent: 100 * 10^digits */
} job;

/* num / den; den > 0. */
typedef struct fraction {
    mpz_t num, den;
} fraction;

static void fraction_init(fraction *q)
{
    mpz_inits(q->num, q->den, NULL);
}

/* Periods of one `per`, as a fraction: a year has 12 months, so 4 quarters. */
static void periods_of(umi_rate_per per,
                       const umi_rate_ask *ask,
                       int32_t *num,
                       int32_t *den)
{
    *num = *den = 1;
    if (per == UMI_PER_TERM) {
        *num = ask->periods;
    } else if (per != UMI_PER_PERIOD) {
        *num = umi__units_a_year(ask->unit);
        *den = ask->every * umi__rates_a_year(per);
    }
}

/* --- rounding --------------------------------------------------------------- */

static umi_status too_high(umi_error *err)
{
    return umi_fail(err, UMI_ERANGE, "rate", "a rate would be above %d percent",
                    UMI_RATE_PERCENT_MAX);
}

static umi_status
put(const job *j, umi_i128 *out, const mpz_t z, umi_error *err)
{
    mpz_t most;
    mpz_init_set(most, j->unit);
    mpz_mul_ui(most, most, UMI_RATE_PERCENT_MAX / 100);
    return mpz_cmp(z, most) <= 0 && umi__mpz_get(out, z) ? UMI_OK
                                                         : too_high(err);
}

/* q times num / den, in units. */
static void
rounded(const job *j, mpz_t out, const fraction *q, int32_t num, int32_t den)
{
    mpz_t d;
    mpz_init(d);
    mpz_mul(out, q->num, j->unit);
    mpz_mul_si(out, out, num);
    mpz_mul_si(d, q->den, den);
    umi__mpz_divide(out, out, d, UMI_ROUND_HALF_UP);
}

static umi_status figure(const job *j,
                         umi_i128 *out,
                         const fraction *q,
                         int32_t num,
                         int32_t den,
                         umi_error *err)
{
    mpz_t z;
    mpz_init(z);
    rounded(j, z, q, num, den);
    return put(j, out, z, err);
}

/* --- from the rate of a period ---------------------------------------------- */

/* The level payment of a loan of 1: f v / (v - 1) with v = (1 + f)^n; over
 * f = p / q and a = p + q it is p a^n / (q (a^n - q^n)). */
static void payment_of(fraction *out, const fraction *f, int32_t periods)
{
    unsigned long n = (unsigned long)periods;
    if (mpz_sgn(f->num) == 0) {
        mpz_set_ui(out->num, 1);
        mpz_set_ui(out->den, n);
        return;
    }
    mpz_t a, b;
    mpz_inits(a, b, NULL);
    mpz_add(a, f->num, f->den);
    mpz_pow_ui(a, a, n);
    mpz_pow_ui(b, f->den, n);
    mpz_mul(out->num, f->num, a);
    mpz_sub(b, a, b);
    mpz_mul(out->den, f->den, b);
}

/* Flat rates are what the payments are more than the principal. */
static umi_status
flat_words(job *j, umi_rate_words *w, const fraction *payment, umi_error *err)
{
    const umi_rate_ask *ask = j->ask;
    fraction x; /* flat rate of a period: payment - 1 / n */
    fraction_init(&x);
    mpz_mul_si(x.num, payment->num, ask->periods);
    mpz_sub(x.num, x.num, payment->den);
    mpz_mul_si(x.den, payment->den, ask->periods);
    umi_status rc = UMI_OK;
    for (int per = 0; per < UMI_RATE_PERS && rc == UMI_OK; per++) {
        int32_t num, den;
        periods_of((umi_rate_per)per, ask, &num, &den);
        rc = figure(j, &w->flat[per], &x, num, den, err);
    }
    rounded(j, x.num, payment, 10000, 1); /* fits, as the flat rates do */
    return rc == UMI_OK && !umi__mpz_get(&w->payment, x.num) ? too_high(err)
                                                             : rc;
}

static umi_status
nominal_words(job *j, umi_rate_words *w, const fraction *f, umi_error *err)
{
    umi_status rc = UMI_OK;
    for (int per = 0; per < UMI_RATE_PERS && rc == UMI_OK; per++) {
        int32_t num, den;
        periods_of((umi_rate_per)per, j->ask, &num, &den);
        rc = figure(j, &w->nominal[per], f, num, den, err);
    }
    return rc;
}

/* All that follows from a rate of a period but the effective rate. */
static umi_status
words_of(job *j, umi_rate_words *w, const fraction *f, umi_error *err)
{
    fraction payment;
    fraction_init(&payment);
    payment_of(&payment, f, j->ask->periods);
    umi_status rc = flat_words(j, w, &payment, err);
    return rc == UMI_OK ? nominal_words(j, w, f, err) : rc;
}

/* (1 + f)^(K / E) - 1 for K units a year and E of them a period, in units and
 * half up: with the root of the power cut to a whole number of half units, no
 * digit can come out otherwise. */
static umi_status effective_of(job *j, const fraction *f, umi_error *err)
{
    unsigned long k = (unsigned long)umi__units_a_year(j->ask->unit),
                  e = (unsigned long)j->ask->every;
    mpz_t half, z, d;
    mpz_inits(half, z, d, NULL);
    mpz_mul_2exp(half, j->unit, 1);
    mpz_add(z, f->num, f->den);
    mpz_pow_ui(z, z, k);
    mpz_pow_ui(d, half, e);
    mpz_mul(z, z, d);
    mpz_pow_ui(d, f->den, k);
    mpz_fdiv_q(z, z, d);
    (void)mpz_root(z, z, e);
    mpz_sub(z, z, half);
    mpz_add_ui(z, z, 1);
    mpz_fdiv_q_2exp(z, z, 1);
    return put(j, &j->out.effective, z, err);
}

/* --- from each kind --------------------------------------------------------- */

static umi_status from_nominal(job *j, umi_error *err)
{
    const umi_rate_ask *ask = j->ask;
    int32_t num, den;
    fraction f;
    fraction_init(&f);
    periods_of(ask->per, ask, &num, &den);
    mpz_set_si(f.num, ask->rate.num);
    mpz_mul_si(f.num, f.num, den);
    mpz_set_si(f.den, ask->rate.den);
    mpz_mul_si(f.den, f.den, num);
    umi_status rc = words_of(j, &j->out, &f, err);
    return rc == UMI_OK ? effective_of(j, &f, err) : rc;
}

/* The rate of a period lies in [low, high] = ((1 + e)^(E / K) - 1), cut to so
 * many bits; both are the rate itself when the root is a fraction. */
typedef struct root {
    fraction power; /* (1 + e)^E, E and K in lowest terms */
    unsigned long k;
    bool exact;
    fraction low, high;
} root;

static void root_begin(root *r, const umi_rate_ask *ask)
{
    int64_t k = umi__units_a_year(ask->unit), g = umi_gcd(k, ask->every);
    unsigned long e = (unsigned long)(ask->every / g);
    fraction_init(&r->power);
    fraction_init(&r->low);
    fraction_init(&r->high);
    r->k = (unsigned long)(k / g);
    mpz_set_si(r->power.num, ask->rate.num);
    mpz_add_ui(r->power.num, r->power.num, (unsigned long)ask->rate.den);
    mpz_set_si(r->power.den, ask->rate.den);
    mpz_pow_ui(r->power.num, r->power.num, e);
    mpz_pow_ui(r->power.den, r->power.den, e);
    /* num and den have no common factor, so the root is a fraction only if
     * both have a whole root */
    r->exact = mpz_root(r->low.num, r->power.num, r->k) != 0;
    r->exact &= mpz_root(r->low.den, r->power.den, r->k) != 0;
    mpz_sub(r->low.num, r->low.num, r->low.den);
}

static void root_narrow(root *r, unsigned long bits)
{
    mpz_mul_2exp(r->low.num, r->power.num, bits * r->k);
    mpz_fdiv_q(r->low.num, r->low.num, r->power.den);
    (void)mpz_root(r->low.num, r->low.num, r->k);
    mpz_set_ui(r->low.den, 1);
    mpz_mul_2exp(r->low.den, r->low.den, bits);
    mpz_sub(r->low.num, r->low.num, r->low.den);
    mpz_add_ui(r->high.num, r->low.num, 1);
    mpz_set(r->high.den, r->low.den);
}

static bool same_words(const umi_rate_words *a, const umi_rate_words *b)
{
    bool same = a->payment == b->payment;
    for (int per = 0; per < UMI_RATE_PERS; per++)
        same &=
            a->flat[per] == b->flat[per] && a->nominal[per] == b->nominal[per];
    return same;
}

/* Every figure grows with the rate, so what both ends of its enclosure round
 * to is certain.  A root that is no fraction gives no figure that is one, so
 * none lies on a tie and some width suffices (docs/formulas.md). */
static umi_status from_effective(job *j, umi_error *err)
{
    umi_rate_words *w = &j->out, high;
    fraction e;
    root r;
    fraction_init(&e);
    root_begin(&r, j->ask);
    mpz_set_si(e.num, j->ask->rate.num);
    mpz_set_si(e.den, j->ask->rate.den);
    umi_status rc = figure(j, &w->effective, &e, 1, 1, err);
    if (rc == UMI_OK && r.exact)
        return words_of(j, w, &r.low, err);
    for (unsigned long bits = 128; rc == UMI_OK; bits *= 2) {
        root_narrow(&r, bits);
        rc = words_of(j, w, &r.low, err);
        if (rc == UMI_OK)
            rc = words_of(j, &high, &r.high, err);
        if (rc == UMI_OK && same_words(w, &high))
            break;
    }
    return rc;
}

/* The flows of a loan whose level payment is @p payment, in lowest terms, at
 * t = num / den of each period. */
static umi_status level_flows(umi_flow *flows,
                              const fraction *payment,
                              const umi_rate_ask *ask,
                              int32_t num,
                              int32_t den,
                              umi_error *err)
{
    if (!mpz_fits_slong_p(payment->num) || !mpz_fits_slong_p(payment->den))
        return umi_fail(err, UMI_ERANGE, "rate",
                        "the rate has too many digits for this term");
    flows[0] = (umi_flow){
        .amount = {-mpz_get_si(payment->den)}, .den = den, .odd_den = 1};
    for (int32_t k = 1; k <= ask->periods; k++)
        flows[k] = (umi_flow){.amount = {mpz_get_si(payment->num)},
                              .num = (int64_t)k * num,
                              .den = den,
                              .odd_den = 1};
    return UMI_OK;
}

static umi_status solve(job *j,
                        umi_i128 *out,
                        umi_flow *flows,
                        int32_t per,
                        int32_t per_den,
                        umi_error *err)
{
    umi_rate_query q = {.flows = flows,
                        .count = (size_t)j->ask->periods + 1,
                        .digits = j->ask->digits,
                        .per = per,
                        .per_den = per_den,
                        .advances_first = true};
    umi_status rc = umi_cashflow_rate(out, &q, j->arena, err);
    if (rc == UMI_EINVAL)
        return too_high(err); /* a rate there is, of 0 or more */
    return rc;
}

/* The rate of a period is no fraction in general: the solver of cash flows
 * certifies each figure. */
static umi_status solve_words(job *j, const fraction *payment, umi_error *err)
{
    const umi_rate_ask *ask = j->ask;
    umi_flow *flows =
        umi_arena_array(j->arena, (size_t)ask->periods + 1, sizeof *flows);
    if (flows == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
    umi_status rc = level_flows(flows, payment, ask, 1, 1, err);
    for (int per = 0; per < UMI_RATE_PERS && rc == UMI_OK; per++) {
        int32_t num, den;
        periods_of((umi_rate_per)per, ask, &num, &den);
        rc = solve(j, &j->out.nominal[per], flows, num, den, err);
    }
    if (rc == UMI_OK)
        rc = level_flows(flows, payment, ask, ask->every,
                         umi__units_a_year(ask->unit), err);
    return rc == UMI_OK ? solve(j, &j->out.effective, flows, 1, 1, err) : rc;
}

/* Payment of a loan of 1: a share of the principal and the flat interest. */
static umi_status from_flat(job *j, umi_error *err)
{
    const umi_rate_ask *ask = j->ask;
    int32_t num, den;
    fraction payment;
    mpz_t g;
    fraction_init(&payment);
    mpz_init(g);
    periods_of(ask->per, ask, &num, &den);
    /* 1 / n + rate den / num */
    mpz_set_si(payment.num, ask->rate.num);
    mpz_mul_si(payment.num, payment.num, den);
    mpz_mul_si(payment.num, payment.num, ask->periods);
    mpz_set_si(payment.den, ask->rate.den);
    mpz_mul_si(payment.den, payment.den, num);
    mpz_add(payment.num, payment.num, payment.den);
    mpz_mul_si(payment.den, payment.den, ask->periods);
    mpz_gcd(g, payment.num, payment.den);
    mpz_divexact(payment.num, payment.num, g);
    mpz_divexact(payment.den, payment.den, g);
    umi_status rc = flat_words(j, &j->out, &payment, err);
    return rc == UMI_OK ? solve_words(j, &payment, err) : rc;
}

static umi_status convert(void *self, umi_error *err)
{
    job *j = self;
    mpz_init_set_ui(j->unit, 100);
    for (int i = 0; i < j->ask->digits; i++)
        mpz_mul_ui(j->unit, j->unit, 10);
    switch (j->ask->kind) {
    case UMI_RATE_FLAT:
        return from_flat(j, err);
    case UMI_RATE_NOMINAL:
        return from_nominal(j, err);
    case UMI_RATE_EFFECTIVE:
        break;
    }
    return from_effective(j, err);
}

static umi_status check(const umi_rate_ask *ask, umi_error *err)
{
    const struct {
        const char *field;
        int32_t value, min, max;
    } domain[] = {{"periods", ask->periods, 1, UMI_PERIODS_MAX},
                  {"every", ask->every, 1, 366},
                  {"digits", ask->digits, 0, 12}};
    for (size_t i = 0; i < sizeof domain / sizeof *domain; i++)
        if (domain[i].value < domain[i].min || domain[i].value > domain[i].max)
            return umi_fail(err, UMI_EINVAL, domain[i].field,
                            "must be %d to %d, got %d", domain[i].min,
                            domain[i].max, domain[i].value);
    if (ask->rate.num < 0)
        return umi_fail(err, UMI_EINVAL, "rate", "must not be negative");
    if (ask->kind == UMI_RATE_EFFECTIVE && ask->per != UMI_PER_YEAR)
        return umi_fail(err, UMI_EINVAL, "per",
                        "an effective rate is per year");
    if (ask->periods * ask->every > 1000 * umi__units_a_year(ask->unit))
        return umi_fail(err, UMI_EINVAL, "periods",
                        "the term must not be over 1000 years");
    return UMI_OK;
}

umi_status umi_rate_convert(umi_rate_words *out,
                            const umi_rate_ask *ask,
                            umi_arena *arena,
                            umi_error *err)
{
    assert(ask->rate.den > 0 && ask->per < UMI_RATE_PERS);
    umi_status rc = check(ask, err);
    if (rc != UMI_OK)
        return rc;
    job j = {.ask = ask, .arena = arena};
    rc = umi_exact_run(convert, &j, err);
    if (rc == UMI_OK)
        *out = j.out;
    return rc;
}

/* --- of a schedule ---------------------------------------------------------- */

umi_i128 umi_schedule_flat_month(const umi_schedule *s, const umi_terms *t)
{
    return umi__flat_rate(s, t, 12);
}

/* A tranche within a period stands at the share of its days that have gone. */
static bool tranche_flow(umi_flow *f,
                         const umi_tranche *a,
                         const umi_schedule *s,
                         const umi_terms *t)
{
    int64_t start = t->disbursed.n, row = 0;
    while (a->date.n >= start + s->rows[row].days)
        start += s->rows[row++].days;
    int32_t days = s->rows[row].days;
    *f = (umi_flow){.amount = {-a->amount.sen},
                    .num = row * days + (a->date.n - start),
                    .den = days,
                    .odd_den = 1};
    return days <= 5000;
}

static umi_status nominal_of(umi_i128 *rate,
                             umi_flow *flows,
                             const umi_schedule *s,
                             const umi_terms *t,
                             umi_arena *arena,
                             umi_error *err)
{
    size_t n = 0;
    bool pawn = t->method == UMI_PAWN;
    if (t->tranche_count == 0)
        flows[n++] =
            (umi_flow){.amount = {-t->principal.sen}, .den = 1, .odd_den = 1};
    for (size_t i = 0; i < t->tranche_count; i++)
        if (!tranche_flow(&flows[n++], &t->tranches[i], s, t))
            return umi_fail(err, UMI_EINVAL, "flows",
                            "a tranche lies within too long a period");
    for (size_t k = 0; k < s->count; k++)
        flows[n++] = (umi_flow){
            .amount = {s->rows[k].principal.sen + s->rows[k].interest.sen},
            .num = s->rows[k].n,
            .den = 1,
            .odd_den = 1};
    umi_rate_query q = {.flows = flows,
                        .count = n,
                        .digits = 6,
                        .per = pawn ? 365 : umi__units_a_year(t->unit),
                        .per_den = pawn ? t->term_days : t->every};
    return umi_cashflow_rate(rate, &q, arena, err);
}

umi_status umi_schedule_nominal_rate(umi_i128 *rate,
                                     const umi_schedule *s,
                                     const umi_terms *t,
                                     umi_arena *arena,
                                     umi_error *err)
{
    umi_flow *flows =
        umi_arena_array(arena, s->count + t->tranche_count + 1, sizeof *flows);
    if (flows == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
    return nominal_of(rate, flows, s, t, arena, err);
}
