/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_CALENDAR_H
#define UMI_RULES_SET_CALENDAR_H

/**
 * @file
 * Calendars of holidays from files: national holidays and collective leave of
 * a year rest on one decree.  A calendar covers whole years; a date outside
 * them has no holidays here, so look at the years before relying on it.
 */
#include "engine/base/calendar.h"
#include "rules/set/legal.h"

typedef struct umi_calendars {
    const umi_calendar *items;
    const int32_t (*years)[2]; /**< first and last year covered, by index */
    size_t count;
} umi_calendars;

/** The calendar @p name, or NULL. */
const umi_calendar *umi_calendar_find(const umi_calendars *all, umi_text name);

/**
 * Read one calendar.  Holidays ascend, each once, inside their year; years
 * follow each other without a gap.
 * @param[out] years first and last year covered
 * @retval UMI_ESYNTAX problems were added (Y2xx, Y301 .. Y303, Y330)
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_calendar_read(umi_calendar *out,
                                            int32_t years[2],
                                            umi_text text,
                                            umi_arena *arena,
                                            umi_problems *p);

#endif
