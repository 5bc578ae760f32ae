/* SPDX-License-Identifier: MIT */
#include "ledger/book/space.h"

#include "ledger/book/posting_batch.h"

#include <assert.h>

enum {
    PAGE = UMI_STORE_PAGE,
    FRAME = PAGE + 24, /* of a page in the log */
    ROWS = 1000,       /* fewer tell nothing */
    BESIDE = 20        /* bytes a line: sums, blocks, room left in pages */
};

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t pages(int64_t bytes)
{
    return (bytes + PAGE - 1) / PAGE;
}

static umi_status largest(void *self, const void *row, umi_error *err)
{
    int64_t *lines = self;
    const umi_batch *k = row;
    (void)err;
    if (k->kind == UMI_BATCH_POST && k->lines.n > *lines)
        *lines = k->lines.n;
    return UMI_OK;
}

umi_status umi_space_lines(int64_t *out, umi_book *b, umi_error *err)
{
    int64_t lines = 0;
    umi_status rc = umi_store_scan(umi_book_store(b), &umi_batch_table, 1,
                                   INT64_MAX, largest, &lines, err);
    if (rc == UMI_OK)
        *out = lines > 0 ? lines : UMI_SPACE_LINES;
    return rc;
}

/* Pages that @p lines lines put into the log in @p chunks transactions, and
 * what else is written anew. */
static int64_t
frames(const umi_space *s, int64_t lines, int64_t chunks, int64_t merged)
{
    return pages(lines * s->per_line) + pages(merged) + chunks * 64;
}

static int64_t each(const umi_table_size *t)
{
    return t->newest / (t->newest_rows + 1) + 1;
}

/* Packs of keys and states may have to be merged, at most all of them. */
static int64_t merged(const umi_table_size *keys, const umi_table_size *states)
{
    return keys->bytes == UMI_NONE ? 0 : keys->bytes + states->bytes;
}

umi_status
umi_space_for(umi_space *out, umi_book *b, int64_t lines, umi_error *err)
{
    umi_store *store = umi_book_store(b);
    umi_table_size txn, keys, states;
    umi_space s = {.lines = lines, .per_line = UMI_SPACE_LINE};
    assert(lines >= 0 && lines <= UMI_SPACE_MOST);
    umi_status rc = umi_store_measure(store, &umi_txn_table, &txn, err);
    if (rc == UMI_OK)
        rc = umi_store_measure(store, &umi_idem_table, &keys, err);
    if (rc == UMI_OK)
        rc = umi_store_measure(store, &umi_loan_state_table, &states, err);
    if (rc != UMI_OK)
        return rc;
    s.measured = keys.bytes != UMI_NONE && keys.rows >= ROWS;
    if (s.measured)
        s.per_line = each(&txn) + each(&keys) + each(&states) + BESIDE;
    const int64_t again = merged(&keys, &states);
    s.book = lines * s.per_line + again;
    int64_t chunks = (lines + UMI_PAY_CHUNK - 1) / UMI_PAY_CHUNK;
    s.log = least(frames(&s, lines, chunks, again),
                  UMI_STORE_LOG +
                      frames(&s, least(lines, UMI_PAY_CHUNK), 1, again)) *
            FRAME;
    *out = s;
    return UMI_OK;
}
