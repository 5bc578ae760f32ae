/* SPDX-License-Identifier: MIT */
#include "ledger/desk/day_close.h"

#include "ledger/desk/day_close_int.h"
#include "ledger/report/standing.h"
#include "ledger/report/trial_balance.h"

#include <assert.h>
#include <stdlib.h>

/* The sums of one branch and product. */
typedef struct cell {
    bool used;
    umi_accrual sum;
    umi_accrual before; /* of the close before */
} cell;

enum {
    PRINCIPAL,
    INTEREST,
    FEE,
    PENALTY,
    OVERPAID,
    CONTROLS
};

typedef struct closing {
    umi_book *b;
    umi_arena *arena;
    umi_day day;
    int64_t batch;
    cell *cells; /* by hash of branch and product; at most half are used */
    size_t room, used;
    umi_accrual *rows; /* of this close, by branch and product */
    umi_closing figures[CONTROLS + UMI_BUCKETS + 1];
    size_t figure_count;
    int64_t loans;
    int64_t newest;           /* posting that counts; 0: all */
    bool unsure;              /* see umi_standing.unsure */
    umi_money held[CONTROLS]; /* what the loans say */
    int64_t in_bucket[UMI_BUCKETS];
    umi_money principal[UMI_BUCKETS];
} closing;

static umi_status too_large(umi_error *err)
{
    return umi_fail(err, UMI_ERANGE, "amount", "a sum does not fit");
}

/* --- sums by branch and product ------------------------------------------- */

static cell *place(cell *cells, size_t room, int64_t branch, int64_t product)
{
    uint64_t h = (uint64_t)branch * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (uint64_t)product) * UINT64_C(0xbf58476d1ce4e5b9);
    size_t i = h >> 32 & (room - 1);
    while (cells[i].used &&
           (cells[i].sum.branch != branch || cells[i].sum.product != product))
        i = (i + 1) & (room - 1);
    return &cells[i];
}

static bool grow(closing *c)
{
    if (c->used * 2 < c->room)
        return true;
    size_t room = c->room ? c->room * 2 : 64;
    cell *cells = umi_arena_array(c->arena, room, sizeof *cells);
    if (cells == NULL)
        return false;
    for (size_t i = 0; i < c->room; i++)
        if (c->cells[i].used)
            *place(cells, room, c->cells[i].sum.branch,
                   c->cells[i].sum.product) = c->cells[i];
    c->cells = cells;
    c->room = room;
    return true;
}

static cell *cell_of(closing *c, int64_t branch, int64_t product)
{
    if (!grow(c))
        return NULL;
    cell *at = place(c->cells, c->room, branch, product);
    if (!at->used) {
        at->used = true;
        at->sum.batch = c->batch;
        at->sum.day = c->day;
        at->sum.branch = branch;
        at->sum.product = product;
        c->used++;
    }
    return at;
}

static umi_status recall(closing *c, umi_error *err)
{
    umi_period last;
    umi_status rc = umi_period_before(&last, c->b, c->day, c->arena, err);
    for (size_t i = 0; rc == UMI_OK && i < last.accrual_count; i++) {
        const umi_accrual *a = &last.accruals[i];
        cell *at = cell_of(c, a->branch, a->product);
        if (at == NULL)
            return umi_fail_memory(err);
        at->before = *a;
    }
    return rc;
}

/* --- one loan ------------------------------------------------------------- */

/* Interest that was paid before the import was income elsewhere. */
static umi_money earned_here(const umi_standing *s)
{
    int64_t here = s->accrued.sen - s->loan->paid_interest.sen;
    return (umi_money){here > 0 ? here : 0};
}

/* From collectability 3 on nothing is income that was not paid. */
static umi_money suspended(const umi_standing *s)
{
    int64_t settled = s->interest.sen - s->outstanding.interest.sen;
    int64_t unpaid = s->accrued.sen - settled;
    int64_t here = earned_here(s).sen;
    if (s->collectability < 3 || unpaid <= 0)
        return (umi_money){0};
    return (umi_money){unpaid < here ? unpaid : here};
}

static bool take(umi_money *sum, umi_money m)
{
    return umi_money_add(sum, *sum, m);
}

/* What the accounts of the ledger must say about this loan; of interest and
 * fees only what was settled, what was earned is added once for all. */
static bool add_controls(closing *c, const umi_standing *s)
{
    const umi_loan_state *st = s->state;
    umi_money settled = {s->interest.sen - st->owed.interest.sen -
                         s->loan->paid_interest.sen};
    umi_money fee = {st->owed.fee.sen - s->fee.sen};
    return take(&c->held[PRINCIPAL], st->owed.principal) &&
           take(&c->held[INTEREST], (umi_money){-settled.sen}) &&
           take(&c->held[FEE], fee) &&
           take(&c->held[PENALTY], st->owed.penalty) &&
           take(&c->held[OVERPAID], (umi_money){-st->overpaid.sen});
}

static bool add_bucket(closing *c, const umi_standing *s)
{
    size_t in = umi_bucket_of(s->days_past_due);
    if (s->status != UMI_LOAN_ACTIVE || s->state->disbursed.n > c->day.n)
        return true;
    c->in_bucket[in]++;
    return take(&c->principal[in], s->outstanding.principal);
}

static umi_status add_loan(void *self, const umi_standing *s, umi_error *err)
{
    closing *c = self;
    cell *at = cell_of(c, s->loan->branch, s->loan->product);
    if (at == NULL)
        return umi_fail_memory(err);
    if (s->unsure) {
        c->unsure = true;
        return UMI_OK;
    }
    c->loans++;
    if (take(&at->sum.earned, earned_here(s)) &&
        take(&at->sum.suspended, suspended(s)) &&
        take(&at->sum.fee, s->fee_charged) && add_controls(c, s) &&
        add_bucket(c, s))
        return UMI_OK;
    return too_large(err);
}

static int by_place(const void *x, const void *y)
{
    const cell *a = x, *b = y;
    if (a->sum.branch != b->sum.branch)
        return a->sum.branch < b->sum.branch ? -1 : 1;
    return a->sum.product < b->sum.product ? -1
                                           : a->sum.product > b->sum.product;
}

/* The used cells in order of branch and product, side by side. */
static void pack(closing *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->room; i++)
        if (c->cells[i].used)
            c->cells[n++] = c->cells[i];
    assert(n == c->used);
    if (n > 0)
        qsort(c->cells, n, sizeof *c->cells, by_place);
}

/* --- controls ------------------------------------------------------------- */

static umi_money less(umi_money a, umi_money b)
{
    return (umi_money){a.sen - b.sen}; /* both are sums from 0 on */
}

/* What this close adds to receivables. */
static umi_status
add_earned(closing *c, umi_money ledger[CONTROLS], umi_error *err)
{
    bool fits = true;
    for (size_t i = 0; i < c->used; i++) {
        const umi_accrual *s = &c->cells[i].sum, *was = &c->cells[i].before;
        umi_money all = less(s->earned, s->suspended);
        umi_money old = less(was->earned, was->suspended);
        fits = fits && take(&c->held[INTEREST], all) &&
               take(&ledger[INTEREST], less(all, old)) &&
               take(&c->held[FEE], s->fee) &&
               take(&ledger[FEE], less(s->fee, was->fee));
    }
    return fits ? UMI_OK : too_large(err);
}

static void add_figure(closing *c,
                       umi_closing_kind kind,
                       const char *name,
                       int64_t n,
                       umi_money loans,
                       umi_money ledger)
{
    c->figures[c->figure_count++] = (umi_closing){.batch = c->batch,
                                                  .kind = kind,
                                                  .name = umi_text_of(name),
                                                  .n = n,
                                                  .loans = loans,
                                                  .ledger = ledger};
}

static umi_status
compare(closing *c, const umi_money ledger[CONTROLS], umi_error *err)
{
    static const char *const names[CONTROLS] = {"principal", "interest", "fee",
                                                "penalty", "overpaid"};
    bool cash = umi_book_basis(c->b) == UMI_BASIS_CASH;
    for (size_t i = 0; i < CONTROLS; i++) {
        char held[UMI_MONEY_TEXT], stands[UMI_MONEY_TEXT];
        if (cash && i != PRINCIPAL && i != OVERPAID)
            continue; /* no receivables: nothing to compare with */
        add_figure(c, UMI_CLOSING_CONTROL, names[i], c->loans, c->held[i],
                   ledger[i]);
        if (c->held[i].sen == ledger[i].sen)
            continue;
        umi_money_write(held, c->held[i]);
        umi_money_write(stands, ledger[i]);
        return umi_fail_code(err, UMI_EDAMAGED, "CONTROL", names[i],
                             "loans say %s, the general ledger %s", held,
                             stands);
    }
    return UMI_OK;
}

static umi_status check_controls(closing *c, umi_error *err)
{
    static const umi_role roles[CONTROLS] = {
        UMI_ROLE_PRINCIPAL, UMI_ROLE_INTEREST_RECEIVABLE,
        UMI_ROLE_FEE_RECEIVABLE, UMI_ROLE_PENALTY_RECEIVABLE,
        UMI_ROLE_OVERPAID};
    umi_trial_balance t;
    umi_money ledger[CONTROLS] = {{0}};
    umi_status rc = umi_trial_balance_of(&t, c->b, NULL, c->arena, err);
    for (size_t i = 0; rc == UMI_OK && i < CONTROLS; i++)
        if (!umi_trial_balance_role(&ledger[i], &t, roles[i]))
            rc = too_large(err);
    if (rc == UMI_OK)
        rc = add_earned(c, ledger, err);
    return rc != UMI_OK ? rc : compare(c, ledger, err);
}

/* --- what is written ------------------------------------------------------ */

static umi_status number_rows(closing *c, umi_error *err)
{
    int64_t id;
    c->rows = umi_arena_array(c->arena, c->used, sizeof *c->rows);
    if (c->rows == NULL)
        return umi_fail_memory(err);
    umi_status rc = umi_book_take(c->b, &umi_accrual_table, c->used, &id, err);
    for (size_t i = 0; rc == UMI_OK && i < c->used; i++) {
        c->rows[i] = c->cells[i].sum;
        c->rows[i].id = id++;
    }
    if (rc == UMI_OK)
        rc = umi_book_take(c->b, &umi_closing_table, c->figure_count, &id, err);
    for (size_t i = 0; rc == UMI_OK && i < c->figure_count; i++)
        c->figures[i].id = id++;
    return rc;
}

static umi_status write_close(closing *c, umi_error *err)
{
    umi_change with = {0};
    const umi_closed_day day = {c->day.n, c->batch, umi_book_head(c->b)};
    umi_gl_entry *entries = umi_arena_array(
        c->arena, c->used * UMI_PERIOD_ENTRIES, sizeof *entries);
    if (entries == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < c->used; i++)
        umi_period_entries(entries + i * UMI_PERIOD_ENTRIES, &c->cells[i].sum,
                           &c->cells[i].before);
    for (size_t i = 0; i < UMI_BUCKETS; i++)
        add_figure(c, UMI_CLOSING_ARREARS, umi_buckets[i].label,
                   c->in_bucket[i], c->principal[i], (umi_money){0});
    add_figure(c, UMI_CLOSING_POSTINGS, "postings", c->newest, (umi_money){0},
               (umi_money){0});
    umi_status rc = number_rows(c, err);
    if (rc != UMI_OK)
        return rc;
    umi_change_put(&with, &umi_closed_day_table, &day, 1);
    umi_change_put(&with, &umi_accrual_table, c->rows, c->used);
    umi_change_put(&with, &umi_closing_table, c->figures, c->figure_count);
    const umi_act_entry act = {.kind = UMI_BATCH_CLOSE,
                               .name = UMI_TEXT("day close"),
                               .booked = c->day,
                               .entries = entries,
                               .entry_count = c->used * UMI_PERIOD_ENTRIES,
                               .with = &with,
                               .batch = c->batch};
    return umi_book_enter(c->b, &act, NULL, NULL, err);
}

/* --- a day ---------------------------------------------------------------- */

static umi_status close_one(closing *c, umi_error *err)
{
    const umi_standing_ask ask = {.day = c->day, .past = true, .closed = true};
    umi_store *store = umi_book_store(c->b);
    umi_status rc = umi_book_take_batch(c->b, &c->batch, err);
    if (rc == UMI_OK)
        rc = umi_store_last(store, &umi_txn_table, &c->newest, err);
    if (rc == UMI_OK)
        rc = recall(c, err);
    if (rc == UMI_OK)
        rc = umi_standing_each(c->b, &ask, add_loan, c, err);
    if (rc != UMI_OK)
        return rc;
    pack(c);
    rc = check_controls(c, err);
    return rc != UMI_OK ? rc : write_close(c, err);
}

static umi_status close_day(umi_book *b, umi_day d, umi_error *err)
{
    closing c = {.b = b, .day = d, .arena = umi_arena_new()};
    umi_status rc = c.arena ? close_one(&c, err) : umi_fail_memory(err);
    umi_arena_free(c.arena);
    return rc;
}

/* Its lines stand partly before the close and partly behind it. */
static umi_status refuse_run(void *self, const void *row, umi_error *err)
{
    const umi_run *run = row;
    (void)self;
    return umi_fail_code(err, UMI_EDENIED, "UNFINISHED", "",
                         "the file %.*s is half entered: enter it again first",
                         UMI_SHOW(run->name));
}

/* The first day to close. */
static umi_status begin_at(
    umi_book *b, umi_day from, umi_day through, umi_day *at, umi_error *err)
{
    umi_closed_day row;
    bool closed = false;
    int64_t last, key = from.n;
    char text[UMI_DAY_TEXT], due[UMI_DAY_TEXT];
    umi_store *s = umi_book_store(b);
    umi_status rc = umi_store_last(s, &umi_closed_day_table, &last, err);
    if (rc == UMI_OK)
        rc = umi_store_read(s, &umi_closed_day_table, &key, 1, &row, &closed,
                            NULL, err);
    if (rc != UMI_OK)
        return rc;
    umi_day next = {last ? (int32_t)last + 1 : from.n};
    if (from.n != next.n && !(closed && through.n >= next.n)) {
        umi_day_write(text, from);
        umi_day_write(due, next);
        return umi_fail_code(err, UMI_EDENIED, "NOT-BUSINESS", "date",
                             "%s cannot be closed: the business date is %s",
                             text, due);
    }
    *at = next;
    return UMI_OK;
}

umi_status
umi_day_close(umi_book *b, umi_day from, umi_day through, umi_error *err)
{
    umi_day at = from;
    if (through.n < from.n)
        return umi_fail(err, UMI_EINVAL, "through",
                        "must not be before the first day");
    if (from.n < 1)
        return umi_fail(err, UMI_EINVAL, "date", "must be after 1970-01-01");
    umi_status rc = begin_at(b, from, through, &at, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(umi_book_store(b), &umi_run_table, 1, INT64_MAX,
                            refuse_run, NULL, err);
    for (; rc == UMI_OK && at.n <= through.n; at.n++)
        rc = close_day(b, at, err);
    return rc;
}

umi_status umi__day_sums(umi_day_sums *out,
                         umi_book *b,
                         umi_day d,
                         int64_t newest,
                         umi_arena *arena,
                         umi_error *err)
{
    const umi_standing_ask ask = {
        .day = d, .past = true, .closed = true, .newest = newest};
    closing c = {.b = b, .day = d, .arena = arena};
    umi_status rc = recall(&c, err);
    if (rc == UMI_OK)
        rc = umi_standing_each(b, &ask, add_loan, &c, err);
    if (rc != UMI_OK)
        return rc;
    pack(&c);
    umi_accrual *rows = umi_arena_array(arena, c.used, sizeof *rows);
    if (rows == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < c.used; i++)
        rows[i] = c.cells[i].sum;
    *out = (umi_day_sums){rows, c.used, c.unsure};
    return UMI_OK;
}
