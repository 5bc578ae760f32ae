/* SPDX-License-Identifier: MIT */
#ifndef UMI_CLI_RULES_H
#define UMI_CLI_RULES_H

/** @file The commands on rule files, for the table in cmd_rules.c, and the
 * loading of a rule file, for all who need one. */
#include "cli/cli.h"
#include "rules/set/ruleset.h"

/** Files larger than this are not read at all; smaller ones are refused by
 * the loader with a place. */
#define CLI_RULES_FILE_MAX ((size_t)UMI_YAML_FILE_MAX * 4)

/**
 * Load rule file @p path (NULL: the shipped one), run its tests, and print
 * what is wrong with it on stderr.
 * @return 0, or an exit code; *out is set on 0 and the caller's to free
 */
int cli_load_ruleset(cli *c, const char *path, umi_ruleset **out);

/** Load rule file @p path without running its tests; else as above. */
int cli_read_ruleset(cli *c, const char *path, umi_ruleset **out);

/** Print the problems (or exhausted memory, @p rc) on stderr; the exit code. */
int cli_rules_problems(cli *c,
                       umi_status rc,
                       const umi_problems *p,
                       umi_text source);

/**
 * Whether the signature beside rule file @p path (NULL: the shipped one, which
 * has none) is one of the public key in the file @p key_path over @p rs.
 * @return 0, or an exit code, told
 */
int cli_rules_signed(cli *c,
                     const umi_ruleset *rs,
                     const char *path,
                     const char *key_path);

/** Today in the time zone of @p rs, or what --on says; false: told. */
bool cli_decision_day(cli *c, const umi_ruleset *rs, umi_day *out);

extern const cli_option cli_rules_check_options[], cli_rules_test_options[],
    cli_rules_diff_options[], cli_rules_facts_options[],
    cli_rules_fmt_options[], cli_rules_data_options[],
    cli_rules_replay_options[], cli_rules_sign_options[],
    cli_rules_verify_options[], cli_rules_explain_options[];

/**
 * What each date of @p rs changes: printed, or written as one object to
 * @p json when that has a buffer.  Sets @p wrong when an applicant is in error
 * where the set is complete; with --strict also for a date without a test.
 */
umi_status
cli_rules_sweep(cli *c, umi_ruleset *rs, umi_json_out *json, bool *wrong);

int cli_rules_check(cli *c);
int cli_rules_test(cli *c);
int cli_rules_doc(cli *c);
int cli_rules_fmt(cli *c);
int cli_rules_explain(cli *c);
int cli_rules_diff(cli *c);
int cli_rules_facts(cli *c);
int cli_rules_data(cli *c);
int cli_rules_replay(cli *c);
int cli_rules_key(cli *c);
int cli_rules_sign(cli *c);
int cli_rules_verify(cli *c);

#endif
