/* SPDX-License-Identifier: MIT */
#include "ledger/io/csv.h"
#include "ledger/io/journal_int.h"

#include <stdlib.h>

static void put_header(umi_csv_out *w, const char *const *names)
{
    for (; *names != NULL; names++)
        umi_csv_put_str(w, *names);
    umi_csv_end(w);
}

/* An amount that is not there is an empty field. */
static void put_some(umi_csv_out *w, umi_money m)
{
    if (m.sen == 0)
        umi_csv_put(w, UMI_TEXT(""));
    else
        umi_csv_put_money(w, m);
}

/* --- the general ledger --------------------------------------------------- */

typedef struct lines {
    umi_journal *j;
    const umi_chart *chart;
} lines;

static umi_status put_line(void *self, const void *row, umi_error *err)
{
    lines *l = self;
    const umi_gl_line *line = row;
    umi_csv_out w = {.buf = &l->j->buf};
    if (line->day.n < l->j->ask->from.n || line->day.n > l->j->ask->to.n)
        return UMI_OK;
    int32_t at = umi_chart_find(l->chart, line->account);
    umi_csv_put_int(&w, line->batch);
    umi_csv_put_day(&w, line->day);
    umi_csv_put(&w, umi_book_word(l->j->book, line->branch));
    umi_csv_put(&w, line->account);
    umi_csv_put(&w, at == UMI_NO_ACCOUNT ? line->account
                                         : l->chart->accounts[at].name_id);
    put_some(&w, line->debit);
    put_some(&w, line->credit);
    umi_csv_end(&w);
    return umi__journal_pass(l->j, false, err);
}

umi_status umi__journal_csv(umi_journal *j, umi_error *err)
{
    static const char *const names[] = {"batch", "date",  "branch", "account",
                                        "name",  "debit", "credit", NULL};
    lines l = {.j = j};
    umi_csv_out w = {.buf = &j->buf};
    umi_status rc = umi_book_chart(j->book, &l.chart, NULL, err);
    if (rc != UMI_OK)
        return rc;
    put_header(&w, names);
    return umi_store_scan(umi_book_store(j->book), &umi_gl_line_table, 1,
                          INT64_MAX, put_line, &l, err);
}

/* --- the postings of loans ------------------------------------------------ */

enum {
    CHUNK = 512 /* postings whose loans are looked up at once */
};

typedef struct postings {
    umi_journal *j;
    umi_arena *arena; /* of one chunk */
    umi_txn rows[CHUNK];
    size_t n;
} postings;

static int by_key(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Rows of a table for some of the chunk's keys. */
typedef struct looked_up {
    int64_t keys[CHUNK];
    bool found[CHUNK];
    size_t n;
} looked_up;

static umi_status look_up(
    postings *p, looked_up *l, const umi_table *t, void *rows, umi_error *err)
{
    size_t distinct = 0;
    if (l->n > 0)
        qsort(l->keys, l->n, sizeof *l->keys, by_key);
    for (size_t i = 0; i < l->n; i++)
        if (i == 0 || l->keys[i] != l->keys[distinct - 1])
            l->keys[distinct++] = l->keys[i];
    l->n = distinct;
    return umi_store_read(umi_book_store(p->j->book), t, l->keys, l->n, rows,
                          l->found, p->arena, err);
}

/* Index of a key, or -1. */
static ptrdiff_t place(const looked_up *l, int64_t key)
{
    const int64_t *at = NULL;
    if (l->n > 0)
        at = bsearch(&key, l->keys, l->n, sizeof *l->keys, by_key);
    return at != NULL && l->found[at - l->keys] ? at - l->keys : -1;
}

/* A posting is named by its day and reference: keys of rows mean nothing
 * outside the book. */
static void put_reversed(umi_csv_out *w, const umi_txn *t)
{
    if (t == NULL) {
        umi_csv_put(w, UMI_TEXT(""));
        umi_csv_put(w, UMI_TEXT(""));
        return;
    }
    umi_csv_put_day(w, t->day);
    umi_csv_put(w, t->ref.ptr ? t->ref : UMI_TEXT(""));
}

static void put_posting(postings *p,
                        const umi_txn *t,
                        const umi_loan *loan,
                        const umi_txn *reversed)
{
    umi_csv_out w = {.buf = &p->j->buf};
    umi_csv_put(&w, loan->number);
    umi_csv_put(&w, umi_book_word(p->j->book, loan->product));
    umi_csv_put(&w, umi_book_word(p->j->book, loan->branch));
    umi_csv_put_day(&w, t->day);
    umi_csv_put_str(&w, umi_txn_kind_name(t->kind));
    umi_csv_put_money(&w, t->amount);
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        umi_csv_put_money(&w, t->parts.of[c]);
    umi_csv_put_money(&w, t->parts.overpaid);
    umi_csv_put(&w, umi_book_word(p->j->book, t->channel));
    umi_csv_put(&w, t->ref.ptr ? t->ref : UMI_TEXT(""));
    put_reversed(&w, reversed);
    umi_csv_end(&w);
}

static umi_status put_chunk(postings *p, umi_error *err)
{
    looked_up loans = {.n = 0}, reversed = {.n = 0};
    umi_loan *loan = umi_arena_array(p->arena, CHUNK, sizeof *loan);
    umi_txn *txn = umi_arena_array(p->arena, CHUNK, sizeof *txn);
    if (loan == NULL || txn == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < p->n; i++) {
        loans.keys[loans.n++] = p->rows[i].loan;
        if (p->rows[i].reverses != UMI_NONE)
            reversed.keys[reversed.n++] = p->rows[i].reverses;
    }
    umi_status rc = look_up(p, &loans, &umi_loan_table, loan, err);
    if (rc == UMI_OK)
        rc = look_up(p, &reversed, &umi_txn_table, txn, err);
    for (size_t i = 0; rc == UMI_OK && i < p->n; i++) {
        const umi_txn *t = &p->rows[i];
        ptrdiff_t at = place(&loans, t->loan);
        ptrdiff_t of = place(&reversed, t->reverses);
        if (at < 0 || (of < 0 && t->reverses != UMI_NONE))
            return umi_fail(err, UMI_EDAMAGED, "",
                            "posting %lld names what is not there",
                            (long long)t->id);
        put_posting(p, t, &loan[at], of < 0 ? NULL : &txn[of]);
        rc = umi__journal_pass(p->j, false, err);
    }
    p->n = 0;
    umi_arena_reset(p->arena);
    return rc;
}

static umi_status add_posting(void *self, const void *row, umi_error *err)
{
    postings *p = self;
    const umi_txn *t = row;
    if (t->day.n < p->j->ask->from.n || t->day.n > p->j->ask->to.n)
        return UMI_OK;
    p->rows[p->n] = *t;
    if (t->ref.ptr != NULL) {
        char *copy = umi_arena_copy(p->arena, t->ref.ptr, t->ref.len);
        if (copy == NULL)
            return umi_fail_memory(err);
        p->rows[p->n].ref.ptr = copy;
    }
    return ++p->n == CHUNK ? put_chunk(p, err) : UMI_OK;
}

umi_status umi__journal_loans(umi_journal *j, umi_error *err)
{
    static const char *const names[] = {
        "loan",      "product",       "branch",
        "date",      "kind",          "amount",
        "principal", "interest",      "fee",
        "penalty",   "overpaid",      "channel",
        "reference", "reverses_date", "reverses_reference",
        NULL};
    umi_csv_out w = {.buf = &j->buf};
    postings *p = umi_alloc_array(1, sizeof *p);
    umi_arena *arena = umi_arena_new();
    if (p == NULL || arena == NULL) {
        umi_free(p);
        umi_arena_free(arena);
        return umi_fail_memory(err);
    }
    p->j = j;
    p->arena = arena;
    put_header(&w, names);
    umi_status rc = umi_store_scan(umi_book_store(j->book), &umi_txn_table, 1,
                                   INT64_MAX, add_posting, p, err);
    if (rc == UMI_OK)
        rc = put_chunk(p, err);
    umi_arena_free(arena);
    umi_free(p);
    return rc;
}
