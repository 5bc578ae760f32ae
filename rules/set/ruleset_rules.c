/* SPDX-License-Identifier: MIT
 * The sections that use names: products, rules, routing. */
#include "rules/set/ruleset_int.h"

#include <inttypes.h>
#include <stddef.h>

/* A list of product codes as indices; told: a code twice, none at all. */
static uint32_t *
load_products(umi__loader *l, const umi_yaml *n, size_t *count, uint64_t *set)
{
    if (!umi__load_kind(l, n, UMI_YAML_LIST))
        return NULL;
    uint32_t *list = umi__load_array(l, n->count, sizeof *list);
    if (list == NULL)
        return NULL;
    if (n->count == 0)
        umi__problem(l->problems, n->at, "E304", "the list is empty");
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        const umi_name *p = umi__load_ref(l, c, l->products, "product");
        if (p == NULL)
            continue;
        uint64_t bit = UINT64_C(1) << p->slot;
        if (*set & bit) {
            umi__problem(l->problems, c->at, "E307", "'%.*s' stands here twice",
                         UMI_SHOW(c->text));
            umi__problem_width(l->problems, umi_text_points(c->raw));
            continue;
        }
        *set |= bit;
        list[(*count)++] = p->slot;
    }
    return list;
}

/* --- products ------------------------------------------------------------ */

typedef struct product_form {
    umi_text channel;
    const umi_yaml *max, *rate;
} product_form;

const umi_bind umi__rule_product_keys[] = {
    {"channel", UMI_BIND_CODE, offsetof(product_form, channel),
     .doc = "who lends"},
    {"max", UMI_BIND_NODE, offsetof(product_form, max),
     .doc = "the most that may be lent; an expression", .shape = "expression"},
    {"rate", UMI_BIND_NODE, offsetof(product_form, rate), .optional = true,
     .doc = "a fraction of one a year; an expression", .shape = "expression"},
    {0}};

static void load_product(umi__loader *l, const umi_yaml *n, umi_rule_product *p)
{
    product_form form = {0};
    (void)umi__load_map(l, &form, n, umi__rule_product_keys, "products");
    p->channel = form.channel;
    if (form.max != NULL)
        umi__load_expr(l, form.max, UMI_KIND_MONEY, &p->max);
    if (form.rate != NULL)
        umi__load_expr(l, form.rate, UMI_KIND_RATE, &p->rate);
}

void umi__load_products(umi__loader *l, const umi_yaml *n)
{
    if (!umi__load_many(l, n, UMI_YAML_MAP, UMI_PRODUCTS_MAX, "products"))
        return;
    umi_rule_product *products = umi__load_array(l, n->count, sizeof *products);
    if (products == NULL)
        return;
    l->rs->products = products;
    if (n->count == 0)
        umi__problem(l->problems, n->at, "E304", "there is no product");
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        umi_rule_product *p = &products[l->rs->product_count];
        p->code = c->key;
        p->at = c->key_at;
        if (!umi__load_name(l, c->key, c->key_at))
            continue;
        load_product(l, c, p);
        umi_name name = umi__load_entry(c->key, l->rs->product_count);
        l->rs->product_count += umi__load_define(l, l->products, name, p->at);
    }
}

int umi_ruleset_product(const umi_ruleset *rs, umi_text code)
{
    for (size_t i = 0; i < rs->product_count; i++)
        if (umi_text_eq(rs->products[i].code, code))
            return (int)i;
    return -1;
}

/* --- messages ------------------------------------------------------------ */

static void mark_used(umi__loader *l, const umi_name *name)
{
    if (name->kind == UMI_NAME_FACT)
        l->facts_used[name->slot] = true;
    else if (name->kind == UMI_NAME_PARAM)
        l->params_used[name->slot] = true;
    else if (name->kind == UMI_NAME_LET)
        l->lets_used[name->slot] = true;
}

/* What is never shown in an explanation would be told by the message. */
static void
check_told(umi__loader *l, const umi_yaml *n, size_t from, const umi_name *name)
{
    if (name->kind != UMI_NAME_FACT || !l->rs->facts[name->slot].confidential)
        return;
    umi__problem(l->problems, umi_yaml_inside(n, from), "W-PRIVATE",
                 "the message tells the private fact '%.*s'",
                 UMI_SHOW(name->name));
    umi__problem_width(l->problems, umi_text_points(name->name));
}

static const umi_name *
placeholder(umi__loader *l, const umi_yaml *n, size_t from, umi_text text)
{
    const umi_name *name = umi_env_find(l->env, text);
    if (name != NULL) {
        mark_used(l, name);
        check_told(l, n, from, name);
        return name;
    }
    umi__problem(l->problems, umi_yaml_inside(n, from), "E313",
                 "there is no name '%.*s' for the placeholder", UMI_SHOW(text));
    umi__problem_width(l->problems, umi_text_points(text));
    const umi_name *near = umi_env_near(l->env, text, UMI_KIND_ANY);
    if (near != NULL)
        umi__problem_help(l->problems, "did you mean '%.*s'?",
                          UMI_SHOW(near->name));
    return NULL;
}

static size_t find(umi_text t, size_t from, char c)
{
    const char *p = from < t.len ? memchr(t.ptr + from, c, t.len - from) : NULL;
    return p != NULL ? (size_t)(p - t.ptr) : t.len;
}

static void load_message(umi__loader *l, const umi_yaml *n, umi_message *m)
{
    umi_text t = n->text;
    size_t most = 1, names = 0;
    if (!umi__load_kind(l, n, UMI_YAML_SCALAR))
        return;
    for (size_t i = find(t, 0, '{'); i < t.len; i = find(t, i + 1, '{'))
        most += 2;
    umi_message_part *parts = umi__load_array(l, most, sizeof *parts);
    if (parts == NULL)
        return;
    for (size_t i = 0; i < t.len;) {
        size_t open = find(t, i, '{');
        if (open > i)
            parts[m->count++].text = (umi_text){t.ptr + i, open - i};
        if (open == t.len)
            break;
        size_t close = find(t, open, '}');
        if (close == t.len) {
            umi__problem(l->problems, umi_yaml_inside(n, open), "E313",
                         "the placeholder has no closing brace");
            break;
        }
        umi_text name = {t.ptr + open + 1, close - open - 1};
        if (++names > UMI_PLACEHOLDERS_MAX) {
            umi__problem(l->problems, umi_yaml_inside(n, open), "E315",
                         "more than %d placeholders in a message",
                         UMI_PLACEHOLDERS_MAX);
            break;
        }
        parts[m->count++].name = placeholder(l, n, open + 1, name);
        i = close + 1;
    }
    m->parts = parts;
}

const umi_bind umi__message_keys[] = {
    {"id", UMI_BIND_NODE, UMI_LANG_ID * sizeof(umi_yaml *), .optional = true,
     .doc = "in Indonesian", .shape = "text"},
    {"en", UMI_BIND_NODE, UMI_LANG_EN * sizeof(umi_yaml *), .optional = true,
     .doc = "in English", .shape = "text"},
    {0}};

static void load_texts(umi__loader *l, const umi_yaml *n, umi_rule *r)
{
    const umi_yaml *form[UMI_LANGS] = {0};
    static const char *const names[UMI_LANGS] = {
        [UMI_LANG_EN] = "en", [UMI_LANG_ID] = "id"};
    if (!umi__load_kind(l, n, UMI_YAML_MAP))
        return;
    (void)umi__load_map(l, form, n, umi__message_keys, "message");
    for (int i = 0; i < UMI_LANGS; i++)
        if (form[i] == NULL || form[i]->text.len == 0)
            umi__problem(l->problems, n->at, "E309",
                         "the message has no text in '%s'", names[i]);
        else
            load_message(l, form[i], &r->text[i]);
}

/* --- rules --------------------------------------------------------------- */

static const char *const severity_names[] = {"block", "refer", "warn", NULL};

const char *umi_severity_name(umi_severity s)
{
    return severity_names[s];
}

typedef struct rules {
    umi__loader *loader;
    umi_env *ids, *codes;
} rules;

static void define(rules *s, umi_env *in, const umi_yaml *n, const char *key)
{
    const umi_yaml *c = umi_yaml_get(n, key);
    if (c == NULL || c->text.len == 0)
        return; /* told by the binder */
    umi_name name = umi__load_entry(c->text, 0);
    (void)umi__load_define(s->loader, in, name, c->at);
}

typedef struct period_form {
    umi_day from, until;
    bool has_from, has_until;
} period_form;

const umi_bind umi__period_keys[] = {
    {"from", UMI_BIND_DATE, offsetof(period_form, from), .optional = true,
     .flag = offsetof(period_form, has_from), .doc = "the first day"},
    {"until", UMI_BIND_DATE, offsetof(period_form, until), .optional = true,
     .flag = offsetof(period_form, has_until),
     .doc = "the first day on which it no longer holds"},
    {0}};

static void load_effective(umi__loader *l, const umi_yaml *n, umi_rule *r)
{
    period_form form = {0};
    if (!umi__load_map(l, &form, n, umi__period_keys, "rules"))
        return;
    if (n->count == 0)
        umi__problem(l->problems, n->key_at, "Y202", "the key '%s' is missing",
                     "from");
    if (form.has_from && form.has_until && form.until.n <= form.from.n)
        umi__problem(l->problems, n->at, "E308",
                     "the rule ends on %.*s, before it begins",
                     UMI_SHOW(umi_yaml_get(n, "until")->text));
    r->has_from = form.has_from;
    r->has_until = form.has_until;
    r->from = form.from;
    r->until = form.until;
}

/* A rule of one channel binds only that channel's products. */
static void load_channel(umi__loader *l, const umi_yaml *n, umi_rule *r)
{
    umi_text channel = n->text;
    uint64_t of = 0;
    if (!umi__load_kind(l, n, UMI_YAML_SCALAR))
        return;
    for (size_t i = 0; i < l->rs->product_count; i++)
        if (umi_text_eq(l->rs->products[i].channel, channel))
            of |= UINT64_C(1) << i;
    if ((r->products & of) == 0) {
        umi__problem(l->problems, n->at, "E306",
                     "no product of the rule has the channel '%.*s'",
                     UMI_SHOW(channel));
        umi__problem_width(l->problems, umi_text_points(n->raw));
    }
    r->products &= of;
}

typedef struct rule_form {
    umi_text id, reason_code;
    int severity;
    int32_t rank;
    const umi_yaml *products, *require, *unless, *legal, *message, *effective,
        *channel;
} rule_form;

const umi_bind umi__rule_keys[] = {
    {"id", UMI_BIND_CODE, offsetof(rule_form, id), .doc = "its name"},
    {"for", UMI_BIND_NODE, offsetof(rule_form, products),
     .doc = "the products that it binds", .shape = "codes"},
    {"require", UMI_BIND_NODE, offsetof(rule_form, require),
     .doc = "what must hold; an expression", .shape = "expression"},
    {"unless", UMI_BIND_NODE, offsetof(rule_form, unless), .optional = true,
     .doc = "the exception; an expression", .shape = "expression"},
    {"severity", UMI_BIND_ENUM, offsetof(rule_form, severity),
     .names = severity_names, .doc = "what follows when it fails"},
    {"reason_code", UMI_BIND_CODE, offsetof(rule_form, reason_code),
     .doc = "of the refusal; no two rules share one"},
    {"legal_basis", UMI_BIND_NODE, offsetof(rule_form, legal),
     .doc = "a key of legal", .shape = "key"},
    {"message", UMI_BIND_NODE, offsetof(rule_form, message),
     .doc = "for the applicant, in each language", .shape = "message"},
    {"effective", UMI_BIND_NODE, offsetof(rule_form, effective),
     .optional = true, .doc = "the days on which it holds", .shape = "period"},
    {"channel", UMI_BIND_NODE, offsetof(rule_form, channel), .optional = true,
     .doc = "binds only the products of this channel", .shape = "key"},
    {"rank", UMI_BIND_INT, offsetof(rule_form, rank), .optional = true,
     .min = -1000, .max = 1000, .doc = "order of the reasons told"},
    {0}};

static void load_links(umi__loader *l, const rule_form *form, umi_rule *r)
{
    const umi_name *legal;
    size_t count = 0;
    if (form->products != NULL)
        (void)load_products(l, form->products, &count, &r->products);
    if (form->channel != NULL)
        load_channel(l, form->channel, r);
    if (form->legal != NULL && (legal = umi__load_ref(l, form->legal, l->legal,
                                                      "legal basis")) != NULL)
        r->legal = legal->slot;
    if (form->effective != NULL)
        load_effective(l, form->effective, r);
}

static void load_rule(rules *s, const umi_yaml *n, umi_rule *r)
{
    umi__loader *l = s->loader;
    rule_form form = {.rank = UMI_RANK_LAST};
    r->at = n->at;
    (void)umi__load_map(l, &form, n, umi__rule_keys, "rules");
    if (n->kind != UMI_YAML_MAP)
        return;
    r->id = form.id;
    r->reason_code = form.reason_code;
    r->severity = (umi_severity)form.severity;
    r->rank = form.rank;
    define(s, s->ids, n, "id");
    define(s, s->codes, n, "reason_code");
    load_links(l, &form, r);
    if (form.require != NULL)
        umi__load_expr(l, form.require, UMI_KIND_BOOL, &r->require);
    if (form.unless != NULL)
        umi__load_expr(l, form.unless, UMI_KIND_BOOL, &r->unless);
    if (form.message != NULL)
        load_texts(l, form.message, r);
}

/* Each product gets the list of its rules. */
static void hand_out(umi__loader *l)
{
    umi_rule_product *products = (umi_rule_product *)l->rs->products;
    for (size_t i = 0; i < l->rs->product_count; i++) {
        uint32_t *list = umi__load_array(l, l->rs->rule_count, sizeof *list);
        if (list == NULL)
            return;
        for (uint32_t k = 0; k < l->rs->rule_count; k++)
            if (l->rs->rules[k].products >> i & 1)
                list[products[i].rule_count++] = k;
        products[i].rules = list;
    }
}

void umi__load_rules(umi__loader *l, const umi_yaml *n)
{
    if (!umi__load_many(l, n, UMI_YAML_LIST, UMI_RULES_MAX, "rules"))
        return;
    umi_rule *all = umi__load_array(l, n->count, sizeof *all);
    rules s = {l, umi_env_new(l->arena), umi_env_new(l->arena)};
    l->failed |= s.ids == NULL || s.codes == NULL;
    if (l->failed)
        return;
    l->rs->rules = all;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        load_rule(&s, c, &all[l->rs->rule_count++]);
    hand_out(l);
}

/* --- routing ------------------------------------------------------------- */

typedef struct row_form {
    const umi_yaml *when, *order;
} row_form;

const umi_bind umi__row_keys[] = {
    {"when", UMI_BIND_NODE, offsetof(row_form, when), .doc = "an expression",
     .shape = "expression"},
    {"order", UMI_BIND_NODE, offsetof(row_form, order),
     .doc = "products, the preferred one first", .shape = "codes"},
    {0}};

static void
load_row(umi__loader *l, const umi_yaml *n, umi_route_row *r, uint64_t *reached)
{
    row_form form = {0};
    uint64_t set = 0;
    r->at = n->at;
    (void)umi__load_map(l, &form, n, umi__row_keys, "routing");
    if (form.when != NULL)
        umi__load_expr(l, form.when, UMI_KIND_BOOL, &r->when);
    if (form.order != NULL)
        r->order = load_products(l, form.order, &r->count, &set);
    *reached |= set;
}

static void check_last(umi__loader *l, const umi_yaml *rows)
{
    const umi_yaml *last = rows->first;
    while (last != NULL && last->next != NULL)
        last = last->next;
    const umi_yaml *when = last != NULL && last->kind == UMI_YAML_MAP
                               ? umi_yaml_get(last, "when")
                               : NULL;
    if (when != NULL && umi_text_is(umi_text_trim(when->text), "true"))
        return;
    umi__problem(l->problems,
                 when != NULL   ? when->at
                 : last != NULL ? last->at
                                : rows->at,
                 "E311", "the last row must hold always");
    umi__problem_help(l->problems, "end the rows with {when: 'true', order: "
                                   "[...]}");
}

static void load_rows(umi__loader *l, const umi_yaml *n)
{
    uint64_t reached = 0;
    if (!umi__load_many(l, n, UMI_YAML_LIST, UMI_ROWS_MAX, "rows"))
        return;
    umi_route_row *rows = umi__load_array(l, n->count, sizeof *rows);
    if (rows == NULL)
        return;
    l->rs->rows = rows;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        load_row(l, c, &rows[l->rs->row_count++], &reached);
    check_last(l, n);
    for (size_t i = 0; i < l->rs->product_count; i++) {
        const umi_rule_product *p = &l->rs->products[i];
        if (reached >> i & 1)
            continue;
        umi__problem(l->problems, p->at, "E312",
                     "the product %.*s stands in no row of routing",
                     UMI_SHOW(p->code));
        umi__problem_width(l->problems, umi_text_points(p->code));
    }
}

/* exclusive: lists of products of which nobody shall have two */
static void load_exclusives(umi__loader *l, const umi_yaml *n)
{
    if (!umi__load_many(l, n, UMI_YAML_LIST, UMI_PRODUCTS_MAX, "lists"))
        return;
    umi_exclusive *all = umi__load_array(l, n->count, sizeof *all);
    if (all == NULL)
        return;
    l->rs->exclusives = all;
    for (const umi_yaml *c = n->first; c != NULL; c = c->next) {
        umi_exclusive *x = &all[l->rs->exclusive_count];
        uint64_t set = 0;
        x->at = c->at;
        x->products = load_products(l, c, &x->count, &set);
        if (c->kind == UMI_YAML_LIST && c->count == 1)
            umi__problem(l->problems, c->at, "E304",
                         "one product alone excludes nothing");
        l->rs->exclusive_count += x->count > 1;
    }
}

typedef struct routing_form {
    int hit, on_unknown;
    const umi_yaml *rows, *exclusive;
} routing_form;

static const char *const hits[] = {"first", NULL};
static const char *const unknowns[] = {"ask", NULL};
const umi_bind umi__routing_keys[] = {
    {"hit", UMI_BIND_ENUM, offsetof(routing_form, hit), .names = hits,
     .doc = "the first row that holds decides"},
    {"on_unknown", UMI_BIND_ENUM, offsetof(routing_form, on_unknown),
     .optional = true, .names = unknowns,
     .doc = "a row that nobody can judge asks for its document"},
    {"rows", UMI_BIND_NODE, offsetof(routing_form, rows),
     .doc = "the last one always holds", .shape = "rows"},
    {"exclusive", UMI_BIND_NODE, offsetof(routing_form, exclusive),
     .optional = true,
     .doc = "lists of products of which nobody shall have two",
     .shape = "exclusive"},
    {0}};

void umi__load_routing(umi__loader *l, const umi_yaml *n)
{
    routing_form form = {0};
    (void)umi_bind_map(&form, n, umi__routing_keys, "routing", l->arena,
                       l->problems);
    if (form.rows != NULL)
        load_rows(l, form.rows);
    if (form.exclusive != NULL && !l->failed)
        load_exclusives(l, form.exclusive);
}
