/* SPDX-License-Identifier: MIT
 * Expressions that are refused: with which code, at which place, with what
 * help; and the limits of size and depth.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/expr_world.h"

/* --- what is refused --------------------------------------------------- */

static const struct {
    const char *text, *code;
    uint32_t offset, length;
    const char *help; /* part of it, or NULL */
} refusals[] = {
    {"", "E101", 0, 0, NULL},
    {"  // nothing", "E101", 12, 0, NULL},
    {"i +", "E101", 3, 0, NULL},
    {"(i", "E101", 2, 0, NULL},
    {"i)", "E101", 1, 1, NULL},
    {"[i", "E101", 2, 0, NULL},
    {"[,]", "E101", 1, 1, NULL},
    {"size(,)", "E101", 5, 1, NULL},
    {"i i", "E101", 2, 1, NULL},
    {"b and b", "E101", 2, 3, "write &&"},
    {"b or b", "E101", 2, 2, "write ||"},
    {"not b", "E101", 4, 1, NULL},
    {"i = 3", "E101", 2, 1, "write =="},
    {"i === 3", "E101", 2, 3, "write =="},
    {"i <> 3", "E101", 2, 2, "write !="},
    {"i => 3", "E101", 2, 2, "write >="},
    {"i \xe2\x89\xa4 3", "E101", 2, 3, "write <="},
    {"b & b", "E101", 2, 1, "write &&"},
    {"b | b", "E101", 2, 1, "write ||"},
    {"1 +/* x */ 2", "E101", 3, 2, "//"},
    {"i ? 1", "E101", 5, 0, NULL},
    {"b ? 1 : ", "E101", 8, 0, NULL},
    {"b'abc'", "E101", 0, 1, NULL},
    {"1u", "E101", 0, 2, NULL},
    {"1.5e", "E101", 0, 4, NULL},
    {"12abc", "E101", 0, 5, NULL},
    {"1.", "E101", 2, 0, NULL},
    {"{'a': 1}", "E101", 0, 1, NULL},
    {"'a'.b", "E101", 4, 1, NULL},
    {"(a).b", "E101", 4, 1, NULL},
    {"!-i", "E101", 1, 1, NULL},
    {"i\x01", "E101", 1, 1, NULL},
    {"i \xff", "E101", 0, 0, NULL},
    {"i ; i", "E101", 2, 1, NULL},
    {"slik_grad > 2", "E102", 0, 9, "'slik_grade'"},
    {"b && slik_pade", "E102", 5, 9, "'slik_paid'"},
    {"param.maks < m", "E102", 0, 10, "'param.max'"},
    {"x", "E102", 0, 1, NULL},
    {"a.b", "E102", 0, 3, NULL},
    {"size + 1", "E102", 0, 4, "brackets"},
    {"m + 1", "E103", 0, 5, "parameter"},
    {"m * m", "E103", 0, 5, "meaning"},
    {"b && m", "E103", 5, 1, NULL},
    {"d - d", "E103", 0, 5, "days_between"},
    {"i ? 1 : 2", "E103", 0, 1, NULL},
    {"b ? 1 : 's'", "E103", 0, 11, NULL},
    {"e < e", "E103", 0, 5, NULL},
    {"e == s", "E103", 0, 6, "members"},
    {"s == 3", "E103", 0, 6, NULL},
    {"i in ['a']", "E103", 0, 10, NULL},
    {"i in i", "E103", 0, 6, NULL},
    {"-s", "E103", 0, 2, NULL},
    {"[1] + ['a']", "E103", 0, 11, NULL},
    {"s[0]", "E103", 0, 4, NULL},
    {"1 < i < 5", "E104", 0, 9, "a < b && b < c"},
    {"i == i == b", "E104", 0, 11, "&&"},
    {"1 in l == b", "E104", 0, 11, NULL},
    {"9223372036854775808", "E105", 0, 19, NULL},
    {"-9223372036854775809", "E105", 1, 19, NULL},
    {"-(9223372036854775808)", "E105", 2, 19, NULL},
    {"99999999999999999999999", "E105", 0, 23, NULL},
    {"0x10000000000000000", "E105", 0, 19, NULL},
    {"if", "E106", 0, 2, "c ? a : b"},
    {"null == i", "E106", 0, 4, "known"},
    {"i + let", "E106", 4, 3, NULL},
    {"nosuch(i)", "E107", 0, 9, NULL},
    {"roundup(q, 0)", "E107", 0, 13, "'round_up'"},
    {"contains(s, 'a')", "E107", 0, 16, "text.contains"},
    {"q.floor(0)", "E107", 0, 10, "floor(...)"},
    {"s.matches('a')", "E107", 0, 14, NULL},
    {"floor(q)", "E108", 0, 8, "floor(x, 0)"},
    {"years_between(d)", "E108", 0, 16, NULL},
    {"s.startsWith()", "E108", 0, 14, NULL},
    {"size()", "E108", 0, 6, NULL},
    {"size(i)", "E109", 5, 1, NULL},
    {"floor(s, 0)", "E109", 6, 1, NULL},
    {"round_up(q, 1.0)", "E109", 12, 3, NULL},
    {"max(m, i)", "E109", 7, 1, NULL},
    {"sector == 'tanii'", "E110", 10, 7, "'tani'"},
    {"sector in ['tani', 'kebon']", "E110", 19, 7, "'kebun'"},
    {"sector == 'x'", "E110", 10, 3, NULL},
    {"[1, 'a']", "E111", 4, 3, NULL},
    {"[1, 2.5]", "E111", 4, 3, NULL},
    {"[[1], ['a']]", "E111", 6, 5, NULL},
    {"1e39 > q", "E113", 0, 4, NULL},
    {"0.000000000000000000000000000000000000001", "E113", 0, 41, NULL},
    {"'abc", "E114", 0, 4, NULL},
    {"\"abc'", "E114", 0, 5, NULL},
    {"'''abc''", "E114", 0, 8, NULL},
    {"'a\nb'", "E114", 0, 2, NULL},
    {"'a\\qb'", "E114", 2, 2, NULL},
    {"'\\\xc3\xa9'", "E114", 1, 3, NULL},
    {"'a\\", "E114", 0, 2, NULL},
    {"'\\ud800'", "E114", 1, 2, NULL},
    {"'\\U00110000'", "E114", 1, 2, NULL},
    {"'\\400'", "E114", 1, 2, NULL},
    {"'\\x4'", "E114", 1, 2, NULL},
    {"known(i + 1)", "E116", 6, 5, NULL},
    {"known(today)", "E116", 6, 5, NULL},
    {"known(param.max)", "E116", 6, 9, NULL},
};

static void refusals_have_code_place_and_help(void **state)
{
    (void)state;
    world w = build();
    for (size_t k = 0; k < COUNT(refusals); k++) {
        const char *text = refusals[k].text;
        if (checked(&w, text) != NULL)
            fail_msg("%s is taken", text);
        const umi_expr_problem *p = w.log.first;
        assert_non_null(p);
        if (strcmp(p->code, refusals[k].code) != 0)
            fail_msg("%s: %s %s", text, p->code, p->message);
        if (p->offset != refusals[k].offset || p->length != refusals[k].length)
            fail_msg("%s: at %u, %u", text, p->offset, p->length);
        if (refusals[k].help != NULL &&
            (p->help == NULL || strstr(p->help, refusals[k].help) == NULL))
            fail_msg("%s: help %s", text, p->help ? p->help : "(none)");
        assert_non_null(umi_code_find(p->code));
        assert_true(p->message[0] != '\0');
        umi_error err = {0};
        assert_int_equal(umi_expr_fail(&err, &w.log), UMI_EINVAL);
        assert_string_equal(err.code, p->code);
        assert_int_equal(err.column, p->offset + 1);
    }
    forget(&w);
}

static void every_error_of_a_text_is_told(void **state)
{
    (void)state;
    static const char *const codes[] = {"E102", "E103", "E108", "E110"};
    world w = build();
    assert_null(checked(&w, "nosuch > 1 || m + 1 > m || floor(q) > q || "
                            "e == 'tan'"));
    assert_int_equal(w.log.errors, 4);
    const umi_expr_problem *p = w.log.first;
    for (size_t k = 0; k < COUNT(codes); k++, p = p->next)
        assert_string_equal(p->code, codes[k]);
    assert_null(p);
    forget(&w);
}

static void suggestions_are_of_the_right_type(void **state)
{
    (void)state;
    world w = build();
    assert_null(checked(&w, "slik_gaide == 2")); /* near to both */
    assert_string_equal(w.log.first->related->name.ptr, "slik_grade");
    assert_null(checked(&w, "slik_gaide || b"));
    assert_string_equal(w.log.first->related->name.ptr, "slik_paid");
    assert_null(umi_env_near(w.env, umi_text_of("zz"), UMI_KIND_ANY));
    assert_int_equal(umi_text_near(umi_text_of("tnai"), members, 3), 0);
    /* a swap of neighbours is one slip, so that these are two */
    assert_int_equal(umi_text_near(umi_text_of("kbeunn"), members, 3), 1);
    assert_int_equal(umi_text_near(umi_text_of("beras"), members, 3), -1);
    forget(&w);
}

static void a_place_asks_for_its_type(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        umi_kind want;
        bool taken;
    } cases[] = {
        {"b", UMI_KIND_BOOL, true},    {"i", UMI_KIND_BOOL, false},
        {"m", UMI_KIND_MONEY, true},   {"i", UMI_KIND_MONEY, false},
        {"i", UMI_KIND_RATE, true},    {"q", UMI_KIND_RATE, true},
        {"r", UMI_KIND_DECIMAL, true}, {"q", UMI_KIND_INT, false},
        {"any", UMI_KIND_MONEY, true}, {"'tani'", UMI_KIND_ENUM, true},
        {"s", UMI_KIND_ENUM, false},
    };
    world w = build();
    for (size_t k = 0; k < COUNT(cases); k++) {
        umi_type want = umi_type_of(cases[k].want);
        want.of = cases[k].want == UMI_KIND_ENUM ? &sectors : NULL;
        umi_expr *e = parsed(&w, cases[k].text);
        umi_status rc = umi_expr_check(e, w.env, &want, &w.log);
        assert_int_equal(rc == UMI_OK, cases[k].taken);
        if (rc != UMI_OK)
            assert_string_equal(w.log.first->code, "E115");
    }
    forget(&w);
}

static void traps_are_warned_of(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code;
        uint32_t offset, length;
    } cases[] = {
        {"i / 2", "W-INT-DIV", 0, 5},
        {"i + i / 2 > 3", "W-INT-DIV", 4, 5},
        {"floor(i / 2, 0)", NULL, 0, 0},
        {"floor(1 + i / 2, 0)", "W-INT-DIV", 10, 5},
        {"round_down(i / 2, 0)", NULL, 0, 0},
        {"round_half_up(i / 2, 0)", "W-INT-DIV", 14, 5},
        {"i / 2.0", NULL, 0, 0},
        {"q / 3 == q", "W-DEC-EQ", 0, 10},
        {"m != m / 3", "W-DEC-EQ", 0, 10},
        {"m / 3 <= m", NULL, 0, 0},
        {"round_up(q / 3, 2) == q", NULL, 0, 0},
        {"min(q / 3, 1) == q", "W-DEC-EQ", 0, 18},
        {"b == true", "W-BOOL-EQ", 0, 9},
        {"false != b", "W-BOOL-EQ", 0, 10},
        {"b == slik_paid", NULL, 0, 0},
    };
    world w = build();
    for (size_t k = 0; k < COUNT(cases); k++) {
        assert_non_null(checked(&w, cases[k].text));
        const umi_expr_problem *p = w.log.first;
        if ((p != NULL) != (cases[k].code != NULL))
            fail_msg("%s: %s", cases[k].text, p ? p->message : "no warning");
        assert_int_equal(w.log.warnings, p != NULL);
        if (p == NULL)
            continue;
        assert_true(p->warning && p->help != NULL);
        assert_string_equal(p->code, cases[k].code);
        assert_int_equal(p->offset, cases[k].offset);
        assert_int_equal(p->length, cases[k].length);
        assert_non_null(umi_code_find(p->code));
    }
    forget(&w);
}

/* --- limits ------------------------------------------------------------ */

static char *repeat(world *w, const char *part, size_t n, const char *tail)
{
    size_t len = strlen(part);
    char *p = umi_arena_alloc(w->arena, n * len + strlen(tail) + 1);
    for (size_t k = 0; k < n; k++)
        memcpy(p + k * len, part, len);
    memcpy(p + n * len, tail, strlen(tail));
    return p;
}

static void limited(world *w, const char *text, bool taken)
{
    bool got = checked(w, text) != NULL;
    if (got != taken)
        fail_msg("%.40s... is %s: %s", text, got ? "taken" : "refused",
                 w->log.first ? w->log.first->message : "");
    if (!taken)
        assert_string_equal(w->log.first->code, "E112");
}

static void limits_are_what_they_say(void **state)
{
    (void)state;
    world w = build();
    limited(&w, repeat(&w, " ", 1999, "1"), true);
    limited(&w, repeat(&w, " ", 2000, "1"), false);
    char *quoted =
        repeat(&w, "\xc3\xa9", 1998, "'"); /* characters, not bytes */
    quoted[0] = ' ';
    quoted[1] = '\'';
    limited(&w, quoted, true);
    limited(&w, repeat(&w, "1 + ", 99, "1"), true); /* 199 nodes */
    limited(&w, repeat(&w, "1 + ", 100, "1"), false);
    limited(&w, repeat(&w, "!", 199, "b"), true);
    limited(&w, repeat(&w, "!", 200, "b"), false);
    limited(&w, repeat(&w, "-", 1999, "1"), false);
    limited(&w, repeat(&w, "b ? 1 : ", 66, "2"), true);
    limited(&w, repeat(&w, "b ? 1 : ", 67, "2"), false);
    static const char *const closed[] = {"(1) + ", "size([1]) + ", "l[0] + ",
                                         "'a'.size() + "};
    for (size_t k = 0; k < COUNT(closed); k++)
        limited(&w, repeat(&w, closed[k], 34, "1"), true);
    for (size_t n = 32; n <= 33; n++) {
        char *close = repeat(&w, ")", n, "");
        char *tail = umi_arena_alloc(w.arena, n + 2);
        tail[0] = '7';
        memcpy(tail + 1, close, n);
        limited(&w, repeat(&w, "(", n, tail), n == 32);
        memset(tail + 1, ']', n);
        limited(&w, repeat(&w, "[", n, tail), n == 32);
    }
    forget(&w);
}

static void hostile_texts_are_refused_at_once(void **state)
{
    (void)state;
    static const char *const parts[] = {"(",  "[",  "-", "!",    "1",    "'",
                                        "a.", "f(", "?", "\xff", "b?1:", "1+"};
    world w = build();
    for (size_t k = 0; k < COUNT(parts); k++)
        limited(&w, repeat(&w, parts[k], 1 << 20, ""), false);
    umi_expr *e = NULL;
    w.log = (umi_expr_log){.arena = w.arena};
    assert_int_equal(
        umi_expr_parse(&e, w.arena, (umi_text){"1\0002", 3}, &w.log),
        UMI_ESYNTAX);
    assert_string_equal(w.log.first->code, "E101");
    assert_int_equal(w.log.first->offset, 1);
    /* a text may hold what a word may not */
    assert_int_equal(
        umi_expr_parse(&e, w.arena, (umi_text){"'a\0b'", 5}, &w.log), UMI_OK);
    assert_int_equal(e->root->value.text.len, 3);
    char *digits = repeat(&w, "9", 1990, "");
    assert_null(checked(&w, digits));
    assert_string_equal(w.log.first->code, "E105");
    digits[1] = '.';
    assert_null(checked(&w, digits));
    assert_string_equal(w.log.first->code, "E113");
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refusals_have_code_place_and_help),
        cmocka_unit_test(every_error_of_a_text_is_told),
        cmocka_unit_test(suggestions_are_of_the_right_type),
        cmocka_unit_test(a_place_asks_for_its_type),
        cmocka_unit_test(traps_are_warned_of),
        cmocka_unit_test(limits_are_what_they_say),
        cmocka_unit_test(hostile_texts_are_refused_at_once),
    };
    return cmocka_run_group_tests_name("rules/expr_refused", tests, NULL, NULL);
}
