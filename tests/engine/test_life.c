/* SPDX-License-Identifier: MIT
 * The life of a loan, rule by rule: what each event changes, and what is
 * refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/lives.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    EVENTS = 6
};

/* Three rows of principal 100 and interest 10, due on days 30, 60 and 90;
 * what is not named is 0 or the default. */
typedef struct rule {
    const char *claim;
    umi_policy policy;
    umi_event events[EVENTS];
    int64_t want[EVENTS][5]; /* principal interest fee penalty overpaid */
    int64_t left[UMI_COMPONENTS], overpaid;
    int32_t paid_on[4]; /* 0: null */
    int32_t extra_due;  /* of row 4; 0: there is none */
    int32_t as_of, late;
    umi_life_status status;
} rule;

static const rule rules[] = {
    {"6: a reversed event leaves no trace, later ones are divided anew",
     .events = {{IS(REPAYMENT), ON(30), SEN(110)},
                {IS(REPAYMENT), ON(60), SEN(115)},
                {IS(REVERSE), ON(61), .reverses = 1}},
     .want = {{0}, {100, 15}}, .left = {200, 15}, .paid_on = {60}, .as_of = 61,
     .late = 1},
    {"6: a back-dated event comes before what was entered first",
     .events = {{IS(REPAYMENT), ON(60), SEN(110)},
                {IS(REPAYMENT), ON(30), SEN(110), .booked = {61}}},
     .want = {{100, 10}, {100, 10}}, .left = {100, 10}, .paid_on = {30, 60}},
    {"7: charges, waivers, payments, payoff, refund on one day",
     .events = {{IS(REFUND), ON(30), SEN(5)},
                {IS(PAYOFF), ON(30)},
                {IS(REPAYMENT), ON(30), SEN(110)},
                {IS(WAIVE), ON(30), SEN(3)},
                {IS(FEE), ON(30), SEN(2)},
                {IS(PENALTY), ON(30), SEN(4)}},
     .want = {{-5},
              {203, 20},
              {97, 10, 2, 1},
              {0, 0, 0, 3},
              {0, 0, 2},
              {0, 0, 0, 4}},
     .left = {5}, .paid_on = {0, 30, 30}},
    {"7: a payoff with an amount ranks with repayments, in order of entry",
     .events = {{IS(PAYOFF), ON(30), SEN(50)},
                {IS(REPAYMENT), ON(30), SEN(60)}},
     .want = {{40, 10}, {60}}, .left = {200, 20}, .paid_on = {30}},
    {"7: a waiver of a component comes before one of all, in fixed order",
     .events = {{IS(WAIVE), ON(30), SEN(5)},
                {IS(WAIVE), ON(30), SEN(5), ONLY(I)},
                {IS(WAIVE), ON(30), SEN(5), ONLY(P)}},
     .want = {{0, 5}, {0, 5}, {5}}, .left = {295, 20}},
    {"7: a write-off of a component comes before one of all",
     .events = {{IS(WRITE_OFF), ON(30)}, {IS(WRITE_OFF), ON(30), ONLY(I)}},
     .want = {{300}, {0, 30}}, .status = UMI_LIFE_WRITTEN_OFF},
    {"7: write-off, then recovery, then refund",
     .events = {{IS(REFUND), ON(30), SEN(10)},
                {IS(RECOVER), ON(30), SEN(340)},
                {IS(WRITE_OFF), ON(30)}},
     .want = {{0, 0, 0, 0, -10}, {300, 30, 0, 0, 10}, {300, 30}},
     .status = UMI_LIFE_WRITTEN_OFF},
    {"9: a refund entered before the payment that it returns fits",
     .events = {{IS(REFUND), ON(40), SEN(20)},
                {IS(REPAYMENT), ON(35), SEN(350)}},
     .want = {{0, 0, 0, 0, -20}, {300, 30, 0, 0, 20}}, .paid_on = {35, 35, 35},
     .status = UMI_LIFE_CLOSED},
    {"10: a charge stands in the first row due on or after its due",
     .events = {{IS(FEE), ON(30), SEN(1)},
                {IS(FEE), ON(31), SEN(2)},
                {IS(PENALTY), ON(80), SEN(4), .due = {30}}},
     .want = {{0, 0, 1}, {0, 0, 2}, {0, 0, 0, 4}}, .left = {300, 30, 3, 4},
     .as_of = 60, .late = 30},
    {"10: it arises on its date, so an earlier payment does not see it",
     .events = {{IS(PENALTY), ON(50), SEN(4), .due = {30}},
                {IS(REPAYMENT), ON(40), SEN(110)}},
     .want = {{0, 0, 0, 4}, {100, 10}}, .left = {200, 20, 0, 4}, .as_of = 50,
     .late = 20},
    {"11: after the last instalment in one extra row, due at the latest",
     .events = {{IS(FEE), ON(95), SEN(1)},
                {IS(FEE), ON(96), SEN(2), .due = {120}},
                {IS(PENALTY), ON(97), SEN(4), .due = {110}}},
     .want = {{0, 0, 1}, {0, 0, 2}, {0, 0, 0, 4}}, .left = {300, 30, 3, 4},
     .extra_due = 120, .as_of = 97, .late = 67},
    {"11: a reversed charge takes the extra row with it",
     .events = {{IS(FEE), ON(95), SEN(1)},
                {IS(REVERSE), ON(95), .reverses = 1}},
     .left = {300, 30}, .as_of = 90, .late = 60},
    {"11: a later charge moves what is already there",
     .events = {{IS(PAYOFF), ON(90)},
                {IS(FEE), ON(95), SEN(7)},
                {IS(REPAYMENT), ON(99), SEN(7)},
                {IS(FEE), ON(100), SEN(2), .due = {120}}},
     .want = {{300, 30}, {0, 0, 7}, {0, 0, 7}, {0, 0, 2}}, .left = {0, 0, 2},
     .paid_on = {90, 90, 90}, .extra_due = 120, .as_of = 121, .late = 1},
    {"13: a row that is owed again loses its date",
     .events = {{IS(REPAYMENT), ON(30), SEN(110)},
                {IS(PENALTY), ON(40), SEN(1), .due = {30}}},
     .want = {{100, 10}, {0, 0, 0, 1}}, .left = {200, 20, 0, 1}, .as_of = 40,
     .late = 10},
    {"13: and has the later one when it is paid again",
     .events = {{IS(REPAYMENT), ON(30), SEN(110)},
                {IS(PENALTY), ON(40), SEN(1), .due = {30}},
                {IS(REPAYMENT), ON(50), SEN(1)}},
     .want = {{100, 10}, {0, 0, 0, 1}, {0, 0, 0, 1}}, .left = {200, 20},
     .paid_on = {50}},
    {"13: a waiver can pay a row up, a write-off cannot",
     .events = {{IS(REPAYMENT), ON(30), SEN(100)},
                {IS(WAIVE), ON(40), SEN(10)},
                {IS(WRITE_OFF), ON(50), SEN(110)}},
     .want = {{90, 10}, {10}, {100, 10}}, .left = {100, 10}, .paid_on = {40}},
    {"13: a payment after a write-off of the other component counts",
     .events = {{IS(WRITE_OFF), ON(20), ONLY(I)},
                {IS(REPAYMENT), ON(30), SEN(100)}},
     .want = {{0, 30}, {100}}, .left = {200}, .paid_on = {30}},
    {"14: what is due row by row, then the nearest",
     .events = {{IS(REPAYMENT), ON(60), SEN(225)}}, .want = {{200, 25}},
     .left = {100, 5}, .paid_on = {60, 60}},
    {"14: what is due component by component",
     {{I, P, F, Q}, UMI_WALK_COMPONENT, UMI_AHEAD_NEXT},
     .events = {{IS(REPAYMENT), ON(60), SEN(25)},
                {IS(REPAYMENT), ON(60), SEN(195)},
                {IS(REPAYMENT), ON(60), SEN(15)}},
     .want = {{5, 20}, {195}, {5, 10}},
     .left = {95},
     .paid_on = {60, 60}},
    {"14: ahead to the last row first, by allocation, under either walk",
     {{P, I, F, Q}, UMI_WALK_COMPONENT, UMI_AHEAD_LAST},
     .events = {{IS(REPAYMENT), ON(30), SEN(225)}},
     .want = {{205, 20}},
     .left = {95, 10},
     .paid_on = {30, 0, 30}},
    {"14: what is due comes before the last row",
     {{Q, F, I, P}, UMI_WALK_INSTALMENT, UMI_AHEAD_LAST},
     .events = {{IS(REPAYMENT), ON(60), SEN(221)}},
     .want = {{200, 21}},
     .left = {100, 9},
     .paid_on = {60, 60}},
    {"14: the extra row is the last when it is not due yet",
     {{Q, F, I, P}, UMI_WALK_INSTALMENT, UMI_AHEAD_LAST},
     .events = {{IS(FEE), ON(10), SEN(5), .due = {100}},
                {IS(REPAYMENT), ON(20), SEN(6)}},
     .want = {{0, 0, 5}, {0, 1, 5}},
     .left = {300, 29},
     .paid_on = {0, 0, 0, 20},
     .extra_due = 100},
    {"14: paying early gives no discount, and the rest is overpaid",
     .events = {{IS(REPAYMENT), ON(1), SEN(331)}}, .want = {{300, 30, 0, 0, 1}},
     .overpaid = 1, .paid_on = {1, 1, 1}, .status = UMI_LIFE_CLOSED},
    {"15: overpaid is not applied to a later charge",
     .events = {{IS(REPAYMENT), ON(1), SEN(350)}, {IS(FEE), ON(2), SEN(5)}},
     .want = {{300, 30, 0, 0, 20}, {0, 0, 5}}, .left = {0, 0, 5},
     .overpaid = 20, .paid_on = {0, 1, 1}},
    {"16: a payoff pays what is outstanding at that point",
     .events = {{IS(PAYOFF), ON(40)},
                {IS(REPAYMENT), ON(30), SEN(100)},
                {IS(FEE), ON(50), SEN(1)}},
     .want = {{210, 20}, {90, 10}, {0, 0, 1}}, .left = {0, 0, 1},
     .paid_on = {40, 0, 40}},
    {"16: and nothing when there is nothing",
     .events = {{IS(PAYOFF), ON(40)}, {IS(PAYOFF), ON(41)}},
     .want = {{300, 30}, {0}}, .paid_on = {40, 40, 40},
     .status = UMI_LIFE_CLOSED},
    {"17: a refund beyond what is overpaid is lent again",
     .events = {{IS(REPAYMENT), ON(10), SEN(335)},
                {IS(REFUND), ON(31), SEN(12)}},
     .want = {{300, 30, 0, 0, 5}, {-7, 0, 0, 0, -5}}, .left = {7},
     .paid_on = {10, 0, 10}, .as_of = 70, .late = 10},
    {"17: after the last instalment in the extra row",
     .events = {{IS(REPAYMENT), ON(10), SEN(335)},
                {IS(REFUND), ON(91), SEN(12)},
                {IS(REVERSE), ON(92), .reverses = 1}},
     .want = {{0}, {-12}}, .left = {312, 30}, .extra_due = 91, .as_of = 91,
     .late = 61},
    {"18: a waiver takes at most what is unpaid, only its component",
     .events = {{IS(WAIVE), ON(5), ONLY(I), SEN(1000)},
                {IS(WAIVE), ON(6), ONLY(F)}},
     .want = {{0, 30}, {0}}, .left = {300}},
    {"18: oldest row first, due or not, by allocation",
     {{P, I, F, Q}, UMI_WALK_COMPONENT, UMI_AHEAD_LAST},
     .events = {{IS(WAIVE), ON(5), SEN(215)}},
     .want = {{200, 15}},
     .left = {100, 15},
     .paid_on = {5}},
    {"19: a recovery pays what is written off, then what is owed",
     .events = {{IS(WRITE_OFF), ON(20), SEN(50)},
                {IS(RECOVER), ON(30), SEN(120)}},
     .want = {{40, 10}, {100, 20}}, .left = {200, 10}, .paid_on = {30}},
    {"19: a repayment after a full write-off is overpaid",
     .events = {{IS(WRITE_OFF), ON(20)}, {IS(REPAYMENT), ON(30), SEN(50)}},
     .want = {{300, 30}, {0, 0, 0, 0, 50}}, .overpaid = 50, .as_of = 200,
     .status = UMI_LIFE_WRITTEN_OFF},
    {"19: by allocation, oldest row first",
     {{P, I, F, Q}, UMI_WALK_INSTALMENT, UMI_AHEAD_NEXT},
     .events = {{IS(WRITE_OFF), ON(20)}, {IS(RECOVER), ON(30), SEN(115)}},
     .want = {{300, 30}, {105, 10}},
     .as_of = 30,
     .status = UMI_LIFE_WRITTEN_OFF},
    {"23: a reversed write-off does not stand",
     .events = {{IS(WRITE_OFF), ON(20)},
                {IS(REVERSE), ON(21), .reverses = 1},
                {IS(PAYOFF), ON(22)}},
     .want = {{0}, {0}, {300, 30}}, .paid_on = {22, 22, 22},
     .status = UMI_LIFE_CLOSED},
    {"23: nor one that took nothing",
     .events = {{IS(PAYOFF), ON(22)}, {IS(WRITE_OFF), ON(23)}},
     .want = {{300, 30}, {0}}, .paid_on = {22, 22, 22},
     .status = UMI_LIFE_CLOSED},
    {"23: one that was recovered in full still stands",
     .events = {{IS(WRITE_OFF), ON(20), SEN(5)},
                {IS(RECOVER), ON(21), SEN(5)},
                {IS(PAYOFF), ON(22)}},
     .want = {{0, 5}, {0, 5}, {300, 25}}, .paid_on = {22, 22, 22},
     .status = UMI_LIFE_WRITTEN_OFF},
};

static void check_rule(const rule *r, const umi_life *life)
{
    for (size_t i = 0; i < life->entry_count; i++) {
        const umi_parts *got = &life->entries[i].parts;
        for (umi_component c = 0; c < UMI_COMPONENTS; c++)
            assert_int_equal(got->of[c].sen, r->want[i][c]);
        assert_int_equal(got->overpaid.sen, r->want[i][4]);
    }
    for (umi_component c = 0; c < UMI_COMPONENTS; c++)
        assert_int_equal(life->outstanding.of[c].sen, r->left[c]);
    assert_int_equal(life->overpaid.sen, r->overpaid);
    assert_int_equal(life->row_count, r->extra_due ? 4 : 3);
    if (r->extra_due != 0)
        assert_int_equal(life->rows[3].due.n, r->extra_due);
    for (size_t i = 0; i < life->row_count; i++) {
        assert_int_equal(life->rows[i].n, i + 1);
        assert_int_equal(life->rows[i].has_paid_on, r->paid_on[i] != 0);
        if (r->paid_on[i] != 0)
            assert_int_equal(life->rows[i].paid_on.n, r->paid_on[i]);
    }
    assert_int_equal(life->days_past_due, r->late);
    assert_int_equal(life->status, r->status);
    bool lost = r->status == UMI_LIFE_WRITTEN_OFF;
    assert_int_equal(life->collectability, umi_collectability(r->late, lost));
    assert_int_equal(life->has_closed_on, r->status != UMI_LIFE_ACTIVE);
}

static void every_rule_holds(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    loan l;
    loan_equal(&l, 3, 100, 10, 0);
    for (size_t i = 0; i < COUNT(rules); i++) {
        umi_event events[EVENTS];
        size_t n = 0;
        umi_policy p = rules[i].policy;
        memcpy(events, rules[i].events, sizeof events);
        while (n < EVENTS && events[n].date.n != 0)
            n++;
        complete(events, n);
        if (!umi_policy_ok(&p))
            p = umi_policy_default();
        print_message("%s\n", rules[i].claim);
        umi_life life = replay(arena, &l, &p, events, n, rules[i].as_of);
        check_rule(&rules[i], &life);
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

/* Rule 20: amounts as given, or what was taken; nothing of what is reversed. */
static void entries_show_their_amount(void **state)
{
    (void)state;
    umi_event events[] = {
        {IS(WAIVE), ON(5), SEN(1000), ONLY(I)},
        {IS(WAIVE), ON(6), ONLY(F)},
        {IS(PAYOFF), ON(40)},
        {IS(REPAYMENT), ON(50), SEN(7)},
        {IS(REVERSE), ON(60), .reverses = 4},
        {IS(PAYOFF), ON(61)},
        {IS(REVERSE), ON(61), .reverses = 6},
    };
    static const struct {
        int64_t amount;
        bool reversed;
    } want[] = {{1000, false}, {0, false}, {300, false}, {7, true},
                {0, false},    {0, true},  {0, false}};
    umi_arena *arena = umi_arena_new();
    umi_policy p = umi_policy_default();
    loan l;
    loan_equal(&l, 3, 100, 10, 0);
    complete(events, COUNT(events));
    umi_life life = replay(arena, &l, &p, events, COUNT(events), 61);
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_int_equal(life.entries[i].amount.sen, want[i].amount);
        assert_int_equal(life.entries[i].reversed, want[i].reversed);
    }
    assert_int_equal(life.closed_on.n, 40);
    umi_arena_free(arena);
}

/* The day after which nothing was outstanding, not that of a later event; a
 * loan that is owed again has none until it is paid again. */
static void closing_day_is_when_debt_ended(void **state)
{
    (void)state;
    umi_event events[] = {
        {IS(PAYOFF), ON(40)},
        {IS(REPAYMENT), ON(50), SEN(7)},
        {IS(REFUND), ON(55), SEN(7)},
        {IS(FEE), ON(60), SEN(1)},
        {IS(REPAYMENT), ON(70), SEN(1)},
    };
    static const int32_t closed_on[COUNT(events)] = {40, 40, 40, 0, 70};
    umi_arena *arena = umi_arena_new();
    umi_policy p = umi_policy_default();
    loan l;
    loan_equal(&l, 3, 100, 10, 0);
    complete(events, COUNT(events));
    for (size_t n = 0; n < COUNT(events); n++) {
        umi_life life = replay(arena, &l, &p, events, n + 1, 0);
        assert_int_equal(life.has_closed_on, closed_on[n] != 0);
        if (life.has_closed_on)
            assert_int_equal(life.closed_on.n, closed_on[n]);
    }
    umi_arena_free(arena);
}

static void senseless_events_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        umi_event events[4];
    } cases[] = {
        {"events.amount", {{IS(REPAYMENT), ON(30)}}},
        {"events.amount", {{IS(REPAYMENT), ON(30), SEN(0)}}},
        {"events.amount", {{IS(REPAYMENT), ON(30), SEN(-1)}}},
        {"events.amount", {{IS(FEE), ON(30)}}},
        {"events.amount", {{IS(PENALTY), ON(30)}}},
        {"events.amount", {{IS(REFUND), ON(30)}}},
        {"events.amount", {{IS(RECOVER), ON(30)}}},
        {"events.amount", {{IS(WAIVE), ON(30), SEN(0)}}},
        {"events.amount",
         {{IS(FEE), ON(1), SEN(1)},
          {IS(REVERSE), ON(30), SEN(1), .reverses = 1}}},
        {"events.component", {{IS(REPAYMENT), ON(30), SEN(1), ONLY(I)}}},
        {"events.component", {{IS(FEE), ON(30), SEN(1), ONLY(F)}}},
        {"events.component", {{IS(PAYOFF), ON(30), ONLY(P)}}},
        {"events.reverses", {{IS(REPAYMENT), ON(30), SEN(1), .reverses = 1}}},
        {"events.reverses", {{IS(REVERSE), ON(30)}}},
        {"events.reverses", {{IS(REVERSE), ON(30), .reverses = 1}}},
        {"events.reverses",
         {{IS(REVERSE), ON(30), .reverses = 2}, {IS(PAYOFF), ON(30)}}},
        {"events.reverses",
         {{IS(PAYOFF), ON(30)},
          {IS(REVERSE), ON(30), .reverses = 1},
          {IS(REVERSE), ON(30), .reverses = 1}}},
        {"events.reverses",
         {{IS(PAYOFF), ON(30)},
          {IS(REVERSE), ON(30), .reverses = 1},
          {IS(REVERSE), ON(30), .reverses = 2}}},
        {"events.date",
         {{IS(PAYOFF), ON(30)}, {IS(REVERSE), ON(29), .reverses = 1}}},
        {"events.date", {{IS(REPAYMENT), ON(-1), SEN(1)}}},
        {"events.due", {{IS(FEE), ON(30), SEN(1), .due = {-1}}}},
        {"events.booked", {{IS(FEE), ON(30), SEN(1), .booked = {29}}}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_event events[4];
        umi_error err = {0};
        size_t n = 0;
        memcpy(events, cases[i].events, sizeof events);
        while (n < 4 && events[n].date.n != 0)
            n++;
        complete(events, n);
        print_message("case %zu, %s\n", i, cases[i].field);
        assert_int_equal(umi_events_check(events, n, (umi_day){0}, &err),
                         UMI_EINVAL);
        assert_string_equal(err.field, cases[i].field);
    }
}

static void at_most_ten_thousand_events(void **state)
{
    (void)state;
    umi_event *many = umi_alloc_array(UMI_EVENTS_MAX + 1, sizeof *many);
    umi_arena *arena = umi_arena_new();
    umi_policy p = umi_policy_default();
    umi_error err = {0};
    loan l;
    loan_equal(&l, 3, 100, 10, 0);
    for (int i = 0; i <= UMI_EVENTS_MAX; i++)
        many[i] =
            (umi_event){IS(REPAYMENT), ON(UMI_EVENTS_MAX + 5 - i), SEN(1)};
    complete(many, UMI_EVENTS_MAX + 1);
    umi_life life = replay(arena, &l, &p, many, UMI_EVENTS_MAX, 0);
    assert_int_equal(life.overpaid.sen, UMI_EVENTS_MAX - 330);
    assert_int_equal(life.entries[0].parts.overpaid.sen, 1); /* the latest */
    assert_int_equal(
        umi_events_check(many, UMI_EVENTS_MAX + 1, (umi_day){0}, &err),
        UMI_EINVAL);
    assert_string_equal(err.field, "events");
    umi_arena_free(arena);
    umi_free(many);
}

/* Rule 9: only an overflow makes a replay fail, and then nothing is written. */
static void sums_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    const int64_t most = INT64_MAX;
    umi_event cases[][4] = {
        {{IS(FEE), ON(1), SEN(most)}, {IS(FEE), ON(2), SEN(1)}},
        {{IS(FEE), ON(1), SEN(most)}, {IS(FEE), ON(40), SEN(1)}},
        {{IS(REPAYMENT), ON(1), SEN(most)}, {IS(REPAYMENT), ON(2), SEN(331)}},
        {{IS(FEE), ON(1), SEN(most)}, {IS(PAYOFF), ON(2)}},
        {{IS(FEE), ON(1), SEN(most)}, {IS(WAIVE), ON(2)}},
        {{IS(REFUND), ON(1), SEN(most)}},
        {{IS(FEE), ON(1), SEN(most)},
         {IS(REPAYMENT), ON(2), SEN(most)},
         {IS(FEE), ON(35), SEN(1)}}, /* row 2; paid only when it is overpaid */
        {{IS(FEE), ON(1), SEN(most)},
         {IS(REPAYMENT), ON(2), SEN(most)},
         {IS(FEE), ON(40), SEN(most)},
         {IS(REPAYMENT), ON(60), SEN(most)}}, /* the sum of what is paid */
    };
    static const bool fits[COUNT(cases)] = {[6] = true};
    umi_arena *arena = umi_arena_new();
    umi_policy p = umi_policy_default();
    loan l;
    loan_equal(&l, 3, 100, 10, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_life life = {.row_count = 99};
        umi_error err = {0};
        size_t n = 0;
        while (n < 4 && cases[i][n].date.n != 0)
            n++;
        complete(cases[i], n);
        umi_status rc = umi_life_replay(&life, &l.schedule, &p, NULL, cases[i],
                                        n, (umi_day){9}, arena, &err);
        print_message("case %zu\n", i);
        assert_int_equal(rc, fits[i] ? UMI_OK : UMI_ERANGE);
        if (rc != UMI_OK) {
            assert_string_equal(err.field, "events.amount");
            assert_int_equal(life.row_count, 99);
        }
    }
    umi_arena_free(arena);
}

static void names_go_both_ways(void **state)
{
    (void)state;
    for (umi_event_kind k = 0; k < UMI_EVENT_KINDS; k++) {
        umi_event_kind back;
        assert_true(
            umi_event_kind_parse(&back, umi_text_of(umi_event_kind_name(k))));
        assert_int_equal(back, k);
    }
    umi_event_kind k = UMI_EVENT_FEE;
    assert_false(umi_event_kind_parse(&k, UMI_TEXT("reschedule")));
    assert_int_equal(k, UMI_EVENT_FEE);
    assert_string_equal(umi_life_status_name(UMI_LIFE_ACTIVE), "active");
    assert_string_equal(umi_life_status_name(UMI_LIFE_CLOSED), "closed");
    assert_string_equal(umi_life_status_name(UMI_LIFE_WRITTEN_OFF),
                        "written_off");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_holds),
        cmocka_unit_test(entries_show_their_amount),
        cmocka_unit_test(closing_day_is_when_debt_ended),
        cmocka_unit_test(senseless_events_are_refused),
        cmocka_unit_test(at_most_ten_thousand_events),
        cmocka_unit_test(sums_that_do_not_fit_are_refused),
        cmocka_unit_test(names_go_both_ways),
    };
    return cmocka_run_group_tests_name("engine/life", tests, NULL, NULL);
}
