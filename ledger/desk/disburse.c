/* SPDX-License-Identifier: MIT */
#include "ledger/desk/disburse.h"

#include "engine/party/reference.h"
#include "ledger/book/loan.h"
#include "ledger/desk/application_int.h"
#include "ledger/desk/disburse_int.h"
#include "ledger/desk/fetch.h"

#include <assert.h>
#include <stdlib.h>

/* --- finding ----------------------------------------------------------------- */

/* The application of a loan by the loan's number. */
static umi_status find_by_loan(umi__payout *p,
                               umi_desk *desk,
                               umi_text number,
                               umi_arena *arena,
                               umi_error *err)
{
    int64_t loan = 0;
    void *rows = NULL;
    size_t n = 0;
    umi_status rc = umi_loan_find(desk->book, number, &loan, NULL);
    if (rc == UMI_ENOENT)
        return umi_fail(err, UMI_ENOENT, "id",
                        "there is no application and no loan '%.*s'",
                        UMI_SHOW(number));
    umi_query_arg arg = UMI_ARG_INT(loan);
    if (rc == UMI_OK)
        rc = umi_store_find(desk->store, &umi_application_by_loan, &arg, &rows,
                            &n, arena, err);
    if (rc != UMI_OK)
        return rc;
    if (n == 0)
        return umi_fail(err, UMI_ESTATE, "id",
                        "loan '%.*s' came by import and is paid out",
                        UMI_SHOW(number));
    p->application = *(const umi_application *)rows;
    return UMI_OK;
}

static umi_status find(umi__payout *p,
                       umi_desk *desk,
                       umi_text code,
                       umi_arena *arena,
                       umi_error *err)
{
    int64_t id = UMI_NONE;
    umi_status rc =
        umi__find_key(desk->store, &umi_application_by_code, code, &id, err);
    if (rc == UMI_OK && id == UMI_NONE)
        return find_by_loan(p, desk, code, arena, err);
    if (rc == UMI_OK)
        rc = umi__fetch_one(desk->store, &umi_application_table, id,
                            &p->application, arena, err);
    return rc;
}

/* --- returns ----------------------------------------------------------------- */

static umi_status step(umi__payout *p,
                       umi_desk *desk,
                       umi_application_act act,
                       umi_text note,
                       umi_error *err)
{
    umi_status rc = umi__application_step(
        &p->application, &p->acts[p->act_count], desk, act, note, err);
    p->act_count += rc == UMI_OK;
    return rc;
}

/* A disbursement that was reversed came back: its transfers are void. */
static umi_status take_back(umi__payout *p,
                            umi_desk *desk,
                            const umi_transfer *sent,
                            size_t n,
                            umi_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (sent[i].state != UMI_TRANSFER_SENT)
            continue;
        if (p->returned_count > 0)
            return umi_fail(err, UMI_EDAMAGED, "",
                            "two transfers of one loan stand");
        umi_transfer *t = &p->returned[p->returned_count++];
        *t = sent[i];
        t->state = UMI_TRANSFER_RETURNED;
        t->seq++;
    }
    int64_t seq = p->application.seq;
    umi_status rc = step(p, desk, UMI_ACT_RETURN, (umi_text){0}, err);
    p->application.seq = seq; /* one row is written for both steps */
    return rc;
}

static umi_status look_back(umi__payout *p,
                            umi_desk *desk,
                            umi_transfer *before,
                            umi_arena *arena,
                            umi_error *err)
{
    umi_loan_state state;
    void *rows = NULL;
    size_t n = 0;
    umi_query_arg arg = UMI_ARG_INT(p->application.loan);
    if (p->application.state != UMI_DISBURSED)
        return UMI_OK;
    umi_status rc = umi__fetch_one(desk->store, &umi_loan_state_table,
                                   p->application.loan, &state, arena, err);
    if (rc == UMI_OK)
        rc = umi_store_find(desk->store, &umi_transfer_by_loan, &arg, &rows, &n,
                            arena, err);
    const umi_transfer *sent = rows;
    if (rc != UMI_OK)
        return rc;
    if (state.status == UMI_LOAN_BOOKED)
        return take_back(p, desk, sent, n, err);
    if (before != NULL && n > 0)
        *before = sent[n - 1];
    return umi_fail(err, UMI_ESTATE, "state", "'%.*s' is paid out already",
                    UMI_SHOW(p->application.code));
}

/* --- the transfer ------------------------------------------------------------ */

static umi_status make_transfer(umi__payout *p,
                                umi_desk *desk,
                                const umi_disburse_ask *ask,
                                umi_text source,
                                umi_arena *arena,
                                umi_error *err)
{
    umi_loan_view v;
    umi_transfer *t = &p->done.transfer;
    int64_t id = 0;
    umi_status rc = umi_loan_view_of(&v, desk->book, p->application.loan,
                                     ask->day, arena, err);
    if (rc == UMI_OK)
        rc = umi_book_take(desk->book, &umi_transfer_table, 1, &id, err);
    if (rc != UMI_OK)
        return rc;
    umi_reference r = umi_reference_of(id);
    const char *text = umi_arena_copy(arena, r.text, UMI_REFERENCE_LEN);
    if (text == NULL)
        return umi_fail_memory(err);
    p->loan = v.loan;
    p->done.number = v.loan.number;
    p->done.name = v.borrower;
    p->done.principal = v.loan.principal;
    p->done.withheld = v.schedule.withheld;
    *t = (umi_transfer){.id = id,
                        .seq = 1,
                        .reference = {text, UMI_REFERENCE_LEN},
                        .application = p->application.id,
                        .loan = v.loan.id,
                        .day = ask->day,
                        .bank = ask->bank,
                        .account = ask->account,
                        .source = source,
                        .state = UMI_TRANSFER_SENT};
    if (!umi_money_sub(&t->amount, v.loan.principal, v.schedule.withheld) ||
        t->amount.sen <= 0)
        return umi_fail(err, UMI_EINVAL, "amount",
                        "nothing is left to pay out after the fees");
    return UMI_OK;
}

umi_status umi__payout_prepare(umi__payout *p,
                               umi_desk *desk,
                               const umi_disburse_ask *ask,
                               umi_text source,
                               umi_transfer *before,
                               umi_arena *arena,
                               umi_error *err)
{
    umi_application_state to;
    *p = (umi__payout){0};
    umi_status rc = find(p, desk, ask->code, arena, err);
    if (rc == UMI_OK)
        rc = look_back(p, desk, before, arena, err);
    if (rc == UMI_OK)
        rc = umi_application_move(&to, p->application.state, UMI_ACT_DISBURSE,
                                  err);
    if (rc == UMI_OK)
        rc = make_transfer(p, desk, ask, source, arena, err);
    if (rc == UMI_OK)
        rc = step(p, desk, UMI_ACT_DISBURSE, p->done.transfer.reference, err);
    p->done.code = p->application.code;
    return rc;
}

/* --- posting ----------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* The rows beside the postings, sorted for the store. */
static umi_status gather(umi_change *with,
                         const umi__payout *p,
                         size_t n,
                         umi_arena *arena,
                         umi_error *err)
{
    umi_application *apps = umi_arena_array(arena, n, sizeof *apps);
    umi_transfer *transfers = umi_arena_array(arena, 2 * n, sizeof *transfers);
    umi_act *acts = umi_arena_array(arena, 2 * n, sizeof *acts);
    size_t t = 0, a = 0;
    if (apps == NULL || transfers == NULL || acts == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        apps[i] = p[i].application;
        transfers[t++] = p[i].done.transfer;
        for (size_t k = 0; k < p[i].returned_count; k++)
            transfers[t++] = p[i].returned[k];
        for (size_t k = 0; k < p[i].act_count; k++)
            acts[a++] = p[i].acts[k];
    }
    qsort(apps, n, sizeof *apps, by_key);
    qsort(transfers, t, sizeof *transfers, by_key);
    qsort(acts, a, sizeof *acts, by_key);
    umi_change_put(with, &umi_application_table, apps, n);
    umi_change_put(with, &umi_transfer_table, transfers, t);
    umi_change_put(with, &umi_act_table, acts, a);
    return UMI_OK;
}

umi_status umi__payout_enter(
    umi__payout *p, size_t n, umi_desk *desk, umi_arena *arena, umi_error *err)
{
    umi_booking *bookings = umi_arena_array(arena, n, sizeof *bookings);
    umi_booked *booked = umi_arena_array(arena, n, sizeof *booked);
    umi_change with = {0};
    if (bookings == NULL || booked == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        bookings[i] = (umi_booking){.kind = UMI_TXN_DISBURSEMENT,
                                    .loan = p[i].done.transfer.loan,
                                    .day = p[i].done.transfer.day,
                                    .due = {UMI_NONE32},
                                    .channel = UMI_TEXT(UMI_TRANSFER_CHANNEL),
                                    .reference = p[i].done.transfer.reference};
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("disburse"),
                               .booked = umi_book_business_date(desk->book),
                               .bookings = bookings,
                               .count = n,
                               .with = &with};
    umi_status rc = gather(&with, p, n, arena, err);
    if (rc == UMI_OK)
        rc = umi_book_enter(desk->book, &act, booked, NULL, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++) {
        assert(booked[i].amount.sen == p[i].done.transfer.amount.sen);
        p[i].done.txn = booked[i].txn;
    }
    return rc;
}

umi_status umi_disburse(umi_disbursed *out,
                        umi_desk *desk,
                        const umi_disburse_ask *ask,
                        umi_arena *arena,
                        umi_error *err)
{
    umi__payout p;
    umi_status rc =
        umi__payout_prepare(&p, desk, ask, (umi_text){0}, NULL, arena, err);
    if (rc == UMI_OK)
        rc = umi__payout_enter(&p, 1, desk, arena, err);
    if (rc == UMI_OK)
        *out = p.done;
    return rc;
}
