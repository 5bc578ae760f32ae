/* SPDX-License-Identifier: MIT */
#include "cli/opt.h"
#include "cli/help.h"

#include <string.h>

const cli_option cli_globals[] = {
    {"book", "PATH", "the book to work on (else UMI_BOOK)"},
    {"lang", "id|en", "language of texts for people (else from the locale)"},
    {"user", "NAME", "the actor (else UMI_USER, else the login name)"},
    {"help", NULL, "show help"},
    {"version", NULL, "show versions"},
    {0},
};

const char *cli_value(const cli *c, const char *name)
{
    const cli_option *o = c->command->options;
    for (size_t i = 0; o != NULL && o[i].name != NULL; i++)
        if (strcmp(o[i].name, name) == 0)
            return c->values[i];
    return NULL;
}

bool cli_flag(const cli *c, const char *name)
{
    return cli_value(c, name) != NULL;
}

umi_text cli_text(const cli *c, const char *name)
{
    return umi_text_of(cli_value(c, name));
}

/* Keys of JSON are written with '_', options with '-'; either is taken. */
static bool same_name(const char *name, const char *arg, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (name[i] != (arg[i] == '_' ? '-' : arg[i]))
            return false;
    return name[len] == '\0';
}

/* Index of the option named by @p arg up to '=' in @p list, or -1. */
static int find_option(const cli_option *list, const char *arg, size_t len)
{
    for (int i = 0; list != NULL && list[i].name != NULL; i++)
        if (same_name(list[i].name, arg, len))
            return i;
    return -1;
}

typedef struct words {
    char **argv;
    int argc, at;
    bool help, version;
    const char *list[256];
    int count;
} words;

static int set_global(cli *c, words *w, int i, const char *value)
{
    const char *name = cli_globals[i].name;
    if (strcmp(name, "help") == 0) {
        w->help = true;
    } else if (strcmp(name, "version") == 0) {
        w->version = true;
    } else if (strcmp(name, "book") == 0) {
        c->book = value;
    } else if (strcmp(name, "user") == 0) {
        if (*value == '\0')
            return cli_usage(c, "--user", "%s must not be empty", "--user");
        c->user = value;
    } else if (strcmp(value, "id") == 0 || strcmp(value, "en") == 0) {
        c->lang = *value == 'i' ? UMI_LANG_ID : UMI_LANG_EN;
        c->err.lang = c->lang;
    } else {
        return cli_usage(c, "--lang", "language must be id or en, got '%s'",
                         value);
    }
    return -1;
}

/* One word that begins with "--".  Returns -1 to go on. */
static int take_option(cli *c, words *w, const char *arg)
{
    const char *name = arg + 2, *eq = strchr(name, '=');
    size_t len = eq ? (size_t)(eq - name) : strlen(name);
    const cli_option *list = c->command ? c->command->options : NULL;
    int i = find_option(list, name, len);
    int g = i < 0 ? find_option(cli_globals, name, len) : -1;
    if (i < 0 && g < 0)
        return cli_usage(c, arg, "unknown option %s", arg);
    const cli_option *o = i >= 0 ? &list[i] : &cli_globals[g];
    const char *value = "";
    if (o->value == NULL && eq != NULL)
        return cli_usage(c, arg, "option %s takes no value", arg);
    if (o->value != NULL && eq != NULL)
        value = eq + 1;
    else if (o->value != NULL) {
        if (w->at + 1 >= w->argc)
            return cli_usage(c, arg, "option %s needs a value", arg);
        value = w->argv[++w->at];
    }
    if (g >= 0)
        return set_global(c, w, g, value);
    if (c->values[i] != NULL)
        return cli_usage(c, arg, "option %s stands twice", arg);
    c->values[i] = value;
    return -1;
}

static const cli_command *find_command(const cli_group *g, const char *name)
{
    for (const cli_command *k = g->commands; k->run != NULL; k++)
        if (strcmp(k->name, name) == 0)
            return k;
    return NULL;
}

static int unknown(cli *c, const char *what, const char *word)
{
    return cli_usage(c, what, "unknown command '%s'; see umi --help", word);
}

/* One plain word: group, command, or argument.  Returns -1 to go on. */
static int take_word(cli *c, words *w, const char *arg)
{
    if (c->group == NULL) {
        for (size_t i = 0; cli_groups[i] != NULL; i++)
            if (strcmp(cli_groups[i]->name, arg) == 0)
                c->group = cli_groups[i];
        if (c->group == NULL)
            return unknown(c, arg, arg);
        c->command = find_command(c->group, "");
        return -1;
    }
    if (w->count == 0 &&
        (c->command == NULL || (c->command->name[0] == '\0'))) {
        const cli_command *k = find_command(c->group, arg);
        if (k != NULL) {
            c->command = k;
            return -1;
        }
        if (c->command == NULL)
            return unknown(c, arg, arg);
    }
    if (w->count == (int)(sizeof w->list / sizeof *w->list))
        return cli_usage(c, "", "more than %s arguments", "256");
    w->list[w->count++] = arg;
    return -1;
}

static int check_count(cli *c, const words *w)
{
    const cli_command *k = c->command;
    if (w->count < k->min)
        return cli_usage(c, k->args, "%s is missing", k->args);
    if (k->max >= 0 && w->count > k->max)
        return cli_usage(c, "", "unexpected argument '%s'", w->list[k->max]);
    c->arg_count = w->count;
    const char **args =
        umi_arena_array(c->arena, (size_t)w->count + 1, sizeof *args);
    if (args == NULL)
        return 70;
    memcpy(args, w->list, (size_t)w->count * sizeof *args);
    c->args = args;
    return -1;
}

int cli_parse(cli *c, int argc, char **argv)
{
    words w = {.argv = argv, .argc = argc};
    bool plain = false;
    for (w.at = 1; w.at < argc; w.at++) {
        const char *arg = argv[w.at];
        int rc;
        if (!plain && strcmp(arg, "--") == 0) {
            plain = true;
            continue;
        }
        if (!plain && arg[0] == '-' && arg[1] == '-')
            rc = take_option(c, &w, arg);
        else if (!plain && arg[0] == '-' && arg[1] != '\0')
            rc = cli_usage(c, arg, "unknown option %s", arg);
        else
            rc = take_word(c, &w, arg);
        if (rc >= 0)
            return rc;
    }
    if (w.version)
        return cli_print_version(c);
    if (w.help || c->group == NULL)
        return cli_print_help(c, w.help ? 0 : 2);
    if (c->command == NULL)
        return cli_usage(c, c->group->name,
                         "the command needs a word more; see umi %s --help",
                         c->group->name);
    return check_count(c, &w);
}
