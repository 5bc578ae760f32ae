/* SPDX-License-Identifier: MIT
 * Expressions as JSON: the published cases, facts that nobody has shown, what
 * is refused and under which name, and memory that ends anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "rules/expr/decimal.h"
#include "rules/expr/eval_json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- the published cases ----------------------------------------------- */

/* Read with jansson: the answers hold texts with U+0000, which our own reader
 * refuses. */
static umi_text text_of(const json_t *v)
{
    return (umi_text){json_string_value(v), json_string_length(v)};
}

static bool same_value(const json_t *a, const json_t *b)
{
    umi_text t = text_of(json_object_get(a, "t"));
    const json_t *v = json_object_get(a, "v"), *w = json_object_get(b, "v");
    if (!umi_text_eq(t, text_of(json_object_get(b, "t"))))
        return false;
    if (umi_text_is(t, "list")) {
        if (json_array_size(v) != json_array_size(w))
            return false;
        for (size_t i = 0; i < json_array_size(v); i++)
            if (!same_value(json_array_get(v, i), json_array_get(w, i)))
                return false;
        return true;
    }
    umi_decimal x, y;
    if (umi_text_is(t, "decimal") || umi_text_is(t, "money"))
        return umi_decimal_parse(&x, text_of(v)) &&
               umi_decimal_parse(&y, text_of(w)) && umi_decimal_cmp(x, y) == 0;
    return json_equal(v, w);
}

static bool same_names(const json_t *a, const json_t *b)
{
    size_t found = 0;
    for (size_t i = 0; i < json_array_size(a); i++)
        for (size_t k = 0; k < json_array_size(b); k++)
            found +=
                (size_t)json_equal(json_array_get(a, i), json_array_get(b, k));
    return json_array_size(a) == json_array_size(b) &&
           found == json_array_size(a);
}

static bool as_expected(const json_t *want,
                        umi_status rc,
                        const umi_error *err,
                        const json_t *got)
{
    const json_t *e = json_object_get(want, "error");
    const json_t *v = json_object_get(want, "value");
    if (e != NULL) {
        const char *stage = json_string_value(e);
        bool fits = strcmp(stage, "any") == 0
                        ? strncmp(err->code, "E1", 2) == 0 ||
                              strncmp(err->code, "E2", 2) == 0
                        : strncmp(err->code, stage, 2) == 0;
        return rc != UMI_OK && fits;
    }
    if (rc != UMI_OK)
        return false;
    if (v != NULL)
        return same_value(v, json_object_get(got, "value"));
    return same_names(json_object_get(want, "unknown"),
                      json_object_get(got, "unknown"));
}

static bool one_case(const char *line, umi_arena *arena)
{
    umi_error err = {0};
    umi_buf out = {0};
    json_t *c = json_loads(line, JSON_ALLOW_NUL, NULL), *got = NULL;
    assert_non_null(c);
    json_t *want = json_incref(json_object_get(c, "expect"));
    json_object_del(c, "expect");
    char *ask = json_dumps(c, 0);
    umi_status rc = umi_expr_eval_json(umi_text_of(ask), arena, &out, &err);
    if (rc == UMI_OK) {
        got = json_loadb(out.ptr, out.len, JSON_ALLOW_NUL, NULL);
        assert_true(
            json_equal(json_object_get(got, "id"), json_object_get(c, "id")));
    } else {
        assert_int_equal(out.len, 0);
    }
    bool ok = as_expected(want, rc, &err, got);
    if (!ok)
        print_error("%s\n  gives %.*s %s %s\n", line, (int)out.len,
                    out.len ? out.ptr : "", err.code, err.message);
    json_decref(got);
    json_decref(want);
    json_decref(c);
    free(ask);
    umi_buf_free(&out);
    return ok;
}

static void published_cases_come_out(void **state)
{
    (void)state;
    FILE *f = fopen("tests/vectors/eval.jsonl", "rb");
    umi_arena *arena = umi_arena_new();
    static char line[1 << 16];
    int n = 0, bad = 0;
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL) {
        bad += !one_case(line, arena);
        n++;
        umi_arena_reset(arena);
    }
    (void)fclose(f);
    umi_arena_free(arena);
    assert_int_equal(bad, 0);
    assert_int_equal(n, 375);
}

/* --- single lines ------------------------------------------------------ */

/* The answer to a line in which ` stands for ". */
static umi_status
ask(const char *line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    char *p = umi_arena_copy(arena, line, strlen(line));
    if (p == NULL)
        return UMI_ENOMEM;
    for (char *c = p; *c != '\0'; c++)
        if (*c == '`')
            *c = '"';
    return umi_expr_eval_json((umi_text){p, strlen(p)}, arena, out, err);
}

static void says(const char *line, const char *want)
{
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0};
    umi_error err = {0};
    if (ask(line, arena, &out, &err) != UMI_OK)
        fail_msg("%s: %s %s", line, err.code, err.message);
    for (size_t i = 0; i < out.len; i++)
        if (out.ptr[i] == '"')
            out.ptr[i] = '`';
    umi_buf_putc(&out, '\0');
    assert_string_equal(out.ptr, want);
    umi_buf_free(&out);
    umi_arena_free(arena);
}

static void answers_have_one_form(void **state)
{
    (void)state;
    says("{`id`:`x`,`expr`:`1 + 1`}", "{`id`:`x`,`value`:{`t`:`int`,`v`:`2`}}");
    says("{`expr`:`1 == 1`}", "{`id`:null,`value`:{`t`:`bool`,`v`:true}}");
    says("{`id`:`x`,`expr`:`1.0 / 3`}",
         "{`id`:`x`,`value`:{`t`:`decimal`,`v`:`1/3`}}");
    says("{`id`:`x`,`expr`:`a / 8`,`facts`:{`a`:{`t`:`money`,`v`:`1`}}}",
         "{`id`:`x`,`value`:{`t`:`money`,`v`:`0.125`}}");
    says("{`id`:`x`,`expr`:`a * 3`,`facts`:{`a`:{`t`:`money`,`v`:`1/3`}}}",
         "{`id`:`x`,`value`:{`t`:`money`,`v`:`1`}}");
    says("{`id`:`x`,`expr`:`[date('2026-01-31')]`}",
         "{`id`:`x`,`value`:{`t`:`list`,`v`:[{`t`:`date`,`v`:`2026-01-31`}]}}");
    says("{`id`:`x`,`expr`:`b && a && b`,`facts`:{`a`:{`t`:`unknown`},"
         "`b`:{`t`:`unknown`,`type`:`bool`,`v`:null}}}",
         "{`id`:`x`,`unknown`:[`b`,`a`]}");
    says("{`id`:`x`,`expr`:`'a' in [1, 'a']`,`untyped`:true}",
         "{`id`:`x`,`value`:{`t`:`bool`,`v`:true}}");
    says("{`id`:`x`,`expr`:`true ? 'cows' : 17`,`untyped`:true}",
         "{`id`:`x`,`value`:{`t`:`string`,`v`:`cows`}}");
    says("{`id`:`x`,`expr`:`false && 32`,`untyped`:true}",
         "{`id`:`x`,`value`:{`t`:`bool`,`v`:false}}");
    says("{`id`:`x`,`expr`:`'horses' || true`,`untyped`:true}",
         "{`id`:`x`,`value`:{`t`:`bool`,`v`:true}}");
    says("{`id`:`x`,`expr`:`f_unknown(17) || true`,`untyped`:true}",
         "{`id`:`x`,`value`:{`t`:`bool`,`v`:true}}");
    says("{`id`:`x`,`expr`:`[17, 'pancakes']`,`untyped`:true}",
         "{`id`:`x`,`value`:{`t`:`list`,`v`:[{`t`:`int`,`v`:`17`},{`t`:"
         "`string`,`v`:`pancakes`}]}}");
    /* a fact that is not used is not looked at, and hides no literal */
    says("{`id`:`x`,`expr`:`true`,`facts`:{`true`:{`t`:`bool`,`v`:false},"
         "`other`:17}}",
         "{`id`:`x`,`value`:{`t`:`bool`,`v`:true}}");
    says("{`id`:`x`,`expr`:`l[1] + l[0]`,`facts`:{`l`:{`t`:`list`,`v`:[{`t`:"
         "`string`,`v`:`a`},{`t`:`string`,`v`:`b`}]}}}",
         "{`id`:`x`,`value`:{`t`:`string`,`v`:`ba`}}");
}

/* What other engines answer although nobody has shown the fact. */
static void absent_facts_are_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *expr, *type;
    } cases[] = {
        {"x <= 2", "int"},
        {"!(x > 2)", "int"},
        {"!x", "bool"},
        {"x == 0", "int"},
        {"!(x in ['tobacco'])", "string"},
        {"instalment * 100 <= x * 35", "money"},
    };
    for (size_t k = 0; k < COUNT(cases); k++)
        for (int typed = 0; typed < 4; typed++) {
            char line[256], type[32] = "";
            if (typed & 1)
                (void)snprintf(type, sizeof type, ",`type`:`%s`",
                               cases[k].type);
            (void)snprintf(line, sizeof line,
                           "{`id`:`x`,`expr`:`%s`,`facts`:{`x`:{`t`:`unknown`"
                           "%s},`instalment`:{`t`:`money`,`v`:`100000`}},"
                           "`untyped`:%s}",
                           cases[k].expr, type, typed & 2 ? "true" : "false");
            says(line, "{`id`:`x`,`unknown`:[`x`]}");
        }
    says("{`id`:`x`,`expr`:`x <= 2 && false`,`facts`:{`x`:{`t`:`unknown`}}}",
         "{`id`:`x`,`value`:{`t`:`bool`,`v`:false}}");
}

#define FACT(value) "{`expr`:`x`,`facts`:{`x`:" value "}}"

static const struct {
    const char *line, *code, *field;
} refusals[] = {
    {"", "JSON", ""},
    {"null", "INVALID", ""},
    {"[]", "INVALID", ""},
    {"{}", "INVALID", "expr"},
    {"{`expr`:1}", "INVALID", "expr"},
    {"{`expr`:null}", "INVALID", "expr"},
    {"{`expr`:`1`,`expr`:`1`}", "INVALID", "expr"},
    {"{`expr`:`1`,`id`:1}", "INVALID", "id"},
    {"{`expr`:`1`,`fact`:{}}", "INVALID", "fact"},
    {"{`expr`:`1`,`facts`:[]}", "INVALID", "facts"},
    {"{`expr`:`1`,`untyped`:`true`}", "INVALID", "untyped"},
    {"{`expr`:`1`,`facts`:{`a`:1,`a`:1}}", "INVALID", "facts.a"},
    {FACT("17"), "INVALID", "facts.x"},
    {FACT("null"), "INVALID", "facts.x"},
    {FACT("{}"), "INVALID", "facts.x"},
    {FACT("{`t`:`int`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`int`,`v`:3}"), "INVALID", "facts.x"},
    {FACT("{`t`:`int`,`v`:`3.0`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`int`,`v`:`9223372036854775808`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`bool`,`v`:`true`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`bool`,`v`:1}"), "INVALID", "facts.x"},
    {FACT("{`t`:`money`,`v`:`Rp1`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`decimal`,`v`:`1e39`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`date`,`v`:`2026-02-29`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`list`,`v`:`a`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`list`,`v`:[1]}"), "INVALID", "facts.x"},
    {FACT("{`t`:`list`,`v`:[{`t`:`unknown`}]}"), "INVALID", "facts.x"},
    {FACT("{`t`:`any`,`v`:`1`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`enum`,`v`:`1`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`int`,`v`:`1`,`type`:`int`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`int`,`v`:`1`,`w`:1}"), "INVALID", "facts.x"},
    {FACT("{`t`:`unknown`,`v`:`1`}"), "INVALID", "facts.x"},
    {FACT("{`t`:`unknown`,`type`:`integer`}"), "INVALID", "facts.x"},
    {"{`expr`:`y`,`facts`:{`x`:17}}", "E102", "expr"},
    {"{`expr`:`y`,`facts`:{},`untyped`:true}", "E102", "expr"},
    {"{`expr`:`f(1)`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`floor(1)`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`1.floor(1)`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`size()`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`known(1)`,`untyped`:true}", "E116", "expr"},
    {"{`expr`:`1 +`,`untyped`:true}", "E101", "expr"},
    {"{`expr`:`1 + 'a'`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`[0] < [1]`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`'cows' ? false : 17`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`'a' && 'b'`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`size(1)`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`[1, 2][1.0]`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`1 in 2`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`!1`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`-'a'`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`min(1, 'a')`,`untyped`:true}", "E209", "expr"},
    {"{`expr`:`1 / 0`}", "E202", "expr"},
};

static void refusals_name_what_is_wrong(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    for (size_t k = 0; k < COUNT(refusals); k++)
        for (int lang = 0; lang < 2; lang++) {
            umi_buf out = {0};
            umi_error err = {.lang = lang ? UMI_LANG_ID : UMI_LANG_EN};
            umi_status rc = ask(refusals[k].line, arena, &out, &err);
            if (rc == UMI_OK)
                fail_msg("%s is taken", refusals[k].line);
            if (strcmp(err.code, refusals[k].code) != 0 ||
                strcmp(err.field, refusals[k].field) != 0)
                fail_msg("%s: %s %s %s", refusals[k].line, err.code, err.field,
                         err.message);
            assert_true(err.message[0] != '\0');
            assert_int_equal(out.len, 0);
            umi_arena_reset(arena);
        }
    umi_arena_free(arena);
}

static void a_near_name_is_proposed(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0};
    umi_error err = {0};
    assert_int_equal(ask("{`expr`:`amuont > 1`,`facts`:{`amount`:{`t`:`int`,"
                         "`v`:`1`}}}",
                         arena, &out, &err),
                     UMI_EINVAL);
    assert_string_equal(err.message,
                        "unknown name 'amuont'; did you mean 'amount'?");
    assert_int_equal(err.column, 1);
    umi_arena_free(arena);
}

/* Memory may end at any allocation: the line fails, nothing is written, and
 * nothing is lost (run under the sanitizers). */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{`id`:`x`,`expr`:`a.b + ' ' + string(n) + r'\\\\' in l && n in [1, k] "
        "|| [n, k] + [k] == [k] && k / 3 > 1 && q . r < 1.5 / 7`,`facts`:{"
        "`a.b`:{`t`:`string`,`v`:`x`},`n`:{`t`:`int`,`v`:`3`},`k`:{`t`:`int`,"
        "`v`:`7`},`q.r`:{`t`:`decimal`,`v`:`0.1`},`l`:{`t`:`list`,`v`:[{`t`:"
        "`string`,`v`:`y`}]}}}",
        "{`id`:`x`,`expr`:`nosuch + 1 > 'a' && f(2) || 1 < 2 < 3`}",
        "{`id`:`x`,`expr`:`1 / 0 + k`,`facts`:{`k`:{`t`:`unknown`}}}",
    };
    for (size_t k = 0; k < COUNT(lines); k++) {
        umi_status want = UMI_OK, rc;
        int64_t nth = 0;
        bool reached;
        do { /* 0: no failure, for what it should say */
            umi_buf out = {0};
            umi_error err = {0};
            umi_alloc_fail_at(nth, nth % 2 == 0);
            umi_arena *arena = umi_arena_new();
            rc = arena ? ask(lines[k], arena, &out, &err) : UMI_ENOMEM;
            umi_arena_free(arena);
            reached = nth == 0 || umi_alloc_count() >= nth;
            umi_alloc_fail_at(0, 0);
            want = nth == 0 ? rc : want;
            assert_int_equal(rc, nth > 0 && reached ? UMI_ENOMEM : want);
            umi_buf_free(&out);
            nth++;
        } while (reached);
        assert_true(nth > 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_cases_come_out),
        cmocka_unit_test(answers_have_one_form),
        cmocka_unit_test(absent_facts_are_unknown),
        cmocka_unit_test(refusals_name_what_is_wrong),
        cmocka_unit_test(a_near_name_is_proposed),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("rules/expr eval", tests, NULL, NULL);
}
