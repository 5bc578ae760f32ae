/* SPDX-License-Identifier: MIT */
#include "ledger/book/verify_loans_int.h"

/* --- rows side by side ---------------------------------------------------- */

static umi_status take_loan(void *self, const void *row, umi_error *err)
{
    umi__folder *f = self;
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 1024;
        umi__folded *grown = umi_realloc(f->items, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        f->items = grown;
        f->cap = cap;
    }
    umi__folded *i = &f->items[f->count++];
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
        return umi_fail_memory(err);
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
        umi__folded *it = &f->items[f->wants[i].value];
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
    umi__node *grown = umi_realloc(f->nodes, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    f->nodes = grown;
    f->node_cap = cap;
    return true;
}

/* A posting that a loan named, or its posting after it. */
static void
link_posting(umi__folder *f, umi__folded *it, const umi_txn *t, bool found)
{
    int64_t limit = it->oldest ? f->nodes[it->oldest - 1].txn.id : INT64_MAX;
    if (!found || t->loan != it->loan.id || t->id >= limit) {
        it->broken = true;
        return;
    }
    f->nodes[f->node_count++] = (umi__node){*t, 0};
    uint32_t at = (uint32_t)f->node_count;
    if (it->oldest)
        f->nodes[it->oldest - 1].older = at;
    else
        it->newest = at;
    it->oldest = at;
    it->postings++;
    it->payments += t->kind == UMI_TXN_REPAYMENT;
    it->outs += t->kind == UMI_TXN_DISBURSEMENT || t->kind == UMI_TXN_IMPORT;
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
            umi__folded *it = &f->items[i];
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
            return umi_fail_memory(err);
        rc = read_wanted(f, b, &umi_txn_table, n, err);
        for (size_t i = 0; i < n && rc == UMI_OK; i++) {
            at += i > 0 && f->wants[i].key != f->wants[i - 1].key;
            link_posting(f, &f->items[f->wants[i].value], &rows[at],
                         f->found[at]);
        }
    }
}

const umi_txn *umi__folder_rows(umi__folder *f, const umi__folded *it)
{
    umi_txn *rows = umi_arena_array(f->arena, it->postings, sizeof *rows);
    uint32_t at = it->newest;
    for (size_t i = it->postings; rows != NULL && i > 0; i--) {
        rows[i - 1] = f->nodes[at - 1].txn;
        at = f->nodes[at - 1].older;
    }
    return rows;
}

/* --- all ------------------------------------------------------------------ */

umi_status umi__folder_read(
    umi__folder *f, umi_book *b, int64_t low, int64_t high, umi_error *err)
{
    umi_status rc = read_loans(f, b, low, high, err);
    if (rc == UMI_OK)
        rc = want_room(f, err);
    if (rc == UMI_OK)
        rc = read_agreements(f, b, err);
    return rc == UMI_OK ? read_postings(f, b, err) : rc;
}

umi_status umi__folder_of(umi__worker *w, umi__folder **out, umi_error *err)
{
    if (w->folder == NULL) {
        umi__folder *f = w->folder = umi_alloc_array(1, sizeof *f);
        if (f == NULL)
            return umi_fail_memory(err);
        f->arena = umi_arena_new();
        f->slots = umi_alloc_array(UMI__DEALS, sizeof *f->slots);
        if (f->arena == NULL || f->slots == NULL)
            return umi_fail_memory(err);
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
    for (size_t i = 0; f->slots != NULL && i < UMI__DEALS; i++) {
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
    umi_free(f->later);
    umi_free(f->agreements);
    umi_deals_free(f->deals);
    umi_arena_free(f->arena);
    umi_free(f);
}
