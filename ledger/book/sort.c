/* SPDX-License-Identifier: MIT */
#include "ledger/book/sort.h"

#include <assert.h>
#include <string.h>

enum {
    BITS = 11, /* of a digit: 2048 counters stay in the nearest cache */
    DIGITS = (63 + BITS - 1) / BITS,
    RADIX = 1 << BITS
};

static size_t digit(int64_t key, int d)
{
    return (size_t)((uint64_t)key >> (d * BITS)) & (RADIX - 1);
}

static void
scatter(umi_pair *to, const umi_pair *from, size_t n, size_t *at, int d)
{
    size_t sum = 0;
    for (size_t i = 0; i < RADIX; i++) {
        size_t count = at[i];
        at[i] = sum;
        sum += count;
    }
    for (size_t i = 0; i < n; i++)
        to[at[digit(from[i].key, d)]++] = from[i];
}

void umi_sort_pairs(umi_pair *a, umi_pair *room, size_t n)
{
    umi_pair *from = a, *to = room;
    for (int d = 0; d < DIGITS; d++) {
        size_t at[RADIX] = {0};
        for (size_t i = 0; i < n; i++) {
            assert(from[i].key >= 0);
            at[digit(from[i].key, d)]++;
        }
        if (n == 0 || at[digit(from[0].key, d)] == n)
            continue; /* all the same: nothing moves */
        scatter(to, from, n, at, d);
        umi_pair *swap = from;
        from = to;
        to = swap;
    }
    if (from != a)
        memcpy(a, from, n * sizeof *a);
}
