/* SPDX-License-Identifier: MIT
 * Statements in the book: what comes in once, what is matched, what stays
 * for a person, and that bank and ledger meet in the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/party/reference.h"
#include "ledger/bank/exception.h"
#include "ledger/bank/import.h"
#include "ledger/bank/reconcile.h"
#include "ledger/bank/settle.h"
#include "ledger/bank/sign.h"
#include "ledger/book/enter.h"
#include "ledger/desk/day_close.h"
#include "ledger/desk/disburse.h"
#include "tests/support/random.h"

#define NUMBER "1270009876505"

static umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static void must(umi_status rc, const umi_error *err)
{
    if (rc != UMI_OK)
        fail_msg("%s: %s: %s", err->code, err->field, err->message);
}

/* --- a book with a bank account, loans, transfers and payments ----------- */

typedef struct bench {
    umi_book *b;
    umi_arena *arena;
    umi_buf lines; /* fields 61 and 86 of the next statement */
    int64_t sum;   /* of them, in sen */
} bench;

static umi_book *new_book(void)
{
    umi_error err = {0};
    umi_book *b = NULL;
    umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    umi_book_session session = {UMI_TEXT("siti"), {0}};
    session.today = day("2026-09-30");
    must(umi_book_in_memory(&b, &owner, &session, &err), &err);
    return b;
}

static bench begin(void)
{
    umi_error err = {0};
    bench t = {.b = new_book(), .arena = umi_arena_new()};
    umi_bank_account_ask ask = {.number = UMI_TEXT(NUMBER),
                                .code = UMI_TEXT("OPS"),
                                .cash = UMI_TEXT("1102")};
    must(umi_bank_account_add(t.b, &ask, NULL, &err), &err);
    must(umi_bank_channel_set(t.b, UMI_TEXT("VA"), UMI_TEXT("OPS"), &err),
         &err);
    return t;
}

static void end(bench *t)
{
    umi_buf_free(&t->lines);
    umi_arena_free(t->arena);
    umi_book_close(t->b);
}

/* Application, loan and transfer number @p n of @p rupiah, paid out on
 * 2026-09-01. */
static umi_text pay_out(bench *t, int64_t n, int64_t rupiah)
{
    umi_error err = {0};
    umi_policy policy = umi_policy_default();
    umi_terms terms = umi_terms_default();
    char number[32];
    (void)snprintf(number, sizeof number, "L-%d", (int)n);
    terms.principal.sen = rupiah * 100;
    terms.periods = 10;
    terms.unit = UMI_UNIT_WEEK;
    terms.rate = umi_rate_of(1, 100);
    terms.rate_per = UMI_PER_WEEK;
    terms.method = UMI_FLAT;
    terms.disbursed = day("2026-09-01");
    umi_application a = {.id = n,
                         .seq = 1,
                         .code = umi_text_of(number),
                         .person = 1,
                         .grp = UMI_NONE,
                         .product = UMI_TEXT("UMI"),
                         .amount = terms.principal,
                         .periods = 10,
                         .unit = UMI_UNIT_WEEK,
                         .facts = UMI_TEXT("{}"),
                         .entered_by = UMI_TEXT("ani"),
                         .entered_on = day("2026-08-30"),
                         .state = UMI_DISBURSED,
                         .decision = UMI_NONE,
                         .loan = UMI_NONE};
    umi_change with = {0};
    int64_t loan, id;
    umi_change_put(&with, &umi_application_table, &a, 1);
    umi_new_loan l = {.number = umi_text_of(number),
                      .person = 1,
                      .product = UMI_TEXT("UMI"),
                      .terms = &terms,
                      .policy = &policy,
                      .application = n};
    must(umi_book_take(t->b, &umi_application_table, 1, &id, &err), &err);
    assert_int_equal(id, n);
    must(umi_book_add_loan(t->b, &l, &with, &loan, &err), &err);

    umi_reference r = umi_reference_of(n);
    char *ref = umi_arena_copy(t->arena, r.text, UMI_REFERENCE_LEN);
    umi_transfer tr = {.id = n,
                       .seq = 1,
                       .reference = {ref, UMI_REFERENCE_LEN},
                       .application = n,
                       .loan = loan,
                       .amount = terms.principal,
                       .day = terms.disbursed,
                       .bank = UMI_TEXT("BRI"),
                       .account = UMI_TEXT("123"),
                       .state = UMI_TRANSFER_SENT};
    must(umi_book_take(t->b, &umi_transfer_table, 1, &id, &err), &err);
    umi_change rows = {0};
    umi_change_put(&rows, &umi_transfer_table, &tr, 1);
    umi_booking k = {.kind = UMI_TXN_DISBURSEMENT,
                     .loan = loan,
                     .day = terms.disbursed,
                     .due = {UMI_NONE32},
                     .channel = UMI_TEXT(UMI_TRANSFER_CHANNEL),
                     .reference = tr.reference};
    umi_booked out;
    umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                         .name = UMI_TEXT("disburse"),
                         .booked = day("2026-09-30"),
                         .bookings = &k,
                         .count = 1,
                         .with = &rows};
    must(umi_book_enter(t->b, &act, &out, NULL, &err), &err);
    return tr.reference;
}

/* Loan @p n pays @p rupiah over the channel VA. */
static void
pay_in(bench *t, int64_t n, int64_t rupiah, const char *ref, const char *on)
{
    umi_error err = {0};
    umi_booking k = {.kind = UMI_TXN_REPAYMENT,
                     .loan = n,
                     .day = day(on),
                     .amount = {rupiah * 100},
                     .due = {UMI_NONE32},
                     .channel = UMI_TEXT("VA"),
                     .reference = umi_text_of(ref)};
    umi_booked out;
    umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                         .name = UMI_TEXT("repay"),
                         .booked = day("2026-09-30"),
                         .bookings = &k,
                         .count = 1};
    must(umi_book_enter(t->b, &act, &out, NULL, &err), &err);
}

/* A movement of the next statement; @p sen below 0 is money out. */
static void moves(bench *t, const char *mmdd, int64_t sen, const char *text)
{
    int64_t size = sen < 0 ? -sen : sen;
    umi_buf_printf(&t->lines,
                   ":61:26%s%s%c%lld,%02lldNTRFNONREF//B%lld\n:86:%s\n", mmdd,
                   mmdd, sen < 0 ? 'D' : 'C', (long long)size / 100,
                   (long long)size % 100, (long long)t->lines.len, text);
    t->sum += sen;
}

static umi_text statement_of(umi_buf *b,
                             int64_t open,
                             int64_t sum,
                             umi_text lines,
                             const char *from,
                             const char *to)
{
    int64_t close = open + sum;
    umi_buf_printf(
        b,
        ":20:X\n:25:" NUMBER "\n:28C:1/1\n:60F:%c26%sIDR%lld,%02lld\n%.*s"
        ":62F:%c26%sIDR%lld,%02lld\n-\n",
        open < 0 ? 'D' : 'C', from, llabs(open) / 100, llabs(open) % 100,
        (int)lines.len, lines.len ? lines.ptr : "", close < 0 ? 'D' : 'C', to,
        llabs(close) / 100, llabs(close) % 100);
    return umi_buf_as_text(b);
}

static umi_status import(umi_book *b,
                         umi_text bytes,
                         umi_bank_import_result *out,
                         umi_arena *arena,
                         umi_error *err)
{
    umi_bank_import_ask ask = {.account = UMI_TEXT(NUMBER),
                               .name = UMI_TEXT("x.sta"),
                               .bytes = bytes,
                               .lang = UMI_LANG_EN};
    return umi_bank_import(out, b, &ask, arena, err);
}

/* Import what was collected by moves(); the movements that are new. */
static int64_t take_in(bench *t, int64_t open, const char *from, const char *to)
{
    umi_error err = {0};
    umi_buf b = {0};
    umi_bank_import_result r;
    int64_t added = 0;
    umi_text text =
        statement_of(&b, open, t->sum, umi_buf_as_text(&t->lines), from, to);
    must(import(t->b, text, &r, t->arena, &err), &err);
    for (size_t i = 0; i < r.count; i++)
        added += r.parts[i].added;
    umi_bank_file_free(r.parsed);
    umi_buf_free(&b);
    t->lines.len = 0;
    t->sum = 0;
    return added;
}

static umi_bank_match_result match(bench *t)
{
    umi_error err = {0};
    umi_bank_match_result r;
    must(umi_bank_match(&r, t->b, (umi_text){0}, &err), &err);
    return r;
}

typedef struct balance {
    const char *account;
    int64_t sen;
} balance;

static umi_status add_gl(void *self, const void *row, umi_error *err)
{
    balance *x = self;
    const umi_gl_line *l = row;
    (void)err;
    if (umi_text_is(l->account, x->account))
        x->sen += l->debit.sen - l->credit.sen;
    return UMI_OK;
}

static int64_t ledger(bench *t, const char *account)
{
    umi_error err = {0};
    balance x = {account, 0};
    must(umi_store_scan(umi_book_store(t->b), &umi_gl_line_table, 0, INT64_MAX,
                        add_gl, &x, &err),
         &err);
    return x.sen;
}

static umi_bank_recon reconcile(bench *t, const char *on)
{
    umi_error err = {0};
    umi_bank_accounts all;
    umi_bank_recon r;
    umi_day d = day(on);
    must(umi_bank_accounts_load(&all, umi_book_store(t->b), t->arena, &err),
         &err);
    must(umi_bank_reconcile(&r, t->b, &all, &all.accounts[0], &d, t->arena,
                            &err),
         &err);
    return r;
}

static umi_bank_exceptions exceptions(bench *t)
{
    umi_error err = {0};
    umi_bank_exceptions x;
    must(umi_bank_exceptions_of(&x, t->b, (umi_text){0}, day("2026-09-30"),
                                t->arena, &err),
         &err);
    return x;
}

static const umi_bank_exception *only(umi_bank_exceptions x, const char *code)
{
    const umi_bank_exception *found = NULL;
    for (size_t i = 0; i < x.count; i++) {
        if (strcmp(x.list[i].code, code) != 0)
            continue;
        if (found != NULL)
            fail_msg("two exceptions %s", code);
        found = &x.list[i];
    }
    if (found == NULL)
        fail_msg("no exception %s", code);
    return found;
}

/* --- coming in ----------------------------------------------------------- */

typedef struct counting {
    int64_t n, sum;
} counting;

static umi_status count_line(void *self, const void *row, umi_error *err)
{
    counting *c = self;
    (void)err;
    c->n++;
    c->sum += ((const umi_stmt_line *)row)->amount.sen;
    return UMI_OK;
}

static counting stored(umi_book *b)
{
    umi_error err = {0};
    counting c = {0};
    must(umi_store_scan(umi_book_store(b), &umi_stmt_line_table, 0, INT64_MAX,
                        count_line, &c, &err),
         &err);
    return c;
}

static void the_same_file_changes_nothing(void **state)
{
    (void)state;
    bench t = begin();
    umi_error err = {0};
    umi_buf b = {0};
    umi_bank_import_result r;
    moves(&t, "0910", 5000, "A");
    umi_text text =
        statement_of(&b, 0, t.sum, umi_buf_as_text(&t.lines), "0910", "0910");
    for (int i = 0; i < 3; i++) {
        must(import(t.b, text, &r, t.arena, &err), &err);
        assert_int_equal(r.repeated, i > 0);
        assert_int_equal(r.count, 1);
        assert_int_equal(r.parts[0].added, i == 0);
        assert_int_equal(r.file.id, 1);
        umi_bank_file_free(r.parsed);
    }
    assert_int_equal(stored(t.b).n, 1);
    umi_buf_free(&b);
    end(&t);
}

/* Two payments that look alike in everything are two payments, in one file
 * or in two that overlap; and none of them comes in twice. */
static void true_twins_stay_two(void **state)
{
    (void)state;
    bench t = begin();
    static const char one[] = ":61:2609100910C50,00NTRFNONREF//B\n:86:T\n";
    umi_buf_puts(&t.lines, one);
    t.sum = 5000;
    assert_int_equal(take_in(&t, 0, "0910", "0910"), 1);
    umi_buf_puts(&t.lines, one);
    umi_buf_puts(&t.lines, one);
    t.sum = 10000;
    assert_int_equal(take_in(&t, 0, "0910", "0910"), 1);
    umi_buf_puts(&t.lines, one);
    umi_buf_puts(&t.lines, ":61:2609100910C70,00NTRF//C\n:86:U\n");
    t.sum = 12000;
    assert_int_equal(take_in(&t, 0, "0910", "0910"), 1);
    assert_int_equal(stored(t.b).n, 3);
    end(&t);
}

/* However a month is cut into overlapping files, and in whatever order they
 * come, the book holds its movements once. */
static void overlapping_files_add_what_is_new(void **state)
{
    (void)state;
    chance c = chance_begin("overlapping files", 28);
    for (int round = 0; round < chance_rounds(20); round++) {
        enum {
            DAYS = 28,
            MOST = 4
        };
        umi_buf text[DAYS] = {0};
        int64_t sum[DAYS] = {0}, open[DAYS + 1] = {0}, n = 0;
        for (int d = 0; d < DAYS; d++) {
            for (int64_t k = chance_in(&c, 0, MOST); k > 0; k--, n++) {
                int64_t amount = chance_in(&c, 1, 3);
                umi_buf_printf(
                    &text[d], ":61:2609%02d09%02dC%d,00NTRF//R%d\n:86:T\n",
                    d + 1, d + 1, (int)amount, (int)chance_in(&c, 1, 2));
                sum[d] += amount * 100;
            }
            open[d + 1] = open[d] + sum[d];
        }
        bench t = begin();
        bool seen[DAYS] = {false};
        int missing = DAYS;
        while (missing > 0) {
            int from = (int)chance_in(&c, 0, DAYS - 1);
            int to = (int)chance_in(&c, from, DAYS - 1);
            char a[24], z[24];
            (void)snprintf(a, sizeof a, "09%02d", from + 1);
            (void)snprintf(z, sizeof z, "09%02d", to + 1);
            for (int d = from; d <= to; d++) {
                if (text[d].len > 0)
                    umi_buf_bytes(&t.lines, text[d].ptr, text[d].len);
                t.sum += sum[d];
                missing -= !seen[d];
                seen[d] = true;
            }
            (void)take_in(&t, open[from], a, z);
        }
        assert_int_equal(stored(t.b).n, n);
        assert_int_equal(stored(t.b).sum, open[DAYS]);
        for (int d = 0; d < DAYS; d++)
            umi_buf_free(&text[d]);
        end(&t);
    }
}

static void a_failing_statement_is_kept_apart(void **state)
{
    (void)state;
    bench t = begin();
    umi_error err = {0};
    int64_t added = 0;
    moves(&t, "0910", 5000, "A");
    t.sum += 1; /* closing is a sen off */
    assert_int_equal(take_in(&t, 0, "0910", "0910"), 0);
    assert_int_equal(stored(t.b).n, 0);
    assert_int_equal(only(exceptions(&t), "QUARANTINED")->stmt, 1);
    /* who imported it must not let it in */
    assert_int_equal(umi_bank_release(t.b, 1, UMI_TEXT("ok"), &added, &err),
                     UMI_EDENIED);
    assert_string_equal(err.code, "SECOND");
    assert_int_equal(umi_bank_release(t.b, 9, UMI_TEXT("ok"), NULL, &err),
                     UMI_ENOENT);
    assert_int_equal(umi_bank_release(t.b, 1, (umi_text){0}, NULL, &err),
                     UMI_EINVAL);
    end(&t);
}

static void another_account_or_currency_is_kept_apart(void **state)
{
    (void)state;
    static const char *const heads[] = {
        ":20:X\n:25:999\n:60F:C260910IDR0,00\n:62F:C260910IDR0,00\n",
        ":20:X\n:25:" NUMBER "\n:60F:C260910USD0,00\n:62F:C260910USD0,00\n",
    };
    for (size_t i = 0; i < 2; i++) {
        bench t = begin();
        umi_error err = {0};
        umi_bank_import_result r;
        must(import(t.b, umi_text_of(heads[i]), &r, t.arena, &err), &err);
        assert_true(umi_bank_import_quarantined(&r));
        umi_bank_file_free(r.parsed);
        end(&t);
    }
}

/* The same day from a table and from MT940 would come in twice: their texts
 * and references differ. */
static void a_second_format_is_kept_apart(void **state)
{
    (void)state;
    bench t = begin();
    umi_error err = {0};
    umi_bank_import_result r;
    umi_text csv =
        UMI_TEXT("AccountNo;Ccy;PostDate;Remarks;AdditionalDesc;Credit Amount;"
                 "Debit Amount;Close Balance\n" NUMBER
                 ";IDR;10 September 2026 10:00:00;A;;50.00;0.00;50.00\n");
    moves(&t, "0910", 5000, "A");
    assert_int_equal(take_in(&t, 0, "0910", "0910"), 1);
    must(import(t.b, csv, &r, t.arena, &err), &err);
    assert_true(umi_bank_import_quarantined(&r));
    assert_int_equal(stored(t.b).n, 1);
    umi_bank_file_free(r.parsed);
    end(&t);
}

static void an_unknown_account_is_added(void **state)
{
    (void)state;
    umi_error err = {0};
    umi_book *b = new_book();
    umi_arena *arena = umi_arena_new();
    umi_bank_import_result r;
    umi_text bad = UMI_TEXT("no statement");
    assert_int_equal(import(b, bad, &r, arena, &err), UMI_ESYNTAX);
    umi_bank_accounts all;
    must(umi_bank_accounts_load(&all, umi_book_store(b), arena, &err), &err);
    assert_int_equal(all.count, 0); /* nothing was written */
    umi_text text = UMI_TEXT(":20:X\n:25:" NUMBER
                             "\n:60F:C260910IDR0,00\n:62F:C260910IDR0,00\n");
    must(import(b, text, &r, arena, &err), &err);
    assert_true(r.account_added);
    assert_true(umi_text_is(r.account.cash, "1101"));
    umi_bank_file_free(r.parsed);
    umi_arena_free(arena);
    umi_book_close(b);
}

/* --- matching ------------------------------------------------------------ */

static void transfers_and_payments_are_matched(void **state)
{
    (void)state;
    bench t = begin();
    umi_text a = pay_out(&t, 1, 1000000), b = pay_out(&t, 2, 2000000);
    char text[128];
    pay_in(&t, 1, 110000, "KODE-0001", "2026-09-12");
    assert_int_equal(ledger(&t, "2301"), -300000000);
    (void)snprintf(text, sizeof text, "PENCAIRAN %.*s SITI", (int)a.len, a.ptr);
    moves(&t, "0902", -100000000, text);
    /* glued to the next word, and broken by the end of a line */
    (void)snprintf(text, sizeof text, "TRF%.10s\n%.6sMCM 99102", b.ptr,
                   b.ptr + 10);
    moves(&t, "0902", -200000000, text);
    moves(&t, "0912", 11000000, "SETORAN KODE-0001 SITI");
    moves(&t, "0913", -250000, "BIAYA ADM");
    assert_int_equal(take_in(&t, 500000000, "0902", "0913"), 4);
    umi_bank_match_result r = match(&t);
    assert_int_equal(r.transfers.n, 2);
    assert_int_equal(r.transfers.amount.sen, 300000000);
    assert_int_equal(r.repayments.n, 1);
    assert_int_equal(r.returns.n, 0);
    assert_int_equal(r.open, 1);
    assert_int_equal(ledger(&t, "2301"), 0);
    assert_int_equal(ledger(&t, "1102"), 11000000 - 300000000);
    r = match(&t); /* again changes nothing */
    assert_int_equal(r.transfers.n + r.repayments.n + r.returns.n, 0);
    assert_int_equal(ledger(&t, "1102"), 11000000 - 300000000);

    umi_bank_recon k = reconcile(&t, "2026-09-13");
    assert_int_equal(k.difference.sen, 0);
    assert_int_equal(k.other.sen, 0);
    assert_int_equal(k.opening.sen, 500000000);
    assert_int_equal(k.bank_only.sum.sen, -250000);
    assert_int_equal(k.in_transit.count, 0);
    assert_int_equal(k.match_count, 3);
    assert_int_equal(only(exceptions(&t), "BANK_ONLY")->amount.sen, -250000);
    end(&t);
}

static void one_sen_off_is_never_matched(void **state)
{
    (void)state;
    static const int64_t off[] = {1, -1, 100, -100};
    for (size_t i = 0; i < sizeof off / sizeof *off; i++) {
        bench t = begin();
        umi_text a = pay_out(&t, 1, 1000000);
        char text[64];
        pay_in(&t, 1, 110000, "KODE-0001", "2026-09-12");
        (void)snprintf(text, sizeof text, "PENCAIRAN %.*s", (int)a.len, a.ptr);
        moves(&t, "0902", -100000000 + off[i], text);
        moves(&t, "0912", 11000000 + off[i], "KODE-0001");
        (void)take_in(&t, 0, "0902", "0912");
        umi_bank_match_result r = match(&t);
        assert_int_equal(r.transfers.n + r.repayments.n + r.returns.n, 0);
        assert_int_equal(r.open, 2);
        umi_bank_exceptions x = exceptions(&t);
        size_t differ = 0, ledger_only = 0;
        for (size_t k = 0; k < x.count; k++) {
            differ += strcmp(x.list[k].code, "AMOUNT_DIFF") == 0;
            ledger_only += strcmp(x.list[k].code, "LEDGER_ONLY") == 0;
        }
        assert_int_equal(differ, 2);
        assert_int_equal(ledger_only, 2);
        assert_int_equal(reconcile(&t, "2026-09-12").difference.sen, 0);
        end(&t);
    }
}

static umi_loan_status status_of(bench *t, int64_t loan)
{
    umi_error err = {0};
    umi_loan_state s;
    bool found;
    must(umi_store_read(umi_book_store(t->b), &umi_loan_state_table, &loan, 1,
                        &s, &found, t->arena, &err),
         &err);
    assert_true(found);
    return s.status;
}

static void a_returned_transfer_is_reversed(void **state)
{
    (void)state;
    bench t = begin();
    umi_text a = pay_out(&t, 1, 1000000);
    char text[64];
    (void)snprintf(text, sizeof text, "RETUR TRF %.*s REKENING TUTUP",
                   (int)a.len, a.ptr);
    moves(&t, "0902", -100000000, text);
    moves(&t, "0904", 100000000, text);
    (void)take_in(&t, 0, "0902", "0904");
    umi_bank_match_result r = match(&t);
    assert_int_equal(r.transfers.n, 1);
    assert_int_equal(r.returns.n, 1);
    assert_int_equal(r.open, 0);
    assert_int_equal(status_of(&t, 1), UMI_LOAN_BOOKED);
    assert_int_equal(ledger(&t, "1102"), 0);
    assert_int_equal(ledger(&t, "2301"), 0);
    assert_int_equal(ledger(&t, "1203") + ledger(&t, "1201"), 0);
    assert_int_equal(reconcile(&t, "2026-09-04").difference.sen, 0);
    umi_application app;
    umi_transfer tr;
    int64_t one = 1;
    bool found;
    umi_error err = {0};
    must(umi_store_read(umi_book_store(t.b), &umi_application_table, &one, 1,
                        &app, &found, t.arena, &err),
         &err);
    assert_int_equal(app.state, UMI_BOOKED);
    must(umi_store_read(umi_book_store(t.b), &umi_transfer_table, &one, 1, &tr,
                        &found, t.arena, &err),
         &err);
    assert_int_equal(tr.state, UMI_TRANSFER_RETURNED);
    end(&t);
}

/* A credit that names a transfer whose debit nobody saw waits for a person,
 * and so does one that the book refuses. */
static void a_doubtful_return_waits_for_a_person(void **state)
{
    (void)state;
    bench t = begin();
    umi_text a = pay_out(&t, 1, 1000000);
    char text[64];
    (void)snprintf(text, sizeof text, "RETUR %.*s", (int)a.len, a.ptr);
    moves(&t, "0904", 100000000, text);
    (void)take_in(&t, 0, "0904", "0904");
    umi_bank_match_result r = match(&t);
    assert_int_equal(r.returns.n, 0);
    assert_int_equal(r.open, 1);
    assert_int_equal(status_of(&t, 1), UMI_LOAN_ACTIVE);
    (void)only(exceptions(&t), "RETURNED");
    end(&t);
}

static void the_second_movement_of_a_transfer_is_a_duplicate(void **state)
{
    (void)state;
    bench t = begin();
    umi_text a = pay_out(&t, 1, 1000000);
    char text[64];
    (void)snprintf(text, sizeof text, "PENCAIRAN %.*s", (int)a.len, a.ptr);
    moves(&t, "0902", -100000000, text);
    moves(&t, "0903", -100000000, text);
    (void)take_in(&t, 0, "0902", "0903");
    umi_bank_match_result r = match(&t);
    assert_int_equal(r.transfers.n, 1);
    assert_int_equal(r.open, 1);
    const umi_bank_exception *e = only(exceptions(&t), "DUP_BANK");
    assert_int_equal(e->day.n, day("2026-09-03").n); /* the later of the two */
    assert_true(umi_text_eq(e->reference, a));
    assert_int_equal(reconcile(&t, "2026-09-03").difference.sen, 0);
    end(&t);
}

static void a_missing_statement_is_a_gap(void **state)
{
    (void)state;
    bench t = begin();
    moves(&t, "0902", 5000, "A");
    (void)take_in(&t, 0, "0902", "0902");
    moves(&t, "0904", 5000, "B");
    (void)take_in(&t, 9000, "0904", "0904");
    const umi_bank_exception *e = only(exceptions(&t), "GAP");
    assert_int_equal(e->amount.sen, 9000);
    assert_int_equal(e->expected.sen, 5000);
    assert_int_equal(reconcile(&t, "2026-09-04").difference.sen, -4000);
    moves(&t, "0903", 4000, "C");
    (void)take_in(&t, 5000, "0903", "0903");
    assert_int_equal(reconcile(&t, "2026-09-04").difference.sen, 0);
    umi_bank_exceptions x = exceptions(&t);
    for (size_t i = 0; i < x.count; i++)
        assert_string_equal(x.list[i].code, "BANK_ONLY");
    end(&t);
}

static void payments_on_the_way_stand_between(void **state)
{
    (void)state;
    bench t = begin();
    (void)pay_out(&t, 1, 1000000);
    pay_in(&t, 1, 110000, "KODE-0001", "2026-09-12");
    pay_in(&t, 1, 120000, "KODE-0002", "2026-09-12");
    moves(&t, "0912", 11000000, "KODE-0001");
    (void)take_in(&t, 0, "0912", "0912");
    moves(&t, "0914", 12000000, "KODE-0002");
    (void)take_in(&t, 11000000, "0914", "0914");
    assert_int_equal(match(&t).repayments.n, 2);
    umi_bank_recon k = reconcile(&t, "2026-09-12");
    assert_int_equal(k.in_transit.count, 1);
    assert_int_equal(k.in_transit.sum.sen, 12000000);
    assert_int_equal(k.statement.sen, 11000000);
    assert_int_equal(k.ledger.sen, 23000000);
    assert_int_equal(k.difference.sen, 0);
    k = reconcile(&t, "2026-09-14");
    assert_int_equal(k.in_transit.count, 0);
    assert_int_equal(k.difference.sen, 0);
    end(&t);
}

static void a_person_proposes_and_another_approves(void **state)
{
    (void)state;
    bench t = begin();
    umi_error err = {0};
    umi_text a = pay_out(&t, 1, 1000000);
    moves(&t, "0902", -100000000, "TANPA REFERENSI");
    moves(&t, "0903", 777700, "SIAPA INI");
    (void)take_in(&t, 0, "0902", "0903");
    assert_int_equal(match(&t).open, 2);
    umi_bank_resolve_ask ask = {.line = 1,
                                .kind = UMI_BANK_TRANSFER,
                                .reference = a,
                                .reason = UMI_TEXT("slip of the bank")};
    static const struct {
        umi_bank_resolve_ask ask;
        umi_status rc;
    } bad[] = {
        {{.line = 9, .kind = UMI_BANK_UNIDENTIFIED, .reason = {"x", 1}},
         UMI_ENOENT},
        {{.line = 1, .kind = UMI_BANK_UNIDENTIFIED, .reason = {"x", 1}},
         UMI_EINVAL},
        {{.line = 1,
          .kind = UMI_BANK_TRANSFER,
          .reference = {"UMI0", 4},
          .reason = {"x", 1}},
         UMI_ENOENT},
        {{.line = 2,
          .kind = UMI_BANK_REPAYMENT,
          .reference = {"NO", 2},
          .channel = {"VA", 2},
          .reason = {"x", 1}},
         UMI_ENOENT},
        {{.line = 2, .kind = UMI_BANK_UNIDENTIFIED}, UMI_EINVAL},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(umi_bank_propose(t.b, &bad[i].ask, &err), bad[i].rc);
    ask.line = 2; /* another amount */
    assert_int_equal(umi_bank_propose(t.b, &ask, &err), UMI_EINVAL);
    ask.line = 1;
    must(umi_bank_propose(t.b, &ask, &err), &err);
    assert_true(exceptions(&t).list[0].proposed ||
                exceptions(&t).list[1].proposed ||
                exceptions(&t).list[2].proposed);
    assert_int_equal(umi_bank_approve(t.b, 1, &err), UMI_EDENIED);
    assert_string_equal(err.code, "SECOND");
    assert_int_equal(umi_bank_approve(t.b, 2, &err), UMI_ENOENT);
    end(&t);
}

/* Close all days of the month from the last closed one to @p through. */
static void close_days(bench *t, int *closed, int through)
{
    umi_error err = {0};
    char from[40], to[40];
    if (through <= *closed)
        return;
    (void)snprintf(from, sizeof from, "2026-09-%02d",
                   *closed ? *closed + 1 : through);
    (void)snprintf(to, sizeof to, "2026-09-%02d", through);
    must(umi_day_close(t->b, day(from), day(to), &err), &err);
    *closed = through;
}

/* Reconciliation holds after whatever happened. */
static void bank_and_ledger_meet_after_random_months(void **state)
{
    (void)state;
    chance c = chance_begin("random months", 4);
    for (int round = 0; round < chance_rounds(15); round++) {
        bench t = begin();
        int64_t open = chance_in(&c, -100, 100) * 100, at = open;
        umi_text refs[40];
        char text[96];
        int loans = (int)chance_in(&c, 1, 12), closed = 0;
        for (int i = 1; i <= loans; i++) {
            refs[i] = pay_out(&t, i, 100000 * chance_in(&c, 1, 5));
            for (int64_t k = chance_in(&c, 0, 3); k > 0; k--) {
                char ref[40], on[40];
                (void)snprintf(ref, sizeof ref, "KODE-%02d-%d", i, (int)k);
                (void)snprintf(on, sizeof on, "2026-09-%02d",
                               (int)chance_in(&c, 2, 28));
                pay_in(&t, i, chance_in(&c, 1, 50) * 1000, ref, on);
            }
        }
        for (int d = 2; d <= 28; d++) {
            char mmdd[24];
            int64_t before = at;
            (void)snprintf(mmdd, sizeof mmdd, "09%02d", d);
            for (int64_t k = chance_in(&c, 0, 4); k > 0; k--) {
                int i = (int)chance_in(&c, 1, loans);
                int64_t sen = chance_in(&c, 1, 50) * 100000;
                switch (chance_in(&c, 0, 3)) {
                case 0:
                    sen = -100000 * 100 * chance_in(&c, 1, 5);
                    (void)snprintf(text, sizeof text, "PENCAIRAN %.*s",
                                   (int)refs[i].len, refs[i].ptr);
                    break;
                case 1:
                    sen = 100000 * 100 * chance_in(&c, 1, 5);
                    (void)snprintf(text, sizeof text, "RETUR %.*s",
                                   (int)refs[i].len, refs[i].ptr);
                    break;
                case 2:
                    (void)snprintf(text, sizeof text, "SETOR KODE-%02d-%d", i,
                                   (int)chance_in(&c, 1, 3));
                    break;
                default:
                    (void)snprintf(text, sizeof text, "LAIN-LAIN");
                    sen = chance_in(&c, -9, 9) * 100;
                }
                moves(&t, mmdd, sen, text);
                at += sen;
            }
            (void)take_in(&t, before, mmdd, mmdd);
            if (chance_one_in(&c, 3))
                (void)match(&t);
            if (chance_one_in(&c, 5))
                close_days(&t, &closed, d + (int)chance_in(&c, -3, 0));
        }
        (void)match(&t);
        for (int d = 2; d <= 28; d += 3) {
            char on[32];
            (void)snprintf(on, sizeof on, "2026-09-%02d", d);
            umi_bank_recon k = reconcile(&t, on);
            assert_int_equal(k.difference.sen, 0);
            assert_int_equal(k.other.sen, 0);
        }
        umi_bank_recon k = reconcile(&t, "2026-09-30");
        assert_int_equal(k.statement.sen, at);
        end(&t);
    }
}

/* A movement of a closed day is entered on the next open one; as of the
 * closed day it is still missing in the ledger, and everything adds up. */
static void closed_days_take_no_more(void **state)
{
    (void)state;
    bench t = begin();
    umi_error err = {0};
    umi_text a = pay_out(&t, 1, 1000000);
    char text[64];
    (void)snprintf(text, sizeof text, "PENCAIRAN %.*s", (int)a.len, a.ptr);
    moves(&t, "0902", -100000000, text);
    (void)take_in(&t, 0, "0902", "0902");
    must(umi_day_close(t.b, day("2026-09-05"), day("2026-09-05"), &err), &err);
    pay_in(&t, 1, 110000, "KODE-0001", "2026-09-03");
    assert_int_equal(match(&t).transfers.n, 1);
    umi_bank_recon k = reconcile(&t, "2026-09-02");
    assert_int_equal(k.ledger.sen, 0);
    assert_int_equal(k.bank_only.sum.sen, -100000000);
    assert_int_equal(k.difference.sen, 0);
    assert_int_equal(k.other.sen, 0);
    k = reconcile(&t, "2026-09-30");
    assert_int_equal(k.ledger.sen, 11000000 - 100000000);
    assert_int_equal(k.bank_only.count, 0);
    assert_int_equal(k.in_transit.sum.sen, 11000000);
    assert_int_equal(k.difference.sen, 0);
    assert_int_equal(k.other.sen, 0);
    end(&t);
}

static void one_person_signs_once(void **state)
{
    (void)state;
    bench t = begin();
    umi_error err = {0};
    umi_bank_signed r;
    umi_text ops = UMI_TEXT("OPS"), no = UMI_TEXT("NO");
    assert_int_equal(umi_bank_sign(&r, t.b, no, NULL, t.arena, &err),
                     UMI_ENOENT);
    assert_int_equal(umi_bank_sign(&r, t.b, ops, NULL, t.arena, &err),
                     UMI_ENOENT); /* no statement */
    moves(&t, "0902", 5000, "A");
    (void)take_in(&t, 0, "0902", "0902");
    must(umi_bank_sign(&r, t.b, ops, NULL, t.arena, &err), &err);
    assert_int_equal(r.signature.step, UMI_BANK_PREPARED);
    assert_int_equal(umi_bank_sign(&r, t.b, ops, NULL, t.arena, &err),
                     UMI_EDENIED);
    assert_string_equal(err.code, "SECOND");
    moves(&t, "0904", 5000, "B"); /* a day is missing */
    (void)take_in(&t, 9000, "0904", "0904");
    assert_int_equal(umi_bank_sign(&r, t.b, ops, NULL, t.arena, &err),
                     UMI_ESTATE);
    end(&t);
}

/* Import and matching either do their work or say that memory is exhausted,
 * and what is left is a book that can be closed. */
static void every_allocation_may_fail(void **state)
{
    (void)state;
    bool reached = true;
    for (int64_t nth = 1; reached; nth += nth < 40 ? 1 : 7) {
        bench t = begin();
        umi_error err = {0};
        umi_buf b = {0};
        umi_bank_import_result r = {0};
        umi_bank_match_result m;
        char text[64];
        umi_text a = pay_out(&t, 1, 1000000);
        pay_in(&t, 1, 110000, "KODE-0001", "2026-09-12");
        (void)snprintf(text, sizeof text, "PENCAIRAN %.*s", (int)a.len, a.ptr);
        moves(&t, "0902", -100000000, text);
        moves(&t, "0912", 11000000, "SETOR KODE-0001");
        umi_text bytes = statement_of(&b, 0, t.sum, umi_buf_as_text(&t.lines),
                                      "0902", "0912");
        umi_alloc_fail_at(nth, 1);
        umi_status rc = import(t.b, bytes, &r, t.arena, &err);
        if (rc == UMI_OK)
            rc = umi_bank_match(&m, t.b, (umi_text){0}, &err);
        reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        assert_int_equal(rc, reached ? UMI_ENOMEM : UMI_OK);
        umi_bank_file_free(r.parsed);
        umi_buf_free(&b);
        end(&t);
    }
}

/* --- the pure part ------------------------------------------------------- */

static void deciding_does_not_depend_on_the_order(void **state)
{
    (void)state;
    enum {
        UNITS = 30,
        HINTS = 60
    };
    chance c = chance_begin("shuffled matching", 7);
    for (int round = 0; round < chance_rounds(300); round++) {
        umi_bank_unit units[UNITS], shuffled[UNITS];
        umi_bank_hint hints[HINTS], moved[HINTS];
        size_t place[UNITS];
        for (size_t i = 0; i < UNITS; i++) {
            units[i] = (umi_bank_unit){.line = (int64_t)i + 1,
                                       .booked = {(int32_t)chance_in(&c, 1, 5)},
                                       .print = chance_in(&c, 1, 6),
                                       .occurrence = (int64_t)i + 1,
                                       .amount = {chance_in(&c, -2, 2)}};
            place[i] = i;
        }
        for (size_t i = 0; i < HINTS; i++) {
            size_t u = (size_t)chance_in(&c, 0, UNITS - 1);
            hints[i] =
                (umi_bank_hint){.unit = u,
                                .kind = (umi_bank_target)chance_in(&c, 0, 2),
                                .target = chance_in(&c, 1, 12)};
            hints[i].taken = hints[i].target * 3 + (int)hints[i].kind == 10;
            hints[i].ready = hints[i].target % 3 == 0;
            hints[i].amount.sen = hints[i].target % 5 - 2;
        }
        umi_bank_answer plain[UNITS], other[UNITS];
        assert_int_equal(
            umi_bank_decide(plain, units, UNITS, hints, HINTS, NULL), UMI_OK);
        for (size_t i = UNITS - 1; i > 0; i--) {
            size_t k = (size_t)chance_in(&c, 0, (int64_t)i);
            size_t x = place[i];
            place[i] = place[k];
            place[k] = x;
        }
        for (size_t i = 0; i < UNITS; i++)
            shuffled[place[i]] = units[i];
        for (size_t i = 0; i < HINTS; i++) {
            moved[i] = hints[HINTS - 1 - i];
            moved[i].unit = place[moved[i].unit];
        }
        assert_int_equal(
            umi_bank_decide(other, shuffled, UNITS, moved, HINTS, NULL),
            UMI_OK);
        for (size_t i = 0; i < UNITS; i++) {
            const umi_bank_answer *a = &plain[i], *b = &other[place[i]];
            assert_int_equal(a->finding, b->finding);
            if (a->finding != UMI_BANK_MATCHED)
                continue;
            assert_int_equal(hints[a->hint].target, moved[b->hint].target);
            assert_int_equal(hints[a->hint].kind, moved[b->hint].kind);
            assert_int_equal(hints[a->hint].amount.sen, units[i].amount.sen);
            assert_false(hints[a->hint].taken);
        }
    }
}

static bool collect(void *self, umi_text found)
{
    umi_buf *b = self;
    umi_buf_text(b, found);
    umi_buf_putc(b, ' ');
    return true;
}

static void references_are_found_in_texts(void **state)
{
    (void)state;
    umi_reference r = umi_reference_of(42);
    static const struct {
        const char *form; /* %s and %.*s... : X stands for the reference */
        bool found;
    } cases[] = {
        {"X", true},         {"PENCAIRAN X SITI", true},
        {"BIAYAXMCM", true}, {"/X/", true},
        {"X X", true},       {"UMI", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        umi_buf text = {0}, found = {0};
        for (const char *p = cases[i].form; *p != '\0'; p++)
            if (*p == 'X')
                umi_buf_puts(&text, r.text);
            else
                umi_buf_putc(&text, *p);
        assert_true(
            umi_bank_find_transfers(umi_buf_as_text(&text), collect, &found));
        assert_int_equal(found.len > 0, cases[i].found);
        umi_buf_free(&text);
        umi_buf_free(&found);
    }
    /* a wrong check character is another text */
    umi_buf found = {0};
    r.text[UMI_REFERENCE_LEN - 1] ^= 1;
    assert_true(umi_bank_find_transfers(umi_text_of(r.text), collect, &found));
    assert_int_equal(found.len, 0);
    assert_true(umi_bank_find_words(
        UMI_TEXT("SETOR KODE-0001, a/b/c.d (12345) 123456"), collect, &found));
    umi_buf_putc(&found, '\0');
    assert_string_equal(found.ptr, "KODE-0001 123456 ");
    umi_buf_free(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_file_changes_nothing),
        cmocka_unit_test(true_twins_stay_two),
        cmocka_unit_test(overlapping_files_add_what_is_new),
        cmocka_unit_test(a_failing_statement_is_kept_apart),
        cmocka_unit_test(another_account_or_currency_is_kept_apart),
        cmocka_unit_test(a_second_format_is_kept_apart),
        cmocka_unit_test(an_unknown_account_is_added),
        cmocka_unit_test(transfers_and_payments_are_matched),
        cmocka_unit_test(one_sen_off_is_never_matched),
        cmocka_unit_test(a_returned_transfer_is_reversed),
        cmocka_unit_test(a_doubtful_return_waits_for_a_person),
        cmocka_unit_test(the_second_movement_of_a_transfer_is_a_duplicate),
        cmocka_unit_test(a_missing_statement_is_a_gap),
        cmocka_unit_test(payments_on_the_way_stand_between),
        cmocka_unit_test(a_person_proposes_and_another_approves),
        cmocka_unit_test(bank_and_ledger_meet_after_random_months),
        cmocka_unit_test(closed_days_take_no_more),
        cmocka_unit_test(one_person_signs_once),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(deciding_does_not_depend_on_the_order),
        cmocka_unit_test(references_are_found_in_texts),
    };
    return cmocka_run_group_tests_name("ledger/bank, book", tests, NULL, NULL);
}
