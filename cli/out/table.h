/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_OUT_TABLE_H
#define UMI_CLI_OUT_TABLE_H

/**
 * @file
 * A table for people: columns as wide as their widest cell, texts to the
 * left, figures to the right, amounts with and without sen by their rupiah.
 */
#include "engine/base/alloc.h"
#include "engine/base/date.h"
#include "engine/base/money.h"

typedef struct cli_table cli_table;

/**
 * A table whose columns have the headings @p heads (ended by NULL, translated
 * by the caller).  A column whose letter in @p align is 'l' stands to the
 * left, 'r' to the right.  NULL when memory is exhausted.
 */
cli_table *cli_table_new(umi_arena *arena,
                         const char *const *heads,
                         const char *align,
                         umi_lang lang);

/* Cells go from left to right, row after row. */
void cli_table_text(cli_table *t, umi_text cell);
void cli_table_int(cli_table *t, int64_t v);
void cli_table_day(cli_table *t, umi_day d);
void cli_table_money(cli_table *t, umi_money m); /**< grouped */
/** A line before the next row, as before a sum. */
void cli_table_rule(cli_table *t);

/** Append the table; b->failed is set when memory was exhausted on the way. */
void cli_table_print(umi_buf *b, const cli_table *t);

#endif
