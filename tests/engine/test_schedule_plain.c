/* SPDX-License-Identifier: MIT
 * Plain schedules are built by a short way of their own: in every field of
 * every row they must be what the general rooms build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/loan/schedule_int.h"
#include "tests/support/random.h"

static const umi_method methods[] = {UMI_ANNUITY, UMI_EQUAL_PRINCIPAL, UMI_FLAT,
                                     UMI_BULLET};
enum {
    METHODS = sizeof methods / sizeof *methods
};

static umi_row plain_rows[UMI_PERIODS_MAX], general_rows[UMI_PERIODS_MAX];

static void fail_at(const umi_terms *t, const char *what, int row)
{
    fail_msg("%s, row %d: method %d, principal %" PRId64 ", %d rows, rate "
             "%" PRId64 "/%" PRId64 " per %d, every %d of unit %d, round "
             "%" PRId64 ":%d, payment %d %" PRId64 ":%d, from day %d",
             what, row, (int)t->method, t->principal.sen, t->periods,
             t->rate.num, t->rate.den, (int)t->rate_per, t->every, (int)t->unit,
             t->round.unit.sen, (int)t->round.mode, t->has_payment_round,
             t->payment_round.unit.sen, (int)t->payment_round.mode,
             t->disbursed.n);
}

static bool same_row(const umi_row *a, const umi_row *b)
{
    return a->n == b->n && a->days == b->days && a->due.n == b->due.n &&
           a->principal.sen == b->principal.sen &&
           a->interest.sen == b->interest.sen && a->fee.sen == b->fee.sen &&
           a->total.sen == b->total.sen && a->balance.sen == b->balance.sen;
}

static bool same_sums(const umi_schedule *a, const umi_schedule *b)
{
    return a->count == b->count && a->principal.sen == b->principal.sen &&
           a->interest.sen == b->interest.sen && a->fee.sen == b->fee.sen &&
           a->total.sen == b->total.sen && a->has_payment == b->has_payment &&
           a->payment.sen == b->payment.sen &&
           a->withheld.sen == b->withheld.sen;
}

/* Both ways with fees and holidays; true when the short way was open. */
static bool compare(const umi_terms *t)
{
    umi_schedule a = {0}, b = {0};
    umi_error ea = {0}, eb = {0};
    bool open = umi__schedule_plain(&a, plain_rows, t);
    umi_status ra = umi_schedule_build(&a, plain_rows, UMI_PERIODS_MAX, t, &ea);
    umi_status rb = umi__schedule_general(&b, general_rows, t, &eb);
    if (ra != rb || strcmp(ea.field, eb.field) != 0 ||
        strcmp(ea.message, eb.message) != 0)
        fail_at(t, "one way refuses", 0);
    if (rb != UMI_OK)
        return false;
    for (size_t k = 0; k < b.count; k++)
        if (!same_row(&plain_rows[k], &general_rows[k]))
            fail_at(t, "a row differs", (int)k + 1);
    if (!same_sums(&a, &b))
        fail_at(t, "the sums differ", 0);
    return open;
}

static umi_terms usual(void)
{
    umi_terms t = umi_terms_default();
    t.disbursed = umi_day_of((umi_civil){2026, 1, 31});
    t.principal.sen = 1000000000;
    t.periods = 12;
    t.rate = umi_rate_of(6, 100);
    return t;
}

/* Principals of a few units, where ties and held rows are common. */
static void small_amounts_under_every_mode(void **state)
{
    (void)state;
    static const umi_rate rates[] = {
        {0, 1}, {1, 2},  {1, 4},  {1, 5},  {1, 8},    {2, 5},    {1, 10},
        {3, 4}, {1, 16}, {1, 20}, {3, 20}, {1, 25},   {1, 50},   {1, 200},
        {7, 8}, {9, 10}, {1, 1},  {5, 4},  {1, 1000}, {99, 100},
    };
    umi_terms t = usual();
    t.rate_per = UMI_PER_PERIOD;
    int open = 0, all = 0;
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        for (int mode = 0; mode <= UMI_ROUND_FLOOR; mode++)
            for (int method = 0; method < METHODS; method++)
                for (int64_t units = 1; units <= 45; units++) {
                    t.rate = rates[i];
                    t.round.mode = (umi_round_mode)mode;
                    t.method = methods[method];
                    t.round.unit.sen = units % 3 == 0 ? 1 : 100;
                    t.principal.sen = units * t.round.unit.sen;
                    t.periods = 1 + (int32_t)(units * 7 + mode) % 5;
                    all++;
                    open += compare(&t);
                }
    printf("%d of %d by the short way\n", open, all);
    assert_true(open > all / 2);
}

/* Rate num/den a period over @p rows rows, under every mode. */
static void
under_every_mode(umi_terms t, int64_t num, int64_t den, int64_t units)
{
    t.rate_per = UMI_PER_PERIOD;
    t.rate = umi_rate_of(num, den);
    t.principal.sen = units * t.round.unit.sen;
    for (int mode = 0; mode <= UMI_ROUND_FLOOR; mode++) {
        t.round.mode = (umi_round_mode)mode;
        compare(&t);
    }
}

/* With 1 + i = a/b the payment is P i a^n / (a^n - b^n) = P p/q: principals
 * of whole and half q have payments that are whole or ties, which no
 * enclosure decides. */
static void payments_that_are_whole_or_ties(void **state)
{
    (void)state;
    static const int64_t dens[] = {2, 4, 5, 8, 10, 16, 20, 25, 40, 50};
    umi_terms t = usual();
    for (size_t i = 0; i < sizeof dens / sizeof *dens; i++)
        for (int64_t num = 1; num < dens[i] && num < 8; num++) {
            int64_t a = num + dens[i], an = a, bn = dens[i];
            for (t.periods = 2; t.periods <= 4; t.periods++) {
                an *= a;
                bn *= dens[i];
                int64_t q = dens[i] * (an - bn);
                q /= umi_gcd(num * an, q);
                for (int64_t units = q; units < INT64_C(1) << 40; units *= 37)
                    for (int64_t off = -1; off <= 1; off++) {
                        under_every_mode(t, num, dens[i], units + off);
                        under_every_mode(t, num, dens[i], units / 2 + off);
                    }
            }
        }
}

/* Half a unit less one part of an odd denominator, on the largest principals
 * for which one multiplication rounds and on larger ones, for which it may
 * not. */
static void interest_just_below_a_tie(void **state)
{
    (void)state;
    umi_terms t = usual();
    t.round.unit.sen = 1;
    t.periods = 2;
    for (int64_t den = 78125; den <= 390625; den *= 5)
        for (int64_t num = 1; num <= 120; num++) {
            int64_t below = (den - 1) / 2; /* of den: what is to be left */
            if (num % 5 == 0)
                continue;
            while (below % num != 0)
                below += den;
            int64_t units = below / num; /* units * num = below, mod den */
            int64_t most = INT64_MAX / den;
            for (int64_t tenths = 10; tenths <= 20; tenths += 3) {
                int64_t v = most / 10 * tenths;
                v -= (v - units) % den;
                t.method = num % 2 == 0 ? UMI_ANNUITY : UMI_EQUAL_PRINCIPAL;
                under_every_mode(t, num, den, v);
                under_every_mode(t, num, den, v - den);
            }
        }
}

/* --- at random ------------------------------------------------------------------- */

static int64_t any_size(chance *c, int bits)
{
    return chance_in(c, 1, INT64_C(1) << chance_in(c, 0, bits));
}

static umi_rate any_rate(chance *c)
{
    static const int64_t dens[] = {2, 4, 5, 8, 10, 16, 20, 50, 100, 200};
    const int64_t most = 100000000000000;
    switch (chance_in(c, 0, 5)) {
    case 0: /* with twelve decimals of a percent */
        return umi_rate_of(chance_in(c, 0, most), most);
    case 1: /* hardly anything */
        return umi_rate_of(chance_in(c, 0, 1000000), most);
    case 2: /* more than anyone takes */
        return umi_rate_of(chance_in(c, 0, 99999999), 10000);
    case 3: /* ties */
        return umi_rate_of(chance_in(c, 0, 3), dens[chance_in(c, 0, 9)]);
    default:
        return umi_rate_of(chance_in(c, 0, 6000), 10000);
    }
}

static umi_rounding any_rounding(chance *c)
{
    static const int64_t units[] = {1, 100, 100, 10000, 50000, 100000};
    int64_t unit =
        chance_one_in(c, 20) ? any_size(c, 62) : units[chance_in(c, 0, 5)];
    return (umi_rounding){{unit},
                          (umi_round_mode)chance_in(c, 0, UMI_ROUND_FLOOR)};
}

/* The denominator of a period's factor, not in lowest terms. */
static int64_t denominator(const umi_terms *t)
{
    if (t->rate_per == UMI_PER_PERIOD)
        return t->rate.den;
    return t->rate.den * (t->rate_per == UMI_PER_TERM
                              ? t->periods
                              : umi__units_a_year(t->unit));
}

/* Of any size, and around the largest for which one multiplication rounds. */
static int64_t any_principal(chance *c, const umi_terms *t)
{
    int64_t unit = t->round.unit.sen, v;
    if (chance_one_in(c, 4)) {
        int64_t rows = t->method == UMI_FLAT ? t->periods : 1;
        v = (INT64_MAX - 2) / denominator(t) / rows + chance_in(c, -2, 2);
    } else if (chance_one_in(c, 3)) {
        v = any_size(c, chance_one_in(c, 4) ? 62 : 46) / unit;
    } else {
        v = chance_in(c, 1, 1000) * 10000000 / unit;
    }
    if (v < 1 || v > INT64_MAX / unit)
        v = 1;
    v *= unit;
    return v + (chance_one_in(c, 30) && v < INT64_MAX - 7 ? 7 : 0);
}

static umi_terms any_terms(chance *c)
{
    umi_terms t = umi_terms_default();
    t.method = methods[chance_in(c, 0, METHODS - 1)];
    t.disbursed.n = (int32_t)chance_in(c, 0, 40000);
    t.unit = (umi_unit)chance_in(c, 0, UMI_UNIT_YEAR);
    t.every = chance_one_in(c, 4) ? (int32_t)chance_in(c, 1, 24) : 1;
    t.periods = (int32_t)chance_in(c, 1, chance_one_in(c, 3) ? 60 : 14);
    if (chance_one_in(c, 1000))
        t.periods = (int32_t)chance_in(c, 1, UMI_PERIODS_MAX);
    t.has_first_due = chance_one_in(c, 4);
    t.first_due.n = t.disbursed.n + (int32_t)chance_in(c, 1, 60);
    t.rate = any_rate(c);
    t.rate_per = (umi_rate_per)chance_in(c, 0, UMI_PER_TERM);
    if (chance_one_in(c, 2))
        t.round = any_rounding(c);
    t.has_payment_round = chance_one_in(c, 3);
    if (t.has_payment_round)
        t.payment_round = any_rounding(c);
    t.principal.sen = any_principal(c, &t);
    return t;
}

static void both_ways_agree(void **state)
{
    (void)state;
    umi_calendar calendar = {UMI_TEXT("weekends"), 0x60, NULL, 0};
    chance c = chance_begin("both_ways_agree", 30);
    int open = 0, all = 0, rounds = chance_rounds(200000);
    for (int i = rounds; i > 0; i--) {
        umi_terms t = any_terms(&c);
        umi_fee fee = {UMI_TEXT("fee"),
                       chance_one_in(&c, 2),
                       {chance_in(&c, 0, 100000)},
                       {1, 100},
                       (int32_t)chance_in(&c, UMI_DUE_DISBURSEMENT, 2)};
        if (chance_one_in(&c, 16)) {
            t.fees = &fee;
            t.fee_count = 1;
        }
        if (chance_one_in(&c, 16)) {
            t.calendar = &calendar;
            t.shift = (umi_shift)chance_in(&c, 1, UMI_SHIFT_PRECEDING);
        }
        umi_tranche tranche = {t.disbursed, t.principal};
        if (chance_one_in(&c, 16)) {
            t.tranches = &tranche;
            t.tranche_count = 1;
        }
        if (umi_terms_check(&t, NULL) != UMI_OK)
            continue;
        all++;
        open += compare(&t);
    }
    printf("%d of %d by the short way\n", open, all);
    assert_true(all > rounds / 2 && open > all / 4);
}

/* --- what is plain ----------------------------------------------------------------- */

/* The short way is open to the loans that are made, or it would be idle. */
static void usual_loans_are_plain(void **state)
{
    (void)state;
    static const struct {
        umi_method method;
        umi_unit unit;
        int32_t periods;
        int64_t rate; /* percent in hundredths */
        umi_rate_per per;
        int64_t principal, unit_sen;
        umi_round_mode mode;
        int64_t payment_unit; /* 0: none */
    } cases[] = {
        {UMI_ANNUITY, UMI_UNIT_MONTH, 12, 600, UMI_PER_YEAR, 1000000000, 100,
         UMI_ROUND_HALF_UP, 0},
        {UMI_ANNUITY, UMI_UNIT_MONTH, 60, 600, UMI_PER_YEAR, 50000000000, 100,
         UMI_ROUND_HALF_EVEN, 10000},
        {UMI_ANNUITY, UMI_UNIT_WEEK, 50, 2499, UMI_PER_YEAR, 300000000, 100,
         UMI_ROUND_CEIL, 50000},
        {UMI_ANNUITY, UMI_UNIT_MONTH, 360, 1275, UMI_PER_YEAR, 50000000000, 1,
         UMI_ROUND_HALF_EVEN, 0},
        {UMI_FLAT, UMI_UNIT_WEEK, 50, 2500, UMI_PER_TERM, 200000000, 100,
         UMI_ROUND_HALF_UP, 50000},
        {UMI_FLAT, UMI_UNIT_WEEK, 25, 50, UMI_PER_PERIOD, 200000000, 10000,
         UMI_ROUND_UP, 0},
        {UMI_FLAT, UMI_UNIT_MONTH, 36, 150, UMI_PER_MONTH, 2000000000, 1,
         UMI_ROUND_FLOOR, 0},
        {UMI_EQUAL_PRINCIPAL, UMI_UNIT_MONTH, 24, 900, UMI_PER_YEAR, 2500000000,
         100, UMI_ROUND_HALF_DOWN, 0},
        {UMI_ANNUITY, UMI_UNIT_MONTH, 12, 0, UMI_PER_YEAR, 1000000000, 100,
         UMI_ROUND_HALF_UP, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_terms t = usual();
        t.method = cases[i].method;
        t.unit = cases[i].unit;
        t.periods = cases[i].periods;
        t.rate = umi_rate_of(cases[i].rate, 10000);
        t.rate_per = cases[i].per;
        t.principal.sen = cases[i].principal;
        t.round = (umi_rounding){{cases[i].unit_sen}, cases[i].mode};
        t.has_payment_round = cases[i].payment_unit != 0;
        if (t.has_payment_round)
            t.payment_round =
                (umi_rounding){{cases[i].payment_unit}, UMI_ROUND_CEIL};
        if (!compare(&t))
            fail_at(&t, "not plain", 0);
    }
}

/* Four rows of 2^62 sen would be nothing, were their product not looked at. */
static void rows_far_above_the_debt_are_held(void **state)
{
    (void)state;
    umi_terms t = usual();
    t.has_payment_round = true;
    t.payment_round = (umi_rounding){{INT64_C(1) << 62}, UMI_ROUND_CEIL};
    for (t.periods = 1; t.periods <= 9; t.periods++)
        for (int method = 0; method < METHODS; method++) {
            t.method = methods[method];
            t.round.unit.sen = 1;
            assert_true(compare(&t) == (t.method == UMI_BULLET));
        }
}

/* Each of these alone keeps a loan from the short way. */
static void anything_else_is_not(void **state)
{
    (void)state;
    umi_schedule s = {0};
    umi_tranche tranches[] = {{usual().disbursed, {400000000}},
                              {{usual().disbursed.n + 40}, {600000000}}};
    umi_step step = {{25000}, {1, 100}};
    umi_terms plain = usual(), t;
    assert_true(umi__schedule_plain(&s, plain_rows, &plain));
#define NOT(change)                                                            \
    t = plain;                                                                 \
    change;                                                                    \
    assert_int_equal(umi_terms_check(&t, NULL), UMI_OK);                       \
    assert_false(umi__schedule_plain(&s, plain_rows, &t))
    NOT(t.method = UMI_FLAT_EQUIVALENT);
    NOT(t.method = UMI_PAWN; t.rate_per = UMI_PER_PERIOD; t.periods = 1);
    NOT(t.day_count = UMI_COUNT_ACT_365);
    NOT(t.carry = UMI_CARRY_UNROUNDED);
    NOT(t.residue = UMI_RESIDUE_FIRST);
    NOT(t.residue = UMI_RESIDUE_SPREAD);
    NOT(t.adjust = UMI_ADJUST_CLOSEST);
    NOT(t.grace_principal = 1);
    NOT(t.grace_principal = t.grace_interest = 1);
    NOT((t.method = UMI_FLAT, t.grace_interest = 1));
    NOT((t.tranches = tranches, t.tranche_count = 2));
    NOT((t.steps = &step, t.step_count = 1));
    NOT((t.method = UMI_EQUAL_PRINCIPAL, t.has_payment_round = true));
    NOT(t.principal.sen += 1);                 /* no whole units */
    NOT(t.principal.sen = INT64_C(100) << 44); /* too large */
    NOT(t.rate = umi_rate_of(12, 1));          /* 100 % a period */
    NOT((t.has_payment_round = true, t.payment_round.unit.sen = 150));
    NOT(t.rate = umi_rate_of(1, 100000000000000)); /* too fine */
    NOT((t.unit = UMI_UNIT_DAY, t.every = 366, t.rate_per = UMI_PER_DAY,
         t.rate = umi_rate_of(999999999999999999, 100000000000000)));
#undef NOT
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_amounts_under_every_mode),
        cmocka_unit_test(payments_that_are_whole_or_ties),
        cmocka_unit_test(interest_just_below_a_tie),
        cmocka_unit_test(rows_far_above_the_debt_are_held),
        cmocka_unit_test(both_ways_agree),
        cmocka_unit_test(usual_loans_are_plain),
        cmocka_unit_test(anything_else_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
