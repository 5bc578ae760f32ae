/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE /* flock */
#include "ledger/store/draft_int.h"

/* cmocka.h needs these first */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/umi-draft-XXXXXX";

/* A path in the folder; the same room every time. */
static const char *in(const char *name)
{
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(in(name), "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static bool there(const char *name)
{
    return access(in(name), F_OK) == 0;
}

static void is_made_whole(void **state)
{
    umi__draft d;
    umi_error err = {0};
    (void)state;
    assert_int_equal(umi__draft_begin(&d, in("a"), 0600, &err), UMI_OK);
    assert_false(there("a"));
    assert_int_equal(write(d.fd, "whole", 5), 5);
    assert_int_equal(umi__draft_publish(&d, in("a"), &err), UMI_OK);
    umi__draft_end(&d);
    struct stat st;
    assert_int_equal(stat(in("a"), &st), 0);
    assert_int_equal(st.st_size, 5);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(umi__draft_begin(&d, in("a"), 0600, &err), UMI_EEXIST);
    umi__draft_end(&d);
    (void)unlink(in("a"));
}

static void takes_no_ones_place(void **state)
{
    umi__draft d;
    umi_error err = {0};
    char draft[4096];
    (void)state;
    assert_int_equal(umi__draft_begin(&d, in("b"), 0644, &err), UMI_OK);
    (void)snprintf(draft, sizeof draft, "%s", d.path);
    put("b", "came first");
    assert_int_equal(umi__draft_publish(&d, in("b"), &err), UMI_EEXIST);
    umi__draft_end(&d);
    assert_int_equal(access(draft, F_OK), -1);
    struct stat st;
    assert_int_equal(stat(in("b"), &st), 0);
    assert_int_equal(st.st_size, 10);
    (void)unlink(in("b"));
}

/* SQLite would play the log of the old book into the new one. */
static void refuses_a_log_that_was_left(void **state)
{
    static const char *const logs[] = {"c-wal", "c-journal"};
    umi__draft d;
    (void)state;
    for (int i = 0; i < 2; i++) {
        umi_error err = {0};
        put(logs[i], "of another book");
        assert_int_equal(umi__draft_begin(&d, in("c"), 0644, &err), UMI_EEXIST);
        assert_non_null(strstr(err.message, logs[i] + 1));
        umi__draft_end(&d);
        (void)unlink(in(logs[i]));
    }
}

/* A checkpoint that found no room leaves rows in the log of the draft. */
static void is_not_published_without_its_log(void **state)
{
    umi__draft d;
    umi_error err = {0};
    char wal[4200];
    (void)state;
    assert_int_equal(umi__draft_begin(&d, in("d"), 0644, &err), UMI_OK);
    (void)snprintf(wal, sizeof wal, "%s-wal", d.path);
    FILE *f = fopen(wal, "w");
    assert_non_null(f);
    assert_true(fputs("rows", f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(umi__draft_publish(&d, in("d"), &err), UMI_EIO);
    umi__draft_end(&d);
    assert_false(there("d"));
    assert_int_equal(access(wal, F_OK), -1);
}

static void removes_what_killed_runs_left(void **state)
{
    static const char *const left[] = {"e.new-1", "e.new-99999-wal",
                                       "e.new-99999"};
    static const char *const others[] = {"e.new-", "e.new-x", "ee.new-1",
                                         "e.new-1x", "e.newer"};
    umi__draft mine, d;
    umi_error err = {0};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        put(left[i], "half");
    for (size_t i = 0; i < 5; i++)
        put(others[i], "not ours");
    assert_int_equal(umi__draft_begin(&mine, in("e"), 0644, &err), UMI_OK);
    for (size_t i = 0; i < 3; i++)
        assert_false(there(left[i]));
    for (size_t i = 0; i < 5; i++)
        assert_true(there(others[i]));
    /* one that is being made stays, and another is made beside it */
    assert_int_equal(umi__draft_begin(&d, in("e"), 0644, &err), UMI_OK);
    assert_string_not_equal(d.path, mine.path);
    assert_int_equal(access(mine.path, F_OK), 0);
    assert_int_equal(umi__draft_publish(&d, in("e"), &err), UMI_OK);
    umi__draft_end(&d);
    assert_int_equal(umi__draft_publish(&mine, in("e"), &err), UMI_EEXIST);
    umi__draft_end(&mine);
    (void)unlink(in("e"));
    for (size_t i = 0; i < 5; i++)
        (void)unlink(in(others[i]));
}

static void refuses_what_cannot_be(void **state)
{
    umi__draft d;
    umi_error err = {0};
    char path[5000];
    (void)state;
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_int_equal(umi__draft_begin(&d, path, 0644, &err), UMI_EINVAL);
    umi__draft_end(&d);
    assert_int_equal(umi__draft_begin(&d, in("nowhere/f"), 0644, &err),
                     UMI_EIO);
    assert_string_equal(err.file, in("nowhere/f"));
    umi__draft_end(&d);
}

static int enter(void **state)
{
    (void)state;
    return mkdtemp(folder) == NULL;
}

/* Nothing but what each test has removed was left. */
static int leave(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_made_whole),
        cmocka_unit_test(takes_no_ones_place),
        cmocka_unit_test(refuses_a_log_that_was_left),
        cmocka_unit_test(is_not_published_without_its_log),
        cmocka_unit_test(removes_what_killed_runs_left),
        cmocka_unit_test(refuses_what_cannot_be),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
