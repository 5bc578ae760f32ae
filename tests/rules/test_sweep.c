/* SPDX-License-Identifier: MIT
 * Every date of a rule set is crossed: what it changes is told of the date
 * alone, and a figure that is missing is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/rule_test.h"
#include "rules/decide/sweep.h"
#include "rules/set/data.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef struct swept {
    umi_arena *arena;
    umi_ruleset *rs;
    umi_sweep sweep;
} swept;

static umi_ruleset *load(umi_arena *arena, umi_text text)
{
    umi_ruleset *rs = NULL;
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_buf b = {0};
    if (umi_ruleset_load(&rs, "t.yaml", text, &p) != UMI_OK) {
        umi_problems_print(&b, &p, text);
        fail_msg("%.*s", (int)b.len, b.ptr);
    }
    return rs;
}

static swept sweep(umi_text text)
{
    swept s = {.arena = umi_arena_new()};
    assert_non_null(s.arena);
    s.rs = load(s.arena, text);
    assert_int_equal(
        umi_ruleset_sweep(&s.sweep, s.rs, s.arena, UMI_LANG_EN, NULL), UMI_OK);
    return s;
}

static void drop(swept *s)
{
    umi_ruleset_free(s->rs);
    umi_arena_free(s->arena);
}

#define HEAD                                                                   \
    "format: eligibility/1\n"                                                  \
    "ruleset: {id: t, version: '1', timezone: UTC}\n"                          \
    "effective: {from: '2025-01-01'}\n"                                        \
    "languages: [id, en]\n"                                                    \
    "facts:\n"                                                                 \
    "  amount: {type: money}\n"                                                \
    "  born: {type: date}\n"                                                   \
    "legal: {L1: {title: An act}}\n"                                           \
    "products: {UMI: {channel: LKBB, max: 'param.limit'}}\n"                   \
    "routing: {hit: first, rows: [{when: 'true', order: [UMI]}], "             \
    "on_unknown: ask}\n"
#define RULE(id, code, require, more)                                          \
    "  - {id: " id ", for: [UMI], require: '" require                          \
    "', severity: block, reason_code: " code ", legal_basis: L1, " more        \
    "message: {id: x, en: x}}\n"
#define LIMITS                                                                 \
    "params:\n"                                                                \
    "  limit:\n"                                                               \
    "    type: money\n"                                                        \
    "    values:\n"                                                            \
    "      - {from: '2020-01-01', value: '100', legal: L1}\n"                  \
    "      - {from: '2026-01-01', value: '200', legal: L1}\n"

static void assert_row(const swept *s,
                       size_t i,
                       const char *name,
                       umi_dated_kind kind,
                       uint32_t tests,
                       uint32_t changed,
                       const char *what)
{
    const umi_sweep_row *r = &s->sweep.rows[i];
    assert_true(umi_text_is(umi_sweep_name(s->rs, r), name));
    assert_int_equal(r->kind, kind);
    assert_int_equal(r->tests, tests);
    assert_int_equal(r->changed, changed);
    assert_int_equal(r->witness >= 0, changed > 0);
    if (!umi_text_is(r->what, what))
        fail_msg("%.*s", (int)r->what.len, r->what.ptr);
}

/* The value and the rule change on one day; each is told for itself, and a
 * birthday on that day is nobody's doing. */
static void what_a_date_changes_is_told_of_it_alone(void **state)
{
    (void)state;
    swept s = sweep(UMI_TEXT(
        HEAD LIMITS "rules:\n" RULE("limit", "A1", "amount <= param.limit", "")
            RULE("grown", "A2", "years_between(born, today) >= 18",
                 "effective: {from: '2026-01-01'}, ")
                RULE("age", "A3", "years_between(born, today) >= 17",
                     "") "tests:\n"
                         "  - name: old\n"
                         "    on: '2025-06-01'\n"
                         "    given: {amount: '150', born: '2009-01-01'}\n"
                         "    expect: {decision: not_eligible}\n"
                         "  - name: new\n"
                         "    on: '2026-06-01'\n"
                         "    given: {amount: '120', born: '2000-01-01'}\n"
                         "    expect: {decision: eligible}\n"));
    assert_int_equal(s.sweep.count, 3);
    assert_row(&s, 0, "param.limit", UMI_DATED_VALUE, 1, 2,
               "UMI max: null, then 100");
    assert_row(&s, 1, "param.limit", UMI_DATED_VALUE, 1, 2,
               "UMI max: 100, then 200");
    assert_row(&s, 2, "grown", UMI_DATED_FROM, 1, 1,
               "UMI: eligible, then blocked");
    drop(&s);
}

/* A quotient by a figure that becomes zero: from that day on an error where
 * the set claims to be complete. */
static const char broken[] =
    HEAD LIMITS "  parts:\n"
                "    type: int\n"
                "    values:\n"
                "      - {from: '2020-01-01', value: '2', legal: L1}\n"
                "      - {from: '2027-01-01', value: '0', legal: L1}\n"
                "rules:\n" RULE("age", "A3", "known(born)", "")
                    RULE("limit",
                         "A1",
                         "amount / param.parts <= param.limit",
                         "") "tests:\n"
                             "  - name: one\n"
                             "    on: '2026-06-01'\n"
                             "    given: {amount: '120', born: '2009-01-01'}\n"
                             "    expect: {decision: eligible}\n";

static void an_error_where_the_set_is_complete_is_found(void **state)
{
    (void)state;
    swept s = sweep(umi_text_of(broken));
    static const uint32_t errors[][UMI_SWEEP_DAYS] = {
        {1, 0, 0}, {0, 0, 0}, {1, 0, 0}, {0, 1, 1}};
    assert_int_equal(s.sweep.count, COUNT(errors));
    for (size_t i = 0; i < COUNT(errors); i++)
        assert_memory_equal(s.sweep.rows[i].errors, errors[i], sizeof *errors);
    assert_int_equal(s.sweep.failing, 1);
    assert_int_equal(s.sweep.untested, 2);
    assert_int_equal(s.sweep.changing, 4);
    assert_true(umi_sweep_fails(s.rs, &s.sweep.rows[3]));
    assert_false(umi_sweep_fails(s.rs, &s.sweep.rows[0]));
    drop(&s);
}

static umi_text canonical(umi_buf *b, const umi_ruleset *rs)
{
    umi_ruleset_canonical(b, rs);
    return umi_buf_as_text(b);
}

static void assert_dates_same(const umi_ruleset *a, const umi_ruleset *b)
{
    for (size_t i = 0; i < a->param_count; i++)
        for (size_t k = 0; k < a->params[i].count; k++)
            assert_int_equal(a->params[i].values[k].from.n,
                             b->params[i].values[k].from.n);
    for (size_t i = 0; i < a->rule_count; i++) {
        assert_int_equal(a->rules[i].from.n, b->rules[i].from.n);
        assert_int_equal(a->rules[i].until.n, b->rules[i].until.n);
    }
}

static void the_shipped_set_is_swept_and_left_as_it_was(void **state)
{
    (void)state;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_text text = {f->text, f->size};
    swept s = sweep(text);
    umi_ruleset *fresh = load(s.arena, text);
    umi_buf a = {0}, b = {0};
    assert_true(umi_text_eq(canonical(&a, s.rs), canonical(&b, fresh)));
    assert_dates_same(s.rs, fresh);
    assert_int_equal(s.sweep.failing, 0);
    assert_int_equal(s.sweep.untested, 0);
    umi_buf_free(&a);
    umi_buf_free(&b);
    umi_ruleset_free(fresh);
    drop(&s);
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_ruleset *rs = load(arena, umi_text_of(broken));
    umi_status rc = UMI_ENOMEM;
    for (int64_t nth = 1; rc == UMI_ENOMEM; nth++) {
        umi_error err = {.lang = UMI_LANG_EN};
        umi_sweep s = {.count = 99};
        assert_in_range(nth, 1, 5000);
        umi_arena *own = umi_arena_new();
        umi_alloc_fail_at(nth, 0);
        rc = umi_ruleset_sweep(&s, rs, own, UMI_LANG_EN, &err);
        umi_alloc_fail_at(0, 0);
        assert_int_equal(s.count, rc == UMI_OK ? 4 : 99);
        umi_arena_free(own);
    }
    assert_int_equal(rc, UMI_OK);
    umi_ruleset_free(rs);
    umi_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_date_changes_is_told_of_it_alone),
        cmocka_unit_test(an_error_where_the_set_is_complete_is_found),
        cmocka_unit_test(the_shipped_set_is_swept_and_left_as_it_was),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
