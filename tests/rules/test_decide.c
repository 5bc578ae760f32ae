/* SPDX-License-Identifier: MIT
 * Decisions: what nobody has shown is unknown and never guessed, and what is
 * found is told by its rule, its day, its papers and its reasons.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/decision.h"
#include "tests/support/decide_set.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- absent facts --------------------------------------------------------- */

#define WARN(id, expr)                                                         \
    "  - {id: " id ", for: [P], require: '" expr                               \
    "', severity: warn, reason_code: " id                                      \
    ", legal_basis: L, message: {id: a, en: b}}\n"

static void nothing_is_decided_on_data_that_nobody_has(void **state)
{
    (void)state;
    set s =
        make_with(zero, one_product,
                  "facts:\n"
                  "  slik_kol: {type: int}\n"
                  "  active_kur: {type: bool}\n"
                  "  umi_outstanding: {type: money}\n"
                  "  sector: {type: enum, values: [tobacco, food]}\n"
                  "  instalment: {type: money}\n"
                  "  income: {type: money}\n"
                  "rules:\n" WARN("a", "slik_kol <= 2") WARN("b", "!active_kur")
                      WARN("c", "umi_outstanding == param.zero")
                          WARN("d", "!(sector in [\"tobacco\"])")
                              WARN("e", "instalment * 100 <= income * 35")
                                  WARN("f", "!(slik_kol > 2)")
                                      WARN("g", "slik_kol <= 2 && false")
                                          WARN("h", "slik_kol <= 2 || true")
                                              WARN("i", "known(slik_kol)"));
    know(&s, "instalment=100000");
    const umi_decision *d = decide(&s);
    static const umi_rule_state want[] = {
        UMI_RULE_UNKNOWN, UMI_RULE_UNKNOWN, UMI_RULE_UNKNOWN,
        UMI_RULE_UNKNOWN, UMI_RULE_UNKNOWN, UMI_RULE_UNKNOWN,
        UMI_RULE_FAIL,    UMI_RULE_PASS,    UMI_RULE_FAIL};
    for (size_t i = 0; i < COUNT(want); i++)
        if (d->rules[i] != want[i])
            fail_msg("rule %zu is %s", i, umi_rule_state_name(d->rules[i]));
    drop(&s);
}

/* --- logic ---------------------------------------------------------------- */

/* Bring a rule "n / d > 1" into a state. */
static void put_state(set *s, char rule, umi_rule_state state)
{
    static const char *const n[] = {[UMI_RULE_PASS] = "2",
                                    [UMI_RULE_FAIL] = "1",
                                    [UMI_RULE_UNKNOWN] = NULL,
                                    [UMI_RULE_ERROR] = "1"};
    static const char *const d[] = {[UMI_RULE_PASS] = "1",
                                    [UMI_RULE_FAIL] = "2",
                                    [UMI_RULE_UNKNOWN] = "1",
                                    [UMI_RULE_ERROR] = "0"};
    char text[16];
    (void)snprintf(text, sizeof text, "%cd=%s", rule, d[state]);
    know(s, text);
    if (n[state] == NULL)
        return;
    (void)snprintf(text, sizeof text, "%cn=%s", rule, n[state]);
    know(s, text);
}

static void an_exception_is_or(void **state)
{
    (void)state;
    set s = make_with(
        zero, one_product,
        "facts: {an: {type: decimal}, ad: {type: decimal}, bn: {type: "
        "decimal}, bd: {type: decimal}}\n"
        "rules:\n"
        "  - {id: r, for: [P], require: 'an / ad > 1.0', unless: 'bn / bd > "
        "1.0', severity: block, reason_code: R, legal_basis: L, message: {id: "
        "a, en: b}}\n");
    for (umi_rule_state a = 0; a < UMI_RULE_OFF; a++)
        for (umi_rule_state b = 0; b < UMI_RULE_OFF; b++) {
            umi_rule_state want =
                a == UMI_RULE_PASS || b == UMI_RULE_PASS ? UMI_RULE_PASS
                : a == UMI_RULE_UNKNOWN || b == UMI_RULE_UNKNOWN
                    ? UMI_RULE_UNKNOWN
                : a == UMI_RULE_ERROR || b == UMI_RULE_ERROR ? UMI_RULE_ERROR
                                                             : UMI_RULE_FAIL;
            umi_facts_clear(s.facts, s.rs);
            put_state(&s, 'a', a);
            put_state(&s, 'b', b);
            assert_int_equal(decide(&s)->rules[0], want);
        }
    drop(&s);
}

static umi_verdict
verdict_of(umi_rule_state block, umi_rule_state block2, umi_rule_state refer)
{
    if (block == UMI_RULE_FAIL || block2 == UMI_RULE_FAIL)
        return UMI_VERDICT_BLOCKED;
    if (block == UMI_RULE_ERROR || block2 == UMI_RULE_ERROR ||
        refer == UMI_RULE_ERROR)
        return UMI_VERDICT_ERROR;
    if (block == UMI_RULE_UNKNOWN || block2 == UMI_RULE_UNKNOWN ||
        refer == UMI_RULE_UNKNOWN)
        return UMI_VERDICT_NEED_DOCUMENTS;
    return refer == UMI_RULE_FAIL ? UMI_VERDICT_REFER : UMI_VERDICT_ELIGIBLE;
}

#define QUOTIENT(id, severity)                                                 \
    "  - {id: " id ", for: [P], require: '" id "n / " id                       \
    "d > 1.0', severity: " severity ", reason_code: " id                       \
    ", legal_basis: L, message: {id: a, en: b}}\n"

static void states_add_up_to_a_verdict(void **state)
{
    (void)state;
    set s = make_with(
        zero, one_product,
        "facts: {an: {type: decimal}, ad: {type: decimal}, bn: {type: "
        "decimal}, bd: {type: decimal}, cn: {type: decimal}, cd: {type: "
        "decimal}, wn: {type: decimal}, wd: {type: decimal}}\n"
        "rules:\n" QUOTIENT("a", "block") QUOTIENT("b", "block")
            QUOTIENT("c", "refer") QUOTIENT("w", "warn"));
    for (unsigned k = 0; k < 256; k++) {
        umi_rule_state a = k & 3, b = k >> 2 & 3, c = k >> 4 & 3, w = k >> 6;
        umi_facts_clear(s.facts, s.rs);
        put_state(&s, 'a', a);
        put_state(&s, 'b', b);
        put_state(&s, 'c', c);
        put_state(&s, 'w', w);
        const umi_decision *d = decide(&s);
        assert_int_equal(d->products[0].status, verdict_of(a, b, c));
        assert_int_equal(d->outcome, d->products[0].status);
        assert_int_equal(d->route,
                         d->outcome <= UMI_VERDICT_NEED_DOCUMENTS ? 0 : -1);
    }
    drop(&s);
}

static void an_error_names_its_rule_and_parameter(void **state)
{
    (void)state;
    set s = make_with(
        "params:\n"
        "  zero: {type: money, values: [{from: '2000-01-01', value: '0', "
        "legal: L}]}\n"
        "  late: {type: money, values: [{from: '2025-01-01', value: '5', "
        "legal: L}]}\n",
        one_product,
        "facts: {amount: {type: money}}\n"
        "rules:\n"
        "  - {id: r, for: [P], require: 'amount <= param.late', severity: "
        "block, reason_code: R, legal_basis: L, message: {id: a, en: b}}\n");
    know(&s, "amount=5");
    assert_int_equal(umi_decider_on(s.d, day("2024-12-31"), NULL), UMI_OK);
    const umi_decision *d = decide(&s);
    assert_int_equal(d->outcome, UMI_VERDICT_ERROR);
    assert_int_equal(d->route, -1);
    char *text = json(d, 0);
    assert_non_null(strstr(text, "\"error\":{\"code\":\"E204\",\"rule\":\"r\","
                                 "\"name\":\"param.late\",\"text\":{\"id\":"));
    free(text);
    drop(&s);
}

/* --- dates ---------------------------------------------------------------- */

static void a_rule_holds_from_its_first_day_to_before_its_last(void **state)
{
    (void)state;
    set s = make_with(
        zero, one_product,
        "facts: {ok: {type: bool}}\n"
        "rules:\n"
        "  - {id: r, for: [P], effective: {from: '2023-01-01', until: "
        "'2026-01-01'}, require: 'ok', severity: block, reason_code: R, "
        "legal_basis: L, message: {id: a, en: b}}\n"
        "  - {id: q, for: [P], effective: {from: '2026-02-01'}, require: "
        "'ok', severity: refer, reason_code: Q, legal_basis: L, message: {id: "
        "a, en: b}}\n");
    static const struct {
        const char *on;
        umi_rule_state r, q;
        umi_verdict verdict;
    } cases[] = {
        {"2022-12-31", UMI_RULE_OFF, UMI_RULE_OFF, UMI_VERDICT_ELIGIBLE},
        {"2023-01-01", UMI_RULE_FAIL, UMI_RULE_OFF, UMI_VERDICT_BLOCKED},
        {"2025-12-31", UMI_RULE_FAIL, UMI_RULE_OFF, UMI_VERDICT_BLOCKED},
        {"2026-01-01", UMI_RULE_OFF, UMI_RULE_OFF, UMI_VERDICT_ELIGIBLE},
        {"2026-02-01", UMI_RULE_OFF, UMI_RULE_FAIL, UMI_VERDICT_REFER},
    };
    know(&s, "ok=false");
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(umi_decider_on(s.d, day(cases[i].on), NULL), UMI_OK);
        const umi_decision *d = decide(&s);
        assert_int_equal(d->rules[0], cases[i].r);
        assert_int_equal(d->rules[1], cases[i].q);
        assert_int_equal(d->outcome, cases[i].verdict);
        char *text = json(d, UMI_SHOW_RULES);
        assert_int_equal(strstr(text, "\"rule\":\"r\",\"state\"") != NULL,
                         cases[i].r != UMI_RULE_OFF);
        free(text);
    }
    drop(&s);
}

static void the_figure_of_the_day_is_taken(void **state)
{
    (void)state;
    set s = make_with(
        "params:\n"
        "  zero: {type: money, values: [{from: '2000-01-01', value: '0', "
        "legal: L}, {from: '2020-01-01', value: '10', legal: L}, {from: "
        "'2026-01-01', value: '20', legal: L}]}\n"
        "  other: {type: date, values: [{from: '2021-06-01', value: "
        "'2030-01-01', legal: L}]}\n",
        one_product,
        "facts: {since: {type: date}}\n"
        "rules:\n"
        "  - {id: r, for: [P], require: 'since < param.other && since <= "
        "today', severity: block, reason_code: R, legal_basis: L, message: "
        "{id: '{today} {param.other}', en: b}}\n");
    static const struct {
        const char *on, *max;
        umi_verdict verdict;
    } cases[] = {
        {"1999-12-31", NULL, UMI_VERDICT_ERROR},
        {"2000-01-01", "0", UMI_VERDICT_ERROR},
        {"2019-12-31", "0", UMI_VERDICT_ERROR},
        {"2020-01-01", "10", UMI_VERDICT_ERROR},
        {"2021-06-01", "10", UMI_VERDICT_ELIGIBLE},
        {"2025-12-31", "10", UMI_VERDICT_ELIGIBLE},
        {"2026-01-01", "20", UMI_VERDICT_ELIGIBLE},
        {"2020-01-02", "10", UMI_VERDICT_ERROR}, /* and back again */
        {"2021-05-31", "10", UMI_VERDICT_ERROR},
    };
    know(&s, "since=1999-01-01");
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_decider *fresh = NULL;
        const umi_decision *d, *e;
        assert_int_equal(umi_decider_on(s.d, day(cases[i].on), NULL), UMI_OK);
        assert_int_equal(umi_decider_new(&fresh, s.rs, day(cases[i].on), NULL),
                         UMI_OK);
        d = decide(&s);
        assert_int_equal(d->outcome, cases[i].verdict);
        umi_buf b = {0};
        umi_buf_value(&b, d->products[0].max);
        assert_true(
            umi_text_is(umi_buf_as_text(&b), cases[i].max ? cases[i].max : ""));
        umi_buf_free(&b);
        assert_int_equal(umi_decide(&e, fresh, s.facts, NULL), UMI_OK);
        char *x = json(d, UMI_SHOW_RULES), *y = json(e, UMI_SHOW_RULES);
        assert_string_equal(x, y);
        free(x);
        free(y);
        umi_decider_free(fresh);
    }
    drop(&s);
}

/* --- documents ------------------------------------------------------------ */

static void
documents(char *out, size_t size, const umi_ruleset *rs, const umi_doc_set *s)
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < rs->doc_count; i++)
        if (umi_doc_in(s, i))
            n += (size_t)snprintf(out + n, size - n, "%s%.*s", n ? " " : "",
                                  UMI_SHOW(rs->docs[i]));
    assert_true(n < size);
}

static void as_few_documents_are_asked_for_as_settle_it(void **state)
{
    (void)state;
    static const struct {
        const char *require, *known, *documents;
    } cases[] = {
        {"a && b", "", "A B"},
        {"a && b", "a=true", "B"},
        {"a && a2", "", "A"},
        {"a || b", "", "A B"},
        {"x && y", "", "x y"}, /* no document: the facts by name */
        /* whatever A shows, B adds nothing */
        {"(a && x) || (!a && x) || b", "x=true", "A"},
        {"(job == \"p\" && x) || (job != \"p\" && x) || b", "x=true", "J"},
        /* n has too many values to try: B stays */
        {"(n > 1 && x) || (n <= 1 && x) || b", "x=true", "B N"},
        {"a ? b : c", "a=true", "B"},
        {"a ? b : c", "", "A B C"},
        {"!known(a) || b", "", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_buf b = {0};
        char got[64];
        umi_buf_puts(&b, zero);
        umi_buf_puts(&b, one_product);
        umi_buf_puts(&b, "facts: {a: {type: bool, doc: A}, a2: {type: bool, "
                         "doc: A}, b: {type: bool, doc: B}, c: {type: bool, "
                         "doc: C}, n: {type: int, doc: N}, x: {type: bool}, "
                         "y: {type: bool}, job: {type: enum, values: [p, q, "
                         "r], doc: J}}\n"
                         "rules:\n"
                         "  - {id: r, for: [P], require: '");
        umi_buf_puts(&b, cases[i].require);
        umi_buf_puts(&b, "', severity: block, reason_code: R, legal_basis: L, "
                         "message: {id: a, en: b}}\n");
        umi_buf_putc(&b, '\0');
        set s = make(b.ptr);
        know(&s, cases[i].known);
        const umi_decision *d = decide(&s);
        documents(got, sizeof got, s.rs, &d->documents);
        if (strcmp(got, cases[i].documents) != 0)
            fail_msg("%s asks for '%s'", cases[i].require, got);
        assert_int_equal(d->outcome, *got ? UMI_VERDICT_NEED_DOCUMENTS
                                          : UMI_VERDICT_ELIGIBLE);
        drop(&s);
        umi_buf_free(&b);
    }
}

static void nobody_is_sent_for_papers_in_vain(void **state)
{
    (void)state;
    set s = make_with(
        zero, one_product,
        "facts: {a: {type: bool, doc: A}, b: {type: bool, doc: B}, c: {type: "
        "bool, doc: C}}\n"
        "rules:\n"
        "  - {id: a, for: [P], require: 'a', severity: block, reason_code: A, "
        "legal_basis: L, message: {id: a, en: b}}\n"
        "  - {id: b, for: [P], require: 'b', severity: refer, reason_code: B, "
        "legal_basis: L, message: {id: a, en: b}}\n" WARN("c", "c"));
    char got[64];
    know(&s, "a=false");
    const umi_decision *d = decide(&s);
    documents(got, sizeof got, s.rs, &d->products[0].documents);
    assert_string_equal(got, "");
    assert_int_equal(d->outcome, UMI_VERDICT_BLOCKED);
    know(&s, "a=true");
    d = decide(&s); /* a note is no reason to ask either */
    documents(got, sizeof got, s.rs, &d->products[0].documents);
    assert_string_equal(got, "B");
    drop(&s);
}

/* --- routing -------------------------------------------------------------- */

static void the_route_is_the_best_in_the_order_of_the_first_row(void **state)
{
    (void)state;
    set s = make_with(
        zero,
        "products: {P: {channel: X, max: 'param.zero'}, Q: {channel: X, max: "
        "'param.zero'}, R: {channel: X, max: 'param.zero'}}\n"
        "facts: {p: {type: int, doc: PP}, q: {type: int, doc: QQ}, r: {type: "
        "int}, a: {type: bool, doc: A}, b: {type: bool, doc: B}, d: {type: "
        "int}}\n"
        "routing:\n"
        "  hit: first\n"
        "  rows:\n"
        "    - {when: 'a', order: [P, Q, R]}\n"
        "    - {when: 'b && 1 / d > 0', order: [Q, P, R]}\n"
        "    - {when: 'true', order: [Q, P, R]}\n",
        "rules:\n"
        "  - {id: p, for: [P], require: 'p > 0', severity: block, reason_code: "
        "P0, legal_basis: L, message: {id: a, en: b}}\n"
        "  - {id: q, for: [Q], require: 'q > 0', severity: block, reason_code: "
        "Q0, legal_basis: L, message: {id: a, en: b}}\n"
        "  - {id: q1, for: [Q], require: 'q > 1', severity: refer, "
        "reason_code: Q1, legal_basis: L, message: {id: a, en: b}}\n"
        "  - {id: r, for: [R], require: 'r > 0', severity: block, reason_code: "
        "R0, legal_basis: L, message: {id: a, en: b}}\n");
    static const struct {
        const char *facts, *outcome, *route, *documents;
    } cases[] = {
        {"p=1 q=2 r=0 a=true b=false d=1", "eligible", "P", ""},
        {"p=1 q=2 r=0 a=false b=true d=1", "eligible", "Q", ""},
        {"p=1 q=1 r=0 a=false b=false d=1", "eligible", "P", ""},
        {"p=0 q=1 r=0 a=true b=true d=1", "refer", "Q", ""},
        {"q=1 r=0 a=true b=true d=1", "refer", "Q", ""},
        {"p=0 r=0 a=true b=true d=1", "need_documents", "Q", "QQ"},
        {"p=0 q=0 r=0 a=true b=true d=1", "not_eligible", "", ""},
        /* row a is unknown: it matters only where P and Q are both open */
        {"p=1 q=2 r=0 b=true d=1", "need_documents", "", "A"},
        {"p=1 q=0 r=0 b=true d=1", "eligible", "P", ""},
        {"p=0 q=0 r=0 b=true d=1", "not_eligible", "", ""},
        /* row b is unknown, but leads to the same product as the last */
        {"p=1 q=2 r=0 a=false d=1", "eligible", "Q", ""},
        /* row b is an error: 1 / 0 */
        {"p=1 q=2 r=0 a=false b=true d=0", "eligible", "Q", ""},
        {"p=1 q=2 r=0 b=true d=0", "need_documents", "", "A"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char got[64];
        umi_facts_clear(s.facts, s.rs);
        know(&s, cases[i].facts);
        const umi_decision *d = decide(&s);
        documents(got, sizeof got, s.rs, &d->documents);
        if (strcmp(umi_decision_name(d->outcome), cases[i].outcome) != 0 ||
            strcmp(got, cases[i].documents) != 0 ||
            !umi_text_is(d->route < 0 ? (umi_text){"", 0}
                                      : s.rs->products[d->route].code,
                         cases[i].route))
            fail_msg("%s gives %s, product %d, '%s'", cases[i].facts,
                     umi_decision_name(d->outcome), d->route, got);
    }
    drop(&s);
}

static void an_error_in_the_row_that_decides_is_an_error(void **state)
{
    (void)state;
    set s = make_with(
        zero,
        "products: {P: {channel: X, max: 'param.zero'}, Q: {channel: X, max: "
        "'param.zero'}}\n"
        "facts: {d: {type: int}}\n"
        "routing: {hit: first, rows: [{when: '1 / d > 0', order: [P, Q]}, "
        "{when: 'true', order: [Q, P]}]}\n",
        "rules:\n  - {id: d, for: [P], require: 'd >= 0', severity: block, "
        "reason_code: D, legal_basis: L, message: {id: a, en: b}}\n");
    know(&s, "d=0");
    const umi_decision *d = decide(&s);
    assert_int_equal(d->outcome, UMI_VERDICT_ERROR);
    assert_int_equal(d->route, -1);
    assert_int_equal(d->products[0].status, UMI_VERDICT_ELIGIBLE);
    drop(&s);
}

/* --- reasons -------------------------------------------------------------- */

#define FAILS(id, severity, rank)                                              \
    "  - {id: " id ", for: [P], require: 'n > 0', severity: " severity rank    \
    ", reason_code: " id ", legal_basis: L, message: {id: a, en: b}}\n"

static void four_reasons_are_told_the_weightiest_first(void **state)
{
    (void)state;
    set s =
        make_with(zero, one_product,
                  "facts: {n: {type: int}}\n"
                  "rules:\n" FAILS("W1", "warn", "") FAILS("R1", "refer", "")
                      FAILS("B1", "block", "") FAILS("B2", "block", "")
                          FAILS("W2", "warn", ", rank: 1")
                              FAILS("B3", "block", ", rank: 2"));
    know(&s, "n=0");
    const umi_decision *d = decide(&s);
    char *text = json(d, 0);
    assert_non_null(strstr(text, "\"told\":[\"W2\",\"B3\",\"B1\",\"B2\"]"));
    assert_int_equal(d->products[0].reason_count, 6);
    free(text);
    drop(&s);
}

static void messages_speak_to_people(void **state)
{
    (void)state;
    set s = make_with(
        "params: {zero: {type: money, values: [{from: '2000-01-01', value: "
        "'20000000', legal: L}]}, rate: {type: rate, values: [{from: "
        "'2000-01-01', value: '0.355', legal: L}]}}\n",
        one_product,
        "facts: {name: {type: string}, n: {type: int}, at: {type: date}}\n"
        "rules:\n"
        "  - {id: r, for: [P], require: 'n > 0', severity: block, "
        "reason_code: R, legal_basis: L, message: {id: '{param.zero} "
        "{param.rate} {n} {name}', en: '{param.zero} {param.rate} {n} "
        "{name} {at}'}}\n");
    know(&s, "n=-3 name=\"A\\\n");
    const umi_decision *d = decide(&s);
    umi_buf b = {0};
    umi_decision_reason(&b, d, 0, UMI_LANG_ID);
    assert_true(
        umi_text_is(umi_buf_as_text(&b), "Rp20.000.000 35,5% -3 \"A\\\n"));
    b.len = 0;
    umi_decision_reason(&b, d, 0, UMI_LANG_EN);
    assert_true(
        umi_text_is(umi_buf_as_text(&b), "Rp 20,000,000 35.5% -3 \"A\\\n ?"));
    char *text = json(d, 0);
    assert_non_null(
        strstr(text, "Rp20.000.000 35,5% -3 \\\"A\\\\\\n\",\"en\""));
    free(text);
    umi_buf_free(&b);
    drop(&s);
}

/* --- facts ---------------------------------------------------------------- */

static void facts_of_another_kind_are_refused(void **state)
{
    (void)state;
    set s = shipped();
    static const struct {
        const char *name, *value;
        umi_status rc;
    } cases[] = {
        {"married", "true", UMI_OK},
        {"married", "yes", UMI_EINVAL},
        {"married", "1", UMI_EINVAL},
        {"amount", "50000", UMI_OK},
        {"amount", "49999.99", UMI_EINVAL},
        {"amount", "1e6", UMI_EINVAL},
        {"amount", "1,000,000", UMI_EINVAL},
        {"amount", "", UMI_EINVAL},
        {"slik_grade", "5", UMI_OK},
        {"slik_grade", "0", UMI_EINVAL},
        {"slik_grade", "1.0", UMI_EINVAL},
        {"birth_date", "1990-05-01", UMI_OK},
        {"birth_date", "1990-02-30", UMI_EINVAL},
        {"birth_date", "01-05-1990", UMI_EINVAL},
        {"job", "pmi", UMI_OK},
        {"job", "PMI", UMI_EINVAL},
        {"today", "2026-01-01", UMI_ENOENT},
        {"age", "30", UMI_ENOENT},
        {"param.umi_max", "1", UMI_ENOENT},
        {"nothing", "1", UMI_ENOENT},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_error err = {0};
        umi_value before[UMI_FACTS_MAX];
        memcpy(before, s.facts, sizeof before);
        umi_status rc = umi_fact_set(s.facts, s.rs, umi_text_of(cases[i].name),
                                     umi_text_of(cases[i].value), &err);
        if (rc != cases[i].rc)
            fail_msg("%s = %s", cases[i].name, cases[i].value);
        if (rc != UMI_OK) {
            assert_string_equal(err.field, cases[i].name);
            assert_memory_equal(before, s.facts, sizeof before);
        }
    }
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_decided_on_data_that_nobody_has),
        cmocka_unit_test(an_exception_is_or),
        cmocka_unit_test(states_add_up_to_a_verdict),
        cmocka_unit_test(an_error_names_its_rule_and_parameter),
        cmocka_unit_test(a_rule_holds_from_its_first_day_to_before_its_last),
        cmocka_unit_test(the_figure_of_the_day_is_taken),
        cmocka_unit_test(as_few_documents_are_asked_for_as_settle_it),
        cmocka_unit_test(nobody_is_sent_for_papers_in_vain),
        cmocka_unit_test(the_route_is_the_best_in_the_order_of_the_first_row),
        cmocka_unit_test(an_error_in_the_row_that_decides_is_an_error),
        cmocka_unit_test(four_reasons_are_told_the_weightiest_first),
        cmocka_unit_test(messages_speak_to_people),
        cmocka_unit_test(facts_of_another_kind_are_refused),
    };
    return cmocka_run_group_tests_name("rules/decide", tests, NULL, NULL);
}
