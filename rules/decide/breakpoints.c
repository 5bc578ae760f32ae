/* SPDX-License-Identifier: MIT */
#include "rules/decide/breakpoints_int.h"

enum {
    FORMS_MAX = 8 /* of one expression: each branch of ?: gives its own */
};

/* (a x + b) / (c x + d) */
typedef struct form {
    umi_decimal a, b, c, d;
} form;

typedef struct forms {
    form all[FORMS_MAX];
    size_t count;
    bool moves; /* the fact stands in the expression */
    bool lost;  /* some branch has no such form */
} forms;

struct umi__finder {
    umi_decider *d;
    umi__run run;
    uint32_t slot;
    forms *lets;  /* by let; of those that are needed */
    bool *needed; /* by let: what is asked for reaches it, and it the fact */
    umi__breakpoints *out;
};

typedef umi__finder search;

/* --- forms --------------------------------------------------------------- */

static const umi_decimal zero = {0, 1}, one = {1, 1};

static bool same(umi_decimal x, umi_decimal y)
{
    return umi_decimal_cmp(x, y) == 0;
}

static void add_form(forms *f, form one_form)
{
    for (size_t i = 0; i < f->count; i++)
        if (same(f->all[i].a, one_form.a) && same(f->all[i].b, one_form.b) &&
            same(f->all[i].c, one_form.c) && same(f->all[i].d, one_form.d))
            return;
    if (f->count < FORMS_MAX)
        f->all[f->count++] = one_form;
    else
        f->lost = true;
}

static void add_all(forms *f, const forms *more)
{
    for (size_t i = 0; i < more->count; i++)
        add_form(f, more->all[i]);
    f->moves |= more->moves;
    f->lost |= more->lost;
}

/* What does not hang on the fact. */
static forms constant(const umi_value *v)
{
    forms f = {0};
    if (v->state != UMI_KNOWN)
        f.lost = true;
    else if (v->kind == UMI_KIND_INT)
        add_form(&f, (form){zero, umi_decimal_int(v->i), zero, one});
    else if (v->kind == UMI_KIND_DECIMAL || v->kind == UMI_KIND_RATE ||
             v->kind == UMI_KIND_MONEY)
        add_form(&f, (form){zero, v->q, zero, one});
    else
        f.lost = true;
    return f;
}

/* *out += x * y */
static bool add_product(umi_decimal *out, umi_decimal x, umi_decimal y)
{
    umi_decimal p;
    return umi_decimal_mul(&p, x, y) && umi_decimal_add(out, *out, p);
}

/* The coefficients of (a1 x + b1)(a2 x + b2), highest power first. */
static bool multiply(umi_decimal out[3],
                     umi_decimal a1,
                     umi_decimal b1,
                     umi_decimal a2,
                     umi_decimal b2)
{
    out[0] = out[1] = out[2] = zero;
    return add_product(&out[0], a1, a2) && add_product(&out[1], a1, b2) &&
           add_product(&out[1], b1, a2) && add_product(&out[2], b1, b2);
}

/* A quotient of two polynomials, if it is of our form. */
static bool quotient(form *out, const umi_decimal n[3], const umi_decimal q[3])
{
    umi_decimal r;
    bool by_x = umi_decimal_zero(n[2]) && umi_decimal_zero(q[2]);
    if (umi_decimal_zero(n[0]) && umi_decimal_zero(q[0])) {
        *out = (form){n[1], n[2], q[1], q[2]};
        return true;
    }
    if (by_x) { /* x stands above and below the line */
        *out = (form){n[0], n[1], q[0], q[1]};
        return true;
    }
    /* the same factor c x + d above and below: a multiple of the other */
    if (umi_decimal_zero(q[0]) || !umi_decimal_div(&r, n[0], q[0]))
        return false;
    umi_decimal n1 = zero, n2 = zero;
    if (!add_product(&n1, r, q[1]) || !add_product(&n2, r, q[2]) ||
        !same(n1, n[1]) || !same(n2, n[2]))
        return false;
    *out = (form){zero, r, zero, one};
    return true;
}

static bool times(form *out, const form *x, const form *y)
{
    umi_decimal n[3], q[3];
    return multiply(n, x->a, x->b, y->a, y->b) &&
           multiply(q, x->c, x->d, y->c, y->d) && quotient(out, n, q);
}

static bool plus(form *out, const form *x, const form *y)
{
    umi_decimal n[3], m[3], q[3];
    if (same(x->c, y->c) && same(x->d, y->d)) { /* one denominator */
        *out = *x;
        return umi_decimal_add(&out->a, x->a, y->a) &&
               umi_decimal_add(&out->b, x->b, y->b);
    }
    if (!multiply(n, x->a, x->b, y->c, y->d) ||
        !multiply(m, y->a, y->b, x->c, x->d) ||
        !multiply(q, x->c, x->d, y->c, y->d))
        return false;
    for (int i = 0; i < 3; i++)
        if (!umi_decimal_add(&n[i], n[i], m[i]))
            return false;
    return quotient(out, n, q);
}

static form negative(form f)
{
    f.a.num = -f.a.num;
    f.b.num = -f.b.num;
    return f;
}

static bool combine(form *out, umi_op op, const form *x, const form *y)
{
    form z = *y;
    if (op == UMI_OP_SUB)
        z = negative(z);
    else if (op == UMI_OP_DIV)
        z = (form){y->c, y->d, y->a, y->b};
    return op == UMI_OP_ADD || op == UMI_OP_SUB ? plus(out, x, &z)
                                                : times(out, x, &z);
}

static forms forms_of(search *s, const umi_node *n);

static forms combine_all(search *s, const umi_node *n)
{
    forms x = forms_of(s, n->args[0]), y = forms_of(s, n->args[1]);
    forms f = {.moves = x.moves || y.moves, .lost = x.lost || y.lost};
    f.lost |= n->op == UMI_OP_DIV && n->type.kind == UMI_KIND_INT; /* cut */
    for (size_t i = 0; i < x.count; i++)
        for (size_t k = 0; k < y.count; k++) {
            form z;
            if (combine(&z, n->op, &x.all[i], &y.all[k]))
                add_form(&f, z);
            else
                f.lost = true;
        }
    return f;
}

static forms forms_of_name(search *s, const umi_name *name)
{
    forms f = {0};
    switch (name->kind) {
    case UMI_NAME_FACT:
        if (name->slot != s->slot)
            return constant(&s->run.slots[name->slot]);
        f.moves = true;
        add_form(&f, (form){one, zero, zero, one});
        return f;
    case UMI_NAME_INPUT:
        f.lost = true;
        return f;
    case UMI_NAME_PARAM:
        return constant(&s->d->params[name->slot]);
    case UMI_NAME_LET:
        break;
    }
    if (!umi__reaches(&s->d->reach->lets[name->slot], s->slot))
        return constant(umi_program_let(s->d->program, s->run.slots,
                                        s->run.scratch, name->slot));
    return s->lets[name->slot];
}

/* Of a call: min and max take one of their arguments, a rounding gives about
 * its first. */
static forms forms_of_call(search *s, const umi_node *n)
{
    forms f = {0};
    uint32_t taken = n->fn == UMI_FN_MIN || n->fn == UMI_FN_MAX ? 2
                     : n->fn >= UMI_FN_ROUND_HALF_UP && n->fn <= UMI_FN_CEIL
                         ? 1
                         : 0;
    f.lost = taken < 2;
    for (uint32_t i = 0; i < n->count; i++) {
        forms arg = forms_of(s, n->args[i]);
        f.moves |= arg.moves;
        if (i < taken)
            add_all(&f, &arg);
    }
    return f;
}

static forms forms_of(search *s, const umi_node *n)
{
    forms f = {0};
    switch (n->op) {
    case UMI_OP_CONST:
        return constant(&n->value);
    case UMI_OP_NAME:
        return forms_of_name(s, n->name);
    case UMI_OP_NEG:
        f = forms_of(s, n->args[0]);
        for (size_t i = 0; i < f.count; i++)
            f.all[i] = negative(f.all[i]);
        return f;
    case UMI_OP_ADD:
    case UMI_OP_SUB:
    case UMI_OP_MUL:
    case UMI_OP_DIV:
        return combine_all(s, n);
    case UMI_OP_COND:
        f = forms_of(s, n->args[0]);
        f.count = 0;
        f.lost = false;
        for (int i = 1; i <= 2; i++) {
            forms branch = forms_of(s, n->args[i]);
            add_all(&f, &branch);
        }
        return f;
    case UMI_OP_CALL:
        return forms_of_call(s, n);
    case UMI_OP_LIST:
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
    case UMI_OP_MOD:
    case UMI_OP_INDEX:
        break;
    }
    f.lost = true;
    for (uint32_t i = 0; i < n->count; i++)
        f.moves |= forms_of(s, n->args[i]).moves;
    return f;
}

/* --- comparisons --------------------------------------------------------- */

static void keep(umi__breakpoints *out, umi_decimal x)
{
    for (size_t i = 0; i < out->count; i++)
        if (same(out->at[i], x))
            return;
    if (out->count < UMI__BREAKPOINTS_MAX)
        out->at[out->count++] = x;
    else
        out->hard = true;
}

/* Where the two sides are equal: (a1 x + b1)(c2 x + d2) = (a2 x + b2)(c1 x +
 * d1), of which only what is linear is solved. */
static void solve(umi__breakpoints *out, const form *x, const form *y)
{
    umi_decimal n[3], m[3], root;
    bool ok = multiply(n, x->a, x->b, y->c, y->d) &&
              multiply(m, y->a, y->b, x->c, x->d);
    for (int i = 0; ok && i < 3; i++)
        ok = umi_decimal_sub(&n[i], n[i], m[i]);
    if (!ok || !umi_decimal_zero(n[0])) {
        out->hard = true;
        return;
    }
    if (umi_decimal_zero(n[1]))
        return; /* equal everywhere or nowhere */
    n[2].num = -n[2].num;
    if (umi_decimal_div(&root, n[2], n[1]))
        keep(out, root);
    else
        out->hard = true;
}

static void compare(search *s, const forms *x, const umi_node *right)
{
    forms y = forms_of(s, right);
    if (!x->moves && !y.moves)
        return;
    s->out->hard |= x->lost || y.lost;
    for (size_t i = 0; i < x->count; i++)
        for (size_t k = 0; k < y.count; k++)
            solve(s->out, &x->all[i], &y.all[k]);
}

static void walk(search *s, const umi_node *n)
{
    if (n->op >= UMI_OP_EQ && n->op <= UMI_OP_IN) {
        forms x = forms_of(s, n->args[0]);
        const umi_node *right = n->args[1];
        bool list = n->op == UMI_OP_IN && right->op == UMI_OP_LIST;
        for (uint32_t i = 0; i < (list ? right->count : 1); i++)
            compare(s, &x, list ? right->args[i] : right);
    }
    for (uint32_t i = 0; i < n->count; i++)
        walk(s, n->args[i]);
}

/* --- what a product reaches ---------------------------------------------- */

static void need(void *self, const umi_node *node)
{
    search *s = self;
    const umi_name *name = node->name;
    if (name->kind == UMI_NAME_LET &&
        umi__reaches(&s->d->reach->lets[name->slot], s->slot))
        s->needed[name->slot] = true;
}

static void need_expr(search *s, const umi_rule_expr *e)
{
    if (e->expr != NULL)
        umi_expr_names(e->expr->root, need, s);
}

/* Lets are sorted: backwards each is known to be needed or not before what it
 * needs is marked, forwards each is solved before it is used. */
static void solve_lets(search *s)
{
    const umi_ruleset *rs = s->d->rs;
    for (size_t i = rs->let_count; i-- > 0;)
        if (s->needed[i])
            need_expr(s, &rs->lets[i].value);
    for (size_t i = 0; i < rs->let_count; i++)
        if (s->needed[i]) {
            const umi_node *root = rs->lets[i].value.expr->root;
            s->lets[i] = forms_of(s, root);
            walk(s, root);
        }
}

umi__finder *umi__finder_new(umi_decider *d)
{
    size_t lets = d->rs->let_count + 1;
    umi__finder *s = umi_arena_alloc(d->texts, sizeof *s);
    if (s == NULL)
        return NULL;
    s->d = d;
    s->lets = umi_arena_array(d->texts, lets, sizeof *s->lets);
    s->needed = umi_arena_array(d->texts, lets, sizeof *s->needed);
    return s->lets != NULL && s->needed != NULL ? s : NULL;
}

/* The product, and those that are eligible today and shall stay so. */
static uint64_t products_that_count(const umi_decider *d, size_t product)
{
    uint64_t set = UINT64_C(1) << product;
    for (size_t i = 0; i < d->rs->product_count; i++)
        if (d->products[i].status == UMI_VERDICT_ELIGIBLE)
            set |= UINT64_C(1) << i;
    return set;
}

/* Their rules that hang on the fact. */
static void
each_rule(search *s, size_t product, void (*each)(search *s, const umi_rule *r))
{
    const umi_ruleset *rs = s->d->rs;
    uint64_t products = products_that_count(s->d, product);
    for (size_t i = 0; i < rs->rule_count; i++) {
        const umi_rule *r = &rs->rules[i];
        if ((r->products & products) != 0 && umi_rule_on(r, s->d->on) &&
            r->severity != UMI_SEVERITY_WARN &&
            umi__reaches(&s->d->reach->rules[i], s->slot))
            each(s, r);
    }
}

static void need_rule(search *s, const umi_rule *r)
{
    need_expr(s, &r->require);
    need_expr(s, &r->unless);
}

static void walk_rule(search *s, const umi_rule *r)
{
    walk(s, r->require.expr->root);
    if (r->unless.expr != NULL)
        walk(s, r->unless.expr->root);
}

void umi__find_breakpoints(umi__breakpoints *out,
                           umi__finder *s,
                           umi__run run,
                           size_t product,
                           uint32_t slot)
{
    memset(s->needed, 0, s->d->rs->let_count * sizeof *s->needed);
    s->run = run;
    s->slot = slot;
    s->out = out;
    out->count = 0;
    out->hard = false;
    each_rule(s, product, need_rule);
    solve_lets(s);
    each_rule(s, product, walk_rule);
}
