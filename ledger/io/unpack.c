/* SPDX-License-Identifier: MIT */
#include "ledger/io/unpack.h"

#include "engine/base/alloc.h"
#include "ledger/io/scratch.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum {
    ROOM = 1 << 18,
    HEAD = 8 /* bytes that tell a packed file */
};

typedef struct work work;

/* How files of one kind begin, and who reads them. */
typedef struct codec {
    const char *name;
    const char *magic, *mask; /* of `len` bytes; no mask: all bits count */
    size_t len;
    umi_status (*begin)(work *w, umi_error *err); /* NULL: nobody here */
    /* Some bytes further; *ended at the end of a member. */
    umi_status (*step)(work *w, bool *ended, umi_error *err);
    void (*end)(work *w);
} codec;

struct work {
    const codec *codec;
    int in, out;
    bool eof;
    unsigned char *packed, *plain; /* ROOM bytes each */
    size_t at, have;               /* packed[at .. have) is not read yet */
    size_t made;                   /* bytes in plain */
    int64_t taken, written;
    z_stream z;
    ZSTD_DCtx *zstd;
};

static umi_status damaged(const work *w, umi_error *err)
{
    return umi_fail_code(err, UMI_EINVAL, "PACKED", "",
                         "the packed file is damaged near its byte %lld",
                         (long long)(w->taken - (int64_t)(w->have - w->at)));
}

/* --- gzip ----------------------------------------------------------------- */

static void *z_take(void *self, unsigned n, unsigned size)
{
    (void)self;
    return umi_alloc_array(n, size);
}

static void z_give(void *self, void *memory)
{
    (void)self;
    umi_free(memory);
}

static umi_status gzip_begin(work *w, umi_error *err)
{
    w->z = (z_stream){.zalloc = z_take, .zfree = z_give};
    return inflateInit2(&w->z, 16 + MAX_WBITS) == Z_OK ? UMI_OK
                                                       : umi_fail_memory(err);
}

static umi_status gzip_step(work *w, bool *ended, umi_error *err)
{
    w->z.next_in = w->packed + w->at;
    w->z.avail_in = (unsigned)(w->have - w->at);
    w->z.next_out = w->plain;
    w->z.avail_out = ROOM;
    int said = inflate(&w->z, Z_NO_FLUSH);
    w->at = w->have - w->z.avail_in;
    w->made = ROOM - w->z.avail_out;
    *ended = said == Z_STREAM_END;
    if (*ended)
        return inflateReset(&w->z) == Z_OK ? UMI_OK : damaged(w, err);
    if (said == Z_MEM_ERROR)
        return umi_fail_memory(err);
    return said == Z_OK || said == Z_BUF_ERROR ? UMI_OK : damaged(w, err);
}

static void gzip_end(work *w)
{
    (void)inflateEnd(&w->z);
}

/* --- zstd ----------------------------------------------------------------- */

static umi_status zstd_begin(work *w, umi_error *err)
{
    w->zstd = ZSTD_createDCtx();
    return w->zstd != NULL ? UMI_OK : umi_fail_memory(err);
}

static umi_status zstd_step(work *w, bool *ended, umi_error *err)
{
    ZSTD_inBuffer in = {w->packed, w->have, w->at};
    ZSTD_outBuffer out = {w->plain, ROOM, 0};
    size_t left = ZSTD_decompressStream(w->zstd, &out, &in);
    w->at = in.pos;
    w->made = out.pos;
    *ended = left == 0;
    if (!ZSTD_isError(left))
        return UMI_OK;
    ZSTD_ErrorCode code = ZSTD_getErrorCode(left);
    if (code == ZSTD_error_memory_allocation)
        return umi_fail_memory(err);
    if (code == ZSTD_error_frameParameter_windowTooLarge)
        return umi_fail_code(err, UMI_EINVAL, "PACKED", "",
                             "packed with a window above 128 MiB; pack it "
                             "without --long");
    return damaged(w, err);
}

static void zstd_end(work *w)
{
    (void)ZSTD_freeDCtx(w->zstd);
}

/* --- how they begin ------------------------------------------------------- */

static const codec codecs[] = {
    {"gzip", "\x1f\x8b", NULL, 2, gzip_begin, gzip_step, gzip_end},
    {"zstd", "\x28\xb5\x2f\xfd", NULL, 4, zstd_begin, zstd_step, zstd_end},
    /* a frame to be skipped, with which some packers begin */
    {"zstd", "\x50\x2a\x4d\x18", "\xf0\xff\xff\xff", 4, zstd_begin, zstd_step,
     zstd_end},
    {"zip", "PK\3\4", NULL, 4, NULL, NULL, NULL},
    {"xz", "\xfd\x37zXZ", NULL, 5, NULL, NULL, NULL},
    {"bzip2", "BZh\0001AY&", "\xff\xff\xff\0\xff\xff\xff\xff", 8, NULL, NULL,
     NULL},
    {"7z", "7z\xbc\xaf\x27\x1c", NULL, 6, NULL, NULL, NULL},
};

static bool begins(const codec *k, const unsigned char *p, size_t n)
{
    bool same = n >= k->len;
    for (size_t i = 0; same && i < k->len; i++) {
        unsigned mask = k->mask ? (unsigned char)k->mask[i] : 0xff;
        same = (p[i] & mask) == ((unsigned char)k->magic[i] & mask);
    }
    return same;
}

static const codec *codec_of(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++)
        if (begins(&codecs[i], p, n))
            return &codecs[i];
    return NULL;
}

/* How the file begins, wherever it is read from now. */
static size_t head_of(int fd, unsigned char *head)
{
    ssize_t n;
    do
        n = pread(fd, head, HEAD, 0);
    while (n < 0 && errno == EINTR);
    return n > 0 ? (size_t)n : 0;
}

/* --- the whole file ------------------------------------------------------- */

/* More of the packed bytes behind those that are not read yet. */
static umi_status fill(work *w, umi_error *err)
{
    memmove(w->packed, w->packed + w->at, w->have - w->at);
    w->have -= w->at;
    w->at = 0;
    while (w->have < ROOM && !w->eof) {
        ssize_t n = read(w->in, w->packed + w->have, ROOM - w->have);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return umi_fail(err, UMI_EINVAL, "", "cannot be read: %s",
                            umi_error_tr(err, strerror(errno)));
        w->eof = n == 0;
        w->have += (size_t)n;
        w->taken += n;
    }
    return UMI_OK;
}

static umi_status keep(work *w, umi_error *err)
{
    umi_status rc = umi_scratch_write(w->out, w->plain, w->made, err);
    w->written += (int64_t)w->made;
    bool full = errno == ENOSPC || errno == EDQUOT || errno == EFBIG;
    if (rc == UMI_EIO && full)
        rc = umi_fail_code(err, UMI_EINVAL, "PACKED", "",
                           "there is no room in TMPDIR for what is packed in "
                           "it (more than %lld bytes)",
                           (long long)(w->written - (int64_t)w->made));
    return rc;
}

/* Behind a member comes the next, or the end. */
static umi_status behind(work *w, bool *more, umi_error *err)
{
    umi_status rc = w->have - w->at < HEAD ? fill(w, err) : UMI_OK;
    size_t left = w->have - w->at;
    *more = left > 0;
    if (rc != UMI_OK || !*more)
        return rc;
    const codec *next = codec_of(w->packed + w->at, left);
    return next != NULL && next->step == w->codec->step
               ? UMI_OK
               : umi_fail_code(err, UMI_EINVAL, "PACKED", "",
                               "something that is not packed stands behind "
                               "the end of the packed file");
}

static umi_status
members(work *w, const umi_unpack_watch *watch, int64_t all, umi_error *err)
{
    bool more = true, ended = false;
    umi_status rc = fill(w, err);
    while (rc == UMI_OK && more) {
        rc = w->codec->step(w, &ended, err);
        bool idle = w->made < ROOM && w->at == w->have && !ended;
        if (rc == UMI_OK)
            rc = keep(w, err);
        if (rc == UMI_OK && ended)
            rc = behind(w, &more, err);
        else if (rc == UMI_OK && idle && w->eof)
            rc = umi_fail_code(err, UMI_EINVAL, "PACKED", "",
                               "the packed file is cut off");
        else if (rc == UMI_OK && idle)
            rc = fill(w, err);
        if (rc == UMI_OK && watch != NULL)
            watch->fn(watch->self, w->taken, all);
    }
    return rc;
}

static umi_status check_plain(const work *w, umi_error *err)
{
    unsigned char head[HEAD];
    size_t n = head_of(w->out, head);
    if (codec_of(head, n) != NULL)
        return umi_fail_code(err, UMI_EINVAL, "PACKED", "",
                             "the file is packed twice");
    if (lseek(w->out, 0, SEEK_SET) == 0)
        return UMI_OK;
    return umi_fail(err, UMI_EIO, "", "cannot be read: %s",
                    umi_error_tr(err, strerror(errno)));
}

static umi_status
run(work *w, const umi_unpack_watch *watch, int64_t all, umi_error *err)
{
    if (w->codec->begin == NULL)
        return umi_fail_code(err, UMI_EINVAL, "PACKED", "",
                             "packed by %s; only gzip and zstd are read",
                             w->codec->name);
    w->packed = umi_alloc(ROOM);
    w->plain = umi_alloc(ROOM);
    umi_status rc = w->packed && w->plain ? UMI_OK : umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = umi_scratch_open(&w->out, err);
    if (rc != UMI_OK)
        return rc;
    rc = w->codec->begin(w, err);
    if (rc == UMI_OK) {
        rc = members(w, watch, all, err);
        w->codec->end(w);
    }
    return rc == UMI_OK ? check_plain(w, err) : rc;
}

umi_status umi_unpack(int *fd,
                      const char *name,
                      const umi_unpack_watch *watch,
                      umi_error *err)
{
    unsigned char head[HEAD];
    struct stat st;
    size_t n = head_of(*fd, head);
    work w = {.codec = codec_of(head, n), .in = *fd, .out = -1};
    if (w.codec == NULL)
        return UMI_OK;
    umi_status rc =
        run(&w, watch, fstat(*fd, &st) == 0 ? (int64_t)st.st_size : 0, err);
    umi_free(w.packed);
    umi_free(w.plain);
    if (rc == UMI_OK) {
        (void)close(*fd);
        *fd = w.out;
    } else {
        umi_error_at(err, name, 0, 0);
        (void)lseek(*fd, 0, SEEK_SET);
        if (w.out >= 0)
            (void)close(w.out);
    }
    return rc;
}

const char *umi_zlib_version(void)
{
    return zlibVersion();
}

const char *umi_zstd_version(void)
{
    return ZSTD_versionString();
}
