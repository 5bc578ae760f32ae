/* SPDX-License-Identifier: MIT */
#include "ledger/desk/import.h"

#include "ledger/desk/import_int.h"
#include "ledger/desk/source.h"
#include "ledger/io/outfile.h"

#include <stdio.h>

enum {
    CHUNK = 4096
};

const char *umi_import_ask_name(const umi_import_ask *ask)
{
    return ask->name ? ask->name : ask->path;
}

void umi_import_json(umi_json_out *w, const umi_import_result *r)
{
    char hex[UMI_HASH_HEX];
    umi_hash_hex(hex, &r->sha256);
    umi_json_open(w, '{');
    umi_json_put_str(w, "file_sha256", hex);
    const struct {
        const char *name;
        int64_t n;
    } counts[] = {{"lines", r->lines},       {"added", r->added},
                  {"changed", r->changed},   {"same", r->same},
                  {"rejected", r->rejected}, {"warnings", r->warnings}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        umi_json_put_int(w, counts[i].name, counts[i].n);
    }
    umi_json_put_str(w, "rejects_file", r->rejects_file);
    umi_json_put_str(w, "state", umi_file_state_name(r->state));
    umi_json_close(w, '}');
}

umi_status umi__import_reject(umi__import *im,
                              umi__line *line,
                              const umi_error *why,
                              umi_error *err)
{
    umi_error *kept = umi_arena_alloc(im->arena, sizeof *kept);
    if (kept == NULL)
        return umi_fail_memory(err);
    *kept = *why;
    line->why = kept;
    line->outcome = UMI__REJECTED;
    return UMI_OK;
}

void umi__import_warn(umi__import *im, int64_t line, const umi_error *warning)
{
    im->result->warnings++;
    if (im->ask->warn != NULL)
        im->ask->warn(im->ask->self, line, warning);
}

/* --- reading ------------------------------------------------------------- */

/* A file, or the text in its place. */
typedef struct input {
    umi_source source;
    umi_csv *csv; /* of the source, or of the text */
    umi_text text;
} input;

static umi_status open_input(input *in,
                             const umi__import_kind *kind,
                             const umi_import_ask *ask,
                             umi_error *err)
{
    umi_csv_spec spec = kind->spec;
    spec.name = umi_import_ask_name(ask);
    in->text = ask->text;
    if (ask->text.ptr != NULL)
        return umi_csv_open_text(&in->csv, ask->text, &spec, err);
    umi_status rc = umi_source_open(&in->source, ask->path, &spec, err);
    in->csv = in->source.csv;
    return rc;
}

/* At its end, once. */
static umi_hash hash_of(input *in)
{
    return in->text.ptr ? umi_sha256_of(in->text.ptr, in->text.len)
                        : umi_source_hash(&in->source);
}

static void close_input(input *in)
{
    if (in->text.ptr != NULL)
        umi_csv_free(in->csv);
    else
        umi_source_close(&in->source);
}

umi_status umi__import_measure(umi_hash *sha,
                               int64_t *lines,
                               const umi__import_kind *kind,
                               const umi_import_ask *ask,
                               umi_error *err)
{
    input in = {.source = {.fd = -1}};
    int64_t n = 0;
    umi_status rc = open_input(&in, kind, ask, err);
    for (bool more = true; rc == UMI_OK; n += more) {
        umi_error why = {.lang = err ? err->lang : UMI_LANG_EN};
        rc = umi_csv_next(in.csv, &more, &why);
        if (rc == UMI_ESYNTAX) /* a line like others, to be refused */
            rc = UMI_OK;
        if (rc != UMI_OK && err != NULL)
            *err = why;
        if (!more)
            break;
    }
    if (rc == UMI_OK) {
        *sha = hash_of(&in);
        *lines = n;
    }
    close_input(&in);
    return rc;
}

typedef struct run {
    umi__import im;
    input in;
    umi_outfile *rejects; /* NULL until the first */
    umi_csv_out out;
    const char *rejects_path;
} run;

static umi_status
add_line(run *r, umi_status rc, umi_error *why, umi_error *err)
{
    umi__import *im = &r->im;
    umi__line *line = &im->lines[im->count++];
    *line = (umi__line){0};
    line->record = umi_record_keep(umi_csv_record(r->in.csv), im->arena);
    if (line->record == NULL)
        return umi_fail_memory(err);
    im->result->lines++;
    if (rc == UMI_OK) {
        line->data = umi_arena_alloc(im->arena, im->kind->size);
        if (line->data == NULL)
            return umi_fail_memory(err);
        rc = im->kind->parse(im, line->record, line->data, why);
    }
    if (rc == UMI_OK)
        return UMI_OK;
    if (rc == UMI_ENOMEM || rc == UMI_EIO)
        return umi_fail_memory(err);
    line->data = NULL;
    return umi__import_reject(im, line, why, err);
}

/* Fill the chunk; *more is false at the end of the file. */
static umi_status load(run *r, bool *more, umi_error *err)
{
    umi__import *im = &r->im;
    umi_arena_reset(im->arena);
    for (im->count = 0; im->count < CHUNK;) {
        umi_error why = {.lang = r->im.ask->lang};
        umi_status rc = umi_csv_next(r->in.csv, more, &why);
        if (rc == UMI_EIO || rc == UMI_ENOMEM) {
            if (err != NULL)
                *err = why;
            return rc;
        }
        if (!*more)
            return UMI_OK;
        rc = add_line(r, rc, &why, err);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

/* --- rejects ------------------------------------------------------------- */

static umi_status write_reject(run *r, const umi__line *line, umi_error *err)
{
    if (r->im.ask->refused != NULL) {
        *r->im.ask->refused = *line->why;
        return UMI_OK;
    }
    if (r->im.ask->dry_run)
        return UMI_OK;
    if (r->rejects == NULL) {
        umi_status rc = umi_outfile_open(&r->rejects, r->rejects_path, err);
        if (rc != UMI_OK)
            return rc;
        r->out = (umi_csv_out){.buf = umi_outfile_buf(r->rejects)};
        umi_csv_reject_header(&r->out, r->in.csv);
    }
    umi_csv_reject_row(&r->out, r->in.csv, line->record, line->why);
    return umi_outfile_pass(r->rejects, err);
}

static umi_status count_lines(run *r, umi_error *err)
{
    umi_import_result *n = r->im.result;
    for (size_t i = 0; i < r->im.count; i++) {
        const umi__line *line = &r->im.lines[i];
        umi_status rc = UMI_OK;
        switch (line->outcome) {
        case UMI__REJECTED:
            n->rejected++;
            rc = write_reject(r, line, err);
            break;
        case UMI__SAME:
            n->same++;
            break;
        case UMI__CHANGED:
            n->changed++;
            break;
        case UMI__ADDED:
            n->added++;
            break;
        }
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

/* --- the run ------------------------------------------------------------- */

/* Who imported what; nothing when the file said nothing new. */
static umi_status note_import(run *r, umi_error *err)
{
    const umi_import_result *n = r->im.result;
    umi_desk *desk = r->im.desk;
    char hex[UMI_HASH_HEX];
    umi_act act = {.day = desk->today,
                   .actor = desk->actor,
                   .what = UMI_DEED_IMPORT,
                   .subject = r->im.kind->subject};
    umi_change change = {0};
    if (n->added + n->changed == 0 || r->im.kind->unnoted)
        return UMI_OK;
    umi_hash_hex(hex, &n->sha256);
    act.note = umi_text_of(hex);
    umi_status rc = umi_book_take(desk->book, &umi_act_table, 1, &act.id, err);
    umi_change_put(&change, &umi_act_table, &act, 1);
    return rc == UMI_OK ? umi_book_apply(desk->book, &change, err) : rc;
}

static umi_status chunks(run *r, umi_error *err)
{
    for (bool more = true; more;) {
        umi_status rc = load(r, &more, err);
        if (rc == UMI_OK && r->im.count > 0)
            rc = r->im.kind->settle(&r->im, err);
        if (rc == UMI_OK)
            rc = count_lines(r, err);
        if (rc != UMI_OK)
            return rc;
    }
    r->im.result->sha256 = hash_of(&r->in);
    umi_status rc = note_import(r, err);
    if (rc == UMI_OK && r->im.kind->finish != NULL)
        rc = r->im.kind->finish(&r->im, err);
    if (rc != UMI_OK || r->rejects == NULL)
        return rc;
    umi_outfile *f = r->rejects;
    r->rejects = NULL;
    r->im.result->rejects_file = r->rejects_path;
    return umi_outfile_commit(f, err);
}

/* Lines that the sender counts are counted before one is taken. */
static umi_status expected(const run *r, umi_error *err)
{
    const umi_import_ask *ask = r->im.ask;
    const umi_file_ask said = {.path = ask->path,
                               .name = ask->name,
                               .expect_lines = ask->expect_lines};
    umi_tally lines = {0};
    umi_hash sha;
    if (ask->expect_lines == NULL)
        return UMI_OK;
    umi_status rc = umi__import_measure(&sha, &lines.n, r->im.kind, ask, err);
    return rc == UMI_OK ? umi_file_expected(&said, &lines, err) : rc;
}

/* In a trial the transaction is never committed: what a later chunk sees of
 * an earlier one is what it would see. */
static umi_status take(run *r, umi_error *err)
{
    const umi_import_ask *ask = r->im.ask;
    umi_store *s = r->im.desk->store;
    bool held = ask->whole || ask->dry_run || ask->expect_amount != NULL;
    umi_status rc = expected(r, err);
    if (rc == UMI_OK && !ask->dry_run)
        rc = umi_outfile_try(ask->rejects, err);
    if (rc == UMI_OK)
        rc = open_input(&r->in, r->im.kind, ask, err);
    if (rc != UMI_OK)
        return rc;
    if (ask->text.ptr == NULL)
        umi_source_watch(&r->in.source, ask->progress, ask->watcher);
    if (held)
        rc = umi_store_begin(s, err);
    if (rc == UMI_OK)
        rc = chunks(r, err);
    if (rc == UMI_OK && held && !ask->dry_run)
        rc = umi_store_commit(s, err);
    return rc;
}

static bool make_room(run *r, umi_arena *arena)
{
    const umi_import_ask *ask = r->im.ask;
    size_t size = strlen(umi_import_ask_name(ask)) + sizeof ".rejects.csv";
    char *path = umi_arena_alloc(arena, size);
    r->im.arena = umi_arena_new();
    r->im.lines = umi_alloc_array(CHUNK, sizeof *r->im.lines);
    if (path == NULL || r->im.arena == NULL || r->im.lines == NULL)
        return false;
    (void)snprintf(path, size, "%s.rejects.csv", umi_import_ask_name(ask));
    r->rejects_path = ask->rejects ? ask->rejects : path;
    return true;
}

umi_status umi__import_run(umi_import_result *out,
                           const umi__import_kind *kind,
                           const umi_import_ask *ask,
                           umi_desk *desk,
                           void *self,
                           umi_arena *arena,
                           umi_error *err)
{
    umi_import_result result = {.state = ask->dry_run ? UMI_FILE_DRY_RUN
                                                      : UMI_FILE_DONE};
    run r = {.im = {.kind = kind,
                    .ask = ask,
                    .desk = desk,
                    .self = self,
                    .result = &result},
             .in = {.source = {.fd = -1}}};
    umi_status rc = make_room(&r, arena) ? take(&r, err) : umi_fail_memory(err);
    umi_outfile_discard(r.rejects);
    close_input(&r.in);
    umi_free(r.im.lines);
    umi_arena_free(r.im.arena);
    if (rc == UMI_OK)
        *out = result;
    return rc;
}
