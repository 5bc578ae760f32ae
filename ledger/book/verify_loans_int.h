/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_VERIFY_LOANS_INT_H
#define UMI_LEDGER_BOOK_VERIFY_LOANS_INT_H

/**
 * @file
 * Loans of a job, side by side: each table is read once, in the order of its
 * keys, for all of them.
 */
#include "ledger/book/fold.h"
#include "ledger/book/sort.h"
#include "ledger/book/verify_int.h"
#include "ledger/book/walk.h"

enum {
    UMI__DEALS = 4096,    /* schedules kept at hand; a power of two */
    UMI__DEAL_ROWS = 128, /* longer ones are not kept */
};

/* What a deal comes to; a newcomer takes the place. */
typedef struct umi__deal {
    int64_t terms, principal; /* terms 0: nothing is kept */
    umi_day disbursed, first_due;
    umi_row *rows;
    umi_schedule schedule;
    umi_hash hash;
    umi_walk_sums *sums; /* NULL: none were made */
    bool has_sums;       /* and they are of this schedule */
} umi__deal;

/* A posting on its way to its loan. */
typedef struct umi__node {
    umi_txn txn;
    uint32_t older; /* place of the one before, from 1; 0: none */
} umi__node;

/* A loan with what its state names. */
typedef struct umi__folded {
    umi_loan loan;
    umi_loan_state state;
    umi_agreement agreement;
    bool has_state, has_agreement, broken;
    uint32_t newest, oldest; /* nodes from 1 */
    uint32_t postings, payments;
    uint32_t outs; /* how often its money went out */
} umi__folded;

struct umi__folder {
    umi_deals *deals;
    umi_arena *arena; /* of the loan at hand */
    umi__deal *slots;
    umi__folded *items;
    size_t count, cap, states;
    umi__node *nodes;
    size_t node_count, node_cap;
    umi_pair *wants, *room; /* keys asked for, and by whom */
    size_t want_cap;
    void *rows; /* as they are read */
    int64_t *keys;
    bool *found;
    int64_t *later; /* loans that need more agreements than their states name */
    size_t later_count, later_cap;
    umi_agreement *agreements; /* of those, by loan and key */
    size_t agreement_count, agreement_cap;
};

/** The folder of @p w, made when it is first asked for. */
umi_status umi__folder_of(umi__worker *w, umi__folder **out, umi_error *err);

/** Read the loans of these keys, with all that stands on them. */
umi_status umi__folder_read(
    umi__folder *f, umi_book *b, int64_t low, int64_t high, umi_error *err);

/** The postings of a loan, oldest first, in f->arena; NULL: no memory. */
const umi_txn *umi__folder_rows(umi__folder *f, const umi__folded *it);

#endif
