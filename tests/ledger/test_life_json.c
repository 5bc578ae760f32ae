/* SPDX-License-Identifier: MIT
 * Lives as JSON: what is refused, and under which name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ledger/io/life_json.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define TERMS                                                                  \
    "'terms':{'principal':'1000','disbursed':'2025-01-15','periods':2,"        \
    "'rate':'12','method':'flat'}"
#define LIFE(rest)   "{'id':'x'," TERMS "," rest "}"
#define EVENTS(list) LIFE("'events':[" list "]")
#define DAY          "'date':'2025-02-15'"
#define PAID         "{'kind':'repayment'," DAY ",'amount':'5'}"

/* The answer to a line in which ' stands for ". */
static umi_status
ask(const char *line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    umi_text t = umi_text_of(umi_arena_copy(arena, line, strlen(line)));
    for (char *p = (char *)t.ptr; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    return umi_life_answer(out, t, NULL, arena, err);
}

static const struct {
    const char *line, *field;
} hostile[] = {
    {"", ""},
    {"null", ""},
    {"[]", ""},
    {"{", ""},
    {"{}", "terms"},
    {"{'terms':[]}", "terms"},
    {"{'terms':null}", "terms"},
    {"{'terms':{}}", "principal"},
    {LIFE("'id':'y'"), "id"}, /* twice */
    {"{'id':5," TERMS "}", "id"},
    {"{'id':null," TERMS "}", "id"},
    {LIFE("'event':[]"), "event"},
    {LIFE("'events':{}"), "events"},
    {LIFE("'events':null"), "events"},
    {LIFE("'events':'[]'"), "events"},
    {LIFE("'as_of':'2025-01-14'"), "as_of"},
    {LIFE("'as_of':'2025-02-30'"), "as_of"},
    {LIFE("'as_of':20250215"), "as_of"},
    {LIFE("'as_of':null"), "as_of"},
    {LIFE("'policy':[]"), "policy"},
    {LIFE("'policy':{'alocation':[]}"), "policy.alocation"},
    {LIFE("'policy':{'allocation':'fee'}"), "policy.allocation"},
    {LIFE("'policy':{'allocation':[]}"), "policy.allocation"},
    {LIFE("'policy':{'allocation':['fee','penalty','interest']}"),
     "policy.allocation"},
    {LIFE("'policy':{'allocation':['fee','penalty','interest','fee']}"),
     "policy.allocation"},
    {LIFE("'policy':{'allocation':['fee','penalty','interest','capital']}"),
     "policy.allocation"},
    {LIFE("'policy':{'allocation':['fee','penalty','interest',4]}"),
     "policy.allocation"},
    {LIFE("'policy':{'allocation':"
          "['fee','penalty','interest','principal','fee']}"),
     "policy.allocation"},
    {LIFE("'policy':{'walk':'row'}"), "policy.walk"},
    {LIFE("'policy':{'walk':1}"), "policy.walk"},
    {LIFE("'policy':{'ahead':'first'}"), "policy.ahead"},
    {LIFE("'policy':{'ahead':null}"), "policy.ahead"},
    {LIFE("'policy':{'interest':'daily'}"), "policy.interest"},
    {LIFE("'policy':{'interest':true}"), "policy.interest"},
    {EVENTS("5"), "events"},
    {EVENTS("null"), "events"},
    {EVENTS("{}"), "events.kind"},
    {EVENTS("{'kind':'repayment','amount':'5'}"), "events.date"},
    {EVENTS("{" DAY ",'amount':'5'}"), "events.kind"},
    {EVENTS("{'kind':'reschedule'," DAY "}"), "events.kind"},
    {EVENTS("{'kind':'Fee'," DAY ",'amount':'5'}"), "events.kind"},
    {EVENTS("{'kind':1," DAY ",'amount':'5'}"), "events.kind"},
    {EVENTS(PAID ",{'kind':'fee'," DAY ",'amount':'5','note':''}"),
     "events.note"},
    {EVENTS("{'kind':'fee','date':'2025-2-15','amount':'5'}"), "events.date"},
    {EVENTS("{'kind':'fee','date':20250215,'amount':'5'}"), "events.date"},
    {EVENTS("{'kind':'fee','date':'2025-01-14','amount':'5'}"), "events.date"},
    {EVENTS("{'kind':'fee'," DAY "}"), "events.amount"},
    {EVENTS("{'kind':'fee'," DAY ",'amount':5}"), "events.amount"},
    {EVENTS("{'kind':'fee'," DAY ",'amount':null}"), "events.amount"},
    {EVENTS("{'kind':'fee'," DAY ",'amount':'0'}"), "events.amount"},
    {EVENTS("{'kind':'fee'," DAY ",'amount':'-5'}"), "events.amount"},
    {EVENTS("{'kind':'fee'," DAY ",'amount':'1.005'}"), "events.amount"},
    {EVENTS("{'kind':'fee'," DAY ",'amount':'1e3'}"), "events.amount"},
    {EVENTS("{'kind':'fee'," DAY ",'amount':'92233720368547758.08'}"),
     "events.amount"},
    {EVENTS("{'kind':'waive'," DAY ",'amount':'0.00'}"), "events.amount"},
    {EVENTS("{'kind':'refund'," DAY "}"), "events.amount"},
    {EVENTS(PAID ",{'kind':'reverse'," DAY ",'reverses':1,'amount':'5'}"),
     "events.amount"},
    {EVENTS("{'kind':'fee'," DAY ",'amount':'5','due':'2025-01-14'}"),
     "events.due"},
    {EVENTS("{'kind':'repayment'," DAY ",'amount':'5','due':'2025-02-15'}"),
     "events.due"},
    {EVENTS("{'kind':'waive'," DAY ",'due':'2025-02-15'}"), "events.due"},
    {EVENTS("{'kind':'waive'," DAY ",'component':'all'}"), "events.component"},
    {EVENTS("{'kind':'waive'," DAY ",'component':['fee']}"),
     "events.component"},
    {EVENTS("{'kind':'payoff'," DAY ",'component':'fee'}"), "events.component"},
    {EVENTS("{'kind':'payoff'," DAY ",'booked':'2025-02-14'}"),
     "events.booked"},
    {EVENTS("{'kind':'payoff'," DAY ",'booked':''}"), "events.booked"},
    {EVENTS("{'kind':'payoff'," DAY ",'ref':7}"), "events.ref"},
    {EVENTS("{'kind':'payoff'," DAY ",'reverses':1}"), "events.reverses"},
    {EVENTS("{'kind':'reverse'," DAY "}"), "events.reverses"},
    {EVENTS(PAID ",{'kind':'reverse'," DAY ",'reverses':'1'}"),
     "events.reverses"},
    {EVENTS(PAID ",{'kind':'reverse'," DAY ",'reverses':0}"),
     "events.reverses"},
    {EVENTS(PAID ",{'kind':'reverse'," DAY ",'reverses':-1}"),
     "events.reverses"},
    {EVENTS(PAID ",{'kind':'reverse'," DAY ",'reverses':1.0}"),
     "events.reverses"},
    {EVENTS(PAID ",{'kind':'reverse'," DAY ",'reverses':2}"),
     "events.reverses"},
    {EVENTS(PAID ",{'kind':'reverse'," DAY ",'reverses':99999999999999999999}"),
     "events.reverses"},
    {EVENTS(PAID ",{'kind':'reverse','date':'2025-02-14','reverses':1}"),
     "events.date"},
    {EVENTS(PAID ",{'kind':'reverse'," DAY ",'reverses':1},{'kind':'reverse'"
                 "," DAY ",'reverses':1}"),
     "events.reverses"},
    {EVENTS(PAID ",{'kind':'reverse'," DAY ",'reverses':1},{'kind':'reverse'"
                 "," DAY ",'reverses':2}"),
     "events.reverses"},
    {EVENTS("{'kind':'fee'," DAY ",'amount':'92233720368547758.07'},"
            "{'kind':'fee'," DAY ",'amount':'0.01'}"),
     "events.amount"},
    {"{'terms':{'principal':'1000','disbursed':'2025-01-15','periods':2,"
     "'rate':'12','method':'flat','colour':'red'}}",
     "colour"},
    {"{'terms':{'principal':'0','disbursed':'2025-01-15','periods':2,"
     "'rate':'12','method':'flat'}}",
     "principal"},
    {"{'terms':{'principal':'1000','disbursed':'2025-01-15','periods':2,"
     "'rate':'12','method':'flat','effective':'yes'}}",
     "effective"},
};

/* The path ends with the key. */
static bool ends_with(const char *path, const char *key)
{
    size_t n = strlen(path), k = strlen(key);
    return n >= k && strcmp(path + n - k, key) == 0 &&
           (n == k || path[n - k - 1] == '.');
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    for (size_t i = 0; i < COUNT(hostile); i++) {
        umi_buf out = {0};
        umi_error err = {0};
        umi_status rc = ask(hostile[i].line, arena, &out, &err);
        print_message("%s\n  %s: %s: %s\n", hostile[i].line, err.code,
                      err.field, err.message);
        assert_int_not_equal(rc, UMI_OK);
        assert_int_equal(err.status, rc);
        if (hostile[i].field[0] == '\0')
            assert_string_equal(err.field, "");
        else
            assert_true(ends_with(err.field, hostile[i].field));
        assert_true(err.message[0] != '\0');
        umi_buf_free(&out);
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

/* Messages say which event is meant, in either way of finding out. */
static void the_event_is_told_by_its_number(void **state)
{
    (void)state;
    static const char *const lines[] = {
        EVENTS(PAID "," PAID ",{'kind':'fee'," DAY ",'amount':'x'}"),
        EVENTS(PAID "," PAID ",{'kind':'fee'," DAY ",'amount':'0'}")};
    umi_arena *arena = umi_arena_new();
    for (size_t i = 0; i < COUNT(lines); i++) {
        umi_buf out = {0};
        umi_error err = {0};
        assert_int_equal(ask(lines[i], arena, &out, &err), UMI_EINVAL);
        assert_memory_equal(err.message, "event 3: ", 9);
        umi_buf_free(&out);
    }
    umi_arena_free(arena);
}

static void what_may_be_left_out_may(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "{" TERMS "}",
        LIFE("'events':[]"),
        LIFE("'policy':{}"),
        LIFE("'policy':{'interest':'scheduled'}"),
        LIFE("'as_of':'2025-01-15'"),
        "{'terms':{'id':'t','effective':true,'principal':'1000','disbursed':"
        "'2025-01-15','periods':2,'rate':'12','method':'flat'}}",
        EVENTS("{'kind':'payoff'," DAY ",'ref':'','booked':'2999-12-31'}"),
    };
    umi_arena *arena = umi_arena_new();
    for (size_t i = 0; i < COUNT(lines); i++) {
        umi_buf out = {0};
        umi_error err = {0};
        if (ask(lines[i], arena, &out, &err) != UMI_OK)
            fail_msg("%s: %s %s", lines[i], err.field, err.message);
        umi_buf_free(&out);
    }
    umi_arena_free(arena);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const char line[] = EVENTS(
        PAID ",{'kind':'waive'," DAY ",'component':'interest'},{'kind':'fee',"
             "'date':'2025-02-10','amount':'1','due':'2025-03-20'},"
             "{'kind':'reverse'," DAY ",'reverses':1}");
    umi_arena *texts = umi_arena_new();
    char *copy = umi_arena_copy(texts, line, sizeof line - 1);
    for (char *p = copy; *p != '\0'; p++)
        if (*p == '\'')
            *p = '"';
    for (int64_t nth = 1;; nth++) {
        umi_buf out = {0};
        umi_error err = {0};
        umi_alloc_fail_at(nth, 0);
        umi_arena *arena = umi_arena_new();
        umi_status rc = UMI_ENOMEM;
        if (arena != NULL)
            rc = umi_life_answer(&out, umi_text_of(copy), NULL, arena, &err);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        umi_buf_free(&out);
        umi_arena_free(arena);
        if (!reached)
            break;
    }
    umi_arena_free(texts);
}

/* As many events as are allowed, on one line, and one more. */
static void ten_thousand_events_fit(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    for (int more = 0; more <= 1; more++) {
        umi_buf line = {0}, out = {0};
        umi_error err = {0};
        umi_buf_puts(&line, "{'id':'x'," TERMS ",'events':[" PAID);
        for (int i = 1; i < UMI_EVENTS_MAX + more; i++)
            umi_buf_puts(&line, "," PAID);
        umi_buf_puts(&line, "]}");
        umi_buf_putc(&line, '\0');
        assert_int_equal(ask(line.ptr, arena, &out, &err),
                         more ? UMI_EINVAL : UMI_OK);
        assert_string_equal(err.field, more ? "events" : "");
        umi_buf_free(&line);
        umi_buf_free(&out);
        umi_arena_reset(arena);
    }
    umi_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(the_event_is_told_by_its_number),
        cmocka_unit_test(what_may_be_left_out_may),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(ten_thousand_events_fit),
    };
    return cmocka_run_group_tests_name("ledger/life_json", tests, NULL, NULL);
}
