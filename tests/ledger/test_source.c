/* SPDX-License-Identifier: MIT
 * A file of lines that cannot be read any further: its reader is told why, in
 * his language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/desk/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const umi_column columns[] = {{"a", UMI_COLUMN_REQUIRED},
                                     {"b", UMI_COLUMN_REQUIRED}};

/* More than is read at a time. */
static void write_lines(const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("a,b\n", f);
    for (int i = 0; i < 400000; i++)
        (void)fprintf(f, "%08d,1\n", i);
    assert_int_equal(fclose(f), 0);
}

static umi_status read_all(umi_source *s, umi_error *err)
{
    umi_status rc = UMI_OK;
    for (bool more = true, fault; more && rc == UMI_OK;) {
        umi_error why;
        rc = umi_source_next(s, &more, &fault, &why, err);
    }
    return rc;
}

static void a_failed_read_is_told_in_the_language_of_its_reader(void **state)
{
    static const struct {
        umi_lang lang;
        const char *want;
    } cases[] = {{UMI_LANG_EN, "cannot be read: Bad file descriptor"},
                 {UMI_LANG_ID, "tidak dapat dibaca: "}};
    char path[] = "/tmp/umi-source-XXXXXX";
    (void)state;
    (void)close(mkstemp(path));
    write_lines(path);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const umi_csv_spec spec = {
            .columns = columns, .count = 2, .name = "b.csv"};
        umi_error err = {.lang = cases[i].lang};
        umi_source s;
        assert_int_equal(umi_source_open(&s, path, &spec, &err), UMI_OK);
        int blind = open(path, O_WRONLY | O_CLOEXEC);
        assert_true(dup2(blind, s.fd) == s.fd);
        (void)close(blind);
        assert_int_equal(read_all(&s, &err), UMI_EIO);
        assert_int_equal(err.lang, cases[i].lang);
        assert_string_equal(err.file, "b.csv");
        if (strncmp(err.message, cases[i].want, strlen(cases[i].want)) != 0)
            fail_msg("%s", err.message);
        umi_source_close(&s);
    }
    (void)unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_read_is_told_in_the_language_of_its_reader),
    };
    return cmocka_run_group_tests_name("ledger/source", tests, NULL, NULL);
}
