/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_CSV_LAYOUT_INT_H
#define UMI_LEDGER_BANK_CSV_LAYOUT_INT_H

/**
 * @file
 * The tables that Indonesian banks export, as data: which header makes a
 * layout, and what each column and each labelled row means.  A layout is
 * recognised by its header, never by a file's name.
 */
#include "ledger/bank/csv_rows_int.h"
#include "ledger/bank/figure.h"

typedef enum umi__role {
    UMI__ROLE_NONE,
    UMI__ROLE_BOOKED,
    UMI__ROLE_VALUE,
    UMI__ROLE_TEXT, /**< several are joined */
    UMI__ROLE_BANK_REF,
    UMI__ROLE_CUSTOMER_REF,
    UMI__ROLE_TYPE,
    UMI__ROLE_DEBIT,
    UMI__ROLE_CREDIT,
    UMI__ROLE_AMOUNT, /**< "2,500.00 DB", or unsigned with a mark beside */
    UMI__ROLE_MARK,   /**< "DB", "CR" */
    UMI__ROLE_BALANCE,
    UMI__ROLE_BEFORE, /**< balance before the row */
    UMI__ROLE_ACCOUNT,
    UMI__ROLE_CURRENCY,
    UMI__ROLE_PAID, /**< virtual account: what reaches the bank account */
    UMI__ROLE_GROSS,
    UMI__ROLE_FEE,
    UMI__ROLE_VAT,
    UMI__ROLE_WITHHOLDING,
    UMI__ROLE_NAME,
    UMI__ROLE_REQUEST,
    UMI__ROLE_COUNT
} umi__role;

typedef struct umi__column {
    const char *name; /**< as printed, compared without case */
    umi__role role;
    bool needed; /**< part of the signature */
} umi__column;

typedef struct umi__layout {
    umi_bank_format format;
    bool prints_ends; /**< a footer names opening and closing */
    umi__bank_style style;
    umi__column columns[26]; /**< ended by a NULL name */
} umi__layout;

/** What a row like "Saldo Awal : 34,164,473.19" states. */
typedef enum umi__label {
    UMI__LABEL_NONE,
    UMI__LABEL_IGNORED,
    UMI__LABEL_ACCOUNT,
    UMI__LABEL_PERIOD,
    UMI__LABEL_CURRENCY,
    UMI__LABEL_OPENING,
    UMI__LABEL_CLOSING,
    UMI__LABEL_DEBITS,
    UMI__LABEL_CREDITS
} umi__label;

/** The layout whose header @p row is (of @p format, or any); else NULL. */
const umi__layout *umi__layout_find(const umi__row *row,
                                    umi_bank_format format);
/** The role of each cell of header @p row. */
void umi__layout_roles(const umi__layout *l,
                       const umi__row *row,
                       umi__role roles[UMI__ROW_CELLS]);
/** What @p row is labelled, its value, and the next cell behind it. */
umi__label
umi__label_find(const umi__row *row, umi_text *value, umi_text *behind);

#endif
