/* SPDX-License-Identifier: MIT
 * The expression language: what each operator accepts, what is exact, and what
 * an unknown does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/expr_world.h"

/* --- operators and types ----------------------------------------------- */

/* Rows: the left operand; columns: the right one, in the order of letters;
 * the letter of the result, or a point where it is refused. */
static const struct {
    const char *op, *rows[9];
} tables[] = {
    {"+",
     {".........", ".iqq.....", ".qqq.....", ".qqr.....", "....m....",
      ".........", "......s..", ".........", "........l"}},
    {"-",
     {".........", ".iqq.....", ".qqq.....", ".qqr.....", "....m....",
      ".........", ".........", ".........", "........."}},
    {"*",
     {".........", ".iqrm....", ".qqrm....", ".rrqm....", ".mmm.....",
      ".........", ".........", ".........", "........."}},
    {"/",
     {".........", ".iqq.....", ".qqq.....", ".rrq.....", ".mmmq....",
      ".........", ".........", ".........", "........."}},
    {"%",
     {".........", ".i.......", ".........", ".........", ".........",
      ".........", ".........", ".........", "........."}},
    {"==",
     {"b........", ".bbb.....", ".bbb.....", ".bbb.....", "....b....",
      ".....b...", "......b..", ".......b.", "........b"}},
    {"!=",
     {"b........", ".bbb.....", ".bbb.....", ".bbb.....", "....b....",
      ".....b...", "......b..", ".......b.", "........b"}},
    {"<",
     {"b........", ".bbb.....", ".bbb.....", ".bbb.....", "....b....",
      ".....b...", "......b..", ".........", "........."}},
    {"<=",
     {"b........", ".bbb.....", ".bbb.....", ".bbb.....", "....b....",
      ".....b...", "......b..", ".........", "........."}},
    {">",
     {"b........", ".bbb.....", ".bbb.....", ".bbb.....", "....b....",
      ".....b...", "......b..", ".........", "........."}},
    {">=",
     {"b........", ".bbb.....", ".bbb.....", ".bbb.....", "....b....",
      ".....b...", "......b..", ".........", "........."}},
    {"in",
     {".........", "........b", "........b", "........b", ".........",
      ".........", ".........", ".........", "........."}},
    {"&&",
     {"b........", ".........", ".........", ".........", ".........",
      ".........", ".........", ".........", "........."}},
    {"||",
     {"b........", ".........", ".........", ".........", ".........",
      ".........", ".........", ".........", "........."}},
};

static char letter_of(umi_kind kind)
{
    for (size_t k = 0; letters[k] != '\0'; k++)
        if (names[k].type.kind == kind)
            return letters[k];
    return '?';
}

static void check_pair(world *w, const char *text, char want, const char *op)
{
    umi_expr *e = checked(w, text);
    char got = e == NULL ? '.' : letter_of(e->root->type.kind);
    if (got != want)
        fail_msg("%s is %c, not %c", text, got, want);
    if (e == NULL) {
        assert_string_equal(w->log.first->code, "E103");
        /* what the checker refuses the machine refuses too, but that values
         * of different types may be compared and are not equal */
        e = parsed(w, text);
        assert_int_equal(umi_expr_bind(e, w->env, &w->log), UMI_OK);
        umi_value v = result(w, e);
        bool equality =
            strcmp(op, "==") == 0 || strcmp(op, "!=") == 0 ||
            (strcmp(op, "in") == 0 && text[strlen(text) - 1] == 'l');
        bool decided = strcmp(op, "||") == 0 && text[0] == 'b';
        decided |= strcmp(op, "||") == 0 && text[strlen(text) - 1] == 'b';
        if (v.state != (equality || decided ? UMI_KNOWN : UMI_ERROR))
            fail_msg("%s untyped: state %d", text, v.state);
        if (v.state == UMI_ERROR)
            assert_int_equal(v.fault, UMI_FAULT_TYPE);
        return;
    }
    umi_value v = result(w, e);
    assert_int_equal(v.state, UMI_KNOWN);
    if (letter_of((umi_kind)v.kind) != want)
        fail_msg("%s runs to kind %d", text, v.kind);
}

static void every_operator_knows_its_types(void **state)
{
    (void)state;
    char text[32];
    for (size_t t = 0; t < COUNT(tables); t++)
        for (int a = 0; a < 9; a++)
            for (int b = 0; b < 9; b++) {
                world w = build();
                (void)snprintf(text, sizeof text, "%c %s %c", letters[a],
                               tables[t].op, letters[b]);
                check_pair(&w, text, tables[t].rows[a][b], tables[t].op);
                forget(&w);
            }
}

static void every_prefix_and_branch_knows_its_types(void **state)
{
    (void)state;
    static const char nots[] = "b........", minus[] = ".iqrm....",
                      index[] = ".i.......", test[] = "i........";
    static const char *const branches[] = {
        "b........", ".iqr.....", ".qqq.....", ".rqr.....", "....m....",
        ".....d...", "......s..", ".......e.", "........l"};
    char text[32];
    for (int a = 0; a < 9; a++) {
        world w = build();
        (void)snprintf(text, sizeof text, "!%c", letters[a]);
        check_pair(&w, text, nots[a], "!");
        (void)snprintf(text, sizeof text, "-%c", letters[a]);
        check_pair(&w, text, minus[a], "-");
        (void)snprintf(text, sizeof text, "[1, 2, 3, 4][%c]", letters[a]);
        check_pair(&w, text, index[a], "[]");
        (void)snprintf(text, sizeof text, "%c ? 1 : 2", letters[a]);
        check_pair(&w, text, test[a], "?");
        for (int b = 0; b < 9; b++) {
            (void)snprintf(text, sizeof text, "b ? %c : %c", letters[a],
                           letters[b]);
            umi_expr *e = checked(&w, text);
            char got = e ? letter_of(e->root->type.kind) : '.';
            if (got != branches[a][b])
                fail_msg("%s is %c", text, got);
        }
        forget(&w);
    }
}

static void functions_know_their_arguments(void **state)
{
    (void)state;
    static const struct {
        const char *call, *accepts; /* the letters that may stand for x */
        const char *results;
    } calls[] = {
        {"size(x)", "sl", "ii"},
        {"x.size()", "sl", "ii"},
        {"int(x)", "iqr", "iii"},
        {"string(x)", "biqrmdse", "ssssssss"},
        {"bool(x)", "b", "b"},
        {"date(x)", "d", "d"},
        {"years_between(x, d)", "d", "i"},
        {"months_between(d, x)", "d", "i"},
        {"days_between(x, d)", "d", "i"},
        {"s.contains(x)", "s", "b"},
        {"x.startsWith('t')", "s", "b"},
        {"s.endsWith(x)", "s", "b"},
        {"round_half_up(x, 1)", "iqrm", "qqqm"},
        {"round_half_even(x, 1)", "iqrm", "qqqm"},
        {"round_half_down(x, 1)", "iqrm", "qqqm"},
        {"round_up(x, 1)", "iqrm", "qqqm"},
        {"round_down(x, 1)", "iqrm", "qqqm"},
        {"floor(x, 1)", "iqrm", "qqqm"},
        {"ceil(x, -1)", "iqrm", "qqqm"},
        {"ceil(q, x)", "i", "q"},
        {"min(x, i)", "iqr", "iqr"},
        {"max(q, x)", "iqr", "qqq"},
        {"max(m, x)", "m", "m"},
        {"min(x, d)", "d", "d"},
        {"known(x)", "biqrmdsel", "bbbbbbbbb"},
    };
    for (size_t k = 0; k < COUNT(calls); k++)
        for (int a = 0; a < 9; a++) {
            char text[64];
            (void)snprintf(text, sizeof text, "%s", calls[k].call);
            for (char *p = text; *p != '\0'; p++) /* the x that stands alone */
                if (*p == 'x' && !(p > text && p[-1] >= 'a' && p[-1] <= 'z'))
                    *p = letters[a];
            const char *at = strchr(calls[k].accepts, letters[a]);
            /* int, bool and date read a text, which here is none of these */
            bool reads = letters[a] == 's' && (strncmp(text, "int", 3) == 0 ||
                                               strncmp(text, "bool", 4) == 0 ||
                                               strncmp(text, "date", 4) == 0);
            world w = build();
            umi_expr *e = checked(&w, text);
            if (reads) {
                umi_value v = result(&w, e);
                assert_int_equal(v.state, UMI_ERROR);
            } else if ((e != NULL) != (at != NULL)) {
                fail_msg("%s is %s", text, e ? "taken" : "refused");
            } else if (e == NULL) {
                assert_string_equal(w.log.first->code, "E109");
            } else {
                umi_value v = result(&w, e);
                assert_int_equal(v.state, UMI_KNOWN);
                char want = calls[k].results[at - calls[k].accepts];
                if (letter_of(e->root->type.kind) != want ||
                    letter_of((umi_kind)v.kind) != want)
                    fail_msg("%s: type %d, kind %d", text, e->root->type.kind,
                             v.kind);
            }
            forget(&w);
        }
}

static void results_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"-7 / 2", "-3"},
        {"-7 % 3", "-1"},
        {"7 % -3", "1"},
        {"-9223372036854775808 % -1", "0"},
        {"-9223372036854775808 / -1", "E201"},
        {"9223372036854775807 + 1", "E201"},
        {"-9223372036854775808 - 1", "E201"},
        {"-(-9223372036854775808)", "E201"},
        {"3037000500 * 3037000500", "E201"},
        {"1 / 0", "E202"},
        {"1 % 0", "E202"},
        {"1.0 / 0", "E202"},
        {"m / (i - 3)", "E202"},
        {"0x7fffffffffffffff", "9223372036854775807"},
        {"-0x8000000000000000", "-9223372036854775808"},
        {"1.0 / 3", "1/3"},
        {"1.0 / 3 + 2.0 / 3 == 1", "true"},
        {"1e38 + 0", "100000000000000000000000000000000000000"},
        {"1e38 + 1", "E203"},
        {"1e38 * 10", "E203"},
        {"1e-38 / 10", "E203"},
        {"1e38 * 1e38 / 1e38", "E203"},
        {"1e38 / 1e38", "1"},
        {"round_half_up(2.5, 0)", "3"},
        {"round_half_even(2.5, 0)", "2"},
        {"round_half_down(2.5, 0)", "2"},
        {"round_up(-2.1, 0)", "-3"},
        {"round_down(-2.9, 0)", "-2"},
        {"floor(-2.1, 0)", "-3"},
        {"ceil(-2.9, 0)", "-2"},
        {"ceil(-0.4, 0)", "0"},
        {"round_half_up(1250000, -5)", "1300000"},
        {"round_half_up(1.5, 38)", "1.5"},
        {"round_half_up(1.5, 39)", "E205"},
        {"round_half_up(1.5, -39)", "E205"},
        {"round_half_up(1.5, -38)", "0"},
        {"int('-42')", "-42"},
        {"int('')", "E208"},
        {"int('4 2')", "E208"},
        {"int('9223372036854775808')", "E208"},
        {"int(1e19)", "E201"},
        {"bool('T')", "E208"},
        {"bool('false')", "false"},
        {"string(0.5) + 'x'", "0.5x"},
        {"string(m)", "1500000.5"},
        {"string(d)", "2024-10-04"},
        {"string(e)", "tani"},
        {"date('2024-02-29')", "2024-02-29"},
        {"date('2023-02-29')", "E206"},
        {"date('0001-01-01')", "0001-01-01"},
        {"date('0000-12-31')", "E206"},
        {"date('9999-12-31')", "9999-12-31"},
        {"date('2024-2-9')", "E206"},
        {"days_between(date('0001-01-01'), date('9999-12-31'))", "3652058"},
        {"years_between(date('2024-02-29'), date('2025-02-28'))", "0"},
        {"months_between(date('2024-03-31'), date('2024-02-29'))", "-1"},
        {"size('\\U0001F431\\u00e9e')", "3"},
        {"size('')", "0"},
        {"'\\u00e9' == 'e\\u0301'", "false"},
        {"'a' < 'B'", "false"},
        {"'\\uffff' < '\\U00010000'", "true"},
        {"r'\\n' == '\\\\n'", "true"},
        {"'''it's''' + \"\"\"a \"quote\\\"\"\"\"", "it'sa \"quote\""},
        {"'a' 'b'", NULL},
        {"'\\101\\x42\\103'", "ABC"},
        {"[1, 2] + [3]", "[1, 2, 3]"},
        {"[1, 2,] == [1, 2]", "true"},
        {"[[1], []] == [[1], []]", "true"},
        {"[1, 2] == [1.0, 2.0]", "true"},
        {"2.0 in [1, 2]", "true"},
        {"l[1]", "5"},
        {"l[2]", "E207"},
        {"l[-1]", "E207"},
        {"i in l", "true"},
        {"5 in []", "false"},
        {"[] == []", "true"},
        {"i in [63, 64]", "false"},
        {"i in [0, 3, 63]", "true"},
        {"-1 in [0, 63]", "false"},
        {"i - 4 in [0, 63]", "false"},
        {"e in ['kebun', 'tani']", "true"},
        {"'tani' in [e]", "true"},
        {"e != 'ikan'", "true"},
        {"'tani' == e", "true"},
        {"a.b.c", "?"},
        {"a . b /* no */ . c", NULL},
        {"a . b . c", "?"},
        {"a.b.c.size()", "?"},
        {"1 // the rest is a comment", "1"},
        {"1 + 2 * 3 - 4 / 2 % 3", "5"},
        {"!b || b && !b", "false"},
        {"1 < 2 == (3 > 2)", NULL},
        {"(1 < 2) == (3 > 2)", "true"},
        {"true ? 1 : false ? 2 : 3", "1"},
        {"---5", "-5"},
        {"!!!b", "false"},
        {"i < q", "false"},
        {"i > r", "true"},
        {"q < i", "true"},
        {"2 == 2.0", "true"},
        {"min(i, 2.5)", "2.5"},
        {"max(i, 2.5)", "3"},
        {"min('b', 'a')", "a"},
        {"b ? i : q", "3"},
        {"param.max * r", "7000000"},
        {"param.late > m", "E204"},
        {"param.late > m && !b", "false"},
        {"today > d", "true"},
        {"m * 0.1 == m / 10", "true"},
    };
    world w = build();
    for (size_t k = 0; k < COUNT(cases); k++)
        if (cases[k].want != NULL)
            expect(&w, cases[k].text, cases[k].want);
        else if (checked(&w, cases[k].text) != NULL)
            fail_msg("%s is taken", cases[k].text);
    forget(&w);
}

/* --- three values and errors ------------------------------------------- */

static void logic_is_that_of_kleene(void **state)
{
    (void)state;
    /* t, f, u (unknown), x (an error) as operands */
    static const char operands[] = "tfux";
    static const char *const texts[] = {"(1 == 1)", "(1 == 2)",
                                        "(slik_grade > 2)", "(1 / 0 == 1)"};
    static const char *const facts[] = {"b", "!b", "slik_paid",
                                        "(i / (i - 3) == 1)"};
    static const char and[4][5] = {"tfux", "ffff", "ufuu", "xfux"};
    static const char or [4][5] = {"tttt", "tfux", "tuuu", "txux"};
    static const char not [] = "ftux";
    static const char say[][6] = {"false", "true"};
    char text[96];
    for (int a = 0; a < 4; a++) {
        world w = build();
        for (int b = 0; b < 4; b++)
            for (int form = 0; form < 4; form++) {
                const char *x = form & 1 ? texts[a] : facts[a];
                const char *y = form & 2 ? texts[b] : facts[b];
                for (int op = 0; op < 2; op++) {
                    char r = op ? or [a][b] : and[a][b];
                    (void)snprintf(text, sizeof text, "%s %s %s", x,
                                   op ? "||" : "&&", y);
                    expect(&w, text,
                           r == 'u'   ? "?"
                           : r == 'x' ? "E202"
                                      : say[r == 't']);
                }
            }
        (void)snprintf(text, sizeof text, "!%s", texts[a]);
        expect(&w, text,
               not [a] == 'u'   ? "?"
               : not [a] == 'x' ? "E202"
                                : say[not [a] == 't']);
        assert_int_equal(operands[a], "tfux"[a]);
        forget(&w);
    }
}

static void conditions_take_what_both_branches_share(void **state)
{
    (void)state;
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"slik_paid ? 7 : 7", "7"},
        {"slik_paid ? 7 : 7.0", "7"},
        {"slik_paid ? 7 : 8", "?"},
        {"slik_paid ? slik_grade : slik_grade", "?"},
        {"slik_paid ? 1 / 0 : 1 / 0", "?"},
        {"slik_paid ? l : [3, 5]", "[3, 5]"},
        {"1 / 0 > 1 ? slik_grade : 1", "E202"},
        {"b ? 1 : 1 / 0", "1"},
        {"b ? 1 : slik_grade", "1"},
        {"!b ? 1 / 0 : 2", "2"},
        {"slik_grade + 1 / 0 > 1", "?"},
        {"1 / 0 + slik_grade > 1", "?"},
        {"slik_grade in [1, 1 / 0]", "?"},
        {"[slik_grade, 1][1]", "?"},
        {"[1 / 0, 1][1]", "E202"},
        {"min(slik_grade, 1 / 0)", "?"},
        {"known(slik_grade)", "false"},
        {"!known(slik_grade) || slik_grade > 2", "true"},
        {"known(i) && i > 2", "true"},
        {"slik_grade > 5 || slik_grade <= 5", "?"},
        {"any + 1", "?"},
        {"any", "?"},
        {"any && b", "?"},
        {"any ? 1 : 1", "1"},
        {"any in [1, 2]", "?"},
        {"any[0] == 'x'", "?"},
    };
    world w = build();
    for (size_t k = 0; k < COUNT(cases); k++)
        expect(&w, cases[k].text, cases[k].want);
    forget(&w);
}

static void an_unknown_names_its_facts(void **state)
{
    (void)state;
    world w = build();
    umi_value v = value_of(&w, "slik_paid && slik_grade > 2 && b");
    assert_true(umi_value_names(&v, 9) && umi_value_names(&v, 10));
    assert_false(umi_value_names(&v, 0));
    v = value_of(&w, "slik_paid ? slik_grade : 1");
    assert_true(umi_value_names(&v, 9) && umi_value_names(&v, 10));
    v = value_of(&w, "b ? slik_grade : (slik_paid ? 1 : 2)");
    assert_true(umi_value_names(&v, 9));
    assert_false(umi_value_names(&v, 10));
    v = umi_value_unknown(UMI_FACTS_MAX - 1);
    assert_true(umi_value_names(&v, UMI_FACTS_MAX - 1));
    assert_false(umi_value_names(&v, 0));
    forget(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operator_knows_its_types),
        cmocka_unit_test(every_prefix_and_branch_knows_its_types),
        cmocka_unit_test(functions_know_their_arguments),
        cmocka_unit_test(results_are_exact),
        cmocka_unit_test(logic_is_that_of_kleene),
        cmocka_unit_test(conditions_take_what_both_branches_share),
        cmocka_unit_test(an_unknown_names_its_facts),
    };
    return cmocka_run_group_tests_name("rules/expr", tests, NULL, NULL);
}
