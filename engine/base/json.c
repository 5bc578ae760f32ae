/* SPDX-License-Identifier: MIT */
#include "engine/base/json.h"

#include "engine/base/digits.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    DEPTH_MAX = 32,
    FEW_KEYS = 16,
    SOME_KEYS = 64
};

typedef struct reader {
    const char *start, *p, *end;
    umi_arena *arena;
    umi_error *err;
    bool lenient; /* keys may stand twice */
} reader;

static umi_status parse_value(reader *r, umi_json **out, int depth);

/* What stands where it went wrong: a word, a bracket with what follows. */
static umi_text offending(const reader *r)
{
    const char *p = r->p;
    while (p < r->end && (p == r->p || memchr(" \t\r\n,]}", *p, 7) == NULL))
        p++;
    return (umi_text){r->p, (size_t)(p - r->p)};
}

static umi_status fail(reader *r, const char *fmt)
{
    const char *text = umi_error_tr(r->err, fmt);
    umi_text got = offending(r);
    umi_status rc =
        got.len == 0
            ? umi_fail_code(r->err, UMI_ESYNTAX, "JSON", "", "%s", text)
            : umi_fail_code(r->err, UMI_ESYNTAX, "JSON", "", "%s, got '%.*s'",
                            text, UMI_SHOW(got));
    if (r->err != NULL)
        r->err->column = r->p - r->start + 1;
    return rc;
}

static umi_status fail_at(reader *r, const char *p, const char *fmt)
{
    r->p = p;
    return fail(r, fmt);
}

static umi_status no_memory(reader *r)
{
    return umi_fail(r->err, UMI_ENOMEM, "", "no memory for a JSON text");
}

static void skip_blanks(reader *r)
{
    while (r->p < r->end &&
           (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
        r->p++;
}

/* --- strings ------------------------------------------------------------ */

static bool hex4(const char *p, uint32_t *out)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        uint32_t d;
        if (c >= '0' && c <= '9')
            d = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            d = (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            d = (uint32_t)(c - 'A' + 10);
        else
            return false;
        v = v * 16 + d;
    }
    *out = v;
    return true;
}

static char *put_utf8(char *w, uint32_t c)
{
    if (c < 0x80) {
        *w++ = (char)c;
    } else if (c < 0x800) {
        *w++ = (char)(0xC0 | c >> 6);
        *w++ = (char)(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *w++ = (char)(0xE0 | c >> 12);
        *w++ = (char)(0x80 | (c >> 6 & 0x3F));
        *w++ = (char)(0x80 | (c & 0x3F));
    } else {
        *w++ = (char)(0xF0 | c >> 18);
        *w++ = (char)(0x80 | (c >> 12 & 0x3F));
        *w++ = (char)(0x80 | (c >> 6 & 0x3F));
        *w++ = (char)(0x80 | (c & 0x3F));
    }
    return w;
}

/* r->p stands behind "\u"; a surrogate pair is one code point. */
static umi_status unicode_escape(reader *r, char **w)
{
    const char *begin = r->p - 2;
    uint32_t c, low;
    if (r->end - r->p < 4 || !hex4(r->p, &c))
        return fail_at(r, begin, "\\u needs four hexadecimal digits");
    r->p += 4;
    if (c >= 0xD800 && c < 0xDC00) {
        if (r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u' ||
            !hex4(r->p + 2, &low) || low < 0xDC00 || low > 0xDFFF)
            return fail_at(r, begin, "half of a surrogate pair");
        r->p += 6;
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    } else if (c >= 0xDC00 && c < 0xE000) {
        return fail_at(r, begin, "half of a surrogate pair");
    } else if (c == 0) {
        return fail_at(r, begin, "NUL is not allowed in a text");
    }
    *w = put_utf8(*w, c);
    return UMI_OK;
}

static umi_status escape(reader *r, char **w)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = *r->p++; /* the text is closed, so something stands here */
    if (c == 'u')
        return unicode_escape(r, w);
    const char *found = memchr(from, c, sizeof from - 1);
    if (found == NULL)
        return fail_at(r, r->p - 2, "unknown escape in a text");
    *(*w)++ = to[found - from];
    return UMI_OK;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Behind the bytes that need no look: no quote, no backslash, no control
 * character; eight at a time.  *all gathers their bits.  A byte that is zero
 * after x lends from bit 7, and what lends falsely stands above it. */
static const char *plain_run(const char *p, const char *end, uint64_t *all)
{
    uint64_t w;
    for (; end - p >= 8; p += 8) {
        memcpy(&w, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        w = __builtin_bswap64(w);
#endif
        uint64_t quote = w ^ EACH('"'), back = w ^ EACH('\\');
        uint64_t found =
            (((w - EACH(0x20)) & ~w) | ((quote - EACH(1)) & ~quote) |
             ((back - EACH(1)) & ~back)) &
            EACH(0x80);
        if (found != 0) {
            int bits = __builtin_ctzll(found) & ~7;
            *all |= w & ((UINT64_C(1) << bits) - 1);
            return p + bits / 8;
        }
        *all |= w;
    }
    return p;
}

/* r->p stands behind the opening quote. */
static umi_status parse_text(reader *r, umi_text *out)
{
    uint64_t run = 0;
    const char *begin = r->p, *p = plain_run(begin, r->end, &run);
    unsigned char all = (run & EACH(0x80)) != 0 ? 0x80 : 0;
    bool plain = true;
    for (; p < r->end && *p != '"'; p++) {
        unsigned char c = (unsigned char)*p;
        if (c < 0x20)
            return fail_at(r, p, "control character in a text");
        all |= c;
        if (c == '\\') {
            plain = false;
            p += p + 1 < r->end;
            all |= (unsigned char)*p;
        }
    }
    r->p = p;
    if (p == r->end)
        return fail(r, "the text is not closed");
    umi_text raw = {begin, (size_t)(p - begin)};
    if (all >= 0x80 && !umi_text_utf8(raw))
        return fail_at(r, begin, "the text is not UTF-8");
    r->p++;
    if (plain) {
        *out = raw;
        return UMI_OK;
    }
    char *copy = umi_arena_alloc(r->arena, raw.len), *w = copy;
    if (copy == NULL)
        return no_memory(r);
    reader inner = *r;
    inner.p = begin;
    inner.end = begin + raw.len;
    while (inner.p < inner.end) {
        if (*inner.p != '\\') {
            *w++ = *inner.p++;
            continue;
        }
        inner.p++;
        umi_status rc = escape(&inner, &w);
        if (rc != UMI_OK)
            return rc;
    }
    *out = (umi_text){copy, (size_t)(w - copy)};
    return UMI_OK;
}

/* --- numbers and words --------------------------------------------------- */

static bool digit_run(reader *r)
{
    const char *begin = r->p;
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
        r->p++;
    return r->p > begin;
}

static umi_status parse_number(reader *r)
{
    const char *begin = r->p;
    if (*r->p == '-')
        r->p++;
    const char *lead = r->p;
    if (!digit_run(r))
        return fail(r, "a value is expected");
    if (*lead == '0' && r->p - lead > 1)
        return fail_at(r, begin, "a number must not begin with 0");
    if (r->p < r->end && *r->p == '.') {
        r->p++;
        if (!digit_run(r))
            return fail(r, "digits are expected behind the point");
    }
    if (r->p < r->end && (*r->p == 'e' || *r->p == 'E')) {
        r->p++;
        if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
            r->p++;
        if (!digit_run(r))
            return fail(r, "digits are expected in the exponent");
    }
    return UMI_OK;
}

/* Inlined, so that the length of a literal is known. */
static inline bool word(reader *r, const char *w)
{
    size_t n = strlen(w);
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n) != 0)
        return false;
    r->p += n;
    return true;
}

/* --- arrays and objects -------------------------------------------------- */

static void append(umi_json *parent, umi_json **last, umi_json *child)
{
    if (*last == NULL)
        parent->first = child;
    else
        (*last)->next = child;
    *last = child;
    parent->count++;
}

static int by_key(const void *a, const void *b)
{
    const umi_json *const *x = a, *const *y = b;
    return umi_text_cmp((*x)->key, (*y)->key);
}

static umi_status duplicate(reader *r, const umi_json *v)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%.*s", UMI_SHOW(v->key));
    return umi_fail(r->err, UMI_EINVAL, name, "%s, got '%.*s'",
                    umi_error_tr(r->err, "the key stands twice"),
                    UMI_SHOW(v->text));
}

/* The failure is about something within the value of @p key. */
static void within(umi_error *err, umi_text key)
{
    char inner[sizeof err->field];
    if (err == NULL || err->status != UMI_EINVAL)
        return;
    (void)snprintf(inner, sizeof inner, "%s", err->field);
    (void)snprintf(err->field, sizeof err->field, "%.*s.%.64s",
                   (int)(key.len > 30 ? 30 : key.len), key.ptr, inner);
    umi_text_clean(err->field);
}

/* Of the length and the ends of a key: keys of one object seldom share it. */
static uint32_t key_hash(umi_text key)
{
    uint32_t head = 0, tail = 0;
    if (key.len >= 4) {
        memcpy(&head, key.ptr, 4);
        memcpy(&tail, key.ptr + key.len - 4, 4);
    } else if (key.len > 0) {
        head = (unsigned char)key.ptr[0];
        tail = (unsigned char)key.ptr[key.len - 1];
    }
    return ((head + tail * 31 + (uint32_t)key.len) * UINT32_C(2654435769)) >>
           16;
}

/* Keys in buckets of one byte, the number of the key + 1. */
static umi_status refuse_among_some(reader *r, const umi_json *o)
{
    const umi_json *all[SOME_KEYS];
    uint8_t buckets[4 * SOME_KEYS] = {0};
    uint8_t n = 0;
    for (const umi_json *a = o->first; a != NULL; a = a->next) {
        size_t i = key_hash(a->key) % sizeof buckets;
        for (; buckets[i] != 0; i = (i + 1) % sizeof buckets)
            if (umi_text_eq(all[buckets[i] - 1]->key, a->key))
                return duplicate(r, a);
        all[n] = a;
        buckets[i] = ++n;
    }
    return UMI_OK;
}

/* Few keys are compared pairwise; many are sorted first, so that a hostile
 * object costs n log n. */
static umi_status refuse_duplicates(reader *r, const umi_json *o)
{
    if (o->count <= FEW_KEYS) {
        for (const umi_json *a = o->first; a != NULL; a = a->next)
            for (const umi_json *b = a->next; b != NULL; b = b->next)
                if (umi_text_eq(a->key, b->key))
                    return duplicate(r, b);
        return UMI_OK;
    }
    if (o->count <= SOME_KEYS)
        return refuse_among_some(r, o);
    const umi_json **all =
        umi_arena_alloc(r->arena, o->count * sizeof(umi_json *));
    if (all == NULL)
        return no_memory(r);
    size_t n = 0;
    for (const umi_json *a = o->first; a != NULL; a = a->next)
        all[n++] = a;
    qsort(all, n, sizeof *all, by_key);
    for (size_t i = 1; i < n; i++)
        if (umi_text_eq(all[i - 1]->key, all[i]->key))
            return duplicate(r, all[i]);
    return UMI_OK;
}

static umi_status parse_key(reader *r, umi_text *key)
{
    if (r->p == r->end || *r->p != '"')
        return fail(r, "a key in quotes is expected");
    r->p++;
    umi_status rc = parse_text(r, key);
    if (rc != UMI_OK)
        return rc;
    skip_blanks(r);
    if (r->p == r->end || *r->p != ':')
        return fail(r, "':' is expected behind a key");
    r->p++;
    return UMI_OK;
}

/* r->p stands behind the opening bracket. */
static umi_status parse_children(reader *r, umi_json *v, int depth)
{
    bool object = v->type == UMI_JSON_OBJECT;
    char close = object ? '}' : ']';
    umi_json *last = NULL;
    skip_blanks(r);
    if (r->p < r->end && *r->p == close) {
        r->p++;
        return UMI_OK;
    }
    for (;;) {
        umi_text key = {0};
        umi_json *child;
        skip_blanks(r);
        umi_status rc = object ? parse_key(r, &key) : UMI_OK;
        if (rc == UMI_OK)
            rc = parse_value(r, &child, depth + 1);
        if (rc != UMI_OK && object)
            within(r->err, key);
        if (rc != UMI_OK)
            return rc;
        child->key = key;
        append(v, &last, child);
        skip_blanks(r);
        if (r->p < r->end && *r->p == close) {
            r->p++;
            return object && !r->lenient ? refuse_duplicates(r, v) : UMI_OK;
        }
        if (r->p == r->end || *r->p != ',')
            return fail(r, object ? "',' or '}' is expected"
                                  : "',' or ']' is expected");
        r->p++;
    }
}

static umi_status parse_value(reader *r, umi_json **out, int depth)
{
    if (depth > DEPTH_MAX)
        return fail(r, "nested deeper than 32");
    skip_blanks(r);
    if (r->p == r->end)
        return fail(r, "the text ends too early");
    umi_json *v = umi_arena_alloc(r->arena, sizeof *v);
    if (v == NULL)
        return no_memory(r);
    const char *begin = r->p;
    v->column = (uint32_t)(begin - r->start + 1);

    umi_status rc = UMI_OK;
    switch (*r->p) {
    case '{':
    case '[':
        v->type = *r->p++ == '{' ? UMI_JSON_OBJECT : UMI_JSON_ARRAY;
        rc = parse_children(r, v, depth);
        break;
    case '"':
        r->p++;
        v->type = UMI_JSON_STRING;
        rc = parse_text(r, &v->text);
        break;
    case 't':
    case 'f':
        v->type = UMI_JSON_BOOL;
        v->boolean = *r->p == 't';
        if (!(v->boolean ? word(r, "true") : word(r, "false")))
            rc = fail(r, "a value is expected");
        break;
    case 'n':
        v->type = UMI_JSON_NULL;
        if (!word(r, "null"))
            rc = fail(r, "a value is expected");
        break;
    default:
        v->type = UMI_JSON_NUMBER;
        rc = parse_number(r);
    }
    if (v->type != UMI_JSON_STRING)
        v->text = (umi_text){begin, (size_t)(r->p - begin)};
    if (rc == UMI_OK)
        *out = v;
    return rc;
}

umi_status
umi_json_parse(umi_json **out, umi_text text, umi_arena *arena, umi_error *err)
{
    reader r = {text.ptr, text.ptr, text.ptr + text.len, arena, err, false};
    umi_json *v = NULL;
    umi_status rc = parse_value(&r, &v, 0);
    if (rc != UMI_OK)
        return rc;
    skip_blanks(&r);
    if (r.p != r.end)
        return fail(&r, "something stands behind the value");
    *out = v;
    return UMI_OK;
}

static bool next_member(reader *r, umi_text *key, umi_json **v)
{
    if (r->p == r->end || (*r->p != '{' && *r->p != ','))
        return false;
    r->p++;
    skip_blanks(r);
    if (parse_key(r, key) != UMI_OK || parse_value(r, v, 1) != UMI_OK)
        return false;
    skip_blanks(r);
    return true;
}

bool umi_json_peek(umi_text *out,
                   umi_text text,
                   const char *key,
                   umi_arena *arena)
{
    reader r = {text.ptr, text.ptr, text.ptr + text.len, arena, NULL, true};
    umi_text name = {0};
    umi_json *v = NULL;
    const umi_json *found = NULL;
    skip_blanks(&r);
    if (r.p == r.end || *r.p != '{')
        return false;
    while (next_member(&r, &name, &v)) {
        if (!umi_text_is(name, key))
            continue;
        if (found != NULL)
            return false;
        found = v;
    }
    if (found == NULL || found->type != UMI_JSON_STRING)
        return false;
    *out = found->text;
    return true;
}

const umi_json *umi_json_get(const umi_json *o, const char *key)
{
    umi_text name = umi_text_of(key);
    for (const umi_json *c = o->first; c != NULL; c = c->next)
        if (umi_text_eq(c->key, name))
            return c;
    return NULL;
}

static const umi_json *at_path(const umi_json *o, const char *path)
{
    while (o != NULL && o->type == UMI_JSON_OBJECT) {
        const char *dot = strchr(path, '.');
        size_t len = dot ? (size_t)(dot - path) : strlen(path);
        const umi_json *c = o->first;
        while (c != NULL && !umi_text_eq(c->key, (umi_text){path, len}))
            c = c->next;
        o = c;
        if (dot == NULL)
            return o;
        path = dot + 1;
    }
    return NULL;
}

static bool ends_with(const char *s, const char *end)
{
    size_t n = strlen(s), m = strlen(end);
    return n >= m && memcmp(s + n - m, end, m) == 0;
}

void umi_json_got(umi_error *err, const umi_json *o)
{
    const umi_json *v = err != NULL ? at_path(o, err->field) : NULL;
    if (v == NULL || v->text.ptr == NULL)
        return;
    char shown[64], quoted[72];
    (void)snprintf(shown, sizeof shown, "%.*s", UMI_SHOW(v->text));
    umi_text_clean(shown);
    (void)snprintf(quoted, sizeof quoted, "'%s'", shown);
    if (ends_with(err->message, shown) || ends_with(err->message, quoted))
        return;
    size_t used = strlen(err->message);
    (void)snprintf(err->message + used, sizeof err->message - used,
                   umi_tr(err->lang, ", got %s"), quoted);
    umi_text_clean(err->message);
}

umi_json *umi_json_new(umi_arena *arena, umi_json_type type, umi_text text)
{
    umi_json *v = umi_arena_alloc(arena, sizeof *v);
    if (v != NULL) {
        v->type = type;
        v->text = text;
    }
    return v;
}

void umi_json_add(umi_json *parent, const char *key, umi_json *child)
{
    umi_json *last = parent->first;
    while (last != NULL && last->next != NULL)
        last = last->next;
    child->key = umi_text_of(key);
    append(parent, &last, child);
}

/* --- writer --------------------------------------------------------------- */

static void item(umi_json_out *w)
{
    if (w->comma)
        umi_buf_putc(w->buf, ',');
    w->comma = true;
}

void umi_json_open(umi_json_out *w, char bracket)
{
    item(w);
    umi_buf_putc(w->buf, bracket);
    w->comma = false;
}

void umi_json_close(umi_json_out *w, char bracket)
{
    umi_buf_putc(w->buf, bracket);
    w->comma = true;
}

static bool stands_for_itself(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* A byte of no UTF-8 (a name of a file may have any) is shown as U+FFFD. */
static void put_escaped(umi_buf *b, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    if (c >= 0x80) {
        umi_buf_bytes(b, "\xEF\xBF\xBD", 3);
    } else if (c >= 0x20) {
        umi_buf_bytes(b, (char[]){'\\', (char)c}, 2);
    } else if (c == '\n' || c == '\t' || c == '\r') {
        char e = c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
        umi_buf_bytes(b, (char[]){'\\', e}, 2);
    } else {
        char e[] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        umi_buf_bytes(b, e, sizeof e);
    }
}

void umi_json_text(umi_json_out *w, umi_text t)
{
    size_t from = 0;
    item(w);
    umi_buf_putc(w->buf, '"');
    for (size_t i = 0; i < t.len; i++) {
        unsigned char c = (unsigned char)t.ptr[i];
        if (stands_for_itself(c))
            continue;
        size_t n =
            c < 0x80 ? 0 : umi_text_utf8_at((umi_text){t.ptr + i, t.len - i});
        if (n > 0) {
            i += n - 1;
            continue;
        }
        umi_buf_bytes(w->buf, t.ptr + from, i - from);
        from = i + 1;
        put_escaped(w->buf, c);
    }
    umi_buf_bytes(w->buf, t.ptr + from, t.len - from);
    umi_buf_putc(w->buf, '"');
}

void umi_json_str(umi_json_out *w, const char *s)
{
    if (s == NULL)
        umi_json_null(w);
    else
        umi_json_text(w, umi_text_of(s));
}

void umi_json_int(umi_json_out *w, int64_t v)
{
    item(w);
    umi_buf_int(w->buf, v);
}

void umi_json_bool(umi_json_out *w, bool v)
{
    item(w);
    umi_buf_puts(w->buf, v ? "true" : "false");
}

void umi_json_null(umi_json_out *w)
{
    item(w);
    umi_buf_puts(w->buf, "null");
}

void umi_json_money(umi_json_out *w, umi_money m)
{
    char *p = umi_buf_reserve(w->buf, UMI_DIGITS_ROOM + 3);
    if (p == NULL)
        return;
    *p = ',';
    p += w->comma;
    *p++ = '"';
    p = umi_put_money(p, m);
    *p++ = '"';
    w->buf->len = (size_t)(p - w->buf->ptr);
    w->comma = true;
}

void umi_json_day(umi_json_out *w, umi_day d)
{
    item(w);
    umi_buf_putc(w->buf, '"');
    umi_buf_day(w->buf, d);
    umi_buf_putc(w->buf, '"');
}

void umi_json_error(umi_json_out *w, const umi_error *err)
{
    umi_json_open(w, '{');
    umi_json_key(w, "code");
    umi_json_str(w, err->code);
    umi_json_key(w, "field");
    umi_json_str(w, err->field);
    umi_json_key(w, "message");
    umi_json_str(w, err->message);
    umi_json_close(w, '}');
}

void umi_json_value(umi_json_out *w, const umi_json *v)
{
    switch (v->type) {
    case UMI_JSON_NULL:
        umi_json_null(w);
        return;
    case UMI_JSON_BOOL:
        umi_json_bool(w, v->boolean);
        return;
    case UMI_JSON_NUMBER:
        item(w);
        umi_buf_text(w->buf, v->text);
        return;
    case UMI_JSON_STRING:
        umi_json_text(w, v->text);
        return;
    case UMI_JSON_ARRAY:
    case UMI_JSON_OBJECT:
        break;
    }
    bool object = v->type == UMI_JSON_OBJECT;
    umi_json_open(w, object ? '{' : '[');
    for (const umi_json *c = v->first; c != NULL; c = c->next) {
        if (object) {
            umi_json_text(w, c->key);
            umi_buf_putc(w->buf, ':');
            w->comma = false;
        }
        umi_json_value(w, c);
    }
    umi_json_close(w, object ? '}' : ']');
}
