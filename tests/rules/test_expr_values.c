/* SPDX-License-Identifier: MIT
 * Programs compute once what is equal and tell where an error arose; values
 * are shown, read strictly, and go to the engine and back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/expr_world.h"

/* --- programs ---------------------------------------------------------- */

/* Lets and rules in one program: what they share is computed once. */
static void what_is_equal_is_computed_once(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "m / 12 <= param.max", "m / 12 <= param.max && b", "half > m",
        "m / 12 > half || e in ['ikan', 'tani']", "e in ['tani', 'ikan']"};
    world w = build();
    const umi_node *roots[COUNT(texts)];
    umi_expr *half = checked(&w, "m / 2");
    umi_let let = {half, 0};
    umi_name n = {umi_text_of("half"), UMI_NAME_LET, half->root->type, 0, 0};
    assert_int_equal(umi_env_add(w.env, n), UMI_OK);
    assert_int_equal(umi_env_add(w.env, n), UMI_EEXIST);
    for (size_t k = 0; k < COUNT(texts); k++) {
        umi_expr *e = checked(&w, texts[k]);
        assert_non_null(e);
        roots[k] = e->root;
    }
    umi_program *p;
    umi_program_source s = {&let, 1, roots, COUNT(texts), w.params};
    assert_int_equal(umi_program_build(&p, w.arena, &s, NULL), UMI_OK);
    /* m/2, m/12, two comparisons and an &&, >, >, a member test, || */
    assert_int_equal(umi_program_size(p), 8);
    umi_value *scratch =
        umi_arena_array(w.arena, umi_program_scratch(p), sizeof *scratch);
    static const bool want[] = {true, true, false, true, true};
    for (int round = 0; round < 2; round++) {
        assert_int_equal(umi_program_run(p, w.slots, scratch, w.arena), UMI_OK);
        for (size_t k = 0; k < COUNT(texts); k++) {
            const umi_value *v = umi_program_result(p, w.slots, scratch, k);
            bool unknown = round == 1 && k != 4 && k != 3;
            assert_int_equal(v->state, unknown ? UMI_UNKNOWN : UMI_KNOWN);
            if (!unknown)
                assert_int_equal(v->i, want[k]);
        }
        w.slots[4] = umi_value_unknown(4);
    }
    assert_int_equal(umi_program_let(p, w.slots, scratch, 0)->state,
                     UMI_UNKNOWN);
    forget(&w);
}

static void an_error_tells_where_it_arose(void **state)
{
    (void)state;
    static const struct {
        const char *text, *part;
    } cases[] = {
        {"1 / (i - 3) > 2", "1 / (i - 3)"},
        {"b && m <= param.late", "param.late"},
        {"round_up(q, 40) > q", "round_up(q, 40)"},
        {"!(1.0 / 0 > 2)", "1.0 / 0"},
        {"1 + 1 / (i - 3) > 2", "1 / (i - 3)"},
        {"string(size(s) % 0) == s", "size(s) % 0"},
        {"l[7] == 1", "l[7]"},
    };
    world w = build();
    for (size_t k = 0; k < COUNT(cases); k++) {
        umi_program *p;
        umi_expr *e = checked(&w, cases[k].text);
        umi_program_source s = {.roots = (const umi_node *const *)&e->root,
                                .root_count = 1,
                                .params = w.params};
        assert_int_equal(umi_program_build(&p, w.arena, &s, NULL), UMI_OK);
        umi_value *scratch =
            umi_arena_array(w.arena, umi_program_scratch(p), sizeof *scratch);
        assert_int_equal(umi_program_run(p, w.slots, scratch, w.arena), UMI_OK);
        const umi_node *n =
            umi_program_origin(p, umi_program_result(p, w.slots, scratch, 0));
        assert_non_null(n);
        assert_int_equal(n->length, strlen(cases[k].part));
        assert_memory_equal(cases[k].text + n->offset, cases[k].part,
                            n->length);
        assert_null(umi_program_origin(p, &w.slots[0]));
    }
    forget(&w);
}

/* Texts that double from let to let stop growing. */
static void texts_and_lists_stop_growing(void **state)
{
    (void)state;
    static const char *const seeds[] = {"s + s", "l + l"};
    for (size_t k = 0; k < 2; k++) {
        world w = build();
        umi_let lets[24];
        char name[24][8];
        for (uint32_t n = 0; n < 24; n++) {
            char *text = umi_arena_alloc(w.arena, 32);
            if (n == 0)
                (void)snprintf(text, 32, "%s", seeds[k]);
            else
                (void)snprintf(text, 32, "t%u + t%u", n - 1, n - 1);
            umi_expr *e = checked(&w, text);
            assert_non_null(e);
            lets[n] = (umi_let){e, n};
            (void)snprintf(name[n], 8, "t%u", n);
            umi_name t = {umi_text_of(name[n]), UMI_NAME_LET, e->root->type, n,
                          0};
            assert_int_equal(umi_env_add(w.env, t), UMI_OK);
        }
        umi_program *p;
        umi_program_source s = {lets, 24, NULL, 0, w.params};
        assert_int_equal(umi_program_build(&p, w.arena, &s, NULL), UMI_OK);
        umi_value *scratch =
            umi_arena_array(w.arena, umi_program_scratch(p), sizeof *scratch);
        assert_int_equal(umi_program_run(p, w.slots, scratch, w.arena), UMI_OK);
        assert_int_equal(umi_program_let(p, w.slots, scratch, 5)->state,
                         UMI_KNOWN);
        const umi_value *v = umi_program_let(p, w.slots, scratch, 23);
        assert_int_equal(v->state, UMI_ERROR);
        assert_int_equal(v->fault, UMI_FAULT_LONG);
        forget(&w);
    }
}

/* --- values ------------------------------------------------------------ */

static void values_are_shown_to_people(void **state)
{
    (void)state;
    static const struct {
        umi_kind kind;
        const char *text, *id, *en;
    } cases[] = {
        {UMI_KIND_MONEY, "20000000", "Rp20.000.000", "Rp 20,000,000"},
        {UMI_KIND_MONEY, "-1500.5", "-Rp1.500,5", "-Rp 1,500.5"},
        {UMI_KIND_MONEY, "0", "Rp0", "Rp 0"},
        {UMI_KIND_MONEY, "999", "Rp999", "Rp 999"},
        {UMI_KIND_MONEY, "0.005", "Rp0", "Rp 0"},
        {UMI_KIND_MONEY, "0.015", "Rp0,02", "Rp 0.02"},
        {UMI_KIND_MONEY, "1000.5", "Rp1.000,5", "Rp 1,000.5"},
        {UMI_KIND_MONEY, "123456", "Rp123.456", "Rp 123,456"},
        {UMI_KIND_MONEY, "100000000000000000000000000000000000000",
         "Rp100.000.000.000.000.000.000.000.000.000.000.000.000",
         "Rp 100,000,000,000,000,000,000,000,000,000,000,000,000"},
        {UMI_KIND_MONEY, "18446744073709551616", "Rp18.446.744.073.709.551.616",
         "Rp 18,446,744,073,709,551,616"},
        {UMI_KIND_RATE, "0.35", "35%", "35%"},
        {UMI_KIND_RATE, "0.095", "9,5%", "9.5%"},
        {UMI_KIND_RATE, "0", "0%", "0%"},
        {UMI_KIND_DECIMAL, "1234567.25", "1.234.567,25", "1,234,567.25"},
        {UMI_KIND_DECIMAL, "1/3", "0,3333", "0.3333"},
        {UMI_KIND_INT, "2026", "2026", "2026"},
        {UMI_KIND_BOOL, "true", "ya", "yes"},
        {UMI_KIND_BOOL, "false", "tidak", "no"},
        {UMI_KIND_DATE, "2026-11-21", "2026-11-21", "2026-11-21"},
        {UMI_KIND_STRING, "a b", "a b", "a b"},
    };
    for (size_t k = 0; k < COUNT(cases); k++)
        for (int lang = 0; lang < 2; lang++) {
            umi_value v;
            umi_buf b = {0};
            assert_true(umi_value_parse(&v, umi_type_of(cases[k].kind),
                                        umi_text_of(cases[k].text)));
            umi_buf_value_show(&b, &v, lang ? UMI_LANG_EN : UMI_LANG_ID);
            umi_buf_putc(&b, '\0');
            assert_string_equal(b.ptr, lang ? cases[k].en : cases[k].id);
            b.len = 0;
            umi_buf_value(&b, &v);
            umi_buf_putc(&b, '\0');
            assert_string_equal(b.ptr, cases[k].text);
            umi_buf_free(&b);
        }
    umi_value none = umi_value_unknown(3);
    umi_buf b = {0};
    umi_buf_value(&b, &none);
    umi_buf_value_show(&b, &none, UMI_LANG_ID);
    assert_int_equal(b.len, 0);
}

static void values_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        umi_kind kind;
        const char *bad[10];
    } cases[] = {
        {UMI_KIND_BOOL, {"", "True", "1", "yes", "no"}},
        {UMI_KIND_INT, {"", "1.0", "+1", "1e3", "9223372036854775808", "0x1"}},
        {UMI_KIND_MONEY, {"", "1e3", "1/3", ".5", "1.", "Rp1", "1,000", "+1"}},
        {UMI_KIND_RATE, {"", "6%", "1/3", "1e-2", "-", ".06"}},
        {UMI_KIND_DECIMAL, {"", "1e3", "1/0", ".5", "1.2.3", "-/3"}},
        {UMI_KIND_DATE, {"", "2026-02-29", "2026-2-9", "26-02-09", "today"}},
        {UMI_KIND_STRING, {"\xff"}},
        {UMI_KIND_ENUM, {"", "tanii", "TANI"}},
        {UMI_KIND_ANY, {"", "1"}},
        {UMI_KIND_LIST, {"", "[1]"}},
    };
    for (size_t k = 0; k < COUNT(cases); k++)
        for (size_t n = 0; n < 10 && cases[k].bad[n] != NULL; n++) {
            umi_type t = {cases[k].kind, &sectors, NULL};
            umi_value v = umi_value_int(42);
            if (umi_value_parse(&v, t, umi_text_of(cases[k].bad[n])))
                fail_msg("%s: '%s'", umi_kind_name(t.kind), cases[k].bad[n]);
            assert_int_equal(v.i, 42);
        }
}

static void amounts_go_to_the_engine_and_back(void **state)
{
    (void)state;
    static const int64_t sen[] = {0, 1, -1, 100, 150050, INT64_MAX, INT64_MIN};
    umi_money m = {7};
    for (size_t k = 0; k < COUNT(sen); k++) {
        umi_value v = umi_value_money((umi_money){sen[k]});
        assert_true(umi_value_as_money(&m, &v));
        assert_true(m.sen == sen[k]);
    }
    umi_value third = umi_value_decimal(UMI_KIND_MONEY, (umi_decimal){1, 3});
    umi_value plain = umi_value_decimal(UMI_KIND_DECIMAL, (umi_decimal){1, 1});
    umi_value vast = umi_value_decimal(
        UMI_KIND_MONEY, (umi_decimal){(umi_i128)INT64_MAX * 10, 1});
    umi_value none = umi_value_unknown(0);
    m.sen = 7;
    assert_false(umi_value_as_money(&m, &third));
    assert_false(umi_value_as_money(&m, &plain));
    assert_false(umi_value_as_money(&m, &vast));
    assert_false(umi_value_as_money(&m, &none));
    assert_int_equal(m.sen, 7);
}

static void faults_and_kinds_have_their_words(void **state)
{
    (void)state;
    for (umi_fault f = UMI_FAULT_OVERFLOW; f <= UMI_FAULT_LONG; f++) {
        assert_non_null(umi_code_find(umi_fault_code(f)));
        assert_int_equal(strncmp(umi_fault_code(f), "E2", 2), 0);
        assert_true(umi_fault_text(f)[0] != '\0');
    }
    for (umi_kind k = UMI_KIND_BOOL; k <= UMI_KIND_LIST; k++) {
        umi_kind back = UMI_KIND_ANY;
        assert_true(umi_kind_parse(&back, umi_text_of(umi_kind_name(k))));
        assert_int_equal(back, k);
    }
    umi_kind k = UMI_KIND_INT;
    assert_false(umi_kind_parse(&k, umi_text_of("any")));
    umi_buf b = {0};
    umi_type list = {UMI_KIND_LIST, NULL, &int_type};
    umi_buf_type(&b, list);
    umi_buf_putc(&b, ' ');
    umi_buf_type(&b, (umi_type){UMI_KIND_ENUM, &sectors, NULL});
    umi_buf_putc(&b, '\0');
    assert_string_equal(b.ptr, "list<int> enum{tani, kebun, ikan}");
    umi_buf_free(&b);
}

static void note(void *self, const umi_node *n)
{
    umi_buf_text(self, n->text);
    umi_buf_putc(self, ' ');
}

static void names_of_a_tree_come_in_order(void **state)
{
    (void)state;
    world w = build();
    umi_buf b = {0};
    umi_expr_names(
        checked(&w, "a.b.c.size() > i ? b : known(q) && m > m")->root, note,
        &b);
    umi_buf_putc(&b, '\0');
    assert_string_equal(b.ptr, "a.b.c i b q m m ");
    umi_buf_free(&b);
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_equal_is_computed_once),
        cmocka_unit_test(an_error_tells_where_it_arose),
        cmocka_unit_test(texts_and_lists_stop_growing),
        cmocka_unit_test(values_are_shown_to_people),
        cmocka_unit_test(values_are_read_strictly),
        cmocka_unit_test(amounts_go_to_the_engine_and_back),
        cmocka_unit_test(faults_and_kinds_have_their_words),
        cmocka_unit_test(names_of_a_tree_come_in_order),
    };
    return cmocka_run_group_tests_name("rules/expr_values", tests, NULL, NULL);
}
