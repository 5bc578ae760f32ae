/* SPDX-License-Identifier: MIT */
#include "cli/file_result.h"

#include "cli/spool.h"

#include "engine/base/json.h"

#include <string.h>

/* --- the answer ----------------------------------------------------------- */

void cli_json_tally(umi_json_out *w, const char *key, const umi_tally *t)
{
    umi_json_key(w, key);
    umi_json_open(w, '{');
    umi_json_put_int(w, "n", t->n);
    umi_json_put_money(w, "amount", t->amount);
    umi_json_close(w, '}');
}

static void
write_json(umi_buf *b, const umi_file_result *r, const char *receipts)
{
    umi_json_out w = {.buf = b};
    char hex[UMI_HASH_HEX];
    umi_hash_hex(hex, &r->sha256);
    umi_json_open(&w, '{');
    umi_json_put_int(&w, "batch", r->batch);
    umi_json_put_str(&w, "file_sha256", hex);
    umi_json_put_int(&w, "lines", r->lines.n);
    umi_json_put_money(&w, "amount", r->lines.amount);
    cli_json_tally(&w, "posted", &r->posted);
    cli_json_tally(&w, "duplicate", &r->duplicate);
    cli_json_tally(&w, "rejected", &r->rejected);
    umi_json_put_str(&w, "rejects_file", r->rejects_file);
    umi_json_put_str(&w, "state", umi_file_state_name(r->state));
    if (receipts != NULL) {
        umi_json_put_str(&w, "receipts_file", receipts);
    }
    umi_json_close(&w, '}');
    umi_buf_putc(b, '\n');
}

static void
text_tally(umi_buf *b, const cli *c, const char *name, const umi_tally *t)
{
    char money[UMI_MONEY_TEXT];
    umi_money_show(money, t->amount, c->lang);
    umi_buf_printf(b, "  %-14s %12lld  Rp %s\n", umi_tr(c->lang, name),
                   (long long)t->n, money);
}

static void write_text(umi_buf *b, const cli *c, const umi_file_result *r)
{
    static const char *const heads[] = {
        [UMI_FILE_DONE] = "batch %lld: done\n",
        [UMI_FILE_REPEATED] =
            "batch %lld: this file was done before; nothing was written\n",
        [UMI_FILE_DRY_RUN] = "batch %lld: a trial; nothing was written\n",
    };
    umi_buf_printf(b, umi_tr(c->lang, heads[r->state]), (long long)r->batch);
    text_tally(b, c, "lines", &r->lines);
    text_tally(b, c, "posted", &r->posted);
    text_tally(b, c, "duplicate", &r->duplicate);
    text_tally(b, c, "rejected", &r->rejected);
    if (r->rejects_file != NULL)
        umi_buf_printf(b, umi_tr(c->lang, "refused lines: %s\n"),
                       r->rejects_file);
    if (cli_value(c, "receipts") != NULL)
        umi_buf_printf(b, umi_tr(c->lang, "receipts: %s\n"),
                       cli_value(c, "receipts"));
}

static int answer(cli *c, const umi_file_result *r)
{
    umi_buf b = {0};
    if (cli_flag(c, "json"))
        write_json(&b, r, cli_value(c, "receipts"));
    else
        write_text(&b, c, r);
    int code = cli_emit(c, &b);
    if (code == 0 && r->rejected.n > 0 && r->state != UMI_FILE_REPEATED)
        code = 1;
    return code;
}

/* --- the command ---------------------------------------------------------- */

int cli_not_rejects(cli *c, const char *name, const char *to)
{
    char room[4096];
    const char *rejects = cli_value(c, "rejects");
    if (rejects == NULL) {
        (void)snprintf(room, sizeof room, "%s.rejects.csv", name);
        rejects = room;
    }
    return to != NULL && cli_same_place(to, rejects)
               ? cli_usage(c, "", "'%s' would hold the rejects, too", to)
               : -1;
}

int cli_expected(cli *c, cli_expect *e)
{
    *e = (cli_expect){0};
    if (cli_flag(c, "expect-lines")) {
        if (!umi_text_int(cli_text(c, "expect-lines"), 0, INT64_MAX, &e->n))
            return cli_usage(c, "--expect-lines", "'%s' is no number of lines",
                             cli_value(c, "expect-lines"));
        e->lines = &e->n;
    }
    if (cli_flag(c, "expect-amount")) {
        if (!umi_money_parse(&e->sum, cli_text(c, "expect-amount")) ||
            e->sum.sen < 0)
            return cli_usage(c, "--expect-amount", "'%s' is no amount",
                             cli_value(c, "expect-amount"));
        e->amount = &e->sum;
    }
    return -1;
}

int cli_atomic(cli *c, bool *whole)
{
    const char *atomic = cli_value(c, "atomic");
    *whole = atomic != NULL && strcmp(atomic, "file") == 0;
    if (atomic != NULL && !*whole && strcmp(atomic, "chunk") != 0)
        return cli_usage(c, "--atomic", "%s must be file or chunk", "--atomic");
    return -1;
}

/* Who asks for a trial must not get the deed. */
int cli_no_file(cli *c)
{
    static const char *const names[] = {"dry-run", "atomic", "expect-lines",
                                        "expect-amount"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (cli_flag(c, names[i]))
            return cli_usage(c, "", "--%s goes with a file", names[i]);
    return -1;
}

static int read_options(cli *c, umi_file_ask *ask, cli_expect *expect)
{
    ask->path = c->args[0];
    ask->rejects = cli_value(c, "rejects");
    ask->dry_run = cli_flag(c, "dry-run");
    ask->booked.n = UMI_NONE32;
    int code = cli_atomic(c, &ask->whole);
    if (code < 0)
        code = cli_expected(c, expect);
    ask->expect_lines = expect->lines;
    ask->expect_amount = expect->amount;
    return code < 0 ? cli_date(c, "date", &ask->booked) : code;
}

/* A trial looks, and others may look meanwhile; unless it says that it must
 * try in earnest. */
static umi_status attempt(cli *c,
                          const umi_file_ask *ask,
                          cli_file_fn fn,
                          umi_access access,
                          umi_file_result *r,
                          int *code)
{
    umi_book *b = NULL;
    *code = cli_book_open(c, access, &b);
    if (*code >= 0)
        return UMI_OK;
    umi_status rc = fn(r, b, ask, c->arena, &c->err);
    umi_book_close(b);
    bool again = access == UMI_READ && rc == UMI_ESTATE &&
                 strcmp(c->err.code, "TRIAL") == 0;
    if (!again)
        return rc;
    umi_error_clear(&c->err);
    return attempt(c, ask, fn, UMI_WRITE, r, code);
}

static int run(cli *c, umi_file_ask *ask, cli_file_fn fn)
{
    umi_file_result r;
    int code;
    umi_status rc =
        attempt(c, ask, fn,
                ask->dry_run && ask->receipts == NULL ? UMI_READ : UMI_WRITE,
                &r, &code);
    if (code >= 0)
        return code;
    cli_progress_wipe(ask->self);
    return rc == UMI_OK ? answer(c, &r) : cli_failed(c);
}

int cli_file_command(cli *c, const umi_file_ask *wish, cli_file_fn fn)
{
    umi_file_ask ask = *wish;
    cli_input in;
    cli_expect expect;
    cli_progress progress;
    const umi_unpack_watch watch = {cli_progress_unpacking, &progress};
    int code = read_options(c, &ask, &expect);
    if (code >= 0)
        return code;
    cli_progress_begin(&progress, c);
    umi_status rc = cli_input_open(&in, ask.path, &watch, &c->err);
    cli_progress_wipe(&progress);
    if (rc != UMI_OK)
        return cli_failed(c);
    ask.progress = progress.on ? cli_progress_tell : NULL;
    ask.self = &progress;
    ask.path = in.path;
    ask.name = in.name;
    code = cli_not_rejects(c, in.name, ask.receipts);
    if (code < 0)
        code = run(c, &ask, fn);
    cli_input_close(&in);
    return code;
}
