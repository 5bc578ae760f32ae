/* SPDX-License-Identifier: MIT */
#include "ledger/book/chain.h"

#include "engine/base/varint.h"
#include "ledger/store/store_int.h"

#include <assert.h>

static void flush(umi_chain *c)
{
    umi_blake2b_update(&c->state, c->room, c->used);
    c->used = 0;
}

static void put_number(umi_chain *c, uint64_t v)
{
    if (c->used + UMI_VARINT_MAX > sizeof c->room)
        flush(c);
    c->used += umi_varint_put(c->room + c->used, v);
}

static void put_text(umi_chain *c, umi_text t)
{
    put_number(c, t.len);
    if (t.len > sizeof c->room - c->used)
        flush(c);
    if (t.len > sizeof c->room) {
        umi_blake2b_update(&c->state, t.ptr, t.len);
    } else if (t.len > 0) {
        memcpy(c->room + c->used, t.ptr, t.len);
        c->used += t.len;
    }
}

void umi_chain_begin(umi_chain *c, const umi_hash *head, umi_text rel)
{
    umi_blake2b_init(&c->state);
    c->used = 0;
    put_text(c, (umi_text){(const char *)head->byte, UMI_HASH_SIZE});
    put_text(c, rel);
}

/* Most columns are plain numbers: they are taken without a look at what else
 * a column may be. */
void umi_chain_row(umi_chain *c, const umi_table *t, const void *row)
{
    for (size_t i = 0; i < t->count; i++) {
        const umi_store_column *col = &t->columns[i];
        if (col->type <= UMI_COL_MONEY) {
            int64_t number;
            memcpy(&number, (const char *)row + col->offset, sizeof number);
            bool absent = col->optional && number == UMI_NONE;
            if (col->optional)
                put_number(c, !absent);
            if (!absent)
                put_number(c, umi_zigzag(number));
            continue;
        }
        umi__cell v = umi__cell_get(col, row);
        if (col->optional)
            put_number(c, v.absent ? 0 : 1);
        if (v.absent)
            continue;
        if (umi__column_texty(col->type))
            put_text(c, v.text);
        else
            put_number(c, umi_zigzag(v.number));
    }
}

umi_hash umi_chain_end(umi_chain *c)
{
    flush(c);
    return umi_blake2b_final(&c->state);
}

umi_hash umi_chain_digest(const umi_table *t, const void *row)
{
    umi_chain c;
    umi_chain_begin(&c, &(umi_hash){{0}}, umi_text_of(t->name));
    umi_chain_row(&c, t, row);
    return umi_chain_end(&c);
}

size_t umi_chain_blocks(size_t n)
{
    return (n + UMI_BLOCK_ROWS - 1) / UMI_BLOCK_ROWS;
}

void umi_chain_rows(umi_block *out,
                    int64_t id,
                    umi_hash *head,
                    const umi_table *t,
                    const void *rows,
                    size_t n)
{
    const char *row = rows;
    while (n > 0) {
        size_t take = n < UMI_BLOCK_ROWS ? n : UMI_BLOCK_ROWS;
        umi_chain c;
        *out = (umi_block){.id = id++,
                           .rel = umi_text_of(t->name),
                           .first = umi__row_key(row),
                           .n = (int64_t)take};
        umi_chain_begin(&c, head, out->rel);
        for (size_t i = 0; i < take; i++, row += t->size)
            umi_chain_row(&c, t, row);
        out->last = umi__row_key(row - t->size);
        *head = umi_chain_end(&c);
        out->hash = *head;
        out++;
        n -= take;
    }
}
