/* SPDX-License-Identifier: MIT */
#include "ledger/book/fold_int.h"

#include <assert.h>

static umi_status too_large(umi_error *err)
{
    return umi_fail(err, UMI_ERANGE, "amount", "a sum does not fit");
}

/* --- the fast way --------------------------------------------------------- */

static bool nothing_owed(const umi_amounts *a)
{
    return a->principal.sen == 0 && a->interest.sen == 0 && a->fee.sen == 0 &&
           a->penalty.sen == 0;
}

/* Every sum was checked by the waterfall; what a part takes was owed. */
static void take_parts(umi_loan_state *s, const umi_parts *p)
{
    for (size_t c = 0; c < UMI_COMPONENTS; c++) {
        s->paid.of[c].sen += p->of[c].sen;
        s->owed.of[c].sen -= p->of[c].sen;
        assert(s->owed.of[c].sen >= 0);
    }
    s->overpaid.sen += p->overpaid.sen;
    s->status = nothing_owed(&s->owed) ? UMI_LOAN_CLOSED : UMI_LOAN_ACTIVE;
}

bool umi__fold_at_once(const umi_loan_state *s,
                       const umi_policy *p,
                       umi_day day)
{
    bool newest = s->last_day.n == UMI_NONE32 || day.n >= s->last_day.n;
    return !s->charged && umi_waterfall_fits(p) &&
           (newest || umi_waterfall_order_free(p));
}

umi_status umi_fold_pay(umi_deals *deals,
                        umi_loan_state *state,
                        umi_day day,
                        umi_money amount,
                        umi_parts *parts,
                        bool *done,
                        umi_error *err)
{
    const umi_frame *f;
    const umi_schedule *s;
    umi_paid paid;
    umi_money sum;
    *done = false;
    umi_status rc = umi_deals_frame(deals, state->terms, &f, err);
    if (rc != UMI_OK || !umi__fold_at_once(state, &f->policy, day))
        return rc;
    rc = umi_deals_rows(deals, f, state, &s, err);
    if (rc != UMI_OK)
        return rc;
    if (!umi_paid_of(&paid, s->rows, s->count, state->paid.principal,
                     state->paid.interest, state->paid.fee))
        return umi_fail(err, UMI_EDAMAGED, "",
                        "a loan has paid more than it owed");
    if (!umi_waterfall_pay(s->rows, s->count, &f->policy, &paid, amount, day,
                           parts) ||
        !umi_money_add(&sum, state->overpaid, parts->overpaid))
        return too_large(err);
    take_parts(state, parts);
    *done = true;
    return UMI_OK;
}

/* --- history -------------------------------------------------------------- */

static umi_status broken(int64_t loan, umi_error *err)
{
    return umi_fail(err, UMI_EDAMAGED, "",
                    "the postings of loan %lld are not in order",
                    (long long)loan);
}

typedef struct history {
    umi_txn *rows; /* newest first while they are read */
    size_t n, cap;
} history;

static umi_status read_back(umi_book *b,
                            int64_t loan,
                            int64_t at,
                            history *h,
                            umi_arena *arena,
                            umi_error *err)
{
    umi_status rc = UMI_OK;
    while (at != UMI_NONE && rc == UMI_OK) {
        bool found;
        if (h->n == h->cap) {
            size_t cap = h->cap ? h->cap * 2 : 32;
            umi_txn *grown = umi_arena_array(arena, cap, sizeof *grown);
            if (grown == NULL)
                return umi_fail_memory(err);
            if (h->n > 0)
                memcpy(grown, h->rows, h->n * sizeof *grown);
            h->rows = grown;
            h->cap = cap;
        }
        umi_txn *t = &h->rows[h->n++];
        rc = umi_store_read(umi_book_store(b), &umi_txn_table, &at, 1, t,
                            &found, arena, err);
        if (rc == UMI_OK && (!found || t->loan != loan ||
                             (t->prev != UMI_NONE && t->prev >= at)))
            rc = broken(loan, err);
        if (rc == UMI_OK)
            at = t->prev;
    }
    return rc;
}

umi_status umi_fold_history(umi_book *b,
                            int64_t loan,
                            int64_t last_txn,
                            const umi_txn **out,
                            size_t *n,
                            umi_arena *arena,
                            umi_error *err)
{
    history h = {0};
    umi_status rc = read_back(b, loan, last_txn, &h, arena, err);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < h.n / 2; i++) {
        umi_txn swap = h.rows[i];
        h.rows[i] = h.rows[h.n - 1 - i];
        h.rows[h.n - 1 - i] = swap;
    }
    *out = h.rows;
    *n = h.n;
    return UMI_OK;
}

/* --- replay --------------------------------------------------------------- */

bool umi__fold_is_event(umi_txn_kind k, umi_event_kind *out)
{
    switch (k) {
    case UMI_TXN_REPAYMENT:
        *out = UMI_EVENT_REPAYMENT;
        return true;
    case UMI_TXN_FEE:
        *out = UMI_EVENT_FEE;
        return true;
    case UMI_TXN_PENALTY:
        *out = UMI_EVENT_PENALTY;
        return true;
    case UMI_TXN_WAIVE:
        *out = UMI_EVENT_WAIVE;
        return true;
    case UMI_TXN_WRITE_OFF:
        *out = UMI_EVENT_WRITE_OFF;
        return true;
    case UMI_TXN_RECOVER:
        *out = UMI_EVENT_RECOVER;
        return true;
    case UMI_TXN_REFUND:
        *out = UMI_EVENT_REFUND;
        return true;
    case UMI_TXN_DISBURSEMENT:
    case UMI_TXN_IMPORT:
    case UMI_TXN_REVERSAL:
    case UMI_TXN_REALLOCATION:
        return false;
    }
    return false;
}

static bool takes_limit(umi_txn_kind k)
{
    return k == UMI_TXN_WAIVE || k == UMI_TXN_WRITE_OFF;
}

static umi_event event_of(const umi_txn *t, umi_event_kind kind)
{
    umi_event e = {.kind = kind, .date = t->day, .booked = t->day};
    if (takes_limit(t->kind)) {
        e.has_amount = t->asked.sen != UMI_NONE;
        e.amount = e.has_amount ? t->asked : (umi_money){0};
    } else {
        e.has_amount = true;
        e.amount.sen = t->amount.sen < 0 ? -t->amount.sen : t->amount.sen;
    }
    e.has_component = (int32_t)t->component != UMI_NONE32;
    if (e.has_component)
        e.component = t->component;
    e.due = t->due.n == UMI_NONE32 ? t->day : t->due;
    return e;
}

uint64_t umi__fold_place(const umi_txn *t)
{
    umi_event_kind kind;
    if (!umi__fold_is_event(t->kind, &kind))
        return 0;
    const umi_event e = event_of(t, kind);
    return umi_event_place(&e);
}

/* Postings that a reversal has taken back, by index. */
static umi_status
mark_reversed(bool *gone, const umi_txn *txns, size_t n, umi_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (txns[i].kind != UMI_TXN_REVERSAL)
            continue;
        size_t k = 0; /* keys ascend; loans are short */
        while (k < i && txns[k].id != txns[i].reverses)
            k++;
        if (k == i || gone[k])
            return broken(txns[i].loan, err);
        gone[k] = true;
    }
    return UMI_OK;
}

/* Events since the last disbursement that stands. */
static size_t standing(umi_event *events,
                       size_t *which,
                       const bool *gone,
                       const umi_txn *txns,
                       size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        umi_event_kind kind;
        if (gone[i] || !umi__fold_is_event(txns[i].kind, &kind))
            continue;
        which[count] = i;
        events[count++] = event_of(&txns[i], kind);
    }
    return count;
}

static umi_status opening_of(umi_paid *out,
                             const umi_loan *loan,
                             const umi_schedule *s,
                             umi_error *err)
{
    if (umi_paid_of(out, s->rows, s->count, loan->paid_principal,
                    loan->paid_interest, (umi_money){0}))
        return UMI_OK;
    return umi_fail(err, UMI_EDAMAGED, "",
                    "loan %lld had paid more than it owed",
                    (long long)loan->id);
}

/* However many a loan has; no reverse is among them. */
static bool make_sense(const umi_event *events, size_t n)
{
    const umi_day first = {UMI_DAY_MIN};
    for (size_t at = 0; at < n; at += UMI_EVENTS_MAX) {
        size_t part = n - at < UMI_EVENTS_MAX ? n - at : UMI_EVENTS_MAX;
        if (umi_events_check(events + at, part, first, NULL) != UMI_OK)
            return false;
    }
    return true;
}

umi_status umi_fold_replay(umi_refold *out,
                           const umi_loan *loan,
                           const umi_policy *policy,
                           const umi_schedule *schedule,
                           const umi_txn *txns,
                           size_t n,
                           umi_day as_of,
                           umi_arena *arena,
                           umi_error *err)
{
    bool *gone = umi_arena_array(arena, n, sizeof *gone);
    size_t *which = umi_arena_array(arena, n, sizeof *which);
    umi_event *events = umi_arena_array(arena, n, sizeof *events);
    const umi_entry **entries = umi_arena_array(arena, n, sizeof *entries);
    umi_paid opening;
    if (gone == NULL || which == NULL || events == NULL || entries == NULL)
        return umi_fail_memory(err);
    umi_status rc = mark_reversed(gone, txns, n, err);
    bool opened = loan->paid_principal.sen != 0 || loan->paid_interest.sen != 0;
    if (rc == UMI_OK && opened)
        rc = opening_of(&opening, loan, schedule, err);
    if (rc != UMI_OK)
        return rc;
    size_t count = standing(events, which, gone, txns, n);
    if (!make_sense(events, count))
        return broken(loan->id, err);
    rc = umi_life_replay(&out->life, schedule, policy, opened ? &opening : NULL,
                         events, count, as_of, arena, err);
    if (rc != UMI_OK)
        return rc;
    out->charged = false;
    for (size_t i = 0; i < count; i++) {
        entries[which[i]] = &out->life.entries[i];
        out->charged |= events[i].kind != UMI_EVENT_REPAYMENT;
    }
    out->entries = entries;
    return UMI_OK;
}

umi_loan_status umi_fold_status(umi_life_status s)
{
    switch (s) {
    case UMI_LIFE_ACTIVE:
        return UMI_LOAN_ACTIVE;
    case UMI_LIFE_CLOSED:
        return UMI_LOAN_CLOSED;
    case UMI_LIFE_WRITTEN_OFF:
        return UMI_LOAN_WRITTEN_OFF;
    }
    return UMI_LOAN_ACTIVE;
}

void umi_fold_settle(umi_loan_state *state, const umi_refold *r)
{
    state->owed = r->life.outstanding;
    state->paid = r->life.paid;
    state->overpaid = r->life.overpaid;
    state->charged = r->charged;
    state->status = umi_fold_status(r->life.status);
}

/* --- entering ------------------------------------------------------------- */

/* The key of the row that is added next. */
static umi_status
take_key(umi_fold *f, const umi_hand *h, int64_t *id, umi_error *err)
{
    const size_t at = h->stored_count + h->added_count;
    if (h->again == NULL)
        return umi_book_take(f->book, &umi_txn_table, 1, id, err);
    *id = at < h->again->count ? h->stored[at].id : INT64_MAX;
    return UMI_OK;
}

umi_status
umi_fold_append(umi_fold *f, umi_hand *h, const umi_txn *row, umi_error *err)
{
    if (h->added_count == h->added_cap) {
        size_t cap = h->added_cap ? h->added_cap * 2 : 4;
        umi_txn *grown = umi_arena_array(f->arena, cap, sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        if (h->added_count > 0)
            memcpy(grown, h->added, h->added_count * sizeof *grown);
        h->added = grown;
        h->added_cap = cap;
    }
    umi_txn *t = &h->added[h->added_count];
    *t = *row;
    umi_status rc = take_key(f, h, &t->id, err);
    if (rc != UMI_OK)
        return rc;
    t->prev = h->state.last_txn;
    h->state.last_txn = t->id;
    if (h->state.last_day.n == UMI_NONE32 || t->day.n > h->state.last_day.n)
        h->state.last_day = t->day;
    h->added_count++;
    return UMI_OK;
}

umi_txn
umi_fold_draft(umi_txn_kind kind, int64_t batch, int64_t line, umi_day day)
{
    return (umi_txn){.kind = kind,
                     .prev = UMI_NONE,
                     .day = day,
                     .batch = batch,
                     .line = line,
                     .channel = UMI_NONE,
                     .reverses = UMI_NONE,
                     .component = (umi_component)UMI_NONE32,
                     .due = {UMI_NONE32},
                     .asked = {UMI_NONE}};
}

/* A row that belongs to the same act as @p draft. */
static umi_txn beside(const umi_txn *draft, umi_txn_kind kind)
{
    umi_txn row = umi_fold_draft(kind, draft->batch, draft->line, draft->day);
    row.loan = draft->loan;
    return row;
}

static umi_status
read_stored(umi_fold *f, umi_hand *h, int64_t newest, umi_error *err)
{
    if (h->has_stored)
        return UMI_OK;
    umi_status rc = umi_fold_history(f->book, h->state.id, newest, &h->stored,
                                     &h->stored_count, f->arena, err);
    h->has_stored = rc == UMI_OK;
    return rc;
}

typedef struct replaying {
    umi_fold *f;
    umi_hand *h;
    umi_loan loan;
    umi_schedule schedule;
    const umi_frame *frame;
    umi_txn *txns; /* all postings, the new one last */
    size_t n;
    umi_refold result;
} replaying;

static umi_status read_deal(replaying *r, umi_error *err)
{
    const umi_loan_state *s = &r->h->state;
    umi_agreement a;
    bool found, agreed;
    umi_status rc = umi_deals_frame(r->f->deals, s->terms, &r->frame, err);
    if (rc == UMI_OK && r->h->again != NULL) {
        r->loan = *r->h->again->loan;
        r->schedule = *r->h->again->schedule;
        return UMI_OK;
    }
    umi_store *store = umi_book_store(r->f->book);
    if (rc == UMI_OK)
        rc = umi_store_read(store, &umi_loan_table, &s->id, 1, &r->loan, &found,
                            r->f->scratch, err);
    if (rc == UMI_OK)
        rc = umi_store_read(store, &umi_agreement_table, &s->agreement, 1, &a,
                            &agreed, r->f->scratch, err);
    if (rc == UMI_OK && (!found || !agreed))
        rc = broken(s->id, err);
    if (rc != UMI_OK)
        return rc;
    umi_terms t =
        umi_frame_terms(r->frame, a.principal, a.disbursed, a.first_due);
    return umi_deal_schedule(&r->schedule, &t, r->f->scratch, err);
}

static umi_status gather(replaying *r, const umi_txn *row, umi_error *err)
{
    umi_hand *h = r->h;
    int64_t newest = h->added_count ? h->added[0].prev : h->state.last_txn;
    umi_status rc = read_stored(r->f, h, newest, err);
    if (rc != UMI_OK)
        return rc;
    r->n = h->stored_count + h->added_count + 1;
    r->txns = umi_arena_array(r->f->scratch, r->n, sizeof *r->txns);
    if (r->txns == NULL)
        return umi_fail_memory(err);
    if (h->stored_count > 0)
        memcpy(r->txns, h->stored, h->stored_count * sizeof *r->txns);
    if (h->added_count > 0)
        memcpy(r->txns + h->stored_count, h->added,
               h->added_count * sizeof *r->txns);
    r->txns[r->n - 1] = *row;
    return UMI_OK;
}

bool umi__parts_differ(const umi_parts *a, const umi_parts *b)
{
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        if (a->of[c].sen != b->of[c].sen)
            return true;
    return a->overpaid.sen != b->overpaid.sen;
}

static bool accumulate(umi_parts *sum, const umi_parts *p, int sign)
{
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        if (__builtin_add_overflow(sum->of[c].sen, sign * p->of[c].sen,
                                   &sum->of[c].sen))
            return false;
    return !__builtin_add_overflow(sum->overpaid.sen, sign * p->overpaid.sen,
                                   &sum->overpaid.sen);
}

static umi_txn reversal_of(const umi_txn *draft, const umi_txn *t)
{
    umi_txn row = beside(draft, UMI_TXN_REVERSAL);
    row.reverses = t->id;
    row.amount.sen = -t->amount.sen;
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        row.parts.of[c].sen = -t->parts.of[c].sen;
    row.parts.overpaid.sen = -t->parts.overpaid.sen;
    return row;
}

static bool money_kind(umi_txn_kind k)
{
    return k == UMI_TXN_REPAYMENT || k == UMI_TXN_REFUND;
}

static umi_money total(const umi_parts *p)
{
    umi_money sum = p->overpaid;
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        sum.sen += p->of[c].sen;
    return sum;
}

/* A waiver, write-off or recovery that takes something else now is reversed
 * and entered again; it keeps its date, component and limit. */
static umi_status
renew(replaying *r, const umi_txn *draft, size_t i, umi_error *err)
{
    const umi_txn *old = &r->txns[i];
    umi_txn row = reversal_of(draft, old);
    umi_status rc = umi_fold_append(r->f, r->h, &row, err);
    if (rc != UMI_OK)
        return rc;
    row = *old;
    row.batch = draft->batch;
    row.line = draft->line;
    row.channel = UMI_NONE;
    row.ref = (umi_text){0};
    row.parts = r->result.entries[i]->parts;
    row.amount = total(&row.parts);
    return umi_fold_append(r->f, r->h, &row, err);
}

/* What a row says otherwise than its entry: money is moved on, other acts
 * are renewed. */
static bool
weigh(umi_parts *moved, bool *renewed, const umi_txn *t, const umi_entry *e)
{
    *renewed = false;
    if (t->kind == UMI_TXN_REALLOCATION)
        return accumulate(moved, &t->parts, -1);
    if (e == NULL)
        return true;
    if (money_kind(t->kind))
        return accumulate(moved, &e->parts, 1) &&
               accumulate(moved, &t->parts, -1);
    *renewed = umi__parts_differ(&e->parts, &t->parts);
    return true;
}

static umi_money given_up(const umi_life *life)
{
    umi_money sum = {0};
    for (size_t i = 0; i < life->row_count; i++)
        for (size_t c = 0; c < UMI_COMPONENTS; c++)
            sum.sen += life->rows[i].written_off.of[c].sen;
    return sum;
}

/* Recoveries were posted as money for what was written off: they must find
 * as much of it now. */
static bool
recoveries_fit(const umi_refold *result, const umi_txn *txns, size_t n)
{
    int64_t taken = 0, recovered = 0;
    for (size_t i = 0; i < n; i++) {
        const umi_entry *e = result->entries[i];
        if (e != NULL && txns[i].kind == UMI_TXN_WRITE_OFF)
            taken += total(&e->parts).sen;
        if (e != NULL && txns[i].kind == UMI_TXN_RECOVER)
            recovered += total(&e->parts).sen;
    }
    return taken - given_up(&result->life).sen == recovered;
}

static umi_status check_recoveries(const replaying *r, umi_error *err)
{
    if (recoveries_fit(&r->result, r->txns, r->n))
        return UMI_OK;
    return umi_fail(err, UMI_ESTATE, "",
                    "a recovery of this loan must be reversed first");
}

bool umi__fold_stands(const umi_refold *result, const umi_txn *txns, size_t n)
{
    umi_parts moved = {0};
    const umi_parts zero = {0};
    bool renewed;
    for (size_t i = 0; i < n; i++)
        if (!weigh(&moved, &renewed, &txns[i], result->entries[i]) || renewed)
            return false;
    return !umi__parts_differ(&moved, &zero) && recoveries_fit(result, txns, n);
}

/* Post what the replay divides otherwise than the rows say. */
static umi_status
post_differences(replaying *r, const umi_txn *draft, umi_error *err)
{
    umi_parts moved = {0};
    const umi_parts zero = {0};
    umi_status rc = UMI_OK;
    for (size_t i = 0; i + 1 < r->n && rc == UMI_OK; i++) {
        bool renewed;
        if (!weigh(&moved, &renewed, &r->txns[i], r->result.entries[i]))
            rc = too_large(err);
        else if (renewed)
            rc = renew(r, draft, i, err);
    }
    if (rc != UMI_OK || !umi__parts_differ(&moved, &zero))
        return rc;
    umi_txn row = beside(draft, UMI_TXN_REALLOCATION);
    row.parts = moved;
    assert(total(&moved).sen == 0); /* every payment kept its amount */
    return umi_fold_append(r->f, r->h, &row, err);
}

/* The row that a draft becomes, its parts found by replaying the loan. */
static umi_status
enter_replayed(umi_fold *f, umi_hand *h, umi_txn *row, umi_error *err)
{
    replaying r = {.f = f, .h = h};
    umi_status rc = read_deal(&r, err);
    if (rc == UMI_OK)
        rc = gather(&r, row, err);
    if (rc == UMI_OK)
        rc = umi_fold_replay(&r.result, &r.loan, &r.frame->policy, &r.schedule,
                             r.txns, r.n, row->day, f->scratch, err);
    if (rc == UMI_OK)
        rc = check_recoveries(&r, err);
    if (rc != UMI_OK)
        return rc;
    const umi_entry *own = r.result.entries[r.n - 1];
    if (own != NULL) {
        row->parts = own->parts;
        row->amount = total(&row->parts);
    }
    umi_txn draft = *row;
    rc = umi_fold_append(f, h, row, err);
    if (rc == UMI_OK)
        rc = post_differences(&r, &draft, err);
    if (rc == UMI_OK)
        umi_fold_settle(&h->state, &r.result);
    return rc;
}

const umi_txn *umi_hand_find(const umi_hand *h, int64_t id)
{
    for (size_t i = 0; i < h->stored_count; i++)
        if (h->stored[i].id == id)
            return &h->stored[i];
    for (size_t i = 0; i < h->added_count; i++)
        if (h->added[i].id == id)
            return &h->added[i];
    return NULL;
}

static bool reversed(const umi_hand *h, int64_t id)
{
    for (size_t i = 0; i < h->stored_count; i++)
        if (h->stored[i].reverses == id)
            return true;
    for (size_t i = 0; i < h->added_count; i++)
        if (h->added[i].reverses == id)
            return true;
    return false;
}

/* Whether anything but the disbursement itself stands on the loan. */
static bool has_events(const umi_hand *h)
{
    umi_event_kind kind;
    for (size_t i = 0; i < h->stored_count; i++)
        if (umi__fold_is_event(h->stored[i].kind, &kind) &&
            !reversed(h, h->stored[i].id))
            return true;
    for (size_t i = 0; i < h->added_count; i++)
        if (umi__fold_is_event(h->added[i].kind, &kind) &&
            !reversed(h, h->added[i].id))
            return true;
    return false;
}

/* The money came back: the loan waits for its disbursement again. */
static umi_status
undo_disbursement(umi_fold *f, umi_hand *h, const umi_txn *row, umi_error *err)
{
    if (has_events(h))
        return umi_fail(err, UMI_ESTATE, "",
                        "a disbursement with later postings cannot be "
                        "reversed");
    umi_status rc = umi_fold_append(f, h, row, err);
    if (rc != UMI_OK)
        return rc;
    h->state.status = UMI_LOAN_BOOKED;
    h->state.agreement = UMI_NONE;
    h->state.disbursed = (umi_day){UMI_NONE32};
    h->state.paid = (umi_amounts){0};
    h->state.owed = (umi_amounts){0};
    h->state.overpaid = (umi_money){0};
    return UMI_OK;
}

static umi_status
enter_reversal(umi_fold *f, umi_hand *h, const umi_txn *draft, umi_error *err)
{
    umi_status rc = read_stored(
        f, h, h->added_count ? h->added[0].prev : h->state.last_txn, err);
    if (rc != UMI_OK)
        return rc;
    const umi_txn *t = umi_hand_find(h, draft->reverses);
    umi_event_kind kind;
    if (t == NULL)
        return umi_fail(err, UMI_ENOENT, "", "there is no posting %lld",
                        (long long)draft->reverses);
    if (!umi__fold_is_event(t->kind, &kind) && t->kind != UMI_TXN_DISBURSEMENT)
        return umi_fail(err, UMI_ESTATE, "",
                        "posting %lld is of kind %s and "
                        "cannot be reversed",
                        (long long)t->id, umi_txn_kind_name(t->kind));
    if (reversed(h, t->id))
        return umi_fail(err, UMI_ESTATE, "", "posting %lld is reversed already",
                        (long long)t->id);
    if (draft->day.n < t->day.n)
        return umi_fail_code(err, UMI_EINVAL, "DATE", "date",
                             "a reversal cannot be dated before its posting");
    umi_txn row = reversal_of(draft, t);
    if (t->kind == UMI_TXN_DISBURSEMENT)
        return undo_disbursement(f, h, &row, err);
    return enter_replayed(f, h, &row, err);
}

/* Money for what was written off; what exceeds it is a payment. */
static umi_status
enter_recovery(umi_fold *f, umi_hand *h, umi_txn *row, umi_error *err)
{
    replaying r = {.f = f, .h = h};
    umi_status rc = read_deal(&r, err);
    if (rc == UMI_OK)
        rc = gather(&r, row, err);
    if (rc == UMI_OK)
        rc = umi_fold_replay(&r.result, &r.loan, &r.frame->policy, &r.schedule,
                             r.txns, r.n - 1, row->day, f->scratch, err);
    if (rc != UMI_OK)
        return rc;
    umi_money lost = given_up(&r.result.life), rest = {0};
    if (lost.sen == 0)
        return umi_fail(err, UMI_ESTATE, "", "nothing of it is written off");
    if (row->amount.sen > lost.sen) {
        rest.sen = row->amount.sen - lost.sen;
        row->amount = lost;
    }
    rc = enter_replayed(f, h, row, err);
    if (rc != UMI_OK || rest.sen == 0)
        return rc;
    umi_txn payment = beside(row, UMI_TXN_REPAYMENT);
    payment.channel = row->channel;
    payment.amount = rest;
    return enter_replayed(f, h, &payment, err);
}

static umi_status
enter_payment(umi_fold *f, umi_hand *h, umi_txn *row, umi_error *err)
{
    bool done;
    umi_status rc = umi_fold_pay(f->deals, &h->state, row->day, row->amount,
                                 &row->parts, &done, err);
    if (rc != UMI_OK)
        return rc;
    return done ? umi_fold_append(f, h, row, err)
                : enter_replayed(f, h, row, err);
}

umi_status umi_fold_enter(umi_fold *f,
                          umi_hand *hand,
                          const umi_txn *draft,
                          umi_error *err)
{
    umi_txn row = *draft;
    row.loan = hand->state.id;
    if (hand->state.status == UMI_LOAN_BOOKED)
        return umi_fail_code(err, UMI_ESTATE, "NOT-DISBURSED", "loan",
                             "the loan is not disbursed");
    switch (row.kind) {
    case UMI_TXN_REPAYMENT:
        return enter_payment(f, hand, &row, err);
    case UMI_TXN_REVERSAL:
        return enter_reversal(f, hand, &row, err);
    case UMI_TXN_RECOVER:
        return enter_recovery(f, hand, &row, err);
    case UMI_TXN_FEE:
    case UMI_TXN_PENALTY:
    case UMI_TXN_WAIVE:
    case UMI_TXN_WRITE_OFF:
    case UMI_TXN_REFUND:
        return enter_replayed(f, hand, &row, err);
    case UMI_TXN_DISBURSEMENT:
    case UMI_TXN_IMPORT:
    case UMI_TXN_REALLOCATION:
        break;
    }
    assert(!"a kind that is entered otherwise");
    return UMI_EINTERNAL;
}
