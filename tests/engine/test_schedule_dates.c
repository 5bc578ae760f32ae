/* SPDX-License-Identifier: MIT
 * Due dates of a schedule: months counted from one anchor, and what a
 * calendar may move. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/loan/schedule_int.h"
#include "engine/umi.h"
#include "tests/support/random.h"

enum {
    ROWS = UMI_PERIODS_MAX
};

static umi_row rows[ROWS];

static umi_terms terms(int32_t periods, umi_unit unit, umi_civil on)
{
    umi_terms t = umi_terms_default();
    t.principal.sen = 100000000;
    t.disbursed = umi_day_of(on);
    t.periods = periods;
    t.unit = unit;
    t.rate = umi_rate_of(6, 100);
    return t;
}

/* The date by its definition, one row at a time. */
static umi_day defined(const umi_terms *t, int32_t k)
{
    static const int32_t days[] = {[UMI_UNIT_DAY] = 1, [UMI_UNIT_WEEK] = 7};
    umi_day anchor = t->has_first_due ? t->first_due : t->disbursed;
    int32_t steps = (t->has_first_due ? k - 1 : k) * t->every;
    if (t->unit <= UMI_UNIT_WEEK)
        return (umi_day){anchor.n + steps * days[t->unit]};
    return umi_day_add_months(anchor,
                              t->unit == UMI_UNIT_YEAR ? 12 * steps : steps,
                              umi_civil_of(anchor).day);
}

static void compare(const umi_terms *t)
{
    umi__dates_fill(t, rows);
    umi_day before = t->disbursed;
    for (int32_t k = 1; k <= t->periods; k++) {
        const umi_row *r = &rows[k - 1];
        umi_day want = defined(t, k);
        if (r->n != k || r->due.n != want.n || r->days != want.n - before.n ||
            umi__due(t, k).n != want.n)
            fail_msg("row %d of unit %d every %d from day %d (first due %d)", k,
                     (int)t->unit, t->every, t->disbursed.n,
                     t->has_first_due ? t->first_due.n : 0);
        before = want;
    }
}

/* From each day of 400 years and more, the ends of centuries among them. */
static void months_never_drift(void **state)
{
    (void)state;
    for (int32_t day = UMI_DAY_MIN; day <= UMI_DAY_MAX - 64 * 31; day++) {
        umi_terms t =
            terms(4 + day % 3, UMI_UNIT_MONTH, umi_civil_of((umi_day){day}));
        if (day % 100 == 0)
            t.periods = 60;
        compare(&t);
    }
}

static void dates_are_as_defined(void **state)
{
    (void)state;
    chance c = chance_begin("dates_are_as_defined", 5);
    for (int i = chance_rounds(3000); i > 0; i--) {
        umi_terms t =
            terms((int32_t)chance_in(&c, 1, chance_one_in(&c, 20) ? ROWS : 60),
                  (umi_unit)chance_in(&c, UMI_UNIT_DAY, UMI_UNIT_YEAR),
                  umi_civil_of((umi_day){
                      (int32_t)chance_in(&c, UMI_DAY_MIN, UMI_DAY_MAX - 40)}));
        t.every = (int32_t)chance_in(&c, 1, chance_one_in(&c, 3) ? 366 : 3);
        t.has_first_due = chance_one_in(&c, 2);
        t.first_due.n = t.disbursed.n + (int32_t)chance_in(&c, 1, 40);
        if (umi_terms_check(&t, NULL) == UMI_OK)
            compare(&t);
    }
}

/* --- calendars ------------------------------------------------------------------- */

/* 15 January 2026 is a Thursday. */
static void no_two_due_dates_meet(void **state)
{
    (void)state;
    umi_day holidays[] = {umi_day_of((umi_civil){2026, 1, 19}),
                          umi_day_of((umi_civil){2026, 1, 20}),
                          umi_day_of((umi_civil){2026, 2, 27})};
    umi_calendar c = {UMI_TEXT("test"), 0x60, holidays, 3};
    static const struct {
        umi_civil disbursed;
        umi_unit unit;
        int32_t every, periods;
        umi_shift shift;
        int refused_row; /* 0: none */
    } cases[] = {
        {{2026, 1, 15}, UMI_UNIT_DAY, 1, 1, UMI_SHIFT_FOLLOWING, 0},
        {{2026, 1, 15}, UMI_UNIT_DAY, 1, 2, UMI_SHIFT_FOLLOWING, 0},
        /* Saturday would pass Sunday */
        {{2026, 1, 15}, UMI_UNIT_DAY, 1, 3, UMI_SHIFT_FOLLOWING, 2},
        /* Saturday 24 reaches Monday 26, the next due date */
        {{2026, 1, 22}, UMI_UNIT_DAY, 2, 2, UMI_SHIFT_FOLLOWING, 1},
        {{2026, 1, 22}, UMI_UNIT_DAY, 2, 1, UMI_SHIFT_FOLLOWING, 0},
        /* Saturday 24 to Monday 26, before Tuesday 27 */
        {{2026, 1, 21}, UMI_UNIT_DAY, 3, 2, UMI_SHIFT_FOLLOWING, 0},
        /* Sunday back to Friday, where the row before it stands */
        {{2026, 1, 21}, UMI_UNIT_DAY, 2, 2, UMI_SHIFT_PRECEDING, 2},
        {{2026, 1, 22}, UMI_UNIT_DAY, 3, 1, UMI_SHIFT_PRECEDING, 0},
        /* Saturday and Sunday both back to Friday */
        {{2026, 1, 23}, UMI_UNIT_DAY, 1, 2, UMI_SHIFT_PRECEDING, 1},
        /* Tuesday 20 back to Friday 16: one day after the disbursement */
        {{2026, 1, 15}, UMI_UNIT_DAY, 5, 1, UMI_SHIFT_PRECEDING, 0},
        {{2026, 1, 16}, UMI_UNIT_DAY, 4, 1, UMI_SHIFT_PRECEDING, 1},
        {{2026, 1, 17}, UMI_UNIT_DAY, 3, 1, UMI_SHIFT_PRECEDING, 1},
        /* Friday 27 February stays in its month, on Thursday */
        {{2026, 1, 27}, UMI_UNIT_MONTH, 1, 3, UMI_SHIFT_MODIFIED_FOLLOWING, 0},
        {{2026, 2, 25}, UMI_UNIT_DAY, 1, 2, UMI_SHIFT_MODIFIED_FOLLOWING, 2},
        {{2026, 1, 31}, UMI_UNIT_WEEK, 1, 50, UMI_SHIFT_FOLLOWING, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_terms t =
            terms(cases[i].periods, cases[i].unit, cases[i].disbursed);
        t.every = cases[i].every;
        t.calendar = &c;
        t.shift = cases[i].shift;
        umi_schedule s;
        umi_error err = {0};
        umi_status rc = umi_schedule_build(&s, rows, ROWS, &t, &err);
        if (cases[i].refused_row == 0) {
            assert_int_equal(rc, UMI_OK);
            umi_day before = t.disbursed;
            for (size_t k = 0; k < s.count; before = rows[k++].due) {
                assert_true(rows[k].due.n > before.n);
                assert_true(umi_calendar_working(&c, rows[k].due));
            }
            continue;
        }
        char want[64];
        (void)snprintf(want, sizeof want, "row %d cannot move as far as",
                       cases[i].refused_row);
        assert_int_equal(rc, UMI_EINVAL);
        assert_string_equal(err.field, "shift");
        assert_memory_equal(err.message, want, strlen(want));
    }
}

/* What a calendar moves is the dates alone. */
static void amounts_and_days_stay_with_the_unmoved_dates(void **state)
{
    (void)state;
    umi_calendar c = {UMI_TEXT("test"), 0x60, NULL, 0};
    umi_terms t = terms(12, UMI_UNIT_MONTH, (umi_civil){2026, 1, 31});
    umi_row moved[12];
    umi_schedule a, b;
    t.day_count = UMI_COUNT_ACT_365;
    assert_int_equal(umi_schedule_build(&a, rows, ROWS, &t, NULL), UMI_OK);
    t.calendar = &c;
    t.shift = UMI_SHIFT_FOLLOWING;
    assert_int_equal(umi_schedule_build(&b, moved, 12, &t, NULL), UMI_OK);
    int differ = 0;
    for (size_t k = 0; k < 12; k++) {
        assert_int_equal(moved[k].days, rows[k].days);
        assert_int_equal(moved[k].interest.sen, rows[k].interest.sen);
        assert_int_equal(
            moved[k].due.n,
            umi_calendar_shift(&c, rows[k].due, UMI_SHIFT_FOLLOWING).n);
        differ += moved[k].due.n != rows[k].due.n;
    }
    assert_true(differ > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_never_drift),
        cmocka_unit_test(dates_are_as_defined),
        cmocka_unit_test(no_two_due_dates_meet),
        cmocka_unit_test(amounts_and_days_stay_with_the_unmoved_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
