/* SPDX-License-Identifier: MIT */
#include "rules/expr/expr_int.h"
#include "rules/expr/program_int.h"

#include <assert.h>

typedef struct machine {
    const char *table[3]; /* by the two high bits of an operand */
    const umi_program *p;
    umi_arena *texts;
} machine;

static inline const umi_value *at(const machine *m, umi__operand o)
{
    return (const void *)(m->table[o >> UMI__PLACE_BITS] +
                          (o & UMI__PLACE_MASK));
}

static inline void set_kind(umi_value *r, umi_kind kind)
{
    r->state = UMI_KNOWN;
    r->kind = (uint8_t)kind;
    r->fault = 0;
    r->at = 0;
}

static inline void set_bool(umi_value *r, bool v)
{
    set_kind(r, UMI_KIND_BOOL);
    r->i = v;
}

/* Not both known: what decides wins, then unknown, then error. */
static void
kleene(umi_value *r, const umi_value *a, const umi_value *b, bool decisive)
{
    if ((a->state == UMI_KNOWN && a->i == decisive) ||
        (b->state == UMI_KNOWN && b->i == decisive))
        set_bool(r, decisive);
    else
        umi__absorb(r, a, b);
}

static void
choose(umi_value *r, const umi_value *c, const umi_value *a, const umi_value *b)
{
    if (c->state == UMI_KNOWN) {
        *r = c->i ? *a : *b;
    } else if (c->state == UMI_ERROR) {
        *r = *c;
    } else if (umi_value_equal(a, b)) {
        *r = *a;
    } else {
        umi_value v = *c;
        if (a->state == UMI_UNKNOWN)
            umi__absorb(&v, &v, a);
        if (b->state == UMI_UNKNOWN)
            umi__absorb(&v, &v, b);
        *r = v;
    }
}

static bool make_list(const machine *m, const umi__instr *i, umi_value *r)
{
    const umi__operand *items = m->p->items + i->b;
    umi_value v = {.kind = UMI_KIND_LIST};
    for (uint32_t k = 0; k < i->c; k++) {
        const umi_value *x = at(m, items[k]);
        if (x->state == UMI_UNKNOWN ||
            (x->state == UMI_ERROR && v.state == UMI_KNOWN))
            umi__absorb(&v, &v, x);
    }
    if (v.state == UMI_KNOWN) {
        umi_value *copy = umi_arena_array(m->texts, i->c, sizeof *copy);
        if (copy == NULL)
            return false;
        for (uint32_t k = 0; k < i->c; k++)
            copy[k] = *at(m, items[k]);
        v.list.items = copy;
        v.list.count = i->c;
    }
    *r = v;
    return true;
}

/* r is neither a nor b, so that the result is made where it stays. */
static void exact(const umi__instr *i,
                  umi_value *r,
                  const umi_value *a,
                  const umi_value *b,
                  uint32_t pc)
{
    bool fits;
    if ((a->state | b->state) != UMI_KNOWN) {
        umi__absorb(r, a, b);
        return;
    }
    if (i->code == UMI__ADD_Q)
        fits = umi_decimal_add(&r->q, a->q, b->q);
    else if (i->code == UMI__SUB_Q)
        fits = umi_decimal_sub(&r->q, a->q, b->q);
    else if (i->code == UMI__MUL_Q)
        fits = umi_decimal_mul(&r->q, a->q, b->q);
    else
        fits = umi_decimal_div(&r->q, a->q, b->q);
    if (fits) {
        set_kind(r, (umi_kind)i->kind);
        return;
    }
    bool zero = i->code == UMI__DIV_Q && umi_decimal_zero(b->q);
    *r = umi_value_fault(zero ? UMI_FAULT_ZERO : UMI_FAULT_DIGITS);
    r->at = pc + 1;
}

/* What needs no speed. */
static bool
other(const machine *m, const umi__instr *i, umi_value *r, uint32_t pc)
{
    const umi_value *a = at(m, i->a);
    umi_value v;
    if (i->code == UMI__LIST)
        return make_list(m, i, r);
    bool fits = true;
    if (i->code == UMI__OPERATE)
        fits = umi__operate(&v, (umi_op)i->c, a, at(m, i->b), m->texts);
    else if (i->code == UMI__APPLY1)
        fits = umi__apply(&v, (umi_fn)i->c, a, NULL, m->texts);
    else if (i->code == UMI__APPLY2)
        fits = umi__apply(&v, (umi_fn)i->c, a, at(m, i->b), m->texts);
    else if (i->code == UMI__AS_BOOL && a->state == UMI_KNOWN &&
             a->kind != UMI_KIND_BOOL)
        v = umi_value_fault(UMI_FAULT_TYPE);
    else if (i->code == UMI__FAIL)
        v = umi_value_fault((umi_fault)i->c);
    else
        v = *a;
    if (fits && v.state == UMI_ERROR && v.at == 0)
        v.at = pc + 1; /* arisen here, not passed on: see origin */
    if (fits)
        *r = v;
    return fits;
}

#define COMPARE_I(code, op)                                                    \
    case code:                                                                 \
        if (((a = at(&m, i->a))->state | (b = at(&m, i->b))->state) ==         \
            UMI_KNOWN)                                                         \
            set_bool(r, a->i op b->i);                                         \
        else                                                                   \
            umi__absorb(r, a, b);                                              \
        break
#define COMPARE_Q(code, op)                                                    \
    case code:                                                                 \
        if (((a = at(&m, i->a))->state | (b = at(&m, i->b))->state) !=         \
            UMI_KNOWN)                                                         \
            umi__absorb(r, a, b);                                              \
        else if (a->q.den == b->q.den)                                         \
            set_bool(r, a->q.num op b->q.num);                                 \
        else                                                                   \
            set_bool(r, umi_decimal_cmp(a->q, b->q) op 0);                     \
        break

/* Called from one place each, and so compiled where they are called. */

static void both(umi_value *r, const umi_value *a, const umi_value *b)
{
    if ((a->state | b->state) == UMI_KNOWN)
        set_bool(r, a->i & b->i);
    else
        kleene(r, a, b, false);
}

static void either(umi_value *r, const umi_value *a, const umi_value *b)
{
    if ((a->state | b->state) == UMI_KNOWN)
        set_bool(r, a->i | b->i);
    else
        kleene(r, a, b, true);
}

static void negate(umi_value *r, const umi_value *a)
{
    if (a->state == UMI_KNOWN)
        set_bool(r, !a->i);
    else
        *r = *a;
}

static void convert(umi_value *r, const umi__instr *i, const umi_value *a)
{
    if (a->state == UMI_KNOWN && a->kind == UMI_KIND_INT) {
        r->q.num = a->i;
        r->q.den = 1;
        set_kind(r, (umi_kind)i->kind);
    } else {
        *r = umi_value_as((umi_kind)i->kind, a);
    }
}

static void among(umi_value *r, const umi__instr *i, const umi_value *a)
{
    uint64_t mask = (uint64_t)i->c << 32 | i->b;
    if (a->state == UMI_KNOWN)
        set_bool(r, (uint64_t)a->i < 64 && (mask >> a->i & 1) != 0);
    else
        *r = *a;
}

/* Where to go on from @p pc: behind what a decides, which is then its result. */
static uint32_t
skip(umi_value *scratch, const umi__instr *i, const umi_value *a, uint32_t pc)
{
    bool decisive = i->code == UMI__SKIP_TRUE;
    if (a->state != UMI_KNOWN || a->i != decisive)
        return pc;
    pc = i->b / (uint32_t)sizeof(umi_value);
    set_bool(&scratch[pc], decisive);
    return pc;
}

umi_status umi_program_run(const umi_program *p,
                           const umi_value *slots,
                           umi_value *scratch,
                           umi_arena *texts)
{
    machine m = {.table = {(const char *)scratch, (const char *)p->consts,
                           (const char *)slots},
                 .p = p,
                 .texts = texts};
    const umi_value *a, *b;
    for (uint32_t pc = 0; pc < p->instr_count; pc++) {
        const umi__instr *i = &p->instrs[pc];
        umi_value *r = &scratch[pc];
        switch ((umi__code)i->code) {
        case UMI__SKIP_FALSE:
        case UMI__SKIP_TRUE:
            pc = skip(scratch, i, at(&m, i->a), pc);
            break;
        case UMI__AND:
            both(r, at(&m, i->a), at(&m, i->b));
            break;
        case UMI__OR:
            either(r, at(&m, i->a), at(&m, i->b));
            break;
        case UMI__NOT:
            negate(r, at(&m, i->a));
            break;
        case UMI__SELECT:
            choose(r, at(&m, i->a), at(&m, i->b), at(&m, i->c));
            break;
        case UMI__KNOWN:
            set_bool(r, at(&m, i->a)->state == UMI_KNOWN);
            break;
            COMPARE_I(UMI__EQ_I, ==);
            COMPARE_I(UMI__NE_I, !=);
            COMPARE_I(UMI__LT_I, <);
            COMPARE_I(UMI__LE_I, <=);
            COMPARE_I(UMI__GT_I, >);
            COMPARE_I(UMI__GE_I, >=);
            COMPARE_Q(UMI__EQ_Q, ==);
            COMPARE_Q(UMI__NE_Q, !=);
            COMPARE_Q(UMI__LT_Q, <);
            COMPARE_Q(UMI__LE_Q, <=);
            COMPARE_Q(UMI__GT_Q, >);
            COMPARE_Q(UMI__GE_Q, >=);
        case UMI__ADD_Q:
        case UMI__SUB_Q:
        case UMI__MUL_Q:
        case UMI__DIV_Q:
            exact(i, r, at(&m, i->a), at(&m, i->b), pc);
            break;
        case UMI__TO_Q:
            convert(r, i, at(&m, i->a));
            break;
        case UMI__IN_BITS:
            among(r, i, at(&m, i->a));
            break;
        case UMI__AS_BOOL:
        case UMI__FAIL:
        case UMI__LIST:
        case UMI__OPERATE:
        case UMI__APPLY1:
        case UMI__APPLY2:
            if (!other(&m, i, r, pc))
                return UMI_ENOMEM;
            break;
        }
    }
    return UMI_OK;
}

size_t umi_program_scratch(const umi_program *p)
{
    return p->instr_count;
}

size_t umi_program_size(const umi_program *p)
{
    return p->instr_count;
}

static const umi_value *result(const umi_program *p,
                               const umi_value *slots,
                               const umi_value *scratch,
                               umi__operand o)
{
    machine m = {.table = {(const char *)scratch, (const char *)p->consts,
                           (const char *)slots}};
    return at(&m, o);
}

const umi_value *umi_program_result(const umi_program *p,
                                    const umi_value *slots,
                                    const umi_value *scratch,
                                    size_t k)
{
    assert(k < p->root_count);
    return result(p, slots, scratch, p->roots[k]);
}

const umi_value *umi_program_let(const umi_program *p,
                                 const umi_value *slots,
                                 const umi_value *scratch,
                                 size_t k)
{
    assert(k < p->let_count);
    return result(p, slots, scratch, p->lets[k]);
}

const umi_node *umi_program_origin(const umi_program *p, const umi_value *v)
{
    if (v->state != UMI_ERROR || v->at == 0 || v->at > p->instr_count)
        return NULL;
    return p->origins[v->at - 1];
}
