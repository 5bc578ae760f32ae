/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_PARTY_GROUP_H
#define UMI_ENGINE_PARTY_GROUP_H

/**
 * @file
 * Groups of borrowers: PNM Mekaar groups with sub-groups and a weekly
 * meeting, KUBE business groups, and KUR groups.  How large a group must be
 * is a rule and not known here; the sizes are facts that rules ask for.
 */
#include "engine/base/date.h"

typedef enum umi_group_kind {
    UMI_GROUP_MEKAAR,
    UMI_GROUP_KUBE,
    UMI_GROUP_KUR
} umi_group_kind;

typedef enum umi_group_role {
    UMI_ROLE_CHAIR,     /**< ketua, of the group */
    UMI_ROLE_SECRETARY, /**< sekretaris */
    UMI_ROLE_TREASURER, /**< bendahara */
    UMI_ROLE_SUB_CHAIR, /**< ketua_sub, of a sub-group */
    UMI_ROLE_MEMBER     /**< anggota */
} umi_group_role;

const char *umi_group_kind_name(umi_group_kind k); /**< "MEKAAR", ... */
UMI_MUST_CHECK bool umi_group_kind_parse(umi_group_kind *out, umi_text t);
const char *umi_group_role_name(umi_group_role r); /**< "ketua", ... */
UMI_MUST_CHECK bool umi_group_role_parse(umi_group_role *out, umi_text t);

/** A weekday: "senin" .. "minggu", "monday" .. , or 1 (Monday) .. 7. */
UMI_MUST_CHECK bool umi_weekday_parse(int32_t *out, umi_text t);
const char *umi_weekday_name(int32_t weekday); /**< "senin" .. "minggu" */

/** One member, for counting. */
typedef struct umi_group_seat {
    umi_text subgroup; /**< "" when the group has none */
    umi_group_role role;
} umi_group_seat;

typedef struct umi_group_sizes {
    int32_t members;
    int32_t subgroups; /**< different names; members without one are one */
    int32_t smallest, largest; /**< members of a sub-group */
} umi_group_sizes;

/** Count @p n seats; all 0 when there are none. */
umi_group_sizes umi_group_count(const umi_group_seat *seats, size_t n);

/** Members of the sub-group named @p subgroup. */
int32_t
umi_subgroup_size(const umi_group_seat *seats, size_t n, umi_text subgroup);

/** Whether two seats are one office held twice: a group has one chair, one
 * secretary and one treasurer, and each sub-group one chair of its own. */
bool umi_group_same_office(const umi_group_seat *a, const umi_group_seat *b);

#endif
