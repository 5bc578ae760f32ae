/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_span_int.h"

#include <assert.h>

/* Rows whose exact figures are carried (carry unrounded, residue spread).
 * Every amount is a whole number over one common scale, and exact while that
 * scale is short.  It would grow with every row; when it has become too long
 * the amounts go over to a power of two and are from there on known to lie
 * between two ends, which are rounded apart.  A figure that both ends round
 * to is the figure; where they differ, all is done again with four times the
 * bits, in the end exactly.  Names as in schedule_rows.c. */
enum {
    DEBT, /* principal and capitalised interest */
    OWED, /* of it principal */
    CAPITAL,
    DEFERRED,
    LEVEL,
    PACE,           /* the level by which each end of the debt falls */
    PAID_PRINCIPAL, /* running totals, for residue spread */
    PAID_INTEREST,
    STATE
};
enum {
    LOW = UMI__LOW,
    HIGH = UMI__HIGH,
    ENDS = UMI__ENDS,
    FIRST_BITS = 128,
    EXACT = 4 /* a scale may be so many times longer and still be kept */
};

typedef struct walk {
    const umi__plan *p;
    umi_error *err;
    mp_bitcnt_t base;   /* bits of this attempt */
    mp_bitcnt_t wanted; /* the same and what errors will gain */
    mp_bitcnt_t bits;   /* scale / 2^bits is whole; 0 while all is exact */
    mpz_t scale;
    umi__span v[STATE];
    umi__span own, principal, interest, repaid;
    mpz_t num, den;
    size_t tranche, step;
    bool anew, spread;
    umi_money left;                          /* principal not yet repaid */
    umi_money done_principal, done_interest; /* running totals as shown */
    umi__level_payment *payment;
} walk;

/* --- the scale --------------------------------------------------------------- */

static void rescale(walk *w, const mpz_t by)
{
    assert(w->bits == 0);
    mpz_mul(w->scale, w->scale, by);
    for (int i = 0; i < STATE; i++)
        for (int e = LOW; e < ENDS; e++)
            mpz_mul(w->v[i][e], w->v[i][e], by);
}

static bool too_long(const walk *w)
{
    return mpz_sizeinbase(w->scale, 2) > w->base * EXACT;
}

/* Exact amounts in lowest terms. */
static void reduce(walk *w)
{
    mpz_set(w->den, w->scale);
    for (int i = 0; i < STATE; i++)
        mpz_gcd(w->den, w->den, w->v[i][LOW]);
    mpz_divexact(w->scale, w->scale, w->den);
    for (int i = 0; i < STATE; i++)
        for (int e = LOW; e < ENDS; e++)
            mpz_divexact(w->v[i][e], w->v[i][e], w->den);
}

/* Over to a scale of so many bits, which the denominator of all factors
 * divides, so that interest on whole sen stays exact. */
static void leave_exact(walk *w, mp_bitcnt_t bits)
{
    umi__mpz_set(w->num, w->p->den);
    mpz_mul_2exp(w->num, w->num, bits);
    for (int i = 0; i < STATE; i++) {
        mpz_mul(w->v[i][LOW], w->v[i][LOW], w->num);
        mpz_fdiv_q(w->v[i][LOW], w->v[i][LOW], w->scale);
        mpz_mul(w->v[i][HIGH], w->v[i][HIGH], w->num);
        mpz_cdiv_q(w->v[i][HIGH], w->v[i][HIGH], w->scale);
    }
    mpz_swap(w->scale, w->num);
}

/* More or fewer bits. */
static void shift(walk *w, mp_bitcnt_t bits)
{
    mp_bitcnt_t more = bits > w->bits ? bits - w->bits : 0;
    mp_bitcnt_t fewer = bits < w->bits ? w->bits - bits : 0;
    mpz_mul_2exp(w->scale, w->scale, more);
    mpz_fdiv_q_2exp(w->scale, w->scale, fewer);
    for (int i = 0; i < STATE; i++) {
        for (int e = LOW; e < ENDS; e++)
            mpz_mul_2exp(w->v[i][e], w->v[i][e], more);
        mpz_fdiv_q_2exp(w->v[i][LOW], w->v[i][LOW], fewer);
        mpz_cdiv_q_2exp(w->v[i][HIGH], w->v[i][HIGH], fewer);
    }
}

/* The low end of the debt then falls by what the level is at most, the high
 * end by what it is at least. */
static void approximate(walk *w, mp_bitcnt_t bits)
{
    if (w->bits == 0)
        leave_exact(w, bits);
    else
        shift(w, bits);
    w->bits = bits;
    mpz_set(w->v[PACE][LOW], w->v[LEVEL][HIGH]);
    mpz_set(w->v[PACE][HIGH], w->v[LEVEL][LOW]);
}

static void settle(walk *w)
{
    if (w->bits != 0 || !too_long(w))
        return;
    reduce(w);
    if (2 * mpz_sizeinbase(w->scale, 2) > w->base * EXACT)
        approximate(w, w->wanted);
}

static umi_status
shown(const walk *w, umi_money *out, umi__span s, umi_rounding r)
{
    umi_status rc = umi__span_round(out, s, w->scale, w->bits, r);
    return rc == UMI_ERANGE ? umi__too_large(w->err) : rc;
}

/* --- what a row begins with ------------------------------------------------------ */

static void pay_out(walk *w, umi_day day)
{
    const umi_terms *t = w->p->t;
    for (; w->tranche < t->tranche_count; w->tranche++, w->anew = true) {
        const umi_tranche *a = &t->tranches[w->tranche];
        if (a->date.n > day.n)
            break;
        for (int e = LOW; e < ENDS; e++) {
            mpz_mul_ui(w->num, w->scale, (unsigned long)a->amount.sen);
            mpz_add(w->v[DEBT][e], w->v[DEBT][e], w->num);
            mpz_add(w->v[OWED][e], w->v[OWED][e], w->num);
        }
        w->left.sen += a->amount.sen;
    }
}

/* The last row before the level is next found anew. */
static int32_t level_until(const walk *w, int32_t k)
{
    const umi_terms *t = w->p->t;
    int32_t next = INT32_MAX;
    if (w->tranche < t->tranche_count)
        next = t->tranches[w->tranche].date.n;
    if (w->step < t->step_count && t->steps[w->step].from.n < next)
        next = t->steps[w->step].from.n;
    while (k < w->p->n && umi__start(w->p, k + 1).n < next)
        k++;
    return k;
}

/* False when it would make the scale too long. */
static bool exact_level(walk *w, int32_t k)
{
    const umi__plan *p = w->p;
    if (w->bits != 0)
        return false;
    if (p->t->method == UMI_ANNUITY) {
        umi__mpz_set(w->num, p->even ? p->num : umi__factor(p, k));
        umi__mpz_set(w->den, p->den);
        mpz_add(w->num, w->num, w->den);
        if (mpz_sizeinbase(w->num, 2) * (size_t)(p->n - k + 1) >
            w->base * EXACT)
            return false;
    }
    umi__level(w->num, w->den, p, k);
    mpz_mul(w->num, w->num, w->v[DEBT][LOW]);
    rescale(w, w->den);
    for (int e = LOW; e < ENDS; e++) {
        mpz_set(w->v[LEVEL][e], w->num);
        mpz_set(w->v[PACE][e], w->num);
    }
    return true;
}

/* A debt that is too low falls by a level that is too low with it, so that
 * what is uncertain about the debt does not grow with interest; only what is
 * uncertain about the level does. */
static void spanned_level(walk *w, int32_t k)
{
    mpz_t *debt = w->v[DEBT], *level = w->v[LEVEL], *pace = w->v[PACE];
    approximate(w, w->wanted);
    umi__span_level(w->own, w->p, k, w->bits);
    for (int e = LOW; e < ENDS; e++) {
        mpz_mul(level[e], debt[e], w->own[e]);
        mpz_mul(pace[e], debt[e], w->own[HIGH - e]);
    }
    mpz_fdiv_q_2exp(level[LOW], level[LOW], w->bits);
    mpz_cdiv_q_2exp(level[HIGH], level[HIGH], w->bits);
    mpz_cdiv_q_2exp(pace[LOW], pace[LOW], w->bits);
    mpz_fdiv_q_2exp(pace[HIGH], pace[HIGH], w->bits);
}

static umi_status find_level(walk *w, int32_t k)
{
    bool annuity = w->p->t->method == UMI_ANNUITY;
    w->wanted = w->base;
    if (annuity)
        w->wanted += umi__span_growth(w->p, k, level_until(w, k));
    if (!exact_level(w, k))
        spanned_level(w, k);
    if (!annuity || w->payment->has)
        return UMI_OK;
    w->payment->has = true;
    return shown(w, &w->payment->amount, w->v[LEVEL], w->p->level_round);
}

static umi_status open_row(walk *w, int32_t k)
{
    const umi_terms *t = w->p->t;
    umi_day start = umi__start(w->p, k);
    pay_out(w, start);
    for (; w->step < t->step_count; w->step++)
        if (t->steps[w->step].from.n > start.n)
            break;
        else if (t->method == UMI_ANNUITY)
            w->anew = true;
    if (t->method == UMI_BULLET || k < w->p->first ||
        (k > w->p->first && !w->anew))
        return UMI_OK;
    w->anew = false;
    return find_level(w, k);
}

/* --- one row --------------------------------------------------------------------- */

static void own_interest(walk *w, int32_t k)
{
    bool exact = w->bits == 0, same = true;
    for (int e = LOW; e < ENDS; e++) {
        same = e == LOW || mpz_cmp(w->v[DEBT][LOW], w->v[DEBT][HIGH]) == 0;
        if (e == LOW || !same)
            umi__accrue(w->num, w->den, w->p, k, w->v[DEBT][e], w->scale);
        if (exact)
            mpz_set(w->own[e], w->num);
        else if (e == LOW)
            mpz_fdiv_q(w->own[e], w->num, w->den);
        else
            mpz_cdiv_q(w->own[e], w->num, w->den);
    }
    if (exact)
        rescale(w, w->den);
}

/* Tranches of the row itself: the ends of the debt no longer keep pace with
 * those of a level that does not know of them. */
static void pay_out_within(walk *w, int32_t k)
{
    size_t before = w->tranche;
    pay_out(w, (umi_day){w->p->rows[k - 1].due.n - 1});
    if (w->tranche == before)
        return;
    mpz_set(w->v[PACE][LOW], w->v[LEVEL][HIGH]);
    mpz_set(w->v[PACE][HIGH], w->v[LEVEL][LOW]);
}

/* The interest that the row shows, less capitalised. */
static void charge(walk *w, int32_t k)
{
    const umi_terms *t = w->p->t;
    for (int e = LOW; e < ENDS; e++) {
        mpz_t *interest = &w->interest[e], *deferred = &w->v[DEFERRED][e];
        mpz_set_ui(*interest, 0);
        if (k > t->grace_interest) {
            mpz_add(*interest, w->own[e], *deferred);
            mpz_set_ui(*deferred, 0);
        } else if (t->grace_mode == UMI_GRACE_DEFER) {
            mpz_add(*deferred, *deferred, w->own[e]);
        } else if (t->grace_mode == UMI_GRACE_CAPITALISE) {
            mpz_add(w->v[CAPITAL][e], w->v[CAPITAL][e], w->own[e]);
            mpz_add(w->v[DEBT][e], w->v[DEBT][e], w->own[e]);
        }
    }
}

/* z held between 0 and most. */
static void hold(mpz_t z, const mpz_t most)
{
    if (mpz_sgn(z) < 0)
        mpz_set_ui(z, 0);
    if (mpz_cmp(z, most) > 0)
        mpz_set(z, most);
}

/* What the row repays of the debt, and the debt that remains; each is held
 * between its own ends, for their difference would be less certain. */
static void repay(walk *w, int32_t k)
{
    bool annuity = w->p->t->method == UMI_ANNUITY;
    for (int e = LOW; e < ENDS; e++) {
        mpz_t *debt = &w->v[DEBT][e], *repaid = &w->repaid[e];
        mpz_set_ui(*repaid, 0);
        if (k == w->p->n) {
            mpz_swap(*repaid, *debt);
        } else if (k >= w->p->first) {
            mpz_set(*repaid, w->v[LEVEL][e]);
            if (annuity)
                mpz_sub(*repaid, *repaid, w->own[HIGH - e]);
            hold(*repaid, *debt);
            mpz_sub(w->num, *debt, w->v[PACE][e]);
            if (annuity)
                mpz_add(w->num, w->num, w->own[e]);
            hold(w->num, *debt);
            mpz_swap(*debt, w->num);
        }
    }
}

/* z less what is taken of it, but not below 0. */
static void lessen(mpz_t z, const mpz_t taken)
{
    mpz_sub(z, z, taken);
    if (mpz_sgn(z) < 0)
        mpz_set_ui(z, 0);
}

/* Where all the debt is repaid, so is the principal of it, which may be known
 * better than the debt. */
static void repay_all(walk *w)
{
    mpz_t *principal = w->principal, *owed = w->v[OWED];
    if (mpz_sgn(w->v[DEBT][HIGH]) != 0)
        return;
    if (mpz_cmp(principal[LOW], owed[LOW]) < 0)
        mpz_set(principal[LOW], owed[LOW]);
    if (mpz_cmp(principal[HIGH], owed[HIGH]) > 0)
        mpz_set(principal[HIGH], owed[HIGH]);
    mpz_set(owed[LOW], principal[HIGH]); /* nothing will be left of it */
    mpz_set(owed[HIGH], principal[LOW]);
}

/* Capitalised interest is repaid first, and shown as interest. */
static void split(walk *w)
{
    mpz_t *capital = w->v[CAPITAL], *owed = w->v[OWED];
    for (int e = LOW; e < ENDS; e++) {
        bool part = mpz_cmp(w->repaid[e], capital[e]) < 0;
        mpz_add(w->interest[e], w->interest[e],
                part ? w->repaid[e] : capital[e]);
        mpz_set(w->principal[e], w->repaid[e]);
        lessen(w->principal[e], capital[HIGH - e]);
    }
    repay_all(w);
    for (int e = LOW; e < ENDS; e++) {
        lessen(capital[e], w->repaid[HIGH - e]);
        lessen(owed[e], w->principal[HIGH - e]);
    }
}

/* --- what is shown ------------------------------------------------------------- */

static void add(umi__span sum, umi__span part)
{
    for (int e = LOW; e < ENDS; e++)
        mpz_add(sum[e], sum[e], part[e]);
}

/* All that was paid out is repaid where nothing is owed any more. */
static void pin_principal(walk *w)
{
    mpz_t *paid = w->v[PAID_PRINCIPAL];
    if (mpz_sgn(w->v[DEBT][HIGH]) != 0)
        return;
    mpz_mul_ui(w->num, w->scale,
               (unsigned long)(w->left.sen + w->done_principal.sen));
    mpz_set(paid[LOW], w->num);
    mpz_set(paid[HIGH], w->num);
}

/* What the running total grows by when rounded. */
static umi_status grow(walk *w, int total, umi_money *done, umi_money *part)
{
    umi_money now;
    umi_status rc = shown(w, &now, w->v[total], w->p->round);
    if (rc != UMI_OK)
        return rc;
    part->sen = now.sen - done->sen; /* both are >= 0 */
    *done = now;
    return UMI_OK;
}

static umi_status show_spread(walk *w, umi_row *row)
{
    umi_status rc = UMI_OK;
    add(w->v[PAID_PRINCIPAL], w->principal);
    add(w->v[PAID_INTEREST], w->interest);
    pin_principal(w);
    if (row->n == w->p->n)
        row->principal = w->left;
    else
        rc = grow(w, PAID_PRINCIPAL, &w->done_principal, &row->principal);
    if (rc == UMI_OK)
        rc = grow(w, PAID_INTEREST, &w->done_interest, &row->interest);
    return rc;
}

static umi_status show_rounded(walk *w, umi_row *row)
{
    umi_status rc = shown(w, &row->principal, w->principal, w->p->round);
    if (rc == UMI_OK)
        rc = shown(w, &row->interest, w->interest, w->p->round);
    if (w->p->t->residue == UMI_RESIDUE_FIRST)
        return rc;
    if (row->n == w->p->n || row->principal.sen > w->left.sen)
        row->principal = w->left;
    return rc;
}

static umi_status fill_row(walk *w, int32_t k)
{
    umi_row *row = &w->p->rows[k - 1];
    settle(w);
    umi_status rc = open_row(w, k);
    if (rc != UMI_OK)
        return rc;
    own_interest(w, k);
    pay_out_within(w, k);
    charge(w, k);
    repay(w, k);
    split(w);
    rc = w->spread ? show_spread(w, row) : show_rounded(w, row);
    if (rc != UMI_OK)
        return rc;
    if (__builtin_sub_overflow(w->left.sen, row->principal.sen, &w->left.sen))
        return umi__too_large(w->err);
    if (row->principal.sen < 0 || (w->spread && w->left.sen < 0))
        return umi_fail(w->err, UMI_EINVAL, "residue",
                        "a principal would be negative");
    row->balance = w->left;
    return UMI_OK;
}

/* residue first: the first amortising row takes what the others leave. */
static umi_status first_takes_rest(const walk *w)
{
    const umi__plan *p = w->p;
    umi_row *first = &p->rows[p->first - 1];
    int64_t rest = w->left.sen; /* P less all rows, of any sign */
    if (__builtin_add_overflow(first->principal.sen, rest,
                               &first->principal.sen) ||
        first->principal.sen < 0)
        return umi_fail(w->err, UMI_EINVAL, "residue",
                        "a principal would be negative");
    for (umi_row *row = first; row < p->rows + p->n; row++)
        row->balance.sen -= rest;
    return UMI_OK;
}

static umi_status attempt(walk *w)
{
    const umi_terms *t = w->p->t;
    w->wanted = w->base;
    for (int i = 0; i < STATE; i++)
        umi__span_init(w->v[i]);
    umi__span_init(w->own);
    umi__span_init(w->principal);
    umi__span_init(w->interest);
    umi__span_init(w->repaid);
    mpz_inits(w->num, w->den, NULL);
    mpz_init_set_ui(w->scale, 1);
    if (t->tranche_count == 0) {
        for (int e = LOW; e < ENDS; e++) {
            mpz_set_si(w->v[DEBT][e], t->principal.sen);
            mpz_set_si(w->v[OWED][e], t->principal.sen);
        }
        w->left = t->principal;
    }
    w->payment->has = false;
    umi_status rc = UMI_OK;
    for (int32_t k = 1; k <= w->p->n && rc == UMI_OK; k++)
        rc = fill_row(w, k);
    if (rc == UMI_OK && t->residue == UMI_RESIDUE_FIRST)
        rc = first_takes_rest(w);
    assert(rc != UMI_OK || mpz_sgn(w->v[DEBT][HIGH]) == 0);
    return rc; /* the numbers die with the scope */
}

static mp_bitcnt_t next_bits(const umi__plan *p, mp_bitcnt_t bits)
{
    mp_bitcnt_t next = bits * 4, steep = umi__span_steep(p) + FIRST_BITS;
    return bits > FIRST_BITS && next < steep ? steep : next;
}

umi_status
umi__rows_exact(const umi__plan *p, umi__level_payment *payment, umi_error *err)
{
    umi_status rc = UMI__UNSURE;
    for (mp_bitcnt_t bits = FIRST_BITS; rc == UMI__UNSURE;) {
        walk w = {.p = p,
                  .err = err,
                  .base = bits,
                  .spread = p->t->residue == UMI_RESIDUE_SPREAD,
                  .payment = payment};
        rc = attempt(&w);
        bits = next_bits(p, bits);
    }
    return rc;
}
