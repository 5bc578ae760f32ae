/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_FETCH_H
#define UMI_LEDGER_DESK_FETCH_H

/**
 * @file
 * Reading rows in the order in which a use case names them.
 */
#include "ledger/store/store.h"

/**
 * Read the rows of @p ids, which may repeat, stand in any order, and be
 * UMI_NONE: rows[i] is filled and found[i] set when ids[i] exists.
 */
UMI_MUST_CHECK umi_status umi__fetch(umi_store *s,
                                     const umi_table *t,
                                     const int64_t *ids,
                                     size_t n,
                                     void *rows,
                                     bool *found,
                                     umi_arena *arena,
                                     umi_error *err);

/**
 * The one row with key @p id.
 * @retval UMI_EDAMAGED there is none: something in the book refers to it
 */
UMI_MUST_CHECK umi_status umi__fetch_one(umi_store *s,
                                         const umi_table *t,
                                         int64_t id,
                                         void *row,
                                         umi_arena *arena,
                                         umi_error *err);

/** The key that a lookup finds for one text, or UMI_NONE. */
UMI_MUST_CHECK umi_status umi__find_key(umi_store *s,
                                        const umi_query *q,
                                        umi_text text,
                                        int64_t *id,
                                        umi_error *err);

#endif
