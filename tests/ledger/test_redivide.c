/* SPDX-License-Identifier: MIT
 * Postings entered once more: whatever the book wrote comes out again, and of
 * two that changed their parts the first is told, with what belongs there. */
#include "tests/support/small_book.h"

#include "ledger/book/redivide.h"
#include "tests/support/files_of_loans.h"
#include "tests/support/loans.h"

enum {
    ROWS = 400, /* postings of one loan */
    DEALS = 8
};

/* --- books ---------------------------------------------------------------- */

/* A loan of any method and policy, with fees in rows and fees withheld. */
static int64_t any_loan(umi_book *b, chance *c, const char *number)
{
    static const umi_method methods[] = {UMI_FLAT, UMI_ANNUITY,
                                         UMI_EQUAL_PRINCIPAL};
    umi_error err = {0};
    umi_policy policy = policy_random(c);
    umi_terms t = umi_terms_default();
    umi_fee fees[2] = {{.code = UMI_TEXT("ADM"), .amount = {70000}},
                       {.code = UMI_TEXT("PRO"), .amount = {500000}}};
    fees[0].due = UMI_DUE_EACH;
    fees[1].due = UMI_DUE_DISBURSEMENT;
    size_t from = (size_t)chance_in(c, 0, 1);
    if (chance_one_in(c, 3))
        policy = umi_policy_default();
    t.principal.sen = 100000 * chance_in(c, 100, 2000);
    t.periods = (int32_t)chance_in(c, 1, 12);
    t.unit = UMI_UNIT_WEEK;
    t.rate = umi_rate_of(chance_in(c, 0, 3), 100);
    t.rate_per = UMI_PER_WEEK;
    t.method = methods[chance_in(c, 0, 2)];
    t.disbursed = day("2026-01-05");
    t.fees = fees + from;
    t.fee_count = (size_t)chance_in(c, 0, 2 - (int64_t)from);
    umi_new_loan l = {.number = umi_text_of(number),
                      .person = 1,
                      .product = UMI_TEXT("UMI"),
                      .branch = UMI_TEXT("GRT"),
                      .terms = &t,
                      .policy = &policy,
                      .application = UMI_NONE};
    int64_t id = 0;
    if (umi_book_add_loan(b, &l, NULL, &id, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return id;
}

static void pay_out(umi_book *b, int64_t id, int32_t after)
{
    umi_day d = {day("2026-01-05").n + after};
    umi_booking k = {.kind = UMI_TXN_DISBURSEMENT, .loan = id, .day = d};
    k.due.n = UMI_NONE32;
    (void)small_must(b, k);
}

/* --- a loan as it is stored ----------------------------------------------- */

typedef struct stored {
    umi_loan loan;
    umi_loan_state state;
    umi_agreement agreements[DEALS];
    umi_schedule schedules[DEALS];
    umi_agreed agreed[DEALS];
    umi_txn txns[ROWS];
    umi_redivide_ask ask;
    umi_arena *arena;
} stored;

static umi_status take_agreement(void *self, const void *row, umi_error *err)
{
    stored *s = self;
    const umi_agreement *a = row;
    (void)err;
    if (a->loan != s->loan.id)
        return UMI_OK;
    assert_true(s->ask.agreed_count < DEALS);
    s->agreements[s->ask.agreed_count++] = *a;
    return UMI_OK;
}

static void agree(stored *s, size_t i, umi_error *err)
{
    const umi_agreement *a = &s->agreements[i];
    const umi_frame *f;
    assert_int_equal(umi_deals_frame(s->ask.deals, a->terms, &f, err), UMI_OK);
    umi_terms t = umi_frame_terms(f, a->principal, a->disbursed, a->first_due);
    assert_int_equal(umi_deal_schedule(&s->schedules[i], &t, s->arena, err),
                     UMI_OK);
    s->agreed[i] = (umi_agreed){a, &s->schedules[i]};
}

static void look(stored *s, umi_book *b, int64_t id)
{
    umi_error err = {0};
    bool found;
    const umi_txn *txns;
    memset(s, 0, sizeof *s);
    s->arena = umi_arena_new();
    s->ask.loan = &s->loan;
    s->ask.agreed = s->agreed;
    s->ask.txns = s->txns;
    assert_int_equal(umi_deals_new(&s->ask.deals, b, &err), UMI_OK);
    assert_int_equal(umi_store_read(umi_book_store(b), &umi_loan_table, &id, 1,
                                    &s->loan, &found, s->arena, &err),
                     UMI_OK);
    assert_int_equal(umi_store_read(umi_book_store(b), &umi_loan_state_table,
                                    &id, 1, &s->state, &found, s->arena, &err),
                     UMI_OK);
    assert_int_equal(umi_store_scan(umi_book_store(b), &umi_agreement_table,
                                    INT64_MIN, INT64_MAX, take_agreement, s,
                                    &err),
                     UMI_OK);
    for (size_t i = 0; i < s->ask.agreed_count; i++)
        agree(s, i, &err);
    assert_int_equal(umi_fold_history(b, id, s->state.last_txn, &txns,
                                      &s->ask.n, s->arena, &err),
                     UMI_OK);
    assert_true(s->ask.n <= ROWS);
    if (s->ask.n > 0)
        memcpy(s->txns, txns, s->ask.n * sizeof *txns);
}

static void drop(stored *s)
{
    umi_deals_free(s->ask.deals);
    umi_arena_free(s->arena);
}

static umi_redivided again(const stored *s)
{
    umi_error err = {0};
    umi_redivided out;
    if (umi_redivide(&out, &s->ask, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return out;
}

static void comes_out_again(const stored *s)
{
    umi_redivided r = again(s);
    if (r.odd)
        fail_msg("loan %lld: posting %zu of %zu", (long long)s->loan.id, r.at,
                 s->ask.n);
    r.state.seq = s->state.seq;
    r.state.product = s->state.product;
    r.state.branch = s->state.branch;
    assert_memory_equal(&r.state, &s->state, sizeof r.state);
}

/* --- tests ---------------------------------------------------------------- */

/* Some sen go from one component to another in one posting, and back in a
 * later one: whatever is summed stays as it was. */
static void first_of_two_is_told(stored *s, chance *c, size_t *times)
{
    const size_t i = (size_t)chance_in(c, 0, (int64_t)s->ask.n - 2);
    const size_t k =
        (size_t)chance_in(c, (int64_t)i + 1, (int64_t)s->ask.n - 1);
    const size_t from = (size_t)chance_in(c, 0, UMI_COMPONENTS - 1);
    const size_t to = (from + (size_t)chance_in(c, 1, 3)) % UMI_COMPONENTS;
    const int64_t by = chance_one_in(c, 2) ? 1 : chance_in(c, 1, 100000);
    const umi_parts was = s->txns[i].parts;
    s->txns[i].parts.of[from].sen -= by;
    s->txns[i].parts.of[to].sen += by;
    s->txns[k].parts.of[from].sen += by;
    s->txns[k].parts.of[to].sen -= by;
    const umi_redivided r = again(s);
    assert_true(r.odd);
    assert_int_equal(r.at, i);
    assert_true(r.has_want);
    assert_memory_equal(&r.want.parts, &was, sizeof was);
    s->txns[i].parts = was;
    s->txns[k].parts.of[from].sen -= by;
    s->txns[k].parts.of[to].sen += by;
    ++*times;
}

/* A sen more is told, or comes to another state. */
static void another_amount_is_told(stored *s, chance *c)
{
    const size_t i = (size_t)chance_in(c, 0, (int64_t)s->ask.n - 1);
    s->txns[i].amount.sen++;
    s->txns[i].parts.overpaid.sen++;
    const umi_redivided r = again(s);
    assert_true(r.odd || r.state.overpaid.sen != s->state.overpaid.sen ||
                r.state.paid.principal.sen != s->state.paid.principal.sen);
    s->txns[i].amount.sen--;
    s->txns[i].parts.overpaid.sen--;
}

/* Of every policy: money, charges, relief, reversals, days in any order,
 * disbursements that come back and go out again. */
static void what_the_book_wrote_comes_out_again(void **state)
{
    (void)state;
    chance c = chance_begin("what_the_book_wrote_comes_out_again", 38);
    size_t times = 0, returned = 0;
    for (int round = chance_rounds(40); round > 0; round--) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        int64_t loans[3];
        for (size_t i = 0; i < 3; i++) {
            loans[i] = any_loan(b, &c, (const char *[]){"A", "B", "C"}[i]);
            if (!chance_one_in(&c, 8))
                pay_out(b, loans[i], 0);
        }
        for (int64_t n = chance_in(&c, 1, 120); n > 0; n--) {
            small_random(b, &c, loans, 3);
            if (chance_one_in(&c, 20)) {
                stored s;
                const int64_t id = loans[chance_in(&c, 0, 2)];
                look(&s, b, id);
                if (s.state.status == UMI_LOAN_BOOKED)
                    pay_out(b, id, (int32_t)chance_in(&c, 0, 30));
                drop(&s);
            }
        }
        for (size_t i = 0; i < 3; i++) {
            stored s;
            look(&s, b, loans[i]);
            comes_out_again(&s);
            returned += s.ask.agreed_count > 1;
            for (int k = 0; k < 12 && s.ask.n > 1; k++) {
                first_of_two_is_told(&s, &c, &times);
                another_amount_is_told(&s, &c);
            }
            comes_out_again(&s);
            drop(&s);
        }
        sound_book(b);
        umi_book_close(b);
    }
    assert_true(times > 100 && returned > 0);
}

/* Imported loans, whose opening figures lie on no row's end, and files. */
static void files_come_out_again(void **state)
{
    (void)state;
    chance c = chance_begin("files_come_out_again", 39);
    size_t times = 0;
    enum {
        LOANS = 40
    };
    for (int round = chance_rounds(2); round > 0; round--) {
        umi_book *b = memory_book();
        int64_t loans[LOANS];
        write_loans("loans.csv", &c, LOANS);
        (void)import_file(b, an_ask("loans.csv"));
        for (int i = 0; i < LOANS; i++)
            loans[i] = i + 1;
        for (int step = 0; step < 4; step++) {
            write_payments("pay.csv", &c, 150, LOANS, 1000 * (step + 1));
            (void)post_file(b, an_ask("pay.csv"));
            for (int i = 0; i < 40; i++)
                small_random(b, &c, loans, LOANS);
        }
        sound_book(b);
        for (size_t i = 0; i < LOANS; i++) {
            stored s;
            look(&s, b, loans[i]);
            comes_out_again(&s);
            for (int k = 0; k < 4 && s.ask.n > 1; k++)
                first_of_two_is_told(&s, &c, &times);
            drop(&s);
        }
        umi_book_close(b);
    }
    assert_true(times > 100);
    temp_remove("loans.csv");
    temp_remove("pay.csv");
}

/* Whatever rows hold, there is an answer. */
static void any_rows_have_an_answer(void **state)
{
    (void)state;
    static const int64_t odd[] = {0, 1, -1, INT64_MIN, INT64_MAX, 100000000};
    chance c = chance_begin("any_rows_have_an_answer", 40);
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t id = small_loan(b, "A", "MEKAAR", "X");
    stored s;
    for (int i = 0; i < 60; i++)
        small_random(b, &c, &id, 1);
    look(&s, b, id);
    for (int i = chance_rounds(5000); i > 0; i--) {
        umi_txn was[3];
        size_t at[3];
        for (size_t k = 0; k < 3; k++) {
            at[k] = (size_t)chance_in(&c, 0, (int64_t)s.ask.n - 1);
            umi_txn *t = &s.txns[at[k]];
            was[k] = *t;
            t->parts.of[chance_in(&c, 0, 3)].sen = odd[chance_in(&c, 0, 5)];
            if (chance_one_in(&c, 3))
                t->kind = (umi_txn_kind)chance_in(&c, 0, UMI_TXN_KINDS - 1);
            if (chance_one_in(&c, 3))
                t->reverses = chance_in(&c, 0, 70);
            if (chance_one_in(&c, 4))
                t->asked.sen = odd[chance_in(&c, 0, 5)];
            if (chance_one_in(&c, 4))
                t->day.n = (int32_t)odd[chance_in(&c, 0, 4)];
            if (chance_one_in(&c, 4))
                t->due.n = (int32_t)chance_in(&c, -900000, 900000);
            t->amount = t->parts.overpaid;
            for (size_t m = 0; m < UMI_COMPONENTS; m++)
                t->amount.sen = (int64_t)((uint64_t)t->amount.sen +
                                          (uint64_t)t->parts.of[m].sen);
        }
        (void)again(&s);
        for (size_t k = 3; k-- > 0;)
            s.txns[at[k]] = was[k];
    }
    comes_out_again(&s);
    drop(&s);
    umi_book_close(b);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    chance c = chance_begin("every_allocation_may_fail", 41);
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t id = small_loan(b, "A", "MEKAAR", "X"), nth = 1;
    stored s;
    for (int i = 0; i < 40; i++)
        small_random(b, &c, &id, 1);
    look(&s, b, id);
    for (bool reached = true; reached; nth++) {
        umi_error err = {0};
        umi_redivided out;
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_redivide(&out, &s.ask, &err);
        reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
    }
    assert_true(nth > 3);
    drop(&s);
    umi_book_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_book_wrote_comes_out_again),
        cmocka_unit_test(files_come_out_again),
        cmocka_unit_test(any_rows_have_an_answer),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
