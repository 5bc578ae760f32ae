/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_CONVERT_H
#define UMI_ENGINE_LOAN_CONVERT_H

/**
 * @file
 * One price in other words: a flat rate, the nominal rate of a level annuity
 * and the effective rate a year that cost the same over the same instalments.
 * Two rates are the same price when a loan at either is repaid by the same
 * level payment.  Every figure is exact until it is rounded, once, half away
 * from zero.
 */
#include "engine/base/alloc.h"
#include "engine/loan/schedule.h"

typedef enum umi_rate_kind {
    UMI_RATE_FLAT,     /**< of the original principal */
    UMI_RATE_NOMINAL,  /**< of the balance, by periods, not compounded */
    UMI_RATE_EFFECTIVE /**< of the balance, a year, compounded */
} umi_rate_kind;

#define UMI_RATE_PERS (UMI_PER_TERM + 1)

/** A rate, and the instalments over which it is converted. */
typedef struct umi_rate_ask {
    umi_rate_kind kind;
    umi_rate rate;    /**< as a fraction, >= 0 */
    umi_rate_per per; /**< an effective rate is per year */
    int32_t periods;  /**< 1 .. UMI_PERIODS_MAX */
    int32_t every;    /**< 1 .. 366 */
    umi_unit unit;
    int32_t digits; /**< decimals of each figure, 0 .. 12 */
} umi_rate_ask;

/** The same price in every way, in units of 10^-digits percent. */
typedef struct umi_rate_words {
    umi_i128 flat[UMI_RATE_PERS];    /**< by umi_rate_per */
    umi_i128 nominal[UMI_RATE_PERS]; /**< by umi_rate_per */
    umi_i128 effective;              /**< per year */
    umi_i128 payment; /**< of a loan of 1,000,000, in 10^-digits rupiah */
} umi_rate_words;

/**
 * Convert @p ask.  A year has 12 months, 52 weeks, 365 days.
 *
 * @param arena for work space
 * @param[out] out untouched on failure
 * @retval UMI_EINVAL a number is outside its range, the term is over 1000
 *   years, or an effective rate is not per year; err->field is its name
 * @retval UMI_ERANGE a rate would be above UMI_RATE_PERCENT_MAX, or the rate
 *   has more digits than can be computed with; err->field is "rate"
 * @retval UMI_ENOMEM memory exhausted
 * @source docs/formulas.md, "Converting rates"
 */
UMI_MUST_CHECK umi_status umi_rate_convert(umi_rate_words *out,
                                           const umi_rate_ask *ask,
                                           umi_arena *arena,
                                           umi_error *err);

/**
 * The nominal yearly rate of a schedule: the rate per period at which its
 * principal and interest (without fees) are worth what was paid out, times
 * the periods of a year; in millionths of a percent.  Of an annuity it is
 * the agreed rate but for rounding; of any other loan that of the annuity
 * that costs the same.  Fails as umi_cashflow_rate().
 */
UMI_MUST_CHECK umi_status umi_schedule_nominal_rate(umi_i128 *rate,
                                                    const umi_schedule *s,
                                                    const umi_terms *t,
                                                    umi_arena *arena,
                                                    umi_error *err);

/** umi_schedule_flat_rate() per month: rounded once, not its twelfth. */
umi_i128 umi_schedule_flat_month(const umi_schedule *s, const umi_terms *t);

#endif
