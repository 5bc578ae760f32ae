/* SPDX-License-Identifier: MIT
 * Unions of boxes. */
#include "rules/decide/box_int.h"

#include <stdlib.h>

enum {
    TIDY_MAX = 48 /* up to so many boxes, one within another is left out */
};

static const umi__box whole_box = {NULL, 0};

umi__boxes umi__everybody(bool lost)
{
    return (umi__boxes){&whole_box, 1, lost};
}

static umi__boxes nobody(void)
{
    return (umi__boxes){NULL, 0, false};
}

static umi__boxes fail(umi__space *s)
{
    s->failed = true;
    return umi__everybody(true);
}

umi__boxes umi__boxes_side(umi__space *s, uint32_t var, const uint64_t *cells)
{
    const umi__var *v = &s->vars[var];
    bool none = true, all = true;
    for (uint32_t i = 0; i < v->words; i++) {
        none &= cells[i] == 0;
        all &= cells[i] == v->valid[i];
    }
    if (none)
        return nobody();
    if (all)
        return umi__everybody(v->lost);
    umi__box *b = umi_arena_alloc(s->keep, sizeof *b);
    umi__side *side = umi_arena_alloc(s->keep, sizeof *side);
    if (b == NULL || side == NULL)
        return fail(s);
    *side = (umi__side){var, cells};
    *b = (umi__box){side, 1};
    return (umi__boxes){b, 1, v->lost};
}

/* --- one box ------------------------------------------------------------- */

static bool touch(const uint64_t *a, const uint64_t *b, uint32_t words)
{
    for (uint32_t i = 0; i < words; i++)
        if (a[i] & b[i])
            return true;
    return false;
}

static bool apart(const umi__space *s, const umi__box *a, const umi__box *b)
{
    for (uint32_t i = 0, k = 0; i < a->count && k < b->count;) {
        uint32_t x = a->sides[i].var, y = b->sides[k].var;
        if (x == y &&
            !touch(a->sides[i].cells, b->sides[k].cells, s->vars[x].words))
            return true;
        i += x <= y;
        k += y <= x;
    }
    return false;
}

bool umi__apart(umi__space *s, const umi__boxes *a, const umi__boxes *b)
{
    for (uint32_t i = 0; i < a->count; i++)
        for (uint32_t k = 0; k < b->count; k++)
            if (!umi__space_spend(s, 1) || !apart(s, &a->all[i], &b->all[k]))
                return false;
    return true;
}

static const uint64_t *
common(umi__space *s, uint32_t var, const uint64_t *a, const uint64_t *b)
{
    uint32_t words = s->vars[var].words;
    uint64_t *out = umi_arena_array(s->scratch, words, sizeof *out);
    for (uint32_t i = 0; out != NULL && i < words; i++)
        out[i] = a[i] & b[i];
    s->failed |= out == NULL;
    return out;
}

/* What lies in both; they touch. */
static bool
intersect(umi__space *s, umi__box *out, const umi__box *a, const umi__box *b)
{
    uint32_t n = 0;
    umi__side *sides =
        umi_arena_array(s->scratch, a->count + b->count + 1, sizeof *sides);
    if (sides == NULL) {
        s->failed = true;
        return false;
    }
    for (uint32_t i = 0, k = 0; i < a->count || k < b->count;) {
        uint32_t x = i < a->count ? a->sides[i].var : UINT32_MAX;
        uint32_t y = k < b->count ? b->sides[k].var : UINT32_MAX;
        if (x < y)
            sides[n++] = a->sides[i];
        else if (y < x)
            sides[n++] = b->sides[k];
        else
            sides[n++] = (umi__side){
                x, common(s, x, a->sides[i].cells, b->sides[k].cells)};
        i += x <= y;
        k += y <= x;
    }
    *out = (umi__box){sides, n};
    return !s->failed;
}

static bool subset(const uint64_t *a, const uint64_t *b, uint32_t words)
{
    for (uint32_t i = 0; i < words; i++)
        if (a[i] & ~b[i])
            return false;
    return true;
}

/* Whether @p a lies in @p b: each side of b bounds a as well. */
static bool inside(const umi__space *s, const umi__box *a, const umi__box *b)
{
    uint32_t i = 0;
    for (uint32_t k = 0; k < b->count; k++) {
        uint32_t var = b->sides[k].var;
        while (i < a->count && a->sides[i].var < var)
            i++;
        if (i == a->count || a->sides[i].var != var ||
            !subset(a->sides[i].cells, b->sides[k].cells, s->vars[var].words))
            return false;
    }
    return true;
}

/* --- unions -------------------------------------------------------------- */

typedef struct collector {
    umi__box *all;
    uint32_t count, cap;
    bool over; /* more than may be */
} collector;

static bool more_room(umi__space *s, collector *c)
{
    if (c->count < c->cap)
        return true;
    if (c->count >= UMI__BOXES_MAX) {
        c->over = true;
        return false;
    }
    uint32_t cap = c->cap == 0 ? 8 : c->cap * 2;
    umi__box *grown = umi_arena_array(s->scratch, cap, sizeof *grown);
    if (grown == NULL) {
        s->failed = c->over = true;
        return false;
    }
    if (c->count > 0)
        memcpy(grown, c->all, c->count * sizeof *grown);
    c->all = grown;
    c->cap = cap;
    return true;
}

/* While they are few, no box is kept that lies in another. */
static void collect(umi__space *s, collector *c, const umi__box *b)
{
    if (!umi__space_spend(s, b->count + 1)) {
        c->over = true;
        return;
    }
    if (c->count <= TIDY_MAX) {
        uint32_t n = 0;
        (void)umi__space_spend(s, c->count * (b->count + 1));
        for (uint32_t i = 0; i < c->count; i++)
            if (inside(s, b, &c->all[i]))
                return;
        for (uint32_t i = 0; i < c->count; i++)
            if (!inside(s, &c->all[i], b))
                c->all[n++] = c->all[i];
        c->count = n;
    }
    if (more_room(s, c))
        c->all[c->count++] = *b;
}

static umi__boxes collected(const collector *c, bool lost)
{
    return c->over ? umi__everybody(true)
                   : (umi__boxes){c->all, c->count, lost};
}

static bool is_everybody(umi__boxes a)
{
    return a.count == 1 && a.all->count == 0 && !a.lost;
}

umi__boxes umi__either(umi__space *s, umi__boxes a, umi__boxes b)
{
    collector c = {0};
    if (a.count == 0 || is_everybody(b))
        return b;
    if (b.count == 0 || is_everybody(a))
        return a;
    for (uint32_t i = 0; i < a.count && !c.over; i++)
        collect(s, &c, &a.all[i]);
    for (uint32_t i = 0; i < b.count && !c.over; i++)
        collect(s, &c, &b.all[i]);
    return collected(&c, a.lost || b.lost);
}

umi__boxes umi__both(umi__space *s, umi__boxes a, umi__boxes b)
{
    collector c = {0};
    if (a.count == 0 || b.count == 0)
        return nobody();
    if (is_everybody(a))
        return b;
    if (is_everybody(b))
        return a;
    for (uint32_t i = 0; i < a.count && !c.over; i++)
        for (uint32_t k = 0; k < b.count && !c.over; k++) {
            umi__box both;
            c.over = !umi__space_spend(s, a.all[i].count + b.all[k].count + 1);
            if (c.over || apart(s, &a.all[i], &b.all[k]))
                continue;
            if (intersect(s, &both, &a.all[i], &b.all[k]))
                collect(s, &c, &both);
        }
    return collected(&c, a.lost || b.lost);
}

static bool keep_box(umi__space *s, umi__box *out, const umi__box *b)
{
    umi__side *sides = umi_arena_array(s->keep, b->count + 1, sizeof *sides);
    if (sides == NULL)
        return false;
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t words = s->vars[b->sides[i].var].words;
        uint64_t *cells = umi_arena_array(s->keep, words, sizeof *cells);
        if (cells == NULL)
            return false;
        memcpy(cells, b->sides[i].cells, words * sizeof *cells);
        sides[i] = (umi__side){b->sides[i].var, cells};
        s->room -= 1 + words;
    }
    *out = (umi__box){sides, b->count};
    return true;
}

umi__boxes umi__keep(umi__space *s, umi__boxes a)
{
    if (a.count == 0 || a.all == &whole_box)
        return a;
    umi__box *all = umi_arena_array(s->keep, a.count, sizeof *all);
    if (all == NULL)
        return fail(s);
    for (uint32_t i = 0; i < a.count; i++) {
        s->room--;
        if (s->room < 0)
            return umi__everybody(true);
        if (!keep_box(s, &all[i], &a.all[i]))
            return fail(s);
    }
    return (umi__boxes){all, a.count, a.lost};
}

/* --- several unions ------------------------------------------------------ */

static int fewest_first(const void *a, const void *b)
{
    const umi__boxes *x = a, *y = b;
    return x->count < y->count ? -1 : x->count > y->count;
}

/* One box of each union from @p at on that @p so_far meets. */
static umi__meeting search(umi__space *s,
                           const umi__boxes *sets,
                           size_t left,
                           const umi__box *so_far,
                           umi__box *out)
{
    while (left > 0 && sets->count == 1 && sets->all->count == 0) {
        sets++;
        left--;
    }
    if (left == 0) {
        *out = *so_far;
        return UMI__MEET_FOUND;
    }
    for (uint32_t i = 0; i < sets->count; i++) {
        umi__box both;
        if (!umi__space_spend(s, so_far->count + sets->all[i].count + 1))
            return UMI__MEET_GAVE_UP;
        if (apart(s, so_far, &sets->all[i]))
            continue;
        if (!intersect(s, &both, so_far, &sets->all[i]))
            return UMI__MEET_GAVE_UP;
        umi__meeting m = search(s, sets + 1, left - 1, &both, out);
        if (m != UMI__MEET_NOBODY)
            return m;
    }
    return UMI__MEET_NOBODY;
}

umi__meeting
umi__meet(umi__space *s, const umi__boxes *sets, size_t count, umi__box *out)
{
    umi__space_turn(s);
    umi__boxes *sorted = umi_arena_array(s->scratch, count + 1, sizeof *sorted);
    if (sorted == NULL) {
        s->failed = true;
        return UMI__MEET_GAVE_UP;
    }
    if (count > 0)
        memcpy(sorted, sets, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, fewest_first);
    return search(s, sorted, count, &whole_box, out);
}
