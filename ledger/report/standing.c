/* SPDX-License-Identifier: MIT */
#include "ledger/report/standing.h"

#include "engine/loan/accrual.h"
#include "ledger/book/fold.h"

#include <assert.h>

enum {
    CHUNK = 512 /* loans in hand */
};

const umi_bucket umi_buckets[UMI_BUCKETS] = {
    {0, 0, "0"},        {1, 30, "1-30"},     {31, 60, "31-60"},
    {61, 90, "61-90"},  {91, 120, "91-120"}, {121, 180, "121-180"},
    {181, -1, "> 180"},
};

size_t umi_bucket_of(int32_t days)
{
    size_t i = 0;
    while (i + 1 < UMI_BUCKETS && days > umi_buckets[i].to)
        i++;
    return i;
}

typedef struct walk {
    umi_book *b;
    const umi_standing_ask *ask;
    umi_standing_fn fn;
    void *self;
    umi_deals *deals;
    umi_arena *arena; /* of one chunk */
    umi_arena *inner; /* of one loan */
    umi_loan_state states[CHUNK];
    umi_loan loans[CHUNK];
    int64_t keys[CHUNK];
    bool found[CHUNK];
    size_t n;
} walk;

static umi_status broken(int64_t loan, umi_error *err)
{
    return umi_fail(err, UMI_EDAMAGED, "",
                    "the rows of loan %lld contradict each other",
                    (long long)loan);
}

/* --- one loan ------------------------------------------------------------- */

static umi_status schedule_of(walk *w,
                              const umi_loan_state *s,
                              umi_schedule *out,
                              const umi_frame **f,
                              umi_error *err)
{
    umi_status rc = umi_deals_frame(w->deals, s->terms, f, err);
    if (rc != UMI_OK)
        return rc;
    umi_terms t = umi_frame_terms(*f, s->principal, s->disbursed, s->first_due);
    rc = umi_deal_schedule(out, &t, w->inner, err);
    return rc == UMI_OK || rc == UMI_ENOMEM ? rc : broken(s->id, err);
}

/* From the state alone: its debt stands in the schedule and nowhere else. */
static umi_status from_state(umi_standing *out,
                             const umi_schedule *s,
                             umi_day day,
                             umi_error *err)
{
    const umi_loan_state *state = out->state;
    umi_paid paid;
    if (!umi_paid_of(&paid, s->rows, s->count, state->paid.principal,
                     state->paid.interest, state->paid.fee))
        return broken(state->id, err);
    umi_arrears a = umi_arrears_of(s, &paid, day);
    out->status = state->status;
    out->outstanding = state->owed;
    out->overpaid = state->overpaid;
    out->due = a.due;
    out->days_past_due = a.days_past_due;
    out->collectability = umi_collectability(
        a.days_past_due, state->status == UMI_LOAN_WRITTEN_OFF);
    return UMI_OK;
}

typedef struct rows {
    const umi_txn *txns; /* of one loan, oldest first */
    size_t n;
} rows;

/* What a reversal takes back, among the rows before it. */
static size_t reversed_by(const umi_txn *txns, size_t i)
{
    size_t k = 0;
    while (k < i && txns[k].id != txns[i].reverses)
        k++;
    return k;
}

/* A waiver or write-off that was reversed and entered again, because an act
 * of another day changed what it takes, is one thing with its reversal. */
static bool renews(const umi_txn *txns, size_t i, const umi_txn *old)
{
    const umi_txn *t = &txns[i];
    return t->kind == old->kind && t->day.n == old->day.n &&
           t->batch == txns[i - 1].batch && t->line == txns[i - 1].line;
}

/* The rows of acts up to a day. */
static size_t
up_to(umi_txn *kept, bool *stays, const umi_txn *txns, size_t n, umi_day day)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        stays[i] = txns[i].day.n <= day.n;
    for (size_t i = 0; i < n; i++) {
        if (txns[i].kind != UMI_TXN_REVERSAL)
            continue;
        size_t k = reversed_by(txns, i);
        stays[i] = stays[i] && k < i && stays[k];
        if (!stays[i] && k < i && i + 1 < n && renews(txns, i + 1, &txns[k]))
            stays[i + 1] = false;
    }
    for (size_t i = 0; i < n; i++)
        if (stays[i])
            kept[count++] = txns[i];
    return count;
}

/* The rows of a loan that count, in the arena of the loan. */
static umi_status
history_of(walk *w, const umi_loan_state *s, rows *out, umi_error *err)
{
    umi_status rc = umi_fold_history(w->b, s->id, s->last_txn, &out->txns,
                                     &out->n, w->inner, err);
    for (size_t i = out->n; w->ask->newest && rc == UMI_OK && i > 0; i--)
        if (out->txns[i - 1].id > w->ask->newest)
            out->n = i - 1;
    if (rc != UMI_OK || !w->ask->past)
        return rc;
    umi_txn *kept = umi_arena_array(w->inner, out->n, sizeof *kept);
    bool *stays = umi_arena_array(w->inner, out->n, sizeof *stays);
    if (kept == NULL || stays == NULL)
        return umi_fail_memory(err);
    out->n = up_to(kept, stays, out->txns, out->n, w->ask->day);
    out->txns = kept;
    return UMI_OK;
}

static umi_status from_history(walk *w,
                               umi_standing *out,
                               const umi_frame *f,
                               const umi_schedule *s,
                               umi_error *err)
{
    rows h;
    umi_refold r;
    umi_status rc = history_of(w, out->state, &h, err);
    if (rc == UMI_OK)
        rc = umi_fold_replay(&r, out->loan, &f->policy, s, h.txns, h.n,
                             w->ask->day, w->inner, err);
    if (rc != UMI_OK)
        return rc;
    out->status = umi_fold_status(r.life.status);
    out->outstanding = r.life.outstanding;
    out->overpaid = r.life.overpaid;
    out->due = r.life.due;
    out->days_past_due = r.life.days_past_due;
    out->collectability = r.life.collectability;
    return UMI_OK;
}

static void add_earnings(umi_standing *out, const umi_schedule *s, umi_day day)
{
    bool closed = out->status != UMI_LOAN_ACTIVE;
    out->interest = s->interest;
    out->fee = s->fee;
    out->accrued = umi_accrued(s, out->state->disbursed, day, closed);
    for (size_t i = 0; i < s->count; i++)
        if (closed || s->rows[i].due.n <= day.n)
            out->fee_charged.sen += s->rows[i].fee.sen; /* at most s->fee */
}

static bool wanted(const walk *w, const umi_loan_state *s)
{
    bool debt = s->status == UMI_LOAN_ACTIVE;
    if (w->ask->newest && s->last_txn > w->ask->newest)
        return true;
    if (s->status == UMI_LOAN_BOOKED || s->disbursed.n == UMI_NONE32)
        return false;
    return debt || w->ask->closed;
}

static bool sends_money(const umi_txn *t)
{
    return t->kind == UMI_TXN_DISBURSEMENT || t->kind == UMI_TXN_IMPORT;
}

/* The disbursement that stands after the first @p n rows, or NULL. */
static const umi_txn *money_out(const rows *h, size_t n)
{
    const umi_txn *found = NULL;
    for (size_t i = 0; i < n; i++) {
        const umi_txn *t = &h->txns[i];
        if (sends_money(t))
            found = t;
        else if (found != NULL && t->kind == UMI_TXN_REVERSAL &&
                 t->reverses == found->id)
            found = NULL;
    }
    return found;
}

/* Whether the loan of then is not there, or not the loan of now. */
static umi_status
compare_then(walk *w, umi_standing *s, bool *absent, umi_error *err)
{
    rows h;
    size_t then = 0;
    umi_status rc = umi_fold_history(w->b, s->state->id, s->state->last_txn,
                                     &h.txns, &h.n, w->inner, err);
    while (rc == UMI_OK && then < h.n && h.txns[then].id <= w->ask->newest)
        then++;
    if (rc != UMI_OK)
        return rc;
    const umi_txn *was = money_out(&h, then);
    *absent = was == NULL;
    s->unsure = was != NULL && was != money_out(&h, h.n);
    return UMI_OK;
}

/* Far beyond every book, so that differences of what follows fit. */
static bool sane(const umi_loan_state *s)
{
    bool ok = s->overpaid.sen <= INT64_MAX / 4;
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        ok = ok && s->owed.of[c].sen <= INT64_MAX / 4;
    return ok;
}

static umi_status show(walk *w, size_t i, umi_error *err)
{
    umi_standing out = {.loan = &w->loans[i], .state = &w->states[i]};
    const umi_loan_state *state = out.state;
    const umi_frame *f;
    umi_schedule s;
    bool later = w->ask->newest && state->last_txn > w->ask->newest;
    bool absent = false;
    bool beyond = later || (w->ask->past && state->last_day.n != UMI_NONE32 &&
                            state->last_day.n > w->ask->day.n);
    umi_arena_reset(w->inner);
    umi_status rc = sane(state) ? UMI_OK : broken(state->id, err);
    if (rc == UMI_OK && later)
        rc = compare_then(w, &out, &absent, err);
    if (rc != UMI_OK || absent)
        return rc;
    if (out.unsure)
        return w->fn(w->self, &out, err);
    rc = schedule_of(w, state, &s, &f, err);
    if (rc == UMI_OK)
        rc = state->charged || beyond ? from_history(w, &out, f, &s, err)
                                      : from_state(&out, &s, w->ask->day, err);
    if (rc != UMI_OK)
        return rc;
    add_earnings(&out, &s, w->ask->day);
    return w->fn(w->self, &out, err);
}

/* --- all of them ---------------------------------------------------------- */

static umi_status show_chunk(walk *w, umi_error *err)
{
    for (size_t i = 0; i < w->n; i++)
        w->keys[i] = w->states[i].id;
    umi_status rc =
        umi_store_read(umi_book_store(w->b), &umi_loan_table, w->keys, w->n,
                       w->loans, w->found, w->arena, err);
    for (size_t i = 0; i < w->n && rc == UMI_OK; i++) {
        rc = w->found[i] ? UMI_OK : broken(w->keys[i], err);
        if (rc == UMI_OK && wanted(w, &w->states[i]))
            rc = show(w, i, err);
    }
    w->n = 0;
    umi_arena_reset(w->arena);
    return rc;
}

static umi_status keep(void *self, const void *row, umi_error *err)
{
    walk *w = self;
    (void)err;
    assert(w->n < CHUNK);
    w->states[w->n++] = *(const umi_loan_state *)row;
    return UMI_OK;
}

static umi_status each(walk *w, umi_error *err)
{
    umi_store *s = umi_book_store(w->b);
    int64_t last;
    umi_status rc = umi_store_last(s, &umi_loan_state_table, &last, err);
    for (int64_t from = 1; rc == UMI_OK && from <= last; from += CHUNK) {
        rc = umi_store_scan(s, &umi_loan_state_table, from, from + CHUNK - 1,
                            keep, w, err);
        if (rc == UMI_OK)
            rc = show_chunk(w, err);
    }
    return rc;
}

umi_status umi_standing_each(umi_book *b,
                             const umi_standing_ask *ask,
                             umi_standing_fn fn,
                             void *self,
                             umi_error *err)
{
    walk *w = umi_alloc_array(1, sizeof *w);
    if (w == NULL)
        return umi_fail_memory(err);
    *w = (walk){.b = b, .ask = ask, .fn = fn, .self = self};
    w->arena = umi_arena_new();
    w->inner = umi_arena_new();
    umi_status rc = UMI_OK;
    if (w->arena == NULL || w->inner == NULL)
        rc = umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = umi_deals_new(&w->deals, b, err);
    if (rc == UMI_OK)
        rc = each(w, err);
    umi_deals_free(w->deals);
    umi_arena_free(w->arena);
    umi_arena_free(w->inner);
    umi_free(w);
    return rc;
}
