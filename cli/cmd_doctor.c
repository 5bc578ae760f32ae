/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"

#include "ledger/book/space.h"
#include "ledger/desk/doctor.h"

#include <stdlib.h>

static const char *locale(char room[160])
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *v = getenv(names[i]);
        if (v == NULL || *v == '\0')
            continue;
        (void)snprintf(room, 160, "%s=%.100s", names[i], v);
        return room;
    }
    return NULL;
}

static void print_json(umi_buf *b, const umi_diagnosis *d)
{
    umi_json_out w = {.buf = b};
    umi_json_open(&w, '{');
    umi_json_key(&w, "checks");
    umi_json_open(&w, '[');
    for (size_t i = 0; i < d->count; i++) {
        const umi_symptom *k = &d->list[i];
        umi_json_open(&w, '{');
        umi_json_put_str(&w, "code", k->code);
        umi_json_put_str(&w, "state", umi_health_name(k->state));
        umi_json_put_str(&w, "found", k->found);
        umi_json_put_str(&w, "advice", k->advice);
        umi_json_close(&w, '}');
    }
    umi_json_close(&w, ']');
    umi_json_close(&w, '}');
}

static void print_text(umi_buf *b, const cli *c, const umi_diagnosis *d)
{
    for (size_t i = 0; i < d->count; i++) {
        const umi_symptom *k = &d->list[i];
        umi_buf_printf(b, "%-12s %-10s %s\n", k->code,
                       umi_tr(c->lang, umi_health_name(k->state)), k->found);
        if (*k->advice)
            umi_buf_printf(b, "%-12s %-10s > %s\n", "", "", k->advice);
    }
}

static int answer(cli *c, const umi_diagnosis *d)
{
    umi_buf b = {0};
    umi_health worst = UMI_HEALTH_OK;
    for (size_t i = 0; i < d->count; i++)
        if (d->list[i].state > worst)
            worst = d->list[i].state;
    if (cli_flag(c, "json"))
        print_json(&b, d);
    else
        print_text(&b, c, d);
    int code = cli_flag(c, "json") ? cli_emit_json(c, &b) : cli_emit(c, &b);
    if (code != 0)
        return code;
    if (d->book != UMI_OK)
        return umi_status_exit(d->book);
    return worst == UMI_HEALTH_FAIL ||
           (worst == UMI_HEALTH_WARN && cli_flag(c, "strict"));
}

static int run_doctor(cli *c)
{
    char room[160];
    umi_diagnosis d;
    const char *dir = getenv("TMPDIR");
    umi_doctor_ask ask = {
        .book = c->book != NULL && *c->book != '\0' ? c->book : NULL,
        .session = {umi_text_of(c->user), cli_today()},
        .lang = c->lang,
        .tmpdir = dir != NULL && *dir != '\0' ? dir : "/var/tmp",
        .locale = locale(room),
    };
    if (cli_flag(c, "lines") &&
        !umi_text_int(cli_text(c, "lines"), 1, UMI_SPACE_MOST, &ask.lines))
        return cli_usage(c, "--lines", "'%s' is no number of lines",
                         cli_value(c, "lines"));
    if (umi_doctor(&d, &ask, &c->err) != UMI_OK)
        return cli_failed(c);
    return answer(c, &d);
}

static const cli_option doctor_options[] = {
    {"lines", "N", "room for a file of N lines (else the largest so far)"},
    {"strict", NULL, "a warning counts as a failure"},
    {"json", NULL, "answer as JSON"},
    {0},
};
static const cli_command doctor_commands[] = {
    {"", "", 0, 0,
     "whether program, machine and book are fit for the next batch",
     doctor_options, run_doctor},
    {0},
};
const cli_group cli_group_doctor = {"doctor", "examine machine and book",
                                    doctor_commands};
