/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

#include <assert.h>

typedef struct job {
    const umi_terms *t;
    umi_row *rows;
    umi__level_payment payment;
} job;

static umi__rows_fn *rows_of(const umi_terms *t)
{
    switch (t->method) {
    case UMI_ANNUITY:
    case UMI_EQUAL_PRINCIPAL:
    case UMI_BULLET:
        return t->carry == UMI_CARRY_UNROUNDED ||
                       t->residue == UMI_RESIDUE_SPREAD
                   ? umi__rows_exact
                   : umi__rows_rounded;
    case UMI_FLAT:
    case UMI_FLAT_EQUIVALENT:
        return umi__rows_flat;
    case UMI_PAWN:
        return umi__rows_pawn;
    }
    assert(!"a method outside its enum");
    return NULL;
}

/* Totals, checked for what must hold whatever the terms are. */
static umi_status add_up(umi_schedule *s, const umi_terms *t, umi_error *err)
{
    umi_day before = t->disbursed;
    for (size_t i = 0; i < s->count; i++) {
        umi_row *r = &s->rows[i];
        assert(r->principal.sen >= 0 && r->interest.sen >= 0 &&
               r->fee.sen >= 0 && r->balance.sen >= 0);
        assert(r->due.n > before.n);
        before = r->due;
        if (!umi_money_add(&r->total, r->principal, r->interest) ||
            !umi_money_add(&r->total, r->total, r->fee) ||
            !umi_money_add(&s->principal, s->principal, r->principal) ||
            !umi_money_add(&s->interest, s->interest, r->interest) ||
            !umi_money_add(&s->fee, s->fee, r->fee) ||
            !umi_money_add(&s->total, s->total, r->total))
            return umi__too_large(err);
    }
    assert(s->principal.sen == t->principal.sen);
    assert(s->rows[s->count - 1].balance.sen == 0);
    return UMI_OK;
}

/* What comes on top of principal and interest, which stand. */
static umi_status finish(umi_schedule *s, const umi_terms *t, umi_error *err)
{
    umi_status rc = umi__fees_add(s->rows, t, &s->withheld, err);
    if (rc == UMI_OK)
        rc = umi__dates_shift(t, s->rows, err);
    s->principal = s->interest = s->fee = s->total = (umi_money){0};
    return rc == UMI_OK ? add_up(s, t, err) : rc;
}

static umi_status fill(void *self, umi_error *err)
{
    job *j = self;
    umi__plan p;
    umi__plan_make(&p, j->t, j->rows);
    return rows_of(j->t)(&p, &j->payment, err);
}

umi_status umi__schedule_general(umi_schedule *out,
                                 umi_row *rows,
                                 const umi_terms *t,
                                 umi_error *err)
{
    job j = {.t = t, .rows = rows};
    umi_status rc = umi_exact_run(fill, &j, err);
    umi_schedule s = {.rows = rows,
                      .count = umi_schedule_rows(t),
                      .has_payment = j.payment.has,
                      .payment = j.payment.amount};
    if (rc == UMI_OK)
        rc = finish(&s, t, err);
    if (rc == UMI_OK)
        *out = s;
    return rc;
}

umi_status umi_schedule_build(umi_schedule *out,
                              umi_row *rows,
                              size_t cap,
                              const umi_terms *t,
                              umi_error *err)
{
    umi_status rc = umi_terms_check(t, err);
    if (rc != UMI_OK)
        return rc;
    assert(cap >= umi_schedule_rows(t));
    bool bare = t->fee_count == 0 && t->shift == UMI_SHIFT_NONE;
    umi_schedule s, *to = bare ? out : &s;
    if (!umi__schedule_plain(to, rows, t))
        return umi__schedule_general(out, rows, t, err);
    if (!bare)
        rc = finish(to, t, err);
    if (!bare && rc == UMI_OK)
        *out = s;
    return rc;
}

umi_i128
umi__flat_rate(const umi_schedule *s, const umi_terms *t, int32_t parts)
{
    bool pawn = t->method == UMI_PAWN;
    umi_i128 num = (umi_i128)s->interest.sen * 100000000;
    umi_i128 den = (umi_i128)s->principal.sen * parts;
    num *= pawn ? 365 : umi__units_a_year(t->unit);
    den *= pawn ? t->term_days : t->periods * t->every;
    umi_i128 q = num / den, rest = num % den;
    return q + (rest >= den - rest);
}

umi_i128 umi_schedule_flat_rate(const umi_schedule *s, const umi_terms *t)
{
    return umi__flat_rate(s, t, 1);
}
