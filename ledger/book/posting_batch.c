/* SPDX-License-Identifier: MIT */
#include "ledger/book/pay_int.h"

#include "ledger/book/refused_int.h"
#include "ledger/store/store_int.h"

/* The figures are measured, see docs/adr/0050. */
enum {
    SWEEP = 1 << 16 /* lines whose states are read at once */
};

/* A file on its way through the book. */
typedef struct pipeline {
    umi__posting p;
    const umi_pay_plan *plan;
    umi_pay_file *spare; /* where the next segment is read */
    umi_task reading;    /* of it */
    umi_status read_rc;
    umi_error read_err;
    size_t chunk, sweep;  /* lines */
    umi__sweep sweeps[2]; /* one is divided, the other written and read */
    size_t sweep_cap;
    umi__chunk c;
    int64_t done; /* lines of earlier segments */
    bool last;    /* the segment is the last one */
    bool begun;   /* a transaction of a chunk is open */
    bool cut;     /* that the segment begins is to be written */
    umi_segment segment;
} pipeline;

static void tell(const pipeline *l, umi_phase phase, size_t n)
{
    const umi_file_ask *ask = l->p.run->ask;
    if (ask->progress != NULL)
        ask->progress(ask->self, phase, l->done + (int64_t)n,
                      l->p.run->lines.n);
}

/* --- pieces of a segment -------------------------------------------------- */

/* The end of the lines from @p from on, about @p n: never inside a loan; but
 * all may be of none. */
static size_t piece_end(const umi_pay_file *f, size_t from, size_t n)
{
    size_t end = f->count - from < n ? f->count : from + n;
    while (end > from && end < f->count && f->order[end].key != 0 &&
           f->order[end].key == f->order[end - 1].key)
        end++;
    return end;
}

/* Where an earlier part of this run left off. */
static size_t first_undecided(const pipeline *l)
{
    const umi_run *r = &l->p.run->row;
    const umi_pay_file *f = l->p.f;
    size_t low = 0, high = l->p.resumed ? f->count : 0;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const umi__item *it = umi__item_of(f, f->order, mid);
        if (it->loan < r->at_loan ||
            (it->loan == r->at_loan && it->line <= r->at_line))
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static void free_sweep(umi__sweep *s)
{
    umi_free(s->loans);
    umi_free(s->states);
    umi_free(s->found);
    umi_free(s->txns);
    umi_arena_free(s->arena);
    *s = (umi__sweep){0};
}

/* As many loans as lines: those by which a piece is longer are of one loan.
 * An empty file has a sweep, too. */
static umi_status sweep_room(pipeline *l, umi_error *err)
{
    size_t most = l->sweep < l->p.f->count ? l->sweep : l->p.f->count;
    most += most == 0;
    if (most <= l->sweep_cap)
        return UMI_OK;
    l->sweep_cap = 0;
    for (size_t i = 0; i < 2; i++) {
        umi__sweep *s = &l->sweeps[i];
        free_sweep(s);
        s->loans = umi_alloc_array(most, sizeof *s->loans);
        s->states = umi_alloc_array(most, sizeof *s->states);
        s->found = umi_alloc_array(most, sizeof *s->found);
        s->arena = umi_arena_new();
        if (!s->loans || !s->states || !s->found || !s->arena)
            return umi_fail_memory(err);
    }
    l->sweep_cap = most;
    return UMI_OK;
}

/* --- writing -------------------------------------------------------------- */

static void note_place(pipeline *l, const umi__sweep *s)
{
    umi_run *r = &l->p.run->row;
    if (s->end > s->from) {
        const umi__item *last = umi__item_of(l->p.f, l->p.f->order, s->end - 1);
        r->at_loan = last->loan;
        r->at_line = last->line;
    }
    if (l->c.first_txn == 0)
        return;
    if (r->first_txn == 0)
        r->first_txn = l->c.first_txn;
    r->last_txn = l->c.last_txn;
}

/* Rows of a chunk go to the store as soon as they are there; what is written
 * for all of them at once, and how far the file is, follows with the last. */
static umi_status write_part(pipeline *l, const umi_change *c, umi_error *err)
{
    umi_store *store = umi_book_store(l->p.b);
    umi_status rc = UMI_OK;
    if (!store->open) {
        rc = umi_store_begin(store, err);
        l->begun = rc == UMI_OK;
    }
    return rc != UMI_OK ? rc : umi_book_apply(l->p.b, c, err);
}

/* With the first postings of a segment but the first stands where it began:
 * a loan may change once in each. */
static umi_status note_cut(pipeline *l, umi_change *c, umi_error *err)
{
    if (!l->cut || l->c.first_txn == 0)
        return UMI_OK;
    l->cut = false;
    l->segment = (umi_segment){.batch = l->p.run->row.id,
                               .first_line = l->p.run->row.seg_first,
                               .first_txn = l->c.first_txn};
    umi_status rc =
        umi_book_take(l->p.b, &umi_segment_table, 1, &l->segment.id, err);
    umi_change_put(c, &umi_segment_table, &l->segment, 1);
    return rc;
}

static umi_status write_end(
    pipeline *l, const umi__sweep *s, umi_change *c, bool last, umi_error *err)
{
    umi_status rc = l->p.run->ask->dry_run ? UMI_OK : note_cut(l, c, err);
    note_place(l, s);
    if (rc == UMI_OK && last && l->plan->judged != NULL)
        rc = l->plan->judged(l->plan->self, l->p.run, err);
    if (rc == UMI_OK)
        rc = umi_file_write(l->p.run, c, last, err);
    if (rc != UMI_OK || !l->begun)
        return rc;
    l->begun = false;
    return umi_store_commit(umi_book_store(l->p.b), err);
}

/* What of a sweep is to be written; refused lines of a whole chunk go with the
 * place of the file. */
static umi_status
sweep_rows(pipeline *l, const umi__sweep *s, umi_change *c, umi_error *err)
{
    if (l->p.run->ask->dry_run)
        return UMI_OK;
    umi_status rc = umi__chunk_rows(&l->c, s, c, err);
    return rc != UMI_OK || s->complete
               ? rc
               : umi__refused_put(l->p.run->refused, c, err);
}

static umi_status write_sweep(
    pipeline *l, const umi__sweep *s, umi_change *c, bool last, umi_error *err)
{
    (void)pthread_mutex_lock(&l->p.gate);
    umi_status rc = UMI_OK;
    if (s->complete)
        rc = write_end(l, s, c, last, err);
    else if (c->count > 0)
        rc = write_part(l, c, err);
    (void)pthread_mutex_unlock(&l->p.gate);
    return rc;
}

/* --- a segment ------------------------------------------------------------ */

/* The next sweep: up to the end of its chunk or of the segment. */
static void begin_sweep(pipeline *l, umi__sweep *s, size_t from, size_t *chunk)
{
    if (from >= *chunk)
        *chunk = piece_end(l->p.f, from, l->chunk);
    s->from = from;
    s->end = piece_end(l->p.f, from, l->sweep);
    if (s->end > *chunk)
        s->end = *chunk;
    s->complete = s->end == *chunk;
    s->count = 0;
}

/* Write a sweep that is divided; meanwhile the other core divides @p next,
 * unless the chunk must be closed before (NULL: there is none). */
static umi_status
finish_sweep(pipeline *l, umi__sweep *s, umi__sweep *next, umi_error *err)
{
    const bool last = l->last && s->end == l->p.f->count;
    umi_change c = {0};
    umi_status rc = sweep_rows(l, s, &c, err);
    const bool beside = next != NULL && !s->complete && rc == UMI_OK;
    if (beside)
        umi__chunk_begin(&l->c, next);
    if (rc == UMI_OK)
        rc = write_sweep(l, s, &c, last, err);
    if (rc != UMI_OK) {
        if (beside)
            umi_task_join(&l->c.task);
        return rc;
    }
    if (s->complete) {
        umi__chunk_clear(&l->c);
        tell(l, UMI_PHASE_WRITE, s->end);
        if (next != NULL)
            umi__chunk_begin(&l->c, next);
    }
    return UMI_OK;
}

/* Of three sweeps at a time this core writes the first and then reads the
 * states for the third, the other one divides the second; the hasher of rows
 * goes on beside both. */
static umi_status post_lines(pipeline *l, size_t from, umi_error *err)
{
    const size_t n = l->p.f->count;
    umi__sweep *s = &l->sweeps[0], *next = &l->sweeps[1];
    size_t chunk = from;
    begin_sweep(l, s, from, &chunk);
    umi_status rc = umi__sweep_read(s, &l->p, err);
    if (rc == UMI_OK)
        umi__chunk_begin(&l->c, s);
    for (bool more = true; rc == UMI_OK && more;) {
        umi_status read = UMI_OK;
        umi_error why = {.lang = err ? err->lang : UMI_LANG_EN};
        more = s->end < n;
        if (more) {
            begin_sweep(l, next, s->end, &chunk);
            read = umi__sweep_read(next, &l->p, &why);
        }
        rc = umi__chunk_end(&l->c, err);
        if (rc == UMI_OK && read != UMI_OK) { /* the first failure stops */
            if (err != NULL)
                *err = why;
            rc = read;
        }
        if (rc == UMI_OK)
            rc = finish_sweep(l, s, more ? next : NULL, err);
        umi__sweep *swap = s;
        s = next;
        next = swap;
    }
    return rc;
}

/* An earlier part of the run may have written it. */
static umi_status look_for_cut(void *self, const void *row, umi_error *err)
{
    pipeline *l = self;
    const umi_segment *k = row;
    (void)err;
    if (k->batch == l->p.run->row.id && k->first_line == umi_pay_first(l->p.f))
        l->cut = false;
    return UMI_OK;
}

static umi_status find_cut(pipeline *l, umi_error *err)
{
    l->cut = l->done > 0;
    if (!l->cut || !l->p.resumed)
        return UMI_OK;
    return umi_store_scan(umi_book_store(l->p.b), &umi_segment_table, 1,
                          INT64_MAX, look_for_cut, l, err);
}

static umi_status order_segment(pipeline *l, umi_error *err)
{
    tell(l, UMI_PHASE_SORT, 0);
    umi_status rc = umi__pay_judge(&l->p, err);
    if (rc == UMI_OK)
        tell(l, UMI_PHASE_SORT, l->p.f->count);
    return rc;
}

static umi_status post_segment(pipeline *l, umi_error *err)
{
    umi_run *r = &l->p.run->row;
    size_t from = first_undecided(l);
    if (from == l->p.f->count && !l->last)
        return UMI_OK;
    if (l->p.f->count > 0) {
        r->seg_first = umi_pay_first(l->p.f);
        r->seg_last = umi_pay_last(l->p.f);
    }
    umi_status rc = find_cut(l, err);
    if (rc == UMI_OK)
        rc = sweep_room(l, err);
    umi__chunk_room(&l->c, l->p.f);
    return rc != UMI_OK ? rc : post_lines(l, from, err);
}

/* --- the file ------------------------------------------------------------- */

static void read_next(void *self)
{
    pipeline *l = self;
    l->read_rc = l->plan->next(l->plan->self, l->spare, &l->read_err);
}

/* While a segment is posted the other core reads the next. */
static umi_status post_and_read(pipeline *l, umi_error *err)
{
    umi_status rc = order_segment(l, err);
    if (rc != UMI_OK)
        return rc;
    l->read_err = (umi_error){.lang = err ? err->lang : UMI_LANG_EN};
    umi_task_start(&l->reading, read_next, l);
    rc = post_segment(l, err);
    umi_task_join(&l->reading);
    if (rc == UMI_OK && l->read_rc != UMI_OK) {
        rc = l->read_rc;
        if (err != NULL)
            *err = l->read_err;
    }
    l->done += (int64_t)l->p.f->count;
    umi_pay_clear(l->p.f);
    umi_pay_file *swap = l->p.f;
    l->p.f = l->spare;
    l->spare = swap;
    l->p.resumed = false;
    return rc;
}

static umi_status post_all(pipeline *l, umi_error *err)
{
    umi_status rc = UMI_OK;
    for (size_t left = l->plan->following; left > 0 && rc == UMI_OK; left--)
        rc = post_and_read(l, err);
    l->last = true;
    if (rc == UMI_OK)
        rc = order_segment(l, err);
    return rc != UMI_OK ? rc : post_segment(l, err);
}

static umi_status prepare(pipeline *l, umi_error *err)
{
    int64_t id;
    umi_status rc = umi_deals_new(&l->p.deals, l->p.b, err);
    if (rc == UMI_OK)
        rc = umi_gl_new(&l->c.gl, l->p.b, err);
    if (rc != UMI_OK)
        return rc;
    l->c.loan = umi_arena_new();
    l->c.scratch = umi_arena_new();
    if (l->c.loan == NULL || l->c.scratch == NULL)
        return umi_fail_memory(err);
    if (l->plan->following > 0)
        rc = umi_pay_new(&l->spare, l->p.b, l->p.run->ask->segment, err);
    /* keys are handed out on the other core: it must not ask the store */
    return rc != UMI_OK ? rc
                        : umi_book_take(l->p.b, &umi_txn_table, 0, &id, err);
}

static void release(pipeline *l, umi_pay_file *own)
{
    if (l->p.f != own)
        umi_pay_free(l->p.f);
    else
        umi_pay_free(l->spare);
    for (size_t i = 0; i < 2; i++)
        free_sweep(&l->sweeps[i]);
    umi_gl_free(l->c.gl);
    umi_arena_free(l->c.loan);
    umi_arena_free(l->c.scratch);
    umi_deals_free(l->p.deals);
    umi_free(l->p.channel_ids);
    (void)pthread_mutex_destroy(&l->p.gate);
}

umi_status umi_pay_post(umi_pay_file *f,
                        umi_file_run *run,
                        const umi_pay_plan *plan,
                        umi_error *err)
{
    umi_store *store = umi_book_store(run->book);
    const umi_file_ask *ask = run->ask;
    const bool whole = ask->whole && !ask->dry_run;
    pipeline l = {
        .p = {.run = run, .b = run->book, .f = f, .resumed = run->stored},
        .plan = plan,
        .chunk = ask->chunk ? ask->chunk : UMI_PAY_CHUNK,
        .sweep = ask->chunk ? (ask->chunk + 2) / 3 : SWEEP,
        .done = plan->done_before};
    l.c.p = &l.p;
    l.c.err.lang = err ? err->lang : UMI_LANG_EN;
    (void)pthread_mutex_init(&l.p.gate, NULL);
    umi_status rc = prepare(&l, err);
    if (rc == UMI_OK && whole)
        rc = umi_store_begin(store, err);
    if (rc == UMI_OK)
        rc = post_all(&l, err);
    if (rc == UMI_OK && whole)
        rc = umi_store_commit(store, err);
    if (rc != UMI_OK && store->open)
        store->dead = true; /* what is half written must not be committed */
    release(&l, f);
    return rc;
}
