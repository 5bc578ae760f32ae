/* SPDX-License-Identifier: MIT */
#include "ledger/book/pay_int.h"

#include "ledger/book/keys.h"
#include "ledger/book/refused_int.h"

enum {
    SLICE = 8192, /* keys looked up at a time */
    AHEAD = 16    /* items asked for before they are needed */
};

static size_t slice_of(size_t from, size_t n)
{
    return n - from < SLICE ? n - from : SLICE;
}

/* --- loans ---------------------------------------------------------------- */

static void sort_by_reference(void *self)
{
    umi_pay_file *f = self;
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].fault == UMI_PAY_NONE)
            f->by_ref[n++] = (umi_pair){f->items[i].key, (int64_t)i};
    umi_sort_pairs(f->by_ref, f->room[1], n);
    f->by_ref_count = n;
}

static size_t sort_by_number(umi_pay_file *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->count; i++)
        if (f->items[i].fault == UMI_PAY_NONE)
            f->order[n++] = (umi_pair){f->items[i].loan, (int64_t)i};
    umi_sort_pairs(f->order, f->room[0], n);
    return n;
}

static umi_status look_up(umi_pay_file *f,
                          umi_book *b,
                          umi_number_ask *asks,
                          size_t from,
                          size_t n,
                          umi_error *err)
{
    for (size_t k = 0; k < n; k++) {
        umi__item_expect(f, f->order, from + k + AHEAD, from + n);
        const umi__item *it = umi__item_of(f, f->order, from + k);
        asks[k] = (umi_number_ask){.key = f->order[from + k].key,
                                   .number = umi__item_number(f, it)};
    }
    umi_status rc = umi_keys_numbers(b, asks, n, err);
    for (size_t k = 0; k < n && rc == UMI_OK; k++) {
        umi__item *it = umi__item_of(f, f->order, from + k);
        it->loan = asks[k].loan;
        if (it->loan == 0)
            it->fault = UMI_PAY_LOAN;
    }
    return rc;
}

/* The other core sorts references meanwhile: it reads what nobody writes
 * before the first loan is found, and is waited for. */
umi_status umi_pay_find(umi_pay_file *f, umi_book *b, umi_error *err)
{
    umi_task references;
    umi_status rc = umi__pay_order_room(f, err);
    umi_number_ask *asks = umi_alloc_array(SLICE, sizeof *asks);
    if (rc == UMI_OK && asks == NULL)
        rc = umi_fail_memory(err);
    if (rc == UMI_OK) {
        umi_task_start(&references, sort_by_reference, f);
        size_t n = sort_by_number(f);
        umi_task_join(&references);
        for (size_t i = 0; i < n && rc == UMI_OK; i += SLICE)
            rc = look_up(f, b, asks, i, slice_of(i, n), err);
    }
    umi_free(asks);
    f->found = rc == UMI_OK;
    return rc;
}

/* --- lines by themselves -------------------------------------------------- */

/* Why an earlier part refused the line, if it matters to others of its
 * reference. */
static umi_pay_fault misfit_said(const char *code)
{
    static const umi_pay_fault all[] = {UMI_PAY_RANGE, UMI_PAY_RECOVERED};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(code, umi_pay_fault_code(all[i])) == 0)
            return all[i];
    return UMI_PAY_NONE;
}

/* What an earlier part of this run has decided is left alone: also a line
 * that was refused then for want of a loan that is in the book by now. */
static umi_status
decided(const umi__posting *p, umi__item *it, bool *out, umi_error *err)
{
    const umi_run *r = &p->run->row;
    const char *code;
    umi_status rc = umi__refused_code(p->run->refused, it->line, &code, err);
    if (rc != UMI_OK)
        return rc;
    *out = code != NULL || it->loan < r->at_loan ||
           (it->loan == r->at_loan && it->line <= r->at_line);
    if (code != NULL && it->fault == UMI_PAY_NONE)
        it->fault = misfit_said(code) & 15u;
    return UMI_OK;
}

static umi_status judge_lines(umi__posting *p, umi_error *err)
{
    umi_pay_file *f = p->f;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < f->count && rc == UMI_OK; i++) {
        umi__item *it = &f->items[i];
        bool before = false;
        if (it->fault == UMI_PAY_NONE && it->day > p->run->row.booked.n)
            it->fault = UMI_PAY_FUTURE;
        if (it->fault != UMI_PAY_NONE)
            it->loan = 0; /* decided with the lines of no loan, first */
        if (p->resumed)
            rc = decided(p, it, &before, err);
        if (before)
            it->fate = UMI__FATE_DECIDED;
    }
    return rc;
}

/* --- references ----------------------------------------------------------- */

static bool
same_reference(const umi_pay_file *f, const umi__item *a, const umi__item *b)
{
    return a->channel == b->channel &&
           umi_text_eq(umi__item_ref(f, a), umi__item_ref(f, b));
}

/* Its reference stands for a payment of @p loan, which is this one or not. */
static void taken(umi__item *it, int64_t loan, int64_t amount, int64_t holder)
{
    bool same = it->loan == loan && it->amount == amount;
    it->fate = same ? UMI__FATE_DUPLICATE : UMI__FATE_CONFLICT;
    it->key = holder;
}

/* Whether a line would be posted if its reference were free; asked only of
 * lines that share one. */
static umi_status
would_stand(umi__posting *p, const umi__item *it, bool *out, umi_error *err)
{
    umi_loan_state s;
    bool found;
    *out = umi__item_misfits(it); /* it did, in an earlier part of this run */
    if (it->fault != UMI_PAY_NONE)
        return UMI_OK;
    umi_status rc = umi_store_read(umi_book_store(p->b), &umi_loan_state_table,
                                   &it->loan, 1, &s, &found, NULL, err);
    *out = rc == UMI_OK && found && s.status != UMI_LOAN_BOOKED &&
           it->day >= s.disbursed.n;
    return rc;
}

/* Lines first..n by reference share a hash, in file order: of those with one
 * reference the first that stands owns it. */
static umi_status share(umi__posting *p, size_t first, size_t n, umi_error *err)
{
    umi_pay_file *f = p->f;
    for (size_t i = first; i < n; i++) {
        umi__item *owner = umi__item_of(f, f->by_ref, i);
        bool stands;
        if (owner->fate != UMI__FATE_POST && !umi__item_misfits(owner))
            continue;
        umi_status rc = would_stand(p, owner, &stands, err);
        if (rc != UMI_OK)
            return rc;
        for (size_t k = i + 1; stands && k < n; k++) {
            umi__item *it = umi__item_of(f, f->by_ref, k);
            if (it->fate == UMI__FATE_POST && same_reference(f, owner, it))
                taken(it, owner->loan, owner->amount, owner - f->items);
        }
    }
    return UMI_OK;
}

/* What the book knows of a line's reference. */
static void
settle_key(const umi__posting *p, umi__item *it, const umi_reference_ask *a)
{
    if (it->fate == UMI__FATE_DECIDED)
        return;
    if (a->txn == 0)
        it->key = a->key; /* free: its own, or the next after another's */
    else if (a->batch == p->run->row.id && a->line == it->line)
        it->fate = UMI__FATE_DECIDED; /* it is this very line's posting */
    else
        taken(it, a->loan, a->amount.sen, -1);
}

static umi_status known_slice(umi__posting *p,
                              umi_reference_ask *asks,
                              size_t from,
                              size_t n,
                              umi_error *err)
{
    umi_pay_file *f = p->f;
    for (size_t k = 0; k < n; k++) {
        umi__item_expect(f, f->by_ref, from + k + AHEAD, from + n);
        const umi__item *it = umi__item_of(f, f->by_ref, from + k);
        asks[k] = (umi_reference_ask){.key = it->key,
                                      .channel = f->channels[it->channel],
                                      .ref = umi__item_ref(f, it)};
    }
    umi_status rc = umi_keys_references(p->b, asks, n, err);
    for (size_t k = 0; k < n && rc == UMI_OK; k++)
        settle_key(p, umi__item_of(f, f->by_ref, from + k), &asks[k]);
    return rc;
}

/* Whether two new references have one hash, or one that is stored already:
 * then their keys are found chunk by chunk, for one that is not posted in the
 * end must leave no gap in the way of another. */
static bool hashes_meet(const umi_pay_file *f)
{
    int64_t last = 0;
    for (size_t i = 0; i < f->by_ref_count; i++) {
        umi__item_expect(f, f->by_ref, i + AHEAD, f->by_ref_count);
        const umi__item *it = umi__item_of(f, f->by_ref, i);
        if (it->fate != UMI__FATE_POST)
            continue;
        if (it->key <= last || it->key != f->by_ref[i].key)
            return true;
        last = it->key;
    }
    return false;
}

static umi_status judge_references(umi__posting *p, umi_error *err)
{
    umi_pay_file *f = p->f;
    const size_t n = f->by_ref_count;
    umi_status rc = UMI_OK;
    umi_reference_ask *asks = umi_alloc_array(SLICE, sizeof *asks);
    if (asks == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n && rc == UMI_OK; i += SLICE)
        rc = known_slice(p, asks, i, slice_of(i, n), err);
    umi_free(asks);
    for (size_t i = 0, end; i < n && rc == UMI_OK; i = end) {
        for (end = i + 1; end < n && f->by_ref[end].key == f->by_ref[i].key;)
            end++;
        if (end - i > 1)
            rc = share(p, i, end, err);
    }
    p->meet = rc == UMI_OK && hashes_meet(f);
    return rc;
}

/* --- order ---------------------------------------------------------------- */

static void sort_by_loan(void *self)
{
    umi_pay_file *f = self;
    for (size_t i = 0; i < f->count; i++)
        f->order[i] = (umi_pair){f->items[i].loan, (int64_t)i};
    umi_sort_pairs(f->order, f->room[0], f->count);
}

/* Channels of lines that may be posted become codes of the book. */
static umi_status name_channels(umi__posting *p, umi_error *err)
{
    const umi_pay_file *f = p->f;
    umi_status rc = UMI_OK;
    umi_free(p->channel_ids);
    p->channel_ids = umi_alloc_array(f->channel_count, sizeof *p->channel_ids);
    if (p->channel_ids == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < f->count && rc == UMI_OK; i++) {
        const umi__item *it = &f->items[i];
        if (it->fault == UMI_PAY_NONE && it->fate == UMI__FATE_POST &&
            p->channel_ids[it->channel] == 0)
            rc = umi_book_code(p->b, UMI_CODE_CHANNEL, f->channels[it->channel],
                               &p->channel_ids[it->channel], err);
    }
    return rc;
}

/* The other core orders lines by their loans, which are settled, while the
 * store is asked for references; neither touches what the other writes. */
umi_status umi__pay_judge(umi__posting *p, umi_error *err)
{
    umi_pay_file *f = p->f;
    umi_task loans;
    umi_status rc = f->found ? UMI_OK : umi_pay_find(f, p->b, err);
    if (rc != UMI_OK)
        return rc;
    rc = judge_lines(p, err);
    if (rc != UMI_OK)
        return rc;
    umi_task_start(&loans, sort_by_loan, f);
    rc = judge_references(p, err);
    umi_task_join(&loans);
    return rc != UMI_OK ? rc : name_channels(p, err);
}
