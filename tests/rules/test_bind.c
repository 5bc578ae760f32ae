/* SPDX-License-Identifier: MIT
 * The binder: every value is typed by the table and by nothing else, and
 * every refusal has its place, its dotted path and, for a slip, a hint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "rules/set/bind.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef struct item {
    umi_text name;
    int32_t n;
    umi_at at;
} item;

typedef struct thing {
    umi_text label, code;
    bool flag;
    int32_t count;
    umi_money price;
    umi_rate rate;
    umi_day day;
    int colour;
    bool has_price;
    const item *items;
    size_t item_count;
    const int32_t *numbers;
    size_t number_count;
    const umi_yaml *any;
    umi_at at;
} thing;

static const char *const colours[] = {"red", "green", "blue", NULL};

static const umi_bind item_table[] = {
    {"", UMI_BIND_NAME, .at = offsetof(item, name)},
    {"", UMI_BIND_AT, .at = offsetof(item, at)},
    {"n", UMI_BIND_INT, offsetof(item, n), .min = 1, .max = 9, .doc = "nine"},
    {0},
};
static const umi_bind number_item[] = {
    {"", UMI_BIND_INT, 0, .min = 0, .max = 5},
    {0},
};
static const umi_bind table[] = {
    {"", UMI_BIND_AT, .at = offsetof(thing, at)},
    {"label", UMI_BIND_TEXT, offsetof(thing, label), .optional = true,
     .max = 10, .doc = "a label"},
    {"code", UMI_BIND_CODE, offsetof(thing, code), .optional = true},
    {"flag", UMI_BIND_BOOL, offsetof(thing, flag), .optional = true},
    {"count", UMI_BIND_INT, offsetof(thing, count), .optional = true, .min = -5,
     .max = 500},
    {"price", UMI_BIND_MONEY, offsetof(thing, price), .optional = true,
     .min = 1, .max = 100000, .flag = offsetof(thing, has_price)},
    {"rate", UMI_BIND_PERCENT, offsetof(thing, rate), .optional = true},
    {"day", UMI_BIND_DATE, offsetof(thing, day), .optional = true},
    {"colour", UMI_BIND_ENUM, offsetof(thing, colour), .optional = true,
     .names = colours},
    {"items", UMI_BIND_DICT, offsetof(thing, items), .optional = true, .max = 2,
     .fields = item_table, .size = sizeof(item),
     .count = offsetof(thing, item_count)},
    {"numbers", UMI_BIND_LIST, offsetof(thing, numbers), .optional = true,
     .min = 1, .max = 3, .fields = number_item, .size = sizeof(int32_t),
     .count = offsetof(thing, number_count)},
    {"any", UMI_BIND_NODE, offsetof(thing, any), .optional = true},
    {0},
};

static void values_are_read_by_their_kind(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t");
    thing t = {0};
    umi_text text = UMI_TEXT("label: no\ncode: a-1/2.B_c\nflag: true\n"
                             "count: -5\nprice: '1000.00'\nrate: '0.9'\n"
                             "day: 2026-11-21\ncolour: blue\n"
                             "items: {one: {n: 1}, two: {n: 9}}\n"
                             "numbers: [5, 0, '3']\nany: [x, {y: z}]\n");
    assert_int_equal(umi_bind_text(&t, text, table, arena, &p), UMI_OK);
    assert_true(umi_text_is(t.label, "no"));
    assert_true(umi_text_is(t.code, "a-1/2.B_c"));
    assert_true(t.flag && t.has_price);
    assert_int_equal(t.count, -5);
    assert_int_equal(t.price.sen, 100000);
    assert_int_equal(t.rate.num, 9);
    assert_int_equal(t.rate.den, 1000);
    assert_int_equal(umi_civil_of(t.day).day, 21);
    assert_int_equal(t.colour, 2);
    assert_int_equal(t.item_count, 2);
    assert_true(umi_text_is(t.items[1].name, "two"));
    assert_int_equal(t.items[1].n, 9);
    assert_int_equal(t.items[1].at.line, 9);
    assert_int_equal(t.items[1].at.column, 22);
    assert_int_equal(t.number_count, 3);
    assert_int_equal(t.numbers[2], 3);
    assert_int_equal(t.any->kind, UMI_YAML_LIST);
    assert_int_equal(t.at.line, 1);
    umi_arena_free(arena);
}

static void what_is_absent_is_left_as_it_was(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t");
    thing t = {.count = 42, .colour = 1};
    assert_int_equal(
        umi_bind_text(&t, UMI_TEXT("flag: false"), table, arena, &p), UMI_OK);
    assert_int_equal(t.count, 42);
    assert_int_equal(t.colour, 1);
    assert_false(t.has_price);
    umi_arena_free(arena);
}

static void wrong_values_are_refused_with_place_and_path(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem; /* "line:column CODE path: message|help" */
    } cases[] = {
        {"[1]", "1:1 Y203 : must be a map, got a list|"},
        {"x", "1:1 Y203 : must be a map, got a value|"},
        {"label: ''", "1:8 Y204 label: must be a text of 1 .. 10 bytes, got "
                      "''|"},
        {"label:", "1:7 Y204 label: must be a text of 1 .. 10 bytes, got ''|"},
        {"label: 12345678901", "1:8 Y204 label: must be a text of 1 .. 10 "
                               "bytes, got '12345678901'|"},
        {"code: a b", "1:7 Y204 code: must be a code of letters, digits and "
                      "_-./, got 'a b'|"},
        {"flag: no",
         "1:7 Y205 flag: must be true or false, got no|write false"},
        {"flag: yes",
         "1:7 Y205 flag: must be true or false, got yes|write true"},
        {"flag: 'true'",
         "1:7 Y205 flag: must be true or false, got 'true'|write true"},
        {"flag: True",
         "1:7 Y205 flag: must be true or false, got True|write true"},
        {"count: 501",
         "1:8 Y206 count: must be an integer -5 .. 500, got 501|"},
        {"count: 010",
         "1:8 Y206 count: must be an integer -5 .. 500, got 010|"},
        {"count: 1e2",
         "1:8 Y206 count: must be an integer -5 .. 500, got 1e2|"},
        {"count: 0x1F",
         "1:8 Y206 count: must be an integer -5 .. 500, got 0x1F|"},
        {"count: 12:30",
         "1:8 Y206 count: must be an integer -5 .. 500, got 12:30|"},
        {"count: 1_000",
         "1:8 Y206 count: must be an integer -5 .. 500, got 1_000|"},
        {"count: ~", "1:8 Y206 count: must be an integer -5 .. 500, got ~|"},
        {"price: 500",
         "1:8 Y210 price: must stand in quotes, got 500|write '500'"},
        {"price: '5.000.000'", "1:8 Y207 price: must be an amount of rupiah "
                               "such as '50000000', got '5.000.000'|"},
        {"price: '0'", "1:8 Y207 price: the amount '0' is not in range|"},
        {"price: '1000.01'",
         "1:8 Y207 price: the amount '1000.01' is not in range|"},
        {"rate: 6", "1:7 Y210 rate: must stand in quotes, got 6|write '6'"},
        {"rate: '-1'",
         "1:7 Y207 rate: must be a percentage such as '0.9', got '-1'|"},
        {"rate: '6%'",
         "1:7 Y207 rate: must be a percentage such as '0.9', got '6%'|"},
        {"day: '2026-02-29'", "1:6 Y208 day: must be a date YYYY-MM-DD that "
                              "exists, got '2026-02-29'|"},
        {"colour: gren", "1:9 Y209 colour: must be one of red, green, blue, "
                         "got 'gren'|did you mean 'green'?"},
        {"colour: {a: 1}", "1:9 Y203 colour: must be a value, got a map|"},
        {"numbers: 5", "1:10 Y203 numbers: must be a list, got a value|"},
        {"numbers: []", "1:10 Y206 numbers: must have 1 .. 3 elements, got 0|"},
        {"numbers: [1, 2, 3, 4]",
         "1:10 Y206 numbers: must have 1 .. 3 elements, got 4|"},
        {"numbers: [1,\n  6]",
         "2:3 Y206 numbers.2: must be an integer 0 .. 5, got 6|"},
        {"items: {one: {n: 1}, two: {m: 2}}",
         "1:22 Y202 items.two: the key 'n' is missing|"},
        {"items: {'o n e': {n: 1}}",
         "1:9 Y204 items.o n e: must be a code of letters, digits and _-./, "
         "got 'o n e'|"},
        {"items: {one: 5}", "1:14 Y203 items.one: must be a map, got a value|"},
        {"lable: x", "1:1 Y201 lable: unknown key 'lable'|did you mean "
                     "'label'?"},
        {"colours: red",
         "1:1 Y201 colours: unknown key 'colours'|did you mean 'colour'?"},
        {"zebra: red", "1:1 Y201 zebra: unknown key 'zebra'|"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_arena *arena = umi_arena_new();
        umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t");
        thing t = {0};
        char got[400];
        assert_int_equal(
            umi_bind_text(&t, umi_text_of(cases[i].text), table, arena, &p),
            UMI_ESYNTAX);
        const umi_problem *q = p.first;
        (void)snprintf(got, sizeof got, "%u:%u %s %s: %s|%s", q->at.line,
                       q->at.column, q->code, q->path, q->message,
                       q->help ? q->help : "");
        assert_string_equal(got, cases[i].problem);
        umi_arena_free(arena);
    }
}

static void all_problems_of_a_file_are_told(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_ID, "t");
    thing t = {0};
    umi_text text = UMI_TEXT("flag: no\ncount: x\nday: y\nitems: {a: {}}\n");
    assert_int_equal(umi_bind_text(&t, text, table, arena, &p), UMI_ESYNTAX);
    assert_int_equal(p.errors, 4);
    umi_arena_free(arena);
}

static void the_table_documents_itself(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_bind_doc(&b, table);
    umi_buf_putc(&b, '\0');
    assert_false(b.failed);
    assert_non_null(strstr(b.ptr, "| `label` (optional) | text | a label |\n"));
    assert_non_null(
        strstr(b.ptr, "| `count` (optional) | integer -5 .. 500 |"));
    assert_non_null(strstr(b.ptr, "| `colour` (optional) | `red` `green` "));
    assert_non_null(strstr(b.ptr, "| · `n` | integer 1 .. 9 | nine |\n"));
    assert_null(strstr(b.ptr, "``"));
    umi_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_by_their_kind),
        cmocka_unit_test(what_is_absent_is_left_as_it_was),
        cmocka_unit_test(wrong_values_are_refused_with_place_and_path),
        cmocka_unit_test(all_problems_of_a_file_are_told),
        cmocka_unit_test(the_table_documents_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
