/* SPDX-License-Identifier: MIT
 * Rates from JSON to JSON: published rates, rates that lie exactly between
 * two decimals, flows with several rates or none, refusals, and random flows
 * proved again by whole-number arithmetic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>
#include <gmp.h>

#include "ledger/io/rate_json.h"
#include "tests/support/answers.h"
#include "tests/support/files.h"
#include "tests/support/random.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The answer, or the error as the command would write it. */
static umi_json *ask(umi_arena *arena, umi_text line, umi_error *err)
{
    umi_buf out = {0};
    umi_json *got;
    umi_status rc = umi_rate_answer(&out, line, arena, err);
    if (rc != UMI_OK) {
        umi_json_out w = {.buf = &out};
        out.len = 0;
        umi_json_open(&w, '{');
        umi_json_key(&w, "error");
        umi_json_error(&w, err);
        umi_json_close(&w, '}');
    }
    char *copy = umi_arena_copy(arena, out.ptr, out.len);
    umi_text text = {copy, out.len};
    umi_buf_free(&out);
    assert_int_equal(umi_json_parse(&got, text, arena, NULL), UMI_OK);
    return got;
}

static void published_rates_come_out(void **state)
{
    umi_text file = file_read("tests/vectors", "rate.jsonl"), rest = file;
    umi_arena *arena = umi_arena_new();
    int count = 0, wrong = 0;
    while (rest.len > 0) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        umi_text line = {rest.ptr, (size_t)(end - rest.ptr)};
        rest = (umi_text){end + 1, rest.len - line.len - 1};
        umi_json *c;
        umi_error err = {0};
        assert_int_equal(umi_json_parse(&c, line, arena, &err), UMI_OK);
        const umi_json *got =
            ask(arena, answer_text(arena, umi_json_get(c, "input")), &err);
        if (!answer_fits(arena, umi_json_get(c, "expect"), got)) {
            print_message("%.*s\n", UMI_SHOW(umi_json_get(c, "id")->text));
            wrong++;
        }
        count++;
        umi_arena_reset(arena);
    }
    assert_int_equal(count, 93);
    assert_int_equal(wrong, 0);
    umi_arena_free(arena);
    free((char *)file.ptr);
    (void)state;
}

/* --- rates that can be seen without a computer ------------------------------------ */

#define BY(how)   "'convention':'" how "','flows':["
#define T(t, a)   "{'t':'" t "','amount':'" a "'}"
#define D(d, a)   "{'date':'" d "','amount':'" a "'}"
#define PER(rest) BY("periodic") rest "]"

static const struct {
    const char *claim, *input, *rate; /* NULL: an error on flows */
} known[] = {
    {"12.5 lies between: away from zero",
     PER(T("0", "-100") "," T("1", "112.5")) ",'digits':0", "13"},
    {"-12.5: away from zero, downwards",
     PER(T("0", "-100") "," T("1", "87.5")) ",'digits':0", "-13"},
    {"just below the middle",
     PER(T("0", "-10000") "," T("1", "11249.99")) ",'digits':0", "12"},
    {"1.25 squared is 1.5625, between by an irrational road",
     BY("eu") T("0", "-100") "," T("1/2", "125") "],'digits':1", "56.3"},
    {"three roads to one exact rate",
     BY("eu") T("0", "-144") "," T("1/2", "60") "," T("1", "150") "],"
                                                                  "'digits':1",
     "56.3"}, /* 60 / 1.25 + 150 / 1.5625 = 48 + 96 */
    {"a day of a year",
     BY("xirr") D("2023-01-01", "-1000") "," D("2024-01-01", "1100") "]",
     "10.000000"},
    {"the order of flows is no matter", PER(T("2", "121") "," T("0", "-100")),
     "10.000000"},
    {"the lender's side and the borrower's",
     PER(T("0", "100") "," T("2", "-121")), "10.000000"},
    {"flows of one moment are one",
     PER(T("0", "-60") "," T("0", "-40") "," T("1", "110")), "10.000000"},
    {"nothing is lent for nothing", PER(T("3", "-100") "," T("4", "100")),
     "0.000000"},
    {"flows of 0 do not count",
     PER(T("0", "0") "," T("1", "-100") "," T("2", "150") "," T("9", "0")),
     "50.000000"},
    {"nearly everything is lost",
     PER(T("0", "-90000000000000000") "," T("1", "0.01")) ",'digits':12",
     "-100.000000000000"},
    {"the highest rate", PER(T("0", "-1") "," T("1", "10000001")) ",'digits':2",
     "1000000000.00"},
    {"a little more", PER(T("0", "-1") "," T("1", "10000001.01")), NULL},
    {"twelve digits of a cube root",
     PER(T("0", "-1") "," T("3", "2")) ",'digits':12", "25.992104989487"},
    {"a square that touches zero: one rate",
     PER(T("0", "-100") "," T("1", "220") "," T("2", "-121")), "10.000000"},
    {"a square at a third",
     PER(T("0", "-9") "," T("1", "24") "," T("2", "-16")), "33.333333"},
    {"a cube",
     PER(T("0", "-1000") "," T("1", "3300") "," T("2", "-3630") "," T("3",
                                                                      "1331")),
     "10.000000"},
    {"0 and 100 %", PER(T("0", "-100") "," T("1", "300") "," T("2", "-200")),
     NULL},
    {"10 and 20 %", PER(T("0", "-100") "," T("1", "230") "," T("2", "-132")),
     NULL},
    {"10 and -50 %: below zero counts",
     PER(T("0", "-100") "," T("1", "160") "," T("2", "-55")), NULL},
    {"no rate between two changes of sign",
     PER(T("0", "-100") "," T("1", "100") "," T("2", "-100")), NULL},
    {"three changes, one rate",
     PER(T("0", "-100") "," T("1", "130") "," T("2", "-1") "," T("3", "1")),
     "29.823051"},
    {"one sign", PER(T("0", "1") "," T("1", "1")), NULL},
    {"nothing at all", PER(T("0", "0") "," T("1", "0")), NULL},
    {"nothing together", PER(T("0", "1") "," T("0", "-1")), NULL},
    {"eu: two months before, and 15 days of 2025",
     BY("eu") D("2025-01-16", "-1000") "," D("2025-03-31", "1000") "]",
     "0.000000"},
    {"eu: a leap day among the odd days",
     BY("eu") D("2024-02-28", "-100000") "," D("2024-03-01", "100100") "]",
     "20.070461"}, /* 2/366: 1.001^183 */
    {"eu: a day is that on which it begins: 29 February",
     BY("eu") D("2024-02-29", "-10000") "," D("2024-03-01", "10001") "]",
     "3.727613"}, /* 1/366: 1.0001^366 */
    {"eu: 28 February",
     BY("eu") D("2024-02-28", "-10000") "," D("2024-02-29", "10001") "]",
     "3.717241"}, /* 1/365: 1.0001^365 */
    {"eu: none among them",
     BY("eu") D("2025-02-27", "-100000") "," D("2025-03-01", "100100") "]",
     "20.010471"}, /* 2/365: 1.001^182.5 */
    {"regz: a month of 1 % is 12 % a year",
     BY("regz")
         D("2025-01-15", "-100") "," D("2025-02-15", "101") "],'unit':'month'",
     "12.000000"},
    {"regz: 15 odd days are simple interest",
     BY("regz")
         D("2025-01-15", "-100") "," D("2025-01-30", "101") "],'unit':'month'",
     "24.000000"},
    {"regz: from 30 April two months back is 29 February, and 29 odd days",
     BY("regz")
         D("2024-01-31", "-100") "," D("2024-04-30", "103") "],'unit':'month'",
     "12.015481"},
    {"regz: 45 days of two-monthly periods, 45/60 i = 3 %",
     BY("regz") D("2025-01-01", "-100") "," D(
         "2025-02-16", "103") "],'unit':'month','every':2",
     "24.000000"},
    {"regz: 3 of 7 days",
     BY("regz")
         D("2025-01-01", "-700") "," D("2025-01-04", "703") "],'unit':'week'",
     "52.000000"},
    {"regz: half a year in whole months",
     BY("regz")
         D("2025-01-15", "-100") "," D("2025-07-15", "106") "],'unit':'term'",
     "12.000000"},
    {"regz: 73 days",
     BY("regz")
         D("2025-01-01", "-100") "," D("2025-03-15", "102") "],'unit':'term'",
     "10.000000"},
    {"regz: a whole year",
     BY("regz")
         D("2025-01-01", "-100") "," D("2026-01-01", "110") "],'unit':'term'",
     "10.000000"},
    {"regz: more than a year",
     BY("regz")
         D("2025-01-01", "-100") "," D("2026-01-02", "110") "],'unit':'term'",
     NULL},
    {"regz: 73 odd days of a year, 73/365 i = 2 %",
     BY("regz")
         D("2025-01-01", "-100") "," D("2025-03-15", "102") "],'unit':'year'",
     "10.000000"},
    {"regz: below 0 there is none",
     BY("regz")
         D("2025-01-15", "-100") "," D("2025-02-15", "99") "],'unit':'month'",
     NULL},
    {"regz: nothing for nothing",
     BY("regz")
         D("2025-01-15", "-100") "," D("2025-02-15", "100") "],'unit':'month'",
     "0.000000"},
    {"regz: an advance after a payment",
     BY("regz") D("2025-01-15", "-100") "," D("2025-02-15", "60") "," D(
         "2025-03-15", "-5") "," D("2025-04-15", "60") "],'unit':'month'",
     NULL},
    {"regz: odd days and between two decimals",
     BY("regz") D("2025-01-15", "-4800") "," D(
         "2025-01-30", "4849") "],'unit':'month','digits':0",
     "25"}, /* 24.5: 1 + i/2 = 4849/4800 */
    {"regz: two payments with odd days, at 24.5",
     BY("regz") D("2025-03-15", "-120000") "," D("2025-03-30", "4849") "," D(
         "2025-04-30", "118752.01") "],'unit':'month','digits':0",
     "25"},
    {"regz: the same, a sen less",
     BY("regz") D("2025-03-15", "-120000") "," D("2025-03-30", "4849") "," D(
         "2025-04-30", "118752") "],'unit':'month','digits':0",
     "24"},
    {"regz: more than 2^63 sen, odd days",
     BY("regz") D("2025-03-15", "-90000000000000000") "," D(
         "2025-03-30",
         "45000000000000000") "," D("2025-04-30",
                                    "46000000000000000") "],'unit':'month'",
     "13.260071"},
    {"regz: between two decimals",
     BY("regz") D("2025-01-15", "-1600") "," D(
         "2025-02-15", "1618") "],'unit':'month','digits':0",
     "14"}, /* 13.5 */
};

static void known_rates(void **state)
{
    umi_arena *arena = umi_arena_new();
    int wrong = 0;
    for (size_t i = 0; i < COUNT(known); i++) {
        char line[1024];
        umi_error err = {0};
        (void)snprintf(line, sizeof line, "{%s}", known[i].input);
        const umi_json *got = ask(arena, answer_line(arena, line), &err);
        const umi_json *rate = umi_json_get(got, "rate");
        bool fits =
            known[i].rate == NULL
                ? strcmp(err.field, "flows") == 0
                : rate != NULL && umi_text_is(rate->text, known[i].rate);
        if (!fits) {
            umi_text t = answer_text(arena, got);
            print_message("%s\n  got %.*s, expected %s\n", known[i].claim,
                          (int)t.len, t.ptr,
                          known[i].rate ? known[i].rate : "an error");
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    umi_arena_free(arena);
    (void)state;
}

/* --- refusals --------------------------------------------------------------------- */

#define TWO PER(T("0", "-1") "," T("1", "2"))

static const struct {
    const char *line, *field;
} refusals[] = {
    {"", ""},
    {"{", ""},
    {"5", ""},
    {"{}", "convention"},
    {"{'convention':'irr'}", "convention"},
    {"{'convention':null}", "convention"},
    {"{'convention':'xirr'}", "flows"},
    {"{" TWO ",'id':7}", "id"},
    {"{" TWO ",'flow':[]}", "flow"},
    {"{" TWO ",'digits':13}", "digits"},
    {"{" TWO ",'digits':-1}", "digits"},
    {"{" TWO ",'digits':'2'}", "digits"},
    {"{" TWO ",'digits':2.0}", "digits"},
    {"{" TWO ",'unit':'month'}", "unit"},
    {"{" TWO ",'every':1}", "every"},
    {"{'convention':'xirr','flows':{}}", "flows"},
    {"{" PER(T("0", "1")) "}", "flows"},
    {"{" PER("5,6") "}", "flows"},
    {"{" PER("{'t':'0','amount':'1'},{'t':'1'}") "}", "flows.amount"},
    {"{" PER("{'t':'0','amount':'1'},{'amount':'1'}") "}", "flows.t"},
    {"{" PER("{'t':'0','amount':1},{'t':'1','amount':'1'}") "}",
     "flows.amount"},
    {"{" PER(T("0", "1") "," T("1", "1.001")) "}", "flows.amount"},
    {"{" PER(T("0", "1") "," T("1", "1e3")) "}", "flows.amount"},
    {"{" PER("{'t':'0','amount':'1','date':'2025-01-01'}") "}", "flows"},
    {"{" PER(T("0", "1") ","
                         "{'t':1,'amount':'1'}") "}",
     "flows.t"},
    {"{" PER(T("0", "1") "," T("1/2", "1")) "}", "flows.t"},
    {"{" PER(T("0", "1") "," T("-1", "1")) "}", "flows.t"},
    {"{" PER(T("0", "1") "," T("3661", "1")) "}", "flows.t"},
    {"{" PER(T("0", "1") "," T("", "1")) "}", "flows.t"},
    {"{" PER(T("0", "1") "," T("1.5", "1")) "}", "flows.t"},
    {"{" PER(D("2025-01-01", "1") "," T("1", "1")) "}", "flows.date"},
    {"{" PER("{'t':'0','amount':'1','note':'x'},"
             "{'t':'1','amount':'1'}") "}",
     "flows.note"},
    {"{" BY("eu") T("0", "1") "," T("1/367", "1") "]}", "flows.t"},
    {"{" BY("eu") T("0", "1") "," T("1/0", "1") "]}", "flows.t"},
    {"{" BY("eu") T("0", "1") "," T("1001", "1") "]}", "flows.t"},
    {"{" BY("eu") T("0", "1") "," T("1/", "1") "]}", "flows.t"},
    {"{" BY("eu") T("0", "1") "," D("2025-01-01", "1") "]}", "flows"},
    {"{" BY("eu") "{'t':'0','date':'2025-01-01','amount':'1'}," T("1",
                                                                  "1") "]}",
     "flows.date"},
    {"{" BY("xirr") T("0", "1") "," T("1", "1") "]}", "flows.t"},
    {"{" BY("xirr") D("2025-02-30", "1") "," D("2025-03-01", "1") "]}",
     "flows.date"},
    {"{" BY("regz") D("2025-01-01", "-1") "," D("2025-02-01", "2") "]}",
     "unit"},
    {"{" BY("regz")
         D("2025-01-01", "-1") "," D("2025-02-01", "2") "],'unit':'quarter'}",
     "unit"},
    {"{" BY("regz") D("2025-01-01", "-1") "," D(
         "2025-02-01", "2") "],'unit':'semimonth','every':2}",
     "every"},
    {"{" BY("regz") D("2025-01-01", "-1") "," D(
         "2025-02-01", "2") "],'unit':'month','every':0}",
     "every"},
    {"{" BY("regz")
         D("2025-01-01", "-1") "," D("2025-01-01", "2") "],'unit':'month'}",
     "flows"},
};

static void refusals_name_their_key(void **state)
{
    umi_arena *arena = umi_arena_new();
    int wrong = 0;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        umi_error err = {0};
        (void)ask(arena, answer_line(arena, refusals[i].line), &err);
        const char *field = refusals[i].field;
        if (err.status == UMI_OK || err.message[0] == '\0' ||
            strncmp(err.field, field, strlen(field)) != 0 ||
            (*field == '\0' && err.field[0] != '\0')) {
            print_message("%s\n  got '%s' %s, expected '%s'\n",
                          refusals[i].line, err.field, err.message, field);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    umi_arena_free(arena);
    (void)state;
}

/* --- proved again ----------------------------------------------------------------- */

enum {
    FLOWS = 12
};

/* The sign of sum a v^t at half / 2 units of 10^-8 percent, in whole
 * numbers: with 1 / v = num / den it is that of sum a num^(n - t) den^t. */
static int sign_at(const int64_t *amounts, umi_i128 half)
{
    mpz_t den, num, sum, part, power;
    mpz_inits(part, power, sum, NULL);
    mpz_init_set_ui(den, 20000000000);
    mpz_init_set_si(num, (long)half);
    mpz_add(num, num, den);
    for (int t = 0; t < FLOWS; t++) {
        mpz_pow_ui(part, num, (unsigned long)(FLOWS - t));
        mpz_pow_ui(power, den, (unsigned long)t);
        mpz_mul(part, part, power);
        mpz_mul_si(part, part, amounts[t]);
        mpz_add(sum, sum, part);
    }
    int sign = mpz_sgn(sum);
    mpz_clears(den, num, sum, part, power, NULL);
    return sign;
}

static void random_rates_are_proved_again(void **state)
{
    chance c = chance_begin("random_rates_are_proved_again", 11);
    umi_arena *arena = umi_arena_new();
    int rounds = chance_rounds(2000), answered = 0;
    for (int i = 0; i < rounds; i++) {
        umi_flow flows[FLOWS];
        int64_t amounts[FLOWS];
        for (int t = 0; t < FLOWS; t++) {
            amounts[t] = chance_in(&c, chance_one_in(&c, 3) ? -9000 : 0, 9000);
            if (t == 0)
                amounts[t] = -chance_in(&c, 1, 90000);
            flows[t] = (umi_flow){
                .amount = {amounts[t]}, .num = t, .den = 1, .odd_den = 1};
        }
        umi_rate_query q = {.flows = flows,
                            .count = FLOWS,
                            .digits = 8,
                            .per = 1,
                            .per_den = 1};
        umi_i128 rate;
        umi_error err = {0};
        umi_status rc = umi_cashflow_rate(&rate, &q, arena, &err);
        umi_arena_reset(arena);
        if (rc != UMI_OK) {
            assert_string_equal(err.field, "flows");
            continue;
        }
        answered++;
        int low = sign_at(amounts, 2 * rate - 1);
        int high = sign_at(amounts, 2 * rate + 1);
        assert_true(low * high <= 0);
    }
    assert_true(answered > rounds / 4);
    umi_arena_free(arena);
    (void)state;
}

static void every_failed_allocation_is_told(void **state)
{
    static const char *const lines[] = {
        "{" PER(T("0", "-100") "," T("1", "230") "," T("2", "-132")) "}",
        "{" BY("xirr") D("2025-01-01", "-100") "," D("2025-02-01", "20") "," D(
            "2026-02-01", "90") "]}",
        "{" BY("eu") T("0", "-100") "," T("1/2", "125") "],'digits':1}",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        umi_arena *keep = umi_arena_new();
        umi_text line = answer_line(keep, lines[i]);
        umi_buf out = {0};
        umi_status rc = UMI_ENOMEM;
        int64_t n = 0;
        while (rc == UMI_ENOMEM || out.failed) {
            umi_error err = {0};
            umi_buf_free(&out);
            umi_arena *arena = umi_arena_new();
            umi_alloc_fail_at(++n, true);
            rc = umi_rate_answer(&out, line, arena, &err);
            umi_alloc_fail_at(0, 0);
            umi_arena_free(arena);
        }
        assert_true(n > 1 && (rc == UMI_OK || rc == UMI_EINVAL));
        umi_buf_free(&out);
        umi_arena_free(keep);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_rates_come_out),
        cmocka_unit_test(known_rates),
        cmocka_unit_test(refusals_name_their_key),
        cmocka_unit_test(random_rates_are_proved_again),
        cmocka_unit_test(every_failed_allocation_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
