/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_LOAN_LIFE_H
#define UMI_ENGINE_LOAN_LIFE_H

/**
 * @file
 * A loan's life: the state that its events make of its schedule.  It is a
 * pure fold over the events that stand, in the order of their value dates,
 * so a back-dated or reversed event is only a different list.
 */
#include "engine/base/alloc.h"
#include "engine/loan/arrears.h"
#include "engine/loan/event.h"

typedef enum umi_life_status {
    UMI_LIFE_ACTIVE,     /**< something is outstanding */
    UMI_LIFE_CLOSED,     /**< nothing is */
    UMI_LIFE_WRITTEN_OFF /**< nothing is, and a write-off took something */
} umi_life_status;

/** What became of one event in the final replay. */
typedef struct umi_entry {
    umi_money amount; /**< as given, else what was taken; 0 for a reverse */
    umi_parts parts;  /**< what it took, or added; a refund's are <= 0 */
    bool reversed;
} umi_entry;

/** An instalment, or the row after the last for what is charged later. */
typedef struct umi_life_row {
    int32_t n; /**< from 1 */
    umi_day due;
    umi_amounts charged; /**< never reduced */
    umi_amounts paid;    /**< by money alone */
    umi_amounts waived;
    umi_amounts written_off; /**< and not recovered */
    bool has_paid_on;
    umi_day paid_on; /**< value date of what left nothing of it unpaid */
} umi_life_row;

typedef struct umi_life {
    umi_entry *entries; /**< one per event, in order of entry */
    size_t entry_count;
    umi_life_row *rows;                 /**< ascending due dates */
    size_t row_count;                   /**< instalments, or one more */
    umi_amounts outstanding, due, paid; /**< over all rows */
    umi_money overpaid;                 /**< owed to the borrower */
    int32_t days_past_due;
    int32_t collectability; /**< 1 .. 5 */
    umi_life_status status;
    bool has_closed_on;
    umi_day closed_on; /**< value date after which nothing was outstanding */
} umi_life;

/** "active", "closed", "written_off". */
const char *umi_life_status_name(umi_life_status s);

/**
 * The place of an event that is replayed: the lower comes first, and of equal
 * ones that which was entered first.
 * @param e no reverse; its date within UMI_DAY_MIN .. UMI_DAY_MAX
 * @source docs/life.md, "Replay"
 */
uint64_t umi_event_place(const umi_event *e);

/**
 * Replay @p events over the instalments of @p s.  The result lives in
 * @p arena and borrows nothing.
 *
 * @param opening what an imported loan had paid before its first event, each
 *                component oldest first; NULL: nothing
 * @param events  umi_events_check() has passed
 * @param as_of   decides due, days past due and collectability, nothing else
 * @param[out] out untouched on failure
 * @retval UMI_ERANGE a sum does not fit; err->field is "events.amount"
 * @retval UMI_ENOMEM memory exhausted
 * @source docs/life.md, "Replay"
 */
UMI_MUST_CHECK umi_status umi_life_replay(umi_life *out,
                                          const umi_schedule *s,
                                          const umi_policy *p,
                                          const umi_paid *opening,
                                          const umi_event *events,
                                          size_t n,
                                          umi_day as_of,
                                          umi_arena *arena,
                                          umi_error *err);

#endif
