/* SPDX-License-Identifier: MIT */
#include "ledger/desk/decide.h"

#include "ledger/desk/application_int.h"
#include "ledger/desk/decide_int.h"
#include "ledger/desk/fetch.h"

#include <assert.h>

enum {
    CHUNK = 500
};

typedef struct deciding {
    umi_desk *desk;
    umi_decider *decider;
    umi_judge_view view;
    umi_arena *arena; /* of the chunk */
    umi_decided *done;
    umi_act *acts;
    size_t count;
    int64_t *waiting; /* keys of all applications to decide */
    size_t waiting_count, waiting_cap;
} deciding;

umi_status umi__decision_row(umi_decision_row *out,
                             umi_desk *desk,
                             const umi_application *a,
                             const umi_judgement *j,
                             umi_error *err)
{
    const umi_ruleset *rs = desk->rules;
    int64_t id = 0;
    umi_status rc = umi_book_take(desk->book, &umi_decision_table, 1, &id, err);
    if (rc != UMI_OK)
        return rc;
    *out = (umi_decision_row){
        .id = id,
        .application = a->id,
        .day = desk->today,
        .actor = desk->actor,
        .ruleset = rs->id,
        .version = rs->version,
        .sha256 = rs->sha256,
        .product = j->product,
        .status = j->verdict,
        .max = j->has_max ? j->max : (umi_money){UMI_NONE},
        .rate = j->has_rate ? j->rate_text : (umi_text){0},
        .facts = j->facts,
        .body = j->body,
    };
    return UMI_OK;
}

/* Judge d->application and make the rows to be written. */
static umi_status
decide_one(deciding *s, umi_decided *d, umi_act *log, umi_error *err)
{
    umi_application *a = &d->application;
    umi_judgement *j = &d->judgement;
    umi_status rc =
        umi_judge(j, s->desk, s->decider, a, s->view, s->arena, err);
    if (rc == UMI_OK)
        rc = umi__application_step(a, log, s->desk, UMI_ACT_DECIDE,
                                   umi_text_of(umi_verdict_name(j->verdict)),
                                   err);
    if (rc == UMI_OK)
        rc = umi__decision_row(&d->row, s->desk, a, j, err);
    if (rc == UMI_OK)
        a->decision = d->row.id;
    return rc;
}

static umi_status write(deciding *s, umi_error *err)
{
    umi_decision_row *rows = umi_arena_array(s->arena, s->count, sizeof *rows);
    umi_application *apps = umi_arena_array(s->arena, s->count, sizeof *apps);
    umi_act *acts = umi_arena_array(s->arena, s->count, sizeof *acts);
    umi_change change = {0};
    size_t n = 0;
    if (rows == NULL || apps == NULL || acts == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < s->count; i++) {
        if (s->done[i].failed != NULL)
            continue;
        rows[n] = s->done[i].row;
        apps[n] = s->done[i].application;
        acts[n++] = s->acts[i];
    }
    umi_change_put(&change, &umi_decision_table, rows, n);
    umi_change_put(&change, &umi_application_table, apps, n);
    umi_change_put(&change, &umi_act_table, acts, n);
    return n > 0 ? umi_book_apply(s->desk->book, &change, err) : UMI_OK;
}

static umi_status
tell(deciding *s, umi_decided_fn fn, void *self, umi_error *err)
{
    for (size_t i = 0; i < s->count; i++) {
        umi_status rc = fn(self, &s->done[i], err);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

/* Fatal for the book, not for one application. */
static bool fatal(umi_status rc)
{
    return rc == UMI_ENOMEM || rc == UMI_EIO || rc == UMI_EDAMAGED ||
           rc == UMI_EBUSY;
}

static umi_status decide_chunk(deciding *s, const int64_t *ids, umi_error *err)
{
    for (size_t i = 0; i < s->count; i++) {
        umi_decided *d = &s->done[i];
        umi_error why = {.lang = s->view.lang};
        umi_status rc = umi__fetch_one(s->desk->store, &umi_application_table,
                                       ids[i], &d->application, s->arena, &why);
        d->code = d->application.code;
        if (rc == UMI_OK)
            rc = decide_one(s, d, &s->acts[i], &why);
        if (fatal(rc)) {
            if (err != NULL)
                *err = why;
            return rc;
        }
        if (rc == UMI_OK)
            continue;
        umi_error *kept = umi_arena_alloc(s->arena, sizeof *kept);
        if (kept == NULL)
            return umi_fail_memory(err);
        *kept = why;
        d->failed = kept;
    }
    return write(s, err);
}

static umi_status
note_waiting(void *self, const umi_application *a, umi_error *err)
{
    deciding *s = self;
    if (s->waiting_count == s->waiting_cap) {
        size_t cap = s->waiting_cap ? s->waiting_cap * 2 : 256;
        int64_t *more = umi_realloc(s->waiting, cap * sizeof *more);
        if (more == NULL)
            return umi_fail_memory(err);
        s->waiting = more;
        s->waiting_cap = cap;
    }
    s->waiting[s->waiting_count++] = a->id;
    return UMI_OK;
}

static umi_status begin_chunk(deciding *s, size_t count, umi_error *err)
{
    umi_arena_reset(s->arena);
    s->count = count;
    s->done = umi_arena_array(s->arena, count, sizeof *s->done);
    s->acts = umi_arena_array(s->arena, count, sizeof *s->acts);
    return s->done && s->acts ? UMI_OK : umi_fail_memory(err);
}

static umi_status
decide_all(deciding *s, umi_decided_fn fn, void *self, umi_error *err)
{
    const umi_application_state applied = UMI_APPLIED;
    umi_status rc =
        umi_application_each(s->desk, &applied, note_waiting, s, err);
    for (size_t at = 0; rc == UMI_OK && at < s->waiting_count; at += CHUNK) {
        size_t left = s->waiting_count - at;
        rc = begin_chunk(s, left < CHUNK ? left : CHUNK, err);
        if (rc == UMI_OK)
            rc = decide_chunk(s, s->waiting + at, err);
        if (rc == UMI_OK)
            rc = tell(s, fn, self, err);
    }
    return rc;
}

static umi_status decide_named(
    deciding *s, umi_text code, umi_decided_fn fn, void *self, umi_error *err)
{
    umi_status rc = begin_chunk(s, 1, err);
    if (rc == UMI_OK)
        rc = umi__application_read(&s->done->application, s->desk, code,
                                   s->arena, err);
    if (rc != UMI_OK)
        return rc;
    s->done->code = s->done->application.code;
    rc = decide_one(s, s->done, s->acts, err);
    if (rc == UMI_OK)
        rc = write(s, err);
    return rc == UMI_OK ? tell(s, fn, self, err) : rc;
}

umi_status umi_decide_applications(umi_desk *desk,
                                   umi_text code,
                                   umi_judge_view view,
                                   umi_decided_fn fn,
                                   void *self,
                                   umi_error *err)
{
    assert(desk->rules != NULL && desk->products != NULL);
    deciding s = {.desk = desk, .view = view, .arena = umi_arena_new()};
    umi_status rc = s.arena ? UMI_OK : umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = umi_decider_new(&s.decider, desk->rules, desk->today, err);
    if (rc == UMI_OK)
        rc = code.ptr ? decide_named(&s, code, fn, self, err)
                      : decide_all(&s, fn, self, err);
    umi_decider_free(s.decider);
    umi_free(s.waiting);
    umi_arena_free(s.arena);
    return rc;
}
