/* SPDX-License-Identifier: MIT
 * Expressions as boxes: where each is true and where it is false. */
#include "rules/decide/box_int.h"

enum {
    FORMS_MAX = 32 /* of one value; one of more is not reckoned with */
};

static umi__truth truth_of(umi__reader *r, const umi_node *n);
static umi__forms forms_of(umi__reader *r, const umi_node *n);

static umi__truth constant_truth(bool b)
{
    umi__boxes all = umi__everybody(false), none = {0};
    return b ? (umi__truth){all, none} : (umi__truth){none, all};
}

/* A bool that is not reckoned with: either, but everywhere the same. */
static umi__truth free_truth(umi__reader *r, const umi_node *n)
{
    umi__space *s = r->space;
    uint32_t var = umi__var_doubt(s, n);
    umi__truth t = umi__is_member(s, var, 1);
    t.yes.lost = t.no.lost = true;
    return t;
}

static umi__truth both(umi__reader *r, umi__truth a, umi__truth b)
{
    return (umi__truth){umi__both(r->space, a.yes, b.yes),
                        umi__either(r->space, a.no, b.no)};
}

static umi__truth either(umi__reader *r, umi__truth a, umi__truth b)
{
    return (umi__truth){umi__either(r->space, a.yes, b.yes),
                        umi__both(r->space, a.no, b.no)};
}

static umi__truth negated(umi__truth t)
{
    return (umi__truth){t.no, t.yes};
}

/* --- values -------------------------------------------------------------- */

static umi__forms one_form(umi__reader *r, umi__form f)
{
    umi__forms out = {umi_arena_alloc(r->space->scratch, sizeof f), 1};
    if (out.all == NULL) {
        r->space->failed = true;
        return (umi__forms){0};
    }
    *out.all = f;
    return out;
}

static umi__form lost_form(umi__boxes when)
{
    return (umi__form){.when = when, .kind = UMI__FORM_LOST};
}

static bool numeric(umi_kind k)
{
    return umi_kind_number(k) || k == UMI_KIND_MONEY || k == UMI_KIND_DATE;
}

static umi__form number_form(uint32_t var)
{
    return (umi__form){.when = umi__everybody(false),
                       .kind = UMI__FORM_NUMBER,
                       .var = var,
                       .a = umi_decimal_int(1),
                       .b = umi_decimal_int(0)};
}

static umi__form constant_form(umi_value v)
{
    if (v.state != UMI_KNOWN || v.kind == UMI_KIND_LIST)
        return lost_form(umi__everybody(false));
    return (umi__form){.when = umi__everybody(false),
                       .kind = UMI__FORM_CONSTANT,
                       .constant = v};
}

/* A part that is not reckoned with: a number that may be any. */
static umi__form free_form(umi__reader *r, const umi_node *n)
{
    uint32_t var =
        numeric(n->type.kind) ? umi__var_free(r->space, n) : UINT32_MAX;
    return var != UINT32_MAX ? number_form(var)
                             : lost_form(umi__everybody(false));
}

static umi_decimal as_number(const umi_value *v)
{
    return v->kind == UMI_KIND_INT || v->kind == UMI_KIND_DATE
               ? umi_decimal_int(v->i)
               : v->q;
}

/* Ints must not overflow anywhere in the range of the variable. */
static bool fits(const umi__space *s, const umi__form *f)
{
    const umi__var *v = &s->vars[f->var];
    const umi_decimal ends[2] = {v->min, v->max};
    int64_t i;
    for (int k = 0; k < 2; k++) {
        umi_decimal x;
        if (!v->has_min || !v->has_max || !umi_decimal_mul(&x, f->a, ends[k]) ||
            !umi_decimal_add(&x, x, f->b) || !umi_decimal_whole(&i, x))
            return false;
    }
    return true;
}

/* a x + b of one variable; false: of another form. */
static bool
reckon(const umi_node *n, const umi__form *x, const umi__form *y, umi__form *f)
{
    bool by_x = x->kind == UMI__FORM_NUMBER, by_y = y->kind == UMI__FORM_NUMBER;
    const umi__form *moving = by_x ? x : y;
    if (x->kind == UMI__FORM_LOST || y->kind == UMI__FORM_LOST ||
        (by_x && by_y && x->var != y->var))
        return false;
    umi_decimal zero = umi_decimal_int(0), c;
    umi_decimal xa = by_x ? x->a : zero, ya = by_y ? y->a : zero;
    umi_decimal xb = by_x ? x->b : as_number(&x->constant);
    umi_decimal yb = by_y ? y->b : as_number(&y->constant);
    *f = *moving;
    if (n->op == UMI_OP_ADD)
        return umi_decimal_add(&f->a, xa, ya) && umi_decimal_add(&f->b, xb, yb);
    if (n->op == UMI_OP_SUB)
        return umi_decimal_sub(&f->a, xa, ya) && umi_decimal_sub(&f->b, xb, yb);
    if (by_x && by_y)
        return false;
    if (n->op == UMI_OP_MUL) {
        c = by_x ? yb : xb;
        return umi_decimal_mul(&f->a, moving->a, c) &&
               umi_decimal_mul(&f->b, moving->b, c);
    }
    return n->op == UMI_OP_DIV && by_x && n->type.kind != UMI_KIND_INT &&
           !umi_decimal_zero(yb) && umi_decimal_div(&f->a, x->a, yb) &&
           umi_decimal_div(&f->b, x->b, yb);
}

static umi_value
fold(umi__reader *r, const umi_node *n, const umi_value *a, const umi_value *b)
{
    umi_value v;
    bool ok = n->op == UMI_OP_CALL
                  ? umi__apply(&v, n->fn, a, b, r->space->scratch)
                  : umi__operate(&v, n->op, a, b, r->space->scratch);
    if (ok)
        return v;
    r->space->failed = true;
    return umi_value_fault(UMI_FAULT_LONG);
}

/* A text lives no longer than the reading of one expression. */
static bool folded(umi_value v)
{
    return v.state == UMI_KNOWN && v.kind != UMI_KIND_STRING;
}

static umi__form combine(umi__reader *r,
                         const umi_node *n,
                         const umi__form *x,
                         const umi__form *y)
{
    umi__form f;
    if (x->kind == UMI__FORM_CONSTANT && y->kind == UMI__FORM_CONSTANT) {
        umi_value v = fold(r, n, &x->constant, &y->constant);
        return folded(v) ? constant_form(v) : free_form(r, n);
    }
    if (!numeric(n->type.kind) || n->op == UMI_OP_CALL ||
        !reckon(n, x, y, &f) ||
        (n->type.kind == UMI_KIND_INT && !fits(r->space, &f)))
        return free_form(r, n);
    if (umi_decimal_zero(f.a)) /* the variable has gone */
        return n->type.kind == UMI_KIND_INT || n->type.kind == UMI_KIND_DATE
                   ? free_form(r, n)
                   : constant_form(umi_value_decimal(n->type.kind, f.b));
    return f;
}

/* --- several forms ------------------------------------------------------- */

/* Append; one too many, and the whole value is not reckoned with. */
static bool add_form(umi__reader *r, umi__forms *to, umi__form f)
{
    if (f.when.count == 0)
        return true;
    if (to->count == FORMS_MAX)
        return false;
    if (to->all == NULL)
        to->all = umi_arena_array(r->space->scratch, FORMS_MAX, sizeof f);
    if (to->all == NULL) {
        r->space->failed = true;
        return false;
    }
    to->all[to->count++] = f;
    return true;
}

static umi__forms forms_of_pairs(umi__reader *r, const umi_node *n)
{
    umi__forms x = forms_of(r, n->args[0]), y = forms_of(r, n->args[1]);
    umi__forms out = {0};
    for (uint32_t i = 0; i < x.count; i++)
        for (uint32_t k = 0; k < y.count; k++) {
            umi__form f = combine(r, n, &x.all[i], &y.all[k]);
            f.when = umi__both(r->space, x.all[i].when, y.all[k].when);
            if (!add_form(r, &out, f))
                return one_form(r, free_form(r, n));
        }
    return out;
}

static umi__forms forms_of_one(umi__reader *r, const umi_node *n)
{
    umi__forms x = forms_of(r, n->args[0]), out = {0};
    umi_value zero = n->type.kind == UMI_KIND_INT
                         ? umi_value_int(0)
                         : umi_value_decimal(n->type.kind, (umi_decimal){0, 1});
    umi__form none = constant_form(zero);
    umi_node minus = *n;
    minus.op = UMI_OP_SUB;
    for (uint32_t i = 0; i < x.count; i++) {
        umi__form f, *g = &x.all[i];
        if (g->kind == UMI__FORM_CONSTANT) {
            umi_value v = fold(r, n, &g->constant, NULL);
            f = folded(v) ? constant_form(v) : free_form(r, n);
        } else if (n->op != UMI_OP_NEG || !reckon(&minus, &none, g, &f) ||
                   (n->type.kind == UMI_KIND_INT && !fits(r->space, &f))) {
            f = free_form(r, n);
        }
        f.when = g->when;
        if (!add_form(r, &out, f))
            return one_form(r, free_form(r, n));
    }
    return out;
}

static umi__truth compare_forms(umi__reader *r,
                                const umi_node *n,
                                umi_op op,
                                const umi__form *x,
                                const umi__form *y);

/* Where the condition is unknown, what both branches agree on is the value.
 */
static bool add_common(umi__reader *r,
                       const umi_node *n,
                       umi__forms *out,
                       const umi__form *x,
                       const umi__form *y)
{
    umi__form f = *x;
    umi__truth same = compare_forms(r, n, UMI_OP_EQ, x, y);
    f.when = umi__both(r->space, x->when, y->when);
    f.when = umi__both(r->space, f.when, same.yes);
    return add_form(r, out, f);
}

static umi__forms forms_of_choice(umi__reader *r, const umi_node *n)
{
    umi__truth t = truth_of(r, n->args[0]);
    umi__forms x = forms_of(r, n->args[1]), y = forms_of(r, n->args[2]);
    umi__forms out = {0};
    bool ok = true;
    for (uint32_t i = 0; i < x.count + y.count && ok; i++) {
        umi__form f = i < x.count ? x.all[i] : y.all[i - x.count];
        f.when = umi__both(r->space, f.when, i < x.count ? t.yes : t.no);
        ok = add_form(r, &out, f);
    }
    for (uint32_t i = 0; r->space->absent && i < x.count * y.count && ok; i++)
        ok = add_common(r, n, &out, &x.all[i / y.count], &y.all[i % y.count]);
    return ok ? out : one_form(r, free_form(r, n));
}

/* min and max are the one argument or the other, as they compare. */
static umi__forms forms_of_least(umi__reader *r, const umi_node *n)
{
    umi_op op = n->fn == UMI_FN_MIN ? UMI_OP_LE : UMI_OP_GE;
    umi__forms x = forms_of(r, n->args[0]), y = forms_of(r, n->args[1]);
    umi__forms out = {0};
    for (uint32_t i = 0; i < x.count; i++)
        for (uint32_t k = 0; k < y.count; k++) {
            umi__form *a = &x.all[i], *b = &y.all[k];
            umi__truth t = compare_forms(r, n, op, a, b);
            umi__boxes when = umi__both(r->space, a->when, b->when);
            umi__form f = *a, g = *b;
            f.when = umi__both(r->space, when, t.yes);
            g.when = umi__both(r->space, when, t.no);
            if (!add_form(r, &out, f) || !add_form(r, &out, g))
                return one_form(r, free_form(r, n));
        }
    return out;
}

static bool is_name(const umi_node *n, umi_name_kind kind)
{
    return n->op == UMI_OP_NAME && n->name->kind == kind;
}

static umi__forms forms_of_call(umi__reader *r, const umi_node *n)
{
    const umi_node *a = n->count > 0 ? n->args[0] : NULL;
    const umi_node *b = n->count > 1 ? n->args[1] : NULL;
    bool span = n->fn == UMI_FN_YEARS_BETWEEN ||
                n->fn == UMI_FN_MONTHS_BETWEEN || n->fn == UMI_FN_DAYS_BETWEEN;
    if (span && is_name(a, UMI_NAME_FACT) && is_name(b, UMI_NAME_INPUT))
        return one_form(r,
                        number_form(umi__var_span(r->space, n, a->name->slot)));
    if (span && is_name(a, UMI_NAME_INPUT) && is_name(b, UMI_NAME_FACT))
        return one_form(r,
                        number_form(umi__var_span(r->space, n, b->name->slot)));
    if ((n->fn == UMI_FN_MIN || n->fn == UMI_FN_MAX) && numeric(n->type.kind))
        return forms_of_least(r, n);
    if (n->count == 2)
        return forms_of_pairs(r, n);
    return n->count == 1 ? forms_of_one(r, n) : one_form(r, free_form(r, n));
}

static umi__forms forms_of_name(umi__reader *r, const umi_node *n)
{
    umi_kind kind = n->type.kind;
    umi__form f;
    switch (n->name->kind) {
    case UMI_NAME_FACT:
        f = number_form(n->name->slot);
        f.kind = numeric(kind) ? UMI__FORM_NUMBER
                 : kind == UMI_KIND_ENUM || kind == UMI_KIND_STRING
                     ? UMI__FORM_MEMBER
                     : UMI__FORM_LOST;
        return one_form(r, f);
    case UMI_NAME_INPUT:
        return one_form(r, number_form((uint32_t)r->space->rs->fact_count));
    case UMI_NAME_PARAM:
        f = constant_form(r->params[n->name->slot]);
        return one_form(r, f.kind == UMI__FORM_LOST ? free_form(r, n) : f);
    case UMI_NAME_LET:
        break;
    }
    return r->lets[n->name->slot].forms.count > 0
               ? r->lets[n->name->slot].forms
               : one_form(r, free_form(r, n));
}

static umi__forms forms_of(umi__reader *r, const umi_node *n)
{
    if (!umi__space_spend(r->space, 1))
        return one_form(r, lost_form(umi__everybody(true)));
    switch (n->op) {
    case UMI_OP_CONST:
        return one_form(r, constant_form(n->value));
    case UMI_OP_NAME:
        return forms_of_name(r, n);
    case UMI_OP_NEG:
        return forms_of_one(r, n);
    case UMI_OP_ADD:
    case UMI_OP_SUB:
    case UMI_OP_MUL:
    case UMI_OP_DIV:
    case UMI_OP_MOD:
        return forms_of_pairs(r, n);
    case UMI_OP_COND:
        return forms_of_choice(r, n);
    case UMI_OP_CALL:
        return forms_of_call(r, n);
    case UMI_OP_LIST:
    case UMI_OP_INDEX:
    case UMI_OP_NOT:
    case UMI_OP_AND:
    case UMI_OP_OR:
    case UMI_OP_EQ:
    case UMI_OP_NE:
    case UMI_OP_LT:
    case UMI_OP_LE:
    case UMI_OP_GT:
    case UMI_OP_GE:
    case UMI_OP_IN:
        break;
    }
    return one_form(r, free_form(r, n));
}

/* --- comparisons --------------------------------------------------------- */

static umi_op mirrored(umi_op op)
{
    return op == UMI_OP_LT   ? UMI_OP_GT
           : op == UMI_OP_LE ? UMI_OP_GE
           : op == UMI_OP_GT ? UMI_OP_LT
           : op == UMI_OP_GE ? UMI_OP_LE
                             : op;
}

/* a x + b op c. */
static umi__truth solve(umi__reader *r,
                        const umi_node *n,
                        umi_op op,
                        const umi__form *f,
                        umi_decimal c)
{
    if (f->a.num == f->a.den && umi_decimal_zero(f->b))
        return umi__compare(r->space, f->var, op, c);
    if (umi_decimal_zero(f->a) || !umi_decimal_sub(&c, c, f->b) ||
        !umi_decimal_div(&c, c, f->a))
        return free_truth(r, n);
    return umi__compare(r->space, f->var, f->a.num < 0 ? mirrored(op) : op, c);
}

static umi__truth compare_constants(umi__reader *r,
                                    const umi_node *n,
                                    umi_op op,
                                    const umi_value *a,
                                    const umi_value *b)
{
    umi_value v;
    if (!umi__operate(&v, op, a, b, r->space->scratch)) {
        r->space->failed = true;
        return free_truth(r, n);
    }
    return v.state == UMI_KNOWN && v.kind == UMI_KIND_BOOL
               ? constant_truth(v.i != 0)
               : free_truth(r, n);
}

static umi__truth compare_member(umi__reader *r,
                                 const umi_node *n,
                                 umi_op op,
                                 const umi__form *x,
                                 const umi_value *c)
{
    umi__truth t;
    if (op != UMI_OP_EQ && op != UMI_OP_NE)
        return free_truth(r, n);
    if (c->kind == UMI_KIND_ENUM)
        t = umi__is_member(r->space, x->var, (uint32_t)c->i);
    else if (c->kind == UMI_KIND_STRING && r->space->vars[x->var].members == 0)
        t = umi__is_text(r->space, x->var, c->text);
    else
        return free_truth(r, n);
    return op == UMI_OP_EQ ? t : negated(t);
}

static umi__truth compare_forms(umi__reader *r,
                                const umi_node *n,
                                umi_op op,
                                const umi__form *x,
                                const umi__form *y)
{
    if (x->kind == UMI__FORM_CONSTANT && y->kind == UMI__FORM_CONSTANT)
        return compare_constants(r, n, op, &x->constant, &y->constant);
    if (x->kind == UMI__FORM_CONSTANT)
        return compare_forms(r, n, mirrored(op), y, x);
    if (x->kind == UMI__FORM_MEMBER && y->kind == UMI__FORM_CONSTANT)
        return compare_member(r, n, op, x, &y->constant);
    if (x->kind == UMI__FORM_NUMBER && y->kind == UMI__FORM_CONSTANT)
        return solve(r, n, op, x, as_number(&y->constant));
    umi__form f = *x;
    if (x->kind != UMI__FORM_NUMBER || y->kind != UMI__FORM_NUMBER ||
        x->var != y->var || !umi_decimal_sub(&f.a, x->a, y->a))
        return free_truth(r, n);
    if (!umi_decimal_sub(&f.b, x->b, y->b))
        return free_truth(r, n);
    return solve(r, n, op, &f, umi_decimal_int(0));
}

static umi__truth
compare_all(umi__reader *r, const umi_node *n, umi_op op, const umi_node *right)
{
    umi__forms x = forms_of(r, n->args[0]), y = forms_of(r, right);
    umi__truth out = {0};
    for (uint32_t i = 0; i < x.count; i++)
        for (uint32_t k = 0; k < y.count; k++) {
            umi__truth t = compare_forms(r, n, op, &x.all[i], &y.all[k]);
            umi__boxes when = umi__both(r->space, x.all[i].when, y.all[k].when);
            out.yes = umi__either(r->space, out.yes,
                                  umi__both(r->space, when, t.yes));
            out.no =
                umi__either(r->space, out.no, umi__both(r->space, when, t.no));
        }
    return out;
}

/* Every comparison that is not reckoned with has one variable of its own, so
 * one `in` with several of them has none. */
static umi__truth among(umi__reader *r, const umi_node *n)
{
    const umi_node *list = n->args[1];
    umi__truth out = constant_truth(false);
    while (is_name(list, UMI_NAME_LET))
        list = r->space->rs->lets[list->name->slot].value.expr->root;
    if (list->op != UMI_OP_LIST)
        return free_truth(r, n);
    for (uint32_t i = 0; i < list->count; i++) {
        umi__forms x = forms_of(r, n->args[0]), y = forms_of(r, list->args[i]);
        bool plain = y.count == 1 && y.all->kind == UMI__FORM_CONSTANT;
        for (uint32_t k = 0; k < x.count; k++)
            plain &= x.all[k].kind == UMI__FORM_MEMBER ||
                     x.all[k].kind == UMI__FORM_NUMBER;
        if (!plain)
            return free_truth(r, n);
        out = either(r, out, compare_all(r, n, UMI_OP_EQ, list->args[i]));
    }
    return out;
}

static umi__truth equal_bools(umi__reader *r, const umi_node *n)
{
    umi__truth a = truth_of(r, n->args[0]), b = truth_of(r, n->args[1]);
    umi__truth same = either(r, both(r, a, b), both(r, negated(a), negated(b)));
    return n->op == UMI_OP_EQ ? same : negated(same);
}

/* --- conditions ---------------------------------------------------------- */

/* A part that is the same for everybody although no operand is: where a fact
 * is unknown the operands are, and the part with them. */
static void note(umi__reader *r,
                 const umi_node *n,
                 const umi__truth *t,
                 const umi__truth *a,
                 const umi__truth *b)
{
    bool never = t->yes.count == 0 && !t->no.lost;
    bool always = t->no.count == 0 && !t->yes.lost;
    if (!r->space->cut || never == always || a->yes.count == 0 ||
        a->no.count == 0 || b->yes.count == 0 || b->no.count == 0 ||
        r->part_count == UMI_EXPR_NODES)
        return;
    r->parts[r->part_count++] = (umi__part){n, always};
}

static umi__truth join(umi__reader *r, const umi_node *n)
{
    umi__truth a = truth_of(r, n->args[0]), b = truth_of(r, n->args[1]);
    umi__truth t = n->op == UMI_OP_AND ? both(r, a, b) : either(r, a, b);
    note(r, n, &t, &a, &b);
    return t;
}

static umi__truth choose(umi__reader *r, const umi_node *n)
{
    umi__truth c = truth_of(r, n->args[0]);
    umi__truth a = truth_of(r, n->args[1]), b = truth_of(r, n->args[2]);
    umi__space *s = r->space;
    umi__truth t = {
        umi__either(s, umi__both(s, c.yes, a.yes), umi__both(s, c.no, b.yes)),
        umi__either(s, umi__both(s, c.yes, a.no), umi__both(s, c.no, b.no))};
    if (s->absent) { /* where c is unknown, what both branches agree on */
        t.yes = umi__either(s, t.yes, umi__both(s, a.yes, b.yes));
        t.no = umi__either(s, t.no, umi__both(s, a.no, b.no));
    }
    return t;
}

static umi__truth truth_of_name(umi__reader *r, const umi_node *n)
{
    switch (n->name->kind) {
    case UMI_NAME_FACT:
        return umi__is_member(r->space, n->name->slot, 1);
    case UMI_NAME_PARAM:
        if (r->params[n->name->slot].state == UMI_KNOWN)
            return constant_truth(r->params[n->name->slot].i != 0);
        break;
    case UMI_NAME_LET:
        return r->lets[n->name->slot].truth;
    case UMI_NAME_INPUT:
        break;
    }
    return free_truth(r, n);
}

static umi__truth truth_of(umi__reader *r, const umi_node *n)
{
    if (!umi__space_spend(r->space, 1))
        return (umi__truth){umi__everybody(true), umi__everybody(true)};
    switch (n->op) {
    case UMI_OP_CONST:
        return constant_truth(n->value.i != 0);
    case UMI_OP_NAME:
        return truth_of_name(r, n);
    case UMI_OP_NOT:
        return negated(truth_of(r, n->args[0]));
    case UMI_OP_AND:
    case UMI_OP_OR:
        return join(r, n);
    case UMI_OP_COND:
        return choose(r, n);
    case UMI_OP_EQ:
    case UMI_OP_NE:
        if (n->args[0]->type.kind == UMI_KIND_BOOL)
            return equal_bools(r, n);
        return compare_all(r, n, n->op, n->args[1]);
    case UMI_OP_LT:
    case UMI_OP_LE:
    case UMI_OP_GT:
    case UMI_OP_GE:
        return compare_all(r, n, n->op, n->args[1]);
    case UMI_OP_IN:
        return among(r, n);
    case UMI_OP_CALL:
        if (n->fn == UMI_FN_KNOWN)
            return umi__is_known(r->space, n->args[0]->name->slot);
        break;
    case UMI_OP_LIST:
    case UMI_OP_NEG:
    case UMI_OP_ADD:
    case UMI_OP_SUB:
    case UMI_OP_MUL:
    case UMI_OP_DIV:
    case UMI_OP_MOD:
    case UMI_OP_INDEX:
        break;
    }
    return free_truth(r, n);
}

/* --- whole expressions --------------------------------------------------- */

/* Of the parts that were the same so far, those that still are. */
static void keep_parts(umi__reader *r, umi__unit *u)
{
    size_t n = 0;
    if (!u->read) {
        u->parts = umi_arena_array(r->space->keep, r->part_count + 1,
                                   sizeof *u->parts);
        r->space->failed |= u->parts == NULL;
        if (u->parts == NULL)
            return;
        memcpy(u->parts, r->parts, r->part_count * sizeof *u->parts);
        u->part_count = r->part_count;
        return;
    }
    for (size_t i = 0; i < u->part_count; i++)
        for (size_t k = 0; k < r->part_count; k++)
            if (u->parts[i].node == r->parts[k].node &&
                u->parts[i].value == r->parts[k].value) {
                u->parts[n++] = u->parts[i];
                break;
            }
    u->part_count = n;
}

void umi__unit_read(umi__reader *r, umi__unit *u)
{
    umi__space *s = r->space;
    const umi_node *root = u->e->expr->root;
    umi__space_turn(s);
    r->part_count = 0;
    if (u->is_bool) {
        umi__truth t = truth_of(r, root);
        u->truth = (umi__truth){umi__keep(s, t.yes), umi__keep(s, t.no)};
    } else if (root->op != UMI_OP_LIST) {
        umi__forms f = forms_of(r, root);
        u->forms.all = umi_arena_array(s->keep, f.count + 1, sizeof *f.all);
        u->forms.count = u->forms.all != NULL ? f.count : 0;
        s->failed |= u->forms.all == NULL;
        for (uint32_t i = 0; i < u->forms.count; i++) {
            u->forms.all[i] = f.all[i];
            u->forms.all[i].when = umi__keep(s, f.all[i].when);
        }
    }
    if (s->cut)
        keep_parts(r, u);
    u->read = s->cut;
}
