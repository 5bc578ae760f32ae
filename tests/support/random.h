/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_RANDOM_H
#define UMI_TESTS_SUPPORT_RANDOM_H

/**
 * @file
 * Reproducible chance for properties (splitmix64).  Print the seed of a run
 * so that a failure can be repeated: UMI_SEED=n runs it again, TORTURE makes
 * the run longer.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct chance {
    uint64_t state;
} chance;

static inline uint64_t chance_next(chance *c)
{
    uint64_t z = c->state += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

/** low .. high, both included. */
static inline int64_t chance_in(chance *c, int64_t low, int64_t high)
{
    return low + (int64_t)(chance_next(c) % (uint64_t)(high - low + 1));
}

/** True once in @p n. */
static inline bool chance_one_in(chance *c, int64_t n)
{
    return chance_in(c, 1, n) == 1;
}

/** Begin a property: the seed is UMI_SEED, or @p seed, and is printed. */
static inline chance chance_begin(const char *property, uint64_t seed)
{
    const char *given = getenv("UMI_SEED");
    if (given != NULL)
        seed = strtoull(given, NULL, 10);
    printf("%s: seed %" PRIu64 "\n", property, seed);
    return (chance){seed};
}

/** How often to repeat: @p often, a hundred times that under TORTURE, a
 * twentieth under BRIEF. */
static inline int chance_rounds(int often)
{
    return getenv("TORTURE") != NULL ? often * 100
           : getenv("BRIEF") != NULL ? often / 20
                                     : often;
}

#endif
