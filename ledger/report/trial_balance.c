/* SPDX-License-Identifier: MIT */
#include "ledger/report/trial_balance.h"

#include "ledger/report/report_int.h"

#include <stdlib.h>

typedef struct summing {
    umi_arena *arena;
    umi_balance *accounts; /* in the order in which they were met */
    size_t count, room;
    size_t last; /* the one before is often the same */
    umi_day until, newest;
} summing;

static umi_status add_account(summing *s, umi_text code, umi_error *err)
{
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        umi_balance *grown = umi_arena_array(s->arena, room, sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        if (s->count > 0)
            memcpy(grown, s->accounts, s->count * sizeof *grown);
        s->accounts = grown;
        s->room = room;
    }
    char *copy = umi_arena_copy(s->arena, code.ptr, code.len);
    if (copy == NULL)
        return umi_fail_memory(err);
    s->last = s->count;
    s->accounts[s->count++] =
        (umi_balance){.code = {copy, code.len}, .role = UMI_ROLE_OTHER};
    return UMI_OK;
}

static umi_status find_account(summing *s, umi_text code, umi_error *err)
{
    if (s->last < s->count && umi_text_eq(s->accounts[s->last].code, code))
        return UMI_OK;
    for (size_t i = 0; i < s->count; i++)
        if (umi_text_eq(s->accounts[i].code, code)) {
            s->last = i;
            return UMI_OK;
        }
    return add_account(s, code, err);
}

static umi_status add_line(void *self, const void *row, umi_error *err)
{
    summing *s = self;
    const umi_gl_line *line = row;
    if (line->day.n > s->until.n)
        return UMI_OK;
    if (line->day.n > s->newest.n)
        s->newest = line->day;
    umi_status rc = find_account(s, line->account, err);
    if (rc != UMI_OK)
        return rc;
    umi_balance *a = &s->accounts[s->last];
    if (!umi_money_add(&a->debit, a->debit, line->debit) ||
        !umi_money_add(&a->credit, a->credit, line->credit))
        return umi_fail(err, UMI_ERANGE, "balance", "a sum does not fit");
    return UMI_OK;
}

static int by_code(const void *a, const void *b)
{
    return umi_text_cmp(((const umi_balance *)a)->code,
                        ((const umi_balance *)b)->code);
}

/* An account that the chart in force does not have keeps its code as name. */
static void name_account(umi_balance *a, const umi_chart *chart)
{
    int32_t at = umi_chart_find(chart, a->code);
    a->name_id = a->name_en = a->code;
    if (at == UMI_NO_ACCOUNT)
        return;
    const umi_account *found = &chart->accounts[at];
    a->name_id = found->name_id;
    a->name_en = found->name_en;
    a->type = found->type;
    a->role = found->role;
}

static umi_status
finish(umi_trial_balance *out, const summing *s, umi_error *err)
{
    umi_trial_balance t = {.accounts = s->accounts, .count = s->count};
    for (size_t i = 0; i < s->count; i++) {
        umi_balance *a = &s->accounts[i];
        if (!umi_money_sub(&a->balance, a->debit, a->credit) ||
            !umi_money_add(&t.debit, t.debit, a->debit) ||
            !umi_money_add(&t.credit, t.credit, a->credit))
            return umi_fail(err, UMI_ERANGE, "balance", "a sum does not fit");
    }
    if (t.debit.sen != t.credit.sen)
        return umi_fail(err, UMI_EDAMAGED, "",
                        "debits and credits of the general ledger differ");
    *out = t;
    return UMI_OK;
}

umi_status umi_trial_balance_of(umi_trial_balance *out,
                                umi_book *b,
                                const umi_day *as_of,
                                umi_arena *arena,
                                umi_error *err)
{
    const umi_chart *chart;
    summing s = {.arena = arena, .until = {UMI_DAY_MAX}};
    s.newest = umi_book_business_date(b);
    if (as_of != NULL)
        s.until = *as_of;
    umi_status rc = umi_book_chart(b, &chart, NULL, err);
    if (rc == UMI_OK)
        rc = umi_store_scan(umi_book_store(b), &umi_gl_line_table, 1, INT64_MAX,
                            add_line, &s, err);
    if (rc != UMI_OK)
        return rc;
    for (size_t i = 0; i < s.count; i++)
        name_account(&s.accounts[i], chart);
    if (s.count > 0)
        qsort(s.accounts, s.count, sizeof *s.accounts, by_code);
    rc = finish(out, &s, err);
    if (rc == UMI_OK)
        out->as_of = as_of ? *as_of : s.newest;
    return rc;
}

bool umi_trial_balance_role(umi_money *out,
                            const umi_trial_balance *t,
                            umi_role role)
{
    umi_money sum = {0};
    for (size_t i = 0; i < t->count; i++)
        if (t->accounts[i].role == role &&
            !umi_money_add(&sum, sum, t->accounts[i].balance))
            return false;
    *out = sum;
    return true;
}

/* --- as a report ---------------------------------------------------------- */

static const umi_report_column columns[] = {
    {"account", "account", false}, {"name", "name", false},
    {"role", NULL, false},         {"debit", "debit", true},
    {"credit", "credit", true},    {"balance", "account balance", true},
};

enum {
    COLUMNS = sizeof columns / sizeof *columns
};

static void fill(umi_cell *cell, const umi_balance *a, umi_lang lang)
{
    cell[0] = umi_cell_text(a->code);
    cell[1] = umi_cell_text(lang == UMI_LANG_ID ? a->name_id : a->name_en);
    cell[2] = umi_cell_text(umi_text_of(umi_role_name(a->role)));
    cell[3] = umi_cell_money(a->debit);
    cell[4] = umi_cell_money(a->credit);
    cell[5] = umi_cell_money(a->balance);
}

umi_status umi__report_trial_balance(umi_report *out,
                                     umi_book *b,
                                     const umi_report_ask *ask,
                                     umi_error *err)
{
    umi_trial_balance t;
    umi_status rc = umi_trial_balance_of(&t, b, ask->as_of, out->arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_report_value(out, "as_of", "as of", umi_cell_day(t.as_of));
    umi_report_table *table =
        umi_report_add(out, "accounts", "", columns, COLUMNS);
    umi_cell *total = umi_arena_array(out->arena, COLUMNS, sizeof *total);
    if (table == NULL || total == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < t.count; i++) {
        umi_cell *cell = umi_report_row(out, table);
        if (cell == NULL)
            return umi_fail_memory(err);
        fill(cell, &t.accounts[i], ask->lang);
    }
    total[3] = umi_cell_money(t.debit);
    total[4] = umi_cell_money(t.credit);
    total[5] = umi_cell_money((umi_money){0});
    table->total = total;
    umi_report_value(out, "total_debit", NULL, umi_cell_money(t.debit));
    umi_report_value(out, "total_credit", NULL, umi_cell_money(t.credit));
    return UMI_OK;
}
