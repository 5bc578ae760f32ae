/* SPDX-License-Identifier: MIT
 * The canonical form of a rule set, and the hash that names it. */
#include "rules/set/ruleset_int.h"

#include <stdlib.h>

static int by_key(const void *a, const void *b)
{
    const umi_yaml *const *x = a, *const *y = b;
    return umi_text_cmp((*x)->key, (*y)->key);
}

static bool number(umi_kind k)
{
    return k == UMI_KIND_INT || k == UMI_KIND_DECIMAL || k == UMI_KIND_RATE ||
           k == UMI_KIND_MONEY;
}

/* '0.50' and '0.5' are one number where a number is meant. */
static void scalar(umi_json_out *w, const umi_yaml *n, umi_kind kind)
{
    umi_decimal q;
    if (!number(kind) || !umi_decimal_parse(&q, n->text)) {
        umi_json_text(w, n->text);
        return;
    }
    umi_buf b = {0};
    umi_buf_decimal(&b, q);
    umi_json_text(w, umi_buf_as_text(&b));
    w->buf->failed |= b.failed;
    umi_buf_free(&b);
}

/* Facts and parameters name the kind of the values below them. */
static umi_kind named_kind(const umi_yaml *map, umi_kind kind)
{
    const umi_yaml *type = umi_yaml_get(map, "type");
    umi_kind own;
    return type != NULL && umi_kind_parse(&own, type->text) ? own : kind;
}

/* In a test the key is the fact. */
static umi_kind
fact_kind(const umi_env *names, const umi_yaml *child, umi_kind kind)
{
    const umi_name *name =
        names != NULL ? umi_env_find(names, child->key) : NULL;
    return name != NULL && name->kind == UMI_NAME_FACT ? name->type.kind : kind;
}

static void
node(umi_json_out *w, const umi_env *names, const umi_yaml *n, umi_kind kind);

static void
map(umi_json_out *w, const umi_env *names, const umi_yaml *n, umi_kind kind)
{
    const umi_yaml **all = umi_alloc_array(n->count + 1, sizeof *all);
    size_t count = 0;
    if (all == NULL) {
        w->buf->failed = true;
        return;
    }
    for (const umi_yaml *c = n->first; c != NULL; c = c->next)
        all[count++] = c;
    kind = named_kind(n, kind);
    qsort(all, count, sizeof *all, by_key);
    umi_json_open(w, '{');
    for (size_t i = 0; i < count; i++) {
        umi_json_text(w, all[i]->key);
        umi_buf_putc(w->buf, ':');
        w->comma = false;
        node(w, names, all[i], fact_kind(names, all[i], kind));
    }
    umi_json_close(w, '}');
    umi_free(all);
}

static void
node(umi_json_out *w, const umi_env *names, const umi_yaml *n, umi_kind kind)
{
    if (n->kind == UMI_YAML_SCALAR) {
        scalar(w, n, kind);
    } else if (n->kind == UMI_YAML_MAP) {
        map(w, names, n, kind);
    } else {
        umi_json_open(w, '[');
        for (const umi_yaml *c = n->first; c != NULL; c = c->next)
            node(w, names, c, kind);
        umi_json_close(w, ']');
    }
}

void umi__canonical(umi_buf *b, const umi_yaml *root, const umi_env *names)
{
    umi_json_out w = {.buf = b};
    node(&w, names, root, UMI_KIND_ANY);
}

void umi_ruleset_canonical(umi_buf *b, const umi_ruleset *rs)
{
    umi__canonical(b, rs->root, rs->names);
}
