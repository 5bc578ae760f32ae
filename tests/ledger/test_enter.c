/* SPDX-License-Identifier: MIT
 * Acts on single loans: what is posted, what the loan owes, what the ledger
 * says, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/book/enter.h"
#include "ledger/book/loan.h"

static umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static umi_book *new_book(void)
{
    umi_error err = {0};
    umi_book *b = NULL;
    umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    umi_book_session session = {UMI_TEXT("teller"), {0}};
    session.today = day("2026-11-21");
    if (umi_book_in_memory(&b, &owner, &session, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return b;
}

/* 1,000,000 over 10 weeks, flat 1 % a week: 100,000 + 10,000 a row. */
static int64_t new_loan(umi_book *b, const char *number)
{
    umi_error err = {0};
    umi_policy policy = umi_policy_default();
    umi_terms t = umi_terms_default();
    t.principal.sen = 100000000;
    t.periods = 10;
    t.unit = UMI_UNIT_WEEK;
    t.rate = umi_rate_of(1, 100);
    t.rate_per = UMI_PER_WEEK;
    t.method = UMI_FLAT;
    t.disbursed = day("2026-01-05");
    umi_new_loan l = {.number = umi_text_of(number),
                      .person = 1,
                      .product = UMI_TEXT("MEKAAR"),
                      .terms = &t,
                      .policy = &policy,
                      .application = UMI_NONE};
    int64_t id = 0;
    if (umi_book_add_loan(b, &l, NULL, &id, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return id;
}

static umi_status
enter(umi_book *b, const umi_booking *k, umi_booked *out, umi_error *err)
{
    umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                         .name = UMI_TEXT("test"),
                         .booked = day("2026-11-21"),
                         .bookings = k,
                         .count = 1};
    return umi_book_enter(b, &act, out, NULL, err);
}

static int64_t must(umi_book *b, umi_booking k)
{
    umi_error err = {0};
    umi_booked out;
    if (enter(b, &k, &out, &err) != UMI_OK)
        fail_msg("%s: %s", err.code, err.message);
    return out.txn;
}

static umi_loan_view look(umi_book *b, int64_t loan, umi_arena *arena)
{
    umi_error err = {0};
    umi_loan_view v;
    if (umi_loan_view_of(&v, b, loan, day("2026-11-21"), arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_int_equal(v.life.outstanding.principal.sen,
                     v.state.owed.principal.sen);
    assert_int_equal(v.life.outstanding.interest.sen,
                     v.state.owed.interest.sen);
    assert_int_equal(v.life.outstanding.fee.sen, v.state.owed.fee.sen);
    assert_int_equal(v.life.outstanding.penalty.sen, v.state.owed.penalty.sen);
    assert_int_equal(v.life.overpaid.sen, v.state.overpaid.sen);
    assert_int_equal(v.life.paid.interest.sen, v.state.paid.interest.sen);
    return v;
}

static void a_loan_is_disbursed_paid_and_overpaid(void **state)
{
    (void)state;
    umi_book *b = new_book();
    umi_arena *arena = umi_arena_new();
    int64_t loan = new_loan(b, "L-1");
    umi_loan_view v = look(b, loan, arena);
    assert_int_equal(v.state.status, UMI_LOAN_BOOKED);
    must(b, (umi_booking){.kind = UMI_TXN_DISBURSEMENT,
                          .loan = loan,
                          .day = day("2026-01-05")});
    v = look(b, loan, arena);
    assert_int_equal(v.state.owed.principal.sen, 100000000);
    assert_int_equal(v.state.owed.interest.sen, 10000000);
    must(b, (umi_booking){.kind = UMI_TXN_REPAYMENT,
                          .loan = loan,
                          .day = day("2026-01-12"),
                          .amount = {16000000},
                          .channel = UMI_TEXT("TELLER"),
                          .reference = UMI_TEXT("R1")});
    v = look(b, loan, arena);
    assert_int_equal(v.txns[1].parts.interest.sen, 2000000);
    assert_int_equal(v.txns[1].parts.principal.sen, 14000000);
    must(b, (umi_booking){.kind = UMI_TXN_REPAYMENT,
                          .loan = loan,
                          .day = day("2026-01-19"),
                          .amount = {100000000}});
    v = look(b, loan, arena);
    assert_int_equal(v.state.overpaid.sen, 6000000);
    assert_int_equal(v.state.status, UMI_LOAN_CLOSED);
    umi_arena_free(arena);
    umi_book_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loan_is_disbursed_paid_and_overpaid),
    };
    return cmocka_run_group_tests_name("ledger/enter", tests, NULL, NULL);
}
