/* SPDX-License-Identifier: MIT
 * The expression language: what each operator accepts, what is refused and
 * where, what an unknown does, and how values are read and shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "rules/expr/program.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- a small world ----------------------------------------------------- */

static const umi_text members[] = {{"tani", 4}, {"kebun", 5}, {"ikan", 4}};
static const umi_enum sectors = {members, COUNT(members)};
static const umi_type int_type = {UMI_KIND_INT, NULL, NULL};

/* One fact of each kind by its letter, and a second bool and int. */
static const struct {
    const char *name;
    umi_type type;
    umi_name_kind kind;
} names[] = {
    {"b", {UMI_KIND_BOOL, NULL, NULL}, UMI_NAME_FACT},
    {"i", {UMI_KIND_INT, NULL, NULL}, UMI_NAME_FACT},
    {"q", {UMI_KIND_DECIMAL, NULL, NULL}, UMI_NAME_FACT},
    {"r", {UMI_KIND_RATE, NULL, NULL}, UMI_NAME_FACT},
    {"m", {UMI_KIND_MONEY, NULL, NULL}, UMI_NAME_FACT},
    {"d", {UMI_KIND_DATE, NULL, NULL}, UMI_NAME_FACT},
    {"s", {UMI_KIND_STRING, NULL, NULL}, UMI_NAME_FACT},
    {"e", {UMI_KIND_ENUM, &sectors, NULL}, UMI_NAME_FACT},
    {"l", {UMI_KIND_LIST, NULL, &int_type}, UMI_NAME_FACT},
    {"slik_grade", {UMI_KIND_INT, NULL, NULL}, UMI_NAME_FACT},
    {"slik_paid", {UMI_KIND_BOOL, NULL, NULL}, UMI_NAME_FACT},
    {"sector", {UMI_KIND_ENUM, &sectors, NULL}, UMI_NAME_FACT},
    {"a.b.c", {UMI_KIND_STRING, NULL, NULL}, UMI_NAME_FACT},
    {"today", {UMI_KIND_DATE, NULL, NULL}, UMI_NAME_INPUT},
    {"any", {UMI_KIND_ANY, NULL, NULL}, UMI_NAME_FACT},
    {"param.max", {UMI_KIND_MONEY, NULL, NULL}, UMI_NAME_PARAM},
    {"param.late", {UMI_KIND_MONEY, NULL, NULL}, UMI_NAME_PARAM},
};

enum {
    NAMES = COUNT(names)
};
static const char letters[] = "biqrmdsel";

typedef struct world {
    umi_arena *arena;
    umi_env *env;
    umi_value slots[NAMES], params[NAMES];
    umi_expr_log log;
} world;

static world build(void)
{
    static const umi_value items[] = {{.kind = UMI_KIND_INT, .i = 3},
                                      {.kind = UMI_KIND_INT, .i = 5}};
    world w = {.arena = umi_arena_new()};
    w.env = umi_env_new(w.arena);
    for (uint32_t k = 0; k < NAMES; k++) {
        umi_name n = {umi_text_of(names[k].name), names[k].kind, names[k].type,
                      k, 0};
        assert_int_equal(umi_env_add(w.env, n), UMI_OK);
        w.slots[k] = umi_value_unknown(k);
    }
    w.slots[0] = umi_value_bool(true);
    w.slots[1] = umi_value_int(3);
    w.slots[2] = umi_value_decimal(UMI_KIND_DECIMAL, (umi_decimal){5, 2});
    w.slots[3] = umi_value_decimal(UMI_KIND_RATE, (umi_decimal){35, 100});
    w.slots[4] = umi_value_money((umi_money){150000050});
    w.slots[5] = umi_value_day((umi_day){20000});
    w.slots[6] = umi_value_string((umi_text){"tani", 4});
    w.slots[7] = umi_value_enum(&sectors, 0);
    w.slots[8] = (umi_value){.kind = UMI_KIND_LIST, .list = {items, 2}};
    w.slots[13] = umi_value_day((umi_day){20500});
    for (uint32_t k = 0; k < NAMES; k++)
        w.params[k] = umi_value_fault(UMI_FAULT_PARAM);
    w.params[15] = umi_value_money((umi_money){100 * 20000000});
    return w;
}

static void forget(world *w)
{
    umi_arena_free(w->arena);
}

static umi_expr *parsed(world *w, const char *text)
{
    umi_expr *e = NULL;
    w->log = (umi_expr_log){.arena = w->arena};
    if (umi_expr_parse(&e, w->arena, umi_text_of(text), &w->log) != UMI_OK)
        return NULL;
    return e;
}

/* NULL when refused; w->log then tells. */
static umi_expr *checked(world *w, const char *text)
{
    umi_expr *e = parsed(w, text);
    if (e == NULL || umi_expr_check(e, w->env, NULL, &w->log) != UMI_OK)
        return NULL;
    return e;
}

static umi_value result(world *w, const umi_expr *e)
{
    umi_program *p;
    umi_program_source s = {.roots = (const umi_node *const *)&e->root,
                            .root_count = 1,
                            .params = w->params};
    assert_int_equal(umi_program_build(&p, w->arena, &s, NULL), UMI_OK);
    umi_value *scratch =
        umi_arena_array(w->arena, umi_program_scratch(p), sizeof *scratch);
    assert_int_equal(umi_program_run(p, w->slots, scratch, w->arena), UMI_OK);
    return *umi_program_result(p, w->slots, scratch, 0);
}

static umi_value value_of(world *w, const char *text)
{
    umi_expr *e = checked(w, text);
    if (e == NULL)
        fail_msg("%s: %s", text, w->log.first->message);
    return result(w, e);
}

/* "true", "2.5", "?" for unknown, "E202". */
static void expect(world *w, const char *text, const char *want)
{
    umi_value v = value_of(w, text);
    umi_buf b = {0};
    if (v.state == UMI_UNKNOWN)
        umi_buf_putc(&b, '?');
    else if (v.state == UMI_ERROR)
        umi_buf_puts(&b, umi_fault_code((umi_fault)v.fault));
    else
        umi_buf_value(&b, &v);
    umi_buf_putc(&b, '\0');
    if (strcmp(b.ptr, want) != 0)
        fail_msg("%s gives %s, not %s", text, b.ptr, want);
    umi_buf_free(&b);
}

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
        cmocka_unit_test(every_operator_knows_its_types),
        cmocka_unit_test(every_prefix_and_branch_knows_its_types),
        cmocka_unit_test(functions_know_their_arguments),
        cmocka_unit_test(results_are_exact),
        cmocka_unit_test(logic_is_that_of_kleene),
        cmocka_unit_test(conditions_take_what_both_branches_share),
        cmocka_unit_test(an_unknown_names_its_facts),
        cmocka_unit_test(refusals_have_code_place_and_help),
        cmocka_unit_test(every_error_of_a_text_is_told),
        cmocka_unit_test(suggestions_are_of_the_right_type),
        cmocka_unit_test(a_place_asks_for_its_type),
        cmocka_unit_test(traps_are_warned_of),
        cmocka_unit_test(limits_are_what_they_say),
        cmocka_unit_test(hostile_texts_are_refused_at_once),
        cmocka_unit_test(what_is_equal_is_computed_once),
        cmocka_unit_test(an_error_tells_where_it_arose),
        cmocka_unit_test(texts_and_lists_stop_growing),
        cmocka_unit_test(values_are_shown_to_people),
        cmocka_unit_test(values_are_read_strictly),
        cmocka_unit_test(amounts_go_to_the_engine_and_back),
        cmocka_unit_test(faults_and_kinds_have_their_words),
        cmocka_unit_test(names_of_a_tree_come_in_order),
    };
    return cmocka_run_group_tests_name("rules/expr", tests, NULL, NULL);
}
