/* SPDX-License-Identifier: MIT */
#include "ledger/book/period.h"

#include <stdlib.h>

static const umi_store_column accrual_columns[] = {
    UMI_COL(umi_accrual, id, INT),          UMI_COL(umi_accrual, batch, INT),
    UMI_COL(umi_accrual, day, DAY),         UMI_COL(umi_accrual, branch, INT),
    UMI_COL(umi_accrual, product, INT),     UMI_COL(umi_accrual, earned, MONEY),
    UMI_COL(umi_accrual, suspended, MONEY), UMI_COL(umi_accrual, fee, MONEY),
};
const umi_table umi_accrual_table =
    UMI_TABLE_OF(JOURNAL, umi_accrual, ACCRUAL, "accrual", accrual_columns);
const umi_query umi_accrual_by_batch = {
    .sql = UMI_SQL_ACCRUAL_BY_BATCH,
    .table = &umi_accrual_table,
    .where = {{"batch", UMI_WHERE_EQ}},
};

static const char *const closing_kinds[] = {"control", "arrears", "postings",
                                            NULL};
static const umi_store_column closing_columns[] = {
    UMI_COL(umi_closing, id, INT),
    UMI_COL(umi_closing, batch, INT),
    UMI_COL_ENUM(umi_closing, kind, closing_kinds),
    UMI_COL(umi_closing, name, TEXT),
    UMI_COL(umi_closing, n, INT),
    UMI_COL(umi_closing, loans, MONEY),
    UMI_COL(umi_closing, ledger, MONEY),
};
const umi_table umi_closing_table =
    UMI_TABLE_OF(JOURNAL, umi_closing, CLOSING, "closing", closing_columns);
const umi_query umi_closing_by_batch = {
    .sql = UMI_SQL_CLOSING_BY_BATCH,
    .table = &umi_closing_table,
    .where = {{"batch", UMI_WHERE_EQ}},
};

/* --- reading -------------------------------------------------------------- */

static umi_status
read_rows(umi_period *p, umi_book *b, umi_arena *arena, umi_error *err)
{
    umi_store *s = umi_book_store(b);
    const umi_query_arg batch = UMI_ARG_INT(p->day.batch);
    void *accruals, *figures;
    umi_status rc = umi_store_find(s, &umi_accrual_by_batch, &batch, &accruals,
                                   &p->accrual_count, arena, err);
    if (rc == UMI_OK)
        rc = umi_store_find(s, &umi_closing_by_batch, &batch, &figures,
                            &p->figure_count, arena, err);
    if (rc != UMI_OK)
        return rc;
    p->accruals = accruals;
    p->figures = figures;
    return UMI_OK;
}

umi_status umi_period_of(
    umi_period *out, umi_book *b, umi_day d, umi_arena *arena, umi_error *err)
{
    umi_period p = {.accruals = NULL};
    const int64_t key = d.n;
    char text[UMI_DAY_TEXT];
    bool found = false;
    umi_status rc = umi_store_read(umi_book_store(b), &umi_closed_day_table,
                                   &key, 1, &p.day, &found, arena, err);
    umi_day_write(text, d);
    if (rc == UMI_OK && !found)
        rc = umi_fail(err, UMI_ENOENT, "date", "%s is not closed", text);
    if (rc == UMI_OK)
        rc = read_rows(&p, b, arena, err);
    if (rc == UMI_OK)
        *out = p;
    return rc;
}

static umi_status keep_day(void *self, const void *row, umi_error *err)
{
    (void)err;
    *(umi_closed_day *)self = *(const umi_closed_day *)row;
    return UMI_OK;
}

umi_status umi_period_before(
    umi_period *out, umi_book *b, umi_day d, umi_arena *arena, umi_error *err)
{
    umi_period p = {.accruals = NULL};
    /* closed days stand side by side: one before the day, or none */
    umi_status rc = umi_store_scan(umi_book_store(b), &umi_closed_day_table,
                                   d.n - 1, d.n - 1, keep_day, &p.day, err);
    if (rc == UMI_OK && p.day.id != 0)
        rc = read_rows(&p, b, arena, err);
    if (rc == UMI_OK)
        *out = p;
    return rc;
}

/* --- entries -------------------------------------------------------------- */

static void move(umi_gl_entry *to,
                 const umi_accrual *a,
                 umi_posting_kind kind,
                 umi_component component,
                 int64_t sen)
{
    *to = (umi_gl_entry){.kind = kind,
                         .day = a->day,
                         .product = a->product,
                         .branch = a->branch,
                         .channel = UMI_NONE};
    to->parts.of[component].sen = sen;
}

/* Sums are never negative, so their differences fit. */
void umi_period_entries(umi_gl_entry to[UMI_PERIOD_ENTRIES],
                        const umi_accrual *now,
                        const umi_accrual *before)
{
    int64_t earned = now->earned.sen - before->earned.sen;
    int64_t stopped = now->suspended.sen - before->suspended.sen;
    int64_t fee = now->fee.sen - before->fee.sen;
    move(&to[0], now, UMI_POST_ACCRUAL, UMI_INTEREST, earned);
    move(&to[1], now, UMI_POST_SUSPEND, UMI_INTEREST, stopped);
    move(&to[2], now, UMI_POST_MEMORANDUM, UMI_INTEREST, stopped);
    move(&to[3], now, UMI_POST_FEE, UMI_FEE, fee);
}

static int by_place(const void *x, const void *y)
{
    const umi_accrual *a = x, *b = y;
    if (a->branch != b->branch)
        return a->branch < b->branch ? -1 : 1;
    return a->product < b->product ? -1 : a->product > b->product;
}

umi_accrual umi_period_sums(const umi_period *p, const umi_accrual *a)
{
    const umi_accrual *found = NULL;
    if (p->accrual_count > 0)
        found = bsearch(a, p->accruals, p->accrual_count, sizeof *a, by_place);
    return found ? *found : (umi_accrual){0};
}

/* --- the chain ------------------------------------------------------------ */

typedef struct search {
    int64_t row;
    umi_hash hash;
    bool found;
} search;

static umi_status seek(void *self, const void *row, umi_error *err)
{
    search *s = self;
    const umi_block *block = row;
    (void)err;
    if (s->row < block->first || s->row > block->last ||
        !umi_text_is(block->rel, umi_closing_table.name))
        return UMI_OK;
    s->hash = block->hash;
    s->found = true;
    return UMI_OK;
}

umi_status
umi_period_head(umi_hash *out, umi_book *b, const umi_period *p, umi_error *err)
{
    search s = {.row = 0};
    if (p->figure_count > 0)
        s.row = p->figures[p->figure_count - 1].id;
    umi_status rc = umi_store_scan(umi_book_store(b), &umi_block_table, 1,
                                   INT64_MAX, seek, &s, err);
    if (rc == UMI_OK && !s.found)
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "the figures of a closed day are not in the chain");
    if (rc == UMI_OK)
        *out = s.hash;
    return rc;
}
