/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_VERIFY_INT_H
#define UMI_LEDGER_BOOK_VERIFY_INT_H

/**
 * @file
 * A verification under way.  Its work is cut into jobs that one or two
 * workers do, each with a connection of its own.  Every row is read once where
 * the chain is hashed; what other checks need of it is summed there.  Jobs end
 * in any order, so a finding has a rank, and the lowest is told: the one that
 * a single worker would have met first.
 */
#include "ledger/book/chain.h"
#include "ledger/book/redivide.h"
#include "ledger/book/verify.h"

#include <pthread.h>

enum {
    UMI__WORKERS = 2,
    UMI__TABLES = 64
};

typedef enum umi__check_id {
    UMI__FILE,
    UMI__BLOCKS,
    UMI__CHAIN,
    UMI__WITNESS,
    UMI__NUMBERS,
    UMI__REFERENCES,
    UMI__LOANS,
    UMI__DIVISION,
    UMI__BATCHES,
    UMI__LEDGER,
    UMI__CLOSES,
    UMI__BANK,
    UMI__CONTROL,
    UMI__CHECKS
} umi__check_id;

typedef struct umi__proof umi__proof;
typedef struct umi__worker umi__worker;
typedef struct umi__job umi__job;

/**
 * Do a part of a check.  UMI_EDAMAGED is a finding of rank w->rank, which is
 * the job's own unless it sets another.
 */
typedef umi_status (*umi__job_fn)(umi__proof *p,
                                  umi__worker *w,
                                  const umi__job *job,
                                  umi_error *err);

struct umi__job {
    umi__check_id check;
    umi__job_fn fn;
    size_t table;
    int64_t from, to;
    int64_t rank;
    int64_t rows; /* how much work it is */
    bool late;    /* not before those of its check that were added before it */
};

/* What a check has found. */
typedef struct umi__result {
    umi_status rc; /* of the finding; UMI_OK: none */
    int64_t rank;
    umi_error err;
} umi__result;

/* A block of the chain, as stored. */
typedef struct umi__block {
    int64_t id, first, last, n;
    size_t table;
    umi_hash hash;
} umi__block;

/* Whose a loan is, for the ledger; branch 0: it was not met. */
typedef struct umi__home {
    int32_t product, branch;
} umi__home;

/* What one batch has in each table. */
typedef struct umi__sums {
    umi_i128 repaid, refused, lent;
    int64_t repayments, rejects, loans, txns, first, last;
} umi__sums;

/* What the ledger must know of a batch. */
typedef struct umi__batch {
    bool known;
    umi_batch_kind kind;
    umi_day booked;
    int32_t closed; /* the newest day that was closed before it */
} umi__batch;

/* Keys of a witnessed table whose witnesses are held. */
typedef struct umi__window {
    size_t at; /* place of the first in `tags` */
    int64_t from, to;
    int64_t last; /* newest key of the table */
    bool done;
} umi__window;

/* The witness of a row behind the newest one. */
typedef struct umi__late {
    int64_t key;
    size_t table;
    bool lives; /* it was not removed */
} umi__late;

typedef struct umi__ledger umi__ledger;
typedef struct umi__folder umi__folder;

struct umi__worker {
    umi_book *book;
    int64_t rank;
    uint64_t numbers, references; /* sums of fingerprints */
    int64_t number_count, reference_count;
    int64_t outside; /* rows that no block covers */
    int64_t loans, postings, states, schedules, witnessed;
    int64_t payments, agreements;
    umi__sums *sums; /* by batch */
    umi__ledger *ledger;
    umi__folder *folder;
};

struct umi__proof {
    umi_book *book;
    umi__worker worker[UMI__WORKERS];
    size_t workers;
    umi_lang lang;
    umi__result result[UMI__CHECKS];
    int64_t count[UMI__CHECKS];
    int64_t pages;

    umi__job *jobs;
    size_t job_count, job_cap, next;
    bool then[UMI__CHECKS]; /* the next job of the check is late */
    int under_way[UMI__CHECKS];
    pthread_mutex_t lock;
    pthread_cond_t ended; /* a job */
    umi__result fatal;    /* why the checks could not be made */
    umi_progress_fn progress;
    void *self; /* for progress */
    int64_t done, of;

    umi__block *blocks;
    size_t block_count, block_cap;
    uint32_t *order; /* of blocks, by table */
    struct {
        int64_t from, to; /* in order */
        int64_t rows, last;
        bool scattered; /* blocks do not ascend */
    } table[UMI__TABLES];
    int64_t rows; /* that the chain covers */

    int64_t numbers, references; /* to be found by their keys */
    umi_sip_key once;            /* random, of this verification alone */
    umi__home *homes;            /* by loan */
    int64_t home_count;
    umi__batch *batches;
    int64_t batch_most;
    int64_t *cuts; /* first postings of segments, ascending */
    size_t cut_count, cut_cap;
    uint64_t *tags; /* of witnessed rows: windows one behind another */
    size_t tag_count;
    umi__window window[UMI__TABLES];
    size_t witness_table; /* of the witness before */
    umi__late *late;
    size_t late_count, late_cap;
    bool again; /* not the first round */
};

/** A finding: UMI_EDAMAGED with a message about row @p key of @p table. */
umi_status umi__finding(umi_error *err,
                        const char *table,
                        int64_t key,
                        const char *english);

/** Keep what a check has found, unless something of a lower rank is kept. */
void umi__proof_note(umi__proof *p,
                     umi__check_id check,
                     int64_t rank,
                     umi_status rc,
                     const umi_error *err);

/**
 * What a part that is no job came to: UMI_OK, also when it is a finding, which
 * is kept; else why it could not be done.
 */
UMI_MUST_CHECK umi_status umi__proof_told(umi__proof *p,
                                          umi__check_id check,
                                          int64_t rank,
                                          umi_status rc,
                                          const umi_error *why,
                                          umi_error *err);

/** More work for the next umi__proof_run(). */
UMI_MUST_CHECK umi_status umi__proof_add(umi__proof *p,
                                         const umi__job *job,
                                         umi_error *err);
/** The same, from..to cut into pieces of at most @p step. */
UMI_MUST_CHECK umi_status umi__proof_cut(umi__proof *p,
                                         const umi__job *job,
                                         int64_t step,
                                         umi_error *err);
/** What is added from now on to @p check waits for all of it before. */
void umi__proof_then(umi__proof *p, umi__check_id check);
/** Do all jobs that were added.  @return why they could not be done */
UMI_MUST_CHECK umi_status umi__proof_run(umi__proof *p, umi_error *err);

/* --- the parts ------------------------------------------------------------
 * verify_chain.c: blocks and the hashes of their rows. */

/** A row of the chain, while it is hashed; for checks that need it. */
typedef umi_status (*umi__see_fn)(umi__proof *p,
                                  umi__worker *w,
                                  const void *row,
                                  umi_error *err);
/** Who sees the rows of @p t, or NULL. */
umi__see_fn umi__see(const umi_table *t);
/** What was put off while rows of @p t were seen. */
umi_status
umi__seen(umi__proof *p, umi__worker *w, const umi_table *t, umi_error *err);

umi_status umi__verify_blocks(umi__proof *p, umi_error *err);
umi_status umi__chain_jobs(umi__proof *p, size_t table, umi_error *err);
int64_t umi__chain_end(umi__proof *p);

/* verify_keys.c: loan numbers and references. */
void umi__see_number(umi__proof *p, umi__worker *w, const umi_loan *l);
void umi__see_reference(umi__proof *p, umi__worker *w, const umi_txn *t);
umi_status umi__key_jobs(umi__proof *p, umi_error *err);
umi_status umi__keys_end(umi__proof *p, umi_error *err);

/* verify_witness.c: rows that may change. */
umi_status umi__witness_begin(umi__proof *p, umi_error *err);
umi_status umi__see_witness(umi__proof *p,
                            umi__worker *w,
                            const void *row,
                            umi_error *err);
umi_status umi__witness_jobs(umi__proof *p, umi_error *err);
/** Whether there is another round; then jobs were added for it. */
umi_status umi__witness_more(umi__proof *p, bool *more, umi_error *err);
umi_status umi__witness_end(umi__proof *p, umi_error *err);

/* verify_batches.c: figures of batches. */
umi_status umi__batches_begin(umi__proof *p, umi_error *err);
void umi__see_batch_txn(umi__proof *p, umi__worker *w, const umi_txn *t);
void umi__see_batch_loan(umi__proof *p, umi__worker *w, const umi_loan *l);
umi_status
umi__see_reject(umi__proof *p, umi__worker *w, const void *row, umi_error *err);
umi_status umi__batches_end(umi__proof *p, int64_t *n, umi_error *err);

/* verify_ledger.c: lines of the general ledger, control accounts. */
umi_status umi__ledger_begin(umi__proof *p, umi_error *err);
void umi__see_home(umi__proof *p, const umi_loan *l);
umi_status umi__see_posting(umi__proof *p,
                            umi__worker *w,
                            const umi_txn *t,
                            umi_error *err);
umi_status umi__see_gl_line(umi__proof *p,
                            umi__worker *w,
                            const void *row,
                            umi_error *err);
umi_status umi__ledger_end(umi__proof *p, umi_error *err);
void umi__ledger_free(umi__ledger *l);
umi_status umi__verify_control(umi_book *b, int64_t *n, umi_error *err);

/* verify_loans.c: every loan folded anew. */
umi_status umi__loan_jobs(umi__proof *p, umi_error *err);
/** Those that need agreements which no state names any more. */
umi_status umi__loans_more(umi__proof *p, umi_error *err);
int64_t umi__loans_end(umi__proof *p);
void umi__folder_free(umi__folder *f);

/* verify_division.c: postings that are not what the terms give. */

/** umi_redivide(); what is odd is noted under UMI__DIVISION. */
umi_status umi__divide_again(umi__proof *p,
                             const umi_redivide_ask *ask,
                             umi_redivided *out,
                             umi_error *err);

#endif
