/* SPDX-License-Identifier: MIT */
#include "cli/rules.h"

#include "cli/shadow.h"
#include "engine/base/json.h"
#include "ledger/io/facts_line.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

typedef struct screening {
    cli *c;
    const umi_ruleset *rs;
    umi_decider *decider;
    umi_facts_line *reader;
    umi_value *facts;
    unsigned show;
    cli_shadow *shadow; /* NULL: there is none */
} screening;

static umi_status
decide(screening *s, umi_text id, umi_buf *out, umi_error *err)
{
    const umi_decision *d;
    umi_status rc = umi_decide(&d, s->decider, s->facts, err);
    if (rc == UMI_OK && s->show & UMI_SHOW_WHAT_IFS)
        rc = umi_decision_what_if(d, err);
    if (rc != UMI_OK)
        return rc;
    umi_decision_write_json(out, d, id, s->show);
    return s->shadow != NULL ? cli_shadow_write(s->shadow, out, d, id, err)
                             : UMI_OK;
}

static umi_status screen_line(
    void *self, umi_text line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    screening *s = self;
    umi_text id;
    umi_status rc =
        umi_facts_line_read(s->reader, s->facts, &id, line, arena, err);
    if (rc == UMI_OK && s->shadow != NULL)
        rc = cli_shadow_take_json(s->shadow, line, arena, err);
    return rc == UMI_OK ? decide(s, id, out, err) : rc;
}

/* --- CSV ----------------------------------------------------------------- */

static void write_failure(umi_buf *out, umi_text id, const umi_error *e)
{
    umi_json_out w = {.buf = out};
    umi_json_open(&w, '{');
    umi_json_key(&w, "id");
    if (id.len > 0)
        umi_json_text(&w, id);
    else
        umi_json_null(&w);
    umi_json_key(&w, "error");
    umi_json_error(&w, e);
    umi_json_close(&w, '}');
}

static bool flush(cli *c, umi_buf *b)
{
    bool ok = !b->failed &&
              (b->len == 0 || fwrite(b->ptr, 1, b->len, c->out) == b->len);
    b->len = 0;
    return ok;
}

static bool fatal(umi_status rc)
{
    return rc == UMI_EIO || rc == UMI_ENOMEM;
}

/* One row to one object; fatal statuses end the run. */
static umi_status
screen_row(screening *s, umi_csv *csv, umi_buf *out, bool *bad)
{
    umi_error *err = &s->c->err;
    const umi_record *row = umi_csv_record(csv);
    size_t mark = out->len;
    umi_text id = {0};
    umi_status rc = umi_facts_from_record(s->facts, &id, s->rs, NULL, row, err);
    if (rc == UMI_OK && s->shadow != NULL)
        cli_shadow_take_record(s->shadow, row);
    if (rc == UMI_OK)
        rc = decide(s, id, out, err);
    if (rc != UMI_OK && !fatal(rc)) {
        out->len = mark;
        write_failure(out, id, err);
        *bad = true;
        rc = UMI_OK;
    }
    umi_buf_putc(out, '\n');
    return rc;
}

static umi_status
screen_rows(screening *s, umi_csv *csv, umi_buf *out, bool *bad)
{
    for (;;) {
        bool more = false;
        umi_error_clear(&s->c->err);
        umi_status rc = umi_csv_next(csv, &more, &s->c->err);
        if (fatal(rc) || !more)
            return rc;
        if (rc == UMI_OK) {
            rc = screen_row(s, csv, out, bad);
        } else {
            write_failure(out, (umi_text){0}, &s->c->err);
            umi_buf_putc(out, '\n');
            *bad = true;
            rc = UMI_OK;
        }
        if (rc == UMI_OK && out->len > 1 << 18 && !flush(s->c, out))
            rc = umi_fail(&s->c->err, UMI_EIO, "",
                          "the output cannot be written: %s",
                          umi_error_tr(&s->c->err, strerror(errno)));
        if (rc != UMI_OK)
            return rc;
    }
}

static umi_status unreadable(cli *c, const char *path)
{
    umi_fail(&c->err, UMI_EINVAL, "", "cannot be read: %s",
             umi_error_tr(&c->err, strerror(errno)));
    umi_error_at(&c->err, path, 0, 0);
    return UMI_EINVAL;
}

static int screen_csv(screening *s, const char *path)
{
    cli *c = s->c;
    umi_csv *csv = NULL;
    umi_buf out = {0};
    bool bad = false;
    umi_csv_spec spec = {.name = path};
    bool standard = path == NULL || strcmp(path, "-") == 0;
    int fd = standard ? 0 : open(path, O_RDONLY | O_CLOEXEC);
    umi_status rc;
    bool ready = cli_shadow_columns(s->shadow, &spec, s->rs, c->arena);
    if (fd < 0)
        rc = unreadable(c, path);
    else if (!ready)
        rc = umi_fail_memory(&c->err);
    else
        rc = umi_csv_open_fd(&csv, fd, &spec, &c->err);
    if (rc == UMI_OK)
        rc = screen_rows(s, csv, &out, &bad);
    umi_csv_free(csv);
    if (fd > 0)
        close(fd);
    if (rc == UMI_OK)
        rc = cli_emit(c, &out) == 0 ? UMI_OK : UMI_EIO;
    else
        (void)cli_failed(c);
    umi_buf_free(&out);
    return rc != UMI_OK ? umi_status_exit(rc) : bad;
}

/* --- the command --------------------------------------------------------- */

static umi_status make_ready(screening *s, umi_day on)
{
    cli *c = s->c;
    const umi_ruleset *also = s->shadow != NULL ? s->shadow->rs : NULL;
    s->facts =
        umi_arena_array(c->arena, s->rs->fact_count + 1, sizeof *s->facts);
    if (s->facts == NULL)
        return umi_fail_memory(&c->err);
    umi_status rc =
        umi_facts_line_new(&s->reader, s->rs, also, c->arena, &c->err);
    if (rc == UMI_OK)
        rc = umi_decider_new(&s->decider, s->rs, on, &c->err);
    return rc == UMI_OK && s->shadow != NULL
               ? cli_shadow_ready(s->shadow, s->rs, on)
               : rc;
}

static int run(screening *s)
{
    cli *c = s->c;
    const char *path = c->arg_count > 0 ? c->args[0] : NULL;
    umi_day on;
    if (!cli_decision_day(c, s->rs, &on))
        return 2;
    if (make_ready(s, on) != UMI_OK)
        return cli_failed(c);
    int code = cli_flag(c, "csv") ? screen_csv(s, path)
                                  : cli_json_lines(c, path, screen_line, s);
    umi_decider_free(s->decider);
    if (s->shadow != NULL)
        cli_shadow_tell(s->shadow, s->rs);
    return code;
}

static int run_screen(cli *c)
{
    umi_ruleset *rs = NULL;
    cli_shadow shadow;
    int code = cli_load_ruleset(c, cli_value(c, "rules"), &rs);
    const char *key = cli_value(c, "require-signature");
    if (code == 0 && key != NULL)
        code = cli_rules_signed(c, rs, cli_value(c, "rules"), key);
    if (code == 0)
        code = cli_shadow_open(c, &shadow);
    if (code != 0) {
        umi_ruleset_free(rs);
        return code;
    }
    screening s = {.c = c,
                   .rs = rs,
                   .shadow = shadow.rs != NULL ? &shadow : NULL,
                   .show = (cli_flag(c, "explain") ? UMI_SHOW_RULES : 0) |
                           (cli_flag(c, "what-if") ? UMI_SHOW_WHAT_IFS : 0)};
    code = run(&s);
    cli_shadow_close(&shadow);
    umi_ruleset_free(rs);
    return code;
}

static const cli_option screen_options[] = {
    {"rules", "FILE", "the rule file; the shipped one when not given"},
    {"on", "DATE", "the decision date; today when not given"},
    {"explain", NULL, "show every rule with the values that it saw"},
    {"what-if", NULL, "show what would open a closed product"},
    {"shadow", "FILE", "a second rule file: what it would say, never done"},
    {"shadow-share", "PERCENT", "of the applications that the shadow sees"},
    {"require-signature", "FILE", "a public key: only rules that it signed"},
    {"csv", NULL, "read CSV with a header instead of JSON Lines"},
    {"jsonl", NULL, "read JSON Lines; so it is when nothing is said"},
    {0},
};
static const cli_command screen_commands[] = {
    {"", "[FILE]", 0, 1, "decide on applications, one line each",
     screen_options, run_screen},
    {0},
};
const cli_group cli_group_screen = {
    "screen", "which products are open to an applicant, and why",
    screen_commands};
