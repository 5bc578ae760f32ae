/* SPDX-License-Identifier: MIT
 * Quotes from outside: published schedules, rules, dates, fees and rates come
 * out as they are known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/files.h"
#include "tests/support/quotes.h"

/* --- published figures --------------------------------------------------------- */

/* A file of cases, one a line: each input gives what it expects.  Of long
 * ones every second is asked for when time is short. */
static void check_cases(const char *name, int cases)
{
    int stride = getenv("BRIEF") != NULL && strstr(name, "extremes") ? 2 : 1;
    umi_text file = file_read("tests/vectors", name), rest = file;
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0};
    int count = 0, wrong = 0;
    while (rest.len > 0) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        umi_text line = {rest.ptr, (size_t)(end - rest.ptr)};
        rest = (umi_text){end + 1, rest.len - line.len - 1};
        umi_json *c, *got;
        umi_error err = {0};
        if (++count % stride != 0)
            continue;
        assert_int_equal(umi_json_parse(&c, line, arena, &err), UMI_OK);
        umi_text input = answer_text(arena, umi_json_get(c, "input"));
        assert_int_equal(ask(arena, input, &out, &err), UMI_OK);
        assert_int_equal(
            umi_json_parse(&got, umi_buf_as_text(&out), arena, &err), UMI_OK);
        if (!answer_fits(arena, umi_json_get(c, "expect"), got)) {
            print_message("%.*s\n", UMI_SHOW(umi_json_get(c, "id")->text));
            wrong++;
        }
        umi_arena_reset(arena);
    }
    assert_int_equal(count, cases);
    assert_int_equal(wrong, 0);
    umi_buf_free(&out);
    umi_arena_free(arena);
    free((char *)file.ptr);
}

static void published_schedules_come_out(void **state)
{
    check_cases("quote.jsonl", 199);
    (void)state;
}

/* Instalments as institutions and the press print them: group "right" comes
 * out as printed, group "wrong" with the figure that would be right. */
static void printed_tables_come_out(void **state)
{
    check_cases("tables.jsonl", 33);
    (void)state;
}

/* Grace, steps, tranches, fees, carries and roundings all at once: every
 * figure of every row, computed apart from this code by the written rules. */
static void rules_hold_together(void **state)
{
    check_cases("mixed.jsonl", 58);
    (void)state;
}

/* The longest and steepest terms, whose exact figures were once found in
 * seconds and minutes with whole fractions; here they take milliseconds. */
static void extremes_come_out(void **state)
{
    check_cases("extremes.jsonl", 16);
    (void)state;
}

/* --- the rules ------------------------------------------------------------------ */

/* Rows as "principal interest balance", then the payment. */
static const struct {
    const char *rule, *terms, *want;
} rules[] = {
    {"2: the factor of a period, however long the first one is",
     LENT "'first_due':'2025-03-15','periods':1,'rate':'12','method':'bullet'",
     "1000 10 0, null"},
    {"2: a rate per term is divided by the periods",
     LENT "'periods':4,'rate':'8','rate_per':'term','method':'bullet'",
     "0 20 1000, 0 20 1000, 0 20 1000, 1000 20 0, null"},
    {"3: 30/360 of a month with 31 days",
     "'principal':'360000','disbursed':'2025-01-31','periods':1,'rate':'1',"
     "'unit':'day','every':59,'day_count':'30/360','method':'bullet'",
     "360000 600 0, null"},         /* to 31 March: 60 days */
    {"3: 30/360 and a 28 February", /* 33 days, then 30 */
     "'principal':'100000','disbursed':'2024-02-28','first_due':'2024-03-31',"
     "'periods':2,'rate':'36','day_count':'30/360','method':'bullet'",
     "0 3300 100000, 100000 3000 0, null"},
    {"3: 30E/360 and a 28 February", /* 32 days, then 30 */
     "'principal':'100000','disbursed':'2024-02-28','first_due':'2024-03-31',"
     "'periods':2,'rate':'36','day_count':'30E/360','method':'bullet'",
     "0 3200 100000, 100000 3000 0, null"},
    {"3: 31 December is in its own year", /* 1/365 + 1/366 of 133,590 */
     "'principal':'133590','disbursed':'2023-12-31','periods':1,'rate':'100',"
     "'unit':'day','every':2,'day_count':'act/act','method':'bullet'",
     "133590 731 0, null"},
    {"2: the level payment of the nominal rate, interest by days",
     LENT "'first_due':'2025-04-01','periods':2,'rate':'36.5','day_count':"
          "'act/365','level_from':'nominal','method':'annuity'",
     "433 90 567, 567 17 0, 523"},
    {"4: the last row takes the whole balance",
     LENT "'periods':3,'rate':'12','method':'annuity'",
     "330 10 670, 333 7 337, 337 3 0, 340"},
    {"5: payment_round changes principal, not interest",
     "'principal':'100','disbursed':'2025-01-01','periods':3,'rate':'10',"
     "'rate_per':'term','method':'flat','payment_round':{'unit':'10','mode':"
     "'up'}",
     "37 3 63, 37 3 26, 26 4 0, 40"},
    {"7: the exact balance is carried",
     LENT "'periods':3,'rate':'24','method':'annuity','carry':'unrounded'",
     "327 20 673, 333 13 340, 340 7 0, 347"}, /* else 334 13 339 */
    {"7: only what is shown is rounded: deferred interest too",
     "'principal':'145','disbursed':'2025-01-01','periods':4,'rate':'12',"
     "'method':'bullet','carry':'unrounded','grace':{'interest':2}",
     "0 0 145, 0 0 145, 0 4 145, 145 1 0, null"},
    {"8: the first row takes the residue of an annuity",
     LENT "'periods':4,'rate':'120','method':'annuity','residue':'first'",
     "218 100 782, 236 79 546, 260 55 286, 286 29 0, 315"},
    {"8: the first share is what the others leave",
     LENT "'periods':3,'rate':'12','method':'equal_principal','residue':"
          "'first'",
     "334 10 666, 333 7 333, 333 3 0, null"},
    {"9: flat interest is rounded once as a total",
     "'principal':'100','disbursed':'2025-01-01','periods':3,'rate':'5',"
     "'rate_per':'term','method':'flat'",
     "33 2 67, 33 2 34, 34 1 0, 35"},
    {"9: no row takes more than is left of the total",
     "'principal':'100','disbursed':'2025-01-01','periods':4,'rate':'5',"
     "'rate_per':'term','method':'flat','round':{'unit':'1','mode':'up'}",
     "25 2 75, 25 2 50, 25 1 25, 25 0 0, 27"},
    {"8, 9: the first row takes the residue",
     "'principal':'100','disbursed':'2025-01-01','periods':3,'rate':'5',"
     "'rate_per':'term','method':'flat','residue':'first'",
     "34 1 66, 33 2 33, 33 2 0, 35"},
    {"8: spread rounds running totals",
     "'principal':'100','disbursed':'2025-01-01','periods':3,'rate':'5',"
     "'rate_per':'term','method':'flat','residue':'spread'",
     "33 2 67, 34 1 33, 33 2 0, 35"},
    {"5: the level payment, up to 50",
     LENT "'periods':3,'rate':'12','method':'annuity','payment_round':{'unit':"
          "'50','mode':'up'}",
     "340 10 660, 343 7 317, 317 3 0, 350"},
    {"5: each row of equal shares, up to 50",
     LENT "'periods':3,'rate':'12','method':'equal_principal','payment_round':{"
          "'unit':'50','mode':'up'}",
     "340 10 660, 343 7 317, 317 3 0, null"},
    {"5: a bullet does not look at it",
     LENT "'periods':2,'rate':'12','method':'bullet','payment_round':{'unit':"
          "'50','mode':'up'}",
     "0 10 1000, 1000 10 0, null"},
    {"10: without adjust the last pays 3 more than 315",
     LENT "'periods':4,'rate':'120','method':'annuity'",
     "215 100 785, 236 79 549, 260 55 289, 289 29 0, 315"},
    {"10: with 316 it pays 2 less",
     LENT "'periods':4,'rate':'120','method':'annuity','adjust':'closest'",
     "216 100 784, 238 78 546, 261 55 285, 285 29 0, 316"},
    {"11: 12 % over two months is 0.7525 % flat, to two digits 0.75 %",
     "'principal':'10000','disbursed':'2025-01-01','periods':2,'rate':'12',"
     "'method':'flat_equivalent','flat_equivalent_digits':2",
     "5000 75 5000, 5000 75 0, 5075"},
    {"13: deferred interest stands on top of the level payment",
     LENT "'periods':3,'rate':'12','method':'annuity','grace':{'principal':1,"
          "'interest':1}",
     "0 0 1000, 498 20 502, 502 5 0, 508"},
    {"13: deferred interest is that of each row: 1.45, shown as 1, thrice",
     "'principal':'145','disbursed':'2025-01-01','periods':4,'rate':'12',"
     "'method':'bullet','grace':{'interest':2}",
     "0 0 145, 0 0 145, 0 3 145, 145 1 0, null"},
    {"9, 13: but flat interest adds before rounding: 4.35",
     "'principal':'145','disbursed':'2025-01-01','periods':4,'rate':'12',"
     "'method':'flat','grace':{'interest':2}",
     "36 0 109, 36 0 73, 36 4 37, 37 2 0, 37"},
    {"13: capitalised interest is repaid before principal, as interest",
     LENT "'periods':3,'rate':'120','method':'annuity','grace':{'principal':1,"
          "'interest':1,'interest_mode':'capitalise'}",
     "0 0 1000, 424 210 576, 576 58 0, 634"},
    {"13: equal shares of principal and capitalised interest",
     LENT "'periods':3,'rate':'120','method':'equal_principal','grace':{"
          "'principal':1,'interest':1,'interest_mode':'capitalise'}",
     "0 0 1000, 450 210 550, 550 55 0, null"},
    {"13: a bullet pays capitalised interest at the end",
     LENT "'periods':3,'rate':'120','method':'bullet','grace':{'interest':2,"
          "'interest_mode':'capitalise'}",
     "0 0 1000, 0 0 1000, 1000 331 0, null"},
    {"13: waived interest is not charged",
     LENT "'periods':4,'rate':'12','method':'flat','grace':{'interest':1,"
          "'interest_mode':'waive'}",
     "250 0 750, 250 10 500, 250 10 250, 250 10 0, 260"},
    {"9, 13: deferred flat interest",
     LENT "'periods':4,'rate':'12','method':'flat','grace':{'interest':2}",
     "250 0 750, 250 0 500, 250 30 250, 250 10 0, 260"},
    {"14: by days a period is split at the step",
     "'principal':'3600','disbursed':'2025-01-01','periods':1,'unit':'day',"
     "'every':90,'rate':'12','day_count':'act/360','method':'bullet','steps':[{"
     "'from':'2025-01-31','rate':'24'}]",
     "3600 180 0, null"},
    {"14: by periods the rate of the first day holds",
     LENT "'periods':3,'rate':'12','method':'bullet','steps':[{'from':"
          "'2025-02-15','rate':'24'}]",
     "0 10 1000, 0 10 1000, 1000 20 0, null"},
    {"14: the level payment is found anew",
     LENT "'periods':3,'rate':'0','method':'annuity','steps':[{'from':"
          "'2025-02-01','rate':'120'}]",
     "333 0 667, 317 67 350, 350 35 0, 333"},
    {"15: a tranche bears interest from its date",
     "'disbursements':[{'date':'2025-04-01','amount':'1000'},{'date':"
     "'2025-04-16','amount':'1000'}],'periods':2,'rate':'12','method':'bullet'",
     "0 15 2000, 2000 20 0, null"},
    {"15: the share is found anew in the row that starts with the tranche",
     "'disbursements':[{'date':'2025-04-01','amount':'900'},{'date':"
     "'2025-05-01','amount':'200'}],'periods':3,'rate':'0','method':"
     "'equal_principal'",
     "300 0 600, 400 0 400, 400 0 0, null"},
    {"15: ... and not within a row",
     "'disbursements':[{'date':'2025-04-01','amount':'900'},{'date':"
     "'2025-05-02','amount':'200'}],'periods':3,'rate':'0','method':"
     "'equal_principal'",
     "300 0 600, 300 0 500, 500 0 0, null"},
    {"17: rent per started block",
     LENT "'rate':'0.95','rate_per':'period','method':'pawn','term_days':16",
     "1000 19 0, null"},
    {"19: amounts with sen",
     "'principal':'0.01','disbursed':'2025-01-01','periods':1,'rate':'0',"
     "'method':'flat'",
     "0.01 0 0, 0"},
};

/* "principal interest balance, ..., payment" */
static void summary(umi_buf *b, const umi_json *got)
{
    static const char *const keys[] = {"principal", "interest", "balance"};
    b->len = 0;
    const umi_json *row = umi_json_get(got, "rows")->first;
    for (; row != NULL; row = row->next)
        for (size_t i = 0; i < COUNT(keys); i++) {
            umi_buf_text(b, umi_json_get(row, keys[i])->text);
            umi_buf_puts(b, i < 2 ? " " : ", ");
        }
    const umi_json *payment = umi_json_get(got, "payment");
    umi_buf_text(b, payment->type == UMI_JSON_NULL ? UMI_TEXT("null")
                                                   : payment->text);
}

static void every_rule_has_its_figures(void **state)
{
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0}, said = {0};
    int wrong = 0;
    for (size_t i = 0; i < COUNT(rules); i++) {
        char line[1024];
        umi_json *got;
        umi_error err = {0};
        (void)snprintf(line, sizeof line, "{%s}", rules[i].terms);
        umi_status rc = ask(arena, answer_line(arena, line), &out, &err);
        if (rc != UMI_OK)
            print_message("%s: %s: %s\n", rules[i].rule, err.field,
                          err.message);
        assert_int_equal(rc, UMI_OK);
        assert_int_equal(
            umi_json_parse(&got, umi_buf_as_text(&out), arena, &err), UMI_OK);
        summary(&said, got);
        if (!umi_text_is(umi_buf_as_text(&said), rules[i].want)) {
            print_message("%s\n  got      %.*s\n  expected %s\n", rules[i].rule,
                          (int)said.len, said.ptr, rules[i].want);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    umi_buf_free(&out);
    umi_buf_free(&said);
    umi_arena_free(arena);
    (void)state;
}

/* --- dates, fees, rates ----------------------------------------------------------- */

static const struct {
    const char *claim, *terms, *part;
} answers[] = {
    {"1: the day of month never drifts",
     "'principal':'4','disbursed':'2024-01-31','periods':3,'rate':'0','method':"
     "'flat'",
     "'due':'2024-02-29','days':29,|'due':'2024-03-31','days':31,|'due':'2024-"
     "04-30','days':30,"},
    {"1: first_due keeps its own day",
     "'principal':'4','disbursed':'2024-01-15','first_due':'2024-01-31',"
     "'periods':2,'rate':'0','method':'flat'",
     "'due':'2024-01-31','days':16,|'due':'2024-02-29','days':29,"},
    {"16: fees of rows and of the disbursement",
     LENT "'periods':2,'rate':'0','method':'flat','fees':[{'code':'a','amount':"
          "'1.5','due':'each'},{'code':'b','percent':'0.25','due':2},{'code':"
          "'c','amount':'100','due':'disbursement'}]",
     "'fee':'1.5','total':'501.5'|'fee':'4.5','total':'504.5'|'totals':{"
     "'principal':'1000','interest':'0','fee':'6','total':'1006'}"},
    {"18: fees withheld count in the effective rate alone",
     LENT "'periods':1,'unit':'day','every':365,'rate':'0','method':'flat',"
          "'fees':[{'code':'c','amount':'200','due':'disbursement'}],"
          "'effective':true",
     "'effective_rate':'25.000000','flat_rate':'0.000000'"},
    {"18: flows without a rate",
     LENT "'periods':1,'rate':'0','method':'flat','fees':[{'code':'c','amount':"
          "'1000','due':'disbursement'}],'effective':true",
     "'effective_rate':null"},
    {"18: not asked for", LENT "'periods':1,'rate':'0','method':'flat'",
     "'effective_rate':null,'flat_rate':'0.000000'"},
    {"18: the flat rate of a pawn",
     LENT "'rate':'1','rate_per':'period','method':'pawn'",
     "'interest':'80'|'flat_rate':'24.333333'"},
    {"25: the due date moves, days and amounts do not",
     "'principal':'2','disbursed':'2025-01-23','periods':2,'rate':'0','method':"
     "'flat','calendar':'sundays','shift':'following'",
     "'due':'2025-02-24','days':31,|'due':'2025-03-24','days':28,"},
    {"25: back when it would leave the month",
     "'principal':'2','disbursed':'2025-01-31','periods':2,'rate':'0','method':"
     "'flat','calendar':'sundays','shift':'modified_following'",
     "'due':'2025-02-28','days':28,|'due':'2025-03-29','days':31,"},
    {"the id is echoed",
     "'id':'\\u00e9/1'," LENT "'periods':1,'rate':'0','method':'flat'",
     "{'id':'\xc3\xa9/1','rows'"},
    {"no id", LENT "'periods':1,'rate':'0','method':'flat'",
     "{'id':null,'rows'"},
};

/* Every part, between bars, stands in the answer, one behind the other. */
static bool has_parts(umi_arena *arena, umi_text answer, const char *parts)
{
    char *want = (char *)answer_line(arena, parts).ptr;
    char *at = umi_arena_copy(arena, answer.ptr, answer.len);
    for (char *part = want; part != NULL;) {
        char *bar = strchr(part, '|');
        if (bar != NULL)
            *bar = '\0';
        at = strstr(at, part);
        if (at == NULL)
            return false;
        at += strlen(part);
        part = bar ? bar + 1 : NULL;
    }
    return true;
}

static void dates_fees_and_rates(void **state)
{
    umi_arena *arena = umi_arena_new();
    umi_buf out = {0};
    int wrong = 0;
    for (size_t i = 0; i < COUNT(answers); i++) {
        char line[1024];
        umi_error err = {0};
        (void)snprintf(line, sizeof line, "{%s}", answers[i].terms);
        umi_status rc = ask(arena, answer_line(arena, line), &out, &err);
        if (rc != UMI_OK ||
            !has_parts(arena, umi_buf_as_text(&out), answers[i].part)) {
            print_message("%s\n  %s %s\n  %.*s\n", answers[i].claim, err.field,
                          err.message, (int)out.len, out.ptr);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    umi_buf_free(&out);
    umi_arena_free(arena);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_schedules_come_out),
        cmocka_unit_test(printed_tables_come_out),
        cmocka_unit_test(rules_hold_together),
        cmocka_unit_test(extremes_come_out),
        cmocka_unit_test(every_rule_has_its_figures),
        cmocka_unit_test(dates_fees_and_rates),
    };
    return cmocka_run_group_tests_name("ledger/quote", tests, NULL, NULL);
}
