/* SPDX-License-Identifier: MIT */
#include "cli/paper.h"

static int check_name(cli *c, const char *option, const char *name, bool page)
{
    umi_text t = cli_text(c, name);
    if (t.ptr == NULL)
        return -1;
    if (!page)
        return cli_usage(c, option, "%s goes with --format html only", option);
    if (umi_text_trim(t).len == 0)
        return cli_usage(c, option, "%s must not be empty", option);
    if (!umi_text_utf8(t))
        return cli_usage(c, option, "%s is not UTF-8", option);
    return -1;
}

int cli_paper_format(cli *c, cli_paper *out)
{
    static const char *const names[] = {[CLI_PAPER_TEXT] = "text",
                                        [CLI_PAPER_JSON] = "json",
                                        [CLI_PAPER_HTML] = "html"};
    umi_text format = cli_text(c, "format");
    bool json = cli_flag(c, "json");
    size_t i = json ? CLI_PAPER_JSON : CLI_PAPER_TEXT;
    if (format.ptr != NULL)
        for (i = 0; i < 3 && !umi_text_is(format, names[i]);)
            i++;
    if (i == 3)
        return cli_usage(c, "--format",
                         "--format must be text, json or html, got '%s'",
                         format.ptr);
    if (json && i != CLI_PAPER_JSON)
        return cli_usage(c, "--format", "--json does not go with --format %s",
                         names[i]);
    int code =
        check_name(c, "--institution", "institution", i == CLI_PAPER_HTML);
    if (code < 0)
        code = check_name(c, "--borrower", "borrower", i == CLI_PAPER_HTML);
    *out = (cli_paper)i;
    return code;
}
