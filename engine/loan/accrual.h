/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_ACCRUAL_H
#define UMI_ENGINE_LOAN_ACCRUAL_H

/**
 * @file
 * Accrual: how much of the scheduled interest is earned by a day.  A pure
 * function of the schedule; it is no event of the loan and no row of it.
 */
#include "engine/loan/schedule.h"

/**
 * Interest earned from the disbursement to the end of day @p on: whole rows
 * up to their due date, and of the running row interest × days gone ÷ days of
 * the row, rounded half up to the sen.  The residue falls in the row's last
 * day, so at every due date this is the sum of the interest scheduled so far.
 * It never falls from one day to the next, so a day's accrual is the
 * difference of two calls.
 *
 * @param disbursed day of the (first) disbursement, from which row 1 runs
 * @param closed    whether the loan is paid off on or before @p on: then all
 *                  that was charged is earned (there is no discount)
 * @return 0 .. the schedule's interest; 0 up to the disbursement unless closed
 * @source docs/life.md, "Accrual"
 */
umi_money
umi_accrued(const umi_schedule *s, umi_day disbursed, umi_day on, bool closed);

#endif
