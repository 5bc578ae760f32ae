/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_WORK_H
#define UMI_LEDGER_BANK_WORK_H

/**
 * @file
 * The movements of a bank account that nothing explains yet, with what their
 * texts name in the book and what follows: the common ground of matching and
 * of the list of exceptions.
 */
#include "ledger/bank/account.h"
#include "ledger/bank/match.h"
#include "ledger/desk/rows.h"

/** One open movement. */
typedef struct umi_bank_open_line {
    umi_stmt_line row;
    const umi_bank_line *parsed; /**< its texts */
    size_t first, units;         /**< its units */
} umi_bank_open_line;

typedef struct umi_bank_work {
    umi_arena *arena;
    umi_bank_account_row account;
    umi_bank_open_line *lines; /**< by key */
    size_t line_count;
    umi_bank_unit *units;
    size_t *line_of; /**< by unit: index in lines */
    size_t unit_count;
    umi_bank_hint *hints;
    size_t hint_count, hint_cap;
    umi_transfer *transfers;  /**< by hint; of transfers and returns */
    umi_bank_answer *answers; /**< by unit */
    umi_bank_file **files;    /**< owned: texts point into them */
    size_t file_count;
} umi_bank_work;

/**
 * Load and decide all open movements of @p account.
 * @param[out] out  umi_bank_work_free(); untouched on failure
 * @retval UMI_EDAMAGED the stored bytes do not yield the stored movements
 */
UMI_MUST_CHECK umi_status
umi_bank_work_load(umi_bank_work *out,
                   umi_book *b,
                   const umi_bank_accounts *all,
                   const umi_bank_account_row *account,
                   umi_error *err);
void umi_bank_work_free(umi_bank_work *w);

#endif
