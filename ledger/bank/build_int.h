/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_BUILD_INT_H
#define UMI_LEDGER_BANK_BUILD_INT_H

/**
 * @file
 * What the format readers share: a builder that collects statements, lines
 * and warnings and closes each statement with its checks.  A failed
 * allocation is remembered; later calls do nothing and umi__bank_finish()
 * reports it.
 */
#include "ledger/bank/statement.h"

/** Control totals as a bank prints them, of debits or of credits. */
typedef struct umi__bank_control {
    umi_bank_figure sum; /**< never negative */
    int64_t count;       /**< -1: not printed */
} umi__bank_control;

/** What a line outside the stated period is. */
typedef enum umi__bank_period {
    UMI__BANK_PERIOD_NONE, /**< nothing: from and to bind nobody */
    UMI__BANK_PERIOD_WARN,
    UMI__BANK_PERIOD_CHECK /**< from and to are the printed range of rows */
} umi__bank_period;

typedef struct umi__bank_builder {
    umi_bank_file *file;
    const umi_bank_options *options;
    size_t line_cap, statement_cap, warning_cap;
    umi_bank_statement *statements;
    umi_bank_warning *warnings;
    bool failed; /**< memory is exhausted */
    bool latin;  /**< a byte was read as Latin-1 */

    /* the statement being read */
    bool open;
    umi_bank_statement now;
    size_t first;                 /**< its first line */
    int64_t start;                /**< line of the file it starts on */
    umi__bank_control control[2]; /**< [0] credits, [1] debits */
    int64_t refused;              /**< lines that could not be read */
    int64_t refused_at;           /**< the first of them */
    int64_t broken_at; /**< first row whose own two balances disagree */
    bool derive_ends;  /**< opening and closing come from the rows' balances */
    umi__bank_period period;
    bool has_page; /**< the check "page" applies: */
    umi_bank_verdict page;
    umi_bank_detail *tail; /**< last detail of the last line */
} umi__bank_builder;

void umi__bank_open(umi__bank_builder *b, int64_t line);
/** Run the checks of the open statement and keep it. */
void umi__bank_close(umi__bank_builder *b);
/** A new, zeroed line of the open statement, or NULL; valid till the next. */
umi_bank_line *umi__bank_line_new(umi__bank_builder *b, int64_t source);
umi_bank_line *umi__bank_last_line(umi__bank_builder *b); /**< or NULL */
/** Append a zeroed detail to @p line; NULL when memory is exhausted. */
umi_bank_detail *umi__bank_detail_new(umi__bank_builder *b,
                                      umi_bank_line *line);

/** A line that cannot be read: a warning, and "complete" fails. */
void umi__bank_refuse(umi__bank_builder *b, int64_t line, const char *fmt, ...)
    UMI_PRINTF(3, 4);
void umi__bank_warn(umi__bank_builder *b,
                    const char *code,
                    int64_t line,
                    const char *fmt,
                    ...) UMI_PRINTF(4, 5);

/**
 * The day of @p c; one that its month does not have becomes the last one, with
 * a warning.  False when there is no such month.
 */
bool umi__bank_real_day(umi__bank_builder *b,
                        umi_day *out,
                        umi_civil c,
                        int64_t line);

/** @p raw trimmed and as UTF-8 without control characters; {NULL,0} if empty.
 * Borrows from @p raw when it can. */
umi_text umi__bank_text(umi__bank_builder *b, umi_text raw);
/** "a b"; either may be empty. */
umi_text umi__bank_join(umi__bank_builder *b, umi_text a, umi_text second);
/** Three capital letters to @p out; "Rp" is IDR; anything else leaves it. */
void umi__bank_currency(char out[4], umi_text t);

/* one reader a family of formats; UMI_ESYNTAX when the bytes are not theirs */
umi_status umi__bank_read_mt(umi__bank_builder *b, umi_text t, umi_error *err);
umi_status
umi__bank_read_camt(umi__bank_builder *b, umi_text t, umi_error *err);
umi_status umi__bank_read_csv(umi__bank_builder *b, umi_text t, umi_error *err);

#endif
