/* SPDX-License-Identifier: MIT */
#include "ledger/bank/build_int.h"

#include "ledger/bank/figure.h"

#include "ledger/bank/check_int.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

/* Room for one more of @p items, or NULL and b->failed. */
static void *
room(umi__bank_builder *b, void *items, size_t count, size_t *cap, size_t size)
{
    if (b->failed || count < *cap)
        return b->failed ? NULL : items;
    size_t grown = *cap ? *cap * 2 : 64;
    void *p = grown > SIZE_MAX / size ? NULL : umi_realloc(items, grown * size);
    if (p == NULL) {
        b->failed = true;
        return NULL;
    }
    *cap = grown;
    return p;
}

static void *take(umi__bank_builder *b, size_t size)
{
    void *p = b->failed ? NULL : umi_arena_alloc(b->file->arena, size);
    b->failed |= p == NULL;
    return p;
}

/* --- statements and lines ------------------------------------------------ */

void umi__bank_open(umi__bank_builder *b, int64_t line)
{
    assert(!b->open);
    b->open = true;
    b->now =
        (umi_bank_statement){.from = UMI_BANK_NO_DAY, .to = UMI_BANK_NO_DAY};
    b->first = b->file->all_count;
    b->start = line;
    for (int i = 0; i < 2; i++)
        b->control[i] = (umi__bank_control){.count = -1};
    b->refused = b->refused_at = b->broken_at = 0;
    b->derive_ends = b->has_page = false;
    b->period = UMI__BANK_PERIOD_NONE;
}

void umi__bank_close(umi__bank_builder *b)
{
    assert(b->open);
    b->open = false;
    umi_bank_statement *list = room(b, b->statements, b->file->statement_count,
                                    &b->statement_cap, sizeof *list);
    if (list == NULL)
        return;
    b->statements = list;
    if (b->now.account.len == 0)
        b->now.account = b->options->account;
    b->now.line_count = b->file->all_count - b->first;
    umi__bank_check_all(b);
    list[b->file->statement_count++] = b->now;
}

umi_bank_line *umi__bank_line_new(umi__bank_builder *b, int64_t source)
{
    assert(b->open);
    umi_bank_file *f = b->file;
    umi_bank_line *list =
        room(b, f->all_lines, f->all_count, &b->line_cap, sizeof *list);
    if (list == NULL)
        return NULL;
    f->all_lines = list;
    list[f->all_count] = (umi_bank_line){
        .booked = UMI_BANK_NO_DAY, .value = UMI_BANK_NO_DAY, .source = source};
    return &list[f->all_count++];
}

umi_bank_line *umi__bank_last_line(umi__bank_builder *b)
{
    bool any = b->open && b->file->all_count > b->first;
    return any ? &b->file->all_lines[b->file->all_count - 1] : NULL;
}

umi_bank_detail *umi__bank_detail_new(umi__bank_builder *b, umi_bank_line *line)
{
    umi_bank_detail *d = take(b, sizeof *d);
    if (d == NULL)
        return NULL;
    if (line->details == NULL)
        line->details = d;
    else
        b->tail->next = d;
    b->tail = d;
    return d;
}

/* --- warnings ------------------------------------------------------------ */

static void warn(umi__bank_builder *b,
                 const char *code,
                 int64_t line,
                 const char *fmt,
                 va_list args)
{
    umi_bank_warning *list = room(b, b->warnings, b->file->warning_count,
                                  &b->warning_cap, sizeof *list);
    char text[256];
    if (list == NULL)
        return;
    b->warnings = list;
    (void)vsnprintf(text, sizeof text, fmt, args);
    bool latin = b->latin; /* of the data, not of a value cut for show */
    umi_text message = umi__bank_text(b, umi_text_of(text));
    b->latin = latin;
    char *copy = message.ptr == text ? take(b, message.len + 1) : NULL;
    if (copy != NULL) {
        memcpy(copy, text, message.len);
        message.ptr = copy;
    }
    if (!b->failed)
        list[b->file->warning_count++] =
            (umi_bank_warning){code, line, message};
}

void umi__bank_warn(
    umi__bank_builder *b, const char *code, int64_t line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    warn(b, code, line, umi_tr(b->options->lang, fmt), args);
    va_end(args);
}

bool umi__bank_real_day(umi__bank_builder *b,
                        umi_day *out,
                        umi_civil c,
                        int64_t line)
{
    bool clamped;
    if (!umi__bank_civil(out, &clamped, c))
        return false;
    if (clamped)
        umi__bank_warn(b, "W-BANK-DATE", line,
                       "there is no %04d-%02d-%02d; the month's last day "
                       "is taken",
                       c.year, c.month, c.day);
    return true;
}

void umi__bank_refuse(umi__bank_builder *b, int64_t line, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    warn(b, "W-BANK-LINE", line, umi_tr(b->options->lang, fmt), args);
    va_end(args);
    if (b->refused++ == 0)
        b->refused_at = line;
}

/* --- texts --------------------------------------------------------------- */

static bool plain(umi_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if ((unsigned char)(t.ptr[i] - 0x20) > 0x7E - 0x20)
            return false;
    return true;
}

/* The well-formed UTF-8 sequence at the head of @p t, else 0. */
static size_t sequence(umi_text t)
{
    unsigned char c = (unsigned char)t.ptr[0];
    size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    return n <= t.len && umi_text_utf8((umi_text){t.ptr, n}) ? n : 0;
}

static umi_text convert(umi__bank_builder *b, umi_text t)
{
    char *copy = take(b, t.len * 2 + 1), *w = copy;
    if (copy == NULL)
        return (umi_text){0};
    while (t.len > 0) {
        size_t n = sequence(t), used = n ? n : 1;
        unsigned char c = (unsigned char)t.ptr[0];
        if (n == 0) {
            *w++ = (char)(0xC0 | c >> 6);
            *w++ = (char)(0x80 | (c & 0x3F));
            b->latin = true;
        } else if (c < 0x20 || c == 0x7F) {
            *w++ = ' ';
        } else {
            memcpy(w, t.ptr, n);
            w += n;
        }
        t.ptr += used;
        t.len -= used;
    }
    return umi_text_trim((umi_text){copy, (size_t)(w - copy)});
}

umi_text umi__bank_text(umi__bank_builder *b, umi_text raw)
{
    umi_text t = umi_text_trim(raw);
    if (t.len > 0 && !plain(t))
        t = convert(b, t);
    return t.len > 0 ? t : (umi_text){0};
}

umi_text umi__bank_join(umi__bank_builder *b, umi_text a, umi_text second)
{
    if (a.len == 0 || second.len == 0)
        return a.len == 0 ? second : a;
    char *copy = take(b, a.len + second.len + 2);
    if (copy == NULL)
        return a;
    memcpy(copy, a.ptr, a.len);
    copy[a.len] = ' ';
    memcpy(copy + a.len + 1, second.ptr, second.len);
    return (umi_text){copy, a.len + second.len + 1};
}

void umi__bank_currency(char out[4], umi_text t)
{
    t = umi_text_trim(t);
    if (umi_text_is(t, "Rp") || umi_text_is(t, "RP") || umi_text_is(t, "Rp."))
        t = UMI_TEXT("IDR");
    if (t.len != 3)
        return;
    for (size_t i = 0; i < 3; i++)
        if (t.ptr[i] < 'A' || t.ptr[i] > 'Z')
            return;
    memcpy(out, t.ptr, 3);
    out[3] = '\0';
}
