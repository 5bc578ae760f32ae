/* SPDX-License-Identifier: MIT */
#include "tests/support/expr_model.h"

#include <assert.h>
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct world {
    const umi_value *slots, *params;
    umi_arena *arena;
} world;

static umi_value eval(const world *w, const umi_node *n);

static umi_value fault(umi_fault f)
{
    return umi_value_fault(f);
}

static bool is_q(const umi_value *v)
{
    return v->kind == UMI_KIND_DECIMAL || v->kind == UMI_KIND_RATE ||
           v->kind == UMI_KIND_MONEY;
}

static bool is_number(const umi_value *v)
{
    return v->kind == UMI_KIND_INT || v->kind == UMI_KIND_DECIMAL ||
           v->kind == UMI_KIND_RATE;
}

/* --- between umi_decimal and GMP --------------------------------------- */

static void set_whole(mpz_t z, umi_i128 v)
{
    umi_u128 m = v < 0 ? -(umi_u128)v : (umi_u128)v;
    mpz_set_ui(z, (unsigned long)(m >> 64));
    mpz_mul_2exp(z, z, 64);
    mpz_add_ui(z, z, (unsigned long)m);
    if (v < 0)
        mpz_neg(z, z);
}

static void set_number(mpq_t q, const umi_value *v)
{
    if (v->kind == UMI_KIND_INT) {
        set_whole(mpq_numref(q), v->i);
        mpz_set_ui(mpq_denref(q), 1);
    } else {
        set_whole(mpq_numref(q), v->q.num);
        set_whole(mpq_denref(q), v->q.den);
    }
    mpq_canonicalize(q);
}

static umi_i128 get_whole(const mpz_t z)
{
    mpz_t high;
    mpz_init(high);
    mpz_tdiv_q_2exp(high, z, 64);
    umi_u128 m = (umi_u128)mpz_get_ui(high) << 64 | mpz_get_ui(z);
    mpz_clear(high);
    return mpz_sgn(z) < 0 ? -(umi_i128)m : (umi_i128)m;
}

/* What is beyond 10^38 is an error. */
static umi_value number(umi_kind kind, const mpq_t q)
{
    mpz_t limit;
    mpz_init(limit);
    mpz_ui_pow_ui(limit, 10, 38);
    bool fits = mpz_cmpabs(mpq_numref(q), limit) <= 0 &&
                mpz_cmpabs(mpq_denref(q), limit) <= 0;
    mpz_clear(limit);
    if (!fits)
        return fault(UMI_FAULT_DIGITS);
    umi_decimal d = {get_whole(mpq_numref(q)), get_whole(mpq_denref(q))};
    return umi_value_decimal(kind, d);
}

static int compare(const umi_value *a, const umi_value *b)
{
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    set_number(x, a);
    set_number(y, b);
    int c = mpq_cmp(x, y);
    mpq_clears(x, y, NULL);
    return (c > 0) - (c < 0);
}

/* --- operators on known values ----------------------------------------- */

static umi_value
decimals(umi_op op, umi_kind kind, const umi_value *a, const umi_value *b)
{
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    set_number(x, a);
    set_number(y, b);
    umi_value v = fault(UMI_FAULT_ZERO);
    if (op == UMI_OP_ADD)
        mpq_add(x, x, y);
    else if (op == UMI_OP_SUB)
        mpq_sub(x, x, y);
    else if (op == UMI_OP_MUL)
        mpq_mul(x, x, y);
    else if (mpq_sgn(y) != 0)
        mpq_div(x, x, y);
    if (op != UMI_OP_DIV || mpq_sgn(y) != 0)
        v = number(kind, x);
    mpq_clears(x, y, NULL);
    return v;
}

static umi_value ints(umi_op op, int64_t a, int64_t b)
{
    umi_i128 v;
    if ((op == UMI_OP_DIV || op == UMI_OP_MOD) && b == 0)
        return fault(UMI_FAULT_ZERO);
    v = op == UMI_OP_ADD   ? (umi_i128)a + b
        : op == UMI_OP_SUB ? (umi_i128)a - b
        : op == UMI_OP_MUL ? (umi_i128)a * b
        : op == UMI_OP_DIV ? (umi_i128)a / b
                           : (umi_i128)a % b;
    return v < INT64_MIN || v > INT64_MAX ? fault(UMI_FAULT_OVERFLOW)
                                          : umi_value_int((int64_t)v);
}

static umi_value glue(const world *w, umi_text a, umi_text b)
{
    if (a.len + b.len > UMI_TEXT_LONGEST)
        return fault(UMI_FAULT_LONG);
    char *p = umi_arena_alloc(w->arena, a.len + b.len + 1);
    assert(p != NULL);
    if (a.len > 0)
        memcpy(p, a.ptr, a.len);
    if (b.len > 0)
        memcpy(p + a.len, b.ptr, b.len);
    return umi_value_string((umi_text){p, a.len + b.len});
}

static umi_value
both_lists(const world *w, const umi_value *a, const umi_value *b)
{
    size_t n = a->list.count, m = b->list.count;
    umi_value *v = umi_arena_array(w->arena, n + m, sizeof *v);
    assert(v != NULL);
    if (n + m > UMI_LIST_LONGEST)
        return fault(UMI_FAULT_LONG);
    for (size_t i = 0; i < n + m; i++)
        v[i] = i < n ? a->list.items[i] : b->list.items[i - n];
    return (umi_value){.kind = UMI_KIND_LIST, .list = {v, n + m}};
}

static umi_kind term_kind(const umi_value *a, const umi_value *b)
{
    if (a->kind == b->kind)
        return (umi_kind)a->kind;
    return UMI_KIND_DECIMAL;
}

static umi_kind scaled_kind(umi_op op, const umi_value *a, const umi_value *b)
{
    bool money_a = a->kind == UMI_KIND_MONEY,
         money_b = b->kind == UMI_KIND_MONEY;
    bool rate_a = a->kind == UMI_KIND_RATE, rate_b = b->kind == UMI_KIND_RATE;
    if (money_a != money_b)
        return UMI_KIND_MONEY;
    if (rate_a != rate_b && (op == UMI_OP_MUL || rate_a))
        return UMI_KIND_RATE;
    return UMI_KIND_DECIMAL;
}

static umi_value
reckon(const world *w, umi_op op, const umi_value *a, const umi_value *b)
{
    if (a->kind == UMI_KIND_INT && b->kind == UMI_KIND_INT)
        return ints(op, a->i, b->i);
    if (a->kind == UMI_KIND_STRING)
        return glue(w, a->text, b->text);
    if (a->kind == UMI_KIND_LIST)
        return both_lists(w, a, b);
    assert(op != UMI_OP_MOD);
    return decimals(op,
                    op == UMI_OP_ADD || op == UMI_OP_SUB
                        ? term_kind(a, b)
                        : scaled_kind(op, a, b),
                    a, b);
}

static int order(const umi_value *a, const umi_value *b)
{
    if (is_number(a) || is_q(a))
        return compare(a, b);
    if (a->kind == UMI_KIND_STRING) {
        size_t n = a->text.len < b->text.len ? a->text.len : b->text.len;
        int c = n ? memcmp(a->text.ptr, b->text.ptr, n) : 0;
        return c ? (c > 0) - (c < 0)
                 : (a->text.len > b->text.len) - (a->text.len < b->text.len);
    }
    return (a->i > b->i) - (a->i < b->i);
}

static bool same(const umi_value *a, const umi_value *b)
{
    if (a->kind == UMI_KIND_LIST) {
        if (a->list.count != b->list.count)
            return false;
        for (size_t i = 0; i < a->list.count; i++)
            if (!same(&a->list.items[i], &b->list.items[i]))
                return false;
        return true;
    }
    return order(a, b) == 0;
}

static umi_value relate(umi_op op, const umi_value *a, const umi_value *b)
{
    if (op == UMI_OP_EQ || op == UMI_OP_NE)
        return umi_value_bool(same(a, b) == (op == UMI_OP_EQ));
    int c = order(a, b);
    return umi_value_bool(
        (op == UMI_OP_LT && c < 0) || (op == UMI_OP_LE && c <= 0) ||
        (op == UMI_OP_GT && c > 0) || (op == UMI_OP_GE && c >= 0));
}

static umi_value within(const umi_value *a, const umi_value *list)
{
    for (size_t i = 0; i < list->list.count; i++)
        if (same(a, &list->list.items[i]))
            return umi_value_bool(true);
    return umi_value_bool(false);
}

/* --- functions on known values ----------------------------------------- */

/* q rounded to a whole number; the mode as an author calls it. */
static void settle(mpz_t out, const mpq_t q, umi_fn fn)
{
    mpz_t down, rest, twice;
    mpz_inits(down, rest, twice, NULL);
    mpz_fdiv_qr(down, rest, mpq_numref(q), mpq_denref(q));
    mpz_mul_2exp(twice, rest, 1);
    int half = mpz_cmp(twice, mpq_denref(q)), minus = mpq_sgn(q) < 0;
    bool exact = mpz_sgn(rest) == 0, up = false; /* up: towards plus */
    switch ((int)fn) {
    case UMI_FN_FLOOR:
        break;
    case UMI_FN_CEIL:
        up = !exact;
        break;
    case UMI_FN_ROUND_UP:
        up = !exact && !minus;
        break;
    case UMI_FN_ROUND_DOWN:
        up = !exact && minus;
        break;
    case UMI_FN_ROUND_HALF_UP:
        up = half > 0 || (half == 0 && !minus);
        break;
    case UMI_FN_ROUND_HALF_DOWN:
        up = half > 0 || (half == 0 && minus);
        break;
    case UMI_FN_ROUND_HALF_EVEN:
        up = half > 0 || (half == 0 && mpz_odd_p(down));
        break;
    default:
        abort();
    }
    mpz_set(out, down);
    if (up)
        mpz_add_ui(out, out, 1);
    mpz_clears(down, rest, twice, NULL);
}

static umi_value round_to(umi_fn fn, const umi_value *a, int64_t scale)
{
    mpq_t q, p;
    if (scale < -38 || scale > 38)
        return fault(UMI_FAULT_SCALE);
    mpq_inits(q, p, NULL);
    set_number(q, a);
    mpz_ui_pow_ui(mpq_numref(p), 10, (unsigned long)llabs(scale));
    if (scale < 0)
        mpq_inv(p, p);
    mpq_mul(q, q, p);
    settle(mpq_numref(q), q, fn);
    mpz_set_ui(mpq_denref(q), 1);
    mpq_div(q, q, p);
    umi_value v = number(
        a->kind == UMI_KIND_MONEY ? UMI_KIND_MONEY : UMI_KIND_DECIMAL, q);
    mpq_clears(q, p, NULL);
    return v;
}

static umi_value whole_part(const umi_value *a)
{
    umi_i128 q = a->kind == UMI_KIND_INT ? a->i : a->q.num / a->q.den;
    return q < INT64_MIN || q > INT64_MAX ? fault(UMI_FAULT_OVERFLOW)
                                          : umi_value_int((int64_t)q);
}

static umi_value
extreme(const umi_node *n, const umi_value *a, const umi_value *b)
{
    int c = order(a, b);
    umi_value v = (n->fn == UMI_FN_MIN ? c <= 0 : c >= 0) ? *a : *b;
    return umi_value_as(n->type.kind, &v);
}

static bool part_at(umi_text t, umi_text part, size_t at)
{
    return at + part.len <= t.len &&
           (part.len == 0 || memcmp(t.ptr + at, part.ptr, part.len) == 0);
}

static umi_value part_of(umi_fn fn, umi_text t, umi_text part)
{
    bool found = false;
    if (fn == UMI_FN_STARTS_WITH)
        found = part_at(t, part, 0);
    else if (fn == UMI_FN_ENDS_WITH)
        found = t.len >= part.len && part_at(t, part, t.len - part.len);
    else
        for (size_t i = 0; i <= t.len; i++)
            found |= part_at(t, part, i);
    return umi_value_bool(found);
}

static umi_value as_text(const world *w, const umi_value *a)
{
    umi_buf b = {0};
    umi_buf_value(&b, a);
    umi_value v = glue(w, umi_buf_as_text(&b), (umi_text){NULL, 0});
    umi_buf_free(&b);
    return v;
}

static umi_value
call(const world *w, const umi_node *n, const umi_value *a, const umi_value *b)
{
    umi_day from = {(int32_t)a->i}, to = {b ? (int32_t)b->i : 0};
    switch (n->fn) {
    case UMI_FN_SIZE:
        return umi_value_int(a->kind == UMI_KIND_LIST
                                 ? (int64_t)a->list.count
                                 : (int64_t)umi_text_points(a->text));
    case UMI_FN_CONTAINS:
    case UMI_FN_STARTS_WITH:
    case UMI_FN_ENDS_WITH:
        return part_of(n->fn, a->text, b->text);
    case UMI_FN_INT:
        return whole_part(a);
    case UMI_FN_STRING:
        return as_text(w, a);
    case UMI_FN_YEARS_BETWEEN:
        return umi_value_int(umi_years_between(from, to));
    case UMI_FN_MONTHS_BETWEEN:
        return umi_value_int(umi_months_between(from, to));
    case UMI_FN_DAYS_BETWEEN:
        return umi_value_int(b->i - a->i);
    case UMI_FN_DATE: {
        umi_value v;
        return umi_value_day_parse(&v, a->text) ? v : fault(UMI_FAULT_DATE);
    }
    case UMI_FN_ROUND_HALF_UP:
    case UMI_FN_ROUND_HALF_EVEN:
    case UMI_FN_ROUND_HALF_DOWN:
    case UMI_FN_ROUND_UP:
    case UMI_FN_ROUND_DOWN:
    case UMI_FN_FLOOR:
    case UMI_FN_CEIL:
        return round_to(n->fn, a, b->i);
    case UMI_FN_MIN:
    case UMI_FN_MAX:
        return extreme(n, a, b);
    case UMI_FN_BOOL:
    case UMI_FN_KNOWN:
    case UMI_FN_NONE:
        break;
    }
    abort();
}

/* --- three values ------------------------------------------------------ */

/* Unknown if anything is, with all the names; else the first error. */
static bool open_or_error(umi_value *out, const umi_value *v, size_t n)
{
    umi_value all = {.state = UMI_KNOWN};
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; v[i].state == UMI_UNKNOWN && k < 4; k++)
            all.unknown[k] |= v[i].unknown[k];
        if (v[i].state == UMI_UNKNOWN)
            all.state = UMI_UNKNOWN;
    }
    for (size_t i = 0; i < n && all.state == UMI_KNOWN; i++)
        if (v[i].state == UMI_ERROR)
            all = v[i];
    *out = all;
    return all.state != UMI_KNOWN;
}

static umi_value logic(const world *w, const umi_node *n)
{
    umi_value v[2] = {eval(w, n->args[0]), eval(w, n->args[1])}, out;
    bool decides = n->op == UMI_OP_OR;
    for (int i = 0; i < 2; i++)
        if (v[i].state == UMI_KNOWN && (v[i].i != 0) == decides)
            return umi_value_bool(decides);
    return open_or_error(&out, v, 2) ? out : umi_value_bool(!decides);
}

static umi_value cond(const world *w, const umi_node *n)
{
    umi_value c = eval(w, n->args[0]), v[3], out;
    if (c.state == UMI_ERROR)
        return c;
    v[0] = c;
    for (int i = 1; i < 3; i++) {
        v[i] = eval(w, n->args[i]);
        if (v[i].state == UMI_KNOWN)
            v[i] = umi_value_as(n->type.kind, &v[i]);
    }
    if (c.state == UMI_KNOWN)
        return v[c.i ? 1 : 2];
    if (v[1].state == UMI_KNOWN && v[2].state == UMI_KNOWN &&
        same(&v[1], &v[2]))
        return v[1];
    (void)open_or_error(&out, v, 3);
    return out;
}

static umi_value list(const world *w, const umi_node *n)
{
    umi_value *v = umi_arena_array(w->arena, n->count, sizeof *v), out;
    assert(v != NULL);
    for (uint32_t i = 0; i < n->count; i++)
        v[i] = eval(w, n->args[i]);
    if (open_or_error(&out, v, n->count))
        return out;
    return (umi_value){.kind = UMI_KIND_LIST, .list = {v, n->count}};
}

static umi_value strict(const world *w, const umi_node *n)
{
    umi_value v[2], out;
    for (uint32_t i = 0; i < n->count; i++)
        v[i] = eval(w, n->args[i]);
    if (open_or_error(&out, v, n->count))
        return out;
    if (n->op == UMI_OP_CALL)
        return call(w, n, &v[0], n->count > 1 ? &v[1] : NULL);
    if (n->op == UMI_OP_NOT)
        return umi_value_bool(!v[0].i);
    if (n->op == UMI_OP_NEG) {
        umi_value zero = v[0];
        zero.i = 0;
        zero.q = is_q(&v[0]) ? (umi_decimal){0, 1} : zero.q;
        return reckon(w, UMI_OP_SUB, &zero, &v[0]);
    }
    if (n->op == UMI_OP_IN)
        return within(&v[0], &v[1]);
    if (n->op == UMI_OP_INDEX)
        return v[1].i < 0 || (size_t)v[1].i >= v[0].list.count
                   ? fault(UMI_FAULT_INDEX)
                   : v[0].list.items[v[1].i];
    if (n->op >= UMI_OP_EQ && n->op <= UMI_OP_GE)
        return relate(n->op, &v[0], &v[1]);
    return reckon(w, n->op, &v[0], &v[1]);
}

static umi_value eval(const world *w, const umi_node *n)
{
    if (n->op == UMI_OP_CONST)
        return n->value;
    if (n->op == UMI_OP_NAME)
        return n->name->kind == UMI_NAME_PARAM ? w->params[n->name->slot]
                                               : w->slots[n->name->slot];
    if (n->op == UMI_OP_AND || n->op == UMI_OP_OR)
        return logic(w, n);
    if (n->op == UMI_OP_COND)
        return cond(w, n);
    if (n->op == UMI_OP_LIST)
        return list(w, n);
    if (n->op == UMI_OP_CALL && n->fn == UMI_FN_KNOWN)
        return umi_value_bool(eval(w, n->args[0]).state == UMI_KNOWN);
    return strict(w, n);
}

umi_value model_eval(const umi_node *n,
                     const umi_value *slots,
                     const umi_value *params,
                     umi_arena *arena)
{
    world w = {slots, params, arena};
    return eval(&w, n);
}
