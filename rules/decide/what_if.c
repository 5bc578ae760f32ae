/* SPDX-License-Identifier: MIT
 * What would open a closed product: each fact that the applicant can alter is
 * moved alone, to the nearest value at which a full decision says eligible.
 * @source docs/eligibility.md, "What would help" */
#include "rules/decide/what_if_int.h"

#include <stdlib.h>

enum {
    HALVINGS_MAX = 130 /* more than any range has bits */
};

/* --- one value ----------------------------------------------------------- */

void umi__product_states(umi_decider *d, size_t product, umi__run run)
{
    const umi_rule_product *p = &d->rs->products[product];
    for (size_t i = 0; i < p->rule_count; i++)
        d->trial_states[p->rules[i]] =
            umi__rule_state(d, p->rules[i], run.slots, run.scratch);
}

static umi_verdict tried_status(umi_decider *d, size_t product)
{
    umi__product_states(d, product, (umi__run){d->trial, d->trial_scratch});
    return umi__product_status(d, product, d->trial_states);
}

/* The product is eligible, and no product that is so today is closed. */
static bool opens(umi_decider *d, size_t product)
{
    if (tried_status(d, product) != UMI_VERDICT_ELIGIBLE)
        return false;
    for (size_t i = 0; i < d->rs->product_count; i++)
        if (d->products[i].status == UMI_VERDICT_ELIGIBLE &&
            tried_status(d, i) == UMI_VERDICT_BLOCKED)
            return false;
    return true;
}

umi_status umi__attempt_value(umi__attempt *t, umi_value v)
{
    umi_decider *d = t->s->d;
    if (t->s->left == 0)
        return UMI_OK;
    t->s->left--;
    memcpy(d->trial, t->from.slots, (d->rs->fact_count + 1) * sizeof *d->trial);
    d->trial[t->slot] = v;
    umi_status rc = umi__try(d);
    if (rc == UMI_OK && opens(d, t->s->product)) {
        t->found = v;
        t->done = true;
    }
    return rc;
}

umi_status
umi__attempt_all(umi__attempt *t, const umi__candidate *all, size_t count)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < count && !t->done && rc == UMI_OK; i++)
        rc = umi__attempt_value(t, all[i].value);
    return rc;
}

/* --- numbers ------------------------------------------------------------- */

static umi_decimal number(const umi_value *v)
{
    return v->kind == UMI_KIND_INT ? umi_decimal_int(v->i) : v->q;
}

/* As a value of the fact; false when it cannot or may not be one. */
static bool admitted(const umi__attempt *t, umi_decimal q, umi_value *out)
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

/* Of two that are equally far the smaller one. */
static int nearest_first(const void *a, const void *b)
{
    const umi__candidate *x = a, *y = b;
    int way = umi_decimal_cmp(x->away, y->away);
    return way != 0 ? way
                    : umi_decimal_cmp(number(&x->value), number(&y->value));
}

/* How many steps make @p q, rounded. */
static bool
steps_of(umi_decimal *k, const umi__attempt *t, umi_decimal q, umi_round_mode m)
{
    return umi_decimal_div(k, q, t->step) && umi_decimal_round(k, *k, 0, m);
}

/* @p k steps and @p more as a candidate; how many it makes, 0 or 1. */
static size_t
add_steps(const umi__attempt *t, umi_decimal k, int more, umi__candidate *out)
{
    umi_decimal q;
    if (!umi_decimal_add(&k, k, umi_decimal_int(more)) ||
        !umi_decimal_mul(&q, k, t->step) || !admitted(t, q, &out->value))
        return 0;
    out->away = distance(q, t->now);
    return 1;
}

/* The multiples of the step around a breakpoint, two on each side. */
static size_t around(const umi__attempt *t, umi_decimal at, umi__candidate *out)
{
    umi_decimal k;
    size_t n = 0;
    if (steps_of(&k, t, at, UMI_ROUND_FLOOR))
        for (int i = -1; i <= 2; i++)
            n += add_steps(t, k, i, out + n);
    return n;
}

static size_t ends(const umi__attempt *t, umi__candidate *out)
{
    umi_decimal k;
    size_t n = 0;
    if (!t->fact->ranged)
        return 0;
    if (steps_of(&k, t, number(&t->fact->min), UMI_ROUND_CEIL))
        n += add_steps(t, k, 0, out);
    if (steps_of(&k, t, number(&t->fact->max), UMI_ROUND_FLOOR))
        n += add_steps(t, k, 0, out + n);
    return n;
}

static size_t numbers(umi__attempt *t, umi__candidate *out, bool with_ends)
{
    umi__breakpoints b;
    size_t n = 0, kept = 0;
    umi__find_breakpoints(&b, t->s->finder, t->from, t->s->product, t->slot);
    t->hard = b.hard;
    for (size_t i = 0; i < b.count; i++)
        n += around(t, b.at[i], out + n);
    if (with_ends)
        n += ends(t, out + n);
    qsort(out, n, sizeof *out, nearest_first);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || nearest_first(&out[kept - 1], &out[i]) != 0)
            out[kept++] = out[i];
    return kept;
}

/* --- candidates ---------------------------------------------------------- */

static bool is_number(const umi_fact *f)
{
    return umi_kind_number(f->type.kind) || f->type.kind == UMI_KIND_MONEY;
}

static size_t members(const umi__attempt *t, umi__candidate *out)
{
    bool is_bool = t->fact->type.kind == UMI_KIND_BOOL;
    uint32_t count = is_bool ? 2 : t->fact->type.of->count;
    size_t n = 0;
    for (uint32_t i = 0; i < count && n < UMI__CANDIDATES_MAX; i++)
        if (t->from.slots[t->slot].i != i)
            out[n++].value = is_bool ? umi_value_bool(i != 0)
                                     : umi_value_enum(t->fact->type.of, i);
    return n;
}

size_t umi__candidates(umi__attempt *t,
                       umi__candidate out[UMI__CANDIDATES_MAX],
                       bool with_ends)
{
    if (is_number(t->fact))
        return numbers(t, out, with_ends);
    return t->fact->type.kind == UMI_KIND_BOOL ||
                   t->fact->type.kind == UMI_KIND_ENUM
               ? members(t, out)
               : 0;
}

umi__attempt umi__attempt_at(umi__search *s, umi__run from, uint32_t slot)
{
    const umi_fact *f = &s->d->rs->facts[slot];
    umi__attempt t = {.s = s, .from = from, .slot = slot, .fact = f};
    if (!is_number(f))
        return t;
    bool amount =
        f->type.kind == UMI_KIND_INT || f->type.kind == UMI_KIND_MONEY;
    t.now = number(&from.slots[slot]);
    t.step = f->stepped ? f->step
             : amount   ? umi_decimal_int(1)
                        : (umi_decimal){1, 10000};
    return t;
}

umi_what_if umi__answer(const umi__attempt *t)
{
    umi_move moved = UMI_MOVE_SET;
    if (is_number(t->fact))
        moved = umi_decimal_cmp(number(&t->found), t->now) > 0
                    ? UMI_MOVE_INCREASE
                    : UMI_MOVE_DECREASE;
    return (umi_what_if){.fact = t->slot, .needed = t->found, .moved = moved};
}

/* --- what cannot be solved ----------------------------------------------- */

/* The fact opens the product at t->found: halve the way from where it is now,
 * for a rule that turns once. */
static umi_status halve(umi__attempt *t)
{
    umi_decimal low, high;
    umi_round_mode mode = umi_decimal_cmp(number(&t->found), t->now) > 0
                              ? UMI_ROUND_FLOOR
                              : UMI_ROUND_CEIL;
    umi_status rc = UMI_OK;
    if (!steps_of(&low, t, t->now, mode) ||
        !steps_of(&high, t, number(&t->found), mode))
        return UMI_OK;
    for (int i = 0; i < HALVINGS_MAX && rc == UMI_OK; i++) {
        umi_decimal sum, middle;
        umi__candidate c;
        if (!umi_decimal_add(&sum, low, high) ||
            !umi_decimal_div(&middle, sum, umi_decimal_int(2)) ||
            !umi_decimal_round(&middle, middle, 0, UMI_ROUND_FLOOR) ||
            umi_decimal_cmp(middle, low) == 0 ||
            umi_decimal_cmp(middle, high) == 0)
            break;
        t->done = false;
        if (add_steps(t, middle, 0, &c) == 1)
            rc = umi__attempt_value(t, c.value);
        *(t->done ? &high : &low) = middle;
    }
    t->done = true;
    return rc;
}

/* --- one fact ------------------------------------------------------------ */

static umi_status try_fact(umi__attempt *t)
{
    umi__candidate all[UMI__CANDIDATES_MAX];
    size_t n = umi__candidates(t, all, false);
    umi_status rc = umi__attempt_all(t, all, n);
    if (rc == UMI_OK && t->hard && !t->done) {
        n = ends(t, all);
        rc = umi__attempt_all(t, all, n);
    }
    return rc == UMI_OK && t->hard && t->done ? halve(t) : rc;
}

bool umi__may_move(const umi_decider *d, uint32_t slot)
{
    const umi_fact *f = &d->rs->facts[slot];
    return f->change != UMI_MOVE_NEVER && f->used &&
           d->slots[slot].state == UMI_KNOWN;
}

bool umi__may_help(const umi_decider *d,
                   size_t product,
                   const umi_rule_state *states,
                   uint32_t a,
                   uint32_t b)
{
    const umi_rule_product *p = &d->rs->products[product];
    for (size_t i = 0; i < p->rule_count; i++) {
        uint32_t r = p->rules[i];
        if (states[r] != UMI_RULE_PASS && states[r] != UMI_RULE_OFF &&
            d->rs->rules[r].severity != UMI_SEVERITY_WARN &&
            !umi__reaches(&d->reach->rules[r], a) &&
            !umi__reaches(&d->reach->rules[r], b))
            return false;
    }
    return true;
}

static umi_status find_facts(umi__search *s, size_t *count)
{
    umi_decider *d = s->d;
    umi_status rc = UMI_OK;
    *count = 0;
    for (uint32_t i = 0; i < d->rs->fact_count && rc == UMI_OK; i++) {
        if (!umi__may_move(d, i) ||
            !umi__may_help(d, s->product, d->states, i, i))
            continue;
        umi__attempt t =
            umi__attempt_at(s, (umi__run){d->slots, d->scratch}, i);
        s->left = UMI__TRIALS_MAX;
        rc = try_fact(&t);
        if (t.done)
            s->room[(*count)++] = umi__answer(&t);
    }
    return rc;
}

/* --- the whole ----------------------------------------------------------- */

static umi_status try_product(umi__search *s)
{
    umi_decider *d = s->d;
    umi_product_decision *out = &d->products[s->product];
    size_t n = d->rs->fact_count > 2 * UMI__PAIRS_MAX ? d->rs->fact_count
                                                      : 2 * UMI__PAIRS_MAX;
    s->room = umi_arena_array(d->texts, n, sizeof *s->room);
    out->what_ifs = s->room;
    if (s->room == NULL)
        return UMI_ENOMEM;
    umi_status rc = find_facts(s, &out->what_if_count);
    if (rc == UMI_OK && out->what_if_count == 0)
        rc = umi__find_pairs(s, &out->what_if_count);
    return rc;
}

umi_status umi_decision_what_if(const umi_decision *decision, umi_error *err)
{
    umi_decider *d = decision->decider;
    umi__search s = {.d = d};
    umi_status rc = umi__reach_ready(d);
    for (size_t i = 0; i < d->rs->product_count && rc == UMI_OK; i++) {
        if (d->products[i].status != UMI_VERDICT_BLOCKED &&
            d->products[i].status != UMI_VERDICT_REFER)
            continue;
        if (s.finder == NULL)
            s.finder = umi__finder_new(d);
        s.product = i;
        rc = s.finder != NULL ? try_product(&s) : UMI_ENOMEM;
    }
    if (rc != UMI_OK)
        return umi_fail(err, rc, "", "no memory for a decision");
    return UMI_OK;
}
