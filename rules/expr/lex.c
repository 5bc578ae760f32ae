/* SPDX-License-Identifier: MIT */
#include "rules/expr/expr_int.h"

#include <assert.h>

static int peek(const umi__lexer *lx, size_t ahead)
{
    size_t i = lx->at + ahead;
    return i < lx->text.len ? (unsigned char)lx->text.ptr[i] : -1;
}

static bool letter(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(int c)
{
    return c >= '0' && c <= '9';
}

static int hex(int c)
{
    if (digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static size_t skip_blanks(umi__lexer *lx)
{
    for (;;) {
        int c = peek(lx, 0);
        if (c == '/' && peek(lx, 1) == '/') {
            while (peek(lx, 0) >= 0 && peek(lx, 0) != '\n')
                lx->at++;
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' ||
                   c == '\f') {
            lx->at++;
        } else {
            return lx->at;
        }
    }
}

static umi__span since(const umi__lexer *lx, size_t start)
{
    return (umi__span){(uint32_t)start, (uint32_t)(lx->at - start)};
}

/* --- numbers ----------------------------------------------------------- */

static bool lex_hex(umi__lexer *lx, umi__token *t)
{
    lx->at += 2;
    bool fits = true;
    for (int d; (d = hex(peek(lx, 0))) >= 0; lx->at++) {
        fits &= t->magnitude >> 60 == 0;
        t->magnitude = t->magnitude << 4 | (unsigned)d;
    }
    return fits;
}

static bool whole(umi_text digits, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < digits.len; i++)
        if (__builtin_mul_overflow(*out, UINT64_C(10), out) ||
            __builtin_add_overflow(*out, (uint64_t)(digits.ptr[i] - '0'), out))
            return false;
    return true;
}

/* Moves over digits, a fraction and an exponent; true for an int. */
static bool number_end(umi__lexer *lx)
{
    bool is_int = true;
    while (digit(peek(lx, 0)))
        lx->at++;
    if (peek(lx, 0) == '.' && digit(peek(lx, 1))) {
        is_int = false;
        for (lx->at++; digit(peek(lx, 0));)
            lx->at++;
    }
    int c = peek(lx, 0), sign = peek(lx, 1);
    if (c == 'e' || c == 'E') {
        size_t n = sign == '+' || sign == '-' ? 2 : 1;
        if (digit(peek(lx, n))) {
            is_int = false;
            for (lx->at += n; digit(peek(lx, 0));)
                lx->at++;
        }
    }
    return is_int;
}

static void lex_number(umi__lexer *lx, umi__token *t)
{
    size_t start = lx->at;
    bool fits;
    t->kind = UMI__T_INT;
    if (peek(lx, 0) == '0' && (peek(lx, 1) == 'x' || peek(lx, 1) == 'X') &&
        hex(peek(lx, 2)) >= 0) {
        fits = lex_hex(lx, t);
    } else if (number_end(lx)) {
        fits = whole((umi_text){lx->text.ptr + start, lx->at - start},
                     &t->magnitude);
    } else {
        t->kind = UMI__T_DECIMAL;
        fits = umi_decimal_parse(
            &t->decimal, (umi_text){lx->text.ptr + start, lx->at - start});
    }
    size_t end = lx->at;
    while (letter(peek(lx, 0)) || digit(peek(lx, 0)))
        lx->at++;
    t->at = since(lx, start);
    umi_text shown = {lx->text.ptr + start, lx->at - start};
    if (end != lx->at) {
        umi__expr_error(lx->log, "E101", t->at, "'%.*s' is not a number",
                        UMI_SHOW(shown));
        t->kind = UMI__T_ERROR;
    } else if (t->kind == UMI__T_DECIMAL && !fits) {
        umi__expr_error(lx->log, "E113", t->at,
                        "the decimal is beyond 10^38 or 38 places");
        t->kind = UMI__T_ERROR;
    } else if (!fits || t->magnitude > (uint64_t)INT64_MAX + 1) {
        umi__expr_error(lx->log, "E105", t->at,
                        "the number does not fit an int (64 bits)");
        t->kind = UMI__T_ERROR;
    }
}

/* --- strings ----------------------------------------------------------- */

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80)
        return out[0] = (char)c, 1;
    if (c < 0x800)
        return out[0] = (char)(0xC0 | c >> 6),
               out[1] = (char)(0x80 | (c & 0x3F)), 2;
    if (c < 0x10000)
        return out[0] = (char)(0xE0 | c >> 12),
               out[1] = (char)(0x80 | (c >> 6 & 0x3F)),
               out[2] = (char)(0x80 | (c & 0x3F)), 3;
    return out[0] = (char)(0xF0 | c >> 18),
           out[1] = (char)(0x80 | (c >> 12 & 0x3F)),
           out[2] = (char)(0x80 | (c >> 6 & 0x3F)),
           out[3] = (char)(0x80 | (c & 0x3F)), 4;
}

/* @p n digits in @p base at @p ahead as a code point, or -1. */
static int32_t code_point(const umi__lexer *lx, size_t ahead, int n, int base)
{
    uint32_t v = 0;
    for (int i = 0; i < n; i++) {
        int d = hex(peek(lx, ahead + (size_t)i));
        if (d < 0 || d >= base || v > 0x10FFFF)
            return -1;
        v = v * (uint32_t)base + (uint32_t)d;
    }
    return v > 0x10FFFF || (v >= 0xD800 && v <= 0xDFFF) ? -1 : (int32_t)v;
}

/* The escape at lx->at (the backslash) into @p out; bytes written, 0 when
 * there is no such escape. */
static size_t lex_escape(umi__lexer *lx, char *out)
{
    static const char names[] = "abfnrtv\\?\"'`";
    static const char codes[] = "\a\b\f\n\r\t\v\\?\"'`";
    int c = peek(lx, 1);
    const char *at = c > 0 ? strchr(names, c) : NULL;
    if (at != NULL) {
        lx->at += 2;
        out[0] = codes[at - names];
        return 1;
    }
    bool octal = c >= '0' && c <= '3';
    int n = c == 'x' || c == 'X' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (!octal && n == 0)
        return 0;
    int32_t v = octal ? code_point(lx, 1, 3, 8) : code_point(lx, 2, n, 16);
    if (v < 0)
        return 0;
    lx->at += octal ? 4 : (size_t)n + 2;
    return put_utf8(out, (uint32_t)v);
}

static bool at_quote(const umi__lexer *lx, int quote, bool triple)
{
    return peek(lx, 0) == quote &&
           (!triple || (peek(lx, 1) == quote && peek(lx, 2) == quote));
}

/* Bytes of the character @p ahead. */
static size_t character(const umi__lexer *lx, size_t ahead)
{
    size_t n = 1;
    while (peek(lx, ahead + n) >= 0 && (peek(lx, ahead + n) & 0xC0) == 0x80)
        n++;
    return n;
}

static void bad_string(umi__lexer *lx, umi__token *t, size_t start)
{
    t->kind = UMI__T_ERROR;
    if (peek(lx, 0) == '\\' && peek(lx, 1) >= 0) {
        umi__span at = {(uint32_t)lx->at, 1 + (uint32_t)character(lx, 1)};
        umi__expr_error(lx->log, "E114", at, "there is no such escape");
    } else {
        umi__expr_error(lx->log, "E114", since(lx, start),
                        "the text does not end");
    }
}

/* Bytes up to the end of the text, escapes as written. */
static size_t room(umi__lexer lx, int quote, bool triple, bool raw)
{
    size_t start = lx.at;
    while (peek(&lx, 0) >= 0 && !at_quote(&lx, quote, triple))
        lx.at += peek(&lx, 0) == '\\' && !raw ? 2 : 1;
    return lx.at - start;
}

/* lx->at is behind a prefix, at the first quote. */
static void lex_string(umi__lexer *lx, umi__token *t, size_t start, bool raw)
{
    int quote = peek(lx, 0);
    bool triple = peek(lx, 1) == quote && peek(lx, 2) == quote;
    lx->at += triple ? 3 : 1;
    /* no escape is shorter than what it stands for */
    char *out = umi_arena_alloc(lx->arena, room(*lx, quote, triple, raw) + 1);
    size_t len = 0;
    if (out == NULL) {
        lx->nomem = true;
        t->kind = UMI__T_ERROR;
        return;
    }
    while (!at_quote(lx, quote, triple)) {
        int c = peek(lx, 0);
        size_t n = 0;
        if (c == '\\' && !raw) {
            n = lex_escape(lx, out + len);
        } else if (c >= 0 && (triple || (c != '\n' && c != '\r'))) {
            out[len] = (char)c;
            lx->at++;
            n = 1;
        }
        if (n == 0) {
            bad_string(lx, t, start);
            return;
        }
        len += n;
    }
    lx->at += triple ? 3 : 1;
    t->kind = UMI__T_STRING;
    t->text = (umi_text){out, len};
    t->at = since(lx, start);
}

/* --- words and marks --------------------------------------------------- */

static void lex_word(umi__lexer *lx, umi__token *t)
{
    size_t start = lx->at;
    while (letter(peek(lx, 0)) || digit(peek(lx, 0)))
        lx->at++;
    t->at = since(lx, start);
    t->text = (umi_text){lx->text.ptr + start, lx->at - start};
    int next = peek(lx, 0), c = t->text.ptr[0] | 0x20;
    bool quote = next == '"' || next == '\'';
    if (quote && t->text.len == 1 && c == 'r') {
        lex_string(lx, t, start, true);
    } else if (quote && (c == 'b' || c == 'r') && t->text.len <= 2) {
        umi__expr_error(lx->log, "E101", t->at,
                        "there are no bytes in this language");
        t->kind = UMI__T_ERROR;
    } else if (umi_text_is(t->text, "in")) {
        t->kind = UMI__T_MARK;
        t->mark = UMI__MARK2('i', 'n');
    } else {
        t->kind = umi_text_is(t->text, "true")    ? UMI__T_TRUE
                  : umi_text_is(t->text, "false") ? UMI__T_FALSE
                                                  : UMI__T_IDENT;
    }
}

/* What people write instead of what the language has. */
static const struct {
    const char *wrong, *right;
} slips[] = {
    {"===", "=="}, {"<>", "!="}, {"=<", "<="}, {"=>", ">="},
    {"=", "=="},   {"&", "&&"},  {"|", "||"},  {"/*", "// for a comment"},
    {"≤", "<="},   {"≥", ">="},  {"≠", "!="},  {"×", "*"},
    {"÷", "/"},    {"−", "-"},   {"“", "\""},  {"”", "\""},
    {"‘", "'"},    {"’", "'"},   {"#", "//"},
};

static bool starts(const umi__lexer *lx, const char *s)
{
    size_t n = strlen(s);
    return lx->text.len - lx->at >= n &&
           memcmp(lx->text.ptr + lx->at, s, n) == 0;
}

static void bad_mark(umi__lexer *lx, umi__token *t, size_t len)
{
    t->kind = UMI__T_ERROR;
    t->at = (umi__span){(uint32_t)lx->at, (uint32_t)len};
    int c = peek(lx, 0);
    if (c < 0x20 || c == 0x7F)
        umi__expr_error(lx->log, "E101", t->at,
                        "unexpected control character U+%04X", (unsigned)c);
    else
        umi__expr_error(lx->log, "E101", t->at, "unexpected '%.*s'", (int)len,
                        lx->text.ptr + lx->at);
}

static bool lex_slip(umi__lexer *lx, umi__token *t)
{
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
        if (starts(lx, slips[i].wrong)) {
            bad_mark(lx, t, strlen(slips[i].wrong));
            umi__expr_help(lx->log, lx->log->last, "write %s", slips[i].right);
            return true;
        }
    return false;
}

static void lex_mark(umi__lexer *lx, umi__token *t)
{
    static const char *const pairs[] = {"==", "!=", "<=", ">=", "&&", "||"};
    int c = peek(lx, 0);
    t->kind = UMI__T_MARK;
    if (starts(lx, "===") || starts(lx, "<>") || starts(lx, "/*")) {
        (void)lex_slip(lx, t);
        return;
    }
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (starts(lx, pairs[i])) {
            t->mark = UMI__MARK2(pairs[i][0], pairs[i][1]);
            t->at = (umi__span){(uint32_t)lx->at, 2};
            lx->at += 2;
            return;
        }
    if (c > 0 && strchr("+-*/%!<>?:.,()[]", c) != NULL) {
        t->mark = c;
        t->at = (umi__span){(uint32_t)lx->at, 1};
        lx->at++;
        return;
    }
    if (lex_slip(lx, t))
        return;
    bad_mark(lx, t, character(lx, 0));
}

void umi__lex(umi__lexer *lx, umi__token *t)
{
    size_t start = skip_blanks(lx);
    *t = (umi__token){.kind = UMI__T_END, .at = {(uint32_t)start, 0}};
    int c = peek(lx, 0);
    if (c < 0)
        return;
    if (digit(c) || (c == '.' && digit(peek(lx, 1))))
        lex_number(lx, t);
    else if (c == '"' || c == '\'')
        lex_string(lx, t, start, false);
    else if (letter(c))
        lex_word(lx, t);
    else
        lex_mark(lx, t);
}
