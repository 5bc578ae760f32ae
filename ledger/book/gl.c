/* SPDX-License-Identifier: MIT */
#include "ledger/book/gl.h"

#include <assert.h>
#include <stdlib.h>

typedef struct cell {
    bool used;
    umi_gl_key key;
    umi_parts sum;
} cell;

struct umi_gl {
    umi_book *book;
    cell *cells; /* by hash of the key; at most half of them used */
    size_t room, used;
    cell *last; /* the one before is often the same */
};

static umi_status no_memory(umi_error *err)
{
    return umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
}

umi_status umi_gl_new(umi_gl **out, umi_book *b, umi_error *err)
{
    umi_gl *g = umi_alloc_array(1, sizeof *g);
    cell *cells = umi_alloc_array(64, sizeof *cells);
    if (g == NULL || cells == NULL) {
        umi_free(g);
        umi_free(cells);
        return no_memory(err);
    }
    *g = (umi_gl){.book = b, .cells = cells, .room = 64};
    *out = g;
    return UMI_OK;
}

void umi_gl_free(umi_gl *g)
{
    if (g == NULL)
        return;
    umi_free(g->cells);
    umi_free(g);
}

void umi_gl_clear(umi_gl *g)
{
    memset(g->cells, 0, g->room * sizeof *g->cells);
    g->used = 0;
    g->last = NULL;
}

umi_posting_kind umi_gl_kind(umi_txn_kind k)
{
    switch (k) {
    case UMI_TXN_DISBURSEMENT:
        return UMI_POST_DISBURSEMENT;
    case UMI_TXN_IMPORT:
        return UMI_POST_IMPORT;
    case UMI_TXN_REPAYMENT:
    case UMI_TXN_REALLOCATION: /* a repayment of nothing */
    case UMI_TXN_REVERSAL:
        return UMI_POST_REPAYMENT;
    case UMI_TXN_FEE:
        return UMI_POST_FEE;
    case UMI_TXN_PENALTY:
        return UMI_POST_PENALTY;
    case UMI_TXN_WAIVE:
        return UMI_POST_WAIVE;
    case UMI_TXN_WRITE_OFF:
        return UMI_POST_WRITE_OFF;
    case UMI_TXN_RECOVER:
        return UMI_POST_RECOVER;
    case UMI_TXN_REFUND:
        return UMI_POST_REFUND;
    }
    assert(!"a kind of posting");
    return UMI_POST_REPAYMENT;
}

/* --- sums ----------------------------------------------------------------- */

static bool same(const umi_gl_key *a, const umi_gl_key *b)
{
    return a->kind == b->kind && a->day.n == b->day.n &&
           a->product == b->product && a->branch == b->branch &&
           a->channel == b->channel;
}

static cell *place(cell *cells, size_t room, const umi_gl_key *k)
{
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t h = (uint64_t)k->kind + ((uint64_t)(uint32_t)k->day.n << 8);
    h = (h ^ (uint64_t)k->product << 40) * odd;
    h = (h ^ (uint64_t)k->branch) * odd;
    h = (h ^ (uint64_t)k->channel ^ h >> 29) * odd;
    size_t i = h >> 20 & (room - 1);
    while (cells[i].used && !same(&cells[i].key, k))
        i = (i + 1) & (room - 1);
    return &cells[i];
}

static bool grow(umi_gl *g)
{
    if (g->used * 2 < g->room)
        return true;
    size_t room = g->room * 2;
    cell *cells = umi_alloc_array(room, sizeof *cells);
    if (cells == NULL)
        return false;
    for (size_t i = 0; i < g->room; i++)
        if (g->cells[i].used)
            *place(cells, room, &g->cells[i].key) = g->cells[i];
    umi_free(g->cells);
    g->cells = cells;
    g->room = room;
    g->last = NULL;
    return true;
}

static bool add_parts(umi_parts *sum, const umi_parts *p)
{
    bool fits = true;
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        fits = umi_money_add(&sum->of[c], sum->of[c], p->of[c]) && fits;
    return umi_money_add(&sum->overpaid, sum->overpaid, p->overpaid) && fits;
}

umi_status umi_gl_add(umi_gl *g,
                      const umi_gl_key *key,
                      const umi_parts *parts,
                      umi_error *err)
{
    cell *c = g->last;
    if (c == NULL || !same(&c->key, key)) {
        if (!grow(g))
            return no_memory(err);
        c = place(g->cells, g->room, key);
        g->used += !c->used;
        c->used = true;
        c->key = *key;
        g->last = c;
    }
    if (!add_parts(&c->sum, parts))
        return umi_fail(err, UMI_ERANGE, "amount", "a sum does not fit");
    return UMI_OK;
}

/* --- lines ---------------------------------------------------------------- */

typedef struct lines {
    umi_gl_line *rows;
    size_t n;
} lines;

static umi_status account_of(umi_gl *g,
                             const umi_leg *leg,
                             const umi_gl_key *k,
                             int64_t batch,
                             umi_text *out,
                             umi_error *err)
{
    const umi_chart *chart;
    *out = (umi_text){0};
    umi_status rc = umi_book_chart(g->book, &chart, NULL, err);
    if (rc == UMI_OK && leg->role == UMI_ROLE_CASH && k->channel != UMI_NONE)
        rc = umi_book_cash(g->book, k->channel, batch, out, err);
    if (rc == UMI_OK && out->ptr == NULL)
        *out = chart->accounts[leg->account].code;
    return rc;
}

static umi_status expand_leg(umi_gl *g,
                             const umi_leg *leg,
                             const cell *c,
                             int64_t batch,
                             lines *out,
                             umi_error *err)
{
    umi_money value;
    if (!umi_leg_value(&value, leg, &c->sum) || value.sen == INT64_MIN)
        return umi_fail(err, UMI_ERANGE, "amount", "a sum does not fit");
    if (value.sen == 0)
        return UMI_OK;
    umi_gl_line *row = &out->rows[out->n++];
    *row = (umi_gl_line){
        .batch = batch, .day = c->key.day, .branch = c->key.branch};
    bool debit = leg->debit != (value.sen < 0);
    umi_money size = {value.sen < 0 ? -value.sen : value.sen};
    row->debit = debit ? size : (umi_money){0};
    row->credit = debit ? (umi_money){0} : size;
    return account_of(g, leg, &c->key, batch, &row->account, err);
}

static umi_status
expand(umi_gl *g, const cell *c, int64_t batch, lines *out, umi_error *err)
{
    const umi_chart *chart;
    const umi_posting *rules;
    umi_legs legs;
    umi_status rc = umi_book_chart(g->book, &chart, &rules, err);
    if (rc != UMI_OK)
        return rc;
    umi_text product = c->key.product == UMI_NONE
                           ? (umi_text){0}
                           : umi_book_word(g->book, c->key.product);
    umi_text family = umi_book_detail(g->book, c->key.product);
    rc = umi_posting_legs(&legs, rules, umi_posting_version(rules, c->key.day),
                          c->key.kind, umi_book_basis(g->book), product, family,
                          err);
    if (rc == UMI_OK && !umi_legs_fit(&legs, &c->sum))
        rc = umi_fail(err, UMI_EINTERNAL, "",
                      "no posting rule moves a component of %s",
                      umi_posting_kind_name(c->key.kind));
    for (uint32_t i = 0; i < legs.count && rc == UMI_OK; i++)
        rc = expand_leg(g, &legs.leg[i], c, batch, out, err);
    return rc;
}

static int by_place(const void *x, const void *y)
{
    const umi_gl_line *a = x, *b = y;
    if (a->day.n != b->day.n)
        return a->day.n < b->day.n ? -1 : 1;
    if (a->branch != b->branch)
        return a->branch < b->branch ? -1 : 1;
    return umi_text_cmp(a->account, b->account);
}

static umi_status merge(lines *l, umi_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->n; i++) {
        umi_gl_line *into = kept ? &l->rows[kept - 1] : NULL;
        const umi_gl_line *row = &l->rows[i];
        if (into == NULL || by_place(into, row) != 0) {
            l->rows[kept++] = *row;
            continue;
        }
        if (!umi_money_add(&into->debit, into->debit, row->debit) ||
            !umi_money_add(&into->credit, into->credit, row->credit))
            return umi_fail(err, UMI_ERANGE, "amount", "a sum does not fit");
    }
    l->n = kept;
    return UMI_OK;
}

/* Double entry, by construction; a book that is out of balance must not be
 * written. */
static void assert_balance(const lines *l)
{
    umi_i128 open = 0;
    for (size_t i = 0; i < l->n; i++) {
        const umi_gl_line *row = &l->rows[i];
        open += (umi_i128)row->debit.sen - row->credit.sen;
        bool end = i + 1 == l->n || row[1].day.n != row->day.n ||
                   row[1].branch != row->branch;
        assert(!end || open == 0);
    }
}

umi_status umi_gl_lines(umi_gl *g,
                        int64_t batch,
                        umi_gl_line **rows,
                        size_t *n,
                        umi_arena *arena,
                        umi_error *err)
{
    lines l = {umi_arena_array(arena, g->used * UMI_LEGS_MAX, sizeof *l.rows),
               0};
    umi_status rc = l.rows ? UMI_OK : no_memory(err);
    for (size_t i = 0; i < g->room && rc == UMI_OK; i++)
        if (g->cells[i].used)
            rc = expand(g, &g->cells[i], batch, &l, err);
    if (rc != UMI_OK)
        return rc;
    if (l.n > 0)
        qsort(l.rows, l.n, sizeof *l.rows, by_place);
    rc = merge(&l, err);
    if (rc != UMI_OK)
        return rc;
    assert_balance(&l);
    *rows = l.rows;
    *n = l.n;
    return UMI_OK;
}
