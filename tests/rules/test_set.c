/* SPDX-License-Identifier: MIT
 * The set of rules: calendars, banks, file profiles, and all of it together,
 * as shipped, out of a folder, and with things wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/set/set.h"
#include "tests/support/files.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static umi_set *set;

static int setup(void **state)
{
    (void)state;
    return umi_set_load(&set, umi_data_all(), NULL) != UMI_OK;
}

static int teardown(void **state)
{
    (void)state;
    umi_set_free(set);
    return 0;
}

static umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

/* --- calendars ----------------------------------------------------------- */

static void due_dates_move_over_holidays_and_leave(void **state)
{
    (void)state;
    static const struct {
        const char *date, *following, *modified, *preceding;
    } cases[] = {
        {"2026-02-13", "2026-02-13", "2026-02-13", "2026-02-13"},
        /* weekend, leave, Chinese New Year */
        {"2026-02-14", "2026-02-18", "2026-02-18", "2026-02-13"},
        /* 18 to 24 March: Nyepi, Eid, their leave, and the weekend */
        {"2026-03-18", "2026-03-25", "2026-03-25", "2026-03-17"},
        {"2026-03-24", "2026-03-25", "2026-03-25", "2026-03-17"},
        {"2026-05-30", "2026-06-02", "2026-05-29", "2026-05-29"},
        {"2026-12-24", "2026-12-28", "2026-12-28", "2026-12-23"},
        {"2025-03-28", "2025-04-08", "2025-03-27", "2025-03-27"},
        {"2025-08-17", "2025-08-19", "2025-08-19", "2025-08-15"},
        {"2027-01-01", "2027-01-01", "2027-01-01", "2027-01-01"},
    };
    const umi_calendar *c = umi_set_calendar(set, UMI_TEXT("indonesia"));
    assert_non_null(c);
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_day d = day(cases[i].date);
        const char *want[] = {cases[i].following, cases[i].modified,
                              cases[i].preceding};
        for (int s = 0; s < 3; s++) {
            char text[UMI_DAY_TEXT];
            umi_shift shift = (umi_shift)(UMI_SHIFT_FOLLOWING + s);
            umi_day_write(text, umi_calendar_shift(c, d, shift));
            assert_string_equal(text, want[s]);
        }
    }
}

static void the_calendar_has_the_days_of_its_decrees(void **state)
{
    (void)state;
    static const struct {
        int32_t year, days;
    } cases[] = {{2024, 0}, {2025, 17 + 11}, {2026, 17 + 8}, {2027, 0}};
    const umi_calendar_file *f =
        umi_calendar_find(&set->calendars, UMI_TEXT("indonesia"));
    assert_int_equal(f->first_year, 2025);
    assert_int_equal(f->last_year, 2026);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int32_t n = 0;
        for (size_t k = 0; k < f->calendar.holiday_count; k++) {
            umi_day d = f->calendar.holidays[k];
            n += umi_civil_of(d).year == cases[i].year;
            if (k > 0)
                assert_true(d.n > f->calendar.holidays[k - 1].n);
        }
        assert_int_equal(n, cases[i].days);
    }
    assert_null(umi_set_calendar(set, UMI_TEXT("Indonesia")));
}

#define CALENDAR                                                               \
    "format: calendar/1\nname: c\nlegal: {L: {title: t}}\nrest: [sunday]\n"    \
    "years:\n"
#define YEAR(y, holidays, leave)                                               \
    "  - {year: " y ", legal: L, holidays: [" holidays "], leave: [" leave     \
    "]}\n"
#define DAY(d) "{date: '" d "', id: a, en: b}"

static void wrong_calendars_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {CALENDAR YEAR("2025", DAY("2025-01-01"), DAY("2025-01-02")), ""},
        {CALENDAR YEAR("2025", DAY("2026-01-01"), ""),
         "Y330 the day is not of 2025"},
        {CALENDAR YEAR("2025", DAY("2025-02-01") ", " DAY("2025-01-01"), ""),
         "Y301 the days must ascend"},
        {CALENDAR YEAR("2025", DAY("2025-02-01"), DAY("2025-02-01")),
         "Y303 the day is a holiday and leave at once"},
        {CALENDAR YEAR("2025", "", "") YEAR("2027", "", ""),
         "Y330 the year after 2025 must follow, got 2027"},
        {CALENDAR "  - {year: 2025, legal: M, holidays: [], leave: []}\n",
         "Y302 legal has no key 'M'"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_arena *arena = umi_arena_new();
        umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t");
        umi_calendar_file f = {.first_year = 7};
        umi_status rc =
            umi_calendar_read(&f, umi_text_of(cases[i].text), arena, &p);
        char got[200] = "";
        if (p.first != NULL)
            (void)snprintf(got, sizeof got, "%s %s", p.first->code,
                           p.first->message);
        assert_string_equal(got, cases[i].problem);
        assert_int_equal(rc, got[0] ? UMI_ESYNTAX : UMI_OK);
        assert_int_equal(f.first_year, got[0] ? 7 : 2025);
        umi_arena_free(arena);
    }
}

/* --- banks and channels -------------------------------------------------- */

static void channels_reach_their_cash_account(void **state)
{
    (void)state;
    static const struct {
        const char *channel, *account;
    } cases[] = {{"VA", "1103"},         {"AGEN", "1104"}, {"TRANSFER", "1102"},
                 {"TUNAI", "1101"},      {"PKM", "1101"},  {"va", "1101"},
                 {"Unheard of", "1101"}, {"", "1101"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        int32_t a = umi_channel_cash(&set->banks, &set->chart,
                                     umi_text_of(cases[i].channel));
        assert_true(umi_text_is(set->chart.accounts[a].code, cases[i].account));
        assert_int_equal(set->chart.accounts[a].role, UMI_ROLE_CASH);
    }
}

static void wrong_banks_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem;
    } cases[] = {
        {"accounts: {A: {bank: B, number: '1', cash: '1102', format: auto}}\n"
         "channels: {C: {name: {id: a, en: b}, settles: A}}\n",
         ""},
        {"accounts: {A: {bank: B, number: '1', cash: '7', format: auto}}\n"
         "channels: {}\n",
         "Y302 the chart has no account '7'"},
        {"accounts: {A: {bank: B, number: '1', cash: '1201', format: auto}}\n"
         "channels: {}\n",
         "Y340 account 1201 has not the role cash"},
        {"accounts:\n  A: {bank: B, number: '1', cash: '1102', format: auto}\n"
         "  D: {bank: B, number: '1', cash: '1103', format: auto}\n"
         "channels: {}\n",
         "Y303 the same bank and number as A"},
        {"accounts: {}\nchannels: {C: {name: {id: a, en: b}, settles: A}}\n",
         "Y302 no bank account is called 'A'"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_arena *arena = umi_arena_new();
        umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t");
        umi_banks banks;
        umi_buf b = {0};
        char got[200] = "";
        umi_buf_printf(&b, "format: bank/1\n%s", cases[i].text);
        umi_status rc =
            umi_banks_read(&banks, umi_buf_as_text(&b), &set->chart, arena, &p);
        if (p.first != NULL)
            (void)snprintf(got, sizeof got, "%s %s", p.first->code,
                           p.first->message);
        assert_string_equal(got, cases[i].problem);
        assert_int_equal(rc, got[0] ? UMI_ESYNTAX : UMI_OK);
        umi_buf_free(&b);
        umi_arena_free(arena);
    }
}

/* --- file profiles ------------------------------------------------------- */

static const umi_profile *profile(const char *name)
{
    const umi_profile *f = umi_profile_find(&set->profiles, umi_text_of(name));
    assert_non_null(f);
    return f;
}

static void amounts_read_as_the_profile_writes_them(void **state)
{
    (void)state;
    static const struct {
        const char *profile, *text;
        int64_t sen; /* 0: refused */
    } cases[] = {
        {"strict", "1000.00", 100000},
        {"strict", "1250000.5", 125000050},
        {"strict", " 1000", 0},
        {"strict", "1,000", 0},
        {"strict", "1000,50", 0},
        {"strict", "0", 0},
        {"strict", "-5", 0},
        {"strict", "+5", 0},
        {"strict", "", 0},
        {"strict", "1e3", 0},
        {"agen", "1.250.000,50", 125000050},
        {"agen", " 1250000 ", 125000000},
        {"agen", "50.000", 5000000},
        {"agen", "50000,5", 5000050},
        {"agen", "1.25", 0}, /* a decimal point, not a group */
        {"agen", "50.00", 0},
        {"agen", "1250.000", 0},
        {"agen", "1.2500.00", 0},
        {"agen", ".250", 0},
        {"agen", "1.250.", 0},
        {"agen", "1,250,000", 0},
        {"agen", "1,255", 0},
        {"agen", ",5", 0},
        {"agen", "Rp50.000", 0},
        {"agen", "-50.000", 0},
        {"agen", "0,00", 0},
        {"agen", "999.999.999.999.999.999.999.999.999.999", 0},
        {"va", "5000000000", 5000000000},
        {"va", "  25000000", 25000000},
        {"va", "250000.00", 0},
        {"va", "-25000000", 0},
        {"va", "0", 0},
        {"va", "99999999999999999999", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_money m = {-1};
        bool ok = umi_profile_amount(&m, profile(cases[i].profile),
                                     umi_text_of(cases[i].text));
        if (ok != (cases[i].sen != 0))
            fail_msg("%s: '%s'", cases[i].profile, cases[i].text);
        assert_int_equal(m.sen, ok ? cases[i].sen : -1);
    }
}

static void dates_read_as_the_profile_writes_them(void **state)
{
    (void)state;
    static const struct {
        umi_date_form form;
        const char *text;
        bool ok; /* 21 November 2026 */
    } cases[] = {
        {UMI_DATE_ISO, "2026-11-21", true},
        {UMI_DATE_ISO, "2026-11-21T00:00:00", false},
        {UMI_DATE_ISO_TIME, "2026-11-21T07:02:30+07:00", true},
        {UMI_DATE_ISO_TIME, "2026-11-21 23:59", true},
        {UMI_DATE_ISO_TIME, "2026-11-21T07:02:30Z", false},
        {UMI_DATE_ISO_TIME, "2026-11-21T07:02:30+08:00", false},
        {UMI_DATE_ISO_TIME, "2026-11-21T24:02:30+07:00", false},
        {UMI_DATE_ISO_TIME, "2026-11-21", false},
        {UMI_DATE_DMY, "21/11/2026", true},
        {UMI_DATE_DMY, "21-11-2026", true},
        {UMI_DATE_DMY, "21.11.2026", true},
        {UMI_DATE_DMY, "21/11-2026", false},
        {UMI_DATE_DMY, "11/21/2026", false},
        {UMI_DATE_DMY, "21/11/26", false},
        {UMI_DATE_DMY, "1/11/2026", false},
        {UMI_DATE_YMD8, "20261121", true},
        {UMI_DATE_YMD8, "202611211", false},
        {UMI_DATE_YMD8, "20261131", false},
        {UMI_DATE_DMY8, "21112026", true},
        {UMI_DATE_DMY8, "2111202", false},
        {UMI_DATE_DMY8, "", false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_profile f = {.date = cases[i].form};
        umi_day d = {7};
        bool ok = umi_profile_day(&d, &f, umi_text_of(cases[i].text));
        if (ok != cases[i].ok)
            fail_msg("'%s'", cases[i].text);
        assert_int_equal(d.n, ok ? day("2026-11-21").n : 7);
    }
}

static void prefixes_and_blanks_are_cut_off(void **state)
{
    (void)state;
    umi_text t;
    const umi_profile *va = profile("va"), *strict = profile("strict");
    assert_true(umi_profile_text(&t, va, UMI_FIELD_LOAN,
                                 UMI_TEXT("  8888800000000000001")));
    assert_true(umi_text_is(t, "00000000000001"));
    assert_false(
        umi_profile_text(&t, va, UMI_FIELD_LOAN, UMI_TEXT("8899656781459")));
    assert_false(umi_profile_text(&t, va, UMI_FIELD_LOAN, UMI_TEXT("888")));
    assert_true(
        umi_profile_text(&t, strict, UMI_FIELD_LOAN, UMI_TEXT(" 00123")));
    assert_true(umi_text_is(t, " 00123"));
    assert_true(umi_text_is(va->source[UMI_FIELD_CHANNEL].constant, "VA"));
    assert_int_equal(profile("agen")->delimiter, ';');
    assert_int_equal(profile("agen")->ignore_count, 4);
    assert_null(umi_profile_find(&set->profiles, UMI_TEXT("none")));
}

static void wrong_profiles_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new, *problem;
    } cases[] = {
        {"decimal: point", "decimal: tab",
         "Y340 decimal must be point or comma"},
        {"delimiter: comma", "delimiter: point",
         "Y340 delimiter must be comma, semicolon, tab or pipe"},
        {"grouping: none", "grouping: point",
         "Y340 grouping must be none, or comma, point or blank other than "
         "decimal"},
        {"channel: {column: channel}", "channel: {}",
         "Y340 channel: either column or constant"},
        {"channel: {column: channel}", "channel: {column: a, constant: b}",
         "Y340 channel: either column or constant"},
        {"channel: {column: channel}", "channel: {column: loan}",
         "Y303 loan and channel stand in one column"},
        {"date: {column: date}", "date: {constant: '2026-11-21'}",
         "Y340 date stands in a column without prefix"},
        {"amount: {column: amount}", "amount: {column: amount, prefix: Rp}",
         "Y340 amount stands in a column without prefix"},
        {"reference: {column: reference}", "reference: {constant: X}",
         "Y340 reference cannot be the same for every line"},
        {"channel: {column: channel}", "channel: {column: reject_code}",
         "Y340 reject_code is the name of a column of rejects files"},
        {"date: iso", "date: mdy",
         "Y209 must be one of iso, iso_time, dmy, ymd8, dmy8, got 'mdy'"},
    };
    const umi_data_file *f = umi_data_find("profiles/strict.yaml");
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_arena *arena = umi_arena_new();
        umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t");
        umi_profile out;
        umi_buf b = {0};
        char got[200];
        const char *at = strstr(f->text, cases[i].old);
        assert_non_null(at);
        umi_buf_bytes(&b, f->text, (size_t)(at - f->text));
        umi_buf_puts(&b, cases[i].new);
        umi_buf_puts(&b, at + strlen(cases[i].old));
        assert_int_equal(umi_profile_read(&out, umi_buf_as_text(&b), arena, &p),
                         UMI_ESYNTAX);
        (void)snprintf(got, sizeof got, "%s %s", p.first->code,
                       p.first->message);
        assert_string_equal(got, cases[i].problem);
        umi_buf_free(&b);
        umi_arena_free(arena);
    }
}

/* --- the whole set ------------------------------------------------------- */

/* The shipped files with one of them replaced, or left out by NULL. */
static umi_data_file *with(umi_arena *arena, const char *name, const char *text)
{
    size_t n = 0;
    const umi_data_file *all = umi_data_all();
    while (all[n].name != NULL)
        n++;
    umi_data_file *files = umi_arena_array(arena, n + 2, sizeof *files);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) != 0)
            files[kept++] = all[i];
    if (text != NULL)
        files[kept] = (umi_data_file){name, text, strlen(text)};
    return files;
}

static void a_file_that_is_missing_or_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *name, *text, *file, *message;
        int64_t line;
    } cases[] = {
        {"chart.yaml", NULL, "chart.yaml", "the file is missing", 0},
        {"posting.yaml", NULL, "posting.yaml", "the file is missing", 0},
        {"bank/accounts.yaml", NULL, "bank/accounts.yaml",
         "the file is missing", 0},
        {"product/umi.yaml", "x: &a 1\n", "product/umi.yaml",
         "anchor &a is not allowed", 1},
        {"calendar/new.yaml", "format: calendar/2\n", "calendar/new.yaml",
         "the key 'name' is missing", 1},
        {"profiles/va.yaml", "", "profiles/va.yaml", "the file is empty", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_arena *arena = umi_arena_new();
        umi_set *out = NULL;
        umi_error err = {.lang = UMI_LANG_EN};
        umi_status rc =
            umi_set_load(&out, with(arena, cases[i].name, cases[i].text), &err);
        assert_int_equal(rc, UMI_ESYNTAX);
        assert_null(out);
        assert_string_equal(err.file, cases[i].file);
        assert_string_equal(err.message, cases[i].message);
        assert_int_equal(err.line, cases[i].line);
        umi_arena_free(arena);
    }
}

static void names_are_unique_over_files(void **state)
{
    (void)state;
    static const struct {
        const char *copy, *name, *message;
    } cases[] = {
        {"product/umi.yaml", "product/zz.yaml",
         "another file has a product UMI, too"},
        {"calendar/indonesia.yaml", "calendar/zz.yaml",
         "another file has a calendar indonesia, too"},
        {"profiles/va.yaml", "profiles/zz.yaml",
         "another file has a profile va, too"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_arena *arena = umi_arena_new();
        umi_set *out;
        umi_error err = {.lang = UMI_LANG_EN};
        const umi_data_file *f = umi_data_find(cases[i].copy);
        assert_int_equal(
            umi_set_load(&out, with(arena, cases[i].name, f->text), &err),
            UMI_ESYNTAX);
        assert_string_equal(err.message, cases[i].message);
        assert_string_equal(err.file, cases[i].name);
        umi_arena_free(arena);
    }
}

static void a_family_without_account_is_a_warning(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_buf b = {0};
    const umi_data_file *f = umi_data_find("product/umi.yaml");
    const char *at = strstr(f->text, "family: UMI");
    umi_buf_bytes(&b, f->text, (size_t)(at - f->text));
    umi_buf_puts(&b, "family: UM1");
    umi_buf_puts(&b, at + 11);
    umi_buf_putc(&b, '\0');
    umi_set out;
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "");
    assert_int_equal(
        umi_set_read(&out, with(arena, "product/umi.yaml", b.ptr), arena, &p),
        UMI_OK);
    assert_int_equal(p.warnings, 1);
    assert_string_equal(p.first->code, "W-FAMILY");
    assert_string_equal(p.first->message,
                        "no account of the chart is of family UM1");
    umi_buf_free(&b);
    umi_arena_free(arena);
}

static void a_folder_gives_what_is_shipped(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    const umi_data_file *files;
    umi_error err = {.lang = UMI_LANG_EN};
    assert_int_equal(umi_data_folder(&files, "rules/data", arena, &err),
                     UMI_OK);
    const umi_data_file *shipped = umi_data_all();
    size_t i = 0;
    for (; shipped[i].name != NULL; i++) {
        assert_string_equal(files[i].name, shipped[i].name);
        assert_int_equal(files[i].size, shipped[i].size);
        assert_memory_equal(files[i].text, shipped[i].text, files[i].size);
    }
    assert_null(files[i].name);
    assert_int_equal(umi_data_folder(&files, "no/such/folder", arena, &err),
                     UMI_EIO);
    assert_string_equal(err.file, "no/such/folder/");
    umi_arena_free(arena);
}

/* With UMI_WRITE_DOCS set the page is written instead. */
static void the_page_of_keys_is_that_of_the_tables(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_set_doc(&b);
    assert_false(b.failed);
    if (getenv("UMI_WRITE_DOCS") != NULL) {
        FILE *f = fopen("docs/data-keys.md", "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(b.ptr, 1, b.len, f), b.len);
        assert_int_equal(fclose(f), 0);
    }
    umi_text page = file_read("docs", "data-keys.md");
    assert_true(umi_text_eq(page, umi_buf_as_text(&b)));
    free((void *)(uintptr_t)page.ptr);
    umi_buf_free(&b);
}

static umi_status load_folder(const char *path, umi_error *err)
{
    umi_set *out = NULL;
    umi_arena *arena = umi_arena_new();
    const umi_data_file *files;
    if (arena == NULL)
        return UMI_ENOMEM;
    umi_status rc = umi_data_folder(&files, path, arena, err);
    if (rc == UMI_OK)
        rc = umi_set_load(&out, files, err);
    assert_true((rc == UMI_OK) == (out != NULL));
    umi_set_free(out);
    umi_arena_free(arena);
    return rc;
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
    umi_status rc = UMI_ENOMEM;
    for (int64_t nth = 1; rc == UMI_ENOMEM; nth++) {
        umi_error err = {.lang = UMI_LANG_EN};
        assert_in_range(nth, 1, 2000);
        umi_alloc_fail_at(nth, 0);
        rc = load_folder("rules/data", &err);
        assert_true(rc == UMI_OK || rc == UMI_ENOMEM);
    }
    umi_alloc_fail_at(0, 0);
    assert_int_equal(rc, UMI_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(due_dates_move_over_holidays_and_leave),
        cmocka_unit_test(the_calendar_has_the_days_of_its_decrees),
        cmocka_unit_test(wrong_calendars_are_refused),
        cmocka_unit_test(channels_reach_their_cash_account),
        cmocka_unit_test(wrong_banks_are_refused),
        cmocka_unit_test(amounts_read_as_the_profile_writes_them),
        cmocka_unit_test(dates_read_as_the_profile_writes_them),
        cmocka_unit_test(prefixes_and_blanks_are_cut_off),
        cmocka_unit_test(wrong_profiles_are_refused),
        cmocka_unit_test(a_file_that_is_missing_or_wrong_is_named),
        cmocka_unit_test(names_are_unique_over_files),
        cmocka_unit_test(a_family_without_account_is_a_warning),
        cmocka_unit_test(a_folder_gives_what_is_shipped),
        cmocka_unit_test(the_page_of_keys_is_that_of_the_tables),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
