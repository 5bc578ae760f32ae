/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_RULESET_SCHEMA_H
#define UMI_RULES_SET_RULESET_SCHEMA_H

/**
 * @file
 * The shape of a rule file as a JSON Schema, for editors.  It is made from
 * the tables by which the file is read, so that it cannot say otherwise.
 * What needs the whole file (names, types of expressions, dates in order) is
 * told by the reader alone.
 * @source JSON Schema 2020-12
 */
#include "engine/base/json.h"

/** Write the schema of `eligibility/1`, or with @p part that of the files which
 * such a file includes, as one JSON object. */
void umi_ruleset_schema(umi_buf *b, bool part);

/* "enum": [...], of @p names ended by NULL. */
void umi__schema_enum(umi_json_out *w, const char *const *names);
/* What a test may expect; written by the reader of tests. */
void umi__expect_schema(umi_json_out *w);

#endif
