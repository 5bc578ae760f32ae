/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_BOOK_INT_H
#define UMI_LEDGER_BOOK_BOOK_INT_H

/** @file What others of the book may do with a book, and nobody else. */
#include "ledger/book/book.h"

/**
 * The same book again, to be read by another thread.
 * @param[out] out NULL when its store cannot be read twice
 */
UMI_MUST_CHECK umi_status umi__book_beside(umi_book **out,
                                           const umi_book *b,
                                           umi_error *err);

#endif
