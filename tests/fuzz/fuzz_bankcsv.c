/* SPDX-License-Identifier: MIT
 * Whatever the bytes behind the header of any layout: refused with exit code
 * 2, or a file that holds. */
#include "tests/support/bank_hold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const heads[] = {
        "",
        "Periode : 15/12/2025 - 15/01/2026\n"
        "Tanggal Transaksi,Keterangan,Cabang,Jumlah,Saldo\n",
        "Date,Description,Branch,Amount,,Balance\n",
        "AccountNo;Ccy;PostDate;Remarks;AdditionalDesc;Credit Amount;"
        "Debit Amount;Close Balance\n",
        "Post Date,Value Date,Branch,Journal No.,Description,Debit,Credit,\n",
        "NOREK,TGL_TRAN,DESK_TRAN,SALDO_AWAL_MUTASI,MUTASI_DEBET,"
        "MUTASI_KREDIT,SALDO_AKHIR_MUTASI\n",
        "Transaction Date,Value Date,Reference No.,Description,,Debit,"
        "Credit,Balance\n",
        "PAYMENT_REQUEST_ID,REFERENCE_NO,TRX_DATE_TIME,VIRTUAL_ACCOUNT_NO,"
        "CURRENCY,TOTAL_AMOUNT,PAID_AMOUNT,FEE_AMOUNT\n",
    };
    if (size == 0)
        return 0;
    umi_buf b = {0};
    umi_buf_puts(&b, heads[data[0] % (sizeof heads / sizeof *heads)]);
    umi_buf_bytes(&b, (const char *)data + 1, size - 1);
    (void)bank_bytes_hold(UMI_BANK_AUTO, umi_buf_as_text(&b));
    umi_buf_free(&b);
    return 0;
}
