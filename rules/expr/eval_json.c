/* SPDX-License-Identifier: MIT */
#include "rules/expr/eval_json.h"

#include "rules/expr/program.h"

#include <stdio.h>

typedef struct eval {
    umi_arena *arena;
    umi_error *err;
    const umi_json *id, *expr, *facts, *untyped;
    umi_env *env;
    umi_value slots[UMI_EXPR_NODES];
    umi_text names[UMI_EXPR_NODES]; /* by slot */
    uint32_t count;
    umi_status rc; /* of binding names, which happens in a callback */
} eval;

static umi_status nomem(eval *e)
{
    return umi_fail_memory(e->err);
}

/* Fails at facts.NAME; @p kind is for the second form only. */
static umi_status bad_fact(eval *e, umi_text name, const char *kind)
{
    char field[96];
    (void)snprintf(field, sizeof field, "facts.%.*s", UMI_SHOW(name));
    if (kind == NULL)
        return umi_fail(e->err, UMI_EINVAL, field,
                        "must be an object with t (int, decimal, money, bool, "
                        "string, date, list, unknown) and v");
    return umi_fail(e->err, UMI_EINVAL, field, "v is not the text of a %s",
                    kind);
}

/* --- the request ------------------------------------------------------- */

static umi_status unknown_key(eval *e, umi_text key)
{
    char field[64];
    (void)snprintf(field, sizeof field, "%.*s", UMI_SHOW(key));
    return umi_fail(e->err, UMI_EINVAL, field, "unknown key");
}

static umi_status
want_type(eval *e, const umi_json *v, const char *key, umi_json_type type)
{
    static const char *const names[] = {"null",   "bool",  "number",
                                        "string", "array", "object"};
    if (v == NULL || v->type == type)
        return UMI_OK;
    return umi_fail(e->err, UMI_EINVAL, key, "must be a JSON %s", names[type]);
}

static umi_status read_request(eval *e, const umi_json *line)
{
    const struct {
        const char *key;
        umi_json_type type;
        const umi_json **to;
    } keys[] = {{"id", UMI_JSON_STRING, &e->id},
                {"expr", UMI_JSON_STRING, &e->expr},
                {"facts", UMI_JSON_OBJECT, &e->facts},
                {"untyped", UMI_JSON_BOOL, &e->untyped}};
    const size_t n = sizeof keys / sizeof *keys;
    if (line->type != UMI_JSON_OBJECT)
        return umi_fail(e->err, UMI_EINVAL, "", "the line must be an object");
    for (const umi_json *v = line->first; v != NULL; v = v->next) {
        size_t k = 0;
        while (k < n && !umi_text_is(v->key, keys[k].key))
            k++;
        if (k == n)
            return unknown_key(e, v->key);
        *keys[k].to = v;
        umi_status rc = want_type(e, v, keys[k].key, keys[k].type);
        if (rc != UMI_OK)
            return rc;
    }
    if (e->expr == NULL)
        return umi_fail(e->err, UMI_EINVAL, "expr", "is missing");
    return UMI_OK;
}

/* --- facts ------------------------------------------------------------- */

static const umi_json *fact(const eval *e, umi_text name)
{
    const umi_json *v = e->facts ? e->facts->first : NULL;
    while (v != NULL && !umi_text_eq(v->key, name))
        v = v->next;
    return v;
}

/* The kinds that a VALUE may have; rates and enums are of rule files. */
static bool value_kind(umi_kind *out, const umi_json *t)
{
    return t != NULL && t->type == UMI_JSON_STRING &&
           umi_kind_parse(out, t->text) && *out != UMI_KIND_RATE &&
           *out != UMI_KIND_ENUM && *out != UMI_KIND_ANY;
}

static bool unknown_kind(umi_type *out, const umi_json *v)
{
    const umi_json *t = umi_json_get(v, "t"), *type = umi_json_get(v, "type");
    const umi_json *none = umi_json_get(v, "v");
    int keys = (t != NULL) + (type != NULL) + (none != NULL);
    *out = umi_type_of(UMI_KIND_ANY);
    return v->count == (uint32_t)keys && t != NULL &&
           t->type == UMI_JSON_STRING && umi_text_is(t->text, "unknown") &&
           (none == NULL || none->type == UMI_JSON_NULL) &&
           (type == NULL || value_kind(&out->kind, type));
}

static umi_status read_list(
    eval *e, umi_text name, const umi_json *v, umi_value *out, umi_type *type);

static umi_status read_value(
    eval *e, umi_text name, const umi_json *v, umi_value *out, umi_type *type)
{
    umi_kind kind;
    if (v->type != UMI_JSON_OBJECT)
        return bad_fact(e, name, NULL);
    for (const umi_json *k = v->first; k != NULL; k = k->next)
        if (!umi_text_is(k->key, "t") && !umi_text_is(k->key, "v") &&
            !umi_text_is(k->key, "type"))
            return bad_fact(e, name, NULL);
    if (!value_kind(&kind, umi_json_get(v, "t")) ||
        umi_json_get(v, "type") != NULL)
        return bad_fact(e, name, NULL);
    const umi_json *x = umi_json_get(v, "v");
    *type = umi_type_of(kind);
    if (kind == UMI_KIND_LIST && x != NULL && x->type == UMI_JSON_ARRAY)
        return read_list(e, name, x, out, type);
    if (kind == UMI_KIND_BOOL && x != NULL && x->type == UMI_JSON_BOOL) {
        *out = umi_value_bool(x->boolean);
        return UMI_OK;
    }
    /* an amount may be a quotient here, as answers are */
    umi_type read =
        kind == UMI_KIND_MONEY ? umi_type_of(UMI_KIND_DECIMAL) : *type;
    if (kind == UMI_KIND_BOOL || kind == UMI_KIND_LIST || x == NULL ||
        x->type != UMI_JSON_STRING || !umi_value_parse(out, read, x->text))
        return bad_fact(e, name, umi_kind_name(kind));
    out->kind = (uint8_t)kind;
    return UMI_OK;
}

static umi_status read_list(
    eval *e, umi_text name, const umi_json *v, umi_value *out, umi_type *type)
{
    umi_value *items = umi_arena_array(e->arena, v->count, sizeof *items);
    umi_type *elem = umi_arena_alloc(e->arena, sizeof *elem), one;
    size_t n = 0;
    bool same = true;
    if (items == NULL || elem == NULL)
        return nomem(e);
    for (const umi_json *x = v->first; x != NULL; x = x->next, n++) {
        umi_status rc = read_value(e, name, x, &items[n], &one);
        if (rc != UMI_OK)
            return rc;
        same &= n == 0 || umi_type_same(one, *elem);
        *elem = one;
    }
    *out = (umi_value){.kind = UMI_KIND_LIST, .list = {items, n}};
    type->elem = same && n > 0 ? elem : NULL;
    return UMI_OK;
}

/* For every name of the expression: its fact, once, in the next slot. */
static void bind_name(void *self, const umi_node *n)
{
    eval *e = self;
    const umi_json *v = fact(e, n->text);
    if (e->rc != UMI_OK || v == NULL || umi_env_find(e->env, n->text) != NULL)
        return;
    umi_name name = {.name = v->key, .slot = e->count};
    if (v->type == UMI_JSON_OBJECT && unknown_kind(&name.type, v))
        e->slots[e->count] = umi_value_unknown(e->count);
    else
        e->rc = read_value(e, v->key, v, &e->slots[e->count], &name.type);
    if (e->rc == UMI_OK && umi_env_add(e->env, name) != UMI_OK)
        e->rc = nomem(e);
    e->names[e->count++] = v->key;
}

/* What the expression does not use may still be what it meant. */
static umi_status add_others(eval *e)
{
    const umi_json *v = e->facts ? e->facts->first : NULL;
    for (; v != NULL; v = v->next) {
        umi_name name = {.name = v->key, .kind = UMI_NAME_INPUT};
        const umi_json *t =
            v->type == UMI_JSON_OBJECT ? umi_json_get(v, "t") : NULL;
        (void)value_kind(&name.type.kind, t);
        if (umi_env_find(e->env, v->key) == NULL &&
            umi_env_add(e->env, name) == UMI_ENOMEM)
            return nomem(e);
    }
    return UMI_OK;
}

/* --- the answer -------------------------------------------------------- */

static void write_value(umi_json_out *w, const umi_value *v)
{
    umi_buf text = {0};
    umi_json_open(w, '{');
    umi_json_put_str(w, "t", umi_kind_name((umi_kind)v->kind));
    umi_json_key(w, "v");
    if (v->kind == UMI_KIND_BOOL) {
        umi_json_bool(w, v->i != 0);
    } else if (v->kind == UMI_KIND_LIST) {
        umi_json_open(w, '[');
        for (size_t i = 0; i < v->list.count; i++)
            write_value(w, &v->list.items[i]);
        umi_json_close(w, ']');
    } else {
        umi_buf_value(&text, v);
        umi_json_text(w, umi_buf_as_text(&text));
    }
    umi_json_close(w, '}');
    w->buf->failed |= text.failed;
    umi_buf_free(&text);
}

static void write_answer(const eval *e, const umi_value *v, umi_buf *out)
{
    umi_json_out w = {.buf = out};
    umi_json_open(&w, '{');
    umi_json_key(&w, "id");
    if (e->id != NULL)
        umi_json_text(&w, e->id->text);
    else
        umi_json_null(&w);
    umi_json_key(&w, v->state == UMI_KNOWN ? "value" : "unknown");
    if (v->state == UMI_KNOWN) {
        write_value(&w, v);
    } else {
        umi_json_open(&w, '[');
        for (uint32_t s = 0; s < e->count; s++)
            if (umi_value_names(v, s))
                umi_json_text(&w, e->names[s]);
        umi_json_close(&w, ']');
    }
    umi_json_close(&w, '}');
}

static umi_status
fault(eval *e, const umi_program *p, const umi_value *v, umi_text text)
{
    const umi_node *n = umi_program_origin(p, v);
    umi_text part = n ? (umi_text){text.ptr + n->offset, n->length} : text;
    umi_fault f = (umi_fault)v->fault;
    umi_status rc = umi_fail_code(
        e->err, UMI_EINVAL, umi_fault_code(f), "expr", "%s: %.*s",
        umi_tr(e->err ? e->err->lang : UMI_LANG_EN, umi_fault_text(f)),
        UMI_SHOW(part));
    umi_error_at(e->err, NULL, 0, n ? (int64_t)n->offset + 1 : 1);
    return rc;
}

static umi_status run(eval *e, const umi_expr *x, umi_buf *out)
{
    const umi_node *root = x->root;
    umi_program_source source = {.roots = &root, .root_count = 1};
    umi_program *p = NULL;
    umi_status rc = umi_program_build(&p, e->arena, &source, e->err);
    if (rc != UMI_OK)
        return rc;
    umi_value *scratch =
        umi_arena_array(e->arena, umi_program_scratch(p), sizeof *scratch);
    if (scratch == NULL ||
        umi_program_run(p, e->slots, scratch, e->arena) != UMI_OK)
        return nomem(e);
    const umi_value *v = umi_program_result(p, e->slots, scratch, 0);
    if (v->state == UMI_ERROR)
        return fault(e, p, v, x->text);
    write_answer(e, v, out);
    return out->failed ? nomem(e) : UMI_OK;
}

static umi_status compile(eval *e, umi_expr **x, umi_expr_log *log)
{
    umi_status rc = umi_expr_parse(x, e->arena, e->expr->text, log);
    if (rc != UMI_OK)
        return rc;
    umi_expr_names((*x)->root, bind_name, e);
    if (e->rc == UMI_OK)
        e->rc = add_others(e);
    if (e->rc != UMI_OK)
        return e->rc;
    if (e->untyped != NULL && e->untyped->boolean)
        return umi_expr_bind(*x, e->env, log);
    return umi_expr_check(*x, e->env, NULL, log);
}

umi_status umi_expr_eval_json(umi_text line,
                              umi_arena *arena,
                              umi_buf *out,
                              umi_error *err)
{
    umi_json *v = NULL;
    umi_expr *x = NULL;
    umi_expr_log log = {.arena = arena, .lang = err ? err->lang : UMI_LANG_EN};
    umi_status rc = umi_json_parse(&v, line, arena, err);
    if (rc != UMI_OK)
        return rc;
    eval *e = umi_arena_alloc(arena, sizeof *e);
    umi_env *env = umi_env_new(arena);
    if (e == NULL || env == NULL)
        return umi_fail_memory(err);
    e->arena = arena;
    e->err = err;
    e->env = env;
    rc = read_request(e, v);
    if (rc != UMI_OK)
        return rc;
    rc = compile(e, &x, &log);
    if (rc == UMI_OK)
        return run(e, x, out);
    return e->rc != UMI_OK ? rc : umi_expr_fail(err, &log);
}
