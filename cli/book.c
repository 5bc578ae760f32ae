/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* realpath */
#include "cli/book.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

umi_day cli_today(void)
{
    const int64_t jakarta = 7 * 3600; /* without summer time since 1964 */
    int64_t seconds = (int64_t)time(NULL) + jakarta;
    return (umi_day){(int32_t)(seconds / 86400)};
}

/* Where the last name of a path begins; its folder as the system knows it. */
static const char *folder_of(struct stat *out, const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    int n = snprintf(folder, sizeof folder, "%.*s.", (int)(name - path), path);
    return n < (int)sizeof folder && stat(folder, out) == 0 ? name : NULL;
}

bool cli_same_place(const char *a, const char *b)
{
    struct stat x, y;
    const char *m = folder_of(&x, a), *n = folder_of(&y, b);
    return m != NULL && n != NULL && strcmp(m, n) == 0 &&
           x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool same_file(const struct stat *a, const char *path)
{
    struct stat b;
    return path != NULL && stat(path, &b) == 0 && a->st_dev == b.st_dev &&
           a->st_ino == b.st_ino;
}

/* What stands beside a book while it is open. */
static const char *const tails[] = {"", "-wal", "-shm", "-journal"};

int cli_not_log(cli *c, const char *path)
{
    char of[PATH_MAX];
    struct stat st;
    size_t len = strlen(path);
    for (size_t i = 1; i < sizeof tails / sizeof *tails; i++) {
        size_t tail = strlen(tails[i]);
        if (len <= tail || strcmp(path + len - tail, tails[i]) != 0)
            continue;
        int n = snprintf(of, sizeof of, "%.*s", (int)(len - tail), path);
        if (n < (int)sizeof of && stat(of, &st) == 0 && S_ISREG(st.st_mode))
            return cli_usage(c, "", "'%s' would be the log of a book", path);
    }
    return -1;
}

static bool is_book(const cli *c, const char *path)
{
    char book[PATH_MAX], name[PATH_MAX + 16];
    if (realpath(c->book, book) == NULL)
        return false;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        (void)snprintf(name, sizeof name, "%s%s", book, tails[i]);
        if (cli_same_place(path, name))
            return true;
    }
    return false;
}

/* What a command writes beside its input unless it is told where. */
static int check_beside(cli *c, const char *input, const char *tail)
{
    char path[PATH_MAX];
    int n = snprintf(path, sizeof path, "%s%s", input, tail);
    return n < (int)sizeof path && is_book(c, path)
               ? cli_usage(c, "", "'%s' would be overwritten", path)
               : -1;
}

/* What a command writes takes the place of what stood there: it must not be
 * the book, what the command reads, or a device. */
static int check_output(cli *c, const char *path, const char *input)
{
    struct stat st;
    bool there = stat(path, &st) == 0;
    if (there && !S_ISREG(st.st_mode))
        return cli_usage(c, "", "'%s' is not a regular file", path);
    if (is_book(c, path) ||
        (there && (same_file(&st, c->book) || same_file(&st, input))))
        return cli_usage(c, "", "'%s' would be overwritten", path);
    return -1;
}

static int check_outputs(cli *c)
{
    static const struct {
        const char *option, *tail;
    } outputs[] = {{"rejects", ".rejects.csv"},
                   {"transfers", ".transfers.csv"},
                   {"receipts", NULL}};
    const char *file = cli_value(c, "file");
    const char *input = file == NULL && c->arg_count > 0 ? c->args[0] : file;
    int code = -1;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs && code < 0; i++) {
        const char *path = cli_value(c, outputs[i].option);
        if (path != NULL)
            code = check_output(c, path, input);
        else if (outputs[i].tail != NULL && input != NULL)
            code = check_beside(c, input, outputs[i].tail);
    }
    return code;
}

int cli_book_open(cli *c, umi_access access, umi_book **out)
{
    if (c->book == NULL || *c->book == '\0')
        return cli_usage(c, "--book", "no book is named: give %s or UMI_BOOK",
                         "--book PATH");
    int code = check_outputs(c);
    if (code >= 0)
        return code;
    umi_book_session session = {umi_text_of(c->user), cli_today()};
    if (umi_book_open(out, c->book, access, &session, &c->err) != UMI_OK)
        return cli_failed(c);
    return -1;
}

int cli_date(cli *c, const char *name, umi_day *out)
{
    const char *text = cli_value(c, name);
    if (text == NULL || umi_day_parse(out, umi_text_of(text)))
        return -1;
    umi_fail_code(&c->err, UMI_EUSAGE, "DATE", "",
                  "--%s must be a date YYYY-MM-DD, got '%.60s'", name, text);
    return cli_failed(c);
}
