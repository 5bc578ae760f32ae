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

static size_t group_of(umi__series *s, int64_t den)
{
    size_t g = s->groups;
    while (g > 0 && s->dens[g - 1] != den)
        g--;
    if (g > 0)
        return g - 1;
    s->dens[s->groups] = (int32_t)den; /* two below 5000 multiplied */
    return s->groups++;
}

static umi_status
make_room(umi__series *s, size_t count, umi_arena *arena, umi_error *err)
{
    *s = (umi__series){0};
    s->terms = umi_arena_array(arena, count, sizeof *s->terms);
    s->dens = umi_arena_array(arena, count, sizeof *s->dens);
    return s->terms != NULL && s->dens != NULL
               ? UMI_OK
               : umi_fail(err, UMI_ENOMEM, "", "no memory for cash flows");
}

/* Append a term at a/b - c/d. */
static umi__term *
add_term(umi__series *s, int64_t a, int64_t b, int64_t c, int64_t d)
{
    umi_rate t = c == 0 ? umi_rate_of(a, b) : umi_rate_of(a * d - c * b, b * d);
    umi__term *term = &s->terms[s->count++];
    *term =
        (umi__term){.num = t.num, .group = group_of(s, t.den), .odd_den = 1};
    return term;
}

static void drop_nothing(umi__series *s)
{
    if (s->count > 0 && s->terms[s->count - 1].amount == 0)
        s->count--;
}

/* Times are counted from the first flow that is not 0: a factor v^t before
 * all terms changes no rate. */
umi_status umi__series_of(umi__series *s,
                          const umi_rate_query *q,
                          umi_arena *arena,
                          umi_error *err)
{
    umi_status rc = make_room(s, q->count, arena, err);
    if (rc != UMI_OK)
        return rc;
    qsort(q->flows, q->count, sizeof *q->flows, by_time);
    const umi_flow *zero = NULL, *last = NULL;
    for (size_t j = 0; j < q->count; j++) {
        const umi_flow *f = &q->flows[j];
        if (f->amount.sen == 0)
            continue;
        zero = zero == NULL ? f : zero;
        if (last == NULL || by_time(last, f) != 0) {
            drop_nothing(s);
            umi__term *t = add_term(s, f->num, f->den, zero->num, zero->den);
            t->odd = f->odd;
            t->odd_den = f->odd_den;
        }
        last = f;
        s->terms[s->count - 1].amount += f->amount.sen;
    }
    drop_nothing(s);
    for (size_t j = 1; j < s->count; j++)
        s->changes += (s->terms[j].amount < 0) != (s->terms[j - 1].amount < 0);
    return UMI_OK;
}

umi_status umi__series_reverse(umi__series *out,
                               const umi__series *s,
                               umi_arena *arena,
                               umi_error *err)
{
    umi_status rc = make_room(out, s->count, arena, err);
    const umi__term *last = &s->terms[s->count - 1];
    for (size_t j = s->count; j-- > 0 && rc == UMI_OK;) {
        const umi__term *t = &s->terms[j];
        add_term(out, last->num, s->dens[last->group], t->num,
                 s->dens[t->group])
            ->amount = t->amount;
    }
    out->changes = s->changes;
    return rc;
}
