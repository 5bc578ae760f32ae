/* SPDX-License-Identifier: MIT */
#include "ledger/desk/group.h"

#include "ledger/desk/fetch.h"

umi_status umi_group_code_check(umi_text code, umi_error *err)
{
    bool bad = code.len == 0 || code.len > UMI_GROUP_CODE_MAX;
    for (size_t i = 0; i < code.len; i++)
        bad |= (unsigned char)code.ptr[i] <= ' ' || code.ptr[i] == 0x7F;
    if (!bad)
        return UMI_OK;
    return umi_fail(err, UMI_EINVAL, "group",
                    "must be 1 to %d bytes without blanks, got '%.*s'",
                    UMI_GROUP_CODE_MAX, UMI_SHOW(code));
}

umi_status
umi_group_create(umi_desk *desk, const umi_group *ask, umi_error *err)
{
    umi_group g = *ask;
    umi_act act = {.day = desk->today,
                   .actor = desk->actor,
                   .what = UMI_DEED_CREATE,
                   .subject = UMI_SUBJECT_GROUP};
    umi_change change = {0};
    int64_t known = UMI_NONE;
    umi_status rc = umi_group_code_check(g.code, err);
    if (rc == UMI_OK)
        rc = umi__find_key(desk->store, &umi_grp_by_code, g.code, &known, err);
    if (rc == UMI_OK && known != UMI_NONE)
        rc = umi_fail(err, UMI_EEXIST, "group", "group '%.*s' exists",
                      UMI_SHOW(g.code));
    if (rc == UMI_OK)
        rc = umi_book_take(desk->book, &umi_grp_table, 1, &g.id, err);
    if (rc == UMI_OK)
        rc = umi_book_take(desk->book, &umi_act_table, 1, &act.id, err);
    if (rc != UMI_OK)
        return rc;
    g.seq = 1;
    act.subject_id = g.id;
    umi_change_put(&change, &umi_grp_table, &g, 1);
    umi_change_put(&change, &umi_act_table, &act, 1);
    return umi_book_apply(desk->book, &change, err);
}

static umi_status read_members(umi_group_view *view,
                               umi_desk *desk,
                               umi_arena *arena,
                               umi_error *err)
{
    void *rows = NULL;
    size_t n = 0;
    umi_query_arg arg = UMI_ARG_INT(view->group.id);
    umi_status rc = umi_store_find(desk->store, &umi_member_by_grp, &arg, &rows,
                                   &n, arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_member *members = rows;
    umi_group_member *out = umi_arena_array(arena, n + 1, sizeof *out);
    umi_group_seat *seats = umi_arena_array(arena, n + 1, sizeof *seats);
    if (out == NULL || seats == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++) {
        out[i].member = members[i];
        seats[i] = (umi_group_seat){members[i].subgroup, members[i].role};
        rc = umi__fetch_one(desk->store, &umi_person_table, members[i].person,
                            &out[i].person, arena, err);
    }
    view->members = out;
    view->sizes = umi_group_count(seats, n);
    return rc;
}

umi_status umi_group_show(umi_group_view *out,
                          umi_desk *desk,
                          umi_text code,
                          umi_arena *arena,
                          umi_error *err)
{
    umi_group_view view = {0};
    int64_t id = UMI_NONE;
    umi_status rc =
        umi__find_key(desk->store, &umi_grp_by_code, code, &id, err);
    if (rc == UMI_OK && id == UMI_NONE)
        rc = umi_fail(err, UMI_ENOENT, "group", "there is no group '%.*s'",
                      UMI_SHOW(code));
    if (rc == UMI_OK)
        rc = umi__fetch_one(desk->store, &umi_grp_table, id, &view.group, arena,
                            err);
    if (rc == UMI_OK)
        rc = read_members(&view, desk, arena, err);
    if (rc == UMI_OK)
        *out = view;
    return rc;
}

umi_status umi_group_seats(umi_group_seat **out,
                           size_t *count,
                           umi_desk *desk,
                           int64_t id,
                           umi_arena *arena,
                           umi_error *err)
{
    void *rows = NULL;
    size_t n = 0;
    umi_query_arg arg = UMI_ARG_INT(id);
    umi_status rc = umi_store_find(desk->store, &umi_member_by_grp, &arg, &rows,
                                   &n, arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_member *members = rows;
    umi_group_seat *seats = umi_arena_array(arena, n + 1, sizeof *seats);
    if (seats == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n; i++)
        seats[i] = (umi_group_seat){members[i].subgroup, members[i].role};
    *out = seats;
    *count = n;
    return UMI_OK;
}

typedef struct listing {
    umi_desk *desk;
    umi_group_fn fn;
    void *self;
    umi_arena *arena;
} listing;

static umi_status list_one(void *self, const void *row, umi_error *err)
{
    listing *l = self;
    umi_group g;
    umi_group_seat *seats = NULL;
    size_t n = 0;
    memcpy(&g, row, sizeof g);
    umi_arena_reset(l->arena);
    umi_status rc = umi_group_seats(&seats, &n, l->desk, g.id, l->arena, err);
    return rc == UMI_OK ? l->fn(l->self, &g, umi_group_count(seats, n), err)
                        : rc;
}

umi_status
umi_group_each(umi_desk *desk, umi_group_fn fn, void *self, umi_error *err)
{
    listing l = {desk, fn, self, umi_arena_new()};
    if (l.arena == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_store_scan(desk->store, &umi_grp_table, 1, INT64_MAX,
                                   list_one, &l, err);
    umi_arena_free(l.arena);
    return rc;
}
