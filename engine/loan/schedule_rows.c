/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

#include <assert.h>

/* Rows whose figures are rounded first and then carried.  `owed` is what is
 * owed to the lender; `capital` is capitalised interest, which bears
 * interest and is repaid before principal, but is shown as interest. */
typedef struct walk {
    const umi__plan *p;
    umi_error *err;
    int64_t owed, capital;
    int64_t deferred;     /* interest of grace rows, until it is shown */
    int64_t level;        /* payment of an annuity, share of equal principal */
    int64_t forced;       /* the first level when above 0: a second attempt */
    size_t tranche, step; /* the next of each */
    bool anew;            /* the level is to be found anew */
    umi__level_payment *payment;
} walk;

umi_status umi__too_large(umi_error *err)
{
    return umi_fail(err, UMI_ERANGE, "principal", "the amounts do not fit");
}

umi_status umi__round(
    umi_money *out, umi_i128 num, umi_i128 den, umi_rounding r, umi_error *err)
{
    return umi_round(out, num, den, r) ? UMI_OK : umi__too_large(err);
}

/* --- what a row begins with ------------------------------------------------ */

static umi_status find_level(walk *w, int32_t k)
{
    const umi__plan *p = w->p;
    bool annuity = p->t->method == UMI_ANNUITY;
    umi_money level = {w->forced};
    if (w->forced == 0 || k != p->first) {
        umi_money debt = {w->owed + w->capital};
        if (!umi__level_round(&level, p, k, debt,
                              annuity ? p->level_round : p->round))
            return umi__too_large(w->err);
    }
    w->level = level.sen;
    if (annuity && !w->payment->has)
        *w->payment = (umi__level_payment){true, level};
    return UMI_OK;
}

static void pay_out(walk *w, umi_day day)
{
    const umi_terms *t = w->p->t;
    for (; w->tranche < t->tranche_count; w->tranche++, w->anew = true) {
        if (t->tranches[w->tranche].date.n > day.n)
            break;
        w->owed += t->tranches[w->tranche].amount.sen; /* <= principal */
    }
}

static void take_steps(walk *w, umi_day day)
{
    const umi_terms *t = w->p->t;
    for (; w->step < t->step_count; w->step++)
        if (t->steps[w->step].from.n > day.n)
            break;
        else if (t->method == UMI_ANNUITY)
            w->anew = true;
}

static umi_status open_row(walk *w, int32_t k)
{
    int64_t debt;
    umi_day start = umi__start(w->p, k);
    pay_out(w, start);
    take_steps(w, start);
    if (__builtin_add_overflow(w->owed, w->capital, &debt))
        return umi__too_large(w->err);
    if (w->p->t->method == UMI_BULLET || k < w->p->first)
        return UMI_OK;
    if (k > w->p->first && !w->anew)
        return UMI_OK;
    w->anew = false;
    return find_level(w, k);
}

static umi_status interest_big(walk *w, int32_t k, umi_money *out)
{
    mpz_t num, den, base, one;
    mpz_inits(num, den, base, NULL);
    mpz_init_set_ui(one, 1);
    mpz_set_si(base, w->owed + w->capital);
    umi__accrue(num, den, w->p, k, base, one);
    bool fits = umi__mpz_round(out, num, den, w->p->round);
    mpz_clears(one, base, den, num, NULL);
    return fits ? UMI_OK : umi__too_large(w->err);
}

/* round(owed * factor) where everything fits 64 bits: the quotient comes from
 * the inverse, one or two too small at most.  False: it is not so. */
static inline bool interest_small(const umi__plan *p,
                                  int64_t owed,
                                  umi_i128 factor,
                                  umi_money *out)
{
    uint64_t num, den = p->unit_den;
    if (den == 0 || factor > INT64_MAX ||
        __builtin_mul_overflow((uint64_t)owed, (uint64_t)factor, &num))
        return false;
    uint64_t q = (uint64_t)((umi_u128)num * p->unit_inverse >> 64);
    uint64_t rest = num - q * den;
    for (; rest >= den; rest -= den)
        q++;
    if (rest != 0) {
        if (p->round.mode != UMI_ROUND_HALF_UP)
            return false;
        q += rest >= den - rest;
    }
    return !__builtin_mul_overflow(q, p->round.unit.sen, &out->sen);
}

static umi_status own_interest(walk *w, int32_t k, umi_money *out)
{
    const umi__plan *p = w->p;
    int64_t owed = w->owed + w->capital; /* fits: see open_row() */
    bool within = w->tranche < p->t->tranche_count &&
                  p->t->tranches[w->tranche].date.n < p->rows[k - 1].due.n;
    umi_i128 factor = umi__factor(p, k);
    if (within)
        return interest_big(w, k, out);
    if (interest_small(p, owed, factor, out))
        return UMI_OK;
    if (factor <= INT64_MAX && umi_round(out, owed * factor, p->den, p->round))
        return UMI_OK;
    return interest_big(w, k, out);
}

/* --- one row ----------------------------------------------------------------- */

/* What of the row's own interest is shown; grace holds some back. */
static int64_t charge(walk *w, int32_t k, int64_t own, bool *fits)
{
    const umi_terms *t = w->p->t;
    if (k > t->grace_interest) {
        *fits = !__builtin_add_overflow(own, w->deferred, &own);
        w->deferred = 0;
        return own;
    }
    *fits = true;
    if (t->grace_mode == UMI_GRACE_DEFER)
        *fits = !__builtin_add_overflow(w->deferred, own, &w->deferred);
    else if (t->grace_mode == UMI_GRACE_CAPITALISE)
        *fits = !__builtin_add_overflow(w->capital, own, &w->capital);
    return 0;
}

/* What an amortising row but the last repays, before it is held between
 * nothing and the debt. */
static umi_status planned(walk *w, int64_t own, int64_t shown, int64_t *out)
{
    const umi__plan *p = w->p;
    umi_money total;
    if (p->t->method == UMI_ANNUITY) {
        *out = w->level - own;
        return UMI_OK;
    }
    *out = w->level;
    if (!p->t->has_payment_round)
        return UMI_OK;
    umi_status rc = umi__round(&total, (umi_i128)w->level + shown, 1,
                               p->level_round, w->err);
    if (rc == UMI_OK)
        *out = total.sen - shown;
    return rc;
}

/* residue first, equal principal: the first share is what the others leave. */
static umi_status first_share(walk *w, int64_t *out)
{
    int64_t others;
    if (__builtin_mul_overflow(w->level, w->p->n - w->p->first, &others) ||
        others > w->owed)
        return umi_fail(w->err, UMI_EINVAL, "residue",
                        "the first principal would be negative");
    *out = w->owed - others;
    return UMI_OK;
}

static umi_status repaid(
    walk *w, int32_t k, int64_t own, int64_t shown, int64_t debt, int64_t *out)
{
    const umi__plan *p = w->p;
    *out = 0;
    if (k < p->first)
        return UMI_OK;
    umi_status rc = UMI_OK;
    if (k == p->n)
        *out = debt;
    else if (k == p->first && p->t->residue == UMI_RESIDUE_FIRST &&
             p->t->method == UMI_EQUAL_PRINCIPAL)
        rc = first_share(w, out);
    else
        rc = planned(w, own, shown, out);
    *out = *out < 0 ? 0 : *out > debt ? debt : *out;
    return rc;
}

static umi_status fill_row(walk *w, int32_t k)
{
    umi_row *row = &w->p->rows[k - 1];
    umi_money own = {0};
    umi_status rc = open_row(w, k);
    if (rc == UMI_OK)
        rc = own_interest(w, k, &own);
    if (rc != UMI_OK)
        return rc;
    pay_out(w, (umi_day){row->due.n - 1});
    bool fits;
    int64_t shown = charge(w, k, own.sen, &fits), debt, amount;
    if (!fits || __builtin_add_overflow(w->owed, w->capital, &debt))
        return umi__too_large(w->err);
    rc = repaid(w, k, own.sen, shown, debt, &amount);
    if (rc != UMI_OK)
        return rc;
    int64_t of_capital = amount < w->capital ? amount : w->capital;
    if (__builtin_add_overflow(shown, of_capital, &row->interest.sen))
        return umi__too_large(w->err);
    w->capital -= of_capital;
    row->principal.sen = amount - of_capital;
    w->owed -= row->principal.sen;
    row->balance.sen = w->owed;
    return UMI_OK;
}

/* All rows with the first level as found, or @p forced when above 0. */
static umi_status fill_rows(const umi__plan *p,
                            umi__level_payment *payment,
                            int64_t forced,
                            umi_error *err)
{
    walk w = {.p = p, .err = err, .forced = forced, .payment = payment};
    payment->has = false;
    if (p->t->tranche_count == 0)
        w.owed = p->t->principal.sen;
    umi_status rc = UMI_OK;
    for (int32_t k = 1; k <= p->n && rc == UMI_OK; k++)
        rc = fill_row(&w, k);
    assert(rc != UMI_OK || (w.owed == 0 && w.capital == 0));
    return rc;
}

/* --- after the rows ------------------------------------------------------------ */

/* What the last row is above the level payment, as a magnitude too. */
static umi_i128 gap(const umi__plan *p, umi_money level, umi_i128 *size)
{
    const umi_row *last = &p->rows[p->n - 1];
    umi_i128 d = (umi_i128)last->principal.sen + last->interest.sen - level.sen;
    *size = d < 0 ? -d : d;
    return d;
}

/* adjust closest: one attempt with a level moved by the last row's gap over
 * the rows, kept only when its own gap is smaller. */
static umi_status
adjust(const umi__plan *p, umi__level_payment *payment, umi_error *err)
{
    int32_t m = p->n - p->first + 1, half = m / 2;
    umi_money level = payment->amount, move, next = {0};
    umi_i128 size, other, d = gap(p, level, &size);
    if (half == 0 || size <= (umi_i128)p->round.unit.sen * half)
        return UMI_OK;
    umi_status rc = umi__round(&move, d, m, p->round, err);
    if (rc == UMI_OK)
        rc = umi__round(&next, (umi_i128)level.sen + move.sen, 1,
                        p->level_round, err);
    if (rc != UMI_OK || next.sen <= 0)
        return rc;
    rc = fill_rows(p, payment, next.sen, err);
    if (rc == UMI_OK)
        (void)gap(p, next, &other);
    if (rc == UMI_OK && other >= size)
        rc = fill_rows(p, payment, level.sen, err);
    return rc;
}

/* residue first, annuity: the last row keeps to the level payment and the
 * first amortising row takes the difference; interest stays. */
static umi_status
residue_first(const umi__plan *p, umi_money level, umi_error *err)
{
    umi_row *last = &p->rows[p->n - 1], *first = &p->rows[p->first - 1];
    if (last == first)
        return UMI_OK;
    int64_t rest = level.sen - last->interest.sen;
    int64_t moved = rest < 0 ? 0 : last->principal.sen - rest;
    if (rest < 0 || first->principal.sen + moved < 0)
        return umi_fail(err, UMI_EINVAL, "residue",
                        "a principal would be negative");
    last->principal.sen = rest;
    first->principal.sen += moved;
    for (umi_row *row = first; row < last; row++)
        row->balance.sen -= moved;
    return UMI_OK;
}

umi_status umi__rows_rounded(const umi__plan *p,
                             umi__level_payment *payment,
                             umi_error *err)
{
    const umi_terms *t = p->t;
    umi_status rc = fill_rows(p, payment, 0, err);
    if (rc == UMI_OK && t->adjust == UMI_ADJUST_CLOSEST)
        rc = adjust(p, payment, err);
    if (rc == UMI_OK && t->method == UMI_ANNUITY &&
        t->residue == UMI_RESIDUE_FIRST)
        rc = residue_first(p, payment->amount, err);
    return rc;
}
