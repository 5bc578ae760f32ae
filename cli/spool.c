/* SPDX-License-Identifier: MIT */
#include "cli/spool.h"

#include "engine/base/hash.h"
#include "ledger/io/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static umi_status unreadable(umi_error *err)
{
    return umi_fail(err, UMI_EINVAL, "", "cannot be read: %s",
                    umi_error_tr(err, strerror(errno)));
}

/* All of @p from, to @p to (-1: nowhere) or into @p sha (NULL: not). */
static umi_status pour(int from, int to, umi_sha256 *sha, umi_error *err)
{
    char room[1 << 16];
    for (umi_status rc = UMI_OK; rc == UMI_OK;) {
        ssize_t n = read(from, room, sizeof room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return unreadable(err);
        if (n == 0)
            return UMI_OK;
        if (sha != NULL)
            umi_sha256_update(sha, room, (size_t)n);
        if (to >= 0 && (rc = umi_scratch_write(to, room, (size_t)n, err)))
            return rc;
    }
    return UMI_OK;
}

static umi_status rewound(int fd, umi_error *err)
{
    return lseek(fd, 0, SEEK_SET) == 0 ? UMI_OK : unreadable(err);
}

static umi_status
spool(cli_input *in, const umi_unpack_watch *watch, umi_error *err)
{
    umi_sha256 sha;
    char hex[UMI_HASH_HEX];
    umi_sha256_init(&sha);
    umi_status rc = umi_scratch_open(&in->fd, err);
    if (rc == UMI_OK)
        rc = pour(STDIN_FILENO, in->fd, NULL, err);
    if (rc == UMI_OK)
        rc = rewound(in->fd, err);
    if (rc == UMI_OK)
        rc = umi_unpack(&in->fd, "stdin", watch, err);
    if (rc == UMI_OK)
        rc = pour(in->fd, -1, &sha, err);
    if (rc != UMI_OK) {
        umi_error_at(err, "stdin", 0, 0);
        return rc;
    }
    const umi_hash hash = umi_sha256_final(&sha);
    umi_hash_hex(hex, &hash);
    (void)snprintf(in->room[1], sizeof in->room[1], "stdin-%.12s", hex);
    in->name = in->room[1];
    return UMI_OK;
}

/* Only what is packed is kept open; the rest is its reader's business. */
static umi_status
unpack(cli_input *in, const umi_unpack_watch *watch, umi_error *err)
{
    struct stat st;
    int fd = open(in->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    const int plain = fd;
    if (fd < 0)
        return UMI_OK;
    umi_status rc = fstat(fd, &st) == 0 && S_ISREG(st.st_mode)
                        ? umi_unpack(&fd, in->name, watch, err)
                        : UMI_OK;
    if (rc == UMI_OK && fd != plain)
        in->fd = fd;
    else
        (void)close(fd);
    return rc;
}

umi_status cli_input_open(cli_input *in,
                          const char *path,
                          const umi_unpack_watch *watch,
                          umi_error *err)
{
    *in = (cli_input){.fd = -1, .path = path, .name = path};
    umi_status rc =
        strcmp(path, "-") == 0 ? spool(in, watch, err) : unpack(in, watch, err);
    if (rc != UMI_OK)
        cli_input_close(in);
    if (in->fd < 0)
        return rc;
    (void)snprintf(in->room[0], sizeof in->room[0], "/proc/self/fd/%d", in->fd);
    in->path = in->room[0];
    return UMI_OK;
}

void cli_input_close(cli_input *in)
{
    if (in->fd >= 0)
        (void)close(in->fd);
    in->fd = -1;
}

umi_status cli_read_input(cli *c, const char *path, size_t max, umi_text *out)
{
    cli_input in;
    umi_status rc = cli_input_open(&in, path, NULL, &c->err);
    if (rc != UMI_OK)
        return rc;
    rc = cli_read_file(c, in.path, max, out);
    if (rc != UMI_OK)
        umi_error_at(&c->err, in.name, 0, 0);
    cli_input_close(&in);
    return rc;
}
