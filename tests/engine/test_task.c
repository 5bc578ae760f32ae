/* SPDX-License-Identifier: MIT
 * A task is done once its join returns, on a thread of its own or not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/alloc.h"
#include "engine/base/task.h"

typedef struct work {
    int started, done;
    pthread_t by;
} work;

static void count(void *self)
{
    work *w = self;
    w->by = pthread_self();
    w->done += w->started;
}

static bool on_another_thread(void)
{
    work w = {.started = 1};
    umi_task t;
    umi_task_start(&t, count, &w);
    if (!t.beside)
        assert_int_equal(w.done, 0); /* nothing before the join */
    umi_task_join(&t);
    assert_int_equal(w.done, 1);
    assert_int_equal(t.beside, !pthread_equal(w.by, pthread_self()));
    return t.beside;
}

static void is_done_after_the_join(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        (void)on_another_thread();
    assert_true(on_another_thread());
}

static void stays_here_when_told(void **state)
{
    (void)state;
    umi_task_alone(true);
    assert_false(on_another_thread());
    umi_task_alone(false);
    umi_alloc_fail_at(1000, 0);
    assert_true(umi_alloc_watched());
    assert_false(on_another_thread());
    umi_alloc_fail_at(0, 0);
    assert_false(umi_alloc_watched());
    assert_true(on_another_thread());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_done_after_the_join),
        cmocka_unit_test(stays_here_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
