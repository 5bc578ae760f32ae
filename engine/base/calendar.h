/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_CALENDAR_H
#define UMI_ENGINE_BASE_CALENDAR_H

/**
 * @file
 * Working days: a weekly rest pattern and a list of holidays, and how a date
 * that falls on neither is moved.  Calendars are data (rules/data/calendar).
 */
#include "engine/base/date.h"

typedef enum umi_shift {
    UMI_SHIFT_NONE,
    UMI_SHIFT_FOLLOWING,
    UMI_SHIFT_MODIFIED_FOLLOWING, /**< following, but not into a new month */
    UMI_SHIFT_PRECEDING
} umi_shift;

typedef struct umi_calendar {
    umi_text name;
    uint8_t rest; /**< bit (weekday - 1), ISO: bit 5 Saturday, bit 6 Sunday */
    const umi_day *holidays; /**< ascending, borrowed */
    size_t holiday_count;
} umi_calendar;

const char *umi_shift_name(umi_shift s); /**< "following", ...; "none" */
bool umi_shift_parse(umi_shift *out, umi_text t);
bool umi_calendar_working(const umi_calendar *c, umi_day d);
/** @p d moved to a working day under @p s; @p d itself when it is one. */
umi_day umi_calendar_shift(const umi_calendar *c, umi_day d, umi_shift s);

#endif
