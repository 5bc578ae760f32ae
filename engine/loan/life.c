/* SPDX-License-Identifier: MIT */
#include "engine/loan/life.h"

#include <assert.h>
#include <stdlib.h>

const char *umi_life_status_name(umi_life_status s)
{
    static const char *const names[] = {
        [UMI_LIFE_ACTIVE] = "active",
        [UMI_LIFE_CLOSED] = "closed",
        [UMI_LIFE_WRITTEN_OFF] = "written_off",
    };
    assert((size_t)s < sizeof names / sizeof *names);
    return names[s];
}

/* --- the order of the replay --------------------------------------------- */

/* What comes first on one value date. */
static unsigned rank_of(const umi_event *e)
{
    switch (e->kind) {
    case UMI_EVENT_FEE:
    case UMI_EVENT_PENALTY:
        return 0;
    case UMI_EVENT_WAIVE:
        return 1;
    case UMI_EVENT_REPAYMENT:
        return 2;
    case UMI_EVENT_PAYOFF:
        return e->has_amount ? 2 : 3;
    case UMI_EVENT_WRITE_OFF:
        return 4;
    case UMI_EVENT_RECOVER:
        return 5;
    case UMI_EVENT_REFUND:
        return 6;
    case UMI_EVENT_REVERSE:
        break; /* takes no place: it has emptied another's */
    }
    assert(!"a reverse is not replayed");
    return 7;
}

enum {
    INDEX_BITS = 32,
    COMPONENT_BITS = 3,
    RANK_BITS = 3
};
static_assert((uint64_t)(UMI_DAY_MAX - UMI_DAY_MIN) <
                  UINT64_C(1) << (64 - INDEX_BITS - COMPONENT_BITS - RANK_BITS),
              "a date fits its bits");
static_assert(UMI_COMPONENTS < 1 << COMPONENT_BITS, "so does no component");

/* As one number: date, rank, component (none comes last). */
uint64_t umi_event_place(const umi_event *e)
{
    uint64_t place = (uint64_t)((int64_t)e->date.n - UMI_DAY_MIN);
    place = place << RANK_BITS | rank_of(e);
    return place << COMPONENT_BITS |
           (e->has_component ? (unsigned)e->component : UMI_COMPONENTS);
}

/* The same, and the order of entry. */
static uint64_t place_of(const umi_event *e, size_t index)
{
    return umi_event_place(e) << INDEX_BITS | index;
}

static int by_place(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The events that stand, as places in order; returns their number. */
static size_t put_in_order(uint64_t *places,
                           umi_entry *entries,
                           const umi_event *events,
                           size_t n)
{
    size_t count = 0;
    bool sorted = true;
    for (size_t i = 0; i < n; i++)
        if (events[i].kind == UMI_EVENT_REVERSE)
            entries[events[i].reverses - 1].reversed = true;
    for (size_t i = 0; i < n; i++) {
        if (events[i].kind == UMI_EVENT_REVERSE || entries[i].reversed)
            continue;
        places[count] = place_of(&events[i], i);
        sorted = sorted && (count == 0 || places[count - 1] < places[count]);
        count++;
    }
    if (!sorted)
        qsort(places, count, sizeof *places, by_place);
    return count;
}

/* --- rows ---------------------------------------------------------------- */

typedef struct replay {
    const umi_policy *policy;
    umi_life_row *rows;
    size_t count;      /* rows now */
    size_t scheduled;  /* rows of the schedule: count, or one less */
    size_t first;      /* no row before it has anything unpaid */
    umi_amounts open;  /* unpaid over all rows */
    umi_i128 given_up; /* written off over all rows and not recovered */
    umi_money overpaid;
    bool wrote_off; /* some write-off took something */
    bool has_closed_on;
    umi_day closed_on;
} replay;

static int64_t unpaid(const umi_life_row *r, umi_component c)
{
    return r->charged.of[c].sen - r->paid.of[c].sen - r->waived.of[c].sen -
           r->written_off.of[c].sen;
}

static bool is_settled(const umi_life_row *r)
{
    return unpaid(r, UMI_PRINCIPAL) == 0 && unpaid(r, UMI_INTEREST) == 0 &&
           unpaid(r, UMI_FEE) == 0 && unpaid(r, UMI_PENALTY) == 0;
}

static bool is_clear(const umi_amounts *a)
{
    return (a->principal.sen | a->interest.sen | a->fee.sen | a->penalty.sen) ==
           0;
}

/* The index of the first row whose due date is not before @p day. */
static size_t row_from(const replay *s, umi_day day)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (s->rows[mid].due.n < day.n)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* The row in which something due on @p day stands: after the last instalment
 * one extra row, whose due date moves on with what is placed in it. */
static umi_life_row *row_for(replay *s, umi_day day)
{
    size_t i = row_from(s, day);
    if (i == s->count && s->count == s->scheduled) {
        s->rows[i] = (umi_life_row){.n = (int32_t)i + 1};
        s->count++;
    } else if (i == s->count) {
        i--;
    }
    umi_life_row *r = &s->rows[i];
    if (i == s->scheduled && (r->due.n < day.n || is_clear(&r->charged)))
        r->due = day;
    return r;
}

/* Let the loan owe @p amount more. */
static bool charge(replay *s, umi_day due, umi_component c, umi_money amount)
{
    umi_life_row *r = row_for(s, due);
    size_t i = (size_t)(r - s->rows);
    if (!umi_money_add(&r->charged.of[c], r->charged.of[c], amount) ||
        !umi_money_add(&s->open.of[c], s->open.of[c], amount))
        return false;
    r->has_paid_on = false;
    s->first = i < s->first ? i : s->first;
    return true;
}

static bool open_total(const replay *s, umi_money *out)
{
    umi_money sum = {0};
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        if (!umi_money_add(&sum, sum, s->open.of[c]))
            return false;
    *out = sum;
    return true;
}

/* --- what takes debt away ------------------------------------------------ */

/* An amount on its way through the rows. */
typedef struct flow {
    umi_event_kind kind;
    umi_day on;
    bool only; /* one component alone */
    umi_component component;
    int64_t left;
    umi_parts *parts;
} flow;

/* Where in a row a kind of event keeps count of what it took. */
static umi_amounts *sink(umi_life_row *r, umi_event_kind kind)
{
    if (kind == UMI_EVENT_WAIVE)
        return &r->waived;
    return kind == UMI_EVENT_WRITE_OFF ? &r->written_off : &r->paid;
}

static void take(replay *s, flow *f, umi_life_row *r, umi_component c)
{
    int64_t owed = unpaid(r, c);
    int64_t x = owed < f->left ? owed : f->left;
    if (x == 0 || (f->only && c != f->component))
        return;
    sink(r, f->kind)->of[c].sen += x;
    s->open.of[c].sen -= x;
    f->parts->of[c].sen += x;
    f->left -= x;
    if (f->kind == UMI_EVENT_WRITE_OFF)
        s->given_up += x;
    else if (is_settled(r)) {
        r->has_paid_on = true;
        r->paid_on = f->on;
    }
}

static void take_row(replay *s, flow *f, size_t i)
{
    for (size_t k = 0; k < UMI_COMPONENTS && f->left > 0; k++)
        take(s, f, &s->rows[i], s->policy->allocation[k]);
}

static void take_rows(replay *s, flow *f, size_t from, size_t to)
{
    for (size_t i = from; i < to && f->left > 0; i++)
        take_row(s, f, i);
}

static void take_components(replay *s, flow *f, size_t from, size_t to)
{
    for (size_t k = 0; k < UMI_COMPONENTS; k++)
        for (size_t i = from; i < to && f->left > 0; i++)
            take(s, f, &s->rows[i], s->policy->allocation[k]);
}

/* Money: what is due, then what is not yet, then it is overpaid. */
static bool pay(replay *s, flow *f)
{
    size_t ahead = row_from(s, (umi_day){f->on.n + 1});
    if (s->policy->walk == UMI_WALK_COMPONENT)
        take_components(s, f, s->first, ahead);
    else
        take_rows(s, f, s->first, ahead);
    if (s->policy->ahead == UMI_AHEAD_LAST)
        for (size_t i = s->count; i > ahead && f->left > 0; i--)
            take_row(s, f, i - 1);
    else
        take_rows(s, f, ahead > s->first ? ahead : s->first, s->count);
    f->parts->overpaid.sen = f->left;
    return umi_money_add(&s->overpaid, s->overpaid, f->parts->overpaid);
}

static void recover_row(replay *s, flow *f, umi_life_row *r)
{
    for (size_t k = 0; k < UMI_COMPONENTS; k++) {
        umi_component c = s->policy->allocation[k];
        int64_t lost = r->written_off.of[c].sen;
        int64_t x = lost < f->left ? lost : f->left;
        r->written_off.of[c].sen -= x;
        r->paid.of[c].sen += x;
        f->parts->of[c].sen += x;
        f->left -= x;
        s->given_up -= x;
    }
}

/* What is written off first, the rest as any money. */
static bool recover(replay *s, flow *f)
{
    for (size_t i = 0; i < s->count && f->left > 0 && s->given_up > 0; i++)
        recover_row(s, f, &s->rows[i]);
    return pay(s, f);
}

/* What was overpaid goes back; the rest is lent again. */
static bool refund(replay *s, const umi_event *e, umi_parts *parts)
{
    umi_money back = umi_money_min(s->overpaid, e->amount);
    umi_money lent = {e->amount.sen - back.sen};
    s->overpaid.sen -= back.sen;
    parts->overpaid.sen = -back.sen;
    parts->principal.sen = -lent.sen;
    return lent.sen == 0 || charge(s, e->date, UMI_PRINCIPAL, lent);
}

/* --- the fold ------------------------------------------------------------ */

/* What an event without an amount may take: all there is. */
static bool everything(const replay *s, const umi_event *e, umi_money *out)
{
    if (!e->has_component)
        return open_total(s, out);
    *out = s->open.of[e->component];
    return true;
}

static bool forgive(replay *s, flow *f)
{
    int64_t before = f->left;
    take_rows(s, f, s->first, s->count);
    s->wrote_off =
        s->wrote_off || (f->kind == UMI_EVENT_WRITE_OFF && f->left < before);
    return true;
}

/* Apply one event; false when a sum does not fit. */
static bool apply(replay *s, const umi_event *e, umi_entry *entry)
{
    umi_money amount = e->amount;
    if (!e->has_amount && !everything(s, e, &amount))
        return false;
    entry->amount = amount;
    flow f = {e->kind,      e->date,    e->has_component,
              e->component, amount.sen, &entry->parts};
    switch (e->kind) {
    case UMI_EVENT_FEE:
        entry->parts.fee = amount;
        return charge(s, e->due, UMI_FEE, amount);
    case UMI_EVENT_PENALTY:
        entry->parts.penalty = amount;
        return charge(s, e->due, UMI_PENALTY, amount);
    case UMI_EVENT_REPAYMENT:
    case UMI_EVENT_PAYOFF:
        return pay(s, &f);
    case UMI_EVENT_RECOVER:
        return recover(s, &f);
    case UMI_EVENT_WAIVE:
    case UMI_EVENT_WRITE_OFF:
        return forgive(s, &f);
    case UMI_EVENT_REFUND:
        return refund(s, e, &entry->parts);
    case UMI_EVENT_REVERSE:
        break;
    }
    assert(!"a reverse is not replayed");
    return false;
}

/* Move on to where the unpaid rows begin. */
static void skip_settled(replay *s)
{
    while (s->first < s->count && is_settled(&s->rows[s->first]))
        s->first++;
}

/* Keep what apply() does not: the first unpaid row, and since when there is
 * none. */
static void follow(replay *s, umi_day on)
{
    skip_settled(s);
    bool closed = is_clear(&s->open);
    if (closed && !s->has_closed_on)
        s->closed_on = on;
    s->has_closed_on = closed;
}

static void start_rows(replay *s, const umi_schedule *schedule)
{
    for (size_t i = 0; i < schedule->count; i++) {
        const umi_row *r = &schedule->rows[i];
        s->rows[i] = (umi_life_row){
            .n = r->n,
            .due = r->due,
            .charged = {{r->principal, r->interest, r->fee, {0}}},
        };
    }
    s->count = s->scheduled = schedule->count;
    s->open = (umi_amounts){
        {schedule->principal, schedule->interest, schedule->fee, {0}}};
}

/* Fill each component, oldest first; no event has paid these rows, so none
 * has a date of payment. */
static void start_paid(replay *s, const umi_paid *opening)
{
    for (umi_component c = 0; c < UMI_ROW_COMPONENTS; c++) {
        umi_money left = opening->of[c];
        s->open.of[c].sen -= left.sen;
        for (size_t i = 0; i < s->scheduled && left.sen > 0; i++) {
            umi_life_row *r = &s->rows[i];
            r->paid.of[c] = umi_money_min(r->charged.of[c], left);
            left.sen -= r->paid.of[c].sen;
        }
        assert(left.sen == 0);
    }
}

/* --- the result ---------------------------------------------------------- */

static bool sum_row(umi_life *out, const umi_life_row *r, umi_day as_of)
{
    for (umi_component c = 0; c < UMI_COMPONENTS; c++) {
        umi_money owed = {unpaid(r, c)};
        assert(owed.sen >= 0);
        if (!umi_money_add(&out->paid.of[c], out->paid.of[c], r->paid.of[c]))
            return false;
        out->outstanding.of[c].sen += owed.sen;
        if (r->due.n <= as_of.n)
            out->due.of[c].sen += owed.sen;
    }
    return true;
}

static bool finish(umi_life *out, const replay *s, umi_day as_of)
{
    out->rows = s->rows;
    out->row_count = s->count;
    out->overpaid = s->overpaid;
    for (size_t i = 0; i < s->count; i++)
        if (!sum_row(out, &s->rows[i], as_of))
            return false;
    assert(memcmp(&out->outstanding, &s->open, sizeof s->open) == 0);

    if (s->first < s->count)
        out->days_past_due = umi_days_past_due(s->rows[s->first].due, as_of);
    if (!is_clear(&s->open))
        out->status = UMI_LIFE_ACTIVE;
    else
        out->status = s->wrote_off ? UMI_LIFE_WRITTEN_OFF : UMI_LIFE_CLOSED;
    out->collectability = umi_collectability(
        out->days_past_due, out->status == UMI_LIFE_WRITTEN_OFF);
    out->has_closed_on = s->has_closed_on;
    out->closed_on = s->closed_on;
    return true;
}

/* Components and overpaid must add up to what a payment brought. */
static bool is_divided(const umi_entry *e)
{
    umi_i128 sum = e->parts.overpaid.sen;
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        sum += e->parts.of[c].sen;
    return sum == e->amount.sen;
}

static bool is_money(umi_event_kind k)
{
    return k == UMI_EVENT_REPAYMENT || k == UMI_EVENT_PAYOFF ||
           k == UMI_EVENT_RECOVER;
}

/* Apply the events in order; returns the number (from 1) of the one whose sums
 * do not fit, or 0. */
static size_t fold(replay *s,
                   umi_entry *entries,
                   const umi_event *events,
                   const uint64_t *places,
                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t k = places[i] & ((UINT64_C(1) << INDEX_BITS) - 1);
        if (!apply(s, &events[k], &entries[k]))
            return k + 1;
        assert(!is_money(events[k].kind) || is_divided(&entries[k]));
        follow(s, events[k].date);
    }
    return 0;
}

umi_status umi_life_replay(umi_life *out,
                           const umi_schedule *s,
                           const umi_policy *p,
                           const umi_paid *opening,
                           const umi_event *events,
                           size_t n,
                           umi_day as_of,
                           umi_arena *arena,
                           umi_error *err)
{
    assert(n <= UINT32_MAX && umi_policy_ok(p) && s->count > 0);
    umi_life life = {.entry_count = n};
    replay r = {.policy = p};
    life.entries = umi_arena_array(arena, n, sizeof *life.entries);
    r.rows = umi_arena_array(arena, s->count + 1, sizeof *r.rows);
    uint64_t *places = umi_arena_array(arena, n, sizeof *places);
    if (life.entries == NULL || r.rows == NULL || places == NULL)
        return umi_fail_memory(err);

    start_rows(&r, s);
    if (opening != NULL)
        start_paid(&r, opening);
    skip_settled(&r); /* rows of nothing */
    size_t count = put_in_order(places, life.entries, events, n);
    for (size_t i = 0; i < n; i++)
        if (events[i].has_amount)
            life.entries[i].amount = events[i].amount;
    size_t bad = fold(&r, life.entries, events, places, count);
    if (bad != 0)
        return umi_fail(err, UMI_ERANGE, "events.amount",
                        "event %zu: a sum does not fit", bad);
    if (!finish(&life, &r, as_of))
        return umi_fail(err, UMI_ERANGE, "events.amount",
                        "the sum of all payments does not fit");
    *out = life;
    return UMI_OK;
}
