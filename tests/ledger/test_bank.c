/* SPDX-License-Identifier: MIT
 * Statements of banks: every vector has its figures; MT940 field by field,
 * block by block.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/io/csv.h"
#include "tests/support/bank_files.h"

/* --- the index ----------------------------------------------------------- */

static void one_vector(umi_text name, umi_text format, umi_text expected)
{
    char path[128];
    umi_bank_file *f = NULL;
    umi_buf b = {0};
    (void)snprintf(path, sizeof path, "%.*s", (int)name.len, name.ptr);
    umi_text bytes = file_read(VECTORS, path);
    umi_status rc = parse(&f, "auto", bytes);
    if (umi_text_is(format, "-")) {
        assert_int_equal(rc, UMI_ESYNTAX);
        free((char *)bytes.ptr);
        return;
    }
    assert_int_equal(rc, UMI_OK);
    assert_true(umi_text_is(format, umi_bank_format_name(f->format)));
    for (size_t i = 0; i < f->statement_count; i++) {
        umi_buf_puts(&b, i > 0 ? " ; " : "");
        summary(&b, &f->statements[i]);
    }
    if (!umi_text_eq(umi_buf_as_text(&b), expected)) {
        print_error("%s\n  got      %.*s\n  expected %.*s\n", path, (int)b.len,
                    b.ptr, (int)expected.len, expected.ptr);
        fail();
    }
    umi_buf_free(&b);
    umi_bank_file_free(f);
    free((char *)bytes.ptr);
}

static void every_vector_has_the_figures_of_its_index(void **state)
{
    (void)state;
    static const umi_column columns[] = {
        {"file", UMI_COLUMN_REQUIRED},       {"format", UMI_COLUMN_REQUIRED},
        {"statements", UMI_COLUMN_REQUIRED}, {"source", UMI_COLUMN_IGNORED},
        {"source_path", UMI_COLUMN_IGNORED}, {"licence", UMI_COLUMN_IGNORED},
        {"exercises", UMI_COLUMN_IGNORED},
    };
    umi_csv_spec spec = {columns, 7, ',', 0, "index.csv"};
    umi_text index = file_read(VECTORS, "index.csv");
    umi_csv *csv;
    bool more;
    int seen = 0;
    assert_int_equal(umi_csv_open_text(&csv, index, &spec, NULL), UMI_OK);
    while (umi_csv_next(csv, &more, NULL) == UMI_OK && more) {
        const umi_record *r = umi_csv_record(csv);
        umi_text expected = umi_record_text(r, 2);
        /* balances in four currencies: the index leaves it open, we do not */
        if (memchr(expected.ptr, '?', expected.len) != NULL)
            expected = UMI_TEXT("NL26VAYB8060476890 opening 18.15 closing null "
                                "lines 1 sum 8.85 continuity null");
        one_vector(umi_record_text(r, 0), umi_record_text(r, 1), expected);
        seen++;
    }
    assert_int_equal(seen, 28);
    umi_csv_free(csv);
    free((char *)index.ptr);
}

/* --- one field 61 -------------------------------------------------------- */

typedef struct movement {
    const char *line;
    const char *booked, *value; /* NULL: the line is refused */
    int64_t sen;
    bool reversal;
    const char *type, *customer, *bank; /* NULL: none */
    const char *warning;                /* NULL: none */
} movement;

static void movements_of_mt940(void **state)
{
    (void)state;
    static const movement cases[] = {
        {"2609150915C887630,00NTRFNONREF//741923034550", "2026-09-15",
         "2026-09-15", 88763000, 0, "NTRF", "NONREF", "741923034550", NULL},
        {"260915D15000,NMSC", "2026-09-15", "2026-09-15", -1500000, 0, "NMSC",
         NULL, NULL, NULL},
        {"260915C10000NTRF", "2026-09-15", "2026-09-15", 1000000, 0, "NTRF",
         NULL, NULL, NULL}, /* the comma is mandatory, and left out */
        {"260915C,5NTRF", "2026-09-15", "2026-09-15", 50, 0, "NTRF", NULL, NULL,
         NULL},
        {"260915C0000000002,2200NTRF", "2026-09-15", "2026-09-15", 222, 0,
         "NTRF", NULL, NULL, NULL},
        {"260915C2,2222NTRF", NULL, NULL, 0, 0, NULL, NULL, NULL,
         "W-BANK-LINE"},
        {"260915RC100,00NTRF", "2026-09-15", "2026-09-15", -10000, 1, "NTRF",
         NULL, NULL, NULL},
        {"260915RD100,00NTRF", "2026-09-15", "2026-09-15", 10000, 1, "NTRF",
         NULL, NULL, NULL},
        {"260915EC100,00NTRF", "2026-09-15", "2026-09-15", 10000, 0, "NTRF",
         NULL, NULL, NULL},
        {"260915ED100,00NTRF", "2026-09-15", "2026-09-15", -10000, 0, "NTRF",
         NULL, NULL, NULL},
        {"260915DR20,NTRF", "2026-09-15", "2026-09-15", -2000, 0, "NTRF", NULL,
         NULL, NULL}, /* D, then R of EUR */
        {"260915RCR204,88NTRF", "2026-09-15", "2026-09-15", -20488, 1, "NTRF",
         NULL, NULL, NULL}, /* RC, then R */
        {"260915    DD212,39NMSCNONREF//", "2026-09-15", "2026-09-15", -21239,
         0, "NMSC", "NONREF", NULL, NULL},
        {"2612310105C1,00NTRF", "2027-01-05", "2026-12-31", 100, 0, "NTRF",
         NULL, NULL, NULL}, /* the entry date has no year */
        {"2601021231C1,00NTRF", "2025-12-31", "2026-01-02", 100, 0, "NTRF",
         NULL, NULL, NULL},
        {"1602300301D6,00N024NONREF", "2016-03-01", "2016-02-29", -600, 0,
         "N024", "NONREF", NULL, "W-BANK-DATE"},
        {"2609310930C1,00F803A/B//C", "2026-09-30", "2026-09-30", 100, 0,
         "F803", "A/B", "C", "W-BANK-DATE"},
        {"2603150230C1,00NTRF", "2026-02-28", "2026-03-15", 100, 0, "NTRF",
         NULL, NULL, "W-BANK-DATE"},
        {"2609151399C1,00NTRF", "2026-09-15", "2026-09-15", 100, 0, "NTRF",
         NULL, NULL, "W-BANK-DATE"},
        {"260915C1,00NTRFKODEREFERENSIYANGJAUHLEBIHPANJANGDARI16//B",
         "2026-09-15", "2026-09-15", 100, 0, "NTRF",
         "KODEREFERENSIYANGJAUHLEBIHPANJANGDARI16", "B", NULL},
        {"800101C1,00NTRF", "1980-01-01", "1980-01-01", 100, 0, "NTRF", NULL,
         NULL, NULL},
        {"790101C92233720368547758,07NTRF", "2079-01-01", "2079-01-01",
         INT64_MAX, 0, "NTRF", NULL, NULL, NULL},
        {"260915C92233720368547758,08NTRF", NULL, NULL, 0, 0, NULL, NULL, NULL,
         "W-BANK-LINE"},
        {"260915C1.000NTRF", NULL, NULL, 0, 0, NULL, NULL, NULL, "W-BANK-LINE"},
        {"261315C1,00NTRF", NULL, NULL, 0, 0, NULL, NULL, NULL, "W-BANK-LINE"},
        {"260900C1,00NTRF", NULL, NULL, 0, 0, NULL, NULL, NULL, "W-BANK-LINE"},
        {"260915X1,00NTRF", NULL, NULL, 0, 0, NULL, NULL, NULL, "W-BANK-LINE"},
        {"260915C", NULL, NULL, 0, 0, NULL, NULL, NULL, "W-BANK-LINE"},
        {"260915C88763", NULL, NULL, 0, 0, NULL, NULL, NULL, "W-BANK-LINE"},
        {"260915C88763,00", "2026-09-15", "2026-09-15", 8876300, 0, NULL, NULL,
         NULL, NULL},
        {"", NULL, NULL, 0, 0, NULL, NULL, NULL, "W-BANK-LINE"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const movement *m = &cases[i];
        char text[256];
        umi_bank_file *f = NULL;
        (void)snprintf(text, sizeof text,
                       ":20:X\n:25:1\n:60F:C260901IDR1,00\n:61:%s\n:86:T\n",
                       m->line);
        assert_int_equal(parse(&f, "auto", umi_text_of(text)), UMI_OK);
        const umi_bank_statement *s = &f->statements[0];
        assert_int_equal(s->line_count, m->booked != NULL);
        assert_int_equal(check(s, "complete")->ok,
                         m->booked ? UMI_BANK_HOLDS : UMI_BANK_FAILS);
        if (m->warning != NULL)
            assert_true(warned(f, m->warning, 4));
        else
            assert_int_equal(f->warning_count, 1); /* no closing balance */
        if (m->booked != NULL) {
            const umi_bank_line *l = &s->lines[0];
            assert_day(l->booked, m->booked);
            assert_day(l->value, m->value);
            assert_int_equal(l->amount.sen, m->sen);
            assert_int_equal(l->reversal, m->reversal);
            assert_text(l->type, m->type);
            assert_text(l->customer_ref, m->customer);
            assert_text(l->bank_ref, m->bank);
            assert_text(l->text, "T");
        }
        umi_bank_file_free(f);
    }
}

/* --- the text of field 86 ------------------------------------------------ */

static void texts_are_joined_as_their_dialect_asks(void **state)
{
    (void)state;
    static const struct {
        const char *field, *text;
    } cases[] = {
        {":86:SETORAN\n  ANGSURAN  \nUMI1", "SETORAN ANGSURAN UMI1"},
        {":86:satu\r\n\r\n\r\ndua", "satu dua"},
        {":86:satu\n-\ndua", "satu - dua"},
        {":86:satu\n-dua\n:tiga", "satu -dua :tiga"},
        {":86:166?00GUT?20EREF+A\nB?21C", "166?00GUT?20EREF+AB?21C"},
        {":86:/EREF/AB\nCD/REMI/X", "/EREF/ABCD/REMI/X"},
        {":86:~20AB\nCD", "~20ABCD"},
        {":86:<00AB\nCD", "<00ABCD"},
        {":86:satu\n:86:dua", "satu dua"},
        {":NS:01satu\n02dua", "01satu 02dua"},
        {":86:", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        umi_bank_file *f = NULL;
        (void)snprintf(text, sizeof text,
                       ":20:X\n:60F:C260901IDR1,00\n:61:260915C1,00NTRF\n"
                       "%s\n:62F:C260901IDR2,00\n:86:of the statement\n",
                       cases[i].field);
        assert_int_equal(parse(&f, "mt940", umi_text_of(text)), UMI_OK);
        assert_int_equal(f->statement_count, 1);
        assert_int_equal(f->statements[0].line_count, 1);
        assert_text(f->statements[0].lines[0].text, cases[i].text);
        assert_true(umi_bank_sound(f));
        umi_bank_file_free(f);
    }
}

static void supplementary_details_are_no_text(void **state)
{
    (void)state;
    umi_bank_file *f = NULL;
    umi_text t = UMI_TEXT(":20:X\n:60F:C260901IDR1,00\n"
                          ":61:260915C1,00NTRF//B\nTAMBAHAN \xE9\n");
    assert_int_equal(parse(&f, "auto", t), UMI_OK);
    const umi_bank_line *l = &f->statements[0].lines[0];
    assert_text(l->text, NULL);
    assert_non_null(l->details);
    assert_text(l->details->text, "TAMBAHAN \xC3\xA9"); /* Latin-1 */
    assert_true(warned(f, "W-BANK-BYTES", 0));
    umi_bank_file_free(f);
}

/* --- blocks -------------------------------------------------------------- */

#define BLOCK(n, open, amount, close)                                          \
    ":20:X\r\n:25:77\r\n:28C:1/" n "\r\n:60" open "\r\n:61:260915C" amount     \
    "NTRF\r\n:62" close "\r\n-\r\n"

static void statements_are_the_blocks_of_the_file(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t statements, lines;
        const char *warning; /* somewhere */
        int page;            /* verdict of the last statement; -1: no check */
        bool sound;
    } cases[] = {
        {BLOCK("1", "F:C260915IDR1,00", "2,00", "F:C260915IDR3,00"), 1, 1, NULL,
         -1, true},
        {BLOCK("1", "F:C260915IDR1,00", "2,00", "M:C260915IDR3,00")
             BLOCK("2", "M:C260915IDR3,00", "2,00", "F:C260915IDR5,00"),
         2, 2, NULL, UMI_BANK_HOLDS, true},
        {BLOCK("1", "F:C260915IDR1,00", "2,00", "M:C260915IDR3,00")
             BLOCK("2", "M:C260915IDR4,00", "2,00", "F:C260915IDR6,00"),
         2, 2, NULL, UMI_BANK_FAILS, false},
        {BLOCK("2", "M:C260915IDR4,00", "2,00", "F:C260915IDR6,00"), 1, 1, NULL,
         UMI_BANK_UNKNOWN, true},
        {BLOCK("1", "F:C260915IDR1,00", "2,00",
               "F:C260915IDR3,00") ":61:260915C5,00NTRF\r\n:86:X\r\n",
         1, 1, "W-BANK-OUTSIDE", -1, true},
        {":61:260915C5,00NTRF\r\n" BLOCK("1", "F:C260915IDR1,00", "2,00",
                                         "F:C260915IDR3,00"),
         1, 1, "W-BANK-OUTSIDE", -1, true},
        {":20:A\n:60F:C260915IDR1,00\n:61:260915C1,00NTRF\n"
         ":20:B\n:60F:C260915IDR1,00\n:62F:C260915IDR1,00\n",
         2, 1, "W-BANK-FIELD", -1, true},
        {":20:A\n:60F:C260915IDR1,00\n:60F:C260915IDR9,00\n"
         ":61:260915C1,00NTRF\n:62F:C260915IDR2,00\n",
         1, 1, "W-BANK-FIELD", -1, true},
        {":20:A\n:60F:C260915IDR1,00\n:61:260915C1,00NTRF\n"
         ":62F:C260915IDR2,01\n",
         1, 1, NULL, -1, false},
        {":20:A\n:60F:C260915IDR1,00\n:61:260915C1,00NTRF\n"
         ":62F:C260915USD2,00\n",
         1, 1, "W-BANK-CURRENCY", -1, true},
        {":20:A\n:60F:C260915IDR1.00\n:61:260915C1,00NTRF\n"
         ":62F:C260915IDR2,00\n",
         1, 1, "W-BANK-FIELD", -1, true},
        {"{1:F01X}{2:I940Y}{4::20:A\n:60F:C260915IDR1,00\n"
         ":62F:C260915IDR1,00\n-}{5:}",
         1, 0, NULL, -1, true},
        {"\xEF\xBB\xBF:20:A\n:60F:C260915IDR1,00\n:62F:C260915IDR1,00", 1, 0,
         NULL, -1, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_bank_file *f = NULL;
        size_t lines = 0;
        bool found = false;
        assert_int_equal(parse(&f, "auto", umi_text_of(cases[i].text)), UMI_OK);
        for (size_t k = 0; k < f->statement_count; k++)
            lines += f->statements[k].line_count;
        for (size_t k = 0; k < f->warning_count; k++)
            found |= cases[i].warning != NULL &&
                     strcmp(f->warnings[k].code, cases[i].warning) == 0;
        const umi_bank_check *page =
            check(&f->statements[f->statement_count - 1], "page");
        assert_int_equal(f->format, UMI_BANK_MT940);
        assert_int_equal(f->statement_count, cases[i].statements);
        assert_int_equal(lines, cases[i].lines);
        assert_int_equal(found, cases[i].warning != NULL);
        assert_int_equal(f->warning_count > 0, cases[i].warning != NULL);
        assert_int_equal(page ? (int)page->ok : -1, cases[i].page);
        assert_int_equal(umi_bank_sound(f), cases[i].sound);
        umi_bank_file_free(f);
    }
}

static void interim_totals_are_compared(void **state)
{
    (void)state;
    static const struct {
        const char *totals;
        umi_bank_verdict sum, count;
    } cases[] = {
        {":90D:1IDR5,00\n:90C:2IDR3,00\n", UMI_BANK_HOLDS, UMI_BANK_HOLDS},
        {":90D:1IDR5,00\n:90C:3IDR3,00\n", UMI_BANK_HOLDS, UMI_BANK_FAILS},
        {":90D:1IDR5,01\n", UMI_BANK_FAILS, UMI_BANK_HOLDS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        umi_bank_file *f = NULL;
        (void)snprintf(text, sizeof text,
                       ":20:X\n:25:7\n:34F:IDR0,00\n:13D:2609151200+0700\n"
                       ":61:260915D5,00NTRF\n:61:260915C3,00NTRF\n"
                       ":61:260915C0,00NTRF\n%s",
                       cases[i].totals);
        assert_int_equal(parse(&f, "auto", umi_text_of(text)), UMI_OK);
        const umi_bank_statement *s = &f->statements[0];
        assert_int_equal(f->format, UMI_BANK_MT942);
        assert_string_equal(s->currency, "IDR");
        assert_day(s->to, "2026-09-15");
        assert_int_equal(check(s, "totals")->ok, cases[i].sum);
        assert_int_equal(check(s, "counts")->ok, cases[i].count);
        assert_int_equal(check(s, "continuity")->ok, UMI_BANK_UNKNOWN);
        umi_bank_file_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_vector_has_the_figures_of_its_index),
        cmocka_unit_test(movements_of_mt940),
        cmocka_unit_test(texts_are_joined_as_their_dialect_asks),
        cmocka_unit_test(supplementary_details_are_no_text),
        cmocka_unit_test(statements_are_the_blocks_of_the_file),
        cmocka_unit_test(interim_totals_are_compared),
    };
    return cmocka_run_group_tests_name("ledger/bank", tests, NULL, NULL);
}
