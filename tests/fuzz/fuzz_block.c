/* SPDX-License-Identifier: MIT
 * Any bytes as a block of a packed table, which the first byte chooses: what
 * is accepted is read row by row, sought in, and, written again, the same. */
#include "ledger/book/journal.h"
#include "ledger/store/block_int.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy that ends where it may be read to. */
static umi_text tight(const void *bytes, size_t n)
{
    char *p = calloc(1, n + UMI__BLOCK_SLACK);
    assert(p != NULL);
    memcpy(p, bytes, n);
    return (umi_text){p, n};
}

static void let_go(umi_text bytes)
{
    free((void *)(uintptr_t)bytes.ptr);
}

/* False when one of the rows has a value that it cannot have. */
static bool load_all(const umi__block *b, char *rows)
{
    for (size_t i = 0; i < b->n; i++)
        if (!umi__block_load(b, i, rows + i * b->table->size))
            return false;
    return true;
}

static void seek_some(const umi__block *b)
{
    bool ascending = true;
    for (size_t i = 1; i < b->n; i++)
        ascending =
            ascending && umi__block_key(b, i - 1) < umi__block_key(b, i);
    for (size_t i = 0; i < b->n; i++) {
        const int64_t key = umi__block_key(b, i);
        for (size_t from = 0; from <= i; from += 1 + i / 4) {
            size_t at = umi__block_seek(b, from, key);
            assert(at <= b->n && (!ascending || at == i));
        }
    }
}

static void same_cells(const umi_table *t, const char *x, const char *y)
{
    for (size_t i = 0; i < t->count; i++) {
        umi__cell a = umi__cell_get(&t->columns[i], x);
        umi__cell b = umi__cell_get(&t->columns[i], y);
        assert(a.absent == b.absent && umi_text_eq(a.text, b.text));
        assert(a.absent || a.number == b.number);
    }
}

static void write_again(const umi_table *t, const char *rows, size_t n)
{
    umi_buf out = {0};
    umi__block b;
    char *back = calloc(n, t->size);
    umi__block_write(&out, t, rows, n);
    assert(!out.failed && back != NULL);
    umi_text bytes = tight(out.ptr, out.len);
    assert(umi__block_open(&b, t, bytes) && b.n == n && load_all(&b, back));
    for (size_t i = 0; i < n; i++)
        same_cells(t, rows + i * t->size, back + i * t->size);
    free(back);
    let_go(bytes);
    umi_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const umi_table *const tables[] = {
        &umi_idem_table, &umi_loan_key_table, &umi_loan_state_table};
    umi__block b;
    if (size == 0)
        return 0;
    const umi_table *t = tables[data[0] % 3];
    umi_text bytes = tight(data + 1, size - 1);
    if (umi__block_open(&b, t, bytes)) {
        char *rows = calloc(b.n, t->size);
        assert(rows != NULL);
        seek_some(&b);
        if (load_all(&b, rows))
            write_again(t, rows, b.n);
        free(rows);
    }
    let_go(bytes);
    return 0;
}
