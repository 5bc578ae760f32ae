/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_CASHFLOW_H
#define UMI_ENGINE_LOAN_CASHFLOW_H

/**
 * @file
 * Rates of cash flows: the i at which sum a / ((1 + odd i) (1 + i)^t) = 0.
 * A rate is never estimated: floating point only guesses, and every digit is
 * proved by the exact sign of that sum on both sides of the answer.
 */
#include "engine/base/alloc.h"
#include "engine/base/date.h"
#include "engine/base/money.h"
#include "engine/base/round.h"
#include "engine/loan/schedule.h"

/** One movement of money; its sign tells the direction. */
typedef struct umi_flow {
    umi_money amount;
    int64_t num;          /**< t = num / den periods or years, >= 0 */
    int32_t den;          /**< 1 .. 5000 */
    int32_t odd, odd_den; /**< simple part of a period, odd / odd_den >= 0 */
} umi_flow;

#define UMI_FLOWS_MAX 4000

typedef struct umi_rate_query {
    umi_flow *flows; /**< in any order; sorted in place */
    size_t count;    /**< 0 .. UMI_FLOWS_MAX */
    int32_t digits;  /**< decimals of the percent, 0 .. 12 */
    /** The rate asked for is 100 i per / per_den: 1/1, or the periods of a
     * year for a nominal one. */
    int32_t per, per_den;
    /** Only rates >= 0 count, and all advances come before all payments. */
    bool advances_first;
} umi_rate_query;

/** The highest rate that is looked at, in percent. */
#define UMI_RATE_PERCENT_MAX 1000000000

/**
 * The one rate above -100 % of the flows, in units of 10^-digits percent,
 * rounded half away from zero.
 *
 * @param arena for work space
 * @retval UMI_EINVAL there is no rate, more than one, or one above
 *   UMI_RATE_PERCENT_MAX; err->field is "flows"
 * @retval UMI_ENOMEM memory exhausted
 * @source docs/formulas.md, "Rates"
 */
UMI_MUST_CHECK umi_status umi_cashflow_rate(umi_i128 *rate,
                                            const umi_rate_query *query,
                                            umi_arena *arena,
                                            umi_error *err);

/**
 * The effective yearly rate (act/365) of what a schedule really moves: the
 * tranches less the fees withheld, against the rows on their due dates; in
 * millionths of a percent.  Fails as umi_cashflow_rate().
 */
UMI_MUST_CHECK umi_status umi_schedule_effective_rate(umi_i128 *rate,
                                                      const umi_schedule *s,
                                                      const umi_terms *t,
                                                      umi_arena *arena,
                                                      umi_error *err);

/* --- from dates to t ----------------------------------------------------------
 * The flow's amount is left alone.  @p first is the date of the first flow. */

/** Years of 365 days. */
void umi_flow_by_days(umi_flow *f, umi_day first, umi_day date);

/**
 * Whole months counted back from @p date over 12, and the odd days before
 * them over 365, or 366 when a 29 February is among them.
 * @source Directive 2008/48/EC, annex I; docs/formulas.md, "Rates"
 */
void umi_flow_by_months(umi_flow *f, umi_day first, umi_day date);

typedef enum umi_unit_period {
    UMI_UNIT_PERIOD_DAY,
    UMI_UNIT_PERIOD_WEEK,
    UMI_UNIT_PERIOD_SEMIMONTH,
    UMI_UNIT_PERIOD_MONTH,
    UMI_UNIT_PERIOD_YEAR,
    UMI_UNIT_PERIOD_TERM
} umi_unit_period;

const char *umi_unit_period_name(umi_unit_period u); /**< "day", ... */
bool umi_unit_period_parse(umi_unit_period *out, umi_text t);

/**
 * Unit-periods of @p every @p unit and the odd part before them.  For
 * UMI_UNIT_PERIOD_TERM the last flow is one unit-period away.
 * @source 12 CFR 1026, Appendix J (b)(5)
 */
void umi_flow_by_unit_periods(umi_flow *f,
                              umi_day first,
                              umi_day date,
                              umi_unit_period unit,
                              int32_t every);
/**
 * Unit-periods of a year, *per / *per_den.  For UMI_UNIT_PERIOD_TERM they
 * follow from the dates of the first and the last flow.
 * @return false when a term is longer than a year
 */
UMI_MUST_CHECK bool umi_unit_periods_of_year(int32_t *per,
                                             int32_t *per_den,
                                             umi_unit_period unit,
                                             int32_t every,
                                             umi_day first,
                                             umi_day last);

const char *umi_mpfr_version(void); /**< lives for ever */

#endif
