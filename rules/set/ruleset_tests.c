/* SPDX-License-Identifier: MIT
 * The section tests: facts of an applicant, and what must come out. */
#include "rules/set/ruleset_int.h"
#include "rules/set/ruleset_schema.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

typedef struct test_form {
    umi_text name;
    umi_day on;
    int32_t base;
    bool has_base;
    const umi_yaml *given, *change, *expect;
} test_form;

const umi_bind umi__rule_test_keys[] = {
    {"name", UMI_BIND_TEXT, offsetof(test_form, name),
     .doc = "what is claimed"},
    {"on", UMI_BIND_DATE, offsetof(test_form, on), .doc = "the decision date"},
    {"given", UMI_BIND_NODE, offsetof(test_form, given), .optional = true,
     .doc = "the facts; what is absent is unknown", .shape = "given"},
    {"base", UMI_BIND_INT, offsetof(test_form, base), .optional = true,
     .min = 1, .max = UMI_RULE_TESTS_MAX, .flag = offsetof(test_form, has_base),
     .doc = "the test whose facts are taken, counted from 1"},
    {"change", UMI_BIND_NODE, offsetof(test_form, change), .optional = true,
     .doc = "the facts that differ; unknown hides one", .shape = "given"},
    {"expect", UMI_BIND_NODE, offsetof(test_form, expect),
     .doc = "what must come out", .shape = "expect"},
    {0}};

/* --- facts --------------------------------------------------------------- */

static bool hides(const umi_yaml *n)
{
    return n->style == UMI_YAML_PLAIN && umi_text_is(n->text, "unknown");
}

static bool
in_range(umi__loader *l, const umi_yaml *n, const umi_fact *f, umi_value *v)
{
    if (umi_fact_admits(f, v))
        return true;
    umi__problem(l->problems, n->at, "E304",
                 "'%.*s' is outside the range of the fact '%.*s'",
                 UMI_SHOW(n->text), UMI_SHOW(f->name));
    umi__problem_width(l->problems, umi_text_points(n->raw));
    return false;
}

static void load_fact(umi__loader *l, const umi_yaml *n, umi_value *facts)
{
    const umi_name *name = umi_env_find(l->env, n->key);
    if (name == NULL || name->kind != UMI_NAME_FACT) {
        umi__problem(l->problems, n->key_at, "E306", "there is no %s '%.*s'",
                     umi_tr(l->problems->lang, "fact"), UMI_SHOW(n->key));
        umi__problem_width(l->problems, umi_text_points(n->key));
        name = umi_env_near(l->env, n->key, UMI_KIND_ANY);
        if (name != NULL && name->kind == UMI_NAME_FACT)
            umi__problem_help(l->problems, "did you mean '%.*s'?",
                              UMI_SHOW(name->name));
        return;
    }
    const umi_fact *f = &l->rs->facts[name->slot];
    umi_value v;
    if (hides(n))
        facts[name->slot] = umi_value_unknown(name->slot);
    else if (f->type.kind != UMI_KIND_ANY &&
             umi__load_value(l, n, f->type, false, &v) && in_range(l, n, f, &v))
        facts[name->slot] = v;
}

static void load_facts(umi__loader *l, const umi_yaml *n, umi_value *facts)
{
    if (!umi__load_kind(l, n, UMI_YAML_MAP))
        return;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        load_fact(l, c, facts);
}

static void start_from(umi__loader *l,
                       const umi_yaml *n,
                       const test_form *form,
                       umi_value *facts)
{
    size_t bytes = l->rs->fact_count * sizeof *facts;
    for (uint32_t i = 0; i < l->rs->fact_count; i++)
        facts[i] = umi_value_unknown(i);
    if (!form->has_base) {
        if (form->given == NULL)
            umi__problem(l->problems, n->at, "E317",
                         "a test has given, or base and change");
        return;
    }
    if (form->given != NULL)
        umi__problem(l->problems, form->given->key_at, "E317",
                     "a test with a base has change, not given");
    if ((size_t)form->base <= l->rs->test_count)
        memcpy(facts, l->rs->tests[form->base - 1].facts, bytes);
    else
        umi__problem(l->problems, umi_yaml_get(n, "base")->at, "E317",
                     "the base must be an earlier test, got %" PRId32,
                     form->base);
}

/* --- expectations -------------------------------------------------------- */

static const struct {
    const char *name;
    umi_expect_kind kind;
    umi_yaml_kind shape;
    bool of_product; /* the name is a prefix, the product's code follows */
} expectations[] = {
    {"decision", UMI_EXPECT_DECISION, UMI_YAML_SCALAR, false},
    {"route", UMI_EXPECT_ROUTE, UMI_YAML_SCALAR, false},
    {"documents", UMI_EXPECT_DOCUMENTS, UMI_YAML_LIST, false},
    {"reasons_", UMI_EXPECT_REASONS, UMI_YAML_LIST, true},
    {"max_", UMI_EXPECT_MAX, UMI_YAML_SCALAR, true},
    {"rate_", UMI_EXPECT_RATE, UMI_YAML_SCALAR, true},
    {"counterfactual_", UMI_EXPECT_WHAT_IF, UMI_YAML_MAP, true},
    {"", UMI_EXPECT_STATUS, UMI_YAML_SCALAR, true},
};

static bool starts(umi_text t, const char *with, umi_text *rest)
{
    size_t n = strlen(with);
    if (t.len < n || memcmp(t.ptr, with, n) != 0)
        return false;
    *rest = (umi_text){t.ptr + n, t.len - n};
    return true;
}

/* What the key names; -1 when it names nothing. */
static int meaning(umi__loader *l, umi_text key, uint32_t *product)
{
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        umi_text code;
        if (!starts(key, expectations[i].name, &code))
            continue;
        if (!expectations[i].of_product) {
            if (code.len == 0)
                return (int)i;
            continue;
        }
        const umi_name *p = umi_env_find(l->products, code);
        if (p != NULL) {
            *product = p->slot;
            return (int)i;
        }
    }
    return -1;
}

static void no_meaning(umi__loader *l, const umi_yaml *n)
{
    umi_text code;
    umi__problem(l->problems, n->key_at, "Y201", "unknown key '%.*s'",
                 UMI_SHOW(n->key));
    umi__problem_width(l->problems, umi_text_points(n->key));
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        if (!starts(n->key, expectations[i].name, &code))
            continue;
        const umi_name *p = umi_env_near(l->products, code, UMI_KIND_ANY);
        if (p != NULL) {
            umi__problem_help(l->problems, "did you mean '%s%.*s'?",
                              expectations[i].name, UMI_SHOW(p->name));
            return;
        }
    }
}

static const char *const outcomes[] = {
    "eligible", "refer", "need_documents", "error", "not_eligible", NULL};
static const char *const states[] = {"eligible", "refer",   "need_documents",
                                     "error",    "blocked", NULL};

/* Texts that must name something of the file. */
static void check_word(umi__loader *l, umi_expect_kind kind, const umi_yaml *n)
{
    const umi_bind row = {"", UMI_BIND_ENUM, 0,
                          .names =
                              kind == UMI_EXPECT_DECISION ? outcomes : states};
    int k;
    if (kind == UMI_EXPECT_DECISION || kind == UMI_EXPECT_STATUS)
        (void)umi_bind_value(&k, n, &row, "expect", l->arena, l->problems);
    else if (kind == UMI_EXPECT_ROUTE && !umi_text_is(n->text, "null"))
        (void)umi__load_ref(l, n, l->products, "product");
}

static void check_codes(umi__loader *l, const umi_yaml *n)
{
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        bool found = !umi__load_kind(l, c, UMI_YAML_SCALAR);
        for (size_t i = 0; i < l->rs->rule_count && !found; i++)
            found = umi_text_eq(l->rs->rules[i].reason_code, c->text);
        if (!found)
            umi__problem(l->problems, c->at, "E306", "there is no %s '%.*s'",
                         umi_tr(l->problems->lang, "reason code"),
                         UMI_SHOW(c->text));
    }
}

static void check_documents(umi__loader *l, const umi_yaml *n)
{
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        bool found = !umi__load_kind(l, c, UMI_YAML_SCALAR);
        for (size_t i = 0; i < l->rs->doc_count && !found; i++)
            found = umi_text_eq(l->rs->docs[i], c->text);
        if (found)
            continue;
        umi__problem(l->problems, c->at, "E306", "there is no %s '%.*s'",
                     umi_tr(l->problems->lang, "document"), UMI_SHOW(c->text));
        const umi_text *near =
            umi_suggest(c->text, l->rs->docs, l->rs->doc_count);
        if (near != NULL)
            umi__problem_help(l->problems, "did you mean '%.*s'?",
                              UMI_SHOW(*near));
    }
}

/* Amounts and rates are compared as numbers, so they must be some. */
static void check_value(umi__loader *l, umi_expect_kind kind, const umi_yaml *n)
{
    umi_value v;
    umi_type t =
        umi_type_of(kind == UMI_EXPECT_MAX ? UMI_KIND_MONEY : UMI_KIND_RATE);
    if (!umi_text_is(n->text, "null"))
        (void)umi__load_value(l, n, t, false, &v);
}

static void load_expect(umi__loader *l, const umi_yaml *n, umi_rule_test *t)
{
    umi_expect *e = (umi_expect *)&t->expects[t->expect_count];
    int k = meaning(l, n->key, &e->product);
    if (k < 0) {
        no_meaning(l, n);
        return;
    }
    if (!umi__load_kind(l, n, expectations[k].shape))
        return;
    e->kind = expectations[k].kind;
    e->value = n;
    t->expect_count++;
    switch (e->kind) {
    case UMI_EXPECT_DECISION:
    case UMI_EXPECT_ROUTE:
    case UMI_EXPECT_STATUS:
        check_word(l, e->kind, n);
        break;
    case UMI_EXPECT_DOCUMENTS:
        check_documents(l, n);
        break;
    case UMI_EXPECT_REASONS:
        check_codes(l, n);
        break;
    case UMI_EXPECT_MAX:
    case UMI_EXPECT_RATE:
        check_value(l, e->kind, n);
        break;
    case UMI_EXPECT_WHAT_IF: {
        umi_value *scratch =
            umi__load_array(l, l->rs->fact_count, sizeof *scratch);
        if (scratch != NULL)
            load_facts(l, n, scratch);
        break;
    }
    }
}

static void load_expects(umi__loader *l, const umi_yaml *n, umi_rule_test *t)
{
    if (!umi__load_kind(l, n, UMI_YAML_MAP))
        return;
    t->expects = umi__load_array(l, n->count, sizeof *t->expects);
    if (t->expects == NULL)
        return;
    if (n->count == 0)
        umi__problem(l->problems, n->at, "E317", "the test expects nothing");
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        load_expect(l, c, t);
}

static void load_test(umi__loader *l, const umi_yaml *n, umi_rule_test *t)
{
    test_form form = {0};
    umi_value *facts = umi__load_array(l, l->rs->fact_count + 1, sizeof *facts);
    if (facts == NULL)
        return;
    t->facts = facts;
    t->at = n->at;
    (void)umi__load_map(l, &form, n, umi__rule_test_keys, "tests");
    if (n->kind != UMI_YAML_MAP)
        return;
    const umi_yaml *name = umi_yaml_get(n, "name");
    t->name = form.name;
    t->on = form.on;
    t->at = name != NULL ? name->at : n->at;
    start_from(l, n, &form, facts);
    if (form.given != NULL)
        load_facts(l, form.given, facts);
    if (form.change != NULL)
        load_facts(l, form.change, facts);
    if (form.expect != NULL)
        load_expects(l, form.expect, t);
}

void umi__load_tests(umi__loader *l, const umi_yaml *n)
{
    if (!umi__load_many(l, n, UMI_YAML_LIST, UMI_RULE_TESTS_MAX, "tests"))
        return;
    umi_rule_test *tests = umi__load_array(l, n->count, sizeof *tests);
    if (tests == NULL)
        return;
    l->rs->tests = tests;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        load_test(l, c, &tests[l->rs->test_count]);
        l->rs->test_count++;
    }
}

/* --- the schema ----------------------------------------------------------- */

static void schema_type(umi_json_out *w, umi_expect_kind kind, umi_yaml_kind of)
{
    const char *const *names = kind == UMI_EXPECT_DECISION ? outcomes
                               : kind == UMI_EXPECT_STATUS ? states
                                                           : NULL;
    umi_json_open(w, '{');
    if (names != NULL) {
        umi__schema_enum(w, names);
    } else if (of == UMI_YAML_SCALAR) {
        umi_json_key(w, "type"); /* null: no route, no rate */
        umi_json_open(w, '[');
        umi_json_str(w, "string");
        umi_json_str(w, "null");
        umi_json_close(w, ']');
    } else {
        umi_json_put_str(w, "type", of == UMI_YAML_LIST ? "array" : "object");
    }
    umi_json_close(w, '}');
}

void umi__expect_schema(umi_json_out *w)
{
    size_t n = sizeof expectations / sizeof *expectations;
    umi_json_put_str(w, "type", "object");
    umi_json_put_int(w, "minProperties", 1);
    for (int prefix = 0; prefix < 2; prefix++) {
        umi_json_key(w, prefix ? "patternProperties" : "properties");
        umi_json_open(w, '{');
        for (size_t i = 0; i < n; i++) {
            char key[40];
            if (expectations[i].of_product != (prefix == 1) ||
                expectations[i].name[0] == '\0')
                continue;
            (void)snprintf(key, sizeof key, prefix ? "^%s" : "%s",
                           expectations[i].name);
            umi_json_key(w, key);
            schema_type(w, expectations[i].kind, expectations[i].shape);
        }
        umi_json_close(w, '}');
    }
    umi_json_key(w, "additionalProperties"); /* a product and its status */
    schema_type(w, UMI_EXPECT_STATUS, UMI_YAML_SCALAR);
}
