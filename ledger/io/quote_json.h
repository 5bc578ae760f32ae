/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_QUOTE_JSON_H
#define UMI_LEDGER_IO_QUOTE_JSON_H

/**
 * @file
 * A repayment schedule as JSON: the objects that `umi quote` reads and
 * writes.
 */
#include "engine/loan/schedule.h"
#include "ledger/io/terms_json.h"

/** What one object asks, and the answer. */
typedef struct umi_quote {
    umi_text id; /**< {NULL, 0} when there is none */
    umi_terms terms;
    bool effective; /**< whether the effective rate was asked for */
    umi_schedule schedule;
    bool has_effective;      /**< false also when the flows have no one rate */
    umi_i128 effective_rate; /**< millionths of a percent */
    umi_i128 flat_rate;      /**< millionths of a percent */
} umi_quote;

/**
 * Read @p object and compute its schedule, whose rows live in @p arena.
 *
 * @param effective whether the effective rate is computed when the object
 *   does not say
 * @param opts for its calendars; its extra keys must be `id` and `effective`
 *   (umi_quote_extra)
 * @param[out] out untouched on failure
 * @retval UMI_EINVAL, UMI_ERANGE as umi_terms_bind(), umi_schedule_build()
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_quote_make(umi_quote *out,
                                         const umi_json *object,
                                         bool effective,
                                         const umi_terms_bind_opts *opts,
                                         umi_arena *arena,
                                         umi_error *err);
extern const char *const umi_quote_extra[];

/** Append @p q as one JSON object without a line's end. */
void umi_quote_write(umi_buf *b, const umi_quote *q);

/** Append the rows of @p s as a JSON array of objects. */
void umi_schedule_write(umi_buf *b, const umi_schedule *s);

/** From one line to its answer: parse, make, write. */
UMI_MUST_CHECK umi_status umi_quote_answer(umi_buf *out,
                                           umi_text line,
                                           const umi_terms_bind_opts *opts,
                                           umi_arena *arena,
                                           umi_error *err);

#endif
