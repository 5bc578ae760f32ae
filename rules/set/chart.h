/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_CHART_H
#define UMI_RULES_SET_CHART_H

/**
 * @file
 * The chart of accounts.  An account has a code, a name in both languages, a
 * type and a role; what a posting rule calls by its role is found through
 * the family of the product, so that principal can stand in one account per
 * family while the sum over a role stays the sum over all loans.
 */
#include "rules/set/bind.h"

#define UMI_ACCOUNTS_MAX 1000

typedef enum umi_account_type {
    UMI_ASSET,
    UMI_LIABILITY,
    UMI_EQUITY,
    UMI_INCOME,
    UMI_EXPENSE
} umi_account_type;

/** The closed list of book-spec rule 27. */
typedef enum umi_role {
    UMI_ROLE_CASH,
    UMI_ROLE_PRINCIPAL,
    UMI_ROLE_INTEREST_RECEIVABLE,
    UMI_ROLE_INTEREST_INCOME,
    UMI_ROLE_FEE_RECEIVABLE,
    UMI_ROLE_FEE_INCOME,
    UMI_ROLE_PENALTY_RECEIVABLE,
    UMI_ROLE_PENALTY_INCOME,
    UMI_ROLE_OVERPAID,
    UMI_ROLE_OPENING,
    UMI_ROLE_OTHER
} umi_role;

#define UMI_ROLES 11

typedef struct umi_account {
    umi_text code;             /**< unique; digits, letters, - and . */
    umi_text name_id, name_en; /**< for people */
    umi_account_type type;
    umi_role role;
    umi_text family; /**< product family it is for; absent: every other one */
    bool standard;   /**< the cash account of unknown channels */
    bool memorandum; /**< stands outside the balance sheet, in pairs */
    umi_at at;
} umi_account;

/** Accounts in the order of the file; an account's index is its id here. */
typedef struct umi_chart {
    const umi_account *accounts;
    size_t count;
} umi_chart;

#define UMI_NO_ACCOUNT (-1)

/** "asset", "principal", ..., as in files and reports. */
const char *umi_account_type_name(umi_account_type t);
const char *umi_role_name(umi_role r);
UMI_MUST_CHECK bool umi_account_type_parse(umi_account_type *out, umi_text t);
UMI_MUST_CHECK bool umi_role_parse(umi_role *out, umi_text t);

/** Index of the account with this code, or UMI_NO_ACCOUNT. */
int32_t umi_chart_find(const umi_chart *c, umi_text code);

/**
 * Index of the account that has @p role (not UMI_ROLE_OTHER) for @p family:
 * that family's own, else the one of no family, else UMI_NO_ACCOUNT.  For
 * UMI_ROLE_CASH the standard one.  A loaded chart has an account for every
 * role and any family.
 */
int32_t umi_chart_role(const umi_chart *c, umi_role role, umi_text family);

/**
 * Read and check a chart: codes unique, one account per role and family, one
 * standard cash account, the type that the role demands.
 * @retval UMI_ESYNTAX problems were added (Y2xx, Y301 .. Y303, Y310)
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_chart_load(umi_chart *out,
                                         umi_text text,
                                         umi_arena *arena,
                                         umi_problems *p);

/** The keys of a file, for umi_bind_doc(). */
const umi_bind *umi_chart_keys(void);

#endif
