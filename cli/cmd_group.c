/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"

#include "ledger/desk/group.h"
#include "ledger/desk/group_import.h"

static int run_import(cli *c)
{
    return cli_import(c, umi_group_import);
}

static int run_create(cli *c)
{
    umi_desk desk;
    umi_group g = {.code = umi_text_of(c->args[0]), .meeting_day = UMI_NONE};
    const char *kind = cli_value(c, "kind"), *day = cli_value(c, "meeting-day");
    int32_t weekday = 0;
    if (kind == NULL || !umi_group_kind_parse(&g.kind, umi_text_of(kind)))
        return cli_usage(c, "--kind",
                         "--kind must be MEKAAR, KUBE or KUR, got '%s'",
                         kind ? kind : "");
    if (day != NULL && !umi_weekday_parse(&weekday, umi_text_of(day)))
        return cli_usage(c, "--meeting-day",
                         "--meeting-day must be a weekday, got '%s'", day);
    if (day != NULL)
        g.meeting_day = weekday;
    g.officer = cli_text(c, "officer");
    int code = cli_desk_open(c, UMI_WRITE, &desk);
    if (code >= 0)
        return code;
    umi_status rc = umi_group_create(&desk, &g, &c->err);
    umi_book_close(desk.book);
    if (rc != UMI_OK)
        return cli_failed(c);
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    if (!cli_flag(c, "json"))
        return 0;
    umi_json_open(&w, '{');
    umi_json_put_text(&w, "group", g.code);
    umi_json_close(&w, '}');
    return cli_emit_json(c, &b);
}

/* --- show and list ---------------------------------------------------------- */

static void write_group(umi_json_out *w, const umi_group *g, umi_group_sizes s)
{
    umi_json_put_text(w, "group", g->code);
    umi_json_put_str(w, "kind", umi_group_kind_name(g->kind));
    umi_json_put_str(w, "meeting_day",
                     g->meeting_day == UMI_NONE
                         ? NULL
                         : umi_weekday_name((int32_t)g->meeting_day));
    umi_json_key(w, "officer");
    if (g->officer.ptr == NULL)
        umi_json_null(w);
    else
        umi_json_text(w, g->officer);
    const struct {
        const char *name;
        int64_t n;
    } sizes[] = {{"size", s.members},
                 {"subgroups", s.subgroups},
                 {"smallest_subgroup", s.smallest},
                 {"largest_subgroup", s.largest}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        umi_json_put_int(w, sizes[i].name, sizes[i].n);
    }
}

static void write_members(umi_json_out *w, const umi_group_view *v)
{
    umi_json_key(w, "members");
    umi_json_open(w, '[');
    for (int32_t i = 0; i < v->sizes.members; i++) {
        const umi_group_member *m = &v->members[i];
        umi_json_open(w, '{');
        umi_json_key(w, "nik");
        if (m->person.nik.ptr == NULL)
            umi_json_null(w);
        else
            umi_json_text(w, m->person.nik);
        umi_json_put_text(w, "name", m->person.name);
        umi_json_put_text(w, "subgroup", m->member.subgroup);
        umi_json_put_str(w, "role", umi_group_role_name(m->member.role));
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void print_group(umi_buf *b, const cli *c, const umi_group_view *v)
{
    cli_line(b, c, "group", v->group.code);
    cli_line(b, c, "kind", umi_text_of(umi_group_kind_name(v->group.kind)));
    if (v->group.meeting_day != UMI_NONE)
        cli_line(b, c, "meeting day",
                 umi_text_of(umi_weekday_name((int32_t)v->group.meeting_day)));
    cli_line(b, c, "officer", v->group.officer);
    cli_line_int(b, c, "members", v->sizes.members);
    cli_line_int(b, c, "sub-groups", v->sizes.subgroups);
    for (int32_t i = 0; i < v->sizes.members; i++) {
        const umi_group_member *m = &v->members[i];
        umi_buf_printf(
            b, "  %-12.*s %-12s %.*s\n", UMI_SHOW(m->member.subgroup),
            umi_group_role_name(m->member.role), UMI_SHOW(m->person.name));
    }
}

static int run_show(cli *c)
{
    umi_desk desk;
    umi_group_view v = {0};
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    int code = cli_desk_open(c, UMI_READ, &desk);
    if (code >= 0)
        return code;
    umi_status rc =
        umi_group_show(&v, &desk, umi_text_of(c->args[0]), c->arena, &c->err);
    umi_book_close(desk.book);
    if (rc != UMI_OK)
        return cli_failed(c);
    if (!cli_flag(c, "json")) {
        print_group(&b, c, &v);
        return cli_emit(c, &b);
    }
    umi_json_open(&w, '{');
    write_group(&w, &v.group, v.sizes);
    write_members(&w, &v);
    umi_json_close(&w, '}');
    return cli_emit_json(c, &b);
}

typedef struct lister {
    bool json;
    umi_buf b;
    umi_json_out w;
} lister;

static umi_status
list_group(void *self, const umi_group *g, umi_group_sizes s, umi_error *err)
{
    lister *l = self;
    (void)err;
    if (!l->json) {
        umi_buf_printf(&l->b, "%-24.*s %-8s %4d %3d\n", UMI_SHOW(g->code),
                       umi_group_kind_name(g->kind), s.members, s.subgroups);
        return UMI_OK;
    }
    umi_json_open(&l->w, '{');
    write_group(&l->w, g, s);
    umi_json_close(&l->w, '}');
    return UMI_OK;
}

static int run_list(cli *c)
{
    umi_desk desk;
    lister l = {.json = cli_flag(c, "json")};
    int code = cli_desk_open(c, UMI_READ, &desk);
    if (code >= 0)
        return code;
    l.w.buf = &l.b;
    if (l.json)
        umi_json_open(&l.w, '[');
    umi_status rc = umi_group_each(&desk, list_group, &l, &c->err);
    umi_book_close(desk.book);
    if (rc != UMI_OK) {
        umi_buf_free(&l.b);
        return cli_failed(c);
    }
    if (!l.json)
        return cli_emit(c, &l.b);
    umi_json_close(&l.w, ']');
    return cli_emit_json(c, &l.b);
}

static const cli_option create_options[] = {
    {"kind", "MEKAAR|KUBE|KUR", "what kind of group it is"},
    {"meeting-day", "DAY", "weekday of its meetings"},
    {"officer", "NAME", "who looks after it"},
    {"json", NULL, "print the result as JSON"},
    {0},
};
static const cli_option show_options[] = {
    {"json", NULL, "print as JSON"},
    {0},
};
static const cli_command group_commands[] = {
    {"create", "CODE", 1, 1, "make a group without members", create_options,
     run_create},
    {"import", "FILE", 1, 1, "take groups and their members into the book",
     cli_import_options, run_import},
    {"show", "CODE", 1, 1, "a group and its members", show_options, run_show},
    {"list", "", 0, 0, "all groups", show_options, run_list},
    {0},
};
const cli_group cli_group_group = {"group", "groups of borrowers",
                                   group_commands};
