/* SPDX-License-Identifier: MIT */
#include "rules/set/ruleset_schema.h"

#include "rules/set/ruleset_int.h"

#include <assert.h>
#include <stdio.h>

/* --- what a node may hold ------------------------------------------------- */

typedef enum shape_kind {
    SHAPE_LITERAL, /* written as it stands */
    SHAPE_MAP,     /* of the keys of a table */
    SHAPE_NAMED,   /* a map from names to such maps */
    SHAPE_CITED,   /* the same, of any keys */
    SHAPE_LETS,    /* a map from names to expressions */
    SHAPE_LIST,    /* a list of such maps */
    SHAPE_CHANGE,
    SHAPE_EXPECT
} shape_kind;

typedef struct shape {
    const char *name; /* as in umi_bind.shape */
    shape_kind kind;
    const umi_bind *keys;
    int64_t min, max;
    const char *literal;
} shape;

#define TEXT_OR_NUMBER "\"type\":[\"string\",\"number\"]"
#define NAME_PATTERN   "^[A-Za-z_][A-Za-z0-9_]*$"

static const shape shapes[] = {
    {"expression", SHAPE_LITERAL,
     .literal = "\"type\":\"string\",\"minLength\":1,\"maxLength\":2000"},
    {"text", SHAPE_LITERAL, .literal = "\"type\":\"string\",\"minLength\":1"},
    {"key", SHAPE_LITERAL, .literal = TEXT_OR_NUMBER},
    {"figure", SHAPE_LITERAL, .literal = "\"type\":[\"string\",\"boolean\"]"},
    {"number", SHAPE_LITERAL, .literal = "\"type\":[\"string\",\"integer\"]"},
    {"range", SHAPE_LITERAL,
     .literal = "\"type\":\"array\",\"minItems\":2,\"maxItems\":2,"
                "\"items\":{\"type\":[\"string\",\"integer\"]}"},
    {"members", SHAPE_LITERAL,
     .literal = "\"type\":\"array\",\"minItems\":1,\"uniqueItems\":true,"
                "\"items\":{" TEXT_OR_NUMBER "}"},
    {"codes", SHAPE_LITERAL,
     .literal = "\"type\":\"array\",\"minItems\":1,\"uniqueItems\":true,"
                "\"items\":{\"type\":\"string\"}"},
    {"exclusive", SHAPE_LITERAL,
     .literal = "\"type\":\"array\",\"maxItems\":64,\"items\":{\"type\":"
                "\"array\",\"minItems\":2,\"uniqueItems\":true,"
                "\"items\":{\"type\":\"string\"}}"},
    {"languages", SHAPE_LITERAL,
     .literal = "\"type\":\"array\",\"minItems\":2,\"maxItems\":2,"
                "\"uniqueItems\":true,\"items\":{\"enum\":[\"id\",\"en\"]}"},
    {"given", SHAPE_LITERAL,
     .literal = "\"type\":\"object\",\"additionalProperties\":{\"type\":"
                "[\"string\",\"number\",\"boolean\"]}"},
    {"change", .kind = SHAPE_CHANGE},
    {"expect", .kind = SHAPE_EXPECT},
    {"facts", SHAPE_NAMED, .keys = umi__fact_keys, .max = UMI_FACTS_MAX},
    {"params", SHAPE_NAMED, .keys = umi__param_keys, .max = UMI_PARAMS_MAX},
    {"dated", SHAPE_LIST, .keys = umi__dated_keys, .min = 1,
     .max = UMI_PARAM_VALUES_MAX},
    {"legal", SHAPE_CITED, .keys = umi__legal_table},
    {"let", SHAPE_LETS, .max = UMI_LETS_MAX},
    {"products", SHAPE_NAMED, .keys = umi__rule_product_keys, .min = 1,
     .max = UMI_PRODUCTS_MAX},
    {"rules", SHAPE_LIST, .keys = umi__rule_keys, .max = UMI_RULES_MAX},
    {"message", SHAPE_MAP, .keys = umi__message_keys, .min = UMI_LANGS},
    {"period", SHAPE_MAP, .keys = umi__period_keys, .min = 1},
    {"routing", SHAPE_MAP, .keys = umi__routing_keys},
    {"rows", SHAPE_LIST, .keys = umi__row_keys, .min = 1, .max = UMI_ROWS_MAX},
    {"tests", SHAPE_LIST, .keys = umi__rule_test_keys,
     .max = UMI_RULE_TESTS_MAX},
    {"tables", SHAPE_NAMED, .keys = umi__table_keys, .max = UMI_TABLES_MAX},
    {"inputs", SHAPE_LETS, .min = 1, .max = UMI_TABLE_INPUTS_MAX},
    {"table_rows", SHAPE_LITERAL,
     .literal = "\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":"
                "\"object\",\"additionalProperties\":{\"$ref\":"
                "\"#/$defs/expression\"}}"},
    {"scorecard", SHAPE_NAMED, .keys = umi__scorecard_keys,
     .max = UMI_SCORECARDS_MAX},
    {"characteristics", SHAPE_LIST, .keys = umi__characteristic_keys, .min = 1,
     .max = UMI_CHARACTERISTICS_MAX},
    {"attributes", SHAPE_LIST, .keys = umi__attribute_keys, .min = 1,
     .max = UMI_ATTRIBUTES_MAX},
    {"include", SHAPE_LIST, .keys = umi__include_keys, .max = UMI_INCLUDES_MAX},
    {"sha256", SHAPE_LITERAL,
     .literal = "\"type\":\"string\",\"pattern\":\"^[0-9a-f]{64}$\""},
};

enum {
    SHAPES = sizeof shapes / sizeof *shapes
};

/* --- words of JSON Schema -------------------------------------------------- */

static void limit(umi_json_out *w, const char *key, int64_t n)
{
    if (n == 0)
        return;
    umi_json_put_int(w, key, n);
}

/* Members that are JSON already. */
static void members(umi_json_out *w, const char *text)
{
    if (w->comma)
        umi_buf_putc(w->buf, ',');
    umi_buf_puts(w->buf, text);
    w->comma = true;
}

void umi__schema_enum(umi_json_out *w, const char *const *names)
{
    umi_json_key(w, "enum");
    umi_json_open(w, '[');
    for (; *names != NULL; names++)
        umi_json_str(w, *names);
    umi_json_close(w, ']');
}

/* --- tables ----------------------------------------------------------------- */

static void keys(umi_json_out *w, const umi_bind *table);

static void reference(umi_json_out *w, const char *name)
{
    char ref[64];
    size_t i = 0;
    while (i < SHAPES && strcmp(shapes[i].name, name) != 0)
        i++;
    assert(i < SHAPES);
    (void)snprintf(ref, sizeof ref, "#/$defs/%s", name);
    umi_json_put_str(w, "$ref", ref);
}

static void row_type(umi_json_out *w, const umi_bind *row)
{
    switch (row->kind) {
    case UMI_BIND_TEXT:
        if (row->names != NULL) {
            umi__schema_enum(w, row->names);
            return;
        }
        members(w, TEXT_OR_NUMBER ",\"minLength\":1");
        limit(w, "maxLength", row->max == 0 ? 300 : row->max);
        return;
    case UMI_BIND_CODE:
        members(w, TEXT_OR_NUMBER ",\"pattern\":\"^[A-Za-z0-9_./-]{1,64}$\"");
        return;
    case UMI_BIND_BOOL:
        umi_json_put_str(w, "type", "boolean");
        return;
    case UMI_BIND_INT:
        umi_json_put_str(w, "type", "integer");
        limit(w, "minimum", row->min);
        limit(w, "maximum", row->max);
        return;
    case UMI_BIND_DATE:
        umi_json_put_str(w, "type", "string");
        umi_json_put_str(w, "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
        return;
    case UMI_BIND_ENUM:
        umi__schema_enum(w, row->names);
        return;
    case UMI_BIND_MAP:
        keys(w, row->fields);
        return;
    case UMI_BIND_NODE:
        assert(row->shape != NULL);
        reference(w, row->shape);
        return;
    case UMI_BIND_MONEY:
    case UMI_BIND_PERCENT:
    case UMI_BIND_LIST:
    case UMI_BIND_DICT:
    case UMI_BIND_AT:
    case UMI_BIND_NAME:
        break;
    }
    assert(!"a kind that no rule file has");
}

/* Whether an included file may bring the section @p key. */
static bool may_come(const char *key)
{
    for (const umi_bind *row = umi__part_keys; row->key != NULL; row++)
        if (row->shape != NULL && strcmp(row->key, key) == 0)
            return true;
    return false;
}

/* Keys that must be there; @p come: of a whole file, those that may come from
 * another (true), or the others. */
static void required(umi_json_out *w, const umi_bind *table, bool come)
{
    bool whole = table == umi__ruleset_keys;
    umi_json_key(w, "required");
    umi_json_open(w, '[');
    for (; table->key != NULL; table++)
        if (!table->optional && table->key[0] != '\0' &&
            (whole && may_come(table->key)) == come)
            umi_json_str(w, table->key);
    umi_json_close(w, ']');
}

static void keys(umi_json_out *w, const umi_bind *table)
{
    umi_json_put_str(w, "type", "object");
    umi_json_put_bool(w, "additionalProperties", false);
    required(w, table, false);
    umi_json_key(w, "properties");
    umi_json_open(w, '{');
    for (; table->key != NULL; table++) {
        if (table->key[0] == '\0' ||
            (table->kind == UMI_BIND_NODE && table->shape == NULL))
            continue;
        umi_json_key(w, table->key);
        umi_json_open(w, '{');
        row_type(w, table);
        if (table->doc[0] != '\0')
            umi_json_put_str(w, "description", table->doc);
        umi_json_close(w, '}');
    }
    umi_json_close(w, '}');
}

static void define_map(umi_json_out *w, const shape *s)
{
    umi_json_put_str(w, "type", "object");
    limit(w, "minProperties", s->min);
    limit(w, "maxProperties", s->max);
    if (s->kind != SHAPE_CITED)
        members(w, "\"propertyNames\":{\"pattern\":\"" NAME_PATTERN
                   "\",\"maxLength\":64}");
    umi_json_key(w, "additionalProperties");
    umi_json_open(w, '{');
    if (s->kind == SHAPE_LETS)
        reference(w, "expression");
    else
        keys(w, s->keys);
    umi_json_close(w, '}');
}

static void define(umi_json_out *w, const shape *s)
{
    umi_json_key(w, s->name);
    umi_json_open(w, '{');
    switch (s->kind) {
    case SHAPE_LITERAL:
        members(w, s->literal);
        break;
    case SHAPE_MAP:
        keys(w, s->keys);
        limit(w, "minProperties", s->min);
        break;
    case SHAPE_NAMED:
    case SHAPE_CITED:
    case SHAPE_LETS:
        define_map(w, s);
        break;
    case SHAPE_LIST:
        umi_json_put_str(w, "type", "array");
        limit(w, "minItems", s->min);
        limit(w, "maxItems", s->max);
        umi_json_key(w, "items");
        umi_json_open(w, '{');
        keys(w, s->keys);
        umi_json_close(w, '}');
        break;
    case SHAPE_CHANGE:
        umi__schema_enum(w, umi__change_names);
        break;
    case SHAPE_EXPECT:
        umi__expect_schema(w);
        break;
    }
    umi_json_close(w, '}');
}

static void sections_come_or_are_there(umi_json_out *w)
{
    umi_json_key(w, "anyOf");
    umi_json_open(w, '[');
    umi_json_open(w, '{');
    required(w, umi__ruleset_keys, true);
    umi_json_close(w, '}');
    umi_json_open(w, '{');
    members(w, "\"required\":[\"include\"]");
    umi_json_close(w, '}');
    umi_json_close(w, ']');
}

void umi_ruleset_schema(umi_buf *b, bool part)
{
    umi_json_out w = {.buf = b};
    umi_json_open(&w, '{');
    umi_json_put_str(&w, "$schema",
                     "https://json-schema.org/draft/2020-12/schema");
    umi_json_put_str(&w, "title",
                     part ? "umi eligibility-part/1" : "umi eligibility/1");
    keys(&w, part ? umi__part_keys : umi__ruleset_keys);
    if (!part)
        sections_come_or_are_there(&w);
    umi_json_key(&w, "$defs");
    umi_json_open(&w, '{');
    for (size_t i = 0; i < SHAPES; i++)
        define(&w, &shapes[i]);
    umi_json_close(&w, '}');
    umi_json_close(&w, '}');
    umi_buf_putc(b, '\n');
}
