/* SPDX-License-Identifier: MIT
 * What the doctor knows without a machine to look at; check_doctor.sh holds
 * the rest. */
#include "tests/support/small_book.h"

#include "ledger/book/posting_batch.h"
#include "ledger/book/space.h"
#include "ledger/desk/doctor.h"
#include "ledger/store/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void knows_the_fault_of_sqlite(void **state)
{
    static const struct {
        int number;
        bool fault;
    } cases[] = {
        {3006023, false}, {3007000, true},  {3040001, true},
        {3051002, true},  {3051003, false}, {3052000, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(umi_doctor_wal_fault(cases[i].number), cases[i].fault);
}

static void knows_file_systems(void **state)
{
    static const struct {
        int64_t magic;
        const char *name;
        umi_fs_kind kind;
    } cases[] = {
        {0xef53, "ext4", UMI_FS_DISK},
        {0x6969, "nfs", UMI_FS_NETWORK},
        {0xff534d42, "cifs", UMI_FS_NETWORK},
        {(int32_t)0xff534d42, "cifs", UMI_FS_NETWORK}, /* of 32 bits */
        {0x01021994, "tmpfs", UMI_FS_MEMORY},
        {0x12345678, "", UMI_FS_DISK},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_fs fs = umi_fs_of(cases[i].magic);
        assert_string_equal(fs.name, cases[i].name);
        assert_int_equal(fs.kind, cases[i].kind);
    }
}

static void asks_for_more_room_for_more_lines(void **state)
{
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_error err = {0};
    umi_space s, before = {0};
    int64_t lines;
    (void)state;
    assert_int_equal(umi_space_lines(&lines, b, &err), UMI_OK);
    assert_int_equal(lines, UMI_SPACE_LINES);
    for (lines = 1; lines <= UMI_SPACE_MOST; lines *= 10) {
        assert_int_equal(umi_space_for(&s, b, lines, &err), UMI_OK);
        assert_false(s.measured);
        assert_int_equal(s.per_line, UMI_SPACE_LINE);
        assert_true(s.book > before.book && s.log >= before.log);
        before = s;
    }
    umi_book_close(b);
}

/* All rows of a transaction stand in the log at once. */
static void asks_for_the_log_of_a_whole_transaction(void **state)
{
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_error err = {0};
    umi_space s;
    (void)state;
    assert_int_equal(umi_space_for(&s, b, UMI_PAY_CHUNK, &err), UMI_OK);
    assert_true(s.log > INT64_C(1) * UMI_PAY_CHUNK * UMI_SPACE_LINE);
    umi_book_close(b);
}

static umi_symptom *symptom(umi_diagnosis *d, const char *code)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->list[i].code, code) == 0)
            return &d->list[i];
    return NULL;
}

/* The book of a folder that is removed at the end. */
static char folder[] = "/tmp/umi-doctor-XXXXXX", path[64];

static umi_doctor_ask ask_of_book(void)
{
    umi_doctor_ask ask = {.book = path, .tmpdir = "/tmp"};
    ask.session.actor = UMI_TEXT("teller");
    ask.session.today = day("2026-11-21");
    return ask;
}

/* Put the run into the book; NULL: take it out. */
static void enter_run(const umi_doctor_ask *ask, const umi_run *run)
{
    static const int64_t key = 1;
    umi_book *b = NULL;
    umi_error err = {0};
    umi_change c = {0};
    assert_int_equal(umi_book_open(&b, path, UMI_WRITE, &ask->session, &err),
                     UMI_OK);
    if (run != NULL)
        umi_change_put(&c, &umi_run_table, run, 1);
    else
        umi_change_remove(&c, &umi_run_table, &key, 1);
    assert_int_equal(umi_book_apply(b, &c, &err), UMI_OK);
    umi_book_close(b);
}

static void tells_the_command_that_finishes_a_file(void **state)
{
    static const struct {
        umi_batch_kind kind;
        const char *name, *command;
    } cases[] = {
        {UMI_BATCH_POST, "bayar.csv", "post bayar.csv --date 2026-01-07"},
        {UMI_BATCH_POST, "va@0011aabb/bayar.csv",
         "post bayar.csv --date 2026-01-07 --profile va"},
        {UMI_BATCH_POST, "va/b", "post b --date 2026-01-07 --profile va"},
        {UMI_BATCH_IMPORT, "loans.csv", "loan import loans.csv"},
    };
    const umi_doctor_ask ask = ask_of_book();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char want[200];
        umi_error err = {0};
        umi_diagnosis d;
        umi_run run = {.id = 1,
                       .seq = 1,
                       .kind = cases[i].kind,
                       .name = umi_text_of(cases[i].name),
                       .booked = day("2026-01-07"),
                       .actor = UMI_TEXT("teller"),
                       .rules = 1};
        enter_run(&ask, &run);
        assert_int_equal(umi_doctor(&d, &ask, &err), UMI_OK);
        enter_run(&ask, NULL);
        const umi_symptom *k = symptom(&d, "D-UNFINISHED");
        assert_int_equal(k->state, UMI_HEALTH_FAIL);
        (void)snprintf(want, sizeof want, "finish it: umi --book %s %s", path,
                       cases[i].command);
        assert_string_equal(k->advice, want);
    }
}

static void survives_any_failed_allocation(void **state)
{
    const umi_doctor_ask ask = ask_of_book();
    umi_status rc = UMI_ENOMEM;
    int64_t nth = 1;
    (void)state;
    for (; rc == UMI_ENOMEM; nth++) {
        umi_error err = {0};
        umi_diagnosis d;
        umi_alloc_fail_at(nth, 0);
        rc = umi_doctor(&d, &ask, &err);
        umi_alloc_fail_at(0, 0);
        if (rc == UMI_OK)
            assert_int_equal(symptom(&d, "D-SETTINGS")->state, UMI_HEALTH_OK);
        else
            assert_int_equal(rc, UMI_ENOMEM);
    }
    assert_int_equal(rc, UMI_OK);
    assert_true(nth > 20);
}

static int enter(void **state)
{
    const umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    (void)state;
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/book", folder);
    return umi_book_create(path, &owner, NULL) == UMI_OK ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    return unlink(path) == 0 ? rmdir(folder) : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_the_fault_of_sqlite),
        cmocka_unit_test(knows_file_systems),
        cmocka_unit_test(asks_for_more_room_for_more_lines),
        cmocka_unit_test(asks_for_the_log_of_a_whole_transaction),
        cmocka_unit_test(survives_any_failed_allocation),
        cmocka_unit_test(tells_the_command_that_finishes_a_file),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
