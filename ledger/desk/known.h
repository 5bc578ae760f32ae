/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_KNOWN_H
#define UMI_LEDGER_DESK_KNOWN_H

/**
 * @file
 * What the book itself knows of an applicant: birth date and sex, household
 * and decile, seats in groups, loans of the household.  It overrides what was
 * stated (book-spec rule 46); what the book does not know stays as stated.
 */
#include "ledger/desk/desk.h"
#include "ledger/desk/rows.h"

#define UMI_KNOWN_MAX 24

/** A fact by its name in the rule set, and its canonical text. */
typedef struct umi_known {
    const char *fact;
    umi_text text;
    bool at_least; /**< a count: more may have happened elsewhere */
} umi_known;

typedef struct umi_knowns {
    umi_known items[UMI_KNOWN_MAX];
    size_t count;
} umi_knowns;

/**
 * @param a the application; amount and term are facts, too
 * @param[out] out texts live in @p arena
 * @retval UMI_EDAMAGED rows of the book contradict each other
 */
UMI_MUST_CHECK umi_status umi_known_of(umi_knowns *out,
                                       umi_desk *desk,
                                       const umi_application *a,
                                       umi_arena *arena,
                                       umi_error *err);

/** Months of @p periods units, rounded up (book-spec rule 47). */
int64_t umi_tenor_months(int64_t periods, umi_unit unit);

#endif
