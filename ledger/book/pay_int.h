/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_PAY_INT_H
#define UMI_LEDGER_BOOK_PAY_INT_H

/**
 * @file
 * The parts of posting a file: pay_file.c holds lines, pay_judge.c finds
 * their loans and references and brings them into order, pay_chunk.c divides
 * the payments of a piece of them, posting_batch.c writes the pieces.
 */
#include "engine/base/task.h"
#include "ledger/book/fold.h"
#include "ledger/book/gl.h"
#include "ledger/book/posting_batch.h"
#include "ledger/book/sort.h"

typedef enum umi__fate {
    UMI__FATE_POST,
    UMI__FATE_DUPLICATE,
    UMI__FATE_CONFLICT,
    UMI__FATE_DECIDED /* in an earlier part of this very run */
} umi__fate;

/** One line in 40 bytes; a million of them stay in memory. */
typedef struct umi__item {
    int64_t loan; /* of its number's hash until found; 0: not known */
    /* hash of the reference; of a duplicate: place of the item that has it, -1:
     * the book has it */
    int64_t key;
    int64_t amount;
    uint64_t ref : 32, ref_len : 8, fault : 4, fate : 2, channel : 18;
    int32_t day;
    uint32_t line;
} umi__item;

struct umi_pay_file {
    umi_sip_key secret;
    size_t limit;
    umi__item *items;
    size_t count, cap;
    umi_buf pool; /* of each line: reference, length of number, number */
    umi_text *channels;
    size_t channel_count, channel_cap;
    size_t last_channel;
    umi_arena *arena;
    /* four in one, of as many as there are lines */
    umi_pair *order;   /* items in order; by loan in the end */
    umi_pair *by_ref;  /* items that could be read, by reference */
    umi_pair *room[2]; /* for sorting; once all is judged these three are
                          * the chunk's */
    size_t by_ref_count;
    bool found; /* loans are known */
};

UMI_MUST_CHECK umi_status umi__pay_order_room(umi_pay_file *f, umi_error *err);
void umi__pay_forget_order(umi_pay_file *f);

umi_text umi__item_ref(const umi_pay_file *f, const umi__item *it);
umi_text umi__item_number(const umi_pay_file *f, const umi__item *it);

static inline umi__item *
umi__item_of(const umi_pay_file *f, const umi_pair *order, size_t i)
{
    return &f->items[order[i].value];
}

/** Whether it was found not to fit when its turn came, so that nothing stands
 * under its reference, although it was its own until then. */
static inline bool umi__item_misfits(const umi__item *it)
{
    return it->fault == UMI_PAY_RANGE || it->fault == UMI_PAY_RECOVERED;
}

/* Items stand as in the file and are visited in another order: ask for one
 * early that is needed soon. */
static inline void umi__item_expect(const umi_pay_file *f,
                                    const umi_pair *order,
                                    size_t i,
                                    size_t n)
{
    if (i < n)
        __builtin_prefetch(umi__item_of(f, order, i));
}

/** A file being posted; what the parts share. */
typedef struct umi__posting {
    umi_file_run *run;
    umi_book *b;
    umi_pay_file *f; /* the segment at hand */
    umi_deals *deals;
    int64_t *channel_ids; /* of the segment's channels */
    bool resumed;         /* a part of this segment was written before */
    bool meet;            /* see hashes_meet() */
    pthread_mutex_t gate; /* whoever holds it may use the store */
} umi__posting;

/**
 * Judge the lines of the segment as far as it can be done before any is
 * posted, and bring them into order in f->order: what is decided in an
 * earlier part of this run is marked so.
 */
UMI_MUST_CHECK umi_status umi__pay_judge(umi__posting *p, umi_error *err);

/** Lines of the order with the states of their loans, and what becomes of
 * them.  There are two: while one is divided, the other is written. */
typedef struct umi__sweep {
    size_t from, end;
    bool complete; /* no lines follow before the chunk is committed */
    int64_t *loans;
    umi_loan_state *states;
    bool *found; /* then: changed */
    size_t count;
    umi_arena *arena;
    umi_txn *txns;
    size_t txn_count, txn_cap;
} umi__sweep;

/** What becomes of the lines of several sweeps until they are written. */
typedef struct umi__chunk {
    umi__posting *p;
    umi_task task;     /* see umi__chunk_begin() */
    umi__sweep *sweep; /* which is divided, or was last */
    umi_status rc;
    umi_error err;
    umi_arena *loan;    /* what is read of the loan that is replayed */
    umi_arena *scratch; /* of one replay */
    umi_gl *gl;     /* of all sweeps since umi__chunk_clear(), as the rest */
    umi_pair *keys; /* hash and place in `posted` */
    umi_pair *room;
    umi_idem *posted; /* key: place of the item; then: rows */
    size_t key_count, key_cap;
    int64_t first_txn, last_txn; /* 0: none */
} umi__chunk;

UMI_MUST_CHECK umi_status umi__sweep_read(umi__sweep *s,
                                          umi__posting *p,
                                          umi_error *err);

void umi__chunk_clear(umi__chunk *c);
/** Keep keys of the lines of @p f in what it needed for judging them. */
void umi__chunk_room(umi__chunk *c, const umi_pay_file *f);
/** Begin to divide the payments of a sweep, beside the caller. */
void umi__chunk_begin(umi__chunk *c, umi__sweep *s);
UMI_MUST_CHECK umi_status umi__chunk_end(umi__chunk *c, umi_error *err);

/** The rows of @p s; with them, when the chunk is complete, keys and lines of
 * the ledger. */
UMI_MUST_CHECK umi_status umi__chunk_rows(umi__chunk *c,
                                          const umi__sweep *s,
                                          umi_change *out,
                                          umi_error *err);

#endif
