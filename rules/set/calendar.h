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

/** A calendar and the whole years for which its holidays are known. */
typedef struct umi_calendar_file {
    umi_calendar calendar;
    int32_t first_year, last_year;
} umi_calendar_file;

typedef struct umi_calendars {
    const umi_calendar_file *items;
    size_t count;
} umi_calendars;

/** The calendar @p name, or NULL. */
const umi_calendar_file *umi_calendar_find(const umi_calendars *all,
                                           umi_text name);

/**
 * Read one calendar.  Its years follow each other; the holidays and days of
 * collective leave of a year, which both are no working days, ascend and lie
 * in it.
 * @retval UMI_ESYNTAX problems were added (Y2xx, Y301 .. Y303, Y330)
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_calendar_read(umi_calendar_file *out,
                                            umi_text text,
                                            umi_arena *arena,
                                            umi_problems *p);

/** The keys of a file, for umi_bind_doc(). */
const umi_bind *umi_calendar_keys(void);

#endif
