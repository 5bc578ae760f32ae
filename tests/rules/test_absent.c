/* SPDX-License-Identifier: MIT
 * What six engines answer when nobody has shown a fact, and what ours does:
 * each row of that table is unknown, and the document that proves the fact is
 * asked for.  The facts at hand are {instalment: 100000}. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "rules/decide/decision.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char file[] =
    "format: eligibility/1\n"
    "ruleset: {id: t, version: '1', timezone: Asia/Jakarta}\n"
    "effective: {from: '2025-01-01'}\n"
    "languages: [id, en]\n"
    "legal: {L: {title: An act}}\n"
    "facts:\n"
    "  slik_kol: {type: int, doc: SLIK}\n"
    "  active_kur: {type: bool, doc: SIKP}\n"
    "  umi_outstanding: {type: money, doc: KARTU-PINJAMAN}\n"
    "  sector: {type: enum, values: [tobacco, food], doc: SKU}\n"
    "  instalment: {type: money, doc: JADWAL}\n"
    "  income: {type: money, doc: SURVEI}\n"
    "params:\n"
    "  zero: {type: money, values: [{from: '2000-01-01', value: '0', legal: "
    "L}]}\n"
    "products: {P: {channel: X, max: 'param.zero'}}\n"
    "routing: {hit: first, rows: [{when: 'true', order: [P]}]}\n"
    "rules:\n"
    "  - {id: r, for: [P], require: '%s', severity: %s, reason_code: R, "
    "legal_basis: L, message: {id: a, en: b}}\n";

static const struct {
    const char *rule;
    const char *document; /* NULL: the rest decides */
    umi_rule_state without;
} rows[] = {
    {"slik_kol <= 2", "SLIK", UMI_RULE_UNKNOWN},
    {"!(slik_kol > 2)", "SLIK", UMI_RULE_UNKNOWN},
    {"!active_kur", "SIKP", UMI_RULE_UNKNOWN},
    {"umi_outstanding == param.zero", "KARTU-PINJAMAN", UMI_RULE_UNKNOWN},
    {"!(sector in [\"tobacco\"])", "SKU", UMI_RULE_UNKNOWN},
    {"instalment * 100 <= income * 35", "SURVEI", UMI_RULE_UNKNOWN},
    {"slik_kol <= 2 && false", NULL, UMI_RULE_FAIL},
};

static umi_ruleset *load(const char *rule, const char *severity)
{
    char text[2048];
    int n = snprintf(text, sizeof text, file, rule, severity);
    assert_true(n > 0 && (size_t)n < sizeof text);
    umi_ruleset *rs = NULL;
    umi_arena *arena = umi_arena_new();
    umi_problems p = umi_problems_new(arena, UMI_LANG_EN, "t.yaml");
    umi_status rc =
        umi_ruleset_load(&rs, "t.yaml", (umi_text){text, (size_t)n}, &p);
    umi_arena_free(arena);
    assert_int_equal(rc, UMI_OK);
    return rs;
}

static void
has_one(const umi_ruleset *rs, const umi_doc_set *set, const char *document)
{
    for (size_t i = 0; i < rs->doc_count; i++)
        assert_int_equal(umi_doc_in(set, i),
                         document != NULL &&
                             umi_text_is(rs->docs[i], document));
}

/* The rule may close the product or leave it to a person: without the fact it
 * does neither, nor does it let anybody through. */
static void every_row_is_unknown_and_names_its_document(void **state)
{
    (void)state;
    static const char *const severities[] = {"block", "refer"};
    for (size_t i = 0; i < COUNT(rows); i++)
        for (size_t k = 0; k < COUNT(severities); k++) {
            umi_ruleset *rs = load(rows[i].rule, severities[k]);
            umi_value facts[UMI_FACTS_MAX];
            umi_decider *decider = NULL;
            const umi_decision *d = NULL;
            umi_day on = {20778}; /* 2026-11-21 */
            umi_facts_clear(facts, rs);
            assert_int_equal(umi_fact_set(facts, rs, UMI_TEXT("instalment"),
                                          UMI_TEXT("100000"), NULL),
                             UMI_OK);
            assert_int_equal(umi_decider_new(&decider, rs, on, NULL), UMI_OK);
            assert_int_equal(umi_decide(&d, decider, facts, NULL), UMI_OK);
            umi_verdict want = rows[i].document != NULL
                                   ? UMI_VERDICT_NEED_DOCUMENTS
                               : k == 0 ? UMI_VERDICT_BLOCKED
                                        : UMI_VERDICT_REFER;
            if (d->rules[0] != rows[i].without || d->outcome != want)
                fail_msg("%s is %s and %s", rows[i].rule,
                         umi_rule_state_name(d->rules[0]),
                         umi_verdict_name(d->outcome));
            has_one(rs, &d->documents, rows[i].document);
            has_one(rs, &d->products[0].documents, rows[i].document);
            umi_decider_free(decider);
            umi_ruleset_free(rs);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_unknown_and_names_its_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
