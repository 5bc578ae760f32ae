/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_MEMORY_H
#define UMI_TESTS_SUPPORT_MEMORY_H

/**
 * @file
 * What the process holds from the heap: what is the same before and after
 * was given back.  Where another allocator stands in (a sanitizer, which
 * finds leaks itself) it is always 0.
 */
#include <malloc.h>
#include <stddef.h>

static inline size_t memory_held(void)
{
    struct mallinfo2 m = mallinfo2();
    return m.uordblks + m.hblkhd;
}

#endif
