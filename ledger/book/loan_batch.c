/* SPDX-License-Identifier: MIT */
#include "ledger/book/loan_batch.h"

#include "engine/base/task.h"
#include "ledger/book/key_filter_int.h"
#include "ledger/book/keys.h"
#include "ledger/book/loan_rows_int.h"
#include "ledger/book/loan_seen_int.h"

#include <assert.h>
#include <stdlib.h>

enum {
    CHUNK = 100000 /* loans; seven rows each */
};

typedef struct batch {
    umi_file_run *run;
    umi_book *b;
    umi_sip_key secret;
    umi_arena *arena; /* of the chunk that is written */
    umi__loan_reader reader;
    umi__loan_lines chunk[2]; /* one is written while the other is read */
    umi__loan_seen *seen;
    umi__key_filter stored;  /* keys in the book, when it had none before */
    umi__key_filter persons; /* the same for NIK */
    umi__loan_rows rows;
    bool begun; /* the one transaction of a whole file */
} batch;

/* --- numbers -------------------------------------------------------------- */

/* Numbers that are in the book already, and where new ones will stand.  A
 * portfolio that comes into an empty book is not asked for one by one. */
static umi_status
find_numbers(batch *lb, const umi__loan_lines *c, umi_error *err)
{
    size_t n = 0;
    umi_number_ask *asks = umi_arena_array(lb->arena, c->sound, sizeof *asks);
    size_t *which = umi_arena_array(lb->arena, c->sound, sizeof *which);
    if (asks == NULL || which == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < c->sound; i++) {
        const umi__loan_line *it = &c->items[c->order[i].value];
        if (!umi__key_filter_may_hold(&lb->stored, it->key))
            continue;
        which[n] = (size_t)c->order[i].value;
        asks[n++] = (umi_number_ask){.key = it->key, .number = it->number};
    }
    umi_status rc = umi_keys_numbers(lb->b, asks, n, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        c->items[which[i]].loan = asks[i].loan;
        c->items[which[i]].key = asks[i].key;
    }
    return rc;
}

/* The rows of loans that exist, in order of key. */
typedef struct known {
    int64_t *keys;
    umi_loan *rows;
    bool *found;
    size_t n;
} known;

static int by_key(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static size_t distinct_loans(const umi__loan_lines *c, int64_t *keys)
{
    size_t n = 0, distinct = 0;
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].loan != 0)
            keys[n++] = c->items[i].loan;
    if (n > 0)
        qsort(keys, n, sizeof *keys, by_key);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || keys[i] != keys[distinct - 1])
            keys[distinct++] = keys[i];
    return distinct;
}

static umi_status
read_known(batch *lb, const umi__loan_lines *c, known *k, umi_error *err)
{
    k->keys = umi_arena_array(lb->arena, c->count, sizeof *k->keys);
    if (k->keys == NULL)
        return umi_fail_memory(err);
    k->n = distinct_loans(c, k->keys);
    k->rows = umi_arena_array(lb->arena, k->n, sizeof *k->rows);
    k->found = umi_arena_array(lb->arena, k->n, sizeof *k->found);
    if (k->rows == NULL || k->found == NULL)
        return umi_fail_memory(err);
    umi_status rc =
        umi_store_read(umi_book_store(lb->b), &umi_loan_table, k->keys, k->n,
                       k->rows, k->found, lb->arena, err);
    for (size_t i = 0; i < k->n && rc == UMI_OK; i++)
        if (!k->found[i])
            rc = umi_fail(err, UMI_EDAMAGED, "",
                          "a loan number is kept for no loan");
    return rc;
}

static const umi_loan *known_loan(const known *k, int64_t id)
{
    const int64_t *at = bsearch(&id, k->keys, k->n, sizeof id, by_key);
    return at ? &k->rows[at - k->keys] : NULL;
}

static umi__sight sight_of(const umi_loan *l, const umi_hash *origin)
{
    bool same = l->origin.len == UMI_HASH_SIZE &&
                memcmp(l->origin.ptr, origin->byte, UMI_HASH_SIZE) == 0;
    return same ? UMI__SIGHT_SAME : UMI__SIGHT_OTHER;
}

/* --- persons -------------------------------------------------------------- */

static bool may_be_known(const batch *lb, const umi__loan_line *it)
{
    return it->nik_key != 0 && it->fault == NULL &&
           umi__key_filter_may_hold(&lb->persons, it->nik_key);
}

static umi_status
find_persons(batch *lb, const umi__loan_lines *c, umi_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++)
        n += may_be_known(lb, &c->items[i]);
    umi_text *niks = umi_arena_array(lb->arena, n, sizeof *niks);
    size_t *which = umi_arena_array(lb->arena, n, sizeof *which);
    int64_t *ids = umi_arena_array(lb->arena, n, sizeof *ids);
    if (niks == NULL || which == NULL || ids == NULL)
        return umi_fail_memory(err);
    n = 0;
    for (size_t i = 0; i < c->count; i++)
        if (may_be_known(lb, &c->items[i])) {
            which[n] = i;
            niks[n++] = c->items[i].nik;
        }
    umi_status rc = umi_store_lookup(umi_book_store(lb->b), &umi_person_by_nik,
                                     niks, n, ids, err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        c->items[which[i]].person = ids[i] == UMI_NONE ? 0 : ids[i];
    return rc;
}

/* --- judging -------------------------------------------------------------- */

static umi_status
refuse(batch *lb, const umi__loan_line *it, const char *code, umi_error *err)
{
    return umi_file_refuse(lb->run, it->line, code, it->amount, err);
}

/* A number that is taken: by the same loan, or by another. */
static umi_status take_again(batch *lb,
                             const umi__loan_line *it,
                             umi__sight sight,
                             umi_error *err)
{
    if (sight == UMI__SIGHT_SAME)
        return umi_file_count(&lb->run->row.duplicate, it->amount, err);
    return refuse(lb, it, "CONFLICT", err);
}

/* Lines of this file that are not in the book: all in a dry run; else those
 * of the chunk, and only a line of the same key can have the same number. */
static bool may_be_seen(const batch *lb, const umi__loan_line *it)
{
    return it->twin || lb->run->ask->dry_run;
}

/* A refused line does not use its number up. */
static umi_status take_new(batch *lb, umi__loan_line *it, umi_error *err)
{
    if (it->refusal != NULL)
        return refuse(lb, it, it->refusal, err);
    umi_status rc = umi__loan_rows_add(&lb->rows, it, err);
    return rc == UMI_OK ? umi_file_count(&lb->run->row.posted, it->amount, err)
                        : rc;
}

static umi_status take_seen(batch *lb, umi__loan_line *it, umi_error *err)
{
    int64_t key = umi_key_number(&lb->secret, it->number);
    umi__sight sight =
        umi__loan_seen_find(lb->seen, key, it->number, &it->origin);
    if (sight != UMI__SIGHT_NEW)
        return take_again(lb, it, sight, err);
    umi_status rc = take_new(lb, it, err);
    if (rc == UMI_OK && it->row != 0 &&
        !umi__loan_seen_add(lb->seen, key, it->number, &it->origin))
        rc = umi_fail_memory(err);
    return rc;
}

static umi_status
judge(batch *lb, umi__loan_line *it, const known *k, umi_error *err)
{
    if (it->fault != NULL)
        return refuse(lb, it, it->fault, err);
    if (it->loan != 0)
        return take_again(lb, it,
                          sight_of(known_loan(k, it->loan), &it->origin), err);
    return may_be_seen(lb, it) ? take_seen(lb, it, err) : take_new(lb, it, err);
}

static umi_status judge_all(batch *lb, umi__loan_lines *c, umi_error *err)
{
    known k = {0};
    umi_status rc = umi__loan_rows_begin(&lb->rows, err);
    if (!lb->run->ask->dry_run)
        umi__loan_seen_clear(lb->seen);
    if (rc == UMI_OK)
        rc = find_numbers(lb, c, err);
    if (rc == UMI_OK)
        rc = read_known(lb, c, &k, err);
    if (rc == UMI_OK)
        rc = find_persons(lb, c, err);
    for (size_t i = 0; i < c->count && rc == UMI_OK; i++)
        rc = judge(lb, &c->items[i], &k, err);
    return rc;
}

/* --- writing -------------------------------------------------------------- */

/* New numbers by where they will stand.  Those that collide with numbers of
 * the book have moved a little, which is rare. */
static size_t order_keys(batch *lb, const umi__loan_lines *c)
{
    size_t n = 0, loans = lb->rows.loan_count;
    bool ascending = true;
    for (size_t i = 0; i < c->sound && n < loans; i++) {
        const umi__loan_line *it = &c->items[c->order[i].value];
        if (it->row == 0)
            continue;
        umi__key_filter_add(&lb->stored, c->order[i].key); /* its own hash */
        c->order[n] = (umi_pair){it->key, (int64_t)it->row - 1};
        ascending = ascending && (n == 0 || c->order[n - 1].key <= it->key);
        n++;
    }
    if (!ascending)
        umi_sort_pairs(c->order, c->room, n);
    return n;
}

static umi_status put_numbers(batch *lb,
                              const umi__loan_lines *c,
                              umi_change *change,
                              umi_error *err)
{
    const size_t n = order_keys(lb, c);
    umi_loan_key *rows = umi_arena_array(lb->arena, n, sizeof *rows);
    int64_t *keys = umi_arena_array(lb->arena, n, sizeof *keys);
    if (rows == NULL || keys == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        keys[i] = c->order[i].key;
    umi_status rc = umi_keys_spread(lb->b, &umi_loan_key_table, keys, n, err);
    for (size_t i = 0; i < n; i++) {
        const umi_loan *loan = &lb->rows.loans[c->order[i].value];
        rows[i] = (umi_loan_key){keys[i], loan->id, loan->number};
        umi__key_filter_add(&lb->stored, keys[i]); /* where it stands */
    }
    umi_change_put(change, &umi_loan_key_table, rows, n);
    return rc;
}

static void note_persons(batch *lb, const umi__loan_lines *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].row != 0 && c->items[i].nik_key != 0)
            umi__key_filter_add(&lb->persons, c->items[i].nik_key);
}

static void note_place(batch *lb, const umi__loan_lines *c)
{
    umi_run *r = &lb->run->row;
    const umi__loan_rows *rows = &lb->rows;
    if (c->count > 0)
        r->at_line = c->items[c->count - 1].line;
    if (rows->loan_count == 0)
        return;
    if (r->first_txn == 0)
        r->first_txn = rows->txns[0].id;
    r->last_txn = rows->txns[rows->loan_count - 1].id;
}

static umi_status write(batch *lb, const umi__loan_lines *c, umi_error *err)
{
    umi_change change = {0};
    umi_status rc = UMI_OK;
    if (!lb->run->ask->dry_run) {
        note_persons(lb, c);
        rc = put_numbers(lb, c, &change, err);
        if (rc == UMI_OK)
            rc = umi__loan_rows_put(&lb->rows, &change, err);
    }
    note_place(lb, c);
    lb->run->lines = c->lines;
    if (rc == UMI_OK && c->last && lb->reader.feed.judged != NULL)
        rc = lb->reader.feed.judged(lb->reader.feed.self, lb->run, err);
    return rc == UMI_OK ? umi_file_write(lb->run, &change, c->last, err) : rc;
}

static umi_status take_chunk(batch *lb, umi__loan_lines *c, umi_error *err)
{
    const umi_file_ask *ask = lb->run->ask;
    umi_status rc = judge_all(lb, c, err);
    if (rc == UMI_OK)
        rc = write(lb, c, err);
    umi_arena_reset(lb->arena);
    if (rc == UMI_OK && ask->progress != NULL)
        ask->progress(ask->self, UMI_PHASE_WRITE, c->lines.n, lb->run->about);
    return rc;
}

/* --- the file ------------------------------------------------------------- */

/* Why there is no such chunk: what came before it is written by now. */
static umi_status unread(const umi__loan_lines *c, umi_error *err)
{
    if (c->rc != UMI_OK && err != NULL)
        *err = c->err;
    return c->rc;
}

/* The reader and the chunk that it fills are another thread's from the start
 * of the task to its join; the book stays here. */
static umi_status take_all(batch *lb, umi_error *err)
{
    umi_status rc = UMI_OK;
    umi__loan_lines *next = &lb->chunk[0];
    lb->reader.into = next;
    umi__loan_lines_read(&lb->reader);
    for (size_t i = 1; rc == UMI_OK; i++) {
        umi__loan_lines *c = next;
        umi_task task;
        rc = unread(c, err);
        if (rc != UMI_OK || c->last)
            return rc == UMI_OK ? take_chunk(lb, c, err) : rc;
        next = &lb->chunk[i & 1];
        umi__loan_lines_clear(next);
        lb->reader.into = next;
        umi_task_start(&task, umi__loan_lines_read, &lb->reader);
        rc = take_chunk(lb, c, err);
        umi_task_join(&task);
    }
    return rc;
}

/* What is in @p f when it can be known: a table without rows. */
static umi_status
know(batch *lb, umi__key_filter *f, const umi_table *t, umi_error *err)
{
    int64_t last = 0;
    umi_status rc = umi_store_last(umi_book_store(lb->b), t, &last, err);
    if (rc == UMI_OK && last == 0 && !umi__key_filter_make(f, lb->run->about))
        rc = umi_fail_memory(err);
    return rc;
}

static umi_status begin(batch *lb, const umi_loan_feed *feed, umi_error *err)
{
    const umi_file_run *run = lb->run;
    const size_t cap = run->ask->chunk ? run->ask->chunk : CHUNK;
    const bool whole = run->ask->whole && !run->ask->dry_run;
    lb->secret = umi_book_secret(lb->b);
    lb->reader.feed = *feed;
    lb->reader.secret = lb->secret;
    lb->reader.branch = umi_book_branch(lb->b);
    lb->reader.after = run->stored ? run->row.at_line : 0;
    for (size_t i = 0; i < 2; i++) {
        lb->chunk[i].cap = cap;
        lb->chunk[i].err.lang = err ? err->lang : UMI_LANG_EN;
    }
    lb->arena = umi_arena_new();
    lb->seen = umi__loan_seen_new();
    umi_status rc = lb->arena && lb->seen ? UMI_OK : umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = know(lb, &lb->stored, &umi_loan_key_table, err);
    if (rc == UMI_OK)
        rc = know(lb, &lb->persons, &umi_person_table, err);
    if (rc == UMI_OK)
        rc = umi__loan_rows_new(&lb->rows, run, lb->arena, cap, err);
    if (rc == UMI_OK && whole)
        rc = umi_store_begin(umi_book_store(lb->b), err);
    lb->begun = rc == UMI_OK && whole;
    return rc;
}

static void end(batch *lb)
{
    for (size_t i = 0; i < 2; i++)
        umi__loan_lines_free(&lb->chunk[i]);
    umi__loan_reader_free(&lb->reader);
    umi__loan_rows_free(&lb->rows);
    umi__loan_seen_free(lb->seen);
    umi_free(lb->stored.words);
    umi_free(lb->persons.words);
    umi_arena_free(lb->arena);
    umi_free(lb);
}

umi_status
umi_loans_take(umi_file_run *run, const umi_loan_feed *feed, umi_error *err)
{
    batch *lb = umi_alloc_array(1, sizeof *lb);
    if (lb == NULL)
        return umi_fail_memory(err);
    lb->run = run;
    lb->b = run->book;
    umi_status rc = begin(lb, feed, err);
    if (rc == UMI_OK)
        rc = take_all(lb, err);
    if (rc == UMI_OK && lb->begun)
        rc = umi_store_commit(umi_book_store(lb->b), err);
    end(lb);
    return rc;
}
