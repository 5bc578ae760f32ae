/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_SORT_H
#define UMI_LEDGER_BOOK_SORT_H

/**
 * @file
 * Sorting many numbers at once.  A batch is brought into the order of the
 * tables that it touches before it touches them.
 */
#include <stddef.h>
#include <stdint.h>

/** Something with a key that is not negative. */
typedef struct umi_pair {
    int64_t key;
    int64_t value;
} umi_pair;

/** Order @p a by key, equal keys as they stand; @p room holds @p n too. */
void umi_sort_pairs(umi_pair *a, umi_pair *room, size_t n);

#endif
