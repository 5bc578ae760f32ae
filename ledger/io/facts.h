/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_FACTS_H
#define UMI_LEDGER_IO_FACTS_H

/**
 * @file
 * Applications as facts: one JSON object or one CSV row names an application
 * and tells what is known of the applicant.  What is absent, null or empty is
 * unknown; a name that the rule set does not have is refused.
 */
#include "engine/base/json.h"
#include "ledger/io/csv.h"
#include "rules/decide/decision.h"

/**
 * Read `{"id":TEXT, FACT:VALUE, ...}`: bool as true or false, int as a JSON
 * integer, everything else as text.  Without an id @p id becomes {NULL, 0}.
 *
 * @param facts by slot; room for rs->fact_count; all are set
 * @param also  names of this rule set are passed over; NULL: none are
 * @param arena holds what the facts borrow besides @p line
 * @retval UMI_ESYNTAX not a JSON object (code JSON)
 * @retval UMI_EINVAL  a value is not of its fact's type, or out of range, or
 *                     a key stands twice; err->field names the key
 * @retval UMI_ENOENT  a key is no fact; err->field names it
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_facts_from_json(umi_value *facts,
                                              umi_text *id,
                                              const umi_ruleset *rs,
                                              const umi_ruleset *also,
                                              umi_text line,
                                              umi_arena *arena,
                                              umi_error *err);

/** The same from the object @p root that was parsed before: an application
 * that two rule sets judge is parsed once. */
UMI_MUST_CHECK umi_status umi_facts_from_tree(umi_value *facts,
                                              umi_text *id,
                                              const umi_ruleset *rs,
                                              const umi_ruleset *also,
                                              const umi_json *root,
                                              umi_error *err);

/**
 * The columns that a CSV file of applications may have: `id`, every fact of
 * @p rs, and behind them those that only @p also has (NULL: none).
 * @return in @p arena, ended by nothing: *count of them; NULL without memory
 */
const umi_column *umi_facts_columns(const umi_ruleset *rs,
                                    const umi_ruleset *also,
                                    umi_arena *arena,
                                    size_t *count);

/**
 * Where the facts of @p also stand among the @p columns made with it.
 * @return by slot, in @p arena; NULL without memory
 */
const size_t *umi_facts_places(const umi_ruleset *also,
                               const umi_column *columns,
                               size_t count,
                               umi_arena *arena);

/**
 * The facts of one row that was read with umi_facts_columns().
 * @param places from umi_facts_places(); NULL when @p rs came first
 * @retval UMI_EINVAL a field is not a value of its fact; err->field names it
 */
UMI_MUST_CHECK umi_status umi_facts_from_record(umi_value *facts,
                                                umi_text *id,
                                                const umi_ruleset *rs,
                                                const size_t *places,
                                                const umi_record *record,
                                                umi_error *err);

#endif
