/* SPDX-License-Identifier: MIT
 * Receipts say of every line what the book says of it, and say the same
 * whenever they are written. */
#include "ledger/book/keys.h"
#include "ledger/desk/receipts.h"
#include "ledger/io/csv.h"
#include "tests/support/cut_short.h"

#include <zlib.h>

enum {
    LINE,
    REFERENCE,
    LOAN,
    DATE,
    AMOUNT,
    CHANNEL,
    RESULT,
    CODE,
    TXN,
    PRINCIPAL,
    OVERPAID = PRINCIPAL + UMI_COMPONENTS
};

static const umi_column columns[] = {
    {"line", UMI_COLUMN_REQUIRED},     {"reference", UMI_COLUMN_REQUIRED},
    {"loan", UMI_COLUMN_REQUIRED},     {"date", UMI_COLUMN_REQUIRED},
    {"amount", UMI_COLUMN_REQUIRED},   {"channel", UMI_COLUMN_REQUIRED},
    {"result", UMI_COLUMN_REQUIRED},   {"code", UMI_COLUMN_REQUIRED},
    {"txn", UMI_COLUMN_REQUIRED},      {"principal", UMI_COLUMN_REQUIRED},
    {"interest", UMI_COLUMN_REQUIRED}, {"fee", UMI_COLUMN_REQUIRED},
    {"penalty", UMI_COLUMN_REQUIRED},  {"overpaid", UMI_COLUMN_REQUIRED},
};
static const umi_csv_spec spec = {.columns = columns, .count = 14};

static umi_buf read_file(const char *path)
{
    umi_buf b = {0};
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    for (size_t n = 1; n > 0; b.len += n)
        n = fread(umi_buf_reserve(&b, 65536), 1, 65536, f);
    (void)fclose(f);
    return b;
}

static umi_status try_receipts(umi_book *b,
                               int64_t batch,
                               const char *file,
                               const char *out,
                               umi_error *err)
{
    const umi_receipts_ask ask = {.path = temp_path(file),
                                  .name = file,
                                  .out = temp_path(out),
                                  .batch = batch};
    return umi_receipts_write(b, &ask, err);
}

static umi_buf receipts(umi_book *b, int64_t batch, const char *file)
{
    umi_error err = {0};
    if (try_receipts(b, batch, file, "out.csv", &err) != UMI_OK)
        fail_msg("%lld: %s", (long long)err.line, err.message);
    return read_file(temp_path("out.csv"));
}

static umi_file_result with_receipts(umi_book *b, umi_file_ask ask)
{
    umi_error err = {0};
    umi_file_result r;
    umi_arena *arena = umi_arena_new();
    ask.receipts = temp_path("out.csv");
    if (umi_post_receipts(&r, b, &ask, arena, &err) != UMI_OK)
        fail_msg("%s: %s", err.code, err.message);
    umi_arena_free(arena);
    r.rejects_file = NULL;
    return r;
}

static void same_bytes(const umi_buf *a, const umi_buf *b)
{
    assert_int_equal(a->len, b->len);
    assert_memory_equal(a->ptr, b->ptr, a->len);
}

/* --- what they say -------------------------------------------------------- */

static int64_t number(umi_text t)
{
    int64_t n = 0;
    assert_true(umi_text_int(t, 0, INT64_MAX, &n));
    return n;
}

static umi_money money(umi_text t)
{
    umi_money m = {0};
    assert_true(umi_money_parse(&m, t));
    return m;
}

static umi_txn txn_of(umi_book *b, int64_t id, umi_arena *arena)
{
    umi_txn t;
    bool found = false;
    assert_int_equal(umi_store_read(umi_book_store(b), &umi_txn_table, &id, 1,
                                    &t, &found, arena, NULL),
                     UMI_OK);
    assert_true(found);
    return t;
}

static bool refused(umi_book *b, int64_t batch, int64_t line, umi_text code)
{
    umi_arena *arena = umi_arena_new();
    void *rows = NULL;
    size_t n = 0;
    bool found = false;
    assert_int_equal(umi_store_find(umi_book_store(b), &umi_reject_by_batch,
                                    &UMI_ARG_INT(batch), &rows, &n, arena,
                                    NULL),
                     UMI_OK);
    for (size_t i = 0; i < n; i++) {
        const umi_reject *r = (umi_reject *)rows + i;
        found |= r->line == line && umi_text_eq(r->code, code);
    }
    umi_arena_free(arena);
    return found;
}

/* One row against the rows of the book that it speaks of. */
static void
true_row(umi_book *b, int64_t batch, const umi_record *r, umi_arena *arena)
{
    umi_text f[14];
    for (size_t i = 0; i < 14; i++)
        f[i] = umi_record_text(r, i);
    bool is_posted = umi_text_is(f[RESULT], "posted");
    for (size_t i = PRINCIPAL; i <= OVERPAID; i++)
        assert_true(is_posted == (f[i].len > 0));
    assert_true(umi_text_is(f[RESULT], "rejected") == (f[CODE].len > 0));
    if (f[CODE].len > 0) {
        assert_true(refused(b, batch, number(f[LINE]), f[CODE]));
        assert_int_equal(f[TXN].len, 0);
        return;
    }
    umi_txn t = txn_of(b, number(f[TXN]), arena);
    bool own = t.batch == batch && t.line == number(f[LINE]);
    assert_true(own == is_posted);
    assert_true(is_posted || umi_text_is(f[RESULT], "duplicate"));
    assert_true(umi_text_eq(t.ref, f[REFERENCE]));
    assert_true(umi_text_eq(umi_book_word(b, t.channel), f[CHANNEL]));
    assert_int_equal(t.amount.sen, money(f[AMOUNT]).sen);
    if (!is_posted)
        return;
    char day[UMI_DAY_TEXT];
    umi_day_write(day, t.day);
    assert_true(umi_text_is(f[DATE], day));
    for (size_t i = 0; i < UMI_COMPONENTS; i++)
        assert_int_equal(t.parts.of[i].sen, money(f[PRINCIPAL + i]).sen);
    assert_int_equal(t.parts.overpaid.sen, money(f[OVERPAID]).sen);
}

/* All rows are true, in order, and as many as the batch says. */
static void
true_receipts(umi_book *b, const umi_file_result *r, const umi_buf *text)
{
    umi_csv *csv = NULL;
    umi_arena *arena = umi_arena_new();
    int64_t last = 1, n[3] = {0};
    assert_int_equal(
        umi_csv_open_text(&csv, umi_buf_as_text(text), &spec, NULL), UMI_OK);
    for (bool more = true;;) {
        assert_int_equal(umi_csv_next(csv, &more, NULL), UMI_OK);
        if (!more)
            break;
        const umi_record *row = umi_csv_record(csv);
        umi_text result = umi_record_text(row, RESULT);
        true_row(b, r->batch, row, arena);
        assert_true(number(umi_record_text(row, LINE)) > last);
        last = number(umi_record_text(row, LINE));
        n[umi_text_is(result, "posted")      ? 0
          : umi_text_is(result, "duplicate") ? 1
                                             : 2]++;
    }
    assert_int_equal(n[0], r->posted.n);
    assert_int_equal(n[1], r->duplicate.n);
    assert_int_equal(n[2], r->rejected.n);
    umi_csv_free(csv);
    umi_arena_free(arena);
}

static void receipts_say_what_the_book_says(void **state)
{
    (void)state;
    chance c = chance_begin("receipts_say_what_the_book_says", 1);
    for (int round = 0; round < chance_rounds(4); round++) {
        umi_book *b = memory_book();
        umi__keys_narrow(round % 2 ? 5 : 0); /* hashes that collide, too */
        write_loans("loans.csv", &c, 30);
        (void)import_file(b, an_ask("loans.csv"));
        for (int i = 0; i < 3; i++) { /* the files share references */
            umi_file_ask ask = an_ask("pay.csv");
            write_payments("pay.csv", &c, 150, 30, i * 40);
            ask.chunk = (size_t)chance_in(&c, 1, 100);
            umi_file_result r = with_receipts(b, ask);
            umi_buf text = read_file(temp_path("out.csv"));
            true_receipts(b, &r, &text);
            umi_buf again = receipts(b, r.batch, "pay.csv");
            same_bytes(&text, &again);
            umi_buf_free(&again);
            umi_file_result twice = with_receipts(b, ask);
            assert_int_equal(twice.state, UMI_FILE_REPEATED);
            again = read_file(temp_path("out.csv"));
            same_bytes(&text, &again);
            umi_buf_free(&again);
            umi_buf_free(&text);
        }
        umi__keys_narrow(0);
        umi_book_close(b);
    }
}

/* --- the same whenever ---------------------------------------------------- */

static void a_killed_run_has_the_same_receipts(void **state)
{
    (void)state;
    chance c = chance_begin("a_killed_run_has_the_same_receipts", 2);
    write_loans("loans.csv", &c, 30);
    write_payments("pay.csv", &c, 120, 30, 0);
    umi_book *whole = memory_book();
    (void)import_file(whole, an_ask("loans.csv"));
    umi_file_ask ask = an_ask("pay.csv");
    ask.chunk = 20;
    (void)with_receipts(whole, ask);
    umi_buf want = read_file(temp_path("out.csv"));
    for (int k = 1; k <= 4; k++) {
        create_book("killed.db");
        umi_book_close(with_loans(open_book("killed.db")));
        (void)unlink(temp_path("out.csv"));
        ask.path = temp_path("pay.csv");
        assert_true(killed(with_receipts, "killed.db", ask, k));
        assert_int_equal(access(temp_path("out.csv"), F_OK), -1);
        while (killed(with_receipts, "killed.db", ask, k))
            ;
        umi_buf got = read_file(temp_path("out.csv"));
        same_bytes(&want, &got);
        umi_buf_free(&got);
    }
    umi_buf_free(&want);
    umi_book_close(whole);
    temp_remove("killed.db");
}

/* @p text without the numbers of postings above @p standing. */
static umi_buf without_txns(const umi_buf *text, int64_t standing)
{
    umi_csv *csv = NULL;
    umi_buf out = {0};
    umi_csv_out w = {.buf = &out};
    assert_int_equal(
        umi_csv_open_text(&csv, umi_buf_as_text(text), &spec, NULL), UMI_OK);
    for (bool more = true;;) {
        assert_int_equal(umi_csv_next(csv, &more, NULL), UMI_OK);
        if (!more)
            break;
        for (size_t i = 0; i < 14; i++) {
            umi_text t = umi_record_text(umi_csv_record(csv), i);
            bool gone = i == TXN && t.len > 0 && number(t) > standing;
            umi_csv_put(&w, gone ? UMI_TEXT("") : t);
        }
        umi_csv_end(&w);
    }
    umi_csv_free(csv);
    return out;
}

static void a_rehearsal_says_what_would_happen(void **state)
{
    (void)state;
    chance c = chance_begin("a_rehearsal_says_what_would_happen", 3);
    for (int round = 0; round < chance_rounds(3); round++) {
        int64_t standing = 0;
        create_book("dry.db");
        temp_remove("pay.csv");
        umi_book *b = open_book("dry.db");
        write_loans("loans.csv", &c, 20);
        (void)import_file(b, an_ask("loans.csv"));
        write_payments("first.csv", &c, 60, 20, 0);
        (void)post_file(b, an_ask("first.csv"));
        write_payments("pay.csv", &c, 100, 20, 30);
        assert_int_equal(
            umi_store_last(umi_book_store(b), &umi_txn_table, &standing, NULL),
            UMI_OK);
        umi_hash head = umi_book_head(b);
        umi_file_ask ask = an_ask("pay.csv");
        ask.chunk = 30;
        ask.dry_run = true;
        ask.whole = round == 1;
        umi_file_result dry = with_receipts(b, ask);
        assert_int_equal(dry.state, UMI_FILE_DRY_RUN);
        umi_book_close(b);
        umi_buf said = read_file(temp_path("out.csv"));
        assert_int_equal(access(temp_path("pay.csv.rejects.csv"), F_OK), -1);
        b = open_book("dry.db");
        umi_hash after = umi_book_head(b);
        assert_true(umi_hash_eq(&head, &after));
        sound_book(b);
        ask.dry_run = false;
        umi_file_result real = with_receipts(b, ask);
        assert_int_equal(real.state, UMI_FILE_DONE);
        same_result(&dry, &real);
        umi_buf is = read_file(temp_path("out.csv"));
        umi_buf x = without_txns(&is, standing);
        umi_buf y = without_txns(&said, INT64_MAX);
        same_bytes(&x, &y);
        umi_buf_free(&x);
        umi_buf_free(&y);
        umi_buf_free(&is);
        umi_buf_free(&said);
        umi_book_close(b);
        temp_remove("dry.db");
        temp_remove("pay.csv");
    }
}

/* Lines are held a million at a time; blank ones count and cost nothing. */
static void segments_meet_without_a_gap(void **state)
{
    static const int64_t at[] = {2,       3,       1048575, 1048576, 1048577,
                                 1048578, 2097152, 2097153, 4300000, 4300001};
    umi_buf b = {0};
    int64_t line = 2;
    (void)state;
    chance c = chance_begin("segments_meet_without_a_gap", 4);
    umi_book *book = memory_book();
    write_loans("loans.csv", &c, 3);
    (void)import_file(book, an_ask("loans.csv"));
    umi_buf_puts(&b, "reference,loan,date,amount,channel\n");
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        for (; line < at[i]; line++)
            umi_buf_putc(&b, '\n');
        /* of another order than the lines: loans 3, 2, 1, 9, 3 ... */
        umi_buf_printf(&b, "R%zu,L%d,2026-07-%02zu,1000,VA\n", i == 5 ? 4 : i,
                       i % 4 == 3 ? 9 : 3 - (int)(i % 4), 28 - i);
        line++;
    }
    temp_write("long.csv", &b);
    umi_buf_free(&b);
    umi_file_result r = with_receipts(book, an_ask("long.csv"));
    assert_int_equal(r.lines.n, sizeof at / sizeof *at);
    umi_buf text = read_file(temp_path("out.csv"));
    true_receipts(book, &r, &text);
    assert_true(r.posted.n > 5);
    umi_buf_free(&text);
    umi_book_close(book);
}

/* A line that is no record, and fields that mean nothing, stand as they do. */
static void what_cannot_be_read_stands_as_it_is(void **state)
{
    static const char file[] = "loan,reference,date,amount,channel\n"
                               "L1,\"a,\"\"1\"\"\",2026-13-99,12x,VA\n"
                               "L1,R1\n"
                               "\n"
                               "L1,R2,2026-07-01,0700.50,VA\n"
                               "L1,\"R\n3\",2026-07-01,1,VA\n"
                               "L1,R2,2026-07-02,700.5,VA\n";
    static const char want[] =
        "line,reference,loan,date,amount,channel,result,code,txn,principal,"
        "interest,fee,penalty,overpaid\n"
        "2,\"a,\"\"1\"\"\",L1,2026-13-99,12x,VA,rejected,DATE,,,,,,\n"
        "3,,,,,,rejected,CSV,,,,,,\n"
        "5,R2,L1,2026-07-01,700.5,VA,posted,,2,700.5,0,0,0,0\n"
        "6,\"R\n3\",L1,2026-07-01,1,VA,posted,,3,1,0,0,0,0\n"
        "8,R2,L1,2026-07-02,700.5,VA,duplicate,,2,,,,,\n";
    umi_buf loans = {0}, b = {0};
    (void)state;
    umi_book *book = memory_book();
    umi_buf_puts(&loans,
                 "loan,product,borrower,principal,rate,rate_per,method,"
                 "periods,every,unit,disbursed\n"
                 "L1,UMI,Budi,900000,0,week,flat,9,1,week,2026-05-01\n");
    temp_write("loans.csv", &loans);
    (void)import_file(book, an_ask("loans.csv"));
    umi_buf_puts(&b, file);
    temp_write("odd.csv", &b);
    (void)with_receipts(book, an_ask("odd.csv"));
    umi_buf text = read_file(temp_path("out.csv"));
    umi_buf_putc(&text, '\0');
    assert_string_equal(text.ptr, want);
    umi_buf_free(&text);
    umi_buf_free(&loans);
    umi_buf_free(&b);
    umi_book_close(book);
}

/* Whoever calls the library need not know that a file is packed. */
static void a_packed_file_is_posted_as_what_it_holds(void **state)
{
    (void)state;
    chance c = chance_begin("a_packed_file_is_posted", 7);
    umi_book *plain = memory_book(), *packed = memory_book();
    write_loans("loans.csv", &c, 20);
    write_payments("pay.csv", &c, 100, 20, 0);
    (void)import_file(plain, an_ask("loans.csv"));
    (void)import_file(packed, an_ask("loans.csv"));
    umi_buf text = read_file(temp_path("pay.csv"));
    gzFile z = gzopen(temp_path("pay.gz"), "wb");
    assert_non_null(z);
    assert_int_equal(gzwrite(z, text.ptr, (unsigned)text.len), text.len);
    assert_int_equal(gzclose(z), Z_OK);
    umi_buf_free(&text);
    umi_file_result a = with_receipts(plain, an_ask("pay.csv"));
    umi_buf want = read_file(temp_path("out.csv"));
    umi_file_result b = with_receipts(packed, an_ask("pay.gz"));
    umi_buf got = read_file(temp_path("out.csv"));
    same_result(&a, &b);
    assert_true(umi_hash_eq(&a.sha256, &b.sha256));
    same_bytes(&want, &got);
    umi_buf_free(&want);
    umi_buf_free(&got);
    umi_file_result again = post_file(packed, an_ask("pay.csv"));
    assert_int_equal(again.state, UMI_FILE_REPEATED);
    umi_book_close(plain);
    umi_book_close(packed);
}

/* --- refusals ------------------------------------------------------------- */

static void refuses(umi_book *b,
                    int64_t batch,
                    const char *file,
                    umi_status status,
                    const char *message)
{
    umi_error err = {0};
    (void)unlink(temp_path("no.csv"));
    assert_int_equal(try_receipts(b, batch, file, "no.csv", &err), status);
    assert_string_equal(err.message, message);
    assert_int_equal(access(temp_path("no.csv"), F_OK), -1);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    chance c = chance_begin("what_does_not_fit_is_refused", 5);
    umi_book *b = memory_book();
    umi_error err = {0};
    write_loans("loans.csv", &c, 10);
    umi_file_result loans = import_file(b, an_ask("loans.csv"));
    write_payments("pay.csv", &c, 40, 10, 0);
    write_payments("more.csv", &c, 40, 10, 500);
    umi_file_result pay = post_file(b, an_ask("pay.csv"));
    refuses(b, 99, "pay.csv", UMI_ENOENT, "there is no finished batch 99");
    refuses(b, loans.batch, "loans.csv", UMI_EINVAL,
            "batch 1 is no file of repayments");
    refuses(b, pay.batch, "more.csv", UMI_EINVAL, "not the file of batch 2");
    refuses(b, pay.batch, "none.csv", UMI_EINVAL,
            "cannot be read: No such file or directory");
    const umi_receipts_ask nowhere = {.path = temp_path("pay.csv"),
                                      .out = "/nonexistent/out.csv",
                                      .batch = pay.batch};
    assert_int_equal(umi_receipts_write(b, &nowhere, &err), UMI_EIO);
    static const umi_profile other = {
        .name = {"other", 5},
        .delimiter = ',',
        .decimal = '.',
        .minor_digits = 2, /* the amounts are sen */
        .date = UMI_DATE_ISO,
        .source = {[UMI_FIELD_REFERENCE] = {.column = {"reference", 9}},
                   [UMI_FIELD_LOAN] = {.column = {"loan", 4}},
                   [UMI_FIELD_DATE] = {.column = {"date", 4}},
                   [UMI_FIELD_AMOUNT] = {.column = {"amount", 6}},
                   [UMI_FIELD_CHANNEL] = {.column = {"channel", 7}}}};
    umi_receipts_ask by = {.path = temp_path("pay.csv"),
                           .profile = &other,
                           .out = temp_path("no.csv"),
                           .batch = pay.batch};
    assert_int_equal(umi_receipts_write(b, &by, &err), UMI_EINVAL);
    assert_string_equal(
        err.message,
        "read by another profile than that by which it was posted");
    assert_true(err.line > 1);
    umi_book_close(b);
}

static void no_memory_is_no_harm(void **state)
{
    (void)state;
    chance c = chance_begin("no_memory_is_no_harm", 6);
    umi_book *b = memory_book();
    write_loans("loans.csv", &c, 5);
    (void)import_file(b, an_ask("loans.csv"));
    write_payments("pay.csv", &c, 30, 5, 0);
    umi_file_result r = post_file(b, an_ask("pay.csv"));
    umi_buf want = receipts(b, r.batch, "pay.csv");
    for (int64_t nth = 1;; nth++) {
        umi_error err = {0};
        (void)unlink(temp_path("out.csv"));
        umi_alloc_fail_at(nth, 0);
        umi_status rc = try_receipts(b, r.batch, "pay.csv", "out.csv", &err);
        bool reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        assert_int_equal(access(temp_path("out.csv"), F_OK), reached ? -1 : 0);
        if (!reached) {
            assert_true(nth > 10);
            break;
        }
    }
    umi_buf got = read_file(temp_path("out.csv"));
    same_bytes(&want, &got);
    umi_buf_free(&want);
    umi_buf_free(&got);
    umi_book_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receipts_say_what_the_book_says),
        cmocka_unit_test(a_killed_run_has_the_same_receipts),
        cmocka_unit_test(a_rehearsal_says_what_would_happen),
        cmocka_unit_test(segments_meet_without_a_gap),
        cmocka_unit_test(what_cannot_be_read_stands_as_it_is),
        cmocka_unit_test(a_packed_file_is_posted_as_what_it_holds),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(no_memory_is_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
