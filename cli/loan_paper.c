/* SPDX-License-Identifier: MIT */
#include "cli/loan.h"

#include "cli/desk.h"
#include "cli/desk_words.h"
#include "cli/out/quote_table.h"
#include "cli/out/table.h"
#include "cli/paper.h"

#include "engine/loan/cashflow.h"
#include "ledger/book/loan.h"

static umi_text keep(cli *c, umi_text t)
{
    return (umi_text){umi_arena_copy(c->arena, t.ptr, t.len), t.len};
}

/* The loan of the first argument as it is on --as-of, and who lends. */
static int open_loan(cli *c, umi_loan_view *v, umi_text *institution)
{
    umi_book *book = NULL;
    int64_t loan = 0;
    int code = cli_book_open(c, UMI_READ, &book);
    if (code >= 0)
        return code;
    umi_day as_of = umi_book_business_date(book);
    code = cli_date(c, "as-of", &as_of);
    if (code < 0 &&
        (umi_loan_find(book, umi_text_of(c->args[0]), &loan, &c->err) !=
             UMI_OK ||
         umi_loan_view_of(v, book, loan, as_of, c->arena, &c->err) != UMI_OK))
        code = cli_failed(c);
    if (code < 0) { /* words of the book die with it */
        v->product = keep(c, v->product);
        v->branch = keep(c, v->branch);
        *institution = keep(c, umi_book_institution(book));
    }
    umi_book_close(book);
    return code;
}

/* --- schedule ---------------------------------------------------------------- */

static void schedule_text(umi_buf *b, const cli *c, const umi_loan_view *v)
{
    cli_line(b, c, "loan", v->loan.number);
    cli_line(b, c, "borrower", v->borrower);
    cli_line(b, c, "product", v->product);
    cli_line_day(
        b, c, v->state.status == UMI_LOAN_BOOKED ? "expected on" : "disbursed",
        v->terms.disbursed);
    cli_schedule_print(b, &v->schedule, c->arena, c->lang);
}

static umi_status schedule_html(umi_buf *b,
                                cli *c,
                                const umi_loan_view *v,
                                umi_quote *q,
                                umi_text institution)
{
    umi_error why = {0};
    umi_status rc = umi_schedule_effective_rate(
        &q->effective_rate, &q->schedule, &q->terms, c->arena, &why);
    q->effective = true;
    q->has_effective = rc == UMI_OK; /* flows without a rate have a page, too */
    if (rc == UMI_ENOMEM)
        return umi_fail_memory(&c->err);
    const cli_quote_page page = {.quote = q,
                                 .institution = institution,
                                 .borrower = v->borrower,
                                 .officer = v->loan.officer,
                                 .loan = v->loan.number,
                                 .product_code = v->product};
    cli_quote_html(b, &page, c->lang);
    return UMI_OK;
}

int cli_loan_schedule(cli *c)
{
    cli_paper format;
    umi_loan_view v;
    umi_text institution = {0};
    umi_buf b = {0};
    int code = cli_paper_format(c, &format);
    if (code < 0)
        code = open_loan(c, &v, &institution);
    if (code >= 0)
        return code;
    umi_quote q = {.id = v.loan.number,
                   .terms = v.terms,
                   .schedule = v.schedule,
                   .flat_rate = umi_schedule_flat_rate(&v.schedule, &v.terms)};
    switch (format) {
    case CLI_PAPER_TEXT:
        schedule_text(&b, c, &v);
        break;
    case CLI_PAPER_JSON:
        umi_quote_write(&b, &q);
        return cli_emit_json(c, &b);
    case CLI_PAPER_HTML:
        if (schedule_html(&b, c, &v, &q, institution) != UMI_OK)
            return cli_failed(c);
        break;
    }
    return cli_emit(c, &b);
}

/* --- statement --------------------------------------------------------------- */

/* What a posting changes in the principal that is owed. */
typedef struct running {
    const umi_loan_view *v;
    int64_t owed, written_off; /* sen */
} running;

static const umi_txn *posting(const umi_loan_view *v, int64_t id)
{
    for (size_t i = 0; i < v->txn_count; i++)
        if (v->txns[i].id == id)
            return &v->txns[i];
    return NULL;
}

static void run(running *r, const umi_txn *t)
{
    const umi_txn *of =
        t->kind == UMI_TXN_REVERSAL ? posting(r->v, t->reverses) : t;
    umi_txn_kind kind = of ? of->kind : t->kind;
    int64_t principal = t->parts.principal.sen;
    int64_t recovered = 0;
    if (kind == UMI_TXN_DISBURSEMENT || kind == UMI_TXN_IMPORT) {
        r->owed += principal;
        return;
    }
    if (kind == UMI_TXN_WRITE_OFF)
        r->written_off += principal;
    if (kind == UMI_TXN_RECOVER) /* pays what is written off first */
        recovered = principal < r->written_off ? principal : r->written_off;
    r->written_off -= recovered;
    r->owed -= principal - recovered;
}

static void write_parts(umi_json_out *w, const umi_amounts *p)
{
    for (size_t i = 0; i < UMI_COMPONENTS; i++)
        umi_json_put_money(w, umi_component_name((umi_component)i), p->of[i]);
}

/* What a row asked, got, and still asks. */
typedef struct row_sums {
    umi_money charged, paid, unpaid;
} row_sums;

static row_sums sums_of(const umi_life_row *row)
{
    row_sums s = {0};
    for (size_t i = 0; i < UMI_COMPONENTS; i++) {
        s.charged.sen += row->charged.of[i].sen;
        s.paid.sen += row->paid.of[i].sen;
        s.unpaid.sen += row->charged.of[i].sen - row->paid.of[i].sen -
                        row->waived.of[i].sen - row->written_off.of[i].sen;
    }
    return s;
}

static void write_rows(umi_json_out *w, const umi_loan_view *v)
{
    umi_json_key(w, "instalments");
    umi_json_open(w, '[');
    for (size_t i = 0; i < v->life.row_count; i++) {
        const umi_life_row *row = &v->life.rows[i];
        row_sums s = sums_of(row);
        umi_json_open(w, '{');
        umi_json_put_int(w, "n", row->n);
        umi_json_put_day(w, "due", row->due);
        write_parts(w, &row->charged);
        umi_json_put_money(w, "total", s.charged);
        umi_json_put_money(w, "paid", s.paid);
        umi_json_put_money(w, "unpaid", s.unpaid);
        umi_json_key(w, "paid_on");
        if (row->has_paid_on)
            umi_json_day(w, row->paid_on);
        else
            umi_json_null(w);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void write_lines(umi_json_out *w, const umi_loan_view *v)
{
    running r = {.v = v};
    umi_json_key(w, "lines");
    umi_json_open(w, '[');
    for (size_t i = 0; i < v->txn_count; i++) {
        const umi_txn *t = &v->txns[i];
        run(&r, t);
        umi_json_open(w, '{');
        umi_json_put_int(w, "txn", t->id);
        umi_json_put_day(w, "date", t->day);
        umi_json_put_str(w, "kind", umi_txn_kind_name(t->kind));
        cli_json_text(w, "reference", t->ref);
        umi_json_put_money(w, "amount", t->amount);
        write_parts(w, &t->parts.amounts);
        umi_json_put_money(w, "overpaid", t->parts.overpaid);
        umi_json_put_money(w, "balance", (umi_money){r.owed});
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void write_statement(umi_json_out *w, const umi_loan_view *v)
{
    umi_json_open(w, '{');
    cli_json_text(w, "loan", v->loan.number);
    cli_json_text(w, "product", v->product);
    cli_json_text(w, "borrower", v->borrower);
    cli_json_text(w, "group", v->loan.grp);
    cli_json_text(w, "officer", v->loan.officer);
    umi_json_put_str(w, "status", umi_loan_status_name(v->state.status));
    umi_json_put_money(w, "principal", v->loan.principal);
    umi_json_put_day(w, "as_of", v->as_of);
    write_rows(w, v);
    write_lines(w, v);
    umi_json_key(w, "outstanding");
    umi_json_open(w, '{');
    write_parts(w, &v->life.outstanding);
    umi_json_close(w, '}');
    umi_json_put_money(w, "overpaid", v->life.overpaid);
    umi_json_close(w, '}');
}

static bool print_rows(umi_buf *b, cli *c, const umi_loan_view *v)
{
    const char *const heads[] = {umi_tr(c->lang, "no."),
                                 umi_tr(c->lang, "due"),
                                 umi_tr(c->lang, "to pay"),
                                 umi_tr(c->lang, "paid"),
                                 umi_tr(c->lang, "unpaid"),
                                 umi_tr(c->lang, "paid on"),
                                 NULL};
    cli_table *t = cli_table_new(c->arena, heads, "rlrrrl", c->lang);
    for (size_t i = 0; t != NULL && i < v->life.row_count; i++) {
        const umi_life_row *row = &v->life.rows[i];
        row_sums s = sums_of(row);
        cli_table_int(t, row->n);
        cli_table_day(t, row->due);
        cli_table_money(t, s.charged);
        cli_table_money(t, s.paid);
        cli_table_money(t, s.unpaid);
        if (row->has_paid_on)
            cli_table_day(t, row->paid_on);
        else
            cli_table_text(t, UMI_TEXT(""));
    }
    if (t != NULL)
        cli_table_print(b, t);
    return t != NULL;
}

static bool print_lines(umi_buf *b, cli *c, const umi_loan_view *v)
{
    const char *const heads[] = {
        umi_tr(c->lang, "date"),      umi_tr(c->lang, "posting"),
        umi_tr(c->lang, "kind"),      umi_tr(c->lang, "amount"),
        umi_tr(c->lang, "principal"), umi_tr(c->lang, "interest"),
        umi_tr(c->lang, "fees"),      umi_tr(c->lang, "balance"),
        umi_tr(c->lang, "reference"), NULL};
    running r = {.v = v};
    cli_table *t = cli_table_new(c->arena, heads, "lrlrrrrrl", c->lang);
    for (size_t i = 0; t != NULL && i < v->txn_count; i++) {
        const umi_txn *x = &v->txns[i];
        run(&r, x);
        cli_table_day(t, x->day);
        cli_table_int(t, x->id);
        cli_table_text(t, umi_text_of(cli_word_posting(c->lang, x->kind)));
        cli_table_money(t, x->amount);
        cli_table_money(t, x->parts.principal);
        cli_table_money(t, x->parts.interest);
        cli_table_money(t,
                        (umi_money){x->parts.fee.sen + x->parts.penalty.sen});
        cli_table_money(t, (umi_money){r.owed});
        cli_table_text(t, x->ref.ptr ? x->ref : UMI_TEXT(""));
    }
    if (t != NULL)
        cli_table_print(b, t);
    return t != NULL;
}

int cli_loan_statement(cli *c)
{
    umi_loan_view v;
    umi_text institution;
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    int code = open_loan(c, &v, &institution);
    if (code >= 0)
        return code;
    if (cli_flag(c, "json")) {
        write_statement(&w, &v);
        return cli_emit_json(c, &b);
    }
    cli_line(&b, c, "loan", v.loan.number);
    cli_line(&b, c, "borrower", v.borrower);
    cli_line(&b, c, "product", v.product);
    if (v.loan.grp.ptr != NULL)
        cli_line(&b, c, "group", v.loan.grp);
    cli_line(&b, c, "status",
             umi_text_of(cli_word_loan(c->lang, v.state.status)));
    cli_line_money(&b, c, "principal", v.loan.principal);
    cli_line_day(&b, c, "as of", v.as_of);
    umi_buf_putc(&b, '\n');
    b.failed |= !print_rows(&b, c, &v);
    umi_buf_putc(&b, '\n');
    b.failed |= !print_lines(&b, c, &v);
    return cli_emit(c, &b);
}

const cli_option cli_loan_schedule_options[] = {
    {"format", "text|json|html",
     "how it is printed (default: text); html is a page to sign"},
    {"json", NULL, "print as JSON, like umi quote"},
    {0},
};
const cli_option cli_loan_statement_options[] = {
    {"as-of", "DATE", "what is due on that day (else the business date)"},
    {"json", NULL, "print as JSON"},
    {0},
};
