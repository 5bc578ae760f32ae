/* SPDX-License-Identifier: MIT
 * A packed file is read as what is packed in it, whole, or refused whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "engine/base/alloc.h"
#include "engine/base/text.h"
#include "ledger/io/scratch.h"
#include "ledger/io/unpack.h"

enum {
    MUCH = 900000 /* more than any room inside */
};

static const char line[] = "reference,loan,date,amount,channel\nR1,1,x,2,VA\n";

static char *much(void)
{
    char *p = malloc(MUCH);
    uint32_t x = 7;
    assert_non_null(p);
    for (size_t i = 0; i < MUCH; i++) {
        x = x * 1664525 + 1013904223;
        p[i] = (char)('a' + (x >> 28));
    }
    return p;
}

static void gzip(umi_buf *out, const char *p, size_t n)
{
    z_stream z = {0};
    assert_int_equal(
        deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
        Z_OK);
    size_t room = deflateBound(&z, n);
    z.next_in = (unsigned char *)(uintptr_t)p;
    z.avail_in = (unsigned)n;
    z.next_out = (unsigned char *)umi_buf_reserve(out, room);
    z.avail_out = (unsigned)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    out->len += z.total_out;
    (void)deflateEnd(&z);
}

static void zstd(umi_buf *out, const char *p, size_t n)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();
    size_t room = ZSTD_compressBound(n);
    assert_false(
        ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1)));
    size_t made = ZSTD_compress2(c, umi_buf_reserve(out, room), room, p, n);
    assert_false(ZSTD_isError(made));
    out->len += made;
    (void)ZSTD_freeCCtx(c);
}

static int file_of(const umi_buf *b)
{
    int fd = -1;
    assert_int_equal(umi_scratch_open(&fd, NULL), UMI_OK);
    assert_int_equal(umi_scratch_write(fd, b->ptr, b->len, NULL), UMI_OK);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

static umi_buf rest_of(int fd)
{
    umi_buf b = {0};
    for (;;) {
        char *p = umi_buf_reserve(&b, 65536);
        ssize_t n = read(fd, p, 65536);
        assert_true(n >= 0);
        if (n == 0)
            return b;
        b.len += (size_t)n;
    }
}

/* The bytes of @p packed come out as @p want, and the file stands at 0. */
static void unpacks(const umi_buf *packed, const char *want, size_t n)
{
    int fd = file_of(packed);
    umi_error err = {0};
    umi_status rc = umi_unpack(&fd, "f.gz", NULL, &err);
    assert_string_equal(err.message, "");
    assert_int_equal(rc, UMI_OK);
    umi_buf b = rest_of(fd);
    assert_int_equal(b.len, n);
    assert_true(n == 0 || memcmp(b.ptr, want, n) == 0);
    umi_buf_free(&b);
    (void)close(fd);
}

/* Refused as @p message says, NULL: somehow; the file is as it was. */
static void refuses(const umi_buf *packed, const char *message)
{
    int fd = file_of(packed), was = fd;
    umi_error err = {0};
    assert_int_equal(umi_unpack(&fd, "f.gz", NULL, &err), UMI_EINVAL);
    assert_string_equal(err.code, "PACKED");
    assert_string_equal(err.file, "f.gz");
    if (message != NULL)
        assert_string_equal(err.message, message);
    assert_int_equal(fd, was);
    umi_buf b = rest_of(fd);
    assert_int_equal(b.len, packed->len);
    umi_buf_free(&b);
    (void)close(fd);
}

typedef void (*packer)(umi_buf *out, const char *p, size_t n);
static const packer packers[] = {gzip, zstd};

static void what_is_not_packed_stays(void **state)
{
    static const char *const plain[] = {"",   "a", "\x1f", "\x28\xb5\x2f",
                                        line, "P", "BZ",   "7z"};
    (void)state;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        umi_buf b = {0};
        umi_buf_puts(&b, plain[i]);
        int fd = file_of(&b), was = fd;
        assert_int_equal(umi_unpack(&fd, "f", NULL, NULL), UMI_OK);
        assert_int_equal(fd, was);
        (void)close(fd);
        umi_buf_free(&b);
    }
}

static void packs_come_out_whole(void **state)
{
    char *p = much();
    static const size_t sizes[] = {0, 1, 100, 262143, 262144, 262145, MUCH};
    (void)state;
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            umi_buf b = {0};
            packers[k](&b, p, sizes[i]);
            unpacks(&b, p, sizes[i]);
            umi_buf_free(&b);
        }
    free(p);
}

/* Members of any number and size, empty ones too. */
static void members_are_one_file(void **state)
{
    char *p = much();
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        umi_buf b = {0};
        size_t at = 0;
        for (size_t i = 0, n = 0; i < 40; i++, at += n) {
            n = i * i * i % 22000;
            packers[k](&b, p + at, n);
        }
        unpacks(&b, p, at);
        umi_buf_free(&b);
    }
    free(p);
}

static void frames_to_be_skipped_are(void **state)
{
    umi_buf b = {0};
    (void)state;
    umi_buf_bytes(&b, "\x5a\x2a\x4d\x18\x03\0\0\0abc", 11);
    zstd(&b, line, strlen(line));
    umi_buf_bytes(&b, "\x50\x2a\x4d\x18\0\0\0\0", 8);
    unpacks(&b, line, strlen(line));
    umi_buf_free(&b);
}

static void a_cut_is_noticed_anywhere(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        umi_buf b = {0};
        packers[k](&b, line, strlen(line));
        size_t first = b.len;
        packers[k](&b, line, strlen(line));
        for (size_t n = k ? 4 : 2; n < b.len; n++) {
            umi_buf cut = {b.ptr, n, n, false};
            if (n == first)
                unpacks(&cut, line, strlen(line));
            else if (n < first)
                refuses(&cut, "the packed file is cut off");
            else
                refuses(&cut, NULL);
        }
        umi_buf_free(&b);
    }
}

/* Whichever byte is another: the same text comes out, or none. */
static void no_damage_yields_another_text(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        umi_buf b = {0};
        int refused = 0;
        packers[k](&b, line, strlen(line));
        for (size_t i = k ? 4 : 2; i < b.len; i++)
            for (int bit = 0; bit < 8; bit++) {
                b.ptr[i] = (char)(b.ptr[i] ^ (1 << bit));
                int fd = file_of(&b);
                umi_error err = {0};
                umi_status rc = umi_unpack(&fd, "f", NULL, &err);
                if (rc == UMI_OK) {
                    umi_buf out = rest_of(fd);
                    assert_int_equal(out.len, strlen(line));
                    assert_memory_equal(out.ptr, line, out.len);
                    umi_buf_free(&out);
                } else {
                    assert_int_equal(rc, UMI_EINVAL);
                    assert_string_equal(err.code, "PACKED");
                    refused++;
                }
                (void)close(fd);
                b.ptr[i] = (char)(b.ptr[i] ^ (1 << bit));
            }
        assert_true(refused > (int)b.len * 4);
        umi_buf_free(&b);
    }
}

static void others_are_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *message;
    } table[] = {
        {"PK\3\4....", 8, "packed by zip; only gzip and zstd are read"},
        {"BZh91AY&SY..", 12, "packed by bzip2; only gzip and zstd are read"},
        {"\xfd"
         "7zXZ\0..",
         8, "packed by xz; only gzip and zstd are read"},
        {"7z\xbc\xaf\x27\x1c..", 8,
         "packed by 7z; only gzip and zstd are read"},
        {"\x1f\x8b", 2, "the packed file is cut off"},
        {"\x1f\x8b\x07.......", 10, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        umi_buf b = {0};
        umi_buf_bytes(&b, table[i].bytes, table[i].len);
        refuses(&b, table[i].message);
        umi_buf_free(&b);
    }
}

static void nothing_may_stand_behind(void **state)
{
    static const umi_text tails[] = {
        {"x", 1}, {"\0", 1}, {"\0\0\0\0\0\0\0", 7}, {"R2,1,x,2,VA\n", 12}};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
            umi_buf b = {0};
            packers[k](&b, line, strlen(line));
            umi_buf_text(&b, tails[i]);
            refuses(&b, "something that is not packed stands behind the end of "
                        "the packed file");
            umi_buf_free(&b);
        }
        umi_buf b = {0};
        packers[k](&b, line, strlen(line));
        packers[1 - k](&b, line, strlen(line));
        refuses(&b, NULL);
        umi_buf_free(&b);
    }
}

static void twice_is_too_often(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        umi_buf inner = {0}, b = {0};
        packers[i & 1](&inner, line, strlen(line));
        packers[i >> 1](&b, inner.ptr, inner.len);
        refuses(&b, "the file is packed twice");
        umi_buf_free(&inner);
        umi_buf_free(&b);
    }
}

static void a_window_has_a_limit(void **state)
{
    (void)state;
    umi_buf b = {0};
    ZSTD_CCtx *c = ZSTD_createCCtx();
    (void)ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, 28);
    (void)ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 0);
    ZSTD_inBuffer in = {line, strlen(line), 0};
    ZSTD_outBuffer out = {umi_buf_reserve(&b, 1000), 1000, 0};
    while (ZSTD_compressStream2(c, &out, &in, ZSTD_e_flush) != 0 ||
           in.pos < in.size)
        ;
    assert_int_equal(ZSTD_compressStream2(c, &out, &in, ZSTD_e_end), 0);
    b.len = out.pos;
    (void)ZSTD_freeCCtx(c);
    refuses(&b, "packed with a window above 128 MiB; pack it without --long");
    umi_buf_free(&b);
}

static void no_room_is_told(void **state)
{
    char *p = calloc(1, MUCH);
    umi_buf b = {0};
    umi_error err = {0};
    (void)state;
    gzip(&b, p, MUCH);
    int fd = file_of(&b);
    (void)setenv("TMPDIR", "/nonexistent", 1);
    assert_int_equal(umi_unpack(&fd, "f.gz", NULL, &err), UMI_EIO);
    assert_string_equal(err.file, "f.gz");
    assert_string_equal(err.message,
                        "cannot be kept in TMPDIR: No such file or "
                        "directory");
    (void)unsetenv("TMPDIR");
    (void)close(fd);
    umi_buf_free(&b);
    free(p);
}

static void watch_sees(void *self, int64_t done, int64_t all)
{
    int64_t *last = self;
    assert_true(done >= *last && done <= all);
    *last = done;
}

static void who_watches_sees_all(void **state)
{
    char *p = much();
    umi_buf b = {0};
    int64_t last = 0;
    umi_unpack_watch watch = {watch_sees, &last};
    (void)state;
    zstd(&b, p, MUCH);
    int fd = file_of(&b);
    assert_int_equal(umi_unpack(&fd, "f", &watch, NULL), UMI_OK);
    assert_int_equal(last, b.len);
    (void)close(fd);
    umi_buf_free(&b);
    free(p);
}

static void no_memory_is_no_harm(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        umi_buf b = {0};
        packers[k](&b, line, strlen(line));
        for (int64_t nth = 1;; nth++) {
            int fd = file_of(&b), was = fd;
            umi_error err = {0};
            umi_alloc_fail_at(nth, 0);
            umi_status rc = umi_unpack(&fd, "f", NULL, &err);
            bool reached = umi_alloc_count() >= nth;
            umi_alloc_fail_at(0, 0);
            assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
            assert_true(reached ? fd == was : fd != was);
            (void)close(fd);
            if (!reached) {
                assert_true(nth > 2);
                break;
            }
        }
        umi_buf_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_packed_stays),
        cmocka_unit_test(packs_come_out_whole),
        cmocka_unit_test(members_are_one_file),
        cmocka_unit_test(frames_to_be_skipped_are),
        cmocka_unit_test(a_cut_is_noticed_anywhere),
        cmocka_unit_test(no_damage_yields_another_text),
        cmocka_unit_test(others_are_refused),
        cmocka_unit_test(nothing_may_stand_behind),
        cmocka_unit_test(twice_is_too_often),
        cmocka_unit_test(a_window_has_a_limit),
        cmocka_unit_test(no_room_is_told),
        cmocka_unit_test(who_watches_sees_all),
        cmocka_unit_test(no_memory_is_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
