/* SPDX-License-Identifier: MIT */
#include "ledger/book/fold.h"
#include "ledger/book/verify_int.h"

#include <assert.h>
#include <stdlib.h>

/* Every loan, folded anew from its postings. */
typedef struct refolding {
    umi_book *b;
    umi_deals *deals;
    umi_arena *arena; /* of the loan at hand */
    int64_t loans, txns, agreements;
    umi_loan loan;
    umi_loan_state state;
    const umi_txn *rows;
    size_t n;
} refolding;

static umi_status bad(const refolding *r, const char *english, umi_error *err)
{
    return umi__finding(err, "loan", r->loan.id, english);
}

static bool same_amounts(const umi_amounts *a, const umi_amounts *b)
{
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        if (a->of[c].sen != b->of[c].sen)
            return false;
    return true;
}

/* --- what is agreed ------------------------------------------------------- */

/* The disbursement or import that stands, or NULL. */
static const umi_txn *money_out(const refolding *r)
{
    const umi_txn *found = NULL;
    for (size_t i = 0; i < r->n; i++) {
        const umi_txn *t = &r->rows[i];
        if (t->kind == UMI_TXN_DISBURSEMENT || t->kind == UMI_TXN_IMPORT)
            found = t;
        else if (found != NULL && t->kind == UMI_TXN_REVERSAL &&
                 t->reverses == found->id)
            found = NULL;
    }
    return found;
}

static umi_status check_agreement(refolding *r,
                                  const umi_txn *out,
                                  umi_schedule *s,
                                  const umi_frame **f,
                                  umi_error *err)
{
    const umi_loan_state *st = &r->state;
    umi_agreement a;
    bool found = false;
    umi_status rc = UMI_OK;
    if (st->agreement != UMI_NONE)
        rc = umi_store_read(umi_book_store(r->b), &umi_agreement_table,
                            &st->agreement, 1, &a, &found, r->arena, err);
    if (rc != UMI_OK)
        return rc;
    if (!found || a.loan != r->loan.id || a.batch != out->batch)
        return bad(r, "its state names another agreement", err);
    if (a.terms != st->terms || a.principal.sen != st->principal.sen ||
        a.disbursed.n != st->disbursed.n || a.first_due.n != st->first_due.n)
        return bad(r, "its state differs from what was agreed", err);
    rc = umi_deals_frame(r->deals, a.terms, f, err);
    if (rc != UMI_OK)
        return rc;
    umi_terms t = umi_frame_terms(*f, a.principal, a.disbursed, a.first_due);
    rc = umi_terms_check(&t, err);
    if (rc == UMI_OK)
        rc = umi_deal_schedule(s, &t, r->arena, err);
    if (rc == UMI_ENOMEM)
        return rc;
    umi_hash hash = rc == UMI_OK ? umi_schedule_hash(s) : (umi_hash){{0}};
    if (rc != UMI_OK || !umi_hash_eq(&hash, &a.schedule))
        return bad(r, "its schedule is not the one that was agreed", err);
    return UMI_OK;
}

/* --- sums of the rows ----------------------------------------------------- */

/* How a row moves what is owed: money and relief lower it, charges raise
 * it, and what was written off already is owed no more. */
static int owed_sign(umi_txn_kind k)
{
    switch (k) {
    case UMI_TXN_REPAYMENT:
    case UMI_TXN_REALLOCATION:
    case UMI_TXN_REFUND: /* its parts are negative */
    case UMI_TXN_WAIVE:
    case UMI_TXN_WRITE_OFF:
        return -1;
    case UMI_TXN_FEE:
    case UMI_TXN_PENALTY:
        return 1;
    case UMI_TXN_DISBURSEMENT:
    case UMI_TXN_IMPORT:
    case UMI_TXN_REVERSAL:
    case UMI_TXN_RECOVER:
        return 0;
    }
    return 0;
}

static const umi_txn *reversed_row(const refolding *r, const umi_txn *t)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->rows[i].id == t->reverses)
            return &r->rows[i];
    return NULL;
}

/* The rows must add up to the state: the same figures on another path. */
static umi_status
check_sums(refolding *r, const umi_schedule *s, umi_error *err)
{
    umi_i128 owed[UMI_COMPONENTS] = {
        (umi_i128)s->principal.sen - r->loan.paid_principal.sen,
        (umi_i128)s->interest.sen - r->loan.paid_interest.sen, s->fee.sen, 0};
    umi_i128 overpaid = 0;
    for (size_t i = 0; i < r->n; i++) {
        const umi_txn *t = &r->rows[i], *of = t;
        if (t->kind == UMI_TXN_REVERSAL)
            of = reversed_row(r, t);
        if (of == NULL)
            return bad(r, "a reversal names no posting of it", err);
        for (size_t c = 0; c < UMI_COMPONENTS; c++)
            owed[c] += (umi_i128)owed_sign(of->kind) * t->parts.of[c].sen;
        overpaid += t->parts.overpaid.sen;
    }
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        if (owed[c] != r->state.owed.of[c].sen)
            return bad(r, "its postings do not add up to what it owes", err);
    if (overpaid != r->state.overpaid.sen)
        return bad(r, "its postings do not add up to what is overpaid", err);
    return UMI_OK;
}

/* --- the state ------------------------------------------------------------ */

/* One change of the state per batch that posted to the loan. */
static int64_t expected_seq(const refolding *r)
{
    int64_t seq = 1;
    for (size_t i = 0; i < r->n; i++) {
        bool counted = r->rows[i].batch == r->loan.batch;
        for (size_t k = 0; k < i && !counted; k++)
            counted = r->rows[k].batch == r->rows[i].batch;
        seq += !counted;
    }
    return seq;
}

static umi_status check_order(refolding *r, umi_error *err)
{
    umi_day last = {UMI_NONE32};
    for (size_t i = 0; i < r->n; i++) {
        const umi_txn *t = &r->rows[i];
        int64_t sum = t->parts.overpaid.sen;
        for (size_t c = 0; c < UMI_COMPONENTS; c++)
            sum += t->parts.of[c].sen;
        if (sum != t->amount.sen)
            return umi__finding(err, "txn", t->id,
                                "its parts do not sum to its amount");
        if (last.n == UMI_NONE32 || t->day.n > last.n)
            last = t->day;
    }
    if (last.n != r->state.last_day.n)
        return bad(r, "the latest day of its state is another", err);
    if (expected_seq(r) != r->state.seq)
        return bad(r, "its state was changed another number of times", err);
    return UMI_OK;
}

static bool is_blank(const umi_loan_state *s, const umi_loan *l)
{
    const umi_amounts none = {0};
    return s->status == UMI_LOAN_BOOKED && s->agreement == UMI_NONE &&
           s->disbursed.n == UMI_NONE32 && !s->charged &&
           same_amounts(&s->paid, &none) && same_amounts(&s->owed, &none) &&
           s->overpaid.sen == 0 && s->principal.sen > 0 && l->principal.sen > 0;
}

static umi_status
check_figures(refolding *r, const umi_txn *out, umi_error *err)
{
    umi_schedule s;
    const umi_frame *f;
    umi_refold fold;
    umi_loan_state want = r->state;
    umi_status rc = check_agreement(r, out, &s, &f, err);
    if (rc == UMI_OK)
        rc = umi_fold_replay(&fold, &r->loan, &f->policy, &s, r->rows, r->n,
                             r->state.disbursed, r->arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_fold_settle(&want, &fold);
    if (want.status != r->state.status || want.charged != r->state.charged ||
        want.overpaid.sen != r->state.overpaid.sen ||
        !same_amounts(&want.paid, &r->state.paid) ||
        !same_amounts(&want.owed, &r->state.owed))
        return bad(r, "its state is not what its postings make", err);
    return check_sums(r, &s, err);
}

static umi_status check_loan(refolding *r, umi_error *err)
{
    const umi_loan_state *s = &r->state;
    if (s->product != r->loan.product || s->branch != r->loan.branch)
        return bad(r, "its state names another product or branch", err);
    umi_status rc = umi_fold_history(r->b, r->loan.id, s->last_txn, &r->rows,
                                     &r->n, r->arena, err);
    if (rc == UMI_OK)
        rc = check_order(r, err);
    if (rc != UMI_OK)
        return rc;
    r->txns += (int64_t)r->n;
    const umi_txn *out = money_out(r);
    if (out != NULL)
        return check_figures(r, out, err);
    if (!is_blank(s, &r->loan))
        return bad(r, "its state is not what its postings make", err);
    return UMI_OK;
}

static umi_status refold(void *self, const void *row, umi_error *err)
{
    refolding *r = self;
    bool found;
    umi_arena_reset(r->arena);
    r->loan = *(const umi_loan *)row;
    umi_status rc =
        umi_store_read(umi_book_store(r->b), &umi_loan_state_table, &r->loan.id,
                       1, &r->state, &found, NULL, err);
    if (rc == UMI_OK && !found)
        rc = bad(r, "it has no state", err);
    if (rc == UMI_OK)
        rc = check_loan(r, err);
    r->loans++;
    return rc;
}

typedef struct tally {
    int64_t rows;
} tally;

static umi_status count_row(void *self, const void *row, umi_error *err)
{
    (void)row, (void)err;
    ((tally *)self)->rows++;
    return UMI_OK;
}

static umi_status
count_table(umi_book *b, const umi_table *t, int64_t want, umi_error *err)
{
    tally c = {0};
    umi_status rc = umi_store_scan(umi_book_store(b), t, INT64_MIN, INT64_MAX,
                                   count_row, &c, err);
    if (rc == UMI_OK && c.rows != want)
        rc = umi_fail(err, UMI_EDAMAGED, "",
                      "table %s has %lld rows, %lld belong to loans", t->name,
                      (long long)c.rows, (long long)want);
    return rc;
}

umi_status umi__verify_loans(umi_book *b, int64_t *n, umi_error *err)
{
    refolding r = {.b = b, .arena = umi_arena_new()};
    umi_status rc =
        r.arena ? UMI_OK : umi_fail(err, UMI_ENOMEM, "", "memory exhausted");
    if (rc == UMI_OK)
        rc = umi_deals_new(&r.deals, b, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(umi_book_store(b), &umi_loan_table, INT64_MIN,
                            INT64_MAX, refold, &r, err);
    if (rc == UMI_OK)
        rc = count_table(b, &umi_txn_table, r.txns, err);
    if (rc == UMI_OK)
        rc = count_table(b, &umi_loan_state_table, r.loans, err);
    *n = r.loans;
    umi_deals_free(r.deals);
    umi_arena_free(r.arena);
    return rc;
}
