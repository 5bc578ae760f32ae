/* SPDX-License-Identifier: MIT
 * Bank files that are cut off, damaged or read while memory runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/bank_hold.h"
#include "tests/support/files.h"
#include "tests/support/random.h"

#define VECTORS "tests/vectors/bank"

static const char *const files[] = {
    "SYN_camt053_v8_id.xml",
    "SYN_csv_bca_bisnis.csv",
    "SYN_csv_bca_personal.csv",
    "SYN_csv_bni_direct.csv",
    "SYN_csv_bri_cms.csv",
    "SYN_csv_id_va_settlement_dana.csv",
    "SYN_csv_mandiri_kopra.csv",
    "SYN_csv_ocbc_velocity.csv",
    "SYN_csv_va_settlement.csv",
    "SYN_mt940_id_mandiri_guideline.txt",
    "SYN_mt940_id_pages.sta",
    "camt_genkgo_camt053.v2.all-balance-types.xml",
    "camt_genkgo_camt053.v2.minimal.xml",
    "camt_genkgo_camt053.v2.multi.statement.xml",
    "camt_genkgo_camt054.v2.xml",
    "mt940_js_base-1.mta",
    "mt940_prowide_parsertest_1.sta",
    "mt940_rs_danske_FI.sta",
    "mt940_rs_invalid_utf8.sta",
    "mt940_wolph_betterplace_sepa_snippet.sta",
    "mt940_wolph_betterplace_with_binary_character.sta",
    "mt940_wolph_citi_mt940.txt",
    "mt940_wolph_mBank_mt940.sta",
    "mt940_wolph_self-provided_february_30.sta",
    "mt940_wolph_self-provided_long_statement_number.sta",
    "mt940_wolph_self-provided_mt942.sta",
    "pain001_sepaxml_test_00100103.xml",
    "pain001_sepaxml_test_00100109.xml",
};

enum {
    FILES = sizeof files / sizeof *files
};

/* A cut file shows the first movements of the whole one, each as it is: an
 * amount that was cut in two is never believed. */
static void same_lines(const umi_bank_file *cut,
                       const umi_bank_file *whole,
                       const char *name,
                       size_t at)
{
    assert_true(cut->all_count <= whole->all_count);
    for (size_t i = 0; i < cut->all_count; i++)
        if (cut->all_lines[i].amount.sen != whole->all_lines[i].amount.sen)
            fail_msg("%s cut at %zu: line %zu", name, at, i);
}

static void cuts_of(const char *name)
{
    umi_text bytes = file_read(VECTORS, name);
    umi_bank_options o = {0};
    umi_bank_file *whole = NULL;
    umi_status all = umi_bank_parse(&whole, bytes, &o, NULL);
    for (size_t n = 0; n < bytes.len; n++) {
        /* a copy of just this size, so that reading beyond it is caught */
        char *copy = malloc(n + 1);
        assert_non_null(copy);
        memcpy(copy, bytes.ptr, n);
        copy = realloc(copy, n ? n : 1);
        umi_bank_file *cut = NULL;
        umi_status rc = umi_bank_parse(&cut, (umi_text){copy, n}, &o, NULL);
        assert_true(rc == UMI_OK || umi_status_exit(rc) == 2);
        if (rc == UMI_OK) {
            assert_int_equal(all, UMI_OK);
            bank_file_holds(cut);
            same_lines(cut, whole, name, n);
        }
        umi_bank_file_free(cut);
        free(copy);
    }
    umi_bank_file_free(whole);
    free((char *)bytes.ptr);
}

static void every_prefix_is_refused_or_shown_as_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < FILES; i++)
        cuts_of(files[i]);
}

static void damaged_bytes_break_nothing(void **state)
{
    (void)state;
    chance c = chance_begin("damaged bytes", 940);
    for (int round = 0; round < chance_rounds(4000); round++) {
        umi_text t = file_read(VECTORS, files[chance_in(&c, 0, FILES - 1)]);
        char *p = (char *)t.ptr;
        for (int64_t k = chance_in(&c, 1, 6); k > 0; k--) {
            size_t at = (size_t)chance_in(&c, 0, (int64_t)t.len - 1);
            static const char likely[] = ":,.;\"'\n\r-/ 0159CDR";
            if (chance_one_in(&c, 2))
                p[at] = likely[chance_in(&c, 0, sizeof likely - 2)];
            else
                p[at] = (char)chance_in(&c, 0, 255);
        }
        (void)bank_bytes_hold(UMI_BANK_AUTO, t);
        free(p);
    }
}

/* Rows and fields of one file inside another. */
static void spliced_files_break_nothing(void **state)
{
    (void)state;
    chance c = chance_begin("spliced files", 942);
    for (int round = 0; round < chance_rounds(1500); round++) {
        umi_text a = file_read(VECTORS, files[chance_in(&c, 0, FILES - 1)]);
        umi_text b = file_read(VECTORS, files[chance_in(&c, 0, FILES - 1)]);
        size_t n = (size_t)chance_in(&c, 0, (int64_t)a.len);
        size_t from = (size_t)chance_in(&c, 0, (int64_t)b.len);
        umi_buf s = {0};
        umi_buf_bytes(&s, a.ptr, n);
        umi_buf_bytes(&s, b.ptr + from, b.len - from);
        umi_bank_format f =
            (umi_bank_format)chance_in(&c, UMI_BANK_AUTO, UMI_BANK_VA);
        (void)bank_bytes_hold(f, umi_buf_as_text(&s));
        umi_buf_free(&s);
        free((char *)a.ptr);
        free((char *)b.ptr);
    }
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const char *const some[] = {
        "SYN_camt053_v8_id.xml", "SYN_csv_bca_bisnis.csv",
        "SYN_csv_id_va_settlement_dana.csv", "mt940_rs_invalid_utf8.sta",
        "pain001_sepaxml_test_00100103.xml"};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        umi_text bytes = file_read(VECTORS, some[i]);
        umi_bank_options o = {0};
        umi_bank_file *f = NULL;
        umi_status sound = umi_bank_parse(&f, bytes, &o, NULL);
        umi_bank_file_free(f);
        bool reached = true;
        for (int64_t nth = 1; reached; nth++) {
            f = NULL;
            umi_alloc_fail_at(nth, 1);
            umi_status rc = umi_bank_parse(&f, bytes, &o, NULL);
            reached = umi_alloc_count() >= nth;
            umi_alloc_fail_at(0, 0);
            assert_int_equal(rc, reached ? UMI_ENOMEM : sound);
            if (reached)
                assert_null(f);
            umi_bank_file_free(f);
        }
        free((char *)bytes.ptr);
    }
}

/* Two hundred thousand movements at once: vectors grow, sums stay exact. */
static void long_statements_keep_their_sum(void **state)
{
    (void)state;
    enum {
        N = 200000
    };
    umi_buf b = {0};
    int64_t sum = 0;
    umi_buf_puts(&b, ":20:X\n:25:7\n:60F:C260915IDR0,00\n");
    for (int i = 0; i < N; i++) {
        umi_buf_printf(&b, ":61:260915C%d,%02dNTRFREF%d\n:86:TEKS %d\n", i,
                       i % 100, i, i);
        sum += (int64_t)i * 100 + i % 100;
    }
    umi_buf_printf(&b, ":62F:C260915IDR%lld,%02lld\n-\n", (long long)sum / 100,
                   (long long)sum % 100);
    umi_bank_file *f = NULL;
    umi_bank_options o = {0};
    assert_int_equal(umi_bank_parse(&f, umi_buf_as_text(&b), &o, NULL), UMI_OK);
    assert_int_equal(f->all_count, N);
    assert_true(umi_bank_sound(f));
    bank_file_holds(f);
    umi_bank_file_free(f);
    umi_buf_free(&b);
}

/* A text of very many pieces costs its length, not its square. */
static void many_pieces_of_one_text_are_joined_once(void **state)
{
    (void)state;
    enum {
        N = 300000
    };
    static const char *const forms[][3] = {
        {":20:X\n:60F:C260915IDR0,00\n:61:260915C1,00NTRF\n", ":86:ab\n",
         ":62F:C260915IDR1,00\n"},
        {":20:X\n:60F:C260915IDR0,00\n:61:260915C1,00NTRF\n", ":NS:ab\n",
         ":62F:C260915IDR1,00\n"},
        {"Post Date,Value Date,Branch,Journal No.,Description,Debit,Credit\n"
         "01/10/26,01/10/26,1,2,ab,,1.00\n",
         ",,,,ab,,\n", ""},
        {"<D><BkToCstmrStmt><Stmt><Ntry><Amt>1</Amt><CdtDbtInd>CRDT"
         "</CdtDbtInd><ValDt><Dt>2026-09-15</Dt></ValDt><NtryDtls><TxDtls>"
         "<RmtInf>",
         "<Ustrd>ab</Ustrd>",
         "</RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></D>"},
    };
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        umi_buf b = {0};
        umi_bank_file *f = NULL;
        umi_bank_options o = {0};
        umi_buf_puts(&b, forms[k][0]);
        for (int i = 0; i < N; i++)
            umi_buf_puts(&b, forms[k][1]);
        umi_buf_puts(&b, forms[k][2]);
        assert_int_equal(umi_bank_parse(&f, umi_buf_as_text(&b), &o, NULL),
                         UMI_OK);
        assert_int_equal(f->all_count, 1);
        assert_true(f->all_lines[0].text.len >= (size_t)N * 3 - 1);
        umi_bank_file_free(f);
        umi_buf_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_prefix_is_refused_or_shown_as_it_is),
        cmocka_unit_test(damaged_bytes_break_nothing),
        cmocka_unit_test(spliced_files_break_nothing),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(long_statements_keep_their_sum),
        cmocka_unit_test(many_pieces_of_one_text_are_joined_once),
    };
    return cmocka_run_group_tests_name("ledger/bank, hostile", tests, NULL,
                                       NULL);
}
