/* SPDX-License-Identifier: MIT
 * Files that profiles read: rejects that can be read again whatever their
 * columns are called, and runs that are finished as they were begun. */
#include "ledger/io/csv.h"
#include "rules/set/profile.h"
#include "tests/support/cut_short.h"

static const umi_profile agent = {
    .name = {"agent/1", 7},
    .delimiter = ';',
    .decimal = '.',
    .date = UMI_DATE_ISO,
    .source = {[UMI_FIELD_REFERENCE] = {.column = {"code", 4}},
               [UMI_FIELD_LOAN] = {.column = {"line", 4}},
               [UMI_FIELD_DATE] = {.column = {"date", 4}},
               [UMI_FIELD_AMOUNT] = {.column = {"amount", 6}},
               [UMI_FIELD_CHANNEL] = {.constant = {"AGENT", 5}}},
    .ignore = (const umi_text[]){{"message", 7}},
    .ignore_count = 1};

static void write_text(const char *name, const char *text)
{
    umi_buf b = {0};
    umi_buf_puts(&b, text);
    temp_write(name, &b);
    umi_buf_free(&b);
}

static char *text_of(const char *name)
{
    static char room[2000];
    FILE *f = fopen(temp_path(name), "rb");
    assert_non_null(f);
    room[fread(room, 1, sizeof room - 1, f)] = '\0';
    (void)fclose(f);
    return room;
}

static umi_book *book_of_loans(umi_book *b)
{
    write_text("loans.csv",
               "loan,product,borrower,principal,rate,rate_per,method,periods,"
               "every,unit,disbursed\n"
               "1,UMI,Budi,900000,0,week,flat,9,1,week,2026-05-01\n"
               "2,UMI,Siti,900000,0,week,flat,9,1,week,2026-05-01\n");
    (void)import_file(b, an_ask("loans.csv"));
    return b;
}

/* The own columns of a file may have the names that rejects files give. */
static void rejects_keep_columns_of_any_name(void **state)
{
    (void)state;
    umi_book *b = book_of_loans(memory_book());
    umi_file_ask ask = an_ask("odd.csv");
    ask.profile = &agent;
    write_text("odd.csv", "message;code;line;date;amount\n"
                          "halo;C1;1;2026-06-01;1000\n"
                          "sayang;C2;7;2026-06-01;1000\n");
    umi_file_result r = post_file(b, ask);
    assert_int_equal(r.posted.n, 1);
    assert_int_equal(r.rejected.n, 1);
    assert_string_equal(
        text_of("odd.csv.rejects.csv"),
        "message;code;line;date;amount;reject_line;"
        "reject_code;reject_message\n"
        "sayang;C2;7;2026-06-01;1000;3;LOAN;there is no loan of "
        "this number\n");
    char *again = text_of("odd.csv.rejects.csv");
    *strchr(again, '7') = '2';
    char copy[400];
    (void)snprintf(copy, sizeof copy, "%s", again);
    write_text("again.csv", copy);
    ask = an_ask("again.csv");
    ask.profile = &agent;
    r = post_file(b, ask);
    assert_int_equal(r.posted.n, 1);
    assert_int_equal(r.rejected.n, 0);
    sound_book(b);
    umi_book_close(b);
}

static void names_of_reject_columns_are_free(void **state)
{
    static const umi_column own[] = {{"code", UMI_COLUMN_OPTIONAL},
                                     {"message", UMI_COLUMN_IGNORED},
                                     {"line", UMI_COLUMN_REQUIRED}};
    static const char *const want[][3] = {
        {"line", "code", "message"},
        {"line", "reject_code", "message"},
        {"line", "reject_code", "message"},
        {"reject_line", "reject_code", "message"}};
    (void)state;
    for (size_t n = 0; n <= 3; n++) {
        umi_column got[UMI_CSV_REJECTS];
        umi_csv_reject_columns(got, own, n);
        for (size_t i = 0; i < 3; i++)
            assert_string_equal(got[i].name, want[n][i]);
    }
}

/* --- runs ----------------------------------------------------------------- */

static umi_status finish(umi_book *b, const umi_profile *by, umi_error *err)
{
    umi_file_result r;
    umi_arena *arena = umi_arena_new();
    umi_file_ask ask = an_ask("pay.csv");
    ask.profile = by;
    umi_status rc = umi_post_file(&r, b, &ask, arena, err);
    umi_arena_free(arena);
    return rc;
}

static umi_status batch_name(void *self, const void *row, umi_error *err)
{
    const umi_batch *k = row;
    (void)err;
    (void)snprintf(self, 100, "%.*s", (int)k->name.len, k->name.ptr);
    return UMI_OK;
}

/* What is half entered is not finished by a profile that says otherwise. */
static void a_changed_profile_does_not_finish(void **state)
{
    enum {
        CHANGES = 7
    };
    umi_profile other[CHANGES];
    char name[100] = "";
    (void)state;
    for (size_t i = 0; i < CHANGES; i++)
        other[i] = agent;
    other[0].decimal = ',';
    other[1].minor_digits = 2;
    other[2].date = UMI_DATE_DMY;
    other[3].trim = true;
    other[4].source[UMI_FIELD_LOAN].prefix = (umi_text){"0", 1};
    other[5].source[UMI_FIELD_CHANNEL].constant = (umi_text){"OTHER", 5};
    other[6].grouping = ',';
    create_book("half.db");
    umi_book_close(book_of_loans(open_book("half.db")));
    write_text("pay.csv", "code;line;date;amount\n"
                          "C1;1;2026-06-01;100000\n"
                          "C2;2;2026-06-01;100000\n"
                          "C3;1;2026-06-02;100000\n");
    umi_file_ask ask = an_ask("pay.csv");
    ask.profile = &agent;
    ask.chunk = 1;
    assert_true(killed(post_file, "half.db", ask, 1));
    umi_book *b = open_book("half.db");
    umi_hash before = umi_book_head(b);
    for (size_t i = 0; i < CHANGES; i++) {
        umi_error err = {0};
        assert_int_equal(finish(b, &other[i], &err), UMI_EINVAL);
        assert_string_equal(err.code, "UNFINISHED");
        assert_string_equal(
            err.message, "profile 'agent/1' was changed since the file was "
                         "half entered by it; finish it by the profile as it "
                         "was");
    }
    umi_error err = {0};
    assert_int_equal(finish(b, NULL, &err), UMI_EINVAL);
    umi_hash after = umi_book_head(b);
    assert_true(umi_hash_eq(&before, &after));
    umi_profile same = agent; /* which columns may stand there beside is no
                               * part of what a line means */
    same.ignore_count = 0;
    assert_int_equal(finish(b, &same, &err), UMI_OK);
    assert_int_equal(umi_store_scan(umi_book_store(b), &umi_batch_table, 2, 2,
                                    batch_name, name, NULL),
                     UMI_OK);
    assert_string_equal(name, "agent/1/pay.csv");
    sound_book(b);
    umi_book_close(b);
    temp_remove("half.db");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rejects_keep_columns_of_any_name),
        cmocka_unit_test(names_of_reject_columns_are_free),
        cmocka_unit_test(a_changed_profile_does_not_finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
