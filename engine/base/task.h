/* SPDX-License-Identifier: MIT */
#ifndef UMI_ENGINE_BASE_TASK_H
#define UMI_ENGINE_BASE_TASK_H

/**
 * @file
 * Work that may go on beside the caller's, on another core.  What it reads
 * and writes belongs to it from umi_task_start() to umi_task_join(), so that
 * nothing is shared and nothing is locked; what went wrong it leaves in its
 * own struct, to be looked at after the join.
 */
#include <pthread.h>
#include <stdbool.h>

typedef struct umi_task {
    void (*run)(void *self);
    void *self;
    pthread_t thread;
    bool beside; /**< it runs, or ran, on a thread of its own */
} umi_task;

/** Begin @p run; *t is the caller's and stays where it is until the join. */
void umi_task_start(umi_task *t, void (*run)(void *self), void *self);

/**
 * Wait until it is done.  When there was no thread to be had, it is done here
 * and now, as it is while a test counts allocations: their order is then that
 * of a program with one core.
 */
void umi_task_join(umi_task *t);

/** For tests: whether tasks run at their join; the results are the same. */
void umi_task_alone(bool alone);

#endif
