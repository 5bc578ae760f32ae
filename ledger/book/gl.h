/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_GL_H
#define UMI_LEDGER_BOOK_GL_H

/**
 * @file
 * From postings to lines of the general ledger.  Postings are first summed by
 * what decides their accounts; the posting rules, which are linear, are
 * applied to the sums.
 */
#include "ledger/book/book.h"

/** What decides the accounts of a posting. */
typedef struct umi_gl_key {
    umi_posting_kind kind;
    umi_day day;                      /**< of the ledger */
    int64_t product, branch, channel; /**< codes; UMI_NONE: none */
} umi_gl_key;

typedef struct umi_gl umi_gl;

/** @p b outlives it.  Caller frees. */
UMI_MUST_CHECK umi_status umi_gl_new(umi_gl **out, umi_book *b, umi_error *err);
void umi_gl_free(umi_gl *g); /**< NULL is allowed */
void umi_gl_clear(umi_gl *g);

/** The kind of rule for a posting; of a reversal that of what it reverses. */
umi_posting_kind umi_gl_kind(umi_txn_kind k);

/**
 * Add a posting.  The parts of a reversal are negative.
 * @retval UMI_ERANGE a sum does not fit
 */
UMI_MUST_CHECK umi_status umi_gl_add(umi_gl *g,
                                     const umi_gl_key *key,
                                     const umi_parts *parts,
                                     umi_error *err);

/**
 * The lines of everything added, in order of day, branch and account; each
 * day and branch balances [asserted].  Rows without key, in @p arena, texts
 * borrowed from the book.
 */
UMI_MUST_CHECK umi_status umi_gl_lines(umi_gl *g,
                                       int64_t batch,
                                       umi_gl_line **rows,
                                       size_t *n,
                                       umi_arena *arena,
                                       umi_error *err);

#endif
