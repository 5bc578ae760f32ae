/* SPDX-License-Identifier: MIT */
#include "ledger/bank/reconcile.h"

#include "engine/base/round.h"

#include <stdlib.h>

typedef struct items {
    umi_bank_item *list;
    size_t n, cap;
    umi_i128 sum;
} items;

typedef struct recon {
    umi_bank_recon *out;
    umi_store *s;
    umi_arena *arena;
    umi_day first; /* of the first statement: the ledger counts from here */
    umi_bank_payment *payments;
    size_t payment_count;
    const umi_bank_match_row *matches; /* by movement */
    size_t match_count;
    items bank_only, in_transit;
    umi_bank_evidence *evidence;
    size_t evidence_count, evidence_cap;
    umi_i128 before, after; /* of the cash account: before `first`, to as_of */
    umi_i128 told;          /* movements of it that have an item or a match */
} recon;

static umi_status put(recon *r, items *t, umi_bank_item item, umi_error *err)
{
    if (t->n == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 64;
        umi_bank_item *list = umi_arena_array(r->arena, cap, sizeof *list);
        if (list == NULL)
            return umi_fail_memory(err);
        if (t->n > 0)
            memcpy(list, t->list, t->n * sizeof *list);
        t->list = list;
        t->cap = cap;
    }
    t->list[t->n++] = item;
    t->sum += item.amount.sen;
    return UMI_OK;
}

/* --- the ledger ---------------------------------------------------------- */

static umi_status take_gl(void *self, const void *row, umi_error *err)
{
    recon *r = self;
    const umi_gl_line *l = row;
    (void)err;
    if (l->day.n > r->out->as_of.n ||
        !umi_text_eq(l->account, r->out->account.cash))
        return UMI_OK;
    umi_i128 moved = (umi_i128)l->debit.sen - l->credit.sen;
    r->after += moved;
    if (l->day.n < r->first.n)
        r->before += moved;
    return UMI_OK;
}

static bool counts(const recon *r, const umi_bank_payment *p)
{
    return !p->reversed && p->posted.n >= r->first.n &&
           p->posted.n <= r->out->as_of.n;
}

/* Payments of the account's channels: in transit until they arrive. */
static umi_status
take_payments(recon *r, const umi_bank_accounts *all, umi_error *err)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < r->payment_count && rc == UMI_OK; i++) {
        const umi_bank_payment *p = &r->payments[i];
        const umi_bank_account_row *home =
            umi_bank_accounts_settling(all, p->channel);
        if (!counts(r, p) || !umi_text_eq(home->cash, r->out->account.cash))
            continue;
        r->told += p->amount.sen;
        if (!p->matched || p->arrived.n > r->out->on.n)
            rc = put(r, &r->in_transit,
                     (umi_bank_item){.day = p->day,
                                     .amount = p->amount,
                                     .txn = p->txn,
                                     .reference = p->ref},
                     err);
    }
    return rc;
}

/* --- the bank ------------------------------------------------------------ */

static int by_line(const void *a, const void *b)
{
    const umi_bank_match_row *x = a, *y = b;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return (x->part > y->part) - (x->part < y->part);
}

static int line_of_match(const void *key, const void *row)
{
    int64_t x = *(const int64_t *)key;
    int64_t y = ((const umi_bank_match_row *)row)->line;
    return (x > y) - (x < y);
}

static int txn_of_payment(const void *key, const void *row)
{
    int64_t x = *(const int64_t *)key;
    int64_t y = ((const umi_bank_payment *)row)->txn;
    return (x > y) - (x < y);
}

static umi_status note(recon *r,
                       const umi_bank_match_row *m,
                       const umi_stmt_line *l,
                       umi_error *err)
{
    umi_civil on = umi_civil_of(r->out->on), at = umi_civil_of(l->booked);
    if (on.year != at.year || on.month != at.month)
        return UMI_OK;
    if (r->evidence_count == r->evidence_cap) {
        size_t cap = r->evidence_cap ? r->evidence_cap * 2 : 64;
        umi_bank_evidence *list = umi_arena_array(r->arena, cap, sizeof *list);
        if (list == NULL)
            return umi_fail_memory(err);
        if (r->evidence_count > 0)
            memcpy(list, r->evidence, r->evidence_count * sizeof *list);
        r->evidence = list;
        r->evidence_cap = cap;
    }
    r->evidence[r->evidence_count++] = (umi_bank_evidence){*m, l->booked};
    return UMI_OK;
}

/* A matched movement has its like in the ledger, unless the payment that it
 * is was entered before the first statement or after the day asked for. */
static umi_status take_match(recon *r,
                             const umi_bank_match_row *m,
                             const umi_stmt_line *l,
                             umi_error *err)
{
    umi_bank_item item = {
        .day = l->booked, .amount = m->amount, .line = l->id, .txn = m->target};
    bool late = l->booked.n > r->out->on.n;
    if (!late) {
        umi_status rc = note(r, m, l, err);
        if (rc != UMI_OK)
            return rc;
    }
    if (m->kind != UMI_BANK_REPAYMENT) {
        bool posted = m->posted.n <= r->out->as_of.n;
        item.txn = 0;
        if (posted)
            r->told += m->amount.sen;
        if (posted == !late)
            return UMI_OK;
        return put(r, late ? &r->in_transit : &r->bank_only, item, err);
    }
    const umi_bank_payment *p =
        r->payment_count > 0
            ? bsearch(&m->target, r->payments, r->payment_count, sizeof *p,
                      txn_of_payment)
            : NULL;
    bool there = p != NULL && counts(r, p);
    return there || late ? UMI_OK : put(r, &r->bank_only, item, err);
}

static umi_status take_line(void *self, const void *row, umi_error *err)
{
    recon *r = self;
    const umi_stmt_line *l = row;
    const umi_bank_match_row *m =
        r->match_count > 0 ? bsearch(&l->id, r->matches, r->match_count,
                                     sizeof *m, line_of_match)
                           : NULL;
    if (m == NULL && l->booked.n > r->out->on.n)
        return UMI_OK;
    if (m == NULL)
        return put(r, &r->bank_only,
                   (umi_bank_item){
                       .day = l->booked, .amount = l->amount, .line = l->id},
                   err);
    while (m > r->matches && m[-1].line == l->id)
        m--;
    umi_status rc = UMI_OK;
    for (; rc == UMI_OK && m < r->matches + r->match_count && m->line == l->id;
         m++)
        rc = take_match(r, m, l, err);
    return rc;
}

static umi_status load_matches(recon *r, umi_error *err)
{
    umi_query_arg arg = UMI_ARG_INT(r->out->account.id);
    void *rows = NULL;
    umi_status rc = umi_store_find(r->s, &umi_bank_match_by_account, &arg,
                                   &rows, &r->match_count, r->arena, err);
    if (rc == UMI_OK && r->match_count > 1)
        qsort(rows, r->match_count, sizeof *r->matches, by_line);
    r->matches = rows;
    return rc;
}

/* --- statements ---------------------------------------------------------- */

/* Whether another statement of the same day goes on where @p s closed. */
static bool goes_on(const umi_bank_paper *p, size_t n, const umi_stmt *s)
{
    for (size_t i = 0; i < n; i++) {
        const umi_stmt *next = &p[i].stmt;
        if (p[i].counts && next != s && next->to.n == s->to.n &&
            next->opening.sen == s->closing.sen &&
            next->closing.sen != next->opening.sen)
            return true;
    }
    return false;
}

/* Of the statements that end last, one that no other goes on from. */
static const umi_stmt *last_of(const umi_bank_paper *p, size_t n, umi_day day)
{
    const umi_stmt *best = NULL;
    umi_day to = {INT32_MIN};
    for (size_t i = 0; i < n; i++)
        if (p[i].counts && p[i].stmt.to.n <= day.n && p[i].stmt.to.n > to.n)
            to = p[i].stmt.to;
    for (size_t i = n; i-- > 0;) {
        const umi_stmt *s = &p[i].stmt;
        if (!p[i].counts || s->to.n != to.n)
            continue;
        if (best == NULL)
            best = s;
        if (!goes_on(p, n, s))
            return s;
    }
    return best;
}

static umi_status
choose(recon *r, const umi_day *as_of, umi_day today, umi_error *err)
{
    umi_bank_recon *o = r->out;
    umi_bank_paper *papers;
    size_t n;
    umi_status rc =
        umi_bank_papers(&papers, &n, r->s, o->account.id, r->arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_stmt *last =
        last_of(papers, n, as_of ? *as_of : (umi_day){UMI_DAY_MAX});
    const umi_stmt *first = NULL;
    for (size_t i = 0; i < n && first == NULL; i++)
        if (papers[i].counts)
            first = &papers[i].stmt;
    o->known = last != NULL;
    o->as_of = as_of ? *as_of : last ? last->to : today;
    o->on = last ? last->to : (umi_day){UMI_DAY_MIN};
    r->first = first ? first->from : (umi_day){UMI_DAY_MAX};
    if (last != NULL) {
        o->statement = last->closing;
        o->number = last->number;
        o->opening = first->opening;
    }
    return UMI_OK;
}

/* --- the equation -------------------------------------------------------- */

static bool fits(umi_money *out, umi_i128 sen)
{
    out->sen = (int64_t)sen;
    return sen >= INT64_MIN && sen <= INT64_MAX;
}

static umi_status close_equation(recon *r, umi_error *err)
{
    umi_bank_recon *o = r->out;
    umi_i128 opening = o->known ? o->opening.sen - r->before : 0;
    umi_i128 other = o->known ? r->after - r->before - r->told : 0;
    umi_i128 gap = r->after + r->bank_only.sum + opening - r->in_transit.sum -
                   other - o->statement.sen;
    o->bank_only = (umi_bank_items){r->bank_only.list, r->bank_only.n, {0}};
    o->in_transit = (umi_bank_items){r->in_transit.list, r->in_transit.n, {0}};
    o->matches = r->evidence;
    o->match_count = r->evidence_count;
    if (!fits(&o->ledger, r->after) || !fits(&o->opening, opening) ||
        !fits(&o->other, other) || !fits(&o->difference, o->known ? gap : 0) ||
        !fits(&o->bank_only.sum, r->bank_only.sum) ||
        !fits(&o->in_transit.sum, r->in_transit.sum))
        return umi_fail(err, UMI_ERANGE, "", "a sum does not fit");
    return UMI_OK;
}

umi_status umi_bank_reconcile(umi_bank_recon *out,
                              umi_book *b,
                              const umi_bank_accounts *all,
                              const umi_bank_account_row *account,
                              const umi_day *as_of,
                              umi_arena *arena,
                              umi_error *err)
{
    umi_bank_recon o = {.account = *account};
    recon r = {.out = &o, .s = umi_book_store(b), .arena = arena};
    for (size_t i = 0; i < all->count; i++)
        o.shared |= all->accounts[i].id != account->id &&
                    umi_text_eq(all->accounts[i].cash, account->cash);
    umi_status rc = choose(&r, as_of, umi_book_business_date(b), err);
    if (rc == UMI_OK)
        rc = umi_store_scan(r.s, &umi_gl_line_table, 0, INT64_MAX, take_gl, &r,
                            err);
    if (rc == UMI_OK && o.known)
        rc = umi_bank_payments(&r.payments, &r.payment_count, b, all, arena,
                               err);
    if (rc == UMI_OK && o.known)
        rc = take_payments(&r, all, err);
    if (rc == UMI_OK)
        rc = load_matches(&r, err);
    umi_query_arg args[] = {UMI_ARG_INT(account->id), UMI_ARG_INT(UMI_DAY_MIN),
                            UMI_ARG_INT(UMI_DAY_MAX)};
    if (rc == UMI_OK && o.known)
        rc = umi_store_query(r.s, &umi_stmt_line_by_day, args, take_line, &r,
                             err);
    if (rc == UMI_OK)
        rc = close_equation(&r, err);
    if (rc == UMI_OK)
        *out = o;
    return rc;
}
