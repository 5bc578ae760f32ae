/* SPDX-License-Identifier: MIT
 * Money of a loan at the desk: it goes out once, what came back goes out again
 * under a new reference, a pledge is redeemed or extended, and every failed
 * allocation is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/party/reference.h"
#include "ledger/book/enter.h"
#include "ledger/desk/repay.h"
#include "ledger/desk/reverse.h"
#include "tests/support/desk_loans.h"

static void money_goes_out_once(void **state)
{
    (void)state;
    umi_disbursed d = {0}, again = {0};
    ready_to_pay("P1", pawn_line);
    assert_int_equal(disburse("P1", "2026-10-01", &d), UMI_OK);
    assert_true(umi_reference_ok(d.transfer.reference));
    assert_int_equal(d.principal.sen, 500000000);
    assert_int_equal(d.withheld.sen, 3500000);
    assert_int_equal(d.transfer.amount.sen, 496500000);
    umi_loan_view v = view(d.transfer.loan);
    assert_int_equal(v.state.status, UMI_LOAN_ACTIVE);
    assert_int_equal(v.terms.disbursed.n, day("2026-10-01").n);
    assert_int_equal(v.txn_count, 1);
    assert_true(umi_text_eq(v.txns[0].ref, d.transfer.reference));
    assert_int_equal(disburse("P1", "2026-10-01", &again), UMI_ESTATE);
    assert_int_equal(disburse("NONE", "2026-10-01", &again), UMI_ENOENT);
    assert_int_equal(again.txn, 0);
    assert_int_equal(show("P1").transfer_count, 1);
}

static void what_is_not_booked_is_not_paid_out(void **state)
{
    (void)state;
    umi_disbursed d = {0};
    make_ready("U1", umi_line);
    assert_int_equal(disburse("U1", "2026-11-20", &d), UMI_ESTATE);
    assert_int_equal(book("U1", &(umi_book_loan_done){0}), UMI_OK);
    assert_int_equal(disburse("U1", "2026-11-22", &d), UMI_EINVAL);
    assert_int_equal(show("U1").application.state, UMI_BOOKED);
    assert_int_equal(show("U1").transfer_count, 0);
}

static void reverse(int64_t txn)
{
    umi_booking booking = {.kind = UMI_TXN_REVERSAL,
                           .day = desk.today,
                           .due = {UMI_NONE32},
                           .reverses = txn};
    umi_act_entry entry = {.kind = UMI_BATCH_ENTRY,
                           .name = UMI_TEXT("reverse"),
                           .booked = desk.today,
                           .bookings = &booking,
                           .count = 1};
    umi_booked booked;
    if (umi_book_enter(desk.book, &entry, &booked, NULL, &err) != UMI_OK)
        fail_msg("%s", err.message);
}

static umi_status count_one(void *self, const umi_application *a, umi_error *e)
{
    (void)a;
    (void)e;
    ++*(int *)self;
    return UMI_OK;
}

static int listed(umi_application_state state)
{
    int n = 0;
    assert_int_equal(umi_application_each(&desk, &state, count_one, &n, NULL),
                     UMI_OK);
    return n;
}

static void a_transfer_that_came_back_goes_out_under_a_new_reference(void **s)
{
    (void)s;
    umi_disbursed first = {0}, second = {0};
    ready_to_pay("U1", umi_line);
    assert_int_equal(disburse("U1", "2026-11-20", &first), UMI_OK);
    assert_int_equal(show("U1").application.state, UMI_DISBURSED);
    reverse(first.txn);
    assert_int_equal(show("U1").application.state, UMI_BOOKED);
    assert_int_equal(listed(UMI_BOOKED), 1);
    assert_int_equal(listed(UMI_DISBURSED), 0);
    assert_int_equal(disburse("U1", "2026-11-21", &second), UMI_OK);
    assert_false(
        umi_text_eq(first.transfer.reference, second.transfer.reference));
    umi_application_view v = show("U1");
    assert_int_equal(v.transfer_count, 2);
    assert_int_equal(v.transfers[0].state, UMI_TRANSFER_RETURNED);
    assert_int_equal(v.transfers[1].state, UMI_TRANSFER_SENT);
    assert_int_equal(v.application.state, UMI_DISBURSED);
    umi_loan_view loan = view(second.transfer.loan);
    assert_int_equal(loan.state.status, UMI_LOAN_ACTIVE);
    assert_int_equal(loan.terms.disbursed.n, day("2026-11-21").n);
    assert_int_equal(loan.life.outstanding.principal.sen, 500000000);
    assert_int_equal(disburse("U1", "2026-11-21", &second), UMI_ESTATE);
}

static umi_disburse_file pay_file(const char *text)
{
    umi_disburse_file f = {0};
    umi_import_ask ask = text_ask(text);
    if (umi_disburse_from(&f, &desk, &ask, NULL, arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return f;
}

static const char *read_file(const char *name)
{
    char *text = umi_arena_alloc(arena, 65536);
    FILE *f = fopen(name, "rb");
    assert_non_null(f);
    size_t n = fread(text, 1, 65535, f);
    text[n] = '\0';
    (void)fclose(f);
    return text;
}

static void a_file_pays_each_loan_once(void **state)
{
    (void)state;
    ready_to_pay("U1", umi_line);
    ready_to_pay("P1", pawn_line);
    static const char file[] = "account,bank,id,date\n"
                               "0012,BRI,U1,2026-11-20\n"
                               ",,P1,\n"
                               "0012,BRI,U1,2026-11-20\n"
                               "0012,,U1,2026-11-20\n"
                               "1,BRI,NONE,\n";
    umi_disburse_file f = pay_file(file);
    assert_int_equal(f.counts.added, 2);
    assert_int_equal(f.counts.rejected, 3);
    assert_int_equal(f.sum.sen, 500000000 + 496500000);
    const char *transfers = read_file(f.transfers_file);
    umi_application_view u = show("U1"), p = show("P1");
    char want[512];
    (void)snprintf(want, sizeof want,
                   "reference,bank,account,name,amount,date\n"
                   "%.*s,BRI,0012,Siti,5000000,2026-11-20\n"
                   "%.*s,,,Ratna,4965000,2026-11-21\n"
                   "TOTAL,,,2,9965000,\n",
                   UMI_SHOW(u.transfers[0].reference),
                   UMI_SHOW(p.transfers[0].reference));
    assert_string_equal(transfers, want);
    /* the very same file: no money, the same transfers */
    f = pay_file(file);
    assert_int_equal(f.counts.added, 0);
    assert_int_equal(f.counts.same, 2);
    assert_string_equal(read_file(f.transfers_file), want);
    assert_int_equal(show("U1").transfer_count, 1);
    /* another file is told that the money is out, and lists nothing */
    f = pay_file("id\nU1\n");
    assert_int_equal(f.counts.rejected, 1);
    assert_int_equal(f.sum.sen, 0);
    assert_non_null(strstr(read_file(f.transfers_file), "TOTAL,,,0,0,\n"));
}

static void a_line_that_cannot_be_paid_spoils_no_other(void **state)
{
    (void)state;
    ready_to_pay("U1", umi_line);
    ready_to_pay("P1", pawn_line);
    /* the first line's value date lies behind the booking date */
    umi_disburse_file f = pay_file("id,date\nU1,2026-11-22\nP1,2026-11-21\n");
    assert_int_equal(f.counts.added, 1);
    assert_int_equal(f.counts.rejected, 1);
    assert_int_equal(show("P1").application.state, UMI_DISBURSED);
    assert_int_equal(show("U1").application.state, UMI_BOOKED);
}

/* --- payments and pledges -------------------------------------------------------- */

static void one_payment_is_taken_once(void **state)
{
    (void)state;
    umi_disbursed d = {0};
    umi_booked k = {0};
    ready_to_pay("U1", umi_line);
    assert_int_equal(disburse("U1", "2026-11-20", &d), UMI_OK);
    umi_repay_ask ask = {T("U1"), {47266700}, T("VA"), T("R1"), desk.today};
    assert_int_equal(umi_repay(&k, &desk, &ask, &err), UMI_OK);
    assert_false(k.duplicate);
    assert_int_equal(k.parts.principal.sen, 41666700);
    assert_int_equal(k.parts.interest.sen, 5600000);
    assert_int_equal(umi_repay(&k, &desk, &ask, &err), UMI_OK);
    assert_true(k.duplicate);
    ask.amount.sen++;
    assert_int_equal(umi_repay(&k, &desk, &ask, &err), UMI_EEXIST);
    assert_string_equal(err.code, "CONFLICT");
    ask.loan = T("U7");
    assert_int_equal(umi_repay(&k, &desk, &ask, &err), UMI_ENOENT);
    assert_int_equal(view(d.transfer.loan).txn_count, 2);
}

/* 1.2 % of Rp 5,000,000 for each started 15 days: Rp 60,000. */
static void rent_is_charged_for_started_blocks(void **state)
{
    (void)state;
    static const struct {
        int32_t days, blocks;
    } cases[] = {{0, 1},  {1, 1},   {15, 1},  {16, 2},  {30, 2},
                 {31, 3}, {119, 8}, {120, 8}, {121, 9}, {136, 10}};
    umi_disbursed d = {0};
    ready_to_pay("P1", pawn_line);
    assert_int_equal(disburse("P1", "2026-07-01", &d), UMI_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_redemption r = {0};
        umi_day on = {day("2026-07-01").n + cases[i].days};
        assert_int_equal(umi_redeem_price(&r, &desk, T("P1"), on, NULL),
                         UMI_OK);
        int64_t rent = cases[i].blocks * INT64_C(6000000);
        assert_int_equal(r.blocks, cases[i].blocks);
        assert_int_equal(r.rent.sen, rent);
        assert_int_equal(r.total.sen, 500000000 + rent);
        assert_int_equal(r.pays.interest.sen + r.pays.fee.sen, rent);
    }
    umi_redemption r = {0};
    assert_int_equal(
        umi_redeem_price(&r, &desk, T("P1"), day("2026-06-30"), &err),
        UMI_EINVAL);
    ready_to_pay("U1", umi_line);
    assert_int_equal(umi_redeem_price(&r, &desk, T("U1"), desk.today, &err),
                     UMI_EINVAL);
}

static void redemption_leaves_nothing_owed(void **state)
{
    (void)state;
    static const char *const paid_out[] = {"2026-11-21", "2026-11-01",
                                           "2026-07-20"};
    for (size_t i = 0; i < 3; i++) {
        umi_disbursed d = {0};
        umi_redemption r = {0};
        umi_booked k = {0};
        umi_repay_ask ask = {.loan = T("P1"), .day = desk.today};
        ready_to_pay("P1", pawn_line);
        assert_int_equal(disburse("P1", paid_out[i], &d), UMI_OK);
        if (umi_redeem(&r, &k, &desk, &ask, &err) != UMI_OK)
            fail_msg("%s", err.message);
        umi_loan_view v = view(d.transfer.loan);
        assert_int_equal(v.state.status, UMI_LOAN_CLOSED);
        assert_int_equal(v.life.overpaid.sen, 0);
        assert_int_equal(show("P1").application.state, UMI_CLOSED);
        assert_int_equal(listed(UMI_CLOSED), 1);
        assert_int_equal(k.amount.sen, r.total.sen);
        for (size_t c = 0; c < UMI_COMPONENTS; c++)
            assert_int_equal(v.life.outstanding.of[c].sen, 0);
        assert_int_equal(umi_redeem(&r, &k, &desk, &ask, &err), UMI_ESTATE);
        (void)close_desk(NULL);
        (void)open_desk(NULL);
    }
}

static void a_part_payment_counts_when_redeeming(void **state)
{
    (void)state;
    umi_disbursed d = {0};
    umi_booked k = {0};
    umi_redemption r = {0};
    ready_to_pay("P1", pawn_line);
    assert_int_equal(disburse("P1", "2026-11-01", &d), UMI_OK);
    umi_repay_ask part = {
        T("P1"), {100000000}, T("K"), T("1"), day("2026-11-05")};
    assert_int_equal(umi_repay(&k, &desk, &part, NULL), UMI_OK);
    /* Rp 480,000 rent of the whole term was taken first, then principal */
    assert_int_equal(umi_redeem_price(&r, &desk, T("P1"), desk.today, NULL),
                     UMI_OK);
    assert_int_equal(r.blocks, 2);
    assert_int_equal(r.pays.principal.sen, 448000000);
    assert_int_equal(r.pays.interest.sen, 0);
}

static int64_t balance(const char *role)
{
    umi_query_arg arg = UMI_ARG_INT(UMI_DAY_MAX);
    void *rows = NULL;
    size_t n = 0;
    int64_t sen = 0;
    const umi_chart *chart = NULL;
    assert_int_equal(umi_store_find(desk.store, &umi_gl_balance_query, &arg,
                                    &rows, &n, arena, NULL),
                     UMI_OK);
    assert_int_equal(umi_book_chart(desk.book, &chart, NULL, NULL), UMI_OK);
    const umi_gl_balance *b = rows;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < chart->count; k++)
            if (umi_text_eq(chart->accounts[k].code, b[i].account) &&
                strcmp(umi_role_name(chart->accounts[k].role), role) == 0)
                sen += b[i].debit.sen - b[i].credit.sen;
    return sen;
}

/* Only rent and fees pass through the till. */
static void an_extension_pays_the_rent_and_begins_a_new_term(void **state)
{
    (void)state;
    umi_disbursed d = {0};
    umi_extension x = {0}, y = {0};
    umi_booked k = {0};
    ready_to_pay("P1", pawn_line);
    assert_int_equal(disburse("P1", "2026-07-01", &d), UMI_OK);
    int64_t cash = balance("cash"), clearing = balance("other");
    umi_repay_ask ask = {T("P1"), {0}, T("KASIR"), T("E1"), day("2026-09-01")};
    if (umi_extend(&x, &desk, &ask, arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_true(umi_text_is(x.number, "P1-2"));
    assert_int_equal(x.old.blocks, 5); /* 62 days */
    assert_int_equal(x.pays.sen, 5 * 6000000 + 3500000);
    assert_int_equal(balance("cash") - cash, x.pays.sen);
    assert_int_equal(balance("other"), clearing);
    assert_int_equal(balance("principal"), 500000000);
    assert_int_equal(view(d.transfer.loan).state.status, UMI_LOAN_CLOSED);
    assert_int_equal(show("P1").acts[show("P1").act_count - 1].what,
                     UMI_DEED_EXTEND);
    /* and once more, after a part of the principal was paid */
    umi_repay_ask part = {
        T("P1-2"), {148000000}, T("K"), T("1"), day("2026-10-01")};
    assert_int_equal(umi_repay(&k, &desk, &part, NULL), UMI_OK);
    ask = (umi_repay_ask){.loan = T("P1-2"), .day = day("2026-11-01")};
    if (umi_extend(&y, &desk, &ask, arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_true(umi_text_is(y.number, "P1-3"));
    assert_int_equal(y.principal.sen, 400000000);
    assert_int_equal(balance("principal"), 400000000);
    assert_int_equal(umi_extend(&y, &desk, &ask, arena, &err), UMI_ESTATE);
    ask.loan = T("P1-9");
    assert_int_equal(umi_extend(&y, &desk, &ask, arena, &err), UMI_ENOENT);
}

/* --- memory ---------------------------------------------------------------------- */

typedef enum sweep_step {
    SWEEP_APPLY,
    SWEEP_DECIDE,
    SWEEP_APPROVE,
    SWEEP_BOOK,
    SWEEP_DISBURSE,
    SWEEP_EXTEND,
    SWEEP_REDEEM,
    SWEEP_STEPS
} sweep_step;

static umi_status do_step(sweep_step step, umi_arena *a)
{
    umi_import_result r = {0};
    umi_import_ask ask = text_ask(HEAD);
    umi_book_loan_done done;
    umi_book_loan_ask b = {.application = T("P1"), .expected = desk.today};
    umi_disbursed paid;
    umi_disburse_ask d = {.code = T("P1"), .day = desk.today};
    umi_booked booked;
    umi_repay_ask redeem = {.loan = T("P1"), .day = desk.today};
    umi_extension extended;
    umi_desk other = desk;
    char text[2048];
    other.actor = T("budi");
    switch (step) {
    case SWEEP_APPLY:
        (void)snprintf(text, sizeof text, HEAD "%s", pawn_line);
        ask.text = T(text);
        return umi_apply(&r, &desk, &ask, a, NULL);
    case SWEEP_DECIDE:
        return umi_decide_applications(&desk, T("P1"), (umi_judge_view){0},
                                       keep_decided, NULL, NULL);
    case SWEEP_APPROVE:
        return umi_application_act_on(&other, T("P1"), UMI_ACT_APPROVE,
                                      (umi_text){0}, NULL);
    case SWEEP_BOOK:
        return umi_book_loan(&done, &desk, &b, a, NULL);
    case SWEEP_DISBURSE:
        return umi_disburse(&paid, &desk, &d, a, NULL);
    case SWEEP_EXTEND:
        return umi_extend(&extended, &desk, &redeem, a, NULL);
    case SWEEP_REDEEM:
        redeem.loan = T("P1-2");
        return umi_redeem(NULL, &booked, &desk, &redeem, NULL);
    case SWEEP_STEPS:
        break;
    }
    return UMI_EINTERNAL;
}

static void sweep(sweep_step step)
{
    for (int64_t nth = 1;; nth++) {
        (void)open_desk(NULL);
        for (int before = 0; before < (int)step; before++)
            assert_int_equal(do_step((sweep_step)before, arena), UMI_OK);
        umi_arena *a = umi_arena_new();
        umi_alloc_fail_at(nth, 0);
        umi_status rc = do_step(step, a);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        umi_arena_free(a);
        (void)close_desk(NULL);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        if (!reached) {
            print_message("step %d: %lld allocations\n", (int)step,
                          (long long)nth - 1);
            assert_true(nth > 5);
            break;
        }
    }
}

static void every_allocation_of_a_file_of_payments_may_fail(void **state)
{
    (void)state;
    for (int64_t nth = 1;; nth++) {
        umi_disburse_file f = {0};
        umi_import_ask ask = text_ask("id\nP1\n");
        (void)open_desk(NULL);
        for (int before = 0; before < SWEEP_DISBURSE; before++)
            assert_int_equal(do_step((sweep_step)before, arena), UMI_OK);
        umi_arena *a = umi_arena_new();
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_disburse_from(&f, &desk, &ask, NULL, a, NULL);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        umi_arena_free(a);
        (void)close_desk(NULL);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        if (!reached) {
            assert_true(nth > 20);
            break;
        }
    }
}

static void every_allocation_of_a_file_of_reversals_may_fail(void **state)
{
    (void)state;
    for (int64_t nth = 1;; nth++) {
        umi_reverse_file f = {0};
        umi_booked k;
        umi_import_ask ask = text_ask("reference,channel,loan,amount\n"
                                      "R1,VA,P1,5\nR1,VA,,\nR2,VA,,\n");
        (void)open_desk(NULL);
        for (int before = 0; before <= SWEEP_DISBURSE; before++)
            assert_int_equal(do_step((sweep_step)before, arena), UMI_OK);
        umi_repay_ask paid = {T("P1"), {500}, T("VA"), T("R1"), desk.today};
        assert_int_equal(umi_repay(&k, &desk, &paid, NULL), UMI_OK);
        umi_arena *a = umi_arena_new();
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_reverse_from(&f, &desk, &ask, a, NULL);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        umi_arena_free(a);
        if (!reached) {
            assert_int_equal(f.counts.added, 1);
            assert_int_equal(f.counts.same, 1);
            assert_int_equal(f.counts.rejected, 1);
            assert_int_equal(f.sum.sen, 1000); /* line by line */
        }
        (void)close_desk(NULL);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        if (!reached) {
            assert_true(nth > 20);
            break;
        }
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (int step = 0; step < SWEEP_STEPS; step++)
        sweep((sweep_step)step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(money_goes_out_once),
        DESK_TEST(what_is_not_booked_is_not_paid_out),
        DESK_TEST(a_transfer_that_came_back_goes_out_under_a_new_reference),
        DESK_TEST(a_file_pays_each_loan_once),
        DESK_TEST(a_line_that_cannot_be_paid_spoils_no_other),
        DESK_TEST(one_payment_is_taken_once),
        DESK_TEST(rent_is_charged_for_started_blocks),
        DESK_TEST(redemption_leaves_nothing_owed),
        DESK_TEST(a_part_payment_counts_when_redeeming),
        DESK_TEST(an_extension_pays_the_rent_and_begins_a_new_term),
        cmocka_unit_test(every_allocation_of_a_file_of_payments_may_fail),
        cmocka_unit_test(every_allocation_of_a_file_of_reversals_may_fail),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("ledger/desk: money", tests, load_all,
                                       free_all);
}
