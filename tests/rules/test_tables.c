/* SPDX-License-Identifier: MIT
 * Decision tables and scorecards against a model: what they answer when all is known, what
 * they say when something is not, and that learning never turns an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/decision.h"

/* --- a small rule set around a table -------------------------------------- */

static const char head[] =
    "format: eligibility/1\n"
    "ruleset: {id: t, version: '1', timezone: UTC}\n"
    "effective: {from: '2025-01-01'}\n"
    "languages: [id, en]\n"
    "facts:\n"
    "  a: {type: int, range: [1, 5], doc: A, change: increase}\n"
    "  b: {type: int, range: [1, 3], doc: B}\n"
    "  c: {type: bool, doc: C}\n"
    "params:\n"
    "  most: {type: money, values: [{from: '2020-01-01', value: '9', legal: "
    "L}]}\n"
    "legal:\n"
    "  L: {title: An act}\n";
static const char tail[] = "products:\n"
                           "  P: {channel: X, max: 'param.most'}\n"
                           "rules:\n"
                           "  - id: r\n"
                           "    for: [P]\n"
                           "    require: '%s'\n"
                           "    severity: block\n"
                           "    reason_code: R\n"
                           "    legal_basis: L\n"
                           "    message: {id: '{t}', en: '{t}'}\n"
                           "routing:\n"
                           "  hit: first\n"
                           "  rows:\n"
                           "    - {when: 'true', order: [P]}\n";

typedef struct set {
    umi_arena *arena;
    umi_ruleset *rs;
    umi_decider *d;
    umi_value facts[3];
} set;

static set load(const char *table, const char *require)
{
    set s = {.arena = umi_arena_new()};
    umi_buf b = {0};
    umi_problems p = umi_problems_new(s.arena, UMI_LANG_EN, "t.yaml");
    umi_buf_puts(&b, head);
    umi_buf_puts(&b, table);
    umi_buf_printf(&b, tail, require);
    umi_status rc = umi_ruleset_load(&s.rs, "t.yaml", umi_buf_as_text(&b), &p);
    if (rc != UMI_OK) {
        umi_buf out = {0};
        umi_problems_print(&out, &p, umi_buf_as_text(&b));
        fail_msg("%.*s%.*s", (int)out.len, out.ptr, (int)b.len, b.ptr);
    }
    umi_buf_free(&b);
    assert_int_equal(umi_decider_new(&s.d, s.rs, s.rs->complete_from, NULL),
                     UMI_OK);
    umi_facts_clear(s.facts, s.rs);
    return s;
}

static void drop(set *s)
{
    umi_decider_free(s->d);
    umi_ruleset_free(s->rs);
    umi_arena_free(s->arena);
}

/* "pass 3", "unknown ?": the state of the rule and the value of the table. */
static const char *answer(set *s)
{
    static char text[64];
    const umi_decision *d;
    umi_buf b = {0};
    assert_int_equal(umi_decide(&d, s->d, s->facts, NULL), UMI_OK);
    umi_decision_reason(&b, d, 0, UMI_LANG_EN);
    (void)snprintf(text, sizeof text, "%s %.*s",
                   umi_rule_state_name(d->rules[0]), (int)b.len, b.ptr);
    umi_buf_free(&b);
    return text;
}

/* --- by hand ---------------------------------------------------------------- */

static const struct {
    const char *form, *rows, *require;
    int a, b, c; /* 0, or -1 of c: unknown */
    const char *want;
} cases[] = {
    /* the first row that holds answers */
    {"hit: first, output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '-', c: 'true', then: '2'}",
     "t == 1", 3, 0, -1, "pass 1"},
    {"hit: first, output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '-', c: 'true', then: '2'}",
     "t == 1", 1, 0, 1, "fail 2"},
    {"hit: first, output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '-', c: 'true', then: '2'}",
     "t == 1", 1, 0, -1, "unknown ?"},
    /* none holds: an error, or the default */
    {"hit: first, output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '-', c: 'true', then: '2'}",
     "t == 1", 1, 0, 0, "error ?"},
    {"hit: first, default: '7', output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '-', c: 'true', then: '2'}",
     "t == 1", 1, 0, 0, "fail 7"},
    /* rows that may hold and agree */
    {"hit: first, output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '-', c: '-', then: '1'}", "t == 1",
     0, 0, -1, "pass 1"},
    {"hit: first, default: '1', output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '-', c: 'true', then: '2'}",
     "t == 1", 0, 0, 0, "pass 1"},
    /* only one may hold */
    {"hit: unique, output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '>= 1 && != 2', c: 'true', then: "
     "'2'}",
     "t == 1", 3, 0, 1, "error ?"},
    {"hit: unique, output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '>= 1 && != 2', c: 'true', then: "
     "'2'}",
     "t == 1", 3, 0, -1, "unknown ?"},
    {"hit: unique, output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '>= 1 && != 2', c: 'true', then: "
     "'2'}",
     "t == 1", 3, 0, 0, "pass 1"},
    {"hit: unique, output: int",
     "- {a: '>= 2', c: '-', then: '1'}|- {a: '< 2', c: 'true', then: '2'}",
     "t == 1", 3, 0, -1, "pass 1"},
    /* all that hold; one that may is not left out */
    {"hit: collect, collect: count",
     "- {a: '>= 2', c: '-'}|- {a: '-', c: 'true'}", "t == 1", 3, 0, 0,
     "pass 1"},
    {"hit: collect, collect: count",
     "- {a: '>= 2', c: '-'}|- {a: '-', c: 'true'}", "t == 1", 1, 0, 0,
     "fail 0"},
    {"hit: collect, collect: count",
     "- {a: '>= 2', c: '-'}|- {a: '-', c: 'true'}", "t == 1", 3, 0, -1,
     "unknown ?"},
    {"hit: collect, collect: sum, output: int",
     "- {a: '>= 2', c: '-', then: '5'}|- {a: '-', c: 'true', then: 'a'}",
     "t == 8", 3, 0, 1, "pass 8"},
    {"hit: collect, collect: sum, output: money",
     "- {a: '>= 2', c: '-', then: 'param.most'}|- {a: '-', c: 'true', then: "
     "'param.most'}",
     "t == param.most", 3, 0, 0, "pass Rp 9"},
    {"hit: collect, collect: min, output: int",
     "- {a: '>= 2', c: '-', then: '5'}|- {a: '-', c: 'true', then: 'a'}",
     "t == 3", 3, 0, 1, "pass 3"},
    {"hit: collect, collect: max, output: int",
     "- {a: '>= 2', c: '-', then: '5'}|- {a: '-', c: 'true', then: 'a'}",
     "t == 3", 3, 0, 1, "fail 5"},
    {"hit: collect, collect: min, output: int",
     "- {a: '>= 2', c: '-', then: '5'}|- {a: '-', c: 'true', then: 'a'}",
     "t == 3", 1, 0, 0, "error ?"},
    {"hit: collect, collect: min, default: '4', output: int",
     "- {a: '>= 2', c: '-', then: '5'}|- {a: '-', c: 'true', then: 'a'}",
     "t == 4", 1, 0, 0, "pass 4"},
    {"hit: collect, output: int",
     "- {a: '>= 2', c: '-', then: '5'}|- {a: '-', c: 'true', then: 'a'}",
     "size(t) == 2 && t[1] == 3", 3, 0, 1, "pass [5, 3]"},
    {"hit: collect, output: int",
     "- {a: '>= 2', c: '-', then: '5'}|- {a: '-', c: 'true', then: 'a'}",
     "size(t) == 0", 1, 0, 0, "pass []"},
    {"hit: collect, output: int",
     "- {a: '>= 2', c: '-', then: '5'}|- {a: '-', c: 'true', then: 'a'}",
     "5 in t", 3, 0, -1, "unknown ?"},
    /* ints in a column of decimals are decimals */
    {"hit: collect, output: decimal",
     "- {a: '-', c: '-', then: '3'}|- {a: '-', c: 'true', then: '0.5'}",
     "t[0] / 2.0 == 1.5", 1, 0, 1, "pass [3, 0.5]"},
    {"hit: first, output: rate",
     "- {a: '>= 2', c: '-', then: '0.25'}|- {a: '-', c: '-', then: '1'}",
     "t == 1", 1, 0, 0, "pass 100%"},
    /* cells */
    {"hit: first, output: int",
     "- {a: '2', c: 'false', then: '1'}|- {a: 'in [3, 4]', c: '-', then: "
     "'2'}|- {a: '!= 1 && != 5', c: '-', then: '3'}|- {a: '-', c: '-', then: "
     "'4'}",
     "t == 1", 2, 0, 0, "pass 1"},
    {"hit: first, output: int",
     "- {a: '2', c: 'false', then: '1'}|- {a: 'in [3, 4]', c: '-', then: "
     "'2'}|- {a: '!= 1 && != 5', c: '-', then: '3'}|- {a: '-', c: '-', then: "
     "'4'}",
     "t == 2", 4, 0, 0, "pass 2"},
    {"hit: first, output: int",
     "- {a: '2', c: 'false', then: '1'}|- {a: 'in [3, 4]', c: '-', then: "
     "'2'}|- {a: '!= 1 && != 5', c: '-', then: '3'}|- {a: '-', c: '-', then: "
     "'4'}",
     "t == 3", 2, 0, 1, "pass 3"},
    {"hit: first, output: int",
     "- {a: '2', c: 'false', then: '1'}|- {a: 'in [3, 4]', c: '-', then: "
     "'2'}|- {a: '!= 1 && != 5', c: '-', then: '3'}|- {a: '-', c: '-', then: "
     "'4'}",
     "t == 4", 5, 0, 1, "pass 4"},
};

static void write_table(umi_buf *b, const char *form, const char *rows)
{
    umi_buf_puts(b, "tables:\n  t:\n    inputs: {a: 'a', c: 'c'}\n    ");
    for (const char *s = form; *s != '\0'; s++) {
        bool cut = s[0] == ',' && s[1] == ' ';
        umi_buf_puts(b, cut ? "\n    " : "");
        if (!cut)
            umi_buf_putc(b, *s);
        s += cut;
    }
    umi_buf_puts(b, "\n    rows:\n      ");
    for (const char *s = rows; *s != '\0'; s++)
        if (*s == '|')
            umi_buf_puts(b, "\n      ");
        else
            umi_buf_putc(b, *s);
    umi_buf_puts(b, "\n");
}

static void tables_answer_as_they_are_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_buf b = {0};
        write_table(&b, cases[i].form, cases[i].rows);
        umi_buf_putc(&b, '\0');
        set s = load(b.ptr, cases[i].require);
        if (cases[i].a != 0)
            s.facts[0] = umi_value_int(cases[i].a);
        if (cases[i].c >= 0)
            s.facts[2] = umi_value_bool(cases[i].c != 0);
        const char *got = answer(&s);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("case %zu: %s, wanted %s\n%s", i, got, cases[i].want,
                     b.ptr);
        drop(&s);
        umi_buf_free(&b);
    }
}

/* The name of an input is a heading, not a name of the file. */
static void inputs_may_be_called_like_lets(void **state)
{
    (void)state;
    set s = load("let:\n"
                 "  u: 't + 1'\n"
                 "tables:\n"
                 "  t:\n"
                 "    hit: first\n"
                 "    inputs: {u: 'a', t: 'b', c: 'c'}\n"
                 "    output: int\n"
                 "    rows:\n"
                 "      - {u: '>= 2', t: '1', c: '-', then: '1'}\n"
                 "      - {u: '-', t: '-', c: '-', then: '2'}\n",
                 "u == 2");
    s.facts[0] = umi_value_int(3);
    s.facts[1] = umi_value_int(1);
    assert_string_equal(answer(&s), "pass 1");
    drop(&s);
}

/* --- a model ---------------------------------------------------------------- */

typedef struct test {
    int op, than; /* 0 any, 1 <=, 2 >=, 3 ==; of c: 3 and 0 or 1 */
} test;

typedef struct model {
    int hit; /* 0 unique, 1 first, 2 .. 5 count, sum, min, max */
    bool has_default;
    int otherwise, rows;
    test cells[5][3];
    int then[5];
} model;

static uint64_t seed;

static int below(int n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((seed >> 33) % (uint64_t)n);
}

static model random_model(void)
{
    model m = {
        .hit = below(6), .otherwise = 1 + below(3), .rows = 1 + below(5)};
    m.has_default = (m.hit < 2 || m.hit > 3) && below(2) == 0;
    for (int r = 0; r < m.rows; r++) {
        for (int i = 0; i < 3; i++)
            m.cells[r][i] = i == 2
                                ? (test){3 * below(2), below(2)}
                                : (test){below(4), 1 + below(i == 0 ? 5 : 3)};
        m.then[r] = 1 + below(3);
    }
    return m;
}

static void write_model(umi_buf *b, const model *m)
{
    static const char *const forms[] = {"unique",
                                        "first",
                                        "collect\n    collect: count",
                                        "collect\n    collect: sum",
                                        "collect\n    collect: min",
                                        "collect\n    collect: max"};
    static const char *const ops[] = {"", "<= ", ">= ", "== "};
    static const char names[] = "abc";
    umi_buf_printf(b,
                   "tables:\n  t:\n    hit: %s\n    inputs: {a: 'a', b: "
                   "'b', c: 'c'}\n%s",
                   forms[m->hit], m->hit == 2 ? "" : "    output: int\n");
    if (m->has_default)
        umi_buf_printf(b, "    default: '%d'\n", m->otherwise);
    umi_buf_puts(b, "    rows:\n");
    for (int r = 0; r < m->rows; r++) {
        umi_buf_puts(b, "      - {");
        for (int i = 0; i < 3; i++) {
            const test *t = &m->cells[r][i];
            umi_buf_printf(b, "%s%c: '", i > 0 ? ", " : "", names[i]);
            if (t->op == 0)
                umi_buf_puts(b, "-");
            else if (i == 2)
                umi_buf_puts(b, t->than != 0 ? "true" : "false");
            else
                umi_buf_printf(b, "%s%d", ops[t->op], t->than);
            umi_buf_puts(b, "'");
        }
        if (m->hit != 2)
            umi_buf_printf(b, ", then: '%d'", m->then[r]);
        umi_buf_puts(b, "}\n");
    }
}

static bool holds(const model *m, int r, const int *facts)
{
    for (int i = 0; i < 3; i++) {
        const test *t = &m->cells[r][i];
        if ((t->op == 1 && facts[i] > t->than) ||
            (t->op == 2 && facts[i] < t->than) ||
            (t->op == 3 && facts[i] != t->than))
            return false;
    }
    return true;
}

/* The answer when all is known; -1: an error. */
static int model_answer(const model *m, const int *facts)
{
    int hits = 0, first = 0, sum = 0, least = 99, most = 0;
    for (int r = m->rows; r-- > 0;)
        if (holds(m, r, facts)) {
            hits++;
            first = m->then[r];
            sum += m->then[r];
            least = m->then[r] < least ? m->then[r] : least;
            most = m->then[r] > most ? m->then[r] : most;
        }
    if (m->hit == 2)
        return hits;
    if (m->hit == 3)
        return sum;
    if (hits == 0)
        return m->has_default ? m->otherwise : -1;
    if (m->hit == 0 && hits > 1)
        return -1;
    return m->hit == 4 ? least : m->hit == 5 ? most : first;
}

static void put_facts(set *s, const int *facts)
{
    for (uint32_t i = 0; i < 3; i++)
        s->facts[i] = facts[i] < 0 ? umi_value_unknown(i)
                      : i == 2     ? umi_value_bool(facts[i] != 0)
                                   : umi_value_int(facts[i]);
}

/* Every completion of @p facts; whether they all answer alike. */
static bool settled(const model *m, const int *facts, int *alike)
{
    static const int from[] = {1, 1, 0}, to[] = {5, 3, 1};
    int f[3], seen = -2;
    for (f[0] = from[0]; f[0] <= to[0]; f[0]++)
        for (f[1] = from[1]; f[1] <= to[1]; f[1]++)
            for (f[2] = from[2]; f[2] <= to[2]; f[2]++) {
                bool fits = true;
                for (int i = 0; i < 3; i++)
                    fits &= facts[i] < 0 || facts[i] == f[i];
                if (!fits)
                    continue;
                int v = model_answer(m, f);
                if (seen != -2 && v != seen)
                    return false;
                seen = v;
            }
    *alike = seen;
    return true;
}

static void check_model(const model *m, set *s, const char *text)
{
    int f[3];
    for (f[0] = -1; f[0] <= 5; f[0] += f[0] < 0 ? 2 : 1)
        for (f[1] = -1; f[1] <= 3; f[1] += f[1] < 0 ? 2 : 1)
            for (f[2] = -1; f[2] <= 1; f[2]++) {
                put_facts(s, f);
                const char *got = answer(s);
                char want[32];
                int v = 0;
                bool known = f[0] >= 0 && f[1] >= 0 && f[2] >= 0;
                bool sure = settled(m, f, &v);
                (void)snprintf(want, sizeof want, "%s %d",
                               v >= 2 ? "pass" : "fail", v);
                if (v < 0)
                    (void)snprintf(want, sizeof want, "error ?");
                /* an answer is right for all that may come; where all is
                 * known there is one */
                bool open = strcmp(got, "unknown ?") == 0;
                bool ok = open ? !known : sure && strcmp(got, want) == 0;
                if (!ok)
                    fail_msg("%d %d %d: %s, wanted %s\n%s", f[0], f[1], f[2],
                             got, sure ? want : "unknown", text);
            }
}

static bool refused(const char *table)
{
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_ruleset *rs = NULL;
    umi_buf b = {0};
    umi_buf_puts(&b, head);
    umi_buf_puts(&b, table);
    umi_buf_printf(&b, tail, "t >= 2");
    umi_status rc = umi_ruleset_load(&rs, "t.yaml", umi_buf_as_text(&b), &p);
    bool overlap = rc != UMI_OK && strcmp(p.first->code, "E323") == 0;
    assert_true(rc == UMI_OK || overlap);
    umi_ruleset_free(rs);
    umi_buf_free(&b);
    umi_arena_free(arena);
    return overlap;
}

/* What is refused as overlapping does overlap. */
static void check_overlap(const model *m, const char *text)
{
    int f[3];
    for (f[0] = 1; f[0] <= 5; f[0]++)
        for (f[1] = 1; f[1] <= 3; f[1]++)
            for (f[2] = 0; f[2] <= 1; f[2]++) {
                int hits = 0;
                for (int r = 0; r < m->rows; r++)
                    hits += holds(m, r, f);
                if (hits > 1)
                    return;
            }
    fail_msg("no applicant for two rows of\n%s", text);
}

static void random_tables_answer_as_the_model(void **state)
{
    (void)state;
    bool torture = getenv("TORTURE") != NULL;
    int unique = 0, overlapping = 0;
    seed = 20261122;
    printf("seed %llu\n", (unsigned long long)seed);
    for (int i = 0; i < (torture ? 20000 : 600); i++) {
        model m = random_model();
        umi_buf b = {0};
        write_model(&b, &m);
        umi_buf_putc(&b, '\0');
        if (m.hit == 0 && refused(b.ptr)) {
            check_overlap(&m, b.ptr);
            overlapping++;
        } else {
            set s = load(b.ptr, "t >= 2");
            check_model(&m, &s, b.ptr);
            drop(&s);
            unique += m.hit == 0;
        }
        umi_buf_free(&b);
    }
    assert_true(unique > 10 && overlapping > 10);
}

/* --- what is shown ---------------------------------------------------------- */

static void assert_shows(set *s, unsigned show, const char *want)
{
    const umi_decision *d;
    umi_buf b = {0};
    assert_int_equal(umi_decide(&d, s->d, s->facts, NULL), UMI_OK);
    if (show & UMI_SHOW_WHAT_IFS)
        assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    umi_decision_write_json(&b, d, UMI_TEXT("A"), show);
    umi_buf_putc(&b, '\0');
    assert_false(b.failed);
    if (strstr(b.ptr, want) == NULL)
        fail_msg("%s\nlacks %s", b.ptr, want);
    umi_buf_free(&b);
}

static void an_explanation_names_the_rows(void **state)
{
    (void)state;
    umi_buf b = {0};
    write_table(&b, cases[0].form, cases[0].rows);
    umi_buf_putc(&b, '\0');
    set s = load(b.ptr, "t == 1");
    assert_shows(&s, UMI_SHOW_RULES,
                 "\"tables\":{\"t\":{\"value\":null,\"rows\":[],"
                 "\"unknown_rows\":[1,2]}},");
    assert_shows(&s, 0, "\"documents\":[\"A\",\"C\"]");
    s.facts[0] = umi_value_int(1);
    s.facts[2] = umi_value_bool(true);
    assert_shows(&s, UMI_SHOW_RULES,
                 "\"tables\":{\"t\":{\"value\":2,\"rows\":[2],"
                 "\"unknown_rows\":[]}},");
    assert_shows(&s, UMI_SHOW_WHAT_IFS,
                 "\"what_if\":[{\"fact\":\"a\",\"now\":1,\"needed\":2,"
                 "\"direction\":\"increase\",\"checked\":true}]");
    s.facts[2] = umi_value_bool(false);
    assert_shows(&s, UMI_SHOW_RULES,
                 "\"error\":{\"code\":\"E211\",\"rule\":\"r\",\"name\":\"t\"");
    drop(&s);
    umi_buf_free(&b);
}

/* --- scorecards -------------------------------------------------------------- */

static const char card[] =
    "let:\n"
    "  t: 'score.k'\n"
    "scorecard:\n"
    "  k:\n"
    "    base: 100\n"
    "    characteristics:\n"
    "      - id: x\n"
    "        input: 'a'\n"
    "        attributes:\n"
    "          - {when: '<= 2', points: -5, reason_code: X1}\n"
    "          - {when: '3', points: 7, reason_code: X2}\n"
    "          - {when: '> 3', points: 20}\n"
    "      - id: y\n"
    "        input: 'b'\n"
    "        attributes:\n"
    "          - {when: '1', points: 0, reason_code: Y1}\n"
    "          - {when: '2', points: 30}\n"
    "      - id: z\n"
    "        input: 'c'\n"
    "        attributes:\n"
    "          - {when: 'true', points: 3}\n"
    "          - {when: '-', points: 3}\n";

static int points(int a, int b)
{
    int x = a <= 2 ? -5 : a == 3 ? 7 : 20;
    return 100 + x + (b == 1 ? 0 : 30) + 3;
}

/* Over all applicants, those that show only a part too. */
static void scores_add_up(void **state)
{
    (void)state;
    set s = load(card, "t >= 110");
    int f[3];
    for (f[0] = -1; f[0] <= 5; f[0] += f[0] < 0 ? 2 : 1)
        for (f[1] = -1; f[1] <= 3; f[1] += f[1] < 0 ? 2 : 1)
            for (f[2] = -1; f[2] <= 1; f[2]++) {
                char want[40];
                put_facts(&s, f);
                int n = points(f[0], f[1]); /* z gives 3 in any case */
                (void)snprintf(want, sizeof want, "%s %d",
                               n >= 110 ? "pass" : "fail", n);
                if (f[1] == 3) /* no attribute holds */
                    (void)snprintf(want, sizeof want, "error ?");
                if (f[0] < 0 || f[1] < 0)
                    (void)snprintf(want, sizeof want, "unknown ?");
                assert_string_equal(answer(&s), want);
            }
    drop(&s);
}

static void a_score_explains_itself(void **state)
{
    (void)state;
    set s = load(card, "t >= 150");
    put_facts(&s, (int[]){3, 1, -1});
    assert_shows(&s, UMI_SHOW_RULES,
                 "\"scorecard\":{\"score.k\":{\"score\":110,\"partial\":110,"
                 "\"characteristics\":["
                 "{\"id\":\"x\",\"attribute\":2,\"points\":7,\"of\":20,"
                 "\"reason_code\":\"X2\"},"
                 "{\"id\":\"y\",\"attribute\":1,\"points\":0,\"of\":30,"
                 "\"reason_code\":\"Y1\"},"
                 "{\"id\":\"z\",\"attribute\":null,\"points\":3,\"of\":3,"
                 "\"reason_code\":null}],"
                 "\"reasons\":[\"Y1\",\"X2\"]}},");
    put_facts(&s, (int[]){-1, 2, 0});
    assert_shows(&s, UMI_SHOW_RULES,
                 "\"score\":null,\"partial\":133,\"characteristics\":[{\"id\":"
                 "\"x\",\"attribute\":null,\"points\":null,\"of\":20,");
    assert_shows(&s, 0, "\"documents\":[\"A\"]");
    put_facts(&s, (int[]){1, 2, 0});
    assert_shows(&s, UMI_SHOW_WHAT_IFS,
                 "\"what_if\":[{\"fact\":\"a\",\"now\":1,\"needed\":4,");
    put_facts(&s, (int[]){1, 3, 0});
    assert_shows(&s, UMI_SHOW_RULES,
                 "\"error\":{\"code\":\"E211\",\"rule\":\"r\",\"name\":"
                 "\"score.k\"");
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_answer_as_they_are_written),
        cmocka_unit_test(inputs_may_be_called_like_lets),
        cmocka_unit_test(random_tables_answer_as_the_model),
        cmocka_unit_test(an_explanation_names_the_rows),
        cmocka_unit_test(scores_add_up),
        cmocka_unit_test(a_score_explains_itself),
    };
    return cmocka_run_group_tests_name("rules/tables", tests, NULL, NULL);
}
