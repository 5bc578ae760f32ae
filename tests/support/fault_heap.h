/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_FAULT_HEAP_H
#define UMI_TESTS_SUPPORT_FAULT_HEAP_H

/**
 * @file
 * The heap of the whole process, ours and that of SQLite, GMP, libyaml and
 * all others, in front of that of the C library: it counts what lives and
 * lets the k-th request fail.  To be included by one file of one program.
 *
 * Where a sanitizer stands in for the heap, requests of our own library fail
 * alone, and the sanitizer finds what is not given back.
 */
#include "engine/base/alloc.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)

#define HEAP_COUNTS false

static inline void heap_fail_at(int64_t nth, bool on)
{
    umi_alloc_fail_at(nth, on);
}
static inline int64_t heap_asked(void)
{
    return umi_alloc_count();
}
static inline int64_t heap_live(void)
{
    return 0;
}

#else

#define HEAP_COUNTS true /**< what lives is known */

static _Atomic int64_t heap_requests, heap_blocks;
static int64_t heap_nth;
static bool heap_on;

/** Request number @p nth from now on fails, and with @p on all after it; 0
 * switches that off. */
static inline void heap_fail_at(int64_t nth, bool on)
{
    heap_requests = 0;
    heap_on = on;
    heap_nth = nth;
}
/** Requests since then; not counted while it is off. */
static inline int64_t heap_asked(void)
{
    return heap_requests;
}
/** Blocks that are not given back. */
static inline int64_t heap_live(void)
{
    return heap_blocks;
}

void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void __libc_free(void *);

static bool heap_refuses(void)
{
    if (heap_nth == 0)
        return false;
    int64_t n = ++heap_requests;
    bool no = n == heap_nth || (heap_on && n > heap_nth);
    if (no)
        errno = ENOMEM;
    return no;
}

static void *heap_counted(void *p)
{
    heap_blocks += p != NULL;
    return p;
}

void *malloc(size_t n)
{
    return heap_refuses() ? NULL : heap_counted(__libc_malloc(n));
}

void *calloc(size_t n, size_t size)
{
    return heap_refuses() ? NULL : heap_counted(__libc_calloc(n, size));
}

void *realloc(void *old, size_t n)
{
    if (heap_refuses())
        return NULL;
    return old ? __libc_realloc(old, n) : heap_counted(__libc_realloc(old, n));
}

void free(void *p)
{
    heap_blocks -= p != NULL;
    __libc_free(p);
}

#endif

#endif
