/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_POST_H
#define UMI_LEDGER_DESK_POST_H

/**
 * @file
 * Posting a file of repayments: reference, loan, date, amount, channel.
 */
#include "ledger/book/file_run.h"

/**
 * Post the file of @p ask.  A file that was posted before is not looked at
 * again; one that was left half-way is finished.
 *
 * @param[out] out texts in @p arena
 * @retval UMI_EINVAL  the file cannot be read, or a column is missing or
 *                     unknown; nothing is written
 * @retval UMI_EDENIED code CLOSED-DAY, or EXPECTED: the file has other lines
 *                     or another amount than ask says; nothing is written
 * @retval UMI_EIO     the book or the rejects cannot be written
 */
UMI_MUST_CHECK umi_status umi_post_file(umi_file_result *out,
                                        umi_book *b,
                                        const umi_file_ask *ask,
                                        umi_arena *arena,
                                        umi_error *err);

#endif
