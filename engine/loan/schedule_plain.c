/* SPDX-License-Identifier: MIT */
#include "engine/loan/schedule_int.h"

#include <assert.h>

/* Plain schedules: one factor for all rows, rounded figures carried, the
 * residue in the last row, nothing unusual.  Most loans are, so here they are
 * built in 64 bits, without a division in a row and without big numbers.
 * Whatever might not be exact is left to the general rooms, which build the
 * same rows.  Amounts are counted in rounding units until they are shown. */
typedef struct plain {
    umi_row *rows;
    int32_t n;
    bool down, ties;   /* ties of half_even and half_down are looked for */
    uint64_t unit;     /* sen */
    uint64_t owed;     /* the principal */
    uint64_t num, den; /* factor of a period, num < den */
    uint64_t factor, nudge;
    uint64_t level;
} plain;

enum {
    BITS_OWED = 48 /* of a principal in sen */
};
static_assert((INT64_C(2) << BITS_OWED) * UMI_PERIODS_MAX < INT64_MAX / 4,
              "all rows together fit when no row is above twice the principal");

static bool is_plain(const umi_terms *t)
{
    return (t->method <= UMI_FLAT || t->method == UMI_BULLET) &&
           t->day_count == UMI_COUNT_PERIOD && t->carry == UMI_CARRY_ROUNDED &&
           t->residue == UMI_RESIDUE_LAST && t->adjust == UMI_ADJUST_NONE &&
           t->grace_principal == 0 && t->grace_interest == 0 &&
           t->step_count == 0 && t->tranche_count <= 1 &&
           !(t->method == UMI_EQUAL_PRINCIPAL && t->has_payment_round);
}

static bool set_factor(plain *s, const umi_terms *t)
{
    int64_t mul = 1, div = 1;
    if (t->rate_per == UMI_PER_TERM) {
        div = t->periods;
    } else if (t->rate_per != UMI_PER_PERIOD) {
        mul = umi__rates_a_year(t->rate_per) * t->every;
        div = umi__units_a_year(t->unit);
    }
    s->den = (uint64_t)(t->rate.den * div); /* <= 10^14 * 3660 */
    return !__builtin_mul_overflow((uint64_t)t->rate.num, (uint64_t)mul,
                                   &s->num) &&
           s->num < s->den;
}

/* What is added to a figure over @p unit, all scaled alike, before it is cut
 * to whole units; @p slack is more than the figure may be too large by. */
static umi_u128 nudge(umi_round_mode mode, umi_u128 unit, uint64_t slack)
{
    switch (mode) {
    case UMI_ROUND_HALF_EVEN:
    case UMI_ROUND_HALF_UP:
    case UMI_ROUND_HALF_DOWN:
        return unit / 2;
    case UMI_ROUND_UP:
    case UMI_ROUND_CEIL:
        return unit - slack;
    case UMI_ROUND_DOWN:
    case UMI_ROUND_FLOOR:
        return 0;
    }
    assert(!"a mode outside its enum");
    return 0;
}

/* round(x num / den) by one multiplication, for 0 <= x <= limit where
 * 2 den limit < 2^64.  F = ceil(2^64 num / den) makes x F exceed the truth,
 * 2^64 x num / den, by e with 0 <= e < x.
 *
 * Half up: y = x num / den + 1/2 is a multiple of 1 / 2 den, so it is a whole
 * number or at least 2^64 / 2 den > limit > e below the next one, in 2^64ths:
 * e cannot carry it over, and the cut is right.  y is whole, a tie, if and
 * only if what is cut off is e < x; else it is 2^64 / 2 den > x or more.
 * Down: the same with multiples of 1 / den.
 * Up: 2^64 - limit is added.  A whole number gets e + 2^64 - limit < 2^64 and
 * stays; any other is 2^64 / den > limit or more above a whole number, and as
 * much below the next, and is cut to that next one. */
static bool set_rounding(plain *s, umi_round_mode mode, uint64_t limit)
{
    uint64_t all;
    if (__builtin_mul_overflow(2 * s->den, limit, &all))
        return false;
    s->factor = (uint64_t)((((umi_u128)s->num << 64) + (s->den - 1)) / s->den);
    s->nudge = (uint64_t)nudge(mode, (umi_u128)1 << 64, limit);
    s->down = mode == UMI_ROUND_HALF_DOWN;
    s->ties = mode == UMI_ROUND_HALF_EVEN || mode == UMI_ROUND_HALF_DOWN;
    return true;
}

static inline uint64_t interest_on(const plain *s, uint64_t x, bool ties)
{
    umi_u128 y = (umi_u128)x * s->factor + s->nudge;
    uint64_t q = (uint64_t)(y >> 64);
    if (ties)
        q -= ((uint64_t)y < x) & (q | s->down);
    return q;
}

/* --- the level payment -------------------------------------------------------- */

static uint64_t high(uint64_t a, uint64_t b)
{
    return (uint64_t)((umi_u128)a * b >> 64);
}

/* 2^64 v^m from below, v in 2^64ths from below.  Factors that are x and y too
 * small give a product that is less than x + y + 1 too small: with 1 for v
 * and for the first 1, the power is less than 2 m + 1 too small. */
static uint64_t power(uint64_t v, int32_t m)
{
    uint64_t p = UINT64_MAX;
    for (; m > 0; m >>= 1, v = high(v, v))
        if ((m & 1) != 0)
            p = high(p, v);
    return p;
}

/* The payment of 1 is g = i / (1 - v^m), v = 1 / (1 + i).  Over 2^64, with
 * i in (F - 1, F], 1 - v^m in [W - e, W] and G = floor(2^64 F / W), g lies
 * strictly between G - 2^64 / W and G + 1 + 2 e 2^64 / W as long as 2 e <= W
 * and G < 2^64. */
static bool enclose(const plain *s, uint64_t *low, uint64_t *above)
{
    uint64_t e = 2 * (uint64_t)s->n + 1;
    uint64_t v = (uint64_t)(((umi_u128)s->den << 64) / (s->den + s->num));
    uint64_t w = 0 - power(v, s->n);
    if (w >> 40 == 0 || s->factor >= w) /* g >= 1 */
        return false;
    uint64_t g = (uint64_t)(((umi_u128)s->factor << 64) / w);
    uint64_t spread = UINT64_C(2) << __builtin_clzll(w); /* >= 2^64 / W */
    *low = g - spread;
    return !__builtin_add_overflow(g, 1 + 2 * e * spread, above);
}

/* The payment is proved when both ends round alike: whatever is itself a tie
 * or a whole number lies strictly between them, and they differ. */
static bool set_level(plain *s, umi_rounding r)
{
    uint64_t low, above, per = (uint64_t)r.unit.sen / s->unit;
    if (per * s->unit != (uint64_t)r.unit.sen || !enclose(s, &low, &above))
        return false;
    umi_u128 more = nudge(r.mode, (umi_u128)per << 64, 1);
    low = (uint64_t)(((umi_u128)s->owed * low + more) >> 64);
    above = (uint64_t)(((umi_u128)s->owed * above + more) >> 64);
    if (per != 1) {
        low /= per;
        above /= per;
    }
    s->level = low * per;
    return low == above;
}

/* --- rows ----------------------------------------------------------------------- */

static inline void
show(umi_row *row, uint64_t principal, uint64_t interest, uint64_t owed)
{
    row->principal.sen = (int64_t)principal;
    row->interest.sen = (int64_t)interest;
    row->fee.sen = 0;
    row->total.sen = (int64_t)(principal + interest);
    row->balance.sen = (int64_t)owed;
}

/* False when a row would have to be held between nothing and the debt.  The
 * figures in sen run beside those in units, off the path from row to row. */
static inline bool
fill(const plain *s, bool annuity, bool ties, uint64_t *interest)
{
    umi_row *row = s->rows, *last = row + s->n - 1;
    uint64_t unit = s->unit, level = s->level, level_sen = level * unit;
    uint64_t owed = s->owed, owed_sen = owed * unit, signs = 0, sum = 0;
    for (; row < last; row++) {
        uint64_t q = interest_on(s, owed, ties), q_sen = q * unit;
        uint64_t part = annuity ? level - q : level;
        uint64_t part_sen = annuity ? level_sen - q_sen : level_sen;
        owed -= part;
        owed_sen -= part_sen;
        signs |= part | owed;
        sum += q_sen;
        show(row, part_sen, q_sen, owed_sen);
    }
    assert(owed_sen == owed * unit); /* what is shown adds up */
    uint64_t q_sen = interest_on(s, owed, ties) * unit;
    show(last, owed_sen, q_sen, 0);
    *interest = sum + q_sen;
    return (int64_t)signs >= 0;
}

static bool fill_carried(const plain *s, bool annuity, uint64_t *interest)
{
    if (annuity)
        return s->ties ? fill(s, true, true, interest)
                       : fill(s, true, false, interest);
    return s->ties ? fill(s, false, true, interest)
                   : fill(s, false, false, interest);
}

/* Equal rows, and a last one that takes the rest of the principal and of the
 * interest, which is rounded as a total.  False: a row would be held. */
static bool fill_flat(const plain *s, uint64_t share, uint64_t q, uint64_t all)
{
    uint64_t others = (uint64_t)s->n - 1, owed = s->owed * s->unit;
    if (share > owed || share * others > owed || q * others > all)
        return false;
    umi_row *row = s->rows, *last = row + others;
    for (; row < last; row++) {
        owed -= share;
        show(row, share, q, owed);
    }
    show(last, owed, all - q * others, 0);
    return true;
}

/* Figures here are small: rounded they are at most twice as much, or one unit,
 * and fit. */
static umi_money rounded(int64_t num, int32_t den, umi_rounding r)
{
    umi_money m = {0};
    bool fits = umi_round(&m, num, den, r);
    assert(fits);
    return m;
}

static bool flat(plain *s, const umi_terms *t, uint64_t *interest)
{
    uint64_t all = s->owed * (uint64_t)s->n;
    if (!set_rounding(s, t->round.mode, all))
        return false;
    uint64_t q = interest_on(s, s->owed, s->ties) * s->unit;
    umi_money row = rounded(t->principal.sen, s->n, t->round);
    row.sen += (int64_t)q;
    if (t->has_payment_round)
        row = rounded(row.sen, 1, t->payment_round);
    s->level = (uint64_t)row.sen;
    *interest = interest_on(s, all, s->ties) * s->unit;
    return fill_flat(s, s->level - q, q, *interest);
}

/* A share of the principal in every row but the last; none of a bullet. */
static bool set_share(plain *s, const umi_terms *t, umi_rounding r)
{
    uint64_t share = 0;
    if (t->method != UMI_BULLET)
        share = (uint64_t)rounded(t->principal.sen, s->n, r).sen;
    s->level = share / s->unit;
    return s->level * s->unit == share;
}

static bool carried(plain *s, const umi_terms *t, uint64_t *interest)
{
    bool annuity = t->method == UMI_ANNUITY;
    umi_rounding r =
        annuity && t->has_payment_round ? t->payment_round : t->round;
    if (!set_rounding(s, t->round.mode, s->owed))
        return false;
    if (annuity && s->num != 0 ? !set_level(s, r) : !set_share(s, t, r))
        return false;
    return fill_carried(s, annuity, interest);
}

bool umi__schedule_plain(umi_schedule *out, umi_row *rows, const umi_terms *t)
{
    plain s = {.rows = rows, .n = t->periods};
    uint64_t principal = (uint64_t)t->principal.sen, interest;
    if (!is_plain(t) || !set_factor(&s, t) || principal >> BITS_OWED != 0)
        return false;
    s.unit = (uint64_t)t->round.unit.sen;
    s.owed = principal / s.unit;
    if (s.owed * s.unit != principal)
        return false;
    bool is_flat = t->method == UMI_FLAT;
    if (!(is_flat ? flat : carried)(&s, t, &interest))
        return false;
    umi__dates_fill(t, rows);
    bool has_payment = is_flat || t->method == UMI_ANNUITY;
    uint64_t payment = is_flat ? s.level : s.level * s.unit;
    *out = (umi_schedule){
        .rows = rows,
        .count = (size_t)s.n,
        .principal = t->principal,
        .interest = {(int64_t)interest},
        .total = {(int64_t)(principal + interest)},
        .has_payment = has_payment,
        .payment = {has_payment ? (int64_t)payment : 0},
    };
    return true;
}
