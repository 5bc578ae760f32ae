/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_CODES_H
#define UMI_LEDGER_BOOK_CODES_H

/**
 * @file
 * The short codes of a book in memory, found by word and by key.  New ones
 * wait until the next change is written.
 */
#include "ledger/book/journal.h"

#define UMI_WORD_MAX 64 /**< bytes of a code */

typedef struct umi_codes {
    umi_arena *arena;
    umi_sip_key key;
    umi_code_row *rows; /**< row i has the key i + 1 */
    size_t count, cap, written;
    uint32_t *slots; /**< key of the row, or 0; a power of two of them */
    size_t slot_count;
} umi_codes;

UMI_MUST_CHECK umi_status umi_codes_init(umi_codes *w,
                                         umi_sip_key key,
                                         umi_error *err);
void umi_codes_free(umi_codes *w);

/** Refuse an empty, long or ill-formed word; @p field is for the message. */
UMI_MUST_CHECK umi_status umi_codes_check(umi_text word,
                                          const char *field,
                                          umi_error *err);

/** A stored row; rows come in the order of their keys. */
UMI_MUST_CHECK umi_status umi_codes_load(umi_codes *w,
                                         const umi_code_row *row,
                                         umi_error *err);
UMI_MUST_CHECK umi_status umi_codes_add(umi_codes *w,
                                        umi_code_kind kind,
                                        umi_text word,
                                        umi_text detail,
                                        int64_t *id,
                                        umi_error *err);
/** The key of a word, or 0. */
int64_t umi_codes_find(const umi_codes *w, umi_code_kind kind, umi_text word);
/** A known code's row, or NULL. */
const umi_code_row *umi_codes_row(const umi_codes *w, int64_t id);

/** Rows that are not stored yet. */
const umi_code_row *umi_codes_new(const umi_codes *w, size_t *n);
void umi_codes_written(umi_codes *w);

#endif
