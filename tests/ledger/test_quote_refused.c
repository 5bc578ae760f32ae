/* SPDX-License-Identifier: MIT
 * Quotes that are refused name their key; what is read and written again is
 * the same text; every failed allocation is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/quotes.h"
#include "tests/support/random.h"

/* --- refusals ---------------------------------------------------------------------- */

#define GOOD      LENT "'periods':6,'rate':'12','method':'annuity'"
#define FLAT      LENT "'periods':6,'rate':'12','method':'flat'"
#define EQUAL     LENT "'periods':6,'rate':'12','method':'equal_principal'"
#define PAWN      LENT "'rate':'1','rate_per':'period','method':'pawn'"
#define STEP      "'steps':[{'from':'2025-03-01','rate':'5'}]"
#define TRANCHES  "{'date':'2025-01-01','amount':'5'}"
#define UNTIL(a)  "'disbursements':[" TRANCHES "," a "]"
#define DRAWN     "'periods':6,'rate':'12','method':'annuity'"
#define FEE(rest) GOOD ",'fees':[{'code':'a'," rest "}]"

static const struct {
    const char *line, *field;
} refusals[] = {
    {"", ""},
    {"null", ""},
    {"[]", ""},
    {"{", ""},
    {"{} {}", ""},
    {"{}", "principal"},
    {"{'principal':'1','principal':'2'}", "principal"},
    {"{" LENT "'rate':'1','method':'flat'}", "periods"},
    {"{" LENT "'periods':1,'method':'flat'}", "rate"},
    {"{" LENT "'periods':1,'rate':'1'}", "method"},
    {"{'principal':'1','periods':1,'rate':'1','method':'flat'}", "disbursed"},
    {"{" GOOD ",'princpal':'1'}", "princpal"},
    {"{" GOOD ",'id':5}", "id"},
    {"{" GOOD ",'id':null}", "id"},
    {"{" GOOD ",'effective':'true'}", "effective"},
    {"{" GOOD ",'every':null}", "every"},
    {"{" GOOD ",'every':'1'}", "every"},
    {"{" GOOD ",'every':0}", "every"},
    {"{" GOOD ",'every':367}", "every"},
    {"{" GOOD ",'every':1.0}", "every"},
    {"{" GOOD ",'every':1e0}", "every"},
    {"{" GOOD ",'every':true}", "every"},
    {"{" GOOD ",'every':99999999999999999999}", "every"},
    {"{" GOOD ",'unit':'fortnight'}", "unit"},
    {"{" GOOD ",'unit':1}", "unit"},
    {"{" GOOD ",'unit':'Month'}", "unit"},
    {"{" GOOD ",'rate_per':'quarter'}", "rate_per"},
    {"{" GOOD ",'rate_per':'period','day_count':'act/365'}", "day_count"},
    {"{" GOOD ",'rate_per':'term'," STEP "}", "steps"},
    {"{" GOOD ",'day_count':'act/366'}", "day_count"},
    {"{" GOOD ",'level_from':''}", "level_from"},
    {"{" GOOD ",'carry':'no'}", "carry"},
    {"{" GOOD ",'residue':'middle'}", "residue"},
    {"{" GOOD ",'adjust':'best'}", "adjust"},
    {"{" GOOD ",'first_due':'2025-01-01'}", "first_due"},
    {"{" GOOD ",'first_due':'2024-12-31'}", "first_due"},
    {"{" GOOD ",'first_due':'2025-02-30'}", "first_due"},
    {"{" GOOD ",'first_due':'3000-01-01'}", "first_due"},
    {"{" GOOD ",'first_due':20250201}", "first_due"},
    {"{" GOOD ",'first_due':null}", "first_due"},
    {"{" GOOD ",'round':{'unit':'0','mode':'up'}}", "round.unit"},
    {"{" GOOD ",'round':{'unit':'-1','mode':'up'}}", "round.unit"},
    {"{" GOOD ",'round':{'unit':1,'mode':'up'}}", "round.unit"},
    {"{" GOOD ",'round':{'unit':'1','mode':'sideways'}}", "round.mode"},
    {"{" GOOD ",'round':{'unit':'1','mode':'up','to':1}}", "round.to"},
    {"{" GOOD ",'round':'1'}", "round"},
    {"{" GOOD ",'payment_round':[]}", "payment_round"},
    {"{" GOOD ",'payment_round':{'unit':'0.001','mode':'up'}}",
     "payment_round.unit"},
    {"{" GOOD ",'grace':2}", "grace"},
    {"{" GOOD ",'grace':{'principal':6}}", "grace.principal"},
    {"{" GOOD ",'grace':{'principal':-1}}", "grace.principal"},
    {"{" GOOD ",'grace':{'principal':'1'}}", "grace.principal"},
    {"{" FLAT ",'grace':{'interest':6}}", "grace.interest"},
    {"{" GOOD ",'grace':{'interest':1}}", "grace.interest"},
    {"{" EQUAL ",'grace':{'interest':1,'interest_mode':'capitalise'}}",
     "grace.interest"},
    {"{" FLAT ",'grace':{'interest':1,'interest_mode':'capitalise'}}",
     "grace.interest_mode"},
    {"{" GOOD ",'grace':{'interest_mode':'forget'}}", "grace.interest_mode"},
    {"{" GOOD ",'grace':{'capital':1}}", "grace.capital"},
    {"{" GOOD ",'flat_equivalent_digits':13}", "flat_equivalent_digits"},
    {"{" GOOD ",'steps':{}}", "steps"},
    {"{" GOOD ",'steps':[5]}", "steps"},
    {"{" GOOD ",'steps':[{'from':'2025-03-01'}]}", "steps.rate"},
    {"{" GOOD ",'steps':[{'rate':'5'}]}", "steps.from"},
    {"{" GOOD ",'steps':[{'from':'2025-03-01','rate':'5','to':'6'}]}",
     "steps.to"},
    {"{" GOOD ",'steps':[{'from':'2025-03-01','rate':'5'},{'from':'2025-03-01',"
     "'rate':'5'}]}",
     "steps.from"},
    {"{" GOOD ",'steps':[{'from':'2025-03-01','rate':'-5'}]}", "steps.rate"},
    {"{" GOOD ",'calendar':'moon'}", "calendar"},
    {"{" GOOD ",'calendar':7}", "calendar"},
    {"{" GOOD ",'shift':'following'}", "calendar"},
    {"{" GOOD ",'calendar':'sundays','shift':'forward'}", "shift"},
    {"{'principal':'9','disbursed':'2025-03-30','unit':'day','periods':3,"
     "'rate':'1','method':'flat','calendar':'sundays','shift':'following'}",
     "shift"},
    {"{" GOOD ",'fees':{}}", "fees"},
    {"{" FEE("'amount':'5'") "}", "fees.due"},
    {"{" GOOD ",'fees':[{'amount':'5','due':1}]}", "fees.code"},
    {"{" FEE("'due':1") "}", "fees.amount"},
    {"{" FEE("'due':1,'amount':'5','percent':'5'") "}", "fees.percent"},
    {"{" FEE("'due':0,'amount':'5'") "}", "fees.due"},
    {"{" FEE("'due':7,'amount':'5'") "}", "fees.due"},
    {"{" FEE("'due':'1','amount':'5'") "}", "fees.due"},
    {"{" FEE("'due':'never','amount':'5'") "}", "fees.due"},
    {"{" FEE("'due':1,'amount':'-5'") "}", "fees.amount"},
    {"{" FEE("'due':1,'percent':'-5'") "}", "fees.percent"},
    {"{'principal':'0','disbursed':'2025-01-01'," DRAWN "}", "principal"},
    {"{'principal':'-1','disbursed':'2025-01-01'," DRAWN "}", "principal"},
    {"{'principal':1000,'disbursed':'2025-01-01'," DRAWN "}", "principal"},
    {"{'principal':'1e6','disbursed':'2025-01-01'," DRAWN "}", "principal"},
    {"{'principal':'NaN','disbursed':'2025-01-01'," DRAWN "}", "principal"},
    {"{'principal':'1.000.000','disbursed':'2025-01-01'," DRAWN "}",
     "principal"},
    {"{'principal':'1.005','disbursed':'2025-01-01'," DRAWN "}", "principal"},
    {"{'principal':' 1','disbursed':'2025-01-01'," DRAWN "}", "principal"},
    {"{'principal':'92233720368547758.08','disbursed':'2025-01-01'," DRAWN "}",
     "principal"},
    {"{'principal':'9999999999999999999','disbursed':'2025-01-01'," DRAWN "}",
     "principal"},
    {"{'principal':'92233720368547758.07','disbursed':'2025-01-01'," DRAWN "}",
     "principal"}, /* with interest it does not fit */
    {"{'principal':'1','disbursed':'2025-02-29'," DRAWN "}", "disbursed"},
    {"{'principal':'1','disbursed':'1899-12-31'," DRAWN "}", "disbursed"},
    {"{'principal':'1','disbursed':'2025-1-1'," DRAWN "}", "disbursed"},
    {"{'principal':'1','disbursed':'2999-08-01'," DRAWN "}", "periods"},
    {"{" LENT "'periods':0,'rate':'1','method':'flat'}", "periods"},
    {"{" LENT "'periods':1000000,'rate':'1','method':'flat'}", "periods"},
    {"{" LENT "'periods':3661,'rate':'1','method':'flat'}", "periods"},
    {"{" LENT "'periods':3660,'unit':'year','rate':'1','method':'flat'}",
     "periods"},
    {"{" LENT "'periods':1,'rate':'1000000','method':'flat'}", "rate"},
    {"{" LENT "'periods':1,'rate':'0.0000000000001','method':'flat'}", "rate"},
    {"{" LENT "'periods':1,'rate':'-1','method':'flat'}", "rate"},
    {"{" LENT "'periods':1,'rate':'1%','method':'flat'}", "rate"},
    {"{" LENT "'periods':1,'rate':6,'method':'flat'}", "rate"},
    {"{" LENT "'periods':1,'rate':'.5','method':'flat'}", "rate"},
    {"{" LENT "'periods':1,'rate':'1','method':'Flat'}", "method"},
    {"{" LENT "'periods':1,'rate':'1','method':5}", "method"},
    {"{" UNTIL("5") "," DRAWN "}", "disbursements"},
    {"{'disbursements':[]," DRAWN "}", "disbursements"},
    {"{'disbursements':{}," DRAWN "}", "disbursements"},
    {"{'disbursements':[{'date':'2025-01-01'}]," DRAWN "}",
     "disbursements.amount"},
    {"{" UNTIL("{'date':'2025-01-01','amount':'5'}") "," DRAWN "}",
     "disbursements.date"},
    {"{" UNTIL("{'date':'2025-07-01','amount':'5'}") "," DRAWN "}",
     "disbursements.date"},
    {"{" UNTIL("{'date':'2025-02-01','amount':'0'}") "," DRAWN "}",
     "disbursements.amount"},
    {"{" UNTIL("{'date':'2025-02-01','amount':'92233720368547758'}") "," DRAWN
                                                                     "}",
     "disbursements"},
    {"{'disbursed':'2025-01-02'," UNTIL(
         "{'date':'2025-02-01','amount':'5'}") "," DRAWN "}",
     "disbursed"},
    {"{'principal':'5','disbursements':[" TRANCHES "]," DRAWN "}",
     "disbursements"},
    {"{" UNTIL("{'date':'2025-02-01','amount':'5'}") ",'periods':6,'rate':"
                                                     "'12','method':'flat'}",
     "disbursements"},
    {"{" UNTIL("{'date':'2025-02-01','amount':'5'}") ",'residue':'first'," DRAWN
                                                     "}",
     "residue"},
    {"{" UNTIL(
         "{'date':'2025-02-01','amount':'5'}") ",'adjust':'closest'," DRAWN "}",
     "adjust"},
    {"{" GOOD ",'residue':'first'," STEP "}", "residue"},
    {"{" GOOD ",'residue':'first','grace':{'principal':2,'interest':1,"
     "'interest_mode':'capitalise'}}",
     "residue"},
    {"{" EQUAL ",'residue':'first','payment_round':{'unit':'1','mode':'up'}}",
     "residue"},
    {"{" EQUAL ",'residue':'first','round':{'unit':'1000','mode':'up'}}",
     "residue"},
    {"{" EQUAL ",'residue':'spread','round':{'unit':'3000','mode':'up'}}",
     "residue"},
    {"{" FLAT ",'adjust':'closest'}", "adjust"},
    {"{" GOOD ",'adjust':'closest'," STEP "}", "adjust"},
    {"{" LENT "'periods':6,'rate':'12','method':'flat_equivalent','day_count':"
     "'act/365'}",
     "day_count"},
    {"{" LENT "'periods':6,'rate':'12','method':'flat_equivalent'," STEP "}",
     "steps"},
    {"{" LENT "'periods':6,'rate':'12','method':'flat_equivalent','grace':{"
     "'principal':1}}",
     "grace"},
    {"{" LENT "'rate':'1','method':'pawn'}", "rate_per"},
    {"{" PAWN ",'periods':2}", "periods"},
    {"{" PAWN ",'every':1}", "every"},
    {"{" PAWN ",'unit':'month'}", "unit"},
    {"{" PAWN ",'first_due':'2025-02-01'}", "first_due"},
    {"{" PAWN ",'grace':{}}", "grace"},
    {"{" PAWN ",'steps':[]}", "steps"},
    {"{" PAWN ",'block_days':0}", "block_days"},
    {"{" PAWN ",'term_days':3661}", "term_days"},
    {"{'disbursements':[" TRANCHES "],'rate':'1','rate_per':'period','method':"
     "'pawn'}",
     "disbursements"},
    {"{'principal':'5','disbursed':'2999-12-01','rate':'1','rate_per':'period',"
     "'method':'pawn'}",
     "term_days"},
};

/* The dates of rows are written one from the other. */
static void due_dates_are_written_as_they_are(void **state)
{
    (void)state;
    chance c = chance_begin("due_dates_are_written_as_they_are", 7);
    enum {
        ROWS = 40
    };
    umi_row rows[ROWS] = {{0}};
    umi_schedule s = {.rows = rows, .count = ROWS};
    umi_buf out = {0};
    for (int round = 0; round < 2000; round++) {
        int32_t most = round % 3 == 0 ? 32 : round % 3 == 1 ? 70 : 3000;
        int32_t day = (int32_t)chance_in(&c, -25567, 250000);
        for (int i = 0; i < ROWS; i++, day += (int32_t)chance_in(&c, 0, most))
            rows[i] = (umi_row){.n = i + 1, .due = {day}};
        if (round % 5 == 0) /* no schedule has it, but a date is a date */
            rows[9].due.n = rows[8].due.n - 1;
        out.len = 0;
        umi_schedule_write(&out, &s);
        const char *p = out.ptr;
        for (int i = 0; i < ROWS; i++) {
            char want[UMI_DAY_TEXT];
            (void)umi_day_write(want, rows[i].due);
            p = strstr(p, "\"due\":\"") + 7;
            assert_memory_equal(p, want, UMI_DAY_TEXT - 1);
        }
    }
    umi_buf_free(&out);
}

static void refusals_name_their_key(void **state)
{
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0};
    int wrong = 0;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        umi_error err = {0};
        umi_status rc =
            ask(arena, answer_line(arena, refusals[i].line), &out, &err);
        if (rc == UMI_OK || strcmp(err.field, refusals[i].field) != 0 ||
            err.message[0] == '\0') {
            print_message("%s\n  got %d '%s' %s, expected '%s'\n",
                          refusals[i].line, rc, err.field, err.message,
                          refusals[i].field);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    umi_buf_free(&out);
    umi_arena_free(arena);
    (void)state;
}

static void a_rate_of_a_thousand_digits_is_refused(void **state)
{
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0}, line = {0};
    umi_error err = {0};
    umi_buf_puts(&line, "{'principal':'1','disbursed':'2025-01-01','periods':1,"
                        "'method':'flat','rate':'0.");
    for (int i = 0; i < 1000; i++)
        umi_buf_putc(&line, '1');
    umi_buf_bytes(&line, "'}", 3); /* with its NUL */
    assert_int_equal(ask(arena, answer_line(arena, line.ptr), &out, &err),
                     UMI_EINVAL);
    assert_string_equal(err.field, "rate");
    umi_buf_free(&line);
    umi_buf_free(&out);
    umi_arena_free(arena);
    (void)state;
}

/* --- properties --------------------------------------------------------------------- */

static umi_rate some_rate(chance *c)
{
    return umi_rate_of(chance_in(c, 0, 4000), 10000);
}

static umi_rounding some_round(chance *c)
{
    static const int64_t units[] = {1, 5, 100, 10000, 100000};
    return (umi_rounding){{units[chance_in(c, 0, COUNT(units) - 1)]},
                          (umi_round_mode)chance_in(c, 0, UMI_ROUND_FLOOR)};
}

/* Terms that may contradict each other. */
static umi_terms
some_terms(chance *c, umi_tranche *tranches, umi_step *steps, umi_fee *fees)
{
    umi_terms t = umi_terms_default();
    t.principal.sen = chance_in(c, 1, 1000000000);
    t.disbursed.n = (int32_t)chance_in(c, 18000, 22000);
    t.periods = (int32_t)chance_in(c, 1, 40);
    t.every = chance_one_in(c, 3) ? (int32_t)chance_in(c, 1, 6) : 1;
    t.unit = (umi_unit)chance_in(c, 0, UMI_UNIT_YEAR);
    t.rate = some_rate(c);
    t.rate_per = (umi_rate_per)chance_in(c, 0, UMI_PER_TERM);
    t.method = (umi_method)chance_in(c, 0, UMI_BULLET);
    t.day_count = (umi_day_count)chance_in(c, 0, UMI_COUNT_ACT_ACT);
    t.level_from = (umi_level_from)chance_in(c, 0, 1);
    t.round = some_round(c);
    t.has_payment_round = chance_one_in(c, 3);
    if (t.has_payment_round)
        t.payment_round = some_round(c);
    t.carry = (umi_carry)chance_in(c, 0, 1);
    t.residue = (umi_residue)chance_in(c, 0, UMI_RESIDUE_SPREAD);
    t.adjust = (umi_adjust)chance_one_in(c, 4);
    t.grace_principal = (int32_t)chance_in(c, 0, 3);
    t.grace_interest = (int32_t)chance_in(c, 0, 3);
    if (t.grace_interest > 0)
        t.grace_mode = (umi_grace_mode)chance_in(c, 0, UMI_GRACE_WAIVE);
    t.has_first_due = chance_one_in(c, 4);
    if (t.has_first_due)
        t.first_due.n = t.disbursed.n + (int32_t)chance_in(c, 1, 60);
    if (chance_one_in(c, 4)) {
        *steps = (umi_step){{t.disbursed.n + (int32_t)chance_in(c, -9, 400)},
                            some_rate(c)};
        t.steps = steps;
        t.step_count = 1;
    }
    if (chance_one_in(c, 4)) {
        tranches[0] = (umi_tranche){t.disbursed, t.principal};
        tranches[1] =
            (umi_tranche){{t.disbursed.n + (int32_t)chance_in(c, 1, 400)},
                          {chance_in(c, 1, 1000000)}};
        t.tranches = tranches;
        t.tranche_count = 2;
        t.principal.sen += tranches[1].amount.sen;
    }
    if (chance_one_in(c, 4)) {
        *fees = (umi_fee){UMI_TEXT("fee"),
                          chance_one_in(c, 2),
                          {chance_in(c, 0, 100000)},
                          {1, 100},
                          (int32_t)chance_in(c, -1, t.periods)};
        if (fees->percent)
            fees->amount.sen = 0;
        t.fees = fees;
        t.fee_count = 1;
    }
    if (chance_one_in(c, 4)) {
        t.calendar = &sundays;
        t.shift = (umi_shift)chance_in(c, 0, UMI_SHIFT_PRECEDING);
    }
    return t;
}

/* What was read from a canonical text is written as the same text, and has
 * the same schedule. */
static void the_canonical_text_is_a_fixed_point(void **state)
{
    chance c = chance_begin("the_canonical_text_is_a_fixed_point", 4);
    umi_arena *arena = umi_arena_new();
    umi_buf once = {0}, twice = {0};
    umi_row rows[2][64];
    int same = 0, rounds = chance_rounds(5000);
    for (int i = 0; i < rounds; i++) {
        umi_tranche tranches[2];
        umi_step step;
        umi_fee fee;
        umi_schedule s[2];
        umi_error err = {0};
        umi_json *o;
        umi_terms t = some_terms(&c, tranches, &step, &fee), back;
        if (umi_schedule_build(&s[0], rows[0], 64, &t, NULL) != UMI_OK)
            continue;
        once.len = twice.len = 0;
        umi_terms_write(&once, &t);
        umi_status rc = umi_json_parse(&o, umi_buf_as_text(&once), arena, &err);
        assert_int_equal(rc, UMI_OK);
        rc = umi_terms_bind(&back, o, &opts, arena, &err);
        if (rc != UMI_OK)
            print_message("%.*s\n%s: %s\n", (int)once.len, once.ptr, err.field,
                          err.message);
        assert_int_equal(rc, UMI_OK);
        umi_terms_write(&twice, &back);
        assert_true(
            umi_text_eq(umi_buf_as_text(&once), umi_buf_as_text(&twice)));
        assert_int_equal(umi_schedule_build(&s[1], rows[1], 64, &back, NULL),
                         UMI_OK);
        once.len = twice.len = 0;
        umi_schedule_write(&once, &s[0]);
        umi_schedule_write(&twice, &s[1]);
        assert_true(
            umi_text_eq(umi_buf_as_text(&once), umi_buf_as_text(&twice)));
        umi_arena_reset(arena);
        same++;
    }
    assert_true(same > rounds / 20);
    umi_buf_free(&once);
    umi_buf_free(&twice);
    umi_arena_free(arena);
    (void)state;
}

static void defaults_are_not_written(void **state)
{
    umi_arena *arena = umi_arena_new();
    umi_json *o;
    umi_terms t;
    umi_buf b = {0};
    umi_text line = answer_line(
        arena, "{'rate':'6.50','every':1,'unit':'month','periods':12,"
               "'disbursements':[{'amount':'10000000.00','date':'2026-01-15'}],"
               "'grace':{},'fees':[],'method':'annuity','residue':'last'}");
    assert_int_equal(umi_json_parse(&o, line, arena, NULL), UMI_OK);
    assert_int_equal(umi_terms_bind(&t, o, NULL, arena, NULL), UMI_OK);
    umi_terms_write(&b, &t);
    umi_buf_putc(&b, '\0');
    assert_string_equal(b.ptr,
                        answer_line(arena, "{'method':'annuity','principal':'"
                                           "10000000','disbursed':'2026-01-15',"
                                           "'periods':12,'rate':'6.5'}")
                            .ptr);
    umi_buf_free(&b);
    umi_arena_free(arena);
    (void)state;
}

/* --- memory --------------------------------------------------------------------------- */

static const char *const costly[] = {
    "{" GOOD ",'effective':true,'fees':[{'code':'a','amount':'5','due':'each'}"
    "]}",
    "{" LENT "'periods':60,'rate':'12.345678','method':'annuity','residue':"
    "'spread'," STEP ",'effective':true}",
    "{" LENT "'periods':400,'unit':'day','rate':'12.3456789','method':"
    "'annuity','day_count':'act/act'}",
    "{" LENT "'periods':6,'rate':'12','method':'flat_equivalent'}",
};

static void every_failed_allocation_is_told(void **state)
{
    for (size_t i = 0; i < COUNT(costly); i++) {
        umi_buf out = {0};
        umi_status rc = UMI_ENOMEM;
        int64_t n = 0;
        umi_arena *lines = umi_arena_new();
        umi_text line = answer_line(lines, costly[i]);
        while (rc == UMI_ENOMEM || out.failed) {
            umi_error err = {0};
            umi_buf_free(&out);
            umi_arena *arena = umi_arena_new();
            umi_alloc_fail_at(++n, true);
            rc = umi_quote_answer(&out, line, &opts, arena, &err);
            umi_alloc_fail_at(0, 0);
            umi_arena_free(arena);
            assert_true(rc == UMI_OK || rc == UMI_ENOMEM);
        }
        assert_true(n > 3);
        umi_buf_free(&out);
        umi_arena_free(lines);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(due_dates_are_written_as_they_are),
        cmocka_unit_test(refusals_name_their_key),
        cmocka_unit_test(a_rate_of_a_thousand_digits_is_refused),
        cmocka_unit_test(the_canonical_text_is_a_fixed_point),
        cmocka_unit_test(defaults_are_not_written),
        cmocka_unit_test(every_failed_allocation_is_told),
    };
    return cmocka_run_group_tests_name("ledger/quote_refused", tests, NULL,
                                       NULL);
}
