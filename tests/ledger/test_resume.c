/* SPDX-License-Identifier: MIT
 * A file of repayments that is cut short anywhere, with other entries before
 * it is finished: the same call finishes it, and the book proves sound. */
#include "tests/support/small_book.h"

#include "ledger/book/verify.h"
#include "ledger/desk/post.h"

#include <stdio.h>
#include <unistd.h>

static const char *write_payments(char path[64])
{
    (void)snprintf(path, 64, "/tmp/umi-resume-%ld.csv", (long)getpid());
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    /* E1 is refused for D, late in the order of loans and early in that of
     * lines, and stands for A; so refusals come in another order than they
     * are stored, and a refused line shares a reference with a posted one. */
    (void)fputs("reference,loan,date,amount,channel\n"
                "E1,D,2020-01-12,7,LOKET\n"
                "R1,A,2026-01-12,110000,LOKET\n"
                "R2,B,2026-01-12,60000,LOKET\n"
                "R3,NONE,2026-01-12,1,LOKET\n"
                "R4,C,2026-01-12,110000,LOKET\n"
                "R1,A,2026-01-12,110000,LOKET\n"
                "R5,D,2026-01-12,2000000,LOKET\n"
                "E1,A,2026-01-12,5000,LOKET\n"
                "R2,C,2026-01-12,60000,LOKET\n",
                f);
    assert_int_equal(fclose(f), 0);
    return path;
}

static void must_be_sound(umi_book *b)
{
    umi_error err = {0};
    umi_verification v;
    assert_int_equal(umi_book_verify(&v, b, true, &err), UMI_OK);
    for (size_t i = 0; i < v.count; i++)
        if (!v.checks[i].ok)
            fail_msg("%s: %s", v.checks[i].name, v.checks[i].message);
}

static umi_status post(umi_file_result *out, umi_book *b, const char *path)
{
    char rejects[80];
    (void)snprintf(rejects, sizeof rejects, "%s.rejects", path);
    umi_error err = {0};
    umi_arena *arena = umi_arena_new();
    umi_file_ask ask = {.path = path,
                        .rejects = rejects,
                        .booked = day("2026-11-21"),
                        .chunk = 1};
    umi_status rc =
        arena ? umi_post_file(out, b, &ask, arena, &err) : UMI_ENOMEM;
    umi_arena_free(arena);
    (void)unlink(rejects);
    return rc;
}

/* A book in memory is gone when the cut fell into its store. */
static bool half_done(umi_book *b)
{
    umi_error err = {0};
    int64_t run = 0;
    return umi_store_last(umi_book_store(b), &umi_run_table, &run, &err) ==
               UMI_OK &&
           run > 0;
}

static void a_cut_file_is_finished_after_other_entries(void **state)
{
    (void)state;
    char path[64];
    write_payments(path);
    int cuts = 0;
    bool whole = false;
    for (int64_t nth = 1; !whole; nth++) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        umi_file_result r = {0};
        int64_t a = small_loan(b, "A", "MEKAAR", "PUSAT");
        small_loan(b, "B", "MEKAAR", "DEPOK");
        small_loan(b, "C", "MEKAAR", "PUSAT");
        small_loan(b, "D", "MEKAAR", "PUSAT");
        umi_alloc_fail_at(nth, 0);
        umi_status rc = post(&r, b, path);
        whole = rc == UMI_OK && umi_alloc_count() < nth;
        umi_alloc_fail_at(0, 0);
        if (rc != UMI_OK && half_done(b)) {
            cuts++;
            must_be_sound(b);
            small_pay(b, a, "2026-01-19", 10000);
            must_be_sound(b);
            assert_int_equal(post(&r, b, path), UMI_OK);
            assert_int_equal(r.posted.n, 5);
            assert_int_equal(r.duplicate.n, 1);
            assert_int_equal(r.rejected.n, 3);
            assert_false(half_done(b));
            must_be_sound(b);
            assert_int_equal(post(&r, b, path), UMI_OK);
            assert_int_equal(r.state, UMI_FILE_REPEATED);
        }
        umi_book_close(b);
    }
    (void)unlink(path);
    assert_true(cuts > 3);
}

/* --- a loan that is known later ------------------------------------------- */

enum {
    LINES = 9
};

/* Lines of no loan are decided first, one by one; E1 is of none either, for
 * its date is none. */
static void write_strangers(const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("reference,loan,date,amount,channel\n"
                "S1,LATE,2026-01-12,1000,LOKET\n"
                "R1,A,2026-01-12,110000,LOKET\n"
                "S2,LATE,2026-01-12,2000,LOKET\n"
                "S3,NEVER,2026-01-12,1,LOKET\n"
                "R2,B,2026-01-12,60000,LOKET\n"
                "S4,LATE,2026-01-12,4000,LOKET\n"
                "E1,LATE,2026-13-12,1,LOKET\n"
                "S5,NEVER,2026-01-12,1,LOKET\n"
                "S6,LATE,2026-01-12,8000,LOKET\n",
                f);
    assert_int_equal(fclose(f), 0);
}

/* How often a line of the file was decided. */
typedef struct fates {
    int64_t batch;
    int refused[LINES + 2], posted[LINES + 2];
} fates;

static umi_status count_refused(void *self, const void *row, umi_error *err)
{
    fates *f = self;
    const umi_reject *r = row;
    (void)err;
    assert_true(r->line >= 2 && r->line < LINES + 2);
    f->refused[r->line] += r->batch == f->batch;
    return UMI_OK;
}

static umi_status count_posted(void *self, const void *row, umi_error *err)
{
    fates *f = self;
    const umi_txn *t = row;
    (void)err;
    if (t->batch == f->batch && t->kind == UMI_TXN_REPAYMENT)
        f->posted[t->line]++;
    return UMI_OK;
}

static fates fates_of(umi_book *b, int64_t batch)
{
    fates f = {.batch = batch};
    umi_error err = {0};
    umi_store *s = umi_book_store(b);
    assert_int_equal(umi_store_scan(s, &umi_reject_table, 1, INT64_MAX,
                                    count_refused, &f, &err),
                     UMI_OK);
    assert_int_equal(
        umi_store_scan(s, &umi_txn_table, 1, INT64_MAX, count_posted, &f, &err),
        UMI_OK);
    return f;
}

/* What was refused before the loan was there stays so; what was not decided
 * yet is posted. */
static void a_line_is_decided_once_whenever_its_loan_comes(void **state)
{
    (void)state;
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/umi-late-%ld.csv", (long)getpid());
    write_strangers(path);
    bool whole = false;
    int seen[LINES + 2] = {0}; /* bit 0: refused once, bit 1: posted once */
    for (int64_t nth = 1; !whole; nth++) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        umi_file_result r = {0};
        small_loan(b, "A", "MEKAAR", "PUSAT");
        small_loan(b, "B", "MEKAAR", "DEPOK");
        umi_alloc_fail_at(nth, 0);
        umi_status rc = post(&r, b, path);
        whole = rc == UMI_OK && umi_alloc_count() < nth;
        umi_alloc_fail_at(0, 0);
        if (rc != UMI_OK && half_done(b)) {
            small_loan(b, "LATE", "MEKAAR", "PUSAT");
            assert_int_equal(post(&r, b, path), UMI_OK);
            fates f = fates_of(b, r.batch);
            int refused = 0;
            for (int line = 2; line < LINES + 2; line++) {
                assert_int_equal(f.refused[line] + f.posted[line], 1);
                refused += f.refused[line];
                seen[line] |= f.posted[line] ? 2 : 1;
            }
            assert_int_equal(r.rejected.n, refused);
            assert_int_equal(r.posted.n, LINES - refused);
            must_be_sound(b);
        }
        umi_book_close(b);
    }
    (void)unlink(path);
    const int want[LINES] = {1, 2, 3, 1, 2, 3, 1, 1, 3};
    for (int i = 0; i < LINES; i++)
        assert_int_equal(seen[i + 2], want[i]);
}

/* --- a reference whose first line does not fit ---------------------------- */

/* R1 is A's, whose recovery forbids it; then it is no other loan's in this
 * file. */
static void write_misfit(const char *path)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs("reference,loan,date,amount,channel\n"
                "R1,A,2026-01-12,900000,LOKET\n"
                "R2,B,2026-01-12,110000,LOKET\n"
                "R1,B,2026-01-12,110000,LOKET\n"
                "R1,C,2026-01-12,110000,LOKET\n",
                f);
    assert_int_equal(fclose(f), 0);
}

static void recover_before(umi_book *b, int64_t loan)
{
    small_must(b, (umi_booking){.kind = UMI_TXN_WRITE_OFF,
                                .loan = loan,
                                .day = day("2026-03-01")});
    small_must(b, (umi_booking){.kind = UMI_TXN_RECOVER,
                                .loan = loan,
                                .day = day("2026-04-01"),
                                .amount = {100000000}});
}

static void a_cut_does_not_free_a_reference(void **state)
{
    (void)state;
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/umi-misfit-%ld.csv",
                   (long)getpid());
    write_misfit(path);
    bool whole = false;
    int cuts = 0;
    for (int64_t nth = 1; !whole; nth++) {
        umi_book *b = small_book(UMI_BASIS_ACCRUAL);
        umi_file_result r = {0};
        recover_before(b, small_loan(b, "A", "MEKAAR", "PUSAT"));
        small_loan(b, "B", "MEKAAR", "DEPOK");
        small_loan(b, "C", "MEKAAR", "PUSAT");
        umi_alloc_fail_at(nth, 0);
        umi_status rc = post(&r, b, path);
        whole = rc == UMI_OK && umi_alloc_count() < nth;
        umi_alloc_fail_at(0, 0);
        if (rc != UMI_OK && half_done(b)) {
            cuts++;
            assert_int_equal(post(&r, b, path), UMI_OK);
        }
        if (r.lines.n > 0) {
            assert_int_equal(r.posted.n, 1);
            assert_int_equal(r.duplicate.n, 0);
            assert_int_equal(r.rejected.n, 3);
            must_be_sound(b);
        }
        umi_book_close(b);
    }
    (void)unlink(path);
    assert_true(cuts > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_decided_once_whenever_its_loan_comes),
        cmocka_unit_test(a_cut_file_is_finished_after_other_entries),
        cmocka_unit_test(a_cut_does_not_free_a_reference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
