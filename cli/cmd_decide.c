/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"
#include "cli/judgement.h"

#include "ledger/desk/decide.h"

typedef struct printer {
    cli *c;
    bool json;
    umi_buf b;
    int64_t decided, failed;
} printer;

static void write_failed(umi_json_out *w, const umi_decided *d)
{
    umi_json_open(w, '{');
    cli_json_text(w, "id", d->code);
    umi_json_key(w, "error");
    umi_json_error(w, d->failed);
    umi_json_close(w, '}');
}

static umi_status print(void *self, const umi_decided *d, umi_error *err)
{
    printer *p = self;
    umi_json_out w = {.buf = &p->b};
    (void)err;
    p->decided += d->failed == NULL;
    p->failed += d->failed != NULL;
    if (p->json && d->failed != NULL) {
        write_failed(&w, d);
        umi_buf_putc(&p->b, '\n');
    } else if (p->json) {
        umi_json_open(&w, '{');
        cli_json_text(&w, "id", d->code);
        cli_write_judgement(&w, &d->judgement);
        umi_json_close(&w, '}');
        umi_buf_putc(&p->b, '\n');
    } else if (d->failed != NULL) {
        umi_buf_printf(&p->b, "%.*s: %s: %s\n", UMI_SHOW(d->code),
                       d->failed->code, d->failed->message);
    } else {
        cli_line(&p->b, p->c, "application", d->code);
        cli_print_judgement(&p->b, p->c, &d->judgement);
    }
    return UMI_OK;
}

static int run_decide(cli *c)
{
    umi_desk desk;
    cli_desk_rules rules;
    printer p = {.c = c, .json = cli_flag(c, "json")};
    bool all = cli_flag(c, "all");
    if (all == (c->arg_count > 0))
        return cli_usage(c, "", "give an ID or %s", "--all");
    int code = cli_desk_open_rules(c, UMI_WRITE, &desk, &rules);
    if (code < 0) {
        const umi_judge_view view = {c->lang, cli_flag(c, "explain")};
        umi_text id = all ? (umi_text){0} : umi_text_of(c->args[0]);
        umi_status rc =
            umi_decide_applications(&desk, id, view, print, &p, &c->err);
        code = rc != UMI_OK ? cli_failed(c) : cli_emit(c, &p.b);
        if (code == 0 && p.failed > 0)
            code = 1;
    }
    umi_buf_free(&p.b);
    cli_desk_close(&desk, &rules);
    return code;
}

static const cli_option decide_options[] = {
    {"all", NULL, "all applications that wait"},
    {"explain", NULL, "with --json: every rule with the values that it saw"},
    {"rules", "FILE", "the rule file (else the shipped one)"},
    {"require-signature", "FILE", "a public key: only rules that it signed"},
    {"date", "DATE", "the day of the decision (else the business date)"},
    {"json", NULL, "print as JSON, one line each"},
    {0},
};
static const cli_command decide_commands[] = {
    {"", "[ID]", 0, 1, "decide applications by the eligibility rules",
     decide_options, run_decide},
    {0},
};
const cli_group cli_group_decide = {
    "decide", "decide applications by the eligibility rules", decide_commands};
