/* SPDX-License-Identifier: MIT */
#include "ledger/io/facts.h"

#include "engine/base/json.h"

/* A name as text with an end, for err->field. */
static const char *name_of(char out[96], umi_text name)
{
    size_t n = name.len < 95 ? name.len : 95;
    memcpy(out, name.ptr, n);
    out[n] = '\0';
    return out;
}

static umi_status wrong_type(const umi_fact *f, umi_error *err)
{
    char name[96];
    return umi_fail(err, UMI_EINVAL, name_of(name, f->name),
                    f->type.kind == UMI_KIND_BOOL ? "must be true or false"
                    : f->type.kind == UMI_KIND_INT
                        ? "must be a whole number without quotes"
                        : "must be a text in quotes");
}

static umi_status bind(umi_value *facts,
                       const umi_ruleset *rs,
                       uint32_t slot,
                       const umi_json *v,
                       umi_error *err)
{
    const umi_fact *f = &rs->facts[slot];
    umi_json_type want = f->type.kind == UMI_KIND_BOOL  ? UMI_JSON_BOOL
                         : f->type.kind == UMI_KIND_INT ? UMI_JSON_NUMBER
                                                        : UMI_JSON_STRING;
    if (v->type == UMI_JSON_NULL)
        return UMI_OK;
    if (v->type != want)
        return wrong_type(f, err);
    if (want == UMI_JSON_BOOL) {
        umi_value_set(&facts[slot], UMI_KIND_BOOL, v->boolean, 0, 0);
        return UMI_OK;
    }
    return umi_fact_put(facts, rs, slot, v->text, err);
}

static umi_status take_id(umi_text *id, const umi_json *v, umi_error *err)
{
    if (v->type == UMI_JSON_STRING) {
        *id = v->text;
        return UMI_OK;
    }
    if (v->type == UMI_JSON_NULL)
        return UMI_OK;
    return umi_fail(err, UMI_EINVAL, "id", "must be a text in quotes");
}

static bool is_fact(const umi_ruleset *rs, umi_text name)
{
    const umi_name *n = rs != NULL ? umi_env_find(rs->names, name) : NULL;
    return n != NULL && n->kind == UMI_NAME_FACT;
}

umi_status umi_facts_from_json(umi_value *facts,
                               umi_text *id,
                               const umi_ruleset *rs,
                               const umi_ruleset *also,
                               umi_text line,
                               umi_arena *arena,
                               umi_error *err)
{
    umi_json *root;
    umi_status rc = umi_json_parse(&root, line, arena, err);
    return rc == UMI_OK ? umi_facts_from_tree(facts, id, rs, also, root, err)
                        : rc;
}

umi_status umi_facts_from_tree(umi_value *facts,
                               umi_text *id,
                               const umi_ruleset *rs,
                               const umi_ruleset *also,
                               const umi_json *root,
                               umi_error *err)
{
    umi_status rc = UMI_OK;
    if (root->type != UMI_JSON_OBJECT)
        return umi_fail_code(err, UMI_ESYNTAX, "JSON", "",
                             "an application is a JSON object");
    *id = (umi_text){0};
    umi_facts_clear(facts, rs);
    const umi_name *last = NULL;
    for (const umi_json *v = root->first; v != NULL && rc == UMI_OK;
         v = v->next) {
        char name[96];
        const umi_name *n = umi_env_find_next(rs->names, v->key, last);
        last = n != NULL ? n : last;
        if (n == NULL && umi_text_is(v->key, "id"))
            rc = take_id(id, v, err);
        else if (n != NULL && n->kind == UMI_NAME_FACT)
            rc = bind(facts, rs, n->slot, v, err);
        else if (!is_fact(also, v->key))
            rc = umi_fail(err, UMI_ENOENT, name_of(name, v->key),
                          "there is no fact '%.*s'", UMI_SHOW(v->key));
    }
    return rc;
}

/* --- CSV ----------------------------------------------------------------- */

static size_t place_of(const umi_column *all, size_t count, umi_text name)
{
    for (size_t i = 0; i < count; i++)
        if (umi_text_is(name, all[i].name))
            return i;
    return count;
}

static bool
add_column(umi_column *all, size_t *count, const umi_fact *f, umi_arena *arena)
{
    umi_column *c = &all[*count];
    c->name = umi_arena_copy(arena, f->name.ptr, f->name.len);
    c->need = UMI_COLUMN_OPTIONAL;
    ++*count;
    return c->name != NULL;
}

const umi_column *umi_facts_columns(const umi_ruleset *rs,
                                    const umi_ruleset *also,
                                    umi_arena *arena,
                                    size_t *count)
{
    size_t more = also != NULL ? also->fact_count : 0, n = 1;
    umi_column *all =
        umi_arena_array(arena, rs->fact_count + more + 1, sizeof *all);
    bool ok = all != NULL;
    if (ok)
        all[0] = (umi_column){"id", UMI_COLUMN_OPTIONAL};
    for (size_t i = 0; i < rs->fact_count && ok; i++)
        ok = add_column(all, &n, &rs->facts[i], arena);
    for (size_t i = 0; i < more && ok; i++)
        if (place_of(all, n, also->facts[i].name) == n)
            ok = add_column(all, &n, &also->facts[i], arena);
    if (!ok)
        return NULL;
    *count = n;
    return all;
}

const size_t *umi_facts_places(const umi_ruleset *also,
                               const umi_column *columns,
                               size_t count,
                               umi_arena *arena)
{
    size_t *places =
        umi_arena_array(arena, also->fact_count + 1, sizeof *places);
    for (size_t i = 0; places != NULL && i < also->fact_count; i++)
        places[i] = place_of(columns, count, also->facts[i].name);
    return places;
}

umi_status umi_facts_from_record(umi_value *facts,
                                 umi_text *id,
                                 const umi_ruleset *rs,
                                 const size_t *places,
                                 const umi_record *record,
                                 umi_error *err)
{
    umi_text text = umi_record_text(record, 0);
    *id = text.len > 0 ? text : (umi_text){0};
    umi_facts_clear(facts, rs);
    for (uint32_t i = 0; i < rs->fact_count; i++) {
        text = umi_record_text(record, places != NULL ? places[i] : i + 1);
        if (text.len == 0)
            continue;
        umi_status rc = umi_fact_put(facts, rs, i, text, err);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}
