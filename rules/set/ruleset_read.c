/* SPDX-License-Identifier: MIT */
#include "rules/set/ruleset_int.h"

#include <inttypes.h>
#include <stdio.h>

void *umi__load_array(umi__loader *l, size_t count, size_t size)
{
    void *a = umi_arena_array(l->arena, count == 0 ? 1 : count, size);
    l->failed |= a == NULL;
    return a;
}

/* --- maps and lists ------------------------------------------------------ */

static const char *kind_word(umi_yaml_kind k)
{
    return k == UMI_YAML_MAP    ? "a map"
           : k == UMI_YAML_LIST ? "a list"
                                : "a value";
}

bool umi__load_kind(umi__loader *l, const umi_yaml *n, umi_yaml_kind kind)
{
    if (n->kind == kind)
        return true;
    umi__problem(l->problems, n->at, "Y203", "must be %s, got %s",
                 umi_tr(l->problems->lang, kind_word(kind)),
                 umi_tr(l->problems->lang, kind_word(n->kind)));
    return false;
}

bool umi__load_map(umi__loader *l,
                   void *out,
                   const umi_yaml *n,
                   const umi_bind *table,
                   const char *section)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s%s%.*s", section,
                   n->key.ptr != NULL ? "." : "", UMI_SHOW(n->key));
    return umi_bind_map(out, n, table, path, l->arena, l->problems);
}

bool umi__load_many(umi__loader *l,
                    const umi_yaml *n,
                    umi_yaml_kind kind,
                    uint32_t max,
                    const char *what)
{
    if (!umi__load_kind(l, n, kind))
        return false;
    if (n->count <= max)
        return true;
    umi__problem(l->problems, n->at, "E315", "%" PRIu32 " %s, at most %" PRIu32,
                 n->count, umi_tr(l->problems->lang, what), max);
    return false;
}

/* --- values -------------------------------------------------------------- */

static bool told(umi__loader *l, const umi_yaml *n)
{
    umi__problem_width(l->problems, umi_text_points(n->raw));
    return false;
}

static bool no_bool(umi__loader *l, const umi_yaml *n)
{
    umi__problem(l->problems, n->at, "Y205", "must be true or false, got %.*s",
                 UMI_SHOW(n->raw));
    const char *meant = umi__bool_meant(n->text);
    if (meant != NULL)
        umi__problem_help(l->problems, "write %s", meant);
    return told(l, n);
}

static bool no_member(umi__loader *l, const umi_yaml *n, const umi_enum *of)
{
    umi__problem(l->problems, n->at, "Y209", "'%.*s' is no member of the enum",
                 UMI_SHOW(n->text));
    const umi_text *near = umi_suggest(n->text, of->members, of->count);
    if (near != NULL)
        umi__problem_help(l->problems, "did you mean '%.*s'?", UMI_SHOW(*near));
    return told(l, n);
}

static bool no_value(umi__loader *l, const umi_yaml *n, umi_type t)
{
    switch (t.kind) {
    case UMI_KIND_ENUM:
        return no_member(l, n, t.of);
    case UMI_KIND_INT:
        umi__problem(l->problems, n->at, "Y206",
                     "must be a whole number, got '%.*s'", UMI_SHOW(n->text));
        break;
    case UMI_KIND_DATE:
        umi__problem(l->problems, n->at, "Y208",
                     "must be a date YYYY-MM-DD that exists, got '%.*s'",
                     UMI_SHOW(n->text));
        break;
    case UMI_KIND_RATE:
        umi__problem(l->problems, n->at, "Y207",
                     "must be a fraction such as '0.06', got '%.*s'",
                     UMI_SHOW(n->text));
        break;
    case UMI_KIND_MONEY:
    case UMI_KIND_DECIMAL:
        umi__problem(l->problems, n->at, "Y207",
                     "must be a number such as '2500000', got '%.*s'",
                     UMI_SHOW(n->text));
        break;
    case UMI_KIND_ANY:
    case UMI_KIND_BOOL:
    case UMI_KIND_STRING:
    case UMI_KIND_LIST:
        umi__problem(l->problems, n->at, "Y204", "must be a text, got '%.*s'",
                     UMI_SHOW(n->text));
        break;
    }
    return told(l, n);
}

static bool needs_quotes(umi_kind k, bool ints)
{
    return k == UMI_KIND_MONEY || k == UMI_KIND_RATE || k == UMI_KIND_DECIMAL ||
           (k == UMI_KIND_INT && ints);
}

bool umi__load_value(
    umi__loader *l, const umi_yaml *n, umi_type t, bool quoted, umi_value *out)
{
    if (!umi__load_kind(l, n, UMI_YAML_SCALAR))
        return false;
    if (t.kind == UMI_KIND_BOOL && n->style != UMI_YAML_PLAIN)
        return no_bool(l, n);
    if ((t.kind == UMI_KIND_INT && umi__leading_zero(n->text)) ||
        !umi_value_parse(out, t, n->text))
        return t.kind == UMI_KIND_BOOL ? no_bool(l, n) : no_value(l, n, t);
    if (n->style != UMI_YAML_PLAIN || !needs_quotes(t.kind, quoted))
        return true;
    umi__problem(l->problems, n->at, "Y210", "must stand in quotes, got %.*s",
                 UMI_SHOW(n->raw));
    umi__problem_help(l->problems, "write '%.*s'", UMI_SHOW(n->text));
    return told(l, n);
}

/* --- names --------------------------------------------------------------- */

static bool identifier(umi_text t)
{
    for (size_t i = 0; i < t.len; i++) {
        char c = t.ptr[i];
        bool letter =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return t.len > 0;
}

/* Words of the language, of CEL, and of an application's line. */
static bool reserved(umi_text t)
{
    static const char *const words[] = {
        "true",  "false",    "null", "in",   "as",     "break",     "const",
        "else",  "continue", "for",  "if",   "import", "function",  "let",
        "loop",  "package",  "void", "var",  "while",  "namespace", "return",
        "param", "unknown",  "id",   "today"};
    const size_t n = sizeof words / sizeof *words;
    return umi_text_index(t, words, n) < n;
}

bool umi__load_name(umi__loader *l, umi_text name, umi_at at)
{
    if (identifier(name) && !reserved(name) && name.len <= 64)
        return true;
    umi__problem(
        l->problems, at, "E319",
        reserved(name)
            ? "'%.*s' is a reserved word"
            : "'%.*s' is not a name: letters, digits and _, at most 64",
        UMI_SHOW(name));
    umi__problem_width(l->problems, umi_text_points(name));
    return false;
}

const umi_name *umi__load_ref(umi__loader *l,
                              const umi_yaml *n,
                              const umi_env *in,
                              const char *what)
{
    if (!umi__load_kind(l, n, UMI_YAML_SCALAR))
        return NULL;
    const umi_name *name = umi_env_find(in, n->text);
    if (name != NULL)
        return name;
    umi__problem(l->problems, n->at, "E306", "there is no %s '%.*s'",
                 umi_tr(l->problems->lang, what), UMI_SHOW(n->text));
    umi__problem_width(l->problems, umi_text_points(n->raw));
    const umi_name *near = umi_env_near(in, n->text, UMI_KIND_ANY);
    if (near != NULL)
        umi__problem_help(l->problems, "did you mean '%.*s'?",
                          UMI_SHOW(near->name));
    return NULL;
}

/* Where names are defined, for those that are defined again. */
static uint32_t remember(umi__loader *l, umi_at at)
{
    if (l->defined_count == l->defined_room) {
        size_t room = l->defined_room == 0 ? 256 : l->defined_room * 2;
        umi_at *grown = umi__load_array(l, room, sizeof *grown);
        if (grown == NULL)
            return 0;
        if (l->defined_count > 0)
            memcpy(grown, l->defined, l->defined_count * sizeof *grown);
        l->defined = grown;
        l->defined_room = room;
    }
    l->defined[l->defined_count] = at;
    return (uint32_t)++l->defined_count;
}

static void tell_twice(umi__loader *l, umi_text name, umi_at at, uint32_t tag)
{
    umi__problem(l->problems, at, "E307", "'%.*s' is defined already",
                 UMI_SHOW(name));
    umi__problem_width(l->problems, umi_text_points(name));
    if (tag == 0)
        return;
    umi_at first = l->defined[tag - 1];
    umi__problem_help(l->problems, "first defined at %s:%" PRIu32 ":%" PRIu32,
                      umi__problem_file(l->problems, first), first.line,
                      first.column);
    umi__problem_other(l->problems, first);
}

bool umi__load_define(umi__loader *l, umi_env *in, umi_name name, umi_at at)
{
    const umi_name *old = umi_env_find(in, name.name);
    if (old != NULL) {
        tell_twice(l, name.name, at, old->tag);
        return false;
    }
    name.tag = remember(l, at);
    umi_status rc = umi_env_add(in, name);
    l->failed |= rc == UMI_ENOMEM;
    return rc == UMI_OK;
}

/* --- expressions --------------------------------------------------------- */

static void tell(umi__loader *l, const umi_yaml *n, const umi_expr_problem *q)
{
    umi_text part = {n->text.ptr + q->offset, q->length};
    umi__problem(l->problems, umi_yaml_inside(n, q->offset), q->code, "%s",
                 q->message);
    umi__problem_width(l->problems, umi_text_points(part));
    if (q->related != NULL) {
        umi_at at = umi_ruleset_defined(l->rs, q->related);
        if (at.line != 0) {
            if (at.file == n->at.file)
                umi__problem_help(l->problems,
                                  "%s (defined at line %" PRIu32 ")", q->help,
                                  at.line);
            else
                umi__problem_help(l->problems, "%s (defined at %s:%" PRIu32 ")",
                                  q->help, umi__problem_file(l->problems, at),
                                  at.line);
            umi__problem_other(l->problems, at);
            return;
        }
    }
    if (q->help != NULL)
        umi__problem_help(l->problems, "%s", q->help);
}

static bool tell_all(umi__loader *l, const umi_yaml *n, const umi_expr_log *log)
{
    for (const umi_expr_problem *q = log->first; q != NULL; q = q->next)
        tell(l, n, q);
    return log->errors == 0;
}

/* What was probably meant: bare, YAML ends a value before " #". */
static umi_text as_meant(const umi__loader *l, const umi_yaml *n)
{
    umi_text source = l->rs->files[n->at.file].text;
    const char *end = source.ptr + source.len;
    const char *p = n->raw.ptr + n->raw.len;
    while (p < end && *p == ' ')
        p++;
    if (p == end || *p != '#')
        return n->text;
    while (p < end && *p != '\n')
        p++;
    return umi_text_trim((umi_text){n->raw.ptr, (size_t)(p - n->raw.ptr)});
}

/* What stands from @p at to the end of its line. */
static umi_text line_from(const umi__loader *l, umi_at at)
{
    umi_text t = l->rs->files[at.file].text;
    size_t end = at.offset;
    while (end < t.len && t.ptr[end] != '\n')
        end++;
    return umi_text_trim((umi_text){t.ptr + at.offset, end - at.offset});
}

/* The expression as it is to be written: its own quotes are doubled. */
static void help_quotes(umi__loader *l, umi_text meant)
{
    umi_buf b = {0};
    for (size_t i = 0; i < meant.len; i++) {
        umi_buf_putc(&b, meant.ptr[i]);
        if (meant.ptr[i] == '\'')
            umi_buf_putc(&b, '\'');
    }
    umi__problem_help(l->problems, "write '%.*s'", (int)b.len,
                      b.ptr != NULL ? b.ptr : "");
    l->failed |= b.failed;
    umi_buf_free(&b);
}

/* Behind the text in quotes that begins at @p i. */
static size_t behind_string(umi_text t, size_t i)
{
    bool raw = i > 0 && (t.ptr[i - 1] | 0x20) == 'r';
    char q = t.ptr[i];
    size_t n = i + 2 < t.len && t.ptr[i + 1] == q && t.ptr[i + 2] == q ? 3 : 1;
    for (i += n; i < t.len; i++) {
        size_t k = 0;
        while (k < n && i + k < t.len && t.ptr[i + k] == q)
            k++;
        if (k == n)
            return i + n;
        i += t.ptr[i] == '\\' && !raw;
    }
    return t.len;
}

/* The next comment of an expression from @p i on, or its end. */
static size_t comment_from(umi_text t, size_t i)
{
    while (i < t.len) {
        if (t.ptr[i] == '\'' || t.ptr[i] == '"')
            i = behind_string(t, i);
        else if (t.ptr[i] == '/' && i + 1 < t.len && t.ptr[i + 1] == '/')
            return i;
        else
            i++;
    }
    return t.len;
}

/* A comment ends with its line.  Where YAML made one line of several, those
 * that follow would belong to it: a condition could vanish. */
static bool comment_hides(umi__loader *l, const umi_yaml *n)
{
    umi_text t = umi_text_trim(n->text);
    if (n->style == UMI_YAML_LITERAL || t.len == 0)
        return false;
    size_t lead = (size_t)(t.ptr - n->text.ptr);
    for (size_t i = comment_from(t, 0); i < t.len; i = comment_from(t, i)) {
        umi_at at = umi_yaml_inside(n, lead + i);
        size_t end = i;
        while (end < t.len && t.ptr[end] != '\n')
            end++;
        bool lost = at.offset == n->at.offset; /* behind an escape */
        if (umi_yaml_inside(n, lead + end - 1).line != at.line ||
            (lost && memchr(n->raw.ptr, '\n', n->raw.len) != NULL)) {
            umi__problem(l->problems, at, "E324",
                         "the comment hides the lines that follow");
            umi__problem_width(l->problems, 2);
            umi__problem_help(l->problems,
                              "write | in place of the quotes or of >");
            return true;
        }
        i = end;
    }
    return false;
}

/* Whether @p n is a scalar in quotes; told otherwise. */
static bool expression_at(umi__loader *l, const umi_yaml *n)
{
    if (!umi__load_kind(l, n, UMI_YAML_SCALAR)) {
        help_quotes(l, line_from(l, n->at));
        return false;
    }
    if (n->style == UMI_YAML_PLAIN) {
        umi__problem(l->problems, n->at, "E305",
                     "the expression %.*s must stand in quotes",
                     UMI_SHOW(n->raw));
        umi_text meant = as_meant(l, n);
        umi__problem_width(l->problems, umi_text_points(n->raw));
        help_quotes(l, meant);
        return false;
    }
    return !comment_hides(l, n);
}

bool umi__load_parse_test(umi__loader *l,
                          const umi_yaml *n,
                          const umi_name *subject,
                          umi_expr **out)
{
    if (!expression_at(l, n))
        return false;
    if (umi_text_is(umi_text_trim(n->text), "-"))
        return true;
    umi_expr_log log = {.arena = l->arena, .lang = l->problems->lang};
    umi_status rc = umi_expr_parse_test(out, l->arena, n->text, subject, &log);
    l->failed |= rc == UMI_ENOMEM;
    return tell_all(l, n, &log) && rc == UMI_OK;
}

bool umi__load_parse(umi__loader *l, const umi_yaml *n, umi_expr **out)
{
    if (!expression_at(l, n))
        return false;
    umi_expr_log log = {.arena = l->arena, .lang = l->problems->lang};
    umi_status rc = umi_expr_parse(out, l->arena, n->text, &log);
    l->failed |= rc == UMI_ENOMEM;
    return tell_all(l, n, &log) && rc == UMI_OK;
}

static void use(void *self, const umi_node *node)
{
    umi__loader *l = self;
    if (node->name == NULL)
        return;
    switch (node->name->kind) {
    case UMI_NAME_FACT:
        l->facts_used[node->name->slot] = true;
        break;
    case UMI_NAME_PARAM:
        l->params_used[node->name->slot] = true;
        break;
    case UMI_NAME_LET:
        l->lets_used[node->name->slot] = true;
        break;
    case UMI_NAME_INPUT:
        break;
    }
}

bool umi__load_check(umi__loader *l,
                     const umi_yaml *n,
                     umi_expr *e,
                     const umi_type *want)
{
    umi_expr_log log = {.arena = l->arena, .lang = l->problems->lang};
    umi_status rc = umi_expr_check(e, l->env, want, &log);
    l->failed |= rc == UMI_ENOMEM;
    bool ok = tell_all(l, n, &log) && rc == UMI_OK;
    /* A name in a wrong expression is used all the same. */
    umi_expr_names(e->root, use, l);
    return ok;
}

void umi__load_expr(umi__loader *l,
                    const umi_yaml *n,
                    umi_kind want,
                    umi_rule_expr *out)
{
    umi_type type = umi_type_of(want);
    umi_expr *e = NULL;
    if (umi__load_parse(l, n, &e) && umi__load_check(l, n, e, &type))
        *out = (umi_rule_expr){e, n};
}
