/* SPDX-License-Identifier: MIT */
#include "rules/decide/edit_int.h"

#include <assert.h>

void umi__edit_swap(umi__edit *e)
{
    umi_node node;
    umi_value value;
    umi_day day;
    switch (e->kind) {
    case UMI__EDIT_NODE:
        node = *e->place.node;
        *e->place.node = e->other.node;
        e->other.node = node;
        return;
    case UMI__EDIT_VALUE:
        value = *e->place.value;
        *e->place.value = e->other.value;
        e->other.value = value;
        return;
    case UMI__EDIT_DATE:
        day = *e->place.day;
        *e->place.day = e->other.day;
        e->other.day = day;
        return;
    }
}

/* --- the list ------------------------------------------------------------ */

static umi__edit *add(umi__edits *l, const umi__edit *e)
{
    if (l->count == l->room) {
        size_t room = l->room * 2 + 64;
        umi__edit *more = umi_arena_array(l->arena, room, sizeof *more);
        if (more == NULL) {
            l->failed = true;
            return NULL;
        }
        if (l->count > 0)
            memcpy(more, l->all, l->count * sizeof *more);
        l->all = more;
        l->room = room;
    }
    l->all[l->count] = *e;
    return &l->all[l->count++];
}

static const char *keep(umi__edits *l, umi_buf *b)
{
    char *copy = b->failed ? NULL : umi_arena_copy(l->arena, b->ptr, b->len);
    l->failed |= copy == NULL;
    umi_buf_free(b);
    return copy != NULL ? copy : "";
}

static const char *written(umi__edits *l, const umi_value *v)
{
    umi_buf b = {0};
    umi_buf_value(&b, v);
    return keep(l, &b);
}

/* --- values -------------------------------------------------------------- */

/* A value that is one step away; false when there is none. */
static bool step_number(umi_value *out, umi_value v, umi_decimal step, int way)
{
    umi_decimal q = v.q;
    bool ok = way > 0 ? umi_decimal_add(&q, v.q, step)
                      : umi_decimal_sub(&q, v.q, step);
    if (!ok || (q.num < 0 && v.q.num >= 0)) /* no sign that was not there */
        return false;
    v.q = umi_decimal_reduce(q);
    *out = v;
    return true;
}

/* One unit of the last place written, of a rate at least a percent. */
static umi_decimal last_place(const umi_value *v)
{
    umi_decimal q = umi_decimal_reduce(v->q), unit = {1, 1};
    umi_i128 least = v->kind == UMI_KIND_RATE ? 100 : 1;
    while (unit.den < 1000000000 && (unit.den < least || unit.den % q.den != 0))
        unit.den *= 10;
    return unit;
}

/* Amounts move by the smallest step that an amount asked of people has: what
 * lies between nobody can ask for. */
static umi_decimal step_of(const umi_ruleset *rs, const umi_value *v)
{
    umi_decimal step = last_place(v);
    bool found = false;
    if (v->kind != UMI_KIND_MONEY)
        return step;
    for (size_t i = 0; i < rs->fact_count; i++) {
        const umi_fact *f = &rs->facts[i];
        if (f->type.kind != UMI_KIND_MONEY || !f->stepped ||
            (found && umi_decimal_cmp(f->step, step) >= 0))
            continue;
        step = f->step;
        found = true;
    }
    return step;
}

static bool
neighbour(const umi_ruleset *rs, umi_value *out, const umi_value *v, int way)
{
    *out = *v;
    switch ((umi_kind)v->kind) {
    case UMI_KIND_BOOL:
        out->i = !v->i;
        return way > 0;
    case UMI_KIND_INT:
        return !__builtin_add_overflow(v->i, way, &out->i) &&
               (way > 0 || v->i != 0);
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_MONEY:
        return step_number(out, *v, step_of(rs, v), way);
    case UMI_KIND_DATE:
        out->i += way;
        return true;
    case UMI_KIND_ENUM:
        out->i = (v->i + 1) % v->of->count;
        return way > 0 && v->of->count > 1;
    case UMI_KIND_ANY:
    case UMI_KIND_STRING:
    case UMI_KIND_LIST:
        break;
    }
    return false;
}

/* --- expressions --------------------------------------------------------- */

typedef struct walker {
    umi__edits *l;
    const umi_rule_expr *e;
    umi_text name;
    int32_t first, end;
} walker;

static umi__edit of_node(const walker *w, umi_node *n, size_t offset)
{
    return (umi__edit){.kind = UMI__EDIT_NODE,
                       .at = umi_yaml_inside(w->e->source, offset),
                       .name = w->name,
                       .first = w->first,
                       .end = w->end,
                       .node = n,
                       .rule = -1,
                       .place.node = n,
                       .other.node = *n};
}

/* Where the operator stands between its operands. */
static size_t operator_at(const walker *w, const umi_node *n, const char *op)
{
    size_t from = n->args[0]->offset + n->args[0]->length;
    size_t to = n->args[1]->offset, len = strlen(op);
    for (size_t i = from; i + len <= to && to <= w->e->expr->text.len; i++)
        if (memcmp(w->e->expr->text.ptr + i, op, len) == 0)
            return i;
    return n->offset;
}

static void
edit_op(walker *w, umi_node *n, const char *was, umi_op op, const char *is)
{
    umi__edit e = of_node(w, n, operator_at(w, n, was));
    e.was = was;
    e.is = is;
    e.other.node.op = op;
    (void)add(w->l, &e);
}

/* The opposite of a condition: a node takes its place and holds a copy. */
static void
edit_not(walker *w, umi_node *n, size_t at, const char *was, const char *is)
{
    umi__edit e = of_node(w, n, at);
    umi_node **args = umi_arena_array(w->l->arena, 1, sizeof *args);
    umi_node *copy = umi_arena_alloc(w->l->arena, sizeof *copy);
    if (args == NULL || copy == NULL) {
        w->l->failed = true;
        return;
    }
    *copy = *n;
    args[0] = copy;
    e.was = was;
    e.is = is;
    e.other.node.op = UMI_OP_NOT;
    e.other.node.args = args;
    e.other.node.count = 1;
    (void)add(w->l, &e);
}

static void edit_choice(walker *w, umi_node *n)
{
    umi__edit e = of_node(w, n, n->args[0]->offset);
    umi_node **args = umi_arena_array(w->l->arena, 3, sizeof *args);
    if (args == NULL) {
        w->l->failed = true;
        return;
    }
    args[0] = n->args[0];
    args[1] = n->args[2];
    args[2] = n->args[1];
    e.was = "a : b";
    e.is = "b : a";
    e.other.node.args = args;
    (void)add(w->l, &e);
}

static void edit_const(walker *w, umi_node *n)
{
    for (int way = 1; way >= -1; way -= 2) {
        umi__edit e = of_node(w, n, n->offset);
        if (!neighbour(w->l->rs, &e.other.node.value, &n->value, way))
            continue;
        e.was = written(w->l, &n->value);
        e.is = written(w->l, &e.other.node.value);
        (void)add(w->l, &e);
    }
}

/* date("2026-01-31"): the text is a day. */
static void edit_date(walker *w, umi_node *n)
{
    umi_value day;
    umi_node *text = n->args[0];
    if (text->op != UMI_OP_CONST || text->value.kind != UMI_KIND_STRING ||
        !umi_value_day_parse(&day, text->value.text))
        return;
    for (int way = 1; way >= -1; way -= 2) {
        umi_value moved = day;
        umi__edit e = of_node(w, text, text->offset);
        moved.i += way;
        e.was = written(w->l, &day);
        e.is = written(w->l, &moved);
        e.other.node.value = umi_value_string(umi_text_of(e.is));
        (void)add(w->l, &e);
    }
}

/* Two for an order: the limit itself, and the side. */
static void edit_operator(walker *w, umi_node *n)
{
    static const struct {
        umi_op op;
        const char *was;
        struct {
            umi_op op;
            const char *is;
        } to[2];
    } table[] = {
        {UMI_OP_EQ, "==", {{UMI_OP_NE, "!="}}},
        {UMI_OP_NE, "!=", {{UMI_OP_EQ, "=="}}},
        {UMI_OP_LT, "<", {{UMI_OP_LE, "<="}, {UMI_OP_GE, ">="}}},
        {UMI_OP_LE, "<=", {{UMI_OP_LT, "<"}, {UMI_OP_GT, ">"}}},
        {UMI_OP_GT, ">", {{UMI_OP_GE, ">="}, {UMI_OP_LE, "<="}}},
        {UMI_OP_GE, ">=", {{UMI_OP_GT, ">"}, {UMI_OP_LT, "<"}}},
        {UMI_OP_AND, "&&", {{UMI_OP_OR, "||"}}},
        {UMI_OP_OR, "||", {{UMI_OP_AND, "&&"}}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        for (size_t k = 0; table[i].op == n->op && k < 2; k++)
            if (table[i].to[k].is != NULL)
                edit_op(w, n, table[i].was, table[i].to[k].op,
                        table[i].to[k].is);
}

static void walk(walker *w, umi_node *n)
{
    edit_operator(w, n);
    if (n->op == UMI_OP_IN)
        edit_not(w, n, operator_at(w, n, "in"), "in", "not in");
    if (n->op == UMI_OP_COND)
        edit_choice(w, n);
    if (n->op == UMI_OP_CONST)
        edit_const(w, n);
    if (n->op == UMI_OP_CALL && n->fn == UMI_FN_DATE)
        edit_date(w, n);
    if (n->op == UMI_OP_NOT) {
        umi__edit e = of_node(w, n, n->offset);
        e.was = "!";
        e.is = "";
        e.other.node = *n->args[0];
        (void)add(w->l, &e);
    }
    for (uint32_t i = 0; i < n->count; i++)
        walk(w, n->args[i]);
}

static void walk_expr(walker *w, umi_text name, const umi_rule_expr *e)
{
    if (e->expr == NULL)
        return;
    umi_node *root = e->expr->root;
    w->e = e;
    w->name = name;
    /* a condition that is a word alone has nothing else to be mistaken in */
    if (root->type.kind == UMI_KIND_BOOL &&
        (root->op == UMI_OP_NAME || root->op == UMI_OP_CALL))
        edit_not(w, root, root->offset, "", "!");
    walk(w, root);
}

/* --- dated things -------------------------------------------------------- */

static void
edit_day(umi__edits *l, umi__edit e, umi_day *day, int32_t low, int32_t high)
{
    char text[UMI_DAY_TEXT];
    for (int way = 1; way >= -1; way -= 2) {
        umi_day moved = {day->n + way};
        umi_buf was = {0}, is = {0};
        if (moved.n <= low || moved.n >= high)
            continue;
        umi_day_write(text, *day);
        umi_buf_puts(&was, text);
        umi_day_write(text, moved);
        umi_buf_puts(&is, text);
        e.kind = UMI__EDIT_DATE;
        e.was = keep(l, &was);
        e.is = keep(l, &is);
        e.place.day = day;
        e.other.day = moved;
        e.first = way > 0 ? day->n : moved.n;
        e.end = e.first + 1;
        (void)add(l, &e);
    }
}

static void edit_param(umi__edits *l, const umi_param *p)
{
    umi_param_value *values = (umi_param_value *)p->values;
    umi__edit e = {.name = p->name,
                   .rule = -1,
                   .param = umi_env_find(l->rs->names, p->name)};
    for (size_t k = 0; k < p->count; k++) {
        int32_t end = k + 1 < p->count ? values[k + 1].from.n : INT32_MAX;
        e.at = values[k].at;
        if (k == 0 || !umi_value_equal(&values[k - 1].value, &values[k].value))
            edit_day(l, e, &values[k].from,
                     k > 0 ? values[k - 1].from.n : INT32_MIN, end);
        for (int way = 1; way >= -1; way -= 2) {
            e.kind = UMI__EDIT_VALUE;
            if (!neighbour(l->rs, &e.other.value, &values[k].value, way))
                continue;
            e.place.value = &values[k].value;
            e.was = written(l, &values[k].value);
            e.is = written(l, &e.other.value);
            e.first = values[k].from.n;
            e.end = end;
            (void)add(l, &e);
        }
    }
}

static void edit_rule_dates(umi__edits *l, size_t i)
{
    umi_rule *r = (umi_rule *)&l->rs->rules[i];
    umi__edit e = {.at = r->at, .name = r->id, .rule = (int64_t)i};
    if (r->has_from)
        edit_day(l, e, &r->from, INT32_MIN,
                 r->has_until ? r->until.n : INT32_MAX);
    if (r->has_until)
        edit_day(l, e, &r->until, r->has_from ? r->from.n : INT32_MIN,
                 INT32_MAX);
}

void umi__edits_list(umi__edits *l)
{
    const umi_ruleset *rs = l->rs;
    walker w = {.l = l, .first = INT32_MIN, .end = INT32_MAX};
    for (size_t i = 0; i < rs->param_count; i++)
        edit_param(l, &rs->params[i]);
    for (size_t i = 0; i < rs->let_count; i++)
        if (umi_let_written(&rs->lets[i]))
            walk_expr(&w, rs->lets[i].name, &rs->lets[i].value);
    for (size_t i = 0; i < rs->product_count; i++) {
        walk_expr(&w, rs->products[i].code, &rs->products[i].max);
        walk_expr(&w, rs->products[i].code, &rs->products[i].rate);
    }
    for (size_t i = 0; i < rs->rule_count; i++) {
        const umi_rule *r = &rs->rules[i];
        edit_rule_dates(l, i);
        w.first = r->has_from ? r->from.n : INT32_MIN;
        w.end = r->has_until ? r->until.n : INT32_MAX;
        walk_expr(&w, r->id, &r->require);
        walk_expr(&w, r->id, &r->unless);
    }
    w.first = INT32_MIN;
    w.end = INT32_MAX;
    for (size_t i = 0; i + 1 < rs->row_count; i++) /* the last is 'true' */
        walk_expr(&w, UMI_TEXT("routing"), &rs->rows[i].when);
}
