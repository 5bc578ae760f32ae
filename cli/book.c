/* SPDX-License-Identifier: MIT */
#include "cli/book.h"

#include <sys/stat.h>
#include <time.h>

umi_day cli_today(void)
{
    const int64_t jakarta = 7 * 3600; /* without summer time since 1964 */
    int64_t seconds = (int64_t)time(NULL) + jakarta;
    return (umi_day){(int32_t)(seconds / 86400)};
}

static bool same_file(const struct stat *a, const char *path)
{
    struct stat b;
    return path != NULL && stat(path, &b) == 0 && a->st_dev == b.st_dev &&
           a->st_ino == b.st_ino;
}

/* What a command writes takes the place of what stood there: it must not be
 * the book, what the command reads, or a device. */
static int check_outputs(cli *c)
{
    static const char *const outputs[] = {"rejects", "transfers", "receipts"};
    const char *file = cli_value(c, "file");
    const char *input = file == NULL && c->arg_count > 0 ? c->args[0] : file;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        const char *path = cli_value(c, outputs[i]);
        struct stat st;
        if (path == NULL || stat(path, &st) != 0)
            continue;
        if (!S_ISREG(st.st_mode))
            return cli_usage(c, "", "'%s' is not a regular file", path);
        if (same_file(&st, c->book) || same_file(&st, input))
            return cli_usage(c, "", "'%s' would be overwritten", path);
    }
    return -1;
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
