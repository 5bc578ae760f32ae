/* SPDX-License-Identifier: MIT
 * Days at the edges of months, years and centuries, how they are counted, and
 * where a calendar moves them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/calendar.h"
#include "engine/base/daycount.h"

static umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static void months_have_their_lengths(void **state)
{
    (void)state;
    static const int32_t days[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};
    static const struct {
        int32_t year;
        bool leap;
    } years[] = {{1900, false}, {1999, false}, {2000, true},
                 {2004, true},  {2023, false}, {2100, false},
                 {2400, true},  {2800, true},  {2900, false}};
    for (size_t i = 0; i < sizeof years / sizeof *years; i++) {
        assert_int_equal(umi_leap_year(years[i].year), years[i].leap);
        for (int32_t m = 1; m <= 12; m++) {
            int32_t want = days[m - 1] + (m == 2 && years[i].leap);
            assert_int_equal(umi_month_days(years[i].year, m), want);
            umi_civil last = {years[i].year, m, want};
            assert_true(umi_civil_ok(last));
            last.day++;
            assert_false(umi_civil_ok(last));
            last.day = 0;
            assert_false(umi_civil_ok(last));
        }
        assert_false(umi_civil_ok((umi_civil){years[i].year, 13, 1}));
    }
    assert_false(umi_civil_ok((umi_civil){1899, 12, 31}));
    assert_true(umi_civil_ok((umi_civil){1900, 1, 1}));
    assert_true(umi_civil_ok((umi_civil){2999, 12, 31}));
    assert_false(umi_civil_ok((umi_civil){3000, 1, 1}));
}

static void days_are_numbered_from_1970(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int32_t n, weekday;
    } cases[] = {
        {"1970-01-01", 0, 4},      {"1969-12-31", -1, 3},
        {"1969-12-29", -3, 1},     {"1969-12-28", -4, 7},
        {"1900-01-01", -25567, 1}, {"2000-02-29", 11016, 2},
        {"2026-11-22", 20779, 7},  {"2999-12-31", 376199, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_day d = day(cases[i].text);
        char text[UMI_DAY_TEXT];
        assert_int_equal(d.n, cases[i].n);
        assert_int_equal(umi_day_weekday(d), cases[i].weekday);
        assert_int_equal(umi_day_write(text, d), 10);
        assert_string_equal(text, cases[i].text);
        umi_buf b = {0};
        umi_buf_day(&b, d);
        assert_true(umi_text_is(umi_buf_as_text(&b), cases[i].text));
        umi_buf_free(&b);
    }
    assert_true(umi_day_ok((umi_day){UMI_DAY_MIN}));
    assert_false(umi_day_ok((umi_day){UMI_DAY_MIN - 1}));
    assert_true(umi_day_ok((umi_day){UMI_DAY_MAX}));
    assert_false(umi_day_ok((umi_day){UMI_DAY_MAX + 1}));
}

/* Far outside of 1900..2999 days still follow each other, for a due date is
 * computed before it is refused. */
static void days_before_and_after_all_others(void **state)
{
    (void)state;
    for (int32_t year = -4000; year <= 12000; year++) {
        umi_civil last = {year, 12, 31};
        umi_day d = umi_day_of(last);
        umi_civil same = umi_civil_of(d);
        umi_civil next = umi_civil_of((umi_day){d.n + 1});
        assert_true(same.year == year && same.month == 12 && same.day == 31);
        assert_true(next.year == year + 1 && next.month == 1 && next.day == 1);
        umi_day first = umi_day_of(next);
        assert_int_equal(first.n, d.n + 1);
        umi_day march = umi_day_of((umi_civil){year, 3, 1});
        bool leap = umi_leap_year(year);
        umi_civil feb = umi_civil_of((umi_day){march.n - 1});
        assert_true(feb.month == 2 && feb.day == (leap ? 29 : 28));
    }
}

static void dates_that_are_almost_right(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "2024-01-1:",  "2024-01-2/", "2024-0:-01",  "202:-01-01", "202/-01-01",
        "2024/01-01",  "2024-01/01", "2024-01-01 ", "2024-01-1",  "2024-02-30",
        "+024-01-01",  "2024-1--01", "2024--1-01",  "2024-04-31", "2100-02-29",
        "2024-01-011", "0000-01-01",
    };
    umi_day d = {42};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(umi_day_parse(&d, umi_text_of(bad[i])));
    assert_false(umi_day_parse(&d, (umi_text){"2024-01-011", 11}));
    assert_int_equal(d.n, 42);
    assert_true(umi_day_parse(&d, (umi_text){"2024-01-011", 10}));
}

static void months_are_added_over_years(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        int32_t months, dom;
        const char *to;
    } cases[] = {
        {"2024-01-31", 0, 31, "2024-01-31"},
        {"2024-01-31", 0, 15, "2024-01-15"},
        {"2024-01-31", 11, 31, "2024-12-31"},
        {"2024-01-31", 12, 31, "2025-01-31"},
        {"2024-01-31", 13, 31, "2025-02-28"},
        {"2024-12-31", 1, 31, "2025-01-31"},
        {"2024-12-31", 2, 31, "2025-02-28"},
        {"2024-12-01", 240, 1, "2044-12-01"},
        {"2024-03-31", -1, 31, "2024-02-29"},
        {"2024-03-31", -3, 31, "2023-12-31"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[UMI_DAY_TEXT];
        umi_day to = umi_day_add_months(day(cases[i].from), cases[i].months,
                                        cases[i].dom);
        umi_day_write(text, to);
        assert_string_equal(text, cases[i].to);
    }
}

static void complete_months_between_days(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int32_t months, years;
    } cases[] = {
        {"2024-05-15", "2024-05-15", 0, 0},
        {"2024-05-15", "2024-06-14", 0, 0},
        {"2024-05-15", "2024-06-15", 1, 0},
        {"2024-05-15", "2025-05-14", 11, 0},
        {"2024-05-15", "2025-05-15", 12, 1},
        {"2024-05-15", "2044-04-15", 239, 19},
        {"2024-11-15", "2025-02-15", 3, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_day a = day(cases[i].a), b = day(cases[i].b);
        assert_int_equal(umi_months_between(a, b), cases[i].months);
        assert_int_equal(umi_months_between(b, a), -cases[i].months);
        assert_int_equal(umi_years_between(a, b), cases[i].years);
        assert_int_equal(umi_years_between(b, a), -cases[i].years);
    }
}

/* --- day counts ---------------------------------------------------------------- */

static void counts_have_a_name_and_a_basis(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int32_t basis;
    } cases[] = {
        {"period", 0},          {"30/360", 360},  {"30E/360", 360},
        {"act/360", 360},       {"act/364", 364}, {"act/365", 365},
        {"act/act", 365 * 366},
    };
    umi_day_count c;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(umi_day_count_parse(&c, umi_text_of(cases[i].name)));
        assert_int_equal(c, i);
        assert_string_equal(umi_day_count_name(c), cases[i].name);
        if (c != UMI_COUNT_PERIOD)
            assert_int_equal(umi_day_count_basis(c), cases[i].basis);
    }
    c = UMI_COUNT_ACT_364;
    assert_false(umi_day_count_parse(&c, UMI_TEXT("act/366")));
    assert_int_equal(c, UMI_COUNT_ACT_364);
}

static void counts_over_years(void **state)
{
    (void)state;
    static const struct {
        umi_day_count count;
        const char *from, *to;
        int64_t parts;
    } cases[] = {
        {UMI_COUNT_30_360, "2024-12-15", "2026-01-20", 395},
        {UMI_COUNT_30_360, "2024-01-31", "2025-01-31", 360},
        {UMI_COUNT_30_360, "2024-01-31", "2024-01-31", 0},
        {UMI_COUNT_30_360, "2024-01-29", "2024-01-31", 2},
        {UMI_COUNT_30_360, "2024-01-30", "2024-01-31", 0},
        {UMI_COUNT_30E_360, "2024-01-29", "2024-01-31", 1},
        {UMI_COUNT_30E_360, "2024-12-15", "2034-01-20", 3275},
        {UMI_COUNT_ACT_365, "2024-12-15", "2024-12-15", 0},
        {UMI_COUNT_ACT_ACT, "2000-01-01", "2001-01-01", 366 * 365},
        {UMI_COUNT_ACT_ACT, "2100-01-01", "2101-01-01", 365 * 366},
        {UMI_COUNT_ACT_ACT, "1999-12-31", "2400-01-01",
         97 * 366 * 365 + (146098 - 97 * 366) * 366},
        {UMI_COUNT_ACT_ACT, "2024-03-01", "2024-03-01", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(umi_day_count_parts(cases[i].count, day(cases[i].from),
                                             day(cases[i].to)),
                         cases[i].parts);
}

/* --- calendars ------------------------------------------------------------------ */

static void every_holiday_is_found(void **state)
{
    (void)state;
    umi_day holidays[9];
    for (size_t count = 0; count <= 9; count++) {
        umi_calendar c = {UMI_TEXT("test"), 0, holidays, count};
        for (size_t i = 0; i < count; i++)
            holidays[i].n = (int32_t)(10 + 3 * i);
        for (int32_t n = 5; n < 45; n++) {
            bool holiday =
                n >= 10 && (n - 10) % 3 == 0 && (size_t)(n - 10) / 3 < count;
            assert_int_equal(umi_calendar_working(&c, (umi_day){n}), !holiday);
        }
    }
}

static void rest_is_by_weekday(void **state)
{
    (void)state;
    for (int32_t rest = 1; rest <= 7; rest++) {
        umi_calendar c = {UMI_TEXT("test"), (uint8_t)(1U << (rest - 1)), NULL,
                          0};
        for (int32_t n = -10; n < 10; n++)
            assert_int_equal(umi_calendar_working(&c, (umi_day){n}),
                             umi_day_weekday((umi_day){n}) != rest);
    }
}

/* Nobody works on any day: the search ends after ten years. */
static void a_calendar_without_working_days_ends(void **state)
{
    (void)state;
    umi_calendar c = {UMI_TEXT("never"), 0x7F, NULL, 0};
    umi_day d = {1000};
    assert_int_equal(umi_calendar_shift(&c, d, UMI_SHIFT_NONE).n, 1000);
    assert_int_equal(umi_calendar_shift(&c, d, UMI_SHIFT_FOLLOWING).n, 4660);
    assert_int_equal(umi_calendar_shift(&c, d, UMI_SHIFT_PRECEDING).n, -2660);
}

static void shifts_have_their_names(void **state)
{
    (void)state;
    static const char *const names[] = {"none", "following",
                                        "modified_following", "preceding"};
    umi_shift s;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_string_equal(umi_shift_name((umi_shift)i), names[i]);
        assert_true(umi_shift_parse(&s, umi_text_of(names[i])));
        assert_int_equal(s, i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_have_their_lengths),
        cmocka_unit_test(days_are_numbered_from_1970),
        cmocka_unit_test(days_before_and_after_all_others),
        cmocka_unit_test(dates_that_are_almost_right),
        cmocka_unit_test(months_are_added_over_years),
        cmocka_unit_test(complete_months_between_days),
        cmocka_unit_test(counts_have_a_name_and_a_basis),
        cmocka_unit_test(counts_over_years),
        cmocka_unit_test(every_holiday_is_found),
        cmocka_unit_test(rest_is_by_weekday),
        cmocka_unit_test(a_calendar_without_working_days_ends),
        cmocka_unit_test(shifts_have_their_names),
    };
    return cmocka_run_group_tests_name("engine/dates", tests, NULL, NULL);
}
