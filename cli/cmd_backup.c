/* SPDX-License-Identifier: MIT */
#include "cli/book.h"
#include "cli/desk.h"

#include "engine/base/sign.h"
#include "ledger/book/backup.h"

typedef enum checksum {
    WRITTEN,
    AGREES,
    MISSING
} checksum;

/* What was copied or restored, and what became of its checksum. */
typedef struct made {
    umi_backup k;
    checksum sum;
} made;

static const char *const sum_words[] = {
    [WRITTEN] = "written",
    [AGREES] = "agrees",
    [MISSING] = "missing",
};

static void print_json(umi_buf *b, const cli *c, const made *m)
{
    const umi_book_summary *s = &m->k.book;
    umi_json_out w = {.buf = b};
    char sha[UMI_HASH_HEX], head[UMI_HASH_HEX];
    umi_hash_hex(sha, &m->k.sha256);
    umi_hash_hex(head, &s->head);
    umi_json_open(&w, '{');
    umi_json_put_str(&w, "book", c->book);
    umi_json_put_str(&w, "file", c->args[0]);
    umi_json_put_int(&w, "bytes", m->k.bytes);
    umi_json_put_str(&w, "sha256", sha);
    umi_json_put_str(&w, "checksum", sum_words[m->sum]);
    umi_json_put_str(&w, "verified", m->k.full ? "full" : "quick");
    cli_json_text(&w, "institution", s->institution);
    umi_json_put_str(&w, "head", head);
    umi_json_put_int(&w, "blocks", s->blocks);
    umi_json_put_int(&w, "loans", s->loans);
    umi_json_put_int(&w, "postings", s->postings);
    umi_json_put_int(&w, "batches", s->batches);
    umi_json_key(&w, "last_day");
    if (s->last_day.n == UMI_NONE32)
        umi_json_null(&w);
    else
        umi_json_day(&w, s->last_day);
    umi_json_put_day(&w, "business_date", s->business_date);
    umi_json_close(&w, '}');
}

static void print_text(umi_buf *b, const cli *c, const made *m)
{
    const umi_book_summary *s = &m->k.book;
    char sha[UMI_HASH_HEX], head[UMI_HASH_HEX];
    umi_hash_hex(sha, &m->k.sha256);
    umi_hash_hex(head, &s->head);
    cli_line(b, c, "institution", s->institution);
    cli_line_int(b, c, "loans", s->loans);
    cli_line_int(b, c, "postings", s->postings);
    cli_line_int(b, c, "batches", s->batches);
    if (s->last_day.n == UMI_NONE32)
        cli_line(b, c, "last closed day", (umi_text){0});
    else
        cli_line_day(b, c, "last closed day", s->last_day);
    cli_line_day(b, c, "business date", s->business_date);
    cli_line_int(b, c, "blocks", s->blocks);
    cli_line(b, c, "head of the chain", umi_text_of(head));
    cli_line_int(b, c, "bytes", m->k.bytes);
    cli_line(b, c, "SHA-256", umi_text_of(sha));
    cli_line(b, c, "checksum", umi_text_of(umi_tr(c->lang, sum_words[m->sum])));
    cli_line(b, c, "verified",
             umi_text_of(umi_tr(c->lang, m->k.full ? "in full" : "quickly")));
}

static int print(cli *c, const made *m)
{
    umi_buf b = {0};
    if (cli_flag(c, "json")) {
        print_json(&b, c, m);
        return cli_emit_json(c, &b);
    }
    print_text(&b, c, m);
    return cli_emit(c, &b);
}

/* The book and the file; -1, or the exit code when no book is named. */
static int read_ask(cli *c, umi_backup_ask *ask)
{
    if (c->book == NULL || *c->book == '\0')
        return cli_usage(c, "--book", "no book is named: give %s or UMI_BOOK",
                         "--book PATH");
    *ask = (umi_backup_ask){
        .book = c->book,
        .file = c->args[0],
        .session = {umi_text_of(c->user), cli_today()},
        .full = cli_flag(c, "full"),
    };
    return -1;
}

static int run_backup(cli *c)
{
    umi_backup_ask ask;
    made m = {.sum = WRITTEN};
    char head[UMI_HASH_HEX];
    int code = read_ask(c, &ask);
    if (code < 0)
        code = cli_not_log(c, ask.file);
    if (code >= 0)
        return code;
    if (umi_backup_make(&m.k, &ask, c->arena, &c->err) != UMI_OK)
        return cli_failed(c);
    umi_hash_hex(head, &m.k.book.head);
    if (!cli_flag(c, "json"))
        (void)fprintf(c->talk, umi_tr(c->lang, "%s: a copy, head %s\n"),
                      ask.file, head);
    return print(c, &m);
}

static const cli_option backup_options[] = {
    {"full", NULL, "verify the copy in full, as restore does"},
    {"json", NULL, "answer as JSON"},
    {0},
};
static const cli_command backup_commands[] = {
    {"", "FILE", 1, 1,
     "copy the book to a new file, verify it, and write its checksum to "
     "FILE.sha256",
     backup_options, run_backup},
    {0},
};
const cli_group cli_group_backup = {"backup", "copy the book", backup_commands};

/* --- restore -------------------------------------------------------------- */

static int read_head(cli *c, umi_backup_ask *ask, umi_hash *room)
{
    umi_text hex = cli_text(c, "expect-head");
    if (hex.ptr == NULL)
        return -1;
    if (!umi_hex_parse(room->byte, UMI_HASH_SIZE, hex))
        return cli_usage(c, "--expect-head", "'%s' is no head of a chain",
                         hex.ptr);
    ask->head = room;
    return -1;
}

static int run_restore(cli *c)
{
    umi_backup_ask ask;
    umi_hash head;
    made m = {0};
    int code = read_ask(c, &ask);
    if (code < 0)
        code = read_head(c, &ask, &head);
    if (code < 0)
        code = cli_not_log(c, ask.book);
    if (code >= 0)
        return code;
    if (umi_backup_restore(&m.k, &ask, c->arena, &c->err) != UMI_OK)
        return cli_failed(c);
    m.sum = m.k.summed ? AGREES : MISSING;
    if (!m.k.summed)
        (void)fprintf(c->talk,
                      umi_tr(c->lang, "%s: no checksum is beside it; compare "
                                      "the head of the chain\n"),
                      ask.file);
    return print(c, &m);
}

static const cli_option restore_options[] = {
    {"expect-head", "HEX", "refuse a book whose chain has another head"},
    {"json", NULL, "answer as JSON"},
    {0},
};
static const cli_command restore_commands[] = {
    {"", "FILE", 1, 1,
     "make the book, which must not exist yet, out of a backup that is "
     "verified in full",
     restore_options, run_restore},
    {0},
};
const cli_group cli_group_restore = {"restore", "make a book out of a backup",
                                     restore_commands};
