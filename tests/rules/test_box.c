/* SPDX-License-Identifier: MIT
 * What the analysis of a rule set finds: each finding with its line and
 * witness, spans of time, and what is not analysed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "rules/decide/box_int.h"
#include "rules/set/data.h"
#include "tests/support/box_set.h"
#include "tests/support/random.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

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
        cmocka_unit_test(dates_are_found_for_every_span),
        cmocka_unit_test(five_hundred_rules_take_few_steps),
        cmocka_unit_test(what_would_take_for_ever_is_not_analysed),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(the_shipped_rules_have_nothing_to_find),
    };
    return cmocka_run_group_tests_name("rules/box", tests, NULL, NULL);
}
