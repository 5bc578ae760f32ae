/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_SPACE_H
#define UMI_LEDGER_BOOK_SPACE_H

/**
 * @file
 * How much room on the disk the next file of repayments needs: what the book
 * grows by, and what its log (-wal) takes before it is folded in.
 */
#include "ledger/book/book.h"

/** Lines of a file of which nothing is known. */
#define UMI_SPACE_LINES 1000000
/** Most lines that are asked about. */
#define UMI_SPACE_MOST 1000000000
/** Bytes that a book grows by a line, when it has too few to be measured:
 * a posting, its key, the loan's state, references of 18 characters, and
 * something spare. */
#define UMI_SPACE_LINE 160

typedef struct umi_space {
    int64_t lines;    /**< of the file */
    int64_t per_line; /**< bytes that the book grows by each */
    bool measured;    /**< per_line is of this book, not UMI_SPACE_LINE */
    int64_t book;     /**< bytes that the book grows */
    int64_t log;      /**< bytes of its log, at most */
} umi_space;

/** The largest file of repayments that the book has seen, else
 * UMI_SPACE_LINES. */
UMI_MUST_CHECK umi_status umi_space_lines(int64_t *out,
                                          umi_book *b,
                                          umi_error *err);

/**
 * The room for a file of @p lines lines, posted in chunks.
 * @param lines 0 .. UMI_SPACE_MOST
 */
UMI_MUST_CHECK umi_status umi_space_for(umi_space *out,
                                        umi_book *b,
                                        int64_t lines,
                                        umi_error *err);

#endif
