/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_span_int.h"

#include <assert.h>

enum {
    GUARD = 128,   /* bits lost in 1 / f and in 1 / D, both below 2^60 */
    SHORT_RUN = 8, /* rows that are quicker done one by one */
    COARSE = 128,  /* bits that decide almost every rounding */
    FEW_ROWS = 64  /* whose level is quicker found exactly */
};

void umi__span_init(umi__span s)
{
    mpz_init(s[UMI__LOW]);
    mpz_init(s[UMI__HIGH]);
}

void umi__span_clear(umi__span s)
{
    mpz_clear(s[UMI__HIGH]);
    mpz_clear(s[UMI__LOW]);
}

/* --- rounding ---------------------------------------------------------------- */

static umi_status
round_ends(umi_money *out, umi__span s, const mpz_t scale, umi_rounding r)
{
    umi_money low = {0}, high = {0};
    bool fits = umi__mpz_round(&low, s[UMI__LOW], scale, r);
    if (mpz_cmp(s[UMI__LOW], s[UMI__HIGH]) != 0) {
        bool too = umi__mpz_round(&high, s[UMI__HIGH], scale, r);
        if (fits != too || low.sen != high.sen)
            return UMI__UNSURE;
    }
    *out = low;
    return fits ? UMI_OK : UMI_ERANGE;
}

umi_status umi__span_round(umi_money *out,
                           umi__span s,
                           const mpz_t scale,
                           mp_bitcnt_t bits,
                           umi_rounding r)
{
    if (bits < 4 * COARSE)
        return round_ends(out, s, scale, r);
    umi__span top;
    mpz_t one;
    umi__span_init(top);
    mpz_init(one);
    mpz_fdiv_q_2exp(one, scale, bits - COARSE);
    mpz_fdiv_q_2exp(top[UMI__LOW], s[UMI__LOW], bits - COARSE);
    mpz_cdiv_q_2exp(top[UMI__HIGH], s[UMI__HIGH], bits - COARSE);
    umi_status rc = round_ends(out, top, one, r);
    mpz_clear(one);
    umi__span_clear(top);
    return rc == UMI__UNSURE ? round_ends(out, s, scale, r) : rc;
}

/* --- the level payment ---------------------------------------------------------- */

/* D = 1/level, what payments of 1 in the rows k .. n are worth when row k
 * begins, found from the last row backwards: D(j) = (1 + D(j + 1))/(1 + f). */
typedef struct worth {
    mp_bitcnt_t bits;
    mpz_t one;        /* 2^bits */
    umi__span d;      /* over it */
    mpz_t num, den;   /* factor of a run of rows */
    mpz_t grown;      /* num + den */
    umi__span q;      /* (1 + f)^-rows */
    mpz_t part, base; /* for a moment */
} worth;

static void divide(mpz_t q, const mpz_t num, const mpz_t den, int end)
{
    if (end == UMI__LOW)
        mpz_fdiv_q(q, num, den);
    else
        mpz_cdiv_q(q, num, den);
}

static void shift_down(mpz_t q, mp_bitcnt_t bits, int end)
{
    if (end == UMI__LOW)
        mpz_fdiv_q_2exp(q, q, bits);
    else
        mpz_cdiv_q_2exp(q, q, bits);
}

static void step_back(worth *w)
{
    for (int e = UMI__LOW; e < UMI__ENDS; e++) {
        mpz_add(w->part, w->d[e], w->one);
        mpz_mul(w->part, w->part, w->den);
        divide(w->d[e], w->part, w->grown, e);
    }
}

/* Whole powers, where those are no longer than the answer. */
static void discount_whole(worth *w, unsigned long rows)
{
    mpz_pow_ui(w->part, w->den, rows);
    mpz_mul_2exp(w->part, w->part, w->bits);
    mpz_pow_ui(w->base, w->grown, rows);
    mpz_fdiv_q(w->q[UMI__LOW], w->part, w->base);
    mpz_add_ui(w->q[UMI__HIGH], w->q[UMI__LOW], 1);
}

/* Squares and products that are cut off each time: of two factors up to 1 that
 * are x and y units too low the product is at most x + y + 1 too low, so
 * that a power is too low by less than twice the rows. */
static void discount_cut(worth *w, unsigned long rows)
{
    mpz_t *low = &w->q[UMI__LOW];
    mpz_set(*low, w->one);
    mpz_mul_2exp(w->part, w->den, w->bits);
    mpz_fdiv_q(w->base, w->part, w->grown);
    for (unsigned long left = rows; left != 0; left >>= 1) {
        if (left & 1) {
            mpz_mul(*low, *low, w->base);
            mpz_fdiv_q_2exp(*low, *low, w->bits);
        }
        mpz_mul(w->base, w->base, w->base);
        mpz_fdiv_q_2exp(w->base, w->base, w->bits);
    }
    mpz_add_ui(w->q[UMI__HIGH], *low, 2 * rows);
}

static void discount(worth *w, unsigned long rows)
{
    if (mpz_sizeinbase(w->grown, 2) * rows <= 2 * w->bits)
        discount_whole(w, rows);
    else
        discount_cut(w, rows);
}

/* Rows of one factor at once: D = (1 - q)/f + q D. */
static void run_back(worth *w, unsigned long rows)
{
    discount(w, rows);
    for (int e = UMI__LOW; e < UMI__ENDS; e++) {
        mpz_mul(w->d[e], w->d[e], w->q[e]);
        shift_down(w->d[e], w->bits, e);
        mpz_sub(w->part, w->one, w->q[UMI__HIGH - e]);
        mpz_mul(w->part, w->part, w->den);
        divide(w->part, w->part, w->num, e);
        mpz_add(w->d[e], w->d[e], w->part);
    }
}

static void rows_back(worth *w, umi_i128 num, umi_i128 den, int32_t rows)
{
    if (num == 0) {
        for (int e = UMI__LOW; e < UMI__ENDS; e++)
            mpz_addmul_ui(w->d[e], w->one, (unsigned long)rows);
        return;
    }
    umi__mpz_set(w->num, num);
    umi__mpz_set(w->den, den);
    mpz_gcd(w->part, w->num, w->den);
    mpz_divexact(w->num, w->num, w->part);
    mpz_divexact(w->den, w->den, w->part);
    mpz_add(w->grown, w->num, w->den);
    if (rows >= SHORT_RUN)
        run_back(w, (unsigned long)rows);
    for (; rows > 0 && rows < SHORT_RUN; rows--)
        step_back(w);
}

/* One factor for all rows, as the level sees them. */
static bool one_factor(const umi__plan *p)
{
    return p->t->day_count == UMI_COUNT_PERIOD ||
           p->t->level_from == UMI_LEVEL_NOMINAL;
}

static void find_worth(worth *w, const umi__plan *p, int32_t k)
{
    umi_i128 den = p->den, num = 0;
    int64_t rate = umi__rate_on(p, umi__start(p, k));
    if (one_factor(p) || p->t->method != UMI_ANNUITY) {
        num = p->t->method == UMI_ANNUITY ? (umi_i128)rate * p->mul : 0;
        rows_back(w, num, (umi_i128)p->rate_den * p->div, p->n - k + 1);
        return;
    }
    int32_t rows = 0;
    for (int32_t j = p->n; j >= k; j--, rows++) {
        umi_i128 f = umi__factor_at(p, j, rate);
        if (rows > 0 && f != num) {
            rows_back(w, num, den, rows);
            rows = 0;
        }
        num = f;
    }
    rows_back(w, num, den, rows);
}

void umi__span_level(umi__span out,
                     const umi__plan *p,
                     int32_t k,
                     mp_bitcnt_t bits)
{
    worth w = {.bits = bits + GUARD};
    mpz_init_set_ui(w.one, 1);
    mpz_mul_2exp(w.one, w.one, w.bits);
    umi__span_init(w.d);
    umi__span_init(w.q);
    mpz_inits(w.num, w.den, w.grown, w.part, w.base, NULL);
    find_worth(&w, p, k);
    assert(mpz_sgn(w.d[UMI__LOW]) > 0);
    mpz_mul_2exp(w.one, w.one, bits);
    for (int e = UMI__LOW; e < UMI__ENDS; e++)
        divide(out[e], w.one, w.d[UMI__HIGH - e], e);
    mpz_clears(w.base, w.part, w.grown, w.den, w.num, NULL);
    umi__span_clear(w.q);
    umi__span_clear(w.d);
    mpz_clear(w.one);
}

static bool level_exactly(umi_money *out,
                          const umi__plan *p,
                          int32_t k,
                          umi_money debt,
                          umi_rounding r)
{
    mpz_t num, den;
    mpz_init(num);
    mpz_init(den);
    umi__level(num, den, p, k);
    umi__mpz_mul(num, debt.sen);
    bool fits = umi__mpz_round(out, num, den, r);
    mpz_clear(den);
    mpz_clear(num);
    return fits;
}

static umi_status level_between(umi_money *out,
                                const umi__plan *p,
                                int32_t k,
                                umi_money debt,
                                mp_bitcnt_t bits,
                                umi_rounding r)
{
    umi__span level;
    mpz_t one;
    umi__span_init(level);
    mpz_init_set_ui(one, 1);
    mpz_mul_2exp(one, one, bits);
    umi__span_level(level, p, k, bits);
    for (int e = UMI__LOW; e < UMI__ENDS; e++)
        umi__mpz_mul(level[e], debt.sen);
    umi_status rc = umi__span_round(out, level, one, bits, r);
    mpz_clear(one);
    umi__span_clear(level);
    return rc;
}

/* The exact fraction of many rows is long; it is looked at only when no
 * number shorter than it decides. */
bool umi__level_round(umi_money *out,
                      const umi__plan *p,
                      int32_t k,
                      umi_money debt,
                      umi_rounding r)
{
    mp_bitcnt_t rows = (mp_bitcnt_t)(p->n - k + 1), bits = COARSE;
    umi_status rc = UMI__UNSURE;
    if (rows > FEW_ROWS && p->t->method == UMI_ANNUITY)
        for (; rc == UMI__UNSURE && bits < rows * 128; bits *= 8)
            rc = level_between(out, p, k, debt, bits, r);
    return rc == UMI__UNSURE ? level_exactly(out, p, k, debt, r) : rc == UMI_OK;
}

/* log2(1 + f) is at most the length of 1 + f, rounded down, and below
 * 3 f / 2. */
mp_bitcnt_t umi__span_growth(const umi__plan *p, int32_t k, int32_t last)
{
    int64_t bits = 0, parts = 0; /* of 1000 to a bit */
    for (int32_t j = k; j <= last; j++) {
        umi_i128 f = umi__factor(p, j), whole = f / p->den;
        if (whole == 0)
            parts += (int64_t)(f * 1500 / p->den) + 1;
        for (whole += whole > 0; whole > 0; whole /= 2)
            bits++;
    }
    return (mp_bitcnt_t)(bits + parts / 1000 + 1);
}

mp_bitcnt_t umi__span_steep(const umi__plan *p)
{
    mp_bitcnt_t rows = 0, most = 0;
    for (int32_t k = p->n; k >= p->first; k--) {
        bool same = one_factor(p) ||
                    (k < p->n &&
                     umi__factor_at(p, k, 1) == umi__factor_at(p, k + 1, 1));
        rows = same ? rows + 1 : 1;
        mp_bitcnt_t bits = rows * umi__span_growth(p, k, k);
        most = bits > most ? bits : most;
    }
    return most;
}
