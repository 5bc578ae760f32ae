/* SPDX-License-Identifier: MIT */
#include "rules/decide/reach_int.h"

typedef struct marker {
    struct umi__reach *reach;
    umi__slots *out;
} marker;

static void mark(void *self, const umi_node *node)
{
    const marker *m = self;
    const umi_name *name = node->name;
    if (name->kind == UMI_NAME_FACT)
        m->out->bits[name->slot / 64] |= UINT64_C(1) << name->slot % 64;
    if (name->kind == UMI_NAME_LET)
        for (size_t i = 0; i < UMI_FACTS_MAX / 64; i++)
            m->out->bits[i] |= m->reach->lets[name->slot].bits[i];
}

static void mark_expr(marker *m, umi__slots *out, const umi_rule_expr *e)
{
    m->out = out;
    if (e->expr != NULL)
        umi_expr_names(e->expr->root, mark, m);
}

umi_status umi__reach_ready(umi_decider *d)
{
    const umi_ruleset *rs = d->rs;
    if (d->reach != NULL)
        return UMI_OK;
    struct umi__reach *r = umi_arena_alloc(d->arena, sizeof *r);
    if (r == NULL)
        return UMI_ENOMEM;
    r->lets = umi_arena_array(d->arena, rs->let_count + 1, sizeof *r->lets);
    r->rules = umi_arena_array(d->arena, rs->rule_count + 1, sizeof *r->rules);
    if (r->lets == NULL || r->rules == NULL)
        return UMI_ENOMEM;
    marker m = {.reach = r};
    for (size_t i = 0; i < rs->let_count; i++)
        mark_expr(&m, &r->lets[i], &rs->lets[i].value);
    for (size_t i = 0; i < rs->rule_count; i++) {
        mark_expr(&m, &r->rules[i], &rs->rules[i].require);
        mark_expr(&m, &r->rules[i], &rs->rules[i].unless);
    }
    d->reach = r;
    return UMI_OK;
}
