/* SPDX-License-Identifier: MIT */
#include "ledger/book/fold.h"
#include "ledger/book/keys.h"
#include "ledger/desk/fetch.h"
#include "ledger/desk/import_int.h"
#include "ledger/desk/reverse.h"

#include <stdlib.h>

enum {
    REFERENCE,
    CHANNEL,
    LOAN,
    DATE,
    AMOUNT
};

static const umi_column columns[] = {
    [REFERENCE] = {"reference", UMI_COLUMN_REQUIRED},
    [CHANNEL] = {"channel", UMI_COLUMN_REQUIRED},
    [LOAN] = {"loan", UMI_COLUMN_OPTIONAL},
    [DATE] = {"date", UMI_COLUMN_OPTIONAL},
    [AMOUNT] = {"amount", UMI_COLUMN_OPTIONAL},
    UMI_CSV_REJECT_COLUMNS,
};

typedef struct entry {
    umi_text reference, channel;
    umi_text loan;    /* {NULL, 0}: the file does not tell */
    umi_day day;      /* UMI_NONE32: neither */
    umi_money amount; /* 0: neither */
    umi_txn txn;      /* the payment that is meant */
    bool found;
    const umi__line *before; /* of the chunk, with the same reference */
    const umi__line *same;   /* the one of those which it repeats */
} entry;

typedef struct session {
    umi_money sum; /* of the payments that the file undoes */
} session;

static umi_status conflict(const char *field, umi_error *err)
{
    return umi_fail_code(err, UMI_EINVAL, "CONFLICT", field,
                         "the reference stands for another payment");
}

/* --- a line by itself ---------------------------------------------------- */

static umi_text told(const umi_record *r, size_t i)
{
    umi_text t = umi_record_text(r, i);
    return t.len > 0 ? t : (umi_text){0};
}

static umi_status
parse(umi__import *im, const umi_record *r, void *data, umi_error *err)
{
    entry *e = data;
    (void)im;
    e->loan = told(r, LOAN);
    e->day.n = UMI_NONE32;
    umi_status rc = umi_record_need(&e->reference, r, REFERENCE, err);
    if (rc == UMI_OK)
        rc = umi_record_need(&e->channel, r, CHANNEL, err);
    if (rc == UMI_OK && told(r, DATE).len > 0)
        rc = umi_record_day(&e->day, r, DATE, err);
    if (rc == UMI_OK && told(r, AMOUNT).len > 0)
        rc = umi_record_amount(&e->amount, r, AMOUNT, err);
    return rc;
}

/* --- against the book ---------------------------------------------------- */

/* A line in the order in which references are looked up. */
typedef struct sought {
    int64_t hash;
    umi__line *line;
} sought;

static int by_reference(const void *a, const void *b)
{
    const sought *x = a, *y = b;
    const entry *e = x->line->data, *f = y->line->data;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    int order = umi_text_cmp(e->channel, f->channel);
    order = order ? order : umi_text_cmp(e->reference, f->reference);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static size_t sort_lines(umi__import *im, sought *all, umi_reference_ask *asks)
{
    umi_sip_key secret = umi_book_secret(im->desk->book);
    size_t n = 0;
    for (size_t i = 0; i < im->count; i++) {
        const entry *e = im->lines[i].data;
        if (e != NULL)
            all[n++] =
                (sought){umi_key_reference(&secret, e->channel, e->reference),
                         &im->lines[i]};
    }
    if (n > 0)
        qsort(all, n, sizeof *all, by_reference);
    for (size_t i = 0; i < n; i++) {
        const entry *e = all[i].line->data;
        asks[i] = (umi_reference_ask){
            .key = all[i].hash, .channel = e->channel, .ref = e->reference};
    }
    return n;
}

static bool same_reference(const entry *a, const entry *b)
{
    return umi_text_eq(a->channel, b->channel) &&
           umi_text_eq(a->reference, b->reference);
}

/* The payments that the chunk names. */
static umi_status look_up(umi__import *im, umi_error *err)
{
    size_t room = im->count;
    sought *all = umi_arena_array(im->arena, room, sizeof *all);
    umi_reference_ask *asks = umi_arena_array(im->arena, room, sizeof *asks);
    int64_t *ids = umi_arena_array(im->arena, room, sizeof *ids);
    umi_txn *txns = umi_arena_array(im->arena, room, sizeof *txns);
    bool *found = umi_arena_array(im->arena, room, sizeof *found);
    if (!all || !asks || !ids || !txns || !found)
        return umi_fail_memory(err);
    size_t n = sort_lines(im, all, asks);
    umi_status rc = umi_keys_references(im->desk->book, asks, n, err);
    for (size_t i = 0; i < n; i++)
        ids[i] = asks[i].txn != 0 ? asks[i].txn : UMI_NONE;
    if (rc == UMI_OK)
        rc = umi__fetch(im->desk->store, &umi_txn_table, ids, n, txns, found,
                        im->arena, err);
    for (size_t i = 0; rc == UMI_OK && i < n; i++) {
        entry *e = all[i].line->data;
        e->txn = txns[i];
        e->found = found[i];
        if (i > 0 && same_reference(all[i - 1].line->data, e))
            e->before = all[i - 1].line;
    }
    return rc;
}

/* The postings of the loan that was looked at last. */
typedef struct history {
    umi_arena *arena;
    int64_t loan; /* 0: none yet */
    umi_loan row;
    const umi_txn *txns;
    size_t n;
} history;

static umi_status
read_history(history *h, umi__import *im, int64_t loan, umi_error *err)
{
    umi_loan_state state;
    if (h->loan == loan)
        return UMI_OK;
    umi_arena_reset(h->arena);
    umi_status rc = umi__fetch_one(im->desk->store, &umi_loan_table, loan,
                                   &h->row, h->arena, err);
    if (rc == UMI_OK)
        rc = umi__fetch_one(im->desk->store, &umi_loan_state_table, loan,
                            &state, h->arena, err);
    if (rc == UMI_OK)
        rc = umi_fold_history(im->desk->book, loan, state.last_txn, &h->txns,
                              &h->n, h->arena, err);
    h->loan = rc == UMI_OK ? loan : 0;
    return rc;
}

static bool reversed(const history *h, int64_t txn)
{
    for (size_t i = h->n; i-- > 0 && h->txns[i].id > txn;)
        if (h->txns[i].reverses == txn)
            return true;
    return false;
}

/* Whether the line says of the payment what the book does. */
static umi_status
compare(const umi_desk *desk, const entry *e, const history *h, umi_error *err)
{
    const umi_txn *t = &e->txn;
    if (t->kind != UMI_TXN_REPAYMENT)
        return umi_fail(err, UMI_ESTATE, "",
                        "posting %lld is of kind %s and cannot be reversed",
                        (long long)t->id, umi_txn_kind_name(t->kind));
    if (e->loan.ptr != NULL && !umi_text_eq(e->loan, h->row.number))
        return conflict("loan", err);
    if (e->day.n != UMI_NONE32 && e->day.n != t->day.n)
        return conflict("date", err);
    if (e->amount.sen != 0 && e->amount.sen != t->amount.sen)
        return conflict("amount", err);
    if (desk->today.n < t->day.n)
        return umi_fail_code(err, UMI_EINVAL, "DATE", "date",
                             "a reversal cannot be dated before its posting");
    return UMI_OK;
}

/* The first line of its reference that was not refused; NULL: there is none
 * before it. */
static const umi__line *repeated(const entry *e)
{
    if (e->before == NULL)
        return NULL;
    const entry *before = e->before->data;
    bool refused = e->before->outcome == UMI__REJECTED;
    return before->same || refused ? before->same : e->before;
}

static umi_status
judge(umi__import *im, umi__line *line, history *h, umi_error *err)
{
    entry *e = line->data;
    umi_error why = {.lang = im->ask->lang};
    umi_status rc = UMI_OK;
    if (e->found)
        rc = read_history(h, im, e->txn.loan, err);
    if (rc != UMI_OK)
        return rc;
    e->same = repeated(e);
    if (!e->found)
        rc = umi_fail(&why, UMI_ENOENT, "reference",
                      "there is no payment of this reference");
    else
        rc = compare(im->desk, e, h, &why);
    if (rc != UMI_OK)
        return umi__import_reject(im, line, &why, err);
    bool undone = e->same != NULL || reversed(h, e->txn.id);
    line->outcome = undone ? UMI__SAME : UMI__ADDED;
    return UMI_OK;
}

/* --- undoing ------------------------------------------------------------- */

/* What a line cannot be blamed for. */
static bool fatal(umi_status rc)
{
    return rc == UMI_ENOMEM || rc == UMI_EIO || rc == UMI_EDAMAGED ||
           rc == UMI_EBUSY || rc == UMI_EINTERNAL || rc == UMI_EDENIED;
}

static umi_status
enter(umi__import *im, const umi_booking *bookings, size_t n, umi_error *err)
{
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("reverse"),
                               .booked = im->desk->today,
                               .bookings = bookings,
                               .count = n};
    umi_booked *done = umi_arena_array(im->arena, n, sizeof *done);
    return done ? umi_book_enter(im->desk->book, &act, done, NULL, err)
                : umi_fail_memory(err);
}

static umi_booking booking_of(const umi__import *im, const umi__line *line)
{
    return (umi_booking){.kind = UMI_TXN_REVERSAL,
                         .reverses = ((const entry *)line->data)->txn.id,
                         .day = im->desk->today};
}

/* One by one, so that a line which cannot be undone is known. */
static umi_status enter_singly(umi__import *im, umi_error *err)
{
    for (size_t i = 0; i < im->count; i++) {
        umi__line *line = &im->lines[i];
        if (line->outcome != UMI__ADDED)
            continue;
        umi_error why = {.lang = im->ask->lang};
        const umi_booking one = booking_of(im, line);
        umi_status rc = enter(im, &one, 1, &why);
        if (rc != UMI_OK && fatal(rc) && err != NULL)
            *err = why;
        else if (rc != UMI_OK && !fatal(rc))
            rc = umi__import_reject(im, line, &why, err);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

static umi_status enter_all(umi__import *im, umi_error *err)
{
    umi_booking *all = umi_arena_array(im->arena, im->count, sizeof *all);
    umi_error why = {.lang = im->ask->lang};
    size_t n = 0;
    if (all == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < im->count; i++)
        if (im->lines[i].outcome == UMI__ADDED)
            all[n++] = booking_of(im, &im->lines[i]);
    umi_status rc = n > 0 ? enter(im, all, n, &why) : UMI_OK;
    if (rc != UMI_OK && !fatal(rc))
        return enter_singly(im, err);
    if (rc != UMI_OK && err != NULL)
        *err = why;
    return rc;
}

/* A line that repeats one which was refused is refused with it. */
static umi_status close_line(umi__import *im, umi__line *line, umi_error *err)
{
    session *s = im->self;
    const entry *e = line->data;
    if (line->outcome == UMI__SAME && e->same != NULL &&
        e->same->outcome == UMI__REJECTED)
        return umi__import_reject(im, line, e->same->why, err);
    if (line->outcome != UMI__REJECTED &&
        !umi_money_add(&s->sum, s->sum, e->txn.amount))
        return umi_fail(err, UMI_ERANGE, "amount", "the sum does not fit");
    return UMI_OK;
}

static umi_status settle(umi__import *im, umi_error *err)
{
    history h = {.arena = umi_arena_new()};
    umi_status rc = h.arena ? look_up(im, err) : umi_fail_memory(err);
    for (size_t i = 0; rc == UMI_OK && i < im->count; i++)
        if (im->lines[i].data != NULL)
            rc = judge(im, &im->lines[i], &h, err);
    umi_arena_free(h.arena);
    if (rc == UMI_OK)
        rc = enter_all(im, err);
    for (size_t i = 0; rc == UMI_OK && i < im->count; i++)
        if (im->lines[i].data != NULL)
            rc = close_line(im, &im->lines[i], err);
    return rc;
}

/* What the sender says that the payments sum up to. */
static umi_status finish(umi__import *im, umi_error *err)
{
    const session *s = im->self;
    const umi_file_ask said = {.path = im->ask->path,
                               .name = im->ask->name,
                               .expect_amount = im->ask->expect_amount};
    const umi_tally lines = {im->result->added + im->result->same, s->sum};
    return umi_file_expected(&said, &lines, err);
}

static const umi__import_kind kind = {
    .spec = {.columns = columns, .count = sizeof columns / sizeof *columns},
    .unnoted = true,
    .size = sizeof(entry),
    .parse = parse,
    .settle = settle,
    .finish = finish,
};

umi_status umi_reverse_from(umi_reverse_file *out,
                            umi_desk *desk,
                            const umi_import_ask *ask,
                            umi_arena *arena,
                            umi_error *err)
{
    session s = {{0}};
    umi_import_result counts;
    umi_status rc = umi__import_run(&counts, &kind, ask, desk, &s, arena, err);
    if (rc == UMI_OK)
        *out = (umi_reverse_file){counts, s.sum};
    return rc;
}
