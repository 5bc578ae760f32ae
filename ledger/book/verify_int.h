/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_VERIFY_INT_H
#define UMI_LEDGER_BOOK_VERIFY_INT_H

/**
 * @file
 * The checks of a verification.  Each returns UMI_OK, UMI_EDAMAGED with its
 * first finding, or why it could not be made; @p n counts what it looked at.
 */
#include "ledger/book/verify.h"

typedef umi_status (*umi__check_fn)(umi_book *b, int64_t *n, umi_error *err);

umi_status umi__verify_file(umi_book *b, int64_t *n, umi_error *err);
umi_status umi__verify_blocks(umi_book *b, int64_t *n, umi_error *err);
umi_status umi__verify_chain(umi_book *b, int64_t *n, umi_error *err);
umi_status umi__verify_witness(umi_book *b, int64_t *n, umi_error *err);
umi_status umi__verify_loans(umi_book *b, int64_t *n, umi_error *err);
umi_status umi__verify_numbers(umi_book *b, int64_t *n, umi_error *err);
umi_status umi__verify_references(umi_book *b, int64_t *n, umi_error *err);
umi_status umi__verify_batches(umi_book *b, int64_t *n, umi_error *err);
umi_status umi__verify_ledger(umi_book *b, int64_t *n, umi_error *err);
umi_status umi__verify_control(umi_book *b, int64_t *n, umi_error *err);

/** A finding: UMI_EDAMAGED with a message about row @p key of @p table. */
umi_status umi__finding(umi_error *err,
                        const char *table,
                        int64_t key,
                        const char *english);

#endif
