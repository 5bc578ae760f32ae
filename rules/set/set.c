/* SPDX-License-Identifier: MIT */
#include "rules/set/set.h"

#include <assert.h>
#include <stdio.h>

/* Which loader reads a file is told by its place, as in rules/data. */
static bool below(const umi_data_file *f, const char *folder)
{
    return strncmp(f->name, folder, strlen(folder)) == 0;
}

static size_t files_below(const umi_data_file *files, const char *folder)
{
    size_t n = 0;
    for (; files->name != NULL; files++)
        n += below(files, folder);
    return n;
}

static umi_text text_of(const umi_data_file *f)
{
    return (umi_text){f->text, f->size};
}

/* The file @p name, which must be there; problems that follow are of it. */
static umi_status need(const umi_data_file **out,
                       const umi_data_file *files,
                       const char *name,
                       umi_problems *p)
{
    p->file = name;
    for (; files->name != NULL; files++)
        if (strcmp(files->name, name) == 0) {
            *out = files;
            return UMI_OK;
        }
    umi__problem(p, (umi_at){0}, "Y302", "the file is missing");
    return UMI_ESYNTAX;
}

/* --- several files of one kind ------------------------------------------- */

static umi_status append(umi_products *all,
                         const umi_products *more,
                         umi_arena *arena,
                         umi_problems *p)
{
    umi_product *items =
        umi_arena_array(arena, all->count + more->count, sizeof *items);
    if (items == NULL)
        return UMI_ENOMEM;
    if (all->count != 0)
        memcpy(items, all->items, all->count * sizeof *items);
    memcpy(items + all->count, more->items, more->count * sizeof *items);
    for (size_t i = 0; i < more->count; i++)
        if (umi_product_find(all, more->items[i].code) != NULL)
            umi__problem(p, more->items[i].at, "Y303",
                         "another file has a product %.*s, too",
                         UMI_SHOW(more->items[i].code));
    *all = (umi_products){items, all->count + more->count};
    return UMI_OK;
}

static void
check_family(const umi_product *x, const umi_chart *c, umi_problems *p)
{
    if (c->count == 0) /* the chart is wrong, which is told already */
        return;
    for (size_t i = 0; i < c->count; i++)
        if (umi_text_eq(c->accounts[i].family, x->family))
            return;
    umi__problem(p, x->at, "W-FAMILY",
                 "no account of the chart is of family %.*s",
                 UMI_SHOW(x->family));
}

static umi_status read_products(umi_set *set,
                                const umi_data_file *files,
                                umi_arena *arena,
                                umi_problems *p)
{
    umi_status worst = UMI_OK;
    for (; files->name != NULL; files++) {
        umi_products more = {0};
        if (!below(files, "product/"))
            continue;
        p->file = files->name;
        umi_status rc = umi_products_read(&more, text_of(files), arena, p);
        if (rc == UMI_OK)
            rc = append(&set->products, &more, arena, p);
        if (rc == UMI_ENOMEM)
            return rc;
        worst = rc == UMI_OK ? worst : rc;
        for (size_t i = 0; i < more.count; i++)
            check_family(&more.items[i], &set->chart, p);
    }
    return worst;
}

static umi_status read_calendars(umi_set *set,
                                 const umi_data_file *files,
                                 umi_arena *arena,
                                 umi_problems *p)
{
    umi_status worst = UMI_OK;
    umi_calendar_file *items =
        umi_arena_array(arena, files_below(files, "calendar/"), sizeof *items);
    if (items == NULL)
        return UMI_ENOMEM;
    set->calendars.items = items;
    for (; files->name != NULL; files++) {
        umi_calendar_file *c = &items[set->calendars.count];
        if (!below(files, "calendar/"))
            continue;
        p->file = files->name;
        umi_status rc = umi_calendar_read(c, text_of(files), arena, p);
        if (rc == UMI_ENOMEM)
            return rc;
        worst = rc == UMI_OK ? worst : rc;
        if (rc != UMI_OK)
            continue;
        if (umi_calendar_find(&set->calendars, c->calendar.name) != NULL)
            umi__problem(p, (umi_at){.line = 1, .column = 1}, "Y303",
                         "another file has a calendar %.*s, too",
                         UMI_SHOW(c->calendar.name));
        set->calendars.count++;
    }
    return worst;
}

static umi_status read_profiles(umi_set *set,
                                const umi_data_file *files,
                                umi_arena *arena,
                                umi_problems *p)
{
    umi_status worst = UMI_OK;
    umi_profile *items =
        umi_arena_array(arena, files_below(files, "profiles/"), sizeof *items);
    if (items == NULL)
        return UMI_ENOMEM;
    set->profiles.items = items;
    for (; files->name != NULL; files++) {
        umi_profile *f = &items[set->profiles.count];
        if (!below(files, "profiles/"))
            continue;
        p->file = files->name;
        umi_status rc = umi_profile_read(f, text_of(files), arena, p);
        if (rc == UMI_ENOMEM)
            return rc;
        worst = rc == UMI_OK ? worst : rc;
        if (rc != UMI_OK)
            continue;
        if (umi_profile_find(&set->profiles, f->name) != NULL)
            umi__problem(p, f->at, "Y303",
                         "another file has a profile %.*s, too",
                         UMI_SHOW(f->name));
        set->profiles.count++;
    }
    return worst;
}

/* --- the set ------------------------------------------------------------- */

static umi_status read_chart(umi_set *set,
                             const umi_data_file *files,
                             umi_arena *arena,
                             umi_problems *p)
{
    const umi_data_file *f;
    umi_status rc = need(&f, files, "chart.yaml", p);
    return rc == UMI_OK ? umi_chart_load(&set->chart, text_of(f), arena, p)
                        : rc;
}

static umi_status read_posting(umi_set *set,
                               const umi_data_file *files,
                               umi_arena *arena,
                               umi_problems *p)
{
    const umi_data_file *f;
    umi_status rc = need(&f, files, "posting.yaml", p);
    return rc == UMI_OK ? umi_posting_load(&set->posting, text_of(f),
                                           &set->chart, arena, p)
                        : rc;
}

static umi_status read_banks(umi_set *set,
                             const umi_data_file *files,
                             umi_arena *arena,
                             umi_problems *p)
{
    const umi_data_file *f;
    umi_status rc = need(&f, files, "bank/accounts.yaml", p);
    return rc == UMI_OK
               ? umi_banks_read(&set->banks, text_of(f), &set->chart, arena, p)
               : rc;
}

umi_status umi_set_read(umi_set *out,
                        const umi_data_file *files,
                        umi_arena *arena,
                        umi_problems *p)
{
    static umi_status (*const readers[])(umi_set *, const umi_data_file *,
                                         umi_arena *, umi_problems *) = {
        read_chart,    read_posting,   read_banks,
        read_products, read_calendars, read_profiles,
    };
    umi_set set = {.arena = arena};
    size_t errors = p->errors;
    /* What does not depend on the chart is read even when the chart is
     * wrong, so that all is told at once. */
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
        bool needs_chart = i == 1 || i == 2;
        if (needs_chart && set.chart.count == 0)
            continue;
        if (readers[i](&set, files, arena, p) == UMI_ENOMEM)
            return UMI_ENOMEM;
    }
    umi_status rc = umi__problems_since(p, errors);
    if (rc == UMI_OK)
        *out = set;
    return rc;
}

static umi_status no_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "no memory for the rules");
}

umi_status
umi_set_load(umi_set **out, const umi_data_file *files, umi_error *err)
{
    umi_arena *arena = umi_arena_new();
    umi_set *set = arena == NULL ? NULL : umi_arena_alloc(arena, sizeof *set);
    if (set == NULL) {
        umi_arena_free(arena);
        return no_memory(err);
    }
    umi_problems p =
        umi_problems_new(arena, err == NULL ? UMI_LANG_EN : err->lang, "");
    umi_status rc = umi_set_read(set, files, arena, &p);
    if (rc == UMI_OK) {
        *out = set;
        return UMI_OK;
    }
    rc = rc == UMI_ENOMEM ? no_memory(err) : umi_problems_status(&p, err);
    umi_arena_free(arena);
    return rc;
}

void umi_set_free(umi_set *set)
{
    if (set != NULL)
        umi_arena_free(set->arena);
}

const umi_calendar *umi_set_calendar(void *self, umi_text name)
{
    const umi_set *set = self;
    const umi_calendar_file *c = umi_calendar_find(&set->calendars, name);
    return c == NULL ? NULL : &c->calendar;
}

void umi_set_doc(umi_buf *b)
{
    static const struct {
        const char *title;
        const umi_bind *(*keys)(void);
    } kinds[] = {
        {"product/*.yaml: products", umi_product_keys},
        {"chart.yaml: chart of accounts", umi_chart_keys},
        {"posting.yaml: posting rules", umi_posting_keys},
        {"calendar/*.yaml: calendars", umi_calendar_keys},
        {"bank/accounts.yaml: bank accounts and channels", umi_banks_keys},
        {"profiles/*.yaml: shapes of repayment files", umi_profile_keys},
    };
    umi_buf_puts(b, "# Keys of the files in rules/data\n\n"
                    "Written by the tables that read these files "
                    "(umi_set_doc()); a dot is one\nmap or list deeper. "
                    "See data.md.\n");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        umi_buf_printf(b, "\n## %s\n| key | type | meaning |\n|---|---|---|\n",
                       kinds[i].title);
        umi_bind_doc(b, kinds[i].keys());
    }
}
