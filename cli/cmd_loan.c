/* SPDX-License-Identifier: MIT */
#include "cli/file_result.h"
#include "cli/loan.h"

#include "engine/base/json.h"
#include "ledger/desk/loan_import.h"
#include "ledger/report/loan_show.h"

static int run_import(cli *c)
{
    return cli_file_command(c, &(umi_file_ask){0}, umi_loan_import_file);
}

static int show(cli *c, umi_book *b)
{
    umi_day as_of = umi_book_business_date(b);
    umi_loan_view v;
    int64_t loan;
    umi_buf out = {0};
    int code = cli_date(c, "as-of", &as_of);
    if (code >= 0)
        return code;
    if (umi_loan_find(b, umi_text_of(c->args[0]), &loan, &c->err) != UMI_OK ||
        umi_loan_view_of(&v, b, loan, as_of, c->arena, &c->err) != UMI_OK)
        return cli_failed(c);
    if (cli_flag(c, "json")) {
        umi_json_out w = {.buf = &out};
        umi_loan_show_json(&w, &v);
        umi_buf_putc(&out, '\n');
    } else {
        umi_loan_show_text(&out, &v, c->lang);
    }
    return cli_emit(c, &out);
}

static int run_show(cli *c)
{
    umi_book *b = NULL;
    int code = cli_book_open(c, UMI_READ, &b);
    if (code >= 0)
        return code;
    code = show(c, b);
    umi_book_close(b);
    return code;
}

/* --- list ----------------------------------------------------------------- */

typedef struct listing {
    cli *c;
    umi_book *b;
    umi_buf out;
    umi_loan_state state;
    umi_text product, branch, status; /* asked for; {NULL, 0}: any */
} listing;

static bool wanted(umi_text asked, umi_text have)
{
    return asked.ptr == NULL || umi_text_eq(asked, have);
}

static void list_json(listing *l, const umi_loan *row, const char *status)
{
    umi_json_out w = {.buf = &l->out};
    const umi_loan_state *s = &l->state;
    umi_json_open(&w, '{');
    umi_json_put_text(&w, "loan", row->number);
    umi_json_put_text(&w, "product", umi_book_word(l->b, row->product));
    umi_json_put_text(&w, "branch", umi_book_word(l->b, row->branch));
    umi_json_put_str(&w, "status", status);
    umi_json_put_money(&w, "principal", s->principal);
    umi_json_key(&w, "outstanding");
    umi_json_open(&w, '{');
    for (size_t i = 0; i < UMI_COMPONENTS; i++) {
        umi_json_put_money(&w, umi_component_name((umi_component)i),
                           s->owed.of[i]);
    }
    umi_json_close(&w, '}');
    umi_json_put_money(&w, "overpaid", s->overpaid);
    umi_json_close(&w, '}');
    umi_buf_putc(&l->out, '\n');
}

static void list_text(listing *l, const umi_loan *row, const char *status)
{
    char principal[UMI_MONEY_TEXT], owed[UMI_MONEY_TEXT];
    umi_text product = umi_book_word(l->b, row->product);
    umi_text branch = umi_book_word(l->b, row->branch);
    umi_money_show(principal, l->state.principal, l->c->lang);
    umi_money_show(owed, l->state.owed.principal, l->c->lang);
    umi_buf_printf(&l->out, "%-20.*s %-16.*s %-10.*s %-12s %15s %15s\n",
                   (int)row->number.len, row->number.ptr, (int)product.len,
                   product.ptr, (int)branch.len, branch.ptr,
                   umi_tr(l->c->lang, status), principal, owed);
}

static umi_status list_row(void *self, const void *row, umi_error *err)
{
    listing *l = self;
    const umi_loan *loan = row;
    bool found;
    umi_status rc = umi_store_read(umi_book_store(l->b), &umi_loan_state_table,
                                   &loan->id, 1, &l->state, &found, NULL, err);
    if (rc != UMI_OK || !found)
        return rc;
    const char *status = umi_loan_status_name(l->state.status);
    if (!wanted(l->product, umi_book_word(l->b, loan->product)) ||
        !wanted(l->branch, umi_book_word(l->b, loan->branch)) ||
        !wanted(l->status, umi_text_of(status)))
        return UMI_OK;
    if (cli_flag(l->c, "json"))
        list_json(l, loan, status);
    else
        list_text(l, loan, status);
    if (l->out.len < 1 << 18)
        return UMI_OK;
    bool ok = fwrite(l->out.ptr, 1, l->out.len, l->c->out) == l->out.len;
    l->out.len = 0;
    return ok ? UMI_OK : umi_fail(err, UMI_EIO, "", "the output failed");
}

static int run_list(cli *c)
{
    listing l = {.c = c,
                 .product = cli_text(c, "product"),
                 .branch = cli_text(c, "branch"),
                 .status = cli_text(c, "status")};
    int code = cli_book_open(c, UMI_READ, &l.b);
    if (code >= 0)
        return code;
    if (umi_store_scan(umi_book_store(l.b), &umi_loan_table, 1, INT64_MAX,
                       list_row, &l, &c->err) == UMI_OK) {
        code = cli_emit(c, &l.out);
    } else {
        code = cli_failed(c);
        umi_buf_free(&l.out);
    }
    umi_book_close(l.b);
    return code;
}

/* --- the group ------------------------------------------------------------ */

static const cli_option import_options[] = {
    CLI_EXPECT_LINES,
    CLI_EXPECT_AMOUNT,
    CLI_FILE_OPTIONS,
    {0},
};
static const cli_option show_options[] = {
    {"as-of", "DATE", "what is due on this day (else the business date)"},
    {"json", NULL, "answer as JSON"},
    {0},
};
static const cli_option list_options[] = {
    {"product", "CODE", "only loans of this product"},
    {"branch", "CODE", "only loans of this branch"},
    {"status", "NAME", "only booked, active, closed or written_off ones"},
    {"json", NULL, "answer as JSON Lines"},
    {0},
};
static const cli_command loan_commands[] = {
    {"import", "FILE", 1, 1, "take loans that already exist elsewhere",
     import_options, run_import},
    {"show", "NUMBER", 1, 1, "one loan with its postings", show_options,
     run_show},
    {"list", "", 0, 0, "all loans", list_options, run_list},
    {"schedule", "LOAN", 1, 1, "what falls due, and when",
     cli_loan_schedule_options, cli_loan_schedule},
    {"statement", "LOAN", 1, 1, "the card of instalments and payments",
     cli_loan_statement_options, cli_loan_statement},
    {0},
};
const cli_group cli_group_loan = {"loan", "loans of the book", loan_commands};
