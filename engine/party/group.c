/* SPDX-License-Identifier: MIT */
#include "engine/party/group.h"

#include <strings.h>

static const char *const kinds[] = {"MEKAAR", "KUBE", "KUR"};
static const char *const roles[] = {"ketua", "sekretaris", "bendahara",
                                    "ketua_sub", "anggota"};
static const char *const weekdays[] = {"senin", "selasa", "rabu",  "kamis",
                                       "jumat", "sabtu",  "minggu"};
static const char *const english[] = {"monday",   "tuesday", "wednesday",
                                      "thursday", "friday",  "saturday",
                                      "sunday"};

static bool find(const char *const *names, size_t n, umi_text t, int32_t *out)
{
    for (size_t i = 0; i < n; i++)
        if (t.len == strlen(names[i]) &&
            strncasecmp(t.ptr, names[i], t.len) == 0) {
            *out = (int32_t)i;
            return true;
        }
    return false;
}

const char *umi_group_kind_name(umi_group_kind k)
{
    return kinds[k];
}

bool umi_group_kind_parse(umi_group_kind *out, umi_text t)
{
    int32_t i;
    if (!find(kinds, sizeof kinds / sizeof *kinds, t, &i))
        return false;
    *out = (umi_group_kind)i;
    return true;
}

const char *umi_group_role_name(umi_group_role r)
{
    return roles[r];
}

bool umi_group_role_parse(umi_group_role *out, umi_text t)
{
    int32_t i;
    if (!find(roles, sizeof roles / sizeof *roles, t, &i))
        return false;
    *out = (umi_group_role)i;
    return true;
}

bool umi_weekday_parse(int32_t *out, umi_text t)
{
    int32_t i;
    int64_t v;
    if (umi_text_int(t, 1, 7, &v) && t.len == 1)
        i = (int32_t)v - 1;
    else if (!find(weekdays, 7, t, &i) && !find(english, 7, t, &i))
        return false;
    *out = i + 1;
    return true;
}

const char *umi_weekday_name(int32_t weekday)
{
    return weekdays[weekday - 1];
}

int32_t
umi_subgroup_size(const umi_group_seat *seats, size_t n, umi_text subgroup)
{
    int32_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += umi_text_eq(seats[i].subgroup, subgroup);
    return size;
}

static bool named_before(const umi_group_seat *seats, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (umi_text_eq(seats[k].subgroup, seats[i].subgroup))
            return true;
    return false;
}

umi_group_sizes umi_group_count(const umi_group_seat *seats, size_t n)
{
    umi_group_sizes s = {.members = (int32_t)n};
    for (size_t i = 0; i < n; i++) {
        if (named_before(seats, i))
            continue;
        int32_t size = umi_subgroup_size(seats, n, seats[i].subgroup);
        s.smallest = s.subgroups == 0 || size < s.smallest ? size : s.smallest;
        s.largest = size > s.largest ? size : s.largest;
        s.subgroups++;
    }
    return s;
}

bool umi_group_same_office(const umi_group_seat *a, const umi_group_seat *b)
{
    if (a->role != b->role || a->role == UMI_ROLE_MEMBER)
        return false;
    return a->role != UMI_ROLE_SUB_CHAIR ||
           umi_text_eq(a->subgroup, b->subgroup);
}
