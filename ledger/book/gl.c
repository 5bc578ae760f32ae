/* SPDX-License-Identifier: MIT */
#include "ledger/book/gl.h"

#include "ledger/bank/account.h"

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

umi_status umi_gl_new(umi_gl **out, umi_book *b, umi_error *err)
{
    umi_gl *g = umi_alloc_array(1, sizeof *g);
    cell *cells = umi_alloc_array(64, sizeof *cells);
    if (g == NULL || cells == NULL) {
        umi_free(g);
        umi_free(cells);
        return umi_fail_memory(err);
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
            return umi_fail_memory(err);
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

/* What one call needs to name accounts. */
typedef struct naming {
    umi_book *book;
    const umi_chart *chart;
    const umi_posting *rules;
    umi_bank_accounts banks;
    int64_t batch;
    umi_gl_line *rows;
    size_t n;
} naming;

static umi_text
account_of(const naming *m, const umi_leg *leg, const umi_gl_key *k)
{
    int32_t at = leg->account;
    if (leg->role == UMI_ROLE_CASH)
        at = umi_bank_accounts_cash(&m->banks, m->chart, k->channel);
    return m->chart->accounts[at].code;
}

static umi_status
expand_leg(naming *m, const umi_leg *leg, const cell *c, umi_error *err)
{
    umi_money value;
    if (!umi_leg_value(&value, leg, &c->sum) || value.sen == INT64_MIN)
        return umi_fail(err, UMI_ERANGE, "amount", "a sum does not fit");
    if (value.sen == 0)
        return UMI_OK;
    bool debit = leg->debit != (value.sen < 0);
    umi_money size = {value.sen < 0 ? -value.sen : value.sen};
    m->rows[m->n++] = (umi_gl_line){.batch = m->batch,
                                    .day = c->key.day,
                                    .branch = c->key.branch,
                                    .account = account_of(m, leg, &c->key),
                                    .debit = debit ? size : (umi_money){0},
                                    .credit = debit ? (umi_money){0} : size};
    return UMI_OK;
}

static umi_status expand(naming *m, const cell *c, umi_error *err)
{
    umi_legs legs;
    const umi_gl_key *k = &c->key;
    umi_status rc = umi_posting_legs(
        &legs, m->rules, umi_posting_version(m->rules, k->day), k->kind,
        umi_book_basis(m->book), umi_book_word(m->book, k->product),
        umi_book_detail(m->book, k->product), err);
    if (rc == UMI_OK && !umi_legs_fit(&legs, &c->sum))
        rc = umi_fail(err, UMI_EINTERNAL, "",
                      "no posting rule moves a component of %s",
                      umi_posting_kind_name(k->kind));
    for (uint32_t i = 0; rc == UMI_OK && i < legs.count; i++)
        rc = expand_leg(m, &legs.leg[i], c, err);
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

static umi_status merge(naming *m, umi_error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->n; i++) {
        umi_gl_line *into = kept ? &m->rows[kept - 1] : NULL;
        const umi_gl_line *row = &m->rows[i];
        if (into == NULL || by_place(into, row) != 0) {
            m->rows[kept++] = *row;
            continue;
        }
        if (!umi_money_add(&into->debit, into->debit, row->debit) ||
            !umi_money_add(&into->credit, into->credit, row->credit))
            return umi_fail(err, UMI_ERANGE, "amount", "a sum does not fit");
    }
    m->n = kept;
    return UMI_OK;
}

/* Double entry, by construction; a book that is out of balance must not be
 * written. */
static void assert_balance(const umi_gl_line *rows, size_t n)
{
    umi_i128 open = 0;
    for (size_t i = 0; i < n; i++) {
        const umi_gl_line *row = &rows[i];
        open += (umi_i128)row->debit.sen - row->credit.sen;
        bool end = i + 1 == n || row[1].day.n != row->day.n ||
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
    naming m = {.book = g->book, .batch = batch};
    m.rows = umi_arena_array(arena, g->used * UMI_LEGS_MAX, sizeof *m.rows);
    umi_status rc = m.rows ? UMI_OK : umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = umi_book_chart(g->book, &m.chart, &m.rules, err);
    if (rc == UMI_OK)
        rc = umi_bank_accounts_load(&m.banks, umi_book_store(g->book), arena,
                                    err);
    for (size_t i = 0; i < g->room && rc == UMI_OK; i++)
        if (g->cells[i].used)
            rc = expand(&m, &g->cells[i], err);
    if (rc != UMI_OK)
        return rc;
    if (m.n > 0)
        qsort(m.rows, m.n, sizeof *m.rows, by_place);
    rc = merge(&m, err);
    if (rc != UMI_OK)
        return rc;
    assert_balance(m.rows, m.n);
    *rows = m.rows;
    *n = m.n;
    return UMI_OK;
}
