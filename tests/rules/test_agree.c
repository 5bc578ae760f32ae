/* SPDX-License-Identifier: MIT
 * One figure in two places: what eligibility.yaml promises of rates, limits
 * and pledges is what the products give, on every day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "rules/set/ruleset.h"
#include "rules/set/set.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static umi_set *set;
static umi_ruleset *rules;

static int setup(void **state)
{
    (void)state;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "eligibility.yaml");
    umi_status rc = umi_set_load(&set, umi_data_all(), NULL);
    if (rc == UMI_OK)
        rc =
            umi_ruleset_load(&rules, f->name, (umi_text){f->text, f->size}, &p);
    umi_arena_free(arena);
    return rc != UMI_OK;
}

static int teardown(void **state)
{
    (void)state;
    umi_ruleset_free(rules);
    umi_set_free(set);
    return 0;
}

static const umi_param *param(const char *name)
{
    char full[80];
    (void)snprintf(full, sizeof full, "param.%s", name);
    for (size_t i = 0; i < rules->param_count; i++)
        if (umi_text_is(rules->params[i].name, full))
            return &rules->params[i];
    fail_msg("no parameter %s", full);
    return NULL;
}

/* What the product's tables say, as num/den of what the parameter is: a rate
 * a year, rupiah, or a share.  False: nothing is in force. */
typedef bool (*figure)(umi_i128 *num,
                       umi_i128 *den,
                       const umi_product *p,
                       const umi_product_ask *ask);

static bool rate(umi_i128 *num,
                 umi_i128 *den,
                 const umi_product *p,
                 const umi_product_ask *ask)
{
    static const int64_t a_year[] = {
        [UMI_PER_YEAR] = 1, [UMI_PER_MONTH] = 12, [UMI_PER_WEEK] = 52};
    const umi_percent_row *row = umi_product_rate(p, ask);
    if (row == NULL)
        return false;
    *num = (umi_i128)row->percent.num * a_year[p->rate_per];
    *den = row->percent.den;
    return true;
}

static bool most(umi_i128 *num,
                 umi_i128 *den,
                 const umi_product *p,
                 const umi_product_ask *ask)
{
    const umi_limit_row *row = umi_product_limit(p, ask->on);
    if (row == NULL)
        return false;
    *num = row->max.sen;
    *den = 100;
    return true;
}

static bool least(umi_i128 *num,
                  umi_i128 *den,
                  const umi_product *p,
                  const umi_product_ask *ask)
{
    const umi_limit_row *row = umi_product_limit(p, ask->on);
    if (row == NULL)
        return false;
    *num = row->min.sen;
    *den = 100;
    return true;
}

static bool share(umi_i128 *num,
                  umi_i128 *den,
                  const umi_product *p,
                  const umi_product_ask *ask)
{
    const umi_percent_row *row =
        umi_percent_find(p->loan_to_value.rows, p->loan_to_value.count, ask);
    if (row == NULL)
        return false;
    *num = row->percent.num;
    *den = row->percent.den;
    return true;
}

static bool band(umi_i128 *num,
                 umi_i128 *den,
                 const umi_product *p,
                 const umi_product_ask *ask)
{
    const umi_percent_row *row =
        umi_percent_find(p->loan_to_value.rows, p->loan_to_value.count, ask);
    if (row == NULL)
        return false;
    *num = row->when.up_to.sen;
    *den = 100;
    return true;
}

static void parameters_are_what_the_products_say(void **state)
{
    (void)state;
    static const struct {
        const char *param, *product;
        figure figure;
        int32_t access;
        int64_t amount; /* rupiah: chooses the band */
    } pairs[] = {
        {"umi_max", "UMI", most, 0, 0},
        {"kur_sm_max", "KUR_SUPER_MIKRO", most, 0, 0},
        {"kur_mikro_max", "KUR_MIKRO", most, 0, 0},
        {"kur_kecil_max", "KUR_KECIL", most, 0, 0},
        {"kur_khusus_max", "KUR_KHUSUS", most, 0, 0},
        {"kur_pmi_max", "KUR_PMI", most, 0, 0},
        {"kur_rate_sm", "KUR_SUPER_MIKRO", rate, 1, 0},
        {"kur_rate_1", "KUR_MIKRO", rate, 1, 0},
        {"kur_rate_2", "KUR_MIKRO", rate, 2, 0},
        {"kur_rate_3", "KUR_MIKRO", rate, 3, 0},
        {"kur_rate_4", "KUR_MIKRO", rate, 4, 0},
        {"kur_rate_1", "KUR_KECIL", rate, 1, 0},
        {"kur_rate_4", "KUR_KECIL", rate, 4, 0},
        {"kur_rate_flat", "KUR_KHUSUS", rate, 1, 0},
        {"kur_rate_flat", "KUR_PMI", rate, 1, 0},
        {"mekaar_max", "MEKAAR", most, 0, 0},
        {"mekaar_plus_max", "MEKAAR_PLUS", most, 0, 0},
        {"mekaar_rate", "MEKAAR", rate, 0, 0},
        {"mekaar_rate", "MEKAAR_PLUS", rate, 0, 0},
        {"gadai_ltv_a", "GADAI_KCA", share, 0, 500000},
        {"gadai_ltv_b", "GADAI_KCA", share, 0, 500001},
        {"gadai_ltv_c", "GADAI_KCA", share, 0, 5000001},
        {"gadai_ltv_d", "GADAI_KCA", share, 0, 20000001},
        {"gadai_band_a", "GADAI_KCA", band, 0, 1},
        {"gadai_band_b", "GADAI_KCA", band, 0, 500001},
        {"gadai_band_c", "GADAI_KCA", band, 0, 5000001},
        {"bpkb_ltv", "KREASI", share, 0, 5000000},
        {"bpkb_ltv", "ARRUM", share, 0, 5000000},
        {"kreasi_min", "KREASI", least, 0, 0},
        {"kreasi_max", "KREASI", most, 0, 0},
        {"kreasi_rate", "KREASI", rate, 0, 0},
        {"arrum_min", "ARRUM", least, 0, 0},
        {"arrum_max", "ARRUM", most, 0, 0},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        const umi_param *q = param(pairs[i].param);
        const umi_product *p =
            umi_product_find(&set->products, umi_text_of(pairs[i].product));
        assert_non_null(p);
        umi_product_ask ask = {.amount = {pairs[i].amount * 100},
                               .periods = 1,
                               .access = pairs[i].access};
        int32_t compared = 0;
        for (ask.on.n = 14000; ask.on.n < 22000; ask.on.n++) {
            umi_i128 num, den;
            const umi_param_value *v = umi_param_on(q, ask.on);
            if (v == NULL || !pairs[i].figure(&num, &den, p, &ask))
                continue;
            compared++;
            if (num * v->value.q.den != v->value.q.num * den) {
                umi_civil c = umi_civil_of(ask.on);
                fail_msg("%s and %s differ on %d-%02d-%02d", pairs[i].param,
                         pairs[i].product, c.year, c.month, c.day);
            }
        }
        assert_true(compared > 0);
    }
}

/* The cap of the decision and the steps of the quote are the same relief. */
static void relief_is_the_same_in_both(void **state)
{
    (void)state;
    static const char *const codes[] = {"KUR_MIKRO", "KUR_KECIL"};
    const umi_param *q = param("relief_cap");
    for (size_t i = 0; i < COUNT(codes); i++) {
        const umi_product *p =
            umi_product_find(&set->products, umi_text_of(codes[i]));
        const umi_relief *r = umi_product_relief(p, UMI_TEXT("ACEH"));
        assert_non_null(r);
        assert_int_equal(r->rates.count, 3);
        for (size_t k = 0; k < r->rates.count; k++) {
            const umi_param_value *v =
                umi_param_on(q, r->rates.rows[k].when.from);
            assert_non_null(v);
            assert_true(v->from.n == r->rates.rows[k].when.from.n);
            assert_true(v->value.q.num * r->rates.rows[k].percent.den ==
                        (umi_i128)r->rates.rows[k].percent.num *
                            v->value.q.den);
        }
    }
}

/* A code that only one of them knows could be decided on and never booked. */
static void every_product_of_the_rules_is_a_product(void **state)
{
    (void)state;
    for (size_t i = 0; i < rules->product_count; i++) {
        const umi_rule_product *r = &rules->products[i];
        const umi_product *p = umi_product_find(&set->products, r->code);
        if (p == NULL)
            fail_msg("no product %.*s", UMI_SHOW(r->code));
        assert_true(umi_text_eq(p->channel, r->channel));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_what_the_products_say),
        cmocka_unit_test(relief_is_the_same_in_both),
        cmocka_unit_test(every_product_of_the_rules_is_a_product),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
