/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_RATE_JSON_H
#define UMI_LEDGER_IO_RATE_JSON_H

/**
 * @file
 * Rates of cash flows as JSON: the objects that `umi rate` reads and writes.
 */
#include "engine/base/json.h"
#include "engine/loan/cashflow.h"

/**
 * From one line to its answer.
 * @retval UMI_ESYNTAX the line is not JSON
 * @retval UMI_EINVAL  a key is unknown, missing or out of its domain, or there
 *   is no rate or more than one; err->field is the path ("flows.amount")
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_rate_answer(umi_buf *out,
                                          umi_text line,
                                          umi_arena *arena,
                                          umi_error *err);

#endif
