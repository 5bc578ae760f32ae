/* SPDX-License-Identifier: MIT */
#include "ledger/book/pay_int.h"

#include "ledger/book/keys.h"

#include <assert.h>

enum {
    SEGMENT = 1 << 20, /* lines */
    POOL = 64 << 20,   /* bytes of their texts */
    CHANNELS = 4096    /* fewer are found by looking through them */
};

const char *umi_pay_fault_code(umi_pay_fault f)
{
    static const char *const codes[] = {
#define X(name, code, text) code,
        UMI_PAY_FAULTS(X)
#undef X
    };
    return codes[f];
}

const char *umi_pay_fault_text(umi_pay_fault f)
{
    static const char *const texts[] = {
#define X(name, code, text) text,
        UMI_PAY_FAULTS(X)
#undef X
    };
    return texts[f];
}

static umi_status no_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
}

umi_status
umi_pay_new(umi_pay_file **out, const umi_book *b, size_t limit, umi_error *err)
{
    umi_pay_file *f = umi_alloc_array(1, sizeof *f);
    if (f == NULL)
        return no_memory(err);
    f->secret = umi_book_secret(b);
    f->limit = limit > 0 && limit < SEGMENT ? limit : SEGMENT;
    f->arena = umi_arena_new();
    if (f->arena == NULL) {
        umi_free(f);
        return no_memory(err);
    }
    *out = f;
    return UMI_OK;
}

void umi__pay_forget_rooms(umi_pay_file *f)
{
    umi_free(f->by_ref);
    umi_free(f->room[0]);
    umi_free(f->room[1]);
    f->by_ref = f->room[0] = f->room[1] = NULL;
    f->by_ref_count = 0;
}

static void forget_order(umi_pay_file *f)
{
    umi__pay_forget_rooms(f);
    umi_free(f->order);
    f->order = NULL;
    f->found = false;
}

void umi_pay_free(umi_pay_file *f)
{
    if (f == NULL)
        return;
    forget_order(f);
    umi_free(f->items);
    umi_free(f->channels);
    umi_buf_free(&f->pool);
    umi_arena_free(f->arena);
    umi_free(f);
}

void umi_pay_clear(umi_pay_file *f)
{
    forget_order(f);
    f->count = f->pool.len = f->channel_count = f->last_channel = 0;
    umi_arena_reset(f->arena);
}

/* --- adding --------------------------------------------------------------- */

static bool make_room(void **rows, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return true;
    size_t more = *cap ? *cap + *cap / 2 : 1024;
    void *grown = umi_realloc(*rows, more * size);
    if (grown == NULL)
        return false;
    *rows = grown;
    *cap = more;
    return true;
}

/* Files name few channels, mostly the one of the line before. */
static umi_status
channel_of(umi_pay_file *f, umi_text name, size_t *out, umi_error *err)
{
    size_t i = f->last_channel;
    if (i >= f->channel_count || !umi_text_eq(f->channels[i], name))
        for (i = 0; i < f->channel_count; i++)
            if (umi_text_eq(f->channels[i], name))
                break;
    if (i == f->channel_count) {
        char *copy = umi_arena_copy(f->arena, name.ptr, name.len);
        if (copy == NULL || !make_room((void **)&f->channels, i,
                                       &f->channel_cap, sizeof *f->channels))
            return no_memory(err);
        f->channels[f->channel_count++] = (umi_text){copy, name.len};
    }
    f->last_channel = *out = i;
    return UMI_OK;
}

/* A number is a field of a line, so its length fits. */
static umi_status
add_texts(umi_pay_file *f, umi__item *it, const umi_pay_line *l, umi_error *err)
{
    size_t channel = 0;
    const uint16_t len = (uint16_t)l->loan.len;
    umi_status rc = channel_of(f, l->channel, &channel, err);
    if (rc != UMI_OK)
        return rc;
    assert(l->loan.len <= UINT16_MAX && l->reference.len <= UINT8_MAX);
    it->channel = channel & ((1 << 18) - 1);
    it->ref = f->pool.len & UINT32_MAX;
    it->ref_len = (uint8_t)l->reference.len;
    it->key = umi_key_reference(&f->secret, l->channel, l->reference);
    it->loan = umi_key_number(&f->secret, l->loan);
    umi_buf_text(&f->pool, l->reference);
    umi_buf_bytes(&f->pool, (const char *)&len, sizeof len);
    umi_buf_text(&f->pool, l->loan);
    return f->pool.failed ? no_memory(err) : UMI_OK;
}

umi_status umi_pay_add(umi_pay_file *f, const umi_pay_line *l, umi_error *err)
{
    if (l->line > UINT32_MAX)
        return umi_fail(err, UMI_EINVAL, "", "the file is too large");
    if (!make_room((void **)&f->items, f->count, &f->cap, sizeof *f->items))
        return no_memory(err);
    umi__item *it = &f->items[f->count];
    *it = (umi__item){.amount = l->amount.sen,
                      .fault = l->fault & 15u,
                      .day = l->date.n,
                      .line = (uint32_t)l->line};
    umi_status rc =
        l->fault == UMI_PAY_NONE ? add_texts(f, it, l, err) : UMI_OK;
    if (rc == UMI_OK)
        f->count++;
    return rc;
}

/* --- what is there -------------------------------------------------------- */

bool umi_pay_full(const umi_pay_file *f)
{
    return f->count >= f->limit || f->pool.len >= POOL ||
           f->channel_count >= CHANNELS;
}

size_t umi_pay_count(const umi_pay_file *f)
{
    return f->count;
}

int64_t umi_pay_first(const umi_pay_file *f)
{
    return f->count > 0 ? f->items[0].line : 0;
}

int64_t umi_pay_last(const umi_pay_file *f)
{
    return f->count > 0 ? f->items[f->count - 1].line : 0;
}

umi_hash umi_pay_digest(const umi_pay_file *f)
{
    static_assert(sizeof(umi__item) == 40, "there is nothing between members");
    umi_blake2b h;
    umi_blake2b_init(&h);
    umi_blake2b_update(&h, f->items, f->count * sizeof *f->items);
    umi_blake2b_text(&h, umi_buf_as_text(&f->pool));
    for (size_t i = 0; i < f->channel_count; i++)
        umi_blake2b_text(&h, f->channels[i]);
    return umi_blake2b_final(&h);
}

umi_text umi__item_ref(const umi_pay_file *f, const umi__item *it)
{
    return (umi_text){f->pool.ptr + it->ref, it->ref_len};
}

umi_text umi__item_number(const umi_pay_file *f, const umi__item *it)
{
    uint16_t len;
    const char *at = f->pool.ptr + it->ref + it->ref_len;
    memcpy(&len, at, sizeof len);
    return (umi_text){at + sizeof len, len};
}
