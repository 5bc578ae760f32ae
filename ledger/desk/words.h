/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_WORDS_H
#define UMI_LEDGER_DESK_WORDS_H

/**
 * @file
 * A map from texts to numbers, for the numbers of persons and the codes that
 * one file or one chunk names.
 */
#include "engine/base/alloc.h"
#include "engine/base/text.h"

typedef struct umi_words umi_words;

/** A new, empty map; NULL when memory is exhausted. */
umi_words *umi_words_new(void);

/** The number of @p t, or INT64_MIN when it is not in the map. */
int64_t umi_words_get(const umi_words *w, umi_text t);

/**
 * Set the number of @p t (which is copied).
 * @retval false memory exhausted; the map is as it was
 */
UMI_MUST_CHECK bool umi_words_set(umi_words *w, umi_text t, int64_t number);
size_t umi_words_count(const umi_words *w);
void umi_words_reset(umi_words *w); /**< forget all */
void umi_words_free(umi_words *w);  /**< NULL is allowed */

#endif
