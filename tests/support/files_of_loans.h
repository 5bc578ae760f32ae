/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_FILES_OF_LOANS_H
#define UMI_TESTS_SUPPORT_FILES_OF_LOANS_H

/** @file Books on disk, files of loans and of repayments, and what is left
 * of them: every row as one text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/book/verify.h"
#include "ledger/desk/loan_import.h"
#include "ledger/desk/post.h"
#include "ledger/store/store_int.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** A name in a folder of this process. */
static inline const char *temp_path(const char *name)
{
    static char room[8][600];
    static int at;
    static char folder[256];
    if (*folder == '\0') {
        const char *tmp = getenv("TMPDIR");
        (void)snprintf(folder, sizeof folder, "%s/umi-test-XXXXXX",
                       tmp ? tmp : "/tmp");
        assert_non_null(mkdtemp(folder));
    }
    char *p = room[at++ & 7];
    (void)snprintf(p, 600, "%s/%s", folder, name);
    return p;
}

static inline void temp_remove(const char *name)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-journal",
                                       ".rejects.csv"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char room[300];
        (void)snprintf(room, sizeof room, "%s%s", name, ends[i]);
        (void)unlink(temp_path(room));
    }
}

static inline void temp_write(const char *name, const umi_buf *b)
{
    FILE *f = fopen(temp_path(name), "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b->ptr, 1, b->len, f), b->len);
    assert_int_equal(fclose(f), 0);
}

/** What stands in a file, with a NUL behind it; nothing when there is none. */
static inline umi_buf file_text(const char *name)
{
    umi_buf b = {0};
    char room[4096];
    size_t n;
    FILE *f = fopen(temp_path(name), "rb");
    while (f != NULL && (n = fread(room, 1, sizeof room, f)) > 0)
        umi_buf_bytes(&b, room, n);
    if (f != NULL)
        (void)fclose(f);
    umi_buf_putc(&b, '\0');
    return b;
}

static inline void same_text(const umi_buf *a, const umi_buf *b)
{
    assert_int_equal(a->len, b->len);
    assert_memory_equal(a->ptr, b->ptr, a->len);
}

static inline umi_day a_day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static inline umi_book_session a_session(void)
{
    umi_book_session s = {UMI_TEXT("teller"), {0}};
    s.today = a_day("2026-11-21");
    return s;
}

static inline void create_book(const char *name)
{
    umi_error err = {0};
    const umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    temp_remove(name);
    if (umi_book_create(temp_path(name), &owner, &err) != UMI_OK)
        fail_msg("%s", err.message);
}

static inline umi_book *open_book(const char *name)
{
    umi_error err = {0};
    umi_book *b = NULL;
    const umi_book_session session = a_session();
    if (umi_book_open(&b, temp_path(name), UMI_WRITE, &session, &err) != UMI_OK)
        fail_msg("%s: %s", name, err.message);
    return b;
}

static inline umi_book *memory_book(void)
{
    umi_error err = {0};
    umi_book *b = NULL;
    const umi_book_session session = a_session();
    const umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    if (umi_book_in_memory(&b, &owner, &session, &err) != UMI_OK)
        fail_msg("%s", err.message);
    return b;
}

static inline umi_file_ask an_ask(const char *name)
{
    return (umi_file_ask){.path = temp_path(name), .booked = {UMI_NONE32}};
}

/** Loans L1 .. Ln of several shapes, disbursed in the first half of 2026. */
static inline void write_loans(const char *name, chance *c, int n)
{
    static const char *const shapes[] = {
        "25,year,flat,25,1,week", "2,month,annuity,12,1,month",
        "18,year,equal_principal,6,2,month", "1,month,flat,10,,month"};
    umi_buf b = {0};
    umi_buf_puts(&b, "loan,product,borrower,principal,rate,rate_per,method,"
                     "periods,every,unit,disbursed,branch,paid_principal,"
                     "paid_interest,day_count\n");
    for (int i = 1; i <= n; i++) {
        int64_t principal = chance_in(c, 10, 60) * 100000;
        bool part = chance_one_in(c, 4);
        const char *shape = shapes[chance_in(c, 0, 3)];
        bool monthly = strstr(shape, "annuity") != NULL;
        umi_buf_printf(&b, "L%d,%s,Ibu %d,%lld,%s,2026-0%d-%02d,%s,", i,
                       chance_one_in(c, 2) ? "MEKAAR" : "UMI", i,
                       (long long)principal, shape, (int)chance_in(c, 1, 6),
                       (int)chance_in(c, 1, 28),
                       chance_one_in(c, 3) ? "" : "GRT");
        if (part)
            umi_buf_printf(&b, "%lld,%lld", (long long)principal / 5,
                           (long long)principal / 100);
        else
            umi_buf_puts(&b, ",");
        umi_buf_puts(&b, monthly && chance_one_in(c, 2) ? ",act/365\n" : ",\n");
    }
    temp_write(name, &b);
    umi_buf_free(&b);
}

/** Repayments of loans L1 .. Lloans, with whatever can be wrong with one. */
static inline void
write_payments(const char *name, chance *c, int lines, int loans, int first)
{
    umi_buf b = {0};
    umi_buf_puts(&b, "reference,loan,date,amount,channel\n");
    for (int i = 0; i < lines; i++) {
        int ref = first + (chance_one_in(c, 8) ? (int)chance_in(c, 0, lines)
                                               : i + lines);
        const char *date =
            chance_one_in(c, 25) ? "2026-13-01" : "2026-%02d-%02d";
        umi_buf_printf(&b, chance_one_in(c, 30) ? ",L%d," : "R%d,L", ref);
        umi_buf_printf(&b, "%d,", (int)chance_in(c, 1, loans + 2));
        umi_buf_printf(&b, "%s", "");
        if (*date == '2' && date[5] == '1')
            umi_buf_puts(&b, date);
        else
            umi_buf_printf(&b, "2026-%02d-%02d", (int)chance_in(c, 3, 12),
                           (int)chance_in(c, 1, 28));
        if (chance_one_in(c, 30))
            umi_buf_puts(&b, ",1.5e3,VA\n");
        else
            umi_buf_printf(&b, ",%d%s,%s\n", (int)chance_in(c, 1, 40) * 25000,
                           chance_one_in(c, 5) ? ".5" : "",
                           chance_one_in(c, 3) ? "VA" : "TELLER");
    }
    temp_write(name, &b);
    umi_buf_free(&b);
}

/* --- what is in a book ---------------------------------------------------- */

/* Keys of hashes differ from book to book, salts too; so does how a file was
 * cut into chunks. */
static inline bool dumped(const umi_table *t)
{
    static const char *const not [] = {"book",    "idem",  "loan_key", "block",
                                       "witness", "run",   "person",   "rules",
                                       "gl_line", "reject"};
    for (size_t i = 0; i < sizeof not / sizeof *not ; i++)
        if (strcmp(t->name, not [i]) == 0)
            return false;
    return t->kind != UMI_TABLE_RESULT;
}

typedef struct dumping {
    const umi_table *table;
    umi_buf *out;
} dumping;

static inline umi_status dump_row(void *self, const void *row, umi_error *err)
{
    dumping *d = self;
    (void)err;
    umi_buf_puts(d->out, d->table->name);
    for (size_t i = 0; i < d->table->count; i++) {
        const umi_store_column *col = &d->table->columns[i];
        umi__cell v = umi__cell_get(col, row);
        if (strcmp(col->name, "origin") == 0)
            continue; /* hashed under the book's own key */
        if (v.absent)
            umi_buf_puts(d->out, "|-");
        else if (umi__column_texty(col->type))
            umi_buf_printf(d->out, "|%.*s", (int)v.text.len, v.text.ptr);
        else
            umi_buf_printf(d->out, "|%lld", (long long)v.number);
    }
    umi_buf_putc(d->out, '\n');
    return UMI_OK;
}

/** Every row of the business of the book, as text; free it. */
static inline umi_buf dump_book(umi_book *b)
{
    size_t n;
    umi_buf out = {0};
    umi_error err = {0};
    const umi_table *const *t = umi_tables(&n);
    for (size_t i = 0; i < n; i++) {
        dumping d = {t[i], &out};
        if (dumped(t[i]) &&
            umi_store_scan(umi_book_store(b), t[i], INT64_MIN, INT64_MAX,
                           dump_row, &d, &err) != UMI_OK)
            fail_msg("%s", err.message);
    }
    return out;
}

static inline void same_books(umi_book *a, umi_book *b)
{
    umi_buf x = dump_book(a), y = dump_book(b);
    umi_buf_putc(&x, '\0');
    umi_buf_putc(&y, '\0');
    assert_string_equal(x.ptr, y.ptr);
    umi_buf_free(&x);
    umi_buf_free(&y);
}

static inline void sound_book(umi_book *b)
{
    umi_error err = {0};
    umi_verification v;
    if (umi_book_verify(&v, b, true, &err) != UMI_OK)
        fail_msg("%s", err.message);
    for (size_t i = 0; i < v.count; i++)
        if (!v.checks[i].ok)
            fail_msg("%s: %s", v.checks[i].name, v.checks[i].message);
    assert_true(v.ok);
}

static inline void same_result(const umi_file_result *a,
                               const umi_file_result *b)
{
    const umi_tally x[] = {a->lines, a->posted, a->duplicate, a->rejected};
    const umi_tally y[] = {b->lines, b->posted, b->duplicate, b->rejected};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(x[i].n, y[i].n);
        assert_int_equal(x[i].amount.sen, y[i].amount.sen);
    }
    assert_int_equal(a->batch, b->batch);
}

static inline umi_file_result post_file(umi_book *b, umi_file_ask ask)
{
    umi_error err = {0};
    umi_file_result r;
    umi_arena *arena = umi_arena_new();
    if (umi_post_file(&r, b, &ask, arena, &err) != UMI_OK)
        fail_msg("%s: %s", err.code, err.message);
    umi_arena_free(arena);
    r.rejects_file = NULL; /* it lived in the arena */
    assert_int_equal(r.lines.n, r.posted.n + r.duplicate.n + r.rejected.n);
    return r;
}

static inline umi_file_result import_file(umi_book *b, umi_file_ask ask)
{
    umi_error err = {0};
    umi_file_result r;
    umi_arena *arena = umi_arena_new();
    if (umi_loan_import_file(&r, b, &ask, arena, &err) != UMI_OK)
        fail_msg("%s: %s", err.code, err.message);
    umi_arena_free(arena);
    r.rejects_file = NULL;
    return r;
}

#endif
