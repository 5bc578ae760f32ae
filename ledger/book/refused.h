/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_REFUSED_H
#define UMI_LEDGER_BOOK_REFUSED_H

/** @file The lines that a batch refused, in order of line. */
#include "ledger/book/book.h"

/**
 * Hand the refused lines of @p batch, finished or not, to @p fn: rows of
 * umi_reject, in order of line.  Some 65 MB of memory at any number.
 * @retval UMI_EDAMAGED the book gives hundreds of different reasons
 */
UMI_MUST_CHECK umi_status umi_refused_lines(
    umi_book *b, int64_t batch, umi_row_fn fn, void *self, umi_error *err);

#endif
