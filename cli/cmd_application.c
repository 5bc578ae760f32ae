/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"
#include "cli/desk_words.h"

#include "ledger/desk/application.h"

static void write_application(umi_json_out *w, const umi_application *a)
{
    cli_json_text(w, "id", a->code);
    umi_json_put_str(w, "state", umi_application_state_name(a->state));
    cli_json_text(w, "product", a->product);
    umi_json_put_money(w, "amount", a->amount);
    umi_json_put_int(w, "periods", a->periods);
    umi_json_put_str(w, "unit", umi_unit_name(a->unit));
    cli_json_text(w, "purpose", a->purpose);
    cli_json_text(w, "entered_by", a->entered_by);
    umi_json_put_day(w, "entered_on", a->entered_on);
}

/* --- show ------------------------------------------------------------------- */

static void write_decision(umi_json_out *w, const umi_decision_row *d)
{
    umi_json_key(w, "decision");
    umi_json_open(w, '{');
    cli_json_text(w, "product", d->product);
    umi_json_put_str(w, "status", umi_verdict_name(d->status));
    umi_json_key(w, "max");
    if (d->max.sen == UMI_NONE)
        umi_json_null(w);
    else
        umi_json_money(w, d->max);
    cli_json_text(w, "rate", d->rate);
    umi_json_put_day(w, "date", d->day);
    cli_json_text(w, "by", d->actor);
    umi_json_key(w, "facts");
    umi_buf_text(w->buf, d->facts);
    w->comma = true;
    umi_json_key(w, "body");
    umi_buf_text(w->buf, d->body);
    w->comma = true;
    umi_json_close(w, '}');
}

static void write_acts(umi_json_out *w, const umi_application_view *v)
{
    umi_json_key(w, "acts");
    umi_json_open(w, '[');
    for (size_t i = 0; i < v->act_count; i++) {
        umi_json_open(w, '{');
        umi_json_put_day(w, "date", v->acts[i].day);
        cli_json_text(w, "by", v->acts[i].actor);
        umi_json_put_str(w, "what", umi_deed_name(v->acts[i].what));
        cli_json_text(w, "note", v->acts[i].note);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void write_transfers(umi_json_out *w, const umi_application_view *v)
{
    umi_json_key(w, "transfers");
    umi_json_open(w, '[');
    for (size_t i = 0; i < v->transfer_count; i++) {
        const umi_transfer *t = &v->transfers[i];
        umi_json_open(w, '{');
        cli_json_text(w, "reference", t->reference);
        umi_json_put_day(w, "date", t->day);
        umi_json_put_money(w, "amount", t->amount);
        cli_json_text(w, "bank", t->bank);
        cli_json_text(w, "account", t->account);
        umi_json_put_str(w, "state", umi_transfer_state_name(t->state));
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void write_view(umi_json_out *w, const umi_application_view *v)
{
    umi_json_open(w, '{');
    write_application(w, &v->application);
    cli_json_text(w, "nik", v->person.nik);
    cli_json_text(w, "name", v->person.name);
    cli_json_text(w, "group", v->has_group ? v->group.code : (umi_text){0});
    cli_json_text(w, "loan", v->loan);
    umi_json_key(w, "facts");
    umi_buf_text(w->buf, v->application.facts);
    w->comma = true;
    if (v->has_decision) {
        write_decision(w, &v->decision);
    } else {
        umi_json_key(w, "decision");
        umi_json_null(w);
    }
    write_acts(w, v);
    write_transfers(w, v);
    umi_json_close(w, '}');
}

/* The note of a decision is a verdict: in words, as everywhere. */
static umi_text note_shown(umi_lang lang, umi_text note)
{
    for (umi_verdict v = 0; v <= UMI_VERDICT_BLOCKED; v++)
        if (umi_text_is(note, umi_verdict_name(v)))
            return umi_text_of(cli_word_verdict(lang, v));
    return note;
}

static void print_view(umi_buf *b, const cli *c, const umi_application_view *v)
{
    const umi_application *a = &v->application;
    cli_line(b, c, "application", a->code);
    cli_line(b, c, "state", umi_text_of(cli_word_state(c->lang, a->state)));
    cli_line(b, c, "applicant", v->person.name);
    if (v->has_group)
        cli_line(b, c, "group", v->group.code);
    cli_line(b, c, "product", a->product);
    cli_line_money(b, c, "amount", a->amount);
    cli_line_int(b, c, "instalments", a->periods);
    cli_line(b, c, "every", umi_text_of(cli_word_unit(c->lang, a->unit)));
    if (a->purpose.ptr != NULL)
        cli_line(b, c, "purpose", a->purpose);
    if (v->has_decision)
        cli_line(b, c, "decision",
                 umi_text_of(cli_word_verdict(c->lang, v->decision.status)));
    if (v->loan.ptr != NULL)
        cli_line(b, c, "loan", v->loan);
    for (size_t i = 0; i < v->act_count; i++) {
        char day[UMI_DAY_TEXT];
        (void)umi_day_write(day, v->acts[i].day);
        umi_buf_printf(b, "  %s %-15s %.*s", day,
                       cli_word_deed(c->lang, v->acts[i].what),
                       UMI_SHOW(v->acts[i].actor));
        if (v->acts[i].note.ptr != NULL)
            umi_buf_printf(b, ": %.*s",
                           UMI_SHOW(note_shown(c->lang, v->acts[i].note)));
        umi_buf_putc(b, '\n');
    }
}

static int run_show(cli *c)
{
    umi_desk desk;
    umi_application_view v = {0};
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    int code = cli_desk_open(c, UMI_READ, &desk);
    if (code >= 0)
        return code;
    umi_status rc = umi_application_show(&v, &desk, umi_text_of(c->args[0]),
                                         c->arena, &c->err);
    umi_book_close(desk.book);
    if (rc != UMI_OK)
        return cli_failed(c);
    if (cli_flag(c, "json")) {
        write_view(&w, &v);
        return cli_emit_json(c, &b);
    }
    print_view(&b, c, &v);
    return cli_emit(c, &b);
}

/* --- list ------------------------------------------------------------------- */

typedef struct lister {
    const cli *c;
    bool json;
    umi_buf b;
    umi_json_out w;
} lister;

static umi_status list_one(void *self, const umi_application *a, umi_error *err)
{
    lister *l = self;
    char amount[UMI_MONEY_TEXT];
    (void)err;
    if (l->json) {
        umi_json_open(&l->w, '{');
        write_application(&l->w, a);
        umi_json_close(&l->w, '}');
        return UMI_OK;
    }
    (void)umi_money_show(amount, a->amount, l->c->lang);
    umi_buf_printf(&l->b, "%-24.*s %-18s %-16.*s %14s\n", UMI_SHOW(a->code),
                   cli_word_state(l->c->lang, a->state), UMI_SHOW(a->product),
                   amount);
    return UMI_OK;
}

static int run_list(cli *c)
{
    umi_desk desk;
    umi_application_state state;
    const char *wanted = cli_value(c, "state");
    lister l = {.c = c, .json = cli_flag(c, "json")};
    if (wanted != NULL &&
        !umi_application_state_parse(&state, umi_text_of(wanted)))
        return cli_usage(c, "--state", "there is no state '%s'", wanted);
    int code = cli_desk_open(c, UMI_READ, &desk);
    if (code >= 0)
        return code;
    l.w.buf = &l.b;
    if (l.json)
        umi_json_open(&l.w, '[');
    umi_status rc = umi_application_each(&desk, wanted ? &state : NULL,
                                         list_one, &l, &c->err);
    umi_book_close(desk.book);
    if (rc != UMI_OK) {
        umi_buf_free(&l.b);
        return cli_failed(c);
    }
    if (!l.json)
        return cli_emit(c, &l.b);
    umi_json_close(&l.w, ']');
    return cli_emit_json(c, &l.b);
}

/* --- approve, reject, cancel ------------------------------------------------- */

static int act_on(cli *c, umi_application_act act)
{
    umi_desk desk;
    umi_buf b = {0};
    umi_json_out w = {.buf = &b};
    umi_text code_text = umi_text_of(c->args[0]);
    int code = cli_desk_open(c, UMI_WRITE, &desk);
    if (code >= 0)
        return code;
    umi_status rc = umi_application_act_on(&desk, code_text, act,
                                           cli_text(c, "reason"), &c->err);
    umi_application_view v = {0};
    if (rc == UMI_OK)
        rc = umi_application_show(&v, &desk, code_text, c->arena, &c->err);
    umi_book_close(desk.book);
    if (rc != UMI_OK)
        return cli_failed(c);
    if (!cli_flag(c, "json")) {
        print_view(&b, c, &v);
        return cli_emit(c, &b);
    }
    umi_json_open(&w, '{');
    write_application(&w, &v.application);
    umi_json_close(&w, '}');
    return cli_emit_json(c, &b);
}

static int run_approve(cli *c)
{
    return act_on(c, UMI_ACT_APPROVE);
}

static int run_reject(cli *c)
{
    if (cli_value(c, "reason") == NULL)
        return cli_usage(c, "--reason", "option %s is missing", "--reason");
    return act_on(c, UMI_ACT_REJECT);
}

static int run_cancel(cli *c)
{
    return act_on(c, UMI_ACT_CANCEL);
}

static const cli_option show_options[] = {
    {"json", NULL, "print as JSON"},
    {0},
};
static const cli_option list_options[] = {
    {"state", "STATE", "applied, decided, approved, ...: only these"},
    {"json", NULL, "print as JSON"},
    {0},
};
static const cli_option act_options[] = {
    {"reason", "TEXT", "why"},
    {"date", "DATE", "the day of the act (else the business date)"},
    {"json", NULL, "print the result as JSON"},
    {0},
};
static const cli_command application_commands[] = {
    {"show", "ID", 1, 1, "an application and what became of it", show_options,
     run_show},
    {"list", "", 0, 0, "all applications", list_options, run_list},
    {"cancel", "ID", 1, 1, "an applicant withdraws", act_options, run_cancel},
    {0},
};
const cli_group cli_group_application = {"application", "look at applications",
                                         application_commands};

static const cli_command approve_commands[] = {
    {"", "ID", 1, 1, "approve an application that another entered", act_options,
     run_approve},
    {0},
};
const cli_group cli_group_approve = {
    "approve", "approve an application that another entered", approve_commands};

static const cli_command reject_commands[] = {
    {"", "ID", 1, 1, "reject an application", act_options, run_reject},
    {0},
};
const cli_group cli_group_reject = {"reject", "reject an application",
                                    reject_commands};
