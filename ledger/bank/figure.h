/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_BANK_FIGURE_H
#define UMI_LEDGER_BANK_FIGURE_H

/**
 * @file
 * Amounts and dates as banks print them, to exact sen and real days.
 */
#include "engine/base/date.h"
#include "engine/base/money.h"

/** How a layout writes numbers. */
typedef struct umi__bank_style {
    char point; /**< decimal separator; 0: minor units, none allowed */
    char group; /**< separator of thousands, 0 for none */
} umi__bank_style;

typedef enum umi__bank_reading {
    UMI__BANK_OK,
    UMI__BANK_BAD,  /**< not a number of this style */
    UMI__BANK_FINE, /**< more than two decimals that are not zero */
    UMI__BANK_BIG,  /**< beyond int64 sen */
} umi__bank_reading;

/**
 * Digits, decimals, and a leading '-'.  "250.000" in a style with grouping
 * is refused: it may be meant as a quarter of a million.  Leaves @p out
 * untouched unless UMI__BANK_OK.
 */
umi__bank_reading
umi__bank_amount(umi_money *out, umi_text t, umi__bank_style style);

/** Why a reading failed, as an English format for the amount's text. */
__attribute__((format_arg(2))) const char *umi__bank_why(umi__bank_reading r,
                                                         const char *fallback);

/**
 * The day of @p c; one beyond its month becomes the month's last and sets
 * @p clamped.  False when month or year are none, or the day is below 1.
 */
bool umi__bank_civil(umi_day *out, bool *clamped, umi_civil c);

/**
 * A printed date, day first, a time behind it ignored: "2026-07-01 07:36:31",
 * "01/10/26 22.02.14", "01/09/2026", "23 Mei 2026 14:13:05", and "01/09"
 * whose year is left 0.  Not checked for existence.
 */
bool umi__bank_date(umi_civil *out, umi_text t);

#endif
