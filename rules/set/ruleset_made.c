/* SPDX-License-Identifier: MIT */
#include "rules/set/ruleset_made.h"

static void *none(umi__maker *m)
{
    m->full = true;
    return NULL;
}

static umi_node *node(umi__maker *m, umi_op op, umi_type type, uint32_t room)
{
    umi_node *n = umi__load_array(m->l, 1, sizeof *n);
    umi_node **args = umi__load_array(m->l, room, sizeof *args);
    if (n == NULL || args == NULL)
        return none(m);
    *n = (umi_node){.op = op, .type = type, .args = args};
    return n;
}

umi_node *umi__make(umi__maker *m,
                    umi_op op,
                    umi_type type,
                    umi_node *a,
                    umi_node *b,
                    umi_node *c)
{
    umi_node *args[] = {a, b, c};
    umi_node *n = m->full ? NULL : node(m, op, type, 3);
    for (size_t i = 0; n != NULL && i < 3 && args[i] != NULL; i++)
        n->args[n->count++] = args[i];
    return n;
}

umi_node *umi__make_const(umi__maker *m, umi_value v)
{
    umi_node *n = node(m, UMI_OP_CONST, umi_type_of((umi_kind)v.kind), 0);
    if (n != NULL)
        n->value = v;
    return n;
}

umi_node *umi__make_name(umi__maker *m, const umi_name *name)
{
    umi_node *n = name != NULL ? node(m, UMI_OP_NAME, name->type, 0) : none(m);
    if (n == NULL)
        return NULL;
    n->text = name->name;
    n->name = name;
    return n;
}

umi_node *
umi__make_fault(umi__maker *m, umi_type type, umi_text who, umi_fault fault)
{
    umi_node *n = node(m, UMI_OP_CALL, type, 0);
    if (n == NULL)
        return NULL;
    n->fn = UMI_FN_NONE;
    n->text = who;
    n->value = umi_value_fault(fault);
    return n;
}

const umi_expr *umi__make_expr(umi__maker *m, umi_node *root)
{
    umi_expr *e =
        root != NULL && !m->full ? umi__load_array(m->l, 1, sizeof *e) : NULL;
    if (e != NULL)
        *e = (umi_expr){
            .text = m->source->text, .root = root, .nodes = 1, .typed = true};
    return e;
}

static umi_name *part(umi__maker *m,
                      umi_let_kind kind,
                      const umi_expr *e,
                      const umi_yaml *source,
                      umi_type type)
{
    umi_name *name = umi__load_array(m->l, 1, sizeof *name);
    if (name == NULL || e == NULL)
        return none(m);
    *name = (umi_name){.name = source->key, .type = type};
    umi_rule_let let = {
        .name = source->key, .at = m->at, .value = {e, source}, .kind = kind};
    return umi__load_let_part(m->l, let, name) ? name : none(m);
}

umi_name *umi__make_part(umi__maker *m,
                         const umi_expr *e,
                         const umi_yaml *source,
                         umi_type type)
{
    return part(m, UMI_LET_PART, e, source, type);
}

umi_name *umi__make_let(umi__maker *m, umi_node *root)
{
    const umi_expr *e = umi__make_expr(m, root);
    return e != NULL ? part(m, UMI_LET_MADE, e, m->source, root->type)
                     : none(m);
}
