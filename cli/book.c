/* SPDX-License-Identifier: MIT */
#include "cli/book.h"

#include <time.h>

umi_day cli_today(void)
{
    const int64_t jakarta = 7 * 3600; /* without summer time since 1964 */
    int64_t seconds = (int64_t)time(NULL) + jakarta;
    return (umi_day){(int32_t)(seconds / 86400)};
}

int cli_book_open(cli *c, umi_access access, umi_book **out)
{
    if (c->book == NULL || *c->book == '\0')
        return cli_usage(c, "--book", "no book is named: give %s or UMI_BOOK",
                         "--book PATH");
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
