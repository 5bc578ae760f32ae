/* SPDX-License-Identifier: MIT */
#include "ledger/io/scratch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static umi_status unkept(umi_error *err)
{
    int reason = errno;
    umi_fail(err, UMI_EIO, "", "cannot be kept in TMPDIR: %s",
             umi_error_tr(err, strerror(reason)));
    errno = reason;
    return UMI_EIO;
}

umi_status umi_scratch_open(int *fd, umi_error *err)
{
    char path[4096];
    const char *dir = getenv("TMPDIR");
    int n = snprintf(path, sizeof path, "%s/umi-XXXXXX",
                     dir != NULL && *dir != '\0' ? dir : "/var/tmp");
    if (n < 0 || (size_t)n >= sizeof path) {
        errno = ENAMETOOLONG;
        return unkept(err);
    }
    int made = mkstemp(path);
    if (made < 0)
        return unkept(err);
    (void)unlink(path);
    *fd = made;
    return UMI_OK;
}

umi_status
umi_scratch_write(int fd, const void *bytes, size_t len, umi_error *err)
{
    const char *p = bytes;
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno != EINTR)
            return unkept(err);
        if (n > 0) {
            p += n;
            len -= (size_t)n;
        }
    }
    return UMI_OK;
}
