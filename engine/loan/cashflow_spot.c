/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <math.h>

/* A rate that f has several times is proved, and taken out, where 1 + i is a
 * fraction.  With v = q/p it is a zero of the polynomial f, and then q - p v divides f in
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
static bool divide_near(dense *f, double x, int64_t *top, int64_t *bottom)
{
    double rest = x;
    int64_t p = 1, q = 0, before_p = 0, before_q = 1;
    while (rest < 1e9 && q < 1000000000 && p < 1000000000) {
        int64_t whole = (int64_t)floor(rest);
        int64_t next_p = whole * p + before_p, next_q = whole * q + before_q;
        before_p = p, before_q = q, p = next_p, q = next_q;
        if (p > 0 && fabs((double)p / (double)q - x) < x / 64 &&
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
                            const umi__walk *w,
                            umi_arena *arena,
                            umi_error *err)
{
    dense f;
    const umi__series *s = w->s;
    *divided = false;
    if (s->groups > 1 || s->den != 1 ||
        s->terms[s->count - 1].num >= DENSE_MOST)
        return UMI_OK;
    umi_status rc = expand(&f, s, arena, err);
    for (size_t i = 0; rc == UMI_OK && i < w->guess_count && !*divided; i++)
        *divided = divide_near(&f, 1 / w->guesses[i], p, q);
    *divided = *divided && !f.large; /* else it may be a rate once more */
    if (rc != UMI_OK || !*divided)
        return rc;
    rc = umi__series_begin(out, f.count, 1, arena, err);
    for (size_t k = 0; rc == UMI_OK && k < f.count; k++)
        if (f.c[k] != 0)
            umi__series_add(out, (int64_t)k, f.c[k]);
    return rc;
}
