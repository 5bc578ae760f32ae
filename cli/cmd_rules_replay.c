/* SPDX-License-Identifier: MIT
 * umi rules replay: stored decisions made again, from a file or from a book,
 * and compared byte for byte. */
#include "cli/desk.h"
#include "cli/rules.h"

#include "engine/base/json.h"
#include "ledger/desk/application.h"
#include "ledger/io/replay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const cli_option cli_rules_replay_options[] = {
    {"rules", "FILE", "the rule file; the shipped one when not given"},
    {"applications", "FILE", "JSON Lines: the facts, found by id"},
    {"application", "ID", "the last decision of this application of the book"},
    {"all", NULL, "the last decision of every application of the book"},
    {0},
};

typedef struct filed {
    umi_text id, line;
    size_t at; /* in the file */
} filed;

typedef struct replaying {
    cli *c;
    umi_replayer *r;
    bool given; /* applications are */
    filed *files;
    size_t count, cap;
    int64_t all, equal, different;
    umi_buf out; /* of a book */
} replaying;

static umi_status one(replaying *s,
                      umi_buf *out,
                      umi_text stored,
                      umi_replay_facts where,
                      umi_text facts,
                      umi_arena *arena,
                      umi_error *err)
{
    bool equal = false;
    s->all++;
    umi_status rc =
        umi_replay(out, &equal, s->r, stored, where, facts, arena, err);
    s->equal += rc == UMI_OK && equal;
    s->different += rc == UMI_OK && !equal;
    return rc;
}

static int tell(const replaying *s, int code)
{
    umi_buf b = {0};
    umi_buf_printf(
        &b,
        umi_tr(s->c->lang, "%" PRId64 " decisions: %" PRId64 " equal, %" PRId64
                           " different, %" PRId64 " cannot be made again\n"),
        s->all, s->equal, s->different, s->all - s->equal - s->different);
    if (b.len > 0)
        (void)fwrite(b.ptr, 1, b.len, s->c->talk);
    umi_buf_free(&b);
    return code == 0 && s->equal < s->all ? 1 : code;
}

/* --- applications --------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    const filed *x = a, *y = b;
    int way = umi_text_cmp(x->id, y->id);
    return way != 0 ? way : x->at < y->at ? -1 : x->at > y->at;
}

static umi_status file_line(replaying *s, umi_text line)
{
    umi_text id = {0};
    if (!umi_json_peek(&id, line, "id", s->c->arena))
        return UMI_OK; /* nobody can ask for it */
    if (s->count == s->cap) {
        size_t cap = s->cap > 0 ? s->cap * 2 : 1024;
        filed *more = umi_realloc(s->files, cap * sizeof *more);
        if (more == NULL)
            return umi_fail_memory(&s->c->err);
        s->files = more;
        s->cap = cap;
    }
    s->files[s->count] = (filed){id, line, s->count};
    s->count++;
    return UMI_OK;
}

static umi_status read_applications(replaying *s)
{
    const char *path = cli_value(s->c, "applications");
    umi_text all;
    s->given = path != NULL;
    if (path == NULL)
        return UMI_OK;
    umi_status rc = cli_read_file(s->c, path, (size_t)1 << 30, &all);
    for (size_t i = 0; rc == UMI_OK && i < all.len;) {
        const char *nl = memchr(all.ptr + i, '\n', all.len - i);
        size_t to = nl != NULL ? (size_t)(nl - all.ptr) : all.len;
        rc = file_line(s, (umi_text){all.ptr + i, to - i});
        i = to + 1;
    }
    if (rc == UMI_OK && s->count > 0)
        qsort(s->files, s->count, sizeof *s->files, by_id);
    return rc;
}

/* The one application with the id of the decision. */
static umi_status find_application(const replaying *s,
                                   umi_text stored,
                                   umi_text *out,
                                   umi_arena *arena,
                                   umi_error *err)
{
    umi_text id = {0};
    size_t low = 0, high = s->count;
    bool named = umi_json_peek(&id, stored, "id", arena);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (umi_text_cmp(s->files[middle].id, id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (!named || low == s->count || !umi_text_eq(s->files[low].id, id))
        return umi_fail(err, UMI_ENOENT, "id", "there is no application '%.*s'",
                        UMI_SHOW(id));
    if (low + 1 < s->count && umi_text_eq(s->files[low + 1].id, id))
        return umi_fail(err, UMI_EINVAL, "id",
                        "there are two applications '%.*s'", UMI_SHOW(id));
    *out = s->files[low].line;
    return UMI_OK;
}

/* --- a file --------------------------------------------------------------- */

static umi_status replay_line(
    void *self, umi_text line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    replaying *s = self;
    umi_text facts = {0};
    if (!s->given)
        return one(s, out, line, UMI_REPLAY_EXPLAINED, facts, arena, err);
    umi_status rc = find_application(s, line, &facts, arena, err);
    if (rc == UMI_OK)
        return one(s, out, line, UMI_REPLAY_APPLICATION, facts, arena, err);
    s->all++;
    return rc;
}

static int replay_file(replaying *s)
{
    cli *c = s->c;
    if (read_applications(s) != UMI_OK)
        return cli_failed(c);
    int code =
        cli_json_lines(c, c->arg_count > 0 ? c->args[0] : NULL, replay_line, s);
    return tell(s, code);
}

/* --- a book --------------------------------------------------------------- */

static void write_failure(umi_buf *out, umi_text id, const umi_error *e)
{
    umi_json_out w = {.buf = out};
    umi_json_open(&w, '{');
    umi_json_put_text(&w, "id", id);
    umi_json_key(&w, "error");
    umi_json_error(&w, e);
    umi_json_close(&w, '}');
}

static umi_status
replay_application(replaying *s, umi_desk *desk, umi_text code, bool must)
{
    umi_error *err = &s->c->err;
    umi_application_view v = {0};
    umi_arena *arena = umi_arena_new();
    umi_status rc = arena != NULL
                        ? umi_application_show(&v, desk, code, arena, err)
                        : umi_fail_memory(err);
    if (rc == UMI_OK && !v.has_decision && must)
        rc = umi_fail(err, UMI_ESTATE, "id", "is not decided yet");
    if (rc == UMI_OK && v.has_decision) {
        size_t mark = s->out.len;
        rc = one(s, &s->out, v.decision.body, UMI_REPLAY_TEXTS,
                 v.decision.facts, arena, err);
        if (rc == UMI_EINVAL || rc == UMI_ENOENT || rc == UMI_ESYNTAX) {
            s->out.len = mark;
            write_failure(&s->out, code, err);
            umi_error_clear(err);
            rc = UMI_OK;
        }
        umi_buf_putc(&s->out, '\n');
    }
    umi_arena_free(arena);
    return rc;
}

typedef struct codes {
    umi_arena *arena;
    struct code {
        umi_text text;
        struct code *next;
    } * first, **last;
} codes;

static umi_status note(void *self, const umi_application *a, umi_error *err)
{
    codes *all = self;
    struct code *k = umi_arena_alloc(all->arena, sizeof *k);
    const char *copy = umi_arena_copy(all->arena, a->code.ptr, a->code.len);
    if (k == NULL || copy == NULL)
        return umi_fail_memory(err);
    *k = (struct code){{copy, a->code.len}, NULL};
    *all->last = k;
    all->last = &k->next;
    return UMI_OK;
}

static umi_status replay_all(replaying *s, umi_desk *desk)
{
    codes all = {.arena = s->c->arena};
    all.last = &all.first;
    umi_status rc = umi_application_each(desk, NULL, note, &all, &s->c->err);
    for (struct code *k = all.first; k != NULL && rc == UMI_OK; k = k->next)
        rc = replay_application(s, desk, k->text, false);
    return rc;
}

static int replay_book(replaying *s)
{
    cli *c = s->c;
    umi_desk desk;
    int code = cli_desk_open(c, UMI_READ, &desk);
    if (code >= 0)
        return code;
    umi_status rc =
        cli_flag(c, "all")
            ? replay_all(s, &desk)
            : replay_application(s, &desk, cli_text(c, "application"), true);
    umi_book_close(desk.book);
    if (rc != UMI_OK)
        return cli_failed(c);
    code = cli_emit(c, &s->out);
    return tell(s, code);
}

/* --- the command ---------------------------------------------------------- */

int cli_rules_replay(cli *c)
{
    umi_ruleset *rs = NULL;
    replaying s = {.c = c};
    bool book = cli_flag(c, "all") || cli_value(c, "application") != NULL;
    if (book && (c->arg_count > 0 || cli_value(c, "applications") != NULL ||
                 (cli_flag(c, "all") && cli_value(c, "application") != NULL)))
        return cli_usage(c, "", "give a file, or %s",
                         "--application, or --all");
    int code = cli_load_ruleset(c, cli_value(c, "rules"), &rs);
    if (code != 0)
        return code;
    if (umi_replayer_new(&s.r, rs, &c->err) != UMI_OK)
        code = cli_failed(c);
    else
        code = book ? replay_book(&s) : replay_file(&s);
    umi_replayer_free(s.r);
    umi_free(s.files);
    umi_buf_free(&s.out);
    umi_ruleset_free(rs);
    return code;
}
