/* SPDX-License-Identifier: MIT */
#include "ledger/report/report_int.h"
#include "ledger/report/standing.h"

/* Loans with something past due, in the order of the book. */

static const umi_report_column columns[] = {
    {"loan", "loan", false},
    {"product", "product", false},
    {"branch", "branch", false},
    {"group", "group", false},
    {"officer", "officer", false},
    {"days_past_due", "days past due", true},
    {"collectability", "collectability", true},
    {"due.principal", "principal due", true},
    {"due.interest", "interest due", true},
    {"due.fee", "fee due", true},
    {"due.penalty", "penalty due", true},
    {"outstanding", "principal outstanding", true},
};

enum {
    COLUMNS = sizeof columns / sizeof *columns
};

typedef struct arrears {
    umi_book *book;
    umi_report *out;
    umi_report_table *table;
} arrears;

/* A text that outlives the row. */
static umi_cell kept(umi_report *r, umi_text t)
{
    if (t.ptr == NULL)
        return (umi_cell){0};
    char *copy = umi_arena_copy(r->arena, t.ptr, t.len);
    r->failed |= copy == NULL;
    return umi_cell_text((umi_text){copy, t.len});
}

static umi_status add_loan(void *self, const umi_standing *s, umi_error *err)
{
    arrears *a = self;
    if (s->days_past_due == 0)
        return UMI_OK;
    umi_cell *cell = umi_report_row(a->out, a->table);
    if (cell == NULL)
        return umi_report_done(a->out, err);
    cell[0] = kept(a->out, s->loan->number);
    cell[1] = umi_cell_text(umi_book_word(a->book, s->loan->product));
    cell[2] = umi_cell_text(umi_book_word(a->book, s->loan->branch));
    cell[3] = kept(a->out, s->loan->grp);
    cell[4] = kept(a->out, s->loan->officer);
    cell[5] = umi_cell_int(s->days_past_due);
    cell[6] = umi_cell_int(s->collectability);
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        cell[7 + c] = umi_cell_money(s->due.of[c]);
    cell[11] = umi_cell_money(s->outstanding.principal);
    return umi_report_done(a->out, err);
}

umi_status umi__report_arrears(umi_report *out,
                               umi_book *b,
                               const umi_report_ask *ask,
                               umi_error *err)
{
    umi_standing_ask want = {.day = umi_book_business_date(b)};
    if (ask->as_of != NULL)
        want.day = *ask->as_of;
    umi_report_value(out, "as_of", "as of", umi_cell_day(want.day));
    arrears a = {.book = b, .out = out};
    a.table = umi_report_add(out, "rows", "", columns, COLUMNS);
    if (a.table == NULL)
        return umi_report_done(out, err);
    return umi_standing_each(b, &want, add_loan, &a, err);
}
