/* SPDX-License-Identifier: MIT */
#include "ledger/bank/import.h"

#include "ledger/bank/print.h"

#include <assert.h>
#include <stdlib.h>

/* One run of umi_bank_import() or umi_bank_release(). */
typedef struct intake {
    umi_book *b;
    umi_store *s;
    umi_arena *arena;
    umi_sip_key key;
    const umi_bank_account_row *account;
    const umi_bank_file *file;
    umi_text format; /* of the file */
    umi_stmt_file row;

    umi_bank_tallies tallies;
    const umi_stmt *stored; /* statements of the account */
    size_t stored_count;
    int64_t *foreign; /* statements that came in another format */
    size_t foreign_count;
    umi_day foreign_low, foreign_high; /* days of their movements */

    umi_stmt_line *lines;
    umi_stmt_open *open;
    size_t line_count;
    umi_bank_import_part *parts;
    size_t part_count;
} intake;

/* --- what is there already ----------------------------------------------- */

static umi_day
booked_day(const umi_bank_statement *s, const umi_bank_line *l, umi_day today)
{
    if (l->booked.n != UMI_BANK_NO_DAY.n)
        return l->booked;
    return s->to.n != UMI_BANK_NO_DAY.n ? s->to : today;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool foreign(const intake *k, int64_t stmt)
{
    return k->foreign_count > 0 && bsearch(&stmt, k->foreign, k->foreign_count,
                                           sizeof stmt, by_number) != NULL;
}

static umi_status count_stored(void *self, const void *row, umi_error *err)
{
    intake *k = self;
    const umi_stmt_line *l = row;
    umi_bank_tally *t = umi_bank_tally_of(&k->tallies, l->print);
    if (t == NULL)
        return umi_fail_memory(err);
    if (l->occurrence > t->stored)
        t->stored = l->occurrence;
    if (!foreign(k, l->stmt))
        return UMI_OK;
    if (l->booked.n < k->foreign_low.n)
        k->foreign_low = l->booked;
    if (l->booked.n > k->foreign_high.n)
        k->foreign_high = l->booked;
    return UMI_OK;
}

/* Statements of the account that came in another format. */
static umi_status find_foreign(intake *k, umi_error *err)
{
    umi_query_arg arg = UMI_ARG_INT(k->account->id);
    void *rows = NULL;
    umi_status rc = umi_store_find(k->s, &umi_stmt_by_account, &arg, &rows,
                                   &k->stored_count, k->arena, err);
    if (rc != UMI_OK || k->stored_count == 0)
        return rc;
    k->stored = rows;
    k->foreign = umi_arena_array(k->arena, k->stored_count, sizeof *k->foreign);
    if (k->foreign == NULL)
        return umi_fail_memory(err);
    umi_stmt_file f = {0};
    for (size_t i = 0; i < k->stored_count && rc == UMI_OK; i++) {
        bool found = true;
        if (f.id != k->stored[i].file)
            rc = umi_store_read(k->s, &umi_stmt_file_table, &k->stored[i].file,
                                1, &f, &found, k->arena, err);
        if (rc == UMI_OK && found && !umi_text_eq(f.format, k->format))
            k->foreign[k->foreign_count++] = k->stored[i].id;
    }
    return rc;
}

/* Tallies of what is stored over the days of the file. */
static umi_status load_stored(intake *k, umi_day today, umi_error *err)
{
    umi_day low = {INT32_MAX}, high = {INT32_MIN};
    for (size_t i = 0; i < k->file->statement_count; i++) {
        const umi_bank_statement *s = &k->file->statements[i];
        for (size_t n = 0; n < s->line_count; n++) {
            umi_day d = booked_day(s, &s->lines[n], today);
            low = d.n < low.n ? d : low;
            high = d.n > high.n ? d : high;
        }
    }
    k->foreign_low.n = INT32_MAX;
    k->foreign_high.n = INT32_MIN;
    umi_status rc = find_foreign(k, err);
    if (rc != UMI_OK || low.n > high.n)
        return rc;
    umi_query_arg args[] = {UMI_ARG_INT(k->account->id), UMI_ARG_INT(low.n),
                            UMI_ARG_INT(high.n)};
    return umi_store_query(k->s, &umi_stmt_line_by_day, args, count_stored, k,
                           err);
}

/* --- gates --------------------------------------------------------------- */

/* Whether the number that a statement prints is that of the account: the
 * same, "BANK/number" or "numberIDR", blanks aside. */
static bool names_account(umi_text printed, umi_text number)
{
    char a[80];
    umi_text t = {a, 0};
    for (size_t i = 0; i < printed.len && t.len < sizeof a; i++)
        if (printed.ptr[i] != ' ')
            a[t.len++] = printed.ptr[i];
    if (t.len > number.len + 2 && memcmp(a + t.len - 3, "IDR", 3) == 0)
        t.len -= 3;
    if (t.len < number.len)
        return false;
    size_t before = t.len - number.len;
    return memcmp(a + before, number.ptr, number.len) == 0 &&
           (before == 0 || a[before - 1] == '/');
}

static void gate(umi_buf *b, const char *code, umi_bank_verdict v)
{
    static const char *const words[] = {"null", "true", "false"};
    umi_buf_printf(b, "%s%s:%s", b->len > 0 ? " " : "", code, words[v]);
}

static umi_bank_verdict verdict(bool ok)
{
    return ok ? UMI_BANK_HOLDS : UMI_BANK_FAILS;
}

/* The days of the statement lie beside those that came in another format. */
static bool apart(const intake *k, const umi_bank_statement *s, umi_day today)
{
    for (size_t i = 0; i < s->line_count; i++) {
        int32_t d = booked_day(s, &s->lines[i], today).n;
        if (d >= k->foreign_low.n && d <= k->foreign_high.n)
            return false;
    }
    return true;
}

/* All checks of a statement as one text; false when one of them fails. */
static umi_status judge(intake *k,
                        const umi_bank_statement *s,
                        umi_day today,
                        umi_stmt *row,
                        umi_error *err)
{
    umi_buf b = {0};
    bool sound = true;
    for (size_t i = 0; i < s->check_count; i++) {
        gate(&b, s->checks[i].code, s->checks[i].ok);
        sound &= s->checks[i].ok != UMI_BANK_FAILS;
    }
    bool own = s->account.len == 0 ||
               names_account(s->account, k->account->number) ||
               names_account(s->account, k->account->code);
    bool rupiah = s->currency[0] == '\0' || strcmp(s->currency, "IDR") == 0;
    bool once = apart(k, s, today);
    gate(&b, "account", verdict(own));
    gate(&b, "currency", verdict(rupiah));
    gate(&b, "format", verdict(once));
    row->quarantined = !sound || !own || !rupiah || !once;
    char *copy = b.failed ? NULL : umi_arena_copy(k->arena, b.ptr, b.len);
    row->checks = (umi_text){copy, b.len};
    umi_buf_free(&b);
    return copy ? UMI_OK : umi_fail_memory(err);
}

/* --- movements ----------------------------------------------------------- */

/* The movements of statement @p s that no file had; room was made for all. */
static umi_status take_lines(intake *k,
                             const umi_bank_statement *s,
                             umi_bank_import_part *part,
                             umi_day today,
                             umi_error *err)
{
    for (size_t i = 0; i < s->line_count; i++) {
        const umi_bank_line *l = &s->lines[i];
        if (l->pending)
            continue;
        umi_day booked = booked_day(s, l, today);
        int64_t print = umi_bank_print(&k->key, k->account->id, booked, l);
        umi_bank_tally *t = umi_bank_tally_of(&k->tallies, print);
        if (t == NULL)
            return umi_fail_memory(err);
        if (++t->seen <= t->stored) {
            part->known++;
            continue;
        }
        part->added++;
        k->lines[k->line_count++] = (umi_stmt_line){
            .stmt = part->stmt.id,
            .place = (int64_t)i,
            .account = k->account->id,
            .booked = booked,
            .value = l->value.n == UMI_BANK_NO_DAY.n ? booked : l->value,
            .amount = l->amount,
            .reversal = l->reversal,
            .print = print,
            .occurrence = t->seen};
    }
    return UMI_OK;
}

static umi_status room_for_lines(intake *k, size_t n, umi_error *err)
{
    k->lines = umi_alloc_array(n, sizeof *k->lines);
    k->open = umi_alloc_array(n, sizeof *k->open);
    return k->lines && k->open ? UMI_OK : umi_fail_memory(err);
}

static umi_status number_lines(intake *k, umi_change *c, umi_error *err)
{
    int64_t id;
    if (k->line_count == 0)
        return UMI_OK;
    umi_status rc =
        umi_book_take(k->b, &umi_stmt_line_table, k->line_count, &id, err);
    for (size_t i = 0; i < k->line_count && rc == UMI_OK; i++) {
        k->lines[i].id = id + (int64_t)i;
        k->open[i] = (umi_stmt_open){k->lines[i].id, 1, k->account->id};
    }
    umi_change_put(c, &umi_stmt_line_table, k->lines, k->line_count);
    umi_change_put(c, &umi_stmt_open_table, k->open, k->line_count);
    return rc;
}

static void drop(intake *k)
{
    umi_free(k->lines);
    umi_free(k->open);
    umi_bank_tallies_free(&k->tallies);
}

/* --- a whole file -------------------------------------------------------- */

static bool is_notice(umi_bank_format f)
{
    return f == UMI_BANK_MT942 || f == UMI_BANK_CAMT054 || f == UMI_BANK_VA;
}

static umi_money stated(umi_bank_figure f)
{
    return f.known ? f.amount : (umi_money){UMI_NONE};
}

static umi_day stated_day(umi_day d)
{
    return d.n == UMI_BANK_NO_DAY.n ? (umi_day){UMI_NONE32} : d;
}

static umi_status
take_statement(intake *k, size_t i, umi_day today, umi_error *err)
{
    const umi_bank_statement *s = &k->file->statements[i];
    umi_bank_import_part *p = &k->parts[i];
    p->stmt = (umi_stmt){.file = k->row.id,
                         .place = (int64_t)i,
                         .account = k->account->id,
                         .number = s->number,
                         .from = stated_day(s->from),
                         .to = stated_day(s->to),
                         .currency = umi_text_of(s->currency),
                         .opening = stated(s->opening),
                         .closing = stated(s->closing)};
    for (size_t n = 0; n < s->line_count; n++)
        p->pending += s->lines[n].pending;
    p->stmt.lines = (int64_t)s->line_count - p->pending;
    umi_status rc = umi_book_take(k->b, &umi_stmt_table, 1, &p->stmt.id, err);
    if (rc == UMI_OK)
        rc = judge(k, s, today, &p->stmt, err);
    if (rc == UMI_OK && !p->stmt.quarantined && !is_notice(k->file->format))
        rc = take_lines(k, s, p, today, err);
    return rc;
}

static umi_status write_file(intake *k, umi_text bytes, umi_error *err)
{
    umi_change c = {0};
    unsigned char salt[UMI_BANK_SALT];
    umi_store_random(salt, sizeof salt);
    umi_stmt_raw raw = {k->row.id, 1, {(const char *)salt, sizeof salt}, bytes};
    umi_stmt *rows = umi_arena_array(k->arena, k->part_count, sizeof *rows);
    if (rows == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < k->part_count; i++)
        rows[i] = k->parts[i].stmt;
    umi_change_put(&c, &umi_stmt_file_table, &k->row, 1);
    umi_change_put(&c, &umi_stmt_raw_table, &raw, 1);
    umi_change_put(&c, &umi_stmt_table, rows, k->part_count);
    umi_status rc = number_lines(k, &c, err);
    return rc == UMI_OK ? umi_book_apply(k->b, &c, err) : rc;
}

static umi_status take_file(intake *k,
                            const umi_bank_import_ask *ask,
                            const umi_hash *sha256,
                            umi_error *err)
{
    umi_day today = umi_book_business_date(k->b);
    k->part_count = k->file->statement_count;
    k->parts = umi_arena_array(k->arena, k->part_count, sizeof *k->parts);
    if (k->parts == NULL)
        return umi_fail_memory(err);
    k->row = (umi_stmt_file){.sha256 = *sha256,
                             .name = ask->name,
                             .size = (int64_t)ask->bytes.len,
                             .format = k->format,
                             .account = k->account->id,
                             .day = today,
                             .actor = umi_book_actor(k->b)};
    umi_status rc =
        umi_book_take(k->b, &umi_stmt_file_table, 1, &k->row.id, err);
    if (rc == UMI_OK)
        rc = load_stored(k, today, err);
    if (rc == UMI_OK)
        rc = room_for_lines(k, k->file->all_count, err);
    for (size_t i = 0; i < k->part_count && rc == UMI_OK; i++)
        rc = take_statement(k, i, today, err);
    return rc == UMI_OK ? write_file(k, ask->bytes, err) : rc;
}

/* --- repeated ------------------------------------------------------------ */

static umi_status released(
    umi_store *s, int64_t stmt, bool *out, umi_arena *arena, umi_error *err)
{
    umi_stmt_release row;
    return umi_store_read(s, &umi_stmt_release_table, &stmt, 1, &row, out,
                          arena, err);
}

/* What the book says of a file that it has. */
static umi_status tell(umi_bank_import_result *out,
                       umi_store *s,
                       umi_arena *arena,
                       umi_error *err)
{
    umi_query_arg arg = UMI_ARG_INT(out->file.id);
    void *rows;
    size_t n;
    umi_status rc =
        umi_store_find(s, &umi_stmt_by_file, &arg, &rows, &n, arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_bank_import_part *parts = umi_arena_array(arena, n, sizeof *parts);
    if (parts == NULL)
        return umi_fail_memory(err);
    for (size_t i = 0; i < n && rc == UMI_OK; i++) {
        parts[i].stmt = ((const umi_stmt *)rows)[i];
        parts[i].known = parts[i].stmt.lines;
        rc = released(s, parts[i].stmt.id, &parts[i].released, arena, err);
    }
    out->parts = parts;
    out->count = n;
    out->repeated = true;
    return rc;
}

static umi_status find_file(umi_bank_import_result *out,
                            bool *found,
                            umi_store *s,
                            const umi_hash *sha256,
                            umi_arena *arena,
                            umi_error *err)
{
    umi_query_arg args[] = {
        UMI_ARG_TEXT(((umi_text){(const char *)sha256->byte, UMI_HASH_SIZE})),
        UMI_ARG_INT(out->account.id)};
    void *rows;
    size_t n;
    umi_status rc = umi_store_find(s, &umi_stmt_file_by_sha256, args, &rows, &n,
                                   arena, err);
    *found = rc == UMI_OK && n > 0;
    if (*found)
        out->file = *(const umi_stmt_file *)rows;
    return rc;
}

/* --- the account --------------------------------------------------------- */

static umi_status find_account(umi_bank_import_result *out,
                               umi_book *b,
                               umi_text name,
                               umi_arena *arena,
                               umi_error *err)
{
    umi_bank_accounts all;
    umi_status rc = umi_bank_accounts_load(&all, umi_book_store(b), arena, err);
    if (rc != UMI_OK)
        return rc;
    const umi_bank_account_row *row = umi_bank_accounts_find(&all, name);
    if (row != NULL)
        out->account = *row;
    return UMI_OK;
}

/* An account that nobody set up is added, in the standard cash account, once
 * it is certain that the file is a statement. */
static umi_status add_account(umi_bank_import_result *out,
                              umi_book *b,
                              umi_text number,
                              umi_arena *arena,
                              umi_error *err)
{
    umi_bank_account_ask ask = {.number = number};
    umi_status rc = umi_bank_account_add(b, &ask, &out->account_added, err);
    if (rc == UMI_OK)
        rc = find_account(out, b, number, arena, err);
    assert(rc != UMI_OK || out->account.id != 0);
    return rc;
}

static umi_status parse(umi_bank_file **file,
                        const umi_bank_import_ask *ask,
                        const umi_bank_account_row *account,
                        umi_error *err)
{
    umi_bank_options o = {ask->format, ask->account, ask->lang};
    if (account->id != 0) {
        o.account = account->number;
        umi_bank_format own;
        if (o.format == UMI_BANK_AUTO &&
            umi_bank_format_parse(&own, account->format))
            o.format = own;
    }
    return umi_bank_parse(file, ask->bytes, &o, err);
}

umi_status umi_bank_import(umi_bank_import_result *out,
                           umi_book *b,
                           const umi_bank_import_ask *ask,
                           umi_arena *arena,
                           umi_error *err)
{
    umi_bank_import_result r = {0};
    umi_bank_file *file = NULL;
    bool found = false;
    umi_hash sha256 = umi_sha256_of(ask->bytes.ptr, ask->bytes.len);
    umi_status rc = find_account(&r, b, ask->account, arena, err);
    if (rc == UMI_OK && r.account.id != 0)
        rc = find_file(&r, &found, umi_book_store(b), &sha256, arena, err);
    if (rc == UMI_OK && found) {
        rc = tell(&r, umi_book_store(b), arena, err);
        if (rc == UMI_OK)
            *out = r;
        return rc;
    }
    if (rc == UMI_OK)
        rc = parse(&file, ask, &r.account, err);
    if (rc == UMI_OK && r.account.id == 0)
        rc = add_account(&r, b, ask->account, arena, err);
    intake k = {.b = b,
                .s = umi_book_store(b),
                .arena = arena,
                .key = umi_book_secret(b),
                .account = &r.account,
                .file = file};
    if (rc == UMI_OK) {
        k.format = umi_text_of(umi_bank_format_name(file->format));
        rc = take_file(&k, ask, &sha256, err);
    }
    if (rc == UMI_OK) {
        r.file = k.row;
        r.parts = k.parts;
        r.count = k.part_count;
        r.parsed = file;
        r.notice = is_notice(file->format);
        *out = r;
    } else {
        umi_bank_file_free(file);
    }
    drop(&k);
    return rc;
}

bool umi_bank_import_quarantined(const umi_bank_import_result *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->parts[i].stmt.quarantined && !r->parts[i].released)
            return true;
    return false;
}

/* --- read again, let in -------------------------------------------------- */

static umi_status gone(int64_t id, umi_error *err)
{
    return umi_fail(err, UMI_EDAMAGED, "",
                    "the bytes of statement file %lld cannot be read again",
                    (long long)id);
}

umi_status umi_bank_reread(umi_bank_file **out,
                           umi_store *s,
                           int64_t id,
                           umi_lang lang,
                           umi_arena *arena,
                           umi_error *err)
{
    umi_stmt_file f;
    umi_stmt_raw raw;
    umi_bank_account_row account;
    bool have_file = false, have_raw = false, have_account = false;
    umi_status rc = umi_store_read(s, &umi_stmt_file_table, &id, 1, &f,
                                   &have_file, arena, err);
    if (rc == UMI_OK)
        rc = umi_store_read(s, &umi_stmt_raw_table, &id, 1, &raw, &have_raw,
                            arena, err);
    if (rc == UMI_OK && have_file)
        rc = umi_store_read(s, &umi_bank_account_table, &f.account, 1, &account,
                            &have_account, arena, err);
    if (rc != UMI_OK)
        return rc;
    umi_bank_options o = {.lang = lang};
    if (!have_file || !have_raw || !have_account ||
        !umi_bank_format_parse(&o.format, f.format))
        return gone(id, err);
    o.account = account.number;
    rc = umi_bank_parse(out, raw.bytes, &o, err);
    return rc == UMI_ESYNTAX || rc == UMI_EINVAL ? gone(id, err) : rc;
}

static umi_status
may_release(intake *k, const umi_stmt *row, bool found, umi_error *err)
{
    bool before = false, have = false;
    if (!found)
        return umi_fail(err, UMI_ENOENT, "statement",
                        "there is no such statement");
    umi_status rc = released(k->s, row->id, &before, k->arena, err);
    if (rc == UMI_OK)
        rc = umi_store_read(k->s, &umi_stmt_file_table, &row->file, 1, &k->row,
                            &have, k->arena, err);
    if (rc != UMI_OK)
        return rc;
    if (!have)
        return gone(row->file, err);
    if (!row->quarantined || before)
        return umi_fail(err, UMI_ESTATE, "statement",
                        "statement %lld is not in quarantine",
                        (long long)row->id);
    if (umi_text_eq(k->row.actor, umi_book_actor(k->b)))
        return umi_fail_code(err, UMI_EDENIED, "SECOND", "statement",
                             "who imported a statement must not let it in");
    return UMI_OK;
}

static umi_status release_lines(intake *k,
                                const umi_stmt *row,
                                umi_bank_import_part *part,
                                umi_error *err)
{
    umi_day today = umi_book_business_date(k->b);
    size_t place = (size_t)row->place;
    if (place >= k->file->statement_count)
        return gone(row->file, err);
    const umi_bank_statement *s = &k->file->statements[place];
    part->stmt = *row;
    umi_status rc = load_stored(k, today, err);
    if (rc == UMI_OK)
        rc = room_for_lines(k, s->line_count, err);
    if (rc == UMI_OK && !is_notice(k->file->format))
        rc = take_lines(k, s, part, today, err);
    return rc;
}

static umi_status release(intake *k,
                          int64_t stmt,
                          umi_text reason,
                          umi_bank_import_part *part,
                          umi_bank_file **file,
                          umi_error *err)
{
    umi_stmt row;
    umi_bank_account_row account;
    umi_change c = {0};
    bool found = false, known = false;
    umi_status rc = umi_store_read(k->s, &umi_stmt_table, &stmt, 1, &row,
                                   &found, k->arena, err);
    if (rc == UMI_OK)
        rc = may_release(k, &row, found, err);
    if (rc == UMI_OK)
        rc = umi_store_read(k->s, &umi_bank_account_table, &row.account, 1,
                            &account, &known, k->arena, err);
    if (rc == UMI_OK)
        rc = umi_bank_reread(file, k->s, row.file, UMI_LANG_EN, k->arena, err);
    if (rc != UMI_OK)
        return rc;
    k->account = &account;
    k->file = *file;
    k->format = k->row.format;
    rc = release_lines(k, &row, part, err);
    umi_stmt_release r = {stmt, umi_book_business_date(k->b),
                          umi_book_actor(k->b), reason};
    umi_change_put(&c, &umi_stmt_release_table, &r, 1);
    if (rc == UMI_OK)
        rc = number_lines(k, &c, err);
    return rc == UMI_OK ? umi_book_apply(k->b, &c, err) : rc;
}

umi_status umi_bank_release(
    umi_book *b, int64_t stmt, umi_text reason, int64_t *added, umi_error *err)
{
    umi_bank_file *file = NULL;
    umi_bank_import_part part = {0};
    if (reason.len == 0 || reason.len > 200 || !umi_text_utf8(reason))
        return umi_fail(err, UMI_EINVAL, "reason",
                        "a reason of 1 .. 200 bytes is needed");
    umi_arena *arena = umi_arena_new();
    if (arena == NULL)
        return umi_fail_memory(err);
    intake k = {.b = b,
                .s = umi_book_store(b),
                .arena = arena,
                .key = umi_book_secret(b)};
    umi_status rc = release(&k, stmt, reason, &part, &file, err);
    if (rc == UMI_OK && added != NULL)
        *added = part.added;
    drop(&k);
    umi_bank_file_free(file);
    umi_arena_free(arena);
    return rc;
}
