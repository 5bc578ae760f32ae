/* SPDX-License-Identifier: MIT */
#include "ledger/book/verify_int.h"

#include "ledger/book/sort.h"
#include "ledger/store/store_int.h"

enum {
    PIECE = 16384,           /* keys of a job */
    WINDOW = 8 * 1024 * 1024 /* keys whose witnesses are held at once */
};

/* The newest witness of every row that may change stands in the chain.  Of
 * each a short fingerprint is held, by table and key, while the rows are
 * looked at: 0 says that there is none.  Keys are numbered one after another,
 * so a window of them is an array; a table with more keys than fit is looked
 * at in rounds, for each of which the witnesses are read again. */

static uint64_t tag_of(const umi__proof *p, const umi_hash *digest)
{
    return umi_sip(&p->once, digest->byte, sizeof digest->byte) | 1;
}

/* --- windows -------------------------------------------------------------- */

/* The next keys of all tables, as many as fit; how many. */
static size_t move_windows(umi__proof *p)
{
    size_t tables, n = 0;
    const umi_table *const *all = umi_tables(&tables);
    for (size_t i = 0; i < tables; i++) {
        umi__window *w = &p->window[i];
        if (!all[i]->witnessed)
            continue;
        int64_t room = (int64_t)(WINDOW - n), left = w->last - w->to;
        w->at = n;
        w->from = w->to + 1;
        w->to += room < left ? room : left;
        n += (size_t)(w->to - w->from + 1);
    }
    return n;
}

static uint64_t *tag_at(const umi__proof *p, size_t table, int64_t key)
{
    const umi__window *w = &p->window[table];
    if (key < w->from || key > w->to)
        return NULL;
    return &p->tags[w->at + (size_t)(key - w->from)];
}

umi_status umi__witness_begin(umi__proof *p, umi_error *err)
{
    size_t tables;
    const umi_table *const *all = umi_tables(&tables);
    int64_t most = p->rows < INT64_MAX / 64 ? p->rows * 64 : INT64_MAX;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < tables && rc == UMI_OK; i++) {
        int64_t *last = &p->window[i].last;
        if (!all[i]->witnessed)
            continue;
        rc = umi_store_last(umi_book_store(p->book), all[i], last, err);
        if (*last < 0 || *last > most) /* no key of ours is so far out */
            *last = *last < 0 ? 0 : most;
    }
    size_t n = move_windows(p);
    p->tags = umi_alloc_array(n, sizeof *p->tags);
    p->tag_count = n;
    return rc == UMI_OK && p->tags == NULL ? umi_fail_memory(err) : rc;
}

/* --- witnesses ------------------------------------------------------------ */

static size_t table_of(umi__proof *p, umi_text name)
{
    size_t tables, i = p->witness_table; /* the one before is often the same */
    const umi_table *const *all = umi_tables(&tables);
    if (umi_text_is(name, all[i]->name))
        return i;
    for (i = 0; i < tables && !umi_text_is(name, all[i]->name); i++)
        ;
    if (i < tables)
        p->witness_table = i;
    return i;
}

/* Of a row behind the newest one that is there: it was removed, or it
 * vanished. */
static umi_status
take_late(umi__proof *p, size_t table, const umi_witness *k, umi_error *err)
{
    if (p->late_count == p->late_cap) {
        size_t cap = p->late_cap ? p->late_cap * 2 : 64;
        umi__late *grown = umi_realloc(p->late, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        p->late = grown;
        p->late_cap = cap;
    }
    p->late[p->late_count++] = (umi__late){k->key, table, k->seq != 0};
    return UMI_OK;
}

/* Witnesses come in the order in which they were written. */
umi_status
umi__see_witness(umi__proof *p, umi__worker *w, const void *row, umi_error *err)
{
    const umi_witness *k = row;
    size_t tables, i = table_of(p, k->rel);
    const umi_table *const *all = umi_tables(&tables);
    (void)w;
    if (i == tables || !all[i]->witnessed)
        return UMI_OK; /* it says nothing of any row */
    uint64_t *tag = tag_at(p, i, k->key);
    if (tag != NULL)
        *tag = k->seq == 0 ? 0 : tag_of(p, &k->digest);
    bool late = k->key > p->window[i].last || k->key < 1;
    return late && !p->again ? take_late(p, i, k, err) : UMI_OK;
}

/* --- rows ----------------------------------------------------------------- */

typedef struct comparing {
    umi__proof *p;
    umi__worker *w;
    const umi_table *table;
    size_t index;
    int64_t at; /* keys below it are compared */
} comparing;

static umi_status lost(const comparing *c, int64_t key, umi_error *err)
{
    return umi__finding(err, c->table->name, key, "a row is new or missing");
}

/* Up to @p to there are no rows, so there may be no witnesses. */
static umi_status skip_to(comparing *c, int64_t to, umi_error *err)
{
    for (; c->at < to; c->at++)
        if (*tag_at(c->p, c->index, c->at) != 0)
            return lost(c, c->at, err);
    return UMI_OK;
}

static umi_status compare_row(void *self, const void *row, umi_error *err)
{
    comparing *c = self;
    int64_t key = umi__row_key(row);
    const uint64_t *tag = tag_at(c->p, c->index, key);
    umi_status rc = tag && *tag ? skip_to(c, key, err) : lost(c, key, err);
    if (rc != UMI_OK)
        return rc;
    umi_hash digest = umi_chain_digest(c->table, row);
    if (tag_of(c->p, &digest) != *tag)
        return umi__finding(err, c->table->name, key, "the row was changed");
    c->at = key + 1;
    c->w->witnessed++;
    return UMI_OK;
}

/* Keys from..to of a table, and what stands before its first and behind its
 * last. */
static umi_status
compare_rows(umi__proof *p, umi__worker *w, const umi__job *job, umi_error *err)
{
    size_t tables;
    comparing c = {.p = p, .w = w, .index = job->table, .at = job->from};
    c.table = umi_tables(&tables)[job->table];
    int64_t low = job->from == 1 ? INT64_MIN : job->from;
    int64_t high =
        job->to > p->window[job->table].last ? INT64_MAX : job->to - 1;
    umi_status rc = umi_store_scan(umi_book_store(w->book), c.table, low, high,
                                   compare_row, &c, err);
    return rc == UMI_OK ? skip_to(&c, job->to, err) : rc;
}

static int64_t rank_of(size_t table, int64_t key)
{
    const int64_t most = (INT64_C(1) << 48) - 1;
    return ((int64_t)table << 48) + (key < 0 ? 0 : key > most ? most : key);
}

umi_status umi__witness_jobs(umi__proof *p, umi_error *err)
{
    size_t tables;
    const umi_table *const *all = umi_tables(&tables);
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < tables && rc == UMI_OK; i++) {
        umi__window *w = &p->window[i];
        umi__job job = {.check = UMI__WITNESS,
                        .fn = compare_rows,
                        .table = i,
                        .from = w->from,
                        .to = w->to + 1,
                        .rows = w->to + 1 - w->from,
                        .rank = rank_of(i, w->from)};
        if (!all[i]->witnessed || w->done)
            continue;
        rc = w->last > 0 ? umi__proof_cut(p, &job, PIECE, err)
                         : umi__proof_add(p, &job, err);
        w->done = w->to == w->last;
    }
    return rc;
}

static umi_status see_again(void *self, const void *row, umi_error *err)
{
    umi__proof *p = self;
    return umi__see_witness(p, &p->worker[0], row, err);
}

umi_status umi__witness_more(umi__proof *p, bool *more, umi_error *err)
{
    *more = false;
    for (size_t i = 0; i < UMI__TABLES; i++)
        *more |= p->window[i].to < p->window[i].last;
    if (!*more)
        return UMI_OK;
    p->again = true;
    (void)move_windows(p); /* not more than there were */
    memset(p->tags, 0, p->tag_count * sizeof *p->tags);
    umi_status rc = umi_store_scan(umi_book_store(p->book), &umi_witness_table,
                                   1, INT64_MAX, see_again, p, err);
    return rc == UMI_OK ? umi__witness_jobs(p, err) : rc;
}

/* A row behind the newest one is there no more: its last witness must say
 * that it was removed. */
umi_status umi__witness_end(umi__proof *p, umi_error *err)
{
    size_t tables, n = p->late_count;
    umi_error why = {.lang = p->lang};
    umi_pair *pairs = umi_alloc_array(n, sizeof *pairs);
    umi_pair *room = umi_alloc_array(n, sizeof *room);
    umi_status rc = pairs && room ? UMI_OK : umi_fail_memory(err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        pairs[i] =
            (umi_pair){rank_of(p->late[i].table, p->late[i].key), (int64_t)i};
    if (rc == UMI_OK)
        umi_sort_pairs(pairs, room, n);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        const umi__late *k = &p->late[pairs[i].value];
        if ((i + 1 < n && pairs[i + 1].key == pairs[i].key) || !k->lives)
            continue;
        (void)umi__finding(&why, umi_tables(&tables)[k->table]->name, k->key,
                           "a row is new or missing");
        umi__proof_note(p, UMI__WITNESS, pairs[i].key, UMI_EDAMAGED, &why);
        break;
    }
    umi_free(pairs);
    umi_free(room);
    return rc;
}
