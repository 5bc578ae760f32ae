/* SPDX-License-Identifier: MIT */
#include "cli/desk.h"
#include "cli/progress.h"
#include "cli/set.h"
#include "cli/spool.h"

#include "ledger/book/refused.h"
#include "ledger/desk/receipts.h"
#include "ledger/io/csv.h"

#include <errno.h>
#include <string.h>

typedef struct listing {
    cli *c;
    umi_buf out;
} listing;

static void batch_json(umi_json_out *w, const umi_batch *k)
{
    char hex[UMI_HASH_HEX] = "";
    umi_hash sha;
    umi_json_open(w, '{');
    umi_json_put_int(w, "batch", k->id);
    umi_json_put_str(w, "kind", umi_batch_kind_name(k->kind));
    cli_json_text(w, "name", k->name);
    if (k->sha256.ptr != NULL) {
        memcpy(sha.byte, k->sha256.ptr, sizeof sha.byte);
        umi_hash_hex(hex, &sha);
    }
    umi_json_put_str(w, "file_sha256", *hex ? hex : NULL);
    umi_json_put_day(w, "booked", k->booked);
    cli_json_text(w, "actor", k->actor);
    umi_json_put_int(w, "lines", k->lines.n);
    umi_json_put_money(w, "amount", k->lines.amount);
    cli_json_tally(w, "posted", &k->posted);
    cli_json_tally(w, "duplicate", &k->duplicate);
    cli_json_tally(w, "rejected", &k->rejected);
}

static void run_json(umi_json_out *w, const umi_run *r)
{
    umi_batch k = {
        .id = r->id,
        .kind = r->kind,
        .name = r->name,
        .sha256 = {(const char *)r->sha256.byte, sizeof r->sha256.byte},
        .booked = r->booked,
        .actor = r->actor,
        .posted = r->posted,
        .duplicate = r->duplicate,
        .rejected = r->rejected};
    const umi_tally *parts[] = {&r->posted, &r->duplicate, &r->rejected};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        k.lines.n += parts[i]->n; /* a sum of the file fits, and so do these */
        k.lines.amount.sen += parts[i]->amount.sen;
    }
    batch_json(w, &k);
    umi_json_put_bool(w, "finished", false);
}

/* A name as it goes into a line. */
typedef struct shown {
    char text[64];
} shown;

static shown show_name(umi_text name)
{
    shown s;
    (void)snprintf(s.text, sizeof s.text, "%.*s", UMI_SHOW(name));
    umi_text_clean(s.text);
    return s;
}

static void run_text(umi_buf *b, const cli *c, const umi_run *r)
{
    shown name = show_name(r->name);
    umi_buf_printf(b, umi_tr(c->lang, "%8lld is not finished: %s\n"),
                   (long long)r->id, name.text);
}

/* A file is called as its file; an act in words. */
static umi_text name_shown(umi_lang lang, const umi_batch *k)
{
    static const char *const acts[] = {"book",      "disburse",  "extend",
                                       "redeem",    "repay",     "reverse",
                                       "day close", "bank match"};
    bool file = k->kind == UMI_BATCH_IMPORT || k->kind == UMI_BATCH_POST;
    for (size_t i = 0; i < sizeof acts / sizeof *acts && !file; i++)
        if (umi_text_is(k->name, acts[i]))
            return umi_text_of(umi_tr(lang, acts[i]));
    return k->name;
}

static void batch_text(umi_buf *b, const cli *c, const umi_batch *k)
{
    char day[UMI_DAY_TEXT], money[UMI_MONEY_TEXT];
    umi_day_write(day, k->booked);
    umi_money_show(money, k->posted.amount, c->lang);
    shown name = show_name(name_shown(c->lang, k));
    umi_buf_printf(b, "%8lld %s %-10s %-24s %10lld %10lld %10lld  Rp %s\n",
                   (long long)k->id, day,
                   umi_tr(c->lang, umi_batch_kind_name(k->kind)), name.text,
                   (long long)k->posted.n, (long long)k->duplicate.n,
                   (long long)k->rejected.n, money);
}

/* --- list ----------------------------------------------------------------- */

static umi_status list_row(void *self, const void *row, umi_error *err)
{
    listing *l = self;
    umi_json_out w = {.buf = &l->out};
    (void)err;
    if (!cli_flag(l->c, "json")) {
        batch_text(&l->out, l->c, row);
        return UMI_OK;
    }
    batch_json(&w, row);
    umi_json_close(&w, '}');
    umi_buf_putc(&l->out, '\n');
    return UMI_OK;
}

static umi_status list_run(void *self, const void *row, umi_error *err)
{
    listing *l = self;
    umi_json_out w = {.buf = &l->out};
    (void)err;
    if (!cli_flag(l->c, "json")) {
        run_text(&l->out, l->c, row);
        return UMI_OK;
    }
    run_json(&w, row);
    umi_json_close(&w, '}');
    umi_buf_putc(&l->out, '\n');
    return UMI_OK;
}

static int run_list(cli *c)
{
    listing l = {.c = c};
    umi_book *b = NULL;
    int code = cli_book_open(c, UMI_READ, &b);
    if (code >= 0)
        return code;
    umi_status rc = umi_store_scan(umi_book_store(b), &umi_batch_table, 1,
                                   INT64_MAX, list_row, &l, &c->err);
    if (rc == UMI_OK)
        rc = umi_store_scan(umi_book_store(b), &umi_run_table, 1, INT64_MAX,
                            list_run, &l, &c->err);
    umi_book_close(b);
    if (rc == UMI_OK)
        return cli_emit(c, &l.out);
    umi_buf_free(&l.out);
    return cli_failed(c);
}

/* --- refused lines -------------------------------------------------------- */

enum {
    FLUSH = 1 << 18 /* bytes that are kept before they are written */
};

/* A batch may have refused millions. */
typedef struct printing {
    cli *c;
    umi_buf out;
    umi_json_out json;
    void (*row)(struct printing *p, const umi_reject *r);
} printing;

static umi_status print_row(void *self, const void *row, umi_error *err)
{
    printing *p = self;
    p->row(p, row);
    if (p->out.failed)
        return umi_fail_memory(err);
    if (p->out.len < FLUSH)
        return UMI_OK;
    bool ok = fwrite(p->out.ptr, 1, p->out.len, p->c->out) == p->out.len;
    p->out.len = 0;
    return ok ? UMI_OK
              : umi_fail(err, UMI_EIO, "", "the output cannot be written: %s",
                         umi_error_tr(err, strerror(errno)));
}

static umi_status print_rows(printing *p, umi_book *b, int64_t id)
{
    return umi_refused_lines(b, id, print_row, p, &p->c->err);
}

/* Takes what is left of it over. */
static int printed(printing *p, umi_status rc)
{
    if (rc == UMI_OK)
        return cli_emit(p->c, &p->out);
    umi_buf_free(&p->out);
    return cli_failed(p->c);
}

/* A batch, or a file that is not finished yet. */
typedef struct entered {
    bool done;
    umi_batch batch; /* done */
    umi_run run;     /* not */
} entered;

static umi_status read_batch(entered *e, cli *c, umi_book *b, int64_t id)
{
    bool begun = false;
    umi_status rc = umi_store_read(umi_book_store(b), &umi_batch_table, &id, 1,
                                   &e->batch, &e->done, c->arena, &c->err);
    if (rc == UMI_OK && !e->done)
        rc = umi_store_read(umi_book_store(b), &umi_run_table, &id, 1, &e->run,
                            &begun, c->arena, &c->err);
    if (rc == UMI_OK && !e->done && !begun)
        rc = umi_fail(&c->err, UMI_ENOENT, "", "there is no batch %lld",
                      (long long)id);
    return rc;
}

/* --- show ----------------------------------------------------------------- */

static void row_json(printing *p, const umi_reject *r)
{
    umi_json_out *w = &p->json;
    umi_json_open(w, '{');
    umi_json_put_int(w, "line", r->line);
    cli_json_text(w, "code", r->code);
    umi_json_put_money(w, "amount", r->amount);
    umi_json_close(w, '}');
}

static void row_text(printing *p, const umi_reject *r)
{
    const cli *c = p->c;
    char money[UMI_MONEY_TEXT];
    umi_money_show(money, r->amount, c->lang);
    umi_buf_printf(&p->out, "%s %8lld  %-14.*s Rp %s\n",
                   umi_tr(c->lang, "line"), (long long)r->line,
                   (int)r->code.len, r->code.ptr, money);
}

static umi_status
print_json(printing *p, umi_book *b, int64_t id, const entered *e)
{
    umi_json_out *w = &p->json;
    w->buf = &p->out;
    p->row = row_json;
    if (e->done)
        batch_json(w, &e->batch);
    else
        run_json(w, &e->run);
    umi_json_key(w, "rejects");
    umi_json_open(w, '[');
    umi_status rc = print_rows(p, b, id);
    umi_json_close(w, ']');
    umi_json_close(w, '}');
    umi_buf_putc(&p->out, '\n');
    return rc;
}

static umi_status
print_text(printing *p, umi_book *b, int64_t id, const entered *e)
{
    p->row = row_text;
    if (e->done)
        batch_text(&p->out, p->c, &e->batch);
    else
        run_text(&p->out, p->c, &e->run);
    return print_rows(p, b, id);
}

static int show(cli *c, umi_book *b, int64_t id)
{
    entered e;
    printing p = {.c = c};
    umi_status rc = read_batch(&e, c, b, id);
    if (rc == UMI_OK)
        rc = cli_flag(c, "json") ? print_json(&p, b, id, &e)
                                 : print_text(&p, b, id, &e);
    return printed(&p, rc);
}

/* The act on the batch that the first argument names; the exit code. */
static int with_batch(cli *c, int (*act)(cli *c, umi_book *b, int64_t id))
{
    umi_book *b = NULL;
    int64_t id;
    if (!umi_text_int(umi_text_of(c->args[0]), 1, INT64_MAX, &id))
        return cli_usage(c, "BATCH", "'%s' is no number of a batch",
                         c->args[0]);
    int code = cli_book_open(c, UMI_READ, &b);
    if (code >= 0)
        return code;
    code = act(c, b, id);
    umi_book_close(b);
    return code;
}

static int run_show(cli *c)
{
    return with_batch(c, show);
}

/* --- rejects -------------------------------------------------------------- */

static const char *meaning(const cli *c, umi_text code)
{
    char name[sizeof c->err.code] = "";
    if (code.len < sizeof name)
        memcpy(name, code.ptr, code.len);
    const umi_code *k = umi_code_find(name);
    return k == NULL ? "" : umi_tr(c->lang, k->text);
}

static void reject_csv(printing *p, const umi_reject *r)
{
    umi_csv_out w = {.buf = &p->out};
    umi_csv_put_int(&w, r->line);
    umi_csv_put(&w, r->code);
    umi_csv_put_money(&w, r->amount);
    umi_csv_put_str(&w, meaning(p->c, r->code));
    umi_csv_end(&w);
}

static void reject_text(printing *p, const umi_reject *r)
{
    const cli *c = p->c;
    char money[UMI_MONEY_TEXT];
    umi_money_show(money, r->amount, c->lang);
    umi_buf_printf(&p->out, "%8lld  %-14.*s %16s  %s\n", (long long)r->line,
                   UMI_SHOW(r->code), money, meaning(c, r->code));
}

static int rejects(cli *c, umi_book *b, int64_t id)
{
    bool csv = cli_flag(c, "csv");
    printing p = {.c = c, .row = csv ? reject_csv : reject_text};
    entered e;
    umi_status rc = read_batch(&e, c, b, id);
    if (csv)
        umi_buf_puts(&p.out, "line,code,amount,message\n");
    if (rc == UMI_OK)
        rc = print_rows(&p, b, id);
    return printed(&p, rc);
}

static int run_rejects(cli *c)
{
    return with_batch(c, rejects);
}

/* --- receipts ------------------------------------------------------------- */

/* A batch that a profile read is called PROFILE/FILE. */
static umi_status profile_of(
    cli *c, umi_book *b, int64_t id, umi_set **set, const umi_profile **profile)
{
    umi_batch k;
    bool found;
    umi_status rc = umi_store_read(umi_book_store(b), &umi_batch_table, &id, 1,
                                   &k, &found, c->arena, &c->err);
    size_t slash = rc == UMI_OK && found ? k.name.len : 0;
    while (slash > 0 && k.name.ptr[slash - 1] != '/')
        slash--;
    if (slash == 0)
        return rc;
    const umi_text name = {k.name.ptr, slash - 1};
    rc = cli_set(c, set);
    if (rc == UMI_OK)
        *profile = umi_profile_find(&(*set)->profiles, name);
    if (rc == UMI_OK && *profile == NULL)
        rc = umi_fail(&c->err, UMI_ENOENT, "", "there is no profile '%.*s'",
                      UMI_SHOW(name));
    return rc;
}

static int receipts(cli *c, umi_book *b, int64_t id)
{
    umi_receipts_ask ask = {.batch = id, .out = cli_value(c, "receipts")};
    umi_set *set = NULL;
    cli_input in;
    cli_progress progress;
    const umi_unpack_watch watch = {cli_progress_unpacking, &progress};
    if (cli_value(c, "file") == NULL || ask.out == NULL)
        return cli_usage(c, "", "%s are needed", "--file, --receipts");
    cli_progress_begin(&progress, c);
    umi_status rc = cli_input_open(&in, cli_value(c, "file"), &watch, &c->err);
    ask.path = in.path;
    ask.name = in.name;
    ask.progress = progress.on ? cli_progress_tell : NULL;
    ask.self = &progress;
    if (rc == UMI_OK)
        rc = profile_of(c, b, id, &set, &ask.profile);
    if (rc == UMI_OK)
        rc = umi_receipts_write(b, &ask, &c->err);
    cli_progress_wipe(&progress);
    umi_set_free(set);
    cli_input_close(&in);
    return rc == UMI_OK ? 0 : cli_failed(c);
}

static int run_receipts(cli *c)
{
    return with_batch(c, receipts);
}

static const cli_option receipts_options[] = {
    {"file", "FILE", "the file that was posted"},
    {"receipts", "PATH", "write what became of every line"},
    CLI_PROGRESS_OPTIONS,
    {0},
};
static const cli_option csv_option[] = {
    {"csv", NULL, "answer as CSV"},
    {0},
};
static const cli_option json_option[] = {
    {"json", NULL, "answer as JSON (list: JSON Lines)"},
    {0},
};
static const cli_command batch_commands[] = {
    {"list", "", 0, 0, "all batches: files and single acts", json_option,
     run_list},
    {"show", "BATCH", 1, 1, "one batch with the lines it refused", json_option,
     run_show},
    {"rejects", "BATCH", 1, 1,
     "the lines that a batch refused, also of one that is not finished",
     csv_option, run_rejects},
    {"receipts", "BATCH", 1, 1,
     "what became of every line of a file of repayments", receipts_options,
     run_receipts},
    {0},
};
const cli_group cli_group_batch = {"batch", "what was entered, file by file",
                                   batch_commands};
