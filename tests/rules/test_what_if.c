/* SPDX-License-Identifier: MIT
 * What would help, against the longest way: every value of every fact, then
 * every two values of every two facts, in the order in which they are told.
 * Rule sets and applicants are drawn at random; the numbers are small. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/decision.h"
#include "rules/decide/rule_test.h"
#include "tests/support/random.h"

enum {
    BOOLS = 2,
    NUMBERS = 3,
    FACTS = BOOLS + NUMBERS + 1, /* the last one an enum of three */
    MOST = 9                     /* numbers run from 0 to here */
};

typedef struct world {
    chance c;
    bool joint; /* two numbers may stand in one comparison */
    umi_ruleset *rs;
    umi_decider *d, *other; /* the other one for the long way */
    umi_value facts[FACTS];
} world;

/* --- rule sets ------------------------------------------------------------ */

static void put_comparison(world *w, umi_buf *b)
{
    static const char *const ops[] = {"<=", "<", ">=", ">", "==", "!="};
    int64_t a = chance_in(&w->c, 0, NUMBERS - 1);
    umi_buf_printf(b, "n%d ", (int)a);
    if (w->joint && chance_one_in(&w->c, 3))
        umi_buf_printf(b, "%c n%d ", chance_one_in(&w->c, 2) ? '+' : '-',
                       (int)chance_in(&w->c, 0, NUMBERS - 1));
    umi_buf_printf(b, "%s %d", ops[chance_in(&w->c, 0, 5)],
                   (int)chance_in(&w->c, 0, MOST));
}

static void put_expr(world *w, umi_buf *b, int depth)
{
    switch (chance_in(&w->c, depth > 0 ? 0 : 4, 8)) {
    case 0:
    case 1:
        umi_buf_putc(b, '(');
        put_expr(w, b, depth - 1);
        umi_buf_puts(b, chance_one_in(&w->c, 2) ? " && " : " || ");
        put_expr(w, b, depth - 1);
        umi_buf_putc(b, ')');
        break;
    case 2:
        umi_buf_putc(b, '(');
        put_expr(w, b, depth - 1);
        umi_buf_puts(b, " ? ");
        put_expr(w, b, depth - 1);
        umi_buf_puts(b, " : ");
        put_expr(w, b, depth - 1);
        umi_buf_putc(b, ')');
        break;
    case 3:
        umi_buf_puts(b, chance_one_in(&w->c, 2) ? "l0" : "l1");
        break;
    case 4:
        umi_buf_printf(b, "e %s \"%c\"", chance_one_in(&w->c, 2) ? "==" : "!=",
                       (char)('x' + chance_in(&w->c, 0, 2)));
        break;
    case 5:
        umi_buf_printf(b, "%sb%d", chance_one_in(&w->c, 2) ? "!" : "",
                       (int)chance_in(&w->c, 0, BOOLS - 1));
        break;
    default:
        put_comparison(w, b);
    }
}

static void put_facts(world *w, umi_buf *b)
{
    static const char *const changes[] = {
        "", ", change: increase", ", change: decrease", ", change: either"};
    umi_buf_puts(b, "facts:\n");
    for (int i = 0; i < BOOLS; i++)
        umi_buf_printf(b, "  b%d: {type: bool%s}\n", i,
                       chance_one_in(&w->c, 3) ? "" : ", change: set");
    for (int i = 0; i < NUMBERS; i++)
        umi_buf_printf(b, "  n%d: {type: int, range: [0, %d]%s%s}\n", i, MOST,
                       changes[chance_in(&w->c, 0, 3)],
                       chance_one_in(&w->c, 3) ? ", step: '2'" : "");
    umi_buf_printf(b, "  e: {type: enum, values: [x, y, z]%s}\n",
                   chance_one_in(&w->c, 2) ? "" : ", change: set");
}

static void put_rules(world *w, umi_buf *b)
{
    int64_t n = chance_in(&w->c, 2, 5);
    umi_buf_puts(b, "rules:\n");
    for (int i = 0; i < n; i++) {
        static const char *const severities[] = {"block", "block", "block",
                                                 "refer", "warn"};
        umi_buf_printf(b, "  - {id: r%d, for: [%s], require: '", i,
                       i == 0                    ? "P, Q"
                       : chance_one_in(&w->c, 3) ? "Q"
                                                 : "P");
        put_expr(w, b, 2);
        if (chance_one_in(&w->c, 4)) {
            umi_buf_puts(b, "', unless: '");
            put_expr(w, b, 0);
        }
        umi_buf_printf(b,
                       "', severity: %s, reason_code: R%d, legal_basis: L, "
                       "message: {id: a, en: b}}\n",
                       severities[chance_in(&w->c, 0, 4)], i);
    }
}

static void draw_rules(world *w)
{
    umi_buf b = {0};
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_buf_puts(&b,
                 "format: eligibility/1\n"
                 "ruleset: {id: t, version: '1', timezone: Asia/Jakarta}\n"
                 "effective: {from: '2025-01-01'}\n"
                 "languages: [id, en]\n"
                 "legal: {L: {title: An act}}\n"
                 "params: {zero: {type: money, values: [{from: '2000-01-01', "
                 "value: '0', legal: L}]}}\n"
                 "products: {P: {channel: X, max: 'param.zero'}, Q: {channel: "
                 "X, max: 'param.zero'}}\n"
                 "routing: {hit: first, rows: [{when: 'true', order: [P, "
                 "Q]}]}\n");
    put_facts(w, &b);
    umi_buf_puts(&b, "let:\n  l0: '");
    put_comparison(w, &b);
    umi_buf_puts(&b, "'\n  l1: 'l0 || ");
    put_comparison(w, &b);
    umi_buf_puts(&b, "'\n");
    put_rules(w, &b);
    umi_status rc = umi_ruleset_load(&w->rs, "t.yaml", umi_buf_as_text(&b), &p);
    if (rc != UMI_OK) {
        umi_buf told = {0};
        umi_problems_print(&told, &p, umi_buf_as_text(&b));
        fail_msg("%.*s", (int)told.len, told.ptr);
    }
    const umi_day day = {20778};
    assert_int_equal(umi_decider_new(&w->d, w->rs, day, NULL), UMI_OK);
    assert_int_equal(umi_decider_new(&w->other, w->rs, day, NULL), UMI_OK);
    umi_buf_free(&b);
    umi_arena_free(arena);
}

static void drop(world *w)
{
    umi_decider_free(w->d);
    umi_decider_free(w->other);
    umi_ruleset_free(w->rs);
}

static void draw_applicant(world *w)
{
    umi_facts_clear(w->facts, w->rs);
    for (uint32_t i = 0; i < FACTS; i++) {
        const umi_fact *f = &w->rs->facts[i];
        if (chance_one_in(&w->c, 12))
            continue;
        w->facts[i] =
            f->type.kind == UMI_KIND_BOOL
                ? umi_value_bool(chance_one_in(&w->c, 2))
            : f->type.kind == UMI_KIND_INT
                ? umi_value_int(chance_in(&w->c, 0, MOST))
                : umi_value_enum(f->type.of, (uint32_t)chance_in(&w->c, 0, 2));
    }
}

/* --- the long way --------------------------------------------------------- */

static bool opens(world *w, size_t product, const umi_verdict before[2])
{
    const umi_decision *d;
    assert_int_equal(umi_decide(&d, w->other, w->facts, NULL), UMI_OK);
    for (size_t i = 0; i < 2; i++)
        if (before[i] == UMI_VERDICT_ELIGIBLE &&
            d->products[i].status == UMI_VERDICT_BLOCKED)
            return false;
    return d->products[product].status == UMI_VERDICT_ELIGIBLE;
}

static bool may_be(const umi_fact *f, int64_t now, int64_t v)
{
    int64_t step = f->stepped ? (int64_t)f->step.num : 1;
    if (f->type.kind != UMI_KIND_INT)
        return v != now;
    return v != now && v % step == 0 &&
           (f->change != UMI_MOVE_INCREASE || v > now) &&
           (f->change != UMI_MOVE_DECREASE || v < now);
}

/* The values that the fact may take, the nearest first. */
static size_t values_of(const world *w, uint32_t slot, umi_value out[MOST + 1])
{
    const umi_fact *f = &w->rs->facts[slot];
    const umi_value *now = &w->facts[slot];
    size_t n = 0;
    if (f->change == UMI_MOVE_NEVER || !f->used || now->state != UMI_KNOWN)
        return 0;
    if (f->type.kind != UMI_KIND_INT) {
        for (uint32_t i = 0; i < (f->type.kind == UMI_KIND_BOOL ? 2 : 3); i++)
            if (may_be(f, now->i, i))
                out[n++] = f->type.kind == UMI_KIND_BOOL
                               ? umi_value_bool(i != 0)
                               : umi_value_enum(f->type.of, i);
        return n;
    }
    for (int64_t away = 1; away <= MOST; away++)
        for (int side = -1; side <= 1; side += 2) {
            int64_t v = now->i + side * away;
            if (v >= 0 && v <= MOST && may_be(f, now->i, v))
                out[n++] = umi_value_int(v);
        }
    return n;
}

static bool first_that_opens(world *w,
                             size_t product,
                             uint32_t slot,
                             const umi_verdict before[2],
                             umi_value *out)
{
    umi_value all[MOST + 1], kept = w->facts[slot];
    size_t n = values_of(w, slot, all);
    bool found = false;
    for (size_t i = 0; i < n && !found; i++) {
        w->facts[slot] = all[i];
        found = opens(w, product, before);
        *out = all[i];
    }
    w->facts[slot] = kept;
    return found;
}

static void tell(umi_buf *b, const world *w, uint32_t slot, const umi_value *v)
{
    umi_buf_text(b, w->rs->facts[slot].name);
    umi_buf_putc(b, '=');
    umi_buf_value(b, v);
    umi_buf_putc(b, ' ');
}

static void
long_singles(world *w, umi_buf *b, size_t product, const umi_verdict before[2])
{
    umi_value v;
    for (uint32_t i = 0; i < FACTS; i++)
        if (first_that_opens(w, product, i, before, &v))
            tell(b, w, i, &v);
}

static void
long_pairs(world *w, umi_buf *b, size_t product, const umi_verdict before[2])
{
    for (uint32_t i = 0; i < FACTS; i++)
        for (uint32_t k = i + 1; k < FACTS; k++) {
            umi_value all[MOST + 1], kept = w->facts[i], v;
            size_t n = values_of(w, i, all);
            for (size_t a = 0; a < n; a++) {
                w->facts[i] = all[a];
                if (!first_that_opens(w, product, k, before, &v))
                    continue;
                umi_buf_putc(b, '(');
                tell(b, w, i, &all[a]);
                tell(b, w, k, &v);
                umi_buf_putc(b, ')');
                break;
            }
            w->facts[i] = kept;
        }
}

static void told(umi_buf *b, const world *w, const umi_product_decision *p)
{
    for (size_t i = 0; i < p->what_if_count; i++) {
        const umi_what_if *q = &p->what_ifs[i];
        if (q->with != NULL)
            umi_buf_putc(b, '(');
        tell(b, w, q->fact, &q->needed);
        if (q->with != NULL) {
            tell(b, w, q->with->fact, &q->with->needed);
            umi_buf_putc(b, ')');
        }
    }
}

/* --- properties ----------------------------------------------------------- */

/* Compare one applicant; how many answers were pairs is added to *pairs, and
 * to *missed where only the long way finds some. */
static void compare(world *w, size_t *singles, size_t *pairs, size_t *missed)
{
    const umi_decision *d;
    umi_verdict before[2];
    assert_int_equal(umi_decide(&d, w->d, w->facts, NULL), UMI_OK);
    assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    for (size_t i = 0; i < 2; i++)
        before[i] = d->products[i].status;
    for (size_t i = 0; i < 2; i++) {
        umi_buf want = {0}, got = {0};
        bool closed =
            before[i] == UMI_VERDICT_BLOCKED || before[i] == UMI_VERDICT_REFER;
        told(&got, w, &d->products[i]);
        if (closed)
            long_singles(w, &want, i, before);
        *singles += want.len > 0;
        if (closed && want.len == 0) {
            long_pairs(w, &want, i, before);
            *pairs += want.len > 0;
            if (w->joint && want.len > 0 && got.len == 0) {
                ++*missed;
                want.len = 0;
            }
            if (w->joint && got.len > 0)
                got.len = want.len = 0; /* another of several ways */
        }
        if (!umi_text_eq(umi_buf_as_text(&want), umi_buf_as_text(&got))) {
            umi_buf facts = {0};
            for (uint32_t k = 0; k < FACTS; k++)
                tell(&facts, w, k, &w->facts[k]);
            print_error("%s\n", w->rs->source.ptr);
            fail_msg("with %.*s\nwant %.*s\ngot  %.*s", (int)facts.len,
                     facts.ptr, (int)want.len, want.ptr, (int)got.len, got.ptr);
        }
        umi_buf_free(&want);
        umi_buf_free(&got);
    }
}

static void nearest_and_complete(void **state)
{
    (void)state;
    size_t singles = 0, pairs = 0, missed = 0;
    world w = {.c = chance_begin("nearest_and_complete", 26)};
    for (int i = chance_rounds(1500); i > 0; i--) {
        draw_rules(&w);
        for (int k = 0; k < 20; k++) {
            draw_applicant(&w);
            compare(&w, &singles, &pairs, &missed);
        }
        drop(&w);
    }
    printf("%zu closed doors open by one fact, %zu by two\n", singles, pairs);
    assert_true(singles > 500 && pairs > 200);
    assert_int_equal(missed, 0);
}

/* Where two numbers stand in one comparison one fact is still found as by the
 * long way; of two most are, and what is told was proved. */
static void joint_comparisons(void **state)
{
    (void)state;
    size_t singles = 0, pairs = 0, missed = 0;
    world w = {.c = chance_begin("joint_comparisons", 27), .joint = true};
    for (int i = chance_rounds(1500); i > 0; i--) {
        draw_rules(&w);
        for (int k = 0; k < 20; k++) {
            draw_applicant(&w);
            compare(&w, &singles, &pairs, &missed);
        }
        drop(&w);
    }
    printf("%zu closed doors open by one fact, %zu by two, %zu not found\n",
           singles, pairs, missed);
    assert_true(singles > 500 && pairs > 200);
    assert_true(missed * 20 < pairs);
}

/* --- tests of a file ------------------------------------------------------ */

static void a_test_of_a_file_names_a_pair(void **state)
{
    (void)state;
    static const char file[] =
        "format: eligibility/1\n"
        "ruleset: {id: t, version: '1', timezone: Asia/Jakarta}\n"
        "effective: {from: '2025-01-01'}\n"
        "languages: [id, en]\n"
        "legal: {L: {title: An act}}\n"
        "facts: {n: {type: int, change: either}, b: {type: bool, change: "
        "set}, m: {type: int, change: either}}\n"
        "params: {zero: {type: money, values: [{from: '2000-01-01', value: "
        "'0', legal: L}]}}\n"
        "products: {P: {channel: X, max: 'param.zero'}}\n"
        "routing: {hit: first, rows: [{when: 'true', order: [P]}]}\n"
        "rules: [{id: r, for: [P], require: 'n <= 5 && (b || m == 3)', "
        "severity: block, reason_code: R, legal_basis: L, message: {id: a, "
        "en: b}}]\n"
        "tests: [{name: pair, on: '2026-11-21', given: {n: 7, b: %s, m: 1}, "
        "expect: {counterfactual_P: {%s}}}]\n";
    static const struct {
        const char *b, *named, *why; /* NULL: the test holds */
    } cases[] = {
        {"false", "n: 5, b: true", NULL},
        {"false", "b: true, n: 5", NULL},
        {"false", "n: 5, m: 3", NULL},
        {"true", "n: 5", NULL},
        {"false", "n: 5",
         "counterfactual_P: n 5 expected, got 5 together with b"},
        {"false", "n: 4, b: true",
         "counterfactual_P: n 4 expected, got 5 together with b; "
         "counterfactual_P: b true expected, got nothing"},
        {"false", "m: 3, b: true",
         "counterfactual_P: m 3 expected, got nothing; "
         "counterfactual_P: b true expected, got nothing"},
        {"false", "n: 5, m: 3, b: true",
         "counterfactual_P: n 5 expected, got 5 together with b; "
         "counterfactual_P: m 3 expected, got nothing; "
         "counterfactual_P: b true expected, got nothing"},
        {"true", "n: 5, b: true",
         "counterfactual_P: b true expected, got nothing"},
        {"false", "", "counterfactual_P: nothing expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_buf b = {0}, told = {0};
        umi_ruleset *rs = NULL;
        umi_arena *arena = umi_arena_new();
        umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
        umi_buf_printf(&b, file, cases[i].b, cases[i].named);
        umi_text text = umi_buf_as_text(&b);
        assert_int_equal(umi_ruleset_load(&rs, "t.yaml", text, &p), UMI_OK);
        umi_error err = {.lang = UMI_LANG_EN};
        assert_int_equal(umi_ruleset_run_tests(rs, &p, &err), UMI_OK);
        umi_problems_print(&told, &p, text);
        umi_buf_putc(&told, '\0');
        if ((p.errors == 0) != (cases[i].why == NULL) ||
            (cases[i].why != NULL && strstr(told.ptr, cases[i].why) == NULL))
            fail_msg("%s with b %s: %s", cases[i].named, cases[i].b, told.ptr);
        umi_ruleset_free(rs);
        umi_arena_free(arena);
        umi_buf_free(&b);
        umi_buf_free(&told);
    }
}

/* --- memory --------------------------------------------------------------- */

static void every_allocation_may_fail(void **state)
{
    (void)state;
    world w = {.c = chance_begin("every_allocation_may_fail", 28)};
    for (int pairs = 0; pairs < 3;) {
        draw_rules(&w);
        draw_applicant(&w);
        const umi_decision *d;
        assert_int_equal(umi_decide(&d, w.d, w.facts, NULL), UMI_OK);
        assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
        bool pair = d->products[0].what_if_count > 0 &&
                    d->products[0].what_ifs[0].with != NULL;
        for (int64_t nth = 1; pair; nth++) {
            umi_decider *fresh = NULL;
            assert_int_equal(umi_decider_new(&fresh, w.rs, d->on, NULL),
                             UMI_OK);
            assert_int_equal(umi_decide(&d, fresh, w.facts, NULL), UMI_OK);
            umi_alloc_fail_at(nth, 0);
            umi_status rc = umi_decision_what_if(d, NULL);
            bool reached = umi_alloc_count() >= nth;
            umi_alloc_fail_at(0, 0);
            assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
            d = NULL;
            umi_decider_free(fresh);
            if (!reached)
                break;
            assert_int_equal(umi_decide(&d, w.d, w.facts, NULL), UMI_OK);
        }
        pairs += pair;
        drop(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_and_complete),
        cmocka_unit_test(joint_comparisons),
        cmocka_unit_test(a_test_of_a_file_names_a_pair),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("rules/what_if", tests, NULL, NULL);
}
