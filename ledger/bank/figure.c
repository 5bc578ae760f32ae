/* SPDX-License-Identifier: MIT */
#include "ledger/bank/figure.h"

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Appends one decimal digit to a sum kept negative (INT64_MIN has no
 * positive twin). */
static bool push(int64_t *v, char c)
{
    return !__builtin_mul_overflow(*v, 10, v) &&
           !__builtin_sub_overflow(*v, c - '0', v);
}

typedef struct shape {
    size_t whole, places, run; /* run: digits since the last separator */
    bool grouped, point;
} shape;

/* Whether separator @p c may stand where @p s has come to. */
static bool separator(shape *s, char c, umi__bank_style style)
{
    bool run_ok = !s->grouped || s->run == 3;
    if (s->point || !run_ok)
        return false;
    if (c == style.group && c != 0 && s->run >= 1 && s->run <= 3) {
        s->grouped = true;
    } else if (c == style.point && c != 0) {
        s->point = true;
    } else {
        return false;
    }
    s->run = 0;
    return true;
}

static bool well_formed(const shape *s, int64_t v, umi__bank_style style)
{
    if (s->whole + s->places == 0 || (s->grouped && !s->point && s->run != 3))
        return false;
    bool thousands = style.group != 0 && !s->grouped && s->places == 3 &&
                     s->whole <= 3 && v != 0;
    return !thousands;
}

umi__bank_reading
umi__bank_amount(umi_money *out, umi_text t, umi__bank_style style)
{
    bool minus = t.len > 0 && t.ptr[0] == '-', fine = false, big = false;
    shape s = {0};
    int64_t v = 0;
    for (size_t i = minus; i < t.len; i++) {
        char c = t.ptr[i];
        if (!digit(c)) {
            if (!separator(&s, c, style))
                return UMI__BANK_BAD;
            continue;
        }
        s.run++;
        s.point ? s.places++ : s.whole++;
        if (s.places > 2)
            fine |= c != '0';
        else
            big |= !push(&v, c);
    }
    if (!well_formed(&s, v, style))
        return UMI__BANK_BAD;
    for (size_t k = s.places; style.point != 0 && k < 2; k++)
        big |= !push(&v, '0');
    if (!minus)
        big |= __builtin_sub_overflow((int64_t)0, v, &v);
    if (fine || big)
        return fine ? UMI__BANK_FINE : UMI__BANK_BIG;
    out->sen = v;
    return UMI__BANK_OK;
}

const char *umi__bank_why(umi__bank_reading r, const char *fallback)
{
    switch (r) {
    case UMI__BANK_FINE:
        return "line refused: the amount '%.*s' has more than two decimals";
    case UMI__BANK_BIG:
        return "line refused: the amount '%.*s' is too large";
    case UMI__BANK_OK:
    case UMI__BANK_BAD:
        break;
    }
    return fallback;
}

bool umi__bank_civil(umi_day *out, bool *clamped, umi_civil c)
{
    if (c.year < 1900 || c.year > 2999 || c.month < 1 || c.month > 12 ||
        c.day < 1)
        return false;
    int32_t last = umi_month_days(c.year, c.month);
    *clamped = c.day > last;
    if (*clamped)
        c.day = last;
    *out = umi_day_of(c);
    return true;
}

/* --- printed dates ------------------------------------------------------- */

/* A run of at most @p most digits at the head of @p t, taken off it. */
static bool number(umi_text *t, size_t most, int32_t *out, size_t *digits)
{
    size_t n = 0;
    int32_t v = 0;
    while (n < t->len && n < most && digit(t->ptr[n]))
        v = v * 10 + (t->ptr[n++] - '0');
    if (n == 0 || (n < t->len && digit(t->ptr[n])))
        return false;
    t->ptr += n;
    t->len -= n;
    *out = v;
    *digits = n;
    return true;
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether @p t, at least three letters, begins @p name, case aside. */
static bool begins(umi_text t, const char *name)
{
    if (t.len < 3 || t.len > strlen(name))
        return false;
    for (size_t i = 0; i < t.len; i++)
        if ((t.ptr[i] | 32) != name[i])
            return false;
    return true;
}

static bool month_name(umi_text *t, int32_t *out)
{
    static const struct {
        const char *name;
        int32_t month;
    } names[] = {
        {"january", 1},   {"januari", 1},   {"february", 2},  {"februari", 2},
        {"pebruari", 2},  {"march", 3},     {"maret", 3},     {"april", 4},
        {"may", 5},       {"mei", 5},       {"june", 6},      {"juni", 6},
        {"july", 7},      {"juli", 7},      {"august", 8},    {"agustus", 8},
        {"agt", 8},       {"ags", 8},       {"september", 9}, {"october", 10},
        {"oktober", 10},  {"november", 11}, {"nopember", 11}, {"december", 12},
        {"desember", 12},
    };
    umi_text word = {t->ptr, 0};
    while (word.len < t->len && letter(t->ptr[word.len]))
        word.len++;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (begins(word, names[i].name)) {
            *out = names[i].month;
            t->ptr += word.len;
            t->len -= word.len;
            return true;
        }
    }
    return false;
}

static bool one_of(umi_text *t, const char *chars)
{
    if (t->len == 0 || strchr(chars, t->ptr[0]) == NULL || t->ptr[0] == '\0')
        return false;
    t->ptr++;
    t->len--;
    return true;
}

/* Behind a date: nothing, or a time. */
static bool ends(umi_text t)
{
    return t.len == 0 || t.ptr[0] == ' ' || t.ptr[0] == 'T' || t.ptr[0] == '\t';
}

bool umi__bank_date(umi_civil *out, umi_text t)
{
    umi_civil c = {0};
    size_t n, m;
    int32_t head;
    t = umi_text_trim(t);
    if (!number(&t, 4, &head, &n) || !one_of(&t, "-/. "))
        return false;
    char before = t.ptr[-1];
    if (n == 4) {
        c.year = head;
        if (!number(&t, 2, &c.month, &m) || !one_of(&t, "-/") ||
            !number(&t, 2, &c.day, &m) || !ends(t))
            return false;
        *out = c;
        return true;
    }
    c.day = head;
    bool named = month_name(&t, &c.month);
    if (n > 2 || (!named && (before == ' ' || !number(&t, 2, &c.month, &m))))
        return false;
    if (!named && ends(t)) {
        *out = c;
        return true;
    }
    if (!one_of(&t, "-/. ") || !number(&t, 4, &c.year, &n) || !ends(t) ||
        (n != 2 && n != 4))
        return false;
    if (n == 2)
        c.year += c.year > 79 ? 1900 : 2000;
    *out = c;
    return true;
}
