/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_FACTS_LINE_H
#define UMI_LEDGER_IO_FACTS_LINE_H

/**
 * @file
 * Applications by the million, one JSON object a line: the same facts, ids
 * and refusals as umi_facts_from_json() gives, sooner.  Lines made by one
 * program name their facts in one order, which a reader remembers.
 *
 * A line is read twice at most.  First straight into facts, by a reader that
 * gives up as soon as it meets what it does not take whole: an escape, a text
 * that is not ASCII, a key that is no fact or stands twice, a value that is
 * not its fact's.  Then, only where it gave up, by umi_facts_from_json(),
 * which alone refuses.
 */
#include "ledger/io/facts.h"

typedef struct umi_facts_line umi_facts_line;

/**
 * @param rs    borrowed, as is @p also
 * @param also  names of this rule set are passed over; NULL: none are
 * @param arena holds the reader
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_facts_line_new(umi_facts_line **out,
                                             const umi_ruleset *rs,
                                             const umi_ruleset *also,
                                             umi_arena *arena,
                                             umi_error *err);

/** As umi_facts_from_json() under the rule sets of @p r. */
UMI_MUST_CHECK umi_status umi_facts_line_read(umi_facts_line *r,
                                              umi_value *facts,
                                              umi_text *id,
                                              umi_text line,
                                              umi_arena *arena,
                                              umi_error *err);

/** Only the first reading: whether it took @p line whole.  Facts and id are
 * worth nothing when it did not. */
UMI_MUST_CHECK bool umi_facts_line_take(umi_facts_line *r,
                                        umi_value *facts,
                                        umi_text *id,
                                        umi_text line);

#endif
