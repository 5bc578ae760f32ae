/* SPDX-License-Identifier: MIT */
#include "ledger/desk/repay.h"

#include "ledger/desk/repay_int.h"

umi_status umi_repay(umi_booked *out,
                     umi_desk *desk,
                     const umi_repay_ask *ask,
                     umi_error *err)
{
    umi_booking booking = {.kind = UMI_TXN_REPAYMENT,
                           .day = ask->day,
                           .amount = ask->amount,
                           .due = {UMI_NONE32},
                           .channel = ask->channel,
                           .reference = ask->reference};
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("repay"),
                               .booked = umi_book_business_date(desk->book),
                               .bookings = &booking,
                               .count = 1};
    umi_status rc = umi_loan_find(desk->book, ask->loan, &booking.loan, err);
    return rc == UMI_OK ? umi_book_enter(desk->book, &act, out, NULL, err) : rc;
}

/* --- redemption --------------------------------------------------------------- */

static umi_status
check_pawn(const umi_loan_view *v, umi_day day, umi_error *err)
{
    if (v->terms.method != UMI_PAWN)
        return umi_fail(err, UMI_EINVAL, "loan", "loan '%.*s' has no pledge",
                        UMI_SHOW(v->loan.number));
    if (v->state.status != UMI_LOAN_ACTIVE)
        return umi_fail(
            err, UMI_ESTATE, "loan",
            "loan '%.*s' is '%s': there is nothing to redeem",
            UMI_SHOW(v->loan.number),
            umi_error_tr(err, umi_loan_status_name(v->state.status)));
    if (day.n < v->terms.disbursed.n)
        return umi_fail_code(err, UMI_EINVAL, "DATE", "date",
                             "the day is before the disbursement");
    return UMI_OK;
}

/* The rent of a term that ends on the day: that of every started block. */
static umi_status rent_until(umi_redemption *r,
                             const umi_loan_view *v,
                             umi_day day,
                             umi_error *err)
{
    umi_terms t = v->terms;
    umi_row row;
    umi_schedule s;
    r->days = day.n - t.disbursed.n;
    t.term_days = r->days > 0 ? r->days : 1;
    r->blocks = (t.term_days + t.block_days - 1) / t.block_days;
    umi_status rc = umi_schedule_build(&s, &row, 1, &t, err);
    if (rc == UMI_OK)
        r->rent = s.interest;
    return rc;
}

static umi_status
price(umi_redemption *r, const umi_loan_view *v, umi_error *err)
{
    const umi_amounts *left = &v->life.outstanding;
    int64_t more = r->rent.sen - v->schedule.interest.sen;
    r->extra.sen = more > 0 ? more : 0;
    /* unpaid rent beyond what the started blocks cost is never due */
    int64_t forgiven = more < 0 ? -more : 0;
    r->forgiven.sen =
        forgiven < left->interest.sen ? forgiven : left->interest.sen;
    r->pays = (umi_parts){.amounts = *left};
    r->pays.interest.sen -= r->forgiven.sen;
    bool fits = umi_money_add(&r->pays.fee, r->pays.fee, r->extra);
    r->total = (umi_money){0};
    for (size_t i = 0; i < UMI_COMPONENTS; i++)
        fits = fits && umi_money_add(&r->total, r->total, r->pays.of[i]);
    return fits ? UMI_OK
                : umi_fail(err, UMI_ERANGE, "amount", "the sum does not fit");
}

umi_status umi__redeem_find(umi_redemption *out,
                            umi_loan_view *v,
                            umi_desk *desk,
                            umi_text number,
                            umi_day day,
                            umi_arena *arena,
                            umi_error *err)
{
    umi_redemption r = {0};
    umi_status rc = umi_loan_find(desk->book, number, &r.loan, err);
    if (rc == UMI_OK)
        rc = umi_loan_view_of(v, desk->book, r.loan, day, arena, err);
    if (rc == UMI_OK)
        rc = check_pawn(v, day, err);
    if (rc == UMI_OK)
        rc = rent_until(&r, v, day, err);
    if (rc == UMI_OK)
        rc = price(&r, v, err);
    if (rc == UMI_OK)
        *out = r;
    return rc;
}

umi_status umi_redeem_price(umi_redemption *out,
                            umi_desk *desk,
                            umi_text number,
                            umi_day day,
                            umi_error *err)
{
    umi_loan_view v;
    umi_arena *arena = umi_arena_new();
    umi_status rc =
        arena ? umi__redeem_find(out, &v, desk, number, day, arena, err)
              : umi_fail_memory(err);
    umi_arena_free(arena);
    return rc;
}

size_t umi__redeem_bookings(umi_booking *out,
                            const umi_redemption *r,
                            const umi_repay_ask *ask)
{
    static const umi_component interest = UMI_INTEREST;
    size_t n = 0;
    if (r->extra.sen > 0)
        out[n++] = (umi_booking){.kind = UMI_TXN_FEE,
                                 .loan = r->loan,
                                 .day = ask->day,
                                 .due = {UMI_NONE32},
                                 .amount = r->extra};
    else if (r->forgiven.sen > 0)
        out[n++] = (umi_booking){.kind = UMI_TXN_WAIVE,
                                 .loan = r->loan,
                                 .day = ask->day,
                                 .due = {UMI_NONE32},
                                 .amount = r->forgiven,
                                 .component = &interest};
    if (r->total.sen > 0)
        out[n++] = (umi_booking){.kind = UMI_TXN_REPAYMENT,
                                 .loan = r->loan,
                                 .day = ask->day,
                                 .amount = r->total,
                                 .due = {UMI_NONE32},
                                 .channel = ask->channel,
                                 .reference = ask->reference};
    return n;
}

umi_status umi_redeem(umi_redemption *priced,
                      umi_booked *out,
                      umi_desk *desk,
                      const umi_repay_ask *ask,
                      umi_error *err)
{
    umi_redemption r;
    umi_booking bookings[2];
    umi_booked booked[2];
    umi_status rc = umi_redeem_price(&r, desk, ask->loan, ask->day, err);
    if (rc != UMI_OK)
        return rc;
    size_t n = umi__redeem_bookings(bookings, &r, ask);
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("redeem"),
                               .booked = umi_book_business_date(desk->book),
                               .bookings = bookings,
                               .count = n};
    rc = umi_book_enter(desk->book, &act, booked, NULL, err);
    if (rc != UMI_OK)
        return rc;
    if (priced != NULL)
        *priced = r;
    *out = booked[n - 1];
    return UMI_OK;
}
