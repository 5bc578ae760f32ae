/* SPDX-License-Identifier: MIT
 * What is claimed of everybody: each kind of finding with its line and its
 * witness, against brute force over all applicants of small rule sets, and
 * within bounds for files that are made to take long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rules/decide/box.h"
#include "rules/decide/box_int.h"
#include "rules/set/data.h"
#include "tests/support/random.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- rule sets in a few lines --------------------------------------------- */

typedef struct analysed {
    umi_arena *arena;
    umi_ruleset *rs;
    umi_problems problems; /* those of the analysis alone */
    umi_box_report report;
} analysed;

static void fail_with(const umi_problems *p, umi_text text)
{
    umi_buf told = {0};
    umi_problems_print(&told, p, text);
    umi_buf_text(&told, text);
    fail_msg("%.*s", (int)told.len, told.ptr);
}

static analysed analyse(umi_text text)
{
    analysed a = {.arena = umi_arena_new()};
    umi_problems p = umi_problems_new(a.arena, UMI_LANG_EN, "t.yaml");
    if (umi_ruleset_load(&a.rs, "t.yaml", text, &p) != UMI_OK)
        fail_with(&p, text);
    a.problems = umi_problems_new(a.arena, UMI_LANG_EN, "t.yaml");
    umi_status rc = umi_ruleset_analyse(&a.report, a.rs, &a.problems, NULL);
    assert_int_equal(rc, UMI_OK);
    return a;
}

static void drop(analysed *a)
{
    umi_ruleset_free(a->rs);
    umi_arena_free(a->arena);
}

/* Line 6 is the first of @p facts; every fact, rule and row has one line. */
static const char head[] = "format: eligibility/1\n"
                           "ruleset: {id: t, version: '1', timezone: UTC}\n"
                           "effective: {from: '2025-01-01'}\n"
                           "languages: [id, en]\n"
                           "legal: {L: {title: An act}}\n"
                           "facts:\n";

static void put_rule(umi_buf *b,
                     int n,
                     const char *products,
                     const char *require,
                     const char *more)
{
    umi_buf_printf(b,
                   "  - {id: r%d, for: [%s], require: '%s', reason_code: C%d, "
                   "legal_basis: L, message: {id: x, en: x}, %s}\n",
                   n, products, require, n, more);
}

/* --- one finding each ----------------------------------------------------- */

typedef struct finding {
    const char *rules[4]; /* require, or "P: require" for product P alone */
    const char *rows;     /* before the last one */
    const char *routing;  /* more of it */
    const char *expected; /* "line code on witness", one a line */
} finding;

/* Facts from line 7 on, products on 26 and 27, rules from 29 on; two lines
 * behind the last of them `exclusive`, if there is one, and then the rows. */
static const char small_facts[] =
    "  i: {type: int, range: [0, 10], doc: D}\n"
    "  n: {type: int, doc: D}\n"
    "  b: {type: bool, doc: D}\n"
    "  e: {type: enum, values: [p, q, r], doc: D}\n"
    "  m: {type: money, range: ['0', '1000'], step: '10', doc: D}\n"
    "  free: {type: money, doc: D}\n"
    "  s: {type: string, doc: D}\n"
    "  born: {type: date, range: ['1930-01-01', '2020-01-01'], doc: D}\n"
    "  rate: {type: rate, range: ['0', '1'], doc: D}\n"
    "params:\n"
    "  five: {type: int, values: [{from: '2020-01-01', value: '5', legal: L}, "
    "{from: '2026-01-01', value: '7', legal: L}]}\n"
    "  low: {type: money, values: [{from: '2020-01-01', value: '100', legal: "
    "L}]}\n"
    "  high: {type: money, values: [{from: '2020-01-01', value: '100', legal: "
    "L}, {from: '2026-01-01', value: '120', legal: L}]}\n"
    "  on: {type: bool, values: [{from: '2020-01-01', value: true, legal: "
    "L}]}\n"
    "let:\n"
    "  cap: 'b ? param.low : param.high'\n"
    "  age: 'years_between(born, today)'\n"
    "  old: 'age >= 18'\n"
    "products:\n"
    "  P: {channel: X, max: 'param.low'}\n"
    "  Q: {channel: X, max: 'cap'}\n"
    "rules:\n";

static umi_buf file_of(const finding *f)
{
    umi_buf b = {0};
    umi_buf_puts(&b, head);
    umi_buf_puts(&b, small_facts);
    for (int i = 0; i < 4 && f->rules[i] != NULL; i++) {
        const char *text = f->rules[i];
        char products[2] = {text[0], '\0'};
        bool one = text[1] == ':';
        put_rule(&b, i, one ? products : "P, Q", one ? text + 3 : text,
                 "severity: block");
    }
    umi_buf_puts(&b, "routing:\n  hit: first\n");
    umi_buf_printf(&b, "%s", f->routing != NULL ? f->routing : "");
    umi_buf_printf(&b, "  rows:\n%s", f->rows != NULL ? f->rows : "");
    umi_buf_puts(&b, "    - {when: 'true', order: [P, Q]}\n");
    return b;
}

static const finding findings[] = {
    /* clean */
    {{"i > 5"}, NULL, NULL, ""},
    {{"i > 5 && b || e == \"p\"", "old"}, NULL, NULL, ""},
    {{"m <= cap"}, NULL, NULL, ""},
    {{"known(b)"}, NULL, NULL, ""},
    {{"n + 1 > 0"}, NULL, NULL, ""}, /* not analysed: it may overflow */
    {{"s != \"x\"", "s in [\"x\", \"y\"] || b"}, NULL, NULL, ""},
    /* the calendar closes on purpose */
    {{"today >= date(\"2027-01-01\")"}, NULL, NULL, ""},
    {{"today >= date(\"2027-01-01\") && i > 10"},
     NULL,
     NULL,
     "26 W-PRODUCT-SHUT 2025-01-01 {\"id\":\"witness\",\"i\":0}\n"
     "27 W-PRODUCT-SHUT 2025-01-01 {\"id\":\"witness\",\"i\":0}\n"
     "29 W-RULE-NEVER 2025-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    /* always */
    {{"i >= 0"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    {{"i < 11 || b"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"i\":0,\"b\":false}\n"},
    {{"e in [\"p\", \"q\", \"r\"]"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"e\":\"p\"}\n"},
    {{"rate * 2 <= 2"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"rate\":\"0\"}\n"},
    {{"m / 2 <= param.low * 5"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"m\":\"0\"}\n"},
    {{"min(i, 3) <= 3"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    {{"max(i, 3) - 3 >= 0"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    {{"param.on || b"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"b\":false}\n"},
    {{"age >= 5"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"born\":"
     "\"2020-01-01\"}\n"},
    {{"age >= 6"}, NULL, NULL, ""},
    {{"days_between(born, today) > 0"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"born\":"
     "\"2020-01-01\"}\n"},
    {{"(b == (i > 3)) == (b != (i <= 3)) || e == \"p\""},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 "
     "{\"id\":\"witness\",\"i\":0,\"b\":false,\"e\":\"p\"}\n"},
    {{"i <= (b ? 10 : 12)"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"i\":0,\"b\":false}\n"},
    /* never */
    {{"i > 10"},
     NULL,
     NULL,
     "26 W-PRODUCT-SHUT 2025-01-01 {\"id\":\"witness\",\"i\":0}\n"
     "27 W-PRODUCT-SHUT 2025-01-01 {\"id\":\"witness\",\"i\":0}\n"
     "29 W-RULE-NEVER 2025-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    {{"P: i > 1 && i < 2"},
     NULL,
     NULL,
     "26 W-PRODUCT-SHUT 2025-01-01 {\"id\":\"witness\",\"i\":0}\n"
     "29 W-RULE-NEVER 2025-01-01 {\"id\":\"witness\",\"i\":0}\n"
     "29 W-TAUTOLOGY 2026-01-01 {\"id\":\"witness\"}\n"},
    {{"P: i > param.five && i < 7"},
     NULL,
     NULL,
     "26 W-PRODUCT-SHUT 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"
     "29 W-RULE-NEVER 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    {{"P: free / n > param.low && i > 3 && i < 3"},
     NULL,
     NULL,
     "26 W-PRODUCT-SHUT 2025-01-01 "
     "{\"id\":\"witness\",\"i\":0,\"n\":0,\"free\":\"0\"}\n"
     "29 W-RULE-NEVER 2025-01-01 "
     "{\"id\":\"witness\",\"i\":0,\"n\":0,\"free\":\"0\"}\n"},
    /* a third of 1000 cannot be written, so nobody shows that it is one */
    {{"P: free * 3 == param.low"}, NULL, NULL, ""},
    {{"P: free * 3 > param.low"},
     "    - {when: 'free * 3 > param.low', order: [P]}\n"
     "    - {when: 'free * 3 > param.low * 2', order: [P]}\n",
     NULL,
     "34 W-ROW-NEVER 2026-01-01 {\"id\":\"witness\",\"free\":\"67\"}\n"},
    /* one within another */
    {{"i > 5", "i > 3"},
     NULL,
     NULL,
     "30 W-RULE-IMPLIED 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    {{"i > 3", "i > 5"},
     NULL,
     NULL,
     "29 W-RULE-IMPLIED 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    {{"P: i > 5", "Q: i > 3"}, NULL, NULL, ""},
    {{"i > 5", "P: i > 3"},
     NULL,
     NULL,
     "30 W-RULE-IMPLIED 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    {{"P: i > 5", "i > 3"}, NULL, NULL, ""},
    {{"i > 5 && b", "b && i >= 6"},
     NULL,
     NULL,
     "30 W-RULE-IMPLIED 2026-01-01 {\"id\":\"witness\",\"i\":0,\"b\":false}\n"},
    {{"i > param.five", "i > 6"}, NULL, NULL, ""}, /* only from 2026 on */
    {{"i > param.five", "i > 5"},
     NULL,
     NULL,
     "30 W-RULE-IMPLIED 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    {{"m <= param.low", "m <= cap"},
     NULL,
     NULL,
     "30 W-RULE-IMPLIED 2026-01-01 {\"id\":\"witness\",\"b\":true,\"m\":"
     "\"110\"}\n"},
    {{"!old || b", "age < 20 || b"},
     NULL,
     NULL,
     "30 W-RULE-IMPLIED 2026-01-01 "
     "{\"id\":\"witness\",\"b\":false,\"born\":\"2006-01-01\"}\n"},
    /* a product for nobody */
    {{"P: i > 5", "P: i < 4 || b", "P: !b"},
     NULL,
     NULL,
     "26 W-PRODUCT-SHUT 2025-01-01 {\"id\":\"witness\",\"i\":6,\"b\":true}\n"},
    {{"P: i > 5", "P: i < 4", "P: b"},
     NULL,
     NULL,
     "26 W-PRODUCT-SHUT 2025-01-01 {\"id\":\"witness\",\"i\":6}\n"},
    {{"P: old", "P: age <= 17"},
     NULL,
     NULL,
     "26 W-PRODUCT-SHUT 2025-01-01 "
     "{\"id\":\"witness\",\"born\":\"2007-01-01\"}\n"},
    /* bands */
    {{"P: m <= param.low", "Q: m > param.low"},
     NULL,
     "  exclusive: [[P, Q]]\n",
     ""},
    {{"P: m <= param.low", "Q: m >= param.low * 1.1"}, NULL, NULL, ""},
    {{"P: m <= param.low", "Q: m > param.high"},
     NULL,
     "  exclusive: [[P, Q]]\n",
     "33 W-BAND-GAP 2026-01-01 {\"id\":\"witness\",\"m\":\"110\"}\n"},
    {{"P: m <= param.low", "Q: m > param.high"},
     NULL,
     NULL,
     "27 W-BAND-GAP 2026-01-01 {\"id\":\"witness\",\"m\":\"110\"}\n"},
    {{"P: m <= param.low", "Q: m >= param.low && b"},
     NULL,
     "  exclusive: [[P, Q]]\n",
     "33 W-BAND-OVERLAP 2025-01-01 "
     "{\"id\":\"witness\",\"b\":true,\"m\":\"100\"}\n"},
    {{"P: m <= param.low", "Q: m > param.low * 0.95"},
     NULL,
     "  exclusive: [[P, Q]]\n",
     "33 W-BAND-OVERLAP 2025-01-01 {\"id\":\"witness\",\"m\":\"100\"}\n"},
    {{"P: m < param.low", "Q: m > param.low * 0.95"},
     NULL,
     "  exclusive: [[P, Q]]\n",
     ""}, /* they overlap between steps only */
    {{"P: i <= 3", "Q: i >= 5"},
     NULL,
     "  exclusive: [[P, Q]]\n",
     "33 W-BAND-GAP 2025-01-01 {\"id\":\"witness\",\"i\":4}\n"},
    {{"P: free <= param.low", "Q: free >= param.low + param.low / 100"},
     NULL,
     NULL,
     ""}, /* whole rupiah join */
    {{"P: free <= param.low", "Q: free > param.low + param.low / 100"},
     NULL,
     NULL,
     "27 W-BAND-GAP 2025-01-01 {\"id\":\"witness\",\"free\":\"101\"}\n"},
    /* rows */
    {{"i > 5"},
     "    - {when: 'i > 5', order: [P]}\n"
     "    - {when: 'i > 7', order: [Q]}\n",
     NULL,
     "34 W-ROW-NEVER 2026-01-01 {\"id\":\"witness\",\"i\":8}\n"},
    {{"i > 5"},
     "    - {when: 'b', order: [P]}\n"
     "    - {when: '!b', order: [Q]}\n",
     NULL,
     "35 W-ROW-NEVER 2026-01-01 {\"id\":\"witness\",\"b\":false}\n"},
    {{"i > 5"},
     "    - {when: 'i > 10', order: [P]}\n",
     NULL,
     "33 W-ROW-NEVER 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
    /* always the same, and yet unknown */
    {{"i > 5 || i <= 5"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"
     "29 W-TAUTOLOGY 2026-01-01 {\"id\":\"witness\"}\n"},
    {{"b && (e == \"p\" || e != \"p\")"},
     NULL,
     NULL,
     "29 W-TAUTOLOGY 2026-01-01 {\"id\":\"witness\",\"b\":true}\n"},
    {{"!known(i) || i > 5 || i <= 5"},
     NULL,
     NULL,
     "29 W-RULE-ALWAYS 2026-01-01 {\"id\":\"witness\",\"i\":0}\n"},
};

static void list(umi_buf *b, const umi_problems *p)
{
    for (const umi_problem *q = p->first; q != NULL; q = q->next) {
        assert_non_null(q->witness);
        umi_buf_printf(b, "%u %s ", q->at.line, q->code);
        umi_buf_day(b, q->on);
        umi_buf_printf(b, " %s\n", q->witness);
    }
    umi_buf_putc(b, '\0');
}

static void every_finding_has_its_line_and_witness(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(findings); i++) {
        umi_buf text = file_of(&findings[i]), got = {0};
        analysed a = analyse(umi_buf_as_text(&text));
        list(&got, &a.problems);
        if (strcmp(got.ptr, findings[i].expected) != 0)
            fail_msg("%zu (%s):\n%s--- expected\n%s", i, findings[i].rules[0],
                     got.ptr, findings[i].expected);
        assert_int_equal(a.report.unproved, 0);
        umi_buf_free(&got);
        umi_buf_free(&text);
        drop(&a);
    }
}

/* --- what is not analysed ------------------------------------------------- */

static void what_is_not_analysed_is_named(void **state)
{
    static const struct {
        const char *require;
        bool opaque;
    } rows[] = {
        {"i > 5", false},
        {"n > 5", false},
        {"n + 1 > 5", true}, /* it may overflow */
        {"i + 1 > 5", false},
        {"i / 2 > 1", true},
        {"free / 2 > param.low", false},
        {"free / i > param.low", true},
        {"free > m", true},
        {"free / i > param.low || true", false},
        {"free / i > param.low && i > 11", false}, /* nobody in any case */
        {"i + i * 3 > i", false},
        {"s.startsWith(\"a\")", true},
        {"s < \"a\"", true},
        {"s == \"a\"", false},
        {"age > 18 && born < date(\"2001-01-01\")", true}, /* two of one */
        {"age > 18 && born == born", true},
        {"age > 18", false},
        {"today > date(\"2026-05-01\")", false},
        {"years_between(today, born) < -18", false},
        {"size([1, 2]) == 2 || b", true},
        {"[b][0]", true},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        finding f = {{rows[i].require}, NULL, NULL, NULL};
        umi_buf text = file_of(&f);
        analysed a = analyse(umi_buf_as_text(&text));
        if ((a.report.opaque_count == 1) != rows[i].opaque)
            fail_msg("%s: %zu", rows[i].require, a.report.opaque_count);
        assert_int_equal(a.report.rules, 1);
        assert_int_equal(a.report.epochs, 2);
        assert_false(a.report.interrupted);
        umi_buf_free(&text);
        drop(&a);
    }
}

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

static bool told(const umi_problems *p, int line, const char *code)
{
    for (const umi_problem *q = p->first; q != NULL; q = q->next)
        if (q->at.line == (uint32_t)line && strcmp(q->code, code) == 0)
            return true;
    return false;
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

/* --- spans of time -------------------------------------------------------- */

/* Two bounds on one span, first of one product and then of two: nobody can
 * have the one exactly when nobody may have both of the others. */
static void dates_are_found_for_every_span(void **state)
{
    static const char *const spans[] = {
        "years_between(born, today)",  "months_between(born, today)",
        "days_between(born, today)",   "years_between(today, born)",
        "months_between(today, born)", "days_between(today, born)",
    };
    static const char *const days[] = {"2025-01-01", "2024-02-29", "2025-12-31",
                                       "2025-03-31", "2023-02-28"};
    chance c = chance_begin("spans", 20261122);
    (void)state;
    for (int i = 0; i < chance_rounds(600); i++) {
        const char *span = spans[i % 6], *on = days[i % 5];
        int low = (int)chance_in(&c, -40, 40);
        int high = low + (int)chance_in(&c, -2, 2);
        umi_buf b = {0};
        umi_buf_printf(&b,
                       "format: eligibility/1\n"
                       "ruleset: {id: t, version: '1', timezone: UTC}\n"
                       "effective: {from: '%s'}\n"
                       "languages: [id, en]\n"
                       "legal: {L: {title: An act}}\n"
                       "facts:\n  born: {type: date, doc: D}\n"
                       "params:\n  z: {type: money, values: [{from: "
                       "'2020-01-01', value: '0', legal: L}]}\n"
                       "products:\n  P: {channel: X, max: 'param.z'}\n"
                       "  Q: {channel: X, max: 'param.z'}\n"
                       "  R: {channel: X, max: 'param.z'}\nrules:\n",
                       on);
        char least[80], most[80];
        (void)snprintf(least, sizeof least, "%s >= %d", span, low);
        (void)snprintf(most, sizeof most, "%s <= %d", span, high);
        put_rule(&b, 0, "P, Q", least, "severity: block");
        put_rule(&b, 1, "P, R", most, "severity: block");
        umi_buf_puts(&b, "routing:\n  hit: first\n  exclusive: [[Q, R]]\n"
                         "  rows: [{when: 'true', order: [P, Q, R]}]\n");
        analysed a = analyse(umi_buf_as_text(&b));
        bool shut = told(&a.problems, 11, "W-PRODUCT-SHUT");
        bool both = told(&a.problems, 19, "W-BAND-OVERLAP");
        if (shut != (low > high) || both == shut || a.report.unproved > 0 ||
            a.report.opaque_count > 0 || a.problems.warnings != 1)
            fail_with(&a.problems, umi_buf_as_text(&b));
        umi_buf_free(&b);
        drop(&a);
    }
}

/* --- bounds --------------------------------------------------------------- */

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* 26 bools b0.., four numbers, and then what the caller writes. */
static umi_buf large_head(void)
{
    umi_buf b = {0};
    umi_buf_puts(&b, head);
    for (int i = 0; i < 26; i++)
        umi_buf_printf(&b, "  b%d: {type: bool, doc: D}\n", i);
    umi_buf_puts(&b, "  m: {type: money, range: ['0', '100000000'], doc: D}\n"
                     "  n: {type: int, range: [0, 1000000], doc: D}\n"
                     "products:\n");
    for (int i = 0; i < 10; i++)
        umi_buf_printf(&b, "  P%d: {channel: X, max: 'param.p0'}\n", i);
    return b;
}

static void large_foot(umi_buf *b)
{
    umi_buf_puts(b, "routing:\n  hit: first\n  rows:\n    - {when: 'true', "
                    "order: [P0, P1, P2, P3, P4, P5, P6, P7, P8, P9]}\n");
}

/* Every rule compares with a figure of its own that changes each year. */
static umi_buf many_rules(int count)
{
    umi_buf b = large_head();
    umi_buf_puts(&b, "params:\n");
    for (int i = 0; i < count; i++) {
        umi_buf_printf(&b, "  p%d: {type: money, values: [", i);
        for (int year = 2020; year < 2030; year++)
            umi_buf_printf(&b, "%s{from: '%d-01-01', value: '%d', legal: L}",
                           year > 2020 ? ", " : "", year,
                           1000 + i * 1000 + (2030 - year) * (i % 7));
        umi_buf_puts(&b, "]}\n");
    }
    umi_buf_puts(&b, "rules:\n");
    for (int i = 0; i < count; i++) {
        char products[8], text[160];
        (void)snprintf(products, sizeof products, "P%d", i % 10);
        (void)snprintf(text, sizeof text,
                       "m <= param.p%d || b%d && (n > %d || !b%d) || n < %d", i,
                       i % 26, i, (i + 7) % 26, i * 3 + 1);
        put_rule(&b, i, products, text, "severity: block");
    }
    large_foot(&b);
    return b;
}

static void five_hundred_rules_take_few_steps(void **state)
{
    (void)state;
    umi_buf text = many_rules(500);
    double start = seconds();
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_ruleset *rs = NULL;
    umi_box_report report;
    assert_int_equal(
        umi_ruleset_load(&rs, "t.yaml", umi_buf_as_text(&text), &p), UMI_OK);
    double loaded = seconds();
    assert_int_equal(umi_ruleset_analyse(&report, rs, &p, NULL), UMI_OK);
    double done = seconds();
    printf("500 rules, %zu epochs: read in %.0f ms, analysed in %.0f ms, "
           "%.1f million steps\n",
           report.epochs, (loaded - start) * 1e3, (done - loaded) * 1e3,
           (double)report.steps / 1e6);
    assert_false(report.interrupted);
    assert_int_equal(report.opaque_count, 0);
    assert_true(report.steps < 2000000);
    umi_ruleset_free(rs);
    umi_arena_free(arena);
    umi_buf_free(&text);
}

/* (b0 || b1 ...) && ... of 2^13 boxes, in many rules and through lets that
 * double each other. */
static void what_would_take_for_ever_is_not_analysed(void **state)
{
    (void)state;
    umi_buf b = large_head();
    umi_buf_puts(&b, "params:\n  p0: {type: money, values: [{from: "
                     "'2020-01-01', value: '1', legal: L}]}\n"
                     "let:\n  x0: 'b0 || b1'\n");
    for (int i = 1; i < 60; i++)
        umi_buf_printf(&b, "  x%d: '(x%d || b%d) && (x%d || !b%d)'\n", i, i - 1,
                       i % 26, i - 1, (i * 7 + 3) % 26);
    umi_buf_puts(&b, "rules:\n");
    for (int i = 0; i < 400; i++) {
        umi_buf require = {0};
        for (int k = 0; k < 13; k++)
            umi_buf_printf(&require, "%s(b%d || b%d)", k > 0 ? " && " : "",
                           (2 * k + i) % 26, (2 * k + i + 1) % 26);
        if (i % 2 == 1)
            umi_buf_puts(&require, " && x59");
        umi_buf_putc(&require, '\0');
        put_rule(&b, i, "P0, P1", require.ptr, "severity: block");
        umi_buf_free(&require);
    }
    put_rule(&b, 400, "P0", "n > 5 && n < 5 && x59", "severity: block");
    large_foot(&b);
    double start = seconds();
    analysed a = analyse(umi_buf_as_text(&b));
    printf("hostile: %zu of %zu not analysed, in %.0f ms, %.1f million "
           "steps\n",
           a.report.opaque_count, a.report.rules, (seconds() - start) * 1e3,
           (double)a.report.steps / 1e6);
    assert_true(a.report.opaque_count >= 400);
    assert_false(a.report.interrupted);
    assert_true(
        told(&a.problems, (int)a.rs->rules[400].at.line, "W-RULE-NEVER"));
    assert_true(a.report.steps < UMI__STEPS_MAX);
    umi_buf_free(&b);
    drop(&a);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    umi_buf text = file_of(&findings[COUNT(findings) - 10]);
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_ruleset *rs = NULL;
    assert_int_equal(
        umi_ruleset_load(&rs, "t.yaml", umi_buf_as_text(&text), &p), UMI_OK);
    for (int64_t nth = 1;; nth++) {
        umi_arena *own = umi_arena_new();
        umi_problems q = umi_problems_new(own, UMI_LANG_EN, "t.yaml");
        umi_box_report report = {.rules = 99};
        umi_error err = {0};
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_ruleset_analyse(&report, rs, &q, &err);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        assert_int_equal(report.rules == 99, reached);
        umi_arena_free(own);
        if (!reached)
            break;
    }
    umi_ruleset_free(rs);
    umi_arena_free(arena);
    umi_buf_free(&text);
}

static void the_shipped_rules_have_nothing_to_find(void **state)
{
    (void)state;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    analysed a = analyse((umi_text){f->text, f->size});
    if (a.problems.warnings > 0)
        fail_with(&a.problems, (umi_text){NULL, 0});
    assert_int_equal(a.report.unproved, 0);
    assert_false(a.report.interrupted);
    assert_true(a.report.opaque_count * 3 < a.report.rules);
    drop(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_finding_has_its_line_and_witness),
        cmocka_unit_test(what_is_not_analysed_is_named),
        cmocka_unit_test(findings_are_those_of_brute_force),
        cmocka_unit_test(dates_are_found_for_every_span),
        cmocka_unit_test(five_hundred_rules_take_few_steps),
        cmocka_unit_test(what_would_take_for_ever_is_not_analysed),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(the_shipped_rules_have_nothing_to_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
