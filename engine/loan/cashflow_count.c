/* SPDX-License-Identifier: MIT */
#include "engine/loan/cashflow_int.h"

#include <math.h>

enum {
    WORK = 1 << 22 /* terms looked at, those with big numbers many times */
};

typedef struct counting {
    umi__count found;
    size_t work;
    umi_arena *arena;
    umi_error *err;
} counting;

/* All exponents over their greatest common divisor: 1 + i becomes its power
 * by *num / *den. */
static umi_status stretch(umi__series *out, const umi__series *s, counting *c)
{
    int64_t divisor = 0;
    for (size_t j = 0; j < s->count; j++)
        divisor = umi_gcd(divisor, s->terms[j].num);
    umi_status rc = umi__series_begin(out, s->count, 1, c->arena, c->err);
    for (size_t j = 0; j < s->count && rc == UMI_OK; j++)
        umi__series_add(out, s->terms[j].num / divisor, s->terms[j].amount);
    c->found.num = divisor;
    c->found.den = s->den;
    return rc;
}

static void add(counting *c, int rates, double low, double high, bool back)
{
    c->found.rates += rates;
    c->found.low = back ? log(low) : -log(high);
    c->found.high = back ? log(high) : -log(low);
}

/* The rates of one side; *again when the series was divided and all is to be
 * counted again. */
static umi_status one_side(counting *c,
                           const umi__series *s,
                           bool back,
                           umi__series *divided,
                           bool *again)
{
    umi__walk w;
    int64_t p, q;
    umi__walk_begin(&w, s, c->work, c->arena);
    for (;;) {
        int before = w.rates;
        umi__walk_on(&w);
        c->work = w.work;
        if (w.failed)
            return umi_fail(c->err, UMI_ENOMEM, "", "no memory for cash flows");
        if (w.rates > before)
            add(c, w.rates - before, w.low, w.high, back);
        if (w.lost && c->found.rates < 2)
            c->found.rates = -1;
        if (w.done || c->found.rates > 1)
            return UMI_OK;
        umi_status rc =
            umi__spot_divide(again, divided, &p, &q, &w, c->arena, c->err);
        if (*again) {
            c->found.p = back ? q : p;
            c->found.q = back ? p : q;
        }
        if (rc != UMI_OK || *again)
            return rc;
    }
}

static bool sums_to_zero(const umi__series *s)
{
    umi_i128 sum = 0;
    for (size_t j = 0; j < s->count; j++)
        sum += s->terms[j].amount;
    return sum == 0;
}

static umi_status
both_sides(counting *c, const umi__series *s, umi__series *divided, bool *again)
{
    umi__series back, turned;
    umi_status rc = one_side(c, s, false, divided, again);
    if (rc != UMI_OK || *again || c->found.rates < 0 || c->found.rates > 1)
        return rc;
    rc = umi__series_reverse(&back, s, c->arena, c->err);
    if (rc == UMI_OK)
        rc = one_side(c, &back, true, &turned, again);
    if (rc == UMI_OK && *again)
        rc = umi__series_reverse(divided, &turned, c->arena, c->err);
    return rc;
}

/* Each turn either counts all or divides by one rate and its repetitions. */
static umi_status count_all(counting *c, const umi__series *s)
{
    umi__series divided[2];
    for (int exact = 0; exact < 2; exact++) {
        bool again = false;
        c->found.rates = exact;
        if (exact > 0 && s->changes == 0)
            return UMI_OK;
        if (sums_to_zero(s)) {
            c->found.rates++;
            c->found.p = c->found.q = 1;
        }
        umi_status rc = both_sides(c, s, &divided[exact], &again);
        if (rc != UMI_OK || !again)
            return rc;
        s = &divided[exact];
    }
    c->found.rates = 2;
    return UMI_OK;
}

umi_status umi__series_count(umi__count *out,
                             const umi__series *s,
                             umi_arena *arena,
                             umi_error *err)
{
    counting c = {.work = WORK, .arena = arena, .err = err};
    umi__series whole;
    umi_status rc = UMI_OK;
    if (s->den != 0)
        rc = stretch(&whole, s, &c);
    if (rc == UMI_OK)
        rc = count_all(&c, s->den != 0 ? &whole : s);
    double years =
        c.found.den > 0 ? (double)c.found.den / (double)c.found.num : 1;
    c.found.low *= years;
    c.found.high *= years;
    if (rc == UMI_OK)
        *out = c.found;
    return rc;
}
