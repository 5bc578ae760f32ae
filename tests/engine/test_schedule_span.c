/* SPDX-License-Identifier: MIT
 * The level payment between two ends: the exact fraction lies between them
 * and they lie close, whatever the factors and however many the rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/loan/schedule_span_int.h"
#include "tests/support/random.h"

enum {
    ROWS = 400
};

static umi_terms some_terms(chance *c, umi_step *step)
{
    static const int64_t dens[] = {1, 4, 100, 100000000, 100000000000000};
    static const umi_method methods[] = {UMI_ANNUITY, UMI_ANNUITY, UMI_ANNUITY,
                                         UMI_EQUAL_PRINCIPAL};
    umi_terms t = umi_terms_default();
    int64_t den = dens[chance_in(c, 0, 4)];
    t.method = methods[chance_in(c, 0, 3)];
    t.principal.sen = 100;
    t.disbursed.n = (int32_t)chance_in(c, 0, 10000);
    t.periods = (int32_t)chance_in(c, 1, chance_one_in(c, 8) ? ROWS : 40);
    t.unit = (umi_unit)chance_in(c, UMI_UNIT_WEEK, UMI_UNIT_MONTH);
    t.rate =
        umi_rate_of(chance_in(c, 0, chance_one_in(c, 4) ? den : den / 5), den);
    t.rate_per = (umi_rate_per)chance_in(c, UMI_PER_YEAR, UMI_PER_WEEK);
    t.day_count = (umi_day_count)chance_in(c, 0, UMI_COUNT_ACT_ACT);
    t.level_from = (umi_level_from)chance_in(c, 0, UMI_LEVEL_NOMINAL);
    t.steps = step;
    t.step_count = (size_t)chance_in(c, 0, 1);
    step->from.n = t.disbursed.n + (int32_t)chance_in(c, -50, 500);
    step->rate = umi_rate_of(chance_in(c, 0, 30), 100);
    return t;
}

/* low <= 2^bits num/den <= high, and less than 2^-30 of it apart. */
static void check_ends(umi__span s, const mpz_t num, const mpz_t den)
{
    mpz_t low, high, wide;
    mpz_inits(low, high, wide, NULL);
    mpz_mul(low, s[UMI__LOW], den);
    mpz_mul(high, s[UMI__HIGH], den);
    assert_true(mpz_cmp(low, num) <= 0 && mpz_cmp(num, high) <= 0);
    mpz_sub(wide, high, low);
    mpz_mul_2exp(wide, wide, 30);
    assert_true(mpz_cmp(wide, high) < 0);
    mpz_clears(low, high, wide, NULL);
}

/* A hundred, for the numbers of a scope live to its end. */
static umi_status levels_lie_between(void *self, umi_error *err)
{
    static umi_row rows[ROWS];
    (void)err;
    for (int i = 0; i < 100; i++) {
        umi_step step;
        umi_terms t = some_terms(self, &step);
        umi__plan p;
        umi__span s;
        mpz_t num, den;
        mp_bitcnt_t bits = 64 * (mp_bitcnt_t)chance_in(self, 1, 8);
        assert_int_equal(umi_terms_check(&t, NULL), UMI_OK);
        umi__plan_make(&p, &t, rows);
        int32_t k = (int32_t)chance_in(self, 1, t.periods);
        umi__span_init(s);
        mpz_inits(num, den, NULL);
        umi__level(num, den, &p, k);
        mpz_mul_2exp(num, num, bits);
        umi__span_level(s, &p, k, bits);
        check_ends(s, num, den);
        mpz_clears(num, den, NULL);
        umi__span_clear(s);
    }
    return UMI_OK;
}

static void the_level_lies_between_its_ends(void **state)
{
    (void)state;
    chance c = chance_begin("the_level_lies_between_its_ends", 11);
    for (int i = chance_rounds(200); i > 0; i--)
        assert_int_equal(umi_exact_run(levels_lie_between, &c, NULL), UMI_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_level_lies_between_its_ends),
    };
    return cmocka_run_group_tests_name("schedule span", tests, NULL, NULL);
}
