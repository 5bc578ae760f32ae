/* SPDX-License-Identifier: MIT
 * Whatever the bytes: the reader ends, every row lies on a line after the one
 * before, and what was read writes and reads back as the same fields. */
#include "ledger/io/csv.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(const umi_record *r)
{
    umi_buf b = {0};
    umi_csv_out w = {.buf = &b};
    umi_csv *again = NULL;
    umi_csv_spec any = {.row_max = 1 << 20};
    bool more = false;
    for (size_t i = 0; i < r->count; i++)
        umi_csv_put(&w, r->fields[i]);
    umi_csv_end(&w);
    umi_status rc = umi_csv_open_text(&again, umi_buf_as_text(&b), &any, NULL);
    assert(rc == UMI_OK);
    rc = umi_csv_next(again, &more, NULL);
    assert(rc == UMI_OK && more);
    const umi_record *s = umi_csv_record(again);
    assert(s->count == r->count);
    for (size_t i = 0; i < r->count; i++)
        assert(umi_text_eq(s->fields[i], r->fields[i]));
    umi_csv_free(again);
    umi_buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const umi_column columns[] = {{"a", UMI_COLUMN_REQUIRED},
                                         {"b", UMI_COLUMN_OPTIONAL},
                                         UMI_CSV_REJECT_COLUMNS};
    if (size == 0)
        return 0;
    umi_csv_spec spec = {data[0] & 1 ? columns : NULL, 5,
                         data[0] & 2 ? ';' : ',', data[0] & 4 ? 16 : 0, "f"};
    umi_csv *csv = NULL;
    umi_text text = {(const char *)data + 1, size - 1};
    if (umi_csv_open_text(&csv, text, &spec, NULL) != UMI_OK)
        return 0;
    const umi_record *r = umi_csv_record(csv);
    for (int64_t line = 0;;) {
        bool more = false;
        umi_error err = {0};
        umi_buf reject = {0};
        umi_csv_out w = {.buf = &reject};
        umi_status rc = umi_csv_next(csv, &more, &err);
        if (!more)
            break;
        assert(rc == UMI_OK || rc == UMI_ESYNTAX);
        assert(r->line > line);
        line = r->line;
        umi_csv_reject(&w, csv, &err);
        assert(umi_text_utf8(umi_buf_as_text(&reject)));
        umi_buf_free(&reject);
        if (rc == UMI_OK)
            same_again(r);
    }
    umi_csv_free(csv);
    return 0;
}
