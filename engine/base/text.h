/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_TEXT_H
#define UMI_ENGINE_BASE_TEXT_H

/**
 * @file
 * Texts: a borrowed run of bytes (umi_text), and a growing buffer to write
 * into (umi_buf).  A buffer remembers the first failed allocation, so that a
 * writer checks once at its end.
 */
#include "engine/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Borrowed bytes; not ended by NUL.  {NULL, 0} is the absent text. */
typedef struct umi_text {
    const char *ptr;
    size_t len;
} umi_text;

#define UMI_TEXT(literal) ((umi_text){(literal), sizeof(literal) - 1})
/** For printf's "%.*s": shows at most 60 bytes of a hostile value. */
#define UMI_SHOW(t) (int)((t).len > 60 ? 60 : (t).len), ((t).ptr ? (t).ptr : "")

static inline umi_text umi_text_of(const char *s)
{
    return (umi_text){s, s ? strlen(s) : 0};
}

static inline bool umi_text_eq(umi_text a, umi_text b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool umi_text_is(umi_text a, const char *s)
{
    return umi_text_eq(a, umi_text_of(s));
}

/** Which of @p n words @p t is, or @p n; NULL stands for no word. */
static inline size_t
umi_text_index(umi_text t, const char *const *words, size_t n)
{
    size_t i = 0;
    while (i < n && (words[i] == NULL || !umi_text_is(t, words[i])))
        i++;
    return i;
}

/** Negative, 0, positive: order by bytes, which for UTF-8 is by code point. */
int umi_text_cmp(umi_text a, umi_text b);
/** @p t without blanks (space, tab, CR) at its ends. */
umi_text umi_text_trim(umi_text t);
/** Bytes of the well-formed UTF-8 that @p t, not empty, begins with, 1 .. 4; 0
 * when it is none. */
size_t umi_text_utf8_at(umi_text t);
/** Whether @p t is well-formed UTF-8 (no surrogates, no overlong forms). */
bool umi_text_utf8(umi_text t);
/**
 * Make @p s fit for one line of output: what is no UTF-8 (a text that was cut)
 * and control characters become '?'.
 */
void umi_text_clean(char *s);
/** Code points in well-formed @p t. */
size_t umi_text_points(umi_text t);
/** Decimal integer with optional '-', within [min, max]; nothing else. */
bool umi_text_int(umi_text t, int64_t min, int64_t max, int64_t *out);

typedef struct umi_buf {
    char *ptr; /**< NULL while empty; not ended by NUL */
    size_t len, cap;
    bool failed; /**< an allocation failed; later writes do nothing */
} umi_buf;

void umi_buf_free(umi_buf *b);
/** Room for @p more bytes at ptr + len, or NULL (then failed is set). */
char *umi_buf_grow(umi_buf *b, size_t more);
static inline char *umi_buf_reserve(umi_buf *b, size_t more)
{
    return !b->failed && b->cap - b->len >= more ? b->ptr + b->len
                                                 : umi_buf_grow(b, more);
}
/* Inlined: a writer of JSON calls these several hundred times a line. */
static inline void umi_buf_bytes(umi_buf *b, const char *ptr, size_t len)
{
    char *p = len ? umi_buf_reserve(b, len) : NULL;
    if (p == NULL)
        return;
    memcpy(p, ptr, len);
    b->len += len;
}
static inline void umi_buf_putc(umi_buf *b, char c)
{
    umi_buf_bytes(b, &c, 1);
}
void umi_buf_puts(umi_buf *b, const char *s);
void umi_buf_int(umi_buf *b, int64_t value);
void umi_buf_printf(umi_buf *b, const char *fmt, ...) UMI_PRINTF(2, 3);
static inline void umi_buf_text(umi_buf *b, umi_text t)
{
    umi_buf_bytes(b, t.ptr, t.len);
}
static inline umi_text umi_buf_as_text(const umi_buf *b)
{
    return (umi_text){b->ptr, b->len};
}

#endif
