/* SPDX-License-Identifier: MIT */
#include "ledger/desk/source.h"

#include "ledger/book/refused_int.h"
#include "ledger/io/outfile.h"
#include "ledger/io/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t breaks_in(const char *p, const char *end)
{
    int64_t n = 0;
    while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL)
        n++, p++;
    return n;
}

static void tell(const umi_source *s)
{
    if (s->progress != NULL)
        s->progress(s->self, UMI_PHASE_READ, s->done, s->size);
}

static ssize_t read_and_hash(void *self, void *buf, size_t cap)
{
    umi_source *s = self;
    ssize_t n;
    do
        n = read(s->fd, buf, cap);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return n;
    if (s->hash != NULL)
        umi_hashing_add(s->hash, buf, (size_t)n);
    s->done += n;
    s->breaks += breaks_in(buf, (char *)buf + n);
    tell(s);
    return n;
}

static umi_status unreadable(const char *path, const char *why, umi_error *err)
{
    umi_fail(err, UMI_EINVAL, "", "cannot be read: %s", why);
    umi_error_at(err, path, 0, 0);
    return UMI_EINVAL;
}

umi_status umi_source_open(umi_source *s,
                           const char *path,
                           const umi_csv_spec *spec,
                           umi_error *err)
{
    struct stat st;
    *s = (umi_source){.path = spec->name,
                      .fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (s->fd < 0 || fstat(s->fd, &st) != 0) {
        umi_status rc =
            unreadable(spec->name, umi_error_tr(err, strerror(errno)), err);
        umi_source_close(s);
        return rc;
    }
    if (!S_ISREG(st.st_mode)) { /* it is read twice when it has rejects */
        umi_source_close(s);
        return unreadable(spec->name, umi_error_tr(err, "not a regular file"),
                          err);
    }
    umi_status rc = umi_unpack(&s->fd, spec->name, NULL, err);
    if (rc == UMI_OK)
        rc = umi_hashing_new(&s->hash, err);
    if (rc == UMI_OK)
        rc = umi_csv_open(&s->csv, read_and_hash, s, spec, err);
    if (rc != UMI_OK)
        umi_source_close(s);
    return rc;
}

void umi_source_watch(umi_source *s, umi_progress_fn progress, void *self)
{
    struct stat st;
    s->size = fstat(s->fd, &st) == 0 ? (int64_t)st.st_size : 0;
    s->progress = progress;
    s->self = self;
    tell(s);
}

umi_status umi_source_drain(umi_source *s, umi_error *err)
{
    char room[1 << 16];
    ssize_t n;
    do
        n = read_and_hash(s, room, sizeof room);
    while (n > 0);
    return n == 0
               ? UMI_OK
               : unreadable(s->path, umi_error_tr(err, strerror(errno)), err);
}

umi_hash umi_source_hash(umi_source *s)
{
    return umi_hashing_end(s->hash);
}

void umi_source_unhashed(umi_source *s)
{
    umi_hashing_free(s->hash);
    s->hash = NULL;
}

void umi_source_close(umi_source *s)
{
    umi_csv_free(s->csv);
    umi_hashing_free(s->hash);
    if (s->fd >= 0)
        (void)close(s->fd);
    *s = (umi_source){.fd = -1};
}

umi_status umi_source_next(
    umi_source *s, bool *more, bool *row_fault, umi_error *why, umi_error *err)
{
    why->lang = err ? err->lang : UMI_LANG_EN;
    umi_status rc = umi_csv_next(s->csv, more, why);
    *row_fault = rc == UMI_ESYNTAX;
    if (rc == UMI_OK || rc == UMI_ESYNTAX)
        return UMI_OK;
    if (err != NULL)
        *err = *why;
    return rc;
}

/* --- rejects -------------------------------------------------------------- */

umi_status umi_source_rejects_fit(const umi_file_ask *ask, umi_error *err)
{
    return ask->dry_run || ask->rehearsal ? UMI_OK
                                          : umi_outfile_try(ask->rejects, err);
}

static const char *rejects_path(const umi_file_ask *ask, umi_arena *arena)
{
    static const char suffix[] = ".rejects.csv";
    const char *name = umi_file_ask_name(ask);
    size_t len = strlen(name);
    if (ask->rejects != NULL)
        return ask->rejects;
    char *path = umi_arena_alloc(arena, len + sizeof suffix);
    if (path != NULL) {
        memcpy(path, name, len);
        memcpy(path + len, suffix, sizeof suffix);
    }
    return path;
}

typedef struct rejecting {
    umi_file_run *run;
    umi_source source;
    umi_outfile *file;
    umi_csv_out out;
    char delimiter;
    umi_explain_fn explain;
    void *self;
} rejecting;

static umi_status write_reject(rejecting *r,
                               const char *code,
                               bool row_fault,
                               umi_error *why,
                               umi_error *err)
{
    const umi_record *record = umi_csv_record(r->source.csv);
    if (!row_fault)
        r->explain(r->self, record, code, why);
    umi_csv_reject(&r->out, r->source.csv, why);
    return umi_outfile_pass(r->file, err);
}

static umi_status write_rejects(rejecting *r, umi_error *err)
{
    bool more = true, row_fault;
    const char *code;
    int64_t found = 0, all = umi__refused_count(r->run->refused);
    umi_status rc = UMI_OK;
    r->out.buf = umi_outfile_buf(r->file);
    r->out.delimiter = r->delimiter;
    umi_csv_reject_header(&r->out, r->source.csv);
    while (rc == UMI_OK && more) {
        umi_error why = {.lang = err ? err->lang : UMI_LANG_EN};
        rc = umi_source_next(&r->source, &more, &row_fault, &why, err);
        if (rc != UMI_OK || !more || found == all)
            continue;
        rc = umi__refused_code(r->run->refused,
                               umi_csv_record(r->source.csv)->line, &code, err);
        if (rc != UMI_OK || code == NULL)
            continue;
        found++;
        rc = write_reject(r, code, row_fault, &why, err);
    }
    umi_hash sha = umi_source_hash(&r->source);
    if (rc == UMI_OK &&
        (found != all || !umi_hash_eq(&sha, &r->run->row.sha256))) {
        rc = umi_fail(err, UMI_EIO, "", "the file changed while it was read");
        umi_error_at(err, umi_file_ask_name(r->run->ask), 0, 0);
    }
    return rc;
}

umi_status umi_source_rejects(umi_file_run *run,
                              const umi_csv_spec *spec,
                              umi_explain_fn explain,
                              void *self,
                              umi_error *err)
{
    rejecting r = {.run = run,
                   .delimiter = spec->delimiter,
                   .explain = explain,
                   .self = self};
    r.source.fd = -1;
    if (umi__refused_count(run->refused) == 0 || run->ask->dry_run ||
        run->ask->rehearsal)
        return UMI_OK;
    const char *path = rejects_path(run->ask, run->arena);
    if (path == NULL)
        return umi_fail_memory(err);
    if (run->repeated && access(path, F_OK) == 0) {
        run->result.rejects_file = path; /* someone may be correcting it */
        return UMI_OK;
    }
    umi_status rc = umi_source_open(&r.source, run->ask->path, spec, err);
    if (rc == UMI_OK)
        rc = umi_outfile_open(&r.file, path, err);
    if (rc == UMI_OK)
        rc = write_rejects(&r, err);
    umi_source_close(&r.source);
    if (rc == UMI_OK)
        rc = umi_outfile_commit(r.file, err);
    else
        umi_outfile_discard(r.file);
    if (rc == UMI_OK)
        run->result.rejects_file = path;
    return rc;
}
