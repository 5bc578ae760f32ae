/* SPDX-License-Identifier: MIT
 * The sections that define names: facts, legal, params, let. */
#include "rules/set/ruleset_int.h"

#include <inttypes.h>
#include <stddef.h>

/* --- facts --------------------------------------------------------------- */

const char *const umi__change_names[] = {"increase", "decrease", "either",
                                         "set", NULL};

const char *umi_move_name(umi_move c)
{
    return c == UMI_MOVE_NEVER ? "never" : umi__change_names[c - 1];
}

static void load_members(umi__loader *l, const umi_yaml *n, umi_fact *f)
{
    umi_enum *of = umi__load_array(l, 1, sizeof *of);
    umi_text *members = umi__load_array(l, n->count, sizeof *members);
    if (of == NULL || members == NULL || !umi__load_kind(l, n, UMI_YAML_LIST))
        return;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        if (!umi__load_kind(l, c, UMI_YAML_SCALAR))
            continue;
        members[of->count] = c->text;
        for (uint32_t i = 0; i < of->count; i++)
            if (umi_text_eq(members[i], c->text))
                umi__problem(l->problems, c->at, "E307",
                             "'%.*s' is defined already", UMI_SHOW(c->text));
        of->count++;
    }
    if (of->count == 0)
        umi__problem(l->problems, n->at, "E304", "an enum needs a member");
    of->members = members;
    f->type = (umi_type){.kind = UMI_KIND_ENUM, .of = of};
}

/* What is written of a fact. */
typedef struct fact_form {
    int type; /* index of type_names */
    bool confidential;
    umi_text doc;
    const umi_yaml *values, *range, *step, *change_at;
} fact_form;

static const char *const type_names[] = {
    "bool", "int", "decimal", "rate", "money", "date", "string", "enum", NULL};
static const umi_kind type_kinds[] = {
    UMI_KIND_BOOL,  UMI_KIND_INT,  UMI_KIND_DECIMAL, UMI_KIND_RATE,
    UMI_KIND_MONEY, UMI_KIND_DATE, UMI_KIND_STRING,  UMI_KIND_ENUM,
    UMI_KIND_ANY /* nothing that is known was written */};

static void
load_type(umi__loader *l, const umi_yaml *n, const fact_form *form, umi_fact *f)
{
    f->type = umi_type_of(type_kinds[form->type]);
    bool members = f->type.kind == UMI_KIND_ENUM;
    if (members && form->values == NULL)
        umi__problem(l->problems, n->key_at, "Y202", "the key '%s' is missing",
                     "values");
    if (!members && form->values != NULL && f->type.kind != UMI_KIND_ANY)
        umi__problem(l->problems, form->values->key_at, "E304",
                     "only an enum has values");
    if (members) {
        f->type = umi_type_of(UMI_KIND_ANY);
        if (form->values != NULL)
            load_members(l, form->values, f);
    }
}

static bool numeric(umi_kind k)
{
    return k == UMI_KIND_INT || k == UMI_KIND_DECIMAL || k == UMI_KIND_RATE ||
           k == UMI_KIND_MONEY;
}

static umi_decimal number(const umi_value *v)
{
    return v->kind == UMI_KIND_INT ? umi_decimal_int(v->i) : v->q;
}

int umi__value_order(const umi_value *a, const umi_value *b)
{
    if (a->kind == b->kind &&
        (a->kind == UMI_KIND_DATE || a->kind == UMI_KIND_INT))
        return (a->i > b->i) - (a->i < b->i);
    return umi_decimal_cmp(number(a), number(b));
}

bool umi_fact_admits(const umi_fact *f, const umi_value *v)
{
    return !f->ranged || (umi__value_order(v, &f->min) >= 0 &&
                          umi__value_order(v, &f->max) <= 0);
}

static void load_range(umi__loader *l, const umi_yaml *n, umi_fact *f)
{
    if (!umi__load_kind(l, n, UMI_YAML_LIST))
        return;
    if (!numeric(f->type.kind) && f->type.kind != UMI_KIND_DATE) {
        if (f->type.kind != UMI_KIND_ANY)
            umi__problem(l->problems, n->key_at, "E304",
                         "only numbers and dates have a range");
        return;
    }
    if (n->count != 2) {
        umi__problem(l->problems, n->at, "E304",
                     "a range is [least, greatest], got %" PRIu32 " values",
                     n->count);
        return;
    }
    if (!umi__load_value(l, n->first, f->type, false, &f->min) ||
        !umi__load_value(l, n->first->next, f->type, false, &f->max))
        return;
    f->ranged = umi__value_order(&f->min, &f->max) <= 0;
    if (!f->ranged)
        umi__problem(l->problems, n->at, "E304",
                     "the range ends before it begins");
}

static void load_step(umi__loader *l, const umi_yaml *n, umi_fact *f)
{
    umi_value v;
    if (!numeric(f->type.kind)) {
        if (f->type.kind != UMI_KIND_ANY)
            umi__problem(l->problems, n->key_at, "E304",
                         "only numbers have a step");
        return;
    }
    if (!umi__load_value(l, n, f->type, false, &v))
        return;
    f->step = number(&v);
    f->stepped = f->step.num > 0;
    if (!f->stepped)
        umi__problem(l->problems, n->at, "E304",
                     "a step must be greater than 0, got '%.*s'",
                     UMI_SHOW(n->text));
}

static void check_change(umi__loader *l, const umi_yaml *n, const umi_fact *f)
{
    if (numeric(f->type.kind) || f->type.kind == UMI_KIND_ANY ||
        f->change == UMI_MOVE_NEVER || f->change == UMI_MOVE_SET)
        return;
    umi__problem(l->problems, n->at, "E304", "only a number can %s; write set",
                 umi_move_name(f->change));
}

/* What proves the fact: several facts share a document. */
static void load_doc(umi__loader *l, umi_env *docs, umi_fact *f, umi_text doc)
{
    const umi_name *known = umi_env_find(docs, doc);
    f->doc = known != NULL ? known->slot : (uint32_t)l->rs->doc_count;
    if (known != NULL)
        return;
    ((umi_text *)l->rs->docs)[l->rs->doc_count++] = doc;
    umi_name name = umi__load_entry(doc, f->doc);
    l->failed |= umi_env_add(docs, name) == UMI_ENOMEM;
}

const umi_bind umi__fact_keys[] = {
    {"type", UMI_BIND_ENUM, offsetof(fact_form, type), .names = type_names,
     .doc = "what its values are"},
    {"values", UMI_BIND_NODE, offsetof(fact_form, values), .optional = true,
     .doc = "the members of an enum", .shape = "members"},
    {"range", UMI_BIND_NODE, offsetof(fact_form, range), .optional = true,
     .doc = "the least and the greatest value", .shape = "range"},
    {"doc", UMI_BIND_TEXT, offsetof(fact_form, doc), .optional = true,
     .doc = "what proves it"},
    {"change", UMI_BIND_NODE, offsetof(fact_form, change_at), .optional = true,
     .doc = "how the applicant can alter it", .shape = "change"},
    {"step", UMI_BIND_NODE, offsetof(fact_form, step), .optional = true,
     .doc = "proposed values are multiples of it", .shape = "number"},
    {"private", UMI_BIND_BOOL, offsetof(fact_form, confidential),
     .optional = true, .doc = "never shown in an explanation"},
    {0}};

static void
load_fact(umi__loader *l, const umi_yaml *n, umi_env *docs, umi_fact *f)
{
    static const umi_bind change = {"change", UMI_BIND_ENUM, 0,
                                    .names = umi__change_names};
    fact_form form = {.type = sizeof type_kinds / sizeof *type_kinds - 1,
                      .doc = f->name};
    int c = 0;
    (void)umi__load_map(l, &form, n, umi__fact_keys, "facts");
    f->confidential = form.confidential;
    load_doc(l, docs, f, form.doc);
    load_type(l, n, &form, f);
    if (form.range != NULL)
        load_range(l, form.range, f);
    if (form.step != NULL)
        load_step(l, form.step, f);
    if (form.change_at != NULL &&
        umi_bind_value(&c, form.change_at, &change, "change", l->arena,
                       l->problems)) {
        f->change = (umi_move)(c + 1);
        check_change(l, form.change_at, f);
    }
}

static void add_today(umi__loader *l)
{
    umi_name today = {.name = UMI_TEXT("today"),
                      .kind = UMI_NAME_INPUT,
                      .type = umi_type_of(UMI_KIND_DATE),
                      .slot = (uint32_t)l->rs->fact_count};
    l->rs->today = today.slot;
    l->failed |= umi_env_add(l->env, today) == UMI_ENOMEM;
}

void umi__load_facts(umi__loader *l, const umi_yaml *n)
{
    if (!umi__load_many(l, n, UMI_YAML_MAP, UMI_FACTS_MAX, "facts"))
        return;
    umi_fact *facts = umi__load_array(l, n->count, sizeof *facts);
    umi_env *docs = umi_env_new(l->arena);
    l->rs->docs = umi__load_array(l, n->count, sizeof *l->rs->docs);
    l->facts_used = umi__load_array(l, n->count, sizeof *l->facts_used);
    l->failed |= docs == NULL;
    if (l->failed)
        return;
    l->rs->facts = facts;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        umi_fact *f = &facts[l->rs->fact_count];
        f->name = c->key;
        f->at = c->key_at;
        if (!umi__load_name(l, f->name, f->at))
            continue;
        load_fact(l, c, docs, f);
        umi_name name = {.name = f->name,
                         .kind = UMI_NAME_FACT,
                         .type = f->type,
                         .slot = (uint32_t)l->rs->fact_count};
        l->rs->fact_count += umi__load_define(l, l->env, name, f->at);
    }
    add_today(l);
}

/* --- legal --------------------------------------------------------------- */

void umi__load_legal(umi__loader *l, const umi_yaml *n)
{
    if (!umi__load_kind(l, n, UMI_YAML_MAP))
        return;
    umi_legal *legal = umi__load_array(l, n->count, sizeof *legal);
    if (legal == NULL)
        return;
    l->rs->legal = legal;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        umi_legal *g = &legal[l->rs->legal_count];
        *g = (umi_legal){.key = c->key, .at = c->key_at};
        (void)umi__load_map(l, g, c, umi__legal_table, "legal");
        umi_name name = umi__load_entry(c->key, l->rs->legal_count);
        l->rs->legal_count += umi__load_define(l, l->legal, name, c->key_at);
    }
}

/* --- params -------------------------------------------------------------- */

typedef struct dated_form {
    umi_day from;
    bool has_from, verify;
    const umi_yaml *value, *legal;
} dated_form;

const umi_bind umi__dated_keys[] = {
    {"from", UMI_BIND_DATE, offsetof(dated_form, from),
     .flag = offsetof(dated_form, has_from), .doc = "its first day"},
    {"value", UMI_BIND_NODE, offsetof(dated_form, value),
     .doc = "of the type, in quotes", .shape = "figure"},
    {"legal", UMI_BIND_NODE, offsetof(dated_form, legal),
     .doc = "a key of legal", .shape = "key"},
    {"verify", UMI_BIND_BOOL, offsetof(dated_form, verify), .optional = true,
     .doc = "not yet read in the official text"},
    {0}};

static void check_ascent(umi__loader *l,
                         const umi_yaml *n,
                         const umi_param_value *before,
                         umi_day from)
{
    if (from.n > before->from.n)
        return;
    const umi_yaml *at = umi_yaml_get(n, "from");
    umi__problem(l->problems, at->at, "E308",
                 "the dates must ascend, but %.*s does not follow the one "
                 "before",
                 UMI_SHOW(at->text));
    umi__problem_width(l->problems, umi_text_points(at->raw));
    umi__problem_other(l->problems, before->at);
}

static void load_dated(umi__loader *l,
                       const umi_yaml *n,
                       const umi_param *p,
                       umi_param_value *v)
{
    dated_form form = {0};
    const umi_name *legal;
    v->at = n->at;
    (void)umi__load_map(l, &form, n, umi__dated_keys, "values");
    v->verify = form.verify;
    v->from = form.from;
    if (form.has_from && p->count > 0)
        check_ascent(l, n, v - 1, form.from);
    if (form.value != NULL && p->type.kind != UMI_KIND_ANY)
        (void)umi__load_value(l, form.value, p->type, true, &v->value);
    if (form.legal != NULL &&
        (legal = umi__load_ref(l, form.legal, l->legal, "legal basis")) != NULL)
        v->legal = legal->slot;
}

typedef struct param_form {
    int type; /* index of type_names; an enum is none for a parameter */
    const umi_yaml *values;
} param_form;

static const char *const figure_types[] = {"bool",  "int",  "decimal", "rate",
                                           "money", "date", "string",  NULL};

const umi_bind umi__param_keys[] = {
    {"type", UMI_BIND_ENUM, offsetof(param_form, type), .names = figure_types,
     .doc = "what its values are"},
    {"values", UMI_BIND_NODE, offsetof(param_form, values),
     .doc = "dated values, ascending", .shape = "dated"},
    {0}};

static void load_param(umi__loader *l, const umi_yaml *n, umi_param *p)
{
    param_form form = {.type = sizeof type_kinds / sizeof *type_kinds - 1};
    (void)umi__load_map(l, &form, n, umi__param_keys, "params");
    p->type = umi_type_of(type_kinds[form.type]);
    if (form.values == NULL ||
        !umi__load_many(l, form.values, UMI_YAML_LIST, UMI_PARAM_VALUES_MAX,
                        "dated values"))
        return;
    umi_param_value *values =
        umi__load_array(l, form.values->count, sizeof *values);
    if (values == NULL)
        return;
    if (form.values->count == 0)
        umi__problem(l->problems, form.values->at, "E304",
                     "a parameter needs a value");
    p->values = values;
    for (const umi_yaml *v = form.values->first; v != NULL; v = v->next) {
        load_dated(l, v, p, &values[p->count]);
        p->count++;
    }
}

/* "umi_max" as expressions know it. */
static umi_text prefixed(umi__loader *l, umi_text name)
{
    size_t len = 6 + name.len;
    char *t = umi__load_array(l, len + 1, 1);
    if (t == NULL)
        return name;
    memcpy(t, "param.", 6);
    memcpy(t + 6, name.ptr, name.len);
    return (umi_text){t, len};
}

void umi__load_params(umi__loader *l, const umi_yaml *n)
{
    if (!umi__load_many(l, n, UMI_YAML_MAP, UMI_PARAMS_MAX, "parameters"))
        return;
    umi_param *params = umi__load_array(l, n->count, sizeof *params);
    l->params_used = umi__load_array(l, n->count, sizeof *l->params_used);
    if (l->failed)
        return;
    l->rs->params = params;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        umi_param *p = &params[l->rs->param_count];
        p->at = c->key_at;
        if (!umi__load_name(l, c->key, c->key_at))
            continue;
        p->name = prefixed(l, c->key);
        load_param(l, c, p);
        umi_name name = {.name = p->name,
                         .kind = UMI_NAME_PARAM,
                         .type = p->type,
                         .slot = (uint32_t)l->rs->param_count};
        l->rs->param_count += umi__load_define(l, l->env, name, p->at);
    }
}

const umi_param_value *umi_param_on(const umi_param *p, umi_day day)
{
    const umi_param_value *v = NULL;
    for (size_t i = 0; i < p->count && p->values[i].from.n <= day.n; i++)
        v = &p->values[i];
    return v;
}

/* --- let ----------------------------------------------------------------- */

typedef enum let_state {
    LET_NEW,
    LET_OPEN, /* its own names are being defined */
    LET_DONE
} let_state;

typedef struct let {
    const umi_yaml *source; /* its key is where it is defined */
    umi_text name;
    umi_expr *expr;        /* NULL: did not parse, or made of several */
    const umi__made *made; /* NULL: of one expression */
    let_state state;
    uint32_t *needs; /* places of the lets that it names */
    uint32_t count, next;
    struct let *asks; /* while open: the one that it was needed for */
} let;

typedef struct lets {
    umi__loader *loader;
    let *all;
    size_t count;
    umi_env *index; /* name to place in all */
    let *now;       /* whose names are listed */
} lets;

/* A place for one more; NULL: told that there are too many. */
static umi_rule_let *next_let(umi__loader *l, umi_at at)
{
    if (l->rs->let_count < l->let_room)
        return (umi_rule_let *)&l->rs->lets[l->rs->let_count];
    if (!l->lets_full)
        umi__problem(l->problems, at, "E315",
                     "more than %d lets, with those of which tables and "
                     "scorecards are made",
                     UMI_LETS_MAX);
    l->lets_full = true;
    return NULL;
}

bool umi__load_let(umi__loader *l, umi_rule_let entry, umi_type type)
{
    umi_rule_let *place = next_let(l, entry.at);
    umi_name name = {.name = entry.name,
                     .kind = UMI_NAME_LET,
                     .type = type,
                     .slot = (uint32_t)l->rs->let_count};
    if (place == NULL || !umi__load_define(l, l->env, name, entry.at))
        return false;
    *place = entry;
    l->rs->let_count++;
    return true;
}

bool umi__load_let_part(umi__loader *l, umi_rule_let entry, umi_name *name)
{
    umi_rule_let *place = next_let(l, entry.at);
    if (place == NULL)
        return false;
    name->kind = UMI_NAME_LET;
    name->slot = (uint32_t)l->rs->let_count;
    *place = entry;
    l->lets_used[l->rs->let_count++] = true;
    return true;
}

static void define_let(lets *s, let *t)
{
    umi__loader *l = s->loader;
    umi_type type = umi_type_of(UMI_KIND_ANY);
    if (t->made != NULL) {
        t->made->define(l, t->made->self);
        return;
    }
    if (t->expr != NULL && umi__load_check(l, t->source, t->expr, NULL))
        type = t->expr->root->type;
    (void)umi__load_let(l,
                        (umi_rule_let){.name = t->name,
                                       .at = t->source->key_at,
                                       .value = {t->expr, t->source}},
                        type);
}

static void tell_circle(lets *s, const let *from, const let *to)
{
    umi_buf b = {0};
    umi_buf_text(&b, to->name);
    for (const let *t = from; t != NULL && t != to; t = t->asks)
        umi_buf_printf(&b, " <- %.*s", UMI_SHOW(t->name));
    umi_buf_printf(&b, " <- %.*s", UMI_SHOW(to->name));
    umi__problem(s->loader->problems, to->source->key_at, "E310",
                 "the let needs itself: %.*s", (int)b.len,
                 b.ptr != NULL ? b.ptr : "");
    s->loader->failed |= b.failed;
    umi_buf_free(&b);
}

static void list_need(void *self, const umi_node *node)
{
    lets *s = self;
    if (node->name != NULL)
        return; /* the input of a cell, whatever it is called */
    const umi_name *name = umi_env_find(s->index, node->text);
    if (name != NULL)
        s->now->needs[s->now->count++] = name->slot;
}

static void list_needs(lets *s, let *t)
{
    if (t->expr == NULL && t->made == NULL)
        return;
    size_t most = t->made != NULL ? t->made->nodes : t->expr->nodes;
    t->needs = umi__load_array(s->loader, most, sizeof *t->needs);
    s->now = t;
    if (t->needs == NULL)
        return;
    if (t->made != NULL)
        t->made->names(t->made->self, list_need, s);
    else
        umi_expr_names(t->expr->root, list_need, s);
}

/* Define @p t after all that it needs.  The way back is kept in the lets, so
 * that a long chain of them costs no stack. */
static void define_in_order(lets *s, let *t)
{
    t->state = LET_OPEN;
    while (t != NULL) {
        if ((t->expr == NULL && t->made == NULL) || t->next == t->count) {
            t->state = LET_DONE;
            define_let(s, t);
            t = t->asks;
            continue;
        }
        let *need = &s->all[t->needs[t->next++]];
        if (need->state == LET_OPEN) {
            tell_circle(s, t, need);
            t->expr = NULL; /* told once is enough */
            t->made = NULL;
        } else if (need->state == LET_NEW) {
            need->state = LET_OPEN;
            need->asks = t;
            t = need;
        }
    }
}

static void sort_lets(lets *s, size_t n)
{
    for (size_t i = 0; i < n && !s->loader->failed; i++)
        list_needs(s, &s->all[i]);
    for (size_t i = 0; i < n && !s->loader->failed; i++)
        if (s->all[i].state == LET_NEW)
            define_in_order(s, &s->all[i]);
}

static bool add_let(lets *s, let item)
{
    umi_name name = umi__load_entry(item.name, s->count);
    if (!umi__load_define(s->loader, s->index, name, item.source->key_at))
        return false;
    s->all[s->count++] = item;
    return true;
}

static void read_lets(lets *s, const umi_yaml *n)
{
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        let item = {.source = c, .name = c->key};
        if (umi__load_name(s->loader, c->key, c->key_at) && add_let(s, item))
            (void)umi__load_parse(s->loader, c, &s->all[s->count - 1].expr);
    }
}

/* The made ones of a section, each by @p read. */
static void read_made(lets *s, const umi_yaml *n, umi__read_made *read)
{
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        if (!umi__load_name(s->loader, c->key, c->key_at))
            continue;
        const umi__made *made = read(s->loader, c);
        if (made != NULL)
            (void)add_let(s,
                          (let){.source = c, .name = made->name, .made = made});
    }
}

static size_t
entries(umi__loader *l, const umi_yaml **n, uint32_t most, const char *what)
{
    if (*n != NULL && !umi__load_many(l, *n, UMI_YAML_MAP, most, what))
        *n = NULL;
    return *n != NULL ? (*n)->count : 0;
}

void umi__load_lets(umi__loader *l,
                    const umi_yaml *let_at,
                    const umi_yaml *tables,
                    const umi_yaml *scorecards)
{
    size_t plain = entries(l, &let_at, UMI_LETS_MAX, "lets");
    size_t made = entries(l, &tables, UMI_TABLES_MAX, "tables");
    made += entries(l, &scorecards, UMI_SCORECARDS_MAX, "scorecards");
    size_t room = plain + made;
    l->let_room = made > 0 ? UMI_LETS_MAX : plain;
    lets s = {.loader = l,
              .all = umi__load_array(l, room, sizeof *s.all),
              .index = umi_env_new(l->arena)};
    l->rs->lets = umi__load_array(l, l->let_room, sizeof *l->rs->lets);
    l->lets_used = umi__load_array(l, l->let_room, sizeof *l->lets_used);
    l->failed |= s.index == NULL;
    if (l->failed)
        return;
    if (let_at != NULL)
        read_lets(&s, let_at);
    if (tables != NULL)
        umi__load_tables(l, tables->count);
    if (tables != NULL && !l->failed)
        read_made(&s, tables, umi__read_table);
    if (scorecards != NULL)
        umi__load_scorecards(l, scorecards->count);
    if (scorecards != NULL && !l->failed)
        read_made(&s, scorecards, umi__read_scorecard);
    sort_lets(&s, s.count);
}
