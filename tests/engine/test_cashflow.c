/* SPDX-License-Identifier: MIT
 * Rates of cash flows: what must not change them, flows that are built to be
 * hard, and that none of them takes long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "engine/loan/cashflow_int.h"
#include "tests/support/random.h"

enum {
    MOST = UMI_FLOWS_MAX
};

static umi_flow flows[MOST];
static size_t count;

static void add(int64_t num, int32_t den, int64_t sen)
{
    flows[count++] =
        (umi_flow){.amount = {sen}, .num = num, .den = den, .odd_den = 1};
}

/* The rate in units of 10^-digits percent, of a copy of the flows. */
static umi_status ask(umi_i128 *rate, int32_t digits, umi_error *err)
{
    static umi_flow copy[MOST];
    memcpy(copy, flows, count * sizeof *copy);
    umi_arena *arena = umi_arena_new();
    umi_rate_query q = {.flows = copy,
                        .count = count,
                        .digits = digits,
                        .per = 1,
                        .per_den = 1};
    umi_status rc = umi_cashflow_rate(rate, &q, arena, err);
    umi_arena_free(arena);
    return rc;
}

/* --- what must not change a rate -------------------------------------------------- */

static void shuffle(chance *c)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)chance_in(c, 0, (int64_t)i - 1);
        umi_flow f = flows[j];
        flows[j] = flows[i - 1];
        flows[i - 1] = f;
    }
}

static void random_flows(chance *c)
{
    static const int32_t dens[] = {1, 1, 12, 365, 366};
    int32_t den = dens[chance_in(c, 0, 4)];
    int64_t num = 0, n = chance_in(c, 1, 20);
    bool loan = chance_one_in(c, 2);
    count = 0;
    for (int64_t i = 0; i <= n; i++) {
        int64_t low = loan ? 1 : -1000000;
        add(num, den,
            i == 0 ? -chance_in(c, 1, 9000000) : chance_in(c, low, 1000000));
        num += chance_in(c, 1, den == 1 ? 2 : 40);
        if (den == 366 && chance_one_in(c, 3))
            flows[count - 1].den = 361; /* no common denominator is small */
    }
}

static umi_i128 rounded(umi_i128 rate, int digits)
{
    umi_i128 by = 1;
    while (digits-- > 0)
        by *= 10;
    return (rate + (rate < 0 ? -by / 2 : by / 2)) / by;
}

static void changes_that_change_nothing(void **state)
{
    chance c = chance_begin("changes_that_change_nothing", 21);
    int rounds = chance_rounds(1500), answered = 0;
    for (int i = 0; i < rounds; i++) {
        umi_i128 rate = 0, again = 0, fine = 0;
        umi_error err = {0}, other = {0};
        random_flows(&c);
        umi_status rc = ask(&rate, 6, &err);
        int64_t times = chance_in(&c, 2, 1000);
        for (size_t j = 0; j < count; j++)
            flows[j].amount.sen *= -times;
        shuffle(&c);
        assert_int_equal(ask(&again, 6, &other), rc);
        assert_true(rate == again);
        assert_string_equal(err.message, other.message);
        if (rc != UMI_OK)
            continue;
        answered++;
        assert_int_equal(ask(&fine, 12, &err), UMI_OK);
        bool tie = fine % 1000000 == 500000 || fine % 1000000 == -500000;
        assert_true(tie || rounded(fine, 6) == rate);
    }
    assert_true(answered > rounds / 3);
    (void)state;
}

/* --- enclosures ------------------------------------------------------------------ */

/* x^q g^n against 2^(127 q) d^n, for x in units of 2^-127, v = d / g: the order
 * of x and v^(n/q), in whole numbers. */
static int order(umi_u128 x, unsigned q, unsigned n, umi_i128 g, umi_i128 d)
{
    mpz_t left, right, power;
    mpz_inits(left, right, power, NULL);
    umi__mpz_set(left, (umi_i128)(x >> 1));
    mpz_mul_2exp(left, left, 1);
    mpz_add_ui(left, left, (unsigned long)(x & 1));
    mpz_pow_ui(left, left, q);
    umi__mpz_set(power, g);
    mpz_pow_ui(power, power, n);
    mpz_mul(left, left, power);
    umi__mpz_set(right, d);
    mpz_pow_ui(right, right, n);
    mpz_mul_2exp(right, right, 127 * q);
    int found = mpz_cmp(left, right);
    mpz_clears(power, right, left, NULL);
    return found;
}

static umi_status enclose(void *self, umi_error *err)
{
    chance *c = self;
    static const int32_t dens[] = {1, 1, 2, 12, 73, 365, 366};
    static umi__series s; /* large, and it points into itself */
    int rounds = chance_rounds(300), seen = 0;
    for (int i = 0; i < rounds; i++) {
        int32_t den = dens[chance_in(c, 0, 6)];
        umi_arena *arena = umi_arena_new();
        umi_status rc = umi__series_begin(&s, 8, den, arena, err);
        assert_int_equal(rc, UMI_OK);
        int64_t last = 0;
        for (int k = 0; k < 8; k++, last += chance_in(c, 1, 2 * den))
            umi__series_add(&s, last, 1);
        last = s.terms[7].num;
        umi_i128 d = (umi_i128)1 << chance_in(c, 1, 60);
        umi_i128 num = chance_in(c, -(int64_t)d + 1, 2 * (int64_t)d);
        umi_i128 v = num < 0 ? d + num : d, one = num < 0 ? d : d + num;
        umi__powers p;
        bool can = umi__powers_begin(&p, &s, num, d);
        for (int k = 0; k < 8 && can; k++) {
            const umi__term *t = &s.terms[p.backward ? 7 - k : k];
            unsigned n = (unsigned)(p.backward ? last - t->num : t->num);
            umi__near x = umi__powers_to(&p, t);
            assert_true(order(x.v, (unsigned)den, n, one, v) <= 0);
            assert_true(order(x.v + x.off, (unsigned)den, n, one, v) >= 0);
            seen++;
        }
        umi_arena_free(arena);
    }
    assert_true(seen > rounds * 7);
    return UMI_OK;
}

static void powers_lie_where_they_are_told(void **state)
{
    chance c = chance_begin("powers_lie_where_they_are_told", 22);
    umi_error err = {0};
    assert_int_equal(umi_exact_run(enclose, &c, &err), UMI_OK);
    (void)state;
}

/* Flows that are 0 at a rate, by construction: no error may hide that. */
static void zeros_are_never_signs(void **state)
{
    chance c = chance_begin("zeros_are_never_signs", 23);
    static umi__series s;
    for (int i = chance_rounds(3000); i > 0; i--) {
        int64_t q = chance_in(&c, 1, 3000), p = chance_in(&c, 1, 3000);
        int64_t part[UMI__FEW] = {0}, n = chance_in(&c, 1, UMI__FEW - 2);
        umi_arena *arena = umi_arena_new();
        assert_int_equal(umi__series_begin(&s, UMI__FEW, 1, arena, NULL),
                         UMI_OK);
        for (int64_t k = 0; k <= n; k++)
            part[k] = chance_in(&c, -100000000000, 100000000000);
        for (int64_t k = 0; k <= n + 1; k++) {
            int64_t sen = q * part[k] - (k > 0 ? p * part[k - 1] : 0);
            if (k == n + 1)
                sen = -p * part[n];
            if (sen != 0)
                umi__series_add(&s, k, sen);
        }
        assert_int_equal(umi__fixed_sign(&s, p - q, q), 0);
        umi_arena_free(arena);
    }
    (void)state;
}

/* --- flows that are hard --------------------------------------------------------- */

static void alternating(void)
{
    for (int k = 0; k <= 3660; k++)
        add(k, 1, k % 2 ? -10000 : 10000 + k);
}

static void alternating_in_days(void)
{
    for (int k = 0; k < MOST; k++)
        add(100 * k + k % 7, 365, (k % 2 ? -100000 : 100000) + k % 3);
}

static void random_signs(void)
{
    chance c = {5};
    for (int k = 0; k <= 3660; k++)
        add(k, 1, chance_in(&c, -90000000000000000, 90000000000000000));
}

static void many_loans(void)
{
    for (int k = 0; k <= 3660; k++)
        add(k, 1, k % 13 == 0 ? -100000 : 9000);
}

static void every_denominator(void)
{
    chance c = {6};
    add(0, 1, -100000000000);
    for (int k = 1; k < MOST; k++) {
        int32_t den = 1 + k % 366;
        int64_t num = chance_in(&c, 1, 10 * den);
        add(num, den, chance_in(&c, 1, 100000000));
    }
}

static void every_denominator_both_ways(void)
{
    chance c = {7};
    for (int k = 0; k < MOST; k++) {
        int32_t den = 1 + k % 366;
        int64_t num = chance_in(&c, 1, 1000 * den);
        add(num, den, chance_in(&c, -100000000, 100000000));
    }
}

static void a_loan_of_ten_years_by_the_day(void)
{
    add(0, 1, -100000000000);
    for (int k = 1; k <= 3660; k++)
        add(k, 365, 30000000);
}

static void nearly_all_lost(void)
{
    add(0, 1, -900000000000000000);
    for (int k = 1; k <= 3660; k++)
        add(k, 1, 1);
}

static void ten_million_fold(void)
{
    add(0, 1, -100);
    for (int k = 1; k <= 3660; k++)
        add(k, 1, 900000000);
}

static int64_t dense[MOST];

/* dense *= a + b v */
static void multiply(size_t *degree, int64_t a, int64_t b)
{
    for (size_t k = ++*degree; k > 0; k--)
        dense[k] = a * dense[k] + b * dense[k - 1];
    dense[0] *= a;
}

static void add_dense(size_t degree)
{
    for (size_t k = 0; k <= degree; k++)
        if (dense[k] != 0)
            add((int64_t)k, 1, dense[k]);
}

/* Random flows of one sign times so many factors that are 0 at 10 %. */
static void with_factors(int factors, int64_t more_at_5)
{
    chance c = {8};
    size_t degree = 3500;
    memset(dense, 0, sizeof dense);
    for (size_t k = 0; k <= degree; k++)
        dense[k] = chance_in(&c, 1, 1000000000);
    while (factors-- > 0)
        multiply(&degree, 10, -11);
    dense[5] += more_at_5;
    add_dense(degree);
}

static void touching_10(void)
{
    with_factors(2, 0);
}

static void crossing_10_five_times(void)
{
    with_factors(5, 0);
}

static void just_not_touching_10(void)
{
    with_factors(2, 1);
}

static void just_twice_about_10(void)
{
    with_factors(2, -1);
}

static void just_once_about_10(void)
{
    with_factors(3, 1);
}

static void eleven_times_10(void)
{
    size_t degree = 0;
    memset(dense, 0, sizeof dense);
    dense[0] = 1;
    for (int k = 0; k < 11; k++)
        multiply(&degree, -10, 11);
    add_dense(degree);
}

static void eight_times_10_and_a_sen(void)
{
    size_t degree = 0;
    memset(dense, 0, sizeof dense);
    dense[0] = 10000000;
    for (int k = 0; k < 8; k++)
        multiply(&degree, 10, -11);
    dense[3]++;
    add_dense(degree);
}

static void half_a_percent_thirty_times_0(void)
{
    size_t degree = 0;
    memset(dense, 0, sizeof dense);
    dense[0] = 1;
    for (int k = 0; k < 30; k++)
        multiply(&degree, -1, 1);
    multiply(&degree, -200, 201);
    add_dense(degree);
}

/* (10 - 9 v - 3 v^2)^2: nothing that is a fraction is its rate */
static void touching_at_no_fraction(void)
{
    static const int64_t sen[] = {100, -180, 21, 54, 9};
    for (int k = 0; k < 5; k++)
        add(k, 1, sen[k]);
}

static void touching_at_no_fraction_long(void)
{
    memset(dense, 0, sizeof dense);
    for (size_t k = 0; k <= 3500; k++)
        dense[k] = 1 + (int64_t)(k * k % 1009);
    for (size_t degree = 3502; degree <= 3504; degree += 2)
        for (size_t k = degree + 1; k-- > 0;)
            dense[k] = 10 * dense[k] - (k > 0 ? 9 * dense[k - 1] : 0) -
                       (k > 1 ? 3 * dense[k - 2] : 0);
    add_dense(3504);
}

static void touching_10_and_20(void)
{
    size_t degree = 0;
    memset(dense, 0, sizeof dense);
    dense[0] = 1;
    for (int k = 0; k < 2; k++) {
        multiply(&degree, 10, -11);
        multiply(&degree, 10, -12);
    }
    add_dense(degree);
}

static void touching_half_lost(void)
{
    add(0, 1, 400);
    add(1, 1, -400);
    add(2, 1, 100);
}

static void thirty_six_factors(void)
{
    size_t degree = 0;
    memset(dense, 0, sizeof dense);
    dense[0] = 1;
    for (size_t by = 1; by <= 36; by++) {
        degree += by;
        for (size_t k = degree; k >= by; k--)
            dense[k] -= dense[k - by];
    }
    add_dense(degree);
}

/* 10 % nearly twice, and denominators that have no small multiple */
static void nearly_touching_with_denominators(void)
{
    add(0, 1, 10000);
    add(1, 1, -22000);
    add(2, 1, 12100);
    add(5, 361, 1);
    add(6, 365, 1);
    add(7, 366, 1);
}

static void more_nearly_with_denominators(void)
{
    add(0, 1, 100000000000000000);
    add(1, 1, -220000000000000000);
    add(2, 1, 121000000000000000);
    add(5, 361, -1);
    add(6, 365, -1);
    add(7, 366, -1);
}

static void beyond_all_bounds(void)
{
    add(0, 1, -1);
    add(1, 366, 1000000);
    add(1, 365, -1000000000000);
    add(1, 361, 1);
}

static void twice_0_over_a_thousand_years(void)
{
    add(0, 365, 100);
    add(1, 365, -100);
    add(400000, 365, -100);
    add(400001, 365, 100);
}

static void more_than_64_bits(void)
{
    add(0, 1, -9000000000000000000);
    add(1, 1, -9000000000000000000);
    add(1, 2, 4000000000000000000);
    add(2, 1, 9000000000000000000);
    add(3, 1, 9000000000000000000);
}

static void more_than_64_bits_tie(void)
{
    add(0, 1, -8000000000000000000);
    add(1, 1, 0);
    add(1, 1, 9000000000000000000);
    add(1, 1, 40);
}

static void between_two_trillionths(void)
{
    add(0, 1, -8000000000000000000);
    add(0, 1, -8000000000000000000);
    add(1, 1, 8000000000000040000);
    add(1, 1, 8000000000000040000);
}

/* (10 - 11 v^2)^2: v is a root of 10/11 */
static void touching_at_a_root(void)
{
    add(0, 1, 100);
    add(2, 1, -220);
    add(4, 1, 121);
}

/* Zeros of polynomials that are very small all around: only the remainder of
 * Taylor's formula keeps a long step from passing over them. */
static void small_all_around(void)
{
    static const int64_t sen[] = {88880000,    -728470000, 2615937400,
                                  -5375945175, 6915597938, -5702526970,
                                  2943614608,  -869688600, 112600800};
    for (int k = 0; k < 9; k++)
        add(30 * k, 1, sen[k]);
}

static void small_all_around_and_12_5(void)
{
    static const int64_t sen[] = {16640000000,    -136000000000, 487367200000,
                                  -1000305600000, 1286256314000, -1061159494000,
                                  548569081000,   -162480150000, 21112650000};
    for (int k = 0; k < 9; k++)
        add(k, 1, sen[k]);
}

/* One rate many times over among zeros that are no rates. */
static void many_times_in_a_crowd(void)
{
    static const int64_t sen[] = {
        3959200000,     -54897920000,    358615018000,   -1465993192800,
        4200820917200,  -8954844705360,  14703204285480, -18987393536328,
        19510940968644, -16024847757852, 10497706767633, -5434297961568,
        2182193065480,  -658045138304,   140743637776,   -19105785600,
        1242137600};
    for (int k = 0; k < 17; k++)
        add(211 * k, 1, sen[k]);
}

static void two_rates_as_near_as_amounts_go(void)
{
    add(0, 1, 100000000000000000);
    add(1, 1, -200000000000000003);
    add(2, 1, 100000000000000003);
}

static void nothing_for_nothing_and_more(void)
{
    add(0, 365, 100);
    add(1, 365, -300);
    add(400000, 365, 200);
}

static void a_tie_far_away(void)
{
    add(0, 1, -200);
    add(3660, 1, 201);
}

static const struct {
    const char *claim;
    void (*build)(void);
    const char *rate; /* of twelve digits; what is refused as it is refused */
} hard[] = {
    {"signs change with each of 3661", alternating, "there is no rate"},
    {"in days", alternating_in_days, "-7298007974"},
    {"random signs", random_signs, "there is more than one rate"},
    {"282 loans in a row", many_loans, "1204345678142"},
    {"366 denominators", every_denominator, "17009974507074"},
    {"366 denominators, any signs", every_denominator_both_ways,
     "-33105629051415"},
    {"3660 days", a_loan_of_ten_years_by_the_day, "1912204764110"},
    {"a sen a period", nearly_all_lost, "-998659163378"},
    {"nearly the highest", ten_million_fold, "900000000000000000000"},
    {"twice 10 %", touching_10, "10000000000000"},
    {"five times 10 %", crossing_10_five_times, "10000000000000"},
    {"a sen more than twice 10 %", just_not_touching_10, "there is no rate"},
    {"a sen less", just_twice_about_10, "there is more than one rate"},
    {"a sen beside three times 10 %", just_once_about_10, "9994319860223"},
    {"eleven times 10 %", eleven_times_10, "10000000000000"},
    {"eight times 10 %, and a sen", eight_times_10_and_a_sen,
     "there is no rate"},
    {"thirty times 0 and once 0.5 %", half_a_percent_thirty_times_0,
     "there is more than one rate"},
    {"touches where 1 + i is no fraction", touching_at_no_fraction,
     "the rates are too close to be told apart"},
    {"the same, 3500 periods", touching_at_no_fraction_long,
     "the rates are too close to be told apart"},
    {"twice 10 and twice 20 %", touching_10_and_20,
     "there is more than one rate"},
    {"twice -50 %", touching_half_lost, "-50000000000000"},
    {"36 times 0 %, coefficients too large", thirty_six_factors,
     "the rates are too close to be told apart"},
    {"nearly twice, denominators", nearly_touching_with_denominators,
     "there is no rate"},
    {"more nearly, twice", more_nearly_with_denominators,
     "there is more than one rate"},
    {"beyond all bounds", beyond_all_bounds,
     "the rates are too close to be told apart"},
    {"0 % twice, too far to be divided", twice_0_over_a_thousand_years,
     "the rates are too close to be told apart"},
    {"more than 2^63 sen", more_than_64_bits, "13357578487349"},
    {"more than 2^63 sen, a simple one", more_than_64_bits_tie,
     "12500000000000"},
    {"half of a trillionth", between_two_trillionths, "1"},
    {"touches where 1 + i is a root", touching_at_a_root, "4880884817015"},
    {"small all around", small_all_around, "there is more than one rate"},
    {"small all around, and 12.5 %", small_all_around_and_12_5,
     "12500000000000"},
    {"many times in a crowd", many_times_in_a_crowd, "63305049395"},
    {"3e-15 % from each other", two_rates_as_near_as_amounts_go,
     "there is more than one rate"},
    {"0 % and more over a thousand years", nothing_for_nothing_and_more,
     "there is more than one rate"},
    {"two flows, 3660 periods", a_tie_far_away, "136271719"},
};

static void text_of(char *out, size_t room, umi_i128 v)
{
    (void)snprintf(out, room, "%s%lld", v < 0 ? "-" : "",
                   (long long)(v < 0 ? -v : v));
    if (v > INT64_MAX)
        (void)snprintf(out, room, "%lld%012lld", (long long)(v / 1000000000000),
                       (long long)(v % 1000000000000));
}

static void hard_flows(void **state)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
        umi_i128 rate = 0;
        umi_error err = {.lang = UMI_LANG_EN};
        char text[64];
        count = 0;
        hard[i].build();
        clock_t start = clock();
        umi_status rc = ask(&rate, 12, &err);
        double took = (double)(clock() - start) / CLOCKS_PER_SEC;
        text_of(text, sizeof text, rate);
        const char *got = rc == UMI_OK ? text : err.message;
        printf("  %-36s %6.1f ms  %s\n", hard[i].claim, took * 1000, got);
        if (took > 3 || strcmp(got, hard[i].rate) != 0)
            wrong++;
    }
    assert_int_equal(wrong, 0);
    (void)state;
}

static void every_failed_allocation_is_told(void **state)
{
    static void (*const builds[])(void) = {touching_at_a_root,
                                           touching_half_lost,
                                           eight_times_10_and_a_sen,
                                           more_than_64_bits,
                                           nearly_touching_with_denominators,
                                           many_loans};
    for (size_t i = 0; i < sizeof builds / sizeof *builds; i++) {
        umi_status rc = UMI_ENOMEM;
        int64_t n = 0;
        count = 0;
        builds[i]();
        while (rc == UMI_ENOMEM) {
            static umi_flow copy[MOST];
            memcpy(copy, flows, count * sizeof *copy);
            umi_rate_query q = {.flows = copy,
                                .count = count,
                                .digits = 6,
                                .per = 1,
                                .per_den = 1};
            umi_error err = {0};
            umi_i128 rate = 7;
            umi_arena *arena = umi_arena_new();
            umi_alloc_fail_at(++n, true);
            rc = umi_cashflow_rate(&rate, &q, arena, &err);
            umi_alloc_fail_at(0, 0);
            umi_arena_free(arena);
            assert_true(rc == UMI_OK || rate == 7);
            assert_int_equal(rc, err.status);
        }
        assert_true(n > 1 && (rc == UMI_OK || rc == UMI_EINVAL));
    }
    (void)state;
}

static void an_effective_rate_without_memory(void **state)
{
    umi_row rows[12];
    umi_schedule s;
    umi_terms t = umi_terms_default();
    t.principal.sen = 1000000000;
    t.disbursed = umi_day_of((umi_civil){2026, 1, 15});
    t.periods = 12;
    t.rate = umi_rate_of(6, 100);
    assert_int_equal(umi_schedule_build(&s, rows, 12, &t, NULL), UMI_OK);
    umi_status rc = UMI_ENOMEM;
    for (int64_t n = 1; rc == UMI_ENOMEM; n++) {
        umi_i128 rate = 7;
        umi_arena *arena = umi_arena_new();
        umi_alloc_fail_at(n, true);
        rc = umi_schedule_effective_rate(&rate, &s, &t, arena, NULL);
        umi_alloc_fail_at(0, 0);
        umi_arena_free(arena);
        assert_true(rate == (rc == UMI_OK ? 6193727 : 7));
    }
    assert_int_equal(rc, UMI_OK);
    (void)state;
}

static void unit_periods_have_names(void **state)
{
    static const char *const names[] = {"day",   "week", "semimonth",
                                        "month", "year", "term"};
    for (int i = 0; i < 6; i++) {
        umi_unit_period u;
        assert_string_equal(umi_unit_period_name((umi_unit_period)i), names[i]);
        assert_true(
            umi_unit_period_parse(&u, (umi_text){names[i], strlen(names[i])}));
        assert_int_equal(u, i);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_that_change_nothing),
        cmocka_unit_test(powers_lie_where_they_are_told),
        cmocka_unit_test(zeros_are_never_signs),
        cmocka_unit_test(hard_flows),
        cmocka_unit_test(every_failed_allocation_is_told),
        cmocka_unit_test(an_effective_rate_without_memory),
        cmocka_unit_test(unit_periods_have_names),
    };
    return cmocka_run_group_tests_name("cash flows", tests, NULL, NULL);
}
