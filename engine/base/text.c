/* SPDX-License-Identifier: MIT */
#include "engine/base/text.h"

#include "engine/base/alloc.h"
#include "engine/base/digits.h"

#include <stdarg.h>
#include <stdio.h>

int umi_text_cmp(umi_text a, umi_text b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);
    return c != 0 ? c : (a.len > b.len) - (a.len < b.len);
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

umi_text umi_text_trim(umi_text t)
{
    while (t.len > 0 && blank(t.ptr[0]))
        t.ptr++, t.len--;
    while (t.len > 0 && blank(t.ptr[t.len - 1]))
        t.len--;
    return t;
}

/* RFC 3629, table 3-7 of Unicode */
static size_t sequence(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return 0;
    size_t n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (left < n)
        return 0;
    unsigned low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
    unsigned high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

size_t umi_text_utf8_at(umi_text t)
{
    return sequence((const unsigned char *)t.ptr, t.len);
}

bool umi_text_utf8(umi_text t)
{
    const unsigned char *p = (const unsigned char *)t.ptr;
    for (size_t i = 0; i < t.len;) {
        size_t n = sequence(p + i, t.len - i);
        if (n == 0)
            return false;
        i += n;
    }
    return true;
}

void umi_text_clean(char *s)
{
    unsigned char *p = (unsigned char *)s;
    for (size_t left = strlen(s), n; left > 0; p += n, left -= n) {
        n = sequence(p, left);
        if (n == 0 || *p < 0x20 || *p == 0x7F) {
            *p = '?';
            n = 1;
        }
    }
}

size_t umi_text_points(umi_text t)
{
    size_t n = 0;
    for (size_t i = 0; i < t.len; i++)
        n += ((unsigned char)t.ptr[i] & 0xC0) != 0x80;
    return n;
}

bool umi_text_int(umi_text t, int64_t min, int64_t max, int64_t *out)
{
    bool minus = t.len > 0 && t.ptr[0] == '-';
    size_t i = minus;
    if (i == t.len || t.len - i > 19)
        return false;
    int64_t v = 0; /* kept negative: INT64_MIN has no positive twin */
    for (; i < t.len; i++) {
        if (t.ptr[i] < '0' || t.ptr[i] > '9')
            return false;
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_sub_overflow(v, t.ptr[i] - '0', &v))
            return false;
    }
    if (!minus && __builtin_sub_overflow((int64_t)0, v, &v))
        return false;
    if (v < min || v > max)
        return false;
    *out = v;
    return true;
}

void umi_buf_free(umi_buf *b)
{
    umi_free(b->ptr);
    *b = (umi_buf){0};
}

char *umi_buf_grow(umi_buf *b, size_t more)
{
    if (b->failed)
        return NULL;
    if (b->cap - b->len >= more)
        return b->ptr + b->len;
    size_t cap = b->cap ? b->cap : 256;
    while (cap - b->len < more) {
        if (cap > SIZE_MAX / 2) {
            b->failed = true;
            return NULL;
        }
        cap *= 2;
    }
    char *p = umi_realloc(b->ptr, cap);
    if (p == NULL) {
        b->failed = true;
        return NULL;
    }
    b->ptr = p;
    b->cap = cap;
    return p + b->len;
}

void umi_buf_puts(umi_buf *b, const char *s)
{
    umi_buf_bytes(b, s, strlen(s));
}

void umi_buf_int(umi_buf *b, int64_t value)
{
    char *p = umi_buf_reserve(b, UMI_DIGITS_ROOM);
    if (p == NULL)
        return;
    if (value >= 0 && value < 10) { /* the most frequent by far */
        *p = (char)('0' + value);
        b->len++;
        return;
    }
    *p = '-';
    p += value < 0;
    p = umi_put_uint(p, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    b->len = (size_t)(p - b->ptr);
}

void umi_buf_printf(umi_buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    char *p = n < 0 ? NULL : umi_buf_reserve(b, (size_t)n + 1);
    if (p != NULL) {
        (void)vsnprintf(p, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
    va_end(args);
}
