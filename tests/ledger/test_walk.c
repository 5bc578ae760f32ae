/* SPDX-License-Identifier: MIT
 * Two ways to what payments make of a loan: the running sums of its schedule
 * say what the replay says, and never yes where the replay says no. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/book/fold.h"
#include "ledger/book/walk.h"
#include "tests/support/loans.h"

enum {
    POSTINGS = 9
};

/* A loan as it is stored, and what it rests on. */
typedef struct stored {
    loan agreed;
    umi_walk_sums sums[LOAN_ROWS + 1];
    umi_policy policy;
    umi_loan loan;
    umi_loan_state state;
    umi_txn txns[POSTINGS];
    size_t n;
} stored;

/* Whether the replay comes to the state that is stored. */
static bool replays(const stored *s)
{
    umi_arena *arena = umi_arena_new();
    umi_refold fold;
    umi_loan_state want = s->state;
    bool same =
        umi_fold_replay(&fold, &s->loan, &s->policy, &s->agreed.schedule,
                        s->txns, s->n, (umi_day){0}, arena, NULL) == UMI_OK;
    if (same) {
        umi_fold_settle(&want, &fold);
        same = memcmp(&want, &s->state, sizeof want) == 0;
    }
    umi_arena_free(arena);
    return same;
}

static bool proves(const stored *s)
{
    return umi_walk_proves(s->sums, s->agreed.schedule.count, &s->policy,
                           &s->loan, &s->state, s->txns, s->n);
}

static umi_txn posting(size_t i, umi_txn_kind kind, umi_day day)
{
    umi_txn t = umi_fold_draft(kind, 1, 1, day);
    t.id = (int64_t)i + 1;
    t.loan = 1;
    t.prev = i > 0 ? (int64_t)i : UMI_NONE;
    return t;
}

/* A loan that paid something before its import, then some money on any days,
 * divided as posting does. */
static void draw(stored *s, chance *c)
{
    memset(s, 0, sizeof *s);
    loan_random(&s->agreed, c);
    const umi_schedule *plan = &s->agreed.schedule;
    s->policy = policy_random(c);
    s->policy.walk = UMI_WALK_INSTALMENT;
    s->policy.ahead = UMI_AHEAD_NEXT;
    umi_paid paid = {0};
    umi_parts parts;
    if (chance_one_in(c, 2) && plan->total.sen > 1)
        assert_true(
            umi_waterfall_pay(plan->rows, plan->count, &s->policy, &paid,
                              (umi_money){chance_in(c, 1, plan->total.sen)},
                              (umi_day){0}, &parts));
    if (paid.fee.sen > 0) /* no import brings fees */
        paid = (umi_paid){0};
    s->loan = (umi_loan){.id = 1,
                         .paid_principal = paid.principal,
                         .paid_interest = paid.interest};
    s->txns[0] = posting(0, UMI_TXN_IMPORT, (umi_day){0});
    s->n = (size_t)chance_in(c, 1, POSTINGS);
    for (size_t i = 1; i < s->n; i++) {
        umi_txn *t = &s->txns[i];
        *t = posting(i, UMI_TXN_REPAYMENT,
                     (umi_day){(int32_t)chance_in(c, 0, 400)});
        t->amount.sen = chance_in(c, 1, plan->total.sen / 2 + 2);
        assert_true(umi_waterfall_pay(plan->rows, plan->count, &s->policy,
                                      &paid, t->amount, t->day, &t->parts));
        s->state.overpaid.sen += t->parts.overpaid.sen;
    }
    bool owes = false;
    for (size_t k = 0; k < UMI_ROW_COMPONENTS; k++)
        s->state.paid.of[k] = paid.of[k];
    s->state.owed.principal.sen = plan->principal.sen - paid.principal.sen;
    s->state.owed.interest.sen = plan->interest.sen - paid.interest.sen;
    s->state.owed.fee.sen = plan->fee.sen - paid.fee.sen;
    for (size_t k = 0; k < UMI_ROW_COMPONENTS; k++)
        owes |= s->state.owed.of[k].sen != 0;
    s->state.status = owes ? UMI_LOAN_ACTIVE : UMI_LOAN_CLOSED;
    assert_true(umi_walk_begin(s->sums, plan));
}

static void both_ways_come_to_the_same(void **state)
{
    (void)state;
    chance c = chance_begin("both_ways_come_to_the_same", 70);
    for (int i = chance_rounds(20000); i > 0; i--) {
        stored s;
        draw(&s, &c);
        assert_true(replays(&s));
        assert_true(proves(&s));
    }
}

/* One figure that counts, by place. */
static int64_t *figure(stored *s, int64_t at)
{
    umi_txn *t = &s->txns[s->n - 1];
    int64_t *const all[] = {&s->state.paid.principal.sen,
                            &s->state.paid.interest.sen,
                            &s->state.paid.fee.sen,
                            &s->state.paid.penalty.sen,
                            &s->state.owed.principal.sen,
                            &s->state.owed.interest.sen,
                            &s->state.owed.fee.sen,
                            &s->state.owed.penalty.sen,
                            &s->state.overpaid.sen,
                            &t->parts.overpaid.sen,
                            &t->parts.principal.sen,
                            &t->parts.interest.sen,
                            &t->parts.fee.sen,
                            &t->parts.penalty.sen,
                            &t->amount.sen};
    const int64_t n = sizeof all / sizeof *all;
    return at < n ? all[at] : NULL;
}

static void no_other_figure_is_proved(void **state)
{
    (void)state;
    chance c = chance_begin("no_other_figure_is_proved", 71);
    for (int i = chance_rounds(2000); i > 0; i--) {
        stored s;
        draw(&s, &c);
        int64_t by = chance_one_in(&c, 2) ? 1 : -1;
        for (int64_t k = 0; s.n > 1 && figure(&s, k) != NULL; k++) {
            *figure(&s, k) += by;
            assert_false(proves(&s));
            *figure(&s, k) -= by;
        }
        s.state.charged = true;
        assert_false(proves(&s));
        s.state.charged = false;
        s.state.status =
            (umi_loan_status)((s.state.status + 1) % (UMI_LOAN_CLOSED + 1));
        assert_false(proves(&s));
    }
}

/* Whatever is stored: what is proved here is what the replay proves. */
static void yes_is_the_yes_of_the_replay(void **state)
{
    (void)state;
    static const umi_txn_kind kinds[] = {
        UMI_TXN_REPAYMENT, UMI_TXN_REPAYMENT, UMI_TXN_FEE,
        UMI_TXN_PENALTY,   UMI_TXN_WAIVE,     UMI_TXN_REVERSAL,
        UMI_TXN_REFUND,    UMI_TXN_WRITE_OFF, UMI_TXN_REALLOCATION};
    chance c = chance_begin("yes_is_the_yes_of_the_replay", 72);
    int proved = 0;
    for (int i = chance_rounds(20000); i > 0; i--) {
        stored s;
        draw(&s, &c);
        if (chance_one_in(&c, 2))
            s.policy = policy_random(&c);
        if (chance_one_in(&c, 3))
            s.loan.paid_principal.sen += chance_in(&c, -1, 1);
        umi_txn *t = &s.txns[chance_in(&c, 0, (int64_t)s.n - 1)];
        if (chance_one_in(&c, 2))
            t->kind = kinds[chance_in(&c, 0, 8)];
        if (chance_one_in(&c, 4))
            t->amount.sen = chance_in(&c, -1, 1);
        if (proves(&s)) {
            assert_true(replays(&s));
            proved++;
        }
    }
    assert_true(proved > 0);
}

static void sums_that_cannot_be_are_refused(void **state)
{
    (void)state;
    umi_walk_sums sums[LOAN_ROWS + 1];
    loan l;
    loan_equal(&l, 3, 100, 10, 1);
    assert_true(umi_walk_begin(sums, &l.schedule));
    assert_int_equal(sums[3].all, 333);
    l.rows[1].interest.sen = -1;
    assert_false(umi_walk_begin(sums, &l.schedule));
    l.rows[1].interest.sen = INT64_MAX;
    assert_false(umi_walk_begin(sums, &l.schedule));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ways_come_to_the_same),
        cmocka_unit_test(no_other_figure_is_proved),
        cmocka_unit_test(yes_is_the_yes_of_the_replay),
        cmocka_unit_test(sums_that_cannot_be_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
