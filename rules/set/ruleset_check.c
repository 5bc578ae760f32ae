/* SPDX-License-Identifier: MIT
 * What only the whole set can show: names that nobody uses, and parameters
 * that have no value yet on a day on which they are needed. */
#include "rules/set/ruleset_int.h"

#include <inttypes.h>

/* --- unused -------------------------------------------------------------- */

static void
unused(umi__loader *l, umi_at at, umi_text name, const char *what, bool used)
{
    if (used)
        return;
    umi__problem(l->problems, at, "W-UNUSED", "the %s '%.*s' is not used",
                 umi_tr(l->problems->lang, what), UMI_SHOW(name));
    umi__problem_width(l->problems, umi_text_points(name));
}

static void check_unused(umi__loader *l)
{
    const umi_ruleset *rs = l->rs;
    for (size_t i = 0; i < rs->fact_count; i++)
        ((umi_fact *)rs->facts)[i].used = l->facts_used[i];
    for (size_t i = 0; i < rs->fact_count; i++)
        unused(l, rs->facts[i].at, rs->facts[i].name, "fact", l->facts_used[i]);
    for (size_t i = 0; i < rs->param_count; i++)
        unused(l, rs->params[i].at, rs->params[i].name, "parameter",
               l->params_used[i]);
    static const char *const kinds[] = {"let", "table", "scorecard", "", ""};
    for (size_t i = 0; i < rs->let_count; i++)
        unused(l, rs->lets[i].at, rs->lets[i].name, kinds[rs->lets[i].kind],
               l->lets_used[i]);
}

/* --- values in force ----------------------------------------------------- */

#define NEVER INT32_MAX

/* The first day on which each name is needed. */
typedef struct needs {
    int32_t *params, *lets;
    int32_t day; /* from which the expression that is walked holds */
} needs;

static void need(void *self, const umi_node *node)
{
    needs *s = self;
    if (node->name == NULL)
        return;
    int32_t *day = node->name->kind == UMI_NAME_PARAM ? s->params
                   : node->name->kind == UMI_NAME_LET ? s->lets
                                                      : NULL;
    if (day != NULL && s->day < day[node->name->slot])
        day[node->name->slot] = s->day;
}

static void need_all(needs *s, const umi_rule_expr *e, int32_t day)
{
    s->day = day;
    if (e->expr != NULL)
        umi_expr_names(e->expr->root, need, s);
}

static void need_of_rule(needs *s, const umi_ruleset *rs, const umi_rule *r)
{
    int32_t day = rs->complete_from.n;
    if (r->has_until && r->until.n <= day)
        return; /* it held only before */
    if (r->has_from && r->from.n > day)
        day = r->from.n;
    need_all(s, &r->require, day);
    need_all(s, &r->unless, day);
}

static void find_needs(needs *s, const umi_ruleset *rs)
{
    for (size_t i = 0; i < rs->rule_count; i++)
        need_of_rule(s, rs, &rs->rules[i]);
    for (size_t i = 0; i < rs->product_count; i++) {
        need_all(s, &rs->products[i].max, rs->complete_from.n);
        need_all(s, &rs->products[i].rate, rs->complete_from.n);
    }
    for (size_t i = 0; i < rs->row_count; i++)
        need_all(s, &rs->rows[i].when, rs->complete_from.n);
    for (size_t i = rs->let_count; i-- > 0;) /* users before their names */
        if (s->lets[i] != NEVER)
            need_all(s, &rs->lets[i].value, s->lets[i]);
}

static void check_values(umi__loader *l)
{
    const umi_ruleset *rs = l->rs;
    needs s = {umi__load_array(l, rs->param_count, sizeof *s.params),
               umi__load_array(l, rs->let_count, sizeof *s.lets), 0};
    if (l->failed)
        return;
    for (size_t i = 0; i < rs->param_count; i++)
        s.params[i] = NEVER;
    for (size_t i = 0; i < rs->let_count; i++)
        s.lets[i] = NEVER;
    find_needs(&s, rs);
    for (size_t i = 0; i < rs->param_count; i++) {
        const umi_param *p = &rs->params[i];
        if (p->count == 0 || s.params[i] >= p->values[0].from.n)
            continue;
        char day[UMI_DAY_TEXT];
        umi_day_write(day, (umi_day){s.params[i]});
        umi__problem(l->problems, p->at, "E314",
                     "the parameter '%.*s' has no value on %s, when it is "
                     "needed",
                     UMI_SHOW(p->name), day);
        umi__problem_width(l->problems, p->name.len - 6);
        umi__problem_other(l->problems, p->values[0].at);
    }
}

/* What stands in an expression that is wrong may look unused: a file with
 * errors is told of them alone. */
void umi__load_cross_check(umi__loader *l)
{
    if (l->has_complete_from)
        check_values(l);
    if (l->problems->errors == l->errors_before)
        check_unused(l);
}

void umi_ruleset_check_products(const umi_ruleset *rs,
                                const umi_products *products,
                                umi_problems *problems)
{
    umi_text codes[UMI_PRODUCTS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < products->count && n < UMI_PRODUCTS_MAX; i++)
        codes[n++] = products->items[i].code;
    for (size_t i = 0; i < rs->product_count; i++) {
        const umi_rule_product *p = &rs->products[i];
        if (umi_product_find(products, p->code) != NULL)
            continue;
        umi__problem(problems, p->at, "E318",
                     "there is no product '%.*s' in rules/data",
                     UMI_SHOW(p->code));
        umi__problem_width(problems, umi_text_points(p->code));
        const umi_text *near = umi_suggest(p->code, codes, n);
        if (near != NULL)
            umi__problem_help(problems, "did you mean '%.*s'?",
                              UMI_SHOW(*near));
    }
    umi_problems_sort(problems);
}
