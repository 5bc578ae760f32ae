/* SPDX-License-Identifier: MIT */
#include "rules/expr/expr_int.h"

#include <assert.h>
#include <stdio.h>

typedef struct checker {
    const umi_env *env;
    umi_expr_log *log;
    const umi_node *floored; /* the quotient that floor() has noticed */
} checker;

static umi__span span(const umi_node *n)
{
    return (umi__span){n->offset, n->length};
}

/* --- types that meet --------------------------------------------------- */

static bool any(umi_type t)
{
    return t.kind == UMI_KIND_ANY;
}

static umi_type elem(umi_type list)
{
    return list.elem ? *list.elem : umi_type_of(UMI_KIND_ANY);
}

/* Whether == has a meaning between the two. */
static bool comparable(umi_type a, umi_type b)
{
    if (any(a) || any(b))
        return true;
    if (a.kind == UMI_KIND_LIST && b.kind == UMI_KIND_LIST)
        return comparable(elem(a), elem(b));
    return umi_type_same(a, b) ||
           (umi_kind_number(a.kind) && umi_kind_number(b.kind));
}

static bool ordered(umi_type t)
{
    return t.kind != UMI_KIND_ENUM && t.kind != UMI_KIND_LIST;
}

/* The type of a value that is the one or the other: an int becomes what the
 * other number is, a rate beside a decimal is a decimal. */
static bool unify(umi_type *out, umi_type a, umi_type b)
{
    if (any(a) || any(b)) {
        *out = any(a) ? b : a;
    } else if (umi_kind_number(a.kind) && umi_kind_number(b.kind)) {
        if (a.kind == UMI_KIND_INT || a.kind == b.kind)
            *out = b;
        else
            *out = b.kind == UMI_KIND_INT ? a : umi_type_of(UMI_KIND_DECIMAL);
    } else if (a.kind == UMI_KIND_LIST && b.kind == UMI_KIND_LIST &&
               (a.elem == NULL || b.elem == NULL)) {
        *out = a.elem == NULL ? b : a;
    } else if (umi_type_same(a, b)) {
        *out = a;
    } else {
        return false;
    }
    return true;
}

/* --- names and members ------------------------------------------------- */

static bool bind(checker *c, umi_node *n, umi_kind want)
{
    if (n->name == NULL) /* else bound when it was made */
        n->name = umi_env_find(c->env, n->text);
    if (n->name != NULL) {
        n->type = n->name->type;
        return true;
    }
    umi_expr_problem *p = umi__expr_error(
        c->log, "E102", span(n), "unknown name '%.*s'", UMI_SHOW(n->text));
    const umi_name *near = umi_env_near(c->env, n->text, want);
    if (near != NULL) {
        umi__expr_help(c->log, p, "did you mean '%.*s'?", UMI_SHOW(near->name));
        if (p != NULL)
            p->related = near;
    } else if (umi__function_find(n->text) >= 0) {
        umi__expr_help(c->log, p, "a function is called with brackets");
    }
    return false;
}

static bool bind_known(umi_node *call, umi_expr_log *log)
{
    const umi_node *arg = call->args[0];
    if (arg->op == UMI_OP_NAME &&
        (arg->name == NULL || arg->name->kind == UMI_NAME_FACT))
        return true;
    umi__expr_error(log, "E116", span(arg), "known() takes the name of a fact");
    return false;
}

static bool text_literal(const umi_node *n)
{
    return n->op == UMI_OP_CONST && n->value.kind == UMI_KIND_STRING;
}

/* A text beside an enum is the member of that name. */
static void as_member(checker *c, umi_node *n, umi_type t)
{
    if (t.kind != UMI_KIND_ENUM || t.of == NULL || !text_literal(n))
        return;
    umi_text text = n->value.text;
    n->type = t;
    if (umi_value_parse(&n->value, t, text))
        return;
    umi_expr_problem *p =
        umi__expr_error(c->log, "E110", span(n),
                        "'%.*s' is no member of the enum", UMI_SHOW(text));
    int near = umi_text_near(text, t.of->members, t.of->count);
    if (near >= 0)
        umi__expr_help(c->log, p, "did you mean '%.*s'?",
                       UMI_SHOW(t.of->members[near]));
    n->type = umi_type_of(UMI_KIND_ANY);
}

static void members_of(checker *c, umi_node *list, umi_type t)
{
    if (list->op != UMI_OP_LIST || t.kind != UMI_KIND_ENUM)
        return;
    bool all = list->count > 0;
    for (uint32_t i = 0; i < list->count; i++)
        all &= text_literal(list->args[i]);
    umi_type *of = all ? umi_arena_alloc(c->log->arena, sizeof *of) : NULL;
    if (of == NULL) {
        c->log->nomem |= all;
        return;
    }
    for (uint32_t i = 0; i < list->count; i++)
        as_member(c, list->args[i], t);
    *of = t;
    list->type.elem = of;
}

/* --- operators --------------------------------------------------------- */

static const char *const marks[] = {
    [UMI_OP_NOT] = "!", [UMI_OP_NEG] = "-",    [UMI_OP_AND] = "&&",
    [UMI_OP_OR] = "||", [UMI_OP_EQ] = "==",    [UMI_OP_NE] = "!=",
    [UMI_OP_LT] = "<",  [UMI_OP_LE] = "<=",    [UMI_OP_GT] = ">",
    [UMI_OP_GE] = ">=", [UMI_OP_IN] = "in",    [UMI_OP_ADD] = "+",
    [UMI_OP_SUB] = "-", [UMI_OP_MUL] = "*",    [UMI_OP_DIV] = "/",
    [UMI_OP_MOD] = "%", [UMI_OP_INDEX] = "[]",
};

static bool both(umi_type a, umi_type b, umi_kind x, umi_kind y)
{
    return (a.kind == x && b.kind == y) || (a.kind == y && b.kind == x);
}

static void explain(checker *c, umi_expr_problem *p, umi_type a, umi_type b)
{
    bool date = a.kind == UMI_KIND_DATE || b.kind == UMI_KIND_DATE;
    if (a.kind == UMI_KIND_MONEY && b.kind == UMI_KIND_MONEY)
        umi__expr_help(c->log, p, "an amount by an amount has no meaning");
    else if ((a.kind == UMI_KIND_MONEY && umi_kind_number(b.kind)) ||
             (b.kind == UMI_KIND_MONEY && umi_kind_number(a.kind)))
        umi__expr_help(c->log, p, "make the amount a parameter of type money");
    else if (date)
        umi__expr_help(c->log, p, "use days_between(a, b)");
    else if (both(a, b, UMI_KIND_ENUM, UMI_KIND_STRING))
        umi__expr_help(c->log, p, "an enum is compared with its members only");
    else if (a.kind == UMI_KIND_STRING || b.kind == UMI_KIND_STRING)
        umi__expr_help(c->log, p, "use string(x) or int(x)");
}

static void mismatch(checker *c, umi_node *n)
{
    umi_type a = n->args[0]->type;
    umi_expr_problem *p;
    n->type = umi_type_of(UMI_KIND_ANY);
    if (n->count == 1) {
        umi__expr_error(c->log, "E103", span(n), "no operator %s for %s",
                        marks[n->op], umi_kind_name(a.kind));
        return;
    }
    umi_type b = n->args[1]->type;
    p = umi__expr_error(c->log, "E103", span(n),
                        "no operator %s between %s and %s", marks[n->op],
                        umi_kind_name(a.kind), umi_kind_name(b.kind));
    explain(c, p, a, b);
}

static umi_kind of_numbers(umi_op op, umi_kind a, umi_kind b)
{
    bool left = a == UMI_KIND_RATE, right = b == UMI_KIND_RATE;
    bool term = op == UMI_OP_ADD || op == UMI_OP_SUB;
    if (a == UMI_KIND_INT && b == UMI_KIND_INT)
        return UMI_KIND_INT;
    if (op == UMI_OP_MOD)
        return UMI_KIND_ANY;
    /* rates add up to a rate, and so many times a rate is one */
    if ((term && left && right) || (op == UMI_OP_MUL && left != right) ||
        (op == UMI_OP_DIV && left && !right))
        return UMI_KIND_RATE;
    return UMI_KIND_DECIMAL;
}

umi_kind umi__arithmetic(umi_op op, umi_kind a, umi_kind b)
{
    bool term = op == UMI_OP_ADD || op == UMI_OP_SUB;
    bool scaled = op == UMI_OP_MUL || op == UMI_OP_DIV;
    if (umi_kind_number(a) && umi_kind_number(b))
        return of_numbers(op, a, b);
    if (a == UMI_KIND_MONEY && b == UMI_KIND_MONEY && term)
        return UMI_KIND_MONEY;
    if (a == UMI_KIND_MONEY && b == UMI_KIND_MONEY && op == UMI_OP_DIV)
        return UMI_KIND_DECIMAL;
    if (a == UMI_KIND_MONEY && umi_kind_number(b) && scaled)
        return UMI_KIND_MONEY;
    if (b == UMI_KIND_MONEY && umi_kind_number(a) && op == UMI_OP_MUL)
        return UMI_KIND_MONEY;
    if (op == UMI_OP_ADD && a == UMI_KIND_STRING && b == UMI_KIND_STRING)
        return UMI_KIND_STRING;
    return UMI_KIND_ANY;
}

/* Whether anything on the other side would give @p op a meaning. */
static bool operand(umi_op op, umi_type t)
{
    if (any(t) || t.kind == UMI_KIND_INT)
        return true;
    if (op == UMI_OP_ADD &&
        (t.kind == UMI_KIND_STRING || t.kind == UMI_KIND_LIST))
        return true;
    return op != UMI_OP_MOD &&
           (umi_kind_number(t.kind) || t.kind == UMI_KIND_MONEY);
}

static bool lists_join(umi_node *n, umi_type a, umi_type b)
{
    return n->op == UMI_OP_ADD && a.kind == UMI_KIND_LIST &&
           b.kind == UMI_KIND_LIST &&
           (a.elem == NULL || b.elem == NULL || umi_type_same(a, b)) &&
           unify(&n->type, a, b);
}

static void check_arithmetic(checker *c, umi_node *n)
{
    umi_type a = n->args[0]->type, b = n->args[1]->type;
    if (any(a) || any(b)) {
        n->type = umi_type_of(UMI_KIND_ANY);
        if (!operand(n->op, a) || !operand(n->op, b))
            mismatch(c, n);
        return;
    }
    if (lists_join(n, a, b))
        return;
    n->type = umi_type_of(umi__arithmetic(n->op, a.kind, b.kind));
    if (any(n->type))
        mismatch(c, n);
    else if (n->op == UMI_OP_DIV && n->type.kind == UMI_KIND_INT &&
             n != c->floored) {
        umi_expr_problem *p = umi__expr_warning(c->log, "W-INT-DIV", span(n),
                                                "int / int drops the fraction");
        umi__expr_help(c->log, p,
                       "multiply by 1.0 first, or say floor(a / b, 0)");
    }
}

/* A quotient that no rounding has settled, in what == compares. */
static bool quotient(const umi_node *n)
{
    if (n->op == UMI_OP_DIV && n->type.kind != UMI_KIND_INT)
        return true;
    if (n->op == UMI_OP_CALL && n->fn != UMI_FN_MIN && n->fn != UMI_FN_MAX)
        return false;
    for (uint32_t i = 0; i < n->count; i++)
        if (quotient(n->args[i]))
            return true;
    return false;
}

static void check_equality(checker *c, umi_node *n)
{
    const umi_node *a = n->args[0], *b = n->args[1];
    bool literal = (a->op == UMI_OP_CONST && a->value.kind == UMI_KIND_BOOL) ||
                   (b->op == UMI_OP_CONST && b->value.kind == UMI_KIND_BOOL);
    umi_kind k = a->type.kind;
    umi_expr_problem *p;
    if (literal && a->op != b->op) {
        p = umi__expr_warning(c->log, "W-BOOL-EQ", span(n),
                              "a bool needs no comparison");
        umi__expr_help(c->log, p, "write it alone, or with ! before it");
    }
    if ((umi_kind_number(k) || k == UMI_KIND_MONEY) &&
        (quotient(a) || quotient(b))) {
        p = umi__expr_warning(c->log, "W-DEC-EQ", span(n),
                              "a quotient is seldom equal to anything");
        umi__expr_help(c->log, p, "round it first, or use <= and >=");
    }
}

static void check_chain(checker *c, umi_node *n)
{
    umi_expr_problem *p = umi__expr_error(c->log, "E104", span(n),
                                          "comparisons do not form a chain");
    umi__expr_help(c->log, p, "write a < b && b < c");
}

static void check_comparison(checker *c, umi_node *n)
{
    bool equality = n->op == UMI_OP_EQ || n->op == UMI_OP_NE;
    as_member(c, n->args[0], n->args[1]->type);
    as_member(c, n->args[1], n->args[0]->type);
    umi_type a = n->args[0]->type, b = n->args[1]->type;
    if (n->chained)
        check_chain(c, n);
    else if (!comparable(a, b) || (!equality && (!ordered(a) || !ordered(b))))
        mismatch(c, n);
    else if (equality)
        check_equality(c, n);
    n->type = umi_type_of(UMI_KIND_BOOL);
}

static void check_in(checker *c, umi_node *n)
{
    umi_node *list = n->args[1];
    members_of(c, list, n->args[0]->type);
    as_member(c, n->args[0], elem(list->type));
    if (n->chained)
        check_chain(c, n);
    else if (!any(list->type) &&
             (list->type.kind != UMI_KIND_LIST ||
              !comparable(n->args[0]->type, elem(list->type))))
        mismatch(c, n);
    n->type = umi_type_of(UMI_KIND_BOOL);
}

static void check_logic(checker *c, umi_node *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        umi_kind k = n->args[i]->type.kind;
        if (k == UMI_KIND_BOOL || k == UMI_KIND_ANY)
            continue;
        umi__expr_error(c->log, "E103", span(n->args[i]),
                        "%s takes bool, got %s", marks[n->op],
                        umi_kind_name(k));
    }
    n->type = umi_type_of(UMI_KIND_BOOL);
}

static void check_cond(checker *c, umi_node *n)
{
    umi_type t = n->args[0]->type;
    if (!any(t) && t.kind != UMI_KIND_BOOL)
        umi__expr_error(c->log, "E103", span(n->args[0]),
                        "the condition before ? must be bool, got %s",
                        umi_kind_name(t.kind));
    if (!unify(&n->type, n->args[1]->type, n->args[2]->type)) {
        umi__expr_error(c->log, "E103", span(n),
                        "the branches of ? : differ: %s and %s",
                        umi_kind_name(n->args[1]->type.kind),
                        umi_kind_name(n->args[2]->type.kind));
        n->type = umi_type_of(UMI_KIND_ANY);
    }
}

static void check_list(checker *c, umi_node *n)
{
    umi_type *of = umi_arena_alloc(c->log->arena, sizeof *of);
    n->type = umi_type_of(UMI_KIND_LIST);
    if (of == NULL) {
        c->log->nomem = true;
        return;
    }
    for (uint32_t i = 0; i < n->count; i++) {
        umi_type t = n->args[i]->type;
        bool fits = any(t) || any(*of) || t.kind == of->kind;
        if (fits && unify(of, *of, t))
            continue;
        umi__expr_error(c->log, "E111", span(n->args[i]),
                        "the list is of %s, but this is %s",
                        umi_kind_name(of->kind), umi_kind_name(t.kind));
        break;
    }
    n->type.elem = any(*of) ? NULL : of;
}

static void check_index(checker *c, umi_node *n)
{
    umi_type list = n->args[0]->type, at = n->args[1]->type;
    n->type = elem(list);
    if ((!any(list) && list.kind != UMI_KIND_LIST) ||
        (!any(at) && at.kind != UMI_KIND_INT))
        mismatch(c, n);
}

static void check_neg(checker *c, umi_node *n)
{
    n->type = n->args[0]->type;
    if (!any(n->type) && !umi_kind_number(n->type.kind) &&
        n->type.kind != UMI_KIND_MONEY)
        mismatch(c, n);
}

/* --- functions --------------------------------------------------------- */

static void kinds_text(char *out, size_t size, unsigned set)
{
    size_t len = 0;
    out[0] = '\0';
    for (unsigned k = UMI_KIND_BOOL; k <= UMI_KIND_LIST; k++) {
        if ((set >> k & 1) == 0)
            continue;
        const char *more = set >> (k + 1) ? ", " : "";
        int n = snprintf(out + len, size - len, "%s%s",
                         umi_kind_name((umi_kind)k), more);
        len += n < 0 ? 0 : (size_t)n;
        if (len >= size)
            return;
    }
}

static bool check_arguments(checker *c, umi_node *n)
{
    bool fits = true;
    for (uint32_t i = 0; i < n->count; i++) {
        umi_type t = n->args[i]->type;
        unsigned set = umi__functions[n->fn].kinds[i];
        if (any(t) || (set >> t.kind & 1) != 0)
            continue;
        char want[80];
        kinds_text(want, sizeof want, set);
        umi__expr_error(
            c->log, "E109", span(n->args[i]), "%s() takes %s here, got %s",
            umi__functions[n->fn].name, want, umi_kind_name(t.kind));
        fits = false;
    }
    return fits;
}

static void call_type(checker *c, umi_node *n)
{
    umi_type t = n->count > 0 ? n->args[0]->type : n->type;
    n->type = umi_type_of(umi__functions[n->fn].result);
    if (n->fn == UMI_FN_MIN || n->fn == UMI_FN_MAX) {
        if (!unify(&n->type, t, n->args[1]->type))
            umi__expr_error(c->log, "E109", span(n->args[1]),
                            "%s() takes two of one type, got %s and %s",
                            umi__functions[n->fn].name, umi_kind_name(t.kind),
                            umi_kind_name(n->args[1]->type.kind));
    } else if (n->fn >= UMI_FN_ROUND_HALF_UP && n->fn <= UMI_FN_CEIL &&
               (any(t) || t.kind == UMI_KIND_MONEY)) {
        n->type = t;
    }
}

static void check(checker *c, umi_node *n, umi_kind want);

static void check_call(checker *c, umi_node *n)
{
    bool bound = umi__call_bind(n, c->log);
    bool truncates =
        bound && (n->fn == UMI_FN_FLOOR || n->fn == UMI_FN_ROUND_DOWN);
    for (uint32_t i = 0; i < n->count; i++) {
        unsigned set = bound ? umi__functions[n->fn].kinds[i] : 0;
        bool date = set == 1U << UMI_KIND_DATE;
        if (truncates && i == 0)
            c->floored = n->args[0];
        check(c, n->args[i],
              date                           ? UMI_KIND_DATE
              : set == 1U << UMI_KIND_STRING ? UMI_KIND_STRING
                                             : UMI_KIND_ANY);
    }
    n->type = umi_type_of(UMI_KIND_ANY);
    if (!bound)
        return;
    if (n->fn == UMI_FN_KNOWN)
        (void)bind_known(n, c->log);
    if (check_arguments(c, n))
        call_type(c, n);
}

/* --- the walk ---------------------------------------------------------- */

/* What an operand is at first sight: it tells which names may be meant on
 * the other side. */
static umi_kind glance(const checker *c, const umi_node *n)
{
    if (n->op == UMI_OP_CONST)
        return (umi_kind)n->value.kind;
    const umi_name *name = n->name;
    if (n->op == UMI_OP_NAME && name == NULL)
        name = umi_env_find(c->env, n->text);
    return name ? name->type.kind : UMI_KIND_ANY;
}

static void check_operands(checker *c, umi_node *n)
{
    bool logic =
        n->op == UMI_OP_AND || n->op == UMI_OP_OR || n->op == UMI_OP_NOT;
    for (uint32_t i = 0; i < n->count; i++) {
        umi_kind want = UMI_KIND_ANY;
        if (logic || (n->op == UMI_OP_COND && i == 0))
            want = UMI_KIND_BOOL;
        else if (n->count == 2 && n->op != UMI_OP_INDEX)
            want = glance(c, n->args[1 - i]);
        check(c, n->args[i], want);
    }
}

static void check(checker *c, umi_node *n, umi_kind want)
{
    if (n->op == UMI_OP_CALL) {
        check_call(c, n);
        return;
    }
    check_operands(c, n);
    switch (n->op) {
    case UMI_OP_CONST:
        n->type = umi_type_of((umi_kind)n->value.kind);
        break;
    case UMI_OP_NAME:
        (void)bind(c, n, want);
        break;
    case UMI_OP_LIST:
        check_list(c, n);
        break;
    case UMI_OP_NOT:
    case UMI_OP_AND:
    case UMI_OP_OR:
        check_logic(c, n);
        break;
    case UMI_OP_NEG:
        check_neg(c, n);
        break;
    case UMI_OP_COND:
        check_cond(c, n);
        break;
    case UMI_OP_EQ:
    case UMI_OP_NE:
    case UMI_OP_LT:
    case UMI_OP_LE:
    case UMI_OP_GT:
    case UMI_OP_GE:
        check_comparison(c, n);
        break;
    case UMI_OP_IN:
        check_in(c, n);
        break;
    case UMI_OP_ADD:
    case UMI_OP_SUB:
    case UMI_OP_MUL:
    case UMI_OP_DIV:
    case UMI_OP_MOD:
        check_arithmetic(c, n);
        break;
    case UMI_OP_INDEX:
        check_index(c, n);
        break;
    case UMI_OP_CALL:
        break;
    }
}

static bool passes(umi_type t, umi_type want)
{
    bool decimal = want.kind == UMI_KIND_DECIMAL || want.kind == UMI_KIND_RATE;
    return any(t) || any(want) || umi_type_same(t, want) ||
           (decimal && umi_kind_number(t.kind)) ||
           (t.kind == UMI_KIND_LIST && want.kind == UMI_KIND_LIST &&
            (t.elem == NULL || want.elem == NULL));
}

umi_status umi_expr_check(umi_expr *e,
                          const umi_env *env,
                          const umi_type *want,
                          umi_expr_log *log)
{
    uint32_t before = log->errors;
    checker c = {.env = env, .log = log};
    check(&c, e->root, want ? want->kind : UMI_KIND_ANY);
    if (want != NULL)
        as_member(&c, e->root, *want);
    if (want != NULL && log->errors == before && !passes(e->root->type, *want))
        umi__expr_error(log, "E115", span(e->root), "must be %s, is %s",
                        umi_kind_name(want->kind),
                        umi_kind_name(e->root->type.kind));
    if (log->nomem)
        return UMI_ENOMEM;
    e->typed = log->errors == before;
    return e->typed ? UMI_OK : UMI_EINVAL;
}

static void bind_all(checker *c, umi_node *n)
{
    if (n->op == UMI_OP_NAME)
        (void)bind(c, n, UMI_KIND_ANY);
    for (uint32_t i = 0; i < n->count; i++)
        bind_all(c, n->args[i]);
    if (n->op != UMI_OP_CALL)
        return;
    if (!umi__call_bind(n, NULL))
        n->fn = UMI_FN_NONE;
    else if (n->fn == UMI_FN_KNOWN)
        (void)bind_known(n, c->log);
}

umi_status umi_expr_bind(umi_expr *e, const umi_env *env, umi_expr_log *log)
{
    uint32_t before = log->errors;
    checker c = {.env = env, .log = log};
    bind_all(&c, e->root);
    if (log->nomem)
        return UMI_ENOMEM;
    return log->errors == before ? UMI_OK : UMI_EINVAL;
}

void umi_expr_names(const umi_node *n,
                    void (*each)(void *self, const umi_node *name),
                    void *self)
{
    if (n->op == UMI_OP_NAME)
        each(self, n);
    for (uint32_t i = 0; i < n->count; i++)
        umi_expr_names(n->args[i], each, self);
}
