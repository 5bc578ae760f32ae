/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_EXPR_EVAL_JSON_H
#define UMI_RULES_EXPR_EVAL_JSON_H

/**
 * @file
 * One expression with its facts as JSON, and its answer as JSON: the lines of
 * `umi rules eval --jsonl` (CONTRACT, section 3).
 */
#include "engine/base/json.h"

/**
 * Evaluate {"id","expr","facts":{NAME:VALUE},"untyped"} and write
 * {"id","value"} or {"id","unknown":[...]} to @p out, without a newline.
 *
 * @param arena scratch; reset it between lines
 * @retval UMI_ESYNTAX not JSON
 * @retval UMI_EINVAL  a key or a VALUE is wrong (err->field names it), or the
 *                     expression is: code E1.. compiled, E2.. run
 * @retval UMI_ENOMEM  memory exhausted
 */
UMI_MUST_CHECK umi_status umi_expr_eval_json(umi_text line,
                                             umi_arena *arena,
                                             umi_buf *out,
                                             umi_error *err);

#endif
