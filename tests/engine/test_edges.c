/* SPDX-License-Identifier: MIT
 * The ground at its edges: texts that are almost right, values that almost
 * fit, and errors that nobody asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/umi.h"

static void whole_numbers_keep_to_their_range(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t min, max, want;
        bool ok;
    } cases[] = {
        {"0", 0, 9, 0, true},
        {"-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, true},
        {"9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, true},
        {"9223372036854775808", INT64_MIN, INT64_MAX, 0, false},
        {"-9223372036854775809", INT64_MIN, INT64_MAX, 0, false},
        {"99999999999999999999", INT64_MIN, INT64_MAX, 0, false},
        {"10", 0, 9, 0, false},
        {"-1", 0, 9, 0, false},
        {"", 0, 9, 0, false},
        {"-", -9, 9, 0, false},
        {"+1", 0, 9, 0, false},
        {"1a", 0, 9, 0, false},
        {"1:", 0, 99, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t v = 42;
        assert_int_equal(umi_text_int(umi_text_of(cases[i].text), cases[i].min,
                                      cases[i].max, &v),
                         cases[i].ok);
        assert_int_equal(v, cases[i].ok ? cases[i].want : 42);
    }
}

static void only_well_formed_utf8_is_text(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "a",
                                       "\xc3\xa9",
                                       "\xe2\x82\xac",
                                       "\xf0\x9f\x90\xb1",
                                       "\xed\x9f\xbf",
                                       "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {
        "\x80",             /* a continuation alone */
        "\xc0\xaf",         /* overlong */
        "\xe0\x9f\xbf",     /* overlong */
        "\xf0\x8f\xbf\xbf", /* overlong */
        "\xed\xa0\x80",     /* a surrogate */
        "\xf4\x90\x80\x80", /* behind the last code point */
        "\xf5\x80\x80\x80",
        "\xc3",
        "\xe2\x82",
        "\xc3(",
        "\xe2\x28\xa1",
        "\xe2\x82(",
        "\xff"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(umi_text_utf8(umi_text_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(umi_text_utf8(umi_text_of(bad[i])));
    assert_int_equal(umi_text_points(UMI_TEXT("a\xc3\xa9\xe2\x82\xac")), 3);
}

static void texts_compare_and_trim(void **state)
{
    (void)state;
    assert_true(umi_text_cmp(UMI_TEXT("a"), UMI_TEXT("b")) < 0);
    assert_true(umi_text_cmp(UMI_TEXT("b"), UMI_TEXT("a")) > 0);
    assert_true(umi_text_cmp(UMI_TEXT("a"), UMI_TEXT("ab")) < 0);
    assert_true(umi_text_cmp(UMI_TEXT("ab"), UMI_TEXT("a")) > 0);
    assert_int_equal(umi_text_cmp((umi_text){0}, UMI_TEXT("")), 0);
    assert_true(umi_text_is(umi_text_trim(UMI_TEXT(" \t a b\r ")), "a b"));
    assert_int_equal(umi_text_trim(UMI_TEXT(" \t\r")).len, 0);
    assert_int_equal(umi_text_of(NULL).len, 0);
}

static void rates_write_what_they_are(void **state)
{
    (void)state;
    static const struct {
        int64_t num, den;
        const char *text;
    } cases[] = {
        {3, 50, "0.06"},
        {5, 1, "5"},
        {-1, 8, "-0.125"},
        {1, 3, "1/3"},
        {INT64_MAX, 2, "9223372036854775807/2"},
        {1, INT64_MAX, "1/9223372036854775807"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_buf b = {0};
        umi_buf_rate(&b, (umi_rate){cases[i].num, cases[i].den});
        assert_true(umi_text_is(umi_buf_as_text(&b), cases[i].text));
        umi_buf_free(&b);
    }
    umi_rate r = umi_rate_of(6, -4);
    assert_int_equal(r.num, -3);
    assert_int_equal(r.den, 2);
    assert_int_equal(umi_gcd(0, 0), 0);
    assert_int_equal(umi_gcd(-12, 18), 6);
}

static void rates_need_digits_on_both_sides(void **state)
{
    (void)state;
    static const char *const bad[] = {
        ".",  "1.",    "1..2", "1.2.3", "a",
        "1a", "1/2",   "1 ",   "",      "1.2345",
        "-1", "12345", "+1",   "1e1",   "0000000000000000000001"};
    umi_rate r = {7, 1};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(umi_rate_parse(&r, umi_text_of(bad[i]), 4, 3, 1));
    assert_int_equal(r.num, 7);
    assert_true(umi_rate_parse(&r, UMI_TEXT("1234.567"), 4, 3, 10000));
    assert_int_equal(r.num, 1234567);
    assert_int_equal(r.den, 10000000);
    assert_true(umi_rate_parse(&r, UMI_TEXT("000.500"), 4, 3, 1));
    assert_int_equal(r.den, 2);
}

static void broken_json_is_refused_where_it_breaks(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t column;
    } cases[] = {
        {"-", 2},
        {"1e", 3},
        {"1e+", 4},
        {"1.e1", 3},
        {"{\"a\"1}", 5},
        {"{\"a\":1 \"b\":2}", 8},
        {"[1 2]", 4},
        {"[1", 3},
        {"{\"a\"", 5},
        {"{", 2},
        {"{1:2}", 2},
        {"\"\\u12g4\"", 2},
        {"\"\\ud83dx\"", 2},
        {"\"\\ud83d\\u0041\"", 2},
        {"\"\\udc00\"", 2},
        {"\"\\x\"", 2},
        {"\"\\u12\"", 2},
        {"nul", 1},
        {"falsy", 1},
        {"}", 1},
        {"[}", 2},
        {"\"a\nb\"", 3},
    };
    umi_arena *arena = umi_arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_json *v = NULL;
        umi_error err = {0};
        assert_int_equal(
            umi_json_parse(&v, umi_text_of(cases[i].text), arena, &err),
            UMI_ESYNTAX);
        assert_null(v);
        assert_string_equal(err.code, "JSON");
        assert_int_equal(err.column, cases[i].column);
        assert_int_equal(
            umi_json_parse(&v, umi_text_of(cases[i].text), arena, NULL),
            UMI_ESYNTAX);
    }
    umi_arena_free(arena);
}

static void keys_stand_once_however_many(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_buf b = {0};
    for (int twice = 0; twice < 2; twice++) {
        b.len = 0;
        for (int i = 0; i < 40; i++)
            umi_buf_printf(&b, "%c\"k%d\":%d", i ? ',' : '{',
                           twice && i == 39 ? 3 : i, i);
        umi_buf_putc(&b, '}');
        umi_json *v = NULL;
        umi_error err = {0};
        umi_status rc = umi_json_parse(&v, umi_buf_as_text(&b), arena, &err);
        assert_int_equal(rc, twice ? UMI_EINVAL : UMI_OK);
        assert_string_equal(err.field, twice ? "k3" : "");
        assert_true(twice || umi_json_get(v, "k39") != NULL);
        assert_true(twice || umi_json_get(v, "k40") == NULL);
    }
    umi_buf_free(&b);
    umi_arena_free(arena);
}

static void a_key_that_stands_twice_is_named_by_its_path(void **state)
{
    (void)state;
    static const struct {
        const char *text, *field, *message;
    } cases[] = {
        {"{\"a\":1,\"a\":\"x\"}", "a", "the key stands twice, got 'x'"},
        {"{\"o\":{\"a\":1,\"a\":null}}", "o.a",
         "the key stands twice, got 'null'"},
        {"{\"o\":{\"l\":[{},{\"a\":1,\"a\":[2]}]}}", "o.l.a",
         "the key stands twice, got '[2]'"},
        {"{\"a234567890123456789012345678901234567890\":{\"a\":1,\"a\":2}}",
         "a23456789012345678901234567890.a", "the key stands twice, got '2'"},
    };
    umi_arena *arena = umi_arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_json *v = NULL;
        umi_error err = {0};
        umi_text text = umi_text_of(cases[i].text);
        assert_int_equal(umi_json_parse(&v, text, arena, &err), UMI_EINVAL);
        assert_string_equal(err.field, cases[i].field);
        assert_string_equal(err.message, cases[i].message);
        assert_int_equal(umi_json_parse(&v, text, arena, NULL), UMI_EINVAL);
    }
    umi_arena_free(arena);
}

static void a_refusal_can_say_what_was_given(void **state)
{
    (void)state;
    static const struct {
        const char *field, *message, *want;
    } cases[] = {
        {"a", "is wrong", "is wrong, got '12'"},
        {"o.b", "is wrong", "is wrong, got 'x?y'"},
        {"o", "is wrong", "is wrong, got '{\"b\":\"x\\ny\"}'"},
        {"l", "is wrong", "is wrong, got '[1, {}]'"},
        {"a", "must be 1, got 12", "must be 1, got 12"},
        {"a", "must be 1, got '12'", "must be 1, got '12'"},
        {"", "is wrong", "is wrong"},
        {"c", "is wrong", "is wrong"},
        {"a.b", "is wrong", "is wrong"},
        {"o.c", "is wrong", "is wrong"},
        {"l.a", "is wrong", "is wrong"},
    };
    umi_arena *arena = umi_arena_new();
    umi_json *v = NULL;
    assert_int_equal(
        umi_json_parse(
            &v, UMI_TEXT("{\"a\":12,\"o\":{\"b\":\"x\\ny\"},\"l\":[1, {}]}"),
            arena, NULL),
        UMI_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_error err = {0};
        umi_fail(&err, UMI_EINVAL, cases[i].field, "%s", cases[i].message);
        umi_json_got(&err, v);
        assert_string_equal(err.message, cases[i].want);
    }
    umi_json_got(NULL, v);
    umi_json *made = umi_json_new(arena, UMI_JSON_OBJECT, (umi_text){0});
    umi_json_add(made, "a", umi_json_new(arena, UMI_JSON_ARRAY, (umi_text){0}));
    umi_error err = {0};
    umi_fail(&err, UMI_EINVAL, "a", "is wrong");
    umi_json_got(&err, made);
    assert_string_equal(err.message, "is wrong");
    umi_arena_free(arena);
}

static void a_failure_is_one_line_of_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},        {"a\nb\tc\x7f", "a?b?c?"}, {"é€😀", "é€😀"},
        {"é\xc3", "é?"}, {"\xff é", "? é"},         {"\xe2\x82", "??"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_error err = {0};
        umi_fail(&err, UMI_EINVAL, cases[i].text, "%s", cases[i].text);
        assert_string_equal(err.message, cases[i].want);
        assert_string_equal(err.field, cases[i].want);
        umi_fail_code(&err, UMI_EINVAL, "X", "", "%s", cases[i].text);
        assert_string_equal(err.message, cases[i].want);
    }
}

static void json_escapes_what_must_be(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    umi_json_open(&w, '[');
    umi_json_text(&w, UMI_TEXT("a\"b\\c\n\t\r\x01\x1f"));
    umi_json_str(&w, NULL);
    umi_json_bool(&w, false);
    umi_json_int(&w, INT64_MIN);
    umi_json_close(&w, ']');
    assert_true(umi_text_is(umi_buf_as_text(&b),
                            "[\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u001f\",null,"
                            "false,-9223372036854775808]"));
    umi_buf_free(&b);
}

static void errors_may_go_to_nobody(void **state)
{
    (void)state;
    assert_int_equal(umi_fail(NULL, UMI_EINVAL, "a", "b"), UMI_EINVAL);
    assert_int_equal(umi_fail_code(NULL, UMI_EIO, "IO", "a", "b"), UMI_EIO);
    umi_error_at(NULL, "file", 1, 1);
    umi_error_clear(NULL);
    umi_error err = {.lang = UMI_LANG_ID};
    (void)umi_fail(&err, UMI_EINVAL, "key", "memory exhausted");
    umi_error_at(&err, NULL, 3, 4);
    assert_string_equal(err.file, "");
    assert_int_equal(err.line, 3);
    umi_error_clear(&err);
    assert_int_equal(err.lang, UMI_LANG_ID);
    assert_string_equal(err.message, "");
    assert_null(umi_code_find("no such code"));
    size_t n = 0;
    assert_non_null(umi_code_all(&n));
    assert_true(n > 14);
}

static void calendars_move_as_their_rule_says(void **state)
{
    (void)state;
    umi_day holidays[] = {umi_day_of((umi_civil){2026, 1, 1}),
                          umi_day_of((umi_civil){2026, 1, 16}),
                          umi_day_of((umi_civil){2026, 2, 17})};
    umi_calendar c = {UMI_TEXT("test"), 0x60, holidays, 3};
    static const struct {
        umi_civil from;
        umi_shift shift;
        umi_civil to;
    } cases[] = {
        {{2026, 1, 1}, UMI_SHIFT_NONE, {2026, 1, 1}},
        {{2026, 1, 1}, UMI_SHIFT_FOLLOWING, {2026, 1, 2}},
        {{2026, 1, 1}, UMI_SHIFT_PRECEDING, {2025, 12, 31}},
        {{2026, 1, 16}, UMI_SHIFT_FOLLOWING, {2026, 1, 19}},
        {{2026, 1, 31}, UMI_SHIFT_FOLLOWING, {2026, 2, 2}},
        {{2026, 1, 31}, UMI_SHIFT_MODIFIED_FOLLOWING, {2026, 1, 30}},
        {{2026, 2, 17}, UMI_SHIFT_MODIFIED_FOLLOWING, {2026, 2, 18}},
        {{2026, 2, 18}, UMI_SHIFT_PRECEDING, {2026, 2, 18}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(
            umi_calendar_shift(&c, umi_day_of(cases[i].from), cases[i].shift).n,
            umi_day_of(cases[i].to).n);
    umi_shift s;
    for (int i = UMI_SHIFT_NONE; i <= UMI_SHIFT_PRECEDING; i++) {
        assert_true(
            umi_shift_parse(&s, umi_text_of(umi_shift_name((umi_shift)i))));
        assert_int_equal(s, i);
    }
    s = UMI_SHIFT_FOLLOWING;
    assert_false(umi_shift_parse(&s, UMI_TEXT("sideways")));
    assert_int_equal(s, UMI_SHIFT_FOLLOWING); /* untouched */
}

static void modes_have_names(void **state)
{
    (void)state;
    umi_round_mode m;
    for (int i = UMI_ROUND_HALF_EVEN; i <= UMI_ROUND_FLOOR; i++) {
        assert_true(umi_round_mode_parse(
            &m, umi_text_of(umi_round_mode_name((umi_round_mode)i))));
        assert_int_equal(m, i);
    }
    m = UMI_ROUND_CEIL;
    assert_false(umi_round_mode_parse(&m, UMI_TEXT("nearest")));
    assert_int_equal(m, UMI_ROUND_CEIL); /* untouched */
}

static void arenas_refuse_what_cannot_be(void **state)
{
    (void)state;
    umi_arena *a = umi_arena_new();
    assert_null(umi_arena_alloc(a, SIZE_MAX));
    assert_null(umi_arena_array(a, SIZE_MAX / 2, 16));
    assert_non_null(umi_arena_array(a, 0, 0));
    assert_non_null(umi_arena_alloc(a, 5 << 20)); /* above the block size */
    umi_arena_reset(a);
    assert_non_null(umi_arena_copy(a, "", 0));
    umi_arena_free(a);
    umi_arena_free(NULL);
    umi_buf b = {.len = 0, .failed = true};
    umi_buf_puts(&b, "nothing");
    assert_int_equal(b.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_keep_to_their_range),
        cmocka_unit_test(only_well_formed_utf8_is_text),
        cmocka_unit_test(texts_compare_and_trim),
        cmocka_unit_test(rates_write_what_they_are),
        cmocka_unit_test(rates_need_digits_on_both_sides),
        cmocka_unit_test(broken_json_is_refused_where_it_breaks),
        cmocka_unit_test(keys_stand_once_however_many),
        cmocka_unit_test(a_key_that_stands_twice_is_named_by_its_path),
        cmocka_unit_test(a_refusal_can_say_what_was_given),
        cmocka_unit_test(a_failure_is_one_line_of_utf8),
        cmocka_unit_test(json_escapes_what_must_be),
        cmocka_unit_test(errors_may_go_to_nobody),
        cmocka_unit_test(calendars_move_as_their_rule_says),
        cmocka_unit_test(modes_have_names),
        cmocka_unit_test(arenas_refuse_what_cannot_be),
    };
    return cmocka_run_group_tests_name("engine/edges", tests, NULL, NULL);
}
