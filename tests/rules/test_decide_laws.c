/* SPDX-License-Identifier: MIT
 * What holds for every applicant, of the shipped rules and of any: more facts
 * never turn a verdict, the papers asked for are enough, and what is said to
 * help does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/decision.h"
#include "tests/support/decide_set.h"
#include "tests/support/random.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- properties ----------------------------------------------------------- */

static umi_value any_value(chance *c, const umi_fact *f)
{
    switch (f->type.kind) {
    case UMI_KIND_BOOL:
        return umi_value_bool(chance_one_in(c, 2));
    case UMI_KIND_ENUM:
        return umi_value_enum(f->type.of,
                              (uint32_t)chance_in(c, 0, f->type.of->count - 1));
    case UMI_KIND_DATE:
        return umi_value_day((umi_day){(int32_t)chance_in(c, -10000, 17000)});
    case UMI_KIND_INT:
        return umi_value_int(chance_in(
            c, f->min.i, chance_one_in(c, 3) ? f->max.i : f->min.i + 4));
    case UMI_KIND_MONEY:
        return umi_value_money(
            (umi_money){chance_in(c, 1, 300) *
                        (chance_one_in(c, 4) ? 10000000 : 1000000000 / 10)});
    case UMI_KIND_ANY:
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_STRING:
    case UMI_KIND_LIST:
        break;
    }
    fail();
    return (umi_value){0};
}

/* An applicant of whom one fact in @p hidden is not shown (0: all are). */
static void anybody(chance *c, set *s, int64_t hidden)
{
    umi_facts_clear(s->facts, s->rs);
    for (size_t i = 0; i < s->rs->fact_count; i++)
        if (hidden == 0 || !chance_one_in(c, hidden)) {
            umi_value v = any_value(c, &s->rs->facts[i]);
            if (umi_fact_admits(&s->rs->facts[i], &v))
                s->facts[i] = v;
        }
}

/* One applicant, first with gaps, then with some of them closed.  How many
 * answers stood before. */
static int law_holds(chance *c, set *s)
{
    umi_rule_state before[UMI_RULES_MAX];
    umi_verdict verdicts[UMI_PRODUCTS_MAX];
    int stood = 0;
    anybody(c, s, chance_in(c, 2, 8));
    const umi_decision *d = decide(s);
    memcpy(before, d->rules, s->rs->rule_count * sizeof *before);
    for (size_t i = 0; i < s->rs->product_count; i++)
        verdicts[i] = d->products[i].status;
    for (size_t i = 0; i < s->rs->fact_count; i++)
        if (s->facts[i].state == UMI_UNKNOWN && chance_one_in(c, 2))
            s->facts[i] = any_value(c, &s->rs->facts[i]);
    d = decide(s);
    for (size_t i = 0; i < s->rs->rule_count; i++)
        if (before[i] == UMI_RULE_PASS || before[i] == UMI_RULE_FAIL)
            assert_int_equal(d->rules[i], before[i]);
    for (size_t i = 0; i < s->rs->product_count; i++)
        if (verdicts[i] != UMI_VERDICT_NEED_DOCUMENTS) {
            assert_int_equal(d->products[i].status, verdicts[i]);
            stood++;
        }
    return stood;
}

static void more_facts_never_turn_a_verdict(void **state)
{
    (void)state;
    chance c = chance_begin("more_facts_never_turn_a_verdict", 20261121);
    set s = shipped();
    for (int round = chance_rounds(10000); round > 0; round--)
        (void)law_holds(&c, &s);
    drop(&s);
}

/* A condition over the facts, the let and the table of random_set(); without
 * known(), which sees that a fact is absent and may turn round. */
static void any_condition(chance *c, umi_buf *b, int depth)
{
    static const char *const leaves[] = {
        "a",      "b",   "n <= 4",          "m > n", "e == 'x'", "t >= 2",
        "t == n", "low", "e in ['x', 'z']", "!b",    "n + m < 9"};
    static const char *const joints[] = {" && ", " || ", " == ", " != "};
    if (depth == 0 || chance_one_in(c, 4)) {
        umi_buf_printf(b, "(%s)", leaves[chance_in(c, 0, COUNT(leaves) - 1)]);
        return;
    }
    umi_buf_puts(b, chance_one_in(c, 5) ? "!(" : "(");
    any_condition(c, b, depth - 1);
    bool choice = chance_one_in(c, 5);
    umi_buf_puts(b, choice ? " ? " : joints[chance_in(c, 0, 3)]);
    any_condition(c, b, depth - 1);
    if (choice) {
        umi_buf_puts(b, " : ");
        any_condition(c, b, depth - 1);
    }
    umi_buf_puts(b, ")");
}

static void any_table(chance *c, umi_buf *b)
{
    static const char *const cells[] = {"-", "<= 3", ">= 5", "== 2"};
    static const char *const members[] = {"-", "'x'", "in ['x', 'y']"};
    umi_buf_puts(b, "tables:\n  t:\n    hit: first\n    inputs: {n: 'n', e: "
                    "'e'}\n    output: int\n    default: '1'\n    rows:\n");
    for (int64_t rows = chance_in(c, 1, 4); rows > 0; rows--)
        umi_buf_printf(b, "      - {n: '%s', e: \"%s\", then: '%d'}\n",
                       cells[chance_in(c, 0, 3)], members[chance_in(c, 0, 2)],
                       (int)chance_in(c, 0, 5));
}

static set random_set(chance *c)
{
    static const char *const severities[] = {"block", "refer", "warn"};
    static const char *const products[] = {"P", "Q", "P, Q"};
    umi_buf b = {0};
    umi_buf_puts(&b, zero);
    umi_buf_puts(&b, "facts:\n  a: {type: bool}\n  b: {type: bool}\n"
                     "  n: {type: int, range: ['0', '9']}\n"
                     "  m: {type: int, range: ['0', '9']}\n"
                     "  e: {type: enum, values: [x, y, z]}\n"
                     "let: {low: 'n < m || a'}\n"
                     "products:\n  P: {channel: X, max: 'param.zero'}\n"
                     "  Q: {channel: X, max: 'param.zero'}\n"
                     "routing: {hit: first, rows: [{when: 'a', order: [Q, P]}, "
                     "{when: 'true', order: [P, Q]}]}\n");
    any_table(c, &b);
    umi_buf_puts(&b, "rules:\n");
    for (int64_t i = chance_in(c, 1, 6); i > 0; i--) {
        umi_buf_printf(&b, "  - id: r%d\n    for: [%s]\n    require: \"",
                       (int)i, products[chance_in(c, 0, 2)]);
        any_condition(c, &b, 3);
        if (chance_one_in(c, 3)) {
            umi_buf_puts(&b, "\"\n    unless: \"");
            any_condition(c, &b, 2);
        }
        umi_buf_printf(&b,
                       "\"\n    severity: %s\n    reason_code: R%d\n"
                       "    legal_basis: L\n"
                       "    message: {id: Tidak., en: No.}\n",
                       severities[chance_in(c, 0, 2)], (int)i);
    }
    umi_buf_putc(&b, '\0');
    set s = make(b.ptr);
    umi_buf_free(&b);
    return s;
}

/* The same over rule sets that nobody has thought of. */
static void more_facts_never_turn_a_verdict_of_any_set(void **state)
{
    (void)state;
    chance c = chance_begin("more facts, random sets", 20261122);
    int stood = 0;
    for (int round = chance_rounds(400); round > 0; round--) {
        set s = random_set(&c);
        for (int i = 0; i < 40; i++)
            stood += law_holds(&c, &s);
        drop(&s);
    }
    assert_true(stood > 0);
}

static void the_documents_asked_for_are_enough(void **state)
{
    (void)state;
    chance c = chance_begin("the_documents_asked_for_are_enough", 4711);
    set s = shipped();
    for (int round = chance_rounds(10000); round > 0; round--) {
        anybody(&c, &s, chance_in(&c, 2, 8));
        const umi_decision *d = decide(&s);
        size_t p = (size_t)chance_in(&c, 0, (int64_t)s.rs->product_count - 1);
        umi_doc_set docs = d->products[p].documents;
        bool asked = d->products[p].status == UMI_VERDICT_NEED_DOCUMENTS;
        assert_int_equal(asked,
                         memcmp(&docs, &(umi_doc_set){{0}}, sizeof docs) != 0);
        if (!asked)
            continue;
        for (size_t i = 0; i < s.rs->fact_count; i++)
            if (s.facts[i].state == UMI_UNKNOWN &&
                umi_doc_in(&docs, s.rs->facts[i].doc))
                s.facts[i] = any_value(&c, &s.rs->facts[i]);
        d = decide(&s);
        assert_int_not_equal(d->products[p].status, UMI_VERDICT_NEED_DOCUMENTS);
    }
    drop(&s);
}

static void statuses(set *s, umi_verdict out[UMI_PRODUCTS_MAX])
{
    const umi_decision *d = decide(s);
    for (size_t i = 0; i < s->rs->product_count; i++)
        out[i] = d->products[i].status;
}

/* Whether @p v opens the product and closes none that was open @p before. */
static bool opens(set *s,
                  const umi_verdict before[UMI_PRODUCTS_MAX],
                  size_t product,
                  uint32_t slot,
                  umi_value v)
{
    umi_value kept = s->facts[slot];
    umi_verdict after[UMI_PRODUCTS_MAX] = {0};
    s->facts[slot] = v;
    statuses(s, after);
    bool ok = after[product] == UMI_VERDICT_ELIGIBLE;
    for (size_t i = 0; i < s->rs->product_count; i++)
        ok &= before[i] != UMI_VERDICT_ELIGIBLE ||
              after[i] != UMI_VERDICT_BLOCKED;
    s->facts[slot] = kept;
    return ok;
}

/* One step nearer to what it is now, if that is still another value. */
static bool nearer(const umi_what_if *q, const umi_fact *f, umi_value *out)
{
    umi_decimal step = f->stepped ? f->step : umi_decimal_int(1);
    umi_decimal at = q->needed.kind == UMI_KIND_INT
                         ? umi_decimal_int(q->needed.i)
                         : q->needed.q;
    if (!(q->moved == UMI_MOVE_DECREASE ? umi_decimal_add(&at, at, step)
                                        : umi_decimal_sub(&at, at, step)))
        return false;
    *out = q->needed.kind == UMI_KIND_INT
               ? umi_value_int((int64_t)at.num)
               : umi_value_decimal(UMI_KIND_MONEY, at);
    return umi_fact_admits(f, out);
}

static void what_is_said_to_help_helps_and_no_less_does(void **state)
{
    (void)state;
    chance c = chance_begin("what_is_said_to_help_helps", 92);
    set s = shipped();
    size_t found = 0;
    for (int round = chance_rounds(3000); round > 0; round--) {
        anybody(&c, &s, 0);
        know(&s, "is_wni=true nik_verified=true sector=dagang slik_grade=1 "
                 "sikp_active=false programme_unpaid=false "
                 "prior_credit=tidak_ada household_live_loans=0");
        const umi_decision *d = decide(&s);
        assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
        size_t p = (size_t)chance_in(&c, 0, (int64_t)s.rs->product_count - 1);
        umi_what_if all[UMI_FACTS_MAX], withs[UMI_FACTS_MAX];
        umi_verdict now[UMI_PRODUCTS_MAX] = {0};
        size_t n = d->products[p].what_if_count;
        for (size_t i = 0; i < n; i++) {
            all[i] = d->products[p].what_ifs[i];
            if (all[i].with != NULL)
                withs[i] = *all[i].with;
        }
        statuses(&s, now);
        for (size_t i = 0; i < n; i++, found++) {
            umi_value v;
            const umi_fact *f = &s.rs->facts[all[i].fact];
            assert_true(f->change != UMI_MOVE_NEVER);
            if (all[i].with != NULL) {
                umi_what_if with = withs[i];
                umi_value kept = s.facts[with.fact];
                assert_false(opens(&s, now, p, all[i].fact, all[i].needed));
                assert_false(opens(&s, now, p, with.fact, with.needed));
                s.facts[with.fact] = with.needed;
                assert_true(opens(&s, now, p, all[i].fact, all[i].needed));
                s.facts[with.fact] = kept;
                continue;
            }
            assert_true(opens(&s, now, p, all[i].fact, all[i].needed));
            if (all[i].moved != UMI_MOVE_SET && nearer(&all[i], f, &v))
                assert_false(opens(&s, now, p, all[i].fact, v));
        }
    }
    assert_true(found > 50);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_facts_never_turn_a_verdict),
        cmocka_unit_test(more_facts_never_turn_a_verdict_of_any_set),
        cmocka_unit_test(the_documents_asked_for_are_enough),
        cmocka_unit_test(what_is_said_to_help_helps_and_no_less_does),
    };
    return cmocka_run_group_tests_name("rules/decide_laws", tests, NULL, NULL);
}
