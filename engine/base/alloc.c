/* SPDX-License-Identifier: MIT */
#include "engine/base/alloc.h"

#include <assert.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

/* The only mutable state of the engine: a switch for tests, untouched else. */
static _Atomic int64_t asked;
static int64_t fail_at;
static int fail_forever;

static int refused(void)
{
    if (fail_at == 0)
        return 0;
    int64_t n = ++asked;
    return n == fail_at || (fail_forever && n > fail_at);
}

void umi_alloc_fail_at(int64_t nth, int forever)
{
    asked = 0;
    fail_at = nth;
    fail_forever = forever;
}

int64_t umi_alloc_count(void)
{
    return asked;
}

bool umi_alloc_watched(void)
{
    return fail_at != 0;
}

void *umi_alloc(size_t size)
{
    return refused() ? NULL : malloc(size ? size : 1);
}

void *umi_alloc_array(size_t count, size_t size)
{
    return refused() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *umi_realloc(void *old, size_t size)
{
    return refused() ? NULL : realloc(old, size ? size : 1);
}

void umi_free(void *memory)
{
    free(memory);
}

/* --- arena ------------------------------------------------------------- */

typedef struct block {
    struct block *next; /* older block */
    size_t size, used;
    alignas(max_align_t) unsigned char bytes[];
} block;

struct umi_arena {
    block *top;
};

enum {
    FIRST = 4096,
    LARGEST = 1 << 20
};

static block *block_new(size_t size)
{
    block *b = umi_alloc(sizeof *b + size);
    if (b != NULL)
        *b = (block){.size = size};
    return b;
}

umi_arena *umi_arena_new(void)
{
    umi_arena *a = umi_alloc(sizeof *a);
    if (a != NULL)
        a->top = NULL;
    return a;
}

static void *take(block *b, size_t size)
{
    void *p = b->bytes + b->used;
    b->used += size;
    return memset(p, 0, size);
}

void *umi_arena_alloc(umi_arena *arena, size_t size)
{
    const size_t unit = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + unit - 1) / unit * unit;
    if (arena->top != NULL && arena->top->size - arena->top->used >= size)
        return take(arena->top, size);

    size_t grown = arena->top ? arena->top->size * 2 : FIRST;
    if (grown > LARGEST)
        grown = LARGEST;
    block *b = block_new(size > grown ? size : grown);
    if (b == NULL)
        return NULL;
    b->next = arena->top;
    arena->top = b;
    return take(b, size);
}

void *umi_arena_array(umi_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes))
        return NULL;
    return umi_arena_alloc(arena, bytes);
}

char *umi_arena_copy(umi_arena *arena, const char *text, size_t len)
{
    char *p = umi_arena_alloc(arena, len + 1);
    if (p != NULL && len != 0)
        memcpy(p, text, len);
    return p;
}

static void drop_older(block *b)
{
    while (b != NULL) {
        block *next = b->next;
        umi_free(b);
        b = next;
    }
}

void umi_arena_reset(umi_arena *arena)
{
    if (arena->top == NULL)
        return;
    drop_older(arena->top->next);
    arena->top->next = NULL;
    arena->top->used = 0;
}

void umi_arena_free(umi_arena *arena)
{
    if (arena == NULL)
        return;
    drop_older(arena->top);
    umi_free(arena);
}
