/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_SMALL_BOOK_H
#define UMI_TESTS_SUPPORT_SMALL_BOOK_H

/** @file A book in memory, and acts on its loans in a line each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/book/enter.h"
#include "tests/support/random.h"

static inline umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

/** Its business date is 2026-11-21 until a day is closed. */
static inline umi_book *small_book(umi_basis basis)
{
    umi_error err = {0};
    umi_book *b = NULL;
    umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji"),
                            .basis = basis};
    umi_book_session session = {UMI_TEXT("teller"), {0}};
    session.today = day("2026-11-21");
    if (umi_book_in_memory(&b, &owner, &session, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return b;
}

static inline umi_status
small_enter(umi_book *b, const umi_booking *k, umi_booked *out, umi_error *err)
{
    umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                         .name = UMI_TEXT("test"),
                         .booked = day("2026-11-21"),
                         .bookings = k,
                         .count = 1};
    return umi_book_enter(b, &act, out, NULL, err);
}

/** Enter it and give the key of its posting. */
static inline int64_t small_must(umi_book *b, umi_booking k)
{
    umi_error err = {0};
    umi_booked out;
    if (small_enter(b, &k, &out, &err) != UMI_OK)
        fail_msg("%s: %s", err.code, err.message);
    return out.txn;
}

/** A loan of 1,000,000 over 10 weeks, flat 1 % a week: 100,000 + 10,000 a
 * row; with @p fee a fee of 1,000 a row. */
static inline int64_t small_booked(umi_book *b,
                                   const char *number,
                                   const char *product,
                                   const char *branch,
                                   bool fee)
{
    umi_error err = {0};
    umi_policy policy = umi_policy_default();
    umi_terms t = umi_terms_default();
    umi_fee each = {.code = UMI_TEXT("ADM"), .amount = {100000}};
    each.due = UMI_DUE_EACH;
    t.principal.sen = 100000000;
    t.periods = 10;
    t.unit = UMI_UNIT_WEEK;
    t.rate = umi_rate_of(1, 100);
    t.rate_per = UMI_PER_WEEK;
    t.method = UMI_FLAT;
    t.disbursed = day("2026-01-05");
    t.fees = &each;
    t.fee_count = fee;
    umi_new_loan l = {.number = umi_text_of(number),
                      .person = 1,
                      .product = umi_text_of(product),
                      .branch = umi_text_of(branch),
                      .terms = &t,
                      .policy = &policy,
                      .application = UMI_NONE};
    int64_t id = 0;
    if (umi_book_add_loan(b, &l, NULL, &id, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return id;
}

/** The same, disbursed on 2026-01-05: due dates from 2026-01-12 on. */
static inline int64_t small_loan(umi_book *b,
                                 const char *number,
                                 const char *product,
                                 const char *branch)
{
    int64_t loan = small_booked(b, number, product, branch, false);
    small_must(b, (umi_booking){.kind = UMI_TXN_DISBURSEMENT,
                                .loan = loan,
                                .day = day("2026-01-05")});
    return loan;
}

static inline int64_t
small_pay(umi_book *b, int64_t loan, const char *on, int64_t rupiah)
{
    return small_must(b, (umi_booking){.kind = UMI_TXN_REPAYMENT,
                                       .loan = loan,
                                       .day = day(on),
                                       .amount = {rupiah * 100}});
}

static inline int64_t small_reverse(umi_book *b, int64_t txn, const char *on)
{
    return small_must(b, (umi_booking){.kind = UMI_TXN_REVERSAL,
                                       .day = day(on),
                                       .reverses = txn});
}

/** Some act on one of the loans; what the book refuses is refused. */
static inline void
small_random(umi_book *b, chance *c, const int64_t *loans, size_t n)
{
    static const umi_txn_kind kinds[] = {
        UMI_TXN_REPAYMENT, UMI_TXN_REPAYMENT, UMI_TXN_REPAYMENT,
        UMI_TXN_REPAYMENT, UMI_TXN_FEE,       UMI_TXN_PENALTY,
        UMI_TXN_WAIVE,     UMI_TXN_WRITE_OFF, UMI_TXN_REVERSAL,
        UMI_TXN_REVERSAL,  UMI_TXN_REFUND,    UMI_TXN_RECOVER};
    umi_error err = {0};
    umi_booked out;
    int64_t last = 0;
    umi_booking k = {.kind = kinds[chance_in(c, 0, 11)],
                     .loan = loans[chance_in(c, 0, (int64_t)n - 1)],
                     .day = {day("2026-01-05").n + (int)chance_in(c, 0, 200)},
                     .due = {UMI_NONE32}};
    k.amount.sen = 100 * chance_in(c, 1, 300000);
    assert_int_equal(
        umi_store_last(umi_book_store(b), &umi_txn_table, &last, &err), UMI_OK);
    if (k.kind == UMI_TXN_REVERSAL) {
        if (last == 0)
            return;
        k.reverses = chance_in(c, 1, last);
        k.amount.sen = 0;
    }
    umi_status rc = small_enter(b, &k, &out, &err);
    if (rc == UMI_ENOENT && k.kind == UMI_TXN_REVERSAL)
        return; /* what was refused has left its key unused */
    if (rc != UMI_OK && rc != UMI_ESTATE && rc != UMI_EINVAL)
        fail_msg("%s: %s", err.code, err.message);
}

#endif
