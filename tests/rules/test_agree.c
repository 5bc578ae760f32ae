/* SPDX-License-Identifier: MIT
 * One figure in two places: what eligibility.yaml promises of rates, limits
 * and pledges is what the products give, on every day. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/decision.h"
#include "rules/set/set.h"
#include "tests/support/random.h"

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

/* --- a whole decision against a quote -------------------------------------- */

typedef struct deciding {
    umi_decider *decider;
    umi_value facts[UMI_FACTS_MAX];
} deciding;

static umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static void know(deciding *s, const char *name, const char *value)
{
    umi_error err = {0};
    if (umi_fact_set(s->facts, rules, umi_text_of(name), umi_text_of(value),
                     &err) != UMI_OK)
        fail_msg("%s: %s", name, err.message);
}

static deciding begin(const char *on)
{
    deciding s = {0};
    assert_int_equal(umi_decider_new(&s.decider, rules, day(on), NULL), UMI_OK);
    umi_facts_clear(s.facts, rules);
    return s;
}

static const umi_decision *decide(deciding *s)
{
    const umi_decision *d = NULL;
    assert_int_equal(umi_decide(&d, s->decider, s->facts, NULL), UMI_OK);
    return d;
}

#define BILLIONS INT64_C(1000000000000) /* sen: ten of them, more than enough */

/* A loan as it would be quoted, with as few instalments as there may be. */
static umi_product_ask
asked(const umi_product *p, umi_day on, int32_t access, umi_money amount)
{
    umi_product_ask ask = {
        .on = on, .access = access, .amount = amount, .appraisal = {BILLIONS}};
    if (p->plan_count > 0) {
        const umi_plan *plan = &p->plans[0];
        ask.has_unit = true;
        ask.unit = plan->unit;
        ask.periods = plan->periods != NULL ? plan->periods[0] : plan->from;
    }
    return ask;
}

/* Whether a quote refuses the amount; of fees it may know nothing. */
static bool too_much(const umi_product *p, const umi_product_ask *ask)
{
    umi_terms terms;
    umi_error err = {0};
    return umi_product_terms(p, ask, &terms, &err) != UMI_OK &&
           strcmp(err.field, "amount") == 0;
}

/* The rate a year that a quote takes on its first day. */
static umi_rate quoted_rate(const umi_product *p, const umi_product_ask *ask)
{
    static const int64_t a_year[] = {
        [UMI_PER_YEAR] = 1, [UMI_PER_MONTH] = 12, [UMI_PER_WEEK] = 52};
    umi_terms t;
    umi_error err = {0};
    if (umi_product_terms(p, ask, &t, &err) != UMI_OK)
        fail_msg("%.*s: %s", UMI_SHOW(p->code), err.message);
    umi_rate rate = t.rate;
    for (size_t i = 0; i < t.step_count && t.steps[i].from.n <= ask->on.n; i++)
        rate = t.steps[i].rate;
    return umi_rate_of(rate.num * a_year[t.rate_per], rate.den);
}

static void
differ(const char *what, const umi_product *p, const umi_product_ask *ask)
{
    umi_civil c = umi_civil_of(ask->on);
    fail_msg("the %s of %.*s differs on %d-%02d-%02d, access %d", what,
             UMI_SHOW(p->code), c.year, c.month, c.day, ask->access);
}

static void compare(const umi_product_decision *d,
                    const umi_product *p,
                    umi_product_ask ask,
                    bool struck)
{
    if (umi_product_limit(p, ask.on) == NULL) {
        if (d->status != UMI_VERDICT_BLOCKED)
            differ("existence", p, &ask);
        return;
    }
    if (d->max->state != UMI_KNOWN || d->max->q.den != 1)
        differ("maximum", p, &ask);
    ask.amount = (umi_money){(int64_t)(d->max->q.num * 100)};
    umi_product_ask more = ask;
    int64_t step =
        p->amount_round.unit.sen > 100 ? p->amount_round.unit.sen : 100;
    more.amount.sen += step;
    if (too_much(p, &ask) || !too_much(p, &more))
        differ("maximum", p, &ask);
    if (d->rate == NULL)
        return;
    if (struck && p->reliefs.count > 0)
        ask.relief = UMI_TEXT("ACEH");
    umi_rate rate = quoted_rate(p, &ask);
    if (d->rate->state != UMI_KNOWN ||
        d->rate->q.num * rate.den != d->rate->q.den * rate.num)
        differ(struck ? "relieved rate" : "rate", p, &ask);
}

static void a_decision_promises_what_a_quote_takes(void **state)
{
    (void)state;
    deciding s = begin("2018-01-01");
    know(&s, "province", "aceh");
    know(&s, "mekaar_cycles", "1");
    know(&s, "pledge_value", "10000000000");
    know(&s, "vehicle_value", "10000000000");
    know(&s, "amount", "1000000");
    for (umi_day on = day("2018-01-01"); on.n <= day("2028-12-31").n; on.n++)
        for (int k = 0; k < 10; k++) {
            int32_t access = k % 5 + 1;
            bool struck = k >= 5;
            know(&s, "disaster_affected", struck ? "true" : "false");
            know(&s, "kur_count", (const char[]){(char)('0' + k % 5), '\0'});
            assert_int_equal(umi_decider_on(s.decider, on, NULL), UMI_OK);
            const umi_decision *d = decide(&s);
            for (size_t i = 0; i < rules->product_count; i++) {
                const umi_product *p =
                    umi_product_find(&set->products, rules->products[i].code);
                compare(&d->products[i], p,
                        asked(p, on, access, (umi_money){0}), struck);
            }
        }
    umi_decider_free(s.decider);
}

/* A pledge covers in the decision what it covers in the quote. */
static void a_pledge_covers_the_same_in_both(void **state)
{
    (void)state;
    static const char *const pledged[][2] = {{"GADAI_KCA", "gadai-cover"},
                                             {"KREASI", "vehicle-cover"},
                                             {"ARRUM", "vehicle-cover"}};
    chance c = chance_begin("a_pledge_covers_the_same_in_both", 1901);
    deciding s = begin("2026-11-21");
    size_t covered = 0, open = 0;
    for (int round = chance_rounds(20000); round > 0; round--) {
        size_t i = (size_t)chance_in(&c, 0, COUNT(pledged) - 1);
        const umi_product *p =
            umi_product_find(&set->products, umi_text_of(pledged[i][0]));
        int64_t loan = chance_in(&c, 5, 5000) * 10000;
        static const int64_t shares[] = {70, 85, 92, 93, 95};
        int64_t value = loan * 100 / shares[chance_in(&c, 0, 4)] +
                        chance_in(&c, -15000, 15000);
        char amount[24], worth[24];
        (void)snprintf(amount, sizeof amount, "%" PRId64, loan);
        (void)snprintf(worth, sizeof worth, "%" PRId64, value);
        umi_product_ask ask =
            asked(p, day("2026-11-21"), 1, (umi_money){loan * 100});
        const umi_limit_row *limit = umi_product_limit(p, ask.on);
        if (ask.amount.sen < limit->min.sen || ask.amount.sen > limit->max.sen)
            continue;
        ask.appraisal.sen = value * 100;
        know(&s, "amount", amount);
        know(&s, "pledge_value", worth);
        know(&s, "vehicle_value", worth);
        const umi_decision *d = decide(&s);
        size_t r = 0;
        while (!umi_text_is(rules->rules[r].id, pledged[i][1]))
            r++;
        bool enough = d->rules[r] == UMI_RULE_PASS;
        if (enough == too_much(p, &ask))
            fail_msg("%s: %s on %s", pledged[i][0], amount, worth);
        covered += enough;
        open += !enough;
    }
    assert_true(covered > 100 && open > 100);
    umi_decider_free(s.decider);
}

/* A rule without an article could not be defended before anybody. */
static void every_rule_names_its_article(void **state)
{
    (void)state;
    for (size_t i = 0; i < rules->rule_count; i++) {
        const umi_legal *l = &rules->legal[rules->rules[i].legal];
        if (l->pin.len == 0)
            fail_msg("%.*s: '%.*s' has no pin", UMI_SHOW(rules->rules[i].id),
                     UMI_SHOW(l->key));
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
        cmocka_unit_test(a_decision_promises_what_a_quote_takes),
        cmocka_unit_test(a_pledge_covers_the_same_in_both),
        cmocka_unit_test(every_rule_names_its_article),
        cmocka_unit_test(every_product_of_the_rules_is_a_product),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
