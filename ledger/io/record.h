/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_RECORD_H
#define UMI_LEDGER_IO_RECORD_H

/**
 * @file
 * A record: one row of a file as named fields.  A descriptor table names the
 * columns that a reader wants; the record hands out their texts by the index
 * in that table, whatever the order in the file.
 */
#include "engine/base/alloc.h"
#include "engine/base/date.h"
#include "engine/base/money.h"

/** What a file must do about a column. */
typedef enum umi_column_need {
    UMI_COLUMN_REQUIRED, /**< the column must stand in the header */
    UMI_COLUMN_OPTIONAL, /**< absent from the header, every field is absent */
    UMI_COLUMN_IGNORED   /**< may stand there; no part of the file's own */
} umi_column_need;

typedef struct umi_column {
    const char *name;
    umi_column_need need;
} umi_column;

/** One row.  Everything is borrowed from the reader until its next row. */
typedef struct umi_record {
    int64_t line;           /**< where the row begins; the header is line 1 */
    umi_text raw;           /**< the row as it stands, without its line end */
    const umi_text *fields; /**< in the order of the file */
    size_t count;           /**< fields; 0 in a row that failed */
    const umi_column *columns; /**< the descriptor table, NULL if none */
    const int16_t *place;      /**< by index in columns: the field, or -1 */
} umi_record;

/**
 * The text of column @p i of the descriptor table; {NULL, 0} when the header
 * lacks it.  An empty field has length 0 and a pointer.
 */
static inline umi_text umi_record_text(const umi_record *r, size_t i)
{
    return r->place[i] < 0 ? (umi_text){NULL, 0} : r->fields[r->place[i]];
}

/** A copy that outlives the reader's row; NULL when memory is exhausted. */
const umi_record *umi_record_keep(const umi_record *r, umi_arena *arena);

/**
 * A text that must not be empty.
 * @retval UMI_EINVAL it is; err->field names the column
 */
UMI_MUST_CHECK umi_status umi_record_need(umi_text *out,
                                          const umi_record *r,
                                          size_t i,
                                          umi_error *err);

/**
 * A positive amount: digits, optionally a point and one or two decimals
 * (book-spec rule 3), and at most UMI_MONEY_ONCE_MAX.
 * @retval UMI_EINVAL code AMOUNT; err->field names the column
 */
UMI_MUST_CHECK umi_status umi_record_amount(umi_money *out,
                                            const umi_record *r,
                                            size_t i,
                                            umi_error *err);

/**
 * A date YYYY-MM-DD that exists.
 * @retval UMI_EINVAL code DATE; err->field names the column
 */
UMI_MUST_CHECK umi_status umi_record_day(umi_day *out,
                                         const umi_record *r,
                                         size_t i,
                                         umi_error *err);

/**
 * A whole number within [min, max].
 * @retval UMI_EINVAL err->field names the column
 */
UMI_MUST_CHECK umi_status umi_record_int(int64_t *out,
                                         const umi_record *r,
                                         size_t i,
                                         int64_t min,
                                         int64_t max,
                                         umi_error *err);

#endif
