/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_DESK_GROUP_H
#define UMI_LEDGER_DESK_GROUP_H

/**
 * @file
 * Use cases: make a group, look at one, list them.
 */
#include "ledger/desk/desk.h"
#include "ledger/desk/rows.h"

#define UMI_GROUP_CODE_MAX 64 /**< bytes of a group's or sub-group's code */

/**
 * Refuse a code that is empty, too long, or has blanks or control characters.
 * @retval UMI_EINVAL err->field is "group"
 */
UMI_MUST_CHECK umi_status umi_group_code_check(umi_text code, umi_error *err);

/**
 * Make an empty group.
 * @param ask code, kind, and perhaps meeting day and officer
 * @retval UMI_EINVAL the code is not valid
 * @retval UMI_EEXIST a group of that code exists
 */
UMI_MUST_CHECK umi_status umi_group_create(umi_desk *desk,
                                           const umi_group *ask,
                                           umi_error *err);

/** A member with the person. */
typedef struct umi_group_member {
    umi_member member;
    umi_person person;
} umi_group_member;

typedef struct umi_group_view {
    umi_group group;
    const umi_group_member *members; /**< in order of entry */
    umi_group_sizes sizes;
} umi_group_view;

/**
 * A group with its members; texts live in @p arena.
 * @retval UMI_ENOENT there is no group of that code
 */
UMI_MUST_CHECK umi_status umi_group_show(umi_group_view *out,
                                         umi_desk *desk,
                                         umi_text code,
                                         umi_arena *arena,
                                         umi_error *err);

/** The seats of group @p id, for counting. */
UMI_MUST_CHECK umi_status umi_group_seats(umi_group_seat **out,
                                          size_t *count,
                                          umi_desk *desk,
                                          int64_t id,
                                          umi_arena *arena,
                                          umi_error *err);

typedef umi_status (*umi_group_fn)(void *self,
                                   const umi_group *group,
                                   umi_group_sizes sizes,
                                   umi_error *err);
/** All groups in order of entry, with their sizes. */
UMI_MUST_CHECK umi_status umi_group_each(umi_desk *desk,
                                         umi_group_fn fn,
                                         void *self,
                                         umi_error *err);

#endif
