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
#include "rules/decide/decision_int.h"
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
    fail_msg("%.*s\n%.*s", (int)told.len, told.ptr, (int)text.len, text.ptr);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_finding_has_its_line_and_witness),
        cmocka_unit_test(what_is_not_analysed_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
