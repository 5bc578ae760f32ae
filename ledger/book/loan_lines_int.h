/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BOOK_LOAN_LINES_INT_H
#define UMI_LEDGER_BOOK_LOAN_LINES_INT_H

/**
 * @file
 * A chunk of a file of loans, with all that follows from the lines alone: a
 * pure function of the file and the book's secret, computed on any core.
 */
#include "ledger/book/loan_batch.h"
#include "ledger/book/sort.h"

/** A line of the chunk. */
typedef struct umi__loan_line {
    int64_t line;
    const char *fault;   /**< of the line itself; then only amount counts */
    const char *refusal; /**< of what it agrees on; NULL when it is sound */
    umi_money amount, paid_principal, paid_interest;
    umi_money interest, fee; /**< of the whole schedule */
    umi_text number, product, branch, grp, officer, borrower, nik;
    const umi_terms *terms; /**< of all lines that are alike; amount and dates
                             * in it are another line's */
    umi_day disbursed;
    umi_day first_due; /**< UMI_NONE32: not given */
    umi_hash origin;   /**< of everything the line says */
    umi_hash schedule;
    int64_t key;     /**< of the number; then where it is, or would be, kept */
    int64_t nik_key; /**< a hash of the NIK; 0: not known */
    bool twin;       /**< another line of the chunk has the same key */
    int64_t loan;    /**< that has the number already, or 0 */
    int64_t person;  /**< 0: to be made */
    size_t row;      /**< its place among the new loans, from 1; 0: none */
} umi__loan_line;

enum {
    UMI__ALIKE = 64 /* a power of two */
};

typedef struct umi__loan_lines {
    umi_arena *arena; /**< of the texts */
    umi__loan_line *items;
    size_t count, cap;
    umi_pair *order; /**< sound lines in order of key, by place in items */
    umi_pair *room;
    size_t sound;
    struct {
        int64_t number;
        const umi_terms *terms;
    } alike[UMI__ALIKE]; /**< a newcomer takes the place */
    umi_tally lines;     /**< of the file up to the end of the chunk */
    bool last;           /**< no line follows */
    umi_status rc;       /**< why the chunk could not be made */
    umi_error err;
} umi__loan_lines;

/** What reads chunks one after another. */
typedef struct umi__loan_reader {
    umi_loan_feed feed;
    umi_sip_key secret;
    umi_text branch;      /**< the default one */
    int64_t after;        /**< lines up to it are in the book already */
    umi_tally lines;      /**< read so far */
    umi_import_line line; /**< the next one, when `ahead` */
    bool ahead;
    umi_row *rows; /**< of the schedule at hand */
    size_t row_cap;
    umi__loan_lines *into;
} umi__loan_reader;

void umi__loan_reader_free(umi__loan_reader *r);

/** Fill r->into, from empty, with the next lines; a umi_task. */
void umi__loan_lines_read(void *reader);

/** For the next lines; what it held is forgotten. */
void umi__loan_lines_clear(umi__loan_lines *c);
void umi__loan_lines_free(umi__loan_lines *c);

#endif
