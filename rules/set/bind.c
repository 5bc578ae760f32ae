/* SPDX-License-Identifier: MIT */
#include "rules/set/bind.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

enum {
    PATH_MAX_BYTES = 160,
    TEXT_MAX = 300,
    CODE_MAX = 64,
    LIST_MAX = 1000,
    SUGGEST_MAX = 64
};

typedef struct binder {
    umi_arena *arena;
    umi_problems *problems;
    char path[PATH_MAX_BYTES];
} binder;

static bool value(binder *b, void *out, const umi_yaml *v, const umi_bind *row);

/* --- paths and problems -------------------------------------------------- */

/* Go one step down and return where to cut the path to come back. */
static size_t down(binder *b, umi_text step)
{
    size_t n = strlen(b->path);
    (void)snprintf(b->path + n, sizeof b->path - n, "%s%.*s", n ? "." : "",
                   UMI_SHOW(step));
    return n;
}

static size_t down_item(binder *b, size_t i)
{
    char digits[24];
    (void)snprintf(digits, sizeof digits, "%zu", i + 1);
    return down(b, umi_text_of(digits));
}

static void up(binder *b, size_t n)
{
    b->path[n] = '\0';
}

static const char *word_of(umi_yaml_kind k)
{
    static const char *const words[] = {"a value", "a list", "a map"};
    return words[k];
}

/* Every refusal of a value ends here, so that it has its place and path. */
static bool told(binder *b, const umi_yaml *v)
{
    umi__problem_path(b->problems, b->path);
    if (v->kind == UMI_YAML_SCALAR)
        umi__problem_width(b->problems, umi_text_points(v->raw));
    return false;
}

static bool wrong_shape(binder *b, const umi_yaml *v, umi_yaml_kind wanted)
{
    umi__problem(b->problems, v->at, "Y203", "must be %s, got %s",
                 umi_tr(b->problems->lang, word_of(wanted)),
                 umi_tr(b->problems->lang, word_of(v->kind)));
    return told(b, v);
}

static umi_at key_place(const umi_yaml *v)
{
    return v->key_at.line != 0 ? v->key_at : v->at;
}

/* --- scalars ------------------------------------------------------------- */

static bool quoted(const umi_yaml *v)
{
    return v->style == UMI_YAML_SINGLE || v->style == UMI_YAML_DOUBLE;
}

/* Unquoted, another reader of the same file makes a float of it. */
static bool need_quotes(binder *b, const umi_yaml *v)
{
    if (quoted(v))
        return true;
    umi__problem(b->problems, v->at, "Y210", "must stand in quotes, got %.*s",
                 UMI_SHOW(v->raw));
    umi__problem_help(b->problems, "write '%.*s'", UMI_SHOW(v->text));
    return told(b, v);
}

static bool
plain_text(binder *b, void *out, const umi_yaml *v, const umi_bind *row)
{
    size_t max = row->max ? (size_t)row->max : TEXT_MAX;
    if (v->text.len == 0 || v->text.len > max) {
        umi__problem(b->problems, v->at, "Y204",
                     "must be a text of 1 .. %zu bytes, got '%.*s'", max,
                     UMI_SHOW(v->text));
        return told(b, v);
    }
    *(umi_text *)out = v->text;
    return true;
}

static bool code_byte(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || (c != '\0' && strchr("_-./", c) != NULL);
}

static bool is_code(umi_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!code_byte(t.ptr[i]))
            return false;
    return t.len >= 1 && t.len <= CODE_MAX;
}

static bool code(binder *b, void *out, const umi_yaml *v)
{
    if (is_code(v->text)) {
        *(umi_text *)out = v->text;
        return true;
    }
    umi__problem(b->problems, v->at, "Y204",
                 "must be a code of letters, digits and _-./, got '%.*s'",
                 UMI_SHOW(v->text));
    return told(b, v);
}

const char *umi__bool_meant(umi_text t)
{
    static const char *const words[][2] = {
        {"yes", "true"}, {"no", "false"}, {"on", "true"},   {"off", "false"},
        {"y", "true"},   {"n", "false"},  {"true", "true"}, {"false", "false"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i][0]), k = 0;
        while (k < len && k < t.len && (t.ptr[k] | 0x20) == words[i][0][k])
            k++;
        if (k == len && k == t.len)
            return words[i][1];
    }
    return NULL;
}

static bool boolean(binder *b, void *out, const umi_yaml *v)
{
    bool yes = umi_text_is(v->text, "true"), no = umi_text_is(v->text, "false");
    if (v->style == UMI_YAML_PLAIN && (yes || no)) {
        *(bool *)out = yes;
        return true;
    }
    umi__problem(b->problems, v->at, "Y205", "must be true or false, got %.*s",
                 UMI_SHOW(v->raw));
    const char *meant = umi__bool_meant(v->text);
    if (meant != NULL)
        umi__problem_help(b->problems, "write %s", meant);
    return told(b, v);
}

bool umi__leading_zero(umi_text t)
{
    size_t i = t.len > 0 && t.ptr[0] == '-';
    return t.len > i + 1 && t.ptr[i] == '0' && t.ptr[i + 1] >= '0' &&
           t.ptr[i + 1] <= '9';
}

static bool
integer(binder *b, void *out, const umi_yaml *v, const umi_bind *row)
{
    int64_t n, min = row->min, max = row->max;
    if (min == 0 && max == 0) {
        min = INT32_MIN;
        max = INT32_MAX;
    }
    assert(min >= INT32_MIN && max <= INT32_MAX);
    if (!umi__leading_zero(v->text) && umi_text_int(v->text, min, max, &n)) {
        *(int32_t *)out = (int32_t)n;
        return true;
    }
    umi__problem(b->problems, v->at, "Y206",
                 "must be an integer %lld .. %lld, got %.*s", (long long)min,
                 (long long)max, UMI_SHOW(v->raw));
    return told(b, v);
}

static bool money(binder *b, void *out, const umi_yaml *v, const umi_bind *row)
{
    umi_money m;
    if (!need_quotes(b, v))
        return false;
    if (!umi_money_parse(&m, v->text)) {
        umi__problem(b->problems, v->at, "Y207",
                     "must be an amount of rupiah such as '50000000', got "
                     "'%.*s'",
                     UMI_SHOW(v->text));
        return told(b, v);
    }
    bool any = row->min == 0 && row->max == 0;
    if (!any && (m.sen < row->min || (row->max != 0 && m.sen > row->max))) {
        umi__problem(b->problems, v->at, "Y207",
                     "the amount '%.*s' is not in range", UMI_SHOW(v->text));
        return told(b, v);
    }
    *(umi_money *)out = m;
    return true;
}

static bool percent(binder *b, void *out, const umi_yaml *v)
{
    umi_rate r;
    if (!need_quotes(b, v))
        return false;
    if (umi_rate_parse(&r, v->text, 6, 12, 100)) {
        *(umi_rate *)out = r;
        return true;
    }
    umi__problem(b->problems, v->at, "Y207",
                 "must be a percentage such as '0.9', got '%.*s'",
                 UMI_SHOW(v->text));
    return told(b, v);
}

static bool date(binder *b, void *out, const umi_yaml *v)
{
    umi_day d;
    if (umi_day_parse(&d, v->text)) {
        *(umi_day *)out = d;
        return true;
    }
    umi__problem(b->problems, v->at, "Y208",
                 "must be a date YYYY-MM-DD that exists, got '%.*s'",
                 UMI_SHOW(v->text));
    return told(b, v);
}

static_assert(sizeof(umi_bind_kind) == sizeof(int),
              "enumeration() writes any enum as an int");

static bool
enumeration(binder *b, void *out, const umi_yaml *v, const umi_bind *row)
{
    umi_text names[SUGGEST_MAX];
    char all[200] = "";
    size_t n = 0;
    for (; row->names[n] != NULL; n++) {
        assert(n < SUGGEST_MAX);
        names[n] = umi_text_of(row->names[n]);
        if (umi_text_eq(v->text, names[n])) {
            int index = (int)n;
            memcpy(out, &index, sizeof index);
            return true;
        }
        size_t used = strlen(all);
        (void)snprintf(all + used, sizeof all - used, "%s%s", n ? ", " : "",
                       row->names[n]);
    }
    umi__problem(b->problems, v->at, "Y209", "must be one of %s, got '%.*s'",
                 all, UMI_SHOW(v->text));
    const umi_text *meant = umi_suggest(v->text, names, n);
    if (meant != NULL)
        umi__problem_help(b->problems, "did you mean '%.*s'?",
                          UMI_SHOW(*meant));
    return told(b, v);
}

static bool scalar(binder *b, void *out, const umi_yaml *v, const umi_bind *row)
{
    if (v->kind != UMI_YAML_SCALAR)
        return wrong_shape(b, v, UMI_YAML_SCALAR);
    switch (row->kind) {
    case UMI_BIND_TEXT:
        return plain_text(b, out, v, row);
    case UMI_BIND_CODE:
        return code(b, out, v);
    case UMI_BIND_BOOL:
        return boolean(b, out, v);
    case UMI_BIND_INT:
        return integer(b, out, v, row);
    case UMI_BIND_MONEY:
        return money(b, out, v, row);
    case UMI_BIND_PERCENT:
        return percent(b, out, v);
    case UMI_BIND_DATE:
        return date(b, out, v);
    case UMI_BIND_ENUM:
        return enumeration(b, out, v, row);
    case UMI_BIND_MAP:
    case UMI_BIND_LIST:
    case UMI_BIND_DICT:
    case UMI_BIND_NODE:
    case UMI_BIND_AT:
    case UMI_BIND_NAME:
        break;
    }
    assert(!"a kind that is no scalar");
    return false;
}

/* --- maps ---------------------------------------------------------------- */

static bool keyless(const umi_bind *row)
{
    return row->kind == UMI_BIND_AT || row->kind == UMI_BIND_NAME;
}

static const umi_bind *row_of(const umi_bind *table, umi_text key)
{
    for (; table->key != NULL; table++)
        if (!keyless(table) && umi_text_is(key, table->key))
            return table;
    return NULL;
}

static bool unknown_key(binder *b, const umi_yaml *child, const umi_bind *table)
{
    umi_text names[SUGGEST_MAX];
    size_t n = 0;
    for (; table->key != NULL; table++)
        if (!keyless(table) && n < SUGGEST_MAX)
            names[n++] = umi_text_of(table->key);
    size_t cut = down(b, child->key);
    umi__problem(b->problems, child->key_at, "Y201", "unknown key '%.*s'",
                 UMI_SHOW(child->key));
    umi__problem_path(b->problems, b->path);
    umi__problem_width(b->problems, umi_text_points(child->key));
    const umi_text *meant = umi_suggest(child->key, names, n);
    if (meant != NULL)
        umi__problem_help(b->problems, "did you mean '%.*s'?",
                          UMI_SHOW(*meant));
    up(b, cut);
    return false;
}

static bool missing_keys(binder *b, const umi_yaml *map, const umi_bind *table)
{
    bool ok = true;
    for (; table->key != NULL; table++) {
        if (keyless(table) || table->optional ||
            umi_yaml_get(map, table->key) != NULL)
            continue;
        umi__problem(b->problems, key_place(map), "Y202",
                     "the key '%s' is missing", table->key);
        umi__problem_path(b->problems, b->path);
        ok = false;
    }
    return ok;
}

static bool
fields(binder *b, void *out, const umi_yaml *map, const umi_bind *table)
{
    if (map->kind != UMI_YAML_MAP)
        return wrong_shape(b, map, UMI_YAML_MAP);
    bool ok = missing_keys(b, map, table);
    for (const umi_bind *row = table; row->key != NULL; row++) {
        if (row->kind == UMI_BIND_AT)
            *(umi_at *)((char *)out + row->at) = key_place(map);
        else if (row->kind == UMI_BIND_NAME)
            *(umi_text *)((char *)out + row->at) = map->key;
    }
    for (const umi_yaml *c = map->first; c != NULL; c = c->next) {
        const umi_bind *row = row_of(table, c->key);
        if (row == NULL) {
            ok = unknown_key(b, c, table);
            continue;
        }
        size_t cut = down(b, c->key);
        if (!value(b, (char *)out + row->at, c, row))
            ok = false;
        else if (row->flag != 0)
            *(bool *)((char *)out + row->flag) = true;
        up(b, cut);
    }
    return ok;
}

/* --- lists --------------------------------------------------------------- */

/* A pointer and a count somewhere in the struct that holds the list.  The
 * pointer's type differs from table to table; its bytes do not. */
static void store(void *out, const umi_bind *row, const void *items, size_t n)
{
    char *base = (char *)out - row->at;
    memcpy(out, &items, sizeof items);
    memcpy(base + row->count, &n, sizeof n);
}

static bool item(binder *b, void *out, const umi_yaml *v, const umi_bind *row)
{
    if (row->kind == UMI_BIND_LIST)
        return value(b, out, v, row->fields);
    if (is_code(v->key))
        return fields(b, out, v, row->fields);
    umi__problem(b->problems, v->key_at, "Y204",
                 "must be a code of letters, digits and _-./, got '%.*s'",
                 UMI_SHOW(v->key));
    umi__problem_path(b->problems, b->path);
    return false;
}

static bool items(binder *b, void *out, const umi_yaml *v, const umi_bind *row)
{
    bool list = row->kind == UMI_BIND_LIST, ok = true;
    umi_yaml_kind wanted = list ? UMI_YAML_LIST : UMI_YAML_MAP;
    int64_t max = row->max ? row->max : LIST_MAX;
    if (v->kind != wanted)
        return wrong_shape(b, v, wanted);
    if (v->count < row->min || v->count > max) {
        umi__problem(b->problems, v->at, "Y206",
                     "must have %lld .. %lld elements, got %u",
                     (long long)row->min, (long long)max, v->count);
        return told(b, v);
    }
    char *all = umi_arena_array(b->arena, v->count, row->size);
    if (all == NULL) {
        b->problems->failed = true;
        return false;
    }
    size_t n = 0;
    for (const umi_yaml *c = v->first; c != NULL; c = c->next, n++) {
        size_t cut = list ? down_item(b, n) : down(b, c->key);
        ok &= item(b, all + n * row->size, c, row);
        up(b, cut);
    }
    store(out, row, all, n);
    return ok;
}

static bool value(binder *b, void *out, const umi_yaml *v, const umi_bind *row)
{
    switch (row->kind) {
    case UMI_BIND_MAP:
        return fields(b, out, v, row->fields);
    case UMI_BIND_LIST:
    case UMI_BIND_DICT:
        return items(b, out, v, row);
    case UMI_BIND_NODE:
        *(const umi_yaml **)out = v;
        return true;
    case UMI_BIND_TEXT:
    case UMI_BIND_CODE:
    case UMI_BIND_BOOL:
    case UMI_BIND_INT:
    case UMI_BIND_MONEY:
    case UMI_BIND_PERCENT:
    case UMI_BIND_DATE:
    case UMI_BIND_ENUM:
    case UMI_BIND_AT:
    case UMI_BIND_NAME:
        break;
    }
    return scalar(b, out, v, row);
}

bool umi_bind_map(void *out,
                  const umi_yaml *node,
                  const umi_bind *table,
                  const char *path,
                  umi_arena *arena,
                  umi_problems *p)
{
    binder b = {arena, p, ""};
    (void)snprintf(b.path, sizeof b.path, "%s", path);
    return fields(&b, out, node, table);
}

bool umi_bind_value(void *out,
                    const umi_yaml *node,
                    const umi_bind *row,
                    const char *path,
                    umi_arena *arena,
                    umi_problems *p)
{
    binder b = {arena, p, ""};
    (void)snprintf(b.path, sizeof b.path, "%s", path);
    return value(&b, out, node, row);
}

umi_status umi_bind_text(void *out,
                         umi_text text,
                         const umi_bind *table,
                         umi_arena *arena,
                         umi_problems *p)
{
    umi_yaml *root;
    umi_status rc = umi_yaml_parse(&root, text, arena, p);
    if (rc != UMI_OK)
        return rc;
    bool ok = umi_bind_map(out, root, table, "", arena, p);
    return p->failed ? UMI_ENOMEM : ok ? UMI_OK : UMI_ESYNTAX;
}

/* --- documentation ------------------------------------------------------- */

static const char *type_of(const umi_bind *row)
{
    static const char *const types[] = {
        "text", "code", "true or false", "integer", "'rupiah'",     "'%'",
        "date", "",     "map",           "list of", "map of named", "any",
        "",     ""};
    return types[row->kind];
}

static void doc_type(umi_buf *b, const umi_bind *row)
{
    umi_buf_puts(b, type_of(row));
    if (row->kind == UMI_BIND_ENUM)
        for (size_t i = 0; row->names[i] != NULL; i++)
            umi_buf_printf(b, "%s`%s`", i ? " " : "", row->names[i]);
    if (row->kind == UMI_BIND_LIST && row->fields->kind != UMI_BIND_MAP) {
        umi_buf_putc(b, ' ');
        doc_type(b, row->fields);
    }
    if (row->kind == UMI_BIND_INT && row->max != 0)
        umi_buf_printf(b, " %lld .. %lld", (long long)row->min,
                       (long long)row->max);
}

static void doc_rows(umi_buf *b, const umi_bind *table, int depth)
{
    for (; table->key != NULL; table++) {
        if (keyless(table))
            continue;
        umi_buf_puts(b, "| ");
        for (int i = 0; i < depth; i++)
            umi_buf_puts(b, "· ");
        umi_buf_printf(b, "`%s`%s | ", table->key,
                       table->optional ? " (optional)" : "");
        doc_type(b, table);
        umi_buf_printf(b, " | %s |\n", table->doc ? table->doc : "");
        const umi_bind *inner = table->fields;
        if (inner != NULL && table->kind == UMI_BIND_LIST)
            inner = inner->kind == UMI_BIND_MAP ? inner->fields : NULL;
        if (inner != NULL)
            doc_rows(b, inner, depth + 1);
    }
}

void umi_bind_doc(umi_buf *b, const umi_bind *table)
{
    doc_rows(b, table, 0);
}
