/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_LOAN_SEEN_INT_H
#define UMI_LEDGER_BOOK_LOAN_SEEN_INT_H

/**
 * @file
 * Numbers of loans that stand in a file and not in the book yet, with what
 * their lines said.  In a dry run that is the whole file, so a number costs
 * some 50 bytes.
 */
#include "engine/base/alloc.h"
#include "engine/base/hash.h"

typedef enum umi__sight {
    UMI__SIGHT_NEW,
    UMI__SIGHT_SAME, /**< of a line that said the same */
    UMI__SIGHT_OTHER /**< of a line that said something else */
} umi__sight;

typedef struct umi__loan_seen umi__loan_seen;

umi__loan_seen *umi__loan_seen_new(void);    /**< NULL: memory is exhausted */
void umi__loan_seen_free(umi__loan_seen *s); /**< NULL is allowed */
void umi__loan_seen_clear(umi__loan_seen *s);

/** Whether a line with this number, of which @p key is a hash, was added. */
umi__sight umi__loan_seen_find(const umi__loan_seen *s,
                               int64_t key,
                               umi_text number,
                               const umi_hash *origin);
/** Add one that is new; false when memory is exhausted. */
bool umi__loan_seen_add(umi__loan_seen *s,
                        int64_t key,
                        umi_text number,
                        const umi_hash *origin);

#endif
