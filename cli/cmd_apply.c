/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"

#include "ledger/desk/apply.h"
#include "ledger/io/csv.h"

/* The options of one application, in the order of the columns of a file. */
static const char *const columns[] = {"id",     "nik",     "group", "product",
                                      "amount", "periods", "unit",  "purpose"};

/* "name=value" pairs of --facts, separated by commas, as columns. */
static int add_facts(cli *c, umi_csv_out *head, umi_csv_out *row)
{
    umi_text rest = cli_text(c, "facts");
    while (rest.len > 0) {
        const char *comma = memchr(rest.ptr, ',', rest.len);
        size_t len = comma ? (size_t)(comma - rest.ptr) : rest.len;
        const char *eq = memchr(rest.ptr, '=', len);
        if (eq == NULL)
            return cli_usage(c, "--facts",
                             "--facts must be NAME=VALUE,..., got '%s'",
                             cli_value(c, "facts"));
        umi_csv_put(head, (umi_text){rest.ptr, (size_t)(eq - rest.ptr)});
        umi_csv_put(row, (umi_text){eq + 1, len - (size_t)(eq + 1 - rest.ptr)});
        size_t step = comma ? len + 1 : len;
        rest = (umi_text){rest.ptr + step, rest.len - step};
    }
    return -1;
}

/* One application as a file of one line, so that it passes the same checks. */
static int write_line(cli *c, umi_text *out)
{
    umi_buf b = {0}, line = {0};
    umi_csv_out head = {.buf = &b}, row = {.buf = &line};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        umi_csv_put_str(&head, columns[i]);
        umi_csv_put(&row, cli_text(c, columns[i]));
    }
    int code = add_facts(c, &head, &row);
    umi_csv_end(&head);
    umi_csv_end(&row);
    umi_buf_text(&b, umi_buf_as_text(&line));
    b.failed |= line.failed;
    *out = (umi_text){b.failed ? NULL : umi_arena_copy(c->arena, b.ptr, b.len),
                      b.len};
    umi_buf_free(&b);
    umi_buf_free(&line);
    if (code < 0 && out->ptr == NULL) {
        umi_fail_memory(&c->err);
        return cli_failed(c);
    }
    return code;
}

static int print_one(cli *c, const umi_import_result *r)
{
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    const char *outcome = r->added ? "applied" : "same";
    if (!cli_flag(c, "json")) {
        cli_line(&b, c, "application", cli_text(c, "id"));
        cli_line(&b, c, "state",
                 umi_text_of(
                     umi_tr(c->lang, r->added ? "applied" : "same as before")));
        return cli_emit(c, &b);
    }
    umi_json_open(&w, '{');
    cli_json_text(&w, "id", cli_text(c, "id"));
    umi_json_put_str(&w, "state", outcome);
    umi_json_close(&w, '}');
    return cli_emit_json(c, &b);
}

static int apply_one(cli *c, umi_desk *desk)
{
    umi_error why = {.lang = c->lang, .status = UMI_OK};
    umi_import_result r = {0};
    umi_import_ask ask = {.path = "", .lang = c->lang, .refused = &why};
    int code = write_line(c, &ask.text);
    if (code >= 0)
        return code;
    umi_status rc = umi_apply(&r, desk, &ask, c->arena, &c->err);
    if (rc == UMI_OK && r.rejected > 0)
        c->err = why;
    if (rc != UMI_OK || r.rejected > 0) {
        umi_error_at(&c->err, "", 0, 0); /* there is no file and no line */
        return cli_failed(c);
    }
    return print_one(c, &r);
}

static int run_apply(cli *c)
{
    umi_desk desk;
    cli_desk_rules rules;
    bool one = cli_value(c, "id") != NULL;
    if (one == (c->arg_count > 0))
        return cli_usage(c, "",
                         "give a FILE or the options of one "
                         "application, beginning with %s",
                         "--id");
    int code = one ? cli_no_file(c) : -1;
    if (code >= 0)
        return code;
    code = cli_desk_open_rules(c, UMI_WRITE, &desk, &rules);
    if (code < 0)
        code = one ? apply_one(c, &desk) : cli_import_at(c, &desk, umi_apply);
    cli_desk_close(&desk, &rules);
    return code;
}

static const cli_option apply_options[] = {
    {"id", "ID", "of one application; also the number of its loan"},
    {"nik", "NIK", "the applicant, who stands in the book"},
    {"group", "CODE", "the applicant's group"},
    {"product", "CODE", "what is asked for; else what the rules offer"},
    {"amount", "RUPIAH", "how much"},
    {"periods", "N", "how many instalments"},
    {"unit", "UNIT", "day, week, month or year between them"},
    {"purpose", "TEXT", "what for"},
    {"facts", "NAME=VALUE,...", "what is stated of the applicant"},
    {"rules", "FILE", "the rule file that names the facts"},
    {"date", "DATE", "the day of entry (else the business date)"},
    CLI_EXPECT_LINES,
    CLI_FILE_OPTIONS,
    {0},
};
static const cli_command apply_commands[] = {
    {"", "[FILE]", 0, 1, "take applications into the book", apply_options,
     run_apply},
    {0},
};
const cli_group cli_group_apply = {"apply", "take applications into the book",
                                   apply_commands};
