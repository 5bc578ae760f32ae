/* SPDX-License-Identifier: MIT */
#include "ledger/book/loan_seen_int.h"

#include <assert.h>

enum {
    FIRST = 64,
    PAGE = 1 << 16,
    ORIGIN = 16, /* bytes of a keyed hash: they tell lines apart as well as
                  * all of them do */
    KEY_AT = 0,
    ORIGIN_AT = KEY_AT + 8,
    LEN_AT = ORIGIN_AT + ORIGIN,
    NUMBER_AT = LEN_AT + 2
};

/* A sighting is bytes without gaps: key, origin, length, number. */
struct umi__loan_seen {
    umi_arena *arena;
    unsigned char *page;
    size_t left;           /* of the page */
    unsigned char **slots; /* by key; a power of two, at most 3/4 taken */
    size_t room, count;
};

umi__loan_seen *umi__loan_seen_new(void)
{
    umi__loan_seen *s = umi_alloc_array(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->room = FIRST;
    s->arena = umi_arena_new();
    s->slots = umi_alloc_array(s->room, sizeof *s->slots);
    if (s->arena != NULL && s->slots != NULL)
        return s;
    umi__loan_seen_free(s);
    return NULL;
}

void umi__loan_seen_free(umi__loan_seen *s)
{
    if (s == NULL)
        return;
    umi_arena_free(s->arena);
    umi_free(s->slots);
    umi_free(s);
}

void umi__loan_seen_clear(umi__loan_seen *s)
{
    if (s->count == 0)
        return;
    umi_arena_reset(s->arena);
    memset(s->slots, 0, s->room * sizeof *s->slots);
    s->page = NULL;
    s->left = s->count = 0;
}

static int64_t key_of(const unsigned char *sighting)
{
    int64_t key;
    memcpy(&key, sighting + KEY_AT, sizeof key);
    return key;
}

static umi_text number_of(const unsigned char *sighting)
{
    uint16_t len;
    memcpy(&len, sighting + LEN_AT, sizeof len);
    return (umi_text){(const char *)sighting + NUMBER_AT, len};
}

/* Where the number is, or the free slot where it would be. */
static size_t place(const umi__loan_seen *s, int64_t key, umi_text number)
{
    size_t i = (uint64_t)key & (s->room - 1);
    while (s->slots[i] != NULL &&
           (key_of(s->slots[i]) != key ||
            !umi_text_eq(number_of(s->slots[i]), number)))
        i = (i + 1) & (s->room - 1);
    return i;
}

umi__sight umi__loan_seen_find(const umi__loan_seen *s,
                               int64_t key,
                               umi_text number,
                               const umi_hash *origin)
{
    const unsigned char *at = s->slots[place(s, key, number)];
    if (at == NULL)
        return UMI__SIGHT_NEW;
    return memcmp(at + ORIGIN_AT, origin->byte, ORIGIN) == 0 ? UMI__SIGHT_SAME
                                                             : UMI__SIGHT_OTHER;
}

static bool grow(umi__loan_seen *s)
{
    if ((s->count + 1) * 4 <= s->room * 3)
        return true;
    umi__loan_seen larger = *s;
    larger.room = s->room * 2;
    larger.slots = umi_alloc_array(larger.room, sizeof *larger.slots);
    if (larger.slots == NULL)
        return false;
    for (size_t i = 0; i < s->room; i++)
        if (s->slots[i] != NULL)
            larger.slots[place(&larger, key_of(s->slots[i]),
                               number_of(s->slots[i]))] = s->slots[i];
    umi_free(s->slots);
    *s = larger;
    return true;
}

static unsigned char *room_for(umi__loan_seen *s, size_t size)
{
    if (s->left < size) {
        s->page = umi_arena_alloc(s->arena, PAGE);
        s->left = s->page ? PAGE : 0;
    }
    if (s->page == NULL)
        return NULL;
    unsigned char *at = s->page;
    s->page += size;
    s->left -= size;
    return at;
}

bool umi__loan_seen_add(umi__loan_seen *s,
                        int64_t key,
                        umi_text number,
                        const umi_hash *origin)
{
    const uint16_t len = (uint16_t)number.len;
    assert(number.len <= PAGE / 2);
    unsigned char *at = grow(s) ? room_for(s, NUMBER_AT + number.len) : NULL;
    if (at == NULL)
        return false;
    memcpy(at + KEY_AT, &key, sizeof key);
    memcpy(at + ORIGIN_AT, origin->byte, ORIGIN);
    memcpy(at + LEN_AT, &len, sizeof len);
    memcpy(at + NUMBER_AT, number.ptr, number.len);
    s->slots[place(s, key, number)] = at;
    s->count++;
    return true;
}
