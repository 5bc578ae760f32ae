/* SPDX-License-Identifier: MIT */
#include "rules/decide/decision.h"
#include "rules/decide/decision_int.h"

#include <assert.h>
#include <stdlib.h>

const char *umi_verdict_name(umi_verdict o)
{
    static const char *const names[] = {"eligible", "refer", "need_documents",
                                        "error", "blocked"};
    return names[o];
}

const char *umi_decision_name(umi_verdict o)
{
    return o == UMI_VERDICT_BLOCKED ? "not_eligible" : umi_verdict_name(o);
}

const char *umi_rule_state_name(umi_rule_state s)
{
    static const char *const names[] = {"pass", "fail", "unknown", "error",
                                        "off"};
    return names[s];
}

/* --- facts --------------------------------------------------------------- */

void umi_facts_clear(umi_value *facts, const umi_ruleset *rs)
{
    memset(facts, 0, rs->fact_count * sizeof *facts);
    for (size_t i = 0; i < rs->fact_count; i++) {
        facts[i].state = UMI_UNKNOWN;
        facts[i].unknown[i / 64] = UINT64_C(1) << i % 64;
    }
}

static const char *form_of(umi_kind k)
{
    switch (k) {
    case UMI_KIND_BOOL:
        return "true or false";
    case UMI_KIND_INT:
        return "a whole number";
    case UMI_KIND_DECIMAL:
        return "a decimal number";
    case UMI_KIND_RATE:
        return "a rate as a fraction, such as 0.06";
    case UMI_KIND_MONEY:
        return "an amount of rupiah";
    case UMI_KIND_DATE:
        return "a date YYYY-MM-DD that exists";
    case UMI_KIND_ENUM:
        return "a member of the enum";
    case UMI_KIND_ANY:
    case UMI_KIND_STRING:
    case UMI_KIND_LIST:
        break;
    }
    return "a text in UTF-8";
}

static umi_status
refuse(const umi_fact *f, umi_text text, bool readable, umi_error *err)
{
    umi_lang lang = err != NULL ? err->lang : UMI_LANG_EN;
    char name[96];
    size_t n = f->name.len < sizeof name - 1 ? f->name.len : sizeof name - 1;
    memcpy(name, f->name.ptr, n);
    name[n] = '\0';
    if (readable)
        return umi_fail(err, UMI_EINVAL, name, "'%.*s' is out of range",
                        UMI_SHOW(text));
    return umi_fail(err, UMI_EINVAL, name, "must be %s, got '%.*s'",
                    umi_tr(lang, form_of(f->type.kind)), UMI_SHOW(text));
}

umi_status umi_fact_put(umi_value *facts,
                        const umi_ruleset *rs,
                        uint32_t slot,
                        umi_text text,
                        umi_error *err)
{
    const umi_fact *f = &rs->facts[slot];
    umi_value before = facts[slot], *v = &facts[slot];
    bool readable = umi_value_parse(v, f->type, text);
    if (readable && umi_fact_admits(f, v))
        return UMI_OK;
    *v = before;
    return refuse(f, text, readable, err);
}

umi_status umi_fact_set(umi_value *facts,
                        const umi_ruleset *rs,
                        umi_text name,
                        umi_text text,
                        umi_error *err)
{
    const umi_name *n = umi_env_find(rs->names, name);
    char field[96];
    if (n != NULL && n->kind == UMI_NAME_FACT)
        return umi_fact_put(facts, rs, n->slot, text, err);
    size_t len = name.len < sizeof field - 1 ? name.len : sizeof field - 1;
    memcpy(field, name.ptr, len);
    field[len] = '\0';
    return umi_fail(err, UMI_ENOENT, field, "there is no fact '%.*s'",
                    UMI_SHOW(name));
}

/* --- making ready -------------------------------------------------------- */

#define NO_ROOT UINT32_MAX

typedef struct root_list {
    const umi_node **nodes;
    size_t count;
} root_list;

static uint32_t add_root(root_list *l, const umi_rule_expr *e)
{
    if (e->expr == NULL)
        return NO_ROOT;
    l->nodes[l->count] = e->expr->root;
    return (uint32_t)l->count++;
}

/* The same in every epoch: made once. */
static bool list_roots(umi_decider *d, root_list *l)
{
    const umi_ruleset *rs = d->rs;
    umi__roots *r = &d->roots;
    size_t most = rs->rule_count * 2 + rs->product_count * 2 + rs->row_count;
    l->nodes = umi_arena_array(d->arena, most + 1, sizeof *l->nodes);
    r->require = umi_arena_array(d->arena, most + 1, sizeof *r->require);
    if (l->nodes == NULL || r->require == NULL)
        return false;
    r->unless = r->require + rs->rule_count;
    r->max = r->unless + rs->rule_count;
    r->rate = r->max + rs->product_count;
    r->when = r->rate + rs->product_count;
    for (size_t i = 0; i < rs->rule_count; i++) {
        r->require[i] = add_root(l, &rs->rules[i].require);
        r->unless[i] = add_root(l, &rs->rules[i].unless);
    }
    for (size_t i = 0; i < rs->product_count; i++) {
        r->max[i] = add_root(l, &rs->products[i].max);
        r->rate[i] = add_root(l, &rs->products[i].rate);
    }
    for (size_t i = 0; i < rs->row_count; i++)
        r->when[i] = add_root(l, &rs->rows[i].when);
    return true;
}

static const umi_let *list_lets(umi_decider *d, umi_arena *arena)
{
    const umi_ruleset *rs = d->rs;
    umi_let *lets = umi_arena_array(arena, rs->let_count + 1, sizeof *lets);
    for (size_t i = 0; lets != NULL && i < rs->let_count; i++)
        lets[i] = (umi_let){rs->lets[i].value.expr, (uint32_t)i};
    return lets;
}

/* The figures in force on d->on, and the days around it that share them. */
static bool take_params(umi_decider *d, umi_arena *arena)
{
    const umi_ruleset *rs = d->rs;
    umi_value *params =
        umi_arena_array(arena, rs->param_count + 1, sizeof *params);
    d->in_force =
        umi_arena_array(arena, rs->param_count + 1, sizeof *d->in_force);
    if (params == NULL || d->in_force == NULL)
        return false;
    d->first = (umi_day){INT32_MIN};
    d->behind = (umi_day){INT32_MAX};
    for (size_t i = 0; i < rs->param_count; i++) {
        const umi_param *p = &rs->params[i];
        const umi_param_value *v = umi_param_on(p, d->on);
        const umi_param_value *next = v != NULL ? v + 1 : p->values;
        d->in_force[i] = v;
        params[i] = v != NULL ? v->value : umi_value_fault(UMI_FAULT_PARAM);
        if (v != NULL && v->from.n > d->first.n)
            d->first = v->from;
        if (next < p->values + p->count && next->from.n < d->behind.n)
            d->behind = next->from;
    }
    d->params = params;
    return true;
}

static umi_status no_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "no memory for a decision");
}

/* Compile for the epoch of d->on into an arena of its own. */
static umi_status compile(umi_decider *d, umi_error *err)
{
    umi_program *program = NULL;
    umi_arena *own = umi_arena_new();
    const umi_let *lets = own != NULL ? list_lets(d, own) : NULL;
    if (lets == NULL || !take_params(d, own)) {
        umi_arena_free(own);
        return no_memory(err);
    }
    umi_program_source source = {.lets = lets,
                                 .let_count = d->rs->let_count,
                                 .roots = d->root_nodes,
                                 .root_count = d->root_count,
                                 .params = d->params};
    umi_status rc = umi_program_build(&program, own, &source, err);
    size_t room = rc == UMI_OK ? umi_program_scratch(program) : 0;
    if (rc == UMI_OK) {
        d->scratch = umi_arena_array(own, room + 1, sizeof *d->scratch);
        d->trial_scratch =
            umi_arena_array(own, room + 1, sizeof *d->trial_scratch);
        d->root_at =
            umi_arena_array(own, d->root_count + 1, sizeof *d->root_at);
        if (d->scratch == NULL || d->trial_scratch == NULL ||
            d->root_at == NULL)
            rc = no_memory(err);
    }
    if (rc != UMI_OK) {
        umi_arena_free(own);
        return rc;
    }
    for (size_t i = 0; i < d->root_count; i++)
        d->root_at[i] = umi_program_result(program, d->slots, d->scratch, i);
    d->program = program;
    d->own = own;
    d->fragments = NULL;
    return UMI_OK;
}

static int by_fact_name(const void *a, const void *b)
{
    const umi_fact *const *x = a, *const *y = b;
    return umi_text_cmp((*x)->name, (*y)->name);
}

static bool sort_names(umi_decider *d)
{
    size_t n = d->rs->fact_count;
    const umi_fact **all = umi_arena_array(d->arena, n + 1, sizeof *all);
    uint32_t *slots = umi_arena_array(d->arena, n + 1, sizeof *slots);
    if (all == NULL || slots == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        all[i] = &d->rs->facts[i];
    qsort(all, n, sizeof *all, by_fact_name);
    for (size_t i = 0; i < n; i++)
        slots[i] = (uint32_t)(all[i] - d->rs->facts);
    d->by_name = slots;
    return true;
}

static bool list_severities(umi_decider *d)
{
    size_t n = d->rs->rule_count;
    uint8_t *all = umi_arena_array(d->arena, n + 1, sizeof *all);
    for (size_t i = 0; all != NULL && i < n; i++)
        all[i] = (uint8_t)d->rs->rules[i].severity;
    d->severities = all;
    return all != NULL;
}

/* By rank, then the severest, then in the order of the file. */
static bool list_tellings(umi_decider *d)
{
    size_t n = d->rs->rule_count;
    uint64_t *all = umi_arena_array(d->arena, n + 1, sizeof *all);
    for (size_t i = 0; all != NULL && i < n; i++)
        all[i] =
            (uint64_t)((uint32_t)d->rs->rules[i].rank ^ UINT32_C(0x80000000))
                << 32 |
            (uint64_t)d->rs->rules[i].severity << 24 | i;
    d->tellings = all;
    return all != NULL;
}

/* What is the same in all decisions of the day.  Rules are large: a decision
 * that asked each of them whether it holds would fetch them all. */
static void take_day(umi_decider *d)
{
    (void)umi_day_write(d->on_text, d->on);
    for (size_t i = 0; i < d->rs->rule_count; i++)
        d->holds[i] = umi_rule_on(&d->rs->rules[i], d->on);
}

static bool make_room(umi_decider *d)
{
    const umi_ruleset *rs = d->rs;
    umi_arena *a = d->arena;
    size_t slots = rs->fact_count + 1, rules = rs->rule_count + 1;
    d->texts = umi_arena_new();
    d->trial_texts = umi_arena_new();
    d->slots = umi_arena_array(a, slots, sizeof *d->slots);
    d->trial = umi_arena_array(a, slots, sizeof *d->trial);
    d->states = umi_arena_array(a, rules, sizeof *d->states);
    d->trial_states = umi_arena_array(a, rules, sizeof *d->trial_states);
    d->rule_docs = umi_arena_array(a, rules, sizeof *d->rule_docs);
    d->docs_known = umi_arena_array(a, rules, sizeof *d->docs_known);
    d->holds = umi_arena_array(a, rules, sizeof *d->holds);
    d->products =
        umi_arena_array(a, rs->product_count + 1, sizeof *d->products);
    if (d->texts == NULL || d->trial_texts == NULL || d->slots == NULL ||
        d->trial == NULL || d->states == NULL || d->trial_states == NULL ||
        d->rule_docs == NULL || d->docs_known == NULL || d->holds == NULL ||
        d->products == NULL)
        return false;
    for (size_t i = 0; i < rs->product_count; i++) {
        d->products[i].reasons = umi_arena_array(
            a, rs->products[i].rule_count + 1, sizeof(uint32_t));
        if (d->products[i].reasons == NULL)
            return false;
    }
    return list_severities(d) && list_tellings(d) && sort_names(d);
}

static umi_status set_up(umi_decider *d, umi_error *err)
{
    root_list l = {0};
    if (!make_room(d) || !list_roots(d, &l))
        return no_memory(err);
    d->root_nodes = l.nodes;
    d->root_count = l.count;
    take_day(d);
    return compile(d, err);
}

umi_status umi_decider_new(umi_decider **out,
                           const umi_ruleset *rs,
                           umi_day on,
                           umi_error *err)
{
    umi_arena *arena = umi_arena_new();
    umi_decider *d = arena != NULL ? umi_arena_alloc(arena, sizeof *d) : NULL;
    if (d == NULL) {
        umi_arena_free(arena);
        return no_memory(err);
    }
    d->arena = arena;
    d->rs = rs;
    d->on = on;
    umi_status rc = set_up(d, err);
    if (rc != UMI_OK) {
        umi_decider_free(d);
        return rc;
    }
    *out = d;
    return UMI_OK;
}

umi_status umi_decider_on(umi_decider *d, umi_day on, umi_error *err)
{
    umi_decider before = *d;
    d->on = on;
    if (on.n < d->first.n || on.n >= d->behind.n) {
        umi_status rc = compile(d, err);
        if (rc != UMI_OK) {
            *d = before;
            return rc;
        }
        umi_arena_free(before.own);
    }
    take_day(d);
    return UMI_OK;
}

void umi_decider_free(umi_decider *d)
{
    if (d == NULL)
        return;
    umi_arena_free(d->own);
    umi_arena_free(d->texts);
    umi_arena_free(d->trial_texts);
    umi_arena_free(d->arena);
}
