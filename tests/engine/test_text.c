/* SPDX-License-Identifier: MIT
 * Texts borrowed from a larger one, UTF-8 sequence by sequence, and buffers
 * that grow or say that they could not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/alloc.h"
#include "engine/base/text.h"
#include "tests/support/memory.h"

#include <wchar.h>

/* What stands behind a borrowed text is none of its business. */
static void texts_end_where_they_end(void **state)
{
    (void)state;
    assert_true(umi_text_cmp((umi_text){"ab", 1}, (umi_text){"aa", 2}) < 0);
    assert_true(umi_text_cmp((umi_text){"aa", 2}, (umi_text){"ab", 1}) > 0);
    assert_int_equal(umi_text_trim((umi_text){"   ", 0}).len, 0);
    assert_int_equal(umi_text_trim((umi_text){"x  ", 2}).len, 1);
    assert_true(umi_text_utf8((umi_text){"a\x80", 1}));
    assert_true(umi_text_utf8((umi_text){"\xff", 0}));
    assert_false(umi_text_utf8((umi_text){"\xc3\xa9", 1}));
    assert_false(umi_text_utf8((umi_text){"a\xc3\xa9", 2}));
    assert_false(umi_text_utf8((umi_text){"\xf0\x9f\x90\xb1", 3}));
    assert_int_equal(umi_text_points((umi_text){"\xc3\xa9\xc3\xa9", 2}), 1);
    assert_int_equal(umi_text_points(UMI_TEXT("a\xc3\xa9z")), 3);
    int64_t v;
    assert_true(umi_text_int((umi_text){"123", 2}, 0, 99, &v));
    assert_int_equal(v, 12);
    assert_false(umi_text_int((umi_text){"-1", 1}, -9, 9, &v));
    assert_false(umi_text_int((umi_text){"-1", 0}, -9, 9, &v));
}

static void texts_are_blank_by_space_tab_and_cr(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char text[] = {(char)c, 'x', (char)c};
        bool blank = c == ' ' || c == '\t' || c == '\r';
        umi_text t = umi_text_trim((umi_text){text, sizeof text});
        assert_int_equal(t.len, blank ? 1 : 3);
        assert_ptr_equal(t.ptr, blank ? text + 1 : text);
    }
}

static void whole_numbers_have_at_most_19_digits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool ok;
        int64_t want;
    } cases[] = {
        {"0000000000000000042", true, 42},
        {"00000000000000000042", false, 0},
        {"-0000000000000000042", true, -42},
        {"-9", true, -9},
        {"9", true, 9},
        {"/", false, 0},
        {":", false, 0},
        {"1/", false, 0},
        {"--1", false, 0},
        {"1-", false, 0},
        {"9999999999999999999", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t v = 7;
        bool ok =
            umi_text_int(umi_text_of(cases[i].text), INT64_MIN, INT64_MAX, &v);
        assert_int_equal(ok, cases[i].ok);
        assert_int_equal(v, ok ? cases[i].want : 7);
    }
    int64_t v = 7;
    assert_false(umi_text_int(UMI_TEXT("4"), 5, 6, &v));
    assert_true(umi_text_int(UMI_TEXT("5"), 5, 6, &v));
    assert_true(umi_text_int(UMI_TEXT("6"), 5, 6, &v));
    assert_false(umi_text_int(UMI_TEXT("7"), 5, 6, &v));
    assert_int_equal(v, 6);
}

/* --- UTF-8 ------------------------------------------------------------------ */

/* The code point of n bytes, decoded without any check. */
static uint32_t decoded(const unsigned char *p, size_t n)
{
    if (n == 1)
        return p[0];
    uint32_t c = p[0] & (0xFFU >> (n + 1));
    for (size_t i = 1; i < n; i++)
        c = c << 6 | (p[i] & 0x3FU);
    return c;
}

/* Unicode 3.9: leading byte and continuations of the right form, no shorter
 * form, no surrogate, not behind 10FFFF. */
static bool is_sequence(const unsigned char *p, size_t n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    if (n == 1)
        return p[0] < 0x80;
    if ((p[0] & (0xFF00U >> (n + 1) & 0xFF)) != lead[n])
        return false;
    for (size_t i = 1; i < n; i++)
        if (p[i] >> 6 != 2)
            return false;
    uint32_t c = decoded(p, n);
    return c >= least[n] && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

static bool is_text(const unsigned char *p, size_t len)
{
    for (size_t n = 1; n <= 4 && n <= len; n++)
        if (is_sequence(p, n))
            return is_text(p + n, len - n);
    return len == 0;
}

static void agree(const unsigned char *p, size_t n)
{
    if (umi_text_utf8((umi_text){(const char *)p, n}) != is_text(p, n))
        fail_msg("%02x %02x %02x %02x of %zu bytes", p[0], p[1], p[2], p[3], n);
}

/* All leading bytes with the second bytes at which anything changes and
 * tails of both kinds. */
static void every_sequence_is_judged_by_the_standard(void **state)
{
    (void)state;
    static const unsigned char tail[] = {0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xFF};
    for (unsigned a = 0; a < 256; a++) {
        unsigned char p[4] = {(unsigned char)a};
        agree(p, 1);
        for (unsigned b = 0; b < 256 && a >= 0x80; b++) {
            p[1] = (unsigned char)b;
            agree(p, 2);
            for (size_t c = 0; c < sizeof tail; c++) {
                p[2] = tail[c];
                agree(p, 3);
                for (size_t d = 0; d < sizeof tail; d++) {
                    p[3] = tail[d];
                    agree(p, 4);
                }
            }
        }
    }
    assert_true(
        umi_text_utf8(UMI_TEXT("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb1z")));
    assert_false(umi_text_utf8(UMI_TEXT("a\xff")));
    assert_false(umi_text_utf8(UMI_TEXT("\xc3\xa9\xff")));
}

static void what_is_shown_is_clean(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {" ~", " ~"},
        {"\x01\x1f\x7f", "???"},
        {"\xc2\x80z", "\xc2\x80z"},
        {"\xe2\x82+", "??+"},
        {"a\xc3", "a?"},
        {"\xf0\x9f\x90\xb1\xf0\x9f\x90", "\xf0\x9f\x90\xb1???"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[16];
        memset(text, '#', sizeof text);
        memcpy(text, cases[i].text, strlen(cases[i].text) + 1);
        umi_text_clean(text);
        assert_string_equal(text, cases[i].want);
    }
}

/* --- buffers ----------------------------------------------------------------- */

static void buffers_double_and_keep_what_they_hold(void **state)
{
    (void)state;
    umi_buf b = {0};
    char *p = umi_buf_grow(&b, 256);
    assert_non_null(p);
    assert_int_equal(b.cap, 256);
    assert_int_equal(b.len, 0);
    memset(p, 'x', 256);
    b.len = 200;
    assert_ptr_equal(umi_buf_grow(&b, 56), p + 200); /* room enough */
    assert_int_equal(b.cap, 256);
    p = umi_buf_grow(&b, 57);
    assert_ptr_equal(p, b.ptr + 200);
    assert_int_equal(b.cap, 512);
    assert_non_null(umi_buf_grow(&b, 1024 - 200));
    assert_int_equal(b.cap, 1024);
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(b.ptr[i], 'x');
    umi_buf_free(&b);
    assert_null(b.ptr);
    assert_int_equal(b.cap, 0);
}

static void buffers_remember_that_they_failed(void **state)
{
    (void)state;
    umi_buf b = {0};
    assert_null(umi_buf_grow(&b, SIZE_MAX));
    assert_true(b.failed);
    umi_buf_free(&b);
    assert_false(b.failed);
    umi_buf_puts(&b, "kept");
    umi_alloc_fail_at(1, 0);
    assert_null(umi_buf_grow(&b, 1000));
    umi_alloc_fail_at(0, 0);
    assert_true(b.failed);
    umi_buf_puts(&b, "lost");
    umi_buf_putc(&b, 'x');
    umi_buf_int(&b, 1);
    umi_buf_printf(&b, "%d", 1);
    assert_null(umi_buf_grow(&b, 1));
    assert_null(umi_buf_reserve(&b, 1));
    assert_true(umi_text_is(umi_buf_as_text(&b), "kept"));
    umi_buf_free(&b);
}

static void buffers_give_back(void **state)
{
    (void)state;
    size_t before = memory_held();
    for (int i = 0; i < 10; i++) {
        umi_buf b = {0};
        assert_non_null(umi_buf_grow(&b, 100000));
        umi_buf_free(&b);
    }
    assert_int_equal(memory_held(), before);
}

static void integers_are_written_whole(void **state)
{
    (void)state;
    static const struct {
        int64_t v;
        const char *text;
    } cases[] = {
        {0, "0"},
        {7, "7"},
        {10, "10"},
        {-1, "-1"},
        {-42, "-42"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_buf b = {0};
        umi_buf_int(&b, cases[i].v);
        assert_true(umi_text_is(umi_buf_as_text(&b), cases[i].text));
        umi_buf_free(&b);
    }
}

static void formats_fit_with_their_nul(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_buf_printf(&b, "%s", "");
    assert_int_equal(b.len, 0);
    assert_non_null(umi_buf_grow(&b, 256));
    b.len = 253;
    umi_buf_printf(&b, "%d", 12);
    assert_int_equal(b.len, 255);
    assert_int_equal(b.cap, 256);
    umi_buf_printf(&b, "%d", 3); /* the NUL needs a 257th byte */
    assert_int_equal(b.len, 256);
    assert_int_equal(b.cap, 512);
    assert_memory_equal(b.ptr + 253, "123", 3);
    umi_buf_free(&b);
    umi_buf_printf(&b, "<%ls>", L"\x20AC"); /* not in the locale "C" */
    assert_int_equal(b.len, 0);
    umi_buf_free(&b);
}

static void words_are_found_by_their_place(void **state)
{
    (void)state;
    static const char *const words[] = {"none", NULL, "one", "one", NULL};
    assert_int_equal(umi_text_index(UMI_TEXT("none"), words, 5), 0);
    assert_int_equal(umi_text_index(UMI_TEXT("one"), words, 5), 2);
    assert_int_equal(umi_text_index(UMI_TEXT("one"), words, 2), 2);
    assert_int_equal(umi_text_index(UMI_TEXT("on"), words, 5), 5);
    assert_int_equal(umi_text_index(UMI_TEXT("ones"), words, 5), 5);
    assert_int_equal(umi_text_index(UMI_TEXT(""), words, 5), 5);
    assert_int_equal(umi_text_index((umi_text){0}, words, 5), 5);
    assert_int_equal(umi_text_index(UMI_TEXT("none"), words, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_end_where_they_end),
        cmocka_unit_test(words_are_found_by_their_place),
        cmocka_unit_test(texts_are_blank_by_space_tab_and_cr),
        cmocka_unit_test(whole_numbers_have_at_most_19_digits),
        cmocka_unit_test(every_sequence_is_judged_by_the_standard),
        cmocka_unit_test(what_is_shown_is_clean),
        cmocka_unit_test(buffers_double_and_keep_what_they_hold),
        cmocka_unit_test(buffers_remember_that_they_failed),
        cmocka_unit_test(buffers_give_back),
        cmocka_unit_test(integers_are_written_whole),
        cmocka_unit_test(formats_fit_with_their_nul),
    };
    return cmocka_run_group_tests_name("engine/text", tests, NULL, NULL);
}
