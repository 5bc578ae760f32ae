/* SPDX-License-Identifier: MIT */
#include "ledger/book/loan.h"

#include "ledger/book/fold.h"
#include "ledger/book/keys.h"

umi_status
umi_loan_find(umi_book *b, umi_text number, int64_t *loan, umi_error *err)
{
    umi_sip_key secret = umi_book_secret(b);
    umi_number_ask ask = {.key = umi_key_number(&secret, number),
                          .number = number};
    umi_status rc = umi_keys_numbers(b, &ask, 1, err);
    if (rc == UMI_OK && ask.loan == 0)
        rc = umi_fail(err, UMI_ENOENT, "loan", "there is no loan '%.*s'",
                      UMI_SHOW(number));
    if (rc == UMI_OK)
        *loan = ask.loan;
    return rc;
}

static umi_status read_rows(umi_loan_view *v,
                            umi_book *b,
                            int64_t loan,
                            umi_arena *arena,
                            umi_error *err)
{
    umi_store *s = umi_book_store(b);
    bool found, stated = false;
    umi_status rc = umi_store_read(s, &umi_loan_table, &loan, 1, &v->loan,
                                   &found, arena, err);
    if (rc == UMI_OK && !found)
        return umi_fail(err, UMI_ENOENT, "loan", "there is no loan %lld",
                        (long long)loan);
    if (rc == UMI_OK)
        rc = umi_store_read(s, &umi_loan_state_table, &loan, 1, &v->state,
                            &stated, arena, err);
    if (rc == UMI_OK && !stated)
        rc = umi_fail(err, UMI_EDAMAGED, "", "loan %lld has no state",
                      (long long)loan);
    return rc;
}

static umi_status
read_person(umi_loan_view *v, umi_book *b, umi_arena *arena, umi_error *err)
{
    umi_person p;
    bool found;
    umi_status rc = umi_store_read(umi_book_store(b), &umi_person_table,
                                   &v->loan.person, 1, &p, &found, arena, err);
    if (rc == UMI_OK)
        v->borrower = found ? p.name : UMI_TEXT(""); /* erased */
    return rc;
}

static umi_status read_terms(umi_loan_view *v,
                             umi_book *b,
                             umi_deals *deals,
                             umi_arena *arena,
                             umi_error *err)
{
    const umi_frame *f;
    umi_day from = v->state.disbursed;
    umi_status rc = umi_deals_frame(deals, v->state.terms, &f, err);
    if (rc != UMI_OK)
        return rc;
    if (from.n == UMI_NONE32)
        from = umi_book_business_date(b);
    v->policy = f->policy;
    v->terms = umi_frame_terms(f, v->state.principal, from, v->state.first_due);
    rc = umi_deal_schedule(&v->schedule, &v->terms, arena, err);
    if (rc == UMI_ENOMEM)
        return rc;
    return rc == UMI_OK ? rc
                        : umi_fail(err, UMI_EDAMAGED, "",
                                   "the terms of loan %lld make no schedule",
                                   (long long)v->loan.id);
}

/* The terms borrow texts of the frame: copy what outlives it. */
static umi_status keep_fees(umi_terms *t, umi_arena *arena, umi_error *err)
{
    umi_fee *fees = umi_arena_array(arena, t->fee_count, sizeof *fees);
    umi_step *steps = umi_arena_array(arena, t->step_count, sizeof *steps);
    umi_tranche *tranches =
        umi_arena_array(arena, t->tranche_count, sizeof *tranches);
    if (fees == NULL || steps == NULL || tranches == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < t->fee_count; i++) {
        fees[i] = t->fees[i];
        fees[i].code.ptr =
            umi_arena_copy(arena, fees[i].code.ptr, fees[i].code.len);
        if (fees[i].code.ptr == NULL)
            return umi_fail_memory(err);
    }
    if (t->step_count > 0)
        memcpy(steps, t->steps, t->step_count * sizeof *steps);
    if (t->tranche_count > 0)
        memcpy(tranches, t->tranches, t->tranche_count * sizeof *tranches);
    t->fees = fees;
    t->steps = steps;
    t->tranches = t->tranche_count ? tranches : NULL;
    return UMI_OK;
}

static umi_status replay(umi_loan_view *v, umi_arena *arena, umi_error *err)
{
    umi_refold r;
    if (v->state.status == UMI_LOAN_BOOKED)
        return UMI_OK; /* no money is out: it owes nothing */
    umi_status rc =
        umi_fold_replay(&r, &v->loan, &v->policy, &v->schedule, v->txns,
                        v->txn_count, v->as_of, arena, err);
    if (rc == UMI_OK)
        v->life = r.life;
    return rc;
}

umi_status umi_loan_view_of(umi_loan_view *out,
                            umi_book *b,
                            int64_t loan,
                            umi_day as_of,
                            umi_arena *arena,
                            umi_error *err)
{
    umi_loan_view v = {.as_of = as_of};
    umi_deals *deals = NULL;
    umi_status rc = umi_deals_new(&deals, b, err);
    if (rc == UMI_OK)
        rc = read_rows(&v, b, loan, arena, err);
    if (rc == UMI_OK)
        rc = read_person(&v, b, arena, err);
    if (rc == UMI_OK)
        rc = read_terms(&v, b, deals, arena, err);
    if (rc == UMI_OK)
        rc = keep_fees(&v.terms, arena, err);
    umi_deals_free(deals);
    if (rc == UMI_OK)
        rc = umi_fold_history(b, loan, v.state.last_txn, &v.txns, &v.txn_count,
                              arena, err);
    if (rc == UMI_OK)
        rc = replay(&v, arena, err);
    if (rc != UMI_OK)
        return rc;
    v.product = umi_book_word(b, v.loan.product);
    v.branch = umi_book_word(b, v.loan.branch);
    *out = v;
    return UMI_OK;
}
