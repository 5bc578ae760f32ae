/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* memmem, which is linear whatever is asked */
#include "rules/expr/expr_int.h"

#include <assert.h>

static umi_decimal decimal_of(const umi_value *v)
{
    return v->kind == UMI_KIND_INT ? umi_decimal_int(v->i) : v->q;
}

static void join(umi_value *out, const umi_value *v)
{
    for (size_t k = 0; v->state == UMI_UNKNOWN && k < UMI_FACTS_MAX / 64; k++)
        out->unknown[k] |= v->unknown[k];
}

void umi__absorb(umi_value *out, const umi_value *a, const umi_value *b)
{
    umi_value v = {.state = UMI_UNKNOWN};
    if (a->state == UMI_UNKNOWN || b->state == UMI_UNKNOWN) {
        join(&v, a);
        join(&v, b);
    } else {
        assert(a->state == UMI_ERROR || b->state == UMI_ERROR);
        v = a->state == UMI_ERROR ? *a : *b;
    }
    *out = v; /* out may be a or b */
}

/* --- numbers ----------------------------------------------------------- */

static umi_value whole(umi_op op, int64_t a, int64_t b)
{
    int64_t v = 0;
    bool over = false;
    if ((op == UMI_OP_DIV || op == UMI_OP_MOD) && b == 0)
        return umi_value_fault(UMI_FAULT_ZERO);
    if (op == UMI_OP_ADD)
        over = __builtin_add_overflow(a, b, &v);
    else if (op == UMI_OP_SUB)
        over = __builtin_sub_overflow(a, b, &v);
    else if (op == UMI_OP_MUL)
        over = __builtin_mul_overflow(a, b, &v);
    else if (b == -1) /* INT64_MIN / -1 traps; the rest of it is 0 */
        over = op == UMI_OP_DIV && __builtin_sub_overflow((int64_t)0, a, &v);
    else
        v = op == UMI_OP_DIV ? a / b : a % b;
    return over ? umi_value_fault(UMI_FAULT_OVERFLOW) : umi_value_int(v);
}

static umi_value
exact(umi_op op, umi_kind kind, const umi_value *a, const umi_value *b)
{
    umi_decimal x = decimal_of(a), y = decimal_of(b), q;
    bool fits;
    if (op == UMI_OP_DIV && umi_decimal_zero(y))
        return umi_value_fault(UMI_FAULT_ZERO);
    if (op == UMI_OP_ADD)
        fits = umi_decimal_add(&q, x, y);
    else if (op == UMI_OP_SUB)
        fits = umi_decimal_sub(&q, x, y);
    else if (op == UMI_OP_MUL)
        fits = umi_decimal_mul(&q, x, y);
    else
        fits = umi_decimal_div(&q, x, y);
    return fits ? umi_value_decimal(kind, q)
                : umi_value_fault(UMI_FAULT_DIGITS);
}

static umi_value negative(const umi_value *a)
{
    umi_value zero = umi_value_int(0);
    if (a->kind == UMI_KIND_INT)
        return whole(UMI_OP_SUB, 0, a->i);
    if (a->kind == UMI_KIND_MONEY || umi_kind_number(a->kind))
        return exact(UMI_OP_SUB, (umi_kind)a->kind, &zero, a);
    return umi_value_fault(UMI_FAULT_TYPE);
}

/* --- texts and lists --------------------------------------------------- */

static bool concat(umi_value *out, umi_text a, umi_text b, umi_arena *texts)
{
    if (a.len > UMI_TEXT_LONGEST || b.len > UMI_TEXT_LONGEST - a.len) {
        *out = umi_value_fault(UMI_FAULT_LONG);
        return true;
    }
    char *p = umi_arena_alloc(texts, a.len + b.len + 1);
    if (p == NULL)
        return false;
    if (a.len != 0)
        memcpy(p, a.ptr, a.len);
    if (b.len != 0)
        memcpy(p + a.len, b.ptr, b.len);
    *out = umi_value_string((umi_text){p, a.len + b.len});
    return true;
}

static bool join_lists(umi_value *out,
                       const umi_value *a,
                       const umi_value *b,
                       umi_arena *texts)
{
    size_t n = a->list.count, m = b->list.count;
    if (n > UMI_LIST_LONGEST || m > UMI_LIST_LONGEST - n) {
        *out = umi_value_fault(UMI_FAULT_LONG);
        return true;
    }
    umi_value *items = umi_arena_array(texts, n + m, sizeof *items);
    if (items == NULL)
        return false;
    if (n != 0)
        memcpy(items, a->list.items, n * sizeof *items);
    if (m != 0)
        memcpy(items + n, b->list.items, m * sizeof *items);
    *out = (umi_value){.kind = UMI_KIND_LIST, .list = {items, n + m}};
    return true;
}

static bool arithmetic(umi_value *out,
                       umi_op op,
                       const umi_value *a,
                       const umi_value *b,
                       umi_arena *texts)
{
    umi_kind kind = umi__arithmetic(op, (umi_kind)a->kind, (umi_kind)b->kind);
    if (kind == UMI_KIND_INT)
        *out = whole(op, a->i, b->i);
    else if (kind == UMI_KIND_STRING)
        return concat(out, a->text, b->text, texts);
    else if (kind != UMI_KIND_ANY)
        *out = exact(op, kind, a, b);
    else if (op == UMI_OP_ADD && a->kind == UMI_KIND_LIST &&
             b->kind == UMI_KIND_LIST)
        return join_lists(out, a, b, texts);
    else
        *out = umi_value_fault(UMI_FAULT_TYPE);
    return true;
}

/* --- comparison -------------------------------------------------------- */

/* False where the two have no order. */
static bool order(int *out, const umi_value *a, const umi_value *b)
{
    if (a->kind != b->kind) {
        if (!umi_kind_number(a->kind) || !umi_kind_number(b->kind))
            return false;
        *out = umi_decimal_cmp(decimal_of(a), decimal_of(b));
        return true;
    }
    switch ((umi_kind)a->kind) {
    case UMI_KIND_BOOL:
    case UMI_KIND_INT:
    case UMI_KIND_DATE:
        *out = (a->i > b->i) - (a->i < b->i);
        return true;
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_MONEY:
        *out = umi_decimal_cmp(a->q, b->q);
        return true;
    case UMI_KIND_STRING:
        *out = umi_text_cmp(a->text, b->text);
        return true;
    case UMI_KIND_ENUM:
    case UMI_KIND_LIST:
    case UMI_KIND_ANY:
        break;
    }
    return false;
}

static umi_value compare(umi_op op, const umi_value *a, const umi_value *b)
{
    int c;
    if (op == UMI_OP_EQ || op == UMI_OP_NE)
        return umi_value_bool(umi_value_equal(a, b) == (op == UMI_OP_EQ));
    if (!order(&c, a, b))
        return umi_value_fault(UMI_FAULT_TYPE);
    return umi_value_bool(op == UMI_OP_LT   ? c < 0
                          : op == UMI_OP_LE ? c <= 0
                          : op == UMI_OP_GT ? c > 0
                                            : c >= 0);
}

static umi_value member(const umi_value *a, const umi_value *list)
{
    if (list->kind != UMI_KIND_LIST)
        return umi_value_fault(UMI_FAULT_TYPE);
    for (size_t i = 0; i < list->list.count; i++)
        if (umi_value_equal(a, &list->list.items[i]))
            return umi_value_bool(true);
    return umi_value_bool(false);
}

static umi_value subscript(const umi_value *list, const umi_value *at)
{
    if (list->kind != UMI_KIND_LIST || at->kind != UMI_KIND_INT)
        return umi_value_fault(UMI_FAULT_TYPE);
    if (at->i < 0 || (uint64_t)at->i >= list->list.count)
        return umi_value_fault(UMI_FAULT_INDEX);
    return list->list.items[at->i];
}

bool umi__operate(umi_value *out,
                  umi_op op,
                  const umi_value *a,
                  const umi_value *b,
                  umi_arena *texts)
{
    bool unary = op == UMI_OP_NOT || op == UMI_OP_NEG;
    if (a->state != UMI_KNOWN || (!unary && b->state != UMI_KNOWN)) {
        umi__absorb(out, a, unary ? a : b);
        return true;
    }
    switch (op) {
    case UMI_OP_NOT:
        *out = a->kind == UMI_KIND_BOOL ? umi_value_bool(!a->i)
                                        : umi_value_fault(UMI_FAULT_TYPE);
        return true;
    case UMI_OP_NEG:
        *out = negative(a);
        return true;
    case UMI_OP_EQ:
    case UMI_OP_NE:
    case UMI_OP_LT:
    case UMI_OP_LE:
    case UMI_OP_GT:
    case UMI_OP_GE:
        *out = compare(op, a, b);
        return true;
    case UMI_OP_IN:
        *out = member(a, b);
        return true;
    case UMI_OP_ADD:
    case UMI_OP_SUB:
    case UMI_OP_MUL:
    case UMI_OP_DIV:
    case UMI_OP_MOD:
        return arithmetic(out, op, a, b, texts);
    case UMI_OP_INDEX:
        *out = subscript(a, b);
        return true;
    case UMI_OP_CONST:
    case UMI_OP_NAME:
    case UMI_OP_LIST:
    case UMI_OP_AND:
    case UMI_OP_OR:
    case UMI_OP_COND:
    case UMI_OP_CALL:
        break;
    }
    assert(!"an operation without operands of its own");
    return true;
}

/* --- functions --------------------------------------------------------- */

static umi_value bool_of(const umi_value *a)
{
    static const char *const yes[] = {"true", "True", "TRUE", "t", "1"};
    static const char *const no[] = {"false", "False", "FALSE", "f", "0"};
    if (a->kind == UMI_KIND_BOOL)
        return *a;
    if (umi_text_index(a->text, yes, 5) < 5)
        return umi_value_bool(true);
    return umi_text_index(a->text, no, 5) < 5
               ? umi_value_bool(false)
               : umi_value_fault(UMI_FAULT_CONVERT);
}

static umi_value int_of(const umi_value *a)
{
    int64_t i;
    if (a->kind == UMI_KIND_INT)
        return *a;
    if (a->kind == UMI_KIND_STRING)
        return umi_text_int(a->text, INT64_MIN, INT64_MAX, &i)
                   ? umi_value_int(i)
                   : umi_value_fault(UMI_FAULT_CONVERT);
    return umi_decimal_whole(&i, a->q) ? umi_value_int(i)
                                       : umi_value_fault(UMI_FAULT_OVERFLOW);
}

static umi_value date_of(const umi_value *a)
{
    umi_value v;
    if (a->kind == UMI_KIND_DATE)
        return *a;
    return umi_value_day_parse(&v, a->text) ? v
                                            : umi_value_fault(UMI_FAULT_DATE);
}

static bool string_of(umi_value *out, const umi_value *a, umi_arena *texts)
{
    umi_buf b = {0};
    umi_buf_value(&b, a);
    char *p = b.failed ? NULL : umi_arena_copy(texts, b.ptr, b.len);
    if (p != NULL)
        *out = umi_value_string((umi_text){p, b.len});
    umi_buf_free(&b);
    return p != NULL;
}

static bool at_end(umi_text t, umi_text part)
{
    return t.len >= part.len &&
           umi_text_eq((umi_text){t.ptr + (t.len - part.len), part.len}, part);
}

static bool contains(umi_text t, umi_text part)
{
    return part.len == 0 || memmem(t.ptr, t.len, part.ptr, part.len) != NULL;
}

static int64_t between(umi_fn fn, const umi_value *a, const umi_value *b)
{
    umi_day from = {(int32_t)a->i}, to = {(int32_t)b->i};
    if (fn == UMI_FN_YEARS_BETWEEN)
        return umi_years_between(from, to);
    if (fn == UMI_FN_MONTHS_BETWEEN)
        return umi_months_between(from, to);
    return b->i - a->i;
}

static umi_value rounded(umi_fn fn, const umi_value *a, const umi_value *b)
{
    static const umi_round_mode modes[] = {
        UMI_ROUND_HALF_UP, UMI_ROUND_HALF_EVEN, UMI_ROUND_HALF_DOWN,
        UMI_ROUND_UP,      UMI_ROUND_DOWN,      UMI_ROUND_FLOOR,
        UMI_ROUND_CEIL};
    umi_decimal q;
    if (b->i < -UMI_DECIMAL_PLACES || b->i > UMI_DECIMAL_PLACES)
        return umi_value_fault(UMI_FAULT_SCALE);
    if (!umi_decimal_round(&q, decimal_of(a), (int)b->i,
                           modes[fn - UMI_FN_ROUND_HALF_UP]))
        return umi_value_fault(UMI_FAULT_DIGITS);
    return umi_value_decimal(
        a->kind == UMI_KIND_MONEY ? UMI_KIND_MONEY : UMI_KIND_DECIMAL, q);
}

/* Of two numbers of different kinds the result is what both can be. */
static umi_value extreme(umi_fn fn, const umi_value *a, const umi_value *b)
{
    int c;
    if (!order(&c, a, b))
        return umi_value_fault(UMI_FAULT_TYPE);
    const umi_value *v = (fn == UMI_FN_MIN ? c <= 0 : c >= 0) ? a : b;
    if (a->kind == b->kind)
        return *v;
    umi_kind kind = a->kind == UMI_KIND_INT   ? (umi_kind)b->kind
                    : b->kind == UMI_KIND_INT ? (umi_kind)a->kind
                                              : UMI_KIND_DECIMAL;
    return umi_value_as(kind, v);
}

static bool accepts(umi_fn fn, int i, const umi_value *v)
{
    return (umi__functions[fn].kinds[i] >> v->kind & 1) != 0;
}

bool umi__apply(umi_value *out,
                umi_fn fn,
                const umi_value *a,
                const umi_value *b,
                umi_arena *texts)
{
    if (a->state != UMI_KNOWN || (b != NULL && b->state != UMI_KNOWN)) {
        umi__absorb(out, a, b ? b : a);
        return true;
    }
    if (!accepts(fn, 0, a) || (b != NULL && !accepts(fn, 1, b))) {
        *out = umi_value_fault(UMI_FAULT_TYPE);
        return true;
    }
    switch (fn) {
    case UMI_FN_SIZE:
        *out = umi_value_int(a->kind == UMI_KIND_STRING
                                 ? (int64_t)umi_text_points(a->text)
                                 : (int64_t)a->list.count);
        return true;
    case UMI_FN_CONTAINS:
        *out = umi_value_bool(contains(a->text, b->text));
        return true;
    case UMI_FN_STARTS_WITH:
        *out = umi_value_bool(
            a->text.len >= b->text.len &&
            umi_text_eq((umi_text){a->text.ptr, b->text.len}, b->text));
        return true;
    case UMI_FN_ENDS_WITH:
        *out = umi_value_bool(at_end(a->text, b->text));
        return true;
    case UMI_FN_INT:
        *out = int_of(a);
        return true;
    case UMI_FN_STRING:
        return string_of(out, a, texts);
    case UMI_FN_BOOL:
        *out = bool_of(a);
        return true;
    case UMI_FN_DATE:
        *out = date_of(a);
        return true;
    case UMI_FN_YEARS_BETWEEN:
    case UMI_FN_MONTHS_BETWEEN:
    case UMI_FN_DAYS_BETWEEN:
        *out = umi_value_int(between(fn, a, b));
        return true;
    case UMI_FN_ROUND_HALF_UP:
    case UMI_FN_ROUND_HALF_EVEN:
    case UMI_FN_ROUND_HALF_DOWN:
    case UMI_FN_ROUND_UP:
    case UMI_FN_ROUND_DOWN:
    case UMI_FN_FLOOR:
    case UMI_FN_CEIL:
        *out = rounded(fn, a, b);
        return true;
    case UMI_FN_MIN:
    case UMI_FN_MAX:
        *out = extreme(fn, a, b);
        return true;
    case UMI_FN_KNOWN:
    case UMI_FN_NONE:
        break;
    }
    assert(!"known() sees states, not values");
    return true;
}
