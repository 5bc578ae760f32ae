/* SPDX-License-Identifier: MIT
 * JSON read to its last byte and not beyond, refused where it breaks and in
 * words that show it, and written as RFC 8259 wants it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/digits.h"
#include "engine/base/json.h"

#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static umi_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = umi_arena_new();
    return arena == NULL;
}

static int close_arena(void **state)
{
    (void)state;
    umi_arena_free(arena);
    return 0;
}

/* The value as it is written again, else where and why it is none. */
static const char *outcome(umi_text text)
{
    umi_json *v = NULL;
    umi_error err = {0};
    umi_buf b = {0};
    umi_status rc = umi_json_parse(&v, text, arena, &err);
    if (rc == UMI_OK)
        umi_json_value(&(umi_json_out){.buf = &b}, v);
    else
        umi_buf_printf(&b, "%lld %s %s: %s", (long long)err.column, err.code,
                       err.field, err.message);
    assert_true(rc == UMI_OK || v == NULL);
    const char *said = umi_arena_copy(arena, b.ptr, b.len);
    umi_buf_free(&b);
    return said;
}

#define NOT_CLOSED   " JSON : the text is not closed"
#define NO_VALUE(at) at " JSON : a value is expected, got '"
#define FOUR_DIGITS  " JSON : \\u needs four hexadecimal digits, got '"
#define HALF         " JSON : half of a surrogate pair, got '"

static void broken_texts_say_where_and_what(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "1 JSON : the text ends too early"},
        {" \t\r\n", "5 JSON : the text ends too early"},
        {"\v1", NO_VALUE("1") "?1'"},
        {"\f", NO_VALUE("1") "?'"},
        {"[", "2 JSON : the text ends too early"},
        {"[1", "3 JSON : ',' or ']' is expected"},
        {"[1,", "4 JSON : the text ends too early"},
        {"[1,]", NO_VALUE("4") "]'"},
        {"[1 2]", "4 JSON : ',' or ']' is expected, got '2'"},
        {"[1}", "3 JSON : ',' or ']' is expected, got '}'"},
        {"]", NO_VALUE("1") "]'"},
        {"]]", NO_VALUE("1") "]'"},
        {"{", "2 JSON : a key in quotes is expected"},
        {"{,", "2 JSON : a key in quotes is expected, got ','"},
        {"{a", "2 JSON : a key in quotes is expected, got 'a'"},
        {"{\"a", "4" NOT_CLOSED},
        {"{\"a\"", "5 JSON : ':' is expected behind a key"},
        {"{\"a\" 1}", "6 JSON : ':' is expected behind a key, got '1'"},
        {"{\"a\":", "6 JSON : the text ends too early"},
        {"{\"a\":1", "7 JSON : ',' or '}' is expected"},
        {"{\"a\":1]", "7 JSON : ',' or '}' is expected, got ']'"},
        {"{\"a\":1,", "8 JSON : a key in quotes is expected"},
        {"{\"a\":1,}", "8 JSON : a key in quotes is expected, got '}'"},
        {"1 2", "3 JSON : something stands behind the value, got '2'"},
        {"nul", NO_VALUE("1") "nul'"},
        {"nulL", NO_VALUE("1") "nulL'"},
        {"tru e", NO_VALUE("1") "tru'"},
        {"falsy", NO_VALUE("1") "falsy'"},
        {"truee", "5 JSON : something stands behind the value, got 'e'"},
        {"-", "2 JSON : a value is expected"},
        {"-a", NO_VALUE("2") "a'"},
        {"+1", NO_VALUE("1") "+1'"},
        {":", NO_VALUE("1") ":'"},
        {"/", NO_VALUE("1") "/'"},
        {"01", "1 JSON : a number must not begin with 0, got '01'"},
        {"-00", "1 JSON : a number must not begin with 0, got '-00'"},
        {"1.", "3 JSON : digits are expected behind the point"},
        {"1.e1", "3 JSON : digits are expected behind the point, got 'e1'"},
        {"1e", "3 JSON : digits are expected in the exponent"},
        {"1E-,", "4 JSON : digits are expected in the exponent, got ','"},
        {"1e+-1", "4 JSON : digits are expected in the exponent, got '-1'"},
        {"1:", "2 JSON : something stands behind the value, got ':'"},
        {"\"", "2" NOT_CLOSED},
        {"\"a", "3" NOT_CLOSED},
        {"\"a\\", "4" NOT_CLOSED},
        {"\"a\\\"", "5" NOT_CLOSED},
        {"\"a\x1f\"", "3 JSON : control character in a text, got '?\"'"},
        {"\"a\n\"", "3 JSON : control character in a text, got '?\"'"},
        {"\"ab\xff\"", "2 JSON : the text is not UTF-8, got 'ab?\"'"},
        {"\"\x80\"", "2 JSON : the text is not UTF-8, got '?\"'"},
        {"\"\xffz\"", "2 JSON : the text is not UTF-8, got '?z\"'"},
        {"\"\xff\\n\"", "2 JSON : the text is not UTF-8, got '?\\n\"'"},
        {"\"\\\xff\"", "2 JSON : the text is not UTF-8, got '\\?\"'"},
        {"\"\\\xffz\"", "2 JSON : the text is not UTF-8, got '\\?z\"'"},
        {"\"\\x\"", "2 JSON : unknown escape in a text, got '\\x'"},
        {"\"a\\ \"", "3 JSON : unknown escape in a text, got '\\'"},
        {"\"\\u123\"", "2" FOUR_DIGITS "\\u123'"},
        {"\"\\u12g4\"", "2" FOUR_DIGITS "\\u12g4'"},
        {"\"\\u12G4\"", "2" FOUR_DIGITS "\\u12G4'"},
        {"\"\\u12/4\"", "2" FOUR_DIGITS "\\u12/4'"},
        {"\"\\u12:4\"", "2" FOUR_DIGITS "\\u12:4'"},
        {"\"\\u12@4\"", "2" FOUR_DIGITS "\\u12@4'"},
        {"\"\\u12`4\"", "2" FOUR_DIGITS "\\u12`4'"},
        {"\"\\u0000\"", "2 JSON : NUL is not allowed in a text, got '\\u0000'"},
        {"\"\\ud800\"", "2" HALF "\\ud800'"},
        {"\"\\udbff\"", "2" HALF "\\udbff'"},
        {"\"\\udc00\"", "2" HALF "\\udc00'"},
        {"\"\\udfff\"", "2" HALF "\\udfff'"},
        {"\"\\udc00\\udc00\"", "2" HALF "\\udc00\\udc00'"},
        {"\"\\ud800\\udbff\"", "2" HALF "\\ud800\\udbff'"},
        {"\"\\ud800\\ue000\"", "2" HALF "\\ud800\\ue000'"},
        {"\"\\ud800/udc00\"", "2" HALF "\\ud800/udc00'"},
        {"\"\\ud800\\Udc00\"", "2" HALF "\\ud800\\Udc00'"},
        {"\"\\ud800\\udc0g\"", "2" HALF "\\ud800\\udc0g'"},
        {"\"\\ud800\\udc0\"", "2" HALF "\\ud800\\udc0'"},
    };
    int wrong = 0;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const char *got = outcome(umi_text_of(cases[i][0]));
        if (strcmp(got, cases[i][1]) != 0) {
            print_message("%s\n  got      %s\n  expected %s\n", cases[i][0],
                          got, cases[i][1]);
            wrong++;
        }
        umi_json *v = NULL;
        assert_int_equal(
            umi_json_parse(&v, umi_text_of(cases[i][0]), arena, NULL),
            UMI_ESYNTAX);
    }
    assert_int_equal(wrong, 0);
}

/* A text is judged by its bytes alone, whatever stands behind them. */
static void what_stands_behind_is_not_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        " { \"a\" : [ 1 , -2.5e+1 , 0.5E-3 , true ] , \"id\" : \"x\\u00e9\" } ",
        "\"\\ud83d\\udc31 \\\" \xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xb1\"",
        "[ null , false , { } , [ ] , \"\" , 12 , 0 ] ",
        "{\"id\":\"x\",\"b\":{\"c\":\"d\"},\"e\":[1]}",
    };
    static const char *const behind[] = {"1", "\"", "}",  "]", ",",    ":",
                                         " ", "\\", "e5", ".", "u0041"};
    for (size_t i = 0; i < COUNT(texts); i++)
        for (size_t n = 0; n <= strlen(texts[i]); n++) {
            char alone[128], room[128];
            (void)snprintf(alone, sizeof alone, "%.*s", (int)n, texts[i]);
            const char *want = outcome((umi_text){alone, n});
            umi_text id = {0}, other = {0};
            bool named = umi_json_peek(&id, (umi_text){alone, n}, "id", arena);
            for (size_t k = 0; k < COUNT(behind); k++) {
                (void)snprintf(room, sizeof room, "%s%s", alone, behind[k]);
                assert_string_equal(outcome((umi_text){room, n}), want);
                assert_int_equal(
                    umi_json_peek(&other, (umi_text){room, n}, "id", arena),
                    named);
                assert_true(!named || umi_text_eq(id, other));
            }
        }
}

static void only_objects_are_peeked_into(void **state)
{
    (void)state;
    static const char *const none[] = {",\"id\":\"x\"}", "[\"id\",\"x\"]",
                                       "\"id\":\"x\"", "\"id\"",
                                       " ,\"id\":\"x\"}"};
    umi_text id = {0};
    for (size_t i = 0; i < COUNT(none); i++)
        assert_false(umi_json_peek(&id, umi_text_of(none[i]), "id", arena));
    assert_true(umi_json_peek(&id, UMI_TEXT("{\"id\":\"x\"}"), "id", arena));
}

static void escapes_become_code_points(void **state)
{
    (void)state;
    static const struct {
        const char *escaped, *utf8;
    } cases[] = {
        {"\\u0041", "A"},
        {"\\u007f", "\x7f"},
        {"\\u0080", "\xc2\x80"},
        {"\\u00E9", "\xc3\xa9"},
        {"\\u07fF", "\xdf\xbf"},
        {"\\u0800", "\xe0\xa0\x80"},
        {"\\u20aC", "\xe2\x82\xac"},
        {"\\uabcd\\uEFAB", "\xea\xaf\x8d\xee\xbe\xab"},
        {"\\ud7ff", "\xed\x9f\xbf"},
        {"\\ue000", "\xee\x80\x80"},
        {"\\uffff", "\xef\xbf\xbf"},
        {"\\ud800\\udc00", "\xf0\x90\x80\x80"},
        {"\\uD83D\\uDC31", "\xf0\x9f\x90\xb1"},
        {"\\udbff\\udfff", "\xf4\x8f\xbf\xbf"},
        {"\\uda9c\\ude73z", "\xf2\xb7\x89\xb3z"},
        {"\\u0001\\u001f", "\x01\x1f"},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"x\\ty", "x\ty"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[64];
        umi_json *v = NULL;
        (void)snprintf(text, sizeof text, "[\"%s\",\"%s\"]", cases[i].escaped,
                       cases[i].escaped);
        assert_int_equal(umi_json_parse(&v, umi_text_of(text), arena, NULL),
                         UMI_OK);
        assert_true(umi_text_is(v->first->text, cases[i].utf8));
        assert_true(umi_text_is(v->first->next->text, cases[i].utf8));
    }
}

/* Texts that were decoded lie apart in the arena. */
static void decoded_texts_do_not_overlap(void **state)
{
    (void)state;
    for (size_t n = 1; n < 100; n++) {
        char text[256] = "[\"";
        umi_json *v = NULL;
        memset(text + 2, 'a', n);
        (void)snprintf(text + 2 + n, sizeof text - 2 - n, "\\n\",\"%s\"]",
                       "b\\n");
        assert_int_equal(umi_json_parse(&v, umi_text_of(text), arena, NULL),
                         UMI_OK);
        assert_int_equal(v->first->text.len, n + 1);
        assert_int_equal(v->first->text.ptr[n - 1], 'a');
        assert_int_equal(v->first->text.ptr[n], '\n');
        assert_true(umi_text_is(v->first->next->text, "b\n"));
    }
}

static void values_know_their_column_and_text(void **state)
{
    (void)state;
    static const char text[] = " {\"a\" : [1, \"x\",true ,null],\"b\":{ }} ";
    static const struct {
        umi_json_type type;
        uint32_t column, count;
        const char *text;
    } want[] = {
        {UMI_JSON_ARRAY, 9, 4, "[1, \"x\",true ,null]"},
        {UMI_JSON_NUMBER, 10, 0, "1"},
        {UMI_JSON_STRING, 13, 0, "x"},
        {UMI_JSON_BOOL, 17, 0, "true"},
        {UMI_JSON_NULL, 23, 0, "null"},
        {UMI_JSON_OBJECT, 33, 0, "{ }"},
    };
    umi_json *v = NULL;
    assert_int_equal(umi_json_parse(&v, UMI_TEXT(text), arena, NULL), UMI_OK);
    assert_int_equal(v->column, 2);
    assert_int_equal(v->count, 2);
    const umi_json *got[6] = {umi_json_get(v, "a")};
    got[1] = got[0]->first;
    for (int i = 2; i <= 4; i++)
        got[i] = got[i - 1]->next;
    got[5] = umi_json_get(v, "b");
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(got[i]->type, want[i].type);
        assert_int_equal(got[i]->column, want[i].column);
        assert_int_equal(got[i]->count, want[i].count);
        assert_true(umi_text_is(got[i]->text, want[i].text));
    }
    assert_true(got[3]->boolean);
    assert_null(got[1]->key.ptr); /* only members have a name */
    assert_null(umi_json_get(v, "c"));
}

static void nesting_ends_at_32(void **state)
{
    (void)state;
    for (int depth = 30; depth <= 36; depth++) {
        umi_buf b = {0};
        umi_text id;
        for (int i = 0; i < depth; i++)
            umi_buf_puts(&b, i % 2 ? "{\"a\":" : "[");
        umi_buf_puts(&b, "1");
        for (int i = depth; i-- > 0;)
            umi_buf_puts(&b, i % 2 ? "}" : "]");
        bool parsed = strstr(outcome(umi_buf_as_text(&b)), "deeper") == NULL;
        assert_int_equal(parsed, depth <= 32);
        umi_buf whole = {0}; /* the same within an object */
        umi_buf_puts(&whole, "{\"a\":");
        umi_buf_text(&whole, umi_buf_as_text(&b));
        umi_buf_puts(&whole, ",\"id\":\"x\"}");
        assert_int_equal(
            umi_json_peek(&id, umi_buf_as_text(&whole), "id", arena),
            depth <= 31);
        umi_buf_free(&whole);
        umi_buf_free(&b);
    }
}

static void object_of(umi_buf *b, int keys, int twice)
{
    b->len = 0;
    for (int i = 0; i < keys; i++)
        umi_buf_printf(b, "%c\"k%d\":%d", i ? ',' : '{',
                       i == keys - 1 && twice >= 0 ? twice : i, i);
    umi_buf_putc(b, '}');
}

/* However many there are: a quarter of a million are still sorted at once. */
static void no_key_stands_twice(void **state)
{
    (void)state;
    static const int sizes[] = {2,  3,  15, 16, 17, 18,
                                40, 63, 64, 65, 66, 250000};
    umi_buf b = {0};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        int twice[] = {-1, 0, sizes[i] / 2 - 1, sizes[i] - 2};
        size_t step = sizes[i] > 1000 ? 3 : 1;
        for (size_t k = 0; k < COUNT(twice); k += step) {
            umi_json *v = NULL;
            umi_error err = {0};
            char key[16];
            umi_arena_reset(arena);
            object_of(&b, sizes[i], twice[k]);
            umi_status rc =
                umi_json_parse(&v, umi_buf_as_text(&b), arena, &err);
            assert_int_equal(rc, twice[k] < 0 ? UMI_OK : UMI_EINVAL);
            (void)snprintf(key, sizeof key, "k%d", twice[k]);
            assert_string_equal(err.field, twice[k] < 0 ? "" : key);
            assert_true(twice[k] >= 0 || (int)v->count == sizes[i]);
        }
    }
    umi_buf_free(&b);
}

/* A text is read eight bytes at a time: what ends or refuses it may stand at
 * any place of the eight, and among what follows. */
static void a_text_ends_wherever_it_does(void **state)
{
    (void)state;
    static const struct {
        const char *put;
        umi_status status;
        const char *read; /* what is read in its place */
    } cases[] = {{"", UMI_OK, ""},
                 {"\\n", UMI_OK, "\n"},
                 {"\\\"", UMI_OK, "\""},
                 {"\x7f", UMI_OK, "\x7f"},
                 {"\xc3\xa9", UMI_OK, "\xc3\xa9"},
                 {"!\x20#[]", UMI_OK, "!\x20#[]"},
                 {"\x1f", UMI_ESYNTAX, ""},
                 {"\xa9", UMI_ESYNTAX, ""},
                 {"\xa2\xdc", UMI_ESYNTAX, ""}, /* quote, backslash + 0x80 */
                 {"\\q", UMI_ESYNTAX, ""}};
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int before = 0; before < 20; before++)
            for (int behind = 0; behind < 20; behind++) {
                char text[128], want[128];
                umi_json *v = NULL;
                umi_error err = {0};
                (void)snprintf(text, sizeof text, "\"%.*s%s%.*s\"", before,
                               "abcdefghijklmnopqrst", cases[i].put, behind,
                               "ABCDEFGHIJKLMNOPQRST");
                (void)snprintf(want, sizeof want, "%.*s%s%.*s", before,
                               "abcdefghijklmnopqrst", cases[i].read, behind,
                               "ABCDEFGHIJKLMNOPQRST");
                umi_arena_reset(arena);
                umi_status rc =
                    umi_json_parse(&v, umi_text_of(text), arena, &err);
                assert_int_equal(rc, cases[i].status);
                assert_true(rc != UMI_OK || umi_text_is(v->text, want));
            }
}

static void the_path_of_a_key_is_cut(void **state)
{
    (void)state;
    umi_buf b = {0};
    char long_key[101] = "";
    memset(long_key, 'k', 100);
    static const struct {
        const char *outer, *field;
    } cases[] = {
        {"abcdefghijklmnopqrstuvwxyz0123", "abcdefghijklmnopqrstuvwxyz0123.i"},
        {"abcdefghijklmnopqrstuvwxyz01234", "abcdefghijklmnopqrstuvwxyz0123.i"},
        {"abcdefghijklmnopqrstuvwxyz012\xc3\xa9",
         "abcdefghijklmnopqrstuvwxyz012?.i"}, /* half a character */
    };
    umi_json *v = NULL;
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_error cut = {0};
        b.len = 0;
        umi_buf_printf(&b, "{\"%s\":{\"i\":1,\"i\":2}}", cases[i].outer);
        assert_int_equal(umi_json_parse(&v, umi_buf_as_text(&b), arena, &cut),
                         UMI_EINVAL);
        assert_string_equal(cut.field, cases[i].field);
    }
    b.len = 0;
    umi_buf_printf(&b, "{\"%s\":{\"%s\":1,\"%s\":2}}", long_key, long_key,
                   long_key);
    umi_error err = {0};
    assert_int_equal(umi_json_parse(&v, umi_buf_as_text(&b), arena, &err),
                     UMI_EINVAL);
    char want[96];
    (void)snprintf(want, sizeof want, "%.30s.%.60s", long_key, long_key);
    assert_string_equal(err.field, want);
    umi_buf_free(&b);
}

/* Whether parsing asked for an nth block of memory, which failed. */
static bool nth_fails(umi_text text, int64_t nth)
{
    umi_json *v = NULL;
    umi_text id = {"untouched", 9};
    umi_error err = {0};
    umi_arena *a = umi_arena_new();
    umi_alloc_fail_at(nth, 0);
    umi_status rc = umi_json_parse(&v, text, a, &err);
    bool reached = umi_alloc_count() >= nth;
    umi_alloc_fail_at(0, 0);
    assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
    assert_string_equal(err.code, reached ? "MEMORY" : "");
    assert_true(reached == (v == NULL));
    umi_arena_free(a);

    a = umi_arena_new();
    umi_alloc_fail_at(nth, 1);
    bool found = umi_json_peek(&id, text, "id", a);
    umi_alloc_fail_at(0, 0);
    assert_true(umi_text_is(id, found ? "a" : "untouched"));
    umi_arena_free(a);
    return reached;
}

/* Objects of many sizes, so that a value, a decoded text and the list of
 * keys are each once what needs the next block. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    umi_buf b = {0};
    int64_t failed = 0;
    for (int keys = 1; keys < 300; keys++) {
        object_of(&b, keys, -1);
        b.len--;
        umi_buf_puts(&b, ",\"t\":\"\\n");
        for (int i = 0; i < 20 * keys; i++)
            umi_buf_putc(&b, 'x');
        umi_buf_puts(&b, "\",\"id\":\"a\"}");
        for (int64_t nth = 1; nth_fails(umi_buf_as_text(&b), nth); nth++)
            failed++;
    }
    assert_true(failed > 299);
    umi_buf_free(&b);
}

static void trees_are_built_by_hand(void **state)
{
    (void)state;
    umi_json *o = umi_json_new(arena, UMI_JSON_OBJECT, (umi_text){0});
    umi_json *l = umi_json_new(arena, UMI_JSON_ARRAY, (umi_text){0});
    umi_json_add(o, "a", umi_json_new(arena, UMI_JSON_STRING, UMI_TEXT("x")));
    umi_json_add(o, "b", umi_json_new(arena, UMI_JSON_NUMBER, UMI_TEXT("7")));
    umi_json_add(o, "c", l);
    for (int i = 0; i < 3; i++)
        umi_json_add(l, NULL, umi_json_new(arena, UMI_JSON_NULL, UMI_TEXT("")));
    assert_int_equal(o->count, 3);
    umi_buf b = {0};
    umi_json_value(&(umi_json_out){.buf = &b}, o);
    assert_true(umi_text_is(umi_buf_as_text(&b),
                            "{\"a\":\"x\",\"b\":7,\"c\":[null,null,null]}"));
    umi_buf_free(&b);
    umi_alloc_fail_at(1, 1);
    umi_arena *full = umi_arena_new();
    umi_alloc_fail_at(0, 0);
    assert_null(full);
    full = umi_arena_new();
    umi_alloc_fail_at(1, 1);
    assert_null(umi_json_new(full, UMI_JSON_NULL, UMI_TEXT("")));
    umi_alloc_fail_at(0, 0);
    umi_arena_free(full);
}

static void the_writer_sets_commas_and_quotes(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    umi_error err = {0};
    (void)umi_fail(&err, UMI_EIO, "a.b", "it's \"%s\"", "so");
    umi_json_open(&w, '{');
    umi_json_key(&w, "money");
    umi_json_money(&w, (umi_money){-150});
    umi_json_key(&w, "day");
    umi_json_day(&w, (umi_day){0});
    umi_json_key(&w, "list");
    umi_json_open(&w, '[');
    umi_json_int(&w, -1);
    umi_json_bool(&w, true);
    umi_json_bool(&w, false);
    umi_json_null(&w);
    umi_json_str(&w, NULL);
    umi_json_str(&w, "");
    umi_json_text(&w, (umi_text){"abc", 2});
    umi_json_text(&w, (umi_text){"ab\n", 2});
    umi_json_open(&w, '{');
    umi_json_close(&w, '}');
    umi_json_money(&w, (umi_money){100});
    umi_json_day(&w, (umi_day){1});
    umi_json_close(&w, ']');
    umi_json_key(&w, "error");
    umi_json_error(&w, &err);
    umi_json_key(&w, "last");
    umi_json_int(&w, 0);
    umi_json_close(&w, '}');
    umi_buf_putc(&b, '\0');
    assert_string_equal(
        b.ptr,
        "{\"money\":\"-1.5\",\"day\":\"1970-01-01\",\"list\":[-1,true,"
        "false,null,null,\"\",\"ab\",\"ab\",{},\"1\",\"1970-01-02\"],"
        "\"error\":{\"code\":\"IO\",\"field\":\"a.b\",\"message\":\"it's "
        "\\\"so\\\"\"},\"last\":0}");
    umi_buf_free(&b);
}

static void amounts_take_the_room_they_may_need(void **state)
{
    (void)state;
    for (size_t less = 0; less < 2; less++) {
        umi_buf b = {0};
        umi_json_out w = {.buf = &b, .comma = true};
        assert_non_null(umi_buf_grow(&b, 256));
        b.len = 256 - (UMI_DIGITS_ROOM + 3) + less;
        size_t before = b.len;
        umi_json_money(&w, (umi_money){INT64_MIN});
        assert_int_equal(b.cap, less ? 512 : 256);
        assert_memory_equal(b.ptr + before, ",\"-92233720368547758.08\"",
                            b.len - before);
        umi_buf_free(&b);
    }
}

/* RFC 8259: JSON is UTF-8, whatever a name of a file is. */
static void what_is_written_is_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"\xC3\xA9", "\"\xC3\xA9\""},
        {"\xF0\x9F\x98\x80.", "\"\xF0\x9F\x98\x80.\""},
        {"\xFF", "\"\xEF\xBF\xBD\""},
        {"a\xC3", "\"a\xEF\xBF\xBD\""},
        {"\xC3\"", "\"\xEF\xBF\xBD\\\"\""},
        {"\xE2\x82z", "\"\xEF\xBF\xBD\xEF\xBF\xBDz\""},
        {"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_buf b = {0};
        umi_json_str(&(umi_json_out){.buf = &b}, cases[i].text);
        assert_true(umi_text_is(umi_buf_as_text(&b), cases[i].want));
        umi_buf_free(&b);
    }
}

static void a_writer_that_failed_writes_nothing(void **state)
{
    (void)state;
    umi_buf b = {.failed = true};
    umi_json_out w = {.buf = &b};
    umi_json_open(&w, '[');
    umi_json_money(&w, (umi_money){1});
    umi_json_day(&w, (umi_day){1});
    umi_json_int(&w, 1);
    umi_json_str(&w, "a");
    umi_json_close(&w, ']');
    assert_int_equal(b.len, 0);
    assert_null(b.ptr);
}

/* RFC 8259, 7: quotation mark, reverse solidus, and controls; no other. */
static void only_what_must_be_is_escaped(void **state)
{
    (void)state;
    for (int c = 0; c < 128; c++) {
        char text[] = {'<', (char)c, '>'}, want[16];
        const char *form = c == '"' || c == '\\' ? "\"<\\%c>\""
                           : c >= 0x20           ? "\"<%c>\""
                                                 : "\"<\\u%04x>\"";
        int shown = c == '\n' ? 'n' : c == '\t' ? 't' : c == '\r' ? 'r' : c;
        (void)snprintf(want, sizeof want, shown == c ? form : "\"<\\%c>\"",
                       shown);
        umi_buf b = {0};
        umi_json_text(&(umi_json_out){.buf = &b}, (umi_text){text, 3});
        assert_true(umi_text_is(umi_buf_as_text(&b), want));
        size_t inner = b.len - 4;
        b.len = 0; /* the same alone */
        umi_json_text(&(umi_json_out){.buf = &b}, (umi_text){text + 1, 1});
        assert_int_equal(b.len, inner + 2);
        assert_memory_equal(b.ptr + 1, want + 2, inner);
        umi_buf_free(&b);
    }
}

static const char *
got_message(const umi_json *o, const char *field, const char *message)
{
    static umi_error err;
    err = (umi_error){0};
    (void)umi_fail(&err, UMI_EINVAL, field, "%s", message);
    umi_json_got(&err, o);
    return err.message;
}

static void what_was_given_is_shown_once(void **state)
{
    (void)state;
    umi_json *v = NULL;
    char text[400], want[400];
    (void)snprintf(
        text, sizeof text,
        "{\"a\":\"xyz\",\"ab\":{\"c\":5,\"c.d\":6},\"e\":\"\","
        "\"long\":\"%0100d\",\"l\":[5],\"s\":\"x\\ny\","
        "\"wide\":"
        "\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\"}",
        0);
    assert_int_equal(umi_json_parse(&v, umi_text_of(text), arena, NULL),
                     UMI_OK);
    assert_string_equal(got_message(v, "a", "no"), "no, got 'xyz'");
    assert_string_equal(got_message(v, "a", "no xyz"), "no xyz");
    assert_string_equal(got_message(v, "a", "no 'xyz'"), "no 'xyz'");
    assert_string_equal(got_message(v, "a", "yz"), "yz, got 'xyz'");
    assert_string_equal(got_message(v, "a", "xyz!"), "xyz!, got 'xyz'");
    assert_string_equal(got_message(v, "ab.c", "no"), "no, got '5'");
    assert_string_equal(got_message(v, "ab.c.d", "no"), "no");
    assert_string_equal(got_message(v, "ab.", "no"), "no");
    assert_string_equal(got_message(v, "abc", "no"), "no");
    assert_string_equal(got_message(v, "abc.d", "no"), "no");
    assert_string_equal(got_message(v, "a.b", "no"), "no");
    assert_string_equal(got_message(v, "l.", "no"), "no");
    assert_string_equal(got_message(v, "a", "xyz"), "xyz");
    assert_string_equal(got_message(v, "a", "'xyz'"), "'xyz'");
    assert_string_equal(got_message(v, "", "no"), "no");
    (void)snprintf(want, sizeof want, "no, got '%060d'", 0);
    assert_string_equal(got_message(v, "long", "no"), want);
    assert_string_equal(got_message(v, "s", "no 'x?y'"), "no 'x?y'");
    char cut[320], full[400];
    memset(cut, 'm', sizeof cut);
    cut[301] = '\0'; /* what follows is cut within a character */
    const char *said = got_message(v, "wide", cut);
    assert_int_equal(strlen(said), 319);
    assert_string_equal(said + 308,
                        "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9?");
    memset(full, 'm', sizeof full);
    full[319] = '\0'; /* no room is left for more */
    assert_string_equal(got_message(v, "a", full), full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(broken_texts_say_where_and_what),
        cmocka_unit_test(what_stands_behind_is_not_read),
        cmocka_unit_test(only_objects_are_peeked_into),
        cmocka_unit_test(escapes_become_code_points),
        cmocka_unit_test(decoded_texts_do_not_overlap),
        cmocka_unit_test(values_know_their_column_and_text),
        cmocka_unit_test(nesting_ends_at_32),
        cmocka_unit_test(no_key_stands_twice),
        cmocka_unit_test(the_path_of_a_key_is_cut),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(trees_are_built_by_hand),
        cmocka_unit_test(the_writer_sets_commas_and_quotes),
        cmocka_unit_test(amounts_take_the_room_they_may_need),
        cmocka_unit_test(what_is_written_is_utf8),
        cmocka_unit_test(a_writer_that_failed_writes_nothing),
        cmocka_unit_test(only_what_must_be_is_escaped),
        cmocka_unit_test(a_text_ends_wherever_it_does),
        cmocka_unit_test(what_was_given_is_shown_once),
    };
    return cmocka_run_group_tests_name("engine/json", tests, open_arena,
                                       close_arena);
}
