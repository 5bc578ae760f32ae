/* SPDX-License-Identifier: MIT */
#include "rules/decide/rule_test.h"

#include <inttypes.h>

typedef struct checker {
    const umi_decision *d;
    umi_buf *why;
    umi_lang lang;
    size_t wrong;
} checker;

/* Begin to say what differs: "UMI: ". */
static void differs(checker *c, const umi_expect *e)
{
    if (c->wrong++ > 0)
        umi_buf_puts(c->why, "; ");
    umi_buf_text(c->why, e->value->key);
    umi_buf_puts(c->why, ": ");
}

static void check_text(checker *c, const umi_expect *e, umi_text got)
{
    if (umi_text_eq(e->value->text, got))
        return;
    differs(c, e);
    umi_buf_printf(c->why, umi_tr(c->lang, "%.*s expected, got %.*s"),
                   UMI_SHOW(e->value->text), UMI_SHOW(got));
}

static void check_number(checker *c, const umi_expect *e, const umi_value *got)
{
    umi_buf b = {0};
    umi_value want;
    bool known = got != NULL && got->state == UMI_KNOWN;
    bool none = umi_text_is(e->value->text, "null");
    umi_kind kind =
        e->kind == UMI_EXPECT_MAX ? UMI_KIND_MONEY : UMI_KIND_DECIMAL;
    if (none ? !known
             : known &&
                   umi_value_parse(&want, umi_type_of(kind), e->value->text) &&
                   umi_decimal_cmp(want.q, got->kind == UMI_KIND_INT
                                               ? umi_decimal_int(got->i)
                                               : got->q) == 0)
        return;
    if (known)
        umi_buf_value(&b, got);
    else
        umi_buf_puts(&b, "null");
    check_text(c, e, umi_buf_as_text(&b));
    umi_buf_free(&b);
}

/* --- lists without order ------------------------------------------------- */

static bool among(const umi_yaml *list, umi_text t)
{
    for (const umi_yaml *n = list->first; n != NULL; n = n->next)
        if (umi_text_eq(n->text, t))
            return true;
    return false;
}

static void
check_list(checker *c, const umi_expect *e, const umi_text *got, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += among(e->value, got[i]);
    if (found == count && count == e->value->count)
        return;
    differs(c, e);
    umi_buf_putc(c->why, '[');
    for (const umi_yaml *n = e->value->first; n != NULL; n = n->next)
        umi_buf_printf(c->why, n == e->value->first ? "%.*s" : ", %.*s",
                       UMI_SHOW(n->text));
    umi_buf_puts(c->why, umi_tr(c->lang, "] expected, got ["));
    for (size_t i = 0; i < count; i++)
        umi_buf_printf(c->why, i == 0 ? "%.*s" : ", %.*s", UMI_SHOW(got[i]));
    umi_buf_putc(c->why, ']');
}

static void check_documents(checker *c, const umi_expect *e)
{
    const umi_ruleset *rs = c->d->ruleset;
    umi_text got[UMI_FACTS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < rs->doc_count; i++)
        if (umi_doc_in(&c->d->documents, i))
            got[n++] = rs->docs[i];
    check_list(c, e, got, n);
}

static void check_reasons(checker *c, const umi_expect *e)
{
    const umi_product_decision *p = &c->d->products[e->product];
    umi_text got[UMI_RULES_MAX];
    for (size_t i = 0; i < p->reason_count; i++)
        got[i] = c->d->ruleset->rules[p->reasons[i]].reason_code;
    check_list(c, e, got, p->reason_count);
}

/* --- what if ------------------------------------------------------------- */

static bool is_about(const checker *c, const umi_what_if *q, umi_text fact)
{
    return umi_text_eq(c->d->ruleset->facts[q->fact].name, fact);
}

static bool is_move(const checker *c, const umi_what_if *q, const umi_yaml *n)
{
    umi_value want;
    return is_about(c, q, n->key) &&
           umi_value_parse(&want, c->d->ruleset->facts[q->fact].type,
                           n->text) &&
           umi_value_equal(&want, &q->needed);
}

/* Both halves of a pair are named; in either order. */
static bool is_pair(const checker *c, const umi_what_if *q, const umi_yaml *map)
{
    const umi_yaml *a = map->first, *b = a->next;
    return (is_move(c, q, a) && is_move(c, q->with, b)) ||
           (is_move(c, q, b) && is_move(c, q->with, a));
}

static void tell_what_if(checker *c,
                         const umi_product_decision *p,
                         const umi_expect *e,
                         const umi_yaml *n)
{
    const umi_what_if *q = NULL;
    for (size_t i = 0; i < p->what_if_count && q == NULL; i++)
        q = is_about(c, &p->what_ifs[i], n->key) ? &p->what_ifs[i] : NULL;
    differs(c, e);
    umi_buf_printf(c->why, umi_tr(c->lang, "%.*s %.*s expected, got "),
                   UMI_SHOW(n->key), UMI_SHOW(n->text));
    if (q == NULL) {
        umi_buf_puts(c->why, umi_tr(c->lang, "nothing"));
        return;
    }
    umi_buf_value(c->why, &q->needed);
    if (q->with != NULL)
        umi_buf_printf(c->why, umi_tr(c->lang, " together with %.*s"),
                       UMI_SHOW(c->d->ruleset->facts[q->with->fact].name));
}

/* Every answer that is named must be there; others may be.  Of answers that
 * are pairs one pair is named. */
static void check_what_if(checker *c, const umi_expect *e)
{
    const umi_product_decision *p = &c->d->products[e->product];
    const umi_yaml *map = e->value;
    if (map->count == 0 && p->what_if_count > 0) {
        differs(c, e);
        umi_buf_puts(c->why, umi_tr(c->lang, "nothing expected"));
    }
    for (size_t i = 0; i < p->what_if_count && map->count == 2; i++)
        if (p->what_ifs[i].with != NULL && is_pair(c, &p->what_ifs[i], map))
            return;
    for (const umi_yaml *n = map->first; n != NULL; n = n->next) {
        bool found = false;
        for (size_t i = 0; i < p->what_if_count && !found; i++)
            found =
                p->what_ifs[i].with == NULL && is_move(c, &p->what_ifs[i], n);
        if (!found)
            tell_what_if(c, p, e, n);
    }
}

/* --- one test ------------------------------------------------------------ */

static void check(checker *c, const umi_expect *e)
{
    const umi_decision *d = c->d;
    const umi_product_decision *p = &d->products[e->product];
    switch (e->kind) {
    case UMI_EXPECT_DECISION:
        check_text(c, e, umi_text_of(umi_decision_name(d->outcome)));
        break;
    case UMI_EXPECT_ROUTE:
        check_text(c, e,
                   d->route < 0 ? UMI_TEXT("null")
                                : d->ruleset->products[d->route].code);
        break;
    case UMI_EXPECT_DOCUMENTS:
        check_documents(c, e);
        break;
    case UMI_EXPECT_STATUS:
        check_text(c, e, umi_text_of(umi_verdict_name(p->status)));
        break;
    case UMI_EXPECT_REASONS:
        check_reasons(c, e);
        break;
    case UMI_EXPECT_MAX:
        check_number(c, e, p->max);
        break;
    case UMI_EXPECT_RATE:
        check_number(c, e, p->rate);
        break;
    case UMI_EXPECT_WHAT_IF:
        check_what_if(c, e);
        break;
    }
}

static bool asks_what_if(const umi_rule_test *t)
{
    for (size_t i = 0; i < t->expect_count; i++)
        if (t->expects[i].kind == UMI_EXPECT_WHAT_IF)
            return true;
    return false;
}

umi_status umi_rule_test_run(bool *ok,
                             umi_buf *why,
                             umi_decider *d,
                             const umi_rule_test *t,
                             umi_coverage *seen,
                             umi_error *err)
{
    checker c = {.why = why, .lang = err ? err->lang : UMI_LANG_EN};
    umi_status rc = umi_decider_on(d, t->on, err);
    if (rc == UMI_OK)
        rc = umi_decide(&c.d, d, t->facts, err);
    if (rc == UMI_OK && asks_what_if(t))
        rc = umi_decision_what_if(c.d, err);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < t->expect_count; i++)
        check(&c, &t->expects[i]);
    if (seen != NULL)
        umi_coverage_add(seen, c.d);
    *ok = c.wrong == 0;
    return UMI_OK;
}

static void tell(umi_problems *p, const umi_rule_test *t, const umi_buf *why)
{
    umi__problem(p, t->at, "E401", "the test '%.*s' fails: %.*s",
                 UMI_SHOW(t->name), (int)why->len,
                 why->ptr != NULL ? why->ptr : "");
    umi__problem_width(p, umi_text_points(t->name));
}

umi_status umi_ruleset_run_tests(const umi_ruleset *rs,
                                 umi_problems *problems,
                                 umi_error *err)
{
    umi_decider *d = NULL;
    umi_buf why = {0};
    umi_status rc = umi_decider_new(&d, rs, rs->complete_from, err);
    for (size_t i = 0; i < rs->test_count && rc == UMI_OK; i++) {
        bool ok;
        why.len = 0;
        rc = umi_rule_test_run(&ok, &why, d, &rs->tests[i], NULL, err);
        if (rc == UMI_OK && !ok)
            tell(problems, &rs->tests[i], &why);
    }
    if (rc == UMI_OK && (why.failed || problems->failed))
        rc = umi_fail(err, UMI_ENOMEM, "", "no memory for a decision");
    umi_problems_sort(problems);
    umi_buf_free(&why);
    umi_decider_free(d);
    return rc;
}
