/* SPDX-License-Identifier: MIT */
#include "ledger/desk/words.h"

#include "engine/base/hash.h"

typedef struct entry {
    umi_text text; /* ptr NULL: the place is free */
    int64_t number;
} entry;

struct umi_words {
    umi_arena *arena;
    entry *entries;
    size_t cap, count; /* cap is a power of two, at most 3/4 taken */
};

enum {
    FIRST_CAP = 64
};

umi_words *umi_words_new(void)
{
    umi_words *w = umi_alloc_array(1, sizeof *w);
    if (w == NULL)
        return NULL;
    w->cap = FIRST_CAP;
    w->arena = umi_arena_new();
    w->entries = umi_alloc_array(w->cap, sizeof *w->entries);
    if (w->arena != NULL && w->entries != NULL)
        return w;
    umi_words_free(w);
    return NULL;
}

/* Where @p t stands, or the free place where it would. */
static entry *place(entry *entries, size_t cap, umi_text t)
{
    static const umi_sip_key key = {"numbers of file"};
    size_t i = (size_t)umi_sip(&key, t.ptr, t.len) & (cap - 1);
    while (entries[i].text.ptr != NULL && !umi_text_eq(entries[i].text, t))
        i = (i + 1) & (cap - 1);
    return &entries[i];
}

int64_t umi_words_get(const umi_words *w, umi_text t)
{
    const entry *e = place(w->entries, w->cap, t);
    return e->text.ptr ? e->number : INT64_MIN;
}

static bool grow(umi_words *w)
{
    size_t cap = w->cap * 2;
    entry *larger = umi_alloc_array(cap, sizeof *larger);
    if (larger == NULL)
        return false;
    for (size_t i = 0; i < w->cap; i++)
        if (w->entries[i].text.ptr != NULL)
            *place(larger, cap, w->entries[i].text) = w->entries[i];
    umi_free(w->entries);
    w->entries = larger;
    w->cap = cap;
    return true;
}

bool umi_words_set(umi_words *w, umi_text t, int64_t number)
{
    if ((w->count + 1) * 4 > w->cap * 3 && !grow(w))
        return false;
    entry *e = place(w->entries, w->cap, t);
    if (e->text.ptr == NULL) {
        const char *copy = umi_arena_copy(w->arena, t.len ? t.ptr : "", t.len);
        if (copy == NULL)
            return false;
        e->text = (umi_text){copy, t.len};
        w->count++;
    }
    e->number = number;
    return true;
}

size_t umi_words_count(const umi_words *w)
{
    return w->count;
}

void umi_words_reset(umi_words *w)
{
    memset(w->entries, 0, w->cap * sizeof *w->entries);
    w->count = 0;
    umi_arena_reset(w->arena);
}

void umi_words_free(umi_words *w)
{
    if (w == NULL)
        return;
    umi_arena_free(w->arena);
    umi_free(w->entries);
    umi_free(w);
}
