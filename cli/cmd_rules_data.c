/* SPDX-License-Identifier: MIT
 * umi rules data: the files of rules/data, checked as a whole. */
#include "cli/rules.h"
#include "cli/set.h"

const cli_option cli_rules_data_options[] = {
    {"json", NULL, "problems as one JSON array on standard output"},
    {"strict", NULL, "a warning is a problem too"},
    {0},
};

/* A problem names its file inside the folder; people need the folder, too. */
static void full_paths(cli *c, umi_problems *p, const char *folder)
{
    for (umi_problem *q = p->first; q != NULL && folder != NULL; q = q->next) {
        umi_buf b = {0};
        umi_buf_printf(&b, "%s/%s", folder, q->file);
        char *path = b.failed ? NULL : umi_arena_copy(c->arena, b.ptr, b.len);
        if (path != NULL)
            q->file = path;
        umi_buf_free(&b);
    }
}

static int report(cli *c, umi_problems *p, const umi_set *set)
{
    umi_buf b = {0};
    bool json = cli_flag(c, "json");
    bool bad = p->errors > 0 || (cli_flag(c, "strict") && p->warnings > 0);
    if (json) {
        umi_json_out w = {.buf = &b};
        umi_problems_json(&w, p);
        umi_buf_putc(&b, '\n');
        int rc = cli_emit(c, &b);
        return rc != 0 ? rc : bad ? 2 : 0;
    }
    umi_problems_print(&b, p, (umi_text){NULL, 0});
    if (b.len > 0)
        (void)fwrite(b.ptr, 1, b.len, c->talk);
    umi_buf_free(&b);
    if (!bad)
        (void)fprintf(c->out,
                      umi_tr(c->lang, "in order: %zu products, %zu accounts, "
                                      "%zu calendars, %zu file profiles\n"),
                      set->products.count, set->chart.count,
                      set->calendars.count, set->profiles.count);
    return bad ? 2 : 0;
}

int cli_rules_data(cli *c)
{
    const char *folder = c->arg_count > 0 ? c->args[0] : cli_set_folder();
    const umi_data_file *files;
    umi_set set = {0};
    if (cli_set_files(c, folder, &files) != UMI_OK)
        return cli_failed(c);
    umi_problems p = umi_problems_new(c->arena, c->lang, "");
    if (umi_set_read(&set, files, c->arena, &p) == UMI_ENOMEM) {
        umi_fail(&c->err, UMI_ENOMEM, "", "no memory for the rules");
        return cli_failed(c);
    }
    full_paths(c, &p, folder);
    umi_problems_sort(&p);
    return report(c, &p, &set);
}
