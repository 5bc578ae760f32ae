/* SPDX-License-Identifier: MIT */
#include "ledger/desk/fetch.h"
#include "ledger/desk/repay_int.h"
#include "ledger/desk/rows.h"

#include <stdio.h>

#define NUMBER_MAX 64 /* bytes of a loan's number */

typedef struct extending {
    umi_desk *desk;
    const umi_repay_ask *ask;
    umi_loan_view v; /* the old loan */
    umi_extension *out;
    int64_t next; /* key of the new loan, 0: to be added */
    umi_arena *arena;
} extending;

/* --- the number -------------------------------------------------------------- */

/* A loan of that number that a run which was killed has left: then it is the
 * one to be paid out. */
static umi_status left_over(extending *x, bool *is, umi_error *err)
{
    umi_loan loan;
    umi_loan_state state;
    umi_store *s = x->desk->store;
    umi_status rc =
        umi__fetch_one(s, &umi_loan_table, x->next, &loan, x->arena, err);
    if (rc == UMI_OK)
        rc = umi__fetch_one(s, &umi_loan_state_table, x->next, &state, x->arena,
                            err);
    *is = rc == UMI_OK && state.status == UMI_LOAN_BOOKED &&
          loan.application == UMI_NONE && loan.person == x->v.loan.person &&
          loan.principal.sen == x->out->principal.sen &&
          state.last_txn == UMI_NONE;
    return rc;
}

static umi_status
try_number(extending *x, const char *name, bool *ok, umi_error *err)
{
    umi_status rc =
        umi_loan_find(x->desk->book, umi_text_of(name), &x->next, NULL);
    *ok = true;
    if (rc == UMI_ENOENT) {
        x->next = 0;
        return UMI_OK;
    }
    return rc == UMI_OK ? left_over(x, ok, err) : rc;
}

/* The number without the "-2" of an earlier extension, and which it was. */
static umi_text root_of(umi_text number, int64_t *term)
{
    *term = 1;
    size_t i = number.len;
    while (i > 0 && number.ptr[i - 1] >= '0' && number.ptr[i - 1] <= '9')
        i--;
    umi_text digits = {number.ptr + i, number.len - i};
    if (i < 2 || number.ptr[i - 1] != '-' ||
        !umi_text_int(digits, 2, 999, term))
        return number;
    return (umi_text){number.ptr, i - 1};
}

static umi_status choose_number(extending *x, umi_error *err)
{
    int64_t term;
    umi_text root = root_of(x->v.loan.number, &term);
    for (int64_t n = term + 1; n < 1000; n++) {
        char name[NUMBER_MAX + 8];
        bool ok = false;
        int len = snprintf(name, sizeof name, "%.*s-%lld", (int)root.len,
                           root.ptr, (long long)n);
        if (len > NUMBER_MAX)
            break;
        umi_status rc = try_number(x, name, &ok, err);
        if (rc != UMI_OK)
            return rc;
        if (!ok)
            continue;
        const char *copy = umi_arena_copy(x->arena, name, (size_t)len);
        x->out->number = (umi_text){copy, (size_t)len};
        return copy ? UMI_OK : umi_fail_memory(err);
    }
    return umi_fail(err, UMI_EEXIST, "loan",
                    "no number is free for a new term of '%.*s'",
                    UMI_SHOW(x->v.loan.number));
}

/* --- the new loan ------------------------------------------------------------ */

static umi_status make_terms(extending *x, umi_error *err)
{
    umi_extension *out = x->out;
    umi_row row;
    if (x->ask->day.n > umi_book_business_date(x->desk->book).n)
        return umi_fail_code(err, UMI_EINVAL, "DATE", "date",
                             "the value date is after the booking date");
    umi_schedule s;
    out->principal = out->old.pays.principal;
    if (out->principal.sen <= 0)
        return umi_fail(err, UMI_ESTATE, "loan",
                        "nothing is left of the loan to go on with");
    out->terms = x->v.terms;
    out->terms.principal = out->principal;
    out->terms.disbursed = x->ask->day;
    out->terms.has_first_due = false;
    umi_status rc = umi_schedule_build(&s, &row, 1, &out->terms, err);
    if (rc != UMI_OK)
        return rc;
    out->withheld = s.withheld;
    /* the principal of both loans cancels out */
    if (umi_money_sub(&out->pays, out->old.total, out->principal) &&
        umi_money_add(&out->pays, out->pays, out->withheld))
        return UMI_OK;
    return umi_fail(err, UMI_ERANGE, "amount", "the sum does not fit");
}

static umi_status add_loan(extending *x, umi_error *err)
{
    const umi_new_loan loan = {.number = x->out->number,
                               .person = x->v.loan.person,
                               .product = x->v.product,
                               .branch = x->v.branch,
                               .grp = x->v.loan.grp,
                               .officer = x->v.loan.officer,
                               .terms = &x->out->terms,
                               .policy = &x->v.policy,
                               .application = UMI_NONE};
    if (x->next != 0)
        return UMI_OK;
    return umi_book_add_loan(x->desk->book, &loan, NULL, &x->next, err);
}

/* --- the act ----------------------------------------------------------------- */

static umi_status
note(extending *x, umi_act *log, umi_change *with, umi_error *err)
{
    umi_desk *desk = x->desk;
    int64_t id = 0;
    if (x->v.loan.application == UMI_NONE)
        return UMI_OK;
    umi_status rc = umi_book_take(desk->book, &umi_act_table, 1, &id, err);
    *log = (umi_act){.id = id,
                     .day = desk->today,
                     .actor = desk->actor,
                     .what = UMI_DEED_EXTEND,
                     .subject = UMI_SUBJECT_APPLICATION,
                     .subject_id = x->v.loan.application,
                     .note = x->out->number};
    umi_change_put(with, &umi_act_table, log, 1);
    return rc;
}

/* What one loan pays the other goes through no till: the clearing account of
 * the new loan is settled against the cash of the old one's payment. */
static umi_gl_entry settlement(const extending *x)
{
    umi_gl_entry e = {.kind = UMI_POST_BANK_SETTLEMENT,
                      .day = x->ask->day,
                      .product = UMI_NONE,
                      .branch = x->v.loan.branch,
                      .channel = UMI_NONE};
    if (x->ask->channel.len > 0)
        e.channel = umi_book_code_find(x->desk->book, UMI_CODE_CHANNEL,
                                       x->ask->channel);
    e.parts.principal.sen = x->out->principal.sen - x->out->withheld.sen;
    return e;
}

static umi_status enter(extending *x, umi_error *err)
{
    umi_booking bookings[3];
    umi_booked booked[3];
    umi_act log;
    umi_change with = {0};
    int64_t channel = 0;
    umi_status rc = note(x, &log, &with, err);
    if (rc == UMI_OK && x->ask->channel.len > 0) /* so that it has a key */
        rc = umi_book_code(x->desk->book, UMI_CODE_CHANNEL, x->ask->channel,
                           &channel, err);
    if (rc != UMI_OK)
        return rc;
    size_t n = umi__redeem_bookings(bookings, &x->out->old, x->ask);
    bookings[n++] = (umi_booking){.kind = UMI_TXN_DISBURSEMENT,
                                  .loan = x->next,
                                  .day = x->ask->day,
                                  .due = {UMI_NONE32}};
    const umi_gl_entry entry = settlement(x);
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("extend"),
                               .booked = umi_book_business_date(x->desk->book),
                               .bookings = bookings,
                               .count = n,
                               .entries = &entry,
                               .entry_count = 1,
                               .with = &with};
    return umi_book_enter(x->desk->book, &act, booked, NULL, err);
}

umi_status umi_extend(umi_extension *out,
                      umi_desk *desk,
                      const umi_repay_ask *ask,
                      umi_arena *arena,
                      umi_error *err)
{
    umi_extension done = {0};
    extending x = {.desk = desk, .ask = ask, .out = &done, .arena = arena};
    umi_status rc = umi__redeem_find(&done.old, &x.v, desk, ask->loan, ask->day,
                                     arena, err);
    if (rc == UMI_OK)
        rc = make_terms(&x, err);
    if (rc == UMI_OK)
        rc = choose_number(&x, err);
    if (rc == UMI_OK)
        rc = add_loan(&x, err);
    if (rc == UMI_OK)
        rc = enter(&x, err);
    if (rc == UMI_OK)
        *out = done;
    return rc;
}
