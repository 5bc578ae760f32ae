/* SPDX-License-Identifier: MIT */
#include "ledger/io/replay.h"

#include "engine/base/json.h"
#include "engine/base/version.h"
#include "ledger/io/facts.h"

#include <stdio.h>

enum {
    TOLD_MAX = 10 /* differences of one decision */
};

struct umi_replayer {
    const umi_ruleset *rs;
    umi_decider *decider;
    umi_value *facts;
    umi_arena *arena; /* of the facts */
    umi_buf again;    /* the decision made again */
};

/* One stored decision on its way. */
typedef struct replay {
    umi_replayer *r;
    umi_text stored;
    const umi_json *root;
    umi_text id; /* {NULL, 0}: null */
    umi_arena *arena;
} replay;

umi_status
umi_replayer_new(umi_replayer **out, const umi_ruleset *rs, umi_error *err)
{
    umi_arena *arena = umi_arena_new();
    umi_replayer *r = arena ? umi_arena_alloc(arena, sizeof *r) : NULL;
    umi_value *facts =
        r ? umi_arena_array(arena, rs->fact_count + 1, sizeof *facts) : NULL;
    if (facts == NULL) {
        umi_arena_free(arena);
        return umi_fail_memory(err);
    }
    *r = (umi_replayer){.rs = rs, .facts = facts, .arena = arena};
    umi_status rc = umi_decider_new(&r->decider, rs, rs->complete_from, err);
    if (rc != UMI_OK) {
        umi_replayer_free(r);
        return rc;
    }
    *out = r;
    return UMI_OK;
}

void umi_replayer_free(umi_replayer *r)
{
    if (r == NULL)
        return;
    umi_decider_free(r->decider);
    umi_buf_free(&r->again);
    umi_arena_free(r->arena);
}

/* --- what is stored ------------------------------------------------------- */

static umi_status read_stored(replay *p, umi_day *on, umi_error *err)
{
    umi_json *root;
    umi_status rc = umi_json_parse(&root, p->stored, p->arena, err);
    if (rc != UMI_OK)
        return rc;
    bool object = root->type == UMI_JSON_OBJECT;
    const umi_json *id = object ? umi_json_get(root, "id") : NULL;
    const umi_json *day = object ? umi_json_get(root, "decision_date") : NULL;
    if (id == NULL || day == NULL || day->type != UMI_JSON_STRING ||
        !umi_day_parse(on, day->text))
        return umi_fail(err, UMI_EINVAL, "decision_date",
                        "is not a decision of this program");
    p->root = root;
    p->id = id->type == UMI_JSON_STRING ? id->text : (umi_text){0};
    return UMI_OK;
}

/* What the decision showed when it was made. */
static unsigned shown(const umi_json *root)
{
    const umi_json *products = umi_json_get(root, "products");
    unsigned show =
        umi_json_get(root, "facts_used") != NULL ? UMI_SHOW_RULES : 0;
    if (products != NULL && products->type == UMI_JSON_ARRAY &&
        products->first != NULL && products->first->type == UMI_JSON_OBJECT &&
        umi_json_get(products->first, "what_if") != NULL)
        show |= UMI_SHOW_WHAT_IFS;
    return show;
}

/* --- facts ---------------------------------------------------------------- */

static umi_status masked(umi_text name, umi_error *err)
{
    char field[96];
    size_t n = name.len < sizeof field - 1 ? name.len : sizeof field - 1;
    memcpy(field, name.ptr, n);
    field[n] = '\0';
    return umi_fail_code(err, UMI_EINVAL, "MASKED", field,
                         "is private and not in the decision; give the "
                         "application");
}

/* The explanation has them as an application has, but for private ones. */
static umi_status take_explained(replay *p, umi_error *err)
{
    const umi_json *used = umi_json_get(p->root, "facts_used");
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    umi_text id;
    if (used == NULL || used->type != UMI_JSON_OBJECT)
        return umi_fail_code(err, UMI_EINVAL, "MASKED", "facts_used",
                             "was decided without --explain; give the "
                             "application");
    for (const umi_json *v = used->first; v != NULL; v = v->next) {
        const umi_name *n = umi_env_find(p->r->rs->names, v->key);
        if (n != NULL && n->kind == UMI_NAME_FACT &&
            p->r->rs->facts[n->slot].confidential)
            return masked(v->key, err);
    }
    umi_json_value(&w, used);
    const char *copy = b.failed ? NULL : umi_arena_copy(p->arena, b.ptr, b.len);
    umi_text line = {copy, b.len};
    umi_buf_free(&b);
    return copy == NULL ? umi_fail_memory(err)
                        : umi_facts_from_json(p->r->facts, &id, p->r->rs, NULL,
                                              line, p->arena, err);
}

static umi_status take_application(replay *p, umi_text line, umi_error *err)
{
    umi_text id;
    umi_status rc = umi_facts_from_json(p->r->facts, &id, p->r->rs, NULL, line,
                                        p->arena, err);
    if (rc == UMI_OK &&
        ((id.ptr == NULL) != (p->id.ptr == NULL) || !umi_text_eq(id, p->id)))
        return umi_fail(err, UMI_EINVAL, "id",
                        "is that of another application");
    return rc;
}

static umi_status take_texts(replay *p, umi_text line, umi_error *err)
{
    umi_json *root;
    umi_status rc = umi_json_parse(&root, line, p->arena, err);
    if (rc == UMI_OK && root->type != UMI_JSON_OBJECT)
        rc = umi_fail(err, UMI_EINVAL, "facts", "stated facts cannot be read");
    if (rc != UMI_OK)
        return rc;
    umi_facts_clear(p->r->facts, p->r->rs);
    for (const umi_json *v = root->first; v != NULL && rc == UMI_OK;
         v = v->next)
        rc = umi_fact_set(p->r->facts, p->r->rs, v->key, v->text, err);
    return rc;
}

static umi_status
take_facts(replay *p, umi_replay_facts where, umi_text facts, umi_error *err)
{
    switch (where) {
    case UMI_REPLAY_APPLICATION:
        return take_application(p, facts, err);
    case UMI_REPLAY_TEXTS:
        return take_texts(p, facts, err);
    case UMI_REPLAY_EXPLAINED:
        break;
    }
    return take_explained(p, err);
}

/* --- made again ----------------------------------------------------------- */

static umi_status make_again(replay *p, umi_error *err)
{
    const umi_decision *d;
    unsigned show = shown(p->root);
    umi_status rc = umi_decide(&d, p->r->decider, p->r->facts, err);
    if (rc == UMI_OK && show & UMI_SHOW_WHAT_IFS)
        rc = umi_decision_what_if(d, err);
    if (rc != UMI_OK)
        return rc;
    p->r->again.len = 0;
    umi_decision_write_json(&p->r->again, d, p->id, show);
    return p->r->again.failed ? umi_fail_memory(err) : UMI_OK;
}

/* Take @p with off the front of @p t. */
static bool take(umi_text *t, umi_text with)
{
    if (t->len < with.len || memcmp(t->ptr, with.ptr, with.len) != 0)
        return false;
    *t = (umi_text){t->ptr + with.len, t->len - with.len};
    return true;
}

/* The same bytes, but for the version of the program, which may be any, and
 * the shadow, which may be there. */
static bool same_bytes(const replay *p)
{
    const umi_json *engine = umi_json_get(p->root, "engine");
    const umi_json *shadow = umi_json_get(p->root, "shadow");
    umi_text now = umi_buf_as_text(&p->r->again), left = p->stored;
    char tail[64];
    int n =
        snprintf(tail, sizeof tail, "umi %s\",\"shadow\":null}", umi_version());
    return engine != NULL && shadow != NULL && shadow->next == NULL &&
           take(&left, (umi_text){now.ptr, now.len - (size_t)n}) &&
           take(&left, engine->text) &&
           take(&left, UMI_TEXT("\",\"shadow\":")) &&
           (shadow->type == UMI_JSON_OBJECT || umi_text_is(left, "null}"));
}

/* --- where they differ ---------------------------------------------------- */

typedef struct teller {
    umi_json_out w;
    umi_buf path;
    size_t told;
} teller;

static void put_side(teller *t, const char *key, const umi_json *v)
{
    umi_json_key(&t->w, key);
    if (v == NULL)
        umi_json_null(&t->w);
    else
        umi_json_value(&t->w, v);
}

static void tell(teller *t, const umi_json *stored, const umi_json *now)
{
    if (t->told++ >= TOLD_MAX)
        return;
    umi_json_open(&t->w, '{');
    umi_json_put_text(&t->w, "at", umi_buf_as_text(&t->path));
    put_side(t, "stored", stored);
    put_side(t, "now", now);
    umi_json_close(&t->w, '}');
}

/* How an element of a list is called: by its first text, else its place. */
static void put_place(umi_buf *b, const umi_json *v, size_t i)
{
    const umi_json *name = v->type == UMI_JSON_OBJECT ? v->first : NULL;
    if (name != NULL && name->type == UMI_JSON_STRING)
        umi_buf_printf(b, "[%.*s]", UMI_SHOW(name->text));
    else
        umi_buf_printf(b, "[%zu]", i);
}

static void compare(teller *t, const umi_json *a, const umi_json *b);

static const umi_json *member(const umi_json *o, umi_text key)
{
    const umi_json *v = o->first;
    while (v != NULL && !umi_text_eq(v->key, key))
        v = v->next;
    return v;
}

/* What stands behind the version of the program is not compared here. */
static bool is_tail(umi_text key)
{
    return umi_text_is(key, "engine") || umi_text_is(key, "shadow");
}

static void compare_objects(teller *t, const umi_json *a, const umi_json *b)
{
    size_t mark = t->path.len;
    for (int side = 0; side < 2; side++)
        for (const umi_json *v = (side == 0 ? a : b)->first; v != NULL;
             v = v->next) {
            const umi_json *x = side == 0 ? v : member(a, v->key);
            const umi_json *y = side == 0 ? member(b, v->key) : v;
            if (is_tail(v->key) || (side == 1 && x != NULL))
                continue;
            umi_buf_puts(&t->path, mark > 0 ? "." : "");
            umi_buf_text(&t->path, v->key);
            if (x == NULL || y == NULL)
                tell(t, x, y);
            else
                compare(t, x, y);
            t->path.len = mark;
        }
}

static void compare_lists(teller *t, const umi_json *a, const umi_json *b)
{
    size_t mark = t->path.len, i = 0;
    const umi_json *x = a->first, *y = b->first;
    for (; x != NULL || y != NULL; i++) {
        put_place(&t->path, x != NULL ? x : y, i);
        if (x == NULL || y == NULL)
            tell(t, x, y);
        else
            compare(t, x, y);
        t->path.len = mark;
        x = x != NULL ? x->next : NULL;
        y = y != NULL ? y->next : NULL;
    }
}

static void compare(teller *t, const umi_json *a, const umi_json *b)
{
    if (a->type != b->type)
        tell(t, a, b);
    else if (a->type == UMI_JSON_OBJECT)
        compare_objects(t, a, b);
    else if (a->type == UMI_JSON_ARRAY)
        compare_lists(t, a, b);
    else if (a->boolean != b->boolean || !umi_text_eq(a->text, b->text))
        tell(t, a, b);
}

/* In the words of the text, or, where it says the same, in its layout. */
static umi_status tell_differences(replay *p, umi_json_out *w, umi_error *err)
{
    umi_json *now;
    umi_status rc =
        umi_json_parse(&now, umi_buf_as_text(&p->r->again), p->arena, err);
    if (rc != UMI_OK)
        return rc;
    teller t = {.w = *w};
    umi_json_key(&t.w, "differences");
    umi_json_open(&t.w, '[');
    compare(&t, p->root, now);
    if (t.told == 0)
        tell(&t, NULL, NULL);
    umi_json_close(&t.w, ']');
    t.w.buf->failed |= t.path.failed;
    umi_buf_free(&t.path);
    *w = t.w;
    return UMI_OK;
}

/* Another version of the program, and a shadow, which is not made again. */
static void tell_beside(const replay *p, umi_json_out *w)
{
    const umi_json *engine = umi_json_get(p->root, "engine");
    const umi_json *shadow = umi_json_get(p->root, "shadow");
    char now[64];
    (void)snprintf(now, sizeof now, "umi %s", umi_version());
    if (engine == NULL || !umi_text_is(engine->text, now)) {
        umi_json_key(w, "engine");
        if (engine != NULL)
            umi_json_value(w, engine);
        else
            umi_json_null(w);
    }
    if (shadow != NULL && shadow->type != UMI_JSON_NULL) {
        umi_json_put_str(w, "shadow", "passed over");
    }
}

umi_status umi_replay(umi_buf *out,
                      bool *equal,
                      umi_replayer *r,
                      umi_text stored,
                      umi_replay_facts where,
                      umi_text facts,
                      umi_arena *arena,
                      umi_error *err)
{
    replay p = {.r = r, .stored = umi_text_trim(stored), .arena = arena};
    umi_json_out w = {.buf = out};
    umi_day on;
    umi_status rc = read_stored(&p, &on, err);
    if (rc == UMI_OK)
        rc = take_facts(&p, where, facts, err);
    if (rc == UMI_OK)
        rc = umi_decider_on(r->decider, on, err);
    if (rc == UMI_OK)
        rc = make_again(&p, err);
    if (rc != UMI_OK)
        return rc;
    *equal = same_bytes(&p);
    umi_json_open(&w, '{');
    umi_json_key(&w, "id");
    if (p.id.ptr != NULL)
        umi_json_text(&w, p.id);
    else
        umi_json_null(&w);
    umi_json_put_str(&w, "result", *equal ? "equal" : "different");
    if (!*equal)
        rc = tell_differences(&p, &w, err);
    tell_beside(&p, &w);
    umi_json_close(&w, '}');
    return rc;
}
