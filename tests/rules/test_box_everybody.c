/* SPDX-License-Identifier: MIT
 * The findings of the analysis are those of brute force: random rule sets, and
 * everybody tried.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/box_int.h"
#include "tests/support/box_set.h"
#include "tests/support/random.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- brute force ---------------------------------------------------------- */

/* The same claims by trying everybody.  Halves stand for all amounts between
 * two whole ones, for no expression compares with anything between. */
enum {
    RULES = 4,
    ROWS = 3,
    FACTS = 5,
    VALUES = 10,
    FIRST_RULE = 22 /* line */
};

static const struct {
    const char *line;
    const char *values[VALUES]; /* the last is "", unknown */
} small[FACTS] = {
    {"  b: {type: bool, doc: D}\n", {"false", "true", ""}},
    {"  c: {type: bool, doc: D}\n", {"false", "true", ""}},
    {"  e: {type: enum, values: [p, q, r], doc: D}\n", {"p", "q", "r", ""}},
    {"  i: {type: int, range: [0, 4], doc: D}\n",
     {"0", "1", "2", "3", "4", ""}},
    {"  m: {type: money, range: ['0', '4'], doc: D}\n",
     {"0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", ""}},
};

typedef struct maker {
    umi_buf *b;
    chance *c;
    bool knows; /* may ask known() */
    bool lets;  /* may use them */
} maker;

static void put_atom(const maker *m)
{
    static const char *const atoms[] = {
        "b",
        "c",
        "e == \"p\"",
        "e != \"q\"",
        "e in [\"p\", \"r\"]",
        "i < %d",
        "i + 1 <= %d",
        "i * 2 > %d",
        "i == %d",
        "3 - i > %d",
        "-i < %d",
        "i + i > i + %d",
        "min(i, %d) < 2",
        "max(i, param.k) > %d",
        "(b ? 1 : 3) <= i",
        "i != param.k",
        "i in [1, %d]",
        "m <= param.q",
        "m > param.q * %d",
        "m / 2 >= param.q",
        "param.q - m < param.q * %d",
        "(c ? param.q : param.q * 2) == m",
        "known(i)",
        "known(b)",
        "flag",
        "n > %d",
    };
    size_t last = COUNT(atoms) - 1, i;
    do
        i = (size_t)chance_in(m->c, 0, (int64_t)last);
    while ((i >= last - 1 && !m->lets) ||
           (i >= last - 3 && i < last - 1 && !m->knows));
    const char *number = strstr(atoms[i], "%d");
    if (number == NULL) {
        umi_buf_puts(m->b, atoms[i]);
        return;
    }
    umi_buf_bytes(m->b, atoms[i], (size_t)(number - atoms[i]));
    umi_buf_int(m->b, chance_in(m->c, 0, 5));
    umi_buf_puts(m->b, number + 2);
}

static void put_condition(const maker *m, int depth)
{
    static const char *const between[] = {" && ", " || ", " == ", " != "};
    int64_t kind = depth == 0 ? 0 : chance_in(m->c, 0, 8);
    if (kind < 2) {
        umi_buf_putc(m->b, '(');
        put_atom(m);
        umi_buf_putc(m->b, ')');
        return;
    }
    umi_buf_puts(m->b, kind == 2 ? "!(" : "(");
    put_condition(m, depth - 1);
    if (kind == 3) {
        umi_buf_puts(m->b, " ? ");
        put_condition(m, depth - 1);
        umi_buf_puts(m->b, " : ");
        put_condition(m, depth - 1);
    } else if (kind > 3) {
        umi_buf_puts(m->b,
                     between[kind == 8 ? chance_in(m->c, 2, 3) : kind % 2]);
        put_condition(m, depth - 1);
    }
    umi_buf_puts(m->b, ")");
}

static void put_random_rule(maker *m, int n)
{
    static const char *const whom[] = {"P", "Q", "P, Q", "P, Q"};
    static const char *const how[] = {"block", "block", "refer", "warn"};
    static const char *const when[] = {"",
                                       ", effective: {from: '2026-01-01'}",
                                       ", effective: {until: '2026-01-01'}",
                                       "",
                                       "",
                                       ""};
    umi_buf *b = m->b;
    umi_buf_printf(b, "  - {id: r%d, for: [%s], require: '", n,
                   whom[chance_in(m->c, 0, 3)]);
    put_condition(m, (int)chance_in(m->c, 0, 3));
    if (chance_one_in(m->c, 4)) {
        umi_buf_puts(b, "', unless: '");
        put_condition(m, 1);
    }
    umi_buf_printf(b,
                   "', severity: %s, reason_code: C%d, legal_basis: L, "
                   "message: {id: x, en: x}%s}\n",
                   how[chance_in(m->c, 0, 3)], n, when[chance_in(m->c, 0, 5)]);
}

static umi_buf random_file(chance *c, bool knows)
{
    umi_buf b = {0};
    maker m = {&b, c, knows, false};
    umi_buf_puts(&b, head);
    for (int i = 0; i < FACTS; i++)
        umi_buf_puts(&b, small[i].line);
    umi_buf_puts(&b, "params:\n");
    umi_buf_printf(&b,
                   "  k: {type: int, values: [{from: '2020-01-01', value: "
                   "'%d', legal: L}, {from: '2026-01-01', value: '%d', legal: "
                   "L}]}\n",
                   (int)chance_in(c, 0, 4), (int)chance_in(c, 0, 4));
    umi_buf_printf(&b,
                   "  q: {type: money, values: [{from: '2020-01-01', value: "
                   "'%d', legal: L}, {from: '2026-01-01', value: '%d', legal: "
                   "L}]}\n",
                   (int)chance_in(c, 0, 3), (int)chance_in(c, 0, 3));
    umi_buf_puts(&b, "let:\n  flag: '");
    put_condition(&m, 2);
    umi_buf_puts(&b, "'\n  n: 'c ? i + 1 : e == \"p\" ? param.k : 2'\n"
                     "products:\n"
                     "  P: {channel: X, max: 'param.q'}\n"
                     "  Q: {channel: Y, max: 'param.q'}\n"
                     "rules:\n");
    m.lets = true;
    for (int i = 0; i < RULES; i++)
        put_random_rule(&m, i);
    umi_buf_puts(&b, "routing:\n  hit: first\n  exclusive: [[P, Q]]\n"
                     "  rows:\n");
    for (int i = 0; i < ROWS - 1; i++) {
        umi_buf_puts(&b, "    - {when: '");
        put_condition(&m, 1);
        umi_buf_puts(&b, "', order: [P, Q]}\n");
    }
    umi_buf_puts(&b, "    - {when: 'true', order: [P, Q]}\n");
    return b;
}

/* What was seen of everybody on one day. */
typedef struct census {
    bool on[RULES], pass[RULES], fail[RULES];
    bool alone[RULES][RULES]; /* the first fails, the second does not */
    bool product[2], both;    /* both: with whole amounts */
    bool row[ROWS];
    bool takes[RULES][2][VALUES]; /* i and m: the rule passes there */
} census;

typedef struct brute {
    const umi_ruleset *rs;
    umi_decider *d;
    bool absent[FACTS]; /* some expression asks whether it is known */
    int value[FACTS];
    census *out;
} brute;

static bool of_product(const umi_ruleset *rs, int rule, int product)
{
    return rs->rules[rule].severity == UMI_SEVERITY_BLOCK &&
           (rs->rules[rule].products >> product & 1);
}

static void count_one(brute *t)
{
    umi_rule_state s[RULES];
    census *c = t->out;
    umi_decider *d = t->d;
    assert_int_equal(umi__try(d), UMI_OK);
    umi__rule_states(d, s, d->trial, d->trial_scratch);
    bool open[2] = {true, true}, before = true, shown = true;
    for (int i = 0; i < FACTS; i++)
        shown &= d->trial[i].state == UMI_KNOWN;
    for (int r = 0; r < RULES; r++) {
        c->pass[r] |= s[r] == UMI_RULE_PASS;
        c->fail[r] |= s[r] == UMI_RULE_FAIL;
        for (int k = 0; k < RULES; k++)
            c->alone[r][k] |= s[r] == UMI_RULE_FAIL && s[k] != UMI_RULE_FAIL;
        for (int p = 0; p < 2; p++) {
            open[p] &= !of_product(t->rs, r, p) || s[r] == UMI_RULE_PASS ||
                       s[r] == UMI_RULE_OFF;
            c->takes[r][p][t->value[3 + p]] |=
                s[r] == UMI_RULE_PASS || s[r] == UMI_RULE_OFF;
        }
    }
    c->product[0] |= open[0];
    c->product[1] |= open[1];
    c->both |= open[0] && open[1] &&
               (t->value[4] % 2 == 0 || t->value[4] == VALUES - 1);
    for (int i = 0; i < ROWS; i++) {
        const umi_value *v = umi_program_result(
            d->program, d->trial, d->trial_scratch, d->roots.when[i]);
        c->row[i] |= shown && before && umi_value_true(v);
        before &= !umi_value_true(v);
    }
}

static void count_all(brute *t, int fact)
{
    if (fact == FACTS) {
        count_one(t);
        return;
    }
    for (int i = 0; i < VALUES; i++) {
        const char *text = small[fact].values[i];
        if (text == NULL || (text[0] == '\0' && !t->absent[fact]))
            return;
        t->value[fact] = i;
        t->d->trial[fact] = umi_value_unknown((uint32_t)fact);
        if (text[0] != '\0')
            assert_int_equal(umi_fact_put(t->d->trial, t->rs, (uint32_t)fact,
                                          umi_text_of(text), NULL),
                             UMI_OK);
        count_all(t, fact + 1);
    }
}

static bool asks(const umi_ruleset *rs, const char *text)
{
    for (size_t i = 0; i + strlen(text) <= rs->source.len; i++)
        if (memcmp(rs->source.ptr + i, text, strlen(text)) == 0)
            return true;
    return false;
}

static void take_census(const umi_ruleset *rs, census out[2])
{
    for (int i = 0; i < 2; i++) {
        brute t = {.rs = rs, .out = &out[i]};
        t.absent[0] = asks(rs, "known(b)");
        t.absent[3] = asks(rs, "known(i)");
        umi_day day = umi_day_of((umi_civil){2025 + i, 1, 1});
        memset(&out[i], 0, sizeof out[i]);
        assert_int_equal(umi_decider_new(&t.d, rs, day, NULL), UMI_OK);
        for (int r = 0; r < RULES; r++)
            out[i].on[r] = umi_rule_on(&rs->rules[r], day);
        count_all(&t, 0);
        umi_decider_free(t.d);
    }
}

static bool never(const census c[2], int r)
{
    return (c[0].on[r] && !c[0].pass[r]) || (c[1].on[r] && !c[1].pass[r]);
}

static bool always(const census c[2], int r)
{
    return !(c[0].on[r] && c[0].fail[r]) && !(c[1].on[r] && c[1].fail[r]);
}

static bool stronger(const umi_ruleset *rs, const census c[2], int r, int k)
{
    const umi_rule *w = &rs->rules[r], *s = &rs->rules[k];
    if (r == k || (w->products & ~s->products) || s->severity > w->severity)
        return false;
    for (int i = 0; i < 2; i++)
        if (c[i].on[r] && (!c[i].on[k] || c[i].alone[r][k]))
            return false;
    return true;
}

static bool implied(const umi_ruleset *rs, const census c[2], int r)
{
    for (int k = 0; k < RULES; k++)
        if (stronger(rs, c, r, k) && !never(c, k) && !always(c, k) &&
            !(stronger(rs, c, k, r) && r < k))
            return !always(c, r) && !never(c, r);
    return false;
}

static bool
takes(const umi_ruleset *rs, const census *c, int product, int var, int value)
{
    for (int r = 0; r < RULES; r++)
        if (of_product(rs, r, product) && !c->takes[r][var][value])
            return false;
    return true;
}

/* Pairs (low, high) with a gap between them, as bits. */
static unsigned gaps(const umi_ruleset *rs, const census *c, int var)
{
    unsigned found = 0;
    int below = -1;
    bool gap = false;
    for (int v = 0; v < (var == 0 ? 5 : 9); v++) {
        bool p = takes(rs, c, 0, var, v), q = takes(rs, c, 1, var, v);
        if (!p && !q) {
            gap |= var == 0 || v % 2 == 0;
            continue;
        }
        bool was_p = below >= 0 && takes(rs, c, 0, var, below);
        bool was_q = below >= 0 && takes(rs, c, 1, var, below);
        if (gap && was_p != was_q && p != q && was_p != p)
            found |= was_p ? 1U : 2U;
        below = v;
        gap = false;
    }
    return found;
}

static void expect(umi_buf *b, int line, const char *code)
{
    umi_buf_printf(b, "%d %s\n", line, code);
}

/* Where absence is asked for, a row may be told of only if nobody who shows
 * every fact falls into it, but need not. */
static void
expect_all(umi_buf *b, const analysed *a, bool knows, const census c[2])
{
    const umi_ruleset *rs = a->rs;
    int routing = FIRST_RULE + RULES;
    for (int p = 0; p < 2; p++)
        if (!c[0].product[p] || !c[1].product[p])
            expect(b, 19 + p, "W-PRODUCT-SHUT");
    for (int r = 0; r < RULES; r++) {
        if (always(c, r))
            expect(b, FIRST_RULE + r, "W-RULE-ALWAYS");
        if (!knows && implied(rs, c, r))
            expect(b, FIRST_RULE + r, "W-RULE-IMPLIED");
        if (never(c, r))
            expect(b, FIRST_RULE + r, "W-RULE-NEVER");
    }
    unsigned found = 0;
    for (int i = 0; i < 4; i++)
        found |= gaps(rs, &c[i / 2], i % 2);
    for (unsigned i = 1; i <= 2; i *= 2)
        if (found & i)
            expect(b, routing + 2, "W-BAND-GAP");
    if (c[0].both || c[1].both)
        expect(b, routing + 2, "W-BAND-OVERLAP");
    for (int i = 0; i < ROWS; i++)
        if (!c[0].row[i] && !c[1].row[i] &&
            (!knows || told(&a->problems, routing + 4 + i, "W-ROW-NEVER")))
            expect(b, routing + 4 + i, "W-ROW-NEVER");
    umi_buf_putc(b, '\0');
}

static int by_place(const void *a, const void *b)
{
    const umi_problem *const *x = a, *const *y = b;
    return (*x)->at.line != (*y)->at.line
               ? ((*x)->at.line > (*y)->at.line ? 1 : -1)
               : strcmp((*x)->code, (*y)->code);
}

/* In order of line and code; those that brute force does not judge are left
 * out. */
static void list_found(umi_buf *b, const umi_problems *p, bool knows)
{
    const umi_problem *all[UMI_PROBLEMS_MAX];
    size_t n = 0;
    for (const umi_problem *q = p->first; q != NULL; q = q->next)
        if (strcmp(q->code, "W-TAUTOLOGY") != 0 &&
            !(knows && strcmp(q->code, "W-RULE-IMPLIED") == 0))
            all[n++] = q;
    qsort(all, n, sizeof *all, by_place);
    for (size_t i = 0; i < n; i++)
        expect(b, (int)all[i]->at.line, all[i]->code);
    umi_buf_putc(b, '\0');
}

static void compare_with_everybody(chance *c, bool knows, size_t seen[2])
{
    census all[2];
    umi_buf text = random_file(c, knows), want = {0}, got = {0};
    analysed a = analyse(umi_buf_as_text(&text));
    take_census(a.rs, all);
    expect_all(&want, &a, knows, all);
    list_found(&got, &a.problems, knows);
    if (strcmp(got.ptr, want.ptr) != 0 || a.report.unproved > 0 ||
        a.report.opaque_count > 0) {
        printf("%.*s", (int)text.len, text.ptr);
        fail_msg("%zu unproved, %zu opaque; found\n%sbut there are\n%s",
                 a.report.unproved, a.report.opaque_count, got.ptr, want.ptr);
    }
    seen[0] += a.problems.warnings;
    seen[1]++;
    umi_buf_free(&text);
    umi_buf_free(&want);
    umi_buf_free(&got);
    drop(&a);
}

static void findings_are_those_of_brute_force(void **state)
{
    chance c = chance_begin("boxes", 20261122);
    size_t seen[2] = {0};
    (void)state;
    for (int i = 0; i < chance_rounds(1500); i++)
        compare_with_everybody(&c, i % 5 == 0, seen);
    printf("%zu findings in %zu rule sets\n", seen[0], seen[1]);
    assert_true(seen[0] > seen[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_are_those_of_brute_force),
    };
    return cmocka_run_group_tests_name("rules/box_everybody", tests, NULL,
                                       NULL);
}
