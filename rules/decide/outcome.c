/* SPDX-License-Identifier: MIT */
#include "rules/decide/outcome_int.h"

static umi_value kept(const umi_value *v)
{
    return v != NULL && v->state == UMI_KNOWN ? *v : umi_value_unknown(0);
}

void umi__outcome_take(umi__outcome *out, const umi_decision *d)
{
    out->outcome = d->outcome;
    out->route = d->route;
    for (size_t i = 0; i < d->ruleset->product_count; i++) {
        out->products[i].status = d->products[i].status;
        out->products[i].max = kept(d->products[i].max);
        out->products[i].rate = kept(d->products[i].rate);
    }
    for (size_t i = 0; i < d->ruleset->rule_count; i++)
        out->fails[i] = d->rules[i] == UMI_RULE_FAIL;
}

static bool same_value(const umi_value *a, const umi_value *b)
{
    return a->state == b->state &&
           (a->state != UMI_KNOWN || umi_value_equal(a, b));
}

bool umi__outcome_same(const umi_ruleset *rs,
                       const umi__outcome *a,
                       const umi__outcome *b)
{
    if (a->outcome != b->outcome || a->route != b->route ||
        memcmp(a->fails, b->fails, rs->rule_count * sizeof *a->fails) != 0)
        return false;
    for (size_t i = 0; i < rs->product_count; i++)
        if (a->products[i].status != b->products[i].status ||
            !same_value(&a->products[i].max, &b->products[i].max) ||
            !same_value(&a->products[i].rate, &b->products[i].rate))
            return false;
    return true;
}

bool umi__outcome_error(const umi_ruleset *rs, const umi__outcome *a)
{
    for (size_t i = 0; i < rs->product_count; i++)
        if (a->products[i].status == UMI_VERDICT_ERROR)
            return true;
    return a->outcome == UMI_VERDICT_ERROR;
}

/* --- in words ------------------------------------------------------------ */

typedef struct teller {
    umi_buf *b;
    umi_lang lang;
} teller;

static void tell(
    const teller *t, umi_text subject, const char *what, umi_text x, umi_text y)
{
    umi_buf_text(t->b, subject);
    umi_buf_puts(t->b, what);
    umi_buf_puts(t->b, ": ");
    umi_buf_text(t->b, x);
    umi_buf_puts(t->b, umi_tr(t->lang, ", then "));
    umi_buf_text(t->b, y);
}

static void tell_values(const teller *t,
                        umi_text subject,
                        const char *what,
                        const umi_value *x,
                        const umi_value *y)
{
    umi_buf a = {0}, b = {0};
    umi_buf_puts(&a, x->state == UMI_KNOWN ? "" : "null");
    umi_buf_puts(&b, y->state == UMI_KNOWN ? "" : "null");
    umi_buf_value(&a, x);
    umi_buf_value(&b, y);
    tell(t, subject, what, umi_buf_as_text(&a), umi_buf_as_text(&b));
    t->b->failed |= a.failed || b.failed;
    umi_buf_free(&a);
    umi_buf_free(&b);
}

/* The status, the terms; whether one differs. */
static bool tell_product(const teller *t,
                         const umi_ruleset *rs,
                         size_t i,
                         const umi__outcome *x,
                         const umi__outcome *y)
{
    umi_text code = rs->products[i].code;
    if (x->products[i].status != y->products[i].status)
        tell(t, code, "", umi_text_of(umi_verdict_name(x->products[i].status)),
             umi_text_of(umi_verdict_name(y->products[i].status)));
    else if (!same_value(&x->products[i].max, &y->products[i].max))
        tell_values(t, code, " max", &x->products[i].max, &y->products[i].max);
    else if (!same_value(&x->products[i].rate, &y->products[i].rate))
        tell_values(t, code, " rate", &x->products[i].rate,
                    &y->products[i].rate);
    else
        return false;
    return true;
}

static umi_text route_name(const umi_ruleset *rs, int route)
{
    return route < 0 ? UMI_TEXT("null") : rs->products[route].code;
}

void umi__outcome_tell(umi_buf *b,
                       umi_lang lang,
                       const umi_ruleset *rs,
                       const umi__outcome *x,
                       const umi__outcome *y)
{
    teller t = {b, lang};
    for (size_t i = 0; i < rs->product_count; i++)
        if (tell_product(&t, rs, i, x, y))
            return;
    if (x->outcome != y->outcome)
        tell(&t, UMI_TEXT("decision"), "",
             umi_text_of(umi_decision_name(x->outcome)),
             umi_text_of(umi_decision_name(y->outcome)));
    else if (x->route != y->route)
        tell(&t, UMI_TEXT("route"), "", route_name(rs, x->route),
             route_name(rs, y->route));
    else
        for (size_t i = 0; i < rs->rule_count; i++)
            if (x->fails[i] != y->fails[i]) {
                tell(&t, rs->rules[i].id, "",
                     umi_text_of(x->fails[i] ? "fail" : "pass"),
                     umi_text_of(y->fails[i] ? "fail" : "pass"));
                return;
            }
}
