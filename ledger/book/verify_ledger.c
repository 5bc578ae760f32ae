/* SPDX-License-Identifier: MIT */
#include "ledger/book/gl.h"
#include "ledger/book/verify_int.h"

#include <assert.h>
#include <stdlib.h>

static umi_status no_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
}

/* --- control accounts ----------------------------------------------------- */

/* What loans owe in all, and what the ledger says of it. */
typedef struct control {
    umi_book *b;
    const umi_chart *chart;
    umi_i128 owed_principal, overpaid; /* of the loans */
    umi_i128 principal, liability;     /* of the ledger */
    umi_i128 open;                     /* debits less credits */
    int64_t rows;
} control;

static umi_status add_loan(void *self, const void *row, umi_error *err)
{
    control *c = self;
    const umi_loan_state *s = row;
    (void)err;
    c->owed_principal += s->owed.principal.sen;
    c->overpaid += s->overpaid.sen;
    c->rows++;
    return UMI_OK;
}

static umi_status add_line(void *self, const void *row, umi_error *err)
{
    control *c = self;
    const umi_gl_balance *l = row;
    umi_i128 balance = (umi_i128)l->debit.sen - l->credit.sen;
    int32_t at = umi_chart_find(c->chart, l->account);
    if (at == UMI_NO_ACCOUNT)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "account %.*s is not in the chart",
                        UMI_SHOW(l->account));
    if (c->chart->accounts[at].role == UMI_ROLE_PRINCIPAL)
        c->principal += balance;
    if (c->chart->accounts[at].role == UMI_ROLE_OVERPAID)
        c->liability -= balance;
    c->open += balance;
    return UMI_OK;
}

umi_status umi__verify_control(umi_book *b, int64_t *n, umi_error *err)
{
    control c = {.b = b};
    umi_status rc = umi_book_chart(b, &c.chart, NULL, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(umi_book_store(b), &umi_loan_state_table, INT64_MIN,
                            INT64_MAX, add_loan, &c, err);
    if (rc == UMI_OK)
        rc = umi_store_query(umi_book_store(b), &umi_gl_balance_query,
                             &UMI_ARG_INT(UMI_DAY_MAX), add_line, &c, err);
    *n = c.rows;
    if (rc != UMI_OK)
        return rc;
    if (c.open != 0)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "the general ledger does not balance");
    if (c.principal != c.owed_principal)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "principal of the loans and of the ledger differ");
    if (c.liability != c.overpaid)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "overpaid of the loans and of the ledger differ");
    return UMI_OK;
}

/* --- the figures of batches ----------------------------------------------- */

/* What one batch has in each table. */
typedef struct sums {
    umi_tally repayments, rejects, loans;
    int64_t txns, first, last;
} sums;

typedef struct batching {
    umi_book *b;
    sums *by; /* by key of the batch */
    int64_t most;
    int64_t rows;
} batching;

static sums *sums_of(batching *g, int64_t batch)
{
    return batch >= 1 && batch <= g->most ? &g->by[batch] : NULL;
}

static umi_status count(umi_tally *t, umi_money amount, umi_error *err)
{
    t->n++;
    if (umi_money_add(&t->amount, t->amount, amount))
        return UMI_OK;
    return umi_fail(err, UMI_EDAMAGED, "", "the sums of a batch do not fit");
}

static umi_status sum_txn(void *self, const void *row, umi_error *err)
{
    const umi_txn *t = row;
    sums *s = sums_of(self, t->batch);
    if (s == NULL)
        return umi__finding(err, "txn", t->id, "its batch is missing");
    s->txns++;
    if (s->first == 0)
        s->first = t->id;
    s->last = t->id;
    if (t->kind == UMI_TXN_REPAYMENT)
        return count(&s->repayments, t->amount, err);
    return UMI_OK;
}

static umi_status sum_reject(void *self, const void *row, umi_error *err)
{
    const umi_reject *r = row;
    sums *s = sums_of(self, r->batch);
    if (s == NULL)
        return umi__finding(err, "reject", r->id, "its batch is missing");
    return count(&s->rejects, r->amount, err);
}

static umi_status sum_loan(void *self, const void *row, umi_error *err)
{
    const umi_loan *l = row;
    sums *s = sums_of(self, l->batch);
    if (s == NULL)
        return umi__finding(err, "loan", l->id, "its batch is missing");
    return count(&s->loans, l->principal, err);
}

static bool same(const umi_tally *a, const umi_tally *b)
{
    return a->n == b->n && a->amount.sen == b->amount.sen;
}

/* A file's figures, finished or not: what it posted and refused is there. */
static bool file_fits(const sums *s,
                      umi_batch_kind kind,
                      const umi_tally *posted,
                      const umi_tally *rejected)
{
    if (kind == UMI_BATCH_POST)
        return same(posted, &s->repayments) && same(rejected, &s->rejects);
    if (kind == UMI_BATCH_IMPORT)
        return same(posted, &s->loans) && same(rejected, &s->rejects);
    return true;
}

static umi_status compare_batch(void *self, const void *row, umi_error *err)
{
    batching *g = self;
    const umi_batch *k = row;
    sums *s = sums_of(g, k->id);
    g->rows++;
    if (s == NULL || !file_fits(s, k->kind, &k->posted, &k->rejected))
        return umi__finding(err, "batch", k->id,
                            "its figures are not those of its rows");
    if (k->first_txn != s->first || k->last_txn != s->last)
        return umi__finding(err, "batch", k->id,
                            "its postings are not those it names");
    *s = (sums){0};
    return UMI_OK;
}

static umi_status compare_run(void *self, const void *row, umi_error *err)
{
    batching *g = self;
    const umi_run *k = row;
    sums *s = sums_of(g, k->id);
    g->rows++;
    if (s == NULL || !file_fits(s, k->kind, &k->posted, &k->rejected))
        return umi__finding(err, "run", k->id,
                            "its figures are not those of its rows");
    *s = (sums){0};
    return UMI_OK;
}

/* Every row belonged to a batch that is there. */
static umi_status check_rest(const batching *g, umi_error *err)
{
    for (int64_t i = 1; i <= g->most; i++)
        if (g->by[i].txns + g->by[i].rejects.n + g->by[i].loans.n != 0)
            return umi__finding(err, "batch", i, "it is missing");
    return UMI_OK;
}

umi_status umi__verify_batches(umi_book *b, int64_t *n, umi_error *err)
{
    batching g = {.b = b};
    umi_store *s = umi_book_store(b);
    int64_t run = 0;
    umi_status rc = umi_store_last(s, &umi_batch_table, &g.most, err);
    if (rc == UMI_OK)
        rc = umi_store_last(s, &umi_run_table, &run, err);
    if (run > g.most)
        g.most = run;
    if (rc == UMI_OK && (g.most < 0 || g.most > INT32_MAX))
        rc = umi_fail(err, UMI_EDAMAGED, "", "a batch has an odd number");
    if (rc == UMI_OK) {
        g.by = umi_alloc_array((size_t)g.most + 1, sizeof *g.by);
        rc = g.by ? UMI_OK : no_memory(err);
    }
    const struct {
        const umi_table *table;
        umi_row_fn fn;
    } steps[] = {{&umi_txn_table, sum_txn},
                 {&umi_reject_table, sum_reject},
                 {&umi_loan_table, sum_loan},
                 {&umi_batch_table, compare_batch},
                 {&umi_run_table, compare_run}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == UMI_OK; i++)
        rc = umi_store_scan(s, steps[i].table, INT64_MIN, INT64_MAX,
                            steps[i].fn, &g, err);
    if (rc == UMI_OK)
        rc = check_rest(&g, err);
    *n = g.rows;
    umi_free(g.by);
    return rc;
}

/* --- ledger lines --------------------------------------------------------- */

/* Sums of the ledger by batch, day, branch and role: what the postings make
 * less what is written.  Cash is one, for a channel may have come to settle
 * to another account since. */
typedef struct place {
    int64_t batch, branch;
    int32_t day, role;
    int64_t net; /* debits less credits, of the postings less of the lines */
    bool used;
} place;

typedef struct proving {
    umi_book *b;
    const umi_chart *chart;
    umi_arena *arena;
    umi_gl *gl;
    int64_t batch;         /* at hand */
    umi_batch_kind *kinds; /* by batch */
    bool *has_kind;
    int64_t most;
    umi_closed_day *closed;
    size_t closed_count;
    place *places;
    size_t room, used;
    int64_t rows;
} proving;

static size_t slot_of(const place *p, size_t room, const place *want)
{
    uint64_t h = (uint64_t)want->batch * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (uint64_t)(uint32_t)want->day << 8 ^ (uint64_t)want->role) *
        UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (uint64_t)want->branch) * UINT64_C(0x9e3779b97f4a7c15);
    size_t i = h >> 24 & (room - 1);
    while (p[i].used &&
           (p[i].batch != want->batch || p[i].day != want->day ||
            p[i].role != want->role || p[i].branch != want->branch))
        i = (i + 1) & (room - 1);
    return i;
}

static bool grow(proving *p)
{
    if (p->used * 2 < p->room)
        return true;
    size_t room = p->room ? p->room * 2 : 1024;
    place *grown = umi_alloc_array(room, sizeof *grown);
    if (grown == NULL)
        return false;
    for (size_t i = 0; i < p->room; i++)
        if (p->places[i].used)
            grown[slot_of(grown, room, &p->places[i])] = p->places[i];
    umi_free(p->places);
    p->places = grown;
    p->room = room;
    return true;
}

static umi_status
add_net(proving *p, const umi_gl_line *l, int sign, umi_error *err)
{
    int32_t at = umi_chart_find(p->chart, l->account);
    int64_t net = sign * (l->debit.sen - l->credit.sen);
    if (at == UMI_NO_ACCOUNT)
        return umi__finding(err, "gl_line", l->id,
                            "its account is not in the chart");
    if (!grow(p))
        return no_memory(err);
    umi_role role = p->chart->accounts[at].role;
    /* of other roles each account is one of its own */
    place want = {.batch = l->batch,
                  .branch = l->branch,
                  .day = l->day.n,
                  .role = role == UMI_ROLE_CASH ? -1 : at};
    place *q = &p->places[slot_of(p->places, p->room, &want)];
    if (!q->used) {
        p->used++;
        *q = want;
        q->used = true;
    }
    if (__builtin_add_overflow(q->net, net, &q->net))
        return umi__finding(err, "gl_line", l->id, "a sum does not fit");
    return UMI_OK;
}

/* The day of a posting in the ledger: its own, unless that was closed when
 * its batch was entered. */
static umi_day ledger_day(const proving *p, const umi_txn *t, umi_day booked)
{
    for (size_t i = p->closed_count; i > 0; i--)
        if (p->closed[i - 1].batch < t->batch)
            return p->closed[i - 1].id >= t->day.n ? booked : t->day;
    return t->day;
}

static umi_status load_closed(void *self, const void *row, umi_error *err)
{
    proving *p = self;
    if ((p->closed_count & (p->closed_count - 1)) == 0) {
        size_t cap = p->closed_count ? p->closed_count * 2 : 1;
        umi_closed_day *grown = umi_realloc(p->closed, cap * sizeof *grown);
        if (grown == NULL)
            return no_memory(err);
        p->closed = grown;
    }
    p->closed[p->closed_count++] = *(const umi_closed_day *)row;
    return UMI_OK;
}

typedef struct batch_at_hand {
    proving *p;
    const umi_batch *batch;
} batch_at_hand;

static umi_status replay_txn(void *self, const void *row, umi_error *err)
{
    const batch_at_hand *h = self;
    const umi_txn *t = row;
    umi_store *s = umi_book_store(h->p->b);
    umi_txn of = *t;
    umi_loan loan;
    bool found = true;
    umi_status rc = UMI_OK;
    if (t->batch != h->batch->id)
        return UMI_OK;
    if (t->kind == UMI_TXN_REVERSAL)
        rc = umi_store_read(s, &umi_txn_table, &t->reverses, 1, &of, &found,
                            h->p->arena, err);
    if (rc == UMI_OK && found)
        rc = umi_store_read(s, &umi_loan_table, &t->loan, 1, &loan, &found,
                            h->p->arena, err);
    if (rc == UMI_OK && !found)
        rc = umi__finding(err, "txn", t->id, "it names what is not there");
    if (rc != UMI_OK)
        return rc;
    h->p->rows++;
    if ((h->p->rows & 1023) == 0)
        umi_arena_reset(h->p->arena);
    const umi_gl_key key = {.kind = umi_gl_kind(of.kind),
                            .day = ledger_day(h->p, t, h->batch->booked),
                            .product = loan.product,
                            .branch = loan.branch,
                            .channel = of.channel};
    return umi_gl_add(h->p->gl, &key, &t->parts, err);
}

/* The lines that a batch's postings make. */
static umi_status prove_batch(void *self, const void *row, umi_error *err)
{
    batch_at_hand h = {self, row};
    proving *p = h.p;
    umi_gl_line *lines;
    size_t n;
    umi_gl_clear(p->gl);
    umi_arena_reset(p->arena);
    if (h.batch->first_txn == 0)
        return UMI_OK;
    umi_status rc =
        umi_store_scan(umi_book_store(p->b), &umi_txn_table, h.batch->first_txn,
                       h.batch->last_txn, replay_txn, &h, err);
    umi_arena_reset(p->arena);
    if (rc == UMI_OK)
        rc = umi_gl_lines(p->gl, h.batch->id, &lines, &n, p->arena, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        rc = add_net(p, &lines[i], 1, err);
    return rc;
}

/* A file under way is proved like a finished one. */
static umi_status prove_run(void *self, const void *row, umi_error *err)
{
    const umi_run *r = row;
    const umi_batch as_batch = {.id = r->id,
                                .kind = r->kind,
                                .booked = r->booked,
                                .first_txn = r->first_txn,
                                .last_txn = r->last_txn};
    return prove_batch(self, &as_batch, err);
}

static umi_status note_kind(void *self, const void *row, umi_error *err)
{
    proving *p = self;
    const umi_batch *k = row;
    (void)err;
    if (k->id >= 1 && k->id <= p->most) {
        p->has_kind[k->id] = true;
        p->kinds[k->id] = k->kind;
    }
    return UMI_OK;
}

static umi_status subtract_line(void *self, const void *row, umi_error *err)
{
    return add_net(self, row, -1, err);
}

/* Entries in the ledger alone belong to acts, closings and settlements. */
static bool has_entries(const proving *p, int64_t batch)
{
    if (batch < 1 || batch > p->most || !p->has_kind[batch])
        return false;
    umi_batch_kind k = p->kinds[batch];
    return k == UMI_BATCH_ENTRY || k == UMI_BATCH_CLOSE || k == UMI_BATCH_BANK;
}

static umi_status check_places(const proving *p, umi_error *err)
{
    for (size_t i = 0; i < p->room; i++) {
        const place *q = &p->places[i];
        if (!q->used || q->net == 0)
            continue;
        umi_role role =
            q->role < 0 ? UMI_ROLE_CASH : p->chart->accounts[q->role].role;
        bool by_postings =
            role == UMI_ROLE_PRINCIPAL || role == UMI_ROLE_OVERPAID;
        if (by_postings || !has_entries(p, q->batch))
            return umi__finding(err, "batch", q->batch,
                                "its ledger lines are not what its postings "
                                "make");
    }
    return UMI_OK;
}

static umi_status prove(proving *p, umi_error *err)
{
    umi_store *s = umi_book_store(p->b);
    const struct {
        const umi_table *table;
        umi_row_fn fn;
    } steps[] = {{&umi_closed_day_table, load_closed},
                 {&umi_batch_table, note_kind},
                 {&umi_batch_table, prove_batch},
                 {&umi_run_table, prove_run},
                 {&umi_gl_line_table, subtract_line}};
    umi_status rc = umi_store_last(s, &umi_batch_table, &p->most, err);
    if (rc == UMI_OK && (p->most < 0 || p->most > INT32_MAX))
        rc = umi_fail(err, UMI_EDAMAGED, "", "a batch has an odd number");
    if (rc != UMI_OK)
        return rc;
    p->kinds = umi_alloc_array((size_t)p->most + 1, sizeof *p->kinds);
    p->has_kind = umi_alloc_array((size_t)p->most + 1, sizeof *p->has_kind);
    if (p->kinds == NULL || p->has_kind == NULL)
        return no_memory(err);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == UMI_OK; i++)
        rc = umi_store_scan(s, steps[i].table, INT64_MIN, INT64_MAX,
                            steps[i].fn, p, err);
    return rc == UMI_OK ? check_places(p, err) : rc;
}

umi_status umi__verify_ledger(umi_book *b, int64_t *n, umi_error *err)
{
    proving p = {.b = b, .arena = umi_arena_new()};
    umi_status rc = p.arena ? UMI_OK : no_memory(err);
    if (rc == UMI_OK)
        rc = umi_gl_new(&p.gl, b, err);
    if (rc == UMI_OK)
        rc = umi_book_chart(b, &p.chart, NULL, err);
    if (rc == UMI_OK)
        rc = prove(&p, err);
    *n = p.rows;
    umi_gl_free(p.gl);
    umi_arena_free(p.arena);
    umi_free(p.kinds);
    umi_free(p.has_kind);
    umi_free(p.closed);
    umi_free(p.places);
    return rc;
}
