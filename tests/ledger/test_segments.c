/* SPDX-License-Identifier: MIT
 * A file of repayments in segments, on one core or on two: whatever it is cut
 * into, and however often it is cut short, the same becomes of every line. */
#include "tests/support/cut_short.h"

#include "engine/base/task.h"
#include "ledger/book/enter.h"
#include "ledger/desk/receipts.h"

enum {
    LOANS = 25,
    LINES = 300
};

/* Besides all that can be wrong with a line: many payments of one loan, one
 * that is reversed by hand between, and references that come back later. */
static void prepare(chance *c)
{
    write_loans("loans.csv", c, LOANS);
    write_payments("pay.csv", c, LINES, LOANS, 0);
}

/* Its path stays, whatever else is named. */
static umi_file_ask pay_ask(void)
{
    static char path[600];
    (void)snprintf(path, sizeof path, "%s", temp_path("pay.csv"));
    return (umi_file_ask){.path = path, .booked = {UMI_NONE32}};
}

/* --- what became of lines ------------------------------------------------- */

typedef struct account {
    char **lines;
    size_t n, cap;
} account;

static void tell(account *a, const char *text)
{
    if (a->n == a->cap) {
        a->cap = a->cap ? a->cap * 2 : 256;
        a->lines = realloc(a->lines, a->cap * sizeof *a->lines);
        assert_non_null(a->lines);
    }
    a->lines[a->n] = strdup(text);
    assert_non_null(a->lines[a->n++]);
}

static umi_status tell_txn(void *self, const void *row, umi_error *err)
{
    const umi_txn *t = row;
    char room[400];
    (void)err;
    (void)snprintf(
        room, sizeof room,
        "txn %08lld %lld %d %d %lld = %lld %lld %lld %lld %lld "
        "%.*s",
        (long long)t->line, (long long)t->loan, (int)t->kind, t->day.n,
        (long long)t->amount.sen, (long long)t->parts.principal.sen,
        (long long)t->parts.interest.sen, (long long)t->parts.fee.sen,
        (long long)t->parts.penalty.sen, (long long)t->parts.overpaid.sen,
        (int)t->ref.len, t->ref.ptr ? t->ref.ptr : "");
    tell(self, room);
    return UMI_OK;
}

static umi_status tell_state(void *self, const void *row, umi_error *err)
{
    const umi_loan_state *s = row;
    char room[400];
    (void)err;
    (void)snprintf(
        room, sizeof room, "loan %lld %d %d %lld %lld %lld %lld",
        (long long)s->id, (int)s->status, s->last_day.n,
        (long long)s->owed.principal.sen, (long long)s->owed.interest.sen,
        (long long)s->paid.principal.sen, (long long)s->overpaid.sen);
    tell(self, room);
    return UMI_OK;
}

static umi_status tell_reject(void *self, const void *row, umi_error *err)
{
    const umi_reject *r = row;
    char room[200];
    (void)err;
    (void)snprintf(room, sizeof room, "reject %lld %08lld %.*s %lld",
                   (long long)r->batch, (long long)r->line, (int)r->code.len,
                   r->code.ptr, (long long)r->amount.sen);
    tell(self, room);
    return UMI_OK;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Without keys, which follow the order of posting. */
static account account_of(umi_book *b)
{
    account a = {0};
    umi_error err = {0};
    umi_store *s = umi_book_store(b);
    const struct {
        const umi_table *table;
        umi_row_fn fn;
    } parts[] = {{&umi_txn_table, tell_txn},
                 {&umi_loan_state_table, tell_state},
                 {&umi_reject_table, tell_reject}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_int_equal(umi_store_scan(s, parts[i].table, INT64_MIN, INT64_MAX,
                                        parts[i].fn, &a, &err),
                         UMI_OK);
    qsort(a.lines, a.n, sizeof *a.lines, by_text);
    return a;
}

static void free_account(account *a)
{
    for (size_t i = 0; i < a->n; i++)
        free(a->lines[i]);
    free(a->lines);
}

static void same_accounts(const account *want, umi_book *b)
{
    account got = account_of(b);
    for (size_t i = 0; i < want->n && i < got.n; i++)
        assert_string_equal(want->lines[i], got.lines[i]);
    assert_int_equal(want->n, got.n);
    free_account(&got);
}

static void same_rejects(const umi_buf *want)
{
    umi_buf got = file_text("pay.csv.rejects.csv");
    same_text(want, &got);
    umi_buf_free(&got);
}

/* --- one file, many ways -------------------------------------------------- */

static void segments_make_no_difference(void **state)
{
    (void)state;
    chance c = chance_begin("segments_make_no_difference", 21);
    for (int round = 0; round < chance_rounds(4); round++) {
        prepare(&c);
        umi_book *one = with_loans(memory_book());
        umi_file_result want = post_file(one, pay_ask());
        umi_buf rejects = file_text("pay.csv.rejects.csv");
        account all = account_of(one);
        sound_book(one);
        umi_book_close(one);
        const struct {
            size_t segment, chunk;
            bool whole, disk;
        } ways[] = {{1, 0, false, false},  {7, 3, false, true},
                    {50, 20, true, true},  {64, 1, false, false},
                    {299, 0, false, true}, {300, 100, true, false}};
        for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
            umi_file_ask ask = pay_ask();
            ask.segment = ways[i].segment;
            ask.chunk = ways[i].chunk;
            ask.whole = ways[i].whole;
            if (ways[i].disk)
                create_book("other.db");
            umi_book *b = with_loans(ways[i].disk ? open_book("other.db")
                                                  : memory_book());
            (void)unlink(temp_path("pay.csv.rejects.csv"));
            umi_file_result got = post_file(b, ask);
            same_result(&want, &got);
            same_rejects(&rejects);
            same_accounts(&all, b);
            sound_book(b);
            umi_book_close(b);
        }
        umi_buf_free(&rejects);
        free_account(&all);
    }
    temp_remove("other.db");
}

/* --- two cores ------------------------------------------------------------ */

static void copy_book(const char *from, const char *to)
{
    char room[1 << 16];
    size_t n;
    temp_remove(to);
    FILE *in = fopen(temp_path(from), "rb"), *out = fopen(temp_path(to), "wb");
    assert_non_null(in);
    assert_non_null(out);
    while ((n = fread(room, 1, sizeof room, in)) > 0)
        assert_int_equal(fwrite(room, 1, n, out), n);
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

static umi_hash
head_after(bool alone, umi_file_ask ask, const char *book, const char *from)
{
    copy_book(from, book);
    umi_book *b = open_book(book);
    umi_task_alone(alone);
    (void)post_file(b, ask);
    umi_task_alone(false);
    umi_hash head = umi_book_head(b);
    sound_book(b);
    umi_book_close(b);
    return head;
}

/* The head of the chain is over every row of the journal. */
static void the_other_core_makes_no_difference(void **state)
{
    (void)state;
    chance c = chance_begin("the_other_core_makes_no_difference", 22);
    static const size_t segments[] = {0, 700, 5000};
    static const size_t chunks[] = {0, 300, 4000};
    for (int round = 0; round < chance_rounds(1); round++) {
        write_loans("loans.csv", &c, 400);
        write_payments("pay.csv", &c, 6000, 400, 0);
        create_book("from.db");
        umi_book_close(with_loans(open_book("from.db")));
        for (size_t i = 0; i < 3; i++) {
            umi_file_ask ask = pay_ask();
            ask.segment = segments[i];
            ask.chunk = chunks[i];
            umi_hash one = head_after(true, ask, "one.db", "from.db");
            umi_hash two = head_after(false, ask, "two.db", "from.db");
            assert_true(umi_hash_eq(&one, &two));
        }
    }
    temp_remove("from.db");
    temp_remove("one.db");
    temp_remove("two.db");
}

/* --- kills ---------------------------------------------------------------- */

/* Also when it is taken up with segments of another size. */
static void a_killed_run_finds_its_segment(void **state)
{
    (void)state;
    chance c = chance_begin("a_killed_run_finds_its_segment", 23);
    prepare(&c);
    umi_book *one = with_loans(memory_book());
    umi_file_result want = post_file(one, pay_ask());
    umi_buf rejects = file_text("pay.csv.rejects.csv");
    account all = account_of(one);
    umi_book_close(one);
    for (int k = 1; k <= 5; k++) {
        umi_file_ask ask = pay_ask();
        int kills = 0;
        (void)unlink(temp_path("pay.csv.rejects.csv"));
        create_book("killed.db");
        umi_book_close(with_loans(open_book("killed.db")));
        do {
            ask.segment = (size_t)chance_in(&c, 20, 120);
            ask.chunk = (size_t)chance_in(&c, 5, 60);
            umi_book *b = open_book("killed.db");
            sound_book(b);
            umi_book_close(b);
            kills++;
        } while (killed(post_file, "killed.db", ask, k) && kills < 200);
        assert_true(kills > 1);
        same_rejects(&rejects);
        (void)unlink(temp_path("pay.csv.rejects.csv"));
        umi_book *b = open_book("killed.db");
        umi_file_result got = post_file(b, pay_ask());
        same_rejects(&rejects);
        assert_int_equal(got.state, UMI_FILE_REPEATED);
        same_result(&want, &got);
        same_accounts(&all, b);
        sound_book(b);
        umi_book_close(b);
    }
    umi_buf_free(&rejects);
    free_account(&all);
    temp_remove("killed.db");
}

static void a_whole_file_is_whole_over_segments(void **state)
{
    (void)state;
    chance c = chance_begin("a_whole_file_is_whole_over_segments", 24);
    prepare(&c);
    create_book("killed.db");
    umi_book *b = with_loans(open_book("killed.db"));
    umi_hash head = umi_book_head(b);
    umi_book_close(b);
    umi_file_ask ask = pay_ask();
    ask.segment = 70;
    ask.chunk = 30;
    ask.whole = true;
    for (int k = 1; k <= 9; k += 4) {
        assert_true(killed(post_file, "killed.db", ask, k));
        b = open_book("killed.db");
        umi_hash after = umi_book_head(b);
        assert_true(umi_hash_eq(&head, &after));
        umi_book_close(b);
    }
    temp_remove("killed.db");
}

/* --- trials --------------------------------------------------------------- */

static void a_trial_of_segments_says_what_posting_does(void **state)
{
    (void)state;
    chance c = chance_begin("a_trial_of_segments", 25);
    for (int round = 0; round < chance_rounds(2); round++) {
        prepare(&c);
        umi_file_ask ask = pay_ask();
        ask.segment = (size_t)chance_in(&c, 1, 100);
        ask.dry_run = true;
        create_book("trial.db");
        umi_book *b = with_loans(open_book("trial.db"));
        umi_hash head = umi_book_head(b);
        umi_file_result trial = post_file(b, ask);
        assert_int_equal(trial.state, UMI_FILE_DRY_RUN);
        umi_book_close(b);
        b = open_book("trial.db");
        umi_hash after = umi_book_head(b);
        assert_true(umi_hash_eq(&head, &after));
        ask.dry_run = false;
        umi_file_result real = post_file(b, ask);
        same_result(&trial, &real);
        umi_book_close(b);
    }
    temp_remove("trial.db");
}

static void a_trial_of_segments_needs_to_write(void **state)
{
    (void)state;
    chance c = chance_begin("a_trial_of_segments_needs_to_write", 26);
    prepare(&c);
    create_book("trial.db");
    umi_book_close(with_loans(open_book("trial.db")));
    umi_error err = {0};
    umi_book *b = NULL;
    umi_file_result r;
    const umi_book_session session = a_session();
    umi_arena *arena = umi_arena_new();
    assert_int_equal(
        umi_book_open(&b, temp_path("trial.db"), UMI_READ, &session, &err),
        UMI_OK);
    umi_file_ask ask = pay_ask();
    ask.dry_run = true;
    assert_int_equal(umi_post_file(&r, b, &ask, arena, &err), UMI_OK);
    ask.segment = 100;
    assert_int_equal(umi_post_file(&r, b, &ask, arena, &err), UMI_ESTATE);
    assert_string_equal(err.code, "TRIAL");
    umi_arena_free(arena);
    umi_book_close(b);
    temp_remove("trial.db");
}

static umi_status held(umi_store *s, umi_error *err)
{
    (void)s;
    return umi_fail(err, UMI_EBUSY, "", "another process holds the book");
}

/* To be told that the book is needed for writing helps nobody who has it so. */
static void a_trial_that_cannot_begin_says_why(void **state)
{
    (void)state;
    chance c = chance_begin("a_trial_that_cannot_begin_says_why", 29);
    umi_error err = {0};
    umi_file_result r;
    prepare(&c);
    umi_arena *arena = umi_arena_new();
    umi_book *b = with_loans(memory_book());
    umi_store *s = umi_book_store(b);
    umi__store_ops ops = *s->ops;
    ops.begin = held;
    s->ops = &ops;
    umi_file_ask ask = pay_ask();
    ask.dry_run = true;
    ask.segment = 100;
    assert_int_equal(umi_post_file(&r, b, &ask, arena, &err), UMI_EBUSY);
    assert_string_equal(err.message, "another process holds the book");
    assert_string_not_equal(err.code, "TRIAL");
    umi_arena_free(arena);
    umi_book_close(b);
}

/* --- a file that changes -------------------------------------------------- */

/* Between the first look at it and the second. */
static void change_it(void *self, umi_phase phase, int64_t done, int64_t all)
{
    (void)all;
    bool *changed = self;
    if (phase != UMI_PHASE_SORT || done != 0 || *changed)
        return;
    *changed = true;
    FILE *f = fopen(temp_path("pay.csv"), "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, -12, SEEK_END), 0);
    int was = fgetc(f);
    assert_int_equal(fseek(f, -12, SEEK_END), 0);
    (void)fputc(was == '7' ? '8' : '7', f);
    assert_int_equal(fclose(f), 0);
}

typedef struct looking {
    int looks, writes;
} looking;

/* Read whole, and before it is read anew, for it must be cut as it was before
 * the kill. */
static void
change_it_when_cut_again(void *self, umi_phase phase, int64_t done, int64_t all)
{
    looking *l = self;
    bool changed = false;
    l->writes += phase == UMI_PHASE_WRITE;
    if (phase == UMI_PHASE_READ && done == all && ++l->looks == 1)
        change_it(&changed, UMI_PHASE_SORT, 0, 0);
}

static void a_file_that_changes_is_not_cut_again(void **state)
{
    (void)state;
    chance c = chance_begin("a_file_that_changes_is_not_cut_again", 28);
    umi_error err = {0};
    umi_file_result r;
    umi_file_ask ask = pay_ask();
    looking l = {0};
    prepare(&c);
    create_book("killed.db");
    umi_book_close(with_loans(open_book("killed.db")));
    ask.segment = 100;
    ask.chunk = 30;
    assert_true(killed(post_file, "killed.db", ask, 1));
    umi_arena *arena = umi_arena_new();
    umi_book *b = open_book("killed.db");
    ask.segment = 60;
    ask.progress = change_it_when_cut_again;
    ask.self = &l;
    assert_int_equal(umi_post_file(&r, b, &ask, arena, &err), UMI_EIO);
    assert_string_equal(err.message, "the file changed while it was read");
    assert_true(l.looks > 1);
    assert_int_equal(l.writes, 0);
    umi_book_close(b);
    b = open_book("killed.db");
    sound_book(b);
    umi_book_close(b);
    umi_arena_free(arena);
    temp_remove("killed.db");
}

static void a_file_that_changes_is_noticed_before_its_segment(void **state)
{
    (void)state;
    chance c = chance_begin("a_file_that_changes", 27);
    prepare(&c);
    for (int whole = 0; whole < 2; whole++) {
        umi_error err = {0};
        umi_file_result r;
        bool changed = false;
        umi_arena *arena = umi_arena_new();
        umi_book *b = with_loans(memory_book());
        umi_file_ask ask = pay_ask();
        ask.segment = 40;
        ask.whole = whole;
        ask.progress = change_it;
        ask.self = &changed;
        umi_task_alone(true); /* or the second look may come before it */
        assert_int_equal(umi_post_file(&r, b, &ask, arena, &err), UMI_EIO);
        umi_task_alone(false);
        assert_true(changed);
        if (!whole)
            sound_book(b);
        umi_arena_free(arena);
        umi_book_close(b);
    }
}

/* --- memory --------------------------------------------------------------- */

static void every_allocation_of_segments_may_fail(void **state)
{
    (void)state;
    chance c = chance_begin("every_allocation_of_segments_may_fail", 28);
    write_loans("loans.csv", &c, 6);
    write_payments("pay.csv", &c, 24, 6, 0);
    umi_file_ask ask = {.segment = 9, .chunk = 1, .booked = {UMI_NONE32}};
    int64_t nth = post_without_memory(ask, getenv("TORTURE") ? 1 : 7);
    assert_true(nth > 100);
}

/* --- a payment with others behind it -------------------------------------- */

/* A payment dated before what stands on a loan divides that anew; the
 * reference is still that of the payment. */
static void a_reference_is_that_of_its_own_posting(void **state)
{
    (void)state;
    umi_buf text = {0};
    umi_buf_puts(&text, "loan,product,borrower,principal,rate,rate_per,method,"
                        "periods,every,unit,disbursed,branch\n"
                        "L1,UMI,Ibu,1000000,2,month,flat,10,1,month,"
                        "2026-01-05,\n");
    temp_write("loans.csv", &text);
    text.len = 0;
    umi_buf_puts(&text, "reference,loan,date,amount,channel\n"
                        "A1,L1,2026-05-20,120000,VA\n");
    temp_write("first.csv", &text);
    text.len = 0;
    umi_buf_puts(&text, "reference,loan,date,amount,channel\n"
                        "A2,L1,2026-02-10,60000,VA\n");
    temp_write("second.csv", &text);
    umi_buf_puts(&text, "A2,L1,2026-02-10,60000,VA\n");
    temp_write("third.csv", &text);
    umi_buf_free(&text);
    umi_book *b = with_loans(memory_book());
    umi_error err = {0};
    umi_booked out;
    const umi_booking penalty = {.kind = UMI_TXN_PENALTY,
                                 .loan = 1,
                                 .day = a_day("2026-03-01"),
                                 .due = {UMI_NONE32},
                                 .amount = {1000000}};
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("penalty"),
                               .booked = a_day("2026-11-21"),
                               .bookings = &penalty,
                               .count = 1};
    assert_int_equal(umi_book_enter(b, &act, &out, NULL, &err), UMI_OK);
    (void)post_file(b, an_ask("first.csv"));
    int64_t before, after;
    assert_int_equal(
        umi_store_last(umi_book_store(b), &umi_txn_table, &before, &err),
        UMI_OK);
    umi_file_result second = post_file(b, an_ask("second.csv"));
    assert_int_equal(second.posted.n, 1);
    assert_int_equal(
        umi_store_last(umi_book_store(b), &umi_txn_table, &after, &err),
        UMI_OK);
    assert_true(after > before + 1); /* something stands behind it */
    sound_book(b);
    umi_file_result third = post_file(b, an_ask("third.csv"));
    assert_int_equal(third.posted.n, 0);
    assert_int_equal(third.duplicate.n, 2);
    umi_book_close(b);
}

/* --- more than a loan can hold -------------------------------------------- */

/* What became of the lines, by number. */
static umi_status note_reject(void *self, const void *row, umi_error *err)
{
    const umi_reject *r = row;
    (void)err;
    umi_buf_printf(self, "%lld %.*s\n", (long long)r->line, (int)r->code.len,
                   r->code.ptr);
    return UMI_OK;
}

/* The first line does not fit the loan, so nothing stands under R1: the same
 * again is no duplicate, however the file is cut; it would not fit either.
 * The receipts, which name the holder of a reference, are made as well. */
static void a_duplicate_is_of_a_payment_that_stands(void **state)
{
    (void)state;
    static const size_t cuts[] = {0, 1, 2, 3};
    umi_buf text = {0};
    chance c = chance_begin("a_duplicate_is_of_a_payment_that_stands", 30);
    write_loans("loans.csv", &c, 2);
    umi_buf_puts(&text, "reference,loan,date,amount,channel\n");
    for (int i = 0; i < 9223; i++) /* the most that a line may say */
        umi_buf_printf(&text, "F%d,L1,2026-11-02,10000000000000,VA\n", i);
    temp_write("full.csv", &text);
    text.len = 0;
    umi_buf_puts(&text, "reference,loan,date,amount,channel\n"
                        "R1,L1,2026-11-03,5000000000000,VA\n"
                        "R2,L1,2026-11-03,1000,VA\n"
                        "R1,L1,2026-11-03,5000000000000,VA\n"
                        "R2,L1,2026-11-03,1000,VA\n"
                        "R1,L1,2026-11-03,5000000000000,VA\n");
    temp_write("pay.csv", &text);
    umi_buf_free(&text);
    for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
        umi_error err = {0};
        umi_file_result r;
        umi_buf refused = {0};
        umi_arena *arena = umi_arena_new();
        umi_book *b = with_loans(memory_book());
        assert_int_equal(post_file(b, an_ask("full.csv")).posted.n, 9223);
        umi_file_ask ask = pay_ask();
        char receipts[600];
        (void)snprintf(receipts, sizeof receipts, "%s", temp_path("r.csv"));
        ask.segment = cuts[i];
        ask.receipts = receipts;
        if (umi_post_receipts(&r, b, &ask, arena, &err) != UMI_OK)
            fail_msg("cut into %zu: %s", cuts[i], err.message);
        assert_int_equal(
            umi_store_query(umi_book_store(b), &umi_reject_by_batch,
                            &UMI_ARG_INT(r.batch), note_reject, &refused, &err),
            UMI_OK);
        umi_buf_putc(&refused, '\0');
        assert_string_equal(refused.ptr, "2 RANGE\n4 RANGE\n6 RANGE\n");
        assert_int_equal(r.posted.n, 1);
        assert_int_equal(r.duplicate.n, 1);
        sound_book(b);
        umi_buf_free(&refused);
        umi_arena_free(arena);
        umi_book_close(b);
    }
    temp_remove("r.csv");
    temp_remove("full.csv");
}

/* --- few among many ------------------------------------------------------- */

/* A store that has learnt that keys are far apart seeks each by itself. */
static void few_rows_among_many_are_found(void **state)
{
    (void)state;
    enum {
        ROWS = 40000,
        KEYS = 2000
    };
    umi_error err = {0};
    umi_idem *rows = calloc(ROWS, sizeof *rows);
    umi_idem *got = calloc(KEYS, sizeof *got);
    int64_t *keys = calloc(KEYS, sizeof *keys);
    bool *found = calloc(KEYS, sizeof *found);
    assert_true(rows && got && keys && found);
    for (int i = 0; i < ROWS; i++)
        rows[i] = (umi_idem){3 * (i + 1), i + 1};
    create_book("many.db");
    umi_book *b = open_book("many.db");
    umi_change c = {0};
    umi_change_put(&c, &umi_idem_table, rows, ROWS);
    assert_int_equal(umi_book_apply(b, &c, &err), UMI_OK);
    for (int turn = 0; turn < 4; turn++) {
        for (int i = 0; i < KEYS; i++) /* of three keys one is there */
            keys[i] = 1 + turn + (int64_t)i * 61;
        memset(found, turn & 1, KEYS * sizeof *found);
        assert_int_equal(umi_store_read(umi_book_store(b), &umi_idem_table,
                                        keys, KEYS, got, found, NULL, &err),
                         UMI_OK);
        for (int i = 0; i < KEYS; i++) {
            bool there = keys[i] % 3 == 0 && keys[i] <= 3 * ROWS;
            assert_int_equal(found[i], there);
            if (!there)
                continue;
            assert_int_equal(got[i].key, keys[i]);
            assert_int_equal(got[i].txn, keys[i] / 3);
        }
    }
    umi_book_close(b);
    temp_remove("many.db");
    free(rows);
    free(got);
    free(keys);
    free(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_make_no_difference),
        cmocka_unit_test(the_other_core_makes_no_difference),
        cmocka_unit_test(a_killed_run_finds_its_segment),
        cmocka_unit_test(a_whole_file_is_whole_over_segments),
        cmocka_unit_test(a_trial_of_segments_says_what_posting_does),
        cmocka_unit_test(a_trial_of_segments_needs_to_write),
        cmocka_unit_test(a_trial_that_cannot_begin_says_why),
        cmocka_unit_test(a_file_that_changes_is_noticed_before_its_segment),
        cmocka_unit_test(a_file_that_changes_is_not_cut_again),
        cmocka_unit_test(every_allocation_of_segments_may_fail),
        cmocka_unit_test(a_reference_is_that_of_its_own_posting),
        cmocka_unit_test(a_duplicate_is_of_a_payment_that_stands),
        cmocka_unit_test(few_rows_among_many_are_found),
    };
    return cmocka_run_group_tests_name("ledger/segments", tests, NULL, NULL);
}
