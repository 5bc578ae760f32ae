/* SPDX-License-Identifier: MIT
 * One price in other words: published pairs, the way there and back, exact
 * ties, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/base/exact.h"
#include "engine/loan/convert.h"
#include "tests/support/random.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static umi_arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = umi_arena_new();
    return arena == NULL;
}

static int teardown(void **state)
{
    (void)state;
    umi_arena_free(arena);
    return 0;
}

static umi_rate percent(const char *text)
{
    umi_rate r;
    assert_true(umi_rate_parse(&r, umi_text_of(text), 6, 12, 100));
    return r;
}

static umi_rate_ask ask(umi_rate_kind kind,
                        const char *rate,
                        umi_rate_per per,
                        int32_t periods,
                        umi_unit unit,
                        int32_t digits)
{
    return (umi_rate_ask){.kind = kind,
                          .rate = percent(rate),
                          .per = per,
                          .periods = periods,
                          .every = 1,
                          .unit = unit,
                          .digits = digits};
}

static umi_rate_words words(const umi_rate_ask *a)
{
    umi_rate_words w;
    umi_error err = {.lang = UMI_LANG_EN};
    umi_arena_reset(arena);
    if (umi_rate_convert(&w, a, arena, &err) != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    return w;
}

/* 7 % is the KUR of 2018; 0.3193, 0.3106 and 0.3099 are what its flat
 * equivalents round to; 0.913 % a week is Mekaar's price (addendum). */
static void published_pairs_come_out(void **state)
{
    (void)state;
    static const struct {
        umi_rate_kind kind;
        const char *rate;
        umi_rate_per per;
        int32_t periods;
        umi_unit unit;
        int32_t digits;
        int64_t flat_month, nominal_year, effective, payment;
    } cases[] = {
        {UMI_RATE_NOMINAL, "7", UMI_PER_YEAR, 12, UMI_UNIT_MONTH, 4, 3193,
         70000, 72290, 865267461},
        {UMI_RATE_NOMINAL, "7", UMI_PER_YEAR, 24, UMI_UNIT_MONTH, 4, 3106,
         70000, 72290, 447725791},
        {UMI_RATE_NOMINAL, "7", UMI_PER_YEAR, 36, UMI_UNIT_MONTH, 4, 3099,
         70000, 72290, 308770969},
        {UMI_RATE_NOMINAL, "6", UMI_PER_YEAR, 12, UMI_UNIT_MONTH, 6, 273310,
         6000000, 6167781, 86066429707},
        {UMI_RATE_FLAT, "0.25", UMI_PER_MONTH, 12, UMI_UNIT_MONTH, 6, 250000,
         5492480, 5632878, 85833333333},
        {UMI_RATE_FLAT, "25", UMI_PER_TERM, 50, UMI_UNIT_WEEK, 6, 2166667,
         47469582, 60406691, 25000000000},
        {UMI_RATE_FLAT, "0.5", UMI_PER_WEEK, 25, UMI_UNIT_WEEK, 6, 2166667,
         48221147, 61605720, 45000000000},
        {UMI_RATE_EFFECTIVE, "7", UMI_PER_YEAR, 12, UMI_UNIT_MONTH, 6, 309432,
         6784974, 7000000, 86427650922},
        {UMI_RATE_NOMINAL, "0", UMI_PER_YEAR, 12, UMI_UNIT_MONTH, 2, 0, 0, 0,
         8333333},
        {UMI_RATE_FLAT, "0", UMI_PER_YEAR, 12, UMI_UNIT_MONTH, 2, 0, 0, 0,
         8333333},
        {UMI_RATE_EFFECTIVE, "0", UMI_PER_YEAR, 12, UMI_UNIT_MONTH, 2, 0, 0, 0,
         8333333},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_rate_ask a = ask(cases[i].kind, cases[i].rate, cases[i].per,
                             cases[i].periods, cases[i].unit, cases[i].digits);
        umi_rate_words w = words(&a);
        if ((int64_t)w.flat[UMI_PER_MONTH] != cases[i].flat_month ||
            (int64_t)w.nominal[UMI_PER_YEAR] != cases[i].nominal_year ||
            (int64_t)w.effective != cases[i].effective ||
            (int64_t)w.payment != cases[i].payment)
            fail_msg("case %zu: %lld %lld %lld %lld", i,
                     (long long)w.flat[UMI_PER_MONTH],
                     (long long)w.nominal[UMI_PER_YEAR], (long long)w.effective,
                     (long long)w.payment);
    }
}

/* 100 lent over 2 periods at 50 % each is repaid by 90 twice: 40 % flat a
 * period, and no root is taken although one is asked for. */
static void fractions_stay_fractions(void **state)
{
    (void)state;
    umi_rate_ask a =
        ask(UMI_RATE_FLAT, "40", UMI_PER_PERIOD, 2, UMI_UNIT_YEAR, 12);
    umi_rate_words w = words(&a);
    assert_true(w.nominal[UMI_PER_PERIOD] == 50000000000000);
    assert_true(w.effective == 50000000000000);
    assert_true(w.payment == (umi_i128)900000 * 1000000000000);
    /* 21 % a year is 10 % a half-year */
    a = ask(UMI_RATE_EFFECTIVE, "21", UMI_PER_YEAR, 2, UMI_UNIT_MONTH, 3);
    a.every = 6;
    w = words(&a);
    assert_true(w.nominal[UMI_PER_PERIOD] == 10000);
    assert_true(w.nominal[UMI_PER_YEAR] == 20000);
    assert_true(w.nominal[UMI_PER_MONTH] == 1667);
    assert_true(w.payment == 576190476); /* 1.21 / 2.1 */
    /* every two years: 21 % are two years of 10 % */
    a = ask(UMI_RATE_NOMINAL, "21", UMI_PER_PERIOD, 1, UMI_UNIT_YEAR, 3);
    a.every = 2;
    w = words(&a);
    assert_true(w.effective == 10000);
    assert_true(w.nominal[UMI_PER_YEAR] == 10500);
}

/* A figure on the middle goes away from zero, whatever it comes from. */
static void ties_go_away_from_zero(void **state)
{
    (void)state;
    umi_rate_ask a =
        ask(UMI_RATE_NOMINAL, "2.5", UMI_PER_PERIOD, 1, UMI_UNIT_YEAR, 0);
    umi_rate_words w = words(&a);
    assert_true(w.nominal[UMI_PER_YEAR] == 3 && w.flat[UMI_PER_YEAR] == 3 &&
                w.effective == 3);
    a.kind = UMI_RATE_FLAT;
    w = words(&a);
    assert_true(w.nominal[UMI_PER_YEAR] == 3 && w.flat[UMI_PER_YEAR] == 3 &&
                w.effective == 3);
    a.kind = UMI_RATE_EFFECTIVE;
    a.per = UMI_PER_YEAR;
    w = words(&a);
    assert_true(w.nominal[UMI_PER_YEAR] == 3 && w.flat[UMI_PER_YEAR] == 3 &&
                w.effective == 3);
    /* 1.025 squared is 1.050625 */
    a = ask(UMI_RATE_NOMINAL, "2.5", UMI_PER_PERIOD, 1, UMI_UNIT_MONTH, 3);
    a.every = 6;
    assert_true(words(&a).effective == 5063);
    a.digits = 4;
    assert_true(words(&a).effective == 50625);
}

static umi_rate as_rate(umi_i128 v, int32_t digits)
{
    umi_buf b = {0};
    umi_rate r;
    umi_buf_fixed(&b, v, digits);
    assert_true(umi_rate_parse(&r, umi_buf_as_text(&b), 6, 12, 100));
    umi_buf_free(&b);
    return r;
}

/* With twelve digits on the way, the first six come back. */
static void there_and_back(void **state)
{
    (void)state;
    chance c = chance_begin("there_and_back", 20261122);
    for (int i = 0; i < chance_rounds(400); i++) {
        umi_rate_ask a = {.kind = UMI_RATE_NOMINAL,
                          .per = UMI_PER_YEAR,
                          .periods = (int32_t)chance_in(&c, 1, 60),
                          .every = (int32_t)chance_in(&c, 1, 3),
                          .unit = chance_one_in(&c, 2) ? UMI_UNIT_MONTH
                                                       : UMI_UNIT_WEEK,
                          .digits = 12};
        int64_t micro = chance_in(&c, 0, 89999999);
        a.rate = umi_rate_of(micro, 100000000);
        umi_rate_words w = words(&a);
        umi_rate_ask back = a;
        back.digits = 6;
        back.kind = UMI_RATE_FLAT;
        back.rate = as_rate(w.flat[UMI_PER_YEAR], 12);
        umi_rate_words flat = words(&back);
        back.kind = UMI_RATE_EFFECTIVE;
        back.rate = as_rate(w.effective, 12);
        umi_rate_words effective = words(&back);
        if ((int64_t)flat.nominal[UMI_PER_YEAR] != micro ||
            (int64_t)effective.nominal[UMI_PER_YEAR] != micro)
            fail_msg("%d x %d: %lld %lld %lld", a.periods, a.every,
                     (long long)micro, (long long)flat.nominal[UMI_PER_YEAR],
                     (long long)effective.nominal[UMI_PER_YEAR]);
        assert_true(flat.effective == effective.effective);
        assert_true(w.flat[UMI_PER_YEAR] <= w.nominal[UMI_PER_YEAR]);
        assert_true(w.nominal[UMI_PER_YEAR] <= w.effective || a.every > 12);
    }
}

/* flat_equivalent of a schedule takes the same flat rate. */
static void schedules_take_the_same_flat_rate(void **state)
{
    (void)state;
    chance c = chance_begin("the_same_flat_rate", 20261122);
    for (int i = 0; i < chance_rounds(300); i++) {
        umi_error err = {.lang = UMI_LANG_EN};
        umi_row rows[60];
        umi_schedule s;
        umi_terms t = umi_terms_default();
        t.method = UMI_FLAT_EQUIVALENT;
        t.periods = (int32_t)chance_in(&c, 1, 60);
        t.rate = umi_rate_of(chance_in(&c, 0, 3999), 10000);
        t.principal.sen = 100000000; /* 0.0001 % of it is a rupiah */
        t.disbursed = (umi_day){20000};
        t.round.unit.sen = 1;
        umi_rate_ask a = {.kind = UMI_RATE_NOMINAL,
                          .rate = t.rate,
                          .per = UMI_PER_YEAR,
                          .periods = t.periods,
                          .every = 1,
                          .unit = UMI_UNIT_MONTH,
                          .digits = 4};
        assert_int_equal(umi_schedule_build(&s, rows, 60, &t, &err), UMI_OK);
        assert_int_equal(rows[0].interest.sen,
                         (int64_t)words(&a).flat[UMI_PER_PERIOD] * 100);
    }
}

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    static const struct {
        umi_rate_ask ask;
        umi_status status;
        const char *field;
    } cases[] = {
        {{.periods = 0}, UMI_EINVAL, "periods"},
        {{.periods = 3661}, UMI_EINVAL, "periods"},
        {{.every = -1}, UMI_EINVAL, "every"},
        {{.every = 367}, UMI_EINVAL, "every"},
        {{.digits = -1}, UMI_EINVAL, "digits"},
        {{.digits = 13}, UMI_EINVAL, "digits"},
        {{.rate = {-1, 100}}, UMI_EINVAL, "rate"},
        {{.kind = UMI_RATE_EFFECTIVE, .per = UMI_PER_MONTH}, UMI_EINVAL, "per"},
        {{.periods = 1001, .unit = UMI_UNIT_YEAR}, UMI_EINVAL, "periods"},
        {{.kind = UMI_RATE_NOMINAL, .rate = {9999, 1}}, UMI_ERANGE, "rate"},
        {{.kind = UMI_RATE_FLAT, .rate = {9999, 1}}, UMI_ERANGE, "rate"},
        {{.kind = UMI_RATE_EFFECTIVE,
          .rate = {9999, 1},
          .every = 12,
          .periods = 83,
          .unit = UMI_UNIT_YEAR},
         UMI_ERANGE,
         "rate"},
        {{.rate = {999999999999999999, 100000000000000},
          .per = UMI_PER_WEEK,
          .periods = 3659},
         UMI_ERANGE,
         "rate"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_error err = {.lang = UMI_LANG_EN};
        umi_rate_ask a = cases[i].ask;
        umi_rate_words w = {.payment = 77};
        if (a.rate.den == 0)
            a.rate = (umi_rate){6, 100};
        if (a.every == 0)
            a.every = 1;
        if (a.periods == 0 && i != 0)
            a.periods = 12;
        if (a.unit == UMI_UNIT_DAY)
            a.unit = UMI_UNIT_MONTH;
        umi_status rc = umi_rate_convert(&w, &a, arena, &err);
        if (rc != cases[i].status || strcmp(err.field, cases[i].field) != 0)
            fail_msg("case %zu: %d %s: %s", i, rc, err.field, err.message);
        assert_true(w.payment == 77);
    }
}

static void memory_may_run_out_anywhere(void **state)
{
    (void)state;
    const umi_rate_ask asks[] = {
        ask(UMI_RATE_FLAT, "9.7", UMI_PER_YEAR, 300, UMI_UNIT_WEEK, 6),
        ask(UMI_RATE_NOMINAL, "9.7", UMI_PER_YEAR, 900, UMI_UNIT_WEEK, 12),
        ask(UMI_RATE_EFFECTIVE, "9.7", UMI_PER_YEAR, 900, UMI_UNIT_DAY, 12)};
    for (size_t i = 0; i < COUNT(asks); i++) {
        umi_status rc = UMI_ENOMEM;
        int64_t n = 1;
        for (; rc != UMI_OK && n < 3000; n++) {
            umi_rate_words w = {.payment = 77};
            umi_arena *own = umi_arena_new();
            umi_alloc_fail_at(n, 0);
            rc = umi_rate_convert(&w, &asks[i], own, NULL);
            umi_alloc_fail_at(0, 0);
            umi_arena_free(own);
            assert_true(rc == UMI_OK || rc == UMI_ENOMEM);
            assert_true((rc == UMI_OK) == (w.payment != 77));
        }
        assert_true(n > 2 && n < 3000);
    }
}

/* --- of schedules ------------------------------------------------------------ */

static umi_terms terms(umi_method method, const char *rate, int32_t periods)
{
    umi_terms t = umi_terms_default();
    t.principal.sen = 1000000000000;
    t.disbursed = (umi_day){20000};
    t.periods = periods;
    t.rate = percent(rate);
    t.method = method;
    t.round.unit.sen = 1;
    return t;
}

static int64_t nominal(const umi_terms *t, umi_schedule *s, umi_row *rows)
{
    umi_error err = {.lang = UMI_LANG_EN};
    umi_i128 rate;
    umi_arena_reset(arena);
    umi_status rc = umi_schedule_build(s, rows, 60, t, &err);
    if (rc == UMI_OK)
        rc = umi_schedule_nominal_rate(&rate, s, t, arena, &err);
    if (rc != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    return (int64_t)rate;
}

static void schedules_have_a_nominal_rate(void **state)
{
    (void)state;
    umi_row rows[60];
    umi_schedule s;
    umi_terms t = terms(UMI_ANNUITY, "6", 36);
    assert_int_equal(nominal(&t, &s, rows), 6000000);
    t.method = UMI_EQUAL_PRINCIPAL;
    assert_int_equal(nominal(&t, &s, rows), 6000000);
    t.method = UMI_BULLET;
    assert_int_equal(nominal(&t, &s, rows), 6000000);
    t = terms(UMI_FLAT, "3", 12); /* as the converter has it */
    assert_int_equal(nominal(&t, &s, rows), 5492480);
    assert_int_equal(umi_schedule_flat_rate(&s, &t), 3000000);
    assert_int_equal(umi_schedule_flat_month(&s, &t), 250000);
    t = terms(UMI_FLAT, "0", 12);
    assert_int_equal(nominal(&t, &s, rows), 0);
    assert_int_equal(umi_schedule_flat_month(&s, &t), 0);
    t = terms(UMI_PAWN, "1.2", 1); /* 8 blocks, 9.6 % in 120 days */
    t.rate_per = UMI_PER_PERIOD;
    assert_int_equal(nominal(&t, &s, rows), 29200000);
    assert_int_equal(umi_schedule_flat_month(&s, &t), 2433333);
    t = terms(UMI_FLAT, "0.5", 50);
    t.rate_per = UMI_PER_WEEK;
    t.unit = UMI_UNIT_WEEK;
    assert_int_equal(nominal(&t, &s, rows), 47469582);
    assert_int_equal(umi_schedule_flat_month(&s, &t), 2166667);
    /* fees are not interest */
    const umi_fee fee = {
        .code = UMI_TEXT("admin"), .amount = {100000000}, .due = UMI_DUE_EACH};
    t = terms(UMI_ANNUITY, "6", 36);
    t.fees = &fee;
    t.fee_count = 1;
    assert_int_equal(nominal(&t, &s, rows), 6000000);
}

/* A tranche in the middle of a period counts from there. */
static void tranches_stand_where_they_fall(void **state)
{
    (void)state;
    umi_row rows[60];
    umi_schedule s;
    umi_day first, half;
    assert_true(umi_day_parse(&first, UMI_TEXT("2026-04-01")));
    assert_true(umi_day_parse(&half, UMI_TEXT("2026-04-16")));
    const umi_tranche two[] = {{first, {100000000}}, {half, {100000000}}};
    umi_terms t = terms(UMI_BULLET, "12", 1);
    t.principal.sen = 200000000;
    t.disbursed = first;
    t.tranches = two;
    t.tranche_count = 2;
    /* x + sqrt(x) = 2.015 for x = 1 + i: i = 1.000831 %, twelve of them */
    assert_int_equal(nominal(&t, &s, rows), 12009967);
    assert_int_equal(s.interest.sen, 1500000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_pairs_come_out),
        cmocka_unit_test(fractions_stay_fractions),
        cmocka_unit_test(ties_go_away_from_zero),
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(schedules_take_the_same_flat_rate),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(memory_may_run_out_anywhere),
        cmocka_unit_test(schedules_have_a_nominal_rate),
        cmocka_unit_test(tranches_stand_where_they_fall),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
