/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_DIGITS_H
#define UMI_ENGINE_BASE_DIGITS_H

/**
 * @file
 * Numbers as digits, eight at a time, into room that the caller has.  Each
 * function returns the end of what it wrote and may spoil up to 8 bytes
 * behind it; it needs UMI_DIGITS_ROOM bytes.  A batch writes sixty numbers a
 * line: this is what makes it fast.
 */
#include "engine/base/money.h"

#define UMI_DIGITS_ROOM 32

/* The eight digits of v < 10^8 as bytes 0 to 9, the first one lowest: halves,
 * then quarters, then digits are divided side by side in one word.  10486 is
 * 2^20 / 100 and 103 is 2^10 / 10, near enough for four and two digits. */
static inline uint64_t umi__eight_digits(uint64_t v)
{
    uint64_t x = v / 10000 | v % 10000 << 32;
    uint64_t q = (x * 10486 >> 20) & UINT64_C(0x0000007F0000007F);
    x = q | (x - q * 100) << 16;
    q = (x * 103 >> 10) & UINT64_C(0x000F000F000F000F);
    return q | (x - q * 10) << 8;
}

static inline void umi__put_eight(char *p, uint64_t digits)
{
    digits += UINT64_C(0x3030303030303030);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    digits = __builtin_bswap64(digits);
#endif
    memcpy(p, &digits, 8);
}

/* How many digits v < 10^8 has: near by its bits (1233 / 4096 is log10 2),
 * then exactly.  Found beside the digits, not from them, so that the next
 * number need not wait for them. */
static inline int umi__digit_count(uint64_t v)
{
    static const uint32_t tens[] = {1,      10,      100,      1000,     10000,
                                    100000, 1000000, 10000000, 100000000};
    int near = (64 - __builtin_clzll(v | 1)) * 1233 >> 12;
    return near + ((v | 1) >= tens[near]);
}

/** @p v without leading zeros. */
static inline char *umi_put_uint(char *p, uint64_t v)
{
    const uint64_t most = 100000000;
    if (v >= most) {
        p = umi_put_uint(p, v / most);
        umi__put_eight(p, umi__eight_digits(v % most));
        return p + 8;
    }
    int n = umi__digit_count(v);
    umi__put_eight(p, umi__eight_digits(v) >> 8 * (8 - n));
    return p + n;
}

/** The last @p n, at most 8, digits of @p v < 10^8, zeros in front. */
static inline char *umi_put_digits(char *p, uint64_t v, int n)
{
    umi__put_eight(p, umi__eight_digits(v) >> 8 * (8 - n));
    return p + n;
}

/** Canonical text of @p m, as umi_money_write(). */
static inline char *umi_put_money(char *p, umi_money m)
{
    uint64_t u = m.sen < 0 ? 0 - (uint64_t)m.sen : (uint64_t)m.sen;
    uint64_t sen = u % 100;
    *p = '-';
    p += m.sen < 0;
    p = umi_put_uint(p, u / 100);
    if (sen == 0)
        return p;
    *p++ = '.';
    return sen % 10 == 0 ? umi_put_digits(p, sen / 10, 1)
                         : umi_put_digits(p, sen, 2);
}

#endif
