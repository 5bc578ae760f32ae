/* SPDX-License-Identifier: MIT */
#include "ledger/book/file_run.h"

#include "ledger/book/refused_int.h"
#include "ledger/store/store_int.h"

#include <assert.h>
#include <stdio.h>

const char *umi_file_ask_name(const umi_file_ask *ask)
{
    return ask->name ? ask->name : ask->path;
}

const char *umi_file_state_name(umi_file_state s)
{
    static const char *const names[] = {"done", "repeated", "dry_run"};
    return names[s];
}

/* What a file under way is called: PROFILE@DIGEST/FILE, or FILE.  The part
 * behind the last slash is the file, for no file's own name has one. */
typedef struct called {
    umi_text profile, digest, file;
} called;

static called taken_apart(umi_text name)
{
    called to = {.profile = {"", 0}, .digest = {"", 0}, .file = name};
    size_t slash = name.len;
    while (slash > 0 && name.ptr[slash - 1] != '/')
        slash--;
    if (slash == 0)
        return to;
    const char *at = memchr(name.ptr, '@', slash - 1);
    const char *end = name.ptr + slash - 1;
    to.file = (umi_text){name.ptr + slash, name.len - slash};
    to.profile = (umi_text){name.ptr, (size_t)((at ? at : end) - name.ptr)};
    if (at != NULL)
        to.digest = (umi_text){at + 1, (size_t)(end - at - 1)};
    return to;
}

/* Eight digits of the profile as it is now; "" without one. */
static umi_text digest_of(const umi_profile *f, char room[UMI_HASH_HEX])
{
    if (f == NULL)
        return (umi_text){"", 0};
    const umi_hash hash = umi_profile_digest(f);
    umi_hash_hex(room, &hash);
    return (umi_text){room, 8};
}

static bool put_together(umi_text *name, const called *c, umi_arena *arena)
{
    umi_buf b = {0};
    umi_buf_text(&b, c->profile);
    if (c->digest.len > 0) {
        umi_buf_putc(&b, '@');
        umi_buf_text(&b, c->digest);
    }
    if (c->profile.len > 0)
        umi_buf_putc(&b, '/');
    umi_buf_text(&b, c->file);
    char *copy = b.failed ? NULL : umi_arena_copy(arena, b.ptr, b.len);
    *name = (umi_text){copy, b.len};
    umi_buf_free(&b);
    return copy != NULL;
}

static bool name_it(umi_file_run *run)
{
    char room[UMI_HASH_HEX];
    const umi_profile *f = run->ask->profile;
    const called c = {
        .profile = f ? f->name : (umi_text){"", 0},
        .digest = digest_of(f, room),
        .file = taken_apart(umi_text_of(umi_file_ask_name(run->ask))).file};
    return put_together(&run->row.name, &c, run->arena);
}

/* The digest has served when the file is done. */
static bool name_batch(umi_file_run *run)
{
    called c = taken_apart(run->row.name);
    c.digest.len = 0;
    return put_together(&run->name, &c, run->arena);
}

/* The same bytes by another profile, or by one that was changed, are other
 * payments: what is half entered is finished as it was begun. */
static umi_status check_profile(const umi_file_run *run, umi_error *err)
{
    char room[UMI_HASH_HEX];
    const umi_profile *f = run->ask->profile;
    const called was = taken_apart(run->row.name);
    if (!umi_text_eq(was.profile, f ? f->name : (umi_text){"", 0}))
        return umi_fail_code(err, UMI_EINVAL, "UNFINISHED", "profile",
                             "the file is half entered by profile '%.*s'; "
                             "finish it by the same",
                             UMI_SHOW(was.profile));
    if (was.digest.len == 0 || umi_text_eq(was.digest, digest_of(f, room)))
        return UMI_OK;
    return umi_fail_code(err, UMI_EINVAL, "UNFINISHED", "profile",
                         "profile '%.*s' was changed since the file was half "
                         "entered by it; finish it by the profile as it was",
                         UMI_SHOW(was.profile));
}

/* --- where it stands ------------------------------------------------------ */

static umi_status find_done(umi_file_run *run, umi_error *err)
{
    const umi_text kind = umi_text_of(umi_batch_kind_name(run->row.kind));
    const umi_text sha = {(const char *)run->row.sha256.byte, UMI_HASH_SIZE};
    const umi_query_arg args[] = {UMI_ARG_TEXT(kind), UMI_ARG_TEXT(sha)};
    umi_batch *rows;
    size_t n;
    umi_status rc =
        umi_store_find(umi_book_store(run->book), &umi_batch_by_file, args,
                       (void **)&rows, &n, run->arena, err);
    if (rc != UMI_OK || n == 0)
        return rc;
    run->repeated = true;
    run->result.batch = rows[0].id;
    run->result.lines = rows[0].lines;
    run->result.posted = rows[0].posted;
    run->result.duplicate = rows[0].duplicate;
    run->result.rejected = rows[0].rejected;
    run->result.state = UMI_FILE_REPEATED;
    return UMI_OK;
}

static umi_status match_run(void *self, const void *row, umi_error *err)
{
    umi_file_run *run = self;
    const umi_run *r = row;
    if (run->stored || r->kind != run->row.kind ||
        !umi_hash_eq(&r->sha256, &run->row.sha256))
        return UMI_OK;
    run->row = *r;
    run->stored = true;
    return umi__row_keep(&umi_run_table, &run->row, run->arena)
               ? UMI_OK
               : umi_fail_memory(err);
}

/* Those of an earlier part are in the book. */
static umi_status
begin_refused(umi_file_run *run, int64_t batch, umi_error *err)
{
    umi_status rc = umi__refused_new(&run->refused, run->book, batch, err);
    if (rc == UMI_OK && (run->repeated || run->stored))
        rc = umi__refused_load(run->refused, err);
    return rc;
}

static umi_status start(umi_file_run *run, umi_error *err)
{
    const umi_file_ask *ask = run->ask;
    run->row.booked = ask->booked.n != UMI_NONE32
                          ? ask->booked
                          : umi_book_business_date(run->book);
    run->row.actor = umi_book_actor(run->book);
    run->row.rules = umi_book_rules(run->book);
    return umi_book_take_batch(run->book, &run->row.id, err);
}

static umi_status check_open(const umi_file_run *run, umi_error *err)
{
    char day[UMI_DAY_TEXT];
    if (umi_book_day_open(run->book, run->row.booked))
        return UMI_OK;
    umi_day_write(day, run->row.booked);
    return umi_fail_code(err, UMI_EDENIED, "CLOSED-DAY", "date", "%s is closed",
                         day);
}

umi_status umi_file_expected(const umi_file_ask *ask,
                             const umi_tally *lines,
                             umi_error *err)
{
    char is[UMI_MONEY_TEXT], want[UMI_MONEY_TEXT];
    umi_status rc = UMI_OK;
    umi_money_write(is, lines->amount);
    if (ask->expect_lines != NULL && *ask->expect_lines != lines->n)
        rc = umi_fail_code(err, UMI_EDENIED, "EXPECTED", "lines",
                           "%lld lines expected, the file has %lld (amount %s)",
                           (long long)*ask->expect_lines, (long long)lines->n,
                           is);
    else if (ask->expect_amount != NULL &&
             ask->expect_amount->sen != lines->amount.sen) {
        umi_money_write(want, *ask->expect_amount);
        rc = umi_fail_code(err, UMI_EDENIED, "EXPECTED", "amount",
                           "amount %s expected, the file has %s (%lld lines)",
                           want, is, (long long)lines->n);
    }
    if (rc != UMI_OK)
        umi_error_at(err, umi_file_ask_name(ask), 0, 0);
    return rc;
}

umi_status umi_file_begin(umi_file_run *run,
                          umi_book *b,
                          umi_batch_kind kind,
                          const umi_hash *sha256,
                          const umi_file_ask *ask,
                          umi_arena *arena,
                          umi_error *err)
{
    *run = (umi_file_run){.book = b, .ask = ask, .arena = arena};
    run->row.kind = kind;
    if (!name_it(run))
        return umi_fail_memory(err);
    run->row.sha256 = *sha256;
    run->result.sha256 = *sha256;
    umi_status rc = find_done(run, err);
    if (rc != UMI_OK)
        return rc;
    if (run->repeated)
        return begin_refused(run, run->result.batch, err);
    rc = umi_store_scan(umi_book_store(b), &umi_run_table, 1, INT64_MAX,
                        match_run, run, err);
    if (rc == UMI_OK && !run->stored)
        rc = start(run, err);
    if (rc == UMI_OK)
        rc = begin_refused(run, run->row.id, err);
    if (rc == UMI_OK && run->stored)
        rc = check_profile(run, err);
    if (rc == UMI_OK && !name_batch(run))
        rc = umi_fail_memory(err);
    return rc != UMI_OK ? rc : check_open(run, err);
}

void umi_file_end(umi_file_run *run)
{
    umi__refused_free(run->refused);
    run->refused = NULL;
}

/* --- counting ------------------------------------------------------------- */

umi_status umi_file_count(umi_tally *t, umi_money amount, umi_error *err)
{
    t->n++;
    if (umi_money_add(&t->amount, t->amount, amount))
        return UMI_OK;
    return umi_fail(err, UMI_ERANGE, "amount",
                    "the sum of the amounts does not fit");
}

umi_status umi_file_refuse(umi_file_run *run,
                           int64_t line,
                           const char *code,
                           umi_money amount,
                           umi_error *err)
{
    umi_status rc = umi_file_count(&run->row.rejected, amount, err);
    return rc != UMI_OK || run->ask->dry_run
               ? rc
               : umi__refused_add(run->refused, line, code, amount, err);
}

void umi_file_reason(umi_error *why, const char *code, const char *english)
{
    umi_fail(why, UMI_EINVAL, "", "%s", umi_tr(why->lang, english));
    (void)snprintf(why->code, sizeof why->code, "%s", code);
}

/* --- writing -------------------------------------------------------------- */

static umi_batch finished(const umi_file_run *run)
{
    const umi_run *r = &run->row;
    return (umi_batch){.id = r->id,
                       .kind = r->kind,
                       .name = run->name,
                       .sha256 = {(const char *)r->sha256.byte, UMI_HASH_SIZE},
                       .booked = r->booked,
                       .actor = r->actor,
                       .rules = r->rules,
                       .lines = run->lines,
                       .posted = r->posted,
                       .duplicate = r->duplicate,
                       .rejected = r->rejected,
                       .first_txn = r->first_txn,
                       .last_txn = r->last_txn};
}

static void conclude(umi_file_run *run)
{
    run->result.batch = run->row.id;
    run->result.lines = run->lines;
    run->result.posted = run->row.posted;
    run->result.duplicate = run->row.duplicate;
    run->result.rejected = run->row.rejected;
    run->result.state = run->ask->dry_run ? UMI_FILE_DRY_RUN : UMI_FILE_DONE;
    assert(run->lines.n ==
           run->row.posted.n + run->row.duplicate.n + run->row.rejected.n);
    assert(run->lines.amount.sen == run->row.posted.amount.sen +
                                        run->row.duplicate.amount.sen +
                                        run->row.rejected.amount.sen);
}

static umi_status
write_with(umi_file_run *run, umi_change *c, bool last, umi_error *err)
{
    umi_batch batch = finished(run);
    int64_t id = run->row.id;
    umi_status rc = umi__refused_put(run->refused, c, err);
    if (rc != UMI_OK)
        return rc;
    if (last) {
        umi_change_put(c, &umi_batch_table, &batch, 1);
        umi_change_remove(c, &umi_run_table, &id, run->stored);
    } else if (!run->ask->whole) {
        run->row.seq++;
        umi_change_put(c, &umi_run_table, &run->row, 1);
    }
    rc = umi_book_apply(run->book, c, err);
    run->stored = run->stored || (rc == UMI_OK && !run->ask->whole);
    return rc;
}

umi_status
umi_file_write(umi_file_run *run, umi_change *c, bool last, umi_error *err)
{
    if (last)
        conclude(run);
    return run->ask->dry_run ? UMI_OK : write_with(run, c, last, err);
}
