/* SPDX-License-Identifier: MIT */
#include "ledger/book/verify_int.h"

/* The figures of batches are those of their rows.  Rows are summed while the
 * chain is hashed, each worker for itself. */

static umi__sums *sums_of(const umi__proof *p, umi__worker *w, int64_t batch)
{
    return batch >= 1 && batch <= p->batch_most ? &w->sums[batch] : NULL;
}

enum {
    RANK_TXN,
    RANK_REJECT,
    RANK_LOAN,
    RANK_FIGURES
};

static int64_t rank_of(int what, int64_t key)
{
    const int64_t most = (INT64_C(1) << 56) - 1;
    return ((int64_t)what << 56) + (key < 0 ? 0 : key > most ? most : key);
}

static void missing(umi__proof *p, int what, const char *table, int64_t key)
{
    umi_error why = {.lang = p->lang};
    (void)umi__finding(&why, table, key, "its batch is missing");
    umi__proof_note(p, UMI__BATCHES, rank_of(what, key), UMI_EDAMAGED, &why);
}

void umi__see_batch_txn(umi__proof *p, umi__worker *w, const umi_txn *t)
{
    umi__sums *s = sums_of(p, w, t->batch);
    if (s == NULL) {
        missing(p, RANK_TXN, "txn", t->id);
        return;
    }
    s->txns++;
    if (s->first == 0 || t->id < s->first)
        s->first = t->id;
    if (t->id > s->last)
        s->last = t->id;
    if (t->kind == UMI_TXN_REPAYMENT) {
        s->repayments++;
        s->repaid += t->amount.sen;
    }
}

void umi__see_batch_loan(umi__proof *p, umi__worker *w, const umi_loan *l)
{
    umi__sums *s = sums_of(p, w, l->batch);
    if (s == NULL) {
        missing(p, RANK_LOAN, "loan", l->id);
        return;
    }
    s->loans++;
    s->lent += l->principal.sen;
}

umi_status
umi__see_reject(umi__proof *p, umi__worker *w, const void *row, umi_error *err)
{
    const umi_reject *r = row;
    umi__sums *s = sums_of(p, w, r->batch);
    (void)err;
    if (s == NULL) {
        missing(p, RANK_REJECT, "reject", r->id);
        return UMI_OK;
    }
    s->rejects++;
    s->refused += r->amount.sen;
    return UMI_OK;
}

/* --- begin ---------------------------------------------------------------- */

static umi_status note_batch(void *self, const void *row, umi_error *err)
{
    umi__proof *p = self;
    const umi_batch *k = row;
    (void)err;
    if (k->id >= 1 && k->id <= p->batch_most)
        p->batches[k->id] = (umi__batch){.known = true,
                                         .kind = k->kind,
                                         .booked = k->booked,
                                         .closed = UMI_NONE32};
    return UMI_OK;
}

/* A file under way is proved like a finished one. */
static umi_status note_run(void *self, const void *row, umi_error *err)
{
    const umi_run *k = row;
    const umi_batch as_batch = {
        .id = k->id, .kind = k->kind, .booked = k->booked};
    return note_batch(self, &as_batch, err);
}

/* Loans are changed once more from here on. */
static umi_status note_segment(void *self, const void *row, umi_error *err)
{
    umi__proof *p = self;
    const umi_segment *k = row;
    if (p->cut_count == p->cut_cap) {
        size_t cap = p->cut_cap ? p->cut_cap * 2 : 16;
        int64_t *grown = umi_realloc(p->cuts, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
        p->cuts = grown;
        p->cut_cap = cap;
    }
    p->cuts[p->cut_count++] = k->first_txn;
    return UMI_OK;
}

/* Closes stand in the order of their batches. */
static umi_status note_close(void *self, const void *row, umi_error *err)
{
    umi__proof *p = self;
    const umi_closed_day *k = row;
    (void)err;
    if (k->batch >= 1 && k->batch < p->batch_most && k->id >= UMI_DAY_MIN &&
        k->id <= UMI_DAY_MAX)
        p->batches[k->batch + 1].closed = (int32_t)k->id;
    return UMI_OK;
}

umi_status umi__batches_begin(umi__proof *p, umi_error *err)
{
    umi_store *s = umi_book_store(p->book);
    int64_t run = 0, *most = &p->batch_most;
    umi_status rc = umi_store_last(s, &umi_batch_table, most, err);
    if (rc == UMI_OK)
        rc = umi_store_last(s, &umi_run_table, &run, err);
    *most = run > *most ? run : *most;
    if (*most < 0 || *most > p->rows * 64) /* every batch has rows */
        *most = 0;
    p->batches = umi_alloc_array((size_t)*most + 1, sizeof *p->batches);
    bool room = p->batches != NULL;
    for (int64_t i = 0; room && i <= *most; i++)
        p->batches[i].closed = UMI_NONE32; /* before every day */
    for (size_t i = 0; i < p->workers; i++) {
        umi__worker *w = &p->worker[i];
        w->sums = umi_alloc_array((size_t)*most + 1, sizeof *w->sums);
        room = room && w->sums != NULL;
    }
    if (rc == UMI_OK && !room)
        rc = umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    const struct {
        const umi_table *table;
        umi_row_fn fn;
    } steps[] = {{&umi_batch_table, note_batch},
                 {&umi_run_table, note_run},
                 {&umi_closed_day_table, note_close},
                 {&umi_segment_table, note_segment}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == UMI_OK; i++)
        rc = umi_store_scan(s, steps[i].table, INT64_MIN, INT64_MAX,
                            steps[i].fn, p, err);
    for (int64_t i = 1; i <= *most && rc == UMI_OK; i++)
        if (p->batches[i].closed < p->batches[i - 1].closed)
            p->batches[i].closed = p->batches[i - 1].closed;
    return rc;
}

/* --- end ------------------------------------------------------------------ */

static void merge(umi__sums *into, const umi__sums *s)
{
    into->repaid += s->repaid;
    into->refused += s->refused;
    into->lent += s->lent;
    into->repayments += s->repayments;
    into->rejects += s->rejects;
    into->loans += s->loans;
    into->txns += s->txns;
    if (into->first == 0 || (s->first != 0 && s->first < into->first))
        into->first = s->first;
    if (s->last > into->last)
        into->last = s->last;
}

static bool same(const umi_tally *a, int64_t n, umi_i128 amount)
{
    return a->n == n && a->amount.sen == amount;
}

/* A file's figures, finished or not: what it posted and refused is there. */
static bool file_fits(const umi__sums *s,
                      umi_batch_kind kind,
                      const umi_tally *posted,
                      const umi_tally *rejected)
{
    if (kind == UMI_BATCH_POST)
        return same(posted, s->repayments, s->repaid) &&
               same(rejected, s->rejects, s->refused);
    if (kind == UMI_BATCH_IMPORT)
        return same(posted, s->loans, s->lent) &&
               same(rejected, s->rejects, s->refused);
    return true;
}

typedef struct comparing {
    umi__proof *p;
    int64_t rows;
} comparing;

static umi_status compare_batch(void *self, const void *row, umi_error *err)
{
    comparing *c = self;
    const umi_batch *k = row;
    umi__sums *s = sums_of(c->p, &c->p->worker[0], k->id);
    c->rows++;
    if (s == NULL || !file_fits(s, k->kind, &k->posted, &k->rejected))
        return umi__finding(err, "batch", k->id,
                            "its figures are not those of its rows");
    if (k->first_txn != s->first || k->last_txn != s->last)
        return umi__finding(err, "batch", k->id,
                            "its postings are not those it names");
    *s = (umi__sums){0};
    return UMI_OK;
}

static umi_status compare_run(void *self, const void *row, umi_error *err)
{
    comparing *c = self;
    const umi_run *k = row;
    umi__sums *s = sums_of(c->p, &c->p->worker[0], k->id);
    c->rows++;
    if (s == NULL || !file_fits(s, k->kind, &k->posted, &k->rejected))
        return umi__finding(err, "run", k->id,
                            "its figures are not those of its rows");
    *s = (umi__sums){0};
    return UMI_OK;
}

/* Every row belonged to a batch that is there. */
static umi_status check_rest(const umi__proof *p, umi_error *err)
{
    for (int64_t i = 1; i <= p->batch_most; i++) {
        const umi__sums *s = &p->worker[0].sums[i];
        if (s->txns + s->rejects + s->loans != 0)
            return umi__finding(err, "batch", i, "it is missing");
    }
    return UMI_OK;
}

umi_status umi__batches_end(umi__proof *p, int64_t *n, umi_error *err)
{
    comparing c = {.p = p};
    umi_store *s = umi_book_store(p->book);
    umi_error why = {.lang = p->lang};
    for (size_t i = 1; i < p->workers; i++)
        for (int64_t k = 1; k <= p->batch_most; k++)
            merge(&p->worker[0].sums[k], &p->worker[i].sums[k]);
    umi_status rc = umi_store_scan(s, &umi_batch_table, INT64_MIN, INT64_MAX,
                                   compare_batch, &c, &why);
    if (rc == UMI_OK)
        rc = umi_store_scan(s, &umi_run_table, INT64_MIN, INT64_MAX,
                            compare_run, &c, &why);
    if (rc == UMI_OK)
        rc = check_rest(p, &why);
    *n = c.rows;
    return umi__proof_told(p, UMI__BATCHES, rank_of(RANK_FIGURES, 0), rc, &why,
                           err);
}
