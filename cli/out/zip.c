/* SPDX-License-Identifier: MIT */
#include "cli/out/zip.h"

#include "engine/base/alloc.h"

#include <assert.h>
#define ZLIB_CONST
#include <zlib.h>

/* APPNOTE.TXT of PKWARE, 4.3: a local head before each member, a central
 * directory behind all. */

enum {
    MEMBERS = 64,
    ROOM = 1 << 16,
    RAW = -15, /* deflate without a wrapper, window of 32 KiB */
    LOCAL = 0x04034b50,
    CENTRAL = 0x02014b50,
    END = 0x06054b50,
    NEEDED = 20,        /* version 2.0: deflate */
    DEFLATED = 8,       /* the method */
    DAY = (1 << 5) | 1, /* 1980-01-01, the first that there is */
    HEAD = 30,          /* bytes of a local head */
    SUMS_AT = 14        /* where its check sum and sizes stand */
};

typedef struct member {
    const char *name;
    size_t at; /* of its local head */
    uint32_t crc;
    uint64_t packed, plain;
} member;

struct cli_zip {
    umi_buf *out;
    z_stream z;
    member members[MEMBERS];
    size_t count;
};

static void *take(void *self, unsigned n, unsigned size)
{
    (void)self;
    return umi_alloc_array(n, size);
}

static void give(void *self, void *memory)
{
    (void)self;
    umi_free(memory);
}

cli_zip *cli_zip_new(umi_buf *out)
{
    cli_zip *z = umi_alloc_array(1, sizeof *z);
    if (z == NULL)
        return NULL;
    z->out = out;
    z->z = (z_stream){.zalloc = take, .zfree = give};
    if (deflateInit2(&z->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, RAW, 8,
                     Z_DEFAULT_STRATEGY) == Z_OK)
        return z;
    umi_free(z);
    return NULL;
}

/* Little-endian. */
static void put(umi_buf *b, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        umi_buf_putc(b, (char)(value >> 8 * i & 0xff));
}

/* What a local head and the central directory say alike. */
static void put_facts(umi_buf *b, const member *m)
{
    put(b, NEEDED, 2);
    put(b, 0, 2);
    put(b, DEFLATED, 2);
    put(b, 0, 2);
    put(b, DAY, 2);
    put(b, m->crc, 4);
    put(b, m->packed, 4);
    put(b, m->plain, 4);
    put(b, strlen(m->name), 2);
    put(b, 0, 2);
}

static void squeeze(cli_zip *z, umi_text bytes, int flush)
{
    z->z.next_in = (const unsigned char *)bytes.ptr;
    z->z.avail_in = (unsigned)bytes.len;
    do {
        char *to = umi_buf_reserve(z->out, ROOM);
        if (to == NULL)
            return;
        z->z.next_out = (unsigned char *)to;
        z->z.avail_out = ROOM;
        int said = deflate(&z->z, flush);
        assert(said != Z_STREAM_ERROR);
        z->out->len += ROOM - z->z.avail_out;
    } while (z->z.avail_out == 0);
}

/* The sums of the last member go into its head. */
static void end_member(cli_zip *z)
{
    umi_buf sums = {0};
    if (z->count == 0 || z->out->failed)
        return;
    member *m = &z->members[z->count - 1];
    squeeze(z, UMI_TEXT(""), Z_FINISH);
    m->packed = z->out->len - m->at - HEAD - strlen(m->name);
    put(&sums, m->crc, 4);
    put(&sums, m->packed, 4);
    put(&sums, m->plain, 4);
    z->out->failed |= sums.failed;
    if (!z->out->failed)
        memcpy(z->out->ptr + m->at + SUMS_AT, sums.ptr, sums.len);
    umi_buf_free(&sums);
}

void cli_zip_member(cli_zip *z, const char *name)
{
    end_member(z);
    assert(z->count < MEMBERS);
    member *m = &z->members[z->count++];
    *m = (member){.name = name, .at = z->out->len};
    put(z->out, LOCAL, 4);
    put_facts(z->out, m);
    umi_buf_puts(z->out, name);
    int said = deflateReset(&z->z);
    assert(said == Z_OK);
}

void cli_zip_write(cli_zip *z, umi_text bytes)
{
    assert(z->count > 0);
    member *m = &z->members[z->count - 1];
    while (bytes.len > 0 && !z->out->failed) {
        umi_text some = {bytes.ptr, bytes.len < ROOM ? bytes.len : ROOM};
        m->crc = (uint32_t)crc32(m->crc, (const unsigned char *)some.ptr,
                                 (unsigned)some.len);
        m->plain += some.len;
        squeeze(z, some, Z_NO_FLUSH);
        bytes = (umi_text){bytes.ptr + some.len, bytes.len - some.len};
    }
}

static void put_directory(cli_zip *z)
{
    size_t from = z->out->len;
    for (size_t i = 0; i < z->count; i++) {
        const member *m = &z->members[i];
        put(z->out, CENTRAL, 4);
        put(z->out, NEEDED, 2); /* made by: the same */
        put_facts(z->out, m);
        put(z->out, 0, 6); /* no comment; one disk; no attributes */
        put(z->out, 0, 4);
        put(z->out, m->at, 4);
        umi_buf_puts(z->out, m->name);
    }
    size_t size = z->out->len - from;
    put(z->out, END, 4);
    put(z->out, 0, 4);
    put(z->out, z->count, 2);
    put(z->out, z->count, 2);
    put(z->out, size, 4);
    put(z->out, from, 4);
    put(z->out, 0, 2);
}

umi_status cli_zip_close(cli_zip *z, umi_error *err)
{
    end_member(z);
    for (size_t i = 0; i < z->count; i++)
        if (z->members[i].plain > UINT32_MAX)
            return umi_fail(err, UMI_ERANGE, "",
                            "the file is larger than 4 GiB");
    put_directory(z);
    if (z->out->failed)
        return umi_fail_memory(err);
    if (z->out->len > UINT32_MAX)
        return umi_fail(err, UMI_ERANGE, "", "the file is larger than 4 GiB");
    return UMI_OK;
}

void cli_zip_free(cli_zip *z)
{
    if (z == NULL)
        return;
    (void)deflateEnd(&z->z);
    umi_free(z);
}
