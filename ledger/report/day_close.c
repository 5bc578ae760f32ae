/* SPDX-License-Identifier: MIT */
#include "ledger/book/period.h"
#include "ledger/report/report_int.h"

/* What the close of a day found and wrote. */

static const umi_report_column control_columns[] = {
    {"name", "control total", false},
    {"loans", "loans say", true},
    {"ledger", "ledger says", true},
};
static const umi_report_column arrears_columns[] = {
    {"days", "days past due", false},
    {"count", "loans", true},
    {"principal", "principal", true},
};
static const umi_report_column accrual_columns[] = {
    {"branch", "branch", false},
    {"product", "product", false},
    {"earned", "interest earned", true},
    {"suspended", "interest suspended", true},
    {"fee", "fees charged", true},
};

static umi_cell moved(umi_money now, umi_money was)
{
    return umi_cell_money((umi_money){now.sen - was.sen});
}

static void add_accruals(umi_report *out,
                         umi_book *b,
                         const umi_period *p,
                         const umi_period *last)
{
    umi_report_table *t = umi_report_add(out, "accruals", "earned on the day",
                                         accrual_columns, 5);
    for (size_t i = 0; t != NULL && i < p->accrual_count; i++) {
        const umi_accrual *a = &p->accruals[i];
        umi_accrual was = umi_period_sums(last, a);
        umi_cell *cell = umi_report_row(out, t);
        if (cell == NULL)
            return;
        cell[0] = umi_cell_text(umi_book_word(b, a->branch));
        cell[1] = umi_cell_text(umi_book_word(b, a->product));
        cell[2] = moved(a->earned, was.earned);
        cell[3] = moved(a->suspended, was.suspended);
        cell[4] = moved(a->fee, was.fee);
    }
}

/* A component, or the days of a bucket. */
static umi_cell figure_name(umi_text name)
{
    for (int i = 0; i < UMI_COMPONENTS; i++)
        if (umi_text_is(name, umi_component_name((umi_component)i)))
            return umi_cell_word(umi_component_name((umi_component)i));
    return umi_text_is(name, "overpaid") ? umi_cell_word("overpaid")
                                         : umi_cell_text(name);
}

static void add_figures(umi_report *out, const umi_period *p)
{
    umi_report_table *controls = umi_report_add(
        out, "controls", "loans against ledger", control_columns, 3);
    umi_report_table *arrears =
        umi_report_add(out, "arrears", "loans with debt", arrears_columns, 3);
    for (size_t i = 0; controls && arrears && i < p->figure_count; i++) {
        const umi_closing *f = &p->figures[i];
        bool control = f->kind == UMI_CLOSING_CONTROL;
        if (f->kind == UMI_CLOSING_POSTINGS)
            continue;
        umi_cell *cell = umi_report_row(out, control ? controls : arrears);
        if (cell == NULL)
            return;
        cell[0] = figure_name(f->name);
        cell[1] = control ? umi_cell_money(f->loans) : umi_cell_int(f->n);
        cell[2] = umi_cell_money(control ? f->ledger : f->loans);
    }
}

static umi_cell hex(umi_report *out, const umi_hash *h)
{
    static const char digits[] = "0123456789abcdef";
    char *text = umi_arena_alloc(out->arena, 2 * sizeof h->byte);
    if (text == NULL) {
        out->failed = true;
        return (umi_cell){0};
    }
    for (size_t i = 0; i < sizeof h->byte; i++) {
        text[2 * i] = digits[h->byte[i] >> 4];
        text[2 * i + 1] = digits[h->byte[i] & 15];
    }
    return umi_cell_text((umi_text){text, 2 * sizeof h->byte});
}

umi_status umi__report_day_close(umi_report *out,
                                 umi_book *b,
                                 const umi_report_ask *ask,
                                 umi_error *err)
{
    umi_period p, last;
    umi_hash head;
    umi_day day = {umi_book_business_date(b).n - 1};
    if (ask->as_of != NULL)
        day = *ask->as_of;
    umi_status rc = umi_period_of(&p, b, day, out->arena, err);
    if (rc == UMI_OK)
        rc = umi_period_before(&last, b, day, out->arena, err);
    if (rc == UMI_OK)
        rc = umi_period_head(&head, b, &p, err);
    if (rc != UMI_OK)
        return rc;
    umi_report_value(out, "day", "closed day", umi_cell_day(day));
    umi_report_value(out, "batch", "batch", umi_cell_int(p.day.batch));
    add_accruals(out, b, &p, &last);
    add_figures(out, &p);
    umi_report_value(out, "head", "head of the chain", hex(out, &head));
    return UMI_OK;
}
