/* SPDX-License-Identifier: MIT */
#include "ledger/book/gl.h"
#include "ledger/book/verify_int.h"

#include <assert.h>
#include <stdlib.h>

/* --- control accounts ----------------------------------------------------- */

/* What loans owe in all, and what the ledger says of it. */
typedef struct control {
    umi_book *b;
    const umi_chart *chart;
    umi_money owed, overpaid; /* of the loans */
    int64_t loans;
    umi_i128 principal, liability; /* of the ledger */
    umi_i128 open;                 /* debits less credits */
} control;

static umi_status add_loan(void *self, const void *row, umi_error *err)
{
    control *c = self;
    const umi_loan_state *s = row;
    if (!umi_money_add(&c->owed, c->owed, s->owed.principal) ||
        !umi_money_add(&c->overpaid, c->overpaid, s->overpaid))
        return umi_fail(err, UMI_EDAMAGED, "", "the sums of loans do not fit");
    c->loans++;
    return UMI_OK;
}

static umi_status add_line(void *self, const void *row, umi_error *err)
{
    control *c = self;
    const umi_gl_balance *l = row;
    umi_i128 balance = (umi_i128)l->debit.sen - l->credit.sen;
    int32_t at = umi_chart_find(c->chart, l->account);
    if (at == UMI_NO_ACCOUNT)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "account %.*s is not in the chart",
                        UMI_SHOW(l->account));
    if (c->chart->accounts[at].role == UMI_ROLE_PRINCIPAL)
        c->principal += balance;
    if (c->chart->accounts[at].role == UMI_ROLE_OVERPAID)
        c->liability -= balance;
    c->open += balance;
    return UMI_OK;
}

umi_status umi__verify_control(umi_book *b, int64_t *n, umi_error *err)
{
    control c = {.b = b};
    umi_status rc = umi_book_chart(b, &c.chart, NULL, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(umi_book_store(b), &umi_loan_state_table, INT64_MIN,
                            INT64_MAX, add_loan, &c, err);
    if (rc == UMI_OK)
        rc = umi_store_query(umi_book_store(b), &umi_gl_balance_query,
                             &UMI_ARG_INT(UMI_DAY_MAX), add_line, &c, err);
    *n = c.loans;
    if (rc != UMI_OK)
        return rc;
    if (c.open != 0)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "the general ledger does not balance");
    if (c.principal != c.owed.sen)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "principal of the loans and of the ledger differ");
    if (c.liability != c.overpaid.sen)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "overpaid of the loans and of the ledger differ");
    return UMI_OK;
}

/* --- ledger lines --------------------------------------------------------- */

/* Sums of the ledger by batch, day, branch and account: what the postings make
 * less what is written.  Cash is one, for a channel may have come to settle to
 * another account since. */
typedef struct place {
    int32_t batch; /* 0: not used */
    int32_t day, branch, account;
    umi_i128 net; /* debits less credits */
} place;

/* Postings of a batch that reach the same places, until they are so many that
 * the rules are applied to them. */
typedef struct cell {
    int32_t batch; /* 0: not used */
    int32_t day, product, branch;
    int64_t channel;
    umi_posting_kind kind;
    umi_parts sum;
} cell;

enum {
    CELLS = 32768, /* a power of two; half of them are used */
    PUT_OFF = 4096 /* reversals */
};

struct umi__ledger {
    const umi_chart *chart;
    const umi_posting *rules;
    cell *cells;
    size_t cells_used;
    place *places;
    size_t room, used;
    umi_txn *reversals; /* whose rules are those of what they reverse */
    size_t reversal_count;
    int64_t lines;
};

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

static bool same_place(const place *a, const place *b)
{
    return a->batch == b->batch && a->day == b->day && a->branch == b->branch &&
           a->account == b->account;
}

static place *find_place(place *places, size_t room, const place *want)
{
    uint64_t h =
        mix((uint64_t)(uint32_t)want->batch << 32 | (uint32_t)want->day,
            (uint64_t)(uint32_t)want->branch << 32 | (uint32_t)want->account);
    size_t i = mix(h, 0) & (room - 1);
    while (places[i].batch != 0 && !same_place(&places[i], want))
        i = (i + 1) & (room - 1);
    return &places[i];
}

static bool grow(umi__ledger *l)
{
    if (l->used * 4 < l->room * 3)
        return true;
    size_t room = l->room ? l->room * 2 : 1024;
    place *grown = umi_alloc_array(room, sizeof *grown);
    if (grown == NULL)
        return false;
    for (size_t i = 0; i < l->room; i++)
        if (l->places[i].batch != 0)
            *find_place(grown, room, &l->places[i]) = l->places[i];
    umi_free(l->places);
    l->places = grown;
    l->room = room;
    return true;
}

static umi_status
add_net(umi__ledger *l, const place *at, umi_i128 net, umi_error *err)
{
    if (!grow(l))
        return umi_fail_memory(err);
    place *p = find_place(l->places, l->room, at);
    if (p->batch == 0) {
        l->used++;
        *p = *at;
        p->net = 0;
    }
    p->net += net;
    return UMI_OK;
}

/* --- what the postings make ----------------------------------------------- */

static umi_status
expand(umi__ledger *l, umi_book *b, const cell *c, umi_error *err)
{
    umi_legs legs;
    const umi_day day = {c->day};
    umi_status rc = umi_posting_legs(
        &legs, l->rules, umi_posting_version(l->rules, day), c->kind,
        umi_book_basis(b), umi_book_word(b, c->product),
        umi_book_detail(b, c->product), err);
    if (rc == UMI_OK && !umi_legs_fit(&legs, &c->sum))
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "no posting rule moves a component of %s",
                      umi_posting_kind_name(c->kind));
    for (uint32_t i = 0; rc == UMI_OK && i < legs.count; i++) {
        const umi_leg *leg = &legs.leg[i];
        umi_money value;
        const place at = {c->batch, c->day, c->branch,
                          leg->role == UMI_ROLE_CASH ? -1 : leg->account, 0};
        if (!umi_leg_value(&value, leg, &c->sum))
            return umi_fail(err, UMI_ERANGE, "amount", "a sum does not fit");
        if (value.sen != 0)
            rc = add_net(
                l, &at, leg->debit ? (umi_i128)value.sen : -(umi_i128)value.sen,
                err);
    }
    return rc;
}

static umi_status expand_all(umi__ledger *l, umi_book *b, umi_error *err)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < CELLS && rc == UMI_OK; i++)
        if (l->cells[i].batch != 0)
            rc = expand(l, b, &l->cells[i], err);
    memset(l->cells, 0, CELLS * sizeof *l->cells);
    l->cells_used = 0;
    return rc;
}

static bool same_cell(const cell *a, const cell *b)
{
    return a->batch == b->batch && a->day == b->day &&
           a->product == b->product && a->branch == b->branch &&
           a->channel == b->channel && a->kind == b->kind;
}

static cell *find_cell(cell *cells, const cell *want)
{
    uint64_t h =
        mix((uint64_t)(uint32_t)want->batch << 32 | (uint32_t)want->day,
            (uint64_t)(uint32_t)want->branch << 32 | (uint32_t)want->product);
    size_t i = mix(h, (uint64_t)want->channel << 8 | (uint64_t)want->kind) &
               (CELLS - 1);
    while (cells[i].batch != 0 && !same_cell(&cells[i], want))
        i = (i + 1) & (CELLS - 1);
    return &cells[i];
}

static bool add_parts(umi_parts *sum, const umi_parts *p)
{
    umi_parts s = *sum;
    bool fits = umi_money_add(&s.overpaid, s.overpaid, p->overpaid);
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        fits = umi_money_add(&s.of[c], s.of[c], p->of[c]) && fits;
    if (fits)
        *sum = s;
    return fits;
}

static umi_status
add_cell(umi__ledger *l, umi_book *b, const cell *of, umi_error *err)
{
    umi_status rc = UMI_OK;
    if (l->cells_used * 2 >= CELLS)
        rc = expand_all(l, b, err);
    cell *c = find_cell(l->cells, of);
    if (c->batch == 0) {
        *c = *of;
        l->cells_used++;
    } else if (!add_parts(&c->sum, &of->sum)) {
        rc = rc == UMI_OK ? expand(l, b, c, err) : rc;
        c->sum = of->sum;
    }
    return rc;
}

/* --- whose a loan is ------------------------------------------------------ */

void umi__see_home(umi__proof *p, const umi_loan *l)
{
    if (l->id < 1 || l->id > p->home_count || l->branch < 1 ||
        l->branch > INT32_MAX || l->product < 1 || l->product > INT32_MAX)
        return; /* read again when it is needed */
    p->homes[l->id - 1] = (umi__home){(int32_t)l->product, (int32_t)l->branch};
}

static umi_status find_home(const umi__proof *p,
                            umi_book *b,
                            const umi_txn *t,
                            umi__home *out,
                            umi_error *err)
{
    umi_loan loan;
    bool found;
    *out = (umi__home){0};
    if (t->loan >= 1 && t->loan <= p->home_count)
        *out = p->homes[t->loan - 1];
    if (out->branch != 0)
        return UMI_OK;
    umi_status rc = umi_store_read(umi_book_store(b), &umi_loan_table, &t->loan,
                                   1, &loan, &found, NULL, err);
    if (rc != UMI_OK)
        return rc;
    if (!found || loan.branch != (int32_t)loan.branch ||
        loan.product != (int32_t)loan.product)
        return umi__finding(err, "txn", t->id, "it names what is not there");
    *out = (umi__home){(int32_t)loan.product, (int32_t)loan.branch};
    return UMI_OK;
}

/* --- seeing --------------------------------------------------------------- */

/* A posting by the rules of @p of: itself, or what it reverses. */
static umi_status add_posting(umi__proof *p,
                              umi__worker *w,
                              const umi_txn *t,
                              const umi_txn *of,
                              umi_error *err)
{
    umi__home home;
    if (t->batch < 1 || t->batch > p->batch_most || t->batch > INT32_MAX)
        return UMI_OK; /* the figures of batches tell */
    const umi__batch *batch = &p->batches[t->batch];
    umi_status rc = find_home(p, w->book, t, &home, err);
    if (rc != UMI_OK)
        return rc;
    /* its own day, unless that was closed when its batch was entered */
    umi_day day = t->day.n <= batch->closed ? batch->booked : t->day;
    const cell c = {.batch = (int32_t)t->batch,
                    .day = day.n,
                    .product = home.product,
                    .branch = home.branch,
                    .channel = of->channel,
                    .kind = umi_gl_kind(of->kind),
                    .sum = t->parts};
    return add_cell(w->ledger, w->book, &c, err);
}

static void tell(umi__proof *p, const umi_txn *t, umi_status rc, umi_error *err)
{
    umi__proof_note(p, UMI__LEDGER, t->id, rc, err);
    umi_error_clear(err);
}

static umi_status add_reversals(umi__proof *p, umi__worker *w, umi_error *err)
{
    umi__ledger *l = w->ledger;
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < l->reversal_count && rc == UMI_OK; i++) {
        const umi_txn *t = &l->reversals[i];
        umi_txn of;
        bool found;
        rc = umi_store_read(umi_book_store(w->book), &umi_txn_table,
                            &t->reverses, 1, &of, &found, NULL, err);
        if (rc == UMI_OK && !found)
            rc = umi__finding(err, "txn", t->id, "it names what is not there");
        if (rc == UMI_OK)
            rc = add_posting(p, w, t, &of, err);
        if (rc != UMI_OK)
            tell(p, t, rc, err);
    }
    l->reversal_count = 0;
    return UMI_OK;
}

umi_status umi__see_posting(umi__proof *p,
                            umi__worker *w,
                            const umi_txn *t,
                            umi_error *err)
{
    umi__ledger *l = w->ledger;
    l->lines++;
    if (t->kind == UMI_TXN_REVERSAL) {
        umi_status rc =
            l->reversal_count == PUT_OFF ? add_reversals(p, w, err) : UMI_OK;
        l->reversals[l->reversal_count++] = *t;
        return rc;
    }
    umi_status rc = add_posting(p, w, t, t, err);
    if (rc != UMI_OK)
        tell(p, t, rc, err);
    return UMI_OK;
}

umi_status
umi__seen(umi__proof *p, umi__worker *w, const umi_table *t, umi_error *err)
{
    return t == &umi_txn_table ? add_reversals(p, w, err) : UMI_OK;
}

umi_status
umi__see_gl_line(umi__proof *p, umi__worker *w, const void *row, umi_error *err)
{
    const umi_gl_line *k = row;
    umi__ledger *l = w->ledger;
    int32_t at = umi_chart_find(l->chart, k->account);
    umi_error why = {.lang = p->lang};
    umi_status rc = UMI_OK;
    if (at == UMI_NO_ACCOUNT)
        rc = umi__finding(&why, "gl_line", k->id,
                          "its account is not in the chart");
    else if (k->batch < 1 || k->batch > p->batch_most || k->batch > INT32_MAX ||
             k->branch != (int32_t)k->branch)
        rc = umi__finding(&why, "gl_line", k->id, "its batch is missing");
    if (rc != UMI_OK) {
        const umi_txn as_txn = {.id = INT64_MAX / 2 + k->id / 2};
        tell(p, &as_txn, rc, &why);
        return UMI_OK;
    }
    bool cash = l->chart->accounts[at].role == UMI_ROLE_CASH;
    const place where = {(int32_t)k->batch, k->day.n, (int32_t)k->branch,
                         cash ? -1 : at, 0};
    return add_net(l, &where, (umi_i128)k->credit.sen - k->debit.sen, err);
}

/* --- begin and end -------------------------------------------------------- */

void umi__ledger_free(umi__ledger *l)
{
    if (l == NULL)
        return;
    umi_free(l->cells);
    umi_free(l->places);
    umi_free(l->reversals);
    umi_free(l);
}

static umi_status ledger_new(umi__ledger **out, umi_book *b, umi_error *err)
{
    umi__ledger *l = umi_alloc_array(1, sizeof *l);
    *out = l;
    if (l == NULL)
        return umi_fail_memory(err);
    l->cells = umi_alloc_array(CELLS, sizeof *l->cells);
    l->reversals = umi_alloc_array(PUT_OFF, sizeof *l->reversals);
    if (l->cells == NULL || l->reversals == NULL)
        return umi_fail_memory(err);
    return umi_book_chart(b, &l->chart, &l->rules, err);
}

umi_status umi__ledger_begin(umi__proof *p, umi_error *err)
{
    umi_status rc = UMI_OK;
    size_t n;
    const umi_table *const *all = umi_tables(&n);
    for (size_t i = 0; i < n; i++)
        if (all[i] == &umi_loan_table)
            p->home_count = p->table[i].last < p->rows * 64 ? p->table[i].last
                                                            : p->rows * 64;
    if (p->home_count < 0)
        p->home_count = 0;
    p->homes = umi_alloc_array((size_t)p->home_count, sizeof *p->homes);
    if (p->homes == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < p->workers && rc == UMI_OK; i++)
        rc = ledger_new(&p->worker[i].ledger, p->worker[i].book, err);
    return rc;
}

/* Entries in the ledger alone belong to acts, closings and settlements. */
static bool has_entries(const umi__proof *p, int32_t batch)
{
    const umi__batch *b = &p->batches[batch];
    return b->known &&
           (b->kind == UMI_BATCH_ENTRY || b->kind == UMI_BATCH_CLOSE ||
            b->kind == UMI_BATCH_BANK);
}

static bool proved(const umi__proof *p, const umi__ledger *l, const place *q)
{
    umi_role role =
        q->account < 0 ? UMI_ROLE_CASH : l->chart->accounts[q->account].role;
    bool by_postings = role == UMI_ROLE_PRINCIPAL || role == UMI_ROLE_OVERPAID;
    return q->net == 0 || (!by_postings && has_entries(p, q->batch));
}

static umi_status merge(umi__ledger *into, const umi__ledger *l, umi_error *err)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < l->room && rc == UMI_OK; i++)
        if (l->places[i].batch != 0 && l->places[i].net != 0)
            rc = add_net(into, &l->places[i], l->places[i].net, err);
    return rc;
}

umi_status umi__ledger_end(umi__proof *p, umi_error *err)
{
    umi__ledger *l = p->worker[0].ledger;
    umi_error why = {.lang = p->lang};
    umi_status rc = UMI_OK;
    int32_t wrong = 0;
    for (size_t i = 0; i < p->workers && rc == UMI_OK; i++)
        rc = expand_all(p->worker[i].ledger, p->worker[i].book, &why);
    for (size_t i = 1; i < p->workers && rc == UMI_OK; i++)
        rc = merge(l, p->worker[i].ledger, &why);
    for (size_t i = 0; i < l->room && rc == UMI_OK; i++)
        if (l->places[i].batch != 0 && !proved(p, l, &l->places[i]) &&
            (wrong == 0 || l->places[i].batch < wrong))
            wrong = l->places[i].batch;
    if (wrong != 0)
        rc = umi__finding(&why, "batch", wrong,
                          "its ledger lines are not what its postings "
                          "make");
    return umi__proof_told(p, UMI__LEDGER, INT64_MAX, rc, &why, err);
}
