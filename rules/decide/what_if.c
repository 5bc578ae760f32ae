/* SPDX-License-Identifier: MIT
 * What would open a closed product: each fact that the applicant can alter is
 * moved alone, to the nearest value at which a full decision says eligible.
 * @source docs/eligibility.md, "What would help" */
#include "rules/decide/breakpoints_int.h"

#include <assert.h>
#include <stdlib.h>

enum {
    TRIALS_MAX = 400,  /* decisions for one fact of one product */
    HALVINGS_MAX = 130 /* more than any range has bits */
};

typedef struct attempt {
    umi_decider *d;
    size_t product;
    uint32_t slot;
    const umi_fact *fact;
    umi_decimal now, step;
    int trials;
    umi_value found;
    bool done; /* found holds an answer */
} attempt;

/* --- one value ----------------------------------------------------------- */

/* The product is eligible, and no product that is so today is closed. */
static bool opens(attempt *t)
{
    umi_decider *d = t->d;
    umi__rule_states(d, d->trial_states, d->trial, d->trial_scratch);
    if (umi__product_status(d, t->product, d->trial_states) !=
        UMI_VERDICT_ELIGIBLE)
        return false;
    for (size_t i = 0; i < d->rs->product_count; i++)
        if (d->products[i].status == UMI_VERDICT_ELIGIBLE &&
            umi__product_status(d, i, d->trial_states) == UMI_VERDICT_BLOCKED)
            return false;
    return true;
}

static umi_status try_value(attempt *t, umi_value v, bool *out)
{
    umi_decider *d = t->d;
    *out = false;
    if (++t->trials > TRIALS_MAX)
        return UMI_OK;
    memcpy(d->trial, d->slots, (d->rs->fact_count + 1) * sizeof *d->trial);
    d->trial[t->slot] = v;
    umi_status rc = umi__try(d);
    if (rc != UMI_OK)
        return rc;
    *out = opens(t);
    if (*out)
        t->found = v;
    return UMI_OK;
}

/* --- members ------------------------------------------------------------- */

static umi_status try_members(attempt *t)
{
    bool is_bool = t->fact->type.kind == UMI_KIND_BOOL;
    uint32_t n = is_bool ? 2 : t->fact->type.of->count;
    const umi_value *now = &t->d->slots[t->slot];
    for (uint32_t i = 0; i < n && !t->done; i++) {
        if (now->i == i)
            continue;
        umi_value v = is_bool ? umi_value_bool(i != 0)
                              : umi_value_enum(t->fact->type.of, i);
        umi_status rc = try_value(t, v, &t->done);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

/* --- numbers ------------------------------------------------------------- */

/* As a value of the fact; false when it cannot or may not be one. */
static bool admitted(const attempt *t, umi_decimal q, umi_value *out)
{
    const umi_fact *f = t->fact;
    int way = umi_decimal_cmp(q, t->now);
    if (way == 0 || (way > 0 && f->change == UMI_MOVE_DECREASE) ||
        (way < 0 && f->change == UMI_MOVE_INCREASE))
        return false;
    q = umi_decimal_reduce(q);
    if (f->type.kind == UMI_KIND_INT) {
        int64_t i;
        if (q.den != 1 || !umi_decimal_whole(&i, q))
            return false;
        *out = umi_value_int(i);
    } else {
        *out = umi_value_decimal(f->type.kind, q);
    }
    return umi_fact_admits(f, out);
}

static umi_decimal distance(umi_decimal a, umi_decimal b)
{
    umi_decimal d = {0, 1};
    if (!umi_decimal_sub(&d, a, b))
        return (umi_decimal){INT64_MAX, 1};
    if (d.num < 0)
        d.num = -d.num;
    return d;
}

typedef struct candidate {
    umi_decimal away; /* from what it is now */
    umi_value value;
} candidate;

static int nearest_first(const void *a, const void *b)
{
    const candidate *x = a, *y = b;
    return umi_decimal_cmp(x->away, y->away);
}

/* The multiples of the step around a breakpoint, two on each side. */
static size_t around(const attempt *t, umi_decimal at, candidate *out)
{
    umi_decimal k, q;
    size_t n = 0;
    if (!umi_decimal_div(&k, at, t->step) ||
        !umi_decimal_round(&k, k, 0, UMI_ROUND_FLOOR))
        return 0;
    for (int i = -1; i <= 2; i++) {
        umi_decimal turn;
        if (umi_decimal_add(&turn, k, umi_decimal_int(i)) &&
            umi_decimal_mul(&q, turn, t->step) &&
            admitted(t, q, &out[n].value)) {
            out[n].away = distance(q, t->now);
            n++;
        }
    }
    return n;
}

static umi_status try_breakpoints(attempt *t, const umi__breakpoints *b)
{
    candidate all[UMI__BREAKPOINTS_MAX * 4];
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        n += around(t, b->at[i], all + n);
    qsort(all, n, sizeof *all, nearest_first);
    for (size_t i = 0; i < n && !t->done; i++) {
        if (i > 0 && umi_value_equal(&all[i].value, &all[i - 1].value))
            continue;
        umi_status rc = try_value(t, all[i].value, &t->done);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

/* --- what cannot be solved ----------------------------------------------- */

/* Multiples of the step from low (not open) to high (open): halve. */
static umi_status halve(attempt *t, umi_decimal low, umi_decimal high)
{
    for (int i = 0; i < HALVINGS_MAX; i++) {
        umi_decimal sum, middle;
        umi_value v;
        bool open = false;
        if (!umi_decimal_add(&sum, low, high) ||
            !umi_decimal_div(&middle, sum, umi_decimal_int(2)) ||
            !umi_decimal_round(&middle, middle, 0, UMI_ROUND_FLOOR) ||
            umi_decimal_cmp(middle, low) == 0 ||
            umi_decimal_cmp(middle, high) == 0 ||
            !umi_decimal_mul(&sum, middle, t->step))
            return UMI_OK;
        if (admitted(t, sum, &v)) {
            umi_status rc = try_value(t, v, &open);
            if (rc != UMI_OK)
                return rc;
        }
        *(open ? &high : &low) = middle;
    }
    return UMI_OK;
}

/* If the far end of the range opens the product, the nearest value that does
 * so lies between, for a rule that turns once. */
static umi_status try_end(attempt *t, const umi_value *end, umi_round_mode mode)
{
    umi_decimal far =
        t->fact->type.kind == UMI_KIND_INT ? umi_decimal_int(end->i) : end->q;
    umi_decimal last, here, q;
    umi_value v;
    if (t->done || !umi_decimal_div(&last, far, t->step) ||
        !umi_decimal_round(&last, last, 0, mode) ||
        !umi_decimal_mul(&q, last, t->step) || !admitted(t, q, &v) ||
        !umi_decimal_div(&here, t->now, t->step) ||
        !umi_decimal_round(&here, here, 0, mode))
        return UMI_OK;
    umi_status rc = try_value(t, v, &t->done);
    return rc == UMI_OK && t->done ? halve(t, here, last) : rc;
}

/* --- one fact ------------------------------------------------------------ */

static umi_status try_number(attempt *t)
{
    const umi_value *now = &t->d->slots[t->slot];
    umi__breakpoints b;
    bool whole = t->fact->type.kind == UMI_KIND_INT;
    bool amount = whole || t->fact->type.kind == UMI_KIND_MONEY;
    t->now = whole ? umi_decimal_int(now->i) : now->q;
    t->step = t->fact->stepped ? t->fact->step
              : amount         ? umi_decimal_int(1)
                               : (umi_decimal){1, 10000};
    umi_status rc = umi__find_breakpoints(&b, t->d, t->product, t->slot);
    if (rc == UMI_OK)
        rc = try_breakpoints(t, &b);
    if (rc == UMI_OK && b.hard && t->fact->ranged) {
        rc = try_end(t, &t->fact->max, UMI_ROUND_FLOOR);
        if (rc == UMI_OK)
            rc = try_end(t, &t->fact->min, UMI_ROUND_CEIL);
    }
    return rc;
}

static umi_move direction(const attempt *t)
{
    if (t->fact->type.kind == UMI_KIND_BOOL ||
        t->fact->type.kind == UMI_KIND_ENUM)
        return UMI_MOVE_SET;
    umi_decimal q = t->fact->type.kind == UMI_KIND_INT
                        ? umi_decimal_int(t->found.i)
                        : t->found.q;
    return umi_decimal_cmp(q, t->now) > 0 ? UMI_MOVE_INCREASE
                                          : UMI_MOVE_DECREASE;
}

static umi_status try_fact(attempt *t)
{
    switch (t->fact->type.kind) {
    case UMI_KIND_BOOL:
    case UMI_KIND_ENUM:
        return try_members(t);
    case UMI_KIND_INT:
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
    case UMI_KIND_MONEY:
        return try_number(t);
    case UMI_KIND_ANY:
    case UMI_KIND_DATE:
    case UMI_KIND_STRING:
    case UMI_KIND_LIST:
        break;
    }
    return UMI_OK;
}

static umi_status try_product(umi_decider *d, size_t product, umi_what_if *room)
{
    umi_product_decision *out = &d->products[product];
    out->what_ifs = room;
    out->what_if_count = 0;
    for (uint32_t i = 0; i < d->rs->fact_count; i++) {
        attempt t = {
            .d = d, .product = product, .slot = i, .fact = &d->rs->facts[i]};
        if (t.fact->change == UMI_MOVE_NEVER || !t.fact->used ||
            d->slots[i].state != UMI_KNOWN)
            continue;
        umi_status rc = try_fact(&t);
        if (rc != UMI_OK)
            return rc;
        if (t.done)
            room[out->what_if_count++] =
                (umi_what_if){i, t.found, direction(&t)};
    }
    return UMI_OK;
}

umi_status umi_decision_what_if(const umi_decision *decision, umi_error *err)
{
    umi_decider *d = decision->decider;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < d->rs->product_count && rc == UMI_OK; i++) {
        if (d->products[i].status != UMI_VERDICT_BLOCKED &&
            d->products[i].status != UMI_VERDICT_REFER)
            continue;
        umi_what_if *room =
            umi_arena_array(d->texts, d->rs->fact_count + 1, sizeof *room);
        rc = room != NULL ? try_product(d, i, room) : UMI_ENOMEM;
    }
    if (rc != UMI_OK)
        return umi_fail(err, rc, "", "no memory for a decision");
    return UMI_OK;
}
