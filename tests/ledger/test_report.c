/* SPDX-License-Identifier: MIT
 * Reports: what they say about a small book, that they agree with each other
 * after anything, and that running out of memory leaves nothing behind. */
#include "tests/support/small_book.h"

#include "ledger/desk/day_close.h"
#include "ledger/io/journal_export.h"
#include "ledger/report/report.h"
#include "ledger/report/standing.h"
#include "ledger/report/trial_balance.h"

static umi_report
report(umi_book *b, const char *name, const umi_day *as_of, umi_arena *arena)
{
    umi_error err = {0};
    umi_report r;
    umi_report_ask ask = {.as_of = as_of};
    if (umi_report_build(&r, umi_text_of(name), b, &ask, arena, &err) != UMI_OK)
        fail_msg("%s: %s", name, err.message);
    return r;
}

static const umi_report_table *table(const umi_report *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->items[i].table != NULL)
            return r->items[i].table;
    fail_msg("no table in %s", r->name);
    return NULL;
}

/* The cell of a row whose first cell is @p first. */
static const umi_cell *
cell(const umi_report *r, const char *first, const char *key)
{
    const umi_report_table *t = table(r);
    for (size_t k = 0; k < t->rows; k++) {
        const umi_cell *row = t->cells + k * t->column_count;
        for (size_t i = 0; i < t->column_count; i++)
            if (umi_text_is(row[0].text, first) &&
                strcmp(t->columns[i].key, key) == 0)
                return &row[i];
    }
    fail_msg("no %s of %s in %s", key, first, r->name);
    return NULL;
}

static int64_t rupiah(const umi_report *r, const char *first, const char *key)
{
    return cell(r, first, key)->money.sen / 100;
}

static int64_t role(umi_book *b, umi_role which, umi_arena *arena)
{
    umi_error err = {0};
    umi_trial_balance t;
    umi_money sum;
    if (umi_trial_balance_of(&t, b, NULL, arena, &err) != UMI_OK)
        fail_msg("%s", err.message);
    assert_true(umi_trial_balance_role(&sum, &t, which));
    return sum.sen / 100;
}

/* Two Mekaar loans and one of a product that the program does not know. */
static umi_book *three_loans(void)
{
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t a = small_loan(b, "A", "MEKAAR", "PUSAT");
    int64_t other = small_loan(b, "B", "MEKAAR", "DEPOK");
    small_loan(b, "C", "LAIN", "PUSAT");
    small_pay(b, a, "2026-01-12", 110000);
    small_pay(b, a, "2026-01-19", 60000);
    small_pay(b, other, "2026-01-12", 1150000);
    return b;
}

static void the_trial_balance_says_what_moved(void **state)
{
    (void)state;
    umi_book *b = three_loans();
    umi_arena *arena = umi_arena_new();
    umi_report r = report(b, "trial-balance", NULL, arena);
    assert_int_equal(rupiah(&r, "1101", "debit"), 1320000);
    assert_int_equal(rupiah(&r, "1101", "balance"), 1320000);
    assert_int_equal(rupiah(&r, "1202", "debit"), 2000000);
    assert_int_equal(rupiah(&r, "1202", "credit"), 1150000);
    assert_int_equal(rupiah(&r, "1201", "balance"), 1000000);
    assert_int_equal(rupiah(&r, "2101", "balance"), -50000);
    assert_int_equal(rupiah(&r, "2301", "balance"), -3000000);
    assert_true(umi_text_is(cell(&r, "1202", "role")->text, "principal"));
    assert_int_equal(role(b, UMI_ROLE_PRINCIPAL, arena), 1850000);
    assert_int_equal(role(b, UMI_ROLE_INTEREST_RECEIVABLE, arena), -120000);
    umi_day early = day("2026-01-11");
    r = report(b, "trial-balance", &early, arena);
    assert_int_equal(rupiah(&r, "1202", "balance"), 2000000);
    assert_int_equal(table(&r)->rows, 3); /* no cash yet */
    umi_arena_free(arena);
    umi_book_close(b);
}

static void the_portfolio_counts_debt_by_days(void **state)
{
    (void)state;
    umi_book *b = three_loans();
    umi_arena *arena = umi_arena_new();
    umi_day on = day("2026-02-18");
    umi_report r = report(b, "portfolio", &on, arena);
    assert_int_equal(table(&r)->rows, 2);
    assert_int_equal(cell(&r, "MEKAAR", "count")->number, 1);
    assert_int_equal(rupiah(&r, "MEKAAR", "disbursed"), 1000000);
    assert_int_equal(rupiah(&r, "MEKAAR", "outstanding.principal"), 850000);
    assert_int_equal(rupiah(&r, "MEKAAR", "outstanding.interest"), 80000);
    /* A lacks part of the row of 01-19: 30 days; C all from 01-12: 37 */
    assert_int_equal(cell(&r, "MEKAAR", "buckets.1.count")->number, 1);
    assert_int_equal(rupiah(&r, "MEKAAR", "buckets.1.principal"), 850000);
    assert_int_equal(cell(&r, "LAIN", "buckets.2.count")->number, 1);
    assert_int_equal(cell(&r, "LAIN", "buckets.1.count")->number, 0);
    on = day("2026-01-12"); /* the due day itself is 0 */
    r = report(b, "portfolio", &on, arena);
    assert_int_equal(cell(&r, "LAIN", "buckets.0.count")->number, 1);
    umi_arena_free(arena);
    umi_book_close(b);
}

static void buckets_have_no_gaps(void **state)
{
    (void)state;
    assert_int_equal(umi_buckets[0].from, 0);
    for (size_t i = 0; i + 1 < UMI_BUCKETS; i++) {
        assert_int_equal(umi_buckets[i + 1].from, umi_buckets[i].to + 1);
        assert_int_equal(umi_bucket_of(umi_buckets[i].from), i);
        assert_int_equal(umi_bucket_of(umi_buckets[i].to), i);
    }
    assert_int_equal(umi_buckets[UMI_BUCKETS - 1].to, -1);
    assert_int_equal(umi_bucket_of(100000), UMI_BUCKETS - 1);
}

static void arrears_name_the_loans(void **state)
{
    (void)state;
    umi_book *b = three_loans();
    umi_arena *arena = umi_arena_new();
    umi_day on = day("2026-04-25");
    umi_report r = report(b, "arrears", &on, arena);
    assert_int_equal(table(&r)->rows, 2);
    assert_int_equal(cell(&r, "A", "days_past_due")->number, 96);
    assert_int_equal(cell(&r, "A", "collectability")->number, 3);
    assert_int_equal(rupiah(&r, "A", "due.principal"), 850000);
    assert_int_equal(rupiah(&r, "A", "due.interest"), 80000);
    assert_int_equal(cell(&r, "C", "days_past_due")->number, 103);
    umi_arena_free(arena);
    umi_book_close(b);
}

static void an_empty_book_has_empty_reports(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    static const char *const names[] = {"trial-balance", "portfolio",
                                        "arrears"};
    for (size_t i = 0; i < 3; i++) {
        umi_report r = report(b, names[i], NULL, arena);
        assert_int_equal(table(&r)->rows, 0);
    }
    umi_arena_free(arena);
    umi_book_close(b);
}

static void an_unknown_report_is_refused(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    umi_arena *arena = umi_arena_new();
    umi_error err = {0};
    umi_report r;
    umi_report_ask ask = {0};
    assert_int_equal(
        umi_report_build(&r, UMI_TEXT("profit"), b, &ask, arena, &err),
        UMI_ENOENT);
    umi_arena_free(arena);
    umi_book_close(b);
}

/* --- exports -------------------------------------------------------------- */

static umi_status gather(void *self, umi_text text, umi_error *err)
{
    (void)err;
    umi_buf_text(self, text);
    return UMI_OK;
}

static umi_buf exported(umi_book *b, umi_journal_ask ask)
{
    umi_error err = {0};
    umi_buf out = {0};
    if (umi_journal_export(b, &ask, gather, &out, &err) != UMI_OK)
        fail_msg("%s", err.message);
    umi_buf_putc(&out, '\0');
    return out;
}

/* The balance of an account in a journal, summed from its lines. */
static int64_t journal_sum(const char *text, umi_text code)
{
    int64_t sum = 0;
    for (const char *at = text; *at != '\0'; at += strcspn(at, "\n") + 1) {
        const char *name = strchr(at, ':');
        if (strncmp(at, "    ", 4) != 0 || name == NULL ||
            name > at + strcspn(at, "\n") ||
            strncmp(name + 1, code.ptr, code.len) != 0 ||
            name[1 + code.len] != '-')
            continue;
        const char *amount = strstr(name, "  ");
        umi_money m;
        assert_non_null(amount);
        amount += 2;
        assert_true(
            umi_money_parse(&m, (umi_text){amount, strcspn(amount, " ")}));
        sum += m.sen;
    }
    return sum;
}

/* Every format of both levels says what the trial balance says. */
static void journals_agree(umi_book *b, umi_arena *arena)
{
    umi_error err = {0};
    umi_trial_balance t;
    assert_int_equal(umi_trial_balance_of(&t, b, NULL, arena, &err), UMI_OK);
    for (int i = 0; i < 6; i++) {
        umi_buf out = exported(b, (umi_journal_ask){(umi_journal_format)(i / 2),
                                                    i % 2 != 0,
                                                    {UMI_DAY_MIN},
                                                    {UMI_DAY_MAX}});
        for (size_t k = 0; k < t.count; k++)
            assert_int_equal(journal_sum(out.ptr, t.accounts[k].code),
                             t.accounts[k].balance.sen);
        umi_buf_free(&out);
    }
}

/* --- what must hold whatever happened ------------------------------------- */

typedef struct sums {
    int64_t principal, overpaid, again;
} sums;

static umi_status
sum_standing(void *self, const umi_standing *s, umi_error *err)
{
    sums *t = self;
    (void)err;
    t->principal += s->outstanding.principal.sen;
    t->overpaid += s->overpaid.sen;
    for (size_t c = 0; c < UMI_COMPONENTS; c++)
        assert_int_equal(s->outstanding.of[c].sen, s->state->owed.of[c].sen);
    return UMI_OK;
}

static void ledger_and_loans_agree(umi_book *b, umi_arena *arena)
{
    umi_error err = {0};
    sums t = {0};
    umi_standing_ask ask = {.day = day("2026-03-01"), .closed = true};
    assert_int_equal(umi_standing_each(b, &ask, sum_standing, &t, &err),
                     UMI_OK);
    assert_int_equal(role(b, UMI_ROLE_PRINCIPAL, arena), t.principal / 100);
    assert_int_equal(role(b, UMI_ROLE_OVERPAID, arena), -t.overpaid / 100);
    umi_report r = report(b, "portfolio", &ask.day, arena);
    int64_t sum = 0;
    for (size_t k = 0; k < table(&r)->rows; k++)
        sum += table(&r)->cells[k * table(&r)->column_count + 3].money.sen;
    assert_int_equal(sum, t.principal);
}

/* A close, then an act that posts a payment beside lines of its own, and a
 * payment of a day that is closed. */
static void close_and_settle(umi_book *b)
{
    int64_t loan = small_loan(b, "E", "MEKAAR", "DEPOK");
    umi_error err = {0};
    umi_booked out[2];
    assert_int_equal(
        umi_day_close(b, day("2026-07-31"), day("2026-08-01"), &err), UMI_OK);
    const umi_booking paid[] = {{.kind = UMI_TXN_REPAYMENT,
                                 .loan = loan,
                                 .day = day("2026-08-02"),
                                 .amount = {12345600}},
                                {.kind = UMI_TXN_REPAYMENT,
                                 .loan = loan,
                                 .day = day("2026-07-30"),
                                 .amount = {100}}};
    const umi_gl_entry entry = {.kind = UMI_POST_UNIDENTIFIED,
                                .day = day("2026-08-02"),
                                .product = UMI_NONE,
                                .branch = 1,
                                .channel = UMI_NONE,
                                .parts = {.overpaid = {777}}};
    const umi_act_entry act = {.kind = UMI_BATCH_ENTRY,
                               .name = UMI_TEXT("test"),
                               .booked = day("2026-08-03"),
                               .bookings = paid,
                               .count = 2,
                               .entries = &entry,
                               .entry_count = 1};
    if (umi_book_enter(b, &act, out, NULL, &err) != UMI_OK)
        fail_msg("%s", err.message);
}

static void reports_agree_after_anything(void **state)
{
    (void)state;
    chance c = chance_begin("reports agree", 11);
    for (int run = 0; run < chance_rounds(8); run++) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        umi_arena *arena = umi_arena_new();
        int64_t loans[4];
        for (size_t i = 0; i < 4; i++) {
            char number[] = "L0";
            number[1] = (char)('0' + i);
            loans[i] = small_loan(b, number, i % 2 ? "MEKAAR" : "LAIN",
                                  i < 2 ? "PUSAT" : "DEPOK");
        }
        for (int k = 0; k < 40; k++)
            small_random(b, &c, loans, 4);
        ledger_and_loans_agree(b, arena);
        journals_agree(b, arena);
        close_and_settle(b);
        journals_agree(b, arena);
        umi_arena_free(arena);
        umi_book_close(b);
    }
}

static umi_status count_bytes(void *self, umi_text text, umi_error *err)
{
    (void)err;
    *(size_t *)self += text.len;
    return UMI_OK;
}

/* Each allocation of a run fails once; then the run succeeds. */
static void no_memory_is_told(void **state)
{
    (void)state;
    static const char *const names[] = {"trial-balance", "portfolio",
                                        "arrears"};
    umi_book *b = three_loans();
    umi_day on = day("2026-03-01");
    umi_report_ask ask = {.as_of = &on};
    for (size_t i = 0; i < 3; i++)
        for (int64_t nth = 1;; nth++) {
            umi_error err = {0};
            umi_report r;
            umi_arena *arena = umi_arena_new();
            umi_alloc_fail_at(nth, 0);
            umi_status rc = umi_report_build(&r, umi_text_of(names[i]), b, &ask,
                                             arena, &err);
            int64_t used = umi_alloc_count();
            umi_alloc_fail_at(0, 0);
            umi_arena_free(arena);
            if (rc == UMI_OK && used < nth)
                break;
            assert_int_equal(rc, UMI_ENOMEM);
        }
    for (int64_t nth = 1, left = 4; left > 0; nth++) {
        umi_error err = {0};
        umi_journal_ask want = {left % 2 ? UMI_JOURNAL_CSV : UMI_JOURNAL_LEDGER,
                                left > 2,
                                {UMI_DAY_MIN},
                                {UMI_DAY_MAX}};
        size_t n = 0;
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_journal_export(b, &want, count_bytes, &n, &err);
        int64_t used = umi_alloc_count();
        umi_alloc_fail_at(0, 0);
        if (rc == UMI_OK && used < nth && n > 0) {
            left--;
            nth = 0;
            continue;
        }
        assert_int_equal(rc, UMI_ENOMEM);
    }
    umi_book_close(b);
}

static void a_reversal_is_named_by_what_it_reverses(void **state)
{
    (void)state;
    umi_book *b = small_book(UMI_BASIS_ACCRUAL);
    int64_t loan = small_loan(b, "A;1", "MEKAAR", "PUSAT");
    int64_t txn = small_must(b, (umi_booking){.kind = UMI_TXN_REPAYMENT,
                                              .loan = loan,
                                              .day = day("2026-01-12"),
                                              .amount = {5000000},
                                              .channel = UMI_TEXT("LOKET"),
                                              .reference = UMI_TEXT("R,1")});
    small_reverse(b, txn, "2026-01-14");
    umi_buf out =
        exported(b, (umi_journal_ask){UMI_JOURNAL_CSV, true, day("2026-01-12"),
                                      day("2026-01-14")});
    assert_string_equal(
        out.ptr,
        "loan,product,branch,date,kind,amount,principal,interest,fee,penalty,"
        "overpaid,channel,reference,reverses_date,reverses_reference\n"
        "A;1,MEKAAR,PUSAT,2026-01-12,repayment,50000,40000,10000,0,0,0,LOKET,"
        "\"R,1\",,\n"
        "A;1,MEKAAR,PUSAT,2026-01-14,reversal,-50000,-40000,-10000,0,0,0,,,"
        "2026-01-12,\"R,1\"\n");
    umi_buf_free(&out);
    umi_book_close(b);
}

static void a_period_is_cut_out(void **state)
{
    (void)state;
    umi_book *b = three_loans();
    umi_buf out =
        exported(b, (umi_journal_ask){UMI_JOURNAL_CSV, false, day("2026-01-19"),
                                      day("2026-01-19")});
    assert_string_equal(out.ptr, "batch,date,branch,account,name,debit,credit\n"
                                 "8,2026-01-19,PUSAT,1101,Kas,60000,\n"
                                 "8,2026-01-19,PUSAT,1202,Pokok pinjaman "
                                 "Mekaar,,50000\n"
                                 "8,2026-01-19,PUSAT,1301,Piutang "
                                 "bunga,,10000\n");
    umi_buf_free(&out);
    umi_book_close(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_trial_balance_says_what_moved),
        cmocka_unit_test(the_portfolio_counts_debt_by_days),
        cmocka_unit_test(buckets_have_no_gaps),
        cmocka_unit_test(arrears_name_the_loans),
        cmocka_unit_test(an_empty_book_has_empty_reports),
        cmocka_unit_test(an_unknown_report_is_refused),
        cmocka_unit_test(reports_agree_after_anything),
        cmocka_unit_test(no_memory_is_told),
        cmocka_unit_test(a_reversal_is_named_by_what_it_reverses),
        cmocka_unit_test(a_period_is_cut_out),
    };
    return cmocka_run_group_tests_name("ledger/report", tests, NULL, NULL);
}
