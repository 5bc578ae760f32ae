/* SPDX-License-Identifier: MIT
 * One analysis: cut time into epochs, read every expression once for the
 * cuts of its variables and once for its boxes, and claim what follows. */
#include "rules/decide/box.h"
#include "rules/decide/box_claim_int.h"

#include <stdlib.h>

/* --- epochs -------------------------------------------------------------- */

static int by_day(const void *a, const void *b)
{
    const umi_day *x = a, *y = b;
    return (x->n > y->n) - (x->n < y->n);
}

/* The first days of the epochs from complete_from on, ascending. */
static umi_day *list_epochs(umi__analysis *a, size_t *count)
{
    const umi_ruleset *rs = a->rs;
    size_t most = 1 + 2 * rs->rule_count, n = 0, kept = 0;
    for (size_t i = 0; i < rs->param_count; i++)
        most += rs->params[i].count;
    umi_day *all = umi_arena_array(a->space.keep, most, sizeof *all);
    if (all == NULL)
        return NULL;
    all[n++] = rs->complete_from;
    for (size_t i = 0; i < rs->param_count; i++)
        for (size_t k = 0; k < rs->params[i].count; k++)
            all[n++] = rs->params[i].values[k].from;
    for (size_t i = 0; i < rs->rule_count; i++) {
        if (rs->rules[i].has_from)
            all[n++] = rs->rules[i].from;
        if (rs->rules[i].has_until)
            all[n++] = rs->rules[i].until;
    }
    qsort(all, n, sizeof *all, by_day);
    for (size_t i = 0; i < n; i++)
        if (all[i].n >= rs->complete_from.n &&
            (kept == 0 || all[i].n != all[kept - 1].n))
            all[kept++] = all[i];
    *count = kept;
    return all;
}

static void enter_epoch(umi__analysis *a, umi_day day, bool first)
{
    a->day = day;
    memset(a->changed, first ? 0xFF : 0, a->param_words * sizeof *a->changed);
    for (size_t i = 0; i < a->rs->param_count; i++) {
        const umi_param_value *v = umi_param_on(&a->rs->params[i], day);
        if (!first && (v == NULL || v->from.n != day.n))
            continue;
        a->params[i] = v != NULL ? v->value : umi_value_fault(UMI_FAULT_PARAM);
        a->changed[i / 64] |= UINT64_C(1) << i % 64;
    }
    (void)umi__space_spend(&a->space, a->rs->param_count);
}

/* --- units --------------------------------------------------------------- */

typedef struct need {
    umi__analysis *a;
    umi__unit *u;
} need;

static void add_need(void *self, const umi_node *node)
{
    need *s = self;
    uint32_t slot = node->name->slot;
    if (node->name->kind == UMI_NAME_FACT)
        s->u->facts[slot / 64] |= UINT64_C(1) << slot % 64;
    else if (node->name->kind == UMI_NAME_PARAM)
        s->u->params[slot / 64] |= UINT64_C(1) << slot % 64;
    else if (node->name->kind == UMI_NAME_LET) {
        umi__unit *let = &s->a->units[slot];
        let->needed = true;
        for (size_t i = 0; i < UMI_FACTS_MAX / 64; i++)
            s->u->facts[i] |= let->facts[i];
        for (size_t i = 0; i < s->a->param_words; i++)
            s->u->params[i] |= let->params[i];
    }
}

static bool asks_known(const umi_node *n)
{
    bool asks = n->op == UMI_OP_CALL && n->fn == UMI_FN_KNOWN;
    for (uint32_t i = 0; i < n->count && !asks; i++)
        asks = asks_known(n->args[i]);
    return asks;
}

static void set_unit(umi__analysis *a, umi__unit *u, const umi_rule_expr *e)
{
    need s = {a, u};
    if (e->expr == NULL)
        return;
    u->e = e;
    a->space.absent |= asks_known(e->expr->root);
    u->is_bool = e->expr->root->type.kind == UMI_KIND_BOOL;
    u->params =
        umi_arena_array(a->space.keep, a->param_words, sizeof *u->params);
    a->failed |= u->params == NULL;
    if (!a->failed)
        umi_expr_names(e->expr->root, add_need, &s);
}

static void mark_lets(void *self, const umi_node *node)
{
    umi__analysis *a = self;
    if (node->name->kind == UMI_NAME_LET)
        a->units[node->name->slot].needed = true;
}

static bool set_units(umi__analysis *a)
{
    const umi_ruleset *rs = a->rs;
    umi__space *s = &a->space;
    a->param_words = rs->param_count / 64 + 1;
    a->unit_count = rs->let_count + 2 * rs->rule_count + rs->row_count;
    a->units = umi_arena_array(s->keep, a->unit_count + 1, sizeof *a->units);
    a->changed = umi_arena_array(s->keep, a->param_words, sizeof *a->changed);
    a->params =
        umi_arena_array(s->keep, rs->param_count + 1, sizeof *a->params);
    a->facts = umi_arena_array(s->keep, rs->fact_count + 1, sizeof *a->facts);
    a->rules = umi_arena_array(s->keep, rs->rule_count + 1, sizeof *a->rules);
    a->rows = umi_arena_array(s->keep, rs->row_count + 1, sizeof *a->rows);
    if (a->units == NULL || a->changed == NULL || a->params == NULL ||
        a->facts == NULL || a->rules == NULL || a->rows == NULL)
        return false;
    for (size_t i = 0; i < rs->let_count; i++)
        set_unit(a, &a->units[i], &rs->lets[i].value);
    for (size_t i = 0; i < rs->let_count; i++)
        a->units[i].needed = false; /* other lets do not count */
    for (size_t i = 0; i < rs->rule_count; i++) {
        set_unit(a, umi__require_unit(a, i), &rs->rules[i].require);
        set_unit(a, umi__unless_unit(a, i), &rs->rules[i].unless);
    }
    for (size_t i = 0; i < rs->row_count; i++)
        set_unit(a, umi__row_unit(a, i), &rs->rows[i].when);
    for (size_t i = rs->let_count; i-- > 0;)
        if (a->units[i].needed)
            umi_expr_names(rs->lets[i].value.expr->root, mark_lets, a);
    return !a->failed;
}

static bool stale(const umi__analysis *a, const umi__unit *u, bool first)
{
    for (size_t i = 0; i < a->param_words; i++)
        if (u->params[i] & a->changed[i])
            return true;
    return first;
}

/* --- one epoch ----------------------------------------------------------- */

static bool read_unit(umi__analysis *a, umi__unit *u, bool first)
{
    umi__reader r = {
        .space = &a->space,
        .lets = a->units,
        .params = a->params,
        .parts = a->parts,
    };
    if (u->e == NULL || !stale(a, u, first))
        return false;
    umi__unit_read(&r, u);
    return true;
}

/* unless || require */
static void take_truth(umi__analysis *a, size_t rule)
{
    umi__space *s = &a->space;
    umi__truth t = umi__require_unit(a, rule)->truth;
    const umi__unit *unless = umi__unless_unit(a, rule);
    if (unless->e != NULL) {
        umi__space_turn(s);
        t.yes = umi__keep(s, umi__either(s, t.yes, unless->truth.yes));
        t.no = umi__keep(s, umi__both(s, t.no, unless->truth.no));
    }
    a->rules[rule].truth = t;
}

static void read_epoch(umi__analysis *a, bool first)
{
    const umi_ruleset *rs = a->rs;
    for (size_t i = 0; i < rs->let_count; i++)
        if (a->units[i].needed)
            (void)read_unit(a, &a->units[i], first);
    for (size_t i = 0; i < rs->rule_count; i++) {
        umi__rule_case *c = &a->rules[i];
        bool on = umi_rule_on(&rs->rules[i], a->day);
        bool begins = on && !c->on;
        c->fresh = on != c->on;
        c->on = on;
        if (!on) /* it stays as it was on its last day */
            continue;
        bool require = read_unit(a, umi__require_unit(a, i), begins);
        bool unless = read_unit(a, umi__unless_unit(a, i), begins);
        c->day = a->day;
        c->fresh |= require || unless;
        if (a->space.cut && (require || unless))
            take_truth(a, i);
    }
    for (size_t i = 0; i < rs->row_count; i++)
        (void)read_unit(a, umi__row_unit(a, i), first);
}

static umi__boxes days_of(umi__space *s, umi_day first, const umi_day *next)
{
    uint32_t today = (uint32_t)s->rs->fact_count;
    umi__boxes out = umi__everybody(false);
    if (!s->vars[today].used)
        return out;
    out = umi__compare(s, today, UMI_OP_GE, umi_decimal_int(first.n)).yes;
    if (next == NULL)
        return out;
    umi__truth t = umi__compare(s, today, UMI_OP_LT, umi_decimal_int(next->n));
    return umi__both(s, out, t.yes);
}

/* What the days of the epoch allow, for the questions that follow. */
static void take_world(umi__analysis *a, const umi_day *next)
{
    umi__space *s = &a->space;
    umi_day last = {next != NULL ? next->n - 1 : UMI__LAST_DAY};
    umi__space_turn(s);
    a->moving = s->vars[a->rs->fact_count].used;
    a->world = days_of(s, a->day, next);
    for (uint32_t i = (uint32_t)a->rs->fact_count + 1; i < s->var_count; i++) {
        if (s->vars[i].kind != UMI__VAR_SPAN)
            continue;
        umi__boxes b = umi__span_within(s, i, a->day, last);
        b.lost = false; /* it holds for everybody */
        a->world = umi__both(s, a->world, b);
        a->moving = true;
    }
    a->world = umi__keep(s, a->world);
}

/* Where the decision date is asked for, no cell reaches over two epochs. */
static void cut_days(umi__analysis *a, const umi_day *epochs, size_t count)
{
    uint32_t today = (uint32_t)a->rs->fact_count;
    if (a->space.vars[today].used)
        for (size_t i = 0; i < count; i++)
            (void)umi__compare(&a->space, today, UMI_OP_LT,
                               umi_decimal_int(epochs[i].n));
}

static void take_grid(umi__analysis *a)
{
    umi__space *s = &a->space;
    umi__space_turn(s);
    a->on_grid = umi__everybody(false);
    for (uint32_t i = 0; i < a->rs->fact_count; i++)
        if (s->vars[i].ordered && s->vars[i].used)
            a->on_grid = umi__both(s, a->on_grid,
                                   umi__boxes_side(s, i, s->vars[i].grid));
    a->on_grid = umi__keep(s, a->on_grid);
}

static bool stopped(const umi__analysis *a)
{
    return a->failed || a->space.failed || a->space.work <= 0;
}

static void claim_all(umi__analysis *a)
{
    umi__claim_rules(a);
    umi__claim_products(a);
    umi__claim_bands(a);
    umi__claim_rows(a);
}

static bool run(umi__analysis *a, size_t *count)
{
    umi_day *epochs = list_epochs(a, count);
    if (epochs == NULL || !set_units(a))
        return false;
    for (size_t i = 0; i < *count && !stopped(a); i++) {
        enter_epoch(a, epochs[i], i == 0);
        read_epoch(a, i == 0);
    }
    cut_days(a, epochs, *count);
    umi__space_cut(&a->space);
    take_grid(a);
    for (size_t i = 0; i < a->rs->rule_count; i++)
        a->rules[i].on = false;
    for (size_t i = 0; i < *count && !stopped(a); i++) {
        enter_epoch(a, epochs[i], i == 0);
        read_epoch(a, i == 0);
        take_world(a, i + 1 < *count ? &epochs[i + 1] : NULL);
        claim_all(a);
    }
    a->last = a->day;
    if (!stopped(a))
        umi__claim_at_end(a);
    return !a->failed && !a->space.failed;
}

/* --- the whole ----------------------------------------------------------- */

static bool take_report(umi__analysis *a, umi_box_report *out, size_t epochs)
{
    size_t n = 0;
    umi_box_report report = {.epochs = epochs,
                             .steps = UMI__STEPS_MAX - a->space.work,
                             .unproved = a->unproved,
                             .interrupted = stopped(a)};
    uint32_t *opaque = umi_arena_array(a->problems->arena,
                                       a->rs->rule_count + 1, sizeof *opaque);
    if (opaque == NULL)
        return false;
    for (uint32_t i = 0; i < a->rs->rule_count; i++) {
        const umi__rule_case *c = &a->rules[i];
        report.rules += c->seen || report.interrupted;
        if (report.interrupted || (c->seen && c->lost))
            opaque[n++] = i;
    }
    report.opaque = opaque;
    report.opaque_count = n;
    *out = report;
    return true;
}

umi_status umi_ruleset_analyse(umi_box_report *out,
                               const umi_ruleset *rs,
                               umi_problems *problems,
                               umi_error *err)
{
    umi__analysis a = {.rs = rs, .problems = problems};
    umi_status rc = umi_decider_new(&a.d, rs, rs->complete_from, err);
    if (rc != UMI_OK)
        return rc;
    size_t epochs = 0;
    bool ok = umi__space_open(&a.space, rs) && run(&a, &epochs) &&
              take_report(&a, out, epochs) && !problems->failed;
    umi__space_close(&a.space);
    umi_decider_free(a.d);
    if (!ok)
        return umi_fail(err, UMI_ENOMEM, "", "no memory for an analysis");
    umi_problems_sort(problems);
    return UMI_OK;
}
