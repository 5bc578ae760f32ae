/* SPDX-License-Identifier: MIT */
#include "cli/bank_print.h"

#include "cli/desk.h"

#include <errno.h>
#include <inttypes.h>

enum {
    FLUSH = 1 << 16, /* bytes kept before they are written */
    TEXT_WIDTH = 48  /* of the last column of a table */
};

/* A buffer that empties into stdout; the first failure stays. */
typedef struct sink {
    cli *c;
    umi_buf b;
    bool broken;
} sink;

static void drain(sink *s, size_t keep)
{
    if (s->b.len <= keep || s->broken)
        return;
    s->broken = fwrite(s->b.ptr, 1, s->b.len, s->c->out) != s->b.len;
    s->b.len = 0;
}

static int done(sink *s)
{
    drain(s, 0);
    int code = 0;
    if (s->b.failed) {
        umi_fail_memory(&s->c->err);
        code = cli_failed(s->c);
    } else if (s->broken || fflush(s->c->out) != 0) {
        umi_fail(&s->c->err, UMI_EIO, "", "the output cannot be written: %s",
                 umi_error_tr(&s->c->err, strerror(errno)));
        code = cli_failed(s->c);
    }
    umi_buf_free(&s->b);
    return code;
}

/* --- JSON ----------------------------------------------------------------- */

static void day(umi_json_out *w, const char *key, umi_day d)
{
    umi_json_key(w, key);
    if (d.n == UMI_BANK_NO_DAY.n)
        umi_json_null(w);
    else
        umi_json_day(w, d);
}

static void figure(umi_json_out *w, const char *key, umi_bank_figure f)
{
    umi_json_key(w, key);
    if (f.known)
        umi_json_money(w, f.amount);
    else
        umi_json_null(w);
}

static void currency(umi_json_out *w, const char *code)
{
    umi_json_put_str(w, "currency", code[0] != '\0' ? code : NULL);
}

static void json_detail(umi_json_out *w, const umi_bank_detail *d)
{
    umi_json_open(w, '{');
    cli_json_text(w, "reference", d->reference);
    cli_json_text(w, "bank_ref", d->bank_ref);
    figure(w, "amount", d->amount);
    currency(w, d->currency);
    cli_json_text(w, "name", d->name);
    cli_json_text(w, "text", d->text);
    cli_json_text(w, "return_reason", d->reason);
    if (d->gross.known) {
        figure(w, "gross", d->gross);
        figure(w, "fee", d->fee);
        figure(w, "vat", d->vat);
        figure(w, "withholding", d->withholding);
    }
    umi_json_close(w, '}');
}

static void json_line(umi_json_out *w, const umi_bank_line *l)
{
    umi_json_open(w, '{');
    day(w, "booked", l->booked);
    day(w, "value", l->value);
    umi_json_put_money(w, "amount", l->amount);
    currency(w, l->currency);
    cli_json_text(w, "bank_ref", l->bank_ref);
    cli_json_text(w, "customer_ref", l->customer_ref);
    cli_json_text(w, "type", l->type);
    umi_json_put_bool(w, "reversal", l->reversal);
    cli_json_text(w, "text", l->text);
    umi_json_key(w, "details");
    umi_json_open(w, '[');
    for (const umi_bank_detail *d = l->details; d != NULL; d = d->next)
        json_detail(w, d);
    umi_json_close(w, ']');
    umi_json_close(w, '}');
}

static void json_checks(umi_json_out *w, const umi_bank_statement *s)
{
    umi_json_key(w, "checks");
    umi_json_open(w, '[');
    for (size_t i = 0; i < s->check_count; i++) {
        const umi_bank_check *k = &s->checks[i];
        umi_json_open(w, '{');
        umi_json_put_str(w, "code", k->code);
        umi_json_key(w, "ok");
        if (k->ok == UMI_BANK_UNKNOWN)
            umi_json_null(w);
        else
            umi_json_bool(w, k->ok == UMI_BANK_HOLDS);
        cli_json_text(w, "message", k->message);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void
json_statement(sink *out, umi_json_out *w, const umi_bank_statement *s)
{
    umi_json_open(w, '{');
    cli_json_text(w, "account", s->account);
    cli_json_text(w, "number", s->number);
    day(w, "from", s->from);
    day(w, "to", s->to);
    currency(w, s->currency);
    figure(w, "opening", s->opening);
    figure(w, "closing", s->closing);
    umi_json_key(w, "lines");
    umi_json_open(w, '[');
    for (size_t i = 0; i < s->line_count; i++) {
        json_line(w, &s->lines[i]);
        drain(out, FLUSH);
    }
    umi_json_close(w, ']');
    json_checks(w, s);
    umi_json_close(w, '}');
}

static void json_warning(umi_json_out *w, const umi_bank_warning *k)
{
    umi_json_open(w, '{');
    umi_json_put_str(w, "code", k->code);
    umi_json_key(w, "line");
    if (k->line > 0)
        umi_json_int(w, k->line);
    else
        umi_json_null(w);
    cli_json_text(w, "message", k->message);
    umi_json_close(w, '}');
}

int cli_bank_json(cli *c, const umi_bank_file *f)
{
    sink out = {.c = c};
    umi_json_out w = {.buf = &out.b};
    umi_json_open(&w, '{');
    umi_json_put_str(&w, "format", umi_bank_format_name(f->format));
    umi_json_key(&w, "statements");
    umi_json_open(&w, '[');
    for (size_t i = 0; i < f->statement_count; i++)
        json_statement(&out, &w, &f->statements[i]);
    umi_json_close(&w, ']');
    umi_json_key(&w, "warnings");
    umi_json_open(&w, '[');
    for (size_t i = 0; i < f->warning_count; i++) {
        json_warning(&w, &f->warnings[i]);
        drain(&out, FLUSH);
    }
    umi_json_close(&w, ']');
    umi_json_close(&w, '}');
    umi_buf_putc(&out.b, '\n');
    return done(&out);
}

/* --- tables --------------------------------------------------------------- */

static void shown(umi_buf *b, umi_lang lang, umi_bank_figure f)
{
    char amount[UMI_MONEY_TEXT] = "-";
    if (f.known)
        umi_money_show(amount, f.amount, lang);
    umi_buf_printf(b, " %20s", amount);
}

static void shown_day(umi_buf *b, umi_day d)
{
    if (d.n == UMI_BANK_NO_DAY.n)
        umi_buf_puts(b, "-         ");
    else
        umi_buf_day(b, d);
}

/* At most @p width code points, padded to it. */
static void cell(umi_buf *b, umi_text t, size_t width, bool pad)
{
    size_t points = 0, end = 0;
    while (end < t.len && points < width) {
        end++;
        while (end < t.len && ((unsigned char)t.ptr[end] & 0xC0) == 0x80)
            end++;
        points++;
    }
    umi_buf_bytes(b, t.ptr, end);
    for (; pad && points < width; points++)
        umi_buf_putc(b, ' ');
}

static void heading(umi_buf *b, umi_lang lang, const umi_bank_statement *s)
{
    const struct {
        const char *label;
        umi_text value;
    } facts[] = {
        {"bank account", s->account},
        {"statement number", s->number},
        {"currency", umi_text_of(s->currency)},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        cell(b, umi_text_of(umi_tr(lang, facts[i].label)), 18, true);
        umi_buf_text(b,
                     facts[i].value.len > 0 ? facts[i].value : UMI_TEXT("-"));
        umi_buf_putc(b, '\n');
    }
    cell(b, umi_text_of(umi_tr(lang, "period")), 18, true);
    shown_day(b, s->from);
    umi_buf_puts(b, " .. ");
    shown_day(b, s->to);
    umi_buf_puts(b, "\n\n");
    cell(b, umi_text_of(umi_tr(lang, "booking date")), 13, true);
    cell(b, umi_text_of(umi_tr(lang, "value date")), 11, true);
    umi_buf_printf(b, " %20s %20s  ", umi_tr(lang, "debit"),
                   umi_tr(lang, "credit"));
    umi_buf_printf(b, "%s\n", umi_tr(lang, "reference and text"));
}

static void
balance_row(umi_buf *b, umi_lang lang, const char *label, umi_bank_figure f)
{
    cell(b, umi_text_of(umi_tr(lang, label)), 45, true);
    shown(b, lang, f);
    umi_buf_putc(b, '\n');
}

static void row(umi_buf *b, umi_lang lang, const umi_bank_line *l)
{
    umi_bank_figure none = {0}, some = {l->amount, true};
    if (l->debit && l->amount.sen != INT64_MIN)
        some.amount.sen = -l->amount.sen;
    shown_day(b, l->booked);
    umi_buf_puts(b, "   ");
    shown_day(b, l->value);
    umi_buf_putc(b, ' ');
    shown(b, lang, l->debit ? some : none);
    shown(b, lang, l->debit ? none : some);
    umi_buf_puts(b, "  ");
    if (l->pending)
        umi_buf_printf(b, "[%s] ", umi_tr(lang, "pending"));
    umi_text ref = l->customer_ref.len > 0 ? l->customer_ref : l->bank_ref;
    cell(b, ref, 24, false);
    umi_buf_puts(b, ref.len > 0 && l->text.len > 0 ? "  " : "");
    cell(b, l->text, TEXT_WIDTH, false);
    umi_buf_putc(b, '\n');
}

static const char *verdict(umi_bank_verdict v)
{
    static const char *const names[] = {"not known", "holds", "FAILS"};
    return names[v];
}

static void table(sink *out, const umi_bank_statement *s)
{
    umi_lang lang = out->c->lang;
    umi_buf *b = &out->b;
    heading(b, lang, s);
    balance_row(b, lang, "opening balance", s->opening);
    for (size_t i = 0; i < s->line_count; i++) {
        row(b, lang, &s->lines[i]);
        drain(out, FLUSH);
    }
    balance_row(b, lang, "closing balance", s->closing);
    umi_buf_putc(b, '\n');
    for (size_t i = 0; i < s->check_count; i++) {
        const umi_bank_check *k = &s->checks[i];
        cell(b, umi_text_of(k->code), 12, true);
        cell(b, umi_text_of(umi_tr(lang, verdict(k->ok))), 17, true);
        umi_buf_text(b, k->message);
        umi_buf_putc(b, '\n');
    }
}

static void warnings(cli *c, const umi_bank_file *f, const char *path)
{
    for (size_t i = 0; f != NULL && i < f->warning_count; i++) {
        const umi_bank_warning *w = &f->warnings[i];
        (void)fprintf(c->talk, "%s:%" PRId64 ": %s: %.*s\n", path, w->line,
                      w->code, (int)w->message.len, w->message.ptr);
    }
}

int cli_bank_table(cli *c, const umi_bank_file *f, const char *path)
{
    sink out = {.c = c};
    for (size_t i = 0; i < f->statement_count; i++) {
        if (i > 0)
            umi_buf_putc(&out.b, '\n');
        table(&out, &f->statements[i]);
    }
    warnings(c, f, path);
    return done(&out);
}

/* --- imports --------------------------------------------------------------- */

static const char *part_state(const umi_bank_import_result *r,
                              const umi_bank_import_part *p)
{
    if (p->stmt.quarantined)
        return p->released ? "released" : "quarantined";
    return r->notice ? "notice" : "imported";
}

typedef struct stored_check {
    umi_text code;
    umi_bank_verdict ok;
} stored_check;

/* Takes one off the front of "continuity:true complete:null". */
static bool next_check(stored_check *out, umi_text *rest)
{
    if (rest->len == 0)
        return false;
    const char *blank = memchr(rest->ptr, ' ', rest->len);
    size_t n = blank ? (size_t)(blank - rest->ptr) : rest->len;
    const char *colon = memchr(rest->ptr, ':', n);
    size_t code = colon ? (size_t)(colon - rest->ptr) : n;
    char word = code + 1 < n ? rest->ptr[code + 1] : 'n';
    out->code = (umi_text){rest->ptr, code};
    out->ok = word == 't'   ? UMI_BANK_HOLDS
              : word == 'f' ? UMI_BANK_FAILS
                            : UMI_BANK_UNKNOWN;
    n += blank != NULL;
    *rest = (umi_text){rest->ptr + n, rest->len - n};
    return true;
}

static void json_stored_checks(umi_json_out *w, umi_text rest)
{
    umi_json_key(w, "checks");
    umi_json_open(w, '[');
    for (stored_check k; next_check(&k, &rest);) {
        umi_json_open(w, '{');
        cli_json_text(w, "code", k.code);
        umi_json_key(w, "ok");
        if (k.ok == UMI_BANK_UNKNOWN)
            umi_json_null(w);
        else
            umi_json_bool(w, k.ok == UMI_BANK_HOLDS);
        umi_json_close(w, '}');
    }
    umi_json_close(w, ']');
}

static void optional_money(umi_json_out *w, const char *key, umi_money m)
{
    figure(w, key, (umi_bank_figure){m, m.sen != UMI_NONE});
}

static void json_part(umi_json_out *w,
                      const umi_bank_import_result *r,
                      const umi_bank_import_part *p)
{
    umi_json_open(w, '{');
    umi_json_put_int(w, "statement", p->stmt.id);
    cli_json_text(w, "number", p->stmt.number);
    day(w, "from", p->stmt.from);
    day(w, "to", p->stmt.to);
    optional_money(w, "opening", p->stmt.opening);
    optional_money(w, "closing", p->stmt.closing);
    umi_json_put_str(w, "state", part_state(r, p));
    umi_json_put_int(w, "lines", p->stmt.lines);
    umi_json_put_int(w, "added", p->added);
    umi_json_put_int(w, "known", p->known);
    umi_json_put_int(w, "pending", p->pending);
    json_stored_checks(w, p->stmt.checks);
    umi_json_close(w, '}');
}

static const char *file_state(const umi_bank_import_result *r)
{
    if (r->repeated)
        return "repeated";
    return umi_bank_import_quarantined(r) ? "quarantined" : "done";
}

static void json_import(umi_buf *b, const umi_bank_import_result *r)
{
    umi_json_out w = {.buf = b};
    char hex[UMI_HASH_HEX];
    int64_t lines = 0, added = 0;
    for (size_t i = 0; i < r->count; i++) {
        lines += r->parts[i].stmt.lines;
        added += r->parts[i].added;
    }
    umi_hash_hex(hex, &r->file.sha256);
    umi_json_open(&w, '{');
    umi_json_put_int(&w, "file", r->file.id);
    cli_json_text(&w, "file_sha256", umi_text_of(hex));
    cli_json_text(&w, "format", r->file.format);
    cli_json_text(&w, "account", r->account.number);
    umi_json_put_bool(&w, "account_added", r->account_added);
    cli_json_text(&w, "state", umi_text_of(file_state(r)));
    day(&w, "imported", r->file.day);
    cli_json_text(&w, "by", r->file.actor);
    umi_json_put_int(&w, "lines", lines);
    umi_json_put_int(&w, "added", added);
    umi_json_key(&w, "statements");
    umi_json_open(&w, '[');
    for (size_t i = 0; i < r->count; i++)
        json_part(&w, r, &r->parts[i]);
    umi_json_close(&w, ']');
    umi_json_key(&w, "warnings");
    umi_json_open(&w, '[');
    for (size_t i = 0; r->parsed && i < r->parsed->warning_count; i++)
        json_warning(&w, &r->parsed->warnings[i]);
    umi_json_close(&w, ']');
    umi_json_close(&w, '}');
    umi_buf_putc(b, '\n');
}

/* "continuity holds, complete not known" */
static void show_checks(umi_buf *b, cli *c, umi_text rest)
{
    umi_buf line = {0};
    for (stored_check k; next_check(&k, &rest);) {
        umi_buf_puts(&line, line.len > 0 ? ", " : "");
        umi_buf_text(&line, k.code);
        umi_buf_putc(&line, ' ');
        umi_buf_puts(&line, umi_tr(c->lang, verdict(k.ok)));
    }
    b->failed |= line.failed;
    cli_line(b, c, "checks", (umi_text){line.ptr, line.len});
    umi_buf_free(&line);
}

static void show_import(umi_buf *b, cli *c, const umi_bank_import_result *r)
{
    for (size_t i = 0; i < r->count; i++) {
        const umi_bank_import_part *p = &r->parts[i];
        cli_line_int(b, c, "statement", p->stmt.id);
        cli_line(b, c, "statement number", p->stmt.number);
        cli_line(b, c, "state", umi_text_of(umi_tr(c->lang, part_state(r, p))));
        cli_line_int(b, c, "lines", p->stmt.lines);
        cli_line_int(b, c, "added", p->added);
        cli_line_int(b, c, "same as before", p->known);
        show_checks(b, c, p->stmt.checks);
        umi_buf_putc(b, '\n');
    }
}

int cli_bank_imported(cli *c, const umi_bank_import_result *r)
{
    umi_buf b = {0};
    char on[UMI_DAY_TEXT];
    umi_day_write(on, r->file.day);
    if (r->repeated)
        (void)fprintf(c->talk,
                      umi_tr(c->lang, "imported already on %s by %.*s\n"), on,
                      (int)r->file.actor.len, r->file.actor.ptr);
    if (r->account_added)
        (void)fprintf(c->talk,
                      umi_tr(c->lang, "bank account %.*s was not known: added, "
                                      "cash account %.*s\n"),
                      (int)r->account.number.len, r->account.number.ptr,
                      (int)r->account.cash.len, r->account.cash.ptr);
    if (cli_flag(c, "json")) {
        json_import(&b, r);
        return cli_emit(c, &b);
    }
    warnings(c, r->parsed, c->args[0]);
    show_import(&b, c, r);
    return cli_emit(c, &b);
}
