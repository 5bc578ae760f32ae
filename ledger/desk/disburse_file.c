/* SPDX-License-Identifier: MIT */
#include "ledger/desk/disburse_int.h"
#include "ledger/desk/fetch.h"
#include "ledger/desk/import_int.h"
#include "ledger/io/outfile.h"

#include <stdio.h>

enum {
    ID,
    BANK,
    ACCOUNT,
    DATE
};

static const umi_column columns[] = {
    [ID] = {"id", UMI_COLUMN_REQUIRED},
    [BANK] = {"bank", UMI_COLUMN_OPTIONAL},
    [ACCOUNT] = {"account", UMI_COLUMN_OPTIONAL},
    [DATE] = {"date", UMI_COLUMN_OPTIONAL},
    UMI_CSV_REJECT_COLUMNS,
};

typedef struct entry {
    umi_disburse_ask ask;
    umi__payout payout;
} entry;

typedef struct session {
    umi_text sha;    /* of the file, hex */
    umi_words *seen; /* id of the application to line */
    umi_outfile *file;
    umi_csv_out out;
    int64_t count;
    umi_money sum;
} session;

/* --- a line by itself ---------------------------------------------------- */

static umi_text optional(const umi_record *r, size_t i)
{
    umi_text t = umi_text_trim(umi_record_text(r, i));
    return t.len > 0 ? t : (umi_text){0};
}

static umi_status
parse(umi__import *im, const umi_record *r, void *data, umi_error *err)
{
    umi_disburse_ask *a = &((entry *)data)->ask;
    a->bank = optional(r, BANK);
    a->account = optional(r, ACCOUNT);
    a->day = im->desk->today;
    umi_status rc = umi_record_need(&a->code, r, ID, err);
    if (rc == UMI_OK && optional(r, DATE).ptr != NULL)
        rc = umi_record_day(&a->day, r, DATE, err);
    if (rc == UMI_OK && (a->bank.ptr == NULL) != (a->account.ptr == NULL))
        rc = umi_fail(err, UMI_EINVAL, a->bank.ptr ? "account" : "bank",
                      "bank and account stand together or not at all");
    return rc;
}

/* --- the transfer file --------------------------------------------------- */

static umi_status
write_transfer(session *s, umi_text name, const umi_transfer *t, umi_error *err)
{
    if (!umi_money_add(&s->sum, s->sum, t->amount))
        return umi_fail(err, UMI_ERANGE, "amount", "the sum does not fit");
    s->count++;
    if (s->file == NULL) /* a trial */
        return UMI_OK;
    umi_csv_put(&s->out, t->reference);
    umi_csv_put(&s->out, t->bank);
    umi_csv_put(&s->out, t->account);
    umi_csv_put(&s->out, name);
    umi_csv_put_money(&s->out, t->amount);
    umi_csv_put_day(&s->out, t->day);
    umi_csv_end(&s->out);
    return umi_outfile_pass(s->file, err);
}

static umi_status begin_file(session *s, const char *path, umi_error *err)
{
    static const char *const names[] = {"reference", "bank",   "account",
                                        "name",      "amount", "date"};
    umi_status rc = umi_outfile_open(&s->file, path, err);
    if (rc != UMI_OK)
        return rc;
    s->out = (umi_csv_out){.buf = umi_outfile_buf(s->file)};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        umi_csv_put_str(&s->out, names[i]);
    umi_csv_end(&s->out);
    return UMI_OK;
}

/* The last line: how many, and how much. */
static umi_status end_file(session *s, umi_error *err)
{
    umi_outfile *f = s->file;
    if (f == NULL)
        return UMI_OK;
    umi_csv_put_str(&s->out, "TOTAL");
    umi_csv_put_str(&s->out, "");
    umi_csv_put_str(&s->out, "");
    umi_csv_put_int(&s->out, s->count);
    umi_csv_put_money(&s->out, s->sum);
    umi_csv_put_str(&s->out, "");
    umi_csv_end(&s->out);
    s->file = NULL;
    return umi_outfile_commit(f, err);
}

/* --- paying out ---------------------------------------------------------- */

static bool fatal(umi_status rc)
{
    return rc == UMI_ENOMEM || rc == UMI_EIO || rc == UMI_EDAMAGED ||
           rc == UMI_EBUSY || rc == UMI_EINTERNAL;
}

/* A line that this very file had paid out before: its transfer stands. */
static umi_status take_earlier(umi__import *im,
                               umi__line *line,
                               const umi_transfer *before,
                               umi_error *err)
{
    umi__payout *p = &((entry *)line->data)->payout;
    umi_person person;
    line->outcome = UMI__SAME;
    p->done.transfer = *before;
    umi_status rc =
        umi__fetch_one(im->desk->store, &umi_person_table,
                       p->application.person, &person, im->arena, err);
    p->done.name = person.name;
    return rc;
}

static umi_status prepare(umi__import *im, umi__line *line, umi_error *err)
{
    session *s = im->self;
    entry *e = line->data;
    umi__payout *p = &e->payout;
    umi_transfer before = {0};
    umi_error why = {.lang = im->ask->lang};
    umi_status rc = umi__payout_prepare(p, im->desk, &e->ask, s->sha, &before,
                                        im->arena, &why);
    umi_text code = p->application.code;
    if (fatal(rc)) {
        if (err != NULL)
            *err = why;
        return rc;
    }
    bool twice = code.ptr && umi_words_get(s->seen, code) != INT64_MIN;
    if (twice)
        rc = umi_fail_code(&why, UMI_EINVAL, "CONFLICT", "id",
                           "line %lld pays the same loan",
                           (long long)umi_words_get(s->seen, code));
    else if (rc == UMI_ESTATE && before.source.ptr != NULL &&
             umi_text_eq(before.source, s->sha))
        rc = take_earlier(im, line, &before, &why);
    else if (rc == UMI_OK)
        line->outcome = UMI__ADDED;
    if (rc != UMI_OK)
        return umi__import_reject(im, line, &why, err);
    return umi_words_set(s->seen, code, line->record->line)
               ? UMI_OK
               : umi_fail_memory(err);
}

/* One by one, so that a line which cannot be paid out is known. */
static umi_status enter_singly(umi__import *im, umi_error *err)
{
    for (size_t i = 0; i < im->count; i++) {
        umi__line *line = &im->lines[i];
        if (line->outcome != UMI__ADDED)
            continue;
        umi_error why = {.lang = im->ask->lang};
        entry *e = line->data;
        umi_status rc =
            umi__payout_enter(&e->payout, 1, im->desk, im->arena, &why);
        if (fatal(rc)) {
            if (err != NULL)
                *err = why;
            return rc;
        }
        if (rc != UMI_OK)
            rc = umi__import_reject(im, line, &why, err);
        if (rc != UMI_OK)
            return rc;
    }
    return UMI_OK;
}

static umi_status enter(umi__import *im, umi_error *err)
{
    umi__payout *all = umi_arena_array(im->arena, im->count, sizeof *all);
    size_t n = 0;
    if (all == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < im->count; i++)
        if (im->lines[i].outcome == UMI__ADDED)
            all[n++] = ((entry *)im->lines[i].data)->payout;
    umi_error why = {.lang = im->ask->lang};
    umi_status rc =
        n == 0 ? UMI_OK : umi__payout_enter(all, n, im->desk, im->arena, &why);
    if (rc != UMI_OK && !fatal(rc))
        return enter_singly(im, err);
    if (rc != UMI_OK && err != NULL)
        *err = why;
    return rc;
}

static umi_status settle(umi__import *im, umi_error *err)
{
    session *s = im->self;
    umi_status rc = UMI_OK;
    for (size_t i = 0; rc == UMI_OK && i < im->count; i++)
        if (im->lines[i].data != NULL)
            rc = prepare(im, &im->lines[i], err);
    if (rc == UMI_OK)
        rc = enter(im, err);
    for (size_t i = 0; rc == UMI_OK && i < im->count; i++) {
        const umi__line *line = &im->lines[i];
        if (line->outcome == UMI__REJECTED)
            continue;
        const umi__payout *p = &((const entry *)line->data)->payout;
        rc = write_transfer(s, p->done.name, &p->done.transfer, err);
    }
    return rc;
}

/* What the sender says that the transfers sum up to; and whether they are of
 * the file that was read first. */
static umi_status finish(umi__import *im, umi_error *err)
{
    const session *s = im->self;
    char hex[UMI_HASH_HEX];
    umi_hash_hex(hex, &im->result->sha256);
    if (!umi_text_is(s->sha, hex)) {
        umi_fail(err, UMI_EIO, "", "the file changed while it was read");
        umi_error_at(err, umi_import_ask_name(im->ask), 0, 0);
        return UMI_EIO;
    }
    const umi_file_ask said = {.path = im->ask->path,
                               .name = im->ask->name,
                               .expect_amount = im->ask->expect_amount};
    const umi_tally lines = {s->count, s->sum};
    return umi_file_expected(&said, &lines, err);
}

static const umi__import_kind kind = {
    .spec = {.columns = columns, .count = sizeof columns / sizeof *columns},
    .subject = UMI_SUBJECT_APPLICATION,
    .size = sizeof(entry),
    .parse = parse,
    .settle = settle,
    .finish = finish,
};

/* The file is known by its bytes: transfers name the one that they are of. */
static umi_status name_files(umi_disburse_file *out,
                             session *s,
                             const umi_import_ask *ask,
                             const char *transfers,
                             umi_arena *arena,
                             umi_error *err)
{
    char hex[UMI_HASH_HEX];
    umi_hash sha;
    int64_t lines;
    const char *name = umi_import_ask_name(ask);
    size_t size = strlen(name) + sizeof ".transfers.csv";
    umi_status rc = umi__import_measure(&sha, &lines, &kind, ask, err);
    if (rc != UMI_OK)
        return rc;
    char *path = umi_arena_alloc(arena, size);
    umi_hash_hex(hex, &sha);
    s->sha = (umi_text){umi_arena_copy(arena, hex, UMI_HASH_HEX - 1),
                        UMI_HASH_HEX - 1};
    if (path == NULL || s->sha.ptr == NULL)
        return umi_fail_memory(err);
    if (ask->dry_run)
        return UMI_OK;
    (void)snprintf(path, size, "%s.transfers.csv", name);
    out->transfers_file = transfers ? transfers : path;
    return begin_file(s, out->transfers_file, err);
}

umi_status umi_disburse_from(umi_disburse_file *out,
                             umi_desk *desk,
                             const umi_import_ask *ask,
                             const char *transfers,
                             umi_arena *arena,
                             umi_error *err)
{
    umi_disburse_file result = {0};
    session s = {.seen = umi_words_new()};
    umi_status rc = s.seen ? UMI_OK : umi_fail_memory(err);
    if (rc == UMI_OK)
        rc = name_files(&result, &s, ask, transfers, arena, err);
    if (rc == UMI_OK)
        rc = umi__import_run(&result.counts, &kind, ask, desk, &s, arena, err);
    if (rc == UMI_OK)
        rc = end_file(&s, err);
    umi_outfile_discard(s.file);
    umi_words_free(s.seen);
    result.sum = s.sum;
    if (rc == UMI_OK)
        *out = result;
    return rc;
}
