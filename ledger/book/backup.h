/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_BACKUP_H
#define UMI_LEDGER_BOOK_BACKUP_H

/**
 * @file
 * Copies of a book and books out of copies.  Both are proved before they get
 * their name, and a backup has its SHA-256 beside it, in FILE.sha256 as
 * sha256sum(1) writes and checks it.
 */
#include "ledger/book/book.h"

/** What a book says of itself in a few figures. */
typedef struct umi_book_summary {
    umi_text institution;
    umi_hash head; /**< of the chain */
    int64_t blocks;
    int64_t loans, postings, batches; /**< rows that the chain covers */
    umi_day last_day; /**< the last closed one; UMI_NONE32: none is */
    umi_day business_date;
} umi_book_summary;

/** @p out of an open book; the text is copied into @p arena. */
UMI_MUST_CHECK umi_status umi_book_summarise(umi_book_summary *out,
                                             umi_book *b,
                                             umi_arena *arena,
                                             umi_error *err);

typedef struct umi_backup_ask {
    const char *book; /**< path of the book */
    const char *file; /**< path of the backup */
    umi_book_session session;
    bool full; /**< of a backup: verify the copy in full, not only quickly */
    const umi_hash *head; /**< of a restored book; NULL: whatever it is */
} umi_backup_ask;

/** What was made. */
typedef struct umi_backup {
    umi_book_summary book;
    umi_hash sha256; /**< of the file */
    int64_t bytes;
    bool full;   /**< it was verified in full */
    bool summed; /**< a checksum stands beside it, and is this */
} umi_backup;

/**
 * Copy the book to a new file while others may read it.  The copy and its
 * checksum appear when the copy was opened, verified and found to have the
 * head of the book; before that nothing stands at their names.
 *
 * @retval UMI_EEXIST   something is at one of the names
 * @retval UMI_EIO      the book cannot be read, or the copy not be written
 * @retval UMI_EBUSY    another process writes to the book
 * @retval UMI_EDAMAGED the book or the copy is not what was written
 */
UMI_MUST_CHECK umi_status umi_backup_make(umi_backup *out,
                                          const umi_backup_ask *ask,
                                          umi_arena *arena,
                                          umi_error *err);

/**
 * Make a book out of a backup, whole or not at all: copied, compared with the
 * checksum beside it (when there is one), and verified in full.
 *
 * @retval UMI_EEXIST   something is at the book's path
 * @retval UMI_EINVAL   the backup cannot be read, or is a book with a log
 * @retval UMI_EDAMAGED code CHECKSUM, NOT-A-BOOK, BOOK-VERSION or DAMAGED:
 *                      it is not what was written
 * @retval UMI_EDENIED  code HEAD: the chain has another head than ask->head
 * @retval UMI_EIO      the book cannot be written
 */
UMI_MUST_CHECK umi_status umi_backup_restore(umi_backup *out,
                                             const umi_backup_ask *ask,
                                             umi_arena *arena,
                                             umi_error *err);

#endif
