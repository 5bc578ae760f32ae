/* SPDX-License-Identifier: MIT
 * The section scorecard: points for what an applicant is, added up.  Like a
 * table it is made into lets: one for every attribute, for the points of every
 * characteristic, and for the score. */
#include "rules/set/ruleset_made.h"

#include <inttypes.h>
#include <stddef.h>

/* --- what is written ------------------------------------------------------ */

typedef struct attribute_form {
    const umi_yaml *when;
    int32_t points;
    umi_text reason_code;
} attribute_form;

const umi_bind umi__attribute_keys[] = {
    {"when", UMI_BIND_NODE, offsetof(attribute_form, when),
     .doc = "a test of the input, or '-' for any value", .shape = "expression"},
    {"points", UMI_BIND_INT, offsetof(attribute_form, points),
     .min = -UMI_POINTS_MAX, .max = UMI_POINTS_MAX,
     .doc = "added to the score when it is the first that holds"},
    {"reason_code", UMI_BIND_CODE, offsetof(attribute_form, reason_code),
     .optional = true, .doc = "why points were lost"},
    {0}};

typedef struct characteristic_form {
    umi_text id;
    const umi_yaml *input, *attributes;
} characteristic_form;

const umi_bind umi__characteristic_keys[] = {
    {"id", UMI_BIND_CODE, offsetof(characteristic_form, id), .doc = "its name"},
    {"input", UMI_BIND_NODE, offsetof(characteristic_form, input),
     .doc = "what its attributes test; an expression", .shape = "expression"},
    {"attributes", UMI_BIND_NODE, offsetof(characteristic_form, attributes),
     .doc = "the first that holds gives the points", .shape = "attributes"},
    {0}};

typedef struct card_form {
    int32_t base;
    const umi_yaml *characteristics;
} card_form;

const umi_bind umi__scorecard_keys[] = {
    {"base", UMI_BIND_INT, offsetof(card_form, base), .optional = true,
     .min = -UMI_POINTS_MAX, .max = UMI_POINTS_MAX,
     .doc = "points that everybody has"},
    {"characteristics", UMI_BIND_NODE, offsetof(card_form, characteristics),
     .doc = "what gives points", .shape = "characteristics"},
    {0}};

typedef struct attribute {
    const umi_yaml *at; /* the cell */
    umi_expr *when;     /* NULL: any value */
    umi_score_attribute *out;
} attribute;

typedef struct characteristic {
    const umi_yaml *at;
    umi_expr *input;
    umi_name subject;
    attribute *attributes;
    umi_characteristic *out;
} characteristic;

typedef struct card {
    umi__made made;
    umi_scorecard *out;
    const umi_yaml *at;
    characteristic *all;
    bool broken; /* told; its name is known all the same */
} card;

/* --- reading -------------------------------------------------------------- */

static void read_attribute(umi__loader *l,
                           card *k,
                           const umi_yaml *n,
                           const characteristic *c,
                           attribute *a)
{
    attribute_form f = {0};
    k->broken |= !umi__load_map(l, &f, n, umi__attribute_keys, "attributes");
    a->out->at = n->at;
    a->out->source = n;
    a->out->points = f.points;
    a->out->reason_code = f.reason_code;
    a->at = f.when;
    if (f.when == NULL)
        k->broken = true;
    else if (!umi__load_parse_test(l, f.when, &c->subject, &a->when))
        k->broken = true;
    else if (a->when != NULL)
        k->made.nodes += a->when->nodes;
}

/* A loss without a reason is one that nobody can explain. */
static void check_reasons(umi__loader *l, card *k, const umi_characteristic *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const umi_score_attribute *a = &c->attributes[i];
        if (a->points == c->best || a->reason_code.len > 0)
            continue;
        umi__problem(l->problems, a->at, "E304",
                     "an attribute of fewer points than the best needs a "
                     "reason_code");
        k->broken = true;
    }
}

static void
read_attributes(umi__loader *l, card *k, const umi_yaml *n, characteristic *c)
{
    umi_score_attribute *out;
    if (!umi__load_many(l, n, UMI_YAML_LIST, UMI_ATTRIBUTES_MAX,
                        "attributes")) {
        k->broken = true;
        return;
    }
    c->out->attributes = out = umi__load_array(l, n->count, sizeof *out);
    c->attributes = umi__load_array(l, n->count, sizeof *c->attributes);
    if (l->failed)
        return;
    if (n->count == 0) {
        umi__problem(l->problems, n->key_at, "E304",
                     "a characteristic needs an attribute");
        k->broken = true;
    }
    for (const umi_yaml *m = n->first; m != NULL; m = m->next) {
        size_t i = c->out->count++;
        c->attributes[i].out = &out[i];
        read_attribute(l, k, m, c, &c->attributes[i]);
        if (i == 0 || out[i].points > c->out->best)
            c->out->best = out[i].points;
    }
    if (!k->broken)
        check_reasons(l, k, c->out);
}

static bool known_id(const card *k, umi_text id)
{
    for (size_t i = 0; i < k->out->count; i++)
        if (umi_text_eq(k->out->characteristics[i].id, id))
            return true;
    return false;
}

static void read_characteristic(umi__loader *l,
                                card *k,
                                const umi_yaml *n,
                                characteristic *c)
{
    characteristic_form f = {0};
    k->broken |=
        !umi__load_map(l, &f, n, umi__characteristic_keys, "characteristics");
    if (f.id.ptr != NULL && known_id(k, f.id)) {
        umi__problem(l->problems, umi_yaml_get(n, "id")->at, "E307",
                     "'%.*s' is defined already", UMI_SHOW(f.id));
        k->broken = true;
    }
    c->out->id = f.id;
    c->out->at = n->at;
    c->out->source = n;
    c->subject = (umi_name){.name = f.id};
    c->at = f.input;
    if (f.input == NULL || !umi__load_parse(l, f.input, &c->input))
        k->broken = true;
    else
        k->made.nodes += c->input->nodes;
    if (f.attributes != NULL)
        read_attributes(l, k, f.attributes, c);
}

static void read_card(umi__loader *l, card *k, const umi_yaml *n)
{
    card_form f = {0};
    umi_characteristic *out;
    k->broken |= !umi__load_map(l, &f, n, umi__scorecard_keys, "scorecard");
    k->out->base = f.base;
    if (f.characteristics == NULL ||
        !umi__load_many(l, f.characteristics, UMI_YAML_LIST,
                        UMI_CHARACTERISTICS_MAX, "characteristics")) {
        k->broken = true;
        return;
    }
    n = f.characteristics;
    k->out->characteristics = out = umi__load_array(l, n->count, sizeof *out);
    k->all = umi__load_array(l, n->count, sizeof *k->all);
    if (l->failed)
        return;
    if (n->count == 0) {
        umi__problem(l->problems, n->key_at, "E304",
                     "a scorecard needs a characteristic");
        k->broken = true;
    }
    for (const umi_yaml *m = n->first; m != NULL && !l->failed; m = m->next) {
        size_t i = k->out->count;
        k->all[i].out = &out[i];
        read_characteristic(l, k, m, &k->all[i]);
        k->out->count++;
    }
}

/* --- making --------------------------------------------------------------- */

static void
names(void *self, void (*each)(void *to, const umi_node *name), void *to)
{
    const card *k = self;
    for (size_t i = 0; i < k->out->count; i++) {
        const characteristic *c = &k->all[i];
        if (c->input != NULL)
            umi_expr_names(c->input->root, each, to);
        for (size_t a = 0; a < c->out->count; a++)
            if (c->attributes[a].when != NULL)
                umi_expr_names(c->attributes[a].when->root, each, to);
    }
}

static void check(umi__loader *l, card *k, characteristic *c)
{
    umi_type truth = umi_type_of(UMI_KIND_BOOL);
    if (c->input == NULL || !umi__load_check(l, c->at, c->input, NULL)) {
        k->broken = true;
        return;
    }
    c->subject.type = c->input->root->type;
    umi_rule_let let = {.name = c->out->id,
                        .at = c->out->at,
                        .value = {c->input, c->at},
                        .kind = UMI_LET_PART};
    if (!umi__load_let_part(l, let, &c->subject)) {
        k->broken = true;
        return;
    }
    for (size_t i = 0; i < c->out->count; i++) {
        const attribute *a = &c->attributes[i];
        if (a->when != NULL && !umi__load_check(l, a->at, a->when, &truth))
            k->broken = true;
    }
}

/* Points of a characteristic; without an attribute that holds an error. */
static umi_node *points_of(umi__maker *m, const card *k, characteristic *c)
{
    umi_type whole = umi_type_of(UMI_KIND_INT);
    umi_node *value = umi__make_fault(m, whole, k->made.name, UMI_FAULT_NO_ROW);
    for (size_t i = c->out->count; i-- > 0;) {
        const attribute *a = &c->attributes[i];
        umi_name *holds =
            a->when != NULL
                ? umi__make_part(m, a->when, a->at, a->when->root->type)
                : umi__make_let(m, umi__make_const(m, umi_value_bool(true)));
        if (holds == NULL)
            return NULL;
        a->out->when = holds->slot;
        umi_node *points = umi__make_const(m, umi_value_int(a->out->points));
        value = umi__make(m, UMI_OP_COND, whole, umi__make_name(m, holds),
                          points, value);
    }
    return value;
}

static umi_node *score_of(umi__maker *m, const card *k)
{
    umi_node *sum = umi__make_const(m, umi_value_int(k->out->base));
    for (size_t i = 0; i < k->out->count && !m->full; i++) {
        characteristic *c = &k->all[i];
        m->source = c->at;
        umi_name *points = umi__make_let(m, points_of(m, k, c));
        if (points == NULL)
            return NULL;
        c->out->points = points->slot;
        sum = umi__make(m, UMI_OP_ADD, umi_type_of(UMI_KIND_INT), sum,
                        umi__make_name(m, points), NULL);
    }
    return sum;
}

static void define(umi__loader *l, void *self)
{
    card *k = self;
    umi__maker m = {.l = l, .at = k->at->key_at};
    umi_node *value = NULL;
    for (size_t i = 0; i < k->out->count; i++)
        check(l, k, &k->all[i]);
    if (!k->broken)
        value = score_of(&m, k);
    k->out->value = (uint32_t)l->rs->let_count;
    umi_rule_let let = {
        .name = k->made.name, .at = k->at->key_at, .kind = UMI_LET_SCORE};
    if (value != NULL)
        let.value = (umi_rule_expr){umi__make_expr(&m, value), m.source};
    (void)umi__load_let(
        l, let, umi_type_of(value != NULL ? UMI_KIND_INT : UMI_KIND_ANY));
}

/* --- the section ---------------------------------------------------------- */

void umi__load_scorecards(umi__loader *l, size_t count)
{
    l->rs->scorecards = umi__load_array(l, count, sizeof *l->rs->scorecards);
}

/* "score.NAME", as expressions know it. */
static umi_text prefixed(umi__loader *l, umi_text name)
{
    char *t = umi__load_array(l, 6 + name.len + 1, 1);
    if (t == NULL)
        return name;
    memcpy(t, "score.", 6);
    memcpy(t + 6, name.ptr, name.len);
    return (umi_text){t, 6 + name.len};
}

const umi__made *umi__read_scorecard(umi__loader *l, const umi_yaml *n)
{
    card *k = umi__load_array(l, 1, sizeof *k);
    if (k == NULL || l->failed)
        return NULL;
    k->at = n;
    k->out = (umi_scorecard *)&l->rs->scorecards[l->rs->scorecard_count++];
    *k->out = (umi_scorecard){
        .name = prefixed(l, n->key), .at = n->key_at, .source = n};
    k->made = (umi__made){
        .self = k, .name = k->out->name, .names = names, .define = define};
    read_card(l, k, n);
    return l->failed ? NULL : &k->made;
}
