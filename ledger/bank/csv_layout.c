/* SPDX-License-Identifier: MIT */
#include "ledger/bank/csv_layout_int.h"

#include <strings.h>

#define POINT                                                                  \
    {                                                                          \
        .point = '.', .group = ','                                             \
    }
#define MINOR                                                                  \
    {                                                                          \
        0                                                                      \
    }

static const umi__layout layouts[] = {
    {UMI_BANK_BCA,
     true,
     POINT,
     {{"Tanggal Transaksi", UMI__ROLE_BOOKED, true},
      {"Keterangan", UMI__ROLE_TEXT, true},
      {"Cabang", UMI__ROLE_NONE, true},
      {"Jumlah", UMI__ROLE_AMOUNT, true},
      {"", UMI__ROLE_MARK, false},
      {"Saldo", UMI__ROLE_BALANCE, true}}},
    {UMI_BANK_BCA_PERSONAL, /* in Indonesian */
     true,
     POINT,
     {{"Tanggal", UMI__ROLE_BOOKED, true},
      {"Keterangan", UMI__ROLE_TEXT, true},
      {"Cabang", UMI__ROLE_NONE, true},
      {"Jumlah", UMI__ROLE_AMOUNT, true},
      {"", UMI__ROLE_MARK, true},
      {"Saldo", UMI__ROLE_BALANCE, true}}},
    {UMI_BANK_BCA_PERSONAL,
     true,
     POINT,
     {{"Date", UMI__ROLE_BOOKED, true},
      {"Description", UMI__ROLE_TEXT, true},
      {"Branch", UMI__ROLE_NONE, true},
      {"Amount", UMI__ROLE_AMOUNT, true},
      {"", UMI__ROLE_MARK, true},
      {"Balance", UMI__ROLE_BALANCE, true}}},
    {UMI_BANK_MANDIRI, /* Kopra, MCM */
     false,
     POINT,
     {{"AccountNo", UMI__ROLE_ACCOUNT, true},
      {"Ccy", UMI__ROLE_CURRENCY, true},
      {"PostDate", UMI__ROLE_BOOKED, true},
      {"Remarks", UMI__ROLE_TEXT, true},
      {"AdditionalDesc", UMI__ROLE_TEXT, true},
      {"Credit Amount", UMI__ROLE_CREDIT, true},
      {"Debit Amount", UMI__ROLE_DEBIT, true},
      {"Close Balance", UMI__ROLE_BALANCE, true}}},
    {UMI_BANK_MANDIRI,
     false,
     POINT,
     {{"Account No", UMI__ROLE_ACCOUNT, true},
      {"Date", UMI__ROLE_BOOKED, true},
      {"Val. Date", UMI__ROLE_VALUE, true},
      {"Transaction Code", UMI__ROLE_TYPE, true},
      {"Description", UMI__ROLE_TEXT, true}, /* stands twice */
      {"Reference No.", UMI__ROLE_BANK_REF, true},
      {"Debit", UMI__ROLE_DEBIT, true},
      {"Credit", UMI__ROLE_CREDIT, true}}},
    {UMI_BANK_BNI,
     false,
     POINT,
     {{"Post Date", UMI__ROLE_BOOKED, true},
      {"Value Date", UMI__ROLE_VALUE, true},
      {"Branch", UMI__ROLE_NONE, true},
      {"Journal No.", UMI__ROLE_BANK_REF, true},
      {"Description", UMI__ROLE_TEXT, true},
      {"Debit", UMI__ROLE_DEBIT, true},
      {"Credit", UMI__ROLE_CREDIT, true}}},
    {UMI_BANK_BRI, /* CMS, the older header */
     false,
     POINT,
     {{"TGL_TRAN", UMI__ROLE_BOOKED, true},
      {"TGL_EFEKTIF", UMI__ROLE_VALUE, false},
      {"DESK_TRAN", UMI__ROLE_TEXT, true},
      {"SALDO_AWAL_MUTASI", UMI__ROLE_BEFORE, true},
      {"MUTASI_DEBET", UMI__ROLE_DEBIT, true},
      {"MUTASI_KREDIT", UMI__ROLE_CREDIT, true},
      {"SALDO_AKHIR_MUTASI", UMI__ROLE_BALANCE, true},
      {"NO_REKENING", UMI__ROLE_ACCOUNT, false},
      {"NOREK", UMI__ROLE_ACCOUNT, false},
      {"SEQ", UMI__ROLE_BANK_REF, false},
      {"REMARK_CUSTOM", UMI__ROLE_TEXT, false}}},
    {UMI_BANK_BRI, /* Qlola, the newer one */
     false,
     POINT,
     {{"TGL_TRANSAKSI", UMI__ROLE_BOOKED, true},
      {"TGL_EFEKTIF", UMI__ROLE_VALUE, false},
      {"DESKRIPSI", UMI__ROLE_TEXT, true},
      {"SALDO_AWAL", UMI__ROLE_BEFORE, true},
      {"DEBET", UMI__ROLE_DEBIT, true},
      {"KREDIT", UMI__ROLE_CREDIT, true},
      {"SALDO_AKHIR", UMI__ROLE_BALANCE, true},
      {"NO_REKENING", UMI__ROLE_ACCOUNT, false},
      {"NOREK", UMI__ROLE_ACCOUNT, false},
      {"NO_JURNAL", UMI__ROLE_BANK_REF, false},
      {"TIPE_TRANSAKSI", UMI__ROLE_TYPE, false},
      {"REMARK1", UMI__ROLE_TEXT, false},
      {"REMARK2", UMI__ROLE_TEXT, false},
      {"REMARK3", UMI__ROLE_TEXT, false},
      {"REMARK4", UMI__ROLE_TEXT, false},
      {"REMARK5", UMI__ROLE_TEXT, false},
      {"REMARK6", UMI__ROLE_TEXT, false},
      {"REMARK_CUSTOM", UMI__ROLE_TEXT, false}}},
    {UMI_BANK_BRI, /* internet banking */
     false,
     POINT,
     {{"Tanggal Transaksi", UMI__ROLE_BOOKED, true},
      {"Uraian Transaksi", UMI__ROLE_TEXT, true},
      {"Teller", UMI__ROLE_NONE, true},
      {"Debet", UMI__ROLE_DEBIT, true},
      {"Kredit", UMI__ROLE_CREDIT, true},
      {"Saldo", UMI__ROLE_BALANCE, true}}},
    {UMI_BANK_OCBC,
     false,
     POINT,
     {{"Transaction Date", UMI__ROLE_BOOKED, true},
      {"Value Date", UMI__ROLE_VALUE, true},
      {"Reference No.", UMI__ROLE_BANK_REF, true},
      {"Cheque No.", UMI__ROLE_CUSTOMER_REF, false},
      {"Description", UMI__ROLE_TEXT, true},
      {"", UMI__ROLE_TEXT, false},
      {"Debit", UMI__ROLE_DEBIT, true},
      {"Credit", UMI__ROLE_CREDIT, true},
      {"Balance", UMI__ROLE_BALANCE, true}}},
    {UMI_BANK_VA,
     false,
     MINOR,
     {{"PAYMENT_REQUEST_ID", UMI__ROLE_REQUEST, true},
      {"REFERENCE_NO", UMI__ROLE_BANK_REF, true},
      {"TRX_DATE_TIME", UMI__ROLE_BOOKED, true},
      {"VIRTUAL_ACCOUNT_NO", UMI__ROLE_CUSTOMER_REF, true},
      {"VIRTUAL_ACCOUNT_NAME", UMI__ROLE_NAME, false},
      {"CURRENCY", UMI__ROLE_CURRENCY, true},
      {"TOTAL_AMOUNT", UMI__ROLE_GROSS, true},
      {"PAID_AMOUNT", UMI__ROLE_PAID, true},
      {"FEE_AMOUNT", UMI__ROLE_FEE, true},
      {"VALUE_ADDED_TAX", UMI__ROLE_VAT, false},
      {"WITH_HOLDING_TAX", UMI__ROLE_WITHHOLDING, false}}},
};

static bool same(umi_text t, const char *name)
{
    size_t n = strlen(name);
    return t.len == n && (n == 0 || strncasecmp(t.ptr, name, n) == 0);
}

static size_t kept(const umi__row *row)
{
    return row->count < UMI__ROW_CELLS ? row->count : UMI__ROW_CELLS;
}

static bool matches(const umi__layout *l, const umi__row *row)
{
    for (const umi__column *c = l->columns; c->name != NULL; c++) {
        bool found = !c->needed;
        for (size_t i = 0; i < kept(row) && !found; i++)
            found = same(row->cell[i], c->name);
        if (!found)
            return false;
    }
    return true;
}

const umi__layout *umi__layout_find(const umi__row *row, umi_bank_format format)
{
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++)
        if ((format == UMI_BANK_AUTO || format == layouts[i].format) &&
            matches(&layouts[i], row))
            return &layouts[i];
    return NULL;
}

void umi__layout_roles(const umi__layout *l,
                       const umi__row *row,
                       umi__role roles[UMI__ROW_CELLS])
{
    for (size_t i = 0; i < UMI__ROW_CELLS; i++)
        roles[i] = UMI__ROLE_NONE;
    for (size_t i = 0; i < kept(row); i++)
        for (const umi__column *c = l->columns; c->name != NULL; c++)
            if (same(row->cell[i], c->name))
                roles[i] = c->role;
}

static const struct {
    const char *text;
    umi__label label;
} labels[] = {
    {"No. rekening", UMI__LABEL_ACCOUNT},
    {"No rekening", UMI__LABEL_ACCOUNT},
    {"Nomor rekening", UMI__LABEL_ACCOUNT},
    {"Account No.", UMI__LABEL_ACCOUNT},
    {"Nama", UMI__LABEL_IGNORED},
    {"Name", UMI__LABEL_IGNORED},
    {"Periode", UMI__LABEL_PERIOD},
    {"Period", UMI__LABEL_PERIOD},
    {"Kode Mata Uang", UMI__LABEL_CURRENCY},
    {"Mata Uang", UMI__LABEL_CURRENCY},
    {"Currency", UMI__LABEL_CURRENCY},
    {"Saldo Awal", UMI__LABEL_OPENING},
    {"Starting Balance", UMI__LABEL_OPENING},
    {"Saldo Akhir", UMI__LABEL_CLOSING},
    {"Ending Balance", UMI__LABEL_CLOSING},
    {"Mutasi Debet", UMI__LABEL_DEBITS},
    {"Debet", UMI__LABEL_DEBITS},
    {"Mutasi Kredit", UMI__LABEL_CREDITS},
    {"Mutasi Credit", UMI__LABEL_CREDITS},
    {"Credit", UMI__LABEL_CREDITS},
    {"Kredit", UMI__LABEL_CREDITS},
};

static bool digits(umi_text t, size_t least, size_t most)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.ptr[i] < '0' || t.ptr[i] > '9')
            return false;
    return t.len >= least && t.len <= most;
}

/* "1" of an amount without quotes that fell apart at its commas: how many
 * cells behind it belong to it, the last of them with decimals. */
static size_t fallen(const umi__row *row, umi_text head)
{
    size_t i = 1;
    if (!digits(head, 1, 3))
        return 0;
    while (i < kept(row) && digits(row->cell[i], 3, 3))
        i++;
    umi_text last = i < kept(row) ? row->cell[i] : (umi_text){0};
    bool decimals = last.len == 6 && last.ptr[3] == '.' &&
                    digits((umi_text){last.ptr, 3}, 3, 3) &&
                    digits((umi_text){last.ptr + 4, 2}, 2, 2);
    return decimals ? i : 0;
}

/* The value stands behind the colon, or in the next cell but "=". */
umi__label
umi__label_find(const umi__row *row, umi_text *value, umi_text *behind)
{
    umi_text head = row->cell[0];
    const char *colon = head.len ? memchr(head.ptr, ':', head.len) : NULL;
    size_t n = colon ? (size_t)(colon - head.ptr) : head.len, next = 1;
    umi_text label = umi_text_trim((umi_text){head.ptr, n});
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        if (!same(label, labels[i].text))
            continue;
        *value = (umi_text){0};
        *behind = (umi_text){0};
        if (colon != NULL)
            *value = umi_text_trim((umi_text){colon + 1, head.len - n - 1});
        size_t more = fallen(row, *value);
        if (more > 0) {
            const umi_text *last = &row->cell[more];
            value->len = (size_t)(last->ptr + last->len - value->ptr);
            next = more + 1;
        }
        while (next < kept(row) && value->len == 0) {
            if (!same(row->cell[next], "=") && !same(row->cell[next], ":"))
                *value = row->cell[next];
            next++;
        }
        if (next < kept(row))
            *behind = row->cell[next];
        return labels[i].label;
    }
    return UMI__LABEL_NONE;
}
