/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_SHADOW_H
#define UMI_CLI_SHADOW_H

/** @file The options --shadow and --shadow-share: a second rule set beside
 * the one that decides. */
#include "cli/rules.h"
#include "ledger/io/facts_line.h"
#include "rules/decide/shadow.h"

typedef struct cli_shadow {
    cli *c;
    umi_ruleset *rs; /**< NULL: no shadow is asked for */
    umi_decider *decider;
    umi_facts_line *reader;
    umi_value *facts;
    const size_t *places; /**< of the facts among the columns of a CSV file */
    int64_t share;        /**< percent */
    umi_status taken;     /**< whether it could take the facts, else why */
    umi_error why;
    umi_shadow_tally tally;
} cli_shadow;

/** What the options say.  @return 0, or an exit code, told */
int cli_shadow_open(cli *c, cli_shadow *out);
void cli_shadow_close(cli_shadow *s);

/** Before the first decision of @p rs on @p on. */
umi_status cli_shadow_ready(cli_shadow *s, const umi_ruleset *rs, umi_day on);

/** The columns of a CSV file, with those of the shadow, which may be NULL. */
bool cli_shadow_columns(cli_shadow *s,
                        umi_csv_spec *spec,
                        const umi_ruleset *rs,
                        umi_arena *arena);

/** Take the facts of an application, which the rule set that decides could
 * take; a shadow that cannot says so in its place. */
umi_status cli_shadow_take_json(cli_shadow *s,
                                umi_text line,
                                umi_arena *arena,
                                umi_error *err);
void cli_shadow_take_record(cli_shadow *s, const umi_record *row);

/** Decide, and put it behind the decision that @p out ends with. */
umi_status cli_shadow_write(cli_shadow *s,
                            umi_buf *out,
                            const umi_decision *d,
                            umi_text id,
                            umi_error *err);

/** How many differ, and by which reasons, on stderr. */
void cli_shadow_tell(const cli_shadow *s, const umi_ruleset *rs);

#endif
