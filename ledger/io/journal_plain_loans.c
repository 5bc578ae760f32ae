/* SPDX-License-Identifier: MIT */
#include "ledger/book/gl.h"
#include "ledger/io/journal_int.h"

/* Postings one by one.  Their lines follow from the posting rules, as when
 * they were entered; what an act or a close put into the ledger beside its
 * postings is what is left of its lines. */
typedef struct loans {
    umi_plain *p;
    umi_store *store;
    umi_arena *arena; /* of one posting */
    umi_arena *acts;  /* of one act */
    umi_gl *gl;
    umi_batch batch; /* at hand; of a file under way as it stands */
    umi_closed_day *closed;
    size_t closed_count, closed_room;
    umi_gl_line *left; /* lines of the act at hand, then of what is left */
    size_t left_count, left_room;
} loans;

static umi_status missing(const char *table, int64_t key, umi_error *err)
{
    return umi_fail(err, UMI_EDAMAGED, "", "%s %lld is missing", table,
                    (long long)key);
}

static umi_status keep_closed(void *self, const void *row, umi_error *err)
{
    loans *l = self;
    if (l->closed_count == l->closed_room) {
        size_t room = l->closed_room ? l->closed_room * 2 : 64;
        umi_closed_day *grown = umi_realloc(l->closed, room * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        l->closed = grown;
        l->closed_room = room;
    }
    l->closed[l->closed_count++] = *(const umi_closed_day *)row;
    return UMI_OK;
}

/* --- one posting ---------------------------------------------------------- */

static umi_status batch_of(loans *l, int64_t id, umi_error *err)
{
    umi_batch b;
    umi_run run;
    bool found;
    if (l->batch.id == id)
        return UMI_OK;
    umi_status rc = umi_store_read(l->store, &umi_batch_table, &id, 1, &b,
                                   &found, l->arena, err);
    if (rc == UMI_OK && !found) {
        rc = umi_store_read(l->store, &umi_run_table, &id, 1, &run, &found,
                            l->arena, err);
        b = (umi_batch){.id = id, .kind = run.kind, .booked = run.booked};
    }
    if (rc == UMI_OK && !found)
        rc = missing("batch", id, err);
    if (rc == UMI_OK)
        l->batch = b;
    return rc;
}

/* Its own day, unless that was closed when its batch was entered. */
static umi_day ledger_day(const loans *l, const umi_txn *t)
{
    size_t i = l->closed_count;
    while (i > 0 && l->closed[i - 1].batch >= t->batch)
        i--;
    bool was_closed = i > 0 && l->closed[i - 1].id >= t->day.n;
    return was_closed ? l->batch.booked : t->day;
}

/* Add the posting to the sums; its loan's number is for the reader. */
static umi_status
add_posting(loans *l, const umi_txn *t, umi_text *number, umi_error *err)
{
    umi_txn of = *t;
    umi_loan loan;
    bool found = true;
    umi_status rc = batch_of(l, t->batch, err);
    if (rc == UMI_OK && t->kind == UMI_TXN_REVERSAL)
        rc = umi_store_read(l->store, &umi_txn_table, &t->reverses, 1, &of,
                            &found, l->arena, err);
    if (rc == UMI_OK && !found)
        rc = missing("txn", t->reverses, err);
    if (rc == UMI_OK)
        rc = umi_store_read(l->store, &umi_loan_table, &t->loan, 1, &loan,
                            &found, l->arena, err);
    if (rc == UMI_OK && !found)
        rc = missing("loan", t->loan, err);
    if (rc != UMI_OK)
        return rc;
    *number = loan.number;
    const umi_gl_key key = {.kind = umi_gl_kind(of.kind),
                            .day = ledger_day(l, t),
                            .product = loan.product,
                            .branch = loan.branch,
                            .channel = of.channel};
    return umi_gl_add(l->gl, &key, &t->parts, err);
}

static umi_status
put_lines(loans *l, const umi_gl_line *rows, size_t n, umi_error *err)
{
    umi_status rc = UMI_OK;
    l->p->open = false;
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        rc = umi__plain_line(l->p, &rows[i], err);
    l->p->open = false;
    return rc;
}

static umi_status put_posting(void *self, const void *row, umi_error *err)
{
    loans *l = self;
    const umi_txn *t = row;
    umi_text number;
    umi_gl_line *rows;
    size_t n;
    umi_buf what = {0};
    umi_arena_reset(l->arena);
    umi_gl_clear(l->gl);
    umi_status rc = add_posting(l, t, &number, err);
    if (rc == UMI_OK)
        rc = umi_gl_lines(l->gl, t->batch, &rows, &n, l->arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_buf_printf(&what, "%s ", umi_txn_kind_name(t->kind));
    umi_buf_text(&what, number);
    l->p->what = umi_buf_as_text(&what);
    rc = what.failed ? umi_fail_memory(err) : put_lines(l, rows, n, err);
    l->p->what = (umi_text){0};
    umi_buf_free(&what);
    return rc;
}

/* --- what stands in the ledger alone -------------------------------------- */

static umi_status again(void *self, const void *row, umi_error *err)
{
    loans *l = self;
    umi_text number;
    return add_posting(l, row, &number, err);
}

static bool same_place(const umi_gl_line *a, const umi_gl_line *b)
{
    return a->day.n == b->day.n && a->branch == b->branch &&
           umi_text_eq(a->account, b->account);
}

/* Take a line of a posting out of those of the act. */
static umi_status subtract(loans *l, const umi_gl_line *line, umi_error *err)
{
    for (size_t i = 0; i < l->left_count; i++) {
        umi_gl_line *to = &l->left[i];
        if (!same_place(to, line))
            continue;
        int64_t net = to->debit.sen - to->credit.sen - line->debit.sen +
                      line->credit.sen; /* sums of one act */
        to->debit.sen = net > 0 ? net : 0;
        to->credit.sen = net < 0 ? -net : 0;
        return UMI_OK;
    }
    return missing("a line of batch", line->batch, err);
}

static umi_status put_left(loans *l, umi_error *err)
{
    umi_gl_line *rows;
    size_t n = 0;
    umi_status rc = UMI_OK;
    umi_arena_reset(l->arena);
    umi_gl_clear(l->gl);
    if (l->left_count > 0 && l->batch.first_txn != 0)
        rc = umi_store_scan(l->store, &umi_txn_table, l->batch.first_txn,
                            l->batch.last_txn, again, l, err);
    if (rc == UMI_OK)
        rc = umi_gl_lines(l->gl, l->batch.id, &rows, &n, l->arena, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++)
        rc = subtract(l, &rows[i], err);
    if (rc == UMI_OK)
        rc = put_lines(l, l->left, l->left_count, err);
    l->left_count = 0;
    umi_arena_reset(l->acts);
    return rc;
}

static umi_status keep_line(loans *l, const umi_gl_line *line, umi_error *err)
{
    if (l->left_count == l->left_room) {
        size_t room = l->left_room ? l->left_room * 2 : 64;
        umi_gl_line *grown = umi_realloc(l->left, room * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        l->left = grown;
        l->left_room = room;
    }
    umi_gl_line *to = &l->left[l->left_count];
    *to = *line;
    to->account.ptr =
        umi_arena_copy(l->acts, line->account.ptr, line->account.len);
    if (to->account.ptr == NULL)
        return umi_fail_memory(err);
    l->left_count++;
    return UMI_OK;
}

/* Files have no lines but those of their postings. */
static umi_status take_line(void *self, const void *row, umi_error *err)
{
    loans *l = self;
    const umi_gl_line *line = row;
    umi_status rc = UMI_OK;
    if (l->left_count > 0 && l->batch.id != line->batch)
        rc = put_left(l, err);
    if (rc == UMI_OK && l->batch.id != line->batch) {
        umi_arena_reset(l->arena);
        rc = batch_of(l, line->batch, err);
    }
    if (rc != UMI_OK || l->batch.kind == UMI_BATCH_IMPORT ||
        l->batch.kind == UMI_BATCH_POST)
        return rc;
    return keep_line(l, line, err);
}

static umi_status put_all(loans *l, umi_error *err)
{
    umi_status rc = umi_store_scan(l->store, &umi_closed_day_table, 1,
                                   INT64_MAX, keep_closed, l, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(l->store, &umi_txn_table, 1, INT64_MAX, put_posting,
                            l, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(l->store, &umi_gl_line_table, 1, INT64_MAX,
                            take_line, l, err);
    return rc == UMI_OK ? put_left(l, err) : rc;
}

umi_status umi__plain_loans(umi_plain *p, umi_error *err)
{
    loans l = {.p = p, .store = umi_book_store(p->j->book)};
    l.arena = umi_arena_new();
    l.acts = umi_arena_new();
    umi_status rc = UMI_OK;
    if (l.arena == NULL || l.acts == NULL)
        rc = umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = umi_gl_new(&l.gl, p->j->book, err);
    if (rc == UMI_OK)
        rc = put_all(&l, err);
    umi_gl_free(l.gl);
    umi_arena_free(l.arena);
    umi_arena_free(l.acts);
    umi_free(l.closed);
    umi_free(l.left);
    return rc;
}
