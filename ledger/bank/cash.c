/* SPDX-License-Identifier: MIT */
#include "ledger/bank/cash.h"

#include "ledger/desk/fetch.h"

#include <stdlib.h>

/* --- statements ---------------------------------------------------------- */

static int by_day(const void *a, const void *b)
{
    const umi_stmt *x = &((const umi_bank_paper *)a)->stmt;
    const umi_stmt *y = &((const umi_bank_paper *)b)->stmt;
    if (x->from.n != y->from.n)
        return x->from.n < y->from.n ? -1 : 1;
    if (x->to.n != y->to.n)
        return x->to.n < y->to.n ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

umi_status umi_bank_papers(umi_bank_paper **out,
                           size_t *n,
                           umi_store *s,
                           int64_t account,
                           umi_arena *arena,
                           umi_error *err)
{
    umi_query_arg arg = UMI_ARG_INT(account);
    void *rows;
    size_t k;
    umi_status rc =
        umi_store_find(s, &umi_stmt_by_account, &arg, &rows, &k, arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_stmt *stmts = rows;
    umi_bank_paper *papers = umi_arena_array(arena, k + 1, sizeof *papers);
    int64_t *ids = umi_arena_array(arena, k + 1, sizeof *ids);
    umi_stmt_release *releases =
        umi_arena_array(arena, k + 1, sizeof *releases);
    bool *released = umi_arena_array(arena, k + 1, sizeof *released);
    if (!papers || !ids || !releases || !released)
        return umi_fail_memory(err);
    for (size_t i = 0; i < k; i++)
        ids[i] = stmts[i].id;
    rc = umi_store_read(s, &umi_stmt_release_table, ids, k, releases, released,
                        arena, err);
    for (size_t i = 0; i < k && rc == UMI_OK; i++) {
        bool apart = stmts[i].quarantined && !released[i];
        bool figures = stmts[i].opening.sen != UMI_NONE &&
                       stmts[i].closing.sen != UMI_NONE &&
                       stmts[i].from.n != UMI_NONE32;
        papers[i] = (umi_bank_paper){stmts[i], !apart && figures, apart};
    }
    if (k > 1)
        qsort(papers, k, sizeof *papers, by_day);
    *out = papers;
    *n = k;
    return rc;
}

/* --- payments ------------------------------------------------------------ */

typedef struct paying {
    const umi_bank_accounts *all;
    umi_arena *arena;
    umi_bank_payment *list;
    size_t n, cap;
} paying;

static int by_txn(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = ((const umi_bank_payment *)b)->txn;
    return (x > y) - (x < y);
}

static umi_status take_txn(void *self, const void *row, umi_error *err)
{
    paying *p = self;
    const umi_txn *t = row;
    if (t->kind == UMI_TXN_REVERSAL && p->n > 0) {
        umi_bank_payment *old =
            bsearch(&t->reverses, p->list, p->n, sizeof *old, by_txn);
        if (old != NULL)
            old->reversed = true;
        return UMI_OK;
    }
    if (t->kind != UMI_TXN_REPAYMENT || t->channel == UMI_NONE ||
        umi_bank_accounts_settling(p->all, t->channel) == NULL)
        return UMI_OK;
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 256;
        umi_bank_payment *list = umi_arena_array(p->arena, cap, sizeof *list);
        if (list == NULL)
            return umi_fail_memory(err);
        if (p->n > 0)
            memcpy(list, p->list, p->n * sizeof *list);
        p->list = list;
        p->cap = cap;
    }
    char *ref =
        t->ref.ptr ? umi_arena_copy(p->arena, t->ref.ptr, t->ref.len) : NULL;
    if (t->ref.ptr != NULL && ref == NULL)
        return umi_fail_memory(err);
    p->list[p->n++] = (umi_bank_payment){.txn = t->id,
                                         .channel = t->channel,
                                         .day = t->day,
                                         .posted = t->day,
                                         .batch = t->batch,
                                         .amount = t->amount,
                                         .ref = {ref, t->ref.len}};
    return UMI_OK;
}

/* Days that were closed, by the batches that closed them. */
typedef struct closings {
    umi_arena *arena;
    umi_closed_day *list;
    size_t n, cap;
} closings;

static umi_status take_closing(void *self, const void *row, umi_error *err)
{
    closings *c = self;
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 64;
        umi_closed_day *list = umi_arena_array(c->arena, cap, sizeof *list);
        if (list == NULL)
            return umi_fail_memory(err);
        if (c->n > 0)
            memcpy(list, c->list, c->n * sizeof *list);
        c->list = list;
        c->cap = cap;
    }
    c->list[c->n++] = *(const umi_closed_day *)row;
    return UMI_OK;
}

/* The last day that was closed when @p batch was entered. */
static int64_t closed_before(const closings *c, int64_t batch)
{
    size_t low = 0, high = c->n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (c->list[mid].batch < batch)
            low = mid + 1;
        else
            high = mid;
    }
    return low > 0 ? c->list[low - 1].id : INT64_MIN;
}

/* A posting with a value date that was closed stands in the ledger on the
 * booking date of its batch. */
static umi_status date_postings(paying *p, umi_store *s, umi_error *err)
{
    closings c = {.arena = p->arena};
    umi_status rc = umi_store_scan(s, &umi_closed_day_table, 0, INT64_MAX,
                                   take_closing, &c, err);
    int64_t *ids = umi_arena_array(p->arena, p->n + 1, sizeof *ids);
    umi_batch *rows = umi_arena_array(p->arena, p->n + 1, sizeof *rows);
    bool *have = umi_arena_array(p->arena, p->n + 1, sizeof *have);
    if (rc == UMI_OK && (!ids || !rows || !have))
        return umi_fail_memory(err);
    if (rc != UMI_OK || c.n == 0)
        return rc;
    for (size_t i = 0; i < p->n; i++) {
        bool late = p->list[i].day.n <= closed_before(&c, p->list[i].batch);
        ids[i] = late ? p->list[i].batch : UMI_NONE;
    }
    rc = umi__fetch(s, &umi_batch_table, ids, p->n, rows, have, p->arena, err);
    for (size_t i = 0; i < p->n && rc == UMI_OK; i++)
        if (have[i])
            p->list[i].posted = rows[i].booked;
    return rc;
}

/* Which payments a movement explains, and when it was booked. */
static umi_status mark(paying *p, umi_store *s, umi_error *err)
{
    size_t n = p->n;
    int64_t *ids = umi_arena_array(p->arena, n + 1, sizeof *ids);
    umi_bank_settled *settled =
        umi_arena_array(p->arena, n + 1, sizeof *settled);
    umi_bank_match_row *matches =
        umi_arena_array(p->arena, n + 1, sizeof *matches);
    umi_stmt_line *lines = umi_arena_array(p->arena, n + 1, sizeof *lines);
    bool *have = umi_arena_array(p->arena, n + 1, sizeof *have);
    if (!ids || !settled || !matches || !lines || !have)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        ids[i] = umi_bank_settled_key(UMI_BANK_REPAYMENT, p->list[i].txn);
    umi_status rc = umi__fetch(s, &umi_bank_settled_table, ids, n, settled,
                               have, p->arena, err);
    for (size_t i = 0; i < n; i++)
        ids[i] = rc == UMI_OK && have[i] ? settled[i].match : UMI_NONE;
    if (rc == UMI_OK)
        rc = umi__fetch(s, &umi_bank_match_table, ids, n, matches, have,
                        p->arena, err);
    for (size_t i = 0; i < n; i++)
        ids[i] = rc == UMI_OK && have[i] ? matches[i].line : UMI_NONE;
    if (rc == UMI_OK)
        rc = umi__fetch(s, &umi_stmt_line_table, ids, n, lines, have, p->arena,
                        err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        p->list[i].matched = have[i];
        if (have[i])
            p->list[i].arrived = lines[i].booked;
    }
    return rc;
}

umi_status umi_bank_payments(umi_bank_payment **out,
                             size_t *n,
                             umi_book *b,
                             const umi_bank_accounts *all,
                             umi_arena *arena,
                             umi_error *err)
{
    paying p = {.all = all, .arena = arena};
    umi_store *s = umi_book_store(b);
    umi_status rc =
        umi_store_scan(s, &umi_txn_table, 0, INT64_MAX, take_txn, &p, err);
    if (rc == UMI_OK)
        rc = date_postings(&p, s, err);
    if (rc == UMI_OK)
        rc = mark(&p, s, err);
    if (rc == UMI_OK) {
        *out = p.list;
        *n = p.n;
    }
    return rc;
}
