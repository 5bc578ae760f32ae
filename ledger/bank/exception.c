/* SPDX-License-Identifier: MIT */
#include "ledger/bank/exception.h"

#include "ledger/bank/cash.h"
#include "ledger/bank/work.h"
#include "ledger/desk/fetch.h"

#include <stdlib.h>

typedef struct listing {
    umi_book *b;
    umi_store *s;
    umi_arena *arena;
    umi_error *err;
    umi_bank_accounts all;
    umi_day as_of;
    umi_bank_exception *list;
    size_t n, cap;
} listing;

static umi_status add(listing *l, umi_bank_exception e)
{
    if (e.day.n > l->as_of.n)
        return UMI_OK;
    if (l->n == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 256;
        umi_bank_exception *list = umi_arena_array(l->arena, cap, sizeof *list);
        if (list == NULL)
            return umi_fail_memory(l->err);
        if (l->n > 0)
            memcpy(list, l->list, l->n * sizeof *list);
        l->list = list;
        l->cap = cap;
    }
    e.age = l->as_of.n - e.day.n;
    l->list[l->n++] = e;
    return UMI_OK;
}

static umi_text keep(listing *l, umi_text t)
{
    char *copy = t.ptr ? umi_arena_copy(l->arena, t.ptr, t.len) : NULL;
    return copy ? (umi_text){copy, t.len} : (umi_text){0};
}

/* --- open movements ------------------------------------------------------ */

static umi_status
reference_of(listing *l, const umi_bank_work *w, size_t hint, umi_text *out)
{
    umi_txn t;
    *out = (umi_text){0};
    if (hint == SIZE_MAX)
        return UMI_OK;
    if (w->transfers[hint].id != 0) {
        *out = keep(l, w->transfers[hint].reference);
        return UMI_OK;
    }
    umi_status rc = umi__fetch_one(l->s, &umi_txn_table, w->hints[hint].target,
                                   &t, l->arena, l->err);
    if (rc == UMI_OK)
        *out = t.ref;
    return rc;
}

static umi_text text_of(const umi_bank_line *p)
{
    if (p->text.len > 0)
        return p->text;
    if (p->details != NULL && p->details->text.len > 0)
        return p->details->text;
    return p->customer_ref;
}

/* The worst finding of a movement's units speaks for it. */
static size_t spokesman(const umi_bank_work *w, const umi_bank_open_line *o)
{
    size_t at = o->first;
    for (size_t u = o->first; u < o->first + o->units; u++)
        if (w->answers[u].finding > w->answers[at].finding)
            at = u;
    return at;
}

static umi_status add_open(listing *l, const umi_bank_work *w, size_t i)
{
    const umi_bank_open_line *o = &w->lines[i];
    const umi_bank_answer *a = &w->answers[spokesman(w, o)];
    umi_bank_proposal row;
    umi_bank_exception e = {.code = umi_bank_finding_code(a->finding),
                            .account = keep(l, w->account.number),
                            .line = o->row.id,
                            .stmt = o->row.stmt,
                            .day = o->row.booked,
                            .amount = o->row.amount,
                            .expected = {UMI_NONE},
                            .text = keep(l, text_of(o->parsed))};
    if (a->finding == UMI_BANK_MATCHED) /* waits to be entered */
        e.code = w->hints[a->hint].kind == UMI_BANK_RETURN ? "RETURNED"
                                                           : "BANK_ONLY";
    if (a->hint != SIZE_MAX)
        e.expected = w->hints[a->hint].amount;
    umi_status rc = reference_of(l, w, a->hint, &e.reference);
    if (rc == UMI_OK)
        rc = umi_store_read(l->s, &umi_bank_proposal_table, &o->row.id, 1, &row,
                            &e.proposed, l->arena, l->err);
    return rc == UMI_OK ? add(l, e) : rc;
}

static umi_status open_of(listing *l, const umi_bank_account_row *a)
{
    umi_bank_work w;
    umi_status rc = umi_bank_work_load(&w, l->b, &l->all, a, l->err);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < w.line_count && rc == UMI_OK; i++)
        rc = add_open(l, &w, i);
    umi_bank_work_free(&w);
    return rc;
}

/* --- statements that are missing or kept apart --------------------------- */

/* The balance that the movements say stood at the opening of @p next. */
typedef struct summing {
    int64_t sum;
    bool overflow;
} summing;

static umi_status add_line(void *self, const void *row, umi_error *err)
{
    summing *s = self;
    const umi_stmt_line *l = row;
    (void)err;
    s->overflow |= __builtin_add_overflow(s->sum, l->amount.sen, &s->sum);
    return UMI_OK;
}

/* Overlapping statements agree when the movements between their openings
 * lead from one to the other. */
static umi_status
overlap_agrees(listing *l, const umi_stmt *old, const umi_stmt *new, bool *out)
{
    summing s = {.sum = old->opening.sen};
    umi_query_arg args[] = {UMI_ARG_INT(old->account), UMI_ARG_INT(old->from.n),
                            UMI_ARG_INT(new->from.n - 1)};
    umi_status rc = umi_store_query(l->s, &umi_stmt_line_by_day, args, add_line,
                                    &s, l->err);
    *out = !s.overflow && s.sum == new->opening.sen;
    return rc;
}

static umi_status add_gap(listing *l,
                          const umi_bank_account_row *a,
                          const umi_stmt *old,
                          const umi_stmt *new)
{
    umi_bank_exception e = {.code = "GAP",
                            .account = a->number,
                            .stmt = new->id,
                            .day = new->from,
                            .amount = new->opening,
                            .expected = old->closing,
                            .reference = new->number};
    return add(l, e);
}

static umi_status papers_of(listing *l, const umi_bank_account_row *a)
{
    umi_bank_paper *papers;
    size_t n;
    const umi_stmt *last = NULL;
    umi_status rc = umi_bank_papers(&papers, &n, l->s, a->id, l->arena, l->err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++) {
        const umi_stmt *s = &papers[i].stmt;
        bool agrees = false;
        if (papers[i].apart) {
            rc = add(l, (umi_bank_exception){
                            .code = "QUARANTINED",
                            .account = a->number,
                            .stmt = s->id,
                            .day = s->to.n != UMI_NONE32 ? s->to : l->as_of,
                            .amount = {0},
                            .expected = {UMI_NONE},
                            .reference = s->number,
                            .text = s->checks});
            continue;
        }
        if (!papers[i].counts)
            continue;
        agrees = last == NULL || last->closing.sen == s->opening.sen;
        if (!agrees && s->from.n <= last->to.n)
            rc = overlap_agrees(l, last, s, &agrees);
        if (rc == UMI_OK && !agrees)
            rc = add_gap(l, a, last, s);
        last = s;
    }
    return rc;
}

/* --- the book alone ------------------------------------------------------ */

typedef struct sending {
    umi_arena *arena;
    umi_transfer *list;
    size_t n, cap;
} sending;

static umi_status take_transfer(void *self, const void *row, umi_error *err)
{
    sending *s = self;
    const umi_transfer *t = row;
    if (t->state != UMI_TRANSFER_SENT || t->account.ptr == NULL)
        return UMI_OK; /* came back, or was paid in cash */
    if (s->n == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 256;
        umi_transfer *list = umi_arena_array(s->arena, cap, sizeof *list);
        if (list == NULL)
            return umi_fail_memory(err);
        if (s->n > 0)
            memcpy(list, s->list, s->n * sizeof *list);
        s->list = list;
        s->cap = cap;
    }
    char *ref = umi_arena_copy(s->arena, t->reference.ptr, t->reference.len);
    s->list[s->n] = *t;
    s->list[s->n++].reference = (umi_text){ref, t->reference.len};
    return ref ? UMI_OK : umi_fail_memory(err);
}

static umi_status transfers_under_way(listing *l)
{
    sending s = {.arena = l->arena};
    umi_status rc = umi_store_scan(l->s, &umi_transfer_table, 0, INT64_MAX,
                                   take_transfer, &s, l->err);
    int64_t *keys = umi_arena_array(l->arena, s.n + 1, sizeof *keys);
    umi_bank_settled *rows = umi_arena_array(l->arena, s.n + 1, sizeof *rows);
    bool *have = umi_arena_array(l->arena, s.n + 1, sizeof *have);
    if (rc == UMI_OK && (!keys || !rows || !have))
        return umi_fail_memory(l->err);
    for (size_t i = 0; i < s.n && rc == UMI_OK; i++)
        keys[i] = umi_bank_settled_key(UMI_BANK_TRANSFER, s.list[i].id);
    if (rc == UMI_OK)
        rc = umi__fetch(l->s, &umi_bank_settled_table, keys, s.n, rows, have,
                        l->arena, l->err);
    for (size_t i = 0; i < s.n && rc == UMI_OK; i++)
        if (!have[i])
            rc =
                add(l, (umi_bank_exception){.code = "LEDGER_ONLY",
                                            .day = s.list[i].day,
                                            .amount = {-s.list[i].amount.sen},
                                            .expected = {-s.list[i].amount.sen},
                                            .reference = s.list[i].reference});
    return rc;
}

/* Payments are expected on the days that statements cover. */
static umi_status payments_of(listing *l,
                              const umi_bank_account_row *a,
                              const umi_bank_payment *list,
                              size_t n)
{
    umi_bank_paper *papers;
    size_t k;
    umi_day low = {INT32_MAX}, high = {INT32_MIN};
    umi_status rc = umi_bank_papers(&papers, &k, l->s, a->id, l->arena, l->err);
    for (size_t i = 0; i < k && rc == UMI_OK; i++) {
        if (!papers[i].counts)
            continue;
        low = papers[i].stmt.from.n < low.n ? papers[i].stmt.from : low;
        high = papers[i].stmt.to.n > high.n ? papers[i].stmt.to : high;
    }
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        const umi_bank_payment *p = &list[i];
        const umi_bank_account_row *home =
            umi_bank_accounts_settling(&l->all, p->channel);
        if (p->matched || p->reversed || home->id != a->id ||
            p->day.n < low.n || p->day.n > high.n)
            continue;
        rc = add(l, (umi_bank_exception){.code = "LEDGER_ONLY",
                                         .account = a->number,
                                         .day = p->day,
                                         .amount = p->amount,
                                         .expected = p->amount,
                                         .reference = p->ref});
    }
    return rc;
}

/* --- all of them --------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const umi_bank_exception *x = a, *y = b;
    int c = umi_text_cmp(x->account, y->account);
    if (c == 0)
        c = (x->day.n > y->day.n) - (x->day.n < y->day.n);
    if (c == 0)
        c = (x->amount.sen > y->amount.sen) - (x->amount.sen < y->amount.sen);
    if (c == 0)
        c = umi_text_cmp(x->reference, y->reference);
    if (c == 0)
        c = strcmp(x->code, y->code);
    return c != 0 ? c : (x->line > y->line) - (x->line < y->line);
}

static umi_status list_account(listing *l,
                               const umi_bank_account_row *a,
                               const umi_bank_payment *payments,
                               size_t n)
{
    umi_status rc = open_of(l, a);
    if (rc == UMI_OK)
        rc = papers_of(l, a);
    return rc == UMI_OK ? payments_of(l, a, payments, n) : rc;
}

static umi_status list_all(listing *l, umi_text account)
{
    umi_bank_payment *payments = NULL;
    size_t n = 0;
    const umi_bank_account_row *one = NULL;
    umi_status rc = umi_bank_accounts_load(&l->all, l->s, l->arena, l->err);
    if (rc == UMI_OK && account.len > 0)
        rc = umi_bank_accounts_need(&one, &l->all, account, l->err);
    if (rc == UMI_OK)
        rc = umi_bank_payments(&payments, &n, l->b, &l->all, l->arena, l->err);
    for (size_t i = 0; rc == UMI_OK && i < l->all.count; i++)
        if (one == NULL || one == &l->all.accounts[i])
            rc = list_account(l, &l->all.accounts[i], payments, n);
    return rc == UMI_OK ? transfers_under_way(l) : rc;
}

umi_status umi_bank_exceptions_of(umi_bank_exceptions *out,
                                  umi_book *b,
                                  umi_text account,
                                  umi_day as_of,
                                  umi_arena *arena,
                                  umi_error *err)
{
    listing l = {.b = b,
                 .s = umi_book_store(b),
                 .arena = arena,
                 .err = err,
                 .as_of = as_of};
    umi_status rc = list_all(&l, account);
    if (rc != UMI_OK)
        return rc;
    if (l.n > 1)
        qsort(l.list, l.n, sizeof *l.list, by_place);
    *out = (umi_bank_exceptions){as_of, l.list, l.n};
    return UMI_OK;
}
