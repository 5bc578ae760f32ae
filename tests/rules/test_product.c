/* SPDX-License-Identifier: MIT
 * Products: published figures come out of the shipped data, the row of the day
 * is taken, and what a product does not allow is refused by name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/loan/schedule.h"
#include "tests/support/products.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

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
    };
    return cmocka_run_group_tests_name("rules/product", tests, setup, teardown);
}
