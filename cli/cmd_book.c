/* SPDX-License-Identifier: MIT */
#include "cli/book.h"
#include "cli/desk.h"

#include "cli/progress.h"

#include "ledger/book/verify.h"

static int run_init(cli *c)
{
    umi_book_owner owner = {.institution = cli_text(c, "institution"),
                            .branch = cli_text(c, "branch")};
    if (owner.institution.ptr == NULL)
        return cli_usage(c, "--institution", "option %s is missing",
                         "--institution");
    if (cli_value(c, "basis") &&
        !umi_basis_parse(&owner.basis, cli_text(c, "basis")))
        return cli_usage(c, "--basis",
                         "--basis must be accrual or cash, got '%s'",
                         cli_value(c, "basis"));
    if (c->book == NULL || *c->book == '\0')
        return cli_usage(c, "--book", "no book is named: give %s or UMI_BOOK",
                         "--book PATH");
    int code = cli_not_log(c, c->book);
    if (code >= 0)
        return code;
    if (umi_book_create(c->book, &owner, &c->err) != UMI_OK)
        return cli_failed(c);
    (void)fprintf(c->talk, umi_tr(c->lang, "%s: a new book\n"), c->book);
    return 0;
}

static const cli_option init_options[] = {
    {"institution", "NAME", "who keeps the book"},
    {"branch", "CODE", "the branch of loans that name none (else PUSAT)"},
    {"basis", "accrual|cash", "how interest is recognised (else accrual)"},
    {0},
};
static const cli_command init_commands[] = {
    {"", "", 0, 0, "make a new book", init_options, run_init},
    {0},
};
const cli_group cli_group_init = {"init", "make a new book", init_commands};

/* --- verify --------------------------------------------------------------- */

static void counted_json(umi_json_out *w, const umi_check *k)
{
    umi_json_key(w, "counted");
    umi_json_open(w, '{');
    for (size_t i = 0; i < UMI_COUNTED_MAX && k->counted[i].what; i++)
        umi_json_put_int(w, k->counted[i].what, k->counted[i].n);
    umi_json_close(w, '}');
}

static void verify_json(umi_buf *b, const umi_verification *v, bool full)
{
    umi_json_out w = {.buf = b};
    char hex[UMI_HASH_HEX];
    umi_hash_hex(hex, &v->head);
    umi_json_open(&w, '{');
    umi_json_put_bool(&w, "ok", v->ok);
    umi_json_put_bool(&w, "full", full);
    umi_json_put_str(&w, "head", hex);
    umi_json_put_int(&w, "blocks", v->blocks);
    umi_json_key(&w, "checks");
    umi_json_open(&w, '[');
    for (size_t i = 0; i < v->count; i++) {
        const umi_check *k = &v->checks[i];
        umi_json_open(&w, '{');
        umi_json_put_str(&w, "check", k->name);
        umi_json_key(&w, "ok");
        if (k->done)
            umi_json_bool(&w, k->ok);
        else
            umi_json_null(&w);
        umi_json_put_int(&w, "count", k->count);
        umi_json_put_str(&w, "message", k->message);
        counted_json(&w, k);
        umi_json_close(&w, '}');
    }
    umi_json_close(&w, ']');
    umi_json_close(&w, '}');
}

/* "  1000000 loans, 2000000 postings", or how far it came and why not
 * further. */
static void counted_text(umi_buf *b, const cli *c, const umi_check *k)
{
    if (k->counted[0].what == NULL) {
        umi_buf_printf(b, " %12lld%s%s\n", (long long)k->count,
                       *k->message ? "  " : "", k->message);
        return;
    }
    for (size_t i = 0; i < UMI_COUNTED_MAX && k->counted[i].what; i++)
        umi_buf_printf(b, i ? ", %lld %s" : " %12lld %s",
                       (long long)k->counted[i].n,
                       umi_tr(c->lang, k->counted[i].what));
    umi_buf_putc(b, '\n');
}

static void verify_text(umi_buf *b, const cli *c, const umi_verification *v)
{
    char hex[UMI_HASH_HEX];
    for (size_t i = 0; i < v->count; i++) {
        const umi_check *k = &v->checks[i];
        const char *state = !k->done ? "not done" : k->ok ? "ok" : "FAILED";
        umi_buf_printf(b, "%-12s %-14s", umi_tr(c->lang, k->name),
                       umi_tr(c->lang, state));
        counted_text(b, c, k);
    }
    umi_hash_hex(hex, &v->head);
    umi_buf_printf(b, umi_tr(c->lang, "block %lld, head %s\n"),
                   (long long)v->blocks, hex);
}

static int run_verify(cli *c)
{
    umi_book *b = NULL;
    umi_verification v;
    umi_buf out = {0};
    bool full = cli_flag(c, "full");
    cli_progress p;
    umi_verify_ask ask = {
        .full = full, .progress = cli_progress_tell, .self = &p};
    int code = cli_book_open(c, UMI_READ, &b);
    if (code >= 0)
        return code;
    cli_progress_begin(&p, c);
    umi_status rc = umi_book_verify_as(&v, b, &ask, &c->err);
    cli_progress_wipe(&p);
    umi_book_close(b);
    if (rc != UMI_OK)
        return cli_failed(c);
    if (cli_flag(c, "json"))
        verify_json(&out, &v, full);
    else
        verify_text(&out, c, &v);
    code = cli_flag(c, "json") ? cli_emit_json(c, &out) : cli_emit(c, &out);
    return code != 0 || v.ok ? code : 5;
}

static const cli_option verify_options[] = {
    {"full", NULL, "recompute every hash and fold every loan anew"},
    {"json", NULL, "answer as JSON"},
    CLI_PROGRESS_OPTIONS,
    {0},
};
static const cli_command verify_commands[] = {
    {"", "", 0, 0, "check that the book is what was written", verify_options,
     run_verify},
    {0},
};
const cli_group cli_group_verify = {"verify", "check the book",
                                    verify_commands};
