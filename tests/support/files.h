/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_FILES_H
#define UMI_TESTS_SUPPORT_FILES_H

/** @file Vectors from disk.  Tests run at the root of the tree. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/text.h"

/** A whole file; free(ptr).  A missing vector ends the test program. */
static inline umi_text file_read(const char *folder, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        perror(path);
        abort();
    }
    (void)fseek(f, 0, SEEK_END);
    long n = ftell(f);
    rewind(f);
    char *p = malloc((size_t)n + 1);
    assert(p != NULL);
    size_t got = fread(p, 1, (size_t)n, f);
    assert(got == (size_t)n);
    p[n] = '\0';
    (void)fclose(f);
    return (umi_text){p, (size_t)n};
}

#endif
