/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"

#include "cli/rules.h"
#include "cli/set.h"

int cli_desk_open(cli *c, umi_access access, umi_desk *desk)
{
    umi_book *book = NULL;
    umi_day day = {0};
    bool dated = cli_value(c, "date") != NULL;
    int code = cli_date(c, "date", &day);
    if (code < 0)
        code = cli_book_open(c, access, &book);
    if (code >= 0)
        return code;
    *desk = umi_desk_at(book);
    if (dated)
        desk->today = day;
    return -1;
}

int cli_desk_open_rules(cli *c,
                        umi_access access,
                        umi_desk *desk,
                        cli_desk_rules *rules)
{
    *desk = (umi_desk){0};
    *rules = (cli_desk_rules){0};
    const char *path = cli_value(c, "rules");
    const char *key = cli_value(c, "require-signature");
    int code = cli_load_ruleset(c, path, &rules->eligibility);
    if (code == 0 && key != NULL)
        code = cli_rules_signed(c, rules->eligibility, path, key);
    if (code != 0)
        return code;
    if (cli_set(c, &rules->set) != UMI_OK)
        return cli_failed(c);
    code = cli_desk_open(c, access, desk);
    desk->rules = rules->eligibility;
    desk->products = &rules->set->products;
    return code;
}

void cli_desk_close(umi_desk *desk, cli_desk_rules *rules)
{
    umi_book_close(desk->book);
    umi_ruleset_free(rules->eligibility);
    umi_set_free(rules->set);
}

int cli_emit_json(cli *c, umi_buf *b)
{
    umi_buf_putc(b, '\n');
    return cli_emit(c, b);
}

static void label(umi_buf *b, const cli *c, const char *english)
{
    const char *text = umi_tr(c->lang, english);
    size_t width = umi_text_points(umi_text_of(text));
    umi_buf_puts(b, text);
    for (; width < 22; width++)
        umi_buf_putc(b, ' ');
    umi_buf_putc(b, ' ');
}

void cli_line(umi_buf *b, const cli *c, const char *english, umi_text value)
{
    label(b, c, english);
    if (value.ptr == NULL)
        umi_buf_putc(b, '-');
    else
        umi_buf_text(b, value);
    umi_buf_putc(b, '\n');
}

void cli_line_money(umi_buf *b, const cli *c, const char *english, umi_money m)
{
    char text[UMI_MONEY_TEXT + 3] = "Rp ";
    (void)umi_money_show(text + 3, m, c->lang);
    cli_line(b, c, english, umi_text_of(text));
}

void cli_line_int(umi_buf *b, const cli *c, const char *english, int64_t v)
{
    label(b, c, english);
    umi_buf_int(b, v);
    umi_buf_putc(b, '\n');
}

void cli_line_day(umi_buf *b, const cli *c, const char *english, umi_day d)
{
    char text[UMI_DAY_TEXT];
    size_t n = umi_day_write(text, d);
    cli_line(b, c, english, (umi_text){text, n});
}

void cli_json_text(umi_json_out *w, const char *key, umi_text t)
{
    umi_json_key(w, key);
    if (t.ptr == NULL)
        umi_json_null(w);
    else
        umi_json_text(w, t);
}

/* --- imports --------------------------------------------------------------- */

const cli_option cli_import_options[] = {
    CLI_EXPECT_LINES,
    CLI_FILE_OPTIONS,
    {0},
};

static void warn(void *self, int64_t line, const umi_error *w)
{
    cli_import_run *run = self;
    const cli *c = run->c;
    cli_progress_wipe(&run->progress);
    (void)fprintf(c->talk, "%s:%lld: %s: %s: %s\n", run->in.name,
                  (long long)line, w->code, w->field, w->message);
}

int cli_import_begin(cli_import_run *run, cli *c, const char *path)
{
    const umi_unpack_watch watch = {cli_progress_unpacking, &run->progress};
    *run = (cli_import_run){.c = c};
    umi_import_ask *ask = &run->ask;
    int code = cli_atomic(c, &ask->whole);
    if (code < 0)
        code = cli_expected(c, &run->expect);
    if (code >= 0)
        return code;
    cli_progress_begin(&run->progress, c);
    umi_status rc = cli_input_open(&run->in, path, &watch, &c->err);
    cli_progress_wipe(&run->progress);
    if (rc != UMI_OK)
        return cli_failed(c);
    ask->path = run->in.path;
    ask->name = run->in.name;
    ask->rejects = cli_value(c, "rejects");
    ask->lang = c->lang;
    ask->warn = warn;
    ask->self = run;
    ask->dry_run = cli_flag(c, "dry-run");
    ask->expect_lines = run->expect.lines;
    ask->expect_amount = run->expect.amount;
    ask->progress = run->progress.on ? cli_progress_tell : NULL;
    ask->watcher = &run->progress;
    return -1;
}

void cli_import_end(cli_import_run *run)
{
    cli_progress_wipe(&run->progress);
    cli_input_close(&run->in);
}

void cli_trial(umi_buf *b, const cli *c, umi_file_state state)
{
    if (state == UMI_FILE_DRY_RUN)
        umi_buf_printf(b, "%s\n",
                       umi_tr(c->lang, "a trial; nothing was written"));
}

static int print_import(cli *c, const umi_import_result *r)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    if (cli_flag(c, "json")) {
        umi_import_json(&w, r);
        return cli_emit_json(c, &b);
    }
    cli_trial(&b, c, r->state);
    cli_line_int(&b, c, "lines", r->lines);
    cli_line_int(&b, c, "added", r->added);
    cli_line_int(&b, c, "changed", r->changed);
    cli_line_int(&b, c, "same as before", r->same);
    cli_line_int(&b, c, "rejected", r->rejected);
    cli_line_int(&b, c, "warnings", r->warnings);
    if (r->rejects_file != NULL)
        cli_line(&b, c, "rejects", umi_text_of(r->rejects_file));
    return cli_emit(c, &b);
}

int cli_import_at(cli *c, umi_desk *desk, cli_import_fn import)
{
    cli_import_run run;
    umi_import_result r = {0};
    int code = cli_import_begin(&run, c, c->args[0]);
    if (code >= 0)
        return code;
    umi_status rc = import(&r, desk, &run.ask, c->arena, &c->err);
    cli_import_end(&run);
    if (rc != UMI_OK)
        return cli_failed(c);
    code = print_import(c, &r);
    return code == 0 && r.rejected > 0 ? 1 : code;
}

int cli_import(cli *c, cli_import_fn import)
{
    umi_desk desk;
    int code = cli_desk_open(c, UMI_WRITE, &desk);
    if (code >= 0)
        return code;
    code = cli_import_at(c, &desk, import);
    umi_book_close(desk.book);
    return code;
}
