/* SPDX-License-Identifier: MIT */
#include "ledger/bank/account.h"

#include "ledger/bank/statement.h"

#include <stdio.h>

static const umi_store_column account_columns[] = {
    UMI_COL(umi_bank_account_row, id, INT),
    UMI_COL(umi_bank_account_row, seq, INT),
    UMI_COL(umi_bank_account_row, code, TEXT),
    UMI_COL_OPT(umi_bank_account_row, bank, TEXT),
    UMI_COL(umi_bank_account_row, number, TEXT),
    UMI_COL(umi_bank_account_row, cash, TEXT),
    UMI_COL(umi_bank_account_row, format, TEXT),
};
const umi_table umi_bank_account_table =
    UMI_TABLE_WITNESSED(umi_bank_account_row,
                        BANK_ACCOUNT,
                        "bank_account",
                        account_columns,
                        UMI_SQL_NONE);

static const umi_store_column channel_columns[] = {
    UMI_COL(umi_bank_channel_row, id, INT),
    UMI_COL(umi_bank_channel_row, seq, INT),
    UMI_COL(umi_bank_channel_row, account, INT),
};
const umi_table umi_bank_channel_table =
    UMI_TABLE_WITNESSED(umi_bank_channel_row,
                        BANK_CHANNEL,
                        "bank_channel",
                        channel_columns,
                        UMI_SQL_NONE);

/* --- reading ------------------------------------------------------------- */

typedef struct rows {
    umi_arena *arena;
    umi_bank_account_row *accounts;
    umi_bank_channel_row *channels;
    size_t accounts_cap, channels_cap, n, m;
} rows;

/* Room for one more of @p *list; the few outgrown lists stay in the arena. */
static bool
room(umi_arena *arena, void **list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return true;
    size_t grown = *cap ? *cap * 2 : 16;
    void *p = umi_arena_array(arena, grown, size);
    if (p == NULL)
        return false;
    if (n > 0)
        memcpy(p, *list, n * size);
    *list = p;
    *cap = grown;
    return true;
}

static bool keep(umi_arena *arena, umi_text *t)
{
    char *copy = t->ptr ? umi_arena_copy(arena, t->ptr, t->len) : NULL;
    bool ok = t->ptr == NULL || copy != NULL;
    t->ptr = copy;
    return ok;
}

static umi_status take_account(void *self, const void *row, umi_error *err)
{
    rows *r = self;
    void *list = r->accounts;
    if (!room(r->arena, &list, r->n, &r->accounts_cap, sizeof *r->accounts))
        return umi_fail_memory(err);
    r->accounts = list;
    umi_bank_account_row *a = &r->accounts[r->n];
    *a = *(const umi_bank_account_row *)row;
    if (!keep(r->arena, &a->code) || !keep(r->arena, &a->bank) ||
        !keep(r->arena, &a->number) || !keep(r->arena, &a->cash) ||
        !keep(r->arena, &a->format))
        return umi_fail_memory(err);
    r->n++;
    return UMI_OK;
}

static umi_status take_channel(void *self, const void *row, umi_error *err)
{
    rows *r = self;
    void *list = r->channels;
    if (!room(r->arena, &list, r->m, &r->channels_cap, sizeof *r->channels))
        return umi_fail_memory(err);
    r->channels = list;
    r->channels[r->m++] = *(const umi_bank_channel_row *)row;
    return UMI_OK;
}

umi_status umi_bank_accounts_load(umi_bank_accounts *out,
                                  umi_store *s,
                                  umi_arena *arena,
                                  umi_error *err)
{
    rows r = {.arena = arena};
    umi_status rc = umi_store_scan(s, &umi_bank_account_table, 0, INT64_MAX,
                                   take_account, &r, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(s, &umi_bank_channel_table, 0, INT64_MAX,
                            take_channel, &r, err);
    if (rc == UMI_OK)
        *out = (umi_bank_accounts){r.accounts, r.n, r.channels, r.m};
    return rc;
}

const umi_bank_account_row *umi_bank_accounts_find(const umi_bank_accounts *a,
                                                   umi_text name)
{
    for (size_t i = 0; i < a->count; i++)
        if (umi_text_eq(a->accounts[i].number, name) ||
            umi_text_eq(a->accounts[i].code, name))
            return &a->accounts[i];
    return NULL;
}

umi_status umi_bank_accounts_need(const umi_bank_account_row **out,
                                  const umi_bank_accounts *a,
                                  umi_text name,
                                  umi_error *err)
{
    const umi_bank_account_row *row = umi_bank_accounts_find(a, name);
    if (row == NULL)
        return umi_fail_code(err, UMI_ENOENT, "BANK-ACCOUNT", "account",
                             "there is no bank account '%.*s'", UMI_SHOW(name));
    *out = row;
    return UMI_OK;
}

const umi_bank_account_row *
umi_bank_accounts_settling(const umi_bank_accounts *a, int64_t channel)
{
    for (size_t i = 0; i < a->channel_count; i++)
        for (size_t k = 0; k < a->count; k++)
            if (a->channels[i].id == channel &&
                a->channels[i].account == a->accounts[k].id)
                return &a->accounts[k];
    return NULL;
}

bool umi_bank_own_channel(umi_text channel)
{
    return channel.len > 5 && memcmp(channel.ptr, "bank:", 5) == 0;
}

int32_t umi_bank_accounts_cash(const umi_bank_accounts *a,
                               const umi_chart *chart,
                               int64_t channel)
{
    const umi_bank_account_row *row = umi_bank_accounts_settling(a, channel);
    int32_t at = row ? umi_chart_find(chart, row->cash) : UMI_NO_ACCOUNT;
    return at != UMI_NO_ACCOUNT
               ? at
               : umi_chart_role(chart, UMI_ROLE_CASH, (umi_text){0});
}

/* --- changing ------------------------------------------------------------ */

static umi_status word(umi_text t, const char *field, umi_error *err)
{
    if (t.len == 0 || t.len > 58 || !umi_text_utf8(t))
        return umi_fail(err, UMI_EINVAL, field,
                        "must be 1 .. 58 bytes of UTF-8, got '%.*s'",
                        UMI_SHOW(t));
    return UMI_OK;
}

static umi_status
cash_account(umi_text t, const umi_chart *chart, umi_error *err)
{
    int32_t at = umi_chart_find(chart, t);
    if (at == UMI_NO_ACCOUNT || chart->accounts[at].role != UMI_ROLE_CASH)
        return umi_fail(err, UMI_EINVAL, "cash",
                        "'%.*s' is no cash account of the chart", UMI_SHOW(t));
    return UMI_OK;
}

static umi_status check(const umi_bank_account_row *row,
                        const umi_bank_accounts *all,
                        const umi_chart *chart,
                        umi_error *err)
{
    umi_bank_format format;
    umi_status rc = word(row->number, "number", err);
    if (rc == UMI_OK)
        rc = word(row->code, "code", err);
    if (rc == UMI_OK && row->bank.ptr != NULL)
        rc = word(row->bank, "bank", err);
    if (rc == UMI_OK)
        rc = cash_account(row->cash, chart, err);
    if (rc == UMI_OK && !umi_bank_format_parse(&format, row->format))
        rc = umi_fail(err, UMI_EINVAL, "format", "'%.*s' is no bank format",
                      UMI_SHOW(row->format));
    for (size_t i = 0; i < all->count && rc == UMI_OK; i++)
        if (all->accounts[i].id != row->id &&
            (umi_text_eq(all->accounts[i].code, row->code) ||
             umi_text_eq(all->accounts[i].number, row->code) ||
             umi_text_eq(all->accounts[i].code, row->number)))
            rc = umi_fail(err, UMI_EEXIST, "code",
                          "'%.*s' is the name of another bank account",
                          UMI_SHOW(row->code));
    return rc;
}

static umi_text either(umi_text a, umi_text b)
{
    return a.ptr != NULL ? a : b;
}

/* The row as it is to be: what is asked over what there was. */
static umi_bank_account_row wanted(const umi_bank_account_ask *ask,
                                   const umi_bank_account_row *old,
                                   const umi_chart *chart)
{
    int32_t cash = umi_chart_role(chart, UMI_ROLE_CASH, (umi_text){0});
    umi_bank_account_row row = {.code = ask->number,
                                .number = ask->number,
                                .cash = chart->accounts[cash].code,
                                .format = UMI_TEXT("auto")};
    if (old != NULL)
        row = *old;
    row.seq++;
    row.code = either(ask->code, row.code);
    row.bank = either(ask->bank, row.bank);
    row.cash = either(ask->cash, row.cash);
    row.format = either(ask->format, row.format);
    return row;
}

static umi_status
put(umi_book *b, const umi_table *t, const void *row, umi_error *err)
{
    umi_change c = {0};
    umi_change_put(&c, t, row, 1);
    return umi_book_apply(b, &c, err);
}

/* Every account has a channel of its own, "bank:NUMBER", by which the ledger
 * finds its cash account though no payments come through it. */
static umi_status own_channel(umi_book *b,
                              const umi_bank_account_row *row,
                              umi_bank_channel_row *channel,
                              umi_error *err)
{
    char word[80];
    size_t n = row->number.len < 59 ? row->number.len : 59;
    (void)snprintf(word, sizeof word, "bank:%.*s", (int)n, row->number.ptr);
    channel->seq = 1;
    channel->account = row->id;
    return umi_book_code(b, UMI_CODE_CHANNEL, umi_text_of(word), &channel->id,
                         err);
}

static umi_status put_account(umi_book *b,
                              const umi_bank_account_row *row,
                              bool fresh,
                              umi_error *err)
{
    umi_change c = {0};
    umi_bank_channel_row channel;
    umi_status rc = UMI_OK;
    umi_change_put(&c, &umi_bank_account_table, row, 1);
    if (fresh) {
        rc = own_channel(b, row, &channel, err);
        umi_change_put(&c, &umi_bank_channel_table, &channel, 1);
    }
    return rc == UMI_OK ? umi_book_apply(b, &c, err) : rc;
}

static umi_status add(umi_book *b,
                      const umi_bank_account_ask *ask,
                      bool *added,
                      umi_arena *arena,
                      umi_error *err)
{
    umi_bank_accounts all;
    const umi_bank_account_row *old = NULL;
    const umi_chart *chart;
    const umi_posting *posting;
    umi_status rc = umi_book_chart(b, &chart, &posting, err);
    if (rc == UMI_OK)
        rc = umi_bank_accounts_load(&all, umi_book_store(b), arena, err);
    for (size_t i = 0; rc == UMI_OK && i < all.count; i++)
        if (umi_text_eq(all.accounts[i].number, ask->number))
            old = &all.accounts[i];
    if (rc != UMI_OK)
        return rc;
    umi_bank_account_row row = wanted(ask, old, chart);
    rc = check(&row, &all, chart, err);
    if (rc == UMI_OK && old == NULL)
        rc = umi_book_take(b, &umi_bank_account_table, 1, &row.id, err);
    if (rc == UMI_OK)
        rc = put_account(b, &row, old == NULL, err);
    if (rc == UMI_OK && added != NULL)
        *added = old == NULL;
    return rc;
}

umi_status umi_bank_account_add(umi_book *b,
                                const umi_bank_account_ask *ask,
                                bool *added,
                                umi_error *err)
{
    umi_arena *arena = umi_arena_new();
    if (arena == NULL)
        return umi_fail_memory(err);
    umi_status rc = add(b, ask, added, arena, err);
    umi_arena_free(arena);
    return rc;
}

static umi_status set_channel(umi_book *b,
                              umi_text channel,
                              umi_text account,
                              umi_arena *arena,
                              umi_error *err)
{
    umi_bank_accounts all;
    umi_bank_channel_row row = {0};
    umi_status rc = umi_bank_accounts_load(&all, umi_book_store(b), arena, err);
    const umi_bank_account_row *a = NULL;
    if (rc == UMI_OK)
        rc = umi_bank_accounts_need(&a, &all, account, err);
    if (rc != UMI_OK)
        return rc;
    rc = umi_book_code(b, UMI_CODE_CHANNEL, channel, &row.id, err);
    for (size_t i = 0; i < all.channel_count; i++)
        if (all.channels[i].id == row.id)
            row.seq = all.channels[i].seq;
    row.seq++;
    row.account = a->id;
    return rc == UMI_OK ? put(b, &umi_bank_channel_table, &row, err) : rc;
}

umi_status umi_bank_channel_set(umi_book *b,
                                umi_text channel,
                                umi_text account,
                                umi_error *err)
{
    umi_arena *arena = umi_arena_new();
    if (arena == NULL)
        return umi_fail_memory(err);
    umi_status rc = set_channel(b, channel, account, arena, err);
    umi_arena_free(arena);
    return rc;
}
