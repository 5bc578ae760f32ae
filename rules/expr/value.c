/* SPDX-License-Identifier: MIT */
#include "rules/expr/value.h"

#include <assert.h>

static_assert(sizeof(umi_value) == 48, "a value fits three lanes of 16 bytes");

static const char *const kinds[] = {"any",  "bool",  "int",  "decimal",
                                    "rate", "money", "date", "string",
                                    "enum", "list"};

const char *umi_kind_name(umi_kind kind)
{
    assert((size_t)kind < sizeof kinds / sizeof *kinds);
    return kinds[kind];
}

bool umi_kind_parse(umi_kind *out, umi_text name)
{
    for (size_t i = 1; i < sizeof kinds / sizeof *kinds; i++)
        if (umi_text_is(name, kinds[i])) {
            *out = (umi_kind)i;
            return true;
        }
    return false;
}

static bool enum_same(const umi_enum *a, const umi_enum *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->count != b->count)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!umi_text_eq(a->members[i], b->members[i]))
            return false;
    return true;
}

bool umi_type_same(umi_type a, umi_type b)
{
    if (a.kind != b.kind)
        return false;
    if (a.kind == UMI_KIND_ENUM)
        return enum_same(a.of, b.of);
    if (a.kind != UMI_KIND_LIST || a.elem == b.elem)
        return true;
    return a.elem != NULL && b.elem != NULL && umi_type_same(*a.elem, *b.elem);
}

void umi_buf_type(umi_buf *b, umi_type t)
{
    umi_buf_puts(b, umi_kind_name(t.kind));
    if (t.kind == UMI_KIND_LIST && t.elem != NULL) {
        umi_buf_putc(b, '<');
        umi_buf_type(b, *t.elem);
        umi_buf_putc(b, '>');
    }
    if (t.kind == UMI_KIND_ENUM && t.of != NULL) {
        umi_buf_putc(b, '{');
        for (uint32_t i = 0; i < t.of->count && i < 4; i++) {
            umi_buf_puts(b, i ? ", " : "");
            umi_buf_text(b, t.of->members[i]);
        }
        umi_buf_puts(b, t.of->count > 4 ? ", ...}" : "}");
    }
}

static const struct {
    const char *code, *text;
} faults[] = {{"", ""},
#define X(name, code, text) {code, text},
              UMI_FAULT_LIST(X)
#undef X
};

const char *umi_fault_code(umi_fault f)
{
    assert((size_t)f < sizeof faults / sizeof *faults);
    return faults[f].code;
}

const char *umi_fault_text(umi_fault f)
{
    assert((size_t)f < sizeof faults / sizeof *faults);
    return faults[f].text;
}

umi_value umi_value_unknown(uint32_t slot)
{
    assert(slot < UMI_FACTS_MAX);
    umi_value v = {.state = UMI_UNKNOWN};
    v.unknown[slot / 64] = UINT64_C(1) << slot % 64;
    return v;
}

umi_value umi_value_money(umi_money m)
{
    bool whole = m.sen % 100 == 0; /* most are, and compare fastest so */
    umi_decimal q = {whole ? m.sen / 100 : m.sen, whole ? 1 : 100};
    return umi_value_decimal(UMI_KIND_MONEY, q);
}

static umi_decimal as_decimal(const umi_value *v)
{
    return v->kind == UMI_KIND_INT ? umi_decimal_int(v->i) : v->q;
}

static bool lists_equal(const umi_value *a, const umi_value *b)
{
    if (a->list.count != b->list.count)
        return false;
    for (size_t i = 0; i < a->list.count; i++)
        if (!umi_value_equal(&a->list.items[i], &b->list.items[i]))
            return false;
    return true;
}

bool umi_value_equal(const umi_value *a, const umi_value *b)
{
    if (a->state != UMI_KNOWN || b->state != UMI_KNOWN)
        return false;
    if (a->kind != b->kind)
        return umi_kind_number(a->kind) && umi_kind_number(b->kind) &&
               umi_decimal_cmp(as_decimal(a), as_decimal(b)) == 0;
    switch ((umi_kind)a->kind) {
    case UMI_KIND_BOOL:
    case UMI_KIND_INT:
    case UMI_KIND_DATE:
        return a->i == b->i;
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_MONEY:
        return umi_decimal_cmp(a->q, b->q) == 0;
    case UMI_KIND_STRING:
        return umi_text_eq(a->text, b->text);
    case UMI_KIND_ENUM:
        return a->i == b->i && enum_same(a->of, b->of);
    case UMI_KIND_LIST:
        return lists_equal(a, b);
    case UMI_KIND_ANY:
        break;
    }
    return false;
}

umi_value umi_value_as(umi_kind kind, const umi_value *v)
{
    bool from = umi_kind_number(v->kind), to = umi_kind_number(kind);
    if (v->state != UMI_KNOWN || !from || !to || kind == UMI_KIND_INT)
        return *v;
    return umi_value_decimal(kind, as_decimal(v));
}

bool umi_value_as_money(umi_money *out, const umi_value *v)
{
    umi_decimal sen;
    if (v->state != UMI_KNOWN || v->kind != UMI_KIND_MONEY ||
        !umi_decimal_mul(&sen, v->q, umi_decimal_int(100)))
        return false;
    return sen.num % sen.den == 0 && umi_decimal_whole(&out->sen, sen);
}

/* --- from text --------------------------------------------------------- */

static bool digits(const char *p, int n, int32_t *out)
{
    *out = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *out = *out * 10 + (p[i] - '0');
    }
    return true;
}

bool umi_value_day_parse(umi_value *out, umi_text t)
{
    umi_civil c;
    if (t.len != 10 || t.ptr[4] != '-' || t.ptr[7] != '-' ||
        !digits(t.ptr, 4, &c.year) || !digits(t.ptr + 5, 2, &c.month) ||
        !digits(t.ptr + 8, 2, &c.day))
        return false;
    if (c.year < 1 || c.month < 1 || c.month > 12 || c.day < 1 ||
        c.day > umi_month_days(c.year, c.month))
        return false;
    *out = umi_value_day(umi_day_of(c));
    return true;
}

static bool enum_parse(umi_value *out, const umi_enum *of, umi_text t)
{
    for (uint32_t i = 0; of != NULL && i < of->count; i++)
        if (umi_text_eq(of->members[i], t)) {
            *out = umi_value_enum(of, i);
            return true;
        }
    return false;
}

/* Digits around at most one point, as facts are written: no exponent, and
 * no quotient but for a decimal, which may have no other form. */
static bool plain(umi_text t, bool quotient)
{
    size_t i = t.len > 0 && t.ptr[0] == '-';
    if (i == t.len || t.ptr[i] < '0' || t.ptr[i] > '9')
        return false;
    for (; i < t.len; i++)
        if (t.ptr[i] != '.' && (t.ptr[i] != '/' || !quotient) &&
            (t.ptr[i] < '0' || t.ptr[i] > '9'))
            return false;
    return true;
}

/* Nearly every amount: few digits and nothing else, read in one pass. */
static bool short_whole(int64_t *out, umi_text t)
{
    int64_t v = 0;
    size_t i = 0;
    for (; i < t.len && t.ptr[i] >= '0' && t.ptr[i] <= '9'; i++)
        v = v * 10 + (t.ptr[i] - '0');
    if (i == 0 || i < t.len)
        return false;
    *out = v;
    return true;
}

bool umi_value_parse(umi_value *out, umi_type t, umi_text text)
{
    int64_t i;
    umi_decimal q;
    switch (t.kind) {
    case UMI_KIND_BOOL:
        if (!umi_text_is(text, "true") && !umi_text_is(text, "false"))
            return false;
        umi_value_set(out, UMI_KIND_BOOL, text.len == 4, 0, 0);
        return true;
    case UMI_KIND_INT:
        if (!umi_text_int(text, INT64_MIN, INT64_MAX, &i))
            return false;
        umi_value_set(out, UMI_KIND_INT, i, 0, 0);
        return true;
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_MONEY:
        if (text.len <= 18 && short_whole(&i, text)) {
            umi_value_set(out, t.kind, 0, i, 1);
            return true;
        }
        if (!plain(text, t.kind == UMI_KIND_DECIMAL) ||
            !umi_decimal_parse(&q, text))
            return false;
        umi_value_set(out, t.kind, 0, q.num, q.den);
        return true;
    case UMI_KIND_DATE:
        return umi_value_day_parse(out, text);
    case UMI_KIND_STRING:
        if (!umi_text_utf8(text))
            return false;
        *out = umi_value_string(text);
        return true;
    case UMI_KIND_ENUM:
        return enum_parse(out, t.of, text);
    case UMI_KIND_ANY:
    case UMI_KIND_LIST:
        break;
    }
    return false;
}

/* --- to text ----------------------------------------------------------- */

static void buf_list(umi_buf *b, const umi_value *v)
{
    umi_buf_putc(b, '[');
    for (size_t i = 0; i < v->list.count; i++) {
        umi_buf_puts(b, i ? ", " : "");
        umi_buf_value(b, &v->list.items[i]);
    }
    umi_buf_putc(b, ']');
}

void umi_buf_value(umi_buf *b, const umi_value *v)
{
    if (v->state != UMI_KNOWN)
        return;
    switch ((umi_kind)v->kind) {
    case UMI_KIND_BOOL:
        umi_buf_puts(b, v->i ? "true" : "false");
        break;
    case UMI_KIND_INT:
        umi_buf_int(b, v->i);
        break;
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_MONEY:
        umi_buf_decimal(b, v->q);
        break;
    case UMI_KIND_DATE:
        umi_buf_day(b, (umi_day){(int32_t)v->i});
        break;
    case UMI_KIND_STRING:
        umi_buf_text(b, v->text);
        break;
    case UMI_KIND_ENUM:
        umi_buf_text(b, v->of->members[v->i]);
        break;
    case UMI_KIND_LIST:
        buf_list(b, v);
        break;
    case UMI_KIND_ANY:
        break;
    }
}

/* The number behind its sign, grouped from behind, to at most @p places. */
static void show_digits(umi_buf *b, umi_decimal q, int places, umi_lang lang)
{
    size_t start = b->len, whole = 0;
    if (q.den != 1 && !umi_decimal_round(&q, q, places, UMI_ROUND_HALF_EVEN)) {
        umi_buf_decimal(b, q); /* near 10^38: as exact as it is */
        return;
    }
    umi_buf_decimal(b, q);
    while (start + whole < b->len && b->ptr[start + whole] != '.')
        whole++;
    size_t marks = whole > 0 ? (whole - 1) / 3 : 0;
    if (umi_buf_reserve(b, marks) == NULL)
        return;
    char *p = b->ptr + start;
    if (start + whole < b->len && lang == UMI_LANG_ID)
        p[whole] = ',';
    memmove(p + whole + marks, p + whole, b->len - start - whole);
    b->len += marks;
    for (size_t i = whole; marks > 0; i -= 3) {
        memmove(p + i - 3 + marks, p + i - 3, 3);
        p[i - 4 + marks] = lang == UMI_LANG_ID ? '.' : ',';
        marks--;
    }
}

static void show_number(umi_buf *b, const umi_value *v, umi_lang lang)
{
    umi_decimal q = v->q;
    bool percent = v->kind == UMI_KIND_RATE &&
                   umi_decimal_mul(&q, q, umi_decimal_int(100));
    bool money = v->kind == UMI_KIND_MONEY;
    if (q.num < 0) {
        umi_buf_putc(b, '-');
        q.num = -q.num;
    }
    if (money)
        umi_buf_puts(b, lang == UMI_LANG_ID ? "Rp" : "Rp ");
    show_digits(b, q, money ? 2 : 4, lang);
    if (percent)
        umi_buf_putc(b, '%');
}

void umi_buf_value_show(umi_buf *b, const umi_value *v, umi_lang lang)
{
    if (v->state != UMI_KNOWN)
        return;
    if (v->kind == UMI_KIND_BOOL)
        umi_buf_puts(b, umi_tr(lang, v->i ? "yes" : "no"));
    else if (v->kind == UMI_KIND_DECIMAL || v->kind == UMI_KIND_RATE ||
             v->kind == UMI_KIND_MONEY)
        show_number(b, v, lang);
    else
        umi_buf_value(b, v);
}
