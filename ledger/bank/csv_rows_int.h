/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_CSV_ROWS_INT_H
#define UMI_LEDGER_BANK_CSV_ROWS_INT_H

/**
 * @file
 * Rows of the tables that banks export: title rows, footers and a quote that
 * is never closed must not stop the reading, so this is not the strict reader
 * of ledger/io.
 */
#include "ledger/bank/build_int.h"

enum {
    UMI__ROW_CELLS = 64 /**< cells beyond are counted, not kept */
};

typedef struct umi__row {
    umi_text cell[UMI__ROW_CELLS]; /**< trimmed, quotes and ' taken off */
    size_t count;
    int64_t line; /**< where it begins, from 1 */
} umi__row;

typedef struct umi__rows {
    umi__bank_builder *b; /**< for the text of cells with doubled quotes */
    umi_text rest;
    int64_t line;
    char delimiter;
} umi__rows;

/** The next row; false at the end.  A blank line has one empty cell. */
bool umi__rows_next(umi__rows *r, umi__row *out);

#endif
