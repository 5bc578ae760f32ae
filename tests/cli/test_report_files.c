/* SPDX-License-Identifier: MIT
 * Reports as workbooks and on paper, where no book leads: what does not fit is
 * refused, and running out of memory leaves nothing behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "cli/out/report_int.h"

typedef umi_status (*writer)(umi_buf *b,
                             const umi_report *r,
                             umi_lang lang,
                             umi_error *err);
static const writer writers[] = {cli__report_xlsx, cli__report_pdf};

static const umi_report_column columns[] = {
    {"loan", "loan", false},    {"text", "text", false},
    {"amount", "amount", true}, {"date", "date", false},
    {"hidden", NULL, true},
};
enum {
    COLUMNS = sizeof columns / sizeof *columns
};

static umi_cell text(const char *s)
{
    return umi_cell_text(umi_text_of(s));
}

/* A report of @p rows rows, each with @p words words. */
static umi_report report(umi_arena *arena, size_t rows, size_t words)
{
    umi_report r = {.name = "arrears",
                    .title = "loans that are past due",
                    .institution = UMI_TEXT("Kopdit"),
                    .arena = arena};
    char *long_text = umi_arena_alloc(arena, words * 6 + 1);
    for (size_t i = 0; i < words; i++)
        memcpy(long_text + i * 6, i % 2 ? "\xE4\xB8\xAD_x0 " : "=kata ", 6);
    umi_report_value(&r, "as_of", "as of", umi_cell_day((umi_day){20000}));
    umi_report_table *t = umi_report_add(&r, "rows", "", columns, COLUMNS);
    for (size_t k = 0; k < rows; k++) {
        umi_cell *c = umi_report_row(&r, t);
        c[0] = text("A-1");
        c[1] = umi_cell_text((umi_text){long_text, words * 6});
        c[2] = umi_cell_money((umi_money){(int64_t)k * 99999999999999 - 1});
        c[3] = umi_cell_day((umi_day){(int32_t)k});
    }
    umi_cell *total = umi_arena_array(arena, COLUMNS, sizeof *total);
    total[2] = umi_cell_money((umi_money){INT64_MIN});
    t->total = total;
    return r;
}

static void refused(const umi_report *r, writer write, const char *message)
{
    umi_error err = {0};
    umi_buf b = {0};
    assert_int_equal(write(&b, r, UMI_LANG_EN, &err), UMI_ERANGE);
    assert_string_equal(err.message, message);
    assert_null(b.ptr);
}

static void no_memory_is_told(void **state)
{
    (void)state;
    for (size_t w = 0; w < 2; w++)
        for (int64_t nth = 1, done = 0; !done; nth++) {
            umi_error err = {0};
            umi_buf b = {0};
            umi_arena *arena = umi_arena_new();
            umi_report r = report(arena, 50, 20);
            umi_alloc_fail_at(nth, 0);
            umi_status rc = writers[w](&b, &r, UMI_LANG_ID, &err);
            done = umi_alloc_count() < nth;
            umi_alloc_fail_at(0, 0);
            assert_int_equal(rc, done ? UMI_OK : UMI_ENOMEM);
            assert_int_equal(b.ptr != NULL, done);
            umi_buf_free(&b);
            umi_arena_free(arena);
        }
}

static void a_sheet_has_an_end(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_report r = report(arena, 1, 7000);
    refused(&r, cli__report_xlsx,
            "a text of 35000 characters does not fit into a cell of 32767; "
            "--format csv takes it");
    umi_report_table long_one = *r.items[1].table;
    long_one.rows = 1048576;
    r.items[1].table = &long_one;
    refused(&r, cli__report_xlsx,
            "1048576 rows do not fit into a sheet of 1048576; --format csv "
            "takes them");
    umi_arena_free(arena);
}

static void a_page_has_an_edge(void **state)
{
    (void)state;
    umi_arena *arena = umi_arena_new();
    umi_report_column wide[40];
    umi_report r = {.name = "arrears", .title = "", .arena = arena};
    for (size_t i = 0; i < 40; i++)
        wide[i] = (umi_report_column){"amount", "amount", true};
    umi_report_table *t = umi_report_add(&r, "rows", "", wide, 40);
    umi_cell *c = umi_report_row(&r, t);
    for (size_t i = 0; i < 40; i++)
        c[i] = umi_cell_money((umi_money){INT64_MAX});
    refused(&r, cli__report_pdf,
            "a table of 40 columns does not fit onto a page; --format xlsx "
            "takes it");
    umi_arena_free(arena);
}

/* A cell that no page holds goes on over the next ones. */
static void a_long_text_stands_on_many_pages(void **state)
{
    (void)state;
    umi_error err = {0};
    umi_buf b = {0};
    umi_arena *arena = umi_arena_new();
    umi_report r = report(arena, 2, 20000);
    assert_int_equal(cli__report_pdf(&b, &r, UMI_LANG_EN, &err), UMI_OK);
    assert_non_null(strstr(umi_arena_copy(arena, b.ptr, b.len), "%PDF"));
    umi_buf_free(&b);
    umi_arena_free(arena);
}

static void a_document_has_an_end(void **state)
{
    (void)state;
    if (getenv("TORTURE") == NULL)
        return; /* half a gigabyte */
    umi_arena *arena = umi_arena_new();
    umi_report r = report(arena, 1, 24000000);
    refused(&r, cli__report_pdf,
            "more than 10000 pages; --format xlsx takes them");
    umi_arena_free(arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_memory_is_told),
        cmocka_unit_test(a_sheet_has_an_end),
        cmocka_unit_test(a_page_has_an_edge),
        cmocka_unit_test(a_document_has_an_end),
        cmocka_unit_test(a_long_text_stands_on_many_pages),
    };
    return cmocka_run_group_tests_name("report files", tests, NULL, NULL);
}
