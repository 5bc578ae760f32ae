/* SPDX-License-Identifier: MIT */
#include "ledger/book/pay_int.h"

#include "ledger/book/keys.h"

#include <assert.h>

enum {
    SEGMENT = 1 << 20, /* lines */
    LARGE = 1 << 16,
    POOL = 48 << 20, /* bytes of their texts */
    CHANNELS = 4096  /* fewer are found by looking through them */
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

umi_status
umi_pay_new(umi_pay_file **out, const umi_book *b, size_t limit, umi_error *err)
{
    umi_pay_file *f = umi_alloc_array(1, sizeof *f);
    if (f == NULL)
        return umi_fail_memory(err);
    f->secret = umi_book_secret(b);
    f->limit = limit > 0 && limit < SEGMENT ? limit : SEGMENT;
    f->arena = umi_arena_new();
    if (f->arena == NULL) {
        umi_free(f);
        return umi_fail_memory(err);
    }
    *out = f;
    return UMI_OK;
}

umi_status umi__pay_order_room(umi_pay_file *f, umi_error *err)
{
    const size_t n = f->count;
    f->order = umi_alloc_array(n, 4 * sizeof *f->order);
    if (f->order == NULL)
        return umi_fail_memory(err);
    f->by_ref = f->order + n;
    f->room[0] = f->order + 2 * n;
    f->room[1] = f->order + 3 * n;
    return UMI_OK;
}

void umi__pay_forget_order(umi_pay_file *f)
{
    umi_free(f->order);
    f->order = f->by_ref = f->room[0] = f->room[1] = NULL;
    f->by_ref_count = 0;
    f->found = false;
}

void umi_pay_free(umi_pay_file *f)
{
    if (f == NULL)
        return;
    umi__pay_forget_order(f);
    umi_free(f->items);
    umi_free(f->channels);
    umi_buf_free(&f->pool);
    umi_arena_free(f->arena);
    umi_free(f);
}

void umi_pay_clear(umi_pay_file *f)
{
    umi__pay_forget_order(f);
    f->count = f->pool.len = f->channel_count = f->last_channel = 0;
    umi_arena_reset(f->arena);
}

/* --- adding --------------------------------------------------------------- */

static bool channel_room(umi_pay_file *f)
{
    if (f->channel_count < f->channel_cap)
        return true;
    size_t cap = f->channel_cap ? f->channel_cap * 2 : 16;
    umi_text *grown = umi_realloc(f->channels, cap * sizeof *grown);
    if (grown == NULL)
        return false;
    f->channels = grown;
    f->channel_cap = cap;
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
        if (copy == NULL || !channel_room(f))
            return umi_fail_memory(err);
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
    return f->pool.failed ? umi_fail_memory(err) : UMI_OK;
}

/* A large segment gets all its room at once: what is not used costs nothing,
 * and nothing is left behind that was outgrown. */
static umi_status line_room(umi_pay_file *f, umi_error *err)
{
    if (f->count < f->cap)
        return UMI_OK;
    size_t cap = f->cap ? f->cap * 2 : 1024;
    if (cap > LARGE && cap < f->limit) {
        cap = f->limit;
        (void)umi_buf_reserve(&f->pool, POOL);
    }
    umi__item *grown = umi_realloc(f->items, cap * sizeof *grown);
    if (grown == NULL || f->pool.failed)
        return umi_fail_memory(err);
    f->items = grown;
    f->cap = cap;
    return UMI_OK;
}

umi_status umi_pay_add(umi_pay_file *f, const umi_pay_line *l, umi_error *err)
{
    if (l->line > UINT32_MAX)
        return umi_fail(err, UMI_EINVAL, "", "the file is too large");
    umi_status rc = line_room(f, err);
    if (rc != UMI_OK)
        return rc;
    umi__item *it = &f->items[f->count];
    *it = (umi__item){.amount = l->amount.sen,
                      .fault = l->fault & 15u,
                      .day = l->date.n,
                      .line = (uint32_t)l->line};
    rc = l->fault == UMI_PAY_NONE ? add_texts(f, it, l, err) : UMI_OK;
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
