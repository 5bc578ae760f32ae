/* SPDX-License-Identifier: MIT */
#include "cli/bank_print.h"
#include "cli/cli.h"

enum {
    FILE_MAX = 1 << 30 /* bytes: some eight million movements */
};

static int run_parse(cli *c)
{
    umi_bank_options options = {.account = cli_text(c, "account"),
                                .lang = c->lang};
    const char *format = cli_value(c, "format");
    umi_bank_file *file;
    umi_text bytes;
    if (format != NULL &&
        !umi_bank_format_parse(&options.format, umi_text_of(format)))
        return cli_usage(c, "--format", "'%s' is no bank format", format);
    if (cli_read_file(c, c->args[0], FILE_MAX, &bytes) != UMI_OK)
        return cli_failed(c);
    umi_status rc = umi_bank_parse(&file, bytes, &options, &c->err);
    if (rc != UMI_OK) {
        umi_error_at(&c->err, c->args[0], c->err.line, c->err.column);
        return cli_failed(c);
    }
    int code = cli_flag(c, "json") ? cli_bank_json(c, file)
                                   : cli_bank_table(c, file, c->args[0]);
    if (code == 0 && !umi_bank_sound(file))
        code = 1;
    umi_bank_file_free(file);
    return code;
}

static const cli_option parse_options[] = {
    {"format", "NAME",
     "auto, mt940, mt942, camt053, camt054, bca, bca-personal, mandiri, bni, "
     "bri, ocbc or va"},
    {"account", "NUMBER", "the account, for files that name none"},
    {"json", NULL, "one JSON document"},
    {0},
};

static const cli_command bank_commands[] = {
    {"parse", "FILE", 1, 1, "show a bank statement and check its figures",
     parse_options, run_parse},
    {0},
};
const cli_group cli_group_bank = {"bank", "bank statements", bank_commands};
