/* SPDX-License-Identifier: MIT
 * What the tests of a rule set would not notice: each change by name, which
 * of them survive, who would notice, and that nothing is left changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rules/decide/edit_int.h"
#include "rules/decide/mutate.h"
#include "rules/decide/rule_test.h"
#include "rules/set/data.h"
#include "tests/support/files.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

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

#define HEAD                                                                   \
    "format: eligibility/1\n"                                                  \
    "ruleset: {id: t, version: '1', timezone: UTC}\n"                          \
    "effective: {from: '2025-01-01'}\n"                                        \
    "languages: [id, en]\n"                                                    \
    "facts:\n"                                                                 \
    "  amount: {type: money, step: '50'}\n"                                    \
    "  grade: {type: int, range: [1, 5]}\n"                                    \
    "  job: {type: enum, values: [tani, asn, pmi]}\n"                          \
    "  active: {type: bool}\n"                                                 \
    "  born: {type: date}\n"                                                   \
    "  share: {type: rate}\n"                                                  \
    "params:\n"                                                                \
    "  limit:\n"                                                               \
    "    type: money\n"                                                        \
    "    values:\n"                                                            \
    "      - {from: '2025-01-01', value: '100', legal: L1}\n"                  \
    "  part: {type: rate, values: [{from: '2025-01-01', value: '0.3', "        \
    "legal: L1}]} # mutant: the first day\n"                                   \
    "legal: {L1: {title: An act}}\n"                                           \
    "products: {UMI: {channel: LKBB, max: 'param.limit'}}\n"                   \
    "routing: {hit: first, rows: [{when: 'true', order: [UMI]}], "             \
    "on_unknown: ask}\n"                                                       \
    "rules:\n"
#define RULE(id, code, require, more)                                          \
    "  - id: " id "\n"                                                         \
    "    for: [UMI]\n"                                                         \
    "    require: '" require "'" more "\n"                                     \
    "    severity: block\n"                                                    \
    "    reason_code: " code "\n"                                              \
    "    legal_basis: L1\n"                                                    \
    "    message: {id: x, en: x}\n"
#define TEST(name, given, expect)                                              \
    "  - {name: " name ", on: '2026-06-01', given: {" given                    \
    "}, expect: {" expect "}}\n"

/* --- the changes ---------------------------------------------------------- */

static void every_word_of_an_expression_has_its_changes(void **state)
{
    (void)state;
    static const struct {
        const char *require, *edits; /* "was>is" of each */
    } cases[] = {
        {"amount <= param.limit", "<=><|<=>>|"},
        {"amount < param.limit", "<><=|<>>=|"},
        {"amount > param.limit", ">>>=|>><=|"},
        {"amount >= param.limit", ">=>>|>=><|"},
        {"grade == 1", "==>!=|1>2|1>0|"},
        {"grade != 0", "!=>==|0>1|"},
        {"job != \"pmi\"", "!=>==|pmi>tani|"},
        {"job in [\"asn\"]", "in>not in|asn>pmi|"},
        {"active", ">!|"},
        {"!active", "!>|"},
        {"active && known(job)", "&&>|||"},
        {"active || known(job)", "||>&&|"},
        {"active ? known(job) : known(born)", "a : b>b : a|"},
        {"share < 0.25", "<><=|<>>=|0.25>0.26|0.25>0.24|"},
        {"born < date(\"2000-03-01\")",
         "<><=|<>>=|2000-03-01>2000-03-02|2000-03-01>2000-02-29|"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_arena *arena = umi_arena_new();
        umi_buf b = {0}, got = {0};
        umi_buf_printf(&b, HEAD RULE("r", "A1", "%s", ""), cases[i].require);
        umi_buf_puts(
            &b, "tests:\n" TEST("a", "grade: 1", "decision: need_documents"));
        umi_ruleset *rs = load(arena, umi_buf_as_text(&b));
        umi__edits l = {.arena = arena, .rs = rs};
        umi__edits_list(&l);
        assert_false(l.failed);
        for (size_t k = 0; k < l.count; k++)
            if (umi_text_is(l.all[k].name, "r"))
                umi_buf_printf(&got, "%s>%s|", l.all[k].was, l.all[k].is);
        umi_buf_putc(&got, '\0');
        assert_string_equal(got.ptr, cases[i].edits);
        umi_buf_free(&got);
        umi_buf_free(&b);
        umi_ruleset_free(rs);
        umi_arena_free(arena);
    }
}

/* Each change made and taken back leaves the very bytes. */
static void a_change_is_taken_back_whole(void **state)
{
    (void)state;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_arena *arena = umi_arena_new();
    umi_ruleset *rs = load(arena, (umi_text){f->text, f->size});
    umi__edits l = {.arena = arena, .rs = rs};
    umi__edits_list(&l);
    assert_true(l.count > 500);
    for (size_t i = 0; i < l.count; i++) {
        umi__edit *e = &l.all[i];
        size_t size = e->kind == UMI__EDIT_NODE    ? sizeof *e->place.node
                      : e->kind == UMI__EDIT_VALUE ? sizeof *e->place.value
                                                   : sizeof *e->place.day;
        unsigned char was[sizeof(umi_node) + sizeof(umi_value)];
        memcpy(was, e->place.node, size);
        umi__edit_swap(e);
        assert_memory_not_equal(was, e->place.node, size);
        umi__edit_swap(e);
        assert_memory_equal(was, e->place.node, size);
    }
    umi_ruleset_free(rs);
    umi_arena_free(arena);
}

/* An operator stands where its change is told; the == and ! of a cell of a
 * table are not written. */
static void assert_places(umi_text text)
{
    umi_arena *arena = umi_arena_new();
    umi_ruleset *rs = load(arena, text);
    umi__edits l = {.arena = arena, .rs = rs};
    umi__edits_list(&l);
    for (size_t i = 0; i < l.count; i++) {
        const umi__edit *e = &l.all[i];
        size_t len = strlen(e->was);
        assert_true(e->at.line >= 1 && e->at.column >= 1);
        assert_in_range(e->at.offset, 1, text.len - len);
        bool cell = rs->table_count + rs->scorecard_count > 0 &&
                    (strcmp(e->was, "==") == 0 || strcmp(e->was, "!") == 0);
        if (!cell && len > 0 && strchr("<>=!&|", e->was[0]) != NULL &&
            memcmp(text.ptr + e->at.offset, e->was, len) != 0)
            fail_msg("%u:%u %s", e->at.line, e->at.column, e->was);
    }
    umi_ruleset_free(rs);
    umi_arena_free(arena);
}

static void every_change_is_told_where_it_is(void **state)
{
    (void)state;
    static const char *const files[] = {"valid.yaml", "tables_valid.yaml",
                                        "scorecard_valid.yaml",
                                        "good_comment_literal.yaml"};
    for (size_t i = 0; i < COUNT(files); i++) {
        umi_text text = file_read("tests/vectors/rules_bad", files[i]);
        assert_places(text);
        free((char *)(uintptr_t)text.ptr);
    }
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    assert_places((umi_text){f->text, f->size});
}

/* --- the survivors -------------------------------------------------------- */

typedef struct mutated {
    umi_arena *arena;
    umi_ruleset *rs;
    umi_mutants m;
} mutated;

static mutated mutate(umi_text text)
{
    mutated s = {.arena = umi_arena_new()};
    umi_error err = {.lang = UMI_LANG_EN};
    assert_non_null(s.arena);
    s.rs = load(s.arena, text);
    if (umi_ruleset_mutate(&s.m, s.rs, s.arena, UMI_LANG_EN, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return s;
}

static void drop(mutated *s)
{
    umi_ruleset_free(s->rs);
    umi_arena_free(s->arena);
}

/* "line:column name was>is [test altered what]" of each. */
static void list(umi_buf *b, const umi_mutants *m)
{
    for (size_t i = 0; i < m->survivor_count; i++) {
        const umi_mutant *v = &m->survivors[i];
        umi_buf_printf(b, "%u:%u %.*s %s>%s", v->at.line, v->at.column,
                       UMI_SHOW(v->name), v->was, v->is);
        if (v->marked)
            umi_buf_puts(b, " marked");
        else
            umi_buf_printf(b, " [%d %s %s]", (int)v->witness + 1, v->altered,
                           v->what);
        umi_buf_putc(b, '\n');
    }
    umi_buf_putc(b, '\0');
}

#define RULES                                                                  \
    RULE("limit", "A1", "amount <= param.limit", "")                           \
    RULE("grade", "A2", "grade <= 2", "")                                      \
    RULE("share", "A3", "share < param.part", "")                              \
    RULE("age", "A4", "years_between(born, today) >= 17", "")                  \
    "    effective: {from: '2025-02-01'}\n"

static const char loose[] = HEAD RULES "tests:\n" TEST(
    "one",
    "amount: '100', grade: 2, share: '0.29', born: '2000-01-01'",
    "decision: eligible") TEST("two",
                               "amount: '200', grade: 3, share: '0.3', "
                               "born: '2020-01-01'",
                               "reasons_UMI: [A1, A2, A3, A4]");

static void survivors_are_told_with_who_would_notice(void **state)
{
    (void)state;
    mutated s = mutate(umi_text_of(loose));
    umi_buf b = {0};
    list(&b, &s.m);
    assert_string_equal(
        b.ptr,
        "16:9 param.limit 100>150 [1  UMI max: 100, then 150]\n"
        "16:9 param.limit 2025-01-01>2024-12-31 [1 2024-12-31 UMI max: null, "
        "then 100]\n"
        "16:9 param.limit 2025-01-01>2025-01-02 [1 2025-01-01 UMI: eligible, "
        "then error]\n"
        "17:31 param.part 2025-01-01>2024-12-31 marked\n"
        "17:31 param.part 2025-01-01>2025-01-02 marked\n"
        "43:5 age 2025-02-01>2025-01-31 [2 2025-01-31 age: pass, then fail]\n"
        "43:5 age 2025-02-01>2025-02-02 [2 2025-02-01 age: fail, then pass]\n"
        "45:42 age >=>> [1 born 2009-06-01 UMI: eligible, then blocked]\n"
        "45:45 age 17>16 [1 born 2010-06-01 UMI: blocked, then eligible]\n"
        "45:45 age 17>18 [1 born 2009-06-01 UMI: eligible, then blocked]\n");
    assert_int_equal(s.m.survivor_count, 10);
    assert_int_equal(s.m.marked, 2);
    assert_int_equal(s.m.killed, s.m.count - 10);
    umi_buf_free(&b);
    drop(&s);
}

static void the_shipped_set_is_tried_quickly_and_left_as_it_was(void **state)
{
    (void)state;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_buf a = {0}, b = {0};
    umi_problems p;
    mutated s = mutate((umi_text){f->text, f->size});
    mutated again = mutate((umi_text){f->text, f->size});
    assert_true(s.m.count > 500);
    assert_int_equal(s.m.killed + s.m.survivor_count, s.m.count);
    list(&a, &s.m);
    list(&b, &again.m);
    assert_string_equal(a.ptr, b.ptr);
    p = umi_problems_new(s.arena, UMI_LANG_EN, "t.yaml");
    assert_int_equal(umi_ruleset_run_tests(s.rs, &p, NULL), UMI_OK);
    assert_int_equal(p.errors, 0);
    umi_buf_free(&a);
    umi_buf_free(&b);
    drop(&s);
    drop(&again);
}

static void a_set_whose_tests_fail_is_refused(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_ruleset *rs =
        load(arena, UMI_TEXT(HEAD RULES "tests:\n" TEST("wrong", "grade: 3",
                                                        "decision: eligible")));
    umi_mutants m = {.count = 7};
    umi_error err = {.lang = UMI_LANG_EN};
    assert_int_equal(umi_ruleset_mutate(&m, rs, arena, UMI_LANG_EN, &err),
                     UMI_EINVAL);
    assert_string_equal(err.message, "the test 'wrong' fails before anything "
                                     "is changed");
    assert_int_equal(m.count, 7);
    umi_ruleset_free(rs);
    umi_arena_free(arena);
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_ruleset *rs = load(arena, umi_text_of(loose));
    umi_status rc = UMI_ENOMEM;
    for (int64_t nth = 1; rc == UMI_ENOMEM; nth += 1 + nth / 50) {
        umi_error err = {.lang = UMI_LANG_EN};
        umi_mutants m = {.count = 9999};
        assert_in_range(nth, 1, 1000000);
        umi_arena *own = umi_arena_new();
        umi_alloc_fail_at(nth, 0);
        rc = umi_ruleset_mutate(&m, rs, own, UMI_LANG_EN, &err);
        umi_alloc_fail_at(0, 0);
        assert_int_equal(m.count == 9999, rc != UMI_OK);
        umi_arena_free(own);
    }
    assert_int_equal(rc, UMI_OK);
    umi_ruleset_free(rs);
    umi_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_of_an_expression_has_its_changes),
        cmocka_unit_test(a_change_is_taken_back_whole),
        cmocka_unit_test(every_change_is_told_where_it_is),
        cmocka_unit_test(survivors_are_told_with_who_would_notice),
        cmocka_unit_test(the_shipped_set_is_tried_quickly_and_left_as_it_was),
        cmocka_unit_test(a_set_whose_tests_fail_is_refused),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
