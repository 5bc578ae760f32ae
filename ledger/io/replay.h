/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_REPLAY_H
#define UMI_LEDGER_IO_REPLAY_H

/**
 * @file
 * A stored decision made again: on its day, from its facts, under the rule
 * set at hand, it must come out byte for byte.
 * @source docs/eligibility.md, "Made again"
 */
#include "rules/decide/decision.h"

typedef struct umi_replayer umi_replayer;

/**
 * Make ready to decide again under @p rs (borrowed).
 * @param[out] out the caller frees; untouched on failure
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_replayer_new(umi_replayer **out,
                                           const umi_ruleset *rs,
                                           umi_error *err);
void umi_replayer_free(umi_replayer *r); /**< NULL is allowed */

/** Where the facts of a stored decision are. */
typedef enum umi_replay_facts {
    UMI_REPLAY_EXPLAINED,   /**< under facts_used of the decision itself */
    UMI_REPLAY_APPLICATION, /**< a line as umi_facts_from_json() takes it */
    UMI_REPLAY_TEXTS        /**< a JSON object of texts, as a book keeps it */
} umi_replay_facts;

/**
 * Make @p stored again and write what came of it to @p out, one JSON object
 * without a line end.
 *
 * @param facts      the line with the facts; not read when @p where is
 *                   UMI_REPLAY_EXPLAINED
 * @param[out] equal the bytes are the same, but for the version of the
 *                   program, which is then told, and for a shadow
 * @retval UMI_ESYNTAX not JSON
 * @retval UMI_EINVAL  not a decision, or its facts are not there: it was not
 *                     explained, or one of them is private (code MASKED), or
 *                     the application is another one
 * @retval UMI_ENOENT  a fact that the rule set does not have
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_replay(umi_buf *out,
                                     bool *equal,
                                     umi_replayer *r,
                                     umi_text stored,
                                     umi_replay_facts where,
                                     umi_text facts,
                                     umi_arena *arena,
                                     umi_error *err);

#endif
