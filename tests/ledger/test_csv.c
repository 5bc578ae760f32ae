/* SPDX-License-Identifier: MIT
 * CSV is read strictly: what RFC 4180 allows comes out as it was meant, and
 * what it does not allow costs its own line and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/alloc.h"
#include "ledger/io/csv.h"

static const umi_column abc[] = {{"a", UMI_COLUMN_REQUIRED},
                                 {"b", UMI_COLUMN_REQUIRED},
                                 {"c", UMI_COLUMN_OPTIONAL},
                                 UMI_CSV_REJECT_COLUMNS};
static const umi_csv_spec spec = {abc, 6, 0, 64, NULL};

/* Rows as "line:a|b|c" or "line!", each ended by ';'. */
static void dump(umi_buf *b, umi_csv *csv)
{
    const umi_record *r = umi_csv_record(csv);
    for (;;) {
        bool more = true;
        umi_error err = {0};
        umi_status rc = umi_csv_next(csv, &more, &err);
        if (!more)
            return;
        assert_true(rc == UMI_OK || rc == UMI_ESYNTAX);
        umi_buf_int(b, r->line);
        if (rc != UMI_OK) {
            assert_string_equal(err.code, "CSV");
            assert_int_equal(r->count, 0);
            umi_buf_puts(b, "!;");
            continue;
        }
        for (size_t i = 0; i < 3; i++) {
            umi_buf_putc(b, i ? '|' : ':');
            umi_buf_text(b, umi_record_text(r, i));
        }
        umi_buf_putc(b, ';');
    }
}

static void reads(umi_text in, const char *want)
{
    umi_csv *csv = NULL;
    umi_buf b = {0};
    assert_int_equal(umi_csv_open_text(&csv, in, &spec, NULL), UMI_OK);
    dump(&b, csv);
    umi_buf_putc(&b, '\0');
    assert_string_equal(b.ptr, want);
    umi_buf_free(&b);
    umi_csv_free(csv);
}

#define NINE "123456789"
#define LONG NINE NINE NINE NINE NINE NINE NINE /* 63 bytes */

static const struct {
    const char *in; /* after the header "a,b,c\n" */
    const char *want;
} cases[] = {
    {"", ""},
    {"1,2,3", "2:1|2|3;"},
    {"1,2,3\n", "2:1|2|3;"},
    {"1,2,3\r\n", "2:1|2|3;"},
    {"1,2,3\r", "2:1|2|3;"},
    {",,\n", "2:||;"},
    {"\"\",\"\",\"\"\n", "2:||;"},
    {"\"1\",\"2\",\"3\"\r\n4,5,6\r\n", "2:1|2|3;3:4|5|6;"},
    {"\"a,b\",2,3\n", "2:a,b|2|3;"},
    {"\"say \"\"hi\"\"\",2,3\n", "2:say \"hi\"|2|3;"},
    {"\"\"\"\",\"\"\"\"\"\",x\n", "2:\"|\"\"|x;"},
    {"\"x\"\"y\",\"p\"\"\",\"\"\"q\"\n", "2:x\"y|p\"|\"q;"},
    {"\"a\nb\",2,3\n4,5,6\n", "2:a\nb|2|3;4:4|5|6;"},
    {"\"a\r\nb\r\n\",2,3\r\n4,5,6\r\n", "2:a\r\nb\r\n|2|3;5:4|5|6;"},
    {" 1 , 2 ,3 \n", "2: 1 | 2 |3 ;"},
    {"\n\n1,2,3\n\r\n4,5,6\n\n", "4:1|2|3;6:4|5|6;"},
    {"\xC3\xA9,\xE2\x82\xAC,\xF0\x9F\x90\xB1\n",
     "2:\xC3\xA9|\xE2\x82\xAC|\xF0\x9F\x90\xB1;"},
    /* refused, and what follows still comes */
    {"1,2\n4,5,6\n", "2!;3:4|5|6;"},
    {"1,2,3,4\n4,5,6\n", "2!;3:4|5|6;"},
    {" \n4,5,6\n", "2!;3:4|5|6;"},
    {"a\"b,2,3\n4,5,6\n", "2!;3:4|5|6;"},
    {"1, \"2\",3\n4,5,6\n", "2!;3:4|5|6;"},
    {"\"1\"x,2,3\n4,5,6\n", "2!;3:4|5|6;"},
    {"\"1\" ,2,3\n4,5,6\n", "2!;3:4|5|6;"},
    {"\"1,2,3\n4,5,6\n", "2!;3:4|5|6;"},
    {"1,2,\"3\n4,5,6\n7,8,9", "2!;3:4|5|6;4:7|8|9;"},
    {"\"1,2,3\n4,\"5\",6\n", "2!;3:4|5|6;"},
    {"1\r2,2,3\n4,5,6\n", "2!;3:4|5|6;"},
    {"\"1\",2\r2,3\n4,5,6\n", "2!;3:4|5|6;"},
    {"\"1\"\r,2,3\n4,5,6\n", "2!;3:4|5|6;"},
    {"\xFF,2,3\n4,5,6\n", "2!;3:4|5|6;"},
    {"\"\xC3\x28\",2,3\n4,5,6\n", "2!;3:4|5|6;"},
    {LONG ",,\n4,5,6\n", "2!;3:4|5|6;"},
    {LONG LONG "\n4,5,6\n", "2!;3:4|5|6;"},
    {LONG LONG, "2!;"},
    {"\"" LONG "\",,\n4,5,6\n", "2!;3:4|5|6;"},
    {"\"" NINE "\n" LONG "\",,\n4,5,6\n", "2!;3!;4:4|5|6;"},
    {"12345678901234567890123456789012345678901234567890123456789012,,\n",
     "2:12345678901234567890123456789012345678901234567890123456789012||;"},
};

static void rows_come_out_as_they_were_meant(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        int n = snprintf(text, sizeof text, "a,b,c\n%s", cases[i].in);
        reads((umi_text){text, (size_t)n}, cases[i].want);
    }
}

static void nul_is_refused_in_its_line(void **state)
{
    (void)state;
    reads(UMI_TEXT("a,b,c\n1\0,2,3\n\"4\0\",5,6\n7,8,9\n"), "2!;3!;4:7|8|9;");
}

static void columns_bind_by_name_in_any_order(void **state)
{
    (void)state;
    reads(UMI_TEXT("c,a,b\n1,2,3\n"), "2:2|3|1;");
    reads(UMI_TEXT("b,a\n1,2\n"), "2:2|1|;");
    reads(UMI_TEXT("\xEF\xBB\xBF\"a\",b\r\n1,2\r\n"), "2:1|2|;");
    reads(UMI_TEXT("line,b,a,code,message\n9,1,2,X,why\n"), "2:2|1|;");
}

static void headers_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *in, *code, *field;
    } bad[] = {
        {"", "CSV", ""},
        {"\n", "CSV", ""},
        {"a,c\n", "COLUMN", "b"},
        {"a,b,x\n", "COLUMN", "x"},
        {"a,b,a\n", "COLUMN", "a"},
        {"a,b,\n", "COLUMN", ""},
        {"a,B\n", "COLUMN", "B"},
        {"a;b;c\n", "COLUMN", "a;b;c"},
        {"a,\"b\n", "CSV", ""},
        {"a,b\xFF\n", "CSV", ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        umi_csv *csv = NULL;
        umi_error err = {0};
        umi_csv_spec s = spec;
        s.name = "in.csv";
        umi_status rc =
            umi_csv_open_text(&csv, umi_text_of(bad[i].in), &s, &err);
        assert_true(rc == UMI_EINVAL || rc == UMI_ESYNTAX);
        assert_null(csv);
        assert_string_equal(err.code, bad[i].code);
        assert_string_equal(err.field, bad[i].field);
        assert_string_equal(err.file, "in.csv");
        assert_int_equal(err.line, 1);
    }
}

static void another_delimiter_and_no_header(void **state)
{
    (void)state;
    static const size_t widths[] = {2, 1, 3};
    umi_csv_spec s = {.delimiter = ';'};
    umi_csv *csv = NULL;
    bool more;
    assert_int_equal(
        umi_csv_open_text(&csv, UMI_TEXT("a;\"b;\"\n\n1,2;3;4\n"), &s, NULL),
        UMI_OK);
    const umi_record *r = umi_csv_record(csv);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(umi_csv_next(csv, &more, NULL), UMI_OK);
        assert_true(more);
        assert_int_equal(r->count, widths[i]);
    }
    assert_true(umi_text_is(r->fields[0], "1,2"));
    assert_int_equal(umi_csv_next(csv, &more, NULL), UMI_OK);
    assert_false(more);
    umi_csv_free(csv);
}

/* --- however the input is cut -------------------------------------------- */

typedef struct pieces {
    const char *text;
    size_t at, len;
    unsigned seed;
    bool fail;
} pieces;

static ssize_t some(void *self, void *buf, size_t cap)
{
    pieces *p = self;
    p->seed = p->seed * 1103515245u + 12345u;
    size_t n = 1 + (p->seed >> 16) % 7;
    n = n < cap ? n : cap;
    n = n < p->len - p->at ? n : p->len - p->at;
    if (p->fail && n == 0)
        return -1;
    memcpy(buf, p->text + p->at, n);
    p->at += n;
    return (ssize_t)n;
}

/* Text full of what matters, a few hundred kilobytes: past every buffer. */
static size_t mess(char *text, size_t cap, unsigned seed)
{
    static const char *const bits[] = {
        "a",  "bc",      ",",    ",",       "\"",       "\"\"",
        "\n", "\n",      "\r\n", "\r",      "\xC3\xA9", "\xFF",
        "x,", "\"x\",",  "\n",   "1,2,3\n", "4,5,6\n",  "\"y\nz\",7,8\n",
        NINE, NINE NINE,
    };
    size_t n = (size_t)snprintf(text, cap, "a,b,c\n");
    while (n + 32 < cap) {
        seed = seed * 1103515245u + 12345u;
        const char *s = bits[(seed >> 16) % (sizeof bits / sizeof *bits)];
        n += (size_t)snprintf(text + n, cap - n, "%s", s);
    }
    return n;
}

static void any_cutting_gives_the_same_rows(void **state)
{
    (void)state;
    enum {
        CAP = 600000
    };
    char *text = malloc(CAP);
    for (unsigned seed = 1; seed <= (getenv("TORTURE") ? 40 : 4); seed++) {
        size_t len = mess(text, CAP, seed);
        pieces p = {text, 0, len, seed, false};
        umi_csv *whole = NULL, *cut = NULL;
        umi_buf a = {0}, b = {0};
        print_message("seed %u\n", seed);
        assert_int_equal(
            umi_csv_open_text(&whole, (umi_text){text, len}, &spec, NULL),
            UMI_OK);
        assert_int_equal(umi_csv_open(&cut, some, &p, &spec, NULL), UMI_OK);
        dump(&a, whole);
        dump(&b, cut);
        assert_true(a.len > 100000);
        assert_true(umi_text_eq(umi_buf_as_text(&a), umi_buf_as_text(&b)));
        umi_buf_free(&a);
        umi_buf_free(&b);
        umi_csv_free(whole);
        umi_csv_free(cut);
    }
    free(text);
}

static void a_failing_read_stops(void **state)
{
    (void)state;
    pieces p = {"a,b,c\n1,2,3\n4,5", 0, 15, 1, true};
    umi_csv *csv = NULL;
    umi_error err = {0};
    umi_status rc = umi_csv_open(&csv, some, &p, &spec, &err);
    assert_int_equal(rc, UMI_EIO);
    assert_null(csv);
}

/* --- writing -------------------------------------------------------------- */

static void what_is_written_reads_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"",     "a",    "a,b",         "\"",
                                        "\"\"", "x\ny", "\r\n",        " ",
                                        "a;b",  "'=1",  "\xEF\xBB\xBF"};
    enum {
        N = sizeof texts / sizeof *texts
    };
    umi_buf b = {0};
    umi_csv_out w = {.buf = &b};
    umi_csv *csv = NULL;
    umi_csv_spec s = {0};
    bool more;
    for (size_t i = 0; i < N * N; i++) {
        umi_csv_put_str(&w, texts[i / N]);
        umi_csv_put_str(&w, texts[i % N]);
        umi_csv_end(&w);
    }
    assert_false(b.failed);
    assert_int_equal(umi_csv_open_text(&csv, umi_buf_as_text(&b), &s, NULL),
                     UMI_OK);
    const umi_record *r = umi_csv_record(csv);
    for (size_t i = 0; i < N * N; i++) {
        assert_int_equal(umi_csv_next(csv, &more, NULL), UMI_OK);
        assert_true(more);
        assert_int_equal(r->count, 2);
        assert_true(umi_text_is(r->fields[0], texts[i / N]));
        assert_true(umi_text_is(r->fields[1], texts[i % N]));
    }
    assert_int_equal(umi_csv_next(csv, &more, NULL), UMI_OK);
    assert_false(more);
    umi_csv_free(csv);
    umi_buf_free(&b);
}

static void typed_fields_are_canonical(void **state)
{
    (void)state;
    umi_buf b = {0};
    umi_csv_out w = {.buf = &b, .delimiter = ';'};
    umi_csv_put_money(&w, (umi_money){86066450});
    umi_csv_put_int(&w, -7);
    umi_csv_put_day(&w, (umi_day){0});
    umi_csv_put_str(&w, NULL);
    umi_csv_put_str(&w, "a;b,c");
    umi_csv_end(&w);
    assert_true(umi_text_is(umi_buf_as_text(&b),
                            "860664.5;-7;1970-01-01;;\"a;b,c\"\n"));
    umi_buf_free(&b);
}

static void rejects(const char *in, const char *want)
{
    umi_csv *csv = NULL;
    umi_buf b = {0};
    umi_csv_out w = {.buf = &b};
    umi_error err = {0};
    assert_int_equal(umi_csv_open_text(&csv, umi_text_of(in), &spec, NULL),
                     UMI_OK);
    umi_csv_reject_header(&w, csv);
    for (;;) {
        bool more;
        umi_status rc = umi_csv_next(csv, &more, &err);
        if (!more)
            break;
        if (rc == UMI_OK)
            umi_fail(&err, UMI_EINVAL, "a", "is bad, \"really\"");
        umi_csv_reject(&w, csv, &err);
    }
    umi_buf_putc(&b, '\0');
    assert_string_equal(b.ptr, want);
    umi_buf_free(&b);
    umi_csv_free(csv);
}

static void rejects_can_be_corrected_in_place(void **state)
{
    (void)state;
    rejects("a,b\n1,\"2,\"\n", "a,b,line,code,message\n"
                               "1,\"2,\",2,INVALID,"
                               "\"a: is bad, \"\"really\"\"\"\n");
    /* the three columns of an earlier rejects file are not kept */
    rejects("line,b,code,a,message\n7,x,OLD,y,old\n",
            "b,a,line,code,message\n"
            "x,y,2,INVALID,\"a: is bad, \"\"really\"\"\"\n");
    /* what is no row stands whole in the first column */
    rejects("line,a,b\n1,2,3,4\n\xFF,b\n",
            "a,b,line,code,message\n"
            "\"1,2,3,4\",,2,CSV,\"expected 3 fields, got 4\"\n"
            "\"\xEF\xBF\xBD,b\",,3,CSV,the line is not valid UTF-8\n");
}

/* --- fields --------------------------------------------------------------- */

static void amounts_of_a_file_are_positive_and_plain(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t sen; /* 0: refused */
    } amounts[] = {
        {"1000", 100000},
        {"1000.00", 100000},
        {"0.01", 1},
        {"1000.5", 100050},
        {"0", 0},
        {"0.00", 0},
        {"-1", 0},
        {"+1", 0},
        {"1,000", 0},
        {"1e3", 0},
        {"Rp1", 0},
        {"1.005", 0},
        {"1.", 0},
        {".5", 0},
        {"", 0},
        {" 1", 0},
        {"1 ", 0},
        {"92233720368547758.08", 0},
        {"10000000000000", UMI_MONEY_ONCE_MAX},
        {"10000000000000.01", 0},
        {"92233720368547758.07", 0},
    };
    static const int16_t place[] = {0};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        umi_text t = umi_text_of(amounts[i].text);
        umi_record r = {
            .fields = &t, .count = 1, .columns = abc, .place = place};
        umi_money m = {42};
        umi_error err = {0};
        umi_status rc = umi_record_amount(&m, &r, 0, &err);
        assert_int_equal(rc, amounts[i].sen ? UMI_OK : UMI_EINVAL);
        assert_int_equal(m.sen, amounts[i].sen ? amounts[i].sen : 42);
        if (rc != UMI_OK) {
            assert_string_equal(err.code, "AMOUNT");
            assert_string_equal(err.field, "a");
        }
    }
}

static void fields_say_what_is_wrong_with_them(void **state)
{
    (void)state;
    static const int16_t place[] = {0, -1};
    umi_text t = UMI_TEXT("2026-02-29");
    umi_record r = {.fields = &t, .count = 1, .columns = abc, .place = place};
    umi_error err = {0};
    umi_day d = {7};
    int64_t v = 7;
    umi_text need = {0};
    assert_int_equal(umi_record_day(&d, &r, 0, &err), UMI_EINVAL);
    assert_string_equal(err.code, "DATE");
    assert_int_equal(umi_record_int(&v, &r, 0, 1, 9, &err), UMI_EINVAL);
    assert_string_equal(err.message,
                        "must be a whole number 1 .. 9, got '2026-02-29'");
    assert_int_equal(umi_record_need(&need, &r, 1, &err), UMI_EINVAL);
    assert_string_equal(err.field, "b");
    assert_int_equal(d.n, 7);
    assert_int_equal(v, 7);
    assert_null(need.ptr);
    t = UMI_TEXT("2024-02-29");
    assert_int_equal(umi_record_day(&d, &r, 0, &err), UMI_OK);
    t = UMI_TEXT("9");
    assert_int_equal(umi_record_int(&v, &r, 0, 1, 9, &err), UMI_OK);
    assert_int_equal(umi_record_need(&need, &r, 0, &err), UMI_OK);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (int64_t nth = 1;; nth++) {
        pieces p = {"a,b,c\n\"1\"\"\",2,3\n", 0, 17, 1, false};
        umi_csv *csv = NULL;
        bool more = false;
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_csv_open(&csv, some, &p, &spec, NULL);
        if (rc == UMI_OK)
            rc = umi_csv_next(csv, &more, NULL);
        umi_csv_free(csv);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        if (!reached)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_out_as_they_were_meant),
        cmocka_unit_test(nul_is_refused_in_its_line),
        cmocka_unit_test(columns_bind_by_name_in_any_order),
        cmocka_unit_test(headers_are_refused_by_name),
        cmocka_unit_test(another_delimiter_and_no_header),
        cmocka_unit_test(any_cutting_gives_the_same_rows),
        cmocka_unit_test(a_failing_read_stops),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(typed_fields_are_canonical),
        cmocka_unit_test(rejects_can_be_corrected_in_place),
        cmocka_unit_test(amounts_of_a_file_are_positive_and_plain),
        cmocka_unit_test(fields_say_what_is_wrong_with_them),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("ledger/csv", tests, NULL, NULL);
}
