/* SPDX-License-Identifier: MIT */
#include "ledger/io/life_json.h"

#include "ledger/io/quote_json.h"

#include <assert.h>
#include <stdio.h>

/* --- keys of an object ---------------------------------------------------
 * A key is named by the path under which errors show it; its name in the
 * object is what follows the last point.  An absent key leaves the value as
 * it is. */

static const char *name_of(const char *path)
{
    const char *point = strrchr(path, '.');
    return point ? point + 1 : path;
}

static const umi_json *at(const umi_json *object, const char *path)
{
    return umi_json_get(object, name_of(path));
}

/* Refuse an object with a key that is not among @p paths (ended by NULL). */
static umi_status
only(const umi_json *object, const char *const *paths, umi_error *err)
{
    for (const umi_json *v = object->first; v != NULL; v = v->next) {
        const char *const *p = paths;
        while (*p != NULL && !umi_text_is(v->key, name_of(*p)))
            p++;
        if (*p != NULL)
            continue;
        char field[80];
        (void)snprintf(field, sizeof field, "%.*s%.*s",
                       (int)(name_of(paths[0]) - paths[0]), paths[0],
                       UMI_SHOW(v->key));
        return umi_fail(err, UMI_EINVAL, field, "unknown key");
    }
    return UMI_OK;
}

static umi_status
as_text(umi_text *out, const umi_json *v, const char *path, umi_error *err)
{
    if (v->type != UMI_JSON_STRING)
        return umi_fail(err, UMI_EINVAL, path, "must be a text");
    *out = v->text;
    return UMI_OK;
}

static umi_status read_text(umi_text *out,
                            const umi_json *object,
                            const char *path,
                            umi_error *err)
{
    const umi_json *v = at(object, path);
    return v == NULL ? UMI_OK : as_text(out, v, path, err);
}

static umi_status
read_day(umi_day *out, const umi_json *object, const char *path, umi_error *err)
{
    const umi_json *v = at(object, path);
    umi_text t;
    if (v == NULL)
        return UMI_OK;
    umi_status rc = as_text(&t, v, path, err);
    if (rc == UMI_OK && !umi_day_parse(out, t))
        rc =
            umi_fail_code(err, UMI_EINVAL, "DATE", path,
                          "must be a date YYYY-MM-DD, got '%.*s'", UMI_SHOW(t));
    return rc;
}

static umi_status read_amount(umi_money *out,
                              const umi_json *object,
                              const char *path,
                              umi_error *err)
{
    const umi_json *v = at(object, path);
    umi_text t;
    if (v == NULL)
        return UMI_OK;
    umi_status rc = as_text(&t, v, path, err);
    if (rc == UMI_OK && !umi_money_parse(out, t))
        rc = umi_fail_code(err, UMI_EINVAL, "AMOUNT", path,
                           "must be an amount of rupiah, got '%.*s'",
                           UMI_SHOW(t));
    return rc;
}

static umi_status unknown_word(umi_text t, const char *path, umi_error *err)
{
    return umi_fail(err, UMI_EINVAL, path, "unknown value '%.*s'", UMI_SHOW(t));
}

/* --- policy -------------------------------------------------------------- */

static umi_status
read_allocation(umi_policy *p, const umi_json *object, umi_error *err)
{
    static const char path[] = "policy.allocation";
    const umi_json *v = at(object, path);
    if (v == NULL)
        return UMI_OK;
    bool whole = v->type == UMI_JSON_ARRAY && v->count == UMI_COMPONENTS;
    umi_component *c = p->allocation;
    const umi_json *item = whole ? v->first : NULL;
    for (; item != NULL; item = item->next) {
        umi_text t;
        umi_status rc = as_text(&t, item, path, err);
        if (rc == UMI_OK && !umi_component_parse(c++, t))
            rc = unknown_word(t, path, err);
        if (rc != UMI_OK)
            return rc;
    }
    if (!whole || !umi_policy_ok(p))
        return umi_fail(err, UMI_EINVAL, path,
                        "must list the %d components, each once",
                        UMI_COMPONENTS);
    return UMI_OK;
}

static umi_status
read_policy(umi_policy *p, const umi_json *object, umi_error *err)
{
    static const char *const paths[] = {"policy.allocation", "policy.walk",
                                        "policy.ahead", "policy.interest",
                                        NULL};
    umi_text walk = {0}, ahead = {0}, interest = {0};
    if (object->type != UMI_JSON_OBJECT)
        return umi_fail(err, UMI_EINVAL, "policy", "must be an object");
    umi_status rc = only(object, paths, err);
    if (rc == UMI_OK)
        rc = read_allocation(p, object, err);
    if (rc == UMI_OK)
        rc = read_text(&walk, object, "policy.walk", err);
    if (rc == UMI_OK && walk.ptr != NULL && !umi_walk_parse(&p->walk, walk))
        rc = unknown_word(walk, "policy.walk", err);
    if (rc == UMI_OK)
        rc = read_text(&ahead, object, "policy.ahead", err);
    if (rc == UMI_OK && ahead.ptr != NULL && !umi_ahead_parse(&p->ahead, ahead))
        rc = unknown_word(ahead, "policy.ahead", err);
    if (rc == UMI_OK)
        rc = read_text(&interest, object, "policy.interest", err);
    /* interest by the day has no rules yet */
    if (rc == UMI_OK && interest.ptr != NULL &&
        !umi_text_is(interest, "scheduled"))
        rc = unknown_word(interest, "policy.interest", err);
    return rc;
}

/* --- events -------------------------------------------------------------- */

static umi_status
read_kind(umi_event *e, const umi_json *object, umi_error *err)
{
    umi_text t = {0};
    if (at(object, "events.kind") == NULL)
        return umi_fail(err, UMI_EINVAL, "events.kind", "must be given");
    umi_status rc = read_text(&t, object, "events.kind", err);
    if (rc == UMI_OK && !umi_event_kind_parse(&e->kind, t))
        rc = unknown_word(t, "events.kind", err);
    return rc;
}

static umi_status
read_days(umi_event *e, const umi_json *object, umi_error *err)
{
    if (at(object, "events.date") == NULL)
        return umi_fail(err, UMI_EINVAL, "events.date", "must be given");
    umi_status rc = read_day(&e->date, object, "events.date", err);
    e->booked = e->due = e->date;
    if (rc == UMI_OK)
        rc = read_day(&e->booked, object, "events.booked", err);
    if (rc == UMI_OK && at(object, "events.due") != NULL &&
        umi_event_keys_of(e->kind)->due == UMI_REFUSED)
        rc = umi_fail(err, UMI_EINVAL, "events.due",
                      "a %s does not take this key",
                      umi_event_kind_name(e->kind));
    if (rc == UMI_OK)
        rc = read_day(&e->due, object, "events.due", err);
    return rc;
}

static umi_status
read_component(umi_event *e, const umi_json *object, umi_error *err)
{
    umi_text t = {0};
    umi_status rc = read_text(&t, object, "events.component", err);
    e->has_component = t.ptr != NULL;
    if (rc == UMI_OK && t.ptr != NULL && !umi_component_parse(&e->component, t))
        rc = unknown_word(t, "events.component", err);
    return rc;
}

static umi_status
read_reverses(umi_event *e, const umi_json *object, umi_error *err)
{
    const umi_json *v = at(object, "events.reverses");
    int64_t k = 0;
    if (v == NULL)
        return UMI_OK;
    if (v->type != UMI_JSON_NUMBER ||
        !umi_text_int(v->text, 1, UMI_EVENTS_MAX, &k))
        return umi_fail(err, UMI_EINVAL, "events.reverses",
                        "must be the number of an earlier event, as a number");
    e->reverses = (uint32_t)k;
    return UMI_OK;
}

static umi_status
read_event(umi_event *e, const umi_json *object, umi_error *err)
{
    static const char *const paths[] = {
        "events.kind",   "events.date",      "events.booked",
        "events.amount", "events.component", "events.due",
        "events.ref",    "events.reverses",  NULL};
    umi_text ref; /* is nothing to the result */
    if (object->type != UMI_JSON_OBJECT)
        return umi_fail(err, UMI_EINVAL, "events", "must be an object");
    umi_status rc = only(object, paths, err);
    if (rc == UMI_OK)
        rc = read_kind(e, object, err);
    if (rc == UMI_OK)
        rc = read_days(e, object, err);
    if (rc == UMI_OK)
        rc = read_amount(&e->amount, object, "events.amount", err);
    e->has_amount = at(object, "events.amount") != NULL;
    if (rc == UMI_OK)
        rc = read_component(e, object, err);
    if (rc == UMI_OK)
        rc = read_text(&ref, object, "events.ref", err);
    if (rc == UMI_OK)
        rc = read_reverses(e, object, err);
    return rc;
}

/* Say in a failure's message which event it is about and what it gives. */
static umi_status
of_event(size_t n, const umi_json *event, umi_status rc, umi_error *err)
{
    if (rc == UMI_OK || err == NULL)
        return rc;
    umi_error was = *err;
    (void)snprintf(was.field, sizeof was.field, "%s", name_of(err->field));
    umi_json_got(&was, event);
    (void)snprintf(err->message, sizeof err->message,
                   umi_tr(err->lang, "event %zu: %.200s"), n, was.message);
    umi_text_clean(err->message);
    return rc;
}

static umi_status read_events(umi_life_query *q,
                              const umi_json *list,
                              umi_arena *arena,
                              umi_error *err)
{
    if (list->type != UMI_JSON_ARRAY)
        return umi_fail(err, UMI_EINVAL, "events", "must be a list");
    if (list->count > UMI_EVENTS_MAX)
        return umi_fail(err, UMI_EINVAL, "events", "at most %d events, got %zu",
                        UMI_EVENTS_MAX, (size_t)list->count);
    q->events = umi_arena_array(arena, list->count, sizeof *q->events);
    if (q->events == NULL)
        return umi_fail_memory(err);
    for (const umi_json *v = list->first; v != NULL; v = v->next) {
        umi_status rc = read_event(&q->events[q->count++], v, err);
        if (rc != UMI_OK)
            return of_event(q->count, v, rc, err);
    }
    return umi_events_check(q->events, q->count, q->terms.disbursed, err);
}

/* --- the query ----------------------------------------------------------- */

/* Put "terms." before the field of a failure of the terms. */
static umi_status of_terms(umi_status rc, umi_error *err)
{
    if (rc == UMI_OK || rc == UMI_ENOMEM || err == NULL)
        return rc;
    umi_error was = *err;
    (void)snprintf(err->field, sizeof err->field, "terms%s%.80s",
                   was.field[0] != '\0' ? "." : "", was.field);
    umi_text_clean(err->field);
    return rc;
}

/* By default the day of the last event. */
static umi_status
read_as_of(umi_life_query *q, const umi_json *object, umi_error *err)
{
    q->as_of = umi_events_last(q->events, q->count, q->terms.disbursed);
    umi_status rc = read_day(&q->as_of, object, "as_of", err);
    if (rc == UMI_OK && q->as_of.n < q->terms.disbursed.n)
        rc = umi_fail(err, UMI_EINVAL, "as_of",
                      "must not be before the disbursement, got '%.*s'",
                      UMI_SHOW(at(object, "as_of")->text));
    return rc;
}

/* The keys of `umi quote`; the two that are no term change nothing here. */
static umi_status read_terms(umi_life_query *q,
                             const umi_json *object,
                             const umi_terms_bind_opts *opts,
                             umi_arena *arena,
                             umi_error *err)
{
    umi_terms_bind_opts mine = opts ? *opts : (umi_terms_bind_opts){0};
    const umi_json *terms = at(object, "terms");
    umi_text id;
    if (terms == NULL)
        return umi_fail(err, UMI_EINVAL, "terms", "must be given");
    if (terms->type != UMI_JSON_OBJECT)
        return umi_fail(err, UMI_EINVAL, "terms", "must be an object");
    mine.extra = umi_quote_extra;
    umi_status rc = umi_terms_bind(&q->terms, terms, &mine, arena, err);
    if (rc == UMI_OK)
        rc = read_text(&id, terms, "id", err);
    const umi_json *effective = at(terms, "effective");
    if (rc == UMI_OK && effective != NULL && effective->type != UMI_JSON_BOOL)
        rc = umi_fail(err, UMI_EINVAL, "effective", "must be true or false");
    return of_terms(rc, err);
}

umi_status umi_life_bind(umi_life_query *out,
                         const umi_json *object,
                         const umi_terms_bind_opts *opts,
                         umi_arena *arena,
                         umi_error *err)
{
    static const char *const paths[] = {"id",     "terms", "policy",
                                        "events", "as_of", NULL};
    umi_life_query q = {.policy = umi_policy_default()};
    if (object->type != UMI_JSON_OBJECT)
        return umi_fail(err, UMI_EINVAL, "", "must be an object");
    const umi_json *policy = at(object, "policy");
    const umi_json *events = at(object, "events");
    umi_status rc = only(object, paths, err);
    if (rc == UMI_OK)
        rc = read_text(&q.id, object, "id", err);
    if (rc == UMI_OK)
        rc = read_terms(&q, object, opts, arena, err);
    if (rc == UMI_OK && policy != NULL)
        rc = read_policy(&q.policy, policy, err);
    if (rc == UMI_OK && events != NULL)
        rc = read_events(&q, events, arena, err);
    if (rc == UMI_OK)
        rc = read_as_of(&q, object, err);
    if (rc == UMI_OK)
        *out = q;
    else
        umi_json_got(err, object);
    return rc;
}

/* --- the answer ---------------------------------------------------------- */

static void write_components(umi_json_out *w, const umi_amounts *a)
{
    for (umi_component c = 0; c < UMI_COMPONENTS; c++)
        umi_json_put_money(w, umi_component_name(c), a->of[c]);
}

static void
write_amounts(umi_json_out *w, const char *key, const umi_amounts *a)
{
    umi_json_key(w, key);
    umi_json_open(w, '{');
    write_components(w, a);
    umi_json_close(w, '}');
}

static void
write_event(umi_json_out *w, size_t n, const umi_event *e, const umi_entry *x)
{
    umi_json_open(w, '{');
    umi_json_put_int(w, "n", (int64_t)n);
    umi_json_put_str(w, "kind", umi_event_kind_name(e->kind));
    umi_json_put_day(w, "date", e->date);
    umi_json_put_money(w, "amount", x->amount);
    write_components(w, &x->parts.amounts);
    umi_json_put_money(w, "overpaid", x->parts.overpaid);
    umi_json_put_bool(w, "reversed", x->reversed);
    umi_json_close(w, '}');
}

static void write_row(umi_json_out *w, const umi_life_row *r)
{
    umi_json_open(w, '{');
    umi_json_put_int(w, "n", r->n);
    umi_json_put_day(w, "due", r->due);
    write_components(w, &r->charged);
    write_amounts(w, "paid", &r->paid);
    umi_json_key(w, "paid_on");
    if (r->has_paid_on)
        umi_json_day(w, r->paid_on);
    else
        umi_json_null(w);
    umi_json_close(w, '}');
}

static void
write_lists(umi_json_out *w, const umi_life_query *q, const umi_life *life)
{
    umi_json_key(w, "events");
    umi_json_open(w, '[');
    for (size_t i = 0; i < life->entry_count; i++)
        write_event(w, i + 1, &q->events[i], &life->entries[i]);
    umi_json_close(w, ']');
    umi_json_key(w, "rows");
    umi_json_open(w, '[');
    for (size_t i = 0; i < life->row_count; i++)
        write_row(w, &life->rows[i]);
    umi_json_close(w, ']');
}

void umi_life_write(umi_buf *b, const umi_life_query *q, const umi_life *life)
{
    umi_json_out w = {.buf = b};
    assert(life->entry_count == q->count);
    umi_json_open(&w, '{');
    umi_json_key(&w, "id");
    if (q->id.ptr != NULL)
        umi_json_text(&w, q->id);
    else
        umi_json_null(&w);
    write_lists(&w, q, life);
    write_amounts(&w, "outstanding", &life->outstanding);
    write_amounts(&w, "due", &life->due);
    umi_json_put_money(&w, "overpaid", life->overpaid);
    umi_json_put_int(&w, "days_past_due", life->days_past_due);
    umi_json_put_int(&w, "collectability", life->collectability);
    umi_json_put_str(&w, "status", umi_life_status_name(life->status));
    umi_json_close(&w, '}');
}

static umi_status build_schedule(umi_schedule *out,
                                 const umi_terms *terms,
                                 umi_arena *arena,
                                 umi_error *err)
{
    size_t count = umi_schedule_rows(terms);
    umi_row *rows = umi_arena_array(arena, count, sizeof *rows);
    if (rows == NULL)
        return umi_fail_memory(err);
    return of_terms(umi_schedule_build(out, rows, count, terms, err), err);
}

umi_status umi_life_answer(umi_buf *out,
                           umi_text line,
                           const umi_terms_bind_opts *opts,
                           umi_arena *arena,
                           umi_error *err)
{
    umi_json *object;
    umi_life_query q;
    umi_schedule schedule;
    umi_life life;
    umi_status rc = umi_json_parse(&object, line, arena, err);
    if (rc == UMI_OK)
        rc = umi_life_bind(&q, object, opts, arena, err);
    if (rc == UMI_OK)
        rc = build_schedule(&schedule, &q.terms, arena, err);
    if (rc == UMI_OK)
        rc = umi_life_replay(&life, &schedule, &q.policy, NULL, q.events,
                             q.count, q.as_of, arena, err);
    if (rc == UMI_OK)
        umi_life_write(out, &q, &life);
    if (rc == UMI_OK && out->failed)
        rc = umi_fail_memory(err);
    return rc;
}
