/* SPDX-License-Identifier: MIT
 * Posting rules: whatever the components, what a rule makes of them is
 * balanced, and a rule that would not be is refused when it is loaded. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules/set/data.h"
#include "rules/set/posting.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

typedef struct book {
    umi_arena *arena;
    umi_chart chart;
    const umi_posting *posting;
} book;

static umi_text shipped(const char *name)
{
    const umi_data_file *f = umi_data_find(name);
    assert_non_null(f);
    return (umi_text){f->text, f->size};
}

static book open_book(void)
{
    book b = {.arena = umi_arena_new()};
    umi_problems p = umi_problems_new(b.arena, UMI_LANG_EN, "shipped");
    assert_int_equal(
        umi_chart_load(&b.chart, shipped("chart.yaml"), b.arena, &p), UMI_OK);
    umi_status rc = umi_posting_load(&b.posting, shipped("posting.yaml"),
                                     &b.chart, b.arena, &p);
    if (rc != UMI_OK)
        fail_msg("%u:%u %s", p.first->at.line, p.first->at.column,
                 p.first->message);
    return b;
}

static umi_legs
legs_of(const book *b, umi_posting_kind kind, umi_basis basis, const char *f)
{
    umi_legs l;
    int32_t v = umi_posting_version(b->posting, (umi_day){20000});
    assert_int_equal(v, 1);
    assert_int_equal(umi_posting_legs(&l, b->posting, v, kind, basis,
                                      UMI_TEXT("KUR_MIKRO"), umi_text_of(f),
                                      NULL),
                     UMI_OK);
    return l;
}

/* --- what the shipped rules do ------------------------------------------- */

static uint64_t seed = 20261121;

static int64_t below(int64_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int64_t)((seed >> 33) % (uint64_t)n);
}

/* Debits and credits of random components, negative ones too, are equal for
 * every kind and basis. */
static void every_shipped_rule_balances_for_any_components(void **state)
{
    (void)state;
    printf("seed %" PRIu64 "\n", seed);
    book b = open_book();
    for (int kind = 0; kind < UMI_POST_KINDS; kind++)
        for (int basis = 0; basis <= UMI_BASIS_CASH; basis++) {
            umi_legs l =
                legs_of(&b, (umi_posting_kind)kind, (umi_basis)basis, "KUR");
            for (int n = 0; n < 100; n++) {
                umi_parts t = {0};
                for (int c = 0; c < UMI_COMPONENTS; c++)
                    t.of[c].sen = below(2000001) - 1000000;
                t.overpaid.sen = below(2000001) - 1000000;
                int64_t balance = 0;
                for (uint32_t i = 0; i < l.count; i++) {
                    umi_money v;
                    assert_true(umi_leg_value(&v, &l.leg[i], &t));
                    balance += l.leg[i].debit ? v.sen : -v.sen;
                }
                assert_int_equal(balance, 0);
            }
        }
    umi_arena_free(b.arena);
}

/* "dr CODE AMOUNT" of a transaction, zero legs left out. */
static void
expand(char out[600], const book *b, const umi_legs *l, const umi_parts *t)
{
    out[0] = '\0';
    for (uint32_t i = 0; i < l->count; i++) {
        umi_money v;
        assert_true(umi_leg_value(&v, &l->leg[i], t));
        if (v.sen == 0)
            continue;
        bool debit = l->leg[i].debit == (v.sen > 0);
        const umi_account *a = &b->chart.accounts[l->leg[i].account];
        size_t n = strlen(out);
        (void)snprintf(out + n, 600 - n, "%s %.*s %" PRId64 "\n",
                       debit ? "dr" : "cr", UMI_SHOW(a->code),
                       v.sen < 0 ? -v.sen : v.sen);
    }
}

static void shipped_rules_make_these_entries(void **state)
{
    (void)state;
    static const struct {
        umi_posting_kind kind;
        umi_basis basis;
        const char *family;
        int64_t part[5]; /* principal interest fee penalty overpaid */
        const char *entry;
    } cases[] = {
        {UMI_POST_DISBURSEMENT,
         UMI_BASIS_ACCRUAL,
         "KUR",
         {1000, 0, 0, 0, 0},
         "dr 1204 1000\ncr 2301 1000\n"},
        {UMI_POST_DISBURSEMENT,
         UMI_BASIS_ACCRUAL,
         "GADAI",
         {1000, 0, -20, 0, 0},
         "dr 1205 1000\ncr 4201 20\ncr 2301 980\n"},
        {UMI_POST_BANK_SETTLEMENT,
         UMI_BASIS_CASH,
         "",
         {1000, 0, 0, 0, 0},
         "dr 2301 1000\ncr 1101 1000\n"},
        {UMI_POST_IMPORT,
         UMI_BASIS_ACCRUAL,
         "",
         {700, 0, 0, 0, 0},
         "dr 1201 700\ncr 3101 700\n"},
        {UMI_POST_REPAYMENT,
         UMI_BASIS_ACCRUAL,
         "MEKAAR",
         {40, 10, 3, 2, 1},
         "dr 1101 56\ncr 1202 40\ncr 1301 10\ncr 1311 3\ncr 1321 2\n"
         "cr 2101 1\n"},
        {UMI_POST_REPAYMENT,
         UMI_BASIS_CASH,
         "MEKAAR",
         {40, 10, 3, 2, 1},
         "dr 1101 56\ncr 1202 40\ncr 4102 10\ncr 4201 3\ncr 4301 2\n"
         "cr 2101 1\n"},
        /* a reversal: the same, negated */
        {UMI_POST_REPAYMENT,
         UMI_BASIS_ACCRUAL,
         "",
         {-40, -10, 0, 0, 0},
         "cr 1101 50\ndr 1201 40\ndr 1301 10\n"},
        /* a reallocation: cash is not touched */
        {UMI_POST_REPAYMENT,
         UMI_BASIS_ACCRUAL,
         "",
         {-40, 30, 0, 10, 0},
         "dr 1201 40\ncr 1301 30\ncr 1321 10\n"},
        {UMI_POST_REFUND,
         UMI_BASIS_CASH,
         "KUR",
         {-5, 0, 0, 0, -20},
         "cr 1101 25\ndr 1204 5\ndr 2101 20\n"},
        {UMI_POST_FEE,
         UMI_BASIS_ACCRUAL,
         "",
         {0, 0, 9, 0, 0},
         "dr 1311 9\ncr 4201 9\n"},
        {UMI_POST_FEE, UMI_BASIS_CASH, "", {0, 0, 9, 0, 0}, ""},
        {UMI_POST_ACCRUAL,
         UMI_BASIS_ACCRUAL,
         "GADAI",
         {0, 9, 0, 0, 0},
         "dr 1302 9\ncr 4105 9\n"},
        {UMI_POST_WAIVE,
         UMI_BASIS_ACCRUAL,
         "KUR",
         {4, 3, 2, 1, 0},
         "dr 5201 4\ndr 4104 3\ndr 4201 2\ndr 4301 1\n"
         "cr 1204 4\ncr 1301 3\ncr 1311 2\ncr 1321 1\n"},
        {UMI_POST_WRITE_OFF,
         UMI_BASIS_ACCRUAL,
         "KUR",
         {4, 3, 2, 1, 0},
         "dr 1291 4\ndr 5101 6\ncr 1204 4\ncr 1301 3\ncr 1311 2\ncr 1321 1\n"},
        {UMI_POST_RECOVER,
         UMI_BASIS_CASH,
         "KUR",
         {4, 3, 0, 0, 0},
         "dr 1101 7\ncr 4401 7\n"},
        {UMI_POST_AUCTION,
         UMI_BASIS_ACCRUAL,
         "GADAI",
         {500, 60, 0, 0, 40},
         "dr 1101 600\ncr 1205 500\ncr 1302 60\ncr 2202 40\n"},
    };
    book b = open_book();
    for (size_t i = 0; i < COUNT(cases); i++) {
        char entry[600];
        umi_parts t = {.principal = {cases[i].part[0]},
                       .interest = {cases[i].part[1]},
                       .fee = {cases[i].part[2]},
                       .penalty = {cases[i].part[3]},
                       .overpaid = {cases[i].part[4]}};
        umi_legs l =
            legs_of(&b, cases[i].kind, cases[i].basis, cases[i].family);
        assert_true(umi_legs_fit(&l, &t));
        expand(entry, &b, &l, &t);
        assert_string_equal(entry, cases[i].entry);
    }
    umi_arena_free(b.arena);
}

static void components_that_a_rule_would_lose_do_not_fit(void **state)
{
    (void)state;
    book b = open_book();
    umi_legs l = legs_of(&b, UMI_POST_DISBURSEMENT, UMI_BASIS_CASH, "KUR");
    assert_false(umi_legs_fit(&l, &(umi_parts){.interest = {1}}));
    assert_false(umi_legs_fit(&l, &(umi_parts){.penalty = {1}}));
    assert_false(umi_legs_fit(&l, &(umi_parts){.overpaid = {-1}}));
    assert_true(umi_legs_fit(&l, &(umi_parts){.fee = {-1}}));
    l = legs_of(&b, UMI_POST_ACCRUAL, UMI_BASIS_ACCRUAL, "KUR");
    assert_false(umi_legs_fit(&l, &(umi_parts){.principal = {1}}));
    assert_false(umi_legs_fit(&l, &(umi_parts){.fee = {1}}));
    l = legs_of(&b, UMI_POST_ACCRUAL, UMI_BASIS_CASH, "KUR");
    assert_int_equal(l.count, 0);
    assert_true(umi_legs_fit(&l, &(umi_parts){.interest = {1}}));
    umi_arena_free(b.arena);
}

static void sums_that_do_not_fit_are_told(void **state)
{
    (void)state;
    umi_leg leg = {.of = UMI_OF_AMOUNT};
    umi_parts t = {.principal = {INT64_MAX}, .interest = {1}};
    umi_money v = {7};
    assert_false(umi_leg_value(&v, &leg, &t));
    assert_int_equal(v.sen, 7);
}

static void names_of_kinds_and_bases_round_trip(void **state)
{
    (void)state;
    for (int i = 0; i < UMI_POST_KINDS; i++) {
        umi_posting_kind k;
        const char *name = umi_posting_kind_name((umi_posting_kind)i);
        assert_true(umi_posting_kind_parse(&k, umi_text_of(name)));
        assert_int_equal(k, i);
    }
    umi_basis basis;
    umi_posting_kind k;
    assert_true(umi_basis_parse(&basis, UMI_TEXT("cash")));
    assert_int_equal(basis, UMI_BASIS_CASH);
    assert_false(umi_basis_parse(&basis, UMI_TEXT("both")));
    assert_false(umi_posting_kind_parse(&k, UMI_TEXT("reversal")));
}

/* --- other rules: the shipped text with a part replaced ------------------------ */

static const char *const fee_rule =
    "      - kind: fee\n        basis: accrual\n        legs:\n"
    "          - {dr: fee_receivable, of: [fee]}\n"
    "          - {cr: fee_income, of: [fee]}\n";

static umi_text
replaced(umi_buf *out, umi_text text, const char *old, const char *new)
{
    const char *at = strstr(text.ptr, old);
    assert_non_null(at);
    umi_buf_bytes(out, text.ptr, (size_t)(at - text.ptr));
    umi_buf_puts(out, new);
    umi_buf_puts(out, at + strlen(old));
    assert_false(out->failed);
    return umi_buf_as_text(out);
}

static void rules_that_are_wrong_are_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new, *code, *message;
    } cases[] = {
        {"{dr: fee_receivable, of: [fee]}\n          - {cr: fee_income, of: "
         "[fee]}",
         "{dr: '1341', of: [penalty]}\n          - {cr: fee_income, of: "
         "[penalty]}",
         "Y311", "an account of role fee_income takes only its own component"},
        {"          - {cr: fee_income, of: [fee]}\n      - {kind: fee,",
         "      - {kind: fee,", "Y311",
         "fee: component fee stands 1 times in debit and 0 times in credit; it "
         "must be once in each or in none"},
        {"{dr: fee_receivable, of: [fee]}\n          - {cr: fee_income",
         "{dr: fee_recievable, of: [fee]}\n          - {cr: fee_income", "Y302",
         "no role and no account is called 'fee_recievable'"},
        {"{cr: fee_income, of: [fee]}\n      - {kind: fee",
         "{cr: '9999', of: [fee]}\n      - {kind: fee", "Y302",
         "no role and no account is called '9999'"},
        {"{cr: fee_income, of: [fee]}\n      - {kind: fee",
         "{cr: fee_income, dr: cash, of: [fee]}\n      - {kind: fee", "Y311",
         "a leg has either dr or cr"},
        {"          - {dr: cash, of: [amount]}\n          - {cr: principal",
         "          - {dr: '1341', of: [amount]}\n          - {cr: principal",
         "Y311", "repayment must debit cash with component principal"},
        {"          - {cr: principal, of: [principal]}\n"
         "          - {cr: interest_receivable",
         "          - {cr: '1341', of: [principal]}\n"
         "          - {cr: interest_receivable",
         "Y311", "repayment must credit principal with component principal"},
        {"{cr: opening, of: [principal]}", "{cr: cash, of: [principal]}",
         "Y311", "import must credit opening with component principal"},
        {"      - {kind: fee, basis: cash, legs: [], memo: [fee]}\n", "",
         "Y312", "version 1 has no rule for fee on basis cash"},
        {"- {kind: fee, basis: cash, legs: [], memo: [fee]}\n",
         "- {kind: fee, basis: both, legs: [], memo: [fee]}\n", "Y303",
         "a second rule for fee"},
        {"legs: [], memo: [fee]}",
         "legs: [{dr: cash, of: [fee]}, {cr: '2201', of: [fee]}],"
         " memo: [fee]}",
         "Y311", "fee: component fee stands in the legs and in memo"},
        {"format: posting/1", "format: posting/1\nversion: 1", "Y201",
         "unknown key 'version'"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        book b = open_book();
        umi_buf text = {0};
        umi_problems p = umi_problems_new(b.arena, UMI_LANG_EN, "p.yaml");
        const umi_posting *out = NULL;
        replaced(&text, shipped("posting.yaml"), cases[i].old, cases[i].new);
        umi_status rc = umi_posting_load(&out, umi_buf_as_text(&text), &b.chart,
                                         b.arena, &p);
        assert_int_equal(rc, UMI_ESYNTAX);
        assert_null(out);
        umi_problems_sort(&p);
        assert_string_equal(p.first->message, cases[i].message);
        assert_string_equal(p.first->code, cases[i].code);
        umi_buf_free(&text);
        umi_arena_free(b.arena);
    }
}

static void a_rule_of_one_product_comes_before_the_general_one(void **state)
{
    (void)state;
    book b = open_book();
    umi_buf text = {0};
    umi_problems p = umi_problems_new(b.arena, UMI_LANG_EN, "p.yaml");
    char both[600];
    (void)snprintf(both, sizeof both,
                   "%s      - kind: fee\n        basis: accrual\n"
                   "        product: GADAI_KCA\n        legs:\n"
                   "          - {dr: cash, of: [fee]}\n"
                   "          - {cr: fee_income, of: [fee]}\n",
                   fee_rule);
    replaced(&text, shipped("posting.yaml"), fee_rule, both);
    const umi_posting *posting;
    assert_int_equal(umi_posting_load(&posting, umi_buf_as_text(&text),
                                      &b.chart, b.arena, &p),
                     UMI_OK);
    static const struct {
        const char *product;
        umi_role debit;
    } cases[] = {{"GADAI_KCA", UMI_ROLE_CASH},
                 {"GADAI", UMI_ROLE_FEE_RECEIVABLE},
                 {"", UMI_ROLE_FEE_RECEIVABLE}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_legs l;
        assert_int_equal(umi_posting_legs(&l, posting, 1, UMI_POST_FEE,
                                          UMI_BASIS_ACCRUAL,
                                          umi_text_of(cases[i].product),
                                          UMI_TEXT("GADAI"), NULL),
                         UMI_OK);
        assert_int_equal(l.leg[0].role, cases[i].debit);
    }
    umi_buf_free(&text);
    umi_arena_free(b.arena);
}

static void versions_hold_from_their_date_and_stay(void **state)
{
    (void)state;
    book b = open_book();
    umi_text old = shipped("posting.yaml");
    const char *rules = strstr(old.ptr, "    rules:");
    umi_buf text = {0};
    umi_buf_text(&text, old);
    umi_buf_puts(&text, "  - version: 3\n    from: '2027-01-01'\n");
    umi_buf_puts(&text, rules);
    umi_problems p = umi_problems_new(b.arena, UMI_LANG_EN, "p.yaml");
    const umi_posting *posting;
    assert_int_equal(umi_posting_load(&posting, umi_buf_as_text(&text),
                                      &b.chart, b.arena, &p),
                     UMI_OK);
    umi_day first;
    assert_true(umi_day_parse(&first, UMI_TEXT("2027-01-01")));
    assert_int_equal(umi_posting_version(posting, first), 3);
    assert_int_equal(umi_posting_version(posting, (umi_day){first.n - 1}), 1);
    assert_int_equal(umi_posting_version(posting, (umi_day){-25568}), 0);
    umi_legs l;
    umi_error err = {.lang = UMI_LANG_EN};
    assert_int_equal(umi_posting_legs(&l, posting, 2, UMI_POST_FEE,
                                      UMI_BASIS_CASH, UMI_TEXT(""),
                                      UMI_TEXT(""), &err),
                     UMI_ENOENT);
    assert_string_equal(err.message, "there are no posting rules of version 2");
    umi_buf_free(&text);
    umi_arena_free(b.arena);
}

static void every_failed_allocation_is_reported(void **state)
{
    (void)state;
    umi_status rc = UMI_ENOMEM;
    for (int64_t nth = 1; rc == UMI_ENOMEM; nth++) {
        assert_in_range(nth, 1, 1000);
        umi_alloc_fail_at(nth, 0);
        umi_arena *arena = umi_arena_new();
        if (arena == NULL)
            continue;
        umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "x");
        umi_chart chart;
        const umi_posting *posting = NULL;
        rc = umi_chart_load(&chart, shipped("chart.yaml"), arena, &p);
        if (rc == UMI_OK)
            rc = umi_posting_load(&posting, shipped("posting.yaml"), &chart,
                                  arena, &p);
        assert_true((rc == UMI_OK) == (posting != NULL));
        umi_arena_free(arena);
    }
    umi_alloc_fail_at(0, 0);
    assert_int_equal(rc, UMI_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_rule_balances_for_any_components),
        cmocka_unit_test(shipped_rules_make_these_entries),
        cmocka_unit_test(components_that_a_rule_would_lose_do_not_fit),
        cmocka_unit_test(sums_that_do_not_fit_are_told),
        cmocka_unit_test(names_of_kinds_and_bases_round_trip),
        cmocka_unit_test(rules_that_are_wrong_are_refused_with_the_reason),
        cmocka_unit_test(a_rule_of_one_product_comes_before_the_general_one),
        cmocka_unit_test(versions_hold_from_their_date_and_stay),
        cmocka_unit_test(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
