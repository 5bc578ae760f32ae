/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "cli/opt.h"

#include <fcntl.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Indonesian unless the locale names another language. */
static umi_lang locale_lang(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *v = getenv(names[i]);
        if (v == NULL || *v == '\0')
            continue;
        return strncmp(v, "en", 2) == 0 ? UMI_LANG_EN : UMI_LANG_ID;
    }
    return UMI_LANG_ID;
}

static const char *login_name(void)
{
    const char *name = getenv("UMI_USER");
    if (name != NULL && *name != '\0')
        return name;
    const struct passwd *pw = getpwuid(getuid());
    return pw != NULL ? pw->pw_name : "unknown";
}

/* A standard stream that is closed fails when it is used; without this the
 * next file opened would take its place. */
static void hold_streams(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    hold_streams();
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a full quota is an error, not a death */
    cli c = {.book = getenv("UMI_BOOK"),
             .lang = locale_lang(),
             .out = stdout,
             .talk = stderr};
    c.user = login_name();
    c.err.lang = c.lang;
    c.arena = umi_arena_new();
    if (c.arena == NULL) {
        (void)fputs("umi: MEMORY: memory exhausted\n", stderr);
        return 70;
    }
    int code = cli_parse(&c, argc, argv);
    if (code < 0)
        code = c.command->run(&c);
    if (fflush(stdout) != 0 && code < 2)
        code = 4;
    umi_arena_free(c.arena);
    return code;
}
