/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_DAYCOUNT_H
#define UMI_ENGINE_BASE_DAYCOUNT_H

/**
 * @file
 * Day counts: which fraction of a year lies between two days.  The fraction
 * is a whole number of parts over the basis of the count, so that spans are
 * added and compared without division.
 */
#include "engine/base/date.h"

typedef enum umi_day_count {
    UMI_COUNT_PERIOD, /**< by periods, not by days: has no basis */
    UMI_COUNT_30_360,
    UMI_COUNT_30E_360,
    UMI_COUNT_ACT_360,
    UMI_COUNT_ACT_364,
    UMI_COUNT_ACT_365,
    UMI_COUNT_ACT_ACT
} umi_day_count;

/** Names as in `umi quote` ("period", "30E/360", "act/365"), both ways. */
const char *umi_day_count_name(umi_day_count c);
UMI_MUST_CHECK bool umi_day_count_parse(umi_day_count *out, umi_text t);

/** Parts of a year: 360, 364, 365, or 365 * 366 for act/act. */
int32_t umi_day_count_basis(umi_day_count c);

/**
 * Parts of a year from @p a up to, not including, @p b (a <= b).
 *
 * 30/360 is the ISDA bond basis: day 31 of @p a becomes 30, day 31 of @p b
 * only when @p a then stands on 30.  30E/360 turns both.  act/act counts days
 * in leap years over 366 and the others over 365.
 * @source docs/formulas.md, "Day counts"
 */
int64_t umi_day_count_parts(umi_day_count c, umi_day a, umi_day b);

#endif
