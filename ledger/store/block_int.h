/* SPDX-License-Identifier: MIT */
#ifndef UMI_LEDGER_STORE_BLOCK_INT_H
#define UMI_LEDGER_STORE_BLOCK_INT_H

/**
 * @file
 * Rows of a packed table as one string of bytes, column by column:
 *
 *     rows                              4 bytes
 *     of each column: width, base       1 + 8
 *     of each column: its figures       rows * width
 *     the texts, one behind the other
 *
 * All numbers stand with their least byte first.  A value is its column's
 * base plus the figure, modulo 2^64; where the width carries UMI__ABSENT, the
 * figure 0 stands for a value that is absent, and others are one more.  Days,
 * names and flags are values like others (a name by its place in the column's
 * list).  Of a text the figure is the place behind its last byte.
 */
#include "ledger/store/store_int.h"

enum {
    UMI__BLOCK_ROWS = 1024, /* most rows of one */
    UMI__BLOCK_SLACK = 8,   /* bytes behind it that may be read */
    UMI__ABSENT = 0x80
};

typedef struct umi__block_column {
    const char *at;
    uint64_t base, mask;
    uint8_t width;
    bool absent;   /* figure 0 is none */
    int32_t names; /* of UMI_COL_NAME */
} umi__block_column;

/** A block that can be read; its bytes are borrowed. */
typedef struct umi__block {
    const umi_table *table;
    size_t n;
    umi_text texts;
    umi__block_column column[UMI_COLUMNS_MAX];
} umi__block;

/** Whether rows of @p t can stand in blocks: numbers, and one text at most. */
bool umi__block_holds(const umi_table *t);

/** Append the block of @p n rows (1..UMI__BLOCK_ROWS) to @p out. */
void umi__block_write(umi_buf *out,
                      const umi_table *t,
                      const void *rows,
                      size_t n);

/**
 * Make the block in @p bytes ready; UMI__BLOCK_SLACK bytes behind it may be
 * read.  False when it is none of rows of @p t.
 */
UMI_MUST_CHECK bool
umi__block_open(umi__block *b, const umi_table *t, umi_text bytes);

static inline uint64_t umi__block_figure(const umi__block_column *c, size_t i)
{
    uint64_t v;
    memcpy(&v, c->at + i * c->width, sizeof v);
    return v & c->mask;
}

/** What stands in row @p i of column @p k, which is a number that is always
 * there. */
static inline int64_t umi__block_number(const umi__block *b, size_t k, size_t i)
{
    const umi__block_column *c = &b->column[k];
    return (int64_t)(c->base + umi__block_figure(c, i));
}

static inline int64_t umi__block_key(const umi__block *b, size_t i)
{
    return umi__block_number(b, 0, i);
}

/** umi__block_seek() over a long way. */
size_t umi__block_far(const umi__block *b, size_t from, int64_t key);

/** First row from @p from on whose key is not below @p key; n: none.  What is
 * sought is mostly near: a few rows are looked at one by one. */
static inline size_t
umi__block_seek(const umi__block *b, size_t from, int64_t key)
{
    size_t end = b->n - from > 6 ? from + 6 : b->n;
    for (; from < end; from++)
        if (umi__block_key(b, from) >= key)
            return from;
    return umi__block_far(b, from, key);
}

/** Row @p i into a struct, texts borrowed; false when a value is none that
 * its column can have. */
UMI_MUST_CHECK bool umi__block_load(const umi__block *b, size_t i, void *row);

#endif
