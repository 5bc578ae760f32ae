/* SPDX-License-Identifier: MIT */
#include "ledger/book/fold.h"
#include "ledger/book/sort.h"
#include "ledger/book/verify_int.h"
#include "ledger/book/walk.h"

#include <assert.h>
#include <stdlib.h>

enum {
    PIECE = 12, /* blocks of loans of a job */
    ROWS_AT_A_TIME = 1 << 16,
    SLOTS = 4096,   /* schedules kept at hand; a power of two */
    SLOT_ROWS = 128 /* longer ones are not kept */
};

/* What a deal comes to; a newcomer takes the place. */
typedef struct agreed {
    int64_t terms, principal; /* terms 0: nothing is kept */
    umi_day disbursed, first_due;
    umi_row *rows;
    umi_schedule schedule;
    umi_hash hash;
    umi_walk_sums *sums; /* NULL: none were made */
    bool has_sums;       /* and they are of this schedule */
} agreed;

/* A posting on its way to its loan. */
typedef struct node {
    umi_txn txn;
    uint32_t older; /* place of the one before, from 1; 0: none */
} node;

/* Loans of a job, side by side. */
typedef struct item {
    umi_loan loan;
    umi_loan_state state;
    umi_agreement agreement;
    bool has_state, has_agreement, broken;
    uint32_t newest, oldest; /* nodes from 1 */
    uint32_t postings;
} item;

struct umi__folder {
    umi_deals *deals;
    umi_arena *arena; /* of the loan at hand */
    agreed *slots;
    item *items;
    size_t count, cap, states;
    node *nodes;
    size_t node_count, node_cap;
    umi_pair *wants, *room; /* keys asked for, and by whom */
    size_t want_cap;
    void *rows; /* as they are read */
    int64_t *keys;
    bool *found;
};

/* Every loan, folded anew from its postings. */
typedef struct refolding {
    umi_book *b;
    const umi__proof *p;
    umi__folder *f;
    umi_arena *arena; /* of the loan at hand */
    umi_loan loan;
    umi_loan_state state;
    const umi_agreement *agreement; /* NULL: there is none */
    const umi_txn *rows;
    size_t n;
} refolding;

static umi_status bad(const refolding *r, const char *english, umi_error *err)
{
    return umi__finding(err, "loan", r->loan.id, english);
}

static bool same_amounts(const umi_amounts *a, const umi_amounts *b)
{
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        if (a->of[c].sen != b->of[c].sen)
            return false;
    return true;
}

/* --- what is agreed ------------------------------------------------------- */

/* The disbursement or import that stands, or NULL. */
static const umi_txn *money_out(const refolding *r)
{
    const umi_txn *found = NULL;
    for (size_t i = 0; i < r->n; i++) {
        const umi_txn *t = &r->rows[i];
        if (t->kind == UMI_TXN_DISBURSEMENT || t->kind == UMI_TXN_IMPORT)
            found = t;
        else if (found != NULL && t->kind == UMI_TXN_REVERSAL &&
                 t->reverses == found->id)
            found = NULL;
    }
    return found;
}

/* The running sums of a schedule that is kept. */
static umi_status sum_up(agreed *s, umi_error *err)
{
    if (s->sums == NULL)
        s->sums = umi_alloc_array(SLOT_ROWS + 1, sizeof *s->sums);
    if (s->sums == NULL)
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    s->has_sums = umi_walk_begin(s->sums, &s->schedule);
    return UMI_OK;
}

/* The schedule of a deal.  Most loans share theirs with others. */
static umi_status
schedule_of(refolding *r, const umi_frame *f, agreed **out, umi_error *err)
{
    const umi_agreement *a = r->agreement;
    umi_terms t = umi_frame_terms(f, a->principal, a->disbursed, a->first_due);
    uint64_t mix =
        (uint64_t)a->principal.sen * 31 + (uint64_t)a->terms +
        ((uint64_t)(uint32_t)a->disbursed.n << 32 | (uint32_t)a->first_due.n);
    mix *= UINT64_C(0x9e3779b97f4a7c15);
    agreed *s = &r->f->slots[mix >> 32 & (SLOTS - 1)];
    *out = s;
    if (s->terms == a->terms && s->principal == a->principal.sen &&
        s->disbursed.n == a->disbursed.n && s->first_due.n == a->first_due.n)
        return UMI_OK;
    s->terms = 0;
    s->has_sums = false;
    umi_status rc = umi_terms_check(&t, err);
    size_t need = rc == UMI_OK ? umi_schedule_rows(&t) : 0;
    if (rc == UMI_OK && need > SLOT_ROWS) {
        rc = umi_deal_schedule(&s->schedule, &t, r->arena, err);
    } else if (rc == UMI_OK) {
        if (s->rows == NULL)
            s->rows = umi_alloc_array(SLOT_ROWS, sizeof *s->rows);
        if (s->rows == NULL)
            return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
        rc = umi_schedule_build(&s->schedule, s->rows, SLOT_ROWS, &t, err);
        if (rc == UMI_OK)
            rc = sum_up(s, err);
        s->terms = rc == UMI_OK ? a->terms : 0;
    }
    if (rc != UMI_OK)
        return rc;
    s->principal = a->principal.sen;
    s->disbursed = a->disbursed;
    s->first_due = a->first_due;
    s->hash = umi_schedule_hash(&s->schedule);
    return UMI_OK;
}

static umi_status check_agreement(refolding *r,
                                  const umi_txn *out,
                                  const agreed **made,
                                  const umi_frame **f,
                                  umi_error *err)
{
    const umi_loan_state *st = &r->state;
    const umi_agreement *a = r->agreement;
    agreed *deal;
    if (a == NULL || a->loan != r->loan.id || a->batch != out->batch)
        return bad(r, "its state names another agreement", err);
    if (a->terms != st->terms || a->principal.sen != st->principal.sen ||
        a->disbursed.n != st->disbursed.n || a->first_due.n != st->first_due.n)
        return bad(r, "its state differs from what was agreed", err);
    umi_status rc = umi_deals_frame(r->f->deals, a->terms, f, err);
    if (rc != UMI_OK)
        return rc;
    rc = schedule_of(r, *f, &deal, err);
    if (rc == UMI_ENOMEM)
        return rc;
    if (rc != UMI_OK || !umi_hash_eq(&deal->hash, &a->schedule))
        return bad(r, "its schedule is not the one that was agreed", err);
    *made = deal;
    return UMI_OK;
}

/* --- sums of the rows ----------------------------------------------------- */

/* How a row moves what is owed: money and relief lower it, charges raise
 * it, and what was written off already is owed no more. */
static int owed_sign(umi_txn_kind k)
{
    switch (k) {
    case UMI_TXN_REPAYMENT:
    case UMI_TXN_REALLOCATION:
    case UMI_TXN_REFUND: /* its parts are negative */
    case UMI_TXN_WAIVE:
    case UMI_TXN_WRITE_OFF:
        return -1;
    case UMI_TXN_FEE:
    case UMI_TXN_PENALTY:
        return 1;
    case UMI_TXN_DISBURSEMENT:
    case UMI_TXN_IMPORT:
    case UMI_TXN_REVERSAL:
    case UMI_TXN_RECOVER:
        return 0;
    }
    return 0;
}

static const umi_txn *reversed_row(const refolding *r, const umi_txn *t)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->rows[i].id == t->reverses)
            return &r->rows[i];
    return NULL;
}

/* The rows must add up to the state: the same figures on another path. */
static umi_status
check_sums(refolding *r, const umi_schedule *s, umi_error *err)
{
    umi_i128 owed[UMI_COMPONENTS] = {
        (umi_i128)s->principal.sen - r->loan.paid_principal.sen,
        (umi_i128)s->interest.sen - r->loan.paid_interest.sen, s->fee.sen, 0};
    umi_i128 overpaid = 0;
    for (size_t i = 0; i < r->n; i++) {
        const umi_txn *t = &r->rows[i], *of = t;
        if (t->kind == UMI_TXN_REVERSAL)
            of = reversed_row(r, t);
        if (of == NULL)
            return bad(r, "a reversal names no posting of it", err);
        for (size_t c = 0; c < UMI_COMPONENTS; c++)
            owed[c] += (umi_i128)owed_sign(of->kind) * t->parts.of[c].sen;
        overpaid += t->parts.overpaid.sen;
    }
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        if (owed[c] != r->state.owed.of[c].sen)
            return bad(r, "its postings do not add up to what it owes", err);
    if (overpaid != r->state.overpaid.sen)
        return bad(r, "its postings do not add up to what is overpaid", err);
    return UMI_OK;
}

/* --- the state ------------------------------------------------------------ */

/* Whether a segment begins with a posting of from + 1..to. */
static bool cut_between(const umi__proof *p, int64_t from, int64_t to)
{
    size_t low = 0, high = p->cut_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (p->cuts[mid] <= from)
            low = mid + 1;
        else
            high = mid;
    }
    return low < p->cut_count && p->cuts[low] <= to;
}

/* One change of the state per batch that posted to the loan, and per segment
 * of it.  Batches mostly ascend; what falls back is looked for. */
static int64_t expected_seq(const refolding *r)
{
    int64_t seq = 1, newest = r->loan.batch;
    for (size_t i = 0; i < r->n; i++) {
        int64_t batch = r->rows[i].batch;
        bool counted = batch == r->loan.batch;
        for (size_t k = i; k > 0 && batch <= newest && !counted; k--)
            if (r->rows[k - 1].batch == batch) {
                counted = !cut_between(r->p, r->rows[k - 1].id, r->rows[i].id);
                break;
            }
        newest = batch > newest ? batch : newest;
        seq += !counted;
    }
    return seq;
}

static umi_status check_order(refolding *r, umi_error *err)
{
    umi_day last = {UMI_NONE32};
    for (size_t i = 0; i < r->n; i++) {
        const umi_txn *t = &r->rows[i];
        umi_i128 sum = t->parts.overpaid.sen;
        for (size_t c = 0; c < UMI_COMPONENTS; c++)
            sum += t->parts.of[c].sen;
        if (sum != t->amount.sen)
            return umi__finding(err, "txn", t->id,
                                "its parts do not sum to its amount");
        if (last.n == UMI_NONE32 || t->day.n > last.n)
            last = t->day;
    }
    if (last.n != r->state.last_day.n)
        return bad(r, "the latest day of its state is another", err);
    if (expected_seq(r) != r->state.seq)
        return bad(r, "its state was changed another number of times", err);
    return UMI_OK;
}

static bool is_blank(const umi_loan_state *s, const umi_loan *l)
{
    const umi_amounts none = {0};
    return s->status == UMI_LOAN_BOOKED && s->agreement == UMI_NONE &&
           s->disbursed.n == UMI_NONE32 && !s->charged &&
           same_amounts(&s->paid, &none) && same_amounts(&s->owed, &none) &&
           s->overpaid.sen == 0 && s->principal.sen > 0 && l->principal.sen > 0;
}

static umi_status
check_figures(refolding *r, const umi_txn *out, umi_error *err)
{
    const agreed *deal = NULL;
    const umi_frame *f;
    umi_refold fold;
    umi_loan_state want = r->state;
    umi_status rc = check_agreement(r, out, &deal, &f, err);
    if (rc != UMI_OK)
        return rc;
    const umi_schedule *s = &deal->schedule;
    if (deal->has_sums && umi_walk_proves(deal->sums, s->count, &f->policy,
                                          &r->loan, &r->state, r->rows, r->n))
        return UMI_OK;
    rc = umi_fold_replay(&fold, &r->loan, &f->policy, s, r->rows, r->n,
                         r->state.disbursed, r->arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_fold_settle(&want, &fold);
    if (want.status != r->state.status || want.charged != r->state.charged ||
        want.overpaid.sen != r->state.overpaid.sen ||
        !same_amounts(&want.paid, &r->state.paid) ||
        !same_amounts(&want.owed, &r->state.owed))
        return bad(r, "its state is not what its postings make", err);
    return check_sums(r, s, err);
}

static umi_status check_loan(refolding *r, umi_error *err)
{
    const umi_loan_state *s = &r->state;
    if (s->product != r->loan.product || s->branch != r->loan.branch)
        return bad(r, "its state names another product or branch", err);
    umi_status rc = check_order(r, err);
    if (rc != UMI_OK)
        return rc;
    const umi_txn *out = money_out(r);
    if (out != NULL)
        return check_figures(r, out, err);
    if (!is_blank(s, &r->loan))
        return bad(r, "its state is not what its postings make", err);
    return UMI_OK;
}

/* --- rows side by side ---------------------------------------------------- */

static umi_status no_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
}

static umi_status take_loan(void *self, const void *row, umi_error *err)
{
    umi__folder *f = self;
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 1024;
        item *grown = umi_realloc(f->items, cap * sizeof *grown);
        if (grown == NULL)
            return no_memory(err);
        f->items = grown;
        f->cap = cap;
    }
    item *i = &f->items[f->count++];
    memset(i, 0, sizeof *i);
    i->loan = *(const umi_loan *)row;
    return UMI_OK;
}

typedef struct stating {
    umi__folder *f;
    size_t at;
} stating;

/* States stand in the order of their loans. */
static umi_status take_state(void *self, const void *row, umi_error *err)
{
    stating *s = self;
    const umi_loan_state *state = row;
    (void)err;
    s->f->states++;
    while (s->at < s->f->count && s->f->items[s->at].loan.id < state->id)
        s->at++;
    if (s->at < s->f->count && s->f->items[s->at].loan.id == state->id) {
        s->f->items[s->at].state = *state;
        s->f->items[s->at].has_state = true;
    }
    return UMI_OK;
}

static umi_status read_loans(
    umi__folder *f, umi_book *b, int64_t low, int64_t high, umi_error *err)
{
    stating s = {.f = f};
    f->count = f->states = f->node_count = 0;
    umi_status rc = umi_store_scan(umi_book_store(b), &umi_loan_table, low,
                                   high, take_loan, f, err);
    return rc == UMI_OK
               ? umi_store_scan(umi_book_store(b), &umi_loan_state_table, low,
                                high, take_state, &s, err)
               : rc;
}

static umi_status want_room(umi__folder *f, umi_error *err)
{
    const size_t row = sizeof(umi_txn) > sizeof(umi_agreement)
                           ? sizeof(umi_txn)
                           : sizeof(umi_agreement);
    if (f->count <= f->want_cap)
        return UMI_OK;
    umi_free(f->wants);
    umi_free(f->room);
    umi_free(f->rows);
    umi_free(f->keys);
    umi_free(f->found);
    f->want_cap = 0;
    f->wants = umi_alloc_array(f->count, sizeof *f->wants);
    f->room = umi_alloc_array(f->count, sizeof *f->room);
    f->rows = umi_alloc_array(f->count, row);
    f->keys = umi_alloc_array(f->count, sizeof *f->keys);
    f->found = umi_alloc_array(f->count, sizeof *f->found);
    if (!f->wants || !f->room || !f->rows || !f->keys || !f->found)
        return no_memory(err);
    f->want_cap = f->count;
    return UMI_OK;
}

/* Read the rows of @p t that are wanted, each once, in the order of keys. */
static umi_status read_wanted(
    umi__folder *f, umi_book *b, const umi_table *t, size_t n, umi_error *err)
{
    size_t distinct = 0;
    bool ascend = true;
    for (size_t i = 1; i < n && ascend; i++)
        ascend = f->wants[i - 1].key <= f->wants[i].key;
    if (!ascend)
        umi_sort_pairs(f->wants, f->room, n);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || f->wants[i].key != f->wants[i - 1].key)
            f->keys[distinct++] = f->wants[i].key;
    return umi_store_read(umi_book_store(b), t, f->keys, distinct, f->rows,
                          f->found, NULL, err);
}

static umi_status read_agreements(umi__folder *f, umi_book *b, umi_error *err)
{
    const umi_agreement *rows = f->rows;
    size_t n = 0, at = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].has_state && f->items[i].state.agreement > 0)
            f->wants[n++] = (umi_pair){f->items[i].state.agreement, (int64_t)i};
    umi_status rc = read_wanted(f, b, &umi_agreement_table, n, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        at += i > 0 && f->wants[i].key != f->wants[i - 1].key;
        item *it = &f->items[f->wants[i].value];
        it->has_agreement = f->found[at];
        if (f->found[at])
            it->agreement = rows[at];
    }
    return rc;
}

/* --- postings ------------------------------------------------------------- */

static bool node_room(umi__folder *f, size_t more)
{
    if (f->node_count + more <= f->node_cap)
        return true;
    size_t cap = f->node_cap * 2 + more + 1024;
    node *grown = umi_realloc(f->nodes, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    f->nodes = grown;
    f->node_cap = cap;
    return true;
}

/* A posting that a loan named, or its posting after it. */
static void link_posting(umi__folder *f, item *it, const umi_txn *t, bool found)
{
    int64_t limit = it->oldest ? f->nodes[it->oldest - 1].txn.id : INT64_MAX;
    if (!found || t->loan != it->loan.id || t->id >= limit) {
        it->broken = true;
        return;
    }
    f->nodes[f->node_count++] = (node){*t, 0};
    uint32_t at = (uint32_t)f->node_count;
    if (it->oldest)
        f->nodes[it->oldest - 1].older = at;
    else
        it->newest = at;
    it->oldest = at;
    it->postings++;
}

/* Postings are named by the state and by each other, newest first: all loans
 * go one step back at a time, so that every step reads in the order in which
 * a batch wrote. */
static umi_status read_postings(umi__folder *f, umi_book *b, umi_error *err)
{
    const umi_txn *rows = f->rows;
    umi_status rc = UMI_OK;
    for (;;) {
        size_t n = 0, at = 0;
        for (size_t i = 0; i < f->count; i++) {
            item *it = &f->items[i];
            int64_t key = it->oldest ? f->nodes[it->oldest - 1].txn.prev
                                     : it->state.last_txn;
            if (!it->has_state || it->broken || key == UMI_NONE)
                continue;
            it->broken = key < 0; /* no key of ours */
            if (!it->broken)
                f->wants[n++] = (umi_pair){key, (int64_t)i};
        }
        if (n == 0 || rc != UMI_OK)
            return rc;
        if (!node_room(f, n))
            return no_memory(err);
        rc = read_wanted(f, b, &umi_txn_table, n, err);
        for (size_t i = 0; i < n && rc == UMI_OK; i++) {
            at += i > 0 && f->wants[i].key != f->wants[i - 1].key;
            link_posting(f, &f->items[f->wants[i].value], &rows[at],
                         f->found[at]);
        }
    }
}

/* The postings of a loan, oldest first. */
static const umi_txn *postings_of(umi__folder *f, const item *it)
{
    umi_txn *rows = umi_arena_array(f->arena, it->postings, sizeof *rows);
    uint32_t at = it->newest;
    for (size_t i = it->postings; rows != NULL && i > 0; i--) {
        rows[i - 1] = f->nodes[at - 1].txn;
        at = f->nodes[at - 1].older;
    }
    return rows;
}

/* --- jobs ----------------------------------------------------------------- */

static umi_status
check_item(const umi__proof *p, umi__worker *w, const item *it, umi_error *err)
{
    umi__folder *f = w->folder;
    umi_arena_reset(f->arena);
    refolding r = {.b = w->book,
                   .p = p,
                   .f = f,
                   .arena = f->arena,
                   .loan = it->loan,
                   .state = it->state,
                   .agreement = it->has_agreement ? &it->agreement : NULL,
                   .n = it->postings};
    if (!it->has_state)
        return bad(&r, "it has no state", err);
    if (it->broken)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "the postings of loan %lld are not in order",
                        (long long)it->loan.id);
    r.rows = postings_of(f, it);
    return r.rows ? check_loan(&r, err) : no_memory(err);
}

static umi_status folder_of(umi__worker *w, umi__folder **out, umi_error *err)
{
    if (w->folder == NULL) {
        umi__folder *f = w->folder = umi_alloc_array(1, sizeof *f);
        if (f == NULL)
            return no_memory(err);
        f->arena = umi_arena_new();
        f->slots = umi_alloc_array(SLOTS, sizeof *f->slots);
        if (f->arena == NULL || f->slots == NULL)
            return no_memory(err);
        umi_status rc = umi_deals_new(&f->deals, w->book, err);
        if (rc != UMI_OK)
            return rc;
    }
    *out = w->folder;
    return UMI_OK;
}

void umi__folder_free(umi__folder *f)
{
    if (f == NULL)
        return;
    for (size_t i = 0; f->slots != NULL && i < SLOTS; i++) {
        umi_free(f->slots[i].rows);
        umi_free(f->slots[i].sums);
    }
    umi_free(f->slots);
    umi_free(f->items);
    umi_free(f->nodes);
    umi_free(f->wants);
    umi_free(f->room);
    umi_free(f->rows);
    umi_free(f->keys);
    umi_free(f->found);
    umi_deals_free(f->deals);
    umi_arena_free(f->arena);
    umi_free(f);
}

static const umi__block *block_at(const umi__proof *p, int64_t at)
{
    return &p->blocks[p->order[at]];
}

/* The loans of some blocks, and the states up to there. */
static umi_status
fold_loans(umi__proof *p, umi__worker *w, const umi__job *job, umi_error *err)
{
    umi__folder *f = NULL;
    umi_status rc = folder_of(w, &f, err);
    if (rc != UMI_OK)
        return rc;
    bool first = job->from == p->table[job->table].from;
    bool last = job->to == p->table[job->table].to;
    int64_t low = first ? INT64_MIN : block_at(p, job->from - 1)->last + 1;
    int64_t high = last ? INT64_MAX : block_at(p, job->to - 1)->last;
    w->rank = first ? INT64_MIN : low;
    rc = read_loans(f, w->book, low, high, err);
    if (rc == UMI_OK)
        rc = want_room(f, err);
    if (rc == UMI_OK)
        rc = read_agreements(f, w->book, err);
    if (rc == UMI_OK)
        rc = read_postings(f, w->book, err);
    for (size_t i = 0; i < f->count && rc == UMI_OK; i++) {
        w->rank = f->items[i].loan.id;
        rc = check_item(p, w, &f->items[i], err);
        w->postings += f->items[i].postings;
        w->schedules += f->items[i].has_agreement;
        w->loans++;
    }
    w->states += (int64_t)f->states;
    return rc;
}

umi_status umi__loan_jobs(umi__proof *p, umi_error *err)
{
    size_t table = umi_table_index(&umi_loan_table);
    int64_t loans = p->table[table].rows;
    int64_t txns = p->table[umi_table_index(&umi_txn_table)].rows;
    int64_t piece = PIECE, each = loans > 0 ? txns / loans + 1 : 1;
    if (each * piece * UMI_BLOCK_ROWS > ROWS_AT_A_TIME)
        piece = ROWS_AT_A_TIME / (each * UMI_BLOCK_ROWS) + 1;
    umi__job job = {.check = UMI__LOANS,
                    .fn = fold_loans,
                    .table = table,
                    .from = p->table[table].from,
                    .to = p->table[table].to,
                    .rows = loans * 3 + txns};
    return job.from < job.to ? umi__proof_cut(p, &job, piece, err)
                             : umi__proof_add(p, &job, err);
}

static void count(umi__proof *p, const umi_table *t, int64_t rows, int64_t own)
{
    umi_error why = {.lang = p->lang};
    if (rows == own)
        return;
    (void)umi_fail(&why, UMI_EDAMAGED, "",
                   "table %s has %lld rows, %lld belong to loans", t->name,
                   (long long)rows, (long long)own);
    umi__proof_note(p, UMI__LOANS, INT64_MAX, UMI_EDAMAGED, &why);
}

/* What the jobs say together; how many loans were looked at. */
int64_t umi__loans_end(umi__proof *p)
{
    umi__worker sum = {0};
    int64_t loans = p->table[umi_table_index(&umi_loan_table)].rows;
    for (size_t i = 0; i < p->workers; i++) {
        sum.postings += p->worker[i].postings;
        sum.states += p->worker[i].states;
        sum.loans += p->worker[i].loans;
    }
    if (p->result[UMI__LOANS].rc == UMI_OK) {
        count(p, &umi_txn_table, p->table[umi_table_index(&umi_txn_table)].rows,
              sum.postings);
        count(p, &umi_loan_state_table, sum.states, loans);
    }
    return loans;
}
