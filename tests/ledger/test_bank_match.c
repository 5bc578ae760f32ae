/* SPDX-License-Identifier: MIT
 * What was paid out and taken in finds its movement at the bank; what is a sen
 * off, doubtful or second waits for a person.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/bank/sign.h"
#include "tests/support/bank_bench.h"
#include "tests/support/random.h"

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
        cmocka_unit_test(transfers_and_payments_are_matched),
        cmocka_unit_test(one_sen_off_is_never_matched),
        cmocka_unit_test(a_returned_transfer_is_reversed),
        cmocka_unit_test(a_doubtful_return_waits_for_a_person),
        cmocka_unit_test(the_second_movement_of_a_transfer_is_a_duplicate),
        cmocka_unit_test(a_missing_statement_is_a_gap),
        cmocka_unit_test(payments_on_the_way_stand_between),
        cmocka_unit_test(a_person_proposes_and_another_approves),
        cmocka_unit_test(deciding_does_not_depend_on_the_order),
        cmocka_unit_test(references_are_found_in_texts),
    };
    return cmocka_run_group_tests_name("ledger/bank_match", tests, NULL, NULL);
}
