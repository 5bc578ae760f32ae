/* SPDX-License-Identifier: MIT
 * Files of products: every shipped one gives schedules at its limits, the
 * words are those of terms, and a file that contradicts itself is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/loan/schedule.h"
#include "tests/support/products.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

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
        cmocka_unit_test(every_shipped_product_gives_schedules_at_its_limits),
        cmocka_unit_test(every_code_of_the_design_is_shipped),
        cmocka_unit_test(words_of_the_file_are_those_of_terms),
        cmocka_unit_test(files_that_contradict_themselves_are_refused),
    };
    return cmocka_run_group_tests_name("rules/product_files", tests, setup,
                                       teardown);
}
