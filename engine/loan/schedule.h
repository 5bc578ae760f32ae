/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_SCHEDULE_H
#define UMI_ENGINE_LOAN_SCHEDULE_H

/**
 * @file
 * Repayment schedules: what falls due, on which day, and how much of it is
 * principal, interest and fee.  A pure function of the terms; the book stores
 * terms and a hash, never rows.
 */
#include "engine/loan/terms.h"

typedef struct umi_row {
    int32_t n;    /**< from 1 */
    int32_t days; /**< calendar days since the previous (unshifted) due date */
    umi_day due;  /**< after the holiday shift */
    umi_money principal, interest, fee, total; /**< >= 0 */
    umi_money balance; /**< principal still owed after this row */
} umi_row;

/** A schedule in a row buffer that the caller owns. */
typedef struct umi_schedule {
    umi_row *rows;
    size_t count;
    umi_money principal, interest, fee, total; /**< sums of the rows */
    bool has_payment;   /**< whether the method has a level payment */
    umi_money payment;  /**< its (first) amount */
    umi_money withheld; /**< fees due at disbursement; in no row, no total */
} umi_schedule;

/**
 * Build the schedule of @p t into @p rows (room for @p cap rows; t->periods
 * are needed, 1 for pawn).  Principal parts sum to the principal exactly, no
 * part is negative, due dates strictly increase; asserted.
 *
 * @param[out] out untouched on failure (the rows may have been written)
 * @retval UMI_EINVAL a term is outside its domain; err->field names it
 * @retval UMI_ERANGE an amount or a date does not fit
 * @retval UMI_ENOMEM memory exhausted
 * @source docs/formulas.md, "Schedules"
 */
UMI_MUST_CHECK umi_status umi_schedule_build(umi_schedule *out,
                                             umi_row *rows,
                                             size_t cap,
                                             const umi_terms *t,
                                             umi_error *err);

/** Rows that the schedule of @p t has: periods, or 1 for pawn. */
size_t umi_schedule_rows(const umi_terms *t);

/** Sum interest / P / years as a percent with six decimals, half away from
 * zero, in millionths of a percent (quote-spec rule 18). */
UMI_MUST_CHECK bool umi_schedule_flat_rate(int64_t *micro_percent,
                                           const umi_schedule *s,
                                           const umi_terms *t);

#endif
