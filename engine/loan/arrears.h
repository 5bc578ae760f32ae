/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_ARREARS_H
#define UMI_ENGINE_LOAN_ARREARS_H

/**
 * @file
 * Arrears: what has fallen due and is unpaid on a day, how long the oldest of
 * it has been waiting, and the quality that supervision gives such a loan.
 */
#include "engine/loan/waterfall.h"

#define UMI_COLLECTABILITY_MAX 5 /**< loss ("macet") */

/** A loan as it stands on one day. */
typedef struct umi_arrears {
    umi_amounts outstanding; /**< unpaid, due or not */
    umi_amounts due;         /**< unpaid with a due date on or before the day */
    bool has_oldest;         /**< whether anything is unpaid */
    umi_day oldest;          /**< due date of the oldest row with it */
    int32_t days_past_due;   /**< >= 0 */
} umi_arrears;

/** Days from @p due to @p as_of, 0 when not after it. */
static inline int32_t umi_days_past_due(umi_day due, umi_day as_of)
{
    return as_of.n > due.n ? as_of.n - due.n : 0;
}

/**
 * Collectability 1 to 5: 0 days past due; 1..90; 91..120; 121..180; more, or
 * written off.
 * @source docs/life.md, "Collectability"
 */
int32_t umi_collectability(int32_t days_past_due, bool written_off);

/**
 * The arrears of a loan whose debt stands in its schedule alone, from what it
 * has paid; the rest is for umi_life_replay().  Costs the rows from the first
 * unpaid one on.
 * @param paid its sums at most the schedule's [asserted]
 */
umi_arrears
umi_arrears_of(const umi_schedule *s, const umi_paid *paid, umi_day as_of);

#endif
