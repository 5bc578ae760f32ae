/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <assert.h>
#include <math.h>

/* Rates of a series whose sign changes more than once are isolated: the line
 * of u = -log2 v is cut into boxes until in each f or its slope keeps one
 * sign; beyond its end Laguerre's rule counts.  Negative u are those of the
 * series seen from its last term, where no power of v grows. */
enum {
    BITS = 256,
    DEPTH = 64,     /* a box is cut at most so often */
    WORK = 1 << 23, /* terms looked at before it is given up */
};

/* Narrower than this, beside |u|, a box is not cut: v = 2^-u is rounded to
 * 53 bits.  WIDER makes good for that rounding in what is left. */
#define NARROW 0x1p-38
#define WIDER  1.001

typedef struct box {
    double low, high;
    int sign_low, sign_high; /* of f at its ends, never 0 */
    int depth;
} box;

typedef struct search {
    umi__sum *sum;
    umi__count found;
    box stack[DEPTH + 2];
    int top;
    bool in_cluster; /* of boxes too small to cut, side by side */
    box cluster;
} search;

/* The sign of f at @p u; 0 when it cannot be told. */
static int sign_at(search *s, double u)
{
    umi__sum_over(s->sum, u, u);
    return umi__sum_sign(s->sum);
}

/* The first end at 1, 2, 4, ... from @p start beyond which there is at most
 * one rate. */
static bool find_end(search *s, double start, double *end, int *sign)
{
    for (double u = 1; u < 1e6; u *= 2) {
        *end = start + u;
        *sign = sign_at(s, *end);
        size_t changes = *sign == 0 ? SIZE_MAX : umi__sum_changes(s->sum);
        if (changes <= 1) {
            s->found.rates += (int)changes;
            return true;
        }
    }
    return false;
}

/* A point of the box off its middle when f cannot be told there. */
static bool cut(search *s, const box *b, double *at, int *sign)
{
    static const double parts[] = {0.5, 0.46875, 0.546875, 0.40625, 0.59375};
    double width = b->high - b->low;
    if (b->depth >= DEPTH || width < NARROW * fmax(1, fabs(b->high)))
        return false;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *at = b->low + width * parts[i];
        *sign = sign_at(s, *at);
        if (*sign != 0)
            return true;
    }
    return false;
}

/* A multiple rate leaves boxes that cannot be cut; those side by side are
 * one rate.  Boxes come in falling order. */
static void add_to_cluster(search *s, const box *b)
{
    if (s->in_cluster && b->high >= s->cluster.low) {
        s->cluster.low = b->low;
        s->cluster.sign_low = b->sign_low;
    } else {
        s->found.rates++;
        s->cluster = *b;
        s->in_cluster = true;
    }
    s->found.touched = s->cluster.sign_low == s->cluster.sign_high;
    s->found.u = b->low;
}

static void look(search *s, const box *b)
{
    double at;
    int sign;
    umi__sum_over(s->sum, b->low, b->high);
    if (umi__sum_sign(s->sum) != 0)
        return;
    if (umi__sum_slope_sign(s->sum) != 0) {
        s->found.rates += b->sign_low != b->sign_high;
        return;
    }
    if (!cut(s, b, &at, &sign)) {
        add_to_cluster(s, b);
        return;
    }
    double reach = at - b->low > b->high - at ? at - b->low : b->high - at;
    if (umi__sum_far_from_zero(s->sum, reach * WIDER))
        return;
    s->stack[s->top++] = (box){b->low, at, b->sign_low, sign, b->depth + 1};
    s->stack[s->top++] = (box){at, b->high, sign, b->sign_high, b->depth + 1};
}

/* Add the rates to the right of @p start. */
static umi_status one_side(umi__count *found,
                           const umi__series *series,
                           double start,
                           umi_arena *arena,
                           umi_error *err)
{
    search s = {.sum = umi__sum_new(series, BITS, arena), .found = *found};
    if (s.sum == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
    box all = {.low = start, .sign_low = sign_at(&s, start)};
    if (all.sign_low == 0 || !find_end(&s, start, &all.high, &all.sign_high))
        s.found.too_close = true;
    else
        s.stack[s.top++] = all;
    for (size_t work = 0; s.top > 0 && s.found.rates < 2; work++) {
        box b = s.stack[--s.top];
        look(&s, &b);
        assert(s.top <= DEPTH + 1);
        if (work * series->count < WORK)
            continue;
        s.found.too_close = true;
        break;
    }
    *found = s.found;
    return UMI_OK;
}

/* A power of two at which f is not 0, so that both sides start from the very
 * same v. */
static bool
find_start(const umi__series *series, umi_arena *arena, double *start)
{
    static const double tries[] = {0, 1, -1, 2, -2};
    search s = {.sum = umi__sum_new(series, BITS, arena)};
    for (size_t i = 0; s.sum != NULL && i < sizeof tries / sizeof *tries; i++) {
        *start = tries[i];
        if (sign_at(&s, *start) != 0)
            return true;
    }
    return s.sum == NULL;
}

umi_status umi__series_count(umi__count *out,
                             const umi__series *series,
                             umi_arena *arena,
                             umi_error *err)
{
    umi__count found = {0};
    umi__series back;
    double start = 0;
    umi_status rc = umi__series_reverse(&back, series, arena, err);
    if (rc == UMI_OK && !find_start(series, arena, &start))
        found.too_close = true;
    if (rc == UMI_OK && !found.too_close)
        rc = one_side(&found, &back, -start, arena, err);
    found.u = -found.u;
    if (rc == UMI_OK && !found.too_close && found.rates < 2)
        rc = one_side(&found, series, start, arena, err);
    if (rc == UMI_OK)
        *out = found;
    return rc;
}
