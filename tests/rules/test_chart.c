/* SPDX-License-Identifier: MIT
 * The chart of accounts: every role has its account for any family, and a
 * chart that contradicts itself is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/set/chart.h"
#include "rules/set/data.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static umi_text shipped(const char *name)
{
    const umi_data_file *f = umi_data_find(name);
    assert_non_null(f);
    return (umi_text){f->text, f->size};
}

static umi_status
load(umi_chart *c, umi_text text, umi_arena *arena, umi_problems *p)
{
    *p = umi_problems_new(arena, UMI_LANG_EN, "chart.yaml");
    return umi_chart_load(c, text, arena, p);
}

static void the_shipped_chart_has_every_role_for_any_family(void **state)
{
    (void)state;
    static const char *const families[] = {"",      "MEKAAR", "UMI",  "KUR",
                                           "GADAI", "KREASI", "RAHN", "NEW"};
    umi_arena *arena = umi_arena_new();
    umi_problems p;
    umi_chart c;
    assert_int_equal(load(&c, shipped("chart.yaml"), arena, &p), UMI_OK);
    for (int role = 0; role < UMI_ROLE_OTHER; role++)
        for (size_t i = 0; i < COUNT(families); i++) {
            int32_t a =
                umi_chart_role(&c, (umi_role)role, umi_text_of(families[i]));
            assert_in_range(a, 0, (int)c.count - 1);
            assert_int_equal(c.accounts[a].role, role);
        }
    umi_arena_free(arena);
}

static void roles_resolve_by_family_and_else_to_the_common_account(void **state)
{
    (void)state;
    static const struct {
        umi_role role;
        const char *family, *code;
    } cases[] = {
        {UMI_ROLE_CASH, "", "1101"},
        {UMI_ROLE_CASH, "KUR", "1101"},
        {UMI_ROLE_PRINCIPAL, "", "1201"},
        {UMI_ROLE_PRINCIPAL, "KUR", "1204"},
        {UMI_ROLE_PRINCIPAL, "UNHEARD", "1201"},
        {UMI_ROLE_INTEREST_RECEIVABLE, "MEKAAR", "1301"},
        {UMI_ROLE_INTEREST_RECEIVABLE, "GADAI", "1302"},
        {UMI_ROLE_INTEREST_INCOME, "MEKAAR", "4102"},
        {UMI_ROLE_OVERPAID, "KUR", "2101"},
        {UMI_ROLE_OPENING, "KUR", "3101"},
    };
    umi_arena *arena = umi_arena_new();
    umi_problems p;
    umi_chart c;
    assert_int_equal(load(&c, shipped("chart.yaml"), arena, &p), UMI_OK);
    for (size_t i = 0; i < COUNT(cases); i++) {
        int32_t a =
            umi_chart_role(&c, cases[i].role, umi_text_of(cases[i].family));
        assert_true(umi_text_is(c.accounts[a].code, cases[i].code));
        assert_int_equal(umi_chart_find(&c, c.accounts[a].code), a);
    }
    assert_int_equal(umi_chart_find(&c, UMI_TEXT("9999")), UMI_NO_ACCOUNT);
    umi_arena_free(arena);
}

static void names_of_types_and_roles_round_trip(void **state)
{
    (void)state;
    for (int i = 0; i < UMI_ROLES; i++) {
        umi_role r;
        umi_text name = umi_text_of(umi_role_name((umi_role)i));
        assert_true(umi_role_parse(&r, name));
        assert_int_equal(r, i);
    }
    for (int i = 0; i <= UMI_EXPENSE; i++) {
        umi_account_type t;
        umi_text name = umi_text_of(umi_account_type_name((umi_account_type)i));
        assert_true(umi_account_type_parse(&t, name));
        assert_int_equal(t, i);
    }
    umi_role r;
    assert_false(umi_role_parse(&r, UMI_TEXT("Cash")));
}

#define HEAD "format: chart/1\naccounts:\n"
#define ACC(code, type, role, more)                                            \
    "  '" code "': {name: {id: x, en: y}, type: " type ", role: " role more    \
    "}\n"
#define REST                                                                   \
    ACC("2", "asset", "principal", "")                                         \
    ACC("3", "asset", "interest_receivable", "")                               \
    ACC("4", "income", "interest_income", "")                                  \
    ACC("5", "asset", "fee_receivable", "")                                    \
    ACC("6", "income", "fee_income", "")                                       \
    ACC("7", "asset", "penalty_receivable", "")                                \
    ACC("8", "income", "penalty_income", "")                                   \
    ACC("9", "liability", "overpaid", "") ACC("10", "equity", "opening", "")
#define CASH ACC("1", "asset", "cash", ", standard: true")

static void a_chart_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code, *message;
        uint32_t line;
    } cases[] = {
        {HEAD CASH REST, NULL, NULL, 0},
        {HEAD REST, "Y310", "no account has role cash and is the standard one",
         1},
        {HEAD CASH, "Y310", "no account without family has role principal", 1},
        {HEAD CASH REST ACC("11", "asset", "cash", ", standard: true"), "Y303",
         "account 11 has the same role and family as 1", 13},
        {HEAD CASH REST ACC("11", "asset", "principal", ""), "Y303",
         "account 11 has the same role and family as 2", 13},
        {HEAD CASH REST ACC("11", "asset", "principal", ", family: F")
             ACC("12", "asset", "principal", ", family: F"),
         "Y303", "account 12 has the same role and family as 11", 14},
        {HEAD CASH REST ACC("11", "liability", "principal", ", family: F"),
         "Y310", "account 11: role principal needs type asset, got liability",
         13},
        {HEAD CASH REST ACC("11", "asset", "cash", ", family: F"), "Y310",
         "account 11: cash and other accounts belong to no family", 13},
        {HEAD CASH REST ACC("11", "asset", "other", ", standard: true"), "Y310",
         "account 11: only a cash account can be the standard one", 13},
        {HEAD CASH REST ACC("11", "asset", "principal",
                            ", family: F, memorandum: true"),
         "Y310", "account 11: a memorandum account has the role other", 13},
        {HEAD CASH REST ACC("11", "asset", "kas", ""), "Y209",
         "must be one of cash, principal, interest_receivable, "
         "interest_income, fee_receivable, fee_income, penalty_receivable, "
         "penalty_income, overpaid, opening, other, got 'kas'",
         13},
        {HEAD CASH REST ACC("1 1", "asset", "other", ""), "Y204",
         "must be a code of letters, digits and _-./, got '1 1'", 13},
        {"format: chart/2\naccounts: {}\n", "Y209",
         "must be one of chart/1, got 'chart/2'", 1},
        {"format: chart/1\n", "Y202", "the key 'accounts' is missing", 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_arena *arena = umi_arena_new();
        umi_problems p;
        umi_chart c = {0};
        umi_status rc = load(&c, umi_text_of(cases[i].text), arena, &p);
        if (cases[i].code == NULL) {
            assert_int_equal(rc, UMI_OK);
        } else {
            assert_int_equal(rc, UMI_ESYNTAX);
            assert_int_equal(c.count, 0);
            assert_string_equal(p.first->message, cases[i].message);
            assert_string_equal(p.first->code, cases[i].code);
            assert_int_equal(p.first->at.line, cases[i].line);
        }
        umi_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_chart_has_every_role_for_any_family),
        cmocka_unit_test(
            roles_resolve_by_family_and_else_to_the_common_account),
        cmocka_unit_test(names_of_types_and_roles_round_trip),
        cmocka_unit_test(a_chart_that_contradicts_itself_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
