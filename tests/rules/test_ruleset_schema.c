/* SPDX-License-Identifier: MIT
 * The schema of rule files: every file that is in order satisfies it, and the
 * mistakes that a shape can show break it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <regex.h>

#include "rules/set/data.h"
#include "rules/set/ruleset.h"
#include "rules/set/ruleset_schema.h"
#include "tests/support/files.h"

/* --- what an editor does -------------------------------------------------- */

static const umi_json *schema; /* the root, for references */

static bool valid(const umi_json *s, const umi_yaml *n);

static bool matches(umi_text pattern, umi_text t)
{
    regex_t re;
    char p[128], text[512];
    (void)snprintf(p, sizeof p, "%.*s", (int)pattern.len, pattern.ptr);
    (void)snprintf(text, sizeof text, "%.*s", (int)t.len, t.ptr);
    assert_int_equal(regcomp(&re, p, REG_EXTENDED | REG_NOSUB), 0);
    bool found = regexec(&re, text, 0, NULL, 0) == 0;
    regfree(&re);
    return found;
}

/* What YAML 1.2 takes a scalar for. */
static const char *type_of(const umi_yaml *n)
{
    if (n->kind != UMI_YAML_SCALAR)
        return n->kind == UMI_YAML_MAP ? "object" : "array";
    if (n->style != UMI_YAML_PLAIN)
        return "string";
    if (umi_text_is(n->text, "true") || umi_text_is(n->text, "false"))
        return "boolean";
    if (umi_text_is(n->text, "null") || n->text.len == 0)
        return "null";
    if (matches(UMI_TEXT("^-?[0-9]+$"), n->text))
        return "integer";
    return matches(UMI_TEXT("^-?[0-9]+[.][0-9]*$"), n->text) ? "number"
                                                             : "string";
}

static bool one_type(const umi_json *want, const char *got)
{
    return umi_text_is(want->text, got) ||
           (umi_text_is(want->text, "number") && strcmp(got, "integer") == 0);
}

static bool type_ok(const umi_json *want, const umi_yaml *n)
{
    const char *got = type_of(n);
    bool found = want->type == UMI_JSON_STRING && one_type(want, got);
    for (const umi_json *c = want->first; c != NULL; c = c->next)
        found |= one_type(c, got);
    return found;
}

static int64_t number(const umi_json *v)
{
    return strtoll(v->text.ptr, NULL, 10);
}

static bool in_limits(const umi_json *s, const umi_yaml *n)
{
    static const struct {
        const char *least, *most;
        umi_yaml_kind kind;
    } limits[] = {{"minLength", "maxLength", UMI_YAML_SCALAR},
                  {"minItems", "maxItems", UMI_YAML_LIST},
                  {"minProperties", "maxProperties", UMI_YAML_MAP}};
    for (size_t i = 0; i < 3; i++) {
        const umi_json *least = umi_json_get(s, limits[i].least);
        const umi_json *most = umi_json_get(s, limits[i].most);
        int64_t size = n->kind == UMI_YAML_SCALAR
                           ? (int64_t)umi_text_points(n->text)
                           : (int64_t)n->count;
        if (n->kind != limits[i].kind ||
            (n->kind == UMI_YAML_SCALAR && strcmp(type_of(n), "string") != 0))
            continue;
        if ((least != NULL && size < number(least)) ||
            (most != NULL && size > number(most)))
            return false;
    }
    const umi_json *least = umi_json_get(s, "minimum");
    const umi_json *most = umi_json_get(s, "maximum");
    if (strcmp(type_of(n), "integer") != 0)
        return true;
    int64_t v = strtoll(n->text.ptr, NULL, 10);
    return (least == NULL || v >= number(least)) &&
           (most == NULL || v <= number(most));
}

static bool among(const umi_json *names, const umi_yaml *n)
{
    if (strcmp(type_of(n), "string") != 0)
        return false;
    for (const umi_json *c = names->first; c != NULL; c = c->next)
        if (umi_text_eq(c->text, n->text))
            return true;
    return false;
}

static bool distinct(const umi_yaml *n)
{
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        for (const umi_yaml *d = c->next; d != NULL; d = d->next)
            if (umi_text_eq(c->text, d->text))
                return false;
    return true;
}

static const umi_json *schema_of(const umi_json *s, umi_text key)
{
    const umi_json *p = umi_json_get(s, "properties");
    for (const umi_json *c = p ? p->first : NULL; c != NULL; c = c->next)
        if (umi_text_eq(c->key, key))
            return c;
    p = umi_json_get(s, "patternProperties");
    for (const umi_json *c = p ? p->first : NULL; c != NULL; c = c->next)
        if (matches(c->key, key))
            return c;
    return umi_json_get(s, "additionalProperties");
}

static bool map_ok(const umi_json *s, const umi_yaml *n)
{
    const umi_json *required = umi_json_get(s, "required");
    const umi_json *names = umi_json_get(s, "propertyNames");
    for (const umi_json *c = required ? required->first : NULL; c != NULL;
         c = c->next) {
        const umi_yaml *found = n->first;
        while (found != NULL && !umi_text_eq(found->key, c->text))
            found = found->next;
        if (found == NULL)
            return false;
    }
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        const umi_json *of = schema_of(s, c->key);
        umi_yaml key = {.style = UMI_YAML_SINGLE, .text = c->key};
        if ((names != NULL && !valid(names, &key)) ||
            (of != NULL && of->type == UMI_JSON_BOOL) ||
            (of != NULL && !valid(of, c)))
            return false;
    }
    return true;
}

static const umi_json *target(const umi_json *ref)
{
    const char *prefix = "#/$defs/";
    size_t n = strlen(prefix);
    const umi_json *defs = umi_json_get(schema, "$defs");
    assert_memory_equal(ref->text.ptr, prefix, n);
    for (const umi_json *c = defs->first; c != NULL; c = c->next)
        if (umi_text_eq(c->key,
                        (umi_text){ref->text.ptr + n, ref->text.len - n}))
            return c;
    fail_msg("%.*s", UMI_SHOW(ref->text));
    return NULL;
}

static bool word_ok(const umi_json *s, const umi_json *w, const umi_yaml *n)
{
    if (umi_text_is(w->key, "$ref"))
        return valid(target(w), n);
    if (umi_text_is(w->key, "anyOf")) {
        const umi_json *c = w->first;
        while (c != NULL && !valid(c, n))
            c = c->next;
        return c != NULL;
    }
    if (umi_text_is(w->key, "not"))
        return !valid(w, n);
    if (umi_text_is(w->key, "type"))
        return type_ok(w, n);
    if (umi_text_is(w->key, "enum"))
        return among(w, n);
    if (umi_text_is(w->key, "pattern"))
        return strcmp(type_of(n), "string") != 0 || matches(w->text, n->text);
    if (umi_text_is(w->key, "uniqueItems"))
        return n->kind != UMI_YAML_LIST || distinct(n);
    if (umi_text_is(w->key, "items")) {
        for (const umi_yaml *c = n->first; c != NULL; c = c->next)
            if (n->kind == UMI_YAML_LIST && !valid(w, c))
                return false;
        return true;
    }
    static const char *const others[] = {
        "$schema",           "title",         "$defs",
        "description",       "required",      "properties",
        "patternProperties", "propertyNames", "additionalProperties",
        "minLength",         "maxLength",     "minItems",
        "maxItems",          "minProperties", "maxProperties",
        "minimum",           "maximum"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (umi_text_is(w->key, others[i]))
            return true;
    fail_msg("a word that this test does not know: %.*s", UMI_SHOW(w->key));
    return s == NULL;
}

static bool valid(const umi_json *s, const umi_yaml *n)
{
    for (const umi_json *w = s->first; w != NULL; w = w->next)
        if (!word_ok(s, w, n))
            return false;
    return in_limits(s, n) && (n->kind != UMI_YAML_MAP || map_ok(s, n));
}

/* --- the claims ----------------------------------------------------------- */

static bool text_valid(umi_text text, bool part)
{
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_yaml *root = NULL;
    umi_buf b = {0};
    umi_json *s = NULL;
    umi_ruleset_schema(&b, part);
    assert_false(b.failed);
    assert_int_equal(umi_json_parse(&s, umi_buf_as_text(&b), arena, NULL),
                     UMI_OK);
    schema = s;
    assert_int_equal(umi_yaml_parse(&root, text, arena, &p), UMI_OK);
    bool ok = valid(s, root);
    umi_buf_free(&b);
    umi_arena_free(arena);
    return ok;
}

static void files_in_order_satisfy_the_schema(void **state)
{
    (void)state;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    assert_true(text_valid((umi_text){f->text, f->size}, false));
    assert_false(text_valid((umi_text){f->text, f->size}, true));
    static const char *const files[] = {
        "rules_bad/valid.yaml",        "rules_bad/include_hash.yaml",
        "rules_bad/tables_valid.yaml", "rules_bad/scorecard_valid.yaml",
        "rules_bad/part_names.yaml",   "rules_bad/part_rules.yaml"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        umi_text text = file_read("tests/vectors", files[i]);
        bool part = strstr(files[i], "part_") != NULL;
        if (!text_valid(text, part) || text_valid(text, !part))
            fail_msg("%s", files[i]);
        free((void *)(uintptr_t)text.ptr);
    }
}

static void wrong_shapes_break_it(void **state)
{
    (void)state;
    static const char *const files[] = {"fact_change",
                                        "table_hit",
                                        "table_collect",
                                        "table_no_rows",
                                        "table_no_input",
                                        "table_shape",
                                        "table_cell_unquoted",
                                        "include_shape",
                                        "include_none",
                                        "part_format",
                                        "part_section",
                                        "part_nested",
                                        "part_shape",
                                        "fact_name",
                                        "fact_range_three",
                                        "fact_type",
                                        "format",
                                        "key_missing_message",
                                        "key_missing_timezone",
                                        "key_unknown",
                                        "key_unknown_fact",
                                        "key_unknown_param",
                                        "key_unknown_top",
                                        "languages",
                                        "param_empty",
                                        "param_unquoted",
                                        "score_points",
                                        "score_no_attribute",
                                        "score_empty",
                                        "score_when_missing",
                                        "score_name",
                                        "score_key",
                                        "param_type",
                                        "param_verify",
                                        "private_no",
                                        "routing_ask",
                                        "routing_hit",
                                        "rule_effective_empty",
                                        "rule_for_none",
                                        "rule_for_twice",
                                        "rule_language",
                                        "rule_rank",
                                        "rule_severity",
                                        "shape_for",
                                        "shape_rules",
                                        "test_expect_decision",
                                        "test_expect_empty",
                                        "test_expect_key",
                                        "test_expect_status"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "rules_bad/%s.yaml", files[i]);
        umi_text text = file_read("tests/vectors", path);
        if (text_valid(text, strncmp(files[i], "part_", 5) == 0))
            fail_msg("%s", files[i]);
        free((void *)(uintptr_t)text.ptr);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_in_order_satisfy_the_schema),
        cmocka_unit_test(wrong_shapes_break_it),
    };
    return cmocka_run_group_tests_name("rules/ruleset_schema", tests, NULL,
                                       NULL);
}
