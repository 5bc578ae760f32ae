/* SPDX-License-Identifier: MIT
 * Products: published figures come out of the shipped data, the row of the
 * day is taken, and what a product does not allow is refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/loan/schedule.h"
#include "rules/set/set.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static umi_set *set;

static int setup(void **state)
{
    (void)state;
    umi_error err = {.lang = UMI_LANG_EN};
    umi_status rc = umi_set_load(&set, umi_data_all(), &err);
    if (rc != UMI_OK)
        print_error("%s:%d: %s\n", err.file, (int)err.line, err.message);
    return rc != UMI_OK;
}

static int teardown(void **state)
{
    (void)state;
    umi_set_free(set);
    return 0;
}

static const umi_product *product(const char *code)
{
    const umi_product *p = umi_product_find(&set->products, umi_text_of(code));
    assert_non_null(p);
    return p;
}

static umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static umi_product_ask ask(int64_t rupiah, int32_t periods, const char *on)
{
    return (umi_product_ask){
        .amount = {rupiah * 100}, .periods = periods, .on = day(on)};
}

/* --- golden figures ------------------------------------------------------ */

static void published_instalments_come_out(void **state)
{
    (void)state;
    static const struct {
        const char *product, *on;
        int64_t amount;
        int32_t periods, access, every;
        umi_method method;
        int64_t appraisal;
        int64_t total; /* of row 1, rupiah */
        const char *source;
    } cases[] = {
        {"KUR_MIKRO", "2020-03-01", 10000000, 12, 0, 0, UMI_ANNUITY, 0, 860664,
         "gemasi"},
        {"KUR_MIKRO", "2024-05-01", 50000000, 36, 1, 0, UMI_ANNUITY, 0, 1521097,
         "gemasi"},
        {"MEKAAR", "2017-06-01", 2000000, 50, 0, 0, UMI_FLAT, 0, 50000,
         "femina 2017"},
        {"MEKAAR", "2017-06-01", 2000000, 25, 0, 0, UMI_FLAT, 0, 90000,
         "femina 2017"},
        {"MEKAAR", "2023-10-01", 3000000, 50, 0, 0, UMI_FLAT, 0, 75000,
         "tribun Padang 2023"},
        {"MEKAAR_PLUS", "2024-01-01", 10000000, 25, 0, 2, UMI_FLAT, 0, 500000,
         "flat 0.5 % a week"},
        {"GADAI_KCA", "2015-04-10", 430000, 1, 0, 0, UMI_PAWN, 452632,
         430000 + 25800, "0.75 % x 8 blocks"},
        {"GADAI_KCA", "2019-01-01", 5000000, 1, 0, 0, UMI_PAWN, 6000000,
         5480000, "1.2 % x 8"},
        {"GADAI_KCA", "2019-01-01", 30000000, 1, 0, 0, UMI_PAWN, 40000000,
         32640000, "1.1 % x 8"},
        {"GADAI_KCA", "2025-07-01", 500000, 0, 0, 0, UMI_PAWN, 600000, 540000,
         "1 % x 8"},
        {"RAHN", "2019-01-01", 9000000, 1, 0, 0, UMI_PAWN, 10000000,
         9000000 + 852000, "0.71 % of 10 million x 12"},
        {"KREASI", "2020-01-01", 12000000, 12, 0, 0, UMI_FLAT, 20000000,
         1120000, "1 % a month flat"},
        {"KRASIDA", "2020-01-01", 12000000, 24, 0, 0, UMI_FLAT, 20000000,
         656000, "1.3 % a month flat"},
        {"ARRUM", "2020-01-01", 7000000, 12, 0, 0, UMI_FLAT, 10000000,
         583333 + 70000, "Rp 700 per 100,000 of 10 million"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_error err = {.lang = UMI_LANG_EN};
        umi_row rows[60];
        umi_schedule s;
        umi_terms t;
        umi_product_ask a = ask(cases[i].amount, cases[i].periods, cases[i].on);
        a.access = cases[i].access;
        a.every = cases[i].every;
        a.appraisal.sen = cases[i].appraisal * 100;
        umi_status rc =
            umi_product_terms(product(cases[i].product), &a, &t, &err);
        if (rc != UMI_OK)
            fail_msg("case %zu: %s: %s", i, err.field, err.message);
        assert_int_equal(t.method, cases[i].method);
        assert_int_equal(umi_schedule_build(&s, rows, COUNT(rows), &t, &err),
                         UMI_OK);
        assert_int_equal(s.rows[0].total.sen, cases[i].total * 100);
        assert_int_equal(s.principal.sen, cases[i].amount * 100);
    }
}

/* --- rows by date -------------------------------------------------------- */

static void rates_follow_date_and_access(void **state)
{
    (void)state;
    static const struct {
        const char *product, *on;
        int32_t access, periods;
        int64_t amount;
        const char *percent; /* NULL: no rate in force */
    } cases[] = {
        {"KUR_MIKRO", "2017-12-31", 1, 12, 20000000, NULL},
        {"KUR_MIKRO", "2018-01-01", 1, 12, 20000000, "7"},
        {"KUR_MIKRO", "2019-12-31", 1, 12, 20000000, "7"},
        {"KUR_MIKRO", "2020-01-01", 1, 12, 20000000, "6"},
        {"KUR_MIKRO", "2021-01-01", 9, 12, 20000000, "3"},
        {"KUR_MIKRO", "2022-12-31", 2, 12, 20000000, "3"},
        {"KUR_MIKRO", "2023-01-01", 1, 12, 20000000, "6"},
        {"KUR_MIKRO", "2023-01-01", 2, 12, 20000000, "7"},
        {"KUR_MIKRO", "2024-06-30", 3, 12, 20000000, "8"},
        {"KUR_MIKRO", "2025-12-31", 4, 12, 20000000, "9"},
        {"KUR_MIKRO", "2025-12-31", 7, 12, 20000000, "9"},
        {"KUR_MIKRO", "2026-01-01", 4, 12, 20000000, "6"},
        {"KUR_SUPER_MIKRO", "2020-08-12", 1, 12, 5000000, NULL},
        {"KUR_SUPER_MIKRO", "2020-08-13", 1, 12, 5000000, "6"},
        {"KUR_SUPER_MIKRO", "2024-01-01", 3, 12, 5000000, "3"},
        {"KUR_PMI", "2018-06-01", 1, 12, 20000000, "7"},
        {"KUR_PMI", "2026-06-01", 1, 12, 20000000, "6"},
        {"UMI", "2019-01-01", 0, 12, 5000000, "0.9"},
        {"UMI", "2023-12-01", 0, 12, 5000000, "1.12"},
        {"GADAI_KCA", "2018-10-31", 0, 1, 500000, "0.75"},
        {"GADAI_KCA", "2018-10-31", 0, 1, 510000, "1.15"},
        {"GADAI_KCA", "2018-10-31", 0, 1, 20010000, "1"},
        {"GADAI_KCA", "2018-11-01", 0, 1, 500000, "1"},
        {"GADAI_KCA", "2018-11-01", 0, 1, 550000, "1.2"},
        {"GADAI_KCA", "2018-11-01", 0, 1, 20000000, "1.2"},
        {"GADAI_KCA", "2018-11-01", 0, 1, 20100000, "1.1"},
        {"GADAI_KCA", "2026-01-01", 0, 1, 20100000, "1.2"},
        {"KRASIDA", "2024-01-01", 0, 12, 5000000, "1.25"},
        {"KRASIDA", "2024-01-01", 0, 13, 5000000, "1.3"},
        {"KRASIDA", "2024-01-01", 0, 25, 5000000, "1.4"},
        {"KRASIDA", "2024-01-01", 0, 37, 5000000, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_product_ask a = ask(cases[i].amount, cases[i].periods, cases[i].on);
        a.access = cases[i].access;
        const umi_percent_row *row =
            umi_product_rate(product(cases[i].product), &a);
        if (cases[i].percent == NULL) {
            assert_null(row);
            continue;
        }
        umi_rate want;
        assert_true(
            umi_rate_parse(&want, umi_text_of(cases[i].percent), 6, 12, 100));
        assert_non_null(row);
        assert_int_equal(row->percent.num, want.num);
        assert_int_equal(row->percent.den, want.den);
    }
}

static void fees_and_subsidies_follow_their_bands(void **state)
{
    (void)state;
    static const struct {
        int64_t amount, fee;
    } admin[] = {{50000, 2000},     {500000, 2000},     {510000, 10000},
                 {2500000, 20000},  {5000000, 35000},   {7500000, 50000},
                 {15000000, 75000}, {20000000, 100000}, {20010000, 125000}};
    for (size_t i = 0; i < COUNT(admin); i++) {
        umi_product_ask a = ask(admin[i].amount, 1, "2026-01-01");
        const umi_fee_row *row = umi_product_fees(product("GADAI_KCA"), &a);
        assert_non_null(row);
        assert_int_equal(row->count, 1);
        assert_true(umi_text_is(row->charges[0].code, "admin"));
        assert_int_equal(row->charges[0].amount.sen, admin[i].fee * 100);
        assert_int_equal(row->charges[0].due, UMI_DUE_DISBURSEMENT);
    }
    static const struct {
        const char *product;
        int64_t amount;
        int32_t access;
        const char *percent;
    } subsidy[] = {{"KUR_MIKRO", 20000000, 1, "10"},
                   {"KUR_MIKRO", 20000000, 4, "7"},
                   {"KUR_KECIL", 200000000, 2, "4.5"},
                   {"KUR_SUPER_MIKRO", 5000000, 1, "15"},
                   {"KUR_KHUSUS", 10000000, 1, "12"},
                   {"KUR_KHUSUS", 10000001, 1, "10"},
                   {"KUR_KHUSUS", 100000001, 1, "5.5"}};
    for (size_t i = 0; i < COUNT(subsidy); i++) {
        const umi_product *p = product(subsidy[i].product);
        umi_product_ask a = ask(subsidy[i].amount, 12, "2024-01-01");
        a.access = subsidy[i].access;
        const umi_percent_row *row =
            umi_percent_find(p->subsidy.rows, p->subsidy.count, &a);
        umi_rate want;
        assert_true(
            umi_rate_parse(&want, umi_text_of(subsidy[i].percent), 6, 12, 100));
        assert_non_null(row);
        assert_int_equal(row->percent.num, want.num);
        assert_int_equal(row->percent.den, want.den);
    }
}

/* Rows of the branch in 2015 that were lent to the maximum (tables.md, K). */
static void the_most_that_a_pledge_carries(void **state)
{
    (void)state;
    static const struct {
        int64_t appraisal, most;
    } cases[] = {
        {452632, 430000},     /* 95 % of it is 430,000.4 */
        {530000, 500000},     /* the top of band A: band B would give less */
        {540000, 500000},     /* 93 % is 502,200, rounded to 500,000 */
        {600000, 560000},     /* 558,000 */
        {5400000, 5000000},   /* 93 % is more than band B, 92 % less */
        {6000000, 5520000},   /* band C */
        {16304348, 15000000}, /* rules-example: 15,000,000 / 0.92 */
        {40000000, 34000000}, /* band D, 85 % */
        {3000, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_money most;
        assert_true(umi_product_lends(&most, product("GADAI_KCA"),
                                      (umi_money){cases[i].appraisal * 100},
                                      day("2026-01-01")));
        assert_int_equal(most.sen, cases[i].most * 100);
    }
    umi_money most = {7};
    assert_false(umi_product_lends(&most, product("MEKAAR"), (umi_money){100},
                                   day("2026-01-01")));
    assert_false(umi_product_lends(&most, product("GADAI_KCA"),
                                   (umi_money){100}, day("2012-01-01")));
    assert_int_equal(most.sen, 7);
}

/* --- refusals ------------------------------------------------------------ */

typedef struct refusal {
    const char *product, *on;
    int64_t amount;
    int32_t periods;
    const char *field, *message;
    umi_product_ask more; /* what is said beside these */
} refusal;

static void what_a_product_does_not_allow_is_refused(void **state)
{
    (void)state;
    static const refusal cases[] = {
        {"KUR_MIKRO",
         "2024-05-01",
         10000000,
         12,
         "amount",
         "must be more than 10000000 (Permenko 1/2022 Pedoman Pelaksanaan "
         "KUR), got 10000000",
         {.access = 1}},
        {"KUR_MIKRO",
         "2024-05-01",
         100000001,
         12,
         "amount",
         "must be at most 100000000 (Permenko 1/2022 Pedoman Pelaksanaan KUR), "
         "got 100000001",
         {.access = 1}},
        {"KUR_MIKRO",
         "2021-12-31",
         50000001,
         12,
         "amount",
         "must be at most 50000000 (Permenko 15/2020, amends 8/2019; super "
         "mikro), got 50000001",
         {.access = 0}},
        {"KUR_MIKRO",
         "2019-12-31",
         25000001,
         12,
         "amount",
         "must be at most 25000000 (Permenko 11/2017 Pedoman KUR), got "
         "25000001",
         {.access = 0}},
        {"KUR_SUPER_MIKRO",
         "2024-05-01",
         10000001,
         12,
         "amount",
         "must be at most 10000000 (Permenko 15/2020, amends 8/2019; super "
         "mikro), got 10000001",
         {.access = 0}},
        {"KUR_KECIL",
         "2024-05-01",
         100000000,
         12,
         "amount",
         "must be more than 100000000 (Permenko 1/2022 Pedoman Pelaksanaan "
         "KUR), got 100000000",
         {.access = 1}},
        {"KUR_PMI",
         "2021-12-31",
         30000000,
         12,
         "amount",
         "must be at most 25000000 (Permenko 11/2017 Pedoman KUR), got "
         "30000000",
         {.access = 0}},
        {"UMI",
         "2020-12-31",
         10000001,
         12,
         "amount",
         "must be at most 10000000 (PMK 22/PMK.05/2017 Pembiayaan Ultra Mikro; "
         "later PMK "
         "95/2018), got 10000001",
         {.access = 0}},
        {"UMI",
         "2017-02-13",
         1000000,
         12,
         "on",
         "UMI was not offered on 2017-02-13, only since 2017-02-14 (PMK "
         "22/PMK.05/2017 Pembiayaan Ultra Mikro; later PMK 95/2018)",
         {.access = 0}},
        {"MEKAAR",
         "2020-01-01",
         5000001,
         50,
         "amount",
         "must be at most 5000000 (PNM Mekaar product terms (press)), got "
         "5000001",
         {.access = 0}},
        {"MEKAAR",
         "2020-01-01",
         0,
         50,
         "amount",
         "must be more than 0 (PNM Mekaar product terms (press)), got 0",
         {.access = 0}},
        {"MEKAAR",
         "2020-01-01",
         -5,
         50,
         "amount",
         "must be more than 0 (PNM Mekaar product terms (press)), got -5",
         {.access = 0}},
        {"MEKAAR",
         "2020-01-01",
         2000000,
         26,
         "periods",
         "must be one of 25 50 week, got 26",
         {.access = 0}},
        {"MEKAAR",
         "2020-01-01",
         2000000,
         0,
         "periods",
         "must be given: one of 25 50 week",
         {.access = 0}},
        {"MEKAAR",
         "2020-01-01",
         2000000,
         25,
         "periods",
         "must be one of 25 50 week, got 25",
         {.has_unit = true, .unit = UMI_UNIT_MONTH}},
        {"KUR_PMI",
         "2024-01-01",
         20000000,
         0,
         "periods",
         "must be given: one of 1 .. 36 month",
         {.access = 0}},
        {"KUR_PMI",
         "2024-01-01",
         20000000,
         37,
         "periods",
         "must be one of 1 .. 36 month, got 37",
         {.access = 0}},
        {"UMI",
         "2024-01-01",
         5000000,
         12,
         "unit",
         "must be said: 12 instalments fit several plans of UMI: 1 .. 36 "
         "month, 4 .. 52 week",
         {.access = 0}},
        {"KUR_MIKRO",
         "2024-05-01",
         30000000,
         24,
         "access",
         "must be said: the rate depends on it",
         {.access = 0}},
        {"MEKAAR",
         "2024-05-01",
         3000000,
         50,
         "method",
         "must be one of flat, got 'annuity'",
         {.has_method = true, .method = UMI_ANNUITY}},
        {"KUR_MIKRO",
         "2026-05-01",
         30000000,
         24,
         "grace.principal",
         "must be 0 .. 12, got 13",
         {.grace_principal = 13}},
        {"MEKAAR",
         "2024-05-01",
         3000000,
         50,
         "grace.interest",
         "must be 0 .. 0, got 1",
         {.grace_interest = 1}},
        {"GADAI_KCA",
         "2024-05-01",
         3000000,
         12,
         "periods",
         "a pawn loan has no instalments, got 12",
         {.appraisal = {900000000}}},
        {"GADAI_KCA",
         "2024-05-01",
         3000000,
         1,
         "term_days",
         "must be 1 .. 120, got 121",
         {.appraisal = {900000000}, .term_days = 121}},
        {"GADAI_KCA",
         "2024-05-01",
         3000000,
         1,
         "appraisal",
         "the appraised value is not known",
         {.access = 0}},
        {"GADAI_KCA",
         "2024-05-01",
         3000000,
         1,
         "amount",
         "the appraised value allows 2790000, got 3000000",
         {.appraisal = {300000000}}},
        {"GADAI_KCA",
         "2024-05-01",
         3005000,
         1,
         "amount",
         "must be a multiple of 10000, got 3005000",
         {.appraisal = {900000000}}},
        {"GADAI_KCA",
         "2024-05-01",
         40000,
         1,
         "amount",
         "must be at least 50000 (Pegadaian tariff page of about 2013), got "
         "40000",
         {.appraisal = {900000000}}},
        {"GADAI_KCA",
         "2015-01-01",
         12000000,
         1,
         "on",
         "what GADAI_KCA charges for 12000000 on 2015-01-01 is not known",
         {.appraisal = {9000000000}}},
        {"KUR_MIKRO",
         "2024-05-01",
         20000000,
         12,
         "method",
         "must be one of annuity, flat_equivalent, bullet, got 'pawn'",
         {.has_method = true, .method = UMI_PAWN}},
        {"KUR_MIKRO",
         "2026-05-01",
         20000000,
         12,
         "relief",
         "KUR_MIKRO has no relief for 'JABAR'",
         {.relief = {"JABAR", 5}}},
        {"KUR_PMI",
         "2026-05-01",
         20000000,
         12,
         "relief",
         "KUR_PMI has no relief for 'ACEH'",
         {.relief = {"ACEH", 4}}},
        {"KUR_MIKRO",
         "2026-05-01",
         20000000,
         12,
         "relief",
         "is per year, the decided rate per month",
         {.relief = {"ACEH", 4},
          .has_rate = true,
          .rate = {1, 100},
          .rate_per = UMI_PER_MONTH}},
        {"ARRUM",
         "2024-05-01",
         4000000,
         12,
         "appraisal",
         "the appraised value is not known",
         {.access = 0}},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const refusal *c = &cases[i];
        umi_error err = {.lang = UMI_LANG_EN};
        umi_product_ask a = c->more;
        umi_terms t = {.periods = 77};
        a.amount.sen = c->amount * 100;
        a.periods = c->periods;
        a.on = day(c->on);
        umi_status rc = umi_product_terms(product(c->product), &a, &t, &err);
        if (rc != UMI_EINVAL || strcmp(err.field, c->field) != 0)
            fail_msg("case %zu: %d %s: %s", i, rc, err.field, err.message);
        assert_string_equal(err.message, c->message);
        assert_string_equal(err.code, "PRODUCT");
        assert_int_equal(t.periods, 77);
    }
}

static void a_decided_rate_replaces_the_products_own(void **state)
{
    (void)state;
    umi_terms t;
    umi_product_ask a = ask(30000000, 24, "2024-05-01");
    a.has_rate = true;
    a.rate = (umi_rate){3, 100};
    a.rate_per = UMI_PER_YEAR;
    assert_int_equal(umi_product_terms(product("KUR_MIKRO"), &a, &t, NULL),
                     UMI_OK);
    assert_int_equal(t.rate.num, 3);
    assert_int_equal(t.rate.den, 100);
    assert_int_equal(t.rate_per, UMI_PER_YEAR);
}

/* 0 % in 2026, 3 % in 2027, 6 % from 2028, whenever the loan was paid out. */
static void relief_follows_the_calendar(void **state)
{
    (void)state;
    static const struct {
        const char *product, *on, *region;
        int64_t amount;
        int32_t row;
        int64_t interest; /* rupiah */
    } cases[] = {
        {"KUR_MIKRO", "2025-12-05", "ACEH", 36000000, 1, 210000}, /* 7 % */
        {"KUR_MIKRO", "2026-01-05", "ACEH", 36000000, 1, 0},
        {"KUR_MIKRO", "2026-01-05", "SUMUT", 36000000, 12, 0},
        {"KUR_MIKRO", "2026-01-05", "SUMBAR", 36000000, 13, 60000},
        {"KUR_MIKRO", "2026-12-31", "ACEH", 36000000, 1, 0},
        {"KUR_MIKRO", "2027-01-01", "ACEH", 36000000, 1, 90000},
        {"KUR_MIKRO", "2027-12-31", "ACEH", 36000000, 1, 90000},
        {"KUR_MIKRO", "2028-01-01", "ACEH", 36000000, 1, 180000},
        {"KUR_KECIL", "2026-01-05", "ACEH", 360000000, 1, 0},
        {"KUR_SUPER_MIKRO", "2026-01-05", "ACEH", 3600000, 1, 0},
        {"KUR_SUPER_MIKRO", "2028-01-05", "ACEH", 3600000, 1, 9000}, /* 3 % */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_error err = {.lang = UMI_LANG_EN};
        umi_row rows[36];
        umi_schedule s;
        umi_terms t;
        umi_product_ask a = ask(cases[i].amount, 36, cases[i].on);
        a.access = 2;
        a.relief = umi_text_of(cases[i].region);
        assert_int_equal(
            umi_product_terms(product(cases[i].product), &a, &t, &err), UMI_OK);
        assert_int_equal(umi_schedule_build(&s, rows, 36, &t, &err), UMI_OK);
        if (rows[cases[i].row - 1].interest.sen != cases[i].interest * 100)
            fail_msg("case %zu: %lld", i,
                     (long long)rows[cases[i].row - 1].interest.sen);
    }
}

static void a_pawn_may_run_shorter(void **state)
{
    (void)state;
    umi_terms t;
    umi_product_ask a = ask(3000000, 1, "2024-09-01");
    a.appraisal.sen = 900000000;
    a.term_days = 16;
    assert_int_equal(umi_product_terms(product("GADAI_KCA"), &a, &t, NULL),
                     UMI_OK);
    umi_row row;
    umi_schedule s;
    assert_int_equal(umi_schedule_build(&s, &row, 1, &t, NULL), UMI_OK);
    assert_int_equal(s.interest.sen, 2 * 36000 * 100); /* two started blocks */
    assert_int_equal(s.withheld.sen, 3500000);
}

static void an_appraisal_too_large_for_exact_rates_is_told(void **state)
{
    (void)state;
    umi_error err = {.lang = UMI_LANG_EN};
    umi_terms t;
    umi_product_ask a = ask(3000001, 12, "2024-09-01");
    a.appraisal.sen = INT64_MAX / 100 - 7;
    assert_int_equal(umi_product_terms(product("ARRUM"), &a, &t, &err),
                     UMI_ERANGE);
    assert_string_equal(err.field, "appraisal");
}

/* Mu'nah is a share of the appraised value; going through a rate on the loan
 * must not cost a rupiah, least of all at ties. */
static void munah_is_exact_for_any_appraisal(void **state)
{
    (void)state;
    const umi_product *p = product("RAHN");
    uint64_t seed = 20261121;
    print_message("seed %d\n", (int)seed);
    for (int i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        int64_t appraisal = 100000 + (int64_t)(seed >> 33) % 1000000000;
        if (i % 2 == 0) /* 0.71 % of it, or 0.65 %, ends in half a rupiah */
            appraisal = appraisal / 10000 * 10000 + (i % 4 ? 5000 : 2500);
        umi_money most;
        umi_row row;
        umi_schedule s;
        umi_terms t;
        assert_true(umi_product_lends(&most, p, (umi_money){appraisal * 100},
                                      day("2020-01-01")));
        umi_product_ask a = ask(most.sen / 100, 1, "2020-01-01");
        a.appraisal.sen = appraisal * 100;
        a.term_days = 10 * (1 + i % 12);
        assert_int_equal(umi_product_terms(p, &a, &t, NULL), UMI_OK);
        assert_int_equal(umi_schedule_build(&s, &row, 1, &t, NULL), UMI_OK);
        const umi_rate rate = umi_product_rate(p, &a)->percent;
        umi_money want;
        assert_true(umi_round(
            &want, (umi_i128)appraisal * 100 * rate.num * (1 + i % 12),
            rate.den, p->round));
        assert_int_equal(s.interest.sen, want.sen);
    }
}

/* --- all of them --------------------------------------------------------- */

/* Every product gives a schedule on the first day of each of its rows and
 * today, at both ends of its amounts and of its numbers of instalments. */
static size_t try_all_plans(const umi_product *p, umi_product_ask a)
{
    static umi_row rows[400];
    size_t done = 0, plans = p->plan_count ? p->plan_count : 1;
    for (size_t i = 0; i < plans; i++)
        for (int end = 0; end < 2; end++) {
            umi_error err = {.lang = UMI_LANG_EN};
            umi_terms t;
            umi_schedule s;
            const umi_plan *plan = &p->plans[i];
            bool list = plan->periods != NULL;
            a.periods =
                end ? (list ? plan->periods[plan->period_count - 1] : plan->to)
                    : (list ? plan->periods[0] : plan->from);
            a.has_unit = p->plan_count != 0;
            a.unit = plan->unit;
            a.every = plan->every;
            umi_status rc = umi_product_terms(p, &a, &t, &err);
            if (rc != UMI_OK && strstr(err.message, "is not known") != NULL)
                continue; /* the fees of 2013 above ten million */
            if (rc != UMI_OK)
                fail_msg("%.*s: %s: %s", UMI_SHOW(p->code), err.field,
                         err.message);
            rc = umi_schedule_build(&s, rows, COUNT(rows), &t, &err);
            if (rc != UMI_OK)
                fail_msg("%.*s: %s", UMI_SHOW(p->code), err.message);
            assert_int_equal(s.principal.sen, a.amount.sen);
            done++;
        }
    return done;
}

static void every_shipped_product_gives_schedules_at_its_limits(void **state)
{
    (void)state;
    size_t done = 0;
    for (size_t i = 0; i < set->products.count; i++) {
        const umi_product *p = &set->products.items[i];
        for (size_t k = 0; k <= p->rates.count; k++) {
            umi_product_ask a = {.access = 2};
            a.on = k < p->rates.count ? p->rates.rows[k].when.from
                                      : day("2026-11-21");
            const umi_limit_row *limit = umi_product_limit(p, a.on);
            if (limit == NULL)
                fail_msg("%.*s: a rate before any limit", UMI_SHOW(p->code));
            int64_t unit = p->amount_round.unit.sen, low;
            low = limit->min.sen ? limit->min.sen : limit->above.sen + 100;
            a.appraisal.sen = limit->max.sen * 2;
            a.amount.sen = (low + unit - 1) / unit * unit;
            done += try_all_plans(p, a);
            a.amount.sen = limit->max.sen / unit * unit;
            done += try_all_plans(p, a);
        }
    }
    assert_true(done > 200);
}

static void every_code_of_the_design_is_shipped(void **state)
{
    (void)state;
    static const char *const codes[] = {
        "MEKAAR",    "MEKAAR_PLUS", "UMI",     "KUR_SUPER_MIKRO", "KUR_MIKRO",
        "KUR_KECIL", "KUR_KHUSUS",  "KUR_PMI", "GADAI_KCA",       "RAHN",
        "KREASI",    "KRASIDA",     "ARRUM",   "ARRUM_EMAS"};
    assert_int_equal(set->products.count, COUNT(codes));
    for (size_t i = 0; i < COUNT(codes); i++) {
        const umi_product *p = product(codes[i]);
        assert_true(p->name_id.len > 0 && p->name_en.len > 0);
        for (size_t k = 0; k < p->rates.count; k++)
            assert_non_null(
                umi_legal_find(p->legals, p->rates.rows[k].when.legal));
    }
    assert_null(umi_product_find(&set->products, UMI_TEXT("kur_mikro")));
}

/* --- words and files ----------------------------------------------------- */

typedef const char *(*name_fn)(int);

static const char *method_word(int i)
{
    return umi_method_name((umi_method)i);
}
static const char *unit_word(int i)
{
    return umi_unit_name((umi_unit)i);
}
static const char *count_word(int i)
{
    return umi_day_count_name((umi_day_count)i);
}
static const char *per_word(int i)
{
    return umi_rate_per_name((umi_rate_per)i);
}
static const char *mode_word(int i)
{
    return umi_round_mode_name((umi_round_mode)i);
}
static const char *residue_word(int i)
{
    return umi_residue_name((umi_residue)i);
}
static const char *walk_word(int i)
{
    return umi_walk_name((umi_walk)i);
}
static const char *ahead_word(int i)
{
    return umi_ahead_name((umi_ahead)i);
}
static const char *grace_word(int i)
{
    return umi_grace_mode_name((umi_grace_mode)i);
}

static int bound(const umi_product *m, size_t key)
{
    const int got[] = {
        (int)m->methods[0],  (int)m->plans[0].unit, (int)m->day_count,
        (int)m->rate_per,    (int)m->round.mode,    (int)m->residue,
        (int)m->policy.walk, (int)m->policy.ahead,  (int)m->grace_mode};
    return got[key];
}

/* The words of the file are those of `umi quote` and `umi life`, and mean the
 * same there: every one of each enum, but pawn, which has another shape. */
static void words_of_the_file_are_those_of_terms(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new; /* %s is the word */
        name_fn word;
        int count;
    } keys[] = {
        {"methods: [flat]", "methods: [%s]", method_word, UMI_PAWN},
        {"unit: week", "unit: %s", unit_word, 4},
        {"day_count: period", "day_count: %s", count_word, 7},
        {"rate_per: week", "rate_per: %s", per_word, 6},
        {"mode: half_up", "mode: %s", mode_word, 7},
        {"    family:", "    residue: %s\n    family:", residue_word, 3},
        {"    family:", "    walk: %s\n    family:", walk_word, 2},
        {"    family:", "    ahead: %s\n    family:", ahead_word, 2},
        {"    family:", "    grace: {max: 1, interest_mode: %s}\n    family:",
         grace_word, 3},
    };
    const umi_data_file *f = umi_data_find("product/mekaar.yaml");
    for (size_t i = 0; i < COUNT(keys); i++)
        for (int v = 0; v < keys[i].count; v++) {
            umi_arena *arena = umi_arena_new();
            umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t");
            umi_products out;
            umi_buf b = {0};
            const char *at = strstr(f->text, keys[i].old);
            const char *mark = strstr(keys[i].new, "%s");
            assert_non_null(at);
            umi_buf_bytes(&b, f->text, (size_t)(at - f->text));
            umi_buf_bytes(&b, keys[i].new, (size_t)(mark - keys[i].new));
            umi_buf_puts(&b, keys[i].word(v));
            umi_buf_puts(&b, mark + 2);
            umi_buf_puts(&b, at + strlen(keys[i].old));
            assert_int_equal(
                umi_products_read(&out, umi_buf_as_text(&b), arena, &p),
                UMI_OK);
            assert_int_equal(bound(&out.items[0], i), v);
            umi_buf_free(&b);
            umi_arena_free(arena);
        }
}

static const char *const head =
    "format: product/1\nlegal:\n  L: {title: t}\nproducts:\n  P:\n"
    "    name: {id: a, en: b}\n    family: F\n    channel: C\n";
static const char *const tail =
    "    day_count: period\n    round: {unit: '1', mode: half_up}\n";
#define PLAN "    plans: [{unit: week, every: 1, periods: [2]}]\n"
#define FLAT "    methods: [flat]\n"
#define RATE                                                                   \
    "    rate_per: year\n    rates: [{from: '2020-01-01', percent: "           \
    "'6', legal: L}]\n"
#define LIMITS "    limits: [{from: '2020-01-01', max: '5', legal: L}]\n"

#define RELIEF_ROW(regions, from, legal)                                       \
    "      - {regions: " regions ", rates: [{from: " from                      \
    ", percent: '0', legal: " legal "}]}\n"
#define RELIEF(regions, from, legal)                                           \
    "    relief:\n" RELIEF_ROW(regions, from, legal)

static void files_that_contradict_themselves_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *problem; /* NULL: fine */
    } cases[] = {
        {FLAT PLAN RATE LIMITS, NULL},
        {PLAN RATE LIMITS, "Y202 the key 'methods' is missing"},
        {FLAT RATE LIMITS, "Y320 P: plans belong to every method but pawn"},
        {FLAT PLAN RATE, "Y202 the key 'limits' is missing"},
        {FLAT PLAN "    rate_per: year\n" LIMITS,
         "Y202 the key 'rates' is missing"},
        {"    methods: [pawn]\n" RATE LIMITS,
         "Y320 P: method pawn and the key pawn belong together"},
        {"    methods: [pawn]\n    pawn: {block_days: 15, term_days: 9}\n" RATE
             LIMITS,
         "Y320 P: pawn is the only method and its rate per period"},
        {"    methods: [flat, pawn]\n" PLAN RATE LIMITS,
         "Y320 P: pawn is the only method and its rate per period"},
        {FLAT PLAN RATE
         "    limits: [{from: '2020-01-01', above: '5', max: '5', legal: L}]\n",
         "Y320 no amount lies within these limits"},
        {FLAT PLAN RATE
         "    limits: [{from: '2020-01-01', min: '6', max: '5', legal: L}]\n",
         "Y320 no amount lies within these limits"},
        {FLAT PLAN LIMITS
         "    rate_per: year\n    rates:\n"
         "      - {from: '2020-01-01', percent: '6', legal: L}\n"
         "      - {from: '2019-01-01', percent: '6', legal: L}\n",
         "Y301 rows must ascend by from, access, periods_to, up_to"},
        {FLAT PLAN LIMITS
         "    rate_per: year\n    rates:\n"
         "      - {from: '2020-01-01', percent: '6', legal: L}\n"
         "      - {from: '2020-01-01', percent: '7', legal: L}\n",
         "Y301 rows must ascend by from, access, periods_to, up_to"},
        {FLAT PLAN LIMITS
         "    rate_per: year\n    rates:\n"
         "      - {from: '2020-01-01', access: 2, percent: '6', legal: L}\n",
         "Y301 the first row of a date must be of access 1"},
        {FLAT PLAN LIMITS
         "    rate_per: year\n    rates: [{from: '2020-01-01', "
         "percent: '6', legal: M}]\n",
         "Y302 legal has no key 'M'"},
        {FLAT PLAN LIMITS
         "    rate_per: year\n    rates: [{from: '2020-01-01', "
         "percent: 6, legal: L}]\n",
         "Y210 must stand in quotes, got 6"},
        {FLAT PLAN RATE LIMITS "    allocation: [fee, fee, interest, "
                               "principal]\n",
         "Y320 P: allocation must name every component once"},
        {FLAT PLAN RATE LIMITS "    fees: [{from: '2020-01-01', legal: L, "
                               "charges: [{code: a, due: each}]}]\n",
         "Y320 fee a: exactly one of amount and percent"},
        {FLAT PLAN RATE LIMITS
         "    fees: [{from: '2020-01-01', legal: L, charges: [{code: a, "
         "amount: '1', due: later}]}]\n",
         "Y209 must be disbursement, each, or a row's number, got 'later'"},
        {FLAT "    plans: [{unit: week, every: 1, periods: {from: 3, to: 2}}]"
              "\n" RATE LIMITS,
         "Y320 periods from 3 to 2 are none"},
        {FLAT "    plans: [{unit: week, every: 1, periods: 3}]\n" RATE LIMITS,
         "Y203 must be a map, got a value"},
        {FLAT PLAN RATE LIMITS RELIEF("[A, B]", "'2026-01-01'", "L"), NULL},
        {FLAT PLAN RATE LIMITS RELIEF("[]", "'2026-01-01'", "L"),
         "Y206 must have 1 .. 1000 elements, got 0"},
        {FLAT PLAN RATE LIMITS RELIEF("[A, A]", "'2026-01-01'", "L"),
         "Y320 region A stands twice"},
        {FLAT PLAN RATE LIMITS RELIEF("[A]", "'2026-01-01'", "L")
             RELIEF_ROW("[B, A]", "'2027-01-01'", "L"),
         "Y320 region A stands twice"},
        {FLAT PLAN RATE LIMITS RELIEF("[A]", "'2027-01-01'", "M"),
         "Y302 legal has no key 'M'"},
        {FLAT PLAN RATE LIMITS
         "    relief:\n      - {regions: [A], rates: [{from: '2026-01-01', "
         "percent: '0', legal: L}, {from: '2026-01-01', percent: '1', "
         "legal: L}]}\n",
         "Y301 rows must ascend by from, access, periods_to, up_to"},
        {FLAT PLAN RATE LIMITS
         "    on_appraisal: true\n" RELIEF("[A]", "'2026-01-01'", "L"),
         "Y320 pawn and rates on the appraised value have no relief"},
        {FLAT PLAN RATE LIMITS "    colour: red\n",
         "Y201 unknown key 'colour'"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_arena *arena = umi_arena_new();
        umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t");
        umi_products out = {0};
        umi_buf b = {0};
        umi_buf_printf(&b, "%s%s%s", head, cases[i].text, tail);
        umi_status rc = umi_products_read(&out, umi_buf_as_text(&b), arena, &p);
        char got[400] = "";
        if (p.first != NULL)
            (void)snprintf(got, sizeof got, "%s %s", p.first->code,
                           p.first->message);
        assert_string_equal(got, cases[i].problem ? cases[i].problem : "");
        assert_int_equal(rc, cases[i].problem ? UMI_ESYNTAX : UMI_OK);
        assert_int_equal(out.count, cases[i].problem ? 0 : 1);
        umi_buf_free(&b);
        umi_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_instalments_come_out),
        cmocka_unit_test(rates_follow_date_and_access),
        cmocka_unit_test(fees_and_subsidies_follow_their_bands),
        cmocka_unit_test(the_most_that_a_pledge_carries),
        cmocka_unit_test(what_a_product_does_not_allow_is_refused),
        cmocka_unit_test(a_decided_rate_replaces_the_products_own),
        cmocka_unit_test(relief_follows_the_calendar),
        cmocka_unit_test(a_pawn_may_run_shorter),
        cmocka_unit_test(an_appraisal_too_large_for_exact_rates_is_told),
        cmocka_unit_test(munah_is_exact_for_any_appraisal),
        cmocka_unit_test(every_shipped_product_gives_schedules_at_its_limits),
        cmocka_unit_test(every_code_of_the_design_is_shipped),
        cmocka_unit_test(words_of_the_file_are_those_of_terms),
        cmocka_unit_test(files_that_contradict_themselves_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
