/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_REFUSED_INT_H
#define UMI_LEDGER_BOOK_REFUSED_INT_H

/**
 * @file
 * The lines of a file that are refused.  New ones are held until they are
 * written; the book has the others, and they are read back a window of lines
 * at a time.  So memory does not grow with their number: of those written
 * together it is kept where they are, 32 bytes.
 */
#include "ledger/book/refused.h"

typedef struct umi__refused umi__refused;

/** Of @p batch, none so far; caller frees. */
UMI_MUST_CHECK umi_status umi__refused_new(umi__refused **out,
                                           umi_book *b,
                                           int64_t batch,
                                           umi_error *err);
void umi__refused_free(umi__refused *r); /**< NULL is allowed */

/** Those that the book has, too: of a file begun or done before. */
UMI_MUST_CHECK umi_status umi__refused_load(umi__refused *r, umi_error *err);

/** One more; @p code stays where it is. */
UMI_MUST_CHECK umi_status umi__refused_add(umi__refused *r,
                                           int64_t line,
                                           const char *code,
                                           umi_money amount,
                                           umi_error *err);
/** Write the new ones with @p c, which borrows them until the next call. */
UMI_MUST_CHECK umi_status umi__refused_put(umi__refused *r,
                                           umi_change *c,
                                           umi_error *err);

int64_t umi__refused_count(const umi__refused *r); /**< new and stored ones */

/**
 * Why @p line was refused; NULL: it was not.  Ask in ascending order: going
 * back costs a window.
 * @param[out] code lives as long as @p r
 * @retval UMI_EDAMAGED the book gives hundreds of different reasons
 */
UMI_MUST_CHECK umi_status umi__refused_code(umi__refused *r,
                                            int64_t line,
                                            const char **code,
                                            umi_error *err);

#endif
