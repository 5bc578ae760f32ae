/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_BOOK_H
#define UMI_LEDGER_BOOK_BOOK_H

/**
 * @file
 * The book: a store with an institution in it.  It hands out keys, knows the
 * short codes, the business date and the rules by which it is kept, and is
 * the only way to write: every change passes umi_book_apply(), which chains
 * what is added into the block hashes.
 */
#include "ledger/book/journal.h"
#include "rules/set/set.h"

typedef struct umi_book umi_book;

/** Who keeps a new book. */
typedef struct umi_book_owner {
    umi_text institution; /**< a name, not empty */
    umi_text branch;      /**< code of the default branch; {NULL, 0}: "PUSAT" */
    umi_basis basis;
} umi_book_owner;

/** Who works with the book, and when. */
typedef struct umi_book_session {
    umi_text actor;
    umi_day today; /**< in Asia/Jakarta; the business date of a young book */
} umi_book_session;

/* --- life ---------------------------------------------------------------- */

/**
 * Make a book at @p path, whole or not at all, for its owner alone (0600).
 * @retval UMI_EINVAL the institution is empty or no UTF-8
 * @retval UMI_EEXIST something is at @p path
 * @retval UMI_EIO    it cannot be written
 */
UMI_MUST_CHECK umi_status umi_book_create(const char *path,
                                          const umi_book_owner *owner,
                                          umi_error *err);

/**
 * Open a book; statuses as umi_sqlite_open().
 * @param session its texts are borrowed until the book is closed
 */
UMI_MUST_CHECK umi_status umi_book_open(umi_book **out,
                                        const char *path,
                                        umi_access access,
                                        const umi_book_session *session,
                                        umi_error *err);

/** A new book in memory, for tests. */
UMI_MUST_CHECK umi_status umi_book_in_memory(umi_book **out,
                                             const umi_book_owner *owner,
                                             const umi_book_session *session,
                                             umi_error *err);

void umi_book_close(umi_book *b); /**< NULL is allowed */

/* --- what it knows ------------------------------------------------------- */

umi_store *umi_book_store(umi_book *b);        /**< for reading */
umi_access umi_book_access(const umi_book *b); /**< as it was opened */
umi_text umi_book_actor(const umi_book *b);
umi_text umi_book_institution(const umi_book *b);
umi_text umi_book_branch(const umi_book *b); /**< code of the default branch */
umi_basis umi_book_basis(const umi_book *b);

/** The day after the last closed day; today while none is closed. */
umi_day umi_book_business_date(const umi_book *b);
/** Whether something may still be entered on @p d: no close has reached it. */
bool umi_book_day_open(const umi_book *b, umi_day d);
/** The hash of the newest block; all zero in no book. */
umi_hash umi_book_head(const umi_book *b);

/**
 * The chart and posting rules in force; loaded at first use, borrowed until
 * the book is closed.
 * @retval UMI_EDAMAGED what is stored is not valid
 */
UMI_MUST_CHECK umi_status umi_book_chart(umi_book *b,
                                         const umi_chart **chart,
                                         const umi_posting **posting,
                                         umi_error *err);

/** Key of the stored rules in force, for batch rows. */
int64_t umi_book_rules(const umi_book *b);

/* --- keys and codes ------------------------------------------------------ */

/** @p n ascending keys for new rows of @p t, from *first on. */
UMI_MUST_CHECK umi_status umi_book_take(
    umi_book *b, const umi_table *t, size_t n, int64_t *first, umi_error *err);

/** The key of a new batch (finished or running). */
UMI_MUST_CHECK umi_status umi_book_take_batch(umi_book *b,
                                              int64_t *id,
                                              umi_error *err);

/**
 * The key of a code, made when the book does not know it; a new one is
 * written by the next umi_book_apply().
 * @retval UMI_EINVAL the word is empty, above 64 bytes, or no UTF-8
 */
UMI_MUST_CHECK umi_status umi_book_code(umi_book *b,
                                        umi_code_kind kind,
                                        umi_text word,
                                        int64_t *id,
                                        umi_error *err);
/** The key of a known code, or 0. */
int64_t
umi_book_code_find(const umi_book *b, umi_code_kind kind, umi_text word);
/** The word of a code of this book; borrowed; "" for UMI_NONE. */
umi_text umi_book_word(const umi_book *b, int64_t code);
/** Its detail (the family of a product); {NULL, 0} when it has none. */
umi_text umi_book_detail(const umi_book *b, int64_t code);

/**
 * The products, calendars and the rest that the program ships; loaded at
 * first use, borrowed until the book is closed.
 */
UMI_MUST_CHECK umi_status umi_book_set(umi_book *b,
                                       const umi_set **out,
                                       umi_error *err);

/** The book's key for SipHash; random per book. */
umi_sip_key umi_book_secret(const umi_book *b);

/* --- writing ------------------------------------------------------------- */

/**
 * Write @p c durably or not at all: with it new codes, the witnesses of state
 * rows that have them, and the block hashes of everything that is added.
 * Parts may stand in any order.  After a failure close the book.
 *
 * @retval UMI_EINTERNAL a row has changed since it was read
 * @retval UMI_EIO       the file cannot be written
 * @retval UMI_ENOMEM    memory exhausted
 */
UMI_MUST_CHECK umi_status umi_book_apply(umi_book *b,
                                         const umi_change *c,
                                         umi_error *err);

#endif
