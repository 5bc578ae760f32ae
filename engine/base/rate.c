/* SPDX-License-Identifier: MIT */
#include "engine/base/rate.h"

#include <assert.h>

int64_t umi_gcd(int64_t a, int64_t b)
{
    a = a < 0 ? -a : a;
    b = b < 0 ? -b : b;
    if (a == 0 || b == 0)
        return a | b;
    /* Stein's way: no division, which takes longer than ten of these turns */
    int shift = __builtin_ctzll((uint64_t)(a | b));
    a >>= __builtin_ctzll((uint64_t)a);
    while (b != 0) {
        b >>= __builtin_ctzll((uint64_t)b);
        int64_t less = a < b ? a : b;
        b = a < b ? b - a : a - b;
        a = less;
    }
    return a << shift;
}

umi_rate umi_rate_of(int64_t num, int64_t den)
{
    assert(den != 0 && num != INT64_MIN && den != INT64_MIN);
    int64_t g = umi_gcd(num, den);
    if (den < 0)
        g = -g;
    return (umi_rate){num / g, den / g};
}

bool umi_rate_parse(
    umi_rate *out, umi_text t, int whole, int places, int divisor)
{
    assert(whole + places <= 18 && divisor >= 1 && divisor <= 10000);
    int64_t num = 0, den = 1;
    int before = 0, after = 0;
    bool point = false;
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || (point ? after == places : before == whole))
            return false;
        point ? after++ : before++;
        num = num * 10 + (c - '0');
        if (point)
            den *= 10;
    }
    if (before == 0 || (point && after == 0))
        return false;
    int64_t all;
    if (!__builtin_mul_overflow(den, divisor, &all)) {
        *out = umi_rate_of(num, all);
        return true;
    }
    /* den <= 10^18 / 10^before, so reduce before the divisor comes in */
    umi_rate r = umi_rate_of(num, den);
    int64_t g = umi_gcd(r.num, divisor);
    if (__builtin_mul_overflow(r.den, divisor / g, &all))
        return false;
    *out = umi_rate_of(r.num / g, all);
    return true;
}

void umi_buf_rate(umi_buf *b, umi_rate r)
{
    int64_t den = r.den, ten = 1;
    int places = 0;
    while (places < 18 && ten % den != 0) {
        ten *= 10;
        places++;
    }
    int64_t scaled;
    if (ten % den != 0 || __builtin_mul_overflow(r.num, ten / den, &scaled)) {
        umi_buf_int(b, r.num);
        umi_buf_putc(b, '/');
        umi_buf_int(b, r.den);
        return;
    }
    if (scaled < 0)
        umi_buf_putc(b, '-');
    uint64_t u = scaled < 0 ? 0 - (uint64_t)scaled : (uint64_t)scaled;
    umi_buf_int(b, (int64_t)(u / (uint64_t)ten));
    if (places == 0)
        return;
    umi_buf_printf(b, ".%0*llu", places,
                   (unsigned long long)(u % (uint64_t)ten));
}
