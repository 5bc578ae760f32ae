/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_QUOTE_TABLE_H
#define UMI_CLI_OUT_QUOTE_TABLE_H

/** @file A repayment schedule for people. */
#include "ledger/io/quote_json.h"
#include "rules/set/product.h"

/** Append what was agreed, the rows, their totals and the rates of @p q. */
void cli_quote_print(umi_buf *b,
                     const umi_quote *q,
                     umi_arena *arena,
                     umi_lang lang);

/**
 * Append which product was asked, the rows in force on the day, what each
 * rests on, and whether that still has to be verified.
 */
void cli_quote_print_product(umi_buf *b,
                             const umi_product *p,
                             const umi_product_ask *ask,
                             umi_lang lang);

/** Append the rows and totals alone; fees only when there are any. */
void cli_schedule_print(umi_buf *b,
                        const umi_schedule *s,
                        umi_arena *arena,
                        umi_lang lang);

#endif
