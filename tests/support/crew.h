/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_CREW_H
#define UMI_TESTS_SUPPORT_CREW_H

/**
 * @file
 * A test program with a point for each of very many moments shares them out:
 * it runs as CREW processes, under TORTURE one for each core, which go through
 * the same tests in the same order, each with files of its own.  A test takes
 * the points that are its own, and at the end of each tally the first process,
 * which alone speaks, gathers what all have done.
 * To be included by one file of one program.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CREW_MOST = 16
};

static int crew_size = 1, crew_me;
static int crew_pipe[CREW_MOST]; /* of the first: to read what each gives */
static pid_t crew_child[CREW_MOST];

static inline void crew_begin(void)
{
    const char *asked = getenv("CREW");
    long n = asked               ? strtol(asked, NULL, 10)
             : getenv("TORTURE") ? sysconf(_SC_NPROCESSORS_ONLN)
                                 : 1;
    crew_size = n < 1 ? 1 : n > CREW_MOST ? CREW_MOST : (int)n;
    for (int i = 1; i < crew_size; i++) {
        int ends[2];
        if (pipe(ends) != 0 || (crew_child[i] = fork()) < 0) {
            perror("crew");
            abort();
        }
        crew_pipe[i] = ends[0];
        if (crew_child[i] == 0) {
            crew_me = i;
            crew_pipe[0] = ends[1];
            (void)close(ends[0]);
            if (freopen("/dev/null", "w", stdout) == NULL)
                abort();
            return;
        }
        (void)close(ends[1]);
    }
}

/** Points are numbered from 0; is this one ours? */
static inline bool crew_mine(int64_t point)
{
    return point % crew_size == crew_me;
}

/** Of points that are numbered from 1 and of which each @p step -th is taken:
 * the first that is ours, and how far it is from each to the next. */
static inline int64_t crew_first(int64_t step)
{
    return 1 + step * crew_me;
}
static inline int64_t crew_next(int64_t step)
{
    return step * crew_size;
}

/** The first process takes what process @p i, from 1 on, gives here; false:
 * it gives nothing any more, for it failed. */
static inline bool crew_take(int i, void *tally, size_t n)
{
    return read(crew_pipe[i], tally, n) == (ssize_t)n;
}

/** Any other gives its own, and true. */
static inline bool crew_give(const void *tally, size_t n)
{
    assert(n < 4096); /* one write is one read */
    if (crew_me > 0 && write(crew_pipe[0], tally, n) != (ssize_t)n)
        exit(EXIT_FAILURE); /* the first has ended */
    return crew_me > 0;
}

/** The exit status of all, given that of this one. */
static inline int crew_end(int failed)
{
    for (int i = 1; crew_me == 0 && i < crew_size; i++) {
        int status = 0;
        (void)close(crew_pipe[i]);
        if (waitpid(crew_child[i], &status, 0) < 0 || status != 0) {
            (void)fprintf(stderr, "process %d of the crew failed\n", i + 1);
            failed = 1;
        }
    }
    return failed;
}

#endif
