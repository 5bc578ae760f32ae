/* SPDX-License-Identifier: MIT */
#include "ledger/bank/check_int.h"

#include "engine/base/round.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

static void add(umi__bank_builder *b,
                const char *code,
                umi_bank_verdict ok,
                const char *fmt,
                ...) UMI_PRINTF(4, 5);
static void add(umi__bank_builder *b,
                const char *code,
                umi_bank_verdict ok,
                const char *fmt,
                ...)
{
    char text[256];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, umi_tr(b->options->lang, fmt), args);
    va_end(args);
    size_t len = strlen(text);
    char *copy = umi_arena_copy(b->file->arena, text, len);
    b->failed |= copy == NULL;
    assert(b->now.check_count < UMI_BANK_CHECKS);
    b->now.checks[b->now.check_count++] =
        (umi_bank_check){code, ok, {copy, copy ? len : 0}};
}

typedef struct shown {
    char text[UMI_MONEY_TEXT];
} shown;

/* For messages; an amount beyond the type cannot be shown exactly. */
static shown show(const umi__bank_builder *b, umi_i128 sen)
{
    shown s = {"?"};
    if (sen >= INT64_MIN && sen <= INT64_MAX)
        umi_money_show(s.text, (umi_money){(int64_t)sen}, b->options->lang);
    return s;
}

/* --- figures over the lines of a statement ------------------------------- */

typedef struct tally {
    umi_i128 sum;
    umi_i128 side[2]; /* magnitudes: [0] credits, [1] debits */
    int64_t count[2];
    bool mixed;        /* lines in another currency than the statement */
    size_t booked;     /* lines that are not pending */
    size_t unbalanced; /* booked lines without a balance */
    const umi_bank_line *first, *last; /* booked */
    int64_t forward, backward;         /* breaks of the chain either way */
    int64_t forward_at, backward_at;   /* first of them */
} tally;

static void follow(tally *t, const umi_bank_line *l)
{
    const umi_bank_line *p = t->last;
    if (p == NULL || !p->balance.known || !l->balance.known)
        return;
    umi_i128 was = p->balance.amount.sen, is = l->balance.amount.sen;
    if (was + l->amount.sen != is && t->forward++ == 0)
        t->forward_at = l->source;
    if (was - p->amount.sen != is && t->backward++ == 0)
        t->backward_at = l->source;
}

static tally tally_up(const umi__bank_builder *b, const umi_bank_line *lines)
{
    tally t = {0};
    for (size_t i = 0; i < b->now.line_count; i++) {
        const umi_bank_line *l = &lines[i];
        if (l->pending)
            continue;
        umi_i128 magnitude = l->amount.sen;
        t.sum += magnitude;
        t.side[l->debit] += magnitude < 0 ? -magnitude : magnitude;
        t.count[l->debit]++;
        t.mixed |=
            l->currency[0] != '\0' && strcmp(l->currency, b->now.currency) != 0;
        t.unbalanced += !l->balance.known;
        follow(&t, l);
        t.first = t.first ? t.first : l;
        t.last = l;
        t.booked++;
    }
    return t;
}

/* Which row is the earliest: the order that breaks the chain less, else the
 * dates decide. */
static bool newest_first(const tally *t)
{
    if (t->forward != t->backward)
        return t->backward < t->forward;
    return t->first != NULL && t->first->booked.n > t->last->booked.n;
}

/* --- the checks ---------------------------------------------------------- */

static void continuity(umi__bank_builder *b, const tally *t)
{
    const umi_bank_statement *s = &b->now;
    if (!s->opening.known || !s->closing.known) {
        add(b, "continuity", UMI_BANK_UNKNOWN,
            "the opening or the closing balance is missing");
        return;
    }
    if (t->mixed) {
        add(b, "continuity", UMI_BANK_UNKNOWN,
            "balances and lines are in different currencies");
        return;
    }
    umi_i128 gap =
        (umi_i128)s->closing.amount.sen - s->opening.amount.sen - t->sum;
    shown o = show(b, s->opening.amount.sen), m = show(b, t->sum),
          c = show(b, s->closing.amount.sen), d = show(b, gap);
    if (gap == 0)
        add(b, "continuity", UMI_BANK_HOLDS,
            "opening %s + movements %s = closing %s", o.text, m.text, c.text);
    else
        add(b, "continuity", UMI_BANK_FAILS,
            "opening %s + movements %s differs from closing %s by %s", o.text,
            m.text, c.text, d.text);
}

static void complete(umi__bank_builder *b)
{
    if (b->refused == 0)
        add(b, "complete", UMI_BANK_HOLDS, "every line was read");
    else
        add(b, "complete", UMI_BANK_FAILS,
            "%" PRId64 " lines were refused, the first on line %" PRId64,
            b->refused, b->refused_at);
}

static umi_i128 before(const umi_bank_line *l)
{
    return (umi_i128)l->balance.amount.sen - l->amount.sen;
}

static void chain(umi__bank_builder *b, const tally *t)
{
    bool newest = newest_first(t);
    const umi_bank_line *old = newest ? t->last : t->first;
    const umi_bank_line *new = newest ? t->first : t->last;
    const umi_bank_statement *s = &b->now;
    int64_t at = newest ? t->backward_at : t->forward_at;
    if (b->broken_at != 0 && (at == 0 || b->broken_at < at))
        at = b->broken_at;
    if (t->booked == 0 || t->unbalanced == t->booked)
        return;
    if (at != 0)
        add(b, "chain", UMI_BANK_FAILS,
            "the balance printed on line %" PRId64 " does not follow", at);
    else if (t->unbalanced != 0)
        add(b, "chain", UMI_BANK_UNKNOWN, "a row has no balance");
    else if ((s->opening.known && before(old) != s->opening.amount.sen) ||
             (s->closing.known &&
              new->balance.amount.sen != s->closing.amount.sen))
        add(b, "chain", UMI_BANK_FAILS,
            "the balances of the rows do not meet the opening and closing");
    else
        add(b, "chain", UMI_BANK_HOLDS, "each balance follows from the last");
}

/* Credits and debits as printed against the lines. */
static void totals(umi__bank_builder *b, const tally *t)
{
    const umi__bank_control *cr = &b->control[0], *db = &b->control[1];
    if (cr->sum.known || db->sum.known) {
        bool ok = (!cr->sum.known || cr->sum.amount.sen == t->side[0]) &&
                  (!db->sum.known || db->sum.amount.sen == t->side[1]);
        shown d = show(b, t->side[1]), c = show(b, t->side[0]);
        if (ok)
            add(b, "totals", UMI_BANK_HOLDS, "debits %s and credits %s", d.text,
                c.text);
        else
            add(b, "totals", UMI_BANK_FAILS,
                "the printed totals differ from debits %s and credits %s",
                d.text, c.text);
    }
    if (cr->count >= 0 || db->count >= 0) {
        bool ok = (cr->count < 0 || cr->count == t->count[0]) &&
                  (db->count < 0 || db->count == t->count[1]);
        if (ok)
            add(b, "counts", UMI_BANK_HOLDS,
                "%" PRId64 " debits and %" PRId64 " credits", t->count[1],
                t->count[0]);
        else
            add(b, "counts", UMI_BANK_FAILS,
                "the printed counts differ from %" PRId64 " debits and %" PRId64
                " credits",
                t->count[1], t->count[0]);
    }
}

static bool outside(const umi_bank_statement *s, const umi_bank_line *l)
{
    return !l->pending && l->booked.n != UMI_BANK_NO_DAY.n &&
           ((s->from.n != UMI_BANK_NO_DAY.n && l->booked.n < s->from.n) ||
            (s->to.n != UMI_BANK_NO_DAY.n && l->booked.n > s->to.n));
}

static void period(umi__bank_builder *b, const umi_bank_line *lines)
{
    int64_t n = 0, at = 0;
    if (b->period == UMI__BANK_PERIOD_NONE)
        return;
    for (size_t i = 0; i < b->now.line_count; i++)
        if (outside(&b->now, &lines[i]) && n++ == 0)
            at = lines[i].source;
    if (n > 0)
        umi__bank_warn(b, "W-BANK-PERIOD", at,
                       "%" PRId64 " lines lie outside the stated period", n);
    if (b->period == UMI__BANK_PERIOD_WARN)
        return;
    if (n == 0)
        add(b, "period", UMI_BANK_HOLDS, "every line lies in the period");
    else
        add(b, "period", UMI_BANK_FAILS,
            "%" PRId64
            " lines lie outside the stated period, the first on line %" PRId64,
            n, at);
}

static void page(umi__bank_builder *b)
{
    if (!b->has_page)
        return;
    const char *text = "the page before it is not in the file";
    if (b->page == UMI_BANK_HOLDS)
        text = "opens where the page before it closed";
    else if (b->page == UMI_BANK_FAILS)
        text = "does not open where the page before it closed";
    add(b, "page", b->page, "%s", umi_tr(b->options->lang, text));
}

/* --- what the rows imply ------------------------------------------------- */

static bool fits(umi_i128 sen)
{
    return sen >= INT64_MIN && sen <= INT64_MAX;
}

static void imply_ends(umi_bank_statement *s, const tally *t)
{
    if (t->booked == 0)
        return;
    const umi_bank_line *old = newest_first(t) ? t->last : t->first;
    const umi_bank_line *new = newest_first(t) ? t->first : t->last;
    if (!s->opening.known && old->balance.known && fits(before(old)))
        s->opening = (umi_bank_figure){{(int64_t)before(old)}, true};
    if (!s->closing.known && new->balance.known)
        s->closing = new->balance;
}

static void imply_period(umi_bank_statement *s, const umi_bank_line *lines)
{
    umi_day low = {INT32_MAX}, high = {INT32_MIN};
    for (size_t i = 0; i < s->line_count; i++) {
        if (lines[i].pending || lines[i].booked.n == UMI_BANK_NO_DAY.n)
            continue;
        low = lines[i].booked.n < low.n ? lines[i].booked : low;
        high = lines[i].booked.n > high.n ? lines[i].booked : high;
    }
    if (s->from.n == UMI_BANK_NO_DAY.n && low.n != INT32_MAX)
        s->from = low;
    if (s->to.n == UMI_BANK_NO_DAY.n && high.n != INT32_MIN)
        s->to = high;
}

void umi__bank_check_all(umi__bank_builder *b)
{
    umi_bank_statement *s = &b->now;
    const umi_bank_line *lines =
        s->line_count > 0 ? &b->file->all_lines[b->first] : NULL;
    if (s->currency[0] == '\0' && s->line_count > 0)
        memcpy(s->currency, lines[0].currency, sizeof s->currency);
    tally t = tally_up(b, lines);
    if (b->derive_ends)
        imply_ends(s, &t);
    continuity(b, &t);
    complete(b);
    chain(b, &t);
    totals(b, &t);
    page(b);
    period(b, lines);
    imply_period(s, lines);
}
