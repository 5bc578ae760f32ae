/* SPDX-License-Identifier: MIT
 * What would help is proved before it is said; an explanation has one shape,
 * and the same facts give the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/decide/decision.h"
#include "tests/support/decide_set.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* --- what if -------------------------------------------------------------- */

static void
what_ifs(char *out, size_t size, const umi_decision *d, size_t product)
{
    size_t n = 0;
    const umi_product_decision *p = &d->products[product];
    out[0] = '\0';
    for (size_t i = 0; i < p->what_if_count; i++)
        for (const umi_what_if *q = &p->what_ifs[i]; q != NULL; q = q->with) {
            umi_buf b = {0};
            umi_buf_value(&b, &q->needed);
            n += (size_t)snprintf(out + n, size - n, "%s%.*s=%.*s:%s",
                                  q != &p->what_ifs[i] ? "+"
                                  : n > 0              ? " "
                                                       : "",
                                  UMI_SHOW(d->ruleset->facts[q->fact].name),
                                  (int)b.len, b.ptr, umi_move_name(q->moved));
            assert_true(n < size);
            umi_buf_free(&b);
        }
}

static void what_would_help_is_exact(void **state)
{
    (void)state;
    static const char facts[] =
        "facts:\n"
        "  down: {type: money, change: decrease, step: '100000', range: "
        "['50000', '500000000']}\n"
        "  up: {type: money, change: increase, step: '100000'}\n"
        "  free: {type: money, change: either}\n"
        "  months: {type: int, range: [1, 60], change: either}\n"
        "  rate: {type: rate, change: decrease}\n"
        "  flag: {type: bool, change: set}\n"
        "  kind: {type: enum, values: [p, q, r], change: set}\n"
        "  never: {type: money}\n"
        "  born: {type: date}\n";
    static const struct {
        const char *require, *known, *what_if;
    } cases[] = {
        {"down <= param.limit", "down=25000000", "down=20000000:decrease"},
        {"down < param.limit", "down=25000000", "down=19900000:decrease"},
        {"down <= up * 0.92", "down=15000000 up=16200000",
         "down=14900000:decrease up=16400000:increase"},
        {"down / months <= param.pay", "down=25000000 months=12",
         "down=12000000:decrease months=25:increase"},
        {"half <= param.pay", "down=25000000 months=12",
         "down=24000000:decrease months=13:increase"},
        {"down / months + down * 0.01 <= param.pay", "down=15000000 months=10",
         "down=9000000:decrease months=18:increase"},
        {"months == 7", "months=12", "months=7:decrease"},
        {"months in [3, 20, 14]", "months=12", "months=14:increase"},
        {"months > 60", "months=12", ""},         /* beyond the range */
        {"up <= param.limit", "up=25000000", ""}, /* may only grow */
        {"down >= param.limit", "down=15000000", ""},
        {"free == param.limit", "free=1", "free=20000000:increase"},
        {"rate * 3 <= 0.07", "rate=0.05", "rate=0.0233:decrease"},
        {"flag", "flag=false", "flag=true:set"},
        {"kind != \"p\" && kind != \"q\"", "kind=p", "kind=r:set"},
        {"never <= param.pay", "never=2000000", ""},
        {"down <= param.pay && flag", "down=2000000 flag=false",
         "down=1000000:decrease+flag=true:set"},
        {"down <= param.pay && flag", "down=2000000", ""}, /* not known */
        {"flag && down <= param.pay", "flag=false", ""},
        {"down <= param.pay && flag && months == 7",
         "down=2000000 flag=false months=1", ""}, /* three */
        {"down <= param.pay && flag && never > param.pay",
         "down=2000000 flag=false never=1", ""},
        {"down <= param.pay && (flag || kind == \"r\")",
         "down=2000000 flag=false kind=p",
         "down=1000000:decrease+flag=true:set "
         "down=1000000:decrease+kind=r:set"},
        {"down / months <= param.pay && down <= param.limit && months <= 12",
         "down=25000000 months=36",
         "down=12000000:decrease+months=12:decrease"},
        {"free / months <= param.pay && free >= param.limit",
         "free=1 months=12", "free=20000000:increase+months=20:increase"},
        {"down < param.pay || down / months < param.pay / 100",
         "down=500000000 months=1", "down=900000:decrease"},
        /* cut and rounded: halved, from where it is now */
        {"months / 7 <= 2", "months=60", "months=20:decrease"},
        {"months / 7 >= 2", "months=1", "months=14:increase"},
        {"floor(down / 1000000, 0) <= param.pay / 100000", "down=20000000",
         "down=10900000:decrease"},
        {"ceil(free, -6) <= param.pay * 3", "free=9000000",
         "free=3000000:decrease"},
        {"down <= param.pay || flag", "down=2000000 flag=false",
         "down=1000000:decrease flag=true:set"},
        {"(kind == \"p\" ? down : down * 2) <= param.pay", "kind=q down=900000",
         "down=500000:decrease kind=p:set"},
        {"(down <= param.pay ? down : down * 2) <= param.pay", "down=1500000",
         "down=1000000:decrease"},
        {"min(down, free) <= param.pay && max(down, free) <= param.limit",
         "down=30000000 free=1500000", "down=1000000:decrease"},
        {"max(down, free) <= param.limit", "down=30000000 free=1500000",
         "down=20000000:decrease"},
        {"floor(down / 3, 0) <= param.pay", "down=9000000",
         "down=3000000:decrease"},
        {"months * months <= 50", "months=20", "months=7:decrease"},
        {"months % 7 == 0", "months=12", ""}, /* cannot be solved */
        {"known(down) && down <= param.pay", "", ""},
        {"-down >= -param.pay", "down=1500000", "down=1000000:decrease"},
        {"down <= param.pay + flagged", "down=1500000 flag=false",
         "down=1000000:decrease flag=true:set"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        umi_buf b = {0};
        char got[256];
        umi_buf_puts(&b,
                     "params: {zero: {type: money, values: [{from: "
                     "'2000-01-01', value: '0', legal: L}]}, limit: {type: "
                     "money, values: [{from: '2000-01-01', value: '20000000', "
                     "legal: L}]}, pay: {type: money, values: [{from: "
                     "'2000-01-01', value: '1000000', legal: L}]}}\n"
                     "let: {part: 'down / months', half: 'part / 2', flagged: "
                     "'flag ? param.pay : param.zero'}\n");
        umi_buf_puts(&b, one_product);
        umi_buf_puts(&b, facts);
        umi_buf_puts(&b, "rules:\n  - {id: r, for: [P], require: '");
        umi_buf_puts(&b, cases[i].require);
        umi_buf_puts(&b, "', severity: block, reason_code: R, legal_basis: L, "
                         "message: {id: a, en: b}}\n");
        umi_buf_putc(&b, '\0');
        set s = make(b.ptr);
        know(&s, cases[i].known);
        const umi_decision *d = decide(&s);
        assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
        what_ifs(got, sizeof got, d, 0);
        if (strcmp(got, cases[i].what_if) != 0)
            fail_msg("%s with %s: '%s'", cases[i].require, cases[i].known, got);
        drop(&s);
        umi_buf_free(&b);
    }
}

static void a_door_that_is_open_is_not_shut_for_another(void **state)
{
    (void)state;
    set s = make_with(
        zero,
        "products: {P: {channel: X, max: 'param.zero'}, Q: {channel: X, max: "
        "'param.zero'}}\n"
        "facts: {n: {type: int, change: either, range: [0, 100]}}\n"
        "routing: {hit: first, rows: [{when: 'true', order: [P, Q]}]}\n",
        "rules:\n"
        "  - {id: p, for: [P], require: 'n <= 10', severity: block, "
        "reason_code: A, legal_basis: L, message: {id: a, en: b}}\n"
        "  - {id: q, for: [Q], require: 'n >= 20', severity: block, "
        "reason_code: B, legal_basis: L, message: {id: a, en: b}}\n");
    char got[64];
    know(&s, "n=5"); /* P is open, and stays so */
    const umi_decision *d = decide(&s);
    assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    what_ifs(got, sizeof got, d, 1);
    assert_string_equal(got, "");
    know(&s, "n=15"); /* neither is */
    d = decide(&s);
    assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    what_ifs(got, sizeof got, d, 0);
    assert_string_equal(got, "n=10:decrease");
    what_ifs(got, sizeof got, d, 1);
    assert_string_equal(got, "n=20:increase");
    drop(&s);
}

/* A thousand lets, the last one first, each with the next at its far end. */
static void a_long_chain_of_lets_costs_no_stack(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_buf_puts(&b, zero);
    umi_buf_puts(&b, one_product);
    umi_buf_puts(&b, "facts: {n: {type: money, change: decrease}}\nlet:\n");
    for (int i = UMI_LETS_MAX - 1; i > 0; i--) {
        umi_buf_printf(&b, "  l%d: 'l%d", i, i - 1);
        for (int k = 0; k < 60; k++)
            umi_buf_puts(&b, " + param.zero");
        umi_buf_puts(&b, "'\n");
    }
    umi_buf_printf(&b,
                   "  l0: 'n'\nrules:\n  - {id: r, for: [P], require: 'l%d <= "
                   "param.zero', severity: block, reason_code: R, "
                   "legal_basis: L, message: {id: a, en: b}}\n",
                   UMI_LETS_MAX - 1);
    umi_buf_putc(&b, '\0');
    set s = make(b.ptr);
    char got[64];
    know(&s, "n=5");
    const umi_decision *d = decide(&s);
    assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    what_ifs(got, sizeof got, d, 0);
    assert_string_equal(got, "n=0:decrease");
    drop(&s);
    umi_buf_free(&b);
}

static void a_set_as_large_as_may_be_decides(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_buf_puts(&b, "facts:\n");
    for (int i = 0; i < UMI_FACTS_MAX; i++)
        umi_buf_printf(&b, "  f%d: {type: bool, doc: D%d}\n", i, i);
    umi_buf_puts(&b, "params:\n");
    for (int i = 0; i < UMI_PARAMS_MAX; i++)
        umi_buf_printf(&b,
                       "  p%d: {type: money, values: [{from: '2000-01-01', "
                       "value: '%d', legal: L}]}\n",
                       i, i);
    umi_buf_puts(&b, "let:\n");
    for (int i = 0; i < UMI_LETS_MAX; i++)
        umi_buf_printf(&b, "  l%d: 'param.p%d'\n", i, i);
    umi_buf_puts(&b, "products:\n");
    for (int i = 0; i < UMI_PRODUCTS_MAX; i++)
        umi_buf_printf(&b, "  P%d: {channel: X, max: 'l%d'}\n", i, i);
    umi_buf_puts(&b, "routing:\n  hit: first\n  rows:\n    - when: 'true'\n"
                     "      order:\n");
    for (int i = 0; i < UMI_PRODUCTS_MAX; i++)
        umi_buf_printf(&b, "        - P%d\n", i);
    umi_buf_puts(&b, "rules:\n");
    for (int i = 0; i < UMI_RULES_MAX; i++)
        umi_buf_printf(&b,
                       "  - {id: r%d, for: [P%d], require: 'f%d', severity: "
                       "block, reason_code: R%d, legal_basis: L, message: {id: "
                       "'{l%d}', en: b}}\n",
                       i, i % UMI_PRODUCTS_MAX, i % UMI_FACTS_MAX, i, i);
    umi_buf_putc(&b, '\0');
    set s = make(b.ptr);
    const umi_decision *d = decide(&s);
    assert_int_equal(d->outcome, UMI_VERDICT_NEED_DOCUMENTS);
    assert_true(umi_doc_in(&d->products[63].documents, 255));
    for (uint32_t i = 0; i < UMI_FACTS_MAX; i++)
        s.facts[i] = umi_value_bool(i != 255);
    d = decide(&s);
    assert_int_equal(d->outcome, UMI_VERDICT_ELIGIBLE);
    assert_int_equal(d->products[63].status, UMI_VERDICT_BLOCKED);
    char *text = json(d, UMI_SHOW_RULES | UMI_SHOW_WHAT_IFS);
    assert_non_null(strstr(text, "\"code\":\"R255\""));
    assert_non_null(strstr(text, "{\"id\":\"Rp255\",\"en\":\"b\"}"));
    free(text);
    drop(&s);
    umi_buf_free(&b);
}

/* --- the explanation ------------------------------------------------------ */

static void the_explanation_has_this_shape(void **state)
{
    (void)state;
    set s = make_with(
        "params: {zero: {type: money, values: [{from: '2020-05-01', value: "
        "'500', legal: L}]}}\n",
        one_product,
        "facts: {n: {type: int, doc: D, change: increase}, secret: {type: "
        "money, private: true}, spare: {type: bool}}\n"
        "let: {sum: 'secret + param.zero'}\n"
        "rules:\n"
        "  - {id: r, for: [P], require: 'n > 0 && sum > param.zero', unless: "
        "'n == 9', severity: block, reason_code: R1, legal_basis: L, message: "
        "{id: 'Nilai {n}.', en: 'Value {n}.'}}\n");
    know(&s, "n=0 secret=1.50");
    const umi_decision *d = decide(&s);
    assert_int_equal(umi_decision_what_if(d, NULL), UMI_OK);
    char hex[UMI_HASH_HEX], want[2048];
    umi_hash_hex(hex, &s.rs->sha256);
    char *text = json(d, UMI_SHOW_RULES | UMI_SHOW_WHAT_IFS);
    const char *hash = strstr(text, "\"facts_hash\":\"");
    assert_non_null(hash);
    (void)snprintf(
        want, sizeof want,
        "{\"id\":\"A\\\"1\",\"decision\":\"not_eligible\",\"decision_date\":"
        "\"2026-11-21\",\"route\":null,\"documents\":[],\"ruleset\":{\"id\":"
        "\"t\",\"version\":\"1\",\"sha256\":\"%s\"},\"products\":[{"
        "\"product\":\"P\",\"status\":\"blocked\",\"channel\":\"X\",\"max\":"
        "\"500\",\"rate\":null,\"reasons\":[{\"code\":\"R1\",\"rule\":\"r\","
        "\"severity\":\"block\",\"legal_basis\":\"L\",\"text\":{\"id\":\"Nilai "
        "0.\",\"en\":\"Value 0.\"}}],\"told\":[\"R1\"],\"documents\":[],"
        "\"rules\":[{\"rule\":\"r\",\"state\":\"fail\",\"at\":\"t.yaml:12\","
        "\"expr\":\"n > 0 && sum > param.zero\",\"unless\":\"n == 9\","
        "\"values\":{\"n\":0,\"sum\":\"501.5\",\"param.zero\":{\"value\":"
        "\"500\",\"from\":\"2020-05-01\",\"legal\":\"L\"}}}],\"what_if\":[{"
        "\"fact\":\"n\",\"now\":0,\"needed\":1,\"direction\":\"increase\","
        "\"checked\":true}]}],\"row\":{\"at\":\"t.yaml:8\",\"when\":\"true\"}"
        ",\"facts_used\":{\"n\":0,\"secret\":\"***\"},"
        "\"facts_hash\":\"%.64s\",\"engine\":\"umi 0.1.0\",\"shadow\":null}",
        hex, hash + 14);
    assert_string_equal(text, want);
    free(text);
    drop(&s);
}

static void the_same_facts_give_the_same_bytes(void **state)
{
    (void)state;
    set s = shipped(), t = shipped();
    know(&s, "amount=15000000 tenor_months=24 female=true is_wni=true");
    know(&t, "is_wni=true female=true tenor_months=24 amount=15000000.00");
    char *first = json(decide(&s), UMI_SHOW_RULES);
    know(&s, "amount=1000000");
    (void)decide(&s);
    know(&s, "amount=15000000");
    char *again = json(decide(&s), UMI_SHOW_RULES);
    char *other = json(decide(&t), UMI_SHOW_RULES);
    assert_string_equal(first, again);
    assert_string_equal(first, other);
    know(&t, "amount=15000001");
    char *changed = json(decide(&t), 0);
    assert_int_not_equal(strncmp(strstr(first, "\"facts_hash\""),
                                 strstr(changed, "\"facts_hash\""), 60),
                         0);
    free(first);
    free(again);
    free(other);
    free(changed);
    drop(&s);
    drop(&t);
}

/* --- memory --------------------------------------------------------------- */

static void every_allocation_may_fail(void **state)
{
    (void)state;
    set s = shipped();
    know(&s, "amount=25000000 tenor_months=36 is_wni=true nik_verified=true");
    for (int64_t nth = 1;; nth++) {
        umi_decider *d = NULL;
        const umi_decision *decision = NULL;
        umi_buf b = {0};
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_decider_new(&d, s.rs, day("2026-11-21"), NULL);
        if (rc == UMI_OK)
            rc = umi_decide(&decision, d, s.facts, NULL);
        if (rc == UMI_OK)
            rc = umi_decision_what_if(decision, NULL);
        if (rc == UMI_OK)
            umi_decision_write_json(&b, decision, UMI_TEXT("A"),
                                    UMI_SHOW_RULES | UMI_SHOW_WHAT_IFS);
        if (rc == UMI_OK)
            rc = umi_decider_on(d, day("2019-01-01"), NULL);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc != UMI_OK || b.failed, reached);
        umi_buf_free(&b);
        umi_decider_free(d);
        if (!reached)
            break;
    }
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_would_help_is_exact),
        cmocka_unit_test(a_door_that_is_open_is_not_shut_for_another),
        cmocka_unit_test(a_long_chain_of_lets_costs_no_stack),
        cmocka_unit_test(a_set_as_large_as_may_be_decides),
        cmocka_unit_test(the_explanation_has_this_shape),
        cmocka_unit_test(the_same_facts_give_the_same_bytes),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("rules/decide_help", tests, NULL, NULL);
}
