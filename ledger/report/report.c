/* SPDX-License-Identifier: MIT */
#include "ledger/report/report.h"

#include "ledger/report/report_int.h"

#include <assert.h>

static const umi_report_kind kinds[] = {
    {"trial-balance", "accounts of the general ledger with their balances",
     umi__report_trial_balance},
    {"portfolio", "loans with debt left, by product and days past due",
     umi__report_portfolio},
    {"arrears", "loans that are past due", umi__report_arrears},
    {"day-close", "what the close of a day found and wrote",
     umi__report_day_close},
    {"bank-reconciliation", "cash accounts against bank statements",
     umi__report_bank_reconciliation},
    {"bank-exceptions", "what does not fit between bank and book",
     umi__report_bank_exceptions},
};

const umi_report_kind *umi_report_kinds(size_t *n)
{
    *n = sizeof kinds / sizeof *kinds;
    return kinds;
}

umi_status umi_report_build(umi_report *out,
                            umi_text name,
                            umi_book *b,
                            const umi_report_ask *ask,
                            umi_arena *arena,
                            umi_error *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!umi_text_is(name, kinds[i].name))
            continue;
        *out = (umi_report){.name = kinds[i].name,
                            .title = kinds[i].summary,
                            .institution = umi_book_institution(b),
                            .arena = arena};
        umi_status rc = kinds[i].build(out, b, ask, err);
        return rc == UMI_OK ? umi_report_done(out, err) : rc;
    }
    return umi_fail(err, UMI_ENOENT, "", "there is no report '%.*s'",
                    UMI_SHOW(name));
}

static umi_report_item *next(umi_report *r, const char *key, const char *label)
{
    assert(r->count < UMI_REPORT_ITEMS);
    umi_report_item *item = &r->items[r->count++];
    *item = (umi_report_item){.key = key, .label = label};
    return item;
}

void umi_report_value(umi_report *r,
                      const char *key,
                      const char *label,
                      umi_cell value)
{
    next(r, key, label)->value = value;
}

umi_report_table *umi_report_add(umi_report *r,
                                 const char *key,
                                 const char *label,
                                 const umi_report_column *columns,
                                 size_t n)
{
    umi_report_table *t = umi_arena_alloc(r->arena, sizeof *t);
    if (t == NULL) {
        r->failed = true;
        return NULL;
    }
    *t = (umi_report_table){.columns = columns, .column_count = n};
    next(r, key, label)->table = t;
    return t;
}

umi_cell *umi_report_row(umi_report *r, umi_report_table *t)
{
    size_t n = t->column_count;
    if (t->rows == t->room) {
        size_t room = t->room ? t->room * 2 : 16;
        umi_cell *grown = umi_arena_array(r->arena, room * n, sizeof *grown);
        if (grown == NULL) {
            r->failed = true;
            return NULL;
        }
        if (t->rows > 0)
            memcpy(grown, t->cells, t->rows * n * sizeof *grown);
        t->cells = grown;
        t->room = room;
    }
    return t->cells + t->rows++ * n;
}

umi_status umi_report_done(const umi_report *r, umi_error *err)
{
    return r->failed ? umi_fail_memory(err) : UMI_OK;
}
