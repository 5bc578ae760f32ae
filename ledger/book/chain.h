/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_CHAIN_H
#define UMI_LEDGER_BOOK_CHAIN_H

/**
 * @file
 * The chain: rows that are only ever added are hashed in blocks, each over
 * the hash of the block before it, so that a changed, missing or exchanged
 * row shows.  Row bytes are a fixed, self-delimiting encoding of the columns.
 */
#include "ledger/book/journal.h"

#define UMI_BLOCK_ROWS 400 /**< rows of a full block */

/** A block hash in the making. */
typedef struct umi_chain {
    umi_blake2b state;
    size_t used;
    unsigned char room[8192];
} umi_chain;

/** Begin a block of table @p rel behind @p head. */
void umi_chain_begin(umi_chain *c, const umi_hash *head, umi_text rel);
void umi_chain_row(umi_chain *c, const umi_table *t, const void *row);
umi_hash umi_chain_end(umi_chain *c);

/** The digest of one row of a witnessed table. */
umi_hash umi_chain_digest(const umi_table *t, const void *row);

/** Blocks that @p n rows make. */
size_t umi_chain_blocks(size_t n);

/**
 * Hash @p n rows of @p t into umi_chain_blocks(n) blocks with the keys from
 * @p id on, and move @p head on.
 */
void umi_chain_rows(umi_block *out,
                    int64_t id,
                    umi_hash *head,
                    const umi_table *t,
                    const void *rows,
                    size_t n);

#endif
