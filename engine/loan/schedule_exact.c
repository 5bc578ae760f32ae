/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

#include <assert.h>

/* Rows whose exact figures are carried (carry unrounded, residue spread).
 * Every exact amount is a whole number over one common scale, which each row
 * multiplies by the denominator of its interest; what is shown is rounded
 * from there.  Names as in schedule_rows.c. */
enum {
    SCALE, /* the common denominator itself */
    OWED,
    CAPITAL,
    DEFERRED,
    LEVEL,
    PAID_PRINCIPAL, /* running totals, for residue spread */
    PAID_INTEREST,
    STATE
};

typedef struct walk {
    const umi__plan *p;
    umi_error *err;
    mpz_t v[STATE];
    mpz_t own, repaid, debt, num, den;
    size_t tranche, step;
    bool anew, spread;
    umi_money left;                          /* principal not yet repaid */
    umi_money done_principal, done_interest; /* running totals as shown */
    umi__level_payment *payment;
} walk;

static void rescale(walk *w, const mpz_t by)
{
    if (mpz_cmp_ui(by, 1) == 0)
        return;
    for (int i = 0; i < STATE; i++)
        mpz_mul(w->v[i], w->v[i], by);
}

static umi_status
shown(const walk *w, umi_money *out, const mpz_t exact, umi_rounding r)
{
    return umi__mpz_round(out, exact, w->v[SCALE], r) ? UMI_OK
                                                      : umi__too_large(w->err);
}

static void pay_out(walk *w, umi_day day)
{
    const umi_terms *t = w->p->t;
    for (; w->tranche < t->tranche_count; w->tranche++, w->anew = true) {
        const umi_tranche *a = &t->tranches[w->tranche];
        if (a->date.n > day.n)
            break;
        mpz_addmul_ui(w->v[OWED], w->v[SCALE], (unsigned long)a->amount.sen);
        w->left.sen += a->amount.sen;
    }
}

static umi_status find_level(walk *w, int32_t k)
{
    bool annuity = w->p->t->method == UMI_ANNUITY;
    umi__level(w->num, w->den, w->p, k);
    mpz_add(w->debt, w->v[OWED], w->v[CAPITAL]);
    mpz_mul(w->num, w->num, w->debt);
    rescale(w, w->den);
    mpz_set(w->v[LEVEL], w->num);
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

/* w->own becomes the row's own interest, everything over the new scale. */
static void own_interest(walk *w, int32_t k)
{
    mpz_add(w->debt, w->v[OWED], w->v[CAPITAL]);
    umi__accrue(w->own, w->den, w->p, k, w->debt, w->v[SCALE]);
    rescale(w, w->den);
    pay_out(w, (umi_day){w->p->rows[k - 1].due.n - 1});
    mpz_add(w->debt, w->v[OWED], w->v[CAPITAL]);
}

/* w->num becomes the interest that the row shows, less capitalised. */
static void charge(walk *w, int32_t k)
{
    const umi_terms *t = w->p->t;
    mpz_set_ui(w->num, 0);
    if (k > t->grace_interest) {
        mpz_add(w->num, w->own, w->v[DEFERRED]);
        mpz_set_ui(w->v[DEFERRED], 0);
    } else if (t->grace_mode == UMI_GRACE_DEFER) {
        mpz_add(w->v[DEFERRED], w->v[DEFERRED], w->own);
    } else if (t->grace_mode == UMI_GRACE_CAPITALISE) {
        mpz_add(w->v[CAPITAL], w->v[CAPITAL], w->own);
        mpz_add(w->debt, w->debt, w->own);
    }
}

/* w->repaid becomes the principal of the row; capitalised interest that is
 * repaid goes over to w->num. */
static void repay(walk *w, int32_t k)
{
    mpz_set_ui(w->repaid, 0);
    if (k == w->p->n)
        mpz_set(w->repaid, w->debt);
    else if (k >= w->p->first && w->p->t->method == UMI_ANNUITY)
        mpz_sub(w->repaid, w->v[LEVEL], w->own);
    else if (k >= w->p->first)
        mpz_set(w->repaid, w->v[LEVEL]);
    if (mpz_sgn(w->repaid) < 0)
        mpz_set_ui(w->repaid, 0);
    if (mpz_cmp(w->repaid, w->debt) > 0)
        mpz_set(w->repaid, w->debt);
    bool part = mpz_cmp(w->repaid, w->v[CAPITAL]) < 0;
    mpz_set(w->den, part ? w->repaid : w->v[CAPITAL]);
    mpz_sub(w->v[CAPITAL], w->v[CAPITAL], w->den);
    mpz_add(w->num, w->num, w->den);
    mpz_sub(w->repaid, w->repaid, w->den);
    mpz_sub(w->v[OWED], w->v[OWED], w->repaid);
}

/* What the running total grows by when rounded. */
static umi_status
grow(walk *w, int total, const mpz_t by, umi_money *done, umi_money *part)
{
    umi_money now;
    mpz_add(w->v[total], w->v[total], by);
    umi_status rc = shown(w, &now, w->v[total], w->p->round);
    if (rc != UMI_OK)
        return rc;
    part->sen = now.sen - done->sen; /* both are >= 0 */
    *done = now;
    return UMI_OK;
}

static umi_status show_spread(walk *w, umi_row *row)
{
    umi_money before = w->done_principal;
    umi_status rc =
        grow(w, PAID_PRINCIPAL, w->repaid, &w->done_principal, &row->principal);
    if (rc == UMI_OK)
        rc = grow(w, PAID_INTEREST, w->num, &w->done_interest, &row->interest);
    if (row->n == w->p->n)
        row->principal.sen = w->p->t->principal.sen - before.sen;
    return rc;
}

static umi_status show_rounded(walk *w, umi_row *row)
{
    umi_status rc = shown(w, &row->principal, w->repaid, w->p->round);
    if (rc == UMI_OK)
        rc = shown(w, &row->interest, w->num, w->p->round);
    if (w->p->t->residue == UMI_RESIDUE_FIRST)
        return rc;
    if (row->n == w->p->n || row->principal.sen > w->left.sen)
        row->principal = w->left;
    return rc;
}

static umi_status fill_row(walk *w, int32_t k)
{
    umi_row *row = &w->p->rows[k - 1];
    umi_status rc = open_row(w, k);
    if (rc != UMI_OK)
        return rc;
    own_interest(w, k);
    charge(w, k);
    repay(w, k);
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

umi_status
umi__rows_exact(const umi__plan *p, umi__level_payment *payment, umi_error *err)
{
    const umi_terms *t = p->t;
    walk w = {.p = p,
              .err = err,
              .spread = t->residue == UMI_RESIDUE_SPREAD,
              .payment = payment};
    for (int i = 0; i < STATE; i++)
        mpz_init(w.v[i]);
    mpz_inits(w.own, w.repaid, w.debt, w.num, w.den, NULL);
    mpz_set_ui(w.v[SCALE], 1);
    if (t->tranche_count == 0) {
        mpz_set_si(w.v[OWED], t->principal.sen);
        w.left = t->principal;
    }
    payment->has = false;
    umi_status rc = UMI_OK;
    for (int32_t k = 1; k <= p->n && rc == UMI_OK; k++)
        rc = fill_row(&w, k);
    if (rc == UMI_OK && t->residue == UMI_RESIDUE_FIRST)
        rc = first_takes_rest(&w);
    assert(rc != UMI_OK || mpz_sgn(w.v[OWED]) == 0);
    return rc; /* the numbers die with the scope */
}
