/* SPDX-License-Identifier: MIT
 * Rows of a repayment file a second, beside the same text only cut at line
 * feeds and commas by memchr, without a judgement. */
#include "engine/base/alloc.h"
#include "ledger/io/csv.h"
#include "tests/bench/bench.h"

enum {
    ROWS = 1000000,
    TIMES = 5 /* the best of so many */
};

static volatile size_t kept; /* what the floor found is not thrown away */

static void cut(umi_text text)
{
    const char *end = text.ptr + text.len;
    size_t bytes = 0;
    for (const char *p = text.ptr; p < end;) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        for (const char *q = p; q != NULL && q < nl;) {
            const char *comma = memchr(q, ',', (size_t)(nl - q));
            bytes += (size_t)((comma ? comma : nl) - q);
            q = comma ? comma + 1 : NULL;
        }
        p = nl + 1;
    }
    kept = bytes;
}

static void read_rows(umi_text text)
{
    static const umi_column columns[] = {
        {"reference", UMI_COLUMN_REQUIRED}, {"loan", UMI_COLUMN_REQUIRED},
        {"date", UMI_COLUMN_REQUIRED},      {"amount", UMI_COLUMN_REQUIRED},
        {"channel", UMI_COLUMN_REQUIRED},   UMI_CSV_REJECT_COLUMNS};
    const umi_csv_spec spec = {columns, sizeof columns / sizeof *columns, 0, 0,
                               NULL};
    umi_csv *csv = NULL;
    size_t rows = 0, bytes = 0;
    bool more = true;
    if (umi_csv_open_text(&csv, text, &spec, NULL) != UMI_OK)
        abort();
    const umi_record *r = umi_csv_record(csv);
    while (umi_csv_next(csv, &more, NULL) == UMI_OK && more) {
        rows++;
        bytes += umi_record_text(r, 3).len;
    }
    umi_csv_free(csv);
    if (rows != ROWS)
        abort();
    kept = bytes;
}

/* Rows a second, the best of several runs. */
static double best(void (*fn)(umi_text), umi_text text)
{
    double took = 0;
    for (int i = 0; i < TIMES; i++) {
        int64_t start = cpu_ns();
        fn(text);
        took = least(took, (double)(cpu_ns() - start));
    }
    return ROWS * 1e9 / took;
}

static void figure(const char *name, umi_text text)
{
    double floor = best(cut, text);
    tell(name, best(read_rows, text), "rows/s", floor);
}

int main(void)
{
    umi_buf plain = {0}, quoted = {0};
    umi_buf_puts(&plain, "reference,loan,date,amount,channel\n");
    umi_buf_puts(&quoted, "reference,loan,date,amount,channel\n");
    for (int i = 0; i < ROWS; i++) {
        int loan = (int)((int64_t)i * 7919 % 1000003), rp = 50000 + i % 9973;
        umi_buf_printf(&plain, "REF%015d,%010d,2026-11-21,%d,VA\n", i, loan,
                       rp);
        umi_buf_printf(&quoted,
                       "\"REF%015d\",\"%010d\",\"2026-11-21\",\"%d\",\"VA\"\n",
                       i, loan, rp);
    }
    if (plain.failed || quoted.failed)
        return 1;
    figure("csv_rows", umi_buf_as_text(&plain));
    figure("csv_rows_quoted", umi_buf_as_text(&quoted));
    umi_buf_free(&plain);
    umi_buf_free(&quoted);
    return 0;
}
