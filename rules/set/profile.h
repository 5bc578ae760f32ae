/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_PROFILE_H
#define UMI_RULES_SET_PROFILE_H

/**
 * @file
 * The institution's bank accounts, the channels that money comes through,
 * and the shapes of repayment files.  A channel settles to a bank account, a
 * bank account stands in a cash account of the ledger (book-spec rule 50).
 */
#include "engine/base/hash.h"
#include "rules/set/chart.h"

typedef struct umi_bank_account {
    umi_text code;   /**< our name of it */
    umi_text bank;   /**< of bank codes: BRI, BCA, ... */
    umi_text number; /**< as statements print it */
    umi_text cash;   /**< code of its account in the chart */
    umi_text format; /**< of its statements, or "auto" */
    umi_at at;
} umi_bank_account;

typedef struct umi_channel {
    umi_text code; /**< as in the column `channel` of repayment files */
    umi_text name_id, name_en;
    umi_text settles; /**< code of a bank account; absent: standard cash */
    umi_at at;
} umi_channel;

typedef struct umi_banks {
    const umi_bank_account *accounts;
    size_t account_count;
    const umi_channel *channels;
    size_t channel_count;
} umi_banks;

/** How a file writes dates. */
typedef enum umi_date_form {
    UMI_DATE_ISO,      /**< 2026-11-21 */
    UMI_DATE_ISO_TIME, /**< 2026-11-21T07:02:30+07:00; of Jakarta time only */
    UMI_DATE_DMY,      /**< 21/11/2026 or 21-11-2026 */
    UMI_DATE_YMD8,     /**< 20261121 */
    UMI_DATE_DMY8      /**< 21112026 */
} umi_date_form;

/** Fields of a repayment, in the order of the contract's header. */
#define UMI_REPAYMENT_FIELDS 5
typedef enum umi_repayment_field {
    UMI_FIELD_REFERENCE,
    UMI_FIELD_LOAN,
    UMI_FIELD_DATE,
    UMI_FIELD_AMOUNT,
    UMI_FIELD_CHANNEL
} umi_repayment_field;

/** Where a field comes from: a column, or the same text for every line. */
typedef struct umi_field_source {
    umi_text column;   /**< absent: the constant */
    umi_text constant; /**< absent: the column */
    umi_text prefix;   /**< must stand before the value, and is cut off */
} umi_field_source;

typedef struct umi_profile {
    umi_text name;
    char delimiter;       /**< of columns */
    char decimal;         /**< '.' or ',' */
    char grouping;        /**< of thousands, 0: none */
    int32_t minor_digits; /**< 2: the amounts are whole sen; else 0 */
    umi_date_form date;
    bool trim; /**< blanks around a field do not belong to it */
    umi_field_source source[UMI_REPAYMENT_FIELDS];
    const umi_text *ignore; /**< columns that may be there */
    size_t ignore_count;
    umi_at at;
} umi_profile;

typedef struct umi_profiles {
    const umi_profile *items;
    size_t count;
} umi_profiles;

/** Of all that decides what a line means: names of columns, marks, forms. */
umi_hash umi_profile_digest(const umi_profile *f);
const umi_profile *umi_profile_find(const umi_profiles *all, umi_text name);
const umi_channel *umi_channel_find(const umi_banks *b, umi_text code);

/**
 * Index in @p chart of the cash account that money of @p channel reaches;
 * the standard one when the channel is unknown or names no bank account.
 */
int32_t
umi_channel_cash(const umi_banks *b, const umi_chart *chart, umi_text channel);

/** An amount as @p f writes it. False: it is not one, or does not fit. */
UMI_MUST_CHECK bool
umi_profile_amount(umi_money *out, const umi_profile *f, umi_text t);
/** A date as @p f writes it. */
UMI_MUST_CHECK bool
umi_profile_day(umi_day *out, const umi_profile *f, umi_text t);
/** @p t without blanks and the prefix of @p field. False: it lacks it. */
UMI_MUST_CHECK bool umi_profile_text(umi_text *out,
                                     const umi_profile *f,
                                     umi_repayment_field field,
                                     umi_text t);

/**
 * Read bank accounts and channels, checked against @p chart.
 * @retval UMI_ESYNTAX problems were added (Y2xx, Y301 .. Y303, Y340)
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_banks_read(umi_banks *out,
                                         umi_text text,
                                         const umi_chart *chart,
                                         umi_arena *arena,
                                         umi_problems *p);
/** Read one profile of repayment files; failures as umi_banks_read(). */
UMI_MUST_CHECK umi_status umi_profile_read(umi_profile *out,
                                           umi_text text,
                                           umi_arena *arena,
                                           umi_problems *p);

/** The keys of both files, for umi_bind_doc(). */
const umi_bind *umi_banks_keys(void);
const umi_bind *umi_profile_keys(void);

#endif
