/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_STATEMENT_H
#define UMI_LEDGER_BANK_STATEMENT_H

/**
 * @file
 * Bank statements as banks send them, in one model whatever the format: a
 * file holds statements, a statement its lines in the order of the file, and
 * checks say whether the figures agree with one another.  Nothing is repaired
 * and nothing is guessed: what does not tie out is shown with the check that
 * failed, what cannot be read is refused line by line with a warning.
 * @source docs/bank.md, "Reading"
 */
#include "engine/base/alloc.h"
#include "engine/base/date.h"
#include "engine/base/money.h"

/** Format, name on the command line. */
#define UMI_BANK_FORMAT_LIST(X)                                                \
    X(UMI_BANK_AUTO, "auto")                                                   \
    X(UMI_BANK_MT940, "mt940")                                                 \
    X(UMI_BANK_MT942, "mt942")                                                 \
    X(UMI_BANK_CAMT053, "camt053")                                             \
    X(UMI_BANK_CAMT054, "camt054")                                             \
    X(UMI_BANK_BCA, "bca")                                                     \
    X(UMI_BANK_BCA_PERSONAL, "bca-personal")                                   \
    X(UMI_BANK_MANDIRI, "mandiri")                                             \
    X(UMI_BANK_BNI, "bni")                                                     \
    X(UMI_BANK_BRI, "bri")                                                     \
    X(UMI_BANK_OCBC, "ocbc")                                                   \
    X(UMI_BANK_VA, "va")

typedef enum umi_bank_format {
#define X(name, text) name,
    UMI_BANK_FORMAT_LIST(X)
#undef X
} umi_bank_format;

/** The day of a pending row, and of a period that nobody states. */
#define UMI_BANK_NO_DAY ((umi_day){INT32_MIN})

/** An amount that a file may leave out. */
typedef struct umi_bank_figure {
    umi_money amount; /**< 0 unless known */
    bool known;
} umi_bank_figure;

/**
 * What explains a line without entering any sum: a transaction inside a bulk
 * entry (camt TxDtls), the gross amount and fee of a virtual account payment,
 * the supplementary details of a field 61.
 */
typedef struct umi_bank_detail {
    const struct umi_bank_detail *next;
    umi_text reference; /**< EndToEndId; payment request id */
    umi_text bank_ref;
    umi_text name;   /**< the other party */
    umi_text text;   /**< remittance information */
    umi_text reason; /**< why a transfer came back, "AC04" */
    umi_bank_figure amount, gross, fee, vat, withholding; /**< amount signed */
    char currency[4]; /**< "" when not given */
} umi_bank_detail;

/** One movement.  Money in is positive. */
typedef struct umi_bank_line {
    umi_day booked, value; /**< UMI_BANK_NO_DAY in a pending row without one */
    umi_money amount;
    umi_bank_figure balance; /**< behind this row, where the layout prints it */
    umi_text bank_ref, customer_ref, type, text; /**< {NULL,0}: none */
    const umi_bank_detail *details;
    int64_t source;   /**< 1-based line of the file */
    char currency[4]; /**< "" when the file names none */
    bool debit;       /**< also tells apart amounts of zero */
    bool reversal;
    bool pending; /**< not booked: counts in no balance */
} umi_bank_line;

/** Cannot be computed, holds, does not hold. */
typedef enum umi_bank_verdict {
    UMI_BANK_UNKNOWN,
    UMI_BANK_HOLDS,
    UMI_BANK_FAILS
} umi_bank_verdict;

typedef struct umi_bank_check {
    const char *code; /**< "continuity", "complete", "chain", ... */
    umi_bank_verdict ok;
    umi_text message; /**< in the language of the parse */
} umi_bank_check;

enum {
    UMI_BANK_CHECKS = 8 /**< at most so many in a statement */
};

typedef struct umi_bank_statement {
    umi_text account, number; /**< {NULL,0}: the file names none */
    umi_day from, to; /**< as stated, else of the first and last booking */
    char currency[4];
    umi_bank_figure opening, closing;
    const umi_bank_line *lines;
    size_t line_count;
    umi_bank_check checks[UMI_BANK_CHECKS];
    size_t check_count;
} umi_bank_statement;

typedef struct umi_bank_warning {
    const char *code; /**< "W-..."; listed by umi explain */
    int64_t line;     /**< 1-based line of the file, 0 for the whole */
    umi_text message;
} umi_bank_warning;

typedef struct umi_bank_file {
    umi_bank_format format; /**< never UMI_BANK_AUTO */
    const umi_bank_statement *statements;
    size_t statement_count; /**< at least 1 */
    const umi_bank_warning *warnings;
    size_t warning_count;
    umi_bank_line *all_lines; /**< owned; statements point into it */
    size_t all_count;
    umi_arena *arena; /**< owned: everything else */
} umi_bank_file;

/** How a file is to be read. */
typedef struct umi_bank_options {
    umi_bank_format format; /**< UMI_BANK_AUTO: recognise it */
    umi_text account;       /**< for files that name none; may be empty */
    umi_lang lang;          /**< of checks and warnings */
} umi_bank_options;

const char *umi_bank_format_name(umi_bank_format f);
UMI_MUST_CHECK bool umi_bank_format_parse(umi_bank_format *out, umi_text t);

/**
 * Read a bank file.  Bytes that are not UTF-8 are taken as Latin-1.
 *
 * @param[out] out  caller frees; its texts may point into @p bytes, which
 *                  must live as long; untouched on failure
 * @retval UMI_ESYNTAX no listed format, no statement inside, malformed XML
 *                     or XML with a document type; code BANK-FORMAT or XML
 * @retval UMI_EINVAL  the account number was spoilt by a spreadsheet
 *                     (5.0501E+13) and options name none; code BANK-ACCOUNT
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_bank_parse(umi_bank_file **out,
                                         umi_text bytes,
                                         const umi_bank_options *options,
                                         umi_error *err);

/** Whether every check of every statement holds or cannot be computed. */
bool umi_bank_sound(const umi_bank_file *f);
void umi_bank_file_free(umi_bank_file *f); /**< NULL is allowed */

#endif
