/* SPDX-License-Identifier: MIT */
#include "ledger/bank/rows.h"
#include "ledger/bank/settle_verify.h"
#include "ledger/book/book_int.h"
#include "ledger/book/verify_int.h"
#include "ledger/desk/day_verify.h"

#include <assert.h>
#include <stdio.h>

enum {
    ROWS_FOR_TWO = 8000 /* fewer are verified before a thread has begun */
};

umi_status umi__finding(umi_error *err,
                        const char *table,
                        int64_t key,
                        const char *english)
{
    const char *text = umi_tr(err ? err->lang : UMI_LANG_EN, english);
    return umi_fail(err, UMI_EDAMAGED, "", "%s %lld: %s", table, (long long)key,
                    text);
}

/* Later checks take for granted what earlier ones have shown: rows of the
 * journal are not folded before the chain says that they are ours. */
typedef struct step {
    const char *name;
    bool quick;
    bool ground; /* when it fails, what follows is not done */
} step;

static const step checks[UMI__CHECKS] = {
    [UMI__FILE] = {"file", false, true},
    [UMI__BLOCKS] = {"blocks", true, true},
    [UMI__CHAIN] = {"chain", false, true},
    [UMI__WITNESS] = {"witness", false, false},
    [UMI__NUMBERS] = {"numbers", false, false},
    [UMI__REFERENCES] = {"references", false, false},
    [UMI__LOANS] = {"loans", false, false},
    [UMI__DIVISION] = {"division", false, false},
    [UMI__BATCHES] = {"batches", false, false},
    [UMI__LEDGER] = {"ledger", false, false},
    [UMI__CLOSES] = {"closes", false, false},
    [UMI__BANK] = {"bank", false, false},
    [UMI__CONTROL] = {"control", true, false},
};

/* --- rows that are seen while the chain is hashed ------------------------- */

static umi_status
see_loan(umi__proof *p, umi__worker *w, const void *row, umi_error *err)
{
    (void)err;
    umi__see_home(p, row);
    umi__see_number(p, w, row);
    umi__see_batch_loan(p, w, row);
    return UMI_OK;
}

static umi_status
see_txn(umi__proof *p, umi__worker *w, const void *row, umi_error *err)
{
    umi__see_reference(p, w, row);
    umi__see_batch_txn(p, w, row);
    return umi__see_posting(p, w, row, err);
}

umi__see_fn umi__see(const umi_table *t)
{
    static const struct {
        const umi_table *table;
        umi__see_fn see;
    } all[] = {{&umi_txn_table, see_txn},
               {&umi_loan_table, see_loan},
               {&umi_witness_table, umi__see_witness},
               {&umi_gl_line_table, umi__see_gl_line},
               {&umi_reject_table, umi__see_reject}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].table == t)
            return all[i].see;
    return NULL;
}

/* --- small parts ---------------------------------------------------------- */

static umi_status
check_file(umi__proof *p, umi__worker *w, const umi__job *job, umi_error *err)
{
    (void)job;
    umi_status rc = umi_store_pages(umi_book_store(w->book), &p->pages, err);
    return rc == UMI_OK ? umi_store_check(umi_book_store(w->book), err) : rc;
}

static umi_status check_references(umi__proof *p,
                                   umi__worker *w,
                                   const umi__job *job,
                                   umi_error *err)
{
    (void)p, (void)job;
    return umi_store_check_references(umi_book_store(w->book), err);
}

/* References are a finding behind any of the file itself. */
static umi_status add_references(umi__proof *p, umi_error *err)
{
    const umi__job job = {
        .check = UMI__FILE, .fn = check_references, .rank = 1};
    return umi__proof_add(p, &job, err);
}

static umi_status
check_closes(umi__proof *p, umi__worker *w, const umi__job *job, umi_error *err)
{
    (void)job;
    return umi_day_verify(w->book, &p->count[UMI__CLOSES], err);
}

static umi_status
check_bank(umi__proof *p, umi__worker *w, const umi__job *job, umi_error *err)
{
    (void)job;
    return umi_bank_settle_verify(w->book, &p->count[UMI__BANK], err);
}

static umi_status check_control(umi__proof *p,
                                umi__worker *w,
                                const umi__job *job,
                                umi_error *err)
{
    (void)job;
    return umi__verify_control(w->book, &p->count[UMI__CONTROL], err);
}

static umi_status check_blocks(umi__proof *p, umi_error *err)
{
    umi_error why = {.lang = p->lang};
    umi_status rc = umi__verify_blocks(p, &why);
    p->count[UMI__BLOCKS] = (int64_t)p->block_count;
    return umi__proof_told(p, UMI__BLOCKS, 0, rc, &why, err);
}

static bool stands(const umi__proof *p, umi__check_id check)
{
    return p->result[check].rc == UMI_OK;
}

static int64_t rows_of(const umi__proof *p, const umi_table *t)
{
    return p->table[umi_table_index(t)].rows;
}

/* --- the whole ------------------------------------------------------------ */

/* A second worker has a connection of its own; without one the first is
 * alone, which changes nothing but the time. */
static void hire(umi__proof *p, bool alone)
{
    umi_error none = {.lang = p->lang};
    p->worker[0].book = p->book;
    p->workers = 1;
    if (alone || p->rows < ROWS_FOR_TWO)
        return;
    if (umi__book_beside(&p->worker[1].book, p->book, &none) == UMI_OK &&
        p->worker[1].book != NULL)
        p->workers = 2;
}

static umi_status add_one(umi__proof *p,
                          umi__check_id check,
                          umi__job_fn fn,
                          int64_t rows,
                          umi_error *err)
{
    const umi__job job = {.check = check, .fn = fn, .rows = rows};
    return umi__proof_add(p, &job, err);
}

/* The sum of what all jobs will say that they are. */
static int64_t all_work(const umi__proof *p)
{
    int64_t loans = rows_of(p, &umi_loan_table);
    int64_t postings = rows_of(p, &umi_txn_table);
    int64_t sum = 2 * p->rows + 4 * loans + 2 * postings;
    for (size_t i = 0; i < UMI__TABLES; i++)
        sum += p->window[i].last;
    return sum;
}

static umi_status chain_jobs(umi__proof *p, bool loans, umi_error *err)
{
    size_t n;
    const umi_table *const *all = umi_tables(&n);
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        if ((all[i] == &umi_loan_table) == loans)
            rc = umi__chain_jobs(p, i, err);
    return rc;
}

/* The file and the chain, which all else rests on.  Loans come before their
 * postings.  The file is one long job, so it begins first. */
static umi_status ground(umi__proof *p, umi_error *err)
{
    umi_status rc = umi__batches_begin(p, err);
    if (rc == UMI_OK)
        rc = umi__witness_begin(p, err);
    if (rc == UMI_OK)
        rc = umi__ledger_begin(p, err);
    p->of = all_work(p);
    if (rc == UMI_OK)
        rc = add_one(p, UMI__FILE, check_file, p->rows, err);
    if (rc == UMI_OK)
        rc = chain_jobs(p, true, err);
    umi__proof_then(p, UMI__CHAIN);
    if (rc == UMI_OK)
        rc = chain_jobs(p, false, err);
    if (rc == UMI_OK)
        rc = add_references(p, err);
    if (rc == UMI_OK)
        rc = umi__proof_run(p, err);
    p->count[UMI__FILE] = 1;
    p->count[UMI__CHAIN] = umi__chain_end(p);
    return rc;
}

static umi_status more_rounds(umi__proof *p, umi_error *err)
{
    bool more = true;
    umi_status rc = UMI_OK;
    while (rc == UMI_OK && more) {
        rc = umi__witness_more(p, &more, err);
        if (rc == UMI_OK && more)
            rc = umi__proof_run(p, err);
    }
    return rc == UMI_OK ? umi__witness_end(p, err) : rc;
}

/* Jobs that cannot be cut come first, so that both workers end together. */
static umi_status proofs(umi__proof *p, umi_error *err)
{
    umi_status rc = add_one(p, UMI__CONTROL, check_control, 0, err);
    if (rc == UMI_OK)
        rc = add_one(p, UMI__CLOSES, check_closes, 0, err);
    if (rc == UMI_OK)
        rc = add_one(p, UMI__BANK, check_bank, 0, err);
    if (rc == UMI_OK)
        rc = umi__loan_jobs(p, err);
    if (rc == UMI_OK)
        rc = umi__witness_jobs(p, err);
    if (rc == UMI_OK)
        rc = umi__key_jobs(p, err);
    if (rc == UMI_OK)
        rc = umi__proof_run(p, err);
    if (rc == UMI_OK)
        rc = umi__loans_more(p, err);
    if (rc == UMI_OK)
        rc = more_rounds(p, err);
    if (rc == UMI_OK)
        rc = umi__keys_end(p, err);
    if (rc == UMI_OK)
        rc = umi__batches_end(p, &p->count[UMI__BATCHES], err);
    if (rc == UMI_OK)
        rc = umi__ledger_end(p, err);
    p->count[UMI__LOANS] = umi__loans_end(p);
    return rc;
}

static umi_status full(umi__proof *p, bool alone, umi_error *err)
{
    umi_status rc = check_blocks(p, err);
    if (rc == UMI_OK && !stands(p, UMI__BLOCKS)) {
        rc = add_one(p, UMI__FILE, check_file, 0, err);
        if (rc == UMI_OK)
            rc = add_references(p, err);
        p->worker[0].book = p->book;
        p->workers = 1;
        return rc == UMI_OK ? umi__proof_run(p, err) : rc;
    }
    umi_store_random(&p->once, sizeof p->once);
    if (rc == UMI_OK) {
        hire(p, alone);
        rc = ground(p, err);
    }
    if (rc == UMI_OK && stands(p, UMI__FILE) && stands(p, UMI__CHAIN))
        rc = proofs(p, err);
    if (rc == UMI_OK && p->progress != NULL)
        p->progress(p->self, UMI_PHASE_VERIFY, p->of, p->of);
    return rc;
}

static umi_status quick(umi__proof *p, umi_error *err)
{
    umi_error why = {.lang = p->lang};
    umi_status rc = check_blocks(p, err);
    if (rc != UMI_OK || !stands(p, UMI__BLOCKS))
        return rc;
    rc = umi__verify_control(p->book, &p->count[UMI__CONTROL], &why);
    return umi__proof_told(p, UMI__CONTROL, 0, rc, &why, err);
}

/* --- what is told --------------------------------------------------------- */

static umi__worker total(const umi__proof *p)
{
    umi__worker sum = {0};
    for (size_t i = 0; i < p->workers; i++) {
        sum.witnessed += p->worker[i].witnessed;
        sum.schedules += p->worker[i].schedules;
        sum.payments += p->worker[i].payments;
    }
    return sum;
}

/* Counts that no check has made on its own. */
static void count_all(umi__proof *p)
{
    p->count[UMI__WITNESS] = total(p).witnessed;
    p->count[UMI__DIVISION] = total(p).payments;
    p->count[UMI__NUMBERS] = p->numbers;
    p->count[UMI__REFERENCES] = p->references;
    p->count[UMI__LEDGER] = rows_of(p, &umi_txn_table);
}

typedef struct counting {
    umi__check_id check;
    const char *what;
    int64_t n;
} counting;

/* What was looked at, in words. */
static void count_in_words(umi_check *c, const umi__proof *p, size_t check)
{
    const int64_t n = p->count[check];
    const counting all[] = {
        {UMI__FILE, "pages", p->pages},
        {UMI__BLOCKS, "blocks", n},
        {UMI__CHAIN, "rows", n},
        {UMI__CHAIN, "blocks", (int64_t)p->block_count},
        {UMI__WITNESS, "rows", n},
        {UMI__WITNESS, "witnesses", rows_of(p, &umi_witness_table)},
        {UMI__NUMBERS, "keys", n},
        {UMI__REFERENCES, "keys", n},
        {UMI__LOANS, "loans", n},
        {UMI__LOANS, "postings", rows_of(p, &umi_txn_table)},
        {UMI__LOANS, "schedules", total(p).schedules},
        {UMI__DIVISION, "payments", n},
        {UMI__BATCHES, "batches", n},
        {UMI__LEDGER, "postings", n},
        {UMI__LEDGER, "lines", rows_of(p, &umi_gl_line_table)},
        {UMI__CLOSES, "days", n},
        {UMI__BANK, "movements", rows_of(p, &umi_stmt_line_table)},
        {UMI__BANK, "matches", rows_of(p, &umi_bank_match_table)},
        {UMI__CONTROL, "loans", n},
    };
    size_t at = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].check == check)
            c->counted[at++] = (umi_counted){all[i].what, all[i].n};
    assert(at > 0 && at <= UMI_COUNTED_MAX);
}

static void tell(umi_verification *v, umi__proof *p, bool whole)
{
    bool goes_on = true;
    for (size_t i = 0; i < UMI__CHECKS; i++) {
        const umi__result *r = &p->result[i];
        if (!whole && !checks[i].quick)
            continue;
        umi_check *c = &v->checks[v->count++];
        c->name = checks[i].name;
        if (!goes_on)
            continue;
        c->done = true;
        c->ok = r->rc == UMI_OK;
        c->count = p->count[i];
        if (c->ok) {
            count_in_words(c, p, i);
            continue;
        }
        (void)snprintf(c->message, sizeof c->message, "%s", r->err.message);
        v->ok = false;
        goes_on = !checks[i].ground;
    }
}

static void drop(umi__proof *p)
{
    umi_book_close(p->worker[1].book);
    for (size_t i = 0; i < UMI__WORKERS; i++) {
        umi_free(p->worker[i].sums);
        umi__ledger_free(p->worker[i].ledger);
        umi__folder_free(p->worker[i].folder);
    }
    (void)pthread_cond_destroy(&p->ended);
    (void)pthread_mutex_destroy(&p->lock);
    umi_free(p->jobs);
    umi_free(p->blocks);
    umi_free(p->order);
    umi_free(p->homes);
    umi_free(p->batches);
    umi_free(p->cuts);
    umi_free(p->tags);
    umi_free(p->late);
    umi_free(p);
}

umi_status umi_book_verify_as(umi_verification *out,
                              umi_book *b,
                              const umi_verify_ask *ask,
                              umi_error *err)
{
    umi_verification v = {.ok = true, .head = umi_book_head(b)};
    umi__proof *p = umi_alloc_array(1, sizeof *p);
    if (p == NULL || pthread_mutex_init(&p->lock, NULL) != 0) {
        umi_free(p);
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    }
    if (pthread_cond_init(&p->ended, NULL) != 0) {
        (void)pthread_mutex_destroy(&p->lock);
        umi_free(p);
        return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    }
    p->book = b;
    p->lang = err ? err->lang : UMI_LANG_EN;
    p->progress = ask->progress;
    p->self = ask->self;
    umi_status rc = ask->full ? full(p, ask->alone, err) : quick(p, err);
    if (rc == UMI_OK) {
        count_all(p);
        tell(&v, p, ask->full);
    }
    drop(p);
    if (rc != UMI_OK)
        return rc;
    rc = umi_store_last(umi_book_store(b), &umi_block_table, &v.blocks, err);
    if (rc == UMI_OK || rc == UMI_EDAMAGED) {
        *out = v;
        rc = UMI_OK;
    }
    return rc;
}

umi_status
umi_book_verify(umi_verification *out, umi_book *b, bool whole, umi_error *err)
{
    const umi_verify_ask ask = {.full = whole};
    return umi_book_verify_as(out, b, &ask, err);
}
