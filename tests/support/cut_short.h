/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_CUT_SHORT_H
#define UMI_TESTS_SUPPORT_CUT_SHORT_H

/** @file Files that do not come to their end: killed runs, and memory that
 * nobody gives. */
#include "tests/support/files_of_loans.h"

#include <signal.h>
#include <sys/wait.h>

/* The k-th time that a chunk was written. */
static inline void
die_after(void *self, umi_phase phase, int64_t done, int64_t all)
{
    (void)done, (void)all;
    if (phase == UMI_PHASE_WRITE && --*(int *)self == 0)
        (void)kill(getpid(), SIGKILL);
}

/** Run @p use on the book @p name in a process of its own, which is killed
 * behind its @p chunks-th chunk; false when it came to its end. */
static inline bool killed(umi_file_result (*use)(umi_book *, umi_file_ask),
                          const char *name,
                          umi_file_ask ask,
                          int chunks)
{
    pid_t child = fork();
    if (child == 0) {
        ask.progress = die_after;
        ask.self = &chunks;
        umi_book *b = open_book(name);
        (void)use(b, ask);
        umi_book_close(b);
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status);
}

/** The loans of loans.csv in @p b. */
static inline umi_book *with_loans(umi_book *b)
{
    (void)import_file(b, an_ask("loans.csv"));
    return b;
}

/** Post pay.csv to the loans of loans.csv as @p ask says; every @p step-th
 * allocation fails, each in a book of its own.  Returns how many there are. */
static inline int64_t post_without_memory(umi_file_ask ask, int64_t step)
{
    int64_t nth = 1;
    for (bool reached = true; reached; nth += step) {
        umi_book *b = with_loans(memory_book());
        umi_error err = {0};
        umi_file_result r;
        umi_arena *arena = umi_arena_new();
        ask.path = temp_path("pay.csv");
        umi_alloc_fail_at(nth, 0);
        umi_status rc = umi_post_file(&r, b, &ask, arena, &err);
        reached = umi_alloc_count() >= nth;
        umi_alloc_fail_at(0, 0);
        if (rc != (reached ? UMI_ENOMEM : UMI_OK))
            fail_msg("allocation %lld: %d %s", (long long)nth, rc, err.message);
        umi_arena_free(arena);
        umi_book_close(b);
    }
    return nth;
}

#endif
