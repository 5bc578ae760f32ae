/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/help.h"

static void print_code(umi_buf *b, const cli *c, const umi_code *k)
{
    umi_buf_printf(b, "%-16s %s\n", k->code, umi_tr(c->lang, k->text));
}

static int run_explain(cli *c)
{
    umi_buf b = {0};
    size_t n;
    const umi_code *all = umi_code_all(&n);
    if (c->arg_count == 0) {
        for (size_t i = 0; i < n; i++)
            print_code(&b, c, &all[i]);
        return cli_emit(c, &b);
    }
    const umi_code *k = umi_code_find(c->args[0]);
    if (k == NULL) {
        umi_fail(&c->err, UMI_ENOENT, "", "there is no code '%s'", c->args[0]);
        return cli_failed(c);
    }
    print_code(&b, c, k);
    return cli_emit(c, &b);
}

static const cli_command explain_commands[] = {
    {"", "[CODE]", 0, 1, "what a code in a message means; without CODE, all",
     NULL, run_explain},
    {0},
};
const cli_group cli_group_explain = {"explain", "what a code means",
                                     explain_commands};

static int run_man(cli *c)
{
    umi_buf b = {0};
    cli_man(&b);
    return cli_emit(c, &b);
}

static const cli_command man_commands[] = {
    {"", "", 0, 0, "print the manual page umi(1)", NULL, run_man},
    {0},
};
const cli_group cli_group_man = {"man", "print the manual page", man_commands};
