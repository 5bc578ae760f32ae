/* SPDX-License-Identifier: MIT */
#include "ledger/store/place.h"

#include "ledger/store/draft_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

/* --- file systems --------------------------------------------------------- */

umi_fs umi_fs_of(int64_t magic)
{
    static const struct {
        uint32_t magic;
        umi_fs fs;
    } known[] = {
        {0xef53, {"ext4", UMI_FS_DISK}},
        {0x58465342, {"xfs", UMI_FS_DISK}},
        {0x9123683e, {"btrfs", UMI_FS_DISK}},
        {0x2fc12fc1, {"zfs", UMI_FS_DISK}},
        {0xf2f52010, {"f2fs", UMI_FS_DISK}},
        {0x4d44, {"vfat", UMI_FS_DISK}},
        {0x2011bab0, {"exfat", UMI_FS_DISK}},
        {0x5346544e, {"ntfs", UMI_FS_DISK}},
        {0x794c7630, {"overlay", UMI_FS_DISK}},
        {0x01021994, {"tmpfs", UMI_FS_MEMORY}},
        {0x858458f6, {"ramfs", UMI_FS_MEMORY}},
        {0x6969, {"nfs", UMI_FS_NETWORK}},
        {0x517b, {"smb", UMI_FS_NETWORK}},
        {0xff534d42, {"cifs", UMI_FS_NETWORK}},
        {0xfe534d42, {"smb2", UMI_FS_NETWORK}},
        {0x65735546, {"fuse", UMI_FS_NETWORK}},
        {0x01021997, {"9p", UMI_FS_NETWORK}},
        {0x00c36400, {"ceph", UMI_FS_NETWORK}},
        {0x0bd00bd0, {"lustre", UMI_FS_NETWORK}},
        {0x5346414f, {"afs", UMI_FS_NETWORK}},
        {0x73757245, {"coda", UMI_FS_NETWORK}},
        {0x01161970, {"gfs2", UMI_FS_NETWORK}},
        {0x7461636f, {"ocfs2", UMI_FS_NETWORK}},
        {0x47504653, {"gpfs", UMI_FS_NETWORK}},
        {0x786f4256, {"vboxsf", UMI_FS_NETWORK}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].magic == (uint32_t)magic)
            return known[i].fs;
    return (umi_fs){"", UMI_FS_DISK};
}

/* --- the folder ----------------------------------------------------------- */

static umi_status unseen(const char *path, umi_error *err)
{
    int code = errno;
    umi_fail(err, UMI_EIO, "", "cannot be read: %s",
             umi_error_tr(err, strerror(code)));
    umi_error_at(err, path, 0, 0);
    return UMI_EIO;
}

static umi_status look_at_folder(umi_place *p,
                                 char folder[4096],
                                 const char *path,
                                 umi_error *err)
{
    struct statfs fs;
    struct statvfs room;
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    if (len >= 4096) {
        errno = ENAMETOOLONG;
        return unseen(path, err);
    }
    (void)snprintf(folder, 4096, "%.*s", len ? (int)len : 1, len ? path : ".");
    if (statfs(folder, &fs) != 0 || statvfs(folder, &room) != 0)
        return unseen(path, err);
    p->fs = umi_fs_of((int64_t)fs.f_type);
    p->room = (int64_t)(room.f_bavail * room.f_frsize);
    return UMI_OK;
}

/* --- the file ------------------------------------------------------------- */

/* SQLite locks the 512 bytes from 2^30 on (its file format says so); asked
 * for them, the kernel names who is in the way. */
static void look_for_holder(umi_place *p, int fd)
{
    struct flock f = {.l_type = F_WRLCK,
                      .l_whence = SEEK_SET,
                      .l_start = 1 << 30,
                      .l_len = 512};
    if (fcntl(fd, F_GETLK, &f) != 0 || f.l_type == F_UNLCK)
        return;
    p->holder = f.l_pid > 0 ? f.l_pid : -1;
    p->held_to_write = f.l_type == F_WRLCK;
}

static void look_at_log(umi_place *p, const char *path)
{
    char name[4096 + 16];
    struct stat st;
    (void)snprintf(name, sizeof name, "%s-wal", path);
    if (stat(name, &st) == 0)
        p->log_bytes = (int64_t)st.st_size;
}

static umi_status
look_at_file(umi_place *p, const char *path, const char *folder, umi_error *err)
{
    struct stat st;
    unsigned char head[20] = {0};
    if (stat(path, &st) != 0)
        return errno == ENOENT ? UMI_OK : unseen(path, err);
    if (!S_ISREG(st.st_mode)) {
        umi_fail(err, UMI_EIO, "", "is not a regular file");
        umi_error_at(err, path, 0, 0);
        return UMI_EIO;
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return unseen(path, err);
    /* bytes 18 and 19 of SQLite's header: 2 is a book with a log */
    p->logged = pread(fd, head, sizeof head, 0) == sizeof head && head[18] == 2;
    look_for_holder(p, fd);
    (void)close(fd);
    p->exists = true;
    p->bytes = (int64_t)st.st_size;
    p->mode = (int)(st.st_mode & 07777);
    p->writable = access(path, W_OK) == 0 && access(folder, W_OK | X_OK) == 0;
    p->drafts = umi__drafts_left(path);
    look_at_log(p, path);
    return UMI_OK;
}

umi_status umi_place_look(umi_place *out, const char *path, umi_error *err)
{
    char folder[4096];
    umi_place p = {0};
    umi_status rc = look_at_folder(&p, folder, path, err);
    if (rc == UMI_OK)
        rc = look_at_file(&p, path, folder, err);
    if (rc == UMI_OK)
        *out = p;
    return rc;
}
