/* SPDX-License-Identifier: MIT */
#include "ledger/book/posting_batch.h"

#include "ledger/book/fold.h"
#include "ledger/book/gl.h"
#include "ledger/book/keys.h"
#include "ledger/book/sort.h"

#include <assert.h>
#include <stdlib.h>

enum {
    CHUNK = 200000, /* lines; larger ones gain little, smaller ones lose */
    SLICE = 8192,   /* references looked up at a time */
    REF_MAX = 255
};

#define POOL_MAX ((UINT64_C(1) << 40) - 1)

const char *umi_pay_fault_code(umi_pay_fault f)
{
    static const char *const codes[] = {
#define X(name, code, text) code,
        UMI_PAY_FAULTS(X)
#undef X
    };
    return codes[f];
}

const char *umi_pay_fault_text(umi_pay_fault f)
{
    static const char *const texts[] = {
#define X(name, code, text) text,
        UMI_PAY_FAULTS(X)
#undef X
    };
    return texts[f];
}

/* --- lines, held tightly -------------------------------------------------- */

typedef enum fate {
    FATE_POST,
    FATE_DUPLICATE,
    FATE_CONFLICT,
    FATE_DECIDED /* in an earlier part of this very run */
} fate;

/* One line in 48 bytes; a million of them stay in memory. */
typedef struct item {
    int64_t loan; /* key; 0: not known */
    int64_t key;  /* hash of the reference */
    int64_t amount;
    uint64_t ref : 40, ref_len : 8, fault : 8, fate : 8;
    int32_t day;
    uint32_t line;
    uint32_t channel; /* in the list of channels */
} item;

/* A loan number to be found, and whose it is. */
typedef struct number {
    int64_t key;
    uint64_t text : 40, len : 24;
    uint32_t item;
} number;

struct umi_pay_file {
    umi_sip_key secret;
    item *items;
    size_t count, cap;
    number *numbers;
    size_t number_count, number_cap;
    umi_buf pool; /* texts of references and numbers */
    umi_text *channels;
    size_t channel_count, channel_cap;
    uint32_t last_channel;
    umi_arena *arena;
    umi_tally lines;
};

static umi_status no_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
}

umi_status umi_pay_new(umi_pay_file **out, const umi_book *b, umi_error *err)
{
    umi_pay_file *f = umi_alloc_array(1, sizeof *f);
    if (f == NULL)
        return no_memory(err);
    f->secret = umi_book_secret(b);
    f->arena = umi_arena_new();
    if (f->arena == NULL) {
        umi_free(f);
        return no_memory(err);
    }
    *out = f;
    return UMI_OK;
}

void umi_pay_free(umi_pay_file *f)
{
    if (f == NULL)
        return;
    umi_free(f->items);
    umi_free(f->numbers);
    umi_free(f->channels);
    umi_buf_free(&f->pool);
    umi_arena_free(f->arena);
    umi_free(f);
}

static bool make_room(void **rows, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return true;
    size_t more = *cap ? *cap + *cap / 2 : 1024;
    void *grown = umi_realloc(*rows, more * size);
    if (grown == NULL)
        return false;
    *rows = grown;
    *cap = more;
    return true;
}

/* Files name few channels, mostly the one of the line before. */
static umi_status
channel_of(umi_pay_file *f, umi_text name, uint32_t *out, umi_error *err)
{
    size_t i = f->last_channel;
    if (i >= f->channel_count || !umi_text_eq(f->channels[i], name))
        for (i = 0; i < f->channel_count; i++)
            if (umi_text_eq(f->channels[i], name))
                break;
    if (i == f->channel_count) {
        char *copy = umi_arena_copy(f->arena, name.ptr, name.len);
        if (copy == NULL || !make_room((void **)&f->channels, i,
                                       &f->channel_cap, sizeof *f->channels))
            return no_memory(err);
        f->channels[f->channel_count++] = (umi_text){copy, name.len};
    }
    f->last_channel = (uint32_t)i;
    *out = (uint32_t)i;
    return UMI_OK;
}

static umi_status
add_texts(umi_pay_file *f, item *it, const umi_pay_line *l, umi_error *err)
{
    if (!make_room((void **)&f->numbers, f->number_count, &f->number_cap,
                   sizeof *f->numbers))
        return no_memory(err);
    umi_status rc = channel_of(f, l->channel, &it->channel, err);
    if (rc != UMI_OK)
        return rc;
    it->ref = f->pool.len & POOL_MAX;
    it->ref_len = (uint8_t)l->reference.len;
    it->key = umi_key_reference(&f->secret, l->channel, l->reference);
    umi_buf_text(&f->pool, l->reference);
    f->numbers[f->number_count++] =
        (number){.key = umi_key_number(&f->secret, l->loan),
                 .text = f->pool.len & POOL_MAX,
                 .len = (uint32_t)l->loan.len & 0xffffff,
                 .item = (uint32_t)f->count};
    umi_buf_text(&f->pool, l->loan);
    return f->pool.failed ? no_memory(err) : UMI_OK;
}

umi_status umi_pay_add(umi_pay_file *f, const umi_pay_line *l, umi_error *err)
{
    if (f->count >= UINT32_MAX || l->line > UINT32_MAX ||
        f->pool.len > POOL_MAX)
        return umi_fail(err, UMI_EINVAL, "", "the file is too large");
    if (!make_room((void **)&f->items, f->count, &f->cap, sizeof *f->items))
        return no_memory(err);
    item *it = &f->items[f->count];
    *it = (item){.amount = l->amount.sen,
                 .fault = (uint8_t)l->fault,
                 .day = l->date.n,
                 .line = (uint32_t)l->line};
    umi_status rc = umi_file_count(&f->lines, l->amount, err);
    if (rc == UMI_OK && l->fault == UMI_PAY_NONE)
        rc = add_texts(f, it, l, err);
    if (rc == UMI_OK)
        f->count++;
    return rc;
}

static umi_text ref_of(const umi_pay_file *f, const item *it)
{
    return (umi_text){f->pool.ptr + it->ref, it->ref_len};
}

/* --- posting -------------------------------------------------------------- */

/* A file being posted. */
typedef struct posting {
    umi_pay_file *f;
    umi_file_run *run;
    umi_book *b;
    umi_pair *order; /* items by loan, then as they stand in the file */
    umi_pair *room;  /* of the same size, for sorting */
    int64_t *channel_ids;
    umi_deals *deals;
    umi_gl *gl;
    umi_arena *arena; /* of the chunk */
    bool meet;        /* see hashes_meet() */
    umi_judged_fn judged;
    void *self;
    /* the chunk */
    int64_t *loans;
    umi_loan_state *states;
    bool *found;
    size_t loan_count;
    umi_txn *txns;
    size_t txn_count, txn_cap;
    umi_pair *keys;
    size_t key_count;
} posting;

static const item *item_at(const posting *p, size_t i)
{
    return &p->f->items[p->order[i].value];
}

/* Items stand as in the file and are visited in the order of loans: ask for
 * one early that is needed soon. */
static void expect_item(const posting *p, size_t i)
{
    if (i < p->f->count)
        __builtin_prefetch(item_at(p, i));
}

/* Lines whose loan is known get its key. */
static umi_status find_loans(posting *p, umi_error *err)
{
    umi_pay_file *f = p->f;
    umi_number_ask *asks = umi_alloc_array(SLICE, sizeof *asks);
    if (asks == NULL)
        return no_memory(err);
    for (size_t i = 0; i < f->number_count; i++)
        p->order[i] = (umi_pair){f->numbers[i].key, (int64_t)i};
    umi_sort_pairs(p->order, p->room, f->number_count);
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < f->number_count && rc == UMI_OK; i += SLICE) {
        size_t n = f->number_count - i < SLICE ? f->number_count - i : SLICE;
        for (size_t k = 0; k < n; k++) {
            const number *m = &f->numbers[p->order[i + k].value];
            asks[k] = (umi_number_ask){
                .key = m->key, .number = {f->pool.ptr + m->text, m->len}};
        }
        rc = umi_keys_numbers(p->b, asks, n, err);
        for (size_t k = 0; k < n && rc == UMI_OK; k++) {
            item *it = &f->items[f->numbers[p->order[i + k].value].item];
            it->loan = asks[k].loan;
            if (it->loan == 0)
                it->fault = UMI_PAY_LOAN;
        }
    }
    umi_free(asks);
    umi_free(f->numbers); /* found: they are not needed again */
    f->numbers = NULL;
    f->number_count = f->number_cap = 0;
    return rc;
}

static void judge_dates(posting *p)
{
    for (size_t i = 0; i < p->f->count; i++) {
        item *it = &p->f->items[i];
        if (it->fault == UMI_PAY_NONE && it->day > p->run->row.booked.n)
            it->fault = UMI_PAY_FUTURE;
        if (it->fault != UMI_PAY_NONE)
            it->loan = 0; /* decided with the lines of no loan, first */
    }
}

/* --- references ----------------------------------------------------------- */

static bool same_reference(const umi_pay_file *f, const item *a, const item *b)
{
    return a->channel == b->channel && umi_text_eq(ref_of(f, a), ref_of(f, b));
}

static bool same_payment(const item *it, int64_t loan, int64_t amount)
{
    return it->loan == loan && it->amount == amount;
}

/* Whether a line would be posted if its reference were free; asked only of
 * lines that share one. */
static umi_status
would_stand(posting *p, const item *it, bool *out, umi_error *err)
{
    umi_loan_state s;
    bool found;
    *out = false;
    if (it->fault != UMI_PAY_NONE)
        return UMI_OK;
    umi_status rc = umi_store_read(umi_book_store(p->b), &umi_loan_state_table,
                                   &it->loan, 1, &s, &found, NULL, err);
    *out = rc == UMI_OK && found && s.status != UMI_LOAN_BOOKED &&
           it->day >= s.disbursed.n;
    return rc;
}

/* Lines first..n of the order share a hash, in file order: of those with one
 * reference the first that stands owns it. */
static umi_status share(posting *p, size_t first, size_t n, umi_error *err)
{
    umi_pay_file *f = p->f;
    for (size_t i = first; i < n; i++) {
        item *owner = &f->items[p->order[i].value];
        bool stands;
        if (owner->fate != FATE_POST)
            continue;
        umi_status rc = would_stand(p, owner, &stands, err);
        if (rc != UMI_OK)
            return rc;
        for (size_t k = i + 1; stands && k < n; k++) {
            item *it = &f->items[p->order[k].value];
            if (it->fate == FATE_POST && same_reference(f, owner, it))
                it->fate = same_payment(it, owner->loan, owner->amount)
                               ? FATE_DUPLICATE
                               : FATE_CONFLICT;
        }
    }
    return UMI_OK;
}

/* What the book knows of a line's reference. */
static void settle_key(const posting *p, item *it, const umi_reference_ask *a)
{
    if (a->txn == 0)
        it->key = a->key; /* free: its own, or the next after another's */
    else if (a->batch == p->run->row.id && a->line == it->line)
        it->fate = FATE_DECIDED; /* it is this very line's posting */
    else
        it->fate = same_payment(it, a->loan, a->amount.sen) ? FATE_DUPLICATE
                                                            : FATE_CONFLICT;
}

static umi_status known_slice(
    posting *p, umi_reference_ask *asks, size_t from, size_t n, umi_error *err)
{
    umi_pay_file *f = p->f;
    for (size_t k = 0; k < n; k++) {
        const item *it = &f->items[p->order[from + k].value];
        expect_item(p, from + k + 16);
        asks[k] = (umi_reference_ask){.key = it->key,
                                      .channel = f->channels[it->channel],
                                      .ref = ref_of(f, it)};
    }
    umi_status rc = umi_keys_references(p->b, asks, n, err);
    for (size_t k = 0; k < n && rc == UMI_OK; k++)
        settle_key(p, &f->items[p->order[from + k].value], &asks[k]);
    return rc;
}

/* Whether two new references have one hash, or one that is stored already:
 * then their keys are found chunk by chunk, for one that is not posted in the
 * end must leave no gap in the way of another. */
static bool hashes_meet(const posting *p, size_t n)
{
    int64_t last = 0;
    for (size_t i = 0; i < n; i++) {
        const item *it = &p->f->items[p->order[i].value];
        expect_item(p, i + 16);
        if (it->fate != FATE_POST)
            continue;
        if (it->key <= last || it->key != p->order[i].key)
            return true;
        last = it->key;
    }
    return false;
}

static umi_status judge_references(posting *p, umi_error *err)
{
    umi_pay_file *f = p->f;
    size_t n = 0;
    umi_status rc = UMI_OK;
    umi_reference_ask *asks = umi_alloc_array(SLICE, sizeof *asks);
    if (asks == NULL)
        return no_memory(err);
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].fault == UMI_PAY_NONE)
            p->order[n++] = (umi_pair){f->items[i].key, (int64_t)i};
    umi_sort_pairs(p->order, p->room, n);
    for (size_t i = 0; i < n && rc == UMI_OK; i += SLICE)
        rc = known_slice(p, asks, i, n - i < SLICE ? n - i : SLICE, err);
    umi_free(asks);
    for (size_t i = 0, end; i < n && rc == UMI_OK; i = end) {
        for (end = i + 1; end < n && p->order[end].key == p->order[i].key;)
            end++;
        if (end - i > 1)
            rc = share(p, i, end, err);
    }
    p->meet = rc == UMI_OK && hashes_meet(p, n);
    return rc;
}

/* --- order ---------------------------------------------------------------- */

/* What an earlier part of this run has decided is left alone. */
static bool decided(const posting *p, const item *it)
{
    const umi_run *r = &p->run->row;
    if (!p->run->stored)
        return false;
    if (umi_file_refused_before(p->run, it->line))
        return true;
    return it->loan < r->at_loan ||
           (it->loan == r->at_loan && it->line <= r->at_line);
}

static void put_in_order(posting *p)
{
    umi_pay_file *f = p->f;
    for (size_t i = 0; i < f->count; i++) {
        item *it = &f->items[i];
        if (decided(p, it))
            it->fate = FATE_DECIDED;
        p->order[i] = (umi_pair){it->loan, (int64_t)i};
    }
    umi_sort_pairs(p->order, p->room, f->count);
}

/* --- a chunk -------------------------------------------------------------- */

static umi_txn *new_txn(posting *p)
{
    if (!make_room((void **)&p->txns, p->txn_count, &p->txn_cap,
                   sizeof *p->txns))
        return NULL;
    return &p->txns[p->txn_count];
}

static umi_day ledger_day(const posting *p, umi_day day)
{
    return umi_book_day_open(p->b, day) ? day : p->run->row.booked;
}

static umi_status
to_ledger(posting *p, const umi_loan_state *s, const umi_txn *t, umi_error *err)
{
    const umi_gl_key key = {.kind = umi_gl_kind(t->kind),
                            .day = ledger_day(p, t->day),
                            .product = s->product,
                            .branch = s->branch,
                            .channel = t->channel};
    return umi_gl_add(p->gl, &key, &t->parts, err);
}

static umi_txn draft_of(const posting *p, const item *it)
{
    umi_txn t = umi_fold_draft(UMI_TXN_REPAYMENT, p->run->row.id, it->line,
                               (umi_day){it->day});
    t.loan = it->loan;
    t.amount.sen = it->amount;
    t.channel = p->channel_ids[it->channel];
    t.ref = ref_of(p->f, it);
    return t;
}

static umi_status take_rows(posting *p,
                            const umi_loan_state *s,
                            const umi_txn *rows,
                            size_t n,
                            umi_error *err)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        umi_txn *t = new_txn(p);
        if (t == NULL)
            return no_memory(err);
        *t = rows[i];
        p->txn_count++;
        rc = to_ledger(p, s, t, err);
    }
    return rc;
}

/* A loan's lines of this chunk: what stands of it so far. */
typedef struct turn {
    umi_loan_state *state;
    size_t first;  /* of its rows in p->txns */
    umi_hand hand; /* in use once the loan had to be replayed */
    bool replayed;
    bool misfit; /* a sum of the loan would not fit */
} turn;

static umi_status
pay_fast(posting *p, turn *t, const umi_txn *draft, bool *done, umi_error *err)
{
    umi_txn *row = new_txn(p);
    if (row == NULL)
        return no_memory(err);
    *row = *draft;
    umi_status rc = umi_fold_pay(p->deals, t->state, row->day, row->amount,
                                 &row->parts, done, err);
    t->misfit = rc == UMI_ERANGE;
    if (rc != UMI_OK || !*done)
        return rc;
    rc = umi_book_take(p->b, &umi_txn_table, 1, &row->id, err);
    if (rc != UMI_OK)
        return rc;
    row->prev = t->state->last_txn;
    t->state->last_txn = row->id;
    if (t->state->last_day.n == UMI_NONE32 || row->day.n > t->state->last_day.n)
        t->state->last_day = row->day;
    p->txn_count++;
    return to_ledger(p, t->state, row, err);
}

/* From here on the loan is replayed; its rows of this chunk come along. */
static umi_status change_over(posting *p, turn *t, umi_error *err)
{
    size_t n = p->txn_count - t->first;
    t->hand = (umi_hand){.state = *t->state};
    t->hand.added = umi_arena_array(p->arena, n + 4, sizeof *t->hand.added);
    if (t->hand.added == NULL)
        return no_memory(err);
    t->hand.added_cap = n + 4;
    t->hand.added_count = n;
    if (n > 0)
        memcpy(t->hand.added, p->txns + t->first, n * sizeof *p->txns);
    t->replayed = true;
    return UMI_OK;
}

static umi_status
pay_slowly(posting *p, turn *t, const umi_txn *draft, umi_error *err)
{
    umi_fold fold = {p->b, p->deals, p->arena};
    umi_status rc = t->replayed ? UMI_OK : change_over(p, t, err);
    if (rc != UMI_OK)
        return rc;
    const umi_hand saved = t->hand;
    size_t before = t->hand.added_count;
    rc = umi_fold_enter(&fold, &t->hand, draft, err);
    t->misfit = rc == UMI_ERANGE;
    if (t->misfit)
        t->hand = saved;
    if (rc == UMI_OK)
        rc = take_rows(p, t->state, t->hand.added + before,
                       t->hand.added_count - before, err);
    if (rc == UMI_OK)
        *t->state = t->hand.state;
    return rc;
}

static umi_status
refuse(posting *p, const item *it, umi_pay_fault fault, umi_error *err)
{
    return umi_file_refuse(p->run, it->line, umi_pay_fault_code(fault),
                           (umi_money){it->amount}, err);
}

static umi_status pay(posting *p, turn *t, const item *it, umi_error *err)
{
    const umi_txn draft = draft_of(p, it);
    bool done = false;
    umi_status rc = UMI_OK;
    if (!t->replayed)
        rc = pay_fast(p, t, &draft, &done, err);
    if (rc == UMI_OK && !done)
        rc = pay_slowly(p, t, &draft, err);
    if (t->misfit) { /* the loan cannot hold it; nothing changed */
        t->misfit = false;
        umi_error_clear(err);
        return refuse(p, it, UMI_PAY_RANGE, err);
    }
    if (rc != UMI_OK)
        return rc;
    p->keys[p->key_count++] = (umi_pair){it->key, p->txns[p->txn_count - 1].id};
    return umi_file_count(&p->run->row.posted, (umi_money){it->amount}, err);
}

static umi_status line_of(posting *p, turn *t, const item *it, umi_error *err)
{
    if (it->fate == FATE_DECIDED)
        return UMI_OK;
    if (it->fault != UMI_PAY_NONE)
        return refuse(p, it, (umi_pay_fault)it->fault, err);
    if (t->state->status == UMI_LOAN_BOOKED)
        return refuse(p, it, UMI_PAY_NOT_DISBURSED, err);
    if (it->day < t->state->disbursed.n)
        return refuse(p, it, UMI_PAY_EARLY, err);
    if (it->fate == FATE_CONFLICT)
        return refuse(p, it, UMI_PAY_CONFLICT, err);
    if (it->fate == FATE_DUPLICATE)
        return umi_file_count(&p->run->row.duplicate, (umi_money){it->amount},
                              err);
    return pay(p, t, it, err);
}

/* The end of the chunk that begins at @p from: never inside a loan. */
static size_t chunk_end(const posting *p, size_t from)
{
    size_t n = p->run->ask->chunk ? p->run->ask->chunk : CHUNK;
    size_t end = p->f->count - from < n ? p->f->count : from + n;
    while (end < p->f->count &&
           item_at(p, end)->loan == item_at(p, end - 1)->loan)
        end++;
    return end;
}

static umi_status
read_states(posting *p, size_t from, size_t end, umi_error *err)
{
    size_t n = 0;
    for (size_t i = from; i < end; i++) {
        int64_t loan = p->order[i].key; /* the item's loan */
        if (loan != 0 && (n == 0 || p->loans[n - 1] != loan))
            p->loans[n++] = loan;
    }
    p->loan_count = n;
    umi_status rc = umi_store_read(umi_book_store(p->b), &umi_loan_state_table,
                                   p->loans, n, p->states, p->found, NULL, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        if (!p->found[i])
            rc = umi_fail(err, UMI_EDAMAGED, "", "loan %lld has no state",
                          (long long)p->loans[i]);
    return rc;
}

/* Only loans that changed are written. */
static size_t changed_states(posting *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->loan_count; i++) {
        if (!p->found[i]) /* read_states() left true; work() clears it */
            continue;
        if (kept != i)
            p->states[kept] = p->states[i];
        p->states[kept++].seq++;
    }
    return kept;
}

static umi_status work(posting *p, size_t from, size_t end, umi_error *err)
{
    turn t = {0};
    size_t at = 0;
    umi_status rc = UMI_OK;
    for (size_t i = from; i < end && rc == UMI_OK; i++) {
        const item *it = item_at(p, i);
        expect_item(p, i + 16);
        if (it->loan != 0 && (t.state == NULL || t.state->id != it->loan)) {
            if (t.state != NULL)
                p->found[at++] = p->txn_count > t.first;
            t = (turn){.state = &p->states[at], .first = p->txn_count};
        }
        rc = line_of(p, &t, it, err);
    }
    if (t.state != NULL)
        p->found[at] = p->txn_count > t.first;
    return rc;
}

static int by_id(const void *a, const void *b)
{
    const umi_txn *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Keys of the chunk's references as the store has room for them now. */
static umi_status find_keys(posting *p, umi_error *err)
{
    size_t n = p->key_count;
    umi_reference_ask *asks = umi_arena_array(p->arena, n, sizeof *asks);
    int64_t *keys = umi_arena_array(p->arena, n, sizeof *keys);
    if (asks == NULL || keys == NULL)
        return no_memory(err);
    for (size_t i = 0; i < n; i++) {
        const umi_txn want = {.id = p->keys[i].value};
        const umi_txn *t =
            bsearch(&want, p->txns, p->txn_count, sizeof want, by_id);
        umi_text channel = umi_book_word(p->b, t->channel);
        p->keys[i].key = umi_key_reference(&p->f->secret, channel, t->ref);
        p->keys[i].value = t - p->txns;
    }
    umi_sort_pairs(p->keys, p->room, n);
    for (size_t i = 0; i < n; i++) {
        const umi_txn *t = &p->txns[p->keys[i].value];
        asks[i] =
            (umi_reference_ask){.key = p->keys[i].key,
                                .channel = umi_book_word(p->b, t->channel),
                                .ref = t->ref};
    }
    umi_status rc = umi_keys_references(p->b, asks, n, err);
    for (size_t i = 0; i < n; i++)
        p->keys[i] = (umi_pair){asks[i].key, p->txns[p->keys[i].value].id};
    umi_sort_pairs(p->keys, p->room, n);
    for (size_t i = 0; i < n; i++)
        keys[i] = p->keys[i].key;
    if (rc == UMI_OK)
        rc = umi_keys_spread(p->b, &umi_idem_table, keys, n, err);
    for (size_t i = 0; i < n; i++)
        p->keys[i].key = keys[i];
    return rc;
}

static umi_status gather_keys(posting *p, umi_change *c, umi_error *err)
{
    size_t n = p->key_count;
    umi_idem *rows = umi_arena_array(p->arena, n, sizeof *rows);
    umi_status rc = rows ? UMI_OK : no_memory(err);
    if (rc == UMI_OK && p->meet)
        rc = find_keys(p, err);
    else if (rc == UMI_OK)
        umi_sort_pairs(p->keys, p->room, n);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < n; i++)
        rows[i] = (umi_idem){p->keys[i].key, p->keys[i].value};
    umi_change_put(c, &umi_idem_table, rows, n);
    return UMI_OK;
}

static umi_status gather_ledger(posting *p, umi_change *c, umi_error *err)
{
    umi_gl_line *rows;
    size_t n;
    int64_t id;
    umi_status rc =
        umi_gl_lines(p->gl, p->run->row.id, &rows, &n, p->arena, err);
    if (rc == UMI_OK)
        rc = umi_book_take(p->b, &umi_gl_line_table, n, &id, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        rows[i].id = id++;
    if (rc == UMI_OK)
        umi_change_put(c, &umi_gl_line_table, rows, n);
    return rc;
}

static void note_place(posting *p, size_t end)
{
    umi_run *r = &p->run->row;
    const item *last = item_at(p, end - 1);
    r->at_loan = last->loan;
    r->at_line = last->line;
    if (p->txn_count == 0)
        return;
    if (r->first_txn == 0)
        r->first_txn = p->txns[0].id;
    r->last_txn = p->txns[p->txn_count - 1].id;
}

static umi_status write_chunk(posting *p, bool last, umi_error *err)
{
    umi_change c = {0};
    umi_status rc = UMI_OK;
    size_t states = changed_states(p);
    if (!p->run->ask->dry_run) {
        rc = gather_keys(p, &c, err);
        if (rc == UMI_OK)
            rc = gather_ledger(p, &c, err);
    }
    umi_change_put(&c, &umi_txn_table, p->txns, p->txn_count);
    umi_change_put(&c, &umi_loan_state_table, p->states, states);
    if (rc == UMI_OK && last && p->judged != NULL)
        rc = p->judged(p->self, p->run, err);
    return rc != UMI_OK ? rc : umi_file_write(p->run, &c, last, err);
}

static umi_status
post_chunk(posting *p, size_t from, size_t end, umi_error *err)
{
    p->txn_count = p->key_count = 0;
    umi_gl_clear(p->gl);
    umi_arena_reset(p->arena);
    umi_status rc = read_states(p, from, end, err);
    if (rc == UMI_OK)
        rc = work(p, from, end, err);
    if (rc != UMI_OK)
        return rc;
    if (end > from)
        note_place(p, end);
    return write_chunk(p, end == p->f->count, err);
}

/* --- the file ------------------------------------------------------------- */

static size_t largest_chunk(const posting *p)
{
    size_t most = 0;
    for (size_t from = 0, end; from < p->f->count; from = end) {
        end = chunk_end(p, from);
        if (end - from > most)
            most = end - from;
    }
    return most;
}

static umi_status make_chunk_room(posting *p, umi_error *err)
{
    size_t n = largest_chunk(p);
    p->loans = umi_alloc_array(n, sizeof *p->loans);
    p->states = umi_alloc_array(n, sizeof *p->states);
    p->found = umi_alloc_array(n, sizeof *p->found);
    p->keys = umi_alloc_array(n, sizeof *p->keys);
    p->txns = umi_alloc_array(n, sizeof *p->txns);
    p->txn_cap = n;
    return p->loans && p->states && p->found && p->keys && p->txns
               ? UMI_OK
               : no_memory(err);
}

/* Channels of lines that may be posted become codes of the book. */
static umi_status name_channels(posting *p, umi_error *err)
{
    umi_status rc = UMI_OK;
    p->channel_ids =
        umi_alloc_array(p->f->channel_count, sizeof *p->channel_ids);
    if (p->channel_ids == NULL)
        return no_memory(err);
    for (size_t i = 0; i < p->f->count && rc == UMI_OK; i++) {
        const item *it = &p->f->items[i];
        if (it->fault == UMI_PAY_NONE && it->fate == FATE_POST &&
            p->channel_ids[it->channel] == 0)
            rc = umi_book_code(p->b, UMI_CODE_CHANNEL,
                               p->f->channels[it->channel],
                               &p->channel_ids[it->channel], err);
    }
    return rc;
}

/* Where an earlier part of this run left off. */
static size_t first_undecided(const posting *p)
{
    const umi_run *r = &p->run->row;
    size_t low = 0, high = p->run->stored ? p->f->count : 0;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const item *it = item_at(p, mid);
        if (it->loan < r->at_loan ||
            (it->loan == r->at_loan && it->line <= r->at_line))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static umi_status post_all(posting *p, umi_error *err)
{
    const umi_file_ask *ask = p->run->ask;
    umi_status rc = make_chunk_room(p, err);
    size_t from = first_undecided(p);
    do {
        size_t end = chunk_end(p, from);
        if (rc == UMI_OK)
            rc = post_chunk(p, from, end, err);
        from = end;
        if (rc == UMI_OK && ask->progress != NULL)
            ask->progress(ask->self, UMI_PHASE_WRITE, (int64_t)from,
                          (int64_t)p->f->count);
    } while (rc == UMI_OK && from < p->f->count);
    return rc;
}

static umi_status prepare(posting *p, umi_error *err)
{
    size_t n = p->f->count;
    p->order = umi_alloc_array(n, sizeof *p->order);
    p->room = umi_alloc_array(n, sizeof *p->room);
    p->arena = umi_arena_new();
    if (p->order == NULL || p->room == NULL || p->arena == NULL)
        return no_memory(err);
    umi_status rc = umi_deals_new(&p->deals, p->b, err);
    if (rc == UMI_OK)
        rc = umi_gl_new(&p->gl, p->b, err);
    if (rc == UMI_OK)
        rc = find_loans(p, err);
    if (rc != UMI_OK)
        return rc;
    judge_dates(p);
    rc = judge_references(p, err);
    if (rc != UMI_OK)
        return rc;
    put_in_order(p);
    return name_channels(p, err);
}

static void release(posting *p)
{
    umi_free(p->order);
    umi_free(p->room);
    umi_free(p->channel_ids);
    umi_free(p->loans);
    umi_free(p->states);
    umi_free(p->found);
    umi_free(p->keys);
    umi_free(p->txns);
    umi_deals_free(p->deals);
    umi_gl_free(p->gl);
    umi_arena_free(p->arena);
}

umi_status umi_pay_post(umi_pay_file *f,
                        umi_file_run *run,
                        umi_judged_fn judged,
                        void *self,
                        umi_error *err)
{
    posting p = {
        .f = f, .run = run, .b = run->book, .judged = judged, .self = self};
    bool whole = run->ask->whole && !run->ask->dry_run;
    run->lines = f->lines;
    umi_status rc = prepare(&p, err);
    if (rc == UMI_OK && whole)
        rc = umi_store_begin(umi_book_store(p.b), err);
    if (rc == UMI_OK)
        rc = post_all(&p, err);
    if (rc == UMI_OK && whole)
        rc = umi_store_commit(umi_book_store(p.b), err);
    release(&p);
    return rc;
}
