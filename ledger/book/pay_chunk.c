/* SPDX-License-Identifier: MIT */
#include "ledger/book/pay_int.h"

#include "ledger/book/keys.h"

#include <assert.h>

enum {
    AHEAD = 16 /* items asked for before they are needed */
};

static umi__item *item_at(const umi__chunk *c, size_t i)
{
    return umi__item_of(c->p->f, c->p->f->order, i);
}

/* --- states --------------------------------------------------------------- */

umi_status umi__sweep_read(umi__sweep *s, umi__posting *p, umi_error *err)
{
    size_t n = 0;
    for (size_t i = s->from; i < s->end; i++) {
        int64_t loan = p->f->order[i].key;
        if (loan != 0 && (n == 0 || s->loans[n - 1] != loan))
            s->loans[n++] = loan;
    }
    s->count = n;
    (void)pthread_mutex_lock(&p->gate);
    umi_status rc = umi_store_read(umi_book_store(p->b), &umi_loan_state_table,
                                   s->loans, n, s->states, s->found, NULL, err);
    (void)pthread_mutex_unlock(&p->gate);
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        if (!s->found[i])
            rc = umi_fail(err, UMI_EDAMAGED, "", "loan %lld has no state",
                          (long long)s->loans[i]);
    return rc;
}

/* Only loans that changed are written. */
static size_t changed_states(umi__sweep *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        if (!s->found[i]) /* left true by the reading, cleared by divide() */
            continue;
        if (kept != i)
            s->states[kept] = s->states[i];
        s->states[kept++].seq++;
    }
    return kept;
}

/* --- rows ----------------------------------------------------------------- */

static umi_txn *new_txn(umi__chunk *c)
{
    if (c->sweep->txn_count == c->sweep->txn_cap) {
        size_t cap = c->sweep->txn_cap
                         ? c->sweep->txn_cap + c->sweep->txn_cap / 2
                         : 1024;
        umi_txn *grown = umi_realloc(c->sweep->txns, cap * sizeof *grown);
        if (grown == NULL)
            return NULL;
        c->sweep->txns = grown;
        c->sweep->txn_cap = cap;
    }
    return &c->sweep->txns[c->sweep->txn_count];
}

static umi_day ledger_day(const umi__posting *p, umi_day day)
{
    return umi_book_day_open(p->b, day) ? day : p->run->row.booked;
}

/* A posting by the rules of @p of: itself, or what it reverses. */
static umi_status to_ledger(umi__chunk *c,
                            const umi_loan_state *s,
                            const umi_txn *t,
                            const umi_txn *of,
                            umi_error *err)
{
    const umi_gl_key key = {.kind = umi_gl_kind(of->kind),
                            .day = ledger_day(c->p, t->day),
                            .product = s->product,
                            .branch = s->branch,
                            .channel = of->channel};
    return umi_gl_add(c->gl, &key, &t->parts, err);
}

static umi_txn draft_of(const umi__posting *p, const umi__item *it)
{
    umi_txn t = umi_fold_draft(UMI_TXN_REPAYMENT, p->run->row.id, it->line,
                               (umi_day){it->day});
    t.loan = it->loan;
    t.amount.sen = it->amount;
    t.channel = p->channel_ids[it->channel];
    t.ref = umi__item_ref(p->f, it);
    return t;
}

/* The last @p n rows in hand; relief that is renewed is reversed first. */
static umi_status take_rows(umi__chunk *c,
                            const umi_loan_state *s,
                            const umi_hand *h,
                            size_t n,
                            umi_error *err)
{
    const umi_txn *rows = h->added + h->added_count - n;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        const umi_txn *of = &rows[i];
        if (of->kind == UMI_TXN_REVERSAL)
            of = umi_hand_find(h, of->reverses);
        assert(of != NULL);
        umi_txn *t = new_txn(c);
        if (t == NULL)
            return umi_fail_memory(err);
        *t = rows[i];
        c->sweep->txn_count++;
        rc = to_ledger(c, s, t, of, err);
    }
    return rc;
}

/* --- dividing ------------------------------------------------------------- */

/* A loan's lines of this sweep: what stands of it so far. */
typedef struct turn {
    umi_loan_state *state;
    size_t first;  /* of its rows in the sweep */
    umi_hand hand; /* in use once the loan had to be replayed */
    bool replayed;
    umi_pay_fault misfit; /* why the loan cannot take the line */
} turn;

/* Terms that are not at hand are read: the store must be ours for that. */
static umi_status ready_frame(umi__posting *p, int64_t terms, umi_error *err)
{
    const umi_frame *f;
    if (umi__deals_have(p->deals, terms))
        return UMI_OK;
    (void)pthread_mutex_lock(&p->gate);
    umi_status rc = umi_deals_frame(p->deals, terms, &f, err);
    (void)pthread_mutex_unlock(&p->gate);
    return rc;
}

/* Of what dividing comes to, that which is the line's own fault: a sum of the
 * loan would not fit, or a recovery would find less than it recovered. */
static umi_pay_fault misfit_for(umi_status rc)
{
    if (rc == UMI_ERANGE)
        return UMI_PAY_RANGE;
    return rc == UMI_ESTATE ? UMI_PAY_RECOVERED : UMI_PAY_NONE;
}

static umi_status pay_fast(
    umi__chunk *c, turn *t, const umi_txn *draft, bool *done, umi_error *err)
{
    umi_status rc = ready_frame(c->p, t->state->terms, err);
    umi_txn *row = new_txn(c);
    if (rc == UMI_OK && row == NULL)
        rc = umi_fail_memory(err);
    if (rc != UMI_OK)
        return rc;
    *row = *draft;
    rc = umi_fold_pay(c->p->deals, t->state, row->day, row->amount, &row->parts,
                      done, err);
    t->misfit = misfit_for(rc);
    if (rc != UMI_OK || !*done)
        return rc;
    rc = umi_book_take(c->p->b, &umi_txn_table, 1, &row->id, err);
    if (rc != UMI_OK)
        return rc;
    row->prev = t->state->last_txn;
    t->state->last_txn = row->id;
    if (t->state->last_day.n == UMI_NONE32 || row->day.n > t->state->last_day.n)
        t->state->last_day = row->day;
    c->sweep->txn_count++;
    return to_ledger(c, t->state, row, row, err);
}

/* From here on the loan is replayed; its rows of this sweep come along.  What
 * is read of the one before has served: no row borrows from it. */
static umi_status change_over(umi__chunk *c, turn *t, umi_error *err)
{
    size_t n = c->sweep->txn_count - t->first;
    umi_arena_reset(c->loan);
    t->hand = (umi_hand){.state = *t->state};
    t->hand.added = umi_arena_array(c->loan, n + 4, sizeof *t->hand.added);
    if (t->hand.added == NULL)
        return umi_fail_memory(err);
    t->hand.added_cap = n + 4;
    t->hand.added_count = n;
    if (n > 0)
        memcpy(t->hand.added, c->sweep->txns + t->first,
               n * sizeof *c->sweep->txns);
    t->replayed = true;
    return UMI_OK;
}

static umi_status
replay(umi__chunk *c, turn *t, const umi_txn *draft, umi_error *err)
{
    umi_fold fold = {c->p->b, c->p->deals, c->loan, c->scratch};
    (void)pthread_mutex_lock(&c->p->gate);
    umi_status rc = umi_fold_enter(&fold, &t->hand, draft, err);
    (void)pthread_mutex_unlock(&c->p->gate);
    umi_arena_reset(c->scratch);
    return rc;
}

static umi_status
pay_slowly(umi__chunk *c, turn *t, const umi_txn *draft, umi_error *err)
{
    umi_status rc = t->replayed ? UMI_OK : change_over(c, t, err);
    if (rc != UMI_OK)
        return rc;
    const umi_loan_state saved = t->hand.state;
    size_t before = t->hand.added_count;
    rc = replay(c, t, draft, err);
    t->misfit = misfit_for(rc);
    if (t->misfit != UMI_PAY_NONE) {
        t->hand.state = saved;
        t->hand.added_count = before;
    }
    if (rc == UMI_OK)
        rc =
            take_rows(c, t->state, &t->hand, t->hand.added_count - before, err);
    if (rc == UMI_OK)
        *t->state = t->hand.state;
    return rc;
}

static umi_status
refuse(umi__chunk *c, const umi__item *it, umi_pay_fault fault, umi_error *err)
{
    return umi_file_refuse(c->p->run, it->line, umi_pay_fault_code(fault),
                           (umi_money){it->amount}, err);
}

static void keep_key(umi__chunk *c, const umi__item *it, int64_t txn)
{
    size_t n = c->key_count++;
    assert(n < c->key_cap);
    c->keys[n] = (umi_pair){it->key, (int64_t)n};
    c->posted[n] = (umi_idem){it - c->p->f->items, txn};
}

static umi_status pay(umi__chunk *c, turn *t, umi__item *it, umi_error *err)
{
    const umi_txn draft = draft_of(c->p, it);
    const size_t own = c->sweep->txn_count; /* others may follow it */
    bool done = false;
    umi_status rc = UMI_OK;
    if (!t->replayed)
        rc = pay_fast(c, t, &draft, &done, err);
    if (rc == UMI_OK && !done)
        rc = pay_slowly(c, t, &draft, err);
    if (t->misfit != UMI_PAY_NONE) { /* nothing changed */
        const umi_pay_fault fault = t->misfit;
        t->misfit = UMI_PAY_NONE;
        umi_error_clear(err);
        it->fault = fault;
        return refuse(c, it, fault, err);
    }
    if (rc != UMI_OK)
        return rc;
    keep_key(c, it, c->sweep->txns[own].id);
    return umi_file_count(&c->p->run->row.posted, (umi_money){it->amount}, err);
}

/* The line that a duplicate is one of did not fit, so nothing stands yet under
 * their reference; NULL: something does. */
static umi__item *misfit_of(const umi__chunk *c, const umi__item *it)
{
    umi__item *holder = it->key >= 0 ? &c->p->f->items[it->key] : NULL;
    return holder != NULL && umi__item_misfits(holder) ? holder : NULL;
}

/* As a line of a later segment would be.  They are of one loan, so it is this
 * one's turn. */
static umi_status pay_instead(
    umi__chunk *c, turn *t, umi__item *it, umi__item *holder, umi_error *err)
{
    it->key = holder->key;
    umi_status rc = pay(c, t, it, err);
    if (it->fault == UMI_PAY_NONE) /* and those behind are duplicates of it */
        holder->fault = UMI_PAY_NONE;
    return rc;
}

static umi_status line_of(umi__chunk *c, turn *t, umi__item *it, umi_error *err)
{
    if (it->fate == UMI__FATE_DECIDED)
        return UMI_OK;
    if (it->fault != UMI_PAY_NONE)
        return refuse(c, it, (umi_pay_fault)it->fault, err);
    if (t->state->status == UMI_LOAN_BOOKED)
        return refuse(c, it, UMI_PAY_NOT_DISBURSED, err);
    if (it->day < t->state->disbursed.n)
        return refuse(c, it, UMI_PAY_EARLY, err);
    if (it->fate == UMI__FATE_CONFLICT)
        return refuse(c, it, UMI_PAY_CONFLICT, err);
    if (it->fate == UMI__FATE_POST)
        return pay(c, t, it, err);
    umi__item *misfit = misfit_of(c, it);
    return misfit ? pay_instead(c, t, it, misfit, err)
                  : umi_file_count(&c->p->run->row.duplicate,
                                   (umi_money){it->amount}, err);
}

static umi_status divide(umi__chunk *c, umi_error *err)
{
    umi__sweep *s = c->sweep;
    turn t = {0};
    size_t at = 0;
    umi_status rc = UMI_OK;
    for (size_t i = s->from; i < s->end && rc == UMI_OK; i++) {
        umi__item_expect(c->p->f, c->p->f->order, i + AHEAD, s->end);
        umi__item *it = item_at(c, i);
        if (it->loan != 0 && (t.state == NULL || t.state->id != it->loan)) {
            if (t.state != NULL)
                s->found[at++] = c->sweep->txn_count > t.first;
            t = (turn){.state = &s->states[at], .first = c->sweep->txn_count};
        }
        rc = line_of(c, &t, it, err);
    }
    if (t.state != NULL)
        s->found[at] = c->sweep->txn_count > t.first;
    return rc;
}

/* --- keys ----------------------------------------------------------------- */

/* Keys of the chunk's references as the store has room for them now. */
static umi_status find_keys(umi__chunk *c, umi_error *err)
{
    const umi_pay_file *f = c->p->f;
    size_t n = c->key_count;
    umi_reference_ask *asks = umi_arena_array(c->sweep->arena, n, sizeof *asks);
    int64_t *keys = umi_arena_array(c->sweep->arena, n, sizeof *keys);
    if (asks == NULL || keys == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        const umi__item *it = &f->items[c->posted[c->keys[i].value].key];
        c->keys[i].key = umi_key_reference(&f->secret, f->channels[it->channel],
                                           umi__item_ref(f, it));
    }
    umi_sort_pairs(c->keys, c->room, n);
    for (size_t i = 0; i < n; i++) {
        const umi__item *it = &f->items[c->posted[c->keys[i].value].key];
        asks[i] = (umi_reference_ask){.key = c->keys[i].key,
                                      .channel = f->channels[it->channel],
                                      .ref = umi__item_ref(f, it)};
    }
    umi_status rc = umi_keys_references(c->p->b, asks, n, err);
    for (size_t i = 0; i < n; i++)
        c->keys[i].key = asks[i].key;
    umi_sort_pairs(c->keys, c->room, n);
    for (size_t i = 0; i < n; i++)
        keys[i] = c->keys[i].key;
    if (rc == UMI_OK)
        rc = umi_keys_spread(c->p->b, &umi_idem_table, keys, n, err);
    for (size_t i = 0; i < n; i++)
        c->keys[i].key = keys[i];
    return rc;
}

/* In place of the rooms for sorting. */
static umi_status put_keys(umi__chunk *c, umi_change *out, umi_error *err)
{
    umi_status rc = c->p->meet ? find_keys(c, err) : UMI_OK;
    umi_idem *rows = (umi_idem *)(void *)c->room;
    for (size_t i = 0; i < c->key_count && rc == UMI_OK; i++)
        rows[i] = (umi_idem){c->keys[i].key, c->posted[c->keys[i].value].txn};
    umi_change_put(out, &umi_idem_table, rows, c->key_count);
    return rc;
}

static umi_status put_ledger(umi__chunk *c, umi_change *out, umi_error *err)
{
    umi_gl_line *rows;
    size_t n;
    int64_t id;
    umi_book *b = c->p->b;
    umi_status rc =
        umi_gl_lines(c->gl, c->p->run->row.id, &rows, &n, c->sweep->arena, err);
    if (rc == UMI_OK)
        rc = umi_book_take(b, &umi_gl_line_table, n, &id, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        rows[i].id = id++;
    if (rc == UMI_OK)
        umi_change_put(out, &umi_gl_line_table, rows, n);
    return rc;
}

/* --- the chunk ------------------------------------------------------------ */

void umi__chunk_clear(umi__chunk *c)
{
    umi_gl_clear(c->gl);
    c->key_count = 0;
    c->first_txn = c->last_txn = 0;
}

void umi__chunk_room(umi__chunk *c, const umi_pay_file *f)
{
    static_assert(sizeof(umi_idem) == sizeof(umi_pair), "rows stand in rooms");
    c->keys = f->by_ref;
    c->posted = (umi_idem *)(void *)f->room[0];
    c->room = f->room[1];
    c->key_cap = f->count;
}

/* On either core: it uses the store only through the gate. */
static void compute(void *self)
{
    umi__chunk *c = self;
    umi__sweep *s = c->sweep;
    s->txn_count = 0;
    umi_arena_reset(s->arena);
    c->rc = divide(c, &c->err);
    if (c->rc != UMI_OK)
        return;
    s->count = changed_states(s);
    if (c->first_txn == 0 && s->txn_count > 0)
        c->first_txn = s->txns[0].id;
    if (s->txn_count > 0)
        c->last_txn = s->txns[s->txn_count - 1].id;
    if (s->complete && !c->p->meet)
        umi_sort_pairs(c->keys, c->room, c->key_count);
}

void umi__chunk_begin(umi__chunk *c, umi__sweep *s)
{
    c->sweep = s;
    umi_task_start(&c->task, compute, c);
}

umi_status umi__chunk_end(umi__chunk *c, umi_error *err)
{
    umi_task_join(&c->task);
    if (c->rc != UMI_OK && err != NULL)
        *err = c->err;
    return c->rc;
}

umi_status umi__chunk_rows(umi__chunk *c,
                           const umi__sweep *s,
                           umi_change *out,
                           umi_error *err)
{
    umi_status rc = UMI_OK;
    umi_change_put(out, &umi_txn_table, s->txns, s->txn_count);
    umi_change_put(out, &umi_loan_state_table, s->states, s->count);
    if (s->complete)
        rc = put_keys(c, out, err);
    return rc != UMI_OK || !s->complete ? rc : put_ledger(c, out, err);
}
