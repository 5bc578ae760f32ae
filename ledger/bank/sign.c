/* SPDX-License-Identifier: MIT */
#include "ledger/bank/sign.h"

typedef struct signing {
    umi_book *b;
    umi_store *s;
    umi_arena *arena;
    umi_error *err;
    const umi_bank_signature *rows; /* of the account, oldest first */
    size_t count;
} signing;

static umi_status load(signing *g, int64_t account)
{
    umi_query_arg arg = UMI_ARG_INT(account);
    void *rows = NULL;
    umi_status rc = umi_store_find(g->s, &umi_bank_signature_by_account, &arg,
                                   &rows, &g->count, g->arena, g->err);
    g->rows = rows;
    return rc;
}

umi_status umi_bank_signed_to(umi_day *out,
                              umi_store *s,
                              int64_t account,
                              umi_arena *arena,
                              umi_error *err)
{
    signing g = {.s = s, .arena = arena, .err = err};
    umi_day last = {INT32_MIN};
    umi_status rc = load(&g, account);
    for (size_t i = 0; i < g.count && rc == UMI_OK; i++)
        if (g.rows[i].step == UMI_BANK_REVIEWED && g.rows[i].as_of.n > last.n)
            last = g.rows[i].as_of;
    if (rc == UMI_OK)
        *out = last;
    return rc;
}

/* --- what is signed ------------------------------------------------------ */

static void hash_items(umi_blake2b *h, const umi_bank_items *t)
{
    umi_blake2b_int(h, (int64_t)t->count);
    umi_blake2b_int(h, t->sum.sen);
    for (size_t i = 0; i < t->count; i++) {
        umi_blake2b_int(h, t->list[i].day.n);
        umi_blake2b_int(h, t->list[i].amount.sen);
        umi_blake2b_int(h, t->list[i].line);
        umi_blake2b_int(h, t->list[i].txn);
    }
}

static umi_hash content_of(const umi_bank_recon *k)
{
    umi_blake2b h;
    umi_blake2b_init(&h);
    umi_blake2b_text(&h, k->account.number);
    umi_blake2b_text(&h, k->account.cash);
    umi_blake2b_int(&h, k->as_of.n);
    umi_blake2b_int(&h, k->on.n);
    umi_blake2b_int(&h, k->ledger.sen);
    umi_blake2b_int(&h, k->opening.sen);
    umi_blake2b_int(&h, k->other.sen);
    umi_blake2b_int(&h, k->statement.sen);
    hash_items(&h, &k->bank_only);
    hash_items(&h, &k->in_transit);
    return umi_blake2b_final(&h);
}

static umi_hash chain(const umi_bank_signature *row)
{
    umi_blake2b h;
    umi_blake2b_init(&h);
    umi_blake2b_update(&h, row->previous.byte, UMI_HASH_SIZE);
    umi_blake2b_update(&h, row->content.byte, UMI_HASH_SIZE);
    umi_blake2b_int(&h, row->account);
    umi_blake2b_int(&h, row->as_of.n);
    umi_blake2b_text(&h, umi_text_of(umi_bank_step_name(row->step)));
    umi_blake2b_int(&h, row->day.n);
    umi_blake2b_text(&h, row->actor);
    return umi_blake2b_final(&h);
}

/* --- signing ------------------------------------------------------------- */

static umi_status must_be_signable(const umi_bank_recon *k, umi_error *err)
{
    char text[UMI_MONEY_TEXT];
    if (!k->known)
        return umi_fail(err, UMI_ENOENT, "as-of",
                        "there is no statement up to that day");
    if (k->difference.sen != 0) {
        umi_money_write(text, k->difference);
        return umi_fail(err, UMI_ESTATE, "account",
                        "the reconciliation has a difference of %s", text);
    }
    if (k->shared)
        return umi_fail(err, UMI_ESTATE, "account",
                        "another bank account stands in cash account %.*s",
                        UMI_SHOW(k->account.cash));
    return UMI_OK;
}

/* Which step comes next, after the last signature of the same day. */
static umi_status next_step(signing *g, umi_bank_signature *row)
{
    const umi_bank_signature *last = NULL;
    for (size_t i = 0; i < g->count; i++) {
        if (g->rows[i].step == UMI_BANK_REVIEWED) {
            row->previous = g->rows[i].hash;
            if (g->rows[i].as_of.n >= row->as_of.n)
                return umi_fail(g->err, UMI_ESTATE, "as-of",
                                "the account is closed up to that day");
        }
        if (g->rows[i].as_of.n == row->as_of.n)
            last = &g->rows[i];
    }
    if (last == NULL || !umi_hash_eq(&last->content, &row->content))
        return UMI_OK;
    if (umi_text_eq(last->actor, row->actor))
        return umi_fail_code(g->err, UMI_EDENIED, "SECOND", "account",
                             "who prepared a reconciliation must not review "
                             "it");
    row->step = UMI_BANK_REVIEWED;
    return UMI_OK;
}

static umi_status
sign(signing *g, const umi_bank_recon *k, umi_bank_signature *row)
{
    umi_change c = {0};
    *row = (umi_bank_signature){.account = k->account.id,
                                .as_of = k->as_of,
                                .step = UMI_BANK_PREPARED,
                                .day = umi_book_business_date(g->b),
                                .actor = umi_book_actor(g->b),
                                .content = content_of(k)};
    umi_status rc = load(g, k->account.id);
    if (rc == UMI_OK)
        rc = next_step(g, row);
    row->hash = chain(row);
    if (rc == UMI_OK)
        rc =
            umi_book_take(g->b, &umi_bank_signature_table, 1, &row->id, g->err);
    umi_change_put(&c, &umi_bank_signature_table, row, 1);
    return rc == UMI_OK ? umi_book_apply(g->b, &c, g->err) : rc;
}

umi_status umi_bank_sign(umi_bank_signed *out,
                         umi_book *b,
                         umi_text account,
                         const umi_day *as_of,
                         umi_arena *arena,
                         umi_error *err)
{
    umi_bank_accounts all;
    umi_bank_signed done;
    signing g = {.b = b, .s = umi_book_store(b), .arena = arena, .err = err};
    umi_status rc = umi_bank_accounts_load(&all, g.s, arena, err);
    const umi_bank_account_row *a = NULL;
    if (rc == UMI_OK)
        rc = umi_bank_accounts_need(&a, &all, account, err);
    if (rc == UMI_OK)
        rc = umi_bank_reconcile(&done.recon, b, &all, a, as_of, arena, err);
    if (rc == UMI_OK)
        rc = must_be_signable(&done.recon, err);
    if (rc == UMI_OK)
        rc = sign(&g, &done.recon, &done.signature);
    if (rc == UMI_OK)
        *out = done;
    return rc;
}
