/* SPDX-License-Identifier: MIT */
#include "ledger/book/backup.h"

#include "engine/base/sign.h"
#include "ledger/book/verify.h"
#include "ledger/store/draft_int.h"
#include "ledger/store/store_int.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATH_ROOM = 4096,
    READ_ROOM = 1 << 16,
    DIGITS = UMI_HASH_HEX - 1
};

static umi_status unreadable(const char *path, umi_error *err)
{
    int code = errno;
    umi_fail(err, UMI_EINVAL, "", "cannot be read: %s",
             umi_error_tr(err, strerror(code)));
    umi_error_at(err, path, 0, 0);
    return UMI_EINVAL;
}

static umi_status
beside(char out[PATH_ROOM], const char *path, const char *end, umi_error *err)
{
    int n = snprintf(out, PATH_ROOM, "%s%s", path, end);
    if (n > 0 && n < PATH_ROOM)
        return UMI_OK;
    umi_fail(err, UMI_EINVAL, "", "the path is too long");
    umi_error_at(err, path, 0, 0);
    return UMI_EINVAL;
}

/* --- summary -------------------------------------------------------------- */

static umi_status count_block(void *self, const void *row, umi_error *err)
{
    umi_book_summary *s = self;
    const umi_block *k = row;
    (void)err;
    s->blocks = k->id;
    if (umi_text_is(k->rel, umi_loan_table.name))
        s->loans += k->n;
    else if (umi_text_is(k->rel, umi_txn_table.name))
        s->postings += k->n;
    else if (umi_text_is(k->rel, umi_batch_table.name))
        s->batches += k->n;
    return UMI_OK;
}

umi_status umi_book_summarise(umi_book_summary *out,
                              umi_book *b,
                              umi_arena *arena,
                              umi_error *err)
{
    umi_store *store = umi_book_store(b);
    umi_book_summary s = {.head = umi_book_head(b),
                          .last_day = {UMI_NONE32},
                          .business_date = umi_book_business_date(b)};
    umi_text name = umi_book_institution(b);
    int64_t closed;
    s.institution =
        (umi_text){umi_arena_copy(arena, name.ptr, name.len), name.len};
    if (s.institution.ptr == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_store_scan(store, &umi_block_table, 1, INT64_MAX,
                                   count_block, &s, err);
    if (rc == UMI_OK)
        rc = umi_store_last(store, &umi_closed_day_table, &closed, err);
    if (rc != UMI_OK)
        return rc;
    if (closed != 0)
        s.last_day.n = (int32_t)closed;
    *out = s;
    return UMI_OK;
}

/* --- proof ---------------------------------------------------------------- */

static umi_status judge(const umi_verification *v, umi_error *err)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->checks[i].done && !v->checks[i].ok)
            return umi_fail(err, UMI_EDAMAGED, "", "%s: %s", v->checks[i].name,
                            v->checks[i].message);
    return UMI_OK;
}

/* Open what stands in the draft as the book that it shall be. */
static umi_status prove(umi_backup *out,
                        const umi__draft *d,
                        const umi_backup_ask *ask,
                        umi_arena *arena,
                        umi_error *err)
{
    umi_book *b = NULL;
    umi_verification v;
    umi_status rc = umi_book_open(&b, d->path, UMI_READ, &ask->session, err);
    if (rc == UMI_OK)
        rc = umi_book_verify(&v, b, out->full, err);
    if (rc == UMI_OK)
        rc = judge(&v, err);
    if (rc == UMI_OK)
        rc = umi_book_summarise(&out->book, b, arena, err);
    umi_book_close(b);
    if (rc != UMI_OK)
        umi_error_at(err, ask->file, 0, 0);
    return rc;
}

/* --- checksums ------------------------------------------------------------ */

/* Read @p fd to its end; @p to, when it is a file, gets a copy. */
static umi_status
sum(umi_backup *out, int fd, int to, const umi_backup_ask *ask, umi_error *err)
{
    char room[READ_ROOM];
    umi_sha256 sha;
    ssize_t n;
    umi_sha256_init(&sha);
    out->bytes = 0;
    while ((n = read(fd, room, sizeof room)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return unreadable(ask->file, err);
        umi_sha256_update(&sha, room, (size_t)n);
        out->bytes += n;
        for (ssize_t done = 0, w; to >= 0 && done < n; done += w) {
            w = write(to, room + done, (size_t)(n - done));
            if (w < 0 && errno != EINTR)
                return umi__draft_failed(ask->book, err);
            w = w < 0 ? 0 : w;
        }
    }
    out->sha256 = umi_sha256_final(&sha);
    return UMI_OK;
}

/* As sha256sum(1) has it: names with odd characters begin with a mark. */
static void write_sum(umi_buf *b, const umi_hash *hash, const char *path)
{
    char hex[UMI_HASH_HEX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    umi_hash_hex(hex, hash);
    if (strpbrk(name, "\\\n\r") != NULL)
        umi_buf_putc(b, '\\');
    umi_buf_puts(b, hex);
    umi_buf_puts(b, "  ");
    for (; *name != '\0'; name++)
        if (*name == '\\')
            umi_buf_puts(b, "\\\\");
        else if (*name == '\n' || *name == '\r')
            umi_buf_puts(b, *name == '\n' ? "\\n" : "\\r");
        else
            umi_buf_putc(b, *name);
    umi_buf_putc(b, '\n');
}

static umi_status keep_sum(const umi__draft *d,
                           const umi_backup *k,
                           const char *path,
                           umi_error *err)
{
    umi_buf b = {0};
    write_sum(&b, &k->sha256, path);
    ssize_t n = b.failed ? 0 : write(d->fd, b.ptr, b.len);
    umi_status rc = UMI_OK;
    if (b.failed)
        rc = umi_fail_memory(err);
    else if (n != (ssize_t)b.len) {
        errno = n < 0 ? errno : ENOSPC;
        rc = umi__draft_failed(path, err);
    }
    umi_buf_free(&b);
    return rc;
}

static umi_status
read_sum(umi_hash *out, const char *path, int fd, umi_error *err)
{
    char room[1 + DIGITS];
    ssize_t n = read(fd, room, sizeof room);
    if (n < 0)
        return unreadable(path, err);
    ssize_t from = n > 0 && room[0] == '\\';
    for (ssize_t i = 0; i < n; i++) /* other programs write capitals */
        room[i] = (char)tolower((unsigned char)room[i]);
    if (n - from >= DIGITS && umi_hex_parse(out->byte, UMI_HASH_SIZE,
                                            (umi_text){room + from, DIGITS}))
        return UMI_OK;
    umi_fail_code(err, UMI_EDAMAGED, "CHECKSUM", "",
                  "does not begin with a SHA-256");
    umi_error_at(err, path, 0, 0);
    return UMI_EDAMAGED;
}

/* A file that is gone may be restored by its name alone; one that differs from
 * its checksum may not. */
static umi_status
compare_sum(umi_backup *out, const umi_backup_ask *ask, umi_error *err)
{
    char path[PATH_ROOM];
    umi_hash want;
    umi_status rc = beside(path, ask->file, ".sha256", err);
    if (rc != UMI_OK)
        return rc;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? UMI_OK : unreadable(path, err);
    rc = read_sum(&want, path, fd, err);
    (void)close(fd);
    if (rc != UMI_OK)
        return rc;
    if (!umi_hash_eq(&want, &out->sha256)) {
        umi_fail_code(err, UMI_EDAMAGED, "CHECKSUM", "",
                      "its SHA-256 is not the one that stands beside it");
        umi_error_at(err, ask->file, 0, 0);
        return UMI_EDAMAGED;
    }
    out->summed = true;
    return UMI_OK;
}

/* --- backup --------------------------------------------------------------- */

static umi_status copy_book(const umi__draft *d,
                            umi_hash *head,
                            const umi_backup_ask *ask,
                            umi_error *err)
{
    umi_book *b = NULL;
    umi_status rc = umi_book_open(&b, ask->book, UMI_READ, &ask->session, err);
    if (rc != UMI_OK)
        return rc;
    *head = umi_book_head(b);
    rc = umi__store_copy(umi_book_store(b), d->path, err);
    if (rc == UMI_EIO) /* it reads the one and writes the other */
        umi_error_at(err, ask->file, 0, 0);
    umi_book_close(b);
    return rc != UMI_OK ? rc : umi__draft_sync(d, ask->file, err);
}

static umi_status make_copy(umi_backup *out,
                            const umi__draft *d,
                            const umi_backup_ask *ask,
                            umi_arena *arena,
                            umi_error *err)
{
    umi_hash head;
    umi_status rc = copy_book(d, &head, ask, err);
    if (rc == UMI_OK)
        rc = prove(out, d, ask, arena, err);
    if (rc == UMI_OK && !umi_hash_eq(&head, &out->book.head)) {
        rc =
            umi_fail(err, UMI_EDAMAGED, "", "the copy is not what the book is");
        umi_error_at(err, ask->file, 0, 0);
    }
    return rc != UMI_OK ? rc : sum(out, d->fd, -1, ask, err);
}

/* The copy first: without its checksum it is still a whole book. */
static umi_status publish(const umi__draft *copy,
                          const umi__draft *side,
                          const char *file,
                          const char *sums,
                          umi_error *err)
{
    umi_status rc = umi__draft_sync(side, sums, err);
    if (rc == UMI_OK)
        rc = umi__draft_publish(copy, file, err);
    if (rc != UMI_OK)
        return rc;
    rc = umi__draft_publish(side, sums, err);
    if (rc != UMI_OK)
        (void)unlink(file);
    return rc;
}

static umi_status begin_both(umi__draft *copy,
                             umi__draft *side,
                             const char *sums,
                             const umi_backup_ask *ask,
                             umi_error *err)
{
    umi_status rc = umi__draft_begin(copy, ask->file, 0600, err);
    return rc != UMI_OK ? rc : umi__draft_begin(side, sums, 0600, err);
}

umi_status umi_backup_make(umi_backup *out,
                           const umi_backup_ask *ask,
                           umi_arena *arena,
                           umi_error *err)
{
    char sums[PATH_ROOM];
    umi__draft copy = {0}, side = {0};
    umi_backup k = {.full = ask->full, .summed = true};
    umi_status rc = beside(sums, ask->file, ".sha256", err);
    if (rc == UMI_OK)
        rc = begin_both(&copy, &side, sums, ask, err);
    if (rc == UMI_OK)
        rc = make_copy(&k, &copy, ask, arena, err);
    if (rc == UMI_OK)
        rc = keep_sum(&side, &k, ask->file, err);
    if (rc == UMI_OK)
        rc = publish(&copy, &side, ask->file, sums, err);
    umi__draft_end(&side);
    umi__draft_end(&copy);
    if (rc == UMI_OK)
        *out = k;
    return rc;
}

/* --- restore -------------------------------------------------------------- */

/* A book in use is more than its file. */
static umi_status has_no_log(const char *file, umi_error *err)
{
    char path[PATH_ROOM];
    struct stat st;
    umi_status rc = beside(path, file, "-wal", err);
    if (rc != UMI_OK || stat(path, &st) != 0 || st.st_size == 0)
        return rc;
    umi_fail(err, UMI_EINVAL, "",
             "a log (-wal) is beside it: this is a book, not a backup of one");
    umi_error_at(err, file, 0, 0);
    return UMI_EINVAL;
}

static umi_status open_backup(int *fd, const char *file, umi_error *err)
{
    struct stat st;
    umi_status rc = has_no_log(file, err);
    if (rc != UMI_OK)
        return rc;
    int got = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (got < 0 || fstat(got, &st) != 0)
        rc = unreadable(file, err);
    else if (!S_ISREG(st.st_mode)) {
        rc = umi_fail(err, UMI_EINVAL, "", "is not a regular file");
        umi_error_at(err, file, 0, 0);
    }
    if (rc != UMI_OK) {
        if (got >= 0)
            (void)close(got);
        return rc;
    }
    *fd = got;
    return UMI_OK;
}

static umi_status
check_head(const umi_backup *k, const umi_backup_ask *ask, umi_error *err)
{
    char hex[UMI_HASH_HEX];
    if (ask->head == NULL || umi_hash_eq(ask->head, &k->book.head))
        return UMI_OK;
    umi_hash_hex(hex, &k->book.head);
    umi_fail_code(err, UMI_EDENIED, "HEAD", "", "the head of its chain is %s",
                  hex);
    umi_error_at(err, ask->file, 0, 0);
    return UMI_EDENIED;
}

static umi_status fill(umi_backup *out,
                       const umi__draft *d,
                       int fd,
                       const umi_backup_ask *ask,
                       umi_arena *arena,
                       umi_error *err)
{
    umi_status rc = sum(out, fd, d->fd, ask, err);
    if (rc == UMI_OK)
        rc = compare_sum(out, ask, err);
    if (rc == UMI_OK)
        rc = umi__draft_sync(d, ask->book, err);
    if (rc == UMI_OK)
        rc = prove(out, d, ask, arena, err);
    if (rc == UMI_OK)
        rc = check_head(out, ask, err);
    return rc != UMI_OK ? rc : umi__draft_publish(d, ask->book, err);
}

umi_status umi_backup_restore(umi_backup *out,
                              const umi_backup_ask *ask,
                              umi_arena *arena,
                              umi_error *err)
{
    umi__draft d = {0};
    umi_backup k = {.full = true};
    int fd = -1;
    umi_status rc = open_backup(&fd, ask->file, err);
    if (rc != UMI_OK)
        return rc;
    rc = umi__draft_begin(&d, ask->book, 0600, err);
    if (rc == UMI_OK)
        rc = fill(&k, &d, fd, ask, arena, err);
    umi__draft_end(&d);
    (void)close(fd);
    if (rc == UMI_OK)
        *out = k;
    return rc;
}
