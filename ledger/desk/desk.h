/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_DESK_H
#define UMI_LEDGER_DESK_DESK_H

/**
 * @file
 * The desk: who works at the book, and on which day.
 */
#include "ledger/book/book.h"
#include "rules/set/product.h"
#include "rules/set/ruleset.h"

typedef struct umi_desk {
    umi_book *book;
    umi_store *store; /**< the book's, for reading */
    umi_text actor;
    umi_day today; /**< the day of what is entered; the business date */
    const umi_ruleset *rules;     /**< eligibility; for apply, decide, book */
    const umi_products *products; /**< for apply, decide, book */
} umi_desk;

/** The desk at @p book (borrowed), with its actor and business date, and
 * without rules. */
umi_desk umi_desk_at(umi_book *book);

#endif
