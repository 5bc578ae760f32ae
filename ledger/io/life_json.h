/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_LIFE_JSON_H
#define UMI_LEDGER_IO_LIFE_JSON_H

/**
 * @file
 * A loan's life as JSON: the objects that `umi life` reads and writes.
 */
#include "engine/loan/life.h"
#include "ledger/io/terms_json.h"

/** What one line asks. */
typedef struct umi_life_query {
    umi_text id; /**< {NULL, 0} when there is none */
    umi_terms terms;
    umi_policy policy;
    umi_event *events; /**< checked by umi_events_check() */
    size_t count;
    umi_day as_of;
} umi_life_query;

/**
 * Read and check a query.  Texts are borrowed from @p object, the rest lives
 * in @p arena.
 *
 * @param opts for its calendars; may be NULL
 * @param[out] out untouched on failure
 * @retval UMI_EINVAL a key is unknown, missing, of the wrong type or out of
 *   its domain; err->field is its path ("policy.walk", "events.amount",
 *   "terms.grace.principal")
 * @retval UMI_ERANGE an amount of the terms does not fit
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_life_bind(umi_life_query *out,
                                        const umi_json *object,
                                        const umi_terms_bind_opts *opts,
                                        umi_arena *arena,
                                        umi_error *err);

/** Append the answer to @p q as one JSON object without a line's end. */
void umi_life_write(umi_buf *b, const umi_life_query *q, const umi_life *life);

/**
 * From one line to its answer: parse, bind, build the schedule, replay, write.
 * Fails as its steps do; then @p out may hold a part of an answer.
 */
UMI_MUST_CHECK umi_status umi_life_answer(umi_buf *out,
                                          umi_text line,
                                          const umi_terms_bind_opts *opts,
                                          umi_arena *arena,
                                          umi_error *err);

#endif
