/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <math.h>

/* Powers of a group's root by whole numbers are kept for small gaps between
 * flows: the months of a year need four of them. */
enum {
    KEPT = 32
};

typedef struct kept {
    int64_t gap; /* 0: none yet */
    bool made;   /* power has room */
    umi__bound power;
} kept;

typedef struct group {
    umi__bound root;  /* v^(1/den) */
    umi__bound power; /* root^at */
    int64_t at;
    kept *kept;
} group;

struct umi__sum {
    const umi__series *s;
    mpfr_prec_t bits;
    group *groups;
    mpfr_t *amounts;
    umi__bound *terms, value, point, rate;
    umi__bound work;
    mpfr_t y, z;
};

static void bound_init(umi__bound *b, mpfr_prec_t bits)
{
    mpfr_init2(b->lo, bits);
    mpfr_init2(b->hi, bits);
}

static void bound_set_ui(umi__bound *b, unsigned long v)
{
    mpfr_set_ui(b->lo, v, MPFR_RNDN);
    mpfr_set_ui(b->hi, v, MPFR_RNDN);
}

static void set_i128(mpfr_t out, umi_i128 v)
{
    mpz_t z;
    mpz_init(z);
    umi__mpz_set(z, v);
    mpfr_set_z(out, z, MPFR_RNDN); /* 128 bits hold it */
    mpz_clear(z);
}

umi__sum *umi__sum_new(const umi__series *s, mpfr_prec_t bits, umi_arena *arena)
{
    umi__sum *w = umi_arena_alloc(arena, sizeof *w);
    if (w == NULL)
        return NULL;
    *w = (umi__sum){.s = s, .bits = bits};
    w->groups = umi_arena_array(arena, (size_t)s->groups, sizeof *w->groups);
    w->amounts = umi_arena_array(arena, s->count, sizeof *w->amounts);
    w->terms = umi_arena_array(arena, s->count, sizeof *w->terms);
    if (w->groups == NULL || w->amounts == NULL || w->terms == NULL)
        return NULL;
    for (int32_t g = 0; g < s->groups; g++) {
        bound_init(&w->groups[g].root, bits);
        bound_init(&w->groups[g].power, bits);
        w->groups[g].kept = umi_arena_array(arena, KEPT, sizeof(kept));
        if (w->groups[g].kept == NULL)
            return NULL;
    }
    for (size_t j = 0; j < s->count; j++) {
        bound_init(&w->terms[j], bits);
        mpfr_init2(w->amounts[j], 128);
        set_i128(w->amounts[j], s->terms[j].amount);
    }
    bound_init(&w->value, bits);
    bound_init(&w->point, bits);
    bound_init(&w->rate, bits);
    bound_init(&w->work, bits);
    mpfr_init2(w->y, bits + 8);
    mpfr_init2(w->z, bits + 8);
    return w;
}

/* --- roots --------------------------------------------------------------------- */

/* w->y becomes nearly v^(1/q): a guess in double, bettered by Newton until
 * it has all bits.  How near does not matter for what is proved. */
static void near_root(umi__sum *w, const mpfr_t v, int32_t q)
{
    long e;
    double log2v = log2(mpfr_get_d_2exp(&e, v, MPFR_RNDN));
    log2v = (log2v + (double)e) / q;
    double whole = floor(log2v);
    mpfr_set_d(w->y, exp2(log2v - whole), MPFR_RNDN);
    mpfr_mul_2si(w->y, w->y, (long)whole, MPFR_RNDN);
    long lost = (long)ceil(log2(q)) + 1;
    long good = 50 - (long)ceil(log2(fabs(whole) + 2));
    while (good < w->bits && good > lost) {
        mpfr_pow_ui(w->z, w->y, (unsigned long)q, MPFR_RNDN);
        mpfr_div(w->z, v, w->z, MPFR_RNDN);
        mpfr_sub_ui(w->z, w->z, 1, MPFR_RNDN);
        mpfr_div_ui(w->z, w->z, (unsigned long)q, MPFR_RNDN);
        mpfr_mul(w->z, w->z, w->y, MPFR_RNDN);
        mpfr_add(w->y, w->y, w->z, MPFR_RNDN);
        good = 2 * good - lost;
    }
}

/* A bound on one side of v^(1/q), moved away until its power proves it. */
static void
root_bound(umi__sum *w, mpfr_t out, const mpfr_t v, int32_t q, int up)
{
    mpfr_rnd_t toward = up ? MPFR_RNDU : MPFR_RNDD;
    mpfr_rnd_t against = up ? MPFR_RNDD : MPFR_RNDU;
    if (q == 1) {
        mpfr_set(out, v, toward);
        return;
    }
    for (long shift = 4;; shift += 4) {
        mpfr_mul_2si(w->z, w->y, shift - (long)w->bits, MPFR_RNDU);
        if (up)
            mpfr_add(out, w->y, w->z, toward);
        else
            mpfr_sub(out, w->y, w->z, toward);
        if (mpfr_sgn(out) <= 0) {
            mpfr_set_ui(out, 0, MPFR_RNDN); /* a lower bound in any case */
            return;
        }
        mpfr_pow_ui(w->z, out, (unsigned long)q, against);
        if (up ? mpfr_cmp(w->z, v) >= 0 : mpfr_cmp(w->z, v) <= 0)
            return;
    }
}

static void set_roots(umi__sum *w)
{
    for (int32_t g = 0; g < w->s->groups; g++) {
        group *k = &w->groups[g];
        int32_t q = w->s->dens[g];
        near_root(w, w->point.lo, q);
        root_bound(w, k->root.lo, w->point.lo, q, 0);
        root_bound(w, k->root.hi, w->point.hi, q, 1);
        bound_set_ui(&k->power, 1);
        k->at = 0;
        for (int i = 0; i < KEPT; i++)
            k->kept[i].gap = 0;
    }
}

/* --- terms --------------------------------------------------------------------- */

static void power_bound(umi__bound *out, const umi__bound *root, int64_t n)
{
    mpfr_pow_ui(out->lo, root->lo, (unsigned long)n, MPFR_RNDD);
    mpfr_pow_ui(out->hi, root->hi, (unsigned long)n, MPFR_RNDU);
}

/* Raise the running power of group @p k to @p num. */
static void advance(umi__sum *w, group *k, int64_t num)
{
    int64_t gap = num - k->at;
    if (gap == 0)
        return;
    kept *slot = &k->kept[gap % KEPT];
    if (slot->gap != gap) {
        if (!slot->made)
            bound_init(&slot->power, w->bits);
        slot->made = true;
        power_bound(&slot->power, &k->root, gap);
        slot->gap = gap;
    }
    mpfr_mul(k->power.lo, k->power.lo, slot->power.lo, MPFR_RNDD);
    mpfr_mul(k->power.hi, k->power.hi, slot->power.hi, MPFR_RNDU);
    k->at = num;
}

/* Divide by 1 + i odd / odd_den. */
static void add_odd(umi__sum *w, umi__bound *b, const umi__term *t)
{
    if (t->odd == 0)
        return;
    unsigned long n = (unsigned long)t->odd, d = (unsigned long)t->odd_den;
    mpfr_mul_ui(w->work.lo, w->rate.lo, n, MPFR_RNDD);
    mpfr_div_ui(w->work.lo, w->work.lo, d, MPFR_RNDD);
    mpfr_add_ui(w->work.lo, w->work.lo, 1, MPFR_RNDD);
    mpfr_mul_ui(w->work.hi, w->rate.hi, n, MPFR_RNDU);
    mpfr_div_ui(w->work.hi, w->work.hi, d, MPFR_RNDU);
    mpfr_add_ui(w->work.hi, w->work.hi, 1, MPFR_RNDU);
    mpfr_div(b->lo, b->lo, w->work.hi, MPFR_RNDD);
    mpfr_div(b->hi, b->hi, w->work.lo, MPFR_RNDU);
}

static void set_term(umi__sum *w, size_t j)
{
    const umi__term *t = &w->s->terms[j];
    group *k = &w->groups[t->group];
    umi__bound *b = &w->terms[j];
    advance(w, k, t->num);
    mpfr_set(b->lo, k->power.lo, MPFR_RNDD);
    mpfr_set(b->hi, k->power.hi, MPFR_RNDU);
    add_odd(w, b, t);
    if (t->amount < 0)
        mpfr_swap(b->lo, b->hi);
    mpfr_mul(b->lo, b->lo, w->amounts[j], MPFR_RNDD);
    mpfr_mul(b->hi, b->hi, w->amounts[j], MPFR_RNDU);
}

static void evaluate(umi__sum *w)
{
    set_roots(w);
    bound_set_ui(&w->value, 0);
    for (size_t j = 0; j < w->s->count; j++) {
        set_term(w, j);
        mpfr_add(w->value.lo, w->value.lo, w->terms[j].lo, MPFR_RNDD);
        mpfr_add(w->value.hi, w->value.hi, w->terms[j].hi, MPFR_RNDU);
    }
}

static void quotient(umi__bound *out, const mpz_t num, const mpz_t den)
{
    mpfr_t n, d;
    mpfr_init2(n, (mpfr_prec_t)mpz_sizeinbase(num, 2) + 1);
    mpfr_init2(d, (mpfr_prec_t)mpz_sizeinbase(den, 2) + 1);
    mpfr_set_z(n, num, MPFR_RNDN);
    mpfr_set_z(d, den, MPFR_RNDN);
    mpfr_div(out->lo, n, d, MPFR_RNDD);
    mpfr_div(out->hi, n, d, MPFR_RNDU);
    mpfr_clears(d, n, (mpfr_ptr)NULL);
}

void umi__sum_at(umi__sum *w, const mpz_t num, const mpz_t den)
{
    mpz_t grown;
    mpz_init(grown);
    mpz_add(grown, num, den);
    quotient(&w->point, den, grown);
    quotient(&w->rate, num, den);
    mpz_clear(grown);
    evaluate(w);
}

void umi__sum_from(umi__sum *w, double v)
{
    mpfr_set_d(w->point.lo, v, MPFR_RNDN);
    mpfr_set_d(w->point.hi, v, MPFR_RNDN);
    bound_set_ui(&w->rate, 0);
    evaluate(w);
}

/* --- what is proved ------------------------------------------------------------- */

int umi__sum_sign(const umi__sum *w)
{
    return mpfr_sgn(w->value.lo) > 0 ? 1 : mpfr_sgn(w->value.hi) < 0 ? -1 : 0;
}

void umi__sum_moments(umi__sum *w, double *moments, int count)
{
    mpfr_ptr sum = w->work.lo;
    for (int k = 0; k < count; k++) {
        mpfr_set_ui(sum, 0, MPFR_RNDN);
        for (size_t j = 0; j < w->s->count; j++) {
            const umi__term *t = &w->s->terms[j];
            mpfr_ptr part = w->terms[j].lo;
            int32_t den = w->s->dens[t->group];
            mpfr_add(sum, sum, part, MPFR_RNDN);
            mpfr_mul_ui(part, part, (unsigned long)t->num, MPFR_RNDN);
            if (den != 1)
                mpfr_div_ui(part, part, (unsigned long)den, MPFR_RNDN);
        }
        moments[k] = mpfr_get_d(sum, MPFR_RNDN);
    }
}

const char *umi_mpfr_version(void)
{
    return mpfr_get_version();
}
