/* SPDX-License-Identifier: MIT */
#include "cli/book.h"

static int run_init(cli *c)
{
    umi_book_owner owner = {.institution = cli_text(c, "institution"),
                            .branch = cli_text(c, "branch")};
    if (owner.institution.ptr == NULL)
        return cli_usage(c, "--institution", "option %s is missing",
                         "--institution");
    if (cli_value(c, "basis") &&
        !umi_basis_parse(&owner.basis, cli_text(c, "basis")))
        return cli_usage(c, "--basis",
                         "--basis must be accrual or cash, got '%s'",
                         cli_value(c, "basis"));
    if (c->book == NULL || *c->book == '\0')
        return cli_usage(c, "--book", "no book is named: give %s or UMI_BOOK",
                         "--book PATH");
    if (umi_book_create(c->book, &owner, &c->err) != UMI_OK)
        return cli_failed(c);
    (void)fprintf(c->talk, umi_tr(c->lang, "%s: a new book\n"), c->book);
    return 0;
}

static const cli_option init_options[] = {
    {"institution", "NAME", "who keeps the book"},
    {"branch", "CODE", "the branch of loans that name none (else PUSAT)"},
    {"basis", "accrual|cash", "how interest is recognised (else accrual)"},
    {0},
};
static const cli_command init_commands[] = {
    {"", "", 0, 0, "make a new book", init_options, run_init},
    {0},
};
const cli_group cli_group_init = {"init", "make a new book", init_commands};
