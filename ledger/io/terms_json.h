/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_IO_TERMS_JSON_H
#define UMI_LEDGER_IO_TERMS_JSON_H

/**
 * @file
 * Terms as a JSON object with the keys of `umi quote`, and back as the one
 * canonical text of them, which the book stores and hashes.  Flags of a
 * command line and columns of a file are made into such an object first, so
 * that there is one binder and one set of refusals.
 */
#include "engine/base/json.h"
#include "engine/loan/terms.h"

typedef struct umi_terms_bind_opts {
    /** Keys that the caller reads itself ("id"), ended by NULL; or NULL. */
    const char *const *extra;
    /** The calendar of that name, or NULL; no function: there is none. */
    const umi_calendar *(*calendar)(void *self, umi_text name);
    void *self;
} umi_terms_bind_opts;

/**
 * Read terms out of @p object and check them (umi_terms_check()).  Tranches,
 * steps and fees are made in @p arena; fee codes are borrowed from @p object
 * and the calendar from whom opts->calendar asks.  A single entry in
 * `disbursements` is the same as `principal` and `disbursed`.
 *
 * @param opts may be NULL: no extra keys, no calendars
 * @param[out] out untouched on failure
 * @retval UMI_EINVAL a key is unknown, missing, given twice, of the wrong
 *   type or out of its domain, or contradicts another; err->field is its path
 *   ("grace.principal", "steps.from"; the message tells which element)
 * @retval UMI_ERANGE the sum of the tranches does not fit
 * @retval UMI_ENOMEM memory exhausted
 */
UMI_MUST_CHECK umi_status umi_terms_bind(umi_terms *out,
                                         const umi_json *object,
                                         const umi_terms_bind_opts *opts,
                                         umi_arena *arena,
                                         umi_error *err);

/**
 * The canonical text of @p t: keys in one fixed order, those with their
 * default value left out, no blanks.  Reading it back gives the same terms
 * and writing these the same text.
 */
void umi_terms_write(umi_buf *b, const umi_terms *t);

#endif
