/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <stdlib.h>

static int by_time(const void *x, const void *y)
{
    const umi_flow *a = x, *b = y;
    umi_i128 p = (umi_i128)a->num * b->den, q = (umi_i128)b->num * a->den;
    if (p != q)
        return p < q ? -1 : 1;
    int64_t m = (int64_t)a->odd * b->odd_den, n = (int64_t)b->odd * a->odd_den;
    return (m > n) - (m < n);
}

enum {
    DEN_MOST = 1 << 21 /* of one group: eu by dates needs 12 365 366 */
};

static int32_t group_of(umi__series *s, int64_t den)
{
    int32_t g = s->groups;
    while (g > 0 && s->dens[g - 1] != den)
        g--;
    if (g > 0)
        return g - 1;
    s->dens[s->groups] = (int32_t)den; /* two below 5000 multiplied */
    return s->groups++;
}

/* The least common denominator, or 0 when it is above DEN_MOST. */
static int32_t common_den(const umi_flow *flows, size_t count)
{
    int32_t den = 1;
    for (size_t j = 0; j < count; j++) {
        int32_t d = flows[j].den;
        if (d == den || den % d == 0)
            continue;
        int64_t all = den / umi_gcd(den, d) * d;
        if (all > DEN_MOST)
            return 0;
        den = (int32_t)all;
    }
    return den;
}

/* @p den is common to all terms, or 0. */
static umi_status make_room(
    umi__series *s, size_t count, int32_t den, umi_arena *arena, umi_error *err)
{
    s->terms = s->few;
    s->dens = &s->den;
    s->den = den;
    s->groups = den != 0;
    s->count = s->changes = 0;
    s->total = 0;
    s->odd = false;
    if (count > UMI__FEW)
        s->terms = umi_arena_array(arena, count, sizeof *s->terms);
    s->roots = NULL;
    if (den == 0) {
        s->dens = umi_arena_array(arena, count, sizeof *s->dens);
        s->roots = umi_arena_array(arena, count, sizeof *s->roots);
    }
    return s->terms != NULL && s->dens != NULL && (den != 0 || s->roots != NULL)
               ? UMI_OK
               : umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
}

/* Append a term at a/b - c/d. */
static umi__term *
add_term(umi__series *s, int64_t a, int32_t b, int64_t c, int32_t d)
{
    umi__term *term = &s->terms[s->count++];
    *term = (umi__term){.odd_den = 1};
    if (s->den != 0) {
        term->num = (b == s->den ? a : a * (s->den / b)) -
                    (d == s->den ? c : c * (s->den / d));
        return term;
    }
    umi_rate t = umi_rate_of(a * d - c * b, (int64_t)b * d);
    term->num = t.num;
    term->group = group_of(s, t.den);
    return term;
}

static void sort(umi_flow *flows, size_t count)
{
    size_t j = 1;
    while (j < count && by_time(&flows[j - 1], &flows[j]) <= 0)
        j++;
    if (j < count)
        qsort(flows, count, sizeof *flows, by_time);
}

/* What a term that is complete adds; one that became 0 is dropped. */
static void close_term(umi__series *s)
{
    umi__term *t = &s->terms[s->count - 1];
    if (t->amount == 0) {
        s->count--;
        return;
    }
    t->about = (double)t->amount;
    s->total += (umi_u128)(t->amount < 0 ? -t->amount : t->amount);
    s->odd = s->odd || t->odd != 0;
    s->changes += s->count > 1 && (t->amount < 0) != (t[-1].amount < 0);
}

/* Times are counted from the first flow that is not 0: a factor v^t before
 * all terms changes no rate. */
umi_status umi__series_of(umi__series *s,
                          const umi_rate_query *q,
                          umi_arena *arena,
                          umi_error *err)
{
    umi_status rc =
        make_room(s, q->count, common_den(q->flows, q->count), arena, err);
    if (rc != UMI_OK)
        return rc;
    sort(q->flows, q->count);
    const umi_flow *zero = NULL, *last = NULL;
    for (size_t j = 0; j < q->count; j++) {
        const umi_flow *f = &q->flows[j];
        if (f->amount.sen == 0)
            continue;
        zero = zero == NULL ? f : zero;
        if (last == NULL || by_time(last, f) != 0) {
            if (last != NULL)
                close_term(s);
            umi__term *t = add_term(s, f->num, f->den, zero->num, zero->den);
            t->odd = f->odd;
            t->odd_den = f->odd_den;
        }
        last = f;
        s->terms[s->count - 1].amount += f->amount.sen;
    }
    if (last != NULL)
        close_term(s);
    return UMI_OK;
}

umi_status umi__series_reverse(umi__series *out,
                               const umi__series *s,
                               umi_arena *arena,
                               umi_error *err)
{
    umi_status rc = make_room(out, s->count, s->den, arena, err);
    const umi__term *last = &s->terms[s->count - 1];
    for (size_t j = s->count; j-- > 0 && rc == UMI_OK;) {
        const umi__term *t = &s->terms[j];
        add_term(out, last->num, s->dens[last->group], t->num,
                 s->dens[t->group])
            ->amount = t->amount;
        close_term(out);
    }
    return rc;
}

umi_status umi__series_begin(
    umi__series *s, size_t count, int32_t den, umi_arena *arena, umi_error *err)
{
    return make_room(s, count, den, arena, err);
}

void umi__series_add(umi__series *s, int64_t num, umi_i128 amount)
{
    add_term(s, num, s->den, 0, s->den)->amount = amount;
    close_term(s);
}
