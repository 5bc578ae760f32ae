/* SPDX-License-Identifier: MIT
 * Files beside the book (rejects, copies, a new book): every call to the
 * system that makes them fails in turn, and none gets its name before what it
 * holds is on the disk. */
#define _GNU_SOURCE /* syscall(), off64_t */
#include "tests/support/fault_book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- in front of the C library -------------------------------------------- */

enum {
    UNSYNCED = 64
};

static int64_t fail_nth, asked;
static bool fail_on, fired;
static int fail_code;
static char unsynced[UNSYNCED][300]; /* names of files with unsynced bytes */
static char early[700];              /* a file that had its name too early */
static char folder[300];

/* SQLite's own files are test_fault_disk's. */
static bool beside(const char *name)
{
    return strcmp(name, folder) == 0 || strstr(name, ".csv") != NULL ||
           strstr(name, "copy.db") != NULL || strstr(name, "fresh.db") != NULL;
}

static const char *name_of(int fd)
{
    static char name[300];
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, name, sizeof name - 1);
    name[n > 0 ? n : 0] = '\0';
    return name;
}

static void mark(const char *name, bool dirty)
{
    size_t hole = 0;
    for (size_t i = 0; i < UNSYNCED; i++) {
        if (strcmp(unsynced[i], name) == 0)
            unsynced[i][0] = '\0';
        if (unsynced[i][0] == '\0')
            hole = i;
    }
    if (dirty)
        (void)snprintf(unsynced[hole], sizeof unsynced[hole], "%s", name);
}

static bool is_unsynced(const char *name)
{
    for (size_t i = 0; i < UNSYNCED; i++)
        if (strcmp(unsynced[i], name) == 0)
            return true;
    return false;
}

/* Whether this call, of a file with that name, is to fail. */
static bool refused(const char *name)
{
    if (fail_nth == 0 || !beside(name))
        return false;
    int64_t n = ++asked;
    if (n != fail_nth && !(fail_on && n > fail_nth))
        return false;
    fired = true;
    errno = fail_code;
    return true;
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    const char *name = fail_nth ? name_of(fd) : "";
    if (refused(name))
        return -1;
    if (beside(name))
        mark(name, true);
    return syscall(SYS_write, fd, bytes, n);
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at)
{
    const char *name = fail_nth ? name_of(fd) : "";
    if (beside(name))
        mark(name, true);
    return syscall(SYS_pwrite64, fd, bytes, n, at);
}

static int sync_call(int fd)
{
    const char *name = fail_nth ? name_of(fd) : "";
    if (refused(name))
        return -1;
    mark(name, false);
    return 0;
}

int fsync(int fd)
{
    return sync_call(fd);
}

int fdatasync(int fd)
{
    return sync_call(fd);
}

static void named(const char *from, const char *to)
{
    if (fail_nth != 0 && is_unsynced(from))
        (void)snprintf(early, sizeof early, "%s before its bytes are", to);
}

int rename(const char *from, const char *to)
{
    if (refused(to))
        return -1;
    named(from, to);
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
    if (refused(to))
        return -1;
    named(from, to);
    return (int)syscall(SYS_renameat2, a, from, b, to, flags);
}

int link(const char *from, const char *to)
{
    if (refused(to))
        return -1;
    named(from, to);
    return (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
}

static void plan(int64_t nth, bool on, int code)
{
    fail_nth = nth;
    fail_on = on;
    fail_code = code;
    asked = 0;
    fired = false;
    memset(unsynced, 0, sizeof unsynced);
}

/* --- the tests ------------------------------------------------------------ */

static void report(const char *name, int64_t points)
{
    printf("%s: %lld of %lld points\n", name, (long long)points,
           (long long)points);
    assert_true(points > 2);
    assert_string_equal(early, "");
}

static void rejects_fail_and_come_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++)
        for (int way = 0; way < 3; way++) {
            const fault_act *act = &fault_acts[i];
            char why[400];
            int64_t at = 0;
            for (bool more = true; more;) {
                umi_error err = {0};
                fault_book_restore();
                plan(++at, way == 2, way == 1 ? ENOSPC : EIO);
                umi_status rc = fault_book_act(act, &err);
                more = fired;
                plan(0, false, 0);
                if (rc != (more ? UMI_EIO : UMI_OK))
                    fail_msg("%s at %lld: %d %s", act->name, (long long)at, rc,
                             err.message);
                if (!fault_book_recovers(act, true, rc == UMI_OK, why))
                    fail_msg("%s at %lld: %s", act->name, (long long)at, why);
            }
            report(act->name, at - 1);
        }
}

static void a_copy_fails_and_leaves_nothing(void **state)
{
    (void)state;
    char why[400];
    int64_t at = 0;
    fault_book_restore();
    for (bool more = true; more;) {
        umi_error err = {0};
        at++;
        plan(at, at % 2 == 0, EIO);
        umi_status rc = fault_book_copy(&err);
        more = fired;
        plan(0, false, 0);
        if (!fault_book_copied(rc == UMI_OK, why) ||
            rc != (more ? UMI_EIO : UMI_OK))
            fail_msg("copy at %lld: %d %s", (long long)at, rc, why);
    }
    report("copy", at - 1);
}

static void a_new_book_fails_and_leaves_nothing(void **state)
{
    (void)state;
    const umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    char path[600];
    int64_t at = 0;
    (void)snprintf(path, sizeof path, "%s", fault_book_path("fresh.db"));
    fault_vfs_watch(false);
    for (bool more = true; more;) {
        umi_error err = {0};
        at++;
        plan(at, at % 2 == 0, EIO);
        umi_status rc = umi_book_create(path, &owner, &err);
        more = fired;
        plan(0, false, 0);
        if ((rc == UMI_OK) == more || (access(path, F_OK) == 0) == more)
            fail_msg("init at %lld: %d %s", (long long)at, rc, err.message);
    }
    fault_vfs_watch(true);
    (void)unlink(path);
    report("init", at - 1);
}

static int begin(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s", fault_book_begin());
    *strrchr(folder, '/') = '\0';
    return 0;
}

static int end(void **state)
{
    (void)state;
    fault_book_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rejects_fail_and_come_again),
        cmocka_unit_test(a_copy_fails_and_leaves_nothing),
        cmocka_unit_test(a_new_book_fails_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
