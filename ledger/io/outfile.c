/* SPDX-License-Identifier: MIT */
#include "ledger/io/outfile.h"

#include "engine/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum {
    LARGE = 1 << 16
};

struct umi_outfile {
    int fd;
    umi_buf buf;
    char *path, *temporary;
};

static umi_status failed(const umi_outfile *f, umi_error *err)
{
    int reason = errno;
    umi_fail(err, UMI_EIO, "", "cannot be written: %s",
             umi_error_tr(err, strerror(reason)));
    umi_error_at(err, f->path, 0, 0);
    return UMI_EIO;
}

static bool name_it(umi_outfile *f, const char *path)
{
    size_t room = strlen(path) + 32;
    f->path = umi_alloc(room);
    f->temporary = umi_alloc(room);
    if (f->path == NULL || f->temporary == NULL)
        return false;
    (void)snprintf(f->path, room, "%s", path);
    (void)snprintf(f->temporary, room, "%s.%ld.tmp", path, (long)getpid());
    return true;
}

static umi_status
begin(umi_outfile **out, const char *path, mode_t mode, umi_error *err)
{
    umi_outfile *f = umi_alloc_array(1, sizeof *f);
    if (f == NULL)
        return umi_fail_memory(err);
    f->fd = -1;
    umi_status rc = name_it(f, path) ? UMI_OK : umi_fail_memory(err);
    if (rc == UMI_OK) {
        (void)unlink(f->temporary); /* what a dead run left has its rights */
        f->fd =
            open(f->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (f->fd < 0)
            rc = failed(f, err);
    }
    if (rc != UMI_OK)
        umi_outfile_discard(f);
    else
        *out = f;
    return rc;
}

umi_status umi_outfile_open(umi_outfile **out, const char *path, umi_error *err)
{
    return begin(out, path, 0600, err);
}

umi_status
umi_outfile_open_public(umi_outfile **out, const char *path, umi_error *err)
{
    return begin(out, path, 0644, err);
}

umi_status umi_outfile_try(const char *path, umi_error *err)
{
    umi_outfile *f = NULL;
    umi_status rc = path ? umi_outfile_open(&f, path, err) : UMI_OK;
    umi_outfile_discard(f);
    return rc;
}

umi_buf *umi_outfile_buf(umi_outfile *f)
{
    return &f->buf;
}

static umi_status flush(umi_outfile *f, umi_error *err)
{
    if (f->buf.failed)
        return umi_fail_memory(err);
    for (size_t done = 0; done < f->buf.len;) {
        ssize_t n = write(f->fd, f->buf.ptr + done, f->buf.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed(f, err);
        done += (size_t)n;
    }
    f->buf.len = 0;
    return UMI_OK;
}

umi_status umi_outfile_pass(umi_outfile *f, umi_error *err)
{
    return f->buf.len < LARGE && !f->buf.failed ? UMI_OK : flush(f, err);
}

umi_status umi_outfile_commit(umi_outfile *f, umi_error *err)
{
    umi_status rc = flush(f, err);
    if (rc == UMI_OK && fsync(f->fd) != 0)
        rc = failed(f, err);
    if (rc == UMI_OK && rename(f->temporary, f->path) != 0)
        rc = failed(f, err);
    if (rc == UMI_OK)
        f->temporary[0] = '\0'; /* it is the file now */
    umi_outfile_discard(f);
    return rc;
}

void umi_outfile_discard(umi_outfile *f)
{
    if (f == NULL)
        return;
    if (f->fd >= 0) {
        (void)close(f->fd);
        if (f->temporary[0] != '\0')
            (void)unlink(f->temporary);
    }
    umi_buf_free(&f->buf);
    umi_free(f->path);
    umi_free(f->temporary);
    umi_free(f);
}
