/* SPDX-License-Identifier: MIT
 * How far a file is, and how long it will take: what is told of it.  The
 * program is no library, so its source stands here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/progress.c"

static const char *given; /* the option that is given */

bool cli_flag(const cli *c, const char *name)
{
    (void)c;
    return given != NULL && strcmp(name, given) == 0;
}

static void time_left_is_of_the_pace_so_far(void **state)
{
    static const struct {
        int64_t from, done, all, ms, left;
    } table[] = {
        {0, 50, 100, 1000, 1000},
        {0, 1, 100, 1000, 99000},
        {0, 99, 100, 9900, 100},
        {0, 100, 100, 5000, 0},
        {0, 101, 100, 5000, 0}, /* more than was thought */
        {0, 100, 100, 0, 0},
        {50, 75, 100, 1000, 1000}, /* resumed: only what is done now counts */
        {50, 50, 100, 1000, -1},
        {0, 0, 100, 60000, -1}, /* nothing done yet */
        {0, 10, 100, 299, -1},  /* too early to say */
        {0, 10, 100, 300, 2700},
        {0, 10, 0, 60000, -1}, /* of an unknown number */
        {0, 1, INT64_MAX, 1000, INT64_MAX},
        {0, INT64_MAX - 1, INT64_MAX, INT64_MAX, 1},
        {0, 3, 10, 1000, 2333},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const cli_progress_view v = {.phase = UMI_PHASE_WRITE,
                                     .from = table[i].from,
                                     .done = table[i].done,
                                     .all = table[i].all,
                                     .ms = table[i].ms,
                                     .width = 79};
        if (cli_progress_left(&v) != table[i].left)
            fail_msg("row %zu: %lld", i, (long long)cli_progress_left(&v));
    }
}

static void a_line_tells_phase_share_pace_and_time(void **state)
{
    static const struct {
        cli_progress_view v;
        const char *want;
    } table[] = {
        {{UMI_PHASE_WRITE, 400000, 1000000, 0, 2000, 79, UMI_LANG_EN},
         "writing [###-----]  40 %  400,000 / 1,000,000 lines  "
         "200,000 lines/s  0:03 left"},
        {{UMI_PHASE_WRITE, 400000, 1000000, 0, 2000, 200, UMI_LANG_EN},
         "writing [########------------]  40 %  400,000 / 1,000,000 lines  "
         "200,000 lines/s  0:03 left"},
        {{UMI_PHASE_WRITE, 400000, 1000000, 0, 2000, 200, UMI_LANG_ID},
         "menulis [########------------]  40 %  400.000 / 1.000.000 baris  "
         "200.000 baris/s  sisa 0:03"},
        {{UMI_PHASE_WRITE, 400000, 1000000, 0, 2000, 60, UMI_LANG_EN},
         "writing [######-----------]  40 %  400,000 / 1,000,000 lines"},
        {{UMI_PHASE_WRITE, 400000, 1000000, 0, 2000, 20, UMI_LANG_EN},
         "writing  40 %  400,0"},
        {{UMI_PHASE_WRITE, 400000, 0, 0, 2000, 79, UMI_LANG_EN},
         "writing  400,000 lines  200,000 lines/s"},
        {{UMI_PHASE_WRITE, 7, 9, 0, 100, 79, UMI_LANG_EN},
         "writing [###############-----]  77 %  7 / 9 lines"},
        {{UMI_PHASE_READ, 23456789, 50662344, 0, 1000, 120, UMI_LANG_EN},
         "reading [#########-----------]  46 %  23.4 / 50.6 MB  23.4 MB/s  "
         "0:02 left"},
        {{UMI_PHASE_READ, 23456789, 50662344, 0, 1000, 120, UMI_LANG_ID},
         "membaca [#########-----------]  46 %  23,4 / 50,6 MB  23,4 MB/s  "
         "sisa 0:02"},
        {{UMI_PHASE_RECEIPTS, 65536, 65536, 0, 900, 120, UMI_LANG_EN},
         "receipts [####################] 100 %  65,536 / 65,536 lines  "
         "72,817 lines/s  0:00 left"},
        {{UMI_PHASE_RECEIPTS, 70000, 65536, 0, 100, 120, UMI_LANG_EN},
         "receipts [####################] 100 %  65,536 / 65,536 lines  "
         "0:00 left"},
        {{UMI_PHASE_SORT, 1, 10000, 0, 1000, 120, UMI_LANG_EN},
         "sorting [--------------------]   0 %  1 / 10,000 lines  1 lines/s  "
         "2:46:39 left"},
        {{UMI_PHASE_UNPACK, 0, 100, 0, 1000, 120, UMI_LANG_EN},
         "unpacking [--------------------]   0 %  0.0 / 0.0 MB"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        umi_buf b = {0};
        cli_progress_write(&b, &table[i].v);
        umi_buf_putc(&b, '\0');
        assert_string_equal(b.ptr, table[i].want);
        umi_buf_free(&b);
    }
}

/* Whatever is told, the line fits and nothing overflows. */
static void a_line_fits(void **state)
{
    static const int64_t n[] = {
        0, 1, 999, 1000, 123456789, INT64_MAX / 2, INT64_MAX};
    (void)state;
    for (int phase = UMI_PHASE_UNPACK; phase <= UMI_PHASE_RECEIPTS; phase++)
        for (size_t i = 0; i < 7 * 7 * 7 * 7; i++)
            for (int width = 20; width < 130; width += 7) {
                umi_buf b = {0};
                const cli_progress_view v = {
                    .phase = (umi_phase)phase,
                    .done = n[i % 7],
                    .all = n[i / 7 % 7],
                    .from = n[i / 49 % 7] < n[i % 7] ? n[i / 49 % 7] : 0,
                    .ms = n[i / 343],
                    .width = width,
                    .lang = i % 2 ? UMI_LANG_EN : UMI_LANG_ID};
                cli_progress_write(&b, &v);
                assert_true(b.len > 0 && b.len <= (size_t)width);
                umi_buf_free(&b);
            }
}

/* What stands on the stream after @p calls tellings. */
static size_t told(const char *option, int calls)
{
    cli c = {.lang = UMI_LANG_EN};
    cli_progress p;
    FILE *f = tmpfile();
    assert_non_null(f);
    c.talk = f;
    given = option;
    cli_progress_begin(&p, &c);
    for (int i = 0; i < calls; i++)
        cli_progress_tell(&p, UMI_PHASE_WRITE, i, calls);
    cli_progress_wipe(&p);
    size_t size = (size_t)ftell(f);
    (void)fclose(f);
    return size;
}

/* Of phases that overlap the later one is told, at its own pace. */
static void phases_do_not_go_back(void **state)
{
    static const struct {
        umi_phase phase;
        int64_t done, from; /* what stands after it was told */
        umi_phase shown;
    } table[] = {
        {UMI_PHASE_READ, 5, 5, UMI_PHASE_READ},
        {UMI_PHASE_READ, 50, 5, UMI_PHASE_READ},
        {UMI_PHASE_READ, 3, 3, UMI_PHASE_READ}, /* once more from the start */
        {UMI_PHASE_SORT, 10, 10, UMI_PHASE_SORT},
        {UMI_PHASE_WRITE, 7, 7, UMI_PHASE_WRITE},
        {UMI_PHASE_SORT, 20, 7, UMI_PHASE_WRITE},
        {UMI_PHASE_WRITE, 14, 7, UMI_PHASE_WRITE},
        {UMI_PHASE_RECEIPTS, 0, 0, UMI_PHASE_RECEIPTS},
    };
    cli c = {.lang = UMI_LANG_EN};
    cli_progress p;
    (void)state;
    c.talk = tmpfile();
    assert_non_null(c.talk);
    given = "progress";
    cli_progress_begin(&p, &c);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        cli_progress_tell(&p, table[i].phase, table[i].done, 100);
        assert_int_equal(p.phase, table[i].shown);
        assert_int_equal(p.from, table[i].from);
    }
    (void)fclose(c.talk);
}

static void it_is_told_when_it_is_asked_for(void **state)
{
    (void)state;
    assert_int_equal(told(NULL, 1000), 0); /* a file is no terminal */
    assert_int_equal(told("no-progress", 1000), 0);
    size_t once = told("progress", 1);
    assert_true(once > 0);
    /* at most a line a second, however often it is told */
    assert_true(told("progress", 20000) < 3 * 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_left_is_of_the_pace_so_far),
        cmocka_unit_test(a_line_tells_phase_share_pace_and_time),
        cmocka_unit_test(a_line_fits),
        cmocka_unit_test(phases_do_not_go_back),
        cmocka_unit_test(it_is_told_when_it_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
