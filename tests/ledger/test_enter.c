/* SPDX-License-Identifier: MIT
 * Acts on single loans: what is posted, what the loan owes, what the ledger
 * says, what is refused, and that no order of entry matters. */
#include "tests/support/memory.h"
#include "tests/support/small_book.h"

#include "ledger/book/loan.h"
#include "ledger/book/verify.h"

#include <sys/resource.h>

/* --- helpers -------------------------------------------------------------- */

static umi_loan_view look(umi_book *b, int64_t loan, umi_arena *arena)
{
    umi_error err = {0};
    umi_loan_view v;
    if (umi_loan_view_of(&v, b, loan, day("2026-11-21"), arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    for (size_t c = 0; c < UMI_COMPONENTS; c++) {
        assert_int_equal(v.life.outstanding.of[c].sen, v.state.owed.of[c].sen);
        assert_int_equal(v.life.paid.of[c].sen, v.state.paid.of[c].sen);
    }
    assert_int_equal(v.life.overpaid.sen, v.state.overpaid.sen);
    return v;
}

static void must_be_sound(umi_book *b)
{
    umi_error err = {0};
    umi_verification v;
    if (umi_book_verify(&v, b, true, &err) != UMI_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < v.count; i++)
        if (!v.checks[i].ok)
            fail_msg("%s: %s", v.checks[i].name, v.checks[i].message);
    assert_true(v.ok);
}

static void owes(const umi_loan_view *v,
                 int64_t p,
                 int64_t i,
                 int64_t f,
                 int64_t pen,
                 int64_t over)
{
    assert_int_equal(v->state.owed.principal.sen, p * 100);
    assert_int_equal(v->state.owed.interest.sen, i * 100);
    assert_int_equal(v->state.owed.fee.sen, f * 100);
    assert_int_equal(v->state.owed.penalty.sen, pen * 100);
    assert_int_equal(v->state.overpaid.sen, over * 100);
}

static void parts_are(
    const umi_txn *t, umi_txn_kind kind, int64_t p, int64_t i, int64_t over)
{
    assert_int_equal(t->kind, kind);
    assert_int_equal(t->parts.principal.sen, p * 100);
    assert_int_equal(t->parts.interest.sen, i * 100);
    assert_int_equal(t->parts.overpaid.sen, over * 100);
    assert_int_equal(t->amount.sen, (p + i + over) * 100);
}

/* --- examples ------------------------------------------------------------- */

static void a_loan_is_disbursed_paid_and_overpaid(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    int64_t loan = small_booked(b, "L-1", "MEKAAR", "PUSAT", false);
    umi_loan_view v = look(b, loan, arena);
    assert_int_equal(v.state.status, UMI_LOAN_BOOKED);
    owes(&v, 0, 0, 0, 0, 0);
    small_must(b, (umi_booking){.kind = UMI_TXN_DISBURSEMENT,
                                .loan = loan,
                                .day = day("2026-01-05")});
    v = look(b, loan, arena);
    owes(&v, 1000000, 100000, 0, 0, 0);
    parts_are(&v.txns[0], UMI_TXN_DISBURSEMENT, 1000000, 0, 0);
    small_pay(b, loan, "2026-01-12", 160000);
    v = look(b, loan, arena);
    parts_are(&v.txns[1], UMI_TXN_REPAYMENT, 140000, 20000, 0);
    small_pay(b, loan, "2026-01-19", 1000000);
    v = look(b, loan, arena);
    owes(&v, 0, 0, 0, 0, 60000);
    assert_int_equal(v.state.status, UMI_LOAN_CLOSED);
    small_pay(b, loan, "2026-02-19", 1);
    v = look(b, loan, arena);
    parts_are(&v.txns[3], UMI_TXN_REPAYMENT, 0, 0, 1);
    must_be_sound(b);
    umi_arena_free(arena);
    umi_book_close(b);
}

/* The second payment takes the place of the first, and as it happens is
 * divided alike. */
static void a_reversal_leaves_the_rest_as_if_it_came_alone(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    int64_t loan = small_loan(b, "L-1", "MEKAAR", "PUSAT");
    int64_t first = small_pay(b, loan, "2026-01-12", 60000);
    small_pay(b, loan, "2026-01-19", 60000);
    small_reverse(b, first, "2026-02-01");
    umi_loan_view v = look(b, loan, arena);
    assert_int_equal(v.txn_count, 4);
    parts_are(&v.txns[1], UMI_TXN_REPAYMENT, 50000, 10000, 0);
    parts_are(&v.txns[2], UMI_TXN_REPAYMENT, 50000, 10000, 0);
    parts_are(&v.txns[3], UMI_TXN_REVERSAL, -50000, -10000, 0);
    assert_int_equal(v.txns[3].reverses, first);
    owes(&v, 950000, 90000, 0, 0, 0);
    must_be_sound(b);
    umi_arena_free(arena);
    umi_book_close(b);
}

/* 8,000 paid the rest of row 1 and some of row 2; alone they pay interest of
 * row 1. */
static void a_reversal_divides_later_payments_anew(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    int64_t loan = small_loan(b, "L-1", "MEKAAR", "PUSAT");
    int64_t first = small_pay(b, loan, "2026-01-12", 105000);
    small_pay(b, loan, "2026-01-19", 8000);
    small_reverse(b, first, "2026-02-01");
    umi_loan_view v = look(b, loan, arena);
    assert_int_equal(v.txn_count, 5);
    parts_are(&v.txns[2], UMI_TXN_REPAYMENT, 5000, 3000, 0);
    parts_are(&v.txns[4], UMI_TXN_REALLOCATION, -5000, 5000, 0);
    owes(&v, 1000000, 92000, 0, 0, 0);
    must_be_sound(b);
    umi_arena_free(arena);
    umi_book_close(b);
}

static void charges_relief_and_recovery(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    int64_t loan = small_loan(b, "L-1", "MEKAAR", "PUSAT");
    const umi_component interest = UMI_INTEREST;
    small_must(b, (umi_booking){.kind = UMI_TXN_FEE,
                                .loan = loan,
                                .day = day("2026-01-10"),
                                .due = {UMI_NONE32},
                                .amount = {500000}});
    small_must(b, (umi_booking){.kind = UMI_TXN_PENALTY,
                                .loan = loan,
                                .day = day("2026-01-20"),
                                .due = day("2026-01-12"),
                                .amount = {200000}});
    umi_loan_view v = look(b, loan, arena);
    owes(&v, 1000000, 100000, 5000, 2000, 0);
    small_pay(b, loan, "2026-01-21", 10000);
    v = look(b, loan, arena); /* penalty, fee, then interest of row 1 */
    owes(&v, 1000000, 97000, 0, 0, 0);
    small_must(b, (umi_booking){.kind = UMI_TXN_WAIVE,
                                .loan = loan,
                                .day = day("2026-02-01"),
                                .component = &interest});
    v = look(b, loan, arena);
    owes(&v, 1000000, 0, 0, 0, 0);
    small_must(b, (umi_booking){.kind = UMI_TXN_WRITE_OFF,
                                .loan = loan,
                                .day = day("2026-03-01")});
    v = look(b, loan, arena);
    owes(&v, 0, 0, 0, 0, 0);
    assert_int_equal(v.state.status, UMI_LOAN_WRITTEN_OFF);
    small_must(b, (umi_booking){.kind = UMI_TXN_RECOVER,
                                .loan = loan,
                                .day = day("2026-04-01"),
                                .amount = {30000000}});
    small_pay(b, loan, "2026-04-02", 7000);
    v = look(b, loan, arena);
    owes(&v, 0, 0, 0, 0, 7000);
    small_must(b, (umi_booking){.kind = UMI_TXN_REFUND,
                                .loan = loan,
                                .day = day("2026-04-03"),
                                .amount = {700000}});
    v = look(b, loan, arena);
    owes(&v, 0, 0, 0, 0, 0);
    parts_are(&v.txns[v.txn_count - 1], UMI_TXN_REFUND, 0, 0, -7000);
    must_be_sound(b);
    umi_arena_free(arena);
    umi_book_close(b);
}

/* An open-ended waiver that takes more after a reversal is entered again. */
static void a_waiver_follows_a_reversal(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    int64_t loan = small_loan(b, "L-1", "MEKAAR", "PUSAT");
    const umi_component interest = UMI_INTEREST;
    int64_t paid = small_pay(b, loan, "2026-01-12", 110000);
    small_must(b, (umi_booking){.kind = UMI_TXN_WAIVE,
                                .loan = loan,
                                .day = day("2026-02-01"),
                                .component = &interest});
    umi_loan_view v = look(b, loan, arena);
    owes(&v, 900000, 0, 0, 0, 0);
    parts_are(&v.txns[2], UMI_TXN_WAIVE, 0, 90000, 0);
    small_reverse(b, paid, "2026-02-02");
    v = look(b, loan, arena);
    owes(&v, 1000000, 0, 0, 0, 0);
    assert_int_equal(v.txn_count, 6);
    parts_are(&v.txns[4], UMI_TXN_REVERSAL, 0, -90000, 0);
    parts_are(&v.txns[5], UMI_TXN_WAIVE, 0, 100000, 0);
    must_be_sound(b);
    umi_arena_free(arena);
    umi_book_close(b);
}

static void a_returned_disbursement_may_go_out_again(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    int64_t loan = small_booked(b, "L-1", "MEKAAR", "PUSAT", true);
    umi_booking out = {.kind = UMI_TXN_DISBURSEMENT,
                       .loan = loan,
                       .day = day("2026-01-05"),
                       .channel = UMI_TEXT("BRI"),
                       .reference = UMI_TEXT("T1")};
    int64_t first = small_must(b, out);
    small_reverse(b, first, "2026-01-07");
    umi_loan_view v = look(b, loan, arena);
    assert_int_equal(v.state.status, UMI_LOAN_BOOKED);
    must_be_sound(b);
    out.day = day("2026-01-09");
    out.reference = UMI_TEXT("T2");
    small_must(b, out);
    small_pay(b, loan, "2026-01-16", 50000);
    v = look(b, loan, arena);
    assert_int_equal(v.state.disbursed.n, day("2026-01-09").n);
    assert_int_equal(v.schedule.rows[0].due.n, day("2026-01-16").n);
    must_be_sound(b);
    umi_arena_free(arena);
    umi_book_close(b);
}

static void the_same_reference_is_posted_once(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t loan = small_loan(b, "L-1", "MEKAAR", "PUSAT");
    int64_t other = small_loan(b, "L-2", "MEKAAR", "PUSAT");
    umi_error err = {0};
    umi_booked out;
    umi_booking k = {.kind = UMI_TXN_REPAYMENT,
                     .loan = loan,
                     .day = day("2026-01-12"),
                     .amount = {100},
                     .channel = UMI_TEXT("VA"),
                     .reference = UMI_TEXT("R")};
    int64_t txn = small_must(b, k);
    k.day = day("2026-01-19");
    assert_int_equal(small_enter(b, &k, &out, &err), UMI_OK);
    assert_true(out.duplicate && out.txn == txn);
    k.amount.sen = 101;
    assert_int_equal(small_enter(b, &k, &out, &err), UMI_EEXIST);
    assert_string_equal(err.code, "CONFLICT");
    k.amount.sen = 100;
    k.loan = other;
    assert_int_equal(small_enter(b, &k, &out, &err), UMI_EEXIST);
    k.channel = UMI_TEXT("V");
    assert_int_equal(small_enter(b, &k, &out, &err), UMI_OK);
    assert_false(out.duplicate);
    must_be_sound(b);
    umi_book_close(b);
}

/* --- refusals ------------------------------------------------------------- */

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t loan = small_loan(b, "L-1", "MEKAAR", "PUSAT");
    int64_t booked = small_booked(b, "L-2", "MEKAAR", "PUSAT", false);
    int64_t paid = small_pay(b, loan, "2026-01-12", 1000);
    int64_t gone = small_pay(b, loan, "2026-01-12", 1000);
    int64_t reversal = small_reverse(b, gone, "2026-01-13");
    const umi_day d = day("2026-02-01"), early = day("2026-01-04"),
                  late = day("2026-11-22");
    const struct {
        umi_booking k;
        umi_status status;
    } cases[] = {
        {{.kind = UMI_TXN_REPAYMENT, .loan = 99, .day = d, .amount = {1}},
         UMI_ENOENT},
        {{.kind = UMI_TXN_REPAYMENT, .loan = loan, .day = d}, UMI_EINVAL},
        {{.kind = UMI_TXN_REPAYMENT, .loan = loan, .day = d, .amount = {-1}},
         UMI_EINVAL},
        {{.kind = UMI_TXN_REPAYMENT, .loan = loan, .day = early, .amount = {1}},
         UMI_EINVAL},
        {{.kind = UMI_TXN_REPAYMENT, .loan = loan, .day = late, .amount = {1}},
         UMI_EINVAL},
        {{.kind = UMI_TXN_REPAYMENT, .loan = booked, .day = d, .amount = {1}},
         UMI_ESTATE},
        {{.kind = UMI_TXN_REPAYMENT,
          .loan = loan,
          .day = d,
          .amount = {1},
          .channel = UMI_TEXT("VA")},
         UMI_EINVAL},
        {{.kind = UMI_TXN_REPAYMENT,
          .loan = loan,
          .day = d,
          .amount = {1},
          .channel = UMI_TEXT("VA"),
          .reference = UMI_TEXT("\xff")},
         UMI_EINVAL},
        {{.kind = UMI_TXN_DISBURSEMENT, .loan = loan, .day = d}, UMI_ESTATE},
        {{.kind = UMI_TXN_RECOVER, .loan = loan, .day = d, .amount = {1}},
         UMI_ESTATE},
        {{.kind = UMI_TXN_REVERSAL, .reverses = 99, .day = d}, UMI_ENOENT},
        {{.kind = UMI_TXN_REVERSAL, .reverses = gone, .day = d}, UMI_ESTATE},
        {{.kind = UMI_TXN_REVERSAL, .reverses = reversal, .day = d},
         UMI_ESTATE},
        {{.kind = UMI_TXN_REVERSAL, .reverses = paid, .day = early},
         UMI_EINVAL},
        {{.kind = UMI_TXN_REVERSAL, .reverses = 1, .day = d}, UMI_ESTATE},
    };
    umi_hash head = umi_book_head(b);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_error err = {0};
        umi_booked out;
        umi_status rc = small_enter(b, &cases[i].k, &out, &err);
        if (rc != cases[i].status)
            fail_msg("case %zu: %s", i, err.message);
        umi_hash now = umi_book_head(b);
        assert_true(umi_hash_eq(&head, &now));
    }
    must_be_sound(b);
    umi_book_close(b);
}

static void a_loan_number_is_used_once(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_error err = {0};
    umi_policy policy = umi_policy_default();
    umi_terms t = umi_terms_default();
    t.principal.sen = 100;
    t.periods = 1;
    t.rate = umi_rate_of(0, 1);
    t.method = UMI_FLAT;
    umi_new_loan l = {.number = UMI_TEXT("L-1"),
                      .person = 1,
                      .product = UMI_TEXT("UMI"),
                      .terms = &t,
                      .policy = &policy,
                      .application = UMI_NONE};
    int64_t id;
    small_booked(b, "L-1", "MEKAAR", "PUSAT", false);
    assert_int_equal(umi_book_add_loan(b, &l, NULL, &id, &err), UMI_EEXIST);
    l.number = UMI_TEXT("");
    assert_int_equal(umi_book_add_loan(b, &l, NULL, &id, &err), UMI_EINVAL);
    l.number = UMI_TEXT("L-01");
    assert_int_equal(umi_book_add_loan(b, &l, NULL, &id, &err), UMI_OK);
    assert_int_equal(umi_loan_find(b, UMI_TEXT("L-001"), &id, &err),
                     UMI_ENOENT);
    umi_book_close(b);
}

/* --- properties ----------------------------------------------------------- */

/* After every act: replay equals state, rows add up to it, the ledger equals
 * the loans, keys are found, the chain holds. */
static void every_act_leaves_the_book_sound(void **state)
{
    (void)state;
    chance c = chance_begin("every_act_leaves_the_book_sound", 20261122);
    for (int round = 0; round < chance_rounds(2); round++) {
        umi_book *b =
            small_book(round & 1 ? UMI_BASIS_CASH : UMI_BASIS_ACCRUAL);
        const int64_t loans[] = {small_loan(b, "A", "MEKAAR", "X"),
                                 small_loan(b, "B", "UMI", "Y"),
                                 small_loan(b, "C", "BARU", "PUSAT")};
        for (int i = 0; i < 120; i++) {
            small_random(b, &c, loans, 3);
            must_be_sound(b);
        }
        umi_book_close(b);
    }
}

typedef struct plan {
    umi_booking k[12];
    size_t n;
} plan;

static plan random_plan(chance *c)
{
    static const umi_txn_kind kinds[] = {UMI_TXN_REPAYMENT, UMI_TXN_REPAYMENT,
                                         UMI_TXN_REPAYMENT, UMI_TXN_FEE,
                                         UMI_TXN_PENALTY,   UMI_TXN_WAIVE};
    plan p = {.n = (size_t)chance_in(c, 2, 12)};
    for (size_t i = 0; i < p.n; i++)
        p.k[i] = (umi_booking){
            .kind = kinds[chance_in(c, 0, 5)],
            .day = {day("2026-01-05").n + (int)chance_in(c, 0, 60)},
            .due = {UMI_NONE32},
            .amount = {100 * chance_in(c, 1, 150000)}};
    return p;
}

static umi_loan_state enter_plan(const plan *p)
{
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    int64_t loan = small_loan(b, "L", "MEKAAR", "PUSAT");
    for (size_t i = 0; i < p->n; i++) {
        umi_booking k = p->k[i];
        k.loan = loan;
        small_must(b, k);
    }
    umi_loan_state s = look(b, loan, arena).state;
    must_be_sound(b);
    umi_arena_free(arena);
    umi_book_close(b);
    return s;
}

static void same_state(const umi_loan_state *a, const umi_loan_state *b)
{
    for (size_t c = 0; c < UMI_COMPONENTS; c++) {
        assert_int_equal(a->owed.of[c].sen, b->owed.of[c].sen);
        assert_int_equal(a->paid.of[c].sen, b->paid.of[c].sen);
    }
    assert_int_equal(a->overpaid.sen, b->overpaid.sen);
    assert_int_equal(a->status, b->status);
}

static void no_order_of_entry_matters(void **state)
{
    (void)state;
    chance c = chance_begin("no_order_of_entry_matters", 4711);
    for (int round = 0; round < chance_rounds(25); round++) {
        plan p = random_plan(&c);
        umi_loan_state a = enter_plan(&p);
        for (size_t i = p.n - 1; i > 0; i--) {
            size_t k = (size_t)chance_in(&c, 0, (int64_t)i);
            umi_booking swap = p.k[i];
            p.k[i] = p.k[k];
            p.k[k] = swap;
        }
        umi_loan_state b = enter_plan(&p);
        same_state(&a, &b);
    }
}

static void an_act_and_its_reversal_leave_nothing(void **state)
{
    (void)state;
    chance c = chance_begin("an_act_and_its_reversal_leave_nothing", 815);
    for (int round = 0; round < chance_rounds(25); round++) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        umi_arena *arena = umi_arena_new();
        int64_t loan = small_loan(b, "L", "MEKAAR", "PUSAT");
        plan p = random_plan(&c);
        for (size_t i = 0; i < p.n; i++) {
            umi_booking k = p.k[i];
            k.loan = loan;
            small_must(b, k);
        }
        umi_loan_state before = look(b, loan, arena).state;
        umi_booking extra = random_plan(&c).k[0];
        extra.loan = loan;
        small_reverse(b, small_must(b, extra), "2026-11-21");
        umi_loan_state after = look(b, loan, arena).state;
        same_state(&before, &after);
        must_be_sound(b);
        umi_arena_free(arena);
        umi_book_close(b);
    }
}

/* A failed allocation is reported, and what was entered before stands. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    int64_t nth = 1;
    for (bool reached = true; reached; nth += nth < 200 ? 1 : 7) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        int64_t loan = small_loan(b, "L", "MEKAAR", "PUSAT");
        int64_t txn = small_pay(b, loan, "2026-01-12", 1000);
        umi_error err = {0};
        umi_booked out;
        umi_booking k = {.kind = UMI_TXN_REVERSAL,
                         .reverses = txn,
                         .day = day("2026-02-01")};
        umi_alloc_fail_at(nth, 0);
        umi_status rc = small_enter(b, &k, &out, &err);
        reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        if (rc != (reached ? UMI_ENOMEM : UMI_OK))
            fail_msg("allocation %lld: %s", (long long)nth, err.message);
        umi_book_close(b);
    }
    assert_true(nth > 20);
}

/* 700 payments of a loan with a fee in one act: each goes through up to 700
 * rows of 200 bytes, and room is needed for one of these. */
static void room_for_one_entry_is_enough(void **state)
{
    enum {
        MANY = 700
    };
    (void)state;
    umi_error err = {0};
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t loan = small_loan(b, "A", "MEKAAR", "PUSAT");
    umi_booking k[MANY];
    umi_booked out[MANY];
    struct rusage before, after;
    for (int i = 0; i < MANY; i++)
        k[i] = (umi_booking){.kind = i ? UMI_TXN_REPAYMENT : UMI_TXN_FEE,
                             .loan = loan,
                             .day = day("2026-01-12"),
                             .due = {UMI_NONE32},
                             .amount = {100000}};
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("test"),
                               .booked = day("2026-11-21"),
                               .bookings = k,
                               .count = MANY};
    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    if (umi_book_enter(b, &act, out, NULL, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    if (memory_held() > 0) /* no sanitizer stands in */
        assert_true(after.ru_maxrss - before.ru_maxrss < 32 << 10);
    must_be_sound(b);
    umi_book_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_for_one_entry_is_enough),
        cmocka_unit_test(a_loan_is_disbursed_paid_and_overpaid),
        cmocka_unit_test(a_reversal_divides_later_payments_anew),
        cmocka_unit_test(a_reversal_leaves_the_rest_as_if_it_came_alone),
        cmocka_unit_test(charges_relief_and_recovery),
        cmocka_unit_test(a_waiver_follows_a_reversal),
        cmocka_unit_test(a_returned_disbursement_may_go_out_again),
        cmocka_unit_test(the_same_reference_is_posted_once),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(a_loan_number_is_used_once),
        cmocka_unit_test(every_act_leaves_the_book_sound),
        cmocka_unit_test(no_order_of_entry_matters),
        cmocka_unit_test(an_act_and_its_reversal_leave_nothing),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("ledger/enter", tests, NULL, NULL);
}
