/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_CSV_H
#define UMI_LEDGER_IO_CSV_H

/**
 * @file
 * CSV in UTF-8 (RFC 4180), read strictly and in constant memory.  Fields may
 * be quoted, hold doubled quotes, delimiters and line breaks; lines end in LF
 * or CRLF; a byte-order mark is skipped; wholly empty lines are skipped when
 * a row has more than one column.  A malformed row costs its own (first)
 * physical line and no other: reading goes on at the next line.
 */
#include "ledger/io/record.h"

#include <sys/types.h>

#define UMI_CSV_COLUMNS_MAX 512       /**< most fields of a row */
#define UMI_CSV_FIELD_MAX   8192      /**< most bytes of a field */
#define UMI_CSV_ROW_MAX     (1 << 16) /**< most bytes of a row */

/** Reads at most @p cap bytes; 0 at the end, -1 with errno on failure. */
typedef ssize_t (*umi_read_fn)(void *self, void *buf, size_t cap);

/** What is read, and how.  Borrowed until the reader is freed. */
typedef struct umi_csv_spec {
    const umi_column *columns; /**< NULL: no header, rows of any width, and
                                * an empty line is a row of one field */
    size_t count;
    char delimiter;   /**< 0 stands for ',' */
    size_t row_max;   /**< bytes of a row; 0 stands for UMI_CSV_ROW_MAX */
    const char *name; /**< of the file, for messages; may be NULL */
} umi_csv_spec;

typedef struct umi_csv umi_csv;

/**
 * Open a reader and read the header, whose names must be those of the
 * descriptor table, each once, in any order.
 *
 * @param[out] out new reader, caller frees; untouched on failure
 * @retval UMI_EINVAL  code COLUMN: a column is missing, unknown or repeated
 *                     (err->field names it)
 * @retval UMI_ESYNTAX code CSV: there is no header, or it is malformed
 * @retval UMI_EIO     the input cannot be read
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_csv_open(umi_csv **out,
                                       umi_read_fn read,
                                       void *self,
                                       const umi_csv_spec *spec,
                                       umi_error *err);
/** umi_csv_open() over a file descriptor, which stays the caller's. */
UMI_MUST_CHECK umi_status umi_csv_open_fd(umi_csv **out,
                                          int fd,
                                          const umi_csv_spec *spec,
                                          umi_error *err);
/** umi_csv_open() over text in memory, which is not copied. */
UMI_MUST_CHECK umi_status umi_csv_open_text(umi_csv **out,
                                            umi_text text,
                                            const umi_csv_spec *spec,
                                            umi_error *err);

/**
 * Read the next row into umi_csv_record().
 *
 * @param[out] more false at the end of the input
 * @retval UMI_ESYNTAX code CSV: this row is malformed, has the wrong number
 *                     of fields, or is too long; the record has its line and
 *                     raw bytes, *more is true, and reading may go on
 * @retval UMI_EIO     the input cannot be read; reading cannot go on
 * @retval UMI_ENOMEM  memory exhausted; reading cannot go on
 */
UMI_MUST_CHECK umi_status umi_csv_next(umi_csv *csv,
                                       bool *more,
                                       umi_error *err);

/** The row last read; the same pointer for the life of the reader. */
const umi_record *umi_csv_record(const umi_csv *csv);
void umi_csv_free(umi_csv *csv); /**< NULL is allowed */

/** A CSV writer: delimiters and quoting are its business. */
typedef struct umi_csv_out {
    umi_buf *buf;
    char delimiter; /**< 0 stands for ',' */
    bool open;      /**< a row has begun */
} umi_csv_out;

/** One field, quoted when it must be. */
void umi_csv_put(umi_csv_out *w, umi_text t);
void umi_csv_put_str(umi_csv_out *w, const char *s); /**< NULL: empty */
void umi_csv_put_int(umi_csv_out *w, int64_t v);
void umi_csv_put_money(umi_csv_out *w, umi_money m);
void umi_csv_put_day(umi_csv_out *w, umi_day d);
void umi_csv_end(umi_csv_out *w); /**< ends the row with LF */

/**
 * A file of rejects: the columns of the input (but the ignored ones) and
 * then line, code, message.  A row that is no record of the file stands
 * whole in the first column, so that it cannot be taken for a good one.
 */
void umi_csv_reject_header(umi_csv_out *w, const umi_csv *csv);
void umi_csv_reject(umi_csv_out *w, const umi_csv *csv, const umi_error *err);
/** The same for an earlier row of @p csv (umi_record_keep()). */
void umi_csv_reject_row(umi_csv_out *w,
                        const umi_csv *csv,
                        const umi_record *row,
                        const umi_error *err);

#define UMI_CSV_REJECTS 3 /**< columns of a rejects file beside the own ones */

/**
 * Those columns beside the @p n of @p own: line, code and message; where an
 * own column (not an ignored one) has that name, reject_line and so on.
 */
void umi_csv_reject_columns(umi_column to[UMI_CSV_REJECTS],
                            const umi_column *own,
                            size_t n);

/** The same where no own column can have such a name. */
#define UMI_CSV_REJECT_COLUMNS                                                 \
    {"line", UMI_COLUMN_IGNORED}, {"code", UMI_COLUMN_IGNORED},                \
    {                                                                          \
        "message", UMI_COLUMN_IGNORED                                          \
    }

#endif
