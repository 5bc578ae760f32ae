/* SPDX-License-Identifier: MIT */
#include "ledger/bank/settle.h"

#include "ledger/bank/sign.h"
#include "ledger/book/enter.h"
#include "ledger/book/keys.h"
#include "ledger/desk/disburse.h"
#include "ledger/desk/fetch.h"

#include <assert.h>
#include <stdlib.h>

/* What one act enters: matches, and what follows from them. */
typedef struct settling {
    umi_book *b;
    umi_store *s;
    umi_arena *arena;
    umi_error *err;
    const umi_bank_account_row *account;
    int64_t channel;   /* whose cash is the account's */
    umi_day signed_to; /* the account is signed up to this day */
    umi_text how;

    umi_bank_match_row *matches;
    umi_bank_settled *settled;
    int64_t *closed; /* movements that are explained */
    size_t match_count, settled_count, closed_count;
    umi_gl_entry *entries;
    size_t entry_count;
} settling;

static umi_day earlier(umi_day a, umi_day b)
{
    return a.n < b.n ? a : b;
}

static umi_status room(settling *s, size_t units)
{
    s->matches = umi_arena_array(s->arena, units + 1, sizeof *s->matches);
    s->settled = umi_arena_array(s->arena, units + 1, sizeof *s->settled);
    s->closed = umi_arena_array(s->arena, units + 1, sizeof *s->closed);
    s->entries = umi_arena_array(s->arena, units + 1, sizeof *s->entries);
    bool ok = s->matches && s->settled && s->closed && s->entries;
    return ok ? UMI_OK : umi_fail_memory(s->err);
}

/* A channel that settles to the account, by which the ledger finds its cash
 * account. */
static umi_status find_channel(settling *s, const umi_bank_accounts *all)
{
    for (size_t i = 0; i < all->channel_count; i++) {
        if (all->channels[i].account == s->account->id) {
            s->channel = all->channels[i].id;
            return UMI_OK;
        }
    }
    return umi_fail(s->err, UMI_EDAMAGED, "",
                    "no channel settles to bank account %.*s",
                    UMI_SHOW(s->account->number));
}

/* The day of an entry for a movement of @p booked: its own, unless that lies
 * ahead, or behind a close of the book or of this account. */
static umi_day ledger_day(const settling *s, umi_day booked)
{
    umi_day today = umi_book_business_date(s->b);
    bool open = umi_book_day_open(s->b, booked) && booked.n > s->signed_to.n;
    return open && booked.n <= today.n ? booked : today;
}

/* --- collecting ---------------------------------------------------------- */

static void note_match(settling *s,
                       const umi_bank_unit *u,
                       umi_bank_target kind,
                       int64_t target)
{
    umi_bank_match_row *m = &s->matches[s->match_count++];
    *m = (umi_bank_match_row){.line = u->line,
                              .part = u->part,
                              .account = s->account->id,
                              .kind = kind,
                              .target = target,
                              .amount = u->amount,
                              .how = s->how,
                              .day = umi_book_business_date(s->b),
                              .actor = umi_book_actor(s->b),
                              .posted = {UMI_NONE32}};
    if (kind != UMI_BANK_REPAYMENT)
        m->posted = ledger_day(s, u->booked);
    if (target != 0)
        s->settled[s->settled_count++] =
            (umi_bank_settled){umi_bank_settled_key(kind, target), 1, 0};
    if (s->closed_count == 0 || s->closed[s->closed_count - 1] != u->line)
        s->closed[s->closed_count++] = u->line;
}

/* The clearing account of a branch empties where it was filled. */
static void add_entry(settling *s,
                      umi_posting_kind kind,
                      umi_day day,
                      int64_t branch,
                      int64_t sen)
{
    umi_gl_entry *e = &s->entries[s->entry_count++];
    *e = (umi_gl_entry){.kind = kind,
                        .day = ledger_day(s, day),
                        .product = UMI_NONE,
                        .branch = branch,
                        .channel = s->channel};
    e->parts.principal.sen = sen;
}

/* --- writing ------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
    const umi_bank_settled *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_line(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static umi_status number(settling *s)
{
    int64_t id;
    umi_status rc =
        umi_book_take(s->b, &umi_bank_match_table, s->match_count, &id, s->err);
    size_t k = 0;
    for (size_t i = 0; i < s->match_count && rc == UMI_OK; i++) {
        s->matches[i].id = id + (int64_t)i;
        if (s->matches[i].target != 0)
            s->settled[k++].match = s->matches[i].id;
    }
    if (s->settled_count > 1)
        qsort(s->settled, s->settled_count, sizeof *s->settled, by_key);
    if (s->closed_count > 1)
        qsort(s->closed, s->closed_count, sizeof *s->closed, by_line);
    return rc;
}

/* Enter everything at once; @p more: further rows of the same transaction. */
static umi_status
enter(settling *s, const umi_booking *booking, umi_change *more)
{
    umi_booked booked;
    if (s->match_count == 0)
        return UMI_OK;
    umi_status rc = number(s);
    if (rc != UMI_OK)
        return rc;
    umi_change_put(more, &umi_bank_match_table, s->matches, s->match_count);
    umi_change_put(more, &umi_bank_settled_table, s->settled, s->settled_count);
    umi_change_remove(more, &umi_stmt_open_table, s->closed, s->closed_count);
    if (s->entry_count == 0 && booking == NULL)
        return umi_book_apply(s->b, more, s->err);
    umi_act_entry act = {.kind = UMI_BATCH_BANK,
                         .name = UMI_TEXT("bank match"),
                         .booked = umi_book_business_date(s->b),
                         .bookings = booking,
                         .count = booking != NULL,
                         .entries = s->entries,
                         .entry_count = s->entry_count,
                         .with = more};
    return umi_book_enter(s->b, &act, &booked, NULL, s->err);
}

/* --- a transfer that came back ------------------------------------------- */

/* The rows of the desk that a return changes. */
typedef struct returning {
    umi_transfer transfer;
    umi_application application;
    umi_act act;
    int64_t txn;   /* the disbursement */
    bool reversed; /* somebody reversed it before */
} returning;

static umi_status
find_disbursement(settling *s, const umi_transfer *t, returning *r)
{
    umi_sip_key key = umi_book_secret(s->b);
    umi_reference_ask ask = {.channel = UMI_TEXT(UMI_TRANSFER_CHANNEL),
                             .ref = t->reference};
    void *rows;
    size_t n = 0;
    ask.key = umi_key_reference(&key, ask.channel, ask.ref);
    umi_status rc = umi_keys_references(s->b, &ask, 1, s->err);
    if (rc == UMI_OK && ask.txn == 0)
        rc = umi_fail(s->err, UMI_EDAMAGED, "",
                      "transfer %.*s has no disbursement",
                      UMI_SHOW(t->reference));
    umi_query_arg arg = UMI_ARG_INT(ask.txn);
    if (rc == UMI_OK)
        rc = umi_store_find(s->s, &umi_txn_by_reverses, &arg, &rows, &n,
                            s->arena, s->err);
    r->txn = ask.txn;
    r->reversed = n > 0;
    return rc;
}

/* The application stands where it stood before the transfer; what was paid
 * out again since has its own transfer and is not touched. */
static umi_status
return_rows(settling *s, const umi_transfer *t, returning *r, umi_change *c)
{
    if (t->state != UMI_TRANSFER_SENT)
        return UMI_OK;
    r->transfer = *t;
    r->transfer.seq++;
    r->transfer.state = UMI_TRANSFER_RETURNED;
    umi_status rc = umi__fetch_one(s->s, &umi_application_table, t->application,
                                   &r->application, s->arena, s->err);
    if (rc == UMI_OK)
        rc = umi_application_move(&r->application.state, r->application.state,
                                  UMI_ACT_RETURN, s->err);
    if (rc == UMI_OK)
        rc = umi_book_take(s->b, &umi_act_table, 1, &r->act.id, s->err);
    r->application.seq++;
    r->act.day = umi_book_business_date(s->b);
    r->act.actor = umi_book_actor(s->b);
    r->act.what = UMI_DEED_RETURN;
    r->act.subject = UMI_SUBJECT_APPLICATION;
    r->act.subject_id = t->application;
    r->act.note = t->reference;
    umi_change_put(c, &umi_transfer_table, &r->transfer, 1);
    umi_change_put(c, &umi_application_table, &r->application, 1);
    umi_change_put(c, &umi_act_table, &r->act, 1);
    return rc;
}

static umi_status branch_of(settling *s, int64_t loan, int64_t *out)
{
    umi_loan row;
    umi_status rc =
        umi__fetch_one(s->s, &umi_loan_table, loan, &row, s->arena, s->err);
    if (rc == UMI_OK)
        *out = row.branch;
    return rc;
}

/* The disbursement is reversed, and the money is cash again. */
static umi_status take_return(settling *s,
                              const umi_bank_unit *u,
                              const umi_transfer *t,
                              umi_change *c)
{
    int64_t branch = 0;
    returning r = {0};
    umi_day day = earlier(u->booked, umi_book_business_date(s->b));
    umi_status rc = room(s, 1);
    s->match_count = s->settled_count = s->closed_count = s->entry_count = 0;
    if (rc == UMI_OK)
        rc = branch_of(s, t->loan, &branch);
    if (rc == UMI_OK)
        rc = find_disbursement(s, t, &r);
    if (rc == UMI_OK)
        rc = return_rows(s, t, &r, c);
    if (rc != UMI_OK)
        return rc;
    note_match(s, u, UMI_BANK_RETURN, t->id);
    add_entry(s, UMI_POST_BANK_SETTLEMENT, u->booked, branch, -t->amount.sen);
    umi_booking k = {.kind = UMI_TXN_REVERSAL,
                     .day = day.n < t->day.n ? t->day : day,
                     .due = {UMI_NONE32},
                     .reverses = r.txn};
    return enter(s, r.reversed ? NULL : &k, c);
}

/* --- matching ------------------------------------------------------------ */

static void count(umi_tally *t, umi_money m)
{
    t->n++;
    if (!umi_money_add(&t->amount, t->amount, m))
        t->amount.sen = INT64_MAX; /* for show only */
}

static bool explained(const umi_bank_work *w, const umi_bank_open_line *o)
{
    for (size_t u = o->first; u < o->first + o->units; u++)
        if (w->answers[u].finding != UMI_BANK_MATCHED)
            return false;
    return true;
}

static bool comes_back(const umi_bank_work *w, const umi_bank_open_line *o)
{
    for (size_t u = o->first; u < o->first + o->units; u++)
        if (w->hints[w->answers[u].hint].kind == UMI_BANK_RETURN)
            return true;
    return false;
}

/* Branches of the loans of matched transfers, in one reading. */
static umi_status
load_branches(settling *s, const umi_bank_work *w, int64_t **out)
{
    size_t n = w->hint_count;
    int64_t *ids = umi_arena_array(s->arena, n + 1, sizeof *ids);
    umi_loan *rows = umi_arena_array(s->arena, n + 1, sizeof *rows);
    bool *have = umi_arena_array(s->arena, n + 1, sizeof *have);
    if (!ids || !rows || !have)
        return umi_fail_memory(s->err);
    for (size_t i = 0; i < n; i++)
        ids[i] = w->transfers[i].id ? w->transfers[i].loan : UMI_NONE;
    umi_status rc =
        umi__fetch(s->s, &umi_loan_table, ids, n, rows, have, s->arena, s->err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++)
        ids[i] = have[i] ? rows[i].branch : UMI_NONE;
    *out = ids;
    return rc;
}

/* Everything but returns, in one act. */
static umi_status
settle(settling *s, const umi_bank_work *w, umi_bank_match_result *out)
{
    int64_t *branches = NULL;
    umi_change c = {0};
    umi_status rc = room(s, w->unit_count);
    if (rc == UMI_OK)
        rc = load_branches(s, w, &branches);
    for (size_t i = 0; i < w->line_count && rc == UMI_OK; i++) {
        const umi_bank_open_line *o = &w->lines[i];
        if (!explained(w, o) || comes_back(w, o))
            continue;
        for (size_t u = o->first; u < o->first + o->units; u++) {
            const umi_bank_unit *unit = &w->units[u];
            size_t at = w->answers[u].hint;
            const umi_bank_hint *h = &w->hints[at];
            bool transfer = h->kind == UMI_BANK_TRANSFER;
            note_match(s, unit, h->kind, h->target);
            if (transfer)
                add_entry(s, UMI_POST_BANK_SETTLEMENT, unit->booked,
                          branches[at], -unit->amount.sen);
            count(transfer ? &out->transfers : &out->repayments,
                  (umi_money){transfer ? -unit->amount.sen : unit->amount.sen});
        }
    }
    return rc == UMI_OK ? enter(s, NULL, &c) : rc;
}

/* A return that the book refuses (the loan has been paid on, say) stays open
 * for a person; anything else that fails ends the run. */
static bool refused(umi_status rc)
{
    return rc == UMI_ESTATE || rc == UMI_EINVAL || rc == UMI_EDENIED ||
           rc == UMI_ENOENT || rc == UMI_EEXIST || rc == UMI_ERANGE;
}

static umi_status
settle_returns(settling *s, const umi_bank_work *w, umi_bank_match_result *out)
{
    umi_status rc = UMI_OK;
    for (size_t i = 0; i < w->line_count && rc == UMI_OK; i++) {
        const umi_bank_open_line *o = &w->lines[i];
        if (o->units != 1 || !explained(w, o) || !comes_back(w, o))
            continue;
        umi_change c = {0};
        rc = take_return(s, &w->units[o->first],
                         &w->transfers[w->answers[o->first].hint], &c);
        if (rc == UMI_OK)
            count(&out->returns, w->units[o->first].amount);
        else if (refused(rc))
            rc = UMI_OK;
    }
    return rc;
}

static umi_status match_account(umi_book *b,
                                const umi_bank_accounts *all,
                                const umi_bank_account_row *account,
                                umi_bank_match_result *out,
                                umi_error *err)
{
    umi_bank_work w;
    umi_status rc = umi_bank_work_load(&w, b, all, account, err);
    if (rc != UMI_OK)
        return rc;
    settling s = {.b = b,
                  .s = umi_book_store(b),
                  .arena = w.arena,
                  .err = err,
                  .account = account,
                  .how = UMI_TEXT("reference")};
    rc = find_channel(&s, all);
    if (rc == UMI_OK)
        rc = umi_bank_signed_to(&s.signed_to, s.s, account->id, s.arena, err);
    if (rc == UMI_OK)
        rc = settle(&s, &w, out);
    if (rc == UMI_OK)
        rc = settle_returns(&s, &w, out);
    umi_bank_work_free(&w);
    return rc;
}

static umi_status one_open(void *self, const void *row, umi_error *err)
{
    (void)row, (void)err;
    ((umi_bank_match_result *)self)->open++;
    return UMI_OK;
}

static umi_status
count_open(umi_store *s, umi_bank_match_result *out, umi_error *err)
{
    return umi_store_scan(s, &umi_stmt_open_table, 0, INT64_MAX, one_open, out,
                          err);
}

static umi_status match(umi_book *b,
                        umi_text account,
                        umi_bank_match_result *out,
                        umi_arena *arena,
                        umi_error *err)
{
    umi_bank_accounts all;
    umi_status rc = umi_bank_accounts_load(&all, umi_book_store(b), arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_bank_account_row *one = NULL;
    if (account.len > 0)
        rc = umi_bank_accounts_need(&one, &all, account, err);
    for (size_t i = 0; rc == UMI_OK && i < all.count; i++)
        if (one == NULL || one == &all.accounts[i])
            rc = match_account(b, &all, &all.accounts[i], out, err);
    return rc == UMI_OK ? count_open(umi_book_store(b), out, err) : rc;
}

umi_status umi_bank_match(umi_bank_match_result *out,
                          umi_book *b,
                          umi_text account,
                          umi_error *err)
{
    umi_bank_match_result r = {0};
    umi_arena *arena = umi_arena_new();
    if (arena == NULL)
        return umi_fail_memory(err);
    umi_status rc = match(b, account, &r, arena, err);
    umi_arena_free(arena);
    if (rc == UMI_OK)
        *out = r;
    return rc;
}

/* --- by hand ------------------------------------------------------------- */

/* A movement and what a person says it is. */
typedef struct claim {
    umi_stmt_line line;
    umi_bank_account_row account;
    int64_t target;
    umi_transfer transfer;
} claim;

static umi_status claimed_line(settling *s, int64_t id, claim *c)
{
    umi_stmt_open open;
    bool found = false;
    umi_status rc = umi_store_read(s->s, &umi_stmt_open_table, &id, 1, &open,
                                   &found, s->arena, s->err);
    if (rc == UMI_OK && !found)
        rc = umi_fail(s->err, UMI_ENOENT, "line",
                      "there is no open movement %lld", (long long)id);
    if (rc == UMI_OK)
        rc = umi__fetch_one(s->s, &umi_stmt_line_table, id, &c->line, s->arena,
                            s->err);
    if (rc == UMI_OK)
        rc = umi__fetch_one(s->s, &umi_bank_account_table, c->line.account,
                            &c->account, s->arena, s->err);
    return rc;
}

static umi_status unknown(settling *s, umi_text reference)
{
    return umi_fail(s->err, UMI_ENOENT, "reference",
                    "nothing has the reference '%.*s'", UMI_SHOW(reference));
}

static umi_status claimed_transfer(settling *s, umi_text reference, claim *c)
{
    int64_t id;
    umi_status rc =
        umi__find_key(s->s, &umi_transfer_by_reference, reference, &id, s->err);
    if (rc == UMI_OK && id == UMI_NONE)
        return unknown(s, reference);
    c->target = id;
    return rc == UMI_OK ? umi__fetch_one(s->s, &umi_transfer_table, id,
                                         &c->transfer, s->arena, s->err)
                        : rc;
}

static umi_status claimed_payment(settling *s,
                                  umi_text channel,
                                  umi_text reference,
                                  claim *c,
                                  umi_money *amount)
{
    umi_sip_key key = umi_book_secret(s->b);
    umi_reference_ask ask = {.channel = channel, .ref = reference};
    umi_query_arg arg;
    umi_txn t;
    void *rows;
    size_t n = 0;
    if (channel.len == 0 || channel.len > 64)
        return umi_fail(s->err, UMI_EINVAL, "channel", "a channel is needed");
    ask.key = umi_key_reference(&key, channel, reference);
    umi_status rc = umi_keys_references(s->b, &ask, 1, s->err);
    if (rc == UMI_OK && ask.txn == 0)
        return unknown(s, reference);
    c->target = ask.txn;
    arg = UMI_ARG_INT(ask.txn);
    if (rc == UMI_OK)
        rc =
            umi__fetch_one(s->s, &umi_txn_table, ask.txn, &t, s->arena, s->err);
    if (rc == UMI_OK)
        rc = umi_store_find(s->s, &umi_txn_by_reverses, &arg, &rows, &n,
                            s->arena, s->err);
    if (rc == UMI_OK && (t.kind != UMI_TXN_REPAYMENT || n > 0))
        rc = umi_fail(s->err, UMI_ESTATE, "reference",
                      "posting %lld is no repayment, or was reversed",
                      (long long)ask.txn);
    *amount = ask.amount;
    return rc;
}

static umi_status must_equal(settling *s, umi_money a, umi_money b)
{
    char x[UMI_MONEY_TEXT], y[UMI_MONEY_TEXT];
    if (a.sen == b.sen)
        return UMI_OK;
    umi_money_write(x, a);
    umi_money_write(y, b);
    return umi_fail(s->err, UMI_EINVAL, "amount",
                    "the movement is %s, the book says %s", x, y);
}

static umi_status
must_be_free(settling *s, umi_bank_target kind, const claim *c)
{
    umi_bank_settled row;
    int64_t key = umi_bank_settled_key(kind, c->target);
    bool taken = false;
    umi_status rc = umi_store_read(s->s, &umi_bank_settled_table, &key, 1, &row,
                                   &taken, s->arena, s->err);
    if (rc == UMI_OK && taken)
        rc = umi_fail(s->err, UMI_ESTATE, "reference",
                      "another movement explains it already");
    return rc;
}

/* What has no counterpart in the book. */
static bool nameless(umi_bank_target kind)
{
    return kind == UMI_BANK_UNIDENTIFIED || kind == UMI_BANK_FEE ||
           kind == UMI_BANK_INTEREST;
}

/* Everything that a proposal must hold, when made and when approved. */
static umi_status
check_claim(settling *s, const umi_bank_resolve_ask *ask, claim *c)
{
    umi_money expected = {0};
    umi_status rc = claimed_line(s, ask->line, c);
    if (rc != UMI_OK)
        return rc;
    if (nameless(ask->kind)) {
        bool out = ask->kind == UMI_BANK_FEE;
        if (c->line.amount.sen == 0 || (c->line.amount.sen < 0) != out)
            return umi_fail(s->err, UMI_EINVAL, "amount",
                            "a fee is money out; interest and unidentified "
                            "money come in");
        return UMI_OK;
    }
    if (ask->kind == UMI_BANK_REPAYMENT) {
        rc = claimed_payment(s, ask->channel, ask->reference, c, &expected);
    } else {
        rc = claimed_transfer(s, ask->reference, c);
        if (rc != UMI_OK)
            return rc;
        bool back = ask->kind == UMI_BANK_RETURN;
        expected.sen = back ? c->transfer.amount.sen : -c->transfer.amount.sen;
    }
    if (rc == UMI_OK)
        rc = must_equal(s, c->line.amount, expected);
    return rc == UMI_OK ? must_be_free(s, ask->kind, c) : rc;
}

static settling by_hand(umi_book *b, umi_arena *arena, umi_error *err)
{
    return (settling){
        .b = b, .s = umi_book_store(b), .arena = arena, .err = err};
}

static umi_status propose(settling *s, const umi_bank_resolve_ask *ask)
{
    claim c = {0};
    umi_bank_proposal old, row = {.id = ask->line,
                                  .kind = ask->kind,
                                  .reference = ask->reference,
                                  .channel = ask->channel,
                                  .reason = ask->reason,
                                  .actor = umi_book_actor(s->b),
                                  .day = umi_book_business_date(s->b)};
    bool before = false;
    umi_change change = {0};
    umi_status rc = check_claim(s, ask, &c);
    if (rc == UMI_OK)
        rc = umi_store_read(s->s, &umi_bank_proposal_table, &ask->line, 1, &old,
                            &before, s->arena, s->err);
    row.seq = before ? old.seq + 1 : 1;
    umi_change_put(&change, &umi_bank_proposal_table, &row, 1);
    return rc == UMI_OK ? umi_book_apply(s->b, &change, s->err) : rc;
}

umi_status
umi_bank_propose(umi_book *b, const umi_bank_resolve_ask *ask, umi_error *err)
{
    if (ask->reason.len == 0 || ask->reason.len > 200 ||
        !umi_text_utf8(ask->reason))
        return umi_fail(err, UMI_EINVAL, "reason",
                        "a reason of 1 .. 200 bytes is needed");
    umi_arena *arena = umi_arena_new();
    if (arena == NULL)
        return umi_fail_memory(err);
    settling s = by_hand(b, arena, err);
    umi_status rc = propose(&s, ask);
    umi_arena_free(arena);
    return rc;
}

static umi_status branch_of_claim(settling *s, const claim *c, int64_t *branch)
{
    if (c->transfer.id != 0)
        return branch_of(s, c->transfer.loan, branch);
    return umi_book_code(s->b, UMI_CODE_BRANCH, umi_book_branch(s->b), branch,
                         s->err);
}

static umi_posting_kind posting_of(umi_bank_target kind)
{
    switch (kind) {
    case UMI_BANK_FEE:
        return UMI_POST_BANK_FEE;
    case UMI_BANK_INTEREST:
        return UMI_POST_BANK_INTEREST;
    case UMI_BANK_UNIDENTIFIED:
        return UMI_POST_UNIDENTIFIED;
    case UMI_BANK_TRANSFER:
    case UMI_BANK_RETURN:
    case UMI_BANK_REPAYMENT:
        break;
    }
    return UMI_POST_BANK_SETTLEMENT;
}

static umi_status enter_claim(settling *s,
                              umi_bank_target kind,
                              const claim *c,
                              umi_change *change)
{
    int64_t branch = 0;
    umi_bank_unit unit = {
        .line = c->line.id, .booked = c->line.booked, .amount = c->line.amount};
    umi_status rc = branch_of_claim(s, c, &branch);
    if (rc == UMI_OK && kind == UMI_BANK_RETURN)
        return take_return(s, &unit, &c->transfer, change);
    if (rc == UMI_OK)
        rc = room(s, 1);
    if (rc != UMI_OK)
        return rc;
    note_match(s, &unit, kind, c->target);
    if (kind != UMI_BANK_REPAYMENT) /* that stands in the ledger already */
        add_entry(s, posting_of(kind), unit.booked, branch,
                  unit.amount.sen < 0 ? -unit.amount.sen : unit.amount.sen);
    return enter(s, NULL, change);
}

static umi_status approve(settling *s, int64_t line)
{
    umi_bank_accounts all;
    umi_bank_proposal row;
    claim c = {0};
    umi_change change = {0};
    bool found = false;
    umi_status rc = umi_store_read(s->s, &umi_bank_proposal_table, &line, 1,
                                   &row, &found, s->arena, s->err);
    if (rc != UMI_OK)
        return rc;
    if (!found)
        return umi_fail(s->err, UMI_ENOENT, "line",
                        "nothing is proposed for movement %lld",
                        (long long)line);
    if (umi_text_eq(row.actor, umi_book_actor(s->b)))
        return umi_fail_code(s->err, UMI_EDENIED, "SECOND", "line",
                             "who proposed must not approve");
    umi_bank_resolve_ask ask = {line, row.kind, row.reference, row.channel,
                                row.reason};
    rc = check_claim(s, &ask, &c);
    if (rc == UMI_OK)
        rc = umi_bank_accounts_load(&all, s->s, s->arena, s->err);
    s->account = &c.account;
    if (rc == UMI_OK)
        rc = find_channel(s, &all);
    if (rc == UMI_OK)
        rc = umi_bank_signed_to(&s->signed_to, s->s, c.account.id, s->arena,
                                s->err);
    umi_buf how = {0};
    umi_buf_printf(&how, "by hand: %.*s", (int)row.reason.len, row.reason.ptr);
    s->how = (umi_text){umi_arena_copy(s->arena, how.ptr, how.len), how.len};
    umi_buf_free(&how);
    if (rc == UMI_OK && s->how.ptr == NULL)
        rc = umi_fail_memory(s->err);
    umi_change_remove(&change, &umi_bank_proposal_table, &line, 1);
    return rc == UMI_OK ? enter_claim(s, row.kind, &c, &change) : rc;
}

umi_status umi_bank_approve(umi_book *b, int64_t line, umi_error *err)
{
    umi_arena *arena = umi_arena_new();
    if (arena == NULL)
        return umi_fail_memory(err);
    settling s = by_hand(b, arena, err);
    umi_status rc = approve(&s, line);
    umi_arena_free(arena);
    return rc;
}
