/* SPDX-License-Identifier: MIT
 * The ground: amounts, days, rates, rounding and JSON read and write exactly,
 * and refuse everything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/umi.h"

static void amounts_read_and_write_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t sen;
        const char *canonical; /* NULL: refused */
    } cases[] = {
        {"860664", 86066400, "860664"},
        {"860664.5", 86066450, "860664.5"},
        {"860664.50", 86066450, "860664.5"},
        {"0.05", 5, "0.05"},
        {"1000.00", 100000, "1000"},
        {"-3", -300, "-3"},
        {"92233720368547758.07", INT64_MAX, "92233720368547758.07"},
        {"-92233720368547758.08", INT64_MIN, "-92233720368547758.08"},
        {"92233720368547758.08", 0, NULL},
        {"", 0, NULL},
        {"-", 0, NULL},
        {".5", 0, NULL},
        {"5.", 0, NULL},
        {"1.234", 0, NULL},
        {"1,000", 0, NULL},
        {"1e3", 0, NULL},
        {"+1", 0, NULL},
        {" 1", 0, NULL},
        {"Rp1", 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_money m = {42};
        char text[UMI_MONEY_TEXT];
        bool ok = umi_money_parse(&m, umi_text_of(cases[i].text));
        assert_int_equal(ok, cases[i].canonical != NULL);
        assert_int_equal(m.sen, ok ? cases[i].sen : 42);
        if (ok) {
            umi_money_write(text, m);
            assert_string_equal(text, cases[i].canonical);
        }
    }
}

static void amounts_are_grouped_for_people(void **state)
{
    (void)state;
    char text[UMI_MONEY_TEXT];
    umi_money_show(text, (umi_money){152109700}, UMI_LANG_ID);
    assert_string_equal(text, "1.521.097");
    umi_money_show(text, (umi_money){-100050}, UMI_LANG_EN);
    assert_string_equal(text, "-1,000.50");
    umi_money_show(text, (umi_money){0}, UMI_LANG_ID);
    assert_string_equal(text, "0");
}

static void every_day_of_the_calendar_round_trips(void **state)
{
    (void)state;
    umi_civil before = {1899, 12, 31};
    for (int32_t n = UMI_DAY_MIN; n <= UMI_DAY_MAX; n++) {
        umi_civil c = umi_civil_of((umi_day){n});
        assert_true(umi_civil_ok(c));
        assert_int_equal(umi_day_of(c).n, n);
        bool next = c.day == before.day + 1 && c.month == before.month;
        assert_true(next || c.day == 1);
        before = c;
    }
    assert_int_equal(umi_civil_of((umi_day){UMI_DAY_MAX}).year, 2999);
}

static void month_ends_never_drift(void **state)
{
    (void)state;
    static const char *const due[] = {"2024-01-31", "2024-02-29", "2024-03-31",
                                      "2024-04-30", "2024-05-31"};
    umi_day first;
    assert_true(umi_day_parse(&first, UMI_TEXT("2024-01-31")));
    for (int32_t i = 0; i < 5; i++) {
        char text[UMI_DAY_TEXT];
        umi_day_write(text, umi_day_add_months(first, i, 31));
        assert_string_equal(text, due[i]);
    }
}

static void dates_that_do_not_exist_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"2023-02-29", "1900-02-29", "2024-13-01",
                                      "2024-00-10", "2024-01-00", "1899-12-31",
                                      "3000-01-01", "2024-1-01",  "20240101",
                                      "2024-01-0x", "",           "2024/01/01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        umi_day d;
        assert_false(umi_day_parse(&d, umi_text_of(bad[i])));
    }
}

static void complete_months_need_the_day_reached(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int32_t months, years;
    } cases[] = {
        {"2024-02-29", "2025-02-28", 11, 0},
        {"2025-01-31", "2025-02-28", 0, 0},
        {"1990-05-01", "2026-11-21", 438, 36},
        {"2026-11-21", "1990-05-01", -438, -36},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_day a, b;
        assert_true(umi_day_parse(&a, umi_text_of(cases[i].a)));
        assert_true(umi_day_parse(&b, umi_text_of(cases[i].b)));
        assert_int_equal(umi_months_between(a, b), cases[i].months);
        assert_int_equal(umi_years_between(a, b), cases[i].years);
    }
}

static void rates_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t num, den; /* den 0: refused */
    } cases[] = {
        {"6", 3, 50},
        {"0.9", 9, 1000},
        {"0", 0, 1},
        {"999999.999999999999", 999999999999999999, 100000000000000},
        {"1000000", 0, 0},
        {"0.0000000000001", 0, 0},
        {"-1", 0, 0},
        {"1e2", 0, 0},
        {".5", 0, 0},
        {"6.", 0, 0},
        {"", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_rate r;
        bool ok = umi_rate_parse(&r, umi_text_of(cases[i].text), 6, 12, 100);
        assert_int_equal(ok, cases[i].den != 0);
        if (ok) {
            assert_int_equal(r.num, cases[i].num);
            assert_int_equal(r.den, cases[i].den);
        }
    }
}

static void rounding_follows_its_name(void **state)
{
    (void)state;
    static const struct {
        umi_round_mode mode;
        int64_t p25, p15, m15, p14, m16; /* 2.5, 1.5, -1.5, 1.4, -1.6 */
    } cases[] = {
        {UMI_ROUND_HALF_EVEN, 2, 2, -2, 1, -2},
        {UMI_ROUND_HALF_UP, 3, 2, -2, 1, -2},
        {UMI_ROUND_HALF_DOWN, 2, 1, -1, 1, -2},
        {UMI_ROUND_UP, 3, 2, -2, 2, -2},
        {UMI_ROUND_DOWN, 2, 1, -1, 1, -1},
        {UMI_ROUND_CEIL, 3, 2, -1, 2, -1},
        {UMI_ROUND_FLOOR, 2, 1, -2, 1, -2},
    };
    static const int64_t nums[] = {25, 15, -15, 14, -16};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t *want = &cases[i].p25;
        for (size_t k = 0; k < 5; k++) {
            umi_money m;
            umi_rounding r = {{1}, cases[i].mode};
            assert_true(umi_round(&m, nums[k], 10, r));
            assert_int_equal(m.sen, want[k]);
            r.unit.sen = 100; /* the same in whole rupiah */
            assert_true(umi_round(&m, nums[k] * 100, 10, r));
            assert_int_equal(m.sen, want[k] * 100);
        }
    }
}

static void rounding_says_when_it_does_not_fit(void **state)
{
    (void)state;
    umi_money m = {7};
    umi_rounding r = {{100}, UMI_ROUND_UP};
    assert_false(umi_round(&m, (umi_i128)INT64_MAX, 1, r));
    assert_false(umi_round(&m, (umi_i128)INT64_MAX * 100, 1,
                           (umi_rounding){{1}, UMI_ROUND_DOWN}));
    assert_int_equal(m.sen, 7);
}

static void json_round_trips(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out; /* out NULL: refused */
    } cases[] = {
        {" {\"a\" : [1, 2.50, -0, 1e3] } ", "{\"a\":[1,2.50,-0,1e3]}"},
        {"\"\\u00e9\\ud83d\\udc31\\n\\/\"", "\"\xc3\xa9\xf0\x9f\x90\xb1\\n/\""},
        {"[]", "[]"},
        {"{}", "{}"},
        {"null", "null"},
        {"[true,false]", "[true,false]"},
        {"{\"a\":1,\"a\":2}", NULL},
        {"[1,]", NULL},
        {"{\"a\":1,}", NULL},
        {"{a:1}", NULL},
        {"01", NULL},
        {"1.", NULL},
        {"+1", NULL},
        {"NaN", NULL},
        {"\"\\ud800\"", NULL},
        {"\"\\u0000\"", NULL},
        {"\"\xff\"", NULL},
        {"\"\x01\"", NULL},
        {"\"open", NULL},
        {"\"open\\", NULL},
        {"tru", NULL},
        {"1 2", NULL},
        {"", NULL},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", NULL},
    };
    umi_arena *arena = umi_arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_json *v = NULL;
        umi_error err = {0};
        umi_status rc =
            umi_json_parse(&v, umi_text_of(cases[i].in), arena, &err);
        assert_int_equal(rc == UMI_OK, cases[i].out != NULL);
        if (rc != UMI_OK)
            continue;
        umi_buf b = {0};
        umi_json_out w = {.buf = &b};
        umi_json_value(&w, v);
        umi_buf_putc(&b, '\0');
        assert_string_equal(b.ptr, cases[i].out);
        umi_buf_free(&b);
    }
    umi_arena_free(arena);
}

static void a_broken_line_still_names_itself(void **state)
{
    (void)state;
    static const struct {
        const char *in, *id; /* id NULL: none */
    } cases[] = {
        {"{\"id\":\"a\"}", "a"},
        {" { \"x\" : 1 , \"id\" : \"a\\n\" , }", "a\n"},
        {"{\"id\":\"a\",\"x\":1,\"x\":2}", "a"},
        {"{\"x\":{\"y\":1,\"y\":2},\"id\":\"a\"}", "a"},
        {"{\"id\":\"a\",\"x\":\"\xff\"}", "a"},
        {"{\"id\":\"a\",\"x\":[", "a"},
        {"{\"id\":\"a\"", "a"},
        {"{\"id\":\"\"} x", ""},
        {"{\"id\":\"a\",\"id\":\"b\"}", NULL},
        {"{\"x\":,\"id\":\"a\"}", NULL},
        {"{\"id\":\"a", NULL},
        {"{\"id\":5}", NULL},
        {"{\"id\":{\"id\":\"a\"}}", NULL},
        {"[\"id\",\"a\"]", NULL},
        {"{", NULL},
        {"{}", NULL},
        {"", NULL},
    };
    umi_arena *arena = umi_arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_text id = {0};
        bool found = umi_json_peek(&id, umi_text_of(cases[i].in), "id", arena);
        assert_int_equal(found, cases[i].id != NULL);
        assert_true(!found || umi_text_is(id, cases[i].id));
    }
    umi_arena_free(arena);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":[1,2,{\"b\":\"c\\n\"}],\"d\":\"e\\t\"}";
    for (int64_t nth = 1;; nth++) {
        umi_alloc_fail_at(nth, 0);
        umi_arena *arena = umi_arena_new();
        umi_json *v = NULL;
        umi_status rc = UMI_ENOMEM;
        if (arena != NULL)
            rc = umi_json_parse(&v, umi_text_of(text), arena, NULL);
        umi_arena_free(arena);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        if (!reached)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_read_and_write_exactly),
        cmocka_unit_test(amounts_are_grouped_for_people),
        cmocka_unit_test(every_day_of_the_calendar_round_trips),
        cmocka_unit_test(month_ends_never_drift),
        cmocka_unit_test(dates_that_do_not_exist_are_refused),
        cmocka_unit_test(complete_months_need_the_day_reached),
        cmocka_unit_test(rates_are_exact),
        cmocka_unit_test(rounding_follows_its_name),
        cmocka_unit_test(rounding_says_when_it_does_not_fit),
        cmocka_unit_test(json_round_trips),
        cmocka_unit_test(a_broken_line_still_names_itself),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("engine/base", tests, NULL, NULL);
}
