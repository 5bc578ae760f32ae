/* SPDX-License-Identifier: MIT */
#include "ledger/book/deal.h"

#include "ledger/io/life_json.h"

#include <assert.h>

enum {
    SLOTS = 2048, /* schedules kept at hand; a power of two */
};

/* A schedule kept by frame and principal; a newcomer takes the place. */
typedef struct slot {
    int64_t frame, principal; /* frame 0: nothing is kept */
    umi_day disbursed, first_due;
    umi_row *rows;
    size_t cap;
    umi_schedule schedule;
} slot;

typedef struct frame_list {
    umi_frame **items; /* by key, ascending */
    size_t count, cap;
    umi_frame **by_body; /* by hash of the text; a power of two, half empty */
    size_t room;
} frame_list;

struct umi_deals {
    umi_book *book;
    umi_arena *arena; /* of the frames */
    frame_list frames;
    umi_buf text;
    slot slots[SLOTS];
};

umi_status umi_deals_new(umi_deals **out, umi_book *b, umi_error *err)
{
    umi_deals *d = umi_alloc_array(1, sizeof *d);
    if (d == NULL)
        return umi_fail_memory(err);
    d->book = b;
    d->arena = umi_arena_new();
    if (d->arena == NULL) {
        umi_free(d);
        return umi_fail_memory(err);
    }
    *out = d;
    return UMI_OK;
}

void umi_deals_free(umi_deals *d)
{
    if (d == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        umi_free(d->slots[i].rows);
    umi_free(d->frames.items);
    umi_free(d->frames.by_body);
    umi_buf_free(&d->text);
    umi_arena_free(d->arena);
    umi_free(d);
}

/* --- frames as texts ------------------------------------------------------ */

/* Amount and dates of a loan stand in its agreement; here stand others, the
 * same for all.  Tranches carry amounts and dates of their own. */
static umi_terms without_amounts(const umi_terms *t)
{
    umi_terms u = *t;
    if (u.tranche_count > 0)
        return u;
    u.principal = (umi_money){100};
    u.disbursed = (umi_day){0};
    u.has_first_due = false;
    u.first_due = (umi_day){0};
    return u;
}

static void write_policy(umi_json_out *w, const umi_policy *p)
{
    umi_json_open(w, '{');
    umi_json_key(w, "allocation");
    umi_json_open(w, '[');
    for (size_t i = 0; i < UMI_COMPONENTS; i++)
        umi_json_str(w, umi_component_name(p->allocation[i]));
    umi_json_close(w, ']');
    umi_json_put_str(w, "walk", umi_walk_name(p->walk));
    umi_json_put_str(w, "ahead", umi_ahead_name(p->ahead));
    umi_json_close(w, '}');
}

void umi_frame_write(umi_buf *b, const umi_terms *t, const umi_policy *p)
{
    umi_terms u = without_amounts(t);
    umi_json_out w = {.buf = b};
    umi_json_open(&w, '{');
    umi_json_key(&w, "policy");
    write_policy(&w, p);
    umi_json_key(&w, "terms");
    umi_terms_write(b, &u);
    umi_json_close(&w, '}');
}

static bool undated(const umi_terms *t)
{
    return t->day_count == UMI_COUNT_PERIOD && t->tranche_count == 0 &&
           t->step_count == 0;
}

static umi_status
read_frame(umi_deals *d, const umi_terms_row *row, umi_frame *f, umi_error *err)
{
    umi_json *object = NULL;
    umi_life_query q;
    umi_status rc = umi_json_parse(&object, row->body, d->arena, err);
    if (rc == UMI_OK)
        rc = umi_life_bind(&q, object, NULL, d->arena, err);
    if (rc == UMI_ENOMEM)
        return rc;
    if (rc != UMI_OK)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "terms %lld of the book cannot be read",
                        (long long)row->id);
    *f = (umi_frame){
        .id = row->id, .body = row->body, .terms = q.terms, .policy = q.policy};
    f->undated = undated(&f->terms) && umi_waterfall_order_free(&f->policy);
    return UMI_OK;
}

/* --- frames at hand ------------------------------------------------------- */

static size_t frame_place(const frame_list *l, int64_t id)
{
    size_t low = 0, high = l->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (l->items[mid]->id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static size_t body_place(const frame_list *l, umi_sip_key key, umi_text body)
{
    size_t i = umi_sip(&key, body.ptr, body.len) & (l->room - 1);
    while (l->by_body[i] != NULL && !umi_text_eq(l->by_body[i]->body, body))
        i = (i + 1) & (l->room - 1);
    return i;
}

static bool grow(umi_deals *d)
{
    frame_list *l = &d->frames;
    if (l->count < l->cap)
        return true;
    size_t cap = l->cap ? l->cap * 2 : 16;
    umi_frame **items = umi_realloc(l->items, cap * sizeof *items);
    if (items == NULL)
        return false;
    l->items = items;
    umi_frame **table = umi_alloc_array(cap * 2, sizeof *table);
    if (table == NULL)
        return false;
    umi_free(l->by_body);
    l->by_body = table;
    l->room = cap * 2;
    l->cap = cap;
    umi_sip_key key = umi_book_secret(d->book);
    for (size_t i = 0; i < l->count; i++)
        table[body_place(l, key, items[i]->body)] = items[i];
    return true;
}

static umi_status keep_frame(umi_deals *d,
                             const umi_terms_row *row,
                             const umi_frame **out,
                             umi_error *err)
{
    frame_list *l = &d->frames;
    if (!grow(d))
        return umi_fail_memory(err);
    umi_frame *f = umi_arena_alloc(d->arena, sizeof *f);
    if (f == NULL)
        return umi_fail_memory(err);
    umi_status rc = read_frame(d, row, f, err);
    if (rc != UMI_OK)
        return rc;
    size_t at = frame_place(l, row->id);
    memmove(l->items + at + 1, l->items + at,
            (l->count - at) * sizeof *l->items);
    l->items[at] = f;
    l->count++;
    l->by_body[body_place(l, umi_book_secret(d->book), f->body)] = f;
    *out = f;
    return UMI_OK;
}

static const umi_frame *frame_at_hand(const umi_deals *d, int64_t id)
{
    size_t at = frame_place(&d->frames, id);
    bool here = at < d->frames.count && d->frames.items[at]->id == id;
    return here ? d->frames.items[at] : NULL;
}

bool umi__deals_have(const umi_deals *d, int64_t id)
{
    return frame_at_hand(d, id) != NULL;
}

umi_status
umi_deals_frame(umi_deals *d, int64_t id, const umi_frame **out, umi_error *err)
{
    umi_terms_row row;
    bool found;
    *out = frame_at_hand(d, id);
    if (*out != NULL)
        return UMI_OK;
    umi_status rc = umi_store_read(umi_book_store(d->book), &umi_terms_table,
                                   &id, 1, &row, &found, d->arena, err);
    if (rc == UMI_OK && !found)
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "terms %lld of the book are "
                      "missing",
                      (long long)id);
    return rc != UMI_OK ? rc : keep_frame(d, &row, out, err);
}

static umi_status add_frame(umi_deals *d,
                            umi_text body,
                            const umi_frame **out,
                            const umi_terms_row **added,
                            umi_error *err)
{
    umi_terms_row *row = umi_arena_alloc(d->arena, sizeof *row);
    if (row == NULL)
        return umi_fail_memory(err);
    row->body =
        (umi_text){umi_arena_copy(d->arena, body.ptr, body.len), body.len};
    if (row->body.ptr == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_book_take(d->book, &umi_terms_table, 1, &row->id, err);
    if (rc == UMI_OK)
        rc = keep_frame(d, row, out, err);
    if (rc == UMI_OK)
        *added = row;
    return rc;
}

static umi_status intern(umi_deals *d,
                         umi_text body,
                         const umi_frame **out,
                         const umi_terms_row **added,
                         umi_error *err)
{
    frame_list *l = &d->frames;
    int64_t id = UMI_NONE;
    if (l->room > 0) {
        *out = l->by_body[body_place(l, umi_book_secret(d->book), body)];
        if (*out != NULL)
            return UMI_OK;
    }
    umi_status rc = umi_store_lookup(umi_book_store(d->book),
                                     &umi_terms_by_body, &body, 1, &id, err);
    if (rc != UMI_OK)
        return rc;
    return id != UMI_NONE ? umi_deals_frame(d, id, out, err)
                          : add_frame(d, body, out, added, err);
}

umi_status umi_deals_intern(umi_deals *d,
                            const umi_terms *t,
                            const umi_policy *p,
                            const umi_frame **out,
                            const umi_terms_row **added,
                            umi_error *err)
{
    *added = NULL;
    if (t->calendar != NULL) /* its holidays may change; terms may not */
        return umi_fail(err, UMI_EINVAL, "calendar",
                        "a loan of the book cannot follow a calendar");
    d->text.len = 0;
    umi_frame_write(&d->text, t, p);
    if (d->text.failed)
        return umi_fail_memory(err);
    return intern(d, umi_buf_as_text(&d->text), out, added, err);
}

/* --- schedules ------------------------------------------------------------ */

umi_terms umi_frame_terms(const umi_frame *f,
                          umi_money principal,
                          umi_day disbursed,
                          umi_day first_due)
{
    umi_terms t = f->terms;
    if (t.tranche_count > 0)
        return t;
    t.principal = principal;
    t.disbursed = disbursed;
    t.has_first_due = first_due.n != UMI_NONE32;
    t.first_due = t.has_first_due ? first_due : (umi_day){0};
    return t;
}

/* The part of a loan that decides its amounts. */
static slot wanted(const umi_frame *f, const umi_loan_state *state)
{
    slot w = {.frame = f->id, .principal = state->principal.sen};
    w.disbursed = f->undated ? (umi_day){0} : state->disbursed;
    w.first_due = f->undated ? (umi_day){UMI_NONE32} : state->first_due;
    return w;
}

static bool holds(const slot *s, const slot *w)
{
    return s->frame == w->frame && s->principal == w->principal &&
           s->disbursed.n == w->disbursed.n && s->first_due.n == w->first_due.n;
}

static umi_status
fill_slot(slot *s, const umi_frame *f, const slot *w, umi_error *err)
{
    umi_terms t = umi_frame_terms(f, (umi_money){w->principal}, w->disbursed,
                                  w->first_due);
    size_t need = umi_schedule_rows(&t);
    s->frame = 0;
    if (need > s->cap) {
        umi_row *rows = umi_realloc(s->rows, need * sizeof *rows);
        if (rows == NULL)
            return umi_fail_memory(err);
        s->rows = rows;
        s->cap = need;
    }
    umi_status rc = umi_schedule_build(&s->schedule, s->rows, s->cap, &t, err);
    if (rc != UMI_OK)
        return rc;
    s->frame = w->frame;
    s->principal = w->principal;
    s->disbursed = w->disbursed;
    s->first_due = w->first_due;
    return UMI_OK;
}

umi_status umi_deals_rows(umi_deals *d,
                          const umi_frame *f,
                          const umi_loan_state *state,
                          const umi_schedule **out,
                          umi_error *err)
{
    slot w = wanted(f, state);
    uint64_t mix = (uint64_t)w.principal * 31 + (uint64_t)w.frame +
                   (uint64_t)(uint32_t)w.disbursed.n * 977;
    mix *= UINT64_C(0x9e3779b97f4a7c15);
    slot *s = &d->slots[mix >> 32 & (SLOTS - 1)];
    umi_status rc = UMI_OK;
    if (!holds(s, &w))
        rc = fill_slot(s, f, &w, err);
    if (rc == UMI_OK)
        *out = &s->schedule;
    return rc;
}

umi_status umi_deal_schedule(umi_schedule *out,
                             const umi_terms *t,
                             umi_arena *arena,
                             umi_error *err)
{
    size_t n = umi_schedule_rows(t);
    umi_row *rows = umi_arena_array(arena, n, sizeof *rows);
    if (rows == NULL)
        return umi_fail_memory(err);
    return umi_schedule_build(out, rows, n, t, err);
}
