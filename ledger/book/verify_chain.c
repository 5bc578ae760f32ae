/* SPDX-License-Identifier: MIT */
#include "ledger/book/verify_int.h"

#include "ledger/store/store_int.h"

enum {
    PIECE = 48 /* blocks of a job */
};

/* --- the blocks themselves ------------------------------------------------ */

typedef struct covering {
    umi__proof *p;
    int64_t blocks; /* the newest seen */
} covering;

static const umi_table *table_named(umi_text name, size_t *index)
{
    size_t n;
    const umi_table *const *all = umi_tables(&n);
    for (size_t i = 0; i < n; i++)
        if (umi_text_is(name, all[i]->name)) {
            *index = i;
            return all[i];
        }
    return NULL;
}

static umi_status keep_block(umi__proof *p, const umi__block *k, umi_error *err)
{
    if (p->block_count == p->block_cap) {
        size_t cap = p->block_cap ? p->block_cap * 2 : 256;
        umi__block *grown = umi_realloc(p->blocks, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
        p->blocks = grown;
        p->block_cap = cap;
    }
    p->blocks[p->block_count++] = *k;
    return UMI_OK;
}

/* A file that was cut short is finished under the number it took when it
 * began, after batches with higher numbers. */
static bool may_fall_back(const umi_table *t, const umi_block *k)
{
    return t == &umi_batch_table && k->n == 1;
}

static umi_status cover(void *self, const void *row, umi_error *err)
{
    covering *c = self;
    umi__proof *p = c->p;
    const umi_block *k = row;
    size_t at = 0;
    const umi_table *t = table_named(k->rel, &at);
    if (k->id != c->blocks + 1)
        return umi__finding(err, "block", k->id, "it is out of order");
    bool ascends = t != NULL && k->first > p->table[at].last;
    if (t == NULL || t->kind != UMI_TABLE_JOURNAL || k->n < 1 ||
        k->n > UMI_BLOCK_ROWS || k->first > k->last ||
        (!ascends && !may_fall_back(t, k)))
        return umi__finding(err, "block", k->id, "it covers what it cannot");
    c->blocks = k->id;
    if (k->last > p->table[at].last)
        p->table[at].last = k->last;
    p->table[at].rows += k->n;
    p->table[at].to++; /* how many, until they are put in order */
    p->table[at].scattered |= !ascends;
    p->rows += k->n;
    return keep_block(
        p, &(umi__block){k->id, k->first, k->last, k->n, at, k->hash}, err);
}

/* Nothing may stand behind the last row that is covered. */
static umi_status check_ends(const umi__proof *p, umi_error *err)
{
    size_t n;
    const umi_table *const *all = umi_tables(&n);
    for (size_t i = 0; i < n; i++) {
        int64_t last;
        if (all[i]->kind != UMI_TABLE_JOURNAL)
            continue;
        umi_status rc =
            umi_store_last(umi_book_store(p->book), all[i], &last, err);
        if (rc != UMI_OK)
            return rc;
        if (last != p->table[i].last)
            return umi__finding(err, all[i]->name, last,
                                "its newest row is not the one in the chain");
    }
    return UMI_OK;
}

static umi_status put_in_order(umi__proof *p, umi_error *err)
{
    int64_t at = 0;
    p->order = umi_alloc_array(p->block_count, sizeof *p->order);
    if (p->order == NULL || p->block_count > UINT32_MAX)
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    for (size_t i = 0; i < UMI__TABLES; i++) {
        int64_t n = p->table[i].to;
        p->table[i].from = p->table[i].to = at;
        at += n;
    }
    for (size_t i = 0; i < p->block_count; i++)
        p->order[p->table[p->blocks[i].table].to++] = (uint32_t)i;
    return UMI_OK;
}

umi_status umi__verify_blocks(umi__proof *p, umi_error *err)
{
    covering c = {.p = p};
    umi_status rc = umi_store_scan(umi_book_store(p->book), &umi_block_table,
                                   INT64_MIN, INT64_MAX, cover, &c, err);
    if (rc == UMI_OK)
        rc = check_ends(p, err);
    return rc == UMI_OK ? put_in_order(p, err) : rc;
}

/* --- their rows ----------------------------------------------------------- */

typedef struct hashing {
    umi__proof *p;
    umi__worker *w;
    const umi_table *table;
    umi__see_fn see;
    int64_t at; /* of the block at hand, in order */
    const umi__block *block;
    umi_chain chain;
    int64_t in_block, first, newest;
} hashing;

static const umi__block *block_at(const umi__proof *p, int64_t at)
{
    return &p->blocks[p->order[at]];
}

static void begin_block(hashing *h)
{
    static const umi_hash none = {{0}};
    h->block = block_at(h->p, h->at);
    h->w->rank = h->block->id;
    h->in_block = 0;
    umi_chain_begin(&h->chain,
                    h->block->id > 1 ? &h->p->blocks[h->block->id - 2].hash
                                     : &none,
                    umi_text_of(h->table->name));
}

/* Each block is hashed over the stored hash of the one before, which is
 * compared with its own rows in its turn. */
static umi_status end_block(hashing *h, umi_error *err)
{
    const umi__block *k = h->block;
    umi_hash hash = umi_chain_end(&h->chain);
    if (h->in_block != k->n || h->first != k->first || h->newest != k->last)
        return umi__finding(err, "block", k->id,
                            "rows that it covers are missing or new");
    if (!umi_hash_eq(&hash, &k->hash))
        return umi__finding(err, "block", k->id,
                            "rows that it covers were changed");
    return UMI_OK;
}

static umi_status hash_row(void *self, const void *row, umi_error *err)
{
    hashing *h = self;
    int64_t key = umi__row_key(row);
    umi_status rc = UMI_OK;
    while (key > h->block->last && rc == UMI_OK) {
        rc = end_block(h, err);
        if (rc == UMI_OK) {
            h->at++; /* rows end with the last block */
            begin_block(h);
        }
    }
    if (rc != UMI_OK)
        return rc;
    if (key < h->block->first) { /* between two blocks */
        h->w->outside++;
        return UMI_OK;
    }
    if (h->in_block++ == 0)
        h->first = key;
    h->newest = key;
    umi_chain_row(&h->chain, h->table, row);
    return h->see ? h->see(h->p, h->w, row, err) : UMI_OK;
}

/* Rows of some blocks of one table, and those before them that no block
 * covers. */
static umi_status
hash_blocks(umi__proof *p, umi__worker *w, const umi__job *job, umi_error *err)
{
    size_t n;
    const umi_table *t = umi_tables(&n)[job->table];
    hashing h = {.p = p, .w = w, .table = t, .see = umi__see(t)};
    int64_t start = INT64_MIN;
    if (p->table[job->table].scattered)
        start = block_at(p, job->from)->first;
    else if (job->from > p->table[job->table].from)
        start = block_at(p, job->from - 1)->last + 1;
    h.at = job->from;
    begin_block(&h);
    umi_status rc =
        umi_store_scan(umi_book_store(w->book), t, start,
                       block_at(p, job->to - 1)->last, hash_row, &h, err);
    if (rc == UMI_OK)
        rc = end_block(&h, err);
    while (rc == UMI_OK && ++h.at < job->to) {
        begin_block(&h); /* all of its rows are missing */
        rc = end_block(&h, err);
    }
    return rc == UMI_OK ? umi__seen(p, w, t, err) : rc;
}

static umi_status count_row(void *self, const void *row, umi_error *err)
{
    (void)row, (void)err;
    ++*(int64_t *)self;
    return UMI_OK;
}

/* Where blocks do not ascend, rows outside are found by counting. */
static umi_status count_scattered(umi__proof *p,
                                  umi__worker *w,
                                  const umi__job *job,
                                  umi_error *err)
{
    size_t n;
    int64_t rows = 0;
    umi_status rc =
        umi_store_scan(umi_book_store(w->book), umi_tables(&n)[job->table],
                       INT64_MIN, INT64_MAX, count_row, &rows, err);
    w->outside += rows - p->table[job->table].rows;
    return rc;
}

umi_status umi__chain_jobs(umi__proof *p, size_t table, umi_error *err)
{
    size_t n;
    const umi_table *t = umi_tables(&n)[table];
    umi__job job = {.check = UMI__CHAIN,
                    .fn = hash_blocks,
                    .table = table,
                    .from = p->table[table].from,
                    .to = p->table[table].to,
                    .rows = p->table[table].rows};
    umi__job count = {
        .check = UMI__CHAIN, .fn = count_scattered, .table = table};
    int64_t piece = PIECE;
    if (p->table[table].scattered)
        piece = 1;
    else if (t == &umi_witness_table) /* in their order, by one worker */
        piece = job.to - job.from;
    umi_status rc = umi__proof_cut(p, &job, piece, err);
    if (rc == UMI_OK && p->table[table].scattered)
        rc = umi__proof_add(p, &count, err);
    return rc;
}

/* What the jobs say together; how many rows were looked at. */
int64_t umi__chain_end(umi__proof *p)
{
    int64_t outside = 0, rows = 0;
    umi__result *r = &p->result[UMI__CHAIN];
    umi_error why = {.lang = p->lang};
    if (r->rc != UMI_OK) {
        for (size_t i = 0; i < p->block_count && p->blocks[i].id <= r->rank;
             i++)
            rows += p->blocks[i].n;
        return rows;
    }
    for (size_t i = 0; i < p->workers; i++)
        outside += p->worker[i].outside;
    if (outside != 0) {
        (void)umi_fail(&why, UMI_EDAMAGED, "",
                       "%lld rows stand outside the chain", (long long)outside);
        umi__proof_note(p, UMI__CHAIN, INT64_MAX, UMI_EDAMAGED, &why);
    }
    return p->rows;
}
