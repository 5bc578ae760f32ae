/* SPDX-License-Identifier: MIT */
#include "ledger/book/verify_loans_int.h"

#include <assert.h>
#include <stdlib.h>

enum {
    PIECE = 12, /* blocks of loans of a job */
    ROWS_AT_A_TIME = 1 << 16
};

/* Every loan, folded anew from its postings. */
typedef struct refolding {
    umi_book *b;
    umi__proof *p;
    umi__folder *f;
    umi_arena *arena; /* of the loan at hand */
    umi_loan loan;
    umi_loan_state state;
    const umi_agreement *agreement; /* NULL: there is none */
    size_t outs;
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

/* The running sums of a schedule that is kept. */
static umi_status sum_up(umi__deal *s, umi_error *err)
{
    if (s->sums == NULL)
        s->sums = umi_alloc_array(UMI__DEAL_ROWS + 1, sizeof *s->sums);
    if (s->sums == NULL)
        return umi_fail_memory(err);
    s->has_sums = umi_walk_begin(s->sums, &s->schedule);
    return UMI_OK;
}

/* The schedule of a deal.  Most loans share theirs with others. */
static umi_status
schedule_of(refolding *r, const umi_frame *f, umi__deal **out, umi_error *err)
{
    const umi_agreement *a = r->agreement;
    umi_terms t = umi_frame_terms(f, a->principal, a->disbursed, a->first_due);
    uint64_t mix =
        (uint64_t)a->principal.sen * 31 + (uint64_t)a->terms +
        ((uint64_t)(uint32_t)a->disbursed.n << 32 | (uint32_t)a->first_due.n);
    mix *= UINT64_C(0x9e3779b97f4a7c15);
    umi__deal *s = &r->f->slots[mix >> 32 & (UMI__DEALS - 1)];
    *out = s;
    if (s->terms == a->terms && s->principal == a->principal.sen &&
        s->disbursed.n == a->disbursed.n && s->first_due.n == a->first_due.n)
        return UMI_OK;
    s->terms = 0;
    s->has_sums = false;
    umi_status rc = umi_terms_check(&t, err);
    size_t need = rc == UMI_OK ? umi_schedule_rows(&t) : 0;
    if (rc == UMI_OK && need > UMI__DEAL_ROWS) {
        rc = umi_deal_schedule(&s->schedule, &t, r->arena, err);
    } else if (rc == UMI_OK) {
        if (s->rows == NULL)
            s->rows = umi_alloc_array(UMI__DEAL_ROWS, sizeof *s->rows);
        if (s->rows == NULL)
            return umi_fail_memory(err);
        rc = umi_schedule_build(&s->schedule, s->rows, UMI__DEAL_ROWS, &t, err);
        if (rc == UMI_OK)
            rc = sum_up(s, err);
        s->terms = rc == UMI_OK ? a->terms : 0;
    }
    if (rc != UMI_OK)
        return rc;
    s->principal = a->principal.sen;
    s->disbursed = a->disbursed;
    s->first_due = a->first_due;
    s->hash = umi_schedule_hash(&s->schedule);
    return UMI_OK;
}

static umi_status check_agreement(refolding *r,
                                  const umi_txn *out,
                                  const umi__deal **made,
                                  const umi_frame **f,
                                  umi_error *err)
{
    const umi_loan_state *st = &r->state;
    const umi_agreement *a = r->agreement;
    umi__deal *deal;
    if (a == NULL || a->loan != r->loan.id || a->batch != out->batch)
        return bad(r, "its state names another agreement", err);
    if (a->terms != st->terms || a->principal.sen != st->principal.sen ||
        a->disbursed.n != st->disbursed.n || a->first_due.n != st->first_due.n)
        return bad(r, "its state differs from what was agreed", err);
    umi_status rc = umi_deals_frame(r->f->deals, a->terms, f, err);
    if (rc != UMI_OK)
        return rc;
    rc = schedule_of(r, *f, &deal, err);
    if (rc == UMI_ENOMEM)
        return rc;
    if (rc != UMI_OK || !umi_hash_eq(&deal->hash, &a->schedule))
        return bad(r, "its schedule is not the one that was agreed", err);
    *made = deal;
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

/* Whether a segment begins with a posting of from + 1..to. */
static bool cut_between(const umi__proof *p, int64_t from, int64_t to)
{
    size_t low = 0, high = p->cut_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (p->cuts[mid] <= from)
            low = mid + 1;
        else
            high = mid;
    }
    return low < p->cut_count && p->cuts[low] <= to;
}

/* One change of the state per batch that posted to the loan, and per segment
 * of it.  Batches mostly ascend; what falls back is looked for. */
static int64_t expected_seq(const refolding *r)
{
    int64_t seq = 1, newest = r->loan.batch;
    for (size_t i = 0; i < r->n; i++) {
        int64_t batch = r->rows[i].batch;
        bool counted = batch == r->loan.batch;
        for (size_t k = i; k > 0 && batch <= newest && !counted; k--)
            if (r->rows[k - 1].batch == batch) {
                counted = !cut_between(r->p, r->rows[k - 1].id, r->rows[i].id);
                break;
            }
        newest = batch > newest ? batch : newest;
        seq += !counted;
    }
    return seq;
}

static umi_status check_order(refolding *r, umi_error *err)
{
    umi_day last = {UMI_NONE32};
    for (size_t i = 0; i < r->n; i++) {
        const umi_txn *t = &r->rows[i];
        umi_i128 sum = t->parts.overpaid.sen;
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

/* --- history -------------------------------------------------------------- */

static bool same_state(const umi_loan_state *a, const umi_loan_state *b)
{
    return a->status == b->status && a->agreement == b->agreement &&
           a->terms == b->terms && a->principal.sen == b->principal.sen &&
           a->disbursed.n == b->disbursed.n &&
           a->first_due.n == b->first_due.n && a->last_txn == b->last_txn &&
           a->last_day.n == b->last_day.n && a->charged == b->charged &&
           a->overpaid.sen == b->overpaid.sen &&
           same_amounts(&a->paid, &b->paid) && same_amounts(&a->owed, &b->owed);
}

/* An agreement whose money came back, and its schedule. */
static umi_status agreed_once(refolding *r,
                              const umi_agreement *a,
                              umi_agreed *out,
                              umi_error *err)
{
    const umi_frame *f;
    umi_schedule *s = umi_arena_alloc(r->arena, sizeof *s);
    umi_status rc = s ? umi_deals_frame(r->f->deals, a->terms, &f, err)
                      : umi_fail_memory(err);
    if (rc != UMI_OK)
        return rc;
    const umi_terms t =
        umi_frame_terms(f, a->principal, a->disbursed, a->first_due);
    rc = umi_terms_check(&t, err);
    if (rc == UMI_OK)
        rc = umi_deal_schedule(s, &t, r->arena, err);
    if (rc == UMI_ENOMEM)
        return rc;
    const umi_hash hash = rc == UMI_OK ? umi_schedule_hash(s) : (umi_hash){{0}};
    if (rc != UMI_OK || !umi_hash_eq(&hash, &a->schedule))
        return bad(r, "its schedule is not the one that was agreed", err);
    *out = (umi_agreed){a, s};
    return UMI_OK;
}

/* All agreements of the loan at hand, in the order in which they were made. */
static const umi_agreement *agreements_of(const refolding *r, size_t *n)
{
    const umi_agreement *rows = r->f->agreements;
    size_t low = 0, high = r->f->agreement_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (rows[mid].loan < r->loan.id)
            low = mid + 1;
        else
            high = mid;
    }
    for (*n = 0;
         low + *n < r->f->agreement_count && rows[low + *n].loan == r->loan.id;)
        ++*n;
    return rows + low;
}

/* What was agreed each time that the money went out.
 * @param made what the state names; NULL: nothing */
static umi_status
agreed_of(refolding *r, const umi__deal *made, umi_agreed *out, umi_error *err)
{
    size_t n;
    if (r->outs == 1 && made != NULL) {
        *out = (umi_agreed){r->agreement, &made->schedule};
        return UMI_OK;
    }
    const umi_agreement *rows = agreements_of(r, &n);
    if (n != r->outs)
        return bad(r, "its agreements are not those of its postings", err);
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        rc = agreed_once(r, &rows[i], &out[i], err);
    return rc;
}

/* What the state alone divided, a replay from the schedule divides alike. */
static umi_status
check_replay(refolding *r, const umi_schedule *s, umi_error *err)
{
    const umi_frame *f;
    umi_refold fold;
    umi_loan_state want = r->state;
    umi_status rc = umi_deals_frame(r->f->deals, r->state.terms, &f, err);
    if (rc == UMI_OK)
        rc = umi_fold_replay(&fold, &r->loan, &f->policy, s, r->rows, r->n,
                             r->state.disbursed, r->arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_fold_settle(&want, &fold);
    return same_state(&want, &r->state)
               ? UMI_OK
               : bad(r, "its state is not what its postings make", err);
}

/* Every posting entered once more.  An odd one is a finding of its own; then
 * the sums alone say whether the state is wrong, too. */
static umi_status
check_history(refolding *r, const umi__deal *made, umi_error *err)
{
    umi_agreed *all = umi_arena_array(r->arena, r->outs, sizeof *all);
    umi_redivided done;
    if (all == NULL)
        return umi_fail_memory(err);
    umi_status rc = agreed_of(r, made, all, err);
    if (rc != UMI_OK)
        return rc;
    const umi_redivide_ask ask = {.deals = r->f->deals,
                                  .loan = &r->loan,
                                  .agreed = all,
                                  .agreed_count = r->outs,
                                  .txns = r->rows,
                                  .n = r->n};
    rc = umi__divide_again(r->p, &ask, &done, err);
    if (rc == UMI_OK && !done.odd && !same_state(&done.state, &r->state))
        rc = bad(r, "its state is not what its postings make", err);
    if (rc == UMI_OK && !done.odd && !done.replayed && made != NULL)
        rc = check_replay(r, &made->schedule, err);
    return rc != UMI_OK || made == NULL ? rc
                                        : check_sums(r, &made->schedule, err);
}

/* Whether nothing but money stands on the loan, and walked as it should. */
static bool
is_walked(const refolding *r, const umi__deal *made, const umi_frame *f)
{
    const umi_agreed a = {r->agreement, &made->schedule};
    const umi_txn *out = &r->rows[0];
    if (!made->has_sums || r->outs != 1 || out->day.n != a.row->disbursed.n)
        return false;
    const umi_parts moved = umi_redivide_out(&r->loan, &a, out->kind);
    return same_amounts(&moved.amounts, &out->parts.amounts) &&
           umi_walk_proves(made->sums, made->schedule.count, &f->policy,
                           &r->loan, &r->state, r->rows, r->n);
}

static umi_status check_loan(refolding *r, umi_error *err)
{
    const umi_loan_state *s = &r->state;
    const umi__deal *made = NULL;
    const umi_frame *f;
    if (s->product != r->loan.product || s->branch != r->loan.branch)
        return bad(r, "its state names another product or branch", err);
    umi_status rc = check_order(r, err);
    if (rc != UMI_OK)
        return rc;
    const umi_txn *out = money_out(r);
    if (out == NULL && !is_blank(s, &r->loan))
        return bad(r, "its state is not what its postings make", err);
    if (out != NULL)
        rc = check_agreement(r, out, &made, &f, err);
    if (rc != UMI_OK || (out != NULL && is_walked(r, made, f)))
        return rc;
    return check_history(r, made, err);
}

/* --- jobs ----------------------------------------------------------------- */

static umi_status
check_item(umi__proof *p, umi__worker *w, const umi__folded *it, umi_error *err)
{
    umi__folder *f = w->folder;
    umi_arena_reset(f->arena);
    refolding r = {.b = w->book,
                   .p = p,
                   .f = f,
                   .arena = f->arena,
                   .loan = it->loan,
                   .state = it->state,
                   .agreement = it->has_agreement ? &it->agreement : NULL,
                   .outs = it->outs,
                   .n = it->postings};
    if (!it->has_state)
        return bad(&r, "it has no state", err);
    if (it->broken)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "the postings of loan %lld are not in order",
                        (long long)it->loan.id);
    r.rows = umi__folder_rows(f, it);
    return r.rows ? check_loan(&r, err) : umi_fail_memory(err);
}

static const umi__block *block_at(const umi__proof *p, int64_t at)
{
    return &p->blocks[p->order[at]];
}

static bool is_for_later(const umi__folded *it)
{
    return it->outs > 1 || (it->outs == 1 && !it->has_agreement);
}

static umi_status keep_for_later(umi__folder *f, int64_t loan, umi_error *err)
{
    if (f->later_count == f->later_cap) {
        size_t cap = f->later_cap ? f->later_cap * 2 : 64;
        int64_t *grown = umi_realloc(f->later, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        f->later = grown;
        f->later_cap = cap;
    }
    f->later[f->later_count++] = loan;
    return UMI_OK;
}

/* The loans of some blocks, and the states up to there. */
static umi_status
fold_loans(umi__proof *p, umi__worker *w, const umi__job *job, umi_error *err)
{
    umi__folder *f = NULL;
    umi_status rc = umi__folder_of(w, &f, err);
    if (rc != UMI_OK)
        return rc;
    bool first = job->from == p->table[job->table].from;
    bool last = job->to == p->table[job->table].to;
    int64_t low = first ? INT64_MIN : block_at(p, job->from - 1)->last + 1;
    int64_t high = last ? INT64_MAX : block_at(p, job->to - 1)->last;
    w->rank = first ? INT64_MIN : low;
    rc = umi__folder_read(f, w->book, low, high, err);
    for (size_t i = 0; i < f->count && rc == UMI_OK; i++) {
        const umi__folded *it = &f->items[i];
        w->rank = it->loan.id;
        rc = is_for_later(it) ? keep_for_later(f, it->loan.id, err)
                              : check_item(p, w, it, err);
        w->postings += it->postings;
        w->payments += it->payments;
        w->agreements += it->outs;
        w->schedules += it->has_agreement;
        w->loans++;
    }
    w->states += (int64_t)f->states;
    return rc;
}

umi_status umi__loan_jobs(umi__proof *p, umi_error *err)
{
    size_t table = umi_table_index(&umi_loan_table);
    int64_t loans = p->table[table].rows;
    int64_t txns = p->table[umi_table_index(&umi_txn_table)].rows;
    int64_t piece = PIECE, each = loans > 0 ? txns / loans + 1 : 1;
    if (each * piece * UMI_BLOCK_ROWS > ROWS_AT_A_TIME)
        piece = ROWS_AT_A_TIME / (each * UMI_BLOCK_ROWS) + 1;
    umi__job job = {.check = UMI__LOANS,
                    .fn = fold_loans,
                    .table = table,
                    .from = p->table[table].from,
                    .to = p->table[table].to,
                    .rows = loans * 3 + txns};
    return job.from < job.to ? umi__proof_cut(p, &job, piece, err)
                             : umi__proof_add(p, &job, err);
}

/* --- loans that were paid out again --------------------------------------- */

static int by_key(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int by_loan(const void *a, const void *b)
{
    const umi_agreement *x = a, *y = b;
    if (x->loan != y->loan)
        return x->loan < y->loan ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static umi_status take_agreement(void *self, const void *row, umi_error *err)
{
    umi__folder *f = self;
    const umi_agreement *a = row;
    if (bsearch(&a->loan, f->later, f->later_count, sizeof *f->later, by_key) ==
        NULL)
        return UMI_OK;
    if (f->agreement_count == f->agreement_cap) {
        size_t cap = f->agreement_cap ? f->agreement_cap * 2 : 64;
        umi_agreement *grown = umi_realloc(f->agreements, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        f->agreements = grown;
        f->agreement_cap = cap;
    }
    f->agreements[f->agreement_count++] = *a;
    return UMI_OK;
}

/* A state names no agreement but the last.  Such loans are few, so all of
 * them wait for one look at the agreements, and are read once more. */
static umi_status
fold_later(umi__proof *p, umi__worker *w, const umi__job *job, umi_error *err)
{
    umi__folder *f = w->folder;
    (void)job;
    qsort(f->later, f->later_count, sizeof *f->later, by_key);
    umi_status rc =
        umi_store_scan(umi_book_store(w->book), &umi_agreement_table, INT64_MIN,
                       INT64_MAX, take_agreement, f, err);
    if (f->agreement_count > 0)
        qsort(f->agreements, f->agreement_count, sizeof *f->agreements,
              by_loan);
    for (size_t i = 0; i < f->later_count && rc == UMI_OK; i++) {
        const int64_t loan = w->rank = f->later[i];
        rc = umi__folder_read(f, w->book, loan, loan, err);
        if (rc == UMI_OK && f->count == 1)
            rc = check_item(p, w, &f->items[0], err);
    }
    return rc;
}

umi_status umi__loans_more(umi__proof *p, umi_error *err)
{
    umi__folder *f = NULL;
    umi_status rc = umi__folder_of(&p->worker[0], &f, err);
    for (size_t i = 1; i < p->workers && rc == UMI_OK; i++) {
        const umi__folder *other = p->worker[i].folder;
        for (size_t k = 0; other && k < other->later_count && rc == UMI_OK; k++)
            rc = keep_for_later(f, other->later[k], err);
    }
    if (rc != UMI_OK || f->later_count == 0)
        return rc;
    const umi__job job = {.check = UMI__LOANS, .fn = fold_later};
    rc = umi__proof_add(p, &job, err);
    return rc == UMI_OK ? umi__proof_run(p, err) : rc;
}

/* --- counts --------------------------------------------------------------- */

static void count(umi__proof *p, const umi_table *t, int64_t rows, int64_t own)
{
    umi_error why = {.lang = p->lang};
    if (rows == own)
        return;
    (void)umi_fail(&why, UMI_EDAMAGED, "",
                   "table %s has %lld rows, %lld belong to loans", t->name,
                   (long long)rows, (long long)own);
    umi__proof_note(p, UMI__LOANS, INT64_MAX, UMI_EDAMAGED, &why);
}

/* What the jobs say together; how many loans were looked at. */
int64_t umi__loans_end(umi__proof *p)
{
    umi__worker sum = {0};
    int64_t loans = p->table[umi_table_index(&umi_loan_table)].rows;
    for (size_t i = 0; i < p->workers; i++) {
        sum.postings += p->worker[i].postings;
        sum.states += p->worker[i].states;
        sum.loans += p->worker[i].loans;
        sum.agreements += p->worker[i].agreements;
    }
    if (p->result[UMI__LOANS].rc == UMI_OK) {
        count(p, &umi_txn_table, p->table[umi_table_index(&umi_txn_table)].rows,
              sum.postings);
        count(p, &umi_loan_state_table, sum.states, loans);
        count(p, &umi_agreement_table,
              p->table[umi_table_index(&umi_agreement_table)].rows,
              sum.agreements);
    }
    return loans;
}
