/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_IMPORT_H
#define UMI_LEDGER_BANK_IMPORT_H

/**
 * @file
 * Statements into the book.  The same file changes nothing; an overlapping
 * one adds only the movements that are new, and two true twins on one day
 * both stay.  A statement that fails a check is kept apart: visible, its
 * movements not counted, until a second person lets it in.
 */
#include "ledger/bank/account.h"
#include "ledger/bank/rows.h"
#include "ledger/bank/statement.h"

typedef struct umi_bank_import_ask {
    umi_text account;       /**< code or number; an unknown number is added */
    umi_text name;          /**< of the file, for people */
    umi_text bytes;         /**< must live as long as the result */
    umi_bank_format format; /**< UMI_BANK_AUTO: that of the account */
    umi_lang lang;
} umi_bank_import_ask;

/** What became of one statement of the file. */
typedef struct umi_bank_import_part {
    umi_stmt stmt;
    int64_t added;   /**< movements that are new */
    int64_t known;   /**< that an earlier file had */
    int64_t pending; /**< not booked: left out */
    bool released;
} umi_bank_import_part;

typedef struct umi_bank_import_result {
    umi_stmt_file file;
    umi_bank_account_row account;
    bool account_added; /**< it was not known before */
    bool repeated;      /**< these bytes are in the book already */
    bool notice; /**< of a format that explains movements but has none: MT942,
                  * camt.054, virtual accounts */
    const umi_bank_import_part *parts;
    size_t count;
    umi_bank_file *parsed; /**< NULL when repeated; free it */
} umi_bank_import_result;

/**
 * Read a file and keep it, in one transaction.
 *
 * @retval UMI_ESYNTAX, UMI_EINVAL as umi_bank_parse(); nothing is written
 * @retval UMI_EEXIST  the name of the new account is that of another
 */
UMI_MUST_CHECK umi_status umi_bank_import(umi_bank_import_result *out,
                                          umi_book *b,
                                          const umi_bank_import_ask *ask,
                                          umi_arena *arena,
                                          umi_error *err);

/** Whether a statement of the result is kept apart. */
bool umi_bank_import_quarantined(const umi_bank_import_result *r);

/**
 * Let a quarantined statement in: its movements are added.
 * @param reason why, 1 .. 200 bytes
 * @param[out] added movements that are new; may be NULL
 * @retval UMI_ENOENT  there is no such statement
 * @retval UMI_ESTATE  it is not quarantined, or was let in already
 * @retval UMI_EDENIED code SECOND: who imported it must not let it in
 */
UMI_MUST_CHECK umi_status umi_bank_release(
    umi_book *b, int64_t stmt, umi_text reason, int64_t *added, umi_error *err);

/**
 * The stored file @p id, read again from its bytes.  Lives in @p arena but
 * for *out, which the caller frees.
 * @retval UMI_EDAMAGED the bytes are gone or are no statement any more
 */
UMI_MUST_CHECK umi_status umi_bank_reread(umi_bank_file **out,
                                          umi_store *s,
                                          int64_t id,
                                          umi_lang lang,
                                          umi_arena *arena,
                                          umi_error *err);

#endif
