/* SPDX-License-Identifier: MIT
 * A backup or a restored book is whole or is not there, whichever allocation
 * fails; the command line tests (check_backup.sh) hold the rest. */
#include "tests/support/small_book.h"

#include "ledger/book/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/umi-backup-XXXXXX";
static char book[64], copy[64], sums[80], restored[64];

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
        cmocka_unit_test(says_what_it_is),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
