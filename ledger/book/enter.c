/* SPDX-License-Identifier: MIT */
#include "ledger/book/enter.h"

#include "ledger/book/fold.h"
#include "ledger/book/gl.h"
#include "ledger/book/keys.h"

#include <assert.h>
#include <stdlib.h>

typedef struct entering {
    umi_book *b;
    const umi_act_entry *act;
    umi_booked *booked;
    umi_arena *arena;
    umi_arena *scratch; /* of one booking */
    umi_deals *deals;
    umi_gl *gl;
    int64_t batch;
    int64_t *loans;  /* by booking */
    umi_hand *hands; /* by loan, ascending */
    size_t hand_count;
    umi_reference_ask *refs; /* of bookings that have one, by key */
    int64_t *hashes;         /* of refs, as they were sorted */
    size_t *ref_of;          /* by place in refs: the booking */
    size_t ref_count;
    umi_agreement *agreements;
    size_t agreement_count;
    umi_terms_row *terms;
    size_t terms_count;
    umi_batch row;
} entering;

static umi_fold fold_of(entering *e)
{
    return (umi_fold){e->b, e->deals, e->arena, e->scratch};
}

/* --- loans in hand -------------------------------------------------------- */

static umi_status find_loan(entering *e, size_t i, umi_error *err)
{
    const umi_booking *k = &e->act->bookings[i];
    umi_txn t;
    bool found = false;
    e->loans[i] = k->loan;
    if (k->kind != UMI_TXN_REVERSAL)
        return UMI_OK;
    umi_status rc = umi_store_read(umi_book_store(e->b), &umi_txn_table,
                                   &k->reverses, 1, &t, &found, e->arena, err);
    if (rc == UMI_OK && !found)
        rc = umi_fail(err, UMI_ENOENT, "", "there is no posting %lld",
                      (long long)k->reverses);
    if (rc == UMI_OK)
        e->loans[i] = t.loan;
    return rc;
}

static int by_key(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static umi_status
read_states(entering *e, int64_t *keys, size_t n, umi_error *err)
{
    umi_loan_state *rows = umi_arena_array(e->arena, n, sizeof *rows);
    bool *found = umi_arena_array(e->arena, n, sizeof *found);
    e->hands = umi_arena_array(e->arena, n, sizeof *e->hands);
    if (rows == NULL || found == NULL || e->hands == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_store_read(umi_book_store(e->b), &umi_loan_state_table,
                                   keys, n, rows, found, NULL, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        if (!found[i])
            rc = umi_fail(err, UMI_ENOENT, "loan", "there is no loan %lld",
                          (long long)keys[i]);
        e->hands[i].state = rows[i];
    }
    e->hand_count = n;
    return rc;
}

static umi_status take_in_hand(entering *e, umi_error *err)
{
    size_t n = e->act->count, distinct = 0;
    e->loans = umi_arena_array(e->arena, n, sizeof *e->loans);
    int64_t *keys = umi_arena_array(e->arena, n, sizeof *keys);
    if (e->loans == NULL || keys == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        umi_status rc = find_loan(e, i, err);
        if (rc != UMI_OK)
            return rc;
        keys[i] = e->loans[i];
    }
    if (n > 0)
        qsort(keys, n, sizeof *keys, by_key);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || keys[i] != keys[distinct - 1])
            keys[distinct++] = keys[i];
    return read_states(e, keys, distinct, err);
}

static umi_hand *hand_of(entering *e, int64_t loan)
{
    size_t low = 0, high = e->hand_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (e->hands[mid].state.id < loan)
            low = mid + 1;
        else
            high = mid;
    }
    return &e->hands[low];
}

/* --- references ----------------------------------------------------------- */

static int by_reference(const void *a, const void *b)
{
    const umi_reference_ask *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    int order = umi_text_cmp(x->channel, y->channel);
    return order ? order : umi_text_cmp(x->ref, y->ref);
}

static umi_status check_reference(const umi_booking *k, umi_error *err)
{
    if ((k->channel.len > 0) != (k->reference.len > 0))
        return umi_fail(err, UMI_EINVAL, "reference",
                        "channel and reference belong together");
    if (k->channel.len > 64 || k->reference.len > 255 ||
        !umi_text_utf8(k->channel) || !umi_text_utf8(k->reference))
        return umi_fail(err, UMI_EINVAL, "reference",
                        "must be a text of at most 255 bytes");
    return UMI_OK;
}

/* All references of the act, looked up at once. */
static umi_status look_up_references(entering *e, umi_error *err)
{
    size_t n = e->act->count;
    umi_sip_key secret = umi_book_secret(e->b);
    e->refs = umi_arena_array(e->arena, n, sizeof *e->refs);
    e->hashes = umi_arena_array(e->arena, n, sizeof *e->hashes);
    if (e->refs == NULL || e->hashes == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++) {
        const umi_booking *k = &e->act->bookings[i];
        umi_status rc = check_reference(k, err);
        if (rc != UMI_OK)
            return rc;
        if (k->reference.len == 0)
            continue;
        e->refs[e->ref_count++] = (umi_reference_ask){
            .key = umi_key_reference(&secret, k->channel, k->reference),
            .channel = k->channel,
            .ref = k->reference};
    }
    if (e->ref_count > 0)
        qsort(e->refs, e->ref_count, sizeof *e->refs, by_reference);
    for (size_t i = 0; i < e->ref_count; i++)
        e->hashes[i] = e->refs[i].key;
    return umi_keys_references(e->b, e->refs, e->ref_count, err);
}

/* The first of those with the same texts stands for all; they are sought by
 * the hashes that they were sorted by, for their keys may have moved on. */
static umi_reference_ask *reference_of(entering *e, const umi_booking *k)
{
    umi_sip_key secret = umi_book_secret(e->b);
    int64_t hash = umi_key_reference(&secret, k->channel, k->reference);
    size_t low = 0, high = e->ref_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (e->hashes[mid] < hash)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < e->ref_count && e->hashes[low] == hash; low++) {
        umi_reference_ask *a = &e->refs[low];
        if (umi_text_eq(a->ref, k->reference) &&
            umi_text_eq(a->channel, k->channel))
            return a;
    }
    return NULL;
}

/* Whether the reference is used already: for the same, or for another. */
static umi_status judge_reference(entering *e,
                                  size_t i,
                                  umi_reference_ask *a,
                                  bool *duplicate,
                                  umi_error *err)
{
    const umi_booking *k = &e->act->bookings[i];
    *duplicate = false;
    if (a == NULL || a->txn == 0)
        return UMI_OK;
    if (a->loan != e->loans[i] ||
        (k->amount.sen != 0 && a->amount.sen != k->amount.sen))
        return umi_fail_code(err, UMI_EEXIST, "CONFLICT", "reference",
                             "reference '%.*s' stands for another payment",
                             UMI_SHOW(k->reference));
    *duplicate = true;
    e->booked[i] =
        (umi_booked){.duplicate = true, .txn = a->txn, .amount = a->amount};
    return UMI_OK;
}

/* --- one booking ---------------------------------------------------------- */

static umi_status check_dates(const entering *e,
                              const umi_booking *k,
                              const umi_hand *h,
                              umi_error *err)
{
    if (!umi_day_ok(k->day) || k->day.n > e->act->booked.n)
        return umi_fail_code(err, UMI_EINVAL, "DATE", "date",
                             "the value date is after the booking date");
    if (h->state.disbursed.n != UMI_NONE32 && k->day.n < h->state.disbursed.n)
        return umi_fail_code(err, UMI_EINVAL, "DATE", "date",
                             "the value date is before the disbursement");
    return UMI_OK;
}

static umi_status check_amount(const umi_booking *k, umi_error *err)
{
    bool may_lack = k->kind == UMI_TXN_WAIVE || k->kind == UMI_TXN_WRITE_OFF ||
                    k->kind == UMI_TXN_DISBURSEMENT ||
                    k->kind == UMI_TXN_REVERSAL;
    if (k->amount.sen > 0 || (k->amount.sen == 0 && may_lack))
        return UMI_OK;
    return umi_fail_code(err, UMI_EINVAL, "AMOUNT", "amount",
                         "an amount must be above 0");
}

/* What is agreed when the money goes out. */
static umi_status agree(entering *e,
                        const umi_booking *k,
                        umi_hand *h,
                        umi_terms *terms,
                        umi_error *err)
{
    const umi_frame *f;
    umi_loan loan;
    bool found;
    umi_status rc = umi_deals_frame(e->deals, h->state.terms, &f, err);
    if (rc == UMI_OK)
        rc = umi_store_read(umi_book_store(e->b), &umi_loan_table, &h->state.id,
                            1, &loan, &found, e->arena, err);
    if (rc == UMI_OK && !found)
        rc = umi_fail(err, UMI_EDAMAGED, "", "a loan is missing");
    if (rc != UMI_OK)
        return rc;
    const umi_policy policy = f->policy;
    const umi_terms_row *added;
    *terms = k->terms ? *k->terms
                      : umi_frame_terms(f, loan.principal, k->day,
                                        (umi_day){UMI_NONE32});
    if (terms->disbursed.n != k->day.n)
        return umi_fail_code(err, UMI_EINVAL, "DATE", "disbursed",
                             "the terms begin on another day");
    rc = umi_deals_intern(e->deals, terms, &policy, &f, &added, err);
    if (rc == UMI_OK && added != NULL)
        e->terms[e->terms_count++] = *added;
    if (rc == UMI_OK)
        h->state.terms = f->id;
    return rc;
}

static umi_status disburse(entering *e,
                           const umi_booking *k,
                           umi_hand *h,
                           umi_txn *row,
                           umi_error *err)
{
    umi_terms t;
    umi_schedule s;
    if (h->state.status != UMI_LOAN_BOOKED)
        return umi_fail(err, UMI_ESTATE, "loan",
                        "the loan is disbursed already");
    umi_status rc = agree(e, k, h, &t, err);
    if (rc == UMI_OK)
        rc = umi_deal_schedule(&s, &t, e->arena, err);
    umi_agreement *a = &e->agreements[e->agreement_count];
    if (rc == UMI_OK)
        rc = umi_book_take(e->b, &umi_agreement_table, 1, &a->id, err);
    if (rc != UMI_OK)
        return rc;
    e->agreement_count++;
    a->loan = h->state.id;
    a->terms = h->state.terms;
    a->principal = t.principal;
    a->disbursed = k->day;
    a->first_due = t.has_first_due ? t.first_due : (umi_day){UMI_NONE32};
    a->schedule = umi_schedule_hash(&s);
    a->batch = e->batch;
    h->state.status = UMI_LOAN_ACTIVE;
    h->state.agreement = a->id;
    h->state.principal = t.principal;
    h->state.disbursed = k->day;
    h->state.first_due = a->first_due;
    h->state.owed.principal = s.principal;
    h->state.owed.interest = s.interest;
    h->state.owed.fee = s.fee;
    row->parts.principal = t.principal;
    row->parts.fee.sen = -s.withheld.sen; /* it never left the house */
    row->amount.sen = t.principal.sen - s.withheld.sen;
    umi_fold f = fold_of(e);
    row->loan = h->state.id;
    return umi_fold_append(&f, h, row, err);
}

static umi_status draft_of(entering *e, size_t i, umi_txn *row, umi_error *err)
{
    const umi_booking *k = &e->act->bookings[i];
    *row = umi_fold_draft(k->kind, e->batch, (int64_t)i + 1, k->day);
    row->amount = k->amount;
    row->reverses = k->kind == UMI_TXN_REVERSAL ? k->reverses : UMI_NONE;
    if (k->kind == UMI_TXN_WAIVE || k->kind == UMI_TXN_WRITE_OFF) {
        row->asked = k->amount.sen ? k->amount : (umi_money){UMI_NONE};
        if (k->component != NULL)
            row->component = *k->component;
    }
    if (k->kind == UMI_TXN_FEE || k->kind == UMI_TXN_PENALTY)
        row->due = k->due;
    if (k->reference.len == 0)
        return UMI_OK;
    row->ref = k->reference;
    return umi_book_code(e->b, UMI_CODE_CHANNEL, k->channel, &row->channel,
                         err);
}

static umi_status enter_one(entering *e, size_t i, umi_error *err)
{
    const umi_booking *k = &e->act->bookings[i];
    umi_hand *h = hand_of(e, e->loans[i]);
    umi_reference_ask *ref = k->reference.len ? reference_of(e, k) : NULL;
    bool duplicate;
    umi_txn row;
    umi_status rc = check_amount(k, err);
    if (rc == UMI_OK)
        rc = judge_reference(e, i, ref, &duplicate, err);
    if (rc != UMI_OK || duplicate)
        return rc;
    rc = check_dates(e, k, h, err);
    if (rc == UMI_OK)
        rc = draft_of(e, i, &row, err);
    if (rc != UMI_OK)
        return rc;
    size_t before = h->added_count;
    umi_fold f = fold_of(e);
    rc = k->kind == UMI_TXN_DISBURSEMENT ? disburse(e, k, h, &row, err)
                                         : umi_fold_enter(&f, h, &row, err);
    umi_arena_reset(e->scratch);
    if (rc != UMI_OK)
        return rc;
    const umi_txn *own = &h->added[before];
    e->booked[i] = (umi_booked){false, own->id, own->amount, own->parts};
    if (ref != NULL) {
        ref->txn = own->id;
        ref->loan = own->loan;
        ref->amount = own->amount;
        ref->batch = 0; /* new: its key is to be written */
    }
    return UMI_OK;
}

/* --- what is written ------------------------------------------------------ */

static umi_day ledger_day(const entering *e, umi_day day)
{
    return umi_book_day_open(e->b, day) ? day : e->act->booked;
}

static umi_status
post_to_ledger(entering *e, const umi_hand *h, const umi_txn *t, umi_error *err)
{
    const umi_txn *of = t;
    if (t->kind == UMI_TXN_REVERSAL)
        of = umi_hand_find(h, t->reverses);
    assert(of != NULL);
    const umi_gl_key key = {.kind = umi_gl_kind(of->kind),
                            .day = ledger_day(e, t->day),
                            .product = h->state.product,
                            .branch = h->state.branch,
                            .channel = of->channel};
    return umi_gl_add(e->gl, &key, &t->parts, err);
}

static int by_id(const void *a, const void *b)
{
    return by_key(&((const umi_txn *)a)->id, &((const umi_txn *)b)->id);
}

static umi_status gather_postings(entering *e, umi_change *c, umi_error *err)
{
    size_t n = 0, k = 0, states = 0;
    for (size_t i = 0; i < e->hand_count; i++)
        n += e->hands[i].added_count;
    umi_txn *txns = umi_arena_array(e->arena, n, sizeof *txns);
    umi_loan_state *rows =
        umi_arena_array(e->arena, e->hand_count, sizeof *rows);
    if (txns == NULL || rows == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < e->hand_count; i++) {
        umi_hand *h = &e->hands[i];
        for (size_t m = 0; m < h->added_count; m++) {
            umi_status rc = post_to_ledger(e, h, &h->added[m], err);
            if (rc != UMI_OK)
                return rc;
            txns[k++] = h->added[m];
        }
        if (h->added_count > 0) {
            h->state.seq++;
            rows[states++] = h->state;
        }
    }
    if (n > 0)
        qsort(txns, n, sizeof *txns, by_id);
    if (n > 0) {
        e->row.first_txn = txns[0].id;
        e->row.last_txn = txns[n - 1].id;
    }
    umi_change_put(c, &umi_txn_table, txns, n);
    umi_change_put(c, &umi_loan_state_table, rows, states);
    return UMI_OK;
}

static umi_status gather_keys(entering *e, umi_change *c, umi_error *err)
{
    size_t n = 0;
    int64_t *keys = umi_arena_array(e->arena, e->ref_count, sizeof *keys);
    umi_idem *rows = umi_arena_array(e->arena, e->ref_count, sizeof *rows);
    if (keys == NULL || rows == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < e->ref_count; i++) {
        const umi_reference_ask *a = &e->refs[i];
        if (a->txn < e->row.first_txn || e->row.first_txn == 0)
            continue;
        keys[n] = a->key;
        rows[n++] = (umi_idem){a->key, a->txn};
    }
    umi_status rc = umi_keys_spread(e->b, &umi_idem_table, keys, n, err);
    for (size_t i = 0; i < n; i++)
        rows[i].key = keys[i];
    umi_change_put(c, &umi_idem_table, rows, n);
    return rc;
}

static umi_status gather_ledger(entering *e, umi_change *c, umi_error *err)
{
    umi_gl_line *rows;
    size_t n;
    int64_t id;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < e->act->entry_count && rc == UMI_OK; i++) {
        const umi_gl_entry *g = &e->act->entries[i];
        const umi_gl_key key = {.kind = g->kind,
                                .day = ledger_day(e, g->day),
                                .product = g->product,
                                .branch = g->branch,
                                .channel = g->channel};
        rc = umi_gl_add(e->gl, &key, &g->parts, err);
    }
    if (rc == UMI_OK)
        rc = umi_gl_lines(e->gl, e->batch, &rows, &n, e->arena, err);
    if (rc == UMI_OK)
        rc = umi_book_take(e->b, &umi_gl_line_table, n, &id, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        rows[i].id = id++;
    if (rc == UMI_OK)
        umi_change_put(c, &umi_gl_line_table, rows, n);
    return rc;
}

static umi_status gather_batch(entering *e, umi_change *c, umi_error *err)
{
    e->row.id = e->batch;
    e->row.kind = e->act->kind;
    e->row.name = e->act->name;
    e->row.booked = e->act->booked;
    e->row.actor = umi_book_actor(e->b);
    e->row.rules = umi_book_rules(e->b);
    for (size_t i = 0; i < e->act->count; i++) {
        const umi_booked *k = &e->booked[i];
        umi_tally *t = k->duplicate ? &e->row.duplicate : &e->row.posted;
        t->n++;
        e->row.lines.n++;
        if (!umi_money_add(&t->amount, t->amount, k->amount) ||
            !umi_money_add(&e->row.lines.amount, e->row.lines.amount,
                           k->amount))
            return umi_fail(err, UMI_ERANGE, "amount", "a sum does not fit");
    }
    umi_change_put(c, &umi_batch_table, &e->row, 1);
    return UMI_OK;
}

static umi_status write_act(entering *e, umi_error *err)
{
    umi_change c = {0};
    if (e->act->with != NULL)
        c = *e->act->with;
    umi_change_put(&c, &umi_terms_table, e->terms, e->terms_count);
    umi_change_put(&c, &umi_agreement_table, e->agreements, e->agreement_count);
    umi_status rc = gather_postings(e, &c, err);
    if (rc == UMI_OK)
        rc = gather_keys(e, &c, err);
    if (rc == UMI_OK)
        rc = gather_ledger(e, &c, err);
    if (rc == UMI_OK && c.count == 0) { /* nothing but duplicates */
        e->batch = 0;
        return UMI_OK;
    }
    if (rc == UMI_OK)
        rc = gather_batch(e, &c, err);
    return rc != UMI_OK ? rc : umi_book_apply(e->b, &c, err);
}

/* --- the act -------------------------------------------------------------- */

static umi_status enter_all(entering *e, umi_error *err)
{
    size_t n = e->act->count;
    e->agreements = umi_arena_array(e->arena, n, sizeof *e->agreements);
    e->terms = umi_arena_array(e->arena, n, sizeof *e->terms);
    if (e->agreements == NULL || e->terms == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_deals_new(&e->deals, e->b, err);
    if (rc == UMI_OK)
        rc = umi_gl_new(&e->gl, e->b, err);
    e->batch = e->act->batch;
    if (rc == UMI_OK && e->batch == 0)
        rc = umi_book_take_batch(e->b, &e->batch, err);
    if (rc == UMI_OK)
        rc = take_in_hand(e, err);
    if (rc == UMI_OK)
        rc = look_up_references(e, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        rc = enter_one(e, i, err);
    return rc != UMI_OK ? rc : write_act(e, err);
}

umi_status umi_book_enter(umi_book *b,
                          const umi_act_entry *act,
                          umi_booked *booked,
                          int64_t *batch,
                          umi_error *err)
{
    entering e = {.b = b, .act = act, .booked = booked};
    assert(act->count == 0 || booked != NULL);
    if (!umi_day_ok(act->booked) || !umi_book_day_open(b, act->booked)) {
        char day[UMI_DAY_TEXT];
        umi_day_write(day, act->booked);
        return umi_fail_code(err, UMI_EDENIED, "CLOSED-DAY", "date",
                             "%s is closed", day);
    }
    e.arena = umi_arena_new();
    e.scratch = umi_arena_new();
    umi_status rc =
        e.arena && e.scratch ? enter_all(&e, err) : umi_fail_memory(err);
    if (rc == UMI_OK && batch != NULL)
        *batch = e.batch;
    umi_gl_free(e.gl);
    umi_deals_free(e.deals);
    umi_arena_free(e.scratch);
    umi_arena_free(e.arena);
    return rc;
}

/* --- new loans ------------------------------------------------------------ */

static umi_status
check_number(umi_book *b, umi_text number, umi_number_ask *ask, umi_error *err)
{
    umi_sip_key secret = umi_book_secret(b);
    if (number.len == 0 || number.len > 64 || !umi_text_utf8(number))
        return umi_fail(err, UMI_EINVAL, "loan",
                        "must be a number of 1 to 64 bytes, got '%.*s'",
                        UMI_SHOW(number));
    *ask = (umi_number_ask){.key = umi_key_number(&secret, number),
                            .number = number};
    umi_status rc = umi_keys_numbers(b, ask, 1, err);
    if (rc == UMI_OK && ask->loan != 0)
        rc = umi_fail(err, UMI_EEXIST, "loan", "loan '%.*s' exists already",
                      UMI_SHOW(number));
    return rc;
}

typedef struct adding {
    umi_loan loan;
    umi_loan_state state;
    umi_loan_key key;
    umi_batch batch;
    const umi_terms_row *terms;
} adding;

static umi_status fill_loan(adding *a,
                            umi_book *b,
                            const umi_new_loan *n,
                            int64_t terms,
                            umi_error *err)
{
    umi_text branch = n->branch.ptr ? n->branch : umi_book_branch(b);
    umi_status rc =
        umi_book_code(b, UMI_CODE_PRODUCT, n->product, &a->loan.product, err);
    if (rc == UMI_OK)
        rc = umi_book_code(b, UMI_CODE_BRANCH, branch, &a->loan.branch, err);
    if (rc == UMI_OK)
        rc = umi_book_take(b, &umi_loan_table, 1, &a->loan.id, err);
    if (rc == UMI_OK)
        rc = umi_book_take_batch(b, &a->loan.batch, err);
    a->loan.number = n->number;
    a->loan.person = n->person;
    a->loan.grp = n->grp;
    a->loan.officer = n->officer;
    a->loan.principal = n->terms->principal;
    a->loan.terms = terms;
    a->loan.application = n->application;
    a->loan.line = 1;
    return rc;
}

static void fill_rest(adding *a, umi_book *b)
{
    a->state = (umi_loan_state){.id = a->loan.id,
                                .seq = 1,
                                .status = UMI_LOAN_BOOKED,
                                .agreement = UMI_NONE,
                                .terms = a->loan.terms,
                                .product = a->loan.product,
                                .branch = a->loan.branch,
                                .principal = a->loan.principal,
                                .disbursed = {UMI_NONE32},
                                .first_due = {UMI_NONE32},
                                .last_txn = UMI_NONE,
                                .last_day = {UMI_NONE32}};
    a->key.loan = a->loan.id;
    a->key.number = a->loan.number;
    a->batch = (umi_batch){.id = a->loan.batch,
                           .kind = UMI_BATCH_ENTRY,
                           .name = UMI_TEXT("book"),
                           .booked = umi_book_business_date(b),
                           .actor = umi_book_actor(b),
                           .rules = umi_book_rules(b),
                           .lines = {1, a->loan.principal},
                           .posted = {1, a->loan.principal}};
}

static umi_status add_loan(umi_book *b,
                           const umi_new_loan *n,
                           umi_deals *deals,
                           const umi_change *with,
                           int64_t *loan,
                           umi_error *err)
{
    adding a = {0};
    umi_number_ask ask;
    const umi_frame *f;
    umi_change c = {0};
    umi_status rc = check_number(b, n->number, &ask, err);
    if (rc == UMI_OK)
        rc = umi_terms_check(n->terms, err);
    if (rc == UMI_OK)
        rc = umi_deals_intern(deals, n->terms, n->policy, &f, &a.terms, err);
    if (rc == UMI_OK)
        rc = fill_loan(&a, b, n, f->id, err);
    if (rc != UMI_OK)
        return rc;
    a.key.key = ask.key;
    fill_rest(&a, b);
    if (with != NULL)
        c = *with;
    umi_change_put(&c, &umi_terms_table, a.terms, a.terms != NULL);
    umi_change_put(&c, &umi_loan_table, &a.loan, 1);
    umi_change_put(&c, &umi_loan_state_table, &a.state, 1);
    umi_change_put(&c, &umi_loan_key_table, &a.key, 1);
    umi_change_put(&c, &umi_batch_table, &a.batch, 1);
    rc = umi_book_apply(b, &c, err);
    if (rc == UMI_OK)
        *loan = a.loan.id;
    return rc;
}

umi_status umi_book_add_loan(umi_book *b,
                             const umi_new_loan *new_loan,
                             const umi_change *with,
                             int64_t *loan,
                             umi_error *err)
{
    umi_deals *deals = NULL;
    umi_status rc = umi_deals_new(&deals, b, err);
    if (rc == UMI_OK)
        rc = add_loan(b, new_loan, deals, with, loan, err);
    umi_deals_free(deals);
    return rc;
}
