/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_BENCH_BENCH_H
#define UMI_TESTS_BENCH_BENCH_H

/** @file What benches share: clocks, claims, chance and the line of a figure. */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/** Without @p what there is no figure. */
static inline void need(bool ok, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "bench: %s (last error: %s)\n", what,
                  strerror(errno));
    exit(1);
}

/** The same of a claim that says itself what it is. */
#define must(claim) need((claim), #claim)

/* --- clocks --------------------------------------------------------------- */

static inline int64_t nanoseconds(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/** Of the processor, by all threads of the program. */
static inline int64_t cpu_ns(void)
{
    return nanoseconds(CLOCK_PROCESS_CPUTIME_ID);
}

static inline int64_t wall_ns(void)
{
    return nanoseconds(CLOCK_MONOTONIC);
}

static inline double cpu(void) /* seconds */
{
    return (double)cpu_ns() / 1e9;
}

static inline double wall(void) /* seconds */
{
    return (double)wall_ns() / 1e9;
}

/** The lesser of @p best, 0 being none yet, and @p took. */
static inline double least(double best, double took)
{
    return best == 0 || took < best ? took : best;
}

/* --- chance --------------------------------------------------------------- */

static inline uint64_t next(void)
{
    static uint64_t seed = 20260101;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* --- figures -------------------------------------------------------------- */

/** One line of bench.jsonl; @p floor 0: there is none. */
static inline void
tell(const char *name, double value, const char *unit, double floor)
{
    (void)printf("{\"name\":\"%s\",\"value\":%.*f,\"unit\":\"%s\",", name,
                 value < 1000 ? 3 : 0, value, unit);
    if (floor > 0)
        (void)printf("\"floor\":%.*f,\"ratio\":%.3f}\n", floor < 1000 ? 3 : 0,
                     floor, value / floor);
    else
        (void)printf("\"floor\":null,\"ratio\":null}\n");
    (void)fflush(stdout);
}

#endif
