/* SPDX-License-Identifier: MIT */
#include "ledger/bank/match.h"

#include "engine/party/reference.h"
#include "ledger/bank/print.h"

#include <assert.h>
#include <stdlib.h>

const char *umi_bank_finding_code(umi_bank_finding f)
{
    static const char *const codes[] = {"MATCHED",   "BANK_ONLY", "AMOUNT_DIFF",
                                        "AMBIGUOUS", "DUP_BANK",  "RETURNED"};
    return codes[f];
}

/* --- texts --------------------------------------------------------------- */

static bool
find_windows(umi_text t, umi_bank_found_fn fn, void *self, bool *any)
{
    for (size_t i = 0; i + UMI_REFERENCE_LEN <= t.len; i++) {
        umi_text w = {t.ptr + i, UMI_REFERENCE_LEN};
        if (t.ptr[i] != 'U' || !umi_reference_ok(w))
            continue;
        *any = true;
        if (!fn(self, w))
            return false;
        i += UMI_REFERENCE_LEN - 1;
    }
    return true;
}

bool umi_bank_find_transfers(umi_text t, umi_bank_found_fn fn, void *self)
{
    char tight[1024];
    size_t n = 0;
    bool any = false;
    if (!find_windows(t, fn, self, &any))
        return false;
    for (size_t i = 0; i < t.len && n < sizeof tight; i++)
        if (t.ptr[i] != ' ')
            tight[n++] = t.ptr[i];
    bool broken = !any && n < t.len;
    return !broken || find_windows((umi_text){tight, n}, fn, self, &any);
}

static bool word_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.' ||
           c == '/';
}

bool umi_bank_find_words(umi_text t, umi_bank_found_fn fn, void *self)
{
    for (size_t i = 0; i < t.len;) {
        size_t n = 0;
        bool digit = false;
        for (; i + n < t.len && word_char(t.ptr[i + n]); n++)
            digit |= t.ptr[i + n] >= '0' && t.ptr[i + n] <= '9';
        if (digit && n >= 6 && n <= 64 && !fn(self, (umi_text){t.ptr + i, n}))
            return false;
        i += n + 1;
    }
    return true;
}

/* --- deciding ------------------------------------------------------------ */

/* The units [from, to) of one movement, and their order among movements. */
typedef struct movement {
    size_t from, to;
    umi_day booked;
    int64_t print, occurrence, line;
} movement;

/* A hint and its place in the input. */
typedef struct sorted {
    umi_bank_hint hint;
    size_t at;
} sorted;

typedef struct decision {
    const umi_bank_unit *units;
    const umi_bank_hint *hints;
    const size_t *first; /* of each unit's, in `order` */
    const sorted *order; /* by unit and what they name */
    umi_bank_answer *out;
    umi_bank_tallies taken; /* by settled key, in this run */
} decision;

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_place(const void *a, const void *b)
{
    const movement *x = a, *y = b;
    int c = compare(x->booked.n, y->booked.n);
    if (c == 0)
        c = compare(x->print, y->print);
    if (c == 0)
        c = compare(x->occurrence, y->occurrence);
    return c != 0 ? c : compare(x->line, y->line);
}

static bool same_target(const umi_bank_hint *a, const umi_bank_hint *b)
{
    return a->kind == b->kind && a->target == b->target;
}

/* What the hints of unit @p u say, before anyone takes anything. */
static umi_bank_answer judge(const decision *d, size_t u)
{
    umi_bank_answer a = {UMI_BANK_ONLY, SIZE_MAX};
    for (size_t i = d->first[u]; i < d->first[u + 1]; i++) {
        const umi_bank_hint *h = &d->order[i].hint;
        size_t at = d->order[i].at;
        const umi_bank_hint *old =
            a.hint == SIZE_MAX ? NULL : &d->hints[a.hint];
        bool equal = h->amount.sen == d->units[u].amount.sen;
        if (old != NULL && same_target(old, h))
            continue;
        if (equal && !h->taken) {
            if (a.finding == UMI_BANK_MATCHED)
                return (umi_bank_answer){UMI_BANK_AMBIGUOUS, a.hint};
            a = (umi_bank_answer){UMI_BANK_MATCHED, at};
        } else if (equal && a.finding != UMI_BANK_MATCHED) {
            a = (umi_bank_answer){UMI_BANK_DUPLICATE, at};
        } else if (a.finding == UMI_BANK_ONLY) {
            a = (umi_bank_answer){UMI_BANK_AMOUNT_DIFF, at};
        }
    }
    return a;
}

static umi_bank_tally *
held(decision *d, const umi_bank_hint *h, umi_bank_target kind)
{
    return umi_bank_tally_of(&d->taken, umi_bank_settled_key(kind, h->target));
}

/* Whether every unit of @p m would match: a bulk movement is one thing. */
static bool whole(const decision *d, const movement *m)
{
    for (size_t u = m->from; u < m->to; u++)
        if (d->out[u].finding != UMI_BANK_MATCHED)
            return false;
    return true;
}

static bool is_return(const decision *d, const movement *m)
{
    for (size_t u = m->from; u < m->to; u++)
        if (d->hints[d->out[u].hint].kind == UMI_BANK_RETURN)
            return true;
    return false;
}

/* Nobody matches a part of a movement. */
static void spoil(decision *d, const movement *m, umi_bank_finding why)
{
    for (size_t u = m->from; u < m->to; u++)
        if (d->out[u].finding == UMI_BANK_MATCHED)
            d->out[u].finding = why;
}

/* Take what @p m names, or say why not. */
static bool take(decision *d, const movement *m)
{
    size_t u;
    for (u = m->from; u < m->to; u++) {
        const umi_bank_hint *h = &d->hints[d->out[u].hint];
        umi_bank_tally *t = held(d, h, h->kind);
        if (t == NULL)
            return false;
        if (h->kind == UMI_BANK_RETURN && !h->ready) {
            umi_bank_tally *out = held(d, h, UMI_BANK_TRANSFER);
            if (out == NULL)
                return false;
            if (out->seen == 0) {
                spoil(d, m, UMI_BANK_RETURNED);
                return true;
            }
            t = held(d, h, h->kind); /* the table may have moved */
            if (t == NULL)
                return false;
        }
        if (t->seen > 0)
            break;
        t->seen = 1;
    }
    if (u == m->to)
        return true;
    while (u-- > m->from) {
        umi_bank_tally *t =
            held(d, &d->hints[d->out[u].hint], d->hints[d->out[u].hint].kind);
        if (t == NULL)
            return false;
        t->seen = 0;
    }
    spoil(d, m, UMI_BANK_DUPLICATE);
    return true;
}

/* Debits and repayments first, then what came back. */
static bool run(decision *d, const movement *list, size_t n)
{
    for (int returns = 0; returns < 2; returns++) {
        for (size_t i = 0; i < n; i++) {
            const movement *m = &list[i];
            if (!whole(d, m)) {
                spoil(d, m, UMI_BANK_ONLY);
                continue;
            }
            if (is_return(d, m) == (returns == 1) && !take(d, m))
                return false;
        }
    }
    return true;
}

static size_t group(movement *list, const umi_bank_unit *units, size_t n)
{
    size_t k = 0;
    for (size_t u = 0; u < n; u++) {
        if (k > 0 && units[list[k - 1].from].line == units[u].line) {
            list[k - 1].to = u + 1;
            continue;
        }
        list[k++] = (movement){u,
                               u + 1,
                               units[u].booked,
                               units[u].print,
                               units[u].occurrence,
                               units[u].line};
    }
    qsort(list, k, sizeof *list, by_place);
    return k;
}

static int by_unit(const void *a, const void *b)
{
    const sorted *x = a, *y = b;
    int c = compare((int64_t)x->hint.unit, (int64_t)y->hint.unit);
    if (c == 0)
        c = compare((int64_t)x->hint.kind, (int64_t)y->hint.kind);
    if (c == 0)
        c = compare(x->hint.target, y->hint.target);
    if (c == 0)
        c = compare(y->hint.taken, x->hint.taken);
    return c != 0 ? c : compare(x->hint.amount.sen, y->hint.amount.sen);
}

static void sort_hints(
    sorted *list, size_t *first, size_t n, const umi_bank_hint *hints, size_t m)
{
    for (size_t i = 0; i < m; i++) {
        assert(hints[i].unit < n);
        list[i] = (sorted){hints[i], i};
        first[hints[i].unit + 1]++;
    }
    if (m > 1)
        qsort(list, m, sizeof *list, by_unit);
    for (size_t u = 0; u < n; u++)
        first[u + 1] += first[u];
}

umi_status umi_bank_decide(umi_bank_answer *out,
                           const umi_bank_unit *units,
                           size_t n,
                           const umi_bank_hint *hints,
                           size_t m,
                           umi_error *err)
{
    movement *list = umi_alloc_array(n, sizeof *list);
    sorted *order = umi_alloc_array(m, sizeof *order);
    size_t *first = umi_alloc_array(n + 1, sizeof *first);
    bool ok = list != NULL && order != NULL && first != NULL;
    decision d = {.units = units,
                  .hints = hints,
                  .first = first,
                  .order = order,
                  .out = out};
    if (ok) {
        sort_hints(order, first, n, hints, m);
        for (size_t u = 0; u < n; u++)
            out[u] = judge(&d, u);
        size_t k = group(list, units, n);
        ok = run(&d, list, k);
    }
    umi_bank_tallies_free(&d.taken);
    umi_free(list);
    umi_free(order);
    umi_free(first);
    return ok ? UMI_OK : umi_fail_memory(err);
}
