/* SPDX-License-Identifier: MIT */
#include "engine/base/round_int.h"

#include <assert.h>

static const char *const names[] = {
    [UMI_ROUND_HALF_EVEN] = "half_even", [UMI_ROUND_HALF_UP] = "half_up",
    [UMI_ROUND_HALF_DOWN] = "half_down", [UMI_ROUND_UP] = "up",
    [UMI_ROUND_DOWN] = "down",           [UMI_ROUND_CEIL] = "ceil",
    [UMI_ROUND_FLOOR] = "floor",
};

const char *umi_round_mode_name(umi_round_mode mode)
{
    assert((size_t)mode < sizeof names / sizeof *names);
    return names[mode];
}

bool umi_round_mode_parse(umi_round_mode *out, umi_text t)
{
    size_t n = sizeof names / sizeof *names, i = umi_text_index(t, names, n);
    if (i < n)
        *out = (umi_round_mode)i;
    return i < n;
}

static bool goes_up(umi_round_mode mode, bool negative, bool odd, int half)
{
    switch (mode) {
    case UMI_ROUND_HALF_EVEN:
        return half > 0 || (half == 0 && odd);
    case UMI_ROUND_HALF_UP:
        return half >= 0;
    case UMI_ROUND_HALF_DOWN:
        return half > 0;
    case UMI_ROUND_UP:
        return true;
    case UMI_ROUND_DOWN:
        return false;
    case UMI_ROUND_CEIL:
        return !negative;
    case UMI_ROUND_FLOOR:
        return negative;
    }
    assert(!"a mode outside its enum");
    return false;
}

bool umi__goes_up(umi_round_mode mode, bool negative, bool odd, int half)
{
    return goes_up(mode, negative, odd, half);
}

/* Almost every amount fits 64 bits, where division is several times faster. */
static bool round_small(umi_money *out, uint64_t u, uint64_t d, umi_rounding r)
{
    uint64_t q = u / d, rest = u - q * d;
    if (rest != 0 && goes_up(r.mode, false, q & 1, umi__against_half(rest, d)))
        q++;
    return !__builtin_mul_overflow(q, r.unit.sen, &out->sen);
}

bool umi_round(umi_money *out, umi_i128 num, umi_i128 den, umi_rounding r)
{
    assert(den > 0 && r.unit.sen > 0);
    bool negative = num < 0;
    umi_u128 u = negative ? 0 - (umi_u128)num : (umi_u128)num;
    umi_u128 d;
    if (__builtin_mul_overflow((umi_u128)den, (umi_u128)r.unit.sen, &d))
        return false;
    umi_money small;
    if (!negative && ((u | d) >> 64) == 0 &&
        round_small(&small, (uint64_t)u, (uint64_t)d, r)) {
        *out = small;
        return true;
    }
    umi_u128 q = u / d, rest = u - q * d;
    if (rest != 0 &&
        goes_up(r.mode, negative, q & 1, umi__against_half(rest, d)))
        q++;
    umi_u128 limit = (umi_u128)INT64_MAX;
    if (__builtin_mul_overflow(q, (umi_u128)r.unit.sen, &q) || q > limit)
        return false;
    out->sen = negative ? -(int64_t)q : (int64_t)q;
    return true;
}
