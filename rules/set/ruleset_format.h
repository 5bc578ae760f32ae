/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_RULESET_FORMAT_H
#define UMI_RULES_SET_RULESET_FORMAT_H

/**
 * @file
 * One layout for every rule file: two blanks a level, a value on one line
 * where it fits, and every comment where its author put it.  Formatting
 * changes no value, so a formatted file keeps its hash; formatting twice is
 * formatting once.
 */
#include "rules/set/yaml.h"

#define UMI_FORMAT_WIDTH 100 /**< columns of a line that is not one scalar */

/**
 * Write @p text, which umi_yaml_parse() read as @p root, in the layout of the
 * house to @p b.  Own-line comments stay before what follows them, trailing
 * ones on the line of what they follow; several blank lines become one.
 *
 * @retval UMI_ERANGE a key is longer than 256 bytes
 * @retval UMI_ENOMEM memory exhausted; what stands in @p b is of no use
 */
UMI_MUST_CHECK umi_status umi_ruleset_format(umi_buf *b,
                                             umi_text text,
                                             const umi_yaml *root,
                                             umi_arena *arena);

#endif
