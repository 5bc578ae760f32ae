/* SPDX-License-Identifier: MIT */
#include "cli/book.h"
#include "cli/out/quote_table.h"
#include "cli/paper.h"
#include "cli/quote_flags.h"
#include "cli/quote_product.h"
#include "cli/set.h"
#include "ledger/io/quote_json.h"

static umi_status answer(
    void *self, umi_text line, umi_arena *arena, umi_buf *out, umi_error *err)
{
    return umi_quote_answer(out, line, self, arena, err);
}

static int emit(cli *c,
                const umi_quote *q,
                const cli_product_quote *asked,
                cli_paper format)
{
    const cli_quote_page page = {.quote = q,
                                 .product = asked->product,
                                 .ask = &asked->ask,
                                 .institution = cli_text(c, "institution"),
                                 .borrower = cli_text(c, "borrower")};
    umi_buf b = {0};
    switch (format) {
    case CLI_PAPER_TEXT:
        if (asked->product != NULL)
            cli_quote_print_product(&b, asked->product, &asked->ask, c->lang);
        cli_quote_print(&b, q, c->arena, c->lang);
        break;
    case CLI_PAPER_JSON:
        umi_quote_write(&b, q);
        umi_buf_putc(&b, '\n');
        break;
    case CLI_PAPER_HTML:
        cli_quote_html(&b, &page, c->lang);
        break;
    }
    return cli_emit(c, &b);
}

static int
one_quote(cli *c, const umi_set *set, const umi_terms_bind_opts *opts)
{
    umi_json *object;
    umi_quote q;
    cli_paper format;
    cli_product_quote asked;
    int code = cli_paper_format(c, &format);
    if (code >= 0)
        return code;
    umi_status rc =
        cli_quote_product(&object, &asked, c, &set->products, cli_today());
    if (rc == UMI_OK && asked.product == NULL)
        rc = cli_quote_flags(&object, c, cli_today());
    if (rc == UMI_OK)
        rc = umi_quote_make(&q, object, true, opts, c->arena, &c->err);
    if (rc != UMI_OK)
        return cli_failed(c);
    return emit(c, &q, &asked, format);
}

/* In a batch everything is said by the lines. */
static int check_batch(cli *c)
{
    for (size_t i = 0; cli_quote_options[i].name != NULL; i++)
        if (c->values[i] != NULL &&
            !umi_text_is(UMI_TEXT("jsonl"), cli_quote_options[i].name))
            return cli_usage(c, "", "--%s does not go with --jsonl",
                             cli_quote_options[i].name);
    return -1;
}

static int run_quote(cli *c)
{
    umi_set *set;
    bool batch = cli_flag(c, "jsonl");
    int bad = batch ? check_batch(c) : -1;
    if (bad >= 0)
        return bad;
    if (!batch && c->arg_count > 0)
        return cli_usage(c, "", "unexpected argument '%s'", c->args[0]);
    if (cli_set(c, &set) != UMI_OK)
        return cli_failed(c);
    umi_terms_bind_opts opts = {
        .extra = umi_quote_extra, .calendar = umi_set_calendar, .self = set};
    const char *file = c->arg_count > 0 ? c->args[0] : NULL;
    int rc = batch ? cli_json_lines(c, file, answer, &opts)
                   : one_quote(c, set, &opts);
    umi_set_free(set);
    return rc;
}

static const cli_command quote_commands[] = {
    {"", "[FILE]", 0, 1, "a repayment schedule; no book is needed",
     cli_quote_options, run_quote},
    {0},
};
const cli_group cli_group_quote = {"quote", "compute a repayment schedule",
                                   quote_commands};
