/* SPDX-License-Identifier: MIT */
#include "ledger/bank/print.h"

#include <assert.h>

bool umi_bank_is_reference(umi_text t)
{
    return t.len > 0 && !umi_text_is(t, "NONREF") &&
           !umi_text_is(t, "NOTPROVIDED");
}

/* BRI writes "REMARK" on the day and "REMARK WS_OB;<more>" on the next. */
static umi_text lasting(umi_text t)
{
    const char *cut = t.len ? memchr(t.ptr, ';', t.len) : NULL;
    if (cut != NULL)
        t.len = (size_t)(cut - t.ptr);
    size_t word = t.len;
    while (word > 0 && t.ptr[word - 1] != ' ')
        word--;
    if (cut != NULL && t.len - word >= 3 && memcmp(t.ptr + word, "WS_", 3) == 0)
        t.len = word;
    return umi_text_trim(t);
}

typedef struct bytes {
    unsigned char room[700]; /* three whole numbers, three texts */
    size_t n;
} bytes;

static void add(bytes *b, const void *p, size_t n)
{
    size_t left = sizeof b->room - b->n;
    n = n < left ? n : left;
    if (n > 0)
        memcpy(b->room + b->n, p, n);
    b->n += n;
}

static void add_int(bytes *b, int64_t v)
{
    unsigned char eight[8];
    for (int i = 0; i < 8; i++)
        eight[i] = (unsigned char)((uint64_t)v >> 8 * i);
    add(b, eight, sizeof eight);
}

/* Length first, so that no two lists of texts are the same bytes. */
static void add_text(bytes *b, umi_text t)
{
    add_int(b, (int64_t)t.len);
    add(b, t.ptr, t.len < 200 ? t.len : 200);
}

int64_t umi_bank_print(const umi_sip_key *key,
                       int64_t account,
                       umi_day booked,
                       const umi_bank_line *l)
{
    bytes b = {.n = 0};
    umi_text none = {0};
    bool bank = umi_bank_is_reference(l->bank_ref);
    bool customer = umi_bank_is_reference(l->customer_ref);
    add_int(&b, account);
    add_int(&b, booked.n);
    add_int(&b, l->amount.sen);
    add_text(&b, bank ? l->bank_ref : none);
    add_text(&b, customer ? l->customer_ref : none);
    if (!bank && !customer)
        add_text(&b, lasting(l->text));
    return (int64_t)umi_sip(key, b.room, b.n);
}

/* --- tallies ------------------------------------------------------------- */

static umi_bank_tally *place(umi_bank_tally *cells, size_t room, int64_t print)
{
    size_t i = (uint64_t)print & (room - 1);
    while (cells[i].used && cells[i].print != print)
        i = (i + 1) & (room - 1);
    return &cells[i];
}

static bool grow(umi_bank_tallies *t)
{
    if (t->used * 2 < t->room)
        return true;
    size_t room = t->room ? t->room * 2 : 1024;
    umi_bank_tally *cells = umi_alloc_array(room, sizeof *cells);
    if (cells == NULL)
        return false;
    for (size_t i = 0; i < t->room; i++)
        if (t->cells[i].used)
            *place(cells, room, t->cells[i].print) = t->cells[i];
    umi_free(t->cells);
    t->cells = cells;
    t->room = room;
    return true;
}

umi_bank_tally *umi_bank_tally_of(umi_bank_tallies *t, int64_t print)
{
    if (!grow(t))
        return NULL;
    umi_bank_tally *c = place(t->cells, t->room, print);
    t->used += !c->used;
    c->used = true;
    c->print = print;
    assert(t->used <= t->room);
    return c;
}

void umi_bank_tallies_free(umi_bank_tallies *t)
{
    umi_free(t->cells);
    *t = (umi_bank_tallies){0};
}
