/* SPDX-License-Identifier: MIT
 * Tables that banks give instead of statements, and camt: what means what, and
 * what is no statement is refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/bank_files.h"

/* --- tables -------------------------------------------------------------- */

#define BCA_HEAD                                                               \
    "\"Informasi Rekening\",\" \"\n\"No. rekening : 0359\"\n"                  \
    "\"Periode : 15/12/2025 - 15/01/2026\"\n"                                  \
    "Tanggal Transaksi,Keterangan,Cabang,Jumlah,Saldo\n"
#define BCA_FOOT                                                               \
    "\"Saldo Awal : 1,000.00\"\n\"Mutasi Debet : 100.00\",\"1\"\n"             \
    "\"Mutasi Kredit : 250.00\",\"1\"\n\"Saldo Akhir : 1,150.00\"\n"
#define KOPRA                                                                  \
    "AccountNo;Ccy;PostDate;Remarks;AdditionalDesc;Credit Amount;"             \
    "Debit Amount;Close Balance\r\n"
#define BNI "Post Date,Value Date,Branch,Journal No.,Description,Debit,Credit"
#define BRI_OLD                                                                \
    "ID,NOREK,TGL_TRAN,TGL_EFEKTIF,SEQ,DESK_TRAN,SALDO_AWAL_MUTASI,"           \
    "MUTASI_DEBET,MUTASI_KREDIT,SALDO_AKHIR_MUTASI,GLSIGN,REMARK_CUSTOM\n"
#define BRI_NEW                                                                \
    "ID,NO_REKENING,TGL_TRANSAKSI,TGL_EFEKTIF,NO_JURNAL,TIPE_TRANSAKSI,"       \
    "DESKRIPSI,SALDO_AWAL,DEBET,KREDIT,SALDO_AKHIR,USER_ID,REMARK1,REMARK2,"   \
    "REMARK3,REMARK4,REMARK5,REMARK6,REMARK_CUSTOM\n"
#define VA                                                                     \
    "PAYMENT_REQUEST_ID,REFERENCE_NO,TRX_DATE_TIME,VIRTUAL_ACCOUNT_NO,"        \
    "VIRTUAL_ACCOUNT_NAME,HASHED_SOURCE_ACCOUNT_NO,CURRENCY,TOTAL_AMOUNT,"     \
    "PAID_AMOUNT,FEE_AMOUNT,VALUE_ADDED_TAX,WITH_HOLDING_TAX\n"

typedef struct table_case {
    const char *text, *format;
    const char *summary; /* of every statement, as the index writes it */
    const char *warning; /* NULL: none at all */
    int64_t warning_line;
    const char *failing; /* a check that fails; NULL: none */
    const char *first;   /* booking day of the first line, or NULL */
} table_case;

static const table_case tables[] = {
    /* no year in the dates: it comes from the period, across its year */
    {BCA_HEAD "\"31/12\",A,0000,100.00 DB,900.00\n"
              "\"02/01\",B,0000,250.00 CR,\"1,150.00\"\n" BCA_FOOT,
     "bca", "0359 opening 1000 closing 1150 lines 2 sum 150 continuity true",
     NULL, 0, NULL, "2025-12-31"},
    /* newest first */
    {BCA_HEAD "\"02/01\",B,0000,250.00 CR,\"1,150.00\"\n"
              "\"31/12\",A,0000,100.00 DB,900.00\n" BCA_FOOT,
     "bca", "0359 opening 1000 closing 1150 lines 2 sum 150 continuity true",
     NULL, 0, NULL, "2026-01-02"},
    /* the newer layout prints the year */
    {BCA_HEAD "31/12/2025,A,0000,100.00 DB,900.00\n"
              "02/01/2026,B,0000,250.00 CR,\"1,150.00\"\n" BCA_FOOT,
     "bca", "0359 opening 1000 closing 1150 lines 2 sum 150 continuity true",
     NULL, 0, NULL, "2025-12-31"},
    /* a pending row is listed and counts in no balance, total or count */
    {BCA_HEAD "31/12,A,0000,100.00 DB,900.00\n02/01,B,0000,250.00 CR,"
              "\"1,150.00\"\nPEND,C,0000,\"9,999.00 CR\",\n" BCA_FOOT,
     "bca", "0359 opening 1000 closing 1150 lines 3 sum 10149 continuity true",
     NULL, 0, NULL, "2025-12-31"},
    /* outside the period */
    {BCA_HEAD "14/12,A,0000,100.00 DB,900.00\n"
              "02/01,B,0000,250.00 CR,\"1,150.00\"\n" BCA_FOOT,
     "bca", "0359 opening 1000 closing 1150 lines 2 sum 150 continuity true",
     "W-BANK-PERIOD", 5, "period", "2025-12-14"},
    /* footers that disagree */
    {BCA_HEAD "31/12,A,0000,100.00 DB,900.00\n"
              "02/01,B,0000,150.00 CR,\"1,050.00\"\n" BCA_FOOT,
     "bca", "0359 opening 1000 closing 1150 lines 2 sum 50 continuity false",
     NULL, 0, "totals", "2025-12-31"},
    /* a balance that does not follow though the totals do */
    {BCA_HEAD "31/12,A,0000,100.00 DB,901.00\n"
              "02/01,B,0000,250.00 CR,\"1,150.00\"\n" BCA_FOOT,
     "bca", "0359 opening 1000 closing 1150 lines 2 sum 150 continuity true",
     NULL, 0, "chain", "2025-12-31"},
    /* amounts without quotes fall apart at their commas */
    {BCA_HEAD "31/12,A,0000,100.00 DB,900.00\n"
              "02/01,B,0000,250,000.00 CR,250,900.00\n"
              "Saldo Awal : 1,000.00\n",
     "bca", "0359 opening 1000 closing null lines 2 sum 249900 continuity null",
     "W-BANK-CELLS", 6, NULL, "2025-12-31"},
    {BCA_HEAD "31/12,A,000,1,250,000.00 CR,251,000.00\n", "bca",
     "0359 opening null closing null lines 0 sum 0 continuity null",
     "W-BANK-LINE", 5, "complete", NULL},
    /* 30 February, here as 29 of a common year */
    {BCA_HEAD "30/02/2026,A,0000,100.00 DB,900.00\n", "bca",
     "0359 opening null closing null lines 1 sum -100 continuity null",
     "W-BANK-DATE", 5, "period", "2026-02-28"},
    {BCA_HEAD "01/13,A,0000,100.00 DB,900.00\n", "bca",
     "0359 opening null closing null lines 0 sum 0 continuity null",
     "W-BANK-LINE", 5, "complete", NULL},
    {BCA_HEAD "01/01,A,0000,100.00,900.00\n", "bca",
     "0359 opening null closing null lines 0 sum 0 continuity null",
     "W-BANK-LINE", 5, "complete", NULL},
    {BCA_HEAD "01/01,A,0000,1.000 CR,900.00\n", "bca",
     "0359 opening null closing null lines 0 sum 0 continuity null",
     "W-BANK-LINE", 5, "complete", NULL},
    {BCA_HEAD "01/01,A,0000,1.001 CR,900.00\n", "bca",
     "0359 opening null closing null lines 0 sum 0 continuity null",
     "W-BANK-LINE", 5, "complete", NULL},
    {BCA_HEAD "01/01,A,0000,\"10,00.00 CR\",900.00\n", "bca",
     "0359 opening null closing null lines 0 sum 0 continuity null",
     "W-BANK-LINE", 5, "complete", NULL},
    /* a date without a year needs a period */
    {"Tanggal Transaksi,Keterangan,Cabang,Jumlah,Saldo\n"
     "01/01,A,0000,1.00 CR,900.00\n",
     "bca", "- opening null closing null lines 0 sum 0 continuity null",
     "W-BANK-LINE", 2, "complete", NULL},
    /* two exports in one file */
    {BCA_HEAD "31/12,A,0000,100.00 DB,900.00\n"
              "02/01,B,0000,250.00 CR,\"1,150.00\"\n" BCA_FOOT BCA_HEAD
              "31/12,A,0000,100.00 DB,900.00\n"
              "02/01,B,0000,250.00 CR,\"1,150.00\"\n" BCA_FOOT,
     "bca",
     "0359 opening 1000 closing 1150 lines 2 sum 150 continuity true ; "
     "0359 opening 1000 closing 1150 lines 2 sum 150 continuity true",
     "W-BANK-ROW", 11, NULL, "2025-12-31"},
    /* apostrophes; CR and DB in a column of their own */
    {"Account No.,=,'0111\nName,=,X\nCurrency,=,IDR\n\n"
     "Date,Description,Branch,Amount,,Balance\n"
     "'02/05/2026,A 25.00,'0000,25.00,DB,75.00\n"
     "Starting Balance,=,100.00\nCredit,=,.00\nDebet,=,25.00\n"
     "Ending Balance,=,75.00\n",
     "bca-personal",
     "0111 opening 100 closing 75 lines 1 sum -25 continuity true", NULL, 0,
     NULL, "2026-05-02"},
    {"No. Rekening,=,'0111\nMata Uang,=,Rp\n\n"
     "Tanggal,Keterangan,Cabang,Jumlah,,Saldo\n"
     "'02/05/2026,A,'0000,25.00,CR,125.00\n'PEND,B,'0000,9.00,DB,\n"
     "Saldo Awal,=,100.00\nKredit,=,25.00\nDebet,=,.00\n"
     "Saldo Akhir,=,125.00\n",
     "bca-personal",
     "0111 opening 100 closing 125 lines 2 sum 16 continuity true", NULL, 0,
     NULL, "2026-05-02"},
    /* month names in two languages, a balance without decimals */
    {KOPRA "1;IDR;16 March 2026 09:34:53;A;;5.00;0.00;15\r\n"
           "1;IDR;17 Mei 2026 09:34:53;B;;0.00;1.00;14.00\r\n"
           "1;IDR;18 Agt 2026;C;;1.00;0.00;15.00\r\n"
           "1;IDR;19 Desember 2026;D;;1.00;0.00;16.00\r\n",
     "mandiri", "1 opening 10 closing 16 lines 4 sum 6 continuity true", NULL,
     0, NULL, "2026-03-16"},
    /* another account is another statement */
    {KOPRA "1;IDR;16 March 2026 09:34:53;A;;5.00;0.00;15\r\n"
           "2;IDR;17 Mei 2026 09:34:53;B;;0.00;1.00;14.00\r\n",
     "mandiri",
     "1 opening 10 closing 15 lines 1 sum 5 continuity true ; "
     "2 opening 15 closing 14 lines 1 sum -1 continuity true",
     NULL, 0, NULL, "2026-03-16"},
    {KOPRA "1;IDR;16 Marsch 2026;A;;5.00;0.00;15\r\n", "mandiri",
     "1 opening null closing null lines 0 sum 0 continuity null", "W-BANK-LINE",
     2, "complete", NULL},
    {KOPRA "1;IDR;16 March 2026;A;;5.00;1.00;15\r\n", "mandiri",
     "1 opening null closing null lines 0 sum 0 continuity null", "W-BANK-LINE",
     2, "complete", NULL},
    {KOPRA "1;IDR;16 March 2026;A;;-5.00;0.00;15\r\n", "mandiri",
     "1 opening null closing null lines 0 sum 0 continuity null", "W-BANK-LINE",
     2, "complete", NULL},
    {"Account No,Date,Val. Date,Transaction Code,Description,Description,"
     "Reference No.,Debit,Credit\n"
     "137,01/10/26,02/10/26,123,A,B,R1,0.00,\"1,000.00\"\n",
     "mandiri",
     "137 opening null closing null lines 1 sum 1000 continuity null", NULL, 0,
     NULL, "2026-10-01"},
    /* with and without the last comma; times with point and colon */
    {BNI ",\n01/10/26 22.02.14,01/10/26,1,2,A | B,5.00,0.00,\n", "bni",
     "- opening null closing null lines 1 sum -5 continuity null", NULL, 0,
     NULL, "2026-10-01"},
    {BNI "\n01/10/26 22:02,01/10/26,1,2,A | B,,5.00\n", "bni",
     "- opening null closing null lines 1 sum 5 continuity null", NULL, 0, NULL,
     "2026-10-01"},
    {BNI ",\n01/10/26,01/10/26,1,2,A,5.00,0.00,\n01/10/26,01/10/26,1,2,B,0.00,"
         "4081.2",
     "bni", "- opening null closing null lines 1 sum -5 continuity null",
     "W-BANK-LINE", 3, "complete", "2026-10-01"}, /* cut off */
    {BNI "\n01/10/26,01/10/26,1,2,with, a comma,5.00,0.00\n", "bni",
     "- opening null closing null lines 0 sum 0 continuity null", "W-BANK-LINE",
     2, "complete", NULL},
    {BNI "\n01/10/26,31/09/26,1,2,A,5.00,0.00\n", "bni",
     "- opening null closing null lines 1 sum -5 continuity null",
     "W-BANK-DATE", 2, NULL, "2026-10-01"},
    {BNI "\n,02/10/26,1,2,A,5.00,0.00\n", "bni",
     "- opening null closing null lines 1 sum -5 continuity null", NULL, 0,
     NULL, "2026-10-02"},
    /* both generations of BRI's header; nothing is printed as .00 */
    {"ANY TITLE\n" BRI_OLD
     "1,0206,2026-07-01 07:36:31,2026-07-01 00:00:00,9,A,10.00,.00,5.00,15.00,"
     "CR,WS_OB;1;X\n",
     "bri", "0206 opening 10 closing 15 lines 1 sum 5 continuity true", NULL, 0,
     NULL, "2026-07-01"},
    {BRI_NEW "1,0206,2026-07-01 07:36:31,2026-07-01,9,TRF,A,10.00,5.00,.00,"
             "5.00,U,,,,,,,R\n",
     "bri", "0206 opening 10 closing 5 lines 1 sum -5 continuity true", NULL, 0,
     NULL, "2026-07-01"},
    /* newest first, so the opening stands in the last row */
    {BRI_NEW "2,0206,2026-07-02 01:00:00,,9,TRF,B,5.00,.00,7.00,12.00,U,,,,,,,"
             "\n1,0206,2026-07-01 07:36:31,,9,TRF,A,10.00,5.00,.00,5.00,U,,,,,"
             ",,\n",
     "bri", "0206 opening 10 closing 12 lines 2 sum 2 continuity true", NULL, 0,
     NULL, "2026-07-02"},
    /* the balance before a row disagrees with it */
    {BRI_NEW "1,0206,2026-07-01,,9,TRF,A,11.00,5.00,.00,5.00,U,,,,,,,\n", "bri",
     "0206 opening 10 closing 5 lines 1 sum -5 continuity true", NULL, 0,
     "chain", "2026-07-01"},
    {"Tanggal Transaksi,Uraian Transaksi,Teller,Debet,Kredit,Saldo\n"
     "01/10/26,A,1,,\"1,500.00\",\"2,500.00\"\n",
     "bri", "- opening 1000 closing 2500 lines 1 sum 1500 continuity true",
     NULL, 0, NULL, "2026-10-01"},
    /* minor units */
    {VA "1,A,2026-11-20T23:59:59+07:00,  888,N,,IDR,25000050,24700050,300000,"
        "0,0\n",
     "va", "- opening null closing null lines 1 sum 247000.5 continuity null",
     NULL, 0, NULL, "2026-11-20"},
    {VA "1,A,2026-11-20T23:59:59+07:00,  888,N,,IDR,250,247.00,3,0,0\n", "va",
     "- opening null closing null lines 0 sum 0 continuity null", "W-BANK-LINE",
     2, "complete", NULL},
    /* a quote that is never closed costs its own row, not the file */
    {BNI "\n01/10/26,01/10/26,1,2,\"A,5.00,0.00\n"
         "02/10/26,01/10/26,1,2,B,6.00,0.00\n",
     "bni", "- opening null closing null lines 2 sum -11 continuity null", NULL,
     0, NULL, "2026-10-01"},
    {BNI "\n01/10/26,01/10/26,1,2,\"A \"\"B\"\"\nC, D\",5.00,0.00\n", "bni",
     "- opening null closing null lines 1 sum -5 continuity null", NULL, 0,
     NULL, "2026-10-01"},
    {"\xEF\xBB\xBF" BNI "\r\n01/10/26,01/10/26,1,2,A,5.00,0.00\r\n", "bni",
     "- opening null closing null lines 1 sum -5 continuity null", NULL, 0,
     NULL, "2026-10-01"},
    {BNI "\n", "bni",
     "- opening null closing null lines 0 sum 0 continuity null", NULL, 0, NULL,
     NULL},
};

static void tables_of_banks(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        const table_case *c = &tables[i];
        umi_bank_file *f = NULL;
        umi_buf b = {0};
        bool failing = false;
        assert_int_equal(parse(&f, "auto", umi_text_of(c->text)), UMI_OK);
        for (size_t k = 0; k < f->statement_count; k++) {
            const umi_bank_statement *s = &f->statements[k];
            umi_buf_puts(&b, k > 0 ? " ; " : "");
            summary(&b, s);
            failing |= c->failing != NULL && check(s, c->failing) != NULL &&
                       check(s, c->failing)->ok == UMI_BANK_FAILS;
        }
        umi_buf_putc(&b, '\0');
        assert_string_equal(b.ptr, c->summary);
        assert_string_equal(umi_bank_format_name(f->format), c->format);
        if (c->warning != NULL && !warned(f, c->warning, c->warning_line))
            fail_msg("no %s on line %d of %s", c->warning, (int)c->warning_line,
                     c->text);
        if (c->warning == NULL)
            assert_int_equal(f->warning_count, 0);
        assert_int_equal(failing, c->failing != NULL);
        if (c->failing == NULL)
            assert_true(umi_bank_sound(f));
        if (c->first != NULL)
            assert_day(f->statements[0].lines[0].booked, c->first);
        umi_buf_free(&b);
        umi_bank_file_free(f);
    }
}

static void continuation_rows_belong_to_the_row_above(void **state)
{
    (void)state;
    static const char text[] =
        "Transaction Date,Value Date,Reference No.,Cheque No.,Description,,"
        "Debit,Credit,Balance\n"
        "01/11/2026 07:20:01,01/11/2026,9,,A,,,\"5.00\",\"15.00\"\n"
        ",,,,LANJUTAN,,,,\n"
        "xx,01/11/2026,9,,B,,,\"5.00\",\"20.00\"\n"
        ",,,,OF THE REFUSED ROW,,,,\n"
        "PERIOD :,01/11/2026 - 19/11/2026\n";
    umi_bank_file *f = NULL;
    assert_int_equal(parse(&f, "ocbc", umi_text_of(text)), UMI_OK);
    const umi_bank_statement *s = &f->statements[0];
    assert_int_equal(s->line_count, 1);
    assert_text(s->lines[0].text, "A LANJUTAN");
    assert_day(s->to, "2026-11-19");
    assert_true(warned(f, "W-BANK-LINE", 4));
    umi_bank_file_free(f);
}

static void a_pending_row_has_no_day(void **state)
{
    (void)state;
    umi_bank_file *f = NULL;
    umi_text t = UMI_TEXT(BCA_HEAD "PEND,C,0000,\"9,999.00 CR\",\n" BCA_FOOT);
    assert_int_equal(parse(&f, "bca", t), UMI_OK);
    const umi_bank_line *l = &f->statements[0].lines[0];
    assert_true(l->pending);
    assert_text(l->type, "pending");
    assert_int_equal(l->booked.n, UMI_BANK_NO_DAY.n);
    umi_bank_file_free(f);
}

static void gross_and_fee_of_a_virtual_account_are_details(void **state)
{
    (void)state;
    umi_bank_file *f = NULL;
    umi_text t = UMI_TEXT(VA "1,AUTH1,2026-11-20T23:59:59+07:00,  8888,SITI,,"
                             "IDR,25000000,24700000,300000,0,0\n");
    umi_bank_options o = {UMI_BANK_AUTO, UMI_TEXT("77"), UMI_LANG_EN};
    assert_int_equal(umi_bank_parse(&f, t, &o, NULL), UMI_OK);
    assert_text(f->statements[0].account, "77");
    const umi_bank_line *l = &f->statements[0].lines[0];
    assert_text(l->customer_ref, "8888");
    assert_text(l->bank_ref, "AUTH1");
    assert_int_equal(l->details->gross.amount.sen, 25000000);
    assert_int_equal(l->details->fee.amount.sen, 300000);
    assert_text(l->details->name, "SITI");
    umi_bank_file_free(f);
}

/* --- camt ---------------------------------------------------------------- */

#define CAMT(body)                                                             \
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">"      \
    "<BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><Othr><Id>77</Id></Othr></Id>"   \
    "<Ccy>IDR</Ccy></Acct>" body "</Stmt></BkToCstmrStmt></Document>"
#define BAL(code, amount, sign)                                                \
    "<Bal><Tp><CdOrPrtry><Cd>" code "</Cd></CdOrPrtry></Tp>"                   \
    "<Amt Ccy=\"IDR\">" amount "</Amt><CdtDbtInd>" sign "</CdtDbtInd></Bal>"
#define NTRY(amount, sign, more)                                               \
    "<Ntry><Amt Ccy=\"IDR\">" amount "</Amt><CdtDbtInd>" sign                  \
    "</CdtDbtInd><BookgDt><Dt>2026-09-15</Dt></BookgDt>" more "</Ntry>"

static void entries_of_camt(void **state)
{
    (void)state;
    static const table_case cases[] = {
        {CAMT(BAL("PRCD", "1.00", "CRDT") BAL("CLBD", "3.5", "CRDT")
                  NTRY("2.50000", "CRDT", "")),
         "camt053", "77 opening 1 closing 3.5 lines 1 sum 2.5 continuity true",
         NULL, 0, NULL, "2026-09-15"},
        {CAMT(BAL("PRCD", "9.00", "CRDT") BAL("OPBD", "1.00", "DBIT")
                  BAL("CLBD", "3.00", "DBIT") NTRY("0000002.00", "DBIT", "")),
         "camt053", "77 opening -1 closing -3 lines 1 sum -2 continuity true",
         NULL, 0, NULL, "2026-09-15"},
        /* the sign is that of this entry; RvslInd only says what it is */
        {CAMT(BAL("OPBD", "1.00", "CRDT") BAL("CLBD", "3.00", "CRDT")
                  NTRY("2.00", "CRDT", "<RvslInd>true</RvslInd>")),
         "camt053", "77 opening 1 closing 3 lines 1 sum 2 continuity true",
         NULL, 0, NULL, "2026-09-15"},
        {CAMT(BAL("OPBD", "1.00", "CRDT") BAL("CLBD", "1.00", "CRDT")
                  NTRY("2.00", "CRDT", "<Sts><Cd>PDNG</Cd></Sts>")),
         "camt053", "77 opening 1 closing 1 lines 1 sum 2 continuity true",
         NULL, 0, NULL, "2026-09-15"},
        {CAMT(NTRY("2.001", "CRDT", "")), "camt053",
         "77 opening null closing null lines 0 sum 0 continuity null",
         "W-BANK-LINE", 1, "complete", NULL},
        {CAMT(NTRY("-2.00", "CRDT", "")), "camt053",
         "77 opening null closing null lines 0 sum 0 continuity null",
         "W-BANK-LINE", 1, "complete", NULL},
        {CAMT(NTRY("-0.00", "CRDT", "")), "camt053",
         "77 opening null closing null lines 1 sum 0 continuity null", NULL, 0,
         NULL, "2026-09-15"},
        {CAMT(NTRY("2e3", "CRDT", "")), "camt053",
         "77 opening null closing null lines 0 sum 0 continuity null",
         "W-BANK-LINE", 1, "complete", NULL},
        {CAMT(NTRY("2.00", "BOTH", "")), "camt053",
         "77 opening null closing null lines 0 sum 0 continuity null",
         "W-BANK-LINE", 1, "complete", NULL},
        {CAMT("<TxsSummry><TtlCdtNtries><NbOfNtries>2</NbOfNtries>"
              "<Sum>5</Sum></TtlCdtNtries></TxsSummry>" NTRY("5", "CRDT", "")),
         "camt053",
         "77 opening null closing null lines 1 sum 5 continuity null", NULL, 0,
         "counts", "2026-09-15"},
        {CAMT(NTRY("5", "CRDT",
                   "<NtryDtls><TxDtls><Amt Ccy=\"IDR\">4</Amt>"
                   "</TxDtls></NtryDtls>")),
         "camt053",
         "77 opening null closing null lines 1 sum 5 continuity null",
         "W-BANK-DETAILS", 1, NULL, "2026-09-15"},
        /* prefixes and no namespace at all */
        {"<a:X xmlns:a=\"b\"><a:BkToCstmrDbtCdtNtfctn><a:Ntfctn><a:Acct><a:Id>"
         "<a:IBAN>ID1</a:IBAN><a:Othr><a:Id>2</a:Id></a:Othr></a:Id></a:Acct>"
         "<a:Ntry><a:Amt Ccy=\"IDR\"> 7 </a:Amt><a:CdtDbtInd>DBIT"
         "</a:CdtDbtInd><a:ValDt><a:DtTm>2026-09-15T23:00:00+07:00</a:DtTm>"
         "</a:ValDt></a:Ntry></a:Ntfctn></a:BkToCstmrDbtCdtNtfctn></a:X>",
         "camt054",
         "ID1 opening null closing null lines 1 sum -7 continuity "
         "null",
         NULL, 0, NULL, "2026-09-15"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const table_case *c = &cases[i];
        umi_bank_file *f = NULL;
        umi_buf b = {0};
        assert_int_equal(parse(&f, "auto", umi_text_of(c->text)), UMI_OK);
        const umi_bank_statement *s = &f->statements[0];
        summary(&b, s);
        umi_buf_putc(&b, '\0');
        assert_string_equal(b.ptr, c->summary);
        assert_string_equal(umi_bank_format_name(f->format), c->format);
        if (c->warning != NULL)
            assert_true(warned(f, c->warning, c->warning_line));
        else
            assert_int_equal(f->warning_count, 0);
        if (c->failing != NULL)
            assert_int_equal(check(s, c->failing)->ok, UMI_BANK_FAILS);
        else
            assert_true(umi_bank_sound(f));
        if (c->first != NULL)
            assert_day(s->lines[0].booked, c->first);
        umi_buf_free(&b);
        umi_bank_file_free(f);
    }
}

static void transactions_explain_an_entry(void **state)
{
    (void)state;
    umi_bank_file *f = NULL;
    umi_text bytes = file_read(VECTORS, "SYN_camt053_v8_id.xml");
    assert_int_equal(parse(&f, "camt053", bytes), UMI_OK);
    const umi_bank_statement *s = &f->statements[0];
    const umi_bank_line *bulk = &s->lines[3], *back = &s->lines[13];
    static const int64_t sen[] = {-500000000, -750000000, -250000000};
    const umi_bank_detail *d = bulk->details;
    for (int i = 0; i < 3; i++, d = d->next)
        assert_int_equal(d->amount.amount.sen, sen[i]);
    assert_null(d);
    assert_text(bulk->customer_ref, "UMIBATCH20260616");
    assert_int_equal(bulk->amount.sen, -1500750000);
    assert_true(back->reversal);
    assert_int_equal(back->amount.sen, 500000000);
    assert_text(back->details->reason, "AC04");
    assert_text(back->bank_ref, "364862789013");
    assert_text(back->type, "PMNT");
    assert_true(warned(f, "W-BANK-DETAILS", 6));
    umi_bank_file_free(f);
    free((char *)bytes.ptr);
}

/* --- refusals ------------------------------------------------------------ */

static void what_is_no_statement_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *format, *code;
    } cases[] = {
        {"", "auto", "BANK-FORMAT"},
        {"hello", "auto", "BANK-FORMAT"},
        {":25:7\n:61:260915C1,00NTRF\n", "auto", "BANK-FORMAT"},
        {BNI "\n", "bca", "BANK-FORMAT"},
        {BNI "\n", "mt940", "BANK-FORMAT"},
        {BNI "\n", "camt053", "XML"},
        {CAMT(""), "camt054", "BANK-FORMAT"},
        {CAMT(""), "mt942", "BANK-FORMAT"},
        {":20:X\n:25:7\n", "va", "BANK-FORMAT"},
        {"<Document><BkToCstmrStmt/></Document>", "auto", "BANK-FORMAT"},
        {"<Document><BkToCstmrAcctRpt><Rpt/></BkToCstmrAcctRpt></Document>",
         "auto", "BANK-FORMAT"},
        {"<!DOCTYPE a><Document/>", "auto", "XML"},
        {"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", "auto", "XML"},
        {"<Document>", "auto", "XML"},
        {"<a>&b;</a>", "auto", "XML"},
        {"<?xml version=\"1.0\" encoding=\"KLINGON\"?><a/>", "auto", "XML"},
        {BRI_OLD "1,5.0501E+13,2026-07-01,,9,A,10.00,.00,5.00,15.00,CR,X\n",
         "auto", "BANK-ACCOUNT"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_bank_file *f = NULL;
        umi_error err = {0};
        umi_bank_options o = {.lang = UMI_LANG_EN};
        assert_true(
            umi_bank_format_parse(&o.format, umi_text_of(cases[i].format)));
        umi_status rc =
            umi_bank_parse(&f, umi_text_of(cases[i].text), &o, &err);
        assert_int_equal(umi_status_exit(rc), 2);
        assert_string_equal(err.code, cases[i].code);
        assert_null(f);
    }
    umi_bank_format none;
    assert_false(umi_bank_format_parse(&none, UMI_TEXT("ofx")));
}

static void an_account_from_outside_mends_a_spoilt_one(void **state)
{
    (void)state;
    umi_bank_file *f = NULL;
    umi_bank_options o = {UMI_BANK_BRI, UMI_TEXT("5050"), UMI_LANG_ID};
    umi_text t = UMI_TEXT(
        BRI_OLD "1,5.0501E+13,2026-07-01,,9,A,10.00,.00,5.00,15.00,CR,X\n");
    assert_int_equal(umi_bank_parse(&f, t, &o, NULL), UMI_OK);
    assert_text(f->statements[0].account, "5050");
    umi_bank_file_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_banks),
        cmocka_unit_test(continuation_rows_belong_to_the_row_above),
        cmocka_unit_test(a_pending_row_has_no_day),
        cmocka_unit_test(gross_and_fee_of_a_virtual_account_are_details),
        cmocka_unit_test(entries_of_camt),
        cmocka_unit_test(transactions_explain_an_entry),
        cmocka_unit_test(what_is_no_statement_is_refused),
        cmocka_unit_test(an_account_from_outside_mends_a_spoilt_one),
    };
    return cmocka_run_group_tests_name("ledger/bank_forms", tests, NULL, NULL);
}
