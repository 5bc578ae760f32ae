/* SPDX-License-Identifier: MIT
 * Decisions: what nobody has shown is unknown and never guessed, the same
 * facts give the same bytes, and what would help is proved before it is said.
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
#include "rules/set/data.h"
#include "tests/support/random.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- rule sets in a few lines --------------------------------------------- */

static const char head[] =
    "format: eligibility/1\n"
    "ruleset: {id: t, version: '1', timezone: Asia/Jakarta}\n"
    "effective: {from: '2025-01-01'}\n"
    "languages: [id, en]\n"
    "legal: {L: {title: An act}}\n";

static const char one_product[] =
    "products: {P: {channel: X, max: 'param.zero'}}\n"
    "routing: {hit: first, rows: [{when: 'true', order: [P]}]}\n";

static const char zero[] =
    "params:\n"
    "  zero: {type: money, values: [{from: '2000-01-01', value: '0', legal: "
    "L}]}\n";

typedef struct set {
    umi_ruleset *rs;
    umi_decider *d;
    umi_value facts[UMI_FACTS_MAX];
} set;

static umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

/* The sections @p more behind the head, decided on 2026-11-21. */
static set make(const char *more)
{
    set s = {0};
    umi_buf b = {0};
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_buf_puts(&b, head);
    umi_buf_puts(&b, more);
    umi_status rc = umi_ruleset_load(&s.rs, "t.yaml", umi_buf_as_text(&b), &p);
    if (rc != UMI_OK) {
        umi_buf told = {0};
        umi_problems_print(&told, &p, umi_buf_as_text(&b));
        fail_msg("%.*s", (int)told.len, told.ptr);
    }
    umi_buf_free(&b);
    umi_arena_free(arena);
    rc = umi_decider_new(&s.d, s.rs, day("2026-11-21"), NULL);
    assert_int_equal(rc, UMI_OK);
    umi_facts_clear(s.facts, s.rs);
    return s;
}

static set make_with(const char *a, const char *b, const char *c)
{
    umi_buf text = {0};
    umi_buf_puts(&text, a);
    umi_buf_puts(&text, b);
    umi_buf_puts(&text, c);
    umi_buf_putc(&text, '\0');
    set s = make(text.ptr);
    umi_buf_free(&text);
    return s;
}

static set shipped(void)
{
    set s = {0};
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, f->name);
    umi_text text = {f->text, f->size};
    assert_int_equal(umi_ruleset_load(&s.rs, f->name, text, &p), UMI_OK);
    umi_arena_free(arena);
    assert_int_equal(umi_decider_new(&s.d, s.rs, day("2026-11-21"), NULL),
                     UMI_OK);
    umi_facts_clear(s.facts, s.rs);
    return s;
}

static void drop(set *s)
{
    umi_decider_free(s->d);
    umi_ruleset_free(s->rs);
}

/* "name=value name=value": set these facts. */
static void know(set *s, const char *facts)
{
    while (*facts != '\0') {
        const char *is = strchr(facts, '=');
        assert_non_null(is);
        const char *end = is + strcspn(is, " ");
        umi_text name = {facts, (size_t)(is - facts)};
        umi_text value = {is + 1, (size_t)(end - is - 1)};
        umi_error err = {0};
        if (umi_fact_set(s->facts, s->rs, name, value, &err) != UMI_OK)
            fail_msg("%s: %s", err.field, err.message);
        facts = end + (*end == ' ');
    }
}

static const umi_decision *decide(set *s)
{
    const umi_decision *d = NULL;
    assert_int_equal(umi_decide(&d, s->d, s->facts, NULL), UMI_OK);
    return d;
}

static char *json(const umi_decision *d, unsigned show)
{
    umi_buf b = {0};
    umi_decision_write_json(&b, d, UMI_TEXT("A\"1"), show);
    umi_buf_putc(&b, '\0');
    assert_false(b.failed);
    return b.ptr;
}

static void documents(char *out, const umi_ruleset *rs, const umi_doc_set *s)
{
    out[0] = '\0';
    for (size_t i = 0; i < rs->doc_count; i++)
        if (umi_doc_in(s, i))
            sprintf(out + strlen(out), "%s%.*s", *out ? " " : "",
                    UMI_SHOW(rs->docs[i]));
}

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
    (void)sprintf(text, "%cd=%s", rule, d[state]);
    know(s, text);
    if (n[state] == NULL)
        return;
    (void)sprintf(text, "%cn=%s", rule, n[state]);
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
        documents(got, s.rs, &d->documents);
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
    documents(got, s.rs, &d->products[0].documents);
    assert_string_equal(got, "");
    assert_int_equal(d->outcome, UMI_VERDICT_BLOCKED);
    know(&s, "a=true");
    d = decide(&s); /* a note is no reason to ask either */
    documents(got, s.rs, &d->products[0].documents);
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
        documents(got, s.rs, &d->documents);
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

/* --- what if -------------------------------------------------------------- */

static void what_ifs(char *out, const umi_decision *d, size_t product)
{
    const umi_product_decision *p = &d->products[product];
    out[0] = '\0';
    for (size_t i = 0; i < p->what_if_count; i++)
        for (const umi_what_if *q = &p->what_ifs[i]; q != NULL; q = q->with) {
            umi_buf b = {0};
            umi_buf_value(&b, &q->needed);
            sprintf(out + strlen(out), "%s%.*s=%.*s:%s",
                    q != &p->what_ifs[i] ? "+"
                    : *out != '\0'       ? " "
                                         : "",
                    UMI_SHOW(d->ruleset->facts[q->fact].name), (int)b.len,
                    b.ptr, umi_move_name(q->moved));
            umi_buf_free(&b);
        }
}

static void what_would_help_is_exact(void **state)
{
    (void)state;
    static const char facts[] =
        "facts:\n"
        "  down: {type: money, change: decrease, step: '100000', range: "
        "['50000', '500000000']}\n"
        "  up: {type: money, change: increase, step: '100000'}\n"
        "  free: {type: money, change: either}\n"
        "  months: {type: int, range: [1, 60], change: either}\n"
        "  rate: {type: rate, change: decrease}\n"
        "  flag: {type: bool, change: set}\n"
        "  kind: {type: enum, values: [p, q, r], change: set}\n"
        "  never: {type: money}\n"
        "  born: {type: date}\n";
    static const struct {
        const char *require, *known, *what_if;
    } cases[] = {
        {"down <= param.limit", "down=25000000", "down=20000000:decrease"},
        {"down < param.limit", "down=25000000", "down=19900000:decrease"},
        {"down <= up * 0.92", "down=15000000 up=16200000",
         "down=14900000:decrease up=16400000:increase"},
        {"down / months <= param.pay", "down=25000000 months=12",
         "down=12000000:decrease months=25:increase"},
        {"half <= param.pay", "down=25000000 months=12",
         "down=24000000:decrease months=13:increase"},
        {"down / months + down * 0.01 <= param.pay", "down=15000000 months=10",
         "down=9000000:decrease months=18:increase"},
        {"months == 7", "months=12", "months=7:decrease"},
        {"months in [3, 20, 14]", "months=12", "months=14:increase"},
        {"months > 60", "months=12", ""},         /* beyond the range */
        {"up <= param.limit", "up=25000000", ""}, /* may only grow */
        {"down >= param.limit", "down=15000000", ""},
        {"free == param.limit", "free=1", "free=20000000:increase"},
        {"rate * 3 <= 0.07", "rate=0.05", "rate=0.0233:decrease"},
        {"flag", "flag=false", "flag=true:set"},
        {"kind != \"p\" && kind != \"q\"", "kind=p", "kind=r:set"},
        {"never <= param.pay", "never=2000000", ""},
        {"down <= param.pay && flag", "down=2000000 flag=false",
         "down=1000000:decrease+flag=true:set"},
        {"down <= param.pay && flag", "down=2000000", ""}, /* not known */
        {"flag && down <= param.pay", "flag=false", ""},
        {"down <= param.pay && flag && months == 7",
         "down=2000000 flag=false months=1", ""}, /* three */
        {"down <= param.pay && flag && never > param.pay",
         "down=2000000 flag=false never=1", ""},
        {"down <= param.pay && (flag || kind == \"r\")",
         "down=2000000 flag=false kind=p",
         "down=1000000:decrease+flag=true:set "
         "down=1000000:decrease+kind=r:set"},
        {"down / months <= param.pay && down <= param.limit && months <= 12",
         "down=25000000 months=36",
         "down=12000000:decrease+months=12:decrease"},
        {"free / months <= param.pay && free >= param.limit",
         "free=1 months=12", "free=20000000:increase+months=20:increase"},
        {"down < param.pay || down / months < param.pay / 100",
         "down=500000000 months=1", "down=900000:decrease"},
        /* cut and rounded: halved, from where it is now */
        {"months / 7 <= 2", "months=60", "months=20:decrease"},
        {"months / 7 >= 2", "months=1", "months=14:increase"},
        {"floor(down / 1000000, 0) <= param.pay / 100000", "down=20000000",
         "down=10900000:decrease"},
        {"ceil(free, -6) <= param.pay * 3", "free=9000000",
         "free=3000000:decrease"},
        {"down <= param.pay || flag", "down=2000000 flag=false",
         "down=1000000:decrease flag=true:set"},
        {"(kind == \"p\" ? down : down * 2) <= param.pay", "kind=q down=900000",
         "down=500000:decrease kind=p:set"},
        {"(down <= param.pay ? down : down * 2) <= param.pay", "down=1500000",
         "down=1000000:decrease"},
        {"min(down, free) <= param.pay && max(down, free) <= param.limit",
         "down=30000000 free=1500000", "down=1000000:decrease"},
        {"max(down, free) <= param.limit", "down=30000000 free=1500000",
         "down=20000000:decrease"},
        {"floor(down / 3, 0) <= param.pay", "down=9000000",
         "down=3000000:decrease"},
        {"months * months <= 50", "months=20", "months=7:decrease"},
        {"months % 7 == 0", "months=12", ""}, /* cannot be solved */
        {"known(down) && down <= param.pay", "", ""},
        {"-down >= -param.pay", "down=1500000", "down=1000000:decrease"},
        {"down <= param.pay + flagged", "down=1500000 flag=false",
         "down=1000000:decrease flag=true:set"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_buf b = {0};
        char got[256];
        umi_buf_puts(&b,
                     "params: {zero: {type: money, values: [{from: "
                     "'2000-01-01', value: '0', legal: L}]}, limit: {type: "
                     "money, values: [{from: '2000-01-01', value: '20000000', "
                     "legal: L}]}, pay: {type: money, values: [{from: "
                     "'2000-01-01', value: '1000000', legal: L}]}}\n"
                     "let: {part: 'down / months', half: 'part / 2', flagged: "
                     "'flag ? param.pay : param.zero'}\n");
        umi_buf_puts(&b, one_product);
        umi_buf_puts(&b, facts);
        umi_buf_puts(&b, "rules:\n  - {id: r, for: [P], require: '");
        umi_buf_puts(&b, cases[i].require);
        umi_buf_puts(&b, "', severity: block, reason_code: R, legal_basis: L, "
                         "message: {id: a, en: b}}\n");
        umi_buf_putc(&b, '\0');
        set s = make(b.ptr);
        know(&s, cases[i].known);
        const umi_decision *d = decide(&s);
        assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
        what_ifs(got, d, 0);
        if (strcmp(got, cases[i].what_if) != 0)
            fail_msg("%s with %s: '%s'", cases[i].require, cases[i].known, got);
        drop(&s);
        umi_buf_free(&b);
    }
}

static void a_door_that_is_open_is_not_shut_for_another(void **state)
{
    (void)state;
    set s = make_with(
        zero,
        "products: {P: {channel: X, max: 'param.zero'}, Q: {channel: X, max: "
        "'param.zero'}}\n"
        "facts: {n: {type: int, change: either, range: [0, 100]}}\n"
        "routing: {hit: first, rows: [{when: 'true', order: [P, Q]}]}\n",
        "rules:\n"
        "  - {id: p, for: [P], require: 'n <= 10', severity: block, "
        "reason_code: A, legal_basis: L, message: {id: a, en: b}}\n"
        "  - {id: q, for: [Q], require: 'n >= 20', severity: block, "
        "reason_code: B, legal_basis: L, message: {id: a, en: b}}\n");
    char got[64];
    know(&s, "n=5"); /* P is open, and stays so */
    const umi_decision *d = decide(&s);
    assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    what_ifs(got, d, 1);
    assert_string_equal(got, "");
    know(&s, "n=15"); /* neither is */
    d = decide(&s);
    assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    what_ifs(got, d, 0);
    assert_string_equal(got, "n=10:decrease");
    what_ifs(got, d, 1);
    assert_string_equal(got, "n=20:increase");
    drop(&s);
}

/* A thousand lets, the last one first, each with the next at its far end. */
static void a_long_chain_of_lets_costs_no_stack(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_buf_puts(&b, zero);
    umi_buf_puts(&b, one_product);
    umi_buf_puts(&b, "facts: {n: {type: money, change: decrease}}\nlet:\n");
    for (int i = UMI_LETS_MAX - 1; i > 0; i--) {
        umi_buf_printf(&b, "  l%d: 'l%d", i, i - 1);
        for (int k = 0; k < 60; k++)
            umi_buf_puts(&b, " + param.zero");
        umi_buf_puts(&b, "'\n");
    }
    umi_buf_printf(&b,
                   "  l0: 'n'\nrules:\n  - {id: r, for: [P], require: 'l%d <= "
                   "param.zero', severity: block, reason_code: R, "
                   "legal_basis: L, message: {id: a, en: b}}\n",
                   UMI_LETS_MAX - 1);
    umi_buf_putc(&b, '\0');
    set s = make(b.ptr);
    char got[64];
    know(&s, "n=5");
    const umi_decision *d = decide(&s);
    assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    what_ifs(got, d, 0);
    assert_string_equal(got, "n=0:decrease");
    drop(&s);
    umi_buf_free(&b);
}

static void a_set_as_large_as_may_be_decides(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_buf_puts(&b, "facts:\n");
    for (int i = 0; i < UMI_FACTS_MAX; i++)
        umi_buf_printf(&b, "  f%d: {type: bool, doc: D%d}\n", i, i);
    umi_buf_puts(&b, "params:\n");
    for (int i = 0; i < UMI_PARAMS_MAX; i++)
        umi_buf_printf(&b,
                       "  p%d: {type: money, values: [{from: '2000-01-01', "
                       "value: '%d', legal: L}]}\n",
                       i, i);
    umi_buf_puts(&b, "let:\n");
    for (int i = 0; i < UMI_LETS_MAX; i++)
        umi_buf_printf(&b, "  l%d: 'param.p%d'\n", i, i);
    umi_buf_puts(&b, "products:\n");
    for (int i = 0; i < UMI_PRODUCTS_MAX; i++)
        umi_buf_printf(&b, "  P%d: {channel: X, max: 'l%d'}\n", i, i);
    umi_buf_puts(&b, "routing:\n  hit: first\n  rows:\n    - when: 'true'\n"
                     "      order:\n");
    for (int i = 0; i < UMI_PRODUCTS_MAX; i++)
        umi_buf_printf(&b, "        - P%d\n", i);
    umi_buf_puts(&b, "rules:\n");
    for (int i = 0; i < UMI_RULES_MAX; i++)
        umi_buf_printf(&b,
                       "  - {id: r%d, for: [P%d], require: 'f%d', severity: "
                       "block, reason_code: R%d, legal_basis: L, message: {id: "
                       "'{l%d}', en: b}}\n",
                       i, i % UMI_PRODUCTS_MAX, i % UMI_FACTS_MAX, i, i);
    umi_buf_putc(&b, '\0');
    set s = make(b.ptr);
    const umi_decision *d = decide(&s);
    assert_int_equal(d->outcome, UMI_VERDICT_NEED_DOCUMENTS);
    assert_true(umi_doc_in(&d->products[63].documents, 255));
    for (uint32_t i = 0; i < UMI_FACTS_MAX; i++)
        s.facts[i] = umi_value_bool(i != 255);
    d = decide(&s);
    assert_int_equal(d->outcome, UMI_VERDICT_ELIGIBLE);
    assert_int_equal(d->products[63].status, UMI_VERDICT_BLOCKED);
    char *text = json(d, UMI_SHOW_RULES | UMI_SHOW_WHAT_IFS);
    assert_non_null(strstr(text, "\"code\":\"R255\""));
    assert_non_null(strstr(text, "{\"id\":\"Rp255\",\"en\":\"b\"}"));
    free(text);
    drop(&s);
    umi_buf_free(&b);
}

/* --- the explanation ------------------------------------------------------ */

static void the_explanation_has_this_shape(void **state)
{
    (void)state;
    set s = make_with(
        "params: {zero: {type: money, values: [{from: '2020-05-01', value: "
        "'500', legal: L}]}}\n",
        one_product,
        "facts: {n: {type: int, doc: D, change: increase}, secret: {type: "
        "money, private: true}, spare: {type: bool}}\n"
        "let: {sum: 'secret + param.zero'}\n"
        "rules:\n"
        "  - {id: r, for: [P], require: 'n > 0 && sum > param.zero', unless: "
        "'n == 9', severity: block, reason_code: R1, legal_basis: L, message: "
        "{id: 'Nilai {n}.', en: 'Value {n}.'}}\n");
    know(&s, "n=0 secret=1.50");
    const umi_decision *d = decide(&s);
    assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    char hex[UMI_HASH_HEX], want[2048];
    umi_hash_hex(hex, &s.rs->sha256);
    char *text = json(d, UMI_SHOW_RULES | UMI_SHOW_WHAT_IFS);
    const char *hash = strstr(text, "\"facts_hash\":\"");
    assert_non_null(hash);
    (void)snprintf(
        want, sizeof want,
        "{\"id\":\"A\\\"1\",\"decision\":\"not_eligible\",\"decision_date\":"
        "\"2026-11-21\",\"route\":null,\"documents\":[],\"ruleset\":{\"id\":"
        "\"t\",\"version\":\"1\",\"sha256\":\"%s\"},\"products\":[{"
        "\"product\":\"P\",\"status\":\"blocked\",\"channel\":\"X\",\"max\":"
        "\"500\",\"rate\":null,\"reasons\":[{\"code\":\"R1\",\"rule\":\"r\","
        "\"severity\":\"block\",\"legal_basis\":\"L\",\"text\":{\"id\":\"Nilai "
        "0.\",\"en\":\"Value 0.\"}}],\"told\":[\"R1\"],\"documents\":[],"
        "\"rules\":[{\"rule\":\"r\",\"state\":\"fail\",\"at\":\"t.yaml:12\","
        "\"expr\":\"n > 0 && sum > param.zero\",\"unless\":\"n == 9\","
        "\"values\":{\"n\":0,\"sum\":\"501.5\",\"param.zero\":{\"value\":"
        "\"500\",\"from\":\"2020-05-01\",\"legal\":\"L\"}}}],\"what_if\":[{"
        "\"fact\":\"n\",\"now\":0,\"needed\":1,\"direction\":\"increase\","
        "\"checked\":true}]}],\"row\":{\"at\":\"t.yaml:8\",\"when\":\"true\"}"
        ",\"facts_used\":{\"n\":0,\"secret\":\"***\"},"
        "\"facts_hash\":\"%.64s\",\"engine\":\"umi 0.1.0\",\"shadow\":null}",
        hex, hash + 14);
    assert_string_equal(text, want);
    free(text);
    drop(&s);
}

static void the_same_facts_give_the_same_bytes(void **state)
{
    (void)state;
    set s = shipped(), t = shipped();
    know(&s, "amount=15000000 tenor_months=24 female=true is_wni=true");
    know(&t, "is_wni=true female=true tenor_months=24 amount=15000000.00");
    char *first = json(decide(&s), UMI_SHOW_RULES);
    know(&s, "amount=1000000");
    (void)decide(&s);
    know(&s, "amount=15000000");
    char *again = json(decide(&s), UMI_SHOW_RULES);
    char *other = json(decide(&t), UMI_SHOW_RULES);
    assert_string_equal(first, again);
    assert_string_equal(first, other);
    know(&t, "amount=15000001");
    char *changed = json(decide(&t), 0);
    assert_int_not_equal(strncmp(strstr(first, "\"facts_hash\""),
                                 strstr(changed, "\"facts_hash\""), 60),
                         0);
    free(first);
    free(again);
    free(other);
    free(changed);
    drop(&s);
    drop(&t);
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

/* --- memory --------------------------------------------------------------- */

static void every_allocation_may_fail(void **state)
{
    (void)state;
    set s = shipped();
    know(&s, "amount=25000000 tenor_months=36 is_wni=true nik_verified=true");
    for (int64_t nth = 1;; nth++) {
        umi_decider *d = NULL;
        const umi_decision *decision = NULL;
        umi_buf b = {0};
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_decider_new(&d, s.rs, day("2026-11-21"), NULL);
        if (rc == UMI_OK)
            rc = umi_decide(&decision, d, s.facts, NULL);
        if (rc == UMI_OK)
            rc = umi_decision_what_if(decision, NULL);
        if (rc == UMI_OK)
            umi_decision_write_json(&b, decision, UMI_TEXT("A"),
                                    UMI_SHOW_RULES | UMI_SHOW_WHAT_IFS);
        if (rc == UMI_OK)
            rc = umi_decider_on(d, day("2019-01-01"), NULL);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc != UMI_OK || b.failed, reached);
        umi_buf_free(&b);
        umi_decider_free(d);
        if (!reached)
            break;
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
        cmocka_unit_test(what_would_help_is_exact),
        cmocka_unit_test(a_door_that_is_open_is_not_shut_for_another),
        cmocka_unit_test(a_long_chain_of_lets_costs_no_stack),
        cmocka_unit_test(a_set_as_large_as_may_be_decides),
        cmocka_unit_test(the_explanation_has_this_shape),
        cmocka_unit_test(the_same_facts_give_the_same_bytes),
        cmocka_unit_test(facts_of_another_kind_are_refused),
        cmocka_unit_test(more_facts_never_turn_a_verdict),
        cmocka_unit_test(more_facts_never_turn_a_verdict_of_any_set),
        cmocka_unit_test(the_documents_asked_for_are_enough),
        cmocka_unit_test(what_is_said_to_help_helps_and_no_less_does),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("rules/decide", tests, NULL, NULL);
}
