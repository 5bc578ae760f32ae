/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_DECIDE_MUTATE_H
#define UMI_RULES_DECIDE_MUTATE_H

/**
 * @file
 * What the tests of a rule set would not notice.  Every comparison, logical
 * operator, constant, value and date is changed, one at a time, and the tests
 * are run: a change under which all of them still pass is a slip that nobody
 * would see.  Of such a survivor an applicant is looked for who would.
 *
 * A survivor that cannot matter is marked where it stands, by a comment of its
 * line: `# mutant: 9 percent caps nothing` (`//` within a block of text).
 */
#include "rules/decide/decision.h"

/** A change that no test noticed. */
typedef struct umi_mutant {
    umi_at at;
    umi_text name;   /**< of the rule, let, product, parameter, "routing" */
    const char *was; /**< as written: "<=", "20000000", "2025-01-01" */
    const char *is;  /**< what the change made of it; "" when left out */
    bool marked;
    int64_t witness;     /**< the test whose applicant would notice, or -1 */
    const char *altered; /**< of that applicant: "amount 20100000", a day, or
                            "" when the test need only expect more */
    const char *what; /**< what changes then: "UMI: blocked, then eligible" */
} umi_mutant;

typedef struct umi_mutants {
    const umi_mutant *survivors; /**< in the order of the file */
    size_t survivor_count;
    size_t count, killed, marked;
} umi_mutants;

/**
 * Try all changes of @p rs, whose tests pass.  There is no chance in it: the
 * same rule set gives the same answer.
 *
 * @param[out] out  in @p arena
 * @param rs        as before when done; not to be used meanwhile
 * @param lang      of the words in umi_mutant.what
 * @retval UMI_EINVAL a test fails before anything is changed
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_ruleset_mutate(umi_mutants *out,
                                             umi_ruleset *rs,
                                             umi_arena *arena,
                                             umi_lang lang,
                                             umi_error *err);

/** As one JSON object: mutants, killed, marked, survivors. */
void umi_mutants_write_json(umi_json_out *w,
                            const umi_ruleset *rs,
                            const umi_mutants *m);

#endif
