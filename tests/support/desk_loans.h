/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_DESK_LOANS_H
#define UMI_TESTS_SUPPORT_DESK_LOANS_H

/** @file A desk with two families, a Mekaar group and a KUBE, and acts on their applications in a line each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "ledger/book/loan.h"
#include "ledger/desk/application.h"
#include "ledger/desk/apply.h"
#include "ledger/desk/book_loan.h"
#include "ledger/desk/decide.h"
#include "ledger/desk/disburse.h"
#include "ledger/desk/group_import.h"
#include "ledger/desk/household_import.h"
#include "rules/set/set.h"

#define T(text) umi_text_of(text)

static umi_ruleset *rules;
static umi_set *set;
static umi_arena *arena;
static umi_desk desk; /* of ani */
static umi_error err;
static char path[256]; /* names the files beside a text */

static inline umi_day day(const char *text)
{
    umi_day d = {0};
    assert_true(umi_day_parse(&d, T(text)));
    return d;
}

static inline umi_ruleset *load_rules(const char *text, size_t size)
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

static inline int load_all(void **state)
{
    (void)state;
    const umi_data_file *f = umi_data_find("eligibility.yaml");
    (void)snprintf(path, sizeof path, "%s/desk-loan-%ld.csv",
                   getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp",
                   (long)getpid());
    rules = load_rules(f->text, f->size);
    return umi_set_load(&set, umi_data_all(), NULL) == UMI_OK ? 0 : -1;
}

static inline int free_all(void **state)
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

static inline umi_import_ask text_ask(const char *text)
{
    return (umi_import_ask){.path = path, .text = T(text)};
}

static inline void remove_beside(const char *suffix)
{
    char name[300];
    (void)snprintf(name, sizeof name, "%s%s", path, suffix);
    (void)unlink(name);
}

static inline int open_desk(void **state)
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

static inline int close_desk(void **state)
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

static inline umi_import_result apply(const char *lines)
{
    char text[8192];
    umi_import_result r = {0};
    (void)snprintf(text, sizeof text, HEAD "%s", lines);
    umi_import_ask ask = text_ask(text);
    if (umi_apply(&r, &desk, &ask, arena, &err) != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    return r;
}

static inline void apply_one(const char *line)
{
    assert_int_equal(apply(line).added, 1);
}

static inline umi_application_view show(const char *code)
{
    umi_application_view v = {0};
    assert_int_equal(umi_application_show(&v, &desk, T(code), arena, NULL),
                     UMI_OK);
    return v;
}

static umi_decided last;
static inline umi_status
keep_decided(void *self, const umi_decided *d, umi_error *e)
{
    (void)self;
    (void)e;
    last = *d;
    return UMI_OK;
}

static inline umi_verdict decide(const char *code)
{
    if (umi_decide_applications(&desk, T(code), (umi_judge_view){0},
                                keep_decided, NULL, &err) != UMI_OK)
        fail_msg("%s: %s", err.field, err.message);
    return show(code).decision.status;
}

static inline const umi_disagreement *disagreement(const umi_judgement *j,
                                                   const char *fact)
{
    for (size_t i = 0; i < j->disagreement_count; i++)
        if (umi_text_is(j->disagreements[i].fact, fact))
            return &j->disagreements[i];
    return NULL;
}

/* Judges application @p code without writing. */
static inline umi_judgement judge(const char *code)
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

static inline umi_status act(const char *code,
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

static inline umi_status book(const char *code, umi_book_loan_done *done)
{
    umi_book_loan_ask ask = {.application = T(code),
                             .expected = day("2026-11-25")};
    err = (umi_error){0};
    return umi_book_loan(done, &desk, &ask, arena, &err);
}

static inline void make_ready(const char *code, const char *line)
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

static inline umi_status
disburse(const char *code, const char *on, umi_disbursed *d)
{
    umi_disburse_ask ask = {.code = T(code), .day = day(on)};
    err = (umi_error){0};
    return umi_disburse(d, &desk, &ask, arena, &err);
}

static inline void ready_to_pay(const char *code, const char *line)
{
    umi_book_loan_done d;
    make_ready(code, line);
    if (book(code, &d) != UMI_OK)
        fail_msg("%s", err.message);
}

static inline umi_loan_view view(int64_t loan)
{
    umi_loan_view v;
    assert_int_equal(
        umi_loan_view_of(&v, desk.book, loan, desk.today, arena, NULL), UMI_OK);
    return v;
}

#define DESK_TEST(f) cmocka_unit_test_setup_teardown(f, open_desk, close_desk)

#endif
