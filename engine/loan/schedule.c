/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

#include <assert.h>

typedef struct job {
    const umi_terms *t;
    umi_row *rows;
    umi_schedule result;
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

static umi_status build(void *self, umi_error *err)
{
    job *j = self;
    umi__plan p;
    umi__level_payment payment = {0};
    umi_schedule *s = &j->result;
    umi__plan_make(&p, j->t, j->rows);
    umi_status rc = rows_of(j->t)(&p, &payment, err);
    if (rc == UMI_OK)
        rc = umi__fees_add(&p, &s->withheld, err);
    if (rc == UMI_OK)
        rc = umi__dates_shift(j->t, j->rows, err);
    if (rc != UMI_OK)
        return rc;
    s->rows = j->rows;
    s->count = (size_t)p.n;
    s->has_payment = payment.has;
    s->payment = payment.amount;
    return add_up(s, j->t, err);
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
    job j = {.t = t, .rows = rows};
    rc = umi_exact_run(build, &j, err);
    if (rc == UMI_OK)
        *out = j.result;
    return rc;
}

umi_i128 umi_schedule_flat_rate(const umi_schedule *s, const umi_terms *t)
{
    static const int32_t unit_year[] = {
        [UMI_UNIT_DAY] = 365,
        [UMI_UNIT_WEEK] = 52,
        [UMI_UNIT_MONTH] = 12,
        [UMI_UNIT_YEAR] = 1,
    };
    bool pawn = t->method == UMI_PAWN;
    umi_i128 num = (umi_i128)s->interest.sen * 100000000;
    umi_i128 den = s->principal.sen;
    num *= pawn ? 365 : unit_year[t->unit];
    den *= pawn ? t->term_days : t->periods * t->every;
    umi_i128 q = num / den, rest = num % den;
    return q + (rest >= den - rest);
}
