/* SPDX-License-Identifier: MIT
 * The disk fails at every operation in turn, in every way: the book stays
 * sound, nothing that was told to be done is lost, and the same act again
 * ends where an undisturbed one ends. */
#include "tests/support/crew.h"
#include "tests/support/fault_book.h"
#include "tests/support/fault_vfs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

/* A sanitizer makes everything slow. */
#ifdef __SANITIZE_ADDRESS__
#define PACE 6
#else
#define PACE 1
#endif

static bool torture;
static const char *path;
static int64_t all_points;
static int failed_tallies;

/* Points of one act under one kind of fault. */
typedef struct tally {
    const fault_act *act;
    fault_kind kind;
    int64_t points, bad, harmless;
    char first[700]; /* what went wrong first */
} tally;

static void blame(tally *t, int64_t at, const char *why)
{
    if (t->bad++ == 0)
        (void)snprintf(t->first, sizeof t->first, "%s, %s at %lld: %s",
                       t->act ? t->act->name : "copy", fault_name(t->kind),
                       (long long)at, why);
}

/* Add up what the whole crew did; true for the one that speaks of it. */
static bool gathered(tally *t)
{
    if (crew_give(t, sizeof *t))
        return false;
    for (int i = 1; i < crew_size; i++) {
        tally other;
        if (!crew_take(i, &other, sizeof other))
            fail_msg("a part of the points was not reported");
        assert_ptr_equal(other.act, t->act); /* they are in step */
        t->points += other.points;
        t->harmless += other.harmless;
        if (t->bad == 0)
            memcpy(t->first, other.first, sizeof t->first);
        t->bad += other.bad;
    }
    all_points += t->points;
    return true;
}

static void report(tally *t)
{
    const char *name = t->act ? t->act->name : "copy";
    if (!gathered(t))
        return;
    assert_true(t->points > 0);
    printf("%s, %s: %lld of %lld points", name, fault_name(t->kind),
           (long long)(t->points - t->bad), (long long)t->points);
    if (t->bad > 0) {
        printf("\n");
        print_error("%s\n", t->first);
        failed_tallies++;
        return;
    }
    printf(", 0 lost, 0 doubled, 0 unbalanced (%lld without harm)\n",
           (long long)t->harmless);
}

/* The end of a test: it failed if a tally did.  Not before, or the crew would
 * not be in step any more. */
static void settle(void)
{
    const int n = failed_tallies;
    failed_tallies = 0;
    if (n > 0)
        fail_msg("%d tallies have bad points", n);
}

/* What a disk may make an act end with.  A row that rot hides is found by the
 * constraint that holds for it, which is the second lock. */
static bool is_clean(fault_kind kind, umi_status rc)
{
    return rc == UMI_OK || rc == UMI_EIO || rc == UMI_EDAMAGED ||
           (kind == FAULT_ROT && rc == UMI_EINTERNAL);
}

/* The act with a fault at operation @p at; false: there is no such one. */
static bool act_under(tally *t, int64_t at, uint64_t seed, umi_status *rc)
{
    umi_error err = {0};
    bool fired;
    *rc = fault_book_act_under(t->act, t->kind, at, seed, &fired, &err);
    if (fired && !is_clean(t->kind, *rc))
        blame(t, at, err.message);
    return fired;
}

static bool point(tally *t, int64_t at, uint64_t seed)
{
    char why[400];
    umi_status rc;
    fault_book_restore();
    if (!act_under(t, at, seed, &rc))
        return false;
    t->points++;
    t->harmless += rc == UMI_OK;
    if (!fault_book_recovers(t->act, at % 5 == 0, rc == UMI_OK, why))
        blame(t, at, why);
    return true;
}

static void every_point(fault_kind kind, uint64_t seed)
{
    for (size_t i = 0; i < fault_act_count; i++) {
        tally t = {.act = &fault_acts[i], .kind = kind};
        for (int64_t at = crew_first(PACE);
             point(&t, at, seed * 100000 + (uint64_t)at);)
            at += crew_next(PACE);
        report(&t);
    }
}

static void the_power_may_go_at_every_operation(void **state)
{
    (void)state;
    chance c = chance_begin("the_power_may_go_at_every_operation", 1);
    for (int round = 0; round < (torture ? 50 : 1); round++)
        every_point(FAULT_CRASH, chance_next(&c) % 1000000);
    settle();
}

static void every_operation_may_fail(void **state)
{
    (void)state;
    chance c = chance_begin("every_operation_may_fail", 2);
    if (!torture)
        every_point(FAULT_ANY, chance_next(&c) % 1000000);
    for (int k = FAULT_IO; torture && k <= FAULT_SYNC; k++)
        for (int round = 0; round < 3; round++)
            every_point((fault_kind)k, chance_next(&c) % 1000000);
    settle();
}

static void faults_in_a_row(tally *t, int round, chance c)
{
    char why[400];
    umi_status rc = UMI_OK;
    fault_book_restore();
    for (int n = (int)chance_in(&c, 2, 4); n > 0; n--) {
        t->kind = chance_one_in(&c, 2) ? FAULT_CRASH : FAULT_ANY;
        if (chance_one_in(&c, 5)) { /* while somebody looks at it */
            fault_plan(t->kind, chance_in(&c, 1, 20), chance_next(&c));
            (void)fault_book_sound(why);
            fault_over(chance_one_in(&c, 2));
        }
        (void)act_under(t, chance_in(&c, 1, 140), chance_next(&c), &rc);
    }
    t->points++;
    t->harmless += rc == UMI_OK;
    if (!fault_book_recovers(t->act, round % 3 == 0, rc == UMI_OK, why))
        blame(t, round, why);
}

/* A fault, a second one while the first is being mended, then perhaps a
 * third. */
static void faults_may_follow_each_other(void **state)
{
    (void)state;
    chance c = chance_begin("faults_may_follow_each_other", 3);
    for (size_t i = 0; i < fault_act_count; i++) {
        tally t = {.act = &fault_acts[i]};
        for (int round = 0; round < (torture ? 800 : 6); round++) {
            chance own = {chance_next(&c)};
            if (crew_mine(round))
                faults_in_a_row(&t, round, own);
        }
        t.kind = FAULT_ANY;
        report(&t);
    }
    settle();
}

/* Points by chance, with rows hashed and read on other threads. */
static void a_large_file_may_be_hit_anywhere(void **state)
{
    (void)state;
    chance c = chance_begin("a_large_file_may_be_hit_anywhere", 5);
    tally t = {.act = fault_act_large, .kind = FAULT_NONE};
    umi_error err = {0};
    fault_book_restore();
    fault_plan(FAULT_NONE, 0, 0);
    assert_int_equal(fault_book_act(t.act, &err), UMI_OK);
    const int64_t all = fault_count();
    for (int i = 0; i < (torture ? 300 : 4); i++) {
        const int64_t at = chance_in(&c, 1, all);
        const uint64_t seed = chance_next(&c);
        t.kind = seed % 2 ? FAULT_ANY : FAULT_CRASH;
        if (crew_mine(i))
            assert_true(point(&t, at, seed));
    }
    report(&t);
    settle();
}

static void reads_and_openings_may_fail(void **state)
{
    (void)state;
    static const fault_kind kinds[] = {FAULT_READ, FAULT_OPEN};
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < fault_act_count; i++) {
            tally t = {.act = &fault_acts[i], .kind = kinds[k]};
            int64_t step = torture || kinds[k] == FAULT_OPEN ? 1 : 7;
            for (int64_t at = crew_first(step); point(&t, at, (uint64_t)at);)
                at += crew_next(step);
            report(&t);
        }
    settle();
}

/* Of bits that turn over under a running act: it says so, or `verify` does,
 * or nothing has come of it. */
static bool rot_point(tally *t, int64_t at, uint64_t seed)
{
    char why[400];
    umi_status rc;
    fault_book_restore();
    if (!act_under(t, at, seed, &rc))
        return false;
    t->points++;
    if (rc != UMI_OK || !fault_book_sound(why))
        return true;
    if (!fault_book_same(t->act, why))
        blame(t, at, why);
    t->harmless++;
    return true;
}

static void rot_is_noticed(void **state)
{
    (void)state;
    chance c = chance_begin("rot_is_noticed", 4);
    for (size_t i = 0; i < fault_act_count; i++) {
        tally t = {.act = &fault_acts[i], .kind = FAULT_ROT};
        int64_t step = torture ? 1 : 7;
        for (int round = 0; round < (torture ? 40 : 1); round++) {
            uint64_t seed = chance_next(&c) % 1000000 * 100000;
            for (int64_t at = crew_first(step);
                 rot_point(&t, at, seed + (uint64_t)at);)
                at += crew_next(step);
        }
        report(&t);
        assert_true(crew_me > 0 || t.harmless < t.points);
    }
    settle();
}

/* A look at the book says nothing good of what it could not read. */
static void verify_never_passes_over_a_failed_read(void **state)
{
    (void)state;
    tally t = {.act = &fault_acts[1], .kind = FAULT_READ};
    for (int64_t at = crew_first(1);; at += crew_next(1)) {
        char why[400];
        umi_error err = {0};
        fault_book_restore();
        if (fault_book_act(t.act, &err) != UMI_OK)
            fail_msg("%s", err.message);
        fault_plan(FAULT_READ, at, 1);
        bool sound = fault_book_sound(why), fired = fault_fired();
        fault_over(false);
        if (!fired)
            break;
        t.points++;
        if (sound)
            blame(&t, at, "said to be sound");
    }
    report(&t);
    settle();
}

static void a_copy_is_whole_or_absent(void **state)
{
    (void)state;
    fault_book_restore();
    for (int k = FAULT_IO; k <= FAULT_OPEN; k++) {
        tally t = {.kind = (fault_kind)k};
        bool few = k == FAULT_OPEN || k == FAULT_SYNC;
        int64_t step = torture || few ? 1 : 17;
        for (int64_t at = crew_first(step);; at += crew_next(step)) {
            char why[400];
            umi_error err = {0};
            fault_plan(t.kind, at, (uint64_t)at);
            umi_status rc = fault_book_copy(&err);
            bool fired = fault_fired();
            fault_over(false);
            if (!fault_book_copied(rc == UMI_OK, why))
                blame(&t, at, why);
            if (!fired)
                break;
            t.points++;
            t.harmless += rc == UMI_OK;
        }
        report(&t);
    }
    settle();
}

static void put_bytes(const char *name, long at, const char *bytes, size_t n)
{
    FILE *f = fopen(name, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* The power goes while the log is folded in: the file does not even look like
 * a book, and is one. */
static void a_first_page_in_shreds_is_in_the_log(void **state)
{
    (void)state;
    const fault_act *act = &fault_acts[1];
    char why[400], log[600], shreds[FAULT_SECTOR];
    bool fired;
    umi_error err = {0};
    memset(shreds, 'x', sizeof shreds);
    (void)snprintf(log, sizeof log, "%s-wal", path);
    fault_book_restore();
    fault_plan(FAULT_NONE, 0, 0);
    assert_int_equal(fault_book_act(act, &err), UMI_OK);
    const int64_t folding = fault_count() - 8;
    for (int with_log = 1; with_log >= 0; with_log--) {
        fault_book_restore();
        (void)fault_book_act_under(act, FAULT_IO_ON, folding, 0, &fired, &err);
        assert_true(fired);
        put_bytes(path, 0, shreds, sizeof shreds);
        if (!with_log)
            put_bytes(log, 0, shreds, sizeof shreds);
        bool good = fault_book_recovers(act, true, false, why);
        if (good != with_log)
            fail_msg("%s", why);
    }
    assert_non_null(strstr(why, "not a book"));
}

static int begin(void **state)
{
    (void)state;
    torture = getenv("TORTURE") != NULL;
    path = fault_book_begin();
    return 0;
}

static int end(void **state)
{
    (void)state;
    fault_book_end();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_power_may_go_at_every_operation),
        cmocka_unit_test(every_operation_may_fail),
        cmocka_unit_test(faults_may_follow_each_other),
        cmocka_unit_test(a_large_file_may_be_hit_anywhere),
        cmocka_unit_test(reads_and_openings_may_fail),
        cmocka_unit_test(rot_is_noticed),
        cmocka_unit_test(verify_never_passes_over_a_failed_read),
        cmocka_unit_test(a_copy_is_whole_or_absent),
        cmocka_unit_test(a_first_page_in_shreds_is_in_the_log),
    };
    crew_begin();
    int failed = crew_end(cmocka_run_group_tests(tests, begin, end));
    if (crew_me == 0)
        printf("%lld points under faults\n", (long long)all_points);
    return failed;
}
