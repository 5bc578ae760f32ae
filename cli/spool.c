/* SPDX-License-Identifier: MIT */
#include "cli/spool.h"

#include "engine/base/hash.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static umi_status unreadable(umi_error *err)
{
    umi_fail(err, UMI_EINVAL, "", "cannot be read: %s",
             umi_error_tr(err, strerror(errno)));
    umi_error_at(err, "stdin", 0, 0);
    return UMI_EINVAL;
}

static umi_status unkept(umi_error *err)
{
    umi_fail(err, UMI_EIO, "", "cannot be kept in TMPDIR: %s",
             umi_error_tr(err, strerror(errno)));
    umi_error_at(err, "stdin", 0, 0);
    return UMI_EIO;
}

static bool write_all(int fd, const char *p, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            p += n;
            len -= (size_t)n;
        }
    }
    return true;
}

static umi_status copy(int fd, umi_hash *hash, umi_error *err)
{
    char room[1 << 16];
    umi_sha256 sha;
    umi_sha256_init(&sha);
    for (;;) {
        ssize_t n = read(STDIN_FILENO, room, sizeof room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return unreadable(err);
        if (n == 0)
            break;
        umi_sha256_update(&sha, room, (size_t)n);
        if (!write_all(fd, room, (size_t)n))
            return unkept(err);
    }
    *hash = umi_sha256_final(&sha);
    return UMI_OK;
}

/* Unlinked at once, so that a kill leaves nothing. */
static int nameless(void)
{
    char path[4096];
    const char *dir = getenv("TMPDIR");
    int n = snprintf(path, sizeof path, "%s/umi-XXXXXX",
                     dir != NULL && *dir != '\0' ? dir : "/var/tmp");
    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = mkstemp(path);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

umi_status cli_spool_input(cli_spool *s, umi_error *err)
{
    umi_hash sha;
    char hex[UMI_HASH_HEX];
    int fd = nameless();
    if (fd < 0)
        return unkept(err);
    umi_status rc = copy(fd, &sha, err);
    if (rc != UMI_OK) {
        (void)close(fd);
        return rc;
    }
    umi_hash_hex(hex, &sha);
    s->fd = fd;
    (void)snprintf(s->path, sizeof s->path, "/proc/self/fd/%d", fd);
    (void)snprintf(s->name, sizeof s->name, "stdin-%.12s", hex);
    return UMI_OK;
}
