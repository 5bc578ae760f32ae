/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_KEY_FILTER_INT_H
#define UMI_LEDGER_BOOK_KEY_FILTER_INT_H

/**
 * @file
 * A set of keys that may only be asked whether a key is surely not in it: a
 * Bloom filter of two bits a key in one word, for keys that are hashes.
 */
#include "engine/base/alloc.h"

typedef struct umi__key_filter {
    uint64_t *words; /**< NULL: nothing is known, every key may be in it */
    uint64_t mask;
} umi__key_filter;

/** An empty set with room for about @p keys; false: memory is exhausted. */
static inline bool umi__key_filter_make(umi__key_filter *f, int64_t keys)
{
    uint64_t words = 64;
    while ((int64_t)words * 4 < keys)
        words *= 2;
    f->words = umi_alloc_array(words, sizeof *f->words);
    f->mask = words - 1;
    return f->words != NULL;
}

static inline uint64_t umi__key_filter_bits(int64_t key)
{
    return UINT64_C(1) << (key & 63) | UINT64_C(1) << (key >> 6 & 63);
}

static inline void umi__key_filter_add(umi__key_filter *f, int64_t key)
{
    if (f->words != NULL)
        f->words[(uint64_t)key >> 12 & f->mask] |= umi__key_filter_bits(key);
}

/** False: it was never added. */
static inline bool umi__key_filter_may_hold(const umi__key_filter *f,
                                            int64_t key)
{
    const uint64_t bits = umi__key_filter_bits(key);
    return f->words == NULL ||
           (f->words[(uint64_t)key >> 12 & f->mask] & bits) == bits;
}

#endif
