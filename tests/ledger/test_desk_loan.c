/* SPDX-License-Identifier: MIT
 * From application to transfer: what the book knows overrides what was
 * stated, two persons are needed, limits hold, and money goes out once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/party/reference.h"
#include "ledger/book/enter.h"
#include "ledger/book/loan.h"
#include "ledger/desk/application.h"
#include "ledger/desk/apply.h"
#include "ledger/desk/book_loan.h"
#include "ledger/desk/decide.h"
#include "ledger/desk/disburse.h"
#include "ledger/desk/group_import.h"
#include "ledger/desk/household_import.h"
#include "ledger/desk/known.h"
#include "ledger/desk/repay.h"
#include "rules/set/set.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define T(text) umi_text_of(text)

static umi_ruleset *rules;
static umi_set *set;
static umi_arena *arena;
static umi_desk desk; /* of ani */
static umi_error err;
static char path[256]; /* names the files beside a text */

static umi_day day(const char *text)
{
    umi_day d = {0};
    assert_true(umi_day_parse(&d, T(text)));
    return d;
}

static umi_ruleset *load_rules(const char *text, size_t size)
{
    umi_ruleset *rs = NULL;
    umi_arena *a = umi_arena_new();
    umi_problems p = umi_problems_new(a, UMI_LANG_EN, "rules.yaml");
    umi_status rc =
        umi_ruleset_load(&rs, "rules.yaml", (umi_text){text, size}, &p);
    if (rc != UMI_OK) {
        umi_buf b = {0};
        umi_problems_print(&b, &p, (umi_text){text, size});
        umi_buf_putc(&b, '\0');
        fail_msg("%s", b.ptr);
    }
    umi_arena_free(a);
    return rs;
}

static int load_all(void **state)
{
    (void)state;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    (void)snprintf(path, sizeof path, "%s/desk-loan-%ld.csv",
                   getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
                   (long)getpid());
    rules = load_rules(f->text, f->size);
    return umi_set_load(&set, umi_data_all(), NULL) == UMI_OK ? 0 : -1;
}

static int free_all(void **state)
{
    (void)state;
    umi_ruleset_free(rules);
    umi_set_free(set);
    return 0;
}

/* --- a desk with two families, a Mekaar group and a KUBE --------------------- */

#define SITI  "3602045211870001"
#define BUDI  "3602041211850001"
#define RATNA "3602044107900003"

static const char households[] =
    "nkk,nik,name,relation,birth_date,sex,village,programmes,decile,"
    "decile_as_of\n"
    "3602040101200001," SITI ",Siti,istri,1987-11-12,P,A,PKH_LULUS,3,"
    "2026-09-30\n"
    "3602040101200001," BUDI ",Budi,kepala,1985-11-12,L,A,,,\n"
    "3602040101200002," RATNA ",Ratna,kepala,1990-07-01,P,B,,4,2026-09-30\n";
static const char groups[] =
    "group,kind,subgroup,nik,role,meeting_day,officer\n"
    "MK-1,MEKAAR,A," SITI ",ketua,senin,Rina\n"
    "MK-1,MEKAAR,B," RATNA ",ketua_sub,senin,Rina\n"
    "KB-1,KUBE,," RATNA ",ketua,,\n";

static umi_import_ask text_ask(const char *text)
{
    return (umi_import_ask){.path = path, .text = T(text)};
}

static void remove_beside(const char *suffix)
{
    char name[300];
    (void)snprintf(name, sizeof name, "%s%s", path, suffix);
    (void)unlink(name);
}

static int open_desk(void **state)
{
    (void)state;
    umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    umi_book_session session = {UMI_TEXT("ani"), day("2026-11-21")};
    umi_book *book = NULL;
    umi_import_result r = {0};
    umi_import_ask h = text_ask(households), g = text_ask(groups);
    arena = umi_arena_new();
    err = (umi_error){0};
    assert_int_equal(umi_book_in_memory(&book, &owner, &session, NULL), UMI_OK);
    desk = umi_desk_at(book);
    desk.rules = rules;
    desk.products = &set->products;
    assert_int_equal(umi_household_import(&r, &desk, &h, arena, NULL), UMI_OK);
    assert_int_equal(r.added, 3);
    assert_int_equal(umi_group_import(&r, &desk, &g, arena, NULL), UMI_OK);
    assert_int_equal(r.added, 3);
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    umi_book_close(desk.book);
    umi_arena_free(arena);
    remove_beside(".rejects.csv");
    remove_beside(".transfers.csv");
    return 0;
}

/* --- applying ----------------------------------------------------------------- */

#define FACTS                                                                  \
    "is_wni,nik_verified,has_npwp,job,province,married,sector,sikp_active,"    \
    "programme_unpaid,slik_grade,income_month,debt_service,business_months,"   \
    "kur_count,prior_credit,prior_credit_amount,pledge_value,vehicle_value,"   \
    "mekaar_cycles"
#define GOOD                                                                   \
    "true,true,false,usaha,lainnya,true,dagang,false,false,1,4000000,0,24,0,"  \
    "tidak_ada,0,6000000,0,0"
#define HEAD "id,nik,group,product,amount,periods,unit,purpose," FACTS "\n"

static umi_import_result apply(const char *lines)
{
    char text[8192];
    umi_import_result r = {0};
    (void)snprintf(text, sizeof text, HEAD "%s", lines);
    umi_import_ask ask = text_ask(text);
    if (umi_apply(&r, &desk, &ask, arena, &err) != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    return r;
}

static void apply_one(const char *line)
{
    assert_int_equal(apply(line).added, 1);
}

static umi_application_view show(const char *code)
{
    umi_application_view v = {0};
    assert_int_equal(umi_application_show(&v, &desk, T(code), arena, NULL),
                     UMI_OK);
    return v;
}

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

static umi_decided last;
static umi_status keep_decided(void *self, const umi_decided *d, umi_error *e)
{
    (void)self;
    (void)e;
    last = *d;
    return UMI_OK;
}

static umi_verdict decide(const char *code)
{
    if (umi_decide_applications(&desk, T(code), (umi_judge_view){0},
                                keep_decided, NULL, &err) != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    return show(code).decision.status;
}

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

static const umi_disagreement *disagreement(const umi_judgement *j,
                                            const char *fact)
{
    for (size_t i = 0; i < j->disagreement_count; i++)
        if (umi_text_is(j->disagreements[i].fact, fact))
            return &j->disagreements[i];
    return NULL;
}

/* Judges application @p code without writing. */
static umi_judgement judge(const char *code)
{
    umi_decider *d = NULL;
    umi_judgement j = {0};
    umi_application_view v = show(code);
    assert_int_equal(umi_decider_new(&d, rules, desk.today, NULL), UMI_OK);
    if (umi_judge(&j, &desk, d, &v.application, (umi_judge_view){0}, arena,
                  &err) != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    umi_decider_free(d);
    return j;
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

static umi_status act(const char *code,
                      umi_application_act what,
                      const char *who,
                      const char *note)
{
    umi_desk other = desk;
    other.actor = T(who);
    err = (umi_error){0};
    return umi_application_act_on(&other, T(code), what,
                                  note ? T(note) : (umi_text){0}, &err);
}

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

static umi_status book(const char *code, umi_book_loan_done *done)
{
    umi_book_loan_ask ask = {.application = T(code),
                             .expected = day("2026-11-25")};
    err = (umi_error){0};
    return umi_book_loan(done, &desk, &ask, arena, &err);
}

static void make_ready(const char *code, const char *line)
{
    apply_one(line);
    (void)decide(code);
    if (act(code, UMI_ACT_APPROVE, "budi", NULL) != UMI_OK)
        fail_msg("%s", err.message);
}

static const char umi_line[] =
    "U1," SITI ",MK-1,UMI,5000000,12,month,warung," GOOD "\n";
static const char pawn_line[] =
    "P1," RATNA ",,GADAI_KCA,5000000,,,warung," GOOD "\n";

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

static umi_status disburse(const char *code, const char *on, umi_disbursed *d)
{
    umi_disburse_ask ask = {.code = T(code), .day = day(on)};
    err = (umi_error){0};
    return umi_disburse(d, &desk, &ask, arena, &err);
}

static void ready_to_pay(const char *code, const char *line)
{
    umi_book_loan_done d;
    make_ready(code, line);
    if (book(code, &d) != UMI_OK)
        fail_msg("%s", err.message);
}

static umi_loan_view view(int64_t loan)
{
    umi_loan_view v;
    assert_int_equal(
        umi_loan_view_of(&v, desk.book, loan, desk.today, arena, NULL), UMI_OK);
    return v;
}

static void money_goes_out_once(void **state)
{
    (void)state;
    umi_disbursed d = {0}, again = {0};
    ready_to_pay("P1", pawn_line);
    assert_int_equal(disburse("P1", "2026-10-01", &d), UMI_OK);
    assert_true(umi_reference_ok(d.transfer.reference));
    assert_int_equal(d.principal.sen, 500000000);
    assert_int_equal(d.withheld.sen, 3500000);
    assert_int_equal(d.transfer.amount.sen, 496500000);
    umi_loan_view v = view(d.transfer.loan);
    assert_int_equal(v.state.status, UMI_LOAN_ACTIVE);
    assert_int_equal(v.terms.disbursed.n, day("2026-10-01").n);
    assert_int_equal(v.txn_count, 1);
    assert_true(umi_text_eq(v.txns[0].ref, d.transfer.reference));
    assert_int_equal(disburse("P1", "2026-10-01", &again), UMI_ESTATE);
    assert_int_equal(disburse("NONE", "2026-10-01", &again), UMI_ENOENT);
    assert_int_equal(again.txn, 0);
    assert_int_equal(show("P1").transfer_count, 1);
}

static void what_is_not_booked_is_not_paid_out(void **state)
{
    (void)state;
    umi_disbursed d = {0};
    make_ready("U1", umi_line);
    assert_int_equal(disburse("U1", "2026-11-20", &d), UMI_ESTATE);
    assert_int_equal(book("U1", &(umi_book_loan_done){0}), UMI_OK);
    assert_int_equal(disburse("U1", "2026-11-22", &d), UMI_EINVAL);
    assert_int_equal(show("U1").application.state, UMI_BOOKED);
    assert_int_equal(show("U1").transfer_count, 0);
}

static void reverse(int64_t txn)
{
    umi_booking booking = {.kind = UMI_TXN_REVERSAL,
                           .day = desk.today,
                           .due = {UMI_NONE32},
                           .reverses = txn};
    umi_act_entry entry = {.kind = UMI_BATCH_ENTRY,
                           .name = UMI_TEXT("reverse"),
                           .booked = desk.today,
                           .bookings = &booking,
                           .count = 1};
    umi_booked booked;
    if (umi_book_enter(desk.book, &entry, &booked, NULL, &err) != UMI_OK)
        fail_msg("%s", err.message);
}

static umi_status count_one(void *self, const umi_application *a, umi_error *e)
{
    (void)a;
    (void)e;
    ++*(int *)self;
    return UMI_OK;
}

static int listed(umi_application_state state)
{
    int n = 0;
    assert_int_equal(umi_application_each(&desk, &state, count_one, &n, NULL),
                     UMI_OK);
    return n;
}

static void a_transfer_that_came_back_goes_out_under_a_new_reference(void **s)
{
    (void)s;
    umi_disbursed first = {0}, second = {0};
    ready_to_pay("U1", umi_line);
    assert_int_equal(disburse("U1", "2026-11-20", &first), UMI_OK);
    assert_int_equal(show("U1").application.state, UMI_DISBURSED);
    reverse(first.txn);
    assert_int_equal(show("U1").application.state, UMI_BOOKED);
    assert_int_equal(listed(UMI_BOOKED), 1);
    assert_int_equal(listed(UMI_DISBURSED), 0);
    assert_int_equal(disburse("U1", "2026-11-21", &second), UMI_OK);
    assert_false(
        umi_text_eq(first.transfer.reference, second.transfer.reference));
    umi_application_view v = show("U1");
    assert_int_equal(v.transfer_count, 2);
    assert_int_equal(v.transfers[0].state, UMI_TRANSFER_RETURNED);
    assert_int_equal(v.transfers[1].state, UMI_TRANSFER_SENT);
    assert_int_equal(v.application.state, UMI_DISBURSED);
    umi_loan_view loan = view(second.transfer.loan);
    assert_int_equal(loan.state.status, UMI_LOAN_ACTIVE);
    assert_int_equal(loan.terms.disbursed.n, day("2026-11-21").n);
    assert_int_equal(loan.life.outstanding.principal.sen, 500000000);
    assert_int_equal(disburse("U1", "2026-11-21", &second), UMI_ESTATE);
}

static umi_disburse_file pay_file(const char *text)
{
    umi_disburse_file f = {0};
    umi_import_ask ask = text_ask(text);
    if (umi_disburse_from(&f, &desk, &ask, NULL, arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return f;
}

static const char *read_file(const char *name)
{
    char *text = umi_arena_alloc(arena, 65536);
    FILE *f = fopen(name, "rb");
    assert_non_null(f);
    size_t n = fread(text, 1, 65535, f);
    text[n] = '\0';
    (void)fclose(f);
    return text;
}

static void a_file_pays_each_loan_once(void **state)
{
    (void)state;
    ready_to_pay("U1", umi_line);
    ready_to_pay("P1", pawn_line);
    static const char file[] = "account,bank,id,date\n"
                               "0012,BRI,U1,2026-11-20\n"
                               ",,P1,\n"
                               "0012,BRI,U1,2026-11-20\n"
                               "0012,,U1,2026-11-20\n"
                               "1,BRI,NONE,\n";
    umi_disburse_file f = pay_file(file);
    assert_int_equal(f.counts.added, 2);
    assert_int_equal(f.counts.rejected, 3);
    assert_int_equal(f.sum.sen, 500000000 + 496500000);
    const char *transfers = read_file(f.transfers_file);
    umi_application_view u = show("U1"), p = show("P1");
    char want[512];
    (void)snprintf(want, sizeof want,
                   "reference,bank,account,name,amount,date\n"
                   "%.*s,BRI,0012,Siti,5000000,2026-11-20\n"
                   "%.*s,,,Ratna,4965000,2026-11-21\n"
                   "TOTAL,,,2,9965000,\n",
                   UMI_SHOW(u.transfers[0].reference),
                   UMI_SHOW(p.transfers[0].reference));
    assert_string_equal(transfers, want);
    /* the very same file: no money, the same transfers */
    f = pay_file(file);
    assert_int_equal(f.counts.added, 0);
    assert_int_equal(f.counts.same, 2);
    assert_string_equal(read_file(f.transfers_file), want);
    assert_int_equal(show("U1").transfer_count, 1);
    /* another file is told that the money is out, and lists nothing */
    f = pay_file("id\nU1\n");
    assert_int_equal(f.counts.rejected, 1);
    assert_int_equal(f.sum.sen, 0);
    assert_non_null(strstr(read_file(f.transfers_file), "TOTAL,,,0,0,\n"));
}

static void a_line_that_cannot_be_paid_spoils_no_other(void **state)
{
    (void)state;
    ready_to_pay("U1", umi_line);
    ready_to_pay("P1", pawn_line);
    /* the first line's value date lies behind the booking date */
    umi_disburse_file f = pay_file("id,date\nU1,2026-11-22\nP1,2026-11-21\n");
    assert_int_equal(f.counts.added, 1);
    assert_int_equal(f.counts.rejected, 1);
    assert_int_equal(show("P1").application.state, UMI_DISBURSED);
    assert_int_equal(show("U1").application.state, UMI_BOOKED);
}

/* --- payments and pledges -------------------------------------------------------- */

static void one_payment_is_taken_once(void **state)
{
    (void)state;
    umi_disbursed d = {0};
    umi_booked k = {0};
    ready_to_pay("U1", umi_line);
    assert_int_equal(disburse("U1", "2026-11-20", &d), UMI_OK);
    umi_repay_ask ask = {T("U1"), {47266700}, T("VA"), T("R1"), desk.today};
    assert_int_equal(umi_repay(&k, &desk, &ask, &err), UMI_OK);
    assert_false(k.duplicate);
    assert_int_equal(k.parts.principal.sen, 41666700);
    assert_int_equal(k.parts.interest.sen, 5600000);
    assert_int_equal(umi_repay(&k, &desk, &ask, &err), UMI_OK);
    assert_true(k.duplicate);
    ask.amount.sen++;
    assert_int_equal(umi_repay(&k, &desk, &ask, &err), UMI_EEXIST);
    assert_string_equal(err.code, "CONFLICT");
    ask.loan = T("U7");
    assert_int_equal(umi_repay(&k, &desk, &ask, &err), UMI_ENOENT);
    assert_int_equal(view(d.transfer.loan).txn_count, 2);
}

/* 1.2 % of Rp 5,000,000 for each started 15 days: Rp 60,000. */
static void rent_is_charged_for_started_blocks(void **state)
{
    (void)state;
    static const struct {
        int32_t days, blocks;
    } cases[] = {{0, 1},  {1, 1},   {15, 1},  {16, 2},  {30, 2},
                 {31, 3}, {119, 8}, {120, 8}, {121, 9}, {136, 10}};
    umi_disbursed d = {0};
    ready_to_pay("P1", pawn_line);
    assert_int_equal(disburse("P1", "2026-07-01", &d), UMI_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_redemption r = {0};
        umi_day on = {day("2026-07-01").n + cases[i].days};
        assert_int_equal(umi_redeem_price(&r, &desk, T("P1"), on, NULL),
                         UMI_OK);
        int64_t rent = cases[i].blocks * INT64_C(6000000);
        assert_int_equal(r.blocks, cases[i].blocks);
        assert_int_equal(r.rent.sen, rent);
        assert_int_equal(r.total.sen, 500000000 + rent);
        assert_int_equal(r.pays.interest.sen + r.pays.fee.sen, rent);
    }
    umi_redemption r = {0};
    assert_int_equal(
        umi_redeem_price(&r, &desk, T("P1"), day("2026-06-30"), &err),
        UMI_EINVAL);
    ready_to_pay("U1", umi_line);
    assert_int_equal(umi_redeem_price(&r, &desk, T("U1"), desk.today, &err),
                     UMI_EINVAL);
}

static void redemption_leaves_nothing_owed(void **state)
{
    (void)state;
    static const char *const paid_out[] = {"2026-11-21", "2026-11-01",
                                           "2026-07-20"};
    for (size_t i = 0; i < 3; i++) {
        umi_disbursed d = {0};
        umi_redemption r = {0};
        umi_booked k = {0};
        umi_repay_ask ask = {.loan = T("P1"), .day = desk.today};
        ready_to_pay("P1", pawn_line);
        assert_int_equal(disburse("P1", paid_out[i], &d), UMI_OK);
        if (umi_redeem(&r, &k, &desk, &ask, &err) != UMI_OK)
            fail_msg("%s", err.message);
        umi_loan_view v = view(d.transfer.loan);
        assert_int_equal(v.state.status, UMI_LOAN_CLOSED);
        assert_int_equal(v.life.overpaid.sen, 0);
        assert_int_equal(show("P1").application.state, UMI_CLOSED);
        assert_int_equal(listed(UMI_CLOSED), 1);
        assert_int_equal(k.amount.sen, r.total.sen);
        for (size_t c = 0; c < UMI_COMPONENTS; c++)
            assert_int_equal(v.life.outstanding.of[c].sen, 0);
        assert_int_equal(umi_redeem(&r, &k, &desk, &ask, &err), UMI_ESTATE);
        (void)close_desk(NULL);
        (void)open_desk(NULL);
    }
}

static void a_part_payment_counts_when_redeeming(void **state)
{
    (void)state;
    umi_disbursed d = {0};
    umi_booked k = {0};
    umi_redemption r = {0};
    ready_to_pay("P1", pawn_line);
    assert_int_equal(disburse("P1", "2026-11-01", &d), UMI_OK);
    umi_repay_ask part = {
        T("P1"), {100000000}, T("K"), T("1"), day("2026-11-05")};
    assert_int_equal(umi_repay(&k, &desk, &part, NULL), UMI_OK);
    /* Rp 480,000 rent of the whole term was taken first, then principal */
    assert_int_equal(umi_redeem_price(&r, &desk, T("P1"), desk.today, NULL),
                     UMI_OK);
    assert_int_equal(r.blocks, 2);
    assert_int_equal(r.pays.principal.sen, 448000000);
    assert_int_equal(r.pays.interest.sen, 0);
}

static int64_t balance(const char *role)
{
    umi_query_arg arg = UMI_ARG_INT(UMI_DAY_MAX);
    void *rows = NULL;
    size_t n = 0;
    int64_t sen = 0;
    const umi_chart *chart = NULL;
    assert_int_equal(umi_store_find(desk.store, &umi_gl_balance_query, &arg,
                                    &rows, &n, arena, NULL),
                     UMI_OK);
    assert_int_equal(umi_book_chart(desk.book, &chart, NULL, NULL), UMI_OK);
    const umi_gl_balance *b = rows;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < chart->count; k++)
            if (umi_text_eq(chart->accounts[k].code, b[i].account) &&
                strcmp(umi_role_name(chart->accounts[k].role), role) == 0)
                sen += b[i].debit.sen - b[i].credit.sen;
    return sen;
}

/* Only rent and fees pass through the till. */
static void an_extension_pays_the_rent_and_begins_a_new_term(void **state)
{
    (void)state;
    umi_disbursed d = {0};
    umi_extension x = {0}, y = {0};
    umi_booked k = {0};
    ready_to_pay("P1", pawn_line);
    assert_int_equal(disburse("P1", "2026-07-01", &d), UMI_OK);
    int64_t cash = balance("cash"), clearing = balance("other");
    umi_repay_ask ask = {T("P1"), {0}, T("KASIR"), T("E1"), day("2026-09-01")};
    if (umi_extend(&x, &desk, &ask, arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_true(umi_text_is(x.number, "P1-2"));
    assert_int_equal(x.old.blocks, 5); /* 62 days */
    assert_int_equal(x.pays.sen, 5 * 6000000 + 3500000);
    assert_int_equal(balance("cash") - cash, x.pays.sen);
    assert_int_equal(balance("other"), clearing);
    assert_int_equal(balance("principal"), 500000000);
    assert_int_equal(view(d.transfer.loan).state.status, UMI_LOAN_CLOSED);
    assert_int_equal(show("P1").acts[show("P1").act_count - 1].what,
                     UMI_DEED_EXTEND);
    /* and once more, after a part of the principal was paid */
    umi_repay_ask part = {
        T("P1-2"), {148000000}, T("K"), T("1"), day("2026-10-01")};
    assert_int_equal(umi_repay(&k, &desk, &part, NULL), UMI_OK);
    ask = (umi_repay_ask){.loan = T("P1-2"), .day = day("2026-11-01")};
    if (umi_extend(&y, &desk, &ask, arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_true(umi_text_is(y.number, "P1-3"));
    assert_int_equal(y.principal.sen, 400000000);
    assert_int_equal(balance("principal"), 400000000);
    assert_int_equal(umi_extend(&y, &desk, &ask, arena, &err), UMI_ESTATE);
    ask.loan = T("P1-9");
    assert_int_equal(umi_extend(&y, &desk, &ask, arena, &err), UMI_ENOENT);
}

/* --- memory ---------------------------------------------------------------------- */

typedef enum sweep_step {
    SWEEP_APPLY,
    SWEEP_DECIDE,
    SWEEP_APPROVE,
    SWEEP_BOOK,
    SWEEP_DISBURSE,
    SWEEP_EXTEND,
    SWEEP_REDEEM,
    SWEEP_STEPS
} sweep_step;

static umi_status do_step(sweep_step step, umi_arena *a)
{
    umi_import_result r = {0};
    umi_import_ask ask = text_ask(HEAD);
    umi_book_loan_done done;
    umi_book_loan_ask b = {.application = T("P1"), .expected = desk.today};
    umi_disbursed paid;
    umi_disburse_ask d = {.code = T("P1"), .day = desk.today};
    umi_booked booked;
    umi_repay_ask redeem = {.loan = T("P1"), .day = desk.today};
    umi_extension extended;
    umi_desk other = desk;
    char text[2048];
    other.actor = T("budi");
    switch (step) {
    case SWEEP_APPLY:
        (void)snprintf(text, sizeof text, HEAD "%s", pawn_line);
        ask.text = T(text);
        return umi_apply(&r, &desk, &ask, a, NULL);
    case SWEEP_DECIDE:
        return umi_decide_applications(&desk, T("P1"), (umi_judge_view){0},
                                       keep_decided, NULL, NULL);
    case SWEEP_APPROVE:
        return umi_application_act_on(&other, T("P1"), UMI_ACT_APPROVE,
                                      (umi_text){0}, NULL);
    case SWEEP_BOOK:
        return umi_book_loan(&done, &desk, &b, a, NULL);
    case SWEEP_DISBURSE:
        return umi_disburse(&paid, &desk, &d, a, NULL);
    case SWEEP_EXTEND:
        return umi_extend(&extended, &desk, &redeem, a, NULL);
    case SWEEP_REDEEM:
        redeem.loan = T("P1-2");
        return umi_redeem(NULL, &booked, &desk, &redeem, NULL);
    case SWEEP_STEPS:
        break;
    }
    return UMI_EINTERNAL;
}

static void sweep(sweep_step step)
{
    for (int64_t nth = 1;; nth++) {
        (void)open_desk(NULL);
        for (int before = 0; before < (int)step; before++)
            assert_int_equal(do_step((sweep_step)before, arena), UMI_OK);
        umi_arena *a = umi_arena_new();
        umi_alloc_fail_at(nth, 0);
        umi_status rc = do_step(step, a);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        umi_arena_free(a);
        (void)close_desk(NULL);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        if (!reached) {
            print_message("step %d: %lld allocations\n", (int)step,
                          (long long)nth - 1);
            assert_true(nth > 5);
            break;
        }
    }
}

static void every_allocation_of_a_file_of_payments_may_fail(void **state)
{
    (void)state;
    for (int64_t nth = 1;; nth++) {
        umi_disburse_file f = {0};
        umi_import_ask ask = text_ask("id\nP1\n");
        (void)open_desk(NULL);
        for (int before = 0; before < SWEEP_DISBURSE; before++)
            assert_int_equal(do_step((sweep_step)before, arena), UMI_OK);
        umi_arena *a = umi_arena_new();
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_disburse_from(&f, &desk, &ask, NULL, a, NULL);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        umi_arena_free(a);
        (void)close_desk(NULL);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        if (!reached) {
            assert_true(nth > 20);
            break;
        }
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (int step = 0; step < SWEEP_STEPS; step++)
        sweep((sweep_step)step);
}

#define DESK_TEST(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)

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
        DESK_TEST(money_goes_out_once),
        DESK_TEST(what_is_not_booked_is_not_paid_out),
        DESK_TEST(a_transfer_that_came_back_goes_out_under_a_new_reference),
        DESK_TEST(a_file_pays_each_loan_once),
        DESK_TEST(a_line_that_cannot_be_paid_spoils_no_other),
        DESK_TEST(one_payment_is_taken_once),
        DESK_TEST(rent_is_charged_for_started_blocks),
        DESK_TEST(redemption_leaves_nothing_owed),
        DESK_TEST(a_part_payment_counts_when_redeeming),
        DESK_TEST(an_extension_pays_the_rent_and_begins_a_new_term),
        cmocka_unit_test(every_allocation_of_a_file_of_payments_may_fail),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("ledger/desk: loans", tests, load_all,
                                       free_all);
}
