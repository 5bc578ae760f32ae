/* SPDX-License-Identifier: MIT
 * A backup or a restored book is whole or is not there, whichever allocation
 * or call to the system fails; check_backup.sh holds the rest. */
#define _GNU_SOURCE /* syscall(), off64_t */
#include "tests/support/small_book.h"

#include "ledger/book/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static char folder[] = "/tmp/umi-backup-XXXXXX";
static char book[64], copy[64], sums[80], restored[64];

/* --- in front of the C library -------------------------------------------- */

static int64_t fail_nth, asked; /* 0: none is to fail */
static bool fired, early, named;
static char dirty[2][300]; /* files with bytes that are not on the disk */

/* The folder counts from the first name on: before, it is SQLite that syncs
 * it for its own journal, and does not mind. */
static bool ours(const char *name)
{
    if (fail_nth == 0)
        return false;
    if (strcmp(name, folder) == 0)
        return named;
    return strncmp(name, copy, strlen(copy)) == 0 ||
           strncmp(name, restored, strlen(restored)) == 0;
}

static bool refused(const char *name)
{
    if (!ours(name) || ++asked != fail_nth)
        return false;
    fired = true;
    errno = EIO;
    return true;
}

static const char *name_of(int fd)
{
    static char name[300];
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = fail_nth != 0 ? readlink(link, name, sizeof name - 1) : 0;
    name[n > 0 ? n : 0] = '\0';
    return name;
}

/* The book's draft and that of its checksum. */
static char *mark_of(const char *name)
{
    return dirty[strstr(name, ".sha256") != NULL];
}

static void wrote(const char *name)
{
    if (ours(name))
        (void)snprintf(mark_of(name), sizeof dirty[0], "%s", name);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    const char *name = name_of(fd);
    if (refused(name))
        return -1;
    wrote(name);
    return syscall(SYS_write, fd, bytes, n);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
    const char *name = name_of(fd);
    if (refused(name))
        return -1;
    wrote(name);
    return syscall(SYS_pwrite64, fd, bytes, n, at);
}

static int sync_of(int fd)
{
    const char *name = name_of(fd);
    if (refused(name))
        return -1;
    if (ours(name))
        mark_of(name)[0] = '\0';
    return 0;
}

int fsync(int fd)
{
    return sync_of(fd);
}

int fdatasync(int fd)
{
    return sync_of(fd);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
    if (refused(to))
        return -1;
    named = named || ours(to);
    early = early || (ours(to) && strcmp(mark_of(from), from) == 0);
    return (int)syscall(SYS_renameat2, a, from, b, to, flags);
}

/* --- the tests ------------------------------------------------------------ */

static umi_backup_ask ask_of(const char *path)
{
    umi_backup_ask ask = {.book = path, .file = copy, .full = true};
    ask.session.actor = UMI_TEXT("teller");
    ask.session.today = day("2026-11-21");
    return ask;
}

/* Run @p fn with each allocation failing in turn: nothing is left of those
 * that fail.  The number of allocations. */
static int64_t sweep(umi_status (*fn)(umi_backup *,
                                      const umi_backup_ask *,
                                      umi_arena *,
                                      umi_error *),
                     const umi_backup_ask *ask,
                     const char *made)
{
    umi_status rc = UMI_ENOMEM;
    int64_t nth = 1;
    for (; rc == UMI_ENOMEM; nth++) {
        umi_error err = {0};
        umi_backup k;
        umi_arena *arena = umi_arena_new();
        assert_non_null(arena);
        umi_alloc_fail_at(nth, 0);
        rc = fn(&k, ask, arena, &err);
        umi_alloc_fail_at(0, 0);
        umi_arena_free(arena);
        if (rc != UMI_OK) {
            assert_int_equal(rc, UMI_ENOMEM);
            assert_int_equal(access(made, F_OK), -1);
        }
    }
    assert_int_equal(rc, UMI_OK);
    assert_int_equal(access(made, F_OK), 0);
    return nth;
}

static void survives_any_failed_allocation(void **state)
{
    umi_backup_ask ask = ask_of(book);
    (void)state;
    assert_true(sweep(umi_backup_make, &ask, copy) > 20);
    ask = ask_of(restored);
    assert_true(sweep(umi_backup_restore, &ask, restored) > 20);
}

/* Every write, sync and name fails in turn: neither the file nor its checksum
 * is there, and nothing has its name before its bytes are on the disk. */
static int64_t sweep_calls(umi_status (*fn)(umi_backup *,
                                            const umi_backup_ask *,
                                            umi_arena *,
                                            umi_error *),
                           const umi_backup_ask *ask,
                           const char *made,
                           const char *beside)
{
    int64_t nth = 1;
    for (fired = true; fired; nth++) {
        umi_error err = {0};
        umi_backup k;
        umi_arena *arena = umi_arena_new();
        fired = false;
        named = false;
        asked = 0;
        memset(dirty, 0, sizeof dirty);
        fail_nth = nth;
        umi_status rc = fn(&k, ask, arena, &err);
        fail_nth = 0;
        umi_arena_free(arena);
        assert_false(early);
        if ((rc == UMI_OK) == fired || (access(made, F_OK) == 0) == fired ||
            (access(beside, F_OK) == 0) == fired)
            fail_msg("call %lld: %d %s", (long long)nth, rc, err.message);
    }
    return nth - 2;
}

static void survives_any_failed_call(void **state)
{
    umi_backup_ask ask = ask_of(book);
    (void)state;
    assert_int_equal(unlink(copy) | unlink(sums) | unlink(restored), 0);
    int64_t n = sweep_calls(umi_backup_make, &ask, copy, sums);
    ask = ask_of(restored);
    int64_t m = sweep_calls(umi_backup_restore, &ask, restored, restored);
    printf("%lld calls of a backup, %lld of a restore\n", (long long)n,
           (long long)m);
    assert_true(n > 8 && m > 4);
}

static void says_what_it_is(void **state)
{
    umi_backup_ask ask = ask_of(restored);
    umi_error err = {0};
    umi_backup k;
    umi_arena *arena = umi_arena_new();
    (void)state;
    assert_int_equal(unlink(restored), 0);
    assert_int_equal(umi_backup_restore(&k, &ask, arena, &err), UMI_OK);
    assert_true(k.full && k.summed);
    assert_true(umi_text_is(k.book.institution, "Koperasi Uji"));
    assert_int_equal(k.book.loans, 0);
    assert_int_equal(k.book.last_day.n, UMI_NONE32);
    assert_int_equal(k.book.business_date.n, ask.session.today.n);
    umi_arena_free(arena);
}

static int enter(void **state)
{
    const umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(book, sizeof book, "%s/book", folder);
    (void)snprintf(copy, sizeof copy, "%s/copy", folder);
    (void)snprintf(sums, sizeof sums, "%s.sha256", copy);
    (void)snprintf(restored, sizeof restored, "%s/restored", folder);
    return umi_book_create(book, &owner, NULL) == UMI_OK ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    (void)unlink(book);
    (void)unlink(copy);
    (void)unlink(sums);
    (void)unlink(restored);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(survives_any_failed_allocation),
        cmocka_unit_test(survives_any_failed_call),
        cmocka_unit_test(says_what_it_is),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
