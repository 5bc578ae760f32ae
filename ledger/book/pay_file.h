/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_PAY_FILE_H
#define UMI_LEDGER_BOOK_PAY_FILE_H

/**
 * @file
 * Lines of a file of repayments, held tightly: a segment of the file, as many
 * lines as memory is meant to hold.
 */
#include "ledger/book/book.h"

/** Why a line is refused; the names are stable codes. */
#define UMI_PAY_FAULTS(X)                                                      \
    X(NONE, "OK", "")                                                          \
    X(CSV, "CSV", "not a line of this file")                                   \
    X(REFERENCE, "REFERENCE", "the reference is empty or above 255 bytes")     \
    X(CHANNEL, "CHANNEL", "the channel is empty or above 64 bytes")            \
    X(AMOUNT, "AMOUNT", "the amount is not a positive amount of rupiah")       \
    X(DATE, "DATE", "the date is no date")                                     \
    X(LOAN, "LOAN", "there is no loan of this number")                         \
    X(FUTURE, "FUTURE", "the date is after the booking date")                  \
    X(NOT_DISBURSED, "NOT-DISBURSED", "the loan is not disbursed")             \
    X(EARLY, "EARLY", "the date is before the loan's disbursement")            \
    X(CONFLICT, "CONFLICT", "the reference stands for another payment")        \
    X(RECOVERED, "STATE", "a recovery of this loan must be reversed first")    \
    X(RANGE, "RANGE", "a sum of the loan does not fit")

typedef enum umi_pay_fault {
#define X(name, code, text) UMI_PAY_##name,
    UMI_PAY_FAULTS(X)
#undef X
} umi_pay_fault;

const char *umi_pay_fault_code(umi_pay_fault f);
const char *umi_pay_fault_text(umi_pay_fault f); /**< English */

/** A line of the file, as far as it could be read. */
typedef struct umi_pay_line {
    int64_t line;
    umi_text loan, channel, reference; /**< copied by umi_pay_add() */
    umi_day date;
    umi_money amount; /**< 0 when it is not valid */
    umi_pay_fault fault;
} umi_pay_line;

/** Lines waiting to be posted. */
typedef struct umi_pay_file umi_pay_file;

/**
 * @p b gives the key of the hashes.  Caller frees.
 * @param limit lines of a segment; 0: a good number
 */
UMI_MUST_CHECK umi_status umi_pay_new(umi_pay_file **out,
                                      const umi_book *b,
                                      size_t limit,
                                      umi_error *err);
void umi_pay_free(umi_pay_file *f);  /**< NULL is allowed */
void umi_pay_clear(umi_pay_file *f); /**< forget the lines, keep the room */

/**
 * Add the next line of the file.  What it does depends on the lines since
 * umi_pay_clear() alone.
 * @retval UMI_EINVAL the line's number is above 4,294,967,295
 */
UMI_MUST_CHECK umi_status umi_pay_add(umi_pay_file *f,
                                      const umi_pay_line *line,
                                      umi_error *err);

/** Whether the next line belongs to another segment. */
bool umi_pay_full(const umi_pay_file *f);

size_t umi_pay_count(const umi_pay_file *f);  /**< lines */
int64_t umi_pay_first(const umi_pay_file *f); /**< number of the first line */
int64_t umi_pay_last(const umi_pay_file *f);  /**< and of the last; 0: none */

/** Of all that was added, as it was understood; before it is posted. */
umi_hash umi_pay_digest(const umi_pay_file *f);

#endif
