/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* flock, renameat2 */
#include "ledger/store/draft_int.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TRIES = 100
};

static const char mark[] = ".new-";

umi_status umi__draft_failed(const char *path, umi_error *err)
{
    int code = errno;
    umi_status rc = umi_fail(err, UMI_EIO, "", "cannot be written: %s",
                             umi_error_tr(err, strerror(code)));
    umi_error_at(err, path, 0, 0);
    return rc;
}

static umi_status too_long(const char *path, umi_error *err)
{
    umi_fail(err, UMI_EINVAL, "", "the path is too long");
    umi_error_at(err, path, 0, 0);
    return UMI_EINVAL;
}

/* --- what must not be there ----------------------------------------------- */

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* An empty log says nothing. */
static bool holds(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && (!S_ISREG(st.st_mode) || st.st_size > 0);
}

static umi_status exists(const char *path, umi_error *err)
{
    umi_fail(err, UMI_EEXIST, "", "exists already");
    umi_error_at(err, path, 0, 0);
    return UMI_EEXIST;
}

/* SQLite plays a log that it finds beside a file into it, whosever it was. */
static umi_status must_be_free(const char *path, umi_error *err)
{
    static const char *const logs[] = {"-wal", "-journal"};
    char name[4096 + 512];
    umi_status rc = UMI_OK;
    if (is_there(path))
        return exists(path, err);
    for (size_t i = 0; i < sizeof logs / sizeof *logs && rc == UMI_OK; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, logs[i]);
        if (holds(name))
            rc = umi_fail(err, UMI_EEXIST, "",
                          "a log (%s) of a book that stood here is beside it; "
                          "move it away",
                          logs[i]);
    }
    if (rc != UMI_OK)
        umi_error_at(err, path, 0, 0);
    return rc;
}

/* --- what killed runs left ------------------------------------------------ */

/* What stands beside the draft goes first: a draft that is gone has left
 * nothing. */
static void remove_draft(const char *draft)
{
    static const char *const beside[] = {"-wal", "-shm", "-journal", ""};
    char name[4096 + 512];
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
        (void)snprintf(name, sizeof name, "%s%s", draft, beside[i]);
        (void)unlink(name);
    }
}

/* Whether nobody holds the draft's lock; removed then if so wished. */
static bool left(const char *draft, bool remove)
{
    int fd = open(draft, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool is = flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (is && remove)
        remove_draft(draft);
    (void)close(fd);
    return is;
}

/* Whether @p name is that of a draft for the file @p base. */
static bool is_draft_of(const char *name, const char *base)
{
    size_t len = strlen(base), m = sizeof mark - 1;
    if (strncmp(name, base, len) != 0 || strncmp(name + len, mark, m) != 0)
        return false;
    const char *number = name + len + m;
    return *number != '\0' && strspn(number, "0123456789") == strlen(number);
}

/* The folder of @p path, with its slash or "."; where its last name begins. */
static const char *split(char folder[4096], const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    assert(len < 4096);
    memcpy(folder, path, len);
    (void)snprintf(folder + len, 4096 - len, "%s", len ? "" : "./");
    return path + len;
}

static int look_for_left(const char *path, bool remove)
{
    char folder[4096], draft[4096 + 256];
    const char *base = split(folder, path);
    DIR *dir = opendir(folder);
    const struct dirent *e;
    int n = 0;
    while (dir != NULL && (e = readdir(dir)) != NULL)
        if (is_draft_of(e->d_name, base)) {
            (void)snprintf(draft, sizeof draft, "%s%s", folder, e->d_name);
            n += left(draft, remove);
        }
    if (dir != NULL)
        (void)closedir(dir);
    return n;
}

int umi__drafts_left(const char *path)
{
    return strlen(path) < 4096 ? look_for_left(path, false) : 0;
}

/* --- life ----------------------------------------------------------------- */

/* A run that looks for what was left may hold the lock for a moment, and then
 * the file is gone: the next number is tried. */
static bool make(umi__draft *d, mode_t mode)
{
    struct stat st;
    int fd = open(d->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return false;
    (void)flock(fd, LOCK_EX); /* where it cannot be had nobody else has it */
    if (fstat(fd, &st) == 0 && st.st_nlink > 0) {
        d->fd = fd;
        return true;
    }
    (void)close(fd);
    errno = EEXIST;
    return false;
}

umi_status
umi__draft_begin(umi__draft *d, const char *path, mode_t mode, umi_error *err)
{
    *d = (umi__draft){.fd = -1};
    if (strlen(path) + 32 > sizeof d->path)
        return too_long(path, err);
    umi_status rc = must_be_free(path, err);
    if (rc != UMI_OK)
        return rc;
    (void)look_for_left(path, true);
    for (int i = 0; i < TRIES; i++) {
        (void)snprintf(d->path, sizeof d->path, "%s%s%ld", path, mark,
                       (long)getpid() + i);
        if (make(d, mode))
            return UMI_OK;
        if (errno != EEXIST)
            break;
    }
    d->path[0] = '\0';
    return umi__draft_failed(path, err);
}

umi_status
umi__draft_sync(const umi__draft *d, const char *path, umi_error *err)
{
    if (fsync(d->fd) != 0)
        return umi__draft_failed(path, err);
    (void)posix_fadvise(d->fd, 0, 0, POSIX_FADV_DONTNEED);
    return UMI_OK;
}

static bool sync_folder(const char *path)
{
    char folder[4096];
    (void)split(folder, path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    /* some file systems know no such thing and write names at once */
    bool ok = fd < 0 || fsync(fd) == 0 || errno == EINVAL;
    if (fd >= 0)
        (void)close(fd);
    return ok;
}

/* Rows that are only in the log would stay behind with the draft. */
static bool log_is_left(const char *draft)
{
    char name[4096 + 512];
    (void)snprintf(name, sizeof name, "%s-wal", draft);
    return holds(name);
}

/* Not every file system can refuse to rename over a file; those that cannot
 * have links, and the other way round. */
static bool give_name(const char *draft, const char *path)
{
    if (renameat2(AT_FDCWD, draft, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
        return true;
    return errno == EINVAL && link(draft, path) == 0;
}

umi_status
umi__draft_publish(const umi__draft *d, const char *path, umi_error *err)
{
    umi_status rc = umi__draft_sync(d, path, err);
    if (rc != UMI_OK)
        return rc;
    if (log_is_left(d->path)) {
        errno = ENOSPC;
        return umi__draft_failed(path, err);
    }
    if (!give_name(d->path, path))
        return errno == EEXIST ? exists(path, err)
                               : umi__draft_failed(path, err);
    if (sync_folder(path))
        return UMI_OK;
    rc = umi__draft_failed(path, err);
    (void)unlink(path);
    return rc;
}

void umi__draft_end(umi__draft *d)
{
    if (d->path[0] == '\0')
        return;
    remove_draft(d->path);
    (void)close(d->fd);
    *d = (umi__draft){.fd = -1};
}
