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
 * Check @p t and build its schedule into @p rows (room for @p cap rows;
 * umi_schedule_rows() are needed).  Principal parts sum to the principal
 * exactly, no part is negative, due dates strictly increase, moved by a
 * calendar or not; asserted.
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

/**
 * The flat yearly rate: all interest over principal and years, as a percent
 * in millionths, half away from zero.  Years are periods * every units, or
 * term_days / 365 for a pawn.
 */
umi_i128 umi_schedule_flat_rate(const umi_schedule *s, const umi_terms *t);

#endif
