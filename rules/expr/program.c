/* SPDX-License-Identifier: MIT */
#include "rules/expr/program.h"

#include "rules/expr/expr_int.h"
#include "rules/expr/program_int.h"

#include <assert.h>

enum {
    BUCKETS = 4096,
    MASK_BITS = 64,
    SKIP_WORTH = 2 /* operators that make a jump over them pay */
};

typedef struct compiler {
    umi_arena *arena;
    const umi_value *params;
    umi__operand *lets; /* by slot */
    uint32_t let_slots;
    umi_program *p;
    uint32_t instr_room, const_room, item_room;
    uint32_t *chain; /* of an instruction: the next of its bucket, + 1 */
    uint32_t *const_chain;
    uint32_t heads[BUCKETS], const_heads[BUCKETS];
    uint32_t *entered; /* instructions in the buckets, in order of entry */
    uint32_t entered_count;
    bool nomem;
} compiler;

/* --- growing tables ---------------------------------------------------- */

static void *
grown(compiler *c, void *old, size_t used, size_t room, size_t size)
{
    void *p = umi_arena_array(c->arena, room, size);
    if (p == NULL)
        c->nomem = true;
    else if (used != 0)
        memcpy(p, old, used * size);
    return p;
}

static bool room_for_instr(compiler *c)
{
    umi_program *p = c->p;
    uint32_t n = p->instr_count, room = c->instr_room;
    if (n < room)
        return true;
    if (n >= UMI__PLACE_MASK / sizeof(umi_value) / 2) {
        c->nomem = true;
        return false;
    }
    room = room ? room * 2 : 64;
    umi__instr *instrs = grown(c, p->instrs, n, room, sizeof *instrs);
    const umi_node **origins =
        grown(c, (void *)p->origins, n, room, sizeof *origins);
    uint32_t *chain = grown(c, c->chain, n, room, sizeof *chain);
    uint32_t *entered =
        grown(c, c->entered, c->entered_count, room, sizeof *entered);
    if (c->nomem)
        return false;
    p->instrs = instrs;
    p->origins = origins;
    c->chain = chain;
    c->entered = entered;
    c->instr_room = room;
    return true;
}

static uint32_t mix(uint32_t h, uint64_t v)
{
    uint64_t x = (h ^ v) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(x >> 32) ^ (uint32_t)x;
}

/* --- constants --------------------------------------------------------- */

static bool same_constant(const umi_value *a, const umi_value *b)
{
    if (a->kind != b->kind || !umi_value_equal(a, b))
        return false;
    for (size_t i = 0; a->kind == UMI_KIND_LIST && i < a->list.count; i++)
        if (!same_constant(&a->list.items[i], &b->list.items[i]))
            return false;
    return true;
}

static uint32_t hash_constant(const umi_value *v)
{
    uint32_t h = mix(0, v->kind);
    if (v->kind == UMI_KIND_STRING)
        for (size_t i = 0; i < v->text.len; i++)
            h = mix(h, (unsigned char)v->text.ptr[i]);
    else if (v->kind == UMI_KIND_LIST)
        h = mix(h, v->list.count);
    else if (v->kind >= UMI_KIND_DECIMAL && v->kind <= UMI_KIND_MONEY)
        h = mix(h, (uint64_t)(v->q.num / v->q.den));
    else
        h = mix(h, (uint64_t)v->i);
    return h % BUCKETS;
}

static umi__operand constant(compiler *c, umi_value v)
{
    umi_program *p = c->p;
    uint32_t *head = &c->const_heads[hash_constant(&v)];
    uint32_t k = *head;
    assert(v.state == UMI_KNOWN);
    while (k != 0 && !same_constant(&p->consts[k - 1], &v))
        k = c->const_chain[k - 1];
    if (k == 0) {
        uint32_t n = p->const_count;
        if (n == c->const_room) {
            uint32_t room = n ? n * 2 : 64;
            umi_value *consts = grown(c, p->consts, n, room, sizeof *consts);
            uint32_t *chain = grown(c, c->const_chain, n, room, sizeof *chain);
            if (c->nomem)
                return 0;
            p->consts = consts;
            c->const_chain = chain;
            c->const_room = room;
        }
        p->consts[n] = v;
        c->const_chain[n] = *head;
        *head = k = ++p->const_count;
    }
    return (umi__operand)UMI__CONST << UMI__PLACE_BITS |
           (umi__operand)((k - 1) * sizeof(umi_value));
}

static const umi_value *const_of(const compiler *c, umi__operand o)
{
    if (o >> UMI__PLACE_BITS != UMI__CONST)
        return NULL;
    return &c->p->consts[(o & UMI__PLACE_MASK) / sizeof(umi_value)];
}

/* --- instructions ------------------------------------------------------ */

static uint32_t hash_instr(const umi__instr *i)
{
    uint32_t h = mix(i->code, i->kind);
    return mix(mix(mix(h, i->a), i->b), i->c) % BUCKETS;
}

static bool same_instr(const umi__instr *a, const umi__instr *b)
{
    return a->code == b->code && a->kind == b->kind && a->a == b->a &&
           a->b == b->b && a->c == b->c;
}

static umi__operand scratch(uint32_t k)
{
    return (umi__operand)(k * sizeof(umi_value));
}

/* An instruction of its own, not to be shared. */
static umi__operand emit(compiler *c, umi__instr i, const umi_node *origin)
{
    if (!room_for_instr(c))
        return 0;
    c->p->instrs[c->p->instr_count] = i;
    c->p->origins[c->p->instr_count] = origin;
    return scratch(c->p->instr_count++);
}

/* An instruction, or an equal one that has run whenever this place runs. */
static umi__operand share(compiler *c, umi__instr i, const umi_node *origin)
{
    uint32_t *head = &c->heads[hash_instr(&i)];
    for (uint32_t k = *head; k != 0; k = c->chain[k - 1])
        if (same_instr(&c->p->instrs[k - 1], &i))
            return scratch(k - 1);
    umi__operand o = emit(c, i, origin);
    if (c->nomem)
        return 0;
    uint32_t k = c->p->instr_count;
    c->chain[k - 1] = *head;
    *head = k;
    c->entered[c->entered_count++] = k;
    return o;
}

/* Forget what was entered since: it stands behind a jump. */
static void leave(compiler *c, uint32_t mark)
{
    while (c->entered_count > mark) {
        uint32_t k = c->entered[--c->entered_count];
        c->heads[hash_instr(&c->p->instrs[k - 1])] = c->chain[k - 1];
    }
}

/* --- nodes ------------------------------------------------------------- */

static umi__operand compile(compiler *c, const umi_node *n);

static bool decimal(umi_kind k)
{
    return k == UMI_KIND_DECIMAL || k == UMI_KIND_RATE || k == UMI_KIND_MONEY;
}

static umi__operand
convert(compiler *c, umi__operand o, const umi_node *n, umi_kind to)
{
    umi_kind from = n->type.kind;
    if (from == to || !umi_kind_number(from) || !umi_kind_number(to) ||
        to == UMI_KIND_INT)
        return o;
    const umi_value *v = const_of(c, o);
    if (v != NULL)
        return constant(c, umi_value_as(to, v));
    return share(c, (umi__instr){UMI__TO_Q, (uint8_t)to, o, 0, 0}, n);
}

static umi__operand compile_as(compiler *c, const umi_node *n, umi_kind to)
{
    return convert(c, compile(c, n), n, to);
}

static umi__operand as_bool(compiler *c, const umi_node *n)
{
    umi__operand o = compile(c, n);
    const umi_value *v = const_of(c, o);
    if (n->type.kind == UMI_KIND_BOOL || (v && v->kind == UMI_KIND_BOOL))
        return o;
    return share(c, (umi__instr){UMI__AS_BOOL, 0, o, 0, 0}, n);
}

/* Operators and calls: what a jump would save.  Most lists are constants. */
static uint32_t weight(const umi_node *n)
{
    uint32_t w = n->count > 0 && n->op != UMI_OP_LIST;
    for (uint32_t i = 0; i < n->count; i++)
        w += weight(n->args[i]);
    return w;
}

/* 0 or 1 of a constant bool, else -1. */
static int literal(const compiler *c, umi__operand o)
{
    const umi_value *v = const_of(c, o);
    return v != NULL && v->kind == UMI_KIND_BOOL ? (int)v->i : -1;
}

/* Where jumps over a chain land; the chain's value is the last instruction. */
static umi__operand land(compiler *c,
                         const umi_node *n,
                         umi__operand r,
                         const uint32_t *skips,
                         uint32_t count)
{
    uint8_t code = n->op == UMI_OP_AND ? UMI__AND : UMI__OR;
    if (r != scratch(c->p->instr_count - 1))
        r = emit(c, (umi__instr){code, 0, r, r, 0}, n);
    for (uint32_t k = 0; k < count && !c->nomem; k++)
        c->p->instrs[skips[k]].b = r;
    return r;
}

/* a && b && c leans to the left: its operands in order, each joined to what
 * came before; a jump over the rest where that is worth it.  What stands
 * behind a jump may not have run, so it is shared with nothing behind. */
static umi__operand compile_logic(compiler *c, const umi_node *n)
{
    const umi_node *parts[UMI_EXPR_NODES], *at = n;
    uint32_t count = 0, skips[UMI_EXPR_NODES], skipped = 0, mark = 0;
    int decisive = n->op == UMI_OP_OR;
    uint8_t join = decisive ? UMI__OR : UMI__AND;
    uint8_t skip = decisive ? UMI__SKIP_TRUE : UMI__SKIP_FALSE;
    for (; at->op == n->op; at = at->args[0])
        parts[count++] = at->args[1];
    umi__operand r = as_bool(c, at);
    while (count-- > 0 && !c->nomem && literal(c, r) != decisive) {
        if (literal(c, r) < 0 && weight(parts[count]) >= SKIP_WORTH) {
            mark = skipped == 0 ? c->entered_count : mark;
            skips[skipped++] = c->p->instr_count;
            (void)emit(c, (umi__instr){skip, 0, r, 0, 0}, n);
        }
        umi__operand x = as_bool(c, parts[count]);
        umi__instr i = {join, 0, r, x, 0};
        if (literal(c, r) >= 0 || literal(c, x) == decisive)
            r = x;
        else if (literal(c, x) < 0)
            r = skipped ? emit(c, i, n) : share(c, i, n);
    }
    if (skipped == 0 || c->nomem)
        return r;
    leave(c, mark);
    return land(c, n, r, skips, skipped);
}

static umi__operand compile_name(compiler *c, const umi_node *n)
{
    const umi_name *name = n->name;
    assert(name != NULL);
    if (name->kind == UMI_NAME_LET) {
        assert(name->slot < c->let_slots);
        return c->lets[name->slot];
    }
    if (name->kind != UMI_NAME_PARAM)
        return (umi__operand)UMI__SLOT << UMI__PLACE_BITS |
               (umi__operand)(name->slot * sizeof(umi_value));
    const umi_value *v = &c->params[name->slot];
    if (v->state == UMI_KNOWN)
        return constant(c, umi_value_as(name->type.kind, v));
    assert(v->state == UMI_ERROR);
    return share(c, (umi__instr){UMI__FAIL, 0, 0, name->slot, v->fault}, n);
}

/* A result that is known already, when all operands are constants. */
static bool fold(compiler *c, const umi__instr *i, umi__operand *out)
{
    const umi_value *a = const_of(c, i->a), *b = const_of(c, i->b);
    umi_value v;
    bool unary =
        i->code == UMI__APPLY1 ||
        (i->code == UMI__OPERATE && (i->c == UMI_OP_NOT || i->c == UMI_OP_NEG));
    if (a == NULL || (!unary && b == NULL))
        return false;
    bool fits =
        i->code == UMI__OPERATE
            ? umi__operate(&v, (umi_op)i->c, a, b, c->arena)
            : umi__apply(&v, (umi_fn)i->c, a, unary ? NULL : b, c->arena);
    c->nomem |= !fits;
    if (!fits || v.state != UMI_KNOWN)
        return false; /* an error arises when it runs */
    *out = constant(c, v);
    return true;
}

static umi__operand
operate(compiler *c, const umi_node *n, umi__operand a, umi__operand b)
{
    umi__instr i = {UMI__OPERATE, 0, a, b, (uint32_t)n->op};
    umi__operand o;
    return fold(c, &i, &o) ? o : share(c, i, n);
}

static bool both_const(const compiler *c, umi__operand a, umi__operand b)
{
    return const_of(c, a) != NULL && const_of(c, b) != NULL;
}

/* An operand of an exact operation: only an int must become a decimal. */
static umi__operand compile_exact(compiler *c, const umi_node *n)
{
    return n->type.kind == UMI_KIND_INT ? compile_as(c, n, UMI_KIND_DECIMAL)
                                        : compile(c, n);
}

static umi__operand compile_comparison(compiler *c, const umi_node *n)
{
    umi_kind a = n->args[0]->type.kind, b = n->args[1]->type.kind;
    bool exact =
        (decimal(a) && a == b) || (umi_kind_number(a) && umi_kind_number(b) &&
                                   (decimal(a) || decimal(b)));
    umi__operand x =
        exact ? compile_exact(c, n->args[0]) : compile(c, n->args[0]);
    umi__operand y =
        exact ? compile_exact(c, n->args[1]) : compile(c, n->args[1]);
    bool member =
        a == UMI_KIND_ENUM && (n->op == UMI_OP_EQ || n->op == UMI_OP_NE);
    bool plain = a == b && (a == UMI_KIND_BOOL || a == UMI_KIND_INT ||
                            a == UMI_KIND_DATE || member);
    if (both_const(c, x, y) || (!exact && !plain))
        return operate(c, n, x, y);
    unsigned first = exact ? UMI__EQ_Q : UMI__EQ_I;
    return share(
        c, (umi__instr){(uint8_t)(first + (n->op - UMI_OP_EQ)), 0, x, y, 0}, n);
}

static umi__operand compile_arithmetic(compiler *c, const umi_node *n)
{
    umi_kind kind = n->type.kind;
    if (!decimal(kind))
        return operate(c, n, compile(c, n->args[0]), compile(c, n->args[1]));
    umi__operand x = compile_exact(c, n->args[0]);
    umi__operand y = compile_exact(c, n->args[1]);
    bool typed = n->args[0]->type.kind != UMI_KIND_ANY &&
                 n->args[1]->type.kind != UMI_KIND_ANY;
    if (both_const(c, x, y) || !typed)
        return operate(c, n, x, y);
    uint8_t code = (uint8_t)(UMI__ADD_Q + (n->op - UMI_OP_ADD));
    return share(c, (umi__instr){code, (uint8_t)kind, x, y, 0}, n);
}

/* x in [1, 2, 3], or in some members of an enum, as a mask. */
static bool mask_of(uint64_t *out, umi_kind kind, const umi_value *list)
{
    *out = 0;
    if (list == NULL || (kind != UMI_KIND_INT && kind != UMI_KIND_ENUM))
        return false;
    for (size_t i = 0; i < list->list.count; i++) {
        const umi_value *v = &list->list.items[i];
        if (v->kind != kind || v->i < 0 || v->i >= MASK_BITS)
            return false;
        *out |= UINT64_C(1) << v->i;
    }
    return true;
}

static umi__operand compile_in(compiler *c, const umi_node *n)
{
    umi__operand a = compile(c, n->args[0]), b = compile(c, n->args[1]);
    uint64_t mask;
    if (const_of(c, a) != NULL || n->args[1]->type.kind != UMI_KIND_LIST ||
        !mask_of(&mask, n->args[0]->type.kind, const_of(c, b)))
        return operate(c, n, a, b);
    umi__instr i = {UMI__IN_BITS, 0, a, (uint32_t)mask, (uint32_t)(mask >> 32)};
    return share(c, i, n);
}

static umi__operand
constant_list(compiler *c, const umi__operand *o, uint32_t n)
{
    umi_value *items = umi_arena_array(c->arena, n, sizeof *items);
    if (items == NULL) {
        c->nomem = true;
        return 0;
    }
    for (uint32_t i = 0; i < n; i++)
        items[i] = *const_of(c, o[i]);
    return constant(c, (umi_value){.kind = UMI_KIND_LIST, .list = {items, n}});
}

static umi__operand compile_list(compiler *c, const umi_node *n)
{
    umi__operand o[UMI_EXPR_NODES];
    bool constants = true;
    for (uint32_t i = 0; i < n->count && !c->nomem; i++) {
        o[i] = compile(c, n->args[i]);
        constants &= const_of(c, o[i]) != NULL;
    }
    if (c->nomem)
        return 0;
    if (constants)
        return constant_list(c, o, n->count);
    umi_program *p = c->p;
    uint32_t used = p->item_count;
    if (used + n->count > c->item_room) {
        uint32_t room = (used + n->count) * 2;
        umi__operand *items = grown(c, p->items, used, room, sizeof *items);
        if (items == NULL)
            return 0;
        p->items = items;
        c->item_room = room;
    }
    memcpy(p->items + used, o, n->count * sizeof *o);
    p->item_count += n->count;
    return share(c, (umi__instr){UMI__LIST, 0, 0, used, n->count}, n);
}

static umi__operand compile_cond(compiler *c, const umi_node *n)
{
    umi_kind to = n->type.kind;
    umi__operand x = as_bool(c, n->args[0]);
    if (literal(c, x) >= 0)
        return compile_as(c, n->args[literal(c, x) ? 1 : 2], to);
    umi__operand a = compile_as(c, n->args[1], to);
    umi__operand b = compile_as(c, n->args[2], to);
    return share(c, (umi__instr){UMI__SELECT, 0, x, a, b}, n);
}

static umi__operand compile_call(compiler *c, const umi_node *n)
{
    if (n->fn == UMI_FN_NONE) {
        uint32_t fault = n->value.fault != 0 ? n->value.fault : UMI_FAULT_TYPE;
        if (n->value.fault != 0) /* of this table, not of another */
            return emit(c, (umi__instr){UMI__FAIL, 0, 0, 0, fault}, n);
        return share(c, (umi__instr){UMI__FAIL, 0, 0, 0, fault}, n);
    }
    umi__operand a = compile(c, n->args[0]), o;
    if (n->fn == UMI_FN_KNOWN)
        return share(c, (umi__instr){UMI__KNOWN, 0, a, 0, 0}, n);
    umi__instr i = {UMI__APPLY1, 0, a, 0, (uint32_t)n->fn};
    if (n->count == 2) {
        i.code = UMI__APPLY2;
        i.b = compile(c, n->args[1]);
    }
    return fold(c, &i, &o) ? o : share(c, i, n);
}

static umi__operand compile_unary(compiler *c, const umi_node *n)
{
    umi__operand a = compile(c, n->args[0]);
    if (n->op == UMI_OP_NEG || n->args[0]->type.kind != UMI_KIND_BOOL ||
        const_of(c, a) != NULL)
        return operate(c, n, a, 0);
    return share(c, (umi__instr){UMI__NOT, 0, a, 0, 0}, n);
}

static umi__operand compile(compiler *c, const umi_node *n)
{
    if (c->nomem)
        return 0;
    switch (n->op) {
    case UMI_OP_CONST:
        return constant(c, n->value);
    case UMI_OP_NAME:
        return compile_name(c, n);
    case UMI_OP_LIST:
        return compile_list(c, n);
    case UMI_OP_NOT:
    case UMI_OP_NEG:
        return compile_unary(c, n);
    case UMI_OP_AND:
    case UMI_OP_OR:
        return compile_logic(c, n);
    case UMI_OP_COND:
        return compile_cond(c, n);
    case UMI_OP_EQ:
    case UMI_OP_NE:
    case UMI_OP_LT:
    case UMI_OP_LE:
    case UMI_OP_GT:
    case UMI_OP_GE:
        return compile_comparison(c, n);
    case UMI_OP_IN:
        return compile_in(c, n);
    case UMI_OP_ADD:
    case UMI_OP_SUB:
    case UMI_OP_MUL:
    case UMI_OP_DIV:
    case UMI_OP_MOD:
        return compile_arithmetic(c, n);
    case UMI_OP_INDEX:
        return operate(c, n, compile(c, n->args[0]), compile(c, n->args[1]));
    case UMI_OP_CALL:
        return compile_call(c, n);
    }
    return 0;
}

static bool let_table(compiler *c, const umi_program_source *s)
{
    for (size_t k = 0; k < s->let_count; k++)
        if (s->lets[k].slot >= c->let_slots)
            c->let_slots = s->lets[k].slot + 1;
    c->lets = umi_arena_array(c->arena, c->let_slots, sizeof *c->lets);
    return c->lets != NULL;
}

umi_status umi_program_build(umi_program **out,
                             umi_arena *arena,
                             const umi_program_source *s,
                             umi_error *err)
{
    compiler *c = umi_arena_alloc(arena, sizeof *c);
    umi_program *p = umi_arena_alloc(arena, sizeof *p);
    if (c == NULL || p == NULL)
        return umi_fail_memory(err);
    c->arena = arena;
    c->params = s->params;
    c->p = p;
    p->roots = umi_arena_array(arena, s->root_count, sizeof *p->roots);
    p->lets = umi_arena_array(arena, s->let_count, sizeof *p->lets);
    p->root_count = (uint32_t)s->root_count;
    p->let_count = (uint32_t)s->let_count;
    c->nomem = p->roots == NULL || p->lets == NULL || !let_table(c, s);
    for (size_t k = 0; k < s->let_count && !c->nomem; k++) {
        p->lets[k] = compile(c, s->lets[k].expr->root);
        if (!c->nomem)
            c->lets[s->lets[k].slot] = p->lets[k];
    }
    for (size_t k = 0; k < s->root_count && !c->nomem; k++)
        p->roots[k] = compile(c, s->roots[k]);
    if (c->nomem)
        return umi_fail_memory(err);
    *out = p;
    return UMI_OK;
}
