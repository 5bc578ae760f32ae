/* SPDX-License-Identifier: MIT */
#ifndef UMI_TESTS_SUPPORT_LOANS_H
#define UMI_TESTS_SUPPORT_LOANS_H

/** @file Small schedules for tests of what happens to them. */
#include "engine/umi.h"
#include "tests/support/random.h"

enum {
    LOAN_ROWS = 12
};

/** A schedule and the rows that it borrows. */
typedef struct loan {
    umi_row rows[LOAN_ROWS];
    umi_schedule schedule;
} loan;

static inline void loan_sum(loan *l, size_t count)
{
    l->schedule = (umi_schedule){.rows = l->rows, .count = count};
    for (size_t i = 0; i < count; i++) {
        umi_row *r = &l->rows[i];
        r->n = (int32_t)i + 1;
        r->total.sen = r->principal.sen + r->interest.sen + r->fee.sen;
        l->schedule.principal.sen += r->principal.sen;
        l->schedule.interest.sen += r->interest.sen;
        l->schedule.fee.sen += r->fee.sen;
        l->schedule.total.sen += r->total.sen;
    }
}

/** @p count equal rows, due on days 30, 60, ... */
static inline void loan_equal(
    loan *l, size_t count, int64_t principal, int64_t interest, int64_t fee)
{
    for (size_t i = 0; i < count; i++)
        l->rows[i] = (umi_row){.due = {30 * ((int32_t)i + 1)},
                               .days = 30,
                               .principal = {principal},
                               .interest = {interest},
                               .fee = {fee}};
    loan_sum(l, count);
}

/** Rows of any size, rows of nothing among them. */
static inline void loan_random(loan *l, chance *c)
{
    size_t count = (size_t)chance_in(c, 1, LOAN_ROWS);
    int32_t due = 0;
    for (size_t i = 0; i < count; i++) {
        due += (int32_t)chance_in(c, 1, 40);
        l->rows[i] = (umi_row){.due = {due}};
        if (chance_one_in(c, 6) && i + 1 < count)
            continue;
        l->rows[i].principal.sen =
            chance_one_in(c, 4) ? 0 : chance_in(c, 1, 99);
        l->rows[i].interest.sen = chance_one_in(c, 4) ? 0 : chance_in(c, 1, 30);
        l->rows[i].fee.sen = chance_one_in(c, 2) ? 0 : chance_in(c, 1, 9);
    }
    l->rows[count - 1].principal.sen++;
    loan_sum(l, count);
}

static inline umi_policy policy_random(chance *c)
{
    umi_policy p = umi_policy_default();
    for (size_t i = UMI_COMPONENTS - 1; i > 0; i--) {
        size_t k = (size_t)chance_in(c, 0, (int64_t)i);
        umi_component was = p.allocation[i];
        p.allocation[i] = p.allocation[k];
        p.allocation[k] = was;
    }
    p.walk = (umi_walk)chance_in(c, 0, 1);
    p.ahead = (umi_ahead)chance_in(c, 0, 1);
    return p;
}

#endif
