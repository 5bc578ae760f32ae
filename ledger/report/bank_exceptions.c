/* SPDX-License-Identifier: MIT */
#include "ledger/report/bank_exceptions.h"

#include "ledger/bank/exception.h"
#include "ledger/report/report_int.h"

static const umi_report_column columns[] = {
    {"code", "kind", false},    {"account", "bank account", false},
    {"line", "movement", true}, {"statement", "statement", true},
    {"date", "date", false},    {"age", "days", true},
    {"amount", "amount", true}, {"expected", "by the book", true},
    {"state", "state", false},  {"reference", "reference", false},
    {"text", "text", false},
};

static const umi_report_column sum_columns[] = {
    {"code", "kind", false},
    {"count", "count", true},
    {"amount", "amount", true},
    {"oldest", "oldest, days", true},
};

#define N(columns) (sizeof(columns) / sizeof *(columns))

static umi_cell any_key(int64_t id)
{
    return id != 0 ? umi_cell_int(id) : (umi_cell){0};
}

static void fill(umi_cell *c, const umi_bank_exception *e)
{
    const char *state = e->proposed ? "proposed" : "open";
    c[0] = umi_cell_text(umi_text_of(e->code));
    c[1] = umi_cell_text(e->account);
    c[2] = any_key(e->line);
    c[3] = any_key(e->stmt);
    c[4] = umi_cell_day(e->day);
    c[5] = umi_cell_int(e->age);
    c[6] = umi_cell_money(e->amount);
    if (e->expected.sen != UMI_NONE)
        c[7] = umi_cell_money(e->expected);
    c[8] = umi_cell_word(state);
    c[9] = umi_cell_text(e->reference);
    c[10] = umi_cell_text(e->text);
}

/* Count, sum and age of each kind. */
static umi_status
add_sums(umi_report *r, const umi_bank_exceptions *x, umi_error *err)
{
    static const char *const codes[] = {
        "BANK_ONLY", "LEDGER_ONLY", "AMOUNT_DIFF", "AMBIGUOUS",
        "DUP_BANK",  "RETURNED",    "GAP",         "QUARANTINED"};
    umi_report_table *t =
        umi_report_add(r, "summary", "by kind", sum_columns, N(sum_columns));
    if (t == NULL)
        return umi_fail_memory(err);
    for (size_t k = 0; k < N(codes); k++) {
        int64_t n = 0, oldest = 0;
        umi_money sum = {0};
        for (size_t i = 0; i < x->count; i++) {
            const umi_bank_exception *e = &x->list[i];
            if (strcmp(e->code, codes[k]) != 0)
                continue;
            n++;
            oldest = e->age > oldest ? e->age : oldest;
            if (!umi_money_add(&sum, sum, e->amount))
                return umi_fail(err, UMI_ERANGE, "", "a sum does not fit");
        }
        umi_cell *c = n > 0 ? umi_report_row(r, t) : NULL;
        if (c == NULL)
            continue;
        c[0] = umi_cell_text(umi_text_of(codes[k]));
        c[1] = umi_cell_int(n);
        c[2] = umi_cell_money(sum);
        c[3] = umi_cell_int(oldest);
    }
    return UMI_OK;
}

umi_status umi_bank_exceptions_report(umi_report *out,
                                      umi_book *b,
                                      umi_text account,
                                      const umi_report_ask *ask,
                                      umi_error *err)
{
    umi_bank_exceptions x;
    umi_day as_of = ask->as_of ? *ask->as_of : umi_book_business_date(b);
    umi_status rc =
        umi_bank_exceptions_of(&x, b, account, as_of, out->arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_report_value(out, "as_of", "as of", umi_cell_day(as_of));
    umi_report_value(out, "count", "open", umi_cell_int((int64_t)x.count));
    rc = add_sums(out, &x, err);
    umi_report_table *t =
        umi_report_add(out, "exceptions", "open items", columns, N(columns));
    if (rc == UMI_OK && t == NULL)
        rc = umi_fail_memory(err);
    for (size_t i = 0; i < x.count && rc == UMI_OK; i++) {
        umi_cell *c = umi_report_row(out, t);
        if (c == NULL)
            rc = umi_fail_memory(err);
        else
            fill(c, &x.list[i]);
    }
    return rc;
}

umi_status umi__report_bank_exceptions(umi_report *out,
                                       umi_book *b,
                                       const umi_report_ask *ask,
                                       umi_error *err)
{
    return umi_bank_exceptions_report(out, b, (umi_text){0}, ask, err);
}
