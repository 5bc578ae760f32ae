/* SPDX-License-Identifier: MIT
 * Statements in a book: nothing enters twice or is lost, after random months
 * bank and ledger meet, and closed days take no more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "ledger/bank/sign.h"
#include "ledger/desk/day_close.h"
#include "tests/support/bank_bench.h"
#include "tests/support/random.h"

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
        cmocka_unit_test(bank_and_ledger_meet_after_random_months),
        cmocka_unit_test(closed_days_take_no_more),
        cmocka_unit_test(one_person_signs_once),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("ledger/bank_book", tests, NULL, NULL);
}
