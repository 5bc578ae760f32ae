/* SPDX-License-Identifier: MIT */
#include "ledger/report/loan_show.h"

static void amounts(umi_json_out *w, const char *key, const umi_amounts *a)
{
    umi_json_key(w, key);
    umi_json_open(w, '{');
    for (size_t c = 0; c < UMI_COMPONENTS; c++) {
        umi_json_put_money(w, umi_component_name((umi_component)c), a->of[c]);
    }
    umi_json_close(w, '}');
}

static void text_or_null(umi_json_out *w, const char *key, umi_text t)
{
    umi_json_key(w, key);
    if (t.ptr == NULL)
        umi_json_null(w);
    else
        umi_json_text(w, t);
}

static void day_or_null(umi_json_out *w, const char *key, umi_day d)
{
    umi_json_key(w, key);
    if (d.n == UMI_NONE32)
        umi_json_null(w);
    else
        umi_json_day(w, d);
}

/* A refund is stored negative, for money leaves; it is shown as given. */
static umi_money shown_amount(const umi_txn *t)
{
    if (t->kind == UMI_TXN_REFUND)
        return (umi_money){-t->amount.sen};
    return t->amount;
}

static void transaction(umi_json_out *w, const umi_txn *t)
{
    umi_json_open(w, '{');
    umi_json_put_int(w, "txn", t->id);
    umi_json_put_day(w, "date", t->day);
    umi_json_put_str(w, "kind", umi_txn_kind_name(t->kind));
    umi_json_put_money(w, "amount", shown_amount(t));
    for (size_t c = 0; c < UMI_COMPONENTS; c++) {
        umi_json_put_money(w, umi_component_name((umi_component)c),
                           t->parts.of[c]);
    }
    umi_json_put_money(w, "overpaid", t->parts.overpaid);
    text_or_null(w, "reference", t->ref);
    umi_json_key(w, "reverses");
    if (t->reverses == UMI_NONE)
        umi_json_null(w);
    else
        umi_json_int(w, t->reverses);
    umi_json_close(w, '}');
}

static umi_day matures(const umi_loan_view *v)
{
    if (v->state.status == UMI_LOAN_BOOKED)
        return (umi_day){UMI_NONE32};
    return v->schedule.rows[v->schedule.count - 1].due;
}

void umi_loan_show_json(umi_json_out *w, const umi_loan_view *v)
{
    umi_json_open(w, '{');
    text_or_null(w, "loan", v->loan.number);
    text_or_null(w, "product", v->product);
    text_or_null(w, "borrower", v->borrower);
    text_or_null(w, "branch", v->branch);
    text_or_null(w, "group", v->loan.grp);
    umi_json_put_str(w, "status", umi_loan_status_name(v->state.status));
    umi_json_put_money(w, "principal", v->state.principal);
    day_or_null(w, "disbursed", v->state.disbursed);
    day_or_null(w, "matures", matures(v));
    amounts(w, "outstanding", &v->life.outstanding);
    amounts(w, "due", &v->life.due);
    amounts(w, "paid", &v->life.paid);
    umi_json_put_money(w, "overpaid", v->life.overpaid);
    umi_json_put_int(w, "days_past_due", v->life.days_past_due);
    umi_json_put_int(w, "collectability", v->life.collectability);
    umi_json_key(w, "transactions");
    umi_json_open(w, '[');
    for (size_t i = 0; i < v->txn_count; i++)
        transaction(w, &v->txns[i]);
    umi_json_close(w, ']');
    umi_json_close(w, '}');
}

/* --- text ----------------------------------------------------------------- */

static void line(umi_buf *b, umi_lang lang, const char *name, umi_text value)
{
    umi_buf_printf(b, "%-16s %.*s\n", umi_tr(lang, name), (int)value.len,
                   value.ptr ? value.ptr : "");
}

static void put_money(umi_buf *b, umi_lang lang, umi_money m)
{
    char money[UMI_MONEY_TEXT];
    umi_money_show(money, m, lang);
    umi_buf_printf(b, " %14s", money);
}

static void
figures(umi_buf *b, umi_lang lang, const char *name, const umi_amounts *a)
{
    umi_buf_printf(b, "%-39s", umi_tr(lang, name));
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        put_money(b, lang, a->of[c]);
    umi_buf_putc(b, '\n');
}

static void text_transaction(umi_buf *b, umi_lang lang, const umi_txn *t)
{
    char day[UMI_DAY_TEXT];
    umi_day_write(day, t->day);
    umi_buf_printf(b, "%8lld %s %-13s", (long long)t->id, day,
                   umi_tr(lang, umi_txn_kind_name(t->kind)));
    put_money(b, lang, shown_amount(t));
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        put_money(b, lang, t->parts.of[c]);
    put_money(b, lang, t->parts.overpaid);
    umi_buf_printf(b, "  %.*s\n", (int)t->ref.len,
                   t->ref.ptr ? t->ref.ptr : "");
}

static void text_head(umi_buf *b, const umi_loan_view *v, umi_lang lang)
{
    char day[UMI_DAY_TEXT] = "-", money[UMI_MONEY_TEXT];
    line(b, lang, "loan", v->loan.number);
    line(b, lang, "borrower", v->borrower);
    line(b, lang, "product", v->product);
    line(b, lang, "branch", v->branch);
    line(b, lang, "group", v->loan.grp);
    line(b, lang, "status",
         umi_text_of(umi_tr(lang, umi_loan_status_name(v->state.status))));
    umi_money_show(money, v->state.principal, lang);
    line(b, lang, "principal", umi_text_of(money));
    if (v->state.disbursed.n != UMI_NONE32)
        umi_day_write(day, v->state.disbursed);
    line(b, lang, "disbursed", umi_text_of(day));
    umi_buf_printf(b, "%-16s %d\n%-16s %d\n", umi_tr(lang, "days past due"),
                   v->life.days_past_due, umi_tr(lang, "collectability"),
                   v->life.collectability);
}

void umi_loan_show_text(umi_buf *out, const umi_loan_view *v, umi_lang lang)
{
    text_head(out, v, lang);
    umi_buf_printf(out, "\n%-39s", "");
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        umi_buf_printf(out, " %14s",
                       umi_tr(lang, umi_component_name((umi_component)c)));
    umi_buf_printf(out, " %14s\n", umi_tr(lang, "overpaid"));
    figures(out, lang, "due", &v->life.due);
    figures(out, lang, "paid", &v->life.paid);
    umi_buf_printf(out, "%-39s", umi_tr(lang, "outstanding"));
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        put_money(out, lang, v->life.outstanding.of[c]);
    put_money(out, lang, v->life.overpaid);
    umi_buf_puts(out, "\n\n");
    for (size_t i = 0; i < v->txn_count; i++)
        text_transaction(out, lang, &v->txns[i]);
}
