/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_SWEEP_H
#define UMI_RULES_DECIDE_SWEEP_H

/**
 * @file
 * What changes with time: every date of a rule set is crossed by every
 * applicant of its tests, who is decided on the day before, on the day and on
 * the day after.  A date that changes nobody's decision is either no change or
 * not tested; a decision that ends in error has found a figure that is missing.
 */
#include "rules/decide/decision.h"

typedef enum umi_dated_kind {
    UMI_DATED_VALUE, /**< a parameter takes a value */
    UMI_DATED_FROM,  /**< a rule begins to hold */
    UMI_DATED_UNTIL  /**< a rule no longer holds */
} umi_dated_kind;

typedef enum umi_sweep_day {
    UMI_SWEEP_BEFORE,
    UMI_SWEEP_ON,
    UMI_SWEEP_AFTER,
    UMI_SWEEP_DAYS
} umi_sweep_day;

/** One date of the rule set. */
typedef struct umi_sweep_row {
    umi_dated_kind kind;
    uint32_t index; /**< of the parameter or the rule */
    uint32_t value; /**< of UMI_DATED_VALUE: which of its values */
    umi_day day;
    umi_at at;
    uint32_t tests; /**< of the file, while what begins here lasts */
    uint32_t errors[UMI_SWEEP_DAYS]; /**< applicants with a product in error */
    uint32_t changed; /**< applicants whom this date alone, all others left as
                         they are, decides differently on its day */
    int64_t witness;  /**< the test of the first of them, or -1 */
    umi_text what;    /**< what changes for that one */
} umi_sweep_row;

typedef struct umi_sweep {
    const umi_sweep_row *rows; /**< in the order of the file */
    size_t count;
    size_t changing; /**< rows that change a decision */
    size_t untested; /**< rows without a test */
    size_t failing;  /**< rows with an error on a day for which the rule set
                        claims to be complete */
} umi_sweep;

/**
 * Sweep @p rs with the applicants of its tests.
 *
 * @param[out] out  in @p arena
 * @param rs        as before when done; not to be used meanwhile
 * @param lang      of the words in umi_sweep_row.what
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_ruleset_sweep(umi_sweep *out,
                                            umi_ruleset *rs,
                                            umi_arena *arena,
                                            umi_lang lang,
                                            umi_error *err);

/** The name of what is dated: "param.umi_max", or the id of a rule. */
umi_text umi_sweep_name(const umi_ruleset *rs, const umi_sweep_row *r);
const char *umi_dated_name(umi_dated_kind k); /**< "value" "from" "until" */

/** Whether some applicant has an error from a day for which the rule set
 * claims to be complete. */
bool umi_sweep_fails(const umi_ruleset *rs, const umi_sweep_row *r);

/** As one JSON array of rows. */
void umi_sweep_write_json(umi_json_out *w,
                          const umi_ruleset *rs,
                          const umi_sweep *s);

#endif
