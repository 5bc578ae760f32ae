/* SPDX-License-Identifier: MIT
 * Bands: which values of one number the products of a family take.  Only
 * whole steps count, so that 10,000,000 and 10,100,000 join where amounts go
 * by 100,000. */
#include "rules/decide/box_claim_int.h"

/* Products whose bands shall join. */
typedef struct family {
    uint32_t products[UMI_PRODUCTS_MAX];
    size_t count;
    bool exclusive; /* declared so; else products of one channel */
    umi_at at;
} family;

static bool blocks(const umi__analysis *a, size_t rule)
{
    return a->rules[rule].on &&
           a->rs->rules[rule].severity == UMI_SEVERITY_BLOCK;
}

/* --- one band ------------------------------------------------------------ */

/* Take from @p band what no box of @p b leaves of variable @p var. */
static void narrow(const umi__space *s,
                   uint64_t *band,
                   uint32_t var,
                   const umi__boxes *b,
                   uint64_t *room)
{
    uint32_t words = s->vars[var].words;
    memset(room, 0, words * sizeof *room);
    for (uint32_t i = 0; i < b->count; i++) {
        const uint64_t *cells = s->vars[var].valid;
        for (uint32_t k = 0; k < b->all[i].count; k++)
            if (b->all[i].sides[k].var == var)
                cells = b->all[i].sides[k].cells;
        for (uint32_t k = 0; k < words; k++)
            room[k] |= cells[k];
    }
    for (uint32_t k = 0; k < words; k++)
        band[k] &= room[k];
}

static uint64_t *bands_of(umi__analysis *a, const family *f, uint32_t var)
{
    umi__space *s = &a->space;
    uint32_t words = s->vars[var].words;
    umi__space_turn(s);
    uint64_t *all =
        umi_arena_array(s->scratch, (f->count + 1) * words, sizeof *all);
    if (all == NULL) {
        a->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < f->count; i++) {
        const umi_rule_product *p = &a->rs->products[f->products[i]];
        uint64_t *band = all + i * words;
        memcpy(band, s->vars[var].valid, words * sizeof *band);
        for (size_t k = 0; k < p->rule_count; k++)
            if (blocks(a, p->rules[k]))
                narrow(s, band, var, &a->rules[p->rules[k]].truth.yes,
                       all + f->count * words);
    }
    return all;
}

/* --- gaps ---------------------------------------------------------------- */

static bool
covered(const uint64_t *bands, const family *f, uint32_t words, uint32_t cell)
{
    for (size_t i = 0; i < f->count; i++)
        if (umi__cell_in(bands + i * words, cell))
            return true;
    return false;
}

/* Who takes the last cell below the gap, and who the first above it: two
 * different products, or this is no gap between bands. */
static bool neighbours(const uint64_t *bands,
                       const family *f,
                       uint32_t words,
                       uint32_t below,
                       uint32_t above,
                       uint32_t *low,
                       uint32_t *high)
{
    for (size_t i = 0; i < f->count; i++)
        for (size_t k = 0; k < f->count; k++)
            if (i != k && umi__cell_in(bands + i * words, below) &&
                umi__cell_in(bands + k * words, above) &&
                !umi__cell_in(bands + i * words, above) &&
                !umi__cell_in(bands + k * words, below)) {
                *low = f->products[i];
                *high = f->products[k];
                return true;
            }
    return false;
}

/* Whether whoever has @p cell of @p var fails the rule. */
static bool
excludes(const umi__analysis *a, size_t rule, uint32_t var, uint32_t cell)
{
    const umi__boxes *b = &a->rules[rule].truth.yes;
    for (uint32_t i = 0; i < b->count; i++) {
        bool free = true;
        for (uint32_t k = 0; k < b->all[i].count; k++)
            if (b->all[i].sides[k].var == var)
                free = umi__cell_in(b->all[i].sides[k].cells, cell);
        if (free)
            return false;
    }
    return true;
}

static void gap_facts(const umi__analysis *a,
                      const family *f,
                      uint32_t var,
                      uint32_t cell,
                      umi__fact_set *need)
{
    for (size_t i = 0; i < f->count; i++) {
        const umi_rule_product *p = &a->rs->products[f->products[i]];
        for (size_t k = 0; k < p->rule_count; k++)
            if (blocks(a, p->rules[k]) && excludes(a, p->rules[k], var, cell))
                umi__add_rule_facts(a, need, p->rules[k]);
    }
}

static bool all_blocked(umi__analysis *a, const family *f)
{
    const umi_decision *d = umi__witness_decision(a);
    for (size_t i = 0; d != NULL && i < f->count; i++)
        if (d->products[f->products[i]].status != UMI_VERDICT_BLOCKED)
            return false;
    return d != NULL;
}

static void tell_gap(umi__analysis *a,
                     const family *f,
                     uint32_t var,
                     uint32_t cell,
                     const uint32_t pair[2])
{
    const umi_rule_product *low = &a->rs->products[pair[0]];
    const umi_rule_product *high = &a->rs->products[pair[1]];
    uint64_t *cells = umi_arena_array(a->space.scratch,
                                      a->space.vars[var].words, sizeof *cells);
    umi__fact_set need = {0};
    if (cells == NULL) {
        a->failed = true;
        return;
    }
    cells[cell / 64] = UINT64_C(1) << cell % 64;
    umi__side side = {var, cells};
    umi__box box = {&side, 1};
    gap_facts(a, f, var, cell, &need);
    umi__witness(a, &box, need);
    if (!all_blocked(a, f)) {
        a->unproved++;
        return;
    }
    umi_buf shown = {0};
    umi_buf_value_show(&shown, &a->facts[var], a->problems->lang);
    char day[UMI_DAY_TEXT];
    (void)umi_day_write(day, a->on);
    umi__problem(a->problems, f->exclusive ? f->at : high->at, "W-BAND-GAP",
                 "between %.*s and %.*s there is a gap on %s: %.*s = %.*s",
                 UMI_SHOW(low->code), UMI_SHOW(high->code), day,
                 UMI_SHOW(a->rs->facts[var].name),
                 UMI_SHOW(umi_buf_as_text(&shown)));
    umi__problem_other(a->problems, low->at);
    umi__witness_tell(a);
    a->failed |= shown.failed;
    umi_buf_free(&shown);
}

/* Every stretch of cells that nobody takes, with takers on both sides. */
static void find_gaps(umi__analysis *a, const family *f, uint32_t var)
{
    const umi__var *v = &a->space.vars[var];
    const uint64_t *bands = bands_of(a, f, var);
    uint32_t below = UINT32_MAX, gap = UINT32_MAX;
    for (uint32_t i = 0; bands != NULL && i < v->cells - v->asks_absent; i++) {
        if (!umi__cell_in(v->valid, i))
            continue;
        if (!covered(bands, f, v->words, i)) {
            if (gap == UINT32_MAX && umi__cell_in(v->grid, i))
                gap = i;
            continue;
        }
        uint32_t pair[2];
        if (below != UINT32_MAX && gap != UINT32_MAX &&
            neighbours(bands, f, v->words, below, i, &pair[0], &pair[1]) &&
            !(a->gap[pair[0]] >> pair[1] & 1)) {
            a->gap[pair[0]] |= UINT64_C(1) << pair[1];
            tell_gap(a, f, var, gap, pair);
        }
        below = i;
        gap = UINT32_MAX;
    }
}

/* --- overlaps ------------------------------------------------------------ */

static bool both_open(umi__analysis *a, size_t x, size_t y)
{
    const umi_decision *d = umi__witness_decision(a);
    if (d == NULL)
        return false;
    for (size_t i = 0; i < a->rs->rule_count; i++)
        if (blocks(a, i) &&
            (a->rs->rules[i].products >> x & 1 ||
             a->rs->rules[i].products >> y & 1) &&
            d->rules[i] != UMI_RULE_PASS)
            return false;
    return true;
}

static void tell_overlap(umi__analysis *a, const family *f, size_t x, size_t y)
{
    char day[UMI_DAY_TEXT];
    if (!both_open(a, x, y)) {
        a->unproved++;
        return;
    }
    a->overlap[x] |= UINT64_C(1) << y;
    (void)umi_day_write(day, a->on);
    umi__problem(a->problems, f->at, "W-BAND-OVERLAP",
                 "%.*s and %.*s exclude each other, and yet one applicant may "
                 "have both on %s",
                 UMI_SHOW(a->rs->products[x].code),
                 UMI_SHOW(a->rs->products[y].code), day);
    umi__witness_tell(a);
}

static void find_overlap(umi__analysis *a, const family *f, size_t x, size_t y)
{
    umi__boxes *sets = umi_alloc_array(a->rs->rule_count + 2, sizeof *sets);
    umi__fact_set need = {0};
    umi__box box;
    size_t n = 0;
    if (sets == NULL) {
        a->failed = true;
        return;
    }
    for (size_t i = 0; i < a->rs->rule_count; i++)
        if (blocks(a, i) && (a->rs->rules[i].products >> x & 1 ||
                             a->rs->rules[i].products >> y & 1)) {
            sets[n++] = a->rules[i].truth.yes;
            umi__add_rule_facts(a, &need, i);
        }
    sets[n++] = a->world;
    sets[n++] = a->on_grid;
    if (umi__meet(&a->space, sets, n, &box) == UMI__MEET_FOUND) {
        umi__witness(a, &box, need);
        tell_overlap(a, f, x, y);
    }
    umi_free(sets);
}

/* --- families ------------------------------------------------------------ */

static void claim_family(umi__analysis *a, const family *f)
{
    const umi_ruleset *rs = a->rs;
    for (uint32_t i = 0; i < rs->fact_count && !a->failed; i++)
        if (a->space.vars[i].ordered && a->space.vars[i].used &&
            (f->exclusive || rs->facts[i].type.kind == UMI_KIND_MONEY))
            find_gaps(a, f, i);
    for (size_t i = 0; f->exclusive && i < f->count; i++)
        for (size_t k = i + 1; k < f->count && !a->failed; k++) {
            size_t x = f->products[i], y = f->products[k];
            if (!(a->overlap[x] >> y & 1))
                find_overlap(a, f, x, y);
        }
}

static bool fresh(const umi__analysis *a, const family *f)
{
    for (size_t i = 0; i < f->count; i++) {
        const umi_rule_product *p = &a->rs->products[f->products[i]];
        for (size_t k = 0; k < p->rule_count; k++)
            if (a->rules[p->rules[k]].fresh)
                return true;
    }
    return a->day.n == a->rs->complete_from.n || a->moving;
}

/* The products of the channel of @p first, if it is the first of them. */
static void take_channel(const umi__analysis *a, size_t first, family *f)
{
    const umi_rule_product *p = a->rs->products;
    *f = (family){.at = p[first].at};
    for (size_t i = 0; i < a->rs->product_count; i++)
        if (umi_text_eq(p[i].channel, p[first].channel)) {
            if (i < first)
                return;
            f->products[f->count++] = (uint32_t)i;
        }
}

void umi__claim_bands(umi__analysis *a)
{
    const umi_ruleset *rs = a->rs;
    family f;
    for (size_t i = 0; i < rs->exclusive_count && !a->failed; i++) {
        const umi_exclusive *x = &rs->exclusives[i];
        f = (family){.count = x->count, .exclusive = true, .at = x->at};
        memcpy(f.products, x->products, x->count * sizeof *f.products);
        if (fresh(a, &f))
            claim_family(a, &f);
    }
    for (size_t i = 0; i < rs->product_count && !a->failed; i++) {
        take_channel(a, i, &f);
        if (f.count > 1 && fresh(a, &f))
            claim_family(a, &f);
    }
}
