/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <assert.h>
#include <math.h>

/* Numbers of 0 to 1 in units of 2^-127, and how far they may be too low.
 * With x = a.v + (0 .. a.off) and y likewise, both at most 1, the product is
 * too low by at most a.off + b.off and what is cut off. */

enum {
    POINT = 127,
    OFF_BITS = 62,   /* an off is kept below so many bits */
    MARGIN_BITS = 26 /* the error of a root before it is proved */
};

static const umi_u128 one = (umi_u128)1 << POINT;

static umi_u128 mul_high(umi_u128 a, umi_u128 b)
{
    uint64_t a0 = (uint64_t)a, a1 = (uint64_t)(a >> 64);
    uint64_t b0 = (uint64_t)b, b1 = (uint64_t)(b >> 64);
    umi_u128 low = (umi_u128)a1 * b0 + (((umi_u128)a0 * b0) >> 64);
    umi_u128 high = (umi_u128)a0 * b1 + (uint64_t)low;
    return (umi_u128)a1 * b1 + (low >> 64) + (high >> 64);
}

static umi__near times(umi__near a, umi__near b)
{
    return (umi__near){mul_high(a.v, b.v) << 1, a.off + b.off + 2};
}

static umi__near power(umi__near base, int64_t n)
{
    umi__near p = n & 1 ? base : (umi__near){one, 0};
    while ((n >>= 1) > 0) {
        base = times(base, base);
        if (n & 1)
            p = times(p, base);
    }
    return p;
}

static int zeros_before(umi_u128 v)
{
    uint64_t high = (uint64_t)(v >> 64);
    return high != 0 ? __builtin_clzll(high)
                     : 64 + __builtin_clzll((uint64_t)v | 1);
}

/* x / y, 0 <= x <= y, 0 < y < 2^127, by long division. */
static umi__near fraction(umi_u128 x, umi_u128 y)
{
    umi_u128 q = x / y, rest = x % y;
    int left = POINT, step = zeros_before(y);
    for (; left > 0; left -= step) {
        step = step < left ? step : left;
        umi_u128 more = rest << step;
        q = q << step | more / y;
        rest = more % y;
    }
    return (umi__near){q, rest != 0};
}

/* The root is guessed in double and bettered once; the margin around it is
 * proved by raising both its ends.  No bits are asked of the guess. */
static bool root(umi__near *out, umi__near v, int32_t q)
{
    double x = ldexp((double)v.v, -POINT), y = exp2(log2(x) / q);
    umi__near guess = {(umi_u128)ldexp(y, POINT), 0};
    umi_u128 p = guess.v > one || v.v < 4 ? 0 : power(guess, q).v;
    if (p >> (POINT - 30) == 0)
        return false;
    double ratio = (double)(umi_i128)(v.v - p) / (double)p;
    double better = ldexp(y * expm1(log1p(ratio) / q), POINT);
    umi_u128 margin = ((umi_u128)1 << MARGIN_BITS) + 8 * (one / p);
    umi_u128 near = guess.v + (umi_u128)(umi_i128)better;
    umi__near low = {near - margin, 0}, high = {near + margin, 0};
    if (near <= margin || near > one)
        return false;
    if (high.v > one)
        high.v = one;
    umi__near below = power(low, q), beyond = power(high, q);
    *out = (umi__near){low.v, (uint64_t)(high.v - low.v)};
    return below.v + below.off <= v.v && beyond.v >= v.v + v.off;
}

/* The roots of @p v and the room of errors; false when 127 bits do not do. */
static bool begin(umi__powers *p, const umi__series *s, umi__near v)
{
    const umi__term *last = &s->terms[s->count - 1];
    p->s = s;
    p->at = p->backward ? last->num : 0;
    p->power = (umi__near){one, 0};
    p->root = v;
    umi_u128 off = 0, most = (umi_u128)last->num;
    for (int32_t g = 0; g < s->groups; g++) {
        umi__near *r = s->groups == 1 ? &p->root : &s->roots[g];
        *r = v;
        if (s->dens[g] > 1 && !root(r, v, s->dens[g]))
            return false;
        off = r->off > off ? r->off : off;
    }
    for (size_t j = 0; s->groups > 1 && j < s->count; j++)
        most =
            (umi_u128)s->terms[j].num > most ? (umi_u128)s->terms[j].num : most;
    for (int i = 0; i < UMI__KEPT; i++)
        p->gaps[i] = 0;
    return ((off + 2) * (most + 1)) >> OFF_BITS == 0;
}

bool umi__powers_begin(umi__powers *p,
                       const umi__series *s,
                       umi_i128 num,
                       umi_i128 den)
{
    p->backward = num < 0;
    if (p->backward && s->groups > 1)
        return false;
    umi_u128 d = (umi_u128)den, grown = (umi_u128)(den + num);
    return begin(p, s, p->backward ? fraction(grown, d) : fraction(d, grown));
}

bool umi__powers_from(umi__powers *p, const umi__series *s, double x)
{
    umi__near v = {(umi_u128)ldexp(x, POINT), 0};
    p->backward = false;
    return begin(p, s, v);
}

umi__near umi__powers_to(umi__powers *p, const umi__term *t)
{
    int64_t num = t->num;
    if (p->s->groups > 1)
        return power(p->s->roots[t->group], num);
    int64_t gap = p->backward ? p->at - num : num - p->at;
    p->at = num;
    if (gap <= 1) {
        if (gap == 1)
            p->power = times(p->power, p->root);
        return p->power;
    }
    size_t slot = (size_t)gap % UMI__KEPT;
    if (p->gaps[slot] != gap) {
        p->gaps[slot] = gap;
        p->kept[slot] = power(p->root, gap);
    }
    return p->power = times(p->power, p->kept[slot]);
}

/* 1 / (1 + i odd / odd_den), i >= 0. */
static umi__near simple_part(const umi__term *t, umi_i128 num, umi_i128 den)
{
    umi_u128 whole = (umi_u128)(den * t->odd_den);
    return fraction(whole, whole + (umi_u128)(num * t->odd));
}

/* The sum in units of 2^-63 sen and less. */
int umi__fixed_sign(const umi__series *s, umi_i128 num, umi_i128 den)
{
    umi__powers p;
    const umi__term *odd = NULL;
    umi__near simple = {0};
    umi_i128 sum = 0, off = 0;
    if (s->total >> 63 != 0 || !umi__powers_begin(&p, s, num, den))
        return 0;
    int shift = zeros_before(s->total) - 65; /* to 63 bits together */
    for (size_t k = 0; k < s->count; k++) {
        const umi__term *t = &s->terms[p.backward ? s->count - 1 - k : k];
        umi__near v = umi__powers_to(&p, t);
        if (t->odd != 0) {
            assert(!p.backward); /* with odd parts only i >= 0 is asked */
            if (odd == NULL || odd->odd != t->odd || odd->odd_den != t->odd_den)
                simple = simple_part(t, num, den);
            odd = t;
            v = times(v, simple);
        }
        bool negative = t->amount < 0;
        uint64_t size = (uint64_t)(negative ? -t->amount : t->amount) << shift;
        umi_i128 part = (umi_i128)((umi_u128)size * (uint64_t)(v.v >> 64) +
                                   (((umi_u128)size * (uint64_t)v.v) >> 64));
        sum += negative ? -part : part;
        off += (umi_i128)(((umi_u128)size * v.off) >> 64) + 2;
    }
    return sum > off ? 1 : sum < -off ? -1 : 0;
}
