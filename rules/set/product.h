/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_PRODUCT_H
#define UMI_RULES_SET_PRODUCT_H

/**
 * @file
 * Products: what an institution lends, as dated data.  A product turns an
 * amount, a number of periods and a date into the terms of a loan, or says
 * why not.  Rates, limits and fees are rows in force from a date on, each
 * with its legal basis; the row of the day is taken, never a default.
 */
#include "engine/loan/terms.h"
#include "engine/loan/waterfall.h"
#include "rules/set/legal.h"

#define UMI_PRODUCT_LINES 6 /**< most methods, plans of a product, each */

/**
 * When a row of a dated table holds.  Rows stand in ascending order of from,
 * access, periods_to, up_to; in force is the last `from` that is not after
 * the day; of its rows the last `access` not above the borrower's, and of
 * those the first that the periods and the amount do not exceed.
 */
typedef struct umi_when {
    umi_day from;
    int32_t access;     /**< from this access on (KUR), else 1 */
    int32_t periods_to; /**< at most so many instalments, else INT32_MAX */
    umi_money up_to;    /**< at most this amount, else INT64_MAX */
    umi_text legal;     /**< key of the file's citations */
    bool verify;        /**< not checked against the official text */
    umi_at at;
} umi_when;

/** A rate, a loan-to-value, a security deposit, a subsidy. */
typedef struct umi_percent_row {
    umi_when when;
    umi_rate percent; /**< as a fraction */
} umi_percent_row;

typedef struct umi_limit_row {
    umi_when when;
    umi_money above; /**< the amount must be more than this */
    umi_money min;   /**< at least this */
    umi_money max;   /**< and at most this */
} umi_limit_row;

typedef struct umi_fee_row {
    umi_when when;
    const umi_fee *charges;
    size_t count;
} umi_fee_row;

/** A dated table: rows that begin with a umi_when. */
#define UMI_TABLE(T)                                                           \
    struct {                                                                   \
        const T *rows;                                                         \
        size_t count;                                                          \
    }

/**
 * What borrowers of some regions pay after a disaster.  The rates hold by the
 * calendar, whenever the loan was paid out: a loan of an older day has them as
 * steps.
 */
typedef struct umi_relief {
    const umi_text *regions;
    size_t region_count;
    UMI_TABLE(umi_percent_row) rates; /**< per rate_per of the product */
    const umi_step *steps;            /**< the rates again; rates.count */
    umi_at at;
} umi_relief;

/** A pattern of instalments that the product knows. */
typedef struct umi_plan {
    umi_unit unit;
    int32_t every;
    const int32_t *periods; /**< allowed numbers, or NULL: from .. to */
    size_t period_count;
    int32_t from, to;
} umi_plan;

typedef struct umi_product {
    umi_text code; /**< "KUR_MIKRO": also the code of the rule set */
    umi_text name_id, name_en;
    umi_text family;  /**< "KUR": chooses accounts of the chart */
    umi_text channel; /**< who lends: BANK, PNM, LKBB, PEGADAIAN */
    umi_method methods[UMI_PRODUCT_LINES]; /**< the first unless asked */
    size_t method_count;
    umi_plan plans[UMI_PRODUCT_LINES]; /**< none for pawn */
    size_t plan_count;
    umi_day_count day_count;
    umi_rounding round;
    bool has_payment_round;
    umi_rounding payment_round;
    umi_residue residue;
    umi_rate_per rate_per; /**< of every row of rates */
    bool on_appraisal;     /**< rates apply to the appraised value (taksiran) */
    umi_text appraised_by; /**< the fact that tells it; "" when none does */
    UMI_TABLE(umi_percent_row) rates;
    UMI_TABLE(umi_limit_row) limits;
    UMI_TABLE(umi_fee_row) fees;
    UMI_TABLE(umi_percent_row) loan_to_value;
    UMI_TABLE(umi_percent_row) security; /**< withheld and given back (UP) */
    UMI_TABLE(umi_percent_row) subsidy;  /**< owed by the State, a year */
    UMI_TABLE(umi_relief) reliefs;
    umi_policy policy; /**< how repayments are divided */
    int32_t grace_max; /**< most rows of grace; 0: none */
    umi_grace_mode grace_mode;
    int32_t block_days, term_days; /**< pawn; 0 for all else */
    umi_rounding amount_round;     /**< amounts are multiples of its unit; how
                                      a share of an appraisal is rounded (UP) */
    const umi_legals *legals;      /**< citations of the file */
    umi_at at;
} umi_product;

/** What is asked of a product.  Zero means "not said" where 0 has no sense. */
typedef struct umi_product_ask {
    umi_money amount;
    int32_t periods; /**< instalments; for pawn 0 or 1 */
    umi_day on;      /**< day of disbursement, whose rows are in force */
    int32_t access;  /**< KUR: this borrower's n-th akad; 0: not known */
    bool has_unit;
    umi_unit unit;
    int32_t every; /**< 0: as the plan has it */
    bool has_method;
    umi_method method;
    bool has_rate; /**< the rate was decided; it replaces the product's */
    umi_rate rate; /**< as a fraction per rate_per */
    umi_rate_per rate_per;
    umi_money appraisal; /**< taksiran of the pledge; 0: not known */
    int32_t term_days;   /**< pawn: shorter than the product's; 0: its own */
    int32_t grace_principal, grace_interest;
    umi_text relief; /**< region whose relief holds; {NULL, 0}: none */
} umi_product_ask;

/** The products of all files, in order of file and place. */
typedef struct umi_products {
    const umi_product *items;
    size_t count;
} umi_products;

/** The product @p code, or NULL. */
const umi_product *umi_product_find(const umi_products *all, umi_text code);

/**
 * The terms of the loan that is asked for, complete but for a calendar.
 * Fees and steps are borrowed from the product.
 *
 * @param[out] out untouched on failure
 * @retval UMI_EINVAL the product does not allow it (code PRODUCT), or a fact
 *   that its rows depend on is not said; err->field is the key of the ask:
 *   amount, periods, unit, every, method, on, access, appraisal, term_days,
 *   grace.principal, grace.interest, relief
 * @retval UMI_ERANGE a rate on the appraised value does not fit
 */
UMI_MUST_CHECK umi_status umi_product_terms(const umi_product *p,
                                            const umi_product_ask *ask,
                                            umi_terms *out,
                                            umi_error *err);

/* The rows in force for what is asked, or NULL when there is none; they tell
 * the legal basis and whether it was verified. */
const umi_percent_row *umi_product_rate(const umi_product *p,
                                        const umi_product_ask *ask);
const umi_limit_row *umi_product_limit(const umi_product *p, umi_day on);
const umi_fee_row *umi_product_fees(const umi_product *p,
                                    const umi_product_ask *ask);
/** The relief of @p region, or NULL. */
const umi_relief *umi_product_relief(const umi_product *p, umi_text region);
/** What @p row rests on: a citation of the file, never NULL. */
const umi_legal *umi_product_legal(const umi_product *p, const umi_when *row);
/** A row of any other table of the product: security, subsidy. */
const umi_percent_row *umi_percent_find(const umi_percent_row *rows,
                                        size_t count,
                                        const umi_product_ask *ask);

/**
 * The most that may be lent on @p appraisal at @p on: the loan-to-value of
 * the band that the loan itself falls in, rounded to amount_round.
 * @retval false there is no loan-to-value in force, or it does not fit
 */
UMI_MUST_CHECK bool umi_product_lends(umi_money *out,
                                      const umi_product *p,
                                      umi_money appraisal,
                                      umi_day on);

/**
 * Read the products of one file and append them to nothing: @p out holds
 * those of this file.
 * @retval UMI_ESYNTAX problems were added (Y2xx, Y301 .. Y303, Y320)
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_products_read(umi_products *out,
                                            umi_text text,
                                            umi_arena *arena,
                                            umi_problems *p);

/** The keys of a file, for umi_bind_doc(). */
const umi_bind *umi_product_keys(void);

#endif
