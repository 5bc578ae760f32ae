/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_ALLOC_H
#define UMI_ENGINE_BASE_ALLOC_H

/**
 * @file
 * The one door to the heap, and arenas on top of it.  Every allocation of the
 * library passes here, so that a test can let the n-th one fail.  An arena
 * holds what dies together: a parse tree, a rule set, one command.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** NULL when memory is exhausted; @p size 0 gives a pointer to free. */
void *umi_alloc(size_t size);
/** Zeroed memory for @p count elements; NULL also when the size overflows. */
void *umi_alloc_array(size_t count, size_t size);
/** Like realloc(); on failure NULL, and @p old stays valid. */
void *umi_realloc(void *old, size_t size);
void umi_free(void *memory); /**< NULL is allowed */

/**
 * For tests: let allocation number @p nth from now (1 = the next) fail, and
 * all after it when @p forever is non-zero.  0 switches it off.
 */
void umi_alloc_fail_at(int64_t nth, int forever);
/** Allocations asked for since the last umi_alloc_fail_at(). */
int64_t umi_alloc_count(void);
/** Whether allocations are counted at the moment. */
bool umi_alloc_watched(void);

typedef struct umi_arena umi_arena;

/** A new arena; NULL when memory is exhausted. */
umi_arena *umi_arena_new(void);
/** @p size zeroed bytes, aligned for any type, or NULL.  Never freed singly. */
void *umi_arena_alloc(umi_arena *arena, size_t size);
/** Zeroed memory for @p count elements of @p size; NULL also on overflow. */
void *umi_arena_array(umi_arena *arena, size_t count, size_t size);
/** A copy of @p len bytes with a NUL behind them, or NULL. */
char *umi_arena_copy(umi_arena *arena, const char *text, size_t len);
/** Forget everything inside but keep one block: cheap reuse in a loop. */
void umi_arena_reset(umi_arena *arena);
void umi_arena_free(umi_arena *arena); /**< NULL is allowed */

#endif
