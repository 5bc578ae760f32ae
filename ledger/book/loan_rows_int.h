/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_LOAN_ROWS_INT_H
#define UMI_LEDGER_BOOK_LOAN_ROWS_INT_H

/**
 * @file
 * The rows that the loans of a chunk become: a person, the loan, what was
 * agreed, its state and the posting that brings it into the book.
 */
#include "ledger/book/deal.h"
#include "ledger/book/gl.h"
#include "ledger/book/loan_lines_int.h"
#include "ledger/desk/words.h"

enum {
    UMI__KINDS = 64 /* a power of two */
};

/** What loans of one product on like terms share. */
typedef struct umi__loan_kind {
    const umi_terms *like; /**< NULL: nothing is kept here */
    umi_text word;         /**< of the product */
    int64_t product, terms;
} umi__loan_kind;

typedef struct umi__loan_rows {
    umi_book *book;
    int64_t batch;
    umi_day booked;
    umi_arena *arena; /**< as long as the chunk */
    umi_deals *deals;
    umi_gl *gl;
    umi_words *niks; /**< of the chunk's new persons, to their keys */
    umi__loan_kind kinds[UMI__KINDS];     /**< a newcomer takes the place */
    int64_t person, loan, agreement, txn; /**< the next keys */
    umi_person *persons;
    umi_terms_row *terms;
    umi_loan *loans;
    umi_agreement *agreements;
    umi_loan_state *states;
    umi_txn *txns;
    size_t person_count, terms_count, loan_count, cap;
} umi__loan_rows;

/** @p run and @p arena outlive it; room for @p cap loans. */
UMI_MUST_CHECK umi_status umi__loan_rows_new(umi__loan_rows *r,
                                             const umi_file_run *run,
                                             umi_arena *arena,
                                             size_t cap,
                                             umi_error *err);
void umi__loan_rows_free(umi__loan_rows *r);

/** For a new chunk. */
UMI_MUST_CHECK umi_status umi__loan_rows_begin(umi__loan_rows *r,
                                               umi_error *err);
/** The rows of a loan whose line is sound; sets it->person and it->row. */
UMI_MUST_CHECK umi_status umi__loan_rows_add(umi__loan_rows *r,
                                             umi__loan_line *it,
                                             umi_error *err);
/** Take the keys that were handed out, and put all rows into @p c. */
UMI_MUST_CHECK umi_status umi__loan_rows_put(umi__loan_rows *r,
                                             umi_change *c,
                                             umi_error *err);

#endif
