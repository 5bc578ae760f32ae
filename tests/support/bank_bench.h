/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_BANK_BENCH_H
#define UMI_TESTS_SUPPORT_BANK_BENCH_H

/** @file A book with a bank account, loans, transfers, payments and statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/party/reference.h"
#include "ledger/bank/exception.h"
#include "ledger/bank/import.h"
#include "ledger/bank/reconcile.h"
#include "ledger/bank/settle.h"
#include "ledger/book/enter.h"
#include "ledger/desk/disburse.h"

#define NUMBER "1270009876505"

static inline umi_day day(const char *text)
{
    umi_day d;
    assert_true(umi_day_parse(&d, umi_text_of(text)));
    return d;
}

static inline void must(umi_status rc, const umi_error *err)
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

static inline umi_book *new_book(void)
{
    umi_error err = {0};
    umi_book *b = NULL;
    umi_book_owner owner = {.institution = UMI_TEXT("Koperasi Uji")};
    umi_book_session session = {UMI_TEXT("siti"), {0}};
    session.today = day("2026-09-30");
    must(umi_book_in_memory(&b, &owner, &session, &err), &err);
    return b;
}

static inline bench begin(void)
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

static inline void end(bench *t)
{
    umi_buf_free(&t->lines);
    umi_arena_free(t->arena);
    umi_book_close(t->b);
}

/* Application, loan and transfer number @p n of @p rupiah, paid out on
 * 2026-09-01. */
static inline umi_text pay_out(bench *t, int64_t n, int64_t rupiah)
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
static inline void
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
static inline void
moves(bench *t, const char *mmdd, int64_t sen, const char *text)
{
    int64_t size = sen < 0 ? -sen : sen;
    umi_buf_printf(&t->lines,
                   ":61:26%s%s%c%lld,%02lldNTRFNONREF//B%lld\n:86:%s\n", mmdd,
                   mmdd, sen < 0 ? 'D' : 'C', (long long)size / 100,
                   (long long)size % 100, (long long)t->lines.len, text);
    t->sum += sen;
}

static inline umi_text statement_of(umi_buf *b,
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

static inline umi_status import(umi_book *b,
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
static inline int64_t
take_in(bench *t, int64_t open, const char *from, const char *to)
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

static inline umi_bank_match_result match(bench *t)
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

static inline umi_status add_gl(void *self, const void *row, umi_error *err)
{
    balance *x = self;
    const umi_gl_line *l = row;
    (void)err;
    if (umi_text_is(l->account, x->account))
        x->sen += l->debit.sen - l->credit.sen;
    return UMI_OK;
}

static inline int64_t ledger(bench *t, const char *account)
{
    umi_error err = {0};
    balance x = {account, 0};
    must(umi_store_scan(umi_book_store(t->b), &umi_gl_line_table, 0, INT64_MAX,
                        add_gl, &x, &err),
         &err);
    return x.sen;
}

static inline umi_bank_recon reconcile(bench *t, const char *on)
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

static inline umi_bank_exceptions exceptions(bench *t)
{
    umi_error err = {0};
    umi_bank_exceptions x;
    must(umi_bank_exceptions_of(&x, t->b, (umi_text){0}, day("2026-09-30"),
                                t->arena, &err),
         &err);
    return x;
}

static inline const umi_bank_exception *only(umi_bank_exceptions x,
                                             const char *code)
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

#endif
