/* SPDX-License-Identifier: MIT */
#include "cli/help.h"
#include "cli/opt.h"

#include "engine/base/version.h"
#include "ledger/store/version.h"

#include <string.h>

static const char *tr(const cli *c, const char *english)
{
    return umi_tr(c->lang, english);
}

static void print_options(umi_buf *b, const cli *c, const cli_option *o)
{
    for (; o != NULL && o->name != NULL; o++) {
        char left[64];
        (void)snprintf(left, sizeof left, "--%s%s%s", o->name,
                       o->value ? " " : "", o->value ? o->value : "");
        umi_buf_printf(b, "  %-28s %s\n", left, tr(c, o->help));
    }
}

static void
print_usage(umi_buf *b, const cli *c, const cli_group *g, const cli_command *k)
{
    umi_buf_printf(b, "%s: umi %s%s%s%s%s%s\n", tr(c, "usage"), g->name,
                   k->name[0] ? " " : "", k->name, k->args[0] ? " " : "",
                   k->args, k->options ? " [OPTIONS]" : "");
}

static void command_help(umi_buf *b, const cli *c)
{
    print_usage(b, c, c->group, c->command);
    umi_buf_printf(b, "\n%s.\n", tr(c, c->command->summary));
    if (c->command->options != NULL) {
        umi_buf_printf(b, "\n%s:\n", tr(c, "options"));
        print_options(b, c, c->command->options);
    }
}

static void group_help(umi_buf *b, const cli *c)
{
    umi_buf_printf(b, "umi %s: %s\n\n", c->group->name,
                   tr(c, c->group->summary));
    for (const cli_command *k = c->group->commands; k->run != NULL; k++) {
        char left[96];
        (void)snprintf(left, sizeof left, "umi %s%s%s %s", c->group->name,
                       k->name[0] ? " " : "", k->name, k->args);
        umi_buf_printf(b, "  %-32s %s\n", left, tr(c, k->summary));
    }
}

static void top_help(umi_buf *b, const cli *c)
{
    umi_buf_printf(b,
                   "%s: umi [--book PATH] [--lang id|en] [--user NAME] "
                   "COMMAND ...\n\n",
                   tr(c, "usage"));
    for (size_t i = 0; cli_groups[i] != NULL; i++)
        umi_buf_printf(b, "  %-12s %s\n", cli_groups[i]->name,
                       tr(c, cli_groups[i]->summary));
    umi_buf_printf(b, "\n%s:\n", tr(c, "options"));
    print_options(b, c, cli_globals);
    umi_buf_printf(b, "\n%s\n", tr(c, "umi COMMAND --help tells more."));
}

int cli_print_help(cli *c, int code)
{
    umi_buf b = {0};
    bool whole =
        c->group != NULL && c->command != NULL &&
        (c->command->name[0] != '\0' || c->group->commands[1].run == NULL);
    if (whole)
        command_help(&b, c);
    else if (c->group != NULL)
        group_help(&b, c);
    else
        top_help(&b, c);
    if (code == 0)
        return cli_emit(c, &b);
    (void)fwrite(b.ptr, 1, b.len, c->talk);
    umi_buf_free(&b);
    return code;
}

int cli_print_version(cli *c)
{
    umi_buf b = {0};
    umi_buf_printf(&b, "umi %s (libumi %s, SQLite %s, GMP %s)\n", UMI_VERSION,
                   umi_version(), umi_sqlite_version(), umi_gmp_version());
    return cli_emit(c, &b);
}

static void man_text(umi_buf *b, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '-' || *s == '\\')
            umi_buf_putc(b, '\\');
        umi_buf_putc(b, *s);
    }
}

static void man_options(umi_buf *b, const cli_option *o)
{
    for (; o != NULL && o->name != NULL; o++) {
        umi_buf_puts(b, ".TP\n.B \\-\\-");
        man_text(b, o->name);
        if (o->value != NULL) {
            umi_buf_puts(b, " \\fI");
            man_text(b, o->value);
            umi_buf_puts(b, "\\fR");
        }
        umi_buf_putc(b, '\n');
        man_text(b, o->help);
        umi_buf_putc(b, '\n');
    }
}

static void man_command(umi_buf *b, const cli_group *g, const cli_command *k)
{
    umi_buf_printf(b, ".SS umi %s%s%s ", g->name, k->name[0] ? " " : "",
                   k->name);
    man_text(b, k->args);
    umi_buf_putc(b, '\n');
    man_text(b, k->summary);
    umi_buf_puts(b, ".\n");
    man_options(b, k->options);
}

void cli_man(umi_buf *b)
{
    static const struct {
        const char *name, *meaning;
    } variables[] = {
        {"UMI_BOOK", "the book, where \\-\\-book is not given"},
        {"UMI_USER", "the actor, where \\-\\-user is not given"},
        {"UMI_RULES", "a folder of products, chart, calendars and profiles in "
                      "place of the shipped ones"},
        {"LC_ALL, LC_MESSAGES, LANG",
         "the first that is set gives the language, where \\-\\-lang does not: "
         "English when it begins with en, else Indonesian"},
        {"TMPDIR", "where standard input and unpacked files are kept while "
                   "they are read (else /var/tmp)"},
    };
    static const struct {
        const char *code, *meaning;
    } exits[] = {
        {"0", "done"},
        {"1", "done, and something needs a person"},
        {"2", "bad usage or bad input; nothing was written"},
        {"3", "refused by a control"},
        {"4", "the book is busy or cannot be reached"},
        {"5", "the book is damaged or an invariant broke"},
        {"70", "internal error"},
    };
    umi_buf_puts(b, ".TH UMI 1 \"\" \"umi " UMI_VERSION "\" \"User Commands\"\n"
                    ".SH NAME\numi \\- ultra\\-micro loan origination and "
                    "ledger engine\n.SH SYNOPSIS\n.B umi\n[\\-\\-book PATH] "
                    "[\\-\\-lang id|en] [\\-\\-user NAME] COMMAND ...\n"
                    ".SH OPTIONS\n");
    man_options(b, cli_globals);
    umi_buf_puts(b, ".SH COMMANDS\n");
    for (size_t i = 0; cli_groups[i] != NULL; i++)
        for (const cli_command *k = cli_groups[i]->commands; k->run != NULL;
             k++)
            man_command(b, cli_groups[i], k);
    umi_buf_puts(b, ".SH ENVIRONMENT\n");
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        umi_buf_printf(b, ".TP\n.B %s\n%s\n", variables[i].name,
                       variables[i].meaning);
    umi_buf_puts(b, ".SH EXIT STATUS\n");
    for (size_t i = 0; i < sizeof exits / sizeof *exits; i++)
        umi_buf_printf(b, ".TP\n.B %s\n%s\n", exits[i].code, exits[i].meaning);
}
