/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_VERIFY_H
#define UMI_LEDGER_BOOK_VERIFY_H

/**
 * @file
 * Verifying a book: whether what is stored is what was written.  The quick
 * form compares sums; the full form recomputes every hash and folds every
 * loan anew from its postings.
 */
#include "ledger/book/file_run.h"

/** So many of something were looked at. */
typedef struct umi_counted {
    const char *what; /**< "loans", "postings", ...; never translated */
    int64_t n;
} umi_counted;

#define UMI_COUNTED_MAX 3

/** One check and its first finding. */
typedef struct umi_check {
    const char *name; /**< "chain", "loans", ...; a code, never translated */
    bool done;        /**< false: what it rests on has failed */
    bool ok;
    int64_t count;     /**< rows looked at, up to the finding */
    char message[320]; /**< of what is wrong; "" when it is ok */
    umi_counted counted[UMI_COUNTED_MAX]; /**< when it is ok; up to a NULL */
} umi_check;

#define UMI_CHECKS_MAX 16

typedef struct umi_verification {
    umi_check checks[UMI_CHECKS_MAX];
    size_t count;
    bool ok;       /**< every check */
    umi_hash head; /**< of the chain: compare it with what was printed */
    int64_t blocks;
} umi_verification;

/** How a book is to be verified. */
typedef struct umi_verify_ask {
    bool full;
    bool alone;               /**< on one thread; the answer is the same */
    umi_progress_fn progress; /**< may be NULL */
    void *self;               /**< for progress */
} umi_verify_ask;

/**
 * Verify a book.  What is wrong stands in @p out and is no failure.
 * @retval UMI_EBUSY, UMI_EIO, UMI_ENOMEM the checks could not be made
 */
UMI_MUST_CHECK umi_status umi_book_verify(umi_verification *out,
                                          umi_book *b,
                                          bool full,
                                          umi_error *err);

/** The same, as @p ask says. */
UMI_MUST_CHECK umi_status umi_book_verify_as(umi_verification *out,
                                             umi_book *b,
                                             const umi_verify_ask *ask,
                                             umi_error *err);

#endif
