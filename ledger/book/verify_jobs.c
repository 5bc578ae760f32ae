/* SPDX-License-Identifier: MIT */
#include "ledger/book/verify_int.h"

#include <assert.h>

static bool is_finding(umi_status rc)
{
    return rc != UMI_EBUSY && rc != UMI_EIO && rc != UMI_ENOMEM;
}

static void keep(umi__result *r, int64_t rank, umi_status rc, umi_error *err)
{
    if (r->rc != UMI_OK && r->rank <= rank)
        return;
    *r = (umi__result){rc, rank, *err};
}

static void note(umi__proof *p,
                 umi__check_id check,
                 int64_t rank,
                 umi_status rc,
                 umi_error *err)
{
    assert(rc != UMI_OK);
    keep(is_finding(rc) ? &p->result[check] : &p->fatal, rank, rc, err);
}

void umi__proof_note(umi__proof *p,
                     umi__check_id check,
                     int64_t rank,
                     umi_status rc,
                     const umi_error *err)
{
    umi_error copy = *err;
    (void)pthread_mutex_lock(&p->lock);
    note(p, check, rank, rc, &copy);
    (void)pthread_mutex_unlock(&p->lock);
}

umi_status umi__proof_told(umi__proof *p,
                           umi__check_id check,
                           int64_t rank,
                           umi_status rc,
                           const umi_error *why,
                           umi_error *err)
{
    if (rc == UMI_OK)
        return UMI_OK;
    umi__proof_note(p, check, rank, rc, why);
    if (is_finding(rc))
        return UMI_OK;
    if (err != NULL)
        *err = *why;
    return rc;
}

umi_status umi__proof_add(umi__proof *p, const umi__job *job, umi_error *err)
{
    if (p->job_count == p->job_cap) {
        size_t cap = p->job_cap ? p->job_cap * 2 : 64;
        umi__job *grown = umi_realloc(p->jobs, cap * sizeof *grown);
        if (grown == NULL)
            return umi_fail_memory(err);
        p->jobs = grown;
        p->job_cap = cap;
    }
    p->jobs[p->job_count] = *job;
    p->jobs[p->job_count++].late = p->then[job->check];
    p->then[job->check] = false;
    return UMI_OK;
}

void umi__proof_then(umi__proof *p, umi__check_id check)
{
    p->then[check] = true;
}

umi_status
umi__proof_cut(umi__proof *p, const umi__job *job, int64_t step, umi_error *err)
{
    umi_status rc = UMI_OK;
    for (int64_t at = job->from; at < job->to && rc == UMI_OK; at += step) {
        umi__job piece = *job;
        piece.from = at;
        piece.to = job->to - at > step ? at + step : job->to;
        piece.rank = job->rank + (at - job->from);
        piece.rows = (int64_t)((umi_i128)job->rows * (piece.to - at) /
                               (job->to - job->from));
        rc = umi__proof_add(p, &piece, err);
    }
    return rc;
}

/* --- working -------------------------------------------------------------- */

static bool all_taken(const umi__proof *p)
{
    return p->fatal.rc != UMI_OK || p->next == p->job_count;
}

/* The next job, or NULL.  Jobs are taken in turn, so those before one that is
 * late have begun; it waits until they have ended. */
static const umi__job *take(umi__proof *p)
{
    while (!all_taken(p) && p->jobs[p->next].late &&
           p->under_way[p->jobs[p->next].check] > 0)
        (void)pthread_cond_wait(&p->ended, &p->lock);
    if (all_taken(p))
        return NULL;
    p->under_way[p->jobs[p->next].check]++;
    return &p->jobs[p->next++];
}

/* The next job, or NULL; what became of the one before is noted. */
static const umi__job *
turn(umi__proof *p, const umi__job *before, int64_t rank, umi_error *why)
{
    (void)pthread_mutex_lock(&p->lock);
    if (before != NULL) {
        if (why->status != UMI_OK)
            note(p, before->check, rank, why->status, why);
        p->under_way[before->check]--;
        (void)pthread_cond_broadcast(&p->ended);
        p->done += before->rows;
        if (p->progress != NULL)
            p->progress(p->self, UMI_PHASE_VERIFY, p->done, p->of);
    }
    const umi__job *job = take(p);
    (void)pthread_mutex_unlock(&p->lock);
    return job;
}

static void work(umi__proof *p, umi__worker *w)
{
    umi_error why = {.lang = p->lang};
    const umi__job *job = turn(p, NULL, 0, &why);
    while (job != NULL) {
        umi_error_clear(&why);
        w->rank = job->rank;
        why.status = job->fn(p, w, job, &why);
        job = turn(p, job, w->rank, &why);
    }
}

typedef struct second {
    umi__proof *p;
    umi__worker *w;
} second;

static void *work_beside(void *self)
{
    const second *s = self;
    work(s->p, s->w);
    return NULL;
}

umi_status umi__proof_run(umi__proof *p, umi_error *err)
{
    pthread_t thread;
    second s = {p, &p->worker[1]};
    bool two = p->workers > 1 && p->job_count > 1 &&
               pthread_create(&thread, NULL, work_beside, &s) == 0;
    work(p, &p->worker[0]);
    if (two)
        (void)pthread_join(thread, NULL);
    p->job_count = p->next = 0;
    memset(p->then, 0, sizeof p->then);
    if (p->fatal.rc == UMI_OK)
        return UMI_OK;
    if (err != NULL)
        *err = p->fatal.err;
    return p->fatal.rc;
}
