/* SPDX-License-Identifier: MIT
 * umi rules check --sweep: what each date of a rule set changes, and for
 * whom. */
#include "cli/rules.h"

#include "rules/decide/sweep.h"

#include <inttypes.h>

static void print_row(umi_buf *b,
                      umi_lang lang,
                      const umi_ruleset *rs,
                      const umi_sweep_row *r)
{
    char day[UMI_DAY_TEXT];
    umi_text name = umi_sweep_name(rs, r);
    umi_day_write(day, r->day);
    umi_buf_printf(b, "%s:%" PRIu32 ": %.*s %s%s: ", rs->files[r->at.file].name,
                   r->at.line, UMI_SHOW(name),
                   r->kind == UMI_DATED_FROM    ? "from "
                   : r->kind == UMI_DATED_UNTIL ? "until "
                                                : "",
                   day);
    umi_buf_printf(b,
                   umi_tr(lang, "%" PRIu32 " tests, %" PRIu32
                                " applicants change, errors %" PRIu32
                                "/%" PRIu32 "/%" PRIu32),
                   r->tests, r->changed, r->errors[UMI_SWEEP_BEFORE],
                   r->errors[UMI_SWEEP_ON], r->errors[UMI_SWEEP_AFTER]);
    umi_buf_puts(b, r->tests == 0 || umi_sweep_fails(rs, r) ? "  !\n" : "\n");
    if (r->witness < 0) {
        umi_buf_printf(b, "    %s\n",
                       umi_tr(lang, "no applicant's decision changes"));
        return;
    }
    umi_buf_puts(b, "    ");
    umi_buf_text(b, rs->tests[r->witness].name);
    umi_buf_puts(b, ": ");
    umi_buf_text(b, r->what);
    umi_buf_putc(b, '\n');
}

static void
print(umi_buf *b, umi_lang lang, const umi_ruleset *rs, const umi_sweep *s)
{
    for (size_t i = 0; i < s->count; i++)
        print_row(b, lang, rs, &s->rows[i]);
    umi_buf_printf(b,
                   umi_tr(lang, "%zu dates: %zu change a decision, %zu without "
                                "a test, %zu with an error where the set is "
                                "complete\n"),
                   s->count, s->changing, s->untested, s->failing);
}

umi_status
cli_rules_sweep(cli *c, umi_ruleset *rs, umi_json_out *json, bool *wrong)
{
    umi_sweep s;
    umi_buf b = {0};
    umi_status rc = umi_ruleset_sweep(&s, rs, c->arena, c->lang, &c->err);
    if (rc != UMI_OK)
        return rc;
    *wrong |= s.failing > 0 || (cli_flag(c, "strict") && s.untested > 0);
    if (json->buf != NULL) {
        umi_json_open(json, '{');
        umi_json_put_str(json, "file", rs->file);
        umi_json_key(json, "dates");
        umi_sweep_write_json(json, rs, &s);
        umi_json_close(json, '}');
        return UMI_OK;
    }
    print(&b, c->lang, rs, &s);
    if (!b.failed)
        (void)fwrite(b.ptr, 1, b.len, c->out);
    rc = b.failed ? UMI_ENOMEM : UMI_OK;
    umi_buf_free(&b);
    return rc;
}
