/* SPDX-License-Identifier: MIT
 * What holds for every life of a loan: the order of entry never matters, a
 * reversal leaves nothing, every sen is somewhere, and the fast face agrees.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/lives.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- properties ---------------------------------------------------------- */

enum {
    MANY = 30
};

/* Any events but a reverse, on few days so that many share one. */
static size_t events_random(umi_event *events, chance *c)
{
    static const umi_event_kind kinds[] = {
        UMI_EVENT_REPAYMENT, UMI_EVENT_REPAYMENT, UMI_EVENT_REPAYMENT,
        UMI_EVENT_REPAYMENT, UMI_EVENT_FEE,       UMI_EVENT_PENALTY,
        UMI_EVENT_WAIVE,     UMI_EVENT_REFUND,    UMI_EVENT_WRITE_OFF,
        UMI_EVENT_RECOVER,   UMI_EVENT_PAYOFF};
    size_t n = (size_t)chance_in(c, 0, MANY);
    for (size_t i = 0; i < n; i++) {
        umi_event_kind kind = kinds[chance_in(c, 0, (int64_t)COUNT(kinds) - 1)];
        const umi_event_keys *keys = umi_event_keys_of(kind);
        umi_event *e = &events[i];
        *e = (umi_event){.kind = kind};
        e->date.n = (int32_t)chance_in(c, 1, 12) * 20;
        e->booked = e->due = e->date;
        e->has_amount = keys->amount == UMI_REQUIRED || chance_one_in(c, 2);
        if (e->has_amount)
            e->amount.sen = chance_in(c, 1, chance_one_in(c, 5) ? 600 : 60);
        if (keys->component == UMI_OPTIONAL && chance_one_in(c, 2)) {
            e->has_component = true;
            e->component = (umi_component)chance_in(c, 0, 3);
        }
        if (keys->due == UMI_OPTIONAL && chance_one_in(c, 2))
            e->due.n = (int32_t)chance_in(c, 1, 400);
    }
    return n;
}

static void assert_same_state(const umi_life *a, const umi_life *b)
{
    assert_int_equal(a->row_count, b->row_count);
    for (size_t i = 0; i < a->row_count; i++) {
        const umi_life_row *x = &a->rows[i], *y = &b->rows[i];
        assert_int_equal(x->due.n, y->due.n);
        assert_memory_equal(&x->charged, &y->charged, sizeof x->charged);
        assert_memory_equal(&x->paid, &y->paid, sizeof x->paid);
        assert_memory_equal(&x->waived, &y->waived, sizeof x->waived);
        assert_memory_equal(&x->written_off, &y->written_off,
                            sizeof x->written_off);
        assert_int_equal(x->has_paid_on, y->has_paid_on);
        if (x->has_paid_on)
            assert_int_equal(x->paid_on.n, y->paid_on.n);
    }
    assert_memory_equal(&a->outstanding, &b->outstanding,
                        sizeof a->outstanding);
    assert_memory_equal(&a->due, &b->due, sizeof a->due);
    assert_int_equal(a->overpaid.sen, b->overpaid.sen);
    assert_int_equal(a->days_past_due, b->days_past_due);
    assert_int_equal(a->collectability, b->collectability);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->has_closed_on, b->has_closed_on);
    if (a->has_closed_on)
        assert_int_equal(a->closed_on.n, b->closed_on.n);
}

static void shuffle(umi_event *events, size_t n, chance *c)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = (size_t)chance_in(c, 0, (int64_t)i - 1);
        umi_event was = events[i - 1];
        events[i - 1] = events[k];
        events[k] = was;
    }
}

typedef struct life_case {
    loan l;
    umi_policy p;
    umi_event events[MANY + 2];
    size_t n;
    int32_t as_of;
} life_case;

static void case_random(life_case *x, chance *c)
{
    loan_random(&x->l, c);
    x->p = policy_random(c);
    x->n = events_random(x->events, c);
    x->as_of = (int32_t)chance_in(c, 0, 700);
}

static umi_life case_replay(const life_case *x, umi_arena *arena)
{
    return replay(arena, &x->l, &x->p, x->events, x->n, x->as_of);
}

static void order_of_entry_never_matters(void **state)
{
    (void)state;
    chance c = chance_begin("order_of_entry_never_matters", 31);
    umi_arena *arena = umi_arena_new();
    for (int round = chance_rounds(2000); round > 0; round--) {
        life_case x;
        case_random(&x, &c);
        umi_life before = case_replay(&x, arena);
        shuffle(x.events, x.n, &c);
        umi_life after = case_replay(&x, arena);
        assert_same_state(&before, &after);
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

/* An event entered anywhere in time and reversed is as if it never was, for
 * the state and for the division of every other event. */
static void reverse_of_apply_is_identity(void **state)
{
    (void)state;
    chance c = chance_begin("reverse_of_apply_is_identity", 32);
    umi_arena *arena = umi_arena_new();
    for (int round = chance_rounds(2000); round > 0; round--) {
        life_case x;
        umi_event more[MANY];
        case_random(&x, &c);
        while (events_random(more, &c) == 0)
            ;
        umi_life before = case_replay(&x, arena);
        size_t old = x.n;
        x.events[x.n++] = more[0];
        x.events[x.n] = (umi_event){.kind = UMI_EVENT_REVERSE,
                                    .date = more[0].date,
                                    .booked = more[0].date,
                                    .reverses = (uint32_t)x.n};
        x.n++;
        umi_life after = case_replay(&x, arena);
        assert_same_state(&before, &after);
        if (old > 0)
            assert_memory_equal(before.entries, after.entries,
                                old * sizeof *before.entries);
        assert_true(after.entries[old].reversed);
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

/* Back-dated events, entered late, end where they would have if entered in
 * time; here also every single division is the same. */
static void back_dated_is_as_in_order(void **state)
{
    (void)state;
    chance c = chance_begin("back_dated_is_as_in_order", 33);
    umi_arena *arena = umi_arena_new();
    for (int round = chance_rounds(2000); round > 0; round--) {
        life_case x;
        case_random(&x, &c);
        for (size_t i = 0; i < x.n; i++) { /* no ties */
            x.events[i].date.n += (int32_t)i;
            x.events[i].booked = x.events[i].date;
        }
        umi_life mixed = case_replay(&x, arena);
        life_case sorted = x;
        size_t from[MANY];
        for (size_t i = 0; i < x.n; i++) {
            size_t at = 0;
            for (size_t k = 0; k < x.n; k++)
                at += x.events[k].date.n < x.events[i].date.n ||
                      (x.events[k].date.n == x.events[i].date.n && k < i);
            sorted.events[at] = x.events[i];
            from[at] = i;
        }
        umi_life in_order = case_replay(&sorted, arena);
        assert_same_state(&mixed, &in_order);
        for (size_t i = 0; i < x.n; i++)
            if (i == 0 ||
                sorted.events[i].date.n != sorted.events[i - 1].date.n)
                assert_int_equal(mixed.entries[from[i]].amount.sen,
                                 in_order.entries[i].amount.sen);
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

/* Every sen that came in or was charged is in exactly one place. */
static void every_sen_is_somewhere(void **state)
{
    (void)state;
    chance c = chance_begin("every_sen_is_somewhere", 34);
    umi_arena *arena = umi_arena_new();
    for (int round = chance_rounds(2000); round > 0; round--) {
        life_case x;
        case_random(&x, &c);
        umi_life life = case_replay(&x, arena);
        int64_t charged[UMI_COMPONENTS] = {x.l.schedule.principal.sen,
                                           x.l.schedule.interest.sen,
                                           x.l.schedule.fee.sen};
        int64_t paid[UMI_COMPONENTS] = {0}, less[UMI_COMPONENTS] = {0};
        int64_t overpaid = 0;
        for (size_t i = 0; i < x.n; i++) {
            const umi_entry *e = &life.entries[i];
            int64_t sum = e->parts.overpaid.sen;
            umi_event_kind kind = x.events[i].kind;
            bool adds = kind == UMI_EVENT_FEE || kind == UMI_EVENT_PENALTY;
            bool cuts = kind == UMI_EVENT_WAIVE || kind == UMI_EVENT_WRITE_OFF;
            for (umi_component k = 0; k < UMI_COMPONENTS; k++) {
                int64_t part = e->parts.of[k].sen;
                sum += part;
                if (adds || kind == UMI_EVENT_REFUND)
                    charged[k] += adds ? part : -part;
                else
                    *(cuts ? &less[k] : &paid[k]) += part;
            }
            overpaid += e->parts.overpaid.sen;
            if (kind == UMI_EVENT_REFUND)
                assert_int_equal(-sum, e->amount.sen);
            else if (cuts)
                assert_in_range(sum, 0, (uintmax_t)e->amount.sen);
            else
                assert_int_equal(sum, e->amount.sen);
        }
        assert_int_equal(overpaid, life.overpaid.sen);
        assert_true(life.overpaid.sen >= 0);
        for (umi_component k = 0; k < UMI_COMPONENTS; k++) {
            int64_t rows[4] = {0};
            for (size_t i = 0; i < life.row_count; i++) {
                const umi_life_row *r = &life.rows[i];
                rows[0] += r->charged.of[k].sen;
                rows[1] += r->paid.of[k].sen;
                rows[2] += r->waived.of[k].sen + r->written_off.of[k].sen;
                assert_true(r->charged.of[k].sen >=
                            r->paid.of[k].sen + r->waived.of[k].sen +
                                r->written_off.of[k].sen);
            }
            assert_int_equal(rows[0], charged[k]);
            assert_int_equal(rows[1], paid[k]);
            assert_int_equal(life.paid.of[k].sen, paid[k]);
            assert_int_equal(rows[0] - rows[1] - rows[2],
                             life.outstanding.of[k].sen);
            /* a recovery turns what was written off into paid */
            assert_true(rows[2] <= less[k]);
        }
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

/* Wherever the fast face applies it agrees with the replay: every division,
 * the sums, arrears, also for imported loans. */
static void fast_face_equals_replay(void **state)
{
    (void)state;
    chance c = chance_begin("fast_face_equals_replay", 35);
    umi_arena *arena = umi_arena_new();
    for (int round = chance_rounds(3000); round > 0; round--) {
        life_case x;
        case_random(&x, &c);
        x.p.ahead = UMI_AHEAD_NEXT;
        x.n = (size_t)chance_in(&c, 0, 10);
        umi_paid opening, paid;
        const umi_schedule *s = &x.l.schedule;
        bool imported = chance_one_in(&c, 2);
        assert_true(umi_paid_of(
            &opening, x.l.rows, s->count,
            (umi_money){imported ? chance_in(&c, 0, s->principal.sen) : 0},
            (umi_money){imported ? chance_in(&c, 0, s->interest.sen) : 0},
            (umi_money){0}));
        paid = opening;
        for (size_t i = 0; i < x.n; i++) {
            x.events[i] = (umi_event){.kind = UMI_EVENT_REPAYMENT,
                                      .date = {(int32_t)i * 25},
                                      .booked = {(int32_t)i * 25},
                                      .has_amount = true,
                                      .amount = {chance_in(&c, 1, 120)}};
        }
        umi_life life;
        assert_int_equal(umi_life_replay(&life, s, &x.p,
                                         imported ? &opening : NULL, x.events,
                                         x.n, (umi_day){x.as_of}, arena, NULL),
                         UMI_OK);
        int64_t overpaid = 0;
        for (size_t i = 0; i < x.n; i++) {
            umi_parts parts;
            assert_true(umi_waterfall_pay(x.l.rows, s->count, &x.p, &paid,
                                          x.events[i].amount, x.events[i].date,
                                          &parts));
            assert_memory_equal(&parts, &life.entries[i].parts, sizeof parts);
            overpaid += parts.overpaid.sen;
        }
        assert_int_equal(overpaid, life.overpaid.sen);
        umi_arrears a = umi_arrears_of(s, &paid, (umi_day){x.as_of});
        assert_memory_equal(paid.of, life.paid.of, sizeof paid.of);
        assert_memory_equal(&a.outstanding, &life.outstanding,
                            sizeof a.outstanding);
        assert_memory_equal(&a.due, &life.due, sizeof a.due);
        assert_int_equal(a.days_past_due, life.days_past_due);
        assert_int_equal(a.has_oldest, life.status == UMI_LIFE_ACTIVE);
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    umi_event events[MANY];
    umi_policy p = umi_policy_default();
    loan l;
    loan_equal(&l, 12, 100, 10, 1);
    for (int i = 0; i < MANY; i++)
        events[i] = (umi_event){IS(REPAYMENT), ON(MANY - i), SEN(1)};
    complete(events, MANY);
    for (int64_t nth = 1;; nth++) {
        umi_life life = {.row_count = 77};
        umi_alloc_fail_at(nth, 0);
        umi_arena *arena = umi_arena_new();
        umi_status rc = UMI_ENOMEM;
        if (arena != NULL)
            rc = umi_life_replay(&life, &l.schedule, &p, NULL, events, MANY,
                                 (umi_day){5}, arena, NULL);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        assert_int_equal(life.row_count, reached ? 77 : 12);
        umi_arena_free(arena);
        if (!reached)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_of_entry_never_matters),
        cmocka_unit_test(reverse_of_apply_is_identity),
        cmocka_unit_test(back_dated_is_as_in_order),
        cmocka_unit_test(every_sen_is_somewhere),
        cmocka_unit_test(fast_face_equals_replay),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("engine/life_properties", tests, NULL,
                                       NULL);
}
