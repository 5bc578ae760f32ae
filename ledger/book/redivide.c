/* SPDX-License-Identifier: MIT */
#include "ledger/book/redivide.h"

#include "ledger/book/fold_int.h"

typedef struct redividing {
    const umi_redivide_ask *ask;
    umi_redivided *out;
    umi_hand hand; /* `stored` ends before the posting at hand */
    umi_again again;
    umi_arena *arena;  /* of the posting at hand */
    size_t outs;       /* how often the money went out */
    bool *gone;        /* by posting: it is reversed */
    uint64_t newest;   /* behind this place of the replay nothing stands */
    size_t one_by_one; /* postings before this one are not taken together */
} redividing;

/* --- what cannot be ------------------------------------------------------- */

/* The posting at @p at is odd; @p want belongs there, if anything does. */
static void odd(redividing *r, size_t at, const umi_txn *want)
{
    umi_redivided *out = r->out;
    out->odd = true;
    out->at = at;
    out->has_want = want != NULL;
    if (want != NULL)
        out->want = *want;
}

/* Whether a kind has what only it may have. */
static bool has_its_own(const umi_txn *t)
{
    bool relief = t->kind == UMI_TXN_WAIVE || t->kind == UMI_TXN_WRITE_OFF;
    bool charge = t->kind == UMI_TXN_FEE || t->kind == UMI_TXN_PENALTY;
    bool limited =
        (int32_t)t->component != UMI_NONE32 || t->asked.sen != UMI_NONE;
    return (relief || !limited) && (charge || t->due.n == UMI_NONE32) &&
           (t->kind == UMI_TXN_REVERSAL) == (t->reverses != UMI_NONE);
}

/* No figure of ours is the least of all, which has no negative. */
static bool has_negative(const umi_txn *t)
{
    bool has = t->amount.sen != INT64_MIN && t->parts.overpaid.sen != INT64_MIN;
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        has = has && t->parts.of[c].sen != INT64_MIN;
    return has;
}

/* Whether the book could have taken such a posting at all. */
static bool is_sane(const umi_txn *t)
{
    if (!has_its_own(t) || !has_negative(t) || !umi_day_ok(t->day))
        return false;
    switch (t->kind) {
    case UMI_TXN_REPAYMENT:
    case UMI_TXN_FEE:
    case UMI_TXN_PENALTY:
    case UMI_TXN_RECOVER:
        return t->amount.sen > 0;
    case UMI_TXN_REFUND:
        return t->amount.sen < 0;
    case UMI_TXN_WAIVE:
    case UMI_TXN_WRITE_OFF:
        return t->asked.sen == UMI_NONE || t->asked.sen > 0;
    case UMI_TXN_DISBURSEMENT:
    case UMI_TXN_IMPORT:
    case UMI_TXN_REVERSAL:
        return true;
    case UMI_TXN_REALLOCATION: /* an act would have brought it along */
        return false;
    }
    return false;
}

static bool same_row(const umi_txn *a, const umi_txn *b)
{
    return a->kind == b->kind && a->day.n == b->day.n &&
           a->amount.sen == b->amount.sen &&
           !umi__parts_differ(&a->parts, &b->parts) && a->batch == b->batch &&
           a->line == b->line && a->reverses == b->reverses &&
           a->component == b->component && a->due.n == b->due.n &&
           a->asked.sen == b->asked.sen;
}

/* --- money out ------------------------------------------------------------ */

umi_parts umi_redivide_out(const umi_loan *loan,
                           const umi_agreed *agreed,
                           umi_txn_kind kind)
{
    umi_parts p = {.principal = agreed->row->principal};
    if (kind == UMI_TXN_IMPORT) /* what is left of it */
        p.principal.sen -= loan->paid_principal.sen;
    else
        p.fee.sen = -agreed->schedule->withheld.sen;
    return p;
}

static void agree(umi_loan_state *s, const umi_agreed *a)
{
    s->agreement = a->row->id;
    s->terms = a->row->terms;
    s->principal = a->row->principal;
    s->disbursed = a->row->disbursed;
    s->first_due = a->row->first_due;
    s->status = UMI_LOAN_ACTIVE;
    s->owed = (umi_amounts){
        {a->schedule->principal, a->schedule->interest, a->schedule->fee, {0}}};
}

/* What was paid before the import is more than was owed: false. */
static bool
open_with(umi_loan_state *s, const umi_loan *loan, const umi_schedule *plan)
{
    umi_paid paid;
    if (!umi_paid_of(&paid, plan->rows, plan->count, loan->paid_principal,
                     loan->paid_interest, (umi_money){0}))
        return false;
    s->paid.principal = loan->paid_principal;
    s->paid.interest = loan->paid_interest;
    s->owed.principal.sen -= s->paid.principal.sen;
    s->owed.interest.sen -= s->paid.interest.sen;
    bool owes =
        s->owed.principal.sen || s->owed.interest.sen || s->owed.fee.sen;
    s->status = owes ? UMI_LOAN_ACTIVE : UMI_LOAN_CLOSED;
    return true;
}

/* What @p reversal took back stands no more. */
static void take_back(redividing *r, const umi_txn *reversal)
{
    const umi_txn *rows = r->ask->txns;
    r->newest = 0;
    for (size_t i = 0; i < r->hand.stored_count; i++) {
        r->gone[i] = r->gone[i] || rows[i].id == reversal->reverses;
        const uint64_t place = r->gone[i] ? 0 : umi__fold_place(&rows[i]);
        if (place > r->newest)
            r->newest = place;
    }
}

/* The posting at hand is as it was: go on behind it. */
static void go_on(redividing *r)
{
    const umi_txn *t = &r->ask->txns[r->hand.stored_count];
    if (t->kind == UMI_TXN_REVERSAL)
        take_back(r, t);
    const uint64_t place = umi__fold_place(t);
    if (place > r->newest)
        r->newest = place;
    r->hand.stored_count++;
}

/* The same, of one that no act has taken along with the state. */
static void take_as_is(redividing *r)
{
    const umi_txn *t = &r->ask->txns[r->hand.stored_count];
    umi_loan_state *s = &r->hand.state;
    s->last_txn = t->id;
    if (s->last_day.n == UMI_NONE32 || t->day.n > s->last_day.n)
        s->last_day = t->day;
    go_on(r);
}

static void money_out(redividing *r, const umi_txn *t)
{
    const umi_redivide_ask *ask = r->ask;
    umi_loan_state *s = &r->hand.state;
    const size_t at = r->hand.stored_count;
    if (r->outs == ask->agreed_count || ask->loan->paid_principal.sen < 0) {
        odd(r, at, NULL);
        return;
    }
    const umi_agreed *a = &ask->agreed[r->outs++];
    umi_txn want = *t;
    want.day = a->row->disbursed;
    want.batch = a->row->batch;
    want.parts = umi_redivide_out(ask->loan, a, t->kind);
    want.amount.sen = want.parts.principal.sen + want.parts.fee.sen;
    if (!same_row(&want, t)) {
        odd(r, at, &want);
        return;
    }
    agree(s, a);
    if (t->kind == UMI_TXN_IMPORT && !open_with(s, ask->loan, a->schedule)) {
        odd(r, at, NULL);
        return;
    }
    r->again.schedule = a->schedule;
    r->out->replayed = false;
    take_as_is(r);
}

/* --- one act -------------------------------------------------------------- */

/* The posting as it was asked for. */
static umi_txn draft_of(const umi_txn *t)
{
    umi_txn d = *t;
    d.parts = (umi_parts){.overpaid = {0}};
    if (t->kind == UMI_TXN_REFUND)
        d.amount.sen = -t->amount.sen;
    return d;
}

/* What was added must be what is stored. */
static void compare(redividing *r)
{
    umi_hand *h = &r->hand;
    for (size_t i = 0; i < h->added_count; i++) {
        const size_t at = h->stored_count + i;
        if (at == r->ask->n || !same_row(&h->added[i], &h->stored[at])) {
            odd(r, at, &h->added[i]);
            return;
        }
    }
    for (size_t i = 0; i < h->added_count; i++)
        go_on(r);
}

/* Whether a failure says nothing about the loan. */
static bool is_fatal(umi_status rc)
{
    return rc == UMI_ENOMEM || rc == UMI_EIO || rc == UMI_EBUSY;
}

static umi_status pass_on(umi_status rc, const umi_error *why, umi_error *err)
{
    if (err != NULL)
        *err = *why;
    return rc;
}

static umi_status enter(redividing *r, const umi_txn *t, umi_error *err)
{
    umi_error why = {.lang = err ? err->lang : UMI_LANG_EN};
    umi_fold f = {
        .deals = r->ask->deals, .arena = r->arena, .scratch = r->arena};
    const umi_txn draft = draft_of(t);
    r->hand.added = NULL;
    r->hand.added_count = r->hand.added_cap = 0;
    umi_status rc = umi_fold_enter(&f, &r->hand, &draft, &why);
    if (is_fatal(rc))
        return pass_on(rc, &why, err);
    if (rc == UMI_OK)
        compare(r);
    else
        odd(r, r->hand.stored_count, NULL);
    return UMI_OK;
}

/* --- many at once --------------------------------------------------------- */

/* The end of the acts of which each comes after all before it. */
static size_t stretch_to(const redividing *r)
{
    const umi_txn *rows = r->ask->txns;
    uint64_t newest = r->newest;
    umi_event_kind kind;
    size_t to = r->hand.stored_count;
    while (to < r->ask->n && is_sane(&rows[to]) &&
           umi__fold_is_event(rows[to].kind, &kind) &&
           umi__fold_place(&rows[to]) >= newest)
        newest = umi__fold_place(&rows[to++]);
    return to;
}

/* Whether a replay of all up to @p to divides the last of them as stored, and
 * moves nothing of those before. */
static bool
agrees(const redividing *r, const umi_refold *f, size_t from, size_t to)
{
    const umi_txn *rows = r->ask->txns;
    for (size_t i = from; i < to; i++)
        if (umi__parts_differ(&rows[i].parts, &f->entries[i]->parts))
            return false;
    return umi__fold_stands(f, rows, to);
}

/* Where each act comes after all before it, one replay says of all how they
 * were divided: a later one moves nothing.  Most charged loans are such.
 * @param[out] done false: the posting at hand is to be entered alone */
static umi_status
together(redividing *r, const umi_frame *frame, bool *done, umi_error *err)
{
    umi_error why = {.lang = err ? err->lang : UMI_LANG_EN};
    const umi_txn *rows = r->ask->txns;
    umi_hand *h = &r->hand;
    const size_t from = h->stored_count;
    umi_refold f;
    *done = false;
    const size_t to = from < r->one_by_one ? from : stretch_to(r);
    if (to < from + 2)
        return UMI_OK;
    umi_status rc =
        umi_fold_replay(&f, r->ask->loan, &frame->policy, r->again.schedule,
                        rows, to, rows[from].day, r->arena, &why);
    if (is_fatal(rc))
        return pass_on(rc, &why, err);
    if (rc != UMI_OK || !agrees(r, &f, from, to)) {
        r->one_by_one = to;
        return UMI_OK;
    }
    umi_fold_settle(&h->state, &f);
    while (h->stored_count < to)
        take_as_is(r);
    *done = true;
    return UMI_OK;
}

/* What the state alone divides, and reversals, are entered alone. */
static umi_status act(redividing *r, const umi_txn *t, umi_error *err)
{
    const umi_loan_state *s = &r->hand.state;
    const umi_frame *f;
    bool done = false;
    umi_status rc = umi_deals_frame(r->ask->deals, s->terms, &f, err);
    bool alone = t->kind == UMI_TXN_REVERSAL;
    r->out->replayed = true;
    if (rc == UMI_OK && t->kind == UMI_TXN_REPAYMENT) {
        alone = umi__fold_at_once(s, &f->policy, t->day);
        r->out->replayed = !alone;
    }
    if (rc == UMI_OK && !alone)
        rc = together(r, f, &done, err);
    return rc != UMI_OK || done ? rc : enter(r, t, err);
}

/* --- all ------------------------------------------------------------------ */

static umi_status next(redividing *r, umi_error *err)
{
    const umi_txn *t = &r->ask->txns[r->hand.stored_count];
    const bool out =
        t->kind == UMI_TXN_DISBURSEMENT || t->kind == UMI_TXN_IMPORT;
    umi_arena_reset(r->arena);
    if (!is_sane(t) || out != (r->hand.state.status == UMI_LOAN_BOOKED)) {
        odd(r, r->hand.stored_count, NULL);
        return UMI_OK;
    }
    if (!out)
        return act(r, t, err);
    money_out(r, t);
    return UMI_OK;
}

/* A loan that is booked and nothing else. */
static umi_loan_state booked(const umi_loan *l)
{
    return (umi_loan_state){.id = l->id,
                            .status = UMI_LOAN_BOOKED,
                            .agreement = UMI_NONE,
                            .terms = l->terms,
                            .principal = l->principal,
                            .disbursed = {UMI_NONE32},
                            .first_due = {UMI_NONE32},
                            .last_txn = UMI_NONE,
                            .last_day = {UMI_NONE32}};
}

umi_status
umi_redivide(umi_redivided *out, const umi_redivide_ask *ask, umi_error *err)
{
    *out = (umi_redivided){.odd = false};
    redividing r = {.ask = ask, .out = out, .arena = umi_arena_new()};
    r.gone = umi_alloc_array(ask->n + 1, sizeof *r.gone);
    umi_status rc = r.arena && r.gone ? UMI_OK : umi_fail_memory(err);
    r.again = (umi_again){.loan = ask->loan, .count = ask->n};
    r.hand = (umi_hand){.state = booked(ask->loan),
                        .stored = ask->txns,
                        .has_stored = true,
                        .again = &r.again};
    while (rc == UMI_OK && !out->odd && r.hand.stored_count < ask->n)
        rc = next(&r, err);
    out->state = r.hand.state;
    umi_free(r.gone);
    umi_arena_free(r.arena);
    return rc;
}
