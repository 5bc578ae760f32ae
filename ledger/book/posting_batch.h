/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_POSTING_BATCH_H
#define UMI_LEDGER_BOOK_POSTING_BATCH_H

/**
 * @file
 * A file of repayments, posted.  Lines are brought into the order of the
 * loans and then into the book chunk by chunk: states are read in one sweep,
 * payments divided in memory, and everything written in one transaction.
 */
#include "ledger/book/file_run.h"

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

/** Lines waiting to be posted, held tightly. */
typedef struct umi_pay_file umi_pay_file;

/** @p b gives the key of the hashes.  Caller frees. */
UMI_MUST_CHECK umi_status umi_pay_new(umi_pay_file **out,
                                      const umi_book *b,
                                      umi_error *err);
void umi_pay_free(umi_pay_file *f); /**< NULL is allowed */

/**
 * Add the next line of the file.
 * @retval UMI_EINVAL more than 4,294,967,295 lines or 1 TB of texts
 * @retval UMI_ERANGE the sum of the amounts does not fit
 */
UMI_MUST_CHECK umi_status umi_pay_add(umi_pay_file *f,
                                      const umi_pay_line *line,
                                      umi_error *err);

/**
 * Called when all lines are judged and before the last chunk is written, so
 * that a file of rejects is there whenever the book says that it is.
 */
typedef umi_status (*umi_judged_fn)(void *self,
                                    umi_file_run *run,
                                    umi_error *err);

/**
 * Post @p f under @p run, which umi_file_begin() has begun and did not find
 * repeated.  The result stands in run->result.
 */
UMI_MUST_CHECK umi_status umi_pay_post(umi_pay_file *f,
                                       umi_file_run *run,
                                       umi_judged_fn judged,
                                       void *self,
                                       umi_error *err);

#endif
