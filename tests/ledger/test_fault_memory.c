/* SPDX-License-Identifier: MIT
 * Memory is exhausted at every request in turn, whoever makes it (the library,
 * SQLite, GMP, libyaml): a clean error, nothing half done, nothing kept. */
#include "tests/support/fault_heap.h"

#include "engine/base/task.h"
#include "ledger/io/quote_json.h"
#include "tests/support/answers.h"
#include "tests/support/crew.h"
#include "tests/support/fault_book.h"
#include "tests/support/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <string.h>

static bool torture;

/* One way of failing: how often, and what came of it. */
typedef struct tally {
    const char *name;
    bool on;
    int64_t points, harmless, asked;
} tally;

static int64_t all_points;

static void report(tally *t)
{
    if (crew_give(t, sizeof *t))
        return;
    for (int i = 1; i < crew_size; i++) {
        tally other;
        if (!crew_take(i, &other, sizeof other))
            fail_msg("a part of the points was not reported");
        assert_ptr_equal(other.name, t->name); /* they are in step */
        t->points += other.points;
        t->harmless += other.harmless;
        if (other.asked > t->asked)
            t->asked = other.asked;
    }
    all_points += t->points;
    printf("%s, no memory%s: %lld of %lld points of %lld requests, 0 lost, 0 "
           "leaked (%lld without harm)\n",
           t->name, t->on ? " from there on" : "", (long long)t->points,
           (long long)t->points,
           (long long)(t->asked > 0 ? t->asked : t->points),
           (long long)t->harmless);
}

static bool is_clean(umi_status rc)
{
    return rc == UMI_OK || rc == UMI_ENOMEM || rc == UMI_EIO;
}

/* The act with request @p at refused; false: there are not so many. */
static bool point(tally *t, const fault_act *act, int64_t at)
{
    char why[400];
    umi_error err = {0};
    fault_book_restore();
    umi_task_alone(!t->on); /* so that each request has its number */
    int64_t live = heap_live();
    heap_fail_at(at, t->on);
    umi_status rc = fault_book_act(act, &err);
    t->asked = heap_asked();
    heap_fail_at(0, false);
    bool reached = t->asked >= at;
    if (heap_live() != live)
        fail_msg("%s at %lld: %lld blocks are kept", t->name, (long long)at,
                 (long long)(heap_live() - live));
    if (!is_clean(rc) || (!reached && rc != UMI_OK))
        fail_msg("%s at %lld: %d %s", t->name, (long long)at, rc, err.message);
    t->points += reached;
    t->harmless += reached && rc == UMI_OK;
    if (!fault_book_recovers(act, at % 5 == 0, rc == UMI_OK, why))
        fail_msg("%s at %lld: %s", t->name, (long long)at, why);
    return reached;
}

static void acts_run_out_of_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < fault_act_count; i++)
        for (int on = 0; on < 2; on++) {
            tally t = {.name = fault_acts[i].name, .on = on};
            int64_t step = torture ? 1 : 97;
            int64_t at = crew_first(step) + (torture ? 0 : (int64_t)i);
            while (point(&t, &fault_acts[i], at))
                at += crew_next(step);
            report(&t);
        }
}

/* A look that runs out of memory says so; it does not say that all is well,
 * nor that something is wrong. */
static void verify_runs_out_of_memory(void **state)
{
    (void)state;
    umi_error none = {0};
    fault_book_restore();
    assert_int_equal(fault_book_act(&fault_acts[1], &none), UMI_OK);
    for (int on = 0; on < 2; on++) {
        tally t = {.name = "verify", .on = on};
        bool reached = true;
        int64_t step = torture ? 1 : 97;
        for (int64_t at = crew_first(step); reached; at += crew_next(step)) {
            umi_error err = {0};
            umi_verification v = {0};
            int64_t live = heap_live();
            heap_fail_at(at, on);
            umi_status rc = fault_book_verify(&v, &err);
            t.asked = heap_asked();
            heap_fail_at(0, false);
            reached = t.asked >= at;
            assert_int_equal(heap_live(), live);
            for (size_t i = 0; rc == UMI_OK && i < v.count; i++)
                if (!v.checks[i].ok)
                    fail_msg("verify at %lld: %s: %s", (long long)at,
                             v.checks[i].name, v.checks[i].message);
            if (!is_clean(rc))
                fail_msg("verify at %lld: %d %s", (long long)at, rc,
                         err.message);
            t.points += reached;
            t.harmless += reached && rc == UMI_OK;
        }
        report(&t);
    }
}

/* The check of the file alone; its last requests are those for pages. */
static int64_t check_file(int64_t at, umi_status *rc, umi_error *err)
{
    umi_store *s = NULL;
    umi_status opened =
        umi_sqlite_open(&s, fault_book_path("book.db"), UMI_READ, err);
    assert_int_equal(opened, UMI_OK);
    heap_fail_at(at, false);
    *rc = umi_store_check(s, err);
    int64_t asked = heap_asked();
    heap_fail_at(0, false);
    umi_store_close(s);
    return asked;
}

static void pages_run_out_of_memory(void **state)
{
    (void)state;
    umi_error none = {0};
    umi_status rc;
    fault_book_restore();
    const int64_t all = check_file(INT64_MAX, &rc, &none);
    tally t = {.name = "check of the file", .asked = all};
    assert_int_equal(rc, UMI_OK);
    for (int64_t at = torture || all < 300 ? 1 : all - 300; at <= all; at++) {
        if (!crew_mine(at))
            continue;
        umi_error err = {0};
        (void)check_file(at, &rc, &err);
        if (!is_clean(rc))
            fail_msg("check at %lld: %s", (long long)at, err.message);
        t.points++;
        t.harmless += rc == UMI_OK;
    }
    report(&t);
}

/* --- quotes --------------------------------------------------------------- */

static umi_text next_line(umi_text *rest)
{
    const char *end = memchr(rest->ptr, '\n', rest->len);
    umi_text line = {rest->ptr, (size_t)(end - rest->ptr)};
    *rest = (umi_text){end + 1, rest->len - line.len - 1};
    return line;
}

static void quote_point(tally *t, umi_text line, umi_buf *out, int64_t at)
{
    static const umi_terms_bind_opts opts = {umi_quote_extra, NULL, NULL};
    umi_error err = {0};
    int64_t live = heap_live();
    heap_fail_at(at, t->on);
    umi_arena *arena = umi_arena_new();
    umi_status rc =
        arena ? umi_quote_answer(out, line, &opts, arena, &err) : UMI_ENOMEM;
    umi_arena_free(arena);
    bool reached = heap_asked() >= at, failed = rc != UMI_OK || out->failed;
    heap_fail_at(0, false);
    t->points += reached;
    t->harmless += reached && !failed;
    if (failed && (!reached || !is_clean(rc)))
        fail_msg("quote at %lld: %d %s", (long long)at, rc, err.message);
    if (failed)
        umi_buf_free(out);
    else
        assert_int_equal(heap_live() - live, HEAP_COUNTS); /* the answer */
}

/* All methods and conventions, and the proof of effective rates. */
static void quotes_run_out_of_memory(void **state)
{
    (void)state;
    umi_text file = file_read("tests/vectors", "proved.jsonl"), rest = file;
    umi_arena *arena = umi_arena_new();
    tally t = {.name = "quote"};
    for (int i = 0; rest.len > 0; i++) {
        umi_text line = next_line(&rest);
        umi_json *c;
        umi_error err = {0};
        if (i % (torture ? 3 : 60) != 0 || !crew_mine(i / 3))
            continue;
        assert_int_equal(umi_json_parse(&c, line, arena, &err), UMI_OK);
        umi_text input = answer_text(arena, umi_json_get(c, "input"));
        umi_buf calm = {0};
        quote_point(&t, input, &calm, INT64_MAX); /* caches are filled */
        for (int on = 0; on < 2; on++) {
            t.on = on;
            umi_buf out = {0};
            for (int64_t at = 1; out.ptr == NULL; at++)
                quote_point(&t, input, &out, at);
            assert_true(
                umi_text_eq(umi_buf_as_text(&out), umi_buf_as_text(&calm)));
            umi_buf_free(&out);
        }
        umi_buf_free(&calm);
        umi_arena_reset(arena);
    }
    report(&t);
    umi_arena_free(arena);
    free((void *)(uintptr_t)file.ptr);
}

static int begin(void **state)
{
    (void)state;
    torture = getenv("TORTURE") != NULL;
    (void)fault_book_begin();
    fault_vfs_watch(false);
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
        cmocka_unit_test(acts_run_out_of_memory),
        cmocka_unit_test(verify_runs_out_of_memory),
        cmocka_unit_test(pages_run_out_of_memory),
        cmocka_unit_test(quotes_run_out_of_memory),
    };
    crew_begin();
    int failed = crew_end(cmocka_run_group_tests(tests, begin, end));
    if (crew_me == 0)
        printf("%lld requests refused\n", (long long)all_points);
    return failed;
}
