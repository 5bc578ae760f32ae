/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* A spot is where f is too near 0 for floating point: rates close together,
 * one rate several times, or nearly one. */

/* --- a fraction that is a rate several times -------------------------------------
 * With v = q/p it is a zero of the polynomial f, and then q - p v divides f in
 * whole numbers (Gauss).  The quotient's coefficients are what is owed before
 * each growth: none is above the sum of all magnitudes over p or q. */

enum {
    DENSE_MOST = 1 << 16, /* coefficients */
    TOTAL_BITS = 120      /* of all together: beyond, nothing is divided */
};

typedef struct dense {
    umi_i128 *c, *next;
    size_t count;
    bool large;
} dense;

static umi_i128 size_of(umi_i128 a)
{
    return a < 0 ? -a : a;
}

static bool divide(dense *f, umi_i128 p, umi_i128 q)
{
    umi_i128 total = 0, owed = 0;
    for (size_t k = 0; k < f->count && !f->large; k++) {
        total += size_of(f->c[k]);
        f->large = total >> TOTAL_BITS != 0;
    }
    if (f->large)
        return false;
    umi_i128 most = total / (p > q ? p : q);
    for (size_t k = 0; k + 1 < f->count; k++) {
        owed += f->c[k];
        if (owed % q != 0 || size_of(owed / q) > most)
            return false;
        f->next[k] = owed / q;
        owed = f->next[k] * p;
    }
    if (f->count < 2 || owed + f->c[f->count - 1] != 0)
        return false;
    umi_i128 *done = f->next;
    f->next = f->c;
    f->c = done;
    f->count--;
    return true;
}

/* The convergents of @p x: the fractions nearest to it. */
static bool
divide_near(dense *f, double x, double wide, int64_t *top, int64_t *bottom)
{
    double rest = x;
    int64_t p = 1, q = 0, before_p = 0, before_q = 1;
    while (rest < 1e9 && q < 1000000000 && p < 1000000000) {
        int64_t whole = (int64_t)floor(rest);
        int64_t next_p = whole * p + before_p, next_q = whole * q + before_q;
        before_p = p, before_q = q, p = next_p, q = next_q;
        if (p > 0 && fabs((double)p / (double)q - x) <= wide &&
            divide(f, p, q)) {
            while (divide(f, p, q))
                ;
            *top = p;
            *bottom = q;
            return true;
        }
        if (rest == (double)whole)
            break;
        rest = 1 / (rest - (double)whole);
    }
    return false;
}

static umi_status
expand(dense *f, const umi__series *s, umi_arena *arena, umi_error *err)
{
    *f = (dense){.count = (size_t)s->terms[s->count - 1].num + 1};
    f->c = umi_arena_array(arena, f->count, sizeof *f->c);
    f->next = umi_arena_array(arena, f->count, sizeof *f->next);
    if (f->c == NULL || f->next == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
    for (size_t j = 0; j < s->count; j++)
        f->c[s->terms[j].num] = s->terms[j].amount;
    return UMI_OK;
}

umi_status umi__spot_divide(bool *divided,
                            umi__series *out,
                            int64_t *p,
                            int64_t *q,
                            const umi__spot *spot,
                            const umi__series *s,
                            umi_arena *arena,
                            umi_error *err)
{
    dense f;
    *divided = false;
    if (s->groups > 1 || s->den != 1 ||
        s->terms[s->count - 1].num >= DENSE_MOST)
        return UMI_OK;
    umi_status rc = expand(&f, s, arena, err);
    double wide = 2 * (1 / spot->low - 1 / spot->high);
    for (size_t i = 0; rc == UMI_OK && i < spot->guesses && !*divided; i++)
        *divided = divide_near(&f, 1 / spot->guess[i], wide, p, q);
    *divided = *divided && !f.large; /* else it may be a rate once more */
    if (rc != UMI_OK || !*divided)
        return rc;
    rc = umi__series_begin(out, f.count, 1, arena, err);
    for (size_t k = 0; rc == UMI_OK && k < f.count; k++)
        if (f.c[k] != 0)
            umi__series_add(out, (int64_t)k, f.c[k]);
    return rc;
}

/* --- rates close together -------------------------------------------------------
 * The spot is cut into boxes until in each f or its slope keeps its sign. */

enum {
    BITS = 256,
    DEPTH = 64, /* a box is cut at most so often */
    LOOK = 32   /* a look at a box costs so many terms beside its own */
};

#define NARROW 0x1p-44 /* beside v a box is not cut */

typedef struct box {
    double low, high;        /* v */
    int sign_low, sign_high; /* of f at its ends, never 0 */
    int depth;
} box;

typedef struct search {
    umi__sum *sum;
    box stack[DEPTH + 2];
    int top, rates; /* -1: they cannot be told apart */
} search;

/* The sign of f at @p v; 0 when it cannot be told. */
static int sign_at(search *s, double v)
{
    umi__sum_over(s->sum, v, v);
    return umi__sum_sign(s->sum);
}

/* A point of the box off its middle when f cannot be told there. */
static bool cut(search *s, const box *b, double *at, int *sign)
{
    static const double parts[] = {0.5, 0.46875, 0.546875, 0.40625, 0.59375};
    double width = b->high - b->low;
    if (b->depth >= DEPTH || width < NARROW * b->high)
        return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *at = b->low + width * parts[i];
        *sign = sign_at(s, *at);
        if (*sign != 0)
            return true;
    }
    return false;
}

static void look(search *s, const box *b)
{
    double at;
    int sign;
    umi__sum_over(s->sum, b->low, b->high);
    if (umi__sum_sign(s->sum) != 0)
        return;
    if (umi__sum_slope_sign(s->sum) != 0) {
        s->rates += b->sign_low != b->sign_high;
        return;
    }
    if (!cut(s, b, &at, &sign)) {
        s->rates = -1;
        return;
    }
    if (umi__sum_far_from_zero(s->sum, (b->high - b->low) / b->low * 1.001))
        return;
    s->stack[s->top++] = (box){b->low, at, b->sign_low, sign, b->depth + 1};
    s->stack[s->top++] = (box){at, b->high, sign, b->sign_high, b->depth + 1};
}

umi_status umi__spot_count(int *rates,
                           const umi__spot *spot,
                           const umi__series *s,
                           size_t *work,
                           umi_arena *arena,
                           umi_error *err)
{
    search w = {.sum = umi__sum_new(s, BITS, arena)};
    if (w.sum == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
    box all = {.low = spot->low, .high = spot->high};
    all.sign_low = sign_at(&w, all.low);
    all.sign_high = sign_at(&w, all.high);
    if (all.sign_low == 0 || all.sign_high == 0)
        w.rates = -1;
    else
        w.stack[w.top++] = all;
    while (w.top > 0 && w.rates >= 0 && w.rates < 2) {
        box b = w.stack[--w.top];
        look(&w, &b);
        assert(w.top <= DEPTH + 1);
        if (*work < s->count + LOOK)
            w.rates = -1;
        else
            *work -= s->count + LOOK;
    }
    *rates = w.rates;
    return UMI_OK;
}
