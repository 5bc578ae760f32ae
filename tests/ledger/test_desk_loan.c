/* SPDX-License-Identifier: MIT
 * From application to booking: what the book knows overrides what was stated,
 * two persons are needed, and limits hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/party/reference.h"
#include "ledger/desk/known.h"
#include "tests/support/desk_loans.h"

static void applications_enter_once(void **state)
{
    (void)state;
    static const char line[] =
        "U1," SITI ",MK-1,UMI,5000000,12,month,warung," GOOD "\n";
    umi_import_result r = apply(line);
    assert_int_equal(r.added, 1);
    r = apply(line);
    assert_int_equal(r.same, 1);
    r = apply("U1," SITI ",MK-1,UMI,6000000,12,month,warung," GOOD "\n");
    assert_int_equal(r.rejected, 1);
    umi_application_view v = show("U1");
    assert_int_equal(v.application.amount.sen, 500000000);
    assert_int_equal(v.application.state, UMI_APPLIED);
    assert_true(umi_text_is(v.application.entered_by, "ani"));
    assert_true(v.has_group && !v.has_decision);
    assert_int_equal(v.act_count, 1);
    assert_int_equal(umi_application_show(&v, &desk, T("U2"), arena, NULL),
                     UMI_ENOENT);
}

static void bad_applications_are_rejects(void **state)
{
    (void)state;
    static const struct {
        const char *line, *code, *field;
    } bad[] = {
        {"," SITI ",,UMI,1,1,month,," GOOD, "INVALID", "id"},
        {"A B," SITI ",,UMI,1,1,month,," GOOD, "INVALID", "id"},
        {"X,360204521187000,,UMI,1,1,month,," GOOD, "NIK", "nik"},
        {"X,3602045211870009,,UMI,1,1,month,," GOOD, "UNKNOWN", "nik"},
        {"X," SITI ",MK-9,UMI,1,1,month,," GOOD, "UNKNOWN", "group"},
        {"X," SITI ",KB-1,UMI,1,1,month,," GOOD, "UNKNOWN", "group"},
        {"X," SITI ",,RUMAH,1,1,month,," GOOD, "UNKNOWN", "product"},
        {"X," SITI ",,UMI,0,1,month,," GOOD, "AMOUNT", "amount"},
        {"X," SITI ",,UMI,1,0,month,," GOOD, "INVALID", "periods"},
        {"X," SITI ",,UMI,1,,month,," GOOD, "INVALID", "periods"},
        {"X," SITI ",,UMI,1,1,bulan,," GOOD, "INVALID", "unit"},
        {"X," SITI ",,UMI,1,1,month,,ya,true,,,,,,,,,,,,,,,,,", "INVALID",
         "is_wni"},
        {"X," SITI ",,UMI,1,1,month,,true,true,,,,,,,,9,,,,,,,,,", "INVALID",
         "slik_grade"},
        {"X," SITI ",,UMI,1", "CSV", ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        umi_import_result r = {0};
        char text[2048];
        umi_error why = {0};
        (void)snprintf(text, sizeof text, HEAD "%s\n", bad[i].line);
        umi_import_ask ask = text_ask(text);
        ask.refused = &why;
        assert_int_equal(umi_apply(&r, &desk, &ask, arena, NULL), UMI_OK);
        assert_int_equal(r.rejected, 1);
        if (strcmp(why.code, bad[i].code) != 0 ||
            strcmp(why.field, bad[i].field) != 0)
            fail_msg("%s: got %s %s: %s", bad[i].line, why.code, why.field,
                     why.message);
    }
    umi_import_result r = {0};
    umi_import_ask ask = text_ask(
        "id,nik,group,product,amount,periods,unit,purpose,shoe_size\n");
    assert_int_equal(umi_apply(&r, &desk, &ask, arena, &err), UMI_EINVAL);
    assert_string_equal(err.code, "COLUMN");
    assert_string_equal(err.field, "shoe_size");
}

/* --- deciding ------------------------------------------------------------------ */

static void a_decision_is_kept_whole(void **state)
{
    (void)state;
    apply_one("U1," SITI ",,UMI,5000000,12,month,warung," GOOD "\n");
    assert_int_equal(decide("U1"), UMI_VERDICT_ELIGIBLE);
    umi_application_view v = show("U1");
    assert_int_equal(v.application.state, UMI_DECIDED);
    assert_true(umi_text_is(v.decision.product, "UMI"));
    assert_int_equal(v.decision.max.sen, 2000000000);
    assert_true(umi_hash_eq(&v.decision.sha256, &rules->sha256));
    assert_true(umi_text_eq(v.decision.ruleset, rules->id));
    umi_json *body = NULL;
    assert_int_equal(umi_json_parse(&body, v.decision.body, arena, NULL),
                     UMI_OK);
    assert_true(umi_text_is(umi_json_get(body, "id")->text, "U1"));
}

static void what_the_book_knows_overrides(void **state)
{
    (void)state;
    static const char text[] =
        "id,nik,group,product,amount,periods,unit,purpose,female,birth_date,"
        "household_size,dtsen_decile,kube_member,kube_size,pkh_graduate,"
        "subgroups,subgroup_size,tenor_months,slik_grade\n"
        "F1," SITI ",MK-1,UMI,5000000,50,week,,false,1980-01-01,9,7,false,,"
        "false,5,20,40,1\n"
        "F2," RATNA ",KB-1,UMI,5000000,12,month,,true,1990-07-01,1,4,,7,,,,,\n";
    umi_import_ask ask = text_ask(text);
    umi_import_result r = {0};
    assert_int_equal(umi_apply(&r, &desk, &ask, arena, NULL), UMI_OK);
    assert_int_equal(r.added, 2);
    static const struct {
        const char *code, *fact, *stated, *known;
    } cases[] = {
        {"F1", "female", "false", "true"},
        {"F1", "birth_date", "1980-01-01", "1987-11-12"},
        {"F1", "household_size", "9", "2"},
        {"F1", "dtsen_decile", "7", "3"},
        {"F1", "pkh_graduate", "false", "true"},
        {"F1", "subgroups", "5", "2"},
        {"F1", "subgroup_size", "20", "1"},
        {"F1", "tenor_months", "40", "12"}, /* 50 weeks, rounded up */
        {"F2", "kube_size", "7", "1"},
    };
    umi_judgement one = judge("F1"), two = judge("F2");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const umi_judgement *j = cases[i].code[1] == '1' ? &one : &two;
        const umi_disagreement *d = disagreement(j, cases[i].fact);
        if (d == NULL)
            fail_msg("no disagreement on %s", cases[i].fact);
        assert_true(umi_text_is(d->stated, cases[i].stated));
        assert_true(umi_text_is(d->known, cases[i].known));
    }
    /* what agrees, and what the book does not know, is no disagreement */
    assert_int_equal(one.disagreement_count, 8);
    assert_int_equal(two.disagreement_count, 1);
}

static void months_of_a_term_are_rounded_up(void **state)
{
    (void)state;
    static const struct {
        int64_t periods;
        umi_unit unit;
        int64_t months;
    } cases[] = {
        {50, UMI_UNIT_WEEK, 12}, {25, UMI_UNIT_WEEK, 6},
        {52, UMI_UNIT_WEEK, 12}, {53, UMI_UNIT_WEEK, 13},
        {1, UMI_UNIT_WEEK, 1},   {12, UMI_UNIT_MONTH, 12},
        {2, UMI_UNIT_YEAR, 24},  {120, UMI_UNIT_DAY, 4},
        {365, UMI_UNIT_DAY, 12}, {366, UMI_UNIT_DAY, 13},
        {1, UMI_UNIT_DAY, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(umi_tenor_months(cases[i].periods, cases[i].unit),
                         cases[i].months);
}

static umi_status count_decided(void *self, const umi_decided *d, umi_error *e)
{
    int *counts = self;
    (void)e;
    counts[d->failed != NULL]++;
    return UMI_OK;
}

static void all_that_wait_are_decided(void **state)
{
    (void)state;
    int counts[2] = {0};
    char lines[4096];
    size_t n = 0;
    for (int i = 0; i < 20; i++)
        n += (size_t)snprintf(lines + n, sizeof lines - n,
                              "W%d," RATNA ",,UMI,%d00000,12,month,," GOOD "\n",
                              i, i + 5);
    assert_int_equal(apply(lines).added, 20);
    assert_int_equal(decide("W3"), UMI_VERDICT_ELIGIBLE);
    assert_int_equal(umi_decide_applications(&desk, (umi_text){0},
                                             (umi_judge_view){0}, count_decided,
                                             counts, NULL),
                     UMI_OK);
    assert_int_equal(counts[0], 19);
    assert_int_equal(counts[1], 0);
    assert_int_equal(show("W19").application.state, UMI_DECIDED);
}

/* --- approving ----------------------------------------------------------------- */

static void two_persons_are_needed(void **state)
{
    (void)state;
    apply_one("U1," SITI ",,UMI,5000000,12,month,warung," GOOD "\n");
    assert_int_equal(act("U1", UMI_ACT_APPROVE, "budi", NULL), UMI_ESTATE);
    (void)decide("U1");
    assert_int_equal(act("U1", UMI_ACT_APPROVE, "ani", NULL), UMI_EDENIED);
    assert_string_equal(err.code, "SECOND");
    assert_int_equal(act("U1", UMI_ACT_APPROVE, "budi", NULL), UMI_OK);
    assert_int_equal(show("U1").application.state, UMI_APPROVED);
    /* a new decision voids the approval */
    (void)decide("U1");
    assert_int_equal(show("U1").application.state, UMI_DECIDED);
    assert_int_equal(act("U9", UMI_ACT_APPROVE, "budi", NULL), UMI_ENOENT);
}

static void what_the_rules_refuse_is_not_approved(void **state)
{
    (void)state;
    apply_one("U1," RATNA ",,UMI,25000000,12,month,warung," GOOD "\n");
    assert_int_equal(decide("U1"), UMI_VERDICT_BLOCKED);
    assert_int_equal(act("U1", UMI_ACT_APPROVE, "budi", NULL), UMI_EDENIED);
    assert_string_equal(err.code, "NOT-ELIGIBLE");
    assert_int_equal(act("U1", UMI_ACT_REJECT, "ani", NULL), UMI_EINVAL);
    assert_int_equal(act("U1", UMI_ACT_REJECT, "ani", "above the limit"),
                     UMI_OK);
    umi_application_view v = show("U1");
    assert_int_equal(v.application.state, UMI_REJECTED);
    assert_true(umi_text_is(v.acts[v.act_count - 1].note, "above the limit"));
    assert_int_equal(act("U1", UMI_ACT_APPROVE, "budi", NULL), UMI_ESTATE);
}

/* --- booking ------------------------------------------------------------------- */

static void a_loan_is_booked_from_product_and_decision(void **state)
{
    (void)state;
    umi_book_loan_done d = {0};
    make_ready("U1", umi_line);
    assert_int_equal(book("U1", &d), UMI_OK);
    assert_true(umi_text_is(d.number, "U1"));
    assert_int_equal(d.schedule.count, 12);
    assert_int_equal(d.schedule.principal.sen, 500000000);
    /* 1.12 % a month flat: 56,000 each month */
    assert_int_equal(d.schedule.rows[0].interest.sen, 5600000);
    assert_int_equal(d.schedule.rows[0].due.n, day("2026-12-25").n);
    umi_loan_view v;
    assert_int_equal(
        umi_loan_view_of(&v, desk.book, d.loan, desk.today, arena, NULL),
        UMI_OK);
    assert_int_equal(v.state.status, UMI_LOAN_BOOKED);
    assert_true(umi_text_is(v.loan.grp, "MK-1"));
    assert_true(umi_text_is(v.loan.officer, "Rina"));
    assert_true(umi_text_is(v.borrower, "Siti"));
    assert_int_equal(v.loan.application, show("U1").application.id);
    assert_int_equal(book("U1", &d), UMI_ESTATE);
    assert_int_equal(show("U1").act_count, 4);
    /* a number names one loan */
    make_ready("P1", pawn_line);
    umi_book_loan_ask same = {
        .application = T("P1"), .number = T("U1"), .expected = desk.today};
    assert_int_equal(umi_book_loan(&d, &desk, &same, arena, NULL), UMI_EEXIST);
    assert_int_equal(show("P1").application.state, UMI_APPROVED);
}

static void a_second_live_loan_is_refused_where_the_rules_say_so(void **state)
{
    (void)state;
    umi_book_loan_done d = {0};
    make_ready("U1", umi_line);
    make_ready("U2", "U2," BUDI ",,UMI,3000000,12,month,ojek," GOOD "\n");
    assert_int_equal(book("U1", &d), UMI_OK);
    /* the same family: approved before, and yet not booked */
    assert_int_equal(book("U2", &d), UMI_EDENIED);
    assert_string_equal(err.code, "NOT-ELIGIBLE");
    assert_int_equal(show("U2").application.state, UMI_APPROVED);
    umi_judgement j = judge("U2");
    assert_true(umi_text_is(disagreement(&j, "sikp_active")->known, "true"));
    /* another family */
    make_ready("U3", "U3," RATNA ",,UMI,3000000,12,month,ojek," GOOD "\n");
    assert_int_equal(book("U3", &d), UMI_OK);
    /* withdrawn: the first no longer stands in the way */
    assert_int_equal(act("U1", UMI_ACT_CANCEL, "ani", NULL), UMI_OK);
    assert_int_equal(book("U2", &d), UMI_OK);
}

static const char loose_rules[] =
    "format: eligibility/1\n"
    "ruleset: {id: loose, version: '1', owner: test, timezone: Asia/Jakarta}\n"
    "effective: {from: '2025-01-01'}\n"
    "languages: [id, en]\n"
    "facts:\n"
    "  amount: {type: money}\n"
    "  is_wni: {type: bool, doc: KTP}\n"
    "params: {cap: {type: money, values: [{from: '2025-01-01', value: "
    "'1000000', legal: L}]}}\n"
    "legal: {L: {title: law}}\n"
    "products: {UMI: {channel: LKBB, max: 'param.cap'}}\n"
    "rules:\n"
    "  - id: wni\n"
    "    for: [UMI]\n"
    "    require: 'is_wni && amount > param.cap - param.cap'\n"
    "    severity: block\n"
    "    reason_code: A\n"
    "    legal_basis: L\n"
    "    message: {id: a, en: a}\n"
    "routing:\n"
    "  hit: first\n"
    "  rows: [{when: 'true', order: [UMI]}]\n"
    "  on_unknown: ask\n"
    "tests:\n"
    "  - name: one\n"
    "    on: '2026-01-01'\n"
    "    given: {amount: '1', is_wni: true}\n"
    "    expect: {UMI: eligible}\n";

static void more_than_the_rules_allow_is_not_booked(void **state)
{
    (void)state;
    umi_book_loan_done d = {0};
    umi_ruleset *loose = load_rules(loose_rules, sizeof loose_rules - 1);
    make_ready("U1", umi_line);
    desk.rules = loose;
    assert_int_equal(book("U1", &d), UMI_EDENIED);
    assert_string_equal(err.code, "LIMIT");
    assert_string_equal(err.field, "amount");
    assert_int_equal(show("U1").application.state, UMI_APPROVED);
    desk.rules = rules;
    umi_ruleset_free(loose);
}

static void a_product_refuses_what_it_does_not_know(void **state)
{
    (void)state;
    umi_book_loan_done d = {0};
    make_ready("U1", "U1," SITI ",,UMI,2000000,3,week,warung," GOOD "\n");
    assert_int_equal(book("U1", &d), UMI_EINVAL); /* 4 weeks at least */
    assert_string_equal(err.code, "PRODUCT");
    assert_string_equal(err.field, "periods");
}

/* --- paying out ---------------------------------------------------------------- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(applications_enter_once),
        DESK_TEST(bad_applications_are_rejects),
        DESK_TEST(a_decision_is_kept_whole),
        DESK_TEST(what_the_book_knows_overrides),
        cmocka_unit_test(months_of_a_term_are_rounded_up),
        DESK_TEST(all_that_wait_are_decided),
        DESK_TEST(two_persons_are_needed),
        DESK_TEST(what_the_rules_refuse_is_not_approved),
        DESK_TEST(a_loan_is_booked_from_product_and_decision),
        DESK_TEST(a_second_live_loan_is_refused_where_the_rules_say_so),
        DESK_TEST(more_than_the_rules_allow_is_not_booked),
        DESK_TEST(a_product_refuses_what_it_does_not_know),
    };
    return cmocka_run_group_tests_name("ledger/desk: loans", tests, load_all,
                                       free_all);
}
