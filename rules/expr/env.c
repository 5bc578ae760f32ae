/* SPDX-License-Identifier: MIT */
#include "rules/expr/expr.h"

#include <assert.h>

struct umi_env {
    umi_arena *arena;
    umi_name *names;
    uint32_t *buckets; /* index + 1 of a name; a power of two */
    uint32_t count, room, size;
};

/* The last n <= 8 bytes in front of @p end as a number. */
static uint64_t word(const char *end, size_t n)
{
    uint64_t w = 0;
    if (n == 8)
        memcpy(&w, end - 8, 8);
    else
        for (size_t i = 0; i < n; i++)
            w = w << 8 | (unsigned char)*(end - n + i);
    return w;
}

/* Eight bytes at a time: every fact of every applicant is looked up here. */
static uint32_t hash(umi_text t)
{
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
    uint64_t h = t.len;
    size_t i = 0;
    for (; t.len - i >= 8; i += 8)
        h = (h ^ word(t.ptr + i + 8, 8)) * odd;
    /* the last eight overlap with those before */
    h = (h ^ (t.len >= 8 ? word(t.ptr + t.len, 8)
                         : word(t.ptr + t.len, t.len - i))) *
        odd;
    return (uint32_t)(h >> 32);
}

umi_env *umi_env_new(umi_arena *arena)
{
    umi_env *e = umi_arena_alloc(arena, sizeof *e);
    if (e != NULL)
        e->arena = arena;
    return e;
}

/* The bucket of @p name: its own, or the empty one where it would go. */
static uint32_t *bucket(const umi_env *e, umi_text name)
{
    uint32_t i = hash(name) & (e->size - 1);
    while (e->buckets[i] != 0 &&
           !umi_text_eq(e->names[e->buckets[i] - 1].name, name))
        i = (i + 1) & (e->size - 1);
    return &e->buckets[i];
}

static bool grow(umi_env *e)
{
    uint32_t room = e->room ? e->room * 2 : 16;
    umi_name *names = umi_arena_array(e->arena, room, sizeof *names);
    uint32_t *buckets =
        umi_arena_array(e->arena, (size_t)room * 2, sizeof *buckets);
    if (names == NULL || buckets == NULL)
        return false;
    if (e->count != 0)
        memcpy(names, e->names, e->count * sizeof *names);
    e->names = names;
    e->buckets = buckets;
    e->room = room;
    e->size = room * 2;
    for (uint32_t i = 0; i < e->count; i++)
        *bucket(e, names[i].name) = i + 1;
    return true;
}

umi_status umi_env_add(umi_env *e, umi_name name)
{
    assert(name.kind != UMI_NAME_FACT || name.slot < UMI_FACTS_MAX);
    if (e->count == e->room && !grow(e))
        return UMI_ENOMEM;
    uint32_t *b = bucket(e, name.name);
    if (*b != 0)
        return UMI_EEXIST;
    e->names[e->count] = name;
    *b = ++e->count;
    return UMI_OK;
}

const umi_name *umi_env_find(const umi_env *e, umi_text name)
{
    uint32_t i = e->count ? *bucket(e, name) : 0;
    return i ? &e->names[i - 1] : NULL;
}

const umi_name *
umi_env_find_next(const umi_env *e, umi_text name, const umi_name *last)
{
    const umi_name *next = last != NULL ? last + 1 : NULL;
    if (next != NULL && next < e->names + e->count &&
        umi_text_eq(next->name, name))
        return next;
    return umi_env_find(e, name);
}

/* --- nearness ---------------------------------------------------------- */

enum {
    LONGEST = 64,
    FAR = 3
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Edits between a and b: insert, drop, change, swap of neighbours; FAR when
 * there are more than two.  Three rows suffice: a swap looks two back. */
static int distance(umi_text a, umi_text b)
{
    int rows[3][LONGEST + 1];
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (gap >= FAR || a.len > LONGEST || b.len > LONGEST)
        return FAR;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= a.len; i++) {
        int *now = rows[i % 3], *last = rows[(i + 2) % 3];
        const int *before = rows[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = a.ptr[i - 1] == b.ptr[j - 1];
            now[j] = least(least(now[j - 1], last[j]) + 1, last[j - 1] + !same);
            if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
                a.ptr[i - 2] == b.ptr[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return least(rows[a.len % 3][b.len], FAR);
}

/* A word that shares nothing is no suggestion: "a" is not near "b". */
static bool near_enough(int d, umi_text name)
{
    return d < FAR && (size_t)d < name.len;
}

int umi_text_near(umi_text name, const umi_text *among, size_t n)
{
    int best = FAR, found = -1;
    for (size_t i = 0; i < n; i++) {
        int d = distance(name, among[i]);
        if (d < best && near_enough(d, name)) {
            best = d;
            found = (int)i;
        }
    }
    return found;
}

static bool fits(umi_kind kind, umi_kind want)
{
    return kind == want || want == UMI_KIND_ANY ||
           (umi_kind_number(kind) && umi_kind_number(want));
}

const umi_name *umi_env_near(const umi_env *e, umi_text name, umi_kind want)
{
    const umi_name *found = NULL;
    int best = 2 * FAR;
    for (uint32_t i = 0; i < e->count; i++) {
        int d = distance(name, e->names[i].name);
        int rank = d + (fits(e->names[i].type.kind, want) ? 0 : FAR);
        if (near_enough(d, name) && rank < best) {
            best = rank;
            found = &e->names[i];
        }
    }
    return found;
}
