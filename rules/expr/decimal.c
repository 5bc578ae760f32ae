/* SPDX-License-Identifier: MIT */
#include "rules/expr/decimal.h"

#include "engine/base/digits.h"
#include "engine/base/round_int.h"

#include <assert.h>

/* 10^19 is the largest power of ten that a uint64_t holds. */
#define E19   UINT64_C(10000000000000000000)
#define LIMIT ((umi_u128)E19 * E19)

static umi_u128 magnitude(umi_i128 v)
{
    return v < 0 ? -(umi_u128)v : (umi_u128)v;
}

static bool small(umi_i128 v)
{
    return v == (int64_t)v;
}

static bool all_small(umi_decimal a, umi_decimal b)
{
    return small(a.num) && small(a.den) && small(b.num) && small(b.den);
}

/* The value of @p a, where it is whole and 64 bits hold all of it. */
static bool whole_small(int64_t *out, umi_decimal a)
{
    int64_t num = (int64_t)a.num, den = (int64_t)a.den;
    if (!small(a.num) || !small(a.den) || (den != 1 && num % den != 0))
        return false;
    *out = den != 1 ? num / den : num;
    return true;
}

static umi_u128 power(int n)
{
    umi_u128 p = 1;
    assert(n >= 0 && n <= UMI_DECIMAL_PLACES);
    for (; n >= 19; n -= 19)
        p *= E19;
    for (; n > 0; n--)
        p *= 10;
    return p;
}

static umi_u128 gcd(umi_u128 a, umi_u128 b)
{
    while (b != 0 && (a | b) >> 64 != 0) {
        umi_u128 r = a % b;
        a = b;
        b = r;
    }
    uint64_t x = (uint64_t)a, y = (uint64_t)b;
    if (b == 0)
        return a;
    while (y != 0) {
        uint64_t r = x % y;
        x = y;
        y = r;
    }
    return x;
}

/* --- 256 bits, for products of two numerators -------------------------- */

typedef struct wide {
    umi_u128 hi, lo;
} wide;

static wide wide_mul(umi_u128 a, umi_u128 b)
{
    uint64_t a0 = (uint64_t)a, b0 = (uint64_t)b;
    umi_u128 a1 = a >> 64, b1 = b >> 64;
    umi_u128 low = (umi_u128)a0 * b0;
    umi_u128 mid = a1 * b0 + (low >> 64); /* at most 2^128 - 1 */
    umi_u128 cross = (umi_u128)a0 * b1 + (uint64_t)mid;
    return (wide){a1 * b1 + (mid >> 64) + (cross >> 64),
                  cross << 64 | (uint64_t)low};
}

static int wide_cmp(wide a, wide b)
{
    if (a.hi != b.hi)
        return a.hi < b.hi ? -1 : 1;
    return (a.lo > b.lo) - (a.lo < b.lo);
}

static wide wide_add(wide a, wide b)
{
    umi_u128 lo = a.lo + b.lo;
    return (wide){a.hi + b.hi + (lo < a.lo), lo};
}

static wide wide_sub(wide a, wide b)
{
    return (wide){a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo};
}

/* n / d with 0 < d < 2^127, so that a remainder can be doubled. */
static wide wide_div(wide n, umi_u128 d, umi_u128 *rest)
{
    assert(d != 0 && d >> 127 == 0);
    if (n.hi == 0) {
        *rest = n.lo % d;
        return (wide){0, n.lo / d};
    }
    wide q = {n.hi / d, 0};
    umi_u128 r = n.hi % d;
    for (int i = 127; i >= 0; i--) {
        r = r << 1 | (n.lo >> i & 1);
        q.lo = q.lo << 1 | (r >= d);
        if (r >= d)
            r -= d;
    }
    *rest = r;
    return q;
}

/* --- arithmetic -------------------------------------------------------- */

static bool put(umi_decimal *out, bool minus, umi_u128 num, umi_u128 den)
{
    if (num > LIMIT || den > LIMIT)
        return false;
    *out = (umi_decimal){minus ? -(umi_i128)num : (umi_i128)num, (umi_i128)den};
    return true;
}

umi_decimal umi_decimal_reduce(umi_decimal a)
{
    assert(a.den > 0);
    if (a.den == 1)
        return a;
    umi_i128 g = (umi_i128)gcd(magnitude(a.num), magnitude(a.den));
    if (small(a.num) && small(a.den) && small(g))
        return (umi_decimal){(int64_t)a.num / (int64_t)g,
                             (int64_t)a.den / (int64_t)g};
    return (umi_decimal){a.num / g, a.den / g};
}

/* Knuth, The Art of Computer Programming, 4.5.1: of two fractions in lowest
 * terms only the common part of the denominators can shorten the sum. */
static bool add_wide(umi_decimal *out, umi_decimal a, umi_decimal b)
{
    a = umi_decimal_reduce(a);
    b = umi_decimal_reduce(b);
    umi_u128 g = gcd(magnitude(a.den), magnitude(b.den));
    umi_u128 ad = magnitude(a.den) / g, bd = magnitude(b.den) / g;
    wide x = wide_mul(magnitude(a.num), bd), y = wide_mul(magnitude(b.num), ad);
    bool minus = a.num < 0;
    wide sum;
    if (minus == (b.num < 0)) {
        sum = wide_add(x, y);
    } else if (wide_cmp(x, y) >= 0) {
        sum = wide_sub(x, y);
    } else {
        sum = wide_sub(y, x);
        minus = !minus;
    }
    umi_u128 rest, den;
    (void)wide_div(sum, g, &rest);
    umi_u128 g2 = gcd(g, rest);
    wide num = wide_div(sum, g2, &rest);
    if (num.hi != 0)
        return false;
    if (num.lo == 0)
        return put(out, false, 0, 1);
    return !__builtin_mul_overflow(ad, magnitude(b.den) / g2, &den) &&
           put(out, minus, num.lo, den);
}

bool umi_decimal_add(umi_decimal *out, umi_decimal a, umi_decimal b)
{
    umi_i128 num;
    if (a.den == b.den) {
        if (!__builtin_add_overflow(a.num, b.num, &num) &&
            put(out, num < 0, magnitude(num), magnitude(a.den)))
            return true;
    } else if (all_small(a, b)) { /* each product is within 2^126 */
        num = a.num * b.den + b.num * a.den;
        if (put(out, num < 0, magnitude(num), magnitude(a.den * b.den)))
            return true;
    }
    return add_wide(out, a, b);
}

bool umi_decimal_sub(umi_decimal *out, umi_decimal a, umi_decimal b)
{
    b.num = -b.num;
    return umi_decimal_add(out, a, b);
}

static bool mul_wide(umi_decimal *out, umi_decimal a, umi_decimal b)
{
    a = umi_decimal_reduce(a);
    b = umi_decimal_reduce(b);
    umi_u128 g = gcd(magnitude(a.num), magnitude(b.den));
    umi_u128 h = gcd(magnitude(b.num), magnitude(a.den));
    umi_u128 num, den;
    if (__builtin_mul_overflow(magnitude(a.num) / g, magnitude(b.num) / h,
                               &num) ||
        __builtin_mul_overflow(magnitude(a.den) / h, magnitude(b.den) / g,
                               &den))
        return false;
    return put(out, (a.num < 0) != (b.num < 0), num, den);
}

bool umi_decimal_mul(umi_decimal *out, umi_decimal a, umi_decimal b)
{
    if (all_small(a, b)) { /* 2^126 is below 10^38 */
        *out = (umi_decimal){a.num * b.num, a.den * b.den};
        return true;
    }
    return mul_wide(out, a, b);
}

bool umi_decimal_div(umi_decimal *out, umi_decimal a, umi_decimal b)
{
    if (b.num == 0)
        return false;
    umi_decimal turned = {b.num < 0 ? -b.den : b.den, b.num};
    if (b.num < 0)
        turned.den = -b.num;
    return umi_decimal_mul(out, a, turned);
}

int umi_decimal_cmp(umi_decimal a, umi_decimal b)
{
    if (a.den == b.den)
        return (a.num > b.num) - (a.num < b.num);
    if (all_small(a, b)) {
        umi_i128 x = a.num * b.den, y = b.num * a.den;
        return (x > y) - (x < y);
    }
    if ((a.num < 0) != (b.num < 0))
        return a.num < 0 ? -1 : 1;
    int c = wide_cmp(wide_mul(magnitude(a.num), magnitude(b.den)),
                     wide_mul(magnitude(b.num), magnitude(a.den)));
    return a.num < 0 ? -c : c;
}

bool umi_decimal_round(umi_decimal *out,
                       umi_decimal a,
                       int scale,
                       umi_round_mode mode)
{
    int64_t whole;
    if (scale >= 0 && a.den == 1) {
        *out = a;
        return true;
    }
    if (scale >= 0 && whole_small(&whole, a)) {
        *out = (umi_decimal){whole, 1};
        return true;
    }
    bool minus = a.num < 0;
    umi_u128 p = power(scale < 0 ? -scale : scale), d = magnitude(a.den), rest;
    if (scale >= 0) {
        wide q = wide_div(wide_mul(magnitude(a.num), p), d, &rest);
        if (rest != 0 &&
            umi__goes_up(mode, minus, q.lo & 1, umi__against_half(rest, d)))
            q = wide_add(q, (wide){0, 1});
        (void)wide_div(q, p, &rest);
        umi_u128 g = gcd(p, rest);
        q = wide_div(q, g, &rest);
        return q.hi == 0 && put(out, minus && q.lo != 0, q.lo, p / g);
    }
    umi_u128 unit, q = 0;
    rest = magnitude(a.num);
    int half = -1; /* a unit beyond 2^128 is more than twice any numerator */
    if (!__builtin_mul_overflow(d, p, &unit)) {
        q = rest / unit;
        rest %= unit;
        half = umi__against_half(rest, unit);
    }
    if (rest != 0 && umi__goes_up(mode, minus, q & 1, half))
        q++;
    return !__builtin_mul_overflow(q, p, &q) && put(out, minus && q != 0, q, 1);
}

bool umi_decimal_whole(int64_t *out, umi_decimal a)
{
    umi_i128 q = a.num / a.den;
    if (!small(q))
        return false;
    *out = (int64_t)q;
    return true;
}

/* --- text -------------------------------------------------------------- */

typedef struct reader {
    const char *p, *end;
    umi_u128 num;
    int64_t places;  /* digits behind the point, kept zeros not counted */
    int64_t pending; /* zeros read but not yet multiplied in */
    bool any;
} reader;

static bool digit(const reader *r)
{
    return r->p < r->end && *r->p >= '0' && *r->p <= '9';
}

/* Zeros wait until another digit follows, so that 1.500 is 15 / 10. */
static bool read_digits(reader *r, bool fraction)
{
    for (; digit(r); r->p++) {
        r->any = true;
        r->pending++;
        r->places += fraction;
        if (*r->p == '0')
            continue;
        for (; r->pending > 0 && r->num != 0; r->pending--)
            if (__builtin_mul_overflow(r->num, (umi_u128)10, &r->num))
                return false;
        r->pending = 0;
        if (__builtin_add_overflow(r->num, (umi_u128)(*r->p - '0'), &r->num) ||
            r->num > LIMIT)
            return false;
    }
    return true;
}

static bool read_exponent(reader *r, int64_t *out)
{
    *out = 0;
    if (r->p == r->end || (*r->p != 'e' && *r->p != 'E'))
        return true;
    r->p++;
    bool minus = r->p < r->end && *r->p == '-';
    if (r->p < r->end && (*r->p == '-' || *r->p == '+'))
        r->p++;
    if (!digit(r))
        return false;
    for (; digit(r); r->p++)
        if (*out < 1000000)
            *out = *out * 10 + (*r->p - '0');
    if (minus)
        *out = -*out;
    return true;
}

static bool read_quotient(umi_decimal *out, umi_text t, size_t slash)
{
    reader n = {.p = t.ptr, .end = t.ptr + slash};
    reader d = {.p = t.ptr + slash + 1, .end = t.ptr + t.len};
    bool minus = slash > 0 && t.ptr[0] == '-';
    n.p += minus;
    if (!read_digits(&n, false) || !n.any || n.p != n.end ||
        !read_digits(&d, false) || !d.any || d.p != d.end || d.num == 0)
        return false;
    reader *both[] = {&n, &d};
    for (int i = 0; i < 2; i++)
        for (; both[i]->pending > 0 && both[i]->num != 0; both[i]->pending--) {
            if (both[i]->num > LIMIT / 10)
                return false;
            both[i]->num *= 10;
        }
    umi_decimal q;
    if (!put(&q, minus, n.num, d.num))
        return false;
    *out = umi_decimal_reduce(q);
    return true;
}

bool umi_decimal_parse(umi_decimal *out, umi_text t)
{
    const char *slash = t.len ? memchr(t.ptr, '/', t.len) : NULL;
    if (slash != NULL)
        return read_quotient(out, t, (size_t)(slash - t.ptr));
    reader r = {.p = t.ptr, .end = t.ptr + t.len};
    bool minus = t.len > 0 && *r.p == '-';
    r.p += minus;
    if (!read_digits(&r, false))
        return false;
    if (r.p < r.end && *r.p == '.') {
        r.p++;
        if (!digit(&r) || !read_digits(&r, true))
            return false;
    }
    int64_t exponent;
    if (!r.any || !read_exponent(&r, &exponent) || r.p != r.end)
        return false;
    if (r.num == 0) {
        *out = (umi_decimal){0, 1};
        return true;
    }
    exponent += r.pending - r.places;
    if (exponent < -UMI_DECIMAL_PLACES || exponent > UMI_DECIMAL_PLACES)
        return false;
    umi_u128 p = power((int)(exponent < 0 ? -exponent : exponent));
    if (exponent < 0)
        return put(out, minus, r.num, p);
    return !__builtin_mul_overflow(r.num, p, &r.num) &&
           put(out, minus, r.num, 1);
}

static void buf_whole(umi_buf *b, umi_u128 v)
{
    const umi_u128 eight = 100000000;
    char *p = umi_buf_reserve(b, 2 * UMI_DIGITS_ROOM);
    uint64_t low[3] = {0}; /* digits that do not fit the first number */
    int n = 0;
    if (p == NULL)
        return;
    for (; v > UINT64_MAX; v /= eight)
        low[n++] = (uint64_t)(v % eight);
    p = umi_put_uint(p, (uint64_t)v);
    while (n > 0)
        p = umi_put_digits(p, low[--n], 8);
    b->len = (size_t)(p - b->ptr);
}

static bool finite_small(uint64_t den)
{
    while (den % 10 == 0)
        den /= 10;
    while (den % 5 == 0)
        den /= 5;
    return (den & (den - 1)) == 0;
}

static bool finite(umi_u128 den)
{
    while (den % 10 == 0)
        den /= 10;
    while (den % 5 == 0)
        den /= 5;
    return (den & (den - 1)) == 0;
}

/* The digits of rest / den behind the point; den < 2^63 / 10. */
static void buf_small_rest(umi_buf *b, uint64_t rest, uint64_t den)
{
    umi_buf_putc(b, '.');
    for (; rest != 0; rest = rest * 10 % den)
        umi_buf_putc(b, (char)('0' + rest * 10 / den));
}

/* What nearly all are, without 128 bits: whole numbers, and rates.  That the
 * denominator has but twos and fives is asked before a fraction is reduced,
 * for it mostly is so as it was written. */
static bool buf_small(umi_buf *b, umi_decimal a)
{
    int64_t whole;
    if (!small(a.num) || !small(a.den) || !finite_small((uint64_t)a.den))
        a = umi_decimal_reduce(a);
    if (whole_small(&whole, a)) {
        umi_buf_int(b, whole);
        return true;
    }
    if (!small(a.num) || a.den >= INT64_MAX / 10 ||
        !finite_small((uint64_t)a.den))
        return false;
    uint64_t num = (uint64_t)magnitude(a.num), den = (uint64_t)a.den;
    if (a.num < 0)
        umi_buf_putc(b, '-');
    umi_buf_int(b, (int64_t)(num / den));
    buf_small_rest(b, num % den, den);
    return true;
}

void umi_buf_decimal(umi_buf *b, umi_decimal a)
{
    if (buf_small(b, a))
        return;
    a = umi_decimal_reduce(a);
    umi_u128 num = magnitude(a.num), den = magnitude(a.den);
    if (a.num < 0)
        umi_buf_putc(b, '-');
    if (den == 1 || !finite(den)) {
        buf_whole(b, num);
        if (den != 1) {
            umi_buf_putc(b, '/');
            buf_whole(b, den);
        }
        return;
    }
    buf_whole(b, num / den);
    umi_buf_putc(b, '.');
    for (umi_u128 rest = num % den; rest != 0;) {
        wide q = wide_div(wide_mul(rest, 10), den, &rest);
        umi_buf_putc(b, (char)('0' + (int)q.lo));
    }
}
