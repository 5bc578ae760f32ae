/* SPDX-License-Identifier: MIT
 * Variables and their cells. */
#include "rules/decide/box_int.h"

#include <stdlib.h>

enum {
    NO_VAR = UINT32_MAX,
    BUCKETS = 1024,
    VARS_MAX = 8192,
    CUTS_MAX = 4096,  /* of one variable */
    TURN = 500000,    /* steps for one expression or question */
    ROOM = 4000000,   /* sides that are kept */
    DAY_MIN = -719162 /* 0001-01-01 */
};

static const umi_decimal one = {1, 1};

/* --- making variables ---------------------------------------------------- */

static umi__var *add_var(umi__space *s)
{
    if (s->var_count == s->var_cap) {
        uint32_t cap = s->var_cap == 0 ? 512 : s->var_cap * 2;
        umi__var *grown = umi_arena_array(s->keep, cap, sizeof *grown);
        if (grown == NULL) {
            s->failed = true;
            return NULL;
        }
        if (s->var_count > 0)
            memcpy(grown, s->vars, s->var_count * sizeof *grown);
        s->vars = grown;
        s->var_cap = cap;
    }
    umi__var *v = &s->vars[s->var_count++];
    v->step = one;
    v->anchor = umi_decimal_int(0);
    v->next = NO_VAR;
    return v;
}

static umi_decimal number(const umi_value *v)
{
    return v->kind == UMI_KIND_INT || v->kind == UMI_KIND_DATE
               ? umi_decimal_int(v->i)
               : v->q;
}

static void bound(umi__var *v, umi_decimal min, umi_decimal max)
{
    v->has_min = v->has_max = true;
    v->min = min;
    v->max = max;
}

static void days(umi__space *s, umi__var *v)
{
    v->ordered = v->whole = true;
    v->anchor = umi_decimal_int(s->rs->complete_from.n);
    bound(v, umi_decimal_int(DAY_MIN), umi_decimal_int(UMI__LAST_DAY));
}

static void shape_fact(umi__space *s, umi__var *v, const umi_fact *f)
{
    switch (f->type.kind) {
    case UMI_KIND_BOOL:
        v->members = 2;
        return;
    case UMI_KIND_ENUM:
        v->members = f->type.of->count;
        return;
    case UMI_KIND_DATE:
        days(s, v);
        break;
    case UMI_KIND_INT:
        v->ordered = v->whole = true;
        bound(v, umi_decimal_int(INT64_MIN), umi_decimal_int(INT64_MAX));
        break;
    case UMI_KIND_DECIMAL:
    case UMI_KIND_RATE:
        v->step = (umi_decimal){1, 10000};
        v->ordered = true;
        break;
    case UMI_KIND_MONEY:
        v->ordered = true;
        break;
    case UMI_KIND_ANY:
    case UMI_KIND_STRING:
    case UMI_KIND_LIST:
        return;
    }
    if (f->ranged)
        bound(v, number(&f->min), number(&f->max));
    if (f->stepped)
        v->step = f->step;
}

bool umi__space_open(umi__space *s, const umi_ruleset *rs)
{
    *s = (umi__space){
        .rs = rs, .work = UMI__STEPS_MAX, .turn = TURN, .room = ROOM};
    s->keep = umi_arena_new();
    s->scratch = umi_arena_new();
    if (s->keep != NULL && s->scratch != NULL)
        s->buckets = umi_arena_array(s->keep, BUCKETS, sizeof *s->buckets);
    s->failed = s->buckets == NULL;
    for (uint32_t i = 0; !s->failed && i < BUCKETS; i++)
        s->buckets[i] = NO_VAR;
    for (uint32_t i = 0; !s->failed && i <= rs->fact_count; i++) {
        umi__var *v = add_var(s);
        if (v == NULL)
            break;
        v->kind = i < rs->fact_count ? UMI__VAR_FACT : UMI__VAR_TODAY;
        v->slot = i;
        if (i < rs->fact_count)
            shape_fact(s, v, &rs->facts[i]);
        else
            days(s, v);
    }
    return !s->failed;
}

void umi__space_close(umi__space *s)
{
    umi_arena_free(s->keep);
    umi_arena_free(s->scratch);
}

void umi__space_turn(umi__space *s)
{
    umi_arena_reset(s->scratch);
    s->turn = TURN;
}

bool umi__space_spend(umi__space *s, size_t steps)
{
    s->work -= (int64_t)steps;
    s->turn -= (int64_t)steps;
    return s->work > 0 && s->turn > 0 && !s->failed;
}

/* --- parts of expressions ------------------------------------------------ */

static uint32_t mix(uint32_t h, uint64_t x)
{
    h = (h ^ (uint32_t)x ^ (uint32_t)(x >> 32)) * 16777619U;
    return h ^ h >> 13;
}

static uint32_t hash_node(const umi_node *n)
{
    uint32_t h = mix(mix(2166136261U, n->op), (uint64_t)n->fn);
    if (n->op == UMI_OP_NAME)
        h = mix(mix(h, n->name->kind), n->name->slot);
    if (n->op == UMI_OP_CONST)
        h = mix(mix(h, n->value.kind), (uint64_t)n->value.i);
    for (uint32_t i = 0; i < n->count; i++)
        h = mix(h, hash_node(n->args[i]));
    return h;
}

static bool same_node(const umi_node *a, const umi_node *b)
{
    if (a->op != b->op || a->count != b->count)
        return false;
    if (a->op == UMI_OP_CALL && a->fn != b->fn)
        return false;
    if (a->op == UMI_OP_NAME)
        return a->name->kind == b->name->kind && a->name->slot == b->name->slot;
    if (a->op == UMI_OP_CONST)
        return a->value.kind == b->value.kind &&
               umi_value_equal(&a->value, &b->value);
    for (uint32_t i = 0; i < a->count; i++)
        if (!same_node(a->args[i], b->args[i]))
            return false;
    return true;
}

static uint32_t
part_var(umi__space *s, const umi_node *n, umi__var_kind kind, uint32_t slot)
{
    uint32_t *bucket = &s->buckets[hash_node(n) % BUCKETS];
    for (uint32_t i = *bucket; i != NO_VAR; i = s->vars[i].next)
        if (s->vars[i].kind == kind && same_node(s->vars[i].node, n))
            return i;
    umi__var *v = s->cut || s->var_count >= VARS_MAX ? NULL : add_var(s);
    if (v == NULL)
        return NO_VAR;
    v->kind = kind;
    v->slot = slot;
    v->node = n;
    v->used = true;
    v->lost = kind != UMI__VAR_SPAN;
    v->next = *bucket;
    *bucket = (uint32_t)(v - s->vars);
    if (kind == UMI__VAR_DOUBT) {
        v->members = 2;
        return *bucket;
    }
    v->ordered = true;
    v->whole = n->type.kind == UMI_KIND_INT || n->type.kind == UMI_KIND_DATE;
    return *bucket;
}

uint32_t umi__var_free(umi__space *s, const umi_node *n)
{
    return part_var(s, n, UMI__VAR_FREE, 0);
}

uint32_t umi__var_doubt(umi__space *s, const umi_node *n)
{
    return part_var(s, n, UMI__VAR_DOUBT, 0);
}

static int64_t span(const umi_node *n, umi_day fact, umi_day today)
{
    bool back = n->args[0]->name->kind == UMI_NAME_INPUT;
    umi_day a = back ? today : fact, b = back ? fact : today;
    return n->fn == UMI_FN_YEARS_BETWEEN    ? umi_years_between(a, b)
           : n->fn == UMI_FN_MONTHS_BETWEEN ? umi_months_between(a, b)
                                            : (int64_t)b.n - a.n;
}

/* The bounds of @p v while today is @p first .. @p last: of the spans between
 * the ends of both, the least and the greatest. */
static void
bound_span(const umi__space *s, umi__var *v, umi_day first, umi_day last)
{
    const umi__var *fact = &s->vars[v->slot];
    umi_day ends[2] = {{(int32_t)fact->min.num}, {(int32_t)fact->max.num}};
    int64_t min = INT64_MAX, max = INT64_MIN;
    for (int i = 0; i < 4; i++) {
        int64_t x = span(v->node, ends[i / 2], i % 2 == 0 ? first : last);
        min = x < min ? x : min;
        max = x > max ? x : max;
    }
    bound(v, umi_decimal_int(min), umi_decimal_int(max));
}

uint32_t umi__var_span(umi__space *s, const umi_node *n, uint32_t slot)
{
    uint32_t k = part_var(s, n, UMI__VAR_SPAN, slot);
    if (k != NO_VAR && !s->vars[k].has_min)
        bound_span(s, &s->vars[k], s->rs->complete_from,
                   (umi_day){UMI__LAST_DAY});
    return k;
}

/* --- cells --------------------------------------------------------------- */

static void set_cell(uint64_t *cells, uint32_t i)
{
    cells[i / 64] |= UINT64_C(1) << i % 64;
}

static int by_number(const void *a, const void *b)
{
    const umi_decimal *x = a, *y = b;
    return umi_decimal_cmp(*x, *y);
}

static int by_text(const void *a, const void *b)
{
    const umi_text *x = a, *y = b;
    return umi_text_cmp(*x, *y);
}

static void sort_cuts(umi__var *v)
{
    uint32_t n = 0;
    if (v->count == 0)
        return;
    if (v->ordered)
        qsort(v->cuts, v->count, sizeof *v->cuts, by_number);
    else
        qsort(v->texts, v->count, sizeof *v->texts, by_text);
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->ordered && (n == 0 || by_number(&v->cuts[n - 1], &v->cuts[i])))
            v->cuts[n++] = v->cuts[i];
        if (!v->ordered && (n == 0 || by_text(&v->texts[n - 1], &v->texts[i])))
            v->texts[n++] = v->texts[i];
    }
    v->count = n;
}

/* A stretch of numbers; an end that is open does not belong to it. */
typedef struct stretch {
    bool has_low, has_high, open_low, open_high;
    umi_decimal low, high;
} stretch;

/* Cell @p i of @p v within its range; false: the range leaves nothing. */
static bool stretch_of(const umi__var *v, uint32_t i, stretch *out)
{
    stretch t = {0};
    if (i > 0) {
        t.has_low = true;
        t.open_low = i % 2 == 0;
        t.low = v->cuts[(i - 1) / 2];
    }
    if (i < 2 * v->count) {
        t.has_high = true;
        t.open_high = i % 2 == 0;
        t.high = v->cuts[i / 2];
    }
    if (v->has_min && (!t.has_low || umi_decimal_cmp(v->min, t.low) > 0)) {
        t.has_low = true;
        t.open_low = false;
        t.low = v->min;
    }
    if (v->has_max && (!t.has_high || umi_decimal_cmp(v->max, t.high) < 0)) {
        t.has_high = true;
        t.open_high = false;
        t.high = v->max;
    }
    *out = t;
    int order = t.has_low && t.has_high ? umi_decimal_cmp(t.low, t.high) : -1;
    return order < 0 || (order == 0 && !t.open_low && !t.open_high);
}

static bool within(const stretch *t, umi_decimal x)
{
    int low = t->has_low ? umi_decimal_cmp(x, t->low) : 1;
    int high = t->has_high ? umi_decimal_cmp(x, t->high) : -1;
    return (low > 0 || (low == 0 && !t->open_low)) &&
           (high < 0 || (high == 0 && !t->open_high));
}

/* The multiple of @p step in @p t that is nearest to @p anchor.  0: there is
 * none; -1: cannot be reckoned. */
static int multiple(const stretch *t,
                    umi_decimal step,
                    umi_decimal anchor,
                    umi_decimal *out)
{
    bool up = true;
    umi_decimal from = anchor, k, x;
    if (t->has_low && umi_decimal_cmp(anchor, t->low) <= 0) {
        from = t->low;
    } else if (t->has_high && umi_decimal_cmp(anchor, t->high) >= 0) {
        from = t->high;
        up = false;
    }
    if (!umi_decimal_div(&k, from, step) ||
        !umi_decimal_round(&k, k, 0, up ? UMI_ROUND_CEIL : UMI_ROUND_FLOOR))
        return -1;
    for (int i = 0; i < 2; i++) {
        if (!umi_decimal_mul(&x, k, step))
            return -1;
        if (within(t, x)) {
            *out = x;
            return 1;
        }
        if (!umi_decimal_add(&k, k, umi_decimal_int(up ? 1 : -1)))
            return -1;
    }
    /* an anchor inside whose multiple above is outside: the one below */
    if (up && umi_decimal_div(&k, from, step) &&
        umi_decimal_round(&k, k, 0, UMI_ROUND_FLOOR) &&
        umi_decimal_mul(&x, k, step) && within(t, x)) {
        *out = x;
        return 1;
    }
    return 0;
}

/* The cells that a span can lie in while today is @p first .. @p last. */
umi__boxes
umi__span_within(umi__space *s, uint32_t var, umi_day first, umi_day last)
{
    const umi__var *v = &s->vars[var];
    umi__var on = *v;
    uint64_t *cells = umi_arena_array(s->keep, v->words, sizeof *cells);
    if (cells == NULL) {
        s->failed = true;
        return umi__everybody(true);
    }
    bound_span(s, &on, first, last);
    for (uint32_t i = 0; i < v->cells; i++) {
        stretch t;
        umi_decimal x;
        if (umi__cell_in(v->valid, i) && stretch_of(&on, i, &t) &&
            multiple(&t, one, v->anchor, &x) != 0)
            set_cell(cells, i);
    }
    return umi__boxes_side(s, var, cells);
}

/* Any number in @p t; false: none could be reckoned. */
static bool between(const stretch *t, umi_decimal *out)
{
    umi_decimal x = umi_decimal_int(0);
    if (t->has_low && !t->open_low)
        x = t->low;
    else if (t->has_high && !t->open_high)
        x = t->high;
    else if (t->has_low && t->has_high) {
        if (!umi_decimal_add(&x, t->low, t->high) ||
            !umi_decimal_div(&x, x, umi_decimal_int(2)))
            return false;
    } else if (t->has_low) {
        if (!umi_decimal_add(&x, t->low, one))
            return false;
    } else if (t->has_high && !umi_decimal_sub(&x, t->high, one))
        return false;
    *out = x;
    return within(t, x);
}

/* Whether people can write it: digits and a point, without an end of 3s. */
static bool writable(umi_decimal x)
{
    umi_i128 den = umi_decimal_reduce(x).den;
    while (den % 2 == 0)
        den /= 2;
    while (den % 5 == 0)
        den /= 5;
    return den == 1;
}

static umi_value
shown_number(const umi__space *s, const umi__var *v, umi_decimal x)
{
    umi_kind kind = v->kind == UMI__VAR_FACT ? s->rs->facts[v->slot].type.kind
                    : v->kind == UMI__VAR_TODAY ? UMI_KIND_DATE
                                                : UMI_KIND_INT;
    int64_t i = 0;
    if (!v->whole)
        return writable(x) ? umi_value_decimal(kind, umi_decimal_reduce(x))
                           : umi_value_fault(UMI_FAULT_DIGITS);
    if (!umi_decimal_whole(&i, x))
        return umi_value_fault(UMI_FAULT_OVERFLOW);
    return kind == UMI_KIND_DATE ? umi_value_day((umi_day){(int32_t)i})
                                 : umi_value_int(i);
}

/* Only what is proved to be empty is not valid. */
static void fill_number(const umi__space *s, umi__var *v, uint32_t i)
{
    stretch t;
    umi_decimal x;
    if (!stretch_of(v, i, &t))
        return;
    int found = multiple(&t, v->step, v->anchor, &x);
    if (found > 0)
        set_cell(v->grid, i);
    if (found <= 0 && v->whole) {
        found = multiple(&t, one, v->anchor, &x);
        if (found == 0)
            return;
    } else if (found <= 0) {
        found = between(&t, &x);
    }
    set_cell(v->valid, i);
    v->shown[i] =
        found > 0 ? shown_number(s, v, x) : umi_value_fault(UMI_FAULT_DIGITS);
}

static void fill_text(umi__space *s, umi__var *v, uint32_t i)
{
    umi_text t = i < v->count ? v->texts[i] : UMI_TEXT("");
    if (i == v->count) { /* none of those that are asked for */
        char *other = umi_arena_alloc(s->keep, v->count + 2);
        if (other == NULL) {
            s->failed = true;
            return;
        }
        memset(other, 'x', v->count + 1);
        t.ptr = other;
        for (t.len = 1;; t.len++) {
            uint32_t k = 0;
            while (k < v->count && !umi_text_eq(t, v->texts[k]))
                k++;
            if (k == v->count)
                break;
        }
    }
    v->shown[i] = umi_value_string(t);
    set_cell(v->valid, i);
    set_cell(v->grid, i);
}

static void fill_member(const umi__space *s, umi__var *v, uint32_t i)
{
    if (v->kind == UMI__VAR_FACT)
        v->shown[i] = s->rs->facts[v->slot].type.kind == UMI_KIND_BOOL
                          ? umi_value_bool(i != 0)
                          : umi_value_enum(s->rs->facts[v->slot].type.of, i);
    set_cell(v->valid, i);
    set_cell(v->grid, i);
}

static void cut_var(umi__space *s, umi__var *v)
{
    sort_cuts(v);
    uint32_t present = v->ordered       ? 2 * v->count + 1
                       : v->members > 0 ? v->members
                                        : v->count + 1;
    v->cells = present + v->asks_absent;
    v->words = (v->cells + 63) / 64;
    v->valid = umi_arena_array(s->keep, v->words, sizeof *v->valid);
    v->grid = umi_arena_array(s->keep, v->words, sizeof *v->grid);
    v->shown = umi_arena_array(s->keep, v->cells, sizeof *v->shown);
    if (v->valid == NULL || v->grid == NULL || v->shown == NULL) {
        s->failed = true;
        return;
    }
    for (uint32_t i = 0; i < present && !s->failed; i++)
        if (v->ordered)
            fill_number(s, v, i);
        else if (v->members > 0)
            fill_member(s, v, i);
        else
            fill_text(s, v, i);
    if (v->asks_absent) {
        v->shown[present] = umi_value_fault(UMI_FAULT_NONE);
        set_cell(v->valid, present);
        set_cell(v->grid, present);
    }
}

/* A fact that is asked for in two ways has cells that hang together. */
static void find_lost(umi__space *s)
{
    uint32_t parts = (uint32_t)s->rs->fact_count + 1;
    for (uint32_t i = parts; i < s->var_count; i++) {
        umi__var *v = &s->vars[i];
        if (v->kind != UMI__VAR_SPAN)
            continue;
        /* without a range any span is possible on any day */
        v->lost = s->vars[v->slot].used ||
                  (s->vars[parts - 1].used && s->rs->facts[v->slot].ranged);
        for (uint32_t k = parts; k < s->var_count; k++)
            v->lost |= k != i && s->vars[k].kind == UMI__VAR_SPAN &&
                       s->vars[k].slot == v->slot;
    }
}

void umi__space_cut(umi__space *s)
{
    s->cut = true;
    find_lost(s);
    for (uint32_t i = 0; i < s->var_count && !s->failed; i++)
        cut_var(s, &s->vars[i]);
}

/* --- comparisons --------------------------------------------------------- */

/* Room for one more cut or text; false: the variable has too many. */
static bool make_room(umi__space *s, umi__var *v, size_t size, void **list)
{
    if (v->count < v->cap)
        return true;
    if (v->cap >= 16 * CUTS_MAX)
        return false;
    uint32_t cap = v->cap == 0 ? 8 : v->cap * 2;
    void *grown = umi_arena_array(s->keep, cap, size);
    if (grown == NULL) {
        s->failed = true;
        return false;
    }
    if (v->count > 0)
        memcpy(grown, *list, v->count * size);
    *list = grown;
    v->cap = cap;
    return true;
}

static umi__truth unclear(void)
{
    return (umi__truth){umi__everybody(true), umi__everybody(true)};
}

/* Of word @p word the cells below @p end. */
static uint64_t up_to(uint32_t end, uint32_t word)
{
    uint32_t first = word * 64;
    return end <= first        ? 0
           : end - first >= 64 ? UINT64_MAX
                               : (UINT64_C(1) << (end - first)) - 1;
}

/* Present cells @p low .. @p high, or all others when @p not. */
static umi__truth
truth_of(umi__space *s, uint32_t var, uint32_t low, uint32_t high, bool not )
{
    const umi__var *v = &s->vars[var];
    uint64_t *in = umi_arena_array(s->keep, 2 * v->words, sizeof *in);
    if (in == NULL) {
        s->failed = true;
        return unclear();
    }
    uint64_t *out = in + v->words;
    uint32_t present = v->cells - v->asks_absent;
    for (uint32_t i = 0; i < v->words; i++) {
        uint64_t shown = v->valid[i] & up_to(present, i);
        uint64_t within = up_to(high + 1, i) & ~up_to(low, i);
        in[i] = shown & within;
        out[i] = shown & ~within;
    }
    (void)umi__space_spend(s, v->words);
    umi__boxes a = umi__boxes_side(s, var, in);
    umi__boxes b = umi__boxes_side(s, var, out);
    return not ? (umi__truth){b, a} : (umi__truth){a, b};
}

umi__truth umi__compare(umi__space *s, uint32_t var, umi_op op, umi_decimal c)
{
    umi__var *v = var != NO_VAR ? &s->vars[var] : NULL;
    if (v == NULL || !umi__space_spend(s, 1))
        return unclear();
    v->used = true;
    if (!s->cut) {
        void *list = v->cuts;
        if (make_room(s, v, sizeof *v->cuts, &list)) {
            v->cuts = list;
            v->cuts[v->count++] = c;
        }
        return unclear();
    }
    const umi_decimal *at =
        v->count > 0 ? bsearch(&c, v->cuts, v->count, sizeof c, by_number)
                     : NULL;
    if (at == NULL)
        return unclear(); /* there were too many */
    uint32_t i = 2 * (uint32_t)(at - v->cuts) + 1;
    bool not = op == UMI_OP_NE || op == UMI_OP_GT || op == UMI_OP_GE;
    uint32_t low = op == UMI_OP_EQ || op == UMI_OP_NE ? i : 0;
    uint32_t high = op == UMI_OP_LT || op == UMI_OP_GE ? i - 1 : i;
    return truth_of(s, var, low, high, not );
}

umi__truth umi__is_member(umi__space *s, uint32_t var, uint32_t member)
{
    if (var == NO_VAR || !umi__space_spend(s, 1))
        return unclear();
    s->vars[var].used = true;
    return s->cut ? truth_of(s, var, member, member, false) : unclear();
}

umi__truth umi__is_text(umi__space *s, uint32_t var, umi_text text)
{
    umi__var *v = &s->vars[var];
    if (!umi__space_spend(s, 1))
        return unclear();
    v->used = true;
    if (!s->cut) {
        void *list = v->texts;
        if (make_room(s, v, sizeof *v->texts, &list)) {
            v->texts = list;
            v->texts[v->count++] = text;
        }
        return unclear();
    }
    const umi_text *at =
        v->count > 0 ? bsearch(&text, v->texts, v->count, sizeof text, by_text)
                     : NULL;
    if (at == NULL)
        return unclear();
    uint32_t i = (uint32_t)(at - v->texts);
    return truth_of(s, var, i, i, false);
}

umi__boxes umi__absent(umi__space *s, uint32_t slot)
{
    const umi__var *v = &s->vars[slot];
    uint64_t *absent = umi_arena_array(s->keep, v->words, sizeof *absent);
    if (absent == NULL) {
        s->failed = true;
        return umi__everybody(true);
    }
    set_cell(absent, v->cells - 1);
    return umi__boxes_side(s, slot, absent);
}

umi__truth umi__is_known(umi__space *s, uint32_t slot)
{
    umi__var *v = &s->vars[slot];
    if (!umi__space_spend(s, 1))
        return unclear();
    v->used = v->asks_absent = true;
    if (!s->cut)
        return unclear();
    umi__truth t = truth_of(s, slot, 0, v->cells, false);
    t.no = umi__absent(s, slot);
    return t;
}
