/* SPDX-License-Identifier: MIT */
#include "engine/base/task.h"

#include "engine/base/alloc.h"

#include <assert.h>

static bool without_threads; /* in tests only */

static void *enter(void *self)
{
    const umi_task *t = self;
    t->run(t->self);
    return NULL;
}

void umi_task_start(umi_task *t, void (*run)(void *self), void *self)
{
    *t = (umi_task){.run = run, .self = self};
    t->beside = !without_threads && !umi_alloc_watched() &&
                pthread_create(&t->thread, NULL, enter, t) == 0;
}

void umi_task_join(umi_task *t)
{
    if (!t->beside) {
        t->run(t->self);
        return;
    }
    int rc = pthread_join(t->thread, NULL);
    assert(rc == 0);
    (void)rc;
}

void umi_task_alone(bool alone)
{
    without_threads = alone;
}
