/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_VARINT_H
#define UMI_ENGINE_BASE_VARINT_H

/**
 * @file
 * Whole numbers as bytes in base 128, lowest digit first, every digit but the
 * last with its highest bit set: short for what is common, and with an end of
 * their own, so that no two lists of numbers give the same bytes.
 */
#include <stddef.h>
#include <stdint.h>

#define UMI_VARINT_MAX 10 /**< most bytes of one number */

/** Write @p v at @p at (room for UMI_VARINT_MAX bytes); the bytes written. */
static inline size_t umi_varint_put(unsigned char *at, uint64_t v)
{
    size_t n = 0;
    for (; v >= 128; v >>= 7)
        at[n++] = (unsigned char)(v | 128);
    at[n++] = (unsigned char)v;
    return n;
}

/** The sign in the lowest bit: 0, -1, 1, -2 become 0, 1, 2, 3. */
static inline uint64_t umi_zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

#endif
