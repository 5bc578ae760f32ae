/* SPDX-License-Identifier: MIT */
#include "ledger/bank/reconcile.h"
#include "ledger/report/report_int.h"

/* The usual form: the book on the left, the bank on the right, and both
 * adjusted to the same figure. */
static const umi_report_column form_columns[] = {
    {"account", "bank account", false}, {"book.item", "by the book", false},
    {"book.amount", "amount", true},    {"bank.item", "by the bank", false},
    {"bank.amount", "amount", true},
};

static const umi_report_column account_columns[] = {
    {"account", "bank account", false},
    {"cash", "cash account", false},
    {"as_of", "as of", false},
    {"statement_on", "statement of", false},
    {"statement_number", "statement number", false},
    {"ledger", NULL, true},
    {"bank_only", NULL, true},
    {"opening", NULL, true},
    {"in_transit", NULL, true},
    {"other", NULL, true},
    {"statement", NULL, true},
    {"difference", "difference", true},
    {"shared", NULL, false},
};

static const umi_report_column item_columns[] = {
    {"account", "bank account", false}, {"date", "date", false},
    {"amount", "amount", true},         {"line", "movement", true},
    {"txn", "posting", true},           {"reference", "reference", false},
};

static const umi_report_column match_columns[] = {
    {"account", "bank account", false},
    {"date", "date", false},
    {"amount", "amount", true},
    {"line", "movement", true},
    {"kind", "kind", false},
    {"target", NULL, true},
    {"how", "evidence", false},
    {"by", "by", false},
};

#define N(columns) (sizeof(columns) / sizeof *(columns))

typedef struct tables {
    umi_report *r;
    umi_report_table *accounts, *form, *bank_only, *in_transit, *matches;
} tables;

static umi_cell any_day(umi_day d, bool known)
{
    return known ? umi_cell_day(d) : (umi_cell){0};
}

static umi_cell any_money(umi_money m, bool known)
{
    return known ? umi_cell_money(m) : (umi_cell){0};
}

static umi_cell any_key(int64_t id)
{
    return id != 0 ? umi_cell_int(id) : (umi_cell){0};
}

static bool add_account(tables *t, const umi_bank_recon *k)
{
    umi_cell *c = umi_report_row(t->r, t->accounts);
    if (c == NULL)
        return false;
    c[0] = umi_cell_text(k->account.number);
    c[1] = umi_cell_text(k->account.cash);
    c[2] = umi_cell_day(k->as_of);
    c[3] = any_day(k->on, k->known);
    c[4] = umi_cell_text(k->number);
    c[5] = umi_cell_money(k->ledger);
    c[6] = any_money(k->bank_only.sum, k->known);
    c[7] = any_money(k->opening, k->known);
    c[8] = any_money(k->in_transit.sum, k->known);
    c[9] = any_money(k->other, k->known);
    c[10] = any_money(k->statement, k->known);
    c[11] = any_money(k->difference, k->known);
    c[12] = umi_cell_int(k->shared);
    return true;
}

typedef struct side {
    const char *item;
    umi_money amount;
    bool known;
} side;

static bool add_form(tables *t, const umi_bank_recon *k)
{
    umi_money book = {0}, bank = {0};
    bool fits = umi_money_add(&book, k->ledger, k->bank_only.sum) &&
                umi_money_add(&book, book, k->opening) &&
                umi_money_sub(&book, book, k->other) &&
                umi_money_add(&bank, k->statement, k->in_transit.sum);
    const umi_money minus = {-k->other.sen};
    const side rows[][2] = {
        {{"balance by the ledger", k->ledger, true},
         {"balance by the statement", k->statement, k->known}},
        {{"movements not in the ledger", k->bank_only.sum, k->known},
         {"on the way to the bank", k->in_transit.sum, k->known}},
        {{"opening balance not in the ledger", k->opening, k->known}, {0}},
        {{"other entries of the ledger", minus, k->known}, {0}},
        {{"adjusted balance", book, k->known && fits},
         {"adjusted balance", bank, k->known && fits}},
    };
    for (size_t i = 0; i < N(rows); i++) {
        umi_cell *c = umi_report_row(t->r, t->form);
        if (c == NULL)
            return false;
        c[0] = umi_cell_text(k->account.number);
        c[1] = umi_cell_word(rows[i][0].item);
        c[2] = any_money(rows[i][0].amount, rows[i][0].known);
        if (rows[i][1].item == NULL)
            continue;
        c[3] = umi_cell_word(rows[i][1].item);
        c[4] = any_money(rows[i][1].amount, rows[i][1].known);
    }
    return true;
}

static bool add_items(tables *t,
                      umi_report_table *table,
                      const umi_bank_recon *k,
                      const umi_bank_items *items)
{
    for (size_t i = 0; i < items->count; i++) {
        const umi_bank_item *item = &items->list[i];
        umi_cell *c = umi_report_row(t->r, table);
        if (c == NULL)
            return false;
        c[0] = umi_cell_text(k->account.number);
        c[1] = umi_cell_day(item->day);
        c[2] = umi_cell_money(item->amount);
        c[3] = any_key(item->line);
        c[4] = any_key(item->txn);
        c[5] = umi_cell_text(item->reference);
    }
    return true;
}

static bool add_matches(tables *t, const umi_bank_recon *k)
{
    for (size_t i = 0; i < k->match_count; i++) {
        const umi_bank_match_row *m = &k->matches[i].match;
        umi_cell *c = umi_report_row(t->r, t->matches);
        if (c == NULL)
            return false;
        c[0] = umi_cell_text(k->account.number);
        c[1] = umi_cell_day(k->matches[i].booked);
        c[2] = umi_cell_money(m->amount);
        c[3] = umi_cell_int(m->line);
        c[4] = umi_cell_word(umi_bank_target_name(m->kind));
        c[5] = any_key(m->target);
        c[6] = umi_cell_text(m->how);
        c[7] = umi_cell_text(m->actor);
    }
    return true;
}

static bool make(tables *t)
{
    umi_report *r = t->r;
    t->accounts = umi_report_add(r, "accounts", "bank accounts",
                                 account_columns, N(account_columns));
    t->form = umi_report_add(r, "form", "bank reconciliation", form_columns,
                             N(form_columns));
    t->bank_only = umi_report_add(r, "bank_only", "movements not in the ledger",
                                  item_columns, N(item_columns));
    t->in_transit = umi_report_add(r, "in_transit", "on the way to the bank",
                                   item_columns, N(item_columns));
    t->matches = umi_report_add(r, "matches", "matched this month",
                                match_columns, N(match_columns));
    return t->accounts && t->form && t->bank_only && t->in_transit &&
           t->matches;
}

umi_status umi__report_bank_reconciliation(umi_report *out,
                                           umi_book *b,
                                           const umi_report_ask *ask,
                                           umi_error *err)
{
    umi_bank_accounts all;
    tables t = {.r = out};
    umi_status rc =
        umi_bank_accounts_load(&all, umi_book_store(b), out->arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_report_value(out, "as_of", "as of",
                     ask->as_of ? umi_cell_day(*ask->as_of)
                                : umi_cell_day(umi_book_business_date(b)));
    if (!make(&t))
        return umi_fail_memory(err);
    for (size_t i = 0; i < all.count && rc == UMI_OK; i++) {
        umi_bank_recon k;
        rc = umi_bank_reconcile(&k, b, &all, &all.accounts[i], ask->as_of,
                                out->arena, err);
        if (rc == UMI_OK && (!add_account(&t, &k) || !add_form(&t, &k) ||
                             !add_items(&t, t.bank_only, &k, &k.bank_only) ||
                             !add_items(&t, t.in_transit, &k, &k.in_transit) ||
                             !add_matches(&t, &k)))
            rc = umi_fail_memory(err);
    }
    return rc;
}
